"""Where the organisations of the répertoire are named: rows of the registers, sources; and what a merge would change."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from veille.model import FicheOrganisation
from veille.registres.champs import REGISTRES
from veille.store.organisations import all_sheets


@dataclass(frozen=True)
class LigneNommante:
    """A register's row that names an organisation."""

    registre: str
    id: int
    titre: str
    debut_le: date


@dataclass(frozen=True)
class Usages:
    """Everything that names an organisation, under any of the codes that lead to it. `sources`: slug and name."""

    lignes: tuple[LigneNommante, ...] = ()
    sources: tuple[tuple[str, str], ...] = ()

    def of(self, registre: str) -> list[LigneNommante]:
        """The rows of one register, the latest first."""
        return [ligne for ligne in self.lignes if ligne.registre == registre]


@dataclass(frozen=True)
class ApercuFusion:
    """What a merge changes. `avant`, `apres`: how many distinct organisations are in the répertoire, then supported."""

    usages: Usages
    repertoire: tuple[int, int]
    soutenues: tuple[int, int]


def leading_to(fiches: Mapping[str, FicheOrganisation], code: str) -> tuple[str, ...]:
    """Every code that leads to the sheet of this one, its own first."""
    reste = fiches[code].code if code in fiches else code
    return (reste, *sorted(autre for autre, fiche in fiches.items() if fiche.code == reste and autre != reste))


def uses(c: sqlite3.Connection, codes: Collection[str]) -> Usages:
    """What names any of these codes, withdrawn rows apart."""
    cherches = json.dumps(sorted(codes))
    lignes = []
    for nom, description in REGISTRES.items():
        titre = "coalesce(nullif(indicateur, ''), narratif)" if nom == "mesures_manuelles" else "titre"
        lignes += [
            LigneNommante(nom, x["id"], x["dit"], date.fromisoformat(x["debut"]))
            for x in c.execute(
                f"SELECT id, {titre} AS dit, {description.debut} AS debut FROM {nom} WHERE retire_a IS NULL AND EXISTS"
                f" (SELECT 1 FROM json_each({nom}.organisations) j WHERE j.value IN (SELECT value FROM json_each(?)))"
                f" ORDER BY {description.debut} DESC, id DESC",
                (cherches,),
            )
        ]
    sources = c.execute(
        "SELECT slug, nom FROM sources WHERE organisation IN (SELECT value FROM json_each(?)) ORDER BY nom", (cherches,)
    )
    return Usages(tuple(lignes), tuple((x["slug"], x["nom"]) for x in sources))


def preview(c: sqlite3.Connection, perdue: FicheOrganisation, gardee: FicheOrganisation) -> ApercuFusion:
    """What reuniting the first with the second would change, told before anything is written."""
    fiches = all_sheets(c)
    vives = {f.code for f in fiches.values() if not f.retiree}
    nommes = {
        x["value"]
        for x in c.execute(
            "SELECT DISTINCT j.value FROM accompagnements a, json_each(a.organisations) j WHERE a.retire_a IS NULL"
        )
    }
    soutenues = {fiches[code].code if code in fiches else code for code in nommes}
    apres = {gardee.code if code == perdue.code else code for code in soutenues}
    return ApercuFusion(
        uses(c, leading_to(fiches, perdue.code)),
        (len(vives), len(vives - {perdue.code})),
        (len(soutenues), len(apres)),
    )


def subscribed(c: sqlite3.Connection) -> int:
    """How many organisations have someone subscribed, all audiences together, when it was last counted."""
    return int(c.execute("SELECT count(*) FROM organisations_abonnees WHERE audience = ''").fetchone()[0])


def subscribers_of(c: sqlite3.Connection, code: str) -> int | None:
    """How many people of an organisation are subscribed: None for nobody, 0 for fewer than three."""
    x = c.execute("SELECT abonnes FROM organisations_abonnees WHERE audience = '' AND code = ?", (code,)).fetchone()
    return int(x["abonnes"]) if x else None


def unknown_codes(c: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """Code that no sheet has → names of the sources that write it: told, never refused."""
    inconnus: dict[str, tuple[str, ...]] = {}
    for x in c.execute(
        "SELECT s.organisation AS code, s.nom FROM sources s LEFT JOIN organisations o ON o.code = s.organisation"
        " WHERE s.organisation <> '' AND o.id IS NULL ORDER BY s.organisation, s.nom"
    ):
        inconnus[x["code"]] = (*inconnus.get(x["code"], ()), x["nom"])
    return inconnus
