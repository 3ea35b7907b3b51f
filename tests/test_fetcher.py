"""Reading an address: manners, limits, and what only a checked address may answer. All on real loopback servers."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import brotli  # type: ignore[import-untyped] # It ships no types.
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serveurs import (
    Demande,
    Fin,
    Route,
    Serveur,
    bombe_gzip,
    compressee,
    goutte,
    par_morceaux,
    redirection,
    reponse,
    sans_fin,
    selon_validateur,
    tls_client,
    tls_serveur,
)
from veille.errors import FetchError
from veille.fetcher import Fetcher, host_key, user_agent
from veille.fetcher.bodies import decode
from veille.fetcher.guard import is_public
from veille.fetcher.headers import content_type, parse_retry_after
from veille.model import Organisation, Reponse, Reseau
from veille.textes import CAUSES

AGENT = "VeilleEssai/1 (+https://exemple.org)"
SANS_TLS = tls_client(confiance=False)  # making one from the system's list takes 30 ms
PERMIS = ("127.0.0.1",)

Lire = Callable[..., Reponse]
Servir = Callable[..., Serveur]


class Horloge:
    """A clock that only sleeping moves forward."""

    def __init__(self) -> None:
        self.instant = 100.0
        self.sommes: list[float] = []

    def now(self) -> float:
        return self.instant

    def sleep(self, secondes: float) -> None:
        self.sommes.append(secondes)
        self.instant += secondes


@pytest.fixture
def pile() -> Iterator[ExitStack]:
    with ExitStack() as pile:
        yield pile


@pytest.fixture
def servir(pile: ExitStack) -> Servir:
    def ouvrir(routes: dict[str, Route] | Route, **options: object) -> Serveur:
        table = routes if isinstance(routes, dict) else {"*": routes}
        return pile.enter_context(Serveur(table, **options))  # type: ignore[arg-type]

    return ouvrir


@pytest.fixture
def lecteur(pile: ExitStack) -> Callable[..., Fetcher]:
    """A fetcher in a hurry: half a second, 1 MiB, loopback allowed, no pause."""

    def ouvrir(
        permis: tuple[str, ...] = PERMIS, *, outils: dict[str, object] | None = None, **reglages: object
    ) -> Fetcher:
        base: dict[str, object] = {"espacement_s": 0.0, "delai_total_s": 2.0, "taille_max_mio": 1}
        reseau = Reseau(hotes_permis=permis, **(base | reglages))  # type: ignore[arg-type]
        return pile.enter_context(Fetcher(reseau, AGENT, **({"tls": SANS_TLS} | (outils or {}))))  # type: ignore[arg-type]

    return ouvrir


@pytest.fixture
def lire(lecteur: Callable[..., Fetcher]) -> Lire:
    return lecteur().get


def echec(lire: Lire, adresse: str, **options: object) -> FetchError:
    with pytest.raises(FetchError) as info:
        lire(adresse, **options)
    assert info.value.cause in CAUSES
    assert info.value.detail
    return info.value


# ---------------------------------------------------------------- an ordinary reading


def test_a_feed_comes_back_as_bytes_with_its_type_charset_and_validators(servir: Servir, lire: Lire) -> None:
    entetes = {
        "Content-Type": 'Application/RSS+XML; charset="Windows-1252"',
        "ETag": 'W/"a é"',
        "Last-Modified": "Mon, 23 Nov 2026 14:00:00 GMT",
    }
    serveur = servir(reponse("<rss>é</rss>".encode("cp1252"), 200, entetes))
    lu = lire(serveur.adresse("/flux?b=1&a=é#ici"))
    assert lu == Reponse(
        adresse_finale=serveur.adresse("/flux?b=1&a=%C3%A9"),
        statut=200,
        corps=b"<rss>\xe9</rss>",
        type_mime="application/rss+xml",
        charset="windows-1252",
        etag='W/"a é"',
        modifie="Mon, 23 Nov 2026 14:00:00 GMT",
    )
    demande = serveur.demandes[0]
    assert (demande.methode, demande.chemin) == ("GET", "/flux?b=1&a=%C3%A9")
    assert demande.entetes["user-agent"] == AGENT
    assert demande.entetes["accept-encoding"] == "gzip, br, deflate"
    assert demande.entetes["host"] == serveur.hote


def test_one_connection_serves_several_requests_and_no_cookie_is_kept(servir: Servir, lire: Lire) -> None:
    serveur = servir(reponse(b"x", 200, {"Set-Cookie": "suivi=1; Path=/"}))
    for _ in range(3):
        lire(serveur.adresse())
    assert serveur.connexions == 1
    assert not any("cookie" in demande.entetes for demande in serveur.demandes)


def test_a_chunked_body_and_one_that_ends_with_the_connection_are_read_whole(servir: Servir, lire: Lire) -> None:
    serveur = servir({"/m": par_morceaux(b"un ", b"deux"), "/f": [reponse(b"trois", longueur=None), Fin.FERMER]})
    assert lire(serveur.adresse("/m")).corps == b"un deux"
    assert lire(serveur.adresse("/f")).corps == b"trois"


@pytest.mark.parametrize("etag", ['"abc"', 'W/"abc-gzip"', "sans-guillemets", '"é à"', "\xa0nu\x85", '"a, b"'])
def test_validators_are_sent_back_verbatim_and_a_304_keeps_them(servir: Servir, lire: Lire, etag: str) -> None:
    serveur = servir(selon_validateur(etag, b"corps"))
    premiere = lire(serveur.adresse())
    assert (premiere.corps, premiere.etag, premiere.inchangee) == (b"corps", etag, False)
    seconde = lire(serveur.adresse(), etag=premiere.etag, modifie="lundi dernier")
    assert (seconde.corps, seconde.etag, seconde.modifie, seconde.inchangee) == (b"", etag, "lundi dernier", True)
    assert serveur.demandes[1].entetes["if-none-match"] == etag
    assert serveur.demandes[1].entetes["if-modified-since"] == "lundi dernier"


def test_a_validator_that_no_header_may_hold_is_not_sent(servir: Servir, lire: Lire) -> None:
    serveur = servir(reponse(b"x"))
    for etag in ("a\r\nX-Injecte: 1", "\0", "€", "x" * 5000, "\t", ' "a"', "a\n"):
        lire(serveur.adresse(), etag=etag)
    assert not any({"if-none-match", "x-injecte"} & demande.entetes.keys() for demande in serveur.demandes)


@pytest.mark.parametrize("avec_corps", [b"", b"un corps qui n'a rien a faire la"])
def test_a_304_means_unchanged_even_unasked_even_with_a_body(servir: Servir, lire: Lire, avec_corps: bytes) -> None:
    serveur = servir({"/304": reponse(avec_corps, 304), "/": reponse(b"la suite")})
    lu = lire(serveur.adresse("/304"))
    assert (lu.inchangee, lu.corps, lu.statut) == (True, b"", 304)
    assert lire(serveur.adresse()).corps == b"la suite"
    assert serveur.connexions == (2 if avec_corps else 1)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=30), st.text(max_size=20))
def test_any_path_and_any_validator_make_a_request_that_can_be_sent(chemin: str, etag: str) -> None:
    reseau = Reseau(hotes_permis=PERMIS, espacement_s=0)
    with Serveur({"*": reponse(b"x")}) as serveur, Fetcher(reseau, AGENT, tls=SANS_TLS) as fetcher:
        try:
            assert fetcher.get(serveur.adresse(f"/{chemin}"), etag=etag).corps == b"x"
        except FetchError as erreur:
            assert erreur.cause == "schema_interdit"  # a control character in an address


# ---------------------------------------------------------------- failures have names


@pytest.mark.parametrize(
    ("statut", "cause"),
    [
        (401, "http_401"),
        (403, "http_403"),
        (404, "http_404"),
        (410, "http_410"),
        (418, "http_4xx"),
        (429, "http_429"),
        (451, "http_4xx"),
        (500, "http_5xx"),
        (503, "http_5xx"),
        (599, "http_5xx"),
        (300, "reponse_invalide"),
        (302, "reponse_invalide"),  # without a Location
        (700, "reponse_invalide"),
    ],
)
def test_each_status_that_is_not_an_answer_has_its_cause(servir: Servir, lire: Lire, statut: int, cause: str) -> None:
    erreur = echec(lire, servir(reponse(b"<h1>non</h1>", statut)).adresse())
    assert (erreur.cause, erreur.statut, erreur.attendre_s) == (cause, statut, None)


@pytest.mark.parametrize("statut", [403, 429, 503])
def test_a_page_that_asks_to_prove_one_is_human_is_a_refusal(servir: Servir, lire: Lire, statut: int) -> None:
    serveur = servir(reponse(b"<title>Just a moment...</title>", statut, {"CF-Mitigated": "challenge"}))
    assert echec(lire, serveur.adresse()).cause == "http_403"
    assert len(serveur.demandes) == 1


@pytest.mark.parametrize("statut", [429, 503])
def test_retry_after_is_told_in_seconds_whatever_its_form(servir: Servir, lire: Lire, statut: int) -> None:
    leur_horloge = datetime(2020, 1, 1, tzinfo=UTC)
    serveur = servir(
        {
            "/s": reponse(b"", statut, {"Retry-After": "120"}),
            "/d": reponse(
                b"",
                statut,
                {
                    "Date": format_datetime(leur_horloge, usegmt=True),
                    "Retry-After": format_datetime(leur_horloge + timedelta(minutes=5), usegmt=True),
                },
            ),
        }
    )
    assert echec(lire, serveur.adresse("/s")).attendre_s == 120
    assert echec(lire, serveur.adresse("/d")).attendre_s == 300
    bientot = datetime.now(UTC) + timedelta(minutes=5)
    serveur.routes["/d"] = reponse(b"", statut, {"Retry-After": format_datetime(bientot, usegmt=True)})
    assert 280 < (echec(lire, serveur.adresse("/d")).attendre_s or 0) <= 300


@pytest.mark.parametrize(
    ("texte", "secondes"),
    [
        ("0", 0),
        (" 3600 ", 3600),
        ("86401", 86400),
        ("9" * 5000, 86400),
        ("Mon, 23 Nov 2026 15:00:00 GMT", 3600),
        ("Mon, 23 Nov 2026 15:00:00 -0000", 3600),
        ("Mon, 23 Nov 2020 15:00:00 GMT", 0),
        ("Mon, 23 Nov 2999 15:00:00 GMT", 86400),
        ("-5", None),
        ("bientôt", None),
        ("", None),
    ],
)
def test_retry_after_is_capped_at_a_day_and_nonsense_is_nothing(
    now: datetime, texte: str, secondes: int | None
) -> None:
    assert parse_retry_after(texte, now) == secondes


def test_a_port_where_nobody_listens_refuses_the_connection(lire: Lire) -> None:
    with socket.create_server(("127.0.0.1", 0)) as prise:
        port = prise.getsockname()[1]
    assert echec(lire, f"http://127.0.0.1:{port}/").cause == "connexion"


MENSONGE = reponse(b"court", longueur=5000)


@pytest.mark.parametrize(
    ("route", "cause"),
    [
        ([Fin.FERMER], "coupure"),
        ([Fin.COUPER], "coupure"),
        ([b"HTTP/1.1 200 OK\r\nContent-", Fin.FERMER], "coupure"),
        ([MENSONGE, Fin.FERMER], "coupure"),
        ([MENSONGE, 0.05, Fin.COUPER], "coupure"),
        ([par_morceaux(b"abc", fin=False), Fin.FERMER], "coupure"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "reponse_invalide"),
        (b"\x16\x03\x01\x00" * 50 + b"\r\n\r\n", "reponse_invalide"),
        (reponse(b"x", 200, {"Content-Length": "-1"}), "reponse_invalide"),
        (reponse(b"x", 200, {"Content-Length": "1" * 5000}), "reponse_invalide"),
        (reponse(b"zz\r\nx", 200, {"Transfer-Encoding": "chunked"}, longueur=None), "reponse_invalide"),
        (reponse(b"x", 200, {"X-Gros": "a" * 2_000_000}), "reponse_invalide"),
        (reponse(b"x", 200, {f"X-{i}": "a" * 20 for i in range(20_000)}), "reponse_invalide"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "reponse_invalide"),
        ([MENSONGE], "delai"),
        ([5.0], "delai"),
        ([b"HTTP/1.1 200 OK\r\n", 5.0], "delai"),
    ],
)
def test_a_broken_or_silent_server_has_its_cause(
    servir: Servir, lecteur: Callable[..., Fetcher], route: Route, cause: str
) -> None:
    serveur = servir(route)
    assert echec(lecteur(delai_total_s=0.2).get, serveur.adresse()).cause == cause
    assert len(serveur.demandes) == 1  # nothing is tried again by itself


@pytest.mark.parametrize(
    "route",
    [
        goutte(reponse(b"x" * 200), 0.04),
        [b"HTTP/1.1 200 OK\r\n", *goutte(b"X-Goutte: " + b"a" * 200, 0.04)],
        [reponse(b"", 200, longueur=1000), *goutte(b"x" * 1000, 0.04)],
        sans_fin(par_morceaux(fin=False), b"1\r\nx\r\n", 0.04),
        sans_fin(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.04),
    ],
    ids=["tout", "entetes", "corps", "morceaux", "continuer"],
)
def test_dripping_is_ended_by_one_deadline_for_the_whole_request(
    servir: Servir, lecteur: Callable[..., Fetcher], route: Route
) -> None:
    lire = lecteur(delai_total_s=0.2).get
    debut = time.monotonic()
    assert echec(lire, servir(route).adresse()).cause == "delai"
    assert 0.15 < time.monotonic() - debut < 2.0


def test_the_deadline_runs_across_redirections_on_one_host_and_on_several(
    servir: Servir, lecteur: Callable[..., Fetcher]
) -> None:
    def lente(demande: Demande) -> list[bytes | float | Fin]:
        suite = (serveur, autre)[len(demande.chemin) % 2].adresse(demande.chemin + "x")
        return [0.12, redirection(suite)]

    serveur, autre = servir(lente), servir(lente)
    debut = time.monotonic()
    assert echec(lecteur(delai_total_s=0.3).get, serveur.adresse("/")).cause == "delai"
    assert time.monotonic() - debut < 2.0


def test_a_name_server_that_never_answers_is_a_timeout_too(lecteur: Callable[..., Fetcher], pile: ExitStack) -> None:
    jamais = threading.Event()
    pile.callback(jamais.set)

    def resolve(hote: str, port: int) -> list[str]:
        jamais.wait(10)
        return []

    debut = time.monotonic()
    assert echec(lecteur(delai_total_s=0.2, outils={"resolve": resolve}).get, "http://lent.exemple/").cause == "delai"
    assert time.monotonic() - debut < 2.0


def test_an_unknown_name_is_a_dns_failure(lecteur: Callable[..., Fetcher]) -> None:
    def resolve(hote: str, port: int) -> list[str]:
        if hote == "vide.exemple":
            return []
        raise socket.gaierror(socket.EAI_NONAME, "inconnu")

    lire = lecteur(outils={"resolve": resolve}).get
    assert echec(lire, "http://absent.exemple/").cause == "dns"
    assert echec(lire, "http://vide.exemple/").cause == "dns"


# ---------------------------------------------------------------- bodies: size and encoding


@pytest.mark.parametrize("codage", ["gzip", "x-gzip", "GZIP", "deflate", "br", "identity", "identity, gzip"])
def test_an_encoded_body_is_decoded(servir: Servir, lire: Lire, codage: str) -> None:
    corps = b"un flux assez long. " * 20_000
    forme = codage.lower().rpartition(" ")[2]
    encode = {"deflate": zlib.compress, "br": brotli.compress, "identity": bytes}.get(forme, gzip.compress)
    assert lire(servir(compressee(encode(corps), codage)).adresse()).corps == corps


def test_bare_deflate_several_gzip_members_and_padding_are_read(servir: Servir, lire: Lire) -> None:
    nu = zlib.compressobj(9, zlib.DEFLATED, -15)
    serveur = servir(
        {
            "/nu": compressee(nu.compress(b"abc" * 99_999) + nu.flush(), "deflate"),
            "/membres": compressee(gzip.compress(b"un ", mtime=0) + gzip.compress(b"deux") + bytes(100)),
        }
    )
    assert lire(serveur.adresse("/nu")).corps == b"abc" * 99_999
    assert lire(serveur.adresse("/membres")).corps == b"un deux"


@pytest.mark.parametrize(
    ("corps", "codage"),
    [
        (gzip.compress(b"x" * 9999, mtime=0)[:-12], "gzip"),
        (gzip.compress(b"x" * 9999, mtime=0)[:-1], "gzip"),
        (b"", "gzip"),
        (b"pas du gzip", "gzip"),
        (zlib.compress(b"x" * 9999)[:-3], "deflate"),
        (b"\xff\xff\xff\xff", "deflate"),
        (brotli.compress(b"x" * 9999)[:-1], "br"),
        (b"", "br"),
        (b"pas du brotli, mais alors pas du tout", "br"),
        (b"\x0b\x05\x80", "br"),
        (gzip.compress(gzip.compress(b"x", mtime=0), mtime=0), "gzip, gzip"),
        (gzip.compress(brotli.compress(b"x"), mtime=0), "br, gzip"),
        (gzip.compress(b"", mtime=0) * 5000, "gzip"),
        (b"x", "zstd"),
        (b"x", "*"),
    ],
)
def test_a_body_that_does_not_decode_whole_is_an_error_never_an_empty_success(
    servir: Servir, lire: Lire, corps: bytes, codage: str
) -> None:
    assert echec(lire, servir(compressee(corps, codage)).adresse()).cause == "encodage"


def test_a_size_declared_too_big_is_refused_before_it_is_read(servir: Servir, lecteur: Callable[..., Fetcher]) -> None:
    serveur = servir([reponse(b"debut", longueur=(1 << 20) + 1), 5.0])
    debut = time.monotonic()
    assert echec(lecteur(delai_total_s=5.0).get, serveur.adresse()).cause == "trop_gros"
    assert time.monotonic() - debut < 2.0


def test_the_ceiling_is_exact(servir: Servir, lire: Lire) -> None:
    plafond = 1 << 20
    serveur = servir(
        {
            "/juste": par_morceaux(bytes(plafond)),
            "/trop": par_morceaux(bytes(plafond), b"x"),
            "/gz": compressee(gzip.compress(bytes(plafond), mtime=0)),
            "/gz-trop": compressee(gzip.compress(bytes(plafond + 1), mtime=0)),
        }
    )
    assert len(lire(serveur.adresse("/juste")).corps) == plafond
    assert len(lire(serveur.adresse("/gz")).corps) == plafond
    assert echec(lire, serveur.adresse("/trop")).cause == "trop_gros"
    assert echec(lire, serveur.adresse("/gz-trop")).cause == "trop_gros"


RIEN = b"\x00\x00\x00\xff\xff" * 5000  # empty deflate blocks
BLOC = b"10000\r\n" + b"x" * 65536 + b"\r\n"
BOMBES: dict[str, Route] = {
    "sans_fin": sans_fin(par_morceaux(fin=False), BLOC),
    "gzip": compressee(bombe_gzip(60)),
    "brotli": compressee(brotli.compress(bytes(60 << 20), quality=1), "br"),
    "deflate": compressee(zlib.compress(bytes(30 << 20)), "deflate"),
    "rien_sans_fin": sans_fin(reponse(b"", 200, {"Content-Encoding": "deflate"}, longueur=None), RIEN),
}


@pytest.mark.parametrize("nom", BOMBES)
def test_a_bomb_is_stopped_at_the_ceiling_with_little_memory(
    servir: Servir, lecteur: Callable[..., Fetcher], nom: str
) -> None:
    lire = lecteur(taille_max_mio=2, delai_total_s=10.0).get
    adresse = servir(BOMBES[nom]).adresse()
    tracemalloc.start()
    try:
        assert echec(lire, adresse).cause == "trop_gros"
        pic = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert pic < 3 * (2 << 20)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([1, 40, 1500]),
    st.sampled_from(["gzip", "deflate", "br", ""]),
    st.integers(1, 700),
)
def test_decoding_gives_back_what_was_encoded_however_it_is_cut(motif: bytes, fois: int, codage: str, pas: int) -> None:
    encode = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress, "": bytes}[codage]
    brut = encode(motif * fois)
    morceaux = [brut[i : i + pas] for i in range(0, len(brut), pas)]
    assert b"".join(decode(morceaux, codage)) == motif * fois


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br"]))
def test_decoding_garbage_only_ever_fails_as_an_encoding(brut: bytes, codage: str) -> None:
    try:
        b"".join(decode([brut], codage))
    except FetchError as erreur:
        assert erreur.cause == "encodage"


# ---------------------------------------------------------------- redirections


@pytest.mark.parametrize("statut", [301, 302, 303, 307, 308])
def test_a_redirection_is_followed_and_only_a_permanent_one_proposes_its_end(
    servir: Servir, lire: Lire, statut: int
) -> None:
    serveur = servir({"/a": redirection("b", statut), "/c": reponse(b"fin")})
    serveur.routes["/b"] = redirection(f"//{serveur.hote}/c#ancre", 301)
    lu = lire(serveur.adresse("/a"))
    assert (lu.corps, lu.adresse_finale) == (b"fin", serveur.adresse("/c"))
    assert lu.adresse_permanente == (serveur.adresse("/c") if statut in (301, 308) else "")
    assert lire(serveur.adresse("/c")).adresse_permanente == ""


def test_validators_follow_a_redirection_so_that_a_moved_feed_can_say_unchanged(servir: Servir, lire: Lire) -> None:
    serveur = servir({"/vieux": redirection("/neuf", 301), "/neuf": selon_validateur('"1"', b"x")})
    lu = lire(serveur.adresse("/vieux"), etag='"1"')
    assert (lu.inchangee, lu.adresse_permanente) == (True, serveur.adresse("/neuf"))


def test_five_redirections_are_followed_and_not_one_more(servir: Servir, lire: Lire) -> None:
    serveur = servir(lambda d: redirection(f"/{int(d.chemin[1:]) - 1}") if d.chemin != "/0" else reponse(b"fin"))
    assert lire(serveur.adresse("/5")).corps == b"fin"
    assert echec(lire, serveur.adresse("/6")).cause == "redirections"
    assert len(serveur.demandes) == 12


def test_a_loop_is_seen_as_soon_as_it_closes(servir: Servir, lire: Lire) -> None:
    serveur = servir({"/a": redirection("/b"), "/b": redirection("/a"), "/soi": redirection("/soi")})
    assert echec(lire, serveur.adresse("/a")).cause == "redirections"
    assert echec(lire, serveur.adresse("/soi")).cause == "redirections"
    assert serveur.chemins() == ["/a", "/b", "/soi"]


@pytest.mark.parametrize(
    ("vers", "cause"),
    [
        ("file:///etc/passwd", "schema_interdit"),
        ("ftp://exemple.org/x", "schema_interdit"),
        ("data:text/html,x", "schema_interdit"),
        ("gopher://exemple.org/", "schema_interdit"),
        ("javascript:alert(1)", "schema_interdit"),
        ("http://localhost/", "adresse_interdite"),
        ("//169.254.169.254/latest/meta-data", "adresse_interdite"),
        ("http://[::1]:631/", "adresse_interdite"),
        ("http://127.1/", "adresse_interdite"),
        ("http://2130706433/", "adresse_interdite"),
        ("http://127.0.0.1./", "adresse_interdite"),
        ("http://[::1", "reponse_invalide"),
        ("http://exemple.org:99999/", "reponse_invalide"),
        ("http://" + "a" * 70 + ".org/", "reponse_invalide"),
    ],
)
def test_a_redirection_is_checked_like_a_first_address(servir: Servir, lire: Lire, vers: str, cause: str) -> None:
    assert echec(lire, servir(redirection(vers)).adresse()).cause == cause


def test_credentials_in_an_address_are_never_sent(servir: Servir, lire: Lire) -> None:
    serveur = servir({"/a": b"", "/b": reponse(b"fin")})
    serveur.routes["/a"] = redirection(f"http://moi:secret@{serveur.hote}/b")
    lu = lire(f"http://admin:secret@{serveur.hote}/a")
    assert lu.adresse_finale == serveur.adresse("/b")
    assert not any("authorization" in d.entetes or "secret" in str(d) for d in serveur.demandes)


def test_https_to_http_is_followed_and_shows_in_the_final_address(
    servir: Servir, lecteur: Callable[..., Fetcher], tmp_path: Path
) -> None:
    clair = servir(reponse(b"fin"))
    chiffre = servir(redirection(clair.adresse("/x"), 301), tls=tls_serveur(tmp_path))
    lu = lecteur(outils={"tls": tls_client(confiance=True)}).get(chiffre.adresse())
    assert (lu.corps, lu.adresse_finale) == (b"fin", clair.adresse("/x"))


# ---------------------------------------------------------------- https


def test_https_is_read_when_the_certificate_is_trusted_and_made_for_that_name(
    servir: Servir, lecteur: Callable[..., Fetcher], tmp_path: Path
) -> None:
    serveur = servir(reponse(b"prive"), tls=tls_serveur(tmp_path))
    noms = ("127.0.0.1", "localhost", "ailleurs.exemple")
    lire = lecteur(noms, outils={"tls": tls_client(confiance=True), "resolve": lambda hote, port: ["127.0.0.1"]}).get
    assert lire(serveur.adresse()).corps == b"prive"
    assert lire(serveur.adresse(hote="localhost")).corps == b"prive"
    erreur = echec(lire, serveur.adresse(hote="ailleurs.exemple"))
    assert (erreur.cause, erreur.detail) == ("tls", "certificat fait pour un autre nom")


@pytest.mark.parametrize(
    ("expire", "confiance", "detail"), [(False, False, "certificat autosigné"), (True, True, "certificat expiré")]
)
def test_a_self_signed_or_expired_certificate_is_a_tls_failure(
    servir: Servir, lecteur: Callable[..., Fetcher], tmp_path: Path, expire: bool, confiance: bool, detail: str
) -> None:
    serveur = servir(reponse(b"prive"), tls=tls_serveur(tmp_path, expire=expire))
    erreur = echec(lecteur(outils={"tls": tls_client(confiance=confiance, expire=expire)}).get, serveur.adresse())
    assert (erreur.cause, erreur.detail) == ("tls", detail)
    assert serveur.demandes == []


def test_https_to_a_server_that_does_not_speak_it_fails_by_name(
    servir: Servir, lecteur: Callable[..., Fetcher]
) -> None:
    lire = lecteur(delai_total_s=0.2).get
    for octets, cause in ((b"", "delai"), (b"HTTP/1.1 400 Bad Request\r\n\r\n", "tls")):
        with socket.create_server(("127.0.0.1", 0)) as prise:
            fil = threading.Thread(target=_speak, args=(prise, octets))
            fil.start()
            assert echec(lire, f"https://127.0.0.1:{prise.getsockname()[1]}/").cause == cause
            fil.join()


def _speak(prise: socket.socket, reponse: bytes) -> None:
    client, _ = prise.accept()
    with client:
        client.recv(4096)
        client.sendall(reponse)
        if not reponse:
            client.recv(4096)


# ---------------------------------------------------------------- the guard

INTERDITES = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "168.63.129.16",
    "169.254.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.1.2.3",
    "::ffff:a9fe:a9fe",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2620:fe::fe%eth0",
    "localhost",
    "127.1",
    "0x7f000001",
    "2130706433",
]  # the last line: not addresses at all
PERMISES = [
    "1.1.1.1",
    "9.9.9.9",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.0.1",
    "172.32.0.1",
    "192.167.1.1",
    "192.169.0.1",
    "223.255.255.1",
    "2606:2800:220:1::1",
    "2001:4860:4860::8888",
    "2620:fe::fe",
    "2a00:1450:4007::1",
    "::ffff:9.9.9.9",
    "64:ff9b::909:909",
    "2002:909:909::1",
]


@pytest.mark.parametrize("adresse", INTERDITES)
def test_a_private_or_reserved_address_is_not_public(adresse: str) -> None:
    assert not is_public(adresse)


@pytest.mark.parametrize("adresse", PERMISES)
def test_an_ordinary_address_is_public(adresse: str) -> None:
    assert is_public(adresse)


@pytest.mark.parametrize("adresse", INTERDITES[:-4])
def test_a_forbidden_address_is_refused_literally_and_behind_a_name(
    lecteur: Callable[..., Fetcher], adresse: str
) -> None:
    lire = lecteur((), outils={"resolve": lambda hote, port: ["93.184.216.34", adresse]}).get
    if "%" not in adresse:
        assert echec(lire, f"http://{f'[{adresse}]' if ':' in adresse else adresse}/").cause == "adresse_interdite"
    assert echec(lire, "http://innocent.exemple/").cause == "adresse_interdite"


@pytest.mark.parametrize(
    "hote",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7F.1",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.0x1",
        "0",
        "0x",
        "8.8.8.8.",
        "exemple.org.",
        "134744072",
        ".exemple.org",
        "a..b",
        "999.1.1.1",
        "1.2.3.4.5",
        "[::ffff:7f00:1]",
    ],
)
def test_a_disguised_address_is_refused_with_the_real_resolver(lecteur: Callable[..., Fetcher], hote: str) -> None:
    assert echec(lecteur(()).get, f"http://{hote}/").cause == "adresse_interdite"


@pytest.mark.parametrize(
    "adresse",
    [
        "",
        "  ",
        "exemple.org/flux",
        "//exemple.org/",
        "ftp://exemple.org/",
        "file:///etc/passwd",
        "feed://exemple.org/",
        "javascript:alert(1)",
        "http://",
        "http:///x",
        "http://exemple.org:0/",
        "http://exemple.org:65536/",
        "http://a\tb/",
        "http://a\nb/",
        "http://①②⑦.0.0.1/",
        "http://" + "a" * 64 + ".org/",
        "http://[::1",
        "http://exemple.org/\ud800",
    ],
)
def test_what_is_not_an_http_address_is_refused_without_a_request(lire: Lire, adresse: str) -> None:
    assert echec(lire, adresse).cause == "schema_interdit"


def test_only_the_hosts_named_by_staff_pass_the_guard(servir: Servir, lecteur: Callable[..., Fetcher]) -> None:
    serveur = servir(reponse(b"x"))
    interne = {"resolve": lambda hote, port: ["127.0.0.1"]}
    assert lecteur(("Intranet.Exemple",), outils=interne).get(serveur.adresse(hote="intranet.exemple")).corps == b"x"
    assert echec(lecteur(("intranet.exemple",), outils=interne).get, serveur.adresse()).cause == "adresse_interdite"
    assert (
        echec(lecteur(("exemple",), outils=interne).get, serveur.adresse(hote="a.exemple")).cause == "adresse_interdite"
    )
    assert echec(lecteur(("127.0.0.1",)).get, serveur.adresse(hote="localhost")).cause == "adresse_interdite"
    assert len(serveur.demandes) == 1


def test_the_address_connected_to_is_the_one_that_was_checked(
    servir: Servir, lecteur: Callable[..., Fetcher], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: a public address to the first question, loopback to the next ones."""
    serveur = servir([reponse(b"x", 200, {"Connection": "close"}), Fin.FERMER])
    visees: list[tuple[str, int]] = []
    vrai = socket.create_connection

    def connect(adresse: tuple[str, int], *reste: object, **options: object) -> socket.socket:
        visees.append(adresse)
        return vrai(("127.0.0.1", serveur.port), *reste, **options)  # type: ignore[arg-type]

    reponses = [["93.184.216.34"], ["127.0.0.1"], ["93.184.216.34"]]
    lire = lecteur((), outils={"resolve": lambda hote, port: reponses.pop(0)}).get
    monkeypatch.setattr(socket, "create_connection", connect)
    assert lire("http://rebond.exemple/").corps == b"x"
    assert visees == [("93.184.216.34", 80)]
    assert serveur.demandes[0].entetes["host"] == "rebond.exemple"
    assert echec(lire, "http://rebond.exemple/").cause == "adresse_interdite"
    assert len(visees) == len(reponses) == 1


