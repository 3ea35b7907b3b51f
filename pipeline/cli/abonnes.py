"""Commands about subscribers: lists brought in, and what each person may demand of us (Loi 25)."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.commun import (
    FAIT,
    PARTIEL,
    REFUS,
    SOUS_COMMANDE,
    command,
    dossier_option,
    emit,
    json_option,
    par_option,
)
from pipeline.cli.formes import FICHIER, Jour
from veille.errors import Faute, RefusError, SettingsError
from veille.francais import NBSP, format_instant, local_day, plural

if TYPE_CHECKING:
    from veille.abonnes.importation import Liste
    from veille.model import Dossier
    from veille.store.lecture import Connexion

FAUTES_MONTREES = 50
adresse_argument = click.argument("adresse", metavar="ADRESSE")


@click.group(subcommand_metavar=SOUS_COMMANDE)
def abonnes() -> None:
    """Les personnes abonnées : listes, droits de chacune, conservation. Leur fichier est abonnes.db."""


@command(abonnes)
@click.argument("fichier", type=FICHIER, metavar="FICHIER")
@click.option("--audience", default="", metavar="PUBLIC", help="Public des lignes qui n’en nomment pas (nom court).")
@click.option(
    "--partiel", is_flag=True, help="Garder les lignes valides même s’il y a des fautes ; sinon, rien n’entre."
)
@click.option("--essai", is_flag=True, help="Lire et dire les fautes, sans rien écrire.")
@click.option(
    "--genre",
    type=click.Choice(["partenaire", "equipe", "essai"]),
    default="partenaire",
    show_default=True,
    help="Qui sont ces personnes ; l’équipe et les essais ne comptent dans aucun chiffre.",
)
@dossier_option
@json_option
def importer(
    fichier: Path, audience: str, partiel: bool, essai: bool, genre: Any, dossier: Path, en_json: bool
) -> None:
    """Faire entrer une liste CSV, avec le consentement déclaré de chaque ligne (voir docs/abonnes.md)."""
    from veille.abonnes.formes import BilanImport
    from veille.store.abonnes import listes
    from veille.store.connexion import transaction

    with _open(dossier) as (c, projet, now):
        liste = _read(fichier, audience, projet, now)
        refusees = listes.refused(c, liste.lignes, fichier.name)
        fermees = {faute.cle for faute in refusees}
        lignes = [x for x in liste.lignes if f"ligne {x.ligne}, colonne courriel" not in fermees]
        fautes = [*liste.fautes, *refusees]
        bilan = BilanImport()
        if lignes and not essai and (partiel or not fautes):
            with transaction(c):
                bilan = listes.bring_in(c, lignes, now, genre)
    objet = {**asdict(bilan), "lignes_valides": len(lignes), "fautes": [asdict(f) for f in fautes]}
    emit(objet, _tell_import(bilan, lignes, fautes, essai=essai, partiel=partiel), en_json=en_json)
    sys.exit(FAIT if not fautes else PARTIEL if partiel and lignes else REFUS)


@command(abonnes)
@click.option("--audience", default="", metavar="PUBLIC", help="Un seul public (nom court).")
@click.option("--adresses", is_flag=True, help="Montrer les adresses à qui un bulletin partirait ; exige --audience.")
@dossier_option
@json_option
def lister(audience: str, adresses: bool, dossier: Path, en_json: bool) -> None:
    """Compter les abonnements de chaque public ; les adresses ne se montrent que sur demande."""
    from veille.abonnes.textes import hosting_warning
    from veille.store.abonnes import abonnements

    if adresses and not audience:
        raise click.UsageError("Avec --adresses, dites de quel public : --audience PUBLIC.")
    with _open(dossier) as (c, projet, now):
        if audience:
            _known(projet, audience)
        comptes = [x for x in abonnements.counts(c, now) if audience in ("", x.audience)]
        liste = list(abonnements.addresses(c, audience, now)) if adresses else []
        avis = hosting_warning(projet.organisation)
    objet = {
        "publics": [asdict(x) for x in comptes],
        "avertissement": avis,
        **({"adresses": liste} if adresses else {}),
    }
    lignes = [
        f"{x.audience}{NBSP}: {plural(x.confirmes, 'confirmé')}, {x.en_attente} en attente, {plural(x.retires, 'retiré')},"
        f" {plural(x.tacites, 'tacite')} dont {x.bientot} à échéance d’ici 30 jours"
        for x in comptes
    ]
    texte = "\n".join([*(lignes or ["Aucun abonnement."]), *liste, *([f"Avertissement{NBSP}: {avis}"] if avis else [])])
    emit(objet, texte, en_json=en_json)


@command(abonnes)
@adresse_argument
@dossier_option
@json_option
def exporter(adresse: str, dossier: Path, en_json: bool) -> None:
    """Donner tout ce que nous gardons sur une personne, pour le lui remettre."""
    from veille.abonnes.exports import as_text
    from veille.store.abonnes import droits
    from veille.store.connexion import transaction

    canonique = _canonical(adresse)
    with _open(dossier) as (c, _, now):
        if droits.export(c, canonique) is None:
            raise _unknown(canonique)
        with transaction(c):
            droits.note_export(c, canonique, now, "equipe")
        donnees = droits.export(c, canonique)
    emit(donnees, as_text(donnees or {}), en_json=en_json)


@command(abonnes)
@adresse_argument
@click.option("--nouvelle", required=True, metavar="ADRESSE", help="La bonne adresse, telle que la personne la donne.")
@click.option("--preuve", default="", metavar="TEXTE", help="Où se trouve sa demande (dossier, date) ; sans adresse.")
@dossier_option
@json_option
def corriger(adresse: str, nouvelle: str, preuve: str, dossier: Path, en_json: bool) -> None:
    """Corriger l’adresse d’une personne qui l’a demandé à l’équipe."""
    from veille.store.abonnes import droits
    from veille.store.connexion import transaction

    ancienne, juste = _canonical(adresse), _canonical(nouvelle)
    if "@" in preuve:
        raise RefusError(
            "--preuve va dans un journal qui ne s’efface pas : donnez une référence, sans adresse de courriel."
        )
    with _open(dossier) as (c, _, now), transaction(c):
        droits.correct(c, ancienne, juste, now, preuve)
    emit({"adresse": juste}, f"Adresse corrigée{NBSP}: {juste}.", en_json=en_json)


@command(abonnes)
@adresse_argument
@dossier_option
@json_option
def effacer(adresse: str, dossier: Path, en_json: bool) -> None:
    """Effacer une personne, puis chercher son adresse dans tout le dossier ; il ne reste qu’une empreinte chiffrée."""
    from veille.store.abonnes import droits
    from veille.store.abonnes.traces import traces

    canonique = _canonical(adresse)
    with _open(dossier) as (c, _, now):
        connue = droits.erase(c, canonique, now)
    restes = [str(f.relative_to(dossier)) for f in traces(dossier, canonique)]
    if not connue and not restes:
        raise _unknown(canonique)
    texte = "La personne est effacée." if connue else "Cette adresse n’est pas abonnée."
    if restes:
        fichiers = "\n".join(f"  – {nom}" for nom in restes)
        texte += f"\nSon adresse se lit encore dans{NBSP}:\n{fichiers}\nSupprimez ou corrigez ces fichiers, puis recommencez."
    emit({"efface": connue, "restes": restes}, texte, en_json=en_json)
    sys.exit(PARTIEL if restes else FAIT)


@command(abonnes)
@adresse_argument
@click.option("--audience", default="", metavar="PUBLIC", help="Un seul public (nom court) ; sinon, tous.")
@dossier_option
@json_option
def desabonner(adresse: str, audience: str, dossier: Path, en_json: bool) -> None:
    """Désabonner une personne qui l’a demandé à l’équipe ; l’effet est immédiat, elle seule peut revenir."""
    from veille.store.abonnes import personnes, suppressions
    from veille.store.connexion import transaction

    canonique = _canonical(adresse)
    with _open(dossier) as (c, projet, now), transaction(c):
        if audience:
            _known(projet, audience)
        if personnes.find(c, canonique) is None:
            raise _unknown(canonique)
        change = suppressions.suppress(c, canonique, "desabonnement", now, audience, origine="equipe")
    texte = "Désabonnée, dès maintenant." if change else "Elle l’était déjà."
    emit({"change": change}, texte, en_json=en_json)


@command(abonnes)
@adresse_argument
@dossier_option
@json_option
def readmettre(adresse: str, dossier: Path, en_json: bool) -> None:
    """Laisser revenir une personne qui l’a demandé après une plainte ou un effacement ; elle confirmera elle-même."""
    from veille.store.abonnes import suppressions
    from veille.store.connexion import transaction

    canonique = _canonical(adresse)
    with _open(dossier) as (c, _, _), transaction(c):
        if not suppressions.soften(c, canonique):
            raise RefusError(f"Aucune plainte ni aucun effacement ne ferme l’adresse «{NBSP}{canonique}{NBSP}».")
    texte = "La page d’abonnement peut de nouveau lui envoyer une confirmation ; rien d’autre ne part avant."
    emit({"readmise": True}, texte, en_json=en_json)


@command(abonnes)
@adresse_argument
@dossier_option
@json_option
def journal(adresse: str, dossier: Path, en_json: bool) -> None:
    """Montrer le journal des consentements d’une personne : la preuve de chaque accord et de chaque retrait."""
    from veille.store.abonnes import consentements, personnes

    canonique = _canonical(adresse)
    with _open(dossier) as (c, _, _):
        personne = personnes.find(c, canonique)
        if personne is None:
            raise _unknown(canonique)
        actes = consentements.journal(c, personne.sujet)
    lignes = [
        f"{format_instant(x.fait_a)}{NBSP}: "
        + ", ".join(
            m
            for m in (x.acte, x.audience, x.base, x.origine, x.texte_version and f"texte {x.texte_version}", x.preuve)
            if m
        )
        for x in actes
    ]
    emit({"journal": [asdict(x) for x in actes]}, "\n".join(lignes), en_json=en_json)


@command(abonnes)
@adresse_argument
@click.argument("code", default="", metavar="[CODE]")
@dossier_option
@json_option
def organisation(adresse: str, code: str, dossier: Path, en_json: bool) -> None:
    """Dire à quelle organisation du répertoire appartient une personne ; sans code, à aucune."""
    from veille.store import organisations
    from veille.store.abonnes import personnes
    from veille.store.connexion import transaction

    canonique = _canonical(adresse)
    if code and code not in organisations.codes_of(dossier / "veille.db"):
        raise RefusError(f"Aucune organisation du répertoire n’a le code «{NBSP}{code}{NBSP}».")
    with _open(dossier) as (c, _, _), transaction(c):
        personne = personnes.find(c, canonique)
        if personne is None:
            raise _unknown(canonique)
        change = personnes.set_organisation(c, personne.sujet, code)
    emit({"change": change, "code": code}, "Noté." if change else "Rien ne change.", en_json=en_json)


@command(abonnes)
@dossier_option
@json_option
def purger(dossier: Path, en_json: bool) -> None:
    """Appliquer les durées de conservation tout de suite ; chaque « veille cycle » le fait aussi."""
    from pipeline.purge import purge_subscribers
    from veille import settings

    settings.load(dossier)
    bilan = purge_subscribers(dossier, datetime.now(UTC))
    texte = (
        f"{plural(bilan.demandes, 'demande jamais confirmée effacée', 'demandes jamais confirmées effacées')},"
        f" {plural(bilan.tacites, 'consentement tacite échu', 'consentements tacites échus')},"
        f" {plural(bilan.personnes, 'personne sans abonnement effacée', 'personnes sans abonnement effacées')}."
    )
    emit(bilan, texte, en_json=en_json)


@command(abonnes)
@click.option("--renseignements", default="", metavar="TEXTE", help="Renseignements personnels visés.")
@click.option("--circonstances", default="", metavar="TEXTE", help="Ce qui s’est passé.")
@click.option("--survenu", default="", metavar="TEXTE", help="Date ou période de l’incident, même approximative.")
@click.option("--connu", type=Jour(), default=None, help="Jour où l’organisation l’a appris.")
@click.option("--personnes", default="", metavar="TEXTE", help="Nombre de personnes concernées, même approximatif.")
@click.option("--risque-serieux", is_flag=True, help="Il y a un risque qu’un préjudice sérieux soit causé.")
@click.option("--evaluation", default="", metavar="TEXTE", help="Ce qui fait conclure à ce risque, ou à son absence.")
@click.option(
    "--avis-commission", type=Jour(), default=None, help="Jour de l’avis à la Commission d’accès à l’information."
)
@click.option("--avis-personnes", type=Jour(), default=None, help="Jour de l’avis aux personnes.")
@click.option("--avis-public", default="", metavar="TEXTE", help="Avis public donné, et pourquoi.")
@click.option("--mesures", default="", metavar="TEXTE", help="Mesures prises pour diminuer le risque.")
@par_option
@dossier_option
@json_option
def incident(
    renseignements: str,
    circonstances: str,
    survenu: str,
    connu: date | None,
    personnes: str,
    risque_serieux: bool,
    evaluation: str,
    avis_commission: date | None,
    avis_personnes: date | None,
    avis_public: str,
    mesures: str,
    par: str,
    dossier: Path,
    en_json: bool,
) -> None:
    """Inscrire un incident de confidentialité au registre ; il y reste cinq ans au moins."""
    from veille.store.abonnes import incidents
    from veille.store.connexion import transaction

    with _open(dossier) as (c, _, now), transaction(c):
        nouveau = incidents.Incident(
            renseignements,
            circonstances,
            survenu,
            connu or local_day(now),
            personnes,
            risque_serieux,
            evaluation,
            mesures,
            avis_commission,
            avis_personnes,
            avis_public,
        )
        numero = incidents.record(c, nouveau, par, now)
    texte = f"Incident nº{NBSP}{numero} inscrit au registre."
    if risque_serieux and not (avis_commission and avis_personnes):
        texte += (
            " Risque sérieux : avisez sans tarder la Commission d’accès à l’information et les personnes concernées."
        )
    emit({"numero": numero}, texte, en_json=en_json)


@command(abonnes)
@dossier_option
@json_option
def incidents(dossier: Path, en_json: bool) -> None:
    """Montrer le registre des incidents de confidentialité, tel que la Commission peut le demander."""
    from veille.store.abonnes import incidents as registre

    with _open(dossier) as (c, _, _):
        inscrits = registre.register(c)
    lignes = [
        f"Nº{NBSP}{x.id}, inscrit par {x.par} le {format_instant(x.inscrit_a)}\n"
        + "\n".join(
            f"  {cle}{NBSP}: {valeur if valeur not in (None, '') else '–'}"
            for cle, valeur in asdict(x.incident).items()
        )
        for x in inscrits
    ]
    emit({"incidents": [asdict(x) for x in inscrits]}, "\n".join(lignes) or "Le registre est vide.", en_json=en_json)


# ---------------------------------------------------------------- inside


@contextlib.contextmanager
def _open(dossier: Path) -> Iterator[tuple[Connexion, Dossier, datetime]]:
    """The subscribers of a valid project folder, the folder, and the present instant."""
    from veille import settings
    from veille.store.abonnes import open_subscribers

    projet = settings.load(dossier)
    with contextlib.closing(open_subscribers(dossier)) as c:
        yield c, projet, datetime.now(UTC)


def _read(fichier: Path, audience: str, projet: Dossier, now: datetime) -> Liste:
    from veille.abonnes.importation import TAILLE_MAX, read_list

    if audience:
        _known(projet, audience)
    with fichier.open("rb") as flux:
        octets = flux.read(TAILLE_MAX + 1)
    publics = frozenset(a.slug for a in projet.audiences)
    return read_list(octets, fichier.name, publics, local_day(now), audience)


def _known(projet: Dossier, audience: str) -> None:
    publics = sorted(a.slug for a in projet.audiences)
    if audience not in publics:
        attendu = f"public inconnu ; les publics sont{NBSP}: {', '.join(publics)}"
        raise SettingsError([Faute("abonnes", "--audience", audience, attendu)])


def _canonical(adresse: str) -> str:
    from veille.abonnes import adresses

    return adresses.canonical(adresse)


def _unknown(adresse: str) -> RefusError:
    return RefusError(f"Aucune personne abonnée n’a l’adresse «{NBSP}{adresse}{NBSP}».")


def _tell_import(bilan: Any, lignes: list[Any], fautes: list[Faute], *, essai: bool, partiel: bool) -> str:
    dites = [f"  – {faute}" for faute in fautes[:FAUTES_MONTREES]]
    if len(fautes) > FAUTES_MONTREES:
        dites.append(f"  … et {len(fautes) - FAUTES_MONTREES} de plus (--json les donne toutes)")
    if essai:
        tete = f"Essai{NBSP}: {plural(len(lignes), 'ligne valide', 'lignes valides')}, rien n’est écrit."
    elif fautes and not partiel:
        tete = f"Rien n’est entré{NBSP}: {plural(len(fautes), 'faute')}. Corrigez-les, ou ajoutez --partiel."
    else:
        tete = (
            f"{plural(bilan.ajoutes, 'abonnement ajouté', 'abonnements ajoutés')},"
            f" {plural(bilan.prolonges, 'prolongé')}, {bilan.deja} déjà là."
        )
        tete += f" {plural(len(fautes), 'faute')}{NBSP}:" if fautes else ""
    return "\n".join([tete, *dites])
