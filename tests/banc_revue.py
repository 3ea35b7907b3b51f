"""A review of a few fictional stories on loopback, which answers its scripts as the site does, and fails on command.

    with Banc() as banc:
        page.goto(banc.adresse + "/revue")
        banc.panne = "500"          # then what the browser sends fails so, until it is ""
        banc.colleague(3, "ecarter", "hors_theme")
        assert banc.gestes() == [...]  # what was recorded, in order

The pages carry the policy of the real site. Nothing here decides what the real site does: the tests of the real pages do.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from dataclasses import dataclass, field, replace
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from veille.pages.garde import CSP
from veille.pages.statiques import static_files

COMPTE = "camille"
SCRIPTS = ("dire", "memoire", "envoi", "cartes", "selection", "revue", "clavier")
MOTIFS = {"hors_theme": "Hors thème", "hors_territoire": "Hors territoire", "doublon": "Doublon"}
THEMES = {"habitation": "Habitation et logement", "mobilite": "Transport et mobilité", "aines": "Aînés"}
ETATS = {"retenir": "retenu", "une": "retenu", "ecarter": "ecarte", "plus_tard": "plus_tard", "remettre": "a_trancher"}
MOTS = {"retenu": "✓ Retenue", "ecarte": "✕ Écartée", "plus_tard": "↷ Remise à plus tard"}
EXPIREE = "Cette page a expiré. Revenez en arrière, rechargez-la, puis recommencez."
DEVANCEE = "Sam Exemple a déjà décidé de cette nouvelle, il y a 2 minutes. Rien n’a été changé."
TITRE = "<b>Une nouvelle</b> d’exemple"


@dataclass(frozen=True)
class Histoire:
    """One story as it stands: its state, who decided, the key of the latest act on it and its rank in the log."""

    groupe: int
    etat: str = "a_trancher"
    raison: str = ""
    par: str = ""
    rang: int = 0
    geste: str = "0"
    themes: tuple[str, ...] = ("habitation",)


@dataclass
class Inscrit:
    """One act that was recorded: what it said, and each story before and after it."""

    geste: str
    chemin: str
    champs: dict[str, list[str]]
    avant: dict[int, Histoire] = field(default_factory=dict)
    apres: dict[int, Histoire] = field(default_factory=dict)
    retirees: tuple[int, ...] = ()


class Banc:
    """The server and its stories. `panne`: coupe, coupe_apres (recorded, the answer lost), page, or a status.

    `refuses`: acts that are refused; `lenteur` in seconds.
    """

    def __init__(self, nombre: int = 8) -> None:
        self.histoires = {g: Histoire(g) for g in range(1, nombre + 1)}
        self.journal: list[Inscrit] = []
        self.recus: list[tuple[str, dict[str, list[str]]]] = []
        self.reunies: dict[int, Histoire] = {}
        self.panne = ""
        self.refuses: set[str] = set()
        self.lenteur = 0.0
        self.jeton = "jeton-1"
        self.compte = COMPTE
        self.raccourcis = "oui"
        self.saisie = {"titre": "", "resume": ""}
        self._verrou = threading.Lock()
        self._serveur = ThreadingHTTPServer(("127.0.0.1", 0), type("Voix", (_Voix,), {"banc": self}))
        self.adresse = f"http://127.0.0.1:{self._serveur.server_address[1]}"

    def __enter__(self) -> Banc:
        self._fil = threading.Thread(target=self._serveur.serve_forever, args=(0.02,), daemon=True)
        self._fil.start()
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, t: TracebackType | None
    ) -> None:
        self._serveur.shutdown()
        self._serveur.server_close()
        self._fil.join(5)

    def gestes(self) -> list[str]:
        """What was recorded, in order, as « retenir.1 » or « annuler »."""
        return [i.champs.get("acte", [i.chemin.rpartition("/")[2]])[0] for i in self.journal]

    def cles(self) -> list[str]:
        """The key of everything received, even what failed."""
        return [champs["geste"][0] for _, champs in self.recus]

    def colleague(self, groupe: int, verbe: str, raison: str = "") -> None:
        """Sam decides of a story, on another device."""
        self._change("c" * 32, {groupe: ETATS[verbe]}, raison, "Sam Exemple")

    def answer(self, chemin: str, champs: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        """Record an act, or say why not."""
        with self._verrou:
            if self.panne == "401":
                return 401, {"ok": False, "error": "Votre session est fermée. Reconnectez-vous.", "status": 401}
            refuse = self.panne == "403" or bool(self.refuses & {*champs.get("acte", ())})
            if champs.get("csrftoken") != [self.jeton] or refuse:
                return 403, {"ok": False, "error": EXPIREE, "status": 403}
            if self.panne.isdigit():
                return int(self.panne), {"ok": False, "error": "Panne.", "status": int(self.panne)}
            geste = champs["geste"][0]
            deja = next((i for i in self.journal if i.geste == geste), None)
            if deja:
                return 200, self._told(deja, [])
            return {
                "decider": self._decide, "etiqueter": self._tag, "annuler": self._reverse, "retablir": self._reverse
            }[chemin.rpartition("/")[2]](geste, chemin, champs)  # fmt: skip

    def page(self) -> str:
        """« La semaine », as the contract has it."""
        menu = "".join(
            f'<button class="bouton" name="acte" value="{v}.selection">{v}</button>'
            for v in ("retenir", "une", "plus_tard", "remettre", "fusionner")
        )
        cartes = "".join(self.card(g) for g, h in self.histoires.items() if h.etat == "a_trancher")
        themes = escape(json.dumps([{"slug": s, "nom": n} for s, n in THEMES.items()]))
        motifs = escape(json.dumps([{"code": c, "nom": n} for c, n in MOTIFS.items()]))
        return self._frame(
            SCRIPTS,
            f"""<h1>La semaine</h1><p id="progres">0 sur 8</p><p><span id="compte-a_trancher">8</span> à trancher</p>
