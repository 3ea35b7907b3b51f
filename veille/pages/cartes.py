"""Cards of stories, each rendered once and kept in memory for as long as nothing it shows changes.

A card holds nothing of who looks at it: the CSRF token stands once in the form around the list, and the name of who
decided is put in when the card is given out (« par vous »). A story's `revision` changes with anything of the story.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape

from veille.classifier.valeur import Valeur
from veille.francais import local_day
from veille.pages.instance import Instance
from veille.pages.pertinence import estimate, say_value
from veille.pages.presentation import facts, tags
from veille.store import attente, fiches, file, motifs, revue
from veille.store.attente import Place
from veille.store.fiches import Fiche
from veille.store.lecture import Connexion
from veille.store.motifs import Motif
from veille.store.revue import References
from veille.textes import SANS_TITRE

CARTES_MAX = 2000


@dataclass(frozen=True)
class Noms:
    """Every name that cards show: of themes, places, types, sources, and of reasons for rejection; sources' ratings."""

    references: References
    motifs: tuple[Motif, ...]
    cotes: str = ""

    @property
    def offerts(self) -> dict[str, str]:
        """Code → name of the reasons to choose from."""
        return {m.code: m.nom for m in self.motifs if not m.retire}

    @property
    def raisons(self) -> dict[str, str]:
        """Code → name of every reason there ever was."""
        return {m.code: m.nom for m in self.motifs}


@dataclass(frozen=True)
class Carte:
    """A card as kept: what stands before and after the name of who decided (`par`), which may stand nowhere."""

    avant: str
    apres: str
    par: str

    def shown_to(self, nom: str) -> Markup:
        """The card for someone, to whom their own decisions say « par vous »."""
        if not self.apres:
            return Markup(self.avant)  # noqa: S704 - rendered by our template, with autoescape.
        return Markup(self.avant) + ("vous" if self.par == nom else escape(self.par)) + Markup(self.apres)  # noqa: S704


class Cartes:
    """The cards of one site, for every thread that reads; the least used ones are forgotten."""

    def __init__(self, environnement: Any) -> None:
        # Pages are rendered on the event loop, as Datasette does; cards where the database is read, in a thread.
        self._gabarits = environnement.overlay(enable_async=False)
        self._verrou = threading.Lock()
        self._gardees: OrderedDict[tuple[object, ...], Carte] = OrderedDict()
        self._noms: Noms | None = None
        self._version = 0

    def of(
        self, c: Connexion, places: Iterable[Place], noms: Noms, now: datetime, *, peut_revoir: bool
    ) -> dict[int, Carte]:
        """The cards of these stories, by group, in this order; a story whose items all went to another has none."""
        contexte = (self._names_version(noms), local_day(now), peut_revoir)
        cles = [(place.groupe_id, place.revision, *contexte) for place in places]
        with self._verrou:
            trouvees = {cle: self._gardees[cle] for cle in cles if cle in self._gardees}
            for cle in trouvees:
                self._gardees.move_to_end(cle)
        manquantes = {cle[0]: cle for cle in cles if cle not in trouvees}
        if manquantes:
            neuves = self.render(c, load(c, list(manquantes), now), noms, now, peut_revoir=peut_revoir)
            with self._verrou:
                for groupe_id, carte in neuves.items():
                    trouvees[manquantes[groupe_id]] = self._gardees[manquantes[groupe_id]] = carte
                while len(self._gardees) > CARTES_MAX:
                    self._gardees.popitem(last=False)
        return {cle[0]: trouvees[cle] for cle in cles if cle in trouvees}

    def render(
        self, c: Connexion, histoires: Sequence[Fiche], noms: Noms, now: datetime, *, peut_revoir: bool
    ) -> dict[int, Carte]:
        """New cards, by group."""
        gabarit = self._gabarits.get_template("_carte.html")
        jour, cartes = local_day(now), {}
        for fiche, valeur in zip(histoires, file.values(c, histoires, now), strict=True):
            marque = secrets.token_hex(12)  # What no collected text can hold.
            html = gabarit.render(marque=marque, peut_revoir=peut_revoir, **_context(fiche, valeur, noms, now, jour))
            avant, _, apres = html.partition(marque)
            cartes[fiche.groupe_id] = Carte(avant, apres, fiche.par)
        return cartes

    def _names_version(self, noms: Noms) -> int:
        """The same number as long as no name changes."""
        with self._verrou:
            if noms != self._noms:
                self._noms = noms
                self._version += 1
            return self._version


def read_names(c: Connexion) -> Noms:
    """The names in force."""
    return Noms(revue.references(c), motifs.everything(c), revue.ratings(c))


def load(c: Connexion, groupe_ids: Sequence[int], now: datetime) -> list[Fiche]:
    """These stories, with how likely staff are to keep each."""
    return fiches.rate(c, fiches.load(c, groupe_ids), now)


def places_of(c: Connexion, groupe_ids: Sequence[int]) -> list[Place]:
    """Where these stories stand, in the order asked."""
    trouvees: Mapping[int, Place] = attente.places(c, tuple(groupe_ids))
    return [trouvees[g] for g in groupe_ids if g in trouvees]


def of_site(datasette: Any, site: Instance) -> Cartes:
    """The cards kept for this site."""
    if site not in _sites:
        _sites[site] = Cartes(datasette.jinja_env)
    return _sites[site]


def _context(fiche: Fiche, valeur: Valeur, noms: Noms, now: datetime, jour: date) -> dict[str, Any]:
    return {
        "fiche": fiche,
        "titre": fiche.redaction.titre or fiche.principal.titre or SANS_TITRE,
        "etat": file.standing(fiche, jour),
        "etiquettes": tags(fiche, noms.references),
        "faits": facts(fiche, now),
        "estime": estimate(fiche, noms.references),
        "valeur": say_value(valeur, fiche, now),
        "motifs": noms.raisons,
        "offerts": noms.offerts,
    }


_sites: WeakKeyDictionary[Instance, Cartes] = WeakKeyDictionary()
