"""The plan de veille as a report: one sheet per theme, its sources, what was planned and done, what is missing. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from veille.appreciation.dits import header, number, share
from veille.appreciation.plan_veille import JOURS, EtatTheme, Manque, SourceDuTheme
from veille.francais import NBSP, format_day, format_number, local_day, plural
from veille.model import Dossier
from veille.rapports import Bloc, Cellule, Feuille, Paragraphe, Rapport, Tableau, Titre, cell, line, text

ETATS_SOURCE = {
    "echec": "en échec",
    "silence": "silencieuse",
    "jamais": "pas encore lue",
    "verifier": "à vérifier",
    "ordre": "en ordre",
}
ETATS = {"ebauche": "ébauche, à valider", "validee": "validé"}
A_REMPLIR = "à remplir"
FORCES = {
    "fort": "Fortes",
    "moyen": "Moyennes",
    "indice": "Indices",
    "sigles": "Sigles",
    "sigles_faibles": "Sigles faibles",
    "negatives": "Contraires",
}


def names(dossier: Dossier) -> dict[str, str]:
    """Code of an element of the plan → its text."""
    plan = dossier.plan
    return {
        **{o.id: o.nom for o in plan.orientations},
        **{o.id: o.texte for o in plan.objectifs},
        **{m.id: m.texte for m in plan.moyens},
        **{s.id: s.texte for s in plan.sous_moyens},
    }


def compose(
    etats: Sequence[EtatTheme],
    organisation: str,
    noms: Mapping[str, str],
    now: datetime,
    site: str = "",
    manques: Sequence[Manque] = (),
) -> Rapport:
    """The document of these themes; of them all, it opens with a summary."""
    titre = f"Plan de veille{NBSP}: {etats[0].theme.nom}" if len(etats) == 1 else "Plan de veille"
    blocs = [
        *(summary(etats, manques) if len(etats) != 1 else ()),
        *(b for e in etats for b in sheet(e, noms, seule=len(etats) == 1)),
    ]
    return Rapport(
        titre=titre,
        blocs=tuple(blocs),
        entete=(line(organisation), line(f"Au {format_day(local_day(now))}.", ton="doux")),
        auteur=organisation,
        pied=f"{organisation} · {titre}",
        paysage=len(etats) != 1,
        site=site,
    )


def summary(etats: Sequence[EtatTheme], manques: Sequence[Manque]) -> Iterator[Bloc]:
    """Where the themes stand, in one table, then what is not covered."""
    valides = sum(e.theme.etat == "validee" for e in etats)
    yield Feuille("Sommaire")
    yield line(
        f"{plural(len(etats), 'thème suivi', 'thèmes suivis')}, {plural(valides, 'validé', 'validés')} par l’équipe."
    )
    yield Tableau(
        f"Les thèmes, et ce qui a été fait en {JOURS} jours",
        ("Thème", "État", "Sources", "Lectures prévues", "Faites", "Nouvelles", "Retenues", "Publiées", "À revoir le"),
        tuple(
            (
                header(e.theme.nom, f"/plan-de-veille/{e.theme.slug}"),
                cell(state(e)),
                number(len(e.sources)),
                number(e.prevues),
                number(e.faites),
                *(number(n) for n in (e.etapes.nouvelles, e.etapes.retenues, e.etapes.publiees)),
                cell(day(e.theme.veille.a_revoir_le)),
            )
            for e in etats
        ),
        (24, 13, 7, 10, 7, 9, 9, 8, 13),
    )
    trous = [(e.theme.nom, m) for e in etats for m in e.manques] + [("Territoire", m) for m in manques]
    if trous:
        yield Titre(2, "Ce qui n’est pas couvert", "trous")
        yield Tableau(
            "Ce qui n’est pas couvert, et la suite à y donner",
            ("Thème", "Constat", "Prochaine étape"),
            tuple((header(nom), cell(m.constat), cell(line(text(m.suite, lien=m.lien)))) for nom, m in trous),
            (25, 40, 35),
        )


def sheet(e: EtatTheme, noms: Mapping[str, str], *, seule: bool = False) -> Iterator[Bloc]:
    """The whole sheet of a theme."""
    yield from main(e, noms, seule=seule)
    yield from expressions(e)
    if e.manques:
        constats = " ".join(m.constat for m in e.manques)
        yield line(text(f"Ce qui n’est pas couvert{NBSP}: ", gras=True), constats, ton="alerte")


def main(e: EtatTheme, noms: Mapping[str, str], *, seule: bool) -> Iterator[Bloc]:
    """What it asks, for whom and how, then its sources."""
    yield Feuille(e.theme.nom[:31])
    if not seule:
        yield Titre(2, e.theme.nom, e.theme.slug)
    yield Tableau(
        f"Fiche{NBSP}: {e.theme.nom}",
        ("Rubrique", "Contenu"),
        tuple((header(nom), contenu) for nom, contenu in _lines(e, noms)),
        (22, 78),
    )
    yield from sources(e)


def sources(e: EtatTheme) -> Iterator[Bloc]:
    """Its sources, best rank first."""
    if not e.sources:
        yield line("Aucune source ne lui est rattachée.", ton="manque")
        return
    yield Tableau(
        f"Sources{NBSP}: {e.theme.nom}",
        ("Source", "Cote", "Rythme", "État", "Lectures faites", "Nouvelles", "Dernier élément"),
        tuple(_source(s) for s in e.sources),
        (28, 9, 12, 12, 13, 11, 15),
    )


def _source(s: SourceDuTheme) -> tuple[Cellule, ...]:
    source, lue = s.source, s.lue
    return (
        header(source.nom, f"/sources?q={source.slug}#{source.slug}"),
        cell(source.cote + (" (proposée)" if source.cote_proposee else "")),
        cell(source.rythme),
        cell(
            line(ETATS_SOURCE.get(lue.etat, lue.etat), ton="alerte" if lue.etat in ("echec", "silence") else "normal")
        ),
        cell(f"{format_number(lue.faites)} sur {format_number(lue.prevues)}" if lue.prevues else "–"),
        number(s.nouvelles),
        cell(day(lue.dernier_le)),
    )


def expressions(e: EtatTheme) -> Iterator[Bloc]:
    """The words that recognise it, by strength."""
    lots = [(nom, getattr(e.theme.expressions, cle)) for cle, nom in FORCES.items()]
    if any(mots for _, mots in lots):
        yield Tableau(
            f"Expressions{NBSP}: {e.theme.nom}",
            ("Force", "Expressions"),
            tuple((header(nom), cell(", ".join(mots))) for nom, mots in lots if mots),
            (18, 82),
        )


def state(e: EtatTheme) -> str:
    """« validé le 1er décembre 2026 », « ébauche, à valider »."""
    dit = ETATS[e.theme.etat]
    return f"{dit} le {format_day(e.theme.validee_le)}" if e.theme.validee_le else dit


def day(jour: date | None) -> str:
    """A day, or what stands for none."""
    return format_day(jour) if jour else "–"


def _lines(e: EtatTheme, noms: Mapping[str, str]) -> Iterator[tuple[str, Cellule]]:
    t, v = e.theme, e.theme.veille
    yield "État", cell(state(e))
    yield "Question", _or_empty(v.question)
    yield "Définition", cell(t.definition)
    yield "Besoins servis", _bullets(v.besoins)
    yield "Publics", _bullets(tuple(a.nom for a in e.publics))
    yield "Ce qui est inclus", _bullets(t.inclut)
    yield "Ce qui est exclu", _bullets(t.exclut)
    yield "Parties du plan", _bullets(tuple(f"{code} {noms.get(code, '')}".strip() for code in t.plan))
    yield "Rythme de collecte", _or_empty(v.rythme_collecte)
    yield "Rythme de diffusion", _or_empty(v.rythme_diffusion)
    yield "Révisé par", _or_empty(v.revise_par)
    yield "Signé par", _or_empty(v.signe_par)
    yield "Produits", _bullets(v.produits)
    yield "Conservation", _or_empty(v.conservation)
    yield "Dernière révision", cell(day(v.revue_le) if v.revue_le else "pas encore")
    yield "Prochaine révision", cell(_next(e))
    yield f"Prévu et fait en {JOURS} jours", cell(done(e))


def done(e: EtatTheme) -> str:
    """« 88 % (158 de 180) des lectures prévues ; 90 nouvelles, 12 retenues, 9 publiées. »"""
    lectures = f"{share(e.faites, e.prevues)} des lectures prévues" if e.prevues else "aucune lecture prévue"
    return (
        f"{lectures} ; {plural(e.etapes.nouvelles, 'nouvelle')}, {format_number(e.etapes.retenues)} retenues,"
        f" {format_number(e.etapes.publiees)} publiées."
    )


def _next(e: EtatTheme) -> str:
    jour = day(e.theme.veille.a_revoir_le)
    return f"{jour}{NBSP}: à faire" if e.echeance == "due" else jour


def _or_empty(texte: str) -> Cellule:
    return cell(texte) if texte else cell(line(A_REMPLIR, ton="manque"))


def _bullets(lot: Sequence[str]) -> Cellule:
    puces: tuple[Paragraphe, ...] = tuple(line(x, puce=1) for x in lot)
    return cell(*puces) if puces else cell(line(A_REMPLIR, ton="manque"))
