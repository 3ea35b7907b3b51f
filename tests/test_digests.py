"""From retained stories to published files: drafts, approval, publication, and what a crash leaves behind."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import feedparser
import pytest

from pipeline import compose as composer
from pipeline import publish as publieur
from tests.diffusion import ORGANISATION, Atelier, audience, sixteen
from veille import settings
from veille.editor import Contenu, from_json
from veille.errors import OccupeError, RefusError, SettingsError, StoreError
from veille.francais import local_day
from veille.model import Expediteur, Organisation
from veille.store import digests, publication
from veille.store.connexion import exclusive
from veille.store.digests import BilanDigest

ECRIT = {
    "titre": "Un entrepôt pour l’hiver",
    "resume": "La banque cherche un local.",
    "pourquoi": "Un local est libre.",
}
SECRET = "Chapeau du journal qui ne sort jamais de la base de la veille"


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return Atelier(tmp_path)


def compose(a: Atelier, public: str = "clds-joliette") -> BilanDigest:
    return composer.compose(a.c, a.dossier, public, "Camille Fictive", a.now)


def approve(a: Atelier, digest_id: int) -> BilanDigest:
    return composer.approve(a.c, a.dossier, digest_id, "Dominique Fictif", a.now)


def publish(a: Atelier, digest_id: int) -> BilanDigest:
    return publieur.publish(a.c, a.dossier, digest_id, "Dominique Fictif", a.now)


def out(a: Atelier, public: str = "clds-joliette") -> BilanDigest:
    """Composed, approved and published."""
    return publish(a, approve(a, compose(a, public).digest).digest)


def shown(a: Atelier, digest_id: int) -> list[str]:
    contenu = from_json(digests.require(a.c, digest_id).contenu)
    assert isinstance(contenu, Contenu)
    return [e.titre for e in contenu.elements]


def tree(dossier: Path, *noms: str) -> dict[str, bytes]:
    return {
        str(f.relative_to(dossier)): f.read_bytes()
        for nom in noms or ("publication", "interne")
        for f in sorted((dossier / nom).rglob("*"))
        if f.is_file()
    }


def content(a: Atelier) -> list[str]:
    """All the database says, but the log of runs."""
    return [ligne for ligne in a.c.iterdump() if not ligne.startswith('INSERT INTO "passages"')]


def runs(a: Atelier) -> list[tuple[str, str, dict[str, object]]]:
    lignes = a.c.execute("SELECT etape, issue, bilan FROM passages ORDER BY id")
    return [(etape, issue, json.loads(bilan)) for etape, issue, bilan in lignes]


def public_db(a: Atelier) -> sqlite3.Connection:
    c = sqlite3.connect(f"file:{a.chemin / 'publication.db'}?mode=ro&immutable=1", uri=True)
    c.row_factory = sqlite3.Row
    return c


# ---------------------------------------------------------------- composing


def test_a_draft_is_refreshed_and_an_item_no_longer_retained_keeps_its_row(a: Atelier) -> None:
    un = a.retenir("Une")
    premier = compose(a)
    assert (premier.etat, premier.numero, premier.items) == ("brouillon", 1, 1)
    a.passer(hours=1)
    a.decider(un, "ecarter", raison="faible")
    a.retenir("Deux")
    second = compose(a)
    assert (second.digest, second.numero) == (premier.digest, 1)
    assert shown(a, second.digest) == ["Deux"]
    lignes = a.c.execute("SELECT item_id, retire_a FROM digest_items ORDER BY item_id").fetchall()
    assert [(ligne["item_id"], ligne["retire_a"]) for ligne in lignes] == [(1, a.fiche_stamp()), (2, None)]
    a.decider(un)
    assert compose(a).items == 2
    assert a.c.execute("SELECT count(*) FROM digest_items WHERE retire_a IS NOT NULL").fetchone()[0] == 0


def test_composing_twice_changes_nothing(a: Atelier) -> None:
    a.retenir("Une")
    compose(a)
    avant = content(a)
    compose(a)
    assert content(a) == avant


def test_an_unknown_audience_is_told_with_those_that_exist(a: Atelier) -> None:
    with pytest.raises(SettingsError, match=r"« inconnu » ; publics connus : clds-joliette"):
        compose(a, "inconnu")
    with pytest.raises(SettingsError):
        compose(a, "../../etc")


def test_nobody_acts_without_a_name(a: Atelier) -> None:
    a.retenir("Une")
    with pytest.raises(RefusError, match="qui agit"):
        composer.compose(a.c, a.dossier, "clds-joliette", " ", a.now)
    digest = compose(a).digest
    with pytest.raises(RefusError, match="qui agit"):
        composer.approve(a.c, a.dossier, digest, "", a.now)
    approve(a, digest)
    with pytest.raises(RefusError, match="qui agit"):
        publieur.publish(a.c, a.dossier, digest, "", a.now)


def test_two_people_cannot_compose_at_once(a: Atelier) -> None:
    with exclusive(a.chemin, composer.VERROU), pytest.raises(OccupeError):
        compose(a)


def test_a_press_item_without_our_words_stays_in_the_draft_marked_to_write(a: Atelier) -> None:
    a.retenir("Manchette du journal", source="hebdo", resume=SECRET)
    bilan = compose(a)
    assert bilan.items == 1
    assert bilan.a_rediger == ("« Manchette du journal » (Hebdo) : titre à rédiger ; résumé à rédiger",)
    assert "Manchette" not in digests.require(a.c, bilan.digest).contenu
    assert SECRET not in digests.require(a.c, bilan.digest).contenu


# ---------------------------------------------------------------- approving


def test_an_empty_draft_is_not_approved(a: Atelier) -> None:
    un = a.retenir("Une")
    digest = compose(a).digest
    a.decider(un, "remettre")
    with pytest.raises(RefusError, match="est vide"):
        approve(a, digest)


def test_approval_names_every_press_item_that_lacks_our_words(a: Atelier) -> None:
    a.retenir("Manchette", source="hebdo", resume=SECRET)
    copie = {**ECRIT, "resume": f"On lit : {SECRET.lower()}."}
    a.retenir("Autre manchette", source="hebdo", resume=SECRET, ecrit=copie)
    digest = compose(a).digest
    with pytest.raises(RefusError) as refus:
        approve(a, digest)
    assert "« Manchette » (Hebdo) : titre à rédiger ; résumé à rédiger" in str(refus.value)
    assert "« Un entrepôt pour l’hiver » (Hebdo) : passage repris mot pour mot" in str(refus.value)
    assert SECRET.lower() in str(refus.value)
    assert digests.require(a.c, digest).etat == "brouillon"


def test_a_copy_of_the_newspaper_s_stored_text_is_refused_too(a: Atelier) -> None:
    corps = "Le conseil fictif a voté à l’unanimité un budget de trois millions pour le toit de l’aréna du quartier."
    a.retenir("Manchette", source="hebdo", texte=corps, ecrit={**ECRIT, "resume": corps})
    digest = compose(a)
    assert "passage repris" in digest.a_rediger[0]
    with pytest.raises(RefusError, match="passage repris"):
        approve(a, digest.digest)


def test_what_was_written_after_composing_is_what_is_approved(a: Atelier) -> None:
    item = a.retenir("Manchette", source="hebdo", resume=SECRET)
    retire = a.retenir("Retirée")
    digest = compose(a).digest
    a.decider(item, "rediger", **ECRIT)
    a.decider(retire, "ecarter", raison="doublon")
    a.retenir("Arrivée depuis")
    a.passer(days=2)
    assert approve(a, digest).etat == "approuvé"
    assert shown(a, digest) == [ECRIT["titre"]]
    ligne = digests.require(a.c, digest)
    assert (ligne.date_le, ligne.approuve_par) == (local_day(a.now), "Dominique Fictif")


def test_a_call_that_closed_since_the_draft_must_be_composed_again(a: Atelier) -> None:
    a.retenir("Appel", type_="financement", limite="2026-11-24")
    a.retenir("Autre")
    digest = compose(a).digest
    a.passer(days=3)
    with pytest.raises(RefusError, match=r"L’échéance est passée.*« Appel ».*Recomposez"):
        approve(a, digest)
    compose(a)
    assert approve(a, digest).items == 1


def test_approving_again_says_who_did_and_an_approved_digest_never_changes(a: Atelier) -> None:
    a.retenir("Une")
    digest = compose(a).digest
    approve(a, digest)
    fige = digests.require(a.c, digest)
    a.passer(days=1)
    bilan = composer.approve(a.c, a.dossier, digest, "Quelqu’un d’autre", a.now)
    assert "Déjà approuvé par Dominique Fictif" in bilan.message
    a.retenir("Deux")
    suivant = compose(a)
    assert (suivant.digest != digest, suivant.numero) == (True, 2)
    assert shown(a, suivant.digest) == ["Deux"]
    assert digests.require(a.c, digest) == fige
    with pytest.raises(sqlite3.IntegrityError):
        a.c.execute("UPDATE digests SET contenu = '{}' WHERE id = ?", (digest,))


def test_a_story_told_again_by_another_source_is_not_sent_twice(a: Atelier) -> None:
    item = a.retenir("Une")
    approve(a, compose(a).digest)
    a.decider(a.ajouter("Une, ailleurs", source="ministere", avec=item))
    assert compose(a).items == 0


def test_approval_ties_the_digest_to_the_plan(a: Atelier) -> None:
    a.audiences = (audience(plan=("1.1.2.1", "4.2.1")),)
    a.retenir("Une")
    digest = approve(a, compose(a).digest).digest
    lignes = a.c.execute("SELECT element FROM digest_plan WHERE digest_id = ?", (digest,))
    assert {ligne["element"] for ligne in lignes} == {"1.1.2.1", "4.2.1"}


def test_the_right_digest_is_found_for_each_act(a: Atelier) -> None:
    a.audiences = (audience(), audience("pli", "PLI"))
    with pytest.raises(RefusError, match="composez"):
        composer.find_draft(a.c, a.dossier, "pli")
    with pytest.raises(RefusError, match="composez"):
        publieur.find_approved(a.c, a.dossier, "pli")
    a.retenir("Une")
    pli, clds = compose(a, "pli").digest, compose(a).digest
    assert composer.find_draft(a.c, a.dossier, "pli") == pli
    assert composer.find_draft(a.c, a.dossier, "pli", pli) == pli
    with pytest.raises(RefusError, match="pas « pli »"):
        composer.find_draft(a.c, a.dossier, "pli", clds)
    with pytest.raises(RefusError, match="identifiant \\(ID\\) 99"):
        publieur.find_approved(a.c, a.dossier, "pli", 99)
    with pytest.raises(RefusError, match="attend une approbation"):
        publieur.find_approved(a.c, a.dossier, "pli")
    approve(a, pli)
    assert composer.find_draft(a.c, a.dossier, "pli") == pli
    assert publieur.find_approved(a.c, a.dossier, "pli") == pli
    publish(a, pli)
    assert publieur.find_approved(a.c, a.dossier, "pli") == pli


def test_a_draft_is_composed_again_by_its_id_and_no_other_digest_is(a: Atelier) -> None:
    a.audiences = (audience(), audience("pli", "PLI"))
    un = a.retenir("Une")
    ouvert, voisin = compose(a), compose(a, "pli")
    a.retenir("Deux")

    def again(numero: int) -> BilanDigest:
        return composer.compose(a.c, a.dossier, "clds-joliette", "Camille Fictive", a.now, numero)

    assert (again(ouvert.digest).digest, again(ouvert.digest).items) == (ouvert.digest, 2)
    with pytest.raises(RefusError, match="celui du public « pli », pas « clds-joliette »"):
        again(voisin.digest)
    with pytest.raises(RefusError, match="identifiant"):
        again(99)
    fige = approve(a, ouvert.digest)
    a.decider(un, "ecarter", raison="faible")
    avant = content(a)
    with pytest.raises(RefusError, match=r"nº\s1 \(ID\s1\) est déjà approuvé : son contenu ne change plus"):
        again(fige.digest)
    assert content(a) == avant


def test_what_was_done_to_digests_is_recorded_with_its_counts_and_its_failures(a: Atelier) -> None:
    a.retenir("Une")
    a.retenir("Deux")
    digest = compose(a).digest
    with pytest.raises(RefusError):
        publish(a, digest)
    approve(a, digest)
    ecrits = publish(a, digest).fichiers
    refus = f"Le bulletin nº\u00a01 (ID\u00a0{digest}) n’est pas approuvé : rien n’est publié sans approbation."
    assert runs(a) == [
        ("composition", "fait", {"brouillons": 1, "elements": 2}),
        ("publication", "echec", {"erreur": refus}),
        ("publication", "fait", {"bulletins": 1, "fichiers": len(ecrits)}),
    ]


def test_the_calendar_records_the_drafts_it_composes_and_not_the_days_without(a: Atelier) -> None:
    a.audiences = (audience("lundi", "Lundi", rythme="hebdomadaire", jour="lundi"),)
    a.retenir("Une")
    for _ in range(3):
        composer.compose_due(a.c, a.dossier, a.now)
    assert runs(a) == [("composition", "fait", {"brouillons": 1, "elements": 1})]


# ---------------------------------------------------------------- the calendar


def test_drafts_are_composed_on_their_day_once_and_late_when_the_machine_was_off(a: Atelier) -> None:
    a.audiences = (
        audience("lundi", "Lundi", rythme="hebdomadaire", jour="lundi"),
        audience("jeudi", "Jeudi", rythme="hebdomadaire", jour="jeudi"),
        audience("vide", "Vide", rythme="hebdomadaire", jour="lundi", thematiques=("mobilite",)),
        audience("equipe", "Équipe", rythme="hebdomadaire", jour="lundi", genre="rappel", visibilite="interne"),
    )
    a.retenir("Une")
    assert composer.compose_due(a.c, a.dossier, a.now) == ["lundi", "equipe"]
    assert composer.compose_due(a.c, a.dossier, a.now) == []
    approve(a, composer.find_draft(a.c, a.dossier, "lundi"))
    a.passer(hours=5)
    a.retenir("Deux")
    assert composer.compose_due(a.c, a.dossier, a.now) == []
    a.passer(days=5)  # Saturday: Thursday's was missed.
    assert composer.compose_due(a.c, a.dossier, a.now) == ["jeudi"]
    a.passer(days=2, hours=1)
    assert composer.compose_due(a.c, a.dossier, a.now) == ["lundi", "equipe"]
    assert digests.latest(a.c, "lundi").numero == 2  # type: ignore[union-attr]


def test_a_day_is_a_day_here_not_in_greenwich(a: Atelier) -> None:
    a.audiences = (audience(rythme="hebdomadaire", jour="lundi"),)
    a.now = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)  # Sunday evening in Joliette, and last Monday is long past
    a.retenir("Une")
    assert composer.compose_due(a.c, a.dossier, a.now) == []
    assert composer.compose_due(a.c, a.dossier, a.passer(minutes=31)) == ["clds-joliette"]


# ---------------------------------------------------------------- publishing


def test_publishing_writes_the_page_the_mails_the_feeds_and_the_public_database(a: Atelier) -> None:
    a.retenir("Une")
    bilan = out(a)
    lieu = "publication/clds-joliette"
    assert set(bilan.fichiers) == {
        *(f"{lieu}/2026-11-23/{nom}" for nom in ("index.html", "courriel.html", "courriel.txt", "courriel.eml")),
        *(f"{lieu}/{nom}" for nom in ("index.html", "flux.atom.xml", "flux.json")),
        *(f"publication/themes/habitation/{nom}" for nom in ("index.html", "flux.atom.xml", "flux.json")),
        *(f"publication/{lieu}calendrier.ics" for lieu in ("", "clds-joliette/")),
        "publication/statique/bulletin.css",
        "publication.db",
    }
    assert all((a.chemin / fichier).stat().st_size for fichier in bilan.fichiers)
    assert (bilan.etat, bilan.items, bilan.message) == ("publié", 1, "Publié.")
    page = (a.chemin / lieu / "2026-11-23/index.html").read_text(encoding="utf-8")
    assert 'href="../../statique/bulletin.css"' in page and 'href="../flux.atom.xml"' in page
    assert not [f for f in tree(a.chemin) if ".nouveau" in f]


def test_nothing_is_published_without_approval_or_while_the_law_s_mentions_lack(a: Atelier) -> None:
    a.retenir("Une")
    digest = compose(a).digest
    with pytest.raises(RefusError, match="n’est pas approuvé"):
        publish(a, digest)
    approve(a, digest)
    a.organisation = Organisation(nom="Table", adresse_postale="à remplir", expediteur=Expediteur("V", "v@exemple.org"))
    with pytest.raises(RefusError, match=r"organisation\.toml.*adresse_postale"):
        publish(a, digest)
    assert tree(a.chemin) == {} and not (a.chemin / "publication.db").exists()


def test_publishing_again_writes_the_same_bytes_and_keeps_the_first_date(a: Atelier) -> None:
    a.retenir("Une")
    digest = out(a).digest
    avant, publie_a = tree(a.chemin), digests.require(a.c, digest).publie_a
    a.passer(days=9)
    bilan = publish(a, digest)
    assert "Déjà publié" in bilan.message
    assert tree(a.chemin) == avant
    assert digests.require(a.c, digest).publie_a == publie_a


@pytest.mark.parametrize("etape", ["_write", "mark_published", "rebuild"])
def test_a_crash_at_any_step_is_mended_by_publishing_again(
    etape: str, a: Atelier, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    class CrashError(BaseException):
        pass

    def crash(*_: object, **__: object) -> None:
        raise CrashError

    a.retenir("Une")
    digest = approve(a, compose(a).digest).digest
    ou = {"_write": publieur, "mark_published": digests, "rebuild": publication}[etape]
    vrai, appels = getattr(ou, etape), 0

    def third_time(*args: object) -> object:
        nonlocal appels
        appels += 1
        return crash() if appels == 3 or etape != "_write" else vrai(*args)

    with monkeypatch.context() as patch:
        patch.setattr(ou, etape, third_time)
        with pytest.raises(CrashError):
            publish(a, digest)
    assert digests.require(a.c, digest).etat == ("publié" if etape == "rebuild" else "approuvé")
    assert publieur.repair(a.c, a.dossier) is (etape == "rebuild")
    a.passer(days=1)
    publish(a, digest)

    temoin = Atelier(tmp_path_factory.mktemp("temoin"))
    temoin.retenir("Une")
    out(temoin)
    assert tree(a.chemin) == tree(temoin.chemin)
    assert public_db(a).execute("SELECT count(*) FROM digests").fetchone()[0] == 1
    assert publieur.repair(a.c, a.dossier) is False


def test_a_damaged_public_database_is_rebuilt(a: Atelier) -> None:
    a.retenir("Une")
    out(a)
    (a.chemin / "publication.db").write_bytes(b"SQLite format 3\0 et n'importe quoi")
    assert publieur.repair(a.c, a.dossier) is True
    assert public_db(a).execute("SELECT titre FROM items").fetchone()[0] == "Une"


def test_two_digests_of_the_same_day_have_each_their_folder_for_ever(a: Atelier) -> None:
    a.retenir("Une")
    un = approve(a, compose(a).digest).digest
    a.retenir("Deux")
    deux = approve(a, compose(a).digest).digest
    assert "publication/clds-joliette/2026-11-23-2/index.html" in publish(a, deux).fichiers
    assert "publication/clds-joliette/2026-11-23/index.html" in publish(a, un).fichiers
    pages = public_db(a).execute("SELECT page FROM digests ORDER BY id").fetchall()
    assert [p[0] for p in pages] == ["clds-joliette/2026-11-23/", "clds-joliette/2026-11-23-2/"]
    archives = (a.chemin / "publication/clds-joliette/index.html").read_text(encoding="utf-8")
    assert archives.index("2026-11-23-2/") < archives.index("2026-11-23/")


def test_the_feed_keeps_its_identifiers_when_the_site_moves(a: Atelier) -> None:
    a.retenir("Une")
    out(a)
    fil = a.chemin / "publication/clds-joliette/flux.atom.xml"
    avant = feedparser.parse(fil.read_bytes())
    a.organisation = replace(
        ORGANISATION, adresse_publique="https://veille.exemple.net", site="https://autre.exemple.net"
    )
    a.passer(days=7)
    a.retenir("Deux")
    out(a)
    apres = feedparser.parse(fil.read_bytes())
    assert not apres.bozo
    assert apres.feed.id == avant.feed.id == "tag:table.exemple.org,2026-11-23:veille/clds-joliette"
    assert [e.id for e in apres.entries][1:] == [e.id for e in avant.entries]
    assert apres.entries[0].link == "https://veille.exemple.net/bulletins/clds-joliette/2026-11-30/"
    texte = (a.chemin / "publication/clds-joliette/2026-11-30/courriel.txt").read_text(encoding="utf-8")
    assert "https://veille.exemple.net/bulletins/clds-joliette/2026-11-30/" in texte
    lu = json.loads((a.chemin / "publication/clds-joliette/flux.json").read_bytes())
    assert lu["feed_url"] == "https://veille.exemple.net/bulletins/clds-joliette/flux.json"


def test_a_folder_that_cannot_be_written_is_told(a: Atelier) -> None:
    a.retenir("Une")
    digest = approve(a, compose(a).digest).digest
    (a.chemin / "publication").write_text("un fichier, pas un dossier", encoding="utf-8")
    with pytest.raises(StoreError, match="ne peut pas être écrit"):
        publish(a, digest)


@pytest.mark.parametrize("slug", ["../dehors", "a/b", "", "A", ".", "a--b", "é"])
def test_an_audience_s_name_never_leads_out_of_the_folder(slug: str, a: Atelier) -> None:
    a.audiences = (audience(slug, "Piège"),)
    a.retenir("Une")
    digest = compose(a, slug).digest
    with pytest.raises(RefusError, match="ne peut pas nommer un dossier"):
        approve(a, digest)
    assert tree(a.chemin) == {}


# ---------------------------------------------------------------- what is public


@pytest.mark.parametrize("livrees", [False, True], ids=["écrites ici", "livrées"])
def test_internal_audiences_never_reach_what_is_public(livrees: bool, a: Atelier) -> None:
    connues = settings.load(settings.shipped()).audiences if livrees else sixteen()
    a.audiences = tuple(replace(x, minimum=0) for x in connues)
    assert len(a.audiences) == 16
    themes = sorted({t for public in a.audiences for t in public.thematiques} - {"*"}) or ["habitation"]
    a.retenir("Une pour tous", themes=tuple(themes), type_="financement", lieux=("quebec",), limite="2027-01-15")
    a.ajouter("Manchette non tranchée", source="hebdo", resume=SECRET)
    for public in a.audiences:
        out(a, public.slug)
    dossiers = {f.name for f in (a.chemin / "publication").iterdir()}
    publics = {p.slug for p in a.audiences} - {"equipe", "ca-direction"}
    assert dossiers == publics | {"statique", "themes", "calendrier.ics"}
    assert {f.name for f in (a.chemin / "interne").iterdir()} == {"equipe", "ca-direction", "statique"}
    for nom, corps in {**tree(a.chemin, "publication"), "db": (a.chemin / "publication.db").read_bytes()}.items():
        for interdit in ("equipe", "ca-direction", "Conseil d'administration", "non tranchée", SECRET):
            assert interdit.encode() not in corps, nom
    c = public_db(a)
    assert {ligne[0] for ligne in c.execute("SELECT DISTINCT audience FROM digests")} == publics
    assert not list((a.chemin / "interne").rglob("flux*"))
    assert (a.chemin / "interne/equipe").stat().st_mode & 0o077 == 0
    assert (a.chemin / "interne/equipe/2026-11-23/courriel.eml").stat().st_mode & 0o077 == 0


def test_a_digest_written_for_the_board_stays_internal_when_the_audience_opens(a: Atelier) -> None:
    a.audiences = (audience(visibilite="interne"),)
    a.retenir("Entre nous")
    digest = out(a).digest
    a.audiences = (audience(),)
    a.retenir("Pour tous")
    out(a)
    assert all(f.startswith("interne/") for f in publish(a, digest).fichiers)
    assert [ligne[0] for ligne in public_db(a).execute("SELECT titre FROM items")] == ["Pour tous"]
    assert not any(b"Entre nous" in corps for corps in tree(a.chemin, "publication").values())


def test_an_audience_that_closes_leaves_the_public_database(a: Atelier) -> None:
    a.audiences = (audience(), audience("pli", "PLI"))
    a.retenir("Une")
    out(a)
    a.audiences = (audience(visibilite="interne"), audience("pli", "PLI"))
    assert publieur.repair(a.c, a.dossier) is True
    assert public_db(a).execute("SELECT count(*) FROM items").fetchone()[0] == 0


def test_the_public_database_holds_what_was_shown_with_its_names(a: Atelier) -> None:
    a.audiences = (audience(), audience("pli", "PLI"))
    item = a.retenir("Manchette", source="hebdo", resume=SECRET, texte=SECRET * 3, ecrit=ECRIT)
    a.retenir("L’été à Crabtree", source="ville", resume="Le résumé de la ville.", type_="rapport", limite="2027-01-15")
    out(a)
    a.decider(item, "rediger", titre="Un entrepôt trouvé")
    out(a, "pli")
    c = public_db(a)
    presse = c.execute(
        "SELECT i.*, s.nom AS source, t.nom AS type_nom FROM items i JOIN sources s ON s.id = i.source_id"
        " LEFT JOIN types_document t ON t.slug = i.type WHERE i.id = ?",
        (item,),
    ).fetchone()
    assert (presse["titre"], presse["resume"], presse["pourquoi"]) == (
        "Un entrepôt trouvé", ECRIT["resume"], ECRIT["pourquoi"],
    )  # fmt: skip
    assert (presse["source"], presse["type_nom"], presse["date_limite"]) == ("Hebdo", "Actualité", None)
    lieux = c.execute("SELECT territoire FROM item_territoires WHERE item_id = ? ORDER BY 1", (item,)).fetchall()
    assert [ligne[0] for ligne in lieux] == ["joliette", "lanaudiere", "mun-joliette"]
    assert c.execute("SELECT t.nom FROM item_thematiques JOIN thematiques t ON t.slug = thematique").fetchone()[0]
    assert c.execute("SELECT count(*) FROM digest_items").fetchone()[0] == 4
    trouve = c.execute("SELECT rowid FROM items_fts WHERE items_fts MATCH 'ete'").fetchall()
    assert [ligne[0] for ligne in trouve] == [item + 1]
    assert SECRET.encode() not in (a.chemin / "publication.db").read_bytes()


def test_the_public_database_is_whole_strict_and_out_of_wal(a: Atelier) -> None:
    a.retenir("Une")
    out(a)
    c = public_db(a)
    assert c.execute("PRAGMA journal_mode").fetchone()[0] in ("delete", "off")
    assert (a.chemin / "publication.db").read_bytes()[18:20] == b"\x01\x01"  # the file's own word: not WAL
    assert c.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert c.execute("PRAGMA foreign_key_check").fetchall() == []
    tables = c.execute("PRAGMA table_list").fetchall()
    noires = {t["name"] for t in tables if t["type"] == "table" and not t["strict"] and "fts" not in t["name"]}
    assert noires <= {"sqlite_schema", "sqlite_temp_schema", "sqlite_stat1", "sqlite_stat4"}
    noms = {t["name"] for t in tables}
    assert {"items", "sources", "thematiques", "digests", "digest_items"} <= noms
    assert not noms & {"decisions", "suggestions", "collectes", "textes", "versions", "abonnes"}
    assert not list(a.chemin.glob("publication.db-*")) and not list(a.chemin.glob(".publication.db*"))


def test_a_reader_of_the_old_public_database_is_not_disturbed(a: Atelier) -> None:
    a.retenir("Une")
    out(a)
    ancien = public_db(a)
    assert ancien.execute("SELECT count(*) FROM items").fetchone()[0] == 1
    a.passer(days=1)
    a.retenir("Deux")
    out(a)
    assert ancien.execute("SELECT count(*) FROM items").fetchone()[0] == 1
    assert public_db(a).execute("SELECT count(*) FROM items").fetchone()[0] == 2


# ---------------------------------------------------------------- the team's reminder


def test_the_reminder_goes_the_same_way_and_stays_inside(a: Atelier) -> None:
    a.audiences = (audience("equipe", "Équipe", genre="rappel", visibilite="publique"),)  # A mistake in the file.
    a.retenir("Une")
    a.ajouter("À voir", limite="2026-11-30")
    bilan = out(a, "equipe")
    assert (bilan.items, bilan.etat) == (1, "publié")
    assert all(f.startswith("interne/") for f in bilan.fichiers)
    assert not (a.chemin / "publication.db").exists() and not (a.chemin / "publication").exists()
    page = (a.chemin / "interne/equipe/2026-11-23/index.html").read_text(encoding="utf-8")
    assert "À voir" in page and "Revue de la veille" in page
    assert a.c.execute("SELECT visibilite FROM audiences").fetchone()[0] == "interne"


def test_a_private_note_leaves_by_no_way(a: Atelier) -> None:
    note = "Confidence que personne ne doit lire dehors"
    a.audiences = (audience(), audience("ca", "CA", visibilite="interne"))
    a.retenir("Une nouvelle", ecrit={"note": note, "pourquoi": "Parce que."})
    for public in ("clds-joliette", "ca"):
        assert out(a, public).items == 1
    sorties = tree(a.chemin, ".")
    lues = [nom for nom in sorties if not nom.startswith(("veille.db", "./veille.db"))]
    assert any(nom.endswith("publication.db") for nom in lues)
    assert any(nom.endswith(".eml") for nom in lues)
    assert any("flux" in nom for nom in lues)
    assert not [nom for nom in lues if b"Confidence" in sorties[nom]]
    assert not [x for x in a.c.execute("SELECT contenu FROM digests") if "Confidence" in x["contenu"]]
    assert any(b"Parce que" in contenu for contenu in sorties.values())


def test_a_story_reserved_for_others_since_the_draft_does_not_go_out_with_it(a: Atelier) -> None:
    a.retenir("Pour tous")
    reservee = a.retenir("Réservée depuis")
    brouillon = compose(a)
    assert brouillon.items == 2
    a.decider(reservee, "rediger", audiences=("partenaires",))
    assert approve(a, brouillon.digest).items == 1
    assert shown(a, brouillon.digest) == ["Pour tous"]
