"""What people type in the review: limits told beside the field, nothing typed lost, hostile input stored exactly or refused."""

from __future__ import annotations

import html
import re
import sqlite3
import unicodedata
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.navigateur import Visiteur, fields_of, fill
from veille.francais import NBSP
from veille.pages import redaction
from veille.pages.redaction import CHAMPS, count_sentences, count_words, fault
from veille.pages.visite import Formulaire
from veille.store import fiches, filtres, motifs
from veille.store.decisions import new_geste


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("semaine"), 6)


def words(nombre: int) -> str:
    return " ".join(["mot"] * nombre)


def text(page: httpx.Response) -> str:
    return html.unescape(page.text).replace(NBSP, " ")


def write(equipe: Visiteur, **textes: Any) -> httpx.Response:
    champs = {"publics": "regles", **textes}
    return equipe.submit(equipe.get("/revue/1"), "/revue/1/rediger", **champs)


# ---------------------------------------------------------------- words and sentences


@pytest.mark.parametrize(
    ("texte", "mots"),
    [
        ("", 0), ("L’été, enfin !", 2), ("« Un toit » : pour qui ?", 4), ("25 000 $ pour 3 MRC", 5), ("Saint-Jean-de-Matha", 1),
        ("– 🏠 –", 0), ("سكن ميسور", 2), ("a\u0301 e\u0301", 2),
    ],
)  # fmt: skip
def test_words_are_counted_as_people_count_them(texte: str, mots: int) -> None:
    assert count_words(texte) == mots


@pytest.mark.parametrize(
    ("texte", "phrases"),
    [
        ("", 0), ("Sans point final", 1), ("Un local est libre.", 1), ("Est-ce ici ? Oui.", 2), ("Une phrase.\nUne autre", 2),
        ("M. Untel et Mme Fictive s’y opposent.", 1), ("L’art. 12 de la Loi, p. 3, le dit…", 1), ("Elle dit : « Assez ! »", 1),
        ("J. Untel, de St. Thomas.", 1), ("Le 3.5 % de hausse touche tout le monde.", 1), ("Fini... Vraiment.", 2),
    ],
)  # fmt: skip
def test_sentences_are_counted_without_abbreviations(texte: str, phrases: int) -> None:
    assert count_sentences(texte) == phrases


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=400), st.sampled_from(sorted(CHAMPS)))
def test_any_text_is_judged_and_a_refused_one_is_told_why(texte: str, cle: str) -> None:
    saisie = redaction.read(Formulaire({cle: [texte]}))
    faute = saisie.fautes.get(cle, "")
    assert faute == "" or faute.endswith((".", ":"))
    if not faute:
        assert saisie.textes[cle] == Formulaire({cle: [texte]}).text(cle, 10**9) or CHAMPS[cle].ligne
        assert fault(saisie.textes[cle], CHAMPS[cle]) == ""


# ---------------------------------------------------------------- the text form


@pytest.mark.parametrize(
    ("champ", "bon", "mauvais", "dit"),
    [
        ("titre", words(12), words(13), "13 mots, et le maximum est de 12"),
        ("titre", "x" * 200, "x" * 201, "201 caractères, et le maximum est de 200"),
        ("resume", words(60), words(61), "61 mots, et le maximum est de 60"),
        ("pourquoi", words(40) + ".", words(41), "41 mots, et le maximum est de 40"),
        ("pourquoi", "Une seule phrase", "Deux phrases. La voici.", "2 phrases : une seule suffit"),
        ("note", "é" * 2000, "é" * 2001, "2 001 caractères, et le maximum est de 2 000"),
    ],
)
def test_a_text_too_long_is_kept_in_its_field_with_its_fault_beside_it(
    equipe: Visiteur, base: sqlite3.Connection, champ: str, bon: str, mauvais: str, dit: str
) -> None:
    autres = {"titre": "Autre titre", "resume": "Autre résumé", "pourquoi": "Autre pourquoi", "note": "Autre note"}
    reponse = write(equipe, **{**autres, champ: mauvais})
    assert reponse.status_code == 400
    page = text(reponse)
    assert page.count(dit) == 2  # In the summary of faults, and beside the field.
    assert f'<a href="#r-{champ}">' in page
    assert re.search(rf'id="r-{champ}"[^>]*aria-describedby="a-{champ} x-{champ}"[^>]*aria-invalid="true"', page)
    assert page.count('aria-invalid="true"') == 1
    for gardee in (mauvais, *(v for cle, v in autres.items() if cle != champ)):
        assert gardee in page
    assert fiches.load(base, [1])[0].redaction == fiches.Redaction()
    assert write(equipe, **{champ: bon}).status_code == 303
    assert getattr(fiches.load(base, [1])[0].redaction, champ) == bon


