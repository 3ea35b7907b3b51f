"""Who a mail may go to is asked until the last moment: alerts turned off, a complaint, a list that became internal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import deliver
from tests.postes import Poste, Serveur, office, serving
from veille.store.abonnes import abonnements, envois, suppressions
from veille.store.connexion import transaction


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with serving() as s:
        yield s


@pytest.fixture
def poste(tmp_path: Path, serveur: Serveur) -> Iterator[Poste]:
    with office(tmp_path, serveur) as p:
        yield p


def want_alerts(poste: Poste, voulues: bool, *adresses: str) -> None:
    with transaction(poste.abonnes):
        poste.abonnes.executemany(
            "UPDATE abonnements SET alertes = ? WHERE abonne_id = (SELECT id FROM abonnes WHERE adresse = ?)",
            [(int(voulues), a) for a in adresses],
        )


def test_who_turned_alerts_off_since_does_not_get_the_one_that_waits(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(3)
    want_alerts(poste, True, *gens)
    deliver.open_lot(poste.ctx, poste.publish(genre="alerte"), "Camille Fictive")
    bulletin = poste.publish()
    deliver.open_lot(poste.ctx, bulletin, "Camille Fictive")
    want_alerts(poste, False, gens[0])
    deliver.deliver(poste.ctx)
    assert serveur.counts() == {gens[0]: 1, gens[1]: 2, gens[2]: 2}, "le bulletin, lui, part à tout le monde"
    sujet = poste.row(gens[0])["sujet"]
    assert "alertes" in abonnements.may_receive(poste.abonnes, sujet, "clds-joliette", poste.now, alerte=True)


def test_who_turns_alerts_off_while_one_is_on_the_wire_does_not_get_it(tmp_path: Path) -> None:
    with office(tmp_path, connexions=1, temoin="temoin@table.exemple.org") as poste:
        gens = poste.subscribe(1)
        want_alerts(poste, True, *gens)

        def rcpt(_: str) -> None:
            want_alerts(poste, False, *gens)

        with serving(Serveur(rcpt=rcpt)) as serveur:
            poste.port = serveur.port
            deliver.open_lot(poste.ctx, poste.publish(genre="alerte"), "Camille Fictive")
            assert deliver.deliver(poste.ctx).ecartes == 1
        assert not serveur.recus


@pytest.mark.parametrize("motif", ["plainte", "effacement"])
def test_nothing_at_all_leaves_after_a_complaint_not_even_what_was_asked_for(
    poste: Poste, serveur: Serveur, motif: str
) -> None:
    gens = poste.subscribe(2)
    with transaction(poste.abonnes):
        for adresse in gens:
            sujet = poste.abonnes.execute("SELECT sujet FROM abonnes WHERE adresse = ?", (adresse,)).fetchone()[0]
            envois.queue_service(poste.abonnes, "confirmation", sujet, {"publics": "CLDS"}, poste.now)
        suppressions.suppress(poste.abonnes, gens[0], motif, poste.now)  # type: ignore[arg-type]
        suppressions.suppress(poste.abonnes, gens[1], "desabonnement", poste.now)
    deliver.deliver(poste.ctx)
    assert serveur.counts() == {gens[1]: 1}
    assert poste.row(gens[0])["etat"] == "annule"
