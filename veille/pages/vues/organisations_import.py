"""Bringing a file of organisations into the répertoire: read whole, every problem told, nothing written before a person confirms."""

from __future__ import annotations

import asyncio
from typing import Any

from veille.errors import DependanceError, RefusError
from veille.francais import plural
from veille.pages.visite import RefusFormulaire, Visite
from veille.pages.vues.organisations import fields
from veille.pages.vues.registres_import import TEXTE_MAX, rows_given
from veille.registres import fichier, repertoire
from veille.registres.repertoire import LectureRepertoire
from veille.store import organisations
from veille.store.lecture import Connexion


async def ask(visite: Visite) -> Any:
    """Where to give a file or paste its rows."""
    return await _show(visite)


async def try_out(visite: Visite) -> Any:
    """What the file would add, and everything that is wrong with it; nothing is written."""
    formulaire, lu = await visite.upload()
    colle = formulaire.text("lignes", TEXTE_MAX)
    try:
        rangees = await asyncio.to_thread(rows_given, lu.octets, colle)
    except (RefusError, DependanceError) as refus:
        return await _show(visite, refus=str(refus), colle=colle, statut=400)
    champs = await fields(visite)
    lecture = await visite.read(lambda c: repertoire.read_file(champs, rangees, organisations.all_of(c)))
    texte = fichier.write_csv(rangees).decode("utf-8-sig")
    if len(texte) > TEXTE_MAX:
        trop = "Ce fichier est trop gros pour cette page : importez-le avec « veille organisations importer »."
        return await _show(visite, refus=trop, statut=400)
    return await _show(visite, lecture=lecture, texte=texte, colle=colle, statut=400 if lecture.problemes else 200)


async def confirm(visite: Visite) -> Any:
    """Write what was shown: all of it, or nothing."""
    formulaire, _ = await visite.upload()
    rangees = fichier.read_csv(formulaire.text("texte", TEXTE_MAX).encode())
    champs = await fields(visite)

    def ecrire(c: Connexion) -> tuple[int, int]:
        lecture = repertoire.read_file(champs, rangees, organisations.all_of(c))
        if lecture.problemes:
            raise RefusError(f"Rien n’est écrit : {lecture.problemes[0]}")
        return organisations.apply(c, lecture.lues, visite.nom, visite.now)

    try:
        ajouts, modifications = await visite.write(ecrire)
    except RefusError as refus:
        raise RefusFormulaire(str(refus)) from refus
    dit = f"{plural(ajouts, 'organisation ajoutée', 'organisations ajoutées')}, {plural(modifications, 'corrigée')}."
    return visite.redirect("/organisations", dit)


async def _show(
    visite: Visite, *, lecture: LectureRepertoire | None = None, texte: str = "", colle: str = "", refus: str = "", statut: int = 200
) -> Any:  # fmt: skip
    return await visite.page(
        "organisations_importer.html", {"lecture": lecture, "texte": texte, "colle": colle, "refus": refus}, statut
    )
