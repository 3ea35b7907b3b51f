"""The review laid out: pure decisions on stories, filters and dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.francais import NBSP
from veille.model import Raison, Suggestion
from veille.pages.presentation import amount, deadline, elapsed, explain_reason, is_urgent, language, published, tags
from veille.pages.semaine import PAR_PAGE, Filtres, arrange, bounds, periods, read_filters, summary
from veille.pages.visite import tidy
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


def test_stories_come_by_first_theme_in_the_order_of_the_file_then_uncertain_then_without() -> None:
    histoires = [fiche(1), fiche(2, "mobilite"), fiche(3, "habitation", "mobilite"), fiche(4, incertain="mobilite")]
    semaine = arrange(histoires, Filtres(), REFERENCES)
    assert [(g.nom, [f.groupe_id for f in g.fiches]) for g in semaine.groupes] == [
        ("Habitation", [3]),
        ("Mobilité", [2]),
        ("Incertain", [4]),
    ]
    assert [f.groupe_id for f in semaine.sans_theme] == [1]
    assert summary(semaine) == f"4{NBSP}nouvelles, dont 1{NBSP}sans thème"


def test_the_nearest_deadline_comes_first_in_its_theme() -> None:
    histoires = [
        fiche(1, "habitation"),
        fiche(2, "habitation", limite="2026-12-09"),
        fiche(3, "habitation", limite="2026-12-01"),
    ]
    semaine = arrange(histoires, Filtres(), REFERENCES)
    assert [f.groupe_id for f in semaine.groupes[0].fiches] == [3, 2, 1]


def test_a_theme_that_left_the_file_keeps_its_stories() -> None:
    semaine = arrange([fiche(1, "disparu")], Filtres(), REFERENCES)
    assert [g.nom for g in semaine.groupes] == ["disparu"]


@pytest.mark.parametrize(
    ("filtres", "attendus"),
    [
        (Filtres(thematique="mobilite"), {2, 3}),
        (Filtres(thematique="incertain"), {4}),
        (Filtres(thematique="sans-theme"), {1}),
        (Filtres(source="b"), {3}),
        (Filtres(territoire="joliette"), {2}),
        (Filtres(thematique="mobilite", source="b"), {3}),
        (Filtres(territoire="nulle-part"), set()),
    ],
)
def test_filters_keep_what_they_say(filtres: Filtres, attendus: set[int]) -> None:
    histoires = [
        fiche(1),
        fiche(2, "mobilite", lieux=("mun-joliette", "joliette", "lanaudiere")),
        fiche(3, "habitation", "mobilite", source="b"),
        fiche(4, incertain="mobilite"),
    ]
    semaine = arrange(histoires, filtres, REFERENCES)
    vus = {f.groupe_id for g in semaine.groupes for f in g.fiches} | {f.groupe_id for f in semaine.sans_theme}
    assert vus == attendus


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["", "habitation", "mobilite", "incertain"]), max_size=150))
def test_pages_show_every_story_once(themes: list[str]) -> None:
    histoires = [
        fiche(n, incertain="mobilite") if t == "incertain" else fiche(n, *([t] if t else []))
        for n, t in enumerate(themes)
    ]
    vues: list[int] = []
    pages = arrange(histoires, Filtres(), REFERENCES).pages
    for page in range(1, pages + 1):
        semaine = arrange(histoires, Filtres(page=page), REFERENCES)
        ici = [f.groupe_id for g in semaine.groupes for f in g.fiches]
        assert len(ici) <= PAR_PAGE
        vues += ici
    sans = [n for n, t in enumerate(themes) if not t]
    assert sorted(vues) == [n for n, t in enumerate(themes) if t]
    assert semaine.total_sans_theme == len(sans)
    assert [f.groupe_id for f in semaine.sans_theme] == sans[:PAR_PAGE]
    for page in range(1, -(-len(sans) // PAR_PAGE) + 1):  # All of them can be reached by their own filter.
        filtre = arrange(histoires, Filtres(thematique="sans-theme", page=page), REFERENCES)
        sans = [n for n in sans if n not in {f.groupe_id for g in filtre.groupes for f in g.fiches}]
    assert not sans


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["etat", "periode", "thematique", "territoire", "source", "page"]), st.text(max_size=30)
    )
)
def test_any_argument_gives_filters_whose_address_means_the_same(arguments: dict[str, str]) -> None:
    filtres = read_filters(arguments)
    adresse = filtres.address()
    assert adresse.startswith("/revue")
    assert adresse.isascii()
    assert "//" not in adresse
    assert read_filters(dict(parse_qsl(urlsplit(adresse).query))) == filtres
    bounds(filtres.periode, NOW)


def test_a_week_runs_from_monday_midnight_in_the_organisation_s_time_zone() -> None:
    assert bounds("2026-S44", NOW) == (datetime(2026, 10, 26, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC))
    assert bounds("7j", NOW) == (NOW - timedelta(days=7), None)
    assert read_filters({"periode": "2026-S54"}).periode == "7j"
    assert [p.valeur for p in periods(NOW)][3:5] == ["2026-S48", "2026-S47"]


def test_tags_show_the_most_precise_place_the_reasons_and_who_chose() -> None:
    raison = Raison("fort", "logement abordable", 6.0, "titre")
    suggestion = Suggestion("thematique", "habitation", score=6.5, seuil=4.0, raisons=(raison,))
    histoire = fiche(1, lieux=("mun-joliette", "joliette", "lanaudiere"))
    histoire = Fiche(1, histoire.membres, (suggestion, *histoire.suggestions), Redaction(type="rapport"))
    theme, lieu, genre = tags(histoire, REFERENCES)
    assert (theme.nom, theme.score, theme.seuil, theme.par_equipe) == ("Habitation", "6,5", "4", False)
    assert theme.raisons == (f"«{NBSP}logement abordable{NBSP}»{NBSP}: expression forte, dans le titre (+6)",)
    assert lieu.nom == "Joliette"
    assert (genre.nom, genre.par_equipe) == ("Rapport", True)


def test_an_uncertain_theme_shows_until_someone_chooses() -> None:
    histoire = fiche(1, incertain="mobilite")
    assert [(e.slug, e.incertaine) for e in tags(histoire, REFERENCES)] == [("mobilite", True)]
    choisie = Fiche(1, histoire.membres, histoire.suggestions, Redaction(thematiques=()))
    assert tags(choisie, REFERENCES) == []


def test_facts_are_said_in_french() -> None:
    assert deadline("2026-12-04", NOW) == f"4{NBSP}décembre{NBSP}2026 (dans 11{NBSP}jours)"
    assert deadline("2026-11-23T17:00:00-05:00", NOW).endswith(f"à 17{NBSP}h{NBSP}00 (aujourd’hui)")
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
    assert explain_reason(Raison("inclus", "comprend Joliette")) == f"comprend Joliette{NBSP}: lieu compris"
    assert explain_reason(Raison("inconnu", "zut", -1.5)).endswith("inconnu (−1,5)")


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
