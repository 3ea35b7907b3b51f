"""Words that make a date a deadline, or prove it is none. Patterns only; how they weigh is in `deadlines.py`.

Patterns named *_AVANT end exactly where the date begins; the others are looked for in its sentence.
"""

from __future__ import annotations

import re

from veille.classifier.facts.dates import JOUR, MOIS, QUANTIEME


def _compile(*motifs: str) -> re.Pattern[str]:
    return re.compile("|".join(motifs), re.IGNORECASE)


# « reportée au », « prolongé jusqu'au », « repoussée du 1er décembre au »
REPORT_AVANT = _compile(
    rf"\b(?:(?P<dure>prolong)|report|repouss)\w*(?:\s+du\s+(?:{JOUR},?\s+)?{QUANTIEME}\b[^.;:!?]{{0,40}}?)?"
    r"\s+(?:jusqu['’]\s?)?(?:au|à)\s+(?:ce\s+)?$"
)
# « reportée du »: the date that no longer holds. « La date limite du 3 mars est reportée » drops its date too.
ABANDON_AVANT = _compile(r"\b(?:report|prolong|repouss)\w*\s+(?:du|depuis\s+le)\s+$")
ABANDON_APRES = _compile(r"\b(?:est|sont|a|ont|sera|seront)\s+(?:[ée]t[ée]\s+)?(?:report|prolong|repouss)[ée]")
# What, postponed or prolonged, moves a deadline; a consultation « reportée » is an evening that moves.
REPORT_SUJET = _compile(
    r"\b(?:limites?|[ée]ch[ée]ances?|p[ée]riode\s+(?:de\s+|des\s+|d['’]\s?)"
    r"(?:d[ée]p[ôo]t|inscription|appel|candidature|mise|consultation|soumission|r[ée]ception)\w*)\b",
    r"\bconsultations?\b[^,;]{0,60}\bprolong",
)

