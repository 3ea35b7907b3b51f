"""« Ajouter une nouvelle » to a draft: one already retained that the rules left out, or something read elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from veille import brouillon
from veille.addresses import canonical_address
from veille.brouillon import Atelier, Brouillon
from veille.editor.retouches import TEXTES
from veille.editor.selection import why_not
from veille.francais import NBSP, fold
from veille.pages import brouillons as modele
from veille.pages.redaction import CHAMPS
from veille.pages.visite import Formulaire, RefusFormulaire, Visite
from veille.pages.vues.brouillon import Voulu, opened, record
from veille.store import digests, fiches, saisies
from veille.store.lecture import Connexion
from veille.store.saisies import Ajout
from veille.textes import ECARTS

RETENUES_DEPUIS = timedelta(days=120)
LUES_MAX, MONTREES = 400, 30
SOURCE_MAX, AUTEUR_MAX, ADRESSE_MAX = 100, 80, 1000


@dataclass(frozen=True)
class Saisie:
    """What was typed in the form, and what is wrong with each field."""

    champs: Mapping[str, str] = field(default_factory=dict)
    fautes: Mapping[str, str] = field(default_factory=dict)


async def form(visite: Visite) -> Any:
    """What may be added: a search among retained stories, and the form for what was read elsewhere."""
    return await _page(visite, Saisie())


async def add(visite: Visite) -> Any:
    """Something read elsewhere becomes an item like any other, retained, and enters this draft."""
    formulaire = await visite.form()
    digest_id = int(visite.var("digest_id"))
    saisie = _read(formulaire)
    if saisie.fautes:
        return await _page(visite, saisie, 400)

    def ecrire(c: Connexion) -> str:
        _, atelier, b = opened(c, visite, digest_id)
        ajout = _ajout(saisie, atelier)
        if saisies.is_rejected(c, ajout):  # To retain what a reviewer rejected is a reviewer's act.
            visite.require("revoir")
        item_id = saisies.add(c, ajout, b.digest.audience, visite.nom, visite.now)
        return _put_in(c, atelier, b, item_id, ajout, visite)

    ancre = await visite.write(ecrire)
    return visite.redirect(f"/bulletins/{digest_id}#{ancre}", "Nouvelle ajoutée à ce numéro et retenue à votre nom.")


def _put_in(c: Connexion, atelier: Atelier, b: Brouillon, item_id: int, ajout: Ajout, visite: Visite) -> str:
    """Added to the draft; the words typed of a story that was collected already are this issue's only."""
    record(c, atelier, b, Voulu("ajouter", item_id, {"rubrique": ""}, ""), visite)
    fiche = fiches.of_item(c, item_id)
    typees = {"titre": ajout.titre, "resume": ajout.resume, "pourquoi": ajout.pourquoi}
    if fiche is not None:
        montres = modele.own_words(fiche)
        neufs = {cle: texte for cle, texte in typees.items() if texte and texte != montres[cle]}
        if neufs:
            record(c, atelier, b, Voulu("recrire", item_id, neufs, ""), visite)
    return f"n{fiche.principal.item_id if fiche else item_id}"


async def _page(visite: Visite, saisie: Saisie, statut: int = 200) -> Any:
    digest_id, cherche = int(visite.var("digest_id")), visite.arg("q")

    def lire(c: Connexion) -> dict[str, Any]:
        bulletin, atelier, b = opened(c, visite, digest_id)
        trouvees = _retained(c, atelier, b, cherche, visite)
        return {
            "bulletin": bulletin,
            "b": b,
            "trouvees": trouvees[:MONTREES],
            "reste": max(0, len(trouvees) - MONTREES),
            "themes": atelier.reperes.themes,
            "types": atelier.reperes.types,
            "lieux": {slug: atelier.reperes.place_name(slug) for slug in atelier.reperes.lieux},
        }

    contexte = await visite.read(lire)
    return await visite.page(
        "brouillon_ajouter.html",
        {**contexte, "q": cherche, "saisie": saisie.champs, "fautes": saisie.fautes, "champs": CHAMPS},
        statut,
    )


def _retained(c: Connexion, atelier: Atelier, b: Brouillon, cherche: str, visite: Visite) -> list[tuple[Any, str, str]]:
    """Stories retained lately that are not in the draft, each with its title and why the rules left it out."""
    ids = fiches.with_verdict(c, "retenir", visite.now - RETENUES_DEPUIS, LUES_MAX)
    dedans = {groupe for _, groupe in b.etat.ordre}
    mots = fold(cherche).split()
    deja = digests.former_groups(c, atelier.audience.slug)
    trouvees = []
    for fiche in fiches.load(c, [i for i in ids if i not in dedans]):
        titre = brouillon.internal_title(fiche)
        if all(mot in fold(f"{titre} {fiche.principal.source_nom}") for mot in mots):
            motif = why_not(atelier.audience, fiche, visite.now, deja, atelier.reperes)
            trouvees.append(
                (fiche, titre, ECARTS.get(motif, "retirée de ce numéro" if fiche.groupe_id in b.etat.retires else ""))
            )
    return trouvees


# ---------------------------------------------------------------- what was typed


def _read(formulaire: Formulaire) -> Saisie:
    noms = ("adresse", "source", "auteur", "publie_le", "thematique", "territoire", "type", "limite")
    champs = {nom: formulaire.line(nom, ADRESSE_MAX) for nom in noms}
    textes, fautes = modele.read_words(formulaire)
    champs |= textes
    if not canonical_address(champs["adresse"]):
        fautes["adresse"] = "Donnez l’adresse complète de l’original, qui commence par https:// ou http://."
    for cle, quoi in (("titre", "un titre"), ("source", "le nom de la source"), ("resume", "un résumé")):
        if not champs[cle] and cle not in fautes:
            fautes[cle] = f"Écrivez {quoi}."
    for cle, maximum in (("source", SOURCE_MAX), ("auteur", AUTEUR_MAX)):
        if len(champs[cle]) > maximum:
            fautes[cle] = f"{maximum} caractères au plus{NBSP}: raccourcissez."
    for cle in ("publie_le", "limite"):
        if champs[cle] and _day(champs[cle]) is None:
            fautes[cle] = "Choisissez un jour du calendrier, ou laissez vide."
    return Saisie(champs, fautes)


def _ajout(saisie: Saisie, atelier: Atelier) -> Ajout:
    champs, reperes = saisie.champs, atelier.reperes
    theme, lieu, genre = champs["thematique"], champs["territoire"], champs["type"]
    if (theme and theme not in reperes.themes) or (lieu and lieu not in reperes.lieux):
        raise RefusFormulaire("Ce thème ou ce territoire n’existe plus. Rechargez la page, puis recommencez.")
    if genre and genre not in reperes.types:
        raise RefusFormulaire("Ce type de document n’existe plus. Rechargez la page, puis recommencez.")
    return Ajout(
        adresse=champs["adresse"],
        source=champs["source"],
        auteur=champs["auteur"],
        publie_le=_day(champs["publie_le"]),
        thematiques=(theme,) if theme else (),
        territoires=tuple(
            x for x in reperes.lieux if x == lieu or (lieu and reperes.contains(x, lieu) and not reperes.wide(x))
        ),
        type=genre,
        date_limite=champs["limite"],
        **{cle: champs[cle] for cle in TEXTES},
    )


def _day(texte: str) -> date | None:
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", texte):
        return None
    try:
        return date.fromisoformat(texte)
    except ValueError:
        return None
