"""One story as people work on it: the group's lead item, its other members, its tags and what was decided.

Review pages, the composer and the reports all read stories here, so that « retenu » and « à trancher » mean one thing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from veille.classifier.relevance import describe
from veille.francais import local_day
from veille.model import GenreSuggestion, Raison, Suggestion
from veille.store import jugements, pertinences, tirages
from veille.store.connexion import stamp, unstamp
from veille.store.tirages import Marque

Verdict = Literal["", "retenir", "ecarter"]
DROITS_LIBRES = ("ouvert", "institutionnel", "licence")

# What makes an item `i` of a group with the latest verdict `v` (if any) bring its story back to people.
# In the very second of a decision, nobody has read the correction yet: what they decided on was shown before.
A_TRANCHER = "(v.genre IS NULL OR v.genre = 'remettre' OR i.version_a >= v.prise_a)"
VERDICTS = ("retenir", "ecarter", "remettre")
SEULS = ("type", "date_limite", "date_evenement", "montant")  # A story has one of each at most.


@dataclass(frozen=True)
class Membre:
    """One item of the story. `adresse` is the link to open (as the source gave it)."""

    item_id: int
    titre: str
    adresse: str
    auteur: str
    resume: str
    langue: str
    publie_a: datetime | None
    date_douteuse: str
    vu_a: datetime
    version: int
    source: str
    source_nom: str
    droits: str
    cote: str
    raison: str = ""


@dataclass(frozen=True)
class Redaction:
    """What staff wrote or chose. None: nobody has, the suggestions stand."""

    thematiques: tuple[str, ...] | None = None
    territoires: tuple[str, ...] | None = None
    type: str | None = None
    titre: str | None = None
    resume: str | None = None
    pourquoi: str | None = None


@dataclass(frozen=True)
class Fiche:
    """One story. `corrige`: a member changed after the last verdict, so people should look again.

    `pertinence`: probability that staff keep it, once `rate` has said it. `tirage`: why people are asked, when drawn.
    `hors_sujet`: the words by which the lead item seems to be about something else, when it has no theme.
    """

    groupe_id: int
    membres: tuple[Membre, ...]
    suggestions: tuple[Suggestion, ...] = ()
    redaction: Redaction = Redaction()
    verdict: Verdict = ""
    raison: str = ""
    par: str = ""
    prise_a: datetime | None = None
    corrige: bool = False
    pertinence: float = 0.0
    pertinence_raisons: tuple[Raison, ...] = ()
    tirage: Marque | None = None
    hors_sujet: tuple[str, ...] = ()

    @property
    def principal(self) -> Membre:
        """The item that stands for the story."""
        return self.membres[0]

    def _retenues(self, genre: GenreSuggestion) -> tuple[str, ...]:
        return tuple(s.valeur for s in self.suggestions if s.genre == genre and s.etat == "retenu")

    @property
    def thematiques(self) -> tuple[str, ...]:
        """Themes that stand: staff's choice, else the classifier's."""
        choisies = self.redaction.thematiques
        return self._retenues("thematique") if choisies is None else choisies

    @property
    def territoires(self) -> tuple[str, ...]:
        """Places that stand: staff's choice, else the classifier's."""
        choisis = self.redaction.territoires
        return self._retenues("territoire") if choisis is None else choisis

    @property
    def type(self) -> str:
        """The document type that stands, or ""."""
        return next(iter(self._retenues("type")), "") if self.redaction.type is None else self.redaction.type

    @property
    def date_limite(self) -> str:
        """ISO date or date-time of the deadline, or ""."""
        return next(iter(self._retenues("date_limite")), "")

    @property
    def date_evenement(self) -> str:
        """ISO date or date-time of the event, or ""."""
        return next(iter(self._retenues("date_evenement")), "")

    @property
    def montant(self) -> str:
        """Amount in dollars, digits only, or ""."""
        return next(iter(self._retenues("montant")), "")

    @property
    def incertain(self) -> bool:
        """The classifier hesitates and nobody has chosen."""
        return (
            self.redaction.thematiques is None
            and not self.thematiques
            and any(s.genre == "thematique" and s.etat == "incertain" for s in self.suggestions)
        )


def load(c: sqlite3.Connection, groupe_ids: Sequence[int]) -> list[Fiche]:
    """The stories of these groups, in the order asked."""
    cle = json.dumps(list(groupe_ids))
    membres = _members(c, cle)
    actes = _acts(c, cle)
    ids = [m.item_id for liste in membres.values() for m in liste]
    suggestions, marques = jugements.current(c, ids), tirages.of_stories(c, cle)
    ailleurs = jugements.off_topic(c, ids)
    fiches = [
        _fiche(groupe_id, membres[groupe_id], actes.get(groupe_id, []), suggestions)
        for groupe_id in groupe_ids
        if groupe_id in membres
    ]
    return [
        replace(f, tirage=marques.get(f.groupe_id), hors_sujet=ailleurs.get(f.principal.item_id, ())) for f in fiches
    ]


def rate(c: sqlite3.Connection, fiches: Iterable[Fiche], now: datetime) -> list[Fiche]:
    """The same stories with how likely staff are to keep each, by what decisions have taught up to now.

    Computed when read, so that a deadline gone by or a source that told the story since counts at once.
    """
    toutes = list(fiches)
    pertinence, genres = pertinences.in_service(c), pertinences.place_genres(c)
    longueurs = pertinences.text_lengths(c, [f.principal.item_id for f in toutes])
    notees = []
    for fiche in toutes:
        membre = fiche.principal
        cas = describe(
            fiche.suggestions,
            genres=genres,
            source=membre.source,
            langue=membre.langue,
            longueur=len(membre.titre) + len(membre.resume) + longueurs.get(membre.item_id, 0),
            groupe=len(fiche.membres),
            jour=local_day(now),
        )
        probabilite, raisons = pertinence.score(cas)
        notees.append(replace(fiche, pertinence=probabilite, pertinence_raisons=raisons))
    return notees


def of_item(c: sqlite3.Connection, item_id: int) -> Fiche | None:
    """The story an item belongs to."""
    ligne = c.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (item_id,)).fetchone()
    return next(iter(load(c, [ligne["groupe_id"]])), None) if ligne else None


def to_review(c: sqlite3.Connection, depuis: datetime, limite: int = 1000) -> list[int]:
    """Groups seen since then that nobody has settled, or that changed since they were; latest first."""
    lignes = c.execute(
        f"""
        SELECT m.groupe_id, max(i.id) AS dernier FROM items i
        CROSS JOIN membres m ON m.item_id = i.id  -- From the few items of the period, not from every group.
        LEFT JOIN verdicts v ON v.groupe_id = m.groupe_id
        WHERE (i.vu_a >= :depuis OR i.version_a >= :depuis) AND {A_TRANCHER}
        GROUP BY m.groupe_id ORDER BY dernier DESC LIMIT :limite
        """,
        {"depuis": stamp(depuis), "limite": limite},
    )
    return [ligne["groupe_id"] for ligne in lignes]


def with_verdict(
    c: sqlite3.Connection, verdict: Literal["retenir", "ecarter"], depuis: datetime, limite: int = 2000
) -> list[int]:
    """Groups whose latest verdict is this one and was given since then; latest first."""
    lignes = c.execute(
        "SELECT groupe_id FROM verdicts WHERE genre = ? AND prise_a >= ? ORDER BY prise_a DESC, decision_id DESC LIMIT ?",
        (verdict, stamp(depuis), limite),
    )
    return [ligne["groupe_id"] for ligne in lignes]


def _fiche(
    groupe_id: int,
    membres: list[Membre],
    actes: Sequence[sqlite3.Row],
    suggestions: dict[int, list[Suggestion]],
) -> Fiche:
    """`actes`: every decision on the story, oldest first."""
    verdict = next((acte for acte in reversed(actes) if acte["genre"] in VERDICTS), None)
    tranche = verdict is not None and verdict["genre"] != "remettre"
    prise_a = unstamp(verdict["prise_a"]) if verdict is not None else None
    decide = verdict["item_id"] if verdict is not None and tranche else 0
    membres.sort(key=lambda m: (m.item_id != decide, m.droits not in DROITS_LIBRES, m.item_id))
    return Fiche(
        groupe_id=groupe_id,
        membres=tuple(membres),
        suggestions=_merge(suggestions.get(m.item_id, []) for m in membres),
        redaction=_redaction(actes),
        verdict=verdict["genre"] if verdict is not None and tranche else "",
        raison=verdict["raison"] if verdict is not None and tranche else "",
        par=verdict["par"] if verdict is not None else "",
        prise_a=prise_a,
        corrige=tranche and prise_a is not None and any(m.version > 1 and m.vu_a >= prise_a for m in membres),
    )


def _merge(listes: Iterable[list[Suggestion]]) -> tuple[Suggestion, ...]:
    """The lead's suggestions, completed by what only the other members let see (a deadline, a place, a sure theme)."""
    gardees: dict[tuple[str, str], Suggestion] = {}
    genres_vus: set[str] = set()
    for liste in listes:
        for s in liste:
            ancienne = gardees.get((s.genre, s.valeur))
            if s.genre in SEULS and s.genre in genres_vus:
                continue
            if ancienne is None or (ancienne.etat, s.etat) == ("incertain", "retenu"):
                gardees[s.genre, s.valeur] = s
        genres_vus |= {s.genre for s in liste if s.etat == "retenu"}
    return tuple(gardees.values())


