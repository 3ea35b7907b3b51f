"""Mail: how much cheaper than a mail made whole each time, how much faster by reused connections, how flat in memory.

    python bench/diffusion.py [--rapide] [--json]

The issue is generated (30 stories) and rendered by the shipped templates. Peers: the same templates rendered, inlined and
serialised by the standard library for each person; one connection per mail. Floor: joining the pieces of one mail. Outputs
are compared first: a fast mail that says something else does not hold.
"""

from __future__ import annotations

import email
import sys
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.commun import Cas, case, main, ratio, rounds, timed, versus
from bench.puits import sink
from pipeline.tournee import Pli, Tournee
from veille import settings
from veille.courrier import DESABONNEMENT, PREFERENCES, Liens, Moule
from veille.editor import Contenu
from veille.editor.formes import Element, Lien, Nom, Rubrique
from veille.mailer import Acces, Facteur, Issue, access
from veille.model import Envoi, Expediteur, Organisation, Responsable
from veille.rendering import Gabarits
from veille.rendering import Liens as LiensPage
from veille.store.abonnes import lots, open_subscribers
from veille.store.abonnes.carnet import Carnet

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
EXPEDITEUR = Expediteur("Veille de la Table fictive (exemple)", "veille@table.exemple.org")
ORGANISATION = Organisation(
    nom="Table fictive de Lanaudière",
    adresse_postale="1, rue de l’Exemple, Joliette (Québec) J0J 0J0",
    expediteur=EXPEDITEUR,
    renseignements_personnels=Responsable("Dominique Fictif", "responsable", "vieprivee@table.exemple.org"),
    adresse_publique="https://veille.exemple.org",
)
PHRASE = "Le projet, porté par plusieurs organismes du milieu, sera présenté à la population à l’automne. "


def issue() -> Contenu:
    """Thirty stories in five sections, fictional."""
    elements = [
        Element(
            item_id=n,
            titre=f"Nouvelle fictive numéro {n} : des logements annoncés près de la gare",
            source=Nom("ville", "Ville fictive"),
            auteur="non indiqué",
            date="23 novembre 2026",
            resume=PHRASE * 2,
            pourquoi=PHRASE,
            lien=Lien(f"https://ville.exemple.org/nouvelles/{n}", "Lire l’original"),
            etiquettes=("Habitation et logement", "Joliette"),
        )
        for n in range(30)
    ]
    rubriques = tuple(Rubrique(f"r{r}", f"Rubrique fictive {r}", tuple(elements[6 * r : 6 * r + 6])) for r in range(5))
    return Contenu(
        audience=Nom("clds-joliette", "CLDS de Joliette (exemple)"),
        numero=3,
        titre="Veille fictive",
        date_le="2026-11-23",
        date="23 novembre 2026",
        objet="Veille fictive, nº 3 : l’été des logements",
        identifiant="urn:exemple:3",
        en_bref=(PHRASE, PHRASE, PHRASE),
        rubriques=rubriques,
        publique=True,
    )


@dataclass(frozen=True)
class Courrier:
    """What both sides make mails of."""

    contenu: Contenu
    gabarits: Gabarits
    html: str
    texte: str

    @classmethod
    def made(cls, dossier: Path) -> Courrier:
        """Rendered once, markers in place, as an approval freezes it."""
        contenu, gabarits = issue(), Gabarits(dossier, settings.shipped(), "clds-joliette")
        liens = LiensPage(desabonnement=DESABONNEMENT, preferences=PREFERENCES)
        html = gabarits.courriel_html(contenu, ORGANISATION, liens)
        return cls(contenu, gabarits, html, gabarits.courriel_texte(contenu, ORGANISATION, liens))

    def moule(self) -> Moule:
        """Ours."""
        return Moule(
            objet=self.contenu.objet, html=self.html, texte=self.texte, expediteur=EXPEDITEUR, liste="clds-joliette"
        )

    def whole(self, n: int) -> bytes:
        """One mail made whole: templates, styles written on each element, the standard library's message."""
        liens = _links(n)
        page = LiensPage(desabonnement=liens.desabonnement, preferences=liens.preferences)
        message = EmailMessage(policy=SMTP)
        message["To"], message["Date"] = _address(n), format_datetime(NOW)
        message["Message-ID"] = f"<{n}@table.exemple.org>"
        message["List-Unsubscribe"] = f"<{liens.desabonnement}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["From"] = f"{EXPEDITEUR.nom} <{EXPEDITEUR.courriel}>"
        message["Subject"] = self.contenu.objet
        message.set_content(self.gabarits.courriel_texte(self.contenu, ORGANISATION, page))
        message.add_alternative(self.gabarits.courriel_html(self.contenu, ORGANISATION, page), subtype="html")
        return message.as_bytes()


