"""Approval: what people did to the draft is what is frozen, byte for byte, with all that it was approved under."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import compose as composer
from pipeline import publish as publieur
from pipeline.context import Contexte
from pipeline.rendu import render_issue
from pipeline.run import serve_requests
from tests.diffusion import Atelier, audience
from tests.numeros_faits import PAR, act, approve, compose, content, titles
from veille import brouillon, editor
from veille.editor import Contenu
from veille.editor.formes import Nom
from veille.errors import RefusError
from veille.store import brouillons, digests, errata, figes, service, verifications


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path)


def test_what_people_did_to_the_draft_is_what_is_approved(a: Atelier) -> None:
    un, deux, trois = (a.retenir(t) for t in ("Une", "Deux", "Trois"))
    digest_id = compose(a)
    ordre = titles(a, digest_id)
    act(a, digest_id, "retirer", un)
    act(a, digest_id, "recrire", deux, titre="Deux, autrement", pourquoi="Parce que.")
    act(a, digest_id, "deplacer", trois, rubrique="une", rang=0)
    act(a, digest_id, "recrire", trois, pourquoi="C’est ici.")
    act(a, digest_id, "editorial", texte="Bonjour à vous.")
    act(a, digest_id, "objet", texte="Un objet choisi")
    approve(a, digest_id)
    contenu = content(a, digest_id)
    assert sorted(ordre) == ["Deux", "Trois", "Une"]
    assert [(r.cle, [e.titre for e in r.elements]) for r in contenu.rubriques] == [
        ("une", ["Trois"]),
        ("habitation", ["Deux, autrement"]),
    ]
    assert (contenu.editorial, contenu.objet) == ("Bonjour à vous.", "Un objet choisi")
    lignes = a.c.execute("SELECT item_id, rubrique, retire_a IS NULL FROM digest_items ORDER BY rang").fetchall()
    assert {tuple(x) for x in lignes} >= {(trois, "À la une", 1), (deux, "Habitation et logement", 1)}
    assert [x[0] for x in lignes if not x[2]] == [un]


def test_a_story_set_aside_stays_so_when_composed_again_and_may_go_out_next_time(a: Atelier) -> None:
    un = a.retenir("Une")
    a.retenir("Deux")
    digest_id = compose(a)
    act(a, digest_id, "retirer", un)
    assert compose(a) == digest_id
    assert titles(a, digest_id) == ["Deux"]
    approve(a, digest_id)
    assert titles(a, compose(a)) == ["Une"]


def test_a_story_set_aside_leaves_its_place_to_another_and_can_be_put_back(a: Atelier) -> None:
    a.audiences = (audience(max_elements=1),)
    a.retenir("Ancienne")
    a.passer(hours=1)
    a.retenir("Récente")
    digest_id = compose(a)
    (premier,) = titles(a, digest_id)
    item_id = content(a, digest_id).elements[0].item_id
    act(a, digest_id, "retirer", item_id)
    compose(a)
    assert titles(a, digest_id) == [{"Ancienne": "Récente", "Récente": "Ancienne"}[premier]]
    act(a, digest_id, "remettre", item_id)
    compose(a)
    assert premier in titles(a, digest_id)


def test_a_story_the_rules_left_out_is_added_by_hand_for_this_issue(a: Atelier) -> None:
    a.audiences = (audience(thematiques=("mobilite",)),)
    a.retenir("Dedans", themes=("mobilite",))
    dehors = a.retenir("Dehors", themes=("habitation",))
    digest_id = compose(a)
    assert titles(a, digest_id) == ["Dedans"]
    act(a, digest_id, "ajouter", dehors, rubrique="autres")
    compose(a)
    assert titles(a, digest_id) == ["Dedans", "Dehors"]
    a.decider(dehors, "ecarter", raison="faible")
    compose(a)
    assert titles(a, digest_id) == ["Dedans"]


def test_widening_opens_the_rules_for_this_issue_only(a: Atelier) -> None:
    a.audiences = (audience(thematiques=("mobilite",)),)
    a.retenir("Dedans", themes=("mobilite",))
    a.retenir("Dehors", themes=("habitation",))
    digest_id = compose(a)
    act(a, digest_id, "elargir", mesures=["thematiques"])
    compose(a)
    assert sorted(titles(a, digest_id)) == ["Dedans", "Dehors"]
    brouillons.undo_last(a.c, digest_id, PAR, a.now)
    compose(a)
    assert titles(a, digest_id) == ["Dedans"]


def test_approval_freezes_rule_model_gates_and_bytes_and_publishes_nothing(a: Atelier) -> None:
    a.retenir("Une")
    digest_id = compose(a)
    approve(a, digest_id)
    regle, modele, portes = figes.frozen(a.c, digest_id) or ({}, "", [])
    assert regle["slug"] == "clds-joliette" and regle["max_elements"] == 12
    assert modele == "les règles seules"
    assert {p["cle"] for p in portes} >= {"copies", "liens", "poids", "identite"}
    attendus = render_issue(a.c, a.dossier, a.audiences[0], digests.require(a.c, digest_id), content(a, digest_id))
    assert set(attendus) == {"page", "courriel_html", "courriel_texte", "fragment"}
    for nom, octets in attendus.items():
        assert figes.original(a.c, digest_id, nom) == figes.rendering(a.c, digest_id, nom) == octets
    assert not (a.chemin / "publication").exists()
    assert digests.require(a.c, digest_id).etat == "approuvé"


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE digest_rendus SET octets = x'00'",
        "DELETE FROM digest_rendus",
        "UPDATE digest_figes SET regle = '{}'",
        "DELETE FROM digest_figes",
        "INSERT INTO digest_gestes (digest_id, genre, valeur, par, fait_a) VALUES (1, 'objet', '{}', 'x', 'x')",
        "UPDATE digests SET contenu = '{}'",
    ],
)
def test_nothing_frozen_ever_changes(a: Atelier, ordre: str) -> None:
    a.retenir("Une")
    approve(a, compose(a))
    with pytest.raises(sqlite3.IntegrityError, match=r"ne change plus|ne s'efface pas"):
        a.c.execute(ordre)


def test_an_act_on_an_approved_issue_is_refused_with_who_approved_it(a: Atelier) -> None:
    un = a.retenir("Une")
    digest_id = compose(a)
    approve(a, digest_id)
    with pytest.raises(RefusError, match="Dominique Fictif"):
        act(a, digest_id, "retirer", un)


def test_an_approval_does_not_swallow_what_a_colleague_has_just_done(
    a: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    un = a.retenir("Une")
    a.retenir("Deux")
    digest_id = compose(a)

    def render_slowly(*arguments: object) -> dict[str, bytes]:
        act(a, digest_id, "retirer", un)
        return render_issue(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(composer, "render_issue", render_slowly)
    with pytest.raises(RefusError, match="vient de modifier"):
        approve(a, digest_id)
    assert figes.frozen(a.c, digest_id) is None
    assert digests.require(a.c, digest_id).etat == "brouillon"


def test_a_closed_gate_forbids_approval_and_says_why(a: Atelier) -> None:
    a.retenir("Une", limite="2026-12-01", type_="actualite")
    digest_id = compose(a)
    a.passer(days=30)
    with pytest.raises(RefusError, match=r"À corriger d’abord(.|\n)*L’échéance est passée"):
        approve(a, digest_id)


def test_composing_asks_for_its_links_to_be_looked_at(a: Atelier) -> None:
    a.retenir("Une")
    digest_id = compose(a)
    assert [(d.genre, d.argument) for d in service.waiting(a.c)] == [("verifier_liens", str(digest_id))]


# ---------------------------------------------------------------- errata


def published(a: Atelier) -> tuple[int, int]:
    item_id = a.retenir("Une date fausse")
    digest_id = compose(a)
    approve(a, digest_id)
    publieur.publish(a.c, a.dossier, digest_id, PAR, a.now)
    return digest_id, item_id


def test_an_erratum_is_for_what_is_published(a: Atelier) -> None:
    a.retenir("Une")
    with pytest.raises(RefusError, match="publié"):
        errata.add(a.c, compose(a), None, "Erreur.", {}, PAR, a.now)


def test_an_erratum_adds_a_rendering_and_leaves_what_was_approved(a: Atelier) -> None:
    digest_id, item_id = published(a)
    fige = digests.require(a.c, digest_id)
    avant = figes.original(a.c, digest_id, "page")
    a.passer(days=1)
    errata.add(a.c, digest_id, item_id, "La date donnée était fausse.", {"titre": "Une date juste"}, PAR, a.now)
    assert composer.render_errata(a.c, a.dossier, digest_id) == 1
    assert composer.render_errata(a.c, a.dossier, digest_id) == 0
    page = figes.rendering(a.c, digest_id, "page") or b""
    assert b"Une date juste" in page and b"Une date fausse" not in page
    assert figes.original(a.c, digest_id, "page") == avant
    assert digests.require(a.c, digest_id) == fige
    assert errata.last_change(a.c, digest_id) == a.now


def test_an_erratum_is_told_once_in_the_next_issue(a: Atelier) -> None:
    digest_id, item_id = published(a)
    errata.add(a.c, digest_id, item_id, "La date donnée était fausse.", {}, PAR, a.now)
    errata.add(a.c, digest_id, None, "Le numéro était daté d’hier.", {}, PAR, a.now)
    a.retenir("Suite")
    suivant = compose(a)
    dits = content(a, suivant).errata
    assert [(e.numero, e.titre, e.texte) for e in dits] == [
        (1, "Une date fausse", "La date donnée était fausse."),
        (1, "", "Le numéro était daté d’hier."),
    ]
    approve(a, suivant)
    a.retenir("Encore")
    assert content(a, compose(a)).errata == ()


def test_publishing_again_by_request_renders_the_erratum_first(a: Atelier) -> None:
    digest_id, item_id = published(a)
    errata.add(a.c, digest_id, item_id, "La date était fausse.", {"titre": "Une date juste"}, PAR, a.now)
    service.ask(a.c, "publier", str(digest_id), PAR, a.now)
    verifications.record(a.c, "https://ville.exemple.org/1", "bon", "", a.now)
    assert serve_requests(Contexte(a.dossier, a.c, lambda: a.now)) == (2, 0)  # Its links were to be looked at, too.
    assert figes.version(a.c, digest_id) == 1
    assert b"Une date juste" in (figes.rendering(a.c, digest_id, "fragment") or b"")
    assert {d.genre: d.issue for d in service.recent_requests(a.c)} == {"verifier_liens": "fait", "publier": "fait"}


def test_with_errata_corrects_every_place_and_says_it(a: Atelier) -> None:
    digest_id, item_id = published(a)
    a.passer(days=1)
    errata.add(a.c, digest_id, item_id, "La date était fausse.", {"titre": "Juste", "resume": "R."}, PAR, a.now)
    errata.add(a.c, digest_id, item_id, "Le pourquoi aussi.", {"pourquoi": "P."}, PAR, a.now)
    corrige = editor.with_errata(content(a, digest_id), errata.of_digest(a.c, digest_id))
    (e,) = corrige.elements
    assert (e.titre, e.resume, e.resume_de_la_source, e.pourquoi) == ("Juste", "R.", False, "P.")
    assert e.erratum.replace("\u00a0", " ") == (
        "24 novembre 2026 : La date était fausse. 24 novembre 2026 : Le pourquoi aussi."
    )
    assert editor.with_errata(content(a, digest_id), ()) == content(a, digest_id)


def test_nobody_gets_in_an_issue_what_an_alert_told(a: Atelier) -> None:
    a.retenir("Une")
    digest_id = compose(a)
    alerte = editor.to_json(replace(content(a, digest_id), genre="alerte"))
    a.c.execute("UPDATE digests SET genre = 'alerte', contenu = ? WHERE id = ?", (alerte, digest_id))
    approve(a, digest_id)
    assert content(a, digest_id).genre == "alerte"
    a.retenir("Deux")
    assert titles(a, compose(a)) == ["Deux"]


def test_an_alert_waits_beside_the_regular_draft_and_neither_takes_the_other_s_place(a: Atelier) -> None:
    un = a.retenir("Urgente")
    a.retenir("Autre")
    regulier = compose(a)
    numero = digests.next_number(a.c, "clds-joliette", "alerte")
    contenu = digests.require(a.c, regulier).contenu
    places = [digests.Place(un, "À agir")]
    alerte = digests.save_draft(
        a.c, "clds-joliette", numero, "Alerte", a.now.date(), contenu, places, PAR, a.now, "alerte"
    )
    assert (numero, alerte != regulier, compose(a)) == (2, True, regulier)
    approve(a, alerte)
    assert [e.titre for e in content(a, alerte).elements] == ["Urgente"]
    compose(a)
    assert titles(a, regulier) == ["Autre"]
    assert digests.latest_issue(a.c, "clds-joliette") == digests.require(a.c, regulier)


def test_a_notice_that_there_is_no_issue_is_approved_for_its_words_alone(a: Atelier) -> None:
    contenu = editor.to_json(
        Contenu(Nom("clds-joliette", "CLDS"), 1, "T", "2026-11-23", "23", "O", "tag:x", genre="avis")
    )
    digests.sync_audiences(a.c, a.audiences)
    avis = digests.save_draft(a.c, "clds-joliette", 1, "Avis", a.now.date(), contenu, (), PAR, a.now, "avis")
    with pytest.raises(RefusError, match="est vide"):
        approve(a, avis)
    act(a, avis, "editorial", texte="Pas de bulletin cette fois : trop peu à dire.")
    approve(a, avis)
    assert (content(a, avis).genre, content(a, avis).elements) == ("avis", ())


def test_the_page_s_workshop_is_read_again_when_a_file_changes(tmp_path: Path) -> None:
    premier = brouillon.read_workshop(tmp_path, "clds-joliette", "CLDS de Joliette")
    assert premier.audience.nom == "CLDS de Joliette"
    assert brouillon.read_workshop(tmp_path, "clds-joliette", "CLDS de Joliette") is premier
    (tmp_path / "digests/clds-joliette").mkdir(parents=True)
    (tmp_path / "digests/clds-joliette/audience.toml").write_text('slug = "clds-joliette"\nnom = "Autre nom"\n')
    assert brouillon.read_workshop(tmp_path, "clds-joliette", "CLDS de Joliette").audience.nom == "Autre nom"
    assert brouillon.read_workshop(tmp_path, "parti", "Public parti").audience.visibilite == "interne"
