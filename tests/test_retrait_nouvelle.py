"""A story withdrawn on request: in no byte of what is public any more, dated and unnamed; frozen for the team only."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import compose, publish
from pipeline.export import export
from tests.diffusion import Atelier
from tests.navigateur import Visiteur
from tests.numeros import come_out, correct, element, full, workshop
from veille.editor import from_json
from veille.editor.formes import Contenu, Erratum, Evenement, Nom, Rubrique
from veille.errors import RefusError
from veille.store import fiches, figes, retraits, service
from veille.store.connexion import transaction

IDS = list(range(1, 13))
RETIREE = 2
TITRE = "Rosaire Fictif est nommé au conseil de l’exemple"
HEURE = timedelta(hours=1)
NOTE = "Une nouvelle a été retirée de ce numéro."


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return workshop(tmp_path, "clds-joliette", "pli", "ca")


def telling(numero: int = 3, slug: str = "clds-joliette", **cles: object) -> Contenu:
    """An issue that tells the story wherever an issue can."""
    contenu = full(IDS, numero=numero, identifiant=f"tag:table.exemple.org,2026-11-23:veille/{slug}/{numero}")
    soir = Evenement("2026-12-03T19:00:00-05:00", "jeudi 3 décembre 2026 à 19 h")
    nommee = element(RETIREE, titre=TITRE, evenement=soir, thematiques=(Nom("seule", "Thème de la seule"),))
    rubriques = tuple(
        Rubrique(r.cle, r.titre, tuple(nommee if e.item_id == RETIREE else e for e in r.elements))
        for r in contenu.rubriques
    )
    base: dict[str, object] = {
        "rubriques": rubriques,
        "en_bref": (f"{TITRE} – jeudi 3 décembre", "Une autre ligne"),
        "objet": f"Veille – {TITRE[:30]} – 23 nov.",
        "editorial": f"Un mot.\n\nOn lira : {TITRE}.\n\nBonne lecture.",
        **cles,
    }
    return Contenu(**{**vars(contenu), **base})


def publish_again(a: Atelier, ids: tuple[int, ...]) -> None:
    for digest_id in ids:
        compose.render_errata(a.c, a.dossier, digest_id)
        publish.publish(a.c, a.dossier, digest_id, "Camille Fictive", a.now)


def withdraw(a: Atelier, digest_id: int, item_id: int = RETIREE) -> tuple[int, ...]:
    with transaction(a.c):
        touches = retraits.withdraw(a.c, digest_id, item_id, "Camille Fictive", a.passer(hours=5))
    publish_again(a, touches)
    return touches


def holding(dossier: Path, *noms: str) -> list[str]:
    """Every public file with a byte of the title in it, or of its beginning."""
    racines = [dossier / nom for nom in noms]
    fichiers = [f for r in racines for f in ([r] if r.is_file() else r.rglob("*")) if f.is_file()]
    assert fichiers
    return [f.as_posix() for f in fichiers if b"Rosaire Fictif" in f.read_bytes()]


def freeze(a: Atelier, digest_id: int) -> None:
    """As an approval of today keeps it."""
    contenu = from_json(a.c.execute("SELECT contenu FROM digests WHERE id = ?", (digest_id,)).fetchone()[0])
    public = next(p for p in a.audiences if p.slug == contenu.audience.slug)
    from pipeline.rendu import render_issue
    from veille.store import digests

    figes.freeze(
        a.c, digest_id, "{}", "règles", "[]",
        render_issue(a.c, a.dossier, public, digests.require(a.c, digest_id), contenu),
    )  # fmt: skip


@pytest.mark.parametrize("fige", [False, True])
def test_no_byte_of_what_is_public_holds_a_story_withdrawn(a: Atelier, tmp_path: Path, fige: bool) -> None:
    un = come_out(a, telling())
    deux = come_out(a, telling(1, "pli"), "pli", hours=1)
    correct(a, un, RETIREE, f"{TITRE} : le jour était faux.", 2 * HEURE, titre=f"{TITRE}, dit-on")
    suite = come_out(
        a, full(IDS, numero=4, errata=(Erratum(3, "24 novembre 2026", "Le jour était faux.", TITRE),)), days=7
    )
    alerte = come_out(a, telling(5, genre="alerte"), days=8)
    if fige:
        for digest_id in (un, deux, suite, alerte):
            freeze(a, digest_id)
    publish_again(a, (un, deux, suite, alerte))
    pdf = a.chemin / "publication" / "clds-joliette" / "2026-11-23" / "bulletin.pdf"
    pdf.write_bytes(b"%PDF Rosaire Fictif")
    cible = tmp_path / "site"
    export(a.c, a.dossier, cible)
    assert holding(a.chemin, "publication", "publication.db") and holding(cible, ".")
    assert (a.chemin / "publication" / "themes" / "seule" / "flux.atom.xml").exists()

    avant = a.c.execute("SELECT contenu FROM digests WHERE id = ?", (un,)).fetchone()[0]
    assert withdraw(a, un) == (un, deux, suite, alerte)
    assert holding(a.chemin, "publication", "publication.db") == []
    assert not pdf.exists()
    export(a.c, a.dossier, cible)
    assert holding(cible, ".") == []
    page = (a.chemin / "publication" / "clds-joliette" / "2026-11-23" / "index.html").read_text(encoding="utf-8")
    assert NOTE in page and "23\u00a0novembre" in page
    assert page.count("Bonne lecture.") == 1 and "Une autre ligne" in page
    assert a.c.execute("SELECT contenu FROM digests WHERE id = ?", (un,)).fetchone()[0] == avant
    with sqlite3.connect(a.chemin / "publication.db") as c:
        assert c.execute("SELECT count(*) FROM items WHERE id = ?", (RETIREE,)).fetchone()[0] == 0
        assert c.execute("SELECT count(*) FROM items").fetchone()[0] > 8
        assert c.execute("PRAGMA foreign_key_check").fetchall() == []
    assert not publish.repair(a.c, a.dossier)


def test_the_team_s_own_copy_goes_too_and_the_feed_changes_its_date(a: Atelier) -> None:
    interne = come_out(a, telling(1, "ca"), "ca")
    un = come_out(a, telling(), hours=1)
    flux = a.chemin / "publication" / "clds-joliette" / "flux.atom.xml"
    avant = flux.read_bytes()
    assert withdraw(a, interne) == (interne, un)
    assert holding(a.chemin, "interne") == []
    assert flux.read_bytes().partition(b"<updated>")[2][:20] > avant.partition(b"<updated>")[2][:20]


def test_a_story_withdrawn_leaves_the_drafts_and_is_not_withdrawn_twice(a: Atelier) -> None:
    un = come_out(a, telling())
    withdraw(a, un)
    fiche = fiches.of_item(a.c, RETIREE)
    assert fiche is not None and fiche.verdict == "ecarter"
    with pytest.raises(RefusError, match="plus"), transaction(a.c):
        retraits.withdraw(a.c, un, RETIREE, "Camille Fictive", a.now)


def test_the_next_issue_tells_that_a_story_was_withdrawn_without_naming_it(a: Atelier) -> None:
    from veille.brouillon import untold

    un = come_out(a, telling())
    correct(a, un, RETIREE, f"{TITRE} : faux.", HEURE)
    withdraw(a, un)
    (dit,) = untold(a.c, "clds-joliette")
    assert (dit.texte, dit.titre) == (NOTE, "")


def test_the_page_withdraws_and_asks_for_new_publications(equipe: Visiteur, base: sqlite3.Connection) -> None:
    item_id = int(base.execute("SELECT item_id FROM digest_items WHERE digest_id = 1 ORDER BY rang").fetchone()[0])
    contenu = from_json(base.execute("SELECT contenu FROM digests WHERE id = 1").fetchone()[0])
    assert isinstance(contenu, Contenu)
    from veille.editor import to_json

    plein = Contenu(**{**vars(contenu), "rubriques": (Rubrique("a", "A", (element(item_id, titre=TITRE),)),)})
    base.execute(
        "UPDATE digests SET contenu = ?, approuve_a = compose_a, approuve_par = 'x', publie_a = compose_a, publie_par = 'x'"
        " WHERE id = 1",
        (to_json(plein),),
    )
    page = equipe.get("/bulletins/1")
    assert TITRE in page.text and "Retirer une nouvelle" in page.text
    assert equipe.send_form("/bulletins/1/retrait", page, nouvelle="").status_code == 400
    assert equipe.send_form("/bulletins/1/retrait", page, nouvelle=item_id).status_code == 303
    assert ("publier", "1") in [(d.genre, d.argument) for d in service.waiting(base)]
    page = equipe.get("/bulletins/1")
    assert TITRE not in page.text and "a été retirée de ce numéro" in page.text
    assert equipe.send_form("/bulletins/1/retrait", page, nouvelle=item_id).status_code == 400
