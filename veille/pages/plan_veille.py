"""The sheet of a theme as a form, and what its history keeps of it. Pure."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

from veille.appreciation.plan_veille import REVISION
from veille.model import Dossier, PlanDeVeille
from veille.pages.reglages import Champ, Groupe, Option
from veille.settings.retouche import Valeur

COURT, LONG = 300, 600


def groups(dossier: Dossier) -> tuple[Groupe, ...]:
    """The fields, under their titles."""
    publics = tuple(Option(a.slug, a.nom) for a in dossier.audiences if a.genre != "rappel")
    return (
        Groupe(
            "Ce qu’on veut savoir",
            (
                Champ("question", "Question", "texte", "Ce qu’on veut savoir, et pour quoi faire.", maximum=LONG),
                Champ("besoins", "Besoins servis", "lignes", "Un par ligne."),
                Champ("publics", "Publics", "cases", "À qui le thème sert.", publics),
            ),
        ),
        Groupe(
            "Comment on le suit",
            (
                Champ("rythme_collecte", "Rythme de collecte", maximum=COURT),
                Champ("rythme_diffusion", "Rythme de diffusion", maximum=COURT),
                Champ("revise_par", "Révisé par", aide="Un rôle, jamais le nom d’une personne.", maximum=COURT),
                Champ("signe_par", "Signé par", aide="Un rôle, jamais le nom d’une personne.", maximum=COURT),
                Champ("produits", "Produits", "lignes", "Un par ligne : bulletin, alerte, fiche, synthèse."),
                Champ("conservation", "Conservation", aide="Ce qui est gardé, et combien de temps.", maximum=COURT),
            ),
        ),
        Groupe(
            "Révision de la fiche",
            (
                Champ("revue_le", "Dernière révision", "date"),
                Champ(
                    "a_revoir_le", "Prochaine révision", "date", "Un rappel paraît à l’accueil quand elle est passée."
                ),
            ),
        ),
    )


def reviewed(fiche: PlanDeVeille, jour: date) -> dict[str, Valeur | None]:
    """What « J’ai revu cette fiche » writes: today, and six months from now, unless the next day was already set later."""
    suite = jour + REVISION
    if fiche.a_revoir_le is not None and fiche.a_revoir_le > suite:
        suite = fiche.a_revoir_le
    return {"revue_le": jour, "a_revoir_le": suite}


def history_name(slug: str) -> str:
    """Under which name the changes of a sheet are kept: the other themes of the file are no part of them."""
    return f"thematiques.toml, fiche {slug}"


def as_text(fiche: PlanDeVeille) -> str:
    """The sheet as its history keeps it, a line for each key."""
    return "\n".join(f"{champ.name} = {getattr(fiche, champ.name)!r}" for champ in fields(fiche))
