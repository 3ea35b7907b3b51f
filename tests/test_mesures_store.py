"""Facts of the measures, read from the tables: slots of readings, same contents, choices as they stood, issues and items."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.plan_mesure import AN, AU, ENTIER, PLAN, activite
from veille import settings
from veille.evaluation import measure
from veille.model import Source
from veille.periodes import Periode, quarter_of, year_of
from veille.store import digests, jugements, mesures, registres, sources
from veille.store import plan as store_plan
from veille.store.connexion import connect, stamp
from veille.store.mesures import figure, history, read_facts, series
from veille.store.mesures import veille as faits_veille
from veille.store.schema import migrate

DOSSIER = settings.load(settings.shipped())
DEBUT = datetime(2025, 4, 1, 15, tzinfo=UTC)
FIN = datetime(2026, 4, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def modele() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(connect(":memory:")) as c:
        migrate(c)
        jugements.sync_references(c, DOSSIER.taxonomie, DOSSIER.gazetier)
        digests.sync_audiences(c, DOSSIER.audiences)
        store_plan.sync(c, PLAN, DEBUT)
        yield c


@pytest.fixture
def c(modele: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(connect(":memory:")) as copie:
        modele.backup(copie)
        yield copie


def source(slug: str, **autres: Any) -> Source:
    valeurs: dict[str, Any] = {"etat": "active", "rythme": "quotidien", **autres}
    return Source(slug, slug.title(), "", f"https://{slug}.invalid/", "flux", **valeurs)


def read(c: sqlite3.Connection, source_id: int, *instants: datetime, issue: str = "lue") -> None:
    c.executemany(
        "INSERT INTO collectes (source_id, debut_a, fin_a, issue, prochaine_a) VALUES (?, ?, ?, ?, ?)",
        [(source_id, stamp(i), stamp(i), issue, stamp(i)) for i in instants],
    )


def slots(c: sqlite3.Connection, periode: Periode = AN, jusque: datetime = FIN) -> list[tuple[int, int]]:
    return [(s.prevues, s.reussies) for s in faits_veille.read(c, periode, jusque).sources]


def item(c: sqlite3.Connection, numero: int, publie: datetime | None, douteuse: str = "") -> None:
    c.execute(
        "INSERT INTO items (id, source_id, titre, vu_a, publie_a, date_douteuse, cle, empreinte) VALUES (?, 1, ?, ?, ?, ?, ?, x'00')",
        (
            numero,
            f"Nouvelle {numero}",
            stamp(publie or DEBUT),
            stamp(publie) if publie else None,
            douteuse,
            str(numero),
        ),
    )
    c.execute("INSERT INTO groupes (id, cree_a) VALUES (?, '')", (numero,))
    c.execute("INSERT INTO membres (item_id, groupe_id, ajoute_a) VALUES (?, ?, '')", (numero, numero))


def issue(
    c: sqlite3.Connection, audience: str, le: date, items: dict[int, str], *, publie: bool = True, genre: str = "bulletin",
    elements: tuple[str, ...] = ("1.1.3.1",), editorial: str = "", compose: date | None = None,
) -> int:  # fmt: skip
    contenu = {
        "editorial": editorial,
        "rubriques": [
            {"elements": [{"item_id": n, "titre": f"T{n}", "resume": "R", "pourquoi": p} for n, p in items.items()]}
        ],
    }
    instant = stamp(datetime(le.year, le.month, le.day, 16, tzinfo=UTC))
    fait = stamp(datetime((compose or le).year, (compose or le).month, (compose or le).day, 15, tzinfo=UTC))
    numero = c.execute("SELECT count(*) + 1 FROM digests WHERE audience = ?", (audience,)).fetchone()[0]
    digest_id = c.execute(
        "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, contenu, genre, approuve_a, publie_a)"
        " VALUES (?, ?, 'Bulletin', ?, ?, 'Essai', ?, ?, ?, ?) RETURNING id",
        (
            audience,
            numero,
            le.isoformat(),
            fait,
            json.dumps(contenu),
            genre,
            instant if publie else None,
            instant if publie else None,
        ),
    ).fetchone()[0]
    c.executemany(
        "INSERT INTO digest_items (digest_id, item_id, rang, rubrique) VALUES (?, ?, 1, 'a')",
        [(digest_id, n) for n in items],
    )
    c.executemany("INSERT INTO digest_plan (digest_id, element) VALUES (?, ?)", [(digest_id, e) for e in elements])
    return int(digest_id)


def test_slots_are_planned_by_the_rhythm_and_filled_once(c: sqlite3.Connection) -> None:
    sources.sync(
        c, [source("quotidienne"), source("hebdo", rythme="hebdomadaire"), source("muette", etat="inactive")], DEBUT
    )
    read(c, 1, *(DEBUT + timedelta(days=j, minutes=(j * 7) % 50) for j in range(365)))
    read(c, 1, DEBUT + timedelta(hours=3), DEBUT + timedelta(days=1, hours=2))  # The same slots again.
    read(c, 2, *(DEBUT + timedelta(days=7 * j) for j in range(0, 20, 2)))
    read(c, 2, DEBUT + timedelta(days=7), issue="echec")
    hebdo, quotidienne = slots(c)
    assert quotidienne == (365, 365)
    assert hebdo == (52, 10)  # The last week begins on 31 March and is not over.


def test_slots_of_quarters_add_up_to_those_of_the_year(c: sqlite3.Connection) -> None:
    sources.sync(
        c, [source("a", rythme="bimensuel"), source("b", rythme="mensuel"), source("d")], DEBUT - timedelta(40)
    )
    for numero in (1, 2, 3):
        read(c, numero, *(DEBUT - timedelta(30) + timedelta(hours=61 * j + numero) for j in range(150)))
    trimestres = [
        quarter_of(date(2025, 5, 1)),
        quarter_of(date(2025, 8, 1)),
        quarter_of(date(2025, 11, 1)),
        quarter_of(date(2026, 2, 1)),
    ]
    jusque = FIN + timedelta(60)
    par_trimestre = [slots(c, t, jusque) for t in trimestres]
    for rang, entier in enumerate(slots(c, AN, jusque)):
        assert entier == (sum(t[rang][0] for t in par_trimestre), sum(t[rang][1] for t in par_trimestre))


def test_slots_begin_with_the_first_reading_and_stop_with_the_source_and_the_day(c: sqlite3.Connection) -> None:
    sources.sync(c, [source("partie"), source("neuve")], DEBUT)
    read(c, 1, DEBUT)
    read(c, 2, datetime(2026, 3, 25, 15, tzinfo=UTC))
    sources.sync(c, [source("neuve")], datetime(2025, 4, 11, 4, tzinfo=UTC))
    neuve, partie = slots(c)
    assert partie == (10, 1)
    assert neuve == (7, 1)
    assert slots(c, jusque=datetime(2026, 3, 28, 4, tzinfo=UTC))[0] == (3, 1)


def test_a_slot_in_progress_counts_once_it_was_tried(c: sqlite3.Connection) -> None:
    """A source that only fails is planned as well: it would not be seen in the share of readings made."""
    sources.sync(c, [source("lue"), source("ratee"), source("jamais")], DEBUT)
    read(c, 1, DEBUT + timedelta(hours=1))
    read(c, 2, DEBUT + timedelta(hours=1), issue="echec")
    lues = {s.slug: (s.prevues, s.reussies) for s in faits_veille.read(c, AN, DEBUT + timedelta(hours=5)).sources}
    assert lues == {"lue": (1, 1), "ratee": (1, 0), "jamais": (0, 0)}


def test_a_reading_at_midnight_is_of_the_day_that_begins(c: sqlite3.Connection) -> None:
    sources.sync(c, [source("minuit")], DEBUT)
    minuits = [datetime(2025, 6, 1, 4, tzinfo=UTC) + timedelta(days=j) for j in range(30)]
    read(c, 1, *minuits)
    assert slots(c, Periode("trimestre", date(2025, 6, 1), date(2025, 6, 30))) == [(30, 30)]


def test_digests_that_say_the_same_share_a_mark_and_others_have_none(c: sqlite3.Connection) -> None:
    sources.sync(c, [source("une")], DEBUT)
    for n in (1, 2, 3):
        item(c, n, DEBUT)
    jour = date(2025, 6, 2)
    un = issue(c, "clds-joliette", jour, {1: "P", 2: ""})
    deux = issue(c, "clds-montcalm", jour + timedelta(1), {2: "", 1: "P"})
    texte = issue(c, "clds-matawinie", jour, {1: "Autre", 2: ""})
    mot = issue(c, "clds-dautray", jour, {1: "P", 2: ""}, editorial="Bonjour.")
    seul = issue(c, "partenaires", jour, {3: ""})
    brouillon = issue(c, "pli", jour, {1: "P", 2: ""}, publie=False)
    lus = {x.digest_id: x for x in read_facts(c, PLAN, AN, FIN).livrables}
    assert brouillon not in lus
    assert lus[un].contenu == lus[deux].contenu != ""
    assert len({lus[n].contenu for n in (un, texte, mot)}) == 3
    assert (lus[seul].contenu, lus[seul].items, lus[seul].elements) == ("", 1, ("1.1.3.1",))
    mesure = next(m for m in measure(PLAN, read_facts(c, PLAN, AN, FIN), AN, AU) if m.indicateur.id == "IND-1.1.3-a")
    assert mesure.valeur == 4


def test_items_are_told_at_their_first_issue_with_delay_reason_and_votes(c: sqlite3.Connection) -> None:
    sources.sync(c, [source("une")], DEBUT)
    jour = datetime(2025, 6, 2, 16, tzinfo=UTC)
    item(c, 1, jour - timedelta(days=3))
    item(c, 2, jour - timedelta(days=1), "futur")
    item(c, 3, None)
    premier = issue(c, "partenaires", jour.date(), {1: "", 2: "P"})
    issue(c, "pli", jour.date() + timedelta(7), {1: "Expliqué plus tard", 3: " "})
    issue(c, "equipe", jour.date(), {3: ""}, genre="rappel")
    c.execute("INSERT INTO votes VALUES ('k', ?, 2, 'utile', '2025-06-03')", (premier,))
    c.execute("INSERT INTO votes VALUES ('l', ?, 1, 'pas_utile', '2025-06-03')", (premier,))
    diffuses = {x.item_id: x for x in read_facts(c, PLAN, AN, FIN).veille.diffuses}
    assert diffuses[1].delai_j == 3 and diffuses[1].digest_id == premier and not diffuses[1].pourquoi
    assert (diffuses[2].delai_j, diffuses[2].pourquoi, diffuses[2].utile) == (None, True, True)
    assert (diffuses[3].delai_j, diffuses[3].pourquoi, diffuses[1].utile) == (None, False, False)


def decide(c: sqlite3.Connection, item_id: int, genre: str, quand: datetime) -> None:
    c.execute(
        "INSERT INTO decisions (item_id, genre, geste, version, par, prise_a) VALUES (?, ?, ?, 1, 'Essai', ?)",
        (item_id, genre, f"{item_id}{genre}{quand}", stamp(quand)),
    )


def test_a_choice_counts_in_the_period_where_it_was_made_as_it_stood_then(c: sqlite3.Connection) -> None:
    sources.sync(c, [source("une")], DEBUT)
    printemps, automne = quarter_of(date(2025, 5, 1)), quarter_of(date(2025, 11, 1))
    for n in (1, 2, 3):
        item(c, n, DEBUT)
    mai = datetime(2025, 5, 10, 15, tzinfo=UTC)
    decide(c, 1, "ecarter", mai)
    decide(c, 1, "retenir", mai + timedelta(1))
    decide(c, 2, "ecarter", mai)
    decide(c, 3, "plus_tard", mai)
    decide(c, 2, "retenir", datetime(2025, 11, 10, 15, tzinfo=UTC))
    avant, apres = (faits_veille.read(c, p, FIN) for p in (printemps, automne))
    assert (avant.retenues, avant.ecartees) == (1, 1)
    assert (apres.retenues, apres.ecartees) == (1, 0)
    assert [(t.item_id, t.genre) for t in avant.tranchees] == [(2, "ecarter"), (1, "retenir")]
    assert faits_veille.read(c, printemps, FIN, faits_veille.COMPTES).tranchees == ()


def test_a_skipped_day_is_the_last_choice_made_for_it(c: sqlite3.Connection) -> None:
    issue(c, "clds-joliette", date(2025, 5, 5), {})
    for choix in ("garder", "sauter"):
        c.execute(
            "INSERT INTO semaines_minces (audience, prevu_le, choix, par, fait_a) VALUES ('clds-joliette', '2025-06-02', ?, 'E', '')",
            (choix,),
        )
    (suivi,) = read_facts(c, PLAN, AN, FIN).veille.publics
    assert suivi.sautes == {date(2025, 6, 2)}
    assert suivi.numeros[0].publie_le == date(2025, 5, 5)


def test_what_is_covered_is_what_was_not_rejected_in_the_last_month(c: sqlite3.Connection) -> None:
    sources.sync(c, [source("une")], DEBUT)
    for n, (etat, jour) in enumerate((("retenu", "2026-03-20"), ("ecarte", "2026-03-20"), ("retenu", "2025-12-01")), 1):
        item(c, n, DEBUT)
        c.execute("INSERT INTO file_revue VALUES (?, ?, ?, 0, 0, 0, ?, 1, 0, '', 0, '')", (n, etat, jour, n))
        for genre, valeur in (
            ("thematique", DOSSIER.taxonomie.thematiques[n].slug),
            ("territoire", "joliette" if n == 1 else "montcalm"),
        ):
            c.execute("INSERT INTO file_etiquettes VALUES (?, ?, ?, ?)", (genre, valeur, jour, n))
    veille = read_facts(c, PLAN, AN, FIN).veille
    assert veille.mrc_couvertes == {"joliette"}
    assert [t.slug for t in veille.themes if t.couvert] == [DOSSIER.taxonomie.thematiques[1].slug]


def test_themes_bear_the_dates_of_their_sheet(c: sqlite3.Connection) -> None:
    premier = replace(DOSSIER.taxonomie.thematiques[0], etat="validee", validee_le=date(2025, 9, 1))
    taxonomie = replace(DOSSIER.taxonomie, thematiques=(premier, *DOSSIER.taxonomie.thematiques[1:]))
    jugements.sync_references(c, taxonomie, DOSSIER.gazetier)
    theme = read_facts(c, PLAN, AN, FIN).veille.themes[0]
    assert (theme.etat, theme.validee_le) == ("validee", date(2025, 9, 1))


def test_series_hold_each_year_begun_and_history_says_the_same(c: sqlite3.Connection) -> None:
    for n in range(3):
        registres.add(c, activite(0, "1.1.1", le=date(2024, 5, 1 + n)), "activites", "Camille Exemple", DEBUT)
    suite = series(c, PLAN, date(2025, 6, 1))["IND-1.1.1-a"]
    assert [(p.nom, v) for p, v in suite] == [("2023-2024", None), ("2024-2025", 3.0), ("2025-2026", None)]
    assert len(series(c, PLAN, date(2025, 6, 1), "trimestre")["PROP-4.1.2-a"]) == 9
    vues = history(c, PLAN, "IND-1.1.1-a", date(2025, 6, 1), FIN, ("annee",))
    assert [(p, m.valeur) for p, m in vues] == list(suite)
    une = figure(c, PLAN, "IND-1.1.1-a", year_of(date(2024, 5, 1)), AU, FIN)
    assert une is not None and len(une.lignes) == 3
    assert len(series(c, PLAN)["IND-1.1.1-a"]) == 3


def test_places_and_registers_come_with_the_facts(c: sqlite3.Connection) -> None:
    registres.add(c, activite(0, "1.1.2", type="clds", mrc=("joliette",)), "activites", "Camille Exemple", DEBUT)
    faits = read_facts(c, PLAN, ENTIER)
    assert len(faits.mrc) == 6 and faits.mrc["joliette"] == "Joliette"
    assert len(faits.registres.activites) == 1
    assert mesures.spans(PLAN, date(2023, 4, 1), "annee") == [year_of(date(2023, 4, 1))]
