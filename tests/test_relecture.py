"""What is frozen is what the person who approves read, or nothing is."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import compose as composer
from pipeline.context import Contexte
from pipeline.run import serve_requests
from tests.diffusion import Atelier, audience
from tests.navigateur import Visiteur
from veille import brouillon, editor, relecture
from veille.editor import Contenu
from veille.editor.formes import Element, Limite, Nom, Rubrique
from veille.errors import RefusError
from veille.relecture import Lu
from veille.store import brouillons, digests, figes, service, verifications

PAR = "Camille Fictive"
LIEU = "/bulletins/1"


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path)


def compose(a: Atelier) -> int:
    return composer.compose(a.c, a.dossier, "clds-joliette", PAR, a.now).digest


def read(a: Atelier, digest_id: int) -> Lu:
    """What a page shows of the draft now."""
    atelier = brouillon.workshop(a.dossier, a.audiences[0])
    b = brouillon.draft(a.c, atelier, digests.require(a.c, digest_id), a.now)
    return relecture.read_of(b.contenu, b.dernier)


def act(a: Atelier, digest_id: int, genre: str, item_id: int | None = None, **valeur: object) -> int:
    return brouillons.append(a.c, digest_id, genre, item_id, valeur, "Sam Fictif", a.now)  # type: ignore[arg-type]


def approve(a: Atelier, digest_id: int, lu: Lu | None) -> None:
    composer.approve(a.c, a.dossier, digest_id, "Dominique Fictif", a.now, lu)


def refused(a: Atelier, digest_id: int, lu: Lu) -> str:
    with pytest.raises(RefusError) as refus:
        approve(a, digest_id, lu)
    assert figes.frozen(a.c, digest_id) is None
    return str(refus.value).replace("\u00a0", " ")


def test_what_was_read_is_approved_and_the_days_that_pass_change_nothing(a: Atelier) -> None:
    a.retenir("Une", limite="2026-12-20", type_="actualite")
    digest_id = compose(a)
    lu = read(a, digest_id)
    a.passer(days=1)
    approve(a, digest_id, lu)
    assert digests.require(a.c, digest_id).etat == "approuvé"


def test_an_act_done_since_is_told_with_its_author(a: Atelier) -> None:
    un = a.retenir("Une")
    a.retenir("Deux")
    digest_id = compose(a)
    lu = read(a, digest_id)
    act(a, digest_id, "retirer", un)
    act(a, digest_id, "editorial", texte="Bonjour.")
    dit = refused(a, digest_id, lu)
    assert "Sam Fictif a retiré une nouvelle ; Sam Fictif a changé l’éditorial" in dit and "Relisez-le" in dit
    approve(a, digest_id, read(a, digest_id))


def test_an_act_undone_since_leaves_the_same_content_but_is_told_too(a: Atelier) -> None:
    un = a.retenir("Une")
    digest_id = compose(a)
    lu = read(a, digest_id)
    act(a, digest_id, "recrire", un, titre="Autre")
    brouillons.undo_last(a.c, digest_id, "Sam Fictif", a.now)
    assert "a annulé un geste" in refused(a, digest_id, lu)


def test_a_story_rewritten_on_its_own_page_is_told(a: Atelier) -> None:
    un = a.retenir("Une")
    digest_id = compose(a)
    lu = read(a, digest_id)
    a.passer(hours=1)
    a.decider(un, "rediger", titre="Tout autre chose")
    assert f"{PAR} a récrit une de ses nouvelles (dernier changement connu, 23 novembre 2026" in refused(
        a, digest_id, lu
    )


def test_a_draft_composed_again_with_other_stories_is_told(a: Atelier) -> None:
    a.retenir("Une")
    digest_id = compose(a)
    lu = read(a, digest_id)
    a.retenir("Deux")
    a.passer(hours=1)
    composer.compose(a.c, a.dossier, "clds-joliette", "la veille (calendrier)", a.now)
    assert "la veille (calendrier) a composé le brouillon de nouveau" in refused(a, digest_id, lu)


def test_a_reminder_is_read_before_it_is_approved_too(a: Atelier) -> None:
    a.audiences = (audience(genre="rappel"),)
    digest_id = compose(a)
    lu = relecture.read_of(editor.from_json(digests.require(a.c, digest_id).contenu), 0)
    a.retenir("Une")
    a.passer(hours=1)
    compose(a)
    assert "a composé le brouillon de nouveau" in refused(a, digest_id, lu)
    approve(a, digest_id, relecture.read_of(editor.from_json(digests.require(a.c, digest_id).contenu), 0))


def test_approving_from_the_command_line_approves_what_is_there(a: Atelier) -> None:
    un = a.retenir("Une")
    digest_id = compose(a)
    act(a, digest_id, "recrire", un, titre="Autre")
    approve(a, digest_id, None)
    contenu = editor.from_json(digests.require(a.c, digest_id).contenu)
    assert isinstance(contenu, Contenu) and [e.titre for e in contenu.elements] == ["Autre"]


E = Element(1, "Titre", Nom("s", "S"), "A", "Publié hier", limite=Limite("2026-12-01", "1er décembre", "dans 8 jours"))
CONTENU = Contenu(Nom("p", "P"), 1, "T", "2026-11-23", "23 nov.", "O", "tag:x", rubriques=(Rubrique("a", "A", (E,)),))


def marked(e: Element, **champs: Any) -> str:
    return relecture.read_of(replace(CONTENU, rubriques=(Rubrique("a", "A", (replace(e, **champs),)),)), 0).marque


@pytest.mark.parametrize(
    "champs", [{"titre": "x"}, {"resume": "x"}, {"pourquoi": "x"}, {"auteur": "x"}, {"date": "x"}, {"limite": None}]
)
def test_whatever_is_read_of_a_story_is_in_the_mark(champs: dict[str, Any]) -> None:
    assert marked(E, **champs) != marked(E)


def test_only_the_days_left_change_without_a_new_mark() -> None:
    assert E.limite
    assert marked(E, limite=replace(E.limite, reste="dans 7 jours")) == marked(E)
    assert relecture.read_of(replace(CONTENU, date="24 nov.", date_le="2026-11-24"), 0) == relecture.read_of(CONTENU, 0)


def test_what_is_written_is_read_back_and_nothing_else() -> None:
    lu = relecture.read_of(CONTENU, 12)
    assert relecture.parse(lu.written(7)) == (7, lu)
    for autre in ("", "7", "7:12", f"7:-1:{lu.marque}", f"7:12:{lu.marque}x", "x:y:z"):
        assert relecture.parse(autre) is None


# ---------------------------------------------------------------- from the page to the freezing


def asked(visiteur: Visiteur, page: Any) -> Any:
    lu = dict(re.findall(r'name="(vu|marque)" value="(\w+)"', page.text.partition('value="approuver"')[2]))
    return visiteur.send_form("/bulletins/demander", page, genre="approuver", argument="1", **lu)


def test_the_page_refuses_at_once_what_changed_since_it_was_shown(equipe: Visiteur, base: Any) -> None:
    page = equipe.get(LIEU)
    brouillons.append(
        base, 1, "editorial", None, {"texte": "Bonjour."}, "Sam Exemple", digests.require(base, 1).compose_a
    )
    reponse = asked(equipe, page)
    assert reponse.status_code == 303 and "approuver" not in [d.genre for d in service.waiting(base)]
    dit = " ".join(html.unescape(equipe.get(LIEU).text).replace("\u00a0", " ").split())
    assert "Sam Exemple a changé l’éditorial" in dit
    assert asked(equipe, equipe.get(LIEU)).status_code == 303
    assert ("approuver", "1") in [(d.genre, d.vise) for d in service.waiting(base)]
    assert "demande en attente" in equipe.get(LIEU).text


def test_what_the_page_showed_is_served_and_what_changed_meanwhile_is_refused(a: Atelier) -> None:
    un = a.retenir("Une")
    digest_id = compose(a)
    verifications.record(a.c, "https://ville.exemple.org/1", "bon", "", a.now)
    ctx = Contexte(a.dossier, a.c, lambda: a.now)
    serve_requests(ctx)
    service.ask(a.c, "approuver", read(a, digest_id).written(digest_id), PAR, a.now)
    act(a, digest_id, "recrire", un, titre="Autre")
    assert serve_requests(ctx) == (1, 1)
    assert "Sam Fictif a récrit une nouvelle" in service.recent_requests(a.c)[0].message
    service.ask(a.c, "approuver", read(a, digest_id).written(digest_id), PAR, a.now)
    assert serve_requests(ctx) == (1, 0)
    service.ask(a.c, "approuver", str(digest_id), PAR, a.now)
    assert serve_requests(ctx) == (1, 1)


def test_an_approval_waits_for_the_links_that_are_being_looked_at(a: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import run
    from pipeline.liens import Bilan

    a.retenir("Une")
    digest_id = compose(a)
    service.ask(a.c, "approuver", read(a, digest_id).written(digest_id), "Dominique Fictif", a.now)
    ctx = Contexte(a.dossier, a.c, lambda: a.now)
    monkeypatch.setattr(run, "check_links", lambda *_: Bilan(reste=1))  # Cut short: it remains to be ended.
    assert serve_requests(ctx) == (0, 0)
    assert digests.require(a.c, digest_id).approuve_a is None
    monkeypatch.setattr(run, "check_links", lambda *_: Bilan())
    assert serve_requests(ctx) == (2, 0)
    assert digests.require(a.c, digest_id).approuve_a is not None
