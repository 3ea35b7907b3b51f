"""What decisions teach, read from the log, and the models they made: which were kept, which one judges."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from veille.francais import local_day
from veille.model import (
    Confusion,
    ErreurExemple,
    Evaluation,
    Exemple,
    FicheModele,
    MesureSemaine,
    MesureTheme,
    Tranche,
)
from veille.store import items
from veille.store.connexion import reading, stamp, transaction, unstamp

AUTOMATE = "veille"  # Who chooses what judges when no person has.


@dataclass(frozen=True)
class Avant:
    """What was proposed for an item when a person settled it: themes with their probabilities, and those retained."""

    probabilites: dict[str, float]
    retenues: frozenset[str]


@dataclass(frozen=True)
class Appris:
    """One model ever made. `nom` is also its folder's, under `modeles/`.

    `fiche.depuis_le` is never kept with the model: it is read from the log of what judges.
    """

    nom: str
    fait_a: datetime
    exemples: int
    issue: Literal["promu", "refuse"]
    raison: str
    mesures: Evaluation
    fiche: FicheModele


def examples(c: sqlite3.Connection, poids_acceptation: float) -> list[tuple[Exemple, Avant]]:
    """The items whose themes staff settled, with those themes and what was proposed then; oldest decision first.

    The latest word on an item wins. Themes chosen by a person, or a rejection « hors thème », weigh 1; an item kept as it
    was proposed weighs `poids_acceptation`. Rejected for another reason, or put back, an item teaches only the themes
    that a person chose for it.
    """
    etats: dict[int, _Etat] = {}
    for ligne in c.execute(
        "SELECT d.item_id, d.genre, (SELECT sens FROM motifs WHERE code = d.raison) AS sens, d.thematiques, d.prise_a,"
        " (SELECT max(k.id) FROM classements k WHERE k.item_id = d.item_id AND k.fait_a <= d.prise_a) AS classement"
        " FROM decisions_valides d WHERE d.genre IN ('retenir', 'ecarter', 'plus_tard', 'remettre', 'etiqueter')"
        " ORDER BY d.id"
    ):
        etats.setdefault(ligne["item_id"], _Etat()).follow(ligne)
    connus = {item_id: etat for item_id, etat in etats.items() if etat.teaches()}
    avants = _proposed(c, [e.classement for e in connus.values() if e.classement])
    groupes = dict(c.execute("SELECT item_id, groupe_id FROM membres").fetchall()) if connus else {}
    lus = []
    for document in items.documents(c, list(connus)):
        etat = connus[int(document.id)]
        avant = avants.get(etat.classement, Avant({}, frozenset()))
        themes = avant.retenues if etat.themes is None else etat.themes
        if etat.themes is None and not themes:
            continue  # Kept without any theme: nothing is said of its themes.
        poids = poids_acceptation if etat.themes is None else 1.0
        groupe = f"g{groupes[int(document.id)]}" if int(document.id) in groupes else ""
        exemple = Exemple(document, themes, groupe, local_day(unstamp(etat.prise_a)), poids)
        lus.append((etat.prise_a, exemple, avant))
    lus.sort(key=lambda x: (x[0], int(x[1].document.id)))
    return [(exemple, avant) for _, exemple, avant in lus]


@dataclass
class _Etat:
    """What the decisions on one item come to.

    `choisis`: themes a person chose, None when nobody did; they stand until others are chosen, as on the page of the
    story. `verdict`: « retenir », « hors_theme », or "" when the verdict says nothing of the themes. `classement` and
    `prise_a` are of the decision that settled the themes: a later judgement may have learnt from it.
    """

    verdict: str = ""
    choisis: frozenset[str] | None = None
    classement: int = 0
    prise_a: str = ""

    def follow(self, ligne: sqlite3.Row) -> None:
        """Take one more decision into account."""
        avant = self.themes
        if ligne["thematiques"] is not None:
            self.choisis = frozenset(json.loads(ligne["thematiques"]))
            self.verdict = ""
        if ligne["genre"] == "retenir":
            self.verdict = "retenir"
        elif ligne["genre"] == "ecarter" and ligne["sens"] == "theme":
            self.verdict = "hors_theme"
        elif ligne["genre"] != "etiqueter":
            self.verdict = ""
        accepte = self.verdict == "retenir" and self.themes is None
        if accepte or self.themes != avant or ligne["thematiques"] is not None:
            self.classement, self.prise_a = ligne["classement"] or 0, ligne["prise_a"]

    @property
    def themes(self) -> frozenset[str] | None:
        """The themes settled by a person; None when they are those proposed."""
        return frozenset() if self.verdict == "hors_theme" else self.choisis

    def teaches(self) -> bool:
        """Whether these decisions say anything of the themes."""
        return self.themes is not None or self.verdict == "retenir"


def _proposed(c: sqlite3.Connection, classements: Iterable[int]) -> dict[int, Avant]:
    avants: dict[int, Avant] = {}
    lignes = c.execute(
        "SELECT k.id, s.valeur, s.etat, s.probabilite FROM classements k LEFT JOIN suggestions s"
        " ON s.item_id = k.item_id AND s.classement_id = k.id AND s.genre = 'thematique'"
        " WHERE k.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(classements)),),
    )
    for ligne in lignes:
        avant = avants.setdefault(ligne["id"], Avant({}, frozenset()))
        if ligne["valeur"] is not None:
            avant.probabilites[ligne["valeur"]] = ligne["probabilite"]
            if ligne["etat"] == "retenu":
                avants[ligne["id"]] = Avant(avant.probabilites, avant.retenues | {ligne["valeur"]})
    return avants


def last_decision(c: sqlite3.Connection) -> datetime | None:
    """When someone last decided something; None when nobody ever did."""
    ligne = c.execute("SELECT prise_a FROM decisions ORDER BY id DESC LIMIT 1").fetchone()
    return unstamp(ligne["prise_a"]) if ligne else None


def decisions_since(c: sqlite3.Connection, instant: datetime | None) -> int:
    """How many decisions were taken after that instant; all of them when it is None."""
    depuis = stamp(instant) if instant else ""
    return int(c.execute("SELECT count(*) FROM decisions WHERE prise_a > ?", (depuis,)).fetchone()[0])


def count(c: sqlite3.Connection) -> int:
    """How many models were ever made."""
    return int(c.execute("SELECT count(*) FROM modeles").fetchone()[0])


def record(c: sqlite3.Connection, appris: Appris, themes: str) -> None:
    """Keep one model's row, promoted or not. `themes`: fingerprint of the theme file it was made with."""
    with transaction(c):
        curseur = c.execute(
            "INSERT INTO modeles (nom, fait_a, exemples, themes, mesures, fiche, issue, raison)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                appris.nom,
                stamp(appris.fait_a),
                appris.exemples,
                themes,
                json.dumps(asdict(appris.mesures), ensure_ascii=False),
                json.dumps(asdict(replace(appris.fiche, depuis_le=None)), ensure_ascii=False, default=date.isoformat),
                appris.issue,
                appris.raison,
            ),
        )
        if appris.issue == "promu":
            _activate(c, curseur.lastrowid, AUTOMATE, appris.raison, appris.fait_a)


