"""Bilans: drawn up from the rows of today, stored once, and what came after those that a locked period froze.

A stored bilan never changes. Drawn up again, the same content is the same bilan; otherwise it is a new one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Any

from veille.bilan import Chiffre, ContenuBilan, Correction, Ecart, Passe, Point, Suites, from_json, prepare, to_json
from veille.bilan.textes import figure_of
from veille.errors import RefusError
from veille.francais import format_day, local_day, plural
from veille.model import Plan
from veille.periodes import GenrePeriode, Periode, plan_period, quarter_of, year_of
from veille.registres.champs import REGISTRES
from veille.store import mesures, registres
from veille.store.connexion import stamp, unstamp
from veille.store.mesures import Serie, read_facts, spans
from veille.store.mesures.bornes import after
from veille.store.registres import Acte, Amendement

TRIMESTRES_AVANT = 4


@dataclass(frozen=True)
class Bilan:
    """One stored bilan."""

    id: int
    plan: str
    periode: Periode
    au: date
    contenu: ContenuBilan
    par: str
    calcule_a: datetime


@dataclass(frozen=True)
class Fiche:
    """One line of the list of stored bilans. `verrou`: when its period was locked on it."""

    id: int
    plan: str
    periode: Periode
    au: date
    par: str
    calcule_a: datetime
    verrou: datetime | None = None


@dataclass(frozen=True)
class Fige:
    """What a locked period froze: the figures of its bilan, by code, and since when."""

    bilan_id: int
    verrouillee_le: date
    chiffres: Mapping[str, Chiffre]


@dataclass(frozen=True)
class Fait:
    """What asking for a bilan gave: which one, whether it is new, how many figures changed since the one before it."""

    bilan: Bilan
    nouveau: bool
    changes: int = 0
    fige: bool = False

    @property
    def phrase(self) -> str:
        """What happened, for who asked."""
        numero = f"Bilan nº\u00a0{self.bilan.id}"
        if self.fige:
            au = format_day(self.bilan.au)
            return f"{numero}, au {au} : cette période est verrouillée, ses chiffres ne changent plus."
        if local_day(self.bilan.calcule_a) < self.bilan.au:
            return f"{numero}, fait avant son jour : refaites-le après le {format_day(self.bilan.au)}."
        if not self.nouveau:
            return f"{numero} : rien n’a changé depuis qu’il a été calculé."
        if not self.changes:
            return f"{numero} calculé."
        return (
            f"{numero} calculé : {plural(self.changes, 'chiffre a changé', 'chiffres ont changé')} depuis le précédent."
        )


def period_for(plan: Plan, genre: GenrePeriode, au: date, aujourdhui: date) -> Periode:
    """The period of a bilan on a day; RefusError when that day is not of the plan, or is to come after it.

    A day of the plan that is to come is taken: a bilan is prepared before its day.
    """
    entier = plan_period(plan)
    premier = entier.debut
    dernier = max(entier.fin, aujourdhui) if genre == "plan" else entier.fin
    if not premier <= au <= dernier:
        quoi = {"plan": "de ce plan", "annee": "d’une année de ce plan", "trimestre": "d’un trimestre de ce plan"}[
            genre
        ]
        raise RefusError(
            f"Le bilan {quoi} se fait à un jour compris entre le {format_day(premier)} et le {format_day(dernier)}."
        )
    return {"plan": entier, "annee": year_of(au), "trimestre": quarter_of(au)}[genre]


def draw(c: sqlite3.Connection, plan: Plan, periode: Periode, au: date, now: datetime) -> ContenuBilan:
    """What a bilan of that period says, from the rows as they are; nothing after `au` counts."""
    jusque = min(after(au), now + timedelta(seconds=1))
    passes = [Passe(p, read_facts(c, plan, p, jusque)) for p in _around(plan, periode, au)]
    faits = next((p.faits for p in passes if p.periode == periode), None) or read_facts(c, plan, periode, jusque)
    return _with_frozen(prepare(plan, faits, au, passes), frozen_figures(c, plan.slug))


def _with_frozen(contenu: ContenuBilan, figes: Mapping[Periode, Fige]) -> ContenuBilan:
    """A locked year keeps its figures in the series of every other bilan."""
    noms = {p.nom: fige.chiffres for p, fige in figes.items() if p != contenu.periode}

    def kept(x: Chiffre) -> Chiffre:
        return replace(x, serie=tuple(Point(p.nom, _frozen_value(noms.get(p.nom), x.code, p.valeur)) for p in x.serie))

    return replace(contenu, chiffres=tuple(map(kept, contenu.chiffres)), totaux=tuple(map(kept, contenu.totaux)))


def _frozen_value(chiffres: Mapping[str, Chiffre] | None, code: str, valeur: float | None) -> float | None:
    return chiffres[code].valeur if chiffres and code in chiffres else valeur


def _around(plan: Plan, periode: Periode, au: date) -> list[Periode]:
    """The periods that a bilan shows beside its own: the plan's years, or the quarters before it."""
    if periode.genre != "trimestre":
        return [an for an in spans(plan, au, "annee") if an.debut <= periode.fin]
    suite = [periode]
    while len(suite) <= TRIMESTRES_AVANT:
        suite.insert(0, quarter_of(suite[0].debut - timedelta(days=1)))
    return [p for p in suite if p.fin >= plan_period(plan).debut]


