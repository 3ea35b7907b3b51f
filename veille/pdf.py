"""A published page as a tagged PDF (PDF/UA-1): language, title, bookmarks. weasyprint, an extra, is imported here only.

Nothing is fetched: the page's only file is its style sheet, which the caller gives. The same page gives the same bytes.
"""

from __future__ import annotations

import re
from typing import Any

from veille.errors import DependanceError, RefusError

_NULLE_PART = "https://page.invalid/1/2/3/"
_LIEN_RELATIF = re.compile(r'(<a\b[^>]*?) href="(?!https?:|mailto:|#)[^"]*"')


def write_pdf(page: str, feuille: bytes, adresse: str = "") -> bytes:
    """The page printed with its style sheet; its tags are those of its HTML.

    `adresse`: where the page is on the Web. Without it, links relative to the page become plain words: on paper or in a
    folder they would lead nowhere.
    """
    if not adresse:
        page = _LIEN_RELATIF.sub(r"\1", page)
    try:
        import weasyprint
        from weasyprint.urls import URLFetcherResponse
    except (ImportError, OSError) as erreur:  # The library is there, but not the system's text engine that it calls.
        raise DependanceError(
            "Le PDF demande un complément : installez veille avec l’extra « pdf » (pip install 'veille[pdf]') "
            "et, sous Debian, le paquet libpango-1.0-0."
        ) from erreur

    refusees: list[str] = []

    def fetch(demandee: str, *_: Any, **__: Any) -> Any:
        if demandee.endswith(".css"):
            return URLFetcherResponse(demandee, feuille, headers={"Content-Type": "text/css; charset=utf-8"})
        refusees.append(demandee)  # The library would only warn, and print the page without it.
        raise ValueError(demandee)

    document = weasyprint.HTML(string=page, base_url=adresse or _NULLE_PART, url_fetcher=fetch)
    corps = bytes(document.write_pdf(pdf_variant="pdf/ua-1"))
    if refusees:
        raise RefusError(f"Le PDF ne va rien chercher ailleurs que dans sa page : {', '.join(refusees)}")
    return corps
