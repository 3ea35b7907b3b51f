"""First level of the évaluation: the watch itself. What it reads, what the team makes of it, what it costs. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from veille.appreciation.dits import (
    RIEN,
    Mesure,
    Section,
    days,
    header,
    measures,
    minutes,
    number,
    question,
    rate,
    rows,
    share,
)
from veille.appreciation.formes import Chiffres, Etapes, Evaluation
from veille.francais import NBSP, format_number, plural
from veille.periodes import quarter_of
from veille.rapports import Bloc, Cellule, Graphique, Tableau, cell, line, text

ETAPES = ("Nouvelles", "Proposées", "Retenues", "Publiées", "Jugées utiles")
TACHES = {"revue": "Revue", "redaction": "Rédaction", "diffusion": "Diffusion", "autre": "Autre tâche"}


def sections(x: Evaluation, avant: Evaluation | None) -> Iterator[Section]:
    """Every section of the level."""
    voisine = quarter_of(avant.debut).nom if avant else ""
    yield _funnel(x, avant)
    yield Section(
        1, "recueil", "Ce qui est recueilli", (measures("Mesures du recueil", _collected(x, avant), voisine),)
    )
    yield _decided(x, avant, voisine)
    yield _reasons(x)
    yield _by_theme(x)
    yield _classified(x, avant, voisine)
    yield _coverage(x)
    yield _advice(x)
    yield _efforts(x, avant, voisine)


# ---------------------------------------------------------------- the funnel


def _funnel(x: Evaluation, avant: Evaluation | None) -> Section:
    t = x.total
    etapes = steps(t)
    dessin = Graphique(
        "Du recueil à l’utilité",
        f"{plural(t.nouvelles, 'nouvelle')}, {plural(t.proposees, 'proposée')}, {plural(t.retenues, 'retenue')},"
        f" {plural(t.publiees, 'publiée')}, {plural(t.utiles, 'jugée utile', 'jugées utiles')} par un lecteur.",
        ETAPES,
        (
            ("Cette période", tuple(float(n) for n in etapes)),
            *((("Trimestre d’avant", tuple(float(n) for n in steps(avant.total))),) if avant else ()),
        ),
        "nouvelles",
    )
    phrase = line(
        f"{plural(t.elements, 'élément lu, réuni', 'éléments lus, réunis')} en {plural(t.nouvelles, 'nouvelle')}{NBSP}: "
        "ce que sont devenues, à ce jour, celles qui sont venues devant l’équipe dans la période. "
        "« Proposées »"
        f"{NBSP}: mises de l’avant par la veille, ou tranchées par l’équipe. "
        "« Jugées utiles »"
        f"{NBSP}: un lecteur l’a dit, ou a dit s’en être servi."
    )
    return Section(
        1,
        "entonnoir",
        "De la source au lecteur",
        (phrase, dessin),
        (
            _steps_table("Par source", "Source", x.sources, _source_link, elements=True),
            _steps_table("Par thème", "Thème", x.themes, _theme_link),
            _steps_table("Par MRC", "MRC", x.lieux, _place_link),
        ),
        "Par source, par thème et par MRC",
    )


def steps(e: Etapes) -> tuple[int, ...]:
    """The figures of the funnel, in order."""
    return e.nouvelles, e.proposees, e.retenues, e.publiees, e.utiles


def _source_link(slug: str) -> str:
    return f"/revue?periode=90j&source={slug}"


def _theme_link(slug: str) -> str:
    return f"/plan-de-veille/{slug}"


def _place_link(slug: str) -> str:
    return f"/revue?periode=90j&territoire={slug}"


def _steps_table(
    titre: str, quoi: str, lot: Iterable[Etapes], link: Callable[[str], str], *, elements: bool = False
) -> Tableau:
    return Tableau(
        titre,
        (quoi, *(("Éléments lus",) if elements else ()), *ETAPES),
        tuple(
            (
                header(e.nom, link(e.slug)),
                *((number(e.elements),) if elements else ()),
                *(number(n) for n in steps(e)),
            )
            for e in lot
        ),
        (34, 11, 11, 11, 11, 11, 11) if elements else (40, 12, 12, 12, 12, 12),
    )


# ---------------------------------------------------------------- what is collected


def _collected(x: Evaluation, avant: Evaluation | None) -> list[Mesure]:
    c, a = x.chiffres, avant.chiffres if avant else None
    etats = x.etats or {}
    actives = sum(nombre for etat, nombre in etats.items() if etat != "inactive")
    ennuis = etats.get("echec", 0) + etats.get("silence", 0)
    return [
        Mesure(
            "Éléments recueillis",
            format_number(c.items),
            "Ce que les sources ont publié et que la veille a lu.",
            "Plus n’est pas mieux : une source bavarde gonfle ce nombre.",
            rows(x, "items", "vu_a"),
            "Voir les éléments",
            format_number(a.items) if a else "",
        ),
        Mesure(
            "Nouvelles distinctes",
            format_number(c.nouvelles),
            "Les éléments qui disent la même chose comptent pour une nouvelle.",
            "Deux nouvelles réunies à tort, ou laissées séparées, ne se voient pas dans ce nombre.",
            rows(x, "rapprochements", "vu_a"),
            "Voir les rapprochements",
            format_number(a.nouvelles) if a else "",
        ),
        Mesure(
            "Sources en ordre",
            share(actives - ennuis, actives),
            f"Le jour du calcul : {plural(etats.get('echec', 0), 'en échec', 'en échec')}, "
            f"{plural(etats.get('silence', 0), 'silencieuse')}, "
            f"{plural(etats.get('jamais', 0), 'pas encore lue', 'pas encore lues')}.",
            "Une source en ordre peut avoir changé de sujet ; une source silencieuse peut n’avoir rien à dire.",
            "/sources",
            "Voir les sources",
        ),
    ]


# ---------------------------------------------------------------- what the team makes of it


def _decided(x: Evaluation, avant: Evaluation | None, voisine: str) -> Section:
    c, a = x.chiffres, avant.chiffres if avant else None
    lot = [
        Mesure(
            "Nouvelles tranchées",
            format_number(c.retenues + c.ecartees),
            f"{plural(c.retenues, 'retenue')} et {plural(c.ecartees, 'écartée')} ; "
            f"{plural(c.plus_tard, 'remise à plus tard', 'remises à plus tard')}.",
            "Celles que personne n’a ouvertes n’y sont pas : le budget de l’heure est fait pour en laisser.",
            rows(x, "verdicts", "prise_a"),
            "Voir les décisions",
            format_number(a.retenues + a.ecartees) if a else "",
        ),
        Mesure(
            "Précision de la revue",
            share(c.retenues, c.retenues + c.ecartees),
            "La part retenue parmi ce qui est tranché.",
            "Elle monte si la liste est mieux ordonnée, mais aussi si l’équipe devient moins exigeante.",
            question(x, "precision_par_theme"),
            "Voir par thème",
            rate(a.retenues, a.retenues + a.ecartees) if a else "",
        ),
        Mesure(
            "Délai avant la décision",
            days(c.delai_jours),
            f"La moitié des nouvelles sont tranchées plus vite que cela après leur parution "
            f"({plural(c.dates, 'nouvelle datée', 'nouvelles datées')}).",
            "Les nouvelles sans date sûre n’y comptent pas.",
            rows(x, "verdicts", "prise_a"),
            "Voir les décisions",
            days(a.delai_jours) if a else "",
        ),
        _review_time(x),
    ]
    titre = "Ce que l’équipe en fait"
    return Section(1, "revue", titre, (measures("Mesures de la revue", lot, voisine),))


def _review_time(x: Evaluation) -> Mesure:
    duree = max(round(x.revue_elements * x.revue_secondes / 60), 1)
    return Mesure(
        "Temps de la revue",
        f"{format_number(duree)}{NBSP}min" if x.revue_seances else RIEN,
        f"Une revue ordinaire : {plural(x.revue_elements, 'nouvelle')}, {format_number(x.revue_secondes)} secondes chacune, "
        f"d’après {plural(x.revue_seances, 'revue')} des huit dernières semaines."
        if x.revue_seances
        else "Pas encore assez de revues pour le dire : il en faut trois d’au moins dix nouvelles.",
        "Compté entre deux décisions de suite ; le temps de lire sans décider n’y est pas.",
        rows(x, "decisions", "prise_a"),
        "Voir le journal des décisions",
    )


def _reasons(x: Evaluation) -> Section:
    raisons = x.chiffres.raisons
    blocs: tuple[Bloc, ...] = (line("Rien n’a été écarté dans cette période.", ton="doux"),)
    if raisons:
        blocs = (
            Tableau(
                "Raisons d’écarter",
                ("Raison", "Écartées"),
                tuple((header(nom), number(n)) for nom, n in raisons),
                (70, 30),
            ),
            line(
                "Beaucoup de « hors thème » : les thèmes sont à préciser. Beaucoup de « hors territoire » : les sources sont"
                " trop larges. ",
                text("Voir par source", lien=question(x, "raisons_par_source")),
                ton="doux",
            ),
        )
    return Section(1, "raisons", "Pourquoi l’équipe écarte", blocs)


def _by_theme(x: Evaluation) -> Section:
    vus = [e for e in x.themes if e.tranchees]
    if not vus:
        vide = line("Rien n’a encore été tranché dans cette période.", ton="doux")
        return Section(1, "precision", "Précision par thème", (vide,))
    table = Tableau(
        "Part retenue, thème par thème",
        ("Thème", "Retenues", "Écartées", "Part retenue"),
        tuple(
            (
                header(e.nom, _theme_link(e.slug)),
                number(e.retenues),
                number(e.ecartees),
                cell(rate(e.retenues, e.tranchees), nombre=round(100 * e.retenues / e.tranchees, 1)),
            )
            for e in sorted(vus, key=lambda e: (-e.retenues / e.tranchees, e.nom))
        ),
        (46, 18, 18, 18),
    )
    moins = min(vus, key=lambda e: (e.retenues / e.tranchees, -e.tranchees))
    phrase = line(
        f"Sur {plural(len(vus), 'thème tranché', 'thèmes tranchés')}, la part retenue la plus faible est celle de"
        f" « {moins.nom} »{NBSP}: {share(moins.retenues, moins.tranchees)}. Avec peu de décisions, une part ne dit rien."
    )
    return Section(1, "precision", "Précision par thème", (phrase,), (table,), "Tous les thèmes")


def _classified(x: Evaluation, avant: Evaluation | None, voisine: str) -> Section:
    c, a = x.chiffres, avant.chiffres if avant else None
    lot = [
        Mesure(
            "Thèmes proposés et gardés",
            share(c.gardes, c.proposes),
            "Sur les nouvelles retenues, ou écartées parce que hors thème.",
            "Un thème que personne n’a regardé compte comme gardé : le vrai chiffre est plus bas.",
            question(x, "themes_corriges"),
            "Voir par thème",
            rate(a.gardes, a.proposes) if a else "",
        ),
        Mesure(
            "Thèmes ajoutés par l’équipe",
            format_number(c.ajoutes),
            "Ce que portent des nouvelles retenues et que la veille n’avait pas proposé.",
            "Seules les nouvelles retenues sont regardées d’assez près pour qu’il y en ait.",
            question(x, "themes_corriges"),
            "Voir par thème",
            format_number(a.ajoutes) if a else "",
        ),
        Mesure(
            "Nouvelles apportées à la main",
            format_number(x.ajouts.nouvelles),
            f"Ce que les sources n’avaient pas donné, trouvé ou reçu autrement ; {plural(x.ajouts.retenues, 'retenue')}, soit"
            f" {rate(x.ajouts.retenues, x.total.retenues)} de tout ce qui est retenu.",
            "C’est la part de ce qui compte que la veille manque, pour autant que l’équipe l’inscrive.",
            "/revue?etat=retenu&periode=90j",
            "Voir les retenues",
            format_number(avant.ajouts.nouvelles) if avant else "",
        ),
    ]
    titre = "Ce que vaut le classement"
    return Section(1, "classement", titre, (measures("Mesures du classement", lot, voisine), *_model(x)))


def _model(x: Evaluation) -> Iterator[Bloc]:
    m = x.modele
    lien = text("Voir la fiche complète du modèle", lien="/classement")
    if m is None:
        yield line("Les règles des thématiques classent seules : aucun modèle appris n’est en service. ", lien)
        return
    yield Tableau(
        "Fiche du modèle en service",
        ("Modèle", "Exemples appris", "Précision", "Rappel", "F1", "Écart de confiance"),
        (
            (
                header(m.nom, "/classement"),
                number(m.exemples),
                *(_percent(v) for v in (m.precision, m.rappel, m.f1, m.ece)),
            ),
        ),
    )
    yield line(
        f"Mesuré sur {plural(m.documents, 'document')}. Précision : la part des thèmes proposés qui étaient justes. Rappel :"
        " la part des thèmes vrais qui ont été proposés. Écart de confiance : de combien ses probabilités se trompent. ",
        lien,
        ton="doux",
    )


def _percent(part: float) -> Cellule:
    return cell(f"{format_number(100 * part)}{NBSP}%", nombre=round(100 * part, 1))


# ---------------------------------------------------------------- coverage, advice, efforts


def grid(c: Chiffres, themes: Iterable[Etapes]) -> list[tuple[Etapes, tuple[int, ...]]]:
    """Themes × MRC, every one in staff's order, empty cells included."""
    nombres = {(x.thematique, x.mrc): x.nouvelles for x in c.croisements}
    return [(t, tuple(nombres.get((t.slug, mrc), 0) for mrc in c.mrc)) for t in themes]


