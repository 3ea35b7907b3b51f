"""« Thématiques »: the themes in force, the form that proposes a change of one, and what becomes of each proposal."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import NotFound

from veille.errors import SettingsError
from veille.francais import NBSP, local_day
from veille.model import Taxonomie, Thematique
from veille.pages.thematiques import (
    AIDES,
    DEFINITION_MAX,
    LISTES,
    Saisie,
    find_theme,
    read_form,
    show_theme,
    to_theme,
)
from veille.pages.visite import AVERTISSEMENT, RefusFormulaire, Visite
from veille.settings.ecarts import ETATS, FORCES, tell_changes
from veille.settings.themes import HORS_SUJET, carry_over, read_taxonomie, with_off_topic, with_theme
from veille.store import redactions, service, tableaux
from veille.store.lecture import Connexion
from veille.store.redactions import Redaction

HISTORIQUE = 30
JOURS = 90
ACTES = {"acceptee": "acceptée", "abandonnee": "abandonnée"}
FAITS = {
    "apercu_themes": "Aperçu demandé",
    "accepter_themes": "Acceptation demandée",
    "abandonner_themes": "Abandon demandé",
}


@dataclass(frozen=True)
class Depart:
    """The wording a person writes from: what is in force, or their own proposal that waits on top of it."""

    en_vigueur: Redaction
    redaction: Redaction
    texte: str
    texte_en_vigueur: str
    autres: tuple[Redaction, ...] = ()

    @property
    def en_attente(self) -> Redaction | None:
        """The person's own proposal, when it is what they write from."""
        return self.redaction if self.redaction.issue is None else None


async def board(visite: Visite) -> Any:
    """Every theme, the proposals that wait, and the history."""

    def lire(c: Connexion) -> dict[str, Any]:
        en_vigueur = redactions.accepted(c)
        return {
            "en_vigueur": en_vigueur,
            "texte": redactions.text_of(c, en_vigueur) if en_vigueur else "",
            "propositions": redactions.pending(c),
            "historique": redactions.history(c, HISTORIQUE),
            "comptes": tableaux.verdicts_by_theme(c, visite.now, JOURS),
        }

    contexte = await visite.read(lire)
    taxonomie = read_taxonomie(contexte["texte"]) if contexte["en_vigueur"] else None
    return await visite.page(
        "thematiques.html",
        {
            **contexte,
            "themes": _themes(taxonomie) if taxonomie else (),
            "valides": sum(t.etat == "validee" for t in taxonomie.thematiques) if taxonomie else 0,
            "nombre_mots": lambda t: sum(len(getattr(t.expressions, force)) for force in FORCES),
            "etats": ETATS,
            "actes_redaction": ACTES,
            "jours": JOURS,
            "now": visite.now,
        },
    )


async def theme(visite: Visite) -> Any:
    """One theme, in the form that proposes a change; `?reprendre=` brings the words of a proposal back."""
    depart = await visite.read(lambda c: _start(c, visite.nom))
    present = _existing(depart, visite.var("slug"))
    repris = visite.arg("reprendre")
    if repris.isdecimal() and len(repris) < 19:
        textes = await visite.read(lambda c: _resumed(c, int(repris)))
        if textes and (ancien := find_theme(read_taxonomie(textes[0]), present.slug)):
            base = find_theme(read_taxonomie(textes[1]), present.slug) or ancien
            return await _form(
                visite, depart, show_theme(carry_over(ancien, base, present), depart.redaction.empreinte)
            )
    return await _form(visite, depart, show_theme(present, depart.redaction.empreinte))


