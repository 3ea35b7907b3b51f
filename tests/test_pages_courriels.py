"""« Envois »: what the page shows of sendings, what it never shows, and what its buttons ask for."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline import deliver
from pipeline.purge import purge_subscribers
from tests.diffusion import audience
from tests.juges import faults_of
from tests.navigateur import Visiteur, browser, fill, signed_in
from tests.postes import Poste, Serveur, serving
from veille.errors import RefusError
from veille.pages.vues.envois import remaining
from veille.store import service
from veille.store.abonnes import envois, lots


@dataclass
class Bureau:
    """A folder with sendings in every state, and its site's visitor."""

    dossier: Path
    poste: Poste
    equipe: Visiteur
    gens: list[str]

    def words(self) -> str:
        """The page's text on one line, its spaces all alike."""
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.equipe.get("/envois").text)).split())

    def asked(self) -> list[tuple[str, str, str]]:
        """Requests waiting: kind, argument, who."""
        return [(d.genre, d.argument, d.par) for d in service.waiting(self.poste.store) if d.genre != "collecter"]

    def test_row(self) -> int:
        """The row that holds the address of the latest test."""
        return int(self.poste.abonnes.execute("SELECT max(id) FROM envois WHERE genre = 'essai'").fetchone()[0])

    def kept(self, texte: str) -> list[str]:
        """The files of the folder where these words can be read, in whatever state SQLite left them."""
        return sorted(f.name for f in self.dossier.glob("*.db*") if texte.encode() in f.read_bytes())

    def post(self, **champs: str) -> Any:
        """One of the page's forms."""
        return self.equipe.send_form("/envois/demander", self.equipe.get("/envois"), **champs)


def furnish(dossier: Path) -> Poste:
    """One sending that is over, with a bounce, a refusal and two uncertain messages; one paused; one issue ready."""
    with serving(Serveur()) as serveur:
        poste = Poste(fill(dossier, 4), (audience(), audience("pli", "PLI")), serveur.port)
        gens = poste.subscribe(8)
        serveur.rcpt = {gens[0]: f"550 5.1.1 <{gens[0]}> inconnu", gens[4]: "450 4.2.0 plus tard"}.get
        serveur.coupe_apres_point = lambda d: d[0] in gens[1:3]
        digest = poste.publish()
        deliver.open_lot(poste.ctx, digest, "Camille Exemple")
        deliver.deliver(poste.ctx)
    envois.note_return(poste.abonnes, poste.row(gens[3])["id"], "rebond", f"5.2.2 boîte pleine {gens[3]}", poste.now)
    envois.note_absent(poste.abonnes, [poste.row(gens[1])["id"]], poste.now)
    poste.subscribe(2, "pli", prefixe="pli")
    pause = poste.publish("pli")
    deliver.open_lot(poste.ctx, pause, "Camille Exemple")
    lots.suspend(poste.abonnes, pause, "Camille Exemple")
    poste.publish("pli")
    return poste


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    poste = furnish(tmp_path)
    with signed_in(tmp_path) as equipe:
        yield Bureau(tmp_path, poste, equipe, [f"personne{n}@exemple.org" for n in range(8)])
    poste.close()


def test_the_page_says_where_everything_stands_without_a_whole_address(bureau: Bureau) -> None:
    texte = bureau.words()
    for dit in ("en cours", "suspendu par Camille Exemple", "p•••@exemple.org", "absent du témoin", "rebond", "refusé"):
        assert dit in texte, dit
    assert "2 personnes abonnées" in texte
    page = bureau.equipe.get("/envois").text
    assert not any(adresse in page for adresse in bureau.gens)


def test_a_button_leaves_a_request_once_it_is_confirmed(bureau: Bureau) -> None:
    assert bureau.post(genre="envoyer", argument="3").status_code == 400
    assert not bureau.asked()
    bureau.post(genre="envoyer", argument="3", certain="1")
    bureau.post(genre="suspendre", argument="1")
    bureau.post(genre="essayer", argument="3", adresse="camille@table.exemple.org")
    assert bureau.asked() == [
        ("envoyer", "3", "Camille Exemple"),
        ("suspendre", "1", "Camille Exemple"),
        ("essayer", f"3 {bureau.test_row()}", "Camille Exemple"),
    ]
    bureau.post(genre="essayer", argument="3", adresse="Camille@table.exemple.org")
    assert len(bureau.asked()) == 3, "le même essai n’attend qu’une fois"
    assert bureau.words().count("demande en attente") == 2


@pytest.mark.parametrize(
    "champs",
    [
        {"genre": "publier", "argument": "3"},
        {"genre": "suspendre", "argument": "x"},
        {"genre": "essayer", "argument": "3"},
        {"genre": "essayer", "argument": "3", "adresse": "Marie Fictive marie.fictive@table.exemple.org"},
        {"genre": "essayer", "argument": "3", "adresse": "marie.fictive@table.exemple.org, paul@table.exemple.org"},
        {"genre": "renvoyer", "argument": "2"},
    ],
)
def test_what_no_button_asks_is_refused(bureau: Bureau, champs: dict[str, str]) -> None:
    assert bureau.post(**champs).status_code == 400
    assert not bureau.asked()
    assert not bureau.kept("marie.fictive")


