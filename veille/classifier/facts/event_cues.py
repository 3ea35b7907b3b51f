"""Words that say something takes place on a date, or that the date is another thing's. Patterns only; see `events.py`.

Patterns named *_AVANT end exactly where the date (or the stretch of days) begins.
"""

from __future__ import annotations

import re

from veille.classifier.facts.dates import HEURE


def _compile(*motifs: str) -> re.Pattern[str]:
    return re.compile("|".join(motifs), re.IGNORECASE)


# What people go to.
NOM = _compile(
    r"(?<![\w-])(?:ateliers?|colloques?|assembl[ée]es?|a\.?g\.?[ae]\b\.?|consultations?|forums?|webinaires?"
    r"|(?:vid[ée]o|visio)?conf[ée]rences?"
    r"|midis?-[\w-]+|rencontres?|s[ée]ances?|soir[ée]es?|caf[ée]s?(?:-[\w-]+)?|journ[ée]es?|rendez-vous|formations?"
    r"|lancements?|f[êe]tes?"
    r"|d[ée]jeuners?(?:-[\w-]+)?|d[îi]ners?(?:-[\w-]+)?|soupers?(?:-[\w-]+)?|brunchs?|5\s?à\s?7|salons?|galas?"
    r"|congr[èe]s|sommets?"
    r"|portes\s+ouvertes|marches?|vigiles?|manifestations?|rassemblements?|spectacles?|festivals?|tables?[\s-]rondes?"
    r"|visites?|c[ée]r[ée]monies?"
    r"|symposiums?|panels?|kiosques?|foires?|corv[ée]es?|collectes?\s+de\s+(?:sang|denr[ée]es|fonds)|cliniques?"
    r"|activit[ée]s?|vernissages?"
    r"|expositions?|projections?|cin[ée]-[\w-]+|concerts?|tournois?|guignol[ée]es?|bazars?|march[ée]s?\s+de\s+no[ëe]l"
    r"|ventes?\s+de\s+garage"
    r"|causeries?|cercles?\s+de\s+\w+|r[ée]unions?|audiences?|points?\s+de\s+presse|comm[ée]morations?"
    r"|pi[èe]ces?\s+de\s+th[ée][âa]tre|carnavals?"
    r"|s[ée]minaires?|workshops?|meetings?|conferences?|seminars?|webinars?|open\s+house|[ée]tats\s+g[ée]n[ée]raux"
    r"|inaugurations?"
    r"|cuisines?\s+collectives?|matin[ée]es?|cours|grande?\s+marche|encans?|spaghettons?|randonn[ée]es?|d[ée]fil[ée]s?"
    r"|rallyes?|foires?|tourn[ée]es?"
    r"|semaines?\s+(?:nationale|qu[ée]b[ée]coise|mondiale|internationale|d['’]action)|quinzaine|gr[èe]ves?|cohortes?"
    r"|programmes?\s+de\s+\w+\s+semaines|cirques?|(?:bals?|messes?|brunchs?|chorales?|remue-m[ée]ninges|speed-\w+|glissades?|initiation|repas\s+(?:communautaires?|partag[ée]s?|de\s+no[ëe]l)"
    r"|march[ée]s?\s+(?:publics?|fermiers?|de\s+cr[ée]ateurs|des?\s+artisans)|nuits?\s+(?:des|du|de\s+la|blanche)|courses?(?!\s+(?:contre|à|aux?)\b)"
    r"|sessions?(?!\s+parlementaire)|caravanes?|d[ée]gustations?|lectures?\s+publiques?|veill[ée]es?|d[ée]nombrements?|criées?)"
    r"|(?:une|deux|trois|quatre|cinq|six|sept|huit|dix|\d{1,2})\s+(?:heures|jours?|avant-midis?|apr[èe]s-midis?|soirs?|matins?|demi-journ[ée]es)"
    r"\s+(?:pour|de\s+(?:formation|ateliers?|r[ée]flexion)|d['’](?:[ée]changes?|activit[ée]s|animation|apprentissage)|virtuel\w*|en\s+(?:ligne|pr[ée]sence|virtuel)|gratuit\w*)|[ée]v[ée]nements?|hackathons?|initiations?)(?![\w-])"
)
# What takes place, will take place, or asks people to come.
VERBE = _compile(
    r"(?<!\w)(?:se\s+(?:tien(?:dra|dront|t|nent)|d[ée]roule(?:ra|ront|nt)?)|(?:a|ont|aura|auront)\s+lieu|prend(?:ra"
    r"|ront)\s+place"
    r"|vous\s+(?:convie|invite|attend)(?:nt|ons|ent|rons|ra|ront)?|(?:est|sont)\s+(?:convi|invit)[ée]e?s?\s+(?:à|au"
    r"|aux)|joignez-vous"
    r"|(?:convie|invite)(?:nt|ra|ront)?\s+(?:[\w’'-]+\s+){1,14}?(?:à|au|aux)(?=\s+(?:une?|sa|son|leur|ses|rencontrer|participer|assister"
    r"|venir|d[ée]couvrir|c[ée]l[ée]brer|[ée]changer|discuter|s['’]exprimer|se\s+(?:joindre|r[ée]unir|rassembler)|marcher|partager|visiter"
    r"|souligner|f[êe]ter)\s)|(?:sont|seront)\s+attendue?s\s+(?:à|au|aux|en|dans|chez|dès)(?=\s)(?!\s+(?:palais|tribunal|proc[èe]s|plus\s+tard))|rejoignez-nous"
    r"|se\s+(?:retrouve|rassemble)(?:nt|ra|ront)|se\s+r[ée]uni(?:t|ssent|ra|ront)|(?:sera"
    r"|seront)\s+(?:de\s+passage\s+)?(?:à|au)(?=\s+(?-i:[A-ZÉÈÎ]))"
    r"|soyez\s+des\s+n[ôo]tres|on\s+vous\s+attend|venez|rendez-vous|tiendra|tiendront|recevra|recevront|accueillera(?!\s+(?:ses|les|des|de\s+nouveaux)\s+(?:premi|\d|patient|enfant|[ée]l[èe]ve|r[ée]sident|client))"
    r"|(?:pourra|pourront)\s+(?:rencontrer|visiter|assister|participer|d[ée]couvrir|[ée]changer|s['’]exprimer|entendre|poser\s+(?:des|leurs)\s+questions)"
    r"|place\s+(?:à|au|aux)(?=\s)"
    r"|organisera|pr[ée]sentera"
    r"|will\s+(?:be\s+held|take\s+place)|takes?\s+place|is\s+held|join\s+us)(?!\w)"
)
# The same, but only of something people go to: a bill « sera présenté » too.
VERBE_DE_NOM = _compile(
    r"(?<!\w)(?:est|sera|seront|sont)\s+(?:de\s+retour|pr[ée]vue?s?|pr[ée]sent[ée]e?s?|offerte?s?|donn[ée]e?s?"
    r"|organis[ée]e?s?|fix[ée]e?s?|tenue?s?|anim[ée]e?s?"
    r"|propos[ée]e?s?|attendue?s?|report[ée]e?s?|d[ée]plac[ée]e?s?|remise?s?)(?!\w)",
    r"(?<!\w)(?:organise|pr[ée]sente|offre|propose|tient|invite|convie|accueille)(?:nt)?(?!\w)",
    r"(?<!\w)(?:re[çc]oi(?:t|vent)|rassemble(?:nt)?|r[ée]uni(?:t|ssent)|f[êe]te(?:nt)?)(?!\w)",
    r"(?<!\w)(?:d[ée]but|commenc|repren|amorc)\w*(?!\w)",
)
# « Quand : », « Date et heure : »
ETIQUETTE_AVANT = _compile(
    r"(?:^|[.;:|(\n–—-])\s*(?:quand|dates?(?:\s+et\s+heures?)?|date\s+de\s+l['’](?:activit[ée]|[ée]v[ée]nement)"
    r"|d[ée]but|when)\s*:\s*(?:le\s+)?$"
)
# « Trois samedis à compter du »: what comes back from a day on begins that day.
SERIE_AVANT = _compile(
    r"\b(?:lundis|mardis|mercredis|jeudis|vendredis|samedis|dimanches|soir[ée]es|matins|s[ée]ances|rencontres|ateliers"
    r"|semaines|cours)\b[^.;:]{0,40}"
    r"(?:à\s+(?:compter|partir)\s+du|dès\s+le|(?:d[ée]butant|commen[çc]ant)\s+le)\s+$"
)
# « L'écocentre formera quinze citoyens, à compter du »: of what the title names, the first day.
DEBUT_AVANT = _compile(r"(?:\bà\s+(?:compter|partir)\s+du|\bdès\s+le)\s+$")
# What a public body will do that day: nobody goes to it.
ACTE_PUBLIC = _compile(
    r"\b(?:adopt|entr|d[ée]cid|tranch|dev|remett|vot|publi|annonc|d[ée]voil|d[ée]pos|ferm|ser|fer|pourr|aur|saur|rendr"
    r"|s['’]arr[êe]t|cess|expir|conna[îi]tr|v?err|comparaîtr|comparaitr|chang|augment|vers|pass|pay)\w*(?:ra|ront)\b"
)
# What people do together at an event, present or future: « un trio joue », « partageront un repas », « vendront ».
ACTIVITE = _compile(
    r"\b(?:(?:jou|chant|anim|racont|partag|explor|dans|soulign|d[ée]montr|expliqu|march|[ée]chang|discut|expos|cuisin|d[ée]gust"
    r"|form|rassembl|d[ée]fil|particip|affront|initi|t[ée]moign|rencontr|f[êe]t|m[ée]dit|brico|r[ée]par|plant|visit|invit|accompagn)(?:e|ent|era|eront)"
    r"|(?:c[ée]l[èe]br|compos|propos)(?:e|ent|era|eront)|(?:vend|prend|apprend|rev|re[çc]|accueill|offr|d[ée]couvr|r[ée]uni|recev|r[ée]fl[ée]chi)"
    r"(?:ent|ront|era|eront|ra|oivent|oit|ssent))\b"
)
# « Glissade et chocolat chaud pour tous, le samedi 30 janvier. »: a sentence that begins with a bare noun and has no verb.
SANS_VERBE = re.compile(
    r"^\W*(?!(?:Les?|La|L['’]|Un|Une|Des|Du|De|Ce|Cette|Ces|Son|Sa|Ses|Leurs?|Il|Elle|Ils|Elles|On|Nous|Vous|En|Au|Aux|À)\b)"
    r"(?:(?!\b(?:est|sont|a|ont|sera|seront|se|ne|qui|que|dit|va|vont|[\w’]+(?:ront|ra|aient|ait))\b)[^.;:!?])*,\s+le\s+$"
)
# « … vendront leurs produits les »: of what the title names.
FUTUR = _compile(r"\b\w{3,}(?:ront|ra)\b")
# « Le 10 décembre, à la bibliothèque. »: a day and a place, and no verb.
FIN_APRES = _compile(r"[\s]*(?:$|[.!?](?:\s|$))")
LIEU_APRES = _compile(r"[\s,]*(?:à|au|aux|en|dans|chez|salle|place)\b[^.;:!?]{0,90}[.;!?]?\s*$")
# The date right after its event: « le », « du », a comma, a colon, or nothing.
LIEN_AVANT = _compile(r"(?:\b(?:le|du|les|ce|des|on|dès\s+le)\s+|[,:()–—|-]\s*|\bd['’]\s?|^\s*|\w\s+)$")
# « Jeudi 3 décembre à 19 h, … »: the date heads its sentence.
TETE_AVANT = _compile(r"^\W*(?:(?:c['’]est\s+)?(?:le|ce|les|du)\s+)?$")

