"""The whole évaluation of a period, put together from the rooms that count: the same for the page, the files, the frozen quarter."""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import datetime, timedelta
from statistics import median

from veille.appreciation.conseils import JOURS as JOURS_CONSEILS
from veille.appreciation.conseils import advise
from veille.appreciation.formes import Appreciee, Effort, Evaluation, Modele, Numero
from veille.appreciation.periodes import Jours
from veille.editor.rappel import trouble
from veille.francais import local_day
from veille.store import apprentissage, budget, chiffres, efforts, entonnoir, portees, sources, voix
from veille.store.connexion import unstamp
from veille.store.sources import Sante


def read(c: sqlite3.Connection, jours: Jours, now: datetime) -> Evaluation:
    """Everything counted of these days, as it stands now."""
    trouve, appris = entonnoir.read(c, jours), budget.learn(c, now)
    au = min(jours.fin, local_day(now))
    conseils = entonnoir.by_source(c, au - timedelta(days=JOURS_CONSEILS), au)
    minutes = efforts.by_task(c, jours.debut, jours.fin)
    return Evaluation(
        debut=jours.debut,
        fin=jours.fin,
        mesuree_a=now,
        trimestre=jours.trimestre,
        chiffres=chiffres.read(c, jours.depuis, jours.debut, jours.avant, jours.fin),
        total=trouve.total,
        sources=tuple(x for x in trouve.sources if x.elements or x.nouvelles),
        themes=trouve.themes,
        lieux=trouve.lieux,
        etats=dict(Counter(state(s, now) for s in sources.health(c))),
        conseils=advise(conseils, au),
        ajouts=entonnoir.by_hand(c, jours),
        efforts=tuple(Effort(t, minutes[t]) for t in efforts.TACHES if t in minutes),
        numeros=_issues(c, jours),
        appreciees=tuple(
            Appreciee(x.item_id, x.titre, x.utile, x.pas_utile, x.utilise)
            for x in voix.best_items(c, jours.debut, au=jours.fin)
        ),
        reprises=entonnoir.reused(c, jours.debut, jours.fin),
        revue_elements=appris.elements,
        revue_secondes=appris.secondes,
        revue_seances=appris.seances,
        modele=_model(c),
    )


def state(sante: Sante, now: datetime) -> str:
    """How a source is doing, by its latest readings: one of the states that « Sources » shows."""
    if sante.etat == "inactive":
        return "inactive"
    if sante.issue == "echec":
        return "echec"
    if sante.derniere_a is None:
        return "jamais"
    if trouble(sante, now) is not None:
        return "silence"
    return "verifier" if sante.etat == "a_verifier" else "ordre"


def _issues(c: sqlite3.Connection, jours: Jours) -> tuple[Numero, ...]:
    """Every issue published in these days, the latest first; the team's reminders are no issue."""
    lignes = c.execute(
        """
        SELECT d.id, d.audience, coalesce(a.nom, d.audience) AS public, d.numero, d.date_le,
            (SELECT count(*) FROM digest_items x WHERE x.digest_id = d.id AND x.retire_a IS NULL) AS elements
        FROM digests d LEFT JOIN audiences a ON a.slug = d.audience
        WHERE d.publie_a IS NOT NULL AND d.genre <> 'rappel' AND d.date_le BETWEEN ? AND ?
        ORDER BY d.date_le DESC, d.id DESC
        """,
        (jours.debut.isoformat(), jours.fin.isoformat()),
    ).fetchall()
    envois = {x.digest_id: x for x in portees.by_issue(c, jours.debut, jours.fin)}
    dites = {x.digest_id: x for x in voix.by_issue(c, jours.debut, jours.fin)}
    delais, minutes = _delays(c, jours), efforts.by_issue(c)
    return tuple(
        Numero(
            digest_id=x["id"],
            audience=x["audience"],
            public=x["public"],
            numero=x["numero"],
            date_le=datetime.fromisoformat(x["date_le"]).date(),
            elements=x["elements"],
            **(
                {
                    nom: getattr(envois[x["id"]], nom)
                    for nom in ("prevus", "acceptes", "refuses", "rebonds", "incertains", "personnes")
                }
                if x["id"] in envois
                else {}
            ),
            **(
                {nom: getattr(dites[x["id"]], nom) for nom in ("utile", "pas_utile", "utilise")}
                if x["id"] in dites
                else {}
            ),
            reponses=tuple(dites[x["id"]].reponses.items()) if x["id"] in dites else (),
            delai_jours=delais.get(x["id"]),
            minutes=minutes.get(x["id"], 0),
        )
        for x in lignes
    )


def _delays(c: sqlite3.Connection, jours: Jours) -> dict[int, float]:
    """For each issue, the median number of days from the publication by the source; undated items apart."""
    ages: dict[int, list[float]] = {}
    for x in c.execute(
        """
        SELECT d.id, d.publie_a AS fin, i.publie_a FROM digests d CROSS JOIN digest_items x ON x.digest_id = d.id
        CROSS JOIN items i ON i.id = x.item_id
        WHERE d.date_le BETWEEN ? AND ? AND d.publie_a IS NOT NULL AND x.retire_a IS NULL
            AND i.publie_a IS NOT NULL AND i.date_douteuse = '' AND i.publie_a <= d.publie_a
        """,
        (jours.debut.isoformat(), jours.fin.isoformat()),
    ):
        age = (unstamp(x["fin"]) - unstamp(x["publie_a"])).total_seconds() / 86_400
        ages.setdefault(x["id"], []).append(age)
    return {numero: median(siens) for numero, siens in ages.items()}


def _model(c: sqlite3.Connection) -> Modele | None:
    actif = apprentissage.active(c)
    appris = next((m for m in apprentissage.models(c) if m.nom == actif), None) if actif else None
    if appris is None:
        return None
    m = appris.mesures
    return Modele(
        appris.nom, appris.fiche.fait_le, appris.exemples, m.documents, m.precision, m.rappel, m.micro_f1, m.ece
    )
