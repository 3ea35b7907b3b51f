"""Charts as SVG without script nor inline style: bars with their figures written, and the small line beside a figure.

Colour never says anything alone: each bar bears its value, each series its name. The words of a chart are its `resume`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from veille.francais import NBSP, format_number, typeset, unit
from veille.rapports.formes import Graphique

COULEURS = ("#0b5568", "#b4460c", "#55606a", "#7a5195")
_LARGEUR, _GAUCHE, _DROITE = 720, 250, 90
_BARRE, _ENTRE, _TETE = 18, 12, 30
_ETIQUETTE_MAX = 38


def svg(graphique: Graphique) -> str:
    """The chart as horizontal bars, a group for each label. It can be put in a page as it is."""
    plus_haut = max([v for _, valeurs in graphique.series for v in valeurs if v is not None] + [graphique.repere or 0])
    echelle = (_LARGEUR - _GAUCHE - _DROITE) / (plus_haut or 1)
    groupe = _BARRE * len(graphique.series) + _ENTRE
    legende = 22 if len(graphique.series) > 1 else 0
    hauteur = _TETE + legende + groupe * len(graphique.etiquettes)
    corps = [*_legend(graphique), *_bars(graphique, echelle, _TETE + legende, groupe)]
    if graphique.repere is not None:
        corps += _mark(graphique, _GAUCHE + graphique.repere * echelle, hauteur)
    return (
        f'<svg class="graphique" viewBox="0 0 {_LARGEUR} {hauteur}" role="img" xmlns="http://www.w3.org/2000/svg"'
        f' font-family="system-ui, sans-serif" font-size="13" fill="currentColor">'
        f"<title>{_text(graphique.titre)}</title><desc>{_text(graphique.resume)}</desc>{''.join(corps)}</svg>"
    )


def sparkline(valeurs: Sequence[float | None]) -> str:
    """A line of values, oldest first, holes where nothing was measured. It only goes beside the figures it repeats."""
    connues = [v for v in valeurs if v is not None]
    if not connues:
        return ""
    haut, pas = max(connues) or 1, 76 / max(len(valeurs) - 1, 1)
    points = [None if v is None else (2 + i * pas, 20 - 16 * v / haut) for i, v in enumerate(valeurs)]
    traits = "".join(
        f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in suite)}" fill="none" stroke="currentColor" stroke-width="2"/>'
        for suite in _runs(points)
        if len(suite) > 1
    )
    bouts = [p for p in points if p is not None]
    ronds = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="currentColor"/>' for x, y in bouts)
    return (
        '<svg class="etincelle" viewBox="0 0 80 24" width="80" height="24" aria-hidden="true" focusable="false"'
        f' xmlns="http://www.w3.org/2000/svg">{traits}{ronds}</svg>'
    )


def amount(valeur: float | None, unite: str = "") -> str:
    """« 1 234 », « 72,5 % », « 1 rencontre », « non mesuré »."""
    if valeur is None:
        return "non mesuré"
    dit = format_number(valeur, next((d for d in (0, 1) if round(valeur, d) == valeur), 2))
    return f"{dit}{NBSP}{unit(valeur, unite)}" if unite else dit


def _bars(g: Graphique, echelle: float, haut: int, groupe: int) -> Iterator[str]:
    for i, etiquette in enumerate(g.etiquettes):
        y = haut + i * groupe
        milieu = y + _BARRE * len(g.series) / 2 + 4
        court = etiquette if len(etiquette) <= _ETIQUETTE_MAX else f"{etiquette[: _ETIQUETTE_MAX - 1]}…"
        yield f'<text x="{_GAUCHE - 8}" y="{milieu:.1f}" text-anchor="end">{_text(court)}</text>'
        for j, (_, valeurs) in enumerate(g.series):
            valeur, dessus = valeurs[i], y + j * _BARRE
            largeur = (valeur or 0) * echelle
            if valeur:
                yield (
                    f'<rect class="serie-{j % len(COULEURS) + 1}" x="{_GAUCHE}" y="{dessus}" width="{largeur:.1f}"'
                    f' height="{_BARRE - 3}" fill="{COULEURS[j % len(COULEURS)]}"/>'
                )
            yield f'<text x="{_GAUCHE + largeur + 6:.1f}" y="{dessus + _BARRE - 6}">{_text(_short(valeur, g.unite))}</text>'


def _legend(g: Graphique) -> Iterator[str]:
    if len(g.series) < 2:
        return
    x = _GAUCHE
    for j, (nom, _) in enumerate(g.series):
        couleur = COULEURS[j % len(COULEURS)]
        yield f'<rect class="serie-{j % len(COULEURS) + 1}" x="{x}" y="8" width="14" height="14" fill="{couleur}"/>'
        yield f'<text x="{x + 20}" y="20">{_text(nom)}</text>'
        x += 40 + 7 * len(nom)


def _mark(g: Graphique, x: float, hauteur: int) -> Iterator[str]:
    haut = _TETE if len(g.series) < 2 else _TETE + 22
    yield f'<line class="repere" x1="{x:.1f}" y1="{haut - 4}" x2="{x:.1f}" y2="{hauteur}" stroke="currentColor" stroke-dasharray="4 3"/>'
    dit = f"cible : {_short(g.repere, g.unite)}"
    yield f'<text x="{x:.1f}" y="{haut - 9}" text-anchor="middle">{_text(dit)}</text>'


def _short(valeur: float | None, unite: str) -> str:
    """Beside a bar a long unit would be cut: the chart's words give it."""
    return amount(valeur, unite if len(unite) <= 2 else "")


def _runs(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    suites: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            suites.append([])
        else:
            suites[-1].append(point)
    return suites


def _text(texte: str) -> str:
    return escape(typeset(texte))