<form action="/revue"><label for="f">Mots</label><input type="search" id="f" name="texte"></form>
<p id="connexion" hidden></p>
<form id="file" method="post" action="/revue/decider" data-debut="2026-11-23T14:00:00+00:00"><button disabled hidden></button>
<input type="hidden" name="csrftoken" value="{self.jeton}"><input type="hidden" name="etat" value="a_trancher">
<div class="selection" id="selection" role="group" aria-label="Nouvelles sélectionnées">
<strong id="nombre-choisies">Les nouvelles cochées</strong>{menu}</div>
<section aria-labelledby="g-1"><h2 id="g-1">À lire d’abord</h2>{cartes}</section></form>
<p id="annonce" class="lecteur" role="status" aria-live="polite"></p>
<template id="themes" data-themes="{themes}"></template><template id="motifs" data-motifs="{motifs}"></template>""",
        )

    def story(self, item: int) -> str:
        """The page of a story, with what one writes about it."""
        return self._frame(
            ("dire", "memoire", "envoi", "redaction"),
            f"""<h1>Une nouvelle</h1><form method="post" action="/revue/{item}/rediger">
<input type="hidden" name="csrftoken" value="{self.jeton}"><label for="titre">Titre</label>
<input type="text" id="titre" name="titre" data-mots-max="12" value="{escape(self.saisie["titre"])}">
<label for="resume">Résumé</label><textarea id="resume" name="resume" data-mots-max="60">{escape(self.saisie["resume"])}</textarea>
<button class="bouton">Enregistrer</button></form>""",
        )

    def card(self, groupe: int) -> str:
        """One story, in its present state."""
        h = self.histoires[groupe]
        tranchee = h.etat != "a_trancher"
        qui = "vous" if h.par == "Camille Exemple" else h.par
        verdict = f'<p class="verdict">{MOTS[h.etat]} par {qui}</p>' if tranchee else ""
        raisons = "".join(f'<button name="acte" value="ecarter:{c}.{groupe}">{n}</button>' for c, n in MOTIFS.items())
        boutons = (
            f'<button class="bouton" name="acte" value="remettre.{groupe}">Remettre à la revue</button>'
            if tranchee
            else f"""<button class="bouton principal" name="acte" value="retenir.{groupe}">Retenir</button>
