"""« Erratum »: what was wrong in a published issue, and what is right. The issue's own content is never touched."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import NotFound

from veille.editor import Contenu, controles, from_json, with_errata
from veille.editor.controles import Piece
from veille.editor.droits import is_press
from veille.editor.empreintes import own_hashes
from veille.editor.retouches import TEXTES
from veille.errors import RefusError
from veille.francais import NBSP, plural
from veille.pages.redaction import CHAMPS, fault
from veille.pages.visite import Formulaire, RefusFormulaire, Visite
from veille.pages.vues.bulletins import Saisie, show
from veille.store import digests, empreintes, errata, fiches, items, service
from veille.store.lecture import Connexion

PHRASE_MAX = 300


async def correct(visite: Visite) -> Any:
    """Record an erratum, and ask that the issue be published again with it."""
    formulaire = await visite.form()
    digest_id = int(visite.var("digest_id"))
    saisie = _read(formulaire)
    if saisie.fautes:
        return await show(visite, saisie, 400)

    def ecrire(c: Connexion) -> Saisie | None:
        digest = digests.get(c, digest_id)
        contenu = from_json(digest.contenu) if digest is not None and digest.contenu else None
        if digest is None or not isinstance(contenu, Contenu):
            raise NotFound("bulletin inconnu")
        item_id = int(saisie.item) if saisie.item.isdecimal() else None
        if item_id is not None and all(e.item_id != item_id for e in contenu.elements):
            raise RefusFormulaire("Cette nouvelle n’est pas dans ce bulletin. Rechargez la page.")
        montre = with_errata(contenu, errata.of_digest(c, digest_id))
        corrections = _changes(montre, item_id, saisie)
        if repris := _repeated(c, contenu, "\n".join([saisie.phrase, *corrections.values()])):
            return Saisie(saisie.item, saisie.phrase, saisie.textes, {"phrase": repris})
        try:
            errata.add(c, digest_id, item_id, saisie.phrase, corrections, visite.nom, visite.now)
        except RefusError as refus:
            raise RefusFormulaire(str(refus)) from refus
        service.ask(c, "publier", str(digest_id), visite.nom, visite.now)
        return None

    if (refusee := await visite.write(ecrire)) is not None:
        return await show(visite, refusee, 400)
    return visite.redirect(
        f"/bulletins/{digest_id}#errata",
        "Erratum enregistré. La page et le flux seront mis à jour ; le prochain numéro de ce public en fera part.",
    )


def _read(formulaire: Formulaire) -> Saisie:
    item, phrase = formulaire.line("item", 20), formulaire.line("phrase", 5000)
    textes, fautes = {}, {}
    if not phrase:
        fautes["phrase"] = "Dites en une phrase ce qui était faux."
    elif len(phrase) > PHRASE_MAX:
        fautes["phrase"] = f"{plural(len(phrase), 'caractère')}{NBSP}: {PHRASE_MAX} au plus."
    for cle in TEXTES:
        champ = CHAMPS[cle]
        textes[cle] = (formulaire.line if champ.ligne else formulaire.text)(cle, 10 * champ.caracteres)
        if faute := fault(textes[cle], champ):
            fautes[cle] = faute
    if any(textes.values()) and not item.isdecimal():
        fautes["item"] = "Choisissez la nouvelle à laquelle ces textes appartiennent."
    return Saisie(item, phrase, textes, fautes)


def _changes(contenu: Contenu, item_id: int | None, saisie: Saisie) -> dict[str, str]:
    """Only the texts that change: what was left empty stays as it is."""
    element = next((e for e in contenu.elements if e.item_id == item_id), None)
    if element is None:
        return {}
    return {cle: texte for cle, texte in saisie.textes.items() if texte and texte != getattr(element, cle)}


def _repeated(c: Connexion, contenu: Contenu, texte: str) -> str:
    """What the erratum repeats of a newspaper, of any story of the issue or of the last months, as a sentence."""
    histoires = [f for e in contenu.elements if (f := fiches.of_item(c, e.item_id)) is not None]
    presse = {m.item_id: m for f in histoires for m in f.membres if is_press(m.droits)}
    gardes = [p for connus in empreintes.of_items(c, presse).values() for p in connus]
    piece = Piece(
        "",
        presse=(
            *(f"{m.titre}\n{m.resume}" for m in presse.values()),
            *(d.texte for d in items.documents(c, list(presse))),
        ),
        manchettes=tuple(t for m in presse.values() for t in (m.titre, m.resume) if t),
        passages=(*gardes, empreintes.recent(c, own_hashes(texte))),
    )
    propres = [t for f in histoires for m in f.membres if not is_press(m.droits) for t in (m.titre, m.resume)]
    return controles.said_again(texte, piece, propres)
