"""Entries → items: one stable key each, no address of a person, press cut short; and what is new, corrected or known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.ingest import Intentions, decide, fingerprint, remove_emails, to_items
from veille.model import Droits, Entree, Item, Lecture, Source

A = "https://org.exemple/nouvelles/a"


def source(droits: Droits = "institutionnel", langue: str = "fr") -> Source:
    return Source(
        "org", "Org", "https://org.exemple/", "https://org.exemple/feed/", "flux", droits=droits, langue=langue
    )


def items(*entrees: Entree, droits: Droits = "institutionnel") -> list[Item]:
    return to_items(Lecture(entrees), source(droits))


def known(*entrees: Entree) -> dict[str, bytes]:
    return {item.cle: item.empreinte for item in items(*entrees)}


def counts(intentions: Intentions) -> tuple[int, int, int]:
    return len(intentions.nouveaux), len(intentions.versions), intentions.inchanges


# ---------------------------------------------------------------- keys


@pytest.mark.parametrize(
    "variante",
    [
        A + "/",
        A + "?utm_source=rss&utm_medium=feed",
        A.replace("https", "http"),
        A.replace("://", "://www."),
        A + "#commentaires",
        A + "?fbclid=x",
    ],
)
def test_variants_of_one_address_are_one_item(variante: str) -> None:
    assert counts(decide(known(Entree("Titre", A, guid="1")), items(Entree("Titre", variante, guid="2")))) == (0, 0, 1)


def test_a_guid_that_changes_at_each_reading_floods_nothing() -> None:
    premieres = [Entree(f"Titre {i}", f"{A}{i}", guid=f"x{i}") for i in range(20)]
    secondes = [replace(entree, guid=f"y{entree.guid}") for entree in premieres]
    assert counts(decide(known(*premieres), items(*secondes))) == (0, 0, 20)


def test_different_entries_with_one_address_or_one_guid_are_both_kept() -> None:
    assert len(items(Entree("Un", A, guid="1"), Entree("Deux", A, guid="2"))) == 2
    assert len(items(Entree("Un", A, guid="1"), Entree("Deux", A, guid="1"))) == 2
    assert len(items(Entree("Un", "", guid="1"), Entree("Deux", "", guid="1"))) == 2
    assert len(items(Entree("Un", A, guid="1", resume="x"), Entree("Un", A, guid="1", resume="y"))) == 2
    assert len(items(Entree("Séance", A, publie_texte="12 mai"), Entree("Séance", A, publie_texte="9 juin"))) == 2


def test_an_entry_repeated_word_for_word_is_one_item() -> None:
    assert len(items(Entree("Un", A, guid="1"), Entree("Un", A + "/", guid="2"), Entree("UN ", A, guid="1"))) == 1


def test_the_front_page_of_a_site_tells_no_entry_apart() -> None:
    accueil = "https://org.exemple/"
    lus = items(Entree("Un", accueil), Entree("Deux", accueil))
    assert len({item.cle for item in lus}) == 2
    assert counts(decide(known(Entree("Un", accueil)), lus)) == (1, 0, 1)


def test_an_entry_is_the_same_beside_a_twin_as_alone() -> None:
    seule, jumelle = Entree("Un", A, guid="1"), Entree("Deux", A, guid="2")
    assert counts(decide(known(seule), items(jumelle, seule))) == (1, 0, 1)
    assert counts(decide(known(seule, jumelle), items(seule))) == (0, 0, 1)
    assert counts(decide(known(seule, jumelle), items(jumelle))) == (0, 0, 1)


def test_a_guid_shared_by_all_lets_no_new_entry_pass_for_an_old_one() -> None:
    ancienne, nouvelle = Entree("Ancienne", guid="flux"), Entree("Nouvelle", guid="flux")
    assert counts(decide(known(ancienne), items(nouvelle, ancienne))) == (1, 0, 1)


def test_keys_are_short_and_hold_no_e_mail() -> None:
    cles = [
        item.cle
        for item in items(Entree("T", A + "?q=" + "x" * 1_500), Entree("U", guid="tag:camille@org.exemple,2026:1"))
    ]
    assert all(len(cle) <= 450 and "@" not in cle for cle in cles)


# ---------------------------------------------------------------- new, corrected, known


def test_a_corrected_text_is_a_version_and_a_new_date_alone_is_not() -> None:
    avant = Entree("Titre", A, resume="Le souper a lieu mardi.", publie_a=datetime(2026, 9, 14, tzinfo=UTC))
    connus = known(avant)
    (version,) = decide(connus, items(replace(avant, resume="Le souper a lieu mercredi."))).versions
    assert version.cle in connus
    assert counts(decide(connus, items(replace(avant, publie_a=datetime(2026, 9, 20, tzinfo=UTC))))) == (0, 0, 1)


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        ("L’été – « déjà »", 'L\'été - "déjà"'),
        ("un\u00a0:  deux", "un : deux"),
        ("Un titre", "UN TITRE"),
        ("e\u0301cole", "école"),
        ("a\nb", "a b"),
    ],
)
def test_typography_alone_is_not_a_correction(un: str, autre: str) -> None:
    assert fingerprint(un, un, un) == fingerprint(autre, autre, autre)


def test_a_word_that_moves_from_title_to_summary_is_a_correction() -> None:
    assert fingerprint("a b", "c", "") != fingerprint("a", "b c", "") and len(fingerprint("", "", "")) == 16


def test_a_site_that_renumbers_its_entries_announces_nothing() -> None:
    avant = [
        Entree(f"Une nouvelle assez longue pour être reconnue, numéro {i}", f"https://org.exemple/?p={i}")
        for i in range(12)
    ]
    apres = [replace(entree, adresse=f"https://org.exemple/nouvelles/{i}/") for i, entree in enumerate(avant)]
    neuve = Entree("Une vraie nouvelle, que personne n’avait encore lue", "https://org.exemple/nouvelles/99/")
    assert counts(decide(known(*avant), items(neuve, *apres))) == (1, 0, 12)


def test_a_notice_published_again_next_year_is_new() -> None:
    avis = Entree("Avis public : dépôt du rôle d’évaluation foncière triennal", "https://org.exemple/2025/avis")
    assert counts(decide(known(avis), items(replace(avis, adresse="https://org.exemple/2026/avis")))) == (1, 0, 0)


def test_minutes_that_all_have_one_title_are_never_taken_for_old_ones() -> None:
    titre = "Procès-verbal de la séance ordinaire du conseil municipal"
    avant = [Entree(titre, f"https://org.exemple/pv/2025-{i:02}.pdf") for i in range(1, 13)]
    apres = [Entree(titre, f"https://org.exemple/pv/2026-{i:02}.pdf") for i in range(1, 13)]
    assert counts(decide(known(*avant), items(*apres))) == (12, 0, 0)


# ---------------------------------------------------------------- what is stored


@pytest.mark.parametrize(
    "courriel",
    [
        "camille@org.exemple", "mailto:camille.exemple@org.qc.ca", "c.e+info@sous.domaine.quebec", "élodie@élan.ca", "nom (arobase) org.ca",
        "nom [at] org.ca", "nom (at) org (point) ca", "nom arobase org point ca", "nom @ org.ca", "x" * 150 + "@org.ca",
    ],
)  # fmt: skip
def test_e_mail_addresses_are_removed_everywhere(courriel: str) -> None:
    phrase = f"Écrire à {courriel} avant lundi."
    (item,) = items(Entree(phrase, A, auteur=courriel, resume=phrase, texte=phrase * 2))
    assert item.titre == item.resume == "Écrire à [courriel retiré] avant lundi."
    assert item.texte == "Écrire à [courriel retiré] avant lundi." * 2
    assert item.auteur == ""


@pytest.mark.parametrize(
    "texte",
    [
        "Rendez-vous à 10 h @ la salle",
        "5 (a) et 6 (b)",
        "@ville sur les réseaux",
        "le point ca",
        "a@b",
        "prix: 5 $ @ 10",
    ],
)
def test_what_is_no_address_stays(texte: str) -> None:
    assert remove_emails(texte) == texte


def test_an_address_cut_by_a_limit_leaves_no_half() -> None:
    assert remove_emails("Information : camille@org\u00a0…") == "Information : [courriel retiré]"


@settings(max_examples=100, deadline=None)
@given(
    st.text("ab.@ -(rob)à[t]ca\n…", max_size=60),
    st.from_regex(r"[a-z][a-z.]{0,10}[a-z]@[a-z]{1,8}\.(ca|quebec|org)", fullmatch=True),
)
def test_no_address_survives_any_surroundings(autour: str, courriel: str) -> None:
    texte = remove_emails(f"{autour} {courriel} {autour}")
    assert courriel not in texte and remove_emails(texte) == texte


def test_press_is_kept_as_a_short_excerpt_only() -> None:
    (item,) = items(Entree("Titre", A, resume="mot " * 200, texte="mot " * 2_000), droits="presse")
    assert len(item.resume) <= 300 and item.resume.endswith("mot\u00a0…") and item.texte == ""
    (item,) = items(Entree("Titre", A, texte="seul le texte " * 100), droits="presse")
    assert item.resume.startswith("seul le texte") and len(item.resume) <= 300 and item.texte == ""


@pytest.mark.parametrize(
    ("doute", "gardee"), [("", True), ("sans_annee", True), ("future", False), ("ancienne", False)]
)
def test_an_implausible_date_is_not_used_but_stays_as_written(doute: str, gardee: bool) -> None:
    quand = datetime(2126, 1, 1, tzinfo=UTC)
    (item,) = items(Entree("T", A, publie_a=quand, publie_texte="1er janvier 2126", doute=doute))  # type: ignore[arg-type]
    assert (item.publie_a == quand, item.publie_texte, item.doute) == (gardee, "1er janvier 2126", doute)


def test_the_address_is_canonical_and_kept_as_given_too() -> None:
    (item,) = items(Entree("T", A + "?utm_source=x&id=3"))
    assert (item.adresse, item.adresse_origine) == (A + "?id=3", A + "?utm_source=x&id=3")


def test_the_language_of_the_source_stands_for_a_missing_one() -> None:
    assert [item.langue for item in items(Entree("T", A), Entree("U", A + "2", langue="en"))] == ["fr", "en"]


ENTREES = st.lists(
    st.builds(
        Entree,
        titre=st.sampled_from(["Un", "Deux", "Trois"]),
        adresse=st.sampled_from(["", A, A + "/2", "https://org.exemple/"]),
        guid=st.sampled_from(["", "1", "2"]),
        resume=st.sampled_from(["", "x", "y"]),
    ),
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(ENTREES)
def test_keys_are_unique_and_the_same_reading_brings_nothing_new(entrees: list[Entree]) -> None:
    lus = items(*entrees)
    assert len({item.cle for item in lus}) == len(lus)
    assert counts(decide({item.cle: item.empreinte for item in lus}, items(*entrees))) == (0, 0, len(lus))
    assert sum(counts(decide({}, lus))) == len(lus)


@settings(max_examples=100, deadline=None)
@given(ENTREES, ENTREES)
def test_every_item_is_counted_once_and_no_known_key_serves_twice(avant: list[Entree], apres: list[Entree]) -> None:
    connus, lus = known(*avant), items(*apres)
    intentions = decide(connus, lus)
    assert sum(counts(intentions)) == len(lus)
    assert len({version.cle for version in intentions.versions}) == len(intentions.versions)
    assert not [item for item in intentions.nouveaux if item.cle in connus]
