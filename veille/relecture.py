"""What someone read of a draft before asking for its approval: only that may be frozen, or nothing.

The page writes in its form the latest act it showed and a mark of everything shown; approval compares both with the draft
as it stands when it is served, perhaps much later, and tells what changed and who did it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from json import dumps

from veille import textes
from veille.editor import Contenu, Rappel
from veille.francais import format_instant
from veille.store import brouillons
from veille.store.digests import Digest
from veille.store.lecture import Connexion

# What changes by itself from one day to the next, or is nothing a reader sees. What someone chose of it is an act.
_SANS_OBJET = frozenset({"date_le", "identifiant", "minutes", "objet", "conseils", "a_rediger", "reste"})
_ECRIT = re.compile(r"(\d{1,18}):(\d{1,18}):([0-9a-f]{32})")


@dataclass(frozen=True)
class Lu:
    """`dernier`: the latest act the page showed; `marque`: of all that it showed."""

    dernier: int
    marque: str

    def written(self, digest_id: int) -> str:
        """As a request keeps it, with the digest it is about."""
        return f"{digest_id}:{self.dernier}:{self.marque}"


def read_of(contenu: Contenu | Rappel, dernier: int) -> Lu:
    """What a page that shows this content gives to read."""
    valeurs = asdict(contenu)
    if isinstance(contenu, Contenu):
        valeurs.pop("date")
    texte = dumps(_lasting(valeurs), ensure_ascii=False, sort_keys=True)
    return Lu(dernier, blake2b(texte.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())


def parse(texte: str) -> tuple[int, Lu] | None:
    """What `Lu.written` wrote; None when it is something else."""
    lu = _ECRIT.fullmatch(texte)
    return (int(lu[1]), Lu(int(lu[2]), lu[3])) if lu else None


def changes(c: Connexion, digest: Digest, lu: Lu) -> str:
    """What was done since, and by whom, as a sentence: the acts on the draft, else the last that could change it."""
    actes = brouillons.since(c, digest.id, lu.dernier)
    dits = [f"{acte.par} {textes.GESTES[acte.genre]}" for acte in actes[-3:]] or [_latest(c, digest)]
    return textes.draft_changed(dits)


def _latest(c: Connexion, digest: Digest) -> str:
    """Stories are written and set aside on their own pages, and the rules compose again: the last of these."""
    par, acte, instant = digest.compose_par, textes.RECOMPOSE, digest.compose_a
    decision = brouillons.latest_decision(c, digest.id)
    if decision is not None and decision.prise_a >= instant:
        par, acte, instant = decision.par, textes.DECISIONS_LUES.get(decision.genre, textes.HISTOIRE), decision.prise_a
    return f"{par} {acte} ({_told(instant)})"


def _told(instant: datetime) -> str:
    return f"dernier changement connu, {format_instant(instant)}"


def _lasting(valeur: object) -> object:
    if isinstance(valeur, dict):
        return {cle: _lasting(v) for cle, v in valeur.items() if cle not in _SANS_OBJET}
    if isinstance(valeur, (list, tuple)):
        return [_lasting(v) for v in valeur]
    return valeur
