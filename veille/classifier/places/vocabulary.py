"""French words that place names live among, folded, in one place so that one person can reread them.

Data only. Names of our own places are staff's affair (territoires.toml); none is here.
"""

from __future__ import annotations


def words(*lignes: str) -> frozenset[str]:
    """The words of some lines."""
    return frozenset(mot for ligne in lignes for mot in ligne.split())


def _names(*lignes: str) -> tuple[str, ...]:
    return tuple(nom.strip() for ligne in lignes for nom in ligne.split(";"))


ARTICLES = words("le la les l de du des d a au aux en sur et")
CONTRACTIONS: dict[str, tuple[str, ...]] = {"les": ("des", "aux"), "le": ("du", "au")}
ORIENTATIONS = words("nord sud est ouest")

# An alias that begins so names its place by itself: « communauté de Manawan ».
DESIGNATIONS = words("ville village municipalite paroisse mrc region communaute reserve canton")

# « rue X », « station X »: the name of something else than the place; VOIES_DE also with a preposition.
VOIES = words(
    "rue avenue av boulevard boul chemin rang montee route autoroute station metro pont quai stade place",
    "eglise chapelle cathedrale basilique hopital ecole college institut chsld bibliotheque parc lac riviere ile mont",
    "quartier circonscription comte prix pavillon residence seminaire sanctuaire palais depute deputee",
)
VOIES_DE = words("rue avenue boulevard chemin rang montee route pont circonscription comte depute deputee prix")
# « marché X », « faubourg X »: the same, but an unambiguous name still places what bears it (« district Lavaltrie »).
ENSEIGNES = words(
    "cote coin faubourg arrondissement district port cap baie pointe presbytere abbaye monastere couvent fort cimetiere",
    "oratoire marche clinique universite academie lycee theatre cinema salle hotel auberge restaurant garderie tour",
    "cathedrale biere galerie librairie editions",
)

# A person: « M. X »; and words with a capital that are not first names.
CIVILITES = words(
    "m mm mme mmes mlle dr dre me monsieur madame pere abbe soeur sir lord juge maitre professeur professeure docteur",
    "docteure general marquis sieur famille frere empereur ministre caporal sergent",
)
PAS_PRENOMS = words(
    "ville mrc moisson galeries cegep centre maison club tourisme desjardins vieux grand municipalite bonjour a de hier",
    "action carrefour complexe hebdo journal service services sports transport region les le la du des pour entre",
    "pourquoi quand comment selon que si sans chez vers avec dans apres avant depuis pendant comme quel quelle quoi mais",
    "or donc ainsi puis enfin visitez decouvrez vive grand grande petit petite nouveau nouvelle village paroisse et",
    "autobus train taxibus cisss clsc chsld cpe office table corporation fondation cooperative residence habitations",
)

# « Madeleine de Lanaudière »: a person whose family bears the name.
PRENOMS = words(
    "madeleine marie anne jeanne louise marguerite catherine charlotte elisabeth francoise genevieve agathe angelique therese",
    "charles louis pierre jean jacques joseph francois antoine claude paul philippe rene michel andre henri nicolas thomas",
    "charlesgaspard xavier etienne guillaume robert alexandre sophie julie isabelle sylvie nathalie martine lucie emilie",
)
# « Repentigny, juge à Bordeaux »: a person too.
METIERS = words(
    "juge peintre acteur actrice chanteur chanteuse soprano officier avocat avocate sculpteur ecrivain auteur autrice general",
    "capitaine colonel lieutenant aide seigneur medecin musicien musicienne poete romancier romanciere journaliste comedien",
    "comedienne explorateur marchand notaire sergent historien historienne patineur patineuse joueur joueuse marque",
)
# « Saint-Calixte, pape et martyr »: the saint.
SAINTETE = words(
    "pape martyr martyre eveque docteur sainte saint patron patronne moine apotre archange cardinal ermite abbesse",
)
# « Mascouche Street », « Terrebonne Parish »: in English, something else that bears the name.
SUITES_ANGLAISES = words(
    "street way road avenue hill bay parish county park lake river creek university college hospital"
)

# « hommage à X », « grâce à X »: X is someone.
DEDICACES = words(
    "hommage grace dedie dediee consacre consacree attribue attribuee succede succeder merci priere devotion lettre",
    "comparable pareil",
)
# « cinq candidates dans X »: X is a riding.
SCRUTINS = words("election elections partielle scrutin candidat candidate circonscription comte depute deputee sondage")
# « À X, dans le Centre »: a capital that names no other region.
INSTITUTIONS = words("centre parc reseau maison nord sud est ouest vieux vieille grand grande haut haute bas basse mrc")

# « à X, en Y »: what may stand between a place and the place that contains it.
LIENS = words(
    "a en dans au aux le la l de du des d pres etat province comte region quartier ville commune municipalite paroisse mrc",
)

# « Ville de X », « préfète de X »; without a preposition: « MRC X ».
MAIRIE = words(
    "ville municipalite village maire mairesse mairie conseil greffe greffier greffiere tresorier tresoriere"
)
TITULAIRES = words("municipal municipale suppleant suppleante sortant sortante actuel actuelle elu elue interimaire")
PREFECTURE = words("mrc prefet prefete clds cld")
SANS_PREPOSITION = words("ville mrc municipalite village clds cld")

