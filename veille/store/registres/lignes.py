"""Rows of the registers, whichever the register: written with their journal, read as they are counted."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from veille.errors import RefusError
from veille.model import FicheOrganisation, Ligne, Preuve, Registres
from veille.registres.champs import REGISTRES, Description
from veille.registres.fichier import Lue
from veille.store.connexion import stamp
from veille.store.registres.journal import GenreActe, record
from veille.store.registres.verrous import PeriodeVerrouillee, locked_at, open_amendment, told

_LISTES = ("moyens", "mrc", "organisations", "preuves", "elements", "verbatims")
_PAS_COLONNES = ("id", "retiree", "amendement")  # Attributes whose column has another name, or none.


@dataclass(frozen=True)
class Filtre:
    """Which rows of a register: of a span of days, a moyen and its sous-moyens, a MRC, a type, an organisation."""

    debut: date | None = None
    fin: date | None = None
    moyens: tuple[str, ...] = ()
    mrc: str = ""
    type: str = ""
    organisation: str = ""
    retirees: bool = False


def add(
    c: sqlite3.Connection,
    ligne: Ligne,
    registre: str,
    par: str,
    now: datetime,
    *,
    amendement: str = "",
    acte: GenreActe = "inscrire",
) -> int:
    """Write a new row; returns its id. `amendement`: why, kept when its period is locked."""
    description = REGISTRES[registre]
    numero = open_amendment(c, amendement, par, now) if amendement and in_locked(c, registre, ligne) else None
    colonnes = _columns(ligne) | {"amendement_id": numero, "par": par, "inscrite_a": stamp(now)}
    with told(c, ligne.plan, _days(description, ligne)):
        inscrite = c.execute(
            f"INSERT INTO {registre} ({', '.join(colonnes)}) VALUES ({', '.join('?' * len(colonnes))}) RETURNING id",
            tuple(colonnes.values()),
        ).fetchone()
    record(c, registre, inscrite["id"], acte, None, _told(ligne), par, now, numero)
    return int(inscrite["id"])


def twin(c: sqlite3.Connection, registre: str, ligne: Ligne) -> int:
    """The row that says the same as this one, 0 when there is none: two that say the same are told apart by references."""
    description = REGISTRES[registre]
    du_jour = c.execute(
        f"SELECT * FROM {_table(registre)} WHERE plan = ? AND {description.debut} = ? AND retire_a IS NULL",
        (ligne.plan, getattr(ligne, description.debut).isoformat()),
    )
    autres = (_line(description, x) for x in du_jour)
    nue = _told(replace(ligne, reference=""))
    return next(
        (a.id for a in autres if _told(replace(a, reference="")) == nue and not (a.reference and ligne.reference)), 0
    )


def require_new(c: sqlite3.Connection, registre: str, ligne: Ligne) -> None:
    """RefusError when the register holds this very row: a form sent twice would count twice."""
    if numero := twin(c, registre, ligne):
        raise RefusError(
            f"Cette ligne est déjà au registre, sous le nº\u00a0{numero}. S’il y en a eu deux, donnez à chacune sa référence."
        )


def change(
    c: sqlite3.Connection,
    ligne: Ligne,
    registre: str,
    par: str,
    now: datetime,
    *,
    amendement: str = "",
    acte: GenreActe = "modifier",
) -> bool:
    """Write a row over the one that has its id; says whether anything changed. `amendement`: why, kept when it is locked."""
    avant = one(c, registre, ligne.id)
    if avant is None:
        raise RefusError(f"La ligne {ligne.id} n’est pas au registre «\u00a0{REGISTRES[registre].titre}\u00a0».")
    if avant.plan != ligne.plan:
        raise RefusError("Une ligne reste dans le plan pour lequel elle a été écrite : rien n’est changé.")
    if _told(avant) == _told(ligne) and avant.retiree == ligne.retiree:
        return False
    nouvel = open_amendment(c, amendement, par, now) if amendement and in_locked(c, registre, ligne) else None
    colonnes = _columns(ligne) | {
        "amendement_id": nouvel or avant.amendement,
        "retire_a": stamp(now) if ligne.retiree else None,
    }
    description = REGISTRES[registre]
    with told(c, ligne.plan, _days(description, avant), _days(description, ligne)):
        c.execute(
            f"UPDATE {registre} SET {', '.join(f'{nom} = ?' for nom in colonnes)} WHERE id = ?",
            (*colonnes.values(), ligne.id),
        )
    record(c, registre, ligne.id, acte, _told(avant), _told(ligne), par, now, nouvel)
    return True


def withdraw(
    c: sqlite3.Connection, registre: str, ligne_id: int, par: str, now: datetime, *, amendement: str = ""
) -> None:
    """Take a row out of every count; it stays, and can come back."""
    _turn(c, registre, ligne_id, True, par, now, amendement)


def restore(
    c: sqlite3.Connection, registre: str, ligne_id: int, par: str, now: datetime, *, amendement: str = ""
) -> None:
    """Put a withdrawn row back."""
    _turn(c, registre, ligne_id, False, par, now, amendement)


def apply(
    c: sqlite3.Connection, lues: Iterable[Lue], registre: str, par: str, now: datetime, *, amendement: str = ""
) -> tuple[int, int]:
    """Write what a file adds and changes, all of it or nothing; returns how many of each.

    `amendement`: why, for those of its rows that are in a locked period.
    """
    ajouts = modifications = 0
    for lue in lues:
        if lue.sort == "ajout":
            add(c, lue.ligne, registre, par, now, amendement=amendement, acte="importer")
            ajouts += 1
        elif lue.sort == "modification":
            modifications += change(c, lue.ligne, registre, par, now, amendement=amendement, acte="importer")
    return ajouts, modifications


def in_locked(c: sqlite3.Connection, registre: str, ligne: Ligne) -> PeriodeVerrouillee | None:
    """The locked period that a row to write is in, as it is or as the one that has its id stands."""
    avant = one(c, registre, ligne.id) if ligne.id else None
    jours = (_days(REGISTRES[registre], x) for x in (avant, ligne) if x)
    return next((v for debut, fin in jours if (v := locked_at(c, ligne.plan, debut, fin))), None)


def one(c: sqlite3.Connection, registre: str, ligne_id: int) -> Ligne | None:
    """One row, withdrawn or not."""
    x = c.execute(f"SELECT * FROM {_table(registre)} WHERE id = ?", (ligne_id,)).fetchone()
    return _line(REGISTRES[registre], x) if x else None


def rows(c: sqlite3.Connection, registre: str, plan: str, *, retirees: bool = False) -> list[Ligne]:
    """Every row of a register for a plan, oldest first."""
    description = REGISTRES[registre]
    lignes = c.execute(
        f"SELECT * FROM {_table(registre)} WHERE plan = ? AND (? OR retire_a IS NULL) ORDER BY {description.debut}, id",
        (plan, retirees),
    )
    return [_line(description, x) for x in lignes]


def references_elsewhere(c: sqlite3.Connection, registre: str, plan: str) -> dict[str, int]:
    """The references that rows of other plans bear, and which row: each is one row's, whatever the plan."""
    lignes = c.execute(
        f"SELECT id, reference FROM {_table(registre)} WHERE plan <> ? AND reference IS NOT NULL", (plan,)
    )
    return {x["reference"]: x["id"] for x in lignes}


