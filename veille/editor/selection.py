"""Which stories an audience receives, under which heading, in what order, and on what day its draft is composed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from veille import textes
from veille.editor import droits
from veille.editor.formes import FicheLue
from veille.editor.reperes import Reperes
from veille.francais import FUSEAU, JOURS
from veille.model import Audience, Section

POUR_TOUS = ("financement", "politique-publique")  # Types that concern every place when they name none.
AGENDA = ("evenement", "formation")
ECHEANCE_OBLIGATOIRE = "financement"  # A call whose deadline has passed is of no use to anyone.
LOCAUX = ("mrc", "municipalite", "communaute", "tno")
SELON_REGLES = "*"  # Chosen as audience by staff: each audience's own rules, as when nobody chose.
PERIODE_J = {"horaire": 7, "quotidien": 7, "hebdomadaire": 7, "bimensuel": 14, "mensuel": 31}

Motif = Literal[
    "",
    "verdict",
    "deja",
    "reservee",
    "type",
    "thematique",
    "territoire",
    "section",
    "perime",
    "ancien",
    "titre_de_presse",
    "plafond",
]


@dataclass(frozen=True)
class Choix:
    """A story taken, and the key of its heading."""

    fiche: FicheLue
    cle: str


@dataclass(frozen=True)
class Ecart:
    """A story left out, and why (`textes.ECARTS`)."""

    groupe_id: int
    motif: Motif


@dataclass(frozen=True)
class Selection:
    """What goes in, in the order shown, and what does not."""

    choix: tuple[Choix, ...] = ()
    ecartes: tuple[Ecart, ...] = ()


def select(
    audience: Audience, fiches: Iterable[FicheLue], now: datetime, deja: frozenset[int], reperes: Reperes
) -> Selection:
    """The stories of an audience's next digest. `deja`: groups already in one of its approved or published digests."""
    candidats: list[FicheLue] = []
    ecartes: list[Ecart] = []
    for fiche in {f.groupe_id: f for f in fiches}.values():
        motif = why_not(audience, fiche, now, deja, reperes)
        if motif:
            ecartes.append(Ecart(fiche.groupe_id, motif))
        else:
            candidats.append(fiche)
    candidats.sort(key=lambda f: _worth(audience, f, now, reperes))
    gardes: list[FicheLue] = []
    par_titre: Counter[str] = Counter()
    for fiche in candidats:
        source = fiche.membres[0]
        presse = droits.is_press(source.droits)
        if presse and par_titre[source.source] >= audience.max_par_editeur:
            ecartes.append(Ecart(fiche.groupe_id, "titre_de_presse"))
        elif len(gardes) >= audience.max_elements:
            ecartes.append(Ecart(fiche.groupe_id, "plafond"))
        else:
            gardes.append(fiche)
            par_titre[source.source] += presse
    return Selection(arrange(audience, gardes, now, reperes), tuple(ecartes))


def why_not(audience: Audience, fiche: FicheLue, now: datetime, deja: frozenset[int], reperes: Reperes) -> Motif:
    """Why a story has no place in this audience's next digest; "" when it has one."""
    choisie = addressed(audience, fiche)
    regles: tuple[tuple[Motif, Callable[[], bool]], ...] = (
        ("verdict", lambda: fiche.verdict == "retenir"),
        ("deja", lambda: fiche.groupe_id not in deja),
        ("reservee", lambda: choisie is not False),
        ("type", lambda: choisie or "*" in audience.types or fiche.type in audience.types),
        ("thematique", lambda: choisie or _follows(audience, fiche)),
        ("territoire", lambda: choisie or concerns(audience, fiche, reperes)),
        ("section", lambda: choisie or heading(audience, fiche, now, reperes) != ""),
        ("perime", lambda: not is_closed(fiche, now)),
        ("ancien", lambda: is_due(fiche, now) or _is_fresh(audience, fiche, now)),
    )
    return next((motif for motif, tient in regles if not tient()), "")


def addressed(audience: Audience, fiche: FicheLue) -> bool | None:
    """Whether staff chose this audience for a story, whatever its rules; None when they left it to the rules."""
    choisies = fiche.redaction.audiences
    return None if choisies is None or SELON_REGLES in choisies else audience.slug in choisies


