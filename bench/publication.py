"""The public database: what rebuilding it costs, and what its pages cost once it holds a hundred thousand stories.

    python bench/publication.py [--rapide] [--json] [--garder DOSSIER]

An invented archive (`publication_jeu`) of 100,000 published stories (12,000), rebuilt whole. Floor: the same rows, already
made, poured into the same tables, indexes and search. Peers: the same rows put in one statement each; sqlite-utils. Then the
public site on loopback: the CPU of its process, one request at a time, beside 10 ms and beside the smallest file it serves.
`--garder`: the archive is left in this folder, and taken from it if it is there.
"""

from __future__ import annotations

import contextlib
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.commun import Cas, Mesures, Partie, absent, case, is_missing, main, noisy, rounds, spent, versus
from bench.publication_jeu import build
from bench.revue_site import Site
from pipeline import vitrine
from pipeline.ecriture import write_whole
from veille import settings
from veille.model import Dossier, Expediteur
from veille.store import digests, publication
from veille.store.connexion import BASE
from veille.store.publication.tables import INDEX, TABLES
from veille.store.schema import open_store

TAILLE, TAILLE_RAPIDE = 100_000, 12_000
PAGE_S = 0.010
TOUR = 10  # Requests of each page in a round.
ADRESSES = {
    "l’accueil": "/",
    "un bulletin": "/bulletins/{page}",
    "les bulletins d’un public": "/bulletins/{audience}/",
    "un fil": "/bulletins/{audience}/flux.atom.xml",
    "une nouvelle": "/publication/items/{dernier}",
    "les thèmes": "/themes",
    "un thème": "/themes/habitation",
    "un lieu": "/territoires/lanaudiere",
    "une recherche": "/recherche?q=logement",
}
# Datasette's lists show a thousand cells, and that is their cost: what matters is that it does not grow with the archive.
EXPLORER = {
    "les nouvelles d’un thème": "/publication/item_thematiques?thematique=habitation",
    "toutes les nouvelles": "/publication/items",
    "une recherche": "/publication/items?_search=logement",
}
TABLES_COPIEES = (
    "audiences", "sources", "thematiques", "territoires", "types_document", "digests", "items", "item_thematiques",
    "item_territoires", "digest_items", "errata", "agenda",
)  # fmt: skip


