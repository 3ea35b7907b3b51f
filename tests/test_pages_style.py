"""Colours and style sheets: enough contrast in both palettes, nothing that the strict policy would refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from tests.navigateur import Visiteur, add_models, fill, fill_long, signed_in
from veille.pages.statiques import FEUILLES, IMPRESSION

DOSSIER = Path(str(files("veille.pages")))
COULEURS = (DOSSIER / "statique" / "couleurs.css").read_text(encoding="utf-8")
REVUE = "revue.css"  # Linked by the pages that have scripts, and by those that show what scripts make.
ECRAN = "\n".join(
    (DOSSIER / "statique" / nom).read_text(encoding="utf-8") for nom in (*FEUILLES, REVUE) if nom != "couleurs.css"
)

TONS = ("accent", "bien", "attention", "grave")

# Pairs used together: (text, background, least ratio). 4.5 for text, 3 for what only delimits or rings.
TEXTES = [
    *[("texte", fond, 4.5) for fond in ("fond", "surface", "surface-2", "accent-pale")],
    *[("doux", fond, 4.5) for fond in ("fond", "surface", "surface-2", "accent-pale")],
    *[("accent", fond, 4.5) for fond in ("fond", "surface", "accent-pale", "surface-2")],
    *[("accent-fort", fond, 4.5) for fond in ("fond", "surface", "surface-2")],
    ("sur-accent", "accent", 4.5),
    ("sur-accent", "accent-fort", 4.5),
    ("surface", "texte", 4.5),
    *[(ton, fond, 4.5) for ton in ("bien", "attention", "grave") for fond in (f"{ton}-pale", "surface")],
    *[("trait-fort", fond, 3.0) for fond in ("surface", "fond", "surface-2")],
    *[("accent", fond, 3.0) for fond in ("fond", "surface")],
    *[("anneau", fond, 3.0) for fond in ("surface", "fond", "surface-2", *(f"{ton}-pale" for ton in TONS))],
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


def test_both_palettes_name_the_same_colours_and_the_sheets_use_only_those() -> None:
    claire, sombre = palettes()["claire"], palettes()["sombre"]
    mesures = set(re.findall(r"--([\w-]+):", ECRAN))
    assert claire.keys() == sombre.keys()
    assert set(re.findall(r"var\(--([\w-]+)\)", ECRAN)) <= claire.keys() | mesures | {"ombre"}
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*})", ECRAN), (
        "une couleur hors de couleurs.css échappe au calcul des contrastes"
    )


def test_every_sheet_is_linked_and_stays_short() -> None:
    feuilles = sorted((DOSSIER / "statique").glob("*.css"))
    assert {f.name for f in feuilles} == {*FEUILLES, IMPRESSION, REVUE}
    assert all(len(f.read_text(encoding="utf-8").splitlines()) <= 450 for f in feuilles)


def test_templates_carry_no_inline_style_or_script_and_ask_nothing_of_another_host() -> None:
    gabarits = sorted((DOSSIER / "gabarits").glob("*.html"))
    assert len(gabarits) > 20
    for gabarit in gabarits:
        texte = gabarit.read_text(encoding="utf-8")
        sans_fichiers = re.sub(r'<script defer src="\{\{ statique\(\w+\) \}\}"></script>', "", texte)
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", sans_fichiers), gabarit.name
        assert not re.search(r"(src|href)=[\"']https?://", texte), gabarit.name
        assert "|safe" not in texte.replace("urlencode|safe", ""), gabarit.name
    for feuille in (DOSSIER / "statique").glob("*.css"):
        assert not re.search(r"@import|url\(", feuille.read_text(encoding="utf-8")), feuille.name


PAGES = (
    "/style", "/", "/revue", "/revue?visite=1", "/revue/1", "/retenus", "/revue/filtres", "/bulletins", "/bulletins/1",
    "/sources", "/thematiques", "/thematiques/habitation", "/thematiques/redactions/3", "/syntheses", "/plan",
    "/evaluation", "/plan-de-veille", "/classement", "/demandes", "/motifs", "/compte", "/comptes", "/comptes/1", "/aide", "/veille",
    "/veille/items?_facet=langue", "/veille/items/1", "/veille/sources", "/veille/audiences", "/veille?sql=select+1",
    "/nulle-part",
)  # fmt: skip
# What a table of Datasette's gets from the name of its columns, whether or not one of these pages shows that column.
COLONNES = re.compile(r"(col|type)-[\w-]+")


@pytest.fixture(scope="module")
def equipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visiteur]:
    dossier = fill(tmp_path_factory.mktemp("style"), 14)
    add_models(dossier)
    fill_long(dossier)
    with signed_in(dossier) as visiteur:
        yield visiteur


def test_every_class_of_the_sheets_is_on_some_page(equipe: Visiteur) -> None:
    vues: set[str] = set()
    for adresse in PAGES:
        page = equipe.get(adresse).text
        vues |= {nom for noms in re.findall(r'\sclass=["\']([^"\']*)["\']', page) for nom in noms.split()}
    sans_textes = re.sub(r'"[^"]*"|/\*.*?\*/', "", ECRAN, flags=re.S)
    definies = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", sans_textes)))
    scripts = " ".join(f.read_text(encoding="utf-8") for f in (DOSSIER / "statique").glob("*.js"))
    faites = {nom for nom in definies if re.search(rf"[\"' ]{nom}[\"' ]", scripts)}
    assert {nom for nom in definies - vues - faites if not COLONNES.fullmatch(nom)} == set()


def test_every_macro_is_shown_on_the_style_page() -> None:
    gabarits = {g.name: g.read_text(encoding="utf-8") for g in (DOSSIER / "gabarits").glob("*.html")}
    corps = {
        nom: texte
        for fichier, gabarit in gabarits.items()
        if fichier.startswith("_")
        for nom, texte in re.findall(r"{%-? macro (\w+)\(.*?%}(.*?){%-? endmacro", gabarit, re.S)
    }
    inclus = set(re.findall(r'{% include "(_\w+\.html)"', gabarits["style.html"]))
    a_lire = [gabarits["style.html"], *(gabarits[nom] for nom in inclus)]
    montrees: set[str] = set()
    while a_lire:
        texte = a_lire.pop()
        appelees = {nom for nom in re.findall(r"\b(?:[ms]\.)?(\w+)\(", texte) if nom in corps} - montrees
        montrees |= appelees
        a_lire += [corps[nom] for nom in appelees]
    assert set(corps) - montrees == set()


def test_everything_on_the_style_page_is_said_to_be_fictional_and_sends_nothing(equipe: Visiteur) -> None:
    page = equipe.get("/style").text.partition("<main")[2]
    assert page.count("exemple fictif") > 20
    assert len(re.findall(r'<article class="nouvelle', page)) == 13
    envoyes = [f for f in re.findall(r"<form[^>]*>", page) if 'method="post"' in f]
    assert {re.search(r'action="([^"]+)"', f)[1] for f in envoyes} <= {"/bulletins/demander", "/compte/preferences"}  # type: ignore[index]
    eteint = page[page.index("<fieldset disabled") :]
    assert page.index("/bulletins/demander") > page.index("<fieldset disabled")
    assert eteint.index("/bulletins/demander") < eteint.index("</fieldset>")


def test_ids_are_unique_on_every_page(equipe: Visiteur) -> None:
    for adresse in PAGES:
        ids = re.findall(r'\sid="([^"]+)"', equipe.get(adresse).text)
        assert {i for i in ids if ids.count(i) > 1} == set(), adresse
