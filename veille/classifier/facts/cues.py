"""Words that make a date a deadline, or prove it is none. Patterns only; how they weigh is in `deadlines.py`.

Patterns named *_AVANT end exactly where the date begins, those named *_APRES begin right after it; the others are looked
for in its sentence. What asks something of a reader is in `asking.py`.
"""

from __future__ import annotations

import re

from veille.classifier.facts.dates import JOUR, MOIS, QUANTIEME


def _compile(*motifs: str) -> re.Pattern[str]:
    return re.compile("|".join(motifs), re.IGNORECASE)


# « le vendredi 1er décembre 2026 à 9 h », its month and what follows being optional: the first day of a range.
_DEBUT = rf"(?:{JOUR},?\s+)?{QUANTIEME}(?:\s+{MOIS})?(?:,?\s+20\d\d)?(?:,?\s+(?:à\s+)?\d{{1,2}}\s?h(?:\s?\d\d)?)?,?"
# What a call collects, and what it is called.
_APPEL = (
    r"(?:pr[ée]-?)?inscriptions?|calls?\s+for\s+\w+|surveys?|comments|contests?|registrations?|applications?"
    r"|submissions?|nominations?|candidatures?|appels?|d[ée]p[ôo]ts?|demandes?|concours|consultations?|sondages?"
    r"|questionnaires?"
    r"|r[ée]ception\s+(?:des?|d['’])|manifestations?\s+d['’]int[ée]r[êe]t|formulaires?|bourses?|scrutin|votes?|p[ée]titions?|commandes|r[ée]servations|r[ée]ponses|soumissions"
    r"|campagne\s+(?:de\s+recrutement|d['’]adh[ée]sion|de\s+financement)"
    r"|(?:collectes?|cueillettes?)\s+(?:de\s+|d['’])(?!mati|feuill|sapin|d[ée]chet|ordure|r[ée]sid|sang|donn[ée]es)"
)

# ---- Postponed.
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
    r"\b(?:consultations?|sondages?|questionnaires?|concours)\b[^,;]{0,60}\bprolong",
)

