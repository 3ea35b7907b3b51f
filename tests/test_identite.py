"""Identifiers, names and passwords: what is accepted, what is kept, and what each check costs."""

from __future__ import annotations

import base64
import hashlib
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille import identite
from veille.identite import (
    canonical,
    hash_password,
    identifier_fault,
    is_dated,
    name_fault,
    name_key,
    parse_hash,
    password_fault,
    verify,
)

PHRASE = "trois petits canots bleus"


def made_elsewhere(mot_de_passe: str, iterations: int, sel: str = "0123456789abcdef") -> str:
    """A hash as `datasette hash-password` writes it (datasette-auth-passwords)."""
    cle = hashlib.pbkdf2_hmac("sha256", mot_de_passe.encode("utf-8"), sel.encode("utf-8"), iterations)
    return f"pbkdf2_sha256${iterations}${sel}${base64.b64encode(cle).decode('ascii').strip()}"


def test_the_shipped_number_of_iterations_is_the_recommended_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()  # conftest lowers it for every other test.
    assert identite.ITERATIONS == 600_000


def test_a_password_verifies_and_another_does_not() -> None:
    empreinte = hash_password(PHRASE)
    assert empreinte.startswith("pbkdf2_sha256$10$")
    assert verify(PHRASE, empreinte)
    for autre in ("", PHRASE + " ", PHRASE.upper(), "trois petits canots bleu"):
        assert not verify(autre, empreinte)
    assert hash_password(PHRASE) != empreinte  # Another salt each time.


def test_a_hash_made_by_datasette_auth_passwords_works_and_an_older_one_is_to_be_made_again() -> None:
    assert verify(PHRASE, made_elsewhere(PHRASE, 10))
    assert not is_dated(made_elsewhere(PHRASE, 10))
    assert verify(PHRASE, made_elsewhere(PHRASE, 4))
    assert is_dated(made_elsewhere(PHRASE, 4))
    assert verify(PHRASE, made_elsewhere(PHRASE, 30))  # Made with more than today's: kept.


def test_accents_typed_on_another_system_are_the_same_password() -> None:
    phrase = "l’été où l’île gèle"
    assert verify(unicodedata.normalize("NFD", phrase), hash_password(unicodedata.normalize("NFC", phrase)))


@pytest.mark.parametrize(
    "empreinte",
    [
        "",
        "x",
        "pbkdf2_sha256$10$sel$",
        "pbkdf2_sha256$10$$" + "A" * 43 + "=",
        "pbkdf2_sha1$10$sel$" + "A" * 43 + "=",
        "pbkdf2_sha256$-1$sel$" + "A" * 43 + "=",
        "pbkdf2_sha256$0$sel$" + "A" * 43 + "=",
        "pbkdf2_sha256$99999999$sel$" + "A" * 43 + "=",
        "pbkdf2_sha256$١٠$sel$" + "A" * 43 + "=",
        "pbkdf2_sha256$10$sel$pas du base64 !",
        "pbkdf2_sha256$10$a$b$" + "A" * 43 + "=",
    ],
)
def test_what_is_not_a_hash_lets_nobody_in(empreinte: str) -> None:
    assert parse_hash(empreinte) is None
    assert not verify(PHRASE, empreinte)
    assert not verify("", empreinte)


def test_every_refusal_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """No account, no password yet, a wrong password, an older hash: as many iterations in all."""
    faites: list[int] = []
    vraie = hashlib.pbkdf2_hmac

    def counted(nom: str, mot: bytes, sel: bytes, iterations: int) -> bytes:
        faites.append(iterations)
        return vraie(nom, mot, sel, iterations)

    monkeypatch.setattr("veille.identite.hashlib.pbkdf2_hmac", counted)
    couts = []
    for empreinte in (None, "", made_elsewhere("autre chose", 10), made_elsewhere("autre chose", 3)):
        faites.clear()
        assert not verify(PHRASE, empreinte)
        couts.append(sum(faites))
    assert couts == [10, 10, 10, 10]


