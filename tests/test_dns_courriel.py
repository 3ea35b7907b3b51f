"""What DNS records say of our mail, told in French; and what is said when nobody can be asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from veille.dns_courriel import Constat, ask_dns, check, judge_dkim, judge_dmarc, judge_spf
from veille.model import Envoi

CLE = "v=DKIM1; k=rsa; p=" + "A" * 392


@pytest.mark.parametrize(
    ("textes", "etat", "dit"),
    [
        (("v=spf1 include:_spf.exemple.net -all", "autre=1"), "bien", "qui peut envoyer"),
        (("v=spf1 include:x ~all",), "bien", ""),
        ((), "grave", "ne dit pas qui"),
        (("v=spf1 -all", "v=spf1 ~all"), "grave", "une"),
        (("v=spf1 +all",), "grave", "importe qui"),
        (("v=spf1 include:x",), "attention", "se termine"),
        (("v=spf1 " + "include:x " * 11 + "-all",), "grave", "dix"),
        (None, "inconnu", "hors ligne"),
    ],
)
def test_spf(textes: tuple[str, ...] | None, etat: str, dit: str) -> None:
    constat = judge_spf("exemple.org", textes)
    assert constat.etat == etat and dit in constat.phrase


@pytest.mark.parametrize(
    ("selecteur", "textes", "etat"),
    [
        ("veille", (CLE,), "bien"),
        ("veille", ("v=DKIM1; p=" + "A" * 60,), "attention"),
        ("veille", ("v=DKIM1; k=ed25519; p=" + "A" * 44,), "bien"),
        ("veille", ("v=DKIM1; p=",), "grave"),
        ("veille", (), "grave"),
        ("veille", None, "inconnu"),
        ("", (), "inconnu"),
    ],
)
def test_dkim(selecteur: str, textes: tuple[str, ...] | None, etat: str) -> None:
    assert judge_dkim("exemple.org", selecteur, textes).etat == etat


@pytest.mark.parametrize(
    ("textes", "etat"),
    [
        (("v=DMARC1; p=none; rua=mailto:x@exemple.org",), "bien"),
        (("v=DMARC1; p = reject",), "bien"),
        (("v=DMARC1; rua=mailto:x@exemple.org",), "grave"),
        (("v=DMARC1; p=none", "v=DMARC1; p=reject"), "grave"),
        ((), "attention"),
        (None, "inconnu"),
    ],
)
def test_dmarc(textes: tuple[str, ...] | None, etat: str) -> None:
    assert judge_dmarc("exemple.org", textes).etat == etat


def test_each_record_is_asked_where_it_lives() -> None:
    demandes: list[str] = []

    def ask(nom: str) -> tuple[str, ...]:
        demandes.append(nom)
        return ()

    check("exemple.org", Envoi(dkim_domaine="courriel.exemple.org", dkim_selecteur="s1"), ask)
    assert demandes == ["exemple.org", "_dmarc.exemple.org", "s1._domainkey.courriel.exemple.org"]


def test_no_name_server_is_said_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    resolver = pytest.importorskip("dns.resolver")

    def down(*_: object, **__: object) -> None:
        raise resolver.NoNameservers

    monkeypatch.setattr(resolver.Resolver, "resolve", down)
    assert ask_dns()("exemple.org") is None

    def absent(*_: object, **__: object) -> None:
        raise resolver.NXDOMAIN

    monkeypatch.setattr(resolver.Resolver, "resolve", absent)
    assert ask_dns()("exemple.org") == ()


def test_the_command_says_what_is_missing_and_what_it_could_not_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.cli import main
    from veille.settings import initialise

    monkeypatch.setattr("pipeline.cli.courriel.ask_dns", lambda: lambda _: None)
    initialise(tmp_path / "projet")
    resultat = CliRunner().invoke(main, ["diagnostic", "courriel", "--dossier", str(tmp_path / "projet"), "--json"])
    assert resultat.exit_code == 1
    constats = [Constat(**c) for c in json.loads(resultat.stdout)["constats"]]
    assert any("adresse_postale" in c.phrase for c in constats if c.etat == "grave")
    assert any("boite" in c.phrase for c in constats)
