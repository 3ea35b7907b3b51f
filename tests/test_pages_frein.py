"""Limits on public forms: by place and by hour, in memory, with nothing that names a place; and what the folder offers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.abonnement import NOW, PUBLIC, project
from veille.pages import frein
from veille.pages.frein import Frein
from veille.pages.offre import Offre


def test_so_many_an_hour_by_place_and_by_form() -> None:
    limite = Frein(3)
    assert [limite.allow("192.0.2.1", NOW + timedelta(minutes=n)) for n in range(5)] == [True] * 3 + [False] * 2
    assert limite.allow("192.0.2.2", NOW)
    assert limite.allow("192.0.2.1", NOW, "autre formulaire")
    assert limite.allow("192.0.2.1", NOW + timedelta(minutes=61))


def test_a_refused_request_does_not_prolong_the_wait() -> None:
    limite = Frein(1)
    assert limite.allow("192.0.2.1", NOW)
    for minutes in range(1, 60):
        assert not limite.allow("192.0.2.1", NOW + timedelta(minutes=minutes))
    assert limite.allow("192.0.2.1", NOW + timedelta(minutes=60))


def test_a_visitor_has_another_name_each_day_and_on_each_site() -> None:
    un, autre = Frein(), Frein()
    noms = {
        un.visitor("192.0.2.1", NOW),
        un.visitor("192.0.2.1", NOW + timedelta(days=1)),
        un.visitor("192.0.2.1", NOW),  # Back in time is another day too.
        autre.visitor("192.0.2.1", NOW),
    }
    assert len(noms) == 4
    assert un.visitor("192.0.2.1", NOW) == un.visitor("192.0.2.1", NOW + timedelta(hours=2))
    assert "192.0.2.1" not in repr(vars(un))


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frein, "VISITEURS_MAX", 50)
    limite = Frein()
    for n in range(500):
        limite.allow(f"192.0.2.{n}", NOW)
    assert len(limite._vus) <= 50


def test_what_is_offered_is_public_by_mail_and_follows_the_files(tmp_path: Path) -> None:
    offre = Offre(tmp_path)
    assert offre.current().offertes == ()
    project(tmp_path)
    assert [a.slug for a in offre.current().offertes] == [PUBLIC, "partenaires"]
    assert offre.current() is offre.current()
    fichier = tmp_path / "digests" / PUBLIC / "audience.toml"
    texte = fichier.read_text(encoding="utf-8")
    fichier.write_text(texte.replace('visibilite = "publique"', 'visibilite = "interne"'), encoding="utf-8")
    assert [a.slug for a in offre.current().offertes] == ["partenaires"]
    fichier.write_text("zut = [", encoding="utf-8")
    assert [a.slug for a in offre.current().offertes] == ["partenaires"]
    (tmp_path / "organisation.toml").write_text('nom = "Table fictive"\n', encoding="utf-8")
    fichier.write_text(texte, encoding="utf-8")
    assert offre.current().offertes == ()
