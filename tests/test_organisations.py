"""The répertoire: what a sheet may hold, what a file does to it, duplicates proposed, merges told before they are made."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.errors import RefusError
from veille.model import Accompagnement, FicheOrganisation, Source
from veille.registres import doublons, fichier, repertoire
from veille.store import organisations, registres, sources, usages
from veille.store.abonnes import droits, open_subscribers, personnes
from veille.store.abonnes.organisations import measure
from veille.store.connexion import connect, stamp
from veille.store.schema import migrate

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
PAR = "Camille Exemple"
CHAMPS = repertoire.fields(
    {"joliette": "Joliette", "les-moulins": "Les Moulins"}, {"habitation": "Habitation, logement"}
)


@pytest.fixture
def c() -> Iterator[sqlite3.Connection]:
    base = connect(":memory:")
    migrate(base)
    yield base
    base.close()


def sheet(numero: int, nom: str, **valeurs: object) -> FicheOrganisation:
    return FicheOrganisation(numero, f"o{numero}", nom, **valeurs)  # type: ignore[arg-type]


def read(*lignes: str, connues: tuple[FicheOrganisation, ...] = ()) -> repertoire.LectureRepertoire:
    return repertoire.read_file(CHAMPS, fichier.read_csv("\n".join(lignes).encode()), connues)


# ---------------------------------------------------------------- a sheet, a file


def test_names_of_mrc_themes_and_roles_are_read_as_people_write_them() -> None:
    """A comma may be in a theme's name; a MRC is read with its article or its code."""
    textes = {
        "nom": "Le Toit",
        "mrc": "MRC des Moulins | joliette",
        "thematiques": "habitation, logement",
        "roles": "Membre|partenaire",
    }
    fiche = repertoire.read_sheet(textes, CHAMPS).fiche
    assert fiche is not None
    assert (fiche.mrc, fiche.thematiques, fiche.roles) == (
        ("les-moulins", "joliette"),
        ("habitation",),
        ("membre", "partenaire"),
    )


@pytest.mark.parametrize(
    ("champ", "texte"),
    [
        ("nom", ""),
        ("nom", "Le Toit, info@toit.exemple"),
        ("note", "Appeler au 450 555-0123"),
        ("site", "toit.exemple"),
        ("site", "https://info@toit.exemple/"),
        ("site", "javascript:alert(1)"),
        ("code", "Le Toit"),
        ("type", "Licorne"),
        ("mrc", "Laval"),
        ("sigle", "X" * 31),
    ],
)
def test_what_a_sheet_may_not_hold_is_told_beside_its_field(champ: str, texte: str) -> None:
    """Nothing that reaches a person, nothing that is not an address of a site, nothing unknown."""
    saisie = repertoire.read_sheet({"nom": "Le Toit", champ: texte}, CHAMPS)
    assert saisie.fiche is None
    assert list(saisie.fautes) == [champ]


def test_a_broken_file_tells_every_fault_by_line() -> None:
    """As a spreadsheet numbers them; one reading is enough to correct it all."""
    lu = read("Nom;Type;MRC", "A;Licorne;Laval", ";Organisme communautaire;", "B;;;trop", "a;;")
    assert [(p.ligne, p.colonne) for p in lu.problemes] == [(2, "Type"), (2, "MRC"), (3, "Nom"), (4, "")]
    assert read("Sigle;Type", "X;").problemes[0].message.startswith("Il manque la colonne")
    assert read("").problemes and read("Nom").problemes
    assert [p.ligne for p in read("Nom;Code", "A;x", "Autre;x", "a;").problemes] == [3, 4]


def test_a_row_is_of_a_known_sheet_by_its_code_else_by_its_name_and_an_absent_column_changes_nothing() -> None:
    """What the répertoire holds and the file does not speak of stays as it is."""
    connue = replace(sheet(1, "Le Toit", sigle="LT", note="à garder"), code="toit")
    lu = read("Nom;Code;Sigle", "Le Toit partagé;toit;LTP", "Autre;;", connues=(connue,))
    assert [lue.sort for lue in lu.lues] == ["modification", "ajout"]
    assert lu.lues[0].fiche == replace(connue, nom="Le Toit partagé", sigle="LTP")
    assert read("Nom", "LE TOIT", connues=(replace(connue, nom="LE TOIT"),)).lues[0].sort == "inchangee"
    partie = replace(connue, fusionnee_dans=9)
    assert "réunie" in read("Nom;Code", "Le Toit;toit", connues=(partie,)).problemes[0].message


