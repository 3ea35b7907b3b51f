"""What the other staff pages list: the dashboard's counts, digests of every audience, the action plan as a tree."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from veille.store.connexion import stamp, unstamp
from veille.store.decisions import VERDICTS_RECENTS
from veille.store.publication import folder_name
from veille.textes import digest_holds


@dataclass(frozen=True)
class Compte:
    """Counts that open the dashboard."""

    retenus: int
    ecartes: int
    brouillons: int
    approuves: int
    demandes: int
    items: int
    collecte_a: datetime | None


@dataclass(frozen=True)
class Bulletin:
    """One digest as lists show it. `elements`: how many items it holds; in the team's reminder, how many to settle."""

    id: int
    audience: str
    audience_nom: str
    visibilite: str
    numero: int
    titre: str
    date_le: date
    etat: str
    compose_a: datetime
    compose_par: str
    approuve_a: datetime | None
    approuve_par: str
    publie_a: datetime | None
    publie_par: str
    elements: int
    rappel: bool = False

    @property
    def tient(self) -> str:
        """What it holds, in words."""
        return digest_holds(self.elements, rappel=self.rappel)


@dataclass(frozen=True)
class Publie:
    """One published digest, as the public site or the staff site may show it. `page`: its folder, « audience/date/ »."""

    id: int
    audience: str
    audience_nom: str
    numero: int
    titre: str
    date_le: date
    page: str


@dataclass(frozen=True)
class Public:
    """One audience. `visibilite`: « interne » digests are never published on the open site."""

    slug: str
    nom: str
    visibilite: str
    rythme: str
    jour: str


@dataclass(frozen=True)
class IndicateurVu:
    """One indicator of a moyen."""

    code: str
    texte: str
    calcul: str
    origine: str


@dataclass(frozen=True)
class MoyenVu:
    """One moyen with what hangs from it."""

    id: int
    code: str
    texte: str
    echeance: str
    priorite: str
    resultats: tuple[str, ...]
    responsables: tuple[str, ...]
    collaborations: tuple[str, ...]
    sous_moyens: tuple[tuple[str, str], ...] = ()
    indicateurs: tuple[IndicateurVu, ...] = ()


@dataclass(frozen=True)
class ObjectifVu:
    """One objectif with its moyens."""

    code: str
    texte: str
    moyens: tuple[MoyenVu, ...]


@dataclass(frozen=True)
class OrientationVue:
    """One orientation with its objectifs."""

    code: str
    nom: str
    cible: str
    objectifs: tuple[ObjectifVu, ...]


@dataclass(frozen=True)
class PlanVu:
    """The plan as its page shows it, withdrawn elements left out."""

    titre: str
    organisation: str
    debut: int
    fin: int
    bilan_le: date
    orientations: tuple[OrientationVue, ...] = field(default=())


def counts(c: sqlite3.Connection, depuis: datetime) -> Compte:
    """What was decided since then, and what waits."""
    ligne = c.execute(
        f"""
        SELECT (SELECT count(*) FROM ({VERDICTS_RECENTS}) WHERE genre = 'retenir') AS retenus,
            (SELECT count(*) FROM ({VERDICTS_RECENTS}) WHERE genre = 'ecarter') AS ecartes,
            (SELECT count(*) FROM digests WHERE approuve_a IS NULL) AS brouillons,
            (SELECT count(*) FROM digests WHERE approuve_a IS NOT NULL AND publie_a IS NULL) AS approuves,
            (SELECT count(*) FROM demandes WHERE servie_a IS NULL) AS demandes,
            (SELECT count(*) FROM items WHERE vu_a >= :depuis) AS items,
            (SELECT fin_a FROM collectes WHERE id = (SELECT max(id) FROM collectes)) AS collecte_a
        """,
        {"depuis": stamp(depuis)},
    ).fetchone()
    return Compte(
        retenus=ligne["retenus"],
        ecartes=ligne["ecartes"],
        brouillons=ligne["brouillons"],
        approuves=ligne["approuves"],
        demandes=ligne["demandes"],
        items=ligne["items"],
        collecte_a=_instant(ligne["collecte_a"]),
    )


def verdicts_by_theme(c: sqlite3.Connection, now: datetime, jours: int) -> dict[str, tuple[int, int]]:
    """For each theme, stories kept and rejected lately among those the classifier gives it."""
    lignes = c.execute(
        f"SELECT s.valeur, sum(v.genre = 'retenir') AS gardees, sum(v.genre = 'ecarter') AS ecartees"
        f" FROM ({VERDICTS_RECENTS}) v CROSS JOIN suggestions_courantes s"
        " ON s.item_id = v.item_id AND s.genre = 'thematique' AND s.etat = 'retenu' GROUP BY s.valeur",
        {"depuis": stamp(now - timedelta(days=jours))},
    )
    return {ligne["valeur"]: (ligne["gardees"], ligne["ecartees"]) for ligne in lignes}


