"""An HTML page → a tree to look into (bs4 with lxml, never html.parser), and small questions asked of it."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.filter import SoupStrainer

from veille.feeds.corps import Corps
from veille.feeds.liens import absolute
from veille.francais import fold

TAILLE_MAX = 3_000_000  # characters; a larger list page is cut, a tree costs ten times its text

_BALISES_MAX = 30_000  # ten times what a long list needs; the rest of the page is not looked at
_PROFONDEUR_MAX = 120  # no page written for people nests deeper; the tree's cost grows with the square of it
_CONTENANT = re.compile(
    r"<(/?)(?!(?:a|p|li|td|th|tr|dd|dt|br|hr|img|input|link|meta|base|col|area|wbr|option|source|html|head|body|script|style)\b)"
    r"[a-z][a-z0-9-]{0,40}(?:\s[^<>]{0,5000})?>",
    re.I,
)

_MUETTES = ("script", "style", "noscript", "template", "svg", "iframe", "object", "select", "button")
_DECLARATION = re.compile(r"<\?xml", re.I)
# Parts of a page that hold no entry: by element, by role, by the first word of an id or class.
_HORS_SUJET = "head, nav, footer, aside, [role=navigation], [role=banner], [role=contentinfo], [role=search]"
_NOM_HORS_SUJET = re.compile(
    r"(?!(?:entry|card|post|item|teaser|node|field|article|panel|views?|has|no|with|without|is)[-_])(?:[a-z0-9]{1,20}[-_]+){0,3}"
    r"(?:nav|navbar|navigation|topnav|subnav|menu|footer|piedpage|breadcrumbs?|ariane|sidebar|pager|pagination|paging|railnav"
    r"|share|sharing|addtoany|social|cookies?|comments|tagcloud|masthead)(?:[-_]+[a-z0-9]{1,20}){0,4}"
    r"|page-numbers|pied-de-page|skip-link|widget-area|language-switcher|recherche|search-form|nav-links|social-media.*",
    re.I,
)
_ETIQUETTE_VAGUE = re.compile(
    r"(?:lire (?:la suite|plus|l'article|le communique)|(?:en )?savoir plus|plus (?:d'infos?|de details)|voir(?: (?:plus|tout|la suite|le|la|les))?"
    r"|consulter|telecharger|pdf|ici|cliquez ici|details?|suite|read more|more|view|download|open|agenda|minutes|notice|documents?"
    r"|ordre du jour|proces-verbal|proces-verbaux|p\.?v\.?|version (?:pdf|francaise|anglaise)|enregistrement|video|audio|presentations?"
    r"|decisions?|resume|afficher|inscription|s'inscrire|partager|imprimer)\b.{0,14}"
)
_ETIQUETTE_NAVIGATION = re.compile(
    r"[\W\d_]*|(?:page|p\.) ?\d+|(?:page )?(?:suivante?|precedente?|next|previous|prev|first|last|premiere|derniere|newer|older)s?.{0,12}"
    r"|charger plus.{0,12}|load more|retour.{0,20}|accueil|home|contact|haut de page|back to top|rss|sitemap|plan du site"
)
_REQUETE_NAVIGATION_MOTS = """
page paged pg p_page pagenum pageno start offset limit limitstart mois month annee year jour day date week semaine
tri sort order orderby sortby dir f_orderby f_all view vue filter filtre print imprimer
sid phpsessid jsessionid sessionid lang langue
"""
_REQUETE_NAVIGATION = frozenset(_REQUETE_NAVIGATION_MOTS.split())
_PARTAGE = re.compile(
    r"//(?:www\.)?(?:facebook|twitter|x|linkedin|pinterest|addtoany|reddit)\.com/(?:share|sharer|intent|submit|pin)",
    re.I,
)


def page_tree(corps: Corps) -> tuple[BeautifulSoup, str]:
    """The tree without what nobody reads, and the address its links are read on."""
    soupe = parse_html(corps.texte)
    socle = soupe.find("base", href=True)
    base = absolute(str(socle["href"]), corps.adresse) if socle else ""
    for element in soupe.find_all(_MUETTES):
        element.extract()
    return soupe, base or corps.adresse


def parse_html(texte: str, seulement: SoupStrainer | None = None) -> BeautifulSoup:
    """The whole tree, or only the elements asked for. An XML declaration would make bs4 warn that this is XML."""
    texte = _DECLARATION.sub("<?x", texte[:TAILLE_MAX])
    if texte.count("<") > _BALISES_MAX:
        texte = "<".join(texte.split("<", _BALISES_MAX)[:_BALISES_MAX])
    texte = _flatten(texte)
    return BeautifulSoup(texte, "lxml", parse_only=seulement)


def _flatten(texte: str) -> str:
    """The same text without the tags that open deeper than `_PROFONDEUR_MAX`."""
    profondeur = 0

    def keep(trouve: re.Match[str]) -> str:
        nonlocal profondeur
        if trouve[1]:
            profondeur = max(0, profondeur - 1)
            return trouve[0] if profondeur < _PROFONDEUR_MAX else " "
        if not trouve[0].endswith("/>"):
            profondeur += 1
        return trouve[0] if profondeur <= _PROFONDEUR_MAX else " "

    return _CONTENANT.sub(keep, texte) if texte.count("<") > _PROFONDEUR_MAX else texte


def strip_surroundings(soupe: BeautifulSoup) -> None:
    """Takes out menus, footers, sidebars — never a part that holds the page's main heading or content."""
    for element in soupe.select(_HORS_SUJET):
        if not _holds_content(element):
            element.extract()
    for element in soupe.find_all(["div", "ul", "ol", "section", "header", "p"]):
        if _is_surrounding(element) and not _holds_content(element):
            element.extract()


