"""Collect: read the sources that are due, keep what is new, and write down how each reading went.

Threads fetch and parse, and return data; this thread alone writes, one short transaction per source. A source that
fails is recorded with its cause and next step, and the others go on.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import TypeVar

from pipeline.context import Contexte
from veille import feeds, ingest
from veille.cadence import next_visit
from veille.errors import Faute, FetchError, ReadError, SettingsError, SourceError
from veille.fetcher import Fetcher, host_key, user_agent
from veille.model import Item, Reponse, Source
from veille.robots import Robots, RobotsLu
from veille.store import items, service, sources
from veille.store.connexion import exclusive, transaction
from veille.store.sources import Collecte, Etat
from veille.textes import explain

# Raised when a reader reads better than before: bodies already seen are then parsed again.
LECTEUR = "1"

T = TypeVar("T")

PAS_S = 0.5  # How long a request to stop may wait to be seen.

# Fed by other means than reading an address.
SANS_LECTURE = ("courriel", "manuel")
SANS_REPONSE = frozenset({"delai", "dns", "connexion", "coupure"})  # It may be our own line that was down.


@dataclass(frozen=True)
class Echec:
    """One source that could not be read, with what to do next."""

    source: str
    cause: str
    suite: str


@dataclass(frozen=True)
class Bilan:
    """What one collection did; `reussies` includes `inchangees`."""

    sources: int = 0
    reussies: int = 0
    inchangees: int = 0
    nouveaux: int = 0
    versions: int = 0
    echecs: tuple[Echec, ...] = ()


@dataclass(frozen=True)
class Lu:
    """One reading, before anything is written: its line in the log, and the items it gave."""

    source: Source
    collecte: Collecte
    items: tuple[Item, ...] = ()


def collect(ctx: Contexte, slugs: Sequence[str] = (), *, due_only: bool = False) -> Bilan:
    """Read the named sources whatever their state; else the active ones and those never tried yet.

    `due_only` keeps the sources whose next reading is due. Only one collection runs in a folder at a time.
    """
    bilan = Bilan()
    with exclusive(ctx.dossier.chemin, "collecte"), service.recorded(ctx.store, "collecte", ctx.now()) as passage:
        etats = sources.states(ctx.store)
        choisies = _choose(ctx.dossier.sources, etats, slugs, ctx.now() if due_only else None)
        with readers(ctx) as read:
            lectures = by_host(ctx, choisies, lambda source: read(source, etats[source.slug]))
            for rang, lu in enumerate(lectures, start=1):
                bilan = _add(bilan, _store(ctx, lu, etats[lu.source.slug]))
                passage.count(**asdict(bilan) | {"echecs": len(bilan.echecs)})
                ctx.progress(rang, len(choisies), lu.source.nom)
        passage.partiel = bool(bilan.echecs) or ctx.stop.is_set()
    return bilan


Read = Callable[[Source, Etat], Lu]


@contextlib.contextmanager
def readers(ctx: Contexte) -> Iterator[Read]:
    """What reads one source over the network, for any thread: one fetcher and one robots.txt memory for the run."""
    agent = user_agent(ctx.dossier.organisation)
    memoire = {lu.hote: lu for lu in (RobotsLu(*ligne) for ligne in service.load_robots(ctx.store))}
    appris: list[RobotsLu] = []

    def learn(lu: RobotsLu) -> None:
        memoire[lu.hote] = lu
        appris.append(lu)

    with contextlib.ExitStack() as pile:
        pile.callback(
            lambda: service.save_robots(ctx.store, [(lu.hote, lu.statut, lu.texte, lu.lu_a) for lu in appris])
        )
        fetcher = pile.enter_context(Fetcher(ctx.dossier.organisation.reseau, agent))
        robots = Robots(lambda adresse: fetcher.get(adresse, polite=False), memoire.get, learn, agent)

        def fetch(adresse: str, etag: str, modifie: str) -> Reponse:
            robots.check(adresse, ctx.now())
            return fetcher.get(
                adresse,
                etag=etag,
                modifie=modifie,
                espacement_s=robots.delay(adresse) or 0,
                allow=lambda a: robots.check(a, ctx.now()),
            )

        yield lambda source, etat: read_source(source, etat, fetch, ctx.now)


def read_source(
    source: Source, etat: Etat, fetch: Callable[[str, str, str], Reponse], now: Callable[[], datetime]
) -> Lu:
    """Fetch one source and parse it, unless its bytes are those of last time. Writes nothing."""
    debut = now()
    reglage = _setting(source)
    avant = etat.derniere if etat.derniere and etat.derniere.reglage == reglage else None
    try:
        if source.genre in SANS_LECTURE:
            raise ReadError("genre")
        reponse = fetch(source.adresse, avant.etag if avant else "", avant.modifie if avant else "")
    except SourceError as erreur:
        return _failed(source, etat, _carried(avant, debut, now(), reglage), erreur)
    empreinte = blake2b(reponse.corps, digest_size=16).digest()
    collecte = Collecte(
        debut_a=debut,
        fin_a=now(),
        issue="lue",
        prochaine_a=next_visit(source.rythme, debut),
        statut=reponse.statut,
        adresse_proposee=reponse.adresse_permanente if reponse.adresse_permanente != source.adresse else "",
        etag=reponse.etag,
        modifie=reponse.modifie,
        empreinte=empreinte,
        reglage=reglage,
        octets=len(reponse.corps),
    )
    if avant and (reponse.inchangee or avant.empreinte == empreinte):
        return _same(source, etat, avant, collecte)
    return _parse(source, etat, reponse, collecte, now)


def _parse(source: Source, etat: Etat, reponse: Reponse, collecte: Collecte, now: Callable[[], datetime]) -> Lu:
    try:
        if reponse.inchangee:  # Nothing is known of what « unchanged » refers to.
            raise ReadError("vide", "réponse « inchangé » sans visite précédente")
        lecture = feeds.parse(source.genre, reponse, selecteurs=source.selecteurs, now=collecte.debut_a)
    except ReadError as erreur:
        return _failed(source, etat, replace(collecte, propositions=erreur.propositions), erreur)
    lus = tuple(ingest.to_items(lecture, source))
    collecte = replace(
        collecte, fin_a=now(), entrees=len(lus), partiel=lecture.partiel, propositions=lecture.propositions
    )
    return Lu(source, collecte, lus)


def _same(source: Source, etat: Etat, avant: Collecte, collecte: Collecte) -> Lu:
    """The same bytes as last time say the same thing, good or bad."""
    memoire = replace(
        collecte,
        etag=collecte.etag or avant.etag,
        modifie=collecte.modifie or avant.modifie,
        empreinte=avant.empreinte,
        entrees=avant.entrees,
        partiel=avant.partiel,
        propositions=avant.propositions,
    )
    if avant.issue == "echec" and avant.cause in CAUSES_DE_LECTURE:
        return _failed(source, etat, memoire, ReadError(avant.cause, avant.detail))
    return Lu(source, replace(memoire, issue="inchangee"))


# A reading that failed on what it read, not on reaching it: its body is known.
CAUSES_DE_LECTURE = frozenset({"vide", "html", "illisible", "structure", "sans_entree", "genre"})


def _carried(avant: Collecte | None, debut: datetime, fin: datetime, reglage: str) -> Collecte:
    """The line of a source that could not be reached keeps what was known of its content, if that was good."""
    if avant is None or avant.cause in CAUSES_DE_LECTURE:
        return Collecte(debut, fin, "echec", debut)
    return Collecte(
        debut,
        fin,
        "echec",
        debut,
        etag=avant.etag,
        modifie=avant.modifie,
        empreinte=avant.empreinte,
        reglage=reglage,
        entrees=avant.entrees,
        partiel=avant.partiel,
    )


def _failed(source: Source, etat: Etat, collecte: Collecte, erreur: SourceError) -> Lu:
    attendre = erreur.attendre_s if isinstance(erreur, FetchError) else None
    prochaine = next_visit(
        source.rythme,
        collecte.debut_a,
        cause=erreur.cause,
        echecs_de_suite=etat.echecs_de_suite + 1,
        attendre_s=attendre,
    )
    return Lu(
        source,
        replace(
            collecte,
            issue="echec",
            cause=erreur.cause,
            detail=erreur.detail,
            statut=getattr(erreur, "statut", None) or collecte.statut,
            prochaine_a=prochaine,
        ),
    )


def named(toutes: Sequence[Source], slugs: Sequence[str]) -> list[Source]:
    """The sources of these names, once each, in the order asked; SettingsError with every name that is unknown."""
    par_slug = {source.slug: source for source in toutes}
    if inconnus := [slug for slug in slugs if slug not in par_slug]:
        attendu = "aucune source de ce nom ; voir veille sources lister"
        raise SettingsError([Faute("sources.toml", "slug", slug, attendu) for slug in inconnus])
    return [par_slug[slug] for slug in dict.fromkeys(slugs)]


def near_first(sources: Iterable[Source]) -> list[Source]:
    """Priority 1 first, and what is local before what is of all Québec or Canada."""
    return sorted(sources, key=lambda source: (source.priorite, source.territoire in ("", "quebec", "canada")))


def _choose(
    toutes: Sequence[Source], etats: dict[str, Etat], slugs: Sequence[str], now: datetime | None
) -> list[Source]:
    if slugs:
        return named(toutes, slugs)
    return near_first(
        source
        for source in toutes
        if source.genre not in SANS_LECTURE
        and (source.etat == "active" or (source.etat == "a_verifier" and _is_unknown(etats[source.slug])))
        and (now is None or _is_due(etats[source.slug], now))
    )


def _is_unknown(etat: Etat) -> bool:
    """Never tried, or nobody answered: a machine that was off line the first day must not leave its sources aside."""
    return etat.derniere is None or etat.derniere.cause in SANS_REPONSE


def _is_due(etat: Etat, now: datetime) -> bool:
    return etat.derniere is None or etat.derniere.prochaine_a <= now


def by_host(ctx: Contexte, sources: Sequence[Source], work: Callable[[Source], T]) -> Iterator[T]:
    """What threads did of each source, as it ends, a few in hand at a time so that ten thousand sources fit in memory.

    Sources of one host queue behind each other here rather than in the threads: a host that makes us wait holds one.
    Asked to stop, it gives what has been read and waits for nobody: a thread stuck on a slow site holds nothing of ours.
    """
    files: dict[str, deque[Source]] = {}
    for source in sources:
        files.setdefault(host_of(source), deque()).append(source)
    pretes = deque(files)
    en_cours: dict[Future[T], str] = {}
    fils = max(1, ctx.dossier.organisation.reseau.fils)
    pool = ThreadPoolExecutor(fils, thread_name_prefix="collecte")
    try:
        while pretes or en_cours:
            arret = ctx.stop.is_set()
            while pretes and len(en_cours) < 2 * fils and not arret:
                hote = pretes.popleft()
                en_cours[pool.submit(work, files[hote].popleft())] = hote
            finis, _ = wait(en_cours, timeout=0 if arret else PAS_S, return_when=FIRST_COMPLETED)
            for futur in finis:
                if files[hote := en_cours.pop(futur)]:
                    pretes.append(hote)
                yield futur.result()
            if arret:
                return
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def host_of(source: Source) -> str:
    """The host:port a source is read from, or its own name."""
    try:
        return host_key(source.adresse)
    except FetchError:  # An unusable address waits for nobody; its reading will say what is wrong.
        return source.slug


def _store(ctx: Contexte, lu: Lu, etat: Etat) -> Lu:
    """Write one reading: its line in the log and its items stand or fall together."""
    now = ctx.now()
    connus = items.known(ctx.store, etat.source_id, lu.items)
    intentions = ingest.decide(connus, list(lu.items))
    with transaction(ctx.store):
        collecte = replace(
            lu.collecte,
            nouveaux=items.insert(ctx.store, etat.source_id, intentions.nouveaux, now),
            versions=items.correct(ctx.store, etat.source_id, intentions.versions, now),
        )
        sources.record(ctx.store, etat.source_id, collecte)
    return replace(lu, collecte=collecte, items=())


def _add(bilan: Bilan, lu: Lu) -> Bilan:
    collecte = lu.collecte
    echecs = bilan.echecs
    if collecte.issue == "echec":
        echecs = (*echecs, Echec(lu.source.slug, collecte.cause, explain(collecte.cause).suite))
    return Bilan(
        sources=bilan.sources + 1,
        reussies=bilan.reussies + (collecte.issue != "echec"),
        inchangees=bilan.inchangees + (collecte.issue == "inchangee"),
        nouveaux=bilan.nouveaux + collecte.nouveaux,
        versions=bilan.versions + collecte.versions,
        echecs=echecs,
    )


def _setting(source: Source) -> str:
    """Fingerprint of all that changes how the same bytes would be read."""
    parties = (LECTEUR, source.adresse, source.genre, source.droits, repr(source.selecteurs))
    return blake2b("\n".join(parties).encode(), digest_size=8).hexdigest()
