"""What is typed in a form or sent in a file becomes a row, or every fault is told; what is shown is read back the same."""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille import settings as reglages
from veille.errors import RefusError
from veille.model import FicheOrganisation, Ligne, Preuve
from veille.registres import fichier, saisie
from veille.registres.champs import REGISTRES, Description
from veille.registres.fichier import LectureFichier, read_csv, read_file
from veille.registres.saisie import Reperes, anonymous, read_day, read_row, show_row

ACTIVITES = REGISTRES["activites"]
FICHES = {
    "clds-joliette": FicheOrganisation(1, "clds-joliette", "CLDS de Joliette (exemple fictif)", "CLDSJ"),
    "table-a": FicheOrganisation(2, "table-a", "Table de quartier, nord (exemple fictif)", "TQ"),
    "table-a-bis": FicheOrganisation(2, "table-a", "Table de quartier, nord (exemple fictif)", "TQ"),  # A merged one.
    "table-b": FicheOrganisation(3, "table-b", "Table de logement (exemple fictif)", "TQ"),
    "partie": FicheOrganisation(4, "partie", "Organisme fermé (exemple fictif)", "OF", retiree=True),
}
REPERES = Reperes(
    reglages.load_plan(),
    {t.slug: t.nom for t in reglages.load_gazetier().territoires if t.genre == "mrc"},
    FICHES,
)
BONNE = {"jour_le": "2025-06-03", "titre": "Rencontre (exemple fictif)", "type": "clds", "moyens": "1.1.2"}
ENTETE = "Date;Titre;Type;Moyens;MRC;Présences;Référence"


def activity(**textes: str) -> Any:
    """The row that these texts make, with those of a good one; it has no fault."""
    saisie = read_row(ACTIVITES, BONNE | textes, REPERES)
    assert saisie.ligne, saisie.fautes
    return saisie.ligne


def faults(registre: str = "activites", **textes: str) -> dict[str, str]:
    saisie = read_row(REGISTRES[registre], (BONNE if registre == "activites" else {}) | textes, REPERES)
    assert saisie.ligne is None
    return saisie.fautes


def read(texte: str | bytes, connues: tuple[Ligne, ...] = (), description: Description = ACTIVITES) -> LectureFichier:
    octets = texte if isinstance(texte, bytes) else texte.encode()
    return read_file(description, read_csv(octets), REPERES, connues)


# ---------------------------------------------------------------- one value


@pytest.mark.parametrize(
    "texte",
    [
        "2025-06-03",
        "2025/6/3",
        "3 juin 2025",
        "3 JUIN 2025",
        "03/06/2025",
        "3-6-2025",
        "3.6.2025",
        "2025-06-03 09:30:00",
    ],
)
def test_a_day_is_read_however_it_is_written(texte: str) -> None:
    assert read_day(texte) == date(2025, 6, 3)


def test_a_month_is_read_by_its_beginning_unless_two_begin_so() -> None:
    assert read_day("1er août 2025") == read_day("1 aout 2025") == date(2025, 8, 1)
    assert read_day("4 sept. 2025") == date(2025, 9, 4)
    assert read_day("4 juil. 2025") == date(2025, 7, 4)
    for texte in ("4 jui 2025", "31 juin 2025", "25/13/2025", "3 juin 25", "0025-06-03", "hier", "2025", "٣/٦/٢٠٢٥"):
        with pytest.raises(ValueError, match="n’est pas une date : écrivez-la comme 2025-06-03 ou 3 juin 2025"):
            read_day(texte)


def test_a_day_that_can_be_read_in_two_ways_is_told() -> None:
    assert read_row(ACTIVITES, BONNE | {"jour_le": "03/06/2025"}, REPERES).avis == {
        "jour_le": "«\u00a003/06/2025\u00a0» est lu 3\u00a0juin\u00a02025\u00a0: le jour vient avant le mois."
    }
    for sur in ("06/06/2025", "25/06/2025", "3 juin 2025"):
        assert not read_row(ACTIVITES, BONNE | {"jour_le": sur}, REPERES).avis


