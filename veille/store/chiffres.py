"""The watch in figures: counts of rows over a period, and nothing that is not in the rows. Deciding what to say of them
is for the page."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from statistics import median

from veille.appreciation.formes import Chiffres, Croisement
from veille.store.connexion import stamp, unstamp
from veille.store.decisions import VERDICTS_ENTRE

JAMAIS = datetime(9999, 1, 1, tzinfo=UTC)

__all__ = ["Chiffres", "Croisement", "read"]


def read(
    c: sqlite3.Connection, depuis: datetime, jour: date, avant: datetime = JAMAIS, dernier: date = date.max
) -> Chiffres:
    """Everything since `depuis`, up to, not including, `avant`; for what the queue keeps by day, from `jour` to `dernier`."""
    cle = {"depuis": stamp(depuis), "jour": jour.isoformat(), "avant": stamp(avant), "dernier": dernier.isoformat()}
    verdicts = dict(c.execute(f"SELECT genre, count(*) FROM ({VERDICTS_ENTRE}) GROUP BY genre", cle).fetchall())
    proposes, gardes = _themes(c, cle)
    delais = _delays(c, _DECIDEES, cle)
    parues = _delays(c, _DIFFUSEES, cle)
    return Chiffres(
        items=_one(c, "SELECT count(*) FROM items WHERE vu_a >= :depuis AND vu_a < :avant", cle),
        nouvelles=_one(
            c,
            "SELECT count(DISTINCT m.groupe_id) FROM items i CROSS JOIN membres m ON m.item_id = i.id"
            " WHERE i.vu_a >= :depuis AND i.vu_a < :avant",
            cle,
        ),
        retenues=verdicts.get("retenir", 0),
        ecartees=verdicts.get("ecarter", 0),
        plus_tard=verdicts.get("plus_tard", 0),
        raisons=_reasons(c, cle),
        proposes=proposes,
        gardes=gardes,
        ajoutes=_added(c, cle),
        delai_jours=median(delais) if delais else None,
        dates=len(delais),
        bulletins=_one(c, "SELECT count(*) FROM digests WHERE publie_a >= :depuis AND publie_a < :avant", cle),
        fraicheur_jours=median(parues) if parues else None,
        diffusees=len(parues),
        mrc=mrc_names(c),
        croisements=_coverage(c, cle),
    )


_DECIDEES = f"""
    SELECT v.prise_a AS fin, i.publie_a FROM ({VERDICTS_ENTRE}) v CROSS JOIN items i ON i.id = v.item_id
    WHERE v.genre IN ('retenir', 'ecarter')
        AND i.publie_a IS NOT NULL AND i.date_douteuse = '' AND i.publie_a <= v.prise_a
"""
_DIFFUSEES = """
    SELECT d.publie_a AS fin, i.publie_a FROM digests d JOIN digest_items di ON di.digest_id = d.id
    JOIN items i ON i.id = di.item_id
    WHERE d.publie_a >= :depuis AND d.publie_a < :avant AND di.retire_a IS NULL
        AND i.publie_a IS NOT NULL AND i.date_douteuse = '' AND i.publie_a <= d.publie_a
"""


def mrc_names(c: sqlite3.Connection) -> dict[str, str]:
    """Slug → name of every MRC, in staff's order."""
    return dict(c.execute("SELECT slug, nom FROM territoires WHERE genre = 'mrc' ORDER BY rowid").fetchall())


def _one(c: sqlite3.Connection, requete: str, cle: dict[str, str]) -> int:
    return int(c.execute(requete, cle).fetchone()[0])


def _reasons(c: sqlite3.Connection, cle: dict[str, str]) -> tuple[tuple[str, int], ...]:
    lignes = c.execute(
        f"SELECT coalesce(m.nom, v.raison), count(*) AS nombre FROM ({VERDICTS_ENTRE}) v"
        " LEFT JOIN motifs m ON m.code = v.raison WHERE v.genre = 'ecarter' GROUP BY v.raison ORDER BY nombre DESC, 1",
        cle,
    )
    return tuple((nom, nombre) for nom, nombre in lignes)


def _themes(c: sqlite3.Connection, cle: dict[str, str]) -> tuple[int, int]:
    """Themes proposed when a story was kept, or rejected as being of no theme; and those the team left in place."""
    ligne = c.execute(
        f"""
        SELECT count(*), coalesce(sum(v.genre = 'retenir' AND e.groupe_id IS NOT NULL), 0)
        FROM ({VERDICTS_ENTRE}) v CROSS JOIN decisions d ON d.id = v.decision_id
        CROSS JOIN suggestions s ON s.item_id = d.item_id AND s.classement_id = d.classement_id
            AND +s.genre = 'thematique' AND s.etat = 'retenu'
        LEFT JOIN motifs m ON m.code = v.raison
        LEFT JOIN file_etiquettes e ON e.groupe_id = v.groupe_id AND e.genre = 'thematique' AND e.valeur = s.valeur
        WHERE v.genre = 'retenir' OR (v.genre = 'ecarter' AND m.sens = 'theme')
        """,
        cle,
    ).fetchone()
    return int(ligne[0]), int(ligne[1])


def _added(c: sqlite3.Connection, cle: dict[str, str]) -> int:
    """Themes that kept stories bear now and nobody had proposed: what the team had to add."""
    return _one(
        c,
        f"""
        SELECT count(*) FROM ({VERDICTS_ENTRE}) v CROSS JOIN decisions d ON d.id = v.decision_id
        CROSS JOIN file_etiquettes e ON e.groupe_id = v.groupe_id AND e.genre = 'thematique'
        CROSS JOIN thematiques t ON t.slug = e.valeur
        WHERE v.genre = 'retenir' AND d.classement_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM suggestions s WHERE s.item_id = d.item_id AND s.classement_id = d.classement_id
                AND s.genre = 'thematique' AND s.etat = 'retenu' AND s.valeur = e.valeur)
        """,
        cle,
    )


def _delays(c: sqlite3.Connection, requete: str, cle: dict[str, str]) -> list[float]:
    """Days from publication to the end of each row."""
    return [
        (unstamp(ligne["fin"]) - unstamp(ligne["publie_a"])).total_seconds() / 86_400
        for ligne in c.execute(requete, cle)
    ]


def _coverage(c: sqlite3.Connection, cle: dict[str, str]) -> tuple[Croisement, ...]:
    """Stories collected and not rejected, by theme and MRC. Starts from the places, whose labels have a day's index."""
    lignes = c.execute(
        """
        SELECT h.valeur AS thematique, l.slug AS mrc, count(*) AS nouvelles
        FROM territoires l
        CROSS JOIN file_etiquettes e ON e.genre = 'territoire' AND e.valeur = l.slug AND e.jour_le BETWEEN :jour AND :dernier
        CROSS JOIN file_revue f ON f.groupe_id = e.groupe_id AND f.etat <> 'ecarte'
        CROSS JOIN file_etiquettes h ON h.groupe_id = e.groupe_id AND h.genre = 'thematique'
        CROSS JOIN thematiques t ON t.slug = h.valeur
        WHERE l.genre = 'mrc' GROUP BY h.valeur, l.slug
        """,
        cle,
    )
    return tuple(Croisement(ligne["thematique"], ligne["mrc"], ligne["nouvelles"]) for ligne in lignes)
