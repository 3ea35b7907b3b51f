"""Commands about accounts: who may enter the staff site, and what each may do there.

Passwords never go through here: a command gives a one-time link, and the person chooses.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.commun import SOUS_COMMANDE, command, dossier_option, emit, json_option
from veille.errors import RefusError
from veille.francais import NBSP, format_instant, plural
from veille.model import DROITS

if TYPE_CHECKING:
    from veille.model import Compte
    from veille.store.lecture import Connexion

PAR = "ligne de commande"
TOUS = "tous"

identifiant_argument = click.argument("identifiant", metavar="IDENTIFIANT")
adresse_option = click.option(
    "--adresse",
    default="http://127.0.0.1:8001",
    show_default=True,
    metavar="URL",
    help="Adresse du site de l’équipe, telle que la personne l’ouvrira.",
)


class Droits(click.ParamType[tuple[str, ...]]):
    """Rights, separated by commas; « tous » is all of them."""

    name = "droits"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The rights, or a French refusal."""
        if isinstance(value, tuple):
            return value
        voulus = [mot for mot in (mot.strip() for mot in str(value).split(",")) if mot]
        if TOUS in voulus:
            return DROITS
        for mot in voulus:
            if mot not in DROITS:
                self.fail(
                    f"« {mot} » n’est pas un droit ; les droits sont : {', '.join(DROITS)}, ou {TOUS}.", param, ctx
                )
        return tuple(voulus)


@click.group(subcommand_metavar=SOUS_COMMANDE)
def comptes() -> None:
    """Les comptes du site de l’équipe : qui entre, et ce que chaque personne peut y faire."""


@command(comptes)
@dossier_option
@json_option
def lister(dossier: Path, en_json: bool) -> None:
    """Montrer chaque compte, ses droits et son état."""
    from veille.store import personnes, tentatives

    with _accounts(dossier) as (c, now):
        tous, verrouilles = personnes.everyone(c), tentatives.locked(c, now)
    objets = [{**_to_json(compte), "attente_s": verrouilles.get(compte.id, 0)} for compte in tous]
    lignes = [_line(compte, verrouilles.get(compte.id, 0)) for compte in tous]
    emit(
        {"comptes": objets},
        "\n".join(lignes) or "Aucun compte : « veille servir » donne le lien du premier.",
        en_json=en_json,
    )


@command(comptes)
@identifiant_argument
@click.option("--nom", required=True, metavar="NOM", help="Nom de la personne ; il accompagne ses décisions.")
@click.option(
    "--droits",
    type=Droits(),
    default="lire",
    show_default=True,
    help=f"Séparés par des virgules : {', '.join(DROITS)} ; ou {TOUS}.",
)
@click.option(
    "--empreinte",
    default="",
    metavar="TEXTE",
    help="Mot de passe déjà haché par « datasette hash-password » ; sans elle, un lien est donné.",
)
@adresse_option
@dossier_option
@json_option
def ajouter(
    identifiant: str, nom: str, droits: tuple[str, ...], empreinte: str, adresse: str, dossier: Path, en_json: bool
) -> None:
    """Ouvrir un compte ; le lien donné sert une fois, pour que la personne choisisse son mot de passe."""
    from veille.store import personnes
    from veille.store.connexion import transaction

    with _accounts(dossier) as (c, now), transaction(c):
        compte = personnes.add(c, identifiant, " ".join(nom.split()), droits, PAR, now)
        if empreinte:
            compte = _import_hash(c, compte, empreinte, now)
        lien = "" if empreinte else _link(c, compte, adresse, now)
    objet = {**_to_json(compte), "lien": lien} if lien else _to_json(compte)
    emit(objet, f"Compte ouvert{NBSP}: {_line(compte)}{_tell_link(lien)}", en_json=en_json)


@command(comptes)
@identifiant_argument
@click.option("--nom", default=None, metavar="NOM", help="Autre nom ; ce qui est déjà signé garde l’ancien.")
@click.option(
    "--droits",
    type=Droits(),
    default=None,
    help="Tous ses droits, séparés par des virgules ; ils remplacent les présents.",
)
@click.option("--deverrouiller", is_flag=True, help="Lever l’attente après trop de mots de passe inexacts.")
@click.option("--retablir", is_flag=True, help="Rendre son accès à un compte retiré.")
@dossier_option
@json_option
def modifier(
    identifiant: str,
    nom: str | None,
    droits: tuple[str, ...] | None,
    deverrouiller: bool,
    retablir: bool,
    dossier: Path,
    en_json: bool,
) -> None:
    """Changer le nom ou les droits d’un compte, lever son attente, le rétablir ; l’effet est immédiat."""
    from veille.store import personnes
    from veille.store.connexion import transaction

    if nom is None and droits is None and not deverrouiller and not retablir:
        raise click.UsageError("Dites quoi changer : --nom, --droits, --deverrouiller ou --retablir.")
    with _accounts(dossier) as (c, now), transaction(c):
        compte_id = _find(c, identifiant).id
        if retablir:
            personnes.restore(c, compte_id, PAR, now)
        if nom is not None:
            personnes.rename(c, compte_id, " ".join(nom.split()), PAR, now)
        if droits is not None:
            personnes.set_rights(c, compte_id, droits, PAR, now)
        if deverrouiller:
            personnes.unlock(c, compte_id, PAR, now)
        compte = personnes.get(c, compte_id)
    emit(_to_json(compte), f"Compte à jour{NBSP}: {_line(compte)}", en_json=en_json)


