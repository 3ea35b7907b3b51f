"""Filters of the review: what they keep, alone and together; saved, shared, opened by default; what a page costs."""

from __future__ import annotations

import html
import re
import sqlite3
from pathlib import Path

import pytest

from tests.navigateur import NOW, Visiteur, drain, fields_of, fill, running_site, visitor
from veille.francais import NBSP
from veille.pages import cartes
from veille.store import fiches, filtres
from veille.store.connexion import transaction


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("semaine"), 40)


def shown(equipe: Visiteur, adresse: str) -> set[int]:
    """Every story of a list, on all its pages."""
    vus: set[int] = set()
    suite: str | None = adresse
    while suite:
        page = equipe.get(suite)
        assert page.status_code == 200, suite
        vus |= {int(g) for g in re.findall(r'<article class="nouvelle[^"]*" id="h(\d+)"', page.text)}
        lien = re.search(r'rel="next" href="([^"]+)"', page.text)
        suite = html.unescape(lien[1]) if lien else None
    return vus


def text(page: str) -> str:
    return html.unescape(page).replace(NBSP, " ")


def stories(base: sqlite3.Connection) -> list[fiches.Fiche]:
    ids = [
        x[0]
        for x in base.execute("SELECT groupe_id FROM file_revue WHERE etat = 'a_trancher' AND jour_le > '2026-11-16'")
    ]
    return fiches.load(base, ids)


def test_each_filter_and_several_together_keep_what_they_say(equipe: Visiteur, base: sqlite3.Connection) -> None:
    toutes = stories(base)
    assert shown(equipe, "/revue") == {f.groupe_id for f in toutes}
    for arguments, garde in {
        "thematique=habitation": lambda f: "habitation" in f.thematiques,
        "thematique=incertain": lambda f: f.incertain,
        "thematique=sans-theme": lambda f: not f.thematiques and not f.incertain,
        "territoire=matawinie": lambda f: "matawinie" in f.territoires,
        "source=ville-joliette": lambda f: any(m.source == "ville-joliette" for m in f.membres),
        "type=financement": lambda f: f.type == "financement",
        "texte=frigo": lambda f: "frigo" in f.principal.titre,
        "texte=REPIT+proch": lambda f: "répit pour les proches" in f.principal.titre,
        "thematique=habitation&territoire=joliette": lambda f: (
            "habitation" in f.thematiques and "joliette" in f.territoires
        ),
        "thematique=habitation&source=hebdo-clocher&texte=logement": lambda f: (
            "habitation" in f.thematiques
            and any(m.source == "hebdo-clocher" for m in f.membres)
            and any("logement" in m.titre.lower() for m in f.membres)
        ),
        "territoire=nulle-part": lambda f: False,
        "source=ville-joliette&periode=2026-S40": lambda f: False,
    }.items():
        attendues = {f.groupe_id for f in toutes if garde(f)}
        assert shown(equipe, f"/revue?{arguments}") == attendues, arguments
        assert attendues or "nulle-part" in arguments or "S40" in arguments, arguments


@pytest.mark.parametrize(
    "arguments",
    [
        "etat=zut&periode=hier&page=-1", "page=99999", "page=999", "periode=2026-S99", "thematique=%00", "texte=%22%27*(",
        "texte=" + "x" * 500, "texte=%F0%9F%8F%A0", "filtre=1", "filtre=x", "fait=x", "fait=" + "0" * 32, "avant=hx&avant=h9",
        "partie=zut", "tirees=2", "texte=AND+OR+NOT+NEAR", "etat=ecarte&etat=retenu", "texte=%E2%80%AE", "_context=1",
    ],
)  # fmt: skip
def test_any_address_opens_a_list_or_says_that_there_is_nothing(equipe: Visiteur, arguments: str) -> None:
    page = equipe.get(f"/revue?{arguments}")
    assert page.status_code == 200
    assert '<article class="nouvelle"' in page.text or "Rien ici" in page.text


def test_what_an_address_asks_is_kept_through_pages_tabs_and_decisions(equipe: Visiteur) -> None:
    adresse = "/revue?periode=30j&thematique=habitation&texte=logement"
    page = equipe.get(adresse)
    champs = fields_of(page, "file")
    assert (champs["periode"], champs["thematique"], champs["texte"]) == ("30j", "habitation", "logement")
    assert 'value="logement"' in page.text
    assert '<option value="habitation" selected>' in page.text
    assert "/revue?periode=30j&amp;etat=plus_tard&amp;thematique=habitation&amp;texte=logement" in page.text
    un = re.search(r'<article class="nouvelle" id="h(\d+)"', page.text)
    assert un
    assert equipe.press(page, f"retenir.{un[1]}").headers["location"].startswith(adresse)


