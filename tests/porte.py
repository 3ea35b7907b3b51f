"""The door of the staff site in tests: a running site where Camille has a password, and a clock that a test moves."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from tests.navigateur import NOW, Visiteur, account, fill, running_site

PHRASE = "trois petits canots bleus"


class Horloge:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.maintenant = NOW

    def __call__(self) -> datetime:
        return self.maintenant

    def avance(self, **duree: float) -> None:
        self.maintenant += timedelta(**duree)


class Site:
    """A running staff site where Camille has a password, and who comes to its door."""

    def __init__(self, dossier: Path, adresse: str, horloge: Horloge) -> None:
        self.dossier = dossier
        self.adresse = adresse
        self.horloge = horloge

    def visitor(self) -> Visiteur:
        return Visiteur(self.adresse)

    def attempt(
        self, visiteur: httpx.Client, mot_de_passe: str, identifiant: str = "camille.exemple", **champs: str
    ) -> httpx.Response:
        """Type an identifier and a password on the sign-in page."""
        page = visiteur.get("/connexion")
        jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
        assert jeton, page.text
        donnees = {"csrftoken": jeton[1], "identifiant": identifiant, "mot_de_passe": mot_de_passe, **champs}
        return visiteur.post("/connexion", data=donnees)


@contextlib.contextmanager
def open_door(dossier: Path) -> Iterator[Site]:
    """The site of a new folder, where Camille alone has an account."""
    horloge = Horloge()
    account(fill(dossier, 2), mot_de_passe=PHRASE)
    with running_site(dossier, clock=horloge) as lien:
        yield Site(dossier, lien.partition("/connexion")[0], horloge)


def words(reponse: httpx.Response) -> str:
    return html.unescape(reponse.text).replace("\u00a0", " ").replace("\u202f", " ")
