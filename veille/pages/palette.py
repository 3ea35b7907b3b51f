"""What the script needs to offer without asking: themes to tick by number, reasons for rejection. As JSON, in attributes."""

from __future__ import annotations

import json

from veille.francais import typeset
from veille.pages.cartes import Noms


def palette(noms: Noms) -> dict[str, str]:
    """The two lists, each in staff's order."""
    themes = [{"slug": slug, "nom": typeset(nom)} for slug, nom in noms.references.thematiques.items()]
    motifs = [{"code": code, "nom": nom} for code, nom in noms.offerts.items()]
    return {"themes": json.dumps(themes, ensure_ascii=False), "motifs": json.dumps(motifs, ensure_ascii=False)}
