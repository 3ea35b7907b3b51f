"""One address per article: what is clicked, and what is compared.

`canonical_address` gives a *working* address: the site's own scheme and host, without what only tells how the reader came
(trackers, sessions, credentials, anchors). `address_key` gives the *identity*: two addresses with one key are one page,
whatever the scheme, the « www. », the final slash or the order of the query. Show and fetch the first; compare the second.

What must not enter: the network (nothing is resolved or followed) and the address guard, which is the fetcher's.
url_normalize is imported here only.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from url_normalize import url_normalize

MAX_GIVEN = 16_384  # Longer than any address a browser takes: not worth parsing.
MAX_ADDRESS = 4_096

_TRACKER_PREFIXES = ("utm_", "mtm_", "piwik_", "matomo_", "hsa_", "at_", "aspsessionid")
_TRACKER_NAMES = """
    fbclid fb_action_ids fb_action_types fb_ref fb_source gclid gclsrc dclid gbraid wbraid srsltid msclkid twclid ttclid
    yclid igshid igsh li_fat_id mc_cid mc_eid mkt_tok _hsenc _hsmi hsctatracking _ga _gl _ke vero_id vero_conv wickedid
    oly_enc_id oly_anon_id s_kwcid ef_id s_cid cmpid ncid ocid wt_mc wt.mc_id __twitter_impression ml_subscriber
    ml_subscriber_hash ck_subscriber_id sc_cid spm xtor guccounter guce_referrer guce_referrer_sig __s _openstat
    pk_campaign pk_kwd pk_keyword pk_source pk_medium pk_content pk_cid
    phpsessid jsessionid sessionid session_id cfid cftoken
"""
_TRACKERS = frozenset(_TRACKER_NAMES.split())
# These names are meaningful on some sites, so the value decides: a channel's name, a session-like token.
_CHANNEL_NAMES = frozenset({"ref", "source", "src", "from", "via", "origin"})
_CHANNEL = re.compile(
    r"(?:rss|atom|feed|flux|newsletter|infolettre|courriel|e?mail|twitter|facebook|linkedin)\b", re.IGNORECASE
)
_SESSION_NAMES = frozenset({"sid", "session", "sess"})
_TOKEN = re.compile(r"(?=.*\d)[0-9A-Za-z,_-]{16,}")

_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;?]*|/\(s\([0-9a-z]+\)\)(?=/|$)", re.IGNORECASE)
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_ENDING = re.compile(r"(?:/(?:(?:index|default)\.(?:html?|php|aspx?|jsp|cfm))?)+$", re.IGNORECASE)


@lru_cache(maxsize=512)  # Asked twice for the same entry: to show it, and to know it again.
def canonical_address(adresse: str) -> str:
    """A working http(s) address without trackers, sessions, credentials or anchor; "" for anything else.

    The scheme and « www. » stay as given, since some sites answer on one form only. A fragment that is a route of a
    one-page site (« #/ » or « #! ») stays too: without it every article would have the same address.
    """
    adresse = adresse.strip()
    if len(adresse) > MAX_GIVEN or not adresse.lower().startswith(("http://", "https://")):
        return ""
    try:
        return _clean(adresse)
    except ValueError:  # urlsplit, idna and percent-decoding all refuse a broken address this way.
        return ""


def address_key(adresse: str) -> str:
    """The identity of a page: no scheme, no « www. », no final slash, no index page, sorted query; "" if not http(s)."""
    canonique = canonical_address(adresse)
    if not canonique:
        return ""
    parts = urlsplit(canonique)
    hote = parts.netloc.removeprefix("www.")
    chemin = _ENDING.sub("", parts.path)
    requete = "&".join(sorted(parts.query.replace("+", "%20").split("&")))
    return hote + chemin + (f"?{requete}" if requete else "") + (f"#{parts.fragment}" if parts.fragment else "")


def is_article_key(cle: str) -> bool:
    """Whether a key can tell articles apart: the front page of a site is everybody's address."""
    return "/" in cle or "?" in cle or "#" in cle


def _clean(adresse: str) -> str:
    base, _, fragment = adresse.partition("#")
    chemin, separateur, requete = base.partition("?")
    # Browsers read « \ » as « / » there: left alone, the host seen and the host visited could differ.
    parts = urlsplit(url_normalize(chemin.replace("\\", "/") + separateur + requete) or "")
    if _SESSION_IN_PATH.search(parts.path):  # Taking it out may bare a « .. » or an empty segment.
        parts = parts._replace(path=_without_sessions(parts.path))
        parts = urlsplit(url_normalize(urlunsplit(parts)) or "")
    hote = _host(parts.netloc.rpartition("@")[2])
    if not hote:
        return ""
    propre = urlunsplit((parts.scheme, hote, parts.path, _query(parts.query), _route(fragment)))
    return propre if len(propre) <= MAX_ADDRESS else ""


def _host(hote: str) -> str:
    """The host and its port if both are sound, else ""."""
    nom, deux_points, port = hote.rpartition(":") if re.search(r":\d*$", hote) else (hote, "", "")
    if len(nom) > 253 or not _HOST.fullmatch(nom) or (port and not 0 < int(port[:6]) <= 65_535):
        return ""
    return nom + deux_points + port if port else nom


def _without_sessions(chemin: str) -> str:
    """Again while there is one: taking the last out may leave another at the end."""
    while (propre := _SESSION_IN_PATH.sub("", chemin)) != chemin:
        chemin = propre
    return chemin


def _query(requete: str) -> str:
    """The query without what only follows the reader, sorted by name (repeated names keep their order)."""
    # Some Java servers glue the session to a value: « ?p=1;jsessionid=… ».
    requete = re.sub(r";jsessionid(?:=|%3D)[^&;]*", "", requete, flags=re.IGNORECASE)
    gardes = [paire for paire in requete.split("&") if paire and not _is_noise(*paire.partition("=")[::2])]
    return "&".join(sorted(gardes, key=lambda paire: paire.partition("=")[0]))


def _is_noise(nom: str, valeur: str) -> bool:
    nom = nom.lower()
    if nom in _TRACKERS or nom.startswith(_TRACKER_PREFIXES):
        return True
    if nom in _CHANNEL_NAMES:
        return _CHANNEL.match(valeur) is not None
    return nom in _SESSION_NAMES and _TOKEN.fullmatch(valeur) is not None


def _route(fragment: str) -> str:
    if not fragment.startswith(("/", "!")) or len(fragment) < 2:
        return ""
    return quote(unquote(fragment), safe="!/=&?~:,;+@$'()*-._")
