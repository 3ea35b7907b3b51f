"""An erratum from its form to the page, the feed's issue and the next number; and sources of what is added by hand."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.diffusion import SOURCES, Atelier
from tests.navigateur import Visiteur
from veille.editor import Contenu, from_json, to_json
from veille.editor.empreintes import run_hashes
from veille.editor.formes import Element, Nom, Rubrique
from veille.store import empreintes, errata, fiches, saisies, service, sources
from veille.store.saisies import Ajout

LIEU = "/bulletins/1"


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ").split())


@pytest.fixture
def publie(base: Any) -> int:
    """The draft of the fictional week, as if it had been approved and published with one press story; returns its item."""
    item_id = int(base.execute("SELECT item_id FROM digest_items WHERE digest_id = 1 ORDER BY rang").fetchone()[0])
    contenu = from_json(base.execute("SELECT contenu FROM digests WHERE id = 1").fetchone()[0])
    assert isinstance(contenu, Contenu)
    e = Element(item_id, "Un titre faux", Nom("hebdo", "Hebdo"), "non indiqué", "Publié le 20 novembre 2026")
    plein = Contenu(**{**vars(contenu), "rubriques": (Rubrique("habitation", "Habitation", (e,)),)})
    base.execute(
        "UPDATE digests SET contenu = ?, approuve_a = compose_a, approuve_par = 'Dominique Fictif', publie_a = compose_a,"
        " publie_par = 'Dominique Fictif' WHERE id = 1",
        (to_json(plein),),
    )
    return item_id


def test_an_erratum_is_recorded_told_and_asks_for_a_new_publication(equipe: Visiteur, base: Any, publie: int) -> None:
    page = equipe.get(LIEU)
    champs = {
        "phrase": "Le titre disait faux.",
        "item": publie,
        "titre": "Un titre juste",
        "resume": "",
        "pourquoi": "",
    }
    assert equipe.send_form(f"{LIEU}/erratum", page, **champs).status_code == 303
    (erratum,) = errata.of_digest(base, 1)
    assert (erratum.corrections, erratum.par) == ({"titre": "Un titre juste"}, "Camille Exemple")
    assert ("publier", "1") in [(d.genre, d.argument) for d in service.waiting(base)]
    page = equipe.get(LIEU)
    assert "Un titre juste" in text(page.text) and "Le titre disait faux." in text(page.text)
    assert "Un titre faux" in base.execute("SELECT contenu FROM digests WHERE id = 1").fetchone()[0]


@pytest.mark.parametrize(
    ("champs", "faute"),
    [
        ({"phrase": ""}, "Dites en une phrase"),
        ({"phrase": "x" * 301}, "301 caractères : 300 au plus"),
        ({"phrase": "Faux.", "titre": "mot " * 13}, "13 mots"),
        ({"phrase": "Faux.", "titre": "Juste"}, "Choisissez la nouvelle"),
    ],
)
def test_what_an_erratum_lacks_is_told_and_nothing_typed_is_lost(
    equipe: Visiteur, base: Any, publie: int, champs: dict[str, str], faute: str
) -> None:
    reponse = equipe.send_form(f"{LIEU}/erratum", equipe.get(LIEU), **champs)
    assert reponse.status_code == 400
    assert faute in text(reponse.text)
    assert all(valeur.strip() in reponse.text for valeur in champs.values())
    assert publie and errata.of_digest(base, 1) == []


def test_an_erratum_may_not_copy_the_newspaper_either(equipe: Visiteur, base: Any, publie: int) -> None:
    base.execute("UPDATE sources SET droits = 'presse'")
    resume = base.execute("SELECT resume FROM items WHERE id = ?", (publie,)).fetchone()[0]
    champs = {"phrase": "Faux.", "item": publie, "resume": resume}
    reponse = equipe.send_form(f"{LIEU}/erratum", equipe.get(LIEU), **champs)
    assert reponse.status_code == 400 and "passage repris mot pour mot" in text(reponse.text)
    assert errata.of_digest(base, 1) == []


@pytest.mark.parametrize("champ", ["titre", "resume", "phrase"])
def test_an_erratum_may_not_take_a_headline_or_a_lead_over(
    equipe: Visiteur, base: Any, publie: int, champ: str
) -> None:
    base.execute("UPDATE sources SET droits = 'presse'")
    base.execute("UPDATE items SET titre = 'Le pont ferme', resume = 'Le pont a fermé hier.' WHERE id = ?", (publie,))
    repris = "Le pont a fermé hier." if champ == "resume" else "Le pont ferme"
    champs = {"phrase": "Faux.", "item": publie, champ: repris}
    reponse = equipe.send_form(f"{LIEU}/erratum", equipe.get(LIEU), **champs)
    assert reponse.status_code == 400 and "titre ou chapeau repris" in text(reponse.text)
    assert errata.of_digest(base, 1) == []
    juste = {"phrase": "Faux.", "item": publie, "titre": "Nos propres mots"}
    assert equipe.send_form(f"{LIEU}/erratum", equipe.get(LIEU), **juste).status_code == 303


def test_an_erratum_may_not_copy_a_newspaper_outside_the_issue(equipe: Visiteur, base: Any, publie: int) -> None:
    copie = "Le conseil fictif a voté à l’unanimité un budget de trois millions pour refaire le toit de l’aréna."
    empreintes._put(base, empreintes._days([{"faite_a": "2026-11-23T14:00:00Z", "passages": run_hashes(copie)}]))  # type: ignore[list-item]
    champs = {"phrase": "Faux.", "item": publie, "resume": copie}
    reponse = equipe.send_form(f"{LIEU}/erratum", equipe.get(LIEU), **champs)
    assert reponse.status_code == 400 and "passage repris mot pour mot" in text(reponse.text)


def test_a_draft_is_not_corrected_by_an_erratum(equipe: Visiteur, base: Any) -> None:
    reponse = equipe.send_form(f"{LIEU}/erratum", equipe.get(LIEU), phrase="Faux.")
    assert reponse.status_code == 400 and "publié" in text(reponse.text)
    assert errata.of_digest(base, 1) == []


# ---------------------------------------------------------------- what is added by hand


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path)


def ajout(**champs: Any) -> Ajout:
    return Ajout(
        **{
            "adresse": "https://ailleurs.exemple.org/a",
            "titre": "Notre titre",
            "source": "Journal d’ailleurs",
            "auteur": "",
            "publie_le": None,
            "resume": "Nos mots.",
            "pourquoi": "",
            "thematiques": ("habitation",),
            "territoires": ("joliette", "lanaudiere"),
            "type": "actualite",
            **champs,
        }
    )


def test_a_source_made_by_a_page_outlives_the_staff_file_and_is_nobody_s_trouble(a: Atelier) -> None:
    saisies.add(a.c, ajout(), "clds-joliette", "Camille Fictive", a.now)
    sources.sync(a.c, SOURCES, a.now + timedelta(days=1))
    sources.sync(a.c, SOURCES[1:], a.now + timedelta(days=2))
    etats = dict(a.c.execute("SELECT slug, retiree_a IS NULL FROM sources").fetchall())
    assert etats["saisie-journal-d-ailleurs"] == 1 and etats["ville"] == 0
    assert "saisie-journal-d-ailleurs" not in [s.slug for s in sources.health(a.c)]


def test_two_items_of_the_same_source_are_two_stories_of_one_source(a: Atelier) -> None:
    un = saisies.add(a.c, ajout(), "clds-joliette", "Camille Fictive", a.now)
    deux = saisies.add(a.c, ajout(adresse="https://ailleurs.exemple.org/b"), "clds-joliette", "Camille Fictive", a.now)
    encore = saisies.add(a.c, ajout(), "clds-joliette", "Camille Fictive", a.now)
    histoires = [fiches.of_item(a.c, i) for i in (un, deux)]
    assert encore == un
    assert len({f.groupe_id for f in histoires if f}) == 2
    assert a.c.execute("SELECT count(*) FROM sources WHERE genre = 'manuel'").fetchone()[0] == 1
    assert [(f.verdict, f.par, f.redaction.titre, f.redaction.audiences) for f in histoires if f] == [
        ("retenir", "Camille Fictive", "Notre titre", ("clds-joliette",))
    ] * 2


def test_the_title_typed_is_staff_s_own_and_passes_for_no_copy(a: Atelier) -> None:
    from veille.editor.droits import faults

    long = "Une coopérative alimentaire de douze mots ouvre enfin ses portes à Rawdon"
    fiche = fiches.of_item(a.c, saisies.add(a.c, ajout(titre=long), "clds-joliette", "Camille Fictive", a.now))
    assert fiche is not None and faults(fiche) == ()
    assert fiche.principal.droits == "presse"
