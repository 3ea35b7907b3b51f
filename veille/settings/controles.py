"""The rules between keys and between files, checked on plain dicts so that one bad table never hides another fault.

Pure: dicts in, faults out. A file that could not be read is simply absent, and what refers to it is then not judged.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from veille.errors import Faute
from veille.francais import fold
from veille.model import Seuils
from veille.settings import phrases, regles
from veille.settings.veille import check_sheets

Brut = Mapping[str, dict[str, Any]]  # file name as shown (« digests/pli/audience.toml ») → its content

A_REMPLIR = "à remplir"
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_COURRIEL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_ENTETE = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,59}")
_HOTE = re.compile(r"[A-Za-z0-9.:\[\]_-]+")


def check(brut: Brut) -> list[Faute]:
    """Every fault between keys and between files, whatever else is wrong."""
    controles = (
        _check_slugs,
        _check_unique,
        _check_texts,
        _check_addresses,
        _check_mails,
        _check_bounds,
        _check_intervals,
        _check_plan_days,
        _check_references,
        _check_cycles,
        _check_folders,
        _check_sign_in,
        check_sheets,
    )
    return [faute for controle in controles for faute in controle(brut)]


def _tables(brut: Brut, fichier: str, table: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(file, table as shown, content) of every table of a kind; ill-formed ones are pydantic's affair."""
    for nom, donnees in brut.items():
        if nom.rpartition("/")[2] != fichier:
            continue
        contenu = donnees.get(table) if table else donnees
        if isinstance(contenu, dict):
            yield nom, f"[{table}]" if table else "", contenu
        elif isinstance(contenu, list):
            for rang, element in enumerate(contenu):
                if isinstance(element, dict):
                    yield nom, phrases.name_table(table, rang, element), element


