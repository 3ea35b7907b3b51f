"""Addresses, tokens, texts and lists of subscribers, without any file."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.diffusion import ORGANISATION, audience
from veille.abonnes import adresses, jetons, textes
from veille.abonnes.importation import Liste, latest_expiry, read_list
from veille.errors import RefusError
from veille.model import Hebergement

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
JOUR = NOW.date()
CLE = b"k" * 32
PUBLICS = frozenset({"clds-joliette", "partenaires"})

# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("ecrite", "canonique"),
    [
        ("  Camille.Exemple@Exemple.Invalid ", "camille.exemple@exemple.invalid"),
        ("INFO@EXEMPLE.INVALID", "info@exemple.invalid"),
        ("camille+veille@exemple.invalid", "camille+veille@exemple.invalid"),
        ("camille@café.invalid", "camille@xn--caf-dma.invalid"),
        ("camille@CAFÉ.invalid", "camille@xn--caf-dma.invalid"),
        ("o'brien@exemple.invalid", "o'brien@exemple.invalid"),
        ("a@b.invalid", "a@b.invalid"),
    ],
)
def test_an_address_has_one_spelling(ecrite: str, canonique: str) -> None:
    assert adresses.canonical(ecrite) == canonique
    assert adresses.canonical(canonique) == canonique


@pytest.mark.parametrize(
    "ecrite",
    [
        "",
        "   ",
        "camille",
        "@exemple.invalid",
        "camille@",
        "camille@exemple",
        "camille@exemple..invalid",
        "camille@-exemple.invalid",
        "camille@[127.0.0.1]",
        "camille@127.0.0.1",
        "camille.@exemple.invalid",
        ".camille@exemple.invalid",
        "cam..ille@exemple.invalid",
        "a@exemple.invalid, b@exemple.invalid",
        "a@exemple.invalid;b@exemple.invalid",
        "a@b@exemple.invalid",
        "Camille <camille@exemple.invalid>",
        '"camille fictive"@exemple.invalid',
        "cam ille@exemple.invalid",
        "camille@exemple.invalid\nBcc: autre@exemple.invalid",
        "camille@exemple.invalid\r\n.",
        "camille\x00@exemple.invalid",
        "cam\u200bille@exemple.invalid",
        "camille\u202e@exemple.invalid",
        "camillé@exemple.invalid",
        "x" * 65 + "@exemple.invalid",
        "camille@" + "x" * 64 + ".invalid",
        "camille@" + ".".join(["x" * 60] * 5) + ".invalid",
        "x" * 5000,
    ],
)
def test_what_is_no_address_is_refused_in_french(ecrite: str) -> None:
    with pytest.raises(RefusError) as refus:
        adresses.canonical(ecrite)
    assert str(refus.value).endswith(".")


@given(st.text(max_size=80))
def test_what_is_accepted_is_canonical_ascii_on_one_line(texte: str) -> None:
    try:
        adresse = adresses.canonical(texte)
    except RefusError:
        return
    assert adresse.isascii() and adresse.isprintable() and " " not in adresse
    assert adresse == adresse.lower() == adresses.canonical(adresse)
    assert adresse.count("@") == 1 and len(adresse) <= adresses.ADRESSE_MAX


@pytest.mark.parametrize(
    "local", ["info", "administration", "direction", "direction.generale", "info+veille", "no-reply"]
)
def test_shared_mailboxes_are_known(local: str) -> None:
    assert adresses.is_generic(f"{local}@exemple.invalid")


@pytest.mark.parametrize("local", ["camille", "camille.info", "informatrice", "directionnel"])
def test_people_are_not_shared_mailboxes(local: str) -> None:
    assert not adresses.is_generic(f"{local}@exemple.invalid")


# ---------------------------------------------------------------- tokens

SUJET = "0123456789abcdef" * 2
BUTS: tuple[jetons.But, ...] = ("desabonnement", "confirmation", "preferences")
sujets = st.text("0123456789abcdef", min_size=32, max_size=32)
slugs = st.from_regex(r"[a-z0-9-]{0,80}", fullmatch=True)


@given(st.sampled_from(BUTS), sujets, slugs)
def test_a_token_says_what_it_was_made_for(but: jetons.But, sujet: str, slug: str) -> None:
    lu = jetons.read(CLE, jetons.issue(CLE, but, sujet, slug, NOW), but, NOW)
    assert lu == jetons.Jeton(but, sujet, slug, NOW)


@given(st.sampled_from(BUTS), sujets, slugs, st.data())
def test_a_token_with_any_character_changed_says_nothing(
    but: jetons.But, sujet: str, slug: str, data: st.DataObject
) -> None:
    jeton = jetons.issue(CLE, but, sujet, slug, NOW)
    rang = data.draw(st.integers(0, len(jeton) - 1))
    autre = data.draw(st.characters(blacklist_characters=jeton[rang]))
    assert jetons.read(CLE, jeton[:rang] + autre + jeton[rang + 1 :], but, NOW) is None
    assert jetons.read(CLE, jeton[:rang] + jeton[rang + 1 :], but, NOW) is None
    assert jetons.read(CLE, jeton[:rang] + autre + jeton[rang:], but, NOW) is None


@given(st.text(max_size=300))
def test_any_other_text_says_nothing(texte: str) -> None:
    assert all(jetons.read(CLE, texte, but, NOW) is None for but in BUTS)


@pytest.mark.parametrize("fait", BUTS)
@pytest.mark.parametrize("lu", BUTS)
def test_a_token_serves_its_own_purpose_only(fait: jetons.But, lu: jetons.But) -> None:
    assert (jetons.read(CLE, jetons.issue(CLE, fait, SUJET, "", NOW), lu, NOW) is not None) == (fait == lu)


@given(st.binary(min_size=1, max_size=64).filter(lambda cle: cle != CLE))
def test_another_key_opens_nothing(cle: bytes) -> None:
    assert jetons.read(cle, jetons.issue(CLE, "desabonnement", SUJET, "", NOW), "desabonnement", NOW) is None


@pytest.mark.parametrize("jours", [0, 60, 400, 4_000])
def test_a_link_to_unsubscribe_never_expires(jours: int) -> None:
    jeton = jetons.issue(CLE, "desabonnement", SUJET, "partenaires", NOW)
    assert jetons.read(CLE, jeton, "desabonnement", NOW + timedelta(days=jours)) is not None


@pytest.mark.parametrize(("but", "duree"), [("confirmation", timedelta(days=7)), ("preferences", timedelta(hours=24))])
def test_the_other_links_do(but: jetons.But, duree: timedelta) -> None:
    jeton = jetons.issue(CLE, but, SUJET, "", NOW)
    assert jetons.read(CLE, jeton, but, NOW + duree) is not None
    assert jetons.read(CLE, jeton, but, NOW + duree + timedelta(seconds=1)) is None
    assert jetons.read(CLE, jeton, but, NOW - timedelta(days=1)) is None


@pytest.mark.parametrize("jeton", ["", "zut", "é" * 20, "d" * 500, f"d{SUJET}.."])
def test_a_malformed_token_takes_the_same_path(monkeypatch: pytest.MonkeyPatch, jeton: str) -> None:
    calculs: list[str] = []
    vrai = jetons._mac

    def counted(cle: bytes, corps: str) -> str:
        calculs.append(corps)
        return vrai(cle, corps)

    monkeypatch.setattr(jetons, "_mac", counted)
    assert jetons.read(CLE, jeton, "desabonnement", NOW) is None
    assert len(calculs) == 1


# ---------------------------------------------------------------- texts


def test_the_text_says_what_the_law_asks() -> None:
    texte = textes.full_text(ORGANISATION, audience("clds-joliette", "CLDS de Joliette", alertes=("financement",)))
    for mot in (
        "Qui demande",
        "1, rue de l'Exemple",
        "Pourquoi",
        "Comment",
        "Vos droits",
        "Changer d’avis",
        "Dominique Fictif",
        "vieprivee@table.exemple.org",
        "Où",
    ):
        assert mot in texte
    assert "CLDS de Joliette" in texte and "date limite" in texte


def test_a_version_changes_with_any_word_and_says_the_day() -> None:
    un = textes.full_text(ORGANISATION, audience())
    autre = textes.full_text(replace(ORGANISATION, nom="Autre table fictive"), audience())
    assert textes.version(un, JOUR).startswith("2026-11-23-")
    assert textes.fingerprint(un) != textes.fingerprint(autre)


@pytest.mark.parametrize(
    ("lieu", "dit"),
    [
        ("Montréal, Québec", "restent au Québec"),
        ("Canada (Québec)", "restent au Québec"),
        ("États-Unis", "hors du Québec (États-Unis)"),
        ("Ontario, Canada", "hors du Québec"),
        ("", "serveur de Table fictive"),
    ],
)
def test_hosting_out_of_quebec_is_told(lieu: str, dit: str) -> None:
    organisation = replace(ORGANISATION, hebergement=Hebergement(courriel=lieu, efvp_le=None))
    assert dit in textes.hosting(organisation)
    if "hors" in dit:
        assert "après une évaluation" not in textes.hosting(organisation)
        datee = replace(organisation, hebergement=Hebergement(courriel=lieu, efvp_le=JOUR))
        assert "après une évaluation" in textes.hosting(datee)


def test_an_organisation_without_a_named_person_is_still_reachable() -> None:
    nue = replace(
        ORGANISATION,
        renseignements_personnels=replace(ORGANISATION.renseignements_personnels, nom="à remplir", titre=""),
    )
    assert "info@table.exemple.org" in textes.responsible(nue)


# ---------------------------------------------------------------- lists

ENTETES = "courriel;nom;organisation;mrc;public;base;consenti_le;expire_le;preuve"
BONNE = (
    "camille@exemple.invalid;Camille Fictive;Organisme fictif;Joliette;clds-joliette;exprès;2026-05-01;;formulaire 12"
)


def read(*lignes: str, encodage: str = "utf-8", public: str = "") -> Liste:
    return read_list("\r\n".join(lignes).encode(encodage), "liste.csv", PUBLICS, JOUR, public)


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separateur", [";", ","])
def test_a_list_is_read_as_spreadsheets_write_it(encodage: str, separateur: str) -> None:
    lue = read(ENTETES.replace(";", separateur), BONNE.replace(";", separateur), encodage=encodage)
    assert not lue.fautes
    (ligne,) = lue.lignes
    assert (ligne.adresse, ligne.audiences, ligne.base, ligne.consenti_le) == (
        "camille@exemple.invalid",
        ("clds-joliette",),
        "expres",
        date(2026, 5, 1),
    )
    assert ligne.identite.nom == "Camille Fictive"


def test_a_line_may_name_several_audiences_or_take_that_of_the_list() -> None:
    lue = read(ENTETES, BONNE.replace("clds-joliette", '"clds-joliette, partenaires"'))
    assert lue.lignes[0].audiences == ("clds-joliette", "partenaires")
    lue = read(
        "Courriel;Base;Consenti_le;Preuve", "a@exemple.invalid;expres;2026-05-01;dossier 3", public="partenaires"
    )
    assert lue.lignes[0].audiences == ("partenaires",)


@pytest.mark.parametrize(
    ("avant", "apres", "colonne", "dit"),
    [
        ("camille@exemple.invalid", "camille", "courriel", "il manque le @"),
        ("camille@exemple.invalid", "a@exemple.invalid b@exemple.invalid", "courriel", "seule adresse"),
        ("exprès", "implicite", "base", "attendu"),
        ("exprès", "", "base", "attendu"),
        ("exprès", "tacite", "expire_le", "obligatoire"),
        ("2026-05-01", "", "consenti_le", "obligatoire"),
        ("2026-05-01", "01/05/2026", "consenti_le", "AAAA-MM-JJ"),
        ("2026-05-01", "2026-02-30", "consenti_le", "AAAA-MM-JJ"),
        ("2026-05-01", "2027-05-01", "consenti_le", "à venir"),
        ("exprès;2026-05-01;", "exprès;2026-05-01;2027-05-01", "expire_le", "n’expire pas"),
        ("exprès;2026-05-01;", "tacite;2024-01-01;2025-12-31", "expire_le", "déjà expiré"),
        ("exprès;2026-05-01;", "tacite-relation;2026-05-01;2028-05-02", "expire_le", "deux ans"),
        ("exprès;2026-05-01;", "tacite-demande;2026-08-31;2027-03-01", "expire_le", "six mois"),
        ("clds-joliette", "nulle-part", "public", "public inconnu"),
        ("clds-joliette", "", "public", "--audience"),
        ("formulaire 12", "", "preuve", "obligatoire"),
        ("formulaire 12", "courriel de camille@exemple.invalid", "preuve", "sans adresse"),
        ("Camille Fictive", "x" * 121, "nom", "trop long"),
        ("Camille Fictive", "Cam\u202eille", "nom", "invisible"),
        ("formulaire 12", "formulaire 12;de trop", "colonnes", "plus de cellules"),
    ],
)
def test_every_fault_names_line_column_and_value(avant: str, apres: str, colonne: str, dit: str) -> None:
    lue = read(ENTETES, BONNE.replace("camille", "dominique", 1), BONNE.replace(avant, apres, 1))
    assert [ligne.ligne for ligne in lue.lignes] == [2]
    faute = next(f for f in lue.fautes if f.cle == f"ligne 3, colonne {colonne}")
    assert faute.fichier == "liste.csv"
    assert dit in str(faute)


def test_tacit_consent_within_its_limits_is_kept() -> None:
    for base, fin in (("tacite", "2028-05-01"), ("tacite : relation", "2028-05-01"), ("Tacite-demande", "2026-11-30")):
        depuis = "2026-05-31" if "demande" in base else "2026-05-01"
        lue = read(ENTETES, BONNE.replace("exprès;2026-05-01;", f"{base};{depuis};{fin}"))
        assert not lue.fautes, lue.fautes
        assert lue.lignes[0].expire_le == date.fromisoformat(fin)


@pytest.mark.parametrize(
    ("depuis", "mois", "fin"),
    [
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 12, 31), 24, date(2028, 12, 31)),
        (date(2026, 6, 15), 6, date(2026, 12, 15)),
    ],
)
def test_months_end_on_a_real_day(depuis: date, mois: int, fin: date) -> None:
    assert latest_expiry(depuis, mois) == fin


@pytest.mark.parametrize(
    ("octets", "dit"),
    [
        (b"", "vide"),
        (b"\n\n", "vide"),
        ("courriel;nom".encode("utf-16"), "CSV UTF-8"),
        (b"courriel;zut\n", "colonne inconnue"),
        (b"courriel;courriel;base;consenti_le;preuve\n", "deux fois"),
        (b"courriel;nom\n", "manque"),
        (ENTETES.encode() + b"\n", "aucune ligne"),
        (ENTETES.encode() + b'\n"camille', "guillemets"),
        (b"\x81\x8d;a", "encodage"),
        (b"x" * 8_000_001, "trop gros"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_name(octets: bytes, dit: str) -> None:
    lue = read_list(octets, "liste.csv", PUBLICS, JOUR)
    assert not lue.lignes
    assert dit in str(lue.fautes[0]) and "liste.csv" in str(lue.fautes[0])


def test_the_same_person_twice_for_one_audience_is_told_with_both_lines() -> None:
    lue = read(ENTETES, BONNE, BONNE.replace("camille@", "CAMILLE@", 1))
    assert "déjà à la ligne 2" in str(lue.fautes[0]) and "ligne 3" in lue.fautes[0].cle


@given(st.binary(max_size=400))
def test_any_bytes_give_lines_or_faults(octets: bytes) -> None:
    lue = read_list(octets, "liste.csv", PUBLICS, JOUR)
    assert lue.fautes or lue.lignes
