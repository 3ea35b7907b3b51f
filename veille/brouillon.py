"""A draft as it stands this very minute: what was composed, what people did to it, what is still missing.

The editor's page and the approval read the same thing here, so that what was looked at is what is frozen. Nothing is
written but what a caller asks to save.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import cast

from veille import editor, settings, textes
from veille.editor import Contenu, Rappel, Reperes, controles, retouches
from veille.editor.controles import Controle, EtatLien, Examen, Piece
from veille.editor.droits import is_press
from veille.editor.empreintes import own_hashes
from veille.editor.errata import told
from veille.editor.formes import Erratum
from veille.editor.mince import is_thin
from veille.editor.retouches import Etat, Geste
from veille.editor.selection import Choix, addressed, heading, heading_title
from veille.errors import SettingsError
from veille.francais import format_day, local_day
from veille.model import Audience, Dossier, Organisation
from veille.rendering import Gabarits
from veille.store import arbitrages, brouillons, digests, empreintes, errata, fiches, items, verifications
from veille.store.digests import Digest, Place
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion


@dataclass(frozen=True)
class Atelier:
    """What an audience's issues are made with: the folder, who publishes, for whom, and the names of things."""

    chemin: Path
    organisation: Organisation
    audience: Audience
    reperes: Reperes


@dataclass(frozen=True)
class Compose:
    """What a draft shows. `fiches`: every story it knows of by group, with the words of this issue; `propres`: the same
    with their own words; `pieces`: what the gates must know of them, by the item shown.
    """

    etat: Etat
    contenu: Contenu
    fiches: Mapping[int, Fiche]
    propres: Mapping[int, Fiche]
    pieces: Mapping[int, Piece]


