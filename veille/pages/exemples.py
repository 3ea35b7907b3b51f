"""Fictional stories for the style page: one for each state a card can be in. No row of the database is read. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from veille.classifier.valeur import Valeur
from veille.francais import local_day
from veille.model import Raison, Suggestion
from veille.pages.pertinence import estimate, say_value
from veille.pages.presentation import facts, tags
from veille.pages.reglages import Champ, Groupe, Option
from veille.plan import ETATS
from veille.rapports import Bloc, Graphique, Tableau, Titre, cell, line, text
from veille.store.attente import Etat
from veille.store.fiches import Fiche, Membre, Redaction
from veille.store.modifications import Modification
from veille.store.publication.consultation import NouvellePubliee
from veille.store.revue import Lieu, References
from veille.store.tirages import Marque

REFERENCES = References(
    thematiques={"habitation": "Habitation et logement", "mobilite": "Transport et mobilité"},
    types={"financement": "Appel de projets ou financement"},
    lieux={"joliette": Lieu("joliette", "Joliette", "mrc", "")},
)
RAPPORT: tuple[Bloc, ...] = (
    Titre(3, "Un rapport (exemple fictif)"),
    line("Un paragraphe, ", text("en gras", gras=True), ", ", text("en italique", italique=True), " et un ", text("lien", lien="/style"), "."),
    *(line(f"Une ligne {ton}", puce=1, ton=ton) for ton in ("normal", "doux", "manque", "bien", "alerte")),
    Tableau(
        "Rencontres par MRC (exemple fictif)",
        ("MRC", "Rencontres", "Ce qui manque"),
        ((cell("Joliette", entete=True), cell("14", nombre=14), cell(line("Rien.", ton="bien"))),),
    ),
    Tableau(
        "Les six colonnes d’un plan (exemple fictif)",
        ("Objectifs", "Moyens", "Échéances", "Résultats", "Responsable", "Bilan"),
        ((cell("1.1", entete=True), cell("1.1.1"), cell("2026"), cell("Un résultat"), cell("Équipe"), cell("12 rencontres.")),),
    ),
    Graphique(
        "Rencontres par MRC et par année (exemple fictif)",
        "Joliette en a tenu 14, Montcalm 11.",
        ("Joliette", "Montcalm"),
        tuple((f"202{n}-202{n + 1}", (14.0 + n, 11.0)) for n in range(3, 7)),
        repere=12,
    ),
)  # fmt: skip
_INDICATEUR = {"id": "IND-exemple", "texte": "Nombre de rencontres (exemple fictif)", "origine": "plan"}
_MESURE = {"valeur": "12 rencontres", "quand": "2025-2026", "valeurs": (4.0, None, 12.0), "annees": ()}
# What the pieces of the plan show: a moyen with its indicators and digests, what is late, near or beginning.
PLAN: dict[str, Any] = {
    "comptes": dict.fromkeys(ETATS, 1),
    "vu": {
        "chiffres": [{"indicateur": _INDICATEUR, **_MESURE}],
        "propositions": [{"indicateur": _INDICATEUR | {"origine": "proposition"}, **dict.fromkeys(_MESURE, "")}],
        "bulletins": [1, 2],
        "elements": 14,
    },
    "rappels": [
        {
            "moyen": {"id": code, "texte": f"{texte} (exemple fictif)"},
            "genre": genre,
            "le": date(2026, 3, 31),
            "jours": jours,
            "ecart": f"{abs(jours)} jours",
        }
        for code, texte, genre, jours in (
            ("1.1.1", "Programmer des activités", "fin", -12),
            ("1.1.4", "Produire des outils", "phase", 30),
            ("1.4.2", "Réfléchir au membrariat", "debut", 0),
        )
    ],
}
MOTIFS = {"hors_theme": "Hors thème", "hors_territoire": "Hors territoire", "deja_connu": "Déjà connu"}
SUIVIS = {
    "en-attente": ("✓ Retenue, en attente d’envoi", ("Annuler",)),
    "refusee": ("✓ Retenue : ce n’est pas enregistré. Le site n’a pas répondu.", ("Réessayer", "Abandonner")),
    "en-conflit": (
        "Sam Exemple a déjà écarté cette nouvelle (hors thème), il y a 2 minutes. Rien n’a été changé.",
        ("Retenir quand même", "Laisser ainsi"),
    ),
}


@dataclass(frozen=True)
class Carte:
    """One card of the page: what its state is called, the context of `_carte.html`, and the class by which the
    script says what became of an act, if any."""

    nom: str
    contexte: dict[str, Any]
    suivi: str = ""


def cards(now: datetime) -> list[Carte]:
    """Every state of a card, in the order of a story's life; each has a number of its own, for its ids."""
    base, jour = _story(now), local_day(now)
    decidee = replace(base, par="Sam Exemple", prise_a=now - timedelta(minutes=2))
    presse = replace(base.principal, droits="presse", langue="en", titre="Rents keep rising (fictional example)")
    plus_tard = replace(decidee, verdict="plus_tard", reprise_le=jour)
    etats: list[tuple[str, Etat, Fiche, str]] = [
        ("À trancher", "a_trancher", base, ""),
        ("Incertaine, tirée pour vérification", "a_trancher", _uncertain(base), ""),
        ("De la presse, en anglais, sans thème", "a_trancher", replace(base, membres=(presse,), suggestions=()), ""),
        ("Étiquetée et rédigée par l’équipe", "a_trancher", _written(base), ""),
        ("Revenue après « Plus tard »", "a_trancher", plus_tard, ""),
        ("Corrigée par la source", "a_trancher", replace(decidee, verdict="retenir", corrige=True), ""),
        ("Retenue", "retenu", replace(decidee, verdict="retenir"), ""),
        ("À la une", "retenu", replace(_written(decidee), verdict="retenir", a_la_une=True), ""),
        ("Écartée", "ecarte", replace(decidee, verdict="ecarter", raison="hors_theme"), ""),
        ("Remise à plus tard", "plus_tard", replace(plus_tard, reprise_le=jour + timedelta(days=7)), ""),
        ("En attente d’envoi", "a_trancher", base, "en-attente"),
        ("Envoi refusé", "a_trancher", base, "refusee"),
        ("Tranchée entre-temps par quelqu’un d’autre", "a_trancher", base, "en-conflit"),
    ]
    return [
        Carte(nom, _context(replace(fiche, groupe_id=rang), etat, now), suivi)
        for rang, (nom, etat, fiche, suivi) in enumerate(etats, 1)
    ]