# « les familles de X »: only an inhabited place has those…
GENS = words(
    "habitant resident residente citoyen citoyenne famille personne aine ainee jeune locataire arrivant arrivante eleve",
    "enfant parent femme elu elue gens population travailleur travailleuse benevole organisme entreprise commercant",
    "logement habitation office campement riverain riveraine menage obnl osbl comite conseil jeunesse regroupement",
    "scout rival rivale rivaux champion championne pilote athlete artiste etudiant etudiante policier pompier infirmiere",
    "enseignant enseignante voisin voisine electeur maman papa couple agent agente intervenant intervenante",
)
# … and only a town has these.
BATIMENTS = words(
    "maison centre adulte hopital ecole cegep college cpe clsc bibliotheque arena marche comptoir popote refuge halte quartier",
    "secteur cuisine gare parc librairie cathedrale eglise justice musee theatre cinema caserne polyvalente batiment",
    "aeroport aerodrome colisee chapelle garderie club equipe troupe chorale fanfare commerce piscine patinoire quai",
    "ressource roulotte campement guignolee soupe patrouille",
    "immeuble epicerie magasin usine pharmacie clinique ruelle amitie",
)
# « les rockeurs de X », « la skieuse de X »: nouns of who does something, but for titles and what is no one.
AGENTS = ("eur", "euse", "iste")
TITRES = words(
    "seigneur empereur gouverneur docteur professeur auteur createur traducteur admirateur vainqueur successeur predecesseur",
    "instituteur fondateur erudit musicienne historienne gardienne hauteur valeur couleur fleur chaleur douleur faveur",
    "largeur longueur horreur rigueur vigueur honneur bonheur erreur moteur grandeur splendeur lueur saveur ampleur",
    "interieur exterieur superieur inferieur ordinateur proprieteur acteur filles freres soeurs peres soldats chevaliers",
    "moulins amis enfants jours memoires lettres actes vies",
)
# « X dévoile son plan », « X vieillit »: what a town or a MRC does…
AGIT = words(
    "devoile adopte lance inaugure consulte prepare presente revise finance interdit autorise construit amenage instaure",
    "bonifie octroie investit suspend cree ouvre double approuve vote depose reporte rejette renouvelle",
)
VIEILLIT = words("vieillit rajeunit grandit s'appauvrit")
# … and on what.
OBJETS_MUNICIPAUX = words(
    "plan politique reglement budget programme strategie moratoire consultation schema urbanisme taxe terrain logement parc",
    "bibliotheque arena piste trottoir navette registre comite portrait vision chantier ecocentre subvention fonds guichet",
)
# « originaires de X »: what happens does not happen there.
ORIGINES = words("originaire natif native")

# « Québec annonce »: what a government does.
ANNONCES = words(
    "annonce investit octroie accorde depose adopte veut prevoit lance promet refuse confirme verse injecte bonifie",
    "offre lancera offrira versera launches announces invests adopts plans pledges",
    "prolonge impose legifere recule modifie reporte consulte devoile repousse doit devra devrait reconduit subventionne",
)
# « demandent à Québec »: of the government, not in the town.
SOLLICITE = words("demande demandent reclame reclament remis remise exige exigent presse pressent soumis soumise")

# Québec outside Lanaudière: « à Joliette, à Montréal » is the métro station.
AILLEURS = _names(
    "Montréal; Vieux-Montréal; Laval; Longueuil; Québec; Lévis; Gatineau; Sherbrooke; Saguenay; Chicoutimi; Rimouski",
    "Trois-Rivières; Drummondville; Saint-Jérôme; Granby; Brossard; Hochelaga; Rosemont; Verdun; Mauricie; Estrie",
    "Montérégie; Gaspésie; Bas-Saint-Laurent; La Mitis; Matapédia; Beauce; Bellechasse; Chaudière-Appalaches; Abitibi",
    "Témiscamingue; Outaouais; Côte-Nord; Centre-du-Québec; Laurentides; Lac-Saint-Jean; Charlevoix; Portneuf",
    "Valcartier; Arthabaska; Érable; Montmagny; Kamouraska; Témiscouata; Maskinongé; Mékinac; Nicolet; Lotbinière",
    "L'Islet; Brome-Missisquoi; Haut-Richelieu; Rouville; Vaudreuil-Soulanges; Argenteuil; Mirabel; Papineau",
)
# Far outside: a word of these anywhere in the sentence makes an ambiguous name doubtful.
LOINTAINS = _names(
    "Ontario; Manitoba; Nouveau-Brunswick; Nouvelle-Écosse; Alberta; Saskatchewan; Colombie-Britannique; Acadie",
    "Louisiane; Illinois; Minnesota; Chicago; New York; Floride; Californie; Texas; États-Unis; Angleterre; Royaume-Uni",
    "Grande-Bretagne; Londres; France; Paris; Marseille; Bordeaux; Bretagne; Normandie; Alsace; Belgique; Charleroi",
    "Suisse; Allemagne; Aix-la-Chapelle; Italie; Rome; Vatican; Espagne; Portugal; Jamaïque; Antilles; Martinique",
    "Guadeloupe; Haïti; Australie; La Réunion; Minneapolis; Toronto; Ottawa; Winnipeg; Fredericton; Moncton; Halifax",
    "Vancouver; Terre-Neuve; Île-du-Prince-Édouard; Yukon; Nunavut; Paraguay; Îles Vierges; Bruxelles; Namur; Genève",
    "Île-de-France; Provence; Auvergne; Occitanie; Savoie; Irlande; Écosse; Pologne; Brésil; Mexique",
)
