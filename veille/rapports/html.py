"""A report as one page that stands alone: no script, nothing fetched, printable, every chart with its table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from veille.francais import typeset
from veille.rapports.formes import Bloc, Graphique, Passage, Rapport
from veille.rapports.graphiques import amount, sparkline, svg
from veille.rapports.textes import printable


def render(rapport: Rapport) -> str:
    """The whole page."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(typo=typeset, propre=printable)
    return env.get_template("rapport.html").render(
        rapport=rapport,
        genre=kind,
        dessin=drawing,
        adresse=lambda p: address(p, rapport.site),
    )


def drawing(graphique: Graphique) -> Markup:
    """A chart that a template writes as it is."""
    return Markup(svg(graphique))  # noqa: S704 — every text in it is escaped where it is drawn.


def spark(valeurs: Sequence[float | None]) -> Markup:
    """A small line of values that a template writes as it is."""
    return Markup(sparkline(valeurs))  # noqa: S704 — numbers only.


def kind(bloc: Bloc) -> str:
    """What a template asks of a block."""
    return type(bloc).__name__.lower()


def address(passage: Passage, site: str) -> str:
    """Where a run leads, "" when nowhere: « /… » needs to know of which site; no scheme but http and https."""
    if passage.lien.startswith(("https://", "http://")):
        return passage.lien
    return site.rstrip("/") + passage.lien if site and passage.lien.startswith("/") else ""


def chart_rows(graphique: Graphique) -> tuple[tuple[str, ...], ...]:
    """The figures of a chart, a row for each label: what a format that does not draw shows instead."""
    return tuple(
        (etiquette, *(amount(valeurs[i], graphique.unite) for _, valeurs in graphique.series))
        for i, etiquette in enumerate(graphique.etiquettes)
    )