def _coverage(x: Evaluation) -> Section:
    grille = grid(x.chiffres, x.themes)
    cases = [n for _, nombres in grille for n in nombres]
    titre = "Couverture : thèmes et MRC"
    if not cases:
        vide = line("Les thèmes et les territoires se lisent au premier « veille cycle ».", ton="doux")
        return Section(1, "couverture", titre, (vide,))
    vides = sum(n == 0 for n in cases)
    phrase = line(
        f"{plural(vides, 'croisement vide', 'croisements vides')} sur {format_number(len(cases))}. Nouvelles recueillies et"
        " non écartées. Un croisement vide est une question, pas une faute. ",
        text("Voir les lignes", lien=question(x, "couverture")),
        " · ",
        text("MRC jamais nommées", lien=question(x, "mrc_jamais_nommees")),
    )
    table = Tableau(
        "Nouvelles par thème et par MRC",
        ("Thème", *x.chiffres.mrc.values()),
        tuple(
            (header(t.nom, _theme_link(t.slug)), *(number(n) if n else cell("aucune", nombre=0.0) for n in nombres))
            for t, nombres in grille
        ),
        (40, *(60 // len(x.chiffres.mrc) for _ in x.chiffres.mrc)),
    )
    return Section(1, "couverture", titre, (phrase,), (table,), "Le tableau des thèmes et des MRC")


def _advice(x: Evaluation) -> Section:
    titre = "Conseils par source"
    if not x.conseils:
        vide = line("Aucune source n’appelle de conseil : pas assez de décisions, ou rien d’anormal.", ton="doux")
        return Section(1, "conseils", titre, (vide,))
    phrase = line(
        f"D’après les six derniers mois, {plural(len(x.conseils), 'source appelle', 'sources appellent')} une question."
        " Une source qui donne peu peut être la seule à parler d’un sujet : c’est l’équipe qui décide."
    )
    table = Tableau(
        "Ce que les six derniers mois suggèrent",
        ("Source", "Conseil"),
        tuple((header(c.nom, f"/sources?q={c.slug}#{c.slug}"), cell(c.phrase)) for c in x.conseils),
        (35, 65),
    )
    return Section(1, "conseils", titre, (phrase, table))


def _efforts(x: Evaluation, avant: Evaluation | None, voisine: str) -> Section:
    total = sum(e.minutes for e in x.efforts)
    titre = "Temps déclaré"
    if not total:
        vide = line("Aucune minute n’a été déclarée dans cette période : c’est facultatif.", ton="doux")
        return Section(1, "efforts", titre, (vide,))
    anciennes = {e.tache: e.minutes for e in avant.efforts} if avant else {}
    table = Tableau(
        "Minutes déclarées par tâche",
        ("Tâche", "Minutes", *((voisine,) if voisine else ())),
        tuple(
            (
                header(TACHES.get(e.tache, e.tache)),
                number(e.minutes),
                *((number(anciennes.get(e.tache, 0)),) if voisine else ()),
            )
            for e in x.efforts
        ),
    )
    bulletins = [n for n in x.numeros if n.minutes]
    suite = (
        f" Par bulletin : {minutes(round(sum(n.minutes for n in bulletins) / len(bulletins)))} en moyenne, sur"
        f" {plural(len(bulletins), 'bulletin')} où c’est dit."
        if bulletins
        else ""
    )
    phrase = line(
        f"{minutes(total)} en tout.{suite} Seul ce qui a été déclaré est compté. ",
        text("Voir les lignes", lien=rows(x, "efforts", jour="jour_le")),
    )
    return Section(1, "efforts", titre, (phrase, table))
