"""What is met while collecting: `Reponse` (bytes) → `Lecture`, `Entree` (parsed) → `Item` (known)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True)
class Reponse:
    """What one address answered. `corps` is decoded from gzip or brotli, never from its charset.

    `inchangee` is a 304. `adresse_permanente` is where a chain of only permanent redirects (301, 308) ended, else "".
    """

    adresse_finale: str
    statut: int
    corps: bytes = b""
    type_mime: str = ""
    charset: str = ""
    etag: str = ""
    modifie: str = ""
    inchangee: bool = False
    adresse_permanente: str = ""


DouteDate = Literal["", "absente", "illisible", "future", "ancienne", "sans_annee"]


@dataclass(frozen=True)
class Entree:
    """One entry as a source gives it: plain texts (no markup), absolute address or "".

    `publie_a` is aware UTC; `publie_texte` is the date as written; `doute` says why `publie_a` must not be trusted.
    """

    titre: str
    adresse: str = ""
    guid: str = ""
    auteur: str = ""
    publie_a: datetime | None = None
    publie_texte: str = ""
    doute: DouteDate = ""
    langue: str = ""
    resume: str = ""
    texte: str = ""


@dataclass(frozen=True)
class Lecture:
    """What a body held. `partiel`: the file was damaged and what could be read was kept; or a page says next to nothing."""

    entrees: tuple[Entree, ...]
    titre: str = ""
    langue: str = ""
    format: str = ""
    partiel: bool = False
    propositions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """An item ready to be written or read back: one entry of one source, cleaned, with its own key.

    `cle` is stable within the source; `adresse` is canonical (`adresse_origine` as given); `empreinte` (16 bytes)
    changes when staff would want to read it again; `resume` and `texte` hold no markup and no e-mail address.
    `autres_cles`: keys the same entry could have had (`ingest.decide` recognises it by them); never stored. `passages`:
    hashes of the runs of words of a press entry, its whole text included, of which an excerpt only is kept.
    """

    cle: str
    titre: str
    adresse: str
    adresse_origine: str
    auteur: str
    publie_a: datetime | None
    publie_texte: str
    doute: DouteDate
    langue: str
    resume: str
    texte: str
    empreinte: bytes
    autres_cles: tuple[str, ...] = ()
    passages: bytes = b""
