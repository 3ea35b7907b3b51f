"""Double opt-in: a request waits, the owner of the mailbox confirms. Also what a person changes once in.

Nothing here answers whether an address is known: the caller says the same words whatever happened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from veille.abonnes.formes import Abonne, Choix, Identite
from veille.francais import local_day
from veille.store.abonnes import abonnements, consentements, fusion, personnes, suppressions
from veille.store.abonnes.envois import queue_service
from veille.store.connexion import stamp, unstamp

INTERVALLE = timedelta(hours=1)
PAR_JOUR = 3  # Service messages of one kind to one address: nobody floods someone else's mailbox through us.


@dataclass(frozen=True)
class Attente:
    """What a link of confirmation would confirm."""

    audiences: tuple[str, ...] = ()
    adresse: bool = False

    def __bool__(self) -> bool:
        return bool(self.audiences) or self.adresse


def request(
    c: sqlite3.Connection,
    adresse: str,
    versions: Mapping[str, str],
    now: datetime,
    *,
    publics: str = "",
    preuve: str = "",
) -> None:
    """Someone typed this canonical address and checked these audiences (each with the version of the text shown).

    `publics`: the names of the audiences, for the message. Nothing is written about an address that complained or was
    erased: not even that someone asked.
    """
    if suppressions.is_final(c, adresse):
        return
    personne = personnes.find(c, adresse) or personnes.add(c, adresse, now)
    for audience, version in versions.items():
        if abonnements.ask(c, personne.id, audience, version, now):
            consentements.note(
                c,
                "demande",
                personne.sujet,
                now,
                audience=audience,
                base="expres",
                texte_version=version,
                origine="formulaire",
                preuve=preuve,
            )
    if pending(c, personne.sujet):
        _send(c, "confirmation", personne.sujet, {"audience": "", "publics": publics}, now)


def request_link(c: sqlite3.Connection, adresse: str, now: datetime) -> None:
    """Someone asks for the link to the preferences of this address; it goes to that mailbox, if it is known."""
    personne = personnes.find(c, adresse)
    if personne is None or suppressions.is_final(c, adresse):
        return
    if consentements.has_consented(c, personne.sujet):  # Before that, nothing but the confirmation is sent.
        _send(c, "preferences", personne.sujet, {}, now)


def request_link_for(c: sqlite3.Connection, sujet: str, now: datetime) -> None:
    """The same, for the person that a link of a digest names."""
    if (adresse := personnes.address_of(c, sujet)) is not None:
        request_link(c, adresse, now)


def pending(c: sqlite3.Connection, sujet: str) -> Attente:
    """What waits for this person's confirmation."""
    personne = personnes.by_subject(c, sujet)
    if personne is None:
        return Attente()
    return Attente(tuple(a.audience for a in personne.abonnements if a.waiting), _change_of(c, sujet) is not None)


def confirm(
    c: sqlite3.Connection,
    sujet: str,
    audiences: Iterable[str],
    now: datetime,
    *,
    adresse: bool = False,
    preuve: str = "",
) -> Attente:
    """The owner of the mailbox pressed the button before these audiences; what was confirmed."""
    personne = personnes.by_subject(c, sujet)
    if personne is None:
        return Attente()
    faits = []
    for audience in audiences:
        if abonnements.confirm(c, personne.id, audience, now):
            _note_confirmation(c, personne.sujet, audience, now, preuve)
            faits.append(audience)
    if faits:
        suppressions.lift(c, personne.adresse, faits, now)
    ancien = _change_of(c, sujet) if adresse else None
    if ancien is not None:
        _become(c, ancien, personne, now, preuve)
    return Attente(tuple(faits), ancien is not None)


def unsubscribe(c: sqlite3.Connection, sujet: str, audience: str, now: datetime, origine: str = "lien") -> None:
    """Send nothing more, for one audience or for all, from this transaction on. Done twice, it is done once.

    The link of an old mail may name someone who has become one with another person since: it closes theirs.
    """
    if (adresse := personnes.address_of(c, consentements.heir(c, sujet))) is not None:
        suppressions.suppress(c, adresse, "desabonnement", now, audience, origine=origine)


def choose(
    c: sqlite3.Connection,
    sujet: str,
    choix: Iterable[Choix],
    proposes: Mapping[str, str],
    now: datetime,
    preuve: str = "",
) -> None:
    """The lists a person wants, among `proposes` (each with the version of the text shown); the others are left.

    Whoever is here came by a link sent to the mailbox: what they check is confirmed by that.
    """
    personne = personnes.by_subject(c, sujet)
    if personne is None:
        return
    voulus = {x.audience: x for x in choix if x.audience in proposes}
    jour = local_day(now)
    actifs = {a.audience for a in personne.abonnements if a.active(jour)}
    for audience, version in proposes.items():
        if audience not in voulus:
            if audience in actifs:
                suppressions.suppress(c, personne.adresse, "desabonnement", now, audience, origine="preferences")
            continue
        # A box that was shown checked is no positive act: what is tacit stays tacit.
        if audience not in actifs:
            abonnements.ask(c, personne.id, audience, version, now)
            _accept(c, personne, audience, version, now, preuve)
        if abonnements.set_choice(c, personne.id, voulus[audience]):
            consentements.note(c, "preference", sujet, now, audience=audience, origine="preferences", preuve=preuve)


