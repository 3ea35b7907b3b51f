"""A trained theme model as plain arrays: kept in a folder, loaded in milliseconds, never a pickle.

    modele.json     names, thresholds, the theme file it was made with, past decisions, and a digest of the other file
    matrices.npz    weights and vocabularies

What the learner and the prior say is linear in the same words, so both are folded into one matrix per block (`compile.py`)
and a document costs one small product (`lecteur.py`).
"""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from veille.errors import RefusError
from veille.model import Expressions, Seuils, Taxonomie, Thematique
from veille.textes import os_reason

Flottants = NDArray[np.float32]
FORMAT = 1
ENTETE, MATRICES = "modele.json", "matrices.npz"
_FIN = "\n"
_NEUF = ".neuf-"
_DECISIONS = ("titres", "themes", "jours", "ids", "groupes")


@dataclass(frozen=True)
class Bloc:
    """Words, or groups of letters. `poids`: a row per term, T columns for the theme file's part then T for the learner's.

    `carres`: squared idf of both parts, from which each part's length is known; 0 where a part ignores the term.
    """

    termes: tuple[str, ...]
    poids: Flottants
    carres: Flottants


@dataclass(frozen=True)
class Memoire:
    """Past decisions, to show the nearest ones: titles, themes, days, and their words as a sparse matrix by column.

    `ids`, `groupes`: the document and the story of each, so that nobody is shown its own decision.

    `debuts`: where each word's entries begin in `rangs` (which decision) and `valeurs` (length 1 by decision).
    """

    titres: tuple[str, ...] = ()
    themes: tuple[tuple[str, ...], ...] = ()
    jours: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    groupes: tuple[str, ...] = ()
    debuts: NDArray[np.int32] = field(default_factory=lambda: np.zeros(1, np.int32))
    rangs: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, np.int32))
    valeurs: Flottants = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass(frozen=True)
class Modele:
    """Everything that judges themes. Log-odds; columns follow the order of `taxonomie.thematiques`.

    `points`: log-odds for √(K/2) of each theme (rows) towards each theme (columns). `sens`: the same for the sentence
    vector; no row without the encoder. `part`: how much of each theme is learnt, from 0 to 1.
    """

    nom: str
    taxonomie: Taxonomie
    mots: Bloc
    lettres: Bloc
    points: Flottants
    sens: Flottants
    base: Flottants
    seuils: Flottants
    part: Flottants
    positifs: tuple[int, ...] = ()
    exemples: int = 0
    memoire: Memoire = field(default_factory=Memoire)

    @property
    def avec_sens(self) -> bool:
        """Whether it needs the sentence encoder."""
        return len(self.sens) > 0


def save(modele: Modele, dossier: Path) -> None:
    """Write both files in their folder, each in one step, the header last: a reader finds a whole model or a refused one.

    RefusError when the folder holds anything else: whoever named it did not mean to lose it.
    """
    if dossier.exists() and (autres := _others(dossier)):
        raise RefusError(f"Rien n’a été écrit : {dossier} contient autre chose qu’un modèle ({autres}).")
    tampon = io.BytesIO()
    np.savez(tampon, **_matrices(modele))
    octets = tampon.getvalue()
    entete: dict[str, Any] = {
        "format": FORMAT,
        "nom": modele.nom,
        "matrices": _digest(octets),
        "exemples": modele.exemples,
        "positifs": modele.positifs,
        "seuils": asdict(modele.taxonomie.seuils),
        "hors_sujet": asdict(modele.taxonomie.hors_sujet),
        "thematiques": [_plain(t) for t in modele.taxonomie.thematiques],
        "decisions": [getattr(modele.memoire, champ) for champ in _DECISIONS],
    }
    entete["empreinte"] = _header_digest(entete)
    dossier.mkdir(parents=True, exist_ok=True)
    for nom, contenu in ((MATRICES, octets), (ENTETE, json.dumps(entete, ensure_ascii=False).encode())):
        neuf = dossier / f"{_NEUF}{nom}"
        neuf.write_bytes(contenu)
        neuf.replace(dossier / nom)


