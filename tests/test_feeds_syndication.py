"""RSS, Atom and JSON Feed: entries as sources give them, whatever the state of the file."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from veille.errors import ReadError
from veille.feeds import parse
from veille.model import Entree, Lecture, Reponse

ADRESSE = "https://org.exemple/flux/rss.xml"
RSS = """<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Nouvelles de l’organisme</title><link>https://org.exemple/</link>
 <language>fr-CA</language>{items}</channel></rss>"""
ITEM = """<item><title>L’aide &amp; l’accueil</title><link>/nouvelles/aide?utm_source=rss</link><guid isPermaLink="false">n-1</guid>
 <dc:creator>Camille Exemple</dc:creator><pubDate>Mon, 14 Sep 2026 10:00:00 -0400</pubDate>
 <description>&lt;p&gt;Un r&amp;eacute;sum&amp;eacute;.&lt;/p&gt;</description>
 <content:encoded><![CDATA[<p>Un texte plus long.</p><script>alert(1)</script><p>En deux paragraphes.</p>]]></content:encoded></item>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://org.exemple/blogue/">
<title>Blogue</title><entry><title type="text">Si 1 &lt; 2, alors&#8230;</title><link rel="alternate" href="article-1"/><id>urn:x:1</id>
<author><name>Dominique Exemple</name><email>d@org.exemple</email></author><published>2026-09-14T14:00:00Z</published><updated>2026-09-20T14:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Premier.</p><p>Second.</p></div></content></entry></feed>"""


def read(texte: str | bytes, now: datetime, charset: str = "") -> Lecture:
    corps = texte if isinstance(texte, bytes) else texte.encode()
    return parse("flux", Reponse(ADRESSE, 200, corps, charset=charset), selecteurs=None, now=now)


def one(item: str, now: datetime) -> Entree:
    (entree,) = read(RSS.format(items=item), now).entrees
    return entree


def test_an_rss_entry_is_read_whole(now: datetime) -> None:
    lecture = read(RSS.format(items=ITEM), now)
    assert (lecture.titre, lecture.langue, lecture.format, lecture.partiel) == (
        "Nouvelles de l’organisme",
        "fr",
        "rss20",
        False,
    )
    assert lecture.entrees == (
        Entree(
            titre="L’aide & l’accueil",
            adresse="https://org.exemple/nouvelles/aide?utm_source=rss",
            guid="n-1",
            auteur="Camille Exemple",
            publie_a=datetime(2026, 9, 14, 14, 0, tzinfo=UTC),
            publie_texte="Mon, 14 Sep 2026 10:00:00 -0400",
            langue="fr",
            resume="Un résumé.",
            texte="Un texte plus long.\nEn deux paragraphes.",
        ),
    )


def test_an_atom_entry_is_read_whole(now: datetime) -> None:
    lecture = read(ATOM, now)
    (entree,) = lecture.entrees
    assert (lecture.format, lecture.langue, entree.langue) == ("atom10", "fr", "fr")
    assert (entree.titre, entree.adresse, entree.guid) == (
        "Si 1 < 2, alors…",
        "https://org.exemple/blogue/article-1",
        "urn:x:1",
    )
    assert (entree.auteur, entree.publie_texte, entree.resume) == (
        "Dominique Exemple",
        "2026-09-14T14:00:00Z",
        "Premier.\nSecond.",
    )


def test_rss_1_0_is_read(now: datetime) -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel rdf:about="x"><title>T</title></channel><item rdf:about="https://a.exemple/1"><title>Un avis</title><link>https://a.exemple/1</link>
    <dc:date>2026-09-14T10:00:00-04:00</dc:date></item></rdf:RDF>"""
    (entree,) = read(rdf, now).entrees
    assert (entree.titre, entree.adresse, str(entree.publie_a)[:10]) == ("Un avis", "https://a.exemple/1", "2026-09-14")


def test_a_feed_with_no_entry_is_a_feed(now: datetime) -> None:
    lecture = read(RSS.format(items=""), now)
    assert lecture.entrees == () and lecture.format == "rss20"


