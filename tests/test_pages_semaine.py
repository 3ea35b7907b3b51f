"""The review laid out: pure decisions on stories, filters and dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.francais import NBSP
from veille.model import Raison, Suggestion
from veille.pages.pertinence import estimate, queue, tier
from veille.pages.presentation import amount, deadline, elapsed, event, facts, is_urgent, language, published, tags
from veille.pages.semaine import CHAMPS, PAR_PAGE, Filtres, arrange, bounds, periods, read_filters, summary
from veille.pages.visite import tidy
from veille.store.fiches import Fiche, Membre, Redaction
from veille.store.revue import Lieu, References
from veille.store.tirages import Marque

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
PAR_THEME = Filtres(ordre="thematique")
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
    semaine = arrange(histoires, PAR_THEME, REFERENCES, NOW)
    assert [(g.nom, [f.groupe_id for f in g.fiches]) for g in semaine.groupes] == [
        ("Habitation", [3]),
        ("Mobilité", [2]),
        ("Incertain", [4]),
    ]
    assert [f.groupe_id for f in semaine.sans_theme] == [1]
    assert summary(semaine) == f"4{NBSP}nouvelles, dont 1{NBSP}sans thème à la fin"


def test_the_nearest_deadline_comes_first_in_its_theme() -> None:
    histoires = [
        fiche(1, "habitation"),
        fiche(2, "habitation", limite="2026-12-09"),
        fiche(3, "habitation", limite="2026-12-01"),
    ]
    semaine = arrange(histoires, PAR_THEME, REFERENCES, NOW)
    assert [f.groupe_id for f in semaine.groupes[0].fiches] == [3, 2, 1]


def test_a_theme_that_left_the_file_keeps_its_stories() -> None:
    semaine = arrange([fiche(1, "disparu")], PAR_THEME, REFERENCES, NOW)
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
    semaine = arrange(histoires, filtres, REFERENCES, NOW)
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
    pages = arrange(histoires, PAR_THEME, REFERENCES, NOW).pages
    for page in range(1, pages + 1):
        semaine = arrange(histoires, replace(PAR_THEME, page=page), REFERENCES, NOW)
        ici = [f.groupe_id for g in semaine.groupes for f in g.fiches]
        assert len(ici) <= PAR_PAGE
        vues += ici
    sans = [n for n, t in enumerate(themes) if not t]
    assert sorted(vues) == [n for n, t in enumerate(themes) if t]
    assert semaine.total_sans_theme == len(sans)
    assert [f.groupe_id for f in semaine.sans_theme] == sans[:PAR_PAGE]
    for page in range(1, -(-len(sans) // PAR_PAGE) + 1):  # All of them can be reached by their own filter.
        filtre = arrange(histoires, replace(PAR_THEME, thematique="sans-theme", page=page), REFERENCES, NOW)
        sans = [n for n in sans if n not in {f.groupe_id for g in filtre.groupes for f in g.fiches}]
    assert not sans


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from([*CHAMPS]), st.text(max_size=30)))
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


def test_facts_of_a_story_are_shown_together_each_with_its_sentence() -> None:
    lus = (
        Suggestion("date_evenement", "2026-12-10T19:00:00-05:00", raisons=(Raison("phrase", "Le 10 à 19 h.", zone="corps"),)),
        Suggestion("date_limite", "2026-11-25"),
        Suggestion("montant", "25000"),
        Suggestion("date_evenement", "2026-12-24", "incertain"),
    )  # fmt: skip
    limite, evenement, montant = facts(Fiche(1, (), lus), NOW)
    assert (limite.nom, limite.urgent, limite.preuves) == ("Date limite", True, ())
    assert evenement.texte == f"10{NBSP}décembre{NBSP}2026 à 19{NBSP}h{NBSP}00 (dans 17{NBSP}jours)"
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


def rated(groupe: int, pertinence: float, *themes: str, tiree: bool = False, **faits: str) -> Fiche:
    marque = Marque("hasard", "Tirée pour vérifier.") if tiree else None
    return replace(fiche(groupe, *themes, **faits), pertinence=pertinence, tirage=marque)  # type: ignore[arg-type]  # Names are the arguments'.


def test_the_queue_is_best_first_then_uncertain_and_drawn_then_the_rest() -> None:
    histoires = [
        rated(1, 0.05),
        rated(2, 0.3, "mobilite"),
        rated(3, 0.9, "habitation"),
        rated(4, 0.1, incertain="mobilite"),
        rated(5, 0.02, tiree=True),
        rated(6, 0.6, "mobilite"),
        rated(7, 0.15),
    ]
    assert [f.groupe_id for f in queue(histoires, NOW)] == [3, 6, 2, 4, 5, 7, 1]
    assert [tier(f, NOW) for f in histoires] == [
        "reste",
        "a-voir",
        "a-retenir",
        "a-voir",
        "a-voir",
        "a-retenir",
        "reste",
    ]


def test_a_near_deadline_rises_by_what_the_page_states_and_a_past_one_does_not() -> None:
    limites = {1: "", 2: "2026-11-28", 3: "2026-12-05", 4: "2026-11-22", 5: "2027-01-31"}
    histoires = [rated(n, 0.5, "habitation", limite=jour) for n, jour in limites.items()]
    assert [f.groupe_id for f in queue(histoires, NOW)] == [2, 3, 1, 4, 5]
    dites = {f.groupe_id: estimate(f, REFERENCES, NOW).remontee for f in histoires}
    assert dites == {
        1: "",
        2: f"échéance dans 5{NBSP}jours (+1)",
        3: f"échéance dans 12{NBSP}jours (+0,5)",
        4: "",
        5: "",
    }


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans(), st.booleans()), max_size=120))
def test_pages_by_relevance_show_every_story_once_and_never_fold_a_drawn_one(
    tires: list[tuple[float, bool, bool]],
) -> None:
    histoires = [rated(n, p, *(["habitation"] if t else []), tiree=x) for n, (p, t, x) in enumerate(tires)]
    pages = [arrange(histoires, Filtres(page=n), REFERENCES, NOW) for n in (1, 2, 3, 4)]
    pages = pages[: pages[0].pages]
    vues = [f for page in pages for g in page.groupes for f in g.fiches]
    repliees = pages[-1].sans_theme
    assert len(vues) == len({f.groupe_id for f in vues})
    assert len(vues) + pages[-1].total_sans_theme == len(histoires)
    assert all(not f.thematiques and f.tirage is None and f.pertinence < 0.21 for f in repliees)
    assert {f.groupe_id for f in histoires if f.tirage} <= {f.groupe_id for f in vues}
    seules = arrange(histoires, Filtres(tirees="1"), REFERENCES, NOW)
    assert seules.total == seules.tirees == sum(f.tirage is not None for f in histoires)


def test_a_drawn_story_without_theme_is_not_folded_by_theme_either() -> None:
    semaine = arrange([rated(1, 0.0, tiree=True), rated(2, 0.0)], PAR_THEME, REFERENCES, NOW)
    assert [(g.nom, [f.groupe_id for f in g.fiches]) for g in semaine.groupes] == [
        ("Sans thème, tirées pour vérification", [1])
    ]
    assert [f.groupe_id for f in semaine.sans_theme] == [2]


def test_what_is_settled_stays_by_theme() -> None:
    histoires = [rated(1, 0.1, "habitation"), rated(2, 0.9, "mobilite")]
    semaine = arrange(histoires, Filtres(etat="retenu"), REFERENCES, NOW)
    assert [g.nom for g in semaine.groupes] == ["Habitation", "Mobilité"]


def test_relevance_is_said_as_a_frequency_only_once_decisions_taught_it() -> None:
    raisons = (
        Raison("depart", "point de départ", -1.0),
        Raison("source", "a", 0.6),
        Raison("thematique", "habitation", 1.2),
        Raison("type", "rapport", -0.31),
        Raison("longueur", "le texte est long", 0.03),
    )
    histoire = replace(fiche(1, "habitation"), pertinence=0.63, pertinence_raisons=raisons)
    dite = estimate(histoire, REFERENCES, NOW)
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
        p: estimate(replace(histoire, pertinence=p, pertinence_raisons=apprises), REFERENCES, NOW).phrase
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
        ("2026-11-26T19:00:00-05:00", "26 novembre 2026 à 19 h 00 (dans 3 jours)"),
        ("2026-12-15/2027-01-19", "du 15 décembre 2026 au 19 janvier 2027 (dans 22 jours)"),
        ("2026-11-20/2026-11-27", "du 20 novembre 2026 au 27 novembre 2026 (en cours)"),
        ("2026-11-01/2026-11-03", "du 1er novembre 2026 au 3 novembre 2026 (date passée)"),
    ],
)
def test_every_shape_of_event_can_be_told(iso: str, dit: str) -> None:
    assert event(iso, NOW).replace(NBSP, " ") == dit
