"""The themes of a model: which were learnt, which stand on the rules, which one it knows least, and its errors."""

from __future__ import annotations

from collections.abc import Iterator

from veille.classifier.card.shape import Section, Tableau
from veille.classifier.card.words import ASSEZ, VIDE, enumerate_fr, name, note, percent, quoted, sentence
from veille.francais import NBSP, clean, format_number, plural, typeset
from veille.model.apprentissage import ErreurExemple, Evaluation, FicheModele, MesureTheme

LIMITE_TITRE, LIMITE_RAISON = 160, 300
CONFUSIONS = 10


def known(evaluation: Evaluation, fiche: FicheModele) -> Section:
    """What it knows, theme by theme."""
    mesures = {theme.slug: theme for theme in evaluation.themes}
    slugs = (*mesures, *(slug for slug in fiche.positifs if slug not in mesures))
    lignes = tuple(_row(fiche, mesures.get(slug, MesureTheme(slug, 0, 0, 0))) for slug in slugs)
    tableau = Tableau(
        "Thème par thème",
        ("Thème", "Exemples appris", "Documents à trouver", "Proposé", "À raison", "Trouvés", "Note sur 1"),
        lignes,
    )
    if not slugs:
        return Section("sait", "Ce qu’il sait", ("Aucun thème n’est défini.",))
    return Section("sait", "Ce qu’il sait", liste=tuple(_kinds(slugs, fiche)), tableaux=(tableau,))


def _kinds(slugs: tuple[str, ...], fiche: FicheModele) -> Iterator[str]:
    """One sentence for each way of knowing a theme that at least one theme is known by."""
    nombre = {slug: fiche.positifs.get(slug, 0) for slug in slugs}
    seuil = plural(fiche.minimum, "exemple")
    sortes = (
        (f"Appris de vos décisions ({seuil} ou plus)", [s for s in slugs if nombre[s] >= fiche.minimum]),
        (
            f"En apprentissage (moins de {seuil}, les règles comptent encore)",
            [s for s in slugs if 0 < nombre[s] < fiche.minimum],
        ),
        ("Connu par les règles seulement (aucun exemple)", [s for s in slugs if not nombre[s]]),
    )
    for debut, lot in sortes:
        if lot:
            yield sentence(f"{debut} : {enumerate_fr([quoted(fiche, slug) for slug in lot])}.")


def _row(fiche: FicheModele, mesure: MesureTheme) -> tuple[str, ...]:
    return (
        name(fiche, mesure.slug),
        format_number(fiche.positifs.get(mesure.slug, 0)),
        format_number(mesure.vrais),
        format_number(mesure.proposes),
        percent(mesure.precision) if mesure.proposes else VIDE,
        percent(mesure.rappel) if mesure.vrais else VIDE,
        note(mesure.f1) if mesure.vrais else VIDE,
    )


def errors(evaluation: Evaluation, fiche: FicheModele) -> Section:
    """Where it errs: the weakest theme, false alarms, off-topic documents, near themes, and documents as examples."""
    confusions = tuple(
        (f"{name(fiche, c.vrai)} → {name(fiche, c.propose)}", format_number(c.n))
        for c in evaluation.confusions[:CONFUSIONS]
    )
    tableau = Tableau("Thèmes pris l’un pour l’autre", ("Il fallait → il a proposé", "Documents"), confusions)
    exemples = tuple(_example(fiche, erreur) for erreur in fiche.erreurs)
    return Section(
        "erreurs",
        "Où il se trompe",
        (
            _weakest(evaluation, fiche),
            *_false_alarms(evaluation, fiche),
            *_off_topic(evaluation),
            *((sentence("Des documents où il s’est trompé :"),) if exemples else ()),
        ),
        exemples,
        (tableau,) if confusions else (),
    )


def _weakest(evaluation: Evaluation, fiche: FicheModele) -> str:
    """The theme with the lowest F1, first among those with enough documents."""
    mesures = [theme for theme in evaluation.themes if theme.vrais]
    imparfaits = [theme for theme in mesures if theme.f1 < 1]
    if not mesures:
        return "Aucun thème n’a pu être mesuré."
    if not imparfaits:
        return "Sur les documents mesurés, il a trouvé tous les thèmes qu’il fallait."
    solides = [theme for theme in imparfaits if theme.vrais >= ASSEZ]
    pire = min(solides or imparfaits, key=lambda theme: (theme.f1, -theme.vrais, theme.slug))
    a_trouver = plural(pire.vrais, "document à trouver", "documents à trouver")
    trouves = f"il en trouve {format_number(pire.justes)}" if pire.justes else "il n’en trouve aucun"
    fois = f"il le propose {format_number(pire.proposes)}{NBSP}fois, dont {format_number(pire.justes)} à raison"
    return sentence(
        f"Le thème qu’il connaît le moins bien est {quoted(fiche, pire.slug)} : sur {a_trouver}, {trouves} ; "
        f"{fois if pire.proposes else 'il ne le propose jamais'}."
        f"{'' if solides else ' C’est peu de documents : à lire avec prudence.'}"
    )


def _false_alarms(evaluation: Evaluation, fiche: FicheModele) -> Iterator[str]:
    """Themes proposed though no measured document has them: no F1 tells it."""
    lot = [theme for theme in evaluation.themes if theme.proposes and not theme.vrais]
    if lot:
        noms = enumerate_fr([quoted(fiche, theme.slug) for theme in lot])
        total = plural(sum(theme.proposes for theme in lot), "fois", "fois")
        yield sentence(f"Proposé à tort alors qu’aucun document mesuré n’en parle : {noms} ({total}).")


def _off_topic(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.sans_theme:
        sans = plural(evaluation.sans_theme, "document mesuré n’a aucun thème", "documents mesurés n’ont aucun thème")
        yield sentence(
            f"{sans} (hors sujet). Pour reconnaître qu’il n’y a rien à proposer, sa note est de "
            f"{note(evaluation.hors_sujet_f1)} sur 1."
        )


def _example(fiche: FicheModele, erreur: ErreurExemple) -> str:
    """« Titre » : il fallait « a » ; il a proposé « b ». Why."""
    vrais = enumerate_fr([quoted(fiche, slug) for slug in erreur.vrais]) or "aucun thème"
    proposes = enumerate_fr([quoted(fiche, slug) for slug in erreur.proposes])
    propose = f"il a proposé {proposes}" if proposes else "il n’a rien proposé"
    raison = clean(typeset(erreur.pourquoi), LIMITE_RAISON)
    titre = clean(erreur.titre, LIMITE_TITRE) or "Sans titre"
    phrase = f"«{NBSP}{titre}{NBSP}»{NBSP}: il fallait {vrais}{NBSP}; {propose}."
    return f"{phrase} {raison}" if raison else phrase
