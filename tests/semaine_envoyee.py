"""The sample week carried to people's mailboxes: composed, gated, approved and published, then read by 2,000 fictional people.

They subscribed as the pages and the lists do it; the servers of the mail and of the witness are in `organisation.toml`.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline import compose, liens, publish
from pipeline.context import Contexte, open_context, utc_now
from pipeline.run import serve_requests
from tests.boites import UTILISATEUR
from tests.postes import TEMOIN
from veille.abonnes import jetons
from veille.abonnes.formes import LigneImport
from veille.brouillon import due_day
from veille.francais import local_day
from veille.model import Dossier
from veille.store import arbitrages, digests, figes, service
from veille.store.abonnes import inscription, listes, personnes, suppressions
from veille.store.connexion import transaction
from veille.store.schema import open_store

PAR = "Camille Fictive"
SITE = "https://veille.exemple.org"
REGLAGES = f"""adresse_publique = "{SITE}"

[envoi]
serveur = "127.0.0.1"
port = %d
securite = "aucune"
connexions = 3
par_minute = 60000
delai_s = 10
temoin = "{TEMOIN}"

[boite]
serveur = "127.0.0.1"
port = %d
securite = "aucune"
utilisateur = "{UTILISATEUR}"

[hebergement]
courriel = "Québec"
site = "Québec"

[expediteur]"""

# The demonstration publishes for three audiences. Here: five with an issue, one of them thin and kept by someone, and one
# with nothing new, for which someone chose to skip: a notice leaves.
PLEINS = ("clds-joliette", "pli", "crevale", "chantier-habitation")
MINCE, SAUTE = "benevoles-conseil-lanaudiere", "nourrir-lanaudiere"
PUBLICS = (*PLEINS, MINCE, SAUTE)

GENS = 2000
PARTIS, PLAINTIFS, MUETS, TACITES, EXPIRES = (range(*x) for x in ((0, 25), (25, 45), (45, 65), (65, 115), (115, 135)))
EN_ROUTE = range(135, 140)  # They leave while the mail is leaving.


def address(n: int) -> str:
    return f"p{n}@exemple.org"


def lists_of(n: int) -> tuple[str, ...]:
    """Everyone reads the first audience; fewer and fewer read the others."""
    return (PUBLICS[0], *(slug for rang, slug in enumerate(PUBLICS[1:], start=1) if n % (4 * rang) == 0))


def configure(chemin: Path, smtp: int, imap: int) -> None:
    """Who we are is in the demonstration's file already; where the mail leaves from is not."""
    fichier = chemin / "organisation.toml"
    texte = fichier.read_text(encoding="utf-8")
    fichier.write_text(texte.replace("[expediteur]", REGLAGES % (smtp, imap), 1), encoding="utf-8")


@contextlib.contextmanager
def working(dossier: Dossier, now: Callable[[], datetime] = utc_now) -> Iterator[Contexte]:
    """What each process sends with: the folder's settings, read once, and a connection of its own."""
    with contextlib.closing(open_store(dossier.chemin)) as store:
        yield Contexte(dossier, store, now)


def publish_the_week(chemin: Path) -> tuple[Dossier, dict[str, int]]:
    """An issue of each audience, by the requests that pages make: links looked at, thin weeks chosen, gates, approval."""
    ids: dict[str, int] = {}
    with open_context(chemin) as ctx, pytest.MonkeyPatch.context() as m:
        m.setattr(liens, "_reader", lambda _: contextlib.nullcontext(lambda _adresse: None))  # Every link answers.
        for slug in (*PLEINS, MINCE):
            ids[slug] = compose.compose(ctx.store, ctx.dossier, slug, PAR, ctx.now()).digest
        _choose(ctx, MINCE, "garder", ids[MINCE])
        _choose(ctx, SAUTE, "sauter", None)
        with transaction(ctx.store):
            service.ask(ctx.store, "sauter", SAUTE, PAR, ctx.now())
        _serve(ctx)
        avis = digests.latest(ctx.store, SAUTE)
        assert avis is not None and avis.genre == "avis"
        ids[SAUTE] = avis.id
        for slug in PUBLICS:
            compose.approve(ctx.store, ctx.dossier, ids[slug], PAR, ctx.now())
            publish.publish(ctx.store, ctx.dossier, ids[slug], PAR, ctx.now())
        assert ctx.store.execute("SELECT count(*) FROM liens_verifies WHERE issue = 'bon'").fetchone()[0] > 10
        return ctx.dossier, ids


