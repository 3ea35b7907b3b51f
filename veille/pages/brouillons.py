"""What the editor of a draft shows and reads: its stories with their controls, its lengths, who did what. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from veille.brouillon import Brouillon
from veille.editor import Reperes
from veille.editor.droits import shown_text
from veille.editor.formes import Element
from veille.editor.retouches import EDITORIAL_MOTS, MESURES, OBJET_MAX, TEXTES, section_order, word_count
from veille.editor.selection import heading_title
from veille.francais import NBSP, format_number, plural
from veille.model import Audience
from veille.pages.redaction import CHAMPS, Champ, count_sentences, count_words, fault
from veille.pages.visite import Formulaire, RefusFormulaire
from veille.store.brouillons import Inscrit
from veille.store.fiches import Fiche

MOTS_MIN, MOTS_MAX = 800, 1100
PHRASES_MAX = 2  # Of a summary.
EDITORIAL = Champ("Éditorial", EDITORIAL_MOTS, 1500)
OBJET = Champ("Objet du courriel", 0, OBJET_MAX, ligne=True)
NOMS_MESURES = {
    "territoires": "tous les territoires",
    "thematiques": "tous les thèmes",
    "types": "tous les types de documents",
}


@dataclass(frozen=True)
class Ligne:
    """One story of the draft. `reecrite`: it has words of this issue alone; `ajoutee`: put in by hand."""

    element: Element
    interne: str
    rubrique: str
    rang: int
    nombre: int
    ajoutee: bool = False
    reecrite: bool = False


@dataclass(frozen=True)
class Longueur:
    """How long the issue is, and what to think of it. `ton`: the badge's."""

    mots: str
    minutes: str
    avis: str
    ton: str


@dataclass(frozen=True)
class Reprise:
    """What was typed and could not be recorded, shown back. `champ`: « recrire », « editorial » or « objet »."""

    champ: str
    item_id: int = 0
    textes: Mapping[str, str] = field(default_factory=dict)
    fautes: Mapping[str, str] = field(default_factory=dict)
    conflit: str = ""


def lines(b: Brouillon) -> dict[str, list[Ligne]]:
    """The draft's stories by heading, in the order shown."""
    rubriques: dict[str, list[Ligne]] = {}
    par_item = {f.principal.item_id: groupe for groupe, f in b.fiches.items()}
    for rubrique in b.contenu.rubriques:
        rubriques[rubrique.titre] = [
            Ligne(
                element=e,
                interne=b.pieces[e.item_id].titre,
                rubrique=rubrique.cle,
                rang=rang,
                nombre=len(rubrique.elements),
                ajoutee=par_item[e.item_id] in b.etat.ajoutes,
                reecrite=par_item[e.item_id] in b.etat.textes,
            )
            for rang, e in enumerate(rubrique.elements)
        ]
    return rubriques


def headings(audience: Audience, reperes: Reperes, montrees: Sequence[str]) -> list[tuple[str, str]]:
    """Every heading a story may be moved to: those shown first, then the others of this audience."""
    ordre = section_order(audience, tuple(reperes.themes))
    cles = dict.fromkeys([*montrees, *(cle for cle in ordre if cle != "ailleurs" or cle in audience.sections)])
    return [(cle, heading_title(cle, reperes)) for cle in cles]


def length(b: Brouillon) -> Longueur:
    """The issue against the length that is read in four to six minutes."""
    mots = word_count(b.contenu)
    cible = f"visez de {format_number(MOTS_MIN)} à {format_number(MOTS_MAX)}{NBSP}mots, soit de 4 à 6{NBSP}minutes"
    if mots < MOTS_MIN:
        avis, ton = f"C’est court{NBSP}: {cible}. Mieux vaut un numéro court qu’un numéro gonflé.", "attention"
    elif mots > MOTS_MAX:
        avis, ton = f"C’est long{NBSP}: {cible}.", "attention"
    else:
        avis, ton = f"C’est la bonne longueur ({cible}).", "bien"
    return Longueur(plural(mots, "mot"), f"environ {plural(b.contenu.minutes, 'minute')} de lecture", avis, ton)


def own_words(fiche: Fiche) -> dict[str, str]:
    """The story's own words, shared by every audience, as an issue would show them."""
    texte = shown_text(fiche)
    return {champ: str(getattr(texte, champ)) for champ in TEXTES}


def read_words(formulaire: Formulaire) -> tuple[dict[str, str], dict[str, str]]:
    """The texts typed for this issue, and what is wrong with each."""
    textes, fautes = {}, {}
    for cle in TEXTES:
        champ = CHAMPS[cle]
        textes[cle] = (formulaire.line if champ.ligne else formulaire.text)(cle, 10 * champ.caracteres)
        faute = fault(textes[cle], champ)
        if not faute and cle == "resume" and (nombre := count_sentences(textes[cle])) > PHRASES_MAX:
            faute = f"{plural(nombre, 'phrase')}{NBSP}: deux suffisent."
        if faute:
            fautes[cle] = faute
    return textes, fautes


def changed_words(textes: Mapping[str, str], propres: Mapping[str, str], montres: Mapping[str, str]) -> dict[str, Any]:
    """What an act must say: only the texts that change, null where the story's own text comes back."""
    return {
        champ: None if texte == propres[champ] else texte for champ, texte in textes.items() if texte != montres[champ]
    }


def read_measures(formulaire: Formulaire) -> list[str]:
    """What is to be opened for this issue."""
    mesures = [m for m in formulaire.many("mesures") if m in MESURES]
    if not mesures:
        raise RefusFormulaire("Cochez ce qui doit s’ouvrir pour ce numéro.")
    return mesures


def words_of(texte: str) -> int:
    """Words as people count them."""
    return count_words(texte)


def tell_act(acte: Inscrit, titres: Mapping[int, str], genres: Mapping[int, str]) -> str:
    """What someone did, without their name: « a retiré « Titre » ». `genres`: of the acts that may have been undone."""
    quoi = f"«{NBSP}{titres.get(acte.item_id or 0, 'une nouvelle')}{NBSP}»"
    match acte.genre:
        case "deplacer":
            return f"a déplacé {quoi}"
        case "retirer":
            return f"a retiré {quoi}"
        case "remettre":
            return f"a remis {quoi}"
        case "recrire":
            return f"a récrit {quoi} pour ce numéro"
        case "ajouter":
            return f"a ajouté {quoi}"
        case "elargir":
            return f"a élargi le choix à {', '.join(NOMS_MESURES[m] for m in acte.valeur.get('mesures', ()) if m in MESURES)}"
        case "editorial":
            return "a écrit l’éditorial" if acte.valeur.get("texte") else "a retiré l’éditorial"
        case "objet":
            return "a choisi l’objet du courriel" if acte.valeur.get("texte") else "a remis l’objet proposé"
    noms = {"deplacer": "un déplacement", "recrire": "une réécriture", "ajouter": "un ajout"}
    noms |= {"retirer": "un retrait", "remettre": "une remise", "elargir": "un élargissement"}
    return f"a annulé {noms.get(genres.get(acte.valeur.get('geste', 0), ''), 'un changement')}"


def tell_conflict(actes: Sequence[Inscrit], titres: Mapping[int, str], genres: Mapping[int, str]) -> str:
    """Someone acted since the page was shown: who, what, and what to do."""
    dits = [f"{acte.par} {tell_act(acte, titres, genres)}" for acte in actes[-3:]]
    return (
        f"Rien n’a été enregistré{NBSP}: depuis que cette page s’est affichée, {' ; '.join(dits)}. "
        "Voici le brouillon tel qu’il est maintenant ; recommencez si c’est encore utile."
    )