def test_a_day_that_no_year_of_the_plan_holds_is_told_and_not_refused() -> None:
    for jour in ("2052-06-03", "2022-06-03"):
        saisie = read_row(ACTIVITES, BONNE | {"jour_le": jour}, REPERES)
        assert saisie.ligne
        assert "hors du plan, qui va du 1er\u00a0avril\u00a02023 au 31\u00a0mars\u00a02026" in saisie.avis["jour_le"]
    soutien = {"debut_le": "2020-01-01", "titre": "Soutien (exemple fictif)", "type": "continu", "moyens": "2.1.6"}
    assert not read_row(REGISTRES["accompagnements"], soutien, REPERES).avis  # It lasts.
    assert read_row(REGISTRES["accompagnements"], soutien | {"fin_le": "2021-01-01"}, REPERES).avis


@pytest.mark.parametrize(
    ("texte", "slug"),
    [
        ("Joliette", "joliette"),
        ("joliette", "joliette"),
        ("MRC de Joliette", "joliette"),
        ("mrc de l'assomption", "l-assomption"),
        ("L’Assomption", "l-assomption"),
        ("Assomption", "l-assomption"),
        ("D'AUTRAY", "d-autray"),
        ("MRC d’Autray", "d-autray"),
        ("MRC de D’Autray", "d-autray"),
        ("MRC des Moulins", "les-moulins"),
        ("Les Moulins", "les-moulins"),
        ("les-moulins", "les-moulins"),
        ("la Matawinie", "matawinie"),
    ],
)
def test_a_mrc_is_known_by_its_slug_or_its_name_articles_apart(texte: str, slug: str) -> None:
    attendu = next(cle for cle in REPERES.mrc if cle.replace("-", "") == slug.replace("-", ""))
    assert activity(mrc=texte).mrc == (attendu,)


def test_an_organisation_is_known_by_its_code_its_name_or_its_sigle() -> None:
    for texte in ("clds-joliette", "CLDS de Joliette (exemple fictif)", "cldsj"):
        assert activity(organisations=texte).organisations == ("clds-joliette",)
    assert activity(organisations="Table de quartier, nord (exemple fictif) ; cldsj").organisations == (
        "table-a",
        "clds-joliette",
    )
    assert activity(organisations="partie").organisations == ("partie",)  # A row that named it before stays readable.
    assert "plusieurs organisations portent ce nom ; écrivez le code (table-a, table-b)" in faults(organisations="TQ")["organisations"]  # fmt: skip
    assert "vouliez-vous dire" in faults(organisations="CLDS de Jolliette (exemple fictif)")["organisations"]
    assert "absente du répertoire" in faults(organisations="OF")["organisations"]


def test_several_values_are_kept_once_each_whatever_is_between_them() -> None:
    for texte in ("1.1.2 | 1.1.3", "1.1.2;1.1.3", "1.1.2, 1.1.3, 1.1.2", "1.1.2 Soutien\n1.1.3.", " 1.1.2 || 1.1.3 "):
        assert activity(moyens=texte).moyens == ("1.1.2", "1.1.3")
    assert "30 valeurs au plus ; il y en a 31" in faults(moyens="1.1.2;" * 31)["moyens"]


def test_numbers_are_read_as_people_write_them() -> None:
    assert activity(presences="1 200").presences == 1200
    assert activity(presences="14,0").presences == 14
    assert activity(note_sur_5="4,25").note_sur_5 == activity(note_sur_5="4.25").note_sur_5 == 4.25
    assert activity(presences="", note_sur_5=" ").presences is None
    for texte, dit in (("douze", "n’est pas un nombre"), ("12,5", "pas un nombre entier"), ("-1", "de 0 à 100000"), ("1e3", "pas un nombre")):  # fmt: skip
        assert dit in faults(presences=texte)["presences"]
    assert "de 0 à 5" in faults(note_sur_5="7")["note_sur_5"]


def test_a_choice_is_known_by_its_code_or_its_name_and_the_others_are_told() -> None:
    assert activity(type="rencontre de clds").type == activity(type="CLDS").type == "clds"
    assert "permis\u00a0: Rencontre, Rencontre de CLDS" in faults(type="fête")["type"]


