"""What people open: pages, e-mails and `.eml`, read back with parsers."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.diffusion import GAZETIER, NOW, ORGANISATION, TAXONOMIE, Atelier, audience
from veille import editor
from veille.editor import Contenu, Rappel, Reperes
from veille.editor.formes import Element, Lien, Nom, Rubrique
from veille.errors import RefusError, SettingsError
from veille.francais import NBSP
from veille.model import Expediteur
from veille.rendering import Archive, Gabarits, Liens, message, wrap
from veille.settings import shipped
from veille.store import fiches, sources

CLDS = audience(territoires=("joliette", "lanaudiere"))
MAUVAIS = "<script>alert(1)</script> {{ 7 * 7 }} & \"'"


@pytest.fixture
def gabarits(tmp_path: Path) -> Gabarits:
    return Gabarits(tmp_path, shipped(), "clds-joliette")


@pytest.fixture
def bulletin(tmp_path: Path) -> Contenu:
    a = Atelier(tmp_path)
    a.retenir(
        "Appel de projets : 50 000 $", type_="financement", limite="2026-12-01", montant="50000", resume="Déposez."
    )
    a.retenir("Le journal", source="hebdo", resume="Chapeau secret du journal.", ecrit={"titre": "L'eau coûtera plus", "resume": "La ville hausse son tarif.", "pourquoi": "Les ménages pauvres paieront."})  # fmt: skip
    a.retenir("A report", langue="en", adresse="https://ville.exemple.org/r.pdf", lieux=("lanaudiere",))
    a.retenir(MAUVAIS, resume=MAUVAIS, auteur=MAUVAIS, adresse='https://ville.exemple.org/"><b>')
    a.retenir("Atelier du mardi", type_="formation")
    choix = editor.select(CLDS, fiches.load(a.c, range(1, 9)), NOW, frozenset(), Reperes(TAXONOMIE, GAZETIER)).choix
    return editor.content(CLDS, 3, choix, NOW, Reperes(TAXONOMIE, GAZETIER), autorite="exemple.org")


@pytest.fixture
def rappel(tmp_path: Path) -> Rappel:
    a = Atelier(tmp_path)
    for n in range(20):
        a.ajouter(f"Nouvelle {n}", score=float(n), limite="2026-11-30" if n == 4 else "")
    faits = editor.Faits(20, 3, 2, fiches.load(a.c, range(1, 21)), [], sources.health(a.c))
    equipe = audience("equipe", "Équipe", genre="rappel", visibilite="interne")
    return editor.reminder(equipe, 1, faits, NOW, Reperes(TAXONOMIE, GAZETIER), autorite="exemple.org")


def eml(contenu: Contenu | Rappel, gabarits: Gabarits) -> bytes:
    html, texte = gabarits.courriel_html(contenu, ORGANISATION), gabarits.courriel_texte(contenu, ORGANISATION)
    return message(contenu, ORGANISATION, html, texte, NOW)


def parsed(octets: bytes) -> EmailMessage:
    return email.message_from_bytes(octets, policy=email.policy.default)  # type: ignore[return-value]


def flat(texte: str) -> str:
    return " ".join(texte.replace(NBSP, " ").split())


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("quoi", ["page", "courriel_html"])
@pytest.mark.parametrize("nom", ["bulletin", "rappel"])
def test_headings_are_in_order_under_one_title_and_the_language_is_said(
    quoi: str, nom: str, gabarits: Gabarits, request: pytest.FixtureRequest
) -> None:
    html = getattr(gabarits, quoi)(request.getfixturevalue(nom), ORGANISATION)
    page = BeautifulSoup(html, "lxml")
    assert page.html and page.html["lang"] == "fr-CA"
    assert page.title and page.title.text.strip()
    niveaux = [int(t.name[1]) for t in page.find_all(re.compile("^h[1-6]$"))]
    assert niveaux[0] == 1 and niveaux.count(1) == 1
    assert all(suivant <= niveau + 1 for niveau, suivant in pairwise(niveaux))


def test_a_page_obeys_a_strict_content_policy_and_fetches_nothing_but_its_sheet(
    bulletin: Contenu, gabarits: Gabarits
) -> None:
    page = BeautifulSoup(gabarits.page(bulletin, ORGANISATION, Liens(flux="../flux.atom.xml")), "lxml")
    assert not page.find_all(["style", "script", "img", "iframe"])
    assert not page.find_all(style=True)
    assert [b["href"] for b in page.find_all("link", rel="stylesheet")] == ["../../statique/bulletin.css"]
    for repere in ("header", "main", "footer"):
        assert len(page.find_all(repere)) == 1
    assert [nav["aria-label"] for nav in page.find_all("nav")] == ["Sommaire", "Suivre ce bulletin"]
    identifiants = [b["id"] for b in page.find_all(id=True)]
    assert len(identifiants) == len(set(identifiants))
    cibles = [b["href"][1:] for b in page.find_all("a", href=re.compile("^#"))]
    assert cibles and set(cibles) <= set(identifiants)


def test_collected_text_is_escaped_and_never_a_template(bulletin: Contenu, gabarits: Gabarits) -> None:
    for html in (
        gabarits.page(bulletin, ORGANISATION),
        gabarits.courriel_html(bulletin, ORGANISATION),
        gabarits.fragment(bulletin, ORGANISATION),
    ):
        assert "<script>" not in html and "49" not in html
        assert "{{ 7 * 7 }}" in html
        assert not BeautifulSoup(html, "lxml").find_all("b")


def test_what_is_shown_is_what_was_frozen_and_nothing_of_the_newspaper(bulletin: Contenu, gabarits: Gabarits) -> None:
    visible = flat(BeautifulSoup(gabarits.page(bulletin, ORGANISATION), "lxml").get_text(" "))
    for attendu in ("L’eau coûtera plus", "La ville hausse son tarif.", "Date limite : mardi 1er décembre 2026",
                    "dans 8 jours", "Montant : 50 000 $", "Auteur : non indiqué", "en anglais", "PDF", "Cote C",
                    "Pourquoi c’est important ici : Les ménages pauvres paieront."):  # fmt: skip
        assert attendu in visible
    for rendu in (
        visible,
        gabarits.courriel_texte(bulletin, ORGANISATION),
        gabarits.courriel_html(bulletin, ORGANISATION),
    ):
        assert "Chapeau secret" not in rendu and "Le journal" not in rendu
    assert BeautifulSoup(gabarits.page(bulletin, ORGANISATION), "lxml").find("span", lang="en")


def test_every_page_and_mail_names_who_publishes_and_who_answers_for_personal_information(
    bulletin: Contenu, rappel: Rappel, gabarits: Gabarits
) -> None:
    for contenu in (bulletin, rappel):
        for rendu in (gabarits.page(contenu, ORGANISATION), gabarits.courriel_html(contenu, ORGANISATION),
                      gabarits.courriel_texte(contenu, ORGANISATION)):  # fmt: skip
            texte = flat(BeautifulSoup(rendu, "lxml").get_text(" "))
            for mention in ("1, rue de l’Exemple", "Dominique Fictif", "vieprivee@table.exemple.org"):
                assert mention in texte


def test_an_empty_draft_and_a_story_still_to_write_can_be_looked_at(gabarits: Gabarits, bulletin: Contenu) -> None:
    assert "aucune nouvelle" in gabarits.page(replace(bulletin, rubriques=()), ORGANISATION)
    vide = Element(1, "", Nom("hebdo", "Hebdo"), "non indiqué", "Publié hier", a_rediger=("titre à rédiger",))
    brouillon = replace(bulletin, rubriques=(Rubrique("autres", "Autres", (vide,)),))
    for rendu in (gabarits.page(brouillon, ORGANISATION), gabarits.courriel_texte(brouillon, ORGANISATION)):
        assert "(titre à rédiger)" in rendu


def test_the_list_of_digests_links_to_each(gabarits: Gabarits) -> None:
    numeros = [Archive(2, "b", "2026-11-23", "2026-11-23/", ("Un",)), Archive(1, "a", "2026-11-09", "2026-11-09/", ())]
    page = BeautifulSoup(gabarits.archives("Bulletin", numeros, ORGANISATION, Liens(flux="flux.atom.xml")), "lxml")
    assert [a["href"] for a in page.main.find_all("a")] == ["2026-11-23/", "2026-11-09/"]  # type: ignore[union-attr]


# ---------------------------------------------------------------- colours


def palettes() -> list[dict[str, str]]:
    css = (shipped() / "digests/_commun/bulletin.css").read_text(encoding="utf-8")
    claire, sombre = re.findall(r":root \{([^}]*)\}", css)[:2]
    clair = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", claire))
    return [clair, {**clair, **dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", sombre))}]


def contrast(a: str, b: str) -> float:
    def luminance(couleur: str) -> float:
        canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        r, v, bleu = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in canaux)
        return 0.2126 * r + 0.7152 * v + 0.0722 * bleu

    claire, foncee = sorted((luminance(a), luminance(b)), reverse=True)
    return (claire + 0.05) / (foncee + 0.05)


@pytest.mark.parametrize("palette", palettes(), ids=["claire", "sombre"])
@pytest.mark.parametrize(
    ("texte", "fond"),
    [
        *((t, f) for t in ("encre", "discret", "accent") for f in ("fond", "feuille")),
        ("sur-bandeau", "bandeau"),
        ("sur-bandeau-discret", "bandeau"),
        ("sur-alerte", "alerte"),
        ("sur-manque", "manque"),
        ("sur-etiquette", "etiquette"),
    ],
)
def test_every_pair_of_colours_of_the_pages_can_be_read(palette: dict[str, str], texte: str, fond: str) -> None:
    assert contrast(palette[texte], palette[fond]) >= 4.5


def test_every_colour_written_on_an_element_of_the_mail_can_be_read(bulletin: Contenu, gabarits: Gabarits) -> None:
    def written(balise: object, nom: str) -> str:
        style = str(balise.get("style", ""))  # type: ignore[attr-defined]
        trouve = re.search(rf"(?<![a-z-]){nom}:\s*(#[0-9a-f]{{6}})", style)
        return trouve[1] if trouve else ""

    page = BeautifulSoup(gabarits.courriel_html(bulletin, ORGANISATION), "lxml")
    vues = 0
    for balise in page.body.find_all(True):  # type: ignore[union-attr]
        if not balise.find(string=True, recursive=False):
            continue
        lignee = [balise, *balise.parents]
        encre = next(c for b in lignee if hasattr(b, "get") and (c := written(b, "color")))
        fond = next(c for b in lignee if hasattr(b, "get") and (c := written(b, "background-color")))
        assert contrast(encre, fond) >= 4.5, balise
        vues += 1
    assert vues > 40


# ---------------------------------------------------------------- e-mail


def test_the_mail_is_a_well_formed_message_in_two_complete_versions(bulletin: Contenu, gabarits: Gabarits) -> None:
    octets = eml(bulletin, gabarits)
    assert b"\n" not in octets.replace(b"\r\n", b"")
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    lu = parsed(octets)
    assert not lu.defects
    assert (lu.get_content_type(), len(lu["subject"]) <= 60) == ("multipart/alternative", True)
    assert lu["subject"] == bulletin.objet.replace(NBSP, lu["subject"][lu["subject"].index("23") + 2])
    assert lu["from"].addresses[0].addr_spec == "veille@table.exemple.org"
    assert lu["date"].datetime == NOW
    assert lu["list-id"] == "<clds-joliette.veille.table.exemple.org>"
    assert re.fullmatch(r"<clds-joliette\.3\.[0-9a-f]{16}@table\.exemple\.org>", lu["message-id"])
    assert lu["to"] is None and lu["content-language"] == "fr-CA"
    texte, html = (partie.get_content() for partie in lu.iter_parts())  # type: ignore[attr-defined]
    for e in bulletin.elements:
        for partie in (texte, BeautifulSoup(html, "lxml").get_text(" ")):
            assert flat(e.titre).replace("'", "’") in flat(partie).replace("'", "’")
            assert flat(e.date) in flat(partie)
        assert e.lien is None or e.lien.adresse in texte


def test_the_mail_fetches_nothing_and_lays_out_with_presentation_tables(bulletin: Contenu, gabarits: Gabarits) -> None:
    html = gabarits.courriel_html(bulletin, ORGANISATION)
    page = BeautifulSoup(html, "lxml")
    assert not page.find_all(["img", "link", "script"])
    assert "url(" not in html and "@import" not in html
    assert all(t["role"] == "presentation" for t in page.find_all("table"))
    assert "prefers-color-scheme: dark" in html
    tailles = [int(t) for t in re.findall(r"font-size:\s*(\d+)px", html)]
    assert tailles and min(tailles) >= 16
    assert html.index('charset="utf-8"') < 1024


def test_the_same_content_gives_the_same_bytes(bulletin: Contenu, gabarits: Gabarits) -> None:
    assert eml(bulletin, gabarits) == eml(bulletin, gabarits)


def test_the_text_part_keeps_to_seventy_two_columns_but_for_addresses(
    bulletin: Contenu, rappel: Rappel, gabarits: Gabarits
) -> None:
    for contenu in (bulletin, rappel):
        texte = gabarits.courriel_texte(contenu, ORGANISATION)
        longues = [ligne for ligne in texte.splitlines() if len(ligne) > 72]
        assert all(ligne.strip().startswith("http") for ligne in longues)
        assert "\n\n\n" not in texte and "&#" not in texte


def test_the_reminder_counts_and_names_what_to_settle(rappel: Rappel, gabarits: Gabarits) -> None:
    texte = flat(gabarits.courriel_texte(rappel, ORGANISATION))
    assert "20 à trancher" in texte and "20 nouveaux éléments depuis une semaine" in texte
    assert "3 retenus, 2 écartés" in texte
    assert texte.index("Nouvelle 19") < texte.index("Nouvelle 18")
    assert "Nouvelle 3 –" not in texte and "Et 8 autres nouvelles" in texte
    assert "Date limite : lundi 30 novembre 2026 (dans 7 jours)" in texte


@pytest.mark.parametrize("adresse", ["", "à remplir", "pas une adresse", "a@", "é@exemple.org", "a@b\r\nBcc: x@y.org"])
def test_a_sender_that_is_no_address_is_refused_by_name(adresse: str, bulletin: Contenu) -> None:
    organisation = replace(ORGANISATION, expediteur=Expediteur("Veille", adresse))
    with pytest.raises(RefusError, match=r"organisation\.toml, expediteur\.courriel"):
        message(bulletin, organisation, "<p></p>", "", NOW)


@given(st.text(max_size=120))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_title_can_break_a_mail(bulletin: Contenu, gabarits: Gabarits, texte: str) -> None:
    from veille.francais import clean

    propre = clean(texte, 300)
    element = replace(bulletin.elements[0], titre=propre, resume=propre, lien=Lien("https://exemple.org/", propre))
    contenu = replace(bulletin, objet=editor.contenu.subject("Public", propre, NOW.date()), rubriques=(Rubrique("x", propre, (element,)),))  # fmt: skip
    lu = parsed(eml(contenu, gabarits))
    assert not lu.defects and lu["bcc"] is None
    assert len(list(lu.iter_parts())) == 2  # type: ignore[attr-defined]


# ---------------------------------------------------------------- staff's own templates


def test_a_folder_s_template_prevails_over_the_common_one_and_an_audience_s_over_both(
    tmp_path: Path, bulletin: Contenu
) -> None:
    commun, propre = tmp_path / "digests/_commun", tmp_path / "digests/clds-joliette"
    commun.mkdir(parents=True)
    propre.mkdir()
    (commun / "courriel.txt").write_text("commun {{ contenu.numero }}", encoding="utf-8")
    assert Gabarits(tmp_path, shipped(), "clds-joliette").courriel_texte(bulletin, ORGANISATION) == "commun 3\n"
    (propre / "courriel.txt").write_text("propre {{ contenu.numero }}", encoding="utf-8")
    assert Gabarits(tmp_path, shipped(), "clds-joliette").courriel_texte(bulletin, ORGANISATION) == "propre 3\n"
    assert Gabarits(tmp_path, shipped(), "pli").courriel_texte(bulletin, ORGANISATION) == "commun 3\n"


@pytest.mark.parametrize(("gabarit", "attendu"), [("{% if %}", "ligne 1"), ("{{ contenu.titer }}", "titer")])
def test_a_mistake_in_a_staff_template_is_told_with_its_file(
    gabarit: str, attendu: str, tmp_path: Path, bulletin: Contenu
) -> None:
    (tmp_path / "digests/_commun").mkdir(parents=True)
    (tmp_path / "digests/_commun/courriel.txt").write_text(gabarit, encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"courriel\.txt.*{attendu}"):
        Gabarits(tmp_path, shipped(), "pli").courriel_texte(bulletin, ORGANISATION)


def test_a_paragraph_is_wrapped_without_cutting_addresses_or_no_break_spaces() -> None:
    adresse = "https://exemple.org/" + "a-tres-longue-" * 10
    lignes = wrap(f"Voir {adresse} avant le 1er{NBSP}décembre{NBSP}2026", 2).split("\n")
    assert any(ligne.strip() == adresse for ligne in lignes)
    assert all(ligne.startswith("  ") for ligne in lignes)
