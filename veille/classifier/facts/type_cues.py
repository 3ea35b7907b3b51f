"""Turns of phrase that tell what kind of document a text is, beside the words staff listed. Patterns only; see `doctypes.py`.

A word alone deceives (« un avis d'expulsion », « la formation payée »); a whole turn does not: « l'étude conclut », « adopte
son plan ». Keyed by the types of the theme file; a type that the file does not have is not read.
"""

from __future__ import annotations

import re


def _compile(*motifs: str) -> re.Pattern[str]:
    return re.compile("|".join(motifs), re.IGNORECASE)


_CONSTATE = r"(?:suit|suivi|r[ée]v[èe]l\w*|montr\w*|d[ée]montr\w*|conclu\w*|d[ée]cri\w*|indiqu\w*|constat\w*|document\w*|compar\w*|estim\w*|propos\w*|confirm\w*|recommand\w*)"
TOURNURES: dict[str, re.Pattern[str]] = {
    "etude": _compile(
        rf"\b(?:[ée]tudes?|recherches?(?:-actions?)?)\s+(?:\w+\s+)?(?:(?:\w+\s+)?(?:men|r[ée]alis|publi|pilot|command"
        rf"|remis)[ée]?\w*|{_CONSTATE})\b",
        r"\bdi(?:t|sent)\s+(?:une|l['’]|la)\s?(?:[ée]tude|recherche)\b",
        r"\b[ée]quipes?\s+(?:universitaires?|de\s+recherche|de\s+chercheu\w+)\b|\b[ée]tudes?\s+de\s+(?:faisabilit[ée]"
        r"|cas)\b|\brecherche-action\b",
        rf"\b(?:montre|r[ée]v[èe]le|selon|conclut)\s+l['’][ée]valuation\b"
        rf"|\bl['’][ée]valuation\s+(?:\w+['’\s]+){{0,5}}{_CONSTATE}\b",
        r"\bchercheu(?:rs|ses|se|r)\s+(?:de|du|recommand\w*|conclu\w*|not\w*|observ\w*|constat\w*)\b|\bstud(?:y"
        r"|ies)\s+(?:finds?|shows?|suggests?)\b",
    ),
    "rapport": _compile(
        r"\brapport\s+(?:annuel|final|d['’](?:activit[ée]s|enqu[êe]te|[ée]tape))",
        r"\bbilan\s+(?:annuel|d['’](?:AIDE|activit[ée]s)|20\d\d)"
        r"|\ble\s+bilan\s+d\w*['’\s]\s?[\w-]+(?:\s[\w-]+){0,3}\s+(?:fait\s+[ée]tat|montre|r[ée]v[èe]le|indique|chiffre)"
        r"|\brend(?:ent)?\s+public\w?\s+(?:un|son|le|leur)\s+(?:bilan|rapport|portrait|avis|m[ée]moire)",
        r"\b(?:le|un)\s+portrait\s+(?:de\s+la\s+(?:direction|sant[ée])|r[ée]gional|du\s+(?:CISSS|CRDS))"
        r"|\bportrait\s+des?\s+[\w’']+(?:\s\w+)?\s+par\s+(?:MRC|municipalit[ée])",
        r"\bm[ée]moire(?<!\bla\sm.moire)\s+(?:d['’]un|de\s+la|du|des|d['’])\s?(?:\w+)|\bpublie(?:nt)?\s+(?:un|son|leur|le)\s+(?:nouveau\s+)?portrait\b|\bavis\s+du\s+(?:comit[ée]|conseil|protecteur)"
        r"|\b(?:document|rapport|cahier|m[ée]moire|avis)\s+(?:\w+\s+)?de\s+\d+\s+pages",
        r"\bdiagnostic\s+(?:\w+\s+)?(?:r[ée]alis[ée]|men[ée]|relève|social|territorial|pi[ée]tonnier)"
        r"|\b[ée]tat\s+de\s+(?:situation|la\s+situation|lieux)\b",
    ),
    "statistique": _compile(
        r"\bjeux?\s+de\s+donn[ée]es\b|\bdonn[ée]es\s+ouvertes\b|\btableaux?\s+de\s+bord\b"
        r"|\bfichiers?\s+par\s+\w+\s+de\s+diffusion\b|\bindice\s+publi[ée]|\bindice(?<!où\sl.indice)\s+de\s+(?:d[ée]favorisation|vitalit[ée])",
        r"\b(?:taux|indice)\s+d[e’']\s?\w+\s*:\s*\d|\bl['’][ée]cart\s+se\s+creuse"
        r"|\bl['’]enqu[êe]te\s+men[ée]e\s+aupr[èe]s\s+de\s+\d|\bdata\s*sets?\b",
    ),
    "outil": _compile(
        r"\bguides?\s+(?:pratiques?|d['’](?:animation|accompagnement|accueil|implantation)|pour\s+\w+er\b"
        r"|pour\s+(?:parler|les\s)|explique)|\b(?:un|une|le|la|ce)\s+(?:trousse|bo[îi]te\s+à\s+outils)\b|(?:^"
        r"|[:.]\s*)trousse\b|\bgabarits?\b",
        r"\bfiches?\s+(?:à\s+\w+er\b|pratiques?|de\s+poste)|\bcahiers?\s+(?:pratiques?|d['’]exercices)|\bcanevas\b"
        r"|\blistes?\s+de\s+v[ée]rification\b|\bmod[èe]les?\s+de\s+lettres?\b",
        r"\b(?:guide|trousse|fiches?|carnet|affiches?|gabarit|outil)s?\b[^.!?]{0,100}\bt[ée]l[ée]charg"
        r"|\b[àa]\s+t[ée]l[ée]charger\s+gratuitement|\b(?:toolkit|how-to\s+guide)\b",
    ),
    "opinion": _compile(
        r"\blettres?\s+(?:ouvertes?|d['’]opinion|des\s+lecteurs)\b|\b[ée]ditorial\b|\b(?:notre|votre)\s+chroniqueu(?:r"
        r"|se)\b(?!\s+(?:voyages?|sports?|culturel\w*|gastronom\w+))|\b[ée]cri(?:t|vent)\s+(?:une?|des|la|le|l['’])\s?\w+",
        r"(?:^|[:.]\s*)(?:cessons|osons|agissons|arr[êe]tons|exigeons|refusons)\b|\bqu['’]attendons-nous\b"
        r"|\bil\s+est\s+(?:grand\s+)?temps\s+(?:de|que)\b|\bplaide\s+pour\s+qu\w*",
        r"\b(?:op-ed|letter\s+to\s+the\s+editor)\b",
    ),
    "politique-publique": _compile(
        r"\badopt(?:e|ent|ion)\b(?:\s+[\w’'-]+){0,4}\s+(?:plan(?!\s+de\s+(?:repli|match|sauvetage|secours|relance))|politique|r[ée]glement|strat[ée]gie|budget"
        r"|r[ée]solution)\b|\ba(?:nt)?\s+adopt[ée]\s+(?:\d+\s+mesures|un\s+r[èe]glement|une\s+politique|son\s+plan)",
        r"\bavis\s+publics?\b|\bprojets?\s+de\s+r[èe]glement\b|\br[èe]glements?\s+(?:num[ée]ro\s+)?\d|\bcadre\s+normatif\b|\bgazette\s+officielle\b|\bprojets?\s+de\s+loi\b"
        r"|\bcommission\s+parlementaire\b",
        r"\b(?:politique|plan\s+d['’]action)\b[^.!?]{0,60}\b(?:version\s+finale|adopt[ée]e?|20\d\d)\b"
        r"|\ble\s+document\s+est\s+en\s+consultation\b",
    ),
    "formation": _compile(
        r"(?:^|[:.–—-]\s*)(?:formation|atelier|cours)\s+(?![^.!?]{0,60}\b(?:ferm|coup|annul|suspend|abol|manqu|paus|supprim)\w*)(?:de|d['’]|sur|pour|en|gratuite?)|^(?:formation"
        r"|atelier)s?\s*:|\bcours(?![^.!?]{0,60}\b(?:ferm|coup|annul|suspend|abol|manqu|paus|supprim)\w*)\s+de\s+(?:langue|fran[çc]ais|premiers|cuisine|conduite)\b",
        r"\bformation\s+(?:de\s+(?:deux|trois|\w+)\s+(?:jours?|heures|semaines)|sur\s+(?:la|le|les|l['’])"
        r"|pour\s+(?:les?|la|l['’]|\w+trices|\w+teurs|intervenant\w+))|\bprogrammes?\s+de\s+\w+\s+semaines\b"
        r"|\b(?:jours?|journ[ée]es?|heures?|soir[ée]es?|semaines)\s+de\s+formation\b|\bwebinaires?\s+(?:pour|destin[ée]|de\s+formation|pratique)"
        r"|\b(?:deux|trois|quatre|cinq|six|s[ée]rie\s+de)\s+(?:rencontres|ateliers|s[ée]ances|soir[ée]es|avant-midis?)\s+(?:\w+\s+)?pour\s+(?:les|la|l['’]|mieux|apprendre)"
        r"|\bcommunaut[ée]\s+d['’]apprentissage\b|\bcohortes?\s+d['’](?:hiver|automne|[ée]t[ée])\b|\bseront\s+form[ée]e?s\b|\b(?:une|deux"
        r"|trois)\s+(?:journ[ée]es?|soir[ée]es?|heures)\s+pour\s+(?:apprendre|comprendre|ma[îi]triser|y\s+voir\s+clair|savoir|s['’]outiller)\b|\btraining\s+(?:for|session|workshop)\b",
    ),
}

# What was a call, told afterwards.
APPEL_PASSE = _compile(
    r"\b(?:appels?|concours|programmes?|subventions?)\b[^.!?]{0,60}\b(?:a|ont)\s+(?:attir|re[çc]u|suscit|connu|g[ée]n[ée]r|pris\s+fin|permis)\w*"
)
# Words of a training proper; « places limitées » is said of a supper too.
APPREND = _compile(
    r"\b(?:form|atelier|cours|webinaire|apprenti|cohorte|perfectionnement|initiation|rencontres|soir[ée]es|avant-midi|journ|heures|programme)"
)
# A day when things stop: no event one goes to.
ARRET = _compile(r"\b(?:gr[èe]ves?|d[ée]brayages?|lock-?out)\b")
# Listed words that mean another thing after, or before « | », these.
NIE: dict[str, re.Pattern[str]] = {
    "rendez-vous": _compile(r"\b(?:vous|pas de|sans|sur) \|"),
    "avis": _compile(r"\b(?:deux|trois|quatre|cinq|six|plusieurs|\d+|son|mon|ton|votre) \||\| publics?$"),
    "atelier": _compile(r"\bl \| qui\b"),
}
