"""What leaves after an erratum says it: to newcomers, when a sending goes on, in a month's summary."""

from __future__ import annotations

from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

import pytest

from pipeline import deliver
from tests.postes import Poste, Recu, Serveur, office, serving
from veille.store import errata
from veille.store.connexion import transaction

FAUTE = "La date de la rencontre fictive était fausse."


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with serving() as s:
        yield s


@pytest.fixture
def poste(tmp_path: Path, serveur: Serveur) -> Iterator[Poste]:
    with office(tmp_path, serveur) as p:
        yield p


def correct(poste: Poste, digest: int) -> None:
    with transaction(poste.store):
        errata.add(poste.store, digest, None, FAUTE, {}, "Camille Fictive", poste.now)


def parts(recu: Recu) -> list[str]:
    message = BytesParser(policy=default).parsebytes(recu.octets)
    return [" ".join(p.get_content().split()) for p in message.iter_parts()]


def test_a_newcomer_gets_the_issue_with_its_erratum(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(1)
    digest = poste.publish()
    deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    deliver.deliver(poste.ctx)
    correct(poste, digest)
    poste.subscribe(1, prefixe="nouvelle")
    deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    deliver.deliver(poste.ctx)
    avant, apres = serveur.recus
    assert not any(FAUTE in p for p in parts(avant))
    assert all(FAUTE in p for p in parts(apres))
    assert "/desabonnement/d" in parts(apres)[0]


def test_the_months_summary_says_the_errata_of_its_issues(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(1, rythme="mensuel")
    for digest in (poste.publish(), poste.publish()):
        deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    correct(poste, 1)
    poste.passer(days=9)
    deliver.deliver(poste.ctx)
    [recu] = serveur.recus
    assert [p.count(FAUTE) for p in parts(recu)] == [1, 1]
    assert all("23 novembre 2026" in p for p in parts(recu))
