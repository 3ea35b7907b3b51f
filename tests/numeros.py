"""Issues as they come out, full of everything an issue may hold, for the tests of what is rendered. All names are fictional."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pipeline import publish
from tests.diffusion import NOW, ORGANISATION, Atelier, audience
from veille import editor
from veille.editor import Contenu
from veille.editor.formes import Element, Erratum, Evenement, Lien, Limite, Nom, Rubrique
from veille.francais import NBSP, format_day, local_day
from veille.store import digests
from veille.store.connexion import stamp, transaction
from veille.store.digests import Place

SITE = "https://veille.exemple.org"
PUBLIQUE = replace(ORGANISATION, adresse_publique=SITE, telephone="450 555-0199")
PHRASE = "La municipalité annonce (exemple fictif) une mesure qui touchera les ménages à faible revenu de la région. "


def element(item_id: int, **cles: object) -> Element:
    """One story, long enough to weigh what a long story weighs."""
    base: dict[str, object] = {
        "titre": f"Nouvelle fictive no {item_id} : « l’entraide » gagne du terrain à Joliette",
        "source": Nom("ville", "Ville"),
        "auteur": "non indiqué",
        "date": f"Publié le 20{NBSP}novembre{NBSP}2026",
        "publie_le": "2026-11-20",
        "vu_le": "2026-11-21",
        "resume": (PHRASE * 4).strip(),
        "pourquoi": PHRASE.strip(),
        "cote": "B",
        "langue": "fr",
        "type": Nom("actualite", "Actualité"),
        "thematiques": (Nom("habitation", "Habitation et logement"), Nom("mobilite", "Transport et mobilité")),
        "territoires": (Nom("mun-joliette", "Joliette"),),
        "lien": Lien(f"https://ville.exemple.org/{item_id}", f"Lire l’original{NBSP}: Ville"),
    }
    return Element(item_id=item_id, **{**base, **cles})  # type: ignore[arg-type]


def full(item_ids: list[int], **cles: object) -> Contenu:
    """An issue with every heading, every label and every note there is."""
    i = iter(item_ids)
    limite = Limite(
        "2026-12-01",
        f"mardi 1er{NBSP}décembre{NBSP}2026 à 16{NBSP}h",
        f"dans 8{NBSP}jours",
        a="2026-12-01T16:00:00-05:00",
    )
    soir = Evenement("2026-12-03T19:00:00-05:00", f"jeudi 3{NBSP}décembre{NBSP}2026 à 19{NBSP}h")
    salon = Evenement("2026-12-04", "du vendredi 4 au dimanche 6 décembre 2026", "2026-12-06")
    rubriques = (
        Rubrique("agir", "À agir", (element(next(i), limite=limite, montant=f"50{NBSP}000{NBSP}$", type=Nom("financement", "Appel de projets")),)),
        Rubrique("proche", "Près de chez vous", (element(next(i), erratum=f"24{NBSP}novembre{NBSP}2026 : la rencontre a lieu à Joliette."), element(next(i)))),
        Rubrique("habitation", "Habitation et logement", tuple(element(next(i), etiquettes=("en anglais", "PDF"), titre="A report on housing", langue_titre="en", langue="en") for _ in range(2))),
        Rubrique("autres", "Autres nouvelles", (element(next(i), aussi=(Lien("https://hebdo.exemple.org/9", "Hebdo"),)), element(next(i), resume_de_la_source=True))),
        Rubrique("agenda", "Agenda", (element(next(i), evenement=soir, type=Nom("evenement", "Événement")), element(next(i), evenement=salon))),
        Rubrique("ailleurs", "Vu ailleurs", (element(next(i), territoires=(), thematiques=()),)),
    )  # fmt: skip
    jour = local_day(NOW)
    base: dict[str, object] = {
        "audience": Nom("clds-joliette", "CLDS de Joliette"),
        "numero": 3,
        "titre": f"Bulletin de veille{NBSP}: CLDS de Joliette",
        "date_le": jour.isoformat(),
        "date": format_day(jour),
        "objet": "Veille CLDS de Joliette – Nouvelle fictive – 23 nov.",
        "identifiant": "tag:table.exemple.org,2026-11-23:veille/clds-joliette/3",
        "minutes": 5,
        "en_bref": tuple(e.titre for r in rubriques[:3] for e in r.elements[:1]),
        "rubriques": rubriques,
        "publique": True,
        "editorial": "Une semaine chargée (exemple fictif).\n\nBonne lecture.",
        "errata": (Erratum(2, f"9{NBSP}novembre{NBSP}2026", "Le montant était de 40 000 $.", "Un appel de projets"),),
    }
    return Contenu(**{**base, **cles})  # type: ignore[arg-type]


def alert(item_id: int) -> Contenu:
    """One story that could not wait."""
    seule = full([item_id + n for n in range(12)]).rubriques[0]
    return full(
        [item_id + n for n in range(12)], rubriques=(seule,), genre="alerte", en_bref=(), editorial="", errata=(), numero=4,
        titre=f"Alerte{NBSP}: CLDS de Joliette", identifiant="tag:table.exemple.org,2026-11-23:veille/clds-joliette/4",
    )  # fmt: skip


def notice() -> Contenu:
    """No issue this time."""
    return full(
        list(range(1, 13)), rubriques=(), genre="avis", en_bref=(), errata=(), numero=5, titre=f"Bulletin de veille{NBSP}: CLDS de Joliette",
        identifiant="tag:table.exemple.org,2026-11-23:veille/clds-joliette/5", editorial="Trop peu de nouvelles cette fois-ci. Le prochain bulletin paraîtra le 7 décembre.",
    )  # fmt: skip


def workshop(chemin: Path, *slugs: str) -> Atelier:
    """A folder with a public address and these audiences, enough retained stories in its database to name."""
    noms = {"clds-joliette": "CLDS de Joliette", "pli": "PLI", "ca": "Conseil d’administration"}
    publics = tuple(
        audience(s, noms.get(s, s), visibilite="interne" if s == "ca" else "publique")
        for s in slugs or ("clds-joliette",)
    )
    a = Atelier(chemin, publics, PUBLIQUE)
    for n in range(12):
        a.retenir(f"Titre recueilli {n}")
    digests.sync_audiences(a.c, publics)
    return a


def come_out(a: Atelier, contenu: Contenu, slug: str = "clds-joliette", **decalage: float) -> int:
    """This very content approved and published for an audience; returns its id."""
    quand = a.now + timedelta(**decalage)
    public = next(p for p in a.audiences if p.slug == slug)
    contenu = replace(contenu, audience=Nom(slug, public.nom), publique=public.visibilite == "publique")
    texte = editor.to_json(contenu)
    jour = local_day(quand)
    places = [Place(e.item_id, r.titre) for r in contenu.rubriques for e in r.elements]
    digest_id = digests.save_draft(
        a.c, slug, contenu.numero, contenu.titre, jour, texte, places, "Camille Fictive", quand
    )
    a.c.execute(
        "UPDATE digests SET date_le = ?, contenu = ?, approuve_a = ?, approuve_par = 'Camille Fictive' WHERE id = ?",
        (contenu.date_le, texte, stamp(quand), digest_id),
    )
    publish.publish(a.c, a.dossier, digest_id, "Camille Fictive", quand)
    return digest_id


def correct(a: Atelier, digest_id: int, item_id: int | None, texte: str, quand: timedelta, **corrections: str) -> None:
    """Someone tells that something was wrong."""
    version = 1 + a.c.execute("SELECT count(*) FROM digest_errata WHERE digest_id = ?", (digest_id,)).fetchone()[0]
    with transaction(a.c):
        a.c.execute(
            "INSERT INTO digest_errata (digest_id, version, item_id, texte, corrections, par, fait_a) VALUES (?, ?, ?, ?, ?, 'Camille Fictive', ?)",
            (digest_id, version, item_id, texte, json.dumps(corrections), stamp(a.now + quand)),
        )
