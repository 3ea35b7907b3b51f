"""« La semaine » and « Retenus »: lists of stories, and the way back to the same place after a decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from veille.editor.droits import faults
from veille.pages.pertinence import EXPLICATIONS, estimate
from veille.pages.presentation import tags
from veille.pages.semaine import CHAMPS, ETATS, ORDRES, arrange, bounds, cut, periods, read_filters, summary
from veille.pages.visite import Visite
from veille.store import decisions, fiches, revue
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion
from veille.store.revue import LIMITE, EtatRevue, References

RETENUS_JOURS = 90


async def week(visite: Visite) -> Any:
    """The stories of a period, by relevance or by theme, each with its reasons and the buttons that settle it."""
    filtres = read_filters({cle: visite.arg(cle) for cle in visite.request.args})
    debut, fin = bounds(filtres.periode, visite.now)
    fait = visite.arg("fait")

    def lire(c: Connexion) -> tuple[list[Fiche], Fiche | None, References, dict[EtatRevue, int]]:
        comptes = {etat: len(revue.groups(c, etat, debut, fin)) for etat in ETATS}
        histoires = fiches.rate(c, fiches.load(c, revue.groups(c, filtres.etat, debut, fin)), visite.now)
        tranchee = fiches.of_item(c, int(fait)) if fait.isascii() and fait.isdigit() and len(fait) < 19 else None
        return histoires, tranchee, revue.references(c), comptes

    histoires, tranchee, references, comptes = await visite.read(lire)
    semaine = arrange(histoires, filtres, references, visite.now)
    ancres = [_anchor(f) for g in semaine.groupes for f in g.fiches]
    repliees = [_anchor(f) for f in semaine.sans_theme]
    avant = visite.arg("avant") if visite.arg("avant") in (*ancres, *repliees) else ""
    return await visite.page(
        "revue.html",
        {
            "semaine": semaine,
            "filtres": filtres,
            "resume": summary(semaine),
            "periodes": periods(visite.now),
            "etats": ETATS,
            "ordres": ORDRES,
            "champs": CHAMPS,
            "explications": EXPLICATIONS,
            "estime": lambda fiche: estimate(fiche, references, visite.now),
            "comptes": comptes,
            "motifs": decisions.MOTIFS,
            "etiquettes": lambda fiche: tags(fiche, references),
            "suivantes": dict(zip([*ancres, *repliees], [*ancres, *repliees][1:], strict=False)),
            "tranchee": tranchee,
            "avant": avant,
            "sans_ouvert": avant in repliees,
            "limite": LIMITE if len(histoires) == LIMITE else 0,
            "now": visite.now,
        },
    )


async def retained(visite: Visite) -> Any:
    """What is retained and not published yet, with what is still to be written before it may go out."""

    def lire(c: Connexion) -> tuple[list[Fiche], dict[int, tuple[str, ...]], References, dict[int, str]]:
        attentes = revue.retained_unpublished(c, visite.now - timedelta(days=RETENUS_JOURS))
        histoires = fiches.load(c, list(attentes))
        textes = revue.full_texts(c, [m.item_id for f in histoires for m in f.membres if m.droits == "presse"])
        return histoires, attentes, revue.references(c), textes

    histoires, attentes, references, textes = await visite.read(lire)
    voulue = read_filters({"page": visite.arg("page")})
    groupes, page, pages = cut(histoires, voulue, references)
    return await visite.page(
        "retenus.html",
        {
            "groupes": groupes,
            "page": page,
            "pages": pages,
            "total": len(histoires),
            "audiences": attentes,
            "etiquettes": lambda fiche: tags(fiche, references),
            "manques": lambda f: faults(f, [textes[m.item_id] for m in f.membres if m.item_id in textes]),
            "now": visite.now,
            "jours": RETENUS_JOURS,
        },
    )


def _anchor(fiche: Fiche) -> str:
    """Where a story stands on the page; after a decision the eye goes to the story that followed."""
    return f"h{fiche.groupe_id}"
