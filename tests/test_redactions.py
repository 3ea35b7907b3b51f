"""The wordings of the theme file: proposed, shown at work, accepted or abandoned; nobody's change is lost or undone."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import themes
from pipeline.context import Contexte, open_context
from pipeline.run import serve_requests
from tests.navigateur import add_item
from tests.petit_projet import THEMES, change
from tests.projet import make, source
from veille.classifier.themes.apercu import Ecart, Essai, compare_stories, compare_trials
from veille.errors import OccupeError, RefusError, SettingsError
from veille.settings.ecarts import judge_alike
from veille.settings.fiches import with_sheet
from veille.settings.themes import read_taxonomie, with_theme
from veille.store import decisions, redactions, service
from veille.store.connexion import connect, transaction
from veille.store.decisions import Decision
from veille.store.redactions import FICHIER, Redaction, fingerprint
from veille.store.schema import migrate

NOM = "thematiques.toml"
PLUS = THEMES.replace('fort = ["logement social"]', 'fort = ["logement social", "frigo communautaire"]')


@pytest.fixture
def base() -> Iterator[sqlite3.Connection]:
    c = connect(":memory:")
    migrate(c)
    yield c
    c.close()


class Projet:
    """A small project folder, opened as often as its file changes."""

    def __init__(self, dossier: Path, pile: contextlib.ExitStack, now: datetime) -> None:
        self.dossier = make(dossier, [source("fil", "http://127.0.0.1:9/rss")])
        self.maintenant = now
        self._pile = pile

    def open(self) -> Contexte:
        return self._pile.enter_context(open_context(self.dossier, now=lambda: self.maintenant))

    @property
    def fichier(self) -> str:
        return (self.dossier / NOM).read_text(encoding="utf-8")

    def write(self, texte: str) -> None:
        (self.dossier / NOM).write_text(texte, encoding="utf-8")


@pytest.fixture
def projet(tmp_path: Path, now: datetime) -> Iterator[Projet]:
    with contextlib.ExitStack() as pile:
        yield Projet(tmp_path / "projet", pile, now)


def propose(ctx: Contexte, texte: str, par: str = "Sam") -> int:
    """As a page does."""
    en_vigueur = redactions.accepted(ctx.store)
    assert en_vigueur is not None
    with transaction(ctx.store):
        numero = redactions.propose(ctx.store, texte, en_vigueur.empreinte, par, ["Un changement."], ctx.now())
    assert numero is not None
    return numero


def accepted_text(ctx: Contexte) -> str:
    en_vigueur = redactions.accepted(ctx.store)
    assert en_vigueur is not None
    return redactions.text_of(ctx.store, en_vigueur)


# ---------------------------------------------------------------- the table


def test_the_first_wording_is_accepted_once(base: sqlite3.Connection, now: datetime) -> None:
    assert redactions.accepted(base) is None
    redactions.start(base, "un", now)
    redactions.start(base, "deux", now)
    (premiere,) = redactions.history(base)
    assert (premiere.par, premiere.tranchee_par, premiere.issue) == ("veille", "veille", "acceptee")
    assert redactions.text_of(base, premiere) == "un"
    assert redactions.accepted(base) == premiere


def test_a_text_is_proposed_once_and_never_when_it_is_the_accepted_one(base: sqlite3.Connection, now: datetime) -> None:
    redactions.start(base, "un", now)
    numero = redactions.propose(base, "deux", fingerprint("un"), "Sam", ["a", "b"], now)
    assert redactions.propose(base, "deux", fingerprint("un"), "Alex", ["a"], now) == numero
    assert redactions.propose(base, "un", fingerprint("un"), "Alex", [], now) is None
    assert [(r.id, r.par, r.changements) for r in redactions.pending(base)] == [(numero, "Sam", ("a", "b"))]


def test_texts_that_differ_by_one_space_or_line_end_are_different() -> None:
    textes = ["a\n", "a\r\n", "a \n", "a", "\ufeffa\n", "\ud800"]
    assert len({fingerprint(t) for t in textes}) == len(textes)


def proposal(c: sqlite3.Connection, texte: str, depuis: str, par: str, now: datetime) -> Redaction:
    numero = redactions.propose(c, texte, fingerprint(depuis), par, [], now)
    redactions.set_preview(c, numero or 0, {}, now)
    redaction = redactions.get(c, numero or 0)
    assert redaction is not None
    return redaction


def test_accepting_what_was_written_from_a_former_wording_is_refused_and_names_who_changed_it(
    base: sqlite3.Connection, now: datetime
) -> None:
    redactions.start(base, "un", now)
    premiere, seconde = (proposal(base, t, "un", p, now) for t, p in (("deux", "Sam"), ("trois", "Alex")))
    redactions.settle(base, premiere, "acceptee", "Camille", now)
    with pytest.raises(RefusError, match=r"Camille a accepté un changement proposé par Sam le 23.novembre.2026"):
        redactions.settle(base, seconde, "acceptee", "Camille", now)
    assert redactions.pending(base) == [seconde]
    redactions.settle(base, seconde, "abandonnee", "Camille", now)
    with pytest.raises(RefusError, match="a déjà été abandonnée par Camille"):
        redactions.settle(base, seconde, "acceptee", "Camille", now)
    with pytest.raises(RefusError, match="a déjà été acceptée par Camille"):
        redactions.settle(base, premiere, "abandonnee", "Camille", now)


def test_nothing_is_accepted_before_its_preview(base: sqlite3.Connection, now: datetime) -> None:
    redactions.start(base, "un", now)
    redactions.propose(base, "deux", fingerprint("un"), "Sam", [], now)
    (redaction,) = redactions.pending(base)
    with pytest.raises(RefusError, match="L’aperçu"):
        redactions.settle(base, redaction, "acceptee", "Camille", now)


def test_the_latest_accepted_prevails_even_within_one_second_and_after_going_back(
    base: sqlite3.Connection, now: datetime
) -> None:
    redactions.start(base, "un", now)
    vieille = proposal(base, "trois", "un", "Sam", now)
    for texte, depuis in (("deux", "un"), ("un", "deux")):
        redactions.settle(base, proposal(base, texte, depuis, "Alex", now), "acceptee", "Alex", now)
    redactions.settle(base, vieille, "acceptee", "Camille", now)  # Written from « un », which is in force again.
    en_vigueur = redactions.accepted(base)
    assert en_vigueur is not None
    assert redactions.text_of(base, en_vigueur) == "trois"
    assert [r.empreinte for r in redactions.history(base)] == [fingerprint(t) for t in ("trois", "un", "deux", "un")]


def test_a_preview_is_kept_and_replaced_until_the_proposal_is_settled(base: sqlite3.Connection, now: datetime) -> None:
    redactions.start(base, "un", now)
    redaction = proposal(base, "deux", "un", "Sam", now)
    redactions.set_preview(base, redaction.id, {"changees": 3, "titre": "é"}, now + timedelta(hours=1))
    assert redactions.preview_of(base, redaction) == {"changees": 3, "titre": "é"}
    redactions.settle(base, redaction, "abandonnee", "Sam", now)
    redactions.set_preview(base, redaction.id, {"changees": 0}, now)
    assert redactions.preview_of(base, redaction) == {"changees": 3, "titre": "é"}


# ---------------------------------------------------------------- the file and what judges


def test_the_file_of_the_first_day_judges_without_anyone_accepting_it(projet: Projet) -> None:
    ctx = projet.open()
    assert themes.themes_in_force(ctx) == ctx.dossier.taxonomie
    assert themes.themes_in_force(ctx) == ctx.dossier.taxonomie
    assert accepted_text(ctx) == THEMES
    assert redactions.pending(ctx.store) == []


def test_a_file_changed_by_hand_is_a_proposal_and_the_accepted_text_goes_on_judging(projet: Projet) -> None:
    avant = themes.themes_in_force(projet.open())
    projet.write(PLUS)
    for _ in range(2):
        ctx = projet.open()
        assert themes.themes_in_force(ctx) == avant
        (redaction,) = redactions.pending(ctx.store)
    assert redaction.par == FICHIER
    assert [p.replace("\u00a0", " ") for p in redaction.changements] == [
        "Habitation : ajouté aux expressions fortes : « frigo communautaire »."
    ]
    assert [(d.genre, d.argument) for d in service.waiting(ctx.store)] == [("apercu_themes", str(redaction.id))]


def test_saving_again_replaces_the_proposal_of_the_file_and_undoing_gives_it_up(projet: Projet) -> None:
    themes.themes_in_force(projet.open())
    projet.write(PLUS)
    themes.themes_in_force(projet.open())
    projet.write(PLUS.replace("frigo", "comptoir"))
    ctx = projet.open()
    themes.themes_in_force(ctx)
    (seconde,) = redactions.pending(ctx.store)
    assert redactions.text_of(ctx.store, seconde) == projet.fichier
    with pytest.raises(RefusError, match="remplacée par ce que le fichier dit depuis"):
        themes.accept(ctx, seconde.id - 1, "Camille")
    projet.write(THEMES)
    ctx = projet.open()
    themes.themes_in_force(ctx)
    assert redactions.pending(ctx.store) == []
    assert accepted_text(ctx) == THEMES


def test_comments_changed_by_hand_need_nobody(projet: Projet) -> None:
    themes.themes_in_force(projet.open())
    projet.write("# Relu en novembre.\n" + THEMES)
    ctx = projet.open()
    themes.themes_in_force(ctx)
    assert redactions.pending(ctx.store) == []
    assert accepted_text(ctx).startswith("# Relu")
    assert redactions.history(ctx.store)[0].changements == (themes.SANS_EFFET,)


def test_a_sheet_of_the_plan_de_veille_changed_by_hand_needs_nobody(projet: Projet) -> None:
    """It says how a theme is watched: nothing is judged by it. The text in force follows, so that nothing is undone."""
    avant = themes.themes_in_force(projet.open())
    fiche = '[thematiques.veille]\nquestion = "Où loger ?"\na_revoir_le = 2027-01-29\n\n[thematiques.expressions]'
    projet.write(THEMES.replace("[thematiques.expressions]", fiche, 1))
    ctx = projet.open()
    themes.themes_in_force(ctx)
    assert redactions.pending(ctx.store) == []
    assert "Où loger ?" in accepted_text(ctx)
    suivante = themes.themes_in_force(ctx)
    assert suivante != avant and judge_alike(avant, suivante)


def test_a_proposal_goes_on_from_the_sheets_that_changed_since_it_was_written(projet: Projet) -> None:
    """Someone proposed words, someone else revised a sheet: accepting the words keeps the sheet, and asks nothing anew."""
    ctx = projet.open()
    themes.themes_in_force(ctx)
    numero = propose(ctx, PLUS)
    with transaction(ctx.store):
        redactions.set_preview(ctx.store, numero, {"changees": 3}, ctx.now())
    projet.write(with_sheet(projet.fichier, "habitation", {"question": "Où loger ?", "revue_le": date(2026, 11, 23)}))
    ctx = projet.open()
    themes.themes_in_force(ctx)
    (attente,) = redactions.pending(ctx.store)
    assert (attente.id, redactions.obstacle(attente, redactions.accepted(ctx.store))) == (numero, "")
    assert redactions.preview_of(ctx.store, attente) == {"changees": 3}
    themes.accept(ctx, numero, "Camille")
    assert "Où loger ?" in projet.fichier and "frigo communautaire" in projet.fichier
    assert projet.fichier == accepted_text(ctx)
    assert redactions.pending(ctx.store) == []


def test_a_proposal_is_left_aside_when_comments_changed_beside_a_sheet(projet: Projet) -> None:
    """Accepting it would undo what someone wrote in the file, so that it is refused, and says why."""
    ctx = projet.open()
    themes.themes_in_force(ctx)
    numero = propose(ctx, PLUS)
    projet.write("# Relu en équipe.\n" + with_sheet(projet.fichier, "habitation", {"question": "Où loger ?"}))
    ctx = projet.open()
    themes.themes_in_force(ctx)
    (attente,) = redactions.pending(ctx.store)
    assert attente.id == numero
    assert "ont changé depuis" in redactions.obstacle(attente, redactions.accepted(ctx.store))


def test_a_file_being_edited_changes_nothing_until_it_is_valid(projet: Projet) -> None:
    ctx = projet.open()
    avant = themes.themes_in_force(ctx)
    projet.write("[[thematiques")
    with pytest.raises(SettingsError):
        themes.themes_in_force(ctx)
    change(projet.dossier, NOM, "[[thematiques", THEMES.replace("nom =", "mon =", 1))
    assert themes.themes_in_force(ctx) == avant
    assert redactions.pending(ctx.store) == []


def test_an_accepted_text_that_this_version_cannot_read_gives_way_to_the_file(projet: Projet) -> None:
    ctx = projet.open()
    themes.themes_in_force(ctx)
    ctx.store.execute("UPDATE redactions_themes SET texte = 'cle_d_hier = 1', empreinte = 'x'")
    assert themes.themes_in_force(ctx) == ctx.dossier.taxonomie
    assert accepted_text(ctx) == THEMES
    assert redactions.history(ctx.store)[0].changements == (themes.ILLISIBLE,)


# ---------------------------------------------------------------- preview


@pytest.fixture
def rempli(projet: Projet) -> Contexte:
    """Stories that nobody settled, one that is settled, one that is old; the first wording accepted."""
    ctx = projet.open()
    themes.themes_in_force(ctx)
    source_id = ctx.store.execute("SELECT id FROM sources").fetchone()[0]
    titres = (
        "Logement social à Bourg",
        "Un frigo communautaire ouvre",
        "Le hockey du samedi",
        "Logement social, la suite",
    )
    ids = [
        add_item(ctx.store, source_id, f"n{n}", titre, resume="", vu_a=ctx.now() - timedelta(days=n))
        for n, titre in enumerate(titres)
    ]
    add_item(
        ctx.store, source_id, "vieux", "Un frigo communautaire, jadis", resume="", vu_a=ctx.now() - timedelta(days=40)
    )
    with transaction(ctx.store):
        decisions.record(ctx.store, Decision(ids[3], "retenir", "Sam"), ctx.now())
    return ctx


def test_a_preview_shows_what_would_be_retagged_among_the_stories_nobody_settled(rempli: Contexte) -> None:
    numero = propose(rempli, PLUS)
    apercu = themes.preview(rempli, numero)
    assert (apercu["histoires"], apercu["changees"], apercu["complet"]) == (3, 1, True)
    assert [(x["titre"], x["avant"], x["apres"]) for x in apercu["lignes"]] == [
        ("Un frigo communautaire ouvre", [], ["habitation"])
    ]
    assert apercu["themes"] == [{"slug": "habitation", "avant": 1, "apres": 2, "gagne": 1, "perd": 0}]
    assert apercu["noms"]["habitation"] == "Habitation"
    redaction = redactions.get(rempli.store, numero)
    assert redaction is not None
    assert redactions.preview_of(rempli.store, redaction) == apercu
    assert rempli.store.execute("SELECT count(*) FROM classements WHERE modele <> 'essai'").fetchone()[0] == 0
    assert "1\u00a0nouvelle changerait de thème" in themes.tell_preview(apercu)


def test_a_preview_tries_the_titles_of_the_file(projet: Projet, rempli: Contexte) -> None:
    essais = THEMES.replace(
        'definition = "Se loger."', 'definition = "Se loger."\nexemples = ["Du logement social ici"]'
    )
    essais += '[essais]\ntitres = ["Un frigo communautaire de collection", "Rien du tout"]\n'
    projet.write(essais)
    ctx = projet.open()
    themes.themes_in_force(ctx)
    (redaction,) = redactions.pending(ctx.store)
    themes.preview(ctx, redaction.id)
    themes.accept(ctx, redaction.id, "Camille")
    numero = propose(ctx, essais.replace('["logement social"]', '["frigo communautaire"]'))
    bilan = themes.preview(ctx, numero)["essais"]
    assert (bilan["total"], bilan["justes_avant"]) == (3, 3)
    assert {(f["titre"], f["attendu"], tuple(f["obtenus"])) for f in bilan["fautifs"]} >= {
        ("Un frigo communautaire de collection", "", ("habitation",))
    }
    assert bilan["justes_apres"] == 3 - len(bilan["fautifs"])


def test_a_preview_that_is_stopped_is_left_to_do(rempli: Contexte) -> None:
    numero = propose(rempli, PLUS)
    service.ask(rempli.store, "apercu_themes", str(numero), "Sam", rempli.now())
    rempli.stop.set()
    with pytest.raises(OccupeError):
        themes.preview(rempli, numero)
    assert redactions.pending(rempli.store)[0].apercu_a is None


def test_differences_are_counted_by_theme_and_the_list_is_bounded() -> None:
    ecarts = [Ecart(n, f"t{n}", ("a",) if n % 2 else (), ("b", "a") if n % 3 else ()) for n in range(900)]
    bilan = compare_stories(ecarts, {"b": "B", "a": "A", "c": "C"})
    assert len(bilan["lignes"]) == 200
    assert [t["slug"] for t in bilan["themes"]] == ["b", "a"]
    assert all(t["apres"] - t["avant"] == t["gagne"] - t["perd"] for t in bilan["themes"])
    assert bilan["changees"] == sum(set(e.avant) != set(e.apres) for e in ecarts)
    assert compare_stories([Ecart(1, "t", ("a", "b"), ("b", "a"))], {"a": "A", "b": "B"})["changees"] == 0


def test_a_trial_is_right_when_its_theme_is_there_or_when_nothing_is_and_nothing_must_be() -> None:
    essais = [
        Essai("reste juste", "a", ("a",), ("a", "b")),
        Essai("tourne", "a", ("a",), ("b",)),
        Essai("piège", "", (), ("b",)),
        Essai("réparé", "", ("b",), ()),
        Essai("reste faux", "a", (), ()),
    ]
    bilan = compare_trials(essais)
    assert (bilan["total"], bilan["justes_avant"], bilan["justes_apres"]) == (5, 3, 2)
    assert [f["titre"] for f in bilan["fautifs"]] == ["tourne", "piège"]


# ---------------------------------------------------------------- accepting, abandoning


def test_accepting_a_proposal_of_a_page_writes_the_file_and_makes_it_judge(projet: Projet, rempli: Contexte) -> None:
    numero = propose(rempli, PLUS)
    with pytest.raises(RefusError, match="L’aperçu"):
        themes.accept(rempli, numero, "Camille")
    assert projet.fichier == THEMES
    themes.preview(rempli, numero)
    assert "acceptée" in themes.accept(rempli, numero, "Camille")
    assert projet.fichier == PLUS
    ctx = projet.open()
    assert themes.themes_in_force(ctx) == ctx.dossier.taxonomie == read_taxonomie(PLUS)
    assert redactions.pending(ctx.store) == []
    assert redactions.history(ctx.store)[0].tranchee_par == "Camille"


def test_accepting_the_proposal_of_the_file_leaves_the_file_as_it_is(projet: Projet, rempli: Contexte) -> None:
    projet.write(PLUS)
    avant = (projet.dossier / NOM).stat()
    ctx = projet.open()
    themes.themes_in_force(ctx)
    (redaction,) = redactions.pending(ctx.store)
    themes.preview(ctx, redaction.id)
    themes.accept(ctx, redaction.id, "Camille")
    apres = (projet.dossier / NOM).stat()
    assert (apres.st_ino, apres.st_mtime_ns) == (avant.st_ino, avant.st_mtime_ns)
    assert accepted_text(ctx) == PLUS


def test_what_was_written_in_the_file_by_hand_is_never_overwritten(projet: Projet, rempli: Contexte) -> None:
    numero = propose(rempli, PLUS)
    themes.preview(rempli, numero)
    a_la_main = THEMES.replace("Se loger.", "Se loger, à tout prix.")
    projet.write(a_la_main)
    with pytest.raises(RefusError, match="modifié à la main"):
        themes.accept(rempli, numero, "Camille")
    assert projet.fichier == a_la_main
    assert accepted_text(rempli) == THEMES
    assert {r.par for r in redactions.pending(rempli.store)} == {"Sam", FICHIER}


def test_a_wording_that_the_other_files_forbid_is_not_accepted_at_all(projet: Projet, rempli: Contexte) -> None:
    numero = propose(rempli, PLUS.replace('["1.1.1.1"]', '["9.9"]'))
    themes.preview(rempli, numero)
    with pytest.raises(SettingsError, match=r"9\.9"):
        themes.accept(rempli, numero, "Camille")
    assert projet.fichier == THEMES
    assert redactions.pending(rempli.store)[0].issue is None


def test_abandoning_the_proposal_of_the_file_puts_the_accepted_text_back(projet: Projet) -> None:
    themes.themes_in_force(projet.open())
    projet.write(PLUS)
    ctx = projet.open()
    themes.themes_in_force(ctx)
    (redaction,) = redactions.pending(ctx.store)
    assert "de nouveau la rédaction en vigueur" in themes.abandon(ctx, redaction.id, "Camille")
    assert projet.fichier == THEMES
    assert redactions.pending(ctx.store) == []


def test_abandoning_the_proposal_of_a_page_touches_no_file(projet: Projet, rempli: Contexte) -> None:
    numero = propose(rempli, PLUS)
    assert "n’a pas été touché" in themes.abandon(rempli, numero, "Camille")
    assert projet.fichier == THEMES
    with pytest.raises(RefusError, match="abandonnée par Camille"):
        themes.abandon(rempli, numero, "Camille")
    with pytest.raises(RefusError, match="n’existe pas"):
        themes.abandon(rempli, 999, "Camille")


def test_an_acceptance_cut_short_after_the_file_was_written_can_be_done_again(
    projet: Projet, rempli: Contexte, monkeypatch: pytest.MonkeyPatch
) -> None:
    numero = propose(rempli, PLUS)
    themes.preview(rempli, numero)
    vraie: Callable[..., None] = themes.ecriture.edit

    def coupee(*arguments: object) -> None:
        vraie(*arguments)
        raise KeyboardInterrupt

    with monkeypatch.context() as panne:
        panne.setattr(themes.ecriture, "edit", coupee)
        with pytest.raises(KeyboardInterrupt):
            themes.accept(rempli, numero, "Camille")
    assert projet.fichier == PLUS
    assert accepted_text(rempli) == THEMES
    themes.accept(projet.open(), numero, "Camille")
    assert accepted_text(rempli) == PLUS


# ---------------------------------------------------------------- what pages ask for


def test_requests_of_pages_are_served_and_their_outcome_is_told(projet: Projet, rempli: Contexte) -> None:
    numero = str(propose(rempli, PLUS))
    autre = str(propose(rempli, THEMES.replace("Se loger.", "Habiter."), "Alex"))
    for genre, argument in (
        ("accepter_themes", numero),
        ("apercu_themes", numero),
        ("apercu_themes", autre),
        ("accepter_themes", numero),
        ("accepter_themes", autre),
        ("abandonner_themes", autre),
        ("apercu_themes", "zut"),
        ("apercu_themes", "9" * 30),
    ):
        service.ask(rempli.store, genre, argument, "Camille", rempli.now())  # type: ignore[arg-type]
        serve_requests(rempli)
    faites = [(d.genre, d.issue, d.message) for d in reversed(service.recent_requests(rempli.store))]
    assert [issue for _, issue, _ in faites] == ["echec", "fait", "fait", "fait", "echec", "fait", "echec", "echec"]
    assert "Camille a accepté un changement proposé par Sam" in faites[4][2]
    assert projet.fichier == PLUS


def test_a_preview_asked_for_a_proposal_settled_since_is_no_failure(projet: Projet, rempli: Contexte) -> None:
    def asked(numero: int) -> tuple[tuple[int, int], str | None, str]:
        with transaction(rempli.store):
            service.ask(rempli.store, "apercu_themes", str(numero), "Sam", rempli.now())
        bilan = serve_requests(rempli)
        derniere = service.recent_requests(rempli.store)[0]
        return bilan, derniere.issue, derniere.message

    def give_up(numero: int, par: str) -> None:
        redaction = redactions.get(rempli.store, numero)
        assert redaction is not None
        with transaction(rempli.store):
            redactions.settle(rempli.store, redaction, "abandonnee", par, rempli.now())

    ancienne = propose(rempli, PLUS)
    propose(rempli, PLUS + "# encore\n")
    give_up(ancienne, "Sam")  # As the page does when the same person proposes again.
    bilan, issue, message = asked(ancienne)
    assert (bilan, issue) == ((1, 0), "fait")
    assert "remplacée par une rédaction plus récente" in message
    autre = propose(rempli, PLUS + "# Alex\n", "Alex")
    give_up(autre, "Camille")
    bilan, issue, message = asked(autre)
    assert (bilan, issue) == ((1, 0), "fait")
    assert "a déjà été abandonnée par Camille" in message
    assert asked(9999)[:2] == ((1, 1), "echec")  # What never existed is still refused.


def test_a_theme_edited_through_the_whole_chain_is_retagged(projet: Projet, rempli: Contexte) -> None:
    avant = read_taxonomie(THEMES).thematiques[1]
    voulue = replace(avant, expressions=replace(avant.expressions, fort=("hockey du samedi",)))
    numero = propose(rempli, with_theme(THEMES, voulue))
    assert [x["apres"] for x in themes.preview(rempli, numero)["lignes"]] == [["mobilite"]]
