"""Filling a new `publication.db`, in one pass over what was published and in batches, whatever the size of the archive."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from veille.store.publication import parutions, plan
from veille.store.publication.parutions import Numero, Parution
from veille.store.publication.tables import COMPTES, FORMAT, INDEX, TABLES
from veille.textes import appears

LOT = 5_000

_ITEMS = (
    "INSERT INTO items (id, titre, langue_titre, resume, resume_de_la_source, pourquoi, source_id, auteur, adresse,"
    " publie_le, vu_le, langue, type, date_limite, montant, digest_id, identifiant, changements, paru_a, modifie_a)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
    " titre = excluded.titre, langue_titre = excluded.langue_titre, resume = excluded.resume,"
    " resume_de_la_source = excluded.resume_de_la_source, pourquoi = excluded.pourquoi, source_id = excluded.source_id,"
    " auteur = excluded.auteur, adresse = excluded.adresse, publie_le = excluded.publie_le, vu_le = excluded.vu_le,"
    " langue = excluded.langue, type = excluded.type, date_limite = excluded.date_limite, montant = excluded.montant,"
    " digest_id = excluded.digest_id, changements = excluded.changements, modifie_a = excluded.modifie_a"
)
_MONTRES = (
    "titre", "langue_titre", "resume", "resume_de_la_source", "pourquoi", "source", "auteur", "date", "cote", "type",
    "thematiques", "territoires", "etiquettes", "lien", "aussi", "montant", "evenement", "erratum",
)  # fmt: skip
_DE_L_ITEM = ("item_thematiques", "item_territoires", "agenda")


def fill(public: sqlite3.Connection, c: sqlite3.Connection) -> None:
    """Everything partners may see, from `c` (`veille.db`) into the empty database `public`.

    Nothing is durable before the caller says so: the file is not yet in its place.
    """
    public.execute("PRAGMA journal_mode = OFF")
    public.execute("PRAGMA synchronous = OFF")
    public.execute("PRAGMA cache_size = -65536")
    public.executescript(TABLES)
    public.executescript(plan.TABLE)
    public.execute("BEGIN")
    numeros = parutions.issues(c)
    passe = _Passe(public, c, numeros)
    for parution in parutions.timeline(c, numeros):
        passe.add(parution)
    passe.flush()
    plan.fill(public, plan.of_staff(c, numeros))
    public.execute("INSERT INTO items_fts (items_fts) VALUES ('rebuild')")
    public.execute("COMMIT")
    public.executescript(INDEX)
    public.executescript(COMPTES)
    public.execute("ANALYZE")
    public.execute(f"PRAGMA user_version = {FORMAT}")
    public.execute("VACUUM")  # A wording corrected since must not linger in a page of the file.
    public.execute("PRAGMA journal_mode = DELETE")


class _Vu(NamedTuple):
    """A story among readers: its identifier for ever, how often it changed, since when, and what they see of it."""

    identifiant: str
    version: int
    paru_a: str
    modifie_a: str
    montre: bytes


def _see(avant: _Vu | None, e: Mapping[str, Any], quand: str, identifiant: str) -> _Vu:
    montre = _shown(e)
    if avant is None:
        autorite = identifiant.removeprefix("tag:").partition(",")[0]
        tag = f"tag:{autorite},{e.get('vu_le') or quand[:10]}:veille/nouvelle/{e['item_id']}"
        return _Vu(tag, 0, quand, quand, montre)
    if avant.montre == montre:
        return avant
    return avant._replace(version=avant.version + 1, modifie_a=quand, montre=montre)


class _Passe:
    """One pass. A story told again, or corrected, is written over: what was shown last prevails."""

    def __init__(self, public: sqlite3.Connection, c: sqlite3.Connection, numeros: Mapping[int, Numero]) -> None:
        self._public, self._c, self._numeros = public, c, numeros
        self._noms = _Noms(public, c)
        self._vus: dict[int, _Vu] = {}
        self._ecrits: set[int] = set()
        self._items: dict[int, tuple[Any, ...]] = {}
        self._lignes: dict[str, dict[int, list[tuple[Any, ...]]]] = {table: {} for table in _DE_L_ITEM}
        self._digests: list[tuple[Any, ...]] = []
        self._places: list[tuple[Any, ...]] = []
        self._errata: list[tuple[Any, ...]] = []
        self._en_bref: list[tuple[Any, ...]] = []

    def add(self, parution: Parution) -> None:
        """An issue, or a correction: then only the story it corrects is written again."""
        contenu = parutions.content(self._c, parution.digest_id, parution.version)
        if parution.erratum:
            self._errata.append(
                (parution.erratum, parution.digest_id, parution.item_id, parution.texte, parution.quand)
            )
            self._en_bref.append(("\n".join(contenu.get("en_bref", ())), parution.digest_id))
        else:
            self._add_issue(self._numeros[parution.digest_id], contenu)
        for _, element in parutions.elements(contenu):
            if not parution.erratum or element["item_id"] == parution.item_id:
                self._add_item(element, parution, contenu["identifiant"])
        if len(self._items) >= LOT:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        ids = [(item_id,) for item_id in self._items if item_id in self._ecrits]  # Told before: written over.
        self._ecrits.update(self._items)
        for table in _DE_L_ITEM:
            self._public.executemany(f"DELETE FROM {table} WHERE item_id = ?", ids)
        self._noms.flush()
        self._public.executemany(f"INSERT INTO digests VALUES ({_marks(11)})", self._digests)
        self._public.executemany(_ITEMS, self._items.values())
        for table, largeur in (("item_thematiques", 2), ("item_territoires", 3), ("agenda", 5)):
            lignes = [ligne for lot in self._lignes[table].values() for ligne in lot]
            self._public.executemany(f"INSERT OR IGNORE INTO {table} VALUES ({_marks(largeur)})", lignes)
            self._lignes[table].clear()
        self._public.executemany("INSERT OR IGNORE INTO digest_items VALUES (?, ?, ?, ?)", self._places)
        self._public.executemany("INSERT INTO errata VALUES (?, ?, ?, ?, ?)", self._errata)
        self._public.executemany("UPDATE digests SET en_bref = ? WHERE id = ?", self._en_bref)
        for lot in (self._items, self._digests, self._places, self._errata, self._en_bref):
            lot.clear()

    def _add_issue(self, numero: Numero, contenu: Mapping[str, Any]) -> None:
        self._noms.audience(numero)
        self._digests.append(
            (
                numero.id,
                numero.audience,
                numero.numero,
                contenu["genre"],
                contenu["titre"],
                numero.date_le,
                "\n".join(contenu.get("en_bref", ())),
                contenu.get("editorial", ""),
                numero.page,
                contenu["identifiant"],
                numero.paru_a,
            )
        )
        for rang, (rubrique, element) in enumerate(parutions.elements(contenu), start=1):
            self._places.append((numero.id, element["item_id"], rang, rubrique))

    def _add_item(self, e: Mapping[str, Any], parution: Parution, identifiant: str) -> None:
        item_id: int = e["item_id"]
        vu = self._vus[item_id] = _see(self._vus.get(item_id), e, parution.quand, identifiant)
        limite = e.get("limite") or {}
        self._items[item_id] = (
            item_id,
            e["titre"],
            e.get("langue_titre", ""),
            e.get("resume", ""),
            int(e.get("resume_de_la_source", False)),
            e.get("pourquoi", ""),
            self._noms.source(e["source"], e.get("cote", "")),
            e["auteur"],
            (e.get("lien") or {}).get("adresse", ""),
            e.get("publie_le") or None,
            e.get("vu_le", ""),
            e.get("langue", ""),
            self._noms.document_type(e.get("type") or {}),
            limite.get("le"),
            e.get("montant", ""),
            parution.digest_id,
            vu.identifiant,
            vu.version,
            vu.paru_a,
            vu.modifie_a,
        )
        self._lignes["item_thematiques"][item_id] = [(item_id, self._noms.theme(t)) for t in e.get("thematiques", ())]
        self._lignes["item_territoires"][item_id] = [
            (item_id, slug, precis) for t in e.get("territoires", ()) for slug, precis in self._noms.places(t)
        ]
        self._lignes["agenda"][item_id] = _dates(item_id, limite, e.get("evenement") or {})


def _marks(nombre: int) -> str:
    return ", ".join("?" * nombre)


def _dates(item_id: int, limite: Mapping[str, Any], evenement: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    dates: list[tuple[Any, ...]] = []
    if limite:
        dates.append((item_id, "echeance", limite.get("a") or limite["le"], "", limite["texte"]))
    if evenement:
        dates.append((item_id, "evenement", evenement["debut"], evenement.get("fin", ""), evenement["texte"]))
    return dates


def _shown(e: Mapping[str, Any]) -> bytes:
    """What a reader sees of a story, less what only depends on the day of the issue (days left before a deadline)."""
    limite = e.get("limite") or {}
    vu = [e.get(champ) or "" for champ in _MONTRES]
    return hashlib.blake2b(repr([vu, limite.get("texte")]).encode(errors="replace"), digest_size=8).digest()


class _Noms:
    """Names of things, each written once: audiences, sources, themes, places, types of document."""

    def __init__(self, public: sqlite3.Connection, c: sqlite3.Connection) -> None:
        self._public = public
        self._sources = {x["slug"]: tuple(x) for x in c.execute("SELECT slug, id, nom, url, cote FROM sources")}
        self._libre = 1 + max((x[1] for x in self._sources.values()), default=0)
        self._themes = {x["slug"]: tuple(x) for x in c.execute("SELECT slug, nom, definition FROM thematiques")}
        self._lieux = {x["slug"]: tuple(x) for x in c.execute("SELECT slug, nom, genre, parent FROM territoires")}
        self._au_dessus: dict[str, list[tuple[str, int]]] = {}
        self._ecrits: dict[tuple[str, str], Any] = {}
        self._attente: dict[str, list[tuple[Any, ...]]] = {}

    def flush(self) -> None:
        """Before what refers to them."""
        for table, lignes in self._attente.items():
            self._public.executemany(f"INSERT INTO {table} VALUES ({_marks(len(lignes[0]))})", lignes)
        self._attente.clear()

    def audience(self, numero: Numero) -> None:
        lieu = f"{numero.audience}/"
        self._once(
            "audiences",
            numero.audience,
            lambda: (
                numero.audience,
                numero.audience_nom,
                appears(numero.rythme, numero.jour),
                lieu,
                f"{lieu}flux.atom.xml",
                f"{lieu}flux.json",
                f"{lieu}calendrier.ics",
            ),
        )

    def source(self, source: Mapping[str, str], cote: str) -> int:
        slug = source.get("slug", "")

        def row() -> tuple[Any, ...]:
            if slug in self._sources:
                _, numero, nom, url, cote_connue = self._sources[slug]
                return numero, slug, nom, url, cote_connue
            self._libre += 1
            return self._libre - 1, slug, source.get("nom", ""), "", cote

        return int(self._once("sources", slug, row)[0])

    def document_type(self, type_: Mapping[str, str]) -> str | None:
        slug = type_.get("slug", "")
        return str(self._once("types_document", slug, lambda: (slug, type_["nom"]))[0]) if slug else None

    def theme(self, theme: Mapping[str, str]) -> str:
        slug = theme["slug"]
        lieu = f"themes/{slug}/"

        def row() -> tuple[Any, ...]:
            _, nom, definition = self._themes.get(slug, (slug, theme["nom"], ""))
            return slug, nom, definition, f"{lieu}flux.atom.xml", f"{lieu}flux.json", 0

        return str(self._once("thematiques", slug, row)[0])

    def places(self, lieu: Mapping[str, str]) -> list[tuple[str, int]]:
        """A place and those that contain it, so that a story of a city is found under its MRC and its region."""
        if (connus := self._au_dessus.get(lieu["slug"])) is not None:
            return connus
        slug, nom = lieu["slug"], lieu["nom"]
        trouves: list[tuple[str, int]] = self._au_dessus.setdefault(slug, [])
        while slug and all(slug != s for s, _ in trouves):
            ligne = self._lieux.get(slug, (slug, nom, "", ""))
            montre = (slug, nom, *ligne[2:]) if not trouves else ligne
            self._once("territoires", slug, lambda montre=montre: (*montre, 0))  # type: ignore[misc]  # Bound at once.
            trouves.append((slug, int(not trouves)))
            slug = ligne[3]
        return trouves

    def _once(self, table: str, cle: str, row: Callable[[], tuple[Any, ...]]) -> Any:
        if (table, cle) not in self._ecrits:
            self._ecrits[table, cle] = ligne = row()
            self._attente.setdefault(table, []).append(ligne)
        return self._ecrits[table, cle]
