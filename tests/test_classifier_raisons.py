"""Reasons are the score: they add up to it, say where they were read, and name what really weighs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.petit_corpus import MOTS, TAXONOMIE, FauxEncodeur, corpus
from veille.classifier.themes.avis import judge_themes
from veille.classifier.themes.depart import prior_model
from veille.classifier.themes.formation import train
from veille.classifier.themes.lecteur import Lecteur
from veille.classifier.themes.raisons import MOTS_MONTRES, VOISINS
from veille.model import Document, Raison, Suggestion

textes = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [*(m for lot in MOTS.values() for m in lot.split()), "logement social", "logement de disque", "HLM", "loyers"]
    ),
    max_size=10,
).map(" ".join)


@cache
def lecteur(genre: str) -> Lecteur:
    encodeur = FauxEncodeur() if genre == "sens" else None
    if genre == "depart":
        return Lecteur(prior_model(TAXONOMIE, 0.2))
    modele = train(TAXONOMIE, corpus(120), "essai", (), encodeur).modele
    return Lecteur(replace(modele, seuils=np.full(3, -8, np.float32)), encodeur)  # Everything is shown.


@pytest.mark.parametrize("genre", ["depart", "appris", "sens"])
@given(document=st.builds(Document, id=st.just("x"), titre=textes, resume=textes, texte=textes))
@settings(max_examples=120, deadline=None)
def test_the_reasons_of_any_text_add_up_to_its_score(genre: str, document: Document) -> None:
    juge = lecteur(genre)
    scores = dict(zip([t.slug for t in TAXONOMIE.thematiques], juge.score(document), strict=True))
    for suggestion in judge_themes(juge, document).suggestions:
        assert suggestion.score == pytest.approx(scores[suggestion.valeur], abs=1e-4)
        assert sum(r.poids for r in suggestion.raisons) == pytest.approx(suggestion.score, abs=1e-6)


def _one(juge: Lecteur, document: Document, slug: str) -> Suggestion:
    return next(s for s in judge_themes(juge, document).suggestions if s.valeur == slug)


def _of(suggestion: Suggestion, *genres: str) -> list[Raison]:
    return [r for r in suggestion.raisons if r.genre in genres]


def test_matched_expressions_are_shown_as_written_where_they_stand() -> None:
    document = Document("x", "Logement social à venir", "La ville parle de loyers.", "Un HLM de plus. " * 3)
    forts = _of(_one(lecteur("appris"), document, "logis"), "fort", "indice")
    assert {(r.texte, r.zone) for r in forts} == {("Logement social", "titre"), ("loyers", "resume"), ("HLM", "corps")}
    poids = {r.texte: r.poids for r in forts}
    assert poids["Logement social"] > poids["HLM"] > 0  # Strong in the title, strong in the body.


def test_a_negative_expression_weighs_against() -> None:
    document = Document("x", "Logement de disque et logement social")
    (contre,) = _of(_one(lecteur("appris"), document, "logis"), "negative")
    assert contre.texte == "Logement de disque"
    assert contre.poids < 0


def test_the_strongest_learnt_words_are_those_whose_removal_costs_most() -> None:
    juge = lecteur("appris")
    document = Document("x", "Récolte du potager : la mairie annonce un tournoi")
    appris = _of(_one(juge, document, "table"), "appris")
    assert len(appris) <= MOTS_MONTRES
    assert {"Récolte", "potager"} <= {r.texte for r in appris if r.poids > 0}
    plus_fort = max(appris, key=lambda r: r.poids).texte
    restes = {mot: document.titre.replace(mot, "") for mot in ("Récolte", "potager", "mairie", "annonce", "tournoi")}
    chutes = {mot: float(juge.score(document)[1] - juge.score(Document("x", t))[1]) for mot, t in restes.items()}
    assert plus_fort == max(chutes, key=lambda mot: chutes[mot])


def test_the_two_nearest_decisions_are_shown_with_what_was_decided() -> None:
    juge = lecteur("appris")
    memoire = juge.modele.memoire
    rang = next(i for i, themes in enumerate(memoire.themes) if themes == ("table",))
    voisins = _of(_one(juge, Document("x", memoire.titres[rang]), "table"), "voisin")
    assert len(voisins) == VOISINS
    assert all(r.poids == 0 for r in voisins)
    assert memoire.titres[rang] in voisins[0].texte
    assert "classée sous Se nourrir le " in voisins[0].texte
    assert voisins[0].texte.endswith("\u00a0%)")


def test_the_likeness_of_past_decisions_is_the_cosine_of_their_words() -> None:
    juge = lecteur("appris")
    exemples = corpus(120)
    from veille.classifier.themes.formation import fit
    from veille.classifier.themes.textes_lus import read_words

    mots = dict(fit(TAXONOMIE, exemples, 1.2, None)[0].transformer_list)["mots"]
    document = exemples[5].document
    attendu = (mots.transform([e.document for e in exemples]) @ mots.transform([document]).T).toarray()[:, 0]
    assert np.abs(juge.past(juge.read(read_words(document))) - attendu).max() < 1e-5


def test_a_text_like_no_decision_shows_none() -> None:
    suggestions = judge_themes(lecteur("appris"), Document("x", "Zyxwv qponm")).suggestions
    assert suggestions
    assert not [r for s in suggestions for r in s.raisons if r.genre == "voisin"]


def test_the_first_day_speaks_of_no_decision() -> None:
    suggestion = _one(lecteur("depart"), Document("x", "Logement social : hausse des loyers"), "logis")
    assert suggestion.etat == "retenu"
    assert not _of(suggestion, "appris", "voisin", "sens")
    assert _of(suggestion, "fort")
    assert _of(suggestion, "depart")


def test_the_sense_of_the_whole_is_a_reason_only_with_the_encoder() -> None:
    document = Document("x", "Une cuisine collective et des repas")
    assert len(_of(_one(lecteur("sens"), document, "table"), "sens")) == 1
    assert not _of(_one(lecteur("appris"), document, "table"), "sens")


def test_disagreement_is_said_when_decisions_contradict_the_expressions() -> None:
    contraires = [
        replace(e, document=replace(e.document, titre=f"{e.document.titre} HLM"), themes=e.themes - {"logis"})
        if i % 2
        else e
        for i, e in enumerate(corpus(200))
    ]
    modele, document = train(TAXONOMIE, contraires, "essai").modele, Document("x", "HLM HLM", "Loterie, vedette et HLM")
    avis = judge_themes(Lecteur(modele, depart=Lecteur(prior_model(TAXONOMIE))), document)
    assert avis.desaccord > 0.3
    assert judge_themes(Lecteur(modele), document).desaccord == 0.0  # Nobody asked.
    assert avis.desaccord_texte.startswith("Le fichier des thèmes propose «\u00a0Se loger\u00a0»")
