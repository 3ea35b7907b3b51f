"""The past of the demonstration: a fictional year of the watch, lived again by the ordinary code with a past clock.

Only the network is missing: what sources gave is data (`veille/exemple/passe.py`), and mails go to an outbox in memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import blake2b
from pathlib import Path

from pipeline import compose, publish, train
from pipeline.classify import classify_new
from pipeline.context import Contexte, open_context
from pipeline.group import group_new
from pipeline.rank import rank_new
from pipeline.themes import themes_in_force
from veille import ingest
from veille.cadence import next_visit
from veille.classifier.judge import Judge
from veille.exemple import passe
from veille.exemple.passe import BulletinPasse, ItemPasse, Lecture, Passe
from veille.francais import local_day
from veille.mailer import Issue
from veille.model import Lecture as Lue
from veille.store import abonnes, decisions, items, sources, verifications, voix
from veille.store.abonnes import envois, lots, portee
from veille.store.boite import Depot
from veille.store.connexion import connect, transaction
from veille.store.decisions import Decision
from veille.store.lecture import Connexion
from veille.store.sources import Collecte

SOIR, MATIN, MIDI = time(21), time(13), time(16)  # In UTC: late in the afternoon, in the morning and at noon here.
REVISION = timedelta(days=2)  # Between a reading and what the reviewer decided of it.
EQUIPE = 3  # Subscribers that no figure counts.


@dataclass(frozen=True)
class Etat:
    """Where the past stands: its judge, which learns nothing, and the ids of what it has already given."""

    juge: Judge
    sources: dict[str, int]
    items: dict[str, int]


@dataclass(frozen=True)
class Abonne:
    """Someone in the outbox, who is nobody."""

    sujet: str
    adresse: str
    genre: str = "partenaire"
    rythme: str = "numero"


def plant(dossier: Path, now: datetime) -> None:
    """Live the past in a new folder, through to the day its sources were retired; nothing at all if that day is to come."""
    vecu = passe.load()
    if local_day(now) <= vecu.fin:
        return
    _write(dossier / "sources.toml", vecu.sources_toml())
    _write(dossier / "thematiques.toml", vecu.validated((dossier / "thematiques.toml").read_text(encoding="utf-8")))
    debut = _at(vecu.debut, time(9))
    with open_context(dossier, now=lambda: debut) as ctx, contextlib.closing(connect(":memory:")) as boite:
        abonnes.migrate(boite)
        juge = train.active_judge(ctx, themes_in_force(ctx))
        etat = Etat(juge, {slug: e.source_id for slug, e in sources.states(ctx.store).items()}, {})
        lectures = vecu.readings()
        for bulletin in vecu.bulletins:
            _live_until(ctx, vecu, etat, lectures, bulletin.le)
            numero = _send_out(ctx, vecu, bulletin)
            _deliver(ctx, boite, numero, bulletin)
            _hear(ctx, numero, [x for x in vecu.items if bulletin.public in x.publics], etat, bulletin.le)
        _live_until(ctx, vecu, etat, lectures, vecu.fin)
        portee.measure_plan(boite, ctx.store, _at(vecu.fin - timedelta(days=1), SOIR))
        sources.sync(ctx.store, (), _at(vecu.fin, SOIR))


def _live_until(ctx: Contexte, vecu: Passe, etat: Etat, lectures: list[Lecture], jour: date) -> None:
    """What was read before that day, grouped, judged and decided."""
    veille = replace(ctx, now=lambda: _at(jour - timedelta(days=1), SOIR))
    neufs: list[tuple[ItemPasse, datetime]] = []
    while lectures and lectures[0].quand < veille.now():
        lecture = lectures.pop(0)
        _read(ctx, etat, lecture)
        neufs += [(item, lecture.quand) for item in lecture.items]
    group_new(veille)
    classify_new(veille, etat.juge)
    with transaction(ctx.store):
        for item, vu in neufs:
            decision = _decision(etat.items[item.id], item, vecu.par)
            decisions.record(ctx.store, decision, min(vu + REVISION, veille.now()))
    rank_new(veille)


def _read(ctx: Contexte, etat: Etat, lecture: Lecture) -> None:
    """One reading as the collection would have written it: its line in the log, and its items."""
    source = next(s for s in ctx.dossier.sources if s.slug == lecture.source.slug)
    source_id, fin = etat.sources[source.slug], lecture.quand + timedelta(seconds=2)
    entrees = tuple(item.entry(lecture.source.adresse) for item in lecture.items)
    lus = ingest.to_items(Lue(entrees), source)
    cause = "http_5xx" if lecture.echec else ""
    collecte = Collecte(
        debut_a=lecture.quand,
        fin_a=fin,
        issue="echec" if cause else "lue" if lus else "inchangee",
        prochaine_a=next_visit(source.rythme, lecture.quand, cause=cause, echecs_de_suite=int(lecture.echec)),
        cause=cause,
        statut=503 if cause else 200,
        entrees=len(lus),
    )
    with transaction(ctx.store):
        nouveaux = items.insert(ctx.store, source_id, lus, fin)
        sources.record(ctx.store, source_id, replace(collecte, nouveaux=nouveaux))
    for item, lu in zip(lecture.items, lus, strict=True):
        trouve = items.find(ctx.store, lu.adresse)
        if trouve is not None:
            etat.items[item.id] = trouve


def _decision(item_id: int, item: ItemPasse, par: str) -> Decision:
    if item.verdict == "ecarter":
        return Decision(item_id, "ecarter", par, raison=item.raison)
    return Decision(
        item_id,
        "retenir",
        par,
        thematiques=item.themes,
        territoires=item.lieux or None,
        titre=item.a_dire or None,
        resume=item.en_bref or None,
        pourquoi=item.pourquoi or None,
        audiences=item.publics,
    )


def _send_out(ctx: Contexte, vecu: Passe, bulletin: BulletinPasse) -> int:
    """Compose, approve and publish that morning; links had been looked at, and answered."""
    matin, midi = _at(bulletin.le, MATIN), _at(bulletin.le, MIDI)
    with transaction(ctx.store):
        for adresse in vecu.links(bulletin.public):
            verifications.record(ctx.store, adresse, "bon", "", matin)
    brouillon = compose.compose(ctx.store, ctx.dossier, bulletin.public, vecu.par, matin)
    compose.approve(ctx.store, ctx.dossier, brouillon.digest, vecu.par, midi)
    publish.publish(ctx.store, ctx.dossier, brouillon.digest, vecu.par, midi)
    return brouillon.digest


def _deliver(ctx: Contexte, boite: Connexion, numero: int, bulletin: BulletinPasse) -> None:
    """Every mail of an issue through the outbox, then the count of who was reached, as after any sending."""
    depart = _at(bulletin.le, MIDI) + timedelta(minutes=10)
    lot = lots.open_lot(boite, numero, bulletin.public, "bulletin", "", depart)
    lots.fill(boite, lot, _recipients(bulletin), depart)
    refus = bulletin.refuses
    while pris := envois.take(boite, depart, 100, _nobody_objects):
        with transaction(boite):
            for message in pris:
                envois.engage(boite, message, depart, _nobody_objects, temoin=False)
                perdu = refus > 0 and message.sujet.startswith("partenaire")
                refus -= perdu
                envois.record(boite, message, Issue("refuse", 550) if perdu else Issue("accepte", 250), depart)
    portee.measure_plan(boite, ctx.store, depart)


def _recipients(bulletin: BulletinPasse) -> Iterator[Abonne]:
    """Nobody: names made of numbers, one address in twelve being an office's. The same people get both audiences."""
    for n in range(bulletin.remis + bulletin.refuses):
        nom = "info" if n % 12 == 0 else f"exemple{n}"
        yield Abonne(f"partenaire-fictif-{n}", f"{nom}@organisme{n}.exemple.invalid")
    for n in range(EQUIPE):
        yield Abonne(f"equipe-fictive-{n}", f"equipe{n}@exemple.invalid", "equipe")


def _nobody_objects(*_: object, **__: object) -> str:
    """In a past already lived, nobody has left the list."""
    return ""


def _hear(ctx: Contexte, numero: int, diffuses: Sequence[ItemPasse], etat: Etat, jour: date) -> None:
    """What readers said of the issue's items, in the days that followed; of those it did not hold, nothing is kept."""
    depots = [
        Depot(
            blake2b(f"{numero}-{item.id}-{n}".encode(), digest_size=16).hexdigest(),
            "vote",
            numero,
            etat.items[item.id],
            "utile",
            jour + timedelta(days=1 + n),
        )
        for item in diffuses
        if item.id in etat.items
        for n in range(item.utile)
    ]
    with transaction(ctx.store):
        voix.record(ctx.store, depots)


def _at(jour: date, heure: time) -> datetime:
    return datetime.combine(jour, heure, UTC)


def _write(chemin: Path, texte: str) -> None:
    chemin.write_text(texte, encoding="utf-8")
