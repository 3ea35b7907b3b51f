"""Links as collected → absolute http(s) addresses, or "". Nothing is followed, and nothing is made canonical here."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

from veille.feeds.texte import clean

ADRESSE_MAX = 2_000
_BLANCS = re.compile(r"[\t\n\r]+")


def absolute(lien: str, base: str) -> str:
    """The address `lien` leads to when read on `base`; "" when it is not a page on the web (javascript:, mailto:…)."""
    lien = _BLANCS.sub("", clean(lien[: ADRESSE_MAX * 2])).strip().replace(" ", "%20")
    if not lien or lien.startswith("#"):
        return ""
    try:
        adresse = lien if lien.startswith(("http://", "https://")) else urljoin(base, lien)
        parties = urlsplit(adresse)
        valable = parties.scheme in ("http", "https") and bool(parties.hostname)
    except ValueError:  # a broken IPv6 host and the like
        return ""
    return adresse if valable and len(adresse) <= ADRESSE_MAX else ""


def last_words(adresse: str) -> str:
    """A name for what has none: the last part of its address, made readable (« rapport annuel 2026.pdf »)."""
    if not adresse:
        return ""
    chemin = urlsplit(adresse).path.rstrip("/")
    return re.sub(r"[-_+]+|%20", " ", chemin.rpartition("/")[2]).strip() or urlsplit(adresse).netloc
