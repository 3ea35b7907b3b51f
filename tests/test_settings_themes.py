"""thematiques.toml edited from a page: what is asked is written, everything people wrote around it stays."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veille.errors import SettingsError
from veille.model import Expressions, Seuils, Taxonomie, Thematique
from veille.settings.ecarts import tell_changes
from veille.settings.ecriture import edit
from veille.settings.themes import read_taxonomie, with_off_topic, with_theme

RACINE = Path(__file__).resolve().parents[1]
LIVRE = (RACINE / "thematiques.toml").read_text(encoding="utf-8")
PETIT = """\
# Les balises, ÉBAUCHE
[seuils]
retenu = 4.0  # points

# ---- Se loger

[[thematiques]]
slug = "habitation"  # définitif
nom = "Habitation"
etat = "ebauche"
definition = "Se loger."
# ce qui entre
inclut = ["le loyer"]

[thematiques.expressions]
# les plus sûres d'abord
fort = [
  "logement social", "HLM",  # à Joliette
  'comité logement',
]
indice = ["bail"]  # seul, ne suffit pas
# ---- Bouger

[[thematiques]]
slug = "mobilite"
nom = "Mobilité"
definition = "Se déplacer."

[[thematiques]]
slug = "culture"
nom = "Culture"
definition = "Se divertir."
validee_le = 2026-01-05
etat = "validee"
expressions.fort = ["musée"]
expressions.sigles = ["BAnQ"]

[[thematiques]]
slug = "sport"
nom = "Sport"
definition = "Bouger."
expressions = { fort = ["hockey"] }

# ---- Les types

