"""What people did to a draft, folded into what it shows. Pure: acts in, order and words out; nothing is ever lost.

A draft is what the rules composed, then every act that stands, in the order done. Composing again changes the first half
only, so that acts stay. `cle` is whatever names a story; this file never looks inside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from veille.editor.contenu import MOTS_PAR_MINUTE
from veille.editor.formes import Contenu, Erratum
from veille.francais import one_line
from veille.model import SECTIONS, Audience

GenreGeste = Literal[
    "deplacer", "retirer", "remettre", "recrire", "ajouter", "elargir", "editorial", "objet", "annuler"
]
TEXTES = ("titre", "resume", "pourquoi")
EDITORIAL_MOTS, OBJET_MAX = 120, 60
# What « élargir » may open, and which keys of the audience's rule it sets aside for this issue.
MESURES: Mapping[str, tuple[str, ...]] = {
    "territoires": ("territoires",),
    "thematiques": ("thematiques",),
    "types": ("types",),
}


@dataclass(frozen=True)
class Geste:
    """One act of one person. `cle`: the story it is about, None when it is about the whole issue.

    `valeur`, by kind: deplacer `{"sens": "haut" | "bas"}` or `{"rubrique", "rang"}`; recrire the texts touched, null
    giving the story its own text back; ajouter `{"rubrique"}` ("" leaves it to the rules); elargir `{"mesures"}`;
    editorial and objet `{"texte"}`; annuler `{"geste"}`, the id of the act undone.
    """

    id: int
    genre: GenreGeste
    cle: int | None
    valeur: Mapping[str, Any]
    par: str = ""


@dataclass(frozen=True)
class Etat:
    """What a draft shows. `rubriques`: headings in order, each with its stories in order; `retires`: those set aside.

    `ajoutes`: put in by hand; `textes`: words of this issue alone; `editorial`, `objet`: "" when nobody wrote any.
    """

    rubriques: tuple[tuple[str, tuple[int, ...]], ...] = ()
    retires: tuple[int, ...] = ()
    ajoutes: tuple[int, ...] = ()
    textes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    editorial: str = ""
    objet: str = ""
    mesures: tuple[str, ...] = ()

    @property
    def ordre(self) -> tuple[tuple[str, int], ...]:
        """Every story shown, with its heading, in the order shown."""
        return tuple((rubrique, cle) for rubrique, cles in self.rubriques for cle in cles)


def standing(gestes: Iterable[Geste]) -> tuple[Geste, ...]:
    """The acts that stand, oldest first: neither undone nor an undoing. Undoing an act that is not there does nothing."""
    debout: list[Geste] = []
    for geste in gestes:
        if geste.genre == "annuler":
            debout = [g for g in debout if g.id != geste.valeur.get("geste")]
        else:
            debout.append(geste)
    return tuple(debout)


def dropped(gestes: Iterable[Geste]) -> frozenset[int]:
    """Stories that people set aside, whether or not the rules still take them."""
    return _last_said(gestes, "retirer")


def kept(gestes: Iterable[Geste]) -> frozenset[int]:
    """Stories that people put back: the rules do not take them out again."""
    return _last_said(gestes, "remettre")


def _last_said(gestes: Iterable[Geste], genre: GenreGeste) -> frozenset[int]:
    dits = {g.cle: g.genre for g in standing(gestes) if g.genre in ("retirer", "remettre", "ajouter")}
    return frozenset(cle for cle, dit in dits.items() if cle is not None and dit == genre)


def added(gestes: Iterable[Geste]) -> tuple[int, ...]:
    """Stories that people put in by hand, in the order they did."""
    return tuple(dict.fromkeys(g.cle for g in standing(gestes) if g.genre == "ajouter" and g.cle is not None))


def measures(gestes: Iterable[Geste]) -> tuple[str, ...]:
    """What was opened for this issue, each once."""
    dites = [m for g in standing(gestes) if g.genre == "elargir" for m in g.valeur.get("mesures", ()) if m in MESURES]
    return tuple(dict.fromkeys(dites))


def widened(audience: Audience, mesures: Iterable[str]) -> Audience:
    """The same audience, its rule opened for one issue."""
    cles = [cle for mesure in mesures for cle in MESURES.get(mesure, ())]
    return replace(audience, **dict.fromkeys(cles, ("*",))) if cles else audience  # type: ignore[arg-type]  # Lists of slugs.


def section_order(audience: Audience, themes: Sequence[str]) -> tuple[str, ...]:
    """Every heading a story of this audience may stand under, in the order shown."""
    suivis = list(themes) if "*" in audience.thematiques else [t for t in audience.thematiques if t in themes]
    voulues = [*audience.sections, *(s for s in SECTIONS if s not in audience.sections)]
    cles = [cle for s in voulues if s != "en_bref" for cle in (suivis if s == "themes" else [s])]
    return tuple(dict.fromkeys(cles))


def fold(
    base: Sequence[tuple[str, int]],
    gestes: Sequence[Geste],
    *,
    ordre: Sequence[str] = (),
    presentes: Collection[int] | None = None,
    rubrique_de: Mapping[int, str] | None = None,
) -> Etat:
    """What the draft shows once every act that stands is done on `base`, what the rules composed.

    `ordre`: the order of headings, for those that acts open. `presentes`: the stories that may be added (all when None).
    `rubrique_de`: under which heading a story added goes when nobody said.
    """
    pli = _Pli(base, ordre, rubrique_de or {})
    for geste in standing(gestes):
        if geste.cle is not None and presentes is not None and geste.cle not in pli.connues | set(presentes):
            continue  # No longer retained: the act waits for its story to come back.
        pli.do(geste)
    return pli.state(measures(gestes))


def dress(contenu: Contenu, etat: Etat, errata: Sequence[Erratum] = ()) -> Contenu:
    """The issue with what is written for it alone: editorial, subject line, errata of the issues before."""
    habille = replace(
        contenu,
        editorial=etat.editorial,
        objet=one_line(etat.objet) or contenu.objet,
        errata=(*contenu.errata, *errata),
    )
    return replace(habille, minutes=max(1, round(word_count(habille) / MOTS_PAR_MINUTE)))


def word_count(contenu: Contenu) -> int:
    """Words a reader of the whole issue reads, as people count them: « l’été » is one."""
    textes = [t for e in contenu.elements for t in (e.titre, e.resume, e.pourquoi)]
    return len(" ".join([*textes, contenu.editorial]).split())


class _Pli:
    """The draft being folded. Every story is in exactly one place: under a heading, or set aside."""

    def __init__(self, base: Sequence[tuple[str, int]], ordre: Sequence[str], rubrique_de: Mapping[int, str]) -> None:
        self._rubriques: dict[str, list[int]] = {}
        self._retires: dict[int, str] = {}
        self._ajoutes: dict[int, None] = {}
        self._textes: dict[int, dict[str, str]] = {}
        self._issue = {"editorial": "", "objet": ""}
        self._rubrique_de = rubrique_de
        for rubrique, cle in base:
            if cle not in self.connues:
                self._rubriques.setdefault(rubrique, []).append(cle)
        self._ordre = _merged(tuple(self._rubriques), ordre)

    @property
    def connues(self) -> set[int]:
        return {cle for cles in self._rubriques.values() for cle in cles} | set(self._retires)

    def do(self, geste: Geste) -> None:
        if geste.genre in self._issue:
            self._issue[geste.genre] = str(geste.valeur.get("texte", ""))
        elif geste.cle is None:
            return
        elif geste.genre == "ajouter":
            self._add(geste.cle, str(geste.valeur.get("rubrique", "")))
        elif geste.cle in self.connues:
            self._change(geste, geste.cle)

    def _change(self, geste: Geste, cle: int) -> None:
        match geste.genre:
            case "retirer":
                self._retires.setdefault(cle, self._take(cle) or "autres")
            case "remettre" if cle in self._retires:
                self._rubriques.setdefault(self._retires.pop(cle), []).append(cle)
            case "recrire":
                self._rewrite(cle, geste.valeur)
            case "deplacer" if cle not in self._retires:
                self._move(cle, geste.valeur)

    def _add(self, cle: int, rubrique: str) -> None:
        self._ajoutes[cle] = None
        if cle in self._retires:
            rubrique = rubrique or self._retires[cle]
            del self._retires[cle]
        elif cle in self.connues:
            return
        self._rubriques.setdefault(rubrique or self._rubrique_de.get(cle, "autres"), []).append(cle)

    def _rewrite(self, cle: int, valeur: Mapping[str, Any]) -> None:
        textes = self._textes.setdefault(cle, {})
        for champ in TEXTES:
            if champ in valeur:
                textes.pop(champ, None)
                if isinstance(valeur[champ], str):
                    textes[champ] = valeur[champ]

    def _move(self, cle: int, valeur: Mapping[str, Any]) -> None:
        rubrique = next(r for r, cles in self._rubriques.items() if cle in cles)
        cles = self._rubriques[rubrique]
        rang = cles.index(cle)
        sens = valeur.get("sens")
        if sens in ("haut", "bas"):
            autre = rang + (1 if sens == "bas" else -1)
            if 0 <= autre < len(cles):
                cles[rang], cles[autre] = cles[autre], cles[rang]
            return
        cible = str(valeur.get("rubrique") or rubrique)
        self._take(cle)
        voulu = valeur.get("rang")
        places = self._rubriques.setdefault(cible, [])
        places.insert(max(0, voulu) if isinstance(voulu, int) else len(places), cle)

    def _take(self, cle: int) -> str:
        for rubrique, cles in self._rubriques.items():
            if cle in cles:
                cles.remove(cle)
                return rubrique
        return ""

    def state(self, mesures: tuple[str, ...]) -> Etat:
        ordre = _merged(self._ordre, tuple(self._rubriques))
        return Etat(
            rubriques=tuple((r, tuple(self._rubriques[r])) for r in ordre if self._rubriques.get(r)),
            retires=tuple(self._retires),
            ajoutes=tuple(self._ajoutes),
            textes={cle: textes for cle, textes in self._textes.items() if textes},
            editorial=self._issue["editorial"],
            objet=self._issue["objet"],
            mesures=mesures,
        )


def _merged(premier: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """Both lists as one: the first keeps its order, what only the second has comes before the next one they share."""
    reste = list(dict.fromkeys(premier))
    fusion: list[str] = []
    for nom in dict.fromkeys(second):
        if nom in reste:
            avant = reste.index(nom) + 1
            fusion += reste[:avant]
            del reste[:avant]
        elif nom not in fusion:
            fusion.append(nom)
    return tuple(dict.fromkeys([*fusion, *reste]))
