"""Writing a staff file: read as bytes, changed, judged, then replaced in one step that no reader sees half done.

Any change goes through here, whichever the file: all or nothing, never over what someone saved in the meantime.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from veille.errors import Faute, RefusError, SettingsError
from veille.settings import controles, lecture, validation
from veille.textes import os_reason

_ESSAIS = 5
_BOM = b"\xef\xbb\xbf"


def edit(chemin: Path, nom: str, modele: type, change: Callable[[str], str]) -> None:
    """Read, change, check, and replace at once; start again when someone saved the file in the meantime.

    `nom` is how messages call the file, `modele` what it must hold. `chemin` is the file or the project folder, with the
    other files of which it must agree.
    """
    racine = chemin if chemin.is_dir() else chemin.parent
    chemin = (chemin / nom if chemin.is_dir() else chemin).resolve()
    for _ in range(_ESSAIS):
        avant = _read(chemin)
        signature = _BOM if avant.startswith(_BOM) else b""
        apres = signature + change(avant.decode("utf-8-sig")).encode()
        if apres == avant:
            return
        if fautes := judge(nom, modele, apres, racine):
            raise SettingsError(fautes)
        if _read(chemin) == avant:
            put(chemin, apres)
            return
    raise RefusError(f"{chemin.name} change sans cesse : fermez l’éditeur qui l’enregistre, puis recommencez.")


def read_text(chemin: Path, nom: str) -> str:
    """The text of a staff file of a folder, its mark of Windows apart, as `edit` hands it to who changes it."""
    return _read(chemin / nom).decode("utf-8-sig")


def judge(nom: str, modele: type, octets: bytes, dossier: Path | None = None) -> list[Faute]:
    """What is wrong with a file by itself or, in a folder, with the others; their own faults are not its affair."""
    contenu = lecture.parse_toml(octets, nom)
    if isinstance(contenu, Faute):
        return [contenu]
    autres = lecture.read_folder(dossier)[0] if dossier else {}
    resultat = validation.build(modele, contenu, nom)
    fautes = resultat if isinstance(resultat, list) else []
    return fautes + [f for f in controles.check({**autres, nom: contenu}) if f.fichier == nom]


def write_new(chemin: Path, octets: bytes) -> None:
    """Write a file that is not there yet, in a folder that may not be there either; never over another one."""
    try:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        with chemin.open("xb") as fichier:
            fichier.write(octets)
            fichier.flush()
            os.fsync(fichier.fileno())
    except OSError as erreur:
        raise RefusError(f"Impossible d’écrire {chemin} : {os_reason(erreur)}.") from erreur


def _read(chemin: Path) -> bytes:
    """The bytes of a file that can be edited: present, UTF-8, well-formed TOML."""
    octets = lecture.read_bytes(chemin, chemin.name)
    contenu = octets if isinstance(octets, Faute) else lecture.parse_toml(octets, chemin.name)
    if isinstance(octets, Faute) or isinstance(contenu, Faute):
        raise SettingsError([f for f in (contenu,) if isinstance(f, Faute)])
    return octets


def put(chemin: Path, octets: bytes) -> None:
    """Write beside, flush to the disk, then take the file's place in one step: no reader ever sees half a file."""
    try:
        chemin.parent.mkdir(parents=True, exist_ok=True)
        numero, nom = tempfile.mkstemp(dir=chemin.parent, prefix=f".{chemin.name}.")
        temporaire = Path(nom)
        try:
            with os.fdopen(numero, "wb") as fichier:
                fichier.write(octets)
                fichier.flush()
                os.fsync(fichier.fileno())
            if chemin.exists():
                shutil.copymode(chemin, temporaire)
            else:
                temporaire.chmod(0o644)
            temporaire.replace(chemin)
        finally:
            temporaire.unlink(missing_ok=True)
    except OSError as erreur:
        raise RefusError(f"Impossible d’écrire {chemin} : {os_reason(erreur)}.") from erreur
