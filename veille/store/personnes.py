"""Accounts: who may enter, what each may do, how each wants the pages. Nobody is ever deleted: names sign decisions.

Callers open the transaction. What must not enter: passwords in clear.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from veille.errors import RefusError
from veille.identite import canonical, identifier_fault, name_fault, name_key
from veille.model import DROITS, PREFERENCES, Compte, Droit, Preferences
from veille.store import sessions, tentatives
from veille.store.comptes import token_hash
from veille.store.connexion import stamp, unstamp

COLONNES = "comptes.id, identifiant, comptes.nom, droits, preferences, cree_a, mot_de_passe_a, retire_a"
DERNIER_ADMINISTRATEUR = (
    "C’est le seul compte qui peut administrer les autres : donnez d’abord ce droit à une autre personne."
)


@dataclass(frozen=True)
class ActeCompte:
    """One line of an account's history: what was done to it, by whom."""

    acte: str
    detail: str
    par: str
    fait_a: datetime


def add(c: sqlite3.Connection, identifiant: str, nom: str, droits: Iterable[str], par: str, now: datetime) -> Compte:
    """A new account, without a password yet; RefusError when it cannot be."""
    identifiant = canonical(identifiant)
    if faute := identifier_fault(identifiant) or name_fault(nom):
        raise RefusError(faute)
    _check_free(c, "identifiant", identifiant, f"L’identifiant « {identifiant} » est déjà pris.")
    _check_free(c, "nom_cle", name_key(nom), f"Le nom « {nom} » est déjà celui d’un compte.")
    compte_id = c.execute(
        "INSERT INTO comptes (identifiant, nom, nom_cle, droits, preferences, cree_a) VALUES (?, ?, ?, ?, '{}', ?)",
        (identifiant, nom, name_key(nom), json.dumps(_ordered(droits)), stamp(now)),
    ).lastrowid
    nouveau = get(c, int(compte_id or 0))
    note(c, nouveau.id, "cree", par, now, ", ".join(nouveau.droits))
    return nouveau


def get(c: sqlite3.Connection, compte_id: int) -> Compte:
    """One account, retired or not; RefusError when there is none."""
    ligne = c.execute(f"SELECT {COLONNES} FROM comptes WHERE id = ?", (compte_id,)).fetchone()
    if ligne is None:
        raise RefusError("Ce compte n’existe pas.")
    return read(ligne)


def find(c: sqlite3.Connection, identifiant: str) -> Compte | None:
    """The account of an identifier in its canonical form, retired or not."""
    ligne = c.execute(f"SELECT {COLONNES} FROM comptes WHERE identifiant = ?", (identifiant,)).fetchone()
    return read(ligne) if ligne else None


def behind_session(c: sqlite3.Connection, jeton: str, now: datetime) -> Compte | None:
    """Who holds this session, if it is open and the account is not retired. Asked at each page."""
    ligne = c.execute(
        f"SELECT {COLONNES} FROM sessions JOIN comptes ON comptes.id = sessions.compte_id"
        " WHERE sessions.empreinte = ? AND fermee_a IS NULL AND expire_a > ? AND retire_a IS NULL",
        (token_hash(jeton), stamp(now)),
    ).fetchone()
    return read(ligne) if ligne else None


def everyone(c: sqlite3.Connection) -> list[Compte]:
    """Every account, those in force first, by name."""
    comptes = [read(ligne) for ligne in c.execute(f"SELECT {COLONNES} FROM comptes")]
    return sorted(comptes, key=lambda compte: (compte.retire_a is not None, name_key(compte.nom)))


def count(c: sqlite3.Connection) -> int:
    """How many accounts there are, the retired ones included: only an untouched file has none."""
    return int(c.execute("SELECT count(*) FROM comptes").fetchone()[0])


def administrators(c: sqlite3.Connection) -> list[str]:
    """Names of those who can give rights."""
    return [compte.nom for compte in everyone(c) if compte.retire_a is None and compte.peut("administrer")]


def rename(c: sqlite3.Connection, compte_id: int, nom: str, par: str, now: datetime) -> None:
    """Another name; what it already signed keeps the old one."""
    avant = get(c, compte_id)
    if avant.nom == nom:
        return
    if faute := name_fault(nom):
        raise RefusError(faute)
    if name_key(nom) != name_key(avant.nom):
        _check_free(c, "nom_cle", name_key(nom), f"Le nom « {nom} » est déjà celui d’un compte.")
    c.execute("UPDATE comptes SET nom = ?, nom_cle = ? WHERE id = ?", (nom, name_key(nom), compte_id))
    note(c, compte_id, "renomme", par, now, f"{avant.nom} → {nom}")


def set_rights(c: sqlite3.Connection, compte_id: int, droits: Iterable[str], par: str, now: datetime) -> None:
    """Other rights, in force from the next page on."""
    avant, voulus = get(c, compte_id), _ordered(droits)
    if list(avant.droits) == voulus:
        return
    c.execute("UPDATE comptes SET droits = ? WHERE id = ?", (json.dumps(voulus), compte_id))
    _check_administered(c, avant)
    note(c, compte_id, "droits", par, now, ", ".join(voulus))