def concerns(audience: Audience, fiche: FicheLue, reperes: Reperes) -> bool:
    """Whether the place of a story concerns the audience; all of its places, when it asks for them all (`accord`).

    A place fits a place that contains it, and the other way round (what concerns the region concerns its MRC). When an
    audience lists both an MRC and its region, the region means « the region as a whole »: the news of the other MRC go to
    their own audiences. Without a place, or for all of Québec, a story fits who lists Québec, or anyone when its type is a
    call or a public policy.
    """
    voulus = audience.territoires
    if "*" in voulus:
        return True
    lieux = reperes.precise(fiche.territoires)
    if all(reperes.wide(lieu) for lieu in lieux):
        return fiche.type in POUR_TOUS or any(reperes.wide(v) for v in voulus)
    ensembles = {v for v in voulus if any(autre != v and reperes.contains(v, autre) for autre in voulus)}
    vises = [
        any(
            reperes.contains(lieu, voulu) or (voulu not in ensembles and reperes.contains(voulu, lieu))
            for lieu in lieux
            if not reperes.wide(lieu)
        )
        for voulu in voulus
        if audience.accord_territoires == "un" or not reperes.wide(voulu)
    ]
    return any(vises) if audience.accord_territoires == "un" else all(vises)


def deadline(fiche: FicheLue) -> datetime | None:
    """The instant after which it is too late: the end of the day when no hour is given."""
    try:
        lue = datetime.fromisoformat(fiche.date_limite) if fiche.date_limite else None
    except ValueError:
        return None
    if lue is None:
        return None
    if len(fiche.date_limite) <= len("2026-12-01"):
        lue = datetime.combine(lue.date(), time(23, 59, 59))
    return lue if lue.tzinfo else lue.replace(tzinfo=FUSEAU)


def is_due(fiche: FicheLue, now: datetime) -> bool:
    """Whether there is still time to act."""
    limite = deadline(fiche)
    return limite is not None and limite >= now


def is_closed(fiche: FicheLue, now: datetime) -> bool:
    """A call whose deadline has passed."""
    limite = deadline(fiche)
    return fiche.type == ECHEANCE_OBLIGATOIRE and limite is not None and limite < now


def _follows(audience: Audience, fiche: FicheLue) -> bool:
    voulus = set(audience.thematiques)
    if "*" in voulus:
        return True
    return (
        voulus <= set(fiche.thematiques)
        if audience.accord_thematiques == "tous"
        else bool(voulus & set(fiche.thematiques))
    )


def _is_fresh(audience: Audience, fiche: FicheLue, now: datetime) -> bool:
    """Retained within two periods: what had no room in the last digest has a second chance, not a tenth."""
    age = timedelta(days=2 * PERIODE_J[audience.rythme])
    return fiche.prise_a is None or fiche.prise_a >= now - age


def _worth(audience: Audience, fiche: FicheLue, now: datetime, reperes: Reperes) -> tuple[float, ...]:
    """When there is no room for all: « à la une », deadlines, near, what staff explained, then the best scores."""
    cle = heading(audience, fiche, now, reperes)
    limite = deadline(fiche)
    classe = {"agir": 0, "proche": 1}.get(cle, 2)
    score = max((s.score for s in fiche.suggestions if s.genre == "thematique" and s.etat == "retenu"), default=0.0)
    return (
        not fiche.a_la_une,
        classe,
        limite.timestamp() if limite and classe == 0 else 0.0,
        not fiche.redaction.pourquoi,
        -score,
        -_moment(fiche).timestamp(),
        fiche.groupe_id,
    )


# ---------------------------------------------------------------- in what order


def arrange(audience: Audience, fiches: Iterable[FicheLue], now: datetime, reperes: Reperes) -> tuple[Choix, ...]:
    """These stories under their headings, in the order shown."""
    ordre = _heading_order(audience, reperes)
    choix = [Choix(fiche, heading(audience, fiche, now, reperes)) for fiche in fiches]

    def place(c: Choix) -> tuple[float, ...]:
        limite = deadline(c.fiche)
        rang = float(ordre.index(c.cle) if c.cle in ordre else len(ordre))
        echeance = limite.timestamp() if limite and c.cle == "agir" else 0.0
        return rang, echeance, not c.fiche.redaction.pourquoi, -_moment(c.fiche).timestamp(), c.fiche.groupe_id

    return tuple(sorted(choix, key=place))