# « date limite pour déposer : », « clôture des inscriptions le »
LIMITE_AVANT = _compile(
    r"\b(?:deadlines?|dates?\s+(?:limites?|butoirs?|de\s+(?:tomb[ée]e|cl[ôo]ture|fermeture))|heure\s+de\s+tomb[ée]e"
    r"|(?:cl[ôo]ture|fin|fermeture)\s+(?:des|de\s+l['’]|de\s+la|du)\s*(?:p[ée]riode|inscriptions?|d[ée]p[ôo]ts?|appel"
    r"|candidatures?|mises?\s+en\s+candidature|soumissions?)|d[ée]p[ôo]ts?\s+(?:des?|d['’])\s?\w+(?=\s*:\s*$))(?P<entre>[^;!?]{0,100}?(?:[:,(–—-]|\ble|\bau|\best|\bdu|\b)\s*)$"
)
# Between « date limite » and its date, these say the date is another one's.
AUTRE_DATE = _compile(
    r"\b(?:annonc|publi(?!c|qu)|d[ée]voil|lanc|adopt|initialement|d['’]abord|depuis|dès|partir|compter|apr[èe]s|d[ée]but|commen[cç]"
    r"|(?:a|ont|aura|auront)\s+lieu|se\s+tien|ouvr)"
)
# « s'inscrire à la fête du 3 mars »: « du » after anything but the call itself dates that thing.
DU_AUTRE = _compile(
    r"(?<!limite)(?<!limites)(?<!butoir)(?<!tombée)(?<!clôture)(?<!dépôt)(?<!dépôts)(?<!inscription)(?<!inscriptions)"
    r"(?<!candidature)(?<!candidatures)(?<!demandes)(?<!projets)(?<!propositions)\s+du\s+$"
)
# « Échéance : », « échéance pour déposer une demande le »: of a call, or of nothing said.
ECHEANCE_AVANT = _compile(
    r"(?<!\bune\s)\b[ée]ch[ée]ances?"
    r"(?:\s+(?:pour|des?|du|d['’])\s?(?:l['’]|les?\s+|la\s+|s['’])?(?:d[ée]p[ôo]\w+|inscri\w+|postul\w+|soum\w+|r[ée]ception"
    r"|candidatures?|appels?\s+de|participer)(?:\s+(?:\w+['’])?\w+){0,6}?)?"
    r"(?:\s*+(?:[:,(–—-]|\b(?:est|fix[ée]e|le|au)\b)){1,4}\s*$"
)
ECHEANCE_AUTRE = _compile(
    r"\b(?:hypoth[èe]\w+|pr[êe]ts?|emprunts?|obligations?|taxes?|contrats?|conventions?|bons?|permis|dettes?|loyers?)\b"
)
# « jusqu'au », « avant le », « d'ici le », « au plus tard le »
BORNE_AVANT = _compile(
    r"\b(?:jusqu['’]\s?(?:au|à)|avant(?:\s+le)?|d['’]\s?ici(?:\s+(?:le|au|à))?|au\s+plus\s+tard(?:\s+le)?|attendue?s?\s+pour(?:\s+le)?|no\s+later\s+than|by|before|until)\s+(?:ce\s+)?$"
)
# « se termine le », « prend fin le »
TERME_AVANT = _compile(
    r"\b(?:se\s+termine\w*|pren(?:d|dra|nent|dront)\s+fin|ferme\w*|se\s+cl[ôo]t\w*|cl[ôo]ture\w*|expire\w*)\s+(?:le\s+)?$"
)
# « inscriptions du 3 au »: nothing but light words between, else the range is the event's own.
INTERVALLE_AVANT = _compile(
    r"\b(?:inscriptions?|d[ée]p[ôo]ts?|candidatures?|demandes?|soumissions?|appel|p[ée]riode|consultations?)"
    r"(?:\s+(?:des?|d['’]|du|de\s+la|de\s+l['’]|à|en)\s?(?!\d)\w+){0,3}"
    r"(?:[\s:,()–—-]++|\b(?:est|sont|se\s+d[ée]roule\w*|se\s+fait|se\s+font|(?:a|ont|aura|auront)\s+lieu|ouverte?s?"
    r"|accept[ée]e?s?|en\s+ligne|publiques?|citoyennes?|se\s+tien\w+)\b){0,8}"
    rf"(?:\bdu\s+|(?<=:)\s*|(?<=:\s))(?:{JOUR},?\s+)?{QUANTIEME}(?:\s+{MOIS})?(?:,?\s+20\d\d)?"
    r"(?:,?\s+(?:à\s+)?\d{1,2}\s?h(?:\s?\d\d)?)?\s+(?:jusqu['’]\s?)?au\s+$"
)