<button class="bouton" name="acte" value="une.{groupe}">À la une</button>
<details class="menu"><summary>Écarter</summary><div class="menu-choix">{raisons}</div></details>
<button class="bouton" name="acte" value="plus_tard.{groupe}">Plus tard</button>"""
        )
        return f"""<article class="nouvelle{" tranchee" if tranchee else ""}" id="h{groupe}" data-groupe="{groupe}" data-item="{groupe}00"
 data-etat="{h.etat}" data-themes="{" ".join(h.themes)}" tabindex="-1" aria-labelledby="t{groupe}">
<input type="hidden" name="vu.{groupe}" value="{h.rang}">
<label class="choix"><input type="checkbox" name="choix" value="{groupe}"><span class="lecteur">Sélectionner : {groupe}</span></label>
<h3 id="t{groupe}"><a class="original" href="/original/{groupe}" target="_blank" rel="noopener">{escape(TITRE)} {groupe}</a></h3>
<div class="contenu">{verdict}<p>{"Un extrait fictif, assez long pour tenir sur quelques lignes. " * 3}</p>
<details class="aussi"><summary>Pourquoi</summary><p>Parce que.</p></details></div>
<div class="decision">{boutons}<a class="lien details" href="/revue/{groupe}00">Étiquettes, texte et historique</a></div>
<p class="suivi" hidden></p></article>"""

    def _frame(self, scripts: tuple[str, ...], corps: str) -> str:
        noms = sorted((n for n in static_files() if n.endswith(".css")), key=lambda n: (n == "revue.css", n))
        feuilles = "".join(f'<link rel="stylesheet" href="/statique/{n}">' for n in noms if n != "impression.css")
        balises = "".join(f'<script defer src="/statique/{n}.js"></script>' for n in scripts)
        return f"""<!DOCTYPE html><html lang="fr-CA"><head><meta charset="utf-8"><title>Banc</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/statique/veille.svg">{feuilles}{balises}</head>
