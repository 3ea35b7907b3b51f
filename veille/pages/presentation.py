"""How facts are said on a page: names, dates, tags and their reasons. Pure; `now` is always an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from veille.classifier.relevance import sigmoid
from veille.francais import NBSP, format_day, format_instant, format_number, local_day, plural, typeset
from veille.model import GenreSuggestion, Suggestion
from veille.pages.raisons import Explication, explain, explain_fact, percent
from veille.store.fiches import Fiche, Membre
from veille.store.revue import References
from veille.textes import days_left

LANGUES = {"en": "anglais", "es": "espagnol", "pt": "portugais", "iu": "inuktitut", "atj": "atikamekw"}

DOUTES = {
    "absente": "date non indiquée",
    "illisible": "date non indiquée",
    "sans_annee": "date non indiquée",
    "future": "date annoncée dans le futur",
    "ancienne": "date peu vraisemblable",
}

GENRES_DEMANDE = {
    "collecter": "Relire une source",
    "composer": "Composer un brouillon",
    "approuver": "Approuver un bulletin",
    "publier": "Publier un bulletin",
    "envoyer": "Envoyer un bulletin",
    "essayer": "Envoyer un essai",
    "suspendre": "Suspendre un envoi",
    "reprendre": "Reprendre un envoi",
    "arreter": "Arrêter un envoi",
    "renvoyer": "Renvoyer un courriel incertain",
    "choisir_modele": "Changer ce qui classe",
    "apercu_themes": "Montrer l’effet d’un changement des thèmes",
    "accepter_themes": "Accepter un changement des thèmes",
    "abandonner_themes": "Abandonner un changement des thèmes",
    "verrouiller": "Verrouiller une période du plan",
}

RYTHMES = {
    "horaire": "chaque heure",
    "quotidien": "chaque jour",
    "hebdomadaire": "chaque semaine",
    "bimensuel": "aux deux semaines",
    "mensuel": "chaque mois",
}


@dataclass(frozen=True)
class Etiquette:
    """One tag as shown: its name, whether the team chose it, and why the classifier proposed it.

    `chance`: the probability of a proposed theme, « 82 % »; `seuil`: the one from which it is retained.
    """

    genre: GenreSuggestion
    slug: str
    nom: str
    incertaine: bool = False
    par_equipe: bool = False
    chance: str = ""
    seuil: str = ""
    pourquoi: Explication | None = None


@dataclass(frozen=True)
class Fait:
    """One fact read in the text, as shown: its value and the sentence that says it. `genre`: the suggestion's."""

    genre: GenreSuggestion
    nom: str
    texte: str
    urgent: bool = False
    preuves: tuple[str, ...] = ()


def tags(fiche: Fiche, references: References) -> list[Etiquette]:
    """Themes, then places, then type: those that stand, then the uncertain ones when nothing else stands."""
    choix = fiche.redaction
    etiquettes = _tags(fiche, references, "thematique", fiche.thematiques, choix.thematiques is not None)
    lieux = _most_precise(fiche.territoires, references)
    etiquettes += _tags(fiche, references, "territoire", lieux, choix.territoires is not None)
    etiquettes += _tags(fiche, references, "type", (fiche.type,) if fiche.type else (), choix.type is not None)
    connues = {(e.genre, e.slug) for e in etiquettes}
    return etiquettes + [
        _tag(s.genre, s.valeur, references, s, incertaine=True)
        for s in fiche.suggestions
        if s.etat == "incertain" and (s.genre, s.valeur) not in connues and _still_open(fiche, s.genre)
    ]


def facts(fiche: Fiche, now: datetime) -> list[Fait]:
    """Deadline, event, amount: what stands, each with its sentence."""
    limite, evenement, montant = fiche.date_limite, fiche.date_evenement, fiche.montant
    dits: list[tuple[GenreSuggestion, str, str, str, bool]] = [
        ("date_limite", "Date limite", limite, deadline(limite, now) if limite else "", is_urgent(limite, now)),
        ("date_evenement", "Événement", evenement, event(evenement, now) if evenement else "", False),
        ("montant", "Montant", montant, amount(montant), False),
    ]
    return [
        Fait(genre, nom, texte, urgent, _proofs(fiche, genre, valeur))
        for genre, nom, valeur, texte, urgent in dits
        if valeur
    ]


def _proofs(fiche: Fiche, genre: GenreSuggestion, valeur: str) -> tuple[str, ...]:
    """The sentences it was read in; none when staff chose it."""
    for s in fiche.suggestions:
        if (s.genre, s.valeur, s.etat) == (genre, valeur, "retenu"):
            return tuple(explain_fact(raison) for raison in s.raisons)
    return ()


