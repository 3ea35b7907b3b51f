"""What we say of ourselves in a request, and what an answer's status and headers say."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata

import httpx

from veille.errors import FetchError
from veille.francais import NBSP, fold
from veille.model import Organisation

ATTENTE_MAX_S = 24 * 3600  # a longer Retry-After is a mistake or a trap
VALIDATEUR_MAX = 1024  # a longer ETag is not worth sending back

_VALEUR = re.compile(r"[\x21-\x7e\x80-\xff]+(?:[ \t]+[\x21-\x7e\x80-\xff]+)*")  # RFC 9110, field-value
_CAUSES_PROPRES = frozenset({401, 403, 404, 410, 429})


def user_agent(organisation: Organisation) -> str:
    """« VeilleDSL/0.1.0 (+https://…; courriel) »: who reads, and whom to tell. Plain ASCII whatever the file holds."""
    marque = _ascii_word(organisation.sigle) or _ascii_word(organisation.nom)
    try:
        version = metadata.version("veille")
    except metadata.PackageNotFoundError:
        version = "0"
    contacts = [f"+{organisation.site}"] if _is_contact(organisation.site) else []
    contacts += [organisation.courriel] if _is_contact(organisation.courriel) else []
    suffixe = f" ({'; '.join(contacts)})" if contacts else ""
    return f"Veille{marque}/{version}{suffixe}"


def header(reponse: httpx.Response, nom: str) -> str:
    """First value of a header, one character per byte, so that it can be sent back as it came; "" if absent."""
    cherche = nom.encode("ascii")
    for cle, valeur in reponse.headers.raw:
        if cle.lower() == cherche:
            return valeur.decode("latin-1").strip(" \t")
    return ""


def is_validator(valeur: str) -> bool:
    """Whether an ETag or a date, as the server wrote it, can be sent back in a header."""
    return len(valeur) <= VALIDATEUR_MAX and _VALEUR.fullmatch(valeur) is not None


def content_type(texte: str) -> tuple[str, str]:
    """« text/HTML; charset="UTF-8" » → (« text/html », « utf-8 »)."""
    type_mime = texte.partition(";")[0].strip().lower()
    charset = re.search(r";\s*charset\s*=\s*[\"']?([\w.:+-]{1,40})", texte, re.IGNORECASE | re.ASCII)
    propre = re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", type_mime, re.ASCII)
    return (type_mime if propre else "", charset.group(1).lower() if charset else "")


def announces_body(reponse: httpx.Response) -> bool:
    """Whether an answer that has no body by definition (304) speaks as if it had one."""
    return header(reponse, "content-length") not in ("", "0") or header(reponse, "transfer-encoding") != ""


def refusal(reponse: httpx.Response) -> FetchError:
    """The failure of an answer that is neither a success nor a redirection that can be followed."""
    statut = reponse.status_code
    attendre = None
    if statut in (429, 503):
        # The server's own clock is the one its date was written with.
        horloge = _http_date(header(reponse, "date")) or datetime.now(UTC)
        attendre = parse_retry_after(header(reponse, "retry-after"), horloge)
    if header(reponse, "cf-mitigated").lower() == "challenge":
        return FetchError("http_403", f"épreuve réservée aux humains ({statut})", statut=statut, attendre_s=attendre)
    if not 400 <= statut < 600:
        return FetchError("reponse_invalide", f"réponse{NBSP}{statut} sans suite possible", statut=statut)
    cause = f"http_{statut}" if statut in _CAUSES_PROPRES else f"http_{statut // 100}xx"
    return FetchError(cause, f"réponse{NBSP}{statut}", statut=statut, attendre_s=attendre)


def parse_retry_after(texte: str, now: datetime) -> int | None:
    """Seconds asked by a Retry-After (a number or an HTTP date), at most a day; None when it says nothing."""
    texte = texte.strip()
    if texte.isascii() and texte.isdigit():
        return min(int(texte[:9]), ATTENTE_MAX_S)
    instant = _http_date(texte)
    return None if instant is None else int(min(max((instant - now).total_seconds(), 0), ATTENTE_MAX_S))


def _http_date(texte: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(texte)
        return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _ascii_word(texte: str) -> str:
    if _is_unfilled(texte):
        return ""
    plat = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "Oe"))
    plat = "".join(c for c in plat if not unicodedata.combining(c))
    return "".join(mot[0].upper() + mot[1:] for mot in re.findall(r"[A-Za-z0-9]+", plat))[:40]


def _is_unfilled(texte: str) -> bool:
    return fold(texte).strip(" «»[]()").startswith("a remplir")


def _is_contact(texte: str) -> bool:
    # Neither space, parenthesis, semicolon, quote nor backslash: nothing that could end the comment it is put in.
    return not _is_unfilled(texte) and re.fullmatch(r"[!#-'*-:<-\[\]-~]{1,200}", texte) is not None
