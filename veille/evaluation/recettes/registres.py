"""What is counted from the registers that staff keep: meetings, attendance, surveys, supports, texts."""

from __future__ import annotations

from collections import Counter

from veille.evaluation import comptage
from veille.evaluation.faits import Mesure, Renvoi
from veille.evaluation.phrases import listed, sentence
from veille.evaluation.recettes.commun import Calcul, to_row, to_rows
from veille.francais import amount, plural
from veille.model import Accompagnement, Activite, MesureManuelle, Sondage
from veille.registres.choix import TYPES_ACTIVITE


def activites(calcul: Calcul) -> Mesure:
    """How many meetings, events, trainings serve the moyen."""
    lignes = _activites(calcul)
    tenues = "a été tenue" if len(lignes) < 2 else "ont été tenues"
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(len(lignes)) if lignes else None,
        unite="rencontres",
        phrase=f"{plural(len(lignes), 'rencontre')} {tenues} {calcul.quand}." if lignes else "",
        detail=_by_type(lignes),
        lignes=to_rows(lignes),
        requete=f"Activités du registre qui servent {calcul.ou}, selon leur date ; chacune compte une fois.",
        manque="" if lignes else f"Aucune rencontre n’est inscrite au registre {calcul.quand}.",
    )


def _by_type(lignes: list[Activite]) -> tuple[str, ...]:
    """How many of each kind, the commonest first; nothing when there is only one."""
    compte = Counter(TYPES_ACTIVITE.get(a.type, a.type) for a in lignes)
    if len(compte) < 2:
        return ()
    return (
        f"Par genre : {listed(f'{_lower(nom)} {n}' for nom, n in sorted(compte.items(), key=lambda x: (-x[1], x[0])))}.",
    )


def presences(calcul: Calcul) -> Mesure:
    """People present, meeting by meeting; a meeting where nobody counted is told, never taken for empty."""
    lignes = _activites(calcul)
    notees = [a for a in lignes if a.presences is not None]
    total = sum(a.presences or 0 for a in notees)
    inconnues = len(lignes) - len(notees)
    phrase = f"{plural(total, 'présence')} à {plural(len(notees), 'rencontre')} {calcul.quand}." if notees else ""
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(total) if notees else None,
        unite="présences",
        phrase=phrase,
        detail=(
            f"{plural(len(lignes), 'rencontre')}, présences notées à {len(notees)}.",
            "Une même personne compte à chaque rencontre où elle vient.",
        )
        if notees
        else (),
        numerateur=float(len(notees)),
        denominateur=float(len(lignes)),
        lignes=tuple(to_row(a, valeur=a.presences) for a in notees),
        requete=f"Somme des présences notées aux activités qui servent {calcul.ou} ; une présence que personne n’a comptée "
        "reste inconnue.",
        manque=_unknown(inconnues, len(lignes), calcul.quand),
    )


def _unknown(inconnues: int, total: int, quand: str) -> str:
    if not total:
        return f"Aucune rencontre n’est inscrite au registre {quand}."
    if not inconnues:
        return ""
    return f"Les présences manquent pour {plural(inconnues, 'rencontre')} sur {total}."


def appreciation(calcul: Calcul) -> Mesure:
    """How the activities were appreciated: the mean of the marks given, and the words of each."""
    lignes = _activites(calcul)
    notees = [a for a in lignes if a.note_sur_5 is not None]
    dites = [a for a in lignes if a.appreciation or a.note_sur_5 is not None]
    moyenne = sum(a.note_sur_5 or 0 for a in notees) / len(notees) if notees else None
    textes = sum(1 for a in dites if a.appreciation)
    phrases = []
    if moyenne is not None:
        phrases.append(
            f"{amount(moyenne, 2)} sur 5 en moyenne, à {plural(len(notees), 'rencontre notée', 'rencontres notées')}"
        )
    if textes:
        phrases.append(f"{plural(textes, 'appréciation écrite', 'appréciations écrites')}")
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=round(moyenne, 2) if moyenne is not None else None,
        unite="sur 5",
        phrase=sentence(f"{' ; '.join(phrases)} {calcul.quand}") if phrases else "",
        numerateur=float(len(notees)),
        denominateur=float(len(lignes)),
        lignes=tuple(to_row(a, a.appreciation, a.note_sur_5) for a in dites),
        requete="Moyenne simple des notes sur 5 des activités du moyen, et leurs appréciations écrites.",
        manque="" if dites else f"Aucune appréciation n’est inscrite {calcul.quand}.",
    )


