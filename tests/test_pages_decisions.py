"""The buttons of the review over HTTP: for a script and without one, by two people at once, undone and done again."""

from __future__ import annotations

import html
import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.navigateur import NOW, Visiteur, add_item, drain, fields_of, fill, running_site, signed_in, theme, visitor
from veille.francais import NBSP
from veille.model import Suggestion
from veille.store import decisions, fiches
from veille.store.budget import Budget
from veille.store.connexion import transaction
from veille.store.decisions import Decision, new_geste


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("semaine"), 14)


def groups(page: httpx.Response) -> list[int]:
    return [int(g) for g in re.findall(r'<article class="nouvelle[^"]*" id="h(\d+)"', page.text)]


def fiche(base: sqlite3.Connection, groupe: int) -> fiches.Fiche:
    return fiches.load(base, [groupe])[0]


def text(page: httpx.Response) -> str:
    return html.unescape(page.text).replace(NBSP, " ")


def script(visiteur: Visiteur, chemin: str, page: httpx.Response, **champs: Any) -> dict[str, Any]:
    """What a script gets for a form it posts."""
    jeton = fields_of(page, "file")["csrftoken"]
    reponse = visiteur.post(chemin, data={"csrftoken": jeton, **champs}, headers={"accept": "application/json"})
    dit: dict[str, Any] = reponse.json()
    assert dit["ok"] == (reponse.status_code == 200)
    return dit


# ---------------------------------------------------------------- for a script


