"""What surrounds the issues: themes and their feeds, calendars, errata; and what a file that anyone reads may hold."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from bs4 import BeautifulSoup

from pipeline import compose, publish, rendu
from tests.diffusion import ORGANISATION, Atelier, audience
from tests.numeros import SITE, alert, come_out, correct, full, notice, workshop
from veille.editor import from_json
from veille.rendering import DESABONNEMENT, PREFERENCES
from veille.store import digests

IDS = list(range(1, 13))
HEURE = timedelta(hours=1)


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return workshop(tmp_path, "clds-joliette", "pli", "ca")


def octets(a: Atelier, chemin: str) -> bytes:
    return (a.chemin / "publication" / chemin).read_bytes()


def theme(a: Atelier, slug: str = "habitation") -> feedparser.FeedParserDict:
    lu = feedparser.parse(octets(a, f"themes/{slug}/flux.atom.xml"))
    assert not lu.bozo
    return lu


def test_a_theme_s_feed_gathers_every_public_audience_once_by_story(a: Atelier) -> None:
    come_out(a, full(IDS))
    come_out(a, full(IDS, numero=1, identifiant="tag:table.exemple.org,2026-11-23:veille/pli/1"), "pli", hours=1)
    come_out(a, full(IDS, numero=1, titre="Secret du conseil"), "ca", hours=2)
    lu = theme(a)
    assert lu.feed.id == "tag:table.exemple.org,2026-11-23:veille/themes/habitation"
    assert len(lu.entries) == len({e.id for e in lu.entries}) == 9  # « Vu ailleurs » has no theme here.
    assert all(e.id.startswith("tag:table.exemple.org,2026-11-21:veille/nouvelle/") for e in lu.entries)
    assert {e.link for e in lu.entries} == {f"{SITE}/bulletins/pli/2026-11-23/"}  # The issue that told it last.
    assert {t.term for t in lu.entries[0].tags} == {"Habitation et logement", "Transport et mobilité"}
    page = octets(a, "themes/habitation/index.html").decode()
    assert "mardi 1er" in page and "dans 8" not in page  # True on the day of the issue only.
    objet = json.loads(octets(a, "themes/habitation/flux.json"))
    assert [e["id"] for e in objet["items"]] == [e.id for e in lu.entries]
    assert objet["feed_url"] == f"{SITE}/bulletins/themes/habitation/flux.json"
    for fichier in (a.chemin / "publication").rglob("*"):
        assert not fichier.is_file() or b"Secret du conseil" not in fichier.read_bytes()


def test_an_entry_s_date_moves_only_when_what_it_shows_does(a: Atelier) -> None:
    come_out(a, full(IDS))
    avant = {e.id: e.updated for e in theme(a).entries}
    come_out(a, full(IDS, numero=1), "pli", days=2)
    assert {e.id: e.updated for e in theme(a).entries} == avant
    autre = full(IDS, numero=2)
    rubrique = autre.rubriques[1]
    reecrite = replace(rubrique.elements[0], resume="Un tout autre résumé.")
    autre = replace(autre, rubriques=(replace(rubrique, elements=(reecrite,)),))
    come_out(a, autre, "pli", days=3)
    changees = [e.id for e in theme(a).entries if e.updated != avant[e.id]]
    assert changees == ["tag:table.exemple.org,2026-11-21:veille/nouvelle/2"]


def test_an_erratum_keeps_the_identifier_and_moves_the_date_everywhere(a: Atelier) -> None:
    digest_id = come_out(a, full(IDS))
    fil = feedparser.parse(octets(a, "clds-joliette/flux.atom.xml")).entries[0]
    avant = {e.id: (e.updated, e.title) for e in theme(a).entries}
    ics = octets(a, "calendrier.ics").decode().replace("\r\n ", "")
    correct(
        a,
        digest_id,
        1,
        "La date limite est reportée (exemple fictif).",
        5 * HEURE,
        titre="Appel corrigé",
        resume="Le bon résumé.",
    )
    publish.publish(a.c, a.dossier, digest_id, "Camille Fictive", a.now)
    apres = {e.id: (e.updated, e.title) for e in theme(a).entries}
    assert apres.keys() == avant.keys()
    corrigee = "tag:table.exemple.org,2026-11-21:veille/nouvelle/1"
    assert {i for i in apres if apres[i] != avant[i]} == {corrigee}
    assert apres[corrigee] == ("2026-11-23T19:00:00Z", "Appel corrigé")
    contenu = next(e for e in theme(a).entries if e.id == corrigee).content[0].value
    assert "Le bon résumé." in contenu and "La date limite est reportée" in contenu
    bulletin = feedparser.parse(octets(a, "clds-joliette/flux.atom.xml")).entries[0]
    assert bulletin.id == fil.id and bulletin.updated == "2026-11-23T19:00:00Z" != fil.updated
    assert "Appel corrigé" in bulletin.summary and "Le bon résumé." in bulletin.content[0].value
    assert "Appel corrigé" in octets(a, "clds-joliette/index.html").decode()
    neuf = octets(a, "calendrier.ics").decode().replace("\r\n ", "")
    assert "SEQUENCE:0" in ics and "SEQUENCE:1" not in ics and "SEQUENCE:1" in neuf
    assert re.findall("UID:.*", neuf) == re.findall("UID:.*", ics)
    assert publish.repair(a.c, a.dossier) is False


def test_calendars_hold_deadlines_with_their_hour_and_events_with_their_days(a: Atelier) -> None:
    come_out(a, full(IDS))
    come_out(a, alert(1), hours=1)
    texte = octets(a, "clds-joliette/calendrier.ics").decode().replace("\r\n ", "")
    assert texte.count("BEGIN:VEVENT") == 3
    assert "UID:echeance-1@table.exemple.org" in texte
    assert "DTSTART;TZID=America/Toronto:20261201T160000" in texte
    assert "DTSTART;VALUE=DATE:20261204\r\nDTEND;VALUE=DATE:20261207" in texte
    assert "DTSTART;TZID=America/Toronto:20261203T190000" in texte
    assert f"{SITE}/bulletins/clds-joliette/2026-11-23" in texte
    assert "URL:https://ville.exemple.org/1" in texte
    assert not (a.chemin / "publication/pli").exists()


def test_publishing_everything_again_writes_the_same_bytes(a: Atelier) -> None:
    ids = [come_out(a, full(IDS)), come_out(a, alert(1), hours=1), come_out(a, notice(), hours=2)]
    avant = {f: f.read_bytes() for f in (a.chemin / "publication").rglob("*") if f.is_file()}
    a.passer(days=40)
    for digest_id in ids:
        publish.publish(a.c, a.dossier, digest_id, "Camille Fictive", a.now)
    assert {f: f.read_bytes() for f in (a.chemin / "publication").rglob("*") if f.is_file()} == avant


def test_an_alert_approved_while_an_older_draft_waits_does_not_take_its_address(a: Atelier) -> None:
    brouillon = digests.require(a.c, come_out(a, full(IDS), hours=3))
    alerte = digests.require(a.c, come_out(a, alert(1), hours=1))  # Later id, earlier approval.
    assert digests.same_day_rank(a.c, alerte) == 1 and digests.same_day_rank(a.c, brouillon) == 2


# ---------------------------------------------------------------- what is frozen, what is for one person


def test_what_was_frozen_is_what_is_written_byte_for_byte(a: Atelier) -> None:
    digest_id = come_out(a, full(IDS))
    figes = {"page": b"<p>figee", "courriel_html": f'<a href="{DESABONNEMENT}">'.encode(), "courriel_texte": f"{PREFERENCES}\n".encode(), "fragment": b"<p>fragment"}  # fmt: skip
    for nom, corps in figes.items():
        a.c.execute("INSERT INTO digest_rendus VALUES (?, 0, ?, ?)", (digest_id, nom, corps))
    publish.publish(a.c, a.dossier, digest_id, "Camille Fictive", a.now)
    lieu = "clds-joliette/2026-11-23/"
    assert octets(a, f"{lieu}index.html") == b"<p>figee"
    assert octets(a, f"{lieu}courriel.html") == f'<a href="{SITE}/abonnement">'.encode()
    assert octets(a, f"{lieu}courriel.txt") == f"{SITE}/abonnement\n".encode()
    assert (
        feedparser.parse(octets(a, "clds-joliette/flux.atom.xml")).entries[0].content[0].value.startswith("<p>fragment")
    )
    a.c.execute("INSERT INTO digest_rendus VALUES (?, 1, 'page', ?)", (digest_id, b"<p>corrigee"))
    publish.publish(a.c, a.dossier, digest_id, "Camille Fictive", a.now)
    assert octets(a, f"{lieu}index.html") == b"<p>corrigee"


def test_a_mail_keeps_a_place_for_each_person_s_links_and_its_file_has_none(a: Atelier) -> None:
    digest = digests.require(a.c, come_out(a, full(IDS)))
    rendus = rendu.render_issue(a.c, a.dossier, a.audiences[0], digest, full(IDS))
    html = BeautifulSoup(rendus["courriel_html"], "lxml")
    assert {x["href"] for x in html.find_all("a", href=re.compile("^@@"))} == {DESABONNEMENT, PREFERENCES}
    for marque in (DESABONNEMENT, PREFERENCES):
        assert f"\n{marque}\n" in rendus["courriel_texte"].decode()
        assert marque.encode() not in rendus["page"] + rendus["fragment"]
    for fichier in (a.chemin / "publication").rglob("*"):
        assert not fichier.is_file() or b"@@" not in fichier.read_bytes()


def test_the_team_s_reminder_can_be_stopped_too(a: Atelier) -> None:
    a.audiences = (*a.audiences, audience("equipe", "Équipe", genre="rappel", visibilite="interne"))
    digest_id = compose.compose(a.c, a.dossier, "equipe", "Camille Fictive", a.now).digest
    digest = digests.require(a.c, digest_id)
    rendus = rendu.render_issue(a.c, a.dossier, a.audiences[-1], digest, from_json(digest.contenu))
    assert rendus.keys() == {"page", "courriel_html", "courriel_texte"}
    for nom in ("courriel_html", "courriel_texte"):
        assert DESABONNEMENT.encode() in rendus[nom] and PREFERENCES.encode() in rendus[nom]
    assert b"@@" not in rendus["page"]


def test_the_voice_of_readers_is_the_same_address_for_everyone_and_needs_a_public_site(a: Atelier) -> None:
    digest = digests.require(a.c, come_out(a, full(IDS)))
    public = a.audiences[0]
    rendus = rendu.render_issue(a.c, a.dossier, public, digest, full(IDS))
    for nom in ("page", "courriel_html", "courriel_texte"):
        texte = rendus[nom].decode()
        avis = set(re.findall(rf"{SITE}/avis/{digest.id}/\d+/(?:utile|pas-utile|utilise)\b", texte))
        assert len(avis) == 30, nom
        assert f"{SITE}/sondage/{digest.id}" in texte
    a.organisation = ORGANISATION
    prive = rendu.render_issue(a.c, a.dossier, public, digest, full(IDS))
    assert not any(b"/avis/" in corps or b"/sondage/" in corps or b"@@" in corps for corps in prive.values())
    assert "répondez à ce courriel" in prive["courriel_texte"].decode()
    interne = rendu.render_issue(a.c, replace(a.dossier, organisation=ORGANISATION), a.audiences[2], digest, replace(full(IDS), publique=False))  # fmt: skip
    assert b"flux.atom.xml" not in interne["page"]


def test_the_mail_of_twelve_long_stories_is_light_enough_not_to_be_cut(a: Atelier) -> None:
    digest = digests.require(a.c, come_out(a, full(IDS)))
    gros = full(IDS)
    douze = (replace(gros.rubriques[0], elements=tuple(replace(gros.elements[0], item_id=n, resume=gros.elements[0].resume * 2) for n in IDS)),)  # fmt: skip
    rendus = rendu.render_issue(a.c, a.dossier, a.audiences[0], digest, replace(gros, rubriques=douze))
    assert len(rendus["courriel_html"]) < 102_000
    assert b"<img" not in rendus["courriel_html"] and b"url(" not in rendus["courriel_html"]


def test_the_text_part_tells_all_that_the_html_part_tells(a: Atelier) -> None:
    digest = digests.require(a.c, come_out(a, full(IDS)))
    for contenu in (full(IDS), alert(1), notice()):
        rendus = rendu.render_issue(a.c, a.dossier, a.audiences[0], digest, contenu)
        longues = [x for x in rendus["courriel_texte"].decode().splitlines() if len(x) > 72]
        assert all(x.strip().startswith(("http", "@@")) for x in longues)
        texte = " ".join(rendus["courriel_texte"].decode().split()).lower()
        page = BeautifulSoup(rendus["courriel_html"], "lxml")
        for balise in page.body.find_all(["h1", "h2", "h3", "p", "li"]):  # type: ignore[union-attr]
            for mot in re.findall(r"[\w’-]{5,}", balise.get_text(" ")):
                assert mot.lower() in texte or mot in ("l’original", "Répondez"), (mot, balise)
        assert {x["href"] for x in page.find_all("a") if x["href"].startswith(("http", "@@"))} <= set(re.findall(r"(?:https?://|@@)\S+", rendus["courriel_texte"].decode()))  # fmt: skip
