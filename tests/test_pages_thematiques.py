"""The « Thématiques » pages: a change is typed, checked, proposed, shown at work; nothing typed is lost or undone."""

from __future__ import annotations

import contextlib
import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.navigateur import HOSTILE, NOW, Visiteur, browser, fill, running_site, signed_in, themes_file
from veille.model import Expressions, Taxonomie, Thematique
from veille.pages.garde import CORPS_MAX
from veille.pages.thematiques import Saisie, find_theme, show_theme, to_theme
from veille.settings.themes import carry_over, read_taxonomie
from veille.store import redactions, schema, service
from veille.store.connexion import transaction
from veille.store.redactions import Redaction

CHAMPS = ("definition", "inclut", "exclut", "exemples", "etat", "validee_le", "base")
FORCES = ("fort", "moyen", "indice", "sigles", "sigles_faibles", "negatives")


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """A staff site's folder whose only wording is the one in force."""
    fill(tmp_path, 6)
    with contextlib.closing(schema.open_store(tmp_path)) as c, transaction(c):
        c.execute("DELETE FROM redactions_themes WHERE id > 1")
    return tmp_path


@pytest.fixture
def equipe(dossier: Path) -> Iterator[Visiteur]:
    with signed_in(dossier) as visiteur:
        yield visiteur


def pending(dossier: Path) -> list[tuple[Redaction, Taxonomie]]:
    with contextlib.closing(schema.open_store(dossier)) as c:
        return [(r, read_taxonomie(redactions.text_of(c, r))) for r in redactions.pending(c)]


def settle(dossier: Path, numero: int, issue: Any = "acceptee", par: str = "Alex Exemple") -> None:
    """As the schedule does once the preview is made."""
    with contextlib.closing(schema.open_store(dossier)) as c, transaction(c):
        redactions.set_preview(c, numero, {}, NOW)
        redaction = redactions.get(c, numero)
        assert redaction is not None
        redactions.settle(c, redaction, issue, par, NOW)


def fields(page: httpx.Response) -> dict[str, str]:
    """Every field of the form, as a browser would post it."""
    lus = {
        nom: html.unescape(texte).removeprefix("\n")
        for nom, texte in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', page.text, re.S)
    }
    lus |= {
        nom: html.unescape(valeur)
        for nom, valeur in re.findall(r'<input type="(?:hidden|date)"[^>]* name="(\w+)" value="([^"]*)"', page.text)
    }
    lus["etat"] = (re.search(r'<option value="(\w+)" selected', page.text) or ["", ""])[1]
    lus.pop("csrftoken")
    return lus


def propose(visiteur: Visiteur, page: httpx.Response, slug: str = "habitation", **champs: str) -> httpx.Response:
    return visiteur.send_form(f"/thematiques/{slug}/proposer", page, **{**fields(page), **champs})


def words(page: httpx.Response) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text)).replace("\u00a0", " "))


# ---------------------------------------------------------------- from the form to a proposal


def test_the_form_shows_every_word_of_the_theme_and_posts_it_back_unchanged(equipe: Visiteur, dossier: Path) -> None:
    page = equipe.get("/thematiques/habitation")
    lus = fields(page)
    assert set(lus) == {*CHAMPS, *FORCES}
    assert lus["fort"] == "habitation et logement"
    assert lus["exemples"].startswith("Quarante logements")
    reponse = propose(equipe, page)
    assert (reponse.status_code, reponse.headers["location"]) == (303, "/thematiques/habitation")
    assert "Rien ne change" in words(equipe.get("/thematiques/habitation"))
    assert pending(dossier) == []


