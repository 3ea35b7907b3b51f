"""« Synthèses »: the retained stories of a theme, a place and a period, on a page, on paper and as files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from datasette.utils.asgi import AsgiStream

from veille.editor.droits import shown_text
from veille.pages import syntheses as preparation
from veille.pages.exports import BOM, csv_rows, inert_markdown
from veille.pages.metadonnees import ready_questions
from veille.pages.presentation import tags
from veille.pages.syntheses import ENTETES, Demande
from veille.pages.visite import Visite
from veille.store import fiches, revue, syntheses
from veille.store.fiches import Fiche
from veille.store.file import INCERTAIN, SANS_THEME
from veille.store.lecture import Connexion
from veille.store.revue import References
from veille.store.syntheses import Bilan, Choix

MONTREES = 100
IMPRIMEES = 2000
PAQUET = 200


async def prepare(visite: Visite) -> Any:
    """The form, what it finds, the files to take away, and ready-made questions."""
    return await _page(visite, "syntheses.html", MONTREES)


async def printable(visite: Visite) -> Any:
    """The same list without anything to press, for paper."""
    return await _page(visite, "syntheses_impression.html", IMPRIMEES)


async def download(visite: Visite) -> Any:
    """The list as a file, written as it is read: a few hundred stories in memory, however many there are."""
    references = await visite.read(revue.references)
    demande = _demand(visite, references)
    bilan = await visite.read(lambda c: syntheses.summary(c, demande.choix))
    genre = visite.var("format")
    nom = f"nouvelles-{demande.choix.debut.isoformat()}-{demande.choix.fin.isoformat()}.{genre}"

    async def ecrire(sortie: Any) -> None:
        if genre == "csv":
            await _write_csv(visite, demande, references, sortie)
        else:
            await _write_markdown(visite, demande, references, bilan, sortie)

    return _Fichier(
        ecrire,
        headers={"content-disposition": f'attachment; filename="{nom}"'},
        content_type="text/csv; charset=utf-8" if genre == "csv" else "text/markdown; charset=utf-8",
    )


class _Fichier(AsgiStream):  # type: ignore[misc]  # Datasette ships no types.
    """A file written as it is read. It shows no message: those that wait are left for the next page."""

    def set_cookie(self, *_: Any, **__: Any) -> None:
        """What Datasette does to say that messages were shown."""


async def _page(visite: Visite, gabarit: str, limite: int) -> Any:
    def lire(c: Connexion) -> tuple[References, Demande, Bilan, list[Fiche], list[int]]:
        references = revue.references(c)
        demande = _demand(visite, references)
        ids = syntheses.groups(c, demande.choix, limite)
        repris = syntheses.items(c, demande.choix, preparation.REPRISES_MAX)
        return references, demande, syntheses.summary(c, demande.choix), fiches.load(c, ids), repris

    references, demande, bilan, trouvees, repris = await visite.read(lire)
    return await visite.page(
        gabarit,
        {
            "demande": demande,
            "choix": demande.choix,
            "references": references,
            "bilan": bilan,
            "rubriques": preparation.by_theme(trouvees, demande.choix, references),
            "montrees": len(trouvees),
            "en_mots": preparation.describe(demande.choix, references),
            "periodes": preparation.periods(visite.now),
            "texte": shown_text,
            "etiquettes": lambda fiche: tags(fiche, references),
            "questions": ready_questions(),
            "inscription": preparation.register_link(demande, references, repris),
            "reprises": len(repris),
            "now": visite.now,
        },
    )


def _demand(visite: Visite, references: References) -> Demande:
    champs = {cle: visite.request.args.getlist(cle) for cle in visite.request.args}
    return preparation.read_choice(champs, references, visite.now)


async def _write_csv(visite: Visite, demande: Demande, references: References, sortie: Any) -> None:
    await sortie.write(BOM + csv_rows([ENTETES]))
    async for lot in _batches(visite, demande.choix):
        await sortie.write(csv_rows(preparation.csv_line(f, demande.choix, references) for f in lot))


async def _write_markdown(visite: Visite, demande: Demande, references: References, bilan: Bilan, sortie: Any) -> None:
    """Theme by theme, each story under the first of its themes."""
    choix = demande.choix
    await sortie.write(preparation.markdown_head(choix, references, bilan.nouvelles, visite.now))
    ordre = choix.thematiques or tuple(references.thematiques)
    parts = [(slug, (slug,)) for slug in ordre]
    for slug, cherchees in parts if choix.thematiques else [*parts, ("", (INCERTAIN, SANS_THEME))]:
        titre = f"\n## {inert_markdown(references.thematiques.get(slug, preparation.SANS_THEME))}\n\n"
        async for lot in _batches(visite, replace(choix, thematiques=cherchees)):
            siennes = [f for f in lot if preparation.theme_of(f, ordre) == slug]
            if siennes:
                await sortie.write(titre + "\n".join(map(preparation.markdown_story, siennes)) + "\n")
                titre = ""


async def _batches(visite: Visite, choix: Choix) -> AsyncIterator[list[Fiche]]:
    """The stories a few at a time, each time from a snapshot of its own."""
    depart = 0
    while ids := await visite.read(partial(_groups, choix=choix, depart=depart)):
        yield await visite.read(partial(_load, ids=ids))
        depart += PAQUET


def _groups(c: Connexion, choix: Choix, depart: int) -> list[int]:
    return syntheses.groups(c, choix, PAQUET, depart)


def _load(c: Connexion, ids: Sequence[int]) -> list[Fiche]:
    return fiches.load(c, ids)
