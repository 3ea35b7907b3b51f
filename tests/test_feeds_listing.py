"""List pages without selectors: the forms that Québec sites use (samples written here), and the real pages of the corpus."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path

import pytest

from veille.errors import ReadError
from veille.feeds import parse
from veille.model import Entree, Lecture, Reponse, Selecteurs

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "collecte.md"
PAGE = "https://ville.exemple/actualites"

DRUPAL = """<!DOCTYPE html><html lang="fr"><head><title>Actualités | Ville d’Exemple</title>
<link rel="alternate" type="application/rss+xml" href="/rss.xml"></head><body>
<nav class="menu"><ul><li><a href="/">Accueil</a></li><li><a href="/services-aux-citoyens">Services aux citoyens</a></li>
<li><a href="/conseil-municipal">Conseil municipal et mairie</a></li></ul></nav>
<main><h1>Actualités</h1><div class="view-content">
<div class="views-row"><div class="views-field-title"><span><a href="/actualites/collecte-des-feuilles">Collecte des feuilles mortes</a></span></div>
<div class="views-field-created"><time datetime="2026-10-14T13:30:00Z">14 octobre 2026</time></div><p>Deux passages sont prévus cet automne.</p></div>
<div class="views-row"><div class="views-field-title"><span><a href="/actualites/cafe-citoyen">Un café citoyen à la bibliothèque</a></span></div>
<div class="views-field-created"><time datetime="2026-10-02T12:00:00Z">2 octobre 2026</time></div><p>Entrée libre.</p></div>
<div class="views-row"><div class="views-field-title"><span><a href="/actualites/avis-ecole">Avis d’ébullition : école des Érables</a></span></div>
<div class="views-field-created"><time datetime="2026-09-21T12:00:00Z">21 septembre 2026</time></div><p>L’avis est levé.</p></div>
</div><nav class="pager"><ul><li><a href="?page=0">1</a></li><li><a href="?page=1">2</a></li><li><a href="?page=1">Suivant ›</a></li></ul></nav>
</main><footer><ul><li><a href="/nous-joindre">Nous joindre par courriel</a></li><li><a href="/plan">Plan du site complet</a></li></ul></footer></body></html>"""

WORDPRESS = """<html lang="fr-CA"><body class="blog has-sidebar"><header class="site-header"><a href="/">Table de concertation</a></header>
<main id="main">
<article id="post-31" class="post-31 post type-post category-nouvelles"><header class="entry-header"><h2 class="entry-title">
<a href="https://table.exemple/2026/11/appel-de-projets/">Appel de projets en sécurité alimentaire</a></h2>
<span class="posted-on">Publié le <time class="entry-date published" datetime="2026-11-12T09:00:00-05:00">12 novembre 2026</time>
<time class="updated" datetime="2026-11-13T10:00:00-05:00">13 novembre 2026</time></span></header>
<div class="entry-content"><p>La date limite est le 15 décembre.</p><a class="more-link" href="https://table.exemple/2026/11/appel-de-projets/">Lire la suite</a></div></article>
<article id="post-27" class="post-27 post type-post category-evenements tag-aines"><header class="entry-header"><h2 class="entry-title">
<a href="https://table.exemple/2026/10/journee-des-aines/">Journée des personnes aînées</a></h2>
<span class="posted-on">Publié le <time class="entry-date published" datetime="2026-10-01T09:00:00-04:00">1er octobre 2026</time></span></header>
<div class="entry-content"><p>Une journée pour souligner leur apport.</p><a class="more-link" href="https://table.exemple/2026/10/journee-des-aines/">Lire la suite</a></div></article>
</main><aside class="widget-area"><h2>Articles récents</h2><ul><li><a href="/2026/11/appel-de-projets/">Appel de projets en sécurité alimentaire</a></li>
<li><a href="/2020/01/vieux/">Un très vieil article oublié ici</a></li><li><a href="/2020/01/vieux2/">Un autre vieil article oublié ici</a></li></ul></aside></body></html>"""

JOOMLA = """<html><body><div class="blog"><h1>Communiqués</h1><div class="items-row row-0">
<div class="item column-1"><h2 class="item-title"><a href="/index.php/communiques/45-halte">Ouverture de la halte-garderie</a></h2>
<dl class="article-info"><dt>Détails</dt><dd class="published">Publié le lundi 14 septembre 2026 à 10 h 30</dd></dl><p>Les places sont limitées.</p></div>
<div class="item column-2"><h2 class="item-title"><a href="/index.php/communiques/44-transport">Transport collectif : nouveaux arrêts</a></h2>
<dl class="article-info"><dt>Détails</dt><dd class="published">Publié le 3 août 2026</dd></dl><p>Trois arrêts s’ajoutent.</p></div></div>
<div class="pagination"><p class="counter">Page 1 sur 9</p><a href="/index.php/communiques?start=4">Suivant</a></div></div></body></html>"""

PUCES = """<html><body><h1>Avis publics</h1><ul>
<li>14 septembre 2026 – <a href="avis/derogation-rue-des-pins.html">Dérogation mineure, rue des Pins</a></li>
<li>1er juin 2026 – <a href="avis/reglement-512.html">Entrée en vigueur du règlement 512</a></li>
<li>28 févr. 2026 – <a href="avis/vente-pour-taxes.html">Vente pour défaut de paiement des taxes</a></li>
<li><a href="avis/role.html">Dépôt du rôle d’évaluation</a> (publié le 3 novembre 2025)</li></ul></body></html>"""

TABLEAU = """<html><body><form id="aspnetForm"><table class="ms-listviewtable"><tr><th>Date</th><th>Titre</th><th>Document</th></tr>
<tr><td>14/09/2026</td><td>Séance ordinaire du conseil</td><td><a href="/Documents/PV-2026-09-14.pdf">PDF</a></td></tr>
<tr><td>10/08/2026</td><td>Séance ordinaire du conseil</td><td><a href="/Documents/PV-2026-08-10.pdf">PDF</a></td></tr>
<tr><td>13/07/2026</td><td>Séance extraordinaire : budget</td><td><a href="/Documents/PV-2026-07-13.pdf">PDF</a></td></tr>
</table></form></body></html>"""

CARTES = """<html lang="fr"><body><div class="container"><div class="row">
<div class="col-md-4"><a class="card" href="/nouvelles/actualites/details/aide-financiere-54321"><div class="card-body"><p class="date">14 septembre 2026</p>
<h3 class="card-title">Une aide financière pour les organismes communautaires</h3><p class="card-text">Le gouvernement annonce 2 M$.</p></div></a></div>
<div class="col-md-4"><a class="card" href="/nouvelles/actualites/details/logement-54320"><div class="card-body"><p class="date">11 septembre 2026</p>
<h3 class="card-title">Logement abordable dans Lanaudière</h3><p class="card-text">Des unités seront construites.</p></div></a></div>
<div class="col-md-4"><a class="card" href="/nouvelles/actualites/details/ecoles-54319"><div class="card-body"><p class="date">8 septembre 2026</p>
<h3 class="card-title">Soutien à la réussite éducative</h3><p class="card-text">Un programme est reconduit.</p></div></a></div>
</div><button>Charger plus de résultats</button></div></body></html>"""

PDF_SEULS = """<html><body><div id="contenu"><h1>Procès-verbaux</h1><h2>2026</h2><ul>
<li><a href="/pv/2026-01-12.pdf">Procès-verbal du 12 janvier 2026 (PDF)</a></li>
<li><a href="/pv/2026-02-09.pdf">Procès-verbal du 9 février 2026 (PDF)</a></li></ul><h2>2025</h2><ul>
<li><a href="/pv/2025-12-08.pdf">Procès-verbal du 8 décembre 2025 (PDF)</a></li>
<li><a href="/pv/2025-11-10.pdf">Procès-verbal du 10 novembre 2025 (PDF)</a></li></ul></div></body></html>"""

REACT = """<html><body><div id="root"></div><script id="__NEXT_DATA__" type="application/json">{"props":{"pageProps":{"menu":[{"title":"Accueil","url":"/"}],
"nouvelles":[{"titre":"Inauguration de la maison des familles","url":"/n/maison-des-familles","date":"2026-09-14"},
{"titre":"Bénévoles recherchés pour les paniers de Noël","url":"/n/benevoles","date":"2026-11-01"}]}}}</script></body></html>"""

LIGNES = """<html><body><div class="texte"><h2>Séances 2026</h2><p>12 janvier : <a href="oj-01.pdf">Ordre du jour</a> – <a href="pv-01.pdf">Procès-verbal</a><br>
9 février : <a href="oj-02.pdf">Ordre du jour</a> – <a href="pv-02.pdf">Procès-verbal</a><br>
9 mars : <a href="oj-03.pdf">Ordre du jour</a></p><p>13 avril : séance annulée</p></div></body></html>"""


@pytest.mark.parametrize(
    ("html", "nombre", "dates", "premier"),
    [
        (
            DRUPAL,
            3,
            ["2026-10-14", "2026-10-02", "2026-09-21"],
            ("Collecte des feuilles mortes", "https://ville.exemple/actualites/collecte-des-feuilles"),
        ),
        (
            WORDPRESS,
            2,
            ["2026-11-12", "2026-10-01"],
            ("Appel de projets en sécurité alimentaire", "https://table.exemple/2026/11/appel-de-projets/"),
        ),
        (
            JOOMLA,
            2,
            ["2026-09-14", "2026-08-03"],
            ("Ouverture de la halte-garderie", "https://ville.exemple/index.php/communiques/45-halte"),
        ),
        (
            PUCES,
            4,
            ["2026-09-14", "2026-06-01", "2026-02-28", "2025-11-03"],
            ("Dérogation mineure, rue des Pins", "https://ville.exemple/avis/derogation-rue-des-pins.html"),
        ),
        (
            TABLEAU,
            3,
            ["2026-09-14", "2026-08-10", "2026-07-13"],
            ("Séance ordinaire du conseil", "https://ville.exemple/Documents/PV-2026-09-14.pdf"),
        ),
        (
            CARTES,
            3,
            ["2026-09-14", "2026-09-11", "2026-09-08"],
            (
                "Une aide financière pour les organismes communautaires",
                "https://ville.exemple/nouvelles/actualites/details/aide-financiere-54321",
            ),
        ),
        (
            PDF_SEULS,
            4,
            ["2026-01-12", "2026-02-09", "2025-12-08", "2025-11-10"],
            ("Procès-verbal du 12 janvier 2026 (PDF)", "https://ville.exemple/pv/2026-01-12.pdf"),
        ),
        (
            REACT,
            2,
            ["2026-09-14", "2026-11-01"],
            ("Inauguration de la maison des familles", "https://ville.exemple/n/maison-des-familles"),
        ),
        (
            LIGNES,
            4,
            ["2026-01-12", "2026-02-09", "2026-03-09", "2026-04-13"],
            ("12 janvier 2026 – Ordre du jour – Procès-verbal", "https://ville.exemple/oj-01.pdf"),
        ),
    ],
    ids=["drupal", "wordpress", "joomla", "puces", "tableau", "cartes", "pdf", "react", "lignes"],
)
def test_a_list_page_is_read_without_selectors(
    html: str, nombre: int, dates: list[str], premier: tuple[str, str], now: datetime
) -> None:
    entrees = read(html, now).entrees
    assert [jour(entree) for entree in entrees] == dates
    assert len(entrees) == nombre
    assert (entrees[0].titre, entrees[0].adresse) == premier


def test_a_summary_says_what_title_and_date_do_not(now: datetime) -> None:
    premiers = [read(html, now).entrees[0].resume for html in (DRUPAL, WORDPRESS, JOOMLA, PUCES, TABLEAU, CARTES)]
    assert premiers == [
        "Deux passages sont prévus cet automne.",
        "La date limite est le 15 décembre.",
        "Les places sont limitées.",
        "",
        "",
        "Le gouvernement annonce 2 M$.",
    ]


def test_menus_sidebars_and_pagination_are_not_entries(now: datetime) -> None:
    adresses = {entree.adresse for html in (DRUPAL, WORDPRESS, JOOMLA) for entree in read(html, now).entrees}
    assert not [adresse for adresse in adresses if "page=" in adresse or "start=" in adresse or "vieux" in adresse]


def test_a_page_of_menus_only_holds_no_entry(now: datetime) -> None:
    menu = "".join(f'<li><a href="/section-{i}">Section numéro {i}</a></li>' for i in range(30))
    with pytest.raises(ReadError) as erreur:
        read(f"<html><body><div><ul>{menu}</ul></div></body></html>", now)
    assert erreur.value.cause == "sans_entree"


def test_a_list_of_one_is_a_list(now: datetime) -> None:
    (entree,) = read(WORDPRESS[: WORDPRESS.index('<article id="post-27"')] + "</main></body></html>", now).entrees
    assert entree.titre == "Appel de projets en sécurité alimentaire"


def test_a_list_page_proposes_the_feed_it_declares(now: datetime) -> None:
    assert read(DRUPAL, now).propositions == ("https://ville.exemple/rss.xml",)


def test_selectors_decide_when_they_are_given(now: datetime) -> None:
    selecteurs = Selecteurs(".views-row", titre="a", lien="a", date="time", resume="p")
    entrees = read(DRUPAL, now, selecteurs).entrees
    assert [(e.titre, jour(e), e.resume) for e in entrees][1] == (
        "Un café citoyen à la bibliothèque",
        "2026-10-02",
        "Entrée libre.",
    )


def test_what_selectors_leave_out_is_looked_for_in_the_block(now: datetime) -> None:
    entrees = read(DRUPAL, now, Selecteurs(".views-row")).entrees
    assert [jour(entree) for entree in entrees] == ["2026-10-14", "2026-10-02", "2026-09-21"]


@pytest.mark.parametrize("element", [".disparu", "div[", "div:inconnu(3)"])
def test_selectors_that_find_nothing_or_are_ill_written_say_so(element: str, now: datetime) -> None:
    with pytest.raises(ReadError) as erreur:
        read(DRUPAL, now, Selecteurs(element))
    assert erreur.value.cause == "structure"


def test_a_calendar_leads_nowhere_but_to_its_events(now: datetime) -> None:
    jours = "".join(f'<td><a href="?jour=2026-11-{i:02}">{i}</a></td>' for i in range(1, 29))
    html = f"""<html><body><main><table><tr>{jours}</tr></table><a href="?mois=2026-12">Mois suivant du calendrier</a>
    <div class="event"><h3><a href="/evenement/12">Fête des récoltes au parc</a></h3><span class="date">12 septembre 2026</span></div>
    <div class="event"><h3><a href="/evenement/13">Assemblée générale annuelle</a></h3><span class="date">13 octobre 2026</span></div></main></body></html>"""
    assert [entree.adresse[-12:] for entree in read(html, now).entrees] == ["evenement/12", "evenement/13"]


def test_items_told_apart_by_a_query_are_entries(now: datetime) -> None:
    lignes = "".join(
        f'<li>1{i} mai 2026 – <a href="actualites?id={i}">Nouvelle de la semaine numéro {i}</a></li>' for i in range(4)
    )
    assert (
        len(
            read(
                f"<html><body><ul>{lignes}</ul><a href='actualites?page=2'>Nouvelles plus anciennes</a></body></html>",
                now,
            ).entrees
        )
        == 4
    )


def test_a_page_that_writes_the_month_first_is_read_so(now: datetime) -> None:
    cellules = [("05/06/2026", "a"), ("09/14/2026", "b"), ("02/03/2026", "c")]
    lignes = "".join(f'<tr><td>{d}</td><td><a href="{n}.pdf">Minutes of meeting {n}</a></td></tr>' for d, n in cellules)
    dates = [jour(entree) for entree in read(f"<html><body><table>{lignes}</table></body></html>", now).entrees]
    assert dates == ["2026-05-06", "2026-09-14", "2026-02-03"]


def test_an_endless_list_stops_at_two_hundred_entries(now: datetime) -> None:
    lignes = "".join(f'<li>14 mai 2026 – <a href="/n/{i}">Nouvelle de la semaine {i}</a></li>' for i in range(3_000))
    assert len(read(f"<html><body><ul>{lignes}</ul></body></html>", now).entrees) == 200


@pytest.mark.parametrize(
    "repete", ["<div>", "<b>", "<ul><li>", "<table><tr><td>", "<", "<!--", "<div class='menu'>", "<svg><a>"]
)
def test_a_hostile_page_ends_in_time(repete: str, now: datetime) -> None:
    debut = time.process_time()
    with pytest.raises(ReadError):
        read("<html><body>" + repete * 8_000, now)
    assert time.process_time() - debut < 4


# ---------------------------------------------------------------- the corpus

# File → (entries read, entries of those that are dated). Explained one by one in docs/collecte.md.
LISTES = {
    "cityscrapers__chi_board_elections.html": (7, 7),
    "cityscrapers__chi_community_development.html": (118, 118),
    "cityscrapers__chi_fire_benefit_fund.html": (116, 0),
    "cityscrapers__chi_mayors_pedestrian_advisory_council.html": (8, 8),
    "cityscrapers__chi_northwest_home_equity.html": (10, 10),
    "cityscrapers__chi_schools.html": (1, 1),
    "cityscrapers__chi_standards_tests.html": (15, 15),
    "cityscrapers__cook_hospitals.html": (51, 51),
    "cityscrapers__cook_pension.html": (12, 12),
    "cityscrapers__il_adcrc.html": (4, 0),
    "cityscrapers__il_gaming_board.html": (9, 9),
}


@pytest.mark.corpus
def test_every_real_list_page_yields_what_the_document_says(corpora: Path, now: datetime) -> None:
    index = json.loads((corpora / "pages" / "index.json").read_text())
    lues = {}
    for page in (page for page in index if page["kind"] == "list"):
        entrees = parse(
            "liste", Reponse(PAGE, 200, (corpora / "pages" / page["file"]).read_bytes()), selecteurs=None, now=now
        ).entrees
        lues[page["file"]] = (len(entrees), sum(entree.publie_a is not None for entree in entrees))
    assert lues == LISTES


@pytest.mark.corpus
def test_the_document_tells_the_same_numbers_for_list_pages(corpora: Path) -> None:
    lignes = [
        ligne.split("|")[1:4] for ligne in DOCUMENT.read_text(encoding="utf-8").splitlines() if ".html` |" in ligne
    ]
    index = {page["file"]: page["truth"] for page in json.loads((corpora / "pages" / "index.json").read_text())}
    dits = {fichier.strip(" `"): (int(attendus), int(lues)) for fichier, attendus, lues in lignes}
    assert dits == {fichier: (index[fichier]["expected_items"], lues) for fichier, (lues, _) in LISTES.items()}


def read(html: str, now: datetime, selecteurs: Selecteurs | None = None) -> Lecture:
    return parse("liste", Reponse(PAGE, 200, html.encode()), selecteurs=selecteurs, now=now)


def jour(entree: Entree) -> str:
    return str(entree.publie_a)[:10]
