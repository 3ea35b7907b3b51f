"""French ways to say that a measure is open to all of Québec, written out whole for the matcher. Data only."""

from __future__ import annotations

from itertools import product

from veille.classifier.places.vocabulary import words

_FEMININS = (
    "régions", "régions administratives", "MRC", "municipalités", "villes", "collectivités", "familles", "écoles",
    "communautés", "organisations communautaires", "organisations", "coopératives", "personnes aînées", "entreprises",
    "municipalités régionales de comté", "localités", "garderies", "bibliothèques",
)  # fmt: skip
_MASCULINS = (
    "organismes communautaires", "organismes", "OBNL", "OSBL", "ménages", "CPE",
    "locataires", "aînés", "territoires", "milieux", "centres de services scolaires", "organismes municipaux",
    "groupes communautaires", "centres de la petite enfance", "parents", "territoires de MRC", "citoyens",
)  # fmt: skip
_TOUS = (*_FEMININS, *_MASCULINS)

# A scope when the words that follow agree: « toutes les municipalités », not « toutes les municipalités de l'Estrie ».
PORTEES: tuple[str, ...] = (
    *(f"{mot} {nom}" for mot, nom in product(("toutes les", "chacune des"), _FEMININS)),
    *(f"{mot} {nom}" for mot, nom in product(("tous les", "chacun des"), _MASCULINS)),
    *(f"{mot} {nom}" for mot, nom in product(("ensemble des", "totalité des"), _TOUS)),
    "les 17 régions", "les dix-sept régions", "des 17 régions", "aux 17 régions", "17 régions administratives",
    "toute municipalité", "toute MRC", "tout organisme communautaire", "tout organisme", "tout OBNL", "chaque région",
    "chaque MRC", "chaque municipalité",
)  # fmt: skip
# Those that say « all » by themselves, and may stand without « du Québec » where Québec is spoken of.
TOTALITES = words("toutes tous ensemble totalite toute tout chaque chacune chacun 17")
# Words that only Québec uses: « toutes les MRC » needs no other sign.
QUEBECOIS = frozenset({"mrc", "communautaire", "administrative", "cpe", "17"})

_MESURES_M = ("programme", "fonds", "plan d'action", "projet de loi", "règlement", "crédit d'impôt", "appel de projets")
_MESURES_F = (
    "mesure",
    "loi",
    "stratégie",
    "aide",
    "subvention",
    "consultation",
    "allocation",
    "campagne",
    "ligne d'aide",
)

PARTOUT: tuple[str, ...] = (
    *(f"{mot} {nom} du Québec" for mot, nom in product(("aux", "les"), _TOUS)), "partout au Québec",
    "échelle du Québec", "échelle de la province", "échelle provinciale", "échelle québécoise", "grandeur du Québec",
    "grandeur de la province", "travers le Québec", "travers la province", "tout le Québec", "ensemble du Québec",
    "ensemble de la province", "ensemble du territoire québécois", "tout le territoire québécois", "toute la province",
    "autre du Québec", "quatre coins du Québec", "quatre coins de la province", "tous les Québécois",
    "toutes les Québécoises", "panquébécois", "panquébécoise",
    *(f"{nom} {adjectif}" for nom, adjectif in product(_MESURES_M, ("provincial", "québécois"))),
    *(f"{nom} {adjectif}" for nom, adjectif in product(_MESURES_F, ("provinciale", "québécoise"))),
)  # fmt: skip

# What may stand between the noun and « du Québec »: « les organismes communautaires autonomes du Québec ».
QUALITES = words(
    "administrative communautaire autonome local locale locaux regional regionale regionaux rural rurale ruraux urbaine",
    " admissible participant participante public publique concerne concernee a but non lucratif sociales sans",
)
ADJECTIFS = frozenset({"quebecois", "quebecoise", "quebecoises"})
# « toutes les régions, sauf… », « pas partout au Québec ».
EXCEPTIONS = words("sauf hormis excepte exception exclusion exclu exclue excluant hors")

# Bodies and words that only the whole province has; weaker than a scope: they name Québec where no place of ours is named.
INSTANCES: tuple[str, ...] = (
    "Assemblée nationale", "commission parlementaire", "Gazette officielle", "Santé Québec", "Revenu Québec",
    "Retraite Québec", "Tribunal administratif du logement", "Protecteur du citoyen", "INSPQ", "MAPAQ", "MTESS", "MSSS",
    "RAMQ", "CNESST", "SHQ", "Société d'habitation du Québec", "Institut de la statistique du Québec",
    "Office des personnes handicapées", "Secrétariat à la condition féminine", "Conseil du statut de la femme",
)  # fmt: skip
# « le nord du Québec », « hors du Québec »: a part of it, or none.
PAS_TOUT = words("nord sud est ouest centre hors sortie exterieur dehors coeur")