def load(dossier: Path) -> Modele:
    """The model of a folder; RefusError, in French, when it is absent, damaged, changed or of another version."""
    try:
        entete = json.loads((dossier / ENTETE).read_text(encoding="utf-8"))
        octets = (dossier / MATRICES).read_bytes()
    except FileNotFoundError as erreur:
        raise RefusError(f"Aucun modèle dans {dossier} : apprenez-en un avec « veille apprendre ».") from erreur
    except OSError as erreur:
        raise RefusError(f"{dossier} : le modèle ne se lit pas ({os_reason(erreur)}).") from erreur
    except (json.JSONDecodeError, UnicodeDecodeError) as erreur:
        raise RefusError(f"{dossier / ENTETE} est endommagé ({erreur}) : apprenez un nouveau modèle.") from erreur
    if not isinstance(entete, dict) or entete.get("format") != FORMAT:
        raise RefusError(f"{dossier / ENTETE} vient d’une autre version de veille : apprenez un nouveau modèle.")
    if entete.get("matrices") != _digest(octets):
        raise RefusError(f"{dossier / MATRICES} ne correspond pas à {ENTETE} : apprenez un nouveau modèle.")
    if entete.pop("empreinte", "") != _header_digest(entete):
        raise RefusError(f"{dossier / ENTETE} a été modifié : apprenez un nouveau modèle.")
    try:
        with np.load(io.BytesIO(octets), allow_pickle=False) as m:
            return _modele(entete, {nom: m[nom] for nom in m.files})
    except (KeyError, TypeError, ValueError, AttributeError) as erreur:
        raise RefusError(f"{dossier / ENTETE} est incomplet : apprenez un nouveau modèle.") from erreur


def _others(dossier: Path) -> str:
    """What a folder holds besides a model, a few names; or that it is no folder."""
    if not dossier.is_dir():
        return "ce n’est pas un dossier"
    connus = {ENTETE, MATRICES, f"{_NEUF}{ENTETE}", f"{_NEUF}{MATRICES}"}
    return ", ".join(sorted(p.name for p in dossier.iterdir() if p.name not in connus)[:3])


def _digest(octets: bytes) -> str:
    return hashlib.blake2b(octets, digest_size=16).hexdigest()


def _header_digest(entete: dict[str, Any]) -> str:
    return _digest(json.dumps(entete, ensure_ascii=False, sort_keys=True).encode())


def _matrices(modele: Modele) -> dict[str, Any]:
    def termes(bloc: Bloc) -> NDArray[np.uint8]:
        return np.frombuffer(_FIN.join(bloc.termes).encode("utf-8"), dtype=np.uint8)

    return {
        "mots": termes(modele.mots),
        "mots_poids": modele.mots.poids,
        "mots_carres": modele.mots.carres,
        "lettres": termes(modele.lettres),
        "lettres_poids": modele.lettres.poids,
        "lettres_carres": modele.lettres.carres,
        "points": modele.points,
        "sens": modele.sens,
        "base": modele.base,
        "seuils": modele.seuils,
        "part": modele.part,
        "debuts": modele.memoire.debuts,
        "rangs": modele.memoire.rangs,
        "valeurs": modele.memoire.valeurs,
    }


def _modele(entete: dict[str, Any], m: dict[str, Any]) -> Modele:
    def bloc(nom: str) -> Bloc:
        texte = m[nom].tobytes().decode("utf-8")
        return Bloc(tuple(texte.split(_FIN)) if texte else (), m[f"{nom}_poids"], m[f"{nom}_carres"])

    titres, themes, jours, ids, groupes = entete["decisions"]
    return Modele(
        nom=entete["nom"],
        taxonomie=Taxonomie(
            tuple(map(_thematique, entete["thematiques"])),
            (),
            Seuils(**entete["seuils"]),
            _expressions(entete["hors_sujet"]),
        ),
        mots=bloc("mots"),
        lettres=bloc("lettres"),
        points=m["points"],
        sens=m["sens"],
        base=m["base"],
        seuils=m["seuils"],
        part=m["part"],
        positifs=tuple(entete["positifs"]),
        exemples=entete["exemples"],
        memoire=Memoire(
            titres=tuple(titres),
            themes=tuple(map(tuple, themes)),
            jours=tuple(jours),
            ids=tuple(ids),
            groupes=tuple(groupes),
            debuts=m["debuts"],
            rangs=m["rangs"],
            valeurs=m["valeurs"],
        ),
    )


def _plain(thematique: Thematique) -> dict[str, Any]:
    """What judging reads of a theme: its words. Definitions and examples are in the weights already."""
    return {"slug": thematique.slug, "nom": thematique.nom, "expressions": asdict(thematique.expressions)}


def _thematique(brut: dict[str, Any]) -> Thematique:
    return Thematique(brut["slug"], brut["nom"], "", expressions=_expressions(brut["expressions"]))


def _expressions(brut: dict[str, list[str]]) -> Expressions:
    return Expressions(**{force: tuple(mots) for force, mots in brut.items()})
