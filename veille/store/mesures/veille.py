"""What the watch did in a period: readings planned and made, choices, items published, themes and places covered."""

from __future__ import annotations

import json
import math
import sqlite3
from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any, get_args

from veille.cadence import PAS
from veille.evaluation import ElementDiffuse, FaitsVeille, Lecture, Numero, PublicSuivi, SourceSuivie, Theme, Tranchee
from veille.francais import local_day
from veille.model import SAISIE_A_LA_MAIN, Audience
from veille.periodes import Periode
from veille.store.connexion import stamp, unstamp
from veille.store.mesures.bornes import after, midnight, stamps

MOIS = timedelta(days=30)
JOUR_S = 86_400

# The last choice made of each story in the period, as things stood at its end: later ones are of later periods.
_VERDICTS = """
    SELECT m.groupe_id, max(d.id), d.item_id, d.genre, d.prise_a
    FROM (
        SELECT DISTINCT n.groupe_id FROM decisions r CROSS JOIN membres n ON n.item_id = r.item_id
        WHERE r.prise_a >= :debut AND r.prise_a < :fin
    ) t
    CROSS JOIN membres m ON m.groupe_id = t.groupe_id
    CROSS JOIN decisions_valides d ON d.item_id = m.item_id
    WHERE d.genre IN ('retenir', 'ecarter', 'plus_tard', 'remettre') AND d.prise_a < :fin
    GROUP BY m.groupe_id HAVING d.prise_a >= :debut
"""


TOUT: frozenset[Lecture] = frozenset(get_args(Lecture))
COMPTES = TOUT - {"lignes"}


def read(c: sqlite3.Connection, periode: Periode, jusque: datetime, quoi: frozenset[Lecture] = TOUT) -> FaitsVeille:
    """Counts and rows of the period, nothing from `jusque` on. `quoi`: what is wanted; the rest is left empty."""
    bornes = stamps(periode, jusque)
    dernier = local_day(min(after(periode.fin), jusque) - timedelta(seconds=1))
    verdicts = _verdicts(c, bornes) if "verdicts" in quoi else {}
    return FaitsVeille(
        retenues=verdicts.get("retenir", 0),
        ecartees=verdicts.get("ecarter", 0),
        tranchees=_settled(c, bornes) if {"verdicts", "lignes"} <= quoi else (),
        sources=_sources(c, periode, jusque, plages="plages" in quoi) if "sources" in quoi else (),
        publics=_audiences(c, jusque) if "publics" in quoi else (),
        diffuses=_published(c, periode, jusque) if "diffuses" in quoi else (),
        themes=_themes(c, dernier) if "themes" in quoi else (),
        mrc_couvertes=_places(c, dernier) if "themes" in quoi else frozenset(),
    )


def _verdicts(c: sqlite3.Connection, bornes: dict[str, str]) -> dict[str, int]:
    return dict(c.execute(f"SELECT genre, count(*) FROM ({_VERDICTS}) GROUP BY genre", bornes).fetchall())


def _settled(c: sqlite3.Connection, bornes: dict[str, str]) -> tuple[Tranchee, ...]:
    lignes = c.execute(
        f"SELECT v.item_id, i.titre, v.genre, v.prise_a FROM ({_VERDICTS}) v CROSS JOIN items i ON i.id = v.item_id"
        " WHERE v.genre IN ('retenir', 'ecarter') ORDER BY v.prise_a, v.item_id",
        bornes,
    )
    return tuple(Tranchee(x[0], x[1], x[2], local_day(unstamp(x[3]))) for x in lignes)


def _sources(
    c: sqlite3.Connection, periode: Periode, jusque: datetime, *, plages: bool = True
) -> tuple[SourceSuivie, ...]:
    """Active sources that the watch reads by itself. Those taken out of the file count until the day they were."""
    lignes = c.execute(
        """
        SELECT s.id, s.slug, s.nom, s.rythme, s.inscrite_a, s.retiree_a,
            (SELECT debut_a FROM collectes x WHERE x.source_id = s.id ORDER BY x.id LIMIT 1) AS premiere_a,
            (SELECT max(i.vu_a) FROM items i WHERE i.source_id = s.id AND i.vu_a < :fin) AS dernier_a
        FROM sources s
        WHERE s.etat = 'active' AND s.genre <> 'manuel' AND s.categorie <> :manuelle
            AND (s.retiree_a IS NULL OR s.retiree_a > :debut) AND s.inscrite_a < :fin
        ORDER BY s.slug
        """,
        {**stamps(periode, jusque), "manuelle": SAISIE_A_LA_MAIN},
    ).fetchall()
    return tuple(
        SourceSuivie(
            x["slug"],
            x["nom"],
            *(_slots(c, x, periode, jusque) if plages else (0, 0)),
            local_day(unstamp(x["dernier_a"])) if x["dernier_a"] else None,
        )
        for x in lignes
    )


