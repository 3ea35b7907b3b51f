"""Registers of a plan that is no longer the active one: its rows stay its own, and its last year can still be locked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.navigateur import Visiteur, fill, signed_in
from tests.test_plans_dossier import SUIVANT
from veille import settings
from veille.model import Activite
from veille.periodes import year_of
from veille.settings import plans
from veille.store import bilans, registres, service
from veille.store.connexion import transaction
from veille.store.schema import open_store

ANCIEN, NOUVEAU = "plan-2023-2026", "plan-suivant"
JOUR = datetime(2025, 6, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose next plan is active, with a meeting written under the former one."""
    dossier = fill(tmp_path_factory.mktemp("plans"), 3)
    for nom in ("plan.toml",):
        (dossier / nom).write_bytes((settings.shipped() / nom).read_bytes())
    plans.draft(dossier, NOUVEAU, SUIVANT)
    plans.activate(dossier, NOUVEAU)
    c = open_store(dossier)
    with transaction(c):
        rencontre = Activite(
            0, ANCIEN, ("1.1.2",), jour_le=date(2025, 6, 3), titre="Rencontre (exemple fictif)", type="clds"
        )
        registres.add(c, rencontre, "activites", "Camille Exemple", JOUR)
    c.close()
    return dossier


@pytest.fixture(scope="module")
def equipe(dossier: Path) -> Iterator[Visiteur]:
    with signed_in(dossier) as visiteur:
        yield visiteur


def test_a_row_of_the_former_plan_is_corrected_within_it(equipe: Visiteur, dossier: Path) -> None:
    formulaire = equipe.get("/registres/activites/1/modifier")
    assert "1.1.2 Accompagner" in formulaire.text  # The moyens of its own plan are offered.
    champs = {"jour_le": "2025-06-03", "titre": "Rencontre revue (exemple fictif)", "type": "clds", "moyens": "1.1.2"}
    assert equipe.send_form("/registres/activites/1/modifier", formulaire, **champs).status_code == 303
    c = open_store(dossier)
    lue = registres.one(c, "activites", 1)
    c.close()
    assert isinstance(lue, Activite)
    assert (lue.plan, lue.titre) == (ANCIEN, "Rencontre revue (exemple fictif)")


def test_the_lists_show_one_plan_at_a_time(equipe: Visiteur) -> None:
    assert "exemple fictif" not in equipe.get("/registres/activites").text
    assert "exemple fictif" in equipe.get(f"/registres/activites?plan={ANCIEN}").text
    assert equipe.get("/registres/activites?plan=inconnu").status_code == 404
    assert equipe.get("/registres/activites?plan=../plan").status_code == 404


def test_a_new_row_goes_to_the_plan_of_its_form(equipe: Visiteur, dossier: Path) -> None:
    formulaire = equipe.get(f"/registres/outils/ajouter?plan={ANCIEN}")
    assert f'action="/registres/outils/ajouter?plan={ANCIEN}"' in formulaire.text
    champs = {"jour_le": "2025-06-03", "titre": "Portrait (exemple fictif)", "type": "portrait", "moyens": "1.1.3"}
    assert equipe.send_form(f"/registres/outils/ajouter?plan={ANCIEN}", formulaire, **champs).status_code == 303
    c = open_store(dossier)
    assert [x.plan for x in registres.rows(c, "outils", ANCIEN)] == [ANCIEN]
    c.close()


def test_the_last_year_of_the_former_plan_can_be_locked(equipe: Visiteur, dossier: Path) -> None:
    page = equipe.get(f"/registres/periodes?plan={ANCIEN}")
    assert "2025-2026" in page.text
    assert f'href="/registres/periodes?plan={NOUVEAU}"' in page.text
    cle = "annee 2025-04-01 2026-03-31"
    assert (
        equipe.send_form("/registres/periodes/verrouiller", page, plan=ANCIEN, periode=cle, sur="oui").status_code
        == 303
    )
    c = open_store(dossier)
    assert [d.argument for d in service.waiting(c) if d.genre == "verrouiller"] == [f"{ANCIEN} {cle}"]
    c.close()


