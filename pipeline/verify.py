"""Verify: prove each candidate source once, activate those that yield, look for a feed for the others, and report.

A source is « à vérifier » until a reading gave entries. Activation is written in sources.toml, where staff look; a feed
found elsewhere is only proposed, in a report they keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.collect import CAUSES_DE_LECTURE, SANS_LECTURE, Bilan, Echec, Read, collect, named, near_first, readers
from pipeline.context import Contexte
from veille import feeds, settings
from veille.errors import RefusError
from veille.francais import FUSEAU, format_day, local_day, plural
from veille.model import Source
from veille.store import sources
from veille.store.sources import Etat
from veille.textes import explain

ESSAIS_PAR_SOURCE = 4  # Declared and conventional feed addresses tried for one source, politely.


@dataclass(frozen=True)
class Rapport:
    """What a verification found. `propositions`: feed addresses that were read and gave entries, by source."""

    verifiees: int
    activees: tuple[str, ...]
    propositions: dict[str, tuple[str, ...]]
    echecs: tuple[Echec, ...]
    fichier: str


def verify(ctx: Contexte, slugs: Sequence[str] = ()) -> Rapport:
    """Read the named sources, or every one still « à vérifier », local and priority 1 first."""
    demandees = named(ctx.dossier.sources, slugs)
    candidates = demandees or [s for s in ctx.dossier.sources if s.etat == "a_verifier"]
    lisibles = near_first(s for s in candidates if s.genre not in SANS_LECTURE)
    bilan = collect(ctx, [s.slug for s in lisibles]) if lisibles else Bilan()
    activees = activate_readable(ctx)
    propositions = _find_feeds(ctx, lisibles, {echec.source for echec in bilan.echecs})
    rapport = Rapport(bilan.sources, activees, propositions, bilan.echecs, "")
    return replace(rapport, fichier=_write(ctx, rapport, lisibles))


def discover(ctx: Contexte, url: str) -> tuple[str, ...]:
    """Feeds a site declares, or that stand at the usual addresses, and that were read with entries."""
    site = Source(slug="decouverte", nom=url, url=url, adresse=url, genre="page")
    with readers(ctx) as read:
        lu = read(site, Etat(0, site.slug)).collecte
        if lu.cause and lu.cause not in CAUSES_DE_LECTURE:
            raise RefusError(f"{url} : {explain(lu.cause).sens} {explain(lu.cause).suite}")
        return _try(site, (*lu.propositions, *feeds.guess(url)), read)


def activate_readable(ctx: Contexte) -> tuple[str, ...]:
    """Make active, in sources.toml, every source « à vérifier » whose last reading gave entries."""
    etats = sources.states(ctx.store)
    slugs = tuple(
        source.slug for source in ctx.dossier.sources if source.etat == "a_verifier" and _yielded(etats[source.slug])
    )
    if slugs:
        settings.set_sources(ctx.dossier.chemin / "sources.toml", {slug: {"etat": "active"} for slug in slugs})
        connues = tuple(replace(s, etat="active") if s.slug in slugs else s for s in ctx.dossier.sources)
        ctx.dossier = replace(ctx.dossier, sources=connues)
        sources.sync(ctx.store, ctx.dossier.sources, ctx.now())
    return slugs


def _yielded(etat: Etat) -> bool:
    return etat.derniere is not None and etat.derniere.issue != "echec" and etat.derniere.entrees > 0


def _find_feeds(ctx: Contexte, lues: Sequence[Source], en_echec: set[str]) -> dict[str, tuple[str, ...]]:
    """Feeds that the site of a source declares, or that stand at the usual addresses, and that can be read."""
    cherchees = [s for s in lues if s.slug in en_echec or s.genre == "page"]
    trouves: dict[str, tuple[str, ...]] = {}
    etats = sources.states(ctx.store)
    with readers(ctx) as read:
        for rang, source in enumerate(cherchees, start=1):
            if ctx.stop.is_set():
                break
            derniere = etats[source.slug].derniere
            declares = derniere.propositions if derniere else ()
            if bons := _try(source, (*declares, *feeds.guess(source.url)), read):
                trouves[source.slug] = bons
            ctx.progress(rang, len(cherchees), f"flux de {source.nom}")
    return trouves


def _try(source: Source, adresses: Sequence[str], read: Read) -> tuple[str, ...]:
    bons = []
    for adresse in list(dict.fromkeys(a for a in adresses if a != source.adresse))[:ESSAIS_PAR_SOURCE]:
        essai = replace(source, adresse=adresse, genre="flux", selecteurs=None)
        lu = read(essai, Etat(0, source.slug))
        if lu.collecte.issue == "lue" and lu.items:
            bons.append(adresse)
            break  # One that works is enough: be a light guest.
    return tuple(bons)


def _write(ctx: Contexte, rapport: Rapport, lues: Sequence[Source]) -> str:
    noms = {source.slug: source.nom for source in lues}
    jour = local_day(ctx.now())
    lignes = [
        f"# Vérification des sources, {format_day(jour)}",
        "",
        f"{plural(rapport.verifiees, 'source lue', 'sources lues')}, "
        f"{plural(len(rapport.activees), 'activée', 'activées')}, {plural(len(rapport.echecs), 'échec')}.",
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
