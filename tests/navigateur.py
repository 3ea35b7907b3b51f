"""What the tests of pages share: a fictional week in a folder, a real site on loopback, people and a browser before it."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import httpx

from tests.chromium import chromium
from veille import settings
from veille.classifier.judge import themes_digest
from veille.editor import Contenu, to_json
from veille.editor.formes import Affaire, Comptes, Ennui, Limite, Nom, Rappel
from veille.francais import fold
from veille.identite import hash_password
from veille.model import (
    DROITS,
    Audience,
    Cible,
    Compte,
    Confusion,
    Echeance,
    ErreurExemple,
    Evaluation,
    Expressions,
    FicheModele,
    Gazetier,
    Indicateur,
    Item,
    Jugement,
    MesureSemaine,
    MesureTheme,
    Moyen,
    Objectif,
    Orientation,
    Plan,
    Raison,
    Rapprochement,
    Source,
    SousMoyen,
    Suggestion,
    Taxonomie,
    Territoire,
    Thematique,
    Tranche,
    TypeDocument,
)
from veille.periodes import year_of
from veille.registres.champs import REGISTRES
from veille.registres.saisie import Reperes, read_row
from veille.settings.themes import read_taxonomie
from veille.store import (
    apprentissage,
    bilans,
    chiffres,
    decisions,
    digests,
    file,
    groupes,
    items,
    jugements,
    liens,
    personnes,
    plan,
    redactions,
    registres,
    schema,
    service,
    sources,
)
from veille.store.comptes import open_accounts
from veille.store.connexion import transaction
from veille.store.decisions import Decision
from veille.store.sources import Collecte

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
LIMITE = "2026-12-05T20:00:00-05:00"
HOSTILE = "<script>alert('xss')</script><img src=x onerror=alert(1)>\"'"

THEMES = {
    "habitation": "Habitation et logement",
    "securite-alimentaire": "Sécurité alimentaire et alimentation scolaire",
    "mobilite": "Transport et mobilité",
    "aines-proche-aidance": "Aînés et proche aidance",
    "transition-socioecologique": "Transition socioécologique et climat",
}
TYPES = {"actualite": "Actualité", "financement": "Appel de projets ou financement", "rapport": "Rapport ou bilan"}
LIEUX = (
    Territoire("lanaudiere", "Lanaudière", "region"),
    Territoire("joliette", "Joliette", "mrc", "lanaudiere"),
    Territoire("matawinie", "Matawinie", "mrc", "lanaudiere"),
    Territoire("mun-joliette", "Joliette", "municipalite", "joliette"),
    Territoire("mun-crabtree", "Crabtree", "municipalite", "joliette"),
    Territoire("mun-rawdon", "Rawdon", "municipalite", "matawinie"),
    Territoire("quebec", "Québec", "province"),
)
SOURCES = (
    ("hebdo-clocher", "L’Hebdo du Clocher (exemple fictif)", "presse", "C"),
    ("ville-joliette", "Ville de Joliette (exemple fictif)", "institutionnel", "B"),
    ("mrc-matawinie", "MRC de Matawinie (exemple fictif)", "institutionnel", "B"),
    ("table-quartier", "Table de quartier des Érables (exemple fictif)", "ouvert", "B"),
    ("observatoire", "Observatoire du logement (exemple fictif)", "ouvert", "A"),
    ("northern-post", "Northern Post (fictional)", "presse", "C"),
    ("source-en-panne", "Réseau en panne (exemple fictif)", "institutionnel", "F"),
    ("source-muette", "Comité silencieux (exemple fictif)", "institutionnel", "D"),
    ("source-neuve", "Regroupement à vérifier (exemple fictif)", "institutionnel", "F"),
)
TITRES = {
    "habitation": (
        "Quarante logements abordables annoncés près de la gare",
        "La ville adopte un règlement sur les rénovictions",
        "Un fonds d’acquisition pour protéger les maisons de chambres",
        "Les listes d’attente en HLM s’allongent encore",
    ),
    "securite-alimentaire": (
        "Le frigo communautaire cherche des bénévoles pour l’hiver",
        "Repas à l’école : le projet pilote s’étend à trois municipalités",
        "Une épicerie solidaire ouvre ses portes",
    ),
    "mobilite": (
        "Le taxibus desservira les zones rurales le samedi",
        "Consultation publique sur le transport adapté",
    ),
    "aines-proche-aidance": (
        "Du répit pour les proches aidants, un jeudi sur deux",
        "Une étude chiffre le coût du maintien à domicile",
    ),
    "transition-socioecologique": (
        "Un plan climat régional mis en consultation",
        "Des îlots de fraîcheur au centre-ville",
    ),
}
RESUME = (
    "Le projet, porté par plusieurs organismes du milieu, sera présenté à la population au cours des prochaines semaines. "
    "Les personnes intéressées peuvent déjà consulter le dossier et transmettre leurs commentaires."
)


def fill(dossier: Path, nombre: int = 60) -> Path:
    """A week of fictional stories, written through the store as the pipeline would."""
    c = schema.open_store(dossier)
    jugements.sync_references(c, _taxonomie(), Gazetier(LIEUX))
    sources.sync(c, [_source(*s) for s in SOURCES], NOW - timedelta(days=200))
    plan.sync(c, _plan(), NOW)
    digests.sync_audiences(c, _audiences())
    ids = {ligne["slug"]: ligne["id"] for ligne in c.execute("SELECT id, slug FROM sources")}
    _collectes(c, ids)
    for rang in range(nombre):
        _nouvelle(c, ids, rang)
    _particulieres(c, ids)
    _redactions(c)
    drain(c)
    c.close()
    return dossier


def add_registers(dossier: Path) -> None:
    """A row of each register of the plan that we ship, and a year locked and amended since."""
    c = schema.open_store(dossier)
    livre = settings.load_plan()
    reperes = Reperes(livre, chiffres.mrc_names(c) | {"joliette": "Joliette", "montcalm": "Montcalm"})
    annee = year_of(date(2025, 6, 3))
    with transaction(c):
        for description in REGISTRES.values():
            lue = read_row(description, description.exemple, reperes)
            assert lue.ligne, lue.fautes
            registres.add(c, lue.ligne, description.registre, "Camille Exemple", NOW)
        fait = bilans.make(c, livre, annee, bilans.draw(c, livre, annee, annee.fin, NOW), "Camille Exemple", NOW)
        registres.lock(c, livre.slug, annee, fait.bilan.id, "Camille Exemple", NOW)
        registres.withdraw(c, "outils", 1, "Camille Exemple", NOW, amendement="Inscrit deux fois.")
    c.close()


def drain(c: Any, now: datetime = NOW) -> None:
    """Bring the whole queue up to date, as the schedule does within seconds."""
    file.note_due(c, now)
    while file.drain(c, now):
        pass


def fill_long(dossier: Path) -> None:
    """The longest words a page may have to show: a deadline with its hour, and the team's reminder (digest 2)."""
    c = schema.open_store(dossier)
    ids = {ligne["slug"]: ligne["id"] for ligne in c.execute("SELECT id, slug FROM sources")}
    limite = Suggestion("date_limite", LIMITE, raisons=(Raison("phrase", "avant 20 h", zone="corps"),))
    item_id = add_item(
        c, ids["table-quartier"], "limite", "Appel de projets", suggestions=(theme("habitation"), limite)
    )
    digests.save_draft(
        c, "equipe", 1, "Revue de la veille", NOW.date(), to_json(reminder_of(item_id)), (), "Camille Exemple", NOW
    )
    drain(c)
    c.close()


