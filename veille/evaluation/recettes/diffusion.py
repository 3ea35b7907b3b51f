"""What is counted from what the watch published: tools, people reached, issues on time, what became of the items."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from veille.evaluation import comptage
from veille.evaluation.faits import ElementDiffuse, Livrable, Mesure, Portee, Renvoi
from veille.evaluation.phrases import counted, listed
from veille.evaluation.recettes.commun import Calcul, to_digest, to_rows
from veille.francais import format_day, local_day, percent, plural

HORS_COMPTE = {
    "rappel": ("rappel de revue", "rappels de revue"),
    "alerte": ("alerte", "alertes"),
    "avis": ("avis sans bulletin", "avis sans bulletin"),
}


def outils(calcul: Calcul) -> Mesure:
    """Distinct published digests, and the tools that staff made elsewhere."""
    faits, codes = calcul.faits, calcul.codes
    bulletins = [] if calcul.indicateur.types else comptage.tools(faits.livrables, codes, calcul.compte)
    inscrits = calcul.typed(comptage.within(comptage.serving(faits.registres.outils, codes), calcul.compte))
    total = len(bulletins) + len(inscrits)
    connu = bool(total)
    parts = []
    if bulletins:
        parts.append(plural(len(bulletins), "bulletin publié", "bulletins publiés"))
    if inscrits:
        parts.append(plural(len(inscrits), "outil inscrit par l’équipe", "outils inscrits par l’équipe"))
    dont = f" : {listed(parts)}"
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(total) if connu else None,
        unite="outils",
        phrase=f"{plural(total, 'outil produit', 'outils produits')} {calcul.quand}{dont}." if connu else "",
        detail=_set_apart(calcul, bulletins) if not calcul.indicateur.types else (),
        lignes=(*map(to_digest, bulletins), *to_rows(inscrits)),
        requete=(_TYPES if calcul.indicateur.types else _OUTILS).format(ou=calcul.ou),
        manque="" if connu else _none(calcul),
        automatique=not calcul.indicateur.types,
    )


def _none(calcul: Calcul) -> str:
    if calcul.indicateur.types:
        return f"Aucun outil de ce genre n’est inscrit au registre {calcul.quand}."
    return f"Aucun bulletin n’est publié ni aucun outil inscrit au registre {calcul.quand}."


_OUTILS = (
    "Bulletins publiés qui servent {ou}, au contenu différent (le même contenu envoyé à plusieurs publics compte une "
    "fois), et outils inscrits au registre ; ni rappels, ni alertes, ni avis."
)
_TYPES = "Outils de ce genre inscrits au registre, qui servent {ou}."


def _set_apart(calcul: Calcul, bulletins: Sequence[Livrable]) -> tuple[str, ...]:
    """What the digests held that is no tool, or the same tool again."""
    livrables, codes, compte = calcul.faits.livrables, calcul.codes, calcul.compte
    tous = {
        x.digest_id for x in livrables if x.genre == "bulletin" and compte.holds(x.date_le) and codes & {*x.elements}
    }
    phrases = []
    if memes := len(tous) - len(bulletins):
        phrases.append(
            f"{plural(memes, 'bulletin au contenu déjà compté n’est pas compté', 'bulletins au contenu déjà compté ne sont pas comptés')} de nouveau."
        )
    autres = comptage.others(livrables, codes, compte)
    if autres:
        noms = listed(plural(autres[genre], *noms) for genre, noms in HORS_COMPTE.items() if autres[genre])
        phrases.append(f"À part, sans être des outils : {noms}.")
    return tuple(phrases)


def personnes(calcul: Calcul) -> Mesure:
    """Distinct people who received what the moyen's digests say, as counted before any address was erased."""
    portees = {(p.debut, p.fin): p for p in calcul.faits.portees if p.moyen == calcul.indicateur.moyen}
    portee = portees.get((calcul.periode.debut, calcul.periode.fin))
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(portee.personnes) if portee else None,
        unite="personnes",
        phrase=_reached(calcul, portee) if portee else "",
        detail=_deliveries(portee) if portee else (),
        numerateur=float(portee.personnes) if portee else None,
        denominateur=float(portee.envois) if portee else None,
        lignes=_reaching(calcul) if portee else (),
        requete=f"Adresses distinctes à qui au moins un envoi qui sert {calcul.ou} a été remis dans la période, hors équipe "
        "et adresses d’essai ; comptées avant tout effacement.",
        manque="" if portee else _uncounted(calcul, list(portees.values())),
        automatique=True,
        groupes=tuple(
            (f"{p.debut.year}-{p.fin.year}", float(p.personnes))
            for p in sorted(portees.values(), key=lambda p: p.debut)
            if calcul.periode.genre == "plan" and (p.fin - p.debut).days in (364, 365)
        ),
    )