def run(rapide: bool, garder: str = "") -> list[Cas]:
    """Every row, in order."""
    nombre = TAILLE_RAPIDE if rapide else TAILLE
    with tempfile.TemporaryDirectory() as travail:
        dossier, petit = (Path(garder or travail) / f"parus-{n}" for n in (nombre, nombre // 10))
        lu = _archive(dossier, nombre)
        with contextlib.closing(open_store(dossier)) as c:
            cas = _rebuilding(c, dossier, nombre, tours=3 if rapide else 4)
            page = _issue(c, lu, dossier)
        _archive(petit, nombre // 10)
        with contextlib.closing(open_store(petit)) as c:
            publication.rebuild(c, petit)
        tours = 3 if rapide else 5
        return [*cas, *_pages(dossier, page, tours), *_growth(dossier, petit, nombre, tours)]


# ---------------------------------------------------------------- rebuilding


def _rebuilding(c: sqlite3.Connection, dossier: Path, nombre: int, tours: int) -> list[Cas]:
    publication.rebuild(c, dossier)
    tables, faute = _rows(dossier), _honest(c, dossier)
    plancher, pair = dossier / "plancher.db", dossier / "pair.db"
    parties: list[Partie] = [
        lambda: {"nous": spent(lambda: publication.rebuild(c, dossier))},
        lambda: {"plancher": spent(lambda: _pour(plancher, tables, lot=True))},
        lambda: {"une à une": spent(lambda: _pour(plancher, tables, lot=False))},
    ]
    if not is_missing("sqlite_utils"):
        parties.append(lambda: {"sqlite-utils": spent(lambda: _pour_sqlite_utils(pair, tables))})
    mesures = rounds(parties, tours=tours, tours_max=tours + 2, calme="plancher")
    median = statistics.median(mesures["nous"])
    dit = f"{nombre:_}".replace("_", " ")
    note = f"{median:.1f} s de processeur, {nombre / median:_.0f} nouvelles à la seconde".replace("_", " ").replace(
        ".", ",", 1
    )
    lignes = [
        case(
            f"refaire la base, {dit} nouvelles : secondes / 15", median / 15 * (100_000 / nombre), 1, note, faute=faute
        ),
        versus(
            f"refaire la base, {dit} nouvelles / verser les mêmes lignes", mesures, "nous", "plancher", 3.5, faute=faute
        ),
        versus(
            f"refaire la base, {dit} nouvelles / une ligne à la fois", mesures, "nous", "une à une", 3.5, faute=faute
        ),
    ]
    titre = f"refaire la base, {dit} nouvelles / sqlite-utils"
    if "sqlite-utils" not in mesures:
        return [*lignes, absent(titre, 1.5, "sqlite-utils")]
    return [*lignes, versus(titre, mesures, "nous", "sqlite-utils", 1.5, faute=faute)]


def _rows(dossier: Path) -> dict[str, list[tuple[Any, ...]]]:
    with contextlib.closing(sqlite3.connect(dossier / publication.BASE_PUBLIQUE)) as public:
        return {table: public.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES_COPIEES}


def _pour(fichier: Path, tables: Mapping[str, Sequence[tuple[Any, ...]]], *, lot: bool) -> None:
    fichier.unlink(missing_ok=True)
    with contextlib.closing(sqlite3.connect(fichier, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.executescript(TABLES)
        base.execute("BEGIN")
        for table, lignes in tables.items():
            ordre = f"INSERT INTO {table} VALUES ({', '.join('?' * len(lignes[0]))})" if lignes else ""
            if lot and lignes:
                base.executemany(ordre, lignes)
            for ligne in () if lot else lignes:
                base.execute(ordre, ligne)
        base.execute("INSERT INTO items_fts (items_fts) VALUES ('rebuild')")
        base.execute("COMMIT")
        base.executescript(INDEX)
        base.execute("ANALYZE")
        base.execute("VACUUM")


def _pour_sqlite_utils(fichier: Path, tables: Mapping[str, Sequence[tuple[Any, ...]]]) -> None:
    """The same rows by the library's own way: its tables, its search, no index but the keys."""
    import sqlite_utils

    fichier.unlink(missing_ok=True)
    base = sqlite_utils.Database(fichier)
    for table, lignes in tables.items():
        cles = [f"c{i}" for i in range(len(lignes[0]))] if lignes else []
        base[table].insert_all((dict(zip(cles, ligne, strict=True)) for ligne in lignes), batch_size=5000)
    base["items"].enable_fts(["c1", "c3"], tokenize="unicode61 remove_diacritics 2")
    base.vacuum()
    base.close()


def _honest(c: sqlite3.Connection, dossier: Path) -> str:
    """What is wrong with the file that was built, or ""."""
    with contextlib.closing(sqlite3.connect(dossier / publication.BASE_PUBLIQUE)) as public:
        parus = c.execute("SELECT count(*) FROM digests WHERE publie_a IS NOT NULL").fetchone()[0]
        tenus = public.execute("SELECT count(*) FROM digests").fetchone()[0]
        perdus = public.execute(
            "SELECT count(*) FROM digest_items LEFT JOIN items ON id = item_id WHERE id IS NULL"
        ).fetchone()[0]
        trouves = public.execute("SELECT count(*) FROM items_fts WHERE items_fts MATCH 'logement'").fetchone()[0]
        sain = public.execute("PRAGMA integrity_check").fetchone()[0]
    fautes = {"bulletins": parus != tenus, "nouvelles": perdus, "recherche": not trouves, sain: sain != "ok"}
    return ", ".join(nom for nom, faute in fautes.items() if faute)


# ---------------------------------------------------------------- pages


def _pages(dossier: Path, page: str, tours: int) -> list[Cas]:
    with contextlib.closing(sqlite3.connect(dossier / publication.BASE_PUBLIQUE)) as public:
        dernier = public.execute("SELECT max(id) FROM items").fetchone()[0]
    adresses = {
        nom: modele.format(page=page, audience=page.partition("/")[0], dernier=dernier)
        for nom, modele in ADRESSES.items()
    }
    toutes: Mesures = {}
    with Site(dossier, public=True) as site:

        def part(nom: str, adresse: str) -> Partie:
            def ask() -> Mapping[str, float]:
                couts = [site.get(adresse).cpu for _ in range(TOUR)]
                toutes.setdefault(nom, []).extend(couts)
                return {nom: statistics.median(couts)}

            return ask

        for adresse in adresses.values():
            site.get(adresse)  # Templates are compiled once, at the first visit.
        parties = [
            part(nom, adresse) for nom, adresse in {**adresses, "nue": "/bulletins/statique/bulletin.css"}.items()
        ]
        mesures = rounds(parties, tours=tours, tours_max=tours + 3, calme="nue")
    return [_ceiling(nom, toutes[nom], bruit=noisy(mesures["nue"])) for nom in adresses]


def _growth(grand: Path, petit: Path, nombre: int, tours: int) -> list[Cas]:
    with Site(grand, public=True) as grand_site, Site(petit, public=True) as petit_site:

        def part(cle: str, site: Site, adresse: str) -> Partie:
            return lambda: {cle: statistics.median(site.get(adresse).cpu for _ in range(3))}

        parties = [
            part(f"{nom} {taille}", site, adresse)
            for nom, adresse in EXPLORER.items()
            for taille, site in (("G", grand_site), ("P", petit_site))
        ]
        mesures = rounds(parties, tours=tours, tours_max=tours)
    dits = " / ".join(f"{n:_}".replace("_", " ") for n in (nombre, nombre // 10))
    return [versus(f"explorer, {nom} : {dits}", mesures, f"{nom} G", f"{nom} P", 1.5) for nom in EXPLORER]


def _ceiling(nom: str, couts: Sequence[float], *, bruit: bool) -> Cas:
    milieu = statistics.median(couts)
    note = f"{len(couts)} requêtes : médiane {1000 * milieu:.1f} ms".replace(".", ",")
    titre = f"page publique, {nom} : médiane / {1000 * PAGE_S:.0f} ms"
    if bruit:
        return Cas(titre, round(milieu / PAGE_S, 3), 1, None, f"bruité ; {note}")
    return case(titre, milieu / PAGE_S, 1, note)


def _archive(dossier: Path, nombre: int) -> Dossier:
    lu = settings.load(settings.shipped()) if (dossier / BASE).exists() else build(dossier, nombre)
    expediteur = Expediteur("Veille (exemple fictif)", "veille@exemple.invalid")
    return replace(lu, chemin=dossier, organisation=replace(lu.organisation, expediteur=expediteur))


def _issue(c: sqlite3.Connection, lu: Dossier, dossier: Path) -> str:
    """The files of the latest issue of one audience, as publishing writes them; returns its page."""
    audience = next(a for a in lu.audiences if a.visibilite == "publique")
    derniers = [vitrine.Numero(c, lu, audience, d) for d in digests.published(c, audience.slug)[-20:]]
    fichiers = vitrine.issue_files(lu, audience, derniers[-1]) | vitrine.audience_files(lu, audience, derniers)
    for chemin, corps in fichiers.items():
        write_whole(dossier, chemin, corps)
    return f"{audience.slug}/{derniers[-1].nom}/"


if __name__ == "__main__":
    main(
        "Mesurer la base publique et ses pages.",
        run,
        valeurs={"garder": "dossier où garder l’archive, et où la reprendre"},
    )