def _slots(c: sqlite3.Connection, source: sqlite3.Row, periode: Periode, jusque: datetime) -> tuple[int, int]:
    """Slots planned in the period and those with a reading that succeeded.

    Slots follow one another from the day of the first reading (of the inscription, before any), each as long as the
    rhythm says, and belong to the period where they begin: those of quarters add up to those of the year. One that is
    not over yet counts once it was tried, whether that succeeded or not.
    """
    pas = PAS[source["rythme"]].total_seconds()
    ancre = midnight(local_day(unstamp(source["premiere_a"] or source["inscrite_a"])))
    limite = min(jusque, unstamp(source["retiree_a"])) if source["retiree_a"] else jusque
    premiere = max(0, math.ceil((midnight(periode.debut) - ancre).total_seconds() / pas))
    derniere = math.ceil((after(periode.fin) - ancre).total_seconds() / pas) - 1
    finies = min(derniere, math.floor((limite - ancre).total_seconds() / pas) - 1)
    if derniere < premiere:
        return 0, 0
    ligne = c.execute(
        # Half a second more: an instant in days is not exact, and a reading at the very start of a slot is of that slot.
        "SELECT count(DISTINCT CAST((julianday(debut_a) - julianday(:ancre) + :demie) * :par_jour AS INTEGER))"
        " FILTER (WHERE issue <> 'echec'), max(debut_a) FROM collectes WHERE source_id = :source"
        " AND debut_a >= :debut AND debut_a < :fin",
        {
            "ancre": stamp(ancre),
            "demie": 0.5 / JOUR_S,
            "par_jour": JOUR_S / pas,
            "source": source["id"],
            "debut": stamp(ancre + timedelta(seconds=premiere * pas)),
            "fin": stamp(min(limite, ancre + timedelta(seconds=(derniere + 1) * pas))),
        },
    ).fetchone()
    en_cours = ligne[1] is not None and (unstamp(ligne[1]) - ancre).total_seconds() // pas > finies
    return max(0, finies - premiere + 1) + int(en_cours), int(ligne[0])


def _audiences(c: sqlite3.Connection, jusque: datetime) -> tuple[PublicSuivi, ...]:
    """Audiences that have had an issue of their own, with every issue and the days that someone chose to skip."""
    numeros: dict[str, list[Numero]] = defaultdict(list)
    for x in c.execute(
        "SELECT id, audience, titre, compose_a, publie_a FROM digests WHERE genre IN ('bulletin', 'avis')"
        " AND compose_a < ? ORDER BY id",
        (stamp(jusque),),
    ):
        publie = local_day(unstamp(x["publie_a"])) if x["publie_a"] else None
        numeros[x["audience"]].append(Numero(x["id"], x["titre"], local_day(unstamp(x["compose_a"])), publie))
    sautes: dict[str, set[date]] = defaultdict(set)
    for x in c.execute("SELECT audience, prevu_le, choix, max(id) FROM semaines_minces GROUP BY audience, prevu_le"):
        if x["choix"] in ("reporter", "sauter"):
            sautes[x["audience"]].add(date.fromisoformat(x["prevu_le"]))
    return tuple(
        PublicSuivi(_audience(x), tuple(numeros[x["slug"]]), frozenset(sautes[x["slug"]]))
        for x in c.execute("SELECT slug, nom, rythme, jour FROM audiences ORDER BY rowid").fetchall()
        if x["slug"] in numeros
    )


def _audience(ligne: sqlite3.Row) -> Audience:
    valeurs: dict[str, Any] = {"rythme": ligne["rythme"], "jour": ligne["jour"]}
    return Audience(ligne["slug"], ligne["nom"], **valeurs)


