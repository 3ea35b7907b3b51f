"""The command « veille thematiques suggerer »: the archive's advice on the theme file, in French, theme by theme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.commun import command, dossier_option, emit, json_option
from pipeline.cli.formes import FICHIER, Jour
from veille.francais import FUSEAU, fold, format_day, plural, shorten, typeset

if TYPE_CHECKING:
    from veille.classifier.themes.conseils import (
        Appui,
        Chevauchement,
        Conseils,
        ConseilsTheme,
        Forme,
        Jamais,
        Proposition,
        Synonyme,
    )

JOURS = 365
JAMAIS_MONTREES = 15
TITRE_MAX = 90

# Where each strength is written in thematiques.toml.
CLES = {
    "fort": "fort",
    "moyen": "moyen",
    "indice": "indice",
    "sigle": "sigles",
    "sigle_faible": "sigles_faibles",
    "negative": "negatives",
}


@command()
@click.argument("thematiques", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--depuis",
    type=Jour(),
    show_default="il y a un an",
    help="Premier jour de ce qui est lu (AAAA-MM-JJ).",
)
@click.option(
    "--thesaurus",
    type=FICHIER,
    show_default="celui du système, s’il y en a un",
    help="Thésaurus MyThes (.dat), pour les synonymes.",
)
@dossier_option
@json_option
def suggerer(
    thematiques: tuple[str, ...], depuis: date | None, thesaurus: Path | None, dossier: Path, en_json: bool
) -> None:
    """Dire ce que l’archive et vos décisions apprennent sur les expressions des thèmes.

    Sans SLUG : tous les thèmes. Rien n’est modifié.
    """
    from pipeline.context import open_context
    from pipeline.suggest import suggest

    with open_context(dossier) as ctx:
        debut = depuis or datetime.now(FUSEAU).date() - timedelta(days=JOURS)
        conseils = suggest(ctx, debut, thematiques, thesaurus)
    emit(conseils, typeset("\n".join(lines(conseils))), en_json=en_json)


def lines(conseils: Conseils) -> Iterator[str]:
    """The whole advice for people: what was read, then each theme, then the pairs that overlap."""
    yield "Conseils sur les expressions des thèmes"
    yield (
        f"Lu : {plural(conseils.elements, 'élément')} en {plural(conseils.histoires, 'nouvelle')} depuis le "
        f"{format_day(conseils.depuis)}, dont {plural(conseils.jugees, 'jugée')} par l’équipe."
    )
    if conseils.thesaurus:
        yield f"Synonymes : {conseils.thesaurus}, confirmés par les mots qui les entourent dans l’archive."
    else:
        yield "Synonymes : d’après l’archive seule. Un thésaurus en donne de meilleurs : sudo apt install mythes-fr"
    yield "Rien n’est changé : c’est à vous d’ajouter ou de retirer, dans thematiques.toml, ce qui vous convient."
    yield from (f"À savoir. {avis}" for avis in conseils.avis)
    for theme in conseils.themes:
        yield from _theme(theme)
    noms = {theme.slug: theme.nom for theme in conseils.themes}
    if conseils.chevauchements:
        yield from ("", "══ Thèmes qui se recoupent")
        yield "   Quoi faire : dire dans « exclut » ce qui revient à l’autre, ou laisser ainsi si les deux conviennent."
        for paire in conseils.chevauchements:
            yield from _overlap(paire, noms)


def _theme(theme: ConseilsTheme) -> Iterator[str]:
    yield from ("", f"══ {theme.nom} ({theme.slug})")
    jugees = theme.retenus + theme.autres
    if jugees:
        yield f"   Sous ce thème : {theme.retenus} des {jugees} nouvelles jugées."
    parties = [
        *_part(
            "À ajouter",
            "ces mots reviennent dans ce que vous gardez sous ce thème, et peu ailleurs",
            "les ajouter à la liste nommée",
            [_proposition(p) for p in theme.propositions],
        ),
        *_part(
            "À exclure",
            "là où ces mots sont, vous avez retiré le thème",
            "les ajouter à « negatives »",
            [_negative(p) for p in theme.negatives],
        ),
        *_part(
            "Trompeuses",
            "ces expressions n’ont mené qu’à des nouvelles écartées ou classées ailleurs",
            "les mettre dans une liste plus faible, les préciser d’un mot, ou les retirer",
            [
                f"{_quoted(t.expression)} ({CLES[t.force]}) : {_counts(t.appui)}.{_example(t.exemples)}"
                for t in theme.trompeuses
            ],
        ),
        *_part(
            "Pluriels oubliés",
            "l’archive les écrit, vos expressions ne les lisent pas",
            "les ajouter à côté du singulier",
            [
                f"{_quoted(f.forme)}, pour {_quoted(f.expression)} : {plural(f.histoires, 'nouvelle')}."
                for f in theme.formes
            ],
        ),
        *_never(theme.jamais),
        *_part(
            "Mots proches",
            "employés dans l’archive aux mêmes endroits que vos expressions",
            "ajouter ceux qui veulent dire la même chose, ignorer les autres",
            [_synonym(s) for s in theme.synonymes],
        ),
    ]
    yield from parties or ["   Rien à signaler."]


def _part(titre: str, sens: str, suite: str, phrases: list[str]) -> Iterator[str]:
    if phrases:
        yield f"   {titre} ({len(phrases)}) – {sens}."
        yield f"   Quoi faire : {suite}."
        yield from (f"     – {phrase}" for phrase in phrases)


def _proposition(p: Proposition) -> str:
    return f"{_quoted(p.expression)}, dans « {CLES[p.force]} » : {_counts(p.appui)}.{_example(p.exemples)}"


def _negative(p: Proposition) -> str:
    retires = plural(p.appui.ecartes, "nouvelle dont le thème a été retiré", "nouvelles dont le thème a été retiré")
    touches = plural(p.appui.retenus, "nouvelle gardée le perdrait", "nouvelles gardées le perdraient")
    return f"{_quoted(p.expression)} : {retires} ; {touches}.{_example(p.exemples)}"


def _counts(appui: Appui) -> str:
    """« 7 gardées sous ce thème, 1 sous un autre, 2 écartées, dans 3 sources »."""
    parts = [plural(appui.retenus, "gardée sous ce thème", "gardées sous ce thème")]
    if appui.ailleurs:
        parts.append(plural(appui.ailleurs, "sous un autre", "sous un autre"))
    if appui.ecartes:
        parts.append(plural(appui.ecartes, "écartée"))
    return f"{', '.join(parts)}, dans {plural(appui.sources, 'source')}"


def _never(jamais: tuple[Jamais, ...]) -> Iterator[str]:
    """Those that a longer one hides are apart; then those whose cause is seen, each with it; the others are only named."""
    utiles = [j for j in jamais if j.force != "negative"]  # An exclusion that never served did no harm.
    yield from _part(
        "Comprises dans une autre",
        "l’archive ne les écrit qu’à l’intérieur d’une expression plus longue, qui compte à leur place",
        "les garder si elles peuvent venir seules, sinon les retirer",
        [f"{_quoted(j.expression)} : toujours à l’intérieur de {_quoted(j.dans)}." for j in utiles if j.dans],
    )
    absentes = [j for j in utiles if not j.dans]
    vues = [f"{_quoted(j.expression)} : {_spelling(j.proche)}." for j in absentes if j.proche]
    autres = [_quoted(j.expression) for j in absentes if not j.proche]
    if not absentes:
        return
    yield f"   Jamais rencontrées ({len(absentes)}) – aucune nouvelle de la période ne les contient."
    yield "   Quoi faire : vérifier l’orthographe ; garder celles d’un sujet rare ou saisonnier."
    yield from (f"     – {phrase}" for phrase in vues)
    if autres:
        reste = len(autres) - JAMAIS_MONTREES
        suite = f" et {plural(reste, 'autre')} (toutes avec --json)" if reste > 0 else ""
        yield f"     – {', '.join(autres[:JAMAIS_MONTREES])}{suite}."


def _spelling(proche: Forme) -> str:
    """What to write instead of an expression that the archive has not."""
    if _is_plural(proche.expression, proche.forme):
        return f"au singulier ({_quoted(proche.forme)}), elle lirait aussi le pluriel"
    return f"l’archive écrit plutôt {_quoted(proche.forme)} ({plural(proche.histoires, 'nouvelle')})"


def _is_plural(expression: str, forme: str) -> bool:
    paires = list(zip(fold(expression).split(), fold(forme).split(), strict=False))
    return fold(expression) != fold(forme) and all(p in (s, f"{s}s", f"{s}x") for p, s in paires)


def _synonym(s: Synonyme) -> str:
    return f"{_quoted(s.synonyme)}, proche de {_quoted(s.expression)} : {plural(s.histoires, 'nouvelle')}.{_example([s.exemple])}"


def _overlap(paire: Chevauchement, noms: dict[str, str]) -> Iterator[str]:
    a, b = noms.get(paire.a, paire.a), noms.get(paire.b, paire.b)
    yield (
        f"     – {_quoted(a)} et {_quoted(b)} : {plural(paire.communs, 'nouvelle')} en commun, sur {paire.histoires_a} et "
        f"{paire.histoires_b}."
    )
    causes = [*paire.expressions_a, *paire.expressions_b]
    if causes:
        yield f"       Les y mènent surtout : {', '.join(_quoted(e) for e in dict.fromkeys(causes))}."


def _example(titres: Iterable[str]) -> str:
    premier = next(iter(titres), "")
    return f" Ex. : {_quoted(shorten(premier, TITRE_MAX))}" if premier else ""


def _quoted(texte: str) -> str:
    return f"« {texte} »"
