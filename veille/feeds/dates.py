"""A date as a source writes it → an aware UTC instant and a doubt; never a wrong date without a sign.

Rules, on purpose: a time without a zone is Québec's (America/Toronto); a day without a time is noon there, so that it
stays the same day wherever it is shown; day before month in all-figure dates unless the page proves otherwise;
two-figure years are read only in the RFC 822 form; a month without a day, a range or an unknown zone is « illisible ».
No other reader of dates may be used on collected text: feedparser's and htmldate's invent days (docs/collecte.md).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from veille.francais import FUSEAU, NUMERO_MOIS, fold
from veille.model import DouteDate

LONGUEUR_MAX = 120
PLUS_ANCIENNE = datetime(1995, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(hours=24)
MIDI = time(12, 0)


class DateLue(NamedTuple):
    """What a date text says. `instant` is None when no day can be told; `doute` is "" when it can be trusted."""

    instant: datetime | None
    doute: DouteDate


class _Jour(NamedTuple):
    """A day as written (`annee` 0: not written) and the text that follows it."""

    annee: int
    mois: int
    jour: int
    reste: str


_MOIS_ANGLAIS = """january february march april may june july august september october november december"""
_MOIS: dict[str, int] = {
    **NUMERO_MOIS,
    **{nom: numero for numero, nom in enumerate(_MOIS_ANGLAIS.split(), start=1)},
    "feb": 2,
    "apr": 4,
    "jun": 6,
    "aug": 8,
}
_M = "|".join(sorted(_MOIS, key=len, reverse=True))
_FR = r"lun(?:di)?|mar(?:di)?|mer(?:credi)?|jeu(?:di)?|ven(?:dredi)?|sam(?:edi)?|dim(?:anche)?"
_EN = r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_JOUR_SEMAINE = re.compile(rf"(?:le )?(?:{_FR}|{_EN})\.?,? (?:le )?(?=\S)")
_LIBELLE = re.compile(
    r"(?:(?:date de publication|date de parution|date|publiee?s?|parue?s?|mise?s? a jour|mise? en ligne|modifiee?s?"
    r"|ajoutee?s?|affichee?s?|deposee?s?|diffusee?s?|adoptee?s?|derniere mise a jour|derniere modification"
    r"|posted|published|last updated|updated|modified|created)(?: le| on)?\s*:? ?|le (?=\d))+"
)
_SECOND_LIBELLE = re.compile(
    r"(?<=\d)[ ,;|·(-]+(?:(?:derniere )?mise? a jour|modifiee?|(?:last )?(?:updated|modified))\b.*"
)

_RFC3339 = re.compile(r"(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-](?:0\d|1[0-4]):\d\d)")
_RFC822 = re.compile(
    r"(?:[A-Z][a-z]{2}, )?(\d\d?) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ((?:19|20)\d\d)"
    r" (\d\d):(\d\d)(?::(\d\d))? (GMT|UTC|Z|[+-](?:0\d|1[0-4])\d\d)"
)
_AMJ = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_AMJ_COLLE = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?=$|t\d| )")
_JMA_CHIFFRES = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_JMA_MOIS = re.compile(rf"(\d{{1,2}})(?:er|e|eme|st|nd|rd|th)?[ .-]*(?:de |of )?({_M})\b\.?,?(?:[ -]*(\d{{4}})(?!\d))?")
_MJA_MOIS = re.compile(rf"({_M})\b\.? (\d{{1,2}})(?:er|st|nd|rd|th)?(?!\d)(?:,? (\d{{4}})(?!\d))?")
_RFC_COURT = re.compile(rf"(\d{{1,2}})[ -]({_M})[ -](\d\d) (?=\d{{1,2}}:\d\d)")
_ASCTIME = re.compile(rf"({_M}) +(\d{{1,2}}) (\d{{1,2}}:\d\d(?::\d\d)?)((?: [a-z]{{1,5}}| [+-]\d{{4}})?) (\d{{4}})")
_HEURE = re.compile(
    r"(?:t|[ ,|@-]*(?:(?:a|at|vers|de) )?)(\d{1,2})(?: ?(h|heures?)(?: ?(\d\d)(?!\d)(?: ?min)?)?|:(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)"
    r"(?: ?([ap])\.?m\b\.?)?"
)
_HEURE_ANGLAISE = re.compile(r"[ ,|@-]*(?:at )?(\d{1,2}) ?([ap])\.?m\b\.?")
_DECALAGE = re.compile(r"(?:gmt|utc|ut)? ?([+-])(\d{1,2})(?::?(\d\d))?")
_COMMENTAIRE = re.compile(r" ?(?:\([^()]*\)|\[[^\[\]]*\])$")
_RELATIF = re.compile(
    r"(?:il y a (?:environ )?)(\d{1,4}|une?|deux|trois|quelques) ?(secondes?|sec|minutes?|min|heures?|h|jours?|j|semaines?)"
    r"|(\d{1,4}|an?|one) (seconds?|minutes?|mins?|hours?|days?|weeks?) ago"
)
_JOURS_DITS = {"aujourd'hui": 0, "today": 0, "hier": 1, "yesterday": 1, "avant-hier": 2}
_NOMBRES = {"un": 1, "une": 1, "a": 1, "an": 1, "one": 1, "deux": 2, "trois": 3}
_UNITES = {"s": 1, "m": 60, "h": 3600, "j": 86400, "d": 86400, "w": 604800}

_ZONES_ICI = frozenset({"", "et", "heure de l'est", "heure du quebec", "america/toronto", "america/montreal"})
# Hours from UTC. Québec's own names first (HNE: heure normale de l’Est; HAE: heure avancée de l’Est).
_ZONES: dict[str, float] = {
    nom: heures
    for heures, noms in (
        (-10, "hst"),
        (-9, "akst"),
        (-8, "hnp pst akdt"),
        (-7, "hnr hap mst pdt"),
        (-6, "hnc har cst mdt"),
        (-5, "hne hac est cdt"),
        (-4, "hae hna edt ast"),
        (-3.5, "hnt nst"),
        (-3, "haa adt"),
        (-2.5, "hat ndt"),
        (0, "z ut utc gmt wet"),
        (1, "west bst cet met"),
        (2, "cest mest eet"),
        (3, "eest msk"),
        (9, "jst"),
    )
    for nom in noms.split()
}


def read_date(texte: str, now: datetime, *, mois_dabord: bool = False) -> DateLue:
    """Read one date written alone (a field, a cell, a text node). `mois_dabord`: the page writes 09/14/2026."""
    texte = " ".join(texte[: LONGUEUR_MAX * 4].split())
    if not texte:
        return DateLue(None, "absente")
    if (instant := _read_exact(texte)) is not None:
        return _judge(DateLue(instant, ""), now)
    if len(texte) > LONGUEUR_MAX or texte.startswith(("0000-00-00", "0001-01-01")):
        return DateLue(None, "illisible")
    plie = _LIBELLE.sub("", _SECOND_LIBELLE.sub("", " ".join(fold(texte).split())), count=1).strip(" .,;:|·-")
    try:
        lue = _read_relative(plie, now) or _read_epoch(plie) or _read_calendar(plie, now, mois_dabord=mois_dabord)
    except (ValueError, OverflowError):  # a 31 February, a 25th hour, a year out of range
        lue = None
    return _judge(lue or DateLue(None, "illisible"), now)


def is_month_first(texte: str) -> bool:
    """True when an all-figure date can only be read month first (09/14/2026): the page's habit is then known."""
    trouve = _JMA_CHIFFRES.search(texte)
    return bool(trouve and int(trouve[1]) <= 12 < int(trouve[3]) <= 31)


