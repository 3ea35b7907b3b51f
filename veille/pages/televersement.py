"""A form that carries a file: read whole from bytes already bounded, field by field. The only room that knows multipart.

Nothing of it is written on disk, and the name a browser gives to a file is only ever shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from python_multipart import create_form_parser
from python_multipart.exceptions import FormParserError

CORPS_MAX = 6 * 1024 * 1024


@dataclass
class Televersement:
    """The fields of such a form, and its file: its bytes, and the name it had."""

    champs: dict[str, list[str]] = field(default_factory=dict)
    nom: str = ""
    octets: bytes = b""


def parse(genre: bytes, corps: bytes) -> Televersement:
    """The form in these bytes; ValueError when it is none. `genre`: its content type, with its boundary."""
    lu = Televersement()

    def keep_field(champ: object) -> None:
        nom = (getattr(champ, "field_name", b"") or b"").decode("utf-8")
        valeur = (getattr(champ, "value", b"") or b"").decode("utf-8")
        lu.champs.setdefault(nom, []).append(valeur)

    def keep_file(fichier: object) -> None:
        objet = getattr(fichier, "file_object", None)
        if objet is None or lu.octets:
            return
        objet.seek(0)
        lu.octets = objet.read()
        lu.nom = (getattr(fichier, "file_name", b"") or b"").decode("utf-8", "replace")[:200]

    en_memoire = {"MAX_MEMORY_FILE_SIZE": CORPS_MAX, "MAX_FIELDS": 100}
    try:
        analyse = create_form_parser({"Content-Type": genre}, keep_field, keep_file, config=en_memoire)
        analyse.write(corps)
        analyse.finalize()
    except FormParserError as erreur:
        raise ValueError("formulaire illisible") from erreur
    return lu
