"""What an approval must never let through, and what must never stop the requests that wait behind it."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from pipeline import compose as composer
from pipeline import publish as publieur
from pipeline import run
from pipeline.context import Contexte
from pipeline.presse import keep_hashes
from tests.diffusion import NOW, ORGANISATION, Atelier, audience
from tests.numeros_faits import PAR, act, approve, compose, content, publish
from veille import rendering
from veille.editor import Contenu, controles
from veille.editor.controles import Examen
from veille.editor.droits import taken_over
from veille.editor.formes import Nom
from veille.errors import RefusError
from veille.pages.visite import Formulaire
from veille.store import digests, service

COUPURES = ("\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\r\n")
VIDE = Contenu(Nom("clds-joliette", "CLDS"), 1, "T", "2026-11-23", "23", "O", "tag:x")


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path)


# ---------------------------------------------------------------- one line is one line


@pytest.mark.parametrize("coupure", ["\u2028", "\u2029", "\n"])
def test_a_field_that_holds_on_one_line_has_no_line_separator_left(coupure: str) -> None:
    formulaire = Formulaire({"texte": [f"Veille{coupure} logement"]})
    assert formulaire.line("texte", 100) == "Veille logement"
    assert formulaire.text("texte", 100) == "Veille\n logement"


@pytest.mark.parametrize("coupure", COUPURES)
def test_a_subject_that_was_pasted_with_a_line_separator_is_approved_and_published_on_one_line(
    a: Atelier, coupure: str
) -> None:
    a.retenir("Une")
    digest_id = compose(a)
    act(a, digest_id, "objet", texte=f"Veille{coupure} logement")
    publish(a, digest_id)
    assert content(a, digest_id).objet == "Veille logement"


@pytest.mark.parametrize("coupure", COUPURES)
def test_nothing_frozen_or_written_in_a_file_breaks_a_header(coupure: str) -> None:
    organisation = replace(
        ORGANISATION, expediteur=replace(ORGANISATION.expediteur, nom=f"Veille{coupure} de la Table")
    )
    octets = rendering.message(replace(VIDE, objet=f"Un{coupure} objet"), organisation, "<p>a</p>", "a", NOW)
    lu = message_from_bytes(octets, policy=default)
    assert (lu["Subject"], lu["From"].addresses[0].display_name) == ("Un objet", "Veille de la Table")


@pytest.mark.parametrize("coupure", COUPURES)
def test_a_gate_refuses_a_subject_on_two_lines(coupure: str) -> None:
    dits = controles.check(Examen(7, replace(VIDE, objet=f"Un{coupure}objet"), ORGANISATION, {}))
    assert [(c.cle, c.lieu) for c in dits if c.bloquant] == [("objet", "/bulletins/7#objet")]
    assert "une seule ligne" in next(c.phrase for c in dits if c.bloquant)


def test_a_request_that_breaks_is_answered_and_those_behind_it_are_served_next_time(
    a: Atelier, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_: object) -> str:
        raise ValueError("secret")

    a.retenir("Une")
    service.ask(a.c, "publier", "1", PAR, a.now)
    service.ask(a.c, "composer", "clds-joliette", PAR, a.now)
    ctx = Contexte(a.dossier, a.c, lambda: a.now)
    with monkeypatch.context() as casse:
        casse.setattr(publieur, "publish", break_down)
        casse.setattr(composer, "render_errata", lambda *_: 0)
        with pytest.raises(ValueError, match="secret"):
            run.serve_requests(ctx)
    (publier,) = [d for d in service.recent_requests(a.c) if d.genre == "publier"]
    assert publier.issue == "echec" and "secret" not in publier.message
    assert [d.genre for d in service.waiting(a.c)] == ["composer"]
    assert run.serve_requests(ctx) == (1, 0)


# ---------------------------------------------------------------- the kind of an issue


def test_a_draft_whose_audience_became_a_reminder_is_not_approved_without_its_gates(a: Atelier) -> None:
    a.retenir("Une", limite="2026-12-01", type_="actualite")
    digest_id = compose(a)
    a.audiences = (audience(genre="rappel"),)
    a.passer(days=30)
    with pytest.raises(RefusError, match="recomposez-le"):
        approve(a, digest_id)
    a.audiences = (audience(),)
    with pytest.raises(RefusError, match="L’échéance est passée"):
        approve(a, digest_id)


def test_a_reminder_whose_audience_became_an_issue_is_not_approved_as_one(a: Atelier) -> None:
    a.audiences = (audience(genre="rappel"),)
    digest_id = compose(a)
    a.audiences = (audience(),)
    with pytest.raises(RefusError, match="recomposez-le"):
        approve(a, digest_id)


# ---------------------------------------------------------------- copies of any newspaper

JOURNAL = "Le conseil fictif a voté à l’unanimité un budget de trois millions pour refaire le toit de l’aréna du quartier nord."
ECRIT = {"titre": "Nos mots", "resume": "La ville paie.", "pourquoi": "Le hockey continue."}


@pytest.mark.parametrize("champ", ["titre", "resume", "pourquoi", "editorial"])
@pytest.mark.parametrize("dedans", [True, False])
def test_no_text_of_an_issue_copies_any_newspaper_in_it_or_not(a: Atelier, champ: str, dedans: bool) -> None:
    presse = a.ajouter("Manchette du journal fictif", source="hebdo", texte=JOURNAL)
    if dedans:
        a.decider(presse, "retenir", **ECRIT)
    autre = a.retenir("Un avis de la ville")
    keep_hashes(Contexte(a.dossier, a.c, lambda: a.now))
    digest_id = compose(a)
    copie = {"texte": JOURNAL} if champ == "editorial" else {champ: JOURNAL}
    act(a, digest_id, "editorial" if champ == "editorial" else "recrire", autre, **copie)
    with pytest.raises(RefusError, match="passage repris mot pour mot"):
        approve(a, digest_id)
    assert digests.require(a.c, digest_id).etat == "brouillon"


def test_an_institution_s_own_words_are_no_copy_though_a_newspaper_repeats_them(a: Atelier) -> None:
    a.ajouter("Un avis de la ville", source="hebdo", texte=JOURNAL)
    a.retenir("Un avis de la ville", resume=JOURNAL)
    keep_hashes(Contexte(a.dossier, a.c, lambda: a.now))
    approve(a, compose(a))


@pytest.mark.parametrize("objet", ["Le pont ferme", "Veille CLDS – Le pont ferme !", "LE PONT\u00adFERME"])
def test_the_subject_is_no_newspaper_s_headline(a: Atelier, objet: str) -> None:
    a.retenir("Le pont ferme", source="hebdo", ecrit=ECRIT)
    digest_id = compose(a)
    act(a, digest_id, "objet", texte=objet.replace("PONT\u00ad", "PO\u00adNT "))
    with pytest.raises(RefusError, match="L’objet : titre ou chapeau repris"):
        approve(a, digest_id)


def test_a_subject_may_hold_a_few_words_of_a_headline_and_an_institution_s_title(a: Atelier) -> None:
    a.retenir("Le pont ferme", source="hebdo", ecrit=ECRIT)
    a.retenir("Le pont ferme", source="ville")
    digest_id = compose(a)
    act(a, digest_id, "objet", texte="Le pont ferme")
    approve(a, digest_id)
    assert not taken_over("Pourquoi le pont ferme demain", ["Le pont ferme"])
    assert taken_over("On dit que le grand pont de la ville ferme demain", ["Le grand pont de la ville ferme"])
