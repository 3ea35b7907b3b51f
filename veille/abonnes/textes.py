"""What people read before they agree: why, how, their rights, who answers. Built from organisation.toml; pure.

Each text has a version: the day it was first shown and a fingerprint of its words. The words themselves are kept
(`textes_consentement`), so that proof of consent still says what was agreed to after the text has changed.
"""

from __future__ import annotations

import hashlib
from datetime import date

from veille.francais import NBSP, fold
from veille.model import Audience, Organisation

# Of digests, not of their drafts; « bimensuel » is every two weeks (`model.Rythme`).
_RYTHMES = {
    "horaire": "dès qu’il y a du nouveau",
    "quotidien": "chaque jour au plus",
    "hebdomadaire": "chaque semaine au plus",
    "bimensuel": "toutes les deux semaines au plus",
    "mensuel": "chaque mois au plus",
}
_ALERTES = {"financement": "une date limite de financement approche", "projet-de-loi": "un projet de loi est déposé"}
_VIDES = frozenset({"", "a remplir"})


def common_text(organisation: Organisation) -> tuple[str, ...]:
    """What is true of every list, one paragraph each: purpose, means, rights, withdrawal, who answers, where."""
    o = organisation
    return (
        f"Qui demande{NBSP}: {identity(o)}.",
        f"Pourquoi{NBSP}: {o.nom} vous demande votre adresse de courriel pour vous envoyer les bulletins que vous cochez,"
        " et pour rien d’autre. L’adresse seule est nécessaire.",
        f"Comment{NBSP}: par ce formulaire, puis par un courriel de confirmation. Tant que vous n’avez pas confirmé, rien"
        " d’autre ne vous est envoyé, et la demande s’efface d’elle-même après 30 jours. Nos courriels n’ont ni image"
        " espionne ni lien qui vous suit.",
        f"Qui voit votre adresse{NBSP}: les seules personnes de l’équipe qui administrent les abonnements. Elle n’est ni"
        " vendue, ni prêtée, ni publiée.",
        f"Vos droits{NBSP}: consulter ce que nous gardons sur vous, le corriger, le recevoir dans un fichier, le faire"
        " effacer. La page « Vos préférences » le fait tout de suite.",
        f"Changer d’avis{NBSP}: chaque bulletin porte un lien de désabonnement, qui agit aussitôt et sans mot de passe.",
        f"Qui répond{NBSP}: {responsible(o)}.",
        hosting(o),
    )


def purpose(audience: Audience) -> str:
    """What one list sends, and how often."""
    rythme = _RYTHMES[audience.rythme]
    alertes = [_ALERTES[a] for a in audience.alertes]
    suite = f" Si vous le demandez, un avis de plus quand {' ou quand '.join(alertes)}." if alertes else ""
    return f"Le bulletin de veille «{NBSP}{audience.nom}{NBSP}», {rythme}.{suite}"


def full_text(organisation: Organisation, audience: Audience) -> str:
    """All the words shown with one box: what proof of consent keeps."""
    return "\n".join((purpose(audience), *common_text(organisation)))


def fingerprint(texte: str) -> str:
    """Eight characters that change whenever a word does."""
    return hashlib.sha256(texte.encode()).hexdigest()[:8]


def version(texte: str, jour: date) -> str:
    """The version under which a text first shown that day is kept: « 2026-11-23-1a2b3c4d »."""
    return f"{jour.isoformat()}-{fingerprint(texte)}"


def identity(organisation: Organisation) -> str:
    """Who asks, with a postal address and another way to reach them (LCAP, art. 10)."""
    o = organisation
    return ", ".join(t for t in (o.nom, o.adresse_postale, o.courriel, o.telephone, o.site) if not _empty(t))


def responsible(organisation: Organisation) -> str:
    """« Dominique Fictif, responsable (vieprivee@…, 450 555-0199) », or how to reach the organisation meanwhile."""
    r = organisation.renseignements_personnels
    joindre = ", ".join(t for t in (r.courriel, r.telephone) if not _empty(t))
    qui = ", ".join(t for t in (r.nom, r.titre) if not _empty(t))
    if not qui:
        autre = organisation.courriel or organisation.site
        return f"la direction de {organisation.nom}" + (f" ({autre})" if autre else "")
    precis = "responsable de la protection des renseignements personnels"
    qui = qui if "renseignements personnels" in qui else f"{qui}, {precis}"
    return f"{qui} ({joindre})" if joindre else qui


def hosting(organisation: Organisation) -> str:
    """Where the data are, told outright when they leave Québec (Loi 25, art. 8 and 17)."""
    h = organisation.hebergement
    lieux = {lieu for lieu in (h.courriel, h.site) if not _empty(lieu)}
    dehors = sorted(lieu for lieu in lieux if not in_quebec(lieu))
    if dehors:
        evaluation = " après une évaluation des facteurs relatifs à la vie privée" if h.efvp_le else ""
        ou = " et ".join(dehors)
        return f"Où{NBSP}: votre adresse est confiée à un hébergeur situé hors du Québec ({ou}){evaluation}."
    if lieux:
        return f"Où{NBSP}: vos renseignements restent au Québec."
    return f"Où{NBSP}: vos renseignements sont gardés sur le serveur de {organisation.nom}."


def hosting_warning(organisation: Organisation) -> str:
    """What staff must still do before data leave Québec (Loi 25, art. 17); "" when there is nothing."""
    h = organisation.hebergement
    dehors = sorted({lieu for lieu in (h.courriel, h.site) if not _empty(lieu) and not in_quebec(lieu)})
    if not dehors or h.efvp_le is not None:
        return ""
    return (
        f"des renseignements personnels sont hébergés hors du Québec ({' et '.join(dehors)}) ; évaluez d’abord les"
        " facteurs relatifs à la vie privée (docs/efvp.md), puis inscrivez la date à hebergement.efvp_le"
    )


def in_quebec(lieu: str) -> bool:
    """« Québec », « Montréal, Québec », « QC »… « Canada » alone is not."""
    mots = fold(lieu).replace("(", " ").replace(")", " ").replace(",", " ").split()
    return "quebec" in mots or "qc" in mots


def _empty(texte: str) -> bool:
    return fold(texte).strip() in _VIDES
