"""What staff write of a story: how long each text may be, and what is wrong with the one typed. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from veille.francais import NBSP, fold, format_number, plural
from veille.pages.visite import Formulaire, RefusFormulaire, is_forbidden

MOT = re.compile(r"\S*\w\S*")  # « , » and « ! » stand alone in French, and are no words.
_FIN = re.compile(r"[.!?…]+[»”\"’)]*(?=\s|$)")
# A full stop after these ends no sentence.
_ABREGES = frozenset(
    [
        "m",
        "mm",
        "mme",
        "mmes",
        "mlle",
        "dr",
        "dre",
        "me",
        "st",
        "ste",
        "sts",
        "stes",
        "art",
        "no",
        "nos",
        "p",
        "pp",
        "etc",
        "ex",
        "cf",
        "env",
        "tel",
        "min",
        "max",
        "vol",
    ]
)


@dataclass(frozen=True)
class Champ:
    """One field: its limits, and how it is called. `ligne`: it holds on one line; 0: no limit of that kind."""

    nom: str
    mots: int
    caracteres: int
    ligne: bool = False
    phrase: bool = False


CHAMPS: dict[str, Champ] = {
    "titre": Champ("Titre", 12, 200, ligne=True),
    "resume": Champ("Résumé", 60, 1200),
    "pourquoi": Champ("Pourquoi c’est important ici", 40, 600, phrase=True),
    "note": Champ("Note privée", 0, 2000),
}


@dataclass(frozen=True)
class Saisie:
    """What was typed, and what is wrong with it, by field. Texts are kept whatever their length, to be put right."""

    textes: Mapping[str, str]
    fautes: Mapping[str, str]


def read(formulaire: Formulaire) -> Saisie:
    """The texts of a form, each checked."""
    textes, fautes = {}, {}
    for cle, champ in CHAMPS.items():
        textes[cle], faute = _read(formulaire, cle, champ)
        if faute := faute or fault(textes[cle], champ):
            fautes[cle] = faute
    return Saisie(textes, fautes)


def fault(texte: str, champ: Champ) -> str:
    """What is wrong with a text, and what to do; "" when nothing is."""
    if len(texte) > champ.caracteres:
        return f"{plural(len(texte), 'caractère')}, et le maximum est de {format_number(champ.caracteres)}{NBSP}: raccourcissez."
    mots = count_words(texte)
    if champ.mots and mots > champ.mots:
        return f"{plural(mots, 'mot')}, et le maximum est de {champ.mots}{NBSP}: raccourcissez."
    if champ.phrase and (nombre := count_sentences(texte)) > 1:
        return f"{plural(nombre, 'phrase')}{NBSP}: une seule suffit."
    return ""


def count_words(texte: str) -> int:
    """Words as people count them: « l’été » is one, a lone sign is none."""
    return len(MOT.findall(texte))


def count_sentences(texte: str) -> int:
    """Ends of sentences, abbreviations and initials apart; a text without any full stop is one sentence."""
    fins = [fin for fin in _FIN.finditer(texte) if not _is_abbreviation(texte, fin)]
    reste = texte[fins[-1].end() :] if fins else texte
    return len(fins) + bool(count_words(reste))


def _is_abbreviation(texte: str, fin: re.Match[str]) -> bool:
    if fin[0] != "." or fin.end() == len(texte):
        return False
    avant = re.search(r"[\w’'-]+$", texte[max(0, fin.start() - 30) : fin.start()])
    mot = fold(re.split(r"[’'-]", avant[0])[-1]) if avant else ""
    return mot in _ABREGES or (len(mot) == 1 and mot.isalpha())


def _read(formulaire: Formulaire, cle: str, champ: Champ) -> tuple[str, str]:
    """One text, and the fault of what it cannot hold; characters that no text may hold are taken out of what is shown."""
    lire = formulaire.line if champ.ligne else formulaire.text
    try:
        return lire(cle, 10**9), ""
    except RefusFormulaire as refus:
        propre = "".join(x for x in formulaire.champs[cle][0].replace("\r\n", "\n") if not is_forbidden(x))
        return propre.strip(), f"{refus} Il a été ôté de ce champ{NBSP}: vérifiez, puis enregistrez."
