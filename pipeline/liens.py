"""Links of a draft: does each still lead somewhere? Asked before an issue goes out, with the manners of every other reading."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass
from urllib.parse import urlsplit

from pipeline.context import Contexte
from veille import brouillon
from veille.editor import Contenu, from_json
from veille.errors import FetchError, RefusError
from veille.fetcher import Fetcher, user_agent
from veille.francais import plural
from veille.robots import Robots, RobotsLu
from veille.store import digests, service, verifications
from veille.store.connexion import exclusive, transaction
from veille.store.verifications import Issue

MORTS = frozenset({"http_404", "http_410", "dns"})
VIVANTS = frozenset({"trop_gros"})  # It answered, and with more than we read.
FILS = 8
PAS_S = 0.2  # How often a stop is looked for.
Read = Callable[[str], None]


@dataclass(frozen=True)
class Bilan:
    """How many addresses were looked at, and what came of it. `reste`: those that a stop left aside."""

    bons: int = 0
    morts: int = 0
    incertains: int = 0
    reste: int = 0

    @property
    def phrase(self) -> str:
        """What a person reads of it."""
        vus = self.bons + self.morts + self.incertains
        return f"{plural(vus, 'lien vérifié', 'liens vérifiés')} : {plural(self.morts, 'mort')}, {plural(self.incertains, 'incertain')}."


def check_links(ctx: Contexte, digest_id: int, read: Read | None = None) -> Bilan:
    """Look at every link of a draft that is not known to be good lately; each look is kept at once.

    A name that is not found is kept last: when no site at all is found, it is this machine that is off line.
    """
    digest = digests.require(ctx.store, digest_id)
    contenu = from_json(digest.contenu) if digest.contenu else None
    if not isinstance(contenu, Contenu):
        raise RefusError(f"Le bulletin {digest.designation} ne contient pas de lien à vérifier.")
    comptes: dict[Issue, int] = {"bon": 0, "mort": 0, "incertain": 0}
    with exclusive(ctx.dossier.chemin, "liens"), service.recorded(ctx.store, "liens", ctx.now()) as passage:
        adresses = verifications.to_look_at(ctx.store, brouillon.addresses(contenu), ctx.now())
        introuvables: list[str] = []

        def keep(adresse: str, issue: Issue, cause: str) -> None:
            with transaction(ctx.store):
                verifications.record(ctx.store, adresse, issue, cause, ctx.now())
            comptes[issue] += 1
            ctx.progress(sum(comptes.values()), len(adresses), "liens")

        with contextlib.ExitStack() as pile:
            lire = read or pile.enter_context(_reader(ctx))
            for adresse, issue, cause in pile.enter_context(_looked(ctx, lire, adresses)):
                if cause == "dns":
                    introuvables.append(adresse)
                else:
                    keep(adresse, issue, cause)
        hors_ligne = not any(comptes.values()) and len({urlsplit(a).netloc for a in introuvables}) > 1
        for adresse in introuvables:
            keep(adresse, "incertain" if hors_ligne else "mort", "dns")
        faits = sum(comptes.values())
        passage.count(**comptes)
        passage.partiel = faits < len(adresses)
    return Bilan(comptes["bon"], comptes["mort"], comptes["incertain"], len(adresses) - faits)


def look(read: Read, adresse: str) -> tuple[Issue, str]:
    """What one address is worth today. Only what says that the page is gone is dead: a site may refuse machines."""
    try:
        read(adresse)
    except FetchError as erreur:
        if erreur.cause in VIVANTS:
            return "bon", ""
        return ("mort" if erreur.cause in MORTS else "incertain"), erreur.cause
    return "bon", ""


@contextlib.contextmanager
def _looked(ctx: Contexte, read: Read, adresses: Sequence[str]) -> Iterator[Iterator[tuple[str, Issue, str]]]:
    """Each look as it ends, a few at once: a slow site does not hold the others. A stop waits for nobody."""
    pool = ThreadPoolExecutor(FILS, thread_name_prefix="liens")
    futurs = {pool.submit(look, read, adresse): adresse for adresse in adresses}

    def as_they_end() -> Iterator[tuple[str, Issue, str]]:
        en_cours = set(futurs)
        while en_cours and not ctx.stop.is_set():
            finis, en_cours = wait(en_cours, timeout=PAS_S, return_when=FIRST_COMPLETED)
            for futur in finis:
                yield futurs[futur], *futur.result()

    try:
        yield as_they_end()
    finally:
        pool.shutdown(wait=not ctx.stop.is_set(), cancel_futures=True)


@contextlib.contextmanager
def _reader(ctx: Contexte) -> Iterator[Read]:
    """Reads one address with the limits, the spacing and the robots.txt memory of the collection."""
    agent = user_agent(ctx.dossier.organisation)
    memoire = {lu.hote: lu for lu in (RobotsLu(*ligne) for ligne in service.load_robots(ctx.store))}
    with Fetcher(ctx.dossier.organisation.reseau, agent) as fetcher:
        robots = Robots(
            lambda adresse: fetcher.get(adresse, polite=False),
            memoire.get,
            lambda lu: memoire.update({lu.hote: lu}),
            agent,
        )

        def read(adresse: str) -> None:
            robots.check(adresse, ctx.now())
            pause = robots.delay(adresse) or 0
            fetcher.get(adresse, espacement_s=pause, allow=lambda a: robots.check(a, ctx.now()))

        yield read