def reminder_of(item_id: int) -> Rappel:
    """A reminder with something under each of its headings."""
    limite = Limite(LIMITE, "samedi 5 décembre 2026 à 20 h 00", "dans 12 jours")
    affaire = Affaire(item_id, "Appel de projets", "Table de quartier des Érables", "22 novembre 2026", limite=limite)
    return Rappel(
        Nom("equipe", "Équipe (revue hebdomadaire)"),
        1,
        "Revue de la veille",
        NOW.date().isoformat(),
        "23 novembre 2026",
        "Veille",
        "tag:exemple.invalid,2026:equipe/1",
        Comptes(nouveaux=60, a_trancher=279, retenus=2, ecartes=1),
        echeances=(replace(affaire, etat="retenue"),),
        a_trancher=(affaire,),
        reste=278,
        ennuis=(Ennui("source-en-panne", "Réseau en panne", "en échec", "L’adresse n’existe plus.", "Cherchez-la."),),
    )


def add_item(
    c: Any,
    source_id: int,
    cle: str,
    titre: str,
    *,
    resume: str = RESUME,
    adresse: str = "",
    langue: str = "fr",
    publie_a: datetime | None = NOW - timedelta(days=2),
    doute: Any = "",
    vu_a: datetime = NOW - timedelta(days=1),
    suggestions: tuple[Suggestion, ...] = (),
    proches: tuple[tuple[int, str], ...] = (),
    texte: str = "",
) -> int:
    """One item, grouped and judged; returns its id."""
    adresse = adresse or f"https://exemple.invalid/{cle}"
    item = Item(cle, titre, adresse, adresse, "", publie_a, "", doute, langue, resume, texte, cle.encode())
    with transaction(c):
        items.insert(c, source_id, [item], vu_a)
        item_id = int(c.execute("SELECT id FROM items WHERE source_id = ? AND cle = ?", (source_id, cle)).fetchone()[0])
        groupes.place(c, item_id, [Rapprochement(str(item_id), str(i), raison, 0.9) for i, raison in proches], vu_a)
        jugements.record(c, item_id, 1, "essai", Jugement(suggestions), vu_a)
    return item_id