def tagged(now: datetime) -> dict[str, Any]:
    """Tags and facts alone: certain, uncertain, chosen by the team, with and without reasons."""
    base = _story(now)
    return {
        "certaines": tags(base, REFERENCES),
        "incertaines": tags(_uncertain(base), REFERENCES),
        "equipe": tags(_written(base), REFERENCES),
        "faits": facts(base, now),
    }


def _context(fiche: Fiche, etat: Etat, now: datetime) -> dict[str, Any]:
    """What `_carte.html` receives, as `cartes` gives it."""
    valeur = Valeur(fiche.pertinence, 1.0, 1.2, 1.6, local_day(now) - timedelta(days=2))
    return {
        "fiche": fiche,
        "titre": fiche.redaction.titre or fiche.principal.titre,
        "etat": etat,
        "etiquettes": tags(fiche, REFERENCES),
        "faits": facts(fiche, now),
        "estime": estimate(fiche, REFERENCES),
        "valeur": say_value(valeur, fiche, now),
        "motifs": MOTIFS,
        "offerts": MOTIFS,
        "marque": fiche.par,
        "peut_revoir": True,
    }


def _story(now: datetime) -> Fiche:
    limite = (local_day(now) + timedelta(days=5)).isoformat()
    return Fiche(
        groupe_id=0,
        membres=(
            _member(now, 1, "Table de quartier des Érables (exemple fictif)", "B"),
            _member(now, 2, "L’Hebdo du Clocher (exemple fictif)", "C", raison="titres presque identiques"),
        ),
        suggestions=(
            _theme("habitation", 1.4, 0.8),
            Suggestion("territoire", "joliette", raisons=(Raison("nom", "« Joliette »", 2.0, "titre"),)),
            Suggestion("type", "financement", raisons=(Raison("fort", "« appel de projets »", 2.0, "titre"),)),
            Suggestion("date_limite", limite, raisons=(Raison("phrase", "« avant vendredi »", zone="corps"),)),
            Suggestion("montant", "250000", raisons=(Raison("phrase", "« 250 000 $ »", zone="corps"),)),
        ),
        pertinence=0.72,
        pertinence_raisons=(Raison("depart", "point de départ", -1.0), Raison("thematique", "habitation", 1.9)),
    )


