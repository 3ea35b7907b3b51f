"""Everything proposed for one document: themes, places, type, deadline, amount, each with its reasons.

The only door the pipeline uses. Importing this module is cheap; scikit-learn is imported when a `Judge` first judges.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from veille.classifier.facts.amounts import read_amount
from veille.classifier.facts.deadlines import read_deadline
from veille.classifier.facts.doctypes import TypeReader
from veille.classifier.places.territories import TerritoryReader
from veille.model import Document, Gazetier, Jugement, Suggestion, Taxonomie

if TYPE_CHECKING:
    from veille.classifier.themes.estimator import ThemeClassifier

# Raise at every change of the rules of this room: what was judged with another number is judged again.
REGLES = 2


class Judge:
    """Compiled staff files, ready to judge many documents."""

    def __init__(self, taxonomie: Taxonomie, gazetier: Gazetier) -> None:
        self._taxonomie = taxonomie
        self._lieux = TerritoryReader(gazetier)
        self._types = TypeReader(taxonomie.types)
        self.modele = modele(taxonomie, gazetier)

    def judge(self, document: Document, now: date) -> Jugement:
        """All suggestions for one document; `now` only tells that a document dated in the future is wrongly dated."""
        themes = self._classifier.explain(document)
        seuls = (self._types.read(document), read_deadline(document, now), read_amount(document))
        autres = tuple(suggestion for suggestion in seuls if suggestion is not None)
        incertain = bool(themes) and all(theme.etat == "incertain" for theme in themes)
        return Jugement((*themes, *self._lieux.read(document), *autres), incertain)

    def judge_all(self, documents: Iterable[Document], now: date) -> list[Jugement]:
        """One judgement per document, in order; all are made before the caller opens a transaction to write them."""
        return [self.judge(document, now) for document in documents]

    @cached_property
    def _classifier(self) -> ThemeClassifier:
        from veille.classifier.themes.estimator import ThemeClassifier  # Seconds to import: only when judging.

        return ThemeClassifier(self._taxonomie).fit([])


def modele(taxonomie: Taxonomie, gazetier: Gazetier) -> str:
    """A short name for « these files read by these rules »: changes with `REGLES` and with what this room reads of them.

    A definition or an example rewritten changes no judgement, hence no name.
    """
    lu = (
        REGLES,
        taxonomie.seuils,
        [(t.slug, t.expressions) for t in taxonomie.thematiques],
        [(t.slug, t.indices, t.sigles) for t in taxonomie.types],
        [
            (t.slug, t.nom, t.genre, t.parent, t.ambiguite, t.alias, t.gentiles, t.faux_amis)
            for t in gazetier.territoires
        ],
        gazetier.indices_de_contexte,
    )
    empreinte = hashlib.blake2b(repr(lu).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    return f"regles-{REGLES}-{empreinte}"


def to_json(document: Document, jugement: Jugement) -> dict[str, Any]:
    """One line of `veille classer --textes`: what is retained, themes best first; null where nothing is known."""
    retenues = [s for s in jugement.suggestions if s.etat == "retenu"]
    seules = {s.genre: s.valeur for s in retenues if s.genre in ("type", "date_limite", "montant")}
    return {
        "id": document.id,
        "thematiques": [_theme(s) for s in retenues if s.genre == "thematique"],
        "territoires": [
            {"slug": s.valeur, "raison": " ; ".join(r.texte for r in s.raisons)}
            for s in retenues
            if s.genre == "territoire"
        ],
        "type": seules.get("type"),
        "date_limite": seules.get("date_limite"),
        "montant": int(seules["montant"]) if "montant" in seules else None,
        "incertain": jugement.incertain,
    }


def _theme(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "slug": suggestion.valeur,
        "probabilite": round(suggestion.probabilite, 4),
        "raisons": [{"genre": r.genre, "texte": r.texte, "poids": r.poids} for r in suggestion.raisons],
    }
