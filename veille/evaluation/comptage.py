"""The rules of counting, and nothing else: which rows belong to a moyen and a period, and when two of them are one.

A row counts once for each moyen it serves and once in all; a withdrawn row counts nowhere. A day decides of the period
of what happens on one; a support counts in each period it lasts in; what staff measured themselves, in the period that
holds its last day. Digests that say the same are one tool, whoever they were sent to. Reminders are the team's own and
notices say that there is no issue: neither is a tool. An alert is one story that the next issue tells again: it is told
apart. All of them did reach people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeVar

from veille.editor.selection import last_due_day, next_due_day
from veille.evaluation.faits import Livrable, PublicSuivi
from veille.model import Accompagnement, Activite, FicheOrganisation, Ligne, MesureManuelle, Outil, Plan, Sondage
from veille.periodes import Periode

L = TypeVar("L", bound=Ligne)
Datee = TypeVar("Datee", Activite, Outil, Sondage)


def codes_of(plan: Plan, moyen: str) -> frozenset[str]:
    """The codes a row may write to serve this moyen: its own, and those of its sous-moyens."""
    return frozenset({moyen, *(s.id for s in plan.sous_moyens if s.moyen == moyen)})


def serving(lignes: Iterable[L], codes: frozenset[str]) -> list[L]:
    """The rows that serve one of these codes, each once, withdrawn ones left out, in the order of their ids."""
    gardees = {ligne.id: ligne for ligne in lignes if not ligne.retiree and not codes.isdisjoint(ligne.moyens)}
    return [gardees[cle] for cle in sorted(gardees)]


def within(lignes: Iterable[Datee], periode: Periode) -> list[Datee]:
    """Those of one day that fall in the period, oldest first."""
    return sorted((x for x in lignes if periode.holds(x.jour_le)), key=lambda x: (x.jour_le, x.id))


def lasting(lignes: Iterable[Accompagnement], periode: Periode) -> list[Accompagnement]:
    """Supports that had at least a day in the period, oldest first."""
    return sorted((x for x in lignes if periode.meets(x.debut_le, x.fin_le)), key=lambda x: (x.debut_le, x.id))


def given(
    mesures: Iterable[MesureManuelle], indicateur: str, periode: Periode, codes: frozenset[str] = frozenset()
) -> list[MesureManuelle]:
    """What staff wrote of an indicator, or, without one, of these moyens: in the period that holds its last day."""
    retenues = [
        m
        for m in mesures
        if not m.retiree
        and periode.holds(m.fin_le)
        and (m.indicateur == indicateur if m.indicateur else not codes.isdisjoint(m.moyens))
    ]
    return sorted({m.id: m for m in retenues}.values(), key=lambda m: (m.fin_le, m.id))


def tools(livrables: Iterable[Livrable], codes: frozenset[str], periode: Periode) -> list[Livrable]:
    """The distinct digests that are tools, oldest first: of those that say the same, the first."""
    servis = sorted(
        (
            x
            for x in livrables
            if x.genre == "bulletin" and periode.holds(x.date_le) and not codes.isdisjoint(x.elements)
        ),
        key=lambda x: (x.date_le, x.digest_id),
    )
    premiers: dict[str, Livrable] = {}
    for livrable in servis:
        premiers.setdefault(livrable.contenu or f"#{livrable.digest_id}", livrable)
    return list(premiers.values())


def others(livrables: Iterable[Livrable], codes: frozenset[str], periode: Periode) -> Counter[str]:
    """How many digests of each kind serve these codes in the period without being tools."""
    return Counter(
        x.genre
        for x in {x.digest_id: x for x in livrables}.values()
        if x.genre != "bulletin" and periode.holds(x.date_le) and not codes.isdisjoint(x.elements)
    )


def organisations(
    lignes: Iterable[Ligne], repertoire: Mapping[str, FicheOrganisation]
) -> dict[str, FicheOrganisation | None]:
    """The distinct organisations of rows, merges followed, by surviving code; None for a code the répertoire lacks."""
    par_id = {fiche.id: fiche for fiche in repertoire.values()}
    distinctes: dict[str, FicheOrganisation | None] = {}
    for code in sorted({code for ligne in lignes for code in ligne.organisations}):
        fiche = surviving(repertoire.get(code), par_id)
        distinctes[fiche.code if fiche else code] = fiche
    return distinctes


def surviving(fiche: FicheOrganisation | None, par_id: Mapping[int, FicheOrganisation]) -> FicheOrganisation | None:
    """The organisation that remains after merges; a chain that turns back on itself stops where it began to."""
    vues: set[int] = set()
    while fiche and fiche.fusionnee_dans is not None and fiche.fusionnee_dans in par_id and fiche.id not in vues:
        vues.add(fiche.id)
        fiche = par_id[fiche.fusionnee_dans]
    return fiche


def by_mrc(activites: Sequence[Activite], mrc: Iterable[str]) -> dict[str, int]:
    """Meetings of each MRC: one held for two MRC counts in each; those of none are under ""."""
    compte = Counter(lieu for a in activites for lieu in dict.fromkeys(a.mrc or ("",)))
    return {lieu: compte[lieu] for lieu in (*dict.fromkeys([*mrc, *sorted(compte)]),) if lieu or compte[lieu]}


def planned_days(suivi: PublicSuivi, periode: Periode, au: date) -> list[tuple[date, int | None]]:
    """The days of the period on which an issue was to leave, none after `au`, with the issue that left by then.

    An audience is followed from its first issue on; days that someone chose to skip are left out.
    """
    tenus = _kept_days(suivi)
    if not tenus:
        return []
    jour = next_due_day(suivi.audience, max(periode.debut, min(tenus)))
    jours: list[tuple[date, int | None]] = []
    while jour <= min(periode.fin, au):
        if jour not in suivi.sautes or tenus.get(jour):
            jours.append((jour, tenus.get(jour)))
        jour = next_due_day(suivi.audience, jour + timedelta(days=1))
    return jours


def skipped_days(suivi: PublicSuivi, periode: Periode, au: date) -> int:
    """How many planned days of the period someone chose to skip."""
    tenus = _kept_days(suivi)
    return sum(1 for j in suivi.sautes if tenus and not tenus.get(j) and min(tenus) <= j <= au and periode.holds(j))


def _kept_days(suivi: PublicSuivi) -> dict[date, int | None]:
    """Planned day → the issue that left by then, None when its issue left later or never.

    An issue is of the last planned day before it was composed; when that day has one already, it is ahead of the next.
    So is the first one: nothing was promised before it.
    """
    jours: dict[date, int | None] = {}
    for numero in sorted(suivi.numeros, key=lambda n: (n.compose_le, n.digest_id)):
        jour = last_due_day(suivi.audience, numero.compose_le)
        premier = min(jours, default=numero.compose_le)
        if jour < premier or jour in jours:
            jour = next_due_day(suivi.audience, numero.compose_le + timedelta(days=1))
        if jour not in jours:
            jours[jour] = numero.digest_id if numero.publie_le and numero.publie_le <= jour else None
    return jours
