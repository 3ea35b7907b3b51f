"""The reliability curve as an SVG text: what the model announces, beside what came true.

Presentation attributes and class names only: pages forbid style attributes and elements. `currentColor` makes it
readable in light and in dark. The card gives the same points as a table.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from html import escape

from veille.francais import NBSP, format_number, plural
from veille.model.apprentissage import Evaluation, Tranche

# The square of the plot inside the drawing, and the radius of its dots.
GAUCHE, HAUT, COTE = 72, 16, 320
BAS = HAUT + COTE
LARGEUR, HAUTEUR = GAUCHE + COTE + 24, BAS + 66
RAYON_MIN, RAYON_MAX = 3.5, 12.0
TITRE = "Courbe de fiabilité du modèle"
MODE_D_EMPLOI = (
    (
        "Chaque rond réunit des probabilités voisines : de gauche à droite, ce que le modèle annonce ; de bas en haut, la part "
        "qui s’est révélée vraie ; plus le rond est gros, plus il y a de cas. Sur la diagonale pointillée, le modèle dit juste ; "
        "au-dessous, il est trop sûr de lui ; au-dessus, il est trop prudent."
    )
    .replace(" :", f"{NBSP}:")
    .replace(" ;", f"{NBSP};")
)


def reliability_svg(evaluation: Evaluation, prefixe: str = "fiabilite") -> str:
    """One accessible drawing. `prefixe` begins its ids: give another one to a second drawing of the same page."""
    ids = (escape(f"{prefixe}-titre"), escape(f"{prefixe}-description"))
    points = evaluation.fiabilite
    lignes = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="courbe-fiabilite" viewBox="0 0 {LARGEUR} {HAUTEUR}"'
        f' width="{LARGEUR}" height="{HAUTEUR}" role="img" aria-labelledby="{ids[0]}" aria-describedby="{ids[1]}"'
        ' fill="none" stroke="none" font-size="13">',
        f'<title id="{ids[0]}">{escape(TITRE)}</title>',
        f'<desc id="{ids[1]}">{escape(_description(points))}</desc>',
        *_axes(),
        f'<path class="diagonale" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="currentColor" stroke-dasharray="5 4"/>',
        *_dots(points),
        "</svg>",
    )
    return "\n".join(lignes)


def _description(points: tuple[Tranche, ...]) -> str:
    if not points:
        return "Aucune probabilité n’a encore été mesurée."
    return f"{MODE_D_EMPLOI} {plural(len(points), 'rond')}, {plural(sum(t.n for t in points), 'probabilité')}."


def _axes() -> Iterator[str]:
    """The grid every 20 %, its figures, and the name of each axis."""
    for cinquieme in range(6):
        part = cinquieme / 5
        pourcent = f"{20 * cinquieme}{NBSP}%"
        yield (
            f'<path class="grille" d="M{_x(part)} {_y(0)}V{_y(1)}M{_x(0)} {_y(part)}H{_x(1)}"'
            ' stroke="currentColor" stroke-opacity=".2"/>'
        )
        yield _text(_x(part), BAS + 28, pourcent)
        yield _text(GAUCHE - 14, _y(part) + 4.5, pourcent, "end")
    yield f'<path class="axes" d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}" stroke="currentColor"/>'
    yield _text(_x(0.5), BAS + 54, "Probabilité annoncée")
    milieu = _y(0.5)
    yield (
        f'<text class="legende" x="16" y="{milieu}" transform="rotate(-90 16 {milieu})" fill="currentColor"'
        ' text-anchor="middle">Part observée</text>'
    )


def _dots(points: tuple[Tranche, ...]) -> Iterator[str]:
    """One dot a bin, the biggest first so that none is hidden. Bins differ a thousandfold: the radius follows their log."""
    plus_gros = max((math.log1p(t.n) for t in points), default=0.0)
    for tranche in sorted(points, key=lambda t: -t.n):
        rayon = RAYON_MIN + (RAYON_MAX - RAYON_MIN) * (math.log1p(tranche.n) / plus_gros if plus_gros else 0.0)
        annoncee, observee = (f"{format_number(100 * p, 1)}{NBSP}%" for p in (tranche.annoncee, tranche.observee))
        bulle = f"Annoncée{NBSP}: {annoncee}{NBSP}; observée{NBSP}: {observee}{NBSP}; {plural(tranche.n, 'cas', 'cas')}"
        yield (
            f'<circle class="tranche" cx="{_x(tranche.annoncee)}" cy="{_y(tranche.observee)}" r="{rayon:.2f}"'
            f' fill="currentColor" fill-opacity=".3" stroke="currentColor" stroke-width="1.5">'
            f"<title>{escape(bulle)}</title></circle>"
        )


def _text(x: float, y: float, texte: str, ancre: str = "middle") -> str:
    return f'<text class="legende" x="{x}" y="{y}" fill="currentColor" text-anchor="{ancre}">{escape(texte)}</text>'


def _x(part: float) -> float:
    return round(GAUCHE + COTE * part, 2)


def _y(part: float) -> float:
    return round(BAS - COTE * part, 2)
