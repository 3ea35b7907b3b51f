"""The plan beside what the watch did: every figure from rows, each digest counted once, nothing claimed for people."""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest

from veille import settings
from veille.bilan import render_bilan
from veille.evaluation import A_SAISIR, Activite, EtatPlan, LigneMoyen, Livrable, plan_state
from veille.model import Objectif, Organisation, Plan, Source, Thematique
from veille.store import plan as store_plan
from veille.store import sources
from veille.store.schema import open_store
from veille.store.sources import Collecte

RIEN = Activite(0, 0, 0, 0, 0, 0, 0)
AU = date(2026, 3, 31)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return settings.load(settings.shipped()).plan


def livrable(numero: int, *elements: str, audience: str = "partenaires", titre: str = "Bulletin") -> Livrable:
    return Livrable(numero, audience, audience.title(), "publique", titre, date(2025, 5, numero), 4, elements)


def state(plan: Plan, *livrables: Livrable, activite: Activite = RIEN) -> EtatPlan:
    themes = [Thematique("a", "A", "a", etat="validee"), Thematique("b", "B", "b")]
    return plan_state(plan, livrables, activite, themes, frozenset({"equipe"}), AU)


def moyen(etat: EtatPlan, identifiant: str) -> LigneMoyen:
    return next(m for o in etat.orientations for ob in o.objectifs for m in ob.moyens if m.moyen.id == identifiant)


def test_a_digest_counts_once_for_each_moyen_it_serves_and_once_in_all(plan: Plan) -> None:
    etat = state(plan, livrable(1, "1.1.3", "1.1.3.1", "1.1.4"), livrable(2, "1.1.4"))
    assert moyen(etat, "1.1.3").mesures[0].valeur.startswith("1\u00a0bulletin publié ;")
    assert moyen(etat, "1.1.4").mesures[0].valeur.startswith("2\u00a0bulletins publiés ;")
    assert len(etat.bulletins) == 2


def test_the_team_s_reminder_is_no_tool_but_is_told(plan: Plan) -> None:
    etat = state(plan, livrable(1, "1.1.3", audience="equipe"))
    assert etat.bulletins == ()
    assert moyen(etat, "1.1.3").mesures[0].valeur.startswith("0\u00a0bulletin publié")
    assert moyen(etat, "1.1.3").realisations == ("1\u00a0rappel de revue pour « Equipe » (1er\u00a0mai\u00a02025).",)


def test_what_only_people_know_is_left_to_them(plan: Plan) -> None:
    mesures = [m for o in state(plan).orientations for ob in o.objectifs for x in ob.moyens for m in x.mesures]
    assert {m.indicateur.id for m in mesures if m.automatique} == {"IND-1.1.3-a", "IND-1.1.4-a"}
    assert all(m.valeur == A_SAISIR for m in mesures if m.indicateur.calcul == "manuel")


def test_the_watch_tells_its_own_work_where_the_plan_speaks_of_it(plan: Plan) -> None:
    etat = state(plan, activite=Activite(12, 200, 150, 900, 700, 40, 1))
    assert moyen(etat, "4.1.1").realisations == ("2\u00a0thématiques définies, dont 1\u00a0validée par l’équipe.",)
    assert moyen(etat, "4.1.2").realisations == ("12\u00a0sources lues, 200\u00a0lectures dont 75\u00a0% réussies.",)
    assert "40\u00a0retenues et 1\u00a0écartée par l’équipe" in moyen(etat, "4.2.1").realisations[0]
    assert moyen(state(plan), "4.1.2").realisations == ()


def test_the_page_shows_the_total_escapes_titles_and_keeps_an_objectif_without_moyen(plan: Plan, now: datetime) -> None:
    objectif = Objectif("4.9", "4", "Un objectif sans moyen")
    etat = state(
        replace(plan, objectifs=(*plan.objectifs, objectif)),
        livrable(1, "1.1.3", titre="<script>alert(1)</script>"),
        livrable(2),
        livrable(3, "1.1.3", audience="equipe"),
    )
    page = render_bilan(etat, Organisation("Organisme"), now, settings.shipped())
    texte = unescape(re.sub(r"<[^>]+>", "", page))
    assert "<script" not in page
    assert "2\u00a0bulletins publiés en tout." in texte
    assert "4.9 Un objectif sans moyen" in texte
    assert page.count("<tr") == 4 + len(plan.moyens) + 1
    assert "pour </li>" not in page


def test_a_source_whose_every_reading_failed_was_not_read(tmp_path: Path, now: datetime) -> None:
    with contextlib.closing(open_store(tmp_path)) as c:
        sources.sync(c, [Source(s, s, "", f"https://{s}.invalid/", "flux") for s in ("bonne", "inegale", "morte")], now)
        for source_id, issue in ((1, "lue"), (1, "inchangee"), (2, "echec"), (2, "lue"), (3, "echec"), (3, "echec")):
            sources.record(c, source_id, Collecte(now, now, issue, now))  # type: ignore[arg-type]
        activite = store_plan.activity(c, now, now + timedelta(days=1))
    assert (activite.sources_lues, activite.collectes, activite.collectes_reussies) == (2, 6, 3)
