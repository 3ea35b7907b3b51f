"""Registers in the database: nothing is deleted, every act is in the journal, and a locked period does not drift."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.errors import RefusError
from veille.model import Accompagnement, Activite, FicheOrganisation, MesureManuelle, Outil, Preuve, Sondage, Suivi
from veille.periodes import Periode, year_of
from veille.registres.fichier import Lue
from veille.store import organisations, registres, suivis
from veille.store.connexion import connect, stamp, transaction
from veille.store.registres import Filtre
from veille.store.schema import migrate

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
PLAN = "plan-2023-2026"
ANNEE = year_of(date(2025, 6, 3))
PAR = "Camille Exemple"


@pytest.fixture
def c() -> Iterator[sqlite3.Connection]:
    base = connect(":memory:")
    migrate(base)
    yield base
    base.close()


def activity(**valeurs: object) -> Activite:
    return Activite(**{"id": 0, "plan": PLAN, "moyens": ("1.1.2",), "jour_le": date(2025, 6, 3), "titre": "Rencontre (exemple fictif)",
                       "type": "clds", "mrc": ("joliette",), "presences": 12, **valeurs})  # type: ignore[arg-type]  # fmt: skip


def lock(c: sqlite3.Connection, periode: Periode = ANNEE) -> None:
    with transaction(c):
        bilan = c.execute(
            "INSERT INTO bilans (plan, genre, debut_le, au_le, contenu, empreinte, calcule_a)"
            " VALUES (?, 'annee', ?, ?, '{}', 'x', ?) RETURNING id",
            (PLAN, periode.debut.isoformat(), periode.fin.isoformat(), stamp(NOW)),
        ).fetchone()[0]
        registres.lock(c, PLAN, periode, bilan, PAR, NOW)


LIGNES = {
    "activites": activity(organisations=("clds-joliette",), preuves=(Preuve("lien", "https://exemple.invalid/"),), note_sur_5=4.5),
    "outils": Outil(0, PLAN, ("1.1.3",), jour_le=date(2025, 6, 3), titre="Portrait", type="portrait", elements=(1, 2)),
    "accompagnements": Accompagnement(0, PLAN, ("2.1.6",), debut_le=date(2025, 6, 3), titre="Soutien", type="continu"),
    "sondages": Sondage(0, PLAN, ("1.2.1",), jour_le=date(2025, 6, 3), titre="Sondage", type="questionnaire", repondants=3,
                        moyenne=4.1, verbatims=("Bien.",)),
    "mesures_manuelles": MesureManuelle(0, PLAN, (), debut_le=date(2025, 4, 1), fin_le=date(2026, 3, 31),
                                        indicateur="IND-1.1.2-a", narratif="Tout va."),
}  # fmt: skip


@pytest.mark.parametrize("registre", LIGNES)
def test_a_row_is_read_back_as_it_was_written_and_withdrawn_rather_than_deleted(
    c: sqlite3.Connection, registre: str
) -> None:
    with transaction(c):
        numero = registres.add(c, LIGNES[registre], registre, PAR, NOW)
        registres.withdraw(c, registre, numero, PAR, NOW)
    assert registres.one(c, registre, numero) == replace(LIGNES[registre], id=numero, retiree=True)
    assert registres.rows(c, registre, PLAN) == []
    with transaction(c):
        registres.restore(c, registre, numero, PAR, NOW)
    assert registres.rows(c, registre, PLAN) == [replace(LIGNES[registre], id=numero)]
    assert [a.acte for a in registres.history(c, registre, numero)] == ["retablir", "retirer", "inscrire"]
    with pytest.raises(sqlite3.IntegrityError, match="ne s'efface pas"):
        c.execute(f"DELETE FROM {registre}")


def test_the_journal_keeps_what_was_there_before(c: sqlite3.Connection) -> None:
    with transaction(c):
        numero = registres.add(c, activity(), "activites", PAR, NOW)
        assert registres.change(c, activity(id=numero, presences=15), "activites", "Sam Exemple", NOW)
        assert not registres.change(c, activity(id=numero, presences=15), "activites", "Sam Exemple", NOW)
    actes = registres.history(c, "activites", numero)
    assert [(a.acte, a.par) for a in actes] == [("modifier", "Sam Exemple"), ("inscrire", PAR)]
    assert actes[0].avant and actes[0].apres
    assert (actes[0].avant["presences"], actes[0].apres["presences"]) == (12, 15)


@pytest.mark.parametrize("registre", LIGNES)
def test_a_locked_period_takes_no_row_without_an_amendment(c: sqlite3.Connection, registre: str) -> None:
    with transaction(c):
        numero = registres.add(c, LIGNES[registre], registre, PAR, NOW)
    lock(c)
    dit = r"2025-2026 est verrouillée depuis le 23\u00a0novembre\u00a02026.*amendement"
    with pytest.raises(RefusError, match=dit), transaction(c):
        registres.add(c, LIGNES[registre], registre, PAR, NOW)
    with pytest.raises(RefusError, match=dit), transaction(c):
        registres.withdraw(c, registre, numero, PAR, NOW)
    with pytest.raises(RefusError, match="Dites pourquoi"), transaction(c):
        registres.withdraw(c, registre, numero, PAR, NOW, amendement="  ")
    with transaction(c):
        registres.withdraw(c, registre, numero, PAR, NOW, amendement="Inscrite deux fois.")
    (amendement,) = registres.amendments(c, PLAN, ANNEE)
    assert (amendement.raison, amendement.par, [a.acte for a in amendement.actes]) == (
        "Inscrite deux fois.",
        PAR,
        ["retirer"],
    )
    with pytest.raises(RefusError, match=dit), transaction(c):  # One amendment covers one correction.
        registres.restore(c, registre, numero, PAR, NOW)
    assert registres.amendments(c, PLAN, year_of(date(2024, 6, 1))) == []


def test_a_row_cannot_be_moved_out_of_a_locked_period_nor_into_it(c: sqlite3.Connection) -> None:
    with transaction(c):
        dedans = registres.add(c, activity(), "activites", PAR, NOW)
        dehors = registres.add(c, activity(jour_le=date(2026, 4, 2)), "activites", PAR, NOW)
    lock(c)
    for ligne in (activity(id=dedans, jour_le=date(2026, 4, 2)), activity(id=dehors)):
        with pytest.raises(RefusError, match="verrouillée"), transaction(c):
            registres.change(c, ligne, "activites", PAR, NOW)
    with transaction(c):
        registres.change(c, activity(id=dehors, jour_le=date(2026, 4, 3)), "activites", PAR, NOW)


def test_what_lasts_may_end_after_a_locked_period_without_an_amendment(c: sqlite3.Connection) -> None:
    soutien = LIGNES["accompagnements"]
    assert isinstance(soutien, Accompagnement)
    with transaction(c):
        numero = registres.add(c, soutien, "accompagnements", PAR, NOW)
    lock(c)
    with transaction(c):
        registres.change(c, replace(soutien, id=numero, fin_le=date(2026, 5, 1)), "accompagnements", PAR, NOW)
    for autre in (
        replace(soutien, id=numero, fin_le=date(2026, 3, 1)),
        replace(soutien, id=numero, fin_le=date(2026, 6, 1), titre="Autre"),
    ):
        with pytest.raises(RefusError, match="verrouillée"), transaction(c):
            registres.change(c, autre, "accompagnements", PAR, NOW)


def test_only_a_period_that_is_over_is_locked_and_once(c: sqlite3.Connection) -> None:
    with pytest.raises(RefusError, match="n’est pas terminée"):
        lock(c, year_of(NOW.date()))
    lock(c)
    with pytest.raises(RefusError, match="déjà verrouillée"):
        lock(c)
    for requete in ("DELETE FROM periodes_verrouillees", "UPDATE periodes_verrouillees SET par = 'x'",
                    "DELETE FROM bilans", "UPDATE bilans SET contenu = '[]'"):  # fmt: skip
        with pytest.raises(sqlite3.IntegrityError, match=r"ne s'efface pas|ne se corrige pas"):
            c.execute(requete)


def test_where_a_moyen_stands_is_said_once_and_not_in_a_locked_period(c: sqlite3.Connection) -> None:
    with transaction(c):
        for jour, etat in ((date(2025, 5, 1), "en_cours"), (date(2026, 2, 1), "realise")):
            suivis.record(c, Suivi(PLAN, "1.1.1", etat, jour, par=PAR), NOW)  # type: ignore[arg-type]
    assert suivis.latest(c, PLAN, date(2025, 12, 31))["1.1.1"].etat == "en_cours"
    assert suivis.latest(c, PLAN, date(2026, 3, 31))["1.1.1"].etat == "realise"
    lock(c)
    for jour, dit in ((date(2026, 3, 30), "verrouillée"), (date(2027, 1, 1), "avenir")):
        with pytest.raises(RefusError, match=dit), transaction(c):
            suivis.record(c, Suivi(PLAN, "1.1.1", "reporte", jour, par=PAR), NOW)
    with pytest.raises(sqlite3.IntegrityError, match="ne se corrige pas"):
        c.execute("UPDATE suivis SET etat = 'reporte'")


def test_rows_are_found_by_moyen_place_organisation_and_days(c: sqlite3.Connection) -> None:
    with transaction(c):
        un = registres.add(c, activity(organisations=("a",)), "activites", PAR, NOW)
        deux = registres.add(
            c,
            activity(jour_le=date(2024, 6, 3), moyens=("1.1.1.1",), mrc=("montcalm",), type="coco"),
            "activites",
            PAR,
            NOW,
        )
    for filtre, voulus in (
        (Filtre(), [un, deux]), (Filtre(moyens=("1.1.1", "1.1.1.1")), [deux]), (Filtre(mrc="joliette"), [un]),
        (Filtre(organisation="a"), [un]), (Filtre(type="coco"), [deux]), (Filtre(debut=ANNEE.debut, fin=ANNEE.fin), [un]),
        (Filtre(mrc="%"), []),
    ):  # fmt: skip
        lignes, total = registres.page(c, "activites", PLAN, filtre, 10)
        assert ([x.id for x in lignes], total) == (voulus, len(voulus))
    assert registres.page(c, "activites", PLAN, Filtre(), 1, 1)[0][0].id == deux
    assert registres.count_by_register(c, PLAN, ANNEE.debut, ANNEE.fin)["activites"] == 1


def test_a_merged_organisation_counts_as_the_one_that_remains(c: sqlite3.Connection) -> None:
    with transaction(c):
        ids = [
            organisations.add(c, FicheOrganisation(0, "", nom), PAR, NOW).id
            for nom in ("Table A", "Table A bis", "Table A ter")
        ]
        registres.add(c, activity(organisations=("table-a", "table-a-bis", "table-a-ter")), "activites", PAR, NOW)
        organisations.merge(c, ids[2], ids[1], PAR, NOW)
        organisations.merge(c, ids[1], ids[0], PAR, NOW)
    lus = registres.read_all(c, PLAN)
    assert lus.activites[0].organisations == ("table-a",)
    assert [o.code for o in organisations.listed(c)] == ["table-a"]
    for perdue, gardee, dit in (
        (ids[0], ids[2], "ne font déjà qu’une"),
        (ids[0], ids[0], "elle-même"),
        (ids[1], ids[0], "déjà réunie"),
        (99, ids[0], "répertoire"),
    ):
        with pytest.raises(RefusError, match=dit), transaction(c):
            organisations.merge(c, perdue, gardee, PAR, NOW)


def test_a_number_is_the_number_of_one_row_only(c: sqlite3.Connection) -> None:
    with transaction(c):
        registres.add(c, activity(reference="A-1"), "activites", PAR, NOW)
        autre = registres.add(c, activity(reference="A-2"), "activites", PAR, NOW)
    with pytest.raises(RefusError, match="déjà celle d’une autre ligne"), transaction(c):
        registres.add(c, activity(reference="A-1", plan="plan-suivant"), "activites", PAR, NOW)
    with pytest.raises(RefusError, match="déjà celle d’une autre ligne"), transaction(c):
        registres.change(c, activity(id=autre, reference="A-1"), "activites", PAR, NOW)


def test_a_file_amends_only_the_rows_of_its_that_are_in_a_locked_period(c: sqlite3.Connection) -> None:
    with transaction(c):
        dedans = registres.add(c, activity(reference="A-1"), "activites", PAR, NOW)
        dehors = registres.add(c, activity(reference="A-2", jour_le=date(2026, 4, 2)), "activites", PAR, NOW)
    lock(c)
    lues = [
        Lue(2, activity(id=dedans, reference="A-1", presences=13), "modification"),
        Lue(3, activity(id=dehors, reference="A-2", jour_le=date(2026, 4, 2), presences=13), "modification"),
        Lue(4, activity(reference="A-3", jour_le=date(2026, 4, 3)), "ajout"),
        Lue(5, activity(reference="A-4"), "retiree"),
    ]
    with pytest.raises(RefusError, match="verrouillée"), transaction(c):
        registres.apply(c, lues, "activites", PAR, NOW)
    assert [x.presences for x in registres.read_all(c, PLAN).activites] == [12, 12]
    with transaction(c):
        assert registres.apply(c, lues, "activites", PAR, NOW, amendement="Compte corrigé.") == (1, 2)
    lignes = registres.read_all(c, PLAN).activites
    assert [(x.presences, x.amendement is not None) for x in lignes] == [(13, True), (13, False), (12, False)]
    (amendement,) = registres.amendments(c, PLAN, ANNEE)
    assert (amendement.raison, len(amendement.actes)) == ("Compte corrigé.", 1)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(
    st.sampled_from(["ajouter", "changer", "retirer", "retablir", "sql"]),
    st.dates(date(2025, 3, 25), date(2026, 4, 5)), st.integers(0, 30), st.booleans()), max_size=12))  # fmt: skip
def test_whatever_is_tried_a_locked_row_changes_only_under_a_new_amendment(
    gestes: list[tuple[str, date, int, bool]],
) -> None:
    c = connect(":memory:")
    c.executescript(_MODELE)
    with transaction(c):
        for n in range(3):
            registres.add(c, activity(presences=n), "activites", PAR, NOW)
    lock(c)
    for genre, jour, presences, amende in gestes:
        avant = _frozen(c)
        raison = "Correction." if amende else ""
        try:
            with transaction(c):
                if genre == "ajouter":
                    registres.add(
                        c, activity(jour_le=jour, presences=presences), "activites", PAR, NOW, amendement=raison
                    )
                elif genre == "changer":
                    registres.change(
                        c, activity(id=1, jour_le=jour, presences=presences), "activites", PAR, NOW, amendement=raison
                    )
                elif genre == "sql":
                    c.execute(
                        "UPDATE activites SET presences = ?, jour_le = ? WHERE id = 2", (presences, jour.isoformat())
                    )
                else:
                    geste = registres.withdraw if genre == "retirer" else registres.restore
                    geste(c, "activites", 3, PAR, NOW, amendement=raison)
        except (RefusError, sqlite3.IntegrityError):
            assert _frozen(c) == avant
        apres = _frozen(c)
        changees = {n for n in avant.keys() | apres.keys() if avant.get(n) != apres.get(n)}
        assert all(
            (apres.get(n) or _row(c, n))["amendement_id"] != (avant.get(n) or {}).get("amendement_id") for n in changees
        )
        assert not changees or amende
    c.close()


def _frozen(c: sqlite3.Connection) -> dict[int, dict[str, object]]:
    lignes = c.execute(
        "SELECT * FROM activites WHERE jour_le BETWEEN ? AND ?", (ANNEE.debut.isoformat(), ANNEE.fin.isoformat())
    )
    return {x["id"]: dict(x) for x in lignes}


def _row(c: sqlite3.Connection, numero: int) -> dict[str, object]:
    return dict(c.execute("SELECT * FROM activites WHERE id = ?", (numero,)).fetchone())


def _model() -> str:
    base = connect(":memory:")
    migrate(base)
    lignes = base.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name IN ('activites', 'amendements', 'lignes_amendees',"
                          " 'bilans', 'periodes_verrouillees', 'registre_journal')")  # fmt: skip
    return ";\n".join(x[0] for x in lignes) + ";"


_MODELE = _model()
