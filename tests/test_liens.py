"""Links of a draft, looked at on a real server: alive, dead, doubtful; kept a week; polite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import compose as composer
from pipeline.context import Contexte
from pipeline.liens import Bilan, check_links, look
from tests.diffusion import ORGANISATION, Atelier
from tests.serveurs import Serveur, reponse
from veille import brouillon
from veille.errors import FetchError, RefusError
from veille.model import Reseau
from veille.store import digests, verifications


@pytest.fixture
def a(tmp_path: Path) -> Iterator[Atelier]:
    reseau = Reseau(hotes_permis=("127.0.0.1",), espacement_s=0.0, delai_total_s=5.0)
    yield Atelier(tmp_path, organisation=replace(ORGANISATION, reseau=reseau))


def contexte(a: Atelier) -> Contexte:
    return Contexte(a.dossier, a.c, lambda: a.now)


def test_each_link_gets_its_verdict_from_what_its_site_answers(a: Atelier) -> None:
    statuts = {"bon": 200, "parti": 404, "retire": 410, "panne": 503, "prive": 200}
    routes = {f"/{chemin}": reponse(b"Bonjour", statut=statut) for chemin, statut in statuts.items()}
    routes["/robots.txt"] = reponse(b"User-agent: *\nDisallow: /prive\n", statut=200)
    with Serveur(routes) as serveur:
        for chemin in statuts:
            a.retenir(f"Nouvelle {chemin}", adresse=serveur.adresse(f"/{chemin}"))
        _look_at_all(a, serveur, statuts)
        assert "/prive" not in serveur.chemins()


def _look_at_all(a: Atelier, serveur: Serveur, statuts: dict[str, int]) -> None:
    digest_id = composer.compose(a.c, a.dossier, "clds-joliette", "Camille Fictive", a.now).digest
    bilan = check_links(contexte(a), digest_id)
    assert bilan == Bilan(bons=1, morts=2, incertains=2)
    assert bilan.phrase.replace("\u00a0", " ") == "5 liens vérifiés : 2 morts, 2 incertains."
    vues = verifications.latest(a.c, [serveur.adresse(f"/{c}") for c in statuts])
    assert {v.adresse.rpartition("/")[2]: (v.issue, v.cause) for v in vues.values()} == {
        "bon": ("bon", ""),
        "parti": ("mort", "http_404"),
        "retire": ("mort", "http_410"),
        "panne": ("incertain", "http_5xx"),
        "prive": ("incertain", "robots"),
    }
    assert check_links(contexte(a), digest_id, read=lambda _: None) == Bilan(bons=4)  # Those that were not good.
    assert check_links(contexte(a), digest_id) == Bilan()
    a.passer(days=8)
    assert check_links(contexte(a), digest_id, read=lambda _: None) == Bilan(bons=5)
    with pytest.raises(RefusError, match="Aucun bulletin"):
        check_links(contexte(a), 99)


@pytest.mark.parametrize(
    ("cause", "attendu"),
    [
        ("http_404", "mort"),
        ("http_410", "mort"),
        ("dns", "mort"),
        ("trop_gros", "bon"),
        ("delai", "incertain"),
        ("http_403", "incertain"),
        ("robots", "incertain"),
    ],
)
def test_only_what_is_gone_is_dead(cause: str, attendu: str) -> None:
    def read(_adresse: str) -> None:
        raise FetchError(cause, "")

    assert look(read, "https://exemple.org/")[0] == attendu


def test_a_machine_off_line_declares_nobody_dead(a: Atelier) -> None:
    def lost(_adresse: str) -> None:
        raise FetchError("dns", "")

    a.retenir("Une", source="ville")
    a.retenir("Deux", source="ministere")
    digest_id = composer.compose(a.c, a.dossier, "clds-joliette", "Camille Fictive", a.now).digest
    assert check_links(contexte(a), digest_id, read=lost) == Bilan(incertains=2)

    def one_lost(adresse: str) -> None:
        if "ville" in adresse:
            lost(adresse)

    assert check_links(contexte(a), digest_id, read=one_lost) == Bilan(bons=1, morts=1)


def test_a_dead_link_forbids_approval_until_it_is_mended(a: Atelier) -> None:
    a.retenir("Une", adresse="https://ville.exemple.org/une")
    digest_id = composer.compose(a.c, a.dossier, "clds-joliette", "Camille Fictive", a.now).digest
    verifications.record(a.c, "https://ville.exemple.org/une", "mort", "http_404", a.now)
    with pytest.raises(RefusError, match=r"le lien est mort \(L’adresse n’existe plus\)"):
        composer.approve(a.c, a.dossier, digest_id, "Camille Fictive", a.now)
    verifications.record(a.c, "https://ville.exemple.org/une", "bon", "", a.now)
    assert composer.approve(a.c, a.dossier, digest_id, "Camille Fictive", a.now).etat == "approuvé"


def test_a_look_is_forgotten_after_a_week_but_a_dead_link_stays_dead(a: Atelier) -> None:
    verifications.record(a.c, "https://a.exemple.org/", "bon", "", a.now)
    verifications.record(a.c, "https://b.exemple.org/", "mort", "dns", a.now)
    adresses = ("https://a.exemple.org/", "https://b.exemple.org/", "https://c.exemple.org/")
    assert verifications.stale(a.c, adresses, a.now) == ["https://c.exemple.org/"]
    a.passer(days=8)
    connus = brouillon.links_known(a.c, adresses, a.now)
    assert {adresse[8]: etat for adresse, (etat, _) in connus.items()} == {"a": "a_verifier", "b": "mort"}
    assert digests.latest(a.c, "clds-joliette") is None