# Between the event and the date, these give the date to another thing.
AUTRE_DATE = _compile(
    r"\b(?:jusqu|avant\b|d['’]\s?ici\b|plus\s+tard|limites?\b|butoir|[ée]ch[ée]ances?\b|cl[ôo]ture|inscri"
    r"|candidatures?\b|publi(?!c|qu)|parue?s?\b"
    r"|annonc|d[ée]voil|adopt|sign[ée]|vot[ée]e?s?\b|d[ée]pos|d[ée]p[ôo]t|depuis|lors\s+d|à\s+compter|à\s+partir"
    r"|apr[èe]s\b|suite\s+[àa]|vigueur"
    r"|mise?s?\s+à\s+jour|proc[èe]s|compte\s+rendu|rapports?\b|r[ée]serv|r[ée]pon[ds]|confirm|rsvp|abonn|postul"
    r"|ferm(?:ée?s?|er\w*|etures?)\b|annul|congé|semaine\s+du"
    r"|by\b|before|until|deadline|regist|since|prend(?:ra)?\s+fin|termin|tir[ée]|remboursement|billets?\b|(?:report"
    r"|d[ée]plac|repouss|devanc)\w+\s+du)"
)
# What was, not what will be.
PASSE = _compile(
    r"(?<!\w)(?:s['’]est\s+(?:tenu|d[ée]roul)|se\s+sont\s+(?:tenu|d[ée]roul)|se\s+ten(?:ait|aient)|(?:a|ont|avait"
    r"|avaient)\s+(?!lieu)(?:\w+\s+)?\w{2,}(?:é|és|ées|i|u|is)(?!\w)"
    r"|[ée]tai(?:t|ent)|eu\s+lieu|lors\s+d|tenue?s?\s+le|derni(?:er|ère)s?\s+(?:assembl|rencontre|s[ée]ance)"
    r"|retour\s+sur|au\s+lendemain)"
)
# Just before the event, these make it a landmark, not what is announced: « adopté lors de la séance du ».
REPERE_AVANT = _compile(
    r"\b(?:lors|suite|apr[èe]s|depuis|à\s+l['’]issue|en\s+marge|proc[èe]s-verb\w+|compte\s+rendu|bilan"
    r"|retour\s+sur)(?:\s+[\w’'-]+){0,3}\W*$"
)
# What « a lieu » without being something one goes to.
SUJET_AUTRE = _compile(
    r"\b(?:inscriptions?|d[ée]p[ôo]ts?|entr[ée]e\s+en|travaux|fermetures?|collectes?\s+des|paiements?|versements?"
    r"|tirage|m[ée]moires|textes|propositions|candidatures|r[ée]sultats|d[ée]cisions?|rapports?"
    r"|livraisons?)\b[^,;:]{0,40}$"
)
ANNULE = _compile(r"\bannul[ée]e?s?\b", r"\bannulations?\b", r"\bcancel", r"\bproc[èe]s-verba", r"\bcompte\s+rendu\b")

# « De 13 h à 16 h », « dès 19 h », « 19 h »: the hour it begins.
HEURE_DEBUT = re.compile(
    r"\s*+(?:prochain\b\s*+)?(?:[,(:|]|[–—-])?\s*+"
    r"(?:(?:de|à|dès|à\s+compter\s+de|à\s+partir\s+de|entre|at|from|l['’]?heure\s*:|heure\s*:)\s++)?"
    rf"(?:{HEURE})",
    re.IGNORECASE,
)
# « À 19 h le »; not « à 16 h le » of « de 9 h à 16 h le », whose first hour is wanted.
HEURE_DEBUT_AVANT = re.compile(
    rf"\b(?:de|à|dès)\s+(?:{HEURE})(?P<fin>\s+à\s+\d{{1,2}}\s?h(?:\s?\d\d)?)?\s*,?\s*(?:le\s+|ce\s+)?$", re.IGNORECASE
)
