"""The répertoire of organisations: sheets added, changed, withdrawn, merged, never deleted; each act in the registers' journal."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from veille.errors import RefusError
from veille.francais import NBSP, fold, sort_key
from veille.model import FicheOrganisation
from veille.registres.repertoire import FicheLue
from veille.store.connexion import reading, stamp
from veille.store.registres.journal import GenreActe, record

_LISTES = ("mrc", "thematiques", "roles")
CODE_MAX = 60
RESERVES = ("ajouter", "importer")  # Words of the pages' own addresses: no code is one of them.


def all_sheets(c: sqlite3.Connection) -> dict[str, FicheOrganisation]:
    """Every code that was ever given → the sheet it leads to now, merges followed; withdrawn ones included."""
    fiches = {x["id"]: _sheet(x) for x in c.execute("SELECT * FROM organisations")}
    return {fiche.code: _survivor(fiche, fiches) for fiche in fiches.values()}


def all_of(c: sqlite3.Connection) -> list[FicheOrganisation]:
    """Every sheet as it is, withdrawn and merged ones included, in the order they were written."""
    return [_sheet(x) for x in c.execute("SELECT * FROM organisations ORDER BY id")]


def codes_of(chemin: Path) -> set[str]:
    """Every code of a database, read as it is: none when it is absent, or older than the répertoire."""
    if not chemin.exists():
        return set()
    with reading(chemin) as c:
        if not c.execute("SELECT 1 FROM sqlite_master WHERE name = 'organisations'").fetchone():
            return set()
        return {x[0] for x in c.execute("SELECT code FROM organisations")}


def listed(c: sqlite3.Connection) -> list[FicheOrganisation]:
    """The organisations of the répertoire, in French order: neither withdrawn nor merged into another."""
    lignes = c.execute("SELECT * FROM organisations WHERE retire_a IS NULL AND fusionnee_dans IS NULL")
    return sorted((_sheet(x) for x in lignes), key=lambda o: sort_key(o.nom))


def by_code(c: sqlite3.Connection, code: str) -> FicheOrganisation | None:
    """One sheet as it is, whatever became of it."""
    x = c.execute("SELECT * FROM organisations WHERE code = ?", (code,)).fetchone()
    return _sheet(x) if x else None


def by_id(c: sqlite3.Connection, numero: int) -> FicheOrganisation | None:
    """The same, by its id."""
    x = c.execute("SELECT * FROM organisations WHERE id = ?", (numero,)).fetchone()
    return _sheet(x) if x else None


def new_code(c: sqlite3.Connection, nom: str, sigle: str = "") -> str:
    """A code that nobody has: the sigle, else the name, made of plain letters; it never changes afterwards."""
    base = re.sub(r"[^a-z0-9]+", "-", fold(sigle or nom)).strip("-")[:CODE_MAX].strip("-") or "organisation"
    pris = {x["code"] for x in c.execute("SELECT code FROM organisations WHERE code LIKE ?", (f"{base}%",))}
    pris |= {*RESERVES}
    return next(code for code in (base, *(f"{base}-{n}" for n in range(2, len(pris) + 3))) if code not in pris)


def add(
    c: sqlite3.Connection, fiche: FicheOrganisation, par: str, now: datetime, *, acte: GenreActe = "inscrire"
) -> FicheOrganisation:
    """Write a new sheet, with a code of its own when it has none; returns it as written."""
    code = fiche.code or new_code(c, fiche.nom, fiche.sigle)
    if code in RESERVES:
        raise RefusError(f"Le code «{NBSP}{code}{NBSP}» est réservé aux pages{NBSP}: choisissez-en un autre.")
    if by_code(c, code):
        raise RefusError(f"Le code «{NBSP}{code}{NBSP}» est déjà celui d’une organisation.")
    valeurs = _columns(replace(fiche, code=code)) | {"par": par, "inscrite_a": stamp(now)}
    ligne = c.execute(
        f"INSERT INTO organisations ({', '.join(valeurs)}) VALUES ({', '.join('?' * len(valeurs))}) RETURNING id",
        tuple(valeurs.values()),
    ).fetchone()
    ecrite = replace(fiche, id=int(ligne["id"]), code=code)
    record(c, "organisations", ecrite.id, acte, None, _told(ecrite), par, now)
    return ecrite


def change(
    c: sqlite3.Connection, fiche: FicheOrganisation, par: str, now: datetime, *, acte: GenreActe = "modifier"
) -> bool:
    """Write a sheet over the one that has its id, its code apart; says whether anything changed."""
    avant = by_id(c, fiche.id)
    if avant is None:
        raise RefusError(f"L’organisation {fiche.id} n’est pas au répertoire.")
    voulue = replace(fiche, code=avant.code)
    if avant == voulue:
        return False
    valeurs = _columns(voulue) | {
        "fusionnee_dans": voulue.fusionnee_dans,
        "retire_a": stamp(now) if voulue.retiree else None,
    }
    c.execute(
        f"UPDATE organisations SET {', '.join(f'{nom} = ?' for nom in valeurs)} WHERE id = ?",
        (*valeurs.values(), fiche.id),
    )
    record(c, "organisations", fiche.id, acte, _told(avant), _told(voulue), par, now)
    return True


def apply(c: sqlite3.Connection, lues: Iterable[FicheLue], par: str, now: datetime) -> tuple[int, int]:
    """Write what a file adds and changes, all of it or nothing; returns how many of each."""
    ajouts = modifications = 0
    for lue in lues:
        if lue.sort == "ajout":
            add(c, lue.fiche, par, now, acte="importer")
            ajouts += 1
        elif lue.sort == "modification":
            modifications += change(c, lue.fiche, par, now, acte="importer")
    return ajouts, modifications


def merge(c: sqlite3.Connection, perdue: int, gardee: int, par: str, now: datetime) -> None:
    """Make one organisation lead to another: both rows stay, what names the first counts for the second."""
    fiches = {x["id"]: _sheet(x) for x in c.execute("SELECT * FROM organisations")}
    if perdue not in fiches or gardee not in fiches:
        raise RefusError("Une des deux organisations n’est pas au répertoire.")
    reste = _survivor(fiches[gardee], fiches)
    if fiches[perdue].fusionnee_dans is not None:
        raise RefusError(f"«{NBSP}{fiches[perdue].nom}{NBSP}» est déjà réunie à une autre organisation.")
    if reste.id == perdue:
        raise RefusError(
            "Une organisation ne se réunit pas à elle-même."
            if gardee == perdue
            else f"«{NBSP}{fiches[gardee].nom}{NBSP}» est déjà réunie à «{NBSP}{reste.nom}{NBSP}»{NBSP}: elles ne font déjà qu’une."
        )
    change(c, replace(fiches[perdue], fusionnee_dans=reste.id), par, now, acte="fusionner")


def withdraw(c: sqlite3.Connection, numero: int, par: str, now: datetime) -> None:
    """Take an organisation out of the répertoire; rows that name it stay as they are."""
    _turn(c, numero, True, par, now)


def restore(c: sqlite3.Connection, numero: int, par: str, now: datetime) -> None:
    """Put a withdrawn organisation back."""
    _turn(c, numero, False, par, now)


def _turn(c: sqlite3.Connection, numero: int, retiree: bool, par: str, now: datetime) -> None:
    fiche = by_id(c, numero)
    if fiche is None:
        raise RefusError(f"L’organisation {numero} n’est pas au répertoire.")
    change(c, replace(fiche, retiree=retiree), par, now, acte="retirer" if retiree else "retablir")


def search(fiches: Sequence[FicheOrganisation], mots: str) -> list[FicheOrganisation]:
    """The sheets whose name, sigle or code hold every word, accents and case apart."""
    voulus = fold(mots).split()
    return [o for o in fiches if all(mot in fold(f"{o.nom} {o.sigle} {o.code}") for mot in voulus)]


def _survivor(fiche: FicheOrganisation, fiches: dict[int, FicheOrganisation]) -> FicheOrganisation:
    """Where merges lead; a loop, which no act of ours makes, ends at the first sheet met twice."""
    vues = {fiche.id}
    while fiche.fusionnee_dans is not None and fiche.fusionnee_dans in fiches:
        fiche = fiches[fiche.fusionnee_dans]
        if fiche.id in vues:
            break
        vues.add(fiche.id)
    return fiche


def _columns(fiche: FicheOrganisation) -> dict[str, Any]:
    return {
        nom: json.dumps(v, ensure_ascii=False) if nom in _LISTES else v
        for nom, v in _told(fiche).items()
        if nom not in ("fusionnee_dans", "retiree")
    }


def _told(fiche: FicheOrganisation) -> dict[str, Any]:
    return {nom: list(v) if isinstance(v, tuple) else v for nom, v in asdict(fiche).items() if nom != "id"}


def _sheet(x: sqlite3.Row) -> FicheOrganisation:
    return FicheOrganisation(
        id=x["id"],
        code=x["code"],
        nom=x["nom"],
        sigle=x["sigle"],
        type=x["type"],
        mrc=tuple(json.loads(x["mrc"])),
        thematiques=tuple(json.loads(x["thematiques"])),
        roles=tuple(json.loads(x["roles"])),
        site=x["site"],
        note=x["note"],
        fusionnee_dans=x["fusionnee_dans"],
        retiree=x["retire_a"] is not None,
    )
