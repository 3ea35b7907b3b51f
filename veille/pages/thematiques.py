"""What the « Thématiques » pages read and check: a theme as a form shows it, and what was typed as a theme. Pure.

Nothing typed is lost: a fault is said beside its field, and every field comes back as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from veille.classifier.matcher import phrase
from veille.francais import NBSP, fold, format_day, format_number, plural
from veille.model import Expressions, Taxonomie, Thematique
from veille.pages.visite import Formulaire, is_forbidden
from veille.settings.ecarts import FORCES
from veille.settings.themes import HORS_SUJET

LISTES = {"inclut": "Ce que le thème inclut", "exclut": "Ce qu’il exclut", "exemples": "Titres d’exemple"}
AIDES = {
    "inclut": "Un par ligne.",
    "exclut": "Un par ligne.",
    "exemples": "Titres inventés qui doivent recevoir ce thème : ils servent d’essais. Un par ligne.",
    "fort": "3 points chacune. Presque sûres à elles seules.",
    "moyen": "2 points chacune.",
    "indice": "1 point chacun. Seuls, ils ne suffisent jamais.",
    "sigles": "3 points chacun. Majuscules et minuscules comptent.",
    "sigles_faibles": "1 point chacun. Sigles qui ont plusieurs sens.",
    "negatives": "−3 points chacune. Ce qui ressemble au thème sans en être.",
}
DEFINITION_MAX, LIGNE_MAX, EXPRESSION_MAX, LIGNES_MAX = 1000, 250, 120, 3000
COLONNES = 36  # Characters that a list shows on one line, at least.
_ETOILE = re.compile(r"(?<!\w)\*|\*(?=[\w*])")
_BLANCS = re.compile(r"\s+")


@dataclass(frozen=True)
class Saisie:
    """A theme as a form holds it: texts as typed, lists one value a line. `base`: the wording it was written from."""

    base: str
    definition: str = ""
    etat: str = "ebauche"
    validee_le: str = ""
    listes: Mapping[str, str] = field(default_factory=dict)

    @property
    def hauteurs(self) -> dict[str, int]:
        """How many lines each list takes on the page."""
        hauteurs = {c: sum(1 + len(ligne) // COLONNES for ligne in t.split("\n")) for c, t in self.listes.items()}
        return {cle: min(14, max(3, lignes + 1)) for cle, lignes in hauteurs.items()}


def find_theme(taxonomie: Taxonomie, slug: str) -> Thematique | None:
    """A theme of the file; what is off topic, where the file may say it, looks like one that has only expressions."""
    if slug == HORS_SUJET and hasattr(taxonomie, HORS_SUJET):
        mots = getattr(taxonomie, HORS_SUJET) or Expressions()
        return Thematique(HORS_SUJET, "Hors sujet", "", expressions=mots)
    return next((t for t in taxonomie.thematiques if t.slug == slug), None)


def show_theme(theme: Thematique, base: str) -> Saisie:
    """The form of a theme as it stands."""
    listes = {cle: "\n".join(getattr(theme, cle)) for cle in LISTES}
    listes |= {force: "\n".join(getattr(theme.expressions, force)) for force in FORCES}
    jour = theme.validee_le.isoformat() if theme.validee_le else ""
    return Saisie(base, theme.definition, theme.etat, jour, listes)


def read_form(formulaire: Formulaire) -> Saisie:
    """What was typed, whatever it is."""
    return Saisie(
        base=_typed(formulaire, "base"),
        definition=_typed(formulaire, "definition"),
        etat=_typed(formulaire, "etat"),
        validee_le=_typed(formulaire, "validee_le"),
        listes={cle: _typed(formulaire, cle) for cle in (*LISTES, *FORCES)},
    )


def to_theme(saisie: Saisie, avant: Thematique, aujourdhui: date) -> tuple[Thematique, dict[str, list[str]]]:
    """The theme that was typed, and what is wrong with each field; it may be proposed only when nothing is."""
    fautes: dict[str, list[str]] = {}

    def note(cle: str, messages: Iterator[str]) -> None:
        if trouvees := list(messages):
            fautes[cle] = trouvees

    listes = {cle: _lines(texte) for cle, texte in saisie.listes.items()}
    for cle, valeurs in listes.items():
        note(cle, _list_faults(cle, valeurs))
    for cle, message in _repeated(listes).items():
        fautes.setdefault(cle, []).append(message)
    theme = replace(avant, expressions=Expressions(**{force: listes.get(force, ()) for force in FORCES}))
    if avant.slug == HORS_SUJET:
        return theme, fautes
    definition = _BLANCS.sub(" ", saisie.definition).strip()
    note("definition", _definition_faults(definition))
    jour, ennui = _day(saisie, aujourdhui)
    note("validee_le", iter(ennui))
    if saisie.etat not in ("ebauche", "validee"):
        fautes["etat"] = ["Choisissez « ébauche » ou « validée »."]
    etat: Any = saisie.etat
    inclut, exclut, exemples = (listes.get(cle, ()) for cle in LISTES)
    theme = replace(theme, definition=definition, etat=etat, validee_le=jour)
    return replace(theme, inclut=inclut, exclut=exclut, exemples=exemples), fautes


def _typed(formulaire: Formulaire, cle: str) -> str:
    return unicodedata.normalize("NFC", formulaire.champs.get(cle, [""])[0].replace("\r\n", "\n"))


def _lines(texte: str) -> tuple[str, ...]:
    """One value a line, once each, without the blanks around."""
    return tuple(dict.fromkeys(v for ligne in texte.split("\n") if (v := re.sub(r"[ \t]+", " ", ligne).strip())))


def _list_faults(cle: str, valeurs: tuple[str, ...]) -> Iterator[str]:
    maximum = EXPRESSION_MAX if cle in FORCES else LIGNE_MAX
    if len(valeurs) > LIGNES_MAX:
        yield f"{plural(len(valeurs), 'ligne')}, et le maximum est de {format_number(LIGNES_MAX)}."
    for valeur in valeurs:
        if interdit := _invisible(valeur):
            yield f"{_quote(valeur)} contient un caractère invisible interdit ({interdit})."
        elif len(valeur) > maximum:
            yield f"{_quote(valeur)} compte {plural(len(valeur), 'caractère')}, et le maximum est de {maximum}."
        elif cle in FORCES and not phrase(valeur, "mot"):
            yield f"{_quote(valeur)} ne contient aucun mot."
        elif cle in FORCES and _ETOILE.search(valeur):
            yield f"{_quote(valeur)}{NBSP}: « * » se met à la fin d’un mot, et vaut toute terminaison."


def _repeated(listes: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Words that stand under two strengths: only one would count."""
    vus: dict[str, tuple[str, str]] = {}
    doubles: dict[str, str] = {}
    for force in FORCES:
        for valeur in listes.get(force, ()):
            cle = valeur if force.startswith("sigle") else fold(valeur)
            autre, ecrite = vus.setdefault(cle, (force, valeur))
            if autre != force and force not in doubles:
                doubles[force] = f"{_quote(ecrite)} est déjà dans «{NBSP}{FORCES[autre]}{NBSP}»."
    return doubles