def test_a_filter_is_saved_found_again_by_its_name_and_replaced(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/revue?periode=30j&thematique=habitation&texte=logement")
    lien = re.search(r'href="(/revue/filtres\?[^"]+)"', page.text)
    assert lien
    formulaire = equipe.get(html.unescape(lien[1]))
    attendu = "À trancher, thème « Habitation et logement », mots « logement », 30 derniers jours"
    assert attendu in text(formulaire.text)
    assert equipe.submit(formulaire, "/revue/filtres", nom="").status_code == 400
    reponse = equipe.submit(formulaire, "/revue/filtres", nom="Loyers")
    (garde,) = filtres.of(base, "camille.exemple")
    assert (garde.nom, garde.partage, garde.par) == ("Loyers", False, "Camille Exemple")
    assert garde.criteres == {"periode": "30j", "thematique": "habitation", "texte": "logement"}
    assert reponse.headers["location"] == f"/revue?filtre={garde.id}"
    ouverte = equipe.get(f"/revue?filtre={garde.id}")
    assert f'<a href="/revue?filtre={garde.id}" aria-current="true">Loyers</a>' in ouverte.text
    assert shown(equipe, f"/revue?filtre={garde.id}") == shown(
        equipe, "/revue?periode=30j&thematique=habitation&texte=logement"
    )
    autre = equipe.get("/revue/filtres?source=ville-joliette")
    equipe.submit(autre, "/revue/filtres", nom="Loyers", partage="oui")
    (remplace,) = filtres.of(base, "camille.exemple")
    assert (remplace.criteres, remplace.partage) == ({"source": "ville-joliette"}, True)


def test_a_filter_is_private_until_shared_and_only_its_owner_changes_it(
    dossier: Path, base: sqlite3.Connection
) -> None:
    with transaction(base):
        secret = filtres.save(
            base, "camille.exemple", "Camille Exemple", "À moi", {"texte": "x"}, partage=False, now=NOW
        )
    with (
        running_site(dossier) as lien,
        visitor(dossier, lien, "Camille Exemple") as camille,
        visitor(dossier, lien, "Sam Exemple") as sam,
    ):
        assert "À moi" not in sam.get("/revue").text
        assert fields_of(sam.get(f"/revue?filtre={secret}"), "file")["texte"] == ""
        page = sam.get("/motifs")
        for acte in ("partager", "supprimer", "defaut"):
            assert sam.send_form(f"/revue/filtres/{secret}/{acte}", page).status_code == 404, acte
        mienne = camille.get("/revue/filtres")
        assert camille.submit(mienne, f"/revue/filtres/{secret}/partager").status_code == 303
        assert "À moi" in sam.get("/revue").text
        assert "de Camille Exemple" in text(sam.get("/revue/filtres").text)
        assert fields_of(sam.get(f"/revue?filtre={secret}"), "file")["texte"] == "x"
        assert sam.send_form(f"/revue/filtres/{secret}/supprimer", page).status_code == 404
        camille.send_form(f"/revue/filtres/{secret}/reprendre", mienne)
        assert "À moi" not in sam.get("/revue").text
        camille.send_form(f"/revue/filtres/{secret}/supprimer", mienne)
        assert filtres.of(base, "camille.exemple") == []


def test_the_default_filter_opens_the_week_with_a_way_back_to_everything(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    with transaction(base):
        garde = filtres.save(base, "sam", "Sam Exemple", "Frigos", {"texte": "frigo"}, partage=True, now=NOW)
    equipe.submit(equipe.get("/revue/filtres"), f"/revue/filtres/{garde}/defaut")
    page = equipe.get("/revue")
    assert fields_of(page, "file")["texte"] == "frigo"
    assert "Votre filtre par défaut est ouvert" in page.text
    assert '<a href="/revue?periode=7j">Tout voir</a>' in page.text
    assert fields_of(equipe.get("/revue?periode=7j"), "file")["texte"] == ""
    # A decision taken in « Tout » comes back to « Tout ».
    tout = equipe.get("/revue?periode=7j")
    un = re.search(r'<article class="nouvelle" id="h(\d+)"', tout.text)
    assert un
    suite = equipe.get(equipe.press(tout, f"retenir.{un[1]}").headers["location"])
    assert fields_of(suite, "file")["texte"] == ""
    with transaction(base):
        filtres.delete(base, garde, "sam", NOW)  # Gone: the whole week opens.
    assert fields_of(equipe.get("/revue"), "file")["texte"] == ""
    equipe.send_form(f"/revue/filtres/{garde}/defaut", equipe.get("/revue/filtres"))
    assert "Votre filtre par défaut" not in equipe.get("/revue").text


def test_a_card_is_rendered_once_until_something_of_it_changes(
    equipe: Visiteur, base: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendues: list[int] = []
    vraie = cartes.Cartes.render

    def render(
        self: cartes.Cartes, c: object, histoires: list[fiches.Fiche], *reste: object, **options: bool
    ) -> object:
        rendues.extend(f.groupe_id for f in histoires)
        return vraie(self, c, histoires, *reste, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(cartes.Cartes, "render", render)
    premiere = equipe.get("/revue").text
    assert len(rendues) == len(set(rendues)) == 30
    rendues.clear()
    assert equipe.get("/revue").text.partition('id="file"')[2] == premiere.partition('id="file"')[2]
    assert rendues == []
    un = int(re.findall(r'id="h(\d+)"', premiere)[0])
    base.execute("INSERT OR IGNORE INTO file_a_refaire VALUES (?)", (un,))
    drain(base)
    equipe.get("/revue")
    assert rendues == [un]
    rendues.clear()
    base.execute("UPDATE sources SET nom = 'Un autre nom' WHERE slug = 'ville-joliette'")
    assert "Un autre nom" in equipe.get("/revue").text
    assert len(rendues) == 30
    rendues.clear()
    base.execute("UPDATE sources SET cote = 'E' WHERE slug = 'ville-joliette'")
    assert "cote E" in equipe.get("/revue").text


def test_a_story_whose_items_just_went_to_another_is_simply_not_there(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    un, deux = [int(g) for g in re.findall(r'id="h(\d+)"', equipe.get("/revue").text)][:2]
    base.execute(
        "UPDATE membres SET groupe_id = ? WHERE groupe_id = ?", (deux, un)
    )  # As grouping does; not ranked yet.
    base.execute("UPDATE file_revue SET revision = revision + 1 WHERE groupe_id IN (?, ?)", (un, deux))
    page = equipe.get("/revue")
    assert page.status_code == 200
    assert f'id="h{un}"' not in page.text
    assert f'id="h{deux}"' in page.text
