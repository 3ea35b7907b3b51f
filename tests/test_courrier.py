"""The bytes of one mail: what a strict server and a mail reader expect, for any text, and one person at a time."""

from __future__ import annotations

import email
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from veille.courrier import DESABONNEMENT, PREFERENCES, Liens, Moule, has_markers, is_address, mask
from veille.errors import RefusError
from veille.model import Expediteur

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
EXPEDITEUR = Expediteur("Veille de la Table fictive, été « 2026 »", "veille@table.exemple.org")
JETON = f"d{'0123456789abcdef' * 2}.clds-joliette.1764000000.{'A_-b' * 6}"
LIENS = Liens.of("https://veille.exemple.org/", JETON)
HTML = (
    f'<p>Été à L’Assomption : <a href="{PREFERENCES}">préférences</a> <a href="{DESABONNEMENT}">se désabonner</a></p>\n'
)
TEXTE = f".\n.point\nBonjour à tous  \nSe désabonner : {DESABONNEMENT}\n\n{PREFERENCES}\nfin sans saut"


def moule(
    texte: str = TEXTE, html: str = HTML, objet: str = "Veille – nº 3 : l’été", liste: str = "clds-joliette"
) -> Moule:
    return Moule(objet=objet, html=html, texte=texte, expediteur=EXPEDITEUR, liste=liste)


def read(octets: bytes) -> EmailMessage:
    message = email.message_from_bytes(octets, policy=default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def parts(message: EmailMessage) -> tuple[str, str]:
    texte, html = message.get_body(("plain",)), message.get_body(("html",))
    assert texte is not None and html is not None
    return texte.get_content().replace("\r\n", "\n"), html.get_content().replace("\r\n", "\n")


def personal(texte: str) -> str:
    return texte.replace(DESABONNEMENT, LIENS.desabonnement).replace(PREFERENCES, LIENS.preferences)


def test_headers_are_those_of_a_lawful_list_message() -> None:
    message = read(moule().message("m.fictif@exemple.org", LIENS, "12.abc", NOW))
    assert message["To"] == "m.fictif@exemple.org"
    assert message["From"].addresses[0].display_name == EXPEDITEUR.nom
    assert message["From"].addresses[0].addr_spec == EXPEDITEUR.courriel
    assert message["Subject"] == "Veille – nº 3 : l’été"
    assert message["Message-ID"] == "<12.abc@table.exemple.org>"
    assert message["Date"].datetime == NOW
    assert message["List-Id"] == "<clds-joliette.veille.table.exemple.org>"
    assert message["List-Unsubscribe"] == f"<https://veille.exemple.org/desabonnement/{JETON}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] == "bulk"
    assert message["Content-Language"] == "fr-CA"
    assert "Bcc" not in message and "Cc" not in message
    assert message.get_content_type() == "multipart/alternative"
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_service_message_belongs_to_no_list() -> None:
    message = read(moule(liste="").message("m@exemple.org", None, "x", NOW))
    assert not {"List-Id", "List-Unsubscribe", "Precedence"} & set(message.keys())


def reference(texte: str, html: str, objet: str) -> EmailMessage:
    """The same mail as the standard library writes it, message by message."""
    message = EmailMessage(policy=SMTP)
    message["To"], message["From"], message["Subject"] = "m@exemple.org", EXPEDITEUR.courriel, objet
    message.set_content(personal(texte), cte="quoted-printable")
    message.add_alternative(personal(html), subtype="html", cte="quoted-printable")
    return message


LIGNES = st.lists(
    st.one_of(
        st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=120),
        st.sampled_from([DESABONNEMENT, PREFERENCES, ".", "..", "From moi", " ", "a" * 300, "é" * 200, "=", "x \t"]),
    ),
    max_size=12,
)


@example(["a" * 74 + " "], ["a" * 75 + " "], "0")
@example(["a" * 149 + "\t"], ["é" * 24 + "aa "], "0")
@given(LIGNES, LIGNES, st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=150))
def test_what_is_read_is_what_the_standard_library_would_have_sent(a: list[str], b: list[str], objet: str) -> None:
    texte, html = "\n".join(a) + "\n", " ".join(b) + "\n"
    octets = moule(texte, html, f"a{objet}z").message("m@exemple.org", LIENS, "x", NOW)
    attendu = read(reference(texte, html, f"a{objet}z").as_bytes())
    message = read(octets)
    assert parts(message) == parts(attendu)
    assert message["Subject"] == attendu["Subject"]
    assert octets.isascii()
    assert all(len(ligne) <= 200 for ligne in octets.split(b"\r\n"))
    assert b"\n" not in octets.replace(b"\r\n", b"") and b"\r" not in octets.replace(b"\r\n", b"")
    corps = octets.partition(b"\r\n\r\n")[2]
    assert all(len(ligne) <= 76 for ligne in corps.split(b"\r\n"))


def test_two_people_get_the_same_bytes_but_their_links() -> None:
    autre = Liens.of("https://veille.exemple.org", JETON.replace("0", "9"))
    m = moule()
    un, deux = (m.message("m@exemple.org", liens, "x", NOW) for liens in (LIENS, autre))
    assert un != deux
    for message, liens in ((un, LIENS), (deux, autre)):
        attendu = [
            t.replace(DESABONNEMENT, liens.desabonnement).replace(PREFERENCES, liens.preferences) for t in (TEXTE, HTML)
        ]
        assert list(parts(read(message))) == attendu


@given(st.text(max_size=60))
def test_no_address_can_add_a_header(adresse: str) -> None:
    if is_address(adresse):
        assert read(moule().message(adresse, LIENS, "x", NOW))["To"] == adresse
    else:
        with pytest.raises(RefusError):
            moule().message(adresse, LIENS, "x", NOW)


@pytest.mark.parametrize(
    "adresse",
    [
        "m@exemple.org\r\nBcc: autre@exemple.org",
        "m@exemple.org\n",
        "a@exemple.org, b@exemple.org",
        "<m@exemple.org>",
        "m@exemple",
        "@exemple.org",
        "m@-exemple.org",
        "é@exemple.org",
        f"{'a' * 65}@exemple.org",
        "",
    ],
)
def test_hostile_or_broken_addresses_are_refused(adresse: str) -> None:
    assert not is_address(adresse)
    with pytest.raises(RefusError):
        moule().message(adresse, LIENS, "x", NOW)


def test_neither_a_link_nor_a_message_id_nor_a_sender_can_add_a_header() -> None:
    with pytest.raises(RefusError, match="désabonnement"):
        moule().message("m@exemple.org", Liens("https://x>\r\nBcc: a@b.org", "https://x"), "x", NOW)
    with pytest.raises(RefusError):
        moule().message("m@exemple.org", LIENS, "x>\r\nBcc: a@b.org", NOW)
    with pytest.raises(RefusError, match="expediteur"):
        Moule(objet="o", html="h", texte="t", expediteur=Expediteur("A\r\nBcc: x@y.org", "a@exemple.org"))
    assert "Bcc" not in read(moule(objet="Objet\r\nBcc: x@y.org").message("m@exemple.org", LIENS, "x", NOW))


def test_a_mask_lets_staff_recognise_but_not_write() -> None:
    assert mask("marie.fictive@exemple.org") == "m•••@exemple.org"
    assert mask("") == "•••"


def test_a_rendering_without_a_way_out_is_recognised() -> None:
    assert has_markers(TEXTE) and not has_markers("sans lien")
