"""What a command writes in a register, or reads of it: the project opened, texts made into rows, rows written. One act each."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from veille.errors import RefusError
from veille.francais import NBSP, plural
from veille.registres.champs import Description

if TYPE_CHECKING:
    from pipeline.context import Contexte
    from veille.model import Ligne, Plan
    from veille.periodes import Periode
    from veille.registres.fichier import LectureFichier
    from veille.registres.saisie import Reperes
    from veille.store.registres import Filtre


@contextlib.contextmanager
def open_registers(dossier: Path, slug: str = "") -> Iterator[tuple[Contexte, Reperes]]:
    """The project, and what a row may name: a plan (the active one without a name), the MRC, the répertoire."""
    from pipeline.context import open_context
    from veille import settings
    from veille.registres.saisie import Reperes
    from veille.store import organisations
    from veille.store.chiffres import mrc_names

    with open_context(dossier) as ctx:
        plan = settings.plan_of(dossier, slug) if slug else ctx.dossier.plan
        yield ctx, Reperes(plan, mrc_names(ctx.store), organisations.all_sheets(ctx.store))


def year_of_plan(plan: Plan, annee: int) -> Periode:
    """One of the plan's years; RefusError for another."""
    from veille.periodes import plan_period, years

    connues = list(years(plan_period(plan)))
    voulue = next((p for p in connues if p.debut.year == annee), None)
    if voulue is None:
        raise RefusError(f"{annee}{NBSP}: les années du plan sont {', '.join(p.nom for p in connues)}.")
    return voulue


def filter_of(description: Description, voulu: Mapping[str, str], reperes: Reperes, depart: Filtre) -> Filtre:
    """What the options ask for; a moyen brings its sous-moyens."""
    from veille.registres.saisie import read_value

    lus: dict[str, Any] = {}
    for nom, texte in voulu.items():
        champ = next((c for c in description.champs if c.nom == nom), None)
        if not texte:
            continue
        if champ is None:
            raise RefusError(f"Le registre «{NBSP}{description.titre}{NBSP}» n’a pas de types.")
        try:
            lus[nom] = read_value(champ, texte, reperes)
        except ValueError as erreur:
            raise RefusError(str(erreur)) from erreur
    moyens = lus.get("moyens", ())
    sous = tuple(s.id for s in reperes.plan.sous_moyens if s.moyen in moyens)
    return replace(
        depart,
        moyens=(*moyens, *sous),
        mrc=lus.get("mrc", ("",))[0],
        type=lus.get("type", ""),
        organisation=lus.get("organisations", ("",))[0],
    )


def typed(description: Description, champs: Sequence[str]) -> dict[str, str]:
    """« titre=Rencontre » as fields and texts; every one that is none is told at once."""
    from veille.registres.fichier import field_named

    textes: dict[str, str] = {}
    fautes = []
    for dit in champs:
        nom, egal, texte = dit.partition("=")
        champ = field_named(description, nom)
        if not egal or champ is None:
            connus = ", ".join(c.nom for c in description.champs)
            fautes.append(f"«{NBSP}{dit}{NBSP}»{NBSP}: écrivez champ=valeur, avec un de ces champs : {connus}.")
        elif champ.nom in textes:
            fautes.append(
                f"«{NBSP}{nom}{NBSP}» est donné deux fois ; plusieurs valeurs se séparent par «{NBSP}|{NBSP}»."
            )
        else:
            textes[champ.nom] = texte
    if fautes:
        raise _refusal(fautes)
    return textes


def row_of(
    description: Description, textes: Mapping[str, str], reperes: Reperes, numero: int = 0
) -> tuple[Ligne, list[str]]:
    """The row that these texts make, and what looks like a slip in it; RefusError with every fault."""
    from veille.registres.saisie import read_row

    saisie = read_row(description, textes, reperes, numero)
    if saisie.ligne is None:
        raise _refusal([f"{description.champ(nom).titre}{NBSP}: {dit}" for nom, dit in saisie.fautes.items()])
    return saisie.ligne, list(saisie.avis.values())


def write_row(
    ctx: Contexte, description: Description, textes: Mapping[str, str], reperes: Reperes, par: str, amendement: str
) -> tuple[dict[str, Any], str]:
    """Write one row; returns what to tell programs, and people."""
    from veille.store import registres
    from veille.store.connexion import transaction

    require_who(par)
    ligne, avis = row_of(description, textes, reperes)
    with transaction(ctx.store):
        registres.require_new(ctx.store, description.registre, ligne)
        verrou = registres.in_locked(ctx.store, description.registre, ligne)
        numero = registres.add(ctx.store, ligne, description.registre, par, ctx.now(), amendement=amendement)
    objet = {
        "registre": description.registre,
        "id": numero,
        "amendement": verrou is not None,
        "avis": avis,
    }
    dit = f"Ligne nº{NBSP}{numero} inscrite au registre «{NBSP}{description.titre}{NBSP}»."
    if verrou:
        dit += " Sa période est verrouillée : un amendement en garde la raison."
    return objet, "\n".join([dit, *avis])


def require_who(par: str) -> None:
    """RefusError when nobody is named: every act of the journal bears a name."""
    if not par.strip():
        raise RefusError("Dites qui agit : --par NOM.")


def _refusal(fautes: Sequence[str]) -> RefusError:
    return RefusError(
        "\n".join([f"{plural(len(fautes), 'faute')} à corriger{NBSP}:", *(f"  – {faute}" for faute in fautes)])
    )


def rows_of(chemin: Path) -> list[list[str]]:
    """The rows of a file: a workbook by its first bytes, else a CSV. No more of it is read than what may be."""
    from veille.rapports import tableur
    from veille.registres import fichier

    with chemin.open("rb") as flux:
        octets = flux.read(fichier.OCTETS_MAX + 1)
    return tableur.read_rows(octets) if octets.startswith(b"PK\x03\x04") else fichier.read_csv(octets)


def read_rows(
    ctx: Contexte, description: Description, rangees: Sequence[Sequence[str]], reperes: Reperes
) -> LectureFichier:
    """What a file's rows would do to the register as it stands."""
    from veille.registres.fichier import read_file
    from veille.store import registres

    registre, plan = description.registre, reperes.plan.slug
    connues = registres.rows(ctx.store, registre, plan, retirees=True)
    return read_file(description, rangees, reperes, connues, registres.references_elsewhere(ctx.store, registre, plan))