def heading(audience: Audience, fiche: FicheLue, now: datetime, reperes: Reperes) -> str:
    """« une », « agir », « agenda », « proche », « ailleurs », the slug of a theme, or « autres »; "" when none is open.

    The first that fits among the sections the audience wants.
    """
    regles: tuple[tuple[Section, Callable[[], str]], ...] = (
        ("une", lambda: "une" if fiche.a_la_une else ""),
        ("agir", lambda: "agir" if is_due(fiche, now) else ""),
        ("agenda", lambda: "agenda" if fiche.type in AGENDA else ""),
        ("proche", lambda: "proche" if _is_near(audience, fiche, reperes) else ""),
        ("ailleurs", lambda: "ailleurs" if _is_elsewhere(audience, fiche, reperes) else ""),
        ("themes", lambda: _followed_theme(audience, fiche, reperes)),
        ("autres", lambda: "autres"),
    )
    trouvees = (regle() for section, regle in regles if section in audience.sections)
    return next((cle for cle in trouvees if cle), "")


def _is_near(audience: Audience, fiche: FicheLue, reperes: Reperes) -> bool:
    chez_soi = [v for v in audience.territoires if v in reperes.lieux and reperes.lieux[v].genre in LOCAUX]
    return any(reperes.contains(ici, lieu) for ici in chez_soi for lieu in reperes.precise(fiche.territoires))


def _is_elsewhere(audience: Audience, fiche: FicheLue, reperes: Reperes) -> bool:
    """About all of Québec or Canada, to an audience that has a place of its own; what concerns everyone is not elsewhere."""
    d_ici = any(v in reperes.lieux and not reperes.wide(v) for v in audience.territoires)
    lieux = reperes.precise(fiche.territoires)
    return d_ici and bool(lieux) and all(reperes.wide(lieu) for lieu in lieux) and fiche.type not in POUR_TOUS


def _followed_theme(audience: Audience, fiche: FicheLue, reperes: Reperes) -> str:
    suivis = [t for t in fiche.thematiques if t in reperes.themes]
    return next((t for t in suivis if "*" in audience.thematiques or t in audience.thematiques), "")


def heading_title(cle: str, reperes: Reperes) -> str:
    """A heading as shown."""
    titres = {
        "une": textes.RUBRIQUE_UNE,
        "agir": textes.RUBRIQUE_AGIR,
        "proche": textes.RUBRIQUE_PROCHE,
        "autres": textes.RUBRIQUE_AUTRES,
        "agenda": textes.RUBRIQUE_AGENDA,
        "ailleurs": textes.RUBRIQUE_AILLEURS,
    }
    return titres.get(cle) or reperes.themes.get(cle, cle)


def _heading_order(audience: Audience, reperes: Reperes) -> list[str]:
    """Sections, then themes, as the audience lists them; all themes, as thematiques.toml does."""
    themes = list(reperes.themes) if "*" in audience.thematiques else list(audience.thematiques)
    return [cle for section in audience.sections for cle in (themes if section == "themes" else (section,))]


def _moment(fiche: FicheLue) -> datetime:
    """When it was published as far as we can tell."""
    source = fiche.membres[0]
    return source.publie_a if source.publie_a and not source.date_douteuse else source.vu_a


# ---------------------------------------------------------------- when


def last_due_day(audience: Audience, jour: date) -> date:
    """The latest day, this one included, on which this audience's draft was to be composed.

    `bimensuel`: every other week, the same weeks for all audiences; `mensuel`: the first such weekday of the month.
    """
    if audience.rythme in ("horaire", "quotidien"):
        return jour
    recul = (jour.weekday() - JOURS.index(audience.jour)) % 7
    dernier = jour - timedelta(days=recul)
    if audience.rythme == "bimensuel":
        return dernier - timedelta(days=7 * ((dernier.toordinal() - 1) // 7 % 2))
    if audience.rythme == "mensuel":
        while dernier.day > 7:
            dernier -= timedelta(days=7)
    return dernier


def next_due_day(audience: Audience, jour: date) -> date:
    """The first day, this one included, on which this audience's draft is to be composed."""
    while last_due_day(audience, jour) != jour:
        jour += timedelta(days=1)
    return jour