def test_the_next_checked_address_is_tried_when_the_first_does_not_answer(
    servir: Servir, lecteur: Callable[..., Fetcher]
) -> None:
    serveur = servir(reponse(b"x"))
    lire = lecteur(("double.exemple",), outils={"resolve": lambda hote, port: ["127.0.0.77", "127.0.0.1"]}).get
    assert lire(serveur.adresse(hote="double.exemple")).corps == b"x"


# ---------------------------------------------------------------- manners


def test_requests_to_one_host_start_at_least_the_spacing_apart(servir: Servir, lecteur: Callable[..., Fetcher]) -> None:
    horloge = Horloge()
    serveur, autre = servir(reponse(b"x")), servir(reponse(b"x"))
    fetcher = lecteur(espacement_s=5.0, outils={"now": horloge.now, "sleep": horloge.sleep})
    fetcher.get(serveur.adresse())
    fetcher.get(autre.adresse())
    assert horloge.sommes == []
    fetcher.get(serveur.adresse("/2"))
    assert horloge.sommes == [5.0]
    horloge.instant += 3
    fetcher.get(serveur.adresse("/3"))
    assert horloge.sommes == [5.0, 2.0]
    horloge.instant += 60
    fetcher.get(serveur.adresse("/4"))
    fetcher.get(serveur.adresse("/robots.txt"), polite=False)
    assert horloge.sommes == [5.0, 2.0]
    fetcher.get(serveur.adresse("/5"), espacement_s=12.0)
    fetcher.get(serveur.adresse("/6"), espacement_s=1.0)
    fetcher.get(serveur.adresse("/7"), espacement_s=86400.0)
    assert horloge.sommes == [5.0, 2.0, 12.0, 5.0, 60.0]


