"""The archive of `revue_jeu`, written in bulk: what years of collecting, judging and deciding leave in `veille.db`.

Triggers and indexes are put aside while rows pour in, then put back; the queue is computed by the program's own
functions, story by story where people decided, by kind of story elsewhere. `honest` then asks the program itself to
make some of those rows again: a queue that was written otherwise than it would be would measure nothing.
"""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from bench.revue_jeu import (
    MOTIFS,
    NOW,
    PERSONNES,
    SEMAINES,
    Element,
    Gabarit,
    Histoire,
    Textes,
    judgements,
    learnt,
    stories,
    watched,
)
from veille import settings
from veille.classifier.relevance import Pertinence, describe
from veille.classifier.valeur import Rendement, next_change, tier, value
from veille.editor import Contenu, to_json
from veille.editor.formes import Nom
from veille.francais import local_day
from veille.model import Source
from veille.store import decisions, digests, fiches, file, jugements, pertinences, schema, sources
from veille.store.connexion import stamp, transaction
from veille.store.decisions import Decision
from veille.store.fiches import Fiche, Membre

MODELE = "exemple-1"
TEXTES_SUR = 12  # The long text of one recent item in twelve is kept.
RECENTS = timedelta(weeks=8)
LECTURES_PAR_ELEMENT = 0.5
BULLETINS, PAR_BULLETIN = 60, 12
_FILE = ("etat", "jour_le", "palier", "rang", "pertinence", "item_id", "source_id", "decision_id", "change_le")
_TABLES = ("items", "membres", "classements", "suggestions", "tirages", "collectes")


def build(dossier: Path, nombre: int, semaines: int = SEMAINES) -> None:
    """A `veille.db` of so many items of so many weeks in this folder, with its statistics."""
    with contextlib.closing(schema.open_store(dossier)) as c:
        c.execute("PRAGMA synchronous = OFF")
        c.execute("PRAGMA cache_size = -262144")
        Archive(c, nombre, semaines).fill()
        c.execute("ANALYZE")
        c.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def honest(c: sqlite3.Connection, echantillon: int = 200) -> str:
    """What is wrong with the queue as it was written: "" when making rows of it again changes nothing of them."""
    hasard = random.Random(9)
    (dernier,) = c.execute("SELECT max(groupe_id) FROM file_revue").fetchone()
    ids = sorted({hasard.randint(1, dernier) for _ in range(echantillon)})
    avant = _queue(c, ids)
    with contextlib.suppress(_Retour), transaction(c):
        file.refresh(c, ids, NOW)
        apres = _queue(c, ids)
        raise _Retour
    fausses = [g for g in ids if not _alike(avant[g], apres[g])]
    return f"file écrite autrement que par le programme : {fausses[:3]}" if fausses else ""


