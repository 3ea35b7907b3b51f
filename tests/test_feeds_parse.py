"""What a body is, what page it stands for, where feeds are: the doors of the room."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

import pytest

from veille.errors import ReadError
from veille.feeds import discover, guess, parse, read_as
from veille.feeds.corps import Corps, sniff
from veille.model import GenreSource, Lecture, Reponse

PAGE = "https://org.exemple/blogue/"
HTML = """<!DOCTYPE html><html lang="fr"><head><title>Le programme | L’organisme</title>
<link rel="alternate" type="application/rss+xml" title="Commentaires" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="Flux" href="/feed/"><link rel="alternate" type="application/atom+xml" href="//org.exemple/atom.xml">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2"><link rel="alternate" type="application/feed+json" href="feed.json">
<link rel="alternate" type="application/json+oembed" href="/oembed?x"><link rel="alternate" hreflang="en" href="/en/">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"><meta name="description" content="Une aide pour les familles.">
<meta property="article:published_time" content="2026-09-14T10:00:00-04:00"><meta name="author" content="Camille Exemple"></head>
<body><nav><a href="/">Accueil</a></nav><main><h1>Le programme</h1><p>Le programme soutient les familles de la région pendant l’année scolaire, avec des ateliers
et un accompagnement offert par des bénévoles formés.</p><p>Pour s’inscrire, il suffit de téléphoner. Les places sont limitées et les personnes inscrites
reçoivent une confirmation dans la semaine.</p><script>alert(1)</script></main><footer>Tous droits réservés</footer></body></html>"""


def answer(texte: str | bytes, adresse: str = PAGE) -> Reponse:
    return Reponse(adresse, 200, texte if isinstance(texte, bytes) else texte.encode())


def read(genre: GenreSource, texte: str | bytes, now: datetime) -> Lecture:
    return parse(genre, answer(texte), selecteurs=None, now=now)


@pytest.mark.parametrize("corps", [b"", b" \n\t ", b"\xef\xbb\xbf", b"\x00\x00"])
@pytest.mark.parametrize("genre", ["flux", "liste", "page"])
def test_nothing_is_an_error_and_never_no_news(genre: GenreSource, corps: bytes, now: datetime) -> None:
    with pytest.raises(ReadError) as erreur:
        read(genre, corps, now)
    assert erreur.value.cause == "vide"


def test_a_page_where_a_feed_was_proposes_the_feeds_it_declares(now: datetime) -> None:
    with pytest.raises(ReadError) as erreur:
        read("flux", HTML, now)
    assert erreur.value.cause == "html"
    assert erreur.value.propositions == (
        "https://org.exemple/feed/",
        "https://org.exemple/atom.xml",
        "https://org.exemple/blogue/feed.json",
        "https://org.exemple/comments/feed/",
    )


@pytest.mark.parametrize(
    "texte", ["Erreur interne", "%PDF-1.7 binaire", "<opml><body/></opml>", "<a><b/></a>", "<rs", "GIF89a", '"texte"']
)
def test_what_is_no_feed_says_so(texte: str, now: datetime) -> None:
    with pytest.raises(ReadError) as erreur:
        read("flux", texte, now)
    assert erreur.value.cause in ("illisible", "html")


@pytest.mark.parametrize("genre", ["courriel", "manuel"])
def test_some_sources_are_not_read_on_the_web(genre: GenreSource, now: datetime) -> None:
    with pytest.raises(ReadError) as erreur:
        read(genre, HTML, now)
    assert erreur.value.cause == "genre"


@pytest.mark.parametrize(
    ("texte", "nature"),
    [
        ("<?xml version='1.0'?><!-- x --><rss>", "xml"), ("\n <feed>", "xml"), ("<a:feed xmlns:a='x'>", "xml"), ("<rdf:RDF>", "xml"),
        ("<!DOCTYPE html><html>", "html"), ("<?xml version='1.0'?><!DOCTYPE html PUBLIC><html>", "html"), ("<!-- <rss> --><HTML>", "html"),
        ('{"version": 1}', "json"), ("Notice: x\n<rss>", "xml"), ("bonjour", "inconnu"),
    ],
)  # fmt: skip
def test_a_body_is_known_by_what_it_holds(texte: str, nature: str) -> None:
    assert sniff(texte) == nature


def test_a_watched_page_is_one_entry_with_its_own_address(now: datetime) -> None:
    lecture = read("page", HTML, now)
    (entree,) = lecture.entrees
    assert (entree.titre, entree.adresse, entree.langue, entree.auteur) == (
        "Le programme",
        PAGE,
        "fr",
        "Camille Exemple",
    )
    assert entree.resume == "Une aide pour les familles." and str(entree.publie_a)[:10] == "2026-09-14"
    assert "Pour s’inscrire, il suffit de téléphoner" in entree.texte
    assert "alert" not in entree.texte and "Accueil" not in entree.texte
    assert lecture.propositions[0] == "https://org.exemple/feed/"


def test_a_page_of_three_words_still_says_them(now: datetime) -> None:
    lecture = read("page", "<html><body><p>Fermé jusqu’à lundi</p></body></html>", now)
    assert [entree.resume for entree in lecture.entrees] == ["Fermé jusqu’à lundi"]
    assert lecture.partiel  # Enough to tell of a page we know, not to believe in one we do not.


@pytest.mark.parametrize(("mots", "partiel"), [(24, True), (25, False)])
def test_a_page_must_say_two_sentences_to_be_believed(now: datetime, mots: int, partiel: bool) -> None:
    texte = " ".join(f"mot{n}" for n in range(mots))
    assert read("page", f"<html><title>T</title><body><p>{texte}</p></body></html>", now).partiel is partiel


def test_a_page_that_says_nothing_is_an_error(now: datetime) -> None:
    with pytest.raises(ReadError) as erreur:
        read("page", "<html><body><script>menu()</script></body></html>", now)
    assert erreur.value.cause == "sans_entree"


def test_a_page_without_a_declared_date_gets_none(now: datetime) -> None:
    (entree,) = read(
        "page", "<html><body><h1>Infolettre</h1><p>Édition de septembre 2026 du bulletin.</p></body></html>", now
    ).entrees
    assert (entree.publie_a, entree.doute) == (None, "absente")


def test_discovery_reads_only_web_addresses_and_stops(now: datetime) -> None:
    liens = "".join(f'<link rel="alternate" type="application/rss+xml" href="/flux{i}">' for i in range(50))
    assert len(discover(answer(f"<html><head>{liens}"))) == 10
    assert discover(
        answer(
            '<html><head><base href="https://cdn.exemple/x/"><link rel="alternate" type="application/rss+xml" href="f">'
        )
    ) == ("https://cdn.exemple/x/f",)
    assert discover(answer(b"")) == ()


def test_usual_places_are_tried_beside_the_page_then_at_the_root() -> None:
    essais = guess("https://org.exemple/actualites?x=1#y")
    assert essais[:3] == (
        "https://org.exemple/actualites/feed/",
        "https://org.exemple/actualites?format=feed&type=rss",
        "https://org.exemple/feed/",
    )
    assert len(essais) == len(set(essais)) <= 10
    assert guess("mailto:a@b.ca") == () and guess("https://org.exemple")[0] == "https://org.exemple/feed/"


def test_a_part_is_one_file_and_one_line(now: datetime) -> None:
    lecture = read_as("dummy", Corps("/1\tUn\n/2\tDeux\n", "https://a.exemple/"), selecteurs=None, now=now)
    assert [(entree.titre, entree.adresse) for entree in lecture.entrees] == [
        ("Un", "https://a.exemple/1"),
        ("Deux", "https://a.exemple/2"),
    ]


def test_reading_feeds_loads_neither_page_tools_nor_numpy() -> None:
    code = (
        "import sys; from datetime import datetime, UTC; from veille.feeds import parse; from veille.model import Reponse;"
        "f = b'<rss version=\"2.0\"><channel><item><title>La vie dans les villages et les villes est plus belle pour les gens qui y sont</title></item></channel></rss>';"
        "parse('flux', Reponse('https://a.exemple/', 200, f), selecteurs=None, now=datetime.now(UTC));"
        "print(','.join(m for m in ('bs4', 'trafilatura', 'numpy', 'py3langid', 'charset_normalizer') if m in sys.modules))"
    )
    sortie = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert sortie == ""


def test_readers_that_start_together_load_their_libraries_one_at_a_time() -> None:
    programme = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from datetime import UTC, datetime\n"
        "from veille.feeds import discover, parse\n"
        "from veille.model import Reponse\n"
        "corps = '<html lang=fr><body><ul>' + ''.join(f'<li>{i} novembre 2026 – <a href=/nouvelles/{i}>Une nouvelle de la semaine numéro {i}</a></li>' for i in range(1, 9))\n"
        "r = Reponse('https://org.exemple/', 200, corps.encode(), 'text/html')\n"
        "now = datetime(2026, 11, 23, tzinfo=UTC)\n"
        "def lire(i):\n"
        "    return discover(r) if i % 2 else parse('liste', r, selecteurs=None, now=now)\n"
        "with ThreadPoolExecutor(16) as pool:\n"
        "    list(pool.map(lire, range(32)))\n"
    )
    for _ in range(3):
        resultat = subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, check=False)
        assert resultat.returncode == 0, resultat.stderr
