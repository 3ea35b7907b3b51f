"""Places: the shipped gazetteer against ambiguous names, false friends, spellings and traps (all titles are invented)."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.places.territories import TerritoryReader, read_territories
from veille.model import Document, Gazetier, Territoire
from veille.settings import load_gazetier

GAZETIER = load_gazetier()
LECTEUR = TerritoryReader(GAZETIER)
REGION = {"lanaudiere"}


def places(titre: str, texte: str = "", source: str = "", etat: str = "retenu") -> set[str]:
    document = Document("", titre, "", texte, territoire_source=source)
    return {s.valeur for s in LECTEUR.read(document) if s.etat == etat}


@pytest.mark.parametrize(
    ("titre", "attendus"),
    [
        ("Repentigny adopte une politique", {"mun-repentigny", "lassomption"}),
        ("Une halte-chaleur à Joliette", {"mun-joliette", "joliette"}),
        ("La Ville de Joliette ouvre un refuge", {"mun-joliette", "joliette"}),
        ("La MRC de Joliette adopte son budget", {"joliette"}),
        ("Le Grand Joliette se mobilise", {"joliette"}),
        ("Un retard dans la MRC L’Assomption", {"lassomption"}),
        ("Le CLDS de Montcalm dépose son plan", {"montcalm"}),
        ("Transport adapté : refus en hausse dans Montcalm", {"montcalm"}),
        ("Les aînés des Moulins se mobilisent", {"les-moulins"}),
        ("La MRC Les Moulins investit", {"les-moulins"}),
        ("Le décrochage en Matawinie", {"matawinie"}),
        ("Les champs de D'Autray", {"dautray"}),
        ("Un budget pour d’Autray", {"dautray"}),
        ("Joliettaines et moulinois réunis", {"joliette", "les-moulins"}),
        ("Le maire de Charlemagne démissionne", {"mun-charlemagne", "lassomption"}),
        ("Un incendie à Saint-Esprit", {"mun-saint-esprit", "montcalm"}),
        ("De Joliette à Montréal en train", {"mun-joliette", "joliette"}),
        ("La Ville de L'Épiphanie offre une galette des rois", {"mun-l-epiphanie", "lassomption"}),
        ("INCENDIE À JOLIETTE", {"mun-joliette", "joliette"}),
        ("Taxibus entre Saint-Michel-des-Saints et Joliette", {"mun-saint-michel-des-saints", "matawinie", "mun-joliette", "joliette"}),
        ("La popote roulante de Rawdon cherche des bénévoles", {"mun-rawdon", "matawinie"}),
        ("Le comité local de développement social de Montcalm tranche", {"montcalm"}),
        ("Volunteers meet in Rawdon", {"mun-rawdon", "matawinie"}),
        ("Manawan inaugure un centre", {"manawan"}),
        ("L'itinérance à Saint-Lin–Laurentides", {"mun-saint-lin-laurentides", "montcalm"}),
        ("St-Lin-Laurentides adopte un plan", {"mun-saint-lin-laurentides", "montcalm"}),
        ("Saint-Lin-Laurentides adopte un plan", {"mun-saint-lin-laurentides", "montcalm"}),
        ("Ste-Julienne honore ses bénévoles", {"mun-sainte-julienne", "montcalm"}),
        ("N.-D.-des-Prairies inaugure un parc", {"mun-notre-dame-des-prairies", "joliette"}),
        ("Une fête à St-Donat", {"mun-saint-donat", "matawinie"}),
        ("Repentigny-Terrebonne : une piste cyclable", {"mun-repentigny", "lassomption", "mun-terrebonne", "les-moulins"}),
        ("Repentigny, Laval et Longueuil réclament un train", {"mun-repentigny", "lassomption"}),
        ("Une statue de Charlemagne à Repentigny", {"mun-repentigny", "lassomption"}),
        ("Rawdon : information au 450 555-0134", {"mun-rawdon", "matawinie"}),
    ],
)  # fmt: skip
def test_a_place_is_read_and_brings_what_contains_it(titre: str, attendus: set[str]) -> None:
    assert places(titre) == attendus | REGION


@pytest.mark.parametrize(
    "titre",
    [
        "Barthélemy Joliette, fondateur", "Grève au métro Joliette", "Le port de La Joliette, à Marseille",
        "Fusillade à Joliet, en Illinois", "Un refuge à Joliette, à Montréal", "La rue Saint-Paul fermée",
        "Terrebonne Parish sous l'eau", "Un organisme de Terrebonne, en Louisiane", "À Terrebonne (Louisiane), l'ouragan",
        "Circonscription de Terrebonne : trois candidats", "Les moulins à vent", "Le Saint-Esprit et la Pentecôte",
        "un don du saint-esprit", "Saint-Damien-de-Buckland fête", "Saint-Jean-de-Matha, fondateur des Trinitaires",
        "Saint-Côme–Linière en Beauce", "Baie-Saint-Paul accueille un festival", "Saint-Paul-de-l'Île-aux-Noix inondée",
        "Notre-Dame-de-Lourdes, au Manitoba", "La députée de Berthier réagit", "Brandon Smith remporte la course",
        "M. Repentigny honoré", "Gilles Crabtree nommé directeur", "Festival de Lanaudière : la programmation",
        "450 emplois à pourvoir à Rawdon, en Angleterre", "CHSLD Saint-Charles-Borromée : éclosion",
        "À l'Assomption, on célèbre Marie", "Collège de l'Assomption : portes ouvertes", "La rivière L'Assomption déborde",
        "Galette des rois à L'Épiphanie", "Saint-Thomas (Ontario) : une usine", "Mandeville, Jamaïque : un ouragan",
        "Municipalité de Montcalm : un nouveau maire", "Le marquis de Montcalm", "Les Laurentides en vedette",
        "Fête à Saint-Pierre de Rome", "lac Saint-Pierre : les eaux montent", "Berthier-sur-Mer l'hiver", "Des entrelacs celtiques",
        "Place Charlemagne en fête", "Saint-Damien, dans la MRC de Bellechasse", "Incendie à Saint-Sulpice, à Paris",
    ],
)  # fmt: skip
def test_a_false_friend_names_no_place_of_the_region(titre: str) -> None:
    assert places(titre) == set()


def test_no_planted_trap_title_is_placed_in_the_region(donnees: Path) -> None:
    pieges = tomllib.loads((donnees / "thematiques-ebauche.toml").read_text(encoding="utf-8"))["pieges"]["territoires"]
    assert pieges
    assert {titre: places(titre) for titre in pieges} == {titre: set() for titre in pieges}


def test_the_region_of_the_laurentides_is_not_read_in_the_name_of_saint_lin() -> None:
    assert "laurentides" not in {s.valeur for s in LECTEUR.read(Document("", "Saint-Lin–Laurentides"))}


@pytest.mark.parametrize(
    "titre", ["Joliette : trois projets", "Terrebonne plante 500 arbres", "Saint-Paul adopte son budget"]
)
def test_an_ambiguous_name_alone_is_shown_and_not_counted(titre: str) -> None:
    assert places(titre) == set()
    assert places(titre, etat="incertain")


def test_another_regional_cue_settles_a_name_that_needs_context() -> None:
    assert "mun-terrebonne" in places("Terrebonne plante 500 arbres", "Un projet rare dans Lanaudière.")
    assert "mun-terrebonne" in places("Terrebonne plante 500 arbres", "Mascouche suivra.")
    assert "mun-saint-paul" not in places("Saint-Paul adopte son budget", "Un projet rare dans Lanaudière.")


def test_a_local_source_settles_every_ambiguous_name() -> None:
    assert places("Saint-Paul adopte son budget", source="joliette") == {"mun-saint-paul", "joliette", "lanaudiere"}
    assert "mun-terrebonne" in places("Terrebonne plante 500 arbres", source="lanaudiere")
    assert "mun-saint-paul" not in places("Saint-Paul adopte son budget", source="quebec")


def test_a_name_placed_in_what_contains_it_is_believed() -> None:
    assert places("Les gens de Mandeville, dans D'Autray") == {"mun-mandeville", "dautray", "lanaudiere"}
    assert "mun-saint-paul" in places("Saint-Paul (MRC de Joliette) adopte son budget")
    assert "mun-mandeville" not in places("Mandeville, en Matawinie")


def test_the_dateline_of_a_release_names_its_town() -> None:
    assert "mun-joliette" in places("Un budget adopté", "JOLIETTE – Le conseil a tranché.")
    assert "mun-joliette" in places("Un budget adopté", "Joliette, le 3 mars 2026 – Le conseil a tranché.")
    assert "mun-joliette" not in places("Joliette – un livre")


def test_when_town_or_county_is_not_said_the_county_is_retained_and_the_town_shown() -> None:
    titre = "Les familles de Joliette attendent"
    assert places(titre) == {"joliette", "lanaudiere"}
    assert places(titre, etat="incertain") == {"mun-joliette"}


def test_the_territory_of_the_source_is_the_default_when_no_place_is_named() -> None:
    assert places("Un nouveau répit", source="matawinie") == {"matawinie", "lanaudiere"}
    assert places("Un nouveau répit à Repentigny", source="matawinie") == {
        "mun-repentigny",
        "lassomption",
        "lanaudiere",
    }
    assert places("Un programme", source="quebec") == {"quebec"}
    assert places("Un programme à Repentigny", source="quebec") == {"mun-repentigny", "lassomption", "lanaudiere"}
    assert places("Un programme", source="lieu-inconnu") == set()


@pytest.mark.parametrize(
    ("titre", "attendu"),
    [
        ("Le gouvernement du Québec annonce 5 M$", {"quebec"}),
        ("Québec annonce 5 M$", {"quebec"}),
        ("Au Québec, la pauvreté recule", {"quebec"}),
        ("Le fédéral investit", {"canada"}),
        ("Le Canada et le Québec s'entendent", {"canada", "quebec"}),
        ("À Québec, des manifestants", set()),
        ("La Ville de Québec consulte", set()),
        ("Hydro-Québec hausse ses tarifs", set()),
        ("Statistique Canada publie ses données", set()),
        ("Un organisme du Centre-du-Québec", set()),
    ],
)
def test_quebec_and_canada_are_read_only_when_said(titre: str, attendu: set[str]) -> None:
    assert places(titre) == attendu


def test_each_place_says_which_words_decided() -> None:
    raisons = {s.valeur: s.raisons[0].texte for s in read_territories(Document("", "Un refuge à Joliette"), GAZETIER)}
    assert raisons == {
        "mun-joliette": "« à Joliette »",
        "joliette": "comprend Joliette",
        "lanaudiere": "comprend Joliette",
    }
    contexte = LECTEUR.read(Document("", "Rawdon : trois projets lanaudois"))
    assert "« Rawdon », avec « lanaudois »" in next(s for s in contexte if s.valeur == "mun-rawdon").raisons[0].texte


def test_a_small_gazetteer_of_ones_own_is_enough() -> None:
    gazetier = Gazetier(
        (Territoire("pays-bleu", "Pays-Bleu", "region"), Territoire("mun-roc", "Le Roc", "municipalite", "pays-bleu"))
    )
    assert [s.valeur for s in read_territories(Document("", "La fête du Roc"), gazetier)] == ["mun-roc", "pays-bleu"]
    assert read_territories(Document("", "La fête du roc"), gazetier) == ()


MORCEAUX = ["Joliette", "à", "de", ",", "Montréal", "Repentigny", "et", "Saint-Paul", "-", "(", "Louisiane", ")", "Terrebonne", "rue",
            "Ville", ".", "l'Assomption", "dans", "Québec", "au", "MRC", "N.-D.-de-Lourdes", "St-", "M."]  # fmt: skip


@given(st.lists(st.sampled_from(MORCEAUX), max_size=30).map(" ".join) | st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_read_and_every_place_comes_with_its_containers(texte: str) -> None:
    suggestions = LECTEUR.read(Document("", texte))
    retenus = [s.valeur for s in suggestions if s.etat == "retenu"]
    assert len({s.valeur for s in suggestions}) == len(suggestions)
    assert all(set(GAZETIER.ascendants(slug)) <= set(retenus) for slug in retenus)
    assert all(s.raisons for s in suggestions)


def test_a_very_long_list_of_names_is_read_in_bounded_time() -> None:
    debut = time.process_time()
    for texte in ("Joliette, Montréal et Repentigny " * 20_000, "à Joliette " * 30_000, "Saint-Paul-" * 30_000):
        LECTEUR.read(Document("", texte, "", texte))
    assert time.process_time() - debut < 20
