"""« Bulletins »: for each audience its draft, what is approved, what is published; and one draft laid open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from datasette.utils.asgi import NotFound

from veille import relecture
from veille.editor import Contenu, Rappel, from_json, with_errata
from veille.pages import publiques
from veille.pages.presentation import RYTHMES
from veille.pages.redaction import CHAMPS
from veille.pages.visite import AVERTISSEMENT, Formulaire, RefusFormulaire, Visite
from veille.pages.vues import brouillon
from veille.relecture import Lu
from veille.store import digests, errata, service, tableaux
from veille.store.lecture import Connexion
from veille.store.tableaux import Bulletin, Public

DERNIERS = 5


@dataclass(frozen=True)
class Ligne:
    """One story of an issue as it was approved, corrected since or not."""

    rubrique: str
    item_id: int
    titre: str
    resume: str
    pourquoi: str
    langue: str
    source: str
    limite: str
    erratum: str = ""


@dataclass(frozen=True)
class Saisie:
    """An erratum as typed, with what is wrong with it by field, to be put right."""

    item: str = ""
    phrase: str = ""
    textes: Mapping[str, str] = field(default_factory=dict)
    fautes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Suite:
    """What became of a request: its subject once it is asked, or why it is not."""

    sujet: str = ""
    message: str = ""


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
    """One issue: the editor while it is a draft, then what was approved, section by section, and its errata."""
    if await visite.read(lambda c: _is_open(c, int(visite.var("digest_id")))):
        return await brouillon.show(visite)
    return await show(visite)


async def show(visite: Visite, saisie: Saisie | None = None, statut: int = 200) -> Any:
    """An issue that no longer changes, or the team's reminder. `saisie`: an erratum typed that could not be recorded."""
    digest_id = int(visite.var("digest_id"))

    def lire(c: Connexion) -> dict[str, Any] | None:
        bulletin = tableaux.digest(c, digest_id)
        if bulletin is None:
            return None
        fige = digests.get(c, digest_id)
        contenu = from_json(fige.contenu) if fige is not None and fige.contenu else None
        page = next((p.page for p in tableaux.published_digests(c) if p.id == digest_id), "")
        inscrits = errata.of_digest(c, digest_id)
        montre = with_errata(contenu, inscrits) if isinstance(contenu, Contenu) else None
        return {
            "bulletin": bulletin,
            "lignes": _frozen(montre),
            "contenu": montre,
            "errata": [(e, _corrected_title(montre, e.item_id)) for e in inscrits],
            "rappel": contenu if isinstance(contenu, Rappel) else None,
            "page": page,
            "pdf": bool(page) and publiques.has_file(visite, page, "bulletin.pdf"),
            "attendues": _waiting(c),
            "lu": relecture.read_of(contenu, 0) if isinstance(contenu, Rappel) else None,
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
            "saisie": saisie or Saisie(),
            "champs": CHAMPS,
            "now": visite.now,
        },
        statut,
    )


def _is_open(c: Connexion, digest_id: int) -> bool:
    bulletin = tableaux.digest(c, digest_id)
    return bulletin is not None and bulletin.etat == "brouillon" and not bulletin.rappel


def _corrected_title(contenu: Contenu | None, item_id: int | None) -> str:
    return next((e.titre for e in (contenu.elements if contenu else ()) if e.item_id == item_id), "")


async def request_work(visite: Visite) -> Any:
    """Ask that a draft be composed, approved or published; the schedule does it and says what became of it."""
    formulaire = await visite.form()
    genre, argument = formulaire.line("genre", 20), formulaire.line("argument", 100)
    visite.require("rediger" if genre in ("composer", "verifier_liens") else "approuver")
    lu = _read_before(formulaire) if genre == "approuver" else None

    def ecrire(c: Connexion) -> Suite:
        if genre == "composer":
            sujet = next((a.nom for a in tableaux.audiences(c) if a.slug == argument), "")
        else:
            sujet = _requestable(tableaux.digest(c, int(argument)) if argument.isdecimal() else None, genre)
        if not sujet:
            raise RefusFormulaire("Ce bulletin n’est plus dans l’état attendu. Rechargez la page « Bulletins ».")
        if lu is not None and (change := _changed(c, visite, int(argument), lu)):
            return Suite(message=change)
        demande = lu.written(int(argument)) if lu else argument
        service.ask(c, genre, demande, visite.nom, visite.now)  # type: ignore[arg-type]  # Checked just above.
        return Suite(sujet)

    suite = await visite.write(ecrire)
    if suite.message:
        return visite.redirect(f"/bulletins/{argument}", suite.message, AVERTISSEMENT)
    actes = {
        "composer": "Composition demandée",
        "approuver": "Approbation demandée",
        "publier": "Publication demandée",
        "verifier_liens": "Vérification des liens demandée",
    }
    retour = "/bulletins" if genre == "composer" else f"/bulletins/{argument}"
    return visite.redirect(retour, f"{actes[genre]} : {suite.sujet}. Le résultat paraîtra dans « Demandes ».")


def _read_before(formulaire: Formulaire) -> Lu:
    """What the page that holds the button showed: it alone may be approved."""
    lu = relecture.parse(f"0:{formulaire.line('vu', 20)}:{formulaire.line('marque', 40)}")
    if lu is None:
        raise RefusFormulaire("Cette page a expiré. Rechargez-la, relisez le brouillon, puis recommencez.")
    return lu[1]


def _changed(c: Connexion, visite: Visite, digest_id: int, lu: Lu) -> str:
    """What was done to the draft since it was read, "" when nothing was."""
    digest = digests.require(c, digest_id)
    if _is_open(c, digest_id):
        _, _, b = brouillon.opened(c, visite, digest_id)
        actuel = relecture.read_of(b.contenu, b.dernier)
    else:
        actuel = relecture.read_of(from_json(digest.contenu), 0)
    return relecture.changes(c, digest, lu) if lu != actuel else ""


def _requestable(bulletin: Bulletin | None, genre: str) -> str:
    """The digest's title when this may be asked of it, else ""."""
    attendu = {"approuver": "brouillon", "verifier_liens": "brouillon", "publier": "approuvé"}.get(genre)
    return bulletin.titre if bulletin is not None and bulletin.etat == attendu else ""


def _waiting(c: Connexion) -> set[tuple[str, str]]:
    return {(d.genre, d.vise) for d in service.waiting(c)}


def _frozen(contenu: Contenu | None) -> list[Ligne]:
    """What was approved, word for word, errata laid over it."""
    rubriques = contenu.rubriques if contenu else ()
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
            erratum=e.erratum,
        )
        for rubrique in rubriques
        for e in rubrique.elements
    ]
