"""The action plan in the database: what plan.toml says, key by key, written when the file changes and read back as it was.

Several plans live side by side; the active one is the last that was loaded.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from veille.model import (
    Anomalie,
    Base,
    Cible,
    Echeance,
    Indicateur,
    Moyen,
    Objectif,
    Orientation,
    Plan,
    SousMoyen,
)
from veille.periodes import echeance_days
from veille.store.connexion import stamp, transaction

# Raised when the tables hold more of plan.toml than before: a plan already there is then written again.
FORME = "2"


@dataclass(frozen=True)
class PlanCharge:
    """One plan known to the database. `actif`: the last one loaded."""

    slug: str
    titre: str
    debut: int
    fin: int
    actif: bool


def sync(c: sqlite3.Connection, plan: Plan, now: datetime) -> None:
    """Make the tables say what plan.toml says; an element taken out of the file keeps its row."""
    if _is_new(c, plan):
        with transaction(c):
            write(c, plan, now)


def write(c: sqlite3.Connection, plan: Plan, now: datetime) -> None:
    """The same, inside the caller's transaction. The plan becomes the active one; the rows of the others stay."""
    plan_id = _upsert(c, "plans", ("slug",), _plan(plan) | {"charge_a": stamp(now)})
    orientations = {
        o.id: _element(c, "plan_orientations", plan_id, rang, _orientation(o))
        for rang, o in enumerate(plan.orientations)
    }
    objectifs = {
        o.id: _element(c, "plan_objectifs", plan_id, rang, _objectif(o, orientations[o.orientation]))
        for rang, o in enumerate(plan.objectifs)
    }
    moyens = {
        m.id: _element(c, "plan_moyens", plan_id, rang, _moyen(plan, m, objectifs[m.objectif]))
        for rang, m in enumerate(plan.moyens)
    }
    for rang, sous_moyen in enumerate(plan.sous_moyens):
        _element(c, "plan_sous_moyens", plan_id, rang, _sous_moyen(sous_moyen, moyens[sous_moyen.moyen]))
    for rang, indicateur in enumerate(plan.indicateurs):
        _element(c, "plan_indicateurs", plan_id, rang, _indicateur(indicateur, moyens[indicateur.moyen]))
    _withdraw(c, plan_id, plan, now)


def set_public(c: sqlite3.Connection, public: bool) -> None:
    """Whether the active plan may be shown to the public, as organisation.toml says."""
    if is_public(c) != public:
        with transaction(c):
            c.execute("UPDATE plans SET public = ?", (public,))


def is_public(c: sqlite3.Connection) -> bool:
    """Whether the active plan is shown to the public."""
    x = c.execute("SELECT public FROM plans ORDER BY charge_a DESC, id DESC LIMIT 1").fetchone()
    return bool(x and x["public"])


def known(c: sqlite3.Connection) -> list[PlanCharge]:
    """Every plan ever loaded, the active one first."""
    lignes = c.execute("SELECT slug, titre, debut, fin FROM plans ORDER BY charge_a DESC, id DESC")
    return [PlanCharge(x["slug"], x["titre"], x["debut"], x["fin"], rang == 0) for rang, x in enumerate(lignes)]


def read(c: sqlite3.Connection, slug: str = "") -> Plan | None:
    """A plan as its file says it, withdrawn elements left out; the active one without a name. None when there is none."""
    x = c.execute(
        "SELECT * FROM plans WHERE ?1 IN ('', slug) ORDER BY charge_a DESC, id DESC LIMIT 1", (slug,)
    ).fetchone()
    if x is None:
        return None
    orientations, objectifs, moyens, sous_moyens, indicateurs = (
        _elements(c, table, x["id"])
        for table in ("plan_orientations", "plan_objectifs", "plan_moyens", "plan_sous_moyens", "plan_indicateurs")
    )
    noms = {lot: {ligne["id"]: ligne["code"] for ligne in lignes}
            for lot, lignes in (("o", orientations), ("b", objectifs), ("m", moyens))}  # fmt: skip
    return Plan(
        slug=x["slug"],
        titre=x["titre"],
        organisation=x["organisation"],
        debut=x["debut"],
        fin=x["fin"],
        bilan_le=date.fromisoformat(x["bilan_le"]),
        colonnes=_texts(x["colonnes"]),
        orientations=tuple(Orientation(o["code"], o["nom"], o["cible"]) for o in orientations),
        objectifs=tuple(Objectif(o["code"], noms["o"][o["orientation_id"]], o["texte"], o["note"]) for o in objectifs),
        moyens=tuple(_read_moyen(m, noms["b"][m["objectif_id"]]) for m in moyens),
        sous_moyens=tuple(_read_sous_moyen(s, noms["m"][s["moyen_id"]]) for s in sous_moyens),
        indicateurs=tuple(_read_indicateur(i, noms["m"][i["moyen_id"]]) for i in indicateurs),
        anomalies=tuple(Anomalie(a["code"], tuple(a["ou"]), a["texte"]) for a in json.loads(x["anomalies"])),
        sigle=x["sigle"],
        autre_nom=x["autre_nom"],
        note_propositions=x["note_propositions"],
    )


def _is_new(c: sqlite3.Connection, plan: Plan) -> bool:
    charge = c.execute("SELECT slug, empreinte FROM plans ORDER BY charge_a DESC, id DESC LIMIT 1").fetchone()
    return charge is None or tuple(charge) != (plan.slug, _fingerprint(plan))


def _fingerprint(plan: Plan) -> str:
    return blake2b(f"{FORME} {plan!r}".encode(), digest_size=16).hexdigest()


# ---------------------------------------------------------------- from the file to rows