def published(membre: Membre) -> str:
    """« publié le 4 mars 2026 », or what is wrong with the date."""
    if membre.publie_a is not None and not membre.date_douteuse:
        return f"publié le {format_day(local_day(membre.publie_a))}"
    doute = DOUTES.get(membre.date_douteuse, "date non indiquée")
    if membre.publie_a is not None and membre.date_douteuse in ("future", "ancienne"):
        return f"{doute}{NBSP}: {format_day(local_day(membre.publie_a))}"
    return f"{doute} (vu le {format_day(local_day(membre.vu_a))})"


def language(langue: str) -> str:
    """« en anglais », or "" for French and when nobody knows."""
    code = langue.lower().partition("-")[0]
    if code in ("", "fr"):
        return ""
    return f"en {LANGUES[code]}" if code in LANGUES else f"langue{NBSP}: {code}"


def deadline(iso: str, now: datetime) -> str:
    """« 4 décembre 2026 (dans 11 jours) »; the hour too when it is known."""
    jour, heure = _deadline_parts(iso)
    ecart = (jour - local_day(now)).days
    return f"{heure or format_day(jour)} ({days_left(ecart)})"


def event(iso: str, now: datetime) -> str:
    """A day as a deadline says it; a stretch of days: « du 3 décembre au 5 décembre 2026 (dans 6 jours) », « (en cours) »."""
    premier, _, dernier = iso.partition("/")
    if not dernier:
        return deadline(iso, now)
    debut, fin = date.fromisoformat(premier), date.fromisoformat(dernier)
    ecart = (debut - local_day(now)).days
    quand = days_left(ecart) if ecart > 0 or fin < local_day(now) else "en cours"
    return f"du {format_day(debut)} au {format_day(fin)} ({quand})"


def is_urgent(iso: str, now: datetime) -> bool:
    """A deadline within a working week, today included; "" is none."""
    if not iso:
        return False
    jour, _ = _deadline_parts(iso)
    return 0 <= (jour - local_day(now)).days <= 5


def amount(montant: str) -> str:
    """« 25 000 $ »."""
    return f"{format_number(int(montant))}{NBSP}$" if montant.isdecimal() and len(montant) < 16 else montant


def elapsed(instant: datetime, now: datetime) -> str:
    """« il y a 3 heures », « dans 2 jours »."""
    secondes = (now - instant).total_seconds()
    duree = _duration(abs(secondes))
    return f"dans {duree}" if secondes < 0 else f"il y a {duree}"


def _tags(
    fiche: Fiche, references: References, genre: GenreSuggestion, slugs: tuple[str, ...], par_equipe: bool
) -> list[Etiquette]:
    suggestions = {s.valeur: s for s in fiche.suggestions if s.genre == genre}
    return [_tag(genre, slug, references, suggestions.get(slug), par_equipe=par_equipe) for slug in slugs]


def _tag(
    genre: GenreSuggestion,
    slug: str,
    references: References,
    suggestion: Suggestion | None,
    *,
    incertaine: bool = False,
    par_equipe: bool = False,
) -> Etiquette:
    compte = suggestion is not None and genre == "thematique"
    return Etiquette(
        genre=genre,
        slug=slug,
        nom=typeset(references.name(genre, slug)),
        incertaine=incertaine,
        par_equipe=par_equipe,
        chance=percent(suggestion.probabilite) if suggestion is not None and compte else "",
        seuil=percent(sigmoid(suggestion.seuil)) if suggestion is not None and compte else "",
        pourquoi=explain(suggestion) if suggestion is not None and suggestion.raisons else None,
    )


def _still_open(fiche: Fiche, genre: GenreSuggestion) -> bool:
    """An uncertain theme or place is worth showing only while nobody, person or program, has a better answer."""
    if genre == "thematique":
        return fiche.incertain
    return genre == "territoire" and fiche.redaction.territoires is None and not fiche.territoires


def _most_precise(slugs: tuple[str, ...], references: References) -> tuple[str, ...]:
    """Without the places that only contain another one of the list (a municipality says its MRC and region)."""
    contenants = {references.lieux[slug].parent for slug in slugs if slug in references.lieux}
    for parent in list(contenants):
        while parent in references.lieux and (parent := references.lieux[parent].parent):
            contenants.add(parent)
    return tuple(slug for slug in slugs if slug not in contenants)


def _deadline_parts(iso: str) -> tuple[date, str]:
    if len(iso) <= 10:
        return date.fromisoformat(iso), ""
    instant = datetime.fromisoformat(iso)
    return local_day(instant), format_instant(instant)


def _duration(secondes: float) -> str:
    if secondes < 90:
        return "un instant"
    if secondes < 3300:
        return plural(round(secondes / 60), "minute")
    if secondes < 129_600:
        return plural(round(secondes / 3600), "heure")
    return plural(round(secondes / 86_400), "jour")