def _definition_faults(definition: str) -> Iterator[str]:
    if not definition:
        yield "Écrivez la question suivie, en une phrase."
    if len(definition) > DEFINITION_MAX:
        taille, permis = plural(len(definition), "caractère"), format_number(DEFINITION_MAX)
        yield f"La définition compte {taille}, et le maximum est de {permis}."
    if interdit := _invisible(definition):
        yield f"La définition contient un caractère invisible interdit ({interdit})."


def _day(saisie: Saisie, aujourdhui: date) -> tuple[date | None, list[str]]:
    brut = saisie.validee_le.strip()
    if not brut:
        return None, ["Donnez la date de la validation."] if saisie.etat == "validee" else []
    try:
        jour = date.fromisoformat(brut)
    except ValueError:
        return None, ["Cette date ne se lit pas : écrivez-la AAAA-MM-JJ, par exemple 2026-12-01."]
    if not date(2000, 1, 1) <= jour <= aujourdhui:
        return None, [f"Cette date n’est pas possible{NBSP}: au plus tard aujourd’hui, le {format_day(aujourdhui)}."]
    if saisie.etat != "validee":
        return None, ["Une ébauche n’a pas de date de validation : effacez-la, ou choisissez « validée »."]
    return jour, []


def _invisible(texte: str) -> str:
    return next((f"U+{ord(c):04X}" for c in texte if is_forbidden(c)), "")


def _quote(valeur: str) -> str:
    visible = "".join("�" if is_forbidden(c) else c for c in valeur)
    return f"«{NBSP}{visible if len(visible) <= 60 else visible[:59] + '…'}{NBSP}»"