# ---- Named as a limit.
# « date limite pour déposer : », « clôture des inscriptions le », « Clôture : »
LIMITE_AVANT = _compile(
    r"(?:\b(?:deadlines?|closing\s+dates?|(?:dates?|heures?)(?:\s+et\s+(?:dates?|heures?))?\s+(?:limites?|butoirs?"
    r"|de\s+(?:tomb[ée]e|d[ée]p[ôo]t|cl[ôo]ture|fermeture|remise))"
    r"|limites?\s+(?:d['’]inscription|de\s+d[ée]p[ôo]t|pour\s+(?:s['’]inscrire|d[ée]poser|postuler))"
    r"|derni(?:er\s+(?:jour|d[ée]lai)|[èe]re\s+(?:journ[ée]e|chance))(?=\s*:|\s+(?:pour|d['’]))"
    r"|dates?\s+de\s+fin\s+(?:de\s+|du\s+|des\s+)?(?:l['’])?(?:appel|d[ée]p[ôo]t|inscription|p[ée]riode)"
    r"|(?:cl[ôo]ture|fin|fermeture)\s+(?:des|de\s+l['’]|de\s+la|du|d['’])\s*(?:p[ée]riode|inscriptions?|d[ée]p[ôo]ts?"
    r"|appel"
    r"|candidatures?|mises?\s+en\s+candidature|soumissions?|r[ée]servations|commandes|concours|sondage|consultation)"
    r"|d[ée]p[ôo]ts?\s+(?:des?|d['’])\s?\w+(?=\s*:\s*$)|(?:applications?|submissions?|proposals?|nominations?"
    r"|forms?)\s+(?:are|is)\s+due)"
    r"|(?:^|[.;(])\s*(?:cl[ôo]ture|tomb[ée]e|limite|remise|r\.?s\.?v\.?p\.?|d[ée]p[ôo]ts?)(?=\s*:\s*(?:le\s+)?$))"
    r"(?P<entre>[^;!?]{0,100}?(?:[:,(–—-]|\ble|\bau|\best|\bdu|\bon|\b)\s*)$"
)
# Between « date limite » and its date, these say the date is another one's.
AUTRE_DATE = _compile(
    r"\b(?:annonc|publi(?!c|qu)|d[ée]voil|lanc|adopt|initialement|d['’]abord|depuis|dès|partir|compter|apr[èe]s"
    r"|d[ée]but|commen[cç]"
    r"|(?:a|ont|aura|auront)\s+lieu|se\s+tien|ouvr|approche|d[ée]pass[ée]e"
    r"|[,:–—-]\s*(?:une?\s+|l[ae]s?\s+)?(?:rencontre|s[ée]ance|atelier|webinaire|soir[ée]e|formation|activit[ée]"
    r"|colloque)|r[ée]pon(?:se|dr))"
)
# « s'inscrire à la fête du 3 mars »: « du » after anything but the call itself dates that thing.
DU_AUTRE = _compile(
    r"(?<!limite)(?<!limites)(?<!butoir)(?<!tombée)(?<!clôture)(?<!dépôt)(?<!dépôts)(?<!inscription)(?<!inscriptions)"
    r"(?<!candidature)(?<!candidatures)(?<!demandes)(?<!projets)(?<!propositions)\s+du\s+$"
)
# « Échéance : », « échéance pour déposer une demande le »: of a call, or of nothing said.
ECHEANCE_AVANT = _compile(
    r"(?<!\bune\s)\b[ée]ch[ée]ances?"
    r"(?:\s+(?:pour|des?|du|d['’])\s?(?:l['’]|les?\s+|la\s+|s['’])?(?:d[ée]p[ôo]\w+|inscri\w+|postul\w+|soum\w+"
    r"|r[ée]ception"
    r"|candidatures?|appels?\s+de|participer)(?:\s+(?:\w+['’])?\w+){0,6}?)?"
    r"(?:\s*+(?:[:,(–—-]|\b(?:est|fix[ée]e|le|au)\b)){1,4}\s*$"
)
ECHEANCE_AUTRE = _compile(
    r"\b(?:hypoth[èe]\w+|pr[êe]ts?|emprunts?|obligations?|taxes?|contrats?|conventions?|bons?|permis|dettes?|loyers?)\b"
)
# « Tarif réduit jusqu'au 3 mars »: a cheaper price ends there, not the call.
TARIF_AVANT = _compile(
    r"\b(?:tarifs?(?!\s+r[ée]guliers?|\s+courants?|\s+normal)|(?<!premier\s)(?<!grand\s)prix|rabais|pr[ée]vente|early[\s-]bird)\b(?![^,;:.]{0,30}\b(?:r[ée]gulier|courant|normal|plein\s+tarif))(?:\s+(?:r[ée]duits?|h[âa]tifs?|pr[ée]f[ée]rentiels?"
    r"|sp[ée]cial|de\s+lancement))?[^,;:.]{0,30}$"
)

