"""The outbox grows for years: nothing that runs often walks it whole."""

from __future__ import annotations

import re

import pytest

from tests.diffusion import NOW
from veille.store.abonnes import envois, lots, migrate, portee
from veille.store.connexion import connect, stamp, transaction


@pytest.mark.filterwarnings("error")
def test_no_question_to_the_outbox_walks_it_whole() -> None:
    c = connect(":memory:")
    migrate(c)
    lots.open_lot(c, 1, "clds-joliette", "bulletin", "Camille Fictive", NOW)
    vues: list[str] = []
    c.set_trace_callback(vues.append)
    envois.take(c, NOW, 3, lambda *_, **__: "")
    envois.reclaim(c, NOW, seul=True)
    envois.reclaim(c, NOW, seul=False)
    envois.has_work(c, NOW, NOW)
    envois.count_due(c, NOW)
    envois.count_service(c)
    envois.uncertain(c)
    envois.refused(c)
    envois.find(c, "x")
    envois.note_return(c, 1, "rebond", "", NOW)
    envois.gather_month(c, NOW, NOW)
    lots.states(c, 1)
    lots.pace(c, 1, NOW)
    lots.close_done(c, NOW)
    portee.reach(c, [1, 2], stamp(NOW), stamp(NOW))
    with transaction(c):
        envois.queue_service(c, "preferences", "s", {}, NOW)
    c.set_trace_callback(None)
    questions = [q for q in dict.fromkeys(vues) if re.match(r"\s*(SELECT|UPDATE)", q)]
    assert len(questions) > 15
    entiers = [
        f"{etape} : {question[:150]}"
        for question in questions
        for (*_, etape) in c.execute(f"EXPLAIN QUERY PLAN {question}")
        if re.search(r"SCAN (e|envois)\b", etape)
        and not re.search(
            r"INDEX envois_(a_faire|tenus|reportes|incertains|revenus)", etape
        )  # Of what is left to do only.
    ]
    c.close()
    assert not entiers, entiers