def _judge(lue: DateLue, now: datetime) -> DateLue:
    if lue.instant is None:
        return lue
    instant = lue.instant.astimezone(UTC)
    if instant > now + TOLERANCE:
        return DateLue(instant, "future")
    return DateLue(instant, "ancienne" if instant < PLUS_ANCIENNE else lue.doute)


def _read_exact(texte: str) -> datetime | None:
    """The two forms that nearly all feeds use, well written: RFC 3339 and RFC 822. A short cut, not another rule."""
    try:
        if _RFC3339.fullmatch(texte):
            return datetime.fromisoformat(texte)
        if m := _RFC822.fullmatch(texte):
            heure = time(int(m[4]), int(m[5]), int(m[6] or 0), tzinfo=_read_zone(m[7].lower()))
            return datetime.combine(date(int(m[3]), _MOIS[m[2].lower()], int(m[1])), heure)
    except (ValueError, OverflowError):
        pass
    return None


def _read_relative(texte: str, now: datetime) -> DateLue | None:
    """« il y a 3 jours », « hier à 14 h 30 », « 2 hours ago ». Months and years ago name no day: unreadable."""
    if (trouve := _RELATIF.fullmatch(texte)) is not None:
        mot, unite = (trouve[1], trouve[2]) if trouve[1] else (trouve[3], trouve[4])
        nombre = _NOMBRES.get(mot) or (int(mot) if mot.isdigit() else 0)
        cle = "w" if unite.startswith(("sem", "week")) else unite[0]
        if mot == "quelques":
            return None
        instant = now - timedelta(seconds=nombre * _UNITES[cle])
        return DateLue(_at(instant.astimezone(FUSEAU).date(), "") if cle in "jdw" else instant, "")
    mot = next((mot for mot in _JOURS_DITS if texte.startswith(mot)), "")
    if not mot:
        return None
    jour = now.astimezone(FUSEAU).date() - timedelta(days=_JOURS_DITS[mot])
    instant_dit = _at(jour, texte[len(mot) :])
    return DateLue(instant_dit, "") if instant_dit else None


