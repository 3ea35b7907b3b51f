"""Words that mean nearly the same: read from a thesaurus, or from the company they keep in the archive."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.themes import synonymes
from veille.classifier.themes.conseils import HISTOIRES_MIN, Conseiller, Histoire, wanted_words
from veille.classifier.themes.synonymes import (
    DOSSIER_MYTHES,
    Voisins,
    find_thesaurus,
    load_thesaurus,
    parse_thesaurus,
    simple_words,
)
from veille.errors import StoreError
from veille.model import Document, Expressions, Taxonomie, Thematique

MYTHES = """UTF-8
bail|2
(Nom)|contrat|location (terme générique)|Bail
(Nom)|fermage
éviction|1
(Nom)|expulsion|expulsion
compte|zut
logement|1
"""

# ---- Reading a thesaurus


def test_synonyms_are_read_in_order_without_notes_and_never_the_word_itself() -> None:
    assert parse_thesaurus(MYTHES, {"bail", "eviction", "logement", "absent"}) == {
        "bail": ("contrat", "location", "fermage"),
        "eviction": ("expulsion",),
        "logement": (),
    }
    assert parse_thesaurus(MYTHES, {"eviction"}) == {"eviction": ("expulsion",)}
    assert parse_thesaurus("", {"bail"}) == {}


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), st.text("bail|10()\n é", max_size=200)))
def test_any_text_is_read_without_a_crash_and_gives_wanted_words_only(texte: str) -> None:
    lus = parse_thesaurus(texte, {"bail", "b"})
    assert lus.keys() <= {"bail", "b"}
    assert all(s for suite in lus.values() for s in suite)


@pytest.mark.parametrize("encodage", ["UTF-8", "ISO8859-1"])
def test_a_thesaurus_says_its_own_encoding(tmp_path: Path, encodage: str) -> None:
    fichier = tmp_path / "th_fr_CA_v2.dat"
    fichier.write_bytes(MYTHES.replace("UTF-8", encodage).encode(encodage))
    for chemin in (fichier, fichier.with_suffix(".idx")):
        assert load_thesaurus(chemin, {"eviction"}) == {"eviction": ("expulsion",)}


@pytest.mark.parametrize("octets", [b"pas-un-encodage\nbail|1\n", b"UTF-8\n\xff\xfe", b""])
def test_a_file_that_is_no_thesaurus_is_refused_in_french(tmp_path: Path, octets: bytes) -> None:
    fichier = tmp_path / "faux.dat"
    fichier.write_bytes(octets)
    with pytest.raises(StoreError, match="n’est pas un thésaurus MyThes"):
        load_thesaurus(fichier, {"bail"})


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synonymes, "OCTETS_MAX", 10)
    fichier = tmp_path / "gros.dat"
    fichier.write_text(MYTHES, encoding="utf-8")
    with pytest.raises(StoreError, match="trop gros"):
        load_thesaurus(fichier, {"bail"})


def test_quebec_s_thesaurus_comes_first(tmp_path: Path) -> None:
    assert find_thesaurus(tmp_path) is None
    for nom in ("thes_fr.dat", "th_fr_BE_v2.dat", "th_en_CA_v2.dat", "th_fr_CA_v2.dat"):
        (tmp_path / nom).touch()
    assert find_thesaurus(tmp_path) == tmp_path / "th_fr_CA_v2.dat"
    (tmp_path / "th_fr_CA_v2.dat").unlink()
    assert find_thesaurus(tmp_path) == tmp_path / "th_fr_BE_v2.dat"
    (tmp_path / "th_fr_BE_v2.dat").unlink()
    assert find_thesaurus(tmp_path) == tmp_path / "thes_fr.dat"


def test_the_system_s_thesaurus_gives_synonyms_of_our_themes() -> None:
    chemin = find_thesaurus()
    if chemin is None:
        pytest.skip(f"thésaurus absent : {DOSSIER_MYTHES} (mythes-fr)")
    lus = load_thesaurus(chemin, {"logement", "eviction", "aine"})
    assert "habitation" in lus["logement"]
    assert "expulsion" in lus["eviction"]


def test_expressions_of_one_word_are_looked_up_without_their_star() -> None:
    assert simple_words(["Logement*", "maison de chambres", "bail", "HLM", "co-op", "été"]) == {
        "logement": "Logement*",
        "bail": "bail",
    }


# ---- The company words keep


def neighbours_of(phrases: list[str], minimum: int = 1) -> Voisins:
    """The phrases as the record keeps them: ranks of words, -1 after each phrase."""
    suite, rangs, frequences = array("i"), dict[str, int](), dict[str, int]()
    for phrase in phrases:
        for mot in phrase.split():
            suite.append(rangs.setdefault(mot, len(rangs)))
            frequences[mot] = frequences.get(mot, 0) + 1
        suite.append(-1)
    return Voisins(suite, rangs, frequences, minimum)


VILLE = [
    f"{debut} {mot} {fin}"
    for mot in ("bail", "contrat")
    for debut in ("signer un", "renouveler le", "résilier le")
    for fin in ("de location annuel", "du logement loué")
]
SPORT = [f"{debut} match {fin}" for debut in ("gagner le", "perdre un") for fin in ("de hockey hier", "contre Laval")]


def test_words_in_the_same_company_are_the_nearest_of_each_other() -> None:
    voisins = neighbours_of([*VILLE, *SPORT])
    [(autre, proximite), *_] = voisins.nearest("bail", 3, 0.1)
    assert autre == "contrat"
    assert proximite == voisins.likeness(["bail"], "contrat")
    assert proximite > 0.9 > 0.5 > (voisins.likeness(["bail"], "match") or 0.0)
    assert voisins.nearest("bail", 3, 1.01) == ()
    assert voisins.likeness(["bail", "inconnu"], "contrat") == proximite


def test_words_too_rare_to_tell_say_nothing() -> None:
    voisins = neighbours_of(VILLE, minimum=6)
    assert voisins.likeness(["hiver"], "bail") is None
    assert voisins.likeness(["bail"], "annuel") == voisins.likeness(["annuel"], "bail") is not None
    assert voisins.likeness(["bail"], "signer") is None
    assert voisins.nearest("signer", 3, 0.0) == ()
    vide = neighbours_of([], minimum=1)
    assert (vide.likeness(["bail"], "contrat"), vide.nearest("bail", 3, 0.0)) == (None, ())


phrases_quelconques = st.lists(
    st.lists(st.sampled_from(["bail", "toit", "loyer", "ville", "a", "été", "match"]), max_size=9).map(" ".join),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(phrases_quelconques, st.integers(1, 9))
def test_counting_by_blocks_changes_nothing_and_likeness_is_a_share(phrases: list[str], bloc: int) -> None:
    with pytest.MonkeyPatch.context() as m:
        entier = neighbours_of(phrases)
        m.setattr(synonymes, "_BLOC", bloc)
        coupe = neighbours_of(phrases)
    for a in entier.mots:
        for b in entier.mots:
            proche = entier.likeness([a], b)
            assert proche == pytest.approx(coupe.likeness([a], b))
            assert proche is not None
            assert -1e-6 <= proche <= 1 + 1e-6
        assert coupe.nearest(a, 3, 0.2) == entier.nearest(a, 3, 0.2)


def test_a_text_never_keeps_company_with_the_next() -> None:
    assert neighbours_of(["bail loyer", "toit ville"]).likeness(["loyer"], "ville") == 0.0
    assert neighbours_of(["bail loyer", "bail ville"]).likeness(["loyer"], "ville") == pytest.approx(1.0)


# ---- The advice


THEME = Thematique("habitation", "Habitation", "Se loger.", expressions=Expressions(moyen=("bail", "logement*")))
TAXONOMIE = Taxonomie((THEME,), ())


def archive(nombre: int) -> list[Histoire]:
    """Stories told by four sources: a lease and a contract in the same company, and other subjects."""
    sujets = [*VILLE, *SPORT, *(f"la piste cyclable numéro {i} rouvre" for i in range(5))]
    return [Histoire((Document(str(i), f"{sujets[i % len(sujets)]} {i}", source=f"s{i % 4}"),)) for i in range(nombre)]


def test_a_thesaurus_proposes_only_what_the_archive_holds_in_like_company() -> None:
    thesaurus = {"bail": ("contrat", "match", "fermage", "baux"), "logement": ("cockpit",)}
    assert {"bail", "logement"} <= wanted_words(TAXONOMIE)
    conseiller = Conseiller(TAXONOMIE, thesaurus)
    conseiller.read(archive(HISTOIRES_MIN))
    [synonyme] = conseiller.themes()[0].synonymes
    assert (synonyme.expression, synonyme.synonyme, synonyme.origine) == ("bail", "contrat", "thesaurus")
    assert synonyme.histoires > 100
    assert synonyme.proximite > 0.5
    assert "contrat" in synonyme.exemple


def test_without_a_thesaurus_the_archive_alone_speaks_and_places_are_left_out() -> None:
    conseiller = Conseiller(TAXONOMIE)
    conseiller.read(archive(HISTOIRES_MIN))
    premier, *_ = conseiller.themes()[0].synonymes
    assert (premier.expression, premier.synonyme, premier.origine) == ("bail", "contrat", "archive")
    prudent = Conseiller(TAXONOMIE, ignores=["Le Contrat"])
    prudent.read(archive(HISTOIRES_MIN))
    assert "contrat" not in {s.synonyme for s in prudent.themes()[0].synonymes}


def test_a_small_archive_proposes_no_synonym() -> None:
    conseiller = Conseiller(TAXONOMIE, {"bail": ("contrat",)})
    conseiller.read(archive(HISTOIRES_MIN - 1))
    assert conseiller.themes()[0].synonymes == ()


def test_what_the_theme_already_reads_is_no_synonym() -> None:
    large = Thematique("h", "H", "D", expressions=Expressions(moyen=("bail",), indice=("contrat*",)))
    conseiller = Conseiller(Taxonomie((large,), ()), {"bail": ("contrat",), "contrat": ("bail",)})
    conseiller.read(archive(HISTOIRES_MIN))
    assert conseiller.themes()[0].synonymes == ()
