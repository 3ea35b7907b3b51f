"""One story as people work on it: the group's lead item, its other members, its tags and what was decided.

Review pages, the composer and the reports all read stories here, so that « retenu » and « à trancher » mean one thing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from veille.classifier.relevance import Cas, Pertinence, describe
from veille.francais import local_day
from veille.model import GenreSuggestion, Raison, Suggestion
from veille.store import jugements, pertinences, tirages
from veille.store.connexion import stamp, unstamp
from veille.store.decisions import VERDICTS_RECENTS
from veille.store.tirages import Marque

Verdict = Literal["", "retenir", "ecarter", "plus_tard"]
DROITS_LIBRES = ("ouvert", "institutionnel", "licence")

# What makes an item `i` of a group with the latest verdict `v` (if any) bring its story back to people.
# In the very second of a decision, nobody has read the correction yet: what they decided on was shown before.
# A story put off comes back by the queue (`file`), on its day.
A_TRANCHER = "(v.genre IS NULL OR v.genre = 'remettre' OR i.version_a >= v.prise_a)"
VERDICTS = ("retenir", "ecarter", "plus_tard", "remettre")
_LISTES = ("thematiques", "territoires", "audiences")
_TEXTES = ("type", "date_limite", "titre", "resume", "pourquoi", "note")
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
    """What staff wrote or chose. None: nobody has, the suggestions stand; for `audiences`, each audience's own rules."""

    thematiques: tuple[str, ...] | None = None
    territoires: tuple[str, ...] | None = None
    type: str | None = None
    date_limite: str | None = None
    titre: str | None = None
    resume: str | None = None
    pourquoi: str | None = None
    note: str | None = None
    audiences: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Fiche:
    """One story. `corrige`: a member changed after the last verdict, so people should look again.

    `a_la_une`, `reprise_le` (the day it comes back): of the verdict that stands. `acte_id`, `acte_geste`: the latest row of
    the log about it, undoings included, by which a page knows whether someone has acted since; 0 and "" when nobody ever has.
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
    a_la_une: bool = False
    reprise_le: date | None = None
    acte_id: int = 0
    acte_geste: str = ""
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
        """ISO date or date-time of the deadline: staff's, else the one read in the text; "" without any."""
        choisie = self.redaction.date_limite
        return next(iter(self._retenues("date_limite")), "") if choisie is None else choisie

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
    return score(toutes, cases(c, toutes, now), pertinences.in_service(c))


def score(fiches: Iterable[Fiche], cas: Iterable[Cas], pertinence: Pertinence) -> list[Fiche]:
    """The same stories, scored on these cases of them. Pure."""
    notees = []
    for fiche, sien in zip(fiches, cas, strict=True):
        probabilite, raisons = pertinence.score(sien)
        notees.append(replace(fiche, pertinence=probabilite, pertinence_raisons=raisons))
    return notees


def cases(c: sqlite3.Connection, fiches: Sequence[Fiche], now: datetime) -> list[Cas]:
    """What is known of each story for whoever is about to decide today."""
    genres = pertinences.place_genres(c)
    longueurs = pertinences.text_lengths(c, [f.principal.item_id for f in fiches])
    return [
        describe(
            fiche.suggestions,
            genres=genres,
            source=(membre := fiche.principal).source,
            langue=membre.langue,
            longueur=len(membre.titre) + len(membre.resume) + longueurs.get(membre.item_id, 0),
            groupe=len(fiche.membres),
            jour=local_day(now),
        )
        for fiche in fiches
    ]


def of_item(c: sqlite3.Connection, item_id: int) -> Fiche | None:
    """The story an item belongs to."""
    ligne = c.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (item_id,)).fetchone()
    return next(iter(load(c, [ligne["groupe_id"]])), None) if ligne else None


def with_verdict(
    c: sqlite3.Connection, verdict: Literal["retenir", "ecarter"], depuis: datetime, limite: int = 2000
) -> list[int]:
    """Groups whose latest verdict is this one and was given since then; latest first."""
    lignes = c.execute(
        f"SELECT groupe_id FROM ({VERDICTS_RECENTS}) WHERE genre = :verdict"
        " ORDER BY prise_a DESC, decision_id DESC LIMIT :limite",
        {"verdict": verdict, "depuis": stamp(depuis), "limite": limite},
    )
    return [ligne["groupe_id"] for ligne in lignes]


def _fiche(
    groupe_id: int,
    membres: list[Membre],
    actes: Sequence[sqlite3.Row],
    suggestions: dict[int, list[Suggestion]],
) -> Fiche:
    """`actes`: every decision on the story, oldest first."""
    valides = [acte for acte in actes if acte["valide"]]
    verdict = next((acte for acte in reversed(valides) if acte["genre"] in VERDICTS), None)
    tranche = verdict is not None and verdict["genre"] != "remettre"
    prise_a = unstamp(verdict["prise_a"]) if verdict is not None else None
    decide = verdict["item_id"] if verdict is not None and tranche else 0
    # What was decided was decided on one copy; before that, the best-rated source speaks for the story.
    membres.sort(key=lambda m: (m.item_id != decide, m.cote, m.droits not in DROITS_LIBRES, m.item_id))
    return Fiche(
        groupe_id=groupe_id,
        membres=tuple(membres),
        suggestions=_merge(suggestions.get(m.item_id, []) for m in membres),
        redaction=_redaction(valides),
        verdict=verdict["genre"] if verdict is not None and tranche else "",
        raison=verdict["raison"] if verdict is not None and tranche else "",
        par=verdict["par"] if verdict is not None else "",
        prise_a=prise_a,
        a_la_une=verdict is not None and verdict["a_la_une"] == 1,
        reprise_le=date.fromisoformat(verdict["reprise_le"]) if verdict is not None and verdict["reprise_le"] else None,
        acte_id=actes[-1]["id"] if actes else 0,
        acte_geste=actes[-1]["geste"] if actes else "",
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
    """Every decision on these groups, oldest first, with whether it stands (`valide`)."""
    actes: dict[int, list[sqlite3.Row]] = {}
    lignes = c.execute(
        "SELECT m.groupe_id, d.*, EXISTS (SELECT 1 FROM decisions_valides v WHERE v.id = d.id) AS valide"
        " FROM membres m CROSS JOIN decisions d ON d.item_id = m.item_id WHERE m.groupe_id IN (SELECT value FROM json_each(?)) ORDER BY d.id",
        (cle,),
    )
    for ligne in lignes:
        actes.setdefault(ligne["groupe_id"], []).append(ligne)
    return actes


def _redaction(actes: Iterable[sqlite3.Row]) -> Redaction:
    """The latest value of each field that staff touched."""
    valeurs: dict[str, Any] = {}
    for acte in actes:
        valeurs |= {champ: tuple(json.loads(acte[champ])) for champ in _LISTES if acte[champ]}
        valeurs |= {champ: acte[champ] for champ in _TEXTES if acte[champ] is not None}
    return Redaction(**valeurs)
