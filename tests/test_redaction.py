"""The editor of a draft, asked over HTTP: each act, what it refuses, and what two people do at once."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.navigateur import NOW, Visiteur, account, session_link, signed_in
from veille.editor import Contenu, from_json
from veille.store import brouillons, decisions, digests, service
from veille.store.connexion import transaction
from veille.store.decisions import Decision

LIEU = "/bulletins/1"


def text(reponse: httpx.Response) -> str:
    """The words of a page on one line, spaces all alike."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", reponse.text)).replace("\u00a0", " ").split())


def act(visiteur: Visiteur, acte: str, **champs: Any) -> httpx.Response:
    """Press a button of the editor, as its page is now."""
    page = visiteur.get(LIEU)
    vu = re.search(r'name="vu" value="(\d+)"', page.text)
    assert vu, text(page)
    return visiteur.send_form(f"{LIEU}/geste", page, **{"acte": acte, "vu": vu[1], **champs})


def content(base: Any) -> Contenu:
    contenu = from_json(digests.require(base, 1).contenu)
    assert isinstance(contenu, Contenu)
    return contenu


def ids(base: Any) -> list[int]:
    return [ligne[0] for ligne in base.execute("SELECT item_id FROM digest_items ORDER BY rang")]


@pytest.fixture
def sam(equipe: Visiteur, dossier: Path) -> Iterator[Visiteur]:
    """« Sam Exemple », another person of the team, with every right."""
    with Visiteur(str(equipe.base_url)) as autre:
        autre.enter(session_link(dossier, account(dossier, "Sam Exemple")))
        yield autre


def test_the_editor_shows_every_story_with_its_controls_and_what_is_missing(equipe: Visiteur, base: Any) -> None:
    page = equipe.get(LIEU)
    texte = text(page)
    for item_id in ids(base):
        for controle in (f'id="haut-{item_id}"', f'id="bas-{item_id}"', f'id="n{item_id}"', f'id="rub-{item_id}"'):
            assert page.text.count(controle) == 1
    assert re.search(r"\d+ mots ?, environ 1 minute de lecture", texte)
    assert "visez de 800 à 1 100 mots, soit de 4 à 6 minutes" in texte
    assert "titre à rédiger" in texte and "Corriger ici" in texte
    assert "liens restent à vérifier" in texte


def test_every_act_is_recorded_shown_and_undone(equipe: Visiteur, base: Any) -> None:
    equipe.get(LIEU)
    premier, second = ids(base)
    act(equipe, "deplacer", item=second, rubrique="une", rang="1")
    assert next((r.cle, [e.item_id for e in r.elements]) for r in content(base).rubriques) == ("une", [second])
    act(equipe, "retirer", item=premier)
    assert [e.item_id for e in content(base).elements] == [second]
    assert "Retirées de ce numéro" in text(equipe.get(LIEU))
    act(equipe, "remettre", item=premier)
    act(equipe, "editorial", texte="Bonjour à l’équipe.")
    act(equipe, "objet", texte="Un objet à nous")
    act(equipe, "recrire", item=second, titre="Un titre d’ici", resume="Une phrase.", pourquoi="")
    contenu = content(base)
    assert (contenu.editorial, contenu.objet) == ("Bonjour à l’équipe.", "Un objet à nous")
    assert [(e.titre, e.resume) for e in contenu.elements if e.item_id == second] == [("Un titre d’ici", "Une phrase.")]
    assert "Camille Exemple a récrit" in text(equipe.get(LIEU))
    for _ in range(6):
        assert act(equipe, "annuler").status_code == 303
    assert content(base).editorial == ""
    assert sorted(e.item_id for e in content(base).elements) == sorted((premier, second))
    reponse = act(equipe, "annuler")
    assert "plus rien à annuler" in text(equipe.get(reponse.headers["location"]))


