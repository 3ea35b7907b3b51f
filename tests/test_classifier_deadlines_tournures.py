"""Many ways to give a deadline, and many dates that end something else: every phrase is invented, read on 23 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from veille.classifier.facts.deadlines import read_deadline
from veille.model import Document

LUNDI = date(2026, 11, 23)

ECHEANCES = """
S'inscrire d'ici le 4. | 2026-12-04
Réservez votre couvert avant jeudi prochain, 3 décembre. | 2026-12-03
On réserve sa place au plus tard mercredi prochain, le 2 décembre, 16 h. | 2026-12-02T16:00:00-05:00
Pour mettre son nom dans le chapeau, on a jusqu'à vendredi midi, le 27 novembre. | 2026-11-27T12:00:00-05:00
Les employeurs donnent les noms au service au plus tard une semaine avant, soit le 5 janvier. | 2027-01-05
Les billets s'envolent d'ici le jeudi 10 décembre, 16 h, date de fermeture des inscriptions. | 2026-12-10T16:00:00-05:00
Le 10 décembre : fin de la période d'inscription. | 2026-12-10
Quand déposer ? Avant 16 h, le vendredi 19 mars 2027. | 2027-03-19T16:00:00-04:00
La réception des manifestations d'intérêt cesse le jeudi 10 décembre, à 16 h 30. | 2026-12-10T16:30:00-05:00
Du 24 novembre au 18 décembre 2026 (23 h 59), organismes, élus et population sont appelés à commenter. | 2026-12-18T23:59:00-05:00
Les dossiers complets sont attendus au plus tard le 22 janvier. | 2027-01-22
Le tout doit être transmis d'ici le 5 février 2027. | 2027-02-05
Les formulaires devront être rendus au plus tard mercredi le 16 décembre, 15 h 30. | 2026-12-16T15:30:00-05:00
Les organismes de la MRC ont jusqu'au lundi 21 décembre pour demander jusqu'à 10 000 $. | 2026-12-21
Les personnes intéressées sont priées de s'inscrire d'ici le 4 décembre. | 2026-12-04
Prière de confirmer votre participation avant le 3 décembre à 17 h. | 2026-12-03T17:00:00-05:00
Veuillez faire parvenir votre CV et une lettre de motivation au plus tard le 11 décembre à 16 h. | 2026-12-11T16:00:00-05:00
Vous avez jusqu'au 15 janvier pour vous prononcer. | 2027-01-15
Les groupes ont jusqu'au 31 janvier pour soumettre leur mémoire. | 2027-01-31
L'appel se clôture le 15 janvier 2027 | 2027-01-15
La période de mise en candidature s'étend jusqu'au 15 janvier. | 2027-01-15
Achetez vos billets avant le 10 décembre. | 2026-12-10
Postulez dès maintenant et jusqu'à la fin du mois. | 2026-11-30
Faites parvenir vos textes pour le 18 décembre. | 2026-12-18
Le formulaire doit être rempli avant le 18 décembre. | 2026-12-18
Remplissez le questionnaire d'ici vendredi | 2026-11-27
Le sondage prend fin le 9 décembre | 2026-12-09
Vous pouvez voter jusqu'au 9 décembre à 23 h 59 | 2026-12-09T23:59:00-05:00
Retournez le coupon-réponse avant le 4 janvier. | 2027-01-04
La pétition peut être signée jusqu'au 4 janvier. | 2027-01-04
Les dons sont acceptés jusqu'au 24 décembre. | 2026-12-24
Paniers de Noël : demandes acceptées du 16 novembre au 4 décembre. | 2026-12-04
Réservez votre place avant le 27 novembre à midi | 2026-11-27T12:00:00-05:00
R.S.V.P. avant le 1er décembre | 2026-12-01
Tarif hâtif jusqu'au 15 décembre; inscription jusqu'au 15 janvier. | 2027-01-15
Inscription jusqu'au 15 janvier; tarif réduit jusqu'au 15 février. | 2027-01-15
Fin de l'appel : 15 janvier | 2027-01-15
Ouverture de l'appel le 1er décembre, fermeture le 29 janvier 2027 à midi. | 2027-01-29T12:00:00-05:00
Les demandes seront reçues dès le 1er décembre et jusqu'au 31 janvier. | 2027-01-31
Soumissions reçues jusqu'à 11 h le 10 décembre | 2026-12-10T11:00:00-05:00
Il reste jusqu'au 4 décembre pour s'inscrire. | 2026-12-04
Les inscriptions ferment vendredi. | 2026-11-27
Candidatures : au plus tard le 11 décembre, midi | 2026-12-11T12:00:00-05:00
Toute personne intéressée peut demander un scrutin référendaire avant le 14 décembre. | 2026-12-14
Renouvelez votre carte de membre avant le 31 décembre. | 2026-12-31
Pour participer, il suffit d'écrire à info@exemple.org avant le 7 décembre. | 2026-12-07
Les organismes intéressés doivent signifier leur intérêt d'ici le 8 janvier. | 2027-01-08
On peut s'inscrire en ligne jusqu'au 12 décembre. | 2026-12-12
Le comité recevra les candidatures jusqu'au 12 décembre. | 2026-12-12
Les parents ont jusqu'à vendredi pour inscrire leur enfant. | 2026-11-27
Les candidatures seront acceptées jusqu'au dimanche 10 janvier 2027, 23 h 59 (HNE). | 2027-01-10T23:59:00-05:00
Inscriptions en ligne du lundi 7 décembre à 9 h au vendredi 18 décembre à 16 h. | 2026-12-18T16:00:00-05:00
Date limite : 16 h le 5 février | 2027-02-05T16:00:00-05:00
Date limite pour soumettre un projet : 1er février 2027 à 17 h (heure du Pacifique) | 2027-02-01
La Ville attend vos commentaires d'ici le 5 février. | 2027-02-05
Le comité attend les mémoires pour le 5 février. | 2027-02-05
Dernière chance : 15 janvier | 2027-01-15
D'ici le 15 janvier, les organismes sont invités à déposer un projet. | 2027-01-15
Les denrées peuvent être déposées jusqu'au 18 décembre. | 2026-12-18
Déposez votre demande du 3 au 28 février. | 2027-02-28
Les demandes peuvent être déposées du 3 au 28 février. | 2027-02-28
Dépôt des projets du 3 au 28 février | 2027-02-28
Dépôt entre le 23 novembre et le 18 janvier prochain. | 2027-01-18
Votez du 3 au 10 décembre. | 2026-12-10
Dates limites : 15 janvier et 15 avril 2027 | 2027-04-15
Date limite du premier volet : 15 janvier. Date limite du second volet : 26 février. | 2027-02-26
L'atelier a lieu le 3 décembre. Inscription requise au plus tard la veille à midi. | 2026-12-02T12:00:00-05:00
Ouverture publique le 10 décembre. Les enveloppes doivent être reçues avant 11 h le même jour. | 2026-12-10T11:00:00-05:00
On s'inscrit avant jeudi le 3. | 2026-12-03
La période d'inscription est ouverte. Elle se termine le 18 janvier. | 2027-01-18
Les locataires ont jusqu'au 31 janvier pour refuser la hausse de loyer. | 2027-01-31
Les oppositions écrites seront reçues au greffe jusqu'au 31 janvier. | 2027-01-31
Le concours est ouvert aux 12 à 17 ans jusqu'au 31 janvier. | 2027-01-31
Proposez une candidature pour le 15 décembre au plus tard. | 2026-12-15
Aucune demande ne sera acceptée après le 31 janvier. | 2027-01-31
Les propositions devront avoir été reçues le 14 janvier 2027, 16 h. | 2027-01-14T16:00:00-05:00
Envoyez un texte avant la fin de la journée du 14 décembre. | 2026-12-14
Les dossiers seront reçus jusqu'à minuit le 11 décembre. | 2026-12-11
Il vous reste jusqu'à vendredi 17 h pour déposer votre dossier. | 2026-11-27T17:00:00-05:00
La fenêtre de dépôt se referme le 31 janvier. | 2027-01-31
L'inscription des élèves se fera du 1er au 12 février 2027. | 2027-02-12
Le sondage, anonyme, est accessible sur le site de la Ville jusqu'au 31 décembre. | 2026-12-31
Prenez rendez-vous avant le 2 décembre. | 2026-12-02
Réponse souhaitée avant mercredi | 2026-11-25
Applications close January 15, 2027. | 2027-01-15
Submit your proposal by January 15, 2027 at noon. | 2027-01-15T12:00:00-05:00
Register by Friday. | 2026-11-27
Proposals are due January 15, 2027. | 2027-01-15
You have until December 4 to respond. | 2026-12-04
Apply no later than 4 p.m. on December 11. | 2026-12-11T16:00:00-05:00
The call for proposals closes on February 1, 2027. | 2027-02-01
Residents can fill out the survey until December 11. | 2026-12-11
Comments will be accepted until midnight on December 11. | 2026-12-11
Closing date: January 29, 2027. | 2027-01-29
"""

RIEN = """
On a jusqu'au 30 juin 2027 pour sauver l'école, dit le maire.
Le projet de règlement devra être rendu public avant le 15 janvier.
Les travaux de la rue cessent le 18 décembre.
Les projets retenus doivent être rendus au plus tard le 15 janvier.
Le 11 février, date limite fixée par le tribunal, le promoteur devra partir.
Le conseil de la MRC a jusqu'au 15 janvier pour demander une dérogation.
Le 30 novembre, on confirme que l'usine fermera avant le 15 janvier.
L'équipe répond aux questions sur rendez-vous du lundi au jeudi.
Avant l'activité du 15 janvier, inscription d'ici le 5.
La Ville a jusqu'au 15 décembre pour déposer son budget.
Les employeurs doivent se conformer à la loi d'ici le 1er janvier 2027.
Les MRC doivent adopter leur plan d'ici le 30 juin 2027.
Les propriétaires devront avoir remplacé leur installation septique d'ici le 1er octobre 2027.
L'entreprise a jusqu'au 31 janvier pour présenter un plan de décontamination.
Le promoteur veut déposer une demande de permis avant le 1er mars.
Le ministère répondra aux demandes d'ici le 15 décembre.
Les demandes reçues seront étudiées d'ici le 15 janvier.
Les lauréats seront annoncés d'ici le 15 mars.
Les gagnants seront avisés avant le 15 janvier.
La subvention est prolongée jusqu'au 31 mars 2028.
Le moratoire sur les évictions est prolongé jusqu'au 31 mars.
Les élus doivent voter le budget avant le 31 décembre.
Le député déposera une pétition avant le 10 décembre.
Le rapport est attendu pour le 15 décembre.
Le plan doit être soumis au ministre avant le 30 juin 2027.
Le bilan des projets doit être remis avant le 31 mars 2028.
Les organismes financés doivent remettre leur reddition de comptes avant le 31 mars 2027.
Une consultation se tiendra avant le 30 juin 2027.
La grève se poursuivra jusqu'au 4 décembre.
Le projet pilote se poursuit jusqu'au 4 décembre.
La collecte des feuilles se poursuit jusqu'au 4 décembre.
Les familles ont jusqu'au 30 avril pour quitter les lieux.
Les employés ont jusqu'au 4 décembre pour accepter l'offre patronale.
La campagne de vaccination se poursuit jusqu'au 18 décembre.
Les enfants nés avant le 1er octobre 2026 peuvent s'inscrire.
Le projet doit se réaliser entre le 1er février et le 30 juin 2027.
Les propriétaires de RPA ont jusqu'au 1er décembre 2027 pour installer des gicleurs.
Les résidents peuvent circuler sur le pont jusqu'au 18 décembre.
On attend 20 cm de neige d'ici vendredi.
La coopérative a demandé un délai jusqu'au 18 décembre.
Le propriétaire a jusqu'au 18 décembre pour se conformer.
Les abris d'auto doivent être retirés avant le 15 avril.
Réservez la veille avant 15 h.
The province must respond by January 15, 2027.
The road is closed until December 4.
"""

# After « Appel de projets. Date limite : 15 janvier 2027. », these give later dates that bind nobody who reads.
SUITES = """
On a jusqu'au 30 juin 2027 pour sauver l'école, dit le maire.
Les projets devront être complétés avant le 31 mars 2028.
Les projets doivent débuter avant le 30 juin 2027.
Les projets doivent être mis en œuvre avant le 30 juin 2027.
Les sommes doivent être utilisées avant le 30 juin 2027.
Les activités doivent se tenir avant le 30 juin 2027.
Les réponses seront envoyées d'ici le 30 juin 2027.
Les organismes recevront une réponse avant le 30 juin 2027.
Le projet peut s'échelonner jusqu'au 30 juin 2027.
Les dépenses sont admissibles jusqu'au 30 juin 2027.
Les fonds sont disponibles jusqu'au 30 juin 2027.
Le rapport final est dû avant le 30 juin 2027.
Le jury se réunira avant le 30 juin 2027.
Une rencontre d'information aura lieu avant le 30 juin 2027.
Un comité analysera les projets d'ici le 30 juin 2027.
Le versement se fera au plus tard le 30 juin 2027.
Le programme prévoit 30 logements d'ici le 30 juin 2027.
"""


def deadline(texte: str) -> str | None:
    suggestion = read_deadline(Document("", "Nouvelle", "", texte, date=LUNDI), LUNDI)
    return suggestion.valeur if suggestion else None


@pytest.mark.parametrize(("phrase", "attendu"), [ligne.rsplit(" | ", 1) for ligne in ECHEANCES.strip().split("\n")])
def test_a_reader_is_given_a_deadline(phrase: str, attendu: str) -> None:
    assert deadline(phrase) == attendu


@pytest.mark.parametrize("phrase", RIEN.strip().split("\n"))
def test_a_third_party_or_a_thing_that_lasts_gives_the_reader_none(phrase: str) -> None:
    assert deadline(phrase) is None


@pytest.mark.parametrize("suite", SUITES.strip().split("\n"))
@pytest.mark.parametrize("titre", ["Appel de projets", "Appel de candidatures : inscrivez-vous"])
def test_what_comes_after_the_deadline_of_a_call_does_not_replace_it(titre: str, suite: str) -> None:
    suggestion = read_deadline(Document("", titre, "", f"Date limite : 15 janvier 2027. {suite}", date=LUNDI), LUNDI)
    assert suggestion is not None
    assert suggestion.valeur == "2027-01-15"
