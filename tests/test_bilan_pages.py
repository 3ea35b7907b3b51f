"""« Bilans » and the page of an indicator: drawn up by a form, kept, taken as files; every figure opens onto its rows."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest

from tests.juges import faults_of, vnu
from tests.navigateur import NOW, Visiteur, browser, fill, running_site, visitor
from tests.plan_lecteurs import words_of_docx, words_of_xlsx
from tests.plan_mesure import PLAN, activite, donnee, outil
from veille.evaluation import Renvoi
from veille.pages import indicateurs
from veille.periodes import plan_period, quarter_of, year_of
from veille.store import registres
from veille.store.connexion import connect, transaction
from veille.store.schema import open_store

ADRESSES = (
    "/bilans",
    "/bilans/1",
    "/bilans/2?page=ca",
    "/plan/indicateurs/IND-1.1.2-b",
    "/plan/indicateurs/IND-1.1.3-b?genre=plan",
    "/plan/indicateurs/CIBLE-1.1.1.1?genre=trimestre&debut=2025-05-01",
    "/plan/indicateurs/TOTAL-activites",
)


@dataclass(frozen=True)
class Lieu:
    """A site with a year of registers and two bilans, and who visits it."""

    dossier: Path
    adresse: str
    equipe: Visiteur


@pytest.fixture(scope="module")
def lieu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lieu]:
    dossier = fill(tmp_path_factory.mktemp("bilans"), 4)
    with contextlib.closing(open_store(dossier)) as c, transaction(c):
        for n in range(60):
            ligne = activite(
                0, "1.1.2", type="clds", mrc=("joliette",), le=date(2025, 4, 2) + timedelta(n), presences=n
            )
            registres.add(c, ligne, "activites", "Camille Exemple", NOW)
        registres.add(c, outil(0, "1.1.3"), "outils", "Camille Exemple", NOW)
        texte = donnee(
            0, "IND-1.1.3-b", moyens=("1.1.3",), valeur=120.0, narratif="<b>Présentations</b> et infolettres."
        )
        registres.add(c, texte, "mesures_manuelles", "Camille Exemple", NOW)
    with running_site(dossier) as lien, visitor(dossier, lien, "Camille Exemple") as equipe:
        for portee in ("plan", "annee"):
            page = equipe.get("/bilans")
            assert equipe.send_form("/bilans/faire", page, portee=portee, au="2026-03-31").status_code == 303
        yield Lieu(dossier, lien.partition("/connexion")[0], equipe)


def plain(texte: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", texte)))


def test_a_bilan_is_made_once_and_listed_with_its_files(lieu: Lieu) -> None:
    page = lieu.equipe.get("/bilans")
    encore = lieu.equipe.send_form("/bilans/faire", page, portee="plan", au="2026-03-31")
    assert encore.headers["location"] == "/bilans/1"
    assert "rien n’a changé depuis" in plain(lieu.equipe.get("/bilans/1").text)
    liste = plain(lieu.equipe.get("/bilans").text)
    assert "Bilan nº 2" in liste and "Bilan nº 3" not in liste
    assert 'href="/bilans/2.docx?page=ca"' in lieu.equipe.get("/bilans").text


def test_each_format_is_the_same_bilan_and_its_links_lead_to_this_site(lieu: Lieu) -> None:
    lus = {f: lieu.equipe.get(f"/bilans/1.{f}") for f in ("docx", "html", "xlsx", "json")}
    for forme, reponse in lus.items():
        assert reponse.status_code == 200
        assert f'filename="bilan-{PLAN.slug}-plan-2026-03-31-no1.{forme}"' in reponse.headers["content-disposition"]
    objet = json.loads(lus["json"].text)
    total = next(c for c in objet["bilan"]["totaux"] if c["code"] == "TOTAL-presences")
    assert total["valeur"] == 1770 and objet["numero"] == 1
    assert (
        "1\u00a0770" in lus["html"].text
        and f'href="{lieu.adresse}/plan/indicateurs/TOTAL-presences' in lus["html"].text
    )
    assert "1\u00a0770" in words_of_docx(lus["docx"].content) and "1\u00a0770" in words_of_xlsx(lus["xlsx"].content)
    assert "conseil d’administration" in lieu.equipe.get("/bilans/2.html?page=ca").text


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"portee": "siecle", "au": "2026-03-31"}, "Choisissez tout le plan"),
        ({"portee": "plan", "au": "hier"}, "Écrivez le jour du bilan ainsi"),
        ({"portee": "plan", "au": "2020-01-01"}, "se fait à un jour compris entre le 1er"),
    ],
)
def test_a_wrong_request_is_refused_in_words(lieu: Lieu, champs: dict[str, str], dit: str) -> None:
    reponse = lieu.equipe.send_form("/bilans/faire", lieu.equipe.get("/bilans"), **champs)
    page = lieu.equipe.get("/bilans") if reponse.status_code == 303 else reponse
    assert dit in plain(page.text)
    assert lieu.equipe.get("/bilans/99").status_code == 404


def test_who_only_reads_sees_bilans_and_makes_none(lieu: Lieu) -> None:
    with visitor(lieu.dossier, lieu.adresse, "Sam Exemple", ("lire",)) as lecteur:
        page = lecteur.get("/bilans")
        assert page.status_code == 200 and "Faire le bilan" not in page.text
        jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
        champs = {"portee": "plan", "au": "2026-03-31", "csrftoken": jeton[1] if jeton else ""}
        assert lecteur.post("/bilans/faire", data=champs).status_code == 403
        assert "mesures_manuelles/ajouter" not in lecteur.get("/plan/indicateurs/IND-1.1.2-b").text


def test_an_indicator_opens_onto_each_of_its_rows(lieu: Lieu) -> None:
    with contextlib.closing(connect(lieu.dossier / "veille.db")) as c:
        ids = {x[0] for x in c.execute("SELECT id FROM activites")}
    une, deux = (
        lieu.equipe.get(f"/plan/indicateurs/IND-1.1.2-b?genre=annee&debut=2025-04-01&page={n}") for n in (1, 2)
    )
    liens = re.findall(r'href="/registres/activites/(\d+)"', une.text + deux.text)
    assert {int(x) for x in liens} == ids and len(liens) == 60
    assert "60 rencontres" in plain(une.text) and "page 1 sur 2" in plain(une.text)
    assert (
        'href="/plan/indicateurs/IND-1.1.2-b?genre=annee&amp;debut=2025-04-01&amp;plan=plan-2023-2026&amp;page=2"'
        in une.text
    )
    assert "Au-delà de la fourchette" in plain(une.text)


def test_what_staff_wrote_is_beside_the_figure_and_is_only_text(lieu: Lieu) -> None:
    page = lieu.equipe.get("/plan/indicateurs/IND-1.1.3-b")
    assert "<b>Présentations" not in page.text
    dit = plain(page.text)
    assert "+ 120 personnes jointes autrement" in dit and "et infolettres." in dit
    attendu = (
        "indicateur=IND-1.1.3-b&amp;moyens=1.1.3&amp;debut_le=2025-04-01&amp;fin_le=2026-03-31&amp;plan=plan-2023-2026"
    )
    assert f'href="/registres/mesures_manuelles/ajouter?{attendu}"' in page.text


def test_targets_totals_and_quarters_have_their_page_and_the_rest_has_none(lieu: Lieu) -> None:
    for code in (
        "CIBLE-1.2.1",
        "TOTAL-outils",
        "PROP-4.1.2-a?genre=trimestre&debut=2026-02-03",
        "IND-1.1.3-a?debut=zut",
    ):
        assert lieu.equipe.get(f"/plan/indicateurs/{code}").status_code == 200, code
    assert lieu.equipe.get("/plan/indicateurs/IND-9.9.9-z").status_code == 404


def test_the_period_of_an_address_is_always_one_of_the_plan() -> None:
    jour = date(2026, 11, 23)
    entier = plan_period(PLAN)
    assert indicateurs.chosen(PLAN, "plan", "", jour) == entier
    assert indicateurs.chosen(PLAN, "", "", jour) == year_of(entier.fin)
    assert indicateurs.chosen(PLAN, "trimestre", "zut", jour) == quarter_of(entier.fin)
    for debut in ("1999-01-01", "2099-01-01"):
        assert indicateurs.chosen(PLAN, "annee", debut, jour) is None, "jamais une autre période sous le même lien"
    assert indicateurs.chosen(PLAN, "plan", "2026-04-01", jour) is None
    assert indicateurs.chosen(PLAN, "annee", "2026-01-01", date(2024, 5, 1)) is None
    assert indicateurs.chosen(PLAN, "annee", "", date(2024, 5, 1)) == year_of(date(2024, 5, 1))
    lignes = [Renvoi("item", str(n), "") for n in range(101)]
    assert indicateurs.page_of(lignes, "3") == (lignes[100:], 3, 3)
    assert [indicateurs.page_of(lignes, n)[1] for n in ("99", "zut", "0")] == [3, 1, 1]
    assert indicateurs.page_of([], "1") == ([], 1, 1)


@pytest.mark.slow
def test_the_pages_are_accessible_and_hold_on_a_phone(lieu: Lieu) -> None:
    commun = {"domain": "127.0.0.1", "path": "/", "expires": -1, "httpOnly": True, "secure": False, "sameSite": "Lax"}
    cookies = [{"name": nom, "value": valeur, **commun} for nom, valeur in lieu.equipe.cookies.items()]
    etat = {"storage_state": {"cookies": cookies, "origins": []}}
    fautes = []
    for largeur in (1280, 320):
        with browser(viewport={"width": largeur, "height": 800}, **etat) as page:
            for chemin in ADRESSES:
                page.goto(lieu.adresse + chemin)
                fautes += [f"{chemin} ({largeur}) – {faute}" for faute in faults_of(page)]
                if page.evaluate("document.documentElement.scrollWidth") > largeur:
                    fautes.append(f"{chemin} – défile en largeur à {largeur}")
    assert not fautes, "\n".join(fautes)


@pytest.mark.slow
def test_the_page_that_stands_alone_is_valid_and_accessible(lieu: Lieu, tmp_path: Path) -> None:
    fichiers = []
    for nom in ("1.html", "2.html?page=ca"):
        fichiers.append(tmp_path / f"{len(fichiers)}.html")
        fichiers[-1].write_bytes(lieu.equipe.get(f"/bilans/{nom}").content)
    for largeur in (1280, 320):
        with browser(viewport={"width": largeur, "height": 800}) as page:
            for fichier in fichiers:
                page.goto(fichier.as_uri())
                assert faults_of(page) == []
                assert page.evaluate("document.documentElement.scrollWidth") <= largeur
    assert vnu(fichiers) == []
