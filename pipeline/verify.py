"""Verify: prove each candidate source once, activate those that yield, look for a feed for the others, and report.

A source is « à vérifier » until a reading gave entries. Activation is written in sources.toml, where staff look; a feed
found elsewhere is only proposed, in a report they keep. Asked for by a person, or done by the first cycle.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipeline.collect import (
    CAUSES_DE_LECTURE,
    SANS_LECTURE,
    Echec,
    Read,
    by_host,
    collect,
    host_of,
    named,
    near_first,
    readers,
)
from pipeline.context import Contexte
from veille import feeds, settings
from veille.errors import RefusError
from veille.francais import FUSEAU, format_day, local_day, plural
from veille.model import Source
from veille.store import service, sources
from veille.store.connexion import exclusive
from veille.store.sources import Etat
from veille.textes import explain

ESSAIS_PAR_SOURCE = 4  # Declared and conventional feed addresses tried for one source, politely.
# After one of these, another address of the same host would fail alike, or be one request too many.
HOTE_PERDU = frozenset(
    {
        "delai",
        "dns",
        "connexion",
        "coupure",
        "tls",
        "adresse_interdite",
        "schema_interdit",
        "trop_gros",
        "http_429",
        "http_5xx",
        "robots_injoignable",
    }
)
VERROU = "verification"


@dataclass(frozen=True)
class Rapport:
    """What a verification found. `propositions`: feed addresses that were read and gave entries, by source.

    `muettes`: sources that answered well and hold nothing yet, or a few words.
    """

    verifiees: int
    activees: tuple[str, ...]
    propositions: dict[str, tuple[str, ...]]
    echecs: tuple[Echec, ...]
    fichier: str
    muettes: tuple[str, ...] = ()


def verify(ctx: Contexte, slugs: Sequence[str] = ()) -> Rapport:
    """Read the named sources, or every one still « à vérifier », local and priority 1 first, and conclude."""
    demandees = named(ctx.dossier.sources, slugs)
    candidates = demandees or [s for s in ctx.dossier.sources if s.etat == "a_verifier"]
    lisibles = near_first(s for s in candidates if s.genre not in SANS_LECTURE)
    avant = sources.last_reading(ctx.store)
    if lisibles:
        collect(ctx, [s.slug for s in lisibles])
    with exclusive(ctx.dossier.chemin, VERROU):
        jusqu_a = 0 if slugs else sources.last_reading(ctx.store)
        lues = sources.read_since(ctx.store, avant)
        return _conclude(ctx, [s for s in lisibles if s.slug in lues], jusqu_a)


def verify_new(ctx: Contexte) -> str:
    """Conclude once on each source « à vérifier » whose first reading has just happened; the report's file, or "".

    « Just »: since the last verification carried to its end, so that what a stop or a crash cut short is done next time.
    """
    with exclusive(ctx.dossier.chemin, VERROU):
        jusqu_a = sources.last_reading(ctx.store)
        neuves = sources.read_since(ctx.store, service.last_verified(ctx.store), first=True)
        lues = near_first(s for s in ctx.dossier.sources if s.etat == "a_verifier" and s.slug in neuves)
        if lues and not ctx.stop.is_set():
            return _conclude(ctx, lues, jusqu_a).fichier
        activate_readable(ctx)  # Those that a person had read again.
    return ""


def discover(ctx: Contexte, url: str) -> tuple[str, ...]:
    """Feeds a site declares, or that stand at the usual addresses, and that were read with entries."""
    site = Source(slug="decouverte", nom=url, url=url, adresse=url, genre="page")
    with readers(ctx) as read:
        lu = read(site, Etat(0, site.slug)).collecte
        if lu.cause and lu.cause not in CAUSES_DE_LECTURE:
            raise RefusError(f"{url} : {explain(lu.cause).sens} {explain(lu.cause).suite}")
        return _try(site, _addresses(site, Etat(0, site.slug, lu)), partial(_essay, read))


def activate_readable(ctx: Contexte) -> tuple[str, ...]:
    """Make active, in sources.toml, every source « à vérifier » whose last reading gave entries."""
    etats = sources.states(ctx.store)
    slugs = tuple(
        source.slug
        for source in ctx.dossier.sources
        if source.etat == "a_verifier" and _yielded(source, etats[source.slug])
    )
    if slugs:
        settings.set_sources(ctx.dossier.chemin / "sources.toml", {slug: {"etat": "active"} for slug in slugs})
        connues = tuple(replace(s, etat="active") if s.slug in slugs else s for s in ctx.dossier.sources)
        ctx.dossier = replace(ctx.dossier, sources=connues)
        sources.sync(ctx.store, ctx.dossier.sources, ctx.now())
    return slugs


def _yielded(source: Source, etat: Etat) -> bool:
    """Its last reading proves it. A page of a few words does not: it may be under construction, or an excuse."""
    derniere = etat.derniere
    if derniere is None or derniere.issue == "echec" or not derniere.entrees:
        return False
    return not (source.genre == "page" and derniere.partiel)


def _conclude(ctx: Contexte, lues: Sequence[Source], jusqu_a: int) -> Rapport:
    """Activate what yields, look for a feed for the rest, report. `jusqu_a`: the latest reading taken into account."""
    with service.recorded(ctx.store, "verification", ctx.now()) as passage:
        etats = sources.states(ctx.store)
        causes = {s.slug: d.cause for s in lues if (d := etats[s.slug].derniere) is not None and d.issue == "echec"}
        steriles = [s for s in lues if not _yielded(s, etats[s.slug])]
        rapport = Rapport(
            verifiees=len(lues),
            activees=activate_readable(ctx),
            propositions=_find_feeds(ctx, [s for s in lues if s in steriles or s.genre == "page"], etats),
            echecs=tuple(Echec(slug, cause, explain(cause).suite) for slug, cause in causes.items()),
            fichier="",
            muettes=tuple(s.slug for s in steriles if s.slug not in causes),
        )
        rapport = replace(rapport, fichier=_write(ctx, rapport, lues))
        comptes = {nom: len(getattr(rapport, nom)) for nom in ("activees", "propositions", "echecs")}
        passage.count(sources=rapport.verifiees, **comptes)
        passage.partiel = bool(causes) or ctx.stop.is_set()
        if not ctx.stop.is_set():
            passage.count(jusqu_a=jusqu_a)
    return rapport


def _find_feeds(ctx: Contexte, cherchees: Sequence[Source], etats: dict[str, Etat]) -> dict[str, tuple[str, ...]]:
    """Feeds that the site of a source declares, or that stand at the usual addresses, and that can be read."""
    adresses = {s.slug: a for s in cherchees if (a := _addresses(s, etats[s.slug]))}
    cherchees = [s for s in cherchees if s.slug in adresses]
    if not cherchees:
        return {}
    trouves: dict[str, tuple[str, ...]] = {}
    with readers(ctx) as read:
        essay = _remembering(partial(_essay, read))
        recherches = by_host(ctx, cherchees, lambda s: (s, _try(s, adresses[s.slug], essay)))
        for rang, (source, bons) in enumerate(recherches, start=1):
            trouves[source.slug] = bons
            ctx.progress(rang, len(cherchees), f"flux de {source.nom}")
    return {s.slug: trouves[s.slug] for s in cherchees if trouves.get(s.slug)}


def _addresses(source: Source, etat: Etat) -> list[str]:
    """The few addresses worth trying: none on the host that its own reading has just found out of reach."""
    derniere = etat.derniere
    connues = (*(derniere.propositions if derniere else ()), *feeds.guess(source.url))
    perdu = host_of(source) if derniere and derniere.cause in HOTE_PERDU else ""
    utiles = (a for a in dict.fromkeys(connues) if a != source.adresse and _host(source, a) != perdu)
    return list(utiles)[:ESSAIS_PAR_SOURCE]


def _host(source: Source, adresse: str) -> str:
    return host_of(replace(source, adresse=adresse))


# Reads an address in the name of a source: whether it gave entries, else the cause of the failure if there is one.
Essay = Callable[[Source, str], tuple[bool, str]]


def _try(source: Source, adresses: Sequence[str], essay: Essay) -> tuple[str, ...]:
    """The first that works is enough, and a host that fails is left in peace: be a light guest."""
    perdus: set[str] = set()
    for adresse in adresses:
        if (hote := _host(source, adresse)) in perdus:
            continue
        bon, cause = essay(source, adresse)
        if bon:
            return (adresse,)
        if cause in HOTE_PERDU:
            perdus.add(hote)
    return ()


def _essay(read: Read, source: Source, adresse: str) -> tuple[bool, str]:
    lu = read(replace(source, adresse=adresse, genre="flux", selecteurs=None), Etat(0, source.slug))
    return lu.collecte.issue == "lue" and bool(lu.items), lu.collecte.cause


def _remembering(essay: Essay) -> Essay:
    """Ten pages of one site lead to the same usual addresses: each is asked for once."""
    connus: dict[str, tuple[bool, str]] = {}

    def remember(source: Source, adresse: str) -> tuple[bool, str]:
        if adresse not in connus:
            connus[adresse] = essay(source, adresse)
        return connus[adresse]

    return remember


def _write(ctx: Contexte, rapport: Rapport, lues: Sequence[Source]) -> str:
    noms = {source.slug: source.nom for source in lues}
    jour, coupe = local_day(ctx.now()), ctx.stop.is_set()
    lignes = [
        f"# Vérification des sources, {format_day(jour)}",
        "",
        f"{plural(rapport.verifiees, 'source lue', 'sources lues')}, "
        f"{plural(len(rapport.activees), 'activée', 'activées')}, {plural(len(rapport.echecs), 'échec')}.",
        *(
            ["", "Interrompue avant la fin : les recherches de flux qui restaient n’ont pas été faites."]
            if coupe
            else []
        ),
        "",
        "## Activées (elles ont donné des éléments)",
        "",
        *(f"- {noms.get(slug, slug)} (`{slug}`)" for slug in rapport.activees),
        "",
        "## Flux trouvés, à accepter",
        "",
        'Pour accepter : dans sources.toml, remplacez `adresse` et mettez `genre = "flux"`.',
        "",
        *(
            f"- {noms.get(slug, slug)} (`{slug}`) : {', '.join(adresses)}"
            for slug, adresses in rapport.propositions.items()
        ),
        "",
        "## Lues, mais sans rien à recueillir pour l’instant (flux vide, page de quelques mots)",
        "",
        *(f"- {noms.get(slug, slug)} (`{slug}`)" for slug in rapport.muettes),
        "",
        "## À corriger",
        "",
        *(
            f"- {noms.get(e.source, e.source)} (`{e.source}`) : {explain(e.cause).sens} {explain(e.cause).suite}"
            for e in rapport.echecs
        ),
        "",
    ]
    dossier = ctx.dossier.chemin / "rapports"
    dossier.mkdir(exist_ok=True)
    fichier = dossier / f"verification-{ctx.now().astimezone(FUSEAU):%Y-%m-%d-%Hh%Mm%S}.md"
    fichier.write_text("\n".join(lignes), encoding="utf-8")
    return str(Path("rapports") / fichier.name)
