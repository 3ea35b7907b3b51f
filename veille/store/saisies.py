"""Items that people add by hand: an ordinary item of a source of kind « manuel », grouped, tagged and retained at once.

Such a source is made by a page, not by sources.toml: `sources.sync` leaves it alone. Its rights are the strictest: only
staff's own words are shown. Callers open the transaction.
"""

from __future__ import annotations

import re
import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from veille.addresses import address_key, canonical_address
from veille.francais import FUSEAU, fold
from veille.ingest import fingerprint, remove_emails
from veille.model import SAISIE_A_LA_MAIN, Item
from veille.store import decisions, fiches, file, groupes, items
from veille.store.connexion import stamp
from veille.store.decisions import Decision
from veille.textes import article_of


@dataclass(frozen=True)
class Ajout:
    """What a person says of something read elsewhere. Title, summary and why are their own words."""

    adresse: str
    titre: str
    source: str
    auteur: str
    publie_le: date | None
    resume: str
    pourquoi: str
    thematiques: tuple[str, ...]
    territoires: tuple[str, ...]
    type: str
    date_limite: str = ""


def add(c: sqlite3.Connection, ajout: Ajout, audience: str, par: str, now: datetime) -> int:
    """Record it for this audience under the person's name; returns its item. One already collected is not added twice."""
    connu = _known(c, ajout)
    item_id = connu or _insert(c, ajout, now)
    for acte in _acts(item_id, ajout, audience, par, neuf=connu is None):
        decisions.record(c, acte, now)
    groupe = c.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (item_id,)).fetchone()
    groupe_id = groupe["groupe_id"] if groupe else groupes.place(c, item_id, [], now)
    file.refresh(c, [groupe_id], now)
    return item_id


def is_rejected(c: sqlite3.Connection, ajout: Ajout) -> bool:
    """Whether this was collected already, and someone rejected it."""
    connu = _known(c, ajout)
    fiche = fiches.of_item(c, connu) if connu else None
    return fiche is not None and fiche.verdict == "ecarter"


def _known(c: sqlite3.Connection, ajout: Ajout) -> int | None:
    return items.find(c, canonical_address(ajout.adresse)) or items.find(c, ajout.adresse)


def _acts(item_id: int, ajout: Ajout, audience: str, par: str, *, neuf: bool) -> list[Decision]:
    """Of a story that was collected, its own tags and words stay: those typed are for the issue."""
    retenir = Decision(item_id, "retenir", par)
    if not neuf:
        return [retenir]
    etiquettes = Decision(
        item_id,
        "etiqueter",
        par,
        thematiques=ajout.thematiques,
        territoires=ajout.territoires,
        type=ajout.type,
        date_limite=ajout.date_limite,
    )
    textes = Decision(
        item_id,
        "rediger",
        par,
        titre=ajout.titre,
        resume=ajout.resume,
        pourquoi=ajout.pourquoi,
        audiences=(audience,),
    )
    return [etiquettes, textes, retenir]


def _insert(c: sqlite3.Connection, ajout: Ajout, now: datetime) -> int:
    adresse = canonical_address(ajout.adresse)
    titre = article_of(ajout.source)  # The title typed is staff's: it is told as theirs, never as the source's.
    publie = datetime.combine(ajout.publie_le, time(12), FUSEAU).astimezone(UTC) if ajout.publie_le else None
    item = Item(
        cle=f"adresse:{address_key(adresse)}",
        titre=titre,
        adresse=adresse,
        adresse_origine=ajout.adresse,
        auteur=remove_emails(ajout.auteur),
        publie_a=publie,
        publie_texte="",
        doute="" if publie else "absente",
        langue="fr",
        resume="",
        texte="",
        empreinte=fingerprint(titre, adresse, ""),
    )
    source_id = _source(c, ajout.source, now)
    items.insert(c, source_id, [item], now)
    ligne = c.execute("SELECT id FROM items WHERE source_id = ? AND cle = ?", (source_id, item.cle)).fetchone()
    groupes.place(c, int(ligne["id"]), [], now)
    return int(ligne["id"])


def _source(c: sqlite3.Connection, nom: str, now: datetime) -> int:
    """The source of this name that people type, made if needed."""
    slug = "saisie-" + (re.sub(r"[^a-z0-9]+", "-", fold(nom)).strip("-")[:60] or "source")
    connue = c.execute("SELECT id FROM sources WHERE slug = ?", (slug,)).fetchone()
    if connue:
        return int(connue["id"])
    curseur = c.execute(
        "INSERT INTO sources (slug, nom, url, adresse, genre, etat, categorie, rythme, droits, inscrite_a)"
        " VALUES (?, ?, '', '', 'manuel', 'active', ?, 'mensuel', 'presse', ?)",
        (slug, nom, SAISIE_A_LA_MAIN, stamp(now)),
    )
    return int(curseur.lastrowid or 0)
