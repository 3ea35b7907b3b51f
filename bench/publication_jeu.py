"""An invented archive of published issues: so many stories, twelve an issue, over fourteen audiences and five years."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from bench.revue_jeu import NOW
from veille import settings
from veille.editor import Contenu, to_json
from veille.editor.formes import Element, Evenement, Lien, Limite, Nom, Rubrique
from veille.francais import format_day, local_day
from veille.model import Dossier
from veille.store import digests, jugements
from veille.store.connexion import stamp
from veille.store.schema import open_store

PAR_BULLETIN = 12
DUREE = timedelta(days=5 * 365)
_MOTS = (
    "logement loyer famille transport municipalité entraide banque alimentaire aînés jeunes santé école garderie budget projet "
    "région comité appel rapport mesure programme citoyens organisme bénévole hiver épicerie autobus coopérative rénovation "
    "quartier consultation atelier formation financement partenaires intervention itinérance immigration climat parc marché"
)
MOTS = _MOTS.split()


def build(dossier: Path, nombre: int) -> Dossier:
    """A folder with the staff files as shipped and so many published stories; returns it read."""
    lu = settings.load(settings.shipped())
    dossier.mkdir(parents=True, exist_ok=True)
    c = open_store(dossier)
    try:
        digests.sync_audiences(c, lu.audiences)
        jugements.sync_references(c, lu.taxonomie, lu.gazetier)
        c.execute(
            "PRAGMA foreign_keys = OFF"
        )  # Items themselves are not the subject: only what was shown of them is read.
        c.execute("BEGIN")
        _issues(c, lu, nombre)
        c.execute("COMMIT")
    finally:
        c.close()
    return lu


def _issues(c: sqlite3.Connection, lu: Dossier, nombre: int) -> None:
    publics = [a for a in lu.audiences if a.visibilite == "publique"]
    total = nombre // PAR_BULLETIN
    elements = _stories(lu)
    numeros: dict[str, int] = {}
    for rang in range(total):
        audience = publics[rang % len(publics)]
        numero = numeros[audience.slug] = numeros.get(audience.slug, 0) + 1
        quand = NOW - DUREE + DUREE * (rang + 1) / total
        contenu = _content(audience.slug, audience.nom, numero, quand, list(itertools.islice(elements, PAR_BULLETIN)))
        c.execute(
            "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, approuve_a, approuve_par,"
            " publie_a, publie_par, contenu) VALUES (?1, ?2, ?3, ?4, ?5, 'banc', ?5, 'banc', ?5, 'banc', ?6)",
            (audience.slug, numero, contenu.titre, contenu.date_le, stamp(quand), to_json(contenu)),
        )


def _content(slug: str, nom: str, numero: int, quand: datetime, elements: list[Element]) -> Contenu:
    jour = local_day(quand)
    rubriques = tuple(Rubrique(cle, cle, tuple(elements[i::3])) for i, cle in enumerate(("agir", "autres", "agenda")))
    return Contenu(
        audience=Nom(slug, nom),
        numero=numero,
        titre=f"Bulletin de veille : {nom}",
        date_le=jour.isoformat(),
        date=format_day(jour),
        objet=f"Veille {numero}",
        identifiant=f"tag:exemple.invalid,{jour}:veille/{slug}/{numero}",
        en_bref=tuple(e.titre for e in elements[:3]),
        rubriques=rubriques,
        publique=True,
    )


def _stories(lu: Dossier) -> Iterator[Element]:
    """Stories without end, none like another; a tenth are told twice, as several audiences share them."""
    hasard = random.Random(9)
    themes = [Nom(t.slug, t.nom) for t in lu.taxonomie.thematiques]
    lieux = [Nom(t.slug, t.nom) for t in lu.gazetier.territoires if t.genre in ("mrc", "municipalite")]
    types = [Nom(t.slug, t.nom) for t in lu.taxonomie.types]
    for item_id in itertools.count(1):
        jour = (NOW - DUREE * hasard.random()).date()
        e = Element(
            item_id=item_id,
            titre=" ".join(hasard.choices(MOTS, k=9)).capitalize(),
            source=Nom(f"source-{item_id % 200}", f"Source fictive {item_id % 200}"),
            auteur="non indiqué",
            date=f"Publié le {format_day(jour)}",
            resume=" ".join(hasard.choices(MOTS, k=55)) + ".",
            pourquoi=" ".join(hasard.choices(MOTS, k=18)) + ".",
            cote="B",
            publie_le=jour.isoformat(),
            vu_le=jour.isoformat(),
            langue="fr",
            type=hasard.choice(types),
            thematiques=tuple(hasard.sample(themes, 2)),
            territoires=(hasard.choice(lieux),),
            lien=Lien(f"https://exemple.invalid/{item_id}", "Lire l’original"),
            limite=Limite(jour.isoformat(), format_day(jour), "") if item_id % 5 == 0 else None,
            evenement=Evenement(jour.isoformat(), format_day(jour)) if item_id % 7 == 0 else None,
        )
        yield e
        if item_id % 10 == 0:
            yield e
