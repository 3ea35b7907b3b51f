"""Does a sentence ask something of its reader: to apply, to answer, to order, to object? Patterns, and how they combine.

Used by `deadlines.py`: « jusqu'au » ends a call only where something is asked. A third party's duty (« le promoteur doit
soumettre son projet ») asks nothing of anyone who reads.
"""

from __future__ import annotations

import re


def _compile(*motifs: str) -> re.Pattern[str]:
    return re.compile("|".join(motifs), re.IGNORECASE)


# What only a call says, whoever is spoken to.
DEMANDE = _compile(
    r"\b(?:(?:pr[ée]-?|r[ée]-?)?inscri(?:re|ptions?|vez)|candidatures?|formulaires?|coupons?-r[ée]ponses?|postul(?:e"
    r"|er|ez|ent)|r\.?s\.?v\.?p\b|mises?\s+en\s+candidature)\b",
    r"\b(?:apply|register|registrations?|submit|submissions?|applications?|nominations?|proposals?|enrol+(?:ment)?"
    r"|sign\s+up)\b",
    r"\b(?:s['’]|nous\s+|vous\s+|t['’])inscri(?:t|vent|ra|ront|vons|s)\b",
    r"\bappels?\s+(?:de|à|d['’])\s?(?:projets?|candidatures?|propositions?|contributions?|id[ée]es|communications?"
    r"|initiatives?|dossiers?|demandes?|textes?|b[ée]n[ée]voles?|int[ée]r[êe]t|offres?|nominations?|participation)\b",
    r"\bd[ée]p[ôo]ts?\s+(?:des?|d['’]|du)\s?(?:\w+\s+)?(?:demandes?|projets?(?!\s+de\s+(?:loi|r[èe]glement))|dossiers?|m[ée]moires?"
    r"|propositions?)\b",
    r"\b(?:re[çc]oi\w+|recev(?:ra|ront|ons|rons)|accept\w+|recueill\w+|attend(?:ons|ent|ra|ront"
    r"|u\w*)?)\s+(?:\w+\s+){0,2}"
    r"(?:demandes?|projets?|dossiers?|propositions?|m[ée]moires?|commentaires|avis|id[ée]es|suggestions|oppositions"
    r"|inscriptions|dons|denr[ée]es|r[ée]ponses|textes|offres\s+de\s+service|soumissions)\b",
    r"\bsoumissions?\s+(?:des?|d['’]|du)\s?(?:r[ée]sum[ée]s?|textes?|projets?|demandes?|propositions?)\b",
    r"\b(?:donn(?:er|ez|ent|e|eront)|laiss(?:er|ez|ent)|fourni(?:r|ssez|ssent))\s+(?:\w+\s+)?(?:sa|son|votre|vos|leurs?|ton|les?)\s+(?:noms?|coordonn[ée]es"
    r"|avis|opinion)\b",
    r"\b(?:se|vous)\s+manifest(?:er|ez|ent|e)\b",
    r"\b(?:manifest|signifi|confirm|exprim)(?:er|ez|ent|e)\s+(?:votre|son|leur|ton)\s+(?:int[ée]r[êe]t|pr[ée]sence"
    r"|participation)\b",
    r"\br[ée]serv(?:er|ez|e|ent)\s+(?:sa|son|ses|votre|vos|leurs?|ta|ton)\s+\w+",
    r"\b(?:peut|peuvent|pourra|pourront|doit|doivent|devra|devront)\s+(?:[êe]tre|avoir\s+[ée]t[ée]|se)\s+(?:\w+\s+)?"
    r"(?:command|achet|r[ée]serv|rempli|procur|inscri|sign[ée]|retourn)\w*",
    r"\bon\s+(?:recueill|accept|ramass|collect|attend|re[çc]oi)\w*\s+(?!\d)",
    r"\bà\s+(?:se\s+procurer|transmettre|remettre|envoyer|retourner|d[ée]poser|r[ée]server|commander)\b",
    r"\b(?:peu(?:t|vent)|pourr(?:a|ont)|invit\w+\s+(?:\w+\s+){1,4}à)\s+(?:\w+\s+)?(?:soumettre|proposer|transmettre|envoyer|d[ée]poser)"
    r"\s+(?:une?|leurs?|des|son|sa)\s",
    # « On réserve la sienne », « on s'inscrit »: an instruction, not a story.
    r"\bon\s+(?:y\s+|nous\s+|se\s+)?(?:s['’](?:y\s+)?(?:inscrit|annonce)|r[ée]serve|confirme|r[ée]pond|d[ée]pose|envoie|transmet|remplit"
    r"|commande|donne|signale|postule|propose|procure)(?!\w|\s+qu)",
    r"\b(?:faire|fassent|font|feront|faites)\s+(?:conna[îi]tre|parvenir|entendre|part\s+de|valoir)\s+(?:\w+\s+)?(?:votre|son|sa|leurs?|ton|vos|ses)\s",
    r"\bcommandez\b|\bs['’](?:y\s+)?oppos(?:er|ez)\b|\b(?:envoie|inscris|pr[ée]sente|soumets|d[ée]pose|r[ée]ponds"
    r"|r[ée]serve)[\s-](?:ta|ton|tes|toi|nous)\b",
    r"(?:^|[:,;(]\s*)(?:appeler|t[ée]l[ée]phoner|communiquer\s+avec|[ée]crire\s+[àa]|signaler|r[ée]server|commander"
    r"|confirmer)\b",
    r"\b(?:rapporter|retourner)\b[^.;]{0,80}\brembours",
)
# Sending something…
ENVOI = _compile(
    r"\b(?:d[ée]pos(?:er|ez|[ée]e?s?)|soum(?:ettre|ettez|ise?s?)|transm(?:ettre|ettez|ise?s?)|parven(?:ir|ue?s?)"
    r"|achemin(?:er|ez|[ée]e?s?)"
    r"|envoy(?:er|ez|[ée]e?s?)|rem(?:ettre|ettez|ise?s?)|retourn(?:er|ez|[ée]e?s?)|pr[ée]sent(?:er|ez|[ée]e?s?)"
    r"|propos(?:er|ez|[ée]e?s?)|re[çc]ue?s?"
    r"|recueillie?s?|adress(?:er|ez|[ée]e?s?)|accept[ée]e?s?|apport(?:er|ez|[ée]e?s?)|formul[ée]e?s?|effectu[ée]e?s?"
    r"|compl[ée]t(?:er|ez|[ée]e?s?)|(?<=être\s)(?:rendu|livr[ée]|faite?)e?s?)\b"
)
# … that a reader sends; « son projet » is somebody else's.
OBJET = _compile(
    r"(?<!\bson\s)(?<!\bses\s)(?<!\bsa\s)"
    r"\b(?:demandes?|projets?(?!\s+de\s+(?:loi|r[èe]glement))|dossiers?|propositions?|m[ée]moires?|id[ée]es?|textes?|offres?"
    r"|commentaires"
    r"|curriculum|c\.?v\b|lettres?|paiements?|r[ée]sum[ée]s?|enveloppes|soumissions?|r[ée]ponses|photos?|[œo]e?uvres"
    r"|vid[ée]os?|denr[ée]es|jouets|dons|cadeaux"
    r"|le\s+tout|[ée]tats\s+financiers|rapports?\s+d['’](?:activit[ée]s?|[ée]tape)|proc[èe]s-verba(?:l|ux)|pi[èe]ces\s+justificatives|documents\s+(?:requis|exig[ée]s|demand[ée]s)|formulaires"
    r"|contributions|factures|oppositions|r[ée]clamations?|questions?|coupons?|plis|nominations|avis)\b"
)
# What a reader may be asked, when « vous », an invitation or nobody in particular says so.
GESTE = _compile(
    r"\b(?:particip(?:er|ez)|r[ée]pond(?:re|ez)|rempli(?:r|ssez)|sondages?|questionnaires?|consultations?|concours"
    r"|bourses?|commentaires?|commenter|comment(?:ez)"
    r"|vot(?:er|ez)|r[ée]serv(?:er|ez|ations?)|confirm(?:er|ez)|command(?:er|es?|ent)|s['’]abonner|t[ée]moign(?:er|ez)"
    r"|abonnez|adh[ée]r(?:er|ez)|renouvel(?:er|ez)"
    r"|r[ée]clam(?:er|ez)|achet(?:er|ez)|procurer|s['’]annoncer|pren(?:dre|ez)\s+rendez-vous|donnez|sign(?:er|ez)"
    r"|s['’]exprimer|exprimez|[ée]cri(?:re|vez)|appel(?:er|ez)|t[ée]l[ée]phon(?:er|ez)|apport(?:er|ez)"
    r"|contest(?:er|ez)|r[ée]agir|contact(?:er|ez)|communiqu(?:er|ez)|avise[rz]|fill\s+(?:out|in)|survey|vote|respond"
    r"|donate|nominate|signe|demand(?:er|ez)|demandes?|programmes?|subventions?|nominations?|(?:votre|leur"
    r"|son)\s+(?:avis|opinion|point\s+de\s+vue)|prononcer)\b"
)
VOUS = _compile(r"\b(?:vous|votre|vos|faites|dites)\b", r"\b(?!assez\b|chez\b)\w{3,}ez\b")
INVITES = _compile(
    r"\b(?:peut|peuvent|pourront|doivent|devront|invit[ée]e?s?|appel[ée]e?s?\s+à|pri[ée]e?s?|convi[ée]e?s?|(?:ceux"
    r"|celles)\s+qui|are\s+(?:asked|invited)|residents|population|public|toute\s+personne|citoyen(?:ne)?s"
    r"|r[ée]sident(?:e)?s|usag[eè]re?s?"
    r"|int[ée]ress[ée]e?s)\b"
)
# « Il faut déposer », « prière de », « pour participer », an infinitive at the head: whoever reads.
IMPERSONNEL = _compile(
    r"\b(?:il\s+(?:vous\s+)?(?:faut|faudra|suffit|(?:est|sera|reste)\s+(?:encore\s+)?possible)|on\s+(?:peut|doit"
    r"|pourra|devra|est\s+(?:pri|invit)\w+)|pri[èe]re\s+de|merci\s+de|veuillez|pour\s+(?:être|participer|postuler"
    r"|y\s+\w+))\b",
    r"^\W*(?:[àa]\s+)?(?:transmettre|envoyer|d[ée]poser|soumettre|remettre|retourner|acheminer|pr[ée]senter"
    r"|faire\s+parvenir|remplir|r[ée]pondre|confirmer|r[ée]server|commander|s['’]inscrire)\b",
)

