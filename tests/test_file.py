"""The queue: what is in it, in what order, and that reading it never walks the archive."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.navigateur import NOW, add_item, fill, theme
from veille.classifier.relevance import Cas
from veille.classifier.valeur import Rendement, deadline_factor, next_change, tier, value
from veille.francais import local_day
from veille.model import Suggestion
from veille.store import (
    apprentissage,
    attente,
    budget,
    decisions,
    fiches,
    file,
    filtres,
    groupes,
    motifs,
    schema,
    tirages,
)
from veille.store.attente import Criteres, Etat
from veille.store.connexion import stamp, transaction
from veille.store.decisions import Decision

JOUR = local_day(NOW)
SEMAINE = Criteres("a_trancher", JOUR - timedelta(days=7), JOUR)


def drain(c: sqlite3.Connection, now: datetime = NOW) -> None:
    file.note_due(c, now)
    while file.drain(c, now):
        pass


@pytest.fixture
def c(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(schema.open_store(fill(tmp_path, 40))) as base:
        drain(base)
        yield base


def ids(c: sqlite3.Connection, criteres: Criteres, depart: int = 0, nombre: int = 1000) -> list[int]:
    return [place.groupe_id for place in attente.page(c, criteres, depart, nombre)]


def test_every_story_is_in_the_queue_once_and_its_row_says_what_the_story_says(c: sqlite3.Connection) -> None:
    groupes_connus = [x[0] for x in c.execute("SELECT DISTINCT groupe_id FROM membres ORDER BY 1")]
    lignes = {x["groupe_id"]: x for x in c.execute("SELECT * FROM file_revue")}
    assert sorted(lignes) == groupes_connus
    for fiche in fiches.rate(c, fiches.load(c, groupes_connus), NOW):
        ligne = lignes[fiche.groupe_id]
        assert ligne["item_id"] == fiche.principal.item_id
        assert ligne["pertinence"] == pytest.approx(fiche.pertinence)
        assert ligne["etat"] == {"": "a_trancher", "retenir": "retenu"}[fiche.verdict]
        etiquettes = c.execute("SELECT genre, valeur FROM file_etiquettes WHERE groupe_id = ?", (fiche.groupe_id,))
        assert {tuple(x) for x in etiquettes} == file.labels(fiche)


def test_whoever_writes_the_queue_is_told(c: sqlite3.Connection) -> None:
    """No writer has to think of the queue: each kind of fact marks the story stale by itself."""
    un = c.execute("SELECT item_id FROM membres WHERE groupe_id = 1").fetchone()[0]
    gestes = {
        "decision": lambda: decisions.record(c, Decision(un, "retenir", "Camille Exemple"), NOW),
        "classement": lambda: c.execute(
            "INSERT INTO classements (item_id, version, modele, incertain, fait_a) VALUES (?, 1, 'autre', 0, 'x')",
            (un,),
        ),
        "version": lambda: c.execute("UPDATE items SET version = 2, version_a = ? WHERE id = ?", (stamp(NOW), un)),
        "membre": lambda: groupes.move(c, [un], 1, 2),
        "tirage": lambda: c.execute("INSERT INTO tirages VALUES (?, 'hasard', 'x', 'x')", (un,)),
    }
    for nom, geste in gestes.items():
        with transaction(c):
            geste()
        assert c.execute("SELECT count(*) FROM file_a_refaire").fetchone()[0] >= 1, nom
        drain(c)
    assert c.execute("SELECT count(*) FROM file_revue WHERE groupe_id = 1").fetchone()[0] == 0  # It has no member left.


def test_pages_follow_one_another_without_gap_or_repeat(c: sqlite3.Connection) -> None:
    tout = ids(c, SEMAINE)
    assert len(tout) == attente.count(c, SEMAINE) == attente.counts(c, SEMAINE.debut, SEMAINE.fin)["a_trancher"] > 20
    assert [x for depart in range(0, len(tout), 7) for x in ids(c, SEMAINE, depart, 7)] == tout
    lignes = {x["groupe_id"]: x for x in c.execute("SELECT * FROM file_revue")}
    assert tout == sorted(tout, key=lambda g: (lignes[g]["palier"], -lignes[g]["rang"]))
    assert sum(attente.tiers(c, SEMAINE.debut, SEMAINE.fin).values()) == len(tout)


def test_filters_find_what_bears_all_of_their_labels(c: sqlite3.Connection) -> None:
    toutes = fiches.load(c, ids(c, SEMAINE))
    for etiquettes in (
        (("thematique", "habitation"),),
        (("territoire", "mun-rawdon"),),
        (("source", "observatoire"),),
        (("type", "financement"),),
        (("thematique", "sans-theme"),),
        (("thematique", "incertain"),),
        (("thematique", "habitation"), ("territoire", "lanaudiere")),
        (("thematique", "habitation"), ("source", "hebdo-clocher"), ("territoire", "mun-joliette")),
    ):
        criteres = Criteres(SEMAINE.etat, SEMAINE.debut, SEMAINE.fin, etiquettes)
        attendus = {f.groupe_id for f in toutes if file.labels(f) >= set(etiquettes)}
        assert set(ids(c, criteres)) == attendus, etiquettes
        assert attente.count(c, criteres) == len(attendus)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("rénovictions", "La ville adopte un règlement sur les rénovictions"),
        ("RENOVICTION reglement", "La ville adopte un règlement sur les rénovictions"),
        ("l’hiver bénévole", "Le frigo communautaire cherche des bénévoles pour l’hiver"),
        ("fonds acquis", "Un fonds d’acquisition pour protéger les maisons de chambres"),
    ],
)
def test_words_are_found_without_accents_or_endings(c: sqlite3.Connection, texte: str, attendu: str) -> None:
    trouvees = fiches.load(c, ids(c, Criteres(SEMAINE.etat, SEMAINE.debut, SEMAINE.fin, texte=texte)))
    assert trouvees
    assert all(attendu in f.principal.titre for f in trouvees)


@pytest.mark.parametrize(
    "texte", ["", "   ", '"', "AND OR NOT", "a* ^b (c", "x" * 5000, "\x00", "é\u0301", "___", "🙂"]
)
def test_whatever_is_typed_is_words_and_never_syntax(c: sqlite3.Connection, texte: str) -> None:
    criteres = Criteres(SEMAINE.etat, SEMAINE.debut, SEMAINE.fin, (("source", "observatoire"),), texte)
    assert len(ids(c, criteres)) == attente.count(c, criteres)


@pytest.mark.parametrize("etat", attente.ETATS)
@pytest.mark.parametrize("etiquettes", [(), (("thematique", "habitation"),), (("tirage", "*"), ("source", "x"))])
@pytest.mark.parametrize("texte", ["", "logement"])
def test_no_reading_of_the_queue_walks_a_table(
    c: sqlite3.Connection, etat: Etat, etiquettes: tuple[tuple[str, str], ...], texte: str
) -> None:
    c.execute("ANALYZE")
    lus: list[str] = []
    c.set_trace_callback(lus.append)
    criteres = Criteres(etat, SEMAINE.debut, SEMAINE.fin, etiquettes, texte)
    attente.page(c, criteres, 0, 30)
    attente.count(c, criteres)
    attente.counts(c, SEMAINE.debut, SEMAINE.fin)
    attente.tiers(c, SEMAINE.debut, SEMAINE.fin)
    c.set_trace_callback(None)
    requetes = [x for x in lus if x.startswith("SELECT") and "'main'." not in x]  # The others are the index's own.
    assert len(requetes) > 5
    for requete in requetes:
        for etape in c.execute(f"EXPLAIN QUERY PLAN {requete}").fetchall():
            detail = etape["detail"]
            borne = detail in ("SCAN r", "SCAN i") or "(subquery" in detail or "VIRTUAL TABLE" in detail
            assert borne or not detail.startswith("SCAN"), (requete, detail)


def test_what_decisions_taught_since_changes_the_order_of_recent_stories(c: sqlite3.Connection) -> None:
    avant = c.execute("SELECT max(notee_a) FROM file_revue").fetchone()[0]
    demain = NOW + timedelta(days=1)
    c.execute(
        "INSERT INTO pertinences_apprises (fait_a, decisions, modele, mesures) VALUES (?, 0,"
        """ '{"decisions":0,"gardees":0,"biais":0.0,"formule":1.0,"poids":null}', '{}')""",
        (stamp(demain),),
    )
    drain(c, demain)
    recentes = c.execute("SELECT min(notee_a) FROM file_revue WHERE etat = 'a_trancher' AND jour_le >= '2026-11-01'")
    assert recentes.fetchone()[0] > avant


def test_a_deadline_lifts_a_story_as_it_comes_nearer_and_drops_it_once_past(c: sqlite3.Connection) -> None:
    source = c.execute("SELECT id FROM sources WHERE slug = 'observatoire'").fetchone()[0]
    limite = (JOUR + timedelta(days=10)).isoformat()
    appel = add_item(
        c, source, "appel", "Un appel", suggestions=(theme("habitation"), Suggestion("date_limite", limite))
    )
    groupe = c.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (appel,)).fetchone()[0]
    rangs = []
    for jours in (0, 4, 8, 11):
        drain(c, NOW + timedelta(days=jours))
        rangs.append(c.execute("SELECT rang FROM file_revue WHERE groupe_id = ?", (groupe,)).fetchone()[0])
    assert rangs[0] < rangs[1] < rangs[2] > rangs[3]


def test_a_corrected_story_comes_back_and_a_rejection_teaches_its_source_s_yield(c: sqlite3.Connection) -> None:
    un = c.execute("SELECT item_id FROM file_revue WHERE etat = 'a_trancher'").fetchone()[0]
    groupe = c.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (un,)).fetchone()[0]
    with transaction(c):
        decisions.record(c, Decision(un, "ecarter", "Camille Exemple", raison="perime"), NOW)
    drain(c)
    assert c.execute("SELECT etat FROM file_revue WHERE groupe_id = ?", (groupe,)).fetchone()[0] == "ecarte"
    with transaction(c):
        c.execute("UPDATE items SET version = 2, version_a = ? WHERE id = ?", (stamp(NOW + timedelta(hours=1)), un))
    drain(c, NOW + timedelta(hours=2))
    assert c.execute("SELECT etat FROM file_revue WHERE groupe_id = ?", (groupe,)).fetchone()[0] == "a_trancher"


def test_archives_that_arrive_today_do_not_pass_for_news(c: sqlite3.Connection) -> None:
    source = c.execute("SELECT id FROM sources WHERE slug = 'observatoire'").fetchone()[0]
    rangs = []
    for cle, age, doute in (("neuf", 1, ""), ("archive", 120, ""), ("sans-date", 120, "illisible")):
        item_id = add_item(
            c,
            source,
            cle,
            f"Titre {cle}",
            suggestions=(theme("habitation"),),
            publie_a=NOW - timedelta(days=age),
            doute=doute,
        )
        drain(c)
        rangs.append(c.execute("SELECT rang FROM file_revue WHERE item_id = ?", (item_id,)).fetchone()[0])
    assert rangs[1] < rangs[0] <= rangs[2]


def test_drawn_stories_wait_with_the_uncertain_ones(c: sqlite3.Connection) -> None:
    tirages.draw_week(c, NOW)
    drain(c)
    tirees = ids(c, Criteres("a_trancher", SEMAINE.debut, SEMAINE.fin, (("tirage", "*"),)))
    assert tirees
    assert {place.palier for place in attente.places(c, tuple(tirees)).values()} == {1}


CAS = Cas(themes=(("habitation", 0.8),), portee="locale", source="s")


@given(
    p=st.floats(0.001, 0.999),
    q=st.floats(0.001, 0.999),
    a=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    b=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    jours=st.integers(0, 400),
)
def test_two_stories_without_a_deadline_keep_their_order_as_time_goes_by(
    p: float, q: float, a: date, b: date, jours: int
) -> None:
    plus_tard = max(a, b) + timedelta(days=jours)
    une, autre = (value(CAS, x, Rendement(), "", arrivee, max(a, b)) for x, arrivee in ((p, a), (q, b)))
    # As the product of the five factors would order them on any later day.
    valeurs = [v.probabilite * v.lieu * v.source * v.echeance * v.freshness(plus_tard) for v in (une, autre)]
    if abs(valeurs[0] - valeurs[1]) > 1e-9 * max(valeurs):
        assert (une.rang > autre.rang) == (valeurs[0] > valeurs[1])


@given(limite=st.dates(date(2026, 1, 1), date(2027, 1, 1)), jour=st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_a_rank_changes_on_no_day_but_those_announced(limite: date, jour: date) -> None:
    iso = limite.isoformat()
    change = next_change(iso, jour)
    for recul in range(1, 40):
        suivant = jour + timedelta(days=recul)
        if change is None or suivant < change:
            assert deadline_factor(iso, suivant) == deadline_factor(iso, jour)
        elif suivant == change:
            assert deadline_factor(iso, suivant) != deadline_factor(iso, jour)


def test_each_factor_moves_the_value_the_way_it_says() -> None:
    base = value(CAS, 0.5, Rendement(), "", JOUR, JOUR).rang
    assert value(CAS, 0.6, Rendement(), "", JOUR, JOUR).rang > base
    assert value(Cas(portee=""), 0.5, Rendement(), "", JOUR, JOUR).rang < base
    assert value(CAS, 0.5, Rendement(18, 20, 0.3), "", JOUR, JOUR).rang > base
    assert value(CAS, 0.5, Rendement(0, 40, 0.3), "", JOUR, JOUR).rang < base
    assert value(CAS, 0.5, Rendement(), "", JOUR - timedelta(days=9), JOUR).rang < base
    assert value(CAS, 0.5, Rendement(), (JOUR + timedelta(days=2)).isoformat(), JOUR, JOUR).rang > base
    assert [
        tier(p, incertain=i, tiree=t) for p, i, t in ((0.2, False, False), (0.9, True, False), (0.1, False, True))
    ] == [0, 1, 1]
    assert tier(0.19, incertain=False, tiree=False) == 2


def _sitting(par: str, debut: datetime, nombre: int, secondes: int, depart: int = 0) -> list[budget.Acte]:
    return [(par, debut + timedelta(seconds=secondes * n), depart + n) for n in range(nombre)]


def test_the_budget_is_learnt_from_past_reviews_and_stated_before_any() -> None:
    assert budget.estimate([]) == budget.Budget() == budget.Budget(60, 40.0, 0)
    assert budget.Budget().minutes(60) == 40
    lundi = NOW - timedelta(days=30)
    actes = [a for n in range(3) for a in _sitting("Camille Exemple", lundi + timedelta(weeks=n), 31, 20, 100 * n)]
    actes += _sitting("Sam Exemple", lundi, 4, 300)  # Not a review.
    appris = budget.estimate(actes)
    assert (appris.elements, appris.secondes, appris.seances) == (30, 20.0, 3)
    assert (appris.minutes(30), appris.minutes(1), appris.minutes(0)) == (10, 1, 0)
    assert budget.estimate(actes[:60]).seances == 0  # Two reviews teach nothing yet.


def test_a_coffee_in_the_middle_does_not_slow_the_pace_nor_bulk_acts_break_it() -> None:
    debut = NOW - timedelta(days=1)
    seances = [
        _sitting("C", debut - timedelta(weeks=n), 12, 30, 50 * n)
        + _sitting("C", debut - timedelta(weeks=n) + timedelta(hours=1), 12, 30, 50 * n + 12)
        for n in range(3)
    ]
    assert budget.estimate([a for s in seances for a in s]).secondes == 30.0
    assert (
        budget.estimate([("C", debut + timedelta(hours=2 * n), k) for n in range(4) for k in range(20)]).secondes == 5.0
    )


def test_what_was_done_today_counts_a_story_once_and_not_what_was_undone(c: sqlite3.Connection) -> None:
    with transaction(c):
        une = decisions.record(c, Decision(1, "retenir", "Sam Exemple"), NOW)
        decisions.record(c, Decision(1, "ecarter", "Sam Exemple", raison="perime"), NOW)
        decisions.record(c, Decision(2, "retenir", "Sam Exemple"), NOW - timedelta(days=1))
    assert budget.done(c, "Sam Exemple", NOW) == 1
    with transaction(c):
        for cible in (une, une + 1):
            decisions.record(c, Decision(1, "annuler", "Sam Exemple", cible_id=cible), NOW)
    assert budget.done(c, "Sam Exemple", NOW) == 0
    assert budget.learn(c, NOW) == budget.Budget()


def test_a_saved_filter_is_one_s_own_until_shared(c: sqlite3.Connection) -> None:
    un = filtres.save(c, "camille", "Camille Exemple", "Logement", {"thematique": "habitation"}, partage=False, now=NOW)
    assert [f.nom for f in filtres.of(c, "camille")] == ["Logement"]
    assert filtres.of(c, "sam") == []
    assert filtres.read(c, un, "sam") is None
    filtres.share(c, un, "sam", partage=True)  # Not theirs.
    assert filtres.of(c, "sam") == []
    filtres.share(c, un, "camille", partage=True)
    assert [(f.nom, f.par, f.a_moi) for f in filtres.of(c, "sam")] == [("Logement", "Camille Exemple", False)]
    deux = filtres.save(c, "camille", "Camille Exemple", "Logement", {"etat": "retenu"}, partage=False, now=NOW)
    assert [(f.id, f.criteres) for f in filtres.of(c, "camille")] == [(deux, {"etat": "retenu"})]
    filtres.delete(c, deux, "sam", NOW)
    assert len(filtres.of(c, "camille")) == 1
    filtres.delete(c, deux, "camille", NOW)
    assert filtres.of(c, "camille") == []


def test_staff_keep_their_own_list_of_reasons_and_the_past_keeps_its_names(c: sqlite3.Connection) -> None:
    noms = ["Hors thème", "Hors territoire", "Déjà connu", "Périmé", "Promotionnel", "Trop général", "Doublon"]
    assert list(motifs.offered(c).values()) == noms
    motifs.add(c, "partisan", "Partisan", "interet")
    motifs.move(c, "partisan", avant=True)
    motifs.retire(c, "perime", NOW)
    motifs.rename(c, "doublon", "Copie")
    assert list(motifs.offered(c).values())[-2:] == ["Partisan", "Copie"]
    assert "perime" not in motifs.offered(c)
    assert motifs.names(c)["perime"] == "Périmé"
    motifs.restore(c, "perime")
    assert "perime" in motifs.offered(c)


def test_a_rejection_teaches_by_the_meaning_of_its_reason(c: sqlite3.Connection) -> None:
    motifs.add(c, "ailleurs", "Sujet étranger à nos thèmes", "theme")
    with transaction(c):
        decisions.record(c, Decision(1, "ecarter", "Camille Exemple", raison="ailleurs"), NOW)
    appris = {e.document.id: e.themes for e, _ in apprentissage.examples(c, 0.5)}
    assert appris["1"] == frozenset()
