"""The money a call offers, in whole dollars: « jusqu'à 50 000 $ », « une enveloppe de 1,5 M$ », « 2 millions de dollars ».

The most one project can receive goes first (« jusqu'à », « maximum », « par projet »), then the size of a grant,
then the whole envelope; within one kind the largest amount. Only where the sentence or the title speaks of help:
a fine, a rent or a loss « jusqu'à 50 000 $ » is no grant.
« Investit » counts from a government or a foundation, not from a company.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from veille.classifier.excerpts import Phrase, sentence_at, shorten
from veille.classifier.zones import Zone, split_zones
from veille.model import Document, Raison, Suggestion

_MAXIMUM = 100  # Amounts read in one text.
_PLAFOND = 10**12

_ESPACE = "[ \u00a0\u202f]"
_MONTANT = re.compile(
    rf"""(?<![\w.,$])(?:
      (?P<nombre>\d{{1,3}}(?:{_ESPACE}\d{{3}}){{1,3}}|\d{{1,12}}(?:[.,]\d{{1,2}})?){_ESPACE}?
      (?:(?P<echelle>k|K|M|G|Md){_ESPACE}?\$|(?P<mot>millions?|milliards?|mille)(?:{_ESPACE}(?:de{_ESPACE})?(?:dollars|\$))|(?:\$|dollars\b))
    | \$(?P<anglais>\d{{1,3}}(?:,\d{{3}}){{1,3}}|\d{{1,12}})(?![\d,.])
    )""",
    re.VERBOSE,
)
_ECHELLES = {
    "k": 10**3,
    "K": 10**3,
    "mille": 10**3,
    "M": 10**6,
    "million": 10**6,
    "G": 10**9,
    "Md": 10**9,
    "milliard": 10**9,
}

_AIDE = re.compile(
    r"\b(?:appels?\s+(?:de|à)\s+(?:projets?|candidatures?|propositions?)|subvention\w*|aides?\s+financi[èe]res?|soutien|soutenir"
    r"|financement|financ(?:er|[ée]s?)|programmes?|bourses?|fonds|enveloppes?|admissibles?|demandes?|contribution|octro[iy]\w*"
    r"|accord[ée]\w*|projets?|grants?|funding)\b",
    re.IGNORECASE,
)
_AUTRE_CHOSE = re.compile(
    r"\b(?:amendes?|loyers?|salaires?|vol(?:s|[ée]e?s?)?|fraudes?|dommages|pertes?|ran[çc]on|factures?|frais|rabais|dettes?|taxes?|vendu\w*"
    r"|co[ûu]t\w*|prix\s+de\s+vente|condamn\w+|poursui\w+|revenus?|d[ée]ficits?|chiffres?\s+d['’]affaires|profits?|recettes|ventes|imp[ôo]ts?|hypoth[èe]\w+|par\s+mois|par\s+personne)\b",
    re.IGNORECASE,
)
_PAR_PROJET_AVANT = re.compile(
    r"\b(?:jusqu['’]\s?à(?:\s+concurrence\s+de)?|up\s+to|maxim(?:um|ale?)\s*(?:de|d['’]|est\s+de|:|par\s+projet\s*:?)?|au\s+plus|plafond\w*\s+(?:à|de)|pouvant\s+atteindre"
    r"|(?:de|entre)\s+\d[\d\s.,$]{0,18}(?:et|à))\s*$",
    re.IGNORECASE,
)
_PAR_PROJET_APRES = re.compile(
    r"\W*(?:(?:au\s+)?maximum|max\.|par\s+(?:projet|organisme|ann[ée]e|demande|bourse)|chacun)", re.IGNORECASE
)
_AIDE_AVANT = re.compile(
    r"\b(?:subventions?|aides?(?:\s+financi[èe]res?)?|soutien(?:\s+financier)?|bourses?|contributions?)"
    r"(?:\s+\w+){0,2}\s+(?:de|d['’]|:)\s*$",
    re.IGNORECASE,
)
_ENVELOPPE_AVANT = re.compile(
    r"\b(?:(?:enveloppes?|budgets?|fonds|somme|montants?|total|investissements?|financement)(?:[\s'’]+\w+){0,4}?\s*(?:\bde|\bd['’]|:|\bà)"
    r"|(?:partag|octroi|octroy|accord|consacr|invest)\w+)(?:\s+(?:(?:plus|pr[èe]s)\s+de|environ|quelque))?\s*$",
    re.IGNORECASE,
)
# « Le gouvernement investit », but not a company: who gives public or charitable money.
_BAILLEUR_INVESTIT = re.compile(
    r"\b(?:gouvernements?|minist(?:[èe]re|re)s?|Qu[ée]bec|Ottawa|Canada|f[ée]d[ée]ral|provincial|Villes?|MRC|municipalit[ée]s?"
    r"|fondations?|Centraide|soci[ée]t[ée]\s+d['’]habitation)\b[^.;!?]{0,80}?\binvesti\w*",
    re.IGNORECASE,
)


class Candidat(NamedTuple):
    """One amount found: `rang` 0 is per project, 1 a grant, 2 an envelope."""

    rang: int
    dollars: int
    zone: Zone
    phrase: str


def read_amount(document: Document) -> Suggestion | None:
    """The amount a call offers, with its sentence; None when no amount is clearly that."""
    candidats = list(_candidates(document))
    if not candidats:
        return None
    choisi = min(candidats, key=lambda c: (c.rang, -c.dollars))
    return Suggestion("montant", str(choisi.dollars), raisons=(Raison("phrase", choisi.phrase, zone=choisi.zone),))


def _candidates(document: Document) -> Iterator[Candidat]:
    zones = split_zones(document)
    titre_aide = bool(_AIDE.search(zones.titre)) and not _AUTRE_CHOSE.search(zones.titre)
    for zone, texte in zones.each():
        for trouve in islice(_MONTANT.finditer(texte), _MAXIMUM):
            dollars = _dollars(trouve)
            phrase = sentence_at(texte, trouve.start())
            if dollars is None or _AUTRE_CHOSE.search(str(phrase)):
                continue
            rang = _rank(phrase.avant, phrase.apres[trouve.end() - trouve.start() :])
            if rang is not None and (titre_aide or _speaks_of_help(phrase)):
                yield Candidat(rang, dollars, zone, shorten(str(phrase)))


def _speaks_of_help(phrase: Phrase) -> bool:
    return bool(_AIDE.search(str(phrase)) or _BAILLEUR_INVESTIT.search(phrase.avant))


def _rank(avant: str, apres: str) -> int | None:
    if _PAR_PROJET_AVANT.search(avant) or _PAR_PROJET_APRES.match(apres):
        return 0
    if _AIDE_AVANT.search(avant):
        return 1
    return 2 if _ENVELOPPE_AVANT.search(avant) else None


def _dollars(trouve: re.Match[str]) -> int | None:
    """Whole dollars, or None: an amount with cents is a price."""
    if trouve["anglais"]:
        valeur = Decimal(trouve["anglais"].replace(",", ""))
    else:
        valeur = Decimal(re.sub(_ESPACE, "", trouve["nombre"]).replace(",", "."))
    mot = trouve["echelle"] or (trouve["mot"] or "").rstrip("s")
    valeur *= _ECHELLES.get(mot, 1)
    entier = int(valeur)
    return entier if valeur == entier and 0 < entier <= _PLAFOND else None