def test_only_what_changed_is_recorded_and_saving_the_same_again_records_nothing(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    assert write(equipe, titre="Un titre", note="Une note").status_code == 303
    ligne = base.execute("SELECT * FROM decisions ORDER BY id DESC LIMIT 1").fetchone()
    assert (ligne["titre"], ligne["note"], ligne["resume"], ligne["audiences"]) == ("Un titre", "Une note", None, None)
    suite = equipe.get(write(equipe, titre="Un titre", note="Une note").headers["location"])
    assert "Rien n’a changé" in suite.text
    assert base.execute("SELECT max(id) FROM decisions").fetchone()[0] == ligne["id"]
    write(equipe, titre="", note="Une note")
    assert fiches.load(base, [1])[0].redaction.titre == ""
    assert "Titre : effacé" in text(equipe.get("/revue/1"))


def test_audiences_are_chosen_or_left_to_their_rules(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/revue/1").text
    assert 'value="regles" checked' in page
    assert 'name="audiences" value="clds-joliette"' in page
    write(equipe, publics="choisis", audiences=["partenaires", "clds-joliette"])
    assert set(fiches.load(base, [1])[0].redaction.audiences or ()) == {"partenaires", "clds-joliette"}
    page = equipe.get("/revue/1").text
    assert 'value="partenaires" checked' in page
    assert "Publics : Partenaires du développement social, CLDS de Joliette" in html.unescape(page).replace(NBSP, " ")
    write(equipe, publics="choisis")
    assert fiches.load(base, [1])[0].redaction.audiences == ()
    write(equipe, publics="regles")
    assert fiches.load(base, [1])[0].redaction.audiences == ("*",)
    assert 'value="regles" checked' in equipe.get("/revue/1").text
    assert write(equipe, publics="choisis", audiences="inconnue").status_code == 400


def test_the_note_says_that_it_is_never_published_and_shows_on_the_card(equipe: Visiteur) -> None:
    assert "elle n’est jamais publiée" in equipe.get("/revue/1").text
    write(equipe, note="Appeler avant jeudi")
    assert "Appeler avant jeudi" in equipe.get("/revue").text


# ---------------------------------------------------------------- hostile input, in every field of every form

HOSTILES = {
    "cinquante ko": "Un long texte, mot à mot. " * 2000,
    "un seul mot": "m" * 50_000,
    "émojis": "🏠👩🏽‍🚒🇨🇦" * 20,
    "sens renversé": "abc\u202edef\u2066ghi",
    "balises": "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;{{ 7*7 }}{% raw %}",
    "nul": "a\x00b",
    "combinants": "e\u0301" + "a" + "\u0336\u0353\u0489" * 40,
    "espaces": "\u00a0\u2003\u200b\u2028 x \u2029",
    "sql": "'; DROP TABLE decisions; --",
    "commandes": "\x1b[31mrouge\x07",
    "chemin": "../../etc/passwd",
    "vide": "   \t\n ",
    "nombres": "99999999999999999999999999",
}
FORMULAIRES: dict[str, tuple[str, dict[str, Any]]] = {
    "/revue/decider": ("acte geste choix vu.1 reprise retour periode texte page thematique", {"acte": "retenir.1", "vu.1": "0"}),
    "/revue/etiqueter": (
        "groupe vu geste champs thematiques territoires type date_limite sans_date retour",
        {"groupe": "1", "vu": "0", "champs": ["thematiques", "territoires", "type", "date_limite"]},
    ),
    "/revue/annuler": ("cible geste retour avant", {"cible": "0" * 32}),
    "/revue/1/rediger": ("titre resume pourquoi note publics audiences vu geste", {"vu": "0", "publics": "regles"}),
    "/revue/1/separer": ("elements vu geste", {"vu": "0", "elements": "1"}),
    "/revue/1/reunir": ("avec vu geste", {"vu": "0", "avec": "2"}),
    "/revue/filtres": ("nom partage defaut etat periode texte thematique source", {"nom": "Un filtre"}),
    "/motifs": ("nom sens", {"nom": "Une raison", "sens": "interet"}),
    "/motifs/doublon/renommer": ("nom", {"nom": "Autre nom"}),
}  # fmt: skip


@pytest.mark.parametrize("adresse", sorted(FORMULAIRES))
def test_no_field_of_any_form_breaks_the_site(equipe: Visiteur, adresse: str) -> None:
    jeton = fields_of(equipe.get("/revue"), "file")["csrftoken"]
    champs, valides = FORMULAIRES[adresse]
    for champ in champs.split():
        for nom, hostile in HOSTILES.items():
            for accepte in ("text/html", "application/json"):
                donnees = {"csrftoken": jeton, **valides, champ: hostile}
                reponse = equipe.post(adresse, data=donnees, headers={"accept": accepte})
                assert reponse.status_code in (200, 303, 400, 409), (champ, nom, accepte, reponse.status_code)
                assert "<script>" not in reponse.text or accepte != "text/html", (champ, nom)
    seul = f"csrftoken={quote(jeton)}&acte=retenir.1&vu.1=%ED%A0%80".encode()
    entetes = {"content-type": "application/x-www-form-urlencoded"}
    assert equipe.post(adresse, content=seul, headers=entetes).status_code == 400
    assert equipe.get("/revue").status_code == 200


@pytest.mark.parametrize("champ", ["titre", "resume", "pourquoi", "note"])
def test_a_hostile_text_is_stored_exactly_or_not_at_all(equipe: Visiteur, base: sqlite3.Connection, champ: str) -> None:
    acceptes = 0
    for nom, hostile in HOSTILES.items():
        avant = getattr(fiches.load(base, [1])[0].redaction, champ)
        reponse = write(equipe, **{champ: hostile})
        apres = getattr(fiches.load(base, [1])[0].redaction, champ)
        if reponse.status_code == 303:
            attendu = re.sub("\r\n|[\u2028\u2029]", "\n", unicodedata.normalize("NFC", hostile)).strip()
            propre = re.sub(r"[ \t\n]+", " ", attendu) if champ == "titre" else attendu
            assert (apres or "") == propre, nom
            acceptes += 1
        else:
            assert reponse.status_code == 400, nom
            assert 'aria-invalid="true"' in reponse.text, nom
            assert apres == avant, nom
    assert acceptes >= 5


def test_names_are_stored_exactly_too(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/revue/filtres?texte=loyer")
    for nom in ("L’« été » 🏠 <b>", "Élise & Cie", "'; DROP TABLE filtres; --"):
        assert equipe.submit(page, "/revue/filtres", nom=nom).status_code == 303
        assert nom in {f.nom for f in filtres.of(base, "camille.exemple")}
        assert html.escape(nom, quote=False).replace("'", "&#39;") in equipe.get("/revue/filtres").text
        assert equipe.send_form("/motifs", equipe.get("/motifs"), nom=nom, sens="moment").status_code == 303
        assert nom in motifs.offered(base).values()


def test_a_press_without_key_is_given_one_and_a_long_selection_is_refused(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    page = equipe.get("/revue")
    equipe.press(page, "retenir.1")
    assert re.fullmatch(r"[0-9a-f]{32}", base.execute("SELECT geste FROM decisions ORDER BY id DESC").fetchone()[0])
    nombreux = {"choix": [str(n) for n in range(1, 300)], **{f"vu.{n}": "0" for n in range(1, 300)}}
    reponse = equipe.press(page, "retenir.selection", geste=new_geste(), **nombreux)
    assert reponse.status_code == 400
    assert "200 au plus" in reponse.text
