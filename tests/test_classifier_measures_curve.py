"""The reliability curve: a drawing that a strict page accepts, that a person can be told, and whose dots are the points."""

from __future__ import annotations

import math
from xml.etree import ElementTree as ET  # Our own drawing is parsed, nothing collected.

import pytest

from veille.classifier.card import reliability_svg
from veille.model.apprentissage import Evaluation, Tranche

SVG = "{http://www.w3.org/2000/svg}"
POINTS = (Tranche(0.02, 0.01, 9000), Tranche(0.5, 0.5, 40), Tranche(0.8, 0.78, 45), Tranche(0.97, 1.0, 1))
PERMIS = {
    "class", "viewBox", "width", "height", "role", "aria-labelledby", "aria-describedby", "id", "fill", "fill-opacity",
    "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "font-size", "text-anchor", "transform", "d", "x", "y",
    "cx", "cy", "r",
}  # fmt: skip


def evaluation(*points: Tranche) -> Evaluation:
    return Evaluation(1, *[0.0] * 8, fiabilite=points)


def draw(*points: Tranche, prefixe: str = "fiabilite") -> ET.Element:
    return ET.fromstring(reliability_svg(evaluation(*points), prefixe))


def dots(dessin: ET.Element) -> list[ET.Element]:
    return dessin.findall(f"{SVG}circle")


def test_it_is_an_image_with_a_name_and_a_description_in_french() -> None:
    dessin = draw(*POINTS)
    titre, description = dessin.find(f"{SVG}title"), dessin.find(f"{SVG}desc")
    assert dessin.get("role") == "img"
    assert titre is not None and titre.text == "Courbe de fiabilité du modèle"
    assert dessin.get("aria-labelledby") == titre.get("id")
    assert description is not None and description.text is not None
    assert dessin.get("aria-describedby") == description.get("id")
    assert "4\u00a0ronds, 9\u00a0086\u00a0probabilités." in description.text
    legendes = [texte.text for texte in dessin.iter(f"{SVG}text")]
    assert {"Probabilité annoncée", "Part observée"} <= set(legendes)
    assert legendes.count("20\u00a0%") == 2


def test_a_strict_page_accepts_it_and_it_takes_the_colour_of_the_text() -> None:
    dessin = draw(*POINTS)
    assert {element.tag for element in dessin.iter()} == {
        SVG + nom for nom in ("svg", "title", "desc", "path", "text", "circle")
    }
    assert {nom for element in dessin.iter() for nom in element.attrib} <= PERMIS
    couleurs = {element.get(nom) for element in dessin.iter() for nom in ("fill", "stroke")} - {None}
    assert couleurs == {"currentColor", "none"}


def diagonal(dessin: ET.Element) -> list[float]:
    """x and y of where both shares are 0, then of where both are 1."""
    chemin = next(e.get("d", "") for e in dessin.iter(f"{SVG}path") if e.get("class") == "diagonale")
    return [float(n) for n in chemin.replace("M", " ").replace("L", " ").split()]


def test_each_point_has_its_dot_at_its_place_bigger_with_more_cases() -> None:
    dessin = draw(*POINTS)
    gauche, bas, droite, haut = diagonal(dessin)
    assert gauche < droite and haut < bas
    trouves = {
        (
            round((float(rond.get("cx", "")) - gauche) / (droite - gauche), 3),
            round((bas - float(rond.get("cy", ""))) / (bas - haut), 3),
        ): float(rond.get("r", ""))
        for rond in dots(dessin)
    }
    assert trouves.keys() == {(t.annoncee, t.observee) for t in POINTS}
    rayons = [trouves[t.annoncee, t.observee] for t in sorted(POINTS, key=lambda t: t.n)]
    assert rayons == sorted(set(rayons))


def test_everything_drawn_stays_inside_the_drawing() -> None:
    dessin = draw(*(Tranche(x, y, n) for x in (0.0, 1.0) for y in (0.0, 1.0) for n in (1, 10**6)))
    _, _, largeur, hauteur = map(float, dessin.get("viewBox", "").split())
    for rond in dots(dessin):
        x, y, r = (float(rond.get(nom, "")) for nom in ("cx", "cy", "r"))
        assert r <= x <= largeur - r and r <= y <= hauteur - r


def test_a_dot_says_its_figures_in_french() -> None:
    (rond,) = dots(draw(Tranche(0.8, 0.78, 1045)))
    assert rond.findtext(f"{SVG}title") == (
        "Annoncée\u00a0: 80,0\u00a0%\u00a0; observée\u00a0: 78,0\u00a0%\u00a0; 1\u00a0045\u00a0cas"
    )


def test_with_nothing_measured_it_says_so() -> None:
    dessin = draw()
    assert not dots(dessin)
    assert dessin.findtext(f"{SVG}desc") == "Aucune probabilité n’a encore été mesurée."


@pytest.mark.parametrize("prefixe", ["b", '"><script>alert(1)</script>', "a&b'c"])
def test_two_drawings_of_one_page_have_their_own_ids_and_a_prefix_is_escaped(prefixe: str) -> None:
    dessin = draw(*POINTS, prefixe=prefixe)
    assert [e.get("id") for e in dessin.iter() if e.get("id")] == [f"{prefixe}-titre", f"{prefixe}-description"]
    assert not list(dessin.iter(f"{SVG}script"))


def test_coordinates_are_numbers_whatever_the_figures() -> None:
    for rond in dots(draw(Tranche(1 / 3, 2 / 3, 7), Tranche(1e-12, 1 - 1e-12, 10**9))):
        assert all(math.isfinite(float(rond.get(nom, ""))) for nom in ("cx", "cy", "r"))
