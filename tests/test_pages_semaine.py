"""The review laid out: pure decisions on stories, filters and dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.valeur import Valeur
from veille.francais import NBSP
from veille.model import Raison, Suggestion
from veille.pages.pertinence import estimate, say_value
from veille.pages.presentation import amount, deadline, elapsed, event, facts, is_urgent, language, published, tags
from veille.pages.progres import measure
from veille.pages.semaine import (
    CHAMPS,
    PAR_PAGE,
    Filtres,
    bounds,
    budget_end,
    describe,
    lay_out,
    periods,
    reach,
    read_filters,
    start,
    summary,
    told_count,
)
from veille.pages.visite import tidy
from veille.store.attente import Place
from veille.store.budget import Budget
from veille.store.fiches import Fiche, Membre, Redaction
from veille.store.revue import Lieu, References

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
REFERENCES = References(
    thematiques={"habitation": "Habitation", "mobilite": "Mobilité"},
    types={"rapport": "Rapport"},
    lieux={
        "lanaudiere": Lieu("lanaudiere", "Lanaudière", "region", ""),
        "joliette": Lieu("joliette", "MRC de Joliette", "mrc", "lanaudiere"),
        "mun-joliette": Lieu("mun-joliette", "Joliette", "municipalite", "joliette"),
    },
)


def fiche(
    groupe: int, *themes: str, source: str = "a", limite: str = "", incertain: str = "", lieux: tuple[str, ...] = ()
) -> Fiche:
    membre = Membre(
        groupe, f"Titre {groupe}", "", "", "", "fr", NOW, "", NOW, 1, source, f"Source {source}", "ouvert", "B"
    )
    suggestions = [Suggestion("thematique", t, score=6.0, seuil=4.0) for t in themes]
    suggestions += [Suggestion("thematique", incertain, "incertain", 3.0, 4.0)] if incertain else []
    suggestions += [Suggestion("date_limite", limite)] if limite else []
    suggestions += [Suggestion("territoire", lieu) for lieu in lieux]
    return Fiche(groupe, (membre,), tuple(suggestions))


def places(*paliers: int) -> list[Place]:
    return [Place(rang, palier, rang, 0.5) for rang, palier in enumerate(paliers, 1)]


def test_a_page_is_cut_where_the_part_of_the_queue_changes_and_the_rest_is_folded() -> None:
    premieres, incertains, reste = lay_out(places(0, 0, 1, 2), Filtres(), {0: 2, 1: 1, 2: 12})
    assert [(s.nom, len(s.places), s.total, s.repliee) for s in (premieres, incertains, reste)] == [
        ("À lire d’abord", 2, 2, False),
        ("Incertains", 1, 1, False),
        ("Le reste", 1, 12, True),
    ]
    assert not lay_out(places(2, 2), Filtres(), {2: 2})[0].repliee  # Nothing more useful stands above.
    filtree = lay_out(places(0, 2), Filtres(source="a"), {})
    assert [(s.total, s.repliee) for s in filtree] == [(None, False), (None, False)]
    assert [s.nom for s in lay_out(places(2, 0), Filtres(etat="retenu"), {})] == ["Retenues"]
    assert lay_out([], Filtres(), {}) == ()


def test_pages_follow_each_other_from_the_part_asked_for() -> None:
    paliers = {0: 40, 1: 5, 2: 70}
    assert [start(Filtres(page=n), paliers) for n in (1, 2)] == [0, PAR_PAGE]
    assert [start(Filtres(partie="reste", page=n), paliers) for n in (1, 2)] == [45, 45 + PAR_PAGE]
    assert [reach(Filtres(partie=p), paliers) for p in ("", "incertains", "reste")] == [115, 75, 70]
    assert start(Filtres(source="a", partie="reste"), {}) == 0


def test_the_hour_ends_before_the_story_that_no_longer_fits() -> None:
    page = places(0, 0, 0, 0)
    assert budget_end(page, 0, 2) == 3
    assert budget_end(page, 30, 32) == 3
    assert budget_end(page, 30, 30) == 1
    assert budget_end(page, 0, 4) == 0  # On the next page.
    assert budget_end(page, 30, 10) == 0  # On a former one.
    assert budget_end(page, 0, 0) == 0  # The hour is done: the head of the page says so.


def test_the_progress_of_the_hour_is_told_and_holds_no_more_than_there_is_to_do() -> None:
    progres = measure(Budget(60, 40.0, 4), 12, 400)
    assert (progres.prevu, progres.restantes) == (f"60{NBSP}éléments, environ 40{NBSP}min", 48)
    assert progres.ou == f"12 sur 60, encore environ 32{NBSP}min"
    assert progres.to_json() == {"faites": 12, "budget": 60, "minutes": 32}
    assert measure(Budget(), 3, 9).budget == 12
    assert "l’heure prévue est faite" in measure(Budget(), 61, 9).ou


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*CHAMPS]), st.text(max_size=30)))
def test_any_argument_gives_filters_whose_address_means_the_same(arguments: dict[str, str]) -> None:
    filtres = read_filters(arguments)
    adresse = filtres.address()
    assert adresse.startswith("/revue?periode=")
    assert adresse.isascii()
    assert "//" not in adresse
    assert read_filters(dict(parse_qsl(urlsplit(adresse).query))) == filtres
    assert read_filters(filtres.told()) == replace(filtres, page=1, partie="")
    criteres = filtres.criteria(NOW)
    assert criteres.debut <= criteres.fin
    assert describe(filtres, REFERENCES, NOW)


def test_filters_become_labels_the_rarest_first_and_what_is_put_off_has_no_period() -> None:
    voulus = Filtres(
        thematique="mobilite", source="a", type="rapport", territoire="joliette", tirees="1", texte="loyer"
    )
    criteres = voulus.criteria(NOW)
    assert [genre for genre, _ in criteres.etiquettes] == ["tirage", "source", "type", "territoire", "thematique"]
    assert (criteres.texte, criteres.etat) == ("loyer", "a_trancher")
    assert Filtres(etat="plus_tard").criteria(NOW).fin.year > 2100
    assert Filtres().etroits is False
    assert voulus.etroits is True


def test_a_filter_is_told_in_words() -> None:
    voulus = Filtres(etat="retenu", periode="30j", thematique="habitation", territoire="joliette", texte="loyer")
    assert describe(voulus, REFERENCES, NOW).replace(NBSP, " ") == (
        "Retenues, thème « Habitation », territoire « MRC de Joliette », mots « loyer », 30 derniers jours"
    )
    assert describe(Filtres(thematique="sans-theme", source="partie"), REFERENCES, NOW).replace(NBSP, " ") == (
        "À trancher, thème « Sans thème », source « partie », 7 derniers jours"
    )


def test_a_week_runs_from_monday_to_sunday_and_the_last_days_begin_on_the_same_weekday() -> None:
    assert bounds("2026-S44", NOW) == (date(2026, 10, 26), date(2026, 11, 1))
    assert bounds("7j", NOW) == (date(2026, 11, 16), date(2026, 11, 23))
    assert read_filters({"periode": "2026-S54"}).periode == "7j"
    assert [p.valeur for p in periods(NOW)][3:5] == ["2026-S48", "2026-S47"]


def test_counts_are_told_up_to_a_thousand() -> None:
    assert [told_count(n) for n in (0, 999, 1001)] == ["0", "999", f"plus de 1{NBSP}000"]
    assert summary(Filtres(), 31) == f"31{NBSP}nouvelles ; page 1 de 2."
    assert summary(Filtres(page=3), 1001) == f"Plus de 1{NBSP}000{NBSP}nouvelles ; page 3."


def test_tags_show_the_most_precise_place_the_reasons_and_who_chose() -> None:
    raison = Raison("fort", "logement abordable", 1.5, "titre")
    suggestion = Suggestion("thematique", "habitation", score=1.5, seuil=-0.4, probabilite=0.8176, raisons=(raison,))
    histoire = fiche(1, lieux=("mun-joliette", "joliette", "lanaudiere"))
    histoire = Fiche(1, histoire.membres, (suggestion, *histoire.suggestions), Redaction(type="rapport"))
    theme, lieu, genre = tags(histoire, REFERENCES)
    assert (theme.nom, theme.chance, theme.seuil, theme.par_equipe) == ("Habitation", f"82{NBSP}%", f"40{NBSP}%", False)
    assert theme.pourquoi is not None
    assert theme.pourquoi.pour == (f"«{NBSP}logement abordable{NBSP}» dans le titre (pèse)",)
    assert (lieu.nom, lieu.chance, lieu.pourquoi) == ("Joliette", "", None)
    assert (genre.nom, genre.par_equipe) == ("Rapport", True)


def test_an_uncertain_theme_shows_until_someone_chooses() -> None:
    histoire = fiche(1, incertain="mobilite")
    assert [(e.slug, e.incertaine) for e in tags(histoire, REFERENCES)] == [("mobilite", True)]
    choisie = Fiche(1, histoire.membres, histoire.suggestions, Redaction(thematiques=()))
    assert tags(choisie, REFERENCES) == []


def test_facts_are_said_in_french() -> None:
    assert deadline("2026-12-04", NOW) == f"4{NBSP}décembre{NBSP}2026 (dans 11{NBSP}jours)"
    assert deadline("2026-11-23T17:00:00-05:00", NOW).endswith(f"à 17{NBSP}h (aujourd’hui)")
    assert deadline("2026-11-01", NOW).endswith("(date passée)")
    assert [is_urgent(f"2026-11-{j}", NOW) for j in (22, 23, 28, 29)] == [False, True, True, False]
    assert amount("250000") == f"250{NBSP}000{NBSP}$"
    assert amount("environ") == "environ"
    assert [language(x) for x in ("", "fr", "fr-CA", "en", "en-US", "de")] == [
        "",
        "",
        "",
        "en anglais",
        "en anglais",
        f"langue{NBSP}: de",
    ]
    assert elapsed(NOW - timedelta(minutes=5), NOW) == f"il y a 5{NBSP}minutes"
    assert elapsed(NOW + timedelta(days=3), NOW) == f"dans 3{NBSP}jours"


def test_facts_of_a_story_are_shown_together_each_with_its_sentence() -> None:
    lus = (
        Suggestion("date_evenement", "2026-12-10T19:00:00-05:00", raisons=(Raison("phrase", "Le 10 à 19 h.", zone="corps"),)),
        Suggestion("date_limite", "2026-11-25"),
        Suggestion("montant", "25000"),
        Suggestion("date_evenement", "2026-12-24", "incertain"),
    )  # fmt: skip
    limite, evenement, montant = facts(Fiche(1, (), lus), NOW)
    assert (limite.nom, limite.urgent, limite.preuves) == ("Date limite", True, ())
    assert evenement.texte == f"10{NBSP}décembre{NBSP}2026 à 19{NBSP}h (dans 17{NBSP}jours)"
    assert (evenement.urgent, evenement.preuves) == (False, (f"«{NBSP}Le 10 à 19 h.{NBSP}» dans le texte",))
    assert montant.texte == f"25{NBSP}000{NBSP}$"
    assert facts(Fiche(1, (), lus[3:]), NOW) == []


@pytest.mark.parametrize(
    ("publie", "doute", "debut"),
    [
        (NOW, "", "publié le 23"),
        (None, "absente", "date non indiquée (vu le 23"),
        (None, "", "date non indiquée (vu le 23"),
        (NOW, "sans_annee", "date non indiquée (vu le 23"),
        (NOW + timedelta(days=900), "future", "date annoncée dans le futur"),
    ],
)
def test_a_doubtful_date_is_never_shown_as_the_date(publie: datetime | None, doute: str, debut: str) -> None:
    membre = Membre(1, "", "", "", "", "", publie, doute, NOW, 1, "a", "A", "ouvert", "B")
    assert published(membre).replace(NBSP, " ").startswith(debut)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=300))
def test_what_an_address_carries_is_one_short_visible_line(texte: str) -> None:
    propre = tidy(texte, 50)
    assert len(propre) <= 50
    assert not set(propre) & set("\n\t\r\x00\u202e")
    assert tidy(propre, 50) == propre


def test_what_a_place_in_the_list_is_worth_is_told_factor_by_factor() -> None:
    histoire = fiche(1, "habitation", limite="2026-11-25")
    valeur = Valeur(0.62, 0.8, 1.31, 2.0, date(2026, 11, 21))
    assert [phrase.replace(NBSP, " ") for phrase in say_value(valeur, histoire, NOW)] == [
        "chances d’être retenue : 62 %",
        "lieu : tout le Québec, × 0,80",
        "source retenue plus souvent que la moyenne, × 1,31",
        "fraîcheur : 2 jours, × 0,87",
        "date limite dans 2 jours, × 2,00",
    ]
    plate = Valeur(0.999, 1.0, 1.0, 1.0, date(2026, 11, 23))
    assert [phrase.replace(NBSP, " ") for phrase in say_value(plate, fiche(1), NOW)] == [
        "chances d’être retenue : 99 %"
    ]


def test_relevance_is_said_as_a_frequency_only_once_decisions_taught_it() -> None:
    raisons = (
        Raison("depart", "point de départ", -1.0),
        Raison("source", "a", 0.6),
        Raison("thematique", "habitation", 1.2),
        Raison("type", "rapport", -0.31),
        Raison("longueur", "le texte est long", 0.03),
    )
    histoire = replace(fiche(1, "habitation"), pertinence=0.63, pertinence_raisons=raisons)
    dite = estimate(histoire, REFERENCES)
    assert dite.phrase == f"Pertinence estimée{NBSP}: 6 sur 10"
    assert dite.raisons == (
        "point de départ (−1)",
        f"thème «{NBSP}Habitation{NBSP}» (+1,2)",
        f"source «{NBSP}Source a{NBSP}» (+0,6)",
        f"type «{NBSP}Rapport{NBSP}» (−0,3)",
    )
    assert dite.total == "+0,5"
    apprises = (replace(raisons[0], genre="depart_appris"), *raisons[1:])
    phrases = {
        p: estimate(replace(histoire, pertinence=p, pertinence_raisons=apprises), REFERENCES).phrase
        for p in (0.01, 0.71, 0.99)
    }
    assert phrases == {
        0.01: "Nouvelles semblables rarement retenues",
        0.71: "Nouvelles semblables retenues 7 fois sur 10",
        0.99: "Nouvelles semblables presque toujours retenues",
    }


@pytest.mark.parametrize(
    ("iso", "dit"),
    [
        ("2026-11-26", "26 novembre 2026 (dans 3 jours)"),
        ("2026-11-26T19:00:00-05:00", "26 novembre 2026 à 19 h (dans 3 jours)"),
        ("2026-12-15/2027-01-19", "du 15 décembre 2026 au 19 janvier 2027 (dans 22 jours)"),
        ("2026-11-20/2026-11-27", "du 20 novembre 2026 au 27 novembre 2026 (en cours)"),
        ("2026-11-01/2026-11-03", "du 1er novembre 2026 au 3 novembre 2026 (date passée)"),
    ],
)
def test_every_shape_of_event_can_be_told(iso: str, dit: str) -> None:
    assert event(iso, NOW).replace(NBSP, " ") == dit