def test_what_is_exported_is_read_back_as_unchanged(c: sqlite3.Connection) -> None:
    """The file that people download is one that they can bring back."""
    organisations.add(
        c, FicheOrganisation(0, "", "Le Toit ; et Cie", "LT", "organisme", ("joliette",), ("habitation",), ("membre",), "https://toit.exemple/", "Note\nsur deux lignes"), PAR, NOW,
    )  # fmt: skip
    connues = organisations.all_of(c)
    octets = fichier.write_csv(repertoire.rows(CHAMPS, connues))
    lu = repertoire.read_file(CHAMPS, fichier.read_csv(octets), connues)
    assert (lu.problemes, [lue.sort for lue in lu.lues]) == ((), ["inchangee"])
    assert repertoire.read_file(CHAMPS, repertoire.model_rows(CHAMPS)).count("ajout") in (0, 1)


# ---------------------------------------------------------------- duplicates


@pytest.mark.parametrize(
    ("a", "b", "raison"),
    [
        ({"nom": "Carrefour des Trois Rivages"}, {"nom": "Le carrefour des 3 rivages"}, "même nom"),
        ({"nom": "Maison Sainte-Aurore"}, {"nom": "Maison Ste Aurore (Joliette)"}, "même nom"),
        ({"nom": "A", "sigle": "CATR"}, {"nom": "B", "sigle": "catr"}, "même sigle"),
        ({"nom": "A", "site": "https://www.toit.exemple/"}, {"nom": "B", "site": "http://toit.exemple"}, "même site"),
        ({"nom": "Comité logement Lanaudière"}, {"nom": "Comité logement Lanaudiere Lanaudière"}, "même nom"),
        ({"nom": "Table des aînés du Portage"}, {"nom": "Table des aînés du Portages"}, "même nom"),
        ({"nom": "Comité logemant Portage"}, {"nom": "Comité logement Portage"}, "noms presque pareils"),
        ({"nom": "Le Toit partagé"}, {"nom": "Le Toit partagé, comité logement"}, "le nom de l’une"),
        (
            {"nom": "Comité local Joliette", "mrc": ("joliette",)},
            {"nom": "Comité local Matawinie", "mrc": ("matawinie",)},
            "",
        ),
        ({"nom": "Le Toit partagé", "mrc": ("joliette",)}, {"nom": "Le Toit partagé Sud", "mrc": ("montcalm",)}, ""),
        ({"nom": "Maison"}, {"nom": "Maison des jeunes"}, ""),
    ],
)
def test_two_sheets_that_may_be_one_are_proposed_with_the_reason(
    a: dict[str, object], b: dict[str, object], raison: str
) -> None:
    """A committee in each MRC is no duplicate."""
    trouves = doublons.proposals([sheet(1, **a), sheet(2, **b)])  # type: ignore[arg-type]
    assert [d.raison.startswith(raison) for d in trouves] == ([True] if raison else []), trouves


def test_sheets_already_settled_are_not_proposed_again() -> None:
    """Merged or withdrawn, they no longer ask for anyone."""
    a, b = sheet(1, "Le Toit"), sheet(2, "Le Toit")
    assert (
        doublons.proposals([a, replace(b, fusionnee_dans=1)]) == doublons.proposals([a, replace(b, retiree=True)]) == []
    )
    assert len(doublons.proposals([b, a])) == 1


# ---------------------------------------------------------------- the store