class Archive:
    """One empty store being filled."""

    def __init__(self, c: sqlite3.Connection, nombre: int, semaines: int) -> None:
        self._c, self._nombre, self._duree = c, nombre, timedelta(weeks=semaines)
        livre = settings.load(settings.shipped())
        self._taxonomie, self._gazetier = livre.taxonomie, livre.gazetier
        self._audiences = livre.audiences
        self._sources = watched()
        self._gabarits = judgements(livre.taxonomie, livre.gazetier)
        self._histoires = list(stories(nombre, semaines))

    def fill(self) -> None:
        """Everything, in the order in which it depends on what comes before."""
        jugements.sync_references(self._c, self._taxonomie, self._gazetier)
        sources.sync(self._c, self._sources, NOW - self._duree - timedelta(weeks=1))
        digests.sync_audiences(self._c, self._audiences)
        with _bulk(self._c):
            self._write_items()
            self._write_groups()
            self._write_judgements()
            self._write_readings()
            self._write_relevance()
        self._decide()
        self._write_queue()
        self._write_digests()

    def _write_items(self) -> None:
        textes, recents = Textes(self._nombre), NOW - RECENTS
        elements = [e for h in self._histoires for e in h.elements]
        self._c.executemany(
            "INSERT INTO items (id, source_id, titre, adresse, publie_a, date_douteuse, vu_a, langue, resume, version,"
            " version_a, adresse_origine, cle, empreinte) VALUES (?, ?, ?, ?, ?, ?, ?, 'fr', ?, ?, ?, ?, ?, ?)",
            (_item(e, textes) for e in elements),
        )
        self._c.executemany(
            "INSERT INTO versions (item_id, numero, titre, auteur, publie_a, publie_texte, resume, texte, empreinte,"
            " remplacee_a) VALUES (?, 1, ?, '', NULL, '', ?, '', ?, ?)",
            ((e.item_id, textes.title(), textes.summary(), b"v", stamp(e.corrige_a)) for e in elements if e.corrige_a),
        )
        self._c.executemany(
            "INSERT INTO textes (item_id, texte) VALUES (?, ?)",
            ((e.item_id, textes.article()) for e in elements if e.vu_a > recents and e.item_id % TEXTES_SUR == 0),
        )
        self._c.execute("INSERT INTO recherche (recherche) VALUES ('rebuild')")

    def _write_groups(self) -> None:
        self._c.executemany(
            "INSERT INTO groupes (id, cree_a) VALUES (?, ?)",
            ((h.groupe_id, stamp(h.elements[0].vu_a)) for h in self._histoires),
        )
        self._c.executemany(
            "INSERT INTO membres (item_id, groupe_id, ajoute_a) VALUES (?, ?, ?)",
            ((e.item_id, h.groupe_id, stamp(e.vu_a)) for h in self._histoires for e in h.elements),
        )
        self._c.executemany(
            "INSERT INTO rapprochements (item_id, autre_item_id, raison, similarite, vu_a) VALUES (?, ?, ?, 0.9, ?)",
            (
                (e.item_id, h.elements[0].item_id, "92 % du texte en commun", stamp(e.vu_a))
                for h in self._histoires
                for e in h.elements[1:]
            ),
        )
        self._c.executemany(
            "INSERT INTO tirages (item_id, motif, explication, tire_a) VALUES (?, ?, 'Tirée (exemple fictif).', ?)",
            ((h.elements[0].item_id, h.tirage, stamp(h.elements[0].vu_a)) for h in self._histoires if h.tirage),
        )

    def _write_judgements(self) -> None:
        """From one table of what the judge may say, in SQL: millions of rows that Python need not see."""
        self._c.execute(
            "CREATE TEMP TABLE dit (gabarit, rang, genre, valeur, etat, score, seuil, probabilite, raisons)"
        )
        self._c.execute("CREATE TEMP TABLE juge (item_id INTEGER PRIMARY KEY, gabarit, limite)")
        self._c.executemany("INSERT INTO dit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _said(self._gabarits))
        self._c.executemany(
            "INSERT INTO juge VALUES (?, ?, ?)",
            (
                (e.item_id, h.gabarit, _deadline(self._gabarits[h.gabarit], h.jour))
                for h in self._histoires
                for e in h.elements
            ),
        )
        self._c.execute("CREATE INDEX temp.dit_par_gabarit ON dit (gabarit, rang)")
        self._c.execute(
            "INSERT INTO classements (id, item_id, version, modele, incertain, fait_a)"
            " SELECT i.id, i.id, i.version, ?, EXISTS (SELECT 1 FROM dit d WHERE d.gabarit = j.gabarit AND d.etat ="
            " 'incertain'), coalesce(i.version_a, i.vu_a) FROM items i JOIN juge j ON j.item_id = i.id ORDER BY i.id",
            (MODELE,),
        )
        self._c.execute(
            "INSERT INTO suggestions (item_id, genre, valeur, etat, score, seuil, probabilite, raisons, classement_id)"
            " SELECT j.item_id, d.genre, CASE d.genre WHEN 'date_limite' THEN j.limite ELSE d.valeur END, d.etat,"
            " d.score, d.seuil, d.probabilite, d.raisons, j.item_id"
            " FROM juge j CROSS JOIN dit d ON d.gabarit = j.gabarit ORDER BY j.item_id, d.rang"
        )

    def _write_readings(self) -> None:
        nombre = int(self._nombre * LECTURES_PAR_ELEMENT)
        self._c.execute(
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < :nombre - 1)"
            " INSERT INTO collectes (source_id, debut_a, fin_a, issue, cause, entrees, nouveaux, etag, prochaine_a)"
            " SELECT 1 + i % :sources, a, a, CASE WHEN i % 37 = 0 THEN 'echec' WHEN i % 3 THEN 'inchangee' ELSE 'lue' END,"
            " CASE WHEN i % 37 = 0 THEN 'http_404' ELSE '' END, 20, 2, 'W/\"' || i || '\"', a FROM"
            " (SELECT i, strftime('%Y-%m-%dT%H:%M:%SZ', :debut, '+' || CAST(i * :pas AS INTEGER) || ' seconds') AS a FROM n)",
            {
                "nombre": nombre,
                "sources": len(self._sources),
                "debut": stamp(NOW - self._duree)[:19],
                "pas": self._duree.total_seconds() / nombre,
            },
        )

    def _write_relevance(self) -> None:
        modele = learnt(self._taxonomie, self._nombre // 50)
        self._c.execute(
            "INSERT INTO pertinences_apprises (fait_a, decisions, modele, mesures) VALUES (?, ?, ?, '{}')",
            (stamp(NOW - timedelta(days=3)), modele.decisions, modele.to_json()),
        )

    def _decide(self) -> None:
        """What five people decided, in the order of time, through the store itself; then those rows of the queue."""
        with transaction(self._c):
            self._c.execute("DELETE FROM file_a_refaire")
            for decision, prise_a in sorted(self._decisions(), key=lambda d: d[1]):
                decisions.record(self._c, decision, prise_a)
            faites = self._c.execute(
                "SELECT id, item_id, geste, par, prise_a FROM decisions WHERE id % 50 = 0"
            ).fetchall()
            for ligne in faites:  # Some were undone at once.
                acte = Decision(ligne["item_id"], "annuler", ligne["par"], cible_id=ligne["id"])
                decisions.record(self._c, acte, datetime.fromisoformat(ligne["prise_a"]))
        while file.drain(self._c, NOW):
            pass
        # Those that came back were ranked while their sources' records were still being counted.
        self._c.execute("INSERT INTO file_a_refaire SELECT groupe_id FROM file_revue WHERE etat = 'a_trancher'")
        while file.drain(self._c, NOW):
            pass

    def _decisions(self) -> Iterator[tuple[Decision, datetime]]:
        themes = [t.slug for t in self._taxonomie.thematiques]
        for h in self._histoires:
            if h.decision is None:
                continue
            hasard = random.Random(h.groupe_id)
            item_id, qui = _lead(h, self._sources).item_id, hasard.choice(PERSONNES)
            quand = min(
                max(e.vu_a for e in h.elements) + timedelta(hours=hasard.randrange(1, 150)), NOW - timedelta(hours=1)
            )
            if hasard.random() < 0.2:
                yield (
                    Decision(item_id, "etiqueter", qui, thematiques=(hasard.choice(themes),)),
                    quand - timedelta(minutes=1),
                )
            if h.decision < 0.57:
                yield Decision(item_id, "ecarter", qui, raison=hasard.choice(MOTIFS)), quand
            elif h.decision < 0.96:
                yield Decision(item_id, "retenir", qui, a_la_une=hasard.random() < 0.1), quand
                if hasard.random() < 0.3:
                    yield Decision(item_id, "rediger", qui, titre="Un titre à nous", pourquoi="C’est ici."), quand
            else:
                yield Decision(item_id, "plus_tard", qui, reprise_le=local_day(quand) + timedelta(days=7)), quand

    def _write_queue(self) -> None:
        """The rows of every story that nobody touched."""
        rendements = file._records(self._c, range(1, len(self._sources) + 1), pertinences.in_service(self._c))
        estime = _Estime(self._c, self._sources, self._gabarits, rendements)
        touchees = {x[0] for x in self._c.execute("SELECT groupe_id FROM file_revue")}
        libres = [h for h in self._histoires if h.groupe_id not in touchees]
        colonnes = ("groupe_id", *_FILE, "revision", "notee_a")
        with transaction(self._c):
            self._c.executemany(
                f"INSERT INTO file_revue ({', '.join(colonnes)}) VALUES ({', '.join('?' * len(colonnes))})",
                (estime.row(h) for h in libres),
            )
            self._c.execute("CREATE TEMP TABLE porte (genre, valeur, jour_le, groupe_id)")
            self._c.executemany("INSERT INTO porte VALUES (?, ?, ?, ?)", (e for h in libres for e in estime.labels(h)))
            self._c.execute(
                "INSERT INTO file_etiquettes SELECT * FROM porte ORDER BY genre, valeur, jour_le, groupe_id"
            )
        self._c.execute("DROP TABLE temp.porte")

    def _write_digests(self) -> None:
        """Published digests, of what was kept."""
        retenus = [
            x[0] for x in self._c.execute("SELECT item_id FROM decisions_valides WHERE genre = 'retenir' ORDER BY id")
        ]
        publics = [a for a in self._audiences if a.genre != "rappel"]
        for numero in range(min(BULLETINS, len(retenus) // PAR_BULLETIN)):
            audience = publics[numero % len(publics)]
            jour = local_day(NOW) - timedelta(weeks=4 * (BULLETINS - numero))
            titre, tag = f"Bulletin {numero} (exemple fictif)", f"tag:exemple.invalid,2026:{audience.slug}/{numero}"
            contenu = Contenu(
                Nom(audience.slug, audience.nom), numero + 1, titre, jour.isoformat(), str(jour), titre, tag
            )
            places = [digests.Place(i, "Autres nouvelles") for i in retenus[numero * PAR_BULLETIN :][:PAR_BULLETIN]]
            quand = datetime(jour.year, jour.month, jour.day, 15, tzinfo=NOW.tzinfo)
            digests.save_draft(
                self._c, audience.slug, numero + 1, titre, jour, to_json(contenu), places, PERSONNES[0], quand
            )
            self._c.execute(
                "UPDATE digests SET approuve_a = :a, approuve_par = :p, publie_a = :a, publie_par = :p"
                " WHERE publie_a IS NULL",
                {"a": stamp(quand), "p": PERSONNES[0]},
            )


class _Estime:
    """The queue's rows of untouched stories: what the program says of each kind of story, computed once per kind."""

    def __init__(
        self, c: sqlite3.Connection, suivies: list[Source], gabarits: list[Gabarit], rendements: dict[int, Rendement]
    ) -> None:
        self._sources, self._gabarits, self._rendements = suivies, gabarits, rendements
        self._pertinence: Pertinence = pertinences.in_service(c)
        self._genres = pertinences.place_genres(c)
        self._jour = local_day(NOW)
        self._connues: dict[tuple[object, ...], tuple[float, str]] = {}
        self._etiquettes = [_labels(g) for g in gabarits]
        self._hasard = random.Random(8)

    def row(self, h: Histoire) -> tuple[object, ...]:
        tete, gabarit = _lead(h, self._sources), self._gabarits[h.gabarit]
        dites = gabarit.said(h.jour)
        limite = _deadline(gabarit, h.jour)
        cle = (h.gabarit, tete.source, len(h.elements), limite >= self._jour.isoformat())
        if cle not in self._connues:
            cas = describe(
                dites,
                genres=self._genres,
                source=self._sources[tete.source].slug,
                langue="fr",
                longueur=0,
                groupe=len(h.elements),
                jour=self._jour,
            )
            self._connues[cle] = self._pertinence.score(cas)[0], cas.portee
        probabilite, portee = self._connues[cle]
        rendement = self._rendements.get(tete.source + 1, Rendement())
        arrivee = self._arrival(h)
        parutions = [local_day(e.publie_a) for e in h.elements if e.publie_a]
        depuis = min(arrivee, max(parutions)) if parutions else arrivee
        cas = describe((), genres={}, source="", langue="", longueur=0, groupe=1, jour=self._jour)
        valeur = value(replace(cas, portee=portee), probabilite, rendement, limite, depuis, self._jour)  # type: ignore[arg-type]
        palier = tier(probabilite, incertain=self._etiquettes[h.gabarit][1], tiree=bool(h.tirage))
        change = next_change(limite, self._jour)
        return (
            h.groupe_id,
            "a_trancher",
            arrivee.isoformat(),
            palier,
            valeur.rang,
            probabilite,
            tete.item_id,
            tete.source + 1,
            0,
            change.isoformat() if change else "",
            self._hasard.getrandbits(62),
            stamp(NOW),
        )

    def labels(self, h: Histoire) -> Iterator[tuple[str, str, str, int]]:
        jour = self._arrival(h).isoformat()
        portees = set(self._etiquettes[h.gabarit][0])
        portees |= {("source", self._sources[e.source].slug) for e in h.elements}
        if h.tirage:
            portees.add(("tirage", h.tirage))
        if limite := _deadline(self._gabarits[h.gabarit], h.jour):
            portees.add(("echeance", limite))
        for genre, valeur in portees:
            yield genre, valeur, jour, h.groupe_id

    def _arrival(self, h: Histoire) -> date:
        return max(local_day(e.corrige_a or e.vu_a) for e in h.elements)


class _Retour(Exception):  # noqa: N818 - it never leaves this file.
    """Undo what the check did."""


@contextlib.contextmanager
def _bulk(c: sqlite3.Connection) -> Iterator[None]:
    """One transaction without triggers nor secondary indexes on the great tables."""
    noms = ", ".join(f"'{t}'" for t in _TABLES)
    mises = c.execute(
        f"SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('trigger', 'index') AND tbl_name IN ({noms})"
    ).fetchall()
    c.execute("PRAGMA foreign_keys = OFF")
    with transaction(c):
        for ligne in mises:
            c.execute(f"DROP {ligne['type']} {ligne['name']}")
        yield
        for ligne in mises:
            c.execute(ligne["sql"])
        c.execute("UPDATE sources SET recueillis = (SELECT count(*) FROM items i WHERE i.source_id = sources.id)")
    c.execute("PRAGMA foreign_keys = ON")


def _item(e: Element, textes: Textes) -> tuple[object, ...]:
    adresse = f"https://source{e.source}.exemple.invalid/nouvelles/{e.vu_a:%Y/%m}/{e.item_id}"
    return (
        e.item_id,
        e.source + 1,
        textes.title(),
        adresse,
        stamp(e.publie_a) if e.publie_a else None,
        "" if e.publie_a else "absente",
        stamp(e.vu_a),
        textes.summary(),
        2 if e.corrige_a else 1,
        stamp(e.corrige_a) if e.corrige_a else None,
        adresse,
        str(e.item_id),
        e.item_id.to_bytes(16, "big"),
    )


def _said(gabarits: list[Gabarit]) -> Iterator[tuple[object, ...]]:
    for numero, gabarit in enumerate(gabarits):
        for rang, s in enumerate(gabarit.suggestions):
            raisons = json.dumps([asdict(r) for r in s.raisons], ensure_ascii=False)
            yield numero, rang, s.genre, s.valeur, s.etat, s.score, s.seuil, s.probabilite, raisons


def _deadline(gabarit: Gabarit, jour: date) -> str:
    return "" if gabarit.echeance is None else (jour + timedelta(days=gabarit.echeance)).isoformat()


def _lead(h: Histoire, suivies: list[Source]) -> Element:
    """Who speaks for an undecided story: as `fiches` chooses."""

    def order(e: Element) -> tuple[object, ...]:
        source = suivies[e.source]
        return source.cote, source.droits not in fiches.DROITS_LIBRES, e.item_id

    return min(h.elements, key=order)


def _labels(gabarit: Gabarit) -> tuple[set[tuple[str, str]], bool]:
    """The labels of a story of this kind, its sources apart, and whether the judge hesitates about it."""
    membre = Membre(0, "", "", "", "", "fr", None, "", NOW, 1, "", "", "", "")
    fiche = Fiche(0, (membre,), gabarit.suggestions)
    return {e for e in file.labels(fiche) if e[0] not in ("source", "echeance")}, fiche.incertain


def _queue(c: sqlite3.Connection, ids: list[int]) -> dict[int, tuple[list[object], list[tuple[object, ...]]]]:
    """The rows of these stories and their labels, without what changes each time."""
    return {
        g: (
            [*(c.execute(f"SELECT {', '.join(_FILE)} FROM file_revue WHERE groupe_id = ?", (g,)).fetchone() or ())],
            [
                tuple(x)
                for x in c.execute(
                    "SELECT genre, valeur, jour_le FROM file_etiquettes WHERE groupe_id = ? ORDER BY 1, 2", (g,)
                )
            ],
        )
        for g in ids
    }


def _alike(
    avant: tuple[list[object], list[tuple[object, ...]]], apres: tuple[list[object], list[tuple[object, ...]]]
) -> bool:
    """Equal, but for the last digits of the numbers."""
    return avant[1] == apres[1] and len(avant[0]) == len(apres[0]) and all(map(_close, avant[0], apres[0]))


def _close(a: object, b: object) -> bool:
    return abs(a - b) < 1e-9 if isinstance(a, float) and isinstance(b, float) else a == b
