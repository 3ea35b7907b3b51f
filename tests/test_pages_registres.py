"""The pages of registers: a row stays in its plan, slips are told, and what is refused is said as it is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

from tests.navigateur import running_site, visitor
from tests.test_pages_televersement import CSV, IMPORTER, upload
from veille.settings import shipped


def meeting(equipe: Any, **champs: str) -> int:
    """Write a meeting by its form; returns its number."""
    page = equipe.get("/registres/activites/ajouter")
    saisies = {"titre": "Rencontre (exemple fictif)", "type": "clds", "moyens": "1.1.2", "jour_le": "2025-06-03"}
    recu = equipe.send_form("/registres/activites/ajouter", page, **(saisies | champs))
    assert recu.status_code == 303, recu.text
    return int(recu.headers["location"].rpartition("/")[2])


def follow(dossier: Path, slug: str) -> None:
    """Make a later plan the active one, the shipped one being kept beside it."""
    actif = dossier / "plan.toml"
    texte = (shipped() / "plan.toml").read_text(encoding="utf-8")
    (dossier / "plans").mkdir(exist_ok=True)
    (dossier / "plans" / "plan-2023-2026.toml").write_text(texte, encoding="utf-8")
    suivant = re.sub(r'^slug = ".*"', f'slug = "{slug}"', texte, flags=re.M)
    suivant = re.sub(
        r"^debut = \d+", "debut = 2026", re.sub(r"^fin = \d+", "fin = 2029", suivant, flags=re.M), flags=re.M
    )
    actif.write_text(suivant, encoding="utf-8")


def test_a_row_of_a_former_plan_stays_in_it_when_it_is_corrected(equipe: Any, base: Any, dossier: Path) -> None:
    numero = meeting(equipe, reference="ANCIENNE-1")
    follow(dossier, "plan-2026-2029")
    page = equipe.get(f"/registres/activites/{numero}/modifier")
    champs = {"titre": "Rencontre (exemple fictif)", "type": "clds", "moyens": "1.1.2", "jour_le": "2025-06-04"}
    assert equipe.send_form(f"/registres/activites/{numero}/modifier", page, **champs).status_code == 303
    assert tuple(base.execute("SELECT plan, jour_le FROM activites").fetchone()) == ("plan-2023-2026", "2025-06-04")
    assert "2023" in equipe.get(f"/registres/activites/{numero}").text


def test_a_reference_of_another_plan_is_told_before_anything_is_confirmed(
    equipe: Any, base: Any, dossier: Path
) -> None:
    numero = meeting(equipe, reference="A-1")
    follow(dossier, "plan-2026-2029")
    page = upload(equipe, CSV.format("2026-06-03").encode())
    assert page.status_code == 400
    assert f"est celle de la ligne {numero}, d’un autre plan" in page.text


def test_a_slip_in_a_date_is_told_after_the_row_is_written(equipe: Any) -> None:
    ligne = meeting(equipe, jour_le="2015-06-03")
    page = equipe.get(f"/registres/activites/{ligne}")
    assert "Cette date est hors du plan" in page.text


def test_a_malformed_text_is_refused_and_nothing_is_broken(equipe: Any, capfd: Any) -> None:
    for adresse in (IMPORTER, "/organisations/importer"):
        page = equipe.get(adresse)
        recu = equipe.send_form(f"{adresse}/confirmer", page, texte='Date;Titre\n"jamais fermé;x\n')
        assert recu.status_code == 400, adresse
        assert "Ce CSV est mal formé" in recu.text
    assert "Traceback" not in capfd.readouterr().err


def test_a_file_that_cannot_be_read_is_told_on_every_page_that_needs_it(equipe: Any, dossier: Path, capfd: Any) -> None:
    shutil.copy(shipped() / "plan.toml", dossier / "plan.toml")
    (dossier / "plan.toml").write_text("slug = \n", encoding="utf-8")
    for adresse in ("/registres/activites", "/registres/activites/ajouter", "/registres/periodes", "/bilans"):
        page = equipe.get(adresse)
        assert page.status_code == 200
        assert "Un fichier est à corriger" in page.text
        assert "plan.toml" in page.text
    assert "Traceback" not in capfd.readouterr().err


def test_a_form_sent_twice_writes_one_row(equipe: Any, base: Any) -> None:
    numero = meeting(equipe)
    page = equipe.get("/registres/activites/ajouter")
    champs = {"titre": "Rencontre (exemple fictif)", "type": "clds", "moyens": "1.1.2", "jour_le": "2025-06-03"}
    recu = equipe.send_form("/registres/activites/ajouter", page, **champs)
    assert recu.status_code == 409
    assert f"déjà au registre, sous le nº\u00a0{numero}" in recu.text
    assert 'value="Rencontre (exemple fictif)"' in recu.text  # Nothing typed is lost.
    assert base.execute("SELECT count(*) FROM activites").fetchone()[0] == 1


def test_who_may_not_amend_is_told_so_and_keeps_what_was_typed(dossier: Path, base: Any) -> None:
    with running_site(dossier) as lien, visitor(dossier, lien, "Robin Exemple", ("lire", "rediger")) as robin:
        page = robin.get("/registres/activites/ajouter")
        champs = {"titre": "Rencontre (exemple fictif)", "type": "clds", "moyens": "1.1.2", "jour_le": "2025-06-03"}
        recu = robin.send_form("/registres/activites/ajouter", page, raison="Oubliée", **champs)
    assert recu.status_code == 403
    assert "n’est corrigée que par une personne qui approuve" in recu.text
    assert 'value="Rencontre (exemple fictif)"' in recu.text
    assert 'name="raison"' not in recu.text
    assert base.execute("SELECT count(*) FROM activites").fetchone()[0] == 0