def _texts(brut: Brut, ici: regles.Ici) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(file, key as shown, text, table) of every text written under a key, one by one for lists."""
    for nom, table, contenu in _tables(brut, ici.fichier, ici.table):
        valeur = contenu.get(ici.cle)
        for texte in valeur if isinstance(valeur, list) else [valeur]:
            if isinstance(texte, str):
                yield nom, phrases.name_key(table, ici.cle), texte, contenu


def _check_slugs(brut: Brut) -> Iterator[Faute]:
    for ici in regles.SLUGS:
        for nom, cle, texte, _ in _texts(brut, ici):
            if not is_slug(texte):
                attendu = "attendu : minuscules sans accent, chiffres et traits d’union, 80 caractères au plus"
                yield Faute(nom, cle, phrases.show(texte), attendu)
    for nom, cle, texte, _ in _texts(brut, regles.Ici(regles.SOURCES, "source", "langue")):
        if texte and not _LANGUE.fullmatch(texte):
            yield Faute(nom, cle, phrases.show(texte), 'attendu : un code de langue, comme "fr" ou "en"')


def is_slug(texte: str) -> bool:
    """A short name: small letters without accents, digits and hyphens."""
    return bool(_SLUG.fullmatch(texte)) and len(texte) <= 80


def _check_unique(brut: Brut) -> Iterator[Faute]:
    for lot in (
        *((ici,) for ici in regles.SLUGS),
        regles.NIVEAUX,
        (regles.Ici(regles.PLAN, "indicateurs", "id"),),
        (regles.Ici(regles.PLAN, "anomalies", "code"),),
    ):
        vus: set[tuple[str, str]] = set()
        for ici in lot:
            for nom, cle, texte, _ in _texts(brut, ici):
                if (nom, texte) in vus:
                    yield Faute(nom, cle, phrases.show(texte), "déjà employé plus haut : chaque nom court est unique")
                vus.add((nom, texte))


def _check_texts(brut: Brut) -> Iterator[Faute]:
    for ici in regles.REQUIS:
        for nom, cle, texte, _ in _texts(brut, ici):
            if not texte.strip():
                yield Faute(nom, cle, "", "ne peut pas être vide")
    for ici in regles.LIGNES:
        for nom, cle, texte, _ in _texts(brut, ici):
            if any(ord(c) < 32 or ord(c) == 127 for c in texte):
                yield Faute(nom, cle, phrases.show(texte), "doit tenir sur une ligne, sans tabulation ni saut de ligne")
    for nom, cle, texte, _ in _texts(brut, regles.Ici(regles.ORGANISATION, "reseau", "hotes_permis")):
        if not _HOTE.fullmatch(texte):
            yield Faute(nom, cle, phrases.show(texte), 'attendu : un nom d’hôte ou une adresse IP, comme "127.0.0.1"')


def _check_addresses(brut: Brut) -> Iterator[Faute]:
    for ici in regles.ADRESSES:
        for nom, cle, texte, table in _texts(brut, ici):
            read = ici.cle in ("url", "adresse")  # what a « courriel » or « manuel » source writes there is free
            required = read and table.get("genre") in ("flux", "liste", "page")
            if (required or (texte and not read)) and not _is_web_address(texte):
                yield Faute(
                    nom,
                    cle,
                    phrases.show(texte),
                    "attendu : une adresse Web complète, qui commence par https:// ou http://",
                )


def _is_web_address(texte: str) -> bool:
    """A complete http(s) address: a host, no space, no password inside."""
    try:
        parties = urlsplit(texte)
        port = parties.port  # raises when it is not a number
    except ValueError:
        return False
    propre = not any(c.isspace() or ord(c) < 32 for c in texte)
    return (
        propre
        and parties.scheme in ("http", "https")
        and bool(parties.hostname)
        and parties.username is None
        and port != 0
    )


def _check_mails(brut: Brut) -> Iterator[Faute]:
    for ici in regles.COURRIELS:
        for nom, cle, texte, _ in _texts(brut, ici):
            if not is_unfilled(texte) and not (len(texte) <= 254 and _COURRIEL.fullmatch(texte)):
                yield Faute(nom, cle, phrases.show(texte), "attendu : une adresse courriel, comme info@exemple.org")


def _check_bounds(brut: Brut) -> Iterator[Faute]:
    for ici, bas, haut in regles.BORNES:
        for nom, table, contenu in _tables(brut, ici.fichier, ici.table):
            valeur = contenu.get(ici.cle)
            if _is_number(valeur) and not bas <= valeur <= haut:
                cle = phrases.name_key(table, ici.cle)
                yield Faute(nom, cle, phrases.show(valeur), f"attendu : de {bas:g} à {haut:g}".replace(".", ","))


def _check_intervals(brut: Brut) -> Iterator[Faute]:
    """Pairs that must be in order: thresholds, years, targets."""
    paires: list[tuple[str, str, dict[str, Any], str, str]] = []
    for nom, table, contenu in _tables(brut, regles.THEMES, "seuils"):
        paires.append((nom, table, {**asdict(Seuils()), **contenu}, "a_revoir", "retenu"))
    for nom, table, contenu in _tables(brut, regles.PLAN, ""):
        paires.append((nom, table, contenu, "debut", "fin"))
    for niveau in ("moyens", "sous_moyens", "indicateurs"):
        for nom, table, contenu in _tables(brut, regles.PLAN, niveau):
            paires += [(nom, table, sous, bas, haut) for sous, bas, haut in _nested_pairs(contenu)]
    for nom, table, contenu, bas, haut in paires:
        debut, fin = contenu.get(bas), contenu.get(haut)
        if _is_number(debut) and _is_number(fin) and fin and debut > fin:
            yield Faute(
                nom,
                phrases.name_key(table, bas),
                phrases.show(debut),
                f"ne peut pas dépasser {haut} ({phrases.show(fin)})",
            )


def _nested_pairs(contenu: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    for echeance in _echeances(contenu):
        yield echeance, "debut", "fin"
        if isinstance(echeance.get("cible"), dict):
            yield echeance["cible"], "min", "max"
    if isinstance(contenu.get("cible"), dict):
        yield contenu["cible"], "min", "max"


def _check_plan_days(brut: Brut) -> Iterator[Faute]:
    """Days of échéances come by two, in order; a baseline is known before the plan ends."""
    for nom, table, contenu in _tables(brut, regles.PLAN, "moyens"):
        for echeance in _echeances(contenu):
            yield from _check_days(nom, table, echeance)
    fins = {nom: plan.get("bilan_le") for nom, _, plan in _tables(brut, regles.PLAN, "")}
    for nom, table, contenu in _tables(brut, regles.PLAN, "indicateurs"):
        base, fin = contenu.get("base"), fins[nom]
        le = base.get("le") if isinstance(base, dict) else None
        if _is_day(le) and _is_day(fin) and le > fin:
            attendu = f"ne peut pas suivre la date du bilan ({phrases.show(fin)})"
            yield Faute(nom, phrases.name_key(table, "le"), phrases.show(le), attendu)


def _check_days(nom: str, table: str, echeance: dict[str, Any]) -> Iterator[Faute]:
    debut, fin = echeance.get("debut_le"), echeance.get("fin_le")
    if (debut is None) != (fin is None):
        absente = "fin_le" if fin is None else "debut_le"
        attendu = "obligatoire : « debut_le » et « fin_le » vont ensemble"
        yield Faute(nom, phrases.name_key(table, absente), "", attendu)
    elif _is_day(debut) and _is_day(fin) and debut > fin:
        attendu = f"ne peut pas suivre fin_le ({phrases.show(fin)})"
        yield Faute(nom, phrases.name_key(table, "debut_le"), phrases.show(debut), attendu)


def _is_day(valeur: object) -> TypeGuard[date]:
    return isinstance(valeur, date) and not isinstance(valeur, datetime)


def _echeances(moyen: dict[str, Any]) -> Iterator[dict[str, Any]]:
    phases = moyen.get("phases")
    for echeance in [moyen.get("echeance"), *(phases if isinstance(phases, list) else [])]:
        if isinstance(echeance, dict):
            yield echeance


def _is_number(valeur: object) -> TypeGuard[float]:
    return isinstance(valeur, (int, float)) and not isinstance(valeur, bool)


def _check_references(brut: Brut) -> Iterator[Faute]:
    declares = {sens: _declared(brut, ou) for sens, ou in regles.DECLARES.items()}
    for ici, vers, etoile in regles.REFERENCES:
        permis = declares[vers]
        if permis is None:
            continue
        for nom, cle, texte, _ in _texts(brut, ici):
            vide = not texte and ici.cle in ("territoire", "type", "parent")
            if texte in permis or vide or (etoile and texte == "*"):
                continue
            ou = regles.DECLARES[vers][0].fichier
            yield phrases.unknown(nom, cle, texte, f"{vers} qui n’existe pas dans {ou}", permis, ou)


def _declared(brut: Brut, lieux: tuple[regles.Ici, ...]) -> dict[str, None] | None:
    """Names declared in a file, in its order; None when the file could not be read."""
    if lieux[0].fichier not in brut:
        return None
    return {texte: None for ici in lieux for _, _, texte, _ in _texts(brut, ici)}


def _check_cycles(brut: Brut) -> Iterator[Faute]:
    """A place that ends up containing itself; each loop is told once."""
    parents = {}
    for nom, table, contenu in _tables(brut, regles.LIEUX, "territoires"):
        slug, parent = contenu.get("slug"), contenu.get("parent")
        if isinstance(slug, str) and isinstance(parent, str):
            parents[slug] = (parent, nom, table)
    for slug, (parent, nom, table) in parents.items():
        boucle = [slug]
        while parent in parents and parent not in boucle:
            boucle.append(parent)
            parent = parents[parent][0]
        if parent == slug == min(boucle):
            chaine = " → ".join([*boucle, slug])
            yield Faute(
                nom,
                phrases.name_key(table, "parent"),
                parents[slug][0],
                f"boucle : {chaine}",
            )


def _check_folders(brut: Brut) -> Iterator[Faute]:
    for nom, cle, texte, _ in _texts(brut, regles.Ici(regles.AUDIENCE, "", "slug")):
        dossier = nom.split("/")[-2] if "/" in nom else texte
        if texte != dossier:
            yield Faute(nom, cle, phrases.show(texte), f"attendu : le nom du dossier, « {dossier} »")


def is_unfilled(texte: str) -> bool:
    """Left for staff to fill in: empty or « à remplir »."""
    return fold(texte).strip(" .") in ("", fold(A_REMPLIR))


def _check_sign_in(brut: Brut) -> Iterator[Faute]:
    """The proxy in front of the staff site: a header that may carry an identity, from addresses that are not everybody's."""
    for nom, table, contenu in _tables(brut, regles.ORGANISATION, "connexion"):
        entete, mandataires = contenu.get("entete", ""), contenu.get("mandataires", [])
        if isinstance(entete, str) and entete and not _carries_identity(entete):
            attendu = 'attendu : le nom d’un en-tête que le mandataire pose lui-même, comme "X-Identifiant"'
            yield Faute(nom, phrases.name_key(table, "entete"), phrases.show(entete), attendu)
        if bool(entete) != bool(mandataires):
            absente = "mandataires" if entete else "entete"
            attendu = "obligatoire : « entete » et « mandataires » vont ensemble"
            yield Faute(nom, phrases.name_key(table, absente), "", attendu)
    for nom, cle, texte, _ in _texts(brut, regles.Ici(regles.ORGANISATION, "connexion", "mandataires")):
        if not _is_network(texte):
            attendu = (
                'attendu : une adresse IP ou un réseau, comme "127.0.0.1" ou "10.0.0.0/24", mais pas tout Internet'
            )
            yield Faute(nom, cle, phrases.show(texte), attendu)


def _carries_identity(entete: str) -> bool:
    return bool(_ENTETE.fullmatch(entete)) and entete.lower() not in regles.ENTETES_PRIS


def _is_network(texte: str) -> bool:
    try:
        return ipaddress.ip_network(texte, strict=False).prefixlen >= 8
    except ValueError:
        return False
