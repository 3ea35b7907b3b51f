"""The sample week reads like a real week, holds every difficulty promised, and its server behaves as planted."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
import tomllib
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.exemple import (
    Semaine,
    load,
    organisation_toml,
    render,
    resolve_day,
    source_address,
)
from veille.exemple.calendrier import expand, published_at
from veille.exemple.modele import is_future
from veille.exemple.serveur import SampleServer
from veille.exemple.site import answer
from veille.francais import fold, local_day
from veille.model import Gazetier, Taxonomie
from veille.settings import initialise, load_gazetier, load_taxonomie, require_publishable
from veille.settings import load as load_folder

RACINE = Path(__file__).resolve().parents[1]
THEMES_PIEGES = 18
DEBUT = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def semaine() -> Semaine:
    return load()


@pytest.fixture(scope="module")
def ports(semaine: Semaine) -> dict[str, int]:
    return {source.slug: 40_000 + rang for rang, source in enumerate(semaine.sources)}


@pytest.fixture
def serveur(semaine: Semaine, now: datetime) -> Iterator[SampleServer]:
    with SampleServer(semaine, now) as en_marche:
        yield en_marche


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=5) as ouvert:
        yield ouvert


@pytest.fixture(scope="module")
def taxonomie() -> Taxonomie:
    return load_taxonomie(RACINE)


@pytest.fixture(scope="module")
def gazetier() -> Gazetier:
    return load_gazetier(RACINE)


def bodies(semaine: Semaine, now: datetime, ports: dict[str, int]) -> Iterator[tuple[str, str]]:
    """Every page of every site, decoded: address path and text."""
    for source in semaine.sources:
        chemins = ["/", "/nouvelles.xml", *(f"/articles/{item.id}" for item in source.items)]
        rendus = [("", render(source, now, ports)), ("corrigé", render(source, now, ports, corrige=True))]
        for chemin in chemins:
            rendu = answer(source, chemin, now, ports, corrige=False)
            if rendu is not None:
                rendus.append((chemin, rendu))
        for chemin, rendu in rendus:
            yield f"{source.slug}{chemin}", rendu.corps.decode(rendu.encodage)


# ---------------------------------------------------------------- the data


def test_the_week_has_the_promised_number_of_sources_and_items(semaine: Semaine) -> None:
    natures = Counter(item.nature for _, item in semaine.pairs())
    lisibles = sum(len(source.items) for source in semaine.sources if source.lisible)
    assert len(semaine.sources) >= 26
    assert lisibles >= 320
    assert natures["ecrit"] >= 220
    assert natures["avis"] <= 60


def test_every_id_title_and_written_text_is_unique(semaine: Semaine) -> None:
    items = [item for _, item in semaine.pairs()]
    assert len({item.id for item in items}) == len(items)
    assert len({fold(item.titre) for item in items}) == len(items)
    ecrits = [fold(item.resume) for item in items if item.nature == "ecrit"]
    assert len(set(ecrits)) == len(ecrits)


def test_every_source_and_the_reviewer_say_that_they_are_fictional(semaine: Semaine) -> None:
    assert all(source.nom.endswith("(exemple fictif)") for source in semaine.sources)
    assert semaine.par.endswith("(exemple fictif)")
    assert "L’Écho du Clocher (exemple fictif)" in {source.nom for source in semaine.sources}


def test_every_format_encoding_and_misbehaviour_is_present(semaine: Semaine) -> None:
    lisibles = [source for source in semaine.sources if source.lisible]
    assert {s.format for s in lisibles} == {
        "rss2", "rss1", "atom", "json", "liste-drupal", "liste-wordpress", "liste-ul", "liste-tableau",
    }  # fmt: skip
    assert {s.encodage for s in lisibles} == {"utf-8", "windows-1252"}
    assert {s.langue for s in lisibles} == {"fr", "en"}
    assert {s.comportement for s in semaine.sources} == {"normal", "panne", "muette", "page"}
    assert {s.robots for s in semaine.sources} == {"libre", "chemin", "ferme"}
    listes = [s for s in lisibles if s.genre == "liste"]
    assert {bool(s.selecteurs) for s in listes} == {True, False}


def test_a_source_has_been_silent_for_six_months(semaine: Semaine) -> None:
    derniers = {s.slug: max(i.jour for i in s.items if i.jour is not None) for s in semaine.sources if s.lisible}
    muettes = [slug for slug, jour in derniers.items() if jour < -180]
    assert muettes == ["reseau-rural"]
    assert all(jour >= -2 for slug, jour in derniers.items() if slug not in muettes)


def test_truth_names_only_known_themes_places_and_types(
    semaine: Semaine, taxonomie: Taxonomie, gazetier: Gazetier
) -> None:
    themes = {theme.slug for theme in taxonomie.thematiques}
    types = {genre.slug for genre in taxonomie.types}
    lieux = {lieu.slug for lieu in gazetier.territoires}
    for source, item in semaine.pairs():
        assert set(item.verite.themes) <= themes, item.id
        assert len(item.verite.themes) <= taxonomie.seuils.max_themes, item.id
        assert set(item.verite.territoires) <= lieux, item.id
        assert item.verite.type in types, item.id
        assert source.territoire in lieux


def test_every_theme_type_and_mrc_is_told_several_times(
    semaine: Semaine, taxonomie: Taxonomie, gazetier: Gazetier
) -> None:
    verites = [item.verite for source, item in semaine.pairs() if source.lisible]
    themes = Counter(theme for verite in verites for theme in verite.themes)
    types = Counter(verite.type for verite in verites)
    lieux = Counter(haut for verite in verites for lieu in verite.territoires for haut in gazetier.ascendants(lieu))
    assert all(themes[theme.slug] >= 8 for theme in taxonomie.thematiques)
    assert all(types[genre.slug] >= 6 for genre in taxonomie.types)
    assert all(lieux[lieu.slug] >= 8 for lieu in gazetier.territoires if lieu.genre == "mrc")
    assert sum(not verite.themes for verite in verites) >= 60


def test_every_theme_has_a_trap_that_really_holds_its_misleading_words(semaine: Semaine, taxonomie: Taxonomie) -> None:
    pieges = defaultdict(list)
    for _, item in semaine.pairs():
        if item.verite.piege:
            assert item.verite.piege not in item.verite.themes, item.id
            pieges[item.verite.piege].append(fold(f"{item.titre} {item.resume}"))
    assert len(taxonomie.thematiques) == THEMES_PIEGES
    for theme in taxonomie.thematiques:
        negatives = [fold(mot) for mot in theme.expressions.negatives]
        assert any(mot in texte for texte in pieges[theme.slug] for mot in negatives), theme.slug


def test_every_place_trap_names_a_place_that_is_not_ours(semaine: Semaine) -> None:
    pieges = [item for _, item in semaine.pairs() if item.verite.piege == "territoire"]
    texte = fold(" ".join(f"{item.titre} {item.resume}" for item in pieges))
    attendus = (
        "station joliette", "louisiane", "saint-donat, dans la mitis", "empereur charlemagne",
        "rue saint-jacques", "palais montcalm", "fete de l'assomption", "terrebonne parish",
    )  # fmt: skip
    assert all(mot in texte for mot in attendus)
    assert all(item.verite.territoires == () for item in pieges if item.id != "loi-20")


def test_dispatches_are_syndicated_in_several_media_and_some_news_are_told_anew(semaine: Semaine) -> None:
    groupes: dict[str, set[str]] = defaultdict(set)
    for source, item in semaine.pairs():
        if item.verite.groupe:
            groupes[item.verite.groupe].add(source.slug)
    depeches = [sources for groupe, sources in groupes.items() if groupe.startswith("depeche-")]
    assert len([sources for sources in depeches if len(sources) >= 3]) >= 7
    assert all(len(sources) >= 2 for sources in groupes.values())
    assert sum(groupe.startswith("reecrit-") and len(s) == 2 for groupe, s in groupes.items()) >= 6


def test_a_syndicated_copy_keeps_the_first_sentences_under_its_own_title(semaine: Semaine) -> None:
    copie, depeche = semaine.item("clo-01"), semaine.item("fil-01")
    assert copie.titre != depeche.titre
    assert copie.resume.startswith("D'AUTRAY. Les propriétaires d'une résidence privée")
    assert copie.resume.endswith("L'Écho du Clocher – tous droits réservés.")
    assert len(copie.resume) < len(depeche.resume) + len(depeche.texte)


def test_truth_about_deadlines_and_amounts_can_be_read_in_the_texts(semaine: Semaine, now: datetime) -> None:
    for _, item in semaine.pairs():
        lu = expand(f"{item.titre} {item.resume} {item.texte}", now)
        limite = item.verite.deadline(now)
        if limite is not None:
            formes = ("jour", "jour_semaine", "jour_mois", "semaine_mois", "jour_court", "iso", "date_en")
            ecart = item.verite.date_limite or 0
            assert any(expand("{{" + f"{forme}{ecart:+d}" + "}}", now) in lu for forme in formes), item.id
        if item.verite.montant is not None and item.verite.montant < 1_000_000:
            groupes = f"{item.verite.montant:,}"
            assert groupes.replace(",", " ") in lu or groupes in lu, item.id
    limites = [item.verite.date_limite for _, item in semaine.pairs() if item.verite.date_limite is not None]
    assert len(limites) >= 40
    assert min(limites) < 0 < max(limites)


def test_the_particular_items_are_there(semaine: Semaine, now: datetime) -> None:
    particularites = Counter(item.verite.particularite for _, item in semaine.pairs())
    assert set(particularites) == {"", "script", "javascript", "courriel", "sans_date", "date_future"}
    assert "<script>" in semaine.item("riv-22").resume_html
    assert {item.lien for _, item in semaine.pairs()} == {"", "relatif", "suivi", "javascript"}
    assert [i.id for _, i in semaine.pairs() if i.jour is None] == ["rad-14"]
    assert [i.id for _, i in semaine.pairs() if is_future(i, now)] == ["rec-09"]
    assert [i.id for i in semaine.corrected_items()] == ["fon-01"]


# ---------------------------------------------------------------- planted decisions


def test_decisions_fill_three_digests_and_leave_most_of_the_week_to_review(semaine: Semaine) -> None:
    retenues = [d for d in semaine.decisions if d.genre == "retenir"]
    par_audience = Counter(audience for d in retenues for audience in d.audiences)
    assert set(par_audience) == {"clds-joliette", "nourrir-lanaudiere", "partenaires"}
    assert all(6 <= nombre <= 18 for nombre in par_audience.values())
    lisibles = {item.id for source, item in semaine.pairs() if source.lisible}
    decides = {d.item for d in semaine.decisions}
    assert len(decides) == len(semaine.decisions)
    assert decides <= lisibles
    assert len(lisibles - decides) >= 120


def test_each_retained_item_suits_the_digests_it_is_meant_for(semaine: Semaine) -> None:
    dossiers = RACINE / "digests"
    gazetier = load_gazetier(RACINE)
    for decision in semaine.decisions:
        verite = semaine.item(decision.item).verite
        lieux = {haut for lieu in verite.territoires for haut in gazetier.ascendants(lieu)}
        for slug in decision.audiences:
            audience = tomllib.loads((dossiers / slug / "audience.toml").read_text(encoding="utf-8"))
            assert "*" in audience["thematiques"] or set(verite.themes) & set(audience["thematiques"]), decision.item
            assert "*" in audience["territoires"] or lieux & set(audience["territoires"]), decision.item


def test_staff_texts_are_their_own_words(semaine: Semaine) -> None:
    for decision in semaine.decisions:
        if decision.genre == "ecarter":
            assert decision.raison in {"hors_theme", "hors_territoire", "perime", "faible", "doublon", "autre"}
            continue
        item = semaine.item(decision.item)
        siens = fold(f"{decision.titre} {decision.resume} {decision.pourquoi}").split()
        leurs = " " + " ".join(fold(f"{item.titre} {item.resume} {item.texte}").split()) + " "
        suites = (" " + " ".join(siens[i : i + 8]) + " " for i in range(len(siens) - 7))
        assert not any(suite in leurs for suite in suites), decision.item
        assert len(decision.titre.split()) <= 12
        assert len(decision.resume.split()) <= 60
        assert decision.pourquoi
        assert "'" not in decision.titre + decision.resume + decision.pourquoi


# ---------------------------------------------------------------- rendering


def test_every_feed_parses_in_its_declared_encoding_and_holds_every_item(
    semaine: Semaine, now: datetime, ports: dict[str, int]
) -> None:
    noms = {"rss2": "item", "rss1": "{http://purl.org/rss/1.0/}item", "atom": "{http://www.w3.org/2005/Atom}entry"}
    for source in semaine.sources:
        if source.genre == "liste" or source.comportement == "page":
            continue
        corps = render(source, now, ports).corps
        if source.format == "json":
            assert len(json.loads(corps)["items"]) == len(source.items)
        else:
            assert len(list(ET.fromstring(corps).iter(noms[source.format]))) == len(source.items), source.slug


def test_every_list_page_links_every_item_and_its_selectors_find_them(
    semaine: Semaine, now: datetime, ports: dict[str, int]
) -> None:
    for source in semaine.sources:
        if source.genre != "liste":
            continue
        rendu = render(source, now, ports)
        page = BeautifulSoup(rendu.corps.decode(rendu.encodage), "lxml")
        liens = {str(a["href"]).rsplit("/", 1)[-1] for a in page.select("main a[href*='/articles/']")}
        assert liens == {item.id for item in source.items}
        if source.selecteurs:
            elements = page.select(source.selecteurs["element"])
            assert len(elements) == len(source.items)
            for cle in ("titre", "lien", "date"):
                assert all(element.select_one(source.selecteurs[cle]) for element in elements)


def test_windows_1252_bodies_hold_the_characters_that_tell_it_from_latin_1(
    semaine: Semaine, now: datetime, ports: dict[str, int]
) -> None:
    textes = {
        s.slug: (render(s, now, ports).corps, render(s, now, ports).encodage)
        for s in semaine.sources
        if s.encodage == "windows-1252"
    }
    ensemble = "".join(corps.decode(encodage) for corps, encodage in textes.values())
    assert len(textes) >= 3
    assert all(signe in ensemble for signe in "éœ’€")
    for corps, _ in textes.values():
        with pytest.raises(UnicodeDecodeError):
            corps.decode("utf-8")


def test_no_macro_no_real_mailbox_and_no_outside_host_is_ever_served(
    semaine: Semaine, now: datetime, ports: dict[str, int]
) -> None:
    permis = {"127.0.0.1", "purl.org", "www.w3.org", "jsonfeed.org"}
    for chemin, texte in bodies(semaine, now, ports):
        assert "{{" not in texte, chemin
        assert "{lieu}" not in texte, chemin
        domaines = re.findall(r"[\w.+-]+@([\w.-]+\w)", texte)
        assert all(d.endswith(("exemple.invalid", "example.org")) for d in domaines), chemin
        assert set(re.findall(r"https?://([\w.-]+)", texte)) <= permis, chemin


def test_every_article_page_says_it_is_fictional_and_runs_nothing(
    semaine: Semaine, now: datetime, ports: dict[str, int]
) -> None:
    for source, item in semaine.pairs():
        rendu = answer(source, f"/articles/{item.id}", now, ports, corrige=False)
        assert rendu is not None
        texte = rendu.corps.decode(rendu.encodage)
        assert "Exemple fictif" in texte
        assert "<script" not in texte


def test_the_correction_changes_one_source_only(semaine: Semaine, now: datetime, ports: dict[str, int]) -> None:
    changees = [s.slug for s in semaine.sources if render(s, now, ports) != render(s, now, ports, corrige=True)]
    assert changees == ["fondation-vallees"]
    apres = render(semaine.source("fondation-vallees"), now, ports, corrige=True).corps.decode()
    assert "date limite reportée au 16 décembre 2026" in apres


def test_the_javascript_link_and_the_tracked_link_reach_the_feed_as_they_are(
    semaine: Semaine, now: datetime, ports: dict[str, int]
) -> None:
    assert b'href="javascript:alert(' in render(semaine.source("radio-berges"), now, ports).corps
    assert b"/articles/riv-21?utm_source=flux&amp;utm_medium=rss" in render(
        semaine.source("hebdo-riverain"), now, ports
    ).corps  # fmt: skip


def test_dates_are_written_in_words_around_now(now: datetime) -> None:
    assert expand("le {{jour+12}}", now) == "le 5 décembre 2026"
    assert expand("{{jour_semaine+8}}", now) == "mardi 1er décembre 2026"
    assert expand("{{semaine_mois+8}} et {{jour_mois+12}}", now) == "mardi 1er décembre et 5 décembre"
    assert expand("{{jour_court+12}}, {{iso+12}}, {{date_en+12}}", now) == "5 déc. 2026, 2026-12-05, December 5, 2026"
    assert expand("{{nom_jour-2}}", now) == "samedi"
    assert expand("{{mardi+8}} de {{annee+1}}", now) == "mardi 1er décembre 2026 de 2027"
    assert resolve_day("mardi+9", now) == date(2026, 12, 8)
    with pytest.raises(KeyError):
        expand("{{inconnu+1}}", now)
    with pytest.raises(ValueError, match="inconnue"):
        resolve_day("bientôt", now)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 3650 * 24 * 60).map(lambda minutes: DEBUT + timedelta(minutes=minutes)))
def test_the_week_is_this_week_whatever_the_day(instant: datetime) -> None:
    semaine = load()
    ports = {source.slug: 1 for source in semaine.sources}
    for _, item in semaine.pairs():
        if item.jour is not None and item.jour <= 0:
            publie = published_at(item.id, item.jour, instant)
            assert publie <= instant
            assert local_day(instant) - local_day(publie) in (timedelta(-item.jour), timedelta(1 - item.jour))
    for slug in ("hebdo-clocher", "mrc-montcalm", "ville-lavaltrie", "north-shore"):
        source = semaine.source(slug)
        rendu = render(source, instant, ports)
        assert "{{" not in rendu.corps.decode(rendu.encodage)


# ---------------------------------------------------------------- the server


def test_every_readable_source_answers_then_says_304(serveur: SampleServer, client: httpx.Client) -> None:
    for source in serveur.semaine.sources:
        if source.comportement in ("panne", "muette"):
            continue
        adresse = source_address(source, serveur.ports)
        premiere = client.get(adresse)
        assert premiere.status_code == 200
        assert premiere.headers["Content-Encoding"] == "gzip"
        assert premiere.content == render(source, serveur.now, serveur.ports).corps
        par_etag = client.get(adresse, headers={"If-None-Match": premiere.headers["ETag"]})
        par_date = client.get(adresse, headers={"If-Modified-Since": premiere.headers["Last-Modified"]})
        assert (par_etag.status_code, par_date.status_code) == (304, 304)
        assert par_etag.content == b""
    assert serveur.count(304) == 2 * serveur.count(200)


def test_the_correction_gives_new_validators(serveur: SampleServer, client: httpx.Client) -> None:
    adresse = source_address(serveur.semaine.source("fondation-vallees"), serveur.ports)
    voisine = source_address(serveur.semaine.source("hebdo-riverain"), serveur.ports)
    etags = {url: client.get(url).headers["ETag"] for url in (adresse, voisine)}
    datee = client.get(adresse).headers["Last-Modified"]
    serveur.correct()
    assert client.get(adresse, headers={"If-None-Match": etags[adresse]}).status_code == 200
    assert client.get(adresse, headers={"If-Modified-Since": datee}).status_code == 200
    assert client.get(voisine, headers={"If-None-Match": etags[voisine]}).status_code == 304
    assert "reportée" in client.get(serveur.article("fon-01")).text


def test_the_planted_failures_happen_at_the_declared_addresses(serveur: SampleServer, client: httpx.Client) -> None:
    def at(slug: str) -> str:
        return source_address(serveur.semaine.source(slug), serveur.ports)

    assert client.get(at("cooperative-nouvelles")).status_code == 500
    page = client.get(at("reseau-maisons-jeunes"))
    assert page.headers["Content-Type"].startswith("text/html")
    lien = BeautifulSoup(page.text, "lxml").select_one("link[rel=alternate]")
    assert lien is not None
    bon = client.get(str(page.url.join(str(lien["href"]))))
    assert bon.headers["Content-Type"].startswith("application/rss+xml")
    assert bon.text.count("<item>") == 3
    with pytest.raises(httpx.ReadTimeout):
        client.get(at("portail-loisirs"), timeout=0.2)
    assert serveur.count(0, source="portail-loisirs") == 1
    assert client.get(at("portail-loisirs").rsplit("/", 1)[0] + "/robots.txt").status_code == 200
    robots = client.get(at("tribune-affaires").rsplit("/", 1)[0] + "/robots.txt").text
    assert "Disallow: /\n" in robots


def test_unknown_addresses_are_404_and_fill_no_memory(serveur: SampleServer, client: httpx.Client) -> None:
    racine = f"http://127.0.0.1:{serveur.ports['north-shore']}"
    for rang in range(20):
        assert client.get(f"{racine}/rien/{rang}").status_code == 404
    assert client.get(f"{racine}/articles/fil-01").status_code == 404
    assert client.get(f"{racine}/nouvelles.xml").status_code == 404
    assert serveur.demandes["north-shore", "", 404] == 22
    assert client.head(f"{racine}/flux.xml").content == b""


def test_stopping_takes_less_than_a_second_even_while_a_reader_waits(semaine: Semaine, now: datetime) -> None:
    avant = threading.active_count()
    with SampleServer(semaine, now) as serveur:
        muette = socket.create_connection(("127.0.0.1", serveur.ports["portail-loisirs"]), timeout=3)
        muette.sendall(b"GET /flux.xml HTTP/1.1\r\nHost: exemple\r\n\r\n")
        oisive = socket.create_connection(("127.0.0.1", serveur.ports["hebdo-riverain"]), timeout=3)
        while serveur.count(0) == 0:
            time.sleep(0.005)
        debut = time.monotonic()
    assert time.monotonic() - debut < 1
    assert muette.recv(10) == b""
    muette.close()
    oisive.close()
    serveur.close()
    limite = time.monotonic() + 2
    while threading.active_count() > avant and time.monotonic() < limite:
        time.sleep(0.01)
    assert threading.active_count() <= avant


def test_the_demonstration_folder_passes_the_ordinary_validation(serveur: SampleServer, tmp_path: Path) -> None:
    initialise(tmp_path / "demo")
    (tmp_path / "demo" / "sources.toml").write_text(serveur.sources_toml(), encoding="utf-8")
    (tmp_path / "demo" / "organisation.toml").write_text(organisation_toml(), encoding="utf-8")
    dossier = load_folder(tmp_path / "demo")
    require_publishable(dossier.organisation)
    assert len(dossier.sources) == len(serveur.semaine.sources)
    assert {source.etat for source in dossier.sources} == {"active"}
    assert dossier.organisation.reseau.hotes_permis == ("127.0.0.1",)
    assert sum(source.selecteurs is not None for source in dossier.sources) == 2


def test_the_server_is_ready_quickly(semaine: Semaine, now: datetime) -> None:
    debut = time.monotonic()
    with SampleServer(semaine, now) as serveur:
        assert len(set(serveur.ports.values())) == len(semaine.sources)
    assert time.monotonic() - debut < 2


@pytest.mark.parametrize("format", ["rss2", "rss1", "atom", "json", "liste-drupal", "liste-ul"])
def test_each_source_shows_its_newest_item_first(
    semaine: Semaine, now: datetime, ports: dict[str, int], format: str
) -> None:
    source = next(source for source in semaine.sources if source.format == format and source.lisible)
    texte = render(source, now, ports).corps.decode(source.encodage)
    ordre = sorted((item for item in source.items if item.jour is not None), key=lambda item: texte.index(item.id))
    instants = [published_at(item.id, item.jour or 0, now) for item in ordre]
    assert instants == sorted(instants, reverse=True)