async def propose(visite: Visite) -> Any:
    """Record a change of one theme as a proposal, and ask that its effect be shown."""
    saisie = read_form(await visite.form())
    depart = await visite.read(lambda c: _start(c, visite.nom))
    present = _existing(depart, visite.var("slug"))
    voulu, fautes = to_theme(saisie, present, local_day(visite.now))
    if fautes:
        return await _form(visite, depart, saisie, fautes=fautes, statut=400)
    if saisie.base != depart.redaction.empreinte:
        return await _moved(visite, depart, saisie, voulu)
    try:
        texte, changements = await asyncio.to_thread(_write, depart, voulu)
    except SettingsError as erreur:
        return await _form(visite, depart, saisie, generales=[str(f) for f in erreur.fautes], statut=400)

    def ecrire(c: Connexion) -> int | None:
        if _start(c, visite.nom).redaction.empreinte != depart.redaction.empreinte:
            return -1
        numero = redactions.propose(c, texte, depart.en_vigueur.empreinte, visite.nom, changements, visite.now)
        if depart.en_attente and depart.en_attente.id != numero:
            redactions.settle(c, depart.en_attente, "abandonnee", visite.nom, visite.now)
        if numero is not None and numero != (depart.en_attente.id if depart.en_attente else 0):
            service.ask(c, "apercu_themes", str(numero), visite.nom, visite.now)
        return numero

    numero = await visite.write(ecrire)
    if numero == -1:
        return await _moved(visite, await visite.read(lambda c: _start(c, visite.nom)), saisie, voulu)
    return _proposed(visite, depart, present, numero)


async def wording(visite: Visite) -> Any:
    """One wording: what it changes, what it would retag, who settled it; and the buttons that settle it."""

    def lire(c: Connexion) -> dict[str, Any] | None:
        redaction = redactions.get(c, _number(visite))
        if redaction is None:
            return None
        en_vigueur = redactions.accepted(c)
        perimee = redaction.issue is None and en_vigueur is not None and redaction.base != en_vigueur.empreinte
        return {
            "redaction": redaction,
            "apercu": redactions.preview_of(c, redaction),
            "obstacle": redactions.obstacle(redaction, en_vigueur) if redaction.issue is None else "",
            "textes": _resumed(c, redaction.id) if perimee else None,
            "attendues": {d.genre for d in service.waiting(c) if d.argument == str(redaction.id)},
        }

    contexte = await visite.read(lire)
    if contexte is None:
        raise NotFound("rédaction inconnue")
    return await visite.page(
        "redaction.html",
        {
            **contexte,
            "a_reprendre": _changed(contexte["textes"]) if contexte["textes"] else (),
            "actes_redaction": ACTES,
            "now": visite.now,
        },
    )


async def request_work(visite: Visite) -> Any:
    """Ask that a proposal be previewed, accepted or abandoned; the schedule does it and says what became of it."""
    numero, formulaire = _number(visite), await visite.form()
    genre = formulaire.line("genre", 30)
    if genre not in FAITS:
        raise RefusFormulaire("Choisissez « Accepter », « Abandonner » ou « Refaire l’aperçu ».")
    visite.require("rediger" if genre == "apercu_themes" else "administrer")

    def ecrire(c: Connexion) -> str | None:
        redaction = redactions.get(c, numero)
        if redaction is None:
            return None
        motif = redactions.obstacle(redaction, redactions.accepted(c))
        if motif and (genre == "accepter_themes" or redaction.issue is not None):
            return motif
        service.ask(c, genre, str(numero), visite.nom, visite.now)  # type: ignore[arg-type]  # Checked just above.
        return ""

    motif = await visite.write(ecrire)
    if motif is None:
        raise NotFound("rédaction inconnue")
    retour = f"/thematiques/redactions/{numero}"
    if motif:
        return visite.redirect(retour, motif, AVERTISSEMENT)
    return visite.redirect(retour, f"{FAITS[genre]}. Le résultat paraîtra ici et dans « Demandes ».")


def _start(c: Connexion, nom: str) -> Depart:
    """What this person writes from; their proposal goes on from what is in force, or is left aside."""
    en_vigueur = redactions.accepted(c)
    if en_vigueur is None:
        raise NotFound("aucune rédaction")
    attente = redactions.pending(c)
    sienne = next((r for r in attente if r.par == nom and r.base == en_vigueur.empreinte), None)
    redaction = sienne or en_vigueur
    return Depart(
        en_vigueur,
        redaction,
        redactions.text_of(c, redaction),
        redactions.text_of(c, en_vigueur),
        tuple(r for r in attente if r != sienne),
    )


