"""audience.toml and organisation.toml changed key by key from a page: comments, order and other lines stay as they were.

A file is changed only from the wording the person saw (`fingerprint`), and what is written is read again before it takes
the file's place, so that an unusual layout is refused rather than spoilt.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from veille.errors import Faute, FichierChangeError, SettingsError
from veille.settings import controles, ecriture, lecture, retouche, validation
from veille.settings.retouche import Valeur

# « table.cle », or « cle » for a key of the file itself → its value; None takes the key away.
Cles = Mapping[str, Valeur | None]


@dataclass(frozen=True)
class Fichier:
    """A staff file as it stands: its text, and what it says."""

    nom: str
    texte: str
    donnees: dict[str, Any]

    @property
    def empreinte(self) -> str:
        """What identifies this wording, to the letter."""
        return hashlib.blake2b(self.texte.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def read(dossier: Path, nom: str) -> Fichier:
    """A staff file of a folder; SettingsError when it is absent or is no TOML."""
    texte = ecriture.read_text(dossier, nom)
    return Fichier(nom, texte, tomllib.loads(texte))


def build(dossier: Path, nom: str, modele: type, donnees: dict[str, Any]) -> Any:
    """What a file saying this would be, judged with the others of its folder; SettingsError with every fault."""
    resultat = validation.build(modele, donnees, nom)
    fautes = resultat if isinstance(resultat, list) else []
    autres = lecture.read_folder(dossier)[0]
    fautes = [*fautes, *(f for f in controles.check({**autres, nom: donnees}) if f.fichier == nom)]
    if fautes:
        raise SettingsError(fautes)
    return resultat


def updated(donnees: Mapping[str, Any], cles: Cles) -> dict[str, Any]:
    """What a file that says `donnees` says once these keys are changed."""
    apres = {cle: dict(v) if isinstance(v, dict) else v for cle, v in donnees.items()}
    for chemin, valeur in cles.items():
        table, _, cle = chemin.rpartition(".")
        cible = apres.setdefault(table, {}) if table else apres
        if valeur is None:
            cible.pop(cle, None)
        else:
            cible[cle] = list(valeur) if isinstance(valeur, tuple) else valeur
    return apres


def change(dossier: Path, nom: str, modele: type, empreinte: str, cles: Cles) -> tuple[Fichier, Fichier]:
    """Write these keys in the file the person saw; returns it before and after. All or nothing."""
    avant = read(dossier, nom)
    if avant.empreinte != empreinte:
        raise FichierChangeError(
            [
                Faute(
                    nom, "fichier", "", "a changé depuis que vous avez ouvert cette page ; relisez-le, puis recommencez"
                )
            ]
        )
    if cles:
        ecriture.edit(dossier, nom, modele, lambda texte: _with_keys(texte, nom, empreinte, cles))
    return avant, read(dossier, nom)


def create(dossier: Path, nom: str, modele: type, texte: str) -> None:
    """Write a new staff file; refused when there is one already, or when it would not be valid."""
    chemin = dossier / nom
    if chemin.exists():
        raise SettingsError([Faute(nom, "fichier", "", "existe déjà : choisissez un autre nom")])
    if fautes := ecriture.judge(nom, modele, texte.encode(), dossier):
        raise SettingsError(fautes)
    ecriture.write_new(chemin, texte.encode())


def _with_keys(texte: str, nom: str, empreinte: str, cles: Cles) -> str:
    present = Fichier(nom, texte, tomllib.loads(texte))
    if present.empreinte != empreinte:  # Saved by someone between our reading and our writing.
        raise FichierChangeError([Faute(nom, "fichier", "", "vient d’être enregistré par quelqu’un d’autre")])
    fin = "\r\n" if "\r\n" in texte else "\n"
    document = retouche.parse(texte, nom)
    for table in dict.fromkeys(chemin.rpartition(".")[0] for chemin in cles):
        siennes = {c.rpartition(".")[2]: v for c, v in cles.items() if c.rpartition(".")[0] == table}
        retouche.merge_keys(retouche.subtable(document, table) if table else document, siennes, fin)
    apres = tomlkit.dumps(document)
    if texte.count(fin) == texte.count("\n"):
        apres = apres.replace("\r\n", "\n").replace("\n", fin)
    try:
        fidele = retouche.unordered(tomllib.loads(apres)) == retouche.unordered(updated(present.donnees, cles))
    except tomllib.TOMLDecodeError:
        fidele = False
    if not fidele:
        ou = "écrit d’une façon que l’on ne peut pas changer d’ici : modifiez le fichier lui-même"
        raise SettingsError([Faute(nom, "fichier", "", ou)])
    return apres
