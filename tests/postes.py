"""A real SMTP server on loopback that does as it is told, a folder with published issues, and people who do not exist."""

from __future__ import annotations

import contextlib
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email.message import Message
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import aiosmtpd.smtp
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from pipeline.context import Contexte
from tests.diffusion import NOW, ORGANISATION, audience
from veille.model import Audience, Boite, Dossier, Envoi, Gazetier, Hebergement, Organisation, Plan, Taxonomie
from veille.store import digests
from veille.store.abonnes import open_subscribers
from veille.store.connexion import stamp, transaction
from veille.store.figes import Fige
from veille.store.schema import open_store

TEMOIN = "temoin@table.exemple.org"
HTML = (
    '<p>Bulletin fictif. <a href="@@preferences@@">Préférences</a> <a href="@@desabonnement@@">Se désabonner</a></p>\n'
)
TEXTE = "Bulletin fictif.\n\nPréférences : @@preferences@@\nSe désabonner : @@desabonnement@@\n"


@dataclass
class Recu:
    """One message the server took: to whom, and the whole of it."""

    destinataires: list[str]
    octets: bytes

    @property
    def tete(self) -> Message:
        return BytesHeaderParser().parsebytes(self.octets)

    @property
    def nom(self) -> str:
        """The Message-ID without its domain."""
        return str(self.tete["Message-ID"]).strip("<>").partition("@")[0]


@dataclass
class Serveur:
    """What it took, and how it answers. `rcpt`, `data`: the answer for an address, None for « yes »."""

    recus: list[Recu] = field(default_factory=list)
    rcpt: Callable[[str], str | None] = lambda _: None
    data: Callable[[list[str]], str | None] = lambda _: None
    coupe_avant_point: Callable[[list[str]], bool] = lambda _: False
    coupe_apres_point: Callable[[list[str]], bool] = lambda _: False
    lenteur_s: float = 0.0
    connexions: int = 0
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, rcpt_options: Any) -> str:  # noqa: N802 - the library’s name.
        if (refus := self.rcpt(address)) is not None:
            return refus
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library’s name.
        if self.lenteur_s:
            time.sleep(self.lenteur_s)
        if (refus := self.data(envelope.rcpt_tos)) is not None:
            return refus
        self.recus.append(Recu(list(envelope.rcpt_tos), bytes(envelope.content)))
        if self.coupe_apres_point(envelope.rcpt_tos):
            server.transport.abort()
        return "250 2.0.0 Pris"

    def counts(self) -> Counter[str]:
        """How many messages each address got, the witness apart."""
        return Counter(d for r in self.recus for d in r.destinataires if d != TEMOIN)