# ---- Bounds.
# « jusqu'au », « avant le », « d'ici le », « au plus tard le », « avant la fin de la journée du »
BORNE_AVANT = _compile(
    r"\b(?:(?:(?:(?:au\s+plus\s+tard|d['’]\s?ici|avant|jusqu['’]\s?(?:à|au))\s+[^.;:!?\d]{3,40},\s+(?:soit|c['’]est-à-dire)\s+le)|jusqu['’]\s?(?:au|à)|avant(?:\s+le)?|d['’]\s?ici(?:\s+(?:le|au|à))?|(?:au"
    r"|pas)\s+plus\s+tard(?:\s+que)?(?:\s+le)?)"
    r"(?:\s+(?:la\s+)?fin\s+(?:de\s+(?:la\s+)?journ[ée]e|du\s+jour)(?:\s+(?:du|le|de))?)?"
    r"|attendue?s?\s+pour(?:\s+le)?|en\s+date\s+du|no\s+later\s+than|by|before|until)\s+(?:ce\s+)?$"
)
# « pour le 15 décembre au plus tard »
PLUS_TARD_APRES = _compile(r"[\s,(]*(?:au\s+plus\s+tard|derni(?:er|ère)\s+(?:d[ée]lai|limite)|maximum)\b")
ARTICLE_AVANT = _compile(r"(?:\bpour\s+)?(?:\ble\s+)?$")
# « Elle se termine le »: of what the sentence before spoke of.
PRONOM_TETE = _compile(r"^\W*(?:elles?|ils?|celles?-ci|ceux-ci|celui-ci|cette\s+p[ée]riode)\s")
# « se termine le », « prend fin dans un mois, le »
TERME_AVANT = _compile(
    r"\b(?:se\s+termine\w*|(?:s['’]est|sont|est)\s+(?:termin|cl[ôo]tur)[ée]e?s?|pren(?:d|dra|nent|dront)\s+fin|(?:a"
    r"|ont)\s+pris\s+fin|(?:re)?ferme\w*|closes?"
    r"|se\s+(?:cl[ôo]t\w*|concl\w+)|cl[ôo]ture\w*|expire\w*|s['’]ach[èe]v\w+|cess(?:e|ent|era|eront)|se\s+conclu\w+|s['’]arr[êe]t\w+|fermeture"
    r"|cl[ôo]ture)\s+(?:dans\s+[\w\s]{1,20},\s+)?(?:(?:ce|le|on)\s+)?$"
)
# « inscriptions du 3 au », « poser sa candidature entre le 3 et le »: nothing but light words between, else the range is
# the event's own.
INTERVALLE_AVANT = _compile(
    rf"\b(?:{_APPEL}|p[ée]riode|s['’]inscri\w+|inscrivez-vous|postulez|votez|r[ée]pondez)"
    r"(?:\s+(?:des?|d['’]|du|de\s+la|de\s+l['’]|à|en)\s?(?!\d)\w+){0,3}"
    r"(?:[\s:,()–—-]++|\b(?:est|sont|se\s+d[ée]roule\w*|se\s+(?:fait|font|fera|feront)|(?:a|ont|aura|auront)\s+lieu"
    r"|ouverte?s?|s['’][ée](?:tend|chelonne)\w*"
    r"|(?:accept|d[ée]pos|envoy|pr[ée]sent)[ée]e?s?|re[çc]ue?s?|(?:transm|soum|rem)ise?s?|possibles?|(?:peu|pourr|doi"
    r"|devr)\w+\s+[êe]tre|en\s+ligne|publiques?|citoyennes?|se\s+tien\w+)\b){0,8}"
    rf"(?:\b(?:du|entre\s+le)\s+|(?<=:)\s*|(?<=:\s)){_DEBUT}\s+(?:(?:jusqu['’]\s?)?au|et\s+le)\s+$"
)
# « doivent avoir été reçues le », « transmettre sa demande pour le »
RECU_LE_AVANT = _compile(
    r"\b(?:doi(?:t|vent)|devr(?:a|ont|aient))\s+(?:nous\s+)?(?:(?:[êe]tre|avoir\s+[ée]t[ée])\s+)?(?:compl\w+\s+et\s+)?"
    r"(?:re[çc]ue?s?|d[ée]pos[ée]e?s?|transmise?s?|remise?s?|rendue?s?|parvenir|envoy[ée]e?s?|soumise?s?)\b(?:(?!\bavant\b|jusqu"
    r"|\btard\b|\bici\b)[^.,;:]){0,60}?\s(?:pour\s+)?le\s+$",
    r"\b(?:r[ée]ponses?|confirmations?|candidatures?|dossiers|demandes|m[ée]moires|textes|projets|inscriptions?)\s+(?:\w+\s+)?(?:attendu|exig[ée]|requis)e?s?\s+le\s+$",
    r"\b(?:d[ée]pos|rempli|compl[ée]t|produi|fourni|retourn|soum|transm|envo|remett|achemin|inscri|parvenir|remise|confirm"
    r"|attend)\w*\b[^.;:!?]{0,60}?\bpour\s+le\s+$",
)
RECU_OBJET = _compile(
    r"\b(?:r[ée]ponses?|confirmations?|demandes?|candidatures?|dossiers?|formulaires?|propositions|projets|m[ée]moires|textes|offres|soumissions"
    r"|enveloppes|commentaires|nominations|inscriptions?|c\.?v)\b"
)
OBLIGATION = _compile(
    r"\b(?:doi(?:s|t|vent)|devez|devr(?:a|ont|aient|ez)|demande\s+de|pri[ée]e?s?\s+de|pri[èe]re\s+de|veuillez"
    r"|il\s+faut|il\s+faudra|attend(?:ons|ent|ue?s?)?)\b",
    r"^\W*(?:transmett|envoy|d[ée]pos|soumett|remett|retourn|achemin|faire\s+parvenir|faites)\w*",
)
# « Les demandes reçues après le 29 janvier ne seront pas traitées. »
APRES_AVANT = _compile(
    r"^\W*(?:pass[ée]|après)\s+(?:le\s+)?$",
    r"\b(?:(?:re[çc]|parven)ue?s?|(?:d[ée]pos|accept|envoy)[ée]e?s?|(?:transm|soum)ise?s?)\s+après\s+(?:le\s+)?$",
)
REFUS = _compile(r"\b(?:ne|aucune?|refus[ée]\w*|rejet[ée]\w*)\b")
# « Du 1er décembre au 29 janvier, les organismes peuvent déposer une demande »
PERIODE_AVANT = _compile(rf"^\W*(?:du|entre\s+le)\s+{_DEBUT}\s+(?:(?:jusqu['’]\s?)?au|et\s+le)\s+$")
PERIODE_APRES = _compile(
    r"\)?(?:\s+inclusivement)?\s*,?\s+(?:[\w’'-]+,?\s+){1,12}?(?:peuvent|pourront|pouvez|pourrez|peut|pourra"
    r"|(?:sont|seront|est|êtes)\s+(?:invit|appel|convi|pri)[ée]e?s?\s+[àa])\s+"
    r"(?:(?:d[ée]poser|soumettre|pr[ée]senter|transmettre|proposer|poser)\s+(?:\w+\s+){0,2}(?:demandes?|projets?"
    r"|candidatures?|dossiers?|m[ée]moires?"
    r"|propositions?)|s['’]inscrire|postuler|commenter|r[ée]pondre|voter|r[ée]agir|se\s+prononcer|s['’]exprimer"
    r"|(?:donner|faire\s+conna[îi]tre)\s+(?:leur|votre|son)\s+(?:avis|opinion|point\s+de\s+vue))\b"
)
# « 11 février, date de fermeture des inscriptions », « 5 mars : fin de l'appel »: the date is said to be a limit after it.
LIMITE_APRES = _compile(
    r"[\s,:)(–—-]{1,4}(?:soit\s+|(?:ce\s+sera|c['’]est|est|sera|constitue)\s+)?(?:la\s+|le\s+|l['’])?"
    r"(?:(?:dates?|jour|moment|heure)\s+(?:limite|butoir|(?:de\s+(?:la\s+)?|d['’]\s?)(?:tomb[ée]e|cl[ôo]ture|fermeture|fin))"
    r"|[ée]ch[ée]ance|cl[ôo]ture|fermeture|fin|dernier\s+(?:jour|d[ée]lai))\s*(?:pour|[àa]|des?|du|de\s+la|de\s+l['’]|d['’]|fix[ée]e\s+pour)?\s*"
    r"(?:la\s+|les?\s+|l['’])?(?:s['’]inscri\w+|inscriptions?|d[ée]p[ôo]ts?|appel|mises?\s+en\s+candidature|candidatures?|p[ée]riode\s+(?:de|d['’])\s?\w+"
    r"|d[ée]poser|postuler|soumettre|r[ée]pondre|r[ée]server|r[ée]servations?|demandes?|soumissions?|participer|r[ée]ception|sondage|consultation)\b"
)

