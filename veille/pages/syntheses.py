"""A synthesis in preparation: what the reader chooses, the stories by theme, the same as Markdown and CSV. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from veille.editor.droits import shown_text
from veille.francais import NBSP, format_day, local_day, plural, shorten, typeset
from veille.pages.exports import inert_markdown, markdown_link
from veille.store.fiches import Fiche
from veille.store.revue import References
from veille.store.syntheses import Choix

JOURS = 90
REPRISES_MAX = 200  # What one row of the register of tools may hold.
TITRE_MAX = 200
THEMES_MAX = 60
SANS_THEME = "Sans thème"
A_REDIGER = "(titre à rédiger)"
ENTETES = (
    "Thème", "Titre", "Résumé", "Pourquoi c’est important ici", "Source", "Cote", "Auteur", "Paru le", "Thèmes",
    "Territoires", "Type", "Date limite", "À la une", "Retenue par", "Retenue le", "Adresse", "Nouvelle",
)  # fmt: skip


@dataclass(frozen=True)
class Demande:
    """What the form asked for. `refus`: why a date was not understood, else ""."""

    choix: Choix
    refus: str = ""

    def query(self) -> str:
        """The same choice as the arguments of an address."""
        c = self.choix
        champs = [("du", c.debut.isoformat()), ("au", c.fin.isoformat())]
        champs += [("theme", slug) for slug in c.thematiques]
        champs += [(cle, valeur) for cle, valeur in (("territoire", c.territoire), ("type", c.type)) if valeur]
        return urlencode(champs)


@dataclass(frozen=True)
class Rubrique:
    """The stories of one theme."""

    slug: str
    nom: str
    fiches: tuple[Fiche, ...]


def read_choice(champs: Mapping[str, Sequence[str]], references: References, now: datetime) -> Demande:
    """What the address asks for; unknown themes, places and types are ignored, a wrong date is said."""
    jour = local_day(now)
    debut, refus_debut = _date(_first(champs, "du"), jour - timedelta(days=JOURS))
    fin, refus_fin = _date(_first(champs, "au"), jour)
    refus = refus_debut or refus_fin or ("La période finit avant de commencer." if fin < debut else "")
    territoire, genre = _first(champs, "territoire"), _first(champs, "type")
    voulus = dict.fromkeys(champs.get("theme", ()))
    return Demande(
        Choix(
            debut,
            fin,
            tuple(slug for slug in references.thematiques if slug in voulus)[:THEMES_MAX],
            territoire if territoire in references.lieux else "",
            genre if genre in references.types else "",
        ),
        refus,
    )


def periods(now: datetime) -> list[tuple[str, date, date]]:
    """Periods offered by name: the quarter, the year of the plan (from April 1st), the last twelve months."""
    jour = local_day(now)
    trimestre = date(jour.year, 3 * ((jour.month - 1) // 3) + 1, 1)
    avril = date(jour.year if jour.month >= 4 else jour.year - 1, 4, 1)
    return [
        ("Ce trimestre", trimestre, jour),
        ("Depuis le 1er avril", avril, jour),
        ("Douze derniers mois", jour - timedelta(days=365), jour),
    ]


def by_theme(fiches: Sequence[Fiche], choix: Choix, references: References) -> list[Rubrique]:
    """Each story once, under the first of its themes that was chosen; themes in staff's order, none last."""
    ordre = choix.thematiques or tuple(references.thematiques)
    rubriques: dict[str, list[Fiche]] = {slug: [] for slug in (*ordre, "")}
    for fiche in fiches:
        rubriques[theme_of(fiche, ordre)].append(fiche)
    return [
        Rubrique(slug, references.thematiques.get(slug, SANS_THEME), tuple(liste))
        for slug, liste in rubriques.items()
        if liste
    ]


def theme_of(fiche: Fiche, ordre: Sequence[str]) -> str:
    """Under which of these themes a story goes; "" for none."""
    return next((slug for slug in ordre if slug in fiche.thematiques), "")


