"""One message offered to a real server: every way it can answer, refuse, cut or lie about who may speak."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.postes import TEMOIN, Serveur, certificate, password_is, serving
from veille.errors import RefusError
from veille.mailer import CLE_DKIM, MOT_DE_PASSE, Facteur, Issue, access, judge
from veille.model import Envoi

CORPS = b"To: m@exemple.org\r\nSubject: x\r\n\r\n.un point\r\n..deux\r\n\xc3\xa9 fin\r\n"
EXPEDITEUR = "veille@table.exemple.org"


def facteur(serveur: Serveur, **cles: object) -> Facteur:
    envoi = Envoi(serveur="127.0.0.1", port=serveur.port, securite="aucune", delai_s=10, temoin=TEMOIN)
    return Facteur(access(envoi, EXPEDITEUR, {}, **cles))  # type: ignore[arg-type]


def oui(_: bool) -> bool:
    return True


def offer(
    serveur: Serveur, adresse: str = "m@exemple.org", engage: Callable[[bool], bool] = oui, temoin: str = ""
) -> Issue:
    poste = facteur(serveur)
    try:
        return poste.send(adresse, CORPS, engage, temoin=temoin)
    finally:
        poste.close()


def test_a_message_arrives_byte_for_byte_and_the_dots_with_it() -> None:
    with serving() as serveur:
        issue = offer(serveur)
    assert issue == Issue("accepte", 250, "2.0.0 Pris")
    assert serveur.recus[0].destinataires == ["m@exemple.org"]
    assert serveur.recus[0].octets == CORPS


def test_the_caller_is_asked_when_only_the_dot_is_left_and_may_keep_it() -> None:
    with serving() as serveur:
        pris: list[int] = []

        def engage(_: bool) -> bool:
            pris.append(len(serveur.recus))
            return False

        assert offer(serveur, engage=engage).genre == "abandon"
        assert pris == [0] and not serveur.recus
        assert offer(serveur).genre == "accepte"


def test_nothing_leaves_when_the_caller_fails_to_record_it() -> None:
    with serving() as serveur:

        def engage(_: bool) -> bool:
            raise OSError("disque plein")

        with pytest.raises(OSError, match="disque plein"):
            offer(serveur, engage=engage)
        assert not serveur.recus


def test_the_witness_gets_a_copy_in_the_same_transaction() -> None:
    with serving() as serveur:
        assert offer(serveur, temoin=TEMOIN).temoin
    assert serveur.recus[0].destinataires == ["m@exemple.org", TEMOIN]


def test_a_witness_refused_alone_keeps_nobody_from_their_mail_and_is_not_counted_on() -> None:
    vus: list[bool] = []
    with serving(Serveur(rcpt=lambda a: "550 5.1.1 inconnu" if a == TEMOIN else None)) as serveur:
        issue = offer(serveur, engage=lambda t: not vus.append(t), temoin=TEMOIN)
    assert issue.genre == "accepte" and not issue.temoin and vus == [False]
    assert serveur.recus[0].destinataires == ["m@exemple.org"]


@pytest.mark.parametrize(
    ("reponse", "genre", "inconnue"),
    [
        ("450 4.2.0 boîte occupée", "differe", False),
        ("452 4.2.2 boîte pleine", "differe", False),
        ("452 4.5.3 trop de destinataires", "differe", False),
        ("450 4.7.1 rate limit exceeded", "differe", False),
        ("421 4.7.0 trop", "quota", False),
        ("550 5.1.1 <m@exemple.org>: user unknown", "refuse", True),
        ("550 No such user here", "refuse", True),
        ("552 5.2.2 boîte pleine", "refuse", False),
        ("550 5.7.1 contenu refusé", "refuse", False),
        ("550 5.4.5 Daily sending quota exceeded", "differe", False),
        ("554 5.7.1 relay access denied", "differe", False),
        ("530 5.7.0 authentication required", "differe", False),
    ],
)
def test_each_refusal_of_a_recipient_is_told_apart(reponse: str, genre: str, inconnue: bool) -> None:
    with serving(Serveur(rcpt=lambda _: reponse)) as serveur:
        issue = offer(serveur)
    assert (issue.genre, issue.inconnue) == (genre, inconnue)
    assert not serveur.recus


@pytest.mark.parametrize(("reponse", "genre"), [("451 4.3.0 plus tard", "differe"), ("554 5.6.0 contenu", "refuse")])
def test_a_refusal_after_the_dot_is_certain_and_never_the_persons_fault(reponse: str, genre: str) -> None:
    with serving(Serveur(data=lambda _: reponse)) as serveur:
        issue = offer(serveur)
    assert (issue.genre, issue.inconnue) == (genre, False)


def test_a_cut_in_the_middle_of_the_body_is_safe_to_try_again() -> None:
    with serving(Serveur(coupe_avant_point=lambda _: True)) as serveur:
        poste = facteur(serveur)
        issue = poste.send("m@exemple.org", CORPS * 200_000, oui)
        poste.close()
    assert issue.genre in ("coupe", "incertain")  # A small body may fit in the socket before the cut is seen.
    assert not serveur.recus


def test_a_cut_after_the_dot_is_uncertain() -> None:
    with serving(Serveur(coupe_apres_point=lambda _: True)) as serveur:
        issue = offer(serveur, temoin=TEMOIN)
    assert issue.genre == "incertain" and issue.temoin
    assert len(serveur.recus) == 1


def test_a_server_too_slow_to_answer_the_dot_is_uncertain() -> None:
    with serving(Serveur(lenteur_s=1.0)) as serveur:
        poste = facteur(serveur, delai_final_s=0.2)
        assert poste.send("m@exemple.org", CORPS, oui).genre == "incertain"
        poste.close()


def test_one_connection_serves_many_messages_even_after_refusals() -> None:
    refuse = {"b@exemple.org": "550 5.1.1 inconnu", "c@exemple.org": "450 4.2.0 plus tard"}
    with serving(Serveur(rcpt=refuse.get)) as serveur:
        depart = serveur.connexions
        poste = facteur(serveur)
        genres = [poste.send(f"{x}@exemple.org", CORPS, oui).genre for x in "abcda"]
        poste.close()
        assert serveur.connexions == depart + 1
    assert genres == ["accepte", "refuse", "differe", "accepte", "accepte"]


def test_an_idle_connection_closed_by_the_server_is_opened_again_and_nothing_is_lost() -> None:
    with serving() as serveur:
        poste = facteur(serveur)
        assert poste.send("a@exemple.org", CORPS, oui).genre == "accepte"
        poste._smtp.sock.shutdown(2)  # type: ignore[union-attr]
        assert poste.send("b@exemple.org", CORPS, oui).genre == "accepte"
        poste.close()
    assert serveur.counts() == {"a@exemple.org": 1, "b@exemple.org": 1}


def test_no_server_is_a_breakdown_that_says_so() -> None:
    with serving() as serveur:
        port = serveur.port
    poste = Facteur(access(Envoi("127.0.0.1", port, "aucune", delai_s=2), EXPEDITEUR, {}))
    issue = poste.send("m@exemple.org", CORPS, oui)
    assert issue.genre == "panne" and "ne répond pas" in issue.texte


@pytest.mark.parametrize("securite", ["starttls", "tls"])
def test_a_password_travels_only_under_tls_and_the_certificate_is_checked(securite: str) -> None:
    certificat = certificate()
    options = {"authenticator": password_is("veille", "secret fictif")}
    if securite == "starttls":
        options |= {"tls_context": certificat.serveur, "require_starttls": True, "auth_required": True}
    else:
        options |= {"ssl_context": certificat.serveur, "auth_require_tls": False}
    with serving(**options) as serveur:
        envoi = Envoi("localhost", serveur.port, securite, "veille", delai_s=10)  # type: ignore[arg-type]

        def attempt(mot_de_passe: str, tls: object) -> Issue:
            poste = Facteur(access(envoi, EXPEDITEUR, {MOT_DE_PASSE: mot_de_passe}, tls=tls))  # type: ignore[arg-type]
            try:
                return poste.send("m@exemple.org", CORPS, oui)
            finally:
                poste.close()

        assert attempt("secret fictif", certificat.client).genre == "accepte"
        mauvais = attempt("autre", certificat.client)
        assert mauvais.genre == "arret" and MOT_DE_PASSE in mauvais.texte
        inconnu = attempt("secret fictif", None)
        assert inconnu.genre == "arret" and "certificat" in inconnu.texte
    assert len(serveur.recus) == 1


def test_a_server_without_tls_is_refused_when_the_settings_ask_for_it() -> None:
    with serving() as serveur:
        poste = Facteur(access(Envoi("localhost", serveur.port, "starttls", delai_s=5), EXPEDITEUR, {}))
        assert poste.send("m@exemple.org", CORPS, oui).genre == "arret"
    assert not serveur.recus


@pytest.mark.parametrize(
    ("envoi", "dit"),
    [
        (Envoi(), "serveur"),
        (Envoi("smtp.exemple.org", securite="aucune"), "aucune"),
        (Envoi("smtp.exemple.org", utilisateur="veille"), MOT_DE_PASSE),
        (Envoi("smtp.exemple.org", dkim_domaine="exemple.org", dkim_selecteur="s"), CLE_DKIM),
    ],
)
def test_settings_that_cannot_work_are_refused_before_any_mail(envoi: Envoi, dit: str) -> None:
    with pytest.raises(RefusError, match=dit):
        access(envoi, EXPEDITEUR, {})


def test_a_signature_covers_the_way_out_and_can_be_verified(tmp_path: Path) -> None:
    dkim = pytest.importorskip("dkim")
    rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")
    from cryptography.hazmat.primitives import serialization as s

    from tests.test_courrier import LIENS, NOW, moule

    cle = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    pem = tmp_path / "cle.pem"
    pem.write_bytes(cle.private_bytes(s.Encoding.PEM, s.PrivateFormat.TraditionalOpenSSL, s.NoEncryption()))
    publique = cle.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    acces = access(
        Envoi("smtp.exemple.org", dkim_domaine="table.exemple.org", dkim_selecteur="veille"),
        EXPEDITEUR,
        {CLE_DKIM: str(pem)},
    )
    assert acces.signe is not None
    import base64

    enregistrement = b"v=DKIM1; k=rsa; p=" + base64.b64encode(publique)
    signe = acces.signe(moule().message("m@exemple.org", LIENS, "x", NOW))
    assert dkim.verify(signe, dnsfunc=lambda *_, **__: enregistrement)
    tete = signe.partition(b"from:")[0] + signe[:900]
    assert b"list-unsubscribe-post" in tete.lower()
    assert not dkim.verify(
        signe.replace(b"List-Unsubscribe: <https", b"List-Unsubscribe: <http"), dnsfunc=lambda *_, **__: enregistrement
    )


def test_a_refused_sender_stops_everything() -> None:
    assert judge(553, "5.1.8 sender rejected", "expediteur").genre == "arret"
    assert judge(451, "4.3.0 plus tard", "expediteur").genre == "differe"
