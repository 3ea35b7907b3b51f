"""What one press of a button does to one story or to a selection: recorded once, never over someone else's decision.

Each function runs within a transaction of the caller's, brings the queue up to date in it, and is idempotent on `cle`:
a browser that lost the answer sends the same press again. A story that changed since the page showed it is left alone
and told as a conflict; the others of the selection are done.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from veille.errors import RefusError
from veille.store import decisions, fiches, file, groupes
from veille.store.connexion import stamp, unstamp
from veille.store.decisions import Decision, GenreDecision
from veille.store.fiches import Fiche

SELECTION_MAX = 200


@dataclass(frozen=True)
class Cible:
    """One story, as the page showed it. `vu`: the id of the latest row of the log about it, or the key of the sender's
    own act that the page had sent before this one."""

    groupe_id: int
    vu: str


@dataclass(frozen=True)
class Conflit:
    """A story left alone: someone (`par`) acted on it since the page showed it."""

    groupe_id: int
    titre: str
    par: str
    genre: GenreDecision
    raison: str
    prise_a: datetime


@dataclass(frozen=True)
class Bilan:
    """What a press came to. `groupes`: stories it changed; `retires`: those that are now part of another.

    `deja`: it had been recorded before, and nothing was done again.
    """

    cle: str
    groupes: tuple[int, ...] = ()
    retires: tuple[int, ...] = ()
    conflits: tuple[Conflit, ...] = ()
    deja: bool = False


@dataclass(frozen=True)
class Inscrit:
    """One press as the log holds it. `annule`: it was undone; `nombre`: of stories."""

    cle: str
    genre: GenreDecision
    raison: str
    a_la_une: bool
    nombre: int
    titre: str
    par: str
    prise_a: datetime
    annule: bool


def decide(c: sqlite3.Connection, cle: str, cibles: Sequence[Cible], acte: Decision, now: datetime) -> Bilan:
    """Record `acte` (its item is replaced by each story's lead) on every story that nobody touched meanwhile."""

    def act(fiche: Fiche) -> None:
        decisions.record(c, replace(acte, item_id=fiche.principal.item_id, geste=cle), now)

    return _on_each(c, cle, cibles, act, now)


def merge(c: sqlite3.Connection, cle: str, cibles: Sequence[Cible], par: str, now: datetime) -> Bilan:
    """Make several stories one: the first keeps, with the decision any of them has. Contrary decisions are refused."""
    if fait := _already(c, cle):
        return fait
    trouvees = _load(c, cibles)
    conflits = _conflicts(c, trouvees, cibles)
    if conflits:
        return Bilan(cle, conflits=conflits)
    if len(trouvees) < 2:
        raise RefusError("Choisissez au moins deux nouvelles à réunir.")
    if len({f.verdict for f in trouvees if f.verdict in ("retenir", "ecarter")}) > 1:
        raise RefusError(
            "Ces nouvelles ont reçu des décisions contraires : remettez-en une à la revue, puis réunissez-les."
        )
    garde, *autres = trouvees
    for fiche in autres:
        deplaces = tuple(m.item_id for m in fiche.membres)
        acte = Decision(fiche.principal.item_id, "fusionner", par, geste=cle, deplaces=deplaces)
        decisions.record(c, replace(acte, groupe_de=fiche.groupe_id, groupe_vers=garde.groupe_id), now)
        groupes.move(c, deplaces, fiche.groupe_id, garde.groupe_id)
    retires = tuple(f.groupe_id for f in autres)
    file.refresh(c, [garde.groupe_id, *retires], now)
    return Bilan(cle, (garde.groupe_id,), retires)


def split(c: sqlite3.Connection, cle: str, cible: Cible, item_ids: Sequence[int], par: str, now: datetime) -> Bilan:
    """Take some of its items out of a story, as a story of their own that waits for a decision."""
    if fait := _already(c, cle):
        return fait
    trouvees = _load(c, [cible])
    if conflits := _conflicts(c, trouvees, [cible]):
        return Bilan(cle, conflits=conflits)
    fiche = trouvees[0]
    deplaces = tuple(m.item_id for m in fiche.membres if m.item_id in item_ids)
    if not deplaces or len(deplaces) == len(fiche.membres):
        raise RefusError("Choisissez les éléments à séparer, sans les prendre tous : il faut qu’il en reste un.")
    neuf = groupes.new_group(c, now)
    acte = Decision(deplaces[0], "scinder", par, geste=cle, deplaces=deplaces, groupe_de=fiche.groupe_id)
    decisions.record(c, replace(acte, groupe_vers=neuf), now)
    groupes.move(c, deplaces, fiche.groupe_id, neuf)
    file.refresh(c, [fiche.groupe_id, neuf], now)
    return Bilan(cle, (fiche.groupe_id, neuf))


def undo(c: sqlite3.Connection, cle: str, cible: str, par: str, now: datetime) -> Bilan:
    """Undo the press `cible` on every story where it is still the last thing done: each is exactly as it was before."""
    return _reverse(c, cle, cible, "annuler", par, now)


def redo(c: sqlite3.Connection, cle: str, cible: str, par: str, now: datetime) -> Bilan:
    """Do again a press that was undone, wherever nothing was done since."""
    return _reverse(c, cle, cible, "retablir", par, now)


def read(c: sqlite3.Connection, cle: str) -> Inscrit | None:
    """One press as the log holds it, or None."""
    lignes = c.execute(
        "SELECT d.*, i.titre AS item_titre, EXISTS (SELECT 1 FROM decisions_valides v WHERE v.id = d.id) AS valide"
        " FROM decisions d JOIN items i ON i.id = d.item_id WHERE d.geste = ? ORDER BY d.id",
        (cle,),
    ).fetchall()
    if not lignes:
        return None
    premiere = lignes[0]
    return Inscrit(
        cle=cle,
        genre=premiere["genre"],
        raison=premiere["raison"],
        a_la_une=premiere["a_la_une"] == 1,
        nombre=len(lignes),
        titre=premiere["item_titre"],
        par=premiere["par"],
        prise_a=unstamp(premiere["prise_a"]),
        annule=not any(ligne["valide"] for ligne in lignes),
    )


def last_of(c: sqlite3.Connection, par: str, depuis: datetime) -> Inscrit | None:
    """The latest press of a person since then that still stands: what « Annuler » would undo."""
    ligne = c.execute(
        "SELECT geste FROM decisions_valides WHERE prise_a >= ? AND par = ? ORDER BY id DESC LIMIT 1",
        (stamp(depuis), par),
    ).fetchone()
    return read(c, ligne["geste"]) if ligne else None


def _on_each(
    c: sqlite3.Connection, cle: str, cibles: Sequence[Cible], act: Callable[[Fiche], None], now: datetime
) -> Bilan:
    if fait := _already(c, cle):
        return fait
    trouvees = _load(c, cibles)
    conflits = _conflicts(c, trouvees, cibles)
    bloques = {conflit.groupe_id for conflit in conflits}
    libres = [fiche for fiche in trouvees if fiche.groupe_id not in bloques]
    for fiche in libres:
        act(fiche)
    faits = tuple(fiche.groupe_id for fiche in libres)
    file.refresh(c, faits, now)
    return Bilan(cle, faits, conflits=conflits)


def _reverse(c: sqlite3.Connection, cle: str, cible: str, genre: GenreDecision, par: str, now: datetime) -> Bilan:
    if fait := _already(c, cle):
        return fait
    lignes = _rows_to_reverse(c, cible, genre)
    faits: list[int] = []
    conflits: list[Conflit] = []
    for ligne in lignes:
        groupe_id = int(ligne["groupe_id"])
        if autre := _done_since(c, ligne, cible):
            conflits.append(_conflict(c, groupe_id, autre))
            continue
        decisions.record(c, Decision(ligne["item_id"], genre, par, cible_id=ligne["id"], geste=cle), now)
        faits.append(groupe_id)
        faits += _move_back(c, ligne, genre)
    file.refresh(c, faits, now)
    vides = [
        g for g in dict.fromkeys(faits) if not c.execute("SELECT 1 FROM membres WHERE groupe_id = ?", (g,)).fetchone()
    ]
    restes = tuple(g for g in dict.fromkeys(faits) if g not in vides)
    return Bilan(cle, restes, tuple(vides), tuple(conflits))


def _rows_to_reverse(c: sqlite3.Connection, cible: str, genre: GenreDecision) -> list[sqlite3.Row]:
    """The rows of a press, latest first, provided that it stands (to undo) or was undone (to do again)."""
    lignes = c.execute(
        "SELECT d.*, m.groupe_id, EXISTS (SELECT 1 FROM decisions_valides v WHERE v.id = d.id) AS valide"
        " FROM decisions d JOIN membres m ON m.item_id = d.item_id"
        " WHERE d.geste = ? AND d.genre NOT IN ('annuler', 'retablir') ORDER BY d.id DESC",
        (cible,),
    ).fetchall()
    if not lignes:
        raise RefusError("Ce geste n’est pas au journal : il n’y a rien à annuler ni à rétablir.")
    voulues = [ligne for ligne in lignes if bool(ligne["valide"]) == (genre == "annuler")]
    if not voulues:
        raise RefusError("Ce geste a déjà été annulé." if genre == "annuler" else "Ce geste n’a pas été annulé.")
    return voulues


def _done_since(c: sqlite3.Connection, ligne: sqlite3.Row, cible: str) -> sqlite3.Row | None:
    """What was done to the story after this row, other than by the same press; undone things do not count."""
    trouvee: sqlite3.Row | None = c.execute(
        "SELECT d.* FROM membres m CROSS JOIN decisions_valides d ON d.item_id = m.item_id"
        " WHERE m.groupe_id = ? AND d.id > ? AND d.geste <> ? ORDER BY d.id DESC LIMIT 1",
        (ligne["groupe_id"], ligne["id"], cible),
    ).fetchone()
    return trouvee


def _move_back(c: sqlite3.Connection, ligne: sqlite3.Row, genre: GenreDecision) -> list[int]:
    """For a merge or a split, put the items where they were (or again where they were put); the groups touched."""
    if ligne["deplaces"] is None:
        return []
    de, vers = ligne["groupe_de"], ligne["groupe_vers"]
    if genre == "annuler":
        de, vers = vers, de
    groupes.move(c, json.loads(ligne["deplaces"]), de, vers)
    return [de, vers]


def _already(c: sqlite3.Connection, cle: str) -> Bilan | None:
    """What a press recorded before came to, for a browser that asks again."""
    lignes = c.execute(
        "SELECT DISTINCT m.groupe_id FROM decisions d JOIN membres m ON m.item_id = d.item_id WHERE d.geste = ?", (cle,)
    ).fetchall()
    if not lignes:
        return None
    retires = c.execute("SELECT groupe_de FROM decisions WHERE geste = ? AND genre = 'fusionner'", (cle,)).fetchall()
    return Bilan(cle, tuple(x["groupe_id"] for x in lignes), tuple(x["groupe_de"] for x in retires), deja=True)


def _load(c: sqlite3.Connection, cibles: Sequence[Cible]) -> list[Fiche]:
    if not cibles:
        raise RefusError("Choisissez d’abord au moins une nouvelle.")
    if len(cibles) > SELECTION_MAX:
        raise RefusError(f"La sélection compte trop de nouvelles : {SELECTION_MAX} au plus.")
    trouvees = fiches.load(c, list(dict.fromkeys(cible.groupe_id for cible in cibles)))
    if len(trouvees) < len({cible.groupe_id for cible in cibles}):
        raise RefusError("Une de ces nouvelles n’est plus là : elle a été réunie à une autre. Rechargez la page.")
    return trouvees


def _conflicts(c: sqlite3.Connection, trouvees: Sequence[Fiche], cibles: Sequence[Cible]) -> tuple[Conflit, ...]:
    vus = {cible.groupe_id: cible.vu for cible in cibles}
    return tuple(
        _conflict(c, f.groupe_id, c.execute("SELECT * FROM decisions WHERE id = ?", (f.acte_id,)).fetchone())
        for f in trouvees
        if f.acte_id and vus[f.groupe_id] not in (str(f.acte_id), f.acte_geste)
    )


def _conflict(c: sqlite3.Connection, groupe_id: int, ligne: sqlite3.Row) -> Conflit:
    titre = c.execute("SELECT titre FROM items WHERE id = ?", (ligne["item_id"],)).fetchone()["titre"]
    return Conflit(groupe_id, titre, ligne["par"], ligne["genre"], ligne["raison"], unstamp(ligne["prise_a"]))
