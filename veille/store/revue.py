"""What the review pages read beside the stories themselves (`fiches`): which stories, their names, their history."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from veille.store.connexion import stamp, unstamp
from veille.store.decisions import VERDICTS_RECENTS, GenreDecision

LIMITE = 1000


@dataclass(frozen=True)
class Lieu:
    """One place of the gazetteer, with the one that contains it."""

    slug: str
    nom: str
    genre: str
    parent: str


@dataclass(frozen=True)
class References:
    """Names of themes, types and places, in the order of the staff files; of sources, by name."""

    thematiques: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    lieux: dict[str, Lieu] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)

    def name(self, genre: str, slug: str) -> str:
        """The name to show for one tag; an unknown slug is shown as it is."""
        if genre == "territoire":
            return self.lieux[slug].nom if slug in self.lieux else slug
        return (self.thematiques if genre == "thematique" else self.types).get(slug, slug)


@dataclass(frozen=True)
class Retour:
    """A decision was undone, or done again (`genre`): by whom and when."""

    genre: Literal["annuler", "retablir"]
    par: str
    prise_a: datetime


@dataclass(frozen=True)
class Acte:
    """One decision as the history of a story shows it. None: not touched by this decision.

    `classement`: what the classifier said then of the themes, (slug, state, probability); `pertinence`: the probability
    it gave that staff keep the story; None when nobody knows. `retours`: undoings, oldest first; the last one prevails.
    """

    genre: GenreDecision
    raison: str
    par: str
    prise_a: datetime
    item_id: int
    item_titre: str
    a_la_une: bool = False
    reprise_le: date | None = None
    thematiques: tuple[str, ...] | None = None
    territoires: tuple[str, ...] | None = None
    type: str | None = None
    date_limite: str | None = None
    titre: str | None = None
    resume: str | None = None
    pourquoi: str | None = None
    note: str | None = None
    audiences: tuple[str, ...] | None = None
    deplaces: int = 0
    classement: tuple[tuple[str, str, float], ...] = ()
    pertinence: float | None = None
    retours: tuple[Retour, ...] = ()

    @property
    def annule(self) -> bool:
        """Whether it no longer stands."""
        return bool(self.retours) and self.retours[-1].genre == "annuler"


@dataclass(frozen=True)
class AncienneVersion:
    """What an item said before its source changed it."""

    item_id: int
    numero: int
    titre: str
    resume: str
    remplacee_a: datetime


def references(c: sqlite3.Connection) -> References:
    """Names of themes, document types and places in the order staff wrote them; of sources, by name."""

    def named(requete: str) -> dict[str, str]:
        return dict(c.execute(requete).fetchall())

    return References(
        thematiques=named("SELECT slug, nom FROM thematiques ORDER BY rowid"),
        types=named("SELECT slug, nom FROM types_document ORDER BY rowid"),
        lieux={
            slug: Lieu(slug, nom, genre, parent)
            for slug, nom, genre, parent in c.execute("SELECT slug, nom, genre, parent FROM territoires ORDER BY rowid")
        },
        sources=named("SELECT slug, nom FROM sources ORDER BY nom, slug"),
    )


def ratings(c: sqlite3.Connection) -> str:
    """The rating and the rights of every source, as one text that changes with any of them."""
    return str(c.execute("SELECT json_group_array(json_array(slug, cote, droits)) FROM sources").fetchone()[0])


def audiences(c: sqlite3.Connection) -> dict[str, str]:
    """Slug → name of the audiences that receive stories, by name: the team's own reminder holds what waits, never these."""
    lignes = c.execute(
        "SELECT slug, nom FROM audiences WHERE (SELECT json_extract(contenu, '$.genre') FROM digests"
        " WHERE audience = audiences.slug ORDER BY numero DESC LIMIT 1) IS NOT 'rappel' ORDER BY nom, slug"
    )
    return dict(lignes.fetchall())


def history(c: sqlite3.Connection, groupe_id: int) -> list[Acte]:
    """Every decision on any member of the story, oldest first, with what became of it."""
    lignes = c.execute(
        "SELECT d.*, i.titre AS item_titre FROM membres m CROSS JOIN decisions d ON d.item_id = m.item_id"
        " JOIN items i ON i.id = d.item_id WHERE m.groupe_id = ? ORDER BY d.id",
        (groupe_id,),
    ).fetchall()
    retours: dict[int, list[Retour]] = {}
    for ligne in lignes:
        if ligne["cible_id"] is not None:
            retour = Retour(ligne["genre"], ligne["par"], unstamp(ligne["prise_a"]))
            retours.setdefault(ligne["cible_id"], []).append(retour)
    dits = _said(c, [ligne["classement_id"] for ligne in lignes if ligne["classement_id"]])
    return [
        _acte(ligne, dits.get(ligne["classement_id"], ()), tuple(retours.get(ligne["id"], ())))
        for ligne in lignes
        if ligne["cible_id"] is None
    ]


