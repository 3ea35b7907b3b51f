"""« Bulletins »: for each audience its draft, what is approved, what is published; and one draft laid open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasette.utils.asgi import NotFound

from veille.editor import Contenu, Rappel, from_json
from veille.editor.droits import faults, shown_text
from veille.pages.presentation import RYTHMES, deadline
from veille.pages.visite import RefusFormulaire, Visite
from veille.store import digests, fiches, revue, service, tableaux
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion
from veille.store.tableaux import Bulletin, Public

DERNIERS = 5


@dataclass(frozen=True)
class Ligne:
    """One story of a digest as the preview shows it. `manques`: what must be written before approval."""

    rubrique: str
    item_id: int
    titre: str
    resume: str
    pourquoi: str
    langue: str
    source: str
    limite: str
    manques: tuple[str, ...] = ()


@dataclass(frozen=True)
class Casier:
    """One audience with its digests by state."""

    public: Public
    en_cours: tuple[Bulletin, ...]
    publies: tuple[Bulletin, ...]


async def board(visite: Visite) -> Any:
    """Audiences, what waits for each, and the buttons that ask for work."""

    def lire(c: Connexion) -> tuple[list[Public], list[Bulletin], set[tuple[str, str]]]:
        return tableaux.audiences(c), tableaux.digests(c), _waiting(c)

    audiences, bulletins, attendues = await visite.read(lire)
    casiers = [
        Casier(
            public,
            tuple(b for b in bulletins if b.audience == public.slug and b.etat != "publié"),
            tuple(b for b in bulletins if b.audience == public.slug and b.etat == "publié"),
        )
        for public in audiences
    ]
    return await visite.page(
        "bulletins.html",
        {
            "casiers": sorted(casiers, key=lambda casier: not casier.en_cours),
            "attendues": attendues,
            "rythmes": RYTHMES,
            "derniers": DERNIERS,
            "now": visite.now,
        },
    )


async def preview(visite: Visite) -> Any:
    """What one digest holds, section by section, with what must still be written before it may go out."""
    digest_id = int(visite.var("digest_id"))

    def lire(c: Connexion) -> dict[str, Any] | None:
        bulletin = tableaux.digest(c, digest_id)
        if bulletin is None:
            return None
        fige = digests.get(c, digest_id)
        contenu = from_json(fige.contenu) if fige is not None and fige.contenu else None
        page = next((p.page for p in tableaux.published_digests(c) if p.id == digest_id), "")
        lignes = _draft(c, digest_id, visite.now) if bulletin.etat == "brouillon" else _frozen(contenu)
        return {
            "bulletin": bulletin,
            "lignes": lignes,
            "rappel": contenu if isinstance(contenu, Rappel) else None,
            "page": page,
            "attendues": _waiting(c),
        }

    contexte = await visite.read(lire)
    if contexte is None:
        raise NotFound("bulletin inconnu")
    lignes: list[Ligne] = contexte["lignes"]
    return await visite.page(
        "bulletin.html",
        {
            **contexte,
            "rubriques": {r: [x for x in lignes if x.rubrique == r] for r in dict.fromkeys(x.rubrique for x in lignes)},
            "a_rediger": sum(bool(ligne.manques) for ligne in lignes),
            "now": visite.now,
        },
    )


async def request_work(visite: Visite) -> Any:
    """Ask that a draft be composed, approved or published; the schedule does it and says what became of it."""
    formulaire = await visite.form()
    genre, argument = formulaire.line("genre", 20), formulaire.line("argument", 100)
    visite.require("rediger" if genre == "composer" else "approuver")

    def ecrire(c: Connexion) -> str:
        if genre == "composer":
            sujet = next((a.nom for a in tableaux.audiences(c) if a.slug == argument), "")
        else:
            sujet = _requestable(tableaux.digest(c, int(argument)) if argument.isdecimal() else None, genre)
        if not sujet:
            raise RefusFormulaire("Ce bulletin n’est plus dans l’état attendu. Rechargez la page « Bulletins ».")
        service.ask(c, genre, argument, visite.nom, visite.now)  # type: ignore[arg-type]  # Checked just above.
        return sujet

    sujet = await visite.write(ecrire)
    actes = {"composer": "Composition demandée", "approuver": "Approbation demandée", "publier": "Publication demandée"}
    retour = "/bulletins" if genre == "composer" else f"/bulletins/{argument}"
    return visite.redirect(retour, f"{actes[genre]} : {sujet}. Le résultat paraîtra dans « Demandes ».")


def _requestable(bulletin: Bulletin | None, genre: str) -> str:
    """The digest's title when this may be asked of it, else ""."""
    attendu = {"approuver": "brouillon", "publier": "approuvé"}.get(genre)
    return bulletin.titre if bulletin is not None and bulletin.etat == attendu else ""


def _waiting(c: Connexion) -> set[tuple[str, str]]:
    return {(d.genre, d.argument) for d in service.waiting(c)}


def _draft(c: Connexion, digest_id: int, now: datetime) -> list[Ligne]:
    """The draft's stories as they would be shown today: staff may have written since it was composed."""
    places = tableaux.digest_stories(c, digest_id)
    histoires = {f.groupe_id: f for f in fiches.load(c, list(dict.fromkeys(g for _, g in places)))}
    textes = revue.full_texts(c, [m.item_id for f in histoires.values() for m in f.membres])
    return [_line(rubrique, histoires[g], textes, now) for rubrique, g in places if g in histoires]


def _line(rubrique: str, fiche: Fiche, textes: dict[int, str], now: datetime) -> Ligne:
    texte = shown_text(fiche)
    return Ligne(
        rubrique=rubrique,
        item_id=fiche.principal.item_id,
        titre=texte.titre,
        resume=texte.resume,
        pourquoi=texte.pourquoi,
        langue=texte.langue_titre,
        source=fiche.principal.source_nom,
        limite=deadline(fiche.date_limite, now) if fiche.date_limite else "",
        manques=faults(fiche, [textes[m.item_id] for m in fiche.membres if m.item_id in textes]),
    )


def _frozen(contenu: Contenu | Rappel | None) -> list[Ligne]:
    """What was approved, word for word."""
    rubriques = contenu.rubriques if isinstance(contenu, Contenu) else ()
    return [
        Ligne(
            rubrique=rubrique.titre,
            item_id=e.item_id,
            titre=e.titre,
            resume=e.resume,
            pourquoi=e.pourquoi,
            langue=e.langue_titre,
            source=e.source.nom,
            limite=e.limite.texte if e.limite else "",
        )
        for rubrique in rubriques
        for e in rubrique.elements
    ]
