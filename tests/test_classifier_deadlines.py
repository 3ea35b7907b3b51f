"""Deadlines in plain French: read when a call says so, and only then."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.facts.dates import find_dates
from veille.classifier.facts.deadlines import read_deadline
from veille.francais import JOURS, MOIS
from veille.model import Document

LUNDI = date(2026, 11, 23)


def deadline(titre: str = "", texte: str = "", jour: date | None = LUNDI) -> str | None:
    suggestion = read_deadline(Document("", titre, "", texte, date=jour), LUNDI)
    return suggestion.valeur if suggestion else None


@pytest.mark.parametrize(
    ("phrase", "attendu"),
    [
        ("Déposez votre demande d'ici le 14 décembre à 16 h.", "2026-12-14T16:00:00-05:00"),
        ("Les organismes ont d’ici le 14 décembre à 16\u00a0h pour présenter un projet.", "2026-12-14T16:00:00-05:00"),
        ("Inscrivez-vous avant le 3 mars.", "2027-03-03"),
        ("Inscription requise avant vendredi", "2026-11-27"),
        ("Inscrivez-vous avant vendredi prochain !", "2026-11-27"),
        ("Inscrivez-vous d'ici demain", "2026-11-24"),
        ("L'appel de projets est ouvert jusqu'au 1er mars 2027 inclusivement.", "2027-03-01"),
        ("Date limite : 15 janv. 2027, 23 h 59", "2027-01-15T23:59:00-05:00"),
        ("La date limite pour déposer une demande est le vendredi 15 janvier 2027 à 16 h 30.", "2027-01-15T16:30:00-05:00"),
        ("Date limite de dépôt : 1er juillet 2027 à 16 h", "2027-07-01T16:00:00-04:00"),
        ("Date limite d'inscription : 2026-12-18", "2026-12-18"),
        ("Date limite : 18/12/2026", "2026-12-18"),
        ("Date limite pour s'inscrire : 14 décembre à minuit", "2026-12-14"),
        ("La période se termine le 12 février 2027.", "2027-02-12"),
        ("La période d'inscription prend fin le 12 février 2027", "2027-02-12"),
        ("Clôture des inscriptions le 9 décembre", "2026-12-09"),
        ("Inscriptions du 3 au 14 décembre 2026", "2026-12-14"),
        ("La période de dépôt des demandes se déroule du 30 novembre au 14 décembre 2026.", "2026-12-14"),
        ("Les mémoires doivent être reçus au plus tard le 5 janvier 2027 à midi.", "2027-01-05T12:00:00-05:00"),
        ("Faites-nous parvenir vos idées avant 16 h le 14 décembre.", "2026-12-14T16:00:00-05:00"),
        ("Le dépôt des projets est possible jusqu'à 16 h le 14 décembre 2026", "2026-12-14T16:00:00-05:00"),
        ("Soumettez votre candidature au plus tard à 17h le lundi 14 décembre 2026.", "2026-12-14T17:00:00-05:00"),
        ("Les citoyens peuvent répondre au sondage jusqu'au 20 décembre.", "2026-12-20"),
        ("Répondez à la consultation d'ici le dimanche 13 décembre 2026, 23:59", "2026-12-13T23:59:00-05:00"),
        ("La date limite, initialement fixée au 3 décembre, est reportée au 17 décembre 2026.", "2026-12-17"),
        ("L'appel de projets est prolongé jusqu'au 17 décembre 2026", "2026-12-17"),
        ("Les inscriptions se poursuivent jusqu'au 14 décembre.", "2026-12-14"),
        ("Les demandes sont acceptées jusqu'à minuit le 9 décembre 2026.", "2026-12-09"),
        ("Appel de communications : les propositions sont attendues pour le 13 décembre 2026", "2026-12-13"),
        ("Dépôt des candidatures : 2026-12-15, 23 h 59", "2026-12-15T23:59:00-05:00"),
        ("Le comité accepte les propositions jusqu’au 18 décembre 2026 inclusivement.", "2026-12-18"),
        ("Deadline: December 8, 2026 at 5 p.m.", "2026-12-08T17:00:00-05:00"),
        ("Non-profits may apply before January 15, 2027.", "2027-01-15"),
        ("Bourses : postulez d’ici au 31 janvier 2027", "2027-01-31"),
        ("Date limite de dépôt des candidatures : 18 décembre 2026", "2026-12-18"),
        ("Date limite de dépôt des projets\u00a0: 31 janvier 2027", "2027-01-31"),
        ("Date limite de réception des demandes de soutien : 18 décembre 2026", "2026-12-18"),
        ("Date limite pour le dépôt d’un mémoire : 18 décembre 2026", "2026-12-18"),
        ("La date limite de dépôt des mémoires est le 18 décembre 2026.", "2026-12-18"),
        ("Date limite des commentaires de la consultation publique : 18 décembre 2026", "2026-12-18"),
        ("Date limite de dépôt des demandes du 15 janvier 2027", "2027-01-15"),
        ("La date limite a été reportée du 1er décembre au 15 décembre 2026.", "2026-12-15"),
        ("La date limite a été reportée du 1er au 15 décembre 2026.", "2026-12-15"),
        ("La date limite est prolongée du vendredi 4 décembre au vendredi 18 décembre 2026 à 16 h.", "2026-12-18T16:00:00-05:00"),
        ("La date limite de dépôt a été repoussée du 1er décembre 2026 au 15 janvier 2027.", "2027-01-15"),
        ("La date limite du 1er décembre 2026 est reportée au 15 décembre 2026.", "2026-12-15"),
        ("La période de dépôt est prolongée jusqu’au 15 janvier 2027.", "2027-01-15"),
        ("La consultation publique est prolongée jusqu'au 15 janvier 2027", "2027-01-15"),
        ("Échéance : 31/01/2027", "2027-01-31"),
        ("Échéance le 15 janv. 2027", "2027-01-15"),
        ("L’échéance pour déposer une demande est le 15 janvier 2027.", "2027-01-15"),
        ("Appel de projets du 1er décembre 2026 au 15 janvier 2027", "2027-01-15"),
        ("Appel de candidatures du 1er décembre 2026 à 9 h au 15 janvier 2027 à 16 h", "2027-01-15T16:00:00-05:00"),
        ("Appel de propositions : du 1er décembre 2026 au 15 janvier 2027", "2027-01-15"),
        ("Période d’inscription : 1er décembre 2026 au 15 janvier 2027", "2027-01-15"),
        ("Dépôt des candidatures : 1er décembre 2026 au 15 janvier 2027", "2027-01-15"),
        ("Date limite de dépôt : du 1er décembre 2026 au 15 janvier 2027", "2027-01-15"),
        ("Consultation publique du 1er décembre 2026 au 15 janvier 2027", "2027-01-15"),
        ("La consultation en ligne se tient du 30 novembre au 15 décembre.", "2026-12-15"),
        ("Date limite : 15 décembre 2026 à minuit", "2026-12-15"),
    ],
)  # fmt: skip
def test_a_deadline_is_read_in_a_title_and_in_a_text(phrase: str, attendu: str) -> None:
    assert deadline(phrase) == attendu
    assert deadline("Nouvelle", phrase) == attendu


@pytest.mark.parametrize(
    "phrase",
    [
        "Le projet, lancé le 3 mars, progresse.",
        "L'exposition se poursuit jusqu'au 14 décembre.",
        "Visitez l'exposition jusqu'au 3 mars 2027",
        "Le festival a lieu du 3 au 14 décembre 2026.",
        "L'inscription est gratuite et le festival se poursuit jusqu'au 14 décembre.",
        "Inscrivez-vous à la formation du 3 au 14 décembre 2026.",
        "Inscription obligatoire le 14 décembre 2026",
        "La rue est fermée jusqu'au 14 décembre.",
        "La halte prolonge ses heures jusqu'au 31 mars.",
        "Les travaux seront terminés au plus tard le 3 mars 2027.",
        "Québec veut construire 500 logements d'ici le 31 mars 2027.",
        "Les projets admissibles à l'appel de projets doivent être réalisés avant le 31 mars 2028.",
        "Le ministre doit déposer son projet de loi d'ici le 5 mars.",
        "Le promoteur doit soumettre son projet avant le 5 mars 2027",
        "Le colloque est reporté au 5 mars 2027.",
        "La date limite a été annoncée le 3 mars 2026.",
        "Déposez vos bacs avant 7 h le jeudi 26 novembre 2026.",
        "Les organismes doivent déposer leur bilan avant le 30 juin 2027.",
        "Le gouvernement a jusqu'au 15 décembre pour répondre à la pétition.",
        "La subvention doit être dépensée avant le 31 mars 2027.",
        "Le refuge sera ouvert jusqu'au 15 avril 2027.",
        "The shelter stays open until April 15, 2027.",
        "Profitez des rabais jusqu'au 24 décembre",
        "Le bail prend fin le 30 juin 2027",
        "L'échéance du bail est le 15 janvier 2027",
        "L'échéance du projet est le 31 mars 2027.",
        "Hypothèque : échéance le 15 janvier 2027",
        "Date limite pour s'inscrire à la fête des récoltes du 3 mars 2027",
        "La date limite du 1er décembre 2026 est reportée.",
        "La date limite a été reportée du 1er décembre 2026.",
        "Le colloque a été reporté du 1er décembre au 15 décembre 2026.",
        "Le colloque est reporté au 5 mars 2027 : inscrivez-vous !",
        "La consultation publique est reportée au 15 janvier 2027",
        "Le dépôt du budget est reporté au 5 mars 2027",
        "Inscription à la formation du 3 au 14 décembre 2026",
        "La fin de la période d'inscription approche : la formation débute le 3 mars 2027",
    ],
)
def test_a_date_that_ends_something_else_is_no_deadline(phrase: str) -> None:
    assert deadline(phrase) is None
    assert deadline("Nouvelle", phrase) is None


@pytest.mark.parametrize(
    "phrase",
    [
        "Date limite : 03/04/2027",
        "Date limite : 31 février 2027",
        "Date limite : lundi 15 janvier 2027",
        "Les gens avaient jusqu'au 20 novembre pour s'inscrire.",
        "Inscrivez-vous avant lundi.",
        "Déposez une demande avant le 31 décembre de l'année suivante.",
        "Inscrivez-vous avant le 31 décembre de chaque année.",
        "Les personnes inscrites devaient s'inscrire avant le 3 mars dernier.",
        "Toute personne arrivée avant le 23 mars 2019 doit déposer une demande.",
        "Les demandes devaient être déposées avant le 15 janvier 2026.",
    ],
)
def test_what_can_be_read_two_ways_gives_no_date(phrase: str) -> None:
    assert deadline(phrase) is None


def test_of_several_deadlines_the_last_is_given() -> None:
    assert (
        deadline(texte="Date limite d'inscription : 3 mars 2027. Date limite de dépôt : 15 avril 2027.") == "2027-04-15"
    )
    assert deadline("Inscription avant le 3 décembre", "Déposez un projet d'ici le 18 décembre à 16 h.") == (
        "2026-12-18T16:00:00-05:00"
    )


def test_two_hours_for_one_day_leave_the_day() -> None:
    assert deadline("Inscription avant le 14 décembre à 12 h", "Date limite : 14 décembre à 16 h") == "2026-12-14"


def test_the_hour_follows_the_summer_time_of_quebec() -> None:
    assert deadline("Date limite : 13 mars 2027 à 16 h") == "2027-03-13T16:00:00-05:00"
    assert deadline("Date limite : 14 mars 2027 à 16 h") == "2027-03-14T16:00:00-04:00"


def test_a_title_that_calls_lends_its_sense_to_the_summary() -> None:
    assert deadline("Appel de projets en habitation", "Jusqu’au 1er mars 2027 inclusivement.") == "2027-03-01"
    assert deadline("Une exposition de courtepointes", "Jusqu’au 1er mars 2027 inclusivement.") is None


def test_without_a_trusted_date_of_the_document_only_a_whole_date_is_read() -> None:
    for jour in (None, LUNDI + timedelta(days=30)):
        assert deadline("Inscrivez-vous avant le 3 mars.", jour=jour) is None
        assert deadline("Inscrivez-vous avant vendredi.", jour=jour) is None
        assert deadline("Inscrivez-vous avant le 3 mars 2027.", jour=jour) == "2027-03-03"


def test_the_sentence_is_the_reason() -> None:
    document = Document("", "Nouvelle", "", "Bonjour. Date limite : 15 janv. 2027. Merci.", date=LUNDI)
    suggestion = read_deadline(document, LUNDI)
    assert suggestion is not None
    assert [(r.genre, r.texte, r.zone) for r in suggestion.raisons] == [
        ("phrase", "Date limite : 15 janv. 2027.", "resume")
    ]


def test_the_same_deadline_said_twice_keeps_its_hour() -> None:
    assert (
        deadline("Inscription avant le 14 décembre", "Date limite : 14 décembre à 16 h") == "2026-12-14T16:00:00-05:00"
    )


FORMES = [
    "Déposez votre demande d'ici le {}.", "Inscription avant le {}", "Les projets sont acceptés jusqu’au {} inclusivement.",
    "Faites parvenir votre dossier au plus tard le {}.", "Date limite : {}", "Date limite de dépôt des demandes : {}",
    "La période d'inscription se termine le {}.", "Appel de projets du 1er décembre 2026 au {}", "Vous avez jusqu'au {} pour répondre.",
    "Les candidatures doivent être reçues avant le {}.", "Clôture des inscriptions le {}", "La date limite est reportée au {}.",
]  # fmt: skip
HEURES = [("", ""), (" à 16 h", "T16:00:00"), (" à 16 h 30", "T16:30:00"), (", 23 h 59", "T23:59:00"), (" à midi", "T12:00:00"),
          (" à minuit", ""), (", 9h", "T09:00:00"), (" à 17 heures", "T17:00:00"), (" à 16 h (heure de l'Est)", "T16:00:00")]  # fmt: skip
a_venir = st.dates(LUNDI + timedelta(days=10), LUNDI + timedelta(days=700))


def write(jour: date, *, semaine: bool) -> str:
    nom = f"{JOURS[jour.weekday()]} " if semaine else ""
    return f"{nom}{'1er' if jour.day == 1 else jour.day} {MOIS[jour.month - 1]} {jour.year}"


@given(st.sampled_from(FORMES), a_venir, st.booleans(), st.sampled_from(HEURES))
@settings(max_examples=400, deadline=None)
def test_any_day_to_come_written_in_a_known_form_is_read_back(
    forme: str, jour: date, semaine: bool, heure: tuple[str, str]
) -> None:
    valeur = deadline("Nouvelle", forme.format(write(jour, semaine=semaine) + heure[0]))
    assert valeur is not None
    assert valeur.split("-05:00")[0].split("-04:00")[0] == jour.isoformat() + heure[1]


@given(st.sampled_from(FORMES), st.dates(date(2005, 1, 1), LUNDI - timedelta(days=1)), st.booleans())
@settings(max_examples=200, deadline=None)
def test_a_day_past_when_the_document_was_written_is_no_deadline(forme: str, jour: date, dated: bool) -> None:
    """A document without a date is judged by the clock."""
    assert deadline("Nouvelle", forme.format(write(jour, semaine=False)), LUNDI if dated else None) is None


FRAGMENTS = ["date limite :", "jusqu'au", "avant le", "d'ici le", "au plus tard le", "inscription", "Déposez une demande", "du 3 au",
             "prolongé jusqu'au", ".", "à 16 h", ", 23 h 59", "le", "exposition", "vendredi", "03/04/2027", "2026", "janvier"]  # fmt: skip
jours_ecrits = st.builds(
    lambda q, m, a: f"{'1er' if q == 1 else q} {MOIS[m]}{a}",
    st.integers(1, 31), st.integers(0, 11), st.sampled_from(["", " 2026", " 2027", ", 2027"]),
)  # fmt: skip


@given(st.lists(st.sampled_from(FRAGMENTS) | jours_ecrits, max_size=20).map(" ".join) | st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_no_date_is_ever_returned_that_the_text_does_not_hold(texte: str) -> None:
    valeur = deadline("x", texte)
    if valeur:
        jour = date.fromisoformat(valeur[:10])
        assert jour >= LUNDI
        quantieme = "1er" if jour.day == 1 else str(jour.day)
        ecrite = f"{quantieme} {MOIS[jour.month - 1]}" in texte
        assert ecrite or "vendredi" in texte or "demain" in texte or jour.isoformat() in texte


@given(st.text(alphabet="0123456789 /-hà:le1erjanvmsvdi.,’'", max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_digits_are_read_without_a_crash_and_in_order(texte: str) -> None:
    trouves = list(find_dates(texte, LUNDI))
    assert [t.debut for t in trouves] == sorted({t.debut for t in trouves})
    assert all(t.jour is None or 2000 <= t.jour.year < 2100 for t in trouves)


def test_hostile_texts_are_read_in_bounded_time() -> None:
    debut = time.process_time()
    for texte in ("3" + " " * 500_000, "3 mars" + " " * 500_000 + "x", "lundi" + " " * 500_000, "jusqu'au 3 mars 2027 " * 20_000,
                  "date limite " * 30_000, ("inscription" + " " * 50 + "du 3 au 14 mars ") * 4_000, "," * 500_000, "échéance pour déposer " * 20_000, "échéance" + " le" * 100_000,
                  "reportée du 1er " * 30_000, "reportée du 1er décembre au 3 mars 2027 " * 10_000,
                  "ont jusqu'au 3 mars 2027 pour se " * 8_000, "les dossiers doivent être reçus " * 20_000, "la veille, jeudi le 3, " * 10_000,
                  "le 15 janvier (volet) et " * 15_000, "tarif réduit " * 20_000,
                  ("consultation : " + "3 mars 2027 à 9 h au ") * 10_000):  # fmt: skip
        deadline("x", texte)
    assert time.process_time() - debut < 10
