"""What tells a person apart at the door: an identifier, a name, a password. Pure: no database, no clock.

Passwords are kept in the format of datasette-auth-passwords (`pbkdf2_sha256$iterations$salt$base64`), so that a hash made
by `datasette hash-password` works here too.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import unicodedata

from veille.francais import NBSP, fold, plural

ITERATIONS = 600_000  # OWASP's figure for PBKDF2-HMAC-SHA256; an older hash is made again at the next sign-in.
ITERATIONS_IMPORTEES = 100_000  # Below, a hash made elsewhere is too quick to try against a dictionary.
ITERATIONS_MAX = 10_000_000
MOT_DE_PASSE_MIN, MOT_DE_PASSE_MAX = 12, 1000
NOM_MAX = 80

# Who signs acts in `veille.db` without being a person.
NOMS_DE_LA_MACHINE = frozenset({"veille", "fichier", "regroupement", "horaire", "planificateur", "ligne de commande"})

_IDENTIFIANT = re.compile(r"[a-z0-9._@-]{2,80}")
_ALGORITHME = "pbkdf2_sha256"
_BOUTS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
# What people choose when asked for twelve characters, once digits and punctuation at both ends are left aside.
_BANALS = frozenset(
    """
    abcdefghijkl administrateur administration adminadmin administrator azerty azertyuiop azertyuiopqs bienvenue bonjour
    bonjourbonjour changeme changezmoi connexion iloveyou jetaime joliette lanaudiere letmein letmeinplease montreal
    motdepasse motdepassemotdepasse monmotdepasse organisme password passwordpassword mypassword quebec qwerty qwertyuiop
    qwertyuiopas secret secretsecret soleil travail tabarnak veille veilleinformationnelle veilleveille welcome
    """.split()  # noqa: SIM905 - forty words read better as words.
)
_SUITES = ("0123456789" * 3, "9876543210" * 3, "abcdefghijklmnopqrstuvwxyz", "azertyuiopqsdfghjklmwxcvbn")


def canonical(texte: str) -> str:
    """An identifier as it is kept and looked up: case, spaces and look-alike forms of one letter change nothing."""
    lu, avant = texte[:400], ""
    while lu != avant:  # A spacing accent becomes a space and an accent, which joins the letter once the space is gone.
        avant = lu
        lu = unicodedata.normalize("NFKC", "".join(unicodedata.normalize("NFKC", lu).casefold().split()))
    return lu[:200]


def identifier_fault(identifiant: str) -> str:
    """Why this cannot be an identifier, or ""."""
    if not _IDENTIFIANT.fullmatch(identifiant):
        return "L’identifiant compte de 2 à 80 caractères : lettres sans accent, chiffres, point, tiret, souligné ou @."
    return "L’identifiant « root » est réservé." if identifiant == "root" else ""


def name_fault(nom: str) -> str:
    """Why this cannot be the name that signs decisions, or ""."""
    if not nom:
        return "Écrivez le nom : il accompagne chaque décision."
    if len(nom) > NOM_MAX or not nom.isprintable():
        return f"Le nom tient sur une ligne de {NOM_MAX} caractères au plus."
    return f"Le nom « {nom} » est réservé à la machine." if name_key(nom) in NOMS_DE_LA_MACHINE else ""


def name_key(nom: str) -> str:
    """Two names that a reader would confuse have the same key."""
    return " ".join(fold(nom).split())


def password_fault(mot_de_passe: str, identifiant: str, nom: str) -> str:
    """Why this password is refused, or "". Length counts; what it is made of does not."""
    longueur = len(mot_de_passe)
    if longueur < MOT_DE_PASSE_MIN:
        return f"Choisissez au moins {plural(MOT_DE_PASSE_MIN, 'caractère')} ; une phrase de quelques mots convient."
    if longueur > MOT_DE_PASSE_MAX:
        return f"Le mot de passe compte au plus {MOT_DE_PASSE_MAX}{NBSP}caractères."
    simple = fold(mot_de_passe)
    if _core(simple) in {_core(fold(identifiant)), _core(name_key(nom)), _core(fold(identifiant).partition("@")[0])}:
        return "Le mot de passe ne peut pas être votre identifiant ni votre nom."
    if _core(simple).replace(" ", "") in _BANALS or _is_run(simple):
        return "Ce mot de passe est parmi les premiers qu’on essaierait. Une phrase de quelques mots convient mieux."
    return ""


def hash_password(mot_de_passe: str) -> str:
    """The hash to keep. Slow on purpose: never on the event loop."""
    sel = secrets.token_hex(16)
    return _written(mot_de_passe, sel, ITERATIONS)


def verify(mot_de_passe: str, empreinte: str | None) -> bool:
    """Whether this is the password. Costs the same whatever is known: no account, no password yet, an older hash."""
    lue = parse_hash(empreinte or "")
    if lue is None:
        _derive(mot_de_passe, "inconnu", ITERATIONS)
        return False
    iterations, sel = lue
    juste = hmac.compare_digest(_written(mot_de_passe, sel, iterations).encode(), (empreinte or "").encode())
    if iterations < ITERATIONS:
        _derive(mot_de_passe, sel, ITERATIONS - iterations)
    return juste


def is_dated(empreinte: str) -> bool:
    """Whether this hash was made with fewer iterations than today's, and is to be made again."""
    lue = parse_hash(empreinte)
    return lue is not None and lue[0] < ITERATIONS


def parse_hash(empreinte: str) -> tuple[int, str] | None:
    """(iterations, salt) of a hash in our format, or None."""
    parties = empreinte.split("$")
    if len(parties) != 4 or parties[0] != _ALGORITHME or not parties[2]:
        return None
    try:
        octets = base64.b64decode(parties[3], validate=True)
    except binascii.Error:
        return None
    if not (parties[1].isascii() and parties[1].isdecimal() and len(parties[1]) <= 8) or len(octets) != 32:
        return None
    return (int(parties[1]), parties[2]) if 1 <= int(parties[1]) <= ITERATIONS_MAX else None


def _written(mot_de_passe: str, sel: str, iterations: int) -> str:
    cle = base64.b64encode(_derive(mot_de_passe, sel, iterations)).decode("ascii")
    return f"{_ALGORITHME}${iterations}${sel}${cle}"


def _derive(mot_de_passe: str, sel: str, iterations: int) -> bytes:
    """The same letters typed on another system give the same bytes (NFC)."""
    texte = unicodedata.normalize("NFC", mot_de_passe)
    return hashlib.pbkdf2_hmac("sha256", texte.encode("utf-8", "surrogatepass"), sel.encode("utf-8"), iterations)


def _core(simple: str) -> str:
    return _BOUTS.sub("", simple) or simple


def _is_run(simple: str) -> bool:
    """A few characters again and again, or the order of the alphabet or of the keyboard."""
    return len(set(simple)) < 4 or any(simple in suite or simple[:10] in suite for suite in _SUITES)