def test_a_figure_of_a_locked_year_of_the_former_plan_stays_and_the_gap_is_told(
    equipe: Visiteur, dossier: Path
) -> None:
    c, plan, an = open_store(dossier), plans.plan_of(dossier, ANCIEN), year_of(date(2024, 6, 1))
    with transaction(c):
        rencontre = Activite(0, ANCIEN, ("1.1.1",), jour_le=date(2024, 6, 3), titre="Deux ans avant", type="rencontre")
        numero = registres.add(c, rencontre, "activites", "Camille Exemple", JOUR)
    contenu = bilans.draw(c, plan, an, an.fin, JOUR)
    with transaction(c):
        fige = bilans.make(c, plan, an, contenu, "Camille Exemple", JOUR).bilan
        registres.lock(c, ANCIEN, an, fige.id, "Camille Exemple", JOUR)
    with transaction(c):
        registres.withdraw(c, "activites", numero, "Camille Exemple", JOUR, amendement="Inscrite par erreur.")
    c.close()
    lien = next(x.adresse for x in contenu.tous if x.code == "IND-1.1.1-a")
    page = equipe.get(lien)
    assert page.status_code == 200 and "Plan d’action 2023-2026" in page.text
    assert '<p class="chiffre">1\u00a0rencontre</p>' in page.text
    assert "Recompté aujourd’hui, ce serait <strong>—</strong>" in page.text
    assert "1 au verrouillage" in page.text


def test_the_bilans_of_the_former_plan_are_still_made_and_listed(equipe: Visiteur) -> None:
    page = equipe.get(f"/bilans?plan={ANCIEN}")
    assert f'href="/bilans?plan={NOUVEAU}"' in page.text
    fait = equipe.send_form("/bilans/faire", page, plan=ANCIEN, portee="trimestre", au="2023-06-30")
    assert fait.status_code == 303 and fait.headers["location"] != f"/bilans?plan={ANCIEN}"
    bilan = equipe.get(fait.headers["location"])
    assert bilan.status_code == 200 and "Plan d’action 2023-2026" in bilan.text
    assert fait.headers["location"] in equipe.get(f"/bilans?plan={ANCIEN}").text
    assert fait.headers["location"] not in equipe.get("/bilans").text
    refus = equipe.send_form("/bilans/faire", page, plan=ANCIEN, portee="annee", au="2030-01-01")
    assert refus.headers["location"] == f"/bilans?plan={ANCIEN}"


def test_a_period_that_the_plan_does_not_have_is_refused_and_never_another_figure(equipe: Visiteur) -> None:
    refus = equipe.get("/plan/indicateurs/IND-1.1.1-a?genre=plan&debut=2023-04-01")
    assert refus.status_code == 303 and refus.headers["location"].endswith(f"?plan={NOUVEAU}")
    assert equipe.get("/plan/indicateurs/IND-1.1.1-a?plan=inconnu").status_code == 404


def test_the_address_of_a_form_asked_again_from_the_bar_is_not_found(equipe: Visiteur) -> None:
    for adresse in ("/registres/periodes/verrouiller", "/bilans/faire", "/registres/activites/1/retirer"):
        assert equipe.get(adresse).status_code == 404, adresse


def test_a_plan_that_cannot_be_read_is_named_on_every_page(equipe: Visiteur, dossier: Path) -> None:
    fichier = dossier / "plan.toml"
    avant = fichier.read_bytes()
    fichier.write_text("titre = ", encoding="utf-8")
    try:
        for adresse in (
            "/registres",
            "/registres/activites",
            "/registres/outils/ajouter",
            "/registres/periodes",
            "/bilans",
        ):
            page = equipe.get(adresse)
            assert page.status_code == 200 and "plan.toml" in page.text, adresse
    finally:
        fichier.write_bytes(avant)
