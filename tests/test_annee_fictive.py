"""The fictional year of registers: it reads without a fault, everything in it says that it is fictional, and nobody is named."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from veille import settings
from veille.exemple import registres as annee
from veille.model import MesureManuelle
from veille.periodes import Periode
from veille.registres import fichier, repertoire
from veille.registres.champs import REGISTRES
from veille.registres.saisie import Reperes

FIN = date(2026, 3, 31)
DERNIERE = Periode("annee", date(2025, 4, 1), FIN)
_NOM_DE_PERSONNE = re.compile(r"\b(?:M\.|Mme|Monsieur|Madame|Dr|Me)\s+[A-ZÉ]")


@pytest.fixture(scope="module")
def reperes() -> Reperes:
    """The plan and the places that the project ships, and the répertoire of the year."""
    mrc = {t.slug: t.nom for t in settings.load_gazetier().territoires if t.genre == "mrc"}
    themes = {t.slug: t.nom for t in settings.load_taxonomie().thematiques}
    fiches = (lue.fiche for lue in annee.sheets(repertoire.fields(mrc, themes)))
    return Reperes(settings.load_plan(), mrc, {fiche.code: fiche for fiche in fiches})


def test_the_whole_year_reads_without_a_fault(reperes: Reperes) -> None:
    """The files are read by the very code that reads people's own."""
    lues = annee.rows(reperes, FIN)
    assert {nom: len(lignes) for nom, lignes in lues.items()} == {
        "activites": 164, "outils": 13, "accompagnements": 20, "sondages": 8, "mesures_manuelles": 21,
    }  # fmt: skip
    assert len(reperes.organisations) == 25
    assert all(lue.sort == "ajout" and lue.ligne.reference for lignes in lues.values() for lue in lignes)


def test_the_last_year_is_below_inside_and_above_the_range_of_the_plan(reperes: Reperes) -> None:
    """12 to 15 meetings of CLDS and Coco a year in each MRC: one is short of it, one beyond."""
    activites = [lue.ligne for lue in annee.rows(reperes, FIN)["activites"]]
    comptes = Counter(a.mrc[0] for a in activites if a.type in ("clds", "coco") and DERNIERE.holds(a.jour_le))  # type: ignore[attr-defined]
    assert comptes == {
        "lassomption": 17,
        "joliette": 15,
        "montcalm": 14,
        "dautray": 13,
        "les-moulins": 12,
        "matawinie": 9,
    }


def test_every_indicator_that_only_staff_can_fill_has_something(reperes: Reperes) -> None:
    """A bilan of the fictional year has no empty line among those the plan asks the team to write."""
    lues = annee.rows(reperes, FIN)
    dits = {x.ligne.indicateur for x in lues["mesures_manuelles"] if isinstance(x.ligne, MesureManuelle)}
    recits = {i.id for i in reperes.plan.indicateurs if i.mesure in ("narratif", "document") and i.origine == "plan"}
    assert recits <= dits


def test_what_had_not_happened_yet_is_not_in_the_registers(reperes: Reperes) -> None:
    """Shown in the middle of the year, the demonstration holds no meeting to come."""
    au = date(2025, 10, 1)
    lues = annee.rows(reperes, au)
    assert 0 < len(lues["activites"]) < 164
    assert all(lue.ligne.jour_le <= au for lue in lues["activites"])  # type: ignore[attr-defined]
    assert all(s.jour_le <= au for s in annee.suivis("p", "Équipe", au))


def test_where_the_plan_stands_names_moyens_of_the_plan(reperes: Reperes) -> None:
    """Each state is one that the pages know, on a moyen that exists."""
    dits = annee.suivis(reperes.plan.slug, "Équipe fictive", FIN)
    assert len(dits) == 26
    assert {s.moyen for s in dits} <= {m.id for m in reperes.plan.moyens}
    assert len({s.moyen for s in dits}) == len(reperes.plan.moyens)


@pytest.mark.parametrize("nom", annee.FICHIERS)
def test_every_row_says_that_it_is_fictional_and_names_nobody(nom: str) -> None:
    """No row may be taken for a real one, and the registers hold no person."""
    tete, *rangees = fichier.read_csv(annee.csv_of(nom))
    for rangee in rangees:
        assert len(rangee) == len(tete)
        assert "exemple fictif" in " ".join(rangee).lower(), rangee
        assert not _NOM_DE_PERSONNE.search(" ".join(rangee)), rangee


@pytest.mark.parametrize("nom", list(REGISTRES))
def test_the_files_are_in_the_form_of_the_models(nom: str) -> None:
    """They double as examples of what is imported: the header is the model file's own."""
    assert fichier.read_csv(annee.csv_of(nom))[0] == fichier.header(REGISTRES[nom])