@pytest.mark.parametrize("lien", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.ca", "", "http://["])
def test_an_entry_whose_link_leads_nowhere_is_kept_on_its_guid(lien: str, now: datetime) -> None:
    entree = one(f"<item><title>Un titre</title><link>{lien}</link><guid isPermaLink='false'>abc</guid></item>", now)
    assert (entree.adresse, entree.guid) == ("", "abc")


def test_an_attached_document_stands_for_a_missing_link(now: datetime) -> None:
    entree = one("<item><title>Balado</title><enclosure url='/sons/12.mp3' type='audio/mpeg' length='1'/></item>", now)
    assert entree.adresse == "https://org.exemple/sons/12.mp3"


def test_a_guid_that_is_no_address_is_not_made_one(now: datetime) -> None:
    entree = one("<item><title>Un titre</title><guid>2026-114</guid></item>", now)
    assert entree.adresse == ""
    assert (
        one("<item><title>T</title><guid>https://org.exemple/?p=1&amp;x=2</guid></item>", now).adresse
        == "https://org.exemple/?p=1&x=2"
    )


def test_an_entry_without_a_title_takes_the_beginning_of_its_text(now: datetime) -> None:
    entree = one(
        "<item><link>https://a.exemple/x</link><description>&lt;p&gt;Une phrase.&lt;/p&gt;&lt;p&gt;Une autre.&lt;/p&gt;</description></item>",
        now,
    )
    assert entree.titre == "Une phrase."
    assert (
        one("<item><link>https://a.exemple/docs/rapport-annuel_2026.pdf</link></item>", now).titre
        == "rapport annuel 2026.pdf"
    )


def test_an_empty_entry_is_not_an_entry(now: datetime) -> None:
    assert (
        read(RSS.format(items="<item/><item><pubDate>Mon, 14 Sep 2026 10:00:00 GMT</pubDate></item>" + ITEM), now)
        .entrees[0]
        .guid
        == "n-1"
    )


def test_an_author_is_a_name_never_an_address(now: datetime) -> None:
    assert (
        one("<item><title>T</title><author>info@org.exemple (Camille Exemple)</author></item>", now).auteur
        == "Camille Exemple"
    )
    assert one("<item><title>T</title><author>info@org.exemple</author></item>", now).auteur == ""


@pytest.mark.parametrize(
    ("date", "doute"),
    [
        ("", "absente"),
        ("bientôt", "illisible"),
        ("septembre 2026", "illisible"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "ancienne"),
        ("2126-01-01", "future"),
    ],
)
def test_a_date_that_cannot_be_trusted_is_kept_as_written_with_its_doubt(date: str, doute: str, now: datetime) -> None:
    entree = one(f"<item><title>T</title><pubDate>{date}</pubDate></item>", now)
    assert (entree.publie_texte, entree.doute) == (date, doute)


def test_french_dates_of_a_feed_are_read(now: datetime) -> None:
    entree = one("<item><title>T</title><pubDate>lun., 3 août 2026 10:00:00 HAE</pubDate></item>", now)
    assert entree.publie_a == datetime(2026, 8, 3, 14, 0, tzinfo=UTC)


def test_text_plainly_french_is_french_even_in_a_feed_left_in_english(now: datetime) -> None:
    flux = RSS.replace("fr-CA", "en-US")
    francais = "<item><title>La halte</title><description>Les familles de la région sont invitées à venir avec leurs enfants dans les locaux.</description></item>"
    (entree,) = read(flux.format(items=francais), now).entrees
    assert entree.langue == "fr"


def test_an_undeclared_language_is_found_from_the_text(now: datetime) -> None:
    flux = RSS.replace("<language>fr-CA</language>", "")
    espagnol = "<item><title>Noticias</title><description>El ayuntamiento anuncia la apertura de una nueva biblioteca para los vecinos del barrio.</description></item>"
    (entree,) = read(flux.format(items=espagnol), now).entrees
    assert entree.langue == "es"


# ---------------------------------------------------------------- damaged files


@pytest.mark.parametrize("charset", ["", "utf-8", "windows-1252", "iso-8859-1"])
def test_windows_1252_gives_right_accents(charset: str, now: datetime) -> None:
    corps = (
        RSS.replace("utf-8", "iso-8859-1")
        .format(items="<item><title>L’œuvre coûte 5 €</title></item>")
        .encode("cp1252")
    )
    assert read(corps, now, charset).entrees[0].titre == "L’œuvre coûte 5 €"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings_are_read(codec: str, now: datetime) -> None:
    assert read(RSS.format(items=ITEM).encode(codec), now).entrees[0].titre == "L’aide & l’accueil"


@pytest.mark.parametrize(
    "abime",
    [
        lambda x: "\n\n  " + x,
        lambda x: "PHP Warning: mysqli in /var/www on line 3<br />\n" + x,
        lambda x: x.replace("&amp;", "&"),
        lambda x: x.replace("Un texte", "Un texte\x00\x0b\x1f"),
        lambda x: x.replace("<language>", "<copyright>&eacute;t&eacute; &copy; &inconnue;</copyright><language>"),
        lambda x: x.replace("</channel></rss>", ""),
        lambda x: x.replace("<language>", "<copyright>&#xD800;&#99999999;</copyright><language>"),
        lambda x: x.replace("<language>", '<georss:point xmlns:georss="http://www.georss.org/georss">1</georss:point><language>'),
        lambda x: x.replace("<rss ", '<!DOCTYPE rss [<!ENTITY a "b"><!ENTITY c SYSTEM "file:///etc/passwd">]><rss '),
    ],
    ids=["lignes", "avertissement", "esperluette", "contrôles", "entités", "tronqué", "références", "georss", "doctype"],
)  # fmt: skip
def test_a_damaged_file_still_gives_its_entries(abime: object, now: datetime) -> None:
    assert callable(abime)
    (entree,) = read(abime(RSS.format(items=ITEM)), now).entrees
    assert (entree.titre, entree.guid) == ("L’aide & l’accueil", "n-1")
    assert entree.texte == "Un texte plus long.\nEn deux paragraphes."


def test_a_damaged_file_says_it_is_partial(now: datetime) -> None:
    assert read(RSS.format(items=ITEM).replace("&amp;", "&"), now).partiel


@pytest.mark.parametrize(
    "fin",
    [
        "<item><title>Coupé en pl",
        "<item><title>Coupé</title>",
        "<item><title>Coupé</title><link>https://a.exemple/mi-che",
    ],
)
def test_an_entry_cut_before_its_identity_is_left_for_next_time(fin: str, now: datetime) -> None:
    lecture = read(RSS.format(items=ITEM + fin).removesuffix("</channel></rss>"), now)
    assert [entree.guid for entree in lecture.entrees] == ["n-1"] and lecture.partiel


def test_an_entry_cut_after_its_identity_is_kept(now: datetime) -> None:
    fin = "<item><title>Coupé</title><link>https://a.exemple/x</link><description>Le début seul"
    lecture = read(RSS.format(items=ITEM + fin).removesuffix("</channel></rss>"), now)
    assert [entree.adresse for entree in lecture.entrees][1:] == ["https://a.exemple/x"] and lecture.partiel


# ---------------------------------------------------------------- JSON Feed

JSONFEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Nouvelles",
    "language": "fr-CA",
    "items": [
        {"id": "1", "url": "/n/1", "title": "Un & deux", "content_html": "<p>Un.</p><p>Deux.</p>", "date_published": "2026-09-14T10:00:00-04:00", "authors": [{"name": "Camille"}]},
        {"id": 2, "external_url": "https://b.exemple/2", "content_text": "Sans titre ici.\nSuite.", "language": "en"},
        {"id": "3", "title": "Pièce jointe", "attachments": [{"url": "https://a.exemple/r.pdf"}], "summary": "Le résumé."},
    ],
}  # fmt: skip