def audiences(c: sqlite3.Connection) -> list[Public]:
    """Every audience, in the order of the files."""
    return [
        Public(*ligne)
        for ligne in c.execute("SELECT slug, nom, visibilite, rythme, jour FROM audiences ORDER BY rowid")
    ]


def digests(c: sqlite3.Connection, limite: int = 500) -> list[Bulletin]:
    """Digests of every audience, latest first."""
    return [_bulletin(ligne) for ligne in c.execute(f"{_BULLETIN} ORDER BY d.id DESC LIMIT ?", (limite,))]


def digest(c: sqlite3.Connection, digest_id: int) -> Bulletin | None:
    """One digest, or None."""
    ligne = c.execute(f"{_BULLETIN} WHERE d.id = ?", (digest_id,)).fetchone()
    return _bulletin(ligne) if ligne else None


def digest_stories(c: sqlite3.Connection, digest_id: int) -> list[tuple[str, int]]:
    """What a digest holds, in its order: (section, group)."""
    lignes = c.execute(
        "SELECT di.rubrique, m.groupe_id FROM digest_items di JOIN membres m ON m.item_id = di.item_id"
        " WHERE di.digest_id = ? AND di.retire_a IS NULL ORDER BY di.rang, di.item_id",
        (digest_id,),
    )
    return [(ligne["rubrique"], ligne["groupe_id"]) for ligne in lignes]