def test_a_redirection_waits_for_another_hosts_turn_but_not_twice_for_its_own(
    servir: Servir, lecteur: Callable[..., Fetcher]
) -> None:
    horloge = Horloge()
    serveur, autre = servir({}), servir(reponse(b"fin"))
    serveur.routes |= {"/a": redirection("/b"), "/b": redirection(autre.adresse())}
    fetcher = lecteur(espacement_s=5.0, outils={"now": horloge.now, "sleep": horloge.sleep})
    assert fetcher.get(serveur.adresse("/a")).corps == b"fin"
    assert horloge.sommes == []
    assert fetcher.get(autre.adresse()).corps == b"fin"
    assert horloge.sommes == [5.0]


def test_waiting_ones_turn_is_not_counted_in_the_deadline(servir: Servir, lecteur: Callable[..., Fetcher]) -> None:
    serveur = servir([0.12, reponse(b"x")])
    fetcher = lecteur(delai_total_s=0.5)
    with ThreadPoolExecutor(5) as pool:
        assert [lu.corps for lu in pool.map(fetcher.get, [serveur.adresse()] * 5)] == [b"x"] * 5
    assert serveur.simultanees_max == 1


def test_sixteen_threads_read_many_hosts_at_once_and_each_host_one_at_a_time(
    servir: Servir, lecteur: Callable[..., Fetcher]
) -> None:
    serveurs = [servir([0.03, reponse(str(i).encode())]) for i in range(8)]
    fetcher = lecteur()
    adresses = [serveur.adresse(f"/{tour}") for tour in range(6) for serveur in serveurs]
    debut = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        corps = [lu.corps for lu in pool.map(fetcher.get, adresses)]
    assert corps == [str(i).encode() for _ in range(6) for i in range(8)]
    assert time.monotonic() - debut < 48 * 0.03
    assert [serveur.simultanees_max for serveur in serveurs] == [1] * 8


