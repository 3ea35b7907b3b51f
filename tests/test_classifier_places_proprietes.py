"""What holds for every place and every text: spellings, explicit cues, time."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.classifier.places.territories import TerritoryReader
from veille.model import Document, Territoire
from veille.settings import load_gazetier

GAZETIER = load_gazetier()
LECTEUR = TerritoryReader(GAZETIER)
MUNICIPALITES = [t for t in GAZETIER.territoires if t.genre == "municipalite"]

INDICES = [
    "municipalité de {}",
    "La Municipalité de {} recrute",
    "une soirée à {} (Lanaudière)",
    "Un feu à {}, dans Lanaudière",
]
SANS_RAPPORT = [
    "L'ouragan a frappé la Louisiane.", "Une exposition sur l'empereur Charlemagne à Rome.", "Le Minnesota manifeste.",
    "La MRC de Bellechasse vote.", "À Montréal, le métro Joliette ferme.", "Il pleut.", "Le Saint-Esprit, selon Paris.",
    "Pèlerinage à la grotte.", "Toutes les régions de France.", "M. Joliette parle.", "Élections dans Laval.", "Le 15 août, congé.",
]  # fmt: skip


def retained(titre: str, texte: str = "") -> set[str]:
    return {s.valeur for s in LECTEUR.read(Document("", titre, "", texte)) if s.etat == "retenu"}


def _without_accents(texte: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", texte) if not unicodedata.combining(c))


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """A municipality and one way to write its name."""
    lieu = draw(st.sampled_from(MUNICIPALITES))
    nom = lieu.nom
    if draw(st.booleans()):
        nom = nom.replace("Sainte-", "Ste-").replace("Saint-", "St-")
    nom = nom.replace("'", draw(st.sampled_from(["'", "’", "ʼ", " "])))
    trait = draw(st.sampled_from(["-", " ", "\u2010", "\u2011", "–"]))
    nom = nom.replace("–", "-").replace("-", trait)
    if draw(st.booleans()):
        nom = _without_accents(nom)
    if draw(st.booleans()):
        nom = nom.upper()
    if draw(st.booleans()):
        nom = unicodedata.normalize("NFD", nom)
    return lieu.slug, nom


@given(spellings(), st.sampled_from(INDICES))
@settings(max_examples=500, deadline=None)
def test_any_spelling_with_an_explicit_cue_gives_the_town_its_county_and_the_region(
    ecriture: tuple[str, str], indice: str
) -> None:
    slug, nom = ecriture
    assert set(GAZETIER.ascendants(slug)) <= retained(indice.format(nom))


@pytest.mark.parametrize("lieu", MUNICIPALITES, ids=lambda t: t.slug)
def test_every_town_is_found_as_its_file_spells_it(lieu) -> None:  # type: ignore[no-untyped-def]
    for nom in (lieu.nom, *(alias for alias in lieu.alias if "(" not in alias)):
        assert lieu.slug in retained(f"Une assemblée à {nom} (Lanaudière)"), nom


# Names that no article begins: what is left of « Ala Visitation-de-l'Île-Dupas » would still be a name.
PLACES = [t for t in GAZETIER.territoires if t.genre not in ("province", "pays") and not {" ", "'"} & set(t.nom)]


@given(
    st.sampled_from(PLACES),
    st.sampled_from("abcdefghijklmnopqrstuvwxyzàéè"),
    st.booleans(),
    st.sampled_from(["municipalité de {}", "MRC de {}", "à {}", "{}"]),
)
@settings(max_examples=400, deadline=None)
def test_no_place_is_found_inside_a_longer_word(lieu: Territoire, lettre: str, devant: bool, indice: str) -> None:
    nom = lieu.nom
    colle = f"{lettre.upper()}{nom[0].lower()}{nom[1:]}" if devant else f"{nom}{lettre}o"
    assert lieu.slug not in retained(indice.format(colle))


@given(spellings(), spellings())
@settings(max_examples=200, deadline=None)
def test_two_spellings_of_one_place_are_judged_alike(une: tuple[str, str], autre: tuple[str, str]) -> None:
    """Whatever the spelling, « municipalité de » gives the same places."""
    lieu = next(t for t in MUNICIPALITES if t.slug == une[0])
    assert retained(f"La municipalité de {une[1]} consulte") == retained(f"La municipalité de {lieu.nom} consulte")
    if une[0] == autre[0]:
        assert retained(f"Municipalité de {une[1]}") == retained(f"Municipalité de {autre[1]}")


@given(spellings(), st.sampled_from(INDICES), st.lists(st.sampled_from(SANS_RAPPORT), max_size=3), st.integers(0, 3))
@settings(max_examples=300, deadline=None)
def test_unrelated_sentences_never_remove_a_place_named_with_an_explicit_cue(
    ecriture: tuple[str, str], indice: str, ailleurs: list[str], rang: int
) -> None:
    slug, nom = ecriture
    phrases = [*ailleurs[:rang], f"{indice.format(nom)}.", *ailleurs[rang:]]
    assert slug in retained("", " ".join(phrases))
    assert slug in retained(indice.format(nom), " ".join(ailleurs))


@given(st.lists(st.sampled_from([t.nom for t in GAZETIER.territoires if t.genre == "mrc"]), min_size=1, max_size=4))
@settings(deadline=None)
def test_counties_named_as_such_never_bring_a_town(noms: list[str]) -> None:
    titre = ", ".join(f"la MRC de {nom}" for nom in noms)
    assert not [slug for slug in retained(titre) if slug.startswith("mun-")]


MOTS = ["Toutes les MRC", "du Québec", "les municipalités", "Saint", "Sainte Julienne", "de", "(Québec)", "N.D. ", "ʼ", "MRC de", "Bellechasse",
        "maire", "conseil des", "dans le", "Surrey", "Terrebonne", "Parish", "partout au Québec", "sauf", "Joliette", "–", "De Repentigny", "à", ","]  # fmt: skip


@given(st.lists(st.sampled_from(MOTS), max_size=25).map(" ".join) | st.text(max_size=150))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_failing_and_twice_the_same(texte: str) -> None:
    document = Document("", texte, "", texte * 2)
    assert LECTEUR.read(document) == LECTEUR.read(document)


@pytest.mark.parametrize(
    "motif",
    [
        "Toutes les MRC ",
        "conseil des maires de ",
        "Joliette dans le Surrey ",
        "N.D. des ",
        "MRC de Y ",
        "À Terrebonne Parish. ",
    ],
)
def test_twice_the_text_takes_about_twice_the_time(motif: str) -> None:
    def duration(repetitions: int) -> float:
        texte = motif * repetitions
        essais = []
        for _ in range(3):
            debut = time.process_time()
            LECTEUR.read(Document("", motif, "", texte))
            essais.append(time.process_time() - debut)
        return min(essais)

    duration(100)
    assert duration(4_000) < 8 * duration(1_000) + 0.05