<body data-raccourcis="{self.raccourcis}" data-compte="{self.compte}"><main id="contenu" tabindex="-1"><div class="cadre">{corps}</div></main></body></html>"""

    def _decide(self, geste: str, chemin: str, champs: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        acte, _, cible = champs["acte"][0].partition(".")
        verbe, _, raison = acte.partition(":")
        groupes = [int(g) for g in (champs["choix"] if cible == "selection" else [cible])]
        libres, conflits = self._free({g: champs[f"vu.{g}"][0] for g in groupes})
        inscrit = Inscrit(geste, chemin, champs, {g: self.histoires[g] for g in libres})
        if verbe == "fusionner":
            inscrit.retirees = tuple(libres[1:])
            self.reunies |= {g: self.histoires.pop(g) for g in libres[1:]}
            self._change(geste, {libres[0]: self.histoires[libres[0]].etat}, "", "Camille Exemple")
        else:
            self._change(geste, dict.fromkeys(libres, ETATS[verbe]), raison, "Camille Exemple")
        return 200, self._record(inscrit, libres, conflits)

    def _tag(self, geste: str, chemin: str, champs: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        groupe = int(champs["groupe"][0])
        libres, conflits = self._free({groupe: champs["vu"][0]})
        inscrit = Inscrit(geste, chemin, champs, {g: self.histoires[g] for g in libres})
        for g in libres:
            self._change(geste, {g: self.histoires[g].etat}, "", "Camille Exemple")
            self.histoires[g] = replace(self.histoires[g], themes=tuple(champs.get("thematiques", ())))
        return 200, self._record(inscrit, libres, conflits)

    def _reverse(self, geste: str, chemin: str, champs: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        vise = next((i for i in self.journal if i.geste == champs["cible"][0]), None)
        if vise is None:
            return 400, {"ok": False, "error": "Ce geste n’est pas au journal.", "status": 400}
        voulues = vise.avant if chemin.endswith("annuler") else vise.apres
        self.histoires |= {g: self.reunies.pop(g) for g in vise.retirees if g in self.reunies}
        for g, h in voulues.items():
            self.histoires[g] = replace(h, geste=geste, rang=self._next())
        return 200, self._record(Inscrit(geste, chemin, champs), list(voulues), [])

    def _free(self, vus: dict[int, str]) -> tuple[list[int], list[dict[str, Any]]]:
        libres = [g for g, vu in vus.items() if vu in (str(self.histoires[g].rang), self.histoires[g].geste)]
        return libres, [{"groupe": g, "phrase": DEVANCEE} for g in vus if g not in libres]

    def _change(self, geste: str, etats: dict[int, str], raison: str, par: str) -> None:
        for g, etat in etats.items():
            neuve = {"etat": etat, "raison": raison, "par": par, "geste": geste, "rang": self._next()}
            self.histoires[g] = replace(self.histoires[g], **neuve)  # type: ignore[arg-type]  # Names are the fields'.

    def _next(self) -> int:
        return max((h.rang for h in (*self.histoires.values(), *self.reunies.values())), default=0) + 1

    def _record(self, inscrit: Inscrit, libres: list[int], conflits: list[dict[str, Any]]) -> dict[str, Any]:
        inscrit.apres = {g: self.histoires[g] for g in libres if g in self.histoires}
        if libres:
            self.journal.append(inscrit)
        return self._told(inscrit, conflits)

    def _told(self, inscrit: Inscrit, conflits: list[dict[str, Any]]) -> dict[str, Any]:
        touches = [*inscrit.apres, *(c["groupe"] for c in conflits)]
        reste = sum(h.etat == "a_trancher" for h in self.histoires.values())
        return {
            "ok": True,
            "geste": inscrit.geste,
            "phrase": f"{len(inscrit.apres)} enregistrée." if inscrit.apres else "",
            "cartes": {str(g): self.card(g) for g in touches},
            "retirees": list(inscrit.retirees),
            "conflits": conflits,
            "comptes": {"a_trancher": reste},
            "progres": {"faites": 8 - reste, "budget": 8, "minutes": reste},
        }


class _Voix(BaseHTTPRequestHandler):
    """One request. Connections are not kept: a browser silently sends again on one that was closed under it."""

    banc: Banc
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        chemin = urlsplit(self.path).path
        nom = chemin.rpartition("/")[2]
        if chemin == "/revue":
            self._send(200, self.banc.page().encode(), "text/html; charset=utf-8")
        elif chemin.startswith("/statique/") and nom in static_files():
            self._send(200, static_files()[nom].corps, static_files()[nom].type)
        elif chemin.startswith("/revue/") and nom.isdigit():
            self._send(200, self.banc.story(int(nom)).encode(), "text/html; charset=utf-8")
        else:
            self._send(200, b"<!DOCTYPE html><html lang=fr><title>Ailleurs</title><p>Ailleurs", "text/html")

    def do_POST(self) -> None:
        chemin = urlsplit(self.path).path
        corps = self.rfile.read(int(self.headers["content-length"])).decode()
        champs = parse_qs(corps, keep_blank_values=True)
        self.banc.recus.append((chemin, champs))
        time.sleep(self.banc.lenteur)
        if "application/json" not in (self.headers["accept"] or ""):
            self._send(200, b"<!DOCTYPE html><html lang=fr><title>Formulaire</title><p>Formulaire", "text/html")
        elif self.banc.panne == "coupe":
            self._cut()
        elif self.banc.panne == "coupe_apres":
            self.banc.answer(chemin, champs)
            self._cut()
        elif self.banc.panne == "page":
            self._send(200, b"<p>Acceptez les conditions du WiFi", "text/html")
        else:
            statut, dit = self.banc.answer(chemin, champs)
            self._send(statut, json.dumps(dit).encode(), "application/json")

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""

    def _cut(self) -> None:
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, statut: int, corps: bytes, genre: str) -> None:
        with contextlib.suppress(OSError):  # The browser left.
            self.send_response(statut)
            for nom, valeur in (
                ("Content-Type", genre),
                ("Content-Security-Policy", CSP),
                ("Cache-Control", "no-store"),
            ):
                self.send_header(nom, valeur)
            self.send_header("Content-Length", str(len(corps)))
            self.end_headers()
            self.wfile.write(corps)