def _read_epoch(texte: str) -> DateLue | None:
    """Seconds or milliseconds since 1970, as some programs leave in place of a date."""
    if len(texte) not in (10, 13) or not texte.isascii() or not texte.isdigit():
        return None
    return DateLue(datetime.fromtimestamp(int(texte[:10]), UTC), "")


def _read_calendar(texte: str, now: datetime, *, mois_dabord: bool) -> DateLue | None:
    sans_nom = _JOUR_SEMAINE.sub("", texte, count=1)  # tried first: « mar » is Tuesday before it is March
    jour = _read_day(sans_nom, mois_dabord=mois_dabord) or _read_day(texte, mois_dabord=mois_dabord)
    if jour is None:
        return None
    if not jour.annee:
        return _guess_year(jour, now)
    if not 1900 <= jour.annee <= 2200:
        return DateLue(None, "ancienne" if 0 < jour.annee < 1900 else "future")
    instant = _at(date(jour.annee, jour.mois, jour.jour), jour.reste)
    return DateLue(instant, "") if instant else None


def _read_day(texte: str, *, mois_dabord: bool) -> _Jour | None:
    """The day at the start of `texte`, in whichever order its own form tells."""
    if m := _AMJ.match(texte):
        return _Jour(int(m[1]), int(m[3]), int(m[4]), texte[m.end() :])
    if m := _AMJ_COLLE.match(texte):
        return _Jour(int(m[1]), int(m[2]), int(m[3]), _spread(texte[m.end() :]))
    if m := _JMA_CHIFFRES.match(texte):
        premier, second = int(m[1]), int(m[3])
        if mois_dabord or is_month_first(m[0]):
            premier, second = second, premier
        return _Jour(int(m[4]), second, premier, texte[m.end() :])
    if m := _RFC_COURT.match(texte):
        court = int(m[3])
        return _Jour(court + (2000 if court < 50 else 1900), _MOIS[m[2]], int(m[1]), texte[m.end() - 1 :])
    return _read_named_month(texte)


def _read_named_month(texte: str) -> _Jour | None:
    if m := _ASCTIME.match(texte):
        return _Jour(int(m[5]), _MOIS[m[1]], int(m[2]), f" {m[3]}{m[4]}{texte[m.end() :]}")
    if m := _JMA_MOIS.match(texte):
        return _Jour(int(m[3] or 0), _MOIS[m[2]], int(m[1]), texte[m.end() :])
    if (m := _MJA_MOIS.match(texte)) and (m[3] or m[1] != "mar"):  # « mar. 14 » alone is a Tuesday
        return _Jour(int(m[3] or 0), _MOIS[m[1]], int(m[2]), texte[m.end() :])
    return None


def _spread(reste: str) -> str:
    """« t103000z » → « t10:30:00z » (the basic ISO form)."""
    return re.sub(r"^t(\d\d)(\d\d)(\d\d)?(?!\d)", lambda m: f"t{m[1]}:{m[2]}:{m[3] or '00'}", reste)


def _guess_year(jour: _Jour, now: datetime) -> DateLue | None:
    """A publication is not announced: the latest year that does not put it after tomorrow."""
    for annee in range(now.year + 1, now.year - 8, -1):
        try:
            instant = _at(date(annee, jour.mois, jour.jour), jour.reste)
        except ValueError:  # 29 February of a common year: an earlier one will do
            continue
        if instant is None:
            return None
        if instant <= now + TOLERANCE:
            return DateLue(instant, "sans_annee")
    return None


def _at(jour: date, reste: str) -> datetime | None:
    """The day at the time written after it; None when what follows is not a time."""
    reste = _COMMENTAIRE.sub("", reste).rstrip(" .,;")
    if not reste:
        return datetime.combine(jour, MIDI, FUSEAU)
    if m := _HEURE.match(reste):
        heure, minute, seconde = int(m[1]), int(m[3] or m[4] or 0), min(int(m[5] or 0), 59)
        demi = m[6]
    elif m := _HEURE_ANGLAISE.match(reste):
        heure, minute, seconde, demi = int(m[1]), 0, 0, m[2]
    else:
        return None
    if demi and not 1 <= heure <= 12:
        return None
    heure = heure % 12 + (12 if demi == "p" else 0) if demi else heure
    zone = _read_zone(reste[m.end() :].strip())
    return datetime.combine(jour, time(heure, minute, seconde), zone) if zone else None


def _read_zone(texte: str) -> tzinfo | None:
    """A zone's offset; none written is Québec's; an unknown name is None, for the instant cannot be told."""
    if texte in _ZONES_ICI:
        return FUSEAU
    if (heures := _ZONES.get(texte)) is not None:
        return timezone(timedelta(hours=heures))
    m = _DECALAGE.fullmatch(texte)
    if not m or int(m[2]) > 14 or int(m[3] or 0) > 59:
        return None
    ecart = timedelta(hours=int(m[2]), minutes=int(m[3] or 0))
    return timezone(-ecart if m[1] == "-" else ecart)
