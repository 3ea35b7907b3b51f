"""What people see is French, Datasette's own pages included; every table and column has a French name."""

from __future__ import annotations

import html
import re
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest

from tests.navigateur import Visiteur, add_models, fill, signed_in
from veille.pages.explorer import COMPARAISONS
from veille.pages.garde import CSP
from veille.store.connexion import connect

# Words of Datasette's templates and messages; none may reach a reader.
ANGLAIS = [
    "rows",
    "row",
    "sort",
    "search",
    "descending",
    "ascending",
    "facet",
    "facets",
    "records",
    "apply",
    "filter",
    "column",
    "hidden",
    "tables",
    "views",
    "queries",
    "custom",
    "returning",
    "results",
    "next",
    "previous",
    "page",
    "advanced",
    "export",
    "download",
    "expand",
    "stream",
    "where",
    "contains",
    "database",
    "query",
    "run",
    "edit",
    "show",
    "hide",
    "home",
    "menu",
    "log",
    "logout",
    "logged",
    "powered",
    "license",
    "source_url",
    "this_data",
    "as_json",
    "forbidden",
    "error",
    "not_found",
    "invalid",
    "table_not",
    "record",
    "is_null",
    "starts_with",
]
PERMIS = {"page", "menu", "tables"}  # French words too.
PAGES = (
    "/",
    "/revue",
    "/revue?etat=ecarte",
    "/revue/1",
    "/retenus",
    "/bulletins",
    "/bulletins/1",
    "/sources",
    "/classement",
    "/classement?modele=2026-11-23-c",
    "/thematiques",
    "/thematiques/habitation",
    "/thematiques/habitation?reprendre=3",
    "/thematiques/inconnue",
    "/thematiques/redactions/3",
    "/thematiques/redactions/4",
    "/syntheses",
    "/syntheses/impression",
    "/evaluation",
    "/plan-de-veille",
    "/plan-de-veille/habitation",
    "/aide",
    "/style",
    "/veille/echeances_a_venir",
    "/veille/couverture?depuis=zut",
    "/plan",
    "/plan/indicateurs/IND-1.1.2-b?genre=plan",
    "/plan/indicateurs/PROP-4.1.2-a",
    "/plan/indicateurs/IND-9.9.9-z",
    "/bilans",
    "/bilans/99",
    "/demandes",
    "/connexion",
    "/connexion?jeton=x",
    "/compte",
    "/comptes",
    "/comptes/1",
    "/veille",
    "/veille?_show_hidden=1",
    "/veille/items",
    "/veille/items?_sort_desc=vu_a&titre__contains=logement&_facet=langue",
    "/veille/items?titre__isnull=1&source_id=1&_sort=titre",
    "/veille/items?_where=1=1",
    "/veille/items?titre=rien-de-tel",
    "/veille/sources",
    "/veille/decisions",
    "/veille/verdicts",
    "/veille/rapprochements",
    "/veille/items/1",
    "/veille?sql=select+id+from+items",
    "/veille?sql=select+id+from+items+where+id+=+:numero",
    "/veille?sql=select+1+where+0",
    "/veille?sql=select+zut",
    "/veille?sql=delete+from+items",
    "/veille/nulle-part",
    "/veille/items/999",
    "/veille/items?_sort=zut",
    "/veille/items?_size=-1",
    "/veille/items?_col=zut",
    "/nulle-part",
    "/-/databases",
    "/veille.db",
    "/autre",
)


class Texte(HTMLParser):
    """Words a reader sees or hears: text, titles, labels; nothing marked as another language, no code."""

    MUETS = frozenset({"code", "pre", "textarea", "style"})
    VIDES = frozenset({"meta", "link", "input", "img", "br", "hr"})

    def __init__(self) -> None:
        super().__init__()
        self.mots: list[str] = []
        self.ecarts = 0
        self.pile: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        valeurs = dict(attrs)
        self.mots += [
            v
            for a in ("title", "aria-label", "placeholder", "alt", "value")
            if (v := valeurs.get(a)) and tag != "input"
        ]
        if tag in self.VIDES:
            return
        muet = tag in self.MUETS or (valeurs.get("lang") or "fr").startswith("fr") is False
        self.pile.append(muet)
        self.ecarts += muet

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VIDES and self.pile:
            self.ecarts -= self.pile.pop()

    def handle_data(self, data: str) -> None:
        if not self.ecarts:
            self.mots.append(data)