def test_codes_are_plain_stable_and_never_an_address_of_the_pages(c: sqlite3.Connection) -> None:
    """Made of the sigle, else of the name; a later change of name keeps the code."""
    assert organisations.add(c, FicheOrganisation(0, "", "L’Œuvre d’Émilie"), PAR, NOW).code == "l-oeuvre-d-emilie"
    toit = organisations.add(c, FicheOrganisation(0, "", "Le Toit", "TP"), PAR, NOW)
    assert (toit.code, organisations.add(c, FicheOrganisation(0, "", "Autre", "TP"), PAR, NOW).code) == ("tp", "tp-2")
    assert organisations.add(c, FicheOrganisation(0, "", "Importer"), PAR, NOW).code == "importer-2"
    organisations.change(c, replace(toit, nom="Le Toit partagé", code="autre-code"), PAR, NOW)
    assert organisations.by_id(c, toit.id) == replace(toit, nom="Le Toit partagé")
    with pytest.raises(RefusError, match="réservé"):
        organisations.add(c, FicheOrganisation(0, "ajouter", "X"), PAR, NOW)


def test_withdrawn_then_back_with_every_act_in_the_journal(c: sqlite3.Connection) -> None:
    """Nothing is deleted: the journal says who did what."""
    toit = organisations.add(c, FicheOrganisation(0, "", "Le Toit"), PAR, NOW)
    organisations.withdraw(c, toit.id, PAR, NOW)
    assert organisations.listed(c) == []
    organisations.restore(c, toit.id, PAR, NOW)
    assert organisations.listed(c) == [toit]
    assert [a.acte for a in registres.history(c, "organisations", toit.id)] == ["retablir", "retirer", "inscrire"]
    with pytest.raises(RefusError):
        organisations.withdraw(c, 99, PAR, NOW)


@pytest.mark.parametrize(
    "ordre",
    [
        "INSERT OR REPLACE INTO organisations (id, code, nom, par, inscrite_a) VALUES (1, 'x', 'X', 'x', 'x')",
        "INSERT OR REPLACE INTO organisations (code, nom, par, inscrite_a) SELECT code, 'X', 'x', 'x' FROM organisations",
        "UPDATE organisations SET code = 'autre'",
        "DELETE FROM organisations",
    ],
)
def test_no_statement_erases_a_sheet_nor_changes_the_code_that_rows_name(c: sqlite3.Connection, ordre: str) -> None:
    organisations.add(c, sheet(0, "Table de quartier (exemple fictif)"), PAR, NOW)
    avant = organisations.all_of(c)
    with pytest.raises(sqlite3.IntegrityError):
        c.execute(ordre)
    assert organisations.all_of(c) == avant


def test_search_knows_no_accent(c: sqlite3.Connection) -> None:
    """By name, sigle or code, every word."""
    toit = organisations.add(c, FicheOrganisation(0, "", "Fédération des aînés", "FA"), PAR, NOW)
    fiches = organisations.listed(c)
    assert organisations.search(fiches, "AINES federation") == organisations.search(fiches, "fa") == [toit]
    assert organisations.search(fiches, "aînés zut") == []


def test_a_merge_is_told_before_and_counts_one_organisation_less_after(c: sqlite3.Connection) -> None:
    """The preview's figures are those that the merge then gives."""
    a, b = (organisations.add(c, FicheOrganisation(0, "", nom), PAR, NOW) for nom in ("Le Toit", "Toit (le)"))
    for code in (a.code, b.code):
        soutien = Accompagnement(
            0,
            "plan",
            ("2.1.6",),
            organisations=(code,),
            debut_le=date(2025, 6, 3),
            titre=f"Soutien {code}",
            type="continu",
        )
        registres.add(c, soutien, "accompagnements", PAR, NOW)
    apercu = usages.preview(c, b, a)
    assert (apercu.repertoire, apercu.soutenues) == ((2, 1), (2, 1))
    assert [x.titre for x in apercu.usages.lignes] == [f"Soutien {b.code}"]
    organisations.merge(c, b.id, a.id, PAR, NOW)
    fiches = organisations.all_sheets(c)
    assert {code: fiche.code for fiche in [fiches[a.code]] for code in fiches} == {a.code: a.code, b.code: a.code}
    assert len(usages.uses(c, usages.leading_to(fiches, a.code)).lignes) == 2
    assert registres.history(c, "organisations", b.id)[0].acte == "fusionner"
    with pytest.raises(RefusError, match="est déjà réunie à «\u00a0Le Toit\u00a0»"):
        organisations.merge(c, a.id, b.id, PAR, NOW)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), max_size=12))