def choose(c: sqlite3.Connection, nom: str | None, par: str, raison: str, now: datetime) -> bool:
    """Let a former model judge again, or the rules alone (None); False when no model has this name."""
    with transaction(c):
        ligne = c.execute("SELECT id FROM modeles WHERE nom = ?", (nom,)).fetchone() if nom else None
        if nom and ligne is None:
            return False
        _activate(c, ligne["id"] if ligne else None, par, raison, now)
    return True


def active(c: sqlite3.Connection) -> str | None:
    """The model that judges; None for the rules alone."""
    ligne = c.execute(
        "SELECT m.nom FROM modeles_actifs a LEFT JOIN modeles m ON m.id = a.modele_id ORDER BY a.id DESC LIMIT 1"
    ).fetchone()
    return ligne["nom"] if ligne else None


def active_of(chemin: Path) -> str:
    """The model that judges in a database that nobody has opened; "" for the rules alone, or before models existed."""
    with reading(chemin) as c:
        c.row_factory = sqlite3.Row
        connue = c.execute("SELECT 1 FROM sqlite_master WHERE name = 'modeles_actifs'").fetchone()
        return (active(c) if connue else None) or ""


def last_choice(c: sqlite3.Connection) -> tuple[str, datetime] | None:
    """Who last chose what judges, and when; None when nobody did."""
    ligne = c.execute("SELECT par, depuis_a FROM modeles_actifs ORDER BY id DESC LIMIT 1").fetchone()
    return (ligne["par"], unstamp(ligne["depuis_a"])) if ligne else None


def models(c: sqlite3.Connection) -> list[Appris]:
    """Every model made, latest first; the one that judges says since when."""
    actif = c.execute("SELECT modele_id, depuis_a FROM modeles_actifs ORDER BY id DESC LIMIT 1").fetchone()
    return [
        _model(ligne, actif["depuis_a"] if actif and actif["modele_id"] == ligne["id"] else None)
        for ligne in c.execute("SELECT * FROM modeles ORDER BY id DESC")
    ]


def _model(ligne: sqlite3.Row, depuis_a: str | None) -> Appris:
    return Appris(
        nom=ligne["nom"],
        fait_a=unstamp(ligne["fait_a"]),
        exemples=ligne["exemples"],
        issue=ligne["issue"],
        raison=ligne["raison"],
        mesures=_evaluation(json.loads(ligne["mesures"])),
        fiche=_fiche(json.loads(ligne["fiche"]), depuis_a),
    )


def _fiche(brut: dict[str, Any], depuis_a: str | None) -> FicheModele:
    jours = {champ: _day(brut[champ]) for champ in ("decisions_du", "decisions_au")}
    erreurs = tuple(
        ErreurExemple(**{**e, "vrais": tuple(e["vrais"]), "proposes": tuple(e["proposes"])}) for e in brut["erreurs"]
    )
    depuis_le = local_day(unstamp(depuis_a)) if depuis_a else None
    fait_le = date.fromisoformat(brut["fait_le"])
    return FicheModele(**{**brut, **jours, "fait_le": fait_le, "depuis_le": depuis_le, "erreurs": erreurs})


def _day(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


def _evaluation(brut: dict[str, Any]) -> Evaluation:
    return Evaluation(
        **{
            **brut,
            "themes": tuple(MesureTheme(**m) for m in brut["themes"]),
            "fiabilite": tuple(Tranche(**m) for m in brut["fiabilite"]),
            "confusions": tuple(Confusion(**m) for m in brut["confusions"]),
            "semaines": tuple(MesureSemaine(**m) for m in brut["semaines"]),
        }
    )


def _activate(c: sqlite3.Connection, modele_id: int | None, par: str, raison: str, now: datetime) -> None:
    c.execute(
        "INSERT INTO modeles_actifs (modele_id, par, raison, depuis_a) VALUES (?, ?, ?, ?)",
        (modele_id, par, raison, stamp(now)),
    )