def make(c: sqlite3.Connection, plan: Plan, periode: Periode, contenu: ContenuBilan, par: str, now: datetime) -> Fait:
    """Store what `draw` gave, unless it is stored already or the period is locked. Inside the caller's transaction."""
    if fige := frozen(c, plan.slug, periode):
        return Fait(fige[0], nouveau=False, fige=True)
    texte = to_json(contenu)
    empreinte = blake2b(texte.encode(), digest_size=16).hexdigest()
    cle = (plan.slug, periode.genre, periode.debut.isoformat(), contenu.au.isoformat())
    deja = c.execute(
        "SELECT id FROM bilans WHERE plan = ? AND genre = ? AND debut_le = ? AND au_le = ? AND empreinte = ?",
        (*cle, empreinte),
    ).fetchone()
    if deja:
        return Fait(require(c, deja["id"]), nouveau=False)
    avant = latest(c, plan.slug, periode, contenu.au)
    ligne = c.execute(
        "INSERT INTO bilans (plan, genre, debut_le, au_le, contenu, empreinte, par, calcule_a)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (*cle, texte, empreinte, par, stamp(now)),
    ).fetchone()
    changes = len(differences(avant.contenu, contenu)) if avant else 0
    return Fait(require(c, ligne["id"]), nouveau=True, changes=changes)


def differences(avant: ContenuBilan, apres: ContenuBilan) -> list[Ecart]:
    """The figures of two bilans of one period that are not the same, in words."""
    anciens: Mapping[str, Chiffre] = {x.code: x for x in avant.tous}
    return [
        Ecart(x.code, x.texte, _worded(anciens.get(x.code)), _worded(x))
        for x in apres.tous
        if _worded(anciens.get(x.code)) != _worded(x)
    ]


def _worded(chiffre: Chiffre | None) -> str:
    if chiffre is None:
        return "—"
    ajouts = f" ; {' ; '.join(chiffre.ajouts)}" if chiffre.ajouts else ""
    return f"{figure_of(chiffre) or 'non mesuré'}{ajouts}"


def latest(c: sqlite3.Connection, plan: str, periode: Periode, au: date) -> Bilan | None:
    """The last bilan stored for a period, on a day."""
    ligne = c.execute(
        "SELECT * FROM bilans WHERE plan = ? AND genre = ? AND debut_le = ? AND au_le = ? ORDER BY id DESC LIMIT 1",
        (plan, periode.genre, periode.debut.isoformat(), au.isoformat()),
    ).fetchone()
    return _bilan(ligne) if ligne else None


def one(c: sqlite3.Connection, numero: int) -> Bilan | None:
    """The stored bilan of this number."""
    ligne = c.execute("SELECT * FROM bilans WHERE id = ?", (numero,)).fetchone()
    return _bilan(ligne) if ligne else None


def require(c: sqlite3.Connection, numero: int) -> Bilan:
    """The same, or RefusError."""
    trouve = one(c, numero)
    if trouve is None:
        raise RefusError(f"Il n’y a pas de bilan nº\u00a0{numero}.")
    return trouve


def listed(c: sqlite3.Connection, plan: str, limite: int, depart: int = 0) -> list[Fiche]:
    """Stored bilans of a plan, the latest first."""
    verrous = {v.bilan_id: v.verrouillee_a for v in registres.locked(c, plan)}
    lignes = c.execute(
        "SELECT id, plan, genre, debut_le, au_le, json_extract(contenu, '$.fin') AS fin_le, par, calcule_a FROM bilans"
        " WHERE plan = ? ORDER BY id DESC LIMIT ? OFFSET ?",
        (plan, limite, depart),
    )
    return [
        Fiche(x["id"], x["plan"], _period(x, x["fin_le"]), date.fromisoformat(x["au_le"]), x["par"],
              unstamp(x["calcule_a"]), verrous.get(x["id"]))
        for x in lignes
    ]  # fmt: skip


