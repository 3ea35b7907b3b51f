"""The card, and its parts that need no room of their own: summary, history, method, limits."""

from __future__ import annotations

from collections.abc import Iterator

from veille.classifier.card.shape import Carte, Section, Tableau
from veille.classifier.card.themes import errors, known
from veille.classifier.card.trust import trust
from veille.classifier.card.words import ASSEZ, note, of_100, sentence, week_name
from veille.francais import clean, format_day, format_number, plural
from veille.model.apprentissage import Evaluation, FicheModele

SEMAINES = 12


def card(evaluation: Evaluation, fiche: FicheModele) -> Carte:
    """The card of one model: its measures, where it comes from, and examples of its errors."""
    return Carte(
        f"Fiche du modèle {clean(fiche.nom, 80)}",
        (
            _summary(evaluation, fiche),
            known(evaluation, fiche),
            errors(evaluation, fiche),
            trust(evaluation),
            _history(evaluation, fiche),
            _method(evaluation, fiche),
            _limits(fiche),
        ),
    )


def _summary(evaluation: Evaluation, fiche: FicheModele) -> Section:
    decides = plural(fiche.exemples, "document décidé", "documents décidés")
    appris = (
        f"Il a appris de {decides} par l’équipe, en plus des règles du fichier des thèmes."
        if fiche.exemples
        else "Il n’a encore rien appris de vos décisions : il applique les règles du fichier des thèmes."
    )
    return Section(
        "bref",
        "En bref",
        (
            sentence("Ce modèle propose des thèmes pour chaque document recueilli ; une personne décide."),
            sentence(appris),
            sentence(_score(evaluation)),
        ),
    )


def _score(evaluation: Evaluation) -> str:
    if not evaluation.documents:
        return "Il n’a pas encore été mesuré : on ne sait pas ce que valent ses propositions."
    if not any(theme.vrais for theme in evaluation.themes):
        return "Aucun document mesuré n’a de thème : on ne sait pas ce que valent ses propositions."
    mesures = plural(evaluation.documents, "document mesuré", "documents mesurés")
    proposes = sum(theme.proposes for theme in evaluation.themes)
    attendus = sum(theme.vrais for theme in evaluation.themes)
    justes = sum(theme.justes for theme in evaluation.themes)
    if min(proposes, attendus) < ASSEZ:
        return (
            f"Sur {mesures}, il fallait trouver {plural(attendus, 'thème')} ; il en a proposé {format_number(proposes)}, "
            f"dont {format_number(justes)} à raison. C’est trop peu pour en dire plus."
        )
    return (
        f"Sur 100 thèmes qu’il propose, {of_100(evaluation.precision)} sont justes ; sur 100 thèmes qu’il fallait trouver, "
        f"il en trouve {of_100(evaluation.rappel)}. Sa note d’ensemble est de {note(evaluation.micro_f1)} sur 1 ({mesures})."
    )


def _history(evaluation: Evaluation, fiche: FicheModele) -> Section:
    lignes = tuple(
        (week_name(s.semaine), format_number(s.documents), note(s.micro_f1), format_number(s.ece, 3))
        for s in evaluation.semaines[-SEMAINES:]
    )
    titre = "Semaine par semaine" if len(lignes) == len(evaluation.semaines) else f"Les {SEMAINES} dernières semaines"
    tableau = Tableau(titre, ("Semaine", "Documents", "Note d’ensemble", "Écart des probabilités"), lignes)
    return Section(
        "depuis",
        "Depuis quand",
        tuple(sentence(phrase) for phrase in _dates(fiche)),
        tableaux=(tableau,) if lignes else (),
    )


def _dates(fiche: FicheModele) -> Iterator[str]:
    yield f"Modèle fait le {format_day(fiche.fait_le)}."
    yield (
        f"En service depuis le {format_day(fiche.depuis_le)}."
        if fiche.depuis_le
        else "Il n’est pas en service : ses propositions n’apparaissent pas dans la revue."
    )
    if fiche.decisions_du and fiche.decisions_au:
        yield (
            f"Il a appris des décisions prises du {format_day(fiche.decisions_du)} au {format_day(fiche.decisions_au)} ; "
            "il ne sait rien de ce qui a été décidé depuis."
        )
    if fiche.regles:
        yield f"Règles du fichier des thèmes : version {clean(fiche.regles, 80)}."


def _method(evaluation: Evaluation, fiche: FicheModele) -> Section:
    if not evaluation.documents:
        return Section("methode", "Comment on l’a mesuré", ("Aucun document n’a encore été mesuré.",))
    mesures = plural(evaluation.documents, "document mesuré", "documents mesurés")
    themes = plural(len(evaluation.themes), "thème")
    methode = (
        f"Validation croisée par groupe, en {plural(fiche.plis, 'partie')} : chaque document est jugé par un modèle qui "
        "n’a vu ni ce document, ni aucun autre de la même nouvelle."
        if fiche.plis
        else "Les documents mesurés forment un jeu d’essai à part : le modèle n’a appris d’aucun d’eux."
    )
    return Section(
        "methode",
        "Comment on l’a mesuré",
        (sentence(f"{mesures}, {themes}. {methode}"),),
        tableaux=(_figures(evaluation),),
    )


def _figures(evaluation: Evaluation) -> Tableau:
    """Every figure with its usual name, for who wants to compare."""
    lignes = (
        ("Note d’ensemble (F1 micro)", evaluation.micro_f1, 2),
        ("Moyenne des notes des thèmes (F1 macro)", evaluation.macro_f1, 2),
        ("Part juste de ce qu’il propose (précision)", evaluation.precision, 2),
        ("Part trouvée de ce qu’il fallait (rappel)", evaluation.rappel, 2),
        ("Bons thèmes classés avant les autres (LRAP)", evaluation.lrap, 2),
        ("Écart des probabilités (ECE), 0 est parfait", evaluation.ece, 3),
        ("Écart au carré des probabilités (Brier), 0 est parfait", evaluation.brier, 3),
    )
    return Tableau(
        "Les mesures, de 0 à 1 (1 est parfait sauf mention)",
        ("Mesure", "Valeur"),
        tuple((nom, format_number(valeur, decimales)) for nom, valeur, decimales in lignes),
    )


def _limits(fiche: FicheModele) -> Section:
    return Section("limites", "Ce qu’il n’est pas", liste=tuple(sentence(phrase) for phrase in _warnings(fiche)))


def _warnings(fiche: FicheModele) -> Iterator[str]:
    yield "Il ne décide rien : une personne retient, écarte ou corrige, et rien ne part sans son approbation."
    yield "Il ne juge ni l’exactitude d’un document, ni le sérieux de sa source, ni son importance."
    yield "Il ne connaît que les thèmes du fichier des thèmes : un sujet nouveau n’est proposé sous aucun nom."
    yield (
        "Ses notes valent pour des documents semblables à ceux qui ont été mesurés : une source ou un sujet nouveaux "
        "peuvent donner moins bien."
    )
    if fiche.exemples:
        yield (
            "Il imite les décisions de l’équipe, erreurs comprises : une proposition acceptée sans la lire lui apprend "
            "qu’il avait raison."
        )
    if fiche.encodeur:
        yield "Il compare aussi le sens des phrases, avec un encodeur appris ailleurs, sur d’autres textes que les vôtres."
    else:
        yield (
            "Il ne compare que des mots : sans l’encodeur de phrases, deux textes qui disent la même chose autrement ne se "
            "ressemblent pas pour lui."
        )
