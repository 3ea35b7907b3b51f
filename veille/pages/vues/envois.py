"""« Envois »: what leaves by mail, where each sending stands, what is uncertain, what came back.

The only page of the team that reads deliveries. It shows no whole address, and writes nothing there itself: each button
leaves a request that the schedule serves.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from veille.abonnes.adresses import canonical
from veille.courrier import mask
from veille.errors import RefusError
from veille.francais import format_instant, plural
from veille.pages.visite import RefusFormulaire, Visite
from veille.settings.envoi import HORS_EQUIPE, of_team
from veille.store import service, tableaux
from veille.store.abonnes import abonnements, envois, essais, lots, personnes
from veille.store.abonnes.envois import Incertain
from veille.store.abonnes.lots import Lot
from veille.store.lecture import Connexion
from veille.store.tableaux import Bulletin

FENETRE = timedelta(minutes=10)  # The pace of the last minutes tells the time left.
RECENTS = timedelta(days=60)  # A published issue older than this is no longer offered for sending.
ACTES = {
    "envoyer": "Envoi demandé",
    "suspendre": "Suspension demandée",
    "reprendre": "Reprise demandée",
    "arreter": "Arrêt demandé",
    "essayer": "Essai demandé",
    "renvoyer": "Renvoi demandé",
}
ETATS = {
    "en_cours": ("en cours", "accent"),
    "suspendu": ("suspendu", "attention"),
    "arrete": ("arrêté", "grave"),
    "termine": ("terminé", "bien"),
}


@dataclass(frozen=True)
class Avancement:
    """One sending: its issue, its counts, what is left and how long that takes."""

    lot: Lot
    bulletin: Bulletin | None
    acceptes: int
    attente: int
    refuses: int
    incertains: int
    reportes: int
    ecartes: int
    reste: str

    @property
    def total(self) -> int:
        """Everyone who was to receive it."""
        return self.acceptes + self.attente + self.refuses + self.incertains + self.reportes


@dataclass(frozen=True)
class Doute:
    """An uncertain message, and whether someone may send it again. `prudence`: what to know before."""

    envoi: Incertain
    adresse: str
    etat: str
    renvoyable: bool
    prudence: str


@dataclass(frozen=True)
class Retour:
    """A message refused, or that came back, or that someone complained of."""

    digest_id: int
    adresse: str
    quoi: str
    ton: str
    reponse: str
    quand: str


@dataclass(frozen=True)
class _Lu:
    lots: list[tuple[Lot, dict[str, int], int]]
    doutes: list[Doute]
    retours: list[Retour]
    confirmes: dict[str, int]
    service: int


async def board(visite: Visite) -> Any:
    """Sendings under way first, what may be sent, what needs a person, what came back."""
    now = visite.now
    lu = await visite.read_subscribers(lambda c: _read(c, now))

    def lire(c: Connexion) -> tuple[list[Bulletin], set[tuple[str, str]]]:
        return tableaux.digests(c), {(d.genre, d.argument) for d in service.waiting(c)}

    bulletins, attendues = await visite.read(lire)
    par_id = {b.id: b for b in bulletins}
    partis = {lot.digest_id for lot, _, _ in lu.lots}
    return await visite.page(
        "envois.html",
        {
            "avancements": [_progress(lot, par_id.get(lot.digest_id), etats, rythme) for lot, etats, rythme in lu.lots],
            "a_envoyer": [b for b in bulletins if b.id not in partis and b.publie_a and now - b.publie_a < RECENTS],
            "confirmes": lu.confirmes,
            "doutes": lu.doutes,
            "retours": lu.retours,
            "service": lu.service,
            "titres": {b.id: f"{b.audience_nom}, nº {b.numero}" for b in bulletins},
            "etats": ETATS,
            "attendues": attendues,
            "now": now,
        },
    )


async def request_work(visite: Visite) -> Any:
    """Leave a request: send, try, pause, resume, stop, send again. What cannot be undone asks to be confirmed."""
    formulaire = await visite.form()
    genre, argument = formulaire.line("genre", 20), formulaire.line("argument", 20)
    if genre not in ACTES or not argument.isdecimal():
        raise RefusFormulaire("Ce bouton ne correspond à rien. Rechargez la page « Envois ».")
    if genre in ("envoyer", "renvoyer") and formulaire.line("certain", 1) != "1":
        raise RefusFormulaire("Cochez la case pour confirmer : un courriel parti ne se rattrape pas.")
    if genre == "essayer":
        argument = f"{argument} {await _keep_address(visite, int(argument), formulaire.line('adresse', 254))}"
    await visite.write(lambda c: service.ask(c, genre, argument, visite.nom, visite.now))  # type: ignore[arg-type]
    return visite.redirect("/envois", f"{ACTES[genre]}. Le résultat paraîtra dans « Demandes ».")


async def _keep_address(visite: Visite, digest_id: int, saisie: str) -> int:
    """The row of `abonnes.db` where a test's address waits: a request is kept in `veille.db`, which holds none."""
    try:
        adresse = canonical(saisie)
    except RefusError as erreur:
        raise RefusFormulaire(str(erreur)) from erreur

    organisation = visite.site.offre.current().organisation

    def keep(c: Connexion) -> int:
        personne = personnes.find(c, adresse)
        inscrite = personne is not None and personne.genre != "partenaire"
        if organisation is not None and not inscrite and not of_team(organisation, adresse):
            raise RefusFormulaire(HORS_EQUIPE)  # Files that cannot be read just now: asked again when it is served.
        return essais.ask(c, digest_id, adresse, visite.now)

    return await visite.subscribers(keep)


