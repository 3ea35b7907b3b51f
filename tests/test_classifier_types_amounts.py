"""Document types and the money of calls."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.facts.amounts import read_amount
from veille.classifier.facts.doctypes import TypeReader
from veille.model import Document, TypeDocument
from veille.settings import load_taxonomie

LECTEUR = TypeReader(load_taxonomie().types)


def type_of(titre: str, resume: str = "", texte: str = "", source: str = "") -> str | None:
    suggestion = LECTEUR.read(Document("", titre, resume, texte, type_source=source))
    return suggestion.valeur if suggestion and suggestion.etat == "retenu" else None


def amount(titre: str, texte: str = "") -> int | None:
    suggestion = read_amount(Document("", titre, "", texte))
    return int(suggestion.valeur) if suggestion else None


@pytest.mark.parametrize(
    ("titre", "attendu"),
    [
        ("Appel de projets en habitation", "financement"),
        ("Webinaire sur la gouvernance", "evenement"),
        ("Atelier de rédaction", "formation"),
        ("Une étude sur le revenu viable", "etude"),
        ("Rapport annuel 2025-2026", "rapport"),
        ("Lettre ouverte : agir maintenant", "opinion"),
        ("Trousse pour les conseils d'administration", "outil"),
        ("Projet de loi sur les loyers", "politique-publique"),
        ("PL 31 : les locataires inquiets", "politique-publique"),
        ("Le PL-31 est adopté", "politique-publique"),
        ("Le taux de chômage recule", "statistique"),
        ("La Ville a annoncé un refuge", "actualite"),
        ("Loyers en hausse, selon un portrait", "rapport"),
    ],
)
def test_a_type_is_read_from_the_words_staff_listed(titre: str, attendu: str) -> None:
    assert type_of(titre) == attendu


@pytest.mark.parametrize(
    "titre", ["Le PL rencontre la presse", "La source de la rivière", "Trente ou 30 logements", "Un nouveau refuge"]
)
def test_no_type_is_better_than_a_made_up_one(titre: str) -> None:
    assert type_of(titre) is None


def test_the_pl_rule_shows_its_number() -> None:
    suggestion = LECTEUR.read(Document("", "Le PL 31 est adopté"))
    assert suggestion is not None
    assert suggestion.raisons[0].texte == "PL 31"


def test_marks_of_a_release_are_read_with_their_punctuation() -> None:
    assert type_of("Nouvelle", "POUR DIFFUSION IMMÉDIATE – Joliette. – 30 – Source : MRC") == "communique"


def test_the_usual_type_of_the_source_fills_a_silence_and_yields_to_words() -> None:
    assert type_of("Un nouveau refuge", source="actualite") == "actualite"
    assert type_of("Appel de projets", source="actualite") == "financement"
    assert type_of("Un nouveau refuge", source="type-inconnu") is None


def test_at_equal_points_what_a_document_is_for_goes_first() -> None:
    assert type_of("Communiqué de presse : appel de projets") == "financement"


def test_a_word_in_the_body_only_is_not_enough() -> None:
    suggestion = LECTEUR.read(Document("", "Nouvelle", "Une rencontre.", "On y a parlé d'un colloque."))
    assert suggestion is not None
    assert (suggestion.valeur, suggestion.etat) == ("evenement", "incertain")


def test_one_common_word_of_the_summary_does_not_make_a_news_story() -> None:
    assert type_of("Un refuge", "Selon la mairesse, il ouvrira.") is None
    assert type_of("Un refuge", "Selon la mairesse, il ouvrira.", source="actualite") == "actualite"


def test_each_type_says_why_and_its_points_add_up() -> None:
    suggestion = LECTEUR.read(Document("", "Webinaire", "Inscription requise", type_source="evenement"))
    assert suggestion is not None
    assert suggestion.score == sum(r.poids for r in suggestion.raisons) == 4.25
    assert [r.texte for r in suggestion.raisons] == ["Webinaire", "Inscription", "type habituel de la source"]


def test_without_listed_types_nothing_is_read() -> None:
    assert TypeReader((TypeDocument("a", "A", ""),)).read(Document("", "Appel de projets")) is None


@pytest.mark.parametrize(
    ("titre", "attendu"),
    [
        ("Appel de projets : jusqu'à 50 000 $ par organisme", 50_000),
        ("Appel de projets : jusqu’à 50\u202f000\u00a0$", 50_000),
        ("Aide financière pouvant atteindre 1,5 M$", 1_500_000),
        ("Une enveloppe de 2 millions de dollars pour les projets", 2_000_000),
        ("Une enveloppe de 1,5 M $ pour les projets", 1_500_000),
        ("Subventions de 5 000 $ à 50 000 $ pour les organismes", 50_000),
        ("Appel de projets : entre 5 000 $ et 25 000 $", 25_000),
        ("Bourses de 2 500 $ chacune", 2_500),
        ("Maximum de 25 000$ par projet", 25_000),
        ("L'enveloppe totale est de 500 k$ ; jusqu’à 20 000 $ par projet", 20_000),
        ("Programme de soutien : jusqu'à $50,000", 50_000),
        ("Jusqu'à 50 000 dollars pour vos projets", 50_000),
        ("Le gouvernement investit 3,4 millions de dollars", 3_400_000),
        ("Québec investit plus de 5 M$ en logement", 5_000_000),
        ("Ottawa annonce un investissement de 2 M$ en habitation", 2_000_000),
        ("Un budget de 2 M$ pour les projets", 2_000_000),
        ("Québec accorde près de 250 000 $ à la Maison des jeunes", 250_000),
        ("La MRC octroie 40 000 $ à la friperie", 40_000),
        ("Une subvention de 25 000 $", 25_000),
    ],
)
def test_the_money_of_a_call_is_read_in_whole_dollars(titre: str, attendu: int) -> None:
    assert amount(titre) == attendu
    assert amount("Nouvelle", titre) == attendu


@pytest.mark.parametrize(
    "titre",
    [
        "Une amende allant jusqu'à 50 000 $",
        "Le loyer moyen atteint 1 200 $ par mois",
        "Une facture pouvant atteindre 5 000 $",
        "Soutien financier de 12,50 $",
        "L'entreprise investit 5 M$ dans son usine",
        "Le déficit atteint 3 millions de dollars pour ce programme",
        "Un programme au chiffre d’affaires de 3 millions de dollars",
        "Le projet coûte 3 millions de dollars",
        "Le budget de la Ville est de 30 M$",
        "Jusqu'à 50 000 $",
        "Appel de projets du 3 mars 2027",
    ],
)
def test_other_money_is_no_grant(titre: str) -> None:
    assert amount(titre) is None


def test_the_sentence_is_the_reason_of_the_amount() -> None:
    suggestion = read_amount(
        Document("", "Nouvelle", "", "Bonjour. Une aide financière de 5 000 $ est offerte. Merci.")
    )
    assert suggestion is not None
    assert suggestion.raisons[0].texte == "Une aide financière de 5 000 $ est offerte."


@given(st.integers(1, 999_999_999), st.sampled_from([" ", "\u00a0", "\u202f"]))
@settings(max_examples=100, deadline=None)
def test_any_amount_written_in_french_is_read_back(dollars: int, espace: str) -> None:
    assert amount(f"Appel de projets : jusqu'à {f'{dollars:,}'.replace(',', espace)}\u00a0$") == dollars


@given(st.text(alphabet="0123456789 \u00a0,.$kMd", max_size=60))
@settings(max_examples=150, deadline=None)
def test_any_digits_give_whole_positive_dollars_or_nothing(chiffres: str) -> None:
    montant = amount("Appel de projets : jusqu'à " + chiffres)
    assert montant is None or 0 < montant <= 10**12


def test_hostile_amounts_are_read_in_bounded_time() -> None:
    debut = time.process_time()
    for texte in ("123 " * 60_000, "1" * 250_000, "50 000 $ " * 25_000, "jusqu'à 50 000 $ projet " * 10_000):
        read_amount(Document("", "Appel de projets", "", texte))
    assert time.process_time() - debut < 10