def test_a_proof_says_what_it_is() -> None:
    preuves = activity(
        preuves="https://exemple.invalid/a;b?c=d | Le compte rendu :: element:12 | bulletin:3\nCR-juin.pdf"
    ).preuves
    assert preuves == (
        Preuve("lien", "https://exemple.invalid/a;b?c=d"),
        Preuve("item", "12", "Le compte rendu"),
        Preuve("digest", "3"),
        Preuve("fichier", "CR-juin.pdf"),
    )


@pytest.mark.parametrize("champ", ["titre", "appreciation", "note", "reference", "preuves"])
@pytest.mark.parametrize("indice", ["camille@exemple.invalid", "450 555-0100", "(450) 555-0100", "1-450-555-0100"])
def test_no_address_nor_phone_number_enters_a_register(champ: str, indice: str) -> None:
    assert "ni adresse de courriel ni numéro de téléphone" in faults(**{champ: f"Voir {indice}"})[champ]


def test_what_nobody_sees_is_not_kept_and_does_not_fill_a_field() -> None:
    ligne = activity(titre="\ufeffRencontre\u202e  du\tmidi\u200b", note="Une ligne\r\n\r\nUne autre\x00")
    assert (ligne.titre, ligne.note) == ("Rencontre du midi", "Une ligne\n\nUne autre")
    assert faults(titre="\u200b\u200b") == {"titre": "Ce champ ne peut pas être vide."}


def test_every_fault_of_a_row_is_told_at_once() -> None:
    assert faults("activites", jour_le="x", titre="", type="x", moyens="9.9.9", mrc="Montréal", presences="x").keys() == {
        "jour_le", "titre", "type", "moyens", "mrc", "presences",
    }  # fmt: skip
    assert "vouliez-vous dire" in faults(moyens="1.1.33")["moyens"]


@pytest.mark.parametrize(
    ("registre", "textes", "champ", "dit"),
    [
        ("accompagnements", {"debut_le": "2025-06-03", "fin_le": "2025-06-01", "titre": "Soutien", "type": "continu", "moyens": "2.1.6"},
         "fin_le", "précède"),
        ("sondages", {"jour_le": "2025-06-03", "titre": "S", "type": "entrevue", "moyens": "1.2.1", "invites": "3", "repondants": "4"},
         "repondants", "plus de répondants"),
        ("mesures_manuelles", {"debut_le": "2025-04-01", "fin_le": "2026-03-31", "indicateur": "IND-1.1.2-a"}, "narratif", "Donnez une valeur"),
        ("mesures_manuelles", {"debut_le": "2025-04-01", "fin_le": "2026-03-31", "valeur": "2"}, "indicateur", "Dites de quel indicateur"),
    ],
)  # fmt: skip
def test_what_holds_between_fields_is_checked(registre: str, textes: dict[str, str], champ: str, dit: str) -> None:
    assert dit in faults(registre, **textes)[champ]


# ---------------------------------------------------------------- what is shown is read back

_MOTS = st.text(
    st.characters(
        codec="utf-8", exclude_characters="@|;\n\r", exclude_categories=("Nd", "Cc", "Cf", "Zl", "Zp", "Co", "Cn")
    ),
    min_size=1,
    max_size=20,
)
_TEXTES: dict[str, st.SearchStrategy[str]] = {
    "ligne": _MOTS,
    "texte": st.lists(_MOTS, max_size=3).map("\n".join),
    "textes": st.lists(_MOTS, max_size=3).map("|".join),
    "jour": st.dates(date(2000, 1, 1), date(2100, 12, 31)).map(str),
    "entier": st.integers(0, 100_000).map(str),
    "decimal": st.decimals(0, 5, places=6).map(str),
    "moyens": st.lists(st.sampled_from(sorted(REPERES.moyens)), max_size=4).map(" | ".join),
    "mrc": st.lists(st.sampled_from(sorted(REPERES.mrc.values())), max_size=3).map(" | ".join),
    "organisations": st.lists(st.sampled_from(["cldsj", "table-a", "table-b"]), max_size=3).map(" | ".join),
    "indicateur": st.sampled_from(["", *REPERES.indicateurs]),
    "preuves": st.lists(st.sampled_from(["https://exemple.invalid/?a=1", "element:4", "CR :: bulletin:2", "cr.pdf"]), max_size=3).map("\n".join),
    "elements": st.lists(st.integers(1, 10**9).map(str), max_size=3).map(" ".join).map(lambda t: t.replace(" ", " | ")),
}  # fmt: skip


