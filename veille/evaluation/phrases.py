"""What a figure says in plain French: zero, one, many; when; how many of each. No figure is made here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from veille.francais import MOIS, NBSP, amount, format_day
from veille.periodes import Periode

VOYELLES = "aeiouyéèêh"


def counted(nombre: float, singulier: str, pluriel: str = "") -> str:
    """« 1 rencontre », « 2 rencontres », « 1,5 jour »: below two, French is singular."""
    mot = singulier if abs(nombre) < 2 else (pluriel or singulier + "s")
    return f"{amount(nombre)}{NBSP}{mot}"


def when(periode: Periode) -> str:
    """« en 2025-2026 », « d’avril à juin 2025 », « de 2023 à 2026 »."""
    if periode.genre == "trimestre":
        nom = periode.nom
        return f"d’{nom}" if nom[0] in VOYELLES else f"de {nom}"
    if periode.genre == "plan":
        return f"de {periode.debut.year} à {periode.fin.year}"
    return f"en {periode.nom}"


def since(debut: date, fin: date) -> str:
    """« du 1er avril 2025 au 31 mars 2026 », « le 3 mai 2025 »."""
    if debut == fin:
        return f"le {format_day(debut)}"
    return f"du {format_day(debut)} au {format_day(fin)}"


def month(jour: date) -> str:
    """« mars 2026 »."""
    return f"{MOIS[jour.month - 1]}{NBSP}{jour.year}"


def listed(textes: Iterable[str], mot: str = "et") -> str:
    """« a, b et c »."""
    suite = list(textes)
    return suite[0] if len(suite) == 1 else f"{', '.join(suite[:-1])} {mot} {suite[-1]}" if suite else ""


def sentence(texte: str) -> str:
    """With a capital at its start and a stop at its end."""
    texte = texte.strip()
    return texte[:1].upper() + texte[1:] + ("" if texte.endswith((".", "!", "?", "…", ":")) else ".") if texte else ""
