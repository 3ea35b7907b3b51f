"""Words that say nearly what an expression says: from a MyThes thesaurus, or from the contexts of the archive itself.

A thesaurus mixes every sense of a word (« logement » : « cockpit »), so its words are ranked by the archive's contexts.
The only file of the advice that imports numpy, and only when neighbours are computed.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veille.errors import StoreError
from veille.francais import fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

DOSSIER_MYTHES = Path("/usr/share/mythes")
A_INSTALLER = "sudo apt install mythes-fr"
OCTETS_MAX = 64 * 2**20
FENETRE = 3  # Words on each side that make a context.
VOISINAGE = 8  # How many neighbours a word has.
MOTS_MAX = 5_000
CONTEXTES_MAX = 1_500
_BLOC = 1 << 18  # Words whose windows are counted at once.


def find_thesaurus(dossier: Path = DOSSIER_MYTHES) -> Path | None:
    """The French thesaurus of the system: Québec's where there is one, else any French one."""
    fichiers = sorted(dossier.glob("th*_fr*.dat"), key=lambda f: ("fr_CA" not in f.name, f.name))
    return next(iter(fichiers), None) or next(iter(sorted(dossier.glob("thes_fr*.dat"))), None)


def load_thesaurus(chemin: Path, voulus: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The synonyms of these words (folded) in a MyThes file; StoreError when it is none."""
    if chemin.suffix == ".idx":
        chemin = chemin.with_suffix(".dat")
    if chemin.stat().st_size > OCTETS_MAX:
        raise StoreError(f"{chemin} : trop gros pour un thésaurus.")
    octets = chemin.read_bytes()
    encodage = octets.split(b"\n", 1)[0].strip().decode("ascii", "replace")
    try:
        if not encodage:
            raise LookupError("no encoding")
        texte = octets.decode(encodage)
    except (LookupError, UnicodeDecodeError) as erreur:
        raise StoreError(f"{chemin} : ce n’est pas un thésaurus MyThes (fichier .dat).") from erreur
    return parse_thesaurus(texte, voulus)


def parse_thesaurus(texte: str, voulus: Collection[str]) -> dict[str, tuple[str, ...]]:
    """The synonyms of these words (folded), in the order of the file, without notes between parentheses.

    A word that the thesaurus knows is there, were it without synonyms.

    MyThes: the encoding, then for each word « mot|2 » followed by as many lines « (Nom)|synonyme|synonyme ».
    """
    lignes = iter(texte.splitlines()[1:])
    trouves: dict[str, dict[str, None]] = {}
    for ligne in lignes:
        mot, _, nombre = ligne.partition("|")
        if not (nombre.isascii() and nombre.isdigit() and len(nombre) < 4):
            continue
        plie = fold(mot)
        for _ in range(int(nombre)):
            sens = next(lignes, "")
            if plie in voulus:
                propres = (s.split(" (")[0].strip() for s in sens.split("|")[1:])
                trouves.setdefault(plie, {}).update((s, None) for s in propres if s and fold(s) != plie)
    return {mot: tuple(synonymes) for mot, synonymes in trouves.items()}


class Voisins:
    """Which words stand in the same contexts. `suite`: ranks of words, one after the other, -1 between two texts.

    Vectors of positive pointwise mutual information over windows of three words; the most frequent words only, so memory
    does not depend on the archive.
    """

    def __init__(
        self, suite: array[int], rangs: Mapping[str, int], frequences: Mapping[str, int], minimum: int
    ) -> None:
        mots = sorted(
            (m for m in rangs if frequences.get(m, 0) >= minimum and m.isalpha() and len(m) > 1),
            key=lambda m: (-frequences[m], m),
        )[:MOTS_MAX]
        self.mots = tuple(mots)
        self._rang = {mot: rang for rang, mot in enumerate(mots)}
        self._vecteurs = _vectors(suite, [rangs[mot] for mot in mots]) if mots else None
        self._proches: dict[int, list[tuple[int, float]]] = {}

    def likeness(self, mots: Iterable[str], autre: str) -> float | None:
        """How alike the contexts of some words and of another are, from 0 to 1; None when they are too rare to tell."""
        import numpy as np

        rangs = [self._rang[mot] for mot in mots if mot in self._rang]
        autre_rang = self._rang.get(autre)
        if not rangs or autre_rang is None or self._vecteurs is None:
            return None
        somme = self._vecteurs[rangs].sum(axis=0)
        norme = float(np.linalg.norm(somme))
        return round(float(somme @ self._vecteurs[autre_rang]) / norme, 3) if norme else 0.0

    def nearest(self, mot: str, maximum: int, seuil: float) -> tuple[tuple[str, float], ...]:
        """The words whose contexts are most like this one's, best first, when each is among the nearest of the other."""
        rang = self._rang.get(mot)
        if rang is None or self._vecteurs is None:
            return ()
        proches = [(autre, score) for autre, score in self._closest(rang) if score >= seuil]
        mutuels = [(a, s) for a, s in proches if any(retour == rang for retour, _ in self._closest(a))]
        return tuple((self.mots[autre], round(score, 3)) for autre, score in mutuels[:maximum])

    def _closest(self, rang: int) -> list[tuple[int, float]]:
        import numpy as np

        if self._vecteurs is None:
            return []
        if rang not in self._proches:
            scores = self._vecteurs @ self._vecteurs[rang]
            scores[rang] = -1.0
            ordre = np.argsort(-scores, kind="stable")[:VOISINAGE]
            self._proches[rang] = [(int(i), float(scores[i])) for i in ordre]
        return self._proches[rang]


def simple_words(expressions: Iterable[str]) -> dict[str, str]:
    """The expressions of one word, as a dictionary lists them: « logement* » under « logement »."""
    return {fold(e).rstrip("*"): e for e in expressions if fold(e).rstrip("*").isalpha() and len(e) > 3}


def _vectors(suite: array[int], places: list[int]) -> NDArray[Any]:
    import numpy as np

    n, contextes = len(places), min(len(places), CONTEXTES_MAX)
    codes = np.frombuffer(suite, dtype=np.intc)
    table = np.full(max(int(codes.max(initial=0)), max(places)) + 2, -1, dtype=np.int32)
    table[np.array(places)] = np.arange(n)
    comptes = np.zeros(n * contextes, dtype=np.float32)
    for debut in range(0, len(codes), _BLOC):
        _count(table, codes[debut : debut + _BLOC + FENETRE], comptes, contextes)
    ppmi = comptes.reshape(n, contextes)
    attendu = np.outer(ppmi.sum(axis=1), ppmi.sum(axis=0)) / max(float(ppmi.sum()), 1.0)
    vus = ppmi > 0
    np.divide(ppmi, attendu, out=ppmi, where=vus)
    np.log(ppmi, out=ppmi, where=vus)
    np.maximum(ppmi, 0.0, out=ppmi)
    normes = np.linalg.norm(ppmi, axis=1, keepdims=True)
    return np.asarray(ppmi / np.where(normes == 0, 1, normes))


def _count(table: NDArray[Any], codes: NDArray[Any], comptes: NDArray[Any], contextes: int) -> None:
    """Add the neighbours met in one block, both ways. Its last words belong to the next block, and only end windows here."""
    import numpy as np

    ids = table[codes]  # A rank of -1 reads the last cell, which is -1: nothing.
    textes = np.cumsum(codes < 0, dtype=np.int32)
    for pas in range(1, FENETRE + 1):
        fin = max(0, min(_BLOC, len(codes) - pas))
        gauche, droite = ids[:fin], ids[pas : fin + pas]
        proches = (gauche >= 0) & (droite >= 0) & (textes[:fin] == textes[pas : fin + pas])
        for mot, voisin in ((gauche, droite), (droite, gauche)):
            bons = proches & (voisin < contextes)
            cles, nombres = np.unique(mot[bons].astype(np.int64) * contextes + voisin[bons], return_counts=True)
            comptes[cles] += nombres
