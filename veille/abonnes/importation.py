"""A list of subscribers that the organisation already has, from the bytes of a CSV to lines that can be kept. Pure.

Each line declares by what right we write to the person (LCAP): express consent, with its proof, or tacit consent, which
ends two years after a relation and six months after an inquiry. Every fault is told at once, by line and column.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from veille.abonnes import adresses
from veille.abonnes.formes import Base, Identite, LigneImport
from veille.errors import Faute, RefusError
from veille.francais import NBSP, fold, format_day

TAILLE_MAX = 8_000_000
MOIS_RELATION, MOIS_DEMANDE = 24, 6
COLONNES = ("courriel", "nom", "organisation", "mrc", "public", "base", "consenti_le", "expire_le", "preuve")
MAXIMA = {"nom": 120, "organisation": 160, "mrc": 80, "preuve": 200}

_SYNONYMES = {
    "adresse": "courriel",
    "adresse courriel": "courriel",
    "adresse de courriel": "courriel",
    "email": "courriel",
    "e-mail": "courriel",
    "organisme": "organisation",
    "publics": "public",
}
# How a base may be spelled, and within how many months a tacit one ends.
_BASES: dict[str, tuple[Base, int]] = {
    "expres": ("expres", 0),
    "tacite": ("tacite", MOIS_RELATION),
    "taciterelation": ("tacite", MOIS_RELATION),
    "tacitedemande": ("tacite", MOIS_DEMANDE),
}


@dataclass(frozen=True)
class Liste:
    """What a file holds: the lines that can be kept, and every fault of the others."""

    lignes: tuple[LigneImport, ...]
    fautes: tuple[Faute, ...]


def read_list(octets: bytes, fichier: str, publics: frozenset[str], jour: date, public: str = "") -> Liste:
    """The lines of a CSV file. `public`: the audience of the lines that name none."""
    lu = _records(octets, fichier)
    if isinstance(lu, Faute):
        return Liste((), (lu,))
    entetes, rangees = lu
    lignes: list[LigneImport] = []
    fautes: list[Faute] = []
    vues: dict[tuple[str, str], int] = {}
    for rangee in rangees:
        if isinstance(rangee, Faute):
            fautes.append(rangee)
            break  # After a broken quote nothing can be trusted.
        numero, cellules = rangee
        lecture = _Ligne(fichier, numero, entetes, cellules, publics, jour, public)
        ligne = lecture.read()
        if ligne is not None:
            lecture.check_twice(ligne, vues)
        fautes += lecture.fautes
        if ligne is not None and not lecture.fautes:
            lignes.append(ligne)
    if not lignes and not fautes:
        fautes.append(Faute(fichier, "fichier", "", "aucune ligne sous les en-têtes"))
    return Liste(tuple(lignes), tuple(fautes))


def latest_expiry(depuis: date, mois: int) -> date:
    """The last day of a tacit consent born that day."""
    rang = depuis.year * 12 + depuis.month - 1 + mois
    annee, numero = divmod(rang, 12)
    suivant = date(annee + (numero == 11), (numero + 1) % 12 + 1, 1)
    return date(annee, numero + 1, min(depuis.day, (suivant - timedelta(days=1)).day))


# ---------------------------------------------------------------- the file

Rangee = tuple[int, list[str]]


def _records(octets: bytes, fichier: str) -> tuple[list[str], Iterator[Rangee | Faute]] | Faute:
    """The headers, and the lines under them with their numbers."""
    texte = _text(octets, fichier)
    if isinstance(texte, Faute):
        return texte
    premiere = texte.partition("\n")[0]
    separateur = ";" if premiere.count(";") >= premiere.count(",") else ","
    lecteur = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
    rangees = _numbered(lecteur, fichier)
    premier = next(rangees, None)
    if premier is None or isinstance(premier, Faute):
        return premier or Faute(fichier, "fichier", "", "vide ; la première ligne donne le nom des colonnes")
    entetes = [_SYNONYMES.get(nom, nom) for nom in (" ".join(fold(cellule).split()) for cellule in premier[1])]
    return _headers_fault(entetes, fichier, premier[0]) or (entetes, rangees)


def _text(octets: bytes, fichier: str) -> str | Faute:
    if len(octets) > TAILLE_MAX:
        return Faute(fichier, "fichier", "", f"trop gros{NBSP}: {TAILLE_MAX // 1_000_000}{NBSP}Mo au plus")
    if b"\0" in octets:
        return Faute(fichier, "fichier", "", "n’est pas un CSV ; dans le tableur, enregistrez en « CSV UTF-8 »")
    for encodage in ("utf-8-sig", "cp1252"):
        try:
            return octets.decode(encodage)
        except UnicodeDecodeError:
            continue
    return Faute(fichier, "fichier", "", "encodage inconnu ; dans le tableur, enregistrez en « CSV UTF-8 »")


def _numbered(lecteur: Iterator[list[str]], fichier: str) -> Iterator[Rangee | Faute]:
    """Each line that is not blank, with the number at which it begins."""
    debut = 1
    try:
        for cellules in lecteur:
            if any(cellule.strip() for cellule in cellules):
                yield debut, cellules
            debut = lecteur.line_num + 1  # type: ignore[attr-defined]  # typeshed names csv's reader privately.
    except csv.Error:
        yield Faute(fichier, f"ligne {debut}", "", "guillemets mal fermés sur cette ligne")


def _headers_fault(entetes: list[str], fichier: str, numero: int) -> Faute | None:
    ou = f"ligne {numero}"
    if inconnue := next((nom for nom in entetes if nom not in COLONNES), None):
        connues = ", ".join(COLONNES)
        return Faute(fichier, ou, inconnue[:80], f"colonne inconnue ; les colonnes sont{NBSP}: {connues}")
    if double := next((nom for nom in entetes if entetes.count(nom) > 1), None):
        return Faute(fichier, ou, double, "colonne donnée deux fois")
    for obligatoire in ("courriel", "base", "consenti_le", "preuve"):
        if obligatoire not in entetes:
            return Faute(fichier, ou, "", f"la colonne «{NBSP}{obligatoire}{NBSP}» manque")
    return None


# ---------------------------------------------------------------- one line


class _Ligne:
    """One line being read; `fautes` fills as its columns are judged."""

    def __init__(
        self,
        fichier: str,
        numero: int,
        entetes: list[str],
        cellules: list[str],
        publics: frozenset[str],
        jour: date,
        public: str,
    ) -> None:
        self.fautes: list[Faute] = []
        self._fichier, self._numero = fichier, numero
        self._publics, self._jour, self._public = publics, jour, public
        self._valeurs = {
            nom: " ".join(valeur.split(" ")).strip() for nom, valeur in zip(entetes, cellules, strict=False)
        }
        if len(cellules) > len(entetes) and any(c.strip() for c in cellules[len(entetes) :]):
            self._fault("colonnes", "", "plus de cellules que d’en-têtes")

    def read(self) -> LigneImport | None:
        """The line, or None once its faults are told."""
        adresse = self._address()
        base, mois = self._base()
        consenti = self._day("consenti_le", required=True)
        expire = self._day("expire_le", required=mois > 0)
        self._check_dates(consenti, expire, mois)
        audiences = self._audiences()
        preuve = self._words("preuve")
        if not preuve:
            self._fault(
                "preuve", "", "obligatoire ; dites où et comment la personne a accepté (formulaire, date, dossier)"
            )
        if "@" in preuve:  # It goes into a journal that nothing erases.
            self._fault("preuve", preuve, "sans adresse de courriel ; donnez une référence (formulaire, dossier)")
        identite = Identite(self._words("nom"), self._words("organisation"), self._words("mrc"))
        if self.fautes or consenti is None:
            return None
        return LigneImport(self._numero, adresse, audiences, base, consenti, expire if mois else None, preuve, identite)

    def check_twice(self, ligne: LigneImport, vues: dict[tuple[str, str], int]) -> None:
        """The same person twice for one audience: which of the two consents counts is for a person to say."""
        for audience in ligne.audiences:
            premiere = vues.setdefault((ligne.adresse, audience), ligne.ligne)
            if premiere != ligne.ligne:
                self._fault("courriel", ligne.adresse, f"déjà à la ligne {premiere}, pour le même public")

    def _address(self) -> str:
        try:
            return adresses.canonical(self._valeurs.get("courriel", ""))
        except RefusError as refus:
            self._fault("courriel", self._valeurs.get("courriel", ""), str(refus))
            return ""

    def _base(self) -> tuple[Base, int]:
        ecrite = self._valeurs.get("base", "")
        lue = _BASES.get(re.sub(r"[^a-z]", "", fold(ecrite)))
        if lue is None:
            self._fault("base", ecrite, "attendu : exprès, tacite-relation ou tacite-demande")
            return "expres", 0
        return lue

    def _day(self, cle: str, *, required: bool) -> date | None:
        ecrit = self._valeurs.get(cle, "")
        if not ecrit:
            if required:
                attendu = "obligatoire pour un consentement tacite" if cle == "expire_le" else "obligatoire"
                self._fault(cle, "", f"{attendu} (AAAA-MM-JJ)")
            return None
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", ecrit):
                raise ValueError
            return date.fromisoformat(ecrit)
        except ValueError:
            self._fault(cle, ecrit, "attendu : une date comme 2026-12-01 (AAAA-MM-JJ)")
            return None

    def _check_dates(self, consenti: date | None, expire: date | None, mois: int) -> None:
        if consenti is not None and consenti > self._jour:
            self._fault("consenti_le", consenti.isoformat(), "cette date est à venir")
        if consenti is None or expire is None or not mois:
            if expire is not None and not mois:
                self._fault("expire_le", expire.isoformat(), "un consentement exprès n’expire pas ; laissez vide")
            return
        if expire < self._jour:
            self._fault("expire_le", expire.isoformat(), "ce consentement tacite est déjà expiré")
        limite = latest_expiry(consenti, mois)
        if expire > limite:
            duree = "deux ans après la relation" if mois == MOIS_RELATION else "six mois après la demande"
            attendu = f"au plus {duree}, donc le {format_day(limite)}"
            self._fault("expire_le", expire.isoformat(), attendu)

    def _audiences(self) -> tuple[str, ...]:
        ecrit = self._valeurs.get("public", "")
        voulues = (
            tuple(dict.fromkeys(re.split(r"[\s,|/]+", ecrit))) if ecrit else ((self._public,) if self._public else ())
        )
        if not voulues:
            self._fault("public", "", "obligatoire ici, ou --audience pour toute la liste")
        for slug in voulues:
            if slug not in self._publics:
                self._fault(
                    "public", slug, f"public inconnu ; les publics sont{NBSP}: {', '.join(sorted(self._publics))}"
                )
        return voulues

    def _words(self, cle: str) -> str:
        texte = unicodedata.normalize("NFC", self._valeurs.get(cle, ""))
        if any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in texte):
            self._fault(cle, repr(texte)[1:-1], "contient un caractère invisible ou un retour de ligne")
        elif len(texte) > MAXIMA[cle]:
            self._fault(cle, texte, f"trop long{NBSP}: {MAXIMA[cle]}{NBSP}caractères au plus")
        return texte

    def _fault(self, colonne: str, valeur: str, attendu: str) -> None:
        self.fautes.append(Faute(self._fichier, f"ligne {self._numero}, colonne {colonne}", valeur[:80], attendu))


def tell(fautes: tuple[Faute, ...], limite: int = 50) -> Mapping[str, object]:
    """Faults as a program reads them."""
    return {
        "fautes": [
            {"fichier": f.fichier, "ou": f.cle, "valeur": f.valeur, "attendu": f.attendu} for f in fautes[:limite]
        ],
        "fautes_total": len(fautes),
    }
