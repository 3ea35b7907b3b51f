"""The smallest valid project folder, for tests that break or edit its files one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from veille import settings as reglages
from veille.errors import SettingsError

SOURCES = """\
# Le plan de veille d'essai.

# ---- Presse

[[source]]
slug = "journal"  # le plus lu
nom = "Le Journal d'essai"
url = "https://journal.example/"
adresse = "https://journal.example/feed/"
genre = "flux"
etat = "a_verifier"  # à voir en décembre
thematiques = ["habitation"]
territoire = "bourg"
type = "nouvelle"
priorite = 1

# ---- Listes

[[source]]
slug = "mairie"
nom = "La mairie"
url = "https://mairie.example/"
adresse = "https://mairie.example/nouvelles"
genre = "liste"

# Ces repères datent de mars.
[source.selecteurs]
element = "li.nouvelle"  # un article
lien = "a"

# ---- À la main

[[source]]
slug = "telephone"
nom = "Ce qu'on nous dit"
url = ""
adresse = ""
genre = "manuel"
# fin du fichier
"""

THEMES = """\
[seuils]
retenu = 4.0

[[thematiques]]
slug = "habitation"
nom = "Habitation"
definition = "Se loger."
plan = ["1.1.1.1"]
[thematiques.expressions]
fort = ["logement social"]

[[thematiques]]
slug = "mobilite"
nom = "Mobilité"
definition = "Se déplacer."

[[types]]
slug = "nouvelle"
nom = "Nouvelle"
definition = "Un fait."
"""

LIEUX = """\
indices_de_contexte = ["région d'essai"]

[[territoires]]
slug = "region"
nom = "Région"
genre = "region"

[[territoires]]
slug = "bourg"
nom = "Bourg"
genre = "mrc"
parent = "region"
"""

PLAN = """\
slug = "plan-essai"
titre = "Plan d'essai"
organisation = "Organisme d'essai"
debut = 2023
fin = 2026
bilan_le = 2026-03-31
colonnes = ["OBJECTIFS"]

[[orientations]]
id = "1"
nom = "Orientation"

[[objectifs]]
id = "1.1"
orientation = "1"
texte = "Objectif"

[[moyens]]
id = "1.1.1"
objectif = "1.1"
texte = "Moyen"
echeance = { texte = "2023-2026", debut = 2023, fin = 2026 }

[[sous_moyens]]
id = "1.1.1.1"
moyen = "1.1.1"
texte = "Sous-moyen"
cible = { min = 12, max = 15, unite = "rencontres", par = ["année"] }

[[indicateurs]]
id = "IND-1"
moyen = "1.1.1"
texte = "Nombre"
calcul = "manuel"
"""

AUDIENCE = """\
slug = "public"
nom = "Un public"
plan = ["1.1"]
thematiques = ["habitation"]
territoires = ["bourg", "*"]
jour = "mardi"
minimum = 0
"""

FICHIERS = {
    "organisation.toml": 'nom = "Organisme d\'essai"\nadresse_postale = "à remplir"\n[reseau]\nespacement_s = 0\n',
    "sources.toml": SOURCES,
    "thematiques.toml": THEMES,
    "territoires.toml": LIEUX,
    "plan.toml": PLAN,
    "digests/public/audience.toml": AUDIENCE,
}


def write_project(dossier: Path) -> Path:
    for nom, texte in FICHIERS.items():
        (dossier / nom).parent.mkdir(parents=True, exist_ok=True)
        (dossier / nom).write_text(texte, encoding="utf-8")
    return dossier


def change(projet: Path, nom: str, ancien: str, nouveau: str) -> None:
    texte = (projet / nom).read_text(encoding="utf-8")
    assert ancien in texte
    (projet / nom).write_text(texte.replace(ancien, nouveau, 1), encoding="utf-8")


def faults(projet: Path) -> list[str]:
    with pytest.raises(SettingsError) as pris:
        reglages.load(projet)
    return [str(faute) for faute in pris.value.fautes]