def _members(c: sqlite3.Connection, cle: str) -> dict[int, list[Membre]]:
    membres: dict[int, list[Membre]] = {}
    lignes = c.execute(
        """
        SELECT m.groupe_id, i.*, s.slug AS source, s.nom AS source_nom, s.droits, s.cote,
            coalesce((SELECT raison FROM rapprochements r WHERE r.item_id = i.id ORDER BY similarite DESC LIMIT 1), '')
                AS raison
        FROM membres m JOIN items i ON i.id = m.item_id JOIN sources s ON s.id = i.source_id
        WHERE m.groupe_id IN (SELECT value FROM json_each(?)) ORDER BY i.id
        """,
        (cle,),
    )
    for ligne in lignes:
        membres.setdefault(ligne["groupe_id"], []).append(
            Membre(
                item_id=ligne["id"],
                titre=ligne["titre"],
                adresse=ligne["adresse_origine"] or ligne["adresse"],
                auteur=ligne["auteur"],
                resume=ligne["resume"],
                langue=ligne["langue"],
                publie_a=unstamp(ligne["publie_a"]) if ligne["publie_a"] else None,
                date_douteuse=ligne["date_douteuse"],
                vu_a=unstamp(ligne["version_a"] or ligne["vu_a"]),
                version=ligne["version"],
                source=ligne["source"],
                source_nom=ligne["source_nom"],
                droits=ligne["droits"],
                cote=ligne["cote"],
                raison=ligne["raison"],
            )
        )
    return membres


def _acts(c: sqlite3.Connection, cle: str) -> dict[int, list[sqlite3.Row]]:
    """Every decision on these groups, oldest first."""
    actes: dict[int, list[sqlite3.Row]] = {}
    lignes = c.execute(
        "SELECT m.groupe_id, d.* FROM membres m CROSS JOIN decisions d ON d.item_id = m.item_id"
        " WHERE m.groupe_id IN (SELECT value FROM json_each(?)) ORDER BY d.id",
        (cle,),
    )
    for ligne in lignes:
        actes.setdefault(ligne["groupe_id"], []).append(ligne)
    return actes


def _redaction(actes: Iterable[sqlite3.Row]) -> Redaction:
    """The latest value of each field that staff touched."""
    valeurs: dict[str, Any] = {}
    for acte in actes:
        valeurs |= {champ: tuple(json.loads(acte[champ])) for champ in ("thematiques", "territoires") if acte[champ]}
        valeurs |= {champ: acte[champ] for champ in ("type", "titre", "resume", "pourquoi") if acte[champ] is not None}
    return Redaction(**valeurs)