def theme(slug: str, score: float = 1.4, *, etat: Any = "retenu", texte: str = "logement abordable") -> Suggestion:
    """One suggested theme with reasons that add up to its log-odds."""
    raisons = (
        Raison("fort", texte, score + 4.0, "titre"),
        Raison("indice", "milieu", 1.0, "resume"),
        Raison("depart", "point de départ du thème", -5.0),
    )
    return Suggestion("thematique", slug, etat, score, 0.0, 0.8, raisons)


def place(slug: str) -> tuple[Suggestion, ...]:
    """One suggested municipality, with its MRC and region."""
    lieu = next(t for t in LIEUX if t.slug == slug)
    suite = (slug, *([lieu.parent] if lieu.parent else []), *(["lanaudiere"] if lieu.genre == "municipalite" else []))
    return tuple(
        Suggestion("territoire", s, raisons=(Raison("nom", f"« {lieu.nom} »", 2.0, "titre"),))
        for s in dict.fromkeys(suite)
    )


def add_models(dossier: Path) -> None:
    """Three models: one that judges, one that did, one never good enough."""
    themes = tuple(MesureTheme(slug, 40 - 8 * rang, 36 - 5 * rang, 30 - 7 * rang) for rang, slug in enumerate(THEMES))
    points = tuple(Tranche(n / 10, n / 10 + 0.03, 400 // (n + 1)) for n in range(10))
    mesures = Evaluation(
        120, 0.72, 0.65, 0.81, 0.68, 0.91, 0.04, 0.021, 0.6, themes, points,
        (Confusion("mobilite", "habitation", 3),), (MesureSemaine("2026-S47", 60, 0.7, 0.03),), 12,
    )  # fmt: skip
    erreur = ErreurExemple(HOSTILE, ("mobilite",), ("habitation",), "Le mot « gare » l’a emporté.")
    c = schema.open_store(dossier)
    acceptee = redactions.accepted(c)
    regles = themes_digest(read_taxonomie(redactions.text_of(c, acceptee))) if acceptee else ""
    for nom, issue in (("2026-11-20-a", "promu"), ("2026-11-22-b", "promu"), ("2026-11-23-c", "refuse")):
        fait_a = datetime.fromisoformat(f"{nom[:10]}T14:00:00+00:00")
        fiche = FicheModele(
            nom, fait_a.date(), 120, {slug: 35 - 11 * rang for rang, slug in enumerate(list(THEMES)[:4])}, THEMES,
            decisions_du=date(2026, 9, 14), decisions_au=date(2026, 11, 22), regles=regles, erreurs=(erreur,), plis=5,
        )  # fmt: skip
        raison = "note 0,72 contre 0,70 auparavant" if issue == "promu" else "note 0,66 contre 0,72 auparavant"
        apprentissage.record(c, apprentissage.Appris(nom, fait_a, 120, issue, raison, mesures, fiche), "x")  # type: ignore[arg-type]
    c.close()


class Visiteur(httpx.Client):
    """Someone before a site, with a cookie jar; posts carry the token of the last page read."""

    def __init__(self, adresse: str) -> None:
        super().__init__(base_url=adresse, timeout=20, trust_env=False, headers={"accept": "text/html"})

    def enter(self, lien: str) -> httpx.Response:
        """Open the one-time link and press the button."""
        page = self.get(lien)
        jeton = re.search(r'name="jeton" value="([^"]+)"', page.text)
        assert jeton, page.text
        return self.send_form("/connexion", page, jeton=jeton[1])

    def send_form(self, chemin: str, page: httpx.Response, **champs: Any) -> httpx.Response:
        """Post a form with the CSRF token that `page` carries."""
        jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
        return self.post(chemin, data={"csrftoken": jeton[1] if jeton else "", **champs})

    def press(self, page: httpx.Response, acte: str, *, script: bool = False, **champs: Any) -> httpx.Response:
        """Press a button of « La semaine » as a browser would, with every field of the form; `script`: and ask for JSON."""
        entetes = {"accept": "application/json"} if script else {}
        return self.post("/revue/decider", data={**fields_of(page, "file"), "acte": acte, **champs}, headers=entetes)

    def submit(self, page: httpx.Response, formulaire: str, **champs: Any) -> httpx.Response:
        """Send a form of the page, found by its address, with its hidden fields."""
        return self.post(formulaire, data={**fields_of(page, formulaire), **champs})


def fields_of(page: httpx.Response, formulaire: str) -> dict[str, str]:
    """The hidden fields of the form of this id, or that is sent to this address; of a name given twice, the last value."""
    trouve = re.search(rf'<form [^>]*?(?:id|action)="{re.escape(formulaire)}".*?</form>', page.text, re.S)
    assert trouve, f"pas de formulaire « {formulaire} » sur la page"
    champs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', trouve[0])
    return {nom: unescape(valeur) for nom, valeur in champs}


def account(
    dossier: Path, nom: str = "Camille Exemple", droits: Sequence[str] = DROITS, mot_de_passe: str = ""
) -> Compte:
    """An account written straight in `comptes.db`, as it was or with other rights; made when there is none."""
    identifiant = re.sub(r"[^a-z0-9]+", ".", fold(nom)).strip(".")
    with contextlib.closing(open_accounts(dossier)) as c, transaction(c):
        compte = personnes.find(c, identifiant) or personnes.add(c, identifiant, nom, droits, "essais", NOW)
        if compte.droits != tuple(droits):
            c.execute("UPDATE comptes SET droits = ? WHERE id = ?", (json.dumps(list(droits)), compte.id))
        if mot_de_passe:
            personnes.set_password(c, compte.id, hash_password(mot_de_passe), "essais", NOW)
        return personnes.get(c, compte.id)


def session_link(dossier: Path, compte: Compte, now: datetime = NOW) -> str:
    """The path of a one-time link that signs in this account."""
    with contextlib.closing(open_accounts(dossier)) as c, transaction(c):
        return f"/connexion?jeton={liens.create(c, 'session', now, compte.id)}"


@contextlib.contextmanager
def running_site(
    dossier: Path,
    *,
    public: bool = False,
    clock: Any = lambda: NOW,
    sans_compte: bool = False,
    port: int = 0,
    **options: Any,
) -> Iterator[str]:
    """A site on a port of loopback (`port`: the one it had before), in a thread; yields its address, for the staff site
    with a one-time link that signs « Camille Exemple » in. `sans_compte`: nobody has an account, and what the site
    announces is yielded as it is.
    """
    from veille.pages.site import serve

    annonces: list[str] = []
    pret, arret = threading.Event(), threading.Event()
    lien = "" if public or sans_compte else session_link(dossier, account(dossier), clock())

    def announce(adresse: str) -> None:
        annonces.append(adresse)
        pret.set()

    def run() -> None:
        try:
            serve(dossier, public=public, port=port, announce=announce, stop=arret, clock=clock, **options)
        finally:
            pret.set()

    fil = threading.Thread(target=run)
    fil.start()
    try:
        assert pret.wait(30) and annonces, "le site ne démarre pas"
        yield annonces[0].removesuffix("/") + lien if lien else annonces[0]
    finally:
        arret.set()
        fil.join(30)
        assert not fil.is_alive(), "le site ne s’arrête pas"


@contextlib.contextmanager
def visitor(
    dossier: Path, lien: str, nom: str, droits: Sequence[str] = DROITS, now: datetime = NOW
) -> Iterator[Visiteur]:
    """Someone else of the team, signed in to a site that runs already (`lien`: what `running_site` gave)."""
    adresse = lien.partition("/connexion")[0]
    with Visiteur(adresse) as visiteur:
        entree = visiteur.enter(adresse + session_link(dossier, account(dossier, nom, droits), now))
        assert entree.status_code == 303, entree.text
        yield visiteur


@contextlib.contextmanager
def signed_in(
    dossier: Path, nom: str = "Camille Exemple", droits: Sequence[str] = DROITS, **options: Any
) -> Iterator[Visiteur]:
    """Someone of the team, signed in to a running staff site."""
    with running_site(dossier, **options) as lien, visitor(dossier, lien, nom, droits) as visiteur:
        yield visiteur


@contextlib.contextmanager
def browser(**contexte: Any) -> Iterator[Any]:
    """A page of a real Chromium, in a context of its own; the test is skipped, visibly, where there is none."""
    with chromium() as navigateur:
        yield navigateur.new_context(locale="fr-CA", **contexte).new_page()


def _source(slug: str, nom: str, droits: Any, cote: Any) -> Source:
    etat: Any = "a_verifier" if slug == "source-neuve" else "active"
    url = f"https://{slug}.exemple.invalid/"
    return Source(slug, nom, url, url + "flux.xml", "flux", etat, droits=droits, cote=cote)


def _taxonomie() -> Taxonomie:
    themes = tuple(Thematique(s, n, f"{n}, en bref.", expressions=Expressions()) for s, n in THEMES.items())
    return Taxonomie(themes, tuple(TypeDocument(s, n, n) for s, n in TYPES.items()))


def themes_file() -> str:
    """A theme file that says what the week's themes are, with a few words and a trap."""
    tables = [
        f'[[thematiques]]\nslug = "{slug}"\nnom = "{nom}"\ndefinition = "{nom}, en bref."\n'
        f'exemples = ["{TITRES[slug][0]}"]\n[thematiques.expressions]\nfort = ["{nom.lower()}"]  # sûr\n'
        for slug, nom in THEMES.items()
    ]
    tables += [f'[[types]]\nslug = "{s}"\nnom = "{n}"\ndefinition = "{n}"\n' for s, n in TYPES.items()]
    return "\n".join(["# Les balises de la semaine fictive", *tables, '[essais]\ntitres = ["Une recette de tarte"]\n'])


def _redactions(c: Any) -> None:
    """The wording in force, one given up, and two that wait: one with its preview, one without."""
    texte = themes_file()
    noms = dict(THEMES)
    ligne = {"item_id": 1, "titre": HOSTILE, "avant": [], "apres": ["habitation"]}
    apercu = {
        "jours": 30,
        "histoires": 12,
        "changees": 1,
        "complet": True,
        "noms": noms,
        "themes": [{"slug": "habitation", "avant": 3, "apres": 4, "gagne": 1, "perd": 0}],
        "lignes": [ligne],
        "essais": {
            "total": 6,
            "justes_avant": 6,
            "justes_apres": 5,
            "fautifs": [{"titre": HOSTILE, "attendu": "", "obtenus": ["habitation"]}],
        },
    }
    with transaction(c):
        redactions.start(c, texte, NOW - timedelta(days=2))
        base = redactions.fingerprint(texte)
        phrases = [f"Habitation et logement : ajouté aux expressions fortes : « {HOSTILE} »."]
        for rang, nom in enumerate(("Sam Exemple", "Alex Exemple", redactions.FICHIER)):
            numero = redactions.propose(c, f"{texte}# {rang}\n", base, nom, phrases, NOW - timedelta(hours=3 - rang))
            if rang == 1:
                redactions.set_preview(c, numero or 0, apercu, NOW - timedelta(hours=1))
        redactions.settle(c, redactions.pending(c)[-1], "abandonnee", "Sam Exemple", NOW)


def _audiences() -> list[Audience]:
    return [
        Audience("equipe", "Équipe (revue hebdomadaire)", "interne", "rappel", rythme="hebdomadaire"),
        Audience("clds-joliette", "CLDS de Joliette", rythme="bimensuel", jour="mercredi"),
        Audience("partenaires", "Partenaires du développement social", rythme="mensuel", jour="vendredi"),
    ]


def _plan() -> Plan:
    return Plan(
        slug="plan-fictif",
        titre="Plan d’action fictif",
        organisation="Table fictive de développement social",
        debut=2023,
        fin=2026,
        bilan_le=date(2026, 3, 31),
        colonnes=("Moyens", "Bilan"),
        orientations=(Orientation("1", "Mobiliser les milieux", "Des milieux outillés"), Orientation("2", "Veiller")),
        objectifs=(
            Objectif("1.1", "1", "Soutenir les comités locaux"),
            Objectif("2.1", "2", "Partager une veille utile à tous"),
        ),
        moyens=(
            Moyen(
                "1.1.1",
                "1.1",
                "Accompagner chaque comité local dans sa planification",
                Echeance("2023-2026", 2023, 2026),
                resultats=("Six comités accompagnés",),
                responsables=("Coordination",),
                collaborations=("CLDS",),
            ),
            Moyen("2.1.1", "2.1", "Produire des bulletins de veille par public", Echeance("En continu", 2023, 2026)),
        ),
        sous_moyens=(SousMoyen("2.1.1.1", "2.1.1", "Un bulletin par comité local"),),
        indicateurs=(
            Indicateur("IND-1", "1.1.1", "Nombre de comités accompagnés", "manuel"),
            Indicateur("IND-2", "2.1.1", "Nombre de bulletins produits", "auto", cible=Cible(6, 6, "bulletins")),
            Indicateur("IND-3", "2.1.1", "Nombre d’outils produits", "auto+manuel"),
        ),
    )


def _collectes(c: Any, ids: dict[str, int]) -> None:
    hier = NOW - timedelta(hours=3)
    bonne = Collecte(hier, hier + timedelta(seconds=2), "lue", NOW + timedelta(hours=21), entrees=20, nouveaux=6)
    panne = Collecte(
        hier, hier, "echec", NOW + timedelta(hours=2), cause="http_404", statut=404, detail="404 pour /flux.xml"
    )
    html = Collecte(
        hier,
        hier,
        "echec",
        NOW + timedelta(days=1),
        cause="html",
        statut=200,
        propositions=("https://northern-post.exemple.invalid/feed/",),
    )
    with transaction(c):
        for slug, source_id in ids.items():
            if slug == "source-neuve":
                continue
            sources.record(c, source_id, bonne)
        sources.record(c, ids["source-en-panne"], panne)
        sources.record(c, ids["northern-post"], html)


def _nouvelle(c: Any, ids: dict[str, int], rang: int) -> None:
    slugs = list(TITRES)
    slug = slugs[rang % len(slugs)]
    titre = TITRES[slug][(rang // len(slugs)) % len(TITRES[slug])]
    source = SOURCES[rang % 6][0]
    suggestions = (theme(slug, 0.5 + rang % 5), *place(LIEUX[3 + rang % 3].slug)) if rang % 4 else ()
    if rang % 7 == 1:
        limite = (NOW + timedelta(days=rang % 13)).date().isoformat()
        suggestions += (
            Suggestion("type", "financement", raisons=(Raison("type", "appel de projets", 2.0, "titre"),)),
            Suggestion("date_limite", limite, raisons=(Raison("phrase", f"avant le {limite}", zone="corps"),)),
            Suggestion(
                "date_evenement", "2026-12-10", raisons=(Raison("phrase", "Une rencontre le 10.", zone="corps"),)
            ),
            Suggestion("montant", str(5000 * (rang + 1)), raisons=(Raison("phrase", "jusqu’à", zone="corps"),)),
        )
    add_item(
        c,
        ids[source],
        f"n{rang}",
        f"{titre} (épisode {rang + 1})",
        suggestions=suggestions,
        publie_a=None if rang % 9 == 4 else NOW - timedelta(days=rang % 6, hours=3),
        doute="absente" if rang % 9 == 4 else "",
        vu_a=NOW - timedelta(hours=2 + rang),
    )


def _particulieres(c: Any, ids: dict[str, int]) -> None:
    """The awkward ones: hostile, English, uncertain, grouped, silent, decided, corrected."""
    add_item(
        c, ids["hebdo-clocher"], "hostile", HOSTILE, resume=HOSTILE, suggestions=(theme("habitation", texte=HOSTILE),)
    )
    add_item(
        c,
        ids["northern-post"],
        "anglais",
        "Tenants’ groups call for a rent registry across the province",
        langue="en",
        suggestions=(theme("habitation"), Suggestion("territoire", "quebec")),
    )
    add_item(
        c,
        ids["ville-joliette"],
        "incertain",
        "Le comité se réunit en décembre",
        suggestions=(theme("mobilite", -0.7, etat="incertain"),),
    )
    tete = add_item(
        c, ids["observatoire"], "tete", "Le logement social en chiffres", suggestions=(theme("habitation", 3.5),)
    )
    add_item(
        c,
        ids["hebdo-clocher"],
        "copie",
        "Logement social : les chiffres de l’Observatoire",
        suggestions=(theme("habitation", 3.0),),
        proches=((tete, "92 % du texte en commun"),),
        texte="Le texte du journal, gardé pour l’équipe seulement.",
    )
    add_item(
        c,
        ids["source-muette"],
        "vieux",
        "Un bulletin d’autrefois",
        publie_a=NOW - timedelta(days=180),
        vu_a=NOW - timedelta(days=180),
    )
    retenue = add_item(
        c, ids["hebdo-clocher"], "retenue", "Un toit pour les familles de Crabtree", suggestions=(theme("habitation"),)
    )
    prete = add_item(
        c, ids["table-quartier"], "prete", "Une fête de quartier réussie", suggestions=(theme("securite-alimentaire"),)
    )
    with transaction(c):
        decisions.record(c, Decision(retenue, "retenir", "Camille Exemple"), NOW - timedelta(hours=1))
        decisions.record(c, Decision(prete, "retenir", "Camille Exemple"), NOW - timedelta(hours=1))
        service.ask(c, "collecter", "ville-joliette", "Camille Exemple", NOW - timedelta(minutes=5))
    contenu = Contenu(
        Nom("clds-joliette", "CLDS de Joliette"),
        1,
        "Bulletin de veille : CLDS de Joliette",
        NOW.date().isoformat(),
        "23 novembre 2026",
        "Veille – CLDS de Joliette",
        "tag:exemple.invalid,2026:clds-joliette/1",
    )
    digests.save_draft(
        c,
        "clds-joliette",
        1,
        "Bulletin de veille : CLDS de Joliette",
        NOW.date(),
        to_json(contenu),
        [digests.Place(retenue, "Habitation et logement"), digests.Place(prete, "Autres nouvelles")],
        "Camille Exemple",
        NOW - timedelta(minutes=30),
    )
