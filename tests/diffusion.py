"""A small region, its audiences, and a database filled by hand, for the tests of diffusion. All names are fictional."""

from __future__ import annotations

import hashlib
import itertools
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from veille.model import (
    Audience,
    Dossier,
    Expediteur,
    Gazetier,
    Item,
    Jugement,
    Organisation,
    Plan,
    Rapprochement,
    Responsable,
    Source,
    Suggestion,
    Taxonomie,
    Territoire,
    Thematique,
    TypeDocument,
)
from veille.store import decisions, groupes, items, jugements, sources
from veille.store.connexion import connect, stamp
from veille.store.decisions import Decision
from veille.store.schema import migrate

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)

TAXONOMIE = Taxonomie(
    thematiques=tuple(
        Thematique(slug, nom, f"Ce qui touche : {nom.lower()}.")
        for slug, nom in (
            ("habitation", "Habitation et logement"),
            ("mobilite", "Transport et mobilité"),
            ("securite-alimentaire", "Sécurité alimentaire"),
            ("pauvrete-inegalites", "Pauvreté et inégalités"),
        )
    ),
    types=tuple(
        TypeDocument(slug, nom, nom)
        for slug, nom in (
            ("actualite", "Actualité"),
            ("rapport", "Rapport ou bilan"),
            ("financement", "Appel de projets ou financement"),
            ("politique-publique", "Politique publique, loi ou règlement"),
            ("evenement", "Événement"),
            ("formation", "Offre de formation"),
        )
    ),
)

GAZETIER = Gazetier(
    territoires=(
        Territoire("lanaudiere", "Lanaudière", "region"),
        Territoire("joliette", "Joliette", "mrc", "lanaudiere", alias=("MRC de Joliette",)),
        Territoire("mun-joliette", "Joliette", "municipalite", "joliette"),
        Territoire("les-moulins", "Les Moulins", "mrc", "lanaudiere", alias=("MRC Les Moulins", "MRC des Moulins")),
        Territoire("mun-terrebonne", "Terrebonne", "municipalite", "les-moulins"),
        Territoire("manawan", "Manawan", "communaute", "lanaudiere"),
        Territoire("quebec", "Québec", "province"),
        Territoire("canada", "Canada", "pays"),
    )
)

ORGANISATION = Organisation(
    nom="Table fictive de Lanaudière",
    site="https://table.exemple.org/",
    courriel="info@table.exemple.org",
    adresse_postale="1, rue de l'Exemple, Joliette (Québec) J0J 0J0",
    expediteur=Expediteur("Veille de la Table fictive", "veille@table.exemple.org"),
    renseignements_personnels=Responsable("Dominique Fictif", "responsable", "vieprivee@table.exemple.org"),
)

SEIZE = (
    ("clds-dautray", "CLDS de D'Autray"),
    ("clds-joliette", "CLDS de Joliette"),
    ("clds-lassomption", "CLDS de L'Assomption"),
    ("clds-les-moulins", "CLDS des Moulins"),
    ("clds-matawinie", "CLDS de la Matawinie"),
    ("clds-montcalm", "CLDS de Montcalm"),
    ("nourrir-lanaudiere", "Nourrir Lanaudière"),
    ("chantier-habitation", "Chantier régional en habitation"),
    ("benevoles-conseil-lanaudiere", "Bénévoles Conseil Lanaudière"),
    ("prefets-mrc-municipalites", "Table des préfets, MRC et municipalités"),
    ("crevale", "CREVALE"),
    ("envolee-0-8", "Envolée 0-8"),
    ("pli", "PLI (Plateau lanaudois intersectoriel)"),
    ("partenaires", "Partenaires du développement social (envoi général)"),
    ("ca-direction", "Conseil d'administration et direction"),
    ("equipe", "Équipe (revue hebdomadaire)"),
)


def audience(slug: str = "clds-joliette", nom: str = "CLDS de Joliette", **cles: object) -> Audience:
    """An audience that wants everything, however little there is, unless told otherwise."""
    return Audience(slug=slug, nom=nom, **{"minimum": 0, **cles})  # type: ignore[arg-type]


def sixteen() -> tuple[Audience, ...]:
    """The real audiences' names, all open to every story; two are internal, one of them the team's reminder."""
    return tuple(
        audience(
            slug,
            nom,
            visibilite="interne" if slug in ("equipe", "ca-direction") else "publique",
            genre="rappel" if slug == "equipe" else "bulletin",
            plan=("4.2.1",),
        )
        for slug, nom in SEIZE
    )


