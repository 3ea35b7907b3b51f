"""One reader's whole path, over real HTTP and real SMTP: asks, confirms, receives, leaves, comes back, is erased."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from pipeline import deliver
from tests.abonnement import PUBLIC, project
from tests.diffusion import audience
from tests.navigateur import Visiteur, running_site
from tests.postes import Poste, Serveur, office, serving
from veille.store.abonnes import droits

ADRESSE = "lectrice@exemple.invalid"
SITE = "https://veille.exemple.org"


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with serving() as s:
        yield s


@pytest.fixture
def poste(tmp_path: Path, serveur: Serveur) -> Iterator[Poste]:
    with office(project(tmp_path), serveur, audiences=(audience(),)) as p:
        yield p


@pytest.fixture
def visiteur(poste: Poste) -> Iterator[Visiteur]:
    with running_site(poste.chemin, public=True, clock=lambda: poste.now) as adresse, Visiteur(adresse) as visiteur:
        yield visiteur


def issue(poste: Poste) -> None:
    """One more digest is published and sent."""
    deliver.open_lot(poste.ctx, poste.publish(), "Camille Fictive")
    deliver.deliver(poste.ctx)


def mails(serveur: Serveur) -> list[EmailMessage]:
    lus = [message_from_bytes(r.octets, policy=policy.default) for r in serveur.recus if ADRESSE in r.destinataires]
    assert all(isinstance(m, EmailMessage) for m in lus)
    return lus  # type: ignore[return-value]


def link(mail: EmailMessage, racine: str) -> str:
    """The path of the link of that kind in the text part."""
    corps = mail.get_body(("plain",))
    assert corps is not None
    trouve = re.search(rf"{re.escape(SITE)}(/{racine}/\S+)", corps.get_content())
    assert trouve, corps.get_content()
    return trouve[1]


def ask(visiteur: Visiteur) -> None:
    page = visiteur.get("/abonnement")
    versions = dict(re.findall(r'name="(texte-[^"]+)" value="([^"]+)"', page.text))
    assert visiteur.send_form("/abonnement", page, courriel=ADRESSE, public=PUBLIC, **versions).status_code == 200


def test_a_reader_asks_confirms_receives_leaves_comes_back_and_is_erased(
    poste: Poste, serveur: Serveur, visiteur: Visiteur
) -> None:
    ask(visiteur)
    issue(poste)
    (confirmation,) = mails(serveur)  # Nothing but it, though a digest has just left.
    assert confirmation["List-Unsubscribe"] is None
    chemin = link(confirmation, "abonnement/confirmer")
    assert "C’est confirmé" in visiteur.send_form(chemin, visiteur.get(chemin), public=PUBLIC).text

    poste.passer(hours=1)
    issue(poste)
    bulletin = mails(serveur)[-1]
    assert len(mails(serveur)) == 2
    assert bulletin["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    sortie = str(bulletin["List-Unsubscribe"]).strip("<>").removeprefix(SITE)
    assert ADRESSE not in bulletin.as_string().partition("\n\n")[2]
    visiteur.get(sortie)
    reponse = httpx.post(
        str(visiteur.base_url).rstrip("/") + sortie, data={"List-Unsubscribe": "One-Click"}, trust_env=False
    )
    assert reponse.status_code == 200

    poste.passer(hours=1)
    issue(poste)
    assert len(mails(serveur)) == 2  # The unsubscribed gets nothing.

    preferences = link(bulletin, "preferences")
    assert "Demande reçue" in visiteur.send_form(preferences, visiteur.get(preferences)).text
    deliver.deliver(poste.ctx)
    chemin = link(mails(serveur)[-1], "preferences")
    page = visiteur.get(chemin)
    assert ADRESSE in page.text
    assert "enregistrées" in visiteur.send_form(chemin, page, acte="enregistrer", montre=PUBLIC, public=PUBLIC).text
    poste.passer(hours=1)
    issue(poste)
    assert len(mails(serveur)) == 4

    assert "Tout est effacé" in visiteur.send_form(chemin, page, acte="effacer", confirme="oui").text
    poste.passer(hours=1)
    issue(poste)
    ask(visiteur)
    deliver.deliver(poste.ctx)
    assert len(mails(serveur)) == 4
    restes = [f.name for f in poste.chemin.rglob("*") if f.is_file() and ADRESSE.encode() in f.read_bytes().lower()]
    assert restes == []
    acceptes = poste.abonnes.execute(
        "SELECT count(*) FROM envois WHERE genre = 'bulletin' AND etat = 'accepte'"
    ).fetchone()
    assert acceptes[0] == 2  # The figures stay right.


def test_an_address_that_a_server_refuses_and_echoes_is_erased_too(
    poste: Poste, serveur: Serveur, visiteur: Visiteur
) -> None:
    ask(visiteur)
    serveur.rcpt = lambda adresse: f"550 5.1.1 <{adresse.upper()}> inconnu" if adresse == ADRESSE else None
    deliver.deliver(poste.ctx)
    assert not mails(serveur)
    assert droits.erase(poste.abonnes, ADRESSE, poste.now)
    assert not [f.name for f in poste.chemin.rglob("*") if f.is_file() and ADRESSE.encode() in f.read_bytes().lower()]
