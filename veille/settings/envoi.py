"""What an organisation must have set before a mail leaves: who it is, where people leave the list, where data live."""

from __future__ import annotations

from urllib.parse import urlsplit

from veille.errors import RefusError
from veille.francais import NBSP, fold
from veille.model import Organisation
from veille.settings.controles import is_unfilled
from veille.settings.publication import require_publishable
from veille.settings.regles import ORGANISATION

LOCAUX = ("127.0.0.1", "localhost", "::1")
HORS_EQUIPE = (
    "Un essai ne part que vers une adresse de l’équipe : celle de l’expéditeur, une adresse au domaine du site de"
    " l’organisme, ou celle d’une personne inscrite comme membre de l’équipe (veille abonnes importer --genre equipe)."
)


def require_sendable(organisation: Organisation) -> None:
    """Refuse to send while the law's mentions, the public site or the assessment of a transfer is missing."""
    require_publishable(organisation)
    adresse = urlsplit(organisation.adresse_publique)
    if is_unfilled(organisation.adresse_publique) or not adresse.hostname:
        raise RefusError(
            f"Envoi refusé : indiquez dans {ORGANISATION} « adresse_publique », le site public de la veille ; c’est là que"
            " chaque personne se désabonne, et la loi demande ce lien dans chaque envoi."
        )
    if adresse.scheme != "https" and adresse.hostname not in LOCAUX:
        raise RefusError(
            f"Envoi refusé : dans {ORGANISATION}, « adresse_publique » doit commencer par https:// ; le désabonnement en un"
            " clic (RFC 8058) l’exige."
        )
    lieux = _abroad(organisation)
    if lieux and organisation.hebergement.efvp_le is None:
        raise RefusError(
            f"Envoi refusé : d’après {ORGANISATION}, [hebergement], des renseignements personnels sortent du Québec"
            f" ({', '.join(lieux)}). Évaluez d’abord les facteurs relatifs à la vie privée, puis inscrivez-en la date :"
            " efvp_le (Loi 25, art. 17)."
        )


def sending_warnings(organisation: Organisation) -> tuple[str, ...]:
    """What does not keep mail from leaving, and should be settled."""
    h, dits = organisation.hebergement, []
    for cle, valeur in (("courriel", h.courriel), ("site", h.site)):
        if is_unfilled(valeur):
            dits.append(
                f"{ORGANISATION}, hebergement.{cle}{NBSP}: dites où vivent ces données (« Québec », ou le pays)"
                f"{NBSP}; hors Québec, une évaluation datée est exigée."
            )
    if not organisation.envoi.temoin:
        dits.append(
            f"{ORGANISATION}, envoi.temoin{NBSP}: sans boîte témoin, un envoi coupé au mauvais moment reste incertain"
            " jusqu’à ce qu’une personne en décide."
        )
    return tuple(dits)


def of_team(organisation: Organisation, adresse: str) -> bool:
    """Whether a canonical address is the organisation's own: the sender's, or one at the domain of its site.

    The sender's domain alone says nothing: it may be that of a provider, which anyone may have an address at.
    """
    hote = (urlsplit(organisation.site).hostname or "").removeprefix("www.")
    return adresse == organisation.expediteur.courriel.lower() or (bool(hote) and adresse.rpartition("@")[2] == hote)


def _abroad(organisation: Organisation) -> list[str]:
    declares = (organisation.hebergement.courriel, organisation.hebergement.site)
    return list(dict.fromkeys(lieu for lieu in declares if not is_unfilled(lieu) and "quebec" not in fold(lieu)))
