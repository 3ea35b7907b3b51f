"""What the team does on its pages, over HTTP: decide, retag, write, ask for work; and that hostile text stays text."""

from __future__ import annotations

import html
import re
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.navigateur import HOSTILE, NOW, Visiteur, add_item, drain, fields_of, fill, running_site, signed_in, theme
from veille.francais import NBSP
from veille.model import Raison, Suggestion
from veille.store import decisions, fiches, filtres, motifs, service
from veille.store.connexion import transaction
from veille.store.decisions import Decision


@pytest.fixture(scope="module")
def semaine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill(tmp_path_factory.mktemp("semaine"), 14)


def item_id(base: sqlite3.Connection, cle: str) -> int:
    return int(base.execute("SELECT id FROM items WHERE cle = ?", (cle,)).fetchone()[0])


def story(base: sqlite3.Connection, identifiant: int) -> fiches.Fiche:
    fiche = fiches.of_item(base, identifiant)
    assert fiche is not None
    return fiche


def group_of(base: sqlite3.Connection, cle: str) -> int:
    return int(
        base.execute(
            "SELECT m.groupe_id FROM membres m JOIN items i ON i.id = m.item_id WHERE i.cle = ?", (cle,)
        ).fetchone()[0]
    )


def test_retaining_is_recorded_under_the_name_and_comes_back_to_the_same_place(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    page = equipe.get("/revue?thematique=habitation")
    groupe = group_of(base, "tete")
    ordre = [champ for champ in fields_of(page, "file") if champ.startswith("vu.")]
    suivante = ordre[ordre.index(f"vu.{groupe}") + 1].replace("vu.", "h")
    reponse = equipe.press(page, f"retenir.{groupe}")
    assert reponse.status_code == 303
    cle = base.execute("SELECT geste FROM decisions ORDER BY id DESC LIMIT 1").fetchone()[0]
    adresse = reponse.headers["location"]
    assert adresse == f"/revue?periode=7j&thematique=habitation&fait={cle}&avant={suivante}#fait"
    fiche = story(base, item_id(base, "tete"))
    assert (fiche.verdict, fiche.par, fiche.prise_a, fiche.a_la_une) == ("retenir", "Camille Exemple", NOW, False)
    suite = equipe.get(adresse)
    assert suite.text.index('id="fait"') < suite.text.index(f'id="{suivante}"')
    assert f"✓ Nouvelle retenue{NBSP}: Le logement social en chiffres" in suite.text
    assert f'id="h{groupe}"' not in suite.text
    assert fields_of(suite, "annuler")["cible"] == cle


def test_rejecting_asks_for_a_reason_of_the_list(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page, groupe = equipe.get("/revue"), group_of(base, "anglais")
    for faux in (
        "ecarter",
        "ecarter:",
        "ecarter:parce-que",
        "ecarter:faible",
        "retenir:doublon",
        "supprimer",
        "fusionner",
    ):
        reponse = equipe.press(page, f"{faux}.{groupe}")
        assert reponse.status_code == 400, faux
    for faux in ("", "retenir", "retenir.", "retenir.x", "retenir.0", f"retenir.{10**18}", "retenir.999999"):
        assert equipe.press(page, faux).status_code == 400, faux
    assert story(base, item_id(base, "anglais")).verdict == ""
    for nom in motifs.offered(base).values():
        assert nom in page.text
    assert equipe.press(page, f"ecarter:doublon.{groupe}").status_code == 303
    fiche = story(base, item_id(base, "anglais"))
    assert (fiche.verdict, fiche.raison) == ("ecarter", "doublon")


def test_a_decision_is_undone_then_done_again_and_everything_stays_in_the_log(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    identifiant, groupe = item_id(base, "tete"), group_of(base, "tete")
    page = equipe.get(equipe.press(equipe.get("/revue"), f"une.{groupe}").headers["location"])
    assert "Nouvelle retenue à la une" in page.text
    reponse = equipe.post("/revue/annuler", data=fields_of(page, "annuler"))
    page = equipe.get(reponse.headers["location"])
    assert f"↩ Annulé{NBSP}: nouvelle retenue à la une" in page.text
    assert page.text.index('id="fait"') < page.text.index(f'id="h{groupe}"')
    assert story(base, identifiant).verdict == ""
    page = equipe.get(equipe.post("/revue/retablir", data=fields_of(page, "retablir")).headers["location"])
    assert "✓ Nouvelle retenue à la une" in page.text
    assert (story(base, identifiant).verdict, story(base, identifiant).a_la_une) == ("retenir", True)
    genres = [x[0] for x in base.execute("SELECT genre FROM decisions WHERE item_id = ? ORDER BY id", (identifiant,))]
    assert genres == ["retenir", "annuler", "retablir"]
    fiche = html.unescape(equipe.get(f"/revue/{identifiant}").text)
    assert "a retenu la nouvelle à la une" in fiche
    assert "Annulé par Camille Exemple" in fiche
    assert "Rétabli par Camille Exemple" in fiche
    assert f"Le classement disait alors{NBSP}: Habitation et logement" in fiche


def test_the_second_of_two_people_sees_that_the_first_decided(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page, groupe = equipe.get("/revue"), group_of(base, "tete")
    with transaction(base):
        decisions.record(base, Decision(item_id(base, "tete"), "ecarter", "Dominique Fictif", "doublon"), NOW)
    reponse = equipe.press(page, f"retenir.{groupe}")
    suite = html.unescape(equipe.get(reponse.headers["location"]).text)
    attendu = "Dominique Fictif a déjà écarté cette nouvelle (doublon), il y a un instant. Rien n’a été changé."
    assert attendu in suite
    assert 'id="fait"' not in suite
    assert story(base, item_id(base, "tete")).verdict == "ecarter"


CHAMPS = ["thematiques", "territoires", "type", "date_limite"]


def tag(equipe: Visiteur, identifiant: int, **choix: Any) -> httpx.Response:
    """Save the whole form of tags of a story, as its page shows it now."""
    return equipe.submit(equipe.get(f"/revue/{identifiant}"), "/revue/etiqueter", champs=CHAMPS, **choix)


def write(equipe: Visiteur, identifiant: int, **textes: Any) -> httpx.Response:
    """Save the text form of a story, as its page shows it now."""
    textes = {"publics": "regles", **textes}
    return equipe.submit(equipe.get(f"/revue/{identifiant}"), f"/revue/{identifiant}/rediger", **textes)


def test_tags_chosen_by_the_team_replace_the_suggestions(equipe: Visiteur, base: sqlite3.Connection) -> None:
    identifiant = item_id(base, "tete")
    choix = {"thematiques": ["mobilite", "habitation"], "territoires": ["mun-rawdon", "matawinie"], "type": "rapport"}
    assert tag(equipe, identifiant, **choix, date_limite="2026-12-24").status_code == 303
    fiche = story(base, identifiant)
    assert set(fiche.thematiques) == {"mobilite", "habitation"}
    assert set(fiche.territoires) == {"mun-rawdon", "matawinie"}
    assert (fiche.type, fiche.date_limite) == ("rapport", "2026-12-24")
    assert "24 décembre 2026 (dans 31 jours)" in equipe.get("/revue").text.replace(NBSP, " ")
    assert tag(equipe, identifiant, date_limite="2026-12-24", sans_date="1").status_code == 303  # Everything unticked.
    fiche = story(base, identifiant)
    assert (fiche.thematiques, fiche.territoires, fiche.type, fiche.date_limite) == ((), (), "", "")
    for faux in ({"thematiques": "inconnu"}, {"territoires": "nulle-part"}, {"type": "zut"}, {"date_limite": "demain"}):
        assert tag(equipe, identifiant, **faux).status_code == 400, faux
    assert story(base, identifiant) == fiche


def test_the_hour_read_in_the_text_stays_when_the_day_is_not_changed(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    limite = Suggestion("date_limite", "2026-12-05T20:00:00-05:00", raisons=(Raison("phrase", "avant 20 h"),))
    source_id = int(base.execute("SELECT id FROM sources").fetchone()[0])
    identifiant = add_item(base, source_id, "heure", "Appel", suggestions=(theme("habitation"), limite))
    tag(equipe, identifiant, thematiques="mobilite", date_limite="2026-12-05")
    assert story(base, identifiant).date_limite == "2026-12-05T20:00:00-05:00"
    assert story(base, identifiant).redaction.date_limite is None


@pytest.mark.parametrize("texte", ["Un « mot » – l’été, 🏠 ; 1 000 $", "سكن ميسور", "x" * 200, HOSTILE, "a\tb"])
def test_what_is_written_is_kept_exactly(equipe: Visiteur, base: sqlite3.Connection, texte: str) -> None:
    identifiant = item_id(base, "retenue")
    textes = {"titre": texte, "resume": f"{texte}\n\nSuite", "pourquoi": texte, "note": f"\n{texte}\n"}
    assert write(equipe, identifiant, **textes).status_code == 303
    redaction = story(base, identifiant).redaction
    assert redaction.resume == f"{texte}\n\nSuite"
    assert (redaction.pourquoi, redaction.note) == (texte, texte)
    assert redaction.titre == texte.replace("\t", " ")  # A title is one line.
    page = html.unescape(equipe.get(f"/revue/{identifiant}").text)
    assert html.escape(texte.replace("\t", " "), quote=False)[:40] in html.escape(page, quote=False)


@pytest.mark.parametrize("texte", ["a\x00b", "abc\u202edef", "x" * 201])
def test_what_cannot_be_kept_is_refused_with_a_reason(equipe: Visiteur, base: sqlite3.Connection, texte: str) -> None:
    identifiant = item_id(base, "retenue")
    reponse = write(equipe, identifiant, titre=texte, resume="Gardé à l’écran")
    assert reponse.status_code == 400
    assert "caractère" in reponse.text
    assert "Gardé à l’écran" in html.unescape(reponse.text)
    assert story(base, identifiant).redaction.titre is None


def test_hostile_text_is_shown_as_text_everywhere(equipe: Visiteur, base: sqlite3.Connection) -> None:
    identifiant = item_id(base, "hostile")
    with transaction(base):
        base.execute("UPDATE sources SET nom = ? WHERE slug = 'hebdo-clocher'", (HOSTILE,))
        base.execute("UPDATE sources SET adresse = 'javascript:alert(1)' WHERE slug = 'ville-joliette'")
        base.execute("UPDATE items SET adresse_origine = 'javascript:alert(1)' WHERE cle = 'incertain'")
        add = "INSERT INTO demandes (genre, argument, par, demandee_a, servie_a, issue, message) VALUES (?, ?, ?, ?, ?, ?, ?)"
        base.execute(
            add, ("collecter", HOSTILE, HOSTILE, "2026-11-23T14:00:00Z", "2026-11-23T14:00:01Z", "echec", HOSTILE)
        )
        ecrits = {"titre": HOSTILE, "resume": HOSTILE, "pourquoi": HOSTILE, "note": HOSTILE, "audiences": (HOSTILE,)}
        decisions.record(base, Decision(identifiant, "retenir", HOSTILE, **ecrits), NOW)  # type: ignore[arg-type]
        motifs.rename(base, "doublon", HOSTILE)
        filtres.save(base, "autre", HOSTILE, HOSTILE, {"texte": HOSTILE, "source": HOSTILE}, partage=True, now=NOW)
    drain(base)
    adresses = ["/", "/revue", "/revue?etat=retenu", f"/revue/{identifiant}", "/retenus", "/sources", "/demandes"]
    adresses += ["/motifs", "/revue/filtres", "/revue?filtre=1", f"/revue?texte={HOSTILE}", "/revue?fait=<script>"]
    adresses += ["/bulletins", "/veille/items", f"/veille/items/{identifiant}", "/veille/sources", "/veille/decisions"]
    adresses += ["/veille/items?titre__contains=<script>", "/sources?q=<script>", "/revue?source=<script>", "/<script>"]
    adresses += ["/veille?sql=select+'<script>alert(1)</script>'", "/veille?sql=<script>", "/veille/suggestions"]
    vus = 0
    for adresse in adresses:
        texte = equipe.get(adresse).text
        assert "<script>" not in texte, adresse
        assert "<img src=x" not in texte, adresse
        assert 'href="javascript' not in texte, adresse
        vus += "&lt;script&gt;" in texte
    assert vus >= 10, "le texte hostile n’est plus montré nulle part : ce test ne vérifie plus rien"


def test_every_tag_says_why(equipe: Visiteur) -> None:
    texte = html.unescape(equipe.get("/revue").text)
    assert f"«{NBSP}logement abordable{NBSP}» dans le titre (pèse beaucoup)" in texte
    assert f"Probabilité{NBSP}: <strong>80{NBSP}%</strong>. Ce thème est retenu à partir de 50{NBSP}%." in texte
    assert '<td class="nombre">+1,40</td></tr></tfoot>' in texte
    assert f"«{NBSP}Une rencontre le 10.{NBSP}» dans le texte" in texte
    assert "92 % du texte en commun" in texte.replace("\u00a0", " ")


def test_relevance_says_why_and_what_a_story_s_place_is_worth(equipe: Visiteur) -> None:
    texte = html.unescape(equipe.get("/revue").text)
    assert f"Pertinence estimée{NBSP}:" in texte
    assert f"thème le plus probable{NBSP}: 80{NBSP}% (+2,4)" in texte
    assert "À lire d’abord" in texte
    assert "date limite demain, × 2,00" in texte
    assert f"chances d’être retenue{NBSP}: " in texte


def test_drawn_stories_bear_their_mark_and_can_be_seen_alone(equipe: Visiteur, base: sqlite3.Connection) -> None:
    assert "Tirées pour vérification (0)" in equipe.get("/revue").text
    for cle, motif, phrase in (("tete", "desaccord", HOSTILE), ("anglais", "hasard", "Une sur dix.")):
        base.execute(
            "INSERT INTO tirages (item_id, motif, explication, tire_a) VALUES (?, ?, ?, '2026-11-23T14:00:00Z')",
            (item_id(base, cle), motif, phrase),
        )
    drain(base)
    assert "Tirées pour vérification (2)" in equipe.get("/revue").text
    seules = equipe.get("/revue?tirees=1")
    assert seules.text.count('<article class="nouvelle"') == 2
    texte = html.unescape(seules.text)
    assert "Tirée au hasard" in texte
    assert "À départager" in texte
    assert "Une sur dix." in texte
    assert "<script>" not in seules.text
    assert fields_of(seules, "file")["tirees"] == "1"


def test_the_source_s_own_correction_brings_a_story_back(equipe: Visiteur, base: sqlite3.Connection) -> None:
    groupe = group_of(base, "tete")
    equipe.press(equipe.get("/revue"), f"ecarter:trop_general.{groupe}")
    assert f'id="h{groupe}"' not in equipe.get("/revue").text
    with transaction(base):
        base.execute(
            "UPDATE items SET version = 2, version_a = '2026-11-23T15:00:00Z' WHERE id = ?", (item_id(base, "tete"),)
        )
    drain(base)
    page = equipe.get("/revue").text
    assert f'id="h{groupe}"' in page
    assert "corrigée par la source depuis votre décision" in page


def test_a_source_can_be_read_again_once(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/sources")
    assert "L’adresse n’existe plus." in page.text
    assert "northern-post.exemple.invalid/feed/" in page.text
    for _ in range(2):
        reponse = equipe.send_form("/sources/source-en-panne/relire", page, etat="echec")
        assert reponse.headers["location"] == "/sources?etat=echec#source-en-panne"
    attendues = base.execute("SELECT genre, par FROM demandes WHERE argument = 'source-en-panne'").fetchall()
    assert [tuple(d) for d in attendues] == [("collecter", "Camille Exemple")]
    assert "relecture demandée" in equipe.get("/sources?etat=echec").text
    assert "en attente" in equipe.get("/demandes").text
    assert equipe.send_form("/sources/inconnue/relire", page).status_code == 404


@pytest.mark.parametrize(
    ("etat", "dedans", "dehors"),
    [
        ("echec", "Réseau en panne", "Ville de Joliette"),
        ("silence", "Comité silencieux", "Réseau en panne"),
        ("jamais", "Regroupement à vérifier", "Réseau en panne"),
        ("propositions", "Northern Post", "Réseau en panne"),
        ("ordre", "Ville de Joliette", "Réseau en panne"),
    ],
)
def test_sources_are_filtered_by_state(equipe: Visiteur, etat: str, dedans: str, dehors: str) -> None:
    texte = equipe.get(f"/sources?etat={etat}").text.partition("<tbody>")[2]
    assert dedans in texte
    assert dehors not in texte


def test_bulletin_work_is_asked_for_only_in_the_right_state(equipe: Visiteur, base: sqlite3.Connection) -> None:
    page = equipe.get("/bulletins/1")
    assert "Titre à rédiger" in page.text
    assert "résumé à rédiger" in page.text
    assert "Une fête de quartier réussie" in page.text
    lu = dict(re.findall(r'name="(vu|marque)" value="(\w+)"', page.text.partition('value="approuver"')[2]))
    assert equipe.send_form("/bulletins/demander", page, genre="approuver", argument="1", **lu).status_code == 303
    assert "demande en attente" in equipe.get("/bulletins/1").text
    for genre, argument in (
        ("publier", "1"),
        ("approuver", "99"),
        ("composer", "inconnue"),
        ("collecter", "1"),
        ("approuver", "x"),
    ):
        reponse = equipe.send_form("/bulletins/demander", page, genre=genre, argument=argument, **lu)
        assert reponse.status_code == 400, genre
    sans = equipe.send_form("/bulletins/demander", page, genre="approuver", argument="1")
    assert sans.status_code == 400 and "expiré" in sans.text
    assert equipe.send_form("/bulletins/demander", page, genre="composer", argument="partenaires").status_code == 303
    demandes = {(d.genre, d.vise) for d in service.recent_requests(base) if d.par == "Camille Exemple"}
    assert {("approuver", "1"), ("composer", "partenaires")} <= demandes


def test_written_press_items_are_ready(equipe: Visiteur, base: sqlite3.Connection) -> None:
    identifiant = item_id(base, "retenue")
    assert "titre à rédiger" in equipe.get("/retenus").text
    champs = {
        "titre": "Crabtree bâtit pour ses familles",
        "resume": "La municipalité ajoute des logements.",
        "pourquoi": "Rare ici.",
    }
    write(equipe, identifiant, **champs)
    texte = equipe.get("/retenus").text
    assert "titre à rédiger" not in texte
    assert "Crabtree bâtit pour ses familles" in texte


def test_the_plan_shows_every_level(equipe: Visiteur) -> None:
    texte = html.unescape(equipe.get("/plan").text)
    for attendu in (
        "Mobiliser les milieux",
        "Soutenir les comités locaux",
        "Accompagner chaque comité local",
        "Nombre de bulletins produits",
    ):
        assert attendu in texte


def test_unknown_stories_and_digests_are_not_found(equipe: Visiteur) -> None:
    page = equipe.get("/revue")
    assert equipe.get("/revue/999999").status_code == 404
    assert equipe.get("/bulletins/999999").status_code == 404
    for chemin in ("/revue/999999/rediger", "/revue/999999/separer", "/revue/999999/reunir"):
        assert equipe.send_form(chemin, page, vu="0", avec="1", elements="1").status_code == 404
    assert equipe.get("/revue/999999999999999999").status_code == 404


def test_a_busy_database_is_told_and_nothing_is_half_written(
    equipe: Visiteur, base: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, acte = equipe.get("/revue"), f"retenir.{group_of(base, 'tete')}"
    monkeypatch.setattr("veille.store.connexion.ATTENTE_MS", 50)
    base.execute("BEGIN IMMEDIATE")
    try:
        reponse = equipe.press(page, acte)
    finally:
        base.execute("ROLLBACK")
    assert reponse.status_code == 503
    assert "occupée" in reponse.text
    assert equipe.press(page, acte).status_code == 303


def test_an_empty_folder_says_what_to_do_next(tmp_path: Path) -> None:
    with running_site(tmp_path) as lien, Visiteur(lien.partition("/connexion")[0]) as visiteur:
        visiteur.enter(lien)
        attendus: dict[str, Any] = {
            "/": "veille cycle",
            "/revue": "Rien n’a encore été recueilli",
            "/retenus": "Rien de retenu",
            "/bulletins": "audience.toml",
            "/sources": "sources.toml",
            "/plan": "plan.toml",
            "/demandes": "Aucune demande",
        }
        for adresse, phrase in attendus.items():
            reponse = visiteur.get(adresse)
            assert reponse.status_code == 200, adresse
            assert phrase in html.unescape(reponse.text), adresse


def test_everything_retained_can_be_reached(dossier: Path, base: sqlite3.Connection) -> None:
    source = int(base.execute("SELECT id FROM sources WHERE slug = 'ville-joliette'").fetchone()[0])
    for rang in range(90):
        identifiant = add_item(
            base, source, f"gardee{rang}", f"Nouvelle {rang}", suggestions=(theme("mobilite"),) * (rang % 2)
        )
        with transaction(base):
            decisions.record(base, Decision(identifiant, "retenir", "Camille Exemple"), NOW)
    with signed_in(dossier) as equipe:
        vues = [set(re.findall(r'id="(h\d+)"', equipe.get(f"/retenus?page={page}").text)) for page in (1, 2, 3)]
    assert [len(v) for v in vues] == [40, 40, 12]
    assert len(set.union(*vues)) == 92


def test_a_large_week_is_cut_in_pages_that_are_all_reachable(dossier: Path, base: sqlite3.Connection) -> None:
    source = int(base.execute("SELECT id FROM sources WHERE slug = 'ville-joliette'").fetchone()[0])
    for rang in range(60):
        add_item(base, source, f"masse{rang}", f"Nouvelle {rang}", suggestions=(theme("mobilite"),), vu_a=NOW)
    drain(base)
    with signed_in(dossier) as equipe:
        vues: set[str] = set()
        adresse: str | None = "/revue"
        while adresse:
            page = equipe.get(adresse)
            vues |= set(re.findall(r'<article class="nouvelle" id="(h\d+)"', page.text))
            suite = re.search(r'rel="next" href="([^"]+)"', page.text)
            adresse = html.unescape(suite[1]) if suite else None
        total = re.search(r"À trancher <span class=\"nombre\"[^>]*>(\d+)</span>", page.text)
        assert total
        assert len(vues) == int(total[1])


def test_an_event_of_several_days_is_shown_on_the_review_and_on_its_own_page(
    equipe: Visiteur, base: sqlite3.Connection
) -> None:
    source_id = int(base.execute("SELECT id FROM sources").fetchone()[0])
    valeur = Suggestion("date_evenement", "2026-12-03/2026-12-05", raisons=(Raison("phrase", "Du 3 au 5 décembre."),))
    identifiant = add_item(base, source_id, "salon", "Salon du livre", suggestions=(theme("habitation"), valeur))
    drain(base)
    for adresse in ("/revue", f"/revue/{identifiant}"):
        reponse = equipe.get(adresse)
        assert reponse.status_code == 200
        assert "au 5 décembre 2026" in html.unescape(reponse.text).replace(NBSP, " ")


def test_a_story_without_theme_says_what_else_it_is_about(equipe: Visiteur, base: sqlite3.Connection) -> None:
    source_id = int(base.execute("SELECT id FROM sources").fetchone()[0])
    identifiant = add_item(base, source_id, "hockey", "Victoire au hockey")
    base.execute(
        "UPDATE classements SET hors_sujet = json_array(?, 'hockey') WHERE item_id = ?", (HOSTILE, identifiant)
    )
    page = equipe.get(f"/revue/{identifiant}").text
    assert "Hors sujet, d’après" in page
    assert "hockey" in html.unescape(page)
    assert "<script>alert" not in page
