"""Bringing a file into a register: read whole, every problem told by line, nothing written before a person confirms."""

from __future__ import annotations

import asyncio
from typing import Any

from veille.errors import DependanceError, RefusError, VerrouError
from veille.francais import plural
from veille.model import Ligne
from veille.pages.plan_choisi import chosen_plan
from veille.pages.visite import RefusFormulaire, Visite
from veille.pages.vues.registres import described, marks
from veille.rapports import tableur
from veille.registres import fichier
from veille.registres.champs import Description
from veille.registres.fichier import LectureFichier
from veille.registres.saisie import Reperes
from veille.store import registres
from veille.store.lecture import Connexion

TEXTE_MAX = 2_000_000  # What the confirmation carries back; a larger file goes through the command.


async def ask(visite: Visite) -> Any:
    """Where to give a file or paste its rows."""
    return await _show(visite, described(visite))


async def try_out(visite: Visite) -> Any:
    """What the file would add, and everything that is wrong with it; nothing is written."""
    description = described(visite)
    formulaire, lu = await visite.upload()
    colle = formulaire.text("lignes", TEXTE_MAX)
    try:
        rangees = await asyncio.to_thread(rows_given, lu.octets, colle)
    except (RefusError, DependanceError) as refus:
        return await _show(visite, description, refus=str(refus), colle=colle, statut=400)
    reperes = await marks(visite)
    lecture = await visite.read(lambda c: _read(c, description, rangees, reperes))
    texte = fichier.write_csv(rangees).decode("utf-8-sig")
    if len(texte) > TEXTE_MAX:
        trop = "Ce fichier est trop gros pour cette page : importez-le avec « veille registre importer »."
        return await _show(visite, description, refus=trop, statut=400)
    return await _show(
        visite,
        description,
        lecture=lecture,
        texte=texte,
        colle=colle,
        nom=lu.nom,
        statut=400 if lecture.problemes else 200,
    )


async def confirm(visite: Visite) -> Any:
    """Write what was shown: all of it, or nothing."""
    description = described(visite)
    formulaire, _ = await visite.upload()
    texte, raison = formulaire.text("texte", TEXTE_MAX), formulaire.line("raison", 2000)
    if raison:
        visite.require("approuver")
    rangees = fichier.read_csv(texte.encode())
    reperes = await marks(visite)

    def ecrire(c: Connexion) -> tuple[int, int]:
        lecture = _read(c, description, rangees, reperes)
        if lecture.problemes:
            raise RefusError(f"Rien n’est écrit : {lecture.problemes[0]}")
        return registres.apply(c, lecture.lues, description.registre, visite.nom, visite.now, amendement=raison)

    try:
        ajouts, modifications = await visite.write(ecrire)
    except RefusError as refus:
        if not isinstance(refus, VerrouError):
            raise RefusFormulaire(str(refus)) from refus
        lecture = await visite.read(lambda c: _read(c, description, rangees, reperes))
        return await _show(visite, description, lecture=lecture, texte=texte, refus=str(refus), verrou=True, statut=409)
    dit = f"{plural(ajouts, 'ligne ajoutée', 'lignes ajoutées')}, {plural(modifications, 'corrigée')}."
    return visite.redirect(f"/registres/{description.registre}", dit)


def rows_given(octets: bytes, colle: str) -> list[list[str]]:
    """The rows of what was given: a workbook by its first bytes, else a CSV; pasted rows are one too."""
    if octets:
        return tableur.read_rows(octets) if octets.startswith(b"PK") else fichier.read_csv(octets)
    if not colle:
        raise RefusError("Choisissez un fichier, ou collez les lignes d’un tableur, en-têtes compris.")
    return fichier.read_csv(colle.encode())


def _read(c: Connexion, description: Description, rangees: list[list[str]], reperes: Reperes) -> LectureFichier:
    registre, plan = description.registre, reperes.plan.slug
    connues: list[Ligne] = registres.rows(c, registre, plan, retirees=True)
    return fichier.read_file(description, rangees, reperes, connues, registres.references_elsewhere(c, registre, plan))


async def _show(visite: Visite, description: Description, *, lecture: LectureFichier | None = None, texte: str = "", colle: str = "",
                nom: str = "", refus: str = "", verrou: bool = False, statut: int = 200) -> Any:  # fmt: skip
    return await visite.page(
        "registre_importer.html",
        {
            "plan": await chosen_plan(visite),
            "d": description,
            "lecture": lecture,
            "texte": texte,
            "colle": colle,
            "nom": nom,
            "refus": refus,
            "verrou": verrou,
        },
        statut,
    )