def test_what_would_change_nothing_is_not_recorded(equipe: Visiteur, base: Any) -> None:
    equipe.get(LIEU)
    premier, second = ids(base)
    act(equipe, "haut", item=premier)  # Each is alone under its heading.
    act(equipe, "bas", item=second)
    act(equipe, "editorial", texte="")
    titre, resume = base.execute("SELECT titre, resume FROM items WHERE id = ?", (second,)).fetchone()
    reponse = act(equipe, "recrire", item=second, titre=titre, resume=resume, pourquoi="")
    assert "Rien n’a changé" in text(equipe.get(reponse.headers["location"]))
    assert act(equipe, "remettre", item=second).status_code == 400
    assert brouillons.acts(base, 1) == []


def test_after_an_act_the_keyboard_is_led_back_where_it_was(equipe: Visiteur, base: Any) -> None:
    equipe.get(LIEU)
    premier, _ = ids(base)
    assert act(equipe, "bas", item=premier).headers["location"] == f"{LIEU}#bas-{premier}"
    assert act(equipe, "editorial", texte="Bonjour.").headers["location"] == f"{LIEU}#editorial"


def test_only_the_words_that_differ_are_kept_for_the_issue_and_they_can_be_given_back(
    equipe: Visiteur, base: Any
) -> None:
    equipe.get(LIEU)
    _, second = ids(base)
    titre = "Une fête de quartier réussie"
    act(equipe, "deplacer", item=second, rubrique="autres")
    resume = next(e.resume for e in content(base).elements if e.item_id == second)
    act(equipe, "recrire", item=second, titre=titre, resume=resume, pourquoi="C’est chez nous.")
    assert brouillons.acts(base, 1)[-1].valeur == {"pourquoi": "C’est chez nous."}
    act(equipe, "recrire", item=second, titre=titre, resume=resume, pourquoi="", rendre="1")
    assert [e.pourquoi for e in content(base).elements if e.item_id == second] == [""]


@pytest.mark.parametrize(
    ("acte", "champs", "faute"),
    [
        ("editorial", {"texte": "mot " * 121}, "121 mots, et le maximum est de 120"),
        ("objet", {"texte": "o" * 61}, "61 caractères, et le maximum est de 60"),
        ("recrire", {"titre": "mot " * 13, "resume": "R.", "pourquoi": ""}, "13 mots, et le maximum est de 12"),
        ("recrire", {"titre": "T", "resume": "Une. Deux. Trois.", "pourquoi": ""}, "3 phrases : deux suffisent"),
    ],
)
def test_a_text_too_long_is_refused_and_shown_back(
    equipe: Visiteur, base: Any, acte: str, champs: dict[str, str], faute: str
) -> None:
    equipe.get(LIEU)
    item = {"item": ids(base)[1]} if acte == "recrire" else {}
    reponse = act(equipe, acte, **item, **champs)
    assert reponse.status_code == 400
    assert faute in text(reponse)
    assert next(iter(champs.values())).strip() in html.unescape(reponse.text)
    assert brouillons.acts(base, 1) == []


def test_what_a_colleague_did_meanwhile_is_told_and_never_overwritten(
    equipe: Visiteur, sam: Visiteur, base: Any
) -> None:
    page = equipe.get(LIEU)
    premier, second = ids(base)
    act(sam, "retirer", item=premier)
    vieux = {"vu": "0", "acte": "recrire", "item": second, "titre": "Mon titre", "resume": "R.", "pourquoi": ""}
    reponse = equipe.send_form(f"{LIEU}/geste", page, **vieux)
    assert reponse.status_code == 409
    assert "Rien n’a été enregistré : depuis que cette page s’est affichée, Sam Exemple a retiré" in text(reponse)
    assert 'value="Mon titre"' in reponse.text
    assert len(brouillons.acts(base, 1)) == 1
    assert equipe.send_form(f"{LIEU}/geste", reponse, **{**vieux, "vu": "1"}).status_code == 303


