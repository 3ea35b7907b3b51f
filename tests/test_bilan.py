"""The bilan: the plan's every word, the same numbers in every format, staff's words marked, each figure traced."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from tests.plan_lecteurs import numbers_of, words_of_docx, words_of_html, words_of_xlsx
from tests.plan_mesure import (
    AN,
    AU,
    ENTIER,
    PLAN,
    activite,
    bulletin,
    donnee,
    facts,
    organisation,
    outil,
    over,
    portee,
    sondage,
    soutien,
)
from veille.bilan import (
    ContenuBilan,
    Correction,
    Ecart,
    Passe,
    Suites,
    compose,
    from_json,
    one_page,
    prepare,
    to_json,
)
from veille.bilan.composition import RECIT
from veille.bilan.fichiers import FORMATS, TYPES_MIME, as_json, file_name, render
from veille.bilan.textes import figure_of
from veille.evaluation import ElementDiffuse, Faits, FaitsVeille, SourceSuivie, Theme
from veille.francais import typeset
from veille.model import Objectif, Suivi
from veille.periodes import quarter_of, years
from veille.rapports import Tableau
from veille.rapports.formes import Graphique

NBSP = "\u00a0"
CALCULE_A = datetime(2026, 4, 2, 15, tzinfo=UTC)
SITE = "https://equipe.exemple.invalid"


def rich_facts() -> Faits:
    """A plan with something of everything, numbers unlike one another."""
    ans = list(years(ENTIER))
    lignes = [
        *(
            activite(n, "1.1.2.1", le=date(2025, 4, 2), mrc=("joliette",), type="clds", presences=n)
            for n in range(1, 14)
        ),
        activite(50, "1.1.1.1", "1.3.1", le=date(2024, 6, 3), presences=None, note_sur_5=4.25, appreciation="Vivant."),
        activite(51, "3.1.1", le=date(2025, 6, 3), presences=1234),
        outil(1, "1.1.3.3"),
        outil(2, "2.1.4", type="evaluation"),
        sondage(1, "1.2.1", repondants=41, moyenne=4.4, invites=83),
        soutien(1, "2.1.6", organisations=("a", "vieux-a"), type="ponctuel", appreciation="Précieux."),
        donnee(1, "IND-1.1.2-a", mrc=("joliette",), narratif="Les six CLDS ont été accompagnés toute l’année."),
        donnee(2, "IND-1.1.3-b", valeur=120.0),
        donnee(3, "", moyens=("3.1.1",), narratif="La planification est adoptée."),
    ]
    veille = FaitsVeille(
        retenues=311,
        ecartees=623,
        sources=(SourceSuivie("a", "A", 1096, 1042, AU), SourceSuivie("b", "B", 157, 118)),
        diffuses=(ElementDiffuse(1, "Un", AU, 9, 2.5, pourquoi=True), ElementDiffuse(2, "Deux", AU, 9, 7.0)),
        themes=(Theme("h", "Habitation", "validee", date(2025, 9, 1), couvert=True), Theme("t", "T", "ebauche")),
        mrc_couvertes=frozenset({"joliette"}),
    )
    return facts(
        *lignes,
        periode=ENTIER,
        livrables=(bulletin(1, "1.1.3.1"), bulletin(2, "1.1.3.1", "1.1.4"), bulletin(3, "4.2.1", genre="alerte")),
        portees=(*(portee("1.1.3", an, 97 + n, 3, 2017) for n, an in enumerate(ans)), portee("", ENTIER, 131, 5, 6032)),
        organisations=(organisation(1, "a"), organisation(2, "vieux-a", 1)),
        veille=veille,
        suivis=(
            Suivi(PLAN.slug, "3.1.1", "en_cours", date(2025, 6, 1)),
            Suivi(PLAN.slug, "3.1.1", "realise", AU, "Adopté."),
        ),
    )


@cache
def content(genre: str = "plan") -> ContenuBilan:
    faits = rich_facts()
    periodes = (
        [*years(ENTIER)] if genre != "trimestre" else [quarter_of(date(2025, 11, 1)), quarter_of(date(2026, 2, 1))]
    )
    passes = [Passe(p, over(faits, p)) for p in periodes]
    periode = {"plan": ENTIER, "annee": AN, "trimestre": quarter_of(date(2026, 2, 1))}[genre]
    return prepare(PLAN, over(faits, periode), AU, passes)


@cache
def files() -> dict[str, bytes]:
    return {f: render(content(), f, numero=7, calcule_a=CALCULE_A, site=SITE) for f in FORMATS}


@cache
def words(forme: str) -> str:
    octets = files()[forme]
    if forme == "json":
        return "\n".join(strings_of(json.loads(octets)))
    return {"html": lambda o: words_of_html(o.decode()), "docx": words_of_docx, "xlsx": words_of_xlsx}[forme](octets)


def strings_of(objet: Any) -> list[str]:
    if isinstance(objet, dict | list):
        return [t for x in (objet.values() if isinstance(objet, dict) else objet) for t in strings_of(x)]
    return [objet] if isinstance(objet, str) else []


def texts_of_plan() -> list[str]:
    return [
        *(t for o in PLAN.orientations for t in (o.nom, o.cible)),
        *(o.texte for o in PLAN.objectifs),
        *(t for m in PLAN.moyens for t in (m.id, m.texte, *m.resultats, *m.responsables, *m.collaborations)),
        *(e.texte for m in PLAN.moyens for e in (m.phases or (m.echeance,))),
        *(t for s in PLAN.sous_moyens for t in (s.id, s.texte, *s.elements)),
        *(i.texte for i in PLAN.indicateurs),
        *PLAN.colonnes[:5],
        PLAN.titre,
        PLAN.organisation,
    ]


def squeezed(texte: str) -> str:
    return re.sub(r"\s+", " ", typeset(texte))


@pytest.mark.parametrize("forme", FORMATS)
def test_every_text_of_the_plan_is_in_every_format(forme: str) -> None:
    dit = squeezed(words(forme))
    textes = [t for t in texts_of_plan() if t]
    assert len(textes) > 200
    assert [t for t in textes if squeezed(t) not in dit] == []


def test_the_numbers_are_the_same_in_every_format() -> None:
    lus = {f: numbers_of(words(f)) for f in ("html", "docx", "xlsx")}
    assert lus["html"] == lus["docx"] == lus["xlsx"]
    contenu = from_json(json.dumps(json.loads(files()["json"])["bilan"]))
    assert contenu == content()
    voulus = {
        n for c in contenu.tous for t in (figure_of(c), c.phrase, c.cible, c.manque, *c.ajouts) for n in numbers_of(t)
    }
    voulus |= {
        n for c in contenu.tous for p in c.serie if p.valeur is not None for n in numbers_of(figure_of(c, p.valeur))
    }
    assert len(voulus) >= 40
    assert voulus <= lus["html"]


@pytest.mark.parametrize("forme", ["html", "docx", "xlsx"])
def test_every_sentence_counted_is_in_every_format(forme: str) -> None:
    dit = squeezed(words(forme))
    phrases = [
        t
        for c in content().tous
        for t in (c.phrase, c.cible, c.manque, c.requete, *c.ajouts, *(r.texte for r in c.recits))
        if t
    ]
    assert len(phrases) > 60
    assert [t for t in phrases if squeezed(t) not in dit] == []


def test_the_table_has_the_original_six_columns_and_marks_what_staff_wrote() -> None:
    tableaux = {b.titre: b for b in compose(content(), numero=7).blocs if isinstance(b, Tableau)}
    un = tableaux["Orientation 1"]
    assert un.colonnes == (*PLAN.colonnes[:5], f"Bilan au 31{NBSP}mars{NBSP}2026")
    assert all(len(r) in (5, 6) for r in un.rangees)
    derniere = next(r[-1] for r in un.rangees if r[-5].texte.startswith("1.1.2"))
    recit = next(p for p in derniere.paragraphes if p.texte.startswith(RECIT))
    assert "dans les CLDS, Joliette. Les six CLDS" in recit.texte and recit.passages[0].gras
    comptes = next(p for p in derniere.paragraphes if "13 rencontres" in p.texte.replace(NBSP, " "))
    assert comptes.passages[-1].lien.startswith("/plan/indicateurs/IND-1.1.2-b?genre=plan")
    trois = tableaux["Orientation 3"].rangees[0][-1].texte
    assert "1\u00a0activité inscrite." in trois
    assert f"État, au 31{NBSP}mars{NBSP}2026 : réalisé. Adopté." in trois
    assert "La planification est adoptée." in trois


def test_each_figure_is_traced_to_how_it_was_counted_and_to_its_rows() -> None:
    annexe = next(
        b
        for b in compose(content(), calcule_le=date(2026, 4, 2)).blocs
        if isinstance(b, Tableau) and b.titre.startswith("D’où")
    )
    codes = [r[0].texte for r in annexe.rangees]
    assert codes == [c.code for c in content().tous] and len(codes) == 21 + 9 + 2 + 6
    for chiffre, rangee in zip(content().tous, annexe.rangees, strict=True):
        assert rangee[2].texte == (figure_of(chiffre) or "—")
        assert rangee[3].texte == chiffre.requete
        assert rangee[5].nombre == chiffre.lignes
        assert rangee[6].texte == "2026-04-02"
        assert rangee[7].paragraphes[0].passages[0].lien == chiffre.adresse != ""
    page = files()["html"].decode()
    assert f'href="{SITE}/plan/indicateurs/IND-1.1.1-a?genre=plan&amp;debut=2023-04-01&amp;plan={PLAN.slug}"' in page


def test_people_and_staff_s_additions_stand_side_by_side() -> None:
    b = next(c for c in content().chiffres if c.code == "IND-1.1.3-b")
    assert b.valeur is None and "les années ne s’additionnent pas" in b.manque
    assert b.ajouts[0].startswith(f"+{NBSP}120{NBSP}personnes jointes autrement, inscrites par l’équipe")
    total = next(c for c in content().totaux if c.code == "TOTAL-personnes")
    assert total.valeur == 131


def test_charts_show_activities_by_mrc_and_what_counts_over_time() -> None:
    graphiques = {b.titre: b for b in compose(content()).blocs if isinstance(b, Graphique)}
    assert list(graphiques["Activités par MRC, tous moyens réunis"].series[0][1]) == [13, 0, 2]
    assert graphiques["Rencontres et activités, période par période"].etiquettes == (
        "2023-2024",
        "2024-2025",
        "2025-2026",
    )
    annuel = [b for b in compose(content("annee")).blocs if isinstance(b, Graphique)]
    assert annuel[0].repere == 12


def test_what_is_missing_is_listed_indicator_by_indicator() -> None:
    blocs = compose(content()).blocs
    dits = [b.texte for b in blocs if hasattr(b, "texte")]
    assert any(t.startswith("IND-1.3.1-c") for t in dits)
    assert "Moyens dont l’équipe n’a pas dit l’état" in dits
    vide = replace(content(), chiffres=(), volets=())
    assert any("Rien : chaque indicateur" in b.texte for b in compose(vide).blocs if hasattr(b, "texte"))


def test_an_objectif_without_moyen_is_told() -> None:
    plan = replace(PLAN, objectifs=(*PLAN.objectifs, Objectif("4.9", "4", "Un objectif sans moyen")))
    rangee = prepare(plan, facts(), AU).volets[-1].rangees[-1]
    assert (rangee.objectif, rangee.moyen, rangee.hauteur) == ("4.9", "", 1)
    dit = words_of_html(render(prepare(plan, facts(), AU), "html").decode())
    assert "Le plan ne donne aucun moyen." in dit


def test_an_empty_plan_says_what_to_fill_and_claims_nothing() -> None:
    contenu = prepare(PLAN, facts(), AU)
    assert all(c.valeur is None for c in contenu.totaux)
    dit = words_of_html(render(contenu, "html").decode())
    assert dit.count("À compléter par l’équipe.") >= 10


@pytest.mark.parametrize("genre", ["plan", "annee", "trimestre"])
def test_a_bilan_read_back_is_the_same(genre: str) -> None:
    contenu = content(genre)
    assert from_json(to_json(contenu)) == contenu
    assert to_json(from_json(to_json(contenu))) == to_json(contenu)


def test_a_bilan_stored_by_an_older_program_is_still_read() -> None:
    brut = json.loads(to_json(content()))
    del brut["par_mrc"], brut["chiffres"][0]["detail"]
    brut["chiffres"][0]["disparu"] = 1
    lu = from_json(json.dumps(brut))
    assert lu.par_mrc == () and lu.chiffres[0].detail == () and lu.chiffres[1] == content().chiffres[1]


def test_what_came_after_a_lock_is_printed_after_and_changes_nothing_before() -> None:
    suites = Suites(
        date(2026, 5, 1),
        (
            Correction(
                "Oubli", "Camille Exemple", date(2026, 6, 1), "Activités, ligne 3", "12", "14", "/registres/activites/3"
            ),
        ),
        (Ecart("IND-1.1.1-a", "Nombre de rencontres", "1", "2"),),
    )
    sans, avec = compose(content(), numero=7), compose(content(), numero=7, suites=suites)
    communs = [b for b in avec.blocs if b in sans.blocs]
    assert communs == list(sans.blocs)
    assert any("ces chiffres ne changent plus. 1\u00a0amendement depuis" in p.texte for p in avec.entete)
    titres = [b.titre for b in avec.blocs if isinstance(b, Tableau)]
    assert {"Amendements", "Ce que les registres donneraient aujourd’hui"} <= {*titres}
    assert json.loads(as_json(content(), suites=suites))["amendements"]["ecarts"][0]["donnerait"] == "2"
    intact = compose(content(), suites=Suites(date(2026, 5, 1)))
    assert any("Aucun amendement depuis." in p.texte for p in intact.entete)


@pytest.mark.parametrize("genre", ["annee", "trimestre"])
def test_the_board_s_page_compares_with_the_period_before(genre: Any) -> None:
    rapport = one_page(content(genre), numero=7, calcule_le=date(2026, 4, 2))
    tableau = next(b for b in rapport.blocs if isinstance(b, Tableau))
    avant, ici = {
        "annee": ("2024-2025", "2025-2026"),
        "trimestre": ("octobre à décembre\u00a02025", "janvier à mars\u00a02026"),
    }[genre]
    assert tableau.colonnes[1:3] == (ici, avant)
    assert rapport.paysage and "conseil d’administration" in rapport.titre
    dits = " ".join(b.texte for b in rapport.blocs if hasattr(b, "texte"))
    assert "indicateurs sur" in dits and "4\u00a0moyens, 1\u00a0réalisé" in dits
    assert "Ce qui manque" in dits


def test_files_have_plain_names_and_known_types() -> None:
    assert file_name(content(), 7, "docx") == "bilan-plan-2023-2026-plan-2026-03-31-no7.docx"
    assert file_name(content("annee"), 8, "html", une_page=True).endswith("-no8-une-page.html")
    assert set(TYPES_MIME) == set(FORMATS)


def test_titles_read_well_in_french() -> None:
    titres = [compose(content(g)).titre for g in ("plan", "annee", "trimestre")]
    assert titres[0] == f"Plan d'action 2023-2026{NBSP}: bilan au 31{NBSP}mars{NBSP}2026"
    assert "bilan de l’année 2025-2026, au" in titres[1]
    assert f"bilan de janvier à mars{NBSP}2026, au" in titres[2]
    printemps = replace(content("trimestre"), debut=date(2025, 4, 1), fin=date(2025, 6, 30), au=date(2025, 6, 30))
    assert "bilan d’avril à juin" in compose(printemps).titre
