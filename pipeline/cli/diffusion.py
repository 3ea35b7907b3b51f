"""Commands that compose, approve and publish digests. Nothing is published without a person's approval."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.commun import SOUS_COMMANDE, command, dossier_option, emit, json_option, par_option
from pipeline.cli.formes import NUMERO

if TYPE_CHECKING:
    from veille.store.digests import BilanDigest

numero_option = click.option(
    "--numero",
    type=NUMERO,
    metavar="ID",
    help="Identifiant du bulletin : l’ID que composer affiche, pas son nº ; sans lui, le plus récent qui convient.",
)


@click.group(subcommand_metavar=SOUS_COMMANDE)
def digest() -> None:
    """Les bulletins : composer, approuver, publier."""


@command(digest)
@click.argument("audience")
@par_option
@numero_option
@dossier_option
@json_option
def composer(audience: str, par: str, numero: int | None, dossier: Path, en_json: bool) -> None:
    """Composer (ou rafraîchir) le brouillon d’un public à partir des éléments retenus.

    Sans --numero : le brouillon ouvert de ce public, sinon un nouveau. Avec : ce brouillon-là, et refus s’il est d’un
    autre public ou déjà approuvé.
    """
    from pipeline.compose import compose
    from pipeline.context import open_context

    with open_context(dossier) as ctx:
        bilan = compose(ctx.store, ctx.dossier, audience, par, ctx.now(), numero)
    texte = f"Brouillon {bilan.designation} pour « {audience} » : {bilan.contenu}."
    if bilan.a_rediger:
        texte += "\nÀ rédiger avant d’approuver (articles de presse) :\n" + "\n".join(
            f"  – {t}" for t in bilan.a_rediger
        )
    _tell(bilan, texte, en_json=en_json)


@command(digest)
@click.argument("audience")
@par_option
@numero_option
@dossier_option
@json_option
def approuver(audience: str, par: str, numero: int | None, dossier: Path, en_json: bool) -> None:
    """Approuver un brouillon : son contenu est figé."""
    from pipeline.compose import approve, find_draft
    from pipeline.context import open_context

    with open_context(dossier) as ctx:
        digest_id = find_draft(ctx.store, ctx.dossier, audience, numero)
        bilan = approve(ctx.store, ctx.dossier, digest_id, par, ctx.now())
    _tell(bilan, f"Bulletin {bilan.designation} approuvé par {par} : {bilan.contenu}.", en_json=en_json)


@command(digest)
@click.argument("audience")
@par_option
@numero_option
@dossier_option
@json_option
def publier(audience: str, par: str, numero: int | None, dossier: Path, en_json: bool) -> None:
    """Publier un bulletin approuvé : page Web, courriel (fichier .eml), flux du public, base publique."""
    from pipeline.context import open_context
    from pipeline.publish import find_approved, publish

    with open_context(dossier) as ctx:
        digest_id = find_approved(ctx.store, ctx.dossier, audience, numero)
        bilan = publish(ctx.store, ctx.dossier, digest_id, par, ctx.now())
    fichiers = "\n".join(f"  – {fichier}" for fichier in bilan.fichiers)
    _tell(bilan, f"Bulletin {bilan.designation} publié :\n{fichiers}", en_json=en_json)


def _tell(bilan: BilanDigest, texte: str, *, en_json: bool) -> None:
    """`id` is what --numero takes; `digest`, its older name, says the same."""
    emit({"id": bilan.digest, **asdict(bilan)}, texte, en_json=en_json)