def _member(now: datetime, item_id: int, source: str, cote: str, raison: str = "") -> Membre:
    return Membre(
        item_id=item_id,
        titre="Un fonds pour protéger les maisons de chambres (exemple fictif)",
        adresse="https://exemple.invalid/fonds",
        auteur="",
        resume="Le programme, porté par plusieurs organismes du milieu, sera présenté à la population au cours des "
        "prochaines semaines. Les personnes intéressées peuvent déjà consulter le dossier.",
        langue="fr",
        publie_a=now - timedelta(days=2),
        date_douteuse="",
        vu_a=now - timedelta(days=1),
        version=1,
        source=f"exemple-{item_id}",
        source_nom=source,
        droits="ouvert",
        cote=cote,
        raison=raison,
    )


def _theme(slug: str, score: float, probabilite: float, *, incertain: bool = False) -> Suggestion:
    raisons = (
        Raison("fort", "maisons de chambres", score + 4.0, "titre"),
        Raison("indice", "milieu", 1.0, "resume"),
        Raison("depart", "point de départ du thème", -5.0),
    )
    return Suggestion("thematique", slug, "incertain" if incertain else "retenu", score, 0.0, probabilite, raisons)


def _uncertain(fiche: Fiche) -> Fiche:
    autres = tuple(s for s in fiche.suggestions if s.genre not in ("thematique", "date_limite"))
    doute = _theme("mobilite", -0.3, 0.43, incertain=True)
    return replace(fiche, suggestions=(doute, *autres), tirage=Marque("hasard", "pour vérifier le classement"))


def _written(fiche: Fiche) -> Fiche:
    redaction = Redaction(
        thematiques=("habitation", "mobilite"),
        territoires=("joliette",),
        date_limite=date(2026, 12, 4).isoformat(),
        titre="250 000 $ pour les maisons de chambres (exemple fictif)",
        resume="Un fonds aide les organismes à acheter des maisons de chambres avant qu’elles ne soient vendues.",
        pourquoi="Trois organismes de Joliette y ont droit.",
        note="À dire à la table de l’habitation.",
    )
    return replace(fiche, redaction=redaction)


# Fields of a staff file, one of each kind, and who changed them.
REGLAGES = (
    Groupe(
        "Réglages (exemple fictif)",
        (
            Champ("nom", "Nom", aide="Une aide d’une phrase."),
            Champ("ton", "Ton", "texte"),
            Champ("port", "Port", "nombre"),
            Champ("jour", "Jour", "choix", options=(Option("lundi", "Lundi"), Option("mardi", "Mardi"))),
            Champ("le", "Date", "date"),
            Champ("lieux", "Lieux", "cases", options=(Option("ici", "Ici", "MRC"), Option("la", "Là", "MRC"))),
        ),
        "Une phrase d’introduction.",
    ),
)
SAISIES = {"nom": "Exemple fictif", "ton": "sobre", "port": "x", "jour": "mardi", "le": "", "lieux": ("ici",)}


def changes(now: datetime) -> list[Modification]:
    """Two changes of a staff file, one of them made by hand."""
    return [
        Modification(2, "exemple.toml", ("Jour : « lundi » → « mardi » (exemple fictif).",), "Camille Exemple", now),
        Modification(1, "exemple.toml", ("Fichier modifié à la main.",), "fichier", now),
    ]


PUBLIEE = NouvellePubliee(
    id=1,
    titre="Un terrain municipal pour 52 logements (exemple fictif)",
    langue_titre="",
    resume="La coopérative obtient le stationnement qu’elle convoitait.",
    de_la_source=False,
    pourquoi="Le plus gros projet sans but lucratif depuis des années.",
    source="Ville (exemple fictif)",
    cote="B",
    auteur="non indiqué",
    adresse="",
    publie_le="2026-11-27",
    vu_le="2026-11-27",
    type="Communiqué",
    date_limite="2026-12-15",
    page="exemple/2026-11-28/",
    bulletin="Bulletin de veille : exemple fictif",
    themes=(("habitation", "Habitation et logement"),),
    lieux=(("joliette", "Joliette"),),
)
