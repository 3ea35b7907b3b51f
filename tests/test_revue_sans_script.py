"""The rest of the review without scripts, in a real browser: labels, members of a story, dates, filters, the way in and out.

Deciding, undoing, a selection and a text are in `test_revue_navigateur`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.bureau import person, site_of, stories
from tests.mains import expect
from tests.navigateur import account, running_site
from veille.store.fiches import Fiche

pytestmark = pytest.mark.slow


@pytest.fixture
def page(navigateur: Any, dossier: Path) -> Iterator[Any]:
    """« La semaine » of someone signed in, whose browser runs no script."""
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier, java_script_enabled=False) as ouverte:
        yield ouverte


def story(page: Any, dossier: Path, titre: str) -> Fiche:
    """Open the page of the story with this title, found by its words; returns it as it is kept."""
    trouvees = [f for f in stories(dossier).values() if f.principal.titre == titre]
    page.goto(f"{origin(page)}/revue/{trouvees[0].principal.item_id}")
    page.locator("h1", has_text=titre).wait_for()
    return trouvees[0]


def origin(page: Any) -> str:
    return "/".join(page.url.split("/")[:3])


def done(page: Any, phrase: str) -> None:
    expect(page.locator("#fait")).to_contain_text(phrase)


def test_every_label_of_a_story_is_changed_and_given_back_by_undoing(page: Any, dossier: Path) -> None:
    avant = stories(dossier)
    groupe = story(page, dossier, "Le comité se réunit en décembre").groupe_id
    page.get_by_label("Habitation et logement").check()
    page.get_by_label("Aînés et proche aidance").check()
    page.get_by_label("Lanaudière", exact=True).check()
    page.get_by_label("Type de document").select_option("rapport")
    page.get_by_label("Date limite", exact=True).fill("2026-12-18")
    page.get_by_role("button", name="Enregistrer les étiquettes").click()
    done(page, "enregistrée")
    apres = stories(dossier)
    assert set(apres[groupe].thematiques) == {"aines-proche-aidance", "habitation"}
    assert (apres[groupe].territoires, apres[groupe].type) == (("lanaudiere",), "rapport")
    assert apres[groupe].date_limite.startswith("2026-12-18")
    assert {g for g in avant if avant[g] != apres[g]} == {groupe}
    page.locator("#fait button", has_text="Annuler").click()
    done(page, "Annulé")
    assert stories(dossier) == avant
    page.locator("#fait button", has_text="Rétablir").click()
    done(page, "enregistrée")
    assert stories(dossier) == apres


def test_a_story_is_put_off_to_a_day_that_one_chooses(page: Any, dossier: Path) -> None:
    groupe = story(page, dossier, "Le comité se réunit en décembre").groupe_id
    for bouton, jour, dit in (
        ("Dans une semaine", date(2026, 11, 30), "revient le 30 novembre"),
        ("À cette date", date(2026, 12, 3), "revient le 3 décembre"),
    ):
        page.locator("summary", has_text="Plus tard").click()
        if bouton == "À cette date":
            page.get_by_label("Le", exact=True).fill(jour.isoformat())
        page.get_by_role("button", name=bouton).click()
        expect(page.locator(".cote")).to_contain_text(dit)
        assert (stories(dossier)[groupe].verdict, stories(dossier)[groupe].reprise_le) == ("plus_tard", jour)
    page.goto(f"{origin(page)}/revue?etat=plus_tard")
    page.locator(f"#h{groupe}").get_by_role("button", name="Remettre à la revue").click()
    done(page, "à la revue")
    assert stories(dossier)[groupe].verdict == ""


def test_stories_are_joined_and_parted_and_both_are_undone(page: Any, dossier: Path) -> None:
    avant = stories(dossier)
    autre = story(page, dossier, "Le comité se réunit en décembre")
    tete = story(page, dossier, "Le logement social en chiffres")
    assert len(tete.membres) == 2
    page.locator("summary", has_text="Réunir une autre nouvelle").click()
    page.get_by_label("Adresse ou numéro").fill(f"{origin(page)}/revue/{autre.principal.item_id}")
    page.get_by_role("button", name="Réunir", exact=True).click()
    done(page, "réunies")
    reunies = stories(dossier)
    assert len(reunies[tete.groupe_id].membres) == 3
    assert autre.groupe_id not in reunies
    page.locator("#fait button", has_text="Annuler").click()
    done(page, "Annulé")
    assert stories(dossier) == avant
    story(page, dossier, "Le logement social en chiffres")
    page.locator("#elements").get_by_label("À séparer").nth(1).check()
    page.get_by_role("button", name="Séparer les éléments cochés").click()
    done(page, "séparé")
    assert len(stories(dossier)) == len(avant) + 1
    page.locator("#fait button", has_text="Annuler").click()
    done(page, "Annulé")
    assert stories(dossier) == avant


def test_a_selection_is_joined_from_the_list_and_comes_apart_again(page: Any, dossier: Path) -> None:
    avant = stories(dossier)
    boites = page.locator('.nouvelle input[name="choix"]')
    choisis = [int(boites.nth(rang).get_attribute("value")) for rang in (0, 2, 3)]
    for rang in (0, 2, 3):
        boites.nth(rang).check()
    page.locator("#selection").get_by_role("button", name="Réunir").click()
    done(page, "réunies")
    assert len(set(choisis) & set(stories(dossier))) == 1
    page.locator("#fait button", has_text="Annuler").click()
    done(page, "Annulé")
    assert stories(dossier) == avant


def test_a_filter_is_applied_saved_opened_by_default_and_deleted(page: Any) -> None:
    page.locator("summary", has_text="Filtrer").click()
    page.get_by_label("Thème").select_option("habitation")
    page.get_by_label("Mots", exact=True).fill("logement")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.get_by_label("Mots", exact=True)).to_have_value("logement")
    titres = page.locator(".nouvelle h3").all_inner_texts()
    assert titres
    page.get_by_role("link", name="Enregistrer ce filtre").click()
    page.get_by_label("Nom", exact=True).fill("Le logement d’abord")
    page.get_by_label("Ouvrir « La semaine » sur ce filtre").check()
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    page.locator(".message", has_text="Le logement d’abord").wait_for()
    page.goto(f"{origin(page)}/revue")
    expect(page.locator(".message")).to_contain_text("Votre filtre par défaut est ouvert")
    assert page.locator(".nouvelle h3").all_inner_texts() == titres
    page.goto(f"{origin(page)}/revue/filtres")
    page.get_by_role("button", name="Supprimer").click()
    page.goto(f"{origin(page)}/revue")
    expect(page.locator(".message")).to_have_count(0)
    assert page.locator(".nouvelle").count() > len(titres)


def test_a_decision_survives_signing_out_and_in_again_with_a_password(navigateur: Any, dossier: Path) -> None:
    account(dossier, mot_de_passe="trois petits canots bleus")
    with running_site(dossier) as adresse, person(navigateur, adresse, dossier, java_script_enabled=False) as page:
        groupe = int(page.locator(".nouvelle").first.get_attribute("data-groupe"))
        page.locator(f"#h{groupe}").get_by_role("button", name="À la une").click()
        done(page, "une")
        page.get_by_role("button", name="Se déconnecter").click()
        page.locator("#identifiant").wait_for()
        page.goto(f"{site_of(adresse)}/revue?etat=retenu")
        page.get_by_label("Identifiant").fill("camille.exemple")
        page.get_by_label("Mot de passe").fill("trois petits canots bleus")
        page.keyboard.press("Enter")
        expect(page.locator(f"#h{groupe}")).to_contain_text("Retenue à la une par vous")