def _resumed(c: Connexion, numero: int) -> tuple[str, str] | None:
    """The text of a wording and the one it was written from, when both are known."""
    redaction = redactions.get(c, numero)
    base = redactions.text_by_fingerprint(c, redaction.base) if redaction else None
    return (redactions.text_of(c, redaction), base) if redaction and base is not None else None


def _changed(textes: tuple[str, str]) -> list[Thematique]:
    """The themes that a wording changes from the one it was written from."""
    apres, avant = (_themes(read_taxonomie(texte)) for texte in textes)
    return [theme for theme in apres if theme not in avant]


def _themes(taxonomie: Taxonomie) -> tuple[Thematique, ...]:
    hors_sujet = find_theme(taxonomie, HORS_SUJET)
    return (*taxonomie.thematiques, *((hors_sujet,) if hors_sujet else ()))


def _existing(depart: Depart, slug: str) -> Thematique:
    present = find_theme(read_taxonomie(depart.texte), slug)
    if present is None:
        raise NotFound("thème inconnu")
    return present


def _write(depart: Depart, voulu: Thematique) -> tuple[str, list[str]]:
    """The whole new text, and what it changes of what is in force."""
    texte = (
        with_off_topic(depart.texte, voulu.expressions) if voulu.slug == HORS_SUJET else with_theme(depart.texte, voulu)
    )
    return texte, list(tell_changes(read_taxonomie(depart.texte_en_vigueur), read_taxonomie(texte)))


async def _moved(visite: Visite, depart: Depart, saisie: Saisie, voulu: Thematique) -> Any:
    """Something was accepted, or proposed by the same person, since the form was opened: what was typed is kept, applied
    to what the theme says now, and shown again before anything is recorded."""
    present = _existing(depart, visite.var("slug"))
    texte_base = await visite.read(lambda c: redactions.text_by_fingerprint(c, saisie.base))
    base = find_theme(read_taxonomie(texte_base), present.slug) if texte_base else None
    reporte = show_theme(carry_over(voulu, base or present, present), depart.redaction.empreinte)
    qui = depart.en_attente.par if depart.en_attente else depart.en_vigueur.tranchee_par
    acte = "a proposé" if depart.en_attente else "a fait accepter"
    generales = [
        f"{qui} {acte} un changement depuis que vous avez ouvert cette page{NBSP}: le vôtre est reporté ci-dessous sur"
        " ce que le thème dit maintenant. Relisez, puis proposez de nouveau."
    ]
    return await _form(visite, depart, reporte, generales=generales, statut=409)


async def _form(
    visite: Visite,
    depart: Depart,
    saisie: Saisie,
    *,
    fautes: dict[str, list[str]] | None = None,
    generales: list[str] | None = None,
    statut: int = 200,
) -> Any:
    present = _existing(depart, visite.var("slug"))
    return await visite.page(
        "thematique.html",
        {
            "theme": present,
            "saisie": saisie,
            "depart": depart,
            "fautes": fautes or {},
            "generales": generales or [],
            "nombre_fautes": sum(map(len, (fautes or {}).values())) + len(generales or []),
            "listes": LISTES,
            "forces": FORCES,
            "aides": AIDES,
            "etats": ETATS,
            "hors_sujet": present.slug == HORS_SUJET,
            "definition_max": DEFINITION_MAX,
            "now": visite.now,
        },
        statut,
    )


def _proposed(visite: Visite, depart: Depart, present: Thematique, numero: int | None) -> Any:
    if numero is None and depart.en_attente:
        return visite.redirect("/thematiques", "Votre proposition est retirée : plus rien ne change.")
    if numero is None or (depart.en_attente and depart.en_attente.id == numero):
        return visite.redirect(
            f"/thematiques/{present.slug}", "Rien ne change : aucune proposition n’est déposée.", AVERTISSEMENT
        )
    return visite.redirect(
        f"/thematiques/redactions/{numero}",
        f"Changement proposé : {present.nom}. Son aperçu est demandé ; rechargez la page dans un moment.",
    )


def _number(visite: Visite) -> int:
    return int(visite.var("redaction_id"))
