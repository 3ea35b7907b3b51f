"""The model card says true things, in French, and says when it does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.classifier.card import Carte, Section, Tableau, card, to_markdown
from veille.model.apprentissage import (
    Confusion,
    ErreurExemple,
    Evaluation,
    FicheModele,
    MesureSemaine,
    MesureTheme,
    Tranche,
)

NB = "\u00a0"
THEMES = (
    MesureTheme("habitation", vrais=50, proposes=48, justes=45),
    MesureTheme("aines", vrais=30, proposes=40, justes=12),
    MesureTheme("transport", vrais=4, proposes=0, justes=0),
    MesureTheme("sport", vrais=0, proposes=0, justes=0),
)
POINTS = (Tranche(0.03, 0.01, 500), Tranche(0.48, 0.45, 40), Tranche(0.80, 0.78, 45), Tranche(0.95, 0.96, 60))
EVALUATION = Evaluation(
    documents=120, micro_f1=0.666, macro_f1=0.5, precision=57 / 88, rappel=57 / 84, lrap=0.9, brier=0.04, ece=0.0194,
    hors_sujet_f1=0.705, themes=THEMES, fiabilite=POINTS, sans_theme=36,
    confusions=(Confusion("aines", "habitation", 7), Confusion("transport", "aines", 2)),
    semaines=(MesureSemaine("2026-S09", 60, 0.61, 0.03), MesureSemaine("2026-S10", 60, 0.72, 0.012)),
)  # fmt: skip
FICHE = FicheModele(
    nom="2026-11-23",
    fait_le=date(2026, 11, 23),
    exemples=120,
    positifs={"habitation": 50, "aines": 30, "transport": 4, "sport": 0},
    noms={"habitation": "Habitation", "aines": "Personnes aînées", "transport": "Transport", "sport": "Sport"},
    depuis_le=date(2026, 12, 1),
    decisions_du=date(2026, 9, 14),
    decisions_au=date(2026, 11, 22),
    regles="3f2a",
    erreurs=(ErreurExemple("Un toit (exemple fictif)", ("aines",), ("habitation",), "Le mot « toit » l'a emporté."),),
    plis=5,
)
VIERGE = Evaluation(0, *[0.0] * 8)
CLES = ["bref", "sait", "erreurs", "fiabilite", "depuis", "methode", "limites"]


def texts(carte: Carte) -> Iterator[str]:
    yield carte.titre
    for section in carte.sections:
        yield from (section.titre, *section.paragraphes, *section.liste)
        for tableau in section.tableaux:
            yield from (tableau.legende, *tableau.entetes, *(c for ligne in tableau.lignes for c in ligne))


def part(cle: str, evaluation: Evaluation = EVALUATION, fiche: FicheModele = FICHE) -> Section:
    return next(s for s in card(evaluation, fiche).sections if s.cle == cle)


def said(cle: str, evaluation: Evaluation = EVALUATION, fiche: FicheModele = FICHE) -> str:
    """What a part says outside tables, with plain spaces."""
    section = part(cle, evaluation, fiche)
    return " ".join((*section.paragraphes, *section.liste)).replace(NB, " ")


def rows(cle: str, evaluation: Evaluation = EVALUATION, fiche: FicheModele = FICHE) -> dict[str, tuple[str, ...]]:
    (tableau,) = part(cle, evaluation, fiche).tableaux
    return {ligne[0]: ligne[1:] for ligne in tableau.lignes}


def with_points(*points: Tranche) -> Evaluation:
    return replace(EVALUATION, fiabilite=points)


# ---- What it knows


def test_themes_are_told_apart_by_how_much_was_learnt_of_them() -> None:
    assert part("sait").liste == tuple(
        texte.replace("_", NB)
        for texte in (
            "Appris de vos décisions (30_exemples ou plus)_: «_Habitation_» et «_Personnes aînées_».",
            "En apprentissage (moins de 30_exemples, les règles comptent encore)_: «_Transport_».",
            "Connu par les règles seulement (aucun exemple)_: «_Sport_».",
        )
    )


def test_a_model_that_learnt_nothing_knows_every_theme_by_the_rules_only() -> None:
    fiche = replace(FICHE, exemples=0, positifs={})
    (phrase,) = part("sait", fiche=fiche).liste
    assert phrase.startswith("Connu par les règles seulement")
    assert all(nom in phrase for nom in FICHE.noms.values())
    assert "n’a encore rien appris de vos décisions" in said("bref", fiche=fiche)
    assert "imite les décisions" not in said("limites", fiche=fiche)
    assert "imite les décisions" in said("limites")


def test_the_table_gives_each_theme_its_counts_and_a_dash_for_what_cannot_be_known() -> None:
    lignes = rows("sait")
    assert lignes["Habitation"] == ("50", "50", "48", f"94{NB}%", f"90{NB}%", "0,92")
    assert lignes["Transport"] == ("4", "4", "0", "—", f"0{NB}%", "0")
    assert lignes["Sport"] == ("0", "0", "0", "—", "—", "—")


def test_a_theme_learnt_but_not_measured_and_one_measured_but_not_named_are_both_listed() -> None:
    fiche = replace(FICHE, positifs={"culture": 31}, noms={})
    assert list(rows("sait", fiche=fiche)) == ["habitation", "aines", "transport", "sport", "culture"]
    assert f"(30{NB}exemples ou plus){NB}: «{NB}culture{NB}»." in part("sait", fiche=fiche).liste[0]


# ---- Where it errs


def test_the_weakest_theme_with_enough_documents_is_named_with_its_counts() -> None:
    assert (
        "Le thème qu’il connaît le moins bien est « Personnes aînées » : sur 30 documents à trouver, il en trouve 12 ; "
        "il le propose 40 fois, dont 12 à raison."
    ) in said("erreurs")
    assert "prudence" not in said("erreurs")


def test_a_weakest_theme_seen_too_little_is_said_with_care() -> None:
    mesure = replace(EVALUATION, themes=(THEMES[2], MesureTheme("habitation", 50, 50, 50)))
    assert (
        "« Transport » : sur 4 documents à trouver, il n’en trouve aucun ; il ne le propose jamais. "
        "C’est peu de documents : à lire avec prudence."
    ) in said("erreurs", mesure)


def test_no_theme_is_accused_when_all_were_found_or_none_measured() -> None:
    parfait = replace(EVALUATION, themes=(MesureTheme("habitation", 50, 50, 50), THEMES[3]))
    assert "il a trouvé tous les thèmes" in said("erreurs", parfait)
    assert "le moins bien" not in said("erreurs", parfait) + said("erreurs", VIERGE)
    assert "Aucun thème n’a pu être mesuré." in said("erreurs", VIERGE)


def test_a_theme_proposed_though_no_document_has_it_is_told() -> None:
    assert "Proposé à tort" not in said("erreurs")
    mesure = replace(EVALUATION, themes=(*THEMES[:3], MesureTheme("sport", 0, 3, 0)))
    assert "Proposé à tort alors qu’aucun document mesuré n’en parle : « Sport » (3 fois)." in said("erreurs", mesure)


def test_off_topic_is_told_only_when_some_documents_are() -> None:
    assert "36 documents mesurés n’ont aucun thème (hors sujet)." in said("erreurs")
    assert "sa note est de 0,70 sur 1" in said("erreurs")
    assert "hors sujet" not in said("erreurs", replace(EVALUATION, sans_theme=0))


def test_near_themes_are_shown_in_order() -> None:
    assert list(rows("erreurs").items()) == [
        ("Personnes aînées → Habitation", ("7",)),
        ("Transport → Personnes aînées", ("2",)),
    ]


def test_examples_say_what_was_wanted_what_was_proposed_and_why() -> None:
    assert part("erreurs").liste == (
        f"«{NB}Un toit (exemple fictif){NB}»{NB}: il fallait «{NB}Personnes aînées{NB}»{NB}; "
        f"il a proposé «{NB}Habitation{NB}». Le mot «{NB}toit{NB}» l’a emporté.",
    )
    rien = replace(FICHE, erreurs=(ErreurExemple("A", (), ("sport", "aines")), ErreurExemple("B", ("sport",), ())))
    assert said("erreurs", fiche=rien).endswith(
        "« A » : il fallait aucun thème ; il a proposé « Sport » et « Personnes aînées ». "
        "« B » : il fallait « Sport » ; il n’a rien proposé."
    )


# ---- How far to trust its probabilities


def test_probabilities_are_said_in_words() -> None:
    phrases = said("fiabilite")
    assert "Quand il annonce 80 %, il a raison 78 fois sur 100 (45 cas)." in phrases
    assert "Quand il annonce 48 %, il a raison 45 fois sur 100 (40 cas)." in phrases
    assert "l’écart moyen entre ce qu’il annonce et ce qui était vrai est de 1,9 point sur 100." in phrases
    assert rows("fiabilite")[f"80{NB}%"] == (f"78{NB}%", "45")


TRANCHES = st.builds(Tranche, st.floats(0, 1), st.floats(0, 1), st.integers(1, 5000))


@given(st.lists(TRANCHES, max_size=15, unique_by=lambda t: t.n))
def test_every_sentence_on_probabilities_comes_from_a_point_seen_often_enough(points: list[Tranche]) -> None:
    phrases = said("fiabilite", with_points(*points))
    dites = re.findall(r"Quand il annonce (\S+) %, il a raison (\d+) fois sur 100 \((\S+(?: \d+)?) cas\)", phrases)
    assert len(dites) == phrases.count("Quand il annonce ") - phrases.count("Quand il annonce plus")
    for annoncee, observee, cas in dites:
        (point,) = [p for p in points if p.n == int(cas.replace(" ", ""))]
        assert point.n >= 20
        assert abs(100 * point.annoncee - float(annoncee.replace(",", "."))) < 1
        assert abs(100 * point.observee - int(observee)) < 1 + 1e-9
        assert (int(observee) == 100) == (point.observee == 1)
        assert (int(observee) == 0) == (point.observee == 0)


def test_with_too_few_cases_no_share_is_given() -> None:
    phrases = said("fiabilite", with_points(Tranche(0.8, 0.5, 3), Tranche(0.5, 1.0, 19)))
    assert "fois sur 100" not in phrases
    assert "trop peu de cas autour de 20 %, de 50 % et de 80 %" in phrases
    assert "Il n’a annoncé plus de 60 % que 3 fois : trop peu pour savoir s’il est trop sûr de lui." in phrases
    assert "Aucune probabilité n’a encore été mesurée." in said("fiabilite", VIERGE)
    assert "Il n’a jamais annoncé plus de 60 %." in said("fiabilite", with_points(Tranche(0.3, 0.3, 900)))


@pytest.mark.parametrize(
    ("observee", "n", "dit"),
    [
        (0.60, 400, "il est trop sûr de lui"),
        (0.95, 400, "il est trop prudent"),
        (0.78, 4000, "rien n’indique"),
        (0.70, 20, "rien n’indique"),  # two cases of twenty are chance
    ],
)
def test_it_is_called_bold_or_shy_only_beyond_chance(observee: float, n: int, dit: str) -> None:
    phrases = said("fiabilite", with_points(Tranche(0.8, observee, n)))
    assert f"il annonce en moyenne 80 % et il a raison {100 * observee:.0f} fois sur 100 : {dit}" in phrases


def test_easy_cases_do_not_hide_the_gap_of_the_others() -> None:
    mesure = replace(with_points(Tranche(0.01, 0.01, 900), Tranche(0.5, 0.3, 100)), ece=0.02)
    assert "est de 2,0 points sur 100. Plus de la moitié sont à 20 % ou moins, des cas faciles ; sans elles, l’écart est de 20,0 points" in said("fiabilite", mesure)  # fmt: skip
    assert "cas faciles" not in said("fiabilite", with_points(Tranche(0.01, 0.01, 10), Tranche(0.5, 0.3, 100)))


# ---- Since when, how, and what it is not


def test_dates_are_told_and_a_model_out_of_service_says_so() -> None:
    assert said("depuis") == (
        "Modèle fait le 23 novembre 2026. En service depuis le 1er décembre 2026. Il a appris des décisions prises du "
        "14 septembre 2026 au 22 novembre 2026 ; il ne sait rien de ce qui a été décidé depuis. "
        "Règles du fichier des thèmes : version 3f2a."
    )
    ecarte = said("depuis", fiche=replace(FICHE, depuis_le=None, decisions_du=None, regles=""))
    assert ecarte == (
        "Modèle fait le 23 novembre 2026. Il n’est pas en service : ses propositions n’apparaissent pas dans la revue."
    )


def test_weeks_are_named_and_only_the_last_twelve_shown() -> None:
    assert rows("depuis") == {
        f"semaine{NB}9 de{NB}2026": ("60", "0,61", "0,030"),
        f"semaine{NB}10 de{NB}2026": ("60", "0,72", "0,012"),
    }
    annee = replace(EVALUATION, semaines=tuple(MesureSemaine(f"2026-S{s:02}", 5, 0.5, 0.1) for s in range(1, 31)))
    assert part("depuis").tableaux[0].legende == "Semaine par semaine"
    assert part("depuis", annee).tableaux[0].legende == "Les 12 dernières semaines"
    assert [*rows("depuis", annee)][0::11] == [f"semaine{NB}19 de{NB}2026", f"semaine{NB}30 de{NB}2026"]


def test_the_method_is_the_one_that_was_used() -> None:
    assert said("methode").startswith("120 documents mesurés, 4 thèmes. Validation croisée par groupe, en 5 parties :")
    a_part = said("methode", fiche=replace(FICHE, plis=0))
    assert "Validation croisée" not in a_part
    assert "jeu d’essai à part" in a_part
    assert rows("methode")["Note d’ensemble (F1 micro)"] == ("0,67",)
    assert rows("methode")["Écart des probabilités (ECE), 0 est parfait"] == ("0,019",)


def test_the_summary_counts_out_of_a_hundred_or_says_it_is_too_early() -> None:
    assert (
        "Sur 100 thèmes qu’il propose, 65 sont justes ; sur 100 thèmes qu’il fallait trouver, il en trouve 68. "
        "Sa note d’ensemble est de 0,67 sur 1 (120 documents mesurés)."
    ) in said("bref")
    peu = replace(EVALUATION, documents=6, themes=(MesureTheme("aines", 5, 4, 3),))
    assert (
        "Sur 6 documents mesurés, il fallait trouver 5 thèmes ; il en a proposé 4, dont 3 à raison. "
        "C’est trop peu pour en dire plus."
    ) in said("bref", peu)
    assert "Il n’a pas encore été mesuré" in said("bref", VIERGE)
    assert "Aucun document mesuré n’a de thème" in said("bref", replace(EVALUATION, themes=(THEMES[3],)))


def test_the_encoder_is_told_when_it_serves_and_missed_when_it_does_not() -> None:
    assert "Il ne compare que des mots" in said("limites")
    avec = said("limites", fiche=replace(FICHE, encodeur=True))
    assert "encodeur appris ailleurs" in avec
    assert "Il ne compare que des mots" not in avec


# ---- The whole card, on a page or as a document


@pytest.mark.parametrize("evaluation", [EVALUATION, VIERGE])
def test_every_part_is_there_and_every_table_is_square(evaluation: Evaluation) -> None:
    carte = card(evaluation, FICHE)
    assert [section.cle for section in carte.sections] == CLES
    for section in carte.sections:
        assert section.paragraphes or section.liste
        for tableau in section.tableaux:
            assert tableau.legende and tableau.lignes
            assert {len(ligne) for ligne in tableau.lignes} == {len(tableau.entetes)}


@pytest.mark.parametrize("evaluation", [EVALUATION, VIERGE, with_points(Tranche(0.9, 0.2, 50))])
@pytest.mark.parametrize("fiche", [FICHE, FicheModele("vierge", date(2026, 1, 1), 0)])
def test_the_card_is_typeset_in_french(evaluation: Evaluation, fiche: FicheModele) -> None:
    for texte in texts(card(evaluation, fiche)):
        assert not re.search(r"'| [:;?!%»]|« |\d\.\d|  ", texte), texte


def test_the_document_holds_everything_the_card_says() -> None:
    carte = card(EVALUATION, FICHE)
    document = to_markdown(carte)
    nu = document.replace("\\", "")
    assert all(texte in nu for texte in texts(carte))
    assert document.startswith("# Fiche du modèle 2026-11-23\n\n## En bref\n\n")
    assert f"\n| Habitation | 50 | 50 | 48 | 94{NB}% | 90{NB}% | 0,92 |\n" in document
    assert document.endswith(".\n")


NON_PROTEGE = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]<>|~&]")


@given(
    st.text(max_size=60) | st.sampled_from(["<script>", "[a](http://b)", "a | b", "`c`\n\n# d", "- e", "\\", "&lt;"])
)
def test_a_hostile_title_stays_text_on_its_line(titre: str) -> None:
    def document(titre: str) -> list[str]:
        return to_markdown(card(EVALUATION, replace(FICHE, erreurs=(ErreurExemple(titre, ("aines",), ()),)))).split(
            "\n"
        )

    hostile, calme = document(titre), document("calme")
    differentes = [h for h, c in zip(hostile, calme, strict=True) if h != c]
    assert len(differentes) <= 1
    assert not any(NON_PROTEGE.search(ligne) for ligne in differentes)


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_of_a_card_is_one_line_of_its_document(texte: str, autre: str) -> None:
    def document(texte: str, autre: str) -> list[str]:
        tableau = Tableau(autre, (texte, autre), ((autre, texte),))
        return to_markdown(Carte(texte, (Section("a", autre, (texte,), (autre,), (tableau,)),))).splitlines()

    lignes = document(texte, autre)
    assert len(lignes) == len(document("a", "b"))
    _, _, _, _, paragraphe, _, point, _, _, _, entete, regle, ligne = lignes
    assert not re.match(r"[#+=-]|\d[.)]", paragraphe)
    assert point.startswith("- ") and regle == "| :-- | --: |"
    assert all(len(re.findall(r"(?<!\\)(?:\\\\)*\|", rangee)) == 3 for rangee in (entete, ligne))
