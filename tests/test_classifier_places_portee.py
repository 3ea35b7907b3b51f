"""« s’applique ici »: measures open to all of Québec (all titles are invented)."""

from __future__ import annotations

import pytest

from veille.classifier.places.territories import TerritoryReader
from veille.francais import NBSP
from veille.model import Document, Gazetier, Territoire
from veille.settings import load_gazetier

LECTEUR = TerritoryReader(load_gazetier())


def reason(titre: str, texte: str = "", source: str = "") -> str:
    """Why Québec is proposed, "" when it is not."""
    suggestions = LECTEUR.read(Document("", titre, "", texte, territoire_source=source))
    return next((s.raisons[0].texte for s in suggestions if s.valeur == "quebec" and s.etat == "retenu"), "")


@pytest.mark.parametrize(
    ("titre", "mots"),
    [
        ("Un fonds pour toutes les MRC du Québec", "toutes les MRC du Québec"),
        ("Un appel ouvert à toutes les régions du Québec", "toutes les régions du Québec"),
        ("L'aide vise l'ensemble des municipalités québécoises", "ensemble des municipalités québécoises"),
        ("Les 17 régions administratives du Québec seront visitées", "Les 17 régions administratives du Québec"),
        ("De l'argent pour tous les organismes communautaires du Québec", "tous les organismes communautaires du Québec"),
        ("Un soutien aux organismes communautaires du Québec", "aux organismes communautaires du Québec"),
        ("Une ligne d'écoute offerte partout au Québec", "partout au Québec"),
        ("Une campagne à l'échelle de la province", "échelle de la province"),
        ("Un nouveau programme québécois d'aide au loyer", "programme québécois"),
        ("Le programme provincial de taxibus est reconduit", "programme provincial"),
        ("La loi québécoise sur le bail change", "loi québécoise"),
        ("Un comité dans toutes les MRC", "toutes les MRC"),
        ("Tous les organismes communautaires pourront déposer une demande", "Tous les organismes communautaires"),
        ("Les locataires du Québec mieux protégés", "Les locataires du Québec"),
        ("Une tournée d'un bout à l'autre du Québec", "autre du Québec"),
        ("Toutes les municipalités du Québec de moins de 5 000 habitants sont admissibles", "Toutes les municipalités du Québec"),
    ],
)  # fmt: skip
def test_a_measure_for_all_of_quebec_says_that_it_applies_here(titre: str, mots: str) -> None:
    assert reason(titre) == f"s’applique ici{NBSP}: «{NBSP}{mots}{NBSP}»"


@pytest.mark.parametrize(
    "titre",
    [
        "Toutes les MRC de l'Estrie signent", "Toutes les municipalités de la région sont invitées", "Toutes les régions de France sont touchées",
        "L'Union des municipalités du Québec tient ses assises", "Le Regroupement des organismes communautaires recrute",
        "Toutes les régions ne se valent pas, dit un géographe", "Un programme provincial lancé en Ontario", "Tous les organismes de Montréal invités",
        "Dans toute la province de l'Ontario, les refuges débordent", "Tous les ménages reçoivent un bac", "Chaque municipalité a son histoire",
        "Toutes les MRC de Lanaudière se concertent", "Une étude sur les régions",
    ],
)  # fmt: skip
def test_a_part_of_quebec_or_another_country_is_not_all_of_quebec(titre: str) -> None:
    assert "s’applique ici" not in reason(titre)


def test_where_some_places_are_left_out_quebec_is_named_without_promise() -> None:
    for titre in (
        "Une aide partout au Québec, sauf en région éloignée",
        "Le service n'est pas offert pas partout au Québec",
    ):
        assert reason(titre) == f"«{NBSP}partout au Québec{NBSP}»"


def test_all_the_counties_of_a_local_text_are_those_of_the_region() -> None:
    assert reason("Toutes les MRC étaient présentes", "Rencontre à Joliette.") == ""
    assert reason("Toutes les MRC étaient présentes", source="lanaudiere") == ""
    assert reason("Toutes les MRC du Québec étaient présentes", source="lanaudiere").startswith("s’applique ici")