[[types]]
slug = "nouvelle"
nom = "Nouvelle"
definition = "Un fait."
# fin
"""


def theme(texte: str, slug: str) -> Thematique:
    return next(t for t in read_taxonomie(texte).thematiques if t.slug == slug)


def with_words(texte: str, slug: str, **listes: tuple[str, ...]) -> str:
    avant = theme(texte, slug)
    return with_theme(texte, replace(avant, expressions=replace(avant.expressions, **listes)))


# ---------------------------------------------------------------- reading


def test_a_wording_is_read_as_the_file_would_be() -> None:
    lue = read_taxonomie(LIVRE)
    assert len(lue.thematiques) == 18
    assert read_taxonomie("\n".join(LIVRE.splitlines())) == lue


@pytest.mark.parametrize(
    ("ancien", "nouveau", "faute"),
    [
        ("fort = [", "frot = [", "clé expressions.frot ; clé inconnue"),
        ('nom = "Mobilité"', 'nom = ""', "« mobilite », clé nom ; ne peut pas être vide"),
        ('slug = "mobilite"', 'slug = "habitation"', "déjà employé plus haut"),
        ("retenu = 4.0", "retenu = 400.0", "attendu : de 0,5 à 100"),
        ('etat = "validee"', 'etat = "finie"', "permis : ebauche, validee"),
        ("[seuils]", "[seuils", "ligne 2"),
    ],
)
def test_every_fault_of_a_wording_is_told_in_french(ancien: str, nouveau: str, faute: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(faute)):
        read_taxonomie(PETIT.replace(ancien, nouveau, 1))


def test_what_no_file_can_hold_is_a_fault_too() -> None:
    with pytest.raises(SettingsError, match="UTF-8"):
        read_taxonomie("# \ud800\n" + PETIT)
    with pytest.raises(SettingsError, match="emboîtés"):
        read_taxonomie("x = " + "[" * 5000)


# ---------------------------------------------------------------- one change, to the letter


def test_a_theme_that_says_the_same_leaves_the_text_as_it_is() -> None:
    for texte in (LIVRE, PETIT, PETIT.replace("\n", "\r\n")):
        for avant in read_taxonomie(texte).thematiques[::4]:  # The shipped file takes a while to be cut 18 times.
            assert with_theme(texte, avant) == texte


def test_added_and_withdrawn_expressions_move_nothing_else() -> None:
    apres = with_words(
        PETIT, "habitation", fort=("logement social", "comité logement", "coop d'habitation"), indice=("bail", "loyer")
    )
    assert apres == PETIT.replace(
        '"logement social", "HLM",  #', '"logement social",  #'
    ).replace("  'comité logement',\n", "  'comité logement',\n  \"coop d'habitation\",\n").replace(
        '["bail"]', '["bail", "loyer"]'
    )  # fmt: skip


def test_a_strength_the_theme_did_not_have_goes_after_the_others() -> None:
    apres = with_words(PETIT, "habitation", negatives=("maison de disques",), sigles=("OMH",))
    ajout = 'sigles = ["OMH"]\nnegatives = ["maison de disques"]\n'
    assert apres == PETIT.replace("ne suffit pas\n", f"ne suffit pas\n{ajout}")


def test_a_theme_without_words_gets_its_table() -> None:
    apres = with_words(PETIT, "mobilite", fort=("taxibus",), negatives=("autobus jouet",))
    ajout = '\n[thematiques.expressions]\nfort = ["taxibus"]\nnegatives = ["autobus jouet"]\n'
    assert apres == PETIT.replace('"Se déplacer."\n', f'"Se déplacer."\n{ajout}')
    assert theme(apres, "culture") == theme(PETIT, "culture")


def test_a_state_and_its_day_are_written_then_taken_away() -> None:
    validee = with_theme(PETIT, replace(theme(PETIT, "habitation"), etat="validee", validee_le=date(2026, 12, 1)))
    assert validee == PETIT.replace('etat = "ebauche"', 'etat = "validee"').replace(
        'inclut = ["le loyer"]\n', 'inclut = ["le loyer"]\nvalidee_le = 2026-12-01\n'
    )
    assert with_theme(validee, theme(PETIT, "habitation")) == PETIT


def test_words_written_with_dots_or_braces_are_edited_in_place() -> None:
    apres = with_words(PETIT, "culture", fort=("musée", "théâtre"), sigles=())
    assert apres == PETIT.replace('["musée"]', '["musée", "théâtre"]').replace('["BAnQ"]', "[]")
    apres = with_words(PETIT, "sport", fort=("hockey", "ringuette"), moyen=("aréna",))
    assert theme(apres, "sport").expressions == Expressions(fort=("hockey", "ringuette"), moyen=("aréna",))
    assert apres.count("\n") == PETIT.count("\n")


def test_themes_written_as_one_inline_list_are_edited_too() -> None:
    ligne = 'thematiques = [{ slug = "a", nom = "A", definition = "d", expressions = { fort = ["x"] } }]\ntypes = []\n'
    assert with_words(ligne, "a", fort=("x", "y")) == ligne.replace('["x"]', '["x", "y"]')


def test_an_unknown_theme_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SettingsError, match="vouliez-vous dire « habitation »"):
        with_theme(PETIT, Thematique("habitatoin", "Habitation", "d"))


def test_the_list_of_what_is_off_topic_is_edited_when_the_file_has_one_or_not() -> None:
    neuf = with_off_topic(PETIT, Expressions(fort=("horoscope",)))
    assert neuf == PETIT + '\n[hors_sujet]\nfort = ["horoscope"]\n'
    plus = with_off_topic(neuf, Expressions(fort=("horoscope", "loterie"), moyen=("recette",)))
    assert plus == PETIT + '\n[hors_sujet]\nfort = ["horoscope", "loterie"]\nmoyen = ["recette"]\n'
    assert with_off_topic(PETIT, Expressions()) == PETIT


def test_the_line_ends_and_the_mark_of_windows_are_kept_in_the_file(tmp_path: Path) -> None:
    fichier = tmp_path / "thematiques.toml"
    fichier.write_bytes(b"\xef\xbb\xbf" + PETIT.replace("\n", "\r\n").encode())
    voulue = replace(
        theme(PETIT, "habitation"),
        validee_le=date(2026, 12, 1),
        expressions=Expressions(fort=("a", "HLM", "b" * 100), negatives=("c" * 60, "d" * 60)),
    )
    edit(fichier, "thematiques.toml", Taxonomie, lambda texte: with_theme(texte, voulue))
    octets = fichier.read_bytes()
    assert octets.startswith(b"\xef\xbb\xbf# Les balises")
    assert octets.count(b"\n") == octets.count(b"\r\n")
    assert set(theme(octets.decode("utf-8-sig"), "habitation").expressions.fort) == {"a", "HLM", "b" * 100}


# ---------------------------------------------------------------- any change

PIEGES = [
    'dit « "x" »',
    "#",
    "a # b",
    "]",
    '", "intrus',
    "'",
    '"',
    "\\",
    '"""',
    "'''",
    "\x00",
    "\x7f",
    "a\nb",
    "\u2028",
    "\ufeff",
]
TEXTES = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["logement social", "HLM", "comité logement", "bail", "musée", "hockey", *PIEGES]
)
LISTES = st.lists(TEXTES, max_size=5, unique=True).map(tuple)
CHANGEMENTS = st.fixed_dictionaries(
    {},
    optional={
        "definition": TEXTES,
        "inclut": LISTES,
        "exclut": LISTES,
        "exemples": LISTES,
        "etat": st.sampled_from(["ebauche", "validee"]),
        "validee_le": st.none() | st.dates(),
    },
)
FORCES = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(["fort", "moyen", "indice", "sigles", "sigles_faibles", "negatives"], LISTES)
)


