"""docs/pages.md says what the sites really answer."""

from __future__ import annotations

import re
from pathlib import Path

from veille.pages.routes import ROUTES

DOC = (Path(__file__).resolve().parents[1] / "docs" / "pages.md").read_text(encoding="utf-8")
SITES = {"équipe": {"equipe"}, "public": {"public"}, "les deux": {"equipe", "public"}}


def test_the_table_of_routes_is_the_routes() -> None:
    ecrites = {
        (site, adresse, "POST" if montre.startswith("(formulaire)") else "GET")
        for sites, adresse, montre in re.findall(r"^\| (équipe|public|les deux) \| `([^`]+)` \| (.+) \|$", DOC, re.M)
        for site in SITES[sites]
    }
    reelles = {(site, _readable(route.motif), route.methode) for site, routes in ROUTES.items() for route in routes}
    reelles.discard(("equipe", "/connexion", "POST"))  # The button of the page above.
    assert ecrites == reelles


def _readable(motif: str) -> str:
    nomme = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", motif)
    return nomme.removesuffix("$").replace("/?", "/").replace("\\", "")
