"""Reasons for rejection as staff edit them: the list of the buttons changes, the history keeps every name."""

from __future__ import annotations

import html
import re
import sqlite3
from pathlib import Path

import pytest

from tests.navigateur import Visiteur, fill, signed_in
from veille.store import motifs

NOMS = ["Hors thème", "Hors territoire", "Déjà connu", "Périmé", "Promotionnel", "Trop général", "Doublon"]


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("semaine"), 6)


def buttons(equipe: Visiteur) -> list[str]:
    """The reasons offered on the first card of the week."""
    carte = equipe.get("/revue").text.partition('<article class="nouvelle"')[2].partition("</article>")[0]
    return [html.unescape(nom) for nom in re.findall(r'value="ecarter:\w+\.\d+"[^>]*>([^<]+)<', carte)]


def act(equipe: Visiteur, code: str, acte: str, **champs: str) -> int:
    return equipe.send_form(f"/motifs/{code}/{acte}", equipe.get("/motifs"), **champs).status_code


def test_the_first_list_is_the_one_asked_for(equipe: Visiteur) -> None:
    assert buttons(equipe) == NOMS


def test_a_reason_is_added_with_its_meaning_then_used(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/motifs")
    assert "elles seront proposées moins haut" in page.text
    assert equipe.send_form("/motifs", page, nom="Déjà traité l’an dernier", sens="deja_vu").status_code == 303
    assert buttons(equipe) == [*NOMS, "Déjà traité l’an dernier"]
    equipe.press(equipe.get("/revue"), "ecarter:deja_traite_l_an_dernier.1")
    ligne = base.execute("SELECT genre, raison FROM decisions ORDER BY id DESC LIMIT 1").fetchone()
    assert tuple(ligne) == ("ecarter", "deja_traite_l_an_dernier")
    for nom, sens in (
        ("", "theme"),
        ("Sans sens", ""),
        ("Sens inconnu", "zut"),
        ("!!!", "theme"),
        ("DOUBLON", "theme"),
    ):
        assert equipe.send_form("/motifs", page, nom=nom, sens=sens).status_code == 400, (nom, sens)


def test_order_names_and_presence_are_staff_s_and_the_history_keeps_the_name(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    equipe.press(equipe.get("/revue"), "ecarter:perime.1")
    assert act(equipe, "doublon", "monter") == act(equipe, "hors_theme", "descendre") == 303
    assert act(equipe, "promotionnel", "renommer", nom="Publicité") == 303
    assert act(equipe, "perime", "retirer") == 303
    attendus = ["Hors territoire", "Hors thème", "Déjà connu", "Publicité", "Doublon", "Trop général"]
    assert buttons(equipe) == attendus
    assert "Écartée (périmé)" in equipe.get("/revue?etat=ecarte").text
    assert "Raison\u00a0: Périmé" in html.unescape(equipe.get("/revue/1").text)
    page = equipe.get("/revue")
    assert equipe.press(page, "ecarter:perime.2").status_code == 400  # No longer offered.
    assert act(equipe, "perime", "remettre") == 303
    assert "Périmé" in buttons(equipe)
    assert act(equipe, "promotionnel", "renommer", nom="doublon") == 400
    assert act(equipe, "promotionnel", "renommer", nom="") == 400
    assert act(equipe, "inconnu", "retirer") == 404


def test_the_list_is_never_empty_nor_too_long(equipe: Visiteur, base: sqlite3.Connection) -> None:
    codes = list(motifs.offered(base))
    assert [act(equipe, code, "retirer") for code in codes] == [303] * 6 + [400]
    for rang in range(motifs.MAXIMUM - 1):
        assert equipe.send_form("/motifs", equipe.get("/motifs"), nom=f"Raison {rang}", sens="theme").status_code == 303
    assert act(equipe, codes[0], "remettre") == 400
    assert "Ajouter une raison" not in equipe.get("/motifs").text


def test_who_may_not_administer_sees_the_list_and_changes_nothing(dossier: Path) -> None:
    with signed_in(dossier, droits=("lire", "revoir")) as lectrice:
        page = lectrice.get("/motifs")
        assert "Hors thème" in page.text
        assert '<form method="post" action="/motifs' not in page.text
        assert lectrice.send_form("/motifs", lectrice.get("/revue"), nom="X", sens="theme").status_code == 403


def test_a_refused_form_gives_the_way_back_to_it_and_to_no_other_site(equipe: Visiteur) -> None:
    page = equipe.get("/motifs")
    for origine, attendu in (
        (str(equipe.base_url).rstrip("/") + "/motifs", True),
        ("https://ailleurs.invalid/motifs", False),
    ):
        equipe.headers["referer"] = origine
        reponse = equipe.send_form("/motifs", page, nom="", sens="interet")
        assert reponse.status_code == 400
        assert ('<a class="bouton principal" href="/motifs">' in reponse.text) == attendu
        assert "ailleurs.invalid" not in reponse.text
