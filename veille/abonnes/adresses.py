"""One spelling for each e-mail address, and what cannot be one. Pure.

The local part is lowered too. RFC 5321 lets a server tell `Info@` from `info@`; none of those our readers use does, while
two spellings of one mailbox would be written to twice, and the second would slip past the suppression list.
Only the plain form is accepted (no quoted local part, no network address as a domain): people have no other, and a list
typed in one box is refused rather than guessed at.
"""

from __future__ import annotations

import re
import unicodedata

from veille.errors import RefusError
from veille.francais import NBSP

ADRESSE_MAX, LOCAL_MAX, ETIQUETTE_MAX = 254, 64, 63  # RFC 5321 § 4.5.3.1 and RFC 1035.

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ETIQUETTE = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_POINTS = str.maketrans("。．｡", "...")

# Mailboxes that several people read: counted apart, since they say nothing of how many people were reached.
GENERIQUES = frozenset(
    """
    abonnement accueil admin administration association bonjour bureau ca centre clinique comite comm communication
    communications comptabilite conseil contact coordination courrier courriel direction directiongenerale dg equipe
    facturation formation gestion greffe hello infolettre info infos information informations loisirs mail mairie
    mediatheque bibliotheque municipalite organisme permanence poste projet reception recherche redaction ressources rh
    secretariat service services soutien support table ville webmaster webmestre nepasrepondre noreply no-reply
    """.split()  # noqa: SIM905 - sixty words read better as words.
)


def canonical(texte: str) -> str:
    """The one spelling of this address; RefusError says in French why it is none."""
    brut = unicodedata.normalize("NFC", texte).strip()
    if faute := _shape_fault(brut):
        raise RefusError(faute)
    local, _, domaine = brut.rpartition("@")
    local = local.lower()
    if not local.isascii():
        raise RefusError(f"« {_shown(brut)} »{NBSP}: accents et symboles ne sont pas permis avant le @.")
    if len(local) > LOCAL_MAX or not _LOCAL.fullmatch(local):
        raise RefusError(f"« {_shown(brut)} »{NBSP}: ce qui précède le @ n’est pas valide.")
    adresse = f"{local}@{_domain(domaine, brut)}"
    if len(adresse) > ADRESSE_MAX:
        raise RefusError(f"Cette adresse est trop longue{NBSP}: {ADRESSE_MAX}{NBSP}caractères au plus.")
    return adresse


def is_generic(adresse: str) -> bool:
    """Whether a canonical address is a shared mailbox (info@, direction@…), a tag after « + » apart."""
    local = adresse.partition("@")[0].partition("+")[0]
    return local in GENERIQUES or re.sub(r"[._-]", "", local) in GENERIQUES


def shown_domain(adresse: str) -> str:
    """The domain as people read it: IDN in letters."""
    domaine = adresse.rpartition("@")[2]
    try:
        return domaine.encode("ascii").decode("idna")
    except UnicodeError:
        return domaine


def _shape_fault(brut: str) -> str:
    if not brut:
        return "Écrivez une adresse de courriel."
    if len(brut) > 4 * ADRESSE_MAX:
        return f"Cette adresse est trop longue{NBSP}: {ADRESSE_MAX}{NBSP}caractères au plus."
    if any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in brut):
        return "Cette adresse contient un caractère invisible."
    if re.search(r"[,;]", brut) or brut.count("@") > 1:
        return "Une seule adresse à la fois."
    if re.search(r"[<>()\[\]\"\\:\s]", brut):
        return f"« {_shown(brut)} »{NBSP}: écrivez l’adresse seule, sans nom ni espace."
    if "@" not in brut:
        return f"« {_shown(brut)} »{NBSP}: il manque le @."
    return ""


def _domain(domaine: str, brut: str) -> str:
    """The domain in ASCII, lower case."""
    refus = RefusError(f"« {_shown(brut)} »{NBSP}: ce qui suit le @ n’est pas un nom de domaine valide.")
    try:
        ascii_ = domaine.translate(_POINTS).lower().encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise refus from None
    etiquettes = ascii_.split(".")
    sains = all(len(e) <= ETIQUETTE_MAX and _ETIQUETTE.fullmatch(e) for e in etiquettes)
    if len(etiquettes) < 2 or not sains or etiquettes[-1].isdigit():
        raise refus
    return ascii_


def _shown(brut: str) -> str:
    return brut if len(brut) <= 80 else f"{brut[:78]}…"
