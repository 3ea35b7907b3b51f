"""A thin week: too little to say to an audience. The machine only asks; a person chooses what becomes of it. Pure."""

from __future__ import annotations

from typing import Literal

from veille.model import Audience

ChoixMince = Literal["reporter", "elargir", "sauter", "garder"]

PHRASES: dict[ChoixMince, str] = {
    "elargir": "Élargir : ajouter des nouvelles retenues hors des thèmes ou des lieux de ce public",
    "reporter": "Réunir avec le prochain numéro : rien ne part cette fois, les nouvelles attendent",
    "sauter": "Sauter ce numéro : un court avis dit qu’il n’y en a pas cette fois",
    "garder": "Garder ce court numéro tel quel",
}


def is_thin(audience: Audience, elements: int) -> bool:
    """Whether a draft holds so little that someone should choose."""
    return audience.genre == "bulletin" and elements < audience.minimum
