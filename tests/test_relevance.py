"""Relevance: the stated formula, what decisions teach on top of it, and the cases read from the decision log."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.navigateur import add_item, fill, place, theme
from veille.classifier.relevance import Cas, Pertinence, describe, formula, logit, sigmoid, train
from veille.classifier.relevance_measure import MesurePertinence, auc, brier, cross_validate
from veille.model import Suggestion
from veille.store import decisions, fiches, pertinences, schema
from veille.store.connexion import stamp, transaction
from veille.store.decisions import Decision

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
GENRES = {"lanaudiere": "region", "joliette": "mrc", "mun-joliette": "municipalite", "quebec": "province"}

slugs = st.sampled_from(["a", "b", "c"])
cas_quelconques = st.builds(
    Cas,
    themes=st.dictionaries(slugs, st.floats(0, 1), max_size=3).map(lambda d: tuple(d.items())),
    portee=st.sampled_from(["", "pays", "province", "region", "mrc", "locale"]),
    source=st.sampled_from(["", "a", "b", "jamais-vue"]),
    type=st.sampled_from(["", "a", "b"]),
    longueur=st.integers(0, 10**7),
    groupe=st.integers(1, 10**4),
    langue=st.sampled_from(["", "fr", "fr-CA", "en"]),
    echeance=st.sampled_from(["", "a_venir", "passee"]),
)


def team(graine: int) -> Any:
    """An invented team (exemple fictif): some sources and themes interest it, whatever the formula thinks."""
    sort = random.Random(graine)
    sources = {f"s{i}": sort.gauss(0, 1) for i in range(12)}
    themes = {f"t{i}": sort.gauss(0, 0.8) for i in range(8)}

    def draw() -> tuple[Cas, bool]:
        vus = tuple(
            {sort.choice(list(themes)): sort.uniform(0.2, 0.98) for _ in range(sort.choice((0, 1, 1, 2)))}.items()
        )
        cas = Cas(
            vus,
            sort.choice(("", "", "locale", "province")),
            sort.choice(list(sources)),
            longueur=int(math.exp(sort.gauss(7, 1))),
            langue=sort.choice(("fr", "fr", "en")),
        )
        points = -2.5 + 2.5 * cas.meilleur + sources[cas.source] + sum(themes[t] * p for t, p in vus)
        points += (cas.portee == "locale") - (cas.langue == "en")
        return cas, sort.random() < sigmoid(points)

    return draw


def test_the_formula_is_the_one_its_documentation_states() -> None:
    assert formula(Cas())[0] == pytest.approx(0.0759, abs=1e-4)
    cas = Cas((("habitation", 0.8), ("mobilite", 0.3)), "locale", groupe=4, langue="en", echeance="a_venir")
    note, raisons = formula(cas)
    assert [round(r.poids, 2) for r in raisons] == [-2.5, 2.4, 0.7, 0.6, 0.6, -0.5]
    assert logit(note) == pytest.approx(1.3)
    assert "thème le plus probable\u00a0: 80\u00a0%" in [r.texte for r in raisons]
    assert formula(replace(cas, echeance="passee"))[0] < formula(replace(cas, echeance=""))[0] < note
    assert formula(replace(cas, portee="province"))[0] == formula(replace(cas, portee=""))[0] < note


@settings(max_examples=150, deadline=None)
@given(cas_quelconques)
def test_without_decisions_the_model_is_the_formula(cas: Cas) -> None:
    assert train([], []).score(cas) == formula(cas)


@pytest.fixture(scope="module")
def appris() -> Pertinence:
    draw = team(1)
    paires = [draw() for _ in range(150)]
    return train([c for c, _ in paires], [g for _, g in paires])


@settings(max_examples=200, deadline=None)
@given(cas=cas_quelconques)
def test_reasons_add_up_to_the_log_odds_of_the_score(appris: Pertinence, cas: Cas) -> None:
    for note, raisons in (formula(cas), appris.score(cas)):
        assert 0 <= note <= 1
        assert math.fsum(r.poids for r in raisons) == pytest.approx(logit(note), abs=1e-6)
        assert len({(r.genre, r.texte) for r in raisons}) == len(raisons), "une même raison est dite deux fois"
        assert all(r.texte for r in raisons)


@settings(max_examples=60, deadline=None)
@given(cas=cas_quelconques)
def test_a_model_comes_back_from_json_the_same(appris: Pertinence, cas: Cas) -> None:
    assert Pertinence.from_json(appris.to_json()).score(cas) == appris.score(cas)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"decisions": 1, "gardees": 1, "biais": NaN, "formule": 1, "poids": {}}',
        '{"decisions": 1, "gardees": 1, "biais": 0, "formule": 1, "poids": ["a"]}',
    ],
)
def test_what_is_not_a_model_is_refused(texte: str) -> None:
    with pytest.raises(ValueError):
        Pertinence.from_json(texte)


def test_a_source_with_one_decision_moves_less_than_one_with_twenty() -> None:
    fond = [(Cas((("t", 0.6),), source="fond"), i % 2 == 0) for i in range(40)]
    une = [(Cas((("t", 0.6),), source="une"), True)]
    vingt = [(Cas((("t", 0.6),), source="vingt"), True)] * 20
    paires = fond + une + vingt
    modele = train([c for c, _ in paires], [g for _, g in paires])
    notes = {s: modele.score(Cas((("t", 0.6),), source=s))[0] for s in ("jamais-vue", "une", "vingt")}
    assert notes["jamais-vue"] < notes["une"] < notes["vingt"]
    assert notes["une"] - notes["jamais-vue"] < (notes["vingt"] - notes["jamais-vue"]) / 2


@pytest.mark.parametrize("garde", [True, False])
def test_one_answer_only_moves_the_frequency_and_keeps_the_order_of_the_formula(garde: bool) -> None:
    modele = train([Cas((("t", 0.5),))] * 12, [garde] * 12)
    bas, haut = modele.score(Cas())[0], modele.score(Cas((("t", 0.9),), "locale"))[0]
    assert bas < haut
    assert (haut > formula(Cas((("t", 0.9),), "locale"))[0]) is garde


def test_few_decisions_move_the_score_little() -> None:
    cas = Cas((("t", 0.8),), "locale", "a")
    modele = train([cas, replace(cas, source="b")], [False, True])
    assert abs(logit(modele.score(cas)[0]) - logit(formula(cas)[0])) < 0.5


def test_examples_answers_and_weights_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="differ in number"):
        train([Cas()], [])
    with pytest.raises(ValueError, match="differ in number"):
        train([Cas()], [True], [1.0, 2.0])


def test_a_heavier_decision_counts_more() -> None:
    cas, gardes = [Cas(source="a"), Cas(source="b")] * 20, [True, False] * 20
    leger, lourd = (train([*cas, Cas(source="c")], [*gardes, True], [1.0] * 40 + [p]) for p in (0.1, 5.0))
    assert lourd.score(Cas(source="c"))[0] > leger.score(Cas(source="c"))[0]


def test_decisions_teach_and_never_cost_on_invented_teams() -> None:
    gains = []
    for graine in range(4):
        draw = team(graine)
        vus, essai = [draw() for _ in range(300)], [draw() for _ in range(800)]
        verite = [g for _, g in essai]
        formule = auc([formula(c)[0] for c, _ in essai], verite)
        assert formule is not None
        for n, marge in ((20, -0.02), (300, 0.02)):
            modele = train([c for c, _ in vus[:n]], [g for _, g in vus[:n]])
            note = auc([modele.score(c)[0] for c, _ in essai], verite)
            assert note is not None
            assert note > formule + marge, (graine, n)
            gains.append(note - formule)
    assert sum(gains[1::2]) / 4 > 0.04


def test_cross_validation_never_learns_from_the_story_it_scores() -> None:
    """Each story has its own source and its own answer: only a leak could tell them apart."""
    cas = [Cas(source=f"s{i // 4}") for i in range(80)]
    gardes = [(i // 4) % 2 == 0 for i in range(80)]
    par_histoire = cross_validate(cas, gardes, [str(i // 4) for i in range(80)])
    fuite = cross_validate(cas, gardes, [str(i) for i in range(80)])
    assert par_histoire.auc is not None and fuite.auc is not None
    assert par_histoire.auc < 0.7 < 0.9 < fuite.auc
    assert (par_histoire.decisions, par_histoire.gardees, par_histoire.auc_formule) == (80, 40, 0.5)
    assert par_histoire.brier_formule == pytest.approx(brier([formula(Cas(source="x"))[0]] * 80, gardes))
    assert cross_validate([], [], []).auc is None


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.booleans()), max_size=25))
def test_auc_is_the_share_of_pairs_in_the_right_order(paires: list[tuple[float, bool]]) -> None:
    oui, non = [p for p, g in paires if g], [p for p, g in paires if not g]
    attendu = sum((a > b) + (a == b) / 2 for a in oui for b in non) / (len(oui) * len(non)) if oui and non else None
    mesure = auc([p for p, _ in paires], [g for _, g in paires])
    assert mesure == (attendu if attendu is None else pytest.approx(attendu))


def test_a_case_is_described_by_what_was_proposed() -> None:
    suggestions = [
        theme("habitation"),
        theme("mobilite", etat="incertain"),
        *place("mun-joliette"),
        Suggestion("territoire", "quebec", "incertain"),
        Suggestion("type", "financement"),
        Suggestion("date_limite", "2026-11-23T17:00:00-05:00"),
    ]
    decrit = {"genres": GENRES, "source": "s", "langue": "fr", "longueur": 900, "groupe": 2}
    cas = describe(suggestions, jour=date(2026, 11, 23), **decrit)  # type: ignore[arg-type]  # Names are the arguments'.
    assert cas == Cas((("habitation", 0.8), ("mobilite", 0.8)), "locale", "s", "financement", 900, 2, "fr", "a_venir")
    assert describe(suggestions, jour=date(2026, 11, 24), **decrit).echeance == "passee"  # type: ignore[arg-type]
    assert describe([], jour=date(2026, 11, 24), **decrit) == Cas((), "", "s", "", 900, 2, "fr")  # type: ignore[arg-type]


def test_scoring_loads_neither_numpy_nor_scikit_learn() -> None:
    programme = (
        "import sys\n"
        "from veille.classifier.relevance import Cas, Pertinence\n"
        'm = Pertinence.from_json(\'{"decisions": 9, "gardees": 3, "biais": 0.5, "formule": 0.7, "poids": {"source:a": 1}}\')\n'
        "assert 0 < m.score(Cas(source='a'))[0] < 1\n"
        "sys.exit(','.join({'numpy', 'sklearn'} & sys.modules.keys()) or 0)\n"
    )
    racine = Path(__file__).resolve().parents[1]
    fait = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, cwd=racine, check=False)
    assert fait.returncode == 0, fait.stderr


# ---------------------------------------------------------------- the decision log


@pytest.fixture
def base(tmp_path: Path) -> Iterator[Any]:
    c = schema.open_store(fill(tmp_path, 0))
    yield c
    c.close()


def settle(c: Any, item_id: int, genre: Any, quand: datetime, raison: str = "") -> None:
    with transaction(c):
        decisions.record(c, Decision(item_id, genre, "Camille Exemple", raison), quand)


def judge_again(c: Any, item_id: int, quand: datetime, slug: str) -> None:
    """A later judgement, as the classify stage writes it."""
    with transaction(c):
        numero = c.execute(
            "INSERT INTO classements (item_id, version, modele, incertain, fait_a) VALUES (?, 1, 'plus-tard', 0, ?)",
            (item_id, stamp(quand)),
        ).lastrowid
        c.execute(
            "INSERT INTO suggestions (classement_id, item_id, genre, valeur, etat, score, seuil, probabilite, raisons)"
            " VALUES (?, ?, 'thematique', ?, 'retenu', 9, 4, 0.99, '[]')",
            (numero, item_id, slug),
        )


def test_examples_are_what_was_known_when_someone_decided(base: Any) -> None:
    source = int(base.execute("SELECT id FROM sources WHERE slug = 'ville-joliette'").fetchone()[0])
    vu = NOW - timedelta(days=3)
    tete = add_item(
        base,
        source,
        "x1",
        "Titre",
        resume="Résumé",
        vu_a=vu,
        texte="Du texte",
        suggestions=(theme("mobilite"), *place("mun-rawdon")),
    )
    settle(base, tete, "ecarter", NOW - timedelta(days=2), "faible")
    settle(base, tete, "retenir", NOW - timedelta(days=1))
    judge_again(base, tete, NOW, "habitation")
    add_item(base, source, "x2", "Suite", vu_a=NOW, proches=((tete, "même titre"),))
    (exemple,) = [e for e in pertinences.examples(base) if e.item_id == tete]
    assert exemple.garde is True
    assert exemple.cas == Cas((("mobilite", 0.8),), "locale", "ville-joliette", "", len("TitreRésuméDu texte"), 1, "fr")
    assert not exemple.au_hasard


def test_silence_duplicates_and_stories_put_back_teach_nothing(base: Any) -> None:
    source = int(base.execute("SELECT id FROM sources WHERE slug = 'ville-joliette'").fetchone()[0])
    depart = {e.item_id for e in pertinences.examples(base)}
    muette, double, remise, faible = (add_item(base, source, f"y{i}", f"Nouvelle {i}") for i in range(4))
    settle(base, double, "ecarter", NOW, "doublon")
    settle(base, remise, "retenir", NOW - timedelta(hours=1))
    settle(base, remise, "remettre", NOW)
    settle(base, faible, "ecarter", NOW, "faible")
    assert {e.item_id for e in pertinences.examples(base)} - depart == {faible}
    assert muette not in depart


def rated(c: Any, item_id: int, now: datetime) -> fiches.Fiche:
    fiche = fiches.of_item(c, item_id)
    assert fiche is not None
    return fiches.rate(c, [fiche], now)[0]


def test_a_story_is_rated_when_read_by_the_formula_then_by_what_was_learnt(base: Any) -> None:
    source = int(base.execute("SELECT id FROM sources WHERE slug = 'ville-joliette'").fetchone()[0])
    limite = Suggestion("date_limite", (NOW + timedelta(days=3)).date().isoformat())
    tete = add_item(base, source, "z1", "Titre", suggestions=(theme("mobilite"), *place("mun-rawdon"), limite))
    fiche = rated(base, tete, NOW)
    assert fiche.pertinence == pytest.approx(sigmoid(-2.5 + 3 * 0.8 + 0.7 + 0.6))
    assert [r.genre for r in fiche.pertinence_raisons] == ["depart", "themes", "portee", "echeance"]
    plus_tard = rated(base, tete, NOW + timedelta(days=10))  # The deadline has gone by: it counts at once.
    assert plus_tard.pertinence == pytest.approx(sigmoid(-2.5 + 3 * 0.8 + 0.7 - 1.5))
    appris = Pertinence(40, 10, -1.0, 0.5, {"source:ville-joliette": 2.0})
    pertinences.keep(base, appris, MesurePertinence(40, 10, 0.7, 0.1, 0.6, 0.2), NOW)
    assert rated(base, tete, NOW).pertinence_raisons[0].genre == "depart_appris"
    assert pertinences.in_service(base) == appris
