"""JSON Lines given on the command line: texts to judge, texts with their true themes. Every bad line is told at once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from veille.errors import Faute, RefusError, SettingsError
from veille.model import Document, Exemple, Taxonomie

T = TypeVar("T")
# Names by which a field may be given: ours, then those of the usual sets.
TITRE, RESUME, TEXTE = ("titre", "title"), ("resume", "summary"), ("texte", "text")
THEMES, GROUPE = ("thematiques", "themes", "labels"), ("groupe", "dossier")
DATE = ("date",)


def read_documents(chemin: Path) -> list[tuple[Document, Any]]:
    """Documents of a file (`{id, titre, texte, date?, source?}`), each with its id as given."""
    return _read(chemin, _document)


def read_examples(chemin: Path, taxonomie: Taxonomie) -> list[Exemple]:
    """Documents with their themes, for learning or measuring.

    Themes that the theme file has not are left out and told; a set of which it knows none is refused.
    """
    slugs = {t.slug for t in taxonomie.thematiques}
    inconnus: Counter[str] = Counter()

    def example(donnees: dict[str, Any]) -> Exemple:
        document, _ = _document(donnees)
        themes = _field(donnees, THEMES, list)
        if themes is None or not all(isinstance(t, str) for t in themes):
            raise ValueError("« thematiques » doit être une liste de noms courts (vide : hors sujet)")
        inconnus.update(set(themes) - slugs)
        groupe = _field(donnees, GROUPE, str) or ""
        return Exemple(document, frozenset(themes) & slugs, groupe, document.date)

    exemples = _read(chemin, example)
    if inconnus:
        noms = ", ".join(f"{slug} ({fois})" for slug, fois in inconnus.most_common(10))
        if not any(e.themes for e in exemples):
            raise RefusError(
                f"{chemin} : aucun de ses thèmes n’est connu ({noms}). Donnez les siens par « --thematiques »."
            )
        click.echo(f"veille : {chemin} : thèmes inconnus, laissés de côté : {noms}.", err=True)
    return exemples


def _read(chemin: Path, build: Callable[[dict[str, Any]], T]) -> list[T]:
    lus: list[T] = []
    fautes: list[Faute] = []
    vus: dict[str, int] = {}
    for numero, ligne in enumerate(_text_of(chemin).split("\n"), start=1):
        if not ligne.strip():
            continue
        try:
            donnees = _parse(ligne)
            if (premiere := vus.setdefault(str(donnees["id"]), numero)) != numero:
                raise ValueError(f"l’identifiant « {donnees['id']} » est déjà celui de la ligne {premiere}")
            lus.append(build(donnees))
        except ValueError as erreur:
            fautes.append(Faute(str(chemin), f"ligne {numero}", ligne[:60], str(erreur)))
    if fautes:
        raise SettingsError(fautes)
    return lus


def _text_of(chemin: Path) -> str:
    try:
        return chemin.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as erreur:
        raise SettingsError([Faute(str(chemin), "fichier", "", "un texte en UTF-8 est attendu")]) from erreur


def _parse(ligne: str) -> dict[str, Any]:
    """One line of JSON; half a character (« \\ud800 »), which no text can hold, is replaced."""
    try:
        donnees = json.loads(json.dumps(json.loads(ligne), ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as erreur:
        raise ValueError("un objet JSON est attendu") from erreur
    if not isinstance(donnees, dict):
        raise ValueError("un objet JSON est attendu")  # One kind of error for one bad line.
    if not isinstance(donnees.get("id"), str | int) or isinstance(donnees["id"], bool):
        raise ValueError("« id » doit être un texte ou un entier")
    return donnees


def _document(donnees: dict[str, Any]) -> tuple[Document, Any]:
    brute = (_field(donnees, DATE, str) or "")[:10]
    try:
        jour = date.fromisoformat(brute) if brute else None
    except ValueError as erreur:
        raise ValueError("« date » doit s’écrire AAAA-MM-JJ") from erreur
    document = Document(
        id=str(donnees["id"]),
        titre=_field(donnees, TITRE, str) or "",
        resume=_field(donnees, RESUME, str) or "",
        texte=_field(donnees, TEXTE, str) or "",
        date=jour,
        source=_field(donnees, ("source",), str) or "",
    )
    return document, donnees["id"]


def _field(donnees: dict[str, Any], noms: tuple[str, ...], genre: type[T]) -> T | None:
    """The first of these names that is given; None when none is."""
    for nom in noms:
        valeur = donnees.get(nom)
        if valeur is not None:
            if not isinstance(valeur, genre):
                raise ValueError(f"« {nom} » doit être {'un texte' if genre is str else 'une liste'}")
            return valeur
    return None
