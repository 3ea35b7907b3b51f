"""Colours and style sheets: enough contrast in both palettes, nothing that the strict policy would refuse."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

DOSSIER = Path(str(files("veille.pages")))
COULEURS = (DOSSIER / "statique" / "couleurs.css").read_text(encoding="utf-8")
FEUILLE = (DOSSIER / "statique" / "veille.css").read_text(encoding="utf-8")

# Pairs used together: (text, background, least ratio). 4.5 for text, 3 for what only delimits or rings.
TEXTES = [
    *[("texte", fond, 4.5) for fond in ("fond", "surface", "surface-2", "accent-pale")],
    *[("doux", fond, 4.5) for fond in ("fond", "surface", "surface-2")],
    *[("accent", fond, 4.5) for fond in ("fond", "surface", "accent-pale", "surface-2")],
    *[("accent-fort", fond, 4.5) for fond in ("fond", "surface", "surface-2")],
    ("sur-accent", "accent", 4.5),
    ("sur-accent", "accent-fort", 4.5),
    ("surface", "texte", 4.5),
    *[(ton, fond, 4.5) for ton in ("bien", "attention", "grave") for fond in (f"{ton}-pale", "surface")],
    *[("trait-fort", fond, 3.0) for fond in ("surface", "fond")],
    *[("anneau", fond, 3.0) for fond in ("surface", "fond", "surface-2", "accent-pale")],
]


def palettes() -> dict[str, dict[str, str]]:
    clair, sombre = COULEURS.split("@media (prefers-color-scheme: dark)")
    couleurs = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
    return {"claire": dict(couleurs.findall(clair)), "sombre": dict(couleurs.findall(sombre))}


def luminance(couleur: str) -> float:
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    lineaires = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]
    return 0.2126 * lineaires[0] + 0.7152 * lineaires[1] + 0.0722 * lineaires[2]


def contrast(a: str, b: str) -> float:
    clair, sombre = sorted((luminance(a), luminance(b)), reverse=True)
    return (clair + 0.05) / (sombre + 0.05)


@pytest.mark.parametrize("palette", ["claire", "sombre"])
def test_both_palettes_have_enough_contrast(palette: str) -> None:
    couleurs = palettes()[palette]
    faibles = [
        f"{texte} sur {fond} : {contrast(couleurs[texte], couleurs[fond]):.2f} < {seuil}"
        for texte, fond, seuil in TEXTES
        if contrast(couleurs[texte], couleurs[fond]) < seuil
    ]
    assert not faibles


def test_both_palettes_name_the_same_colours_and_the_sheet_uses_only_those() -> None:
    claire, sombre = palettes()["claire"], palettes()["sombre"]
    assert claire.keys() == sombre.keys()
    assert set(re.findall(r"var\(--([\w-]+)\)", FEUILLE)) <= claire.keys()
    ecran = FEUILLE.partition("@media print")[0]
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", ecran), (
        "une couleur hors de couleurs.css échappe au calcul des contrastes"
    )


def test_templates_carry_no_inline_style_or_script_and_ask_nothing_of_another_host() -> None:
    gabarits = sorted((DOSSIER / "gabarits").glob("*.html"))
    assert len(gabarits) > 20
    for gabarit in gabarits:
        texte = gabarit.read_text(encoding="utf-8")
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", texte), gabarit.name
        assert not re.search(r"(src|href)=[\"']https?://", texte), gabarit.name
        assert "|safe" not in texte.replace("urlencode|safe", ""), gabarit.name
    assert "@import" not in FEUILLE
    assert "url(" not in FEUILLE
