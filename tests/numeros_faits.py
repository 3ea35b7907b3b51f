"""What the tests of writing do to an issue, in a word each: compose, act on, approve, publish, read."""

from __future__ import annotations

from pipeline import compose as composer
from pipeline import publish as publieur
from tests.diffusion import Atelier
from veille import editor
from veille.editor import Contenu
from veille.store import brouillons, digests

PAR = "Camille Fictive"


def compose(a: Atelier, public: str = "clds-joliette") -> int:
    return composer.compose(a.c, a.dossier, public, PAR, a.now).digest


def approve(a: Atelier, digest_id: int) -> None:
    composer.approve(a.c, a.dossier, digest_id, "Dominique Fictif", a.now)


def publish(a: Atelier, digest_id: int) -> None:
    approve(a, digest_id)
    publieur.publish(a.c, a.dossier, digest_id, PAR, a.now)


def act(a: Atelier, digest_id: int, genre: str, item_id: int | None = None, **valeur: object) -> int:
    return brouillons.append(a.c, digest_id, genre, item_id, valeur, PAR, a.now)  # type: ignore[arg-type]


def content(a: Atelier, digest_id: int) -> Contenu:
    contenu = editor.from_json(digests.require(a.c, digest_id).contenu)
    assert isinstance(contenu, Contenu)
    return contenu


def titles(a: Atelier, digest_id: int) -> list[str]:
    return [e.titre for e in content(a, digest_id).elements]
