"""No query without its index: what pages and the buttons of the review ask never walks a table that grows for years."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from bench.revue_base import build
from tests.guet import Guet, exaggerate, open_plain, walks
from tests.navigateur import Visiteur, account, add_models, fields_of, fill, running_site, visitor
from veille import settings
from veille.model import Activite, FicheOrganisation
from veille.pages.routes import ROUTES
from veille.periodes import plan_period
from veille.store import bilans, organisations, registres
from veille.store.connexion import connect, transaction

# Every page of the staff site, in the states that ask different questions. `{item}`, `{digest}`…: read in the store.
PAGES = (
    "/",
    "/revue",
    "/revue?periode=90j&page=2",
    "/revue?etat=plus_tard&periode=7j",
    "/revue?etat=retenu&periode=90j",
    "/revue?etat=ecarte&periode=30j&texte=logement",
    "/revue?periode=90j&thematique=habitation",
    "/revue?periode=90j&thematique=sans-theme&territoire={lieu}&source={source}&type=actualite",
    "/revue?periode=30j&texte=logement+social",
    "/revue?periode=30j&texte=hlm&thematique=habitation",
    "/revue?tirees=1",
    "/revue?partie=incertains",
    "/revue/filtres",
    "/revue/{item}",
    "/retenus",
    "/motifs",
    "/bulletins",
    "/bulletins/choisir",
    "/bulletins/{digest}",
    "/bulletins/{brouillon}",
    "/bulletins/{brouillon}/ajouter",
    "/bulletins/{brouillon}/apercu/page",
    "/bulletins/{digest}/apercu/courriel",
    "/publics",
    "/publics/{audience}",
    "/organisme",
    "/envois",
    "/sources",
    "/classement",
    "/organisations",
    "/organisations?mots=table&type=clds&mrc=joliette",
    "/organisations/ajouter",
    "/organisations/importer",
    "/organisations/export.csv",
    "/organisations/modele.csv",
    "/organisations/{organisation}",
    "/organisations/{organisation}/modifier",
    "/organisations/{organisation}/reunir?avec={autre}",
    "/thematiques",
    "/thematiques/{theme}",
    "/thematiques/redactions/{redaction}",
    "/plan",
    "/plan?responsable=Direction&etat=aucun&veille=1",
    "/plan/echeances.ics",
    "/plan/moyens/{moyen}",
    "/plan/indicateurs/IND-1.1.3-a?genre=plan",
    "/plan/indicateurs/IND-1.1.3-b",
    "/plan/indicateurs/PROP-4.1.2-a?genre=plan",
    "/plan/indicateurs/PROP-4.2.1-a?genre=trimestre&debut=2026-01-01",
    "/plan/indicateurs/TOTAL-outils",
    "/registres",
    "/registres/activites?annee=2025-2026&moyen=1.1.2&mrc=joliette&type=clds",
    "/registres/activites/{ligne}",
    "/registres/activites/{ligne}/modifier",
    "/registres/activites/ajouter",
    "/registres/activites/importer",
    "/registres/activites/export.csv",
    "/registres/periodes",
    "/bilans",
    "/bilans/{bilan}",
    "/bilans/{bilan}.html",
    "/demandes",
    "/aide",
    "/style",
    "/evaluation",
    "/evaluation?trimestre=2026-T4",
    "/evaluation/evaluation.json",
    "/plan-de-veille",
    "/plan-de-veille/habitation",
    "/plan-de-veille/plan-de-veille.json",
    "/plan-de-veille/habitation/fiche.json",
    "/syntheses",
    "/syntheses?thematique=habitation&jours=90",
    "/syntheses/impression",
    "/syntheses/nouvelles.csv",
    "/syntheses/nouvelles.md",
    "/publication/{audience}/",
    "/publication/{audience}/flux.json",
    "/publication/{audience}/{dossier}/",
    "/publication/{audience}/{dossier}/bulletin.pdf",
    "/publication/themes/{theme}/",
    "/publication/themes/{theme}/flux.json",
    "/publication/calendrier.ics",
)
# Answered without `veille.db`, or by a test of their own.
AILLEURS = (
    r"/(statique|favicon|connexion|compte|comptes|abonnes|bulletins/statique|publication/(statique|themes|calendrier))"
    r"|/publication/.*bulletin.pdf"
)


# Those that show the last weeks, whatever came before. Words are looked for in the whole archive, up to 5,000 items.
STABLES = (
    "/",
    "/revue",
    "/revue?periode=90j&thematique=habitation",
    "/revue?etat=retenu&periode=90j",
    "/revue?tirees=1",
    "/revue?partie=incertains",
    "/retenus",
    "/sources",
    "/evaluation",
    "/syntheses",
)


@dataclass(frozen=True)
class Lieux:
    """What stands for the braces in an address."""

    valeurs: dict[str, str]

    def address(self, modele: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda trouve: self.valeurs[trouve[1]], modele)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The fictional week, which SQLite takes for the last of many years."""
    dossier = fill(tmp_path_factory.mktemp("plans"), 60)
    add_models(dossier)
    account(dossier)
    c = open_plain(dossier)
    c.execute("UPDATE digests SET approuve_a = compose_a, publie_a = compose_a WHERE audience = 'clds-joliette'")
    c.execute(
        "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, contenu)"
        " SELECT audience, 2, titre, date_le, compose_a, compose_par, contenu FROM digests WHERE audience = 'clds-joliette'"
    )
    c.execute(
        "INSERT INTO digest_items (digest_id, item_id, rang, rubrique)"
        " SELECT (SELECT max(id) FROM digests), item_id, rang, rubrique FROM digest_items WHERE digest_id = 1"
    )
    propres = ("index.html", "flux.json", "flux.atom.xml", "2026-11-23/index.html", "2026-11-23/bulletin.pdf")
    theme = c.execute("SELECT slug FROM thematiques LIMIT 1").fetchone()[0]
    communs = ("calendrier.ics", f"themes/{theme}/index.html", f"themes/{theme}/flux.json")
    for nom in (*(f"clds-joliette/{x}" for x in propres), *communs):
        page = dossier / "publication" / nom
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("{}", encoding="utf-8")
    keep_a_bilan(dossier)
    write_a_row(dossier)
    write_organisations(dossier)
    exaggerate(c)
    c.close()
    return dossier