# ---- Whose bound it is.
# « vous avez jusqu'au », « il reste jusqu'au »
VOUS_AVEZ_AVANT = _compile(
    r"\b(?:vous\s+(?:avez|aurez)|tu\s+as)(?:\s+encore)?\W*$",
    r"\bpour\s+(?:s['’]inscrire|d[ée]poser|postuler|participer|mettre\s+son\s+nom|r[ée]pondre|soumettre|donner|envoyer"
    r"|proposer|voter|adh[ée]rer|r[ée]server|demander|poser)\b[^.;:!?]{0,60},\s+(?:on|nous|tous)\s+(?:a|aura|avons|ont)\s+$",
    r"\bil\s+(?:vous\s+|nous\s+)?reste\W*$",
)
# Words that say the date ends something else.
AUTRE_CHOSE = _compile(
    r"\b(?:expositions?|festivals?|spectacles?|vernissage|à\s+l['’]affiche|travaux|chantiers?|entraves?|fermée?s?"
    r"|fermetures?(?!\s+le\b)|rabais"
    r"|soldes?|promotions?|ventes?|en\s+vigueur|d[ée]tours?|patinoires?|circulation|temp[êe]te|d[ée]tention|prison"
    r"|int[ée]rim"
    r"|mandat|bail|baux|horaires?|bacs?|encombrants|contrats?|contractuel\w*|remplacement|moratoires?|trêve|bilans?"
    r"|reddition)\b"
)
# Just before the bound: what lasts (only a call may « se poursuivre jusqu'au »)…
DURE_AVANT = _compile(
    r"\b(?:poursui\w+|(?:prolong|re(?:con)?dui|assur|garanti|offer|maintien|maintenu)\w*"
    r"|(?<!leur\s)(?<!une\s)(?<!votre\s)(?<!son\s)offre|en\s+cours|cour(?:t|ent|ra)|circul\w+|s['’][ée]ti\w+"
    r"|d[ée]roul\w+|ouverte?s?(?:\s+(?:aux?|à|pour)\b[^,;:.]{0,40})?|se\s+tien\w+|dur(?:e|ent|era)|rest\w+|demeur\w+"
    r"|valides?|interdit\w*)"
    r"\W+(?:\w+\W+){0,2}$"
)
# … and what must be done by then, by somebody else.
FAIT_AVANT = _compile(
    r"\b(?:livr\w+|termin\w+|constru\w+|pr[êe]te?s?|inaugur\w+|r[ée]alis\w+|adopt\w+|am[ée]nag\w+|engag[ée]e?s?"
    r"|ayant\s+lieu|tenue?s?"
    r"|annonc\w+|d[ée]voil\w+|publi[ée]\w*|avis[ée]e?s|contact[ée]e?s?|inform[ée]\w*|choisi\w*|s[ée]lectionn\w+"
    r"|n[ée]e?s?|\d\s+ans"
    r"|en\s+place|op[ée]rationnel\w*|atteind\w+|atteint\w*|d[ée]pens[ée]e?s?|(?:[ée]tudi|analys|trait|[ée]valu|vers"
    r"|r[ée]gl|rempla[cç])[ée]\w*|vendue?s?|r[ée]pondr(?:a|ont)|(?<!être\s)rendue?s?|commenc\w+|recevr(?:a|ont)\s+(?:une|leur|sa)"
    r"|se\s+(?:conform|dot)\w+|d[ée]marr\w+|d[ée]but\w+|utilis\w+)\W+(?:\w+\W+){0,2}$",
    r"\b(?:projets?|travaux|activit[ée]s?)\b[^.;:]{0,40}\bcompl[ée]t[ée]e?s?\W+$",
    r"\b(?:projets?|organismes|groupes|candidate?s)\s+(?:retenu|s[ée]lectionn|choisi|financ|subventionn)\w*\b[^.;:]{0,60}$",
    r"\br[ée]ponses?\s+(?:vous\s+)?(?:ser(?:a|ont)\s+(?:envoy|transmis|donn|communiqu|connu)|parviendr)\w*\b[^.;:]{0,30}$",
)
APPEL_SUJET = _compile(
    rf"\b(?:{_APPEL}|p[ée]riode|m[ée]moires?|propositions?|projets?|dossiers?|commentaires)\b[^;]{{0,60}}$"
)
APPEL_NOM = _compile(rf"\b(?:{_APPEL}|p[ée]riode)\b")
# What may « se poursuivre jusqu'au » and still call: a project that does is under way.
APPEL_DURE = _compile(rf"\b(?:{_APPEL}|places|p[ée]riode)\b[^,;:]{{0,60}}(?:,[^,;:]{{1,40}},\s*(?:se\s+)?)?$")
PERIODE_SUJET = _compile(
    r"\bp[ée]riode(?:\s+(?:d['’]|de\s+|des\s+)\s?(?:inscription|d[ée]p[ôo]t|appel|candidature|mise|consultation"
    r"|soumission"
    r"|r[ée]ception)[^,;]{0,60})?\s*$"
)
# The noun of a call right against its bound: « Réservations jusqu'au », « Mémoires attendus au plus tard le ».
APPEL_AVANT = _compile(
    r"\b(?:(?:pr[ée]-?)?inscriptions?|registrations?|submissions?|comments|confirmations?|c\.?v\.?|candidatures?"
    r"|d[ée]p[ôo]ts?|appels?|concours|sondages?|questionnaires?|consultations?|formulaires?|nominations?|votes?"
    r"|commandes?|soumissions"
    r"|m[ée]moires?|commentaires|propositions|dossiers|textes|r[ée]servations?|r[ée]ponses?|oppositions|r[ée]ponse"
    r"|inscrite?s?|dons|adh[ée]sions?|paiements?|lettres?\s+d['’](?:intention|int[ée]r[êe]t)"
    r"|(?:projets|demandes)(?=\s+(?:\w+\s+){0,2}(?:accept|re[çc]u|attendu)))(?:\s+(?:en\s+(?:ligne|continu"
    r"|tout\s+temps)|publiques?|citoyennes?|[ée]crits|est|sont|sera|seront"
    r"|will\s+be|accepted|received|open|de\s+(?:votre\s+)?(?:pr[ée]sence|participation)|et\s+lettre|(?:attend"
    r"|re[çc])ue?s?|(?:accept|souhait|demand|recommand|exig)[ée]e?s?|recueillie?s?|requise?s?|n[ée]cessaires?"
    r"|pr[ée]alables?|(?:les\s+)?bienvenu\w*|obligatoires?|possibles?|accessibles?|disponibles?|ouverte?s?)){0,4}\W*$",
    # « Les dossiers complets sont attendus », « les formulaires signés devront être rendus »
    r"\b(?:candidatures?|m[ée]moires?|commentaires|propositions|dossiers|textes|projets|demandes|formulaires|soumissions|r[ée]ponses"
    r"|offres|id[ée]es|avis)(?:\s+(?!qui\b|dont\b)\w+){0,4}\s+(?:sont|seront|(?:doi|devr|peuv|pourr)\w+\s+être)\s+(?:\w+\s+)?"
    r"(?:attend|re[çc]|rend)ue?s\W*$",
    r"\b(?:sondages?|questionnaires?|formulaires?|consultations?)\b[^;:.]{0,40}\b(?:accessibles?|disponibles?"
    r"|en\s+ligne)\b[^,;:.]{0,50}$",
)
# « Quand déposer ? Avant 16 h, le 19 mars. »: the question before asks.
QUESTION = _compile(
    r"\b(?:quand|date|d[ée]lai|[ée]ch[ée]ance)\b[^.;]{0,40}\b(?:d[ée]p[ôo]\w+|postul\w+|inscri\w+|soum\w+|r[ée]pondre"
    r"|particip\w+|transmettre|envoyer|r[ée]server|demande\w*)\W*$"
)
# Who is given a date by others than the call: « le gouvernement a jusqu'au », « donne au ministre jusqu'au ».
AUTORITE_AVANT = _compile(
    r"\b(?:gouvernements?|ministres?|minist[èe]re|Qu[ée]bec|Ottawa|promoteurs?|syndicat|employeur|commission|conseil"
    r"|l['’](?:entreprise|usine)"
    r"|(?<!\bde\s)la\s+(?:compagnie|soci[ée]t[ée]|Ville|MRC|municipalit[ée]|direction)|le\s+(?:CISSS|propri[ée]taire"
    r"|centre\s+de\s+services|comit[ée])"
    r"|(?:l|d)es\s+(?:[ée]lus|d[ée]put[ée]e?s|parlementaires|conseillers|parties))\b(?![^;:]*\b(?:vous|vos"
    r"|votre)\b)[^,;:]{0,40}?"
    r"\b(?:a|ont|aura|auront|avait|doit|doivent|devra|devront|peut|pourra|veu(?:t|lent)|souhaite|compte|entend"
    r"|pr[ée]voit|esp[èe]re|promet)\b\s*(?:\w+\s+){0,5}$",
    r"\b(?:donn|laiss|accord|impos)\w+\s+(?:(?!noms?\b|coordonn|avis\b|r[ée]ponse)\w+\s+){0,2}(?:au|aux|à\s+la)\s+(?:\w+\s+){1,3}$",
)

