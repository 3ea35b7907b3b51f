"""The page of the plan and of a moyen: what is shown, filtered, said and changed; by hand, then in a real browser with axe."""

from __future__ import annotations

import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import vobject

from tests.juges import faults_of
from tests.navigateur import NOW, Visiteur, fill, running_site, signed_in, visitor
from veille import settings
from veille.model import Activite, Suivi
from veille.store import modifications, publication, registres, suivis
from veille.store import plan as store_plan
from veille.store.connexion import connect, transaction
from veille.store.schema import open_store

RACINE = Path(__file__).resolve().parents[1]


def real_plan(dossier: Path) -> Path:
    """The shipped files in the folder, and their plan in its database, with a row and a word of staff."""
    for nom in ("organisation.toml", "sources.toml", "thematiques.toml", "territoires.toml", "plan.toml"):
        shutil.copy(settings.shipped() / nom, dossier / nom)
    shutil.copytree(settings.shipped() / "digests", dossier / "digests", dirs_exist_ok=True)
    c = open_store(dossier)
    plan = settings.load(dossier).plan
    store_plan.sync(c, plan, NOW)
    with transaction(c):
        ligne = Activite(
            0, plan.slug, ("1.1.1.1", "1.1.1"), jour_le=date(2025, 5, 2), titre="Rencontre fictive", type="rencontre"
        )
        registres.add(c, ligne, "activites", "Camille Exemple", NOW)
    c.close()
    return dossier


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return real_plan(fill(tmp_path_factory.mktemp("plan"), 8))


@pytest.fixture(scope="module")
def site(dossier: Path) -> Iterator[str]:
    with running_site(dossier) as lien:
        yield lien


@pytest.fixture(scope="module")
def equipe(dossier: Path, site: str) -> Iterator[Visiteur]:
    with visitor(dossier, site, "Camille Exemple") as visiteur:
        yield visiteur


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text).replace("\u00a0", " ").replace("&nbsp;", " "))


def test_the_page_shows_every_moyen_with_its_state_in_words(equipe: Visiteur, dossier: Path) -> None:
    page = equipe.get("/plan")
    plan = settings.load(dossier).plan
    for moyen in plan.moyens:
        assert f'href="/plan/moyens/{moyen.id}"' in page.text
    dit = text(page)
    assert "1 en cours d’après les registres" in dit and "sans suivi" in dit
    assert "échéance dépassée depuis" in dit and "le plan n’en nomme pas" in dit


def test_filters_keep_what_they_say(equipe: Visiteur) -> None:
    page = equipe.get("/plan", params={"responsable": "Adjointe administrative"})
    assert re.findall(r'<article class="panneau" id="([^"]+)"', page.text) == ["3.2.2"]
    page = equipe.get("/plan", params={"etat": "registres"})
    assert re.findall(r'<article class="panneau" id="([^"]+)"', page.text) == ["1.1.1"]
    page = equipe.get("/plan", params={"veille": "1"})
    servis = re.findall(r'<article class="panneau" id="([^"]+)"', page.text)
    assert "4.1.2" in servis and "1.4.1" not in servis


def test_a_moyen_shows_its_rows_once_and_an_unknown_one_is_not_found(equipe: Visiteur) -> None:
    page = equipe.get("/plan/moyens/1.1.1")
    assert page.text.count("Rencontre fictive") == 1 and "/registres/activites/1" in page.text
    assert equipe.get("/plan/moyens/9.9.9").status_code == 404


def test_the_calendar_holds_each_deadline_under_a_steady_name(equipe: Visiteur) -> None:
    reponse = equipe.get("/plan/echeances.ics")
    assert reponse.headers["content-type"].startswith("text/calendar")
    evenements = {e.uid.value: e for e in vobject.readOne(reponse.text).vevent_list}
    assert evenements["plan-2023-2026-1.2.2-0@veille"].dtstart.value == date(2026, 3, 31)
    assert evenements["plan-2023-2026-1.1.4-1@veille"].dtstart.value == date(2023, 12, 31)
    assert "plan-2023-2026-bilan@veille" in evenements
    assert "plan-2023-2026-1.3.1-0@veille" not in evenements
    assert "2024 : activités de célébration" in evenements["plan-2023-2026-1.2.1-0@veille"].description.value


