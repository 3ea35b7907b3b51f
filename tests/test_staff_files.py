"""The files we ship are real: complete, valid together, true to the data they come from, and described key by key."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from veille import model
from veille import settings as reglages
from veille.francais import JOURS, fold

RACINE = Path(__file__).resolve().parents[1]
REGION = {"lanaudiere", "dautray", "lassomption", "joliette", "matawinie", "montcalm", "les-moulins"}


# Three endings of the draft swallowed other words (« dont », « adopte », « tenter »).
MENDED = {"don*": ["don"], "ado*": ["ado", "adolescent*", "adolescence"], "tente*": ["tente"]}
# Named by half of what is written here: it says where, hardly ever that the subject is concertation.
MOVED = {("sigles", "MRC"): ("sigles_faibles", "MRC")}


@pytest.fixture(scope="module")
def dossier() -> model.Dossier:
    return reglages.load(RACINE)


@pytest.fixture(scope="module")
def candidates(donnees: Path) -> dict[str, Any]:
    return tomllib.loads((donnees / "sources-candidates.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def ebauche(donnees: Path) -> dict[str, Any]:
    return tomllib.loads((donnees / "thematiques-ebauche.toml").read_text(encoding="utf-8"))


def slugify(nom: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(nom)).strip("-")


def staff_files() -> list[Path]:
    noms = ("organisation", "sources", "thematiques", "territoires", "plan")
    return [*(RACINE / f"{nom}.toml" for nom in noms), *sorted(RACINE.glob("digests/*/audience.toml"))]


# ---------------------------------------------------------------- as a whole


def test_the_shipped_files_are_valid_together_and_complete(dossier: model.Dossier) -> None:
    genres = [t.genre for t in dossier.gazetier.territoires]
    assert len(dossier.sources) == 159
    assert (len(dossier.taxonomie.thematiques), len(dossier.taxonomie.types)) == (18, 11)
    assert {g: genres.count(g) for g in dict.fromkeys(genres)} == {
        "region": 1, "mrc": 6, "municipalite": 57, "communaute": 1, "tno": 1, "province": 1, "pays": 1,
    }  # fmt: skip
    assert len(dossier.audiences) == 16
    assert len([i for i in dossier.plan.indicateurs if i.origine == "plan"]) == 21
    assert len([i for i in dossier.plan.indicateurs if i.origine == "proposition"]) == 9


@pytest.mark.parametrize("fichier", staff_files(), ids=lambda p: p.relative_to(RACINE).as_posix())
def test_each_file_opens_with_an_explanation_and_is_tidy(fichier: Path) -> None:
    texte = fichier.read_text(encoding="utf-8")
    assert texte.startswith("# ")
    entete = texte.split("\n\n")[0]
    assert "docs/fichiers.md" in entete
    assert "\t" not in texte
    assert "\n\n\n" not in texte
    assert texte.endswith("\n")
    assert not re.search(r" +$", texte, re.MULTILINE)


def test_the_wheel_carries_every_staff_file() -> None:
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))
    embarques = projet["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    attendus = {p.relative_to(RACINE).parts[0] for p in staff_files()}
    assert {nom: embarques.get(nom) for nom in attendus} == {nom: f"veille/dossier/{nom}" for nom in attendus}


def test_activating_one_source_changes_one_line_of_the_shipped_file(tmp_path: Path) -> None:
    shutil.copy(RACINE / "sources.toml", tmp_path)
    reglages.set_sources(tmp_path, {"crevale": {"etat": "active"}})
    avant = (RACINE / "sources.toml").read_text(encoding="utf-8").splitlines()
    apres = (tmp_path / "sources.toml").read_text(encoding="utf-8").splitlines()
    assert len(avant) == len(apres)
    assert [(a, b) for a, b in zip(avant, apres, strict=True) if a != b] == [('etat = "a_verifier"', 'etat = "active"')]


# ---------------------------------------------------------------- sources.toml

THEMES = {
    "alimentation": ("securite-alimentaire", "systeme-alimentaire"),
    "transition": ("transition-socioecologique",),
    "pauvrete": ("pauvrete-inegalites",),
    "sante": ("sante-mieux-etre",),
    "famille": ("petite-enfance-familles",),
    "education": ("reussite-educative-jeunesse",),
    "aines": ("aines-proche-aidance",),
    "immigration": ("immigration-inclusion",),
    "communautaire": ("action-communautaire-benevolat",),
    "emploi": ("emploi-economie-sociale",),
    "territoires": ("concertation-territoires",),
    "gouvernance": ("concertation-territoires",),
    "habitation": ("habitation",),
    "mobilite": ("mobilite",),
}
LUS_DANS_LE_NOM = {"itinerance", "premiers-peuples", "egalite-violences", "handicap-accessibilite"}


def test_every_source_ships_to_be_verified_with_a_proposed_rating(dossier: model.Dossier) -> None:
    assert {s.etat for s in dossier.sources} == {"a_verifier"}
    assert all(s.cote_proposee and s.categorie and s.type and s.preuve and s.confiance for s in dossier.sources)
    assert all(
        s.droits == ("presse" if s.categorie.startswith("media-") else "institutionnel") for s in dossier.sources
    )


def test_local_sources_come_first_and_the_first_lot_leads_each_section(dossier: model.Dossier) -> None:
    locales = [s.territoire in REGION for s in dossier.sources]
    assert locales == sorted(locales, reverse=True)
    texte = (RACINE / "sources.toml").read_text(encoding="utf-8")
    sections = re.split(r"^# =+\n# .*\n# =+\n", texte, flags=re.MULTILINE)[1:]
    assert len(sections) == 12
    for section in sections:
        priorites = re.findall(r"^priorite = (\d)", section, re.MULTILINE)
        assert priorites == sorted(priorites)


def test_no_candidate_is_lost_and_none_is_made_up(dossier: model.Dossier, candidates: dict[str, Any]) -> None:
    assert sorted(s.slug for s in dossier.sources) == sorted(c["slug"] for c in candidates["source"])


def test_each_source_keeps_the_names_addresses_evidence_and_note_of_its_candidate(
    dossier: model.Dossier, candidates: dict[str, Any]
) -> None:
    par_slug = {s.slug: s for s in dossier.sources}
    confiances = {"high": "elevee", "medium": "moyenne", "low": "faible"}
    origines = {"documenté": "documentee", "aucun": ""}
    rythmes = {"quotidienne": "quotidien", "hebdomadaire": "hebdomadaire", "mensuelle": "mensuel"}
    for c in candidates["source"]:
        s = par_slug[c["slug"]]
        # The government's wire holds ten entries at a time: its note asks for several readings a day.
        assert s.rythme == ("horaire" if s.slug == "quebec-fil-presse" else rythmes[c["frequency"]])
        assert (s.nom, s.url, s.langue, s.priorite) == (c["name"], c["url"], c["language"], c["priority"])
        assert (s.preuve, s.note, s.categorie) == (c["evidence"].strip(), c["note"].strip(), c["type"])
        assert s.confiance == confiances[c["confidence"]]
        assert s.origine_adresse == origines.get(c["feed_basis"], c["feed_basis"])
        assert s.territoire == {"mrc-d-autray": "dautray", "mrc-l-assomption": "lassomption"}.get(
            c["territory"], c["territory"].removeprefix("mrc-")
        )


def test_each_source_reads_what_its_candidate_gives_to_read(dossier: model.Dossier, candidates: dict[str, Any]) -> None:
    par_slug = {s.slug: s for s in dossier.sources}
    for c in candidates["source"]:
        s, liste = par_slug[c["slug"]], c.get("list_url", "")
        if c["feed"]:
            assert (s.genre, s.adresse, s.autre_adresse) == ("flux", c["feed"], liste)
        elif liste.endswith((".csv", ".xml")):  # a data file or a site map is not a page of articles
            assert (s.genre, s.adresse, s.autre_adresse) == ("page", c["url"], liste)
        else:
            assert (s.genre, s.adresse) == (("liste", liste) if liste else ("page", c["url"]))


def test_each_source_keeps_the_themes_of_its_candidate(dossier: model.Dossier, candidates: dict[str, Any]) -> None:
    par_slug = {s.slug: s for s in dossier.sources}
    for c in candidates["source"]:
        attendus = {theme for ancien in c["themes"] for theme in THEMES[ancien]}
        trouves = set(par_slug[c["slug"]].thematiques)
        assert attendus <= trouves <= attendus | LUS_DANS_LE_NOM
    assert "itinerance" in par_slug["homeless-hub"].thematiques
    assert "premiers-peuples" in par_slug["cfnj-autochtones"].thematiques
    assert len(par_slug["quebec-fil-presse"].thematiques) == 18


# ---------------------------------------------------------------- thematiques.toml and territoires.toml


def without_defaults(objet: Any) -> dict[str, Any]:
    """A dataclass as TOML would write it: no empty value, tuples as lists."""
    brut = json.loads(json.dumps(dataclasses.asdict(objet), default=str))
    return {cle: valeur for cle, valeur in brut.items() if valeur not in ("", [], {}, None)}


def test_the_themes_are_those_of_the_draft_with_all_of_its_words(
    dossier: model.Dossier, ebauche: dict[str, Any]
) -> None:
    """Definitions word for word; every expression at its strength but those mended, and more of them."""
    trouves = [without_defaults(t) for t in dossier.taxonomie.thematiques]
    for trouve, attendu in zip(trouves, ebauche["themes"], strict=True):
        mots, voulus = trouve.pop("expressions"), attendu.pop("expressions")
        assert trouve.pop("etat") == "ebauche"
        assert trouve.pop("veille")["revue_le"] is None  # Its sheet is ours, and nobody has read it yet.
        assert trouve == attendu
        for force, brutes in voulus.items():
            exigees = {MOVED.get((force, mot), (force, mot)) for brut in brutes for mot in MENDED.get(brut, [brut])}
            pliees = {f: {fold(mot) for mot in lot} for f, lot in mots.items()}
            assert {(f, mot) for f, mot in exigees if fold(mot) not in pliees[f]} == set(), attendu["slug"]
    assert dataclasses.asdict(dossier.taxonomie.seuils) == ebauche["seuils"]
    assert without_defaults(dossier.taxonomie.essais) == ebauche["pieges"]


def test_each_sheet_of_the_plan_de_veille_is_for_those_who_follow_its_theme(dossier: model.Dossier) -> None:
    """A draft: no one has revised it, and each says when it is to be read."""
    for t in dossier.taxonomie.thematiques:
        suiveurs = {a.slug for a in dossier.audiences if {t.slug, "*"} & set(a.thematiques)}
        assert set(t.veille.publics) <= suiveurs, t.slug
        assert t.veille.publics and t.veille.besoins and t.veille.produits, t.slug
        assert t.veille.question.replace("\u00a0", " ").endswith(" ?"), t.slug
        assert t.veille.revue_le is None and t.veille.a_revoir_le is not None


def test_no_theme_says_the_same_expression_twice(dossier: model.Dossier) -> None:
    listes = [(t.slug, t.expressions) for t in dossier.taxonomie.thematiques]
    for slug, expressions in [*listes, ("hors_sujet", dossier.taxonomie.hors_sujet)]:
        lots = dataclasses.asdict(expressions)
        mots = [mot if "sigle" in force else fold(mot) for force, lot in lots.items() for mot in lot]
        assert [mot for mot, fois in Counter(mots).items() if fois > 1] == [], slug


def test_the_document_types_are_those_of_the_draft(dossier: model.Dossier, ebauche: dict[str, Any]) -> None:
    for trouve, attendu in zip(dossier.taxonomie.types, ebauche["types_document"], strict=True):
        brut = without_defaults(trouve)
        if "alerte_lcap" in attendu:  # the draft's points to a document that is not ours
            attendu = {**attendu, "alerte_lcap": attendu["alerte_lcap"].split(" (")[0] + "."}
        assert brut == {cle: valeur for cle, valeur in attendu.items() if valeur != ""}


def test_the_municipalities_are_those_of_the_draft_with_verified_codes(
    dossier: model.Dossier, ebauche: dict[str, Any], candidates: dict[str, Any]
) -> None:
    trouvees = {t.nom: t for t in dossier.gazetier.territoires if t.genre == "municipalite"}
    officielles = {m["name"]: m for m in candidates["municipalite"]}
    assert len(ebauche["municipalites"]["liste"]) == len(trouvees) == 57
    for nom, _, code, _, mrc, ambiguite, alias, faux_amis in ebauche["municipalites"]["liste"]:
        lieu, officielle = trouvees[nom], officielles[nom]
        assert lieu.slug == f"mun-{slugify(nom)}"
        assert (lieu.parent, lieu.ambiguite) == (mrc, ambiguite)
        assert list(lieu.alias) == alias
        assert set(faux_amis) <= set(lieu.faux_amis)  # False friends were added since; none of the draft's is lost.
        assert lieu.code == code == officielle["code"]
        assert lieu.code_verifie
        assert (lieu.designation, lieu.site) == (officielle["designation"].lower(), officielle["url"])


def test_the_other_places_are_those_of_the_draft(dossier: model.Dossier, ebauche: dict[str, Any]) -> None:
    par_slug = {t.slug: t for t in dossier.gazetier.territoires}
    for mrc in ebauche["mrc"]:
        brut = without_defaults(par_slug[mrc["slug"]])
        assert (brut.pop("genre"), brut.pop("parent"), brut.pop("code_verifie")) == ("mrc", "lanaudiere", False)
        assert brut == mrc
    for autre in ebauche["autres_territoires"]:
        lieu = par_slug[autre["slug"]]
        assert (lieu.nom, lieu.designation, list(lieu.alias), lieu.ambiguite) == (
            autre["nom"], autre["type"], autre["alias"], autre["ambiguite"],
        )  # fmt: skip
    region, attendue = par_slug["lanaudiere"], ebauche["region"]
    assert (region.nom, region.code) == (attendue["nom"], str(attendue["numero"]))
    assert (list(region.alias), list(region.gentiles)) == (attendue["alias"], attendue["gentile"])
    assert list(region.faux_amis) == attendue["faux_amis"]
    assert list(dossier.gazetier.indices_de_contexte) == attendue["indices_de_contexte"]


def test_a_municipality_brings_its_mrc_and_any_of_them_brings_the_region(dossier: model.Dossier) -> None:
    for lieu in dossier.gazetier.territoires:
        chaine = dossier.gazetier.ascendants(lieu.slug)
        if lieu.genre == "municipalite":
            assert len(chaine) == 3
        if lieu.genre in ("municipalite", "mrc", "communaute", "tno"):
            assert chaine[-1] == "lanaudiere"
    assert dossier.gazetier.ascendants("mun-joliette") == ("mun-joliette", "joliette", "lanaudiere")
    assert dossier.gazetier.ascendants("manawan") == ("manawan", "lanaudiere")
    assert dossier.gazetier.ascendants("quebec") == ("quebec",)


# ---------------------------------------------------------------- digests/ and organisation.toml


def test_the_audiences_are_those_of_the_draft(dossier: model.Dossier, ebauche: dict[str, Any]) -> None:
    par_slug = {a.slug: a for a in dossier.audiences}
    assert sorted(par_slug) == sorted(p["slug"] for p in ebauche["publics"])
    for public in ebauche["publics"]:
        a, frequence = par_slug[public["slug"]], public["frequence"]
        assert a.slug == "equipe" or a.nom == public["nom"]
        assert (list(a.plan), list(a.thematiques), list(a.territoires), list(a.types)) == tuple(
            public[c] for c in ("plan", "themes", "territoires", "types")
        )
        assert (a.max_elements, a.ton, a.format) == (public["max_elements"], public["ton"], public.get("format", ""))
        attendu = {"hebdomadaire": "hebdomadaire", "aux deux semaines": "bimensuel"}.get(frequence, "mensuel")
        assert a.rythme == attendu
        assert a.jour in JOURS[:5]
        assert ("financement" in a.alertes) == ("financement" in frequence)
        assert ("projet-de-loi" in a.alertes) == ("projet de loi" in frequence)


def test_only_the_team_and_the_board_are_kept_inside(dossier: model.Dossier) -> None:
    assert {a.slug for a in dossier.audiences if a.visibilite == "interne"} == {"equipe", "ca-direction"}
    (equipe,) = [a for a in dossier.audiences if a.genre == "rappel"]
    assert (equipe.slug, equipe.rythme, equipe.jour) == ("equipe", "hebdomadaire", "lundi")


def test_the_organisation_ships_under_both_names_with_the_legal_mentions_to_fill_in(dossier: model.Dossier) -> None:
    organisation = dossier.organisation
    assert (organisation.nom, organisation.sigle) == ("Développement social Lanaudière", "DSL")
    assert "TPDSL" in organisation.autres_noms
    assert "Table des partenaires du développement social de Lanaudière" in organisation.autres_noms
    assert len(reglages.missing_for_publication(organisation)) == 6
    assert organisation.reseau == model.Reseau()
