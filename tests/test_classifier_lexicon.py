"""The scoring rules of the theme file, on a small taxonomy written for the purpose."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.matcher import Matcher, keep_longest, phrase, split_words
from veille.classifier.themes.lexicon import PLANCHER, Lexique, probability, score_of
from veille.classifier.zones import split_zones
from veille.model import Document, Expressions, Seuils, Suggestion, Taxonomie, Thematique

LOGIS = Thematique(
    "logis",
    "Logis",
    "",
    expressions=Expressions(
        fort=("logement social", "logements sociaux", "comité logement", "crise du logement", "hors marché"),
        moyen=("locataire*", "droit au logement", "main-d'œuvre"),
        indice=("logement*", "loyer*", "bail"),
        sigles=("HLM", "OBNL-H", "LGBTQ+"),
        sigles_faibles=("CA",),
        negatives=("logement de disque",),
    ),
)
REFUGE = Thematique(
    "refuge",
    "Refuge",
    "",
    expressions=Expressions(
        fort=("halte-chaleur", "aînés"),
        indice=("refuge*", "climat", "climatique*", "aîné*"),
        negatives=("refuge animalier",),
    ),
)
VIE = Thematique("vie", "Vie", "", expressions=Expressions(fort=("refuge animalier du comté", "halte-chaleur")))
TAXONOMIE = Taxonomie((LOGIS, REFUGE, VIE), ())
LEXIQUE = Lexique(TAXONOMIE)
HORS_SUJET = Expressions(
    fort=("tournoi", "logement de la batterie"), moyen=("match*",), indice=("refuge*",), negatives=("tournoi amical",)
)
PREVENU = Lexique(replace(TAXONOMIE, hors_sujet=HORS_SUJET))
MOTS = [
    "tournoi",
    "match",
    "amical",
    "batterie",
    "la",
    "logement",
    "logements",
    "social",
    "refuge",
    "animalier",
    "HLM",
    "loyer",
    "de",
    "disque",
    "climat",
    "CA",
    ".",
    "œuf",
]


def scores(titre: str = "", resume: str = "", texte: str = "") -> dict[str, float]:
    valeurs = LEXIQUE.scores(Document("", titre, resume, texte))
    return {t.slug: s for t, s in zip(TAXONOMIE.thematiques, valeurs, strict=True) if s}


def themes(titre: str = "", resume: str = "", texte: str = "") -> dict[str, Suggestion]:
    return {s.valeur: s for s in LEXIQUE.suggest(Document("", titre, resume, texte))}


@pytest.mark.parametrize(
    ("titre", "attendu"),
    [
        ("Un logement social", 6.0),
        ("UN LOGEMENT SOCIAL", 6.0),
        ("Pénurie de main-d’oeuvre", 4.0),
        ("Pénurie de main d'œuvre", 4.0),
        ("Des comités-logements", 6.0),
        ("Les locataires", 4.0),
        ("Des HLM", 6.0),
        ("Un OBNL-H", 6.0),
        ("Marche LGBTQ+", 6.0),
        ("Le CA", 2.0),
    ],
)
def test_case_accents_hyphens_apostrophes_and_plurals_do_not_hide_an_expression(titre: str, attendu: float) -> None:
    assert scores(titre) == {"logis": attendu}


@pytest.mark.parametrize("titre", ["hlm", "Hlm", "HLMs", "ca va", "hors. Marché", "LE CA DU HLM ARRIVE"])
def test_an_acronym_needs_its_exact_case_and_a_phrase_its_sentence(titre: str) -> None:
    assert scores(titre) == {}


def test_a_title_weighs_two_a_summary_one_and_a_body_one_half() -> None:
    assert scores("crise du logement") == {"logis": 6.0}
    assert scores("x", "crise du logement") == {"logis": 3.0}
    assert scores("x", "y", "crise du logement") == {"logis": 1.5}


def test_without_a_summary_the_lead_of_the_text_stands_for_it() -> None:
    assert scores("x", "", "La crise du logement.") == {"logis": 3.0}
    longue = "La crise du logement.\n" + "Autre chose encore. " * 60 + "Un comité logement."
    assert scores("x", "", longue) == {"logis": 3.0 + 1.5}


def test_a_summary_that_opens_the_text_is_read_once() -> None:
    resume = "La crise du logement s'aggrave"
    assert scores("x", resume + "…", resume + " partout.") == {"logis": 3.0}
    assert scores("La crise du logement", "La crise du logement") == {"logis": 6.0}


def test_an_expression_counts_once_per_zone() -> None:
    assert scores("locataire, locataires, Locataire") == {"logis": 4.0}
    assert scores("locataire", "un locataire") == {"logis": 4.0 + 2.0}


def test_the_longest_expression_wins_over_those_inside_it() -> None:
    raisons = themes("Le droit au logement")["logis"].raisons
    assert [(r.genre, r.texte) for r in raisons] == [("moyen", "droit au logement")]


def test_a_negative_absorbs_the_word_inside_it() -> None:
    assert scores("Un refuge animalier") == {"refuge": -6.0}
    assert scores("Un logement de disque") == {"logis": -6.0}


def test_a_longer_expression_of_another_theme_absorbs_too() -> None:
    assert scores("Le refuge animalier du comté") == {"vie": 6.0}


def test_two_themes_may_share_the_very_same_words() -> None:
    assert scores("La halte-chaleur") == {"refuge": 6.0, "vie": 6.0}


def test_over_the_same_words_a_theme_counts_its_strongest_expression_only() -> None:
    assert scores("Les aînés") == {"refuge": 6.0}


def test_indices_of_one_word_never_retain_a_theme() -> None:
    suggestion = themes("climat climatique", "climat climatique", "climat climatique")["refuge"]
    assert suggestion.etat == "incertain"
    assert suggestion.score == 3.5
    assert suggestion.raisons[-1].genre == "plafond"
    assert score_of(suggestion.raisons) == suggestion.score


def test_indices_of_two_words_may_retain_a_theme() -> None:
    assert themes("Loyers et logements")["logis"].etat == "retenu"


def test_from_two_to_three_and_a_half_points_a_theme_is_uncertain() -> None:
    assert {s.valeur: s.etat for s in themes("x", "un locataire").values()} == {"logis": "incertain"}
    assert themes("x", "y", "un locataire") == {}


def test_no_more_themes_are_retained_than_the_file_allows() -> None:
    serie = tuple(Thematique(f"t{i}", "", "", expressions=Expressions(fort=("mot commun",))) for i in range(5))
    suggestions = Lexique(Taxonomie(serie, ())).suggest(Document("", "Un mot commun"))
    assert [s.valeur for s in suggestions if s.etat == "retenu"] == ["t0", "t1", "t2"]
    assert [s.etat for s in suggestions[3:]] == ["incertain", "incertain"]


def warned(titre: str = "", resume: str = "") -> dict[str, float]:
    """Scores by a file that knows what is off topic."""
    valeurs = PREVENU.scores(Document("", titre, resume))
    return {t.slug: s for t, s in zip(TAXONOMIE.thematiques, valeurs, strict=True) if s}


def test_off_topic_points_are_taken_from_every_theme_that_has_some_and_from_no_other() -> None:
    assert warned("x", "La halte-chaleur, un match, un comité logement") == {"logis": 1.0, "refuge": 1.0, "vie": 1.0}
    assert warned("x", "Un tournoi") == {}
    assert warned("Un refuge animalier", "Un tournoi") == {"refuge": -6.0}


def test_a_taken_point_is_a_reason_with_the_words_of_the_text() -> None:
    document = Document("", "Le comité logement", "Des matchs, un tournoi")
    assert PREVENU.suggest(document) == ()
    (raisons,) = [r for r in PREVENU.reasons(document) if r]
    assert [(r.genre, r.texte, r.poids, r.zone) for r in raisons] == [
        ("fort", "comité logement", 6.0, "titre"),
        ("hors_sujet", "tournoi", -3.0, "resume"),
        ("hors_sujet", "matchs", -2.0, "resume"),
    ]


def test_off_topic_words_alone_bring_a_theme_no_lower_than_one_negative_of_the_title() -> None:
    assert warned("Comité logement, tournoi et matchs", "Un tournoi, des matchs") == {"logis": PLANCHER}


def test_the_longest_expression_wins_over_off_topic_words_and_theirs_over_a_theme() -> None:
    assert warned("Le refuge animalier du comté", "x et y") == {"vie": 6.0}
    assert warned("Le logement de la batterie, un HLM") == {}
    assert scores("Le logement de la batterie, un HLM") == {"logis": 8.0}


def test_what_cancels_the_off_topic_words_never_speaks_for_a_theme() -> None:
    assert warned("Le comité logement", "Un tournoi amical") == {"logis": 6.0}
    assert warned("Le comité logement", "Un tournoi amical, un tournoi") == {"logis": 6.0}
    assert warned("x", "Un tournoi amical") == {}


def test_the_one_word_that_only_the_title_says_is_worth_a_third() -> None:
    assert warned("Les aînés", "Une collation") == {"refuge": pytest.approx(2.0)}
    assert warned("Les aînés", "Pour les aînés") == {"refuge": 9.0}
    assert warned("Le comité logement", "Une collation") == {"logis": 6.0}
    assert warned("Les HLM", "Une collation") == {"logis": 6.0}
    assert warned("Les aînés") == {"refuge": 6.0}  # No text that could have confirmed it.
    assert scores("Les aînés", "Une collation") == {"refuge": 6.0}  # No table « hors_sujet ».


def test_a_reason_shows_the_words_of_the_text() -> None:
    raison = themes("Vers\u00a0des  logements\nsociaux")["logis"].raisons[0]
    assert (raison.genre, raison.texte, raison.poids, raison.zone) == ("fort", "logements sociaux", 6.0, "titre")


def test_the_probability_is_one_half_at_the_threshold_and_grows_with_the_score() -> None:
    seuils = Seuils()
    valeurs = [probability(score, seuils) for score in (-1e9, -3.0, 0.0, 2.0, 4.0, 6.0, 1e9)]
    assert valeurs == sorted(valeurs)
    assert valeurs[4] == 0.5
    assert (valeurs[0], valeurs[-1]) == (pytest.approx(0.0), 1.0)


def test_decomposed_accents_are_read_like_composed_ones() -> None:
    assert scores("Hors marche\u0301") == {"logis": 6.0}


documents = st.builds(
    Document,
    id=st.just(""),
    titre=st.lists(st.sampled_from(MOTS), max_size=12).map(" ".join) | st.text(max_size=80),
    resume=st.lists(st.sampled_from(MOTS), max_size=20).map(" ".join) | st.text(max_size=200),
    texte=st.lists(st.sampled_from(MOTS), max_size=200).map(" ".join) | st.text(max_size=1000),
)


@given(documents)
@settings(max_examples=150, deadline=None)
def test_reasons_add_up_exactly_to_the_score(document: Document) -> None:
    for suggestion in LEXIQUE.suggest(document):
        assert score_of(suggestion.raisons) == suggestion.score
        assert suggestion.etat == "incertain" or suggestion.score >= TAXONOMIE.seuils.retenu


@given(documents)
@settings(max_examples=150, deadline=None)
def test_off_topic_words_only_ever_lower_a_score_and_their_reasons_add_up(document: Document) -> None:
    for sans, raisons in zip(LEXIQUE.scores(document), PREVENU.reasons(document), strict=True):
        avec = score_of(raisons)
        assert avec <= max(sans, 0.0) + 1e-9
        pour = score_of(r for r in raisons if r.genre not in ("hors_sujet", "plafond"))
        retire = score_of(r for r in raisons if r.genre == "hors_sujet")
        assert retire <= 0
        assert not retire or pour + retire >= PLANCHER - 1e-9


@given(st.lists(st.sampled_from(MOTS), max_size=40))
@settings(max_examples=100, deadline=None)
def test_no_phrase_inside_a_longer_one_is_ever_kept(mots: list[str]) -> None:
    expressions = [
        "logement*",
        "logement social",
        "refuge*",
        "refuge animalier",
        "social refuge",
        "de",
        "logement de disque",
    ]
    trouves = Matcher((phrase(e, "pluriel"), e) for e in expressions).find(mots)
    gardes = keep_longest(trouves)
    for un in trouves:
        autour = any(
            autre.debut <= un.debut and un.fin <= autre.fin and (autre.debut, autre.fin) != (un.debut, un.fin)
            for autre in trouves
        )
        assert (un in gardes) is not autour


@given(st.text(max_size=500), st.text(max_size=500), st.text(max_size=1500))
@settings(max_examples=100, deadline=None)
def test_zones_never_invent_text(titre: str, resume: str, texte: str) -> None:
    zones = split_zones(Document("", titre, resume, texte))
    assert all(len(split_words(zone)) <= len(split_words(titre + " " + resume + " " + texte)) + 3 for zone in zones)


def test_a_megabyte_of_anything_is_read_in_bounded_time_and_memory() -> None:
    debut = time.process_time()
    for texte in ("refuge " * 150_000, "a" * 1_000_000, "l'" * 500_000, ". " * 500_000, "logement social " * 60_000):
        LEXIQUE.suggest(Document("", texte, texte, texte))
    for lot in range(6):
        LEXIQUE.suggest(Document("", "", "", " ".join(f"mot{lot}x{i}" for i in range(20_000))))
    assert time.process_time() - debut < 20
    assert len(LEXIQUE._matcher._memoire) <= 100_000