@command(comptes)
@identifiant_argument
@dossier_option
@json_option
def retirer(identifiant: str, dossier: Path, en_json: bool) -> None:
    """Fermer un compte et ses sessions, tout de suite ; ce que la personne a décidé reste."""
    from veille.store import personnes
    from veille.store.connexion import transaction

    with _accounts(dossier) as (c, now), transaction(c):
        compte_id = _find(c, identifiant).id
        personnes.retire(c, compte_id, PAR, now)
        compte = personnes.get(c, compte_id)
    emit(_to_json(compte), f"Compte retiré{NBSP}: {compte.nom}.", en_json=en_json)


@command(comptes)
@identifiant_argument
@adresse_option
@dossier_option
@json_option
def lien(identifiant: str, adresse: str, dossier: Path, en_json: bool) -> None:
    """Donner un lien qui sert une fois, pour choisir un mot de passe ; le lien précédent ne sert plus."""
    from veille.store.connexion import transaction

    with _accounts(dossier) as (c, now), transaction(c):
        compte = _find(c, identifiant)
        if compte.retire_a is not None:
            raise RefusError(
                f"Le compte de {compte.nom} est retiré ; « veille comptes modifier --retablir » le rouvre."
            )
        nouveau = _link(c, compte, adresse, now)
    emit({**_to_json(compte), "lien": nouveau}, f"Pour {compte.nom}{NBSP}:{_tell_link(nouveau)}", en_json=en_json)


@contextlib.contextmanager
def _accounts(dossier: Path) -> Iterator[tuple[Connexion, datetime]]:
    """The accounts of a valid project folder, and the present instant."""
    from veille import settings
    from veille.store.comptes import open_accounts

    settings.load(dossier)
    with contextlib.closing(open_accounts(dossier)) as c:
        yield c, datetime.now(UTC)


def _find(c: Connexion, identifiant: str) -> Compte:
    from veille.identite import canonical
    from veille.store import personnes

    compte = personnes.find(c, canonical(identifiant))
    if compte is None:
        raise RefusError(f"Il n’y a pas de compte « {identifiant} » ; « veille comptes lister » les montre.")
    return compte


def _link(c: Connexion, compte: Compte, adresse: str, now: datetime) -> str:
    from veille.store import liens, personnes

    personnes.note(c, compte.id, "lien", PAR, now)
    return f"{adresse.rstrip('/')}/connexion?jeton={liens.create(c, 'mot_de_passe', now, compte.id)}"


def _import_hash(c: Connexion, compte: Compte, empreinte: str, now: datetime) -> Compte:
    from veille.identite import ITERATIONS_IMPORTEES, parse_hash
    from veille.store import personnes

    lue = parse_hash(empreinte.strip())
    if lue is None or lue[0] < ITERATIONS_IMPORTEES:
        raise RefusError(
            f"Cette empreinte n’est pas lisible. Attendue{NBSP}: pbkdf2_sha256$itérations$sel$base64, avec au moins"
            f" {ITERATIONS_IMPORTEES} itérations ; entourez-la d’apostrophes droites pour que le terminal la laisse entière."
        )
    personnes.set_password(c, compte.id, empreinte.strip(), PAR, now)
    return personnes.get(c, compte.id)


def _tell_link(lien: str) -> str:
    if not lien:
        return ""
    return f"\n  {lien}\nCe lien sert une seule fois, pendant 3 jours{NBSP}: remettez-le à cette personne seulement."


def _line(compte: Compte, attente: int = 0) -> str:
    etat = "ouvert"
    if compte.retire_a is not None:
        etat = f"retiré le {format_instant(compte.retire_a)}"
    elif attente:
        etat = f"en attente, encore {plural(attente, 'seconde')}"
    droits = ", ".join(compte.droits) or "aucun droit"
    return f"{compte.identifiant} – {compte.nom}{NBSP}: {droits} ({etat})"


def _to_json(compte: Compte) -> dict[str, Any]:
    return {
        "identifiant": compte.identifiant,
        "nom": compte.nom,
        "droits": list(compte.droits),
        "cree_a": compte.cree_a,
        "mot_de_passe_a": compte.mot_de_passe_a,
        "retire_a": compte.retire_a,
    }