def write_organisations(dossier: Path) -> None:
    with contextlib.closing(connect(dossier / "veille.db")) as c, transaction(c):
        for nom in ("Le Toit (exemple fictif)", "Le toit (exemple fictif)"):
            organisations.add(c, FicheOrganisation(0, "", nom), "Camille Exemple", datetime(2026, 4, 2, tzinfo=UTC))


def keep_a_bilan(dossier: Path) -> None:
    with contextlib.closing(connect(dossier / "veille.db")) as c:
        plan, jour, now = settings.load_plan(), date(2026, 3, 31), datetime(2026, 4, 2, tzinfo=UTC)
        contenu = bilans.draw(c, plan, plan_period(plan), jour, now)
        with transaction(c):
            bilans.make(c, plan, plan_period(plan), contenu, "Camille Exemple", now)


def write_a_row(dossier: Path) -> None:
    rencontre = Activite(
        0, settings.load_plan().slug, ("1.1.2",), jour_le=date(2025, 6, 3), titre="Rencontre", type="clds"
    )
    with contextlib.closing(connect(dossier / "veille.db")) as c, transaction(c):
        registres.add(c, rencontre, "activites", "Camille Exemple", datetime(2026, 4, 2, tzinfo=UTC))


@pytest.fixture(scope="module")
def guet() -> Guet:
    return Guet()


@pytest.fixture(scope="module")
def equipe(dossier: Path, guet: Guet) -> Iterator[Visiteur]:
    with guet.watching(), running_site(dossier) as lien, visitor(dossier, lien, "Camille Exemple") as visiteur:
        yield visiteur


@pytest.fixture(scope="module")
def lieux(dossier: Path) -> Lieux:
    c = open_plain(dossier)
    requetes = {
        "item": "SELECT item_id FROM decisions LIMIT 1",
        "lieu": "SELECT valeur FROM file_etiquettes WHERE genre = 'territoire' LIMIT 1",
        "source": "SELECT valeur FROM file_etiquettes WHERE genre = 'source' LIMIT 1",
        "theme": "SELECT slug FROM thematiques LIMIT 1",
        "digest": "SELECT id FROM digests WHERE publie_a IS NOT NULL LIMIT 1",
        "brouillon": "SELECT id FROM digests WHERE approuve_a IS NULL AND genre = 'bulletin' LIMIT 1",
        "redaction": "SELECT coalesce(max(id), 1) FROM redactions_themes",
        "audience": "SELECT audience FROM digests WHERE publie_a IS NOT NULL LIMIT 1",
        "moyen": "SELECT code FROM plan_moyens LIMIT 1",
        "bilan": "SELECT max(id) FROM bilans",
        "ligne": "SELECT max(id) FROM activites",
        "organisation": "SELECT code FROM organisations ORDER BY id LIMIT 1",
        "autre": "SELECT code FROM organisations ORDER BY id DESC LIMIT 1",
        "dossier": "SELECT date_le FROM digests WHERE publie_a IS NOT NULL LIMIT 1",
    }
    trouves = {nom: str(c.execute(requete).fetchone()[0]) for nom, requete in requetes.items()}
    c.close()
    return Lieux(trouves)


def served(modele: str, lieux: Lieux) -> bool:
    """Whether the site has this page."""
    chemin = lieux.address(modele).partition("?")[0]
    return any(re.fullmatch(r.motif, chemin) for r in ROUTES["equipe"] if r.methode == "GET")


def test_every_page_of_the_site_is_watched(lieux: Lieux) -> None:
    chemins = [lieux.address(modele).partition("?")[0] for modele in PAGES]
    oubliees = [
        route.motif
        for route in ROUTES["equipe"]
        if route.methode == "GET" and not re.match(AILLEURS, route.motif.replace("\\", ""))
        if not any(re.fullmatch(route.motif, chemin) for chemin in chemins)
    ]
    assert not oubliees


