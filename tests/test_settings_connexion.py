"""The optional `[connexion]` table of organisation.toml: a proxy in front, or a fault told with its key."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.petit_projet import faults, write_project
from veille import settings as reglages
from veille.model import ConnexionEquipe

TABLE = "\n[connexion]\n"


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return write_project(tmp_path / "projet")


def write(projet: Path, *lignes: str) -> None:
    fichier = projet / "organisation.toml"
    fichier.write_text(fichier.read_text(encoding="utf-8") + TABLE + "\n".join(lignes) + "\n", encoding="utf-8")


def test_without_the_table_everyone_has_a_password(projet: Path) -> None:
    assert reglages.load(projet).organisation.connexion == ConnexionEquipe()


def test_a_header_and_the_proxy_s_networks_are_read(projet: Path) -> None:
    write(projet, 'entete = "X-Identifiant"', 'mandataires = ["127.0.0.1", "10.1.0.0/16", "2001:db8::/32"]')
    lu = reglages.load(projet).organisation.connexion
    assert (lu.entete, len(lu.mandataires)) == ("X-Identifiant", 3)


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (('entete = "X-Identifiant"',), "clé mandataires ; obligatoire"),
        (('mandataires = ["127.0.0.1"]',), "clé entete ; obligatoire"),
        (
            ('entete = "Cookie"', 'mandataires = ["127.0.0.1"]'),
            "clé entete : « Cookie » ; attendu : le nom d’un en-tête",
        ),
        (('entete = "x-forwarded-for"', 'mandataires = ["127.0.0.1"]'), "clé entete : « x-forwarded-for »"),
        (('entete = "X Nom"', 'mandataires = ["127.0.0.1"]'), "clé entete : « X Nom »"),
        (('entete = "X-Prénom"', 'mandataires = ["127.0.0.1"]'), "clé entete : « X-Prénom »"),
        (('entete = "X-A"', 'mandataires = ["partout"]'), "clé mandataires : « partout » ; attendu : une adresse IP"),
        (('entete = "X-A"', 'mandataires = ["0.0.0.0/0"]'), "clé mandataires : « 0.0.0.0/0 » ; attendu"),
        (('entete = "X-A"', 'mandataires = "127.0.0.1"'), "clé mandataires : « 127.0.0.1 » ; attendu : une liste"),
        (("entete = 3", 'mandataires = ["127.0.0.1"]'), "clé entete : « 3 » ; attendu : un texte"),
        (('secret = "x"',), "clé secret ; clé inconnue"),
    ],
)
def test_a_fault_names_the_file_the_table_and_the_key(projet: Path, lignes: tuple[str, ...], attendu: str) -> None:
    write(projet, *lignes)
    assert any(f.startswith("organisation.toml, [connexion], ") and attendu in f for f in faults(projet)), faults(
        projet
    )