class _Controleur(Controller):
    def factory(self) -> SMTP:
        self.handler.connexions += 1
        return _Protocole(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # It was given 0: any free one.
        super()._trigger_server()


class _Protocole(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the library’s name.
        if self.envelope is not None and self.event_handler.coupe_avant_point(self.envelope.rcpt_tos):
            await self.push("354 go")
            await self._reader.readline()
            self.transport.abort()
            return
        await super().smtp_DATA(arg)


# The library applies its annotation of « smtp_DATA » by attribute.
_Protocole.smtp_DATA.__dict__.update(getattr(aiosmtpd.smtp.SMTP.smtp_DATA, "__dict__", {}))


@contextlib.contextmanager
def serving(serveur: Serveur | None = None, **options: Any) -> Iterator[Serveur]:
    """The server, on a free port of loopback."""
    serveur = serveur or Serveur()
    controle = _Controleur(serveur, hostname="127.0.0.1", port=0, ready_timeout=20, **options)
    controle.start()
    try:
        serveur.port = controle.port
        yield serveur
    finally:
        controle.stop()


def password_is(utilisateur: str, mot_de_passe: str) -> Any:
    """An authenticator that knows one account."""

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, auth_data: Any) -> AuthResult:
        juste = isinstance(auth_data, LoginPassword) and auth_data == LoginPassword(
            utilisateur.encode(), mot_de_passe.encode()
        )
        return AuthResult(success=juste, handled=False)

    return authenticate


@dataclass
class Certificat:
    """A certificate made for the test, and whom a client must trust to accept it."""

    serveur: ssl.SSLContext
    client: ssl.SSLContext


def certificate() -> Certificat:
    """For « localhost » and loopback, signed by an authority nobody else knows."""
    trustme = pytest.importorskip("trustme")
    autorite = trustme.CA()
    serveur, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    autorite.issue_cert("localhost", "127.0.0.1").configure_cert(serveur)
    autorite.configure_trust(client)
    return Certificat(serveur, client)


# ---------------------------------------------------------------- a folder


@dataclass
class Poste:
    """A folder ready to send: its audiences, its databases, its clock."""

    chemin: Path
    audiences: tuple[Audience, ...] = field(default_factory=lambda: (audience(),))
    port: int = 0
    temoin: str = TEMOIN
    connexions: int = 2
    par_minute: int = 1_000_000
    now: datetime = NOW
    boite: Boite = field(default_factory=Boite)
    stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.store = open_store(self.chemin)
        self.abonnes = open_subscribers(self.chemin)
        digests.sync_audiences(self.store, self.audiences)

    def close(self) -> None:
        self.store.close()
        self.abonnes.close()

    @property
    def organisation(self) -> Organisation:
        envoi = Envoi("127.0.0.1", self.port, "aucune", "", self.connexions, self.par_minute, 10, self.temoin, 60)
        return replace(
            ORGANISATION,
            adresse_publique="https://veille.exemple.org",
            envoi=envoi,
            boite=self.boite,
            hebergement=Hebergement("Québec", "Québec", None),
        )

    @property
    def ctx(self) -> Contexte:
        plan = Plan("plan", "Plan", "Table", 2023, 2026, date(2026, 3, 31), (), (), (), (), (), ())
        dossier = Dossier(self.chemin, self.organisation, (), Taxonomie((), ()), Gazetier(()), self.audiences, plan)
        return Contexte(dossier, self.store, lambda: self.now, stop=self.stop)

    def publish(self, slug: str = "clds-joliette", *, genre: str = "bulletin", plan: Iterable[str] = ("4.2.1",)) -> int:
        """A published issue, as approval froze it; returns its id."""
        numero = digests.next_number(self.store, slug)
        contenu = (
            f'{{"audience":{{"slug":"{slug}","nom":"Public fictif"}},"numero":{numero},"titre":"Veille fictive",'
            f'"date_le":"2026-11-23","date":"23 novembre 2026","objet":"Veille fictive, nº {numero}",'
            f'"identifiant":"urn:x:{slug}/{numero}","genre":"{genre}"}}'
        )
        digest_id = digests.save_draft(
            self.store, slug, numero, "Veille fictive", date(2026, 11, 23), contenu, (), "Camille Fictive", self.now
        )
        digests.approve(
            self.store,
            digest_id,
            date(2026, 11, 23),
            contenu,
            (),
            tuple(plan),
            "Camille Fictive",
            self.now,
            fige=Fige("{}", "règles", "[]", {"courriel_html": HTML.encode(), "courriel_texte": TEXTE.encode()}),
        )
        digests.mark_published(self.store, digest_id, "Camille Fictive", self.now)
        return digest_id

    def subscribe(
        self, nombre: int, *slugs: str, prefixe: str = "personne", genre: str = "partenaire", rythme: str = "numero"
    ) -> list[str]:
        """Fictional people, confirmed for these audiences; returns their addresses."""
        slugs = slugs or (self.audiences[0].slug,)
        adresses = [f"{prefixe}{n}@exemple.org" for n in range(nombre)]
        with transaction(self.abonnes):
            for adresse in adresses:
                sujet = (adresse.encode().hex() * 3)[:32]
                curseur = self.abonnes.execute(
                    "INSERT INTO abonnes (sujet, adresse, genre, cree_a) VALUES (?, ?, ?, ?) ON CONFLICT (adresse) DO UPDATE"
                    " SET genre = excluded.genre RETURNING id",
                    (_subject(adresse) or sujet, adresse, genre, stamp(self.now)),
                )
                ident = curseur.fetchone()[0]
                self.abonnes.executemany(
                    "INSERT INTO abonnements (abonne_id, audience, rythme, base, origine, texte_version, demande_a,"
                    " confirme_a) VALUES (?, ?, ?, 'expres', 'formulaire', '1', ?, ?)",
                    [(ident, slug, rythme, stamp(self.now), stamp(self.now)) for slug in slugs],
                )
        return adresses

    def unsubscribe(self, adresse: str) -> None:
        """The person leaves every list, as the public page does it."""
        with transaction(self.abonnes):
            self.abonnes.execute(
                "UPDATE abonnements SET retire_a = ? WHERE abonne_id = (SELECT id FROM abonnes WHERE adresse = ?)",
                (stamp(self.now), adresse),
            )

    def states(self) -> Counter[str]:
        """How many messages are in each state."""
        return Counter(dict(self.abonnes.execute("SELECT etat, count(*) FROM envois GROUP BY etat").fetchall()))

    def row(self, adresse: str) -> Any:
        """The latest message to someone."""
        return self.abonnes.execute(
            "SELECT e.* FROM envois e JOIN abonnes a USING (sujet) WHERE a.adresse = ? ORDER BY e.id DESC LIMIT 1",
            (adresse,),
        ).fetchone()

    def passer(self, **duree: float) -> None:
        """Time goes by."""
        self.now += timedelta(**duree)


def _subject(adresse: str) -> str:
    import hashlib

    return hashlib.sha256(adresse.encode()).hexdigest()[:32]


@contextlib.contextmanager
def office(chemin: Path, serveur: Serveur | None = None, **cles: Any) -> Iterator[Poste]:
    """A folder ready to send to this server."""
    poste = Poste(chemin, port=serveur.port if serveur else 9, **cles)
    try:
        yield poste
    finally:
        poste.close()
