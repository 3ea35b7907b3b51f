"""Names that look like ours and are not: streets, saints, families, namesakes near and far (all titles are invented)."""

from __future__ import annotations

import pytest

from veille.classifier.places.territories import TerritoryReader
from veille.model import Document
from veille.settings import load_gazetier

GAZETIER = load_gazetier()
LECTEUR = TerritoryReader(GAZETIER)


def regional(titre: str, texte: str = "", source: str = "") -> set[str]:
    """Places of the region that are retained."""
    suggestions = LECTEUR.read(Document("", titre, "", texte, territoire_source=source))
    return {s.valeur for s in suggestions if s.etat == "retenu" and "lanaudiere" in GAZETIER.ascendants(s.valeur)}


@pytest.mark.parametrize(
    "titre",
    [
        # streets, parks, stations
        "Un incendie rue Saint-Jacques à Montréal", "Travaux rue Saint-Paul Ouest, dans le Vieux-Montréal",
        "Un centre de jour ouvrira rue Joliette, dans Hochelaga", "La station Joliette fermée pour la fin de semaine",
        "Agression près de la station de métro Joliette", "Les stations Joliette et Pie-IX bientôt accessibles",
        "Le boulevard de l'Assomption sera prolongé jusqu'au port de Montréal", "Un logement au coin des rues de Lanaudière et Rachel",
        "Le boulevard Charlemagne fermé à Montréal", "La côte Saint-Paul en chantier", "Le faubourg Saint-Jacques revit",
        "Descendre à Joliette, sur la ligne verte du métro", "Le parc du Cap-Saint-Jacques, à Pierrefonds",
        "Le quartier Saint-Norbert de Winnipeg", "Au marché Saint-Jacques, les étals sont vides",
        # hospitals, schools, parishes, organisations elsewhere
        "L'hôpital Notre-Dame-de-la-Merci, à Montréal, cherche des bénévoles", "L'église Saint-Charles-Borromée de Charlesbourg",
        "La paroisse Notre-Dame-de-Lourdes de Verdun vend son église", "L'école Notre-Dame-de-Lourdes à Longueuil",
        "Hôpital St. Thomas de Londres : la grève se poursuit", "L'hôpital Sainte-Élisabeth de Namur",
        "L'Université Saint-Paul d'Ottawa offre une formation", "Le Centre Saint-Pierre lance sa programmation à Montréal",
        "La cathédrale de l'Assomption de Trois-Rivières", "Le Palais Montcalm annonce sa saison", "Collège Montcalm : portes ouvertes à Sherbrooke",
        "La Maison Saint-Gabriel de Pointe-Saint-Charles", "La clinique Saint-Thomas ouvre à Fredericton",
        "Les résidents du Domaine des Moulins s'inquiètent", "Une exposition sur les Sulpiciens à la bibliothèque Saint-Sulpice",
        "Mascouche Street, un polar", "Terrebonne Bay : marée noire", "La cathédrale de l'Assomption de Trois-Rivières",
        # saints, feasts, emperors, theology
        "Fermé le 15 août pour la fête de l'Assomption", "Procession de l'Assomption à Chéticamp", "L'Assomption de la Vierge peinte par Titien",
        "À l'Épiphanie, on partage la galette", "Pèlerinage à Notre-Dame de Lourdes", "Vie de saint Jean de Matha, canonisé en 1666",
        "Saint Jean de Matha et la rançon des captifs", "Les enfants de Charlemagne se partagent l'empire", "Sous Charlemagne, l'école pour tous",
        "Un hommage à Charlemagne, père de l'Europe", "Le couronnement de Charlemagne à Rome", "Sainte Julienne de Cornillon, mystique",
        "Saint Cuthbert, moine de Lindisfarne", "Les exercices spirituels de Saint Ignace de Loyola", "Sainte Mélanie la Jeune et son époque",
        "Saint-Calixte, pape et martyr", "Saint-Liguori, docteur de l'Église", "Sainte-Julienne, sainte de Liège",
        "Prière à Saint-Jacques pour les marcheurs", "La descente du Saint-Esprit sur les apôtres", "Marcher jusqu'à Saint-Jacques de Compostelle",
        "Une thèse sur saint Thomas d'Aquin", "Des entrelacs ornent le manuscrit",
        # people
        "Marie-Hélène Joliette remporte un prix littéraire", "Jean-Guy Rawdon, ancien entraîneur, est décédé", "Sophie De Repentigny nommée directrice",
        "La famille Crabtree donne sa terre", "Le juge Mandeville tranche", "Mme Joliette prend sa retraite", "Guy Saint-Pierre, ingénieur, n'est plus",
        "Wolfe et Montcalm : une exposition à Québec", "Le général Montcalm sur les Plaines", "Brandon Tremblay, de la rive nord, médaillé d'or",
        "Deux femmes originaires de Manawan", "Une cinéaste native de Repentigny",
        # namesakes in Québec
        "Une ferme de Saint-Paul-d'Abbotsford", "À Saint-Jacques-le-Mineur, une école déborde", "Le quai de Saint-Pierre-les-Becquets",
        "Un CPE à Saint-Pierre-de-l'Île-d'Orléans", "Un incendie à Saint-Donat-de-Rimouski", "À Saint-Donat, dans La Mitis, l'épicerie ferme",
        "À Saint-Donat, au Bas-Saint-Laurent, l'épicerie ferme", "Saint-Donat, près de Rimouski : l'école menacée",
        "À St-Damien-de-Buckland, la relève manque", "À Saint-Damien, en Bellechasse, l'usine embauche", "Notre-Dame-de-Lourdes, dans L'Érable : un parc",
        "Saint-Norbert-d'Arthabaska fête", "À Saint-Ambroise, au Saguenay, un séchoir brûle", "Une bière St-Ambroise à la santé des bénévoles",
        "Saint-Alexis-des-Monts en deuil", "Le Grand-Saint-Esprit en fête", "À Berthier, dans Montmagny, un quai neuf",
        "Les locataires de Montcalm, à Québec, s'inquiètent", "Les résidents de Montcalm–Saint-Sacrement, à Québec",
        "La municipalité de Montcalm, dans les Laurentides", "Élections : cinq candidates dans Joliette", "La députée de Terrebonne interpelle la ministre",
        "Saint-Roch-des-Aulnaies : un moulin banal", "Sainte-Élisabeth-de-Warwick accueille des familles",
        # namesakes far away
        "Saint-Paul, Minnesota : des milliers de personnes dans la rue", "À Saint-Paul, au Minnesota, un refuge ferme",
        "Le maire de Saint-Paul et celui de Minneapolis demandent de l'aide", "L'ouragan Ida dévaste la paroisse de Terrebonne, en Louisiane",
        "Ouragan Francine : évacuation à Terrebonne Parish", "Houma et la paroisse de Terrebonne sous l'eau", "À Terrebonne, près de Houma, les digues cèdent",
        "À Rawdon, en Nouvelle-Écosse, un incendie", "À Chertsey, dans le Surrey, un refuge", "À Mandeville, en Jamaïque, une école",
        "Tempête à Saint-Barthélemy et Saint-Martin", "Cyclone : le maire de Saint-Pierre, à La Réunion, alerte", "À Saint-Pierre, en Martinique, le volcan",
        "Une famille de Saint-Paul, en Alberta", "Les élèves de Saint-Jacques, au Nouveau-Brunswick", "Saint-Norbert, au Manitoba, sous l'eau",
        "Un vol vers Saint-Thomas, aux îles Vierges", "À La Plaine Saint-Denis, un village olympique", "Aide sociale à Joliet, Illinois",
        "Logement social à La Joliette, à Marseille", "À Saint-Thomas, en Ontario, une usine de batteries", "Brandon (Manitoba) ouvre un refuge",
        "L'Assomption, au Paraguay, accueille le congrès", "Les Moulins La Fayette ouvrent une succursale à Sherbrooke",
        "Repentigny, juge à Bordeaux", "Madeleine de Lanaudière, peintre", "Lavaltrie, aide de camp de Lafayette",
        "Saint-Lin, acteur", "Saint-Cuthbert's Way : une randonnée", "L'empereur de L'Assomption", "Ancienne voie d'Assomption",
        "La Métropole aide les refuges", "Charlemagne Palestine en concert à Bruxelles",
    ],
)  # fmt: skip
def test_a_trap_title_names_no_place_of_the_region(titre: str) -> None:
    assert regional(titre) == set()


