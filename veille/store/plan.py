"""The action plan in the database: what plan.toml says, and which published digests serve each of its elements."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import blake2b

from veille.evaluation import Activite, Livrable
from veille.model import Indicateur, Moyen, Objectif, Orientation, Plan, SousMoyen
from veille.store.connexion import stamp, transaction

# Raised when the tables hold more of plan.toml than before: a plan already there is then written again.
FORME = "1"


def sync(c: sqlite3.Connection, plan: Plan, now: datetime) -> None:
    """Make the tables say what plan.toml says; an element taken out of the file keeps its row."""
    empreinte = blake2b(f"{FORME} {plan!r}".encode(), digest_size=16).hexdigest()
    charge = c.execute("SELECT slug, empreinte FROM plans ORDER BY charge_a DESC, id DESC LIMIT 1").fetchone()
    if charge is None or tuple(charge) != (plan.slug, empreinte):
        with transaction(c):
            _write(c, plan, empreinte, now)


def _write(c: sqlite3.Connection, plan: Plan, empreinte: str, now: datetime) -> None:
    plan_id = _upsert(
        c,
        "plans",
        ("slug",),
        {
            "slug": plan.slug,
            "titre": plan.titre,
            "organisation": plan.organisation,
            "debut": plan.debut,
            "fin": plan.fin,
            "bilan_le": plan.bilan_le.isoformat(),
            "colonnes": _json(plan.colonnes),
            "empreinte": empreinte,
            "charge_a": stamp(now),
        },
    )
    orientations = {o.id: _element(c, "plan_orientations", plan_id, _orientation(o)) for o in plan.orientations}
    objectifs = {
        o.id: _element(c, "plan_objectifs", plan_id, _objectif(o, orientations[o.orientation])) for o in plan.objectifs
    }
    moyens = {m.id: _element(c, "plan_moyens", plan_id, _moyen(m, objectifs[m.objectif])) for m in plan.moyens}
    for sous_moyen in plan.sous_moyens:
        _element(c, "plan_sous_moyens", plan_id, _sous_moyen(sous_moyen, moyens[sous_moyen.moyen]))
    for indicateur in plan.indicateurs:
        _element(c, "plan_indicateurs", plan_id, _indicateur(indicateur, moyens[indicateur.moyen]))
    _withdraw(c, plan_id, plan, now)


def deliverables(c: sqlite3.Connection, debut: date, au: date) -> list[Livrable]:
    """Digests published from the first day to the last, both included, oldest first."""
    lignes = c.execute(
        """
        SELECT d.id, d.audience, a.nom, a.visibilite, d.titre, d.date_le,
            (SELECT count(*) FROM digest_items i WHERE i.digest_id = d.id AND i.retire_a IS NULL) AS items,
            (SELECT json_group_array(element) FROM digest_plan p WHERE p.digest_id = d.id) AS elements
        FROM digests d JOIN audiences a ON a.slug = d.audience
        WHERE d.publie_a IS NOT NULL AND d.date_le BETWEEN ? AND ? ORDER BY d.date_le, d.id
        """,
        (debut.isoformat(), au.isoformat()),
    )
    return [
        Livrable(
            digest_id=ligne["id"],
            audience=ligne["audience"],
            audience_nom=ligne["nom"],
            visibilite=ligne["visibilite"],
            titre=ligne["titre"],
            date_le=date.fromisoformat(ligne["date_le"]),
            items=ligne["items"],
            elements=tuple(json.loads(ligne["elements"])),
        )
        for ligne in lignes
    ]


def activity(c: sqlite3.Connection, debut: datetime, fin: datetime) -> Activite:
    """Counts of what was collected and decided from `debut` up to, not including, `fin`."""
    bornes = (stamp(debut), stamp(fin))
    lectures = c.execute(
        "SELECT count(DISTINCT source_id) FILTER (WHERE issue <> 'echec'), count(*),"
        " count(*) FILTER (WHERE issue <> 'echec') FROM collectes"
        " WHERE debut_a >= ? AND debut_a < ?",
        bornes,
    ).fetchone()
    recueil = c.execute(
        "SELECT count(*), count(DISTINCT m.groupe_id) FROM items i LEFT JOIN membres m ON m.item_id = i.id"
        " WHERE i.vu_a >= ? AND i.vu_a < ?",
        bornes,
    ).fetchone()
    verdicts = dict(
        c.execute(
            "SELECT genre, count(*) FROM verdicts WHERE prise_a >= ? AND prise_a < ? GROUP BY genre", bornes
        ).fetchall()
    )
    return Activite(
        sources_lues=lectures[0],
        collectes=lectures[1],
        collectes_reussies=lectures[2],
        items=recueil[0],
        histoires=recueil[1],
        retenues=verdicts.get("retenir", 0),
        ecartees=verdicts.get("ecarter", 0),
    )


def _orientation(o: Orientation) -> dict[str, object]:
    return {"code": o.id, "nom": o.nom, "cible": o.cible}


def _objectif(o: Objectif, orientation_id: int) -> dict[str, object]:
    return {"code": o.id, "orientation_id": orientation_id, "texte": o.texte}


def _moyen(m: Moyen, objectif_id: int) -> dict[str, object]:
    return {
        "code": m.id,
        "objectif_id": objectif_id,
        "texte": m.texte,
        "echeance": m.echeance.texte,
        "echeance_debut": m.echeance.debut,
        "echeance_fin": m.echeance.fin,
        "resultats": _json(m.resultats),
        "responsables": _json(m.responsables),
        "collaborations": _json(m.collaborations),
        "priorite": m.priorite,
    }


def _sous_moyen(s: SousMoyen, moyen_id: int) -> dict[str, object]:
    return {"code": s.id, "moyen_id": moyen_id, "texte": s.texte}


def _indicateur(i: Indicateur, moyen_id: int) -> dict[str, object]:
    return {
        "code": i.id,
        "moyen_id": moyen_id,
        "texte": i.texte,
        "calcul": i.calcul,
        "origine": i.origine,
        "comment": i.comment,
    }


def _element(c: sqlite3.Connection, table: str, plan_id: int, valeurs: dict[str, object]) -> int:
    return _upsert(c, table, ("plan_id", "code"), {"plan_id": plan_id, **valeurs, "retire_a": None})


def _upsert(c: sqlite3.Connection, table: str, cle: Sequence[str], valeurs: dict[str, object]) -> int:
    noms = list(valeurs)
    maj = ", ".join(f"{nom} = excluded.{nom}" for nom in noms if nom not in cle)
    ligne = c.execute(
        f"INSERT INTO {table} ({', '.join(noms)}) VALUES ({', '.join('?' * len(noms))})"
        f" ON CONFLICT ({', '.join(cle)}) DO UPDATE SET {maj} RETURNING id",
        tuple(valeurs.values()),
    ).fetchone()
    return int(ligne["id"])


def _withdraw(c: sqlite3.Connection, plan_id: int, plan: Plan, now: datetime) -> None:
    lots: tuple[tuple[str, Iterable[str]], ...] = (
        ("plan_orientations", (o.id for o in plan.orientations)),
        ("plan_objectifs", (o.id for o in plan.objectifs)),
        ("plan_moyens", (m.id for m in plan.moyens)),
        ("plan_sous_moyens", (s.id for s in plan.sous_moyens)),
        ("plan_indicateurs", (i.id for i in plan.indicateurs)),
    )
    for table, codes in lots:
        c.execute(
            f"UPDATE {table} SET retire_a = ? WHERE plan_id = ? AND retire_a IS NULL"
            " AND code NOT IN (SELECT value FROM json_each(?))",
            (stamp(now), plan_id, _json(tuple(codes))),
        )


def _json(valeurs: Sequence[str]) -> str:
    return json.dumps(valeurs, ensure_ascii=False)
