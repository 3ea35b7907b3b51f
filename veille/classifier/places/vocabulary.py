"""French words that place names live among, folded, in one place so that one person can reread them.

Data only. Names of our own places are staff's affair (territoires.toml); none is here.
"""

from __future__ import annotations


def _words(*lignes: str) -> frozenset[str]:
    return frozenset(mot for ligne in lignes for mot in ligne.split())


def _names(*lignes: str) -> tuple[str, ...]:
    return tuple(nom.strip() for ligne in lignes for nom in ligne.split(";"))


ARTICLES = _words("le la les l de du des d a au aux en sur et")
CONTRACTIONS: dict[str, tuple[str, ...]] = {"les": ("des", "aux"), "le": ("du", "au")}
ORIENTATIONS = _words("nord sud est ouest")

# An alias that begins so names its place by itself: « communauté de Manawan ».
DESIGNATIONS = _words("ville village municipalite paroisse mrc region communaute reserve canton")

# « rue X », « station X »: the name of something else than the place; VOIES_DE also with a preposition.
VOIES = _words(
    "rue avenue av boulevard boul chemin rang montee route autoroute station metro pont quai stade place",
    "eglise chapelle cathedrale basilique hopital ecole college institut chsld bibliotheque parc lac riviere ile mont",
    "quartier circonscription comte prix pavillon residence seminaire sanctuaire palais depute deputee",
)
VOIES_DE = _words("rue avenue boulevard chemin rang montee route pont circonscription comte depute deputee prix")

# A person: « M. X »; and words with a capital that are not first names.
CIVILITES = _words("m mm mme mmes mlle dr dre me monsieur madame pere abbe soeur sir lord")
PAS_PRENOMS = _words(
    "ville mrc moisson galeries cegep centre maison club tourisme desjardins vieux grand municipalite bonjour a de hier",
    "action carrefour complexe hebdo journal service services sports transport region les le la du des pour entre",
)

# « à X, en Y »: what may stand between a place and the place that contains it.
LIENS = _words("a en dans au aux le la l de du des d pres etat province comte region quartier ville commune")

# « Ville de X », « préfète de X »; without a preposition: « MRC X ».
MAIRIE = _words("ville municipalite village maire mairesse mairie conseil")
PREFECTURE = _words("mrc prefet prefete clds cld")
SANS_PREPOSITION = _words("ville mrc municipalite village clds cld")

# « les familles de X »: only an inhabited place has those.
GENS = _words(
    "habitant resident residente citoyen citoyenne famille personne aine ainee jeune locataire arrivant arrivante eleve",
    "enfant parent femme elu elue gens population travailleur travailleuse benevole organisme entreprise commercant",
    "maison centre hopital ecole cegep cpe clsc bibliotheque arena marche comptoir popote refuge halte quartier secteur",
    "logement habitation office cuisine campement gare parc riverain riveraine menage",
)

# « Québec annonce »: what a government does.
ANNONCES = _words(
    "annonce investit octroie accorde depose adopte veut prevoit lance promet refuse confirme verse injecte bonifie",
    "prolonge impose legifere recule modifie reporte consulte devoile",
)

# Québec outside Lanaudière: « à Joliette, à Montréal » is the métro station.
AILLEURS = _names(
    "Montréal; Vieux-Montréal; Laval; Longueuil; Québec; Lévis; Gatineau; Sherbrooke; Saguenay; Chicoutimi; Rimouski",
    "Trois-Rivières; Drummondville; Saint-Jérôme; Granby; Brossard; Hochelaga; Rosemont; Verdun; Mauricie; Estrie",
    "Montérégie; Gaspésie; Bas-Saint-Laurent; La Mitis; Matapédia; Beauce; Bellechasse; Chaudière-Appalaches; Abitibi",
    "Témiscamingue; Outaouais; Côte-Nord; Centre-du-Québec; Laurentides; Lac-Saint-Jean; Charlevoix; Portneuf",
    "Valcartier; Arthabaska; Érable",
)
# Far outside: a word of these anywhere in the sentence makes an ambiguous name doubtful.
LOINTAINS = _names(
    "Ontario; Manitoba; Nouveau-Brunswick; Nouvelle-Écosse; Alberta; Saskatchewan; Colombie-Britannique; Acadie",
    "Louisiane; Illinois; Minnesota; Chicago; New York; Floride; Californie; Texas; États-Unis; Angleterre; Royaume-Uni",
    "Grande-Bretagne; Londres; France; Paris; Marseille; Bordeaux; Bretagne; Normandie; Alsace; Belgique; Charleroi",
    "Suisse; Allemagne; Aix-la-Chapelle; Italie; Rome; Vatican; Espagne; Portugal; Jamaïque; Antilles; Martinique",
    "Guadeloupe; Haïti; Australie",
)
