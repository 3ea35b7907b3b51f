"""What the domain's public records say of our mail: SPF, DKIM, DMARC, as far as DNS tells. The only room that knows dnspython.

Judging is pure (records in, sentences out); asking is at the end. Offline, or without the library, it says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from veille.errors import DependanceError
from veille.francais import NBSP
from veille.model import Envoi

Etat = Literal["bien", "attention", "grave", "inconnu"]
Reponse = tuple[str, ...] | None  # The TXT records of a name; None when no name server could be asked.
Demande = Callable[[str], Reponse]


@dataclass(frozen=True)
class Constat:
    """One thing checked: how it stands, and a sentence that says what to do."""

    sujet: str
    etat: Etat
    phrase: str


def check(domaine: str, envoi: Envoi, ask: Demande) -> tuple[Constat, ...]:
    """Everything DNS can tell of mail sent under this domain."""
    spf, dmarc = ask(domaine), ask(f"_dmarc.{domaine}")
    selecteur, signe = envoi.dkim_selecteur, envoi.dkim_domaine or domaine
    cle = ask(f"{selecteur}._domainkey.{signe}") if selecteur else ()
    return (judge_spf(domaine, spf), judge_dkim(signe, selecteur, cle), judge_dmarc(domaine, dmarc))


def judge_spf(domaine: str, textes: Reponse) -> Constat:
    """Who may send under this domain (RFC 7208)."""
    if textes is None:
        return _unknown("SPF")
    regles = [t for t in textes if re.match(r"v=spf1(\s|$)", t, re.I)]
    if not regles:
        return Constat(
            "SPF",
            "grave",
            f"Le domaine {domaine} ne dit pas qui peut envoyer en son nom. Demandez à votre hébergeur de courriel"
            " l’enregistrement TXT « v=spf1 … » à publier.",
        )
    if len(regles) > 1:
        return Constat("SPF", "grave", f"Le domaine {domaine} publie {len(regles)} règles SPF ; il n’en faut qu’une.")
    fin = re.search(r"([-~?+]?)all\b", regles[0], re.I)
    if fin and fin[1] in ("+", ""):
        return Constat("SPF", "grave", f"La règle SPF de {domaine} permet à n’importe qui d’envoyer (« +all »).")
    if fin is None and "redirect=" not in regles[0].lower():
        return Constat("SPF", "attention", f"La règle SPF de {domaine} ne se termine pas par « -all » ou « ~all ».")
    if len(re.findall(r"\b(include:|a\b|mx\b|ptr\b|exists:|redirect=)", regles[0], re.I)) > 10:
        return Constat("SPF", "grave", f"La règle SPF de {domaine} demande plus de dix recherches : elle sera ignorée.")
    return Constat(
        "SPF",
        "bien",
        f"Le domaine {domaine} dit qui peut envoyer ({regles[0]}). Vérifiez que votre serveur d’envoi y est.",
    )


def judge_dkim(domaine: str, selecteur: str, textes: Reponse) -> Constat:
    """The public key of our signature (RFC 6376)."""
    if not selecteur:
        return Constat(
            "DKIM",
            "inconnu",
            "Le sélecteur n’est pas connu (organisation.toml, envoi.dkim_selecteur). Si votre serveur d’envoi signe pour"
            " vous, demandez-lui son sélecteur et inscrivez-le avec dkim_domaine pour que cette vérification se fasse.",
        )
    nom = f"{selecteur}._domainkey.{domaine}"
    if textes is None:
        return _unknown("DKIM")
    cle = next((t for t in textes if "p=" in t), "")
    if not cle:
        return Constat("DKIM", "grave", f"Aucune clé publique à {nom} : les signatures ne pourront pas être vérifiées.")
    publique = re.search(r"\bp=([A-Za-z0-9+/=\s]*)", cle)
    if publique is None or not publique[1].strip():
        return Constat("DKIM", "grave", f"La clé publiée à {nom} est révoquée (p= vide).")
    if len(publique[1]) < 200 and "k=ed25519" not in cle:
        return Constat("DKIM", "attention", f"La clé publiée à {nom} est courte ; 2 048 bits sont conseillés.")
    return Constat("DKIM", "bien", f"La clé publique est là ({nom}).")


def judge_dmarc(domaine: str, textes: Reponse) -> Constat:
    """What others should do with mail that is not ours (RFC 7489)."""
    if textes is None:
        return _unknown("DMARC")
    regles = [t for t in textes if re.match(r"v=DMARC1\b", t, re.I)]
    if len(regles) != 1:
        combien = "n’a pas de règle DMARC" if not regles else f"a {len(regles)} règles DMARC ; il n’en faut qu’une"
        return Constat(
            "DMARC",
            "attention" if not regles else "grave",
            f"Le domaine {domaine} {combien}. Publiez à _dmarc.{domaine}{NBSP}: « v=DMARC1; p=none; rua=mailto:… » ; Gmail et"
            " Yahoo l’exigent des gros envois.",
        )
    politique = re.search(r"\bp\s*=\s*(none|quarantine|reject)", regles[0], re.I)
    if politique is None:
        return Constat("DMARC", "grave", f"La règle DMARC de {domaine} ne dit pas quoi faire (p=…).")
    suite = {
        "none": "elle observe sans rien refuser ; c’est un bon début",
        "quarantine": "ce qui n’est pas de vous va aux indésirables",
        "reject": "ce qui n’est pas de vous est refusé",
    }[politique[1].lower()]
    return Constat("DMARC", "bien", f"Le domaine {domaine} a une règle DMARC{NBSP}: {suite}.")


def _unknown(sujet: str) -> Constat:
    return Constat(
        sujet,
        "inconnu",
        "Aucun serveur de noms n’a répondu : cette machine est sans doute hors ligne. Recommencez une fois connectée.",
    )


def ask_dns(delai_s: float = 5) -> Demande:
    """How to ask real name servers; DependanceError when dnspython is not installed."""
    try:
        import dns.exception
        import dns.resolver
    except ImportError as erreur:
        raise DependanceError(
            "Vérifier les enregistrements du domaine demande dnspython, qui n’est pas installé : pip install 'veille[dkim]'."
        ) from erreur

    def ask(nom: str) -> Reponse:
        try:
            resolveur = dns.resolver.Resolver()
            resolveur.lifetime = delai_s
            return _texts([tuple(r.strings) for r in resolveur.resolve(nom, "TXT")])
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except dns.exception.DNSException:
            return None

    return ask


def _texts(enregistrements: Sequence[tuple[bytes, ...]]) -> tuple[str, ...]:
    """A long record travels in pieces of 255 bytes."""
    return tuple(b"".join(morceaux).decode("utf-8", "replace") for morceaux in enregistrements)
