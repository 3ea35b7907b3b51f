"""Keys of a staff file as a form shows them: what each field holds, what was typed, what that changes, in sentences. Pure.

Nothing typed is lost: a fault is said beside its field, and every field comes back as it was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Literal

from veille.errors import Faute
from veille.francais import NBSP, format_day, shorten
from veille.pages.visite import Formulaire
from veille.settings.retouche import Valeur

Genre = Literal["ligne", "texte", "nombre", "date", "choix", "bascule", "cases", "lignes"]
Saisies = dict[str, Any]  # Key → text as typed; a tuple of texts for boxes.
TOUS = "*"
NON, OUI = str(False), str(True)  # What a « bascule » offers: a key that is true or false.
_CITE_MAX = 80


@dataclass(frozen=True)
class Option:
    """One value offered. `rayon`: under which title; the long ones are folded."""

    valeur: str
    nom: str
    rayon: str = ""


@dataclass(frozen=True)
class Champ:
    """One key of a file. `cle` is « table.cle » or « cle »; its value lives under that name in the model too."""

    cle: str
    nom: str
    genre: Genre = "ligne"
    aide: str = ""
    options: tuple[Option, ...] = ()
    maximum: int = 300
    requis: bool = False

    @property
    def ancre(self) -> str:
        """The field's name in the page."""
        return f"c-{self.cle.replace('.', '-')}"

    @property
    def rayons(self) -> dict[str, list[Option]]:
        """The options by shelf, in order."""
        return {r: [o for o in self.options if o.rayon == r] for r in dict.fromkeys(o.rayon for o in self.options)}

    def name_of(self, valeur: str) -> str:
        """An option as shown."""
        return next((o.nom for o in self.options if o.valeur == valeur), valeur)


@dataclass(frozen=True)
class Groupe:
    """Fields under one title."""

    titre: str
    champs: tuple[Champ, ...]
    phrase: str = ""


def show(modele: object, champs: Iterable[Champ]) -> Saisies:
    """The form of a file as it stands."""
    return {champ.cle: _shown(attrgetter(champ.cle)(modele), champ) for champ in champs}


def read(formulaire: Formulaire, champs: Iterable[Champ]) -> Saisies:
    """What was typed, whatever it is."""
    return {
        champ.cle: formulaire.many(champ.cle)
        if champ.genre == "cases"
        else formulaire.text(champ.cle, 20_000)
        if champ.genre in ("texte", "lignes")
        else formulaire.line(champ.cle, 1000)
        for champ in champs
    }


def values(saisies: Saisies, champs: Iterable[Champ]) -> tuple[dict[str, Valeur | None], dict[str, list[str]]]:
    """Each key's value, and what is wrong with each field; what the rules of the file say is judged later."""
    lues: dict[str, Valeur | None] = {}
    fautes: dict[str, list[str]] = {}
    for champ in champs:
        try:
            lues[champ.cle] = _value(saisies[champ.cle], champ)
        except ValueError as erreur:
            fautes[champ.cle] = [str(erreur)]
    return lues, fautes


def changed(modele: object, lues: Mapping[str, Valeur | None], champs: Iterable[Champ]) -> dict[str, Valeur | None]:
    """Only the keys whose value differs from what stands; boxes keep the order of the file."""
    differentes: dict[str, Valeur | None] = {}
    for champ in champs:
        present, voulue = attrgetter(champ.cle)(modele), lues[champ.cle]
        if champ.genre == "cases" and isinstance(voulue, tuple):
            voulue = _in_order(present, voulue)
        if voulue != present:
            differentes[champ.cle] = voulue
    return differentes


def tell(modele: object, cles: Mapping[str, Valeur | None], champs: Sequence[Champ]) -> tuple[str, ...]:
    """One sentence for each key that changes."""
    par_cle = {champ.cle: champ for champ in champs}
    return tuple(_told(par_cle[cle], attrgetter(cle)(modele), valeur) for cle, valeur in cles.items())


