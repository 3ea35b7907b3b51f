"""Subscribers in their file: nothing before confirmation, nothing after withdrawal, nothing left after erasure."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.abonnement import AUTRE, CAMILLE, NOW, PUBLIC, declare, subject, subscribe, subscribers
from veille.abonnes.formes import Choix, Identite, LigneImport
from veille.errors import RefusError
from veille.store.abonnes import (
    abonnements,
    consentements,
    droits,
    incidents,
    inscription,
    listes,
    migrate,
    personnes,
    suppressions,
)
from veille.store.abonnes.purge import purge
from veille.store.connexion import connect, stamp, transaction

HEURE = timedelta(hours=1)
VERSION = "2026-11-01-abcdef12"


@pytest.fixture
def c(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(subscribers(tmp_path)) as c:
        yield c


def addresses(
    c: sqlite3.Connection, audience: str = PUBLIC, *, now: object = NOW + HEURE, alerte: bool = False
) -> list[str]:
    return [d.adresse for d in abonnements.recipients(c, audience, now, alerte=alerte)]  # type: ignore[arg-type]


def queued(c: sqlite3.Connection, genre: str = "confirmation") -> int:
    return int(c.execute("SELECT count(*) FROM envois WHERE genre = ?", (genre,)).fetchone()[0])


def sent(c: sqlite3.Connection) -> None:
    """What waited has left."""
    c.execute("UPDATE envois SET etat = 'accepte' WHERE etat = 'en_attente'")


def acts(c: sqlite3.Connection, sujet: str) -> list[str]:
    return [x.acte for x in consentements.journal(c, sujet)]


# ---------------------------------------------------------------- double opt-in


def test_nothing_goes_to_whoever_has_not_confirmed(c: sqlite3.Connection) -> None:
    inscription.request(c, CAMILLE, {PUBLIC: VERSION}, NOW, publics="CLDS de Joliette", preuve="réseau 0123")
    sujet = subject(c)
    assert addresses(c) == []
    assert abonnements.may_receive(c, sujet, PUBLIC, NOW) == "l’abonnement n’est pas confirmé"
    assert queued(c) == 1
    (ligne,) = consentements.journal(c, sujet)
    assert (ligne.acte, ligne.texte_version, ligne.preuve) == ("demande", VERSION, "réseau 0123")
    assert inscription.pending(c, sujet).audiences == (PUBLIC,)


def test_confirming_is_what_opens_a_list_and_only_the_one_shown(c: sqlite3.Connection) -> None:
    inscription.request(c, CAMILLE, {PUBLIC: VERSION, AUTRE: VERSION}, NOW)
    faits = inscription.confirm(c, subject(c), [PUBLIC], NOW + HEURE)
    assert faits.audiences == (PUBLIC,)
    assert addresses(c) == [CAMILLE]
    assert addresses(c, AUTRE) == []
    assert acts(c, subject(c)) == ["demande", "demande", "confirmation"]
    assert not inscription.confirm(c, subject(c), [PUBLIC], NOW + HEURE)


def test_one_confirmation_an_hour_and_three_a_day_at_most(c: sqlite3.Connection) -> None:
    for minutes in range(0, 24 * 60, 10):
        inscription.request(c, CAMILLE, {PUBLIC: VERSION}, NOW + timedelta(minutes=minutes))
        sent(c)
    assert queued(c) == inscription.PAR_JOUR
    instants = [x[0] for x in c.execute("SELECT cree_a FROM envois ORDER BY id")]
    assert instants[1] >= stamp(NOW + HEURE)


def test_asking_again_for_what_one_receives_sends_nothing(c: sqlite3.Connection) -> None:
    sujet = subscribe(c)
    sent(c)
    inscription.request(c, CAMILLE, {PUBLIC: "autre-version"}, NOW + 2 * HEURE)
    assert queued(c) == 1
    assert addresses(c, now=NOW + 3 * HEURE) == [CAMILLE]
    assert acts(c, sujet) == ["demande", "confirmation"]


def test_tacit_consent_goes_on_until_the_confirmation_that_makes_it_express(c: sqlite3.Connection) -> None:
    sujet = declare(c, expire_le=date(2026, 12, 31))
    inscription.request(c, CAMILLE, {PUBLIC: VERSION}, NOW + HEURE)
    assert addresses(c, now=NOW + HEURE) == [CAMILLE]
    inscription.confirm(c, sujet, [PUBLIC], NOW + 2 * HEURE)
    assert addresses(c, now=NOW + timedelta(days=400)) == [CAMILLE]


# ---------------------------------------------------------------- leaving, and coming back


def test_unsubscribing_takes_effect_at_once_and_once(c: sqlite3.Connection) -> None:
    sujet = subscribe(c, CAMILLE, PUBLIC, AUTRE)
    inscription.unsubscribe(c, sujet, PUBLIC, NOW + 2 * HEURE)
    inscription.unsubscribe(c, sujet, PUBLIC, NOW + 3 * HEURE)
    assert addresses(c) == []
    assert addresses(c, AUTRE) == [CAMILLE]
    assert acts(c, sujet).count("retrait") == 1
    assert suppressions.is_suppressed(c, CAMILLE, PUBLIC)
    assert not suppressions.is_suppressed(c, CAMILLE, AUTRE)
    assert not suppressions.is_suppressed(c, CAMILLE)
    assert abonnements.may_receive(c, sujet, PUBLIC, NOW) == "la personne s’est désabonnée"


def test_leaving_everything_closes_lists_to_come_too(c: sqlite3.Connection) -> None:
    sujet = subscribe(c, CAMILLE, PUBLIC, AUTRE)
    inscription.unsubscribe(c, sujet, "", NOW + HEURE)
    assert addresses(c) == addresses(c, AUTRE) == []
    assert suppressions.is_suppressed(c, CAMILLE, "une-autre")


def test_only_the_owner_of_the_mailbox_comes_back(c: sqlite3.Connection) -> None:
    sujet = subscribe(c)
    inscription.unsubscribe(c, sujet, "", NOW + HEURE)
    sent(c)
    inscription.request(c, CAMILLE, {PUBLIC: VERSION}, NOW + 5 * HEURE)
    assert queued(c) == 2
    assert addresses(c, now=NOW + 5 * HEURE) == []
    assert suppressions.is_suppressed(c, CAMILLE, PUBLIC)
    inscription.confirm(c, sujet, [PUBLIC], NOW + 6 * HEURE)
    assert addresses(c, now=NOW + 7 * HEURE) == [CAMILLE]
    assert c.execute("SELECT count(*) FROM suppressions WHERE levee_a IS NOT NULL").fetchone()[0] == 1


@pytest.mark.parametrize("motif", ["plainte", "effacement"])
def test_after_a_complaint_or_an_erasure_a_request_leaves_no_trace(c: sqlite3.Connection, motif: str) -> None:
    suppressions.suppress(c, CAMILLE, motif, NOW)  # type: ignore[arg-type]
    avant = c.total_changes
    inscription.request(c, CAMILLE, {PUBLIC: VERSION}, NOW + HEURE)
    inscription.request_link(c, CAMILLE, NOW + HEURE)
    assert c.total_changes == avant
    assert personnes.find(c, CAMILLE) is None


def test_a_graver_reason_replaces_a_lighter_one_and_never_the_reverse(c: sqlite3.Connection) -> None:
    def reason() -> str:
        return str(c.execute("SELECT motif FROM suppressions").fetchone()[0])

    for motif, reste in (
        ("rebond", "rebond"),
        ("desabonnement", "rebond"),
        ("plainte", "plainte"),
        ("rebond", "plainte"),
        ("effacement", "effacement"),
        ("plainte", "effacement"),
    ):
        suppressions.suppress(c, CAMILLE, motif, NOW)  # type: ignore[arg-type]
        assert reason() == reste


def test_a_bounce_retires_and_journals(c: sqlite3.Connection) -> None:
    sujet = subscribe(c, CAMILLE, PUBLIC, AUTRE)
    assert suppressions.suppress(c, CAMILLE, "rebond", NOW + HEURE)
    assert acts(c, sujet)[-2:] == ["rebond", "rebond"]
    assert addresses(c) == addresses(c, AUTRE) == []


# ---------------------------------------------------------------- recipients


def test_recipients_come_in_pages_in_order_and_the_suppressed_never(
    c: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(abonnements, "PAGE", 3)
    for n in range(10):
        declare(c, f"p{n}@exemple.invalid")
    c.execute(
        "INSERT INTO suppressions (empreinte, audience, motif, depuis_a) VALUES (?, '', 'refus', ?)",
        (suppressions.address_hash(c, "p4@exemple.invalid"), stamp(NOW)),
    )
    assert addresses(c) == [f"p{n}@exemple.invalid" for n in range(10) if n != 4]
    assert abonnements.may_receive(c, subject(c, "p4@exemple.invalid"), PUBLIC, NOW) != ""
    assert abonnements.may_receive(c, subject(c, "p5@exemple.invalid"), PUBLIC, NOW) == ""


@pytest.mark.parametrize(("jours", "recoit"), [(0, True), (10, True), (11, False), (400, False)])
def test_expired_tacit_consent_is_never_written_to(c: sqlite3.Connection, jours: int, recoit: bool) -> None:
    sujet = declare(c, expire_le=NOW.date() + timedelta(days=10))
    instant = NOW + timedelta(days=jours)
    assert bool(addresses(c, now=instant)) == recoit
    assert (abonnements.may_receive(c, sujet, PUBLIC, instant) == "") == recoit


def test_alerts_go_to_who_asked_for_them(c: sqlite3.Connection) -> None:
    sujet = subscribe(c)
    assert addresses(c, alerte=True) == []
    inscription.choose(c, sujet, [Choix(PUBLIC, "mensuel", True)], {PUBLIC: VERSION}, NOW + HEURE)
    assert addresses(c, alerte=True) == [CAMILLE]
    assert [d.rythme for d in abonnements.recipients(c, PUBLIC, NOW + HEURE)] == ["mensuel"]
    assert acts(c, sujet)[-1] == "preference"


# ---------------------------------------------------------------- preferences


def test_preferences_open_and_close_lists_and_leave_the_others_alone(c: sqlite3.Connection) -> None:
    sujet = subscribe(c, CAMILLE, PUBLIC, "interne")
    inscription.choose(c, sujet, [Choix(AUTRE)], {PUBLIC: VERSION, AUTRE: VERSION}, NOW + HEURE)
    assert addresses(c) == []
    assert addresses(c, AUTRE) == [CAMILLE]
    assert addresses(c, "interne") == [CAMILLE]
    inscription.choose(c, sujet, [Choix(PUBLIC)], {PUBLIC: VERSION, AUTRE: VERSION}, NOW + 2 * HEURE)
    assert addresses(c) == [CAMILLE]
    assert not suppressions.is_suppressed(c, CAMILLE, PUBLIC)


def test_a_person_tells_and_takes_back_who_they_are(c: sqlite3.Connection) -> None:
    sujet = subscribe(c)
    inscription.tell(c, sujet, Identite("Camille Fictive", "Organisme", "Joliette"), NOW)
    inscription.tell(c, sujet, Identite(), NOW)
    inscription.tell(c, sujet, Identite(), NOW)
    personne = personnes.by_subject(c, sujet)
    assert personne is not None and personne.nom == ""
    assert acts(c, sujet).count("preference") == 2


def test_a_new_address_is_one_only_once_confirmed_from_there(c: sqlite3.Connection) -> None:
    sujet = subscribe(c)
    inscription.request_address(c, sujet, "neuve@exemple.invalid", NOW + HEURE)
    assert addresses(c) == [CAMILLE]
    neuf = subject(c, "neuve@exemple.invalid")
    attente = inscription.pending(c, neuf)
    assert attente.adresse and attente.audiences == ()
    assert inscription.confirm(c, neuf, (), NOW + 2 * HEURE, adresse=True).adresse
    assert addresses(c) == ["neuve@exemple.invalid"]
    assert subject(c, "neuve@exemple.invalid") == sujet
    assert personnes.find(c, CAMILLE) is None
    assert acts(c, sujet)[-1] == "correction"


def test_a_new_address_already_known_makes_one_person_of_two(c: sqlite3.Connection) -> None:
    sujet = subscribe(c, CAMILLE, PUBLIC)
    autre = subscribe(c, "neuve@exemple.invalid", AUTRE)
    inscription.request_address(c, sujet, "neuve@exemple.invalid", NOW + HEURE)
    inscription.confirm(c, autre, (), NOW + 2 * HEURE, adresse=True)
    assert addresses(c) == addresses(c, AUTRE) == ["neuve@exemple.invalid"]
    assert personnes.by_subject(c, sujet) is None


# ---------------------------------------------------------------- the journal


@pytest.mark.parametrize(
    "enonce",
    [
        "UPDATE journal_consentement SET preuve = 'autre'",
        "DELETE FROM journal_consentement",
        "INSERT OR REPLACE INTO journal_consentement SELECT * FROM journal_consentement",
        "UPDATE textes_consentement SET texte = 'autre'",
        "DELETE FROM textes_consentement",
    ],
)
def test_proof_is_never_rewritten(c: sqlite3.Connection, enonce: str) -> None:
    subscribe(c)
    consentements.keep(c, "un texte", NOW)
    c.execute("PRAGMA recursive_triggers = ON")
    with pytest.raises(sqlite3.IntegrityError):
        c.execute(enonce)


def test_the_words_shown_are_kept_from_the_first_day(c: sqlite3.Connection) -> None:
    premiere = consentements.keep(c, "Un texte.", NOW)
    assert consentements.keep(c, "Un texte.", NOW + timedelta(days=40)) == premiere
    seconde = consentements.keep(c, "Un autre texte.", NOW + timedelta(days=40))
    assert premiere.startswith("2026-11-23-") and seconde.startswith("2027-01-02-")
    assert consentements.text_of(c, premiere) == "Un texte."


def test_only_the_address_is_required_of_a_person(c: sqlite3.Connection) -> None:
    colonnes = c.execute("PRAGMA table_info(abonnes)").fetchall()
    exigees = {x["name"] for x in colonnes if x["notnull"] and x["dflt_value"] is None}
    assert exigees - {"sujet", "cree_a"} == {"adresse"}


# ---------------------------------------------------------------- lists


def ligne(adresse: str = CAMILLE, base: str = "expres", expire: date | None = None) -> LigneImport:
    return LigneImport(2, adresse, (PUBLIC,), base, date(2026, 5, 1), expire, "formulaire 12")  # type: ignore[arg-type]


def test_a_list_brought_in_twice_changes_nothing_the_second_time(c: sqlite3.Connection) -> None:
    un = listes.bring_in(c, [ligne()], NOW)
    deux = listes.bring_in(c, [ligne()], NOW + HEURE)
    assert (un.ajoutes, un.deja) == (1, 0)
    assert (deux.ajoutes, deux.deja) == (0, 1)
    (acte,) = consentements.journal(c, subject(c))
    assert acte.acte == "import" and "formulaire 12" in acte.preuve and "2026-05-01" in acte.preuve


def test_a_list_prolongs_tacit_consent_and_never_weakens_express(c: sqlite3.Connection) -> None:
    listes.bring_in(c, [ligne(base="tacite", expire=date(2026, 12, 1))], NOW)
    assert listes.bring_in(c, [ligne(base="tacite", expire=date(2027, 12, 1))], NOW).prolonges == 1
    assert listes.bring_in(c, [ligne(base="tacite", expire=date(2027, 1, 1))], NOW).deja == 1
    assert listes.bring_in(c, [ligne()], NOW).prolonges == 1
    assert listes.bring_in(c, [ligne(base="tacite", expire=date(2027, 12, 1))], NOW).deja == 1
    assert addresses(c, now=NOW + timedelta(days=3000)) == [CAMILLE]


def test_a_list_never_brings_back_who_left(c: sqlite3.Connection) -> None:
    inscription.unsubscribe(c, subscribe(c), PUBLIC, NOW + HEURE)
    (faute,) = listes.refused(c, [ligne()], "liste.csv")
    assert "ligne 2" in faute.cle and "seule peut se réabonner" in faute.attendu


# ---------------------------------------------------------------- rights


def test_an_export_holds_every_table_with_that_person(c: sqlite3.Connection) -> None:
    sujet = subscribe(c)
    subscribe(c, "autre@exemple.invalid")
    inscription.request_address(c, sujet, "neuve@exemple.invalid", NOW + HEURE)
    inscription.unsubscribe(c, sujet, PUBLIC, NOW + HEURE)
    donnees = droits.export(c, CAMILLE)
    assert donnees is not None
    tables = {
        x["name"] for x in c.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    }
    assert tables - donnees.keys() == {"secrets", "lots", "incidents", "lectures_boite"}
    assert all(donnees[nom] for nom in donnees if nom != "textes_consentement")
    texte = json.dumps(donnees)
    assert CAMILLE in texte and "autre@exemple.invalid" not in texte
    assert droits.export(c, "personne@exemple.invalid") is None


def test_staff_correct_an_address_and_never_take_someone_elses(c: sqlite3.Connection) -> None:
    sujet = subscribe(c)
    subscribe(c, "autre@exemple.invalid")
    with pytest.raises(RefusError, match="autre personne"):
        droits.correct(c, CAMILLE, "autre@exemple.invalid", NOW)
    suppressions.suppress(c, "fermee@exemple.invalid", "desabonnement", NOW, PUBLIC)
    with pytest.raises(RefusError, match="ne veut plus"):
        droits.correct(c, CAMILLE, "fermee@exemple.invalid", NOW)
    with pytest.raises(RefusError, match="Aucune personne"):
        droits.correct(c, "inconnue@exemple.invalid", "neuve@exemple.invalid", NOW)
    droits.correct(c, CAMILLE, "juste@exemple.invalid", NOW)
    assert subject(c, "juste@exemple.invalid") == sujet


def traces(dossier: Path, *mots: str) -> list[str]:
    """Files that hold one of these words, whatever the case, in UTF-8 or in UTF-16."""
    formes = [forme for mot in mots for forme in (mot.lower().encode(), mot.lower().encode("utf-16-le"))]
    return [f.name for f in dossier.rglob("*") if f.is_file() for forme in formes if forme in f.read_bytes().lower()]


def test_after_erasing_the_address_is_nowhere_in_the_folder(tmp_path: Path) -> None:
    adresse = "effacez-moi@exemple.invalid"
    c, lecteur = subscribers(tmp_path), subscribers(tmp_path)
    with contextlib.closing(c), contextlib.closing(lecteur):
        for n in range(300):  # Pages split and merge around the row.
            declare(c, f"voisin{n}@exemple.invalid")
            if n == 150:
                sujet = declare(c, adresse)
        with transaction(c):
            inscription.tell(c, sujet, Identite("Nomunique Fictive", "Organismeunique", "Joliette"), NOW)
            inscription.request_address(c, sujet, "nouvelle-effacee@exemple.invalid", NOW)
            inscription.request_link(c, adresse, NOW)
            c.execute(
                "UPDATE envois SET reponse = '550 <EFFACEZ-moi@exemple.invalid> inconnu', etat = 'refuse' WHERE genre = 'preferences'"
            )
            c.execute(
                "INSERT INTO lots (digest_id, audience, genre, par, demande_a, etat, raison) VALUES"
                " (1, ?, 'bulletin', 'Camille', ?, 'suspendu', '550 Effacez-Moi@exemple.invalid')",
                (PUBLIC, stamp(NOW)),
            )
            c.execute(
                "INSERT INTO envois (genre, digest_id, sujet, message_id, etat, prochain_a, cree_a) VALUES"
                " ('bulletin', 1, ?, 'm-1', 'accepte', ?, ?)",
                (sujet, stamp(NOW), stamp(NOW)),
            )
        assert traces(tmp_path, adresse)
        assert droits.erase(c, adresse, NOW + HEURE)
        mots = (adresse, "nomunique", "organismeunique", "nouvelle-effacee")
        assert traces(tmp_path, *mots) == []
        assert suppressions.is_suppressed(c, adresse, PUBLIC)
        assert (
            c.execute("SELECT count(*) FROM envois WHERE sujet = ? AND etat = 'accepte'", (sujet,)).fetchone()[0] == 1
        )
        assert (
            c.execute("SELECT count(*) FROM envois WHERE etat = 'en_attente' AND sujet = ?", (sujet,)).fetchone()[0]
            == 0
        )
        assert consentements.journal(c, sujet)[-1].acte == "effacement"
        assert not droits.erase(c, adresse, NOW + HEURE)
        assert lecteur.execute("SELECT count(*) FROM abonnes").fetchone()[0] == 300
    assert traces(tmp_path, *mots) == []


def test_erasing_while_someone_reads_is_finished_at_the_next_turn(tmp_path: Path) -> None:
    c, lecteur = subscribers(tmp_path), subscribers(tmp_path)
    with contextlib.closing(c), contextlib.closing(lecteur):
        c.execute("PRAGMA busy_timeout = 50")
        subscribe(c)
        lecteur.execute("BEGIN")
        lecteur.execute("SELECT * FROM abonnes").fetchall()
        assert droits.erase(c, CAMILLE, NOW)
        assert personnes.find(c, CAMILLE) is None
        lecteur.execute("ROLLBACK")
        purge(c, NOW)
        assert traces(tmp_path, CAMILLE) == []


# ---------------------------------------------------------------- retention


def test_requests_never_confirmed_are_forgotten_after_thirty_days(c: sqlite3.Connection) -> None:
    inscription.request(c, CAMILLE, {PUBLIC: VERSION}, NOW)
    sujet = subject(c)
    assert purge(c, NOW + timedelta(days=29)).total == 0
    assert purge(c, NOW + timedelta(days=30)).demandes == 1
    assert personnes.find(c, CAMILLE) is None
    assert "expiration" in acts(c, sujet)


def test_tacit_consent_past_its_day_is_retired(c: sqlite3.Connection) -> None:
    sujet = declare(c, expire_le=NOW.date() + timedelta(days=10))
    assert purge(c, NOW + timedelta(days=10)).tacites == 0
    assert purge(c, NOW + timedelta(days=11)).tacites == 1
    assert purge(c, NOW + timedelta(days=12)).total == 0
    assert acts(c, sujet)[-1] == "expiration"


def test_a_person_without_any_subscription_is_forgotten_after_two_years(c: sqlite3.Connection) -> None:
    inscription.unsubscribe(c, subscribe(c), "", NOW + HEURE)
    subscribe(c, "autre@exemple.invalid")
    assert purge(c, NOW + timedelta(days=729)).personnes == 0
    assert purge(c, NOW + timedelta(days=731)).personnes == 1
    assert personnes.find(c, CAMILLE) is None
    assert suppressions.is_suppressed(c, CAMILLE, PUBLIC)
    assert addresses(c, now=NOW + timedelta(days=800)) == ["autre@exemple.invalid"]


def test_a_new_address_never_confirmed_is_forgotten_after_a_week(c: sqlite3.Connection) -> None:
    sujet = subscribe(c)
    inscription.request_address(c, sujet, "neuve@exemple.invalid", NOW)
    assert purge(c, NOW + timedelta(days=6)).total == 0
    faite = purge(c, NOW + timedelta(days=8))
    assert (faite.changements, faite.personnes) == (1, 1)
    assert personnes.find(c, "neuve@exemple.invalid") is None
    assert addresses(c) == [CAMILLE]


def test_what_servers_answered_is_forgotten_after_a_year(c: sqlite3.Connection) -> None:
    subscribe(c)
    c.execute("UPDATE envois SET reponse = '250 reçu'")
    assert purge(c, NOW + timedelta(days=300)).reponses == 0
    assert purge(c, NOW + timedelta(days=366)).reponses == 1


# ---------------------------------------------------------------- incidents

INCIDENT = incidents.Incident(
    "adresses de courriel",
    "liste envoyée à la mauvaise personne",
    "vers le 20 novembre 2026",
    date(2026, 11, 21),
    "environ 40",
    False,
    "adresses professionnelles déjà publiques",
    "suppression confirmée par écrit",
)


@pytest.mark.parametrize("champ", sorted(incidents.EXIGES))
def test_the_register_refuses_an_incident_without_what_the_regulation_asks(c: sqlite3.Connection, champ: str) -> None:
    with pytest.raises(RefusError, match="Il manque"):
        incidents.record(c, replace(INCIDENT, **{champ: "  "}), "Camille", NOW)  # type: ignore[arg-type]


def test_incidents_are_kept_whatever_is_purged(c: sqlite3.Connection) -> None:
    incidents.record(c, INCIDENT, "Camille", NOW)
    purge(c, NOW + timedelta(days=4000))
    (inscrit,) = incidents.register(c)
    assert inscrit.incident == INCIDENT
    with pytest.raises(sqlite3.IntegrityError, match="cinq ans"):
        c.execute("DELETE FROM incidents")
    with pytest.raises(RefusError, match="aucune adresse"):
        incidents.record(c, replace(INCIDENT, circonstances=f"reçu par {CAMILLE}"), "Camille", NOW)


# ---------------------------------------------------------------- whatever happens


def test_what_is_tacit_stays_tacit_when_preferences_are_saved(c: sqlite3.Connection) -> None:
    sujet = declare(c, expire_le=NOW.date() + timedelta(days=10))
    inscription.choose(c, sujet, [Choix(PUBLIC)], {PUBLIC: VERSION}, NOW + HEURE)
    assert addresses(c, now=NOW + timedelta(days=11)) == []
    inscription.choose(c, sujet, [], {PUBLIC: VERSION}, NOW + timedelta(days=12))
    assert not suppressions.is_suppressed(c, CAMILLE, PUBLIC)  # Its box was empty already.
    inscription.choose(c, sujet, [Choix(PUBLIC)], {PUBLIC: VERSION}, NOW + timedelta(days=12))
    assert addresses(c, now=NOW + timedelta(days=900)) == [CAMILLE]


def test_no_link_to_preferences_goes_to_who_never_confirmed(c: sqlite3.Connection) -> None:
    inscription.request(c, CAMILLE, {PUBLIC: VERSION}, NOW)
    inscription.request_link(c, CAMILLE, NOW + HEURE)
    assert queued(c, "preferences") == 0
    inscription.confirm(c, subject(c), [PUBLIC], NOW + HEURE)
    inscription.request_link(c, CAMILLE, NOW + 2 * HEURE)
    assert queued(c, "preferences") == 1


def test_who_comes_back_after_an_erasure_still_has_to_confirm(c: sqlite3.Connection) -> None:
    subscribe(c)
    droits.erase(c, CAMILLE, NOW + HEURE)
    assert suppressions.soften(c, CAMILLE) and not suppressions.soften(c, CAMILLE)
    inscription.request(c, CAMILLE, {PUBLIC: VERSION}, NOW + 2 * HEURE)
    assert addresses(c) == []
    inscription.confirm(c, subject(c), [PUBLIC], NOW + 3 * HEURE)
    assert addresses(c, now=NOW + 4 * HEURE) == [CAMILLE]


PERSONNES = ("a@exemple.invalid", "b@exemple.invalid")
GESTES = st.tuples(
    st.sampled_from(
        (
            "demander",
            "confirmer",
            "quitter",
            "tout-quitter",
            "choisir",
            "importer",
            "tacite",
            "rebond",
            "plainte",
            "effacer",
            "adresse",
            "purger",
        )
    ),
    st.sampled_from(PERSONNES),
    st.sampled_from((PUBLIC, AUTRE)),
    st.integers(1, 60 * 24 * 40),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(GESTES, max_size=25))
def test_whatever_happens_only_those_whose_last_word_is_yes_receive(gestes: list[tuple[str, str, str, int]]) -> None:
    with contextlib.closing(connect(":memory:")) as c:
        migrate(c)
        now = NOW
        for geste, adresse, audience, minutes in gestes:
            now += timedelta(minutes=minutes)
            play(c, geste, adresse, audience, now)
            for public in (PUBLIC, AUTRE):
                check(c, public, now)


def play(c: sqlite3.Connection, geste: str, adresse: str, audience: str, now: datetime) -> None:
    personne = personnes.find(c, adresse)
    sujet = personne.sujet if personne else "0" * 32
    autre = next(a for a in PERSONNES if a != adresse)
    match geste:
        case "demander":
            inscription.request(c, adresse, {audience: VERSION}, now)
        case "confirmer":
            inscription.confirm(c, sujet, [audience], now, adresse=True)
        case "quitter" | "tout-quitter":
            inscription.unsubscribe(c, sujet, audience if geste == "quitter" else "", now)
        case "choisir":
            inscription.choose(c, sujet, [Choix(audience)], {PUBLIC: VERSION, AUTRE: VERSION}, now)
        case "importer" | "tacite":
            bring(c, adresse, audience, now.date() + timedelta(days=20) if geste == "tacite" else None, now)
        case "rebond" | "plainte":
            suppressions.suppress(c, adresse, geste, now)
        case "effacer":
            droits.erase(c, adresse, now)
        case "adresse":
            inscription.request_address(c, sujet, autre, now)
        case "purger":
            purge(c, now)


def bring(c: sqlite3.Connection, adresse: str, audience: str, expire: date | None, now: datetime) -> None:
    une = LigneImport(2, adresse, (audience,), "tacite" if expire else "expres", NOW.date(), expire, "dossier")
    if not listes.refused(c, [une], "x"):
        listes.bring_in(c, [une], now)


def check(c: sqlite3.Connection, public: str, now: datetime) -> None:
    """Recipients are exactly those who may receive, none suppressed, and the journal says why for each."""
    recus = {d.sujet: d.adresse for d in abonnements.recipients(c, public, now)}
    tous = [x["sujet"] for x in c.execute("SELECT sujet FROM abonnes")]
    assert set(recus) == {s for s in tous if abonnements.may_receive(c, s, public, now) == ""}
    for adresse in recus.values():
        assert not suppressions.is_suppressed(c, adresse, public)
    for (sujet,) in c.execute("SELECT DISTINCT sujet FROM envois").fetchall():
        par_jour = c.execute(
            "SELECT count(*) FROM envois WHERE sujet = ? AND cree_a > ? GROUP BY genre",
            (sujet, stamp(now - timedelta(days=1))),
        )
        assert all(n <= inscription.PAR_JOUR for (n,) in par_jour)
    fini = ("retrait", "rebond", "plainte", "effacement", "expiration")
    for sujet in recus:
        actes = [x.acte for x in consentements.journal(c, sujet) if x.audience in ("", public)]
        if "correction" not in actes:  # Two people made one: the proof is under both names.
            derniers = [x for x in actes if x in (*fini, "confirmation", "import")]
            assert derniers[-1] in ("confirmation", "import"), actes
