"""Second level of the évaluation: what the watch gives. Issues that left and arrived, what readers say and make of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from veille.appreciation.dits import (
    RIEN,
    Mesure,
    Section,
    days,
    header,
    measures,
    minutes,
    number,
    rate,
    rows,
    share,
)
from veille.appreciation.formes import Evaluation, Numero
from veille.francais import NBSP, format_day, format_number, plural
from veille.periodes import quarter_of
from veille.rapports import Bloc, Tableau, cell, line, text

REPONSES = {"beaucoup": "beaucoup", "un_peu": "un peu", "pas_du_tout": "pas du tout", "pas_lu": "pas lu"}


def sections(x: Evaluation, avant: Evaluation | None) -> Iterator[Section]:
    """Every section of the level."""
    voisine = quarter_of(avant.debut).nom if avant else ""
    yield Section(2, "parutions", "Ce qui paraît", (measures("Mesures de la parution", _published(x, avant), voisine),))
    yield _by_audience(x)
    yield _deliveries(x)
    yield _voices(x)
    yield _reuse(x, avant, voisine)


def _published(x: Evaluation, avant: Evaluation | None) -> list[Mesure]:
    c, a = x.chiffres, avant.chiffres if avant else None
    acceptes, prevus = sum(n.acceptes for n in x.numeros), sum(n.prevus for n in x.numeros)
    return [
        Mesure(
            "Bulletins publiés",
            format_number(c.bulletins),
            "Internes et publics.",
            "Le nombre de personnes qui les ont lus n’est pas connu.",
            rows(x, "digests", "publie_a"),
            "Voir les bulletins",
            format_number(a.bulletins) if a else "",
        ),
        Mesure(
            "Fraîcheur à la parution",
            days(c.fraicheur_jours),
            "La moitié des nouvelles paraissent dans un bulletin plus vite que cela après leur publication par la source "
            f"({plural(c.diffusees, 'nouvelle datée', 'nouvelles datées')}).",
            "Un rapport vieux d’un mois peut rester utile, un avis d’hier être déjà périmé.",
            "/veille/digest_items",
            "Voir ce qui a paru",
            days(a.fraicheur_jours) if a else "",
        ),
        Mesure(
            "Courriels acceptés",
            share(acceptes, prevus),
            "La part des envois que le serveur du destinataire a acceptés.",
            "Accepté n’est pas lu : la veille ne suit pas les ouvertures.",
            "/veille/diffusions",
            "Voir les envois",
            _accepted(avant) if avant else "",
        ),
    ]


def _accepted(x: Evaluation) -> str:
    return rate(sum(n.acceptes for n in x.numeros), sum(n.prevus for n in x.numeros))


def _by_audience(x: Evaluation) -> Section:
    titre = "Par public"
    if not x.numeros:
        return Section(2, "publics", titre, (line("Aucun bulletin n’a paru dans cette période.", ton="doux"),))
    publics: dict[str, list[Numero]] = {}
    for numero in x.numeros:
        publics.setdefault(numero.audience, []).append(numero)
    table = Tableau(
        "Ce que chaque public a reçu et dit",
        ("Public", "Bulletins", "Personnes jointes", "Acceptés", "Utile", "Pas utile", "Utilisé", "Délai"),
        tuple(
            (
                header(siens[0].public, f"/publics/{slug}"),
                number(len(siens)),
                number(max(n.personnes for n in siens)),
                cell(rate(sum(n.acceptes for n in siens), sum(n.prevus for n in siens))),
                *(number(sum(getattr(n, quoi) for n in siens)) for quoi in ("utile", "pas_utile", "utilise")),
                cell(_delay(siens)),
            )
            for slug, siens in publics.items()
        ),
        (30, 10, 10, 10, 10, 10, 10, 10),
    )
    phrase = line(
        "Personnes jointes : au bulletin qui en a joint le plus, car les mêmes personnes reçoivent chaque numéro. Délai : de"
        " la publication par la source à la parution, la moitié des nouvelles.",
        ton="doux",
    )
    return Section(2, "publics", titre, (table, phrase))


def _delay(siens: Sequence[Numero]) -> str:
    connus = [n.delai_jours for n in siens if n.delai_jours is not None]
    return days(median(connus)) if connus else RIEN


def _deliveries(x: Evaluation) -> Section:
    titre = "Qui a reçu les bulletins"
    partis = [n for n in x.numeros if n.prevus]
    if not partis:
        return Section(2, "portee", titre, (line("Aucun bulletin n’a été envoyé dans cette période.", ton="doux"),))
    table = Tableau(
        "Envois par bulletin",
        ("Bulletin", "Personnes jointes", "Prévus", "Acceptés", "Refusés", "Revenus", "Incertains", "Temps déclaré"),
        tuple(
            (
                header(name(n), f"/bulletins/{n.digest_id}"),
                *(number(v) for v in (n.personnes, n.prevus, n.acceptes, n.refuses, n.rebonds, n.incertains)),
                cell(minutes(n.minutes) if n.minutes else RIEN, nombre=float(n.minutes) if n.minutes else None),
            )
            for n in partis
        ),
        (30, 10, 10, 10, 10, 10, 10, 10),
    )
    phrase = line(
        "Une personne jointe : son serveur a accepté le courriel, qui n’est pas revenu. L’équipe et les adresses d’essai ne"
        " comptent pas. Une adresse générique (info@…) vaut une personne. Personne ne sait si le courriel a été lu : la"
        " veille ne suit pas les ouvertures. ",
        text("Voir les lignes", lien="/veille/diffusions"),
        ton="doux",
    )
    somme = f"{plural(len(partis), 'bulletin envoyé', 'bulletins envoyés')}, {plural(sum(n.acceptes for n in partis), 'courriel accepté', 'courriels acceptés')}."
    return Section(2, "portee", titre, (line(somme), phrase), (table,), "Chaque bulletin")


def name(n: Numero) -> str:
    """« CLDS de Joliette, nº 4 (12 mai 2026) »."""
    return f"{n.public}, nº{NBSP}{n.numero} ({format_day(n.date_le)})"


def _voices(x: Evaluation) -> Section:
    titre = "Ce qu’en disent les lecteurs"
    dits = [n for n in x.numeros if n.utile or n.pas_utile or n.utilise or n.reponses]
    if not dits:
        return Section(2, "voix", titre, (line("Aucune réponse dans cette période.", ton="doux"),))
    table = Tableau(
        "Avis par bulletin",
        ("Bulletin", "Utile", "Pas utile", "Utilisé", "« Ce bulletin vous a-t-il été utile ? »"),
        tuple(
            (
                header(name(n), f"/bulletins/{n.digest_id}"),
                *(number(v) for v in (n.utile, n.pas_utile, n.utilise)),
                cell(
                    " ; ".join(f"{REPONSES.get(r, r)} : {format_number(k)}" for r, k in n.reponses) or "aucune réponse"
                ),
            )
            for n in dits
        ),
        (32, 10, 10, 10, 38),
    )
    return Section(
        2, "voix", titre, tuple(_said(x, dits)), (table, *_best(x)), "Chaque bulletin, et les nouvelles les plus utiles"
    )


def _said(x: Evaluation, dits: Sequence[Numero]) -> Iterator[Bloc]:
    utile, pas_utile = sum(n.utile for n in dits), sum(n.pas_utile for n in dits)
    reponses: dict[str, int] = {}
    for numero in dits:
        for reponse, nombre in numero.reponses:
            reponses[reponse] = reponses.get(reponse, 0) + nombre
    sondage = " ; ".join(f"{REPONSES.get(r, r)} : {format_number(n)}" for r, n in reponses.items())
    yield line(
        f"« Utile » : {share(utile, utile + pas_utile)}. "
        f"« Je m’en suis servi » : {format_number(sum(n.utilise for n in dits))}. "
        f"« Ce bulletin vous a-t-il été utile ? » : {sondage or 'aucune réponse'}."
    )
    yield line(
        "Anonyme : chaque réponse est un clic, comptée le lendemain, sans nom ni adresse. Peu de réponses ne veut pas dire"
        " peu de lecteurs. ",
        text("Voir les lignes", lien=rows(x, "votes", jour="recu_le")),
        ton="doux",
    )


def _best(x: Evaluation) -> Iterator[Bloc]:
    if x.appreciees:
        yield Tableau(
            "Les nouvelles les plus utiles",
            ("Nouvelle", "Utile", "Pas utile", "Utilisée"),
            tuple(
                (
                    header(v.titre or "Sans titre", f"/revue/{v.item_id}"),
                    *(number(n) for n in (v.utile, v.pas_utile, v.utilise)),
                )
                for v in x.appreciees
            ),
            (61, 13, 13, 13),
        )


def _reuse(x: Evaluation, avant: Evaluation | None, voisine: str) -> Section:
    utilise = sum(n.utilise for n in x.numeros)
    lot = [
        Mesure(
            "Éléments repris dans un outil",
            format_number(x.reprises),
            "Éléments distincts qu’une synthèse ou un autre outil inscrit aux registres dit avoir employés.",
            "Ce qui sert sans être inscrit ne se voit pas ici.",
            rows(x, "outils", jour="jour_le"),
            "Voir les outils",
            format_number(avant.reprises) if avant else "",
        ),
        Mesure(
            "« Je m’en suis servi »",
            format_number(utilise),
            "Ce que des lecteurs ont dit des nouvelles des bulletins de la période.",
            "Un lecteur peut s’en servir sans le dire.",
            rows(x, "votes", jour="recu_le"),
            "Voir les réponses",
            format_number(sum(n.utilise for n in avant.numeros)) if avant else "",
        ),
    ]
    return Section(2, "reutilisation", "Ce qui sert ensuite", (measures("Mesures de la réutilisation", lot, voisine),))