@pytest.mark.parametrize(
    "mot_de_passe",
    [
        PHRASE,
        "correct cheval pile agrafe",
        "aaaaaaaaaaab" + "cd",
        " espaces aux bouts ",
        "ÉÉÉÀÀÀÙÙÙÇÇÇ",
        "🦉🦉🦉 hiboux et choux",
        "mot de " * 140,
    ],
)
def test_length_is_enough_whatever_the_password_is_made_of(mot_de_passe: str) -> None:
    assert password_fault(mot_de_passe, "camille.exemple", "Camille Exemple") == "", mot_de_passe


@pytest.mark.parametrize(
    ("mot_de_passe", "phrase"),
    [
        ("", "12"),
        ("onze caract", "12"),
        ("x y z " * 200, "1000"),
        ("camille.exemple", "identifiant"),
        ("CAMILLE.EXEMPLE2026!", "identifiant"),
        ("Camille Exemple", "nom"),
        ("motdepasse1234", "premiers"),
        ("Mot de passe 2026!", "premiers"),
        ("Password1234", "premiers"),
        ("123456789012", "premiers"),
        ("azertyuiopqsdf", "premiers"),
        ("qwertyuiop12345", "premiers"),
        ("abababababab", "premiers"),
        ("x1!x1!x1!x1!x1!", "premiers"),
        ("            ", "premiers"),
        ("Bienvenue 2026", "premiers"),
    ],
)
def test_short_banal_and_personal_passwords_are_refused_with_the_reason(mot_de_passe: str, phrase: str) -> None:
    assert phrase in password_fault(mot_de_passe, "camille.exemple", "Camille Exemple")


def test_an_address_s_own_name_is_not_a_password() -> None:
    assert password_fault("camille.exemple", "camille.exemple@exemple.invalid", "C. E.")
    assert not password_fault("la maison de camille.exemple", "camille.exemple@exemple.invalid", "C. E.")


@given(st.text(max_size=300))
def test_an_identifier_has_one_spelling(texte: str) -> None:
    vu = canonical(texte)
    assert canonical(vu) == vu
    for variante in (texte.upper(), texte.lower(), f"  {texte}\t", unicodedata.normalize("NFD", texte)):
        if variante.casefold() == texte.casefold():
            assert canonical(variante) == vu


@pytest.mark.parametrize(
    "variante",
    ["camille", "CAMILLE", " camille ", "Ca mille", "ｃａｍｉｌｌｅ", "camille\u00a0", "𝒸amille", "camiLLe\n"],
)
def test_variants_of_an_identifier_are_the_same_account(variante: str) -> None:
    assert canonical(variante) == "camille"


@pytest.mark.parametrize("identifiant", ["", "a", "root", "é.exemple", "a" * 81, "a b", "a/b", "cam\u200bille", "a'b"])
def test_what_cannot_be_an_identifier_is_told(identifiant: str) -> None:
    assert identifier_fault(identifiant)


@pytest.mark.parametrize("identifiant", ["ab", "camille.exemple", "c_e-1", "camille@exemple.invalid", "a" * 80])
def test_identifiers_and_mail_addresses_are_accepted(identifiant: str) -> None:
    assert identifier_fault(identifiant) == ""


def test_a_name_is_one_line_and_never_the_machine_s() -> None:
    assert name_fault("Frédérique-Anne L’Écuyer") == ""
    for nom in ("", "x" * 81, "a\nb", "a\u202eb", "Veille", "VEILLE", " veille ", "fichier"):
        assert name_fault(nom), nom
    assert name_key("Éloïse  Œuvre") == name_key("eloise oeuvre")


# HMAC completes short keys with NUL: a password and the same one with NUL at its end are one. Nobody can type it.
_MOTS = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=60)


@given(_MOTS, _MOTS)
def test_one_password_opens_and_no_other(un: str, autre: str) -> None:
    empreinte = hash_password(un)
    assert parse_hash(empreinte) is not None
    assert verify(un, empreinte)
    meme = unicodedata.normalize("NFC", un) == unicodedata.normalize("NFC", autre)
    assert verify(autre, empreinte) is meme