def describe(choix: Choix, references: References) -> str:
    """« Du 1er juillet au 23 novembre 2026 ; Habitation et logement ; Joliette »."""
    morceaux = [f"Du {format_day(choix.debut)} au {format_day(choix.fin)}"]
    morceaux += [", ".join(references.thematiques[slug] for slug in choix.thematiques)] if choix.thematiques else []
    morceaux += [references.lieux[choix.territoire].nom] if choix.territoire else []
    morceaux += [references.types[choix.type]] if choix.type else []
    return typeset(f"{NBSP}; ".join(morceaux))


def register_link(demande: Demande, references: References, items: Sequence[int]) -> str:
    """Where the register of tools is filled in with this synthesis: its title, its address, the items it uses; "" without any."""
    if not items:
        return ""
    champs = {
        "type": "synthese",
        "titre": shorten(f"Synthèse{NBSP}: {describe(demande.choix, references)}", TITRE_MAX),
        "jour_le": demande.choix.fin.isoformat(),
        "preuves": f"/syntheses?{demande.query()}",
        "elements": " | ".join(map(str, items[:REPRISES_MAX])),
    }
    return f"/registres/outils/ajouter?{urlencode(champs)}"


def csv_line(fiche: Fiche, choix: Choix, references: References) -> tuple[object, ...]:
    """One story as a row under ENTETES: the team's words, and of a source's own only what its rights allow."""
    membre, texte = fiche.principal, shown_text(fiche)
    theme = theme_of(fiche, choix.thematiques or tuple(references.thematiques))
    return (
        references.thematiques.get(theme, SANS_THEME),
        texte.titre or A_REDIGER,
        texte.resume,
        texte.pourquoi,
        membre.source_nom,
        membre.cote,
        membre.auteur,
        local_day(membre.publie_a).isoformat() if membre.publie_a else "",
        ", ".join(references.name("thematique", slug) for slug in fiche.thematiques),
        ", ".join(references.name("territoire", slug) for slug in fiche.territoires),
        references.name("type", fiche.type) if fiche.type else "",
        fiche.date_limite[:10],
        "oui" if fiche.a_la_une else "",
        fiche.par,
        local_day(fiche.prise_a).isoformat() if fiche.prise_a else "",
        membre.adresse,
        membre.item_id,
    )


def markdown_head(choix: Choix, references: References, nouvelles: int, now: datetime) -> str:
    """The top of the Markdown file."""
    return (
        f"# Nouvelles retenues\n\n{inert_markdown(describe(choix, references))}. "
        f"{plural(nouvelles, 'nouvelle')}. Liste faite le {format_day(local_day(now))}.\n"
    )


def markdown_story(fiche: Fiche) -> str:
    """One story as a bibliography gives it: title, source, date, summary, why it matters here."""
    membre, texte = fiche.principal, shown_text(fiche)
    titre = markdown_link(texte.titre or A_REDIGER, membre.adresse)
    parution = f", {format_day(local_day(membre.publie_a))}" if membre.publie_a else ""
    lignes = [f"- **{titre}**. {inert_markdown(membre.source_nom)} (cote {inert_markdown(membre.cote)}){parution}."]
    if texte.resume:
        lignes.append(f"  {inert_markdown(texte.resume)}")
    if texte.pourquoi:
        lignes.append(f"  *Pourquoi c’est important ici{NBSP}:* {inert_markdown(texte.pourquoi)}")
    return "\n\n".join(lignes) + "\n"


def _first(champs: Mapping[str, Sequence[str]], cle: str) -> str:
    return next(iter(champs.get(cle, ())), "")


def _date(texte: str, defaut: date) -> tuple[date, str]:
    if not texte:
        return defaut, ""
    try:
        return date.fromisoformat(texte[:10]), ""
    except ValueError:
        return defaut, "Une date s’écrit AAAA-MM-JJ, par exemple 2026-04-01."