def _read(c: Connexion, now: datetime) -> _Lu:
    return _Lu(
        lots=[
            (lot, lots.states(c, lot.digest_id), lots.pace(c, lot.digest_id, now - FENETRE)) for lot in lots.recent(c)
        ],
        doutes=[_doubt(c, i) for i in envois.uncertain(c, 200)],
        retours=[_return(c, ligne) for ligne in envois.refused(c)],
        confirmes={compte.audience: compte.confirmes for compte in abonnements.counts(c, now)},
        service=envois.count_service(c),
    )


def _progress(lot: Lot, bulletin: Bulletin | None, etats: dict[str, int], regles: int) -> Avancement:
    attente = sum(etats.get(e, 0) for e in ("en_attente", "pris", "engage"))
    return Avancement(
        lot=lot,
        bulletin=bulletin,
        acceptes=etats.get("accepte", 0),
        attente=attente,
        refuses=etats.get("refuse", 0),
        incertains=etats.get("incertain", 0),
        reportes=etats.get("reporte", 0),
        ecartes=etats.get("annule", 0),
        reste=remaining(attente, regles) if lot.etat == "en_cours" else "",
    )


def remaining(attente: int, regles: int) -> str:
    """The time left, from how many were settled in the last minutes; "" when that tells nothing."""
    if not attente or not regles:
        return ""
    minutes = round(attente * FENETRE.total_seconds() / 60 / regles)
    if minutes < 1:
        return "moins d’une minute"
    return f"environ {plural(minutes, 'minute')}" if minutes < 90 else f"environ {plural(round(minutes / 60), 'heure')}"


def _doubt(c: Connexion, envoi: Incertain) -> Doute:
    adresse = _masked(c, envoi.sujet)
    if not envoi.temoin:
        prudence = "Sans copie au témoin, rien ne dit si la personne l’a reçu : elle pourrait le recevoir deux fois."
        return Doute(envoi, adresse, "sans témoin", renvoyable=True, prudence=prudence)
    if envoi.absent_a:
        quand = format_instant(envoi.absent_a)
        prudence = f"Cherché le {quand} : le témoin n’en a pas de copie, donc le serveur ne l’a sans doute pas pris."
        return Doute(envoi, adresse, "absent du témoin", renvoyable=True, prudence=prudence)
    return Doute(envoi, adresse, "cherché chez le témoin", renvoyable=False, prudence="")


def _return(c: Connexion, ligne: Any) -> Retour:
    if ligne["plainte_a"]:
        quoi, ton = "plainte", "grave"
    elif ligne["rebond_a"]:
        quoi, ton = "rebond", "attention"
    else:
        quoi, ton = "refusé", "attention"
    reponse = f"{ligne['code']} {ligne['reponse']}" if ligne["code"] and quoi == "refusé" else ligne["reponse"]
    quand = format_instant(datetime.fromisoformat(ligne["quand"])) if ligne["quand"] else ""
    return Retour(ligne["digest_id"], _masked(c, ligne["sujet"]), quoi, ton, reponse, quand)


def _masked(c: Connexion, sujet: str) -> str:
    adresse = personnes.address_of(c, sujet)
    return mask(adresse) if adresse else "personne effacée"