def _choose(ctx: Contexte, slug: str, choix: arbitrages.ChoixMince, digest_id: int | None) -> None:
    audience = digests.find_audience(ctx.dossier.audiences, slug)
    digest = digests.get(ctx.store, digest_id) if digest_id else None
    jour = due_day(audience, digest) if digest else local_day(ctx.now())
    with transaction(ctx.store):
        arbitrages.record_thin(ctx.store, slug, jour, choix, digest_id, PAR, ctx.now())


def _serve(ctx: Contexte) -> None:
    assert serve_requests(ctx)[1] == 0
    assert not service.waiting(ctx.store)


# ---------------------------------------------------------------- people


def subscribe_everyone(c: sqlite3.Connection, now: datetime) -> None:
    """By the form and its confirmation, or by a list that someone brought; some never answered, some have expired."""
    importees = {n: now.date() + timedelta(days=100 if n in TACITES else -1) for n in (*TACITES, *EXPIRES)}
    avant = now - timedelta(days=40)
    with transaction(c):
        listes.bring_in(
            c,
            [
                LigneImport(n, address(n), lists_of(n), "tacite", avant.date(), fin, "liste fictive")
                for n, fin in importees.items()
            ],
            avant,
        )
        for n in (n for n in range(GENS) if n not in importees):
            inscription.request(c, address(n), dict.fromkeys(lists_of(n), "2026-01-01-fictive"), avant)
            if n not in MUETS:
                personne = personnes.find(c, address(n))
                assert personne is not None
                inscription.confirm(c, personne.sujet, lists_of(n), avant)
        c.execute("UPDATE envois SET etat = 'accepte' WHERE genre = 'confirmation'")  # They got it: they answered it.


def leave(c: sqlite3.Connection, gens: range, now: datetime) -> None:
    """They press the button of an earlier mail."""
    with transaction(c):
        for n in gens:
            personne = personnes.find(c, address(n))
            assert personne is not None
            inscription.unsubscribe(c, personne.sujet, "", now)


def complain(c: sqlite3.Connection, gens: range, now: datetime) -> None:
    with transaction(c):
        for n in gens:
            suppressions.suppress(c, address(n), "plainte", now)


def expected() -> set[tuple[str, str]]:
    """Who must have what, those who left on the way apart."""
    exclus = {*PARTIS, *PLAINTIFS, *MUETS, *EXPIRES, *EN_ROUTE}
    return {(slug, address(n)) for n in range(GENS) if n not in exclus for slug in lists_of(n)}


def forbidden() -> set[str]:
    return {address(n) for gens in (PARTIS, PLAINTIFS, MUETS, EXPIRES) for n in gens}


# ---------------------------------------------------------------- what they read


class Fidele:
    """Compares a mail with what was frozen. The personal links are the reader's own, and the only difference."""

    def __init__(self, ctx: Contexte, abonnes: sqlite3.Connection, ids: dict[str, int]) -> None:
        self._cle = personnes.key(abonnes)
        self._sujets = {
            str(x["adresse"]): str(x["sujet"]) for x in abonnes.execute("SELECT adresse, sujet FROM abonnes")
        }
        self._figes = {
            slug: tuple(
                (figes.rendering(ctx.store, digest_id, nom) or b"").decode()
                for nom in ("courriel_texte", "courriel_html")
            )
            for slug, digest_id in ids.items()
        }

    def check(self, slug: str, adresse: str, octets: bytes, now: datetime) -> None:
        message = message_from_bytes(octets, policy=policy.SMTP)
        assert isinstance(message, EmailMessage) and message["To"] == adresse
        lien = str(message["List-Unsubscribe"]).strip("<>")
        jeton = lien.removeprefix(f"{SITE}/desabonnement/")
        lu = jetons.read(self._cle, jeton, "desabonnement", now)
        assert lu is not None and (lu.sujet, lu.audience) == (self._sujets[adresse], slug)
        parties = [p for p in message.walk() if not p.is_multipart()]
        assert [p.get_content_type() for p in parties] == ["text/plain", "text/html"]
        for partie, fige in zip(parties, self._figes[slug], strict=True):
            brut = partie.get_payload(decode=True)
            assert isinstance(brut, bytes)
            recu = brut.decode().replace("\r\n", "\n")
            recu = recu.replace(lien, "@@desabonnement@@").replace(f"{SITE}/preferences/{jeton}", "@@preferences@@")
            assert recu.rstrip("\n") == fige.rstrip("\n"), (slug, adresse)
            assert jeton not in recu


def later(ctx: Contexte, **duree: float) -> Contexte:
    """The same, some time after."""
    return replace(ctx, now=lambda: utc_now() + timedelta(**duree))
