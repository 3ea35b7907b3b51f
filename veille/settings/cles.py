"""A staff file changed key by key from a page: comments, order and other lines stay as they were.

`change` writes keys of the file or of its tables, `change_element` those of one element of a list of tables.

A file is changed only from the wording the person saw (`fingerprint`), and what is written is read again before it takes
the file's place, so that an unusual layout is refused rather than spoilt.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit

from veille.errors import Faute, FichierChangeError, SettingsError
from veille.settings import controles, ecriture, lecture, phrases, retouche, validation
from veille.settings.retouche import Valeur

# « table.cle », or « cle » for a key of the file (or of the element) itself → its value; None takes the key away.
Cles = Mapping[str, Valeur | None]

_ENTETE = re.compile(r"^[ \t]*\[\[?[ \t]*([\w.\-\"' ]+?)[ \t]*\]\]?[ \t]*(?:#[^\r\n]*)?\r?$", re.MULTILINE)
_EN_LIGNE = re.compile(r"^[ \t]*([\w-]+)[ \t]*=[ \t]*\{", re.MULTILINE)


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
        if valeur is None and table and table not in apres:
            continue
        cible = apres.setdefault(table, {}) if table else apres
        if valeur is None:
            cible.pop(cle, None)
        elif valeur != () or cle in cible:
            cible[cle] = list(valeur) if isinstance(valeur, tuple) else valeur
    return apres


def change(dossier: Path, nom: str, modele: type, empreinte: str, cles: Cles) -> tuple[Fichier, Fichier]:
    """Write these keys in the file the person saw; returns it before and after. All or nothing."""

    def faire(present: Fichier) -> str:
        return _checked(_with_keys(present.texte, nom, cles), present, updated(present.donnees, cles))

    return _change(dossier, nom, modele, empreinte, faire if cles else None)


def change_element(
    dossier: Path, nom: str, modele: type, table: str, cle: str, valeur: str, empreinte: str, cles: Cles
) -> tuple[Fichier, Fichier]:
    """The same for one element of a list of tables: the `[[table]]` whose `cle` (id, slug) is `valeur`."""

    def faire(present: Fichier) -> str:
        rang = _rank(present, table, cle, valeur)
        debut, fin = _span(present, table, rang)
        en_ligne = frozenset(_EN_LIGNE.findall(present.texte))
        bloc = _with_keys(present.texte[debut:fin], nom, cles, table, en_ligne)
        apres = present.texte[:debut] + bloc + present.texte[fin:]
        return _checked(apres, present, updated_element(present.donnees, table, cle, valeur, cles))

    return _change(dossier, nom, modele, empreinte, faire if cles else None)


def updated_element(donnees: Mapping[str, Any], table: str, cle: str, valeur: str, cles: Cles) -> dict[str, Any]:
    """What a file that says `donnees` says once these keys of one element are changed."""
    elements = donnees.get(table, [])
    return {**donnees, table: [updated(e, cles) if e.get(cle) == valeur else e for e in elements]}


def create(dossier: Path, nom: str, modele: type, texte: str) -> None:
    """Write a new staff file; refused when there is one already, or when it would not be valid."""
    chemin = dossier / nom
    if chemin.exists():
        raise SettingsError([Faute(nom, "fichier", "", "existe déjà : choisissez un autre nom")])
    if fautes := ecriture.judge(nom, modele, texte.encode(), dossier):
        raise SettingsError(fautes)
    ecriture.write_new(chemin, texte.encode())


def _change(
    dossier: Path, nom: str, modele: type, empreinte: str, faire: Callable[[Fichier], str] | None
) -> tuple[Fichier, Fichier]:
    """Write what `faire` makes of the file, if it still has the wording that the person saw."""
    avant = read(dossier, nom)
    if avant.empreinte != empreinte:
        change = "a changé depuis que vous avez ouvert cette page ; relisez-le, puis recommencez"
        raise FichierChangeError([Faute(nom, "fichier", "", change)])

    def ecrire(texte: str) -> str:
        present = Fichier(nom, texte, tomllib.loads(texte))
        if present.empreinte != empreinte or faire is None:  # Saved by someone between our reading and our writing.
            raise FichierChangeError([Faute(nom, "fichier", "", "vient d’être enregistré par quelqu’un d’autre")])
        return faire(present)

    if faire is not None:
        ecriture.edit(dossier, nom, modele, ecrire)
    return avant, read(dossier, nom)


def _rank(present: Fichier, table: str, cle: str, valeur: str) -> int:
    """Which element of the list bears this name."""
    noms = [element.get(cle) for element in present.donnees.get(table, [])]
    if valeur not in noms:
        connus = [str(n) for n in noms]
        raise SettingsError(
            [phrases.unknown(present.nom, f"[[{table}]], clé {cle}", valeur, "inconnu", connus, present.nom)]
        )
    return noms.index(valeur)


def _span(present: Fichier, table: str, rang: int) -> tuple[int, int]:
    """Where an element is written, its own tables included. tomlkit would put the lists of a whole file one after another,
    where people wrote them by turns: the element alone is handed to it.
    """
    entetes = [(m.start(), m[1].replace(" ", ""), m[0].lstrip().startswith("[[")) for m in
               _ENTETE.finditer(present.texte)]  # fmt: skip
    debuts = [debut for debut, ou, liste in entetes if liste and ou == table]
    if len(debuts) != len(present.donnees[table]):
        raise SettingsError([_unusual(present.nom)])
    suivants = (d for d, ou, _ in entetes if d > debuts[rang] and not ou.startswith(f"{table}."))
    return debuts[rang], next(suivants, len(present.texte))


def _with_keys(texte: str, nom: str, cles: Cles, liste: str = "", en_ligne: frozenset[str] = frozenset()) -> str:
    """The text with these keys; those of its one element when it is a piece that holds a single `[[liste]]`.

    `en_ligne`: the tables that the file writes between braces, so that a new one is written as its neighbours are.
    """
    fin = "\r\n" if "\r\n" in texte else "\n"
    document = retouche.parse(texte, nom)
    racine: Any = document[liste][0] if liste else document
    # A table's own keys last: what is inserted among them hides what stands further in it.
    for table in sorted({chemin.rpartition(".")[0] for chemin in cles}, reverse=True):
        siennes = {c.rpartition(".")[2]: v for c, v in cles.items() if c.rpartition(".")[0] == table}
        if not table:
            retouche.merge_keys(racine, siennes, fin)
        elif table in racine or table not in en_ligne:
            if table in racine or any(v is not None for v in siennes.values()):
                retouche.merge_keys(retouche.subtable(racine, table), siennes, fin)
        else:
            retouche.set_inline(racine, table, {c: v for c, v in siennes.items() if v is not None})
    apres = tomlkit.dumps(document)
    return apres.replace("\r\n", "\n").replace("\n", fin) if texte.count(fin) == texte.count("\n") else apres


def _checked(apres: str, avant: Fichier, voulu: dict[str, Any]) -> str:
    """The new text, if it says what was asked and nothing else."""
    try:
        fidele = retouche.unordered(tomllib.loads(apres)) == retouche.unordered(voulu)
    except tomllib.TOMLDecodeError:
        fidele = False
    if not fidele:
        raise SettingsError([_unusual(avant.nom)])
    return apres


def _unusual(nom: str) -> Faute:
    ou = "écrit d’une façon que l’on ne peut pas changer d’ici : modifiez le fichier lui-même"
    return Faute(nom, "fichier", "", ou)
