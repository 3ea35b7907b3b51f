"""From the bytes of a staff file to a plain dict, or to the one fault that prevents it.

Knows TOML and its usual slips (unclosed quote, file saved by an old word processor). What keys mean stays out of here.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from veille.errors import Faute
from veille.settings.regles import AUDIENCE, FICHIERS, ORGANISATION
from veille.textes import os_reason

TAILLE_MAX = 5_000_000  # a hundred times the largest file we ship; beyond it is not a staff file
_POSITION = re.compile(r"\(at line (\d+), column (\d+)\)")

# First words of tomllib's message → what the person should do.
_SYNTAXE = (
    ("Invalid value", 'valeur illisible : un texte se met entre guillemets droits "…", une liste entre crochets [ ]'),
    ("Unclosed array", "liste jamais fermée : ajoutez le crochet ]"),
    ("Unclosed inline table", "table jamais fermée : ajoutez l’accolade }"),
    ("Unterminated string", "texte jamais fermé : ajoutez le guillemet droit"),
    (
        "Illegal character",
        "texte jamais fermé, ou caractère interdit : un texte tient sur une ligne, entre guillemets droits",
    ),
    ("Expected '=' after a key", "il manque le signe = après la clé (une clé s’écrit sans accent ni espace)"),
    ("Expected newline or end of document", "il y a quelque chose de trop après la valeur"),
    ("Expected ']", "il manque un crochet ] à la fin du nom de la table"),
    ("Invalid initial character for a key part", "cette ligne n’est ni une clé, ni une table, ni un commentaire (#)"),
    ("Invalid date", "cette date n’existe pas au calendrier"),
    ("Exceeds the limit", "ce nombre est démesuré"),
    ("Cannot overwrite a value", "cette clé est écrite deux fois"),
    ("Duplicate inline table key", "cette clé est écrite deux fois"),
    ("Cannot declare", "cette table est déclarée deux fois ou d’une autre façon plus haut"),
    ("Unescaped '\\' in a string", "barre oblique inverse seule dans un texte : doublez-la (\\\\)"),
)


def read_toml(chemin: Path, nom: str) -> dict[str, Any] | Faute:
    """The content of a staff file, or why it cannot be had. `nom` is how messages call the file."""
    octets = read_bytes(chemin, nom)
    return octets if isinstance(octets, Faute) else parse_toml(octets, nom)


def read_bytes(chemin: Path, nom: str) -> bytes | Faute:
    """The bytes of a staff file, or why they cannot be had."""
    try:
        return chemin.read_bytes()
    except FileNotFoundError:
        return Faute(nom, "fichier", "", "absent ; « veille initialiser » en écrit un dans un nouveau dossier")
    except OSError as erreur:
        return Faute(nom, "fichier", "", f"ne peut pas être lu : {os_reason(erreur)}")


def parse_toml(octets: bytes, nom: str) -> dict[str, Any] | Faute:
    """The same, from bytes already in hand. A byte order mark, as Windows writes, is accepted."""
    if len(octets) > TAILLE_MAX:
        return Faute(nom, "fichier", "", f"trop gros : {TAILLE_MAX // 1_000_000} Mo au plus")
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError as erreur:
        ligne = octets.count(b"\n", 0, erreur.start) + 1
        return Faute(nom, f"ligne {ligne}", "", "n’est pas en UTF-8 : réenregistrez le fichier en « UTF-8 »")
    try:
        return tomllib.loads(texte)
    except ValueError as erreur:  # TOMLDecodeError, or a number of thousands of digits
        return _explain_syntax(str(erreur), texte, nom)
    except RecursionError:
        return Faute(nom, "fichier", "", "trop de crochets ou d’accolades emboîtés")


def _explain_syntax(message: str, texte: str, nom: str) -> Faute:
    position = _POSITION.search(message)
    lignes = texte.splitlines()
    if position:
        numero = int(position[1])
        ou = f"ligne {numero}, colonne {position[2]}"
        extrait = lignes[numero - 1].strip() if numero <= len(lignes) else ""
    else:
        ou, extrait = f"fin du fichier (ligne {len(lignes)})", lignes[-1].strip() if lignes else ""
    attendu = next(
        (sens for debut, sens in _SYNTAXE if message.startswith(debut)), "cette ligne ne suit pas les règles du TOML"
    )
    return Faute(nom, ou, extrait[:80], attendu)


def read_folder(dossier: Path) -> tuple[dict[str, dict[str, Any]], list[Faute]]:
    """Every staff file of a project folder by its name (« digests/pli/audience.toml »), and what could not be read."""
    if not dossier.is_dir():
        return {}, [Faute(str(dossier), "dossier", "", "introuvable ; « veille initialiser » en crée un")]
    lus: dict[str, dict[str, Any]] = {}
    fautes: list[Faute] = []
    for nom in (*FICHIERS, *_audiences(dossier)):
        contenu = read_toml(dossier / nom, nom)
        if isinstance(contenu, Faute):
            fautes.append(contenu)
        else:
            lus[nom] = contenu
    if not (dossier / "digests").is_dir():
        fautes.append(
            Faute("digests", "dossier", "", "absent ; il contient un dossier par public, avec son audience.toml")
        )
    return lus, fautes


def read_publics(dossier: Path) -> tuple[dict[str, dict[str, Any]], list[Faute]]:
    """organisation.toml and the audiences alone, by name, and what could not be read."""
    lus: dict[str, dict[str, Any]] = {}
    fautes: list[Faute] = []
    for nom in (ORGANISATION, *_audiences(dossier)):
        contenu = read_toml(dossier / nom, nom)
        if isinstance(contenu, Faute):
            fautes.append(contenu)
        else:
            lus[nom] = contenu
    return lus, fautes


def _audiences(dossier: Path) -> list[str]:
    """One file per audience folder; names that begin with « _ » or « . » are not audiences."""
    publics = sorted(p.name for p in dossier.glob("digests/*") if p.is_dir() and p.name[0] not in "._")
    return [f"digests/{nom}/{AUDIENCE}" for nom in publics]
