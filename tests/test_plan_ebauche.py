"""The next plan drafted from the last one: every moyen carried over, what happened told, nothing decided, nothing lost."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as essais
from hypothesis import strategies as st

from pipeline.cli import main
from tests.projet import make
from veille import settings
from veille.model import Plan, Suivi
from veille.plan import progress
from veille.plan.avancement import Avancement, EtatVu
from veille.plan.ebauche import Constat, Suivant, draft, propose
from veille.settings import controles, validation

PLAN = settings.load(Path(__file__).resolve().parents[1]).plan
SUIVANT = Suivant("plan-2026-2029", "Plan d’action 2026-2029", 2026, 2029, date(2029, 3, 31))
AU = date(2026, 3, 31)


def read(texte: str) -> Plan:
    donnees = tomllib.loads(texte)
    assert controles.check({"plan.toml": donnees}) == []
    plan = validation.build(Plan, donnees, "plan.toml")
    assert isinstance(plan, Plan), plan
    return plan


def test_every_element_is_carried_over_and_what_is_to_decide_is_empty() -> None:
    suivant = read(draft(PLAN, SUIVANT, progress(PLAN, {}, {}), {}, AU))
    assert suivant.ids() == PLAN.ids()
    assert [i.id for i in suivant.indicateurs] and {i.id for i in suivant.indicateurs} == {
        i.id for i in PLAN.indicateurs
    }
    assert [(m.id, m.texte, m.responsables) for m in suivant.moyens] == [
        (m.id, m.texte, m.responsables) for m in PLAN.moyens
    ]
    assert not any(m.echeance.texte or m.phases or m.priorite for m in suivant.moyens)
    assert suivant.colonnes[-1] == "Bilan au 31 mars 2029"
    assert (suivant.debut, suivant.fin, suivant.bilan_le) == (2026, 2029, date(2029, 3, 31))


def test_the_comment_above_a_moyen_says_where_it_ended_and_what_is_missing() -> None:
    suivis = {"1.1.1": Suivi(PLAN.slug, "1.1.1", "en_cours", date(2026, 3, 2), "Deux rencontres remises.", "Camille")}
    constats = {
        "IND-1.1.1-a": Constat("41 rencontres", atteinte="non", valeur=41),
        "IND-1.1.1-b": Constat(manque="aucune présence inscrite"),
    }
    texte = draft(PLAN, SUIVANT, progress(PLAN, suivis, {}), constats, AU).replace("\u00a0", " ")
    bloc = texte[texte.index("# 1.1.1. ") : texte.index('id = "1.1.1"')]
    assert "Où il en est resté : en cours, dit le 2 mars 2026." in bloc
    assert "Deux rencontres remises." in bloc and "IND-1.1.1-a : 41 rencontres" in bloc
    assert "IND-1.1.1-b (aucune présence inscrite)" in bloc
    assert "PROPOSITION : revoir (une cible au moins n’est pas atteinte)." in bloc
    (base,) = [i.base for i in read(texte).indicateurs if i.id == "IND-1.1.1-a"]
    assert base and (base.valeur, base.le, base.source) == (41, AU, PLAN.titre)


def test_what_is_counted_by_year_starts_from_its_last_whole_year() -> None:
    fin = date(2025, 3, 31)
    texte = draft(
        PLAN, SUIVANT, progress(PLAN, {}, {}), {"IND-1.1.1-a": Constat("41", valeur=14, annee="2024-2025", le=fin)}, AU
    )
    (base,) = [i.base for i in read(texte).indicateurs if i.base]
    assert (base.valeur, base.le, base.source) == (14, fin, f"{PLAN.titre}, année 2024-2025")


@pytest.mark.parametrize(
    ("etat", "atteinte", "attendue"),
    [
        ("realise", "", "retirer"),
        ("abandonne", "atteinte", "retirer"),
        ("reporte", "", "reconduire"),
        ("a_venir", "", "reconduire"),
        ("en_cours", "atteinte", "reconduire"),
        ("en_cours", "partielle", "revoir"),
        ("registres", "", "reconduire"),
        ("aucun", "atteinte", "revoir"),
    ],
)
def test_the_proposal_follows_from_what_is_known(etat: EtatVu, atteinte: str, attendue: str) -> None:
    constat = Constat("x", atteinte=atteinte)  # type: ignore[arg-type]  # One of the words, from the table above.
    assert propose(Avancement("1", etat), [constat])[0] == attendue


TEXTES = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@essais(deadline=None)
@given(TEXTES, TEXTES)
def test_whatever_staff_wrote_the_draft_can_be_read(titre: str, note: str) -> None:
    suivis = {"1.1.1": Suivi(PLAN.slug, "1.1.1", "realise", AU, note, "Camille")}
    plan = replace(PLAN, note_propositions=titre, moyens=PLAN.moyens[:1], sous_moyens=(), indicateurs=())
    lu = tomllib.loads(draft(plan, SUIVANT, progress(plan, suivis, {}), {}, AU))
    assert lu.get("note_propositions", "") == titre


def test_the_command_drafts_once_then_refuses_and_the_draft_can_be_activated(tmp_path: Path) -> None:
    projet = make(tmp_path / "p", [])
    options = ["--slug", "plan-2026-2029", "--titre", "Le suivant", "--debut", "2026", "--fin", "2029"]
    commande = ["plan", "ebaucher", *options, "--bilan", "2029-03-31", "--dossier", str(projet)]
    fait = CliRunner().invoke(main, commande, catch_exceptions=False)
    assert fait.exit_code == 0 and "plan-2026-2029.toml" in fait.output
    avant = (projet / "plans" / "plan-2026-2029.toml").read_bytes()
    encore = CliRunner().invoke(main, commande, catch_exceptions=False)
    assert encore.exit_code == 2 and "existe déjà" in encore.stderr
    assert (projet / "plans" / "plan-2026-2029.toml").read_bytes() == avant
    active = CliRunner().invoke(main, ["plan", "activer", "plan-2026-2029", "--dossier", str(projet)])
    assert active.exit_code == 0
    assert settings.load(projet).plan.slug == "plan-2026-2029"
    liste = CliRunner().invoke(main, ["plan", "lister", "--dossier", str(projet), "--json"])
    assert '"actif": "plan-2026-2029"' in liste.stdout
