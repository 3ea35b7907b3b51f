"""One turn of the watch and the requests of pages: what is busy or refused waits, and nothing is done twice."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import classify, group
from pipeline import collect as stage
from pipeline.collect import collect
from pipeline.context import Contexte, open_context
from pipeline.run import classify_arrivals, run_cycle, serve_requests
from tests.projet import entree, make, rss, source
from tests.serveurs import Serveur, reponse
from veille.classifier.judge import Judge
from veille.errors import StoreError
from veille.model import Taxonomie, Thematique
from veille.store import connexion, decisions, groupes, service
from veille.store.connexion import exclusive, transaction
from veille.store.decisions import Decision
from veille.store.schema import open_store

DEUX = rss(entree("a", "Logement social à Joliette", "Un projet."), entree("b", "Aide alimentaire", "Des paniers."))

TAXONOMIE_VIDE = Taxonomie((Thematique("seul", "Seul", "Un thème."),), ())

Ouvrir = Callable[..., Contexte]


@pytest.fixture
def opened(tmp_path: Path, now: datetime) -> Ouvrir:
    """Open a project whose sources are these tables, at a fixed hour."""
    pile = contextlib.ExitStack()

    def ouvrir(*sources: str, decalage: timedelta = timedelta()) -> Contexte:
        if sources:
            make(tmp_path / "projet", sources)
        return pile.enter_context(open_context(tmp_path / "projet", now=lambda: now + decalage))

    return ouvrir


@pytest.mark.parametrize(
    ("verrou", "fait"), [("collecte", (0, 0)), ("regroupement", (0, 2)), ("classement", (2, 0)), ("bulletins", (2, 2))]
)
def test_a_stage_that_another_run_holds_is_put_off_and_the_others_are_done(
    opened: Ouvrir, verrou: str, fait: tuple[int, int]
) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        with exclusive(ctx.dossier.chemin, verrou):
            cycle = run_cycle(ctx)
        assert (cycle.regroupement.items, cycle.classement.items) == fait
        assert len(cycle.remises) == 1
        assert f"« {verrou} »" in cycle.remises[0]
        suivant = run_cycle(ctx)
    assert suivant.remises == ()
    assert ctx.store.execute("SELECT count(*) FROM membres").fetchone()[0] == 2
    assert ctx.store.execute("SELECT count(*) FROM classements").fetchone()[0] == 2


def test_sources_that_cannot_be_activated_in_the_file_do_not_stop_the_turn(opened: Ouvrir) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss"), etat="a_verifier"))
        (ctx.dossier.chemin / "sources.toml").write_text("[[source\n")  # Someone is editing it.
        cycle = run_cycle(ctx)
    assert (cycle.regroupement.items, cycle.classement.items) == (2, 2)
    assert [remise.startswith("vérification des sources : ") for remise in cycle.remises] == [True]


def test_a_request_being_served_is_not_served_a_second_time_beside(opened: Ouvrir, now: datetime) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        service.ask(ctx.store, "collecter", "fil", "Une personne", now)
        with exclusive(ctx.dossier.chemin, "demandes"):
            assert serve_requests(ctx) == (0, 0)
        assert serveur.chemins() == []
        assert serve_requests(ctx) == (1, 0)


def test_a_source_read_while_another_run_groups_is_not_read_again(opened: Ouvrir, now: datetime) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        service.ask(ctx.store, "collecter", "fil", "Une personne", now)
        with exclusive(ctx.dossier.chemin, "regroupement"):
            assert serve_requests(ctx) == (1, 0)
    assert service.waiting(ctx.store) == []


def test_a_reading_cut_short_leaves_its_request_waiting(opened: Ouvrir, now: datetime) -> None:
    with Serveur({"/robots.txt": reponse(b""), "/muet": [60.0]}) as serveur:
        ctx = opened(source("muet", serveur.adresse("/muet")))
        service.ask(ctx.store, "collecter", "muet", "Une personne", now)
        threading.Timer(0.2, ctx.stop.set).start()
        assert serve_requests(ctx) == (0, 0)
    assert [d.argument for d in service.waiting(ctx.store)] == ["muet"]


def test_a_request_about_a_source_that_left_the_file_is_answered(opened: Ouvrir, now: datetime) -> None:
    ctx = opened(source("fil", "http://127.0.0.1:9/"))
    service.ask(ctx.store, "collecter", "disparue", "Une personne", now)
    assert serve_requests(ctx) == (1, 1)
    assert "« disparue »" in service.recent_requests(ctx.store)[0].message


def test_a_stop_during_a_turn_leaves_every_stage_to_the_next(opened: Ouvrir) -> None:
    with Serveur({"*": reponse(DEUX)}) as serveur:
        ctx = opened(*(source(f"s{n}", serveur.adresse(f"/{n}")) for n in range(5)))
        ctx.stop.set()
        cycle = run_cycle(ctx)
        assert (cycle.collecte.sources, cycle.regroupement.items, cycle.classement.items) == (0, 0, 0)
        ctx.stop.clear()
        assert run_cycle(ctx).collecte.sources == 5


@pytest.mark.parametrize("instant", ["parse", "record"])
def test_a_crash_while_a_source_is_being_stored_loses_and_doubles_nothing(
    opened: Ouvrir, monkeypatch: pytest.MonkeyPatch, instant: str
) -> None:
    def crash(*_: object) -> None:
        raise MemoryError

    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        with monkeypatch.context() as m:
            if instant == "record":
                m.setattr(stage.sources, "record", crash)
            else:
                m.setattr(stage.ingest, "to_items", crash)
            with pytest.raises(MemoryError):
                collect(ctx)
        assert ctx.store.execute("SELECT count(*) FROM items").fetchone()[0] == 0
        assert collect(ctx).nouveaux == 2
        assert ctx.store.execute("SELECT count(*) FROM robots").fetchone()[0] == 1
        assert serveur.chemins().count("/robots.txt") == 1  # What was learnt before the crash was kept.


def test_a_crash_while_grouping_places_each_item_once(opened: Ouvrir, monkeypatch: pytest.MonkeyPatch) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        collect(ctx)
    with monkeypatch.context() as m:
        m.setattr(groupes, "add_landmarks", lambda *_: (_ for _ in ()).throw(MemoryError))
        with pytest.raises(MemoryError):
            group.group_new(ctx)
    assert ctx.store.execute("SELECT count(*) FROM membres").fetchone()[0] == 0
    assert group.group_new(ctx).items == 2
    assert ctx.store.execute("SELECT count(*) FROM groupes").fetchone()[0] == 2


@pytest.mark.parametrize(("etape", "calcul"), [(group, "sketch"), (group, "same_story"), (classify, "local_day")])
def test_no_stage_holds_the_database_while_it_computes(
    opened: Ouvrir, monkeypatch: pytest.MonkeyPatch, etape: Any, calcul: str
) -> None:
    jumelles = rss(*(entree(f"e{n}", "Quarante logements sociaux près de la gare de Joliette") for n in range(3)))
    vrai, ecritures = getattr(etape, calcul), []
    with Serveur({"/rss": reponse(jumelles)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        collect(ctx)
    monkeypatch.setattr(connexion, "ATTENTE_MS", 0)
    with contextlib.closing(open_store(ctx.dossier.chemin)) as page:

        def compute(*arguments: Any, **nommes: Any) -> Any:
            with transaction(page):  # Refused at once if the stage held the lock.
                ecritures.append(calcul)
            return vrai(*arguments, **nommes)

        monkeypatch.setattr(etape, calcul, compute)
        group.group_new(ctx)
        classify_arrivals(ctx)
    assert ecritures


def runs(ctx: Contexte) -> list[tuple[str, str, dict[str, Any]]]:
    lignes = ctx.store.execute("SELECT etape, issue, bilan FROM passages ORDER BY id")
    return [(etape, issue, json.loads(bilan)) for etape, issue, bilan in lignes]


def test_every_stage_of_a_turn_is_recorded_and_a_turn_with_nothing_to_do_is_not(opened: Ouvrir) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss"), etat="a_verifier"))
        run_cycle(ctx)
        faits = {etape: (issue, bilan) for etape, issue, bilan in runs(ctx)}
        assert run_cycle(ctx).remises == ()
    assert faits.keys() == {"collecte", "regroupement", "classement", "file", "verification"}
    assert {issue for issue, _ in faits.values()} == {"fait"}
    assert (faits["collecte"][1]["nouveaux"], faits["regroupement"][1]) == (2, {"items": 2})
    assert faits["classement"][1]["items"] == 2
    assert faits["classement"][1]["suggestions"] == ctx.store.execute("SELECT count(*) FROM suggestions").fetchone()[0]
    assert len(runs(ctx)) == 5


@pytest.mark.parametrize(
    ("etape", "module", "calcul", "erreur", "dite"),
    [
        ("regroupement", group, "same_story", MemoryError(), "arrêt imprévu (MemoryError)"),
        ("regroupement", group, "same_story", KeyboardInterrupt(), "interrompu au clavier"),
        ("classement", classify, "local_day", StoreError("Le disque est plein."), "Le disque est plein."),
        ("collecte", stage, "_store", MemoryError(), "arrêt imprévu (MemoryError)"),
    ],
)
def test_a_stage_that_fails_is_recorded_with_why_and_still_fails(
    opened: Ouvrir,
    monkeypatch: pytest.MonkeyPatch,
    etape: str,
    module: Any,
    calcul: str,
    erreur: BaseException,
    dite: str,
) -> None:
    def fail(*_: object) -> None:
        raise erreur

    jumelles = rss(*(entree(f"e{n}", "Quarante logements sociaux près de la gare de Joliette") for n in range(3)))
    with Serveur({"/rss": reponse(jumelles)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        if etape != "collecte":
            collect(ctx)
        monkeypatch.setattr(module, calcul, fail)
        travail = {"collecte": collect, "regroupement": group.group_new, "classement": classify_arrivals}[etape]
        with pytest.raises(type(erreur)):
            travail(ctx)
    assert runs(ctx)[-1] == (etape, "echec", {"erreur": dite})


def test_a_failure_that_cannot_be_recorded_is_still_the_one_told(opened: Ouvrir) -> None:
    ctx = opened(source("fil", "http://127.0.0.1:9/"))
    with pytest.raises(StoreError, match="plein"), service.recorded(ctx.store, "classement", ctx.now()):
        ctx.store.close()
        raise StoreError("Le disque est plein.")


def test_a_source_renamed_brings_nothing_back_to_the_review(opened: Ouvrir, now: datetime) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        run_cycle(ctx)
        for item_id in (1, 2):
            decisions.record(ctx.store, Decision(item_id, "ecarter", "Une personne", raison="faible"), now)
        apres = opened(source("nouveau-nom", serveur.adresse("/rss")), decalage=timedelta(days=2))
        cycle = run_cycle(apres)
    assert (cycle.collecte.inchangees, cycle.collecte.nouveaux) == (1, 0)
    assert apres.store.execute("SELECT count(*) FROM file_revue WHERE etat = 'a_trancher'").fetchone()[0] == 0


def test_a_source_that_moves_and_changes_its_name_joins_the_stories_it_had_given(opened: Ouvrir, now: datetime) -> None:
    with Serveur({"*": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        run_cycle(ctx)
        for item_id in (1, 2):
            decisions.record(ctx.store, Decision(item_id, "ecarter", "Une personne", raison="faible"), now)
        apres = opened(source("ailleurs", serveur.adresse("/atom")), decalage=timedelta(days=2))
        run_cycle(apres)
    assert groupes.count(apres.store) == 2
    assert apres.store.execute("SELECT count(*) FROM file_revue WHERE etat = 'a_trancher'").fetchone()[0] == 0


def test_a_new_model_judges_again_what_is_recent_and_undecided_and_the_archive_when_asked(
    opened: Ouvrir, monkeypatch: pytest.MonkeyPatch, now: datetime
) -> None:
    monkeypatch.setattr(classify, "PAQUET", 3)
    with Serveur({"/rss": reponse(rss(*(entree(f"e{n}", f"Nouvelle {n} de Joliette") for n in range(10))))}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        run_cycle(ctx)
    assert classify_arrivals(ctx).items == 0
    decisions.record(ctx.store, Decision(1, "ecarter", "Une personne", raison="faible"), now)
    ctx.store.execute("UPDATE items SET vu_a = '2026-01-01T00:00:00Z' WHERE id = 2")
    juge = Judge(replace(TAXONOMIE_VIDE, types=ctx.dossier.taxonomie.types), ctx.dossier.gazetier)
    assert classify.classify_new(ctx, juge).items == 8
    assert classify.classify_new(ctx, juge).items == 0
    assert classify.classify_new(ctx, juge, tout=True).items == 2
    assert classify.classify_new(ctx, juge, tout=True).items == 0
