"""Alerts that could go between two issues, as pages propose them: among what was retained lately, or about one story."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from veille import brouillon
from veille.editor.alertes import Alerte, proposals
from veille.model import Audience
from veille.store import arbitrages, digests, fiches
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion

MEMOIRE = timedelta(days=45)  # What was retained earlier had its issues.


def retained(c: Connexion, now: datetime) -> list[Fiche]:
    """The stories among which alerts are looked for."""
    return fiches.load(c, fiches.with_verdict(c, "retenir", now - MEMOIRE))


def proposed(
    c: Connexion, dossier: Path, audiences: Sequence[Audience], retenues: Sequence[Fiche], now: datetime
) -> tuple[Alerte, ...]:
    """Alerts to propose among these stories, the nearest deadline first."""
    attentives = [a for a in audiences if a.alertes and a.genre == "bulletin"]
    if not attentives or not retenues:
        return ()
    tenues, ecartees, dernieres = arbitrages.alerted_groups(c), arbitrages.set_aside_pairs(c), arbitrages.last_alerts(c)
    trouvees: list[Alerte] = []
    for a in attentives:
        deja = {a.slug: digests.former_groups(c, a.slug) | tenues.get(a.slug, frozenset())}
        reperes = brouillon.read_workshop(dossier, a.slug, a.nom).reperes
        trouvees += proposals([a], retenues, now, deja, ecartees, dernieres, reperes)
    return tuple(sorted(trouvees, key=lambda x: (x.limite is None, x.limite or now, x.fiche.groupe_id)))
