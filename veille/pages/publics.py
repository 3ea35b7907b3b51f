"""The fields of an audience's rule and of the organisation, as their forms show them. Pure."""

from __future__ import annotations

import re

from veille.francais import JOURS, fold
from veille.model import SECTIONS, Dossier, Territoire
from veille.pages.presentation import RYTHMES
from veille.pages.reglages import NON, OUI, Champ, Groupe, Option

FICHIER = "digests/{}/audience.toml"
ORGANISME = "organisation.toml"
RUBRIQUES = {
    "en_bref": "En bref",
    "une": "À la une",
    "agir": "À agir (échéances)",
    "proche": "Près de chez vous",
    "themes": "Par thème",
    "autres": "Autres nouvelles",
    "agenda": "Agenda",
    "ailleurs": "Vu ailleurs",
}
CANAUX = {"page": "Page Web", "courriel": "Courriel", "flux": "Flux"}
ALERTES = {
    "financement": "Une échéance dans les dix jours",
    "projet-de-loi": "Un projet de loi",
}
ACCORDS = (Option("un", "Un seul suffit"), Option("tous", "Il les faut tous"))
_LIEUX = {"region": "La région et au-delà", "province": "La région et au-delà", "pays": "La région et au-delà"}


def audience_fields(dossier: Dossier) -> tuple[Groupe, ...]:
    """What can be changed of an audience, with the themes, places and parts of the plan of this folder."""
    return (
        Groupe("Ce qui y entre", _content_fields(dossier)),
        Groupe("Quand et comment", _form_fields()),
        Groupe(
            "Ce qu’il sert",
            (
                Champ("plan", "Moyens du plan servis", "cases", options=_plan(dossier)),
                Champ(
                    "besoins_confirmes_le",
                    "Besoins confirmés avec ce public le",
                    "date",
                    "Les thèmes de départ sont des hypothèses : le moyen 2.1.3 demande de les valider avec le public.",
                ),
            ),
        ),
    )


def _content_fields(dossier: Dossier) -> tuple[Champ, ...]:
    taxonomie = dossier.taxonomie
    return (
        Champ(
            "thematiques",
            "Thèmes",
            "cases",
            options=(Option("*", "Tous les thèmes"), *(Option(t.slug, t.nom) for t in taxonomie.thematiques)),
        ),
        Champ("accord_thematiques", "Combien de ces thèmes", "choix", options=ACCORDS),
        Champ("territoires", "Lieux", "cases", options=_places(dossier.gazetier.territoires)),
        Champ("accord_territoires", "Combien de ces lieux", "choix", options=ACCORDS),
        Champ(
            "types",
            "Types de documents",
            "cases",
            options=(Option("*", "Tous les types"), *(Option(t.slug, t.nom) for t in taxonomie.types)),
        ),
        Champ("max_elements", "Éléments par bulletin, au plus", "nombre", requis=True),
        Champ(
            "minimum",
            "Éléments sous lesquels la semaine est mince",
            "nombre",
            "Une personne choisit alors de reporter, d’élargir, de sauter ou de garder.",
            requis=True,
        ),
        Champ("max_par_editeur", "Éléments d’un même titre de presse, au plus", "nombre", requis=True),
    )


def _form_fields() -> tuple[Champ, ...]:
    return (
        Champ("nom", "Nom", requis=True, maximum=120),
        Champ(
            "visibilite",
            "Visibilité",
            "choix",
            "Interne : pour l’équipe ; ni archive publique, ni flux, ni abonnement.",
            (Option("publique", "Publique"), Option("interne", "Interne")),
        ),
        Champ("rythme", "Rythme", "choix", options=tuple(Option(v, nom) for v, nom in RYTHMES.items())),
        Champ("jour", "Jour de composition", "choix", options=tuple(Option(j, j.capitalize()) for j in JOURS)),
        Champ("sections", "Rubriques", "cases", options=tuple(Option(s, RUBRIQUES[s]) for s in SECTIONS)),
        Champ("canaux", "Par où il paraît", "cases", options=tuple(Option(v, nom) for v, nom in CANAUX.items())),
        Champ(
            "alertes",
            "Alertes entre deux bulletins",
            "cases",
            "Proposées à l’équipe, approuvées comme un bulletin ; une par semaine, au plus.",
            tuple(Option(v, nom) for v, nom in ALERTES.items()),
        ),
        Champ("ton", "Ton", "texte", "Pour qui rédige : ce que ce public attend.", maximum=500),
        Champ("format", "Forme", "texte", maximum=500),
    )


def _places(territoires: tuple[Territoire, ...]) -> tuple[Option, ...]:
    """The region and its MRC first; municipalities on a shelf of their own, by name."""
    vastes = [Option(t.slug, t.nom, _LIEUX[t.genre]) for t in territoires if t.genre in _LIEUX]
    mrc = [Option(t.slug, t.nom, "MRC et communautés") for t in territoires if t.genre in ("mrc", "communaute")]
    autres = sorted(
        (t for t in territoires if t.genre not in (*_LIEUX, "mrc", "communaute")), key=lambda t: fold(t.nom)
    )
    return (
        Option("*", "Tous les lieux", "La région et au-delà"),
        *vastes,
        *mrc,
        *(Option(t.slug, t.nom, "Municipalités et territoires") for t in autres),
    )


