"""What people did, in sentences: one act of a story's log, a press that was just made, a colleague's that came first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from veille.editor.selection import SELON_REGLES
from veille.francais import NBSP, format_day, format_instant, plural, shorten, typeset
from veille.pages.presentation import deadline, elapsed
from veille.pages.raisons import percent
from veille.store.decisions import GenreDecision
from veille.store.gestes import Conflit, Inscrit
from veille.store.revue import Acte, References
from veille.textes import SANS_TITRE

TITRE_MAX = 70

_FAITS: dict[GenreDecision, str] = {
    "retenir": "a retenu la nouvelle",
    "ecarter": "a écarté la nouvelle",
    "plus_tard": "a remis la nouvelle à plus tard",
    "remettre": "a remis la nouvelle à la revue",
    "etiqueter": "a changé les étiquettes",
    "rediger": "a rédigé",
    "fusionner": "a réuni des nouvelles",
    "scinder": "a séparé une nouvelle en deux",
}
_PASSES: dict[GenreDecision, tuple[str, str]] = {
    "retenir": ("Nouvelle retenue", "nouvelles retenues"),
    "ecarter": ("Nouvelle écartée", "nouvelles écartées"),
    "plus_tard": ("Nouvelle remise à plus tard", "nouvelles remises à plus tard"),
    "remettre": ("Nouvelle remise à la revue", "nouvelles remises à la revue"),
    "etiqueter": ("Étiquettes enregistrées", "nouvelles étiquetées"),
    "rediger": ("Texte enregistré", "textes enregistrés"),
    "fusionner": ("Nouvelles réunies", "nouvelles réunies à une autre"),
    "scinder": ("Nouvelle séparée en deux", "nouvelles séparées"),
}


@dataclass(frozen=True)
class ActeDit:
    """One act as the history shows it. `retours`: who undid it, who did it again; `alors`: what the classifier said."""

    par: str
    fait: str
    quand: str
    phrases: tuple[str, ...]
    alors: str
    retours: tuple[str, ...]
    annule: bool


@dataclass(frozen=True)
class Confirmation:
    """What the page says of a press just made, and the key by which to undo it, or do it again."""

    cle: str
    phrase: str
    titre: str
    annule: bool


def tell(
    acte: Acte, references: References, motifs: Mapping[str, str], audiences: Mapping[str, str], now: datetime
) -> ActeDit:
    """One act of the log in words."""
    return ActeDit(
        par=acte.par,
        fait="a retenu la nouvelle à la une" if acte.a_la_une else _FAITS[acte.genre],
        quand=format_instant(acte.prise_a),
        phrases=(*_about(acte, motifs), *_tags(acte, references, now), *_texts(acte, audiences)),
        alors=_said_then(acte, references),
        retours=tuple(
            f"{'Annulé' if r.genre == 'annuler' else 'Rétabli'} par {r.par}, le {format_instant(r.prise_a)}"
            for r in acte.retours
        ),
        annule=acte.annule,
    )


def confirm(inscrit: Inscrit, motifs: Mapping[str, str]) -> Confirmation:
    """« Nouvelle écartée (hors thème) », « 4 nouvelles retenues », « Annulé : 4 nouvelles retenues »."""
    phrase = told(inscrit.genre, inscrit.nombre, motifs.get(inscrit.raison, inscrit.raison), une=inscrit.a_la_une)
    if inscrit.annule:
        phrase = f"Annulé{NBSP}: {phrase[0].lower()}{phrase[1:]}"
    titre = shorten(inscrit.titre or SANS_TITRE, TITRE_MAX) if inscrit.nombre == 1 else ""
    return Confirmation(inscrit.cle, phrase, titre, inscrit.annule)


def told(genre: GenreDecision, nombre: int, raison: str = "", *, une: bool = False) -> str:
    """What was done to so many stories."""
    singulier, pluriel = _PASSES[genre]
    phrase = singulier if nombre == 1 else plural(nombre, pluriel, pluriel)
    if une:
        phrase += " à la une"
    return f"{phrase} ({raison.lower()})" if raison else phrase


def tell_conflict(conflit: Conflit, motifs: Mapping[str, str], now: datetime) -> str:
    """« Sam Exemple a déjà écarté cette nouvelle (hors thème), il y a 2 minutes. Rien n’a été changé. »"""
    actes: dict[str, str] = {
        "retenir": "déjà retenu cette nouvelle",
        "ecarter": "déjà écarté cette nouvelle",
        "plus_tard": "déjà remis cette nouvelle à plus tard",
        "remettre": "remis cette nouvelle à la revue",
        "etiqueter": "changé les étiquettes de cette nouvelle",
        "rediger": "rédigé le texte de cette nouvelle",
        "fusionner": "réuni cette nouvelle à une autre",
        "scinder": "séparé cette nouvelle en deux",
        "annuler": "annulé une décision sur cette nouvelle",
        "retablir": "rétabli une décision sur cette nouvelle",
    }
    raison = f" ({motifs.get(conflit.raison, conflit.raison).lower()})" if conflit.raison else ""
    return f"{conflit.par} a {actes[conflit.genre]}{raison}, {elapsed(conflit.prise_a, now)}. Rien n’a été changé."


def tell_conflicts(conflits: Sequence[Conflit], motifs: Mapping[str, str], now: datetime) -> str:
    """The conflicts of a selection, each by its title; the first ones when there are many."""
    dits = [
        f"«{NBSP}{shorten(c.titre or SANS_TITRE, TITRE_MAX)}{NBSP}»{NBSP}: {tell_conflict(c, motifs, now)}"
        for c in conflits[:2]
    ]
    reste = len(conflits) - len(dits)
    if reste:
        dits.append(
            f"{plural(reste, 'autre nouvelle a', 'autres nouvelles ont')} changé aussi et sont laissées telles."
        )
    return " ".join(dits)


def _about(acte: Acte, motifs: Mapping[str, str]) -> list[str]:
    phrases = [f"Raison{NBSP}: {motifs.get(acte.raison, acte.raison)}"] if acte.raison else []
    if acte.reprise_le:
        phrases.append(f"Revient le {format_day(acte.reprise_le)}")
    if acte.deplaces:
        phrases.append(f"{plural(acte.deplaces, 'élément déplacé', 'éléments déplacés')}")
    return phrases


def _tags(acte: Acte, references: References, now: datetime) -> list[str]:
    phrases = []
    for nom, genre, valeurs in (
        ("Thèmes", "thematique", acte.thematiques),
        ("Territoires", "territoire", acte.territoires),
        ("Type", "type", None if acte.type is None else tuple(filter(None, [acte.type]))),
    ):
        if valeurs is not None:
            noms = ", ".join(references.name(genre, v) for v in valeurs) or "aucun"
            phrases.append(f"{nom}{NBSP}: {typeset(noms)}")
    if acte.date_limite is not None:
        dite = deadline(acte.date_limite, now).partition(" (")[0] if acte.date_limite else "aucune"
        phrases.append(f"Date limite{NBSP}: {dite}")
    return phrases


def _texts(acte: Acte, audiences: Mapping[str, str]) -> list[str]:
    phrases = []
    for nom, texte in (
        ("Titre", acte.titre),
        ("Résumé", acte.resume),
        ("Pourquoi", acte.pourquoi),
        ("Note privée", acte.note),
    ):
        if texte is not None:
            phrases.append(f"{nom}{NBSP}: «{NBSP}{texte}{NBSP}»" if texte else f"{nom}{NBSP}: effacé")
    if acte.audiences is not None:
        phrases.append(f"Publics{NBSP}: {name_audiences(acte.audiences, audiences)}")
    return phrases


def name_audiences(slugs: Sequence[str], audiences: Mapping[str, str]) -> str:
    """The audiences staff chose, in words."""
    if SELON_REGLES in slugs:
        return "selon les règles de chaque public"
    return typeset(", ".join(audiences.get(s, s) for s in slugs)) or "aucun"


def _said_then(acte: Acte, references: References) -> str:
    """« Le classement disait alors : Habitation 82 %, Mobilité 31 % (incertain) ; chances d’être retenue : 60 %. »"""
    themes = ", ".join(
        f"{references.name('thematique', slug)} {percent(p)}{' (incertain)' if etat == 'incertain' else ''}"
        for slug, etat, p in acte.classement
    )
    dits = [typeset(themes) or "aucun thème"]
    if acte.pertinence is not None:
        dits.append(f"chances d’être retenue{NBSP}: {percent(acte.pertinence)}")
    return f"Le classement disait alors{NBSP}: {' ; '.join(dits)}."