# ---- Several dates, and the past.
# « 15 janvier et 15 avril », « le 15 janvier (volet 1) et le 15 mai »: only the last can bind.
PLUSIEURS_APRES = _compile(
    rf"[^.;!?]{{0,60}}?(?:,|\b(?:et|ou|puis))\s+(?:le\s+|au\s+)?(?:{JOUR},?\s+)?{QUANTIEME}\s+{MOIS}(?!\s+(?:aura"
    rf"|se\s))"
)
PLUSIEURS_AVANT = _compile(
    rf"(?<!entre\sle\s)(?<![\w])(?:{JOUR},?\s+)?{QUANTIEME}\s+{MOIS}(?:,?\s+20\d\d)?(?:\s*\([^)]{{0,40}}\))?(?:\s*,"
    rf"|\s+(?:et|ou|puis))\s+(?:le\s+|au\s+)?$"
)
PASSE = _compile(
    r"\b(?:\w+aient|(?:s['’])?était|avait|devait|aviez|pouvait|fallait|terminait|s['’]est|a\s+pris\s+fin|ont\s+(?:eu"
    r"|pris))\b"
)
# « Date limite pour le colloque du 12 février : »: the colloquium's own date, before the one that binds.
COMPLEMENT_DATE = _compile(rf"\bdu\s+(?:{JOUR},?\s+)?{QUANTIEME}\s+{MOIS}(?:\s+20\d\d)?(?=\s*(?::|\best\b))")
# A clause ends there; an aside after a date does not count as one; « pour » ties what follows to the date.
PROPOSITION = re.compile(r"[,:()–—]|\s-\s")
INCISE = _compile(r"^(?:\s*[,(]?\s*(?:inclusivement|inclus|heure\s+(?:\w+\s+)?de\s+l['’]Est|H[NA]?E)\b\s*\)?)+")
BUT_APRES = _compile(r"[\s,]*(?:pour|afin)\b")
