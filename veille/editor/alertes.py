"""Which retained stories cannot wait for an audience's next issue: a deadline that nears, a bill. Pure.

An alert is an issue of one story: composed, gated and approved like any other, and at most one a week per audience.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from veille.editor.formes import FicheLue
from veille.editor.reperes import Reperes
from veille.editor.selection import deadline, is_due, why_not
from veille.francais import fold, local_day
from veille.model import Audience

DELAI_J = 10
REPOS = timedelta(days=7)  # Between two alerts to one audience.
LOI = "politique-publique"
_PROJET_DE_LOI = re.compile(r"\bprojets? de loi\b|\bpl[ -]?\d{1,3}\b")

Cause = Literal["echeance", "projet_de_loi"]


@dataclass(frozen=True)
class Alerte:
    """A story that an audience should hear of before its next issue. `libre_a`: when it may go; None: at once."""

    audience: str
    fiche: FicheLue
    cause: Cause
    limite: datetime | None
    libre_a: datetime | None = None


def proposals(
    audiences: Iterable[Audience],
    fiches: Sequence[FicheLue],
    now: datetime,
    deja: dict[str, frozenset[int]],
    ecartees: frozenset[tuple[int, str]],
    dernieres: dict[str, datetime],
    reperes: Reperes,
) -> tuple[Alerte, ...]:
    """Alerts to propose, the nearest deadline first.

    `deja`: by audience, the stories it had or that its open drafts of alert hold; `ecartees`: (story, audience) someone
    set aside; `dernieres`: when the last alert of each audience was composed.
    """
    trouvees = [
        Alerte(audience.slug, fiche, cause, deadline(fiche), _free_at(audience.slug, dernieres, now))
        for audience in audiences
        if audience.alertes and audience.genre == "bulletin"
        for fiche in fiches
        if (cause := _cause(audience, fiche, now)) is not None
        and (fiche.groupe_id, audience.slug) not in ecartees
        and not why_not(audience, fiche, now, deja.get(audience.slug, frozenset()), reperes)
    ]
    return tuple(sorted(trouvees, key=lambda a: (a.limite is None, a.limite or now, a.fiche.groupe_id, a.audience)))


def _cause(audience: Audience, fiche: FicheLue, now: datetime) -> Cause | None:
    limite = deadline(fiche)
    if (
        "financement" in audience.alertes
        and limite is not None
        and is_due(fiche, now)
        and _days(now, limite) <= DELAI_J
    ):
        return "echeance"
    if "projet-de-loi" in audience.alertes and is_bill(fiche):
        return "projet_de_loi"
    return None


def _days(now: datetime, limite: datetime) -> int:
    return (local_day(limite) - local_day(now)).days


def is_bill(fiche: FicheLue) -> bool:
    """A public policy whose title or summary names a bill: « projet de loi », « PL 79 »."""
    textes = [fiche.redaction.titre or "", *(f"{m.titre}\n{m.resume}" for m in fiche.membres)]
    return fiche.type == LOI and any(_PROJET_DE_LOI.search(fold(t)) for t in textes)


def _free_at(audience: str, dernieres: dict[str, datetime], now: datetime) -> datetime | None:
    derniere = dernieres.get(audience)
    return derniere + REPOS if derniere is not None and derniere + REPOS > now else None
