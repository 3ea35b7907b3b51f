"""A locked period does not drift: whatever is written, by the program or in SQL, only a new amendment changes its rows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.errors import RefusError
from veille.model import Accompagnement, Activite, Ligne, MesureManuelle, Outil, Sondage
from veille.periodes import Periode, year_of
from veille.registres.champs import REGISTRES
from veille.store import registres
from veille.store.connexion import connect, stamp, transaction
from veille.store.schema import migrate

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
PLAN, PAR = "plan-2023-2026", "Camille Exemple"
AVANT, ANNEE, APRES = (year_of(date(an, 6, 1)) for an in (2024, 2025, 2026))
DEDANS, DEHORS = date(2025, 6, 3), date(2026, 6, 3)


def row(registre: str, jour: date = DEDANS, **valeurs: Any) -> Ligne:
    """A row of that day."""
    communes: dict[str, Any] = {"id": 0, "plan": PLAN, "moyens": ("1.1.2",), **valeurs}
    match registre:
        case "activites":
            return Activite(**communes, jour_le=jour, titre="Rencontre (exemple fictif)", type="clds")
        case "outils":
            return Outil(**communes, jour_le=jour, titre="Portrait (exemple fictif)", type="portrait")
        case "sondages":
            return Sondage(**communes, jour_le=jour, titre="Sondage (exemple fictif)", type="entrevue", repondants=3)
        case "accompagnements":
            return Accompagnement(
                **communes, debut_le=jour, fin_le=jour, titre="Soutien (exemple fictif)", type="continu"
            )
        case _:
            return MesureManuelle(**communes, debut_le=jour, fin_le=jour, indicateur="IND-1.1.2-a", valeur=2.0)


def lock(c: sqlite3.Connection, periode: Periode) -> None:
    bilan = c.execute(
        "INSERT INTO bilans (plan, genre, debut_le, au_le, contenu, empreinte, calcule_a) VALUES (?, 'annee', ?, ?, '{}', 'x', ?)"
        " RETURNING id",
        (PLAN, periode.debut.isoformat(), periode.fin.isoformat(), stamp(NOW)),
    ).fetchone()[0]
    registres.lock(c, PLAN, periode, bilan, PAR, NOW.replace(year=2028))


def _tables() -> str:
    base = connect(":memory:")
    migrate(base)
    noms = (*REGISTRES, "amendements", "lignes_amendees", "bilans", "periodes_verrouillees", "registre_journal")
    lignes = base.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN (SELECT value FROM json_each(?))",
        (json.dumps(noms),),
    ).fetchall()
    base.close()
    return ";\n".join(x[0] for x in lignes) + ";"


TABLES = _tables()


def opened() -> sqlite3.Connection:
    """The tables of the registers alone, with their triggers."""
    c = connect(":memory:")
    c.executescript(TABLES)
    return c


@pytest.fixture
def c() -> Iterator[sqlite3.Connection]:
    base = opened()
    yield base
    base.close()


@pytest.mark.parametrize("registre", REGISTRES)
def test_no_statement_changes_a_locked_row_without_a_new_amendment(c: sqlite3.Connection, registre: str) -> None:
    with transaction(c):
        dedans = registres.add(c, row(registre, reference="R-1"), registre, PAR, NOW)
        dehors = registres.add(c, row(registre, DEHORS, reference="R-2"), registre, PAR, NOW)
        lock(c, ANNEE)
        registres.add(c, row(registre, reference="R-3"), registre, PAR, NOW, amendement="Oubliée.")
    vieil = c.execute("SELECT max(id) FROM amendements").fetchone()[0]
    avant = _dump(c, registre)
    debut, fin = REGISTRES[registre].debut, REGISTRES[registre].fin
    colonnes = ", ".join(x[1] for x in c.execute(f"PRAGMA table_info({registre})") if x[1] != "id")
    sans = colonnes.replace("reference, ", "")
    jours = f"{debut} = '2026-06-03'" if debut == fin else f"{debut} = '2026-06-03', {fin} = '2026-06-03'"
    for ordre in (
        f"UPDATE {registre} SET note = 'x' WHERE id = {dedans}",
        f"UPDATE {registre} SET note = 'x', amendement_id = {vieil} WHERE id = {dedans}",  # It has served already.
        f"UPDATE {registre} SET note = 'x', amendement_id = NULL WHERE reference = 'R-3'",
        f"UPDATE {registre} SET amendement_id = NULL WHERE reference = 'R-3'",
        f"UPDATE {registre} SET plan = 'autre' WHERE id = {dedans}",
        f"UPDATE {registre} SET id = 99 WHERE id = {dedans}",
        f"UPDATE {registre} SET {jours} WHERE id = {dedans}",
        f"UPDATE {registre} SET {debut} = '2025-06-03' WHERE id = {dehors}",
        f"UPDATE {registre} SET retire_a = '2026-01-01' WHERE id = {dedans}",
        f"UPDATE OR REPLACE {registre} SET reference = 'R-1' WHERE id = {dehors}",
        f"UPDATE OR REPLACE {registre} SET id = {dedans} WHERE id = {dehors}",
        f"INSERT OR REPLACE INTO {registre} (id, {colonnes}) SELECT {dedans}, {colonnes} FROM {registre} WHERE id = {dehors}",
        f"INSERT OR REPLACE INTO {registre} ({colonnes}) SELECT {colonnes} FROM {registre} WHERE id = {dehors}",
        f"INSERT INTO {registre} ({sans}) SELECT {sans} FROM {registre} WHERE reference = 'R-3'",
        f"DELETE FROM {registre} WHERE id = {dedans}",
        f"DELETE FROM {registre} WHERE id = {dehors}",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            c.execute(ordre)
        assert _dump(c, registre) == avant, ordre


@pytest.mark.parametrize(
    "ordre",
    [
        "DELETE FROM periodes_verrouillees",
        "UPDATE periodes_verrouillees SET fin_le = '2025-04-02'",
        "INSERT OR REPLACE INTO periodes_verrouillees VALUES (1, 'autre', 'annee', '2020-04-01', '2021-03-31', 1, 'x', 'x')",
        "INSERT OR REPLACE INTO periodes_verrouillees (plan, genre, debut_le, fin_le, bilan_id, par, verrouillee_a)"
        " SELECT plan, genre, debut_le, fin_le, 1, 'x', 'x' FROM periodes_verrouillees",
        "DELETE FROM bilans",
        "INSERT OR REPLACE INTO bilans (id, plan, genre, debut_le, au_le, contenu, empreinte, calcule_a)"
        " SELECT id, plan, genre, debut_le, au_le, '[]', 'y', calcule_a FROM bilans",
        "UPDATE amendements SET raison = 'x'",
        "INSERT OR REPLACE INTO amendements VALUES (1, 'x', 'x', 'x')",
        "DELETE FROM registre_journal",
        "INSERT OR REPLACE INTO registre_journal SELECT id, registre, 99, acte, avant, apres, NULL, par, fait_a FROM registre_journal",
    ],
)
def test_neither_the_lock_nor_what_it_froze_nor_what_was_amended_can_be_rewritten(
    c: sqlite3.Connection, ordre: str
) -> None:
    with transaction(c):
        lock(c, ANNEE)
        registres.add(c, row("activites"), "activites", PAR, NOW, amendement="Oubliée.")
    tables = ("periodes_verrouillees", "bilans", "amendements", "registre_journal")
    avant = [_dump(c, table) for table in tables]
    with pytest.raises(sqlite3.IntegrityError):
        c.execute(ordre)
    assert [_dump(c, table) for table in tables] == avant


def test_an_amendment_written_by_hand_serves_one_row_and_is_told_though_no_journal_says_it(
    c: sqlite3.Connection,
) -> None:
    with transaction(c):
        une, autre = (registres.add(c, row("activites"), "activites", PAR, NOW) for _ in range(2))
        lock(c, ANNEE)
    c.execute("INSERT INTO amendements VALUES (1, 'À la main.', 'x', '2028-12-01T00:00:00Z')")
    c.execute("UPDATE activites SET presences = 999, amendement_id = 1 WHERE id = ?", (une,))
    for ordre in (
        f"UPDATE activites SET presences = 999, amendement_id = 1 WHERE id = {autre}",
        "UPDATE lignes_amendees SET apres = '{}'",
        "DELETE FROM lignes_amendees",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            c.execute(ordre)
    (amendement,) = registres.amendments(c, PLAN, ANNEE)
    (acte,) = amendement.actes
    assert (amendement.raison, acte.acte, acte.ligne_id) == ("À la main.", "modifier", une)
    assert acte.avant and acte.apres
    assert {k for k in acte.apres if acte.avant[k] != acte.apres[k]} == {"presences"}


def test_a_reason_given_in_an_open_period_is_not_an_amendment(c: sqlite3.Connection) -> None:
    with transaction(c):
        numero = registres.add(c, row("activites"), "activites", PAR, NOW, amendement="Pour rien.")
        registres.withdraw(c, "activites", numero, PAR, NOW, amendement="Pour rien.")
    assert c.execute("SELECT count(*) FROM amendements").fetchone()[0] == 0


_JOURS = st.dates(date(2024, 3, 25), date(2027, 4, 5))
_GESTES = st.tuples(
    st.sampled_from(["fin", "debut", "titre", "retirer", "retablir", "ajouter", "sql"]),
    st.integers(1, 4),
    st.one_of(_JOURS, st.none()),
    st.booleans(),
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(_JOURS, st.one_of(_JOURS, st.none())), min_size=1, max_size=3), st.lists(_GESTES, max_size=10),
       st.sets(st.sampled_from([AVANT, ANNEE, APRES]), min_size=1))  # fmt: skip
def test_what_lasts_may_end_or_go_on_and_no_locked_period_sees_it(
    durees: list[tuple[date, date | None]], gestes: list[tuple[str, int, date | None, bool]], verrous: set[Periode]
) -> None:
    c = opened()
    with transaction(c):
        for debut, fin in durees:
            registres.add(c, _support(debut, fin), "accompagnements", PAR, NOW)
        for periode in verrous:
            lock(c, periode)
    for geste in gestes:
        avant = {p: _seen(c, p) for p in verrous}
        try:
            with transaction(c):
                _do(c, *geste)
        except (RefusError, sqlite3.IntegrityError):
            assert {p: _seen(c, p) for p in verrous} == avant
            continue
        for periode in verrous:
            apres = _seen(c, periode)
            changees = {n for n in avant[periode].keys() | apres.keys() if avant[periode].get(n) != apres.get(n)}
            assert not changees or (geste[3] and geste[0] != "sql"), (geste, periode)
    c.close()


def _do(c: sqlite3.Connection, genre: str, numero: int, jour: date | None, amende: bool) -> None:
    raison = "Correction." if amende else ""
    ligne = registres.one(c, "accompagnements", numero)
    if genre == "ajouter":
        registres.add(c, _support(jour or DEDANS, None), "accompagnements", PAR, NOW, amendement=raison)
    elif genre == "sql":
        c.execute("UPDATE accompagnements SET fin_le = ?, amendement_id = NULL WHERE id = ?",
                  (jour.isoformat() if jour else None, numero))  # fmt: skip
    elif genre in ("retirer", "retablir"):
        acte = registres.withdraw if genre == "retirer" else registres.restore
        acte(c, "accompagnements", numero, PAR, NOW, amendement=raison)
    elif isinstance(ligne, Accompagnement):
        voulue = {
            "fin": replace(ligne, fin_le=jour),
            "debut": replace(ligne, debut_le=jour or DEDANS),
            "titre": replace(ligne, titre=f"Soutien {jour} (exemple fictif)"),
        }[genre]
        registres.change(c, voulue, "accompagnements", PAR, NOW, amendement=raison)


def _support(debut: date, fin: date | None) -> Accompagnement:
    dernier = max(debut, fin) if fin else None
    return Accompagnement(
        0, PLAN, ("2.1.6",), debut_le=debut, fin_le=dernier, titre="Soutien (exemple fictif)", type="continu"
    )


def _seen(c: sqlite3.Connection, periode: Periode) -> dict[int, tuple[object, ...]]:
    """What a period sees of each row that has a day in it: everything, and of its end, whether it comes after."""
    vues = {}
    for ligne in registres.rows(c, "accompagnements", PLAN, retirees=True):
        assert isinstance(ligne, Accompagnement)
        if periode.meets(ligne.debut_le, ligne.fin_le):
            fin = ligne.fin_le if ligne.fin_le and ligne.fin_le <= periode.fin else None
            vues[ligne.id] = (replace(ligne, fin_le=fin),)
    return vues


def _dump(c: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return [tuple(x) for x in c.execute(f"SELECT * FROM {table} ORDER BY id")]
