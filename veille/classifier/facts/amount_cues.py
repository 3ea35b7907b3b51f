"""Words that make an amount the most a candidate can get, or another thing's. Patterns only; see `amounts.py`.

Patterns named *_AVANT end exactly where the amount begins, those named *_APRES begin right after it.
"""

from __future__ import annotations

import re


def _compile(*motifs: str) -> re.Pattern[str]:
    return re.compile("|".join(motifs), re.IGNORECASE)


# Help that can be asked for.
AIDE = _compile(
    r"\b(?:appels?\s+(?:de|à)\s+(?:projets?|candidatures?|propositions?)|(?:micro)?subvention\w*|aides?|soutien|soutenir"
    r"|finan[cç]\w*|programmes?|bourses?|fonds"
    r"|admissibles?|demand(?:es?|er)|contributions?|octro[iy]\w*|accord[ée]\w*|projets?|concours|prix"
    r"|(?:micro)?pr[êe]ts?|emprunter|obtenir|recevoir|recevr(?:a|ont)|r[ée]clamer"
    r"|toucher|touchent|solliciter|gagner|remporter|don\s+allant|montants?\s+(?:maxim\w+|admissible)"
    r"|remboursement|initiatives?|verse\w*|grants?|funding|awards?|bursar\w+)\b"
)
# Money of another kind.
AUTRE_CHOSE = _compile(
    r"\b(?:amendes?|contraventions?|constats?|loyers?|salaires?|primes?|vol(?:s|[ée]e?s?)?|fraudes?|dommages|pertes?"
    r"|ran[çc]on|factures?|frais|rabais|dettes?|taxes?|vendu\w*|ventes?"
    r"|co[ûu]t(?:s|e|er|ent|era|eront|[ée])?|prix\s+de\s+vente|condamn\w+|poursui\w+|revenus?|d[ée]ficits?|surplus"
    r"|chiffres?\s+d['’]affaires|profits?|recettes|imp[ôo]ts?|hypoth[èe]\w+"
    r"|cotisations?|p[ée]nalit[ée]s?|caution|fines?|salary|rent|penalt\w+|par\s+mois|par\s+semaine|par\s+jour"
    r"|par\s+personne|de\s+l['’]heure)\b"
)
# What is paid for a loss, whatever its ceiling.
INDEMNITE = _compile(r"\b(?:assistance\s+financi[èe]re|indemni\w+|sinistr\w+|assureurs?|assur[ée]e?s)\b")
# « jusqu'à », « maximum de », « n'excédant pas », « de 5 000 $ à »
PLAFOND_AVANT = _compile(
    r"\b(?:jusqu['’]\s?à(?:\s+concurrence\s+de)?|up\s+to|maxim(?:um|ale?)(?:\s+par\s+\w+)?\s*(?:of|de|d['’]|est\s+de"
    r"|est\s+fix[ée]e?\s+à|:|par\s+\w+\s*:?)?|au\s+plus|plafon\w*(?:\s+par\s+\w+)?\s*(?:à|de|:|est\s+de|fix[ée]\s+à)?"
    r"|\b(?:aides?|subventions?|soutien|contributions?|bourses?|pr[êe]ts?|dons?|montants?)(?:\s+(?!(?:a|avait|aurait)\b|(?:accord|vers|octroy|re[çc]|total|global|annonc)\w*)[\w’']+){0,3}"
    r"\s+(?:(?:peu(?:t|vent)|pourra|pourront)\s+(?:atteindre|s['’][ée]lever\s+à|aller\s+jusqu['’]à|totaliser)|atteint|atteignent|s['’][ée]l[èe]vent?\s+à"
    r"|culminent?\s+à|grimpent?\s+(?:jusqu['’])?à|vont?\s+jusqu['’]à)"
    r"|pouvant\s+(?:atteindre|aller\s+jusqu['’]à)|(?:n['’]|ne\s+)(?:exc[ée]d|d[ée]pass)\w+\s+pas|not\s+exceed(?:ing)?|ne\s+(?:peu|pourr|doi)\w+\s+(?:pas\s+)?(?:exc[ée]der|d[ée]passer)"
    r"|(?:de|entre)\s+\d[\d\s.,$]{0,18}(?:et|à))\s*$"
)
PLAFOND_APRES = _compile(
    r"\W*(?:(?:au\s+)?maximum|max\.|(?:tout\s+)?au\s+plus|à\s+chaque\s+|(?:pour\s+chaque|par)\s+(?:projet|organisme|ann[ée]e|demande|bourse|MRC|groupe"
    r"|municipalit[ée]|initiative|candidature|entreprise|[ée]cole)"
    r"|(?:chacune?|each)\b|per\s+(?:project|organi[sz]ation))"
)
# « recevront chacun 9 000 $ »
PLAFOND_CHACUN = _compile(r"\b(?:recev|obten|toucher)\w+\s+(?:chacune?|respectivement)\s*$")
# « Une coop ou un OBNL remportera 250 000 $ »: what a contest promises, to whoever wins.
GAGNERA_AVANT = _compile(
    r"\b(?:une?|l[ea]|les)\s[^.;:!?]{0,80}\b(?:remporter|gagner|m[ée]riter|d[ée]crocher|empocher)(?:a|ont)\s+$"
)
CONCOURS = _compile(r"\b(?:concours|prix|d[ée]fi|bourses?)\b")
# « Jusqu'à concurrence de 6 000 $. »: a ceiling alone speaks of what the sentence before asked.
PLAFOND_SEUL = _compile(r"^\W*(?:et\s+)?(?:jusqu['’]|(?:un\s+)?maximum|montants?\s+maxim|plafond)[^,;:]{0,40}$")
# « Appel de projets : 50 000 $ pour le logement social »
APPEL_TITRE = _compile(
    r"^\W*(?:appels?\s+(?:de|à|d['’])\s?(?:projets?|propositions?|initiatives?|id[ée]es)|concours|bourses?|subventions?)\b[^.;!?$\d]{0,60}:\s*$"
)
# « une bourse de », « Premier prix : »
AIDE_AVANT = _compile(
    r"\b(?:subventions?|aides?(?:\s+financi[èe]res?)?|soutien(?:\s+financier)?|bourses?|contributions?|dons|grants?"
    r"|awards?)(?:\s+\w+){0,2}\s+(?:de|d['’]|:|of)\s*$",
    r"\b(?:premier|grand|1er)\s+prix\s*(?::|de|d['’])\s*$",
)
# The whole sum, not one candidate's share.
TOTAL_AVANT = _compile(
    r"\b(?:enveloppes?|budgets?|total\w*|partag\w+|se\s+chiffr\w+|investi\w*|amass\w+|recueill\w+|r[ée]colt\w+"
    r"|objectif|chantier|totalisant|somme\s+globale|dot[ée]e?s?)\b[^,;:.]{0,40}$"
)
# Already given to somebody.
DEJA_DONNE = _compile(
    r"\b(?:a|ont|avait|avaient)\s+(?:[ée]t[ée]\s+\w{3,}|atteint|perdu|totalis[ée])",
    # « L'entreprise recevra »: it is chosen; « la personne gagnante recevra »: it may be the reader.
    r"\b(?:l['’]|le\s+|la\s+)(?!personne|candidat|gagnant|laur[ée]at|projet|meilleur)\w+(?:\s+(?!retenu|choisi|gagnant)\w+){0,3}"
    r"\s+(?:recevra|obtiendra|touchera|b[ée]n[ée]ficiera)\b",
    r"\b(?:a|ont|avait)\s+(?:\w+\s+)?(?:re[çc]u|obtenu|touch[ée]|octroy[ée]|accord[ée]|vers[ée]|remis|donn[ée]"
    r"|empoch[ée]|d[ée]croch[ée]|remport[ée])\w*",
    r"\b(?:re[çc]oi(?:t|vent)|obtien(?:t|nent)|octroie|accorde|remet(?:tent)?\b(?!\s+des\s)|laur[ée]at\w*"
    r"|gagnante?s?\s+(?:a|ont)\b|(?:d[ée]croche|empoche|remporte)(?!ra|r\b)\w*)",
)
# « 5 $ le billet », « 25 $ par année de cotisation »
PRIX_APRES = _compile(
    r"\W*(?:le\s+(?:billet|repas|panier|kilo|litre)|la\s+(?:bouteille|place|portion|douzaine|nuit)|l['’](?:unit[ée]"
    r"|heure|entr[ée]e)|par\s+(?:mois|semaine|jour|heure|personne|nuit|enfant|membre|portion))"
)
CLAUSE = re.compile(r"[,;:(]")