def page(
    c: sqlite3.Connection, registre: str, plan: str, filtre: Filtre, limite: int, depart: int = 0
) -> tuple[list[Ligne], int]:
    """Rows that a filter keeps, latest first, and how many there are in all."""
    description = REGISTRES[registre]
    ou, valeurs = _condition(description, plan, filtre)
    total = c.execute(f"SELECT count(*) FROM {_table(registre)} WHERE {ou}", valeurs).fetchone()[0]
    lignes = c.execute(
        f"SELECT * FROM {registre} WHERE {ou} ORDER BY {description.debut} DESC, id DESC LIMIT :limite OFFSET :depart",
        valeurs | {"limite": limite, "depart": depart},
    )
    return [_line(description, x) for x in lignes], int(total)


def count_by_register(c: sqlite3.Connection, plan: str, debut: date, fin: date) -> dict[str, int]:
    """How many rows of each register begin in a span of days."""
    comptes = {}
    for nom, description in REGISTRES.items():
        ou, valeurs = _condition(description, plan, Filtre(debut, fin))
        comptes[nom] = int(c.execute(f"SELECT count(*) FROM {nom} WHERE {ou}", valeurs).fetchone()[0])
    return comptes


def read_all(c: sqlite3.Connection, plan: str, *, retirees: bool = False) -> Registres:
    """Every register of a plan, merged organisations followed to the one that remains."""
    from veille.store import organisations, suivis

    fiches = organisations.all_sheets(c)
    lus: dict[str, tuple[Any, ...]] = {
        nom: tuple(_merged(x, fiches) for x in rows(c, nom, plan, retirees=retirees)) for nom in REGISTRES
    }
    return Registres(
        lus["activites"], lus["outils"], lus["accompagnements"], lus["sondages"], lus["mesures_manuelles"],
        tuple(suivis.all_of(c, plan)), fiches,
    )  # fmt: skip