def run(rapide: bool) -> list[Cas]:
    """Every row, in order."""
    with tempfile.TemporaryDirectory(prefix="veille-banc-") as brut:
        dossier = Path(brut)
        courrier = Courrier.made(dossier)
        return [
            *rendering(courrier, 200 if rapide else 1000),
            *sending(courrier, 200 if rapide else 600),
            *memory(dossier, rapide),
        ]


# ---------------------------------------------------------------- rendering


def rendering(courrier: Courrier, nombre: int) -> Iterator[Cas]:
    """Ours over a mail made whole, and over a mere join."""
    moule = courrier.moule()

    def ours() -> int:
        return sum(len(moule.message(_address(n), _links(n), str(n), NOW)) for n in range(nombre))

    def whole() -> int:
        return sum(len(courrier.whole(n)) for n in range(nombre // 10))

    morceaux = moule.message(_address(0), _links(0), "0", NOW).decode("ascii").splitlines(keepends=True)

    def floor() -> int:
        return sum(len("".join(morceaux).encode("ascii")) for _ in range(nombre))

    parties = [timed("nous", ours), timed("dixième entier", whole), timed("plancher", floor)]
    mesures = rounds(parties, calme="dixième entier")
    mesures["entier"] = [10 * x for x in mesures["dixième entier"]]
    faute = _differences(moule.message(_address(7), _links(7), "7", NOW), courrier.whole(7))
    titre = f"{nombre} courriels en octets"
    yield versus(f"{titre} / gabarits, css-inline et EmailMessage", mesures, "nous", "entier", 0.2, faute=faute)
    yield versus(f"{titre} / joindre leurs lignes", mesures, "nous", "plancher", 6)
    yield ratio("préparer un moule / un courriel entier", courrier.moule, lambda: courrier.whole(0), 3)


def _differences(a: bytes, b: bytes) -> str:
    lus = [email.message_from_bytes(octets, policy=default) for octets in (a, b)]
    textes = [
        [p.get_content().replace("\r\n", "\n").rstrip("\n") for p in m.walk() if p.get_content_maintype() == "text"]
        for m in lus
    ]
    tetes = [[m[nom] for nom in ("To", "Subject", "Message-ID", "List-Unsubscribe")] for m in lus]
    return "" if textes[0] == textes[1] and tetes[0] == tetes[1] else "les deux courriels ne disent pas la même chose"


def _address(n: int) -> str:
    return f"personne{n}@exemple.org"


def _links(n: int) -> Liens:
    return Liens.of(ORGANISATION.adresse_publique, f"d{n:032x}.clds-joliette.1764000000.{'A' * 24}")


# ---------------------------------------------------------------- sending


def sending(courrier: Courrier, nombre: int) -> Iterator[Cas]:
    """By five connections kept open, over one connection per mail: wall-clock seconds, the server's included."""
    octets = courrier.moule().message(_address(0), _links(0), "0", NOW)
    for delai in (0, 20):
        envois_ = nombre if delai == 0 else nombre // 4
        with sink(delai) as port:
            acces = access(Envoi("127.0.0.1", port, "aucune"), EXPEDITEUR.courriel, {})
            parties = [
                _wall("cinq", lambda a=acces, n=envois_: _by_five(a, octets, n)),
                _wall("une", lambda a=acces, n=envois_ // 4: _one_each(a, octets, n)),
            ]  # type: ignore[misc]
            mesures = rounds(parties, calme="une")
            mesures["une"] = [4 * x for x in mesures["une"]]
            yield versus(
                f"{envois_} envois par 5 connexions réutilisées / une connexion par courriel, serveur à {delai} ms",
                mesures,
                "cinq",
                "une",
                1 / 1.5,
            )


def _wall(nom: str, travail: Callable[[], object]) -> Callable[[], Mapping[str, float]]:
    """Waiting is what reuse saves: processor time would not see it."""

    def measure() -> Mapping[str, float]:
        debut = time.perf_counter()
        travail()
        return {nom: time.perf_counter() - debut}

    return measure


def _by_five(acces: Acces, octets: bytes, nombre: int) -> None:
    numeros: SimpleQueue[int | None] = SimpleQueue()
    for n in [*range(nombre), *[None] * 5]:
        numeros.put(n)

    def carry() -> None:
        facteur = Facteur(acces)
        while (n := numeros.get()) is not None:
            _accepted(facteur.send(_address(n), octets, lambda _: True))
        facteur.close()

    fils = [threading.Thread(target=carry) for _ in range(5)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()


def _one_each(acces: Acces, octets: bytes, nombre: int) -> None:
    for n in range(nombre):
        facteur = Facteur(acces)
        _accepted(facteur.send(_address(n), octets, lambda _: True))
        facteur.close()


def _accepted(issue: Issue) -> None:
    if issue.genre != "accepte":
        raise RuntimeError(f"le puits devait tout prendre : {issue}")


# ---------------------------------------------------------------- memory


@dataclass(frozen=True)
class _Personne:
    sujet: str
    adresse: str
    genre: str = "partenaire"
    rythme: str = "numero"


class _SansReseau(Facteur):
    """A server that takes everything at once: what is left is the outbox."""

    def send(self, _adresse: str, _octets: bytes, engage: Callable[[bool], bool], *, temoin: str = "") -> Issue:  # noqa: ARG002 - the real one’s.
        return Issue("accepte", 250) if engage(False) else Issue("abandon")


def memory(dossier: Path, rapide: bool) -> Iterator[Cas]:
    """The list of a sending and a round of it, with a hundred times the people: the peak of memory is the same."""
    petit, grand = 1_000, 20_000 if rapide else 100_000
    peu, beaucoup = _peak(dossier / "petit", petit), _peak(dossier / "grand", grand)
    note = f"{peu / 2**20:.1f} Mio, puis {beaucoup / 2**20:.1f} Mio"
    yield case(f"mémoire pour {grand} abonnés / {petit}", beaucoup / peu, 1.5, note)


def _peak(dossier: Path, gens: int) -> float:
    """Peak of what Python holds while the list is filled and a thousand messages leave."""
    dossier.mkdir()
    with closing(open_subscribers(dossier)) as c:
        tracemalloc.start()
        lot = lots.open_lot(c, 1, "clds-joliette", "bulletin", "Camille Fictive", NOW)
        lots.fill(c, lot, (_Personne(f"{n:032x}", _address(n)) for n in range(gens)), NOW)
        acces = Acces(Envoi("127.0.0.1", par_minute=0), EXPEDITEUR.courriel)
        stop = threading.Event()
        ronde = Tournee(
            c,
            acces,
            _book(),
            lambda p: Pli(p, "a@exemple.org", lambda: b""),
            lambda: NOW,
            stop,
            _until(stop, 1000),
            _SansReseau,
        )
        ronde.run()
        sommet = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if lots.states(c, 1) != {"accepte": ronde.compte.acceptes, **_left(gens - ronde.compte.acceptes)}:
            raise RuntimeError("la boîte d’envoi ne tient pas ses comptes")
    return float(sommet)


def _until(stop: threading.Event, nombre: int) -> Callable[[Any], None]:
    def tell(compte: Any) -> None:
        if compte.acceptes >= nombre - 5:
            stop.set()

    return tell


def _left(nombre: int) -> dict[str, int]:
    return {"en_attente": nombre} if nombre else {}


def _book() -> Carnet:
    """People who all may receive."""
    return Carnet(
        recipients=lambda *_, **__: (),
        may_receive=lambda *_, **__: "",
        address_of=lambda *_: "a@exemple.org",
        suppress=lambda *_: None,
        key=lambda _: b"",
        is_staff=lambda *_: False,
    )


if __name__ == "__main__":
    main(__doc__ or "", run)
