"""Collection through real servers: what is new is kept, what fails is told, what is unchanged is not read again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline import collect as stage
from pipeline.collect import collect
from pipeline.context import Contexte, open_context
from pipeline.run import run_cycle, serve_requests
from pipeline.verify import verify
from tests.projet import entree, make, rss, source
from tests.serveurs import Demande, Serveur, redirection, reponse, selon_validateur
from veille import settings
from veille.errors import OccupeError, SettingsError
from veille.store import service
from veille.store.connexion import exclusive
from veille.store.sources import health, states

DEUX = rss(entree("a", "Logement social à Joliette", "Un projet."), entree("b", "Aide alimentaire", "Des paniers."))


def titles(ctx: Contexte) -> list[str]:
    return [ligne["titre"] for ligne in ctx.store.execute("SELECT titre FROM items ORDER BY id")]


@pytest.fixture
def opened(tmp_path: Path, now: datetime) -> Callable[..., Contexte]:
    """Open a project whose sources are these tables, at a fixed hour."""
    import contextlib

    pile = contextlib.ExitStack()

    def ouvrir(*sources: str, decalage: timedelta = timedelta()) -> Contexte:
        if sources:
            make(tmp_path / "projet", sources)
        return pile.enter_context(open_context(tmp_path / "projet", now=lambda: now + decalage))

    return ouvrir


def test_what_a_source_publishes_is_kept_once(opened: Callable[..., Contexte]) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        premier, second = collect(ctx), collect(ctx)
    assert (premier.reussies, premier.nouveaux, premier.echecs) == (1, 2, ())
    assert (second.reussies, second.inchangees, second.nouveaux) == (1, 1, 0)
    assert titles(ctx) == ["Logement social à Joliette", "Aide alimentaire"]


@pytest.mark.parametrize("validateurs", [True, False])
def test_an_unchanged_feed_is_never_parsed_again(
    opened: Callable[..., Contexte], monkeypatch: pytest.MonkeyPatch, validateurs: bool
) -> None:
    lus = []
    vrai = stage.feeds.parse
    monkeypatch.setattr(stage.feeds, "parse", lambda *a, **k: lus.append(1) or vrai(*a, **k))
    route = selon_validateur('"v1"', DEUX) if validateurs else reponse(DEUX)
    with Serveur({"/rss": route}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        for _ in range(3):
            collect(ctx)
    assert len(lus) == 1


def test_a_feed_that_stays_wrong_is_told_each_time_and_parsed_once(
    opened: Callable[..., Contexte], monkeypatch: pytest.MonkeyPatch
) -> None:
    lus = []
    vrai = stage.feeds.parse
    monkeypatch.setattr(stage.feeds, "parse", lambda *a, **k: lus.append(1) or vrai(*a, **k))
    with Serveur({"/rss": reponse(b"<!doctype html><title>Accueil</title><p>Bonjour</p>")}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        causes = [collect(ctx).echecs[0].cause for _ in range(3)]
    assert causes == ["html"] * 3
    assert len(lus) == 1


def test_new_selectors_are_tried_on_the_same_page(opened: Callable[..., Contexte], tmp_path: Path) -> None:
    page = b"<!doctype html><html lang=fr><body><div class=n><a href=/a>Une premiere nouvelle</a></div></body></html>"
    with Serveur({"/liste": reponse(page)}) as serveur:
        table = source("liste", serveur.adresse("/liste"), genre="liste")
        ctx = opened(table + '[source.selecteurs]\nelement = "div.ancien"\n')
        assert collect(ctx).echecs[0].cause == "structure"
        (tmp_path / "projet" / "sources.toml").write_text(table + '[source.selecteurs]\nelement = "div.n"\n')
        assert collect(opened()).nouveaux == 1


def test_one_broken_source_does_not_stop_the_others(opened: Callable[..., Contexte]) -> None:
    routes = {"/bon": reponse(DEUX), "/muet": [60.0], "/panne": reponse(b"", statut=500), "/vide": reponse(b"")}
    with Serveur(routes) as serveur:
        ctx = opened(*(source(nom, serveur.adresse(f"/{nom}")) for nom in ("bon", "muet", "panne", "vide")))
        bilan = collect(ctx)
    assert bilan.nouveaux == 2
    assert {e.source: e.cause for e in bilan.echecs} == {"muet": "delai", "panne": "http_5xx", "vide": "vide"}
    assert all(e.suite.endswith(".") for e in bilan.echecs)


def test_a_corrected_entry_is_a_new_version_of_the_same_item(opened: Callable[..., Contexte]) -> None:
    corps = [DEUX, rss(entree("a", "Logement social à Joliette : 40 unités", "Un projet corrigé."))]
    with Serveur({"/rss": lambda demande: reponse(corps[demande.numero - 1])}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        collect(ctx)
        bilan = collect(ctx)
    assert (bilan.nouveaux, bilan.versions) == (0, 1)
    assert titles(ctx)[0] == "Logement social à Joliette : 40 unités"
    assert ctx.store.execute("SELECT titre FROM versions").fetchone()[0] == "Logement social à Joliette"


def test_robots_txt_is_obeyed_and_read_once_a_day(opened: Callable[..., Contexte]) -> None:
    robots = reponse(b"User-agent: *\nDisallow: /ferme\n")
    with Serveur({"/robots.txt": robots, "/ferme": reponse(DEUX), "/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("ferme", serveur.adresse("/ferme")), source("ouvert", serveur.adresse("/rss")))
        bilan = collect(ctx)
        collect(ctx)
        chemins = serveur.chemins()
    assert [e.cause for e in bilan.echecs] == ["robots"]
    assert "/ferme" not in chemins
    assert chemins.count("/robots.txt") == 1


def test_robots_txt_is_obeyed_where_a_redirection_leads(opened: Callable[..., Contexte]) -> None:
    ferme = {"/robots.txt": reponse(b"User-agent: *\nDisallow: /\n"), "/rss": reponse(DEUX)}
    with Serveur(ferme) as ailleurs, Serveur({"/ici": redirection(ailleurs.adresse("/rss"))}) as serveur:
        bilan = collect(opened(source("fil", serveur.adresse("/ici"))))
        assert ailleurs.chemins() == ["/robots.txt"]
    assert [e.cause for e in bilan.echecs] == ["robots"]


def test_a_private_address_is_refused_unless_the_host_is_allowed(
    opened: Callable[..., Contexte], tmp_path: Path
) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        opened(source("fil", serveur.adresse("/rss")))
        fichier = tmp_path / "projet" / "organisation.toml"
        fichier.write_text(fichier.read_text().replace('hotes_permis = ["127.0.0.1"]\n', ""))
        bilan = collect(opened())
        assert serveur.chemins() == []
    assert bilan.echecs[0].cause == "adresse_interdite"


def test_named_sources_are_read_whatever_their_state_and_unknown_names_are_told(
    opened: Callable[..., Contexte],
) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("dort", serveur.adresse("/rss"), etat="inactive"))
        assert collect(ctx).sources == 0
        assert collect(ctx, ["dort"]).nouveaux == 2
    with pytest.raises(SettingsError, match=r"sources\.toml.*« inconnue »"):
        collect(ctx, ["inconnue"])


def test_the_cycle_reads_only_what_is_due_and_catches_up_after_a_week(
    opened: Callable[..., Contexte], now: datetime
) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        assert run_cycle(ctx).collecte.sources == 1
        assert run_cycle(ctx).collecte.sources == 0
        plus_tard = opened(decalage=timedelta(days=8))
        assert run_cycle(plus_tard).collecte.sources == 1
    assert states(plus_tard.store)["fil"].derniere.prochaine_a == now + timedelta(days=8, hours=23)  # type: ignore[union-attr]


def test_items_collected_are_grouped_and_judged_by_the_cycle(opened: Callable[..., Contexte]) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        cycle = run_cycle(ctx)
    assert (cycle.regroupement.items, cycle.classement.items) == (2, 2)
    assert (
        ctx.store.execute("SELECT valeur FROM suggestions WHERE genre = 'thematique' AND item_id = 1").fetchone()[0]
        == "habitation"
    )


def test_a_source_asked_for_by_a_page_is_read_and_its_outcome_recorded(
    opened: Callable[..., Contexte], now: datetime
) -> None:
    with Serveur({"/rss": reponse(DEUX), "/panne": reponse(b"", statut=503)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")), source("panne", serveur.adresse("/panne")))
        for slug in ("fil", "panne"):
            service.ask(ctx.store, "collecter", slug, "Une personne", now)
        assert serve_requests(ctx) == (2, 1)
    issues = {d.argument: (d.issue, d.message) for d in service.recent_requests(ctx.store)}
    assert issues["fil"] == ("fait", "Source lue : 2\u00a0nouveaux éléments.")
    assert issues["panne"][0] == "echec"
    assert "http_5xx" in issues["panne"][1]


def test_a_request_waits_while_a_collection_is_under_way(opened: Callable[..., Contexte], now: datetime) -> None:
    with Serveur({"/rss": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/rss")))
        service.ask(ctx.store, "collecter", "fil", "Une personne", now)
        with exclusive(ctx.dossier.chemin, "collecte"):
            assert serve_requests(ctx) == (0, 0)
            with pytest.raises(OccupeError):
                collect(ctx)
        assert serve_requests(ctx) == (1, 0)


def test_verifying_activates_what_yields_and_proposes_a_feed_for_the_rest(
    opened: Callable[..., Contexte], tmp_path: Path
) -> None:
    page = b'<!doctype html><html lang=fr><head><link rel="alternate" type="application/rss+xml" href="/vrai"></head><p>Bonjour</html>'
    with Serveur({"/bon": reponse(DEUX), "/accueil": reponse(page), "/vrai": reponse(DEUX)}) as serveur:
        ctx = opened(
            source("bon", serveur.adresse("/bon"), etat="a_verifier"),
            "# une remarque de l’équipe\n" + source("perdu", serveur.adresse("/accueil"), etat="a_verifier"),
        )
        rapport = verify(ctx)
        assert rapport.propositions == {"perdu": (serveur.adresse("/vrai"),)}
    assert rapport.activees == ("bon",)
    etats = {s.slug: s.etat for s in settings.load(tmp_path / "projet").sources}
    assert etats == {"bon": "active", "perdu": "a_verifier"}
    assert "une remarque de l’équipe" in (tmp_path / "projet" / "sources.toml").read_text()
    texte = (tmp_path / "projet" / rapport.fichier).read_text()
    assert "`bon`" in texte
    assert "/vrai" in texte
    verify(opened(decalage=timedelta(minutes=1)), ["perdu"])
    assert len(list((tmp_path / "projet" / "rapports").iterdir())) == 2


def test_the_first_collection_activates_what_yields_and_does_not_insist_on_the_rest(
    opened: Callable[..., Contexte],
) -> None:
    with Serveur({"/bon": reponse(DEUX), "/panne": reponse(b"", statut=500)}) as serveur:
        ctx = opened(*(source(n, serveur.adresse(f"/{n}"), etat="a_verifier") for n in ("bon", "panne")))
        run_cycle(ctx)
        assert {s.slug: s.etat for s in health(ctx.store)} == {"bon": "active", "panne": "a_verifier"}
        assert collect(ctx).sources == 1


def test_stopping_keeps_what_was_read_and_leaves_the_rest_for_later(opened: Callable[..., Contexte]) -> None:
    with Serveur({"*": reponse(DEUX)}) as serveur:
        ctx = opened(*(source(f"s{n}", serveur.adresse(f"/{n}")) for n in range(40)))
        ctx.progress = lambda fait, _total, _quoi: ctx.stop.set() if fait == 3 else None
        bilan = collect(ctx)
        assert 3 <= bilan.sources < 40
        ctx.stop = threading.Event()
        ctx.progress = lambda *_: None
        assert collect(ctx).sources == 40


def test_a_lasting_move_is_proposed_and_never_applied(opened: Callable[..., Contexte], tmp_path: Path) -> None:
    def deplace(demande: Demande) -> bytes:
        return b"HTTP/1.1 301 Moved\r\nLocation: /nouveau\r\nContent-Length: 0\r\n\r\n"

    with Serveur({"/ancien": deplace, "/nouveau": reponse(DEUX)}) as serveur:
        ctx = opened(source("fil", serveur.adresse("/ancien")))
        for _ in range(3):
            collect(ctx)
        assert health(ctx.store)[0].adresse_proposee == serveur.adresse("/nouveau")
    assert "/ancien" in (tmp_path / "projet" / "sources.toml").read_text()