def test_requests_are_served_and_no_address_stays_in_the_requests(bureau: Bureau) -> None:
    [absent] = [i for i in envois.uncertain(bureau.poste.abonnes) if i.absent_a]
    for genre, argument in (
        ("arreter", "1"),
        ("reprendre", "1"),
        ("reprendre", "2"),
        ("suspendre", "2"),
        ("renvoyer", str(absent.id)),
    ):
        ident = service.ask(bureau.poste.store, genre, argument, "Camille Exemple", bureau.poste.now)  # type: ignore[arg-type]
        demande = next(d for d in service.waiting(bureau.poste.store) if d.id == ident)
        assert deliver.serve(bureau.poste.ctx, demande)
        service.answer(bureau.poste.store, ident, "fait", "", bureau.poste.now)
    assert (
        bureau.poste.abonnes.execute("SELECT etat FROM envois WHERE id = ?", (absent.id,)).fetchone()[0] == "en_attente"
    )
    with serving() as serveur:
        bureau.poste.port = serveur.port
        bureau.post(genre="essayer", argument="3", adresse="camille.fictive@table.exemple.org")
        assert bureau.kept("camille.fictive@") in (["abonnes.db-wal"], ["abonnes.db", "abonnes.db-wal"])
        [demande] = [d for d in service.waiting(bureau.poste.store) if d.genre == "essayer"]
        assert "accepté" in deliver.serve(bureau.poste.ctx, demande)
    assert [r.destinataires for r in serveur.recus] == [["camille.fictive@table.exemple.org"]]
    demandes = [d.argument for d in service.recent_requests(bureau.poste.store)]
    assert "3 c•••@table.exemple.org" in demandes
    with pytest.raises(RefusError, match="redemandez"):
        deliver.serve(bureau.poste.ctx, demande)
    bureau.post(genre="essayer", argument="3", adresse="marie.fictive@ailleurs.exemple.net")
    demande = next(d for d in service.waiting(bureau.poste.store) if d.argument.startswith("3 ") and d.id > demande.id)
    with pytest.raises(RefusError, match="équipe"):
        deliver.serve(bureau.poste.ctx, demande)
    assert not bureau.poste.abonnes.execute("SELECT 1 FROM envois WHERE contexte LIKE '%@%'").fetchone()
    bureau.poste.abonnes.close()
    purge_subscribers(bureau.dossier, bureau.poste.now)
    assert bureau.kept("camille.fictive@") in ([], ["abonnes.db-wal"])


def test_an_old_request_that_holds_an_address_is_refused_without_repeating_it(bureau: Bureau) -> None:
    ident = service.ask(bureau.poste.store, "essayer", "3 camille@table.exemple.org", "Camille", bureau.poste.now)
    demande = next(d for d in service.waiting(bureau.poste.store) if d.id == ident)
    with pytest.raises(RefusError, match="redemandez") as refus:
        deliver.serve(bureau.poste.ctx, demande)
    assert "camille" not in str(refus.value)
    assert [d.argument for d in service.waiting(bureau.poste.store) if d.id == ident] == ["3"]


def test_without_the_right_to_send_there_is_no_button_and_no_request(bureau: Bureau) -> None:
    with signed_in(bureau.dossier, "Lecture Exemple", ("lire",)) as lecture:
        assert lecture.get("/envois").status_code == 403
        page = lecture.get("/compte")
        assert lecture.send_form("/envois/demander", page, genre="suspendre", argument="1").status_code == 403


@pytest.mark.parametrize(
    ("attente", "regles", "dit"),
    [(0, 10, ""), (10, 0, ""), (5, 100, "moins"), (100, 100, "10"), (1000, 20, "8")],
)
def test_the_time_left_is_told_from_the_last_minutes(attente: int, regles: int, dit: str) -> None:
    assert dit in remaining(attente, regles) if dit else remaining(attente, regles) == ""


@pytest.mark.slow
@pytest.mark.parametrize(("palette", "largeur"), [("light", 1280), ("dark", 320)])
def test_the_page_is_accessible_and_holds_on_a_phone(bureau: Bureau, palette: str, largeur: int) -> None:
    with browser(viewport={"width": largeur, "height": 800}, color_scheme=palette, java_script_enabled=True) as page:
        page.context.add_cookies(
            [
                {"name": c.name, "value": str(c.value), "url": str(bureau.equipe.base_url)}
                for c in bureau.equipe.cookies.jar
            ]
        )
        page.goto(f"{str(bureau.equipe.base_url).rstrip('/')}/envois")
        assert not faults_of(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= largeur
        assert page.locator("h1").inner_text() == "Envois"
