"""Which language: what is declared, unless the text itself says plainly otherwise.

Many Québec sites leave « en-US », their program's default, on French text: the small words of the text settle it.
py3langid (0.8 s to load) is asked once per feed, only for entries that declare nothing and whose small words are unclear.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from veille.feeds.chargement import loading

if TYPE_CHECKING:
    from collections.abc import Callable

_FR_MOTS = """
les des du et est une dans pour avec sur aux qui au ou cette sont pas nous vous leur leurs ses plus être été ce ces
afin ainsi chez entre votre notre vos nos sera ont le la que par
"""
_FR = frozenset(_FR_MOTS.split())
_EN_MOTS = """
the of and to in is with by at from this that are be or was were has have will for your our their its on as an it
you we they which been not can about
"""
_EN = frozenset(_EN_MOTS.split())
_MOT = re.compile(r"[^\W\d_]+")
_CODE = re.compile(r"([a-z]{2,3})(?:[-_].*)?$")
_ALIAS = {"fre": "fr", "fra": "fr", "eng": "en", "french": "fr", "francais": "fr", "français": "fr", "english": "en"}
_DEBUT = 600  # characters whose small words are counted
_DETECTE = 2_000
_MOTS_MIN = 4
_LETTRES_MIN = 60
_SUR = 0.9


def read_language(declare: str, texte: str) -> str:
    """« fr », « en », another two-letter code, or "" when neither the declaration nor the small words tell."""
    lue = normalise(declare)
    return lue if lue not in ("", "fr", "en") else _small_words(texte[:_DEBUT]) or lue


def detect_language(texte: str) -> str:
    """py3langid's answer when the text is long enough and the answer sure, else ""."""
    if sum(map(str.isalpha, texte)) < _LETTRES_MIN:
        return ""
    langue, probabilite = _classifier()(texte[:_DETECTE])
    return langue if probabilite >= _SUR else ""


@lru_cache(maxsize=256)
def normalise(declare: str) -> str:
    """« fr-CA », « FR_ca », « fre », « français » → « fr »; "" for what is not a language."""
    code = declare.strip().lower()[:40]
    if code in _ALIAS:
        return _ALIAS[code]
    trouve = _CODE.fullmatch(code)
    return _ALIAS.get(trouve[1], trouve[1]) if trouve and trouve[1] not in ("und", "mul", "zxx") else ""


def _small_words(texte: str) -> str:
    """French or English when the small words of one clearly outnumber the other's."""
    mots = _MOT.findall(texte.lower())
    fr, en = [mot for mot in mots if mot in _FR], [mot for mot in mots if mot in _EN]
    plus, moins, langue = (fr, en, "fr") if len(fr) >= len(en) else (en, fr, "en")
    net = len(plus) >= max(_MOTS_MIN, 3 * len(moins), len(mots) / 8)
    return langue if net and len(set(plus)) >= _MOTS_MIN else ""


def _classifier() -> Callable[[str], tuple[str, float]]:
    with loading:  # Sixteen threads would each load the model: 60 MB and 0.8 s apiece.
        return _load()


@lru_cache(maxsize=1)
def _load() -> Callable[[str], tuple[str, float]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifieur = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)

    def classify(texte: str) -> tuple[str, float]:
        langue, probabilite = identifieur.classify(texte)
        return str(langue), float(probabilite)

    return classify
