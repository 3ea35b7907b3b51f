"""Bytes → text with the right accents: byte-order mark, then what is proved, then what is declared, then a guess.

What is proved comes before what is declared: bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever the header says
(a header left at iso-8859-1 is the commonest lie of old sites). The text never holds U+FFFD, NUL or control characters.
"""

from __future__ import annotations

import codecs
import re

from veille.feeds.chargement import loading

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARE = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^>]{1,300}?charset\s*=\s*["']?([\w.:-]{1,40})""",
    re.I,
)
# Only real character sets: Python also has codecs named « zlib », « punycode » or « unicode_escape ».
_PERMIS = re.compile(
    r"(?:windows|cp|iso|latin|koi8|mac|gb|big5|shift|s?jis|euc|utf|ascii|us_ascii|tis|viscii|ks_c|hz|johab)", re.I
)
_COMME_1252 = frozenset({"iso8859-1", "ascii", "cp1252"})
_CONTROLES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ufffe\uffff\ufeff]")
_C1 = {code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)}  # U+0092 was meant as « ’ »
_EGARES = re.compile(r"[\udc80-\udcff]")
_COUPE = re.compile(r"[\udc80-\udcff]{1,3}$")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_CANDIDATS = [
    "cp1252",
    "iso8859_15",
    "mac_roman",
    "cp1250",
    "cp1251",
    "koi8_r",
    "cp1253",
    "cp1256",
    "gb18030",
    "shift_jis",
    "euc_kr",
    "big5",
]
_ECHANTILLON = 8_192


def decode(corps: bytes, charset: str = "") -> str:
    """The text of a body. `charset` is what the HTTP header says, "" when it says nothing."""
    texte = _decode(corps, charset)
    if _CONTROLES.search(texte):
        texte = _CONTROLES.sub("", texte.translate(_C1))
    return texte.replace("\r\n", "\n").replace("\r", "\n") if "\r" in texte else texte


def _decode(corps: bytes, charset: str) -> str:
    for bom, codec in _BOMS:
        if corps.startswith(bom):
            return corps[len(bom) :].decode(codec, "ignore")
    if codec := _wide(corps):
        return corps.decode(codec, "ignore")
    declares = [_codec(nom) for nom in (charset, _declared(corps)) if nom]
    if corps.isascii():
        echappe = next((nom for nom in declares if nom.startswith(("iso2022", "hz"))), "ascii")
        return corps.decode(echappe, "ignore")
    if (texte := _as_utf8(corps)) is not None:
        return texte
    for nom in declares:
        if (texte := _as_declared(corps, nom)) is not None:
            return texte
    return _as_declared(corps, _guess(corps)) or _as_1252(corps)


def _wide(corps: bytes) -> str:
    """UTF-16 or UTF-32 without a mark shows as NUL bytes at regular places."""
    debut = corps[:400]
    if debut.count(0) * 4 < len(debut) or len(debut) < 8:
        return ""
    if debut[:4].count(0) == 3:
        return "utf-32-be" if debut[0] == 0 else "utf-32-le"
    return "utf-16-be" if debut[0::2].count(0) > debut[1::2].count(0) else "utf-16-le"


def _declared(corps: bytes) -> str:
    trouve = _DECLARE.search(corps[:4_096])
    return (trouve[1] or trouve[2]).decode("ascii") if trouve else ""


def _codec(nom: str) -> str:
    """Python's own name for a character set, "" when unknown or not one. gb2312 is read by its superset."""
    nom = nom.strip("\"' ").lower()
    if not _PERMIS.match(nom) or nom.startswith("utf-7"):
        return ""
    try:
        trouve = codecs.lookup("gb18030" if nom in ("gb2312", "gbk") else nom).name
    except (LookupError, ValueError):
        return ""
    return "cp1252" if trouve in _COMME_1252 else trouve


def _as_utf8(corps: bytes) -> str | None:
    """UTF-8, allowing a cut last character and a few stray single-byte ones (pasted from an office file)."""
    try:
        return corps.decode("utf-8")
    except UnicodeDecodeError:
        texte = _COUPE.sub("", corps.decode("utf-8", "surrogateescape"))
    egares = _EGARES.findall(texte)
    bons = sum(len(suite) for suite in _NON_ASCII.findall(texte)) - len(egares)
    if len(egares) > 3 and len(egares) * 10 > bons:
        return None
    if bons <= len(egares):
        return None
    return _EGARES.sub(lambda m: bytes([ord(m[0]) - 0xDC00]).decode("cp1252", "ignore"), texte)


def _as_declared(corps: bytes, codec: str) -> str | None:
    """Decoded, or None when the bytes cannot be in that character set."""
    if not codec or codec.startswith(("utf-16", "utf-32")):  # without a mark or NUL bytes it cannot be
        return None
    if codec == "cp1252":
        return _as_1252(corps)
    try:
        texte = corps.decode(codec, "ignore" if codec.startswith("utf") else "strict")
    except (UnicodeDecodeError, LookupError):
        return None
    return None if codec.startswith("utf") or "\ufffd" in texte else texte


def _as_1252(corps: bytes) -> str:
    """Windows-1252 as browsers read it; its five undefined bytes are dropped with the control characters."""
    return corps.decode("cp1252", "ignore")


def _guess(corps: bytes) -> str:
    """Last resort, on a sample around the first accent. Anything Western is windows-1252, Québec's own."""
    with loading:
        from charset_normalizer import from_bytes

    premier = re.search(rb"[\x80-\xff]", corps)
    debut = max(0, premier.start() - 512) if premier else 0
    echantillon = corps[debut : debut + _ECHANTILLON]
    trouve = from_bytes(echantillon, cp_isolation=_CANDIDATS, threshold=0.4).best()
    codec = trouve.encoding if trouve else "cp1252"
    return "cp1252" if codec in ("iso8859_15", "mac_roman", "cp1250") else codec