def test_a_change_becomes_a_proposal_whose_effect_is_asked_for(equipe: Visiteur, dossier: Path) -> None:
    page = equipe.get("/thematiques/habitation")
    reponse = propose(
        equipe,
        page,
        fort="habitation et logement\n  coop d’habitation \n\ncoop d’habitation\n",
        negatives="maison de disques",
        etat="validee",
        validee_le="2026-11-20",
    )
    ((redaction, taxonomie),) = pending(dossier)
    assert reponse.headers["location"] == f"/thematiques/redactions/{redaction.id}"
    theme = taxonomie.thematiques[0]
    assert theme.expressions == Expressions(
        fort=("habitation et logement", "coop d’habitation"), negatives=("maison de disques",)
    )
    assert (theme.etat, theme.validee_le) == ("validee", date(2026, 11, 20))
    assert taxonomie.thematiques[1:] == read_taxonomie(themes_file()).thematiques[1:]
    with contextlib.closing(schema.open_store(dossier)) as c:
        assert "# sûr" in redactions.text_of(c, redaction)
        assert ("apercu_themes", str(redaction.id)) in [(d.genre, d.argument) for d in service.waiting(c)]
    suite = words(equipe.get(reponse.headers["location"]))
    assert "Habitation et logement : ajouté aux expressions fortes : « coop d’habitation »." in suite
    assert "L’aperçu n’est pas encore fait" in suite
    assert "Accepter" not in suite
    assert "Camille Exemple" in words(equipe.get("/thematiques"))


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"definition": "  \n "}, "Écrivez la question suivie"),
        ({"definition": "d" * 1001}, "La définition compte 1 001 caractères, et le maximum est de 1 000"),
        ({"definition": "dans\x00 le noir"}, "caractère invisible interdit (U+0000)"),
        ({"fort": "un\u202eeuqramer"}, "caractère invisible interdit (U+202E)"),
        ({"fort": "x" * 121}, "compte 121 caractères, et le maximum est de 120"),
        ({"fort": "…\n#\n***"}, "« # » ne contient aucun mot"),
        ({"moyen": "*logement"}, "« * » se met à la fin d’un mot"),
        ({"indice": "Habitation ET logement"}, "est déjà dans « expressions fortes »"),
        ({"sigles": "\n".join(f"S{n}" for n in range(3001))}, "3 001 lignes, et le maximum est de 3 000"),
        ({"etat": "validee"}, "Donnez la date de la validation"),
        ({"etat": "validee", "validee_le": "hier"}, "Cette date ne se lit pas"),
        ({"etat": "validee", "validee_le": "2027-01-01"}, "au plus tard aujourd’hui, le 23 novembre 2026"),
        ({"etat": "ebauche", "validee_le": "2026-11-01"}, "Une ébauche n’a pas de date de validation"),
        ({"etat": "finie"}, "Choisissez « ébauche » ou « validée »"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_everything_typed_comes_back(
    equipe: Visiteur, dossier: Path, champs: dict[str, str], message: str
) -> None:
    page = equipe.get("/thematiques/habitation")
    tapes = {"negatives": "mon ajout", "exclut": "  deux\nlignes ", **champs}
    reponse = propose(equipe, page, **tapes)
    assert reponse.status_code == 400
    assert message in words(reponse)
    assert 'role="alert"' in reponse.text
    for fautif in champs:
        if fautif not in ("etat", "validee_le"):
            assert re.search(rf'id="t-{fautif}"[^>]*aria-invalid="true"', reponse.text)
    for cle, valeur in {**fields(page), **tapes}.items():
        if cle != "etat":
            assert fields(reponse)[cle] == valeur, cle
    assert pending(dossier) == []


PIEGES = ['dit "x"', "a # b", "[[thematiques]]", '", "intrus', "c'est", "a\\b", '"""a', "'''b", "\\u0041", "<b>gras</b>", "{{ saisie }}"]  # fmt: skip


def test_expressions_full_of_traps_are_words_like_others(equipe: Visiteur, dossier: Path) -> None:
    page = equipe.get("/thematiques/mobilite")
    propose(equipe, page, "mobilite", fort="\n".join(PIEGES), definition=f"Un {HOSTILE} # \"'''")
    ((redaction, taxonomie),) = pending(dossier)
    theme = find_theme(taxonomie, "mobilite")
    assert theme is not None
    assert set(theme.expressions.fort) == set(PIEGES)
    assert theme.definition == f"Un {HOSTILE} # \"'''"
    assert "{{ saisie }}" in fields(equipe.get("/thematiques/mobilite"))["fort"]
    for adresse in ("/thematiques", "/thematiques/mobilite", f"/thematiques/redactions/{redaction.id}"):
        texte = equipe.get(adresse).text
        assert "<b>gras" not in texte
        assert "<script" not in texte


def test_a_form_of_a_megabyte_is_refused_and_one_just_under_the_limit_is_explained(
    equipe: Visiteur, dossier: Path
) -> None:
    page = equipe.get("/thematiques/habitation")
    assert propose(equipe, page, definition="d" * 1_000_000).status_code == 413
    gros = "d" * (CORPS_MAX - 8000)
    reponse = propose(equipe, page, definition=gros)
    assert reponse.status_code == 400
    assert fields(reponse)["definition"] == gros
    assert pending(dossier) == []


def test_what_is_missing_from_a_forged_form_is_taken_as_emptied_and_checked(equipe: Visiteur, dossier: Path) -> None:
    page = equipe.get("/thematiques/habitation")
    reponse = equipe.send_form("/thematiques/habitation/proposer", page, base=fields(page)["base"])
    assert reponse.status_code == 400
    assert equipe.send_form("/thematiques/nulle-part/proposer", page).status_code == 404
    assert equipe.post("/thematiques/habitation/proposer", data=fields(page)).status_code == 403
    assert pending(dossier) == []


# ---------------------------------------------------------------- two people, two tabs


def test_the_changes_of_one_person_add_up_in_one_proposal(equipe: Visiteur, dossier: Path) -> None:
    propose(equipe, equipe.get("/thematiques/habitation"), fort="habitation et logement\ncoop")
    page = equipe.get("/thematiques/mobilite")
    assert "Votre proposition en attente est comprise" in words(page)
    propose(equipe, page, "mobilite", fort="transport et mobilité\ntaxibus")
    ((redaction, taxonomie),) = pending(dossier)
    assert "coop" in taxonomie.thematiques[0].expressions.fort
    assert "taxibus" in taxonomie.thematiques[2].expressions.fort
    assert len(redaction.changements) == 2
    page = equipe.get("/thematiques/habitation")
    assert fields(page)["fort"] == "habitation et logement\ncoop"
    propose(equipe, page, fort="habitation et logement")
    ((_, taxonomie),) = pending(dossier)
    assert taxonomie.thematiques[0] == read_taxonomie(themes_file()).thematiques[0]
    propose(equipe, equipe.get("/thematiques/mobilite"), "mobilite", fort="transport et mobilité")
    assert pending(dossier) == []
    assert "plus rien ne change" in words(equipe.get("/thematiques"))


def test_two_tabs_on_the_same_theme_lose_neither_change(equipe: Visiteur, dossier: Path) -> None:
    premier, second = (equipe.get("/thematiques/habitation") for _ in range(2))
    propose(equipe, premier, fort="habitation et logement\ncoop", indice="bail")
    reponse = propose(equipe, second, fort="habitation et logement\nOSBL d’habitation", definition="Habiter.")
    assert reponse.status_code == 409
    assert "Camille Exemple a proposé un changement depuis que vous avez ouvert cette page" in words(reponse)
    assert len(pending(dossier)) == 1
    assert fields(reponse)["fort"] == "habitation et logement\ncoop\nOSBL d’habitation"
    assert (fields(reponse)["indice"], fields(reponse)["definition"]) == ("bail", "Habiter.")
    assert propose(equipe, reponse).status_code == 303
    ((_, taxonomie),) = pending(dossier)
    assert set(taxonomie.thematiques[0].expressions.fort) == {"habitation et logement", "coop", "OSBL d’habitation"}


def test_what_someone_else_had_accepted_meanwhile_is_not_undone(equipe: Visiteur, dossier: Path) -> None:
    page = equipe.get("/thematiques/habitation")
    with contextlib.closing(schema.open_store(dossier)) as c, transaction(c):
        texte = themes_file().replace('["habitation et logement"]', '["habitation et logement", "coop"]')
        numero = redactions.propose(c, texte, redactions.fingerprint(themes_file()), "Sam", ["x"], NOW)
    settle(dossier, numero or 0)
    reponse = propose(equipe, page, fort="logis")
    assert reponse.status_code == 409
    assert "Alex Exemple a fait accepter un changement depuis" in words(reponse)
    assert fields(reponse)["fort"] == "coop\nlogis"


def test_a_proposal_left_behind_says_who_changed_the_themes_and_can_be_taken_up_again(
    equipe: Visiteur, dossier: Path
) -> None:
    propose(equipe, equipe.get("/thematiques/habitation"), indice="bail")
    ((vieille, _),) = pending(dossier)
    with contextlib.closing(schema.open_store(dossier)) as c, transaction(c):
        texte = themes_file().replace('["habitation et logement"]', '["habitation et logement", "coop"]')
        numero = redactions.propose(c, texte, vieille.base, "Sam", ["x"], NOW)
    settle(dossier, numero or 0)
    adresse = f"/thematiques/redactions/{vieille.id}"
    page = equipe.get(adresse)
    assert "Alex Exemple a accepté un changement proposé par Sam" in words(page)
    assert 'value="accepter_themes"' not in page.text
    refus = equipe.send_form(f"{adresse}/demander", page, genre="accepter_themes")
    assert refus.headers["location"] == adresse
    reprise = equipe.get(f"/thematiques/habitation?reprendre={vieille.id}")
    assert f"/thematiques/habitation?reprendre={vieille.id}" in page.text
    assert (fields(reprise)["fort"], fields(reprise)["indice"]) == ("habitation et logement\ncoop", "bail")
    assert propose(equipe, reprise).status_code == 303
    assert len(pending(dossier)) == 2


@pytest.mark.parametrize("reprendre", ["999", "x", "1", "9" * 40, "-1"])
def test_taking_up_what_does_not_exist_shows_the_theme_as_it_is(equipe: Visiteur, reprendre: str) -> None:
    page = equipe.get(f"/thematiques/habitation?reprendre={reprendre}")
    assert page.status_code == 200
    assert fields(page)["fort"] == "habitation et logement"


# ---------------------------------------------------------------- settling


def test_the_buttons_leave_requests_that_the_schedule_serves(equipe: Visiteur, dossier: Path) -> None:
    propose(equipe, equipe.get("/thematiques/habitation"), indice="bail")
    ((redaction, _),) = pending(dossier)
    adresse = f"/thematiques/redactions/{redaction.id}"
    page = equipe.get(adresse)
    equipe.send_form(f"{adresse}/demander", page, genre="accepter_themes")
    assert "aperçu de cette proposition n’a pas encore été fait" in words(equipe.get(adresse))
    with contextlib.closing(schema.open_store(dossier)) as c, transaction(c):
        redactions.set_preview(c, redaction.id, {}, NOW)
    for genre in ("accepter_themes", "abandonner_themes", "apercu_themes"):
        assert equipe.send_form(f"{adresse}/demander", page, genre=genre).status_code == 303
    with contextlib.closing(schema.open_store(dossier)) as c:
        attendues = {(d.genre, d.par) for d in service.waiting(c) if d.argument == str(redaction.id)}
    assert attendues == {(g, "Camille Exemple") for g in ("accepter_themes", "abandonner_themes", "apercu_themes")}
    assert f'href="{adresse}"' in equipe.get("/demandes").text
    assert equipe.send_form(f"{adresse}/demander", page, genre="publier").status_code == 400
    assert equipe.send_form("/thematiques/redactions/999/demander", page, genre="apercu_themes").status_code == 404
    settle(dossier, redaction.id)
    reponse = equipe.send_form(f"{adresse}/demander", page, genre="abandonner_themes")
    assert reponse.status_code == 303
    assert "a déjà été acceptée par Alex Exemple" in words(equipe.get(adresse))


def test_the_history_tells_who_changed_what(equipe: Visiteur, dossier: Path) -> None:
    propose(equipe, equipe.get("/thematiques/habitation"), indice="bail")
    ((redaction, _),) = pending(dossier)
    settle(dossier, redaction.id)
    page = words(equipe.get("/thematiques"))
    assert "Par Camille Exemple ; acceptée par Alex Exemple" in page
    assert "Habitation et logement : ajouté aux indices : « bail »." in page
    assert "Première rédaction connue." in page
    assert "en attente" not in page


def test_before_the_first_turn_the_pages_say_what_to_do(tmp_path: Path) -> None:
    schema.open_store(tmp_path).close()
    with signed_in(tmp_path) as visiteur:
        assert "Elles se lisent dans thematiques.toml au prochain « veille cycle »" in words(
            visiteur.get("/thematiques")
        )
        assert visiteur.get("/thematiques/habitation").status_code == 404


def test_the_whole_change_is_made_by_keyboard_without_scripts(dossier: Path) -> None:
    with running_site(dossier) as lien, browser(java_script_enabled=False) as page:
        page.goto(lien)
        page.locator("button", has_text="Entrer").click()
        page.wait_for_url("**/")
        page.goto(lien.partition("/connexion")[0] + "/thematiques")
        page.locator("a", has_text="Habitation et logement").focus()
        page.keyboard.press("Enter")
        page.locator("#t-indice").focus()
        page.keyboard.type("bail\nloyer*")
        page.locator("button", has_text="Proposer ce changement").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/thematiques/redactions/*")
        assert "« bail », « loyer* »" in page.inner_text("main").replace("\u00a0", " ")
    ((_, taxonomie),) = pending(dossier)
    assert taxonomie.thematiques[0].expressions.indice == ("bail", "loyer*")


# ---------------------------------------------------------------- pure


def test_a_theme_of_the_shipped_file_survives_its_own_form() -> None:
    texte = (Path(__file__).resolve().parents[1] / "thematiques.toml").read_text(encoding="utf-8")
    for theme in read_taxonomie(texte).thematiques:
        assert to_theme(show_theme(theme, "b"), theme, NOW.date()) == (theme, {})


def test_changes_written_from_the_same_wording_are_carried_over_without_undoing_each_other() -> None:
    def theme(definition: str, *mots: str) -> Thematique:
        return Thematique("a", "A", definition, expressions=Expressions(fort=mots))

    base, voulue, presente = (
        theme("d", "un", "deux", "trois"),
        theme("d", "un", "trois", "moi"),
        theme("autre", "un", "deux", "elle"),
    )
    assert carry_over(voulue, base, presente) == theme("autre", "un", "elle", "moi")
    assert carry_over(base, base, presente) == presente
    assert carry_over(voulue, base, base) == voulue
    assert carry_over(theme("mienne"), theme("d"), theme("sienne")).definition == "mienne"


def test_what_is_off_topic_has_words_and_nothing_else() -> None:
    theme = Thematique("hors_sujet", "Hors sujet", "", expressions=Expressions(fort=("horoscope",)))
    saisie = Saisie("b", listes={"fort": "horoscope\nloterie", "moyen": "*"})
    voulu, fautes = to_theme(saisie, theme, NOW.date())
    assert voulu.expressions.fort == ("horoscope", "loterie")
    assert list(fautes) == ["moyen"]
    assert find_theme(read_taxonomie(themes_file()), "hors_sujet") is None or hasattr(Taxonomie, "hors_sujet")


def test_counts_of_settled_stories_by_theme_are_those_of_the_period(dossier: Path) -> None:
    from veille.store import decisions, tableaux

    with contextlib.closing(schema.open_store(dossier)) as c:
        assert tableaux.verdicts_by_theme(c, NOW, 90)["habitation"] == (1, 0)
        hostile = c.execute("SELECT id FROM items WHERE cle = 'hostile'").fetchone()[0]
        with transaction(c):
            decisions.record(c, decisions.Decision(hostile, "ecarter", "Sam", "faible"), NOW)
        assert tableaux.verdicts_by_theme(c, NOW, 90)["habitation"] == (1, 1)
        assert tableaux.verdicts_by_theme(c, NOW + timedelta(days=91), 90) == {}
