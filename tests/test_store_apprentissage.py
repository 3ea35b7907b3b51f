"""What the decision log teaches, and the models kept in the database: read exactly as they were written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.navigateur import add_item, fill, theme
from veille.model import (
    Confusion,
    ErreurExemple,
    Evaluation,
    FicheModele,
    Jugement,
    MesureSemaine,
    MesureTheme,
    Suggestion,
    Tranche,
)
from veille.store import apprentissage, decisions, jugements, schema
from veille.store.apprentissage import Appris, Avant
from veille.store.connexion import transaction
from veille.store.decisions import Decision

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
VU_A = NOW - timedelta(hours=12)
ACCEPTE = 0.3

MESURES = Evaluation(
    documents=40,
    micro_f1=0.71,
    macro_f1=0.64,
    precision=0.8,
    rappel=0.63,
    lrap=0.9,
    brier=0.05,
    ece=0.02,
    hors_sujet_f1=0.5,
    themes=(MesureTheme("habitation", 10, 9, 8),),
    fiabilite=(Tranche(0.25, 0.2, 30), Tranche(0.8, 0.85, 10)),
    confusions=(Confusion("mobilite", "habitation", 2),),
    semaines=(MesureSemaine("2026-S47", 20, 0.7, 0.03),),
    sans_theme=12,
)
FICHE = FicheModele(
    nom="appris-1",
    fait_le=date(2026, 11, 23),
    exemples=40,
    positifs={"habitation": 10, "mobilite": 0},
    noms={"habitation": "Habitation et logement", "mobilite": "Transport et mobilité"},
    decisions_du=date(2026, 10, 1),
    decisions_au=date(2026, 11, 22),
    encodeur=True,
    regles="regles-3-abc",
    erreurs=(ErreurExemple("Un « titre » d’essai", ("mobilite",), (), "Aucune expression."),),
    plis=5,
    minimum=30,
)


@pytest.fixture
def base(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    fill(tmp_path, 0)
    c = schema.open_store(tmp_path)
    with transaction(c):  # What `fill` decided would be read as examples.
        c.execute("DROP TRIGGER decisions_sans_retrait")
        c.execute("DELETE FROM decisions")
    yield c
    c.close()


def item(c: sqlite3.Connection, cle: str, *suggestions: Suggestion, **autres: Any) -> int:
    source = c.execute("SELECT id FROM sources WHERE slug = 'observatoire'").fetchone()["id"]
    return add_item(c, source, cle, f"Titre {cle}", vu_a=VU_A, suggestions=suggestions, **autres)


def decide(c: sqlite3.Connection, item_id: int, genre: str, minutes: int = 0, **champs: Any) -> None:
    with transaction(c):
        acte = Decision(item_id, genre, "Camille Exemple", **champs)  # type: ignore[arg-type]  # One of the five kinds.
        decisions.record(c, acte, NOW + timedelta(minutes=minutes))


def learnt(c: sqlite3.Connection) -> dict[str, tuple[frozenset[str], float]]:
    """Title → themes and weight."""
    return {e.document.titre: (e.themes, e.poids) for e, _ in apprentissage.examples(c, ACCEPTE)}


def rejected(raison: str) -> tuple[str, dict[str, Any]]:
    return "ecarter", {"raison": raison}


def tagged(*themes: str) -> tuple[str, dict[str, Any]]:
    return "etiqueter", {"thematiques": themes}


KEPT: tuple[str, dict[str, Any]] = ("retenir", {})
BACK: tuple[str, dict[str, Any]] = ("remettre", {})
PROPOSE = (frozenset({"habitation"}), ACCEPTE)
RIEN = (frozenset[str](), 1.0)
CHOISI = (frozenset({"mobilite"}), 1.0)


@pytest.mark.parametrize(
    ("actes", "attendu"),
    [
        ([KEPT], PROPOSE),
        ([tagged("mobilite")], CHOISI),
        ([tagged()], RIEN),
        ([rejected("hors_theme")], RIEN),
        ([rejected("doublon")], None),
        ([rejected("hors_territoire")], None),
        ([KEPT, tagged("mobilite")], CHOISI),
        ([tagged("mobilite"), KEPT], CHOISI),
        ([tagged("mobilite"), rejected("perime")], CHOISI),
        ([tagged("mobilite"), rejected("hors_theme")], RIEN),
        ([rejected("hors_theme"), tagged("mobilite")], CHOISI),
        ([rejected("hors_theme"), KEPT], PROPOSE),
        ([rejected("hors_theme"), rejected("doublon")], None),
        ([rejected("hors_theme"), BACK], None),
        ([KEPT, BACK], None),
        ([tagged("mobilite"), BACK], CHOISI),
        ([KEPT, rejected("faible")], None),
    ],
)
def test_the_latest_word_on_an_item_is_what_it_teaches(
    base: sqlite3.Connection, actes: list[tuple[str, dict[str, Any]]], attendu: tuple[frozenset[str], float] | None
) -> None:
    un = item(base, "a", theme("habitation"), theme("mobilite", 3.0, etat="incertain"))
    for rang, (genre, champs) in enumerate(actes):
        decide(base, un, genre, rang, **champs)
    assert learnt(base).get("Titre a") == attendu


def test_an_item_kept_without_any_theme_teaches_nothing(base: sqlite3.Connection) -> None:
    decide(base, item(base, "rien"), "retenir")
    decide(base, item(base, "hésite", theme("habitation", 3.0, etat="incertain")), "retenir")
    assert learnt(base) == {}


def test_what_was_proposed_is_what_stood_when_the_themes_were_settled(base: sqlite3.Connection) -> None:
    un = item(base, "a", theme("habitation"), theme("mobilite", 3.0, etat="incertain"))
    decide(base, un, "etiqueter", thematiques=("mobilite",))
    appris = Jugement((Suggestion("thematique", "mobilite", probabilite=0.99),))
    with transaction(base):  # The next model learnt it from this very decision.
        jugements.record(base, un, 1, "appris", appris, NOW + timedelta(minutes=1))
    decide(base, un, "retenir", 2)
    [(exemple, avant)] = apprentissage.examples(base, ACCEPTE)
    assert avant == Avant({"habitation": 0.8, "mobilite": 0.8}, frozenset({"habitation"}))
    assert exemple.decide_le == date(2026, 11, 23)
    decide(base, un, "etiqueter", 3, thematiques=("mobilite", "habitation"))
    assert apprentissage.examples(base, ACCEPTE)[0][1] == Avant({"mobilite": 0.99}, frozenset({"mobilite"}))


def test_keeping_again_accepts_what_is_proposed_now(base: sqlite3.Connection) -> None:
    un = item(base, "a", theme("habitation"))
    decide(base, un, "retenir")
    with transaction(base):
        jugements.record(base, un, 2, "essai", Jugement((theme("mobilite"),)), NOW + timedelta(minutes=1))
    assert learnt(base) == {"Titre a": PROPOSE}
    decide(base, un, "retenir", 2)
    assert learnt(base) == {"Titre a": (frozenset({"mobilite"}), ACCEPTE)}


def test_an_item_settled_before_it_was_judged_teaches_only_what_was_chosen(base: sqlite3.Connection) -> None:
    decide(base, item(base, "a", theme("habitation")), "retenir", -24 * 60)
    decide(base, item(base, "b", theme("habitation")), "etiqueter", -24 * 60, thematiques=("mobilite",))
    [(exemple, avant)] = apprentissage.examples(base, ACCEPTE)
    assert (exemple.document.titre, exemple.themes, avant) == (
        "Titre b",
        frozenset({"mobilite"}),
        Avant({}, frozenset()),
    )


def test_members_of_one_story_share_their_group_and_examples_come_oldest_decision_first(
    base: sqlite3.Connection,
) -> None:
    tete = item(base, "tête", theme("habitation"), texte="Le texte au long.")
    copie = item(base, "copie", theme("habitation"), proches=((tete, "même titre"),))
    seul = item(base, "seul", theme("mobilite"))
    for minutes, un in ((2, tete), (1, copie), (0, seul)):
        decide(base, un, "retenir", minutes)
    lus = [exemple for exemple, _ in apprentissage.examples(base, ACCEPTE)]
    assert [e.document.titre for e in lus] == ["Titre seul", "Titre copie", "Titre tête"]
    assert lus[1].groupe == lus[2].groupe != lus[0].groupe
    assert all(e.groupe for e in lus)
    assert lus[2].document.texte == "Le texte au long."
    assert (lus[2].document.source, lus[2].document.id) == ("observatoire", str(tete))


def test_a_model_comes_back_as_it_was_kept(base: sqlite3.Connection) -> None:
    appris = Appris("appris-1", NOW, 40, "promu", "premier modèle", MESURES, FICHE)
    apprentissage.record(base, appris, "empreinte")
    [lu] = apprentissage.models(base)
    assert lu == replace(appris, fiche=replace(FICHE, depuis_le=date(2026, 11, 23)))
    assert base.execute("SELECT themes, json_valid(fiche) FROM modeles").fetchone()[:] == ("empreinte", 1)
    vide = Appris(
        "appris-2", NOW, 0, "refuse", "", Evaluation(*[0] * 9), FicheModele("appris-2", date(2026, 11, 23), 0)
    )
    apprentissage.record(base, vide, "empreinte")
    assert apprentissage.models(base) == [vide, lu]


def test_the_day_a_model_entered_service_is_read_from_the_log_only(base: sqlite3.Connection) -> None:
    ment = replace(FICHE, depuis_le=date(2001, 1, 1))
    apprentissage.record(base, Appris("a", NOW, 40, "refuse", "moins bon", MESURES, ment), "x")
    assert apprentissage.models(base)[0].fiche.depuis_le is None
    assert json.loads(base.execute("SELECT fiche FROM modeles").fetchone()[0])["depuis_le"] is None
    assert apprentissage.choose(base, "a", "Camille Exemple", "essai", NOW + timedelta(days=2))
    assert apprentissage.models(base)[0].fiche.depuis_le == date(2026, 11, 25)


def test_the_last_choice_judges_whoever_made_it(base: sqlite3.Connection) -> None:
    assert (apprentissage.active(base), apprentissage.last_choice(base), apprentissage.models(base)) == (None, None, [])
    for rang, (nom, issue) in enumerate((("un", "promu"), ("deux", "promu"), ("trois", "refuse"))):
        instant = NOW + timedelta(days=rang)
        fiche = replace(FICHE, nom=nom)
        apprentissage.record(base, Appris(nom, instant, 40, issue, "", MESURES, fiche), "x")  # type: ignore[arg-type]
    assert apprentissage.active(base) == "deux"
    assert apprentissage.last_choice(base) == ("veille", NOW + timedelta(days=1))
    plus_tard = NOW + timedelta(days=9)
    assert apprentissage.choose(base, "un", "Camille Exemple", "le précédent était meilleur", plus_tard)
    assert apprentissage.active(base) == "un"
    assert apprentissage.last_choice(base) == ("Camille Exemple", plus_tard)
    en_service = {m.nom: m.fiche.depuis_le for m in apprentissage.models(base)}
    assert en_service == {"trois": None, "deux": None, "un": date(2026, 12, 2)}
    assert apprentissage.choose(base, None, "Camille Exemple", "les règles seules", plus_tard)
    assert apprentissage.active(base) is None
    assert all(m.fiche.depuis_le is None for m in apprentissage.models(base))
    assert not apprentissage.choose(base, "inconnu", "Camille Exemple", "", plus_tard)
    assert apprentissage.active(base) is None


def test_decisions_are_dated_and_counted_since_an_instant(base: sqlite3.Connection) -> None:
    assert apprentissage.last_decision(base) is None
    decide(base, item(base, "a"), "retenir", 7)
    assert apprentissage.last_decision(base) == NOW + timedelta(minutes=7)
    assert apprentissage.decisions_since(base, None) == 1
    assert apprentissage.decisions_since(base, NOW + timedelta(minutes=7)) == 0
    assert apprentissage.decisions_since(base, NOW) == 1
