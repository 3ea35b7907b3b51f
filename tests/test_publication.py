"""`publication.db`: what was shown, corrected, dated and named; and in none of its bytes what nobody outside may read."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import publish
from tests.diffusion import Atelier
from tests.numeros import alert, come_out, correct, full, notice, workshop
from veille.store import publication, service
from veille.store.abonnes import open_subscribers
from veille.store.boite import open_inbox
from veille.store.connexion import transaction

IDS = list(range(1, 13))
SECRETS = {
    "presse": "Chapitre intouchable d’un journal payant",
    "note": "Confidence entre collègues",
    "raison": "Motif gardé pour nous",
    "demande": "argument-secret-de-demande",
    "conseil": "Procès-verbal du huis clos",
    "abonne": "personne.secrete@exemple.org",
    "boite": "suggestion-secrete-d-un-partenaire",
    "brouillon": "Brouillon jamais approuvé",
}


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return workshop(tmp_path, "clds-joliette", "pli", "ca")


def public(a: Atelier) -> sqlite3.Connection:
    c = sqlite3.connect(f"file:{a.chemin / 'publication.db'}?mode=ro", uri=True)
    c.row_factory = sqlite3.Row
    return c


def plant(a: Atelier) -> None:
    """A secret everywhere one can be."""
    presse = a.ajouter(SECRETS["presse"], source="hebdo", resume=SECRETS["presse"], texte=SECRETS["presse"] * 5)
    a.decider(presse, "retenir", note=SECRETS["note"], titre="Nos mots", resume="Nos mots aussi.")
    a.decider(a.ajouter("Écartée"), "ecarter", note=SECRETS["note"])
    with transaction(a.c):
        service.ask(a.c, "collecter", SECRETS["demande"], "Camille Fictive", a.now)
    come_out(a, full(IDS, numero=1, titre=SECRETS["conseil"], editorial=SECRETS["conseil"]), "ca")
    texte = full(IDS, titre=SECRETS["brouillon"], numero=99)
    a.c.execute(
        "INSERT INTO digests (audience, numero, titre, date_le, compose_a, compose_par, contenu) VALUES ('pli', 99, ?, '2026-11-23', 'x', 'x', ?)",
        (texte.titre, publish.editor.to_json(texte)),
    )
    with contextlib.closing(open_subscribers(a.chemin)) as c:
        c.execute("INSERT INTO abonnes (sujet, adresse, cree_a) VALUES ('sujet', ?, 'x')", (SECRETS["abonne"],))
    with contextlib.closing(open_inbox(a.chemin)) as c:
        c.execute(
            "INSERT INTO depots (cle, genre, digest_id, item_id, valeur, visiteur, recu_le) VALUES ('c', 'vote', 1, 1, 'utile', ?, 'x')",
            (SECRETS["boite"],),
        )


def test_no_byte_of_what_is_public_holds_a_secret(a: Atelier) -> None:
    plant(a)
    come_out(a, full(IDS), hours=1)
    assert (a.chemin / "abonnes.db").exists() and (a.chemin / "boite.db").exists()
    lus = [a.chemin / "publication.db", *(f for f in (a.chemin / "publication").rglob("*") if f.is_file())]
    for fichier in lus:
        corps = fichier.read_bytes()
        for nom, secret in SECRETS.items():
            assert secret.encode() not in corps, (fichier, nom)
        assert b"Camille" not in corps, fichier
    with contextlib.closing(public(a)) as c:
        noms = {x["name"] for x in c.execute("PRAGMA table_list")}
        assert not noms & {"decisions", "textes", "abonnes", "demandes", "depots", "comptes", "digest_gestes"}
        assert {x[0] for x in c.execute("SELECT DISTINCT audience FROM digests")} == {"clds-joliette"}


def test_an_erratum_is_applied_and_the_words_it_replaced_linger_nowhere(a: Atelier) -> None:
    faux = "Le numéro personnel donné par erreur"
    contenu = full(IDS)
    premiere = replace(contenu.rubriques[0], elements=(replace(contenu.rubriques[0].elements[0], resume=faux),))
    digest_id = come_out(a, replace(contenu, rubriques=(premiere, *contenu.rubriques[1:])))
    assert faux.encode() in (a.chemin / "publication.db").read_bytes()
    correct(
        a,
        digest_id,
        1,
        "Un renseignement a été retiré.",
        timedelta(hours=3),
        resume="Le résumé sans lui.",
        titre="Le titre juste",
    )
    assert publication.is_current(a.c, a.chemin) is False
    assert publish.repair(a.c, a.dossier) is True
    assert faux.encode() not in (a.chemin / "publication.db").read_bytes()
    with contextlib.closing(public(a)) as c:
        item = c.execute("SELECT * FROM items WHERE id = 1").fetchone()
        assert (item["titre"], item["resume"], item["changements"]) == ("Le titre juste", "Le résumé sans lui.", 1)
        assert (item["paru_a"] < item["modifie_a"], item["digest_id"]) == (True, digest_id)
        assert c.execute("SELECT en_bref FROM digests").fetchone()[0].splitlines()[0] == "Le titre juste"
        assert c.execute("SELECT digest_id, item_id, texte FROM errata").fetchone()[:] == (digest_id, 1, "Un renseignement a été retiré.")  # fmt: skip
        assert c.execute("SELECT rowid FROM items_fts WHERE items_fts MATCH 'juste'").fetchone()[0] == 1


def test_a_correction_told_before_a_later_issue_gives_way_to_it_and_after_it_prevails(a: Atelier) -> None:
    premier = come_out(a, full(IDS))
    correct(a, premier, 2, "Corrigé.", timedelta(hours=1), resume="Corrigé.")
    come_out(a, full(IDS, numero=1), "pli", hours=2)
    with contextlib.closing(public(a)) as c:
        assert c.execute("SELECT resume FROM items WHERE id = 2").fetchone()[0] != "Corrigé."
    correct(a, premier, 2, "Encore.", timedelta(hours=3), resume="Corrigé de nouveau.")
    publish.repair(a.c, a.dossier)
    with contextlib.closing(public(a)) as c:
        assert c.execute("SELECT resume FROM items WHERE id = 2").fetchone()[0] == "Corrigé de nouveau."


def test_dates_audiences_themes_and_places_have_what_the_public_site_shows(a: Atelier) -> None:
    come_out(a, full(IDS))
    come_out(a, alert(1), hours=1)
    come_out(a, notice(), hours=2)
    with contextlib.closing(public(a)) as c:
        agenda = [tuple(x) for x in c.execute("SELECT item_id, genre, debut, fin FROM agenda ORDER BY debut")]
        assert agenda == [
            (1, "echeance", "2026-12-01T16:00:00-05:00", ""),
            (8, "evenement", "2026-12-03T19:00:00-05:00", ""),
            (9, "evenement", "2026-12-04", "2026-12-06"),
        ]
        public_ = c.execute("SELECT * FROM audiences").fetchone()
        assert (public_["nom"], public_["description"]) == ("CLDS de Joliette", "Paraît chaque mois, le premier lundi.")
        assert public_["flux_atom"] == "clds-joliette/flux.atom.xml"
        theme = c.execute("SELECT * FROM thematiques WHERE slug = 'habitation'").fetchone()
        assert theme["definition"] and theme["flux_json"] == "themes/habitation/flux.json"
        assert [x[0] for x in c.execute("SELECT genre FROM digests ORDER BY id")] == ["bulletin", "alerte", "avis"]
        lieux = [tuple(x) for x in c.execute("SELECT territoire, precis FROM item_territoires WHERE item_id = 1")]
        assert sorted(lieux) == [("joliette", 0), ("lanaudiere", 0), ("mun-joliette", 1)]
        assert c.execute("SELECT editorial FROM digests WHERE genre = 'avis'").fetchone()[0].startswith("Trop peu")
        assert c.execute("PRAGMA foreign_key_check").fetchall() == []


def test_every_batch_size_gives_the_same_database(a: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    premier = come_out(a, full(IDS))
    come_out(a, full(IDS[::-1], numero=1), "pli", hours=1)
    correct(a, premier, 3, "Corrigé.", timedelta(hours=2), titre="Autre titre")
    tous = []
    for lot in (1, 7, 5000):
        monkeypatch.setattr("veille.store.publication.remplissage.LOT", lot)
        with publication.in_memory(a.c) as c:
            tous.append(
                [
                    ligne
                    for ligne in c.iterdump()
                    if not ligne.startswith(('INSERT INTO "items_fts', 'INSERT INTO "sqlite'))
                ]
            )
    assert tous[0] == tous[1] == tous[2]


def test_a_file_of_another_make_is_rebuilt(a: Atelier) -> None:
    come_out(a, full(IDS))
    assert publication.is_current(a.c, a.chemin) is True
    c = sqlite3.connect(a.chemin / "publication.db")
    c.execute("PRAGMA user_version = 1")
    c.close()
    assert publish.repair(a.c, a.dossier) is True


def test_an_older_frozen_content_still_renders_and_is_still_published(a: Atelier) -> None:
    """Written before editorials, errata, events and hours of deadlines existed."""
    import json

    digest_id = come_out(a, full(IDS, errata=(), editorial=""))
    vieux = json.loads(a.c.execute("SELECT contenu FROM digests WHERE id = ?", (digest_id,)).fetchone()[0])
    for cle in ("editorial", "errata"):
        del vieux[cle]
    for rubrique in vieux["rubriques"]:
        for element in rubrique["elements"]:
            del element["evenement"], element["erratum"]
            if element["limite"]:
                del element["limite"]["a"]
    a.c.execute("UPDATE digests SET approuve_a = NULL, publie_a = NULL WHERE id = ?", (digest_id,))
    a.c.execute(
        "UPDATE digests SET contenu = ?, approuve_a = '2026-11-23T14:00:00Z', approuve_par = 'x' WHERE id = ?",
        (json.dumps(vieux), digest_id),
    )
    assert publish.publish(a.c, a.dossier, digest_id, "Camille Fictive", a.now).etat == "publié"
    with contextlib.closing(public(a)) as c:
        assert [tuple(x) for x in c.execute("SELECT item_id, debut FROM agenda")] == [(1, "2026-12-01")]