@st.composite
def typed(draw: st.DrawFn) -> tuple[Description, dict[str, str]]:
    """A register, and what someone types in its form."""
    description = REGISTRES[draw(st.sampled_from(sorted(REGISTRES)))]
    textes = {}
    for champ in description.champs:
        genre = _TEXTES["ligne" if champ.genre == "choix" else champ.genre]
        textes[champ.nom] = draw(st.sampled_from(sorted(champ.choix)) if champ.genre == "choix" else genre)
    return description, textes


@settings(max_examples=30, deadline=None)
@given(st.lists(typed(), min_size=1, max_size=4))
def test_a_row_shown_in_a_form_or_written_in_a_file_is_read_back_the_same(
    saisies: list[tuple[Description, dict[str, str]]],
) -> None:
    par_registre: dict[str, list[Ligne]] = {}
    for description, textes in saisies:
        saisie = read_row(description, textes, REPERES)
        if saisie.ligne is None:
            continue
        assert read_row(description, show_row(description, saisie.ligne), REPERES).ligne == saisie.ligne
        par_registre.setdefault(description.registre, []).append(saisie.ligne)
    for registre, lignes in par_registre.items():
        description = REGISTRES[registre]
        uniques = [replace(x, reference=f"R-{n}") for n, x in enumerate(lignes, start=1)]
        ecrit = fichier.write_csv(fichier.rows(description, uniques))
        lecture = read(ecrit, description=description)
        assert not lecture.problemes
        assert [lue.ligne for lue in lecture.lues] == uniques
        assert {lue.sort for lue in read(ecrit, tuple(uniques), description).lues} == {"inchangee"}


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(st.sampled_from([c.nom for c in ACTIVITES.champs]), st.text(max_size=40)))
def test_whatever_is_typed_gives_a_row_or_faults_in_fields_that_exist(textes: dict[str, str]) -> None:
    saisie = read_row(ACTIVITES, textes, REPERES)
    assert (saisie.ligne is None) == bool(saisie.fautes)
    assert saisie.fautes.keys() <= {c.nom for c in ACTIVITES.champs}


@pytest.mark.parametrize("valeur", ["1234567,5", "0,0000000001", "123456789012345", "-12", "100"])
def test_a_value_keeps_all_its_digits(valeur: str) -> None:
    description = REGISTRES["mesures_manuelles"]
    textes = {"debut_le": "2025-04-01", "fin_le": "2026-03-31", "indicateur": "IND-1.1.2-a", "valeur": valeur}
    ligne = read_row(description, textes, REPERES).ligne
    if valeur == "123456789012345":
        assert ligne is None
    else:
        assert ligne
        assert show_row(description, ligne)["valeur"] == valeur


# ---------------------------------------------------------------- a file


@pytest.mark.parametrize("registre", REGISTRES)
def test_the_model_file_is_a_good_file(registre: str) -> None:
    description = REGISTRES[registre]
    lecture = read(fichier.write_csv(fichier.model_rows(description)), description=description)
    assert (lecture.problemes, lecture.ignorees, lecture.count("ajout")) == ((), (), 1)
    assert "exemple fictif" in "".join(fichier.model_rows(description)[1])