def old_versions(c: sqlite3.Connection, groupe_id: int) -> list[AncienneVersion]:
    """What the members of the story said before their sources changed them, latest first."""
    lignes = c.execute(
        "SELECT v.* FROM versions v JOIN membres m ON m.item_id = v.item_id WHERE m.groupe_id = ?"
        " ORDER BY v.remplacee_a DESC, v.id DESC",
        (groupe_id,),
    )
    return [
        AncienneVersion(
            item_id=ligne["item_id"],
            numero=ligne["numero"],
            titre=ligne["titre"],
            resume=ligne["resume"],
            remplacee_a=unstamp(ligne["remplacee_a"]),
        )
        for ligne in lignes
    ]


def full_texts(c: sqlite3.Connection, item_ids: Sequence[int]) -> dict[int, str]:
    """The text collected for each of these items, when there is one."""
    lignes = c.execute(
        "SELECT item_id, texte FROM textes WHERE texte <> '' AND item_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(item_ids)),),
    )
    return {ligne["item_id"]: ligne["texte"] for ligne in lignes}


def retained_unpublished(c: sqlite3.Connection, depuis: datetime, limite: int = LIMITE) -> dict[int, tuple[str, ...]]:
    """Groups retained since then that no published digest holds, latest first, each with the audiences drafted for.

    CROSS JOIN goes from a story's items to the digests that hold them, never through every digest there has been.
    """
    lignes = c.execute(
        f"""
        SELECT v.groupe_id, (
            SELECT json_group_array(DISTINCT d.audience) FROM membres m CROSS JOIN digest_items di ON di.item_id = m.item_id
            CROSS JOIN digests d ON d.id = di.digest_id WHERE m.groupe_id = v.groupe_id AND di.retire_a IS NULL
        ) AS audiences
        FROM ({VERDICTS_RECENTS}) v
        WHERE v.genre = 'retenir' AND NOT EXISTS (
            SELECT 1 FROM membres m CROSS JOIN digest_items di ON di.item_id = m.item_id
            CROSS JOIN digests d ON d.id = di.digest_id
            WHERE m.groupe_id = v.groupe_id AND d.publie_a IS NOT NULL AND di.retire_a IS NULL
        )
        ORDER BY v.prise_a DESC, v.decision_id DESC LIMIT :limite
        """,
        {"depuis": stamp(depuis), "limite": limite},
    )
    return {ligne["groupe_id"]: tuple(json.loads(ligne["audiences"])) for ligne in lignes}


def deadlines(c: sqlite3.Connection, debut: date, fin: date) -> list[tuple[str, int]]:
    """Deadlines from the first day to the last, both included, of stories nobody rejected: (ISO date, group)."""
    lignes = c.execute(
        """
        SELECT e.valeur AS limite, e.groupe_id FROM file_etiquettes e
        CROSS JOIN file_revue f ON f.groupe_id = e.groupe_id
        WHERE e.genre = 'echeance' AND e.valeur >= ? AND e.valeur < ? AND f.etat <> 'ecarte' ORDER BY e.valeur
        """,
        (debut.isoformat(), (fin + timedelta(days=1)).isoformat()),  # A date with its hour sorts after its day.
    )
    return [(ligne["limite"], ligne["groupe_id"]) for ligne in lignes]


def _acte(ligne: sqlite3.Row, classement: tuple[tuple[str, str, float], ...], retours: tuple[Retour, ...]) -> Acte:
    return Acte(
        genre=ligne["genre"],
        raison=ligne["raison"],
        par=ligne["par"],
        prise_a=unstamp(ligne["prise_a"]),
        item_id=ligne["item_id"],
        item_titre=ligne["item_titre"],
        a_la_une=ligne["a_la_une"] == 1,
        reprise_le=date.fromisoformat(ligne["reprise_le"]) if ligne["reprise_le"] else None,
        thematiques=_liste(ligne["thematiques"]),
        territoires=_liste(ligne["territoires"]),
        type=ligne["type"],
        date_limite=ligne["date_limite"],
        titre=ligne["titre"],
        resume=ligne["resume"],
        pourquoi=ligne["pourquoi"],
        note=ligne["note"],
        audiences=_liste(ligne["audiences"]),
        deplaces=len(json.loads(ligne["deplaces"])) if ligne["deplaces"] else 0,
        classement=classement,
        pertinence=ligne["pertinence"],
        retours=retours,
    )


def _said(c: sqlite3.Connection, classement_ids: Sequence[int]) -> dict[int, tuple[tuple[str, str, float], ...]]:
    """What these judgements said of the themes."""
    dits: dict[int, tuple[tuple[str, str, float], ...]] = {}
    lignes = c.execute(
        # CROSS JOIN starts from these few judgements, not from every theme ever suggested.
        "SELECT k.id, s.valeur, s.etat, s.probabilite FROM classements k"
        " CROSS JOIN suggestions s ON s.item_id = k.item_id AND s.classement_id = k.id"
        " WHERE k.id IN (SELECT value FROM json_each(?)) AND +s.genre = 'thematique' ORDER BY s.probabilite DESC, s.id",
        (json.dumps(list(classement_ids)),),
    )
    for ligne in lignes:
        mot = (ligne["valeur"], ligne["etat"], ligne["probabilite"])
        dits[ligne["id"]] = (*dits.get(ligne["id"], ()), mot)
    return dits


def _liste(texte: str | None) -> tuple[str, ...] | None:
    return None if texte is None else tuple(json.loads(texte))