def published_digests(c: sqlite3.Connection) -> list[Publie]:
    """What this database says is published, latest first: `publication.db`, or `veille.db` with internal digests too."""
    tables = {ligne["name"] for ligne in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "digests" not in tables:  # Nothing was ever published.
        return []
    if "membres" not in tables:
        lignes = c.execute(
            "SELECT d.*, a.nom FROM digests d JOIN audiences a ON a.slug = d.audience ORDER BY d.date_le DESC, d.id DESC"
        ).fetchall()
        return [_publie(ligne, ligne["page"]) for ligne in lignes]
    lignes = c.execute(
        """
        SELECT d.*, a.nom, (
            SELECT count(*) FROM digests p WHERE p.audience = d.audience AND p.date_le = d.date_le
                AND p.approuve_a IS NOT NULL AND (p.approuve_a, p.id) <= (d.approuve_a, d.id)) AS rang
        FROM digests d JOIN audiences a ON a.slug = d.audience WHERE d.publie_a IS NOT NULL
        ORDER BY d.date_le DESC, d.id DESC
        """
    ).fetchall()
    return [_publie(x, f"{x['audience']}/{folder_name(x['date_le'], x['rang'])}/") for x in lignes]


def is_published(c: sqlite3.Connection, audience: str, dossier: str = "") -> bool:
    """Whether this database says that an issue is published there, « 2026-11-23-2 », or any of the audience's."""
    tables = {ligne["name"] for ligne in c.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "digests" not in tables:
        return False
    if "membres" not in tables:  # `publication.db`.
        page = f"{audience}/{dossier}/"
        return bool(
            c.execute(
                "SELECT 1 FROM digests WHERE audience = ?1 AND (?2 OR page = ?3)", (audience, not dossier, page)
            ).fetchone()
        )
    lignes = c.execute(
        """
        SELECT date_le, (
            SELECT count(*) FROM digests p WHERE p.audience = d.audience AND p.date_le = d.date_le
                AND p.approuve_a IS NOT NULL AND (p.approuve_a, p.id) <= (d.approuve_a, d.id)) AS rang
        FROM digests d WHERE d.audience = ?1 AND d.publie_a IS NOT NULL AND (?2 = '' OR d.date_le = ?2)
        """,
        (audience, dossier[:10]),
    )
    return any(not dossier or folder_name(x["date_le"], x["rang"]) == dossier for x in lignes)


def plan_tree(c: sqlite3.Connection) -> PlanVu | None:
    """The latest plan loaded: orientations, their objectifs, their moyens with indicators; None without a plan."""
    plan = c.execute("SELECT * FROM plans ORDER BY charge_a DESC, id DESC LIMIT 1").fetchone()
    if plan is None:
        return None
    moyens = _moyens(c, plan["id"])
    objectifs: dict[int, list[ObjectifVu]] = {}
    for ligne in _elements(c, "plan_objectifs", plan["id"]):
        objectifs.setdefault(ligne["orientation_id"], []).append(
            ObjectifVu(ligne["code"], ligne["texte"], tuple(moyens.get(ligne["id"], ())))
        )
    return PlanVu(
        titre=plan["titre"],
        organisation=plan["organisation"],
        debut=plan["debut"],
        fin=plan["fin"],
        bilan_le=date.fromisoformat(plan["bilan_le"]),
        orientations=tuple(
            OrientationVue(ligne["code"], ligne["nom"], ligne["cible"], tuple(objectifs.get(ligne["id"], ())))
            for ligne in _elements(c, "plan_orientations", plan["id"])
        ),
    )


def _moyens(c: sqlite3.Connection, plan_id: int) -> dict[int, list[MoyenVu]]:
    sous: dict[int, list[tuple[str, str]]] = {}
    for ligne in _elements(c, "plan_sous_moyens", plan_id):
        sous.setdefault(ligne["moyen_id"], []).append((ligne["code"], ligne["texte"]))
    indicateurs: dict[int, list[IndicateurVu]] = {}
    for ligne in _elements(c, "plan_indicateurs", plan_id):
        indicateurs.setdefault(ligne["moyen_id"], []).append(
            IndicateurVu(ligne["code"], ligne["texte"], ligne["calcul"], ligne["origine"])
        )
    moyens: dict[int, list[MoyenVu]] = {}
    for ligne in _elements(c, "plan_moyens", plan_id):
        moyens.setdefault(ligne["objectif_id"], []).append(
            MoyenVu(
                id=ligne["id"],
                code=ligne["code"],
                texte=ligne["texte"],
                echeance=ligne["echeance"],
                priorite=ligne["priorite"],
                resultats=tuple(json.loads(ligne["resultats"])),
                responsables=tuple(json.loads(ligne["responsables"])),
                collaborations=tuple(json.loads(ligne["collaborations"])),
                sous_moyens=tuple(sous.get(ligne["id"], ())),
                indicateurs=tuple(indicateurs.get(ligne["id"], ())),
            )
        )
    return moyens


def _elements(c: sqlite3.Connection, table: str, plan_id: int) -> list[sqlite3.Row]:
    return c.execute(f"SELECT * FROM {table} WHERE plan_id = ? AND retire_a IS NULL ORDER BY id", (plan_id,)).fetchall()


def _publie(ligne: sqlite3.Row, page: str) -> Publie:
    return Publie(
        id=ligne["id"],
        audience=ligne["audience"],
        audience_nom=ligne["nom"],
        numero=ligne["numero"],
        titre=ligne["titre"],
        date_le=date.fromisoformat(ligne["date_le"]),
        page=page,
    )


_BULLETIN = """
    SELECT d.*, coalesce(a.nom, d.audience) AS audience_nom, coalesce(a.visibilite, 'interne') AS visibilite,
        CASE WHEN d.approuve_a IS NULL AND EXISTS (SELECT 1 FROM digest_gestes g WHERE g.digest_id = d.id)
            -- What people did to a draft is in what it shows; the rows keep what the rules composed.
            THEN (SELECT coalesce(sum(json_array_length(r.value, '$.elements')), 0)
                FROM json_each(d.contenu, '$.rubriques') r)
            ELSE (SELECT count(*) FROM digest_items i WHERE i.digest_id = d.id AND i.retire_a IS NULL)
        END AS elements
    FROM digests d LEFT JOIN audiences a ON a.slug = d.audience
"""


def _bulletin(ligne: sqlite3.Row) -> Bulletin:
    # A reminder holds no item, so that only what is short is read as JSON.
    contenu = json.loads(ligne["contenu"]) if ligne["contenu"] and not ligne["elements"] else {}
    rappel = contenu.get("genre") == "rappel"
    return Bulletin(
        id=ligne["id"],
        audience=ligne["audience"],
        audience_nom=ligne["audience_nom"],
        visibilite=ligne["visibilite"],
        numero=ligne["numero"],
        titre=ligne["titre"],
        date_le=date.fromisoformat(ligne["date_le"]),
        etat=ligne["etat"],
        compose_a=unstamp(ligne["compose_a"]),
        compose_par=ligne["compose_par"],
        approuve_a=_instant(ligne["approuve_a"]),
        approuve_par=ligne["approuve_par"] or "",
        publie_a=_instant(ligne["publie_a"]),
        publie_par=ligne["publie_par"] or "",
        elements=contenu["comptes"]["a_trancher"] if rappel else ligne["elements"],
        rappel=rappel,
    )


def _instant(texte: str | None) -> datetime | None:
    return unstamp(texte) if texte else None
