"""sources.toml edited by a command: what staff wrote around the change stays, and a wrong change is never written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.petit_projet import FICHIERS, SOURCES, change, write_project
from veille import settings as reglages
from veille.errors import RefusError, SettingsError


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return write_project(tmp_path / "projet")


def edited(projet: Path, **changes: dict[str, object]) -> str:
    reglages.set_sources(projet, changes)  # type: ignore[arg-type]
    return (projet / "sources.toml").read_text(encoding="utf-8")


def test_changing_a_value_touches_nothing_else(projet: Path) -> None:
    apres = edited(projet, journal={"etat": "active"})
    assert apres == SOURCES.replace('etat = "a_verifier"', 'etat = "active"')


def test_a_new_key_goes_right_after_the_last_one_of_its_table(projet: Path) -> None:
    apres = edited(projet, journal={"note": "Lu."}, mairie={"etat": "active"}, telephone={"cote": "B"})
    assert apres == SOURCES.replace("priorite = 1\n", 'priorite = 1\nnote = "Lu."\n').replace(
        'genre = "liste"\n', 'genre = "liste"\netat = "active"\n'
    ).replace('genre = "manuel"\n', 'genre = "manuel"\ncote = "B"\n')


def test_a_long_list_takes_one_line_per_value(projet: Path) -> None:
    (projet / "thematiques.toml").unlink()  # any theme goes
    themes = [f"theme-numero-{n}" for n in range(12)]
    apres = edited(projet, journal={"thematiques": themes})
    assert tomllib.loads(apres)["source"][0]["thematiques"] == themes
    assert max(map(len, apres.splitlines())) < 110


def test_nothing_is_written_when_nothing_changes(projet: Path) -> None:
    avant = (projet / "sources.toml").stat()
    edited(projet, journal={"etat": "a_verifier"})
    assert (projet / "sources.toml").stat() == avant


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"journal": {"etat": "ouverte"}}, "clé etat : « ouverte » ; valeur inconnue ; permis : a_verifier, active, inactive"),
        ({"journal": {"territoire": "ailleurs"}}, "clé territoire : « ailleurs »"),
        ({"journal": {"adresse": "journal"}}, "clé adresse : « journal » ; attendu : une adresse Web"),
        ({"jornal": {"etat": "active"}}, "« jornal » ; source inconnue ; permis : journal, mairie, telephone ; vouliez-vous dire « journal » ?"),
        ({"journal": {"slug": "mairie"}}, "déjà employé"),
        ({"journal": {"couleur": "bleu"}}, "clé couleur ; clé inconnue"),
    ],
)  # fmt: skip
def test_a_change_that_would_not_be_valid_is_refused_and_nothing_is_written(
    projet: Path, changes: dict[str, dict[str, object]], message: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(message)):
        edited(projet, mairie={"etat": "active"}, **changes)
    assert (projet / "sources.toml").read_text(encoding="utf-8") == SOURCES
    assert sorted(p.name for p in projet.iterdir()) == sorted({nom.split("/")[0] for nom in FICHIERS})


def test_faults_of_other_files_do_not_prevent_a_change(projet: Path) -> None:
    (projet / "plan.toml").write_text("= =", encoding="utf-8")
    change(projet, "territoires.toml", 'genre = "mrc"', 'genre = "comté"')
    assert 'etat = "active"' in edited(projet, journal={"etat": "active"})


def test_the_line_ends_and_the_mark_of_windows_are_kept(projet: Path) -> None:
    (projet / "sources.toml").write_bytes(b"\xef\xbb\xbf" + SOURCES.replace("\n", "\r\n").encode())
    reglages.set_sources(projet, {"journal": {"etat": "active", "note": "Lu."}})
    reglages.add_source(projet, {"slug": "autre", "nom": "Autre", "url": "", "adresse": "", "genre": "manuel"})
    octets = (projet / "sources.toml").read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf#")
    assert octets.count(b"\n") == octets.count(b"\r\n")
    assert [s.etat for s in reglages.load(projet).sources] == ["active", "a_verifier", "a_verifier", "a_verifier"]


def test_rights_and_links_of_the_file_are_kept(projet: Path, tmp_path: Path) -> None:
    vrai = tmp_path / "ailleurs.toml"
    (projet / "sources.toml").rename(vrai)
    vrai.chmod(0o640)
    (projet / "sources.toml").symlink_to(vrai)
    reglages.set_sources(projet / "sources.toml", {"journal": {"etat": "active"}})
    assert (projet / "sources.toml").is_symlink()
    assert vrai.stat().st_mode & 0o777 == 0o640
    assert 'etat = "active"' in vrai.read_text(encoding="utf-8")


class Interruption(dict[str, dict[str, object]]):
    """Changes whose reading lets someone else save the file first, as an editor would."""

    def __init__(self, action: Callable[[], None], fois: int, **changes: dict[str, object]) -> None:
        super().__init__(**changes)
        self.action, self.fois = action, fois

    def items(self):  # type: ignore[no-untyped-def,override]
        if self.fois > 0:
            self.fois -= 1
            self.action()
        return super().items()


def test_what_someone_saved_in_the_meantime_is_not_lost(projet: Path) -> None:
    changes = Interruption(
        lambda: change(projet, "sources.toml", "d'essai.", "d'essai, relu."), 1, journal={"etat": "active"}
    )
    reglages.set_sources(projet, changes)  # type: ignore[arg-type]
    apres = (projet / "sources.toml").read_text(encoding="utf-8")
    assert "d'essai, relu." in apres
    assert 'etat = "active"' in apres


def test_a_file_that_never_stops_changing_is_left_to_its_editor(projet: Path) -> None:
    changes = Interruption(
        lambda: change(projet, "sources.toml", "# Le plan", "# # Le plan"), 99, journal={"etat": "active"}
    )
    with pytest.raises(RefusError, match="change sans cesse"):
        reglages.set_sources(projet, changes)  # type: ignore[arg-type]


def test_an_added_source_comes_last_with_its_keys_in_order(projet: Path) -> None:
    reglages.add_source(
        projet,
        {
            "note": "Proposée par un partenaire.",
            "genre": "liste",
            "adresse": "https://ajout.example/liste",
            "url": "https://ajout.example/",
            "nom": "L'ajout",
            "slug": "ajout",
            "type": "",
            "thematiques": ("mobilite",),
            "selecteurs": {"element": "article", "titre": "", "lien": "a"},
        },
    )
    apres = (projet / "sources.toml").read_text(encoding="utf-8")
    assert apres == SOURCES + (
        '\n[[source]]\nslug = "ajout"\nnom = "L\'ajout"\nurl = "https://ajout.example/"\n'
        'adresse = "https://ajout.example/liste"\ngenre = "liste"\nthematiques = ["mobilite"]\n'
        'note = "Proposée par un partenaire."\n\n[source.selecteurs]\nelement = "article"\nlien = "a"\n'
    )
    assert reglages.load(projet).sources[-1].slug == "ajout"


def test_an_added_source_that_is_not_valid_is_refused(projet: Path) -> None:
    with pytest.raises(SettingsError, match="déjà employé") as pris:
        reglages.add_source(projet, {"slug": "mairie", "nom": "M", "url": "", "adresse": "x", "genre": "page"})
    assert len(pris.value.fautes) == 3
    assert (projet / "sources.toml").read_text(encoding="utf-8") == SOURCES


def test_the_first_source_of_an_empty_file_is_written(projet: Path) -> None:
    (projet / "sources.toml").write_text("", encoding="utf-8")
    reglages.add_source(projet, {"slug": "a", "nom": "A", "url": "", "adresse": "", "genre": "manuel"})
    assert [s.slug for s in reglages.load(projet).sources] == ["a"]


@pytest.mark.parametrize("action", ["changer", "ajouter"])
def test_a_file_that_cannot_be_read_is_not_edited(projet: Path, action: str) -> None:
    (projet / "sources.toml").write_text("[[source]", encoding="utf-8")
    with pytest.raises(SettingsError, match="ligne 1"):
        if action == "changer":
            reglages.set_sources(projet, {"journal": {"etat": "active"}})
        else:
            reglages.add_source(projet, {"slug": "a", "nom": "A", "url": "", "adresse": "", "genre": "manuel"})


VALEURS = {
    "etat": st.sampled_from(["a_verifier", "active", "inactive"]),
    "rythme": st.sampled_from(["quotidien", "mensuel"]),
    "priorite": st.integers(1, 3),
    "cote_proposee": st.booleans(),
    "thematiques": st.lists(st.sampled_from(["habitation", "mobilite"]), max_size=3),
    "note": st.text(st.characters(codec="utf-8"), max_size=40),
    "responsable": st.text(max_size=10).map(lambda t: t.encode("utf-8", "replace").decode()),
}
CHANGES = st.dictionaries(
    st.sampled_from(["journal", "mairie", "telephone"]), st.fixed_dictionaries({}, optional=VALEURS), max_size=3
)


@given(st.lists(CHANGES, max_size=3))
@settings(max_examples=60, deadline=None)
def test_any_edits_keep_every_comment_and_change_only_what_was_asked(
    tmp_path_factory: pytest.TempPathFactory, suite: list[dict[str, dict[str, object]]]
) -> None:
    projet = write_project(tmp_path_factory.getbasetemp() / "edition")
    attendu = {s["slug"]: s for s in tomllib.loads(SOURCES)["source"]}
    for changes in suite:
        reglages.set_sources(projet, changes)  # type: ignore[arg-type]
        for slug, cles in changes.items():
            attendu[slug] |= cles
    apres = (projet / "sources.toml").read_text(encoding="utf-8")
    assert tomllib.loads(apres)["source"] == list(attendu.values())
    place = 0
    for commentaire in re.findall(r"^.*# .*$", SOURCES, re.MULTILINE):
        if '= "' not in commentaire:
            place = apres.index(commentaire, place)
    assert re.search(r'^slug = "journal"  # le plus lu$', apres, re.MULTILINE)
    assert re.search(r'^etat = "\w+"  # à voir en décembre$', apres, re.MULTILINE)
