"""What is asked of one site, again and again: pages, decisions and their undoing; and of its store, without the site.

Each part of a round gives the median of what it measured, by name; every single measure is kept too (`tous`), for the
slowest twentieth. What must not enter: verdicts (`revue`).
"""

from __future__ import annotations

import itertools
import os
import random
import re
import sqlite3
import statistics
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from bench.commun import Partie, spent
from bench.revue_jeu import NOW, SEMAINES
from bench.revue_site import QUI, Site
from veille.francais import local_day
from veille.store import attente, file, gestes
from veille.store.attente import Criteres
from veille.store.connexion import transaction
from veille.store.decisions import Decision, new_geste
from veille.store.gestes import Cible

NUES, CHAUDES, FROIDES, FILTREES, TABLEAUX, GESTES = 20, 40, 36, 10, 5, 20
TOURS_MAX = 7
A_DECIDER = TOURS_MAX * GESTES  # Stories that a site decides on; as many others are the store's own.
THEME, LIEU, MOTS = "habitation", "joliette", "logement+abordable"
_JOUR = local_day(NOW)
_SEMAINE = Criteres("a_trancher", _JOUR - timedelta(days=7), _JOUR)
_ANNEE = Criteres("a_trancher", _JOUR - timedelta(days=365), _JOUR)


class Mesureur:
    """Every measure of every round, by name and size of the archive."""

    def __init__(self, taille: str) -> None:
        self._taille = taille
        self.tous: dict[str, list[float]] = {}

    def keep(self, nom: str, valeurs: Sequence[float]) -> Mapping[str, float]:
        """The median, under a name that says which archive."""
        cle = f"{nom} {self._taille}"
        self.tous.setdefault(cle, []).extend(valeurs)
        return {cle: statistics.median(valeurs)}


