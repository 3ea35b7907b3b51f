"""Staff make mistakes in files: each is told with its file, key, value and what is allowed, all at once, and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.petit_projet import FICHIERS, LIEUX, PLAN, SOURCES, change, faults, write_project
from veille import settings as reglages
from veille.errors import SettingsError, VeilleError
from veille.model import Dossier


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    return write_project(tmp_path / "projet")


def test_a_valid_folder_becomes_a_dossier(projet: Path) -> None:
    dossier = reglages.load(projet)
    assert isinstance(dossier, Dossier)
    assert [s.slug for s in dossier.sources] == ["journal", "mairie", "telephone"]
    assert dossier.sources[0].thematiques == ("habitation",)
    assert dossier.sources[1].selecteurs is not None
    assert dossier.sources[1].selecteurs.element == "li.nouvelle"
    assert dossier.gazetier.ascendants("bourg") == ("bourg", "region")
    assert dossier.plan.sous_moyens[0].cible is not None
    assert dossier.plan.sous_moyens[0].cible.par == ("année",)
    assert [a.slug for a in dossier.audiences] == ["public"]
    assert dossier.organisation.reseau.espacement_s == 0


ERREURS = {
    "a value outside its list": (
        ("sources.toml", 'genre = "flux"', 'genre = "flix"'),
        "sources.toml, [[source]] « journal », clé genre : « flix » ; valeur inconnue ; "
        "permis : flux, liste, page, courriel, manuel ; vouliez-vous dire « flux » ?",
    ),
    "a key that does not exist": (
        ("sources.toml", 'genre = "flux"', 'genre = "flux"\nlange = "fr"'),
        "sources.toml, [[source]] « journal », clé lange ; clé inconnue ; permis : slug, nom, url, adresse, genre, etat, territoire, "
        "thematiques, type, langue, ",
    ),
    "a key that does not exist inside a table of a table": (
        ("thematiques.toml", "fort =", "frot ="),
        "thematiques.toml, [[thematiques]] « habitation », clé expressions.frot ; clé inconnue ; "
        "permis : fort, moyen, indice, sigles, sigles_faibles, negatives ; vouliez-vous dire « fort » ?",
    ),
    "a table that does not exist": (
        ("thematiques.toml", "[seuils]", "[seuil]"),
        "thematiques.toml, clé seuil ; clé inconnue ; permis : thematiques, types, seuils, hors_sujet, essais ; vouliez-vous dire « seuils » ?",
    ),
    "a required key that is missing": (
        ("thematiques.toml", 'definition = "Se loger."', ""),
        "thematiques.toml, [[thematiques]] « habitation », clé definition ; clé obligatoire, absente",
    ),
    "a required text left empty": (
        ("thematiques.toml", 'nom = "Habitation"', 'nom = " "'),
        "thematiques.toml, [[thematiques]] « habitation », clé nom ; ne peut pas être vide",
    ),
    "a text where a list is needed": (
        ("sources.toml", 'thematiques = ["habitation"]', 'thematiques = "habitation"'),
        "sources.toml, [[source]] « journal », clé thematiques : « habitation » ; attendu : une liste entre crochets [ ]",
    ),
    "a number inside a list of texts": (
        ("sources.toml", 'thematiques = ["habitation"]', "thematiques = [3]"),
        "sources.toml, [[source]] « journal », clé thematiques (1re valeur) : « 3 » ; attendu : un texte entre guillemets droits",
    ),
    "a single table where several are declared": (
        ("territoires.toml", LIEUX, 'territoires = "tous"\n'),
        "territoires.toml, clé territoires : « tous » ; attendu : des tables [[territoires]]",
    ),
    "a text where a number is needed": (
        ("sources.toml", "priorite = 1", 'priorite = "haute"'),
        "sources.toml, [[source]] « journal », clé priorite : « haute » ; attendu : un nombre entier, sans guillemets",
    ),
    "a number outside its bounds": (
        ("sources.toml", "priorite = 1", "priorite = 4"),
        "sources.toml, [[source]] « journal », clé priorite : « 4 » ; attendu : de 1 à 3",
    ),
    "a number that is not one": (
        ("organisation.toml", "espacement_s = 0", "espacement_s = nan"),
        "organisation.toml, [reseau], clé espacement_s : « nan » ; attendu : de 0 à 3600",
    ),
    "a date in words": (
        ("digests/public/audience.toml", 'jour = "mardi"', 'besoins_confirmes_le = "hier"'),
        "digests/public/audience.toml, clé besoins_confirmes_le : « hier » ; attendu : une date sans guillemets, comme 2026-12-01",
    ),
    "a yes-or-no in words": (
        ("sources.toml", "priorite = 1", 'cote_proposee = "oui"'),
        "sources.toml, [[source]] « journal », clé cote_proposee : « oui » ; attendu : true ou false, sans guillemets",
    ),
    "a short name with capitals": (
        ("sources.toml", 'slug = "journal"', 'slug = "Le Journal"'),
        "sources.toml, [[source]] « Le Journal », clé slug : « Le Journal » ; attendu : minuscules sans accent, chiffres et traits d’union",
    ),
    "the same short name twice": (
        ("sources.toml", 'slug = "mairie"', 'slug = "journal"'),
        "sources.toml, [[source]] « journal », clé slug : « journal » ; déjà employé plus haut",
    ),
    "the same plan id at two levels": (
        ("plan.toml", 'id = "1.1.1.1"', 'id = "1.1.1"'),
        "plan.toml, [[sous_moyens]] « 1.1.1 », clé id : « 1.1.1 » ; déjà employé plus haut",
    ),
    "an unknown theme in a source": (
        ("sources.toml", '["habitation"]', '["habitations"]'),
        "sources.toml, [[source]] « journal », clé thematiques : « habitations » ; thème qui n’existe pas dans thematiques.toml ; "
        "permis : habitation, mobilite ; vouliez-vous dire « habitation » ?",
    ),
    "the star of audiences in a source": (
        ("sources.toml", '["habitation"]', '["*"]'),
        "sources.toml, [[source]] « journal », clé thematiques : « * » ; thème qui n’existe pas dans thematiques.toml",
    ),
    "an unknown place in a source": (
        ("sources.toml", 'territoire = "bourg"', 'territoire = "borg"'),
        "sources.toml, [[source]] « journal », clé territoire : « borg » ; territoire qui n’existe pas dans territoires.toml ; "
        "permis : region, bourg ; vouliez-vous dire « bourg » ?",
    ),
    "an unknown type in a source": (
        ("sources.toml", 'type = "nouvelle"', 'type = "roman"'),
        "sources.toml, [[source]] « journal », clé type : « roman » ; type qui n’existe pas dans thematiques.toml ; permis : nouvelle",
    ),
    "an unknown plan id in a theme": (
        ("thematiques.toml", '["1.1.1.1"]', '["1.1.1.9"]'),
        "thematiques.toml, [[thematiques]] « habitation », clé plan : « 1.1.1.9 » ; identifiant du plan qui n’existe pas dans plan.toml ; "
        "permis : 1, 1.1, 1.1.1, 1.1.1.1",
    ),
    "an unknown theme in an audience": (
        ("digests/public/audience.toml", '["habitation"]', '["habitation", "sports"]'),
        "digests/public/audience.toml, clé thematiques : « sports » ; thème qui n’existe pas dans thematiques.toml",
    ),
    "an unknown plan id in an audience": (
        ("digests/public/audience.toml", '["1.1"]', '["7"]'),
        "digests/public/audience.toml, clé plan : « 7 » ; identifiant du plan qui n’existe pas dans plan.toml",
    ),
    "a plan parent that does not exist": (
        ("plan.toml", 'objectif = "1.1"', 'objectif = "1.2"'),
        "plan.toml, [[moyens]] « 1.1.1 », clé objectif : « 1.2 » ; objectif qui n’existe pas dans plan.toml ; permis : 1.1",
    ),
    "a plan parent of the wrong level": (
        ("plan.toml", 'moyen = "1.1.1"\ntexte = "Nombre"', 'moyen = "1.1"\ntexte = "Nombre"'),
        "plan.toml, [[indicateurs]] « IND-1 », clé moyen : « 1.1 » ; moyen qui n’existe pas dans plan.toml ; permis : 1.1.1",
    ),
    "a place whose parent does not exist": (
        ("territoires.toml", 'parent = "region"', 'parent = "comte"'),
        "territoires.toml, [[territoires]] « bourg », clé parent : « comte » ; territoire qui n’existe pas dans territoires.toml ; permis : region, bourg",
    ),
    "places that contain each other": (
        ("territoires.toml", 'genre = "region"', 'genre = "region"\nparent = "bourg"'),
        "territoires.toml, [[territoires]] « bourg », clé parent : « region » ; boucle : bourg → region → bourg",
    ),
    "a place that contains itself": (
        ("territoires.toml", 'parent = "region"', 'parent = "bourg"'),
        "territoires.toml, [[territoires]] « bourg », clé parent : « bourg » ; boucle : bourg → bourg",
    ),
    "an address without its scheme": (
        ("sources.toml", 'adresse = "https://journal.example/feed/"', 'adresse = "journal.example/feed/"'),
        "sources.toml, [[source]] « journal », clé adresse : « journal.example/feed/ » ; attendu : une adresse Web complète",
    ),
    "an address on the machine itself": (
        ("sources.toml", 'adresse = "https://journal.example/feed/"', 'adresse = "file:///etc/passwd"'),
        "sources.toml, [[source]] « journal », clé adresse : « file:///etc/passwd » ; attendu : une adresse Web complète",
    ),
    "an address that carries a password": (
        ("sources.toml", 'adresse = "https://journal.example/feed/"', 'adresse = "https://moi:secret@journal.example/"'),
        "sources.toml, [[source]] « journal », clé adresse : « https://moi:secret@journal.example/ » ; attendu : une adresse Web complète",
    ),
    "an address with a port in words": (
        ("sources.toml", 'url = "https://journal.example/"', 'url = "https://journal.example:web/"'),
        "sources.toml, [[source]] « journal », clé url : « https://journal.example:web/ » ; attendu : une adresse Web complète",
    ),
    "a mail address that is not one": (
        ("organisation.toml", "[reseau]", '[expediteur]\ncourriel = "veille chez exemple"\n[reseau]'),
        "organisation.toml, [expediteur], clé courriel : « veille chez exemple » ; attendu : une adresse courriel",
    ),
    "a sender's name that would forge a header": (
        ("organisation.toml", "[reseau]", '[expediteur]\nnom = "Veille\\nBcc: x"\n[reseau]'),
        "organisation.toml, [expediteur], clé nom : « Veille Bcc: x » ; doit tenir sur une ligne",
    ),
    "a permitted host that is an address": (
        ("organisation.toml", "espacement_s = 0", 'hotes_permis = ["http://127.0.0.1/"]'),
        "organisation.toml, [reseau], clé hotes_permis : « http://127.0.0.1/ » ; attendu : un nom d’hôte ou une adresse IP",
    ),
    "an audience whose folder has another name": (
        ("digests/public/audience.toml", 'slug = "public"', 'slug = "publics"'),
        "digests/public/audience.toml, clé slug : « publics » ; attendu : le nom du dossier, « public »",
    ),
    "a language that is not a code": (
        ("sources.toml", "priorite = 1", 'langue = "français"'),
        "sources.toml, [[source]] « journal », clé langue : « français » ; attendu : un code de langue",
    ),
    "thresholds upside down": (
        ("thematiques.toml", "retenu = 4.0", "retenu = 1.5"),
        "thematiques.toml, [seuils], clé a_revoir : « 2.0 » ; ne peut pas dépasser retenu (1.5)",
    ),
    "years upside down": (
        ("plan.toml", "debut = 2023, fin = 2026", "debut = 2027, fin = 2026"),
        "plan.toml, [[moyens]] « 1.1.1 », clé debut : « 2027 » ; ne peut pas dépasser fin (2026)",
    ),
    "a target upside down": (
        ("plan.toml", "min = 12, max = 15", "min = 16, max = 15"),
        "plan.toml, [[sous_moyens]] « 1.1.1.1 », clé min : « 16 » ; ne peut pas dépasser max (15)",
    ),
    "days of a deadline upside down": (
        ("plan.toml", "debut = 2023, fin = 2026", "debut_le = 2026-04-01, fin_le = 2026-03-31"),
        "plan.toml, [[moyens]] « 1.1.1 », clé debut_le : « 2026-04-01 » ; ne peut pas suivre fin_le (2026-03-31)",
    ),
    "a deadline with one day only": (
        ("plan.toml", "debut = 2023, fin = 2026", "debut_le = 2026-04-01"),
        "plan.toml, [[moyens]] « 1.1.1 », clé fin_le ; obligatoire : « debut_le » et « fin_le » vont ensemble",
    ),
    "a way of counting that nothing knows": (
        ("plan.toml", 'calcul = "manuel"', 'calcul = "manuel"\nmesure = "activite"'),
        "plan.toml, [[indicateurs]] « IND-1 », clé mesure : « activite » ; valeur inconnue",
    ),
    "a baseline after the end of the plan": (
        ("plan.toml", 'calcul = "manuel"', 'calcul = "manuel"\nbase = { valeur = 4, le = 2027-01-01 }'),
        "plan.toml, [[indicateurs]] « IND-1 », clé le : « 2027-01-01 » ; ne peut pas suivre la date du bilan (2026-03-31)",
    ),
    "a text without its quotes": (
        ("sources.toml", 'genre = "flux"', "genre = flux"),
        "sources.toml, ligne 10, colonne 9 : « genre = flux » ; valeur illisible : un texte se met entre guillemets droits",
    ),
    "a text that is never closed": (
        ("sources.toml", 'genre = "flux"', 'genre = "flux'),
        "sources.toml, ligne 10, colonne 14 : « genre = \"flux » ; texte jamais fermé",
    ),
    "a list that is never closed": (
        ("digests/public/audience.toml", '["bourg", "*"]', '["bourg", "*"'),
        "digests/public/audience.toml, ligne 6, colonne 1 : « jour = \"mardi\" » ; liste jamais fermée",
    ),
    "a key written twice": (
        ("sources.toml", 'genre = "flux"', 'genre = "flux"\ngenre = "page"'),
        "sources.toml, ligne 11, colonne 15 : « genre = \"page\" » ; cette clé est écrite deux fois",
    ),
    "a key with an accent": (
        ("sources.toml", 'type = "nouvelle"', 'catégorie = "municipal"'),
        "sources.toml, ligne 14, colonne 4 : « catégorie = \"municipal\" » ; il manque le signe = après la clé (une clé s’écrit sans accent",
    ),
    "a day that does not exist": (
        ("plan.toml", "2026-03-31", "2026-02-31"),
        "plan.toml, ligne 6, colonne 12 : « bilan_le = 2026-02-31 » ; cette date n’existe pas",
    ),
    "a number of ten thousand digits": (
        ("sources.toml", "priorite = 1", "priorite = " + "9" * 10_000),
        "sources.toml, ",
    ),
}  # fmt: skip


@pytest.mark.parametrize("cas", [pytest.param(cas, id=nom) for nom, cas in ERREURS.items()])
def test_an_error_names_file_key_value_and_what_is_allowed(projet: Path, cas: tuple[tuple[str, str, str], str]) -> None:
    faute, attendu = cas
    change(projet, *faute)
    trouvees = faults(projet)
    assert any(trouvee.startswith(attendu) for trouvee in trouvees), "\n".join(trouvees)


@pytest.mark.parametrize(
    ("lange", "voulu"),
    [("lange", "langue"), ("thematique", "thematiques"), ("titre", None), ("ettat", "etat"), ("123", None)],
)
def test_a_misspelt_key_is_given_its_nearest_name_and_only_a_near_one(
    projet: Path, lange: str, voulu: str | None
) -> None:
    change(projet, "sources.toml", 'genre = "flux"', f'genre = "flux"\n{lange} = "x"')
    (faute,) = [f for f in faults(projet) if f"clé {lange} " in f]
    assert faute.endswith(f"vouliez-vous dire « {voulu} » ?" if voulu else "selecteurs")


def test_every_error_of_every_file_comes_at_once_in_the_order_of_the_files(projet: Path) -> None:
    change(projet, "digests/public/audience.toml", 'jour = "mardi"', 'jour = "mercerdi"')
    change(projet, "territoires.toml", 'genre = "mrc"', 'genre = "comté"')
    change(projet, "thematiques.toml", "[seuils]", "[seuil]")
    change(projet, "sources.toml", 'genre = "flux"', "genre = 3")
    change(projet, "sources.toml", 'territoire = "bourg"', 'territoire = "village"')
    (projet / "plan.toml").write_text("slug = plan", encoding="utf-8")
    (projet / "organisation.toml").unlink()
    trouvees = faults(projet)
    assert [f.split(",")[0] for f in trouvees] == [
        "organisation.toml",
        "sources.toml",
        "sources.toml",
        "thematiques.toml",
        "territoires.toml",
        "plan.toml",
        "digests/public/audience.toml",
    ]
    with pytest.raises(SettingsError, match=r"^7 erreurs à corriger :\n  – organisation.toml"):
        reglages.load(projet)


def test_a_faulty_table_or_file_does_not_accuse_those_that_refer_to_it(projet: Path) -> None:
    change(projet, "thematiques.toml", 'definition = "Se loger."', "definition = 3")
    assert len(faults(projet)) == 1
    (projet / "thematiques.toml").write_text("[[thematiques", encoding="utf-8")
    assert len(faults(projet)) == 1


@pytest.mark.parametrize("nom", FICHIERS)
def test_a_missing_file_is_named(projet: Path, nom: str) -> None:
    (projet / nom).unlink()
    assert f"{nom}, fichier ; absent ; « veille initialiser » en écrit un dans un nouveau dossier" in faults(projet)


def test_a_missing_folder_says_what_to_do(tmp_path: Path) -> None:
    (faute,) = faults(tmp_path / "nulle-part")
    assert faute == f"{tmp_path / 'nulle-part'}, dossier ; introuvable ; « veille initialiser » en crée un"


def test_a_folder_without_audiences_is_told_that_digests_is_missing(projet: Path) -> None:
    shutil.rmtree(projet / "digests")
    assert faults(projet) == ["digests, dossier ; absent ; il contient un dossier par public, avec son audience.toml"]


def test_folders_that_are_not_audiences_are_left_alone(projet: Path) -> None:
    (projet / "digests" / "_commun").mkdir()
    (projet / "digests" / ".cache").mkdir()
    assert len(reglages.load(projet).audiences) == 1


def test_a_file_in_another_encoding_is_refused_with_its_line(projet: Path) -> None:
    (projet / "plan.toml").write_bytes(PLAN.replace("Plan d'essai", "Plan étudié").encode("windows-1252"))
    assert "plan.toml, ligne 2 ; n’est pas en UTF-8 : réenregistrez le fichier en « UTF-8 »" in faults(projet)


def test_a_file_saved_by_windows_is_read(projet: Path) -> None:
    (projet / "sources.toml").write_bytes(b"\xef\xbb\xbf" + SOURCES.replace("\n", "\r\n").encode())
    assert len(reglages.load(projet).sources) == 3


@pytest.mark.parametrize(
    "texte",
    [
        pytest.param("a = " + "[" * 100_000, id="a hundred thousand brackets"),
        pytest.param("#" * 6_000_000, id="six megabytes"),
        pytest.param("\0\x01", id="control characters"),
        pytest.param("[[source]]\n" * 2_000, id="two thousand empty tables"),
        pytest.param("source = [1, [2], {a = 1}]", id="a list that holds no table"),
        pytest.param("source = 1979-05-27T07:32:00Z", id="a date for tables"),
        pytest.param("[source]\nslug = {}", id="a table for a text"),
    ],
)
def test_a_monstrous_file_is_refused_in_french_without_a_crash(projet: Path, texte: str) -> None:
    (projet / "sources.toml").write_text(texte, encoding="utf-8")
    assert faults(projet)[0].startswith("sources.toml, ")


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_either_read_or_refused(tmp_path_factory: pytest.TempPathFactory, octets: bytes) -> None:
    projet = tmp_path_factory.getbasetemp() / "octets"
    write_project(projet)
    (projet / "thematiques.toml").write_bytes(octets)
    with pytest.raises(VeilleError):
        reglages.load_taxonomie(projet)


def test_a_source_read_by_hand_or_by_mail_needs_no_address(projet: Path) -> None:
    change(projet, "sources.toml", 'genre = "manuel"', 'genre = "courriel"')
    change(projet, "sources.toml", 'adresse = ""', 'adresse = "infolettre@exemple.org"')
    assert reglages.load(projet).sources[2].adresse == "infolettre@exemple.org"
