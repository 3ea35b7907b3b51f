"""Our mailbox: what a report says, hostile messages, and a real conversation with a server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import deliver
from pipeline.retours import Retours, read_mailbox
from tests.boites import SECRET, UTILISATEUR, Boitier, bounce, complaint, mailbox, sent
from tests.postes import TEMOIN, Poste, Serveur, certificate, office, serving
from veille.boite_courriel import MOT_DE_PASSE, OCTETS_MAX, BoiteImap, Courrier, Plainte, Rebond, open_mailbox, read
from veille.errors import RefusError
from veille.model import Boite
from veille.store.abonnes import droits, envois, suppressions
from veille.store.connexion import transaction

# ---------------------------------------------------------------- bytes in, values out


@pytest.mark.parametrize("entetes", [False, True])
def test_a_bounce_names_the_message_we_sent_and_why(entetes: bool) -> None:
    lu = read(bounce("12.abc", entetes=entetes))
    assert lu == Rebond("12.abc", "5.1.1", True, True, "smtp; 550 5.1.1 user unknown")


@pytest.mark.parametrize(
    ("statut", "diagnostic", "action", "definitif", "morte"),
    [
        ("5.0.0", "smtp; 550 5.1.1 unknown", "failed", True, True),
        ("5.0.0", "smtp; 550 no", "failed", True, True),
        ("5.2.2", "smtp; 552 boîte pleine", "failed", True, False),
        ("5.7.1", "smtp; 554 contenu refusé", "failed", True, False),
        ("4.4.7", "smtp; délai", "delayed", False, False),
        ("4.4.7", "smtp; délai", "failed", False, False),
    ],
)
def test_a_dead_address_is_told_from_a_full_box_and_from_a_delay(
    statut: str, diagnostic: str, action: str, definitif: bool, morte: bool
) -> None:
    lu = read(bounce("x", statut, action=action, diagnostic=diagnostic))
    assert isinstance(lu, Rebond) and (lu.definitif, lu.morte) == (definitif, morte)


def test_a_complaint_names_the_message_and_not_spam_is_none() -> None:
    assert read(complaint("12.abc")) == Plainte("12.abc", "abuse")
    assert isinstance(read(complaint("12.abc", "not-spam")), Courrier)


def test_anything_else_is_some_mail() -> None:
    assert read(sent("12.abc").as_bytes()) == Courrier("12.abc", "Veille fictive")
    assert read(b"") == Courrier("", "")


@given(
    st.binary(max_size=400), st.integers(0, 900), st.sampled_from([bounce("x"), complaint("x"), sent("x").as_bytes()])
)
def test_no_message_however_broken_stops_the_reading(bruit: bytes, ou: int, modele: bytes) -> None:
    assert read(modele[:ou] + bruit + modele[ou:])
    assert read(bruit)


def test_a_message_within_messages_without_end_is_not_followed() -> None:
    poupee = sent("x").as_bytes()
    for _ in range(60):
        poupee = b"Content-Type: message/rfc822\n\n" + poupee
    assert isinstance(read(poupee), Courrier)
    assert isinstance(read(b'Content-Type: multipart/report; report-type="\xff\x00"; boundary=\n\n--\n'), Courrier)


# ---------------------------------------------------------------- the mailbox


def box(boitier: Boitier, **cles: object) -> AbstractContextManager[BoiteImap]:
    reglages = Boite("localhost", boitier.port, "aucune", UTILISATEUR)
    return open_mailbox(reglages, {MOT_DE_PASSE: SECRET}, **cles)  # type: ignore[arg-type]


def test_only_what_is_new_is_read_and_nothing_is_changed() -> None:
    with mailbox() as boitier:
        for n in range(3):
            boitier.drop(sent(f"m{n}").as_bytes())
        with box(boitier) as boite:
            assert [uid for uid, _ in boite.new(0)] == [1, 2, 3]
            assert [uid for uid, _ in boite.new(2)] == [3]
            assert list(boite.new(3)) == []
            assert boite.find(["m1", "m9", 'hostile" x']) == {"m1"}
            assert boite.validite == 7
    verbes = {o.split(" ")[0] + (" " + o.split(" ")[1] if o.startswith("UID") else "") for o in boitier.ordres}
    assert verbes <= {"CAPABILITY", "LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT"}


def test_a_huge_message_is_read_up_to_a_limit() -> None:
    with mailbox() as boitier:
        boitier.drop(bounce("x") + b"a" * (2 * OCTETS_MAX))
        with box(boitier) as boite:
            [(_, octets)] = list(boite.new(0))
    assert len(octets) == OCTETS_MAX and isinstance(read(octets), Rebond)


def test_tls_is_checked_and_every_failure_is_one_french_sentence() -> None:
    certificat = certificate()
    with mailbox(tls=certificat.serveur) as boitier:
        boitier.drop(sent("x").as_bytes())
        reglages = Boite("localhost", boitier.port, "tls", UTILISATEUR)
        with open_mailbox(reglages, {MOT_DE_PASSE: SECRET}, tls=certificat.client) as boite:
            assert len(list(boite.new(0))) == 1
        with pytest.raises(RefusError, match="ne répond pas"), open_mailbox(reglages, {MOT_DE_PASSE: SECRET}):
            pass
        with (
            pytest.raises(RefusError, match="mauvais mot de passe"),
            open_mailbox(reglages, {MOT_DE_PASSE: "autre"}, tls=certificat.client),
        ):
            pass
    with pytest.raises(RefusError, match="ne répond pas"), open_mailbox(reglages, {MOT_DE_PASSE: SECRET}):
        pass
    with pytest.raises(RefusError, match=MOT_DE_PASSE), open_mailbox(reglages, {}):
        pass
    with pytest.raises(RefusError, match="aucune"), open_mailbox(Boite("imap.exemple.org", securite="aucune"), {}):
        pass


def test_a_missing_folder_and_a_cut_are_said() -> None:
    with mailbox() as boitier:
        reglages = Boite("localhost", boitier.port, "aucune", UTILISATEUR, "Ailleurs")
        with pytest.raises(RefusError, match="Ailleurs"), open_mailbox(reglages, {MOT_DE_PASSE: SECRET}):
            pass
        boitier.coupe = "UID SEARCH"
        with pytest.raises(RefusError, match="ne répond pas"), box(boitier) as boite:
            list(boite.new(0))


# ---------------------------------------------------------------- what it means for people


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with serving() as s:
        yield s


@pytest.fixture
def poste(tmp_path: Path, serveur: Serveur, monkeypatch: pytest.MonkeyPatch) -> Iterator[Poste]:
    monkeypatch.setenv(MOT_DE_PASSE, SECRET)
    with office(tmp_path, serveur) as p:
        yield p


def relever(poste: Poste, boitier: Boitier) -> Retours:
    poste.boite = Boite("localhost", boitier.port, "aucune", UTILISATEUR)
    return read_mailbox(poste.ctx)


def envoyer(poste: Poste) -> int:
    digest = poste.publish()
    deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    deliver.deliver(poste.ctx)
    return digest


def test_bounces_and_complaints_close_the_address_and_change_the_figures_once(poste: Poste) -> None:
    gens = poste.subscribe(5)
    digest = envoyer(poste)
    noms = [poste.row(a)["message_id"] for a in gens]
    with mailbox() as boitier:
        boitier.drop(bounce(noms[0]))
        boitier.drop(bounce(noms[1], "5.2.2", diagnostic="smtp; 552 5.2.2 pleine"))
        boitier.drop(bounce(noms[2], "4.4.7", action="delayed"))
        boitier.drop(complaint(noms[3]))
        boitier.drop(bounce("12.jamais-envoye"))
        boitier.drop(b"bonjour")
        assert relever(poste, boitier) == Retours(rebonds=2, plaintes=1, autres=3)
        assert relever(poste, boitier) == Retours(), "déjà lu"
        boitier.validite = 8
        assert relever(poste, boitier).rebonds == 2, "le serveur numérote autrement : relu, sans effet de plus"
    ligne = poste.store.execute("SELECT * FROM diffusions WHERE digest_id = ?", (digest,)).fetchone()
    assert (ligne["acceptes"], ligne["rebonds"], ligne["plaintes"], ligne["personnes"]) == (5, 2, 1, 3)
    assert poste.store.execute("SELECT personnes FROM portees").fetchone()[0] == 3
    suivant = deliver.dry_run(poste.ctx, poste.publish())
    assert suivant.destinataires == 3
    motifs = [r[0] for r in poste.abonnes.execute("SELECT motif FROM suppressions ORDER BY motif")]
    assert motifs == ["plainte", "rebond"]


def test_the_witness_settles_what_it_received_and_the_rest_waits_for_a_person(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(3)
    serveur.coupe_apres_point = lambda d: d[0] in gens[:2]
    envoyer(poste)
    with mailbox() as boitier:
        for recu in serveur.recus:
            if recu.destinataires[0] == gens[0]:
                boitier.drop(recu.octets)
        poste.passer(minutes=5)
        assert relever(poste, boitier) == Retours(autres=1, trouves=1, attente=1)
        assert not any(i.absent_a for i in envois.uncertain(poste.abonnes)), "le témoin peut tarder"
        poste.passer(minutes=60)
        assert relever(poste, boitier).absents == 1
    assert poste.states() == {"accepte": 2, "incertain": 1}
    [incertain] = envois.uncertain(poste.abonnes)
    assert incertain.absent_a


def test_without_a_witness_an_uncertain_message_is_never_settled_by_itself(poste: Poste, serveur: Serveur) -> None:
    poste.temoin = ""
    poste.subscribe(1)
    serveur.coupe_apres_point = lambda _: len(serveur.recus) == 1
    envoyer(poste)
    poste.passer(days=2)
    with mailbox() as boitier:
        assert relever(poste, boitier) == Retours()
    [incertain] = envois.uncertain(poste.abonnes)
    assert not incertain.temoin and not incertain.absent_a
    deliver.resend(poste.ctx, incertain.id, "Camille Fictive")
    assert deliver.deliver(poste.ctx).acceptes == 1


def test_a_bounce_settles_an_uncertain_message_too(poste: Poste, serveur: Serveur) -> None:
    [qui] = poste.subscribe(1)
    serveur.coupe_apres_point = lambda _: True
    envoyer(poste)
    with mailbox() as boitier:
        boitier.drop(bounce(poste.row(qui)["message_id"]))
        relever(poste, boitier)
    assert poste.states() == {"accepte": 1} and poste.row(qui)["rebond_a"]
    assert TEMOIN not in poste.row(qui)["reponse"]


def test_a_late_report_about_an_old_address_leaves_the_new_one_open(poste: Poste) -> None:
    gens = poste.subscribe(2)
    envoyer(poste)
    noms = [poste.row(a)["message_id"] for a in gens]
    poste.passer(hours=1)
    neuves = [f"neuve{n}@exemple.org" for n in range(2)]
    with transaction(poste.abonnes):
        for ancienne, neuve in zip(gens, neuves, strict=True):
            droits.correct(poste.abonnes, ancienne, neuve, poste.now)
    poste.passer(hours=1)
    with mailbox() as boitier:
        boitier.drop(bounce(noms[0]))
        boitier.drop(complaint(noms[1]))
        assert relever(poste, boitier) == Retours(rebonds=1, plaintes=1)
        assert not any(suppressions.is_suppressed(poste.abonnes, a) for a in neuves)
        assert deliver.dry_run(poste.ctx, envoyer(poste)).destinataires == 2
        boitier.drop(bounce(poste.row(neuves[0])["message_id"]))
        relever(poste, boitier)
    assert [suppressions.is_suppressed(poste.abonnes, a) for a in neuves] == [True, False]


def test_uncertain_messages_without_a_witness_hide_none_that_has_one(
    poste: Poste, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(envois, "INCERTAINS_MAX", 2)
    gens = poste.subscribe(6)
    envoyer(poste)
    noms = [poste.row(a)["message_id"] for a in gens]
    poste.abonnes.execute("UPDATE envois SET etat = 'incertain', tranche_a = NULL")
    poste.abonnes.execute("UPDATE envois SET temoin = 0 WHERE message_id IN (?, ?)", noms[:2])
    poste.abonnes.execute("UPDATE envois SET absent_a = prochain_a WHERE message_id IN (?, ?)", noms[2:4])
    with mailbox() as boitier:
        for nom in noms[4:]:
            boitier.drop(sent(nom).as_bytes())
        assert relever(poste, boitier).trouves == 2
