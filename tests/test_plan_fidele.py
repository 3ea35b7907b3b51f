"""plan.toml says what the source says, field by field, and its six-column table holds every text of the source."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from veille import settings
from veille.model import Cible, Plan
from veille.plan import Rangee, six_columns, tree

RACINE = Path(__file__).resolve().parents[1]
COLONNES = ("objectifs", "moyens", "echeances", "resultats", "responsables")


@pytest.fixture(scope="module")
def plan() -> Plan:
    return settings.load(RACINE).plan


@pytest.fixture(scope="module")
def plan_source(donnees: Path) -> dict[str, Any]:
    contenu: dict[str, Any] = json.loads((donnees / "plan.json").read_text(encoding="utf-8"))
    return contenu


@pytest.fixture(scope="module")
def rangees(plan: Plan) -> dict[str, Rangee]:
    return {rangee.moyen.id: rangee for rangee in six_columns(plan) if rangee.moyen}


def read(textes: tuple[Any, ...]) -> str:
    """A cell as a person reads it from top to bottom."""
    return " ".join(texte.ligne for texte in textes)


def moyens_of(source: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
    return [(o, ob, m) for o in source["orientations"] for ob in o["objectifs"] for m in ob["moyens"]]


# ---------------------------------------------------------------- the file


def strings(valeur: Any) -> set[str]:
    if isinstance(valeur, dict):
        return {texte for v in valeur.values() for texte in strings(v)}
    if isinstance(valeur, list):
        return {texte for v in valeur for texte in strings(v)}
    return {valeur} if isinstance(valeur, str) else set()


def test_every_text_of_the_plan_is_there_and_nothing_else(plan: Plan, plan_source: dict[str, Any]) -> None:
    trouves = strings(tomllib.loads((RACINE / "plan.toml").read_text(encoding="utf-8")))
    attendus = strings(plan_source)
    assert attendus - trouves == {"2026-03-31"}  # a date in the file, not a text
    comptage = {t for i in plan.indicateurs for t in (i.mesure, i.unite, i.periode, i.sens, *i.types)}
    assert trouves - attendus - comptage == {"plan-2023-2026", "proposition"}  # our names, and how we count


def test_each_element_of_the_plan_hangs_where_it_hung(plan: Plan, plan_source: dict[str, Any]) -> None:
    assert (plan.debut, plan.fin) == (plan_source["periode"]["debut"], plan_source["periode"]["fin"])
    assert plan.bilan_le.isoformat() == plan_source["date_bilan"]
    assert list(plan.colonnes) == plan_source["colonnes"]
    objectifs = [(o, ob) for o in plan_source["orientations"] for ob in o["objectifs"]]
    moyens = [(ob, m) for _, ob in objectifs for m in ob["moyens"]]
    assert [(o.id, o.nom, o.cible) for o in plan.orientations] == [
        (o["id"], o["nom"], o["cible"]) for o in plan_source["orientations"]
    ]
    assert [(o.id, o.orientation, o.texte, o.note) for o in plan.objectifs] == [
        (ob["id"], o["id"], ob["texte"], ob.get("note", "")) for o, ob in objectifs
    ]
    assert [(m.id, m.objectif, m.texte) for m in plan.moyens] == [(m["id"], ob["id"], m["texte"]) for ob, m in moyens]
    assert [(s.id, s.moyen, s.texte, list(s.elements), s.logiciel, s.texte_source) for s in plan.sous_moyens] == [
        (s["id"], m["id"], s["texte"], s.get("elements", []), s.get("logiciel", ""), s.get("texte_source", ""))
        for _, m in moyens
        for s in m["sous_moyens"]
    ]


def test_each_moyen_keeps_its_results_people_and_dates(plan: Plan, plan_source: dict[str, Any]) -> None:
    attendus = [m for o in plan_source["orientations"] for ob in o["objectifs"] for m in ob["moyens"]]
    for moyen, source in zip(plan.moyens, attendus, strict=True):
        assert list(moyen.resultats) == source["resultats_attendus"]
        assert list(moyen.responsables) == source["responsables"]
        assert list(moyen.collaborations) == source["collaborations_souhaitees"]
        assert [i.id for i in plan.indicateurs if i.moyen == moyen.id and i.origine == "plan"] == source["indicateurs"]
        assert moyen.priorite == ""
        assert (moyen.note, moyen.logiciel, moyen.id_attendu) == tuple(
            source.get(c, "") for c in ("note", "logiciel", "id_attendu")
        )
        echeances = [source["echeance"], *source.get("echeance_phases", [])]
        assert [(e.texte, e.debut, e.fin) for e in (moyen.echeance, *moyen.phases)] == [
            (e["texte"] or "", e["debut"] or 0, e["fin"] or 0) for e in echeances
        ]
        assert moyen.echeance.interpretation == source.get("echeance_interpretation", "")


def test_each_indicator_keeps_its_wording_and_the_way_it_is_counted(plan: Plan, plan_source: dict[str, Any]) -> None:
    propres = plan_source["indicateurs"]
    proposes = plan_source["indicateurs_proposes"]["liste"]
    champs = ("texte", "calcul", "nature", "comment", "formule", "cible_derivee")
    for indicateur, source in zip(plan.indicateurs, [*propres, *proposes], strict=True):
        assert (indicateur.id, indicateur.moyen) == (source["id"], source["moyen_id"])
        assert [getattr(indicateur, c) for c in champs] == [source.get(c, "") for c in champs]
        assert indicateur.sans_puce == source.get("sans_puce_a_la_source", False)
        assert indicateur.origine == ("plan" if source in propres else "proposition")


def test_the_three_numeric_targets_outside_the_indicator_lists_are_kept(plan: Plan) -> None:
    (rencontres,) = [s.cible for s in plan.sous_moyens if s.cible]
    (clds,) = [i.cible for i in plan.indicateurs if i.cible]
    (thematiques,) = [e.cible for m in plan.moyens for e in m.phases if e.cible]
    assert rencontres == Cible(12, 15, "rencontres", ("année",))
    assert clds == Cible(12, 15, "rencontres", ("MRC", "année"))
    assert thematiques == Cible(2, 2, "rencontres thématiques")


# ---------------------------------------------------------------- the table


def test_there_is_a_row_for_each_moyen_in_the_order_of_the_source(plan: Plan, plan_source: dict[str, Any]) -> None:
    attendus = [(o["id"], ob["id"], m["id"]) for o, ob, m in moyens_of(plan_source)]
    trouves = [(r.orientation.id, r.objectif.id, r.moyen.id if r.moyen else "") for r in six_columns(plan)]
    assert trouves == attendus


def test_the_titles_of_the_six_columns_are_those_of_the_source(plan: Plan, plan_source: dict[str, Any]) -> None:
    assert list(plan.colonnes) == plan_source["colonnes"]
    assert len(six_columns(plan)[0].colonnes) == len(plan.colonnes)


def test_each_cell_holds_every_text_the_source_puts_there(
    rangees: dict[str, Rangee], plan_source: dict[str, Any]
) -> None:
    indicateurs = {i["id"]: i["texte"] for i in plan_source["indicateurs"]}
    for orientation, objectif, moyen in moyens_of(plan_source):
        rangee = rangees[moyen["id"]]
        assert (rangee.orientation.nom, rangee.orientation.cible) == (orientation["nom"], orientation["cible"])
        attendus = {
            "objectifs": [objectif["id"], objectif["texte"]],
            "moyens": [moyen["id"], moyen["texte"]]
            + [t for s in moyen["sous_moyens"] for t in (s["id"], s["texte"], *s.get("elements", []))],
            "echeances": [t for t in [moyen["echeance"]["texte"]] if t]
            + [phase["texte"] for phase in moyen.get("echeance_phases", [])],
            "resultats": moyen["resultats_attendus"] + [indicateurs[i] for i in moyen["indicateurs"]],
            "responsables": moyen["responsables"] + moyen["collaborations_souhaitees"],
        }
        for colonne, textes in attendus.items():
            lu = read(getattr(rangee, colonne))
            assert [t for t in textes if t not in lu] == [], (moyen["id"], colonne)


def test_the_cells_hold_nothing_that_the_source_does_not_say(
    rangees: dict[str, Rangee], plan_source: dict[str, Any]
) -> None:
    connus = strings(plan_source)
    for rangee in rangees.values():
        for textes in rangee.colonnes:
            assert [t.texte for t in textes if not t.intitule and t.texte not in connus] == []
            assert [t.code for t in textes if t.code and t.code not in connus] == []


def test_the_last_column_is_left_to_the_bilan(plan: Plan, plan_source: dict[str, Any]) -> None:
    assert all(rangee.bilan == () for rangee in six_columns(plan))
    assert all(moyen["bilan_2026_03_31"] is None for _, _, moyen in moyens_of(plan_source))


def test_the_cell_of_an_objectif_spans_its_moyens_and_only_them(plan: Plan) -> None:
    hauteurs = [r.hauteur for r in six_columns(plan)]
    assert sum(hauteurs) == len(hauteurs) == len(plan.moyens)
    for orientation in tree(plan):
        for objectif in orientation.objectifs:
            siennes = [r.hauteur for r in six_columns(plan) if r.objectif == objectif.objectif]
            assert siennes == [len(objectif.moyens)] + [0] * (len(objectif.moyens) - 1)


def test_parents_are_those_written_and_not_those_the_numbers_suggest(plan: Plan) -> None:
    objectif = next(o for orientation in tree(plan) for o in orientation.objectifs if o.objectif.id == "2.2")
    assert [m.moyen.id for m in objectif.moyens] == ["2.1.3", "2.1.4", "2.1.5", "2.1.6"]


def test_a_composed_deadline_is_told_phase_by_phase_without_losing_a_word(rangees: dict[str, Rangee]) -> None:
    assert [t.texte for t in rangees["1.1.4"].echeances] == ["2023 Amorce", "2024-2026 En déploiement"]
    assert read(rangees["1.1.4"].echeances) == "2023 Amorce 2024-2026 En déploiement"
    assert rangees["1.3.1"].echeances == rangees["2.1.1"].echeances == ()


def test_every_oddity_of_the_source_is_kept(plan: Plan, plan_source: dict[str, Any]) -> None:
    assert [(a.code, list(a.ou), a.texte) for a in plan.anomalies] == [
        (a["code"], a["ou"], a["texte"]) for a in plan_source["anomalies"]
    ]


def test_the_plan_counts_twenty_one_indicators_and_proposals_are_apart(plan: Plan) -> None:
    siens = [i for orientation in tree(plan) for m in orientation.moyens for i in m.indicateurs]
    proposes = [i for orientation in tree(plan) for m in orientation.moyens for i in m.propositions]
    assert (len(siens), len(proposes)) == (21, 9)
    assert {i.moyen[0] for i in proposes} == {"4"}


def test_every_indicator_says_how_it_is_counted(plan: Plan) -> None:
    assert [i.id for i in plan.indicateurs if not i.mesure] == []
    assert [i.id for i in plan.indicateurs if i.sens == "fourchette" and i.cible is None] == []
    assert [i.id for i in plan.indicateurs if i.mesure != "narratif" and not i.unite] == []


def test_the_page_about_the_plan_tells_every_oddity(plan: Plan) -> None:
    page = (RACINE / "docs" / "plan.md").read_text(encoding="utf-8").replace("`<", "<").replace(">`", ">")
    for anomalie in plan.anomalies:
        ou = ", ".join(anomalie.ou).replace("*", "tout le plan")
        assert f"| `{anomalie.code}` | {ou} | {anomalie.texte} |" in page
