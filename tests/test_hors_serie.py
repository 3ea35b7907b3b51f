"""Alerts between issues, notices instead of one, thin weeks: proposed by the machine, chosen by people, approved alike."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import compose, hors_serie
from tests.diffusion import Atelier, audience
from tests.navigateur import NOW, Visiteur, fill, signed_in
from veille import editor, settings
from veille.editor import Contenu
from veille.errors import RefusError
from veille.store import arbitrages, digests, fiches, verifications
from veille.store.connexion import transaction

PAR = "Camille Exemple"
CLDS = audience(
    thematiques=("habitation",),
    territoires=("joliette", "lanaudiere"),
    alertes=("financement",),
    minimum=3,
    jour="mardi",
)


@pytest.fixture
def atelier(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path, audiences=(CLDS,))


def group_of(a: Atelier, item_id: int) -> int:
    trouvee = fiches.of_item(a.c, item_id)
    assert trouvee is not None
    return trouvee.groupe_id


def call(a: Atelier, titre: str = "Un appel", limite: str = "2026-11-30") -> int:
    return group_of(a, a.retenir(titre, type_="financement", limite=limite, ecrit={"resume": "Un résumé à nous."}))


def links_are_good(a: Atelier) -> None:
    with transaction(a.c):
        for (adresse,) in a.c.execute("SELECT adresse FROM items").fetchall():
            verifications.record(a.c, adresse, "bon", "", a.now)


def content_of(a: Atelier, digest_id: int) -> Contenu:
    contenu = editor.from_json(digests.require(a.c, digest_id).contenu)
    assert isinstance(contenu, Contenu)
    return contenu


def test_an_alert_is_a_draft_of_one_story_approved_like_any_other(atelier: Atelier) -> None:
    groupe = call(atelier)
    bilan = hors_serie.compose_alert(atelier.c, atelier.dossier, CLDS.slug, groupe, PAR, atelier.now)
    contenu = content_of(atelier, bilan.digest)
    assert (contenu.genre, contenu.titre, len(contenu.elements)) == (
        "alerte",
        "Alerte de veille\u00a0: CLDS de Joliette",
        1,
    )
    links_are_good(atelier)
    fait = compose.approve(atelier.c, atelier.dossier, bilan.digest, PAR, atelier.now)
    assert fait.etat == "approuvé"
    assert content_of(atelier, bilan.digest).genre == "alerte"
    assert digests.former_groups(atelier.c, CLDS.slug) == {groupe}


def test_what_went_as_an_alert_is_not_in_the_next_issue_and_its_draft_is_left_alone(atelier: Atelier) -> None:
    for n in range(3):
        atelier.retenir(f"Nouvelle {n}")
    brouillon = compose.compose(atelier.c, atelier.dossier, CLDS.slug, PAR, atelier.now)
    groupe = call(atelier)
    alerte = hors_serie.compose_alert(atelier.c, atelier.dossier, CLDS.slug, groupe, PAR, atelier.now)
    assert alerte.digest != brouillon.digest
    links_are_good(atelier)
    compose.approve(atelier.c, atelier.dossier, alerte.digest, PAR, atelier.now)
    encore = compose.compose(atelier.c, atelier.dossier, CLDS.slug, PAR, atelier.now)
    assert encore.digest == brouillon.digest
    assert groupe not in digests.groups_of(atelier.c, encore.digest)


def test_one_alert_a_week_at_most(atelier: Atelier) -> None:
    hors_serie.compose_alert(atelier.c, atelier.dossier, CLDS.slug, call(atelier), PAR, atelier.now)
    autre = call(atelier, "Un autre appel", "2026-12-08")
    with pytest.raises(RefusError, match="une par semaine, au plus"):
        hors_serie.compose_alert(atelier.c, atelier.dossier, CLDS.slug, autre, PAR, atelier.passer(days=6))
    hors_serie.compose_alert(atelier.c, atelier.dossier, CLDS.slug, autre, PAR, atelier.passer(days=1, hours=1))


@pytest.mark.parametrize(
    ("cles", "dit"),
    [
        ({"themes": ("mobilite",)}, "hors des thèmes"),
        ({"lieux": ("mun-terrebonne", "les-moulins")}, "hors du territoire"),
        ({"type_": "financement", "limite": "2026-11-20"}, "l’échéance de l’appel est passée"),
    ],
)
def test_a_story_that_is_not_for_the_audience_is_refused_with_the_reason(
    atelier: Atelier, cles: dict[str, object], dit: str
) -> None:
    groupe = group_of(atelier, atelier.retenir("Autre", **cles))
    with pytest.raises(RefusError, match=dit):
        hors_serie.compose_alert(atelier.c, atelier.dossier, CLDS.slug, groupe, PAR, atelier.now)
    with pytest.raises(RefusError, match="Aucune nouvelle"):
        hors_serie.compose_alert(atelier.c, atelier.dossier, CLDS.slug, 9999, PAR, atelier.now)


def test_a_thin_issue_is_approved_only_when_someone_chose_to(atelier: Atelier) -> None:
    atelier.retenir("Seule")
    bilan = compose.compose(atelier.c, atelier.dossier, CLDS.slug, PAR, atelier.now)
    links_are_good(atelier)
    with pytest.raises(RefusError, match="Semaine mince"):
        compose.approve(atelier.c, atelier.dossier, bilan.digest, PAR, atelier.now)
    jour = editor.last_due_day(CLDS, atelier.now.date())
    with transaction(atelier.c):
        arbitrages.record_thin(atelier.c, CLDS.slug, jour, "reporter", bilan.digest, "Sam Exemple", atelier.now)
    with pytest.raises(RefusError, match="Sam Exemple a choisi que ce numéro"):
        compose.approve(atelier.c, atelier.dossier, bilan.digest, PAR, atelier.now)
    with transaction(atelier.c):
        arbitrages.record_thin(atelier.c, CLDS.slug, jour, "garder", bilan.digest, PAR, atelier.now)
    assert compose.approve(atelier.c, atelier.dossier, bilan.digest, PAR, atelier.now).etat == "approuvé"


def test_a_skipped_issue_becomes_a_notice_whose_stories_wait_for_the_next_one(atelier: Atelier) -> None:
    groupe = group_of(atelier, atelier.retenir("Seule"))
    brouillon = compose.compose(atelier.c, atelier.dossier, CLDS.slug, PAR, atelier.now)
    avis = hors_serie.skip(atelier.c, atelier.dossier, CLDS.slug, PAR, atelier.now)
    assert avis.digest != brouillon.digest, "le brouillon attend, avec ce que les gens y ont fait"
    contenu = content_of(atelier, avis.digest)
    assert contenu.genre == "avis"
    assert not contenu.elements
    assert "Le prochain est prévu le" in contenu.editorial
    fait = compose.approve(atelier.c, atelier.dossier, avis.digest, PAR, atelier.now)
    assert fait.etat == "approuvé"
    gele = content_of(atelier, avis.digest)
    assert (gele.genre, gele.editorial, gele.titre) == ("avis", contenu.editorial, contenu.titre)
    suivant = compose.compose(atelier.c, atelier.dossier, CLDS.slug, PAR, atelier.now + timedelta(days=7))
    assert suivant.digest == brouillon.digest
    assert digests.groups_of(atelier.c, suivant.digest) == [groupe]


# ---------------------------------------------------------------- the page


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    dossier = tmp_path_factory.mktemp("choisir")
    settings.initialise(dossier)
    return fill(dossier, 16)


@pytest.fixture
def avec_alerte(dossier: Path, base: sqlite3.Connection) -> int:
    """A retained call whose deadline nears, for « Nourrir Lanaudière »."""
    from veille.store import decisions
    from veille.store.decisions import Decision

    limite = (NOW + timedelta(days=5)).date().isoformat()
    item = int(base.execute("SELECT max(item_id) FROM membres").fetchone()[0])
    with transaction(base):
        decisions.record(
            base,
            Decision(
                item,
                "retenir",
                PAR,
                thematiques=("securite-alimentaire",),
                territoires=("lanaudiere",),
                type="financement",
                date_limite=limite,
                titre="Un appel qui presse (exemple fictif)",
            ),
            NOW,
        )
    return item


def test_an_alert_is_proposed_composed_on_demand_or_set_aside(
    equipe: Visiteur, base: sqlite3.Connection, avec_alerte: int
) -> None:
    page = equipe.get("/bulletins/choisir")
    assert "Un appel qui presse" in page.text
    assert "Composer l’alerte" in page.text
    assert "une alerte est possible pour Nourrir Lanaudière" in equipe.get(f"/revue/{avec_alerte}").text
    groupe = str(base.execute("SELECT groupe_id FROM membres WHERE item_id = ?", (avec_alerte,)).fetchone()[0])
    champs = {"audience": "nourrir-lanaudiere", "groupe": groupe}
    assert equipe.send_form("/bulletins/choisir/alerte", page, acte="composer", **champs).status_code == 303
    demandes = [tuple(x) for x in base.execute("SELECT genre, argument FROM demandes WHERE genre = 'alerter'")]
    assert demandes == [("alerter", f"nourrir-lanaudiere:{groupe}")]
    assert "demande en attente" in equipe.get("/bulletins/choisir").text
    assert equipe.send_form("/bulletins/choisir/alerte", page, acte="ecarter", **champs).status_code == 303
    assert "Un appel qui presse" not in equipe.get("/bulletins/choisir").text
    for mauvais in ({"acte": "zut"}, {"groupe": "x"}, {"groupe": "99999"}, {"audience": "inconnu"}):
        assert (
            equipe.send_form("/bulletins/choisir/alerte", page, **{"acte": "composer", **champs, **mauvais}).status_code
            == 400
        )


def test_a_thin_week_asks_and_each_choice_is_kept_with_its_author(
    equipe: Visiteur, dossier: Path, base: sqlite3.Connection
) -> None:
    digest_id = base.execute("SELECT id FROM digests WHERE approuve_a IS NULL ORDER BY id").fetchone()
    page = equipe.get("/bulletins/choisir")
    assert "Semaines minces" in page.text
    if digest_id is None or "Que devient ce numéro" not in page.text:
        pytest.fail("la semaine d’essai n’a pas de brouillon mince")
    slug = page.text.partition('id="mi-')[2].partition('"')[0]
    envoi = {"audience": slug}
    assert equipe.send_form("/bulletins/choisir/mince", page, choix="elargir", **envoi).status_code == 400
    assert equipe.send_form("/bulletins/choisir/mince", page, choix="zut", **envoi).status_code == 400
    assert equipe.send_form("/bulletins/choisir/mince", page, choix="reporter", **envoi).status_code == 303
    assert "Camille Exemple a choisi" in equipe.get("/bulletins/choisir").text
    reponse = equipe.send_form("/bulletins/choisir/mince", page, choix="elargir", mesures="thematiques", **envoi)
    assert reponse.status_code == 303
    assert equipe.send_form("/bulletins/choisir/mince", page, choix="sauter", **envoi).status_code == 303
    assert {x[0] for x in base.execute("SELECT genre FROM demandes")} >= {"composer", "sauter"}
    choix = [x[0] for x in base.execute("SELECT choix FROM semaines_minces ORDER BY id")]
    assert choix == ["reporter", "elargir", "sauter"]
    assert equipe.send_form("/bulletins/choisir/mince", page, choix="garder", audience="inconnu").status_code == 400


def test_who_may_only_read_sees_the_choices_and_makes_none(dossier: Path) -> None:
    with signed_in(dossier, droits=("lire",)) as lectrice:
        page = lectrice.get("/bulletins/choisir")
        assert "À choisir" in page.text
        assert 'action="/bulletins/choisir' not in page.text
        assert (
            lectrice.send_form("/bulletins/choisir/mince", lectrice.get("/compte"), choix="garder").status_code == 403
        )


def test_the_next_due_day_is_the_first_that_comes() -> None:
    mensuel = replace(CLDS, rythme="mensuel", jour="mercredi")
    jour = NOW.date()
    suivant = editor.next_due_day(mensuel, jour)
    assert suivant >= jour
    assert suivant.weekday() == 2
    assert suivant.day <= 7
