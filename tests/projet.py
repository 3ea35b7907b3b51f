"""A project folder whose sources are on loopback: the smallest files that are valid, or those we ship."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tests.petit_projet import write_project
from veille import settings

ORGANISATION = """\
nom = "Concertation des Essais (exemple fictif)"
sigle = "CDE"
site = "https://essais.exemple.invalid/"
courriel = "veille@essais.exemple.invalid"
telephone = "450 555-0100"
adresse_postale = "1, rue des Essais, Ville-Fictive (Québec) A0A 0A0"

[expediteur]
nom = "Concertation des Essais (exemple fictif)"
courriel = "veille@essais.exemple.invalid"

[renseignements_personnels]
nom = "Personne responsable (exemple fictif)"
titre = "Direction"
courriel = "confidentialite@essais.exemple.invalid"

[reseau]
hotes_permis = ["127.0.0.1"]
espacement_s = 0
delai_total_s = 2
"""


def source(slug: str, adresse: str, **cles: str) -> str:
    """One `[[source]]` table."""
    champs = {"nom": f"{slug} (exemple fictif)", "url": adresse, "genre": "flux", "etat": "active", **cles}
    lignes = [f'{cle} = "{valeur}"' for cle, valeur in champs.items()]
    return f'[[source]]\nslug = "{slug}"\nadresse = "{adresse}"\n' + "\n".join(lignes) + "\n"


def make(dossier: Path, sources: Iterable[str], *, livres: bool = False) -> Path:
    """Write small files in `dossier` (`livres`: those we ship), with these sources and a fictional organisation."""
    if livres:
        settings.initialise(dossier)
    else:
        write_project(dossier)
    (dossier / "sources.toml").write_text("\n".join(sources) or "source = []\n", encoding="utf-8")
    (dossier / "organisation.toml").write_text(ORGANISATION, encoding="utf-8")
    return dossier


def rss(*entrees: str, titre: str = "Fil d’essai") -> bytes:
    """An RSS feed of these `<item>` contents."""
    corps = "".join(f"<item>{entree}</item>" for entree in entrees)
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{titre}</title>{corps}</channel></rss>'.encode()


def entree(identifiant: str, titre: str, resume: str = "", jour: str = "Sun, 22 Nov 2026 10:00:00 -0500") -> str:
    """The content of one RSS `<item>`."""
    return (
        f"<title>{titre}</title><link>https://exemple.invalid/{identifiant}</link>"
        f"<guid>{identifiant}</guid><pubDate>{jour}</pubDate><description>{resume}</description>"
    )