def tell(c: sqlite3.Connection, sujet: str, identite: Identite, now: datetime) -> None:
    """The name, the organisation and the MRC that a person gives, or takes back."""
    if personnes.set_identity(c, sujet, identite):
        consentements.note(c, "preference", sujet, now, origine="preferences")


def request_address(c: sqlite3.Connection, sujet: str, nouvelle: str, now: datetime, preuve: str = "") -> None:
    """A person wants another canonical address: it is theirs once confirmed from that mailbox."""
    ancien = personnes.by_subject(c, sujet)
    if ancien is None or ancien.adresse == nouvelle or suppressions.is_final(c, nouvelle):
        return
    cible = personnes.find(c, nouvelle) or personnes.add(c, nouvelle, now)
    c.execute(
        "INSERT INTO changements (nouveau_sujet, sujet, demande_a) VALUES (?, ?, ?) ON CONFLICT (nouveau_sujet)"
        " DO UPDATE SET sujet = excluded.sujet, demande_a = excluded.demande_a",
        (cible.sujet, sujet, stamp(now)),
    )
    consentements.note(c, "demande", sujet, now, origine="preferences", preuve=preuve or "nouvelle adresse")
    _send(c, "confirmation", cible.sujet, {"audience": "", "publics": "", "objet": "adresse"}, now)


# ---------------------------------------------------------------- inside


def _accept(c: sqlite3.Connection, personne: Abonne, audience: str, version: str, now: datetime, preuve: str) -> None:
    c.execute(
        "UPDATE abonnements SET confirme_a = ?, base = 'expres', expire_le = NULL, origine = 'formulaire'"
        " WHERE abonne_id = ? AND audience = ?",
        (stamp(now), personne.id, audience),
    )
    consentements.note(
        c,
        "confirmation",
        personne.sujet,
        now,
        audience=audience,
        base="expres",
        texte_version=version,
        origine="preferences",
        preuve=preuve,
    )
    suppressions.lift(c, personne.adresse, (audience,), now)


def _note_confirmation(c: sqlite3.Connection, sujet: str, audience: str, now: datetime, preuve: str) -> None:
    personne = personnes.by_subject(c, sujet)
    version = next((a.texte_version for a in personne.abonnements if a.audience == audience), "") if personne else ""
    consentements.note(
        c,
        "confirmation",
        sujet,
        now,
        audience=audience,
        base="expres",
        texte_version=version,
        origine="formulaire",
        preuve=preuve,
    )


def _change_of(c: sqlite3.Connection, nouveau_sujet: str) -> str | None:
    ligne = c.execute("SELECT sujet FROM changements WHERE nouveau_sujet = ?", (nouveau_sujet,)).fetchone()
    return str(ligne[0]) if ligne else None


def _become(c: sqlite3.Connection, sujet: str, nouvelle: Abonne, now: datetime, preuve: str) -> None:
    """The new address is confirmed: it takes the place of the old one, or the two people become one."""
    ancien = personnes.by_subject(c, sujet)
    if ancien is None:
        return
    vivants = [a.audience for a in ancien.abonnements if a.active(local_day(now))]
    suppressions.lift(c, nouvelle.adresse, vivants, now)
    if nouvelle.abonnements:
        fusion.merge(c, ancien, nouvelle, now)
        consentements.note_merge(c, ancien.sujet, nouvelle.sujet, now)
    else:
        fusion.merge(c, nouvelle, ancien, now)
        personnes.set_address(c, ancien.sujet, nouvelle.adresse)
    consentements.note(c, "correction", ancien.sujet, now, origine="preferences", preuve=preuve)


def _send(
    c: sqlite3.Connection,
    genre: Literal["confirmation", "preferences"],
    sujet: str,
    contexte: Mapping[str, str],
    now: datetime,
) -> None:
    """At most one an hour and three a day; the one already on its way says the same."""
    jour = [
        unstamp(ligne["cree_a"])
        for ligne in c.execute(
            "SELECT cree_a FROM envois WHERE sujet = ? AND genre = ? AND cree_a > ?",
            (sujet, genre, stamp(now - timedelta(days=1))),
        )
    ]
    if len(jour) < PAR_JOUR and all(now - cree >= INTERVALLE for cree in jour):
        queue_service(c, genre, sujet, contexte, now)
