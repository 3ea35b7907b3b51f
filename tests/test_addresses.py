"""One article, one address: what is stripped, what is kept, and what hostile input gives."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from veille.addresses import MAX_ADDRESS, address_key, canonical_address, is_article_key

ARTICLE = "https://www.exemple.qc.ca/nouvelles/cpe?p=12"
SESSIONS = ("sid", "sid=0123456789abcdef0", ";jsessionid=", "(S(a1))", "PHPSESSID=1&")
BOUTS = (
    "%2F",
    "%c3",
    "p",
    "utm_x=1",
    "..",
    "//",
    ":80",
    "index.php",
    "\u0301",
    "\ud800",
    "#!/",
    "ref=rss",
    "xn--",
    "a" * 70,
)
MORCEAUX = st.sampled_from([*"/?&=#;%+.!\\:[]@é", *SESSIONS, *BOUTS])
ADRESSES = st.one_of(
    st.lists(MORCEAUX, max_size=14).map(lambda m: "http://www.exemple.ca" + "".join(m)),
    st.lists(MORCEAUX, max_size=8).map(lambda m: "https://" + "".join(m)),
    st.text(max_size=60).map(lambda t: "https://exemple.ca/" + t),
    st.text(max_size=40),
)


@pytest.mark.parametrize(
    "variante",
    [
        "http://www.exemple.qc.ca/nouvelles/cpe?p=12",
        "https://exemple.qc.ca/nouvelles/cpe?p=12",
        "https://www.exemple.qc.ca/nouvelles/cpe/?p=12",
        "https://www.exemple.qc.ca:443/nouvelles/cpe?p=12",
        "http://www.exemple.qc.ca:80/nouvelles/cpe?p=12",
        "HTTPS://WWW.Exemple.QC.CA/nouvelles/cpe?p=12#commentaires",
        "https://www.exemple.qc.ca/nouvelles/cpe?utm_source=infolettre&utm_medium=courriel&p=12",
        "https://www.exemple.qc.ca/nouvelles/cpe?p=12&fbclid=IwAR3&gclid=x&mc_cid=1&mc_eid=2",
        "https://www.exemple.qc.ca/nouvelles/cpe?p=12&PHPSESSID=abc",
        "https://www.exemple.qc.ca/nouvelles/cpe;jsessionid=9A8B.noeud1?p=12",
        "https://www.exemple.qc.ca/nouvelles/cpe?p=12;jsessionid=9A8B",
        "https://www.exemple.qc.ca/nouvelles/cpe?p=12&sid=0f9e8d7c6b5a4f3e2d1c",
        "https://www.exemple.qc.ca/(S(lit3py55t21z5v55))/nouvelles/cpe?p=12",
        "https://www.exemple.qc.ca/nouvelles/../nouvelles/./cpe?p=12&",
        "https://www.exemple.qc.ca/nouvelles/index.html/../cpe/index.php?p=12",
        "https://www.exemple.qc.ca/nouvelles/%63pe?p=12&ref=rss",
        "  https://lecteur:secret@www.exemple.qc.ca/nouvelles/cpe?p=12\n",
    ],
)
def test_every_way_of_reaching_an_article_is_one_identity(variante: str) -> None:
    assert address_key(variante) == address_key(ARTICLE) == "exemple.qc.ca/nouvelles/cpe?p=12"


@pytest.mark.parametrize(
    "autre",
    [
        "https://www.exemple.qc.ca/nouvelles/cpe?p=13",
        "https://www.exemple.qc.ca/nouvelles/cpe",
        "https://www.exemple.qc.ca/nouvelles/CPE?p=12",
        "https://www.exemple.qc.ca:8443/nouvelles/cpe?p=12",
        "https://blogue.exemple.qc.ca/nouvelles/cpe?p=12",
        "https://www.exemple.qc.ca/nouvelles/cpe?p=12&page=2",
        "https://www.exemple.qc.ca/nouvelles%2Fcpe?p=12",
        "https://www.exemple.qc.ca/#/nouvelles/cpe?p=12",
    ],
)
def test_another_page_keeps_another_identity(autre: str) -> None:
    assert address_key(autre) != address_key(ARTICLE)


@pytest.mark.parametrize(
    ("donnee", "attendue"),
    [
        ("http://www.exemple.ca/a/?b=2&a=1&utm_id=3#haut", "http://www.exemple.ca/a/?a=1&b=2"),
        ("https://exemple.ca", "https://exemple.ca/"),
        ("https://exemple.ca?page_id=7", "https://exemple.ca/?page_id=7"),
        ("https://exemple.ca/?id=5&sid=26", "https://exemple.ca/?id=5&sid=26"),
        ("https://exemple.ca/?source=rss----1a2b&ref=main", "https://exemple.ca/?ref=main"),
        ("https://exemple.ca/?l=b&l=a", "https://exemple.ca/?l=b&l=a"),
        ("https://exemple.ca/#!/article/3", "https://exemple.ca/#!/article/3"),
        ("https://Municipalité.ca/été?q=thé", "https://xn--municipalit-lbb.ca/%C3%A9t%C3%A9?q=th%C3%A9"),
        ("https://exemple.ca/e\u0301te\u0301", "https://exemple.ca/%C3%A9t%C3%A9"),
        ("http://127.0.0.1:8123/a", "http://127.0.0.1:8123/a"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("https://lecteur:secret@exemple.ca/a", "https://exemple.ca/a"),
        (r"https://exemple.ca\@pirate.ca/a", "https://exemple.ca/@pirate.ca/a"),
    ],
)
def test_the_canonical_address_still_works(donnee: str, attendue: str) -> None:
    assert canonical_address(donnee) == attendue


@pytest.mark.parametrize(
    "refusee",
    [
        "",
        "   ",
        "/relative",
        "//exemple.ca/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:info@exemple.ca",
        "ftp://exemple.ca/a",
        "http://",
        "http://[",
        "http://[::1",
        "http://exemple .ca/",
        "http://exemple.ca:port/",
        "http://exemple.ca:99999/",
        "http://exemple.ca:0/",
        "http://-exemple.ca/",
        "http://" + "a" * 64 + ".ca/",
        "http://" + "a." * 200 + "ca/",
        "https://exemple.ca/\ud800",
        "https://exemple.ca/" + "a" * MAX_ADDRESS,
    ],
)
def test_what_is_no_web_address_gives_nothing(refusee: str) -> None:
    assert canonical_address(refusee) == ""
    assert address_key(refusee) == ""


@pytest.mark.parametrize(
    "longue",
    [
        "a/" * 8_000,
        "?" + "a&" * 8_000,
        ";sid=/" * 2_500,
        "index.php/" * 1_600 + "x",
        "(S(a))/" * 2_000,
        "%" * 16_000,
        "../" * 5_000,
    ],
)
def test_a_monstrous_address_is_read_or_refused_at_once(longue: str) -> None:
    assert len(canonical_address("https://exemple.ca/" + longue)) <= MAX_ADDRESS


def test_a_front_page_identifies_no_article() -> None:
    assert not is_article_key(address_key("https://www.exemple.ca/"))
    assert not is_article_key(address_key("https://exemple.ca/index.php?utm_source=x"))
    assert is_article_key(address_key("https://exemple.ca/?p=3"))
    assert is_article_key(address_key("https://exemple.ca/a"))
    assert not is_article_key("")


@settings(max_examples=300, deadline=None)
@given(ADRESSES)
@example("http://www.exemple.ca/(S(a1));jsessionid=")
def test_cleaning_twice_changes_nothing_and_never_fails(adresse: str) -> None:
    canonique = canonical_address(adresse)
    assert canonical_address(canonique) == canonique
    assert address_key(canonique) == address_key(adresse)
    assert canonique == "" or canonique.startswith(("http://", "https://"))
    assert len(canonique) <= MAX_ADDRESS
