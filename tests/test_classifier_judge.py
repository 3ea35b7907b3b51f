"""The judge as the pipeline uses it, with the shipped files: floors on invented titles, the JSON contract, cheap import."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.judge import Judge, modele, themes_digest, to_json
from veille.classifier.themes.depart import prior_model
from veille.classifier.themes.estimator import ThemeClassifier
from veille.classifier.themes.lecteur import Lecteur
from veille.classifier.themes.modele import load, save
from veille.model import Document
from veille.settings import load_gazetier, load_taxonomie

TAXONOMIE = load_taxonomie()
GAZETIER = load_gazetier()
JUGE = Judge(TAXONOMIE, GAZETIER)
JOUR = date(2026, 11, 23)
EXEMPLES = [(theme.slug, titre) for theme in TAXONOMIE.thematiques for titre in theme.exemples]
PLANCHER_EXEMPLES = 54  # Of 54: every example of the theme file gives its theme from the title alone.


def test_every_example_of_the_theme_file_retains_its_own_theme() -> None:
    retenus = [slug in JUGE.judge(Document("", titre), JOUR).valeurs("thematique") for slug, titre in EXEMPLES]
    assert sum(retenus) >= PLANCHER_EXEMPLES


def test_no_planted_trap_title_retains_a_theme(donnees: Path) -> None:
    pieges = tomllib.loads((donnees / "thematiques-ebauche.toml").read_text(encoding="utf-8"))["pieges"]
    titres = pieges["titres"] + pieges["territoires"]
    assert len(titres) >= 18
    assert {t: JUGE.judge(Document("", t), JOUR).valeurs("thematique") for t in titres} == dict.fromkeys(titres, ())


def test_the_judge_gives_the_very_numbers_of_the_estimator() -> None:
    titres = [titre for _, titre in EXEMPLES]
    classifieur = ThemeClassifier(TAXONOMIE).fit(titres)
    colonne = {slug: i for i, slug in enumerate(classifieur.classes_)}
    scores, probabilites = classifieur.decision_function(titres), classifieur.predict_proba(titres)
    for ligne, titre in enumerate(titres):
        for suggestion in JUGE.judge(Document("", titre), JOUR).suggestions:
            if suggestion.genre == "thematique":
                assert suggestion.score == pytest.approx(scores[ligne, colonne[suggestion.valeur]], abs=1e-4)
                proche = pytest.approx(probabilites[ligne, colonne[suggestion.valeur]], abs=1e-4)
                assert suggestion.probabilite == proche


def test_one_line_of_the_contract_is_exactly_what_was_promised() -> None:
    document = Document(
        "a1",
        "Appel de projets : le logement social à Joliette",
        texte="Déposez votre demande d'ici le 14 décembre à 16 h. Aide financière jusqu'à 50 000 $.",
        date=JOUR,
    )
    ligne = to_json(document, JUGE.judge(document, JOUR))
    cles = ["id", "thematiques", "territoires", "type", "date_limite", "montant", "incertain"]
    assert list(ligne) == cles
    assert ligne["id"] == "a1"
    assert [t["slug"] for t in ligne["thematiques"]] == ["habitation"]
    assert set(ligne["thematiques"][0]) == {"slug", "probabilite", "raisons"}
    (raison,) = [r for r in ligne["thematiques"][0]["raisons"] if r["texte"] == "logement social"]
    assert raison["genre"] == "fort"
    assert raison["poids"] > 1
    assert 0.5 <= ligne["thematiques"][0]["probabilite"] <= 1
    assert [t["slug"] for t in ligne["territoires"]] == ["mun-joliette", "joliette", "lanaudiere"]
    assert all(set(t) == {"slug", "raison"} and t["raison"] for t in ligne["territoires"])
    assert ligne["type"] == "financement"
    assert datetime.fromisoformat(ligne["date_limite"]).utcoffset() is not None
    assert ligne["montant"] == 50_000
    assert ligne["incertain"] is False
    assert json.loads(json.dumps(ligne, ensure_ascii=False)) == ligne


def test_a_document_about_nothing_gets_nulls_and_empty_lists() -> None:
    document = Document("b", "Recette de tarte")
    assert to_json(document, JUGE.judge(document, JOUR)) == {
        "id": "b",
        "thematiques": [],
        "territoires": [],
        "type": None,
        "date_limite": None,
        "montant": None,
        "incertain": False,
    }


def test_uncertain_means_near_and_none_retained() -> None:
    proche = JUGE.judge(Document("", "Une soirée d'information", "Les propriétaires et leur bail."), JOUR)
    assert proche.incertain
    assert not proche.valeurs("thematique")
    assert to_json(Document("c", ""), proche)["thematiques"] == []
    assert not JUGE.judge(Document("", "Hausses de loyer et bail"), JOUR).incertain


def test_themes_come_best_first() -> None:
    jugement = JUGE.judge(Document("", "Santé mentale : un réseau d'éclaireurs dans chaque MRC"), JOUR)
    scores = [s.score for s in jugement.suggestions if s.genre == "thematique"]
    assert scores == sorted(scores, reverse=True)
    assert jugement.valeurs("thematique")[0] == "sante-mieux-etre"


def test_the_model_is_named_after_what_was_read_only() -> None:
    nom = modele(TAXONOMIE, GAZETIER)
    assert JUGE.modele == nom == modele(load_taxonomie(), load_gazetier())
    premier, *autres = TAXONOMIE.thematiques
    corrige = replace(premier, expressions=replace(premier.expressions, fort=("toit",)))
    assert modele(replace(TAXONOMIE, thematiques=(corrige, *autres)), GAZETIER) != nom
    assert modele(TAXONOMIE, replace(GAZETIER, territoires=GAZETIER.territoires[1:])) != nom
    reecrit = replace(premier, definition="Autrement dit.", exemples=())
    assert modele(replace(TAXONOMIE, thematiques=(reecrit, *autres)), GAZETIER) != nom
    sans = replace(TAXONOMIE, hors_sujet=replace(TAXONOMIE.hors_sujet, fort=TAXONOMIE.hors_sujet.fort[1:]))
    assert modele(sans, GAZETIER) != nom
    valide = replace(premier, nom="Se loger", etat="validee", plan=())
    assert modele(replace(TAXONOMIE, thematiques=(valide, *autres)), GAZETIER) == nom


def test_a_trained_model_serves_whatever_the_order_of_themes() -> None:
    a, b, *reste = TAXONOMIE.thematiques
    assert themes_digest(replace(TAXONOMIE, thematiques=(b, a, *reste))) == themes_digest(TAXONOMIE)
    for autre in (replace(a, definition="x"), replace(a, expressions=b.expressions), replace(a, exemples=("x",))):
        assert themes_digest(replace(TAXONOMIE, thematiques=(autre, b, *reste))) != themes_digest(TAXONOMIE)


def test_off_topic_words_are_told_as_reasons_against_a_theme() -> None:
    document = Document(
        "",
        "Match nul : égalité, violence et droits d'appel",
        "Le gardien et l'entraîneur contestent. La violence envers les femmes et l'égalité des genres attendront.",
    )
    contre = [
        raison
        for suggestion in JUGE.judge(document, JOUR).suggestions
        for raison in suggestion.raisons
        if raison.genre == "hors_sujet"
    ]
    assert {raison.texte for raison in contre} >= {"entraîneur"}
    assert all(raison.poids < 0 for raison in contre)


def test_a_saved_model_keeps_the_off_topic_words(tmp_path: Path) -> None:
    save(prior_model(TAXONOMIE), tmp_path / "modele")
    relu = load(tmp_path / "modele")
    assert relu.taxonomie.hors_sujet == TAXONOMIE.hors_sujet
    document = Document("", "Un tournoi de golf et une banque alimentaire", "Les golfeurs ont donné des denrées.")
    assert Judge(relu.taxonomie, GAZETIER, Lecteur(relu)).judge(document, JOUR).suggestions == tuple(
        s for s in JUGE.judge(document, JOUR).suggestions
    )


textes = st.text(max_size=200) | st.sampled_from([titre for _, titre in EXEMPLES])


@given(
    st.builds(Document, id=st.text(max_size=5), titre=textes, resume=textes, texte=textes, date=st.none() | st.dates())
)
@settings(max_examples=150, deadline=None)
def test_any_document_is_judged_twice_alike_and_its_reasons_add_up(document: Document) -> None:
    jugement = JUGE.judge(document, JOUR)
    assert [jugement] == JUGE.judge_all([document], JOUR)
    json.dumps(to_json(document, jugement))
    themes = [s for s in jugement.suggestions if s.genre == "thematique"]
    assert all(sum(r.poids for r in s.raisons) == pytest.approx(s.score) for s in themes)
    assert sum(s.etat == "retenu" for s in themes) <= TAXONOMIE.seuils.max_themes


def test_importing_the_judge_loads_neither_numpy_nor_scikit_learn() -> None:
    code = (
        "import sys; from veille.classifier.judge import Judge, modele, themes_digest, to_json;"
        "sys.exit(' '.join({'numpy', 'sklearn', 'scipy'} & set(sys.modules)) or 0)"
    )
    resultat = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (resultat.returncode, resultat.stderr) == (0, "")


def test_without_a_theme_the_words_that_tell_of_something_else_are_given() -> None:
    match = JUGE.judge(
        Document("", "Le Rocket gagne son match de hockey", "Le gardien a brillé devant l'entraîneur."), JOUR
    )
    assert match.valeurs("thematique") == ()
    assert {mot.lower() for mot in match.hors_sujet} & {"match de hockey", "hockey", "match", "entraîneur"}
    assert JUGE.judge(Document("", "Ordre du jour"), JOUR).hors_sujet == ()
    assert JUGE.judge(Document("", "Crise du logement : les locataires s’organisent"), JOUR).hors_sujet == ()