def _reached(calcul: Calcul, portee: Portee) -> str:
    recu = "a reçu" if portee.personnes < 2 else "ont reçu"
    return f"{plural(portee.personnes, 'personne')} {recu} l’information par courriel {calcul.quand}."


def _deliveries(portee: Portee) -> tuple[str, ...]:
    phrases = [f"{plural(portee.envois, 'envoi remis', 'envois remis')} en tout."]
    if portee.generiques:
        phrases.append(
            f"{plural(portee.generiques, 'adresse générique', 'adresses génériques')} (info@…) parmi elles : "
            "chacune compte pour une personne, et peut en servir plusieurs."
        )
    return (*phrases, f"Compté le {format_day(local_day(portee.mesuree_a))}.")


def _reaching(calcul: Calcul) -> tuple[Renvoi, ...]:
    codes, compte = calcul.codes, calcul.compte
    servis = {x.digest_id: x for x in calcul.faits.livrables if compte.holds(x.date_le) and codes & {*x.elements}}
    return tuple(to_digest(servis[n]) for n in sorted(servis) if servis[n].genre != "rappel")


def _uncounted(calcul: Calcul, portees: Sequence[Portee]) -> str:
    if calcul.periode.genre == "plan" and portees:
        return (
            "Les personnes distinctes de tout le plan n’ont pas été comptées ensemble, et les années ne s’additionnent pas : "
            "une même personne peut avoir reçu l’information plusieurs années."
        )
    return f"Aucun envoi de courriel n’a été compté {calcul.quand}."


def bulletins_a_date(calcul: Calcul) -> Mesure:
    """Planned days of each audience on which its issue had left."""
    publics = calcul.faits.veille.publics
    jours = [
        (suivi, jour, numero)
        for suivi in publics
        for jour, numero in comptage.planned_days(suivi, calcul.periode, calcul.au)
    ]
    a_date = sum(1 for _, _, numero in jours if numero is not None)
    sautes = sum(comptage.skipped_days(suivi, calcul.periode, calcul.au) for suivi in publics)
    part = round(100 * a_date / len(jours), 1) if jours else None
    renvois = tuple(
        Renvoi(
            "public" if numero is None else "digest",
            suivi.audience.slug if numero is None else str(numero),
            f"{suivi.audience.nom} : {'parti à la date prévue' if numero is not None else 'rien n’est parti ce jour-là'}",
            jour,
            f"/publics/{suivi.audience.slug}" if numero is None else f"/bulletins/{numero}",
        )
        for suivi, jour, numero in jours
    )
    choisis = "a été sauté" if sautes < 2 else "ont été sautés"
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=part,
        unite="%",
        phrase=f"{percent(part)} des bulletins sont partis à la date prévue {calcul.quand} : {a_date} sur {len(jours)}."
        if part is not None
        else "",
        detail=(f"{plural(sautes, 'jour prévu', 'jours prévus')} {choisis} par un choix de l’équipe.",)
        if sautes
        else (),
        numerateur=float(a_date),
        denominateur=float(len(jours)),
        lignes=renvois,
        requete="Pour chaque public, à compter de son premier bulletin : jours prévus par son rythme où le bulletin était "
        "publié ce jour-là ou avant. Les jours sautés par choix sont à part.",
        manque="" if jours else f"Aucun bulletin n’était prévu {calcul.quand}.",
        automatique=True,
    )


