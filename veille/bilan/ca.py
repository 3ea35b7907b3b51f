"""One page for the board of directors, of a year or of a quarter: what was done, beside the period before, and what is missing.

Everything is in the full bilan; here, only what holds on one landscape letter page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from veille.bilan.composition import cover, footer
from veille.bilan.contenu import Chiffre, ContenuBilan, Suites, Volet
from veille.bilan.textes import ATTEINTES, dated_title, figure_of
from veille.evaluation.phrases import listed
from veille.francais import NBSP, amount, plural, shorten
from veille.rapports import Bloc, Rapport, Tableau, cell, line, text

MANQUES_MAX = 4
TEXTE_MAX = 150


def one_page(
    contenu: ContenuBilan,
    *,
    numero: int = 0,
    calcule_le: date | None = None,
    suites: Suites | None = None,
    site: str = "",
) -> Rapport:
    """The page."""
    return Rapport(
        titre=f"{dated_title(contenu)}, pour le conseil d’administration",
        blocs=tuple(_blocks(contenu)),
        entete=cover(contenu, numero, calcule_le, suites, courte=True)[-2:],
        auteur=contenu.organisation,
        pied=footer(contenu, numero),
        paysage=True,
        site=site,
    )


def _blocks(contenu: ContenuBilan) -> Iterator[Bloc]:
    avant = _before(contenu)
    yield Tableau(
        "L’essentiel",
        ("Ce qui est compté", contenu.periode.nom, avant or "Avant", "En toutes lettres"),
        tuple(
            (
                cell(c.texte, entete=True),
                cell(figure_of(c) or "—", nombre=c.valeur),
                cell(_point(c, avant) or "—"),
                cell(shorten(c.phrase or c.manque, TEXTE_MAX)),
            )
            for c in contenu.totaux
        ),
        (24, 14, 14, 48),
    )
    vises = [c for c in contenu.chiffres if c.cible]
    if vises:
        yield Tableau(
            "Cibles chiffrées",
            ("Cible", "Nombre", "Atteinte"),
            tuple(
                (
                    cell(f"{c.moyen} {shorten(c.cible.removeprefix('Cible : '), TEXTE_MAX)}", entete=True),
                    cell(figure_of(c) or "—", nombre=c.valeur),
                    cell(ATTEINTES[c.atteinte]),
                )
                for c in vises
            ),
            (74, 12, 14),
        )
    yield from (_orientation(contenu, volet) for volet in contenu.volets)
    if contenu.par_mrc:
        dits = listed(f"{p.nom} {amount(p.valeur or 0)}" for p in contenu.par_mrc)
        yield line(text(f"Activités par MRC{NBSP}: ", gras=True), f"{dits}.")
    yield from _missing(contenu)


def _before(contenu: ContenuBilan) -> str:
    """The name of the period before this one in the series; "" when there is none."""
    noms = [p.nom for p in contenu.totaux[0].serie] if contenu.totaux else []
    rang = noms.index(contenu.periode.nom) if contenu.periode.nom in noms else 0
    return noms[rang - 1] if rang else ""


def _point(c: Chiffre, nom: str) -> str:
    valeur = next((p.valeur for p in c.serie if p.nom == nom), None)
    return "" if valeur is None else figure_of(c, valeur)


def _orientation(contenu: ContenuBilan, volet: Volet) -> Bloc:
    rangees = [r for r in volet.rangees if r.moyen]
    etats = Counter(r.etape for r in rangees if r.etape)
    chiffres = [c for r in rangees for c in contenu.of(r.moyen) if c.origine == "plan"]
    mesures = sum(1 for c in chiffres if c.phrase or c.ajouts or c.recits)
    dits = [plural(len(rangees), "moyen")]
    dits += [f"{n}{NBSP}{etat}" for etat, n in etats.most_common()]
    if chiffres:
        dits.append(
            f"{mesures} {'indicateur' if len(chiffres) < 2 else 'indicateurs'} sur {len(chiffres)} avec une mesure"
        )
    return line(text(f"{volet.id}. {volet.nom}{NBSP}: ", gras=True), f"{', '.join(dits)}.")


def _missing(contenu: ContenuBilan) -> Iterator[Bloc]:
    manques = [c for c in contenu.chiffres if c.manque and c.origine == "plan"]
    if not manques:
        yield line("Il ne manque aucune mesure aux indicateurs du plan.")
        return
    codes = ", ".join(c.code.removeprefix("IND-") for c in manques)
    yield line(
        text(f"Ce qui manque{NBSP}: ", gras=True),
        f"{plural(len(manques), 'indicateur du plan', 'indicateurs du plan')} ({codes}).",
    )
