"""« Confidentialité »: what we keep about readers, why, where, for how long, and how to complain (Loi 25, art. 8.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from veille.abonnes import conservation, textes
from veille.pages.visite import Visite

# Each change of the page, newest first: readers are told when it changes (Loi 25, art. 8.2).
CHANGEMENTS = ((date(2026, 11, 28), "Première version de cette page."),)


COMMISSION = "https://www.cai.gouv.qc.ca/"


async def show(visite: Visite) -> Any:
    """The page; it must answer even while the folder's files are wrong."""
    organisation = visite.site.offre.current().organisation
    contexte: dict[str, Any] = {
        "organisation": organisation,
        "responsable": textes.responsible(organisation) if organisation else "",
        "ou": textes.hosting(organisation) if organisation else "",
        "durees": conservation.DUREES,
        "changements": CHANGEMENTS,
        "commission": COMMISSION,
    }
    return await visite.page("confidentialite.html", contexte)