# ---------------------------------------------------------------- to and from a row of a table


def _turn(
    c: sqlite3.Connection, registre: str, ligne_id: int, retiree: bool, par: str, now: datetime, raison: str
) -> None:
    ligne = one(c, registre, ligne_id)
    if ligne is None:
        raise RefusError(f"La ligne {ligne_id} n’est pas au registre «\u00a0{REGISTRES[registre].titre}\u00a0».")
    change(
        c, replace(ligne, retiree=retiree), registre, par, now, amendement=raison, acte="retirer" if retiree else "retablir"
    )  # fmt: skip


def _columns(ligne: Ligne) -> dict[str, Any]:
    valeurs = _told(ligne)
    return {
        nom: json.dumps(v, ensure_ascii=False) if isinstance(v, list) else (v or None if nom == "reference" else v)
        for nom, v in valeurs.items()
    }


def _told(ligne: Ligne) -> dict[str, Any]:
    """A row as the journal keeps it: plain values, by the names of its columns."""
    return {f.name: _plain(getattr(ligne, f.name)) for f in fields(ligne) if f.name not in _PAS_COLONNES}


def _plain(valeur: Any) -> Any:
    if isinstance(valeur, date):
        return valeur.isoformat()
    if isinstance(valeur, tuple):
        return [asdict(v) if isinstance(v, Preuve) else v for v in valeur]
    return valeur


def _line(description: Description, x: sqlite3.Row) -> Ligne:
    valeurs: dict[str, Any] = {
        "id": x["id"], "retiree": x["retire_a"] is not None, "amendement": x["amendement_id"], "reference": x["reference"] or "",
    }  # fmt: skip
    for f in fields(description.modele):
        if f.name in valeurs or f.name in _PAS_COLONNES:
            continue
        brut = x[f.name]
        if f.name == "preuves":
            valeurs[f.name] = tuple(Preuve(**p) for p in json.loads(brut))
        elif f.name in _LISTES:
            valeurs[f.name] = tuple(json.loads(brut))
        elif f.name.endswith("_le"):
            valeurs[f.name] = date.fromisoformat(brut) if brut else None
        else:
            valeurs[f.name] = brut
    return description.modele(**valeurs)


def _merged(ligne: Ligne, fiches: Mapping[str, FicheOrganisation]) -> Ligne:
    if not ligne.organisations:
        return ligne
    restants = (fiches[code].code if code in fiches else code for code in ligne.organisations)
    return replace(ligne, organisations=tuple(dict.fromkeys(restants)))


def _days(description: Description, ligne: Ligne) -> tuple[date, date | None]:
    return getattr(ligne, description.debut), getattr(ligne, description.fin)


def _condition(description: Description, plan: str, filtre: Filtre) -> tuple[str, dict[str, Any]]:
    """The WHERE clause; an accompagnement is of every span it meets, a measure of the span its end is in."""
    conditions, valeurs = ["plan = :plan"], dict[str, Any](plan=plan)
    if not filtre.retirees:
        conditions.append("retire_a IS NULL")
    debut, fin = description.debut, description.fin
    if description.registre == "mesures_manuelles":
        debut = fin
    if filtre.debut:
        conditions.append(f"coalesce({fin}, '9999-12-31') >= :debut")
        valeurs["debut"] = filtre.debut.isoformat()
    if filtre.fin:
        conditions.append(f"{debut} <= :fin")
        valeurs["fin"] = filtre.fin.isoformat()
    if filtre.type and any(champ.nom == "type" for champ in description.champs):
        conditions.append("type = :type")
        valeurs["type"] = filtre.type
    for colonne, voulues in (
        ("moyens", filtre.moyens),
        ("mrc", (filtre.mrc,) if filtre.mrc else ()),
        ("organisations", (filtre.organisation,) if filtre.organisation else ()),
    ):
        if voulues:
            conditions.append(
                f"EXISTS (SELECT 1 FROM json_each({description.registre}.{colonne}) j"
                f" WHERE j.value IN (SELECT value FROM json_each(:{colonne})))"
            )
            valeurs[colonne] = json.dumps(list(voulues))
    return " AND ".join(conditions), valeurs


def _table(registre: str) -> str:
    """The table of a register; only a known name ever reaches a statement."""
    return REGISTRES[registre].registre
