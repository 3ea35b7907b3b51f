"""« Évaluation » and « Plan de veille »: figures that lead to their rows, files, declared minutes, a sheet revised by page."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.juges import faults_of
from tests.navigateur import NOW, Visiteur, account, browser, fill, running_site, session_link, visitor
from tests.plan_lecteurs import words_of_docx, words_of_xlsx
from veille.appreciation import periodes
from veille.francais import local_day
from veille.pages import reglages
from veille.pages.plan_veille import groups
from veille.settings import load, load_taxonomie
from veille.settings.revisions import read as revisions
from veille.store import appreciation, instantanes
from veille.store.connexion import connect, transaction

RACINE = Path(__file__).resolve().parents[1]
FICHE = "/plan-de-veille/habitation"


@dataclass(frozen=True)
class Lieu:
    """A site on a whole project folder, and who visits it."""

    dossier: Path
    equipe: Visiteur
    adresse: str


@pytest.fixture(scope="module")
def lieu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lieu]:
    dossier = fill(tmp_path_factory.mktemp("evaluation"), 12)
    for fichier in RACINE.glob("*.toml"):
        if fichier.name != "pyproject.toml":
            shutil.copy(fichier, dossier)
    shutil.copytree(RACINE / "digests", dossier / "digests")
    with running_site(dossier) as lien, visitor(dossier, lien, "Camille Exemple") as equipe:
        yield Lieu(dossier, equipe, lien.partition("/connexion")[0])


def words(visiteur: Visiteur, adresse: str) -> str:
    reponse = visiteur.get(adresse)
    assert reponse.status_code == 200, adresse
    return unescape(reponse.text).replace("\u00a0", " ")


def typed(lieu: Lieu, slug: str, **changes: str) -> dict[str, Any]:
    """The whole form of a sheet as a browser sends it, with what someone typed over it."""
    theme = next(t for t in load_taxonomie(lieu.dossier).thematiques if t.slug == slug)
    champs = [champ for groupe in groups(load(lieu.dossier)) for champ in groupe.champs]
    saisies = {cle: list(v) if isinstance(v, tuple) else v for cle, v in reglages.show(theme.veille, champs).items()}
    return {**saisies, **changes}


def test_minutes_are_declared_counted_by_task_and_withdrawn(lieu: Lieu) -> None:
    page = lieu.equipe.get("/evaluation")
    jour = local_day(NOW).isoformat()
    champs = {"tache": "revue", "minutes": "75", "jour": jour, "note": "En équipe"}
    assert lieu.equipe.send_form("/evaluation/efforts", page, **champs).status_code == 303
    texte = words(lieu.equipe, "/evaluation")
    assert "1 h 15 en tout" in texte and "En équipe" in texte
    with contextlib.closing(connect(lieu.dossier / "veille.db")) as c:
        (numero,) = c.execute("SELECT id FROM efforts").fetchone()
    assert lieu.equipe.send_form(f"/evaluation/efforts/{numero}/retirer", page).status_code == 303
    assert "1 h 15 en tout" not in words(lieu.equipe, "/evaluation")


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [("minutes", "0"), ("minutes", "beaucoup"), ("minutes", "6001"), ("tache", "sieste"), ("jour", "hier"),
     ("jour", (local_day(NOW) + timedelta(days=1)).isoformat()), ("bulletin", "99999")],
)  # fmt: skip
def test_what_cannot_be_declared_is_refused_in_french(lieu: Lieu, champ: str, valeur: str) -> None:
    page = lieu.equipe.get("/evaluation")
    champs = {"tache": "revue", "minutes": "10", "jour": local_day(NOW).isoformat(), champ: valeur}
    assert lieu.equipe.send_form("/evaluation/efforts", page, **champs).status_code == 400
    with contextlib.closing(connect(lieu.dossier / "veille.db")) as c:
        assert c.execute("SELECT count(*) FROM efforts WHERE minutes = 10").fetchone()[0] == 0


def test_the_files_of_the_evaluation_hold_the_figures_of_the_page(lieu: Lieu) -> None:
    page = words(lieu.equipe, "/evaluation?trimestre=2026-T4")
    donnees = json.loads(lieu.equipe.get("/evaluation/evaluation.json?trimestre=2026-T4").content)
    phrase = f"{donnees['total']['elements']} éléments lus, réunis en {donnees['total']['nouvelles']} nouvelles"
    assert phrase in page
    for forme, lire in (("docx", words_of_docx), ("xlsx", words_of_xlsx)):
        reponse = lieu.equipe.get(f"/evaluation/evaluation.{forme}?trimestre=2026-T4")
        assert f"evaluation-2026-T4.{forme}" in reponse.headers["content-disposition"]
        assert phrase in str(lire(reponse.content)).replace("\\xa0", " ").replace("\u00a0", " "), forme
    assert phrase in words(lieu.equipe, "/evaluation/evaluation.html?trimestre=2026-T4")


def test_a_frozen_quarter_is_shown_as_it_was_beside_the_one_before(lieu: Lieu) -> None:
    with contextlib.closing(connect(lieu.dossier / "veille.db")) as c, transaction(c):
        for code, reprises in (("2026-T1", 3), ("2026-T2", 7)):
            trimestre = periodes.read_quarter(code)
            assert trimestre is not None
            compte = appreciation.read(c, periodes.of_quarter(trimestre), NOW)
            instantanes.freeze(c, replace(compte, reprises=reprises), NOW)
    texte = words(lieu.equipe, "/evaluation?trimestre=2026-T2")
    assert "Trimestre figé le 23 novembre 2026" in texte
    assert "À côté : janvier à mars 2026" in texte
    ligne = texte[texte.index("Éléments repris dans un outil") :][:700]
    assert ligne.index(">7<") < ligne.index(">3<")
    assert "Trimestre figé" not in words(lieu.equipe, "/evaluation?trimestre=2026-T4")


def test_the_plan_de_veille_shows_each_theme_and_its_files(lieu: Lieu) -> None:
    texte = words(lieu.equipe, "/plan-de-veille")
    for dit in ("Habitation et logement", "ébauche, à valider", "Ce qui n’est pas couvert"):
        assert dit in texte
    for adresse in ("/plan-de-veille/plan-de-veille.html", f"{FICHE}/fiche.docx", f"{FICHE}/fiche.xlsx"):
        assert lieu.equipe.get(adresse).status_code == 200
    fiche = json.loads(lieu.equipe.get(f"{FICHE}/fiche.json").content)
    assert [t["slug"] for t in fiche["thematiques"]] == ["habitation"]
    assert lieu.equipe.get("/plan-de-veille/rien").status_code == 404
    assert lieu.equipe.get("/plan-de-veille/rien/fiche.json").status_code == 404


def test_a_sheet_is_changed_by_page_with_its_history_and_nothing_else_moves(lieu: Lieu) -> None:
    avant = (lieu.dossier / "thematiques.toml").read_text(encoding="utf-8")
    page = lieu.equipe.get(FICHE)
    voulus = typed(lieu, "habitation", question="Où loger les familles ?")
    assert lieu.equipe.submit(page, FICHE, **voulus).status_code == 303
    apres = (lieu.dossier / "thematiques.toml").read_text(encoding="utf-8")
    changees = [ligne for ligne in apres.splitlines() if ligne not in avant.splitlines()]
    assert changees == ['question = "Où loger les familles ?"']
    assert "Question : «" in words(lieu.equipe, FICHE)
    refus = lieu.equipe.submit(page, FICHE, **{**voulus, "question": "Autre chose ?"})  # From the wording of before.
    assert refus.status_code == 409
    assert "Autre chose ?" in refus.text


def test_a_sheet_that_breaks_a_rule_is_refused_and_what_was_typed_is_kept(lieu: Lieu) -> None:
    page = lieu.equipe.get(FICHE)
    refus = lieu.equipe.submit(
        page, FICHE, **typed(lieu, "habitation", revue_le="2027-06-01", a_revoir_le="2027-05-01")
    )
    assert refus.status_code == 400
    assert 'value="2027-06-01"' in refus.text


def test_a_revision_that_is_due_is_recalled_at_home_until_the_sheet_is_read_again(lieu: Lieu) -> None:
    sante = "/plan-de-veille/sante-mieux-etre"
    page = lieu.equipe.get(sante)
    assert (
        lieu.equipe.submit(page, sante, **typed(lieu, "sante-mieux-etre", a_revoir_le="2026-11-20")).status_code == 303
    )
    assert "1 fiche du plan de veille à revoir" in words(lieu.equipe, "/")
    page = lieu.equipe.get(sante)
    assert lieu.equipe.submit(page, f"{sante}/revue").status_code == 303
    assert "à revoir" not in words(lieu.equipe, "/").partition("Échéances")[0]
    prochaine = next(r for r in revisions(lieu.dossier) if r.slug == "sante-mieux-etre")
    assert prochaine.a_revoir_le == local_day(NOW) + timedelta(days=182)


def test_who_may_only_read_sees_neither_forms_nor_buttons_and_may_not_write(lieu: Lieu) -> None:
    lien = session_link(lieu.dossier, account(lieu.dossier, "Alex Exemple", ("lire",)))
    with Visiteur(lieu.adresse) as visiteur:
        visiteur.enter(lieu.adresse + lien)
        page = visiteur.get(FICHE)
        assert "Modifier la fiche" not in page.text and ">J’ai revu cette fiche<" not in page.text
        assert "Déclarer ce temps" not in visiteur.get("/evaluation").text
        assert visiteur.get("/evaluation/evaluation.json").status_code == 200
        for adresse in (FICHE, f"{FICHE}/revue", "/evaluation/efforts"):
            assert visiteur.send_form(adresse, page).status_code == 403


def test_axe_finds_nothing_and_nothing_overflows_a_phone(lieu: Lieu) -> None:
    lien = session_link(lieu.dossier, account(lieu.dossier))
    with browser(viewport={"width": 320, "height": 800}) as page:
        page.goto(lieu.adresse + lien)
        page.locator("main form button").last.click()
        page.locator("h1").first.wait_for()
        for adresse in ("/evaluation?trimestre=2026-T4", "/plan-de-veille", FICHE):
            page.goto(lieu.adresse + adresse)
            assert faults_of(page) == [], adresse
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, adresse