def retire(c: sqlite3.Connection, compte_id: int, par: str, now: datetime) -> None:
    """No longer let in: sessions and links close at once."""
    avant = get(c, compte_id)
    if avant.retire_a is not None:
        raise RefusError(f"Le compte de {avant.nom} est déjà retiré.")
    c.execute("UPDATE comptes SET retire_a = ? WHERE id = ?", (stamp(now), compte_id))
    _check_administered(c, avant)
    sessions.close_all(c, compte_id, now)
    c.execute("UPDATE liens SET utilise_a = ? WHERE compte_id = ? AND utilise_a IS NULL", (stamp(now), compte_id))
    note(c, compte_id, "retire", par, now)


def restore(c: sqlite3.Connection, compte_id: int, par: str, now: datetime) -> None:
    """Let in again, with the same rights and the same password."""
    avant = get(c, compte_id)
    if avant.retire_a is None:
        raise RefusError(f"Le compte de {avant.nom} n’est pas retiré.")
    c.execute("UPDATE comptes SET retire_a = NULL WHERE id = ?", (compte_id,))
    note(c, compte_id, "retabli", par, now)


def unlock(c: sqlite3.Connection, compte_id: int, par: str, now: datetime) -> None:
    """Forget the failed sign-ins of an account."""
    tentatives.forget(c, get(c, compte_id).id)
    note(c, compte_id, "deverrouille", par, now)


def set_password(c: sqlite3.Connection, compte_id: int, empreinte: str, par: str, now: datetime) -> None:
    """Another password, as its hash."""
    c.execute(
        "UPDATE comptes SET mot_de_passe = ?, mot_de_passe_a = ? WHERE id = ?", (empreinte, stamp(now), compte_id)
    )
    note(c, compte_id, "mot_de_passe", par, now)


def refresh_password(c: sqlite3.Connection, compte_id: int, avant: str, empreinte: str) -> None:
    """The same password under a stronger hash, unless it was changed meanwhile."""
    c.execute("UPDATE comptes SET mot_de_passe = ? WHERE id = ? AND mot_de_passe = ?", (empreinte, compte_id, avant))


def password_of(c: sqlite3.Connection, compte_id: int) -> str | None:
    """The hash of an account's password; None while the person has chosen none."""
    ligne = c.execute("SELECT mot_de_passe FROM comptes WHERE id = ?", (compte_id,)).fetchone()
    return ligne["mot_de_passe"] if ligne else None


def set_preference(c: sqlite3.Connection, compte_id: int, cle: str, valeur: bool | int) -> None:
    """How one person wants the pages."""
    if cle not in PREFERENCES:
        raise KeyError(cle)
    voulues = {**get(c, compte_id).preferences, cle: valeur}
    c.execute("UPDATE comptes SET preferences = ? WHERE id = ?", (json.dumps(voulues), compte_id))


def history(c: sqlite3.Connection, compte_id: int, limite: int = 50) -> list[ActeCompte]:
    """What was done to an account, the latest first."""
    return [
        ActeCompte(ligne["acte"], ligne["detail"], ligne["par"], unstamp(ligne["fait_a"]))
        for ligne in c.execute("SELECT * FROM actes WHERE compte_id = ? ORDER BY id DESC LIMIT ?", (compte_id, limite))
    ]


def note(c: sqlite3.Connection, compte_id: int, acte: str, par: str, now: datetime, detail: str = "") -> None:
    """Write one line of an account's history."""
    c.execute(
        "INSERT INTO actes (compte_id, acte, detail, par, fait_a) VALUES (?, ?, ?, ?, ?)",
        (compte_id, acte, detail, par, stamp(now)),
    )


def read(ligne: Any) -> Compte:
    """One row that holds `COLONNES`. Rights and preferences of another version of veille are left aside."""
    donnes, voulues = json.loads(ligne["droits"]), json.loads(ligne["preferences"])
    return Compte(
        id=ligne["id"],
        identifiant=ligne["identifiant"],
        nom=ligne["nom"],
        droits=tuple(droit for droit in DROITS if droit in donnes),
        cree_a=unstamp(ligne["cree_a"]),
        preferences=Preferences(
            raccourcis=bool(voulues.get("raccourcis", PREFERENCES["raccourcis"])),
            visite=bool(voulues.get("visite", PREFERENCES["visite"])),
            filtre=int(voulues.get("filtre", PREFERENCES["filtre"])),
        ),
        mot_de_passe_a=unstamp(ligne["mot_de_passe_a"]) if ligne["mot_de_passe_a"] else None,
        retire_a=unstamp(ligne["retire_a"]) if ligne["retire_a"] else None,
    )


def _ordered(droits: Iterable[str]) -> list[Droit]:
    voulus = set(droits)
    if inconnus := voulus - set(DROITS):
        raise RefusError(f"Droit inconnu : « {min(inconnus)} ». Les droits sont : {', '.join(DROITS)}.")
    return [droit for droit in DROITS if droit in voulus]


def _check_free(c: sqlite3.Connection, colonne: str, valeur: str, phrase: str) -> None:
    ligne = c.execute(f"SELECT retire_a FROM comptes WHERE {colonne} = ?", (valeur,)).fetchone()
    if ligne is not None:
        suite = " Ce compte est retiré : il peut être rétabli." if ligne["retire_a"] else ""
        raise RefusError(phrase + suite)


def _check_administered(c: sqlite3.Connection, avant: Compte) -> None:
    """After an act, someone must still be able to give rights; the caller's transaction is rolled back otherwise."""
    if avant.peut("administrer") and avant.retire_a is None and not administrators(c):
        raise RefusError(DERNIER_ADMINISTRATEUR)
