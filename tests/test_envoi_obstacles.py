"""What one mailbox answers is said of that mailbox: it holds nobody else's mail up, and in the end it is given up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import deliver
from tests.diffusion import audience
from tests.postes import Poste, Serveur, office, serving
from veille.mailer import judge
from veille.store.abonnes import envois, lots


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with serving() as s:
        yield s


@pytest.fixture
def poste(tmp_path: Path, serveur: Serveur) -> Iterator[Poste]:
    with office(tmp_path, serveur, audiences=(audience(), audience("pli", "PLI"))) as p:
        yield p


@pytest.mark.parametrize(
    "reponse",
    [
        "452 Mailbox storage limit exceeded",
        "450 4.2.1 receiving mail at a rate that prevents delivery",
        "550 5.7.1 sender not authorized to write to this group",
        "552 5.2.3 message size limit exceeded",
    ],
)
def test_one_bad_mailbox_holds_nobody_up_and_is_given_up_in_the_end(
    poste: Poste, serveur: Serveur, reponse: str
) -> None:
    gens = poste.subscribe(4)
    autres = poste.subscribe(8, "pli", prefixe="pli")
    serveur.rcpt = {gens[0]: reponse}.get
    premier, second = poste.publish(), poste.publish("pli")
    for digest in (premier, second):
        deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    assert not deliver.deliver(poste.ctx).arret
    assert serveur.counts() == dict.fromkeys([*gens[1:], *autres], 1)
    assert poste.row(gens[0])["essais"] == 1
    for delai in envois.DELAIS:
        poste.now += delai + timedelta(seconds=1)
        deliver.deliver(poste.ctx)
    assert poste.row(gens[0])["etat"] == "refuse"
    assert {lot.etat for lot in lots.recent(poste.abonnes)} == {"termine"}


def test_a_mailbox_that_closes_the_connection_is_given_up_too(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(3)
    serveur.rcpt = {gens[0]: "421 4.7.0 revenez plus tard"}.get
    deliver.open_lot(poste.ctx, poste.publish(), "Camille Fictive")
    deliver.deliver(poste.ctx)
    for delai in envois.DELAIS:
        poste.now += delai + timedelta(minutes=16)
        deliver.deliver(poste.ctx)
    assert serveur.counts() == dict.fromkeys(gens[1:], 1)
    assert poste.row(gens[0])["etat"] == "refuse"


def test_the_same_answer_for_three_people_in_a_row_is_said_of_us(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(9)
    serveur.rcpt = dict.fromkeys(gens[::2], "450 4.7.1 rate limit exceeded").get
    digest = poste.publish()
    poste.connexions = 1
    deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    assert not deliver.deliver(poste.ctx).arret, "quelqu’un a été accepté entre deux"
    poste.passer(minutes=6)
    assert "ralentir" in deliver.deliver(poste.ctx).arret
    lot = lots.get(poste.abonnes, digest)
    assert lot is not None and lot.etat == "suspendu" and lot.reprise_a


@pytest.mark.parametrize(("etape", "genre"), [("expediteur", "quota"), ("destinataire", "differe")])
def test_before_anyone_is_named_an_answer_is_said_of_us(etape: str, genre: str) -> None:
    assert judge(450, "4.7.1 rate limit exceeded", etape).genre == genre  # type: ignore[arg-type]


def test_whoever_is_set_aside_at_any_time_still_counts_among_those_who_were_to_receive(
    poste: Poste, serveur: Serveur
) -> None:
    gens = poste.subscribe(5)
    digest = poste.publish()
    deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    poste.unsubscribe(gens[0])
    serveur.rcpt = lambda a: "450 4.2.0 plus tard" if a in gens[1:3] else None
    deliver.deliver(poste.ctx)
    poste.unsubscribe(gens[1])
    serveur.rcpt = lambda _: None
    poste.passer(minutes=6)
    deliver.deliver(poste.ctx)
    chiffres = poste.store.execute("SELECT prevus, acceptes, personnes FROM diffusions").fetchone()
    assert tuple(chiffres) == (5, 3, 3)
    assert poste.store.execute("SELECT personnes FROM portees").fetchone()[0] == 3
