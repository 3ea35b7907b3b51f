"""Commands that compose, approve and publish digests. Nothing is published without a person's approval."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.commun import (
    FAIT,
    PARTIEL,
    SOUS_COMMANDE,
    Progression,
    command,
    dossier_option,
    emit,
    json_option,
    par_option,
    stopping,
)
from pipeline.cli.formes import NUMERO
from veille.francais import plural

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
    """Les bulletins : composer, approuver, publier, envoyer."""


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
    """Approuver un brouillon tel qu’il est au moment de la commande : son contenu est figé."""
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
    from pipeline.compose import render_errata
    from pipeline.context import open_context
    from pipeline.publish import find_approved, publish

    with open_context(dossier) as ctx:
        digest_id = find_approved(ctx.store, ctx.dossier, audience, numero)
        render_errata(ctx.store, ctx.dossier, digest_id)
        bilan = publish(ctx.store, ctx.dossier, digest_id, par, ctx.now())
    fichiers = "\n".join(f"  – {fichier}" for fichier in bilan.fichiers)
    _tell(bilan, f"Bulletin {bilan.designation} publié :\n{fichiers}", en_json=en_json)


@command(digest)
@click.argument("audience")
@numero_option
@click.option(
    "--sortie",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FICHIER",
    help="Où écrire le PDF ; sans elle, à côté de la page du bulletin publié.",
)
@dossier_option
@json_option
def pdf(audience: str, numero: int | None, sortie: Path | None, dossier: Path, en_json: bool) -> None:
    """Écrire le PDF balisé (PDF/UA-1) d’un bulletin approuvé. Demande l’extra « pdf »."""
    from pipeline.context import open_context
    from pipeline.imprimer import print_issue
    from pipeline.publish import find_approved

    with open_context(dossier) as ctx:
        bilan = print_issue(ctx.store, ctx.dossier, find_approved(ctx.store, ctx.dossier, audience, numero), sortie)
    emit(bilan, f"PDF écrit : {bilan.fichier} ({bilan.octets // 1000 or 1} ko).", en_json=en_json)


@command(digest)
@click.argument("dossier_cible", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@dossier_option
@json_option
def exporter(dossier_cible: Path, dossier: Path, en_json: bool) -> None:
    """Écrire dans DIR tout ce qui est public, en simples fichiers que n’importe quel hébergeur sert.

    Accueil, thèmes, archives, bulletins, fils, calendriers, page 404, plan du site. DIR est nouveau, vide, ou écrit par une
    exportation précédente ; rien d’interne n’y entre.
    """
    from pipeline.context import open_context
    from pipeline.export import export

    with open_context(dossier) as ctx:
        bilan = export(ctx.store, ctx.dossier, dossier_cible)
    texte = f"{plural(bilan.fichiers, 'fichier écrit', 'fichiers écrits')} dans {bilan.dossier} : {plural(bilan.bulletins, 'bulletin')}."
    if bilan.retires:
        texte += f" {plural(bilan.retires, 'fichier retiré', 'fichiers retirés')}, plus publié{'s' if bilan.retires > 1 else ''}."
    if bilan.anciens:
        texte += f"\nPublics sans dossier sous digests/, dont les bulletins gardent leurs adresses : {', '.join(bilan.anciens)}."
    if not bilan.adresse:
        texte += "\nSans adresse_publique dans organisation.toml : pas de plan du site (sitemap.xml), et les fils ont des liens relatifs."
    emit(bilan, texte, en_json=en_json)


@command(digest)
@click.argument("audience")
@click.option("--par", default="", metavar="NOM", help="Nom de la personne qui envoie ; exigé, sauf avec --a-blanc.")
@numero_option
@click.option("--a-blanc", is_flag=True, help="Tout vérifier et tout compter, sans rien envoyer.")
@click.option("--essai", metavar="ADRESSE", help="N’envoyer qu’un essai, à cette adresse de l’équipe.")
@dossier_option
@json_option
def envoyer(
    audience: str, par: str, numero: int | None, a_blanc: bool, essai: str | None, dossier: Path, en_json: bool
) -> None:
    """Envoyer un bulletin publié par courriel, une seule fois à chaque personne abonnée.

    Interrompu (Ctrl-C), l’envoi s’arrête proprement ; la même commande le reprend là où il en est.
    """
    from pipeline import deliver
    from pipeline.context import open_context

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        digest_id = deliver.find_published(ctx.store, ctx.dossier, audience, numero)
        if essai:
            texte = deliver.send_test(ctx, digest_id, essai, par)
            emit({"digest": digest_id, "message": texte}, texte, en_json=en_json)
            return
        apercu = deliver.dry_run(ctx, digest_id) if a_blanc else deliver.open_lot(ctx, digest_id, par)
        lignes = [f"« {apercu.objet} » (ID {digest_id}) : {apercu.phrase}."]
        lignes += [f"  Avertissement : {a}" for a in apercu.avertissements]
        if a_blanc:
            emit(apercu, "\n".join([*lignes, "Rien n’a été envoyé (--a-blanc)."]), en_json=en_json)
            return
        with stopping(ctx.stop):
            bilan = deliver.deliver(ctx)
    emit({**asdict(apercu), **asdict(bilan)}, "\n".join([*lignes, bilan.phrase]), en_json=en_json)
    sys.exit(PARTIEL if bilan.arret or bilan.incertains else FAIT)


def _tell(bilan: BilanDigest, texte: str, *, en_json: bool) -> None:
    """`id` is what --numero takes; `digest`, its older name, says the same."""
    emit({"id": bilan.digest, **asdict(bilan)}, texte, en_json=en_json)