def is_vague(etiquette: str) -> bool:
    """A link's words that name nothing by themselves: « Lire la suite », « PDF », « Ordre du jour »."""
    return not etiquette or bool(_ETIQUETTE_VAGUE.fullmatch(fold(etiquette[:80]).strip(" .…»>-:")))


def is_entry_link(adresse: str, etiquette: str, page: str) -> bool:
    """False for what leads around the list and not into it: other pages of it, sorts, calendars, sharing."""
    if not adresse or _PARTAGE.search(adresse) or _ETIQUETTE_NAVIGATION.fullmatch(fold(etiquette[:80]).strip()):
        return False
    ici, la = urlsplit(page), urlsplit(adresse)
    if (ici.netloc.lower(), ici.path.rstrip("/")) != (la.netloc.lower(), la.path.rstrip("/")):
        return True
    noms = {nom.lower() for nom, _ in parse_qsl(la.query, keep_blank_values=True)}
    connus = {nom.lower() for nom, _ in parse_qsl(ici.query, keep_blank_values=True)}
    return bool(noms - connus - _REQUETE_NAVIGATION) or bool(noms & connus and _differs(ici.query, la.query))


def label(lien: Tag) -> str:
    """What a link says: its text, or what stands for it."""
    texte = " ".join(lien.get_text(" ").split())
    if texte:
        return texte
    image = lien.find("img", alt=True)
    return " ".join(str(lien.get("title") or lien.get("aria-label") or (image["alt"] if image else "")).split())


def names(element: Tag) -> list[str]:
    """The words of an element's classes and id, in lower case."""
    classes = element.get("class") or ""
    mots = classes.split() if isinstance(classes, str) else classes
    return [str(mot).lower() for mot in (*mots, element.get("id") or "") if mot]


def _is_surrounding(element: Tag) -> bool:
    return any(_NOM_HORS_SUJET.fullmatch(nom) for nom in names(element)[:12])


def _holds_content(element: Tag) -> bool:
    return element.find(["h1", "main", "article"]) is not None


def _differs(ici: str, la: str) -> bool:
    """The same page asked for another item (« ?id=12 » on « ?id=3 »), by a name that is not a way around."""
    a, b = dict(parse_qsl(ici)), dict(parse_qsl(la))
    return any(a[nom] != b[nom] for nom in a.keys() & b.keys() if nom.lower() not in _REQUETE_NAVIGATION)