def frozen(c: sqlite3.Connection, plan: str, periode: Periode) -> tuple[Bilan, datetime] | None:
    """The bilan that a locked period froze, and when; None while it is open."""
    verrou = next((v for v in registres.locked(c, plan) if v.periode == periode), None)
    return (require(c, verrou.bilan_id), verrou.verrouillee_a) if verrou else None


def frozen_figures(c: sqlite3.Connection, plan: str) -> dict[Periode, Fige]:
    """Every locked period of a plan, with the figures that it keeps."""
    return {
        v.periode: Fige(
            v.bilan_id, local_day(v.verrouillee_a), {x.code: x for x in require(c, v.bilan_id).contenu.tous}
        )
        for v in registres.locked(c, plan)
    }


def series(c: sqlite3.Connection, plan: Plan, au: date | None = None) -> dict[str, Serie]:
    """Every indicator, code → its value in each year: as frozen for a locked one, as counted today for the others."""
    figes = {p: fige.chiffres for p, fige in frozen_figures(c, plan.slug).items()}
    return {
        code: tuple((p, _frozen_value(figes.get(p), code, valeur)) for p, valeur in suite)
        for code, suite in mesures.series(c, plan, au).items()
    }


def aftermath(c: sqlite3.Connection, plan: Plan, bilan: Bilan, now: datetime) -> Suites | None:
    """What was amended since in the locked periods that a bilan covers; for a frozen one, what it would come to now.

    None when nothing of it is locked.
    """
    verrous = [v for v in registres.locked(c, bilan.plan) if bilan.periode.meets(v.periode.debut, v.periode.fin)]
    if not verrous:
        return None
    depuis = next((v for v in verrous if v.bilan_id == bilan.id), None)
    amendements = {a.id: a for v in verrous for a in registres.amendments(c, bilan.plan, v.periode)}
    corrections = tuple(x for a in amendements.values() for x in _corrections(a))
    # Asked even when nothing was amended: organisations merged since, or a theme changed, move a count as well.
    compare = depuis and plan.slug == bilan.plan
    ecarts = differences(bilan.contenu, draw(c, plan, bilan.periode, bilan.au, now)) if compare else []
    return Suites(local_day(depuis.verrouillee_a) if depuis else None, corrections, tuple(ecarts))


def _corrections(amendement: Amendement) -> list[Correction]:
    return [
        Correction(
            amendement.raison,
            amendement.par,
            local_day(amendement.fait_a),
            f"{REGISTRES[acte.registre].titre}, ligne {acte.ligne_id}{_title(acte)}",
            *_change(acte),
            f"/registres/{acte.registre}/{acte.ligne_id}",
        )
        for acte in amendement.actes
        if acte.registre in REGISTRES
    ]


def _title(acte: Acte) -> str:
    valeurs = acte.apres or acte.avant or {}
    titre = str(valeurs.get("titre") or valeurs.get("indicateur") or "")
    return f" : {titre}" if titre else ""


def _change(acte: Acte) -> tuple[str, str]:
    """What changed, before and after: the fields that differ, or that the row is new or withdrawn."""
    if acte.acte in ("retirer", "retablir"):
        return ("au registre", "retirée") if acte.acte == "retirer" else ("retirée", "au registre")
    if not acte.avant or not acte.apres:
        return "", "ligne inscrite"
    noms = [
        k for k in acte.apres if acte.avant.get(k) != acte.apres[k] and k not in ("id", "amendement", "amendement_id")
    ]
    return _fields(acte.registre, acte.avant, noms), _fields(acte.registre, acte.apres, noms)


def _fields(registre: str, valeurs: Mapping[str, Any], noms: Sequence[str]) -> str:
    dits = {champ.nom: champ.titre for champ in REGISTRES[registre].champs}
    return " ; ".join(f"{dits.get(k, k)} : {_told(valeurs.get(k))}" for k in noms)


def _told(valeur: Any) -> str:
    if isinstance(valeur, list | tuple):
        return ", ".join(map(str, valeur)) or "—"
    return "—" if valeur in (None, "") else str(valeur)


def _bilan(x: sqlite3.Row) -> Bilan:
    contenu = from_json(x["contenu"])
    periode = _period(x, contenu.fin.isoformat())
    return Bilan(
        x["id"], x["plan"], periode, date.fromisoformat(x["au_le"]), contenu, x["par"], unstamp(x["calcule_a"])
    )


def _period(x: sqlite3.Row, fin: str) -> Periode:
    genre: GenrePeriode = x["genre"]
    return Periode(genre, date.fromisoformat(x["debut_le"]), date.fromisoformat(fin))
