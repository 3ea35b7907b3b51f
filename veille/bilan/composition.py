"""The whole bilan as a report without a format: cover, key figures, the plan's six columns, the annex that traces each figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from veille.bilan.contenu import Chiffre, ContenuBilan, Dit, Rangee, Suites, TexteDuPlan, Volet
from veille.bilan.graphiques import charts
from veille.bilan.textes import ATTEINTES, MANQUE, ORIGINES, dated_title, figure_of, period_line
from veille.francais import NBSP, format_day, plural
from veille.rapports import (
    Bloc,
    Cellule,
    Feuille,
    Paragraphe,
    Rapport,
    Tableau,
    Titre,
    cell,
    line,
    text,
)

LARGEURS = (13, 20, 11, 15, 14, 27)
RECIT = f"Récit de l’équipe{NBSP}: "


def compose(
    contenu: ContenuBilan,
    *,
    numero: int = 0,
    calcule_le: date | None = None,
    suites: Suites | None = None,
    site: str = "",
) -> Rapport:
    """The report. `numero`, `calcule_le`: of the stored bilan; `suites`: what came after it was frozen."""
    return Rapport(
        titre=dated_title(contenu),
        blocs=tuple(_blocks(contenu, calcule_le, suites)),
        entete=cover(contenu, numero, calcule_le, suites),
        auteur=contenu.organisation,
        pied=footer(contenu, numero),
        paysage=True,
        site=site,
    )


def cover(
    contenu: ContenuBilan, numero: int, calcule_le: date | None, suites: Suites | None, *, courte: bool = False
) -> tuple[Paragraphe, ...]:
    """The lines under the title: whose bilan, of which days, which number, and how to read it."""
    qui = f"{contenu.organisation} ({contenu.sigle})" if contenu.sigle else contenu.organisation
    lignes = [line(qui), line(period_line(contenu))]
    calcule = f", calculé le {format_day(calcule_le)}" if calcule_le else ""
    if numero:
        lignes.append(line(f"Bilan nº{NBSP}{numero}{calcule}.", ton="doux"))
    if suites and suites.verrouillee_le:
        lignes.append(
            line(
                f"Période verrouillée le {format_day(suites.verrouillee_le)}{NBSP}: ces chiffres ne changent plus. "
                f"{_after(suites)}",
                ton="alerte" if suites.corrections else "normal",
            )
        )
    return tuple(lignes if courte else [*lignes, *(line(note, ton="doux") for note in contenu.notes)])


def _after(suites: Suites) -> str:
    if not suites.corrections:
        return "Aucun amendement depuis."
    return f"{plural(len(suites.corrections), 'amendement')} depuis, à la fin du document."


def footer(contenu: ContenuBilan, numero: int) -> str:
    """What each page ends with."""
    return f"{dated_title(contenu)}{f' – nº{NBSP}{numero}' if numero else ''}"


def _blocks(contenu: ContenuBilan, calcule_le: date | None, suites: Suites | None) -> Iterator[Bloc]:
    yield Feuille("En bref")
    yield Titre(2, "En bref", "en-bref")
    yield totals_table(contenu)
    yield from targets(contenu)
    yield from charts(contenu)
    for volet in contenu.volets:
        yield from _sheet(contenu, volet)
    yield Feuille("Ce qui manque")
    yield Titre(2, "Ce qui manque", "manque")
    yield from _missing(contenu)
    if suites and (suites.corrections or suites.ecarts):
        yield Feuille("Amendements")
        yield Titre(2, "Depuis le verrouillage", "amendements")
        yield from _amendments(suites)
    yield Feuille("D’où vient chaque chiffre")
    yield Titre(2, f"Annexe{NBSP}: d’où vient chaque chiffre", "annexe")
    yield _annex(contenu, calcule_le)
    yield from _over_time(contenu)
    if contenu.particularites:
        yield Feuille("Particularités du plan")
        yield Titre(2, "Particularités du document d’origine", "particularites")
        yield from (line(p, puce=1) for p in contenu.particularites)


def totals_table(contenu: ContenuBilan) -> Tableau:
    """What the whole plan comes to."""
    return Tableau(
        f"L’essentiel{NBSP}: tout le plan, chaque chose comptée une fois",
        ("Ce qui est compté", "Nombre", "En toutes lettres"),
        tuple(
            (
                cell(c.texte, entete=True),
                cell(figure_of(c), nombre=c.valeur),
                cell(*_sentences(c, detail=True)) if c.phrase else cell(line(c.manque, ton="manque")),
            )
            for c in contenu.totaux
        ),
        (26, 12, 62),
    )


def targets(contenu: ContenuBilan) -> Iterator[Bloc]:
    """The numbers that the plan aims at, and where each stands."""
    vises = [c for c in contenu.chiffres if c.cible]
    if vises:
        yield Tableau(
            "Cibles chiffrées du plan",
            ("Élément du plan", "Nombre", "Où on en est", "Atteinte"),
            tuple(
                (
                    cell(f"{c.moyen} {c.texte}", entete=True),
                    cell(figure_of(c), nombre=c.valeur),
                    cell(c.cible, *((line(c.manque, ton="manque"),) if c.manque else ())),
                    cell(line(ATTEINTES[c.atteinte], ton="bien" if c.atteinte == "atteinte" else "normal")),
                )
                for c in vises
            ),
            (34, 10, 44, 12),
        )


# ---------------------------------------------------------------- the six columns


def _sheet(contenu: ContenuBilan, volet: Volet) -> Iterator[Bloc]:
    yield Feuille(f"Orientation {volet.id}")
    yield Titre(2, f"Orientation {volet.id}{NBSP}: {volet.nom}", f"orientation-{volet.id}")
    if volet.cible:
        yield line(volet.cible)
    yield Tableau(
        f"Orientation {volet.id}",
        (*contenu.colonnes[:5], f"Bilan au {format_day(contenu.au)}"),
        tuple(_row(contenu, rangee) for rangee in volet.rangees),
        LARGEURS,
    )


def _row(contenu: ContenuBilan, rangee: Rangee) -> tuple[Cellule, ...]:
    objectif, *autres = (tuple(_as_written(t) for t in colonne) for colonne in rangee.colonnes)
    cellules = [cell(*textes) for textes in autres]
    fait = cell(*(_done(contenu, rangee) if rangee.moyen else (line("Le plan ne donne aucun moyen.", ton="doux"),)))
    tete = [cell(*objectif, hauteur=rangee.hauteur, entete=True)] if rangee.hauteur else []
    return (*tete, *cellules, fait)


def _as_written(texte: TexteDuPlan) -> Paragraphe:
    if texte.code:
        return line(text(texte.code, gras=True), f" {texte.texte}", puce=texte.puce)
    return line(text(texte.texte, gras=texte.intitule), puce=texte.puce)


def _done(contenu: ContenuBilan, rangee: Rangee) -> tuple[Paragraphe, ...]:
    """The last column: what was counted and said, then, marked, what staff write."""
    chiffres = contenu.of(rangee.moyen)
    dits = [p for c in chiffres for p in _figure(c)]
    dits += [line(constat) for constat in rangee.constats]
    dits += [line(rangee.etat)] if rangee.etat else []
    recits = [_account(d, c.texte) for c in chiffres for d in c.recits if d.texte]
    recits += [_account(d) for d in rangee.recits]
    return (*dits, *recits) if dits or recits else (line("À compléter par l’équipe.", ton="manque"),)


def _figure(c: Chiffre) -> Iterator[Paragraphe]:
    marque = "" if c.origine != "proposition" else f"{ORIGINES['proposition']}{NBSP}: "
    intitule = text(f"{marque}{c.texte.rstrip(' .')}{NBSP}: ", gras=True)
    if c.phrase:
        yield line(intitule, text(c.phrase, lien=c.adresse))
    elif c.manque:
        yield line(intitule, c.manque, ton="manque")
    elif c.ajouts:
        yield line(intitule)
    elif not c.recits:
        yield line(intitule, "à compléter.", ton="manque")
    yield from (line(a, puce=1) for a in c.ajouts)
    if c.cible:
        yield line(c.cible, puce=1, ton="bien" if c.atteinte == "atteinte" else "normal")
    if c.phrase and c.manque:
        yield line(c.manque, puce=1, ton="manque")


def _account(dit: Dit, de_quoi: str = "") -> Paragraphe:
    quand = f" ({format_day(dit.jour)})" if dit.jour else ""
    sujet = ", ".join(x for x in (de_quoi.rstrip(" ."), dit.lieu) if x)
    sujet = f"{sujet}. " if sujet else ""
    return line(text(RECIT, gras=True), sujet, text(dit.texte, italique=True), text(quand, lien=dit.lien))


def _sentences(c: Chiffre, *, detail: bool) -> list[str | Paragraphe]:
    manque: list[str | Paragraphe] = [line(c.manque, ton="manque")] if c.manque else []
    return [c.phrase, *c.ajouts, *(c.detail if detail else ()), *manque]


# ---------------------------------------------------------------- what is missing, what traces


def _missing(contenu: ContenuBilan) -> Iterator[Bloc]:
    manques = [c for c in contenu.chiffres if c.manque]
    for origine in ("plan", "texte", "proposition"):
        lot = [c for c in manques if c.origine == origine]
        if lot:
            yield line(text(MANQUE[origine], gras=True))
            yield from (line(text(f"{c.code}{NBSP}: ", gras=True), c.manque, puce=1) for c in lot)
    sans = [r.moyen for v in contenu.volets for r in v.rangees if r.moyen and not r.etat]
    if sans:
        yield line(text("Moyens dont l’équipe n’a pas dit l’état", gras=True))
        yield line(f"{', '.join(sans)}.", puce=1)
    if not manques and not sans:
        yield line("Rien : chaque indicateur a une mesure, et chaque moyen un état.")


def _annex(contenu: ContenuBilan, calcule_le: date | None) -> Tableau:
    quand = calcule_le.isoformat() if calcule_le else "—"
    return Tableau(
        "D’où vient chaque chiffre",
        ("Code", "Indicateur", "Valeur", "Comment c’est compté", "À savoir", "Lignes", "Calculé le", "Voir"),
        tuple(
            (
                cell(c.code, entete=True),
                cell(c.texte, line(ORIGINES[c.origine], ton="doux")),
                cell(figure_of(c) or "—", nombre=c.valeur),
                cell(c.requete),
                cell(*c.detail, c.base, *c.ajouts),
                cell(str(c.lignes), nombre=float(c.lignes)),
                cell(quand),
                cell(line(text("les lignes", lien=c.adresse)) if c.adresse else "—"),
            )
            for c in contenu.tous
        ),
        (10, 17, 8, 24, 18, 7, 10, 6),
    )


def _over_time(contenu: ContenuBilan) -> Iterator[Bloc]:
    suivis = [c for c in contenu.tous if any(p.valeur is not None for p in c.serie)]
    noms = list(dict.fromkeys(p.nom for c in suivis for p in c.serie))
    if suivis and noms:
        yield Feuille("Dans le temps")
        yield Titre(2, "Dans le temps", "dans-le-temps")
        yield Tableau(
            "Chaque chiffre, période par période",
            ("Code", "Indicateur", *noms),
            tuple(
                (
                    cell(c.code, entete=True),
                    cell(f"{c.texte} ({c.unite})" if c.unite else c.texte),
                    *(_point(c, nom) for nom in noms),
                )
                for c in suivis
            ),
            (12, 100 - 12 - 12 * len(noms), *(12 for _ in noms)),
        )


def _point(c: Chiffre, nom: str) -> Cellule:
    valeur = next((p.valeur for p in c.serie if p.nom == nom), None)
    return cell("—") if valeur is None else cell(figure_of(c, valeur), nombre=valeur)


def _amendments(suites: Suites) -> Iterator[Bloc]:
    yield line("Les chiffres du bilan restent ceux du verrouillage. Voici ce qui a changé depuis.")
    if suites.corrections:
        yield Tableau(
            "Amendements",
            ("Le", "Par", "Raison", "Ce qui est corrigé", "Avant", "Après"),
            tuple(
                (
                    cell(format_day(x.jour), entete=True),
                    cell(x.par),
                    cell(x.raison),
                    cell(line(text(x.objet, lien=x.lien))),
                    cell(x.avant or "—"),
                    cell(x.apres or "—"),
                )
                for x in suites.corrections
            ),
            (10, 12, 26, 22, 15, 15),
        )
    if suites.ecarts:
        yield line(
            "Recompté aujourd’hui, ce qui suit serait différent. Un amendement n’en est pas la seule cause possible : deux "
            "organisations réunies, une source ou une thématique modifiées changent aussi un compte."
        )
        yield Tableau(
            "Ce que les registres donneraient aujourd’hui",
            ("Code", "Indicateur", "Chiffre verrouillé", "Donnerait"),
            tuple((cell(e.code, entete=True), cell(e.texte), cell(e.fige), cell(e.donnerait)) for e in suites.ecarts),
            (14, 50, 18, 18),
        )
