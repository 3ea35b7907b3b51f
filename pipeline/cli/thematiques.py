"""Commands about the themes: what a change would retag, its acceptance, its history.

What the archive advises is in `suggerer.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.commun import SOUS_COMMANDE, Progression, command, dossier_option, emit, json_option, par_option
from pipeline.cli.formes import NUMERO
from pipeline.cli.suggerer import suggerer
from veille.errors import RefusError
from veille.francais import NBSP, clean, format_instant, plural

if TYPE_CHECKING:
    from pipeline.context import Contexte
    from veille.store.redactions import Redaction

MONTREES = 20
TITRE_MAX = 300
numero_argument = click.argument("numero", type=NUMERO, required=False, metavar="[NUMERO]")


@click.group(subcommand_metavar=SOUS_COMMANDE)
def thematiques() -> None:
    """Les thèmes : conseils de l’archive, effet d’un changement, acceptation, historique."""


@command(thematiques)
@numero_argument
@dossier_option
@json_option
def apercu(numero: int | None, dossier: Path, en_json: bool) -> None:
    """Montrer ce qu’une proposition changerait ; sans NUMERO, la seule en attente.

    Une modification de thematiques.toml est une proposition : elle ne classe rien avant d’être acceptée.
    """
    from pipeline.context import open_context
    from pipeline.themes import preview, tell_preview

    with open_context(dossier, progress=Progression(muet=en_json)) as ctx:
        redaction = _find(ctx, numero)
        resultat = preview(ctx, redaction.id)
    lignes = [f"Rédaction {redaction.id}{NBSP}:", *(f"  – {phrase}" for phrase in redaction.changements)]
    lignes += [tell_preview(resultat), *_effects(resultat)]
    emit({"redaction": redaction.id, **resultat}, "\n".join(lignes), en_json=en_json)


@command(thematiques)
@numero_argument
@par_option
@dossier_option
@json_option
def accepter(numero: int | None, par: str, dossier: Path, en_json: bool) -> None:
    """Accepter une proposition dont l’aperçu est fait : elle classe désormais, et thematiques.toml la contient."""
    from pipeline.context import open_context
    from pipeline.themes import accept

    with open_context(dossier) as ctx:
        redaction = _find(ctx, numero)
        message = accept(ctx, redaction.id, par)
    emit({"redaction": redaction.id, "issue": "acceptee", "message": message}, message, en_json=en_json)


@command(thematiques)
@numero_argument
@par_option
@dossier_option
@json_option
def abandonner(numero: int | None, par: str, dossier: Path, en_json: bool) -> None:
    """Abandonner une proposition ; une modification du fichier y est défaite si le fichier n’a pas changé depuis."""
    from pipeline.context import open_context
    from pipeline.themes import abandon

    with open_context(dossier) as ctx:
        redaction = _find(ctx, numero)
        message = abandon(ctx, redaction.id, par)
    emit({"redaction": redaction.id, "issue": "abandonnee", "message": message}, message, en_json=en_json)


@command(thematiques)
@dossier_option
@json_option
def historique(dossier: Path, en_json: bool) -> None:
    """Montrer les propositions en attente, puis chaque rédaction acceptée ou abandonnée, la dernière d’abord."""
    from dataclasses import asdict

    from pipeline.context import open_context
    from pipeline.themes import themes_in_force
    from veille.store import redactions

    with open_context(dossier) as ctx:
        themes_in_force(ctx)
        lues = [*redactions.pending(ctx.store), *redactions.history(ctx.store)]
    texte = "\n".join(ligne for redaction in lues for ligne in _tell(redaction))
    emit({"redactions": [asdict(r) for r in lues]}, texte, en_json=en_json)


def _find(ctx: Contexte, numero: int | None) -> Redaction:
    """The wording of that number, or the only one that waits."""
    from pipeline.themes import themes_in_force
    from veille.store import redactions

    themes_in_force(ctx)
    attente = redactions.pending(ctx.store)
    if numero is None and len(attente) == 1:
        return attente[0]
    if numero is None:
        choix = ", ".join(f"{r.id} ({r.par})" for r in attente)
        raise RefusError(
            f"Plusieurs propositions attendent{NBSP}: {choix}. Donnez le numéro de l’une d’elles."
            if attente
            else "Aucune proposition n’attend : les thèmes sont tels que le fichier les dit."
        )
    redaction = redactions.get(ctx.store, numero)
    if redaction is None:
        raise RefusError(f"La rédaction {numero} n’existe pas.")
    return redaction


def _effects(resultat: dict[str, Any]) -> list[str]:
    noms = resultat["noms"]

    def name(slugs: list[str]) -> str:
        return ", ".join(noms.get(s, s) for s in slugs) or "aucun thème"

    lignes = [
        f"  {noms[t['slug']]}{NBSP}: {t['avant']} → {t['apres']} (gagne {t['gagne']}, perd {t['perd']})"
        for t in resultat["themes"]
    ]
    lignes += [
        f"  essai «{NBSP}{clean(e['titre'], TITRE_MAX)}{NBSP}»{NBSP}: attendu {name([e['attendu']] if e['attendu'] else [])}, obtenu {name(e['obtenus'])}"
        for e in resultat["essais"]["fautifs"]
    ]
    lignes += [
        f"  – {clean(x['titre'], TITRE_MAX)}{NBSP}: {name(x['avant'])} → {name(x['apres'])}"
        for x in resultat["lignes"][:MONTREES]
    ]
    if (reste := resultat["changees"] - MONTREES) > 0:
        lignes.append(f"  et {plural(reste, 'autre nouvelle', 'autres nouvelles')}.")
    return lignes


def _tell(redaction: Redaction) -> list[str]:
    if redaction.tranchee_a is None:
        sort = "en attente" if redaction.apercu_a else "en attente, aperçu à faire"
    else:
        mot = "acceptée" if redaction.issue == "acceptee" else "abandonnée"
        sort = f"{mot} par {redaction.tranchee_par} le {format_instant(redaction.tranchee_a)}"
    entete = f"Rédaction {redaction.id}, par {redaction.par} le {format_instant(redaction.proposee_a)}{NBSP}: {sort}"
    return [entete, *(f"  – {phrase}" for phrase in redaction.changements)]


thematiques.add_command(suggerer)
