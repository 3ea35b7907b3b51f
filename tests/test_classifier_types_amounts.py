"""Document types and the money of calls."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.facts.amounts import read_amount
from veille.classifier.facts.doctypes import TypeReader
from veille.model import Document, Raison, Suggestion, TypeDocument
from veille.settings import load_taxonomie
from veille.textes import RAISON_TYPE_APPEL

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


@pytest.mark.parametrize(
    ("resume", "attendu"),
    [
        ("L'étude menée auprès de 27 jeunes conclut qu'un répit suffit.", "etude"),
        ("Une équipe universitaire a suivi six fiducies pendant quatre ans.", "etude"),
        ("Le document de 64 pages recommande d'indexer les prestations.", "rapport"),
        ("Le jeu de données croise la température et l'âge.", "statistique"),
        ("Le gabarit et la liste de vérification sont libres de droits.", "outil"),
        ("Québec doit interdire cette publicité, écrit une intervenante.", "opinion"),
        ("Le nouveau cadre normatif, publié à la Gazette officielle, entre en vigueur.", "politique-publique"),
    ],
)
def test_a_whole_turn_of_phrase_tells_a_type_in_a_summary(resume: str, attendu: str) -> None:
    assert type_of("Nouvelle", resume) == attendu


@pytest.mark.parametrize(
    "resume",
    [
        "Les ménages ont reçu un avis de travaux majeurs.", "Elle propose une formation payée.", "Le règlement permet ces abris d'hiver.",
        "Ils réclament un rehaussement de leur subvention.", "Une société cotée en Bourse nomme deux personnes.", "Les inscriptions grimpent.",
    ],
)  # fmt: skip
def test_one_word_of_a_summary_is_no_proof(resume: str) -> None:
    assert type_of("Nouvelle", resume) is None


@pytest.mark.parametrize(
    ("titre", "resume"),
    [
        ("Surdoses : trois avis en un mois", ""),
        ("Sans réseau, pas de rendez-vous", ""),
        ("L'atelier qui répare les vélos", ""),
        ("Cours de français : des classes ferment", ""),
        ("L'appel à projets a attiré un nombre record de demandes", ""),
        ("Le village adopte un plan de repli", ""),
        ("Nouvelle", "Une messe à la mémoire du fondateur."),
    ],
)
def test_a_listed_word_in_another_sense_is_no_type(titre: str, resume: str) -> None:
    assert type_of(titre, resume) is None


def test_a_strike_is_news_even_on_a_day_to_come() -> None:
    jour = Suggestion("date_evenement", "2026-12-09", raisons=(Raison("phrase", "Grève le 9 décembre", zone="titre"),))
    assert LECTEUR.read(Document("", "Grève le 9 décembre"), (jour,)) is None


def test_limited_places_make_a_supper_no_training() -> None:
    phrase = "Un souper le 2 décembre."
    jour = Suggestion("date_evenement", "2026-12-02", raisons=(Raison("phrase", phrase, zone="resume"),))
    lu = LECTEUR.read(Document("", "Souper de quartier", f"{phrase} Places limitées."), (jour,))
    assert lu is not None
    assert lu.valeur == "evenement"


def test_a_verb_is_not_an_appointment() -> None:
    assert type_of("Comment vous rendez-vous au travail ?") is None


def test_what_a_document_gives_tells_its_type() -> None:
    limite, montant = Suggestion("date_limite", "2027-01-15"), Suggestion("montant", "5000")
    jour = Suggestion("date_evenement", "2027-01-15", raisons=(Raison("phrase", "Le café réparation, le 15 janvier."),))
    appel = LECTEUR.read(Document("", "Coup de pouce aux écoles"), (limite, None, montant))
    assert appel is not None
    assert (appel.valeur, appel.etat, appel.raisons[0].texte) == ("financement", "retenu", RAISON_TYPE_APPEL)
    assert LECTEUR.read(Document("", "Coup de pouce aux écoles"), (limite, None)) is None
    for titre, resume, attendu, etat in (
        ("Café réparation", "Le café réparation, le 15 janvier.", "evenement", "retenu"),
        (
            "Saint-Didace sans médecin",
            "La clinique ferme. Le café réparation, le 15 janvier.",
            "evenement",
            "incertain",
        ),
        ("Formation sur les droits", "Le café réparation, le 15 janvier.", "formation", "retenu"),
    ):
        lu = LECTEUR.read(Document("", titre, resume), (jour,))
        assert lu is not None
        assert (lu.valeur, lu.etat) == (attendu, etat)


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
        ("Subventions de 5 000 $ à 50 000 $ pour les organismes", 50_000),
        ("Appel de projets : entre 5 000 $ et 25 000 $", 25_000),
        ("Bourses de 2 500 $ chacune", 2_500),
        ("Maximum de 25 000$ par projet", 25_000),
        ("L'enveloppe totale est de 500 k$ ; jusqu’à 20 000 $ par projet", 20_000),
        ("Programme de soutien : jusqu'à $50,000", 50_000),
        ("Jusqu'à 50 000 dollars pour vos projets", 50_000),
        ("Trois projets recevront chacun 9 000 $", 9_000),
        ("L'aide ne dépassera pas 90 000 $", 90_000),
        ("Une aide plafonnée à 100 000 $", 100_000),
        ("Chaque groupe pourrait obtenir 45 000 $ au plus", 45_000),
        ("Un prêt n'excédant pas 7 500 $", 7_500),
        ("Concours d'écriture. Premier prix : 500 $", 500),
        ("L'aide couvre 75 % des coûts admissibles, jusqu'à 30 000 $", 30_000),
        ("Le fonds remet des dons de 3 000 $ à 15 000 $", 15_000),
        ("La fondation remettra trois bourses de 10 000 $", 10_000),
        ("Le budget de l'appel de projets est de 500 000 $; maximum de 50 000 $ par projet", 50_000),
        ("Grants of up to $25,000 for community groups", 25_000),
        ("Une subvention de 25 000 $", 25_000),
        ("L'aide financière atteint 60 000 $ sur deux ans", 60_000),
        ("Le soutien peut s'élever à 18 000 $", 18_000),
        ("Les parents recevront un remboursement maximal de 750 $ par enfant", 750),
        ("Les écoles peuvent obtenir 2 500 $ tout au plus", 2_500),
        ("Concours : un OBNL remportera 250 000 $, deux finalistes 50 000 $ chacun", 250_000),
        ("Faites une demande. Jusqu'à concurrence de 6 000 $.", 6_000),
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
        "Une enveloppe de 2 millions de dollars pour les projets",
        "Le gouvernement investit 3,4 millions de dollars",
        "Ottawa annonce un investissement de 2 M$ en habitation",
        "Un budget de 2 M$ pour les projets",
        "Québec accorde près de 250 000 $ à la Maison des jeunes",
        "Six projets se partagent 48 000 $",
        "L'organisme a reçu une subvention de 25 000 $",
        "La lauréate décroche une bourse de 5 000 $",
        "Poste offert : salaire jusqu'à 60 000 $ par année",
        "Une prime de 1 500 $ pour qui postule",
        "Programme de loisirs : jusqu'à 35 $ par personne",
        "Le projet pourrait coûter jusqu'à 5 M$",
        "Un logement jusqu'à 1 200 $ par mois, selon le programme",
        "Le projet de loi prévoit des amendes jusqu'à 25 000 $",
        "La campagne de financement a amassé 40 000 $",
        "Appel de projets du 3 mars 2027",
        "Appel de projets : 3 M$ pour le logement social",
        "Le programme d'assistance financière, dont le plafond est de 415 000 $ par bâtiment",
        "L'organisme a remporté 250 000 $ à un concours",
    ],
)
def test_other_money_is_no_grant(titre: str) -> None:
    assert amount(titre) is None


def test_a_title_that_calls_tells_the_share_of_one() -> None:
    assert amount("Appel de projets : 50 000 $ pour le logement social") == 50_000


def test_the_sentence_is_the_reason_of_the_amount() -> None:
    suggestion = read_amount(
        Document("", "Nouvelle", "", "Bonjour. Une aide financière de 5 000 $ est offerte. Merci.")
    )
    assert suggestion is not None
    assert suggestion.raisons[0].texte == "Une aide financière de 5 000 $ est offerte."


def test_a_ceiling_goes_before_a_grant_and_the_largest_wins() -> None:
    assert amount("Bourses de 80 000 $ ; jusqu'à 20 000 $ par projet ; jusqu'à 30 000 $ par regroupement") == 30_000


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