def test_a_json_feed_is_read(now: datetime) -> None:
    lecture = read(json.dumps(JSONFEED), now)
    un, deux, trois = lecture.entrees
    assert (lecture.titre, lecture.langue, lecture.format) == ("Nouvelles", "fr", "json11")
    assert (un.titre, un.adresse, un.auteur, un.resume, un.publie_a) == (
        "Un & deux",
        "https://org.exemple/n/1",
        "Camille",
        "Un.\nDeux.",
        datetime(2026, 9, 14, 14, tzinfo=UTC),
    )
    assert (deux.titre, deux.adresse, deux.guid, deux.langue) == ("Sans titre ici.", "https://b.exemple/2", "2", "en")
    assert (trois.adresse, trois.resume) == ("https://a.exemple/r.pdf", "Le résumé.")


def test_wrong_types_in_json_are_as_if_absent(now: datetime) -> None:
    flux = {
        "version": "https://jsonfeed.org/version/1",
        "title": 3,
        "items": [
            None,
            3,
            [],
            {"title": {}, "id": None, "url": 4},
            {"id": "x", "title": "Bon", "authors": "z", "attachments": {}},
        ],
    }
    lecture = read(json.dumps(flux), now)
    assert [entree.titre for entree in lecture.entrees] == ["Bon"] and lecture.partiel


@pytest.mark.parametrize(
    "texte", ["{}", "[]", '{"items": 3}', '{"items": [', "[" * 200_000, '{"items": [' + "9" * 10_000 + "]}"]
)
def test_json_that_is_no_feed_says_so(texte: str, now: datetime) -> None:
    try:
        assert read(texte, now).entrees == ()
    except ReadError as erreur:
        assert erreur.cause == "illisible"


def test_half_characters_of_json_can_be_stored(now: datetime) -> None:
    (entree,) = read('{"items": [{"id": "\\ud800", "title": "a\\udfffb"}]}', now).entrees
    assert (entree.titre + entree.guid).encode() == b"ab"


@pytest.mark.parametrize("invitation", ["Lire la suite", "[…] Lire la suite →", "... En savoir plus", "Read more"])
def test_the_link_under_a_teaser_is_not_part_of_what_is_said(invitation: str, now: datetime) -> None:
    corps = f"<rss><channel><item><title>T</title><description>Les paniers sont prêts. {invitation}</description></item></channel></rss>"
    reponse = Reponse("https://org.exemple/rss", 200, corps.encode())
    assert parse("flux", reponse, selecteurs=None, now=now).entrees[0].resume == "Les paniers sont prêts."