_ACTE = (
    r"(?:inscrire|d[ée]poser|soumettre|transmettre|envoyer|parvenir|remettre|retourner|pr[ée]senter|proposer|postuler"
    r"|(?:poser|donner)\s+(?:sa|son|leurs?|votre|vos)"
    r"|r[ée]pondre|remplir|participer|commenter|r[ée]agir|prononcer|conna[îi]tre|entendre|opposer|contester|demander"
    r"|r[ée]clamer|r[ée]server|sollicit\w+|faire\s+(?:une|leurs?|sa|votre|des)\s+(?:demandes?|propositions?|offres?|dons?|r[ée]servations?)|produire\s+(?:sa|leurs?|votre)\s+d[ée]clarations?|mettre\s+(?:sa|son|leurs?|votre|vos)\s+noms?|d[ée]clarer|se\s+manifester|rendre\s+(?:leurs?|sa|son|votre)|(?P<faire>le\s+faire)"
    r"|commander|acheter|procurer|confirmer|signifier|manifester|exprimer|signer|adh[ée]rer|renouveler|partager"
    r"|t[ée]moigner|profiter|refuser\s+(?:la|l['’]|une)\s?(?:hausse|augmentation)|apply|submit|register|respond"
    r"|comment)"
)
# « … ont jusqu'au 13 janvier pour donner leur nom », « vous avez jusqu'au … ».
A_JUSQU_A = _compile(
    r"\b(?:ont|auront|a|aura|as|auras|avons|aurons|avez|aurez|disposent|reste|have|has)\b[^.;:!?$]{0,40}$",
)
# « Les personnes intéressées ont jusqu'au »: who may answer a call.
PUBLIC = _compile(
    r"\b(?:(?:personnes?|ceux|celles|groupes|familles|[ée]quipes|jeunes|parents|entreprises)\s+qui\s+(?:souhait|veul|d[ée]sir)\w+|int[ée]ress[ée]e?s?|admissibles?|candidate?s|participante?s|citoyen(?:ne)?s|b[ée]n[ée]voles|[ée]tudiante?s"
    r"|artistes|population|public|groupes|organismes)\b[^,;:]{0,40}\b(?:a|ont|auront)\b"
)
POUR_ACTE = re.compile(
    rf"[\s,]*+(?:pour|afin\s+de|afin\s+d['’]|to)\s*(?:(?:se|nous|vous|y|en|le|la|les|faire|bien)\s+"
    rf"|[a-zé]['’]\s?){{0,4}}{_ACTE}\b",
    re.IGNORECASE,
)


def asks(texte: str) -> bool:
    """Does the text ask something of its reader?"""
    if DEMANDE.search(texte) or (ENVOI.search(texte) and OBJET.search(texte)):
        return True
    geste, envoi = GESTE.search(texte), ENVOI.search(texte)
    if VOUS.search(texte) or IMPERSONNEL.search(texte):
        return bool(geste or envoi)
    return bool(geste and INVITES.search(texte))
