"""Places that must be found: spellings, proofs, lists, town and county apart (all titles are invented)."""

from __future__ import annotations

import pytest

from veille.classifier.places.territories import TerritoryReader
from veille.model import Document
from veille.settings import load_gazetier

LECTEUR = TerritoryReader(load_gazetier())


def places(titre: str, texte: str = "", source: str = "") -> set[str]:
    suggestions = LECTEUR.read(Document("", titre, "", texte, territoire_source=source))
    return {s.valeur for s in suggestions if s.etat == "retenu"}


@pytest.mark.parametrize(
    ("titre", "attendus"),
    [
        # spellings
        ("ST-FELIX-DE-VALOIS INAUGURE SA CUISINE", "mun-saint-felix-de-valois matawinie"),
        ("St Félix de Valois inaugure sa cuisine", "mun-saint-felix-de-valois matawinie"),
        ("Sainte Emelie de l Energie adopte un plan", "mun-sainte-emelie-de-l-energie matawinie"),
        ("Ste‑Émélie‑de‑l’Énergie adopte un plan", "mun-sainte-emelie-de-l-energie matawinie"),
        ("Ste-Marcelline inaugure sa halte", "mun-sainte-marcelline-de-kildare matawinie"),
        ("Une école à Saint Jean de Matha", "mun-saint-jean-de-matha matawinie"),
        ("Un parc à ST-JEAN-DE-MATHA", "mun-saint-jean-de-matha matawinie"),
        ("Le Village St-Pierre recrute", "mun-saint-pierre joliette"),
        ("Un logement à Notre Dame de Lourdes", "mun-notre-dame-de-lourdes joliette"),
        ("N.D. des Prairies ouvre une patinoire", "mun-notre-dame-des-prairies joliette"),
        ("ND-des-Prairies ouvre une patinoire", "mun-notre-dame-des-prairies joliette"),
        ("Saint-Lin — Laurentides : un CPE", "mun-saint-lin-laurentides montcalm"),
        ("SAINT-LIN–LAURENTIDES : UN CPE", "mun-saint-lin-laurentides montcalm"),
        ("Un CPE à St Lin Laurentides", "mun-saint-lin-laurentides montcalm"),
        ("Saint-Lin accueille un CPE", "mun-saint-lin-laurentides montcalm"),
        ("St-Roch de l'Achigan plante des arbres", "mun-saint-roch-de-l-achigan montcalm"),
        ("L'Ile-Dupas isolée par les eaux", "mun-la-visitation-de-l-ile-dupas dautray"),
        ("La Visitation de l'Ile Dupas isolée", "mun-la-visitation-de-l-ile-dupas dautray"),
        ("La MRC de D’Autray embauche", "dautray"),
        ("La MRC D Autray embauche", "dautray"),
        ("La MRC de Lassomption embauche", "lassomption"),
        ("La ville de LʼAssomption embauche", "mun-l-assomption lassomption"),
        ("La ville de l'Epiphanie embauche", "mun-l-epiphanie lassomption"),
        ("Un vieux moulin à Ste-Elisabeth", "mun-sainte-elisabeth dautray"),
        # proofs
        ("Les rockeurs de Terrebonne remontent sur scène", "mun-terrebonne les-moulins"),
        ("La skieuse de St-Côme au repos", "mun-saint-come matawinie"),
        ("Les Prédateurs de Joliette gagnent", "mun-joliette joliette"),
        ("Des nichoirs au parc Louis-Querbes de Joliette", "mun-joliette joliette"),
        ("Terrebonne dévoile son plan climat", "mun-terrebonne les-moulins"),
        ("Saint-Charles-Borromée se dote d'un plan de mobilité", "mun-saint-charles-borromee joliette"),
        ("Montcalm vieillit plus vite que prévu", "montcalm"),
        ("Le maire suppléant de Saint-Paul démissionne", "mun-saint-paul joliette"),
        ("La mairesse sortante de Terrebonne se retire", "mun-terrebonne les-moulins"),
        ("Le conseil municipal de Saint-Jacques siège", "mun-saint-jacques montcalm"),
        ("Le conseil des maires de Montcalm siège", "montcalm"),
        ("La préfète des Moulins dépose un mémoire", "les-moulins"),
        ("Un refuge à Joliette (Québec)", "mun-joliette joliette"),
        ("À Terrebonne, au Québec, un refuge ouvre", "mun-terrebonne les-moulins quebec"),
        ("Mascouche (Québec) J7K 1A1", "mun-mascouche les-moulins"),
        ("Rawdon, dans Lanaudière, se dote d'un refuge", "mun-rawdon matawinie"),
        ("Saint-Donat (Lanaudière) : un sentier", "mun-saint-donat matawinie"),
        ("Entrelacs (Matawinie) : un sentier", "mun-entrelacs matawinie"),
        ("À Entrelacs, la caserne rouvre", "mun-entrelacs matawinie"),
        ("La municipalité d'Entrelacs achète un terrain", "mun-entrelacs matawinie"),
        ("À Charlemagne, les crues inquiètent", "mun-charlemagne lassomption"),
        ("La Ville de Charlemagne prête une salle", "mun-charlemagne lassomption"),
        ("Les aînés de Saint-Donat ont leur navette", "mun-saint-donat matawinie"),
        ("Les familles de Rawdon mieux servies", "mun-rawdon matawinie"),
        ("À Joliette, en mars, la soupe est gratuite", "mun-joliette joliette"),
        ("À Joliette, au Musée d'art, un atelier", "mun-joliette joliette"),
        ("À Terrebonne, dans le secteur Lachenaie, un CHSLD", "mun-terrebonne les-moulins"),
        ("Le train Mascouche-Montréal en retard", "mun-mascouche les-moulins"),
        ("Autobus Repentigny–Montréal : horaire d'été", "mun-repentigny lassomption"),
        ("La Ville de L'Assomption souligne la fête de l'Assomption", "mun-l-assomption lassomption"),
        ("Le maire de Joliette revient de France", "mun-joliette joliette"),
        ("La Ville de Saint-Gabriel et la municipalité de Saint-Gabriel-de-Brandon fusionnent", "mun-saint-gabriel mun-saint-gabriel-de-brandon dautray"),
        # lists
        ("Les MRC de Montcalm, de L'Assomption et des Moulins s'unissent", "montcalm lassomption les-moulins"),
        ("Les villes de Joliette et L'Assomption s'unissent", "mun-joliette joliette mun-l-assomption lassomption"),
        ("À Crabtree, Saint-Paul et Saint-Thomas, un même taxibus", "mun-crabtree mun-saint-paul mun-saint-thomas joliette"),
        ("Un taxibus relie Rawdon, Chertsey et Sainte-Julienne", "mun-rawdon mun-chertsey matawinie mun-sainte-julienne montcalm"),
        # town and county apart
        ("La MRC de Joliette et la Ville de Joliette signent", "joliette mun-joliette"),
        ("Les élus de la MRC de Joliette votent", "joliette"),
        ("Le préfet de Joliette prend parole", "joliette"),
        ("Le transport collectif dans la MRC Joliette", "joliette"),
        ("La MRC de L’Assomption vote", "lassomption"),
        ("Le CLDS de Joliette lance un appel", "joliette"),
        # a building is the town's, of two places of one name; beside a town, a town
        ("À la bibliothèque de Joliette, on lit", "mun-joliette joliette"),
        ("Un juge au palais de justice de Joliette", "mun-joliette joliette"),
        ("La maison de quartier de L'Assomption ouvre", "mun-l-assomption lassomption"),
        ("Les ménages de L'Assomption et de Saint-Sulpice sont aidés", "mun-l-assomption mun-saint-sulpice lassomption"),
        ("Workers in Joliette and Repentigny plead for beds", "mun-joliette joliette mun-repentigny lassomption"),
        ("Le trésorier de Saint-Sulpice, municipalité de la MRC de L’Assomption", "mun-saint-sulpice lassomption"),
        # gentilés, community, unorganised territory
        ("Une famille montcalmoise témoigne", "montcalm"),
        ("Les Joliettains votent", "joliette"),
        ("La communauté de Manawan reçoit une ambulance", "manawan"),
        ("Le CISSS de Lanaudière recrute", ""),
        ("La Table des partenaires du développement social de Lanaudière consulte", ""),
        ("Un feu près de Saint-Michel-des-Saints", "mun-saint-michel-des-saints matawinie"),
        ("Lachenaie, dans Lanaudière, grandit", "mun-terrebonne les-moulins"),
    ],
)  # fmt: skip
def test_a_place_is_found_with_what_contains_it(titre: str, attendus: str) -> None:
    assert places(titre) == {*attendus.split(), "lanaudiere"}


def test_the_reason_is_the_whole_noun_that_placed_the_name() -> None:
    suggestions = LECTEUR.read(Document("", "Un juge au palais de justice de Joliette"))
    assert {s.valeur: s.raisons[0].texte for s in suggestions}["mun-joliette"] == "« palais de justice de Joliette »"


@pytest.mark.parametrize(
    "titre",
    ["Pourquoi Joliette manque de logements", "Selon Terrebonne, le budget suffit", "Quand Crabtree s'entraide"],
)
def test_a_capital_at_the_head_of_a_sentence_is_no_first_name(titre: str) -> None:
    assert places(titre, source="lanaudiere") & {"mun-joliette", "joliette", "mun-terrebonne", "mun-crabtree"}


def test_naming_a_county_never_names_a_town_of_it() -> None:
    for titre in ("La MRC de Joliette adopte son budget", "La MRC de L'Assomption consulte", "La MRC Les Moulins vote"):
        assert not [slug for slug in places(titre) if slug.startswith("mun-")]