def by_field(fautes: Iterable[Faute], champs: Iterable[Champ]) -> tuple[dict[str, list[str]], list[str]]:
    """Faults of the file beside the field they are about, and those that are about none."""
    connus = list(champs)
    siennes: dict[str, list[str]] = {}
    generales: list[str] = []
    for faute in fautes:
        champ = next((c for c in connus if _is_about(faute, c)), None)
        if champ is None:
            generales.append(str(faute))
        else:
            dit = f"«{NBSP}{faute.valeur}{NBSP}»{NBSP}: {faute.attendu}" if faute.valeur else faute.attendu
            siennes.setdefault(champ.cle, []).append(dit)
    return siennes, generales


def _is_about(faute: Faute, champ: Champ) -> bool:
    table, _, cle = champ.cle.rpartition(".")
    return faute.cle.endswith(f"clé {cle}") and (f"[{table}]" in faute.cle if table else "[" not in faute.cle)


def _shown(valeur: Any, champ: Champ) -> Any:
    if champ.genre == "cases":
        return tuple(valeur)
    if champ.genre == "lignes":
        return "\n".join(valeur)
    if isinstance(valeur, date):
        return valeur.isoformat()
    return "" if valeur is None else str(valeur)


def _value(saisie: Any, champ: Champ) -> Valeur | None:
    if champ.genre == "cases":
        connues = {o.valeur for o in champ.options} | {TOUS}
        if inconnue := next((v for v in saisie if v not in connues), None):
            raise ValueError(f"«{NBSP}{shorten(inconnue, 40)}{NBSP}» n’est plus offert. Rechargez la page.")
        return (TOUS,) if TOUS in saisie else tuple(saisie)
    texte = str(saisie)
    if champ.requis and not texte:
        raise ValueError("Ce champ ne peut pas être vide.")
    if len(texte) > champ.maximum and champ.genre != "lignes":
        raise ValueError(f"{champ.maximum} caractères au plus.")
    match champ.genre:
        case "lignes":
            return tuple(dict.fromkeys(ligne.strip() for ligne in texte.split("\n") if ligne.strip()))
        case "nombre":
            return _number(texte)
        case "date":
            return _day(texte)
        case "choix" | "bascule" if texte not in {o.valeur for o in champ.options}:
            raise ValueError("Choisissez une des valeurs offertes.")
        case "bascule":
            return texte == OUI
        case _:
            return texte


def _number(texte: str) -> int:
    chiffres = "".join(texte.split())
    if not chiffres.isascii() or not chiffres.isdecimal() or len(chiffres) > 9:
        raise ValueError(f"«{NBSP}{shorten(texte, 20)}{NBSP}» n’est pas un nombre entier.")
    return int(chiffres)


def _day(texte: str) -> date | None:
    if not texte:
        return None
    try:
        return date.fromisoformat(texte)
    except ValueError:
        raise ValueError(f"«{NBSP}{shorten(texte, 20)}{NBSP}» n’est pas une date (AAAA-MM-JJ).") from None


def _in_order(present: Sequence[str], voulues: tuple[str, ...]) -> tuple[str, ...]:
    gardees = [v for v in present if v in voulues]
    return (*gardees, *(v for v in voulues if v not in gardees))


def _told(champ: Champ, avant: Any, apres: Any) -> str:
    if isinstance(avant, tuple) and isinstance(apres, tuple):
        return f"{champ.nom}{NBSP}: {' ; '.join(_list_changes(champ, avant, apres)) or 'ordre changé'}."
    return f"{champ.nom}{NBSP}: {_cited(champ, avant)} → {_cited(champ, apres)}."


def _list_changes(champ: Champ, avant: tuple[str, ...], apres: tuple[str, ...]) -> Iterator[str]:
    for verbe, valeurs in (
        ("ajoute", [v for v in apres if v not in avant]),
        ("retire", [v for v in avant if v not in apres]),
    ):
        if valeurs:
            yield f"{verbe} {', '.join('tous' if v == TOUS else champ.name_of(v) for v in valeurs)}"


def _cited(champ: Champ, valeur: Any) -> str:
    if isinstance(valeur, date):
        return format_day(valeur)
    if valeur in (None, ""):
        return "vide"
    return f"«{NBSP}{shorten(champ.name_of(str(valeur)), _CITE_MAX)}{NBSP}»"