@pytest.fixture(scope="module")
def equipe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visiteur]:
    dossier = fill(tmp_path_factory.mktemp("francais"), 12)
    add_models(dossier)
    with signed_in(dossier) as visiteur:
        yield visiteur


def words_of(page: str) -> str:
    lecteur = Texte()
    lecteur.feed(re.sub(r'value="[a-z_0-9]+"', "", page))
    return html.unescape(" ".join(lecteur.mots))


@pytest.mark.parametrize("adresse", PAGES)
def test_a_page_is_in_french_under_the_strict_policy(equipe: Visiteur, adresse: str) -> None:
    reponse = equipe.get(adresse)
    assert reponse.status_code in (200, 400, 403, 404), reponse.status_code
    assert '<html lang="fr-CA">' in reponse.text
    assert reponse.text.count("<h1") == 1
    assert "<title>" in reponse.text
    assert "Datasette" not in reponse.text
    assert reponse.headers["content-security-policy"].removesuffix("; frame-src 'self'") == CSP
    assert reponse.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in reponse.headers["cache-control"]
    texte = words_of(reponse.text).lower()
    trouves = {mot for mot in ANGLAIS if re.search(rf"(?<![.\w]){mot.replace('_', ' ')}\b", texte)} - PERMIS
    assert not trouves, (adresse, trouves)


def test_json_errors_are_in_french_too(equipe: Visiteur) -> None:
    for adresse, statut in (
        ("/veille/nulle-part.json", 404),
        ("/-/versions.json", 404),
        ("/veille.json?sql=delete", 400),
    ):
        reponse = equipe.get(adresse)
        assert reponse.status_code == statut
        assert reponse.json()["ok"] is False
        assert re.search(r"page|valide", reponse.json()["error"]), reponse.json()


def test_every_table_and_column_has_a_french_name(tmp_path: Path) -> None:
    fill(tmp_path, 0)
    textes = tomllib.loads((files("veille.pages") / "metadonnees.toml").read_text(encoding="utf-8"))
    c = connect(tmp_path / "veille.db")
    noms = [
        x["name"] for x in c.execute("SELECT name FROM pragma_table_list WHERE type IN ('table', 'view', 'virtual')")
    ]
    noms = [nom for nom in noms if not nom.startswith("sqlite_")]
    colonnes = {x["name"] for nom in noms for x in c.execute(f"SELECT name FROM pragma_table_xinfo('{nom}')")}
    techniques = {n for n in noms if textes["tables"].get(n, {}).get("technique")}
    techniques_colonnes = {
        x["name"] for n in techniques for x in c.execute(f"SELECT name FROM pragma_table_xinfo('{n}')")
    }
    c.close()
    assert not set(noms) - set(textes["tables"])
    assert not colonnes - set(textes["colonnes"]) - techniques_colonnes
    assert {"reperes", "robots", "_sqlite_migrations"} <= techniques


def test_every_comparison_that_datasette_offers_has_a_french_name() -> None:
    from datasette.filters import Filters

    assert {cle for cle, _, _ in Filters([]).lookups()} == set(COMPARAISONS)


def test_a_row_names_what_its_keys_lead_to(equipe: Visiteur) -> None:
    page = html.unescape(equipe.get("/veille/items/1").text)
    assert "<a href='/veille/sources/1'>L’Hebdo du Clocher (exemple fictif)</a>" in page
    assert re.search(
        r"<dt>Public</dt><dd><a href='/veille/audiences/clds-joliette'>CLDS de Joliette</a>",
        equipe.get("/veille/digests/1").text,
    )


def test_cells_labels_and_counts_are_readable(equipe: Visiteur) -> None:
    page = html.unescape(equipe.get("/veille/sources").text)
    assert "à vérifier" in page  # A code, in the cell and in the counts beside.
    assert "L’Hebdo du Clocher" in equipe.get("/veille/items").text  # The source's name for its number.
    assert re.search(
        r"<time datetime='[^']+Z'>22 novembre 2026 à", equipe.get("/veille/items").text.replace("\u00a0", " ")
    )
    description = words_of(equipe.get("/veille/items?titre__contains=HLM&_sort_desc=vu_a").text).replace("\u00a0", " ")
    assert "où Titre contient « HLM », par Vu le décroissant" in description
