"""Each indicator of the plan, from rows to its figure and its sentence; what is unknown stays unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.plan_mesure import (
    AN,
    AU,
    ENTIER,
    PLAN,
    activite,
    bulletin,
    donnee,
    facts,
    figure,
    organisation,
    outil,
    over,
    portee,
    sondage,
    soutien,
)
from veille.evaluation import (
    ElementDiffuse,
    FaitsVeille,
    Numero,
    PublicSuivi,
    SourceSuivie,
    Theme,
    Tranchee,
    measure,
    measure_one,
    totals,
)
from veille.evaluation.recettes import RECETTES
from veille.model import Audience, Base, Preuve
from veille.periodes import Periode, quarter_of, year_of

NBSP = "\u00a0"


def test_every_recipe_of_the_plan_is_known_and_each_indicator_is_measured_once() -> None:
    noms = {i.mesure for i in PLAN.indicateurs}
    assert noms - {"indicateurs_mesures"} == set(RECETTES)
    mesures = measure(PLAN, facts(), AN, AU)
    codes = [m.indicateur.id for m in mesures]
    assert codes == [*(i.id for i in PLAN.indicateurs), "CIBLE-1.1.1.1", "CIBLE-1.2.1"]
    assert sum(1 for m in mesures if m.indicateur.origine == "plan" and m.indicateur.id.startswith("IND-")) == 21


def test_what_nobody_wrote_is_not_a_zero() -> None:
    for mesure in measure(PLAN, facts(), AN, AU):
        if mesure.indicateur.id != "PROP-4.3.2":
            assert mesure.valeur is None, mesure.indicateur.id
            assert mesure.phrase == "" and not mesure.mesuree
    assert figure("PROP-4.3.2", facts()).valeur == 0


def test_facts_of_another_period_are_refused() -> None:
    with pytest.raises(ValueError, match="période"):
        measure(PLAN, facts(), ENTIER, AU)


def test_a_row_counts_once_for_its_moyen_whatever_the_sous_moyens_it_serves() -> None:
    faits = facts(activite(1, "1.1.1", "1.1.1.1", "1.1.1.2"), activite(2, "1.1.1.3"), activite(3, "1.3.1"))
    mesure = figure("IND-1.1.1-a", faits)
    assert mesure.valeur == 2
    assert mesure.phrase == f"2{NBSP}rencontres ont été tenues en 2025-2026."
    assert [r.lien for r in mesure.lignes] == ["/registres/activites/1", "/registres/activites/2"]
    assert figure("TOTAL-activites", faits).valeur == 3


def test_one_is_said_as_one() -> None:
    assert figure("IND-1.1.1-a", facts(activite(1, "1.1.1"))).phrase == f"1{NBSP}rencontre a été tenue en 2025-2026."


def test_presences_nobody_counted_are_unknown_not_zero() -> None:
    faits = facts(activite(1, "1.1.1", presences=12), activite(2, "1.1.1", presences=0), activite(3, "1.1.1"))
    mesure = figure("IND-1.1.1-b", faits)
    assert (mesure.valeur, mesure.numerateur, mesure.denominateur) == (12, 2, 3)
    assert mesure.detail[0] == f"3{NBSP}rencontres, présences notées à 2."
    assert mesure.manque == f"Les présences manquent pour 1{NBSP}rencontre sur 3."
    assert figure("IND-1.1.1-b", facts(activite(3, "1.1.1"))).valeur is None


def test_appreciation_is_the_mean_of_the_marks_and_keeps_the_words() -> None:
    faits = facts(
        activite(1, "1.1.1", note_sur_5=4.0),
        activite(2, "1.1.1", note_sur_5=5.0, appreciation="Vivant."),
        activite(3, "1.1.1"),
    )
    mesure = figure("IND-1.1.1-c", faits)
    assert mesure.valeur == 4.5
    assert "4,50 sur 5" in mesure.phrase or "4,5 sur 5" in mesure.phrase
    assert [r.texte for r in mesure.lignes] == ["", "Vivant."]


def test_meetings_by_mrc_are_compared_to_the_range_place_by_place() -> None:
    lignes = [
        *(
            activite(n, "1.1.2", mrc=("joliette",), type="clds", le=date(2025, 4, 2) + timedelta(n))
            for n in range(1, 13)
        ),
        *(
            activite(n, "1.1.2", mrc=("montcalm",), type="coco", le=date(2025, 4, 2) + timedelta(n))
            for n in range(20, 29)
        ),
        activite(40, "1.1.2", mrc=("joliette", "montcalm"), type="clds"),
        activite(41, "1.1.2", mrc=("joliette",), type="formation"),
        activite(42, "1.1.2", type="clds"),
    ]
    mesure = figure("IND-1.1.2-b", facts(*lignes))
    assert (
        mesure.valeur == 23
    )  # One of two MRC counts once in all, one of none too; a training is neither CLDS nor Coco.
    assert dict(mesure.groupes) == {"Joliette": 13, "Montcalm": 10}
    assert mesure.atteinte == "partielle"
    assert "Atteinte 1 fois sur 2. En dessous : Montcalm (10)." in mesure.cible_phrase
    assert mesure.manque == f"La MRC manque pour 1{NBSP}rencontre."


def test_a_year_under_way_is_not_a_failure_and_a_quarter_is_not_compared() -> None:
    faits = facts(*(activite(n, "1.1.1.1") for n in range(1, 4)))
    en_cours = figure("CIBLE-1.1.1.1", faits, date(2025, 12, 31))
    assert (en_cours.valeur, en_cours.atteinte) == (3, "")
    assert "n’est pas finie" in en_cours.cible_phrase
    assert figure("CIBLE-1.1.1.1", faits).atteinte == "partielle"
    trimestre = quarter_of(date(2025, 5, 1))
    assert (
        figure("CIBLE-1.1.1.1", over(faits, trimestre)).cible_phrase
        == f"Cible : 12 à 15{NBSP}rencontres par{NBSP}année."
    )


def test_a_year_of_which_nothing_was_written_is_not_under_its_target() -> None:
    lignes = [activite(n, "1.1.1.1", "1.1.2", mrc=("joliette",), type="clds") for n in range(1, 14)]
    faits = facts(*lignes, periode=ENTIER)
    assert figure("CIBLE-1.1.1.1", faits).atteinte == "atteinte"
    assert figure("CIBLE-1.1.1.1", faits).cible_phrase.endswith("Rien n’est inscrit en 2023-2024 et 2024-2025.")
    par_mrc = figure("IND-1.1.2-b", faits).cible_phrase
    assert "Atteinte 1 fois sur 2. En dessous : Montcalm en 2025-2026 (0)." in par_mrc
    assert par_mrc.endswith("Rien n’est inscrit en 2023-2024 et 2024-2025.")


def test_more_than_the_range_is_told_as_such() -> None:
    mesure = figure("CIBLE-1.1.1.1", facts(*(activite(n, "1.1.1.1") for n in range(1, 18))))
    assert (mesure.atteinte, mesure.valeur) == ("atteinte", 17)
    assert "Au-delà de la fourchette : 17." in mesure.cible_phrase


def test_the_thematic_meetings_aimed_at_are_of_their_own_kind_and_days() -> None:
    lignes = (
        activite(1, "1.2.1", type="rencontre_thematique", le=date(2025, 9, 1)),
        activite(2, "1.2.1.2", type="rencontre_thematique", le=date(2025, 2, 1)),
        activite(3, "1.2.1", type="rencontre", le=date(2025, 9, 2)),
        activite(4, "1.2.1", type="rencontre_thematique", le=date(2024, 9, 1)),
    )
    mesure = figure("CIBLE-1.2.1", facts(*lignes))
    assert mesure.valeur == 1  # In the year; the phase itself, 2025-2026, began in January 2025 and holds two.
    assert mesure.atteinte == "atteinte"
    assert figure("CIBLE-1.2.1", facts(*lignes, periode=ENTIER)).valeur == 2


def test_digests_of_the_same_content_are_one_tool_and_reminders_alerts_and_notices_are_none() -> None:
    livrables = (
        *(bulletin(n, "1.1.3.1", contenu="meme") for n in range(1, 7)),
        bulletin(7, "1.1.3", "1.1.4"),
        bulletin(8, "1.1.3", genre="rappel"),
        bulletin(9, "1.1.3", genre="alerte"),
        bulletin(10, "1.1.3", genre="avis"),
    )
    faits = facts(outil(1, "1.1.3.3"), outil(2, "1.1.4"), livrables=livrables)
    mesure = figure("IND-1.1.3-a", faits)
    assert mesure.valeur == 3
    assert mesure.phrase.endswith(f": 2{NBSP}bulletins publiés et 1{NBSP}outil inscrit par l’équipe.")
    assert "5\u00a0bulletins au contenu déjà compté" in mesure.detail[0]
    assert f"1{NBSP}rappel de revue, 1{NBSP}alerte et 1{NBSP}avis" in mesure.detail[1]
    assert figure("IND-1.1.4-a", faits).valeur == 2
    assert figure("TOTAL-outils", faits).valeur == 4
    assert figure("IND-1.1.3-a", faits).automatique


def test_tools_of_a_kind_are_the_register_s_alone() -> None:
    faits = facts(outil(1, "2.1.4", type="evaluation"), outil(2, "2.1.4"), livrables=(bulletin(1, "2.1.4"),))
    mesure = figure("IND-2.1.4-a", faits)
    assert (mesure.valeur, mesure.automatique) == (1, False)


def test_people_are_read_from_their_own_count_and_years_are_never_added() -> None:
    ans = [year_of(date(a, 6, 1)) for a in (2023, 2024, 2025)]
    portees = tuple(portee("1.1.3", an, 100 + n, 3, 2000) for n, an in enumerate(ans))
    mesure = figure("IND-1.1.3-b", facts(portees=portees))
    assert mesure.valeur == 102
    assert mesure.phrase == f"102{NBSP}personnes ont reçu l’information par courriel en 2025-2026."
    assert mesure.detail[0] == f"2{NBSP}000{NBSP}envois remis en tout."
    assert "adresses génériques" in mesure.detail[1]
    entier = figure("IND-1.1.3-b", facts(portees=portees, periode=ENTIER))
    assert entier.valeur is None and "les années ne s’additionnent pas" in entier.manque
    assert [v for _, v in entier.groupes] == [100, 101, 102]
    avec = figure("IND-1.1.3-b", facts(portees=(*portees, portee("1.1.3", ENTIER, 150)), periode=ENTIER))
    assert avec.valeur == 150


def test_what_staff_add_is_told_beside_and_never_added() -> None:
    faits = facts(donnee(1, "IND-1.1.3-b", valeur=120.0), portees=(portee("1.1.3", AN, 80),))
    mesure = figure("IND-1.1.3-b", faits)
    assert mesure.valeur == 80
    assert [r.valeur for r in mesure.ajouts] == [120]


def test_a_manual_measure_counts_in_the_period_that_holds_its_last_day() -> None:
    a_cheval = donnee(1, "IND-1.1.2-a", fin=date(2025, 4, 10), debut_le=date(2025, 1, 1), narratif="À cheval.")
    assert len(figure("IND-1.1.2-a", facts(a_cheval)).narratifs) == 1
    avant = year_of(date(2025, 1, 1))
    assert figure("IND-1.1.2-a", facts(a_cheval, periode=avant)).narratifs == ()


def test_surveys_weigh_by_who_answered() -> None:
    faits = facts(
        sondage(1, "1.2.1", repondants=30, moyenne=4.0, invites=60),
        sondage(2, "1.2.1", repondants=10, moyenne=5.0, verbatims=("Utile.",)),
        sondage(3, "2.1.4", repondants=5),
    )
    mesure = figure("IND-1.2.1-a", faits)
    assert mesure.valeur == 4.25
    assert mesure.detail == (f"30{NBSP}réponses sur 60{NBSP}invitations là où les invitations sont connues.",)
    assert figure("IND-2.1.4-b", faits).valeur == 1


def test_organisations_supported_are_distinct_after_merges() -> None:
    faits = facts(
        soutien(1, "2.1.6", organisations=("a", "b")),
        soutien(2, "2.1.6.1", organisations=("vieux-a",)),
        soutien(3, "2.1.6", organisations=("c",), debut_le=date(2024, 1, 1), fin_le=date(2024, 2, 1)),
        soutien(4, "2.1.6", type="ponctuel"),
        organisations=(organisation(1, "a"), organisation(2, "b"), organisation(3, "vieux-a", 1), organisation(4, "c")),
    )
    mesure = figure("IND-2.1.6-a", faits)
    assert mesure.valeur == 2
    assert [r.lien for r in mesure.lignes] == ["/organisations/a", "/organisations/b"]
    assert "manque pour 1" in mesure.manque
    assert figure("IND-2.1.6-b", faits).valeur == 1


def test_a_text_is_what_a_qualitative_indicator_asks_for() -> None:
    faits = facts(
        donnee(1, "IND-1.1.2-a", narratif="Six CLDS accompagnés."), soutien(1, "1.1.2", appreciation="Précieux.")
    )
    mesure = figure("IND-1.1.2-a", faits)
    assert mesure.manque == "" and mesure.narratifs[0].texte == "Six CLDS accompagnés."
    assert mesure.phrase == f"À l’appui en 2025-2026 : 1{NBSP}accompagnement apprécié."
    assert figure("IND-1.1.2-a", facts()).manque == "Le texte de l’équipe en 2025-2026 est à écrire."


def test_documents_are_the_evidence_given_each_once() -> None:
    preuve = Preuve("lien", "https://exemple.invalid/bilan.pdf", "Bilan BCL")
    faits = facts(
        donnee(1, "IND-1.3.1-c", narratif="BCL", preuves=(preuve,)),
        donnee(2, "IND-1.3.1-c", narratif="NL", preuves=(preuve, Preuve("fichier", "nl.pdf"))),
    )
    mesure = figure("IND-1.3.1-c", faits)
    assert mesure.valeur == 2
    assert mesure.lignes[0].lien == preuve.ref


def test_readings_planned_and_made_add_up_over_sources() -> None:
    sources = (SourceSuivie("a", "A", 365, 360, AU), SourceSuivie("b", "B", 52, 20), SourceSuivie("c", "C", 0, 0))
    mesure = figure("PROP-4.1.2-a", facts(veille=FaitsVeille(sources=sources)))
    assert (mesure.valeur, mesure.numerateur, mesure.denominateur) == (91.1, 380, 417)
    assert len(mesure.lignes) == 2


def test_coverage_counts_sources_that_gave_something_in_ninety_days() -> None:
    sources = (
        SourceSuivie("a", "A", 1, 1, AU),
        SourceSuivie("b", "B", 1, 1, AU - timedelta(91)),
        SourceSuivie("c", "C", 1, 1),
    )
    veille = FaitsVeille(
        sources=sources,
        themes=(Theme("h", "H", "validee", couvert=True), Theme("t", "T", "ebauche")),
        mrc_couvertes=frozenset({"joliette"}),
    )
    mesure = figure("PROP-4.1.2-c", facts(veille=veille))
    assert mesure.valeur == 33.3
    assert f"1{NBSP}thème couvert sur 2, 1{NBSP}MRC couverte sur 2" in mesure.detail[0]
    assert "Montcalm" in mesure.detail[1]
    assert "2\u00a0sources actives sont muettes" in mesure.manque


def test_precision_counts_the_stories_settled_in_the_period() -> None:
    tranchees = tuple(Tranchee(n, f"Nouvelle {n}", "retenir" if n < 2 else "ecarter", AU) for n in range(5))
    mesure = figure("PROP-4.2.1-a", facts(veille=FaitsVeille(retenues=2, ecartees=3, tranchees=tranchees)))
    assert mesure.valeur == 40 and len(mesure.lignes) == 5


def test_items_published_give_delay_reason_and_reuse() -> None:
    diffuses = (
        ElementDiffuse(1, "Un", AU, 9, 2.0, pourquoi=True),
        ElementDiffuse(2, "Deux", AU, 9, 6.0, utile=True),
        ElementDiffuse(3, "Trois", AU, 9, None),
    )
    faits = facts(outil(1, "1.1.3", elements=(3,)), veille=FaitsVeille(diffuses=diffuses))
    assert figure("PROP-4.2.1-b", faits).valeur == 4
    assert figure("PROP-4.2.1-c", faits).valeur == 1
    assert figure("PROP-4.2.1-d", faits).valeur == 2
    preuve = activite(1, "1.1.1", preuves=(Preuve("item", "1"),))
    assert figure("PROP-4.2.1-d", facts(preuve, veille=FaitsVeille(diffuses=diffuses))).valeur == 2


def test_themes_validated_after_the_day_do_not_count_yet() -> None:
    themes = (
        Theme("a", "A", "validee", date(2025, 5, 1)),
        Theme("b", "B", "validee", date(2026, 5, 1)),
        Theme("c", "C", "ebauche"),
    )
    mesure = figure("PROP-4.1.1", facts(veille=FaitsVeille(themes=themes)))
    assert (mesure.valeur, mesure.denominateur) == (1, 3)
    assert "Dernière validation le 1er" in mesure.detail[0]


def test_issues_on_time_are_those_out_on_their_planned_day_or_before() -> None:
    clds = Audience("clds", "CLDS", rythme="mensuel", jour="lundi")
    mai, juin, juillet = date(2025, 5, 5), date(2025, 6, 2), date(2025, 7, 7)
    suivi = PublicSuivi(
        clds,
        (
            Numero(1, "mai", mai, mai),
            Numero(2, "juin", juin, juin + timedelta(2)),
            Numero(3, "juillet, en avance", juillet - timedelta(3), juillet - timedelta(1)),
        ),
        frozenset({date(2025, 8, 4)}),
    )
    mesure = figure("PROP-4.1.2-b", facts(veille=FaitsVeille(publics=(suivi,))), date(2025, 9, 1))
    assert (mesure.numerateur, mesure.denominateur) == (
        2,
        4,
    )  # May and July; June left late, nothing left in September.
    assert mesure.detail == (f"1{NBSP}jour prévu a été sauté par un choix de l’équipe.",)
    assert figure("PROP-4.1.2-b", facts()).manque == "Aucun bulletin n’était prévu en 2025-2026."


def test_a_first_issue_is_ahead_of_the_next_planned_day_and_owes_nothing_to_the_one_before() -> None:
    clds = Audience("clds", "CLDS", rythme="hebdomadaire", jour="lundi")
    jeudi, lundi = date(2025, 5, 8), date(2025, 5, 12)
    faits = facts(veille=FaitsVeille(publics=(PublicSuivi(clds, (Numero(1, "premier", jeudi, jeudi),)),)))
    assert figure("PROP-4.1.2-b", faits, jeudi).denominateur in (None, 0)
    mesure = figure("PROP-4.1.2-b", faits, lundi)
    assert (mesure.numerateur, mesure.denominateur) == (1, 1)


def test_how_many_of_the_21_are_measured_leaves_proposals_and_targets_out() -> None:
    faits = facts(activite(1, "1.1.1.1", presences=3), donnee(1, "IND-2.1.3-a", narratif="Besoins validés."))
    mesure = figure("PROP-4.3.2", faits)
    assert (mesure.numerateur, mesure.denominateur) == (3, 21)
    assert "IND-1.1.1-c" in mesure.manque


def test_an_indicator_without_recipe_takes_the_last_value_given() -> None:
    seul = replace(PLAN.indicateurs[0], mesure="", unite="ateliers", base=Base(2, date(2023, 4, 1), "ancien plan"))
    plan = replace(PLAN, indicateurs=(seul, *PLAN.indicateurs[1:]))
    faits = facts(donnee(2, seul.id, valeur=9.0), donnee(1, seul.id, valeur=5.0, fin=date(2025, 9, 1)))
    mesure = figure(seul.id, faits, plan=plan)
    assert (mesure.valeur, mesure.unite, mesure.manque) == (9, "ateliers", "")


def test_nothing_after_the_day_counts() -> None:
    faits = facts(activite(1, "1.1.1", le=date(2025, 5, 1)), activite(2, "1.1.1", le=date(2026, 2, 1)))
    assert figure("IND-1.1.1-a", faits, date(2025, 12, 31)).valeur == 1


def test_one_indicator_alone_is_what_the_whole_plan_gives() -> None:
    faits = facts(activite(1, "1.1.1.1", presences=4), livrables=(bulletin(1, "1.1.3"),))
    for mesure in measure(PLAN, faits, AN, AU):
        assert measure_one(PLAN, faits, AN, AU, mesure.indicateur.id) == mesure
    assert measure_one(PLAN, faits, AN, AU, "IND-9.9.9-z") is None


def test_each_figure_has_words_a_page_and_its_rows() -> None:
    faits = facts(activite(1, "1.1.1.1", presences=4, note_sur_5=4.0), livrables=(bulletin(1, "1.1.3"),))
    for mesure in (*measure(PLAN, faits, AN, AU), *totals(PLAN, faits, AN, AU)):
        assert mesure.requete.endswith(".")
        assert mesure.adresse.startswith("/plan/indicateurs/")
        assert bool(mesure.phrase) or bool(mesure.manque) or bool(mesure.narratifs)
        assert all(r.lien.startswith(("/", "https://")) for r in mesure.lignes)


def test_a_whole_plan_counts_its_three_years() -> None:
    lignes = [activite(n, "1.1.1", le=date(2023 + n, 5, 1)) for n in range(3)]
    assert figure("IND-1.1.1-a", facts(*lignes, periode=ENTIER)).valeur == 3
    assert figure("IND-1.1.1-a", facts(*lignes)).valeur == 1
    assert isinstance(ENTIER, Periode)
