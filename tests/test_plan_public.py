"""The public plan: nothing of it while it is off; texts, what staff said and public figures when it is on, no register row."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from veille import settings
from veille.model import Activite, Suivi
from veille.store import plan as store_plan
from veille.store import publication, registres, suivis
from veille.store.connexion import connect, transaction
from veille.store.publication import plan as plan_public
from veille.store.schema import migrate

MAINTENANT = datetime(2025, 6, 2, 14, tzinfo=UTC)
PLAN = settings.load(Path(__file__).resolve().parents[1]).plan


@pytest.fixture
def c() -> Iterator[sqlite3.Connection]:
    c = connect(":memory:")
    migrate(c)
    store_plan.sync(c, PLAN, MAINTENANT)
    c.execute("INSERT INTO audiences VALUES ('tous', 'Tous', 'publique', 'mensuel', 'lundi')")
    c.execute("INSERT INTO audiences VALUES ('equipe', 'Équipe', 'interne', 'mensuel', 'lundi')")
    yield c
    c.close()


def issue(c: sqlite3.Connection, numero: int, audience: str, *elements: str) -> int:
    instant = "2025-05-05T12:00:00+00:00"
    c.execute(
        "INSERT INTO digests (id, audience, numero, titre, date_le, compose_a, compose_par, approuve_a, approuve_par,"
        " publie_a, publie_par, contenu) VALUES (?, ?, ?, 'Bulletin', '2025-05-05', ?, 'A', ?, 'A', ?, 'A', '{}')",
        (numero, audience, numero, instant, instant, instant),
    )
    c.executemany("INSERT INTO digest_plan VALUES (?, ?)", [(numero, e) for e in elements])
    return numero


def test_nothing_is_there_while_the_plan_is_not_public(c: sqlite3.Connection) -> None:
    assert plan_public.of_staff(c, []) == []
    with publication.in_memory(c) as public:
        assert plan_public.read(public) == []
    with contextlib.closing(sqlite3.connect(":memory:")) as vide:
        assert plan_public.read(vide) == []


def test_turned_on_it_holds_every_text_and_turned_off_nothing_again(c: sqlite3.Connection) -> None:
    store_plan.set_public(c, True)
    with publication.in_memory(c) as public:
        elements = plan_public.read(public)
    assert elements == plan_public.of_staff(c, [])
    assert {e.code for e in elements if e.genre != "plan"} == PLAN.ids()
    assert [e.texte for e in elements if e.genre == "moyen"] == [m.texte for m in PLAN.moyens]
    parents = {e.code: e.parent for e in elements}
    assert (parents["2.1.3"], parents["1.1.3.1"]) == ("2.2", "1.1.3")
    store_plan.set_public(c, False)
    assert plan_public.of_staff(c, []) == []


def test_a_new_active_plan_is_public_only_once_it_is_said_again(c: sqlite3.Connection) -> None:
    store_plan.set_public(c, True)
    store_plan.sync(c, replace(PLAN, slug="suivant"), MAINTENANT.replace(day=3))
    assert not store_plan.is_public(c)


def test_what_staff_said_is_shown_without_its_note_its_author_nor_any_row(c: sqlite3.Connection) -> None:
    store_plan.set_public(c, True)
    with transaction(c):
        suivi = Suivi(PLAN.slug, "1.1.1", "en_cours", date(2025, 5, 1), "Note interne secrète", "Camille Exemple")
        suivis.record(c, suivi, MAINTENANT)
        ligne = Activite(
            0, PLAN.slug, ("1.1.2",), jour_le=date(2025, 5, 2), titre="Rencontre interne", type="rencontre"
        )
        registres.add(c, ligne, "activites", "Camille Exemple", MAINTENANT)
    with publication.in_memory(c) as public:
        vus = {e.code: e for e in plan_public.read(public)}
        octets = "\n".join(public.iterdump())
    assert (vus["1.1.1"].etat, vus["1.1.1"].etat_le) == ("en_cours", "2025-05-01")
    assert vus["1.1.2"].etat == ""
    for secret in ("secrète", "Camille", "Rencontre interne"):
        assert secret not in octets


def test_only_public_issues_count_and_each_counts_once_for_a_moyen(c: sqlite3.Connection) -> None:
    store_plan.set_public(c, True)
    issue(c, 1, "tous", "1.1.3", "1.1.3.1", "4.2.1")
    issue(c, 2, "tous", "1.1.3.1")
    issue(c, 3, "equipe", "1.1.3")
    vus = {e.code: e.bulletins for e in plan_public.of_staff(c, [1, 2])}
    assert (vus["1.1.3"], vus["4.2.1"], vus["1.1.4"]) == (2, 1, 0)


def test_the_public_file_is_made_again_when_the_plan_is_turned_on_or_a_moyen_moves(
    c: sqlite3.Connection, tmp_path: Path
) -> None:
    assert publication.is_current(c, tmp_path)
    store_plan.set_public(c, True)
    assert not publication.is_current(c, tmp_path)
    publication.rebuild(c, tmp_path)
    assert publication.is_current(c, tmp_path)
    with transaction(c):
        suivis.record(c, Suivi(PLAN.slug, "1.1.1", "realise", date(2025, 5, 1), "", "Camille"), MAINTENANT)
    assert not publication.is_current(c, tmp_path)
    publication.rebuild(c, tmp_path)
    store_plan.set_public(c, False)
    assert not publication.is_current(c, tmp_path)
