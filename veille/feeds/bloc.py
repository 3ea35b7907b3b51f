"""One block of a list page → what it announces: title, link, date, a few words. Used with or without selectors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bs4 import Tag
from bs4.element import NavigableString, PreformattedString

from veille.feeds.dates import read_date
from veille.feeds.entrees import Brute
from veille.feeds.liens import absolute
from veille.feeds.soupe import is_entry_link, is_vague, label, names
from veille.feeds.texte import RESUME_MAX
from veille.francais import MOIS, shorten

_MOIS = "|".join(mois.replace("é", "[ée]").replace("û", "[uû]") for mois in MOIS) + "|janv|f[ée]vr?|avr|juill?|d[ée]c"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_MONTHS += "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov"
_HEURE = r"(?:,?\s*(?:[àa@|-]|at)?\s*\d{1,2}\s?(?:h(?:\s?\d\d)?|:\d\d(?::\d\d)?)(?:\s?[ap]\.?m\b\.?)?)?"
_NOMS_JOURS = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|[a-z]{3,6}day),?\s+)?"
DATE_ECRITE = re.compile(
    rf"{_NOMS_JOURS}(?:\b\d{{1,2}}(?:er|st|nd|rd|th)?[\s.-]+(?:{_MOIS}|{_MONTHS})\b\.?(?:,?[\s-]+\d{{4}}\b)?|\b(?:{_MONTHS}|{_MOIS})\b\.?\s+\d{{1,2}}\b(?:st|nd|rd|th)?"
    rf"(?:,?\s+\d{{4}}\b)?|\b\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}\b|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}\b){_HEURE}",
    re.I,
)
_DATE_NOM = re.compile(
    r"(?:^|[-_])(?:date|dates|time|datetime|publie|publication|published|posted|posted-on|jour|created|submitted)(?:$|[-_])"
)
_MODIFIE = re.compile(r"updated|modified|modifie|mise-a-jour")
_TITRE_NOM = re.compile(r"(?:^|[-_])(?:titre|title|headline|intitule)(?:$|[-_])")
_RESUME_NOM = re.compile(
    r"(?:^|[-_])(?:resume|summary|excerpt|extrait|teaser|description|desc|chapeau|intro|accroche|body)(?:$|[-_])"
)
_REMPLISSAGE = re.compile(
    r"\W*(?:(?:publiée?|paru|affiché|mis(?:e)? à jour|mis en ligne|posted|published|updated)(?: le| on)?|par|by|le|on|date)?\W*"
)
TITRES = ["h1", "h2", "h3", "h4", "h5", "h6"]
_SEPARATEURS = " \t\n\u00a0-–—|:,·•>»"
_NOM_MIN = 12
_DOCUMENTS_MIN = 3  # so many links without a title: a meeting and its documents, none of which names it
_CARTE = 4  # how far up a link may hold the whole block
_TEXTES_MAX = 200  # pieces of text looked at in one block


@dataclass(frozen=True)
class Page:
    """What the blocks of one page share."""

    base: str
    adresse: str
    now: datetime
    langue: str = ""
    mois_dabord: bool = False


def read_block(bloc: Tag, page: Page) -> Brute | None:
    """What the block announces; None when it has neither a link nor a title of its own."""
    liens = entry_links(bloc, page)
    noeud_titre = _title_node(bloc)
    principal = _main_link(noeud_titre, liens)
    titre = " ".join(noeud_titre.get_text(" ").split()) if noeud_titre else ""
    plusieurs = noeud_titre is None and len(liens) >= _DOCUMENTS_MIN
    if not titre and principal and not plusieurs and not is_vague(label(principal)):
        titre, noeud_titre = label(principal), principal
    morceaux = [" ".join(texte.split()) for texte in texts(bloc)]
    dates = tuple(find_dates(bloc, morceaux, page))
    reste = [m for m in morceaux if m.strip(_SEPARATEURS) not in dates and m not in titre and not _is_filler(m)]
    if is_bare_date(titre, page):  # « 25 janvier 2026 » alone names nothing: say what follows
        titre = shorten(" – ".join([titre, *reste[:3], *(label(lien) for lien in liens[:3])]), 200)
    titre = (
        titre
        or shorten(" – ".join((morceaux if plusieurs or not principal else reste)[:2]), 200)
        or shorten(" – ".join(morceaux[:4]), 200)
    )
    adresse = absolute(str(principal["href"]), page.base) if principal else ""
    if not titre or not (adresse or noeud_titre or dates):
        return None
    return Brute(
        titre,
        True,
        (adresse,),
        page.base,
        dates=dates,
        langue=page.langue,
        resume=_summary(bloc, [m for m in reste if m not in titre]),
        mois_dabord=page.mois_dabord,
    )


def entry_links(bloc: Tag, page: Page) -> list[Tag]:
    """Links of the block that lead to something announced: inside it, or the one around it (a card)."""
    dedans = bloc.find_all("a", href=True, limit=60)
    autour = [p for p in islice((bloc, *bloc.parents), _CARTE) if p.name == "a" and p.get("href")]
    return [a for a in autour + dedans if is_entry_link(absolute(str(a["href"]), page.base), label(a), page.adresse)]


def texts(bloc: Tag) -> Iterator[str]:
    """Pieces of visible text, in order."""
    vus = 0
    for noeud in bloc.descendants:
        if isinstance(noeud, NavigableString) and not isinstance(noeud, PreformattedString) and noeud.strip():
            yield str(noeud)
            vus += 1
            if vus >= _TEXTES_MAX:
                return


def find_dates(bloc: Tag, morceaux: list[str], page: Page) -> Iterator[str]:
    """Date texts of the block, the surest first: `time`, named elements, pieces that are only a date, then leading dates."""
    yield from _marked_dates(bloc)
    for morceau in morceaux[:60]:
        if len(morceau) < 120 and read_date(morceau.strip(_SEPARATEURS), page.now).instant:
            yield morceau.strip(_SEPARATEURS)
    for morceau in morceaux[:60]:
        trouve = DATE_ECRITE.match(morceau.lstrip("([ ")) or _trailing(morceau)
        if trouve:
            yield trouve[0]


def is_bare_date(texte: str, page: Page) -> bool:
    """True for a text that is a date and nothing else."""
    return bool(texte) and len(texte) < 60 and read_date(texte.strip(_SEPARATEURS), page.now).instant is not None


def says_something(titre: str) -> bool:
    """True when a title says more than a date and a vague word."""
    sans_date = DATE_ECRITE.sub("", titre).strip(_SEPARATEURS)
    return len(sans_date) >= _NOM_MIN and not is_vague(sans_date)


def _trailing(morceau: str) -> re.Match[str] | None:
    """« Avis public – 14 septembre 2026 », « Séance du 14 septembre 2026 (PDF) »: the last date, if it ends the text."""
    fin = morceau[-160:]
    trouvees = [trouvee for trouvee in DATE_ECRITE.finditer(fin) if len(fin) - trouvee.end() <= 8]
    return trouvees[-1] if trouvees else None


def _marked_dates(bloc: Tag) -> Iterator[str]:
    reperes = bloc.find_all(lambda e: e.name == "time" or e.has_attr("datetime") or _has_name(e, _DATE_NOM), limit=20)
    reperes.sort(key=lambda e: any(_MODIFIE.search(nom) for nom in names(e)))
    for repere in reperes:
        for texte in (repere.get("datetime"), repere.get("content"), " ".join(repere.get_text(" ").split())):
            if texte and len(str(texte)) < 160:
                yield str(texte)


def _is_filler(morceau: str) -> bool:
    """« Publié le », « par », « | », « PDF »: says nothing without what stood beside it."""
    return is_vague(morceau) or _REMPLISSAGE.fullmatch(morceau.lower()) is not None


def _has_name(element: Tag, motif: re.Pattern[str]) -> bool:
    noms = [*names(element), str(element.get("itemprop") or "").lower()]
    return any(motif.search(nom) for nom in noms)


def _title_node(bloc: Tag) -> Tag | None:
    for noeud in bloc.find_all(TITRES, limit=4):
        if noeud.get_text(strip=True):
            return noeud
    return bloc.find(lambda e: e is not bloc and _has_name(e, _TITRE_NOM) and bool(e.get_text(strip=True)))


def _main_link(titre: Tag | None, liens: list[Tag]) -> Tag | None:
    """The title's own link, or the one that says most; a vague one (« PDF ») for want of better."""
    if titre is not None:
        for lien in liens:
            if any(parent is titre for parent in (lien, *lien.parents)) or any(p is lien for p in titre.parents):
                return lien
    if len(liens) >= _DOCUMENTS_MIN:
        return liens[0]
    parlants = [lien for lien in liens if not is_vague(label(lien))]
    return max(parlants, key=lambda lien: len(label(lien)), default=liens[0] if liens else None)


def _summary(bloc: Tag, reste: list[str]) -> str:
    """The element that calls itself a summary, else what the block says besides its title and date."""
    nommes = bloc.find_all(lambda e: _has_name(e, _RESUME_NOM) and e.find(TITRES) is None, limit=3)
    texte = next((texte for e in nommes if (texte := " ".join(e.get_text(" ").split()))), " ".join(reste))
    return texte[: 2 * RESUME_MAX].replace("&", "&amp;").replace("<", "&lt;")