def test_the_public_site_shows_no_plan_while_it_is_off_and_a_lighter_one_when_it_is_on(dossier: Path) -> None:
    chemin = dossier / "organisation.toml"
    c = connect(dossier / "veille.db")
    publication.rebuild(c, dossier)
    with running_site(dossier, public=True) as adresse, Visiteur(adresse) as passant:
        assert passant.get("/plan").status_code == 404
        assert 'href="/plan"' not in passant.get("/").text and "/plan<" not in passant.get("/sitemap.xml").text
        chemin.write_text(
            chemin.read_text(encoding="utf-8").replace("public = false", "public = true"), encoding="utf-8"
        )
        store_plan.set_public(c, True)
        with transaction(c):
            suivi = Suivi("plan-2023-2026", "4.1.1", "realise", date(2026, 2, 1), "Note interne", "Camille Exemple")
            suivis.record(c, suivi, NOW)
        publication.rebuild(c, dossier)
        page = passant.get("/plan")
        assert page.status_code == 200 and "Semaine de la solidarité" in page.text
        assert "réalisé au 1er février 2026" in text(page) and "Note interne" not in page.text
        assert "Rencontre fictive" not in page.text and "/registres" not in page.text
        assert 'href="/plan"' in passant.get("/").text and "/plan<" in passant.get("/sitemap.xml").text
        chemin.write_text(
            chemin.read_text(encoding="utf-8").replace("public = true", "public = false"), encoding="utf-8"
        )
        assert passant.get("/plan").status_code == 404
    c.close()


# ---------------------------------------------------------------- forms, each in a folder of its own


@pytest.fixture
def projet(tmp_path: Path, semaine: Path) -> Path:
    shutil.copytree(semaine, tmp_path, dirs_exist_ok=True)
    return real_plan(tmp_path)


def form(page: Any) -> dict[str, str]:
    base = re.search(r'name="base" value="([^"]+)"', page.text)
    assert base, page.text[:500]
    return {"base": base[1], "priorite": "", "responsables": "Équipe de la TPDSL", "echeance.texte": "2023- 2026"}


COLLABORATIONS = "\n".join(next(m for m in settings.load(RACINE).plan.moyens if m.id == "1.1.1").collaborations)


def test_a_moyen_is_changed_in_the_file_the_table_and_the_history_at_once(projet: Path) -> None:
    with signed_in(projet) as camille:
        page = camille.get("/plan/moyens/1.1.1")
        champs = {**form(page), "collaborations": COLLABORATIONS, "priorite": "priorise"}
        champs |= {"echeance.debut_le": "2023-04-01", "echeance.fin_le": "2026-03-31"}
        assert camille.send_form("/plan/moyens/1.1.1", page, **champs).status_code == 303
        suite = camille.get("/plan/moyens/1.1.1")
        assert "priorisé" in text(suite) and "Moyen 1.1.1, priorité" in text(suite)
        encore = camille.send_form("/plan/moyens/1.1.1", page, **{**champs, "priorite": "secondaire"})
        assert encore.status_code == 409 and "a changé depuis" in text(encore)
    brut = (projet / "plan.toml").read_text(encoding="utf-8")
    assert brut.startswith("# Le plan d’action 2023-2026, mot pour mot")
    (moyen,) = [m for m in tomllib.loads(brut)["moyens"] if m["id"] == "1.1.1"]
    assert moyen["priorite"] == "priorise" and moyen["echeance"]["fin_le"] == date(2026, 3, 31)
    c = connect(projet / "veille.db")
    assert store_plan.read(c) == settings.load(projet).plan
    assert len(modifications.history(c, "plan.toml")) == 1
    c.close()