def source(slug: str = "ville", droits: str = "institutionnel", **cles: object) -> Source:
    """A source; its name is its slug with a capital."""
    adresse = f"https://{slug}.exemple.org/"
    base = {
        "nom": slug.capitalize(),
        "url": adresse,
        "adresse": adresse,
        "genre": "flux",
        "etat": "active",
        "cote": "B",
    }
    return Source(slug=slug, droits=droits, **{**base, **cles})  # type: ignore[arg-type]


SOURCES = (
    source("ville"),
    source("ministere", cote="A"),
    source("hebdo", "presse", cote="C"),
    source("fil", "licence"),
)


@dataclass
class Atelier:
    """A project folder and its database. `ajouter` puts one story in it, as the stages would."""

    chemin: Path
    audiences: tuple[Audience, ...] = field(default_factory=lambda: (audience(),))
    organisation: Organisation = ORGANISATION
    now: datetime = NOW

    def __post_init__(self) -> None:
        self.c: sqlite3.Connection = connect(":memory:")
        migrate(self.c)
        sources.sync(self.c, SOURCES, self.now - timedelta(days=30))
        jugements.sync_references(self.c, TAXONOMIE, GAZETIER)
        self._numeros = itertools.count(1)

    @property
    def dossier(self) -> Dossier:
        plan = Plan("plan", "Plan", "Table", 2023, 2026, date(2026, 3, 31), (), (), (), (), (), ())
        return Dossier(self.chemin, self.organisation, SOURCES, TAXONOMIE, GAZETIER, self.audiences, plan)

    def ajouter(
        self,
        titre: str = "",
        *,
        source: str = "ville",
        resume: str = "",
        texte: str = "",
        langue: str = "fr",
        adresse: str | None = None,
        auteur: str = "",
        themes: tuple[str, ...] = ("habitation",),
        lieux: tuple[str, ...] = ("mun-joliette", "joliette", "lanaudiere"),
        type_: str = "actualite",
        limite: str = "",
        montant: str = "",
        score: float = 6.0,
        avec: int | None = None,
        age: timedelta = timedelta(days=1),
    ) -> int:
        """One item, grouped (with item `avec`, or alone) and judged; returns its id."""
        n = next(self._numeros)
        titre = titre or f"Nouvelle numéro {n}"
        vu = self.now - age
        item = Item(
            cle=f"cle-{n}",
            titre=titre,
            adresse=f"https://{source}.exemple.org/{n}" if adresse is None else adresse,
            adresse_origine="",
            auteur=auteur,
            publie_a=vu,
            publie_texte="",
            doute="",
            langue=langue,
            resume=resume,
            texte=texte,
            empreinte=hashlib.sha256(f"{titre}{resume}".encode()).digest()[:16],
        )
        source_id = self.c.execute("SELECT id FROM sources WHERE slug = ?", (source,)).fetchone()[0]
        items.insert(self.c, source_id, [item], vu)
        item_id = int(self.c.execute("SELECT max(id) FROM items").fetchone()[0])
        liens = [Rapprochement(str(item_id), str(avec), "même titre", 1.0)] if avec else []
        groupes.place(self.c, item_id, liens, vu)
        valeurs = [
            *(("thematique", t) for t in themes),
            *(("territoire", lieu) for lieu in lieux),
            *([("type", type_)] if type_ else []),
            *([("date_limite", limite)] if limite else []),
            *([("montant", montant)] if montant else []),
        ]
        suggestions = tuple(Suggestion(genre, valeur, score=score, seuil=4.0) for genre, valeur in valeurs)  # type: ignore[arg-type]
        jugements.record(self.c, item_id, 1, "essai", Jugement(suggestions), vu)
        return item_id

    def decider(self, item_id: int, genre: str = "retenir", **textes: Any) -> int:
        """Someone decides, now."""
        decisions.record(self.c, Decision(item_id, genre, "Camille Fictive", **textes), self.now)  # type: ignore[arg-type]
        return item_id

    def retenir(self, titre: str = "", **cles: object) -> int:
        """One story, retained; `ecrit` holds what staff wrote."""
        ecrit = cles.pop("ecrit", {})
        return self.decider(self.ajouter(titre, **cles), **ecrit)  # type: ignore[arg-type]

    def passer(self, **duree: float) -> datetime:
        """Time goes by."""
        self.now += timedelta(**duree)
        return self.now

    def fiche_stamp(self) -> str:
        """The present instant as the database writes it."""
        return stamp(self.now)
