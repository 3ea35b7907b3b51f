"""The model card, « Fiche du modèle »: what a model knows, where it errs, how far to trust it, in plain French.

    shape        sections, paragraphs and tables that a page or a document shows; the Markdown document
    sections     the card itself, and the parts that need no room of their own
    themes       which themes are known, and the errors
    trust        how sure its probabilities are
    curve        the same, as a drawing
    words        figures and names as the card writes them

Everything is for a person who has never met an F1, and no sentence says what the figures do not: with too few cases, it
says so instead of giving a share. No numpy here, because pages read this room.
"""

from __future__ import annotations

from veille.classifier.card.curve import reliability_svg
from veille.classifier.card.sections import card
from veille.classifier.card.shape import Carte, Section, Tableau, to_markdown

__all__ = ["Carte", "Section", "Tableau", "card", "reliability_svg", "to_markdown"]