def _plan(dossier: Dossier) -> tuple[Option, ...]:
    noms = {o.id: f"Orientation {o.id}" for o in dossier.plan.orientations}
    orientation = {o.id: noms[o.orientation] for o in dossier.plan.objectifs}
    moyens = {m.id: orientation[m.objectif] for m in dossier.plan.moyens}
    return (
        *(Option(m.id, f"{m.id} {m.texte}", moyens[m.id]) for m in dossier.plan.moyens),
        *(Option(s.id, f"{s.id} {s.texte}", moyens[s.moyen]) for s in dossier.plan.sous_moyens),
    )


def slug_of(nom: str) -> str:
    """The folder name of a new audience: « Réseau des aînés » → « reseau-des-aines »."""
    return re.sub(r"[^a-z0-9]+", "-", fold(nom)).strip("-")[:60].strip("-")


def new_audience(nom: str, slug: str) -> str:
    """The file of a new audience. It starts internal: nothing of it is public until someone says so."""
    entete = f"# {nom}\n#\n# Public ajouté depuis la page « Publics ». Toutes les clés sont décrites dans docs/fichiers.md.\n"
    propre = nom.replace("\\", "\\\\").replace('"', '\\"')
    return f'{entete}\nslug = "{slug}"\nnom = "{propre}"\nvisibilite = "interne"\nthematiques = ["*"]\nterritoires = ["*"]\n'


ORGANISATION: tuple[Groupe, ...] = (
    Groupe(
        "L’organisme",
        (
            Champ("nom", "Nom", requis=True),
            Champ("sigle", "Sigle"),
            Champ("autres_noms", "Autres noms", "lignes", "Anciens noms et autres appellations. Un par ligne."),
            Champ("site", "Site Web"),
            Champ("courriel", "Courriel"),
            Champ("telephone", "Téléphone"),
            Champ("adresse_postale", "Adresse postale", aide="Complète : elle figure au pied de chaque envoi."),
            Champ(
                "adresse_publique",
                "Adresse du site public de la veille",
                aide="Sans barre finale. La changer brise les liens des courriels déjà partis.",
            ),
        ),
    ),
    Groupe(
        "Qui envoie, qui répond des renseignements personnels",
        (
            Champ("expediteur.nom", "Nom de l’expéditeur"),
            Champ("expediteur.courriel", "Courriel de l’expéditeur"),
            Champ("renseignements_personnels.nom", "Responsable des renseignements personnels"),
            Champ("renseignements_personnels.titre", "Son titre"),
            Champ("renseignements_personnels.courriel", "Son courriel"),
            Champ("renseignements_personnels.telephone", "Son téléphone"),
        ),
        "Ces mentions sont publiées : la loi les demande dans chaque envoi.",
    ),
    Groupe(
        "Le plan d’action",
        (
            Champ(
                "plan.public",
                "Montrer un plan allégé sur le site public",
                "bascule",
                "Ses textes, ses échéances, où en sont les moyens et ce que les bulletins publics en disent ; aucune ligne des"
                " registres. Le site change au prochain tour de veille.",
                (Option(NON, "Non"), Option(OUI, "Oui")),
            ),
        ),
    ),
    Groupe(
        "L’envoi des courriels",
        (
            Champ("envoi.serveur", "Serveur d’envoi (SMTP)"),
            Champ("envoi.port", "Port", "nombre", requis=True),
            Champ(
                "envoi.securite",
                "Chiffrement",
                "choix",
                options=(
                    Option("starttls", "STARTTLS"),
                    Option("tls", "TLS"),
                    Option("aucune", "Aucun (cette machine)"),
                ),
            ),
            Champ("envoi.utilisateur", "Identifiant"),
            Champ("envoi.par_minute", "Messages par minute, au plus", "nombre", requis=True),
            Champ("envoi.connexions", "Connexions en même temps", "nombre", requis=True),
            Champ(
                "envoi.temoin",
                "Boîte témoin",
                aide="Reçoit une copie de chaque message : elle tranche les envois incertains.",
            ),
            Champ("boite.serveur", "Serveur de la boîte relevée (IMAP)"),
            Champ("boite.port", "Port de la boîte", "nombre", requis=True),
            Champ("boite.utilisateur", "Identifiant de la boîte"),
        ),
        "Les mots de passe ne s’écrivent pas ici : voyez docs/envoi.md.",
    ),
    Groupe(
        "L’hébergement",
        (
            Champ(
                "hebergement.courriel",
                "Où est hébergé l’envoi des courriels",
                aide="« Québec », « Ontario », « États-Unis »…",
            ),
            Champ("hebergement.site", "Où est hébergée la veille"),
            Champ(
                "hebergement.efvp_le",
                "Évaluation des facteurs relatifs à la vie privée, faite le",
                "date",
                "Exigée avant d’envoyer hors du Québec (Loi 25, art. 17).",
            ),
        ),
    ),
)
