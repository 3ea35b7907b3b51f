"""Words of Québec's public life, and those that say another place is meant. Data only; see `province.py`.

Each line holds patterns parted by « ; ».
"""

from __future__ import annotations

import re


def _compile(*lignes: str) -> re.Pattern[str]:
    motifs = [motif.strip() for ligne in lignes for motif in ligne.split(" ; ")]
    return re.compile(rf"\b(?:{'|'.join(motifs)})(?!\w)")


# Said with the article and no name: some town's, some MRC's, one that the reader of that source knows.
LOCAL = _compile(
    r"(?:[Ll]a|[Cc]ette|[Nn]otre)\s+(?:Ville|Municipalité|MRC|municipalité|ville|paroisse|région|mairesse|préfète)(?!\s+(?:où|moyenne|dans))",
    r"(?:[Ll]e|[Dd]u|[Aa]u)\s+(?:maire|préfet|conseil\s+municipal|conseil\s+des\s+maires|CISSS|CIUSSS)",
    r"(?:[Ll]['’]|[Dd]e\s+l['’])(?:hôtel\s+de\s+ville|arrondissement)",
    r"(?:[Rr]ue|[Bb]oulevard|[Aa]venue|[Rr]ang|[Qq]uartier)\s+(?:de\s+la\s+|du\s+|des\s+|de\s+|d['’])?[A-ZÉÈ]\w+",
)
# Another government, or another country.
LOINTAIN = _compile(
    r"[Ff]édér(?:al|ale|aux|ales) ; Ottawa ; [Cc]anadien(?:ne)?s? ; ONU ; [Ee]uropéen(?:ne)?s? ; (?<!langue )[Ff]rançaises?",
    r"[Aa]méricain(?:e)?s? ; [Bb]ritanniques? ; [Mm]ontréalais(?:e|es)? ; au\s+pays ; le\s+pays",
    r"(?:[Mm]inistre|[Gg]ouvernement|[Pp]résidente?|[Aa]rmée|[Pp]arlement)\s+(?:ukrain|russ|chinois|isra|itali|allemand|belg|ha[ïi]t|espagn)\w*",
)
# What only the State or its own programmes are called.
ETAT = _compile(
    r"(?<!remier )[Mm]inist(?:re|res|ère|ères) ; [Gg]ouvernement\w*(?!\s+(?:de|d['’])\s?[A-ZÉ]) ; l['’]État",
    r"[Pp]rovincia(?:l|le|les|ux) ; [Pp]rotecteur ; [Pp]rojets?\s+de\s+loi(?:\s+\d+)?",
    r"[Ll]oi\s+(?:sur|visant|concernant) ; c['’]est\s+la\s+loi ; [Rr]èglement\s+d['’]application",
    r"[Ss]anté\s+publique ; [Ss]alaire\s+minimum ; [Rr]evenu\s+viable ; [Aa]ssist(?:ance|ée?s)\s+sociales?",
    r"[Aa]ide\s+sociale ; [Aa]ide\s+de\s+dernier\s+recours ; [Ss]olidarité\s+sociale ; [Aa]ide\s+juridique",
    r"[Rr]epas\s+scolaires ; [Dd]îners\s+scolaires ; PSOC ; CPE ; CHSLD ; DPJ ; OBNL ; OSBL ; RQAP ; RPA ; FQIS",
    r"[Cc]entres?\s+de\s+services\s+scolaires? ; [Cc]entres?\s+jeunesse ; [Ff]rancisation",
    r"[Pp]laces\s+subventionnées ; [Rr]ésidences\s+privées\s+pour\s+aînés ; [Éé]tablissements?\s+de\s+santé",
    r"[Rr]égie\s+du\s+bâtiment ; [Aa]ux\s+MRC ; [Ll]es\s+MRC ; [Cc]rédits?\s+d['’]impôt",
    r"[Ss]outien\s+à\s+domicile ; [Mm]aintien\s+à\s+domicile ; [Aa]ux\s+municipalités ; [Ll]es\s+municipalités",
)
# Bodies, benefits and networks that each exist once, for all.
RESEAU = _compile(
    r"[Tt]ribunal\s+administratif ; TAL ; SAAQ ; RAMQ ; INSPQ ; INESSS ; CDPDJ ; CNESST ; SHQ ; BAPE ; HLM",
    r"AccèsLogis ; [Cc]oroner ; [Vv]érificat(?:eur|rice)\s+générale?",
    r"[Cc]ommissaire\s+à\s+la\s+santé ; [Pp]rotection\s+de\s+la\s+jeunesse ; [Cc]ommission\s+des\s+droits",
    r"[Aa]llocations?[\s-](?:famille|familiales?|logement) ; [Aa]ssurance\s+(?:parentale|médicaments)",
    r"[Aa]ide\s+financière\s+aux\s+études ; [Pp]anier\s+de\s+consommation ; [Ff]aible\s+revenu",
    r"[Ss]euil\s+de\s+(?:la\s+)?pauvreté ; [Rr]entes\s+du\s+Québec ; [Rr]éseau\s+de\s+la\s+santé",
    r"[Rr]éseau\s+scolaire ; [Dd]éputée?s ; [Ll]es\s+cégeps ; [Cc]ode\s+civil ; [Cc]our\s+suprême",
    r"[Mm]ission\s+globale ; (?<!ment des )(?<!seau des )(?<!tion des )[Oo]rganismes\s+communautaires ; [Mm]ilieu\s+communautaire",
    r"[Ss]ecteur\s+communautaire ; [Éé]conomie\s+sociale",
)
# Issues of social life told by their own names, that no other thing bears.
ENJEU = _compile(
    r"(?:[Ii]n)?[Ss]écurité\s+alimentaire ; [Bb]anques\s+alimentaires ; [Ii]tinérance",
    r"[Ll]ogements?\s+(?:sociaux|social|abordables?) ; [Cc]rise\s+du\s+logement",
    r"[Hh]ausses?\s+(?:de\s+loyers?|des\s+loyers) ; [Cc]ession\s+de\s+bail ; [Vv]iolence\s+conjugale",
    r"[Ff]éminicides? ; [Éé]quité\s+salariale ; [Cc]ontrôle\s+coercitif ; [Rr]acisme\s+systémique",
    r"[Pp]rofilage\s+racial ; [Dd]emandeurs?\s+d['’]asile ; [Pp]remières\s+Nations",
    r"[Ss]écurisation\s+culturelle ; [Pp]roches\s+aidant(?:e)?s ; [Pp]roche\s+aidance ; [Mm]altraitance",
    r"[Ââ]gisme ; [Ss]urdoses ; [Ss]oins\s+à\s+domicile ; [Dd]écrochage\s+scolaire ; [Pp]ersévérance\s+scolaire",
    r"[Aa]lphabétisation ; [Ss]ervices\s+de\s+garde ; [Tt]ransport\s+adapté ; [Éé]coanxiété",
    r"[Ii]négalités\s+(?:sociales|de\s+revenu) ; [Tt]ransport\s+collectif ; [Tt]roubles?\s+du\s+spectre",
    r"[Aa]uxiliaires\s+familia(?:les|ux) ; [Mm]aisons\s+d['’]hébergement ; [Nn]ouveaux\s+arrivants",
)
# A work about society, a position taken, a programme.
OEUVRE = _compile(
    r"[Éé]tudes? ; (?:[Uu]ne|[Ll]a|[Cc]ette|de)\s+recherche ; [Cc]hercheu(?:rs|r|ses|se)",
    r"[Cc]haire\s+de\s+recherche ; [Ee]nquêtes? ; [Ss]ondages? ; [Aa]uteur(?:e|es|s)? ; [Cc]ompilation",
    r"[Rr]evue\s+de\s+\d+ ; [Éé]valuations?\s+d['’]impact ; [Tt]aux\s+d['’]\w+",
    r"[Pp]rogrammes?\s+(?:d['’]aide|universel|de\s+soutien)\w* ; [Pp]résenter\s+une\s+demande",
    r"[Aa]ppel\s+(?:de|à)\s+projets ; [Ss]outien\s+(?:à|aux) ; peuvent\s+(?:obtenir|demander|recevoir)",
    r"[Cc]hroniqueu(?:se|r)\s+plaide ; [Éé]crit\s+un\w* ; signent? ; collectif ; coalition ; regroupements?",
    r"syndica(?:t|ts|l|le|ux) ; [Gg]roupes\s+de\s+défense ; [Ll]ettre\s+ouverte ; [Ii]mpact\s+collectif",
    r"[Dd]éboulonne\w* ; [Pp]lan\s+de\s+lutte",
)
# Whom it is about.
SOCIAL = _compile(
    r"[Pp]restataires ; [Pp]auvres?(?:té)? ; [Pp]arents",
    r"[Jj]eunes(?!\s+(?:arbres|pousses|plants|animaux|bêtes|loups|oiseaux|baleines|chiens|joueurs)) ; [Éé]lèves",
    r"[Aa]înée?s ; [Ff]emmes ; [Mm]ères ; [Aa]utochtones ; [Ll]ocataires? ; [Ll]ogements? ; [Ll]oyers? ; [Bb]aux",
    r"[Mm]énages? ; [Tt]ravailleu(?:rs|ses) ; [Ii]ntervenant(?:e|es|s) ; [Oo]rganismes(?:\s+communautaires)?",
    r"[Cc]ommunautaires? ; [Ii]tinérance ; sans\s+domicile ; [Cc]oopératives?",
    r"[Pp]ersonnes\s+(?:qui|aînées|aveugles|ayant|en|réfugiées|handicapées) ; [Rr]éfugiés ; [Aa]ssociations",
    r"[Rr]ampe ; [Tt]ravail(?:lent)? ; [Aa]liments ; [Ii]mpact\s+collectif ; [Pp]rix\s+demandé ; TSA",
    r"[Pp]etits\s+établissements",
)
