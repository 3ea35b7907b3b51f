"""The editor of a draft: its stories with their controls, what is missing, and each thing a person may do to it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from datasette.utils.asgi import NotFound

from veille import brouillon, relecture
from veille.brouillon import Atelier, Brouillon
from veille.editor import to_json
from veille.editor.retouches import GenreGeste
from veille.errors import RefusError, SettingsError
from veille.pages import brouillons as modele
from veille.pages.actes import read_number
from veille.pages.brouillons import Reprise
from veille.pages.redaction import CHAMPS, fault
from veille.pages.visite import Formulaire, RefusFormulaire, Visite
from veille.store import brouillons, digests, fiches, service, tableaux, verifications
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion
from veille.store.tableaux import Bulletin

DERNIERS_GESTES = 8
RIEN = "Rien n’a changé."
_INCONNU = "Cette action n’existe pas. Rechargez la page, puis recommencez."


@dataclass(frozen=True)
class Suite:
    """What an act came to: where to look next and what to say; or the conflict, or the faults, with what was typed."""

    ancre: str = ""
    message: str = ""
    reprise: Reprise | None = None


@dataclass(frozen=True)
class Voulu:
    """One act as a form asks for it. `ancre`: what has the keyboard afterwards."""

    genre: GenreGeste
    item_id: int | None
    valeur: Mapping[str, Any]
    ancre: str
    message: str = ""


def opened(c: Connexion, visite: Visite, digest_id: int) -> tuple[Bulletin, Atelier, Brouillon]:
    """The open draft of this id, as it stands; not found, or refused when it was approved meanwhile."""
    bulletin, digest = tableaux.digest(c, digest_id), digests.get(c, digest_id)
    if bulletin is None or digest is None:
        raise NotFound("bulletin inconnu")
    if digest.approuve_a is not None or bulletin.rappel:
        raise RefusFormulaire(
            f"Ce bulletin est déjà approuvé (par {digest.approuve_par}) : il ne change plus. Rechargez la page."
            if digest.approuve_a
            else "Un rappel se compose tout seul : il ne se modifie pas."
        )
    with told_faults():
        atelier = brouillon.read_workshop(visite.site.dossier, bulletin.audience, bulletin.audience_nom)
    return bulletin, atelier, brouillon.draft(c, atelier, digest, visite.now)


@contextlib.contextmanager
def told_faults() -> Iterator[None]:
    """A staff file or a template that cannot be read is told with its place: the page has nothing to show without it."""
    try:
        yield
    except SettingsError as erreur:
        raise RefusFormulaire(f"Un fichier de l’équipe est à corriger. {erreur}") from erreur


async def show(visite: Visite, reprise: Reprise | None = None, statut: int = 200) -> Any:
    """The whole editor."""
    digest_id = int(visite.var("digest_id"))

    def lire(c: Connexion) -> dict[str, Any]:
        bulletin, atelier, b = opened(c, visite, digest_id)
        with told_faults():
            rendus = brouillon.render(atelier, b.contenu)
        return _context(c, bulletin, atelier, b, rendus, visite)

    contexte = await visite.read(lire)
    return await visite.page("brouillon.html", {**contexte, "reprise": reprise, "now": visite.now}, statut)


def _context(
    c: Connexion, bulletin: Bulletin, atelier: Atelier, b: Brouillon, rendus: Mapping[str, bytes], visite: Visite
) -> dict[str, Any]:
    portes = brouillon.examine(c, atelier, b, rendus, visite.now)
    actes = brouillons.acts(c, b.digest.id)
    genres, titres = {a.id: a.genre for a in actes}, _titles(c, b, actes)
    debout = {g.id for g in b.gestes}
    return {
        "bulletin": bulletin,
        "b": b,
        "contenu": b.contenu,
        "rubriques": modele.lines(b),
        "choix_rubriques": modele.headings(atelier.audience, atelier.reperes, [r.cle for r in b.contenu.rubriques]),
        "longueur": modele.length(b),
        "bloquants": [p for p in portes if p.bloquant],
        "conseils": [p for p in portes if not p.bloquant],
        "gestes": [
            (a, modele.tell_act(a, titres, genres), a.genre != "annuler" and a.id not in debout)
            for a in actes[::-1][:DERNIERS_GESTES]
        ],
        "annulable": bool(b.gestes),
        "mesures": modele.NOMS_MESURES,
        "champs": CHAMPS,
        "EDITORIAL": modele.EDITORIAL,
        "OBJET": modele.OBJET,
        "attendues": {(d.genre, d.vise) for d in service.waiting(c)},
        "lu": relecture.read_of(b.contenu, b.dernier),
        "ton": atelier.audience.ton,
    }


def _titles(c: Connexion, b: Brouillon, actes: list[brouillons.Inscrit]) -> dict[int, str]:
    """How each story that was acted on is called, those that left the draft included."""
    connus = {m.item_id: brouillon.internal_title(f) for f in b.propres.values() for m in f.membres}
    for item_id in {a.item_id for a in actes if a.item_id is not None} - connus.keys():
        fiche = fiches.of_item(c, item_id)
        connus[item_id] = brouillon.internal_title(fiche) if fiche else ""
    return connus


# ---------------------------------------------------------------- acting


async def act(visite: Visite) -> Any:
    """Do one thing to the draft, unless someone else did something meanwhile: then nothing, and it is told."""
    formulaire = await visite.form()
    digest_id, vu = int(visite.var("digest_id")), _seen(formulaire)

    def ecrire(c: Connexion) -> Suite:
        _, atelier, b = opened(c, visite, digest_id)
        autres = [a for a in brouillons.since(c, digest_id, vu) if a.par != visite.nom]
        if autres:
            genres = {a.id: a.genre for a in brouillons.acts(c, digest_id)}
            return _conflict(formulaire, modele.tell_conflict(autres, _titles(c, b, autres), genres))
        voulu = _wanted(formulaire, c, b)
        if isinstance(voulu, Reprise):
            return Suite(reprise=voulu)
        if _is_vain(voulu, b):
            return Suite(voulu.ancre, RIEN if voulu.message else "")
        suite = record(c, atelier, b, voulu, visite)
        if voulu.genre == "elargir":
            service.ask(c, "composer", b.digest.audience, visite.nom, visite.now)
        return suite

    suite = await visite.write(ecrire)
    if suite.reprise is not None:
        return await show(visite, suite.reprise, 409 if suite.reprise.conflit else 400)
    return visite.redirect(f"/bulletins/{digest_id}#{suite.ancre}", suite.message)


def record(c: Connexion, atelier: Atelier, b: Brouillon, voulu: Voulu, visite: Visite) -> Suite:
    """Append the act, and keep what the draft now shows."""
    digest_id = b.digest.id
    try:
        if voulu.genre == "annuler":
            if not brouillons.undo_last(c, digest_id, visite.nom, visite.now):
                return Suite("gestes", "Il n’y a plus rien à annuler.")
        else:
            brouillons.append(c, digest_id, voulu.genre, voulu.item_id, voulu.valeur, visite.nom, visite.now)
    except RefusError as refus:
        raise RefusFormulaire(str(refus)) from refus
    neuf = brouillon.draft(c, atelier, b.digest, visite.now)
    digests.show_draft(c, digest_id, to_json(neuf.contenu))
    if voulu.genre == "ajouter" and verifications.stale(c, neuf.adresses, visite.now):
        service.ask(c, "verifier_liens", str(digest_id), visite.nom, visite.now)
    return Suite(voulu.ancre, voulu.message)


def _is_vain(voulu: Voulu, b: Brouillon) -> bool:
    """Whether it would change nothing: the log keeps what people did, not what they pressed."""
    match voulu.genre:
        case "recrire":
            return not voulu.valeur
        case "editorial" | "objet":
            return bool(voulu.valeur["texte"] == getattr(b.contenu, voulu.genre))
        case "deplacer":
            freres = next(
                [e.item_id for e in r.elements]
                for r in b.contenu.rubriques
                if voulu.item_id in [e.item_id for e in r.elements]
            )
            bout = {"haut": freres[0], "bas": freres[-1]}
            return bout.get(voulu.valeur.get("sens", "")) == voulu.item_id
    return False


def _seen(formulaire: Formulaire) -> int:
    vu = formulaire.line("vu", 20)
    if not vu.isdecimal():
        raise RefusFormulaire("Cette page a expiré. Rechargez-la, puis recommencez.")
    return int(vu)


def _wanted(formulaire: Formulaire, c: Connexion, b: Brouillon) -> Voulu | Reprise:
    acte = formulaire.line("acte", 20)
    match acte:
        case "annuler":
            return Voulu("annuler", None, {}, "gestes", "Dernier geste annulé.")
        case "elargir":
            mesures = modele.read_measures(formulaire)
            return Voulu("elargir", None, {"mesures": mesures}, "nouvelles", "Choix élargi : recomposition demandée.")
        case "editorial" | "objet":
            return _issue_text(formulaire, acte)
    item_id = read_number(formulaire.line("item", 20))
    if acte == "ajouter":
        return _addition(formulaire, c, item_id)
    fiche = next((f for f in b.fiches.values() if f.principal.item_id == item_id), None)
    if fiche is None or (fiche.groupe_id in b.etat.retires) != (acte == "remettre"):
        raise RefusFormulaire("Cette nouvelle n’est plus dans le brouillon. Rechargez la page.")
    return _rewriting(formulaire, b, fiche) if acte == "recrire" else _placing(formulaire, acte, b, item_id)


def _placing(formulaire: Formulaire, acte: str, b: Brouillon, item_id: int) -> Voulu:
    match acte:
        case "haut" | "bas":
            return Voulu("deplacer", item_id, {"sens": acte}, f"{acte}-{item_id}")
        case "deplacer":
            rubrique = formulaire.line("rubrique", 100)
            if not rubrique:
                raise RefusFormulaire("Choisissez la rubrique où placer la nouvelle.")
            rang = formulaire.line("rang", 5)
            valeur = {"rubrique": rubrique, **({"rang": int(rang) - 1} if rang.isdecimal() and rang != "0" else {})}
            return Voulu("deplacer", item_id, valeur, f"n{item_id}", "Nouvelle déplacée.")
        case "retirer":
            suivant = _next(b, item_id)
            return Voulu("retirer", item_id, {}, suivant, "Nouvelle retirée de ce numéro. Elle reste retenue.")
        case "remettre":
            return Voulu("remettre", item_id, {}, f"n{item_id}", "Nouvelle remise dans le brouillon.")
    raise RefusFormulaire(_INCONNU)


def _next(b: Brouillon, item_id: int) -> str:
    """Where the keyboard goes once a story is gone."""
    ids = [e.item_id for e in b.contenu.elements]
    apres = ids[ids.index(item_id) + 1 :] if item_id in ids else []
    return f"n{apres[0]}" if apres else "retirees"


def _issue_text(formulaire: Formulaire, acte: str) -> Voulu | Reprise:
    champ = modele.EDITORIAL if acte == "editorial" else modele.OBJET
    texte = (formulaire.line if champ.ligne else formulaire.text)("texte", 20_000)
    if faute := fault(texte, champ):
        return Reprise(acte, textes={"texte": texte}, fautes={"texte": faute})
    nom = "Éditorial" if acte == "editorial" else "Objet"
    return Voulu(acte, None, {"texte": texte}, acte, f"{nom} enregistré.")  # type: ignore[arg-type]  # One of the two.


def _rewriting(formulaire: Formulaire, b: Brouillon, fiche: Fiche) -> Voulu | Reprise:
    item_id = fiche.principal.item_id
    textes, fautes = modele.read_words(formulaire)
    if fautes:
        return Reprise("recrire", item_id, textes, fautes)
    propres = modele.own_words(b.propres[fiche.groupe_id])
    if formulaire.line("rendre", 5):
        valeur: dict[str, Any] = dict.fromkeys(propres)
    else:
        valeur = modele.changed_words(textes, propres, modele.own_words(fiche))
    return Voulu("recrire", item_id, valeur, f"n{item_id}", "Textes de ce numéro enregistrés.")


def _addition(formulaire: Formulaire, c: Connexion, item_id: int) -> Voulu:
    fiche = fiches.of_item(c, item_id)
    if fiche is None or fiche.verdict != "retenir":
        raise RefusFormulaire("Cette nouvelle n’est plus retenue : elle ne peut pas entrer dans un bulletin.")
    rubrique = formulaire.line("rubrique", 100)
    principal = fiche.principal.item_id
    return Voulu("ajouter", principal, {"rubrique": rubrique}, f"n{principal}", "Nouvelle ajoutée à ce numéro.")


def _conflict(formulaire: Formulaire, phrase: str) -> Suite:
    """What was typed is shown back, beside what the colleague did."""
    acte, item = formulaire.line("acte", 20), formulaire.line("item", 20)
    if acte == "recrire" and item.isdecimal():
        textes, _ = modele.read_words(formulaire)
        return Suite(reprise=Reprise("recrire", int(item), textes, conflit=phrase))
    if acte in ("editorial", "objet"):
        return Suite(reprise=Reprise(acte, textes={"texte": formulaire.text("texte", 20_000)}, conflit=phrase))
    return Suite(reprise=Reprise("", conflit=phrase))
