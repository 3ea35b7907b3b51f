"""The bilan as one page that stands alone: the plan's six columns, the last one filled with what the watch did.

Every text of the plan is shown as written. Nothing is counted here (see `evaluation.py`), no file is written.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from veille.evaluation import EtatPlan
from veille.francais import format_day, format_instant, plural, typeset
from veille.model import Organisation


def render_bilan(etat: EtatPlan, organisation: Organisation, now: datetime, livres: Path) -> str:
    """The HTML page. `livres` is where the shipped files are."""
    env = Environment(
        loader=FileSystemLoader(livres / "digests" / "_commun"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(compte=plural, jour=format_day, typo=typeset)
    return env.get_template("bilan.html").render(
        etat=etat, plan=etat.plan, organisation=organisation, redige_a=format_instant(now)
    )