def unordered(theme: Thematique) -> Any:
    mots = {cle: set(valeurs) for cle, valeurs in vars(theme.expressions).items()}
    return {c: set(v) if isinstance(v, tuple) else v for c, v in vars(theme).items()} | {"expressions": mots}


@given(
    st.lists(
        st.tuples(st.sampled_from(["habitation", "mobilite", "culture", "sport"]), CHANGEMENTS, FORCES), max_size=3
    ),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=60, deadline=None)
def test_any_changes_are_written_and_nothing_else_moves(
    suite: list[tuple[str, dict[str, Any], dict[str, tuple[str, ...]]]], fin: str
) -> None:
    texte = PETIT.replace("\n", fin)
    for slug, cles, forces in suite:
        avant = read_taxonomie(texte)
        voulue = theme(texte, slug)
        voulue = replace(voulue, **cles, expressions=replace(voulue.expressions, **forces))
        texte = with_theme(texte, voulue)
        apres = read_taxonomie(texte)
        assert unordered(theme(texte, slug)) == unordered(voulue)
        assert [t for t in apres.thematiques if t.slug != slug] == [t for t in avant.thematiques if t.slug != slug]
        assert (apres.types, apres.seuils) == (avant.types, avant.seuils)
        assert with_theme(texte, voulue) == texte
    place = 0
    for commentaire in re.findall(r"# [^\n\r]*", PETIT):
        place = texte.index(commentaire, place)
    assert texte.count("\n") == texte.count(fin)


def test_the_shipped_file_takes_any_trap_and_stays_readable() -> None:
    avant = theme(LIVRE, "itinerance")
    voulue = replace(avant, expressions=replace(avant.expressions, fort=(*avant.expressions.fort, *PIEGES)))
    apres = with_theme(LIVRE, voulue)
    assert set(theme(apres, "itinerance").expressions.fort) == set(voulue.expressions.fort)
    assert len(apres.splitlines()) < len(LIVRE.splitlines()) + 10
    assert tomllib.loads(apres)["essais"] == tomllib.loads(LIVRE)["essais"]


# ---------------------------------------------------------------- what changes, in words


def test_each_change_is_told_in_a_french_sentence() -> None:
    avant = read_taxonomie(PETIT)
    habitation = avant.thematiques[0]
    apres = replace(
        avant,
        thematiques=(
            replace(
                habitation,
                nom="Logement",
                definition="Habiter.",
                etat="validee",
                validee_le=date(2026, 12, 1),
                exclut=("l'hôtel",),
                expressions=Expressions(fort=("logement social", "coop"), indice=("bail",)),
            ),
            *avant.thematiques[2:],
            Thematique("neuf", "Du neuf", "d"),
        ),
        seuils=Seuils(retenu=4.5),
        types=(),
    )
    assert [phrase.replace("\u00a0", " ") for phrase in tell_changes(avant, apres)] == [
        "Le thème « Habitation » s’appelle maintenant « Logement ».",
        "Logement : la définition change.",
        "Logement : l’état devient « validée », le 1er décembre 2026.",
        "Logement : ajouté à ce qui est exclu : « l'hôtel ».",
        "Logement : ajouté aux expressions fortes : « coop ».",
        "Logement : retiré des expressions fortes : « HLM », « comité logement ».",
        "Thème ajouté : Du neuf.",
        "Thème retiré : Mobilité.",
        "Réglages : seuil « retenu », de 4 à 4,5.",
        "Types de documents retirés : « Nouvelle ».",
    ]
    assert tell_changes(avant, avant) == ()


def test_themes_in_another_order_are_told_but_not_a_theme_that_comes_or_goes() -> None:
    avant = read_taxonomie(PETIT)
    a, b, *reste = avant.thematiques
    assert tell_changes(avant, replace(avant, thematiques=(b, a, *reste))) == ("L’ordre des thèmes change.",)
    assert not any("ordre" in p for p in tell_changes(avant, replace(avant, thematiques=(a, *reste))))
    assert not any("ordre" in p for p in tell_changes(replace(avant, thematiques=(b, *reste)), avant))


def test_a_long_list_of_changes_is_cut_and_counted() -> None:
    avant = read_taxonomie(PETIT)
    mots = tuple(f"mot {n} {'x' * 100}" for n in range(40))
    (phrase,) = tell_changes(avant, read_taxonomie(with_words(PETIT, "mobilite", fort=mots)))
    assert phrase.endswith("et 28\u00a0autres.")
    assert len(phrase) < 1000