def delai(calcul: Calcul) -> Mesure:
    """Median days from the publication of a story to its diffusion."""
    dates = [x for x in calcul.faits.veille.diffuses if x.delai_j is not None]
    tous = len(calcul.faits.veille.diffuses)
    valeur = round(median(x.delai_j or 0.0 for x in dates), 1) if dates else None
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=valeur,
        unite="jours",
        phrase=f"{counted(valeur, 'jour')} entre la parution d’une nouvelle et sa diffusion {calcul.quand} (médiane)."
        if valeur is not None
        else "",
        detail=(f"Mesuré sur {plural(len(dates), 'élément')} dont la date est sûre, sur {tous}.",) if dates else (),
        numerateur=float(len(dates)),
        denominateur=float(tous),
        lignes=tuple(_item(x, valeur=x.delai_j) for x in dates),
        requete="Médiane des jours écoulés entre la parution de chaque élément et son premier bulletin publié ; un élément "
        "dont la date est douteuse n’entre pas.",
        manque="" if dates else f"Aucun élément diffusé {calcul.quand} n’a de date sûre.",
        automatique=True,
    )


def pourquoi(calcul: Calcul) -> Mesure:
    """Published items that say why they matter here."""
    return _share(calcul, [x for x in calcul.faits.veille.diffuses if x.pourquoi], *_POURQUOI)


def reutilisation(calcul: Calcul) -> Mesure:
    """Published items found useful, used, taken up in a tool or given as evidence."""
    return _share(
        calcul, [x for x in calcul.faits.veille.diffuses if x.utile or x.item_id in _taken_up(calcul)], *_REPRIS
    )


def _taken_up(calcul: Calcul) -> frozenset[int]:
    """Items that a tool of the register used, or that some row gives as evidence, whatever its date."""
    r = calcul.faits.registres
    lignes = [*r.activites, *r.outils, *r.accompagnements, *r.sondages, *r.mesures]
    preuves = {p.ref for x in lignes if not x.retiree for p in x.preuves if p.genre == "item"}
    elements = {e for x in r.outils if not x.retiree for e in x.elements}
    return frozenset(elements | {int(ref) for ref in preuves if ref.isdecimal()})


_POURQUOI = (
    ("élément diffusé dit pourquoi il importe ici", "éléments diffusés disent pourquoi ils importent ici"),
    "Éléments distincts des bulletins publiés dont le texte « pourquoi c’est important ici » est rédigé, à leur première "
    "diffusion.",
)
_REPRIS = (
    ("élément diffusé a été jugé utile ou repris", "éléments diffusés ont été jugés utiles ou repris"),
    "Éléments distincts des bulletins publiés dans la période qu’un lecteur a dits utiles ou utilisés, qu’un outil du "
    "registre a repris, ou qu’une ligne de registre donne en preuve.",
)


def _share(calcul: Calcul, retenus: list[ElementDiffuse], mots: tuple[str, str], requete: str) -> Mesure:
    tous = len(calcul.faits.veille.diffuses)
    part = f" ({percent(100 * len(retenus) / tous)})" if tous else ""
    return Mesure(
        calcul.indicateur,
        calcul.periode,
        valeur=float(len(retenus)) if tous else None,
        unite="éléments",
        phrase=f"{plural(len(retenus), *mots)} {calcul.quand}, sur {tous}{part}." if tous else "",
        numerateur=float(len(retenus)),
        denominateur=float(tous),
        lignes=tuple(_item(x) for x in retenus),
        requete=requete,
        manque="" if tous else f"Aucun élément n’a été diffusé {calcul.quand}.",
        automatique=True,
    )


def _item(element: ElementDiffuse, valeur: float | None = None) -> Renvoi:
    arrondi = None if valeur is None else round(valeur, 1)
    return Renvoi(
        "item", str(element.item_id), element.titre, element.diffuse_le, f"/revue/{element.item_id}", valeur=arrondi
    )
