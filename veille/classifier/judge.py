"""Everything proposed for one document: themes, places, type, deadline, amount, each with its reasons.

The only door the pipeline uses. Importing is cheap; judging needs numpy, never scikit-learn.
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
from veille.classifier.facts.events import read_event
from veille.classifier.places.territories import TerritoryReader
from veille.classifier.themes.recette import VERSION
from veille.model import Document, Gazetier, Jugement, Suggestion, Taxonomie

if TYPE_CHECKING:
    from veille.classifier.themes.lecteur import Lecteur

# Raise at every change of the rules of this room: what was judged with another number is judged again.
REGLES = 5
MOTS_HORS_SUJET = 5  # Words shown to say that a document is about something else.


class Judge:
    """Compiled staff files, and what decisions taught when there is a `lecteur`, ready to judge many documents."""

    def __init__(self, taxonomie: Taxonomie, gazetier: Gazetier, lecteur: Lecteur | None = None) -> None:
        self._taxonomie = taxonomie
        self._lieux = TerritoryReader(gazetier)
        self._types = TypeReader(taxonomie.types)
        self._appris = lecteur
        self.modele = modele(taxonomie, gazetier, lecteur.modele.nom if lecteur else "")

    def judge(self, document: Document, now: date) -> Jugement:
        """All suggestions for one document; `now` only tells that a document dated in the future is wrongly dated."""
        from veille.classifier.themes.avis import judge_themes  # numpy: only when judging.

        themes, desaccord, phrase = judge_themes(self._lecteur, document)
        faits = (read_deadline(document, now), read_event(document, now), read_amount(document))
        seuls = (self._types.read(document, faits), *faits)
        autres = tuple(suggestion for suggestion in seuls if suggestion is not None)
        incertain = bool(themes) and all(theme.etat == "incertain" for theme in themes)
        sans = not any(theme.etat == "retenu" for theme in themes)
        hors_sujet = self._lecteur.lexique.off_topic(document)[:MOTS_HORS_SUJET] if sans else ()
        return Jugement((*themes, *self._lieux.read(document), *autres), incertain, desaccord, phrase, hors_sujet)

    def judge_all(self, documents: Iterable[Document], now: date) -> list[Jugement]:
        """One judgement per document, in order; all are made before the caller opens a transaction to write them."""
        return [self.judge(document, now) for document in documents]

    @cached_property
    def _lecteur(self) -> Lecteur:
        if self._appris is not None:
            return self._appris
        from veille.classifier.themes.depart import prior_model
        from veille.classifier.themes.lecteur import Lecteur

        return Lecteur(prior_model(self._taxonomie))


def modele(taxonomie: Taxonomie, gazetier: Gazetier, appris: str = "") -> str:
    """A short name for « these files read by these rules »: changes with `REGLES` and with what this room reads of them.

    `appris`: the name of the model that decisions taught, when one judges.
    """
    lu = (
        REGLES,
        themes_digest(taxonomie),
        [(t.slug, t.indices, t.sigles) for t in taxonomie.types],
        [
            (t.slug, t.nom, t.genre, t.parent, t.ambiguite, t.alias, t.gentiles, t.faux_amis)
            for t in gazetier.territoires
        ],
        gazetier.indices_de_contexte,
    )
    return f"regles-{REGLES}-{_digest(lu)}" + (f"+{appris}" if appris else "")


def themes_digest(taxonomie: Taxonomie) -> str:
    """A short name for what judging reads of the theme file: a trained model serves as long as it has not changed.

    The order of themes is not part of it: a model carries its own.
    """
    themes = sorted((t.slug, t.definition, t.inclut, t.exemples, repr(t.expressions)) for t in taxonomie.thematiques)
    return _digest((VERSION, taxonomie.seuils, taxonomie.hors_sujet, themes))


def _digest(lu: object) -> str:
    return hashlib.blake2b(repr(lu).encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def to_json(document: Document, jugement: Jugement) -> dict[str, Any]:
    """One line of `veille classer --textes`: what is retained, themes best first; null where nothing is known."""
    retenues = [s for s in jugement.suggestions if s.etat == "retenu"]
    seules = {s.genre: s.valeur for s in retenues}
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
