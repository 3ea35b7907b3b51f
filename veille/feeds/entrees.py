"""What every reader does to make an entry: a title, an absolute address, a date with its doubt, texts within limits."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from veille.feeds.dates import DateLue, read_date
from veille.feeds.langue import detect_language, read_language
from veille.feeds.liens import absolute, last_words
from veille.feeds.texte import RESUME_MAX, TEXTE_MAX, TITRE_MAX, clean, plain_line, plain_text
from veille.francais import shorten
from veille.model import Entree

GUID_MAX = 1_000
AUTEUR_MAX = 200
ENTREES_MAX = 20_000
_ECHANTILLON = 20  # entries enough to tell the language of a feed
_TITRE_TIRE = 120  # characters of the text that serve as a title when there is none


@dataclass(frozen=True)
class Brute:
    """An entry before cleaning: markup as collected. `liens` in order of preference, `dates` likewise."""

    titre: str = ""
    titre_texte_seul: bool = False
    liens: tuple[str, ...] = ()
    base: str = ""
    guid: str = ""
    auteur: str = ""
    dates: tuple[str, ...] = ()
    langue: str = ""
    resume: str = ""
    texte: str = ""
    mois_dabord: bool = False


def build_entry(brute: Brute, now: datetime) -> Entree | None:
    """The clean entry, or None when there is nothing in it at all to show, follow or recognise."""
    adresse = next((a for lien in brute.liens if (a := absolute(lien, brute.base))), "")
    guid = clean(brute.guid).strip()[:GUID_MAX]
    resume, texte = _texts(brute)
    titre = plain_line(brute.titre, TITRE_MAX, markup=not brute.titre_texte_seul)
    titre = titre or _title_from(texte or resume, adresse)
    if not (titre or guid):
        return None
    publie_texte, date = _first_date(brute, now)
    return Entree(
        titre=titre,
        adresse=adresse,
        guid=guid,
        auteur=plain_line(brute.auteur, AUTEUR_MAX),
        publie_a=date.instant,
        publie_texte=publie_texte,
        doute=date.doute,
        langue=read_language(brute.langue, f"{titre}\n{resume}\n{texte}"),
        resume=resume,
        texte=texte,
    )


def build_entries(brutes: Iterable[Brute], now: datetime) -> tuple[Entree, ...]:
    """All entries that hold something; those whose language is unclear are looked at together."""
    entrees = [entree for brute in brutes if (entree := build_entry(brute, now)) is not None]
    muettes = [f"{e.titre}\n{e.resume}" for e in entrees if not e.langue]
    langue = detect_language("\n".join(muettes[:_ECHANTILLON])) if muettes else ""
    return tuple(replace(e, langue=langue) if langue and not e.langue else e for e in entrees)


# The link under a teaser is the site's furniture, not what it says.
_INVITATION = re.compile(
    r"\s*(?:\[?(?:…|\.\.\.)\]?\s*)?(?:Lire (?:la suite|plus)|En savoir plus|Continuer la lecture|Read more|Continue reading)"
    r"(?:\s*[→»›>…].{0,5})?\s*$",
    re.IGNORECASE,
)


def _texts(brute: Brute) -> tuple[str, str]:
    """Summary and full text; what only repeats the summary is not a full text."""
    complet = plain_text(brute.texte, TEXTE_MAX) if brute.texte else ""
    propre = brute.resume and brute.resume != brute.texte
    long = _INVITATION.sub("", plain_text(brute.resume, TEXTE_MAX)) if propre else complet
    resume = shorten(long, RESUME_MAX)
    texte = complet if len(complet) > len(long) else long
    return resume, texte if len(texte) > len(resume) else ""


def _title_from(texte: str, adresse: str) -> str:
    ligne = texte.partition("\n")[0]
    return shorten(ligne, _TITRE_TIRE) or plain_line(last_words(adresse), TITRE_MAX, markup=False)


def _first_date(brute: Brute, now: datetime) -> tuple[str, DateLue]:
    """The first date that can be read; otherwise what was written first, and why it cannot."""
    ecrites = [" ".join(clean(texte[:400]).split()) for texte in brute.dates]
    ecrites = [texte for texte in ecrites if texte]
    lues = [(texte, read_date(texte, now, mois_dabord=brute.mois_dabord)) for texte in ecrites]
    lisible = next((paire for paire in lues if paire[1].instant is not None), None)
    texte, date = lisible or (lues[0] if lues else ("", read_date("", now)))
    return shorten(texte, 120), date
