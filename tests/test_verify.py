"""Proving sources « à vérifier »: once each, by the first cycle or on demand, with a report, and without insisting."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.collect import collect
from pipeline.context import Contexte, open_context
from pipeline.run import run_cycle
from pipeline.verify import ESSAIS_PAR_SOURCE, verify, verify_new
from tests.projet import entree, make, rss, source
from tests.serveurs import Demande, Fin, Serveur, reponse, selon_validateur
from veille import settings
from veille.store.connexion import exclusive
from veille.store.sources import health

DEUX = rss(entree("a", "Logement social à Joliette", "Un projet."), entree("b", "Aide alimentaire", "Des paniers."))
ACCUEIL = b'<!doctype html><html lang=fr><head><link rel="alternate" type="application/rss+xml" href="/vrai"></head><p>Bonjour</html>'

Ouvrir = Callable[..., Contexte]


@pytest.fixture
def opened(tmp_path: Path, now: datetime) -> Ouvrir:
    """Open a project whose sources are these tables; without any, the same project a while later."""
    pile = contextlib.ExitStack()

    def ouvrir(*sources: str, decalage: timedelta = timedelta()) -> Contexte:
        if sources:
            make(tmp_path / "projet", sources)
        return pile.enter_context(open_context(tmp_path / "projet", now=lambda: now + decalage))

    return ouvrir


def to_verify(slug: str, adresse: str, **cles: str) -> str:
    return source(slug, adresse, etat="a_verifier", **cles)


def states_of(ctx: Contexte) -> dict[str, str]:
    return {s.slug: s.etat for s in settings.load(ctx.dossier.chemin).sources}


def reports(ctx: Contexte) -> list[Path]:
    return sorted((ctx.dossier.chemin / "rapports").glob("*.md"))


def runs(ctx: Contexte) -> list[tuple[str, dict[str, Any]]]:
    lignes = ctx.store.execute("SELECT issue, bilan FROM passages WHERE etape = 'verification' ORDER BY id")
    return [(issue, json.loads(bilan)) for issue, bilan in lignes]


def test_the_first_cycle_activates_searches_and_reports_once(opened: Ouvrir) -> None:
    with Serveur({"/bon": reponse(DEUX), "/accueil": reponse(ACCUEIL), "/vrai": reponse(DEUX)}) as serveur:
        ctx = opened(
            to_verify("bon", serveur.adresse("/bon")),
            to_verify("perdu", serveur.adresse("/accueil")),
            to_verify("absent", serveur.adresse("/absent")),
        )
        cycle = run_cycle(ctx)
        demandes = len(serveur.demandes)
        assert states_of(ctx) == {"bon": "active", "perdu": "a_verifier", "absent": "a_verifier"}
        texte = (ctx.dossier.chemin / cycle.rapport).read_text(encoding="utf-8")
        assert run_cycle(ctx).rapport == ""
        assert len(serveur.demandes) == demandes
        assert run_cycle(opened(decalage=timedelta(hours=30))).rapport == ""
    activees, flux, _, corriger = texte.split("\n## ")[1:]
    assert "`bon`" in activees
    assert f"`perdu`) : {serveur.adresse('/vrai')}" in flux
    assert f"`absent`) : {serveur.adresse('/vrai')}" not in flux
    assert "`absent`" in corriger
    assert "`bon`" not in corriger
    assert len(reports(ctx)) == 1


def test_a_source_added_later_is_verified_alone(opened: Ouvrir) -> None:
    with Serveur({"/bon": reponse(DEUX), "/rss.xml": reponse(DEUX)}) as serveur:
        un, deux = to_verify("absent", serveur.adresse("/absent")), to_verify("ailleurs", serveur.adresse("/ailleurs"))
        run_cycle(opened(un))
        apres = opened(un, deux, decalage=timedelta(minutes=5))
        cycle = run_cycle(apres)
    texte = (apres.dossier.chemin / cycle.rapport).read_text(encoding="utf-8")
    assert "`ailleurs`" in texte
    assert "`absent`" not in texte
    assert [bilan["sources"] for _, bilan in runs(apres)] == [1, 1]


def test_what_a_person_verified_is_not_searched_again_by_the_next_cycle(opened: Ouvrir) -> None:
    with Serveur({"/bon": reponse(DEUX)}) as serveur:
        ctx = opened(to_verify("bon", serveur.adresse("/bon")), to_verify("absent", serveur.adresse("/absent")))
        rapport = verify(ctx)
        assert (rapport.verifiees, rapport.activees, [e.source for e in rapport.echecs]) == (2, ("bon",), ["absent"])
        demandes = len(serveur.demandes)
        assert run_cycle(ctx).rapport == ""
        assert len(serveur.demandes) == demandes


def test_a_verification_cut_short_is_done_by_the_next_turn(opened: Ouvrir) -> None:
    with Serveur({"/un": reponse(ACCUEIL), "/deux": reponse(ACCUEIL), "/vrai": reponse(DEUX)}) as serveur:
        ctx = opened(to_verify("un", serveur.adresse("/un")), to_verify("deux", serveur.adresse("/deux")))
        collect(ctx)
        ctx.progress = lambda *_: ctx.stop.set()
        assert "Interrompue" in (ctx.dossier.chemin / verify_new(ctx)).read_text(encoding="utf-8")
        ctx.stop.clear()
        ctx.progress = lambda *_: None
        assert verify_new(ctx)
        assert verify_new(ctx) == ""
    assert [issue for issue, _ in runs(ctx)] == ["partiel", "partiel"]
    assert ["jusqu_a" in bilan for _, bilan in runs(ctx)] == [False, True]
    assert runs(ctx)[-1][1]["propositions"] == 2


def test_only_one_verification_runs_at_a_time(opened: Ouvrir) -> None:
    with Serveur({"/bon": reponse(DEUX)}) as serveur:
        ctx = opened(to_verify("bon", serveur.adresse("/bon")))
        with exclusive(ctx.dossier.chemin, "verification"):
            cycle = run_cycle(ctx)
        assert (cycle.collecte.nouveaux, cycle.classement.items) == (2, 2)
        assert [remise.startswith("vérification des sources") for remise in cycle.remises] == [True]
        assert run_cycle(ctx).rapport
    assert states_of(ctx) == {"bon": "active"}


def test_a_source_that_yields_when_read_again_is_activated_by_the_next_cycle(opened: Ouvrir) -> None:
    corps = [reponse(b"", statut=500), reponse(DEUX)]
    with Serveur({"/fil": lambda demande: corps[min(demande.numero, 2) - 1]}) as serveur:
        ctx = opened(to_verify("fil", serveur.adresse("/fil")))
        run_cycle(ctx)
        collect(ctx, ["fil"])
        run_cycle(ctx)
    assert [s.etat for s in health(ctx.store)] == ["active"]


def test_a_source_that_nobody_could_reach_the_first_day_is_tried_again_and_activated(opened: Ouvrir) -> None:
    en_panne = True
    with Serveur({"/fil": lambda _: [Fin.FERMER] if en_panne else reponse(DEUX)}) as serveur:
        run_cycle(opened(to_verify("fil", serveur.adresse("/fil"))))
        assert states_of(opened()) == {"fil": "a_verifier"}
        assert run_cycle(opened()).collecte.sources == 0  # Not before its time.
        en_panne = False
        assert run_cycle(opened(decalage=timedelta(hours=2))).collecte.sources == 1
        assert states_of(opened()) == {"fil": "active"}


def test_local_and_priority_one_sources_are_searched_first(opened: Ouvrir) -> None:
    rangs = (("pays", "canada", "1"), ("loin", "bourg", "3"), ("ici", "bourg", "1"), ("province", "quebec", "2"))
    pays = '[[territoires]]\nslug = "quebec"\nnom = "Québec"\ngenre = "province"\n[[territoires]]\nslug = "canada"\nnom = "Canada"\ngenre = "pays"\n'
    with Serveur({}) as serveur:
        tables = [
            to_verify(nom, serveur.adresse(f"/{nom}"), url=serveur.adresse(f"/site/{nom}"), territoire=lieu)
            + f"priorite = {priorite}\n"
            for nom, lieu, priorite in rangs
        ]
        ctx = _with_places(opened, tables, pays)
        run_cycle(ctx)
    cherches = [c.split("/")[2].partition("?")[0] for c in serveur.chemins() if c.startswith("/site/")]
    assert list(dict.fromkeys(cherches)) == ["ici", "pays", "province", "loin"]


@pytest.mark.parametrize(
    "panne", [[60.0], reponse(b"", statut=503), reponse(b"", statut=429), reponse(b"x", longueur=20 << 20)]
)
def test_a_host_that_cannot_answer_is_not_searched_for_a_feed(opened: Ouvrir, panne: Any) -> None:
    with Serveur({"/fil": panne, "/robots.txt": reponse(b"")}) as serveur:
        ctx = opened(to_verify("fil", serveur.adresse("/fil")))
        run_cycle(ctx)
    assert serveur.chemins() == ["/robots.txt", "/fil"]
    assert len(reports(ctx)) == 1


def test_the_site_of_a_source_whose_feed_is_on_a_dead_host_is_still_searched(opened: Ouvrir) -> None:
    with Serveur({"/fil": reponse(b"", statut=503)}) as mort, Serveur({"/feed/": reponse(DEUX)}) as site:
        ctx = opened(to_verify("fil", mort.adresse("/fil"), url=site.adresse("/")))
        assert verify(ctx).propositions == {"fil": (site.adresse("/feed/"),)}


def test_a_search_stops_at_the_first_sign_that_the_site_has_enough(opened: Ouvrir) -> None:
    with Serveur({"/feed/": reponse(b"", statut=429), "/rss.xml": reponse(DEUX)}) as serveur:
        ctx = opened(to_verify("absent", serveur.adresse("/absent"), url=serveur.adresse("/")))
        assert verify(ctx).propositions == {}
    assert serveur.chemins() == ["/robots.txt", "/absent", "/feed/"]


def test_ten_sources_of_one_site_ask_for_its_usual_addresses_once(opened: Ouvrir) -> None:
    with Serveur({}) as serveur:
        ctx = opened(*(to_verify(f"s{n}", serveur.adresse(f"/{n}"), url=serveur.adresse("/")) for n in range(10)))
        run_cycle(ctx)
    assert len(serveur.demandes) == 1 + 10 + ESSAIS_PAR_SOURCE


def test_feeds_of_several_sites_are_searched_at_once_and_each_site_politely(opened: Ouvrir) -> None:
    ensemble = threading.Barrier(2)  # Broken unless both sites are asked at the same time.

    def together(_demande: Demande) -> bytes:
        ensemble.wait(1.5)
        return reponse(DEUX)

    with Serveur({"/feed/": together}) as un, Serveur({"/feed/": together}) as deux:
        ctx = opened(*(to_verify(f"s{n}", s.adresse("/absent"), url=s.adresse("/")) for n, s in enumerate((un, deux))))
        assert set(verify(ctx).propositions) == {"s0", "s1"}
    assert not ensemble.broken
    assert (un.simultanees_max, deux.simultanees_max) == (1, 1)


def test_a_feed_that_holds_nothing_yet_is_told_apart_from_failures(opened: Ouvrir) -> None:
    with Serveur({"/fil": reponse(rss())}) as serveur:
        ctx = opened(to_verify("fil", serveur.adresse("/fil")))
        rapport = verify(ctx)
    assert (rapport.muettes, rapport.echecs, rapport.activees) == (("fil",), (), ())
    assert "page de quelques mots)\n\n- fil (exemple fictif) (`fil`)" in reports(ctx)[0].read_text()


def test_a_page_that_says_hi_is_no_proof_even_when_it_keeps_saying_it(opened: Ouvrir) -> None:
    phrases = (
        "La table se réunit chaque mois pour suivre les dossiers du logement et du transport dans la région.",
        "Ses membres viennent des organismes, des municipalités et des écoles, et leurs notes paraissent ici.",
    )
    corps = "".join(f"<p>{phrase}</p>" for phrase in phrases)
    pleine = f"<!doctype html><html lang=fr><meta charset=utf-8><title>La table</title><body><main>{corps}</main></body></html>"
    vide = selon_validateur('"v1"', b"<!doctype html><html lang=fr><title>T</title><body>hi</body></html>")
    with Serveur({"/vide": vide, "/pleine": reponse(pleine.encode())}) as serveur:
        ctx = opened(*(to_verify(n, serveur.adresse(f"/{n}"), genre="page") for n in ("vide", "pleine")))
        rapport = run_cycle(ctx).rapport
        assert states_of(ctx) == {"vide": "a_verifier", "pleine": "active"}
        for _ in range(2):
            collect(ctx, ["vide"])
            run_cycle(ctx)
    assert states_of(ctx) == {"vide": "a_verifier", "pleine": "active"}
    texte = (ctx.dossier.chemin / rapport).read_text(encoding="utf-8")
    assert "`vide`" in texte.partition("## Lues, mais sans rien")[2].partition("## À corriger")[0]


def _with_places(opened: Ouvrir, tables: list[str], lieux: str) -> Contexte:
    dossier = opened(to_verify("provisoire", "http://127.0.0.1:9/")).dossier.chemin
    territoires = dossier / "territoires.toml"
    territoires.write_text(territoires.read_text(encoding="utf-8") + lieux, encoding="utf-8")
    (dossier / "sources.toml").write_text("\n".join(tables), encoding="utf-8")
    return opened()