def test_a_file_is_read_whatever_a_spreadsheet_made_of_it() -> None:
    rangee = "3 juin 2025;Rencontre à Joliette;Rencontre de CLDS;1.1.2;Joliette;14;A-1"
    texte = f"{ENTETE}\n{rangee}\n"
    variantes = [
        texte.encode(),
        texte.encode("utf-8-sig"),
        texte.encode("cp1252"),
        texte.replace(";", ",").encode(),
        texte.replace(";", "\t").encode(),
        texte.replace("\n", "\r\n").encode(),
        f"sep=;\r\n{texte}".encode(),
        f"\n;;;;;;\n{texte}\n;;;;;;\n".encode(),
        "type;titre;DATE *;moyen;mrc;presence;reference\nRencontre de CLDS;Rencontre à Joliette;2025-06-03;1.1.2;joliette;14;A-1".encode(),
        'jour_le;titre;type;moyens;mrc;presences;reference\n2025-06-03;"Rencontre à\nJoliette";clds;1.1.2;Joliette;14;A-1'.encode(),
    ]
    for octets in variantes:
        lecture = read(octets)
        assert lecture.problemes == ()
        (lue,) = lecture.lues
        attendue = {"titre": "Rencontre à Joliette", "mrc": "Joliette", "presences": "14", "reference": "A-1"}
        assert lue.ligne == activity(**attendue)


def test_every_problem_of_a_file_is_listed_by_line_and_column() -> None:
    lecture = read(
        f"{ENTETE};Couleur\n"
        "03/06/2025;Bonne ligne;clds;1.1.2;Joliette;14;A-1;bleu\n"
        "2025-13-01;;fête;1.1.2;Joliette;x;A-2;\n"
        "\n"
        "2025-06-03;Deux fois;clds;9.9.9;Joliete;;A-1;\n"
        "2025-06-03;Deux fois;clds;1.1.2;;;A-1;\n"
        "2025-06-03;Débordée;clds;1.1.2;;;A-3;rouge;de trop\n"
    )
    assert [(p.ligne, p.colonne) for p in lecture.problemes] == [
        (3, "Date"), (3, "Titre"), (3, "Type"), (3, "Présences"), (5, "Moyens"), (5, "MRC"), (6, "Référence"), (7, ""),
    ]  # fmt: skip
    assert str(lecture.problemes[1]) == "Ligne 3, colonne «\u00a0Titre\u00a0»\u00a0: Ce champ ne peut pas être vide."
    assert "déjà à la ligne 2" in lecture.problemes[6].message
    assert lecture.ignorees == ("Couleur",)
    assert [(a.ligne, a.colonne) for a in lecture.avis] == [(2, "Date")]


def test_reading_stops_after_as_many_problems_as_someone_corrects_in_one_sitting() -> None:
    lecture = read(ENTETE + "\nhier;Titre;clds;1.1.2" * 520)
    assert len(lecture.problemes) == fichier.PROBLEMES_MAX + 1
    assert lecture.problemes[-1].ligne == fichier.PROBLEMES_MAX + 2
    assert "la lecture s’arrête ici" in lecture.problemes[-1].message


@pytest.mark.parametrize(
    "texte", ["b" * 100_000 + " :: https://a.ca", "a." * 50_000, "1 " * 50_000, "b" * 50_000 + "@" + "b" * 50_000]
)
def test_a_cell_of_any_length_is_read_at_once(texte: str) -> None:
    debut = time.process_time()
    assert "preuves" in faults(preuves=texte)
    with contextlib.suppress(ValueError):
        anonymous(texte)
    assert time.process_time() - debut < 1


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("", "Le fichier est vide"),
        ("\n;;\n", "Le fichier est vide"),
        (ENTETE, "aucune ligne sous l’en-tête"),
        (
            "Titre;Type\nRencontre;clds",
            "Il manque la colonne «\u00a0Date\u00a0», «\u00a0Moyens\u00a0». Partez du fichier modèle",
        ),
    ],
)
def test_a_file_that_holds_nothing_says_so(texte: str, dit: str) -> None:
    (probleme,) = read(texte).problemes
    assert dit in probleme.message


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"a;b\n" + b"x" * 5_000_001, "trop gros"),
        (ENTETE.encode("utf-16"), "n’est pas un CSV"),
        (b"PK\x03\x04\x00\x00", "n’est pas un CSV"),
        (b"a\n" * 20_002, "trop de lignes"),
        (
            f'{ENTETE}\n2025-06-03;"Jamais refermé;clds;1.1.2\n2025-06-04;Perdue;clds;1.1.2'.encode(),
            "mal formé à la ligne 2",
        ),
        (f'{ENTETE}\n2025-06-03;"Une "vraie" rencontre";clds;1.1.2'.encode(), "mal formé à la ligne 2"),
        (f"{ENTETE}\n2025-06-03;{'x' * 200_000};clds;1.1.2".encode(), "mal formé à la ligne 2"),
    ],
)
def test_a_file_that_cannot_be_read_whole_is_refused(octets: bytes, dit: str) -> None:
    with pytest.raises(RefusError, match=dit):
        read_csv(octets)


