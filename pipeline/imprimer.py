"""An approved issue as a PDF, beside its page or where someone asks; the audience's list then leads to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline import vitrine
from pipeline.ecriture import write_whole
from pipeline.rendu import is_public, online, templates
from pipeline.vitrine import INTERNE, PDF, PUBLIC, Numero
from veille.errors import RefusError
from veille.model import Dossier
from veille.pdf import write_pdf
from veille.store import digests, publication
from veille.store.connexion import exclusive
from veille.store.lecture import Connexion

VERROU = "publication"


@dataclass(frozen=True)
class BilanPdf:
    """Where the PDF is; `digest` is the issue's id."""

    digest: int
    fichier: str
    octets: int


def print_issue(c: Connexion, dossier: Dossier, digest_id: int, sortie: Path | None = None) -> BilanPdf:
    """Write the PDF of an approved issue, in `sortie` or beside its published page."""
    digest = digests.require(c, digest_id)
    audience = digests.find_audience(publication.with_former(c, dossier.audiences), digest.audience)
    if digest.approuve_a is None:
        raise RefusError(
            f"Le bulletin {digest.designation} n’est pas approuvé : un PDF ne se fait que de ce qui est figé."
        )
    numero = Numero(c, dossier, audience, digest)
    feuille, public = templates(dossier, audience).feuille(), is_public(audience, numero.contenu)
    adresse = online(dossier.organisation, f"{audience.slug}/{numero.nom}/") if public else ""
    corps = write_pdf(numero.rendus["page"].decode(), feuille, adresse)
    if sortie is not None:
        cible = sortie.absolute()
        write_whole(cible.parent, Path(cible.name), corps)
        return BilanPdf(digest.id, str(sortie), len(corps))
    if digest.publie_a is None:
        raise RefusError(
            f"Le bulletin {digest.designation} n’est pas publié : publiez-le, ou dites où écrire (--sortie)."
        )
    chemin = Path(PUBLIC if public else INTERNE) / audience.slug / numero.nom / PDF
    with exclusive(dossier.chemin, VERROU):
        write_whole(dossier.chemin, chemin, corps, prive=not public)
        if public:
            numeros = [Numero(c, dossier, audience, d) for d in digests.published(c, audience.slug)]
            for liste, octets in vitrine.audience_files(dossier, audience, numeros).items():
                write_whole(dossier.chemin, liste, octets)
    return BilanPdf(digest.id, chemin.as_posix(), len(corps))