def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_written(projet: Path) -> None:
    avant = (projet / "plan.toml").read_bytes()
    with signed_in(projet) as camille:
        page = camille.get("/plan/moyens/1.1.1")
        champs = {**form(page), "collaborations": COLLABORATIONS}
        for fautifs, dit in (
            ({"echeance.debut_le": "2023-04-01"}, "vont ensemble"),
            ({"echeance.texte": "Plus tard"}, "Dites aussi les jours"),
            ({"priorite": "urgent"}, "Choisissez une des valeurs offertes"),
            ({"echeance.debut_le": "2026-04-01", "echeance.fin_le": "2026-03-31"}, "ne peut pas suivre"),
        ):
            reponse = camille.send_form("/plan/moyens/1.1.1", page, **{**champs, **fautifs})
            assert reponse.status_code == 400 and dit in text(reponse), dit
    assert (projet / "plan.toml").read_bytes() == avant


def test_where_a_moyen_stands_is_added_to_what_was_said_and_rights_are_asked(projet: Path) -> None:
    with running_site(projet) as lien, visitor(projet, lien, "Camille Exemple") as camille:
        page = camille.get("/plan/moyens/1.1.2")
        for etat, jour in (("en_cours", "2026-03-02"), ("realise", "2026-03-20")):
            envoi = {"etat": etat, "jour_le": jour, "note": f"Note {etat}"}
            assert camille.send_form("/plan/moyens/1.1.2/suivi", page, **envoi).status_code == 303
        assert "Note en_cours" in text(camille.get("/plan/moyens/1.1.2"))
        for faux in (
            {"etat": "fini"},
            {"etat": "realise", "jour_le": "hier"},
            {"etat": "realise", "jour_le": "2099-01-01"},
        ):
            assert camille.send_form("/plan/moyens/1.1.2/suivi", page, **faux).status_code == 400
        with visitor(projet, lien, "Alex Exemple", ("lire",)) as alex:
            vue = alex.get("/plan/moyens/1.1.2")
            assert "Enregistrer dans le plan" not in vue.text and "/suivi" not in vue.text
            assert alex.send_form("/plan/moyens/1.1.2/suivi", vue, etat="en_cours").status_code == 403
            assert alex.send_form("/plan/moyens/1.1.2", vue, priorite="priorise").status_code == 403
    c = connect(projet / "veille.db")
    assert [s.etat for s in suivis.of(c, "plan-2023-2026", "1.1.2")] == ["realise", "en_cours"]
    c.close()


def test_a_plan_file_that_cannot_be_read_leaves_the_page_readable(projet: Path) -> None:
    (projet / "plan.toml").write_text("= =", encoding="utf-8")
    with signed_in(projet) as camille:
        page = camille.get("/plan/moyens/1.1.1")
        assert page.status_code == 200 and "plan.toml" in page.text and "Enregistrer dans le plan" not in page.text


# ---------------------------------------------------------------- a real browser


@pytest.mark.parametrize("chemin", ["/plan", "/plan/moyens/1.1.3"])
def test_pages_of_the_plan_are_accessible_and_hold_on_a_small_screen(
    equipe: Visiteur, navigateur: Any, chemin: str
) -> None:
    commun = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    cookies = [{"name": nom, "value": valeur, **commun} for nom, valeur in equipe.cookies.items()]
    etat = {"cookies": cookies, "origins": []}
    contexte = navigateur.new_context(viewport={"width": 320, "height": 700}, locale="fr-CA", storage_state=etat)
    page = contexte.new_page()
    page.goto(str(equipe.base_url).rstrip("/") + chemin)
    for repli in page.locator("details").all():
        repli.evaluate("e => { e.open = true; }")
    assert faults_of(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    contexte.close()