def sorts(texte: str, *connues: Ligne) -> list[str]:
    lecture = read(texte, connues)
    assert not lecture.problemes
    return [lue.sort for lue in lecture.lues]


def test_a_row_with_a_number_is_only_ever_the_row_of_that_number() -> None:
    connue = replace(activity(reference="A-1"), id=7)
    rangee = "2025-06-03;Rencontre (exemple fictif);clds;1.1.2;;{};{}"
    assert sorts(f"{ENTETE}\n{rangee.format('', 'A-1')}", connue) == ["inchangee"]
    lecture = read(f"{ENTETE}\n{rangee.format('14', 'A-1')}", (connue,))
    assert [(x.sort, x.ligne.id) for x in lecture.lues] == [("modification", 7)]
    # Two meetings on one day, each with its number, are two; withdrawn, a row does not come back with the next file.
    assert sorts(f"{ENTETE}\n{rangee.format('', 'A-2')}\n{rangee.format('', 'A-3')}", connue) == ["ajout", "ajout"]
    assert sorts(f"{ENTETE}\n{rangee.format('14', 'A-1')}", replace(connue, retiree=True)) == ["retiree"]


def test_two_rows_that_say_the_same_are_one_when_no_number_sets_them_apart() -> None:
    rangee = "2025-06-03;Rencontre (exemple fictif);clds;1.1.2;;;{}"
    sans, avec = activity(), replace(activity(reference="A-1"), id=7)
    assert sorts(f"{ENTETE}\n{rangee.format('')}\n{rangee.format('')}") == ["ajout", "double"]
    assert sorts(f"{ENTETE}\n{rangee.format('')}", sans) == ["double"]
    assert sorts(f"{ENTETE}\n{rangee.format('')}", avec) == ["double"]
    assert sorts(f"{ENTETE}\n{rangee.format('A-2')}", sans) == ["double"]
    assert sorts(f"{ENTETE}\n{rangee.format('')}", replace(sans, retiree=True)) == ["ajout"]


def test_no_text_of_an_export_becomes_a_formula() -> None:
    titres = ["=1+1", "+SUM(A1)", "@cmd", "-2+3", "\tTab", "Rencontre"]
    ecrit = fichier.write_csv([titres, ["-12,5", "-3", "–", "", "a\n=b", "'=1"]]).decode("utf-8-sig")
    assert ecrit.splitlines()[0] == "'=1+1;'+SUM(A1);'@cmd;'-2+3;'\tTab;Rencontre"
    assert ecrit.split("\r\n")[1].startswith("-12,5;-3;–;;")
    ligne = activity(titre="=1+1 fait deux")
    (lue,) = read(fichier.write_csv(fichier.rows(ACTIVITES, [ligne]))).lues
    assert lue.ligne == ligne


def test_the_columns_of_numbers_are_known() -> None:
    entete = fichier.header(ACTIVITES)
    assert {entete[n] for n in fichier.number_columns(ACTIVITES)} == {"Présences", "Note sur 5"}


def test_a_very_long_word_is_judged_in_no_time() -> None:
    debut = time.process_time()
    for texte in ("b" * 200_000, "b" * 100_000 + "@", ("b" * 100 + "@") * 1000):
        with contextlib.suppress(ValueError):
            saisie.anonymous(texte)
    assert time.process_time() - debut < 2  # Seconds where a backtracking pattern would take minutes.


def test_the_title_of_a_proof_is_bounded_before_anything_else() -> None:
    assert "son titre en 300" in faults(preuves=f"{'b' * 100_000} :: https://exemple.invalid/")["preuves"]