def test_whatever_is_merged_into_what_every_code_leads_to_one_living_sheet(paires: list[tuple[int, int]]) -> None:
    """Chains are followed to their end, refused merges change nothing, and no loop can be made."""
    c = connect(":memory:")
    migrate(c)
    for n in range(6):
        organisations.add(c, FicheOrganisation(0, f"o{n}", f"Organisation {n}"), PAR, NOW)
    faites = 0
    for perdue, gardee in paires:
        try:
            organisations.merge(c, perdue, gardee, PAR, NOW)
            faites += 1
        except RefusError:
            continue
    fiches = organisations.all_sheets(c)
    assert all(fiche.fusionnee_dans is None for fiche in fiches.values())
    assert len({fiche.code for fiche in fiches.values()}) == len(organisations.listed(c)) == 6 - faites
    c.close()


def test_a_source_that_names_an_unknown_organisation_is_told(c: sqlite3.Connection) -> None:
    """A slip in sources.toml is shown, not refused; a merged code is known."""
    adresse = "https://s.exemple.invalid/"
    sources.sync(c, [Source("s", "Source", adresse, adresse, "flux", organisation="inconnue")], NOW)
    assert usages.unknown_codes(c) == {"inconnue": ("Source",)}
    organisations.add(c, FicheOrganisation(0, "inconnue", "Trouvée"), PAR, NOW)
    assert usages.unknown_codes(c) == {}
    assert usages.uses(c, ["inconnue"]).sources == (("s", "Source"),)


# ---------------------------------------------------------------- who is subscribed


def test_subscribed_organisations_are_counted_without_an_address_and_few_people_are_not_told(
    tmp_path: Path, c: sqlite3.Connection
) -> None:
    """Active partners only, merges followed; under three people, the number is not kept."""
    grande, _petite, double = (
        organisations.add(c, FicheOrganisation(0, code, code), PAR, NOW) for code in ("grande", "petite", "double")
    )
    organisations.merge(c, double.id, grande.id, PAR, NOW)
    with contextlib.closing(open_subscribers(tmp_path)) as abonnes:
        for n, (code, genre, retire) in enumerate(
            [("grande", "partenaire", None), ("grande", "partenaire", None), ("double", "partenaire", None),
             ("grande", "equipe", None), ("petite", "partenaire", None), ("petite", "partenaire", "2026-01-02T00:00:00Z")]
        ):  # fmt: skip
            personne = personnes.add(abonnes, f"p{n}@exemple.invalid", NOW, genre=genre)  # type: ignore[arg-type]
            assert personnes.set_organisation(abonnes, personne.sujet, code)
            for audience in ("public", "clds"):
                abonnes.execute(
                    "INSERT INTO abonnements (abonne_id, audience, base, origine, texte_version, demande_a, confirme_a, retire_a)"
                    " VALUES (?, ?, 'expres', 'equipe', '1', ?, ?, ?)",
                    (personne.id, audience, stamp(NOW), stamp(NOW), retire),
                )
        measure(abonnes, c, NOW)
        trouve = personnes.find(abonnes, "p0@exemple.invalid")
        assert trouve is not None and trouve.organisation_code == "grande"
        export = droits.export(abonnes, "p0@exemple.invalid")
        assert export is not None and export["abonnes"][0]["organisation_code"] == "grande"
    lignes = c.execute("SELECT audience, code, abonnes FROM organisations_abonnees ORDER BY audience, code").fetchall()
    assert [tuple(x) for x in lignes] == [
        (a, code, n) for a in ("", "clds", "public") for code, n in (("grande", 3), ("petite", 0))
    ]
    assert (usages.subscribed(c), usages.subscribers_of(c, "grande"), usages.subscribers_of(c, "petite")) == (2, 3, 0)
    assert usages.subscribers_of(c, "inconnue") is None
