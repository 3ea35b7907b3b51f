"""robots.txt: what it allows, how often it is read, and what happens when it cannot be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serveurs import Fin, Route, Serveur, redirection, reponse, tls_client
from veille.errors import FetchError
from veille.fetcher import Fetcher
from veille.model import Reponse, Reseau
from veille.robots import Robots, RobotsLu
from veille.textes import CAUSES

AGENT = "VeilleEssai/1.2 (+https://exemple.org; info@exemple.org)"
SANS_TLS = tls_client(confiance=False)


class Site:
    """A site's robots.txt and the caller's memory of it, both in hand."""

    def __init__(self, reponse: bytes | FetchError | Reponse = b"", agent: str = AGENT) -> None:
        self.reponse = reponse
        self.demandes: list[str] = []
        self.memoire: dict[str, RobotsLu] = {}
        self.agent = agent
        self.robots = self.restart()

    def restart(self) -> Robots:
        """Another run, which remembers only what was saved."""
        self.robots = Robots(self._fetch, self.memoire.get, self._save, self.agent)
        return self.robots

    def _fetch(self, adresse: str) -> Reponse:
        self.demandes.append(adresse)
        if isinstance(self.reponse, FetchError):
            raise self.reponse
        return self.reponse if isinstance(self.reponse, Reponse) else Reponse(adresse, 200, self.reponse)

    def _save(self, lu: RobotsLu) -> None:
        self.memoire[lu.hote] = lu

    def verdict(self, adresse: str, now: datetime) -> str:
        try:
            self.robots.check(adresse, now)
        except FetchError as erreur:
            assert erreur.cause in CAUSES
            assert erreur.detail
            return erreur.cause
        return "permis"


# ---------------------------------------------------------------- what the file says


@pytest.mark.parametrize(
    ("texte", "chemin", "attendu"),
    [
        ("", "/", "permis"),
        ("User-agent: *\nDisallow:", "/x", "permis"),
        ("User-agent: *\nDisallow: /", "/x", "robots"),
        ("User-agent: *\nDisallow: /", "/robots.txt", "permis"),
        ("User-agent: *\nDisallow: /prive", "/privee?a=1", "robots"),
        ("User-agent: *\nDisallow: /prive/", "/prive", "permis"),
        # The longest rule wins, whatever the order; allow on ties.
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", "permis"),
        ("User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", "robots"),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", "permis"),
        # Wildcards and anchors.
        ("User-agent: *\nDisallow: /*.pdf$", "/doc/x.pdf", "robots"),
        ("User-agent: *\nDisallow: /*.pdf$", "/doc/x.pdf?v=2", "permis"),
        ("User-agent: *\nDisallow: /*?print=", "/a/b?print=1", "robots"),
        ("User-agent: *\nDisallow: /caf%C3%A9", "/café", "robots"),
        # Our own group, alone, replaces the others'.
        ("User-agent: *\nDisallow: /\n\nUser-agent: VeilleEssai\nDisallow: /non", "/oui", "permis"),
        ("User-agent: *\nAllow: /\n\nuser-agent: VEILLEESSAI # nous\nDisallow: /non", "/non", "robots"),
        ("User-agent: veille\nDisallow: /", "/x", "robots"),
        ("User-agent: VeilleEssaiX\nDisallow: /", "/x", "permis"),
        ("User-agent: Essai\nDisallow: /", "/x", "permis"),
        ("User-agent: exemple\nDisallow: /", "/x", "permis"),
        ("User-agent: Googlebot\nUser-agent: VeilleEssai\nUser-agent: Bingbot\nDisallow: /", "/x", "robots"),
        ("User-agent: a\nUser-agent: b\nDisallow: /\n\nUser-agent: *\nDisallow: /c", "/x", "permis"),
        ("User-agent: *\nUser-agent: b\nDisallow: /", "/x", "robots"),
        # Files as they come.
        ("\ufeffUser-agent: *\r\nDisallow: /\r\n", "/x", "robots"),
        ("Disallow: /", "/x", "permis"),
        ("<!doctype html><title>Introuvable</title>", "/x", "permis"),
        ("User-agent : *\nDisallow : /x", "/x", "robots"),
        ("Users-agent: *\nDisallow: /", "/x", "permis"),
    ],
)
def test_the_file_is_read_as_rfc_9309_says(now: datetime, texte: str, chemin: str, attendu: str) -> None:
    site = Site(texte.encode())
    assert site.verdict(f"https://exemple.org{chemin}", now) == attendu


def test_bytes_that_are_not_text_and_a_file_too_long_are_read_as_far_as_they_go(now: datetime) -> None:
    assert Site(b"\xff\xfe\x00User-agent: *\nDisallow: /\x00").verdict("https://exemple.org/", now) == "permis"
    regle = b"\nUser-agent: *\nDisallow: /fin"
    assert Site(b"# " + b"x" * 500_000 + regle).verdict("https://exemple.org/fin", now) == "robots"
    assert Site(b"# " + b"x" * 600_000 + regle).verdict("https://exemple.org/fin", now) == "permis"


@pytest.mark.parametrize(
    "texte",
    [
        "".join(f"user-agent: a{i}\n" for i in range(15_000)) + "disallow: /\n" * 20_000,
        "".join(f"user-agent: {'veilleessai'[: i % 12]}\n" for i in range(2_000)) + "disallow: /b\n" * 30_000,
        "user-agent: *\n" + "disallow: *a*a*a*a*a*b\n" * 20_000,
        "user-agent: *\ndisallow: " + "*a" * 200_000 + "b\n",
    ],
    ids=["agents", "notre nom", "jokers", "un long joker"],
)
def test_a_hostile_file_costs_little(now: datetime, texte: str) -> None:
    debut = time.process_time()
    assert Site(texte.encode()).verdict("https://exemple.org/" + "a" * 2000, now) == "permis"
    assert time.process_time() - debut < 3


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["*", "VeilleEssai", "veille", "autre", "", "v*", "b"]),
            st.sampled_from(["", "/", "/a", "/b"]),
        ),
        max_size=8,
    ),
    st.booleans(),
)
def test_agents_that_are_not_us_never_change_the_verdict(groupes: list[tuple[str, str]], entasses: bool) -> None:
    now = datetime.fromisoformat("2026-11-23T14:00:00+00:00")
    fichier = "\n".join(f"User-agent: {agent}\nDisallow: {regle}" for agent, regle in groupes)
    autres = "\n".join(f"User-agent: robot{i}\nDisallow: /" for i in range(30)) + "\n"
    adresses = [f"https://exemple.org{chemin}" for chemin in ("/", "/a", "/b", "/c")]
    seul, entoure = Site(fichier.encode()), Site((autres * (1 + entasses) + fichier + "\n" + autres).encode())
    assert [seul.verdict(a, now) for a in adresses] == [entoure.verdict(a, now) for a in adresses]


def test_the_crawl_delay_is_told_once_the_file_is_read(now: datetime) -> None:
    site = Site(b"User-agent: *\nCrawl-delay: 2.5\n\nUser-agent: autre\nCrawl-delay: 60\n")
    assert site.robots.delay("https://exemple.org/") is None
    site.verdict("https://exemple.org/", now)
    assert site.robots.delay("https://exemple.org/x") == 2.5
    muet = Site(b"User-agent: *\nCrawl-delay: bientot")
    muet.verdict("https://exemple.org/", now)
    assert muet.robots.delay("https://exemple.org/") is None


# ---------------------------------------------------------------- when and where it is read


def test_it_is_read_at_the_root_of_each_host_and_port(now: datetime) -> None:
    site = Site()
    for adresse in (
        "https://Exemple.org/a/b?c",
        "https://exemple.org:443/d",
        "https://moi:secret@exemple.org:8443/",
        "http://exemple.org/",
        "http://[::1]:81/",
    ):
        assert site.verdict(adresse, now) == "permis"
    assert site.demandes == [
        "https://exemple.org:443/robots.txt",
        "https://exemple.org:8443/robots.txt",
        "http://exemple.org:80/robots.txt",
        "http://[::1]:81/robots.txt",
    ]
    assert set(site.memoire) == {"exemple.org:443", "exemple.org:8443", "exemple.org:80", "::1:81"}


def test_it_is_kept_a_day_across_runs_and_no_longer(now: datetime) -> None:
    site = Site(b"User-agent: *\nDisallow: /")
    assert site.verdict("https://exemple.org/", now) == "robots"
    site.restart()
    assert site.verdict("https://exemple.org/", now + timedelta(hours=23)) == "robots"
    assert len(site.demandes) == 1
    site.reponse = b""
    assert site.verdict("https://exemple.org/", now + timedelta(hours=24)) == "permis"
    assert len(site.demandes) == 2
    assert site.memoire["exemple.org:443"] == RobotsLu("exemple.org:443", 200, "", now + timedelta(hours=24))


def test_a_reading_dated_in_the_future_is_not_believed(now: datetime) -> None:
    site = Site(b"")
    site.memoire["exemple.org:443"] = RobotsLu(
        "exemple.org:443", 200, "User-agent: *\nDisallow: /", now + timedelta(days=9)
    )
    assert site.verdict("https://exemple.org/", now) == "permis"


@pytest.mark.parametrize("statut", [400, 401, 403, 404, 410, 451])
def test_a_missing_file_allows_everything_for_a_day(now: datetime, statut: int) -> None:
    site = Site(FetchError("http_4xx", "non", statut=statut))
    assert site.verdict("https://exemple.org/", now) == "permis"
    site.restart()
    assert site.verdict("https://exemple.org/", now + timedelta(hours=23)) == "permis"
    assert len(site.demandes) == 1


@pytest.mark.parametrize("statut", [429, 500, 502, 503])
def test_a_site_in_trouble_forbids_everything_and_is_asked_again_after_an_hour(now: datetime, statut: int) -> None:
    site = Site(FetchError("http_5xx", "panne", statut=statut, attendre_s=90))
    with pytest.raises(FetchError) as info:
        site.robots.check("https://exemple.org/", now)
    assert (info.value.cause, info.value.statut, info.value.attendre_s) == ("robots_injoignable", statut, 90)
    site.restart()
    assert site.verdict("https://exemple.org/", now + timedelta(minutes=59)) == "robots_injoignable"
    assert len(site.demandes) == 1
    site.reponse = b""
    assert site.verdict("https://exemple.org/", now + timedelta(minutes=60)) == "permis"


@pytest.mark.parametrize(
    ("cause", "attendu"),
    [
        ("delai", "robots_injoignable"),
        ("coupure", "robots_injoignable"),
        ("redirections", "robots_injoignable"),
        ("trop_gros", "robots_injoignable"),
        ("reponse_invalide", "robots_injoignable"),
        ("dns", "dns"),
        ("connexion", "connexion"),
        ("tls", "tls"),
        ("adresse_interdite", "adresse_interdite"),
    ],
)
def test_a_host_that_cannot_be_reached_is_not_asked_again_in_the_same_run_nor_remembered_in_the_next(
    now: datetime, cause: str, attendu: str
) -> None:
    site = Site(FetchError(cause, "rien"))
    assert [site.verdict("https://exemple.org/", now) for _ in range(3)] == [attendu] * 3
    assert (len(site.demandes), site.memoire) == (1, {})
    site.verdict("https://exemple.org/", now + timedelta(minutes=10))
    assert len(site.demandes) == 2
    site.reponse = b""
    site.restart()
    assert site.verdict("https://exemple.org/", now + timedelta(minutes=11)) == "permis"


def test_an_answer_that_says_unchanged_to_who_asked_nothing_is_a_failure(now: datetime) -> None:
    assert Site(Reponse("x", 304, inchangee=True)).verdict("https://exemple.org/", now) == "robots_injoignable"


@pytest.mark.parametrize(
    "adresse", ["", "exemple.org", "ftp://exemple.org/", "http://", "http://[::1", "http://h:99999/"]
)
def test_what_is_not_an_http_address_is_refused_without_reading_anything(now: datetime, adresse: str) -> None:
    site = Site()
    assert site.verdict(adresse, now) == "schema_interdit"
    assert site.demandes == []


def test_sixteen_threads_cause_one_reading_per_host_and_do_not_wait_for_another_hosts(now: datetime) -> None:
    lent = threading.Event()
    demandes: list[str] = []
    dedans: list[int] = []

    def fetch(adresse: str) -> Reponse:
        demandes.append(adresse)
        if "//lent." in adresse:
            assert lent.wait(5)
        return Reponse(adresse, 200, b"User-agent: *\nDisallow: /non")

    def save(lu: RobotsLu) -> None:
        dedans.append(1)
        time.sleep(0.002)
        assert dedans == [1]  # never two at once: the caller may keep a single connection
        dedans.pop()

    robots = Robots(fetch, lambda hote: None, save, AGENT)
    with ThreadPoolExecutor(16) as pool:
        bloques = [pool.submit(robots.check, f"https://lent.exemple/{i}", now) for i in range(4)]
        libres = [pool.submit(robots.check, f"https://s{i % 5}.exemple/{i}", now) for i in range(60)]
        assert all(futur.exception(5) is None for futur in libres)
        assert not any(futur.done() for futur in bloques)
        lent.set()
        assert all(futur.exception(5) is None for futur in bloques)
    assert len(demandes) == len(set(demandes)) == 6


# ---------------------------------------------------------------- with the real fetcher


@pytest.mark.parametrize(
    ("route", "attendu"),
    [
        (reponse(b"User-agent: *\nDisallow: /"), "robots"),
        (reponse(b"User-agent: *\nDisallow: /ailleurs"), "permis"),
        (reponse(b"rien ici", 404), "permis"),
        (reponse(b"", 503), "robots_injoignable"),
        (redirection("/ailleurs/robots.txt", 301), "robots"),
        (redirection("/robots.txt"), "robots_injoignable"),
        ([5.0], "robots_injoignable"),
        ([Fin.COUPER], "robots_injoignable"),
    ],
)
def test_a_real_site_is_asked_once_and_obeyed(now: datetime, route: Route, attendu: str) -> None:
    reseau = Reseau(hotes_permis=("127.0.0.1",), espacement_s=3600, delai_total_s=0.3)
    routes = {"/robots.txt": route, "/ailleurs/robots.txt": reponse(b"User-agent: VeilleEssai\nDisallow: /")}
    with Serveur(routes) as serveur, Fetcher(reseau, AGENT, tls=SANS_TLS) as fetcher:
        lire: Callable[[str], Reponse] = lambda adresse: fetcher.get(adresse, polite=False)  # noqa: E731
        site = Site()
        site.robots = Robots(lire, site.memoire.get, lambda lu: None, AGENT)
        assert [site.verdict(serveur.adresse(f"/{i}"), now) for i in range(3)] == [attendu] * 3
        assert serveur.chemins().count("/robots.txt") == 1
        assert serveur.demandes[0].entetes["host"] == serveur.hote
