"""Bilans kept in the database: one for the same data, another when it changed, frozen with its period, amended in sight."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.plan_mesure import AN, AU, ENTIER, PLAN, activite, soutien
from veille import settings
from veille.errors import RefusError
from veille.model import Activite
from veille.periodes import Periode, quarter_of
from veille.store import bilans, jugements, registres
from veille.store.bilans import Fait
from veille.store.connexion import connect, transaction
from veille.store.schema import migrate

NOW = datetime(2026, 5, 4, 15, tzinfo=UTC)
PAR = "Camille Exemple"


@pytest.fixture(scope="module")
def modele() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(connect(":memory:")) as c:
        migrate(c)
        jugements.sync_references(c, settings.load_taxonomie(), settings.load_gazetier())
        yield c


@pytest.fixture
def c(modele: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(connect(":memory:")) as copie:
        modele.backup(copie)
        yield copie


def make(c: sqlite3.Connection, periode: Periode = AN, au: date = AU, now: datetime = NOW) -> Fait:
    contenu = bilans.draw(c, PLAN, periode, au, now)
    with transaction(c):
        return bilans.make(c, PLAN, periode, contenu, PAR, now)


def add(c: sqlite3.Connection, *moyens: str, raison: str = "", **valeurs: Any) -> int:
    with transaction(c):
        return registres.add(c, activite(0, *moyens, **valeurs), "activites", PAR, NOW, amendement=raison)


def value(fait: Fait, code: str) -> float | None:
    return next(x.valeur for x in fait.bilan.contenu.tous if x.code == code)


def test_the_same_data_are_the_same_bilan_and_changed_data_another(c: sqlite3.Connection) -> None:
    add(c, "1.1.1.1", presences=12)
    un = make(c)
    encore = make(c, now=NOW + timedelta(days=3))
    assert (un.nouveau, encore.nouveau, encore.bilan.id) == (True, False, un.bilan.id)
    assert encore.bilan.calcule_a == NOW
    numero = add(c, "1.1.1", presences=3)
    deux = make(c)
    assert deux.nouveau and deux.bilan.id != un.bilan.id
    assert deux.changes == len(bilans.differences(un.bilan.contenu, deux.bilan.contenu)) == 4
    assert "4\u00a0chiffres ont changé depuis le précédent." in deux.phrase
    with transaction(c):
        registres.withdraw(c, "activites", numero, PAR, NOW)
    assert make(c).bilan.id == un.bilan.id, "les données sont redevenues les mêmes"
    assert bilans.require(c, un.bilan.id).contenu == un.bilan.contenu


def test_each_period_and_day_has_its_own(c: sqlite3.Connection) -> None:
    add(c, "1.1.1", le=date(2025, 5, 1))
    add(c, "1.1.1", le=date(2026, 2, 1))
    ids = {
        make(c, p, au).bilan.id for p, au in ((AN, AU), (ENTIER, AU), (quarter_of(AU), AU), (AN, date(2025, 12, 31)))
    }
    assert len(ids) == 4
    assert value(make(c, AN, date(2025, 12, 31)), "IND-1.1.1-a") == 1
    assert [f.id for f in bilans.listed(c, PLAN.slug, 10)] == sorted(ids, reverse=True)
    assert len(bilans.listed(c, PLAN.slug, 2, 3)) == 1
    assert bilans.listed(c, "autre", 10) == []
    assert bilans.latest(c, PLAN.slug, AN, AU) is not None
    assert bilans.latest(c, PLAN.slug, AN, date(2025, 6, 1)) is None


def test_the_plan_s_years_and_the_quarters_before_are_in_the_series(c: sqlite3.Connection) -> None:
    total = make(c, ENTIER).bilan.contenu.totaux[0]
    assert [p.nom for p in total.serie] == ["2023-2024", "2024-2025", "2025-2026"]
    trimestre = make(c, quarter_of(AU)).bilan.contenu.totaux[0]
    assert len(trimestre.serie) == 5 and trimestre.serie[-1].nom == quarter_of(AU).nom
    debut = quarter_of(date(2023, 5, 1))
    assert len(make(c, debut, date(2023, 6, 30)).bilan.contenu.totaux[0].serie) == 1


def test_a_locked_period_gives_its_bilan_for_ever_then_its_amendments(c: sqlite3.Connection) -> None:
    numero = add(c, "1.1.1", presences=10)
    fige = make(c)
    assert bilans.aftermath(c, PLAN, fige.bilan, NOW) is None
    with transaction(c):
        registres.lock(c, PLAN.slug, AN, fige.bilan.id, PAR, NOW)
    suites = bilans.aftermath(c, PLAN, fige.bilan, NOW)
    assert suites is not None and (suites.verrouillee_le, suites.corrections, suites.ecarts) == (
        date(2026, 5, 4),
        (),
        (),
    )
    with pytest.raises(RefusError, match="verrouillée"):
        add(c, "1.1.1")
    add(c, "1.1.1", raison="Une rencontre avait été oubliée.", presences=7)
    ligne = registres.one(c, "activites", numero)
    assert isinstance(ligne, Activite)
    with transaction(c):
        registres.change(c, replace(ligne, presences=11), "activites", PAR, NOW, amendement="Erreur de saisie.")
    rendu = make(c)
    assert (rendu.fige, rendu.bilan.id, rendu.bilan.contenu) == (True, fige.bilan.id, fige.bilan.contenu)
    assert "au 31\u00a0mars\u00a02026 : cette période est verrouillée, ses chiffres ne changent plus" in rendu.phrase
    apres = bilans.aftermath(c, PLAN, rendu.bilan, NOW)
    assert apres is not None
    assert [x.raison for x in apres.corrections] == ["Une rencontre avait été oubliée.", "Erreur de saisie."]
    assert (apres.corrections[1].avant, apres.corrections[1].apres) == ("Présences : 10", "Présences : 11")
    assert apres.corrections[1].lien == f"/registres/activites/{numero}"
    assert {e.code: (e.fige, e.donnerait) for e in apres.ecarts}["IND-1.1.1-b"] == ("10", "18")
    assert [f.verrou for f in bilans.listed(c, PLAN.slug, 10)] == [NOW]


def test_a_locked_year_keeps_its_figures_wherever_years_are_shown(c: sqlite3.Connection) -> None:
    """A merge of organisations moves a count without any amendment: told beside, and only there."""
    c.execute(
        "INSERT INTO organisations (code, nom, par, inscrite_a) VALUES ('a', 'A (exemple)', 'E', ''), ('b', 'B', 'E', '')"
    )
    add(c, "1.1.1", presences=10)
    with transaction(c):
        registres.add(c, soutien(0, "2.1.6", organisations=("a", "b")), "accompagnements", PAR, NOW)
    fige = make(c)
    with transaction(c):
        registres.lock(c, PLAN.slug, AN, fige.bilan.id, PAR, NOW)
    c.execute(
        "UPDATE organisations SET fusionnee_dans = (SELECT id FROM organisations WHERE code = 'a') WHERE code = 'b'"
    )
    suites = bilans.aftermath(c, PLAN, fige.bilan, NOW)
    assert suites is not None and suites.corrections == ()
    assert {e.code: (e.fige, e.donnerait) for e in suites.ecarts}["IND-2.1.6-a"] == ("2", "1")
    assert dict(bilans.series(c, PLAN, AU)["IND-2.1.6-a"])[AN] == 2
    entier = next(x for x in bilans.draw(c, PLAN, ENTIER, AU, NOW).tous if x.code == "IND-2.1.6-a")
    assert (entier.valeur, entier.serie[-1].valeur) == (1, 2)
    assert bilans.frozen_figures(c, PLAN.slug)[AN].bilan_id == fige.bilan.id


def test_a_wider_bilan_tells_the_amendments_of_the_years_it_covers(c: sqlite3.Connection) -> None:
    add(c, "1.1.1")
    fige = make(c)
    with transaction(c):
        registres.lock(c, PLAN.slug, AN, fige.bilan.id, PAR, NOW)
    add(c, "1.1.1", raison="Oubli.")
    entier = make(c, ENTIER)
    suites = bilans.aftermath(c, PLAN, entier.bilan, NOW)
    assert suites is not None and suites.verrouillee_le is None
    assert len(suites.corrections) == 1 and suites.ecarts == ()
    assert value(entier, "IND-1.1.1-a") == 2


def test_no_bilan_is_changed_nor_erased(c: sqlite3.Connection) -> None:
    make(c)
    for requete in ("UPDATE bilans SET contenu = '{}'", "DELETE FROM bilans"):
        with pytest.raises(sqlite3.IntegrityError):
            c.execute(requete)


def test_an_unknown_number_or_a_day_before_the_plan_is_refused(c: sqlite3.Connection) -> None:
    with pytest.raises(RefusError, match="pas de bilan nº"):
        bilans.require(c, 99)
    aujourdhui = date(2026, 11, 28)
    for genre, jour, dit in (
        ("annee", date(2023, 3, 31), "d’une année de ce plan se fait à un jour compris entre le 1er"),
        ("annee", date(2026, 4, 1), "et le 31\u00a0mars\u00a02026"),
        ("trimestre", date(2030, 1, 1), "et le 31\u00a0mars\u00a02026"),
        ("plan", date(2030, 1, 1), "et le 28\u00a0novembre\u00a02026"),
    ):
        with pytest.raises(RefusError, match=dit):
            bilans.period_for(PLAN, genre, jour, aujourdhui)  # type: ignore[arg-type]
    assert bilans.period_for(PLAN, "trimestre", date(2025, 5, 9), aujourdhui) == quarter_of(date(2025, 5, 9))
    assert bilans.period_for(PLAN, "annee", date(2026, 3, 31), date(2026, 3, 1)).fin == date(2026, 3, 31)
