"""The plain model says what scikit-learn's Pipeline says, is kept without pickle, and refuses what is not a model."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.petit_corpus import MOTS, TAXONOMIE, FauxEncodeur, corpus
from veille.classifier.themes.apprenti import build
from veille.classifier.themes.compile import compile_model
from veille.classifier.themes.depart import prior_model
from veille.classifier.themes.encodeur import Encodeur
from veille.classifier.themes.formation import fit, train
from veille.classifier.themes.lecteur import Lecteur
from veille.classifier.themes.modele import ENTETE, MATRICES, Modele, load, save
from veille.classifier.themes.textes_lus import seed
from veille.errors import RefusError
from veille.model import Document

RACINE = Path(__file__).resolve().parents[1]
EXEMPLES = corpus(80)
ENCODEURS: list[Encodeur | None] = [None, FauxEncodeur()]
PIPELINES = [fit(TAXONOMIE, EXEMPLES, 1.2, e) for e in ENCODEURS]
LECTEURS = [
    Lecteur(compile_model(p, TAXONOMIE, "essai", EXEMPLES), e) for p, e in zip(PIPELINES, ENCODEURS, strict=True)
]
APPRIS = train(TAXONOMIE, EXEMPLES, "essai").modele

mots = st.sampled_from([m for lot in MOTS.values() for m in lot.split()])
phrases = st.lists(mots | st.sampled_from(["logement social", "HLM", "logement de disque", "l’", "à"]), max_size=12)
textes = st.text(max_size=80) | phrases.map(" ".join)
documents = st.builds(Document, id=st.just("x"), titre=textes, resume=textes, texte=textes)


@pytest.mark.parametrize("rang", [0, 1], ids=["sans encodeur", "avec encodeur"])
@given(lot=st.lists(documents, max_size=5))
@settings(max_examples=150, deadline=None)
def test_any_documents_get_the_very_log_odds_of_the_pipeline(rang: int, lot: list[Document]) -> None:
    lecteur = LECTEURS[rang]
    ensemble = lecteur.score_all(lot)
    assert ensemble.shape == (len(lot), 3)
    if lot:
        assert np.abs(ensemble - PIPELINES[rang].decision_function(lot)).max() < 1e-4
        assert np.abs(ensemble - np.array([lecteur.score(d) for d in lot])).max() < 1e-4


@given(documents)
@settings(max_examples=100, deadline=None)
def test_the_words_parts_add_up_to_what_the_words_say(document: Document) -> None:
    from veille.classifier.themes.textes_lus import read_words

    lecteur = LECTEURS[0]
    lus = read_words(document)
    blocs = lecteur.read(lus)
    total = sum((p.fichier + p.appris for p in lecteur.parts(lus, blocs)), np.zeros(3))
    attendu = blocs[0].scores(lecteur.modele.mots) + blocs[1].scores(lecteur.modele.lettres)
    assert np.abs(total - attendu).max() < 1e-3


def test_more_documents_than_one_lot_are_read_in_order_and_held_a_lot_at_a_time() -> None:
    en_attente = 0

    def source() -> object:
        nonlocal en_attente
        for exemple in corpus(700, 3):
            en_attente += 1
            yield exemple.document

    vus: list[str] = []
    for lot, scores in LECTEURS[0].stream(source()):  # type: ignore[arg-type]
        assert len(scores) == len(lot) <= 256
        vus += [d.id for d in lot]
        assert en_attente == len(vus)
    assert vus == [f"d{i}" for i in range(700)]


@pytest.mark.parametrize("encodeur", ENCODEURS, ids=["sans encodeur", "avec encodeur"])
@given(lot=st.lists(documents, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_first_days_model_is_a_pipeline_that_nobody_taught(encodeur: Encodeur | None, lot: list[Document]) -> None:
    ecart = Lecteur(prior_model(TAXONOMIE, 1.3, encodeur), encodeur).score_all(lot) - _untaught(encodeur).score_all(lot)
    assert np.abs(ecart).max() < 1e-4


_INSTRUITS: dict[bool, Lecteur] = {}


def _untaught(encodeur: Encodeur | None) -> Lecteur:
    if (encodeur is not None) not in _INSTRUITS:
        archive = [*(e.document for e in EXEMPLES), *(seed(t) for t in TAXONOMIE.thematiques)]
        pipeline = build(TAXONOMIE, 1.3, encodeur).fit(archive, -np.ones((len(archive), 3), int))
        _INSTRUITS[encodeur is not None] = Lecteur(compile_model(pipeline, TAXONOMIE, ""), encodeur)
    return _INSTRUITS[encodeur is not None]


def test_a_model_comes_back_from_its_folder_as_it_was(tmp_path: Path) -> None:
    save(APPRIS, tmp_path / "m")
    relu = load(tmp_path / "m")
    essais = [e.document for e in corpus(40, 9)]
    assert np.array_equal(Lecteur(relu).score_all(essais), Lecteur(APPRIS).score_all(essais))
    for champ in fields(Modele):
        if champ.name != "taxonomie":  # Definitions and examples are in the weights already.
            assert _plain(getattr(relu, champ.name)) == _plain(getattr(APPRIS, champ.name)), champ.name
    assert [t.expressions for t in relu.taxonomie.thematiques] == [t.expressions for t in TAXONOMIE.thematiques]


def _plain(valeur: object) -> object:
    if isinstance(valeur, np.ndarray):
        return valeur.tolist()
    if hasattr(valeur, "__dataclass_fields__"):
        return [_plain(getattr(valeur, c.name)) for c in fields(valeur)]  # type: ignore[arg-type]
    return valeur


def test_saving_again_replaces_the_folder_and_leaves_nothing_beside(tmp_path: Path) -> None:
    save(APPRIS, tmp_path / "m")
    save(replace(APPRIS, nom="suivant"), tmp_path / "m")
    assert load(tmp_path / "m").nom == "suivant"
    assert [p.name for p in tmp_path.iterdir()] == ["m"]
    assert sorted(p.name for p in (tmp_path / "m").iterdir()) == sorted([ENTETE, MATRICES])


def test_nothing_kept_is_a_pickle(tmp_path: Path) -> None:
    save(APPRIS, tmp_path / "m")
    json.loads((tmp_path / "m" / ENTETE).read_text(encoding="utf-8"))
    with np.load(tmp_path / "m" / MATRICES, allow_pickle=False) as m:
        assert all(m[nom].dtype.kind in "fiu" for nom in m.files)


def _cut(dossier: Path) -> None:
    octets = (dossier / MATRICES).read_bytes()
    (dossier / MATRICES).write_bytes(octets[: len(octets) // 2])


def _change(dossier: Path, **valeurs: object) -> None:
    entete = json.loads((dossier / ENTETE).read_text(encoding="utf-8")) | valeurs
    (dossier / ENTETE).write_text(json.dumps({k: v for k, v in entete.items() if v is not ...}), encoding="utf-8")


DEGATS = {
    "sans matrices": (lambda d: (d / MATRICES).unlink(), "Aucun modèle dans"),
    "sans en-tête": (lambda d: (d / ENTETE).unlink(), "Aucun modèle dans"),
    "matrices coupées": (_cut, "ne correspond pas"),
    "en-tête coupé": (lambda d: (d / ENTETE).write_text('{"format": 1,', encoding="utf-8"), "endommagé"),
    "en-tête binaire": (lambda d: (d / ENTETE).write_bytes(b"\xff\xfe\x00"), "endommagé"),
    "pas un objet": (lambda d: (d / ENTETE).write_text("[1, 2]", encoding="utf-8"), "autre version"),
    "d’une autre version": (lambda d: _change(d, format=99), "autre version"),
    "sans ses décisions": (lambda d: _change(d, decisions=None), "modifié"),
    "thèmes d’une autre forme": (lambda d: _change(d, thematiques=["logis"]), "modifié"),
}


@pytest.mark.parametrize("degat", DEGATS)
def test_a_folder_that_holds_no_whole_model_is_refused_in_french(tmp_path: Path, degat: str) -> None:
    save(APPRIS, tmp_path / "m")
    abime, dit = DEGATS[degat]
    abime(tmp_path / "m")  # type: ignore[no-untyped-call]
    with pytest.raises(RefusError, match=dit) as pris:
        load(tmp_path / "m")
    assert "apprenez" in str(pris.value)


def test_judging_with_a_saved_model_never_loads_scikit_learn(tmp_path: Path) -> None:
    save(APPRIS, tmp_path / "m")
    code = (
        "import sys; from pathlib import Path\n"
        "from veille.classifier.themes.avis import judge_themes\n"
        "from veille.classifier.themes.lecteur import Lecteur\n"
        "from veille.classifier.themes.modele import load\n"
        "from veille.model import Document\n"
        "avis = judge_themes(Lecteur(load(Path(sys.argv[1]))), Document('a', 'Logement social : le bail et le toit'))\n"
        "assert [s.valeur for s in avis.suggestions if s.etat == 'retenu'] == ['logis'], avis\n"
        "sys.exit(' '.join({'sklearn', 'scipy', 'pandas'} & set(sys.modules)) or 0)\n"
    )
    commande = [sys.executable, "-c", code, str(tmp_path / "m")]
    fini = subprocess.run(commande, capture_output=True, text=True, cwd=RACINE, timeout=60, check=False)
    assert (fini.returncode, fini.stderr) == (0, "")


def test_a_folder_that_holds_anything_else_is_left_alone(tmp_path: Path) -> None:
    precieux = tmp_path / "mémoire" / "thèse.txt"
    precieux.parent.mkdir()
    precieux.write_text("des années de travail", encoding="utf-8")
    with pytest.raises(RefusError, match=r"thèse\.txt"):
        save(APPRIS, precieux.parent)
    assert precieux.read_text(encoding="utf-8") == "des années de travail"
    assert [p.name for p in precieux.parent.iterdir()] == ["thèse.txt"]


def test_a_header_changed_by_hand_is_refused(tmp_path: Path) -> None:
    save(APPRIS, tmp_path / "m")
    entete = tmp_path / "m" / "modele.json"
    entete.write_text(
        entete.read_text(encoding="utf-8").replace('"max_themes": 3', '"max_themes": 0'), encoding="utf-8"
    )
    with pytest.raises(RefusError, match="a été modifié"):
        load(tmp_path / "m")


def test_a_file_that_cannot_be_read_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "m" / "modele.json").mkdir(parents=True)
    with pytest.raises(RefusError, match="ne se lit pas"):
        load(tmp_path / "m")
