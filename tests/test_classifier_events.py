"""The day of an event: read when words say that something takes place then, and only then."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.facts.deadlines import read_deadline
from veille.classifier.facts.events import read_event
from veille.francais import MOIS
from veille.model import Document

LUNDI = date(2026, 11, 23)


def event(titre: str, texte: str = "", jour: date | None = LUNDI) -> str | None:
    suggestion = read_event(Document("", titre, "", texte, date=jour), LUNDI)
    return suggestion.valeur if suggestion else None


@pytest.mark.parametrize(
    ("titre", "texte", "attendu"),
    [
        ("Nouvelle", "Le colloque se tiendra le 3 décembre à 19 h.", "2026-12-03T19:00:00-05:00"),
        ("Nouvelle", "L'assemblée générale annuelle aura lieu le mardi 8 décembre à 18 h 30.", "2026-12-08T18:30:00-05:00"),
        ("Nouvelle", "Rendez-vous le samedi 5 décembre dès 10 h au parc.", "2026-12-05T10:00:00-05:00"),
        ("Nouvelle", "La population est invitée à une séance d'information le 3 décembre.", "2026-12-03"),
        ("Nouvelle", "Une marche silencieuse est prévue le 6 décembre.", "2026-12-06"),
        ("Nouvelle", "La prochaine rencontre est fixée au 14 janvier.", "2027-01-14"),
        ("Nouvelle", "Le festival se déroule du 12 au 15 février 2027.", "2027-02-12/2027-02-15"),
        ("Nouvelle", "Un webinaire gratuit sera offert le 9 décembre de 12 h à 13 h.", "2026-12-09T12:00:00-05:00"),
        ("Nouvelle", "Le souper de Noël des aînés, c'est le 11 décembre.", "2026-12-11"),
        ("Nouvelle", "La cuisine collective recommence le 12 janvier.", "2027-01-12"),
        ("Nouvelle", "Un café-rencontre se déroule ce jeudi à 9 h.", "2026-11-26T09:00:00-05:00"),
        ("Nouvelle", "Les élus se réunissent le 2 décembre à Crabtree.", "2026-12-02"),
        ("Nouvelle", "La troupe sera à Berthierville du 4 au 6 décembre.", "2026-12-04/2026-12-06"),
        ("Nouvelle", "Huit mardis à compter du 2 février, au centre d'amitié.", "2027-02-02"),
        ("Nouvelle", "Le colloque est reporté au 5 mars 2027.", "2027-03-05"),
        ("Conférence sur le deuil", "Mercredi 2 décembre, 19 h, à la bibliothèque.", "2026-12-02T19:00:00-05:00"),
        ("Conférence sur le deuil", "Quand : 2 décembre à 13 h 30", "2026-12-02T13:30:00-05:00"),
        ("Atelier de cuisine", "Le 9 décembre, à la salle communautaire.", "2026-12-09"),
        ("Programme de douze semaines", "Début : 11 janvier.", "2027-01-11"),
        ("Soirée cinéma", "Lumière tamisée, le samedi 5 décembre à 10 h, pour les familles.", "2026-12-05T10:00:00-05:00"),
        ("Marché de Noël", "Vingt fermes vendront leurs produits les 12 et 13 décembre, au vieux collège.", "2026-12-12/2026-12-13"),
        ("Colloque du 5 décembre : inscrivez-vous avant le 1er décembre", "", "2026-12-05"),
        ("Dîner de Noël", "Le jeudi 3 décembre, 200 personnes partageront un repas à Lanoraie.", "2026-12-03"),
        ("Concert à la table", "Le vendredi 4 décembre, un trio joue entre les services.", "2026-12-04"),
        ("Journée blanche", "Glissade et chocolat chaud pour des familles sans téléphone, le samedi 30 janvier.", "2027-01-30"),
        ("Nouvelle", "Trois heures pour y voir clair, en ligne, le 24 novembre à 18 h 30.", "2026-11-24T18:30:00-05:00"),
        ("Nouvelle", "Les citoyens sont attendus à la salle le lundi 7 décembre, à 18 h 30.", "2026-12-07T18:30:00-05:00"),
        ("Cohorte d'hiver", "L'écocentre formera quinze citoyens, à compter du samedi 23 janvier.", "2027-01-23"),
        ("Forum", "The forum will be held on December 10, 2026.", "2026-12-10"),
        ("News", "Join us on December 10 at 7 p.m.", "2026-12-10T19:00:00-05:00"),
    ],
)  # fmt: skip
def test_the_first_day_of_what_is_announced_is_read(titre: str, texte: str, attendu: str) -> None:
    assert event(titre, texte) == attendu


@pytest.mark.parametrize(
    ("titre", "texte"),
    [
        ("Nouvelle", "Le colloque s'est tenu le 3 novembre."),
        ("Nouvelle", "Le règlement entrera en vigueur le 1er janvier 2027."),
        ("Nouvelle", "Inscription au colloque avant le 3 décembre."),
        ("Nouvelle", "Le conseil a adopté le budget lors de la séance du 16 novembre."),
        ("Nouvelle", "Les travaux auront lieu du 3 au 14 décembre."),
        ("Nouvelle", "Le suspect comparaîtra le 4 décembre."),
        ("Nouvelle", "La collecte des feuilles aura lieu le 3 décembre."),
        ("Nouvelle", "Le colloque du 3 décembre est annulé."),
        ("Nouvelle", "La date limite est le 3 décembre."),
        ("Nouvelle", "Le rapport sera publié le 3 décembre."),
        ("Nouvelle", "Le paiement sera versé le 15 décembre."),
        ("Nouvelle", "Le bureau sera fermé du 24 décembre au 4 janvier."),
        ("Nouvelle", "La hausse du salaire minimum prendra effet le 1er mai 2027."),
        ("Nouvelle", "Les inscriptions auront lieu du 3 au 14 décembre."),
        ("Nouvelle", "Le pont sera à circulation alternée le 3 décembre."),
        ("Nouvelle", "La ministre annoncera sa décision le 3 décembre."),
        ("Nouvelle", "Le tirage aura lieu le 15 décembre."),
        ("Nouvelle", "Les mémoires sont attendus le 15 décembre."),
        ("Fête nationale : appel de projets", "Déposez votre projet au plus tard le 11 décembre à 16 h."),
        ("Soirée d'information", "Inscriptions dès le 3 décembre à 9 h."),
        ("Festival d'hiver", "La Ville dévoilera la programmation le 3 décembre."),
        ("Formation en ligne", "L'organisme a été fondé le 3 décembre 1986."),
        ("Atelier", "Mis à jour le 23 novembre 2026."),
        ("Atelier annulé", "Il devait avoir lieu le 3 décembre."),
        ("Nouvelle", "Une collision est survenue lundi à 7 h."),
        ("Nouvelle", "L'équipe répond aux questions sur rendez-vous du lundi au jeudi."),
        ("Nouvelle", "La cuisine collective se tient le mercredi à 13 h."),
        ("Nouvelle", "Les rencontres ont lieu le lundi et le jeudi, à 18 h 30."),
        ("Nouvelle", "Rencontre chaque mardi à 19 h."),
        ("Nouvelle", "Le ministre est attendu à Joliette le 3 décembre."),
        ("Nouvelle", "Le maire invite les citoyens à vider leur bac le 3 décembre."),
        ("Colloque sur l'itinérance", "Le ministre répondra aux critiques le jeudi 3 décembre."),
        ("Colloque sur l'itinérance", "Le 3 décembre, le conseil adoptera la résolution."),
        ("Marche pour la paix", "Les rues rouvriront le jeudi 3 décembre."),
        ("Café de la gare", "Le propriétaire cédera son commerce le vendredi 4 décembre."),
        ("Séance du conseil", "La taxe augmentera le vendredi 1er janvier 2027."),
    ],
)
def test_a_date_of_another_thing_is_no_event(titre: str, texte: str) -> None:
    assert event(titre, texte) is None


def test_the_sentence_is_the_reason() -> None:
    suggestion = read_event(
        Document("", "Nouvelle", "", "Bonjour. Le colloque aura lieu le 3 mars 2027. Merci.", date=LUNDI), LUNDI
    )
    assert suggestion is not None
    assert [r.texte for r in suggestion.raisons] == ["Le colloque aura lieu le 3 mars 2027."]


def test_a_call_that_tells_of_a_meeting_further_on_announces_its_deadline() -> None:
    texte = "Un webinaire d'information est prévu le 3 décembre, à midi."
    limite = "Déposez votre projet avant le 11 janvier 2027."
    assert read_event(Document("", "Soutien aux initiatives", limite, texte, date=LUNDI), LUNDI) is None
    assert read_event(Document("", "Soutien aux initiatives", "Un soutien.", texte, date=LUNDI), LUNDI) is not None


def test_an_evening_told_by_the_clocks_of_elsewhere_keeps_its_day_only() -> None:
    assert event("Webinaire", "Il aura lieu le 3 décembre à 13 h (heure du Pacifique).") == "2026-12-03"


def write(jour: date) -> str:
    return f"{'1er' if jour.day == 1 else jour.day} {MOIS[jour.month - 1]} {jour.year}"


@given(st.dates(LUNDI, LUNDI + timedelta(days=700)), st.sampled_from(["", " à 19 h", ", à Joliette"]))
@settings(max_examples=200, deadline=None)
def test_any_day_to_come_of_a_colloquium_is_read_back(jour: date, suite: str) -> None:
    valeur = event("Nouvelle", f"Le colloque se tiendra le {write(jour)}{suite}.")
    assert valeur is not None
    assert valeur[:10] == jour.isoformat()


@given(st.dates(date(2005, 1, 1), LUNDI - timedelta(days=1)))
@settings(max_examples=100, deadline=None)
def test_a_day_past_when_the_document_was_written_is_no_event(jour: date) -> None:
    assert event("Nouvelle", f"Le colloque se tient le {write(jour)}.") is None


MOTS = ["colloque", "se tiendra le", "du 3 au", "inscription avant le", "à 19 h", "3 décembre", "vendredi", ".", "les 20 et 21 janvier 2027",
        "Quand :", "annulé", "la veille", "jusqu'au", "le même jour", "Deux samedis à compter du", "soirée", "2026-12-18", ",", "Date limite :"]  # fmt: skip


@given(st.lists(st.sampled_from(MOTS), max_size=20).map(" ".join) | st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text_gives_days_in_order_to_come_and_never_the_only_deadline(texte: str) -> None:
    valeur = event("x", texte)
    if valeur is None:
        return
    premier, _, dernier = valeur.partition("/")
    assert (dernier or premier)[:10] >= LUNDI.isoformat()
    assert not dernier or premier < dernier
    assert read_event(Document("", "x", "", texte, date=LUNDI), LUNDI) == read_event(
        Document("", "x", "", texte, date=LUNDI), LUNDI
    )


def test_a_day_that_binds_is_not_the_day_of_the_event() -> None:
    document = Document(
        "", "Formation", "", "Elle se tient le 14 janvier 2027. Fin des inscriptions : mardi 5 janvier.", date=LUNDI
    )
    limite, evenement = read_deadline(document, LUNDI), read_event(document, LUNDI)
    assert limite is not None
    assert evenement is not None
    assert (limite.valeur, evenement.valeur) == ("2027-01-05", "2027-01-14")


def test_hostile_texts_are_read_in_bounded_time() -> None:
    debut = time.process_time()
    for texte in ("3" + " " * 300_000, "colloque " * 40_000, "colloque le 3 décembre " * 15_000, "du 3 au 5 décembre " * 15_000,
                  "samedis " * 40_000 + "à compter du 3 décembre", "Quand : " * 40_000, "se tiendra " * 40_000 + "le 3 mars 2027",
                  "les 3, 4, 5, 6, 7, " * 15_000 + "8 et 9 décembre", "," * 300_000):  # fmt: skip
        event("Colloque", texte)
    assert time.process_time() - debut < 10
