"""An audience's rule: agreement, headings, what a rule would send; alerts and thin weeks. Pure decisions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diffusion import GAZETIER, NOW, TAXONOMIE, Atelier, audience
from veille.editor import Reperes, select
from veille.editor.alertes import DELAI_J, REPOS, is_bill, proposals
from veille.editor.apercu import Numero, preview
from veille.editor.mince import is_thin
from veille.editor.selection import heading
from veille.model import SECTIONS, Audience
from veille.store import fiches
from veille.store.fiches import Fiche

REPERES = Reperes(TAXONOMIE, GAZETIER)
CLDS = audience(territoires=("joliette", "lanaudiere"), thematiques=("habitation", "mobilite"))


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path)


def stories(a: Atelier) -> list[Fiche]:
    return fiches.load(a.c, [ligne[0] for ligne in a.c.execute("SELECT id FROM groupes ORDER BY id")])


def titles(a: Atelier, cible: Audience) -> list[str]:
    return [c.fiche.membres[0].titre for c in select(cible, stories(a), a.now, frozenset(), REPERES).choix]


@pytest.mark.parametrize(("accord", "attendus"), [("un", {"A", "B", "AB"}), ("tous", {"AB"})])
def test_one_of_the_themes_is_enough_or_all_are_needed(atelier: Atelier, accord: str, attendus: set[str]) -> None:
    for nom, themes in (("A", ("habitation",)), ("B", ("mobilite",)), ("AB", ("mobilite", "habitation"))):
        atelier.retenir(nom, themes=themes)
    assert set(titles(atelier, replace(CLDS, accord_thematiques=accord))) == attendus  # type: ignore[arg-type]


@pytest.mark.parametrize(("accord", "attendus"), [("un", {"J", "M", "JM"}), ("tous", {"JM"})])
def test_one_of_the_places_is_enough_or_all_are_needed(atelier: Atelier, accord: str, attendus: set[str]) -> None:
    for nom, lieux in (("J", ("joliette",)), ("M", ("les-moulins",)), ("JM", ("joliette", "les-moulins"))):
        atelier.retenir(nom, lieux=(*lieux, "lanaudiere"))
    cible = replace(CLDS, territoires=("joliette", "les-moulins"), accord_territoires=accord)  # type: ignore[arg-type]
    assert set(titles(atelier, cible)) == attendus


def test_what_is_about_all_of_quebec_is_seen_elsewhere_unless_it_concerns_everyone(atelier: Atelier) -> None:
    for nom, type_ in (("Étude", "rapport"), ("Appel", "financement"), ("Loi", "politique-publique")):
        atelier.retenir(nom, type_=type_, lieux=("quebec",))
    cible = replace(CLDS, territoires=("lanaudiere", "quebec"))
    cles = {f.membres[0].titre: heading(cible, f, NOW, REPERES) for f in stories(atelier)}
    assert cles == {"Étude": "ailleurs", "Appel": "habitation", "Loi": "habitation"}
    d_ailleurs = replace(cible, territoires=("quebec",))
    assert heading(d_ailleurs, stories(atelier)[0], NOW, REPERES) == "habitation", "son chez-soi est le Québec"


def test_a_story_goes_under_the_next_heading_when_its_own_is_closed_and_nowhere_when_all_are(atelier: Atelier) -> None:
    atelier.retenir("Ici", type_="evenement", limite="2026-12-01")
    (fiche,) = stories(atelier)
    ouvertes = list(SECTIONS)
    trouvees = []
    while True:
        cle = heading(replace(CLDS, sections=tuple(ouvertes)), fiche, NOW, REPERES)
        trouvees.append(cle)
        if not cle:
            break
        ouvertes.remove("themes" if cle == "habitation" else cle)  # type: ignore[arg-type]
    assert trouvees == ["agir", "agenda", "proche", "habitation", "autres", ""]
    selection = select(replace(CLDS, sections=("en_bref", "une")), [fiche], NOW, frozenset(), REPERES)
    assert [e.motif for e in selection.ecartes] == ["section"]


@given(st.permutations(SECTIONS))
def test_headings_come_in_the_order_the_audience_wants(ordre: list[str]) -> None:
    cible = replace(CLDS, sections=tuple(ordre))  # type: ignore[arg-type]
    from veille.editor.selection import _heading_order

    rangs = [cle for cle in _heading_order(cible, REPERES) if cle not in CLDS.thematiques]
    assert rangs == [s for s in ordre if s != "themes"]


def test_no_editor_takes_more_places_than_the_audience_allows(atelier: Atelier) -> None:
    for n in range(5):
        atelier.retenir(f"Presse {n}", source="hebdo")
    assert len(titles(atelier, replace(CLDS, max_par_editeur=2))) == 2


# ---------------------------------------------------------------- what a rule would send


def test_a_preview_tells_what_goes_what_is_left_out_and_why_and_what_was_already_received(atelier: Atelier) -> None:
    for nom, cles in (
        ("Part", {}),
        ("Autre thème", {"themes": ("pauvrete-inegalites",)}),
        ("Reçue", {}),
        ("Loin", {"lieux": ("mun-terrebonne", "les-moulins", "lanaudiere")}),
    ):
        atelier.retenir(nom, **cles)
    atelier.ajouter("Pas tranchée")
    toutes = stories(atelier)
    par_titre = {f.membres[0].titre: f.groupe_id for f in toutes}
    deja = frozenset({par_titre["Reçue"]})
    elargie = replace(CLDS, thematiques=("*",))
    vue = preview(elargie, CLDS, toutes, NOW, deja, [Numero("Nº 3", deja)], REPERES)
    parties = [ligne for lot in vue.rubriques for ligne in lot.lignes]
    assert {ligne.titre: ligne.neuve for ligne in parties} == {"Part": False, "Autre thème": True}
    assert vue.nombre == 2
    assert [(lot.titre, [x.titre for x in lot.lignes]) for lot in vue.deja] == [("Nº 3", ["Reçue"])]
    assert [(lot.titre, [x.titre for x in lot.lignes]) for lot in vue.ecartes] == [
        ("hors du territoire de ce public", ["Loin"])
    ]
    retour = preview(CLDS, elargie, toutes, NOW, deja, [], REPERES)
    assert [ligne.titre for ligne in retour.sorties] == ["Autre thème"]


# ---------------------------------------------------------------- alerts


ATTENTIF = replace(CLDS, alertes=("financement", "projet-de-loi"))


def offered(a: Atelier, **cles: object) -> list[tuple[str, str]]:
    arguments: dict[str, object] = {"deja": {}, "ecartees": frozenset(), "dernieres": {}} | cles
    trouvees = proposals([ATTENTIF], stories(a), a.now, reperes=REPERES, **arguments)  # type: ignore[arg-type]
    return [(x.fiche.membres[0].titre, x.cause) for x in trouvees]


def test_a_near_deadline_or_a_bill_is_proposed_to_who_asked_nearest_first(atelier: Atelier) -> None:
    atelier.retenir("Dans neuf jours", type_="financement", limite="2026-12-02")
    atelier.retenir("Demain", type_="evenement", limite="2026-11-24")
    atelier.retenir("Dans vingt jours", type_="financement", limite="2026-12-13")
    atelier.retenir("Hier", type_="financement", limite="2026-11-22")
    atelier.retenir("Le projet de loi 79 sur le logement", type_="politique-publique")
    atelier.retenir("Une politique", type_="politique-publique")
    atelier.retenir("Demain, ailleurs", type_="evenement", limite="2026-11-24", lieux=("mun-terrebonne", "les-moulins"))
    atelier.ajouter("Pas retenue", type_="financement", limite="2026-11-25")
    attendues = [
        ("Demain", "echeance"),
        ("Dans neuf jours", "echeance"),
        ("Le projet de loi 79 sur le logement", "projet_de_loi"),
    ]
    assert offered(atelier) == attendues
    assert proposals([CLDS], stories(atelier), NOW, {}, frozenset(), {}, REPERES) == ()
    rappel = replace(ATTENTIF, genre="rappel")
    assert proposals([rappel], stories(atelier), NOW, {}, frozenset(), {}, REPERES) == ()


def test_what_was_sent_or_set_aside_is_not_proposed_again_and_a_week_passes_between_two(atelier: Atelier) -> None:
    atelier.retenir("Demain", type_="financement", limite="2026-11-24")
    (fiche,) = stories(atelier)
    assert offered(atelier, deja={ATTENTIF.slug: frozenset({fiche.groupe_id})}) == []
    assert offered(atelier, ecartees=frozenset({(fiche.groupe_id, ATTENTIF.slug)})) == []
    il_y_a = {ATTENTIF.slug: NOW - timedelta(days=3)}
    (alerte,) = proposals([ATTENTIF], [fiche], NOW, {}, frozenset(), il_y_a, REPERES)
    assert alerte.libre_a == NOW + timedelta(days=4)
    libre = {ATTENTIF.slug: NOW - REPOS}
    (alerte,) = proposals([ATTENTIF], [fiche], NOW, {}, frozenset(), libre, REPERES)
    assert alerte.libre_a is None


@pytest.mark.parametrize(
    ("titre", "type_", "est"),
    [
        ("Projet de loi no 31", "politique-publique", True),
        ("Étude détaillée du PL-65", "politique-publique", True),
        ("Les projets de loi de la session", "politique-publique", True),
        ("Un projet de logement", "politique-publique", False),
        ("Projet de loi no 31", "actualite", False),
        ("Le règlement PLU 2026", "politique-publique", False),
    ],
)
def test_a_bill_is_known_by_its_name(atelier: Atelier, titre: str, type_: str, est: bool) -> None:
    atelier.retenir(titre, type_=type_)
    assert is_bill(stories(atelier)[0]) is est


@given(st.integers(min_value=-30, max_value=60))
def test_only_deadlines_within_ten_days_make_an_alert(jours: int) -> None:
    a = Atelier(Path())
    limite = (NOW + timedelta(days=jours)).date().isoformat()
    a.retenir("Appel", type_="financement", limite=limite)
    attendu = [("Appel", "echeance")] if 0 <= jours <= DELAI_J else []
    assert offered(a) == attendu
    a.c.close()


# ---------------------------------------------------------------- thin weeks


def test_a_week_is_thin_under_the_audience_s_minimum() -> None:
    cible = replace(CLDS, minimum=3)
    assert [is_thin(cible, n) for n in (0, 2, 3)] == [True, True, False]
    assert not is_thin(replace(cible, genre="rappel"), 0)
    assert not is_thin(replace(cible, minimum=0), 0)
