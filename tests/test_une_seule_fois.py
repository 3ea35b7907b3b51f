"""What readers were told is not told again, and what was wrong is told once, however long ago."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.diffusion import Atelier
from tests.numeros_faits import PAR, act, approve, compose, content, publish, titles
from veille.store import digests, errata, figes


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path)


def test_a_story_told_by_an_alert_leaves_the_draft_composed_before_it(a: Atelier) -> None:
    un = a.retenir("Urgente")
    a.retenir("Autre")
    regulier = compose(a)
    contenu, places = digests.require(a.c, regulier).contenu, [digests.Place(un, "À agir")]
    alerte = digests.save_draft(a.c, "clds-joliette", 2, "Alerte", a.now.date(), contenu, places, PAR, a.now, "alerte")
    approve(a, alerte)
    approve(a, regulier)
    assert titles(a, alerte) == ["Urgente"]
    assert titles(a, regulier) == ["Autre"]


def test_a_story_told_already_may_be_added_again_by_hand_and_that_is_said(a: Atelier) -> None:
    un = a.retenir("Urgente")
    approve(a, compose(a))
    a.retenir("Autre")
    suivant = compose(a)
    act(a, suivant, "ajouter", un, rubrique="autres")
    approve(a, suivant)
    assert sorted(titles(a, suivant)) == ["Autre", "Urgente"]
    _, _, portes = figes.frozen(a.c, suivant) or ({}, "", [])
    (dit,) = [conseil["phrase"] for p in portes if p["cle"] == "deja" for conseil in p["conseils"]]
    assert "Urgente" in dit and "déjà" in dit


def test_an_erratum_on_an_old_issue_is_told_in_the_next_however_many_came_since(a: Atelier) -> None:
    item_id = a.retenir("Ancienne")
    premier = compose(a)
    publish(a, premier)
    contenu = digests.require(a.c, premier).contenu
    for numero in range(2, 60):
        a.passer(days=1)
        a.c.execute(
            "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, approuve_a, approuve_par, contenu)"
            " VALUES ('clds-joliette', ?, 'T', '2026-12-01', ?, 'x', ?, 'x', ?)",
            (numero, a.fiche_stamp(), a.fiche_stamp(), contenu),
        )
    errata.add(a.c, premier, item_id, "Le titre était faux.", {}, PAR, a.now)
    a.passer(days=1)
    a.retenir("Suite")
    suivant = compose(a)
    assert [(e.numero, e.titre, e.texte) for e in content(a, suivant).errata] == [
        (1, "Ancienne", "Le titre était faux.")
    ]
    approve(a, suivant)
    a.passer(days=1)
    a.retenir("Encore")
    assert content(a, compose(a)).errata == ()