def test_two_sites_that_redirect_to_each_other_do_not_hold_two_threads_for_ever(
    servir: Servir, lecteur: Callable[..., Fetcher]
) -> None:
    un, deux = servir({"/fin": reponse(b"fin")}), servir({"/fin": reponse(b"fin")})
    un.routes["/"] = [0.05, redirection(deux.adresse("/fin"))]
    deux.routes["/"] = [0.05, redirection(un.adresse("/fin"))]
    fetcher = lecteur()
    with ThreadPoolExecutor(8) as pool:
        lus = list(pool.map(fetcher.get, [un.adresse(), deux.adresse()] * 4))
    assert {lu.corps for lu in lus} == {b"fin"}


def test_one_hostile_host_does_not_slow_the_others(servir: Servir, lecteur: Callable[..., Fetcher]) -> None:
    hostile, bon = servir(goutte(b"HTTP/1.1 200 OK" * 99, 0.02)), servir(reponse(b"x"))
    fetcher = lecteur(delai_total_s=0.5)
    with ThreadPoolExecutor(4) as pool:
        perdu = pool.submit(fetcher.get, hostile.adresse())
        for i in range(10):
            fetcher.get(bon.adresse(f"/{i}"))
        assert not perdu.done()  # ten readings took less than the half-second that one is held
        assert isinstance(perdu.exception(), FetchError)


