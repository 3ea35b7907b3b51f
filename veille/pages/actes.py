"""What a button of the review asks for: read from a form, checked whole before anything is done. Pure; `now` is given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from veille.francais import NBSP, format_day, local_day, plural
from veille.pages.visite import Formulaire, RefusFormulaire
from veille.store.decisions import Decision, new_geste
from veille.store.fiches import Fiche
from veille.store.gestes import Cible

Verbe = Literal["retenir", "une", "ecarter", "plus_tard", "remettre", "fusionner"]
VERBES: tuple[Verbe, ...] = ("retenir", "une", "ecarter", "plus_tard", "remettre", "fusionner")
DELAIS = {"": 7, "3j": 3, "7j": 7, "14j": 14}  # How long « plus tard » is; "" is what the list's own button means.
DELAI_MAX = 366

_ACTE = re.compile(r"([a-z_]{1,20})(?::([a-z0-9_-]{1,60}))?\.(selection|[1-9]\d{0,17})")
_GESTE = re.compile(r"[0-9a-f]{32}")
_VU = re.compile(r"[0-9]{1,18}|[0-9a-f]{32}")
_INCONNU = "Cette action n’existe pas. Rechargez la page, puis recommencez."
_PERIMEE = "Cette page a expiré. Rechargez-la, puis recommencez."


@dataclass(frozen=True)
class Demande:
    """One press: what, why, on which stories as the page showed them."""

    verbe: Verbe
    motif: str
    cibles: tuple[Cible, ...]
    cle: str


def read_request(formulaire: Formulaire) -> Demande:
    """The press a form holds; refused when any part of it makes no sense."""
    trouve = _ACTE.fullmatch(formulaire.line("acte", 100))
    verbe = next((v for v in VERBES if trouve and v == trouve[1]), None)
    if trouve is None or verbe is None or (verbe == "fusionner" and trouve[3] != "selection"):
        raise RefusFormulaire(_INCONNU)
    if trouve[2] and verbe not in ("ecarter", "plus_tard"):
        raise RefusFormulaire(_INCONNU)
    groupes = formulaire.many("choix") if trouve[3] == "selection" else (trouve[3],)
    return Demande(verbe, trouve[2] or "", read_targets(formulaire, groupes), read_key(formulaire))


def read_targets(formulaire: Formulaire, groupes: Sequence[str]) -> tuple[Cible, ...]:
    """These stories, each with what the page remembered of it."""
    if not groupes:
        raise RefusFormulaire("Cochez d’abord au moins une nouvelle.")
    return tuple(Cible(read_number(groupe), read_seen(formulaire, f"vu.{groupe}")) for groupe in groupes)


def read_seen(formulaire: Formulaire, champ: str) -> str:
    """What a page remembered of a story."""
    vu = formulaire.line(champ, 40)
    if not _VU.fullmatch(vu):
        raise RefusFormulaire(_PERIMEE)
    return vu


def read_key(formulaire: Formulaire, champ: str = "geste") -> str:
    """The key of this press; made here for a page that has no script."""
    cle = formulaire.line(champ, 40)
    if cle and not _GESTE.fullmatch(cle):
        raise RefusFormulaire(_INCONNU)
    return cle or new_geste()


def read_target_key(formulaire: Formulaire) -> str:
    """The key of the press to undo, or to do again."""
    cle = formulaire.line("cible", 40)
    if not _GESTE.fullmatch(cle):
        raise RefusFormulaire(_INCONNU)
    return cle


def read_number(texte: str) -> int:
    """A group or an item, as an address or a field names it."""
    if not re.fullmatch(r"[1-9]\d{0,17}", texte):
        raise RefusFormulaire(_INCONNU)
    return int(texte)


def decision(demande: Demande, par: str, offerts: Mapping[str, str], retour: date | None) -> Decision:
    """What is recorded of each story; its item comes with each."""
    if demande.verbe in ("retenir", "une"):
        return Decision(0, "retenir", par, a_la_une=demande.verbe == "une")
    if demande.verbe == "ecarter":
        if demande.motif not in offerts:
            raise RefusFormulaire(
                "Choisissez une raison d’écarter dans la liste ; elle a peut-être changé : rechargez la page."
            )
        return Decision(0, "ecarter", par, raison=demande.motif)
    if demande.verbe == "plus_tard":
        return Decision(0, "plus_tard", par, reprise_le=retour)
    return Decision(0, "remettre", par)


def back_on(demande: Demande, formulaire: Formulaire, histoires: Sequence[Fiche], now: datetime) -> date:
    """The day a story put off comes back.

    The list's own button brings one story back the day before its deadline at the latest; a day that people choose is theirs.
    """
    jour = local_day(now)
    if demande.motif == "date":
        return _chosen_day(formulaire.line("reprise", 20), jour)
    if demande.motif not in DELAIS:
        raise RefusFormulaire(_INCONNU)
    retour = jour + timedelta(days=DELAIS[demande.motif])
    limites = [d for fiche in histoires if (d := deadline_day(fiche)) is not None]
    if demande.motif == "" and len(histoires) == 1 and limites and limites[0] > jour + timedelta(days=1):
        return min(retour, limites[0] - timedelta(days=1))
    return retour


def warn_late(histoires: Sequence[Fiche], retour: date, now: datetime) -> str:
    """What is said when a story comes back after its deadline; "" otherwise."""
    jour = local_day(now)
    tard = [d for f in histoires if (d := deadline_day(f)) is not None and jour <= d < retour]
    if not tard:
        return ""
    if len(histoires) == 1:
        return f"Attention{NBSP}: elle revient le {format_day(retour)}, après sa date limite ({format_day(tard[0])})."
    return f"Attention{NBSP}: {plural(len(tard), 'nouvelle revient', 'nouvelles reviennent')} après sa date limite."


def deadline_day(fiche: Fiche) -> date | None:
    """The day of a story's deadline."""
    return date.fromisoformat(fiche.date_limite[:10]) if fiche.date_limite else None


def _chosen_day(texte: str, jour: date) -> date:
    try:
        retour = date.fromisoformat(texte) if len(texte) == 10 else None
    except ValueError:
        retour = None
    if retour is None:
        raise RefusFormulaire("Choisissez le jour où la nouvelle doit revenir.")
    if not jour < retour <= jour + timedelta(days=DELAI_MAX):
        raise RefusFormulaire("Choisissez un jour à venir, d’ici un an.")
    return retour
