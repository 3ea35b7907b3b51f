"""One story: everything known of it, and the forms that record what people decide."""

from __future__ import annotations

from typing import Any

from datasette.utils.asgi import NotFound

from veille.editor.droits import faults, is_press
from veille.pages.presentation import seen, tags, tell_act
from veille.pages.semaine import read_filters
from veille.pages.visite import AVERTISSEMENT, Formulaire, RefusFormulaire, Visite
from veille.store import decisions, fiches, revue
from veille.store.decisions import MOTIFS, Decision
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion

TITRE_MAX, RESUME_MAX, POURQUOI_MAX = 200, 1200, 600

FAITS = {
    "retenir": "La nouvelle est retenue",
    "ecarter": "La nouvelle est écartée",
    "remettre": "La nouvelle est remise à la revue",
}


async def story(visite: Visite) -> Any:
    """Details, versions, history, and the forms to retag, write, settle."""
    item_id = _item_id(visite)

    def lire(c: Connexion) -> dict[str, Any] | None:
        fiche = fiches.of_item(c, item_id)
        if fiche is None:
            return None
        return {
            "fiche": fiche,
            "references": revue.references(c),
            "historique": revue.history(c, fiche.groupe_id),
            "versions": revue.old_versions(c, fiche.groupe_id),
            "textes": revue.full_texts(c, [m.item_id for m in fiche.membres]),
        }

    contexte = await visite.read(lire)
    if contexte is None:
        raise NotFound("histoire inconnue")
    fiche, references = contexte["fiche"], contexte["references"]
    return await visite.page(
        "fiche.html",
        {
            **contexte,
            "etiquettes": tags(fiche, references),
            "regions": _places_by_parent(references, fiche),
            "presse": is_press(fiche.principal.droits),
            "manques": faults(fiche, list(contexte["textes"].values())) if fiche.verdict == "retenir" else (),
            "raconter": lambda acte: tell_act(acte, references, MOTIFS),
            "motifs": MOTIFS,
            "maximums": {"titre": TITRE_MAX, "resume": RESUME_MAX, "pourquoi": POURQUOI_MAX},
            "now": visite.now,
        },
    )


async def decide(visite: Visite) -> Any:
    """Retain, reject with a reason, or put back; refuses to undo silently what a colleague just did."""
    item_id, formulaire = _item_id(visite), await visite.form()
    genre, _, raison = formulaire.line("decision", 60).partition(":")
    if genre not in FAITS or (raison not in MOTIFS if genre == "ecarter" else raison):
        raise RefusFormulaire("Choisissez « Retenir », ou « Écarter » avec une raison.")
    # `now` is read once the lock is held, so that the log's order is also the order of its instants.
    decision = Decision(item_id=item_id, genre=genre, par=visite.nom, raison=raison)  # type: ignore[arg-type]  # Checked just above.

    def ecrire(c: Connexion) -> Fiche:
        fiche = _existing(c, item_id)
        if seen(fiche) == formulaire.line("vu", 40):
            decisions.record(c, decision, visite.now)
        return fiche

    avant = await visite.write(ecrire)
    if seen(avant) != formulaire.line("vu", 40):
        message = (
            f"{avant.par} a déjà tranché cette nouvelle : rien n’a été changé. Voyez sa décision, puis prenez la vôtre."
        )
        return visite.redirect(f"/revue/{item_id}", message, AVERTISSEMENT)
    return _back(visite, formulaire, item_id, genre)


async def tag(visite: Visite) -> Any:
    """Record the themes, places and type that people chose instead of the suggestions."""
    item_id, formulaire = _item_id(visite), await visite.form()

    def ecrire(c: Connexion) -> None:
        references = revue.references(c)
        _existing(c, item_id)
        choisi = formulaire.line("type", 100)
        thematiques, territoires = formulaire.many("thematiques"), formulaire.many("territoires")
        inconnus = {*thematiques} - {*references.thematiques} | {*territoires} - {*references.lieux}
        if inconnus or (choisi and choisi not in references.types):
            raise RefusFormulaire("Une des étiquettes choisies n’existe plus. Rechargez la page, puis recommencez.")
        decisions.record(
            c,
            Decision(
                item_id=item_id,
                genre="etiqueter",
                par=visite.nom,
                thematiques=thematiques,
                territoires=territoires,
                type=choisi,
            ),
            visite.now,
        )

    await visite.write(ecrire)
    return visite.redirect(f"/revue/{item_id}#etiquettes", "Les étiquettes sont enregistrées.")


async def write(visite: Visite) -> Any:
    """Record the team's own title, summary and « pourquoi »."""
    item_id, formulaire = _item_id(visite), await visite.form()
    decision = Decision(
        item_id=item_id,
        genre="rediger",
        par=visite.nom,
        titre=formulaire.line("titre", TITRE_MAX),
        resume=formulaire.text("resume", RESUME_MAX),
        pourquoi=formulaire.text("pourquoi", POURQUOI_MAX),
    )

    def ecrire(c: Connexion) -> None:
        _existing(c, item_id)
        decisions.record(c, decision, visite.now)

    await visite.write(ecrire)
    return visite.redirect(f"/revue/{item_id}#redaction", "Votre texte est enregistré.")


def _item_id(visite: Visite) -> int:
    return int(visite.var("item_id"))


def _existing(c: Connexion, item_id: int) -> Fiche:
    fiche = fiches.of_item(c, item_id)
    if fiche is None:
        raise NotFound("histoire inconnue")
    return fiche


def _back(visite: Visite, formulaire: Formulaire, item_id: int, genre: str) -> Any:
    """To the list, at the same place, where the decision is confirmed; or to the story when it came from there."""
    if formulaire.line("depuis", 20) != "semaine":
        return visite.redirect(f"/revue/{item_id}", f"{FAITS[genre]}.")
    champs = ("etat", "periode", "thematique", "territoire", "source", "page")
    liste = read_filters({champ: formulaire.line(champ, 100) for champ in champs}).address()
    suivante = formulaire.line("suivante", 25)
    suite = f"&avant={suivante}" if suivante[:1] == "h" and suivante[1:].isalnum() else ""
    separateur = "&" if "?" in liste else "?"
    return visite.redirect(f"{liste}{separateur}fait={item_id}{suite}#fait")


def _places_by_parent(references: revue.References, fiche: Fiche) -> list[tuple[revue.Lieu, list[revue.Lieu], bool]]:
    """Large places with those they hold, and whether one of these is chosen (its list is then shown unfolded)."""
    communs = [lieu for lieu in references.lieux.values() if lieu.genre in ("region", "mrc", "province", "pays")]
    groupes = []
    for grand in communs:
        compris = [x for x in references.lieux.values() if x.parent == grand.slug and x not in communs]
        groupes.append((grand, compris, any(x.slug in fiche.territoires for x in compris)))
    return groupes