def test_a_host_key_is_host_and_port_whatever_the_spelling() -> None:
    assert host_key("HTTPS://Exemple.ORG/a?b#c") == "exemple.org:443"
    assert host_key("http://moi@exemple.org:8080") == "exemple.org:8080"
    assert host_key("http://développement.ca/") == "xn--dveloppement-beb.ca:80"


# ---------------------------------------------------------------- headers


def test_the_user_agent_says_who_reads_and_how_to_write_to_them() -> None:
    organisation = Organisation(
        nom="Table d’essai", sigle="TDE", site="https://exemple.org", courriel="info@exemple.org"
    )
    produit, _, contact = user_agent(organisation).partition(" ")
    assert produit.startswith("VeilleTDE/")
    assert contact == "(+https://exemple.org; info@exemple.org)"


def test_the_user_agent_leaves_out_what_staff_have_not_filled() -> None:
    organisation = Organisation(nom="L’Œuvre été", sigle="à remplir", site="À remplir", courriel="« à remplir »")
    assert user_agent(organisation).startswith("VeilleLOeuvreEte/")
    assert "(" not in user_agent(organisation)
    assert user_agent(Organisation(nom="…")).startswith("Veille/")


@settings(max_examples=200, deadline=None)
@given(st.text(), st.text(), st.text(), st.text())
def test_the_user_agent_is_a_safe_header_whatever_the_file_holds(
    nom: str, sigle: str, site: str, courriel: str
) -> None:
    agent = user_agent(Organisation(nom=nom, sigle=sigle, site=site, courriel=courriel))
    assert agent.isascii() and agent.isprintable() and len(agent) < 500
    assert agent.count("(") == agent.count(")") <= 1