# ---- Words that ask something of the reader.
DEMANDE = _compile(
    r"\b(?:inscri(?:re|ptions?|vez)|candidatures?|formulaires?|postul(?:er|ez)|apply|register|registration|submit|applications?|mises?\s+en\s+candidature)\b",
    r"\bappels?\s+(?:de|à|d['’])\s?(?:projets?|candidatures?|propositions?|contributions?|id[ée]es|communications?"
    r"|initiatives?|dossiers?|demandes?|textes?|b[ée]n[ée]voles?|int[ée]r[êe]t|offres?|nominations?|participation)\b",
    r"\bd[ée]p[ôo]ts?\s+(?:des?|d['’]|du)\s?(?:\w+\s+)?(?:demandes?|projets?(?!\s+de\s+loi)|dossiers?|m[ée]moires?|propositions?)\b",
    r"\b(?:re[çc]oi\w+|accept\w+)\s+(?:\w+\s+){0,2}(?:demandes?|projets?|dossiers?|propositions?|m[ée]moires?)\b",
    r"\bsoumissions?\s+(?:des?|d['’]|du)\s?(?:r[ée]sum[ée]s?|textes?|projets?|demandes?|propositions?)\b",
)
ENVOI = _compile(
    r"\b(?:d[ée]pos(?:er|ez|[ée]e?s?)|soum(?:ettre|ettez|ise?s?)|transm(?:ettre|ettez|ise?s?)|parvenir|achemin(?:er|ez|[ée]e?s?)"
    r"|envoy(?:er|ez|[ée]e?s?)|rem(?:ettre|ettez|ise?s?)|pr[ée]sent(?:er|ez|[ée]e?s?)|propos(?:er|ez|[ée]e?s?)|re[çc]ue?s?)\b"
)
# What is sent by a reader; « son projet » is somebody else's.
OBJET = _compile(
    r"(?<!\bson\s)(?<!\bses\s)(?<!\bsa\s)"
    r"\b(?:demandes?|projets?(?!\s+de\s+loi)|dossiers?|propositions?|m[ée]moires?|id[ée]es?|textes?|offres?|commentaires"
    r"|curriculum|lettres?|paiements?|r[ée]sum[ée]s?)\b"
)
GESTE = _compile(
    r"\b(?:particip(?:er|ez)|r[ée]pond(?:re|ez)|sondages?|questionnaires?|consultations?|concours|bourses?|commentaires?"
    r"|vot(?:er|ez)|r[ée]serv(?:er|ez|ations?)|confirm(?:er|ez)|s['’]abonner|t[ée]moign(?:er|ez)|abonnez|adh[ée]r(?:er|ez)|renouvel(?:er|ez)"
    r"|demandes?|programmes?|subventions?|nominations?)\b"
)
VOUS = _compile(r"\b(?:vous|votre|vos)\b", r"\b(?!assez\b|chez\b)\w{3,}ez\b")
INVITES = _compile(r"\b(?:peuvent|pourront|doivent|devront|invit[ée]e?s?)\b")
VOUS_AVEZ_AVANT = _compile(r"\bvous\s+(?:avez|aurez)\W*$")

# ---- Words that say the date ends something else.
AUTRE_CHOSE = _compile(
    r"\b(?:expositions?|festivals?|spectacles?|vernissage|à\s+l['’]affiche|travaux|chantiers?|entraves?|ferm[ée]e?s?|rabais"
    r"|soldes?|promotions?|ventes?|en\s+vigueur|d[ée]tours?|patinoires?|circulation|temp[êe]te|d[ée]tention|prison|int[ée]rim"
    r"|mandat|bail|baux|horaires?|bacs?|encombrants)\b"
)
# Just before the bound: what lasts (only a call may « se poursuivre jusqu'au »)…
DURE_AVANT = _compile(
    r"\b(?:poursui\w+|d[ée]roul\w+|ouverte?s?|se\s+tien\w+|dur(?:e|ent|era)|rest\w+|demeur\w+|valides?|acceptée?s?|interdit\w*)"
    r"\W+(?:\w+\W+){0,2}$"
)
# … and what must be done by then, by somebody else.
FAIT_AVANT = _compile(
    r"\b(?:livr\w+|termin\w+|constru\w+|pr[êe]te?s?|inaugur\w+|r[ée]alis\w+|adopt\w+|am[ée]nag\w+|engag[ée]e?s?|ayant\s+lieu|tenue?s?"
    r"|en\s+place|op[ée]rationnel\w*|atteind\w+|atteint\w*|d[ée]pens[ée]e?s?)\W+(?:\w+\W+){0,2}$"
)
APPEL_SUJET = _compile(
    r"\b(?:inscriptions?|candidatures?|appels?|p[ée]riode|d[ée]p[ôo]ts?|demandes?|concours|consultations?|sondages?|bourses?|scrutin|m[ée]moires?"
    r"|propositions?|projets?|dossiers?|commentaires)\b[^,;]{0,60}$"
)
PERIODE_SUJET = _compile(
    r"\bp[ée]riode(?:\s+(?:d['’]|de\s+|des\s+)\s?(?:inscription|d[ée]p[ôo]t|appel|candidature|mise|consultation|soumission"
    r"|r[ée]ception)[^,;]{0,60})?\s*$"
)