@pytest.mark.parametrize(
    ("titre", "texte"),
    [
        ("Manifestations monstres au Minnesota", "À Saint-Paul, la police a fermé le pont."),
        ("Ouragan : la Louisiane se prépare", "À Terrebonne, les digues tiennent. Les sinistrés attendent."),
        ("Un tri postal fermé", "Saint-Damien perd son comptoir. La MRC de Bellechasse proteste, et la MRC paiera."),
        ("La rive nord du Saint-Laurent s'érode", "Saint-Alexis surveille ses berges."),
        ("Un camp de jour", "La MRC de La Mitis aide Saint-Donat. La MRC verse 5 000 $."),
        ("Toutes les MRC sont visées", "Chertsey, petite ville anglaise, a fait l'objet d'une étude."),
    ],
)
def test_the_rest_of_the_text_can_reveal_a_namesake(titre: str, texte: str) -> None:
    assert regional(titre, texte) == set()


@pytest.mark.parametrize(
    "titre",
    ["Martin St-Pierre prend la tête du comité", "Une retraite pour Mme Saint-Jacques", "Le Centre Saint-Pierre offre un atelier",
     "Nicole Saint-Paul publie un livre", "La fête de l'Assomption", "Un concert à la station Joliette", "La famille Joliette réunie"],
)  # fmt: skip
def test_even_a_local_source_does_not_make_a_town_of_a_family_or_a_feast(titre: str) -> None:
    assert regional(titre, source="lanaudiere") == {"lanaudiere"}