class Parcours:
    """One site, and what a person asks of it."""

    def __init__(self, site: Site, base: Path, mesureur: Mesureur) -> None:
        self._site, self._base, self._mesureur = site, base, mesureur
        semaines = [NOW - timedelta(weeks=recul) for recul in range(2, SEMAINES - 2)]
        random.Random(2).shuffle(semaines)
        self._jamais_vues = iter([f"{a}-S{s:02d}" for a, s, _ in (x.isocalendar() for x in semaines)])
        self._vus: dict[str, str] = {}
        for page in range(1, 2 + A_DECIDER // 30):
            texte = site.get(f"/revue?periode=90j&page={page}").texte
            self._vus |= dict(re.findall(r'name="vu\.(\d+)" value="(\w+)"', texte))
        self._suivantes = iter(list(self._vus))

    def parts(self) -> list[Partie]:
        """Everything a round asks."""
        return [
            lambda: self._pages("nue", ["/rien"] * NUES, statut=404),
            lambda: self._pages("semaine", ["/revue"] * CHAUDES),
            self._cold,
            lambda: self._pages("theme", [f"/revue?periode=7j&thematique={THEME}"] * FILTREES),
            lambda: self._pages("lieu", [f"/revue?periode=90j&territoire={LIEU}"] * FILTREES),
            lambda: self._pages("mots", [f"/revue?periode=90j&texte={MOTS}"] * FILTREES),
            lambda: self._pages("accueil", ["/"] * TABLEAUX),
            self._prefer,
            self._decide,
        ]

    def _pages(self, nom: str, adresses: Sequence[str], *, statut: int = 200) -> Mapping[str, float]:
        return self._mesureur.keep(nom, [self._site.get(adresse, statut).cpu for adresse in adresses])

    def _cold(self) -> Mapping[str, float]:
        """Weeks that nobody has looked at: no card is rendered yet, nothing of them is in memory."""
        forget(self._base)
        return self._pages("froide", [f"/revue?periode={next(self._jamais_vues)}" for _ in range(FROIDES)])

    def _prefer(self) -> Mapping[str, float]:
        """The least that a form sent by a script may cost: the gate, one row written, a word of JSON."""
        envois = [self._site.post("/compte/preferences", {"raccourcis": "oui"}) for _ in range(NUES)]
        return self._mesureur.keep("formulaire", [envoi.cpu for envoi in envois])

    def _decide(self) -> Mapping[str, float]:
        """Retain twenty stories one by one, then undo each."""
        faits: list[tuple[str, str]] = []
        retenir, annuler = [], []
        for groupe in [next(self._suivantes) for _ in range(GESTES)]:
            cle = uuid.uuid4().hex
            champs = {"geste": cle, "acte": f"retenir.{groupe}", f"vu.{groupe}": self._vus[groupe], "periode": "7j"}
            reponse = self._site.post("/revue/decider", champs)
            if groupe not in reponse.json()["cartes"] or reponse.json()["conflits"]:
                raise SystemExit(f"La décision n’a pas été prise : {reponse.texte[:300]}")
            retenir.append(reponse.cpu)
            faits.append((groupe, cle))
        for groupe, cle in faits:
            reponse = self._site.post("/revue/annuler", {"geste": uuid.uuid4().hex, "cible": cle, "periode": "7j"})
            if groupe not in reponse.json()["cartes"]:
                raise SystemExit(f"Le geste n’a pas été annulé : {reponse.texte[:300]}")
            annuler.append(reponse.cpu)
        return {**self._mesureur.keep("retenir", retenir), **self._mesureur.keep("annuler", annuler)}


class Magasin:
    """The same store without any site: one connection of ours."""

    def __init__(self, c: sqlite3.Connection, mesureur: Mesureur) -> None:
        self._c, self._mesureur = c, mesureur
        c.execute("PRAGMA cache_size = -65536")
        places = attente.page(c, _ANNEE, 2 * A_DECIDER, 10_000)  # The site's pages hold the first ones.
        groupes = [place.groupe_id for place in places]
        if len(groupes) < A_DECIDER + 1:
            raise SystemExit("L’archive est trop petite : l’année n’a pas assez de nouvelles.")
        self._a_decider = iter(groupes[:A_DECIDER])
        self._a_refaire = itertools.cycle(groupes[A_DECIDER:])

    def parts(self) -> list[Partie]:
        """Everything a round asks."""
        return [
            lambda: self._each("page", self._page),
            lambda: self._each("decider", self._decide),
            lambda: self._each("rafraichir", lambda: self._refresh([next(self._a_refaire)])),
            self._drain,
            lambda: self._each("ligne", self._row),
        ]

    def _each(self, nom: str, travail: Callable[[], object]) -> Mapping[str, float]:
        return self._mesureur.keep(nom, [spent(travail) for _ in range(GESTES)])

    def _page(self) -> None:
        attente.page(self._c, _SEMAINE, 0, 30)
        attente.tiers(self._c, _SEMAINE.debut, _SEMAINE.fin)
        attente.counts(self._c, _SEMAINE.debut, _SEMAINE.fin)

    def _decide(self) -> None:
        cle = new_geste()
        cible = Cible(next(self._a_decider), "0")
        with transaction(self._c):
            bilan = gestes.decide(self._c, cle, [cible], Decision(0, "retenir", QUI), NOW)
        if bilan.groupes != (cible.groupe_id,):
            raise SystemExit("La décision n’a pas été prise.")

    def _refresh(self, groupes: Sequence[int]) -> None:
        with transaction(self._c):
            file.refresh(self._c, groupes, NOW)

    def _drain(self) -> Mapping[str, float]:
        """Two hundred stories at once, as the schedule does: what each costs."""
        ids = [next(self._a_refaire) for _ in range(file.PAQUET)]
        self._c.executemany("INSERT OR IGNORE INTO file_a_refaire VALUES (?)", [(g,) for g in ids])
        nombre = len(set(ids))
        return self._mesureur.keep("drainer", [spent(lambda: file.drain(self._c, NOW)) / nombre])

    def _row(self) -> None:
        """The floor of any write: one row and its commit."""
        with transaction(self._c):
            self._c.execute(
                "INSERT INTO passages (etape, debut_a, fin_a, issue, bilan) VALUES ('banc', '', '', 'fait', '{}')"
            )


def forget(base: Path) -> None:
    """Ask the system to drop what it keeps of this file in memory, where it can be asked."""
    if hasattr(os, "posix_fadvise"):
        descripteur = os.open(base, os.O_RDONLY)
        try:
            os.posix_fadvise(descripteur, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descripteur)
