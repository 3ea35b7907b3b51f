"""What the theme model reads of a document, as text for people's words and as words for vectors."""

from __future__ import annotations

from veille.classifier.themes.recette import CORPS_LU
from veille.classifier.themes.stems import stem, words
from veille.classifier.zones import split_zones
from veille.model import Document, Thematique


def read_words(document: Document) -> list[str]:
    """Folded words in reading order, the title's twice."""
    zones = split_zones(document)
    titre = words(zones.titre)
    return [*titre, *titre, *words(zones.resume), *words(zones.corps[:CORPS_LU])]


def word_text(document: Document) -> str:
    """The same as one text: what scikit-learn's « char_wb » reads."""
    return " ".join(read_words(document))


def stem_text(document: Document) -> str:
    """Their stems as one text: what scikit-learn's word n-grams read."""
    return " ".join(stem(mot) for mot in read_words(document))


def sentence(document: Document) -> str:
    """The text whose sense is encoded: title, then summary or lead."""
    zones = split_zones(document)
    return f"{zones.titre}. {zones.resume}".strip()


def seed(thematique: Thematique) -> Document:
    """A theme as the document it would like: its definition, its expressions, its examples."""
    return Document(id=thematique.slug, titre="", resume=" . ".join(seed_parts(thematique)))


def seed_parts(thematique: Thematique) -> list[str]:
    """What a theme says of itself, piece by piece. « * » ends are left as they stand."""
    e = thematique.expressions
    expressions = [x.rstrip("*") for x in (*e.fort, *e.moyen, *e.indice, *e.sigles)]
    return [thematique.definition, *thematique.inclut, *expressions, *thematique.exemples]