def activites_par_mrc(calcul: Calcul) -> Mesure:
    """Meetings of each MRC. One held for two of them counts in each, and once in all."""
    lignes = calcul.typed(_activites(calcul))
    par_mrc = comptage.by_mrc(lignes, calcul.faits.mrc)
    sans = par_mrc.pop("", 0)
    noms = calcul.faits.mrc
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(len(lignes)) if lignes else None,
        unite="rencontres",
        phrase=f"{plural(len(lignes), 'rencontre')} {calcul.quand}, toutes MRC réunies." if lignes else "",
        detail=(f"Par MRC : {listed(f'{noms.get(slug, slug)} {n}' for slug, n in par_mrc.items())}.",)
        if lignes
        else (),
        lignes=to_rows(lignes),
        requete=f"Activités du registre ({_kinds(calcul)}) qui servent {calcul.ou}, par MRC ; une rencontre de deux MRC "
        "compte dans chacune, et une fois au total.",
        manque=_missing_places(len(lignes), sans, calcul.quand),
        groupes=tuple((noms.get(slug, slug), float(n)) for slug, n in par_mrc.items()) if lignes else (),
    )


def _kinds(calcul: Calcul) -> str:
    noms = [_lower(TYPES_ACTIVITE.get(t, t)) for t in calcul.indicateur.types]
    return listed(noms, "ou") or "de tout genre"


def _lower(nom: str) -> str:
    """In the middle of a sentence; what is written in capitals stays so."""
    return nom[:1].lower() + nom[1:]


def _missing_places(total: int, sans: int, quand: str) -> str:
    if not total:
        return f"Aucune rencontre de CLDS ni de Coco n’est inscrite au registre {quand}."
    return f"La MRC manque pour {plural(sans, 'rencontre')}." if sans else ""


def sondages(calcul: Calcul) -> Mesure:
    """What surveys gave: answers, and the mean weighted by how many answered."""
    lignes = _sondages(calcul)
    notes = [s for s in lignes if s.moyenne is not None and s.repondants]
    repondants = sum(s.repondants for s in lignes)
    poids = sum(s.repondants for s in notes)
    moyenne = sum((s.moyenne or 0) * s.repondants for s in notes) / poids if poids else None
    note = f", {amount(moyenne, 2)} sur 5 en moyenne" if moyenne is not None else ""
    collectes = (
        f"{plural(len(lignes), 'cueillette')}, {plural(repondants, 'personne a répondu', 'personnes ont répondu')}"
    )
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=round(moyenne, 2) if moyenne is not None else None,
        unite="sur 5",
        phrase=f"{collectes}{note} {calcul.quand}." if lignes else "",
        detail=_sample(lignes),
        numerateur=float(poids),
        denominateur=float(repondants),
        lignes=tuple(to_row(s, " / ".join(s.verbatims), s.moyenne) for s in lignes),
        requete="Moyenne des notes sur 5 des cueillettes du moyen, pondérée par le nombre de personnes qui ont répondu.",
        manque="" if lignes else f"Aucun résultat de sondage n’est inscrit {calcul.quand}.",
    )


def _sample(lignes: list[Sondage]) -> tuple[str, ...]:
    connus = [s for s in lignes if s.invites]
    if not connus:
        return ()
    invites, repondants = sum(s.invites or 0 for s in connus), sum(s.repondants for s in connus)
    return (f"{plural(repondants, 'réponse')} sur {plural(invites, 'invitation')} là où les invitations sont connues.",)


def cueillettes(calcul: Calcul) -> Mesure:
    """How many times data was gathered."""
    lignes = _sondages(calcul)
    faites = "a été faite" if len(lignes) < 2 else "ont été faites"
    repondants = sum(s.repondants for s in lignes)
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(len(lignes)) if lignes else None,
        unite="cueillettes",
        phrase=f"{plural(len(lignes), 'cueillette de données', 'cueillettes de données')} {faites} {calcul.quand}."
        if lignes
        else "",
        detail=(f"{plural(repondants, 'personne a répondu', 'personnes ont répondu')}.",) if lignes else (),
        lignes=to_rows(lignes),
        requete="Lignes du registre des sondages (questionnaires, entrevues, groupes de discussion, rétroactions) qui servent "
        f"{calcul.ou}.",
        manque="" if lignes else f"Aucune cueillette de données n’est inscrite {calcul.quand}.",
    )