def test_an_agent_that_would_break_a_header_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        Fetcher(Reseau(), "Veille\r\nX: 1", tls=SANS_TLS)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("text/xml", ("text/xml", "")),
        ("TEXT/XML;charset=UTF-8", ("text/xml", "utf-8")),
        ("text/html; boundary=x; Charset = 'iso-8859-1' ; x", ("text/html", "iso-8859-1")),
        ("text/html; charset=", ("text/html", "")),
        ("charset=utf-8", ("", "")),
        ("pas un type", ("", "")),
        ("", ("", "")),
    ],
)
def test_a_content_type_gives_its_type_and_its_charset(texte: str, attendu: tuple[str, str]) -> None:
    assert content_type(texte) == attendu


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_given_as_an_address_fails_by_name_or_is_an_address(texte: str) -> None:
    for adresse in (texte, f"http://{texte}", f"https://exemple.org{texte}"):
        try:
            cle = host_key(adresse)
        except FetchError as erreur:
            assert erreur.cause in ("schema_interdit", "adresse_interdite")
        else:
            assert cle.isascii()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60))
def test_any_text_given_as_a_retry_after_is_a_number_of_seconds_or_nothing(texte: str) -> None:
    secondes = parse_retry_after(texte, datetime(2026, 11, 23, tzinfo=UTC))
    assert secondes is None or 0 <= secondes <= 86400