def test_all_regions_are_those_of_quebec_where_quebec_is_spoken_of() -> None:
    assert reason("Toutes les régions y auront droit", source="quebec").startswith("s’applique ici")
    assert reason("Toutes les régions y auront droit", "Québec annonce une aide.").startswith("s’applique ici")
    assert reason("Toutes les régions y auront droit") == ""


def test_a_measure_for_all_of_quebec_keeps_the_places_it_names() -> None:
    suggestions = LECTEUR.read(Document("", "Une aide partout au Québec, dès lundi à Repentigny"))
    assert {s.valeur for s in suggestions} == {"quebec", "mun-repentigny", "lassomption", "lanaudiere"}


def test_a_gazetteer_without_a_province_reads_no_scope() -> None:
    lecteur = TerritoryReader(Gazetier((Territoire("pays-bleu", "Pays-Bleu", "region"),)))
    assert lecteur.read(Document("", "Partout au Québec, toutes les MRC")) == ()


@pytest.mark.parametrize(
    ("titre", "mots"),
    [
        ("Six fiducies foncières québécoises suivies", "foncières québécoises"),
        ("En comparant cinq régions du Québec", "régions du Québec"),
        ("La coalition s'adresse à l'Assemblée nationale", "Assemblée nationale"),
        ("Ouvrir un frigo-partage selon le MAPAQ", "MAPAQ"),
        ("Un mémoire remis à Québec", "remis à Québec"),
        ("Québec repousse le dépôt des plans", "Québec"),
    ],
)
def test_words_of_the_whole_province_name_quebec_without_promise(titre: str, mots: str) -> None:
    assert reason(titre) == f"« {mots} »"


@pytest.mark.parametrize(
    "titre",
    [
        "L'Ordre des psychologues du Québec élit sa présidence", "Un feu dans le nord du Québec", "Vivre hors du Québec",
        "L'Assemblée nationale vote à Paris", "Les fiducies québécoises vues de Mascouche", "Le carnaval de Québec",
    ],
)  # fmt: skip
def test_a_part_a_body_or_a_local_text_is_not_the_whole_province(titre: str) -> None:
    assert reason(titre) == ""


@pytest.mark.parametrize(
    ("titre", "mots"),
    [
        ("Le salaire minimum ne suffira pas", "salaire minimum"),
        ("Le ministère dévoile un plan contre le décrochage", "ministère"),
        ("Loi sur l'aide juridique : ce qui change", "Loi sur"),
        ("Une étude suit des jeunes à la sortie du centre", "étude"),
        ("L'itinérance progresse encore", "itinérance"),
    ],
)
def test_the_public_life_of_quebec_applies_here_where_no_place_is_named(titre: str, mots: str) -> None:
    assert reason(titre) == f"s’applique ici{NBSP}: «{NBSP}{mots}{NBSP}», sans lieu nommé"


@pytest.mark.parametrize(
    "titre",
    [
        "Le salaire minimum augmente à Toronto", "La ministre française du Logement démissionne", "Le gouvernement ukrainien réclame de l'aide",
        "La mairesse écrit à la ministre", "Budget : la Ville aide les organismes communautaires", "Une étude sur les jeunes baleines",
        "Des chercheurs découvrent une planète", "Le CISSS et les CPE manquent de place", "Le ministère de Mascouche",
        "CHSLD rue Saint-Jacques : éclosion", "Le syndicat vote la grève",
    ],
)  # fmt: skip
def test_another_place_a_local_body_or_a_mere_study_is_not_all_of_quebec(titre: str) -> None:
    assert reason(titre) == ""


def test_a_local_source_keeps_its_own_territory_where_no_place_is_named() -> None:
    assert reason("Le salaire minimum ne suffira pas", source="matawinie") == ""


def test_quebec_named_in_passing_in_the_body_yields_to_a_place_of_ours() -> None:
    document = Document(
        "", "Fonds ruralité", "À Mascouche, un fonds.", "L'entente avec le gouvernement du Québec prend fin."
    )
    assert "quebec" not in {s.valeur for s in LECTEUR.read(document)}