@dataclass(frozen=True)
class Brouillon(Compose):
    """One draft. `dernier`: the id of the latest act on it, by which a page knows whether someone acted since.

    `gestes`: the acts that stand, oldest first.
    """

    digest: Digest
    dernier: int
    gestes: tuple[Geste, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """What is shown, as an approval records it."""
        titres = {r.cle: r.titre for r in self.contenu.rubriques}
        return tuple(
            Place(self.fiches[groupe].principal.item_id, titres.get(cle, cle)) for cle, groupe in self.etat.ordre
        )

    @property
    def retirees(self) -> tuple[Fiche, ...]:
        """Stories that people set aside from this issue."""
        return tuple(self.fiches[groupe] for groupe in self.etat.retires)

    @property
    def adresses(self) -> tuple[str, ...]:
        """Every address a reader is led to."""
        return addresses(self.contenu)


def workshop(dossier: Dossier, audience: Audience) -> Atelier:
    """What the pipeline makes an audience's issues with."""
    return Atelier(dossier.chemin, dossier.organisation, audience, Reperes(dossier.taxonomie, dossier.gazetier))


def read_workshop(chemin: Path, slug: str, nom: str) -> Atelier:
    """The same for a page, read from the folder's files and kept until one of them changes."""
    noms = ("organisation.toml", "thematiques.toml", "territoires.toml", f"digests/{slug}/audience.toml")
    return _read(chemin, slug, nom, tuple(_mark(chemin / fichier) for fichier in noms))


@lru_cache(maxsize=64)
def _read(chemin: Path, slug: str, nom: str, _marques: tuple[tuple[int, int], ...]) -> Atelier:
    try:
        audience = settings.load_audience(chemin, slug)
    except SettingsError:  # Its file is gone: its drafts are still there to be read.
        audience = Audience(slug=slug, nom=nom, visibilite="interne")
    reperes = Reperes(settings.load_taxonomie(chemin), settings.load_gazetier(chemin))
    return Atelier(chemin, settings.load_organisation(chemin), audience, reperes)


def _mark(fichier: Path) -> tuple[int, int]:
    try:
        etat = fichier.stat()
    except OSError:
        return 0, 0
    return etat.st_mtime_ns, etat.st_size


# ---------------------------------------------------------------- composing


def choose(c: Connexion, atelier: Atelier, now: datetime) -> tuple[Choix, ...]:
    """What the rules take today for the audience's open draft, and what people set aside of it, which stays known.

    A story set aside leaves its place to another.
    """
    ouvert = digests.open_draft(c, atelier.audience.slug)
    gestes = brouillons.to_fold(c, ouvert.id) if ouvert else []
    audience = retouches.widened(atelier.audience, retouches.measures(gestes))
    retirees, remises = retouches.dropped(gestes), retouches.kept(gestes)
    retenues = fiches.load(c, fiches.with_verdict(c, "retenir", now - digests.MEMOIRE))
    deja = digests.former_groups(c, audience.slug)
    libres = [f for f in retenues if f.groupe_id not in retirees]
    choisies = [x.fiche for x in editor.select(audience, libres, now, deja, atelier.reperes).choix]
    prises = {f.groupe_id for f in choisies}
    connues = [f for f in retenues if f.groupe_id in retirees | remises and f.groupe_id not in prises | deja]
    return editor.arrange(atelier.audience, [*choisies, *connues], now, atelier.reperes)


def base_places(choix: Sequence[Choix], reperes: Reperes) -> list[Place]:
    """What the rules composed, as the draft keeps it: acts are done on it each time it is read."""
    return [Place(x.fiche.membres[0].item_id, heading_title(x.cle, reperes)) for x in choix]


def drafted(
    c: Connexion, atelier: Atelier, numero: int, choix: Sequence[Choix], gestes: Sequence[Geste], now: datetime
) -> Compose:
    """What the draft shows once people's acts are done on what the rules chose."""
    connues = {x.fiche.groupe_id: cast("Fiche", x.fiche) for x in choix}
    ajoutees = [cle for cle in retouches.added(gestes) if cle not in connues]
    connues |= {f.groupe_id: f for f in fiches.load(c, ajoutees) if f.verdict == "retenir"}
    etat = retouches.fold(
        [(x.cle, x.fiche.groupe_id) for x in choix],
        gestes,
        ordre=retouches.section_order(atelier.audience, tuple(atelier.reperes.themes)),
        presentes=connues,
        rubrique_de={cle: heading(atelier.audience, f, now, atelier.reperes) for cle, f in connues.items()},
    )
    ecrites = {cle: _with_words(f, etat.textes.get(cle, {})) for cle, f in connues.items()}
    pieces = _pieces(c, ecrites.values())
    contenu = editor.content(
        atelier.audience,
        numero,
        [Choix(ecrites[cle], rubrique) for rubrique, cle in etat.ordre],
        now,
        atelier.reperes,
        autorite=editor.authority(atelier.organisation),
        extraits=_press_texts(c, ecrites.values()),
    )
    contenu = retouches.dress(contenu, etat, untold(c, atelier.audience.slug))
    return Compose(etat, contenu, ecrites, connues, pieces)


def draft(c: Connexion, atelier: Atelier, digest: Digest, now: datetime) -> Brouillon:
    """An open draft as it stands: stories no longer retained, reserved for others or told to readers since are left out.

    An alert and a notice keep the kind, the title and the words they were composed with, dated today.
    """
    gestes = brouillons.to_fold(c, digest.id)
    voulues, parues = set(retouches.added(gestes)), digests.former_groups(c, digest.audience)
    tenues = [
        f
        for f in fiches.load(c, digests.groups_of(c, digest.id))
        if f.verdict == "retenir"
        and (f.groupe_id in voulues or (addressed(atelier.audience, f) is not False and f.groupe_id not in parues))
    ]
    choix = editor.arrange(atelier.audience, tenues, now, atelier.reperes)
    x = drafted(c, atelier, digest.numero, choix, gestes, now)
    contenu = _out_of_series(x.contenu, digest) if digest.genre in ("alerte", "avis") else x.contenu
    return Brouillon(
        x.etat,
        contenu,
        x.fiches,
        x.propres,
        x.pieces,
        digest=digest,
        dernier=brouillons.last_act(c, digest.id),
        gestes=retouches.standing(gestes),
    )


def _out_of_series(contenu: Contenu, digest: Digest) -> Contenu:
    compose = editor.from_json(digest.contenu)
    if not isinstance(compose, Contenu):
        return contenu
    mots = {"editorial": contenu.editorial or compose.editorial, "titre": compose.titre, "genre": compose.genre}
    objet = {"objet": compose.objet} if digest.genre == "avis" else {}
    return replace(contenu, errata=(), en_bref=(), **mots, **objet)  # type: ignore[arg-type]  # Its fields' names.


def untold(c: Connexion, audience: str) -> tuple[Erratum, ...]:
    """Errata of an audience's issues that no approved issue has told yet."""
    inscrits = errata.of_audience(c, audience)
    if not inscrits:
        return ()
    listes = digests.told_errata(c, audience, min(e.fait_a for _, e in inscrits))
    dits = {Erratum(**e) for liste in listes for e in json.loads(liste)}
    connus = Counter((e.numero, e.date, e.texte) for e in dits)
    cles = [(numero, format_day(local_day(e.fait_a)), e.texte) for numero, e in inscrits]
    # Only those that may be untold have their issue read again, for the title of their story.
    douteux = [e for e, cle in zip(inscrits, cles, strict=True) if connus[cle] < cles.count(cle)]
    corriges = {cle: digests.require(c, cle).contenu for cle in {e.digest_id for _, e in douteux}}
    contenus = {cle: x for cle, texte in corriges.items() if isinstance(x := editor.from_json(texte), Contenu)}
    tous = [told(numero, contenus[e.digest_id], e) for numero, e in douteux if e.digest_id in contenus]
    return tuple(e for e in tous if e not in dits)


def _with_words(fiche: Fiche, textes: Mapping[str, str]) -> Fiche:
    """The story with the words of this issue in the place of its own."""
    return replace(fiche, redaction=replace(fiche.redaction, **textes)) if textes else fiche  # type: ignore[arg-type]  # Its fields' names.


# ---------------------------------------------------------------- gates


def examine(
    c: Connexion, atelier: Atelier, brouillon: Brouillon, rendus: Mapping[str, bytes], now: datetime
) -> tuple[Controle, ...]:
    """What the gates say of a draft, given what would be frozen."""
    return controles.check(
        Examen(
            digest_id=brouillon.digest.id,
            contenu=brouillon.contenu,
            organisation=atelier.organisation,
            rendus=rendus,
            pieces=brouillon.pieces,
            manques=settings.missing_for_publication(atelier.organisation),
            liens=links_known(c, brouillon.adresses, now),
            mince=_thin(c, atelier.audience, brouillon),
            parues=_told_before(c, brouillon),
            recents=empreintes.recent(c, _runs(brouillon)),
        )
    )


def _runs(brouillon: Brouillon) -> Iterator[bytes]:
    for texte in controles.written(brouillon.contenu, brouillon.pieces):
        yield from own_hashes(texte)


def _told_before(c: Connexion, brouillon: Brouillon) -> frozenset[int]:
    """Items shown whose story this audience has had already: someone put them in by hand."""
    parues = digests.former_groups(c, brouillon.digest.audience)
    return frozenset(
        brouillon.fiches[groupe].principal.item_id for _, groupe in brouillon.etat.ordre if groupe in parues
    )


def due_day(audience: Audience, digest: Digest) -> date:
    """The day for which a draft was composed: by it, people's choice about a thin week is kept."""
    return editor.last_due_day(audience, local_day(digest.compose_a))


def _thin(c: Connexion, audience: Audience, brouillon: Brouillon) -> str:
    """What someone must still choose, in a sentence; "" when the issue is long enough or someone chose to send it."""
    nombre = len(brouillon.contenu.elements)
    if brouillon.digest.genre != "bulletin" or not is_thin(audience, nombre):
        return ""
    choisi = arbitrages.thin_choice(c, audience.slug, due_day(audience, brouillon.digest))
    if choisi is None:
        return textes.thin_week(nombre, audience.minimum)
    return textes.postponed(choisi.par) if choisi.choix in ("reporter", "sauter") else ""


def render(atelier: Atelier, contenu: Contenu | Rappel) -> dict[str, bytes]:
    """The draft's renderings, by the real templates, without the addresses that only an approved issue has."""
    gabarits = Gabarits(atelier.chemin, settings.shipped(), atelier.audience.slug)
    return {
        "page": gabarits.page(contenu, atelier.organisation).encode(),
        "courriel_html": gabarits.courriel_html(contenu, atelier.organisation).encode(),
        "courriel_texte": gabarits.courriel_texte(contenu, atelier.organisation).encode(),
    }


def addresses(contenu: Contenu) -> tuple[str, ...]:
    """Every address an issue leads to, in its order."""
    liens = [lien for e in contenu.elements for lien in (*([e.lien] if e.lien else []), *e.aussi)]
    return tuple(dict.fromkeys(lien.adresse for lien in liens))


def links_known(c: Connexion, adresses: Iterable[str], now: datetime) -> dict[str, tuple[EtatLien, str]]:
    """What is known of each address today; one looked at too long ago is to be looked at again, unless it was dead."""
    connus: dict[str, tuple[EtatLien, str]] = {}
    for adresse, vue in verifications.latest(c, adresses).items():
        perimee = vue.verifie_a < now - verifications.FRAICHEUR and vue.issue != "mort"
        connus[adresse] = (
            ("a_verifier", "")
            if perimee
            else (vue.issue, textes.explain(vue.cause).sens.rstrip(".") if vue.cause else "")
        )
    return connus


def _pieces(c: Connexion, toutes: Iterable[Fiche]) -> dict[int, Piece]:
    """By the item shown, what the gates must know of each story."""
    liste = list(toutes)
    presse = [m.item_id for f in liste for m in f.membres if is_press(m.droits)]
    passages, textes = empreintes.of_items(c, presse), {int(d.id): d.texte for d in items.documents(c, presse)}
    pieces = {}
    for fiche in liste:
        siens = [m for m in fiche.membres if is_press(m.droits)]
        pieces[fiche.principal.item_id] = Piece(
            titre=internal_title(fiche),
            titre_de_la_source=not fiche.redaction.titre,
            a_la_une=fiche.a_la_une,
            presse=tuple(f"{m.titre}\n{m.resume}\n{textes.get(m.item_id, '')}" for m in siens),
            manchettes=tuple(t for m in siens for t in (m.titre, m.resume) if t),
            passages=tuple(p for m in siens for p in passages.get(m.item_id, ())),
        )
    return pieces


def _press_texts(c: Connexion, toutes: Iterable[Fiche]) -> dict[int, tuple[str, ...]]:
    """By story, the full texts stored of its press items, for the check that staff's words are their own."""
    groupe_de = {m.item_id: f.groupe_id for f in toutes for m in f.membres if is_press(m.droits)}
    textes: dict[int, tuple[str, ...]] = {}
    for document in items.documents(c, list(groupe_de)):
        if document.texte:
            groupe = groupe_de[int(document.id)]
            textes[groupe] = (*textes.get(groupe, ()), document.texte)
    return textes


def internal_title(fiche: Fiche) -> str:
    """How staff know a story, the source's own title included."""
    return fiche.redaction.titre or fiche.membres[0].titre
