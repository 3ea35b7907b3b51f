"""Each gate refuses what it must, says so in a French sentence with the place to mend, and opens once it is mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.diffusion import NOW, ORGANISATION, Atelier, audience
from veille import brouillon
from veille.editor import Contenu, controles
from veille.editor.controles import Controle, Examen, Piece
from veille.editor.empreintes import known_run, run_hashes
from veille.editor.formes import Element, Limite
from veille.store import digests

JOURNAL = "Le conseil fictif a voté à l’unanimité un budget de trois millions pour refaire le toit de l’aréna du quartier nord."
COPIE = "Selon nous, le conseil fictif a voté à l'unanimité un budget de trois millions pour refaire le toit."
PIXEL = b'<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="" width="1" height="1">'

Abime = Callable[[Examen], Examen]


@pytest.fixture(scope="module")
def sain(tmp_path_factory: pytest.TempPathFactory) -> Examen:
    """Everything in order: an institution's story and a newspaper's, told in our own words; links alive."""
    from pipeline import compose

    a = Atelier(tmp_path_factory.mktemp("controles"), audiences=(audience(),))
    ecrit = {"titre": "Un toit neuf à l’aréna", "resume": "La ville paie.", "pourquoi": "Le hockey continue."}
    a.retenir("Manchette du journal fictif", source="hebdo", texte=JOURNAL, ecrit=ecrit)
    a.retenir("Un avis de la ville", auteur="Camille Fictive")
    digest_id = compose.compose(a.c, a.dossier, "clds-joliette", "Camille Fictive", NOW).digest
    atelier = brouillon.workshop(a.dossier, a.audiences[0])
    etat = brouillon.draft(a.c, atelier, digests.require(a.c, digest_id), NOW)
    return Examen(
        digest_id,
        etat.contenu,
        ORGANISATION,
        brouillon.render(atelier, etat.contenu),
        etat.pieces,
        liens=dict.fromkeys(etat.adresses, ("bon", "")),
    )


def element(x: Examen, **champs: Any) -> Examen:
    """The same, one field of the first story changed, in the content alone."""
    premier = x.contenu.rubriques[0]
    neuf = replace(premier.elements[0], **champs)
    rubriques = (replace(premier, elements=(neuf, *premier.elements[1:])), *x.contenu.rubriques[1:])
    return replace(x, contenu=replace(x.contenu, rubriques=rubriques))


def premier(x: Examen) -> Element:
    return x.contenu.elements[0]


def piece(x: Examen, **champs: Any) -> Examen:
    item_id = premier(x).item_id
    return replace(x, pieces={**x.pieces, item_id: replace(x.pieces[item_id], **champs)})


def rendu(x: Examen, nom: str, change: Callable[[bytes], bytes]) -> Examen:
    neuf = change(x.rendus[nom])
    assert neuf != x.rendus[nom]
    return replace(x, rendus={**x.rendus, nom: neuf})


def without(mots: str) -> Callable[[bytes], bytes]:
    return lambda octets: re.sub(mots.encode(), b"", octets)


def body(ajout: bytes) -> Callable[[bytes], bytes]:
    return lambda octets: octets.replace(b"</body>", ajout + b"</body>")


def content(x: Examen, **champs: Any) -> Examen:
    return replace(x, contenu=replace(x.contenu, **champs))


def dead(x: Examen) -> Examen:
    assert premier(x).lien
    return replace(x, liens={**x.liens, premier(x).lien.adresse: ("mort", "L’adresse n’existe plus")})  # type: ignore[union-attr]


PASSEE = Limite("2026-11-20", "vendredi 20 novembre 2026", "date passée", passee=True)
PORTES: list[tuple[str, Abime, str, str]] = [
    ("textes", lambda x: element(x, a_rediger=("résumé à rédiger",)), "résumé à rédiger", "#n"),
    (
        "mince",
        lambda x: replace(x, mince="Semaine mince : une nouvelle, et il en faut trois."),
        "Semaine mince",
        "/choisir",
    ),
    ("copies", lambda x: element(x, resume=COPIE), "passage repris mot pour mot.*conseil fictif", "#n"),
    (
        "copies",
        lambda x: piece(element(x, resume=COPIE), presse=(), passages=(run_hashes(JOURNAL),)),
        "passage repris mot pour mot.*refaire le toit",
        "#n",
    ),
    ("copies", lambda x: content(x, editorial=COPIE), "L’éditorial : passage repris", "#editorial"),
    ("sources", lambda x: element(x, auteur=""), "il manque auteur", "/revue/"),
    ("sources", lambda x: element(x, date=""), "il manque date", "/revue/"),
    ("sources", lambda x: rendu(x, "page", without("non indiqué")), "la page ne montre pas son auteur", "/apercu/page"),
    ("sources", lambda x: rendu(x, "courriel_texte", without("Hebdo")), "ne montre pas sa source", "/apercu/texte"),
    ("une", lambda x: piece(element(x, pourquoi=""), a_la_une=True), "est à la une : dites pourquoi", "#n"),
    ("echeances", lambda x: element(x, limite=PASSEE), "L’échéance est passée", "#n"),
    ("liens", dead, "le lien est mort.*n’existe plus", "#n"),
    ("longueurs", lambda x: content(x, editorial="mot " * 150), "trop long : 120 mots", "#editorial"),
    ("longueurs", lambda x: content(x, objet="o" * 61), "61 caractères : 60 au plus", "#objet"),
    ("objet", lambda x: content(x, objet="Un objet\u2028coupé"), "une seule ligne", "#objet"),
    ("images", lambda x: rendu(x, "page", body(b'<img src="a.png">')), "texte de remplacement", "/apercu/page"),
    ("pistage", lambda x: rendu(x, "courriel_html", body(PIXEL)), "surveiller la lecture", "/apercu/courriel"),
    (
        "pistage",
        lambda x: rendu(x, "courriel_html", body(b'<img alt="" src="https://ailleurs.exemple.org/i.png">')),
        "irait chercher",
        "/apercu/courriel",
    ),
    (
        "pistage",
        lambda x: rendu(x, "courriel_html", body(b'<p style="background: url(//ailleurs.exemple.org/i)">a</p>')),
        "irait chercher",
        "/apercu/courriel",
    ),
    (
        "pistage",
        lambda x: rendu(x, "courriel_html", body(b'<a href="https://exemple.org/?p=@@preferences@@">a</a>')),
        "propre à chaque personne",
        "/apercu/courriel",
    ),
    (
        "pistage",
        lambda x: rendu(x, "courriel_html", lambda o: o.replace(b"hebdo.exemple.org/1", b"hebdo.exemple.org/1?u=7")),
        "adresse exacte",
        "/apercu/courriel",
    ),
    ("poids", lambda x: rendu(x, "courriel_html", body(b" " * 102_000)), r"moins de 102.ko", "#nouvelles"),
    ("identite", lambda x: replace(x, manques=("adresse_postale",)), "reste à remplir : adresse_postale", "/organisme"),
    (
        "identite",
        lambda x: rendu(x, "courriel_texte", without("rue de l.{1,3}Exemple")),
        "ne porte pas l’adresse postale",
        "/apercu/texte",
    ),
]


@pytest.mark.parametrize(("cle", "abime", "phrase", "lieu"), PORTES)
def test_each_gate_refuses_what_it_must_and_opens_once_mended(
    sain: Examen, cle: str, abime: Abime, phrase: str, lieu: str
) -> None:
    trouves = controles.blocking(controles.check(abime(sain)))
    assert any(c.cle == cle and re.search(phrase, c.phrase) and lieu in c.lieu for c in trouves), trouves
    assert all(c.lieu.startswith("/") and len(c.phrase) > 20 for c in trouves)
    assert controles.check(sain) == ()


def test_every_gate_has_a_test() -> None:
    assert {cle for cle, *_ in PORTES} | {"deja"} == set(controles.CLES)  # Which only advises.


def test_one_short_quotation_is_left_aside(sain: Examen) -> None:
    cite = "On y lit « " + " ".join(JOURNAL.split()[:20]) + " », et c’est tout."
    assert controles.check(element(sain, resume=cite)) == ()


def test_an_institution_s_own_title_may_be_in_the_newspaper_too(sain: Examen) -> None:
    titre = " ".join(JOURNAL.split()[:16])
    assert controles.check(piece(element(sain, titre=titre), titre_de_la_source=True)) == ()
    assert [c.cle for c in controles.check(element(sain, titre=titre))] == ["copies"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*JOURNAL.split(), "ailleurs", "« oui »"]), max_size=30), st.integers(0, 21))
def test_no_rendering_that_passes_shares_twelve_words_with_the_newspaper(
    sain: Examen, mots: list[str], debut: int
) -> None:
    """Whatever is written, taken in part from the newspaper or not."""
    texte = " ".join([*mots, *JOURNAL.split()[debut : debut + len(mots)]])
    ecrit = element(sain, resume=texte)
    if controles.blocking(controles.check(ecrit)):
        return
    atelier = brouillon.read_workshop(Path("/nulle-part"), "clds-joliette", "CLDS de Joliette")
    lu = brouillon.render(atelier, ecrit.contenu)["courriel_texte"].decode()
    copies = [p for p in lu.split("\n\n") if "«" not in p]
    assert not any(known_run(p, (run_hashes(JOURNAL),)) for p in copies)


def test_a_doubtful_link_and_one_never_looked_at_are_told_and_block_nothing(sain: Examen) -> None:
    assert premier(sain).lien
    doute = replace(sain, liens={**sain.liens, premier(sain).lien.adresse: ("incertain", "Le site est en panne")})  # type: ignore[union-attr]
    dits = controles.check(doute) + controles.check(replace(sain, liens={}))
    assert controles.blocking(dits) == ()
    assert "Le site est en panne" in dits[0].phrase
    assert re.search(r"2.liens restent à vérifier", dits[1].phrase)


def test_what_blocks_comes_first_and_outcomes_name_every_gate(sain: Examen) -> None:
    dits = controles.check(replace(dead(sain), liens={premier(sain).lien.adresse: ("mort", "")}))  # type: ignore[union-attr]
    assert [c.bloquant for c in dits] == sorted((c.bloquant for c in dits), reverse=True)
    sorties = controles.outcomes((Controle("liens", "Un lien reste à vérifier.", "/", bloquant=False),))
    assert [s["cle"] for s in sorties] == list(controles.CLES)
    assert [len(s["conseils"]) for s in sorties if s["cle"] == "liens"] == [1]


def test_an_empty_issue_passes_every_gate_of_its_texts(sain: Examen) -> None:
    vide = replace(sain.contenu, rubriques=())
    assert isinstance(vide, Contenu)
    assert controles.check(replace(sain, contenu=vide, pieces={1: Piece("Titre")})) == ()