@pytest.mark.parametrize("modele", PAGES)
def test_no_page_walks_a_table_that_grows(
    equipe: Visiteur, guet: Guet, dossier: Path, lieux: Lieux, modele: str
) -> None:
    if not served(modele, lieux):
        pytest.skip("page absente de ce site")
    guet.requetes.clear()
    reponse = equipe.get(lieux.address(modele))
    assert reponse.status_code == 200, reponse.text[:300]
    check(guet, dossier)


def test_no_button_of_the_review_walks_a_table_that_grows(equipe: Visiteur, guet: Guet, dossier: Path) -> None:
    page = equipe.get("/revue?periode=90j")
    groupes = re.findall(r'data-groupe="(\d+)" data-item="(\d+)"', page.text)
    assert len(groupes) > 12
    guet.requetes.clear()
    cles = []
    actes = ("retenir", "une", "ecarter:hors_theme", "plus_tard", "retenir")
    for acte, (groupe, _) in zip(actes, groupes, strict=False):
        cles.append(uuid.uuid4().hex)
        assert equipe.press(page, f"{acte}.{groupe}", script=True, geste=cles[-1]).status_code == 200
    assert equipe.press(page, f"remettre.{groupes[4][0]}", **{f"vu.{groupes[4][0]}": cles[4]}).status_code == 303
    choix = [groupe for groupe, _ in groupes[6:9]]
    assert equipe.press(page, "fusionner.selection", script=True, geste=uuid.uuid4().hex, choix=choix).is_success
    for adresse in ("annuler", "retablir"):
        champs = {"csrftoken": fields_of(page, "file")["csrftoken"], "geste": uuid.uuid4().hex, "cible": cles[0]}
        assert equipe.post(f"/revue/{adresse}", data=champs, headers={"accept": "application/json"}).is_success
    check(guet, dossier)


@pytest.mark.parametrize("bouton", ["etiqueter", "rediger", "separer", "reunir"])
def test_no_form_of_a_story_walks_a_table_that_grows(equipe: Visiteur, guet: Guet, dossier: Path, bouton: str) -> None:
    c = open_plain(dossier)
    seule, autre = c.execute("SELECT groupe_id, item_id FROM file_revue WHERE etat = 'a_trancher' LIMIT 2").fetchall()
    doubles = "SELECT groupe_id, max(item_id) FROM membres GROUP BY groupe_id HAVING count(*) > 1"
    groupe, item = c.execute(doubles).fetchone() if bouton == "separer" else seule
    c.close()
    champs = {
        "etiqueter": {"groupe": groupe, "champs": "thematiques", "thematiques": "mobilite"},
        "rediger": {"titre": "Un titre à nous"},
        "separer": {"elements": item},
        "reunir": {"avec": f"/revue/{autre[1]}"},
    }[bouton]
    page = equipe.get(f"/revue/{item}")
    vu = re.search(r'name="vu" value="(\w+)"', page.text)
    assert vu
    adresse = "/revue/etiqueter" if bouton == "etiqueter" else f"/revue/{item}/{bouton}"
    guet.requetes.clear()
    reponse = equipe.send_form(adresse, page, vu=vu[1], geste=uuid.uuid4().hex, **champs)
    assert reponse.status_code == 303, reponse.text[:2000]
    check(guet, dossier)


def check(guet: Guet, dossier: Path) -> None:
    c = open_plain(dossier)
    vues = set(guet.requetes)
    fautes = [(walk, requete) for requete in vues for walk in walks(c, requete)]
    c.close()
    assert not fautes, "\n".join(f"{walk} : {' '.join(requete.split())}" for walk, requete in fautes)


@pytest.fixture(scope="module")
def siecles(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same watch after one year and after four: sixty items a week."""
    dossiers = tmp_path_factory.mktemp("un-an"), tmp_path_factory.mktemp("quatre-ans")
    for dossier, annees in zip(dossiers, (1, 4), strict=True):
        build(dossier, 3000 * annees, 52 * annees)
        account(dossier)
    return dossiers


@pytest.mark.slow
def test_pages_take_as_many_steps_after_four_years_as_after_one(siecles: tuple[Path, Path]) -> None:
    """Steps of SQLite's own machine, which depend on nothing but the statements and the rows."""
    un, quatre = (_steps(dossier) for dossier in siecles)
    # Half as much more, for weeks are not all alike, and a few steps for those that take hardly any.
    fautes = {page: (pas, quatre[page]) for page, pas in un.items() if quatre[page] > 1.5 * pas + 2000}
    assert not fautes
    assert un["/revue"] > 5000


def _steps(dossier: Path) -> dict[str, int]:
    guet, pas = Guet(), {}
    with guet.watching(), running_site(dossier) as lien, visitor(dossier, lien, "Camille Exemple") as visiteur:
        for page in STABLES:
            guet.pas = 0
            assert visiteur.get(page).status_code == 200, page
            pas[page] = guet.pas
    return pas
