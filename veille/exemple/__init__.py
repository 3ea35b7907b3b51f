"""The sample week: a fictional region's press, municipalities and networks, written for `veille demo` and for tests.

`load` reads the TOML of `semaine/` (texts, plus what each item is truly about), `render` gives a source's feed or list
page as bytes, `serveur.SampleServer` serves them on loopback. Dates are offsets, so the week is always this week;
`registres` and `passe` are of fixed days, within the plan that the project ships.
No real organisation's words, nobody's name, and no address outside this machine may enter here.
"""

from __future__ import annotations

from veille.exemple.calendrier import resolve_day
from veille.exemple.lecture import load, organisation_toml
from veille.exemple.modele import Decision, ItemFictif, Semaine, SourceFictive, Verite
from veille.exemple.site import Rendu, article_address, render, source_address

__all__ = [
    "Decision",
    "ItemFictif",
    "Rendu",
    "Semaine",
    "SourceFictive",
    "Verite",
    "article_address",
    "load",
    "organisation_toml",
    "render",
    "resolve_day",
    "source_address",
]