def organisations(calcul: Calcul) -> Mesure:
    """Distinct organisations supported, duplicates of the répertoire reunited."""
    lignes = _accompagnements(calcul)
    distinctes = comptage.organisations(lignes, calcul.faits.registres.organisations)
    soutenues = "a été soutenue" if len(distinctes) < 2 else "ont été soutenues"
    sans = sum(1 for a in lignes if not a.organisations)
    renvois = tuple(
        Renvoi("organisation", code, fiche.nom if fiche else code, None, f"/organisations/{code}")
        for code, fiche in distinctes.items()
    )
    manque = f"L’organisation manque pour {plural(sans, 'accompagnement')}." if sans else ""
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(len(distinctes)) if distinctes else None,
        unite="organisations",
        phrase=f"{plural(len(distinctes), 'organisation')} {soutenues} {calcul.quand}." if distinctes else "",
        detail=(f"{plural(len(lignes), 'accompagnement')} au registre.",) if lignes else (),
        lignes=renvois,
        requete=f"Organisations distinctes des accompagnements qui servent {calcul.ou} et ont eu lieu, au moins en partie, "
        "dans la période ; les doublons réunis au répertoire comptent pour une.",
        manque=manque if lignes else f"Aucun accompagnement n’est inscrit au registre {calcul.quand}.",
    )


def ponctuels(calcul: Calcul) -> Mesure:
    """One-off supports, counted and listed: the plan gives them no unit."""
    lignes = [a for a in _accompagnements(calcul) if a.type == "ponctuel"]
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(len(lignes)) if lignes else None,
        unite="interventions",
        phrase=f"{plural(len(lignes), 'soutien ponctuel', 'soutiens ponctuels')} {calcul.quand}." if lignes else "",
        detail=("Le plan ne donne pas d’unité : chaque soutien ponctuel du registre compte pour un.",)
        if lignes
        else (),
        lignes=to_rows(lignes),
        requete="Accompagnements ponctuels du moyen au registre, un par un.",
        manque="" if lignes else f"Aucun soutien ponctuel n’est inscrit au registre {calcul.quand}.",
    )


def narratif(calcul: Calcul) -> Mesure:
    """What only words can say: staff's texts, and what the registers of the moyen already hold of it."""
    textes = _given(calcul)
    dits = [
        *(to_row(a, a.appreciation) for a in _accompagnements(calcul) if a.appreciation),
        *(to_row(s, " / ".join(s.verbatims), s.moyenne) for s in _sondages(calcul)),
    ]
    genres = Counter(renvoi.genre for renvoi in dits)
    appuis = [
        plural(genres["accompagnement"], "accompagnement apprécié", "accompagnements appréciés")
        if genres["accompagnement"]
        else "",
        plural(genres["sondage"], "cueillette de données", "cueillettes de données") if genres["sondage"] else "",
    ]
    appui = listed(x for x in appuis if x)
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        phrase=f"À l’appui {calcul.quand} : {appui}." if appui else "",
        lignes=tuple(dits),
        requete="Textes de l’équipe pour cet indicateur ; appréciations des accompagnements et cueillettes du moyen.",
        manque="" if textes else f"Le texte de l’équipe {calcul.quand} est à écrire.",
    )


def document(calcul: Calcul) -> Mesure:
    """Reports filed, by their evidence: a link or a file, each counted once."""
    deposes = {(p.genre, p.ref): (m, p) for m in _given(calcul) for p in m.preuves}
    renvois = tuple(
        Renvoi(
            "mesure",
            str(m.id),
            p.titre or p.ref,
            m.fin_le,
            p.ref if p.genre == "lien" else f"/registres/mesures_manuelles/{m.id}",
        )
        for m, p in deposes.values()
    )
    depose = "a été déposé" if len(renvois) < 2 else "ont été déposés"
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(len(renvois)) if renvois else None,
        unite="documents",
        phrase=f"{plural(len(renvois), 'document')} {depose} {calcul.quand}." if renvois else "",
        lignes=renvois,
        requete="Documents joints, par un lien ou un fichier, à ce que l’équipe inscrit pour cet indicateur.",
        manque="" if renvois else f"Aucun document n’est déposé {calcul.quand}.",
    )


def _activites(calcul: Calcul) -> list[Activite]:
    return comptage.within(comptage.serving(calcul.faits.registres.activites, calcul.codes), calcul.compte)


def _sondages(calcul: Calcul) -> list[Sondage]:
    return comptage.within(comptage.serving(calcul.faits.registres.sondages, calcul.codes), calcul.compte)


def _accompagnements(calcul: Calcul) -> list[Accompagnement]:
    return comptage.lasting(comptage.serving(calcul.faits.registres.accompagnements, calcul.codes), calcul.compte)


def _given(calcul: Calcul) -> list[MesureManuelle]:
    return comptage.given(calcul.faits.registres.mesures, calcul.indicateur.id, calcul.compte)