def test_a_script_gets_the_new_card_the_counts_and_the_progress(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/revue")
    un, cle = groups(page)[0], new_geste()
    reponse = equipe.press(page, f"ecarter:hors_theme.{un}", script=True, geste=cle)
    dit = reponse.json()
    assert (reponse.status_code, dit["ok"], dit["geste"]) == (200, True, cle)
    assert dit["phrase"] == "Nouvelle écartée (hors thème)."
    carte = dit["cartes"][str(un)]
    assert f'<article class="nouvelle tranchee" id="h{un}"' in carte.replace("\n", "")
    assert 'data-etat="ecarte"' in carte
    assert "Écartée (hors thème) par vous" in carte
    assert f'value="remettre.{un}"' in carte
    assert f'name="vu.{un}" value="{fiche(base, un).acte_id}"' in carte
    assert (dit["retirees"], dit["conflits"]) == ([], [])
    assert dit["comptes"] == {"a_trancher": 18 - 1, "plus_tard": 0, "retenu": 2, "ecarte": 1}
    assert dit["progres"] == {"faites": 3, "budget": 20, "minutes": 11}


def test_the_card_of_the_page_is_the_card_of_the_answer(equipe: Visiteur) -> None:
    page = equipe.get("/revue")
    un = groups(page)[0]
    dit = equipe.press(page, f"retenir.{un}", script=True).json()
    liste = equipe.get("/revue?etat=retenu").text
    assert dit["cartes"][str(un)] in liste


def test_the_same_press_sent_again_is_recorded_once_and_answers_the_same(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    page = equipe.get("/revue")
    champs = {"script": True, "geste": new_geste()}
    premiere, seconde = (equipe.press(page, f"retenir.{groups(page)[0]}", **champs) for _ in range(2))
    assert premiere.json() == seconde.json()
    assert base.execute("SELECT count(*) FROM decisions WHERE geste = ?", (champs["geste"],)).fetchone()[0] == 1


def test_an_act_sent_after_one_s_own_without_its_answer_is_no_conflict(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    page, cle = equipe.get("/revue"), new_geste()
    un = groups(page)[0]
    equipe.press(page, f"retenir.{un}", script=True, geste=cle)
    dit = equipe.press(page, f"ecarter:doublon.{un}", script=True, **{f"vu.{un}": cle}).json()
    assert dit["conflits"] == []
    assert fiche(base, un).verdict == "ecarter"


@pytest.mark.parametrize(
    ("chemin", "champs"),
    [
        ("/revue/decider", {"acte": "retenir.999999", "vu.999999": "0"}),
        ("/revue/decider", {"acte": "retenir.1"}),
        ("/revue/decider", {"acte": "retenir.1", "vu.1": "x"}),
        ("/revue/decider", {"acte": "retenir.1", "vu.1": "0", "geste": "zz"}),
        ("/revue/decider", {"acte": "ecarter:faible.1", "vu.1": "0"}),
        ("/revue/decider", {"acte": "plus_tard:100j.1", "vu.1": "0"}),
        ("/revue/decider", {"acte": "plus_tard:date.1", "vu.1": "0", "reprise": "2026-11-23"}),
        ("/revue/decider", {"acte": "plus_tard:date.1", "vu.1": "0", "reprise": "2026-02-30"}),
        ("/revue/decider", {"acte": "retenir.selection"}),
        ("/revue/decider", {"acte": "fusionner.selection", "choix": "1", "vu.1": "0"}),
        ("/revue/decider", {"acte": "retenir.selection", "choix": ["1", "x"], "vu.1": "0", "vu.x": "0"}),
        ("/revue/etiqueter", {"groupe": "1", "vu": "0"}),
        ("/revue/etiqueter", {"groupe": "1", "vu": "0", "champs": "titre"}),
        ("/revue/etiqueter", {"groupe": "1", "vu": "0", "champs": "thematiques", "thematiques": "inconnu"}),
        ("/revue/etiqueter", {"groupe": "999999", "vu": "0", "champs": "thematiques"}),
        ("/revue/etiqueter", {"groupe": "1", "vu": "", "champs": "thematiques"}),
        ("/revue/annuler", {"cible": "0" * 32}),
        ("/revue/annuler", {"cible": ""}),
        ("/revue/retablir", {"cible": "é"}),
    ],
)
def test_what_makes_no_sense_is_refused_in_french_and_nothing_is_half_done(
    equipe: Visiteur, base: sqlite3.Connection, chemin: str, champs: dict[str, Any]
) -> None:
    avant = base.execute("SELECT count(*) FROM decisions").fetchone()[0]
    dit = script(equipe, chemin, equipe.get("/revue"), **champs)
    assert dit["status"] == 400
    assert re.match(r"[A-ZÉÀÇ].*[.]$", dit["error"])
    assert base.execute("SELECT count(*) FROM decisions").fetchone()[0] == avant


def test_the_palette_changes_themes_and_leaves_the_rest(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/revue?texte=Observatoire")
    un = groups(equipe.get("/revue?thematique=habitation"))[0]
    avant = fiche(base, un)
    dit = script(
        equipe,
        "/revue/etiqueter",
        page,
        groupe=un,
        vu=avant.acte_id,
        champs="thematiques",
        thematiques=["mobilite", "habitation"],
    )
    apres = fiche(base, un)
    assert apres.thematiques == ("mobilite", "habitation")
    assert (apres.territoires, apres.type, apres.date_limite) == (avant.territoires, avant.type, avant.date_limite)
    assert (apres.redaction.territoires, apres.redaction.type, apres.redaction.date_limite) == (None, None, None)
    assert 'data-themes="mobilite habitation"' in dit["cartes"][str(un)]
    assert groups(equipe.get("/revue?thematique=mobilite")).count(un) == 1


def test_the_end_of_the_hour_is_marked_where_it_falls_and_moves_on_as_one_decides(
    equipe: Visiteur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.store.budget.learn", lambda c, now: Budget(8, 30.0, 5))
    page = equipe.get("/revue")
    assert "8 éléments, environ 4 min" in text(page)
    assert "2 sur 8, encore environ 3 min" in text(page)
    assert "Appris de 5 revues passées" in text(page)
    avant, _, apres = page.text.partition('id="fin-heure"')
    assert avant.count("<article") == 6
    assert apres.count("<article") == len(groups(page)) - 6
    suite = equipe.get(equipe.press(page, f"retenir.{groups(page)[0]}").headers["location"])
    assert suite.text.partition('id="fin-heure"')[0].count("<article") == 5
    assert 'id="fin-heure"' not in equipe.get("/revue?thematique=habitation").text
    assert 'id="fin-heure"' not in equipe.get("/revue?etat=retenu").text


# ---------------------------------------------------------------- two people


def test_two_people_on_one_site_never_overwrite_each_other_silently(dossier: Path, base: sqlite3.Connection) -> None:
    with (
        running_site(dossier) as lien,
        visitor(dossier, lien, "Camille Exemple") as camille,
        visitor(dossier, lien, "Sam Exemple") as sam,
    ):
        chez_sam = sam.get("/revue")
        un, deux, trois = groups(chez_sam)[:3]
        camille.press(camille.get("/revue"), f"ecarter:perime.{un}")
        dit = sam.press(chez_sam, f"retenir.{un}", script=True).json()
        phrase = "Camille Exemple a déjà écarté cette nouvelle (périmé), il y a un instant. Rien n’a été changé."
        assert dit["conflits"] == [{"groupe": un, "phrase": phrase}]
        assert (dit["phrase"], dit["ok"]) == ("", True)
        assert "Écartée (périmé) par Camille Exemple" in dit["cartes"][str(un)]
        choix = {"choix": [str(un), str(deux), str(trois)]}
        reponse = sam.press(chez_sam, "retenir.selection", **choix)
        suite = text(sam.get(reponse.headers["location"]))
        titre = fiche(base, un).principal.titre
        assert f"« {titre} » : Camille Exemple a déjà écarté cette nouvelle (périmé)" in suite
        assert "✓ 2 nouvelles retenues" in suite
        etats = {g: fiche(base, g).verdict for g in (un, deux, trois)}
        assert etats == {un: "ecarter", deux: "retenir", trois: "retenir"}
        # What Camille sees of it: Sam's name where Sam sees « vous ».
        assert "Retenue par Sam Exemple" in text(camille.get("/revue?etat=retenu"))
        assert "Retenue par vous" in text(sam.get("/revue?etat=retenu"))


def test_one_s_undoing_leaves_alone_what_a_colleague_did_since(dossier: Path, base: sqlite3.Connection) -> None:
    with running_site(dossier) as lien, visitor(dossier, lien, "Camille Exemple") as camille:
        page, cle = camille.get("/revue"), new_geste()
        un, deux = groups(page)[:2]
        camille.press(page, "retenir.selection", choix=[str(un), str(deux)], geste=cle)
        with visitor(dossier, lien, "Sam Exemple") as sam:
            assert sam.press(sam.get("/revue?etat=retenu"), f"remettre.{un}").status_code == 303
        dit = script(camille, "/revue/annuler", page, cible=cle)
        assert [x["groupe"] for x in dit["conflits"]] == [un]
        assert list(dit["cartes"]) == [str(deux), str(un)]
        assert fiche(base, deux).verdict == ""


def test_a_colleague_s_text_stands_beside_what_was_typed(dossier: Path, base: sqlite3.Connection) -> None:
    with (
        running_site(dossier) as lien,
        visitor(dossier, lien, "Camille Exemple") as camille,
        visitor(dossier, lien, "Sam Exemple") as sam,
    ):
        chez_sam = sam.get("/revue/1")
        adresse = "/revue/1/rediger"
        camille.submit(camille.get("/revue/1"), adresse, publics="regles", titre="Le titre de Camille")
        reponse = sam.submit(chez_sam, adresse, publics="regles", titre="Le titre de Sam", note="À vérifier")
        assert reponse.status_code == 409
        page = text(reponse)
        assert 'value="Le titre de Sam"' in page
        assert "À vérifier" in page
        assert "Enregistré à présent :</strong> Le titre de Camille" in page
        assert "Camille Exemple a rédigé le texte de cette nouvelle, il y a un instant." in page
        assert fiche(base, 1).redaction.titre == "Le titre de Camille"
        # Saved again from there, knowing: it replaces.
        assert sam.submit(reponse, adresse, publics="regles", titre="Le titre de Sam").status_code == 303
        assert fiche(base, 1).redaction.titre == "Le titre de Sam"


# ---------------------------------------------------------------- undone, done again


def test_undo_and_redo_of_a_selection_are_exact_and_shown_in_the_history(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    page, cle = equipe.get("/revue"), new_geste()
    trois = groups(page)[:3]
    avant = [(f.verdict, f.raison, f.redaction, f.membres) for f in fiches.load(base, trois)]
    ordre = groups(page)
    equipe.press(page, "ecarter:trop_general.selection", choix=[str(g) for g in trois], geste=cle)
    assert {fiche(base, g).raison for g in trois} == {"trop_general"}
    dit = script(equipe, "/revue/annuler", page, cible=cle)
    assert dit["phrase"] == f"Annulé{NBSP}: 3{NBSP}nouvelles écartées (trop général)."
    assert [(f.verdict, f.raison, f.redaction, f.membres) for f in fiches.load(base, trois)] == avant
    assert groups(equipe.get("/revue")) == ordre
    assert script(equipe, "/revue/annuler", page, cible=cle)["status"] == 400  # Already undone.
    assert script(equipe, "/revue/retablir", page, cible=cle)["phrase"] == f"3{NBSP}nouvelles écartées (trop général)."
    assert {fiche(base, g).raison for g in trois} == {"trop_general"}


def test_who_may_only_write_undoes_texts_and_no_decision(dossier: Path, base: sqlite3.Connection) -> None:
    with transaction(base):
        decisions.record(base, Decision(1, "retenir", "Sam Exemple", geste="a" * 32), NOW)
        decisions.record(base, Decision(2, "rediger", "Sam Exemple", titre="Un titre", geste="b" * 32), NOW)
    with signed_in(dossier, droits=("lire", "rediger")) as plume:
        page = plume.get("/revue")
        assert '<button class="bouton principal" name="acte"' not in page.text
        assert 'name="choix"' not in page.text
        assert script(plume, "/revue/annuler", page, cible="a" * 32)["status"] == 403
        assert script(plume, "/revue/annuler", page, cible="b" * 32)["ok"]
    assert fiche(base, 2).redaction.titre is None


# ---------------------------------------------------------------- later, merged, split


def test_a_story_put_off_leaves_the_list_and_comes_back_on_its_day_saying_so(
    dossier: Path, base: sqlite3.Connection
) -> None:
    with signed_in(dossier) as equipe:
        page = equipe.get("/revue")
        un = next(g for g in groups(page) if not fiche(base, g).date_limite)
        suite = equipe.get(equipe.press(page, f"plus_tard:14j.{un}").headers["location"])
        assert "Nouvelle remise à plus tard" in text(suite)
        assert un not in groups(suite)
        attente = equipe.get("/revue?etat=plus_tard")
        assert groups(attente) == [un]
        assert "revient le lundi 7 décembre 2026" in text(attente)
    plus_tard = NOW + timedelta(days=14)
    drain(base, plus_tard)
    with (
        running_site(dossier, clock=lambda: plus_tard) as lien,
        visitor(dossier, lien, "Camille Exemple", now=plus_tard) as equipe,
    ):
        retour = equipe.get("/revue")
        assert un in groups(retour)
        assert "remise à plus tard par vous, le 23 novembre 2026" in text(retour)
        assert groups(equipe.get("/revue?etat=plus_tard")) == []


@pytest.mark.parametrize(
    ("limite", "acte", "retour", "avertie"),
    [
        ("2026-12-10", "plus_tard", "2026-11-30", False),
        ("2026-11-27", "plus_tard", "2026-11-26", False),  # The day before its deadline, at the latest.
        ("2026-11-24", "plus_tard", "2026-11-30", True),  # Tomorrow: it cannot come back before, so it is said.
        ("2026-11-27", "plus_tard:7j", "2026-11-30", True),  # Asked for: done, and said.
        ("2026-11-20", "plus_tard", "2026-11-30", False),  # Past already.
    ],
)
def test_a_story_is_not_put_off_after_its_deadline_without_saying_so(
    equipe: Visiteur, base: sqlite3.Connection, limite: str, acte: str, retour: str, avertie: bool
) -> None:
    source = int(base.execute("SELECT id FROM sources").fetchone()[0])
    suggestions = (theme("habitation"), Suggestion("date_limite", limite))
    un = base.execute(
        "SELECT groupe_id FROM membres WHERE item_id = ?",
        (add_item(base, source, "appel", "Appel", suggestions=suggestions),),
    ).fetchone()[0]
    drain(base)
    dit = equipe.press(equipe.get("/revue"), f"{acte}.{un}", script=True).json()
    assert fiche(base, un).reprise_le == datetime.fromisoformat(retour).date()
    assert ("après sa date limite" in dit["phrase"]) is avertie


def test_a_date_is_chosen_from_the_story_s_page(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/revue/1")
    groupe = fields_of(page, "/revue/decider")["groupe"]
    reponse = equipe.submit(page, "/revue/decider", acte=f"plus_tard:date.{groupe}", reprise="2027-01-11")
    cle = base.execute("SELECT max(id), geste FROM decisions").fetchone()["geste"]
    assert reponse.headers["location"] == f"/revue/1?fait={cle}"
    suite = equipe.get(reponse.headers["location"])
    assert "revient le 11 janvier 2027" in text(suite)
    assert "Revient le 11 janvier 2027" in text(suite)  # In the history.
    assert equipe.submit(suite, "/revue/annuler").headers["location"] == f"/revue/1?fait={cle}"
    assert fiche(base, int(groupe)).verdict == ""


def test_stories_are_merged_from_a_selection_and_the_gone_ones_are_told(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    page, cle = equipe.get("/revue"), new_geste()
    un, deux, trois = groups(page)[:3]
    champs = {"choix": [str(un), str(deux), str(trois)], "geste": cle}
    dit = equipe.press(page, "fusionner.selection", script=True, **champs).json()
    assert (list(dit["cartes"]), sorted(dit["retirees"])) == ([str(un)], sorted([deux, trois]))
    assert len(fiche(base, un).membres) == 3
    assert not {deux, trois} & {*groups(equipe.get("/revue"))}
    defait = script(equipe, "/revue/annuler", page, cible=cle)
    assert sorted(map(int, defait["cartes"])) == sorted([un, deux, trois])
    assert [len(f.membres) for f in fiches.load(base, [un, deux, trois])] == [1, 1, 1]


@pytest.mark.parametrize("forme", ["{}", "/revue/{}", "http://veille.exemple.invalid/revue/{}?fait=x#historique"])
def test_another_story_is_joined_by_its_number_or_its_address(
    equipe: Visiteur, base: sqlite3.Connection, forme: str
) -> None:
    reponse = equipe.submit(equipe.get("/revue/1"), "/revue/1/reunir", avec=forme.format(2))
    assert reponse.status_code == 303
    assert {m.item_id for m in fiche(base, 1).membres} == {1, 2}
    adresse = f"/revue/{fiche(base, 1).principal.item_id}/reunir"
    for faux in ("", "x", "999999", "1", "2", "/revue/0"):
        assert equipe.submit(equipe.get("/revue/1"), adresse, avec=faux).status_code == 400, faux


def test_members_are_parted_and_wait_again(equipe: Visiteur, base: sqlite3.Connection) -> None:
    tete = int(base.execute("SELECT id FROM items WHERE cle = 'tete'").fetchone()[0])
    page = equipe.get(f"/revue/{tete}")
    copie = next(m.item_id for m in fiches.of_item(base, tete).membres if m.item_id != tete)  # type: ignore[union-attr]
    adresse = f"/revue/{tete}/separer"
    for faux in ([], [tete, copie], [1]):
        assert equipe.submit(page, adresse, elements=faux).status_code == 400, faux
    suite = equipe.get(equipe.submit(page, adresse, elements=copie).headers["location"])
    assert "✓ Nouvelle séparée en deux" in text(suite)
    assert len(fiches.of_item(base, tete).membres) == 1  # type: ignore[union-attr]
    equipe.submit(suite, "/revue/annuler")
    assert len(fiches.of_item(base, tete).membres) == 2  # type: ignore[union-attr]


def test_an_act_kept_for_someone_is_not_recorded_under_the_name_of_another(dossier: Path) -> None:
    """A browser keeps acts while the connection is cut; meanwhile, another tab may have signed a colleague in."""
    with signed_in(dossier) as visiteur:
        page = visiteur.get("/revue")
        champs = {"acte": "remettre.1", "vu.1": "0", "compte": "une-autre"}
        reponse = visiteur.send_form("/revue/decider", page, **champs)
        assert reponse.status_code == 401
        assert "n’est plus la personne connectée" in reponse.text
