"""Collected markup → plain text: the only way a title, a summary or an article enters the rest of the program.

nh3 decides what is markup; scripts, styles, frames and drawings go with what they hold; blocks become line breaks.
Every function takes a limit and works in time bounded by it: what is collected may be hostile.
"""

from __future__ import annotations

import html
import re

import nh3

from veille.francais import shorten

TITRE_MAX = 300
RESUME_MAX = 1_000
TEXTE_MAX = 20_000

_MARKUP_MAX = 200_000  # characters of markup looked at for one field
_ENTITES_MAX = 20_000  # nh3's time grows with the square of the number of « & »
_VIDES = {"script", "style", "iframe", "svg", "object", "embed", "noscript", "template", "textarea", "select"}
_VIDES |= {"noframes", "noembed", "xmp", "plaintext", "title", "audio", "video", "canvas", "frameset", "applet"}

_BLOCS = (
    "address|article|aside|blockquote|br|center|dd|details|dialog|dir|div|dl|dt|fieldset|figcaption|figure|footer|form"
    "|h[1-6]|header|hgroup|hr|li|listing|main|menu|nav|ol|optgroup|option|p|pre|search|section|summary|table|tbody|td"
    "|tfoot|th|thead|tr|ul|rb|rp|rt|rtc|ruby"
)
# Quoted attributes may hold « > »; the bounds keep unclosed quotes from being looked for over and over.
_BLOC = re.compile(rf"""</?(?:{_BLOCS})\b(?:[^'"<>]|"[^"]{{0,500}}"|'[^']{{0,500}}')*+>""", re.I)
_CELLULES = re.compile(r"</?(?:td|th|rb|rp|rt|rtc|ruby)\b", re.I)
_BALISE = re.compile(r"<[a-z!/?][^<>]{0,2000}>|<!--", re.I)
_BALISE_CONNUE = re.compile(
    r"</?(?:a|abbr|b|big|blockquote|br|center|code|div|em|embed|figure|font|form|h[1-6]|hr|i|iframe|img|input|li|link|meta|object"
    r"|ol|p|pre|s|script|small|span|strong|style|sub|sup|svg|table|tbody|td|th|tr|tt|u|ul|video)\b[^<>]{0,2000}>|<!--",
    re.I,
)
_DANGER = re.compile(
    r"<(?=\s*/?(?:script|style|iframe|svg|img|object|embed|meta|link|form|base|body|html|math)\b)", re.I
)
_ENTITE = re.compile(r"&(?:#\d{2,6}|#x[0-9a-f]{2,5}|[a-z]{2,8}[1-4]?);", re.I)
_INACHEVEE = re.compile(r"</?(?:a|p|div|span|img|br|li|h[1-6]|strong|em|iframe|script|style)\b[^<>]{0,2000}$", re.I)
_ESPACES = re.compile(
    r"[ \t\n\r\f\v\u00a0\u2000-\u200a\u202f\u205f\u3000]{2,}|[\t\n\r\f\v\u2000-\u200a\u205f\u3000\u2028\u2029]"
)
_ESPACES_LIGNE = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]{2,}|[\t\u2000-\u200a\u205f\u3000]")
_LIGNES = re.compile(r"\s?\n\s*")
# Soft hyphens, zero-width spaces, marks that reorder text, controls, halves of characters: nothing a reader sees.
_INVISIBLES = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffd\ufffe\uffff\ud800-\udfff]"
)


def plain_line(texte: str, limite: int = TITRE_MAX, *, markup: bool = True) -> str:
    """One line of plain text. `markup=False`: the source says it is text, so only unmistakable tags are taken out."""
    return shorten(_ESPACES.sub(" ", _strip(texte, limite, markup=markup)).strip(), limite)


def plain_text(markup: str, limite: int = TEXTE_MAX) -> str:
    """Plain text with one line per paragraph."""
    texte = _ESPACES_LIGNE.sub(" ", _strip(markup, limite, markup=True))
    return shorten(_LIGNES.sub("\n", texte).strip() if "\n" in texte else texte.strip(), limite)


def clean(texte: str) -> str:
    """Without the characters nobody sees and no database likes; for addresses, identifiers and plain values."""
    return _INVISIBLES.sub("", texte)


def _strip(texte: str, limite: int, *, markup: bool) -> str:
    """The text without tags, entities decoded. Escaped twice is common in feeds: a second look, and no third."""
    texte = _decode(_bound(texte, limite), _BALISE if markup else _BALISE_CONNUE)
    if _BALISE_CONNUE.search(texte) or _ENTITE.search(texte):
        texte = _decode(texte, _BALISE_CONNUE)
    if "<" in texte:  # an article that shows code: readable still, and no tag for whoever would forget to escape
        texte = _DANGER.sub("‹", texte)
    return _INVISIBLES.sub("", texte)


def _decode(texte: str, balise: re.Pattern[str]) -> str:
    if "<" in texte and balise.search(texte):
        texte = _without_tags(texte)
    return html.unescape(texte) if "&" in texte else texte


def _bound(texte: str, limite: int) -> str:
    """At most a generous multiple of what will be kept, and not so many « & » that reading them takes seconds."""
    texte = texte[: min(_MARKUP_MAX, limite * 20)]
    if texte.count("&") > _ENTITES_MAX:
        texte = "&".join(texte.split("&", _ENTITES_MAX)[:_ENTITES_MAX])
    return texte


def _without_tags(markup: str) -> str:
    """Line breaks of the markup mean nothing, blocks do; then nh3 takes everything else away, and escapes what is left."""
    texte = _mend(markup.replace("\n", " "))
    texte = _BLOC.sub(lambda m: " " if _CELLULES.match(m[0]) else "\n", texte)
    return nh3.clean(texte, tags=set(), attributes={}, clean_content_tags=_VIDES, link_rel=None)


def _mend(markup: str) -> str:
    """What would make a browser swallow the rest of the text: nested CDATA, a comment or a last tag left open."""
    if "<![CDATA[" in markup:
        markup = markup.replace("<![CDATA[", "").replace("]]>", "")
    ferme = markup.rfind("-->") + 1
    if markup.find("<!--", ferme) >= 0:
        markup = markup[:ferme] + markup[ferme:].replace("<!--", " ")
    return _INACHEVEE.sub("", markup)