def _published(c: sqlite3.Connection, periode: Periode, jusque: datetime) -> tuple[ElementDiffuse, ...]:
    """Each item of the issues and alerts dated in the period, at the first of them."""
    premiers: dict[int, tuple[sqlite3.Row, bool]] = {}
    utiles = _useful(c, jusque)
    for digest in c.execute(
        "SELECT id, contenu FROM digests WHERE publie_a IS NOT NULL AND genre IN ('bulletin', 'alerte')"
        " AND date_le BETWEEN ? AND ? AND publie_a < ? ORDER BY publie_a, id",
        (periode.debut.isoformat(), periode.fin.isoformat(), stamp(jusque)),
    ).fetchall():
        expliques = _explained(digest["contenu"])
        for x in c.execute(
            "SELECT di.item_id, i.titre, d.id AS digest_id, d.date_le, d.publie_a AS diffuse_a, i.publie_a, i.date_douteuse"
            " FROM digest_items di JOIN digests d ON d.id = di.digest_id JOIN items i ON i.id = di.item_id"
            " WHERE di.digest_id = ? AND di.retire_a IS NULL ORDER BY di.rang, di.item_id",
            (digest["id"],),
        ):
            premiers.setdefault(x["item_id"], (x, x["item_id"] in expliques))
    return tuple(_element(x, pourquoi, x["item_id"] in utiles) for x, pourquoi in premiers.values())


def _element(x: sqlite3.Row, pourquoi: bool, utile: bool) -> ElementDiffuse:
    sure = x["publie_a"] and not x["date_douteuse"] and x["publie_a"] <= x["diffuse_a"]
    delai = (unstamp(x["diffuse_a"]) - unstamp(x["publie_a"])).total_seconds() / JOUR_S if sure else None
    jour = date.fromisoformat(x["date_le"])
    return ElementDiffuse(x["item_id"], x["titre"], jour, x["digest_id"], delai, pourquoi, utile)


def _explained(contenu: str | None) -> set[int]:
    """Items of an issue that say why they matter here."""
    rubriques = json.loads(contenu or "{}").get("rubriques", ())
    return {e["item_id"] for r in rubriques for e in r.get("elements", ()) if e.get("pourquoi", "").strip()}


def _useful(c: sqlite3.Connection, jusque: datetime) -> set[int]:
    """Items that a reader found useful or used."""
    lignes = c.execute(
        "SELECT DISTINCT item_id FROM votes WHERE valeur IN ('utile', 'utilise') AND recu_le < ?", (stamp(jusque),)
    )
    return {x[0] for x in lignes}


def _themes(c: sqlite3.Connection, dernier: date) -> tuple[Theme, ...]:
    couverts = _covered(c, "thematique", dernier)
    return tuple(
        Theme(x["slug"], x["nom"], x["etat"], _day(x["validee_le"]), _day(x["revue_le"]), x["slug"] in couverts)
        for x in c.execute("SELECT slug, nom, etat, validee_le, revue_le FROM thematiques ORDER BY rowid")
    )


def _places(c: sqlite3.Connection, dernier: date) -> frozenset[str]:
    return _covered(c, "territoire", dernier)


def _covered(c: sqlite3.Connection, genre: str, dernier: date) -> frozenset[str]:
    """Themes, or MRC, with a story not rejected in the last month."""
    table, seules = ("thematiques", "") if genre == "thematique" else ("territoires", "WHERE t.genre = 'mrc'")
    lignes = c.execute(
        f"SELECT slug FROM (SELECT t.slug, EXISTS (SELECT 1 FROM file_etiquettes e CROSS JOIN file_revue f"
        " ON f.groupe_id = e.groupe_id AND f.etat <> 'ecarte'"
        f" WHERE e.genre = :genre AND e.valeur = t.slug AND e.jour_le > :depuis AND e.jour_le <= :dernier) AS couvert"
        f" FROM {table} t {seules}) WHERE couvert",
        {"genre": genre, "depuis": (dernier - MOIS).isoformat(), "dernier": dernier.isoformat()},
    )
    return frozenset(x[0] for x in lignes)


def _day(texte: str | None) -> date | None:
    return date.fromisoformat(texte) if texte else None