def _plan(plan: Plan) -> dict[str, object]:
    return {
        "slug": plan.slug,
        "titre": plan.titre,
        "organisation": plan.organisation,
        "debut": plan.debut,
        "fin": plan.fin,
        "bilan_le": plan.bilan_le.isoformat(),
        "colonnes": _json(plan.colonnes),
        "empreinte": _fingerprint(plan),
        "sigle": plan.sigle,
        "autre_nom": plan.autre_nom,
        "note_propositions": plan.note_propositions,
        "anomalies": _json([asdict(a) for a in plan.anomalies]),
    }


def _orientation(o: Orientation) -> dict[str, object]:
    return {"code": o.id, "nom": o.nom, "cible": o.cible}


def _objectif(o: Objectif, orientation_id: int) -> dict[str, object]:
    return {"code": o.id, "orientation_id": orientation_id, "texte": o.texte, "note": o.note}


def _moyen(plan: Plan, m: Moyen, objectif_id: int) -> dict[str, object]:
    du, au = echeance_days(m.echeance, plan) or ("", "")
    return {
        "code": m.id,
        "objectif_id": objectif_id,
        "texte": m.texte,
        "echeance": m.echeance.texte,
        "echeance_debut": m.echeance.debut,
        "echeance_fin": m.echeance.fin,
        "echeances": _json([asdict(e) for e in (m.echeance, *m.phases)]),
        "echeance_du": str(du),
        "echeance_au": str(au),
        "resultats": _json(m.resultats),
        "responsables": _json(m.responsables),
        "collaborations": _json(m.collaborations),
        "priorite": m.priorite,
        "logiciel": m.logiciel,
        "id_attendu": m.id_attendu,
        "note": m.note,
    }


def _sous_moyen(s: SousMoyen, moyen_id: int) -> dict[str, object]:
    return {
        "code": s.id,
        "moyen_id": moyen_id,
        "texte": s.texte,
        "elements": _json(s.elements),
        "cible": _json(s.cible and asdict(s.cible)),
        "logiciel": s.logiciel,
        "texte_source": s.texte_source,
    }


def _indicateur(i: Indicateur, moyen_id: int) -> dict[str, object]:
    tels = (
        "texte",
        "calcul",
        "origine",
        "comment",
        "nature",
        "formule",
        "cible_derivee",
        "mesure",
        "unite",
        "periode",
    )
    return {
        "code": i.id,
        "moyen_id": moyen_id,
        **{nom: getattr(i, nom) for nom in tels},
        "cible": _json(i.cible and asdict(i.cible)),
        "sans_puce": int(i.sans_puce),
        "types": _json(i.types),
        "sens_vise": i.sens,
        "depart": _json(i.base and asdict(i.base)),
    }


def _element(c: sqlite3.Connection, table: str, plan_id: int, rang: int, valeurs: Mapping[str, object]) -> int:
    return _upsert(c, table, ("plan_id", "code"), {"plan_id": plan_id, "rang": rang, **valeurs, "retire_a": None})


def _upsert(c: sqlite3.Connection, table: str, cle: Sequence[str], valeurs: Mapping[str, object]) -> int:
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


def _json(valeur: object) -> str:
    return json.dumps(valeur, ensure_ascii=False, default=date.isoformat)


# ---------------------------------------------------------------- from rows back to the file's words


def _elements(c: sqlite3.Connection, table: str, plan_id: int) -> list[sqlite3.Row]:
    return c.execute(
        f"SELECT * FROM {table} WHERE plan_id = ? AND retire_a IS NULL ORDER BY rang, id", (plan_id,)
    ).fetchall()


def _read_moyen(m: sqlite3.Row, objectif: str) -> Moyen:
    echeance, *phases = (_read_echeance(e) for e in json.loads(m["echeances"]))
    return Moyen(
        m["code"], objectif, m["texte"], echeance, tuple(phases), _texts(m["resultats"]), _texts(m["responsables"]),
        _texts(m["collaborations"]), m["priorite"], m["logiciel"], m["id_attendu"], m["note"],
    )  # fmt: skip


def _read_echeance(e: dict[str, Any]) -> Echeance:
    jours = {cle: date.fromisoformat(e[cle]) for cle in ("debut_le", "fin_le") if e.get(cle)}
    cible = {"cible": _read_cible(e.get("cible"))}
    return Echeance(**{**e, "debut_le": None, "fin_le": None, **jours, **cible})


def _read_cible(x: dict[str, Any] | None) -> Cible | None:
    return Cible(**{**x, "par": tuple(x["par"])}) if x else None


def _read_sous_moyen(s: sqlite3.Row, moyen: str) -> SousMoyen:
    cible = _read_cible(json.loads(s["cible"]))
    return SousMoyen(s["code"], moyen, s["texte"], _texts(s["elements"]), cible, s["logiciel"], s["texte_source"])


def _read_indicateur(i: sqlite3.Row, moyen: str) -> Indicateur:
    base = json.loads(i["depart"])
    return Indicateur(
        id=i["code"],
        moyen=moyen,
        texte=i["texte"],
        calcul=i["calcul"],
        nature=i["nature"],
        comment=i["comment"],
        formule=i["formule"],
        origine=i["origine"],
        cible=_read_cible(json.loads(i["cible"])),
        cible_derivee=i["cible_derivee"],
        sans_puce=bool(i["sans_puce"]),
        mesure=i["mesure"],
        types=_texts(i["types"]),
        unite=i["unite"],
        periode=i["periode"],
        sens=i["sens_vise"],
        base=Base(base["valeur"], date.fromisoformat(base["le"]), base["source"]) if base else None,
    )


def _texts(contenu: str) -> tuple[str, ...]:
    return tuple(json.loads(contenu))
