"""Sending an issue: who gets it, who no longer does, what happens when the server, the network or someone says stop."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import deliver
from tests.diffusion import audience
from tests.postes import TEMOIN, Poste, Serveur, office, serving
from veille.errors import OccupeError, RefusError
from veille.model import Expediteur, Hebergement
from veille.settings.envoi import of_team, require_sendable, sending_warnings
from veille.store.abonnes import envois, lots, portee
from veille.store.connexion import exclusive, transaction


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with serving() as s:
        yield s


@pytest.fixture
def poste(tmp_path: Path, serveur: Serveur) -> Iterator[Poste]:
    with office(tmp_path, serveur, audiences=(audience(), audience("pli", "PLI"))) as p:
        yield p


def send(poste: Poste, *digest_ids: int) -> deliver.Bilan:
    for digest_id in digest_ids:
        deliver.open_lot(poste.ctx, digest_id, "Camille Fictive")
    return deliver.deliver(poste.ctx)


def test_everyone_confirmed_gets_the_issue_once_and_asking_again_changes_nothing(
    poste: Poste, serveur: Serveur
) -> None:
    gens = poste.subscribe(12)
    digest = poste.publish()
    assert send(poste, digest).acceptes == 12
    assert send(poste, digest).acceptes == 0
    assert serveur.counts() == dict.fromkeys(gens, 1)
    assert len({r.nom for r in serveur.recus}) == 12
    assert all(r.destinataires == [d, TEMOIN] for r in serveur.recus for d in r.destinataires[:1])
    lot = lots.get(poste.abonnes, digest)
    assert lot is not None and lot.etat == "termine"


def test_someone_of_two_audiences_gets_both_issues_and_each_has_its_own_way_out(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(1, "clds-joliette", "pli")
    send(poste, poste.publish(), poste.publish("pli"))
    sorties = [str(r.tete["List-Unsubscribe"]) for r in serveur.recus]
    assert len(sorties) == 2
    assert sorted("pli" in s for s in sorties) == [False, True]


def test_who_subscribed_since_is_added_and_nobody_else_gets_it_again(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(2)
    digest = poste.publish()
    send(poste, digest)
    poste.subscribe(1, prefixe="nouvelle")
    assert send(poste, digest).acceptes == 1
    assert set(serveur.counts().values()) == {1}


def test_who_left_after_the_list_was_made_gets_nothing(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(3)
    deliver.open_lot(poste.ctx, poste.publish(), "Camille Fictive")
    poste.unsubscribe(gens[1])
    deliver.deliver(poste.ctx)
    assert serveur.counts() == {gens[0]: 1, gens[2]: 1}
    assert "désabonnée" in poste.row(gens[1])["reponse"]


def test_who_leaves_while_their_mail_is_on_the_wire_does_not_get_it(tmp_path: Path) -> None:
    """The dot waits for one last look at the list."""
    with office(tmp_path, connexions=1) as poste:
        gens = poste.subscribe(1)

        def rcpt(adresse: str) -> None:
            if adresse == TEMOIN:
                poste.unsubscribe(gens[0])

        with serving(Serveur(rcpt=rcpt)) as serveur:
            poste.port = serveur.port
            bilan = send(poste, poste.publish())
        assert not serveur.recus and bilan.ecartes == 1
        assert poste.states() == {"annule": 1}


def test_a_refused_address_is_suppressed_only_when_it_does_not_exist(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(3)
    serveur.rcpt = {gens[0]: f"550 5.1.1 <{gens[0]}> inconnu", gens[1]: "552 5.2.2 boîte pleine"}.get
    assert send(poste, poste.publish()).refuses == 2
    suivant = deliver.dry_run(poste.ctx, poste.publish())
    assert suivant.destinataires == 2
    assert gens[0] not in poste.row(gens[0])["reponse"], "une adresse est restée dans la réponse"


def test_a_temporary_refusal_is_tried_again_later_then_given_up(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(2)
    serveur.rcpt = {gens[0]: "450 4.2.0 plus tard"}.get
    digest = poste.publish()
    send(poste, digest)
    assert poste.states() == {"accepte": 1, "en_attente": 1}
    assert deliver.deliver(poste.ctx).differes == 0, "trop tôt"
    for delai in envois.DELAIS:
        poste.now += delai + timedelta(seconds=1)
        deliver.deliver(poste.ctx)
    assert poste.states() == {"accepte": 1, "refuse": 1}
    assert serveur.counts() == {gens[1]: 1}
    lot = lots.get(poste.abonnes, digest)
    assert lot is not None and lot.etat == "termine"


def test_a_quota_pauses_the_whole_sending_then_it_goes_on_by_itself(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(12)
    serveur.rcpt = lambda _: "450 4.7.1 rate limit exceeded" if len(serveur.recus) >= 3 else None
    digest = poste.publish()
    bilan = send(poste, digest)
    assert "ralentir" in bilan.arret
    lot = lots.get(poste.abonnes, digest)
    assert lot is not None and lot.etat == "suspendu" and lot.reprise_a
    serveur.rcpt = lambda _: None
    deliver.deliver(poste.ctx)
    assert len(serveur.recus) < 12
    poste.passer(minutes=16)
    deliver.deliver(poste.ctx)
    assert serveur.counts() == dict.fromkeys(gens, 1)


def test_a_server_that_refuses_us_stops_everything_and_nobody_is_marked(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(5)
    serveur.rcpt = lambda _: "554 5.7.1 relay access denied"
    digest = poste.publish()
    assert "refuse ce que nous" in send(poste, digest).arret
    assert poste.states() == {"en_attente": 5}
    lot = lots.get(poste.abonnes, digest)
    assert lot is not None and lot.etat == "suspendu" and lot.reprise_a is None


def test_no_server_leaves_everything_waiting(tmp_path: Path) -> None:
    with serving() as serveur:
        pass
    with office(tmp_path, serveur) as poste:
        poste.subscribe(5)
        bilan = send(poste, poste.publish())
        assert "ne répond pas" in bilan.arret and poste.states() == {"en_attente": 5}


def test_a_cut_after_the_dot_is_uncertain_and_never_sent_again_by_itself(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(3)
    serveur.coupe_apres_point = lambda d: d[0] == gens[0]
    send(poste, poste.publish())
    assert poste.states() == {"accepte": 2, "incertain": 1}
    poste.passer(days=3)
    deliver.deliver(poste.ctx)
    assert serveur.counts()[gens[0]] == 1
    [incertain] = envois.uncertain(poste.abonnes)
    assert incertain.temoin
    with pytest.raises(RefusError, match="témoin"):
        deliver.resend(poste.ctx, incertain.id, "Camille Fictive")


def test_a_person_may_resend_what_the_witness_never_got_under_the_same_name(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(1)
    serveur.coupe_apres_point = lambda _: len(serveur.recus) == 1
    digest = poste.publish()
    send(poste, digest)
    [incertain] = envois.uncertain(poste.abonnes)
    envois.note_absent(poste.abonnes, [incertain.id], poste.now)
    assert "deux fois" in deliver.resend(poste.ctx, incertain.id, "Camille Fictive")
    assert deliver.deliver(poste.ctx).acceptes == 1
    assert {r.nom for r in serveur.recus} == {incertain.message_id}
    assert poste.row(gens[0])["renvoi_par"] == "Camille Fictive"
    with pytest.raises(RefusError, match="pas incertain"):
        deliver.resend(poste.ctx, incertain.id, "Camille Fictive")


def test_pause_resume_and_stop(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(4)
    digest = poste.publish()
    deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    assert "suspendu" in deliver.pause(poste.ctx, digest, "Camille Fictive")
    assert deliver.deliver(poste.ctx).acceptes == 0
    with pytest.raises(RefusError, match="autre état"):
        deliver.pause(poste.ctx, digest, "Camille Fictive")
    deliver.stop(poste.ctx, digest, "Camille Fictive")
    with pytest.raises(RefusError, match="arrêté"):
        deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    deliver.resume(poste.ctx, digest, "Camille Fictive")
    assert deliver.deliver(poste.ctx).acceptes == 4


def test_a_stop_asked_in_the_middle_ends_cleanly_and_the_rest_leaves_later(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(30)

    def data(_: list[str]) -> None:
        if len(serveur.recus) == 5:
            poste.stop.set()

    serveur.data = data
    send(poste, poste.publish())
    assert 5 <= len(serveur.recus) < 30
    assert set(poste.states()) == {"accepte", "en_attente"}
    poste.stop.clear()
    deliver.deliver(poste.ctx)
    assert len(serveur.recus) == 30 and set(serveur.counts().values()) == {1}


def test_a_lot_suspended_while_it_is_sent_stops_within_a_few_messages(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(30)
    digest = poste.publish()

    def data(_: list[str]) -> None:
        if len(serveur.recus) == 5:
            lots.suspend(poste.abonnes, digest, "Camille Fictive")

    serveur.data = data
    send(poste, digest)
    assert 5 <= len(serveur.recus) <= 12


def test_only_one_process_sends_at_a_time(poste: Poste) -> None:
    poste.subscribe(1)
    with exclusive(poste.chemin, "envoi"), pytest.raises(OccupeError):
        deliver.deliver(poste.ctx)


def test_what_a_dead_sender_held_is_taken_back_or_uncertain(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(3)
    deliver.open_lot(poste.ctx, poste.publish(), "Camille Fictive")
    pris = envois.take(poste.abonnes, poste.now, 2, lambda *_, **__: "")
    with transaction(poste.abonnes):
        assert envois.engage(poste.abonnes, pris[0], poste.now, lambda *_, **__: "", temoin=True)
    bilan = deliver.deliver(poste.ctx)
    assert (bilan.acceptes, bilan.incertains, bilan.repris) == (2, 1, 1)
    assert sum(serveur.counts().values()) == 2 and len(gens) == 3


def test_a_list_cut_short_is_taken_up_again(poste: Poste, serveur: Serveur, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lots, "TRANCHE", 4)
    poste.subscribe(10)
    digest = poste.publish()
    vus = 0
    row = lots._row

    def fall(*args: Any) -> Any:
        nonlocal vus
        vus += 1
        if vus == 7:
            raise KeyboardInterrupt
        return row(*args)

    monkeypatch.setattr(lots, "_row", fall)
    with pytest.raises(KeyboardInterrupt):
        deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    assert poste.states() == {"en_attente": 4}
    deliver.deliver(poste.ctx)
    assert len(serveur.recus) == 10


def test_only_alerts_reach_at_once_who_asked_for_one_mail_a_month(poste: Poste, serveur: Serveur) -> None:
    [qui] = poste.subscribe(1, rythme="mensuel")
    send(poste, poste.publish(), poste.publish())
    assert not serveur.recus and poste.states() == {"reporte": 2}
    poste.passer(days=9)  # December.
    deliver.deliver(poste.ctx)
    [recu] = serveur.recus
    assert recu.destinataires[0] == qui and "capitulatif" in recu.octets.decode()
    assert recu.octets.count(b"Veille fictive, no") == 4  # Twice in each part.
    assert b"desabonnement/d" in recu.octets
    poste.passer(days=1)
    deliver.deliver(poste.ctx)
    assert len(serveur.recus) == 1
    assert poste.states() == {"accepte": 1, "annule": 1}


def test_one_issue_in_the_month_is_sent_as_it_is(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(1, rythme="mensuel")
    send(poste, poste.publish())
    poste.passer(days=9)
    deliver.deliver(poste.ctx)
    assert b"Bulletin fictif" in serveur.recus[0].octets


def test_a_test_goes_to_the_team_only_and_is_counted_nowhere(poste: Poste, serveur: Serveur) -> None:
    digest = poste.publish()
    assert "accepté" in deliver.send_test(poste.ctx, digest, "camille@table.exemple.org", "Camille")
    assert "[Essai]" in str(serveur.recus[0].tete["Subject"])
    with pytest.raises(RefusError, match="équipe"):
        deliver.send_test(poste.ctx, digest, "quelquun@ailleurs.exemple.net", "Camille")
    serveur.rcpt = lambda _: "450 4.2.0 plus tard"
    with pytest.raises(RefusError, match="n’est pas parti, le serveur demande de réessayer plus tard"):
        deliver.send_test(poste.ctx, digest, "camille@table.exemple.org", "Camille")
    assert deliver.deliver(poste.ctx) == deliver.Bilan()
    assert b"camille" not in (poste.chemin / "abonnes.db").read_bytes()
    assert poste.store.execute("SELECT count(*) FROM diffusions").fetchone()[0] == 0


def test_the_senders_domain_does_not_make_someone_of_the_team(poste: Poste) -> None:
    chez_nous = replace(poste.organisation, site="https://www.table.exemple.org/accueil")
    fournisseur = replace(chez_nous, expediteur=Expediteur("Veille", "Veille.Fictive@courriel.exemple.net"))
    assert of_team(chez_nous, "camille@table.exemple.org")
    assert of_team(fournisseur, "camille@table.exemple.org")
    assert of_team(fournisseur, "veille.fictive@courriel.exemple.net")
    assert not of_team(fournisseur, "quelquun@courriel.exemple.net")
    assert not of_team(replace(fournisseur, site=""), "camille@table.exemple.org")
    assert not of_team(replace(fournisseur, site=""), "")


@pytest.mark.parametrize(
    ("genre", "chemin"), [("confirmation", "abonnement/confirmer/c"), ("preferences", "preferences/p")]
)
def test_a_service_message_carries_one_link_and_goes_before_the_rest(
    poste: Poste, serveur: Serveur, genre: Any, chemin: str
) -> None:
    [qui] = poste.subscribe(1)
    poste.connexions = 1
    sujet = poste.abonnes.execute("SELECT sujet FROM abonnes").fetchone()[0]
    deliver.open_lot(poste.ctx, poste.publish(), "Camille Fictive")
    with transaction(poste.abonnes):
        un = envois.queue_service(
            poste.abonnes, genre, sujet, {"audience": "", "publics": "CLDS de Joliette"}, poste.now
        )
        assert envois.queue_service(poste.abonnes, genre, sujet, {}, poste.now) == un
    deliver.deliver(poste.ctx)
    service, bulletin = serveur.recus
    assert service.destinataires == [qui], "aucune copie au témoin : le lien n’est que pour la personne"
    corps = service.octets.replace(b"=\r\n", b"").decode()
    assert f"https://veille.exemple.org/{chemin}" in corps
    assert "J0J 0J0" in corps, "l’adresse postale manque"
    assert "Precedence" not in service.tete and bulletin.tete["Precedence"] == "bulk"


def test_figures_count_people_once_and_leave_the_team_and_bounces_out(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(3, "clds-joliette", "pli")
    poste.subscribe(1, prefixe="info")
    with transaction(poste.abonnes):
        poste.abonnes.execute("UPDATE abonnes SET adresse = 'info@exemple.org' WHERE adresse LIKE 'info%'")
    poste.subscribe(2, prefixe="equipe", genre="equipe")
    un = poste.publish(plan=("4.2.1", "1.1.3"))
    send(poste, un, poste.publish("pli", plan=("4.2.1",)))
    portees = {r["element"]: tuple(r)[3:6] for r in poste.store.execute("SELECT * FROM portees")}
    assert portees == {"4.2.1": (4, 1, 7), "1.1.3": (4, 1, 4)}
    diffusion = poste.store.execute("SELECT * FROM diffusions WHERE digest_id = ?", (un,)).fetchone()
    assert (diffusion["prevus"], diffusion["acceptes"], diffusion["personnes"], diffusion["generiques"]) == (6, 6, 4, 1)
    assert len(gens) == 3


def test_nothing_is_written_by_a_dry_run(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(3)
    apercu = deliver.dry_run(poste.ctx, poste.publish())
    assert (apercu.destinataires, apercu.deja, apercu.nouveaux) == (3, 0, 0)
    assert not poste.states() and not serveur.recus


def test_every_rule_refuses_what_it_must(poste: Poste, serveur: Serveur) -> None:
    digest = poste.publish()
    org = poste.organisation
    for mauvaise, dit in (
        (replace(org, adresse_publique=""), "adresse_publique"),
        (replace(org, adresse_publique="http://veille.exemple.org"), "https"),
        (replace(org, adresse_postale="à remplir"), "adresse_postale"),
        (replace(org, expediteur=Expediteur("", "")), "expediteur"),
        (replace(org, hebergement=Hebergement("France", "Québec", None)), "efvp_le"),
    ):
        with pytest.raises(RefusError, match=dit):
            require_sendable(mauvaise)
    require_sendable(replace(org, hebergement=Hebergement("France", "Québec", date(2026, 1, 5))))
    assert any("temoin" in a for a in sending_warnings(replace(org, envoi=replace(org.envoi, temoin=""))))
    with pytest.raises(RefusError, match="désabonnement"):
        deliver.open_lot(poste.ctx, digest, "Camille", rendus=lambda *_: ("<p>sans lien</p>", "sans lien"))
    with pytest.raises(RefusError, match="qui agit"):
        deliver.open_lot(poste.ctx, digest, " ")
    with pytest.raises(RefusError, match="identifiant"):
        deliver.open_lot(poste.ctx, 999, "Camille")


def test_where_nobody_ever_subscribed_nothing_is_even_created(tmp_path: Path) -> None:
    with office(tmp_path) as poste:
        poste.abonnes.close()
        for f in tmp_path.glob("abonnes.db*"):
            f.unlink()
        assert deliver.deliver(poste.ctx) == deliver.Bilan()
        assert not (tmp_path / "abonnes.db").exists()


def test_a_sending_that_cannot_be_written_waits_for_someone_and_holds_nobody_up(poste: Poste, serveur: Serveur) -> None:
    poste.subscribe(3)
    gens = poste.subscribe(2, "pli", prefixe="pli")
    casse, sain = poste.publish(), poste.publish("pli")
    for digest in (casse, sain):
        deliver.open_lot(poste.ctx, digest, "Camille Fictive")

    def rendus(ctx: Any, digest: Any) -> tuple[str, str]:
        if digest.id == casse:
            raise RefusError("gabarit illisible")
        return deliver.frozen(ctx, digest)

    deliver.deliver(poste.ctx, rendus=rendus)
    assert serveur.counts() == dict.fromkeys(gens, 1)
    lot = lots.get(poste.abonnes, casse)
    assert lot is not None and (lot.etat, lot.raison) == ("suspendu", "gabarit illisible")
    deliver.resume(poste.ctx, casse, "Camille Fictive")
    poste.passer(minutes=6)
    assert deliver.deliver(poste.ctx).acceptes == 3


def test_settings_that_forbid_sending_leave_no_trace_of_a_run(poste: Poste) -> None:
    poste.subscribe(1)
    deliver.open_lot(poste.ctx, poste.publish(), "Camille Fictive")
    ctx = poste.ctx
    ctx.dossier = replace(ctx.dossier, organisation=replace(poste.organisation, adresse_publique=""))
    for _ in range(3):
        with pytest.raises(RefusError, match="adresse_publique"):
            deliver.deliver(ctx)
    assert poste.store.execute("SELECT count(*) FROM passages WHERE etape = 'envoi'").fetchone()[0] == 0
    assert poste.states() == {"en_attente": 1}


def test_someone_who_leaves_between_two_rounds_does_not_freeze_the_figures(poste: Poste, serveur: Serveur) -> None:
    gens = poste.subscribe(4)
    serveur.rcpt = lambda a: "450 4.2.0 plus tard" if a in gens[:2] else None
    digest = poste.publish()
    send(poste, digest)
    poste.unsubscribe(gens[0])
    serveur.rcpt = lambda _: None
    poste.passer(minutes=6)
    deliver.deliver(poste.ctx)
    diffusion = poste.store.execute("SELECT prevus, acceptes, personnes FROM diffusions").fetchone()
    assert tuple(diffusion) == (4, 3, 3)
    assert poste.store.execute("SELECT personnes FROM portees").fetchone()[0] == 3


def test_a_purge_lowers_no_figure(poste: Poste) -> None:
    poste.subscribe(3)
    digest = poste.publish()
    send(poste, digest)
    poste.abonnes.execute("DELETE FROM envois WHERE id = (SELECT min(id) FROM envois)")
    portee.measure(poste.abonnes, poste.store, digest, poste.now)
    portee.measure_plan(poste.abonnes, poste.store, poste.now)
    assert poste.store.execute("SELECT personnes FROM diffusions").fetchone()[0] == 3
    assert poste.store.execute("SELECT personnes FROM portees").fetchone()[0] == 3


def test_the_plans_year_runs_from_april_to_march() -> None:
    assert portee.plan_year(date(2026, 3, 31)) == (date(2025, 4, 1), date(2026, 3, 31))
    assert portee.plan_year(date(2026, 4, 1)) == (date(2026, 4, 1), date(2027, 3, 31))


def test_the_schedule_sends_in_its_own_thread_and_says_so(poste: Poste, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import schedule

    dit: list[str] = []
    vus: list[Path] = []

    def deliver_it(ctx: Any) -> deliver.Bilan:
        vus.append(ctx)
        return deliver.Bilan(acceptes=2)

    monkeypatch.setattr(deliver, "deliver", deliver_it)
    monkeypatch.setattr(schedule, "open_context", lambda *_, **__: contextlib.nullcontext(poste.ctx))
    assert schedule._send(poste.chemin, dit.append, poste.stop) == "" and not vus
    poste.subscribe(1)
    deliver.open_lot(poste.ctx, poste.publish(), "Camille Fictive")
    assert schedule._send(poste.chemin, dit.append, poste.stop) == ""
    assert len(vus) == 1 and "2\u00a0courriels acceptés" in dit[0]

    def busy(_ctx: Any) -> deliver.Bilan:
        raise OccupeError("ailleurs")

    monkeypatch.setattr(deliver, "deliver", busy)
    assert schedule._send(poste.chemin, dit.append, poste.stop) == ""


def test_an_audience_that_became_internal_is_not_sent_to_who_subscribed_on_the_public_site(
    poste: Poste, serveur: Serveur
) -> None:
    poste.subscribe(2)
    digest = poste.publish()
    poste.audiences = (audience(visibilite="interne"), *poste.audiences[1:])
    with pytest.raises(RefusError, match=r"2.personnes s’y sont abonnées"):
        deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    with transaction(poste.abonnes):
        poste.abonnes.execute("UPDATE abonnements SET origine = 'equipe'")
    assert send(poste, digest).acceptes == 2


def test_an_issue_of_last_year_is_not_sent_any_more_and_its_deliveries_are_forgotten_after_three(
    poste: Poste, serveur: Serveur
) -> None:
    from veille.store.abonnes.purge import purge

    poste.subscribe(2)
    digest = poste.publish()
    send(poste, digest)
    poste.passer(days=370)
    with pytest.raises(RefusError, match="plus d’un an"):
        deliver.open_lot(poste.ctx, digest, "Camille Fictive")
    assert purge(poste.abonnes, poste.now).envois == 0
    poste.passer(days=3 * 366)
    assert purge(poste.abonnes, poste.now).envois == 2
    assert poste.store.execute("SELECT acceptes, personnes FROM diffusions").fetchone()[:] == (2, 2)
    poste.subscribe(3, prefixe="nouvelle")
    neuf = poste.publish()
    poste.store.execute("INSERT OR IGNORE INTO digest_plan SELECT id, '4.2.1' FROM digests")
    send(poste, neuf)
    derniere = poste.store.execute("SELECT personnes, envois FROM portees WHERE element = '4.2.1' ORDER BY fin_le DESC")
    assert tuple(derniere.fetchone()) == (5, 5), "l’oubli des vieux envois ne fige pas les chiffres de l’année"
