"""Language data and the few pure functions every room needs to read and write Québec French.

Months, weekdays, accent folding, dates and numbers as people read them. No sentence lives here (see `textes.py`).
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

FUSEAU = ZoneInfo("America/Toronto")
NBSP = "\u00a0"

MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
MOIS_ABREGES = ("janv.", "févr.", "mars", "avril", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc.")
JOURS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")

# Folded spelling → month number; abbreviations as seen in feeds and municipal pages.
NUMERO_MOIS: dict[str, int] = {
    nom: numero
    for numero, noms in enumerate(
        (
            ("janvier", "janv", "jan"),
            ("fevrier", "fevr", "fev"),
            ("mars", "mar"),
            ("avril", "avr"),
            ("mai",),
            ("juin",),
            ("juillet", "juill", "juil", "jul"),
            ("aout",),
            ("septembre", "sept", "sep"),
            ("octobre", "oct"),
            ("novembre", "nov"),
            ("decembre", "dec"),
        ),
        start=1,
    )
    for nom in noms
}

_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'"})
_TIRETS = re.compile(r"[‐‑‒–—−]")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})


@lru_cache(maxsize=1 << 16)
def fold(texte: str) -> str:
    """Lower case, without accents or ligatures, straight apostrophes and hyphens: « L’Œuvre » → « l'oeuvre »."""
    texte = _TIRETS.sub("-", texte.translate(_APOSTROPHES).translate(_LIGATURES))
    return "".join(c for c in unicodedata.normalize("NFKD", texte.lower()) if not unicodedata.combining(c))


def format_day(jour: date, *, weekday: bool = False) -> str:
    """« 4 mars 2026 », « 1er mars 2026 », or « mercredi 4 mars 2026 », with no-break spaces inside."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    texte = f"{quantieme}{NBSP}{MOIS[jour.month - 1]}{NBSP}{jour.year}"
    return f"{JOURS[jour.weekday()]} {texte}" if weekday else texte


def format_instant(instant: datetime) -> str:
    """« 4 mars 2026 à 14 h 05 », « à 14 h » on the hour, in the organisation's time zone. `instant` is aware."""
    local = instant.astimezone(FUSEAU)
    minutes = f"{NBSP}{local.minute:02d}" if local.minute else ""
    return f"{format_day(local.date())} à {local.hour}{NBSP}h{minutes}"


def local_day(instant: datetime) -> date:
    """The day of an aware instant, in the organisation's time zone."""
    return instant.astimezone(FUSEAU).date()


def format_number(nombre: float, decimales: int = 0) -> str:
    """« 1 000 », « 12,5 »: no-break space between thousands, decimal comma."""
    return f"{nombre:,.{decimales}f}".replace(",", NBSP).replace(".", ",")


def amount(valeur: float, decimales: int = 1) -> str:
    """« 12 », « 4,3 »: no decimal where there is none."""
    arrondi = round(valeur, decimales)
    return format_number(arrondi) if arrondi == int(arrondi) else format_number(arrondi, decimales)


def percent(valeur: float) -> str:
    """« 97,3 % »."""
    return f"{amount(valeur)}{NBSP}%"


_INVARIABLES = frozenset({"fois", "mois", "cas", "avis", "pas", "temps", "accès", "dans", "sans", "plus", "moins"})


def plural(nombre: int, singulier: str, pluriel: str = "") -> str:
    """« 1 élément », « 2 éléments », « 0 élément » (French: zero is singular)."""
    mot = singulier if abs(nombre) < 2 else (pluriel or singulier + "s")
    return f"{format_number(nombre)}{NBSP}{mot}"


def unit(valeur: float, unite: str) -> str:
    """A unit written in the plural, as it is said of a value: « rencontre thématique » below two; « fois » is always so."""
    if abs(valeur) >= 2:
        return unite
    return " ".join(mot if mot in _INVARIABLES else mot.removesuffix("s") for mot in unite.split())


def shorten(texte: str, limite: int) -> str:
    """At most `limite` characters, cut between two words and ended by « … » when something was left out."""
    if len(texte) <= limite:
        return texte
    coupe = texte[: limite - 2]
    entier = coupe if texte[limite - 2].isspace() else re.sub(r"\s\S*$", "", coupe)
    return (entier if 2 * len(entier) >= limite else coupe).rstrip(" \n\u00a0,;:.…–-(«") + f"{NBSP}…"


# Control and invisible formatting characters (bidirectional overrides among them), the joiners of emoji apart.
_INVISIBLES = re.compile(
    r"[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BLANCS = re.compile(r"[ \t\n\u2028\u2029]+")


def clean(texte: str, limite: int) -> str:
    """One line of plain text, composed accents, nothing invisible, at most `limite` characters."""
    texte = re.sub(r"[\r\x0b\x0c\x85\u2028\u2029]", " ", texte[: 4 * limite])
    return shorten(unicodedata.normalize("NFC", _BLANCS.sub(" ", _INVISIBLES.sub("", texte)).strip()), limite)


_COUPURES = re.compile(r"[ \t\n\x0b-\r\x1c-\x1f\x85\u2028\u2029]+")


def one_line(texte: str) -> str:
    """The text on one line, whatever separates its lines: what enters a mail's heading. No-break spaces hold."""
    return _COUPURES.sub(" ", texte).strip(" ")


def cut_words(texte: str, mots: int) -> str:
    """At most that many words, ended by « … » when something was left out."""
    suite = [m.end() for m in itertools.islice(re.finditer(r"\S+", texte), mots + 1)]
    return texte if len(suite) <= mots else texte[: suite[mots - 1]].rstrip(" \u00a0,;:.…–-(«") + f"{NBSP}…"


_AVANT_SIGNE = re.compile(r"[ \u202f](?=[:;?!»%$€](?:\W|$))")
_APRES_OUVRANT = re.compile(r"(?<=«)[ \u202f]")
_MILLIERS = re.compile(r"(?<=\d)[ \u202f](?=\d{3}(?!\d))")
_APOSTROPHE = re.compile(r"(?<=\w)'(?=\w)")


def typeset(texte: str) -> str:
    """French typography of a sentence someone typed: no-break spaces where there is one, curly apostrophes."""
    texte = _APRES_OUVRANT.sub(NBSP, _AVANT_SIGNE.sub(NBSP, texte))
    return _APOSTROPHE.sub("’", _MILLIERS.sub(NBSP, texte))


def sort_key(texte: str) -> tuple[str, str]:
    """French order for lists: É with E, then accents decide."""
    return fold(texte), texte