def test_words_typed_for_a_story_a_colleague_set_aside_are_given_back(
    equipe: Visiteur, sam: Visiteur, base: Any
) -> None:
    page = equipe.get(LIEU)
    _, second = ids(base)
    act(sam, "retirer", item=second)
    champs = {"vu": "0", "acte": "recrire", "item": second, "titre": "Mon titre", "resume": "Mes mots.", "pourquoi": ""}
    reponse = equipe.send_form(f"{LIEU}/geste", page, **champs)
    assert reponse.status_code == 409
    assert "Ce que vous aviez écrit" in text(reponse) and "Mes mots." in text(reponse)


def test_one_s_own_acts_in_another_window_are_no_conflict(equipe: Visiteur, base: Any) -> None:
    page = equipe.get(LIEU)
    premier, second = ids(base)
    for item_id in (premier, second):
        reponse = equipe.send_form(f"{LIEU}/geste", page, vu="0", acte="retirer", item=item_id)
        assert reponse.status_code == 303


@pytest.mark.parametrize(
    ("acte", "champs", "statut"),
    [
        ("danser", {"item": 1}, 400),
        ("retirer", {"item": 999}, 400),
        ("ajouter", {"item": 1}, 400),
        ("deplacer", {}, 400),
        ("elargir", {"mesures": "tout"}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(
    equipe: Visiteur, base: Any, acte: str, champs: dict[str, Any], statut: int
) -> None:
    equipe.get(LIEU)
    assert act(equipe, acte, **champs).status_code == statut
    assert brouillons.acts(base, 1) == []


def test_widening_is_recorded_and_asks_for_a_new_composition(equipe: Visiteur, base: Any) -> None:
    act(equipe, "elargir", mesures="territoires")
    (geste,) = brouillons.acts(base, 1)
    assert geste.valeur == {"mesures": ["territoires"]}
    assert ("composer", "clds-joliette") in [(d.genre, d.argument) for d in service.waiting(base)]


@pytest.mark.parametrize(
    ("droits", "adresse", "statut"),
    [
        (("lire",), f"{LIEU}/geste", 403),
        (("lire", "approuver", "envoyer"), f"{LIEU}/geste", 403),
        (("lire", "rediger"), f"{LIEU}/geste", 303),
        (("lire", "approuver"), f"{LIEU}/ajouter", 403),
        (("lire", "rediger"), f"{LIEU}/erratum", 403),
        (("lire", "envoyer"), f"{LIEU}/erratum", 403),
    ],
)
def test_each_right_opens_its_own_door_only(
    equipe: Visiteur, dossier: Path, base: Any, droits: Any, adresse: str, statut: int
) -> None:
    account(dossier, droits=droits)
    page = equipe.get(LIEU)
    champs = {"vu": "0", "acte": "bas", "item": ids(base)[0]}
    assert equipe.send_form(adresse, page, **champs).status_code == statut
    assert ("Enregistrer l’éditorial" in page.text) == ("rediger" in droits)
    assert (">Approuver<" in page.text) == ("approuver" in droits)


# ---------------------------------------------------------------- previews


@pytest.mark.parametrize(
    ("vue", "genre", "attendu"),
    [
        ("page", "text/html; charset=utf-8", "<article"),
        ("courriel?theme=sombre", "text/html; charset=utf-8", 'role="presentation"'),
        ("texte", "text/plain; charset=utf-8", "Une fête de quartier réussie"),
    ],
)
def test_previews_are_the_real_renderings_and_only_we_may_frame_them(
    equipe: Visiteur, vue: str, genre: str, attendu: str
) -> None:
    reponse = equipe.get(f"{LIEU}/apercu/{vue}")
    assert attendu in reponse.text
    assert reponse.headers["content-type"] == genre
    assert "frame-ancestors 'self'" in reponse.headers["content-security-policy"]
    assert "script-src" not in reponse.headers["content-security-policy"]
    assert reponse.headers["x-frame-options"] == "SAMEORIGIN"


def test_only_the_editor_shows_frames_and_nobody_may_frame_it(equipe: Visiteur) -> None:
    politique = equipe.get(LIEU).headers["content-security-policy"]
    assert "frame-src 'self'" in politique and "frame-ancestors 'none'" in politique
    ailleurs = equipe.get("/bulletins").headers
    assert "frame-src" not in ailleurs["content-security-policy"]
    assert ailleurs["x-frame-options"] == "DENY"


def test_a_preview_can_be_forced_light_or_dark(equipe: Visiteur) -> None:
    sombre = equipe.get(f"{LIEU}/apercu/courriel?theme=sombre").text
    clair = equipe.get(f"{LIEU}/apercu/courriel?theme=clair").text
    assert "@media all" in sombre and 'content="dark"' in sombre
    assert "@media not all" in clair and 'content="light"' in clair
    page = equipe.get(f"{LIEU}/apercu/page?theme=sombre").text
    feuille = re.search(r'href="\.\./\.\./(statique/bulletin\.css\?theme=sombre)"', page)
    assert feuille
    css = equipe.get(f"/bulletins/{feuille[1]}")
    assert css.headers["content-type"] == "text/css; charset=utf-8"
    assert "@media all" in css.text and "prefers-color-scheme: dark" not in css.text


def test_a_preview_shows_what_was_just_done(equipe: Visiteur, base: Any) -> None:
    equipe.get(LIEU)
    act(equipe, "recrire", item=ids(base)[1], titre="Un titre tout neuf", resume="R.", pourquoi="")
    for vue in ("page", "courriel", "texte"):
        assert "Un titre tout neuf" in text(equipe.get(f"{LIEU}/apercu/{vue}"))
    assert equipe.get("/bulletins/99/apercu/page").status_code == 404


def test_a_staff_file_or_a_template_with_a_mistake_is_told_and_breaks_nothing(equipe: Visiteur, dossier: Path) -> None:
    commun = dossier / "digests" / "_commun"
    commun.mkdir(parents=True)
    (commun / "page.html").write_text("{{ contenu.titer }}", encoding="utf-8")
    for adresse in (LIEU, f"{LIEU}/apercu/page"):
        reponse = equipe.get(adresse)
        assert reponse.status_code == 400 and "page.html" in text(reponse)
    (commun / "page.html").unlink()
    (dossier / "organisation.toml").write_text("nom = ", encoding="utf-8")
    reponse = equipe.get(LIEU)
    assert reponse.status_code == 400 and "organisation.toml" in text(reponse)


# ---------------------------------------------------------------- adding


AJOUT = {
    "adresse": "https://ailleurs.exemple.org/article",
    "titre": "Une coopérative ouvre à Rawdon",
    "source": "Le Journal d’ailleurs (exemple fictif)",
    "auteur": "Alix Fictif",
    "publie_le": "2026-11-20",
    "resume": "Une coopérative alimentaire ouvre ses portes.",
    "pourquoi": "Un modèle à copier.",
    "thematique": "securite-alimentaire",
    "territoire": "mun-joliette",
    "type": "actualite",
    "limite": "2026-12-15",
}


def test_something_read_elsewhere_becomes_an_item_retained_and_enters_the_draft(equipe: Visiteur, base: Any) -> None:
    page = equipe.get(f"{LIEU}/ajouter")
    reponse = equipe.send_form(f"{LIEU}/ajouter", page, **AJOUT)
    assert reponse.status_code == 303, text(reponse)
    item_id = int(reponse.headers["location"].rpartition("#n")[2])
    e = next(e for e in content(base).elements if e.item_id == item_id)
    assert (e.titre, e.auteur, e.source.nom) == (AJOUT["titre"], AJOUT["auteur"], AJOUT["source"])
    assert (e.resume, e.pourquoi, e.publie_le) == (AJOUT["resume"], AJOUT["pourquoi"], "2026-11-20")
    assert e.limite and e.limite.le == "2026-12-15"
    assert [t.slug for t in e.thematiques] == ["securite-alimentaire"]
    source = base.execute("SELECT genre, droits FROM sources WHERE slug LIKE 'saisie-%'").fetchone()
    assert tuple(source) == ("manuel", "presse")
    actes = base.execute("SELECT genre, par, audiences FROM decisions WHERE item_id = ? ORDER BY id", (item_id,))
    assert [tuple(x) for x in actes] == [
        ("etiqueter", "Camille Exemple", None),
        ("rediger", "Camille Exemple", json.dumps(["clds-joliette"])),
        ("retenir", "Camille Exemple", None),
    ]
    assert "ajoutée à la main" in text(equipe.get(LIEU))
    assert ("verifier_liens", "1") in [(d.genre, d.argument) for d in service.waiting(base)]
    assert equipe.get(f"/revue/{item_id}").status_code == 200


def test_what_was_collected_already_is_not_added_twice(equipe: Visiteur, base: Any) -> None:
    avant = base.execute("SELECT count(*) FROM items").fetchone()[0]
    adresse = base.execute("SELECT adresse FROM items WHERE adresse <> '' ORDER BY id LIMIT 1").fetchone()[0]
    page = equipe.get(f"{LIEU}/ajouter")
    assert equipe.send_form(f"{LIEU}/ajouter", page, **{**AJOUT, "adresse": adresse}).status_code == 303
    assert base.execute("SELECT count(*) FROM items").fetchone()[0] == avant
    assert AJOUT["titre"] in [e.titre for e in content(base).elements]


def test_what_a_reviewer_rejected_is_not_retained_by_who_may_only_write(dossier: Path, base: Any) -> None:
    item_id, adresse = base.execute("SELECT id, adresse FROM items WHERE adresse <> '' ORDER BY id LIMIT 1").fetchone()
    with transaction(base):
        decisions.record(base, Decision(item_id, "ecarter", "Sam Exemple", raison="hors_theme"), NOW)
    for droits, statut in ((("lire", "rediger"), 403), (("lire", "rediger", "revoir"), 303)):
        with signed_in(dossier, "Autre Exemple", droits) as personne:
            page = personne.get(f"{LIEU}/ajouter")
            reponse = personne.send_form(f"{LIEU}/ajouter", page, **{**AJOUT, "adresse": adresse})
            assert reponse.status_code == statut, droits


def test_what_is_typed_wrong_is_told_field_by_field_and_kept(equipe: Visiteur, base: Any) -> None:
    page = equipe.get(f"{LIEU}/ajouter")
    reponse = equipe.send_form(
        f"{LIEU}/ajouter", page, **{**AJOUT, "adresse": "javascript:alert(1)", "titre": "", "publie_le": "hier"}
    )
    texte = text(reponse)
    assert reponse.status_code == 400
    assert "3 champs sont à corriger" in texte
    assert "Donnez l’adresse complète" in texte and "Écrivez un titre" in texte and "Choisissez un jour" in texte
    assert AJOUT["resume"] in html.unescape(reponse.text)
    assert base.execute("SELECT count(*) FROM sources WHERE slug LIKE 'saisie-%'").fetchone()[0] == 0


def test_a_retained_story_left_out_is_found_and_added(equipe: Visiteur, base: Any) -> None:
    equipe.get(LIEU)
    act(equipe, "retirer", item=ids(base)[1])
    page = equipe.get(f"{LIEU}/ajouter?q=fete+quartier")
    assert "Une fête de quartier réussie" in text(page)
    assert "Une fête" not in text(equipe.get(f"{LIEU}/ajouter?q=introuvable"))
    reponse = equipe.send_form(f"{LIEU}/geste", page, vu="1", acte="ajouter", item=ids(base)[1])
    assert reponse.status_code == 303
    assert ids(base)[1] in [e.item_id for e in content(base).elements]


def test_links_are_asked_to_be_looked_at(equipe: Visiteur, base: Any) -> None:
    page = equipe.get(LIEU)
    reponse = equipe.send_form("/bulletins/demander", page, genre="verifier_liens", argument="1")
    assert reponse.status_code == 303
    assert ("verifier_liens", "1") in [(d.genre, d.argument) for d in service.waiting(base)]
