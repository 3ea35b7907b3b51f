"""Every French sentence composed in code, so that one person can reread them all.

Pages and mails keep their sentences in templates; commands keep their help beside the command.
"""

from __future__ import annotations

import errno
from typing import NamedTuple

from veille.francais import NBSP, format_number, plural

COURRIEL_RETIRE = "[courriel retiré]"  # stands where an e-mail address was, in everything collected


class Cause(NamedTuple):
    """What a failure code means, and what to do next."""

    sens: str
    suite: str


CAUSES: dict[str, Cause] = {
    "delai": Cause(
        "Le site n’a pas répondu à temps.",
        "Rien à faire aujourd’hui : un nouvel essai est prévu. Si cela dure une semaine, ouvrez l’adresse dans un navigateur.",
    ),
    "dns": Cause(
        "Le nom du site est introuvable.", "Vérifiez l’adresse dans sources.toml : le site a peut-être changé de nom."
    ),
    "connexion": Cause(
        "Le site refuse la connexion.", "Ouvrez l’adresse dans un navigateur ; un nouvel essai est prévu."
    ),
    "coupure": Cause(
        "Le site a coupé la connexion avant la fin.", "Rien à faire aujourd’hui : un nouvel essai est prévu."
    ),
    "tls": Cause(
        "Le certificat de sécurité du site n’est pas valide.",
        "Écrivez au site pour le lui signaler ; la collecte reprendra d’elle-même.",
    ),
    "adresse_interdite": Cause(
        "L’adresse mène à un réseau privé ou réservé.",
        "Corrigez « adresse » dans sources.toml ; un hôte de votre réseau se permet avec [reseau] hotes_permis.",
    ),
    "schema_interdit": Cause(
        "L’adresse ne commence pas par http:// ou https://.", "Corrigez « adresse » dans sources.toml."
    ),
    "redirections": Cause(
        "Le site redirige en boucle ou trop de fois.",
        "Ouvrez l’adresse dans un navigateur et inscrivez l’adresse finale dans sources.toml.",
    ),
    "trop_gros": Cause(
        "La réponse dépasse la taille permise.",
        "Cherchez une adresse plus légère (un flux plutôt qu’une page) ou mettez la source à inactive.",
    ),
    "encodage": Cause(
        "La réponse compressée est illisible.",
        "Rien à faire aujourd’hui : un nouvel essai est prévu. Si cela dure, écrivez au site.",
    ),
    "reponse_invalide": Cause(
        "La réponse du site ne respecte pas les règles du Web.",
        "Un nouvel essai est prévu. Si cela dure, écrivez au site.",
    ),
    "http_401": Cause(
        "Le site demande un mot de passe.", "Cherchez une adresse publique, ou mettez la source à inactive."
    ),
    "http_403": Cause(
        "Le site refuse les lecteurs automatiques.",
        "Écrivez au site pour demander l’accès au flux, ou lisez la page à la main.",
    ),
    "http_404": Cause(
        "L’adresse n’existe plus.",
        "Cherchez la nouvelle adresse : veille sources decouvrir, puis corrigez sources.toml.",
    ),
    "http_410": Cause(
        "Le site annonce que cette adresse est retirée pour de bon.",
        "Cherchez une autre adresse ou mettez la source à inactive ; elle n’est plus lue qu’une fois par semaine.",
    ),
    "http_429": Cause(
        "Le site trouve nos visites trop fréquentes.",
        "Rien à faire : la prochaine visite attendra le délai demandé par le site.",
    ),
    "http_4xx": Cause(
        "Le site refuse la demande.", "Ouvrez l’adresse dans un navigateur et corrigez-la dans sources.toml."
    ),
    "http_5xx": Cause("Le site est en panne.", "Rien à faire aujourd’hui : un nouvel essai est prévu."),
    "robots": Cause(
        "Le fichier robots.txt du site interdit cette lecture.",
        "Respectez ce choix : lisez la page à la main ou demandez l’autorisation au site.",
    ),
    "robots_injoignable": Cause(
        "Le fichier robots.txt du site n’a pas pu être lu, et sans lui on ne lit rien.",
        "Rien à faire aujourd’hui : un nouvel essai est prévu.",
    ),
    "vide": Cause(
        "Le site a répondu par une page vide.", "Ouvrez l’adresse dans un navigateur ; un nouvel essai est prévu."
    ),
    "html": Cause(
        "L’adresse donne une page Web, pas un flux.",
        "Remplacez « adresse » par l’un des flux proposés, ou changez « genre » pour « liste ».",
    ),
    "illisible": Cause(
        "Le contenu n’est pas un flux reconnu.", "Vérifiez « adresse » dans sources.toml avec veille sources verifier."
    ),
    "structure": Cause(
        "La page a changé : les repères (sélecteurs) ne trouvent plus rien.",
        "Mettez à jour [source.selecteurs] dans sources.toml ; les anciens éléments sont gardés.",
    ),
    "sans_entree": Cause(
        "Rien à recueillir n’a été trouvé à cette adresse.",
        "Ouvrez l’adresse : cherchez un flux ou donnez des sélecteurs dans [source.selecteurs].",
    ),
    "genre": Cause(
        "Ce genre de source ne se lit pas sur le Web.",
        "Les sources « courriel » et « manuel » s’alimentent autrement ; rien à faire.",
    ),
}


def explain(cause: str) -> Cause:
    """Meaning and next step of a failure code."""
    return CAUSES[cause]


# ---------------------------------------------------------------- files

_MOTIFS_FICHIER = {
    errno.ENOENT: "le fichier ou son dossier n’existe pas",
    errno.EACCES: "la permission est refusée",
    errno.EPERM: "la permission est refusée",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENOSPC: "il n’y a plus de place sur le disque",
    errno.EDQUOT: "l’espace accordé sur le disque est dépassé",
    errno.EFBIG: "le fichier serait trop gros pour ce disque",
    errno.EISDIR: "c’est un dossier, un fichier est attendu",
    errno.ENOTDIR: "un fichier porte le nom d’un des dossiers du chemin",
    errno.EEXIST: "il existe déjà",
    errno.ENAMETOOLONG: "le nom est trop long",
    errno.ELOOP: "les liens symboliques tournent en rond",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.ENFILE: "trop de fichiers sont ouverts",
    errno.EIO: "le disque a refusé une lecture ou une écriture",
    errno.ETXTBSY: "un autre programme s’en sert",
    errno.EBUSY: "un autre programme s’en sert",
}


_DISQUE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO)


def file_fault(erreur: OSError) -> str:
    """The sentence to show when a file or the disk is at fault, or "" when it is something else."""
    if erreur.filename is None and erreur.errno not in _DISQUE:
        return ""
    return f"{erreur.filename or 'fichier temporaire'} : {os_reason(erreur)}."


def os_reason(erreur: OSError) -> str:
    """Why the system refused a file."""
    return _MOTIFS_FICHIER.get(erreur.errno or 0, f"le système a refusé (erreur {erreur.errno})")


_MOTIFS_PORT = {
    errno.EADDRINUSE: "un autre programme se sert déjà de ce port",
    errno.EACCES: "la permission d’ouvrir ce port est refusée (ceux de 1 à 1023 sont réservés)",
    errno.EADDRNOTAVAIL: "cette adresse n’est pas celle de cette machine",
}


def port_refused(erreur: Exception) -> str:
    """Why the system does not let a site be served there."""
    numero = erreur.errno if isinstance(erreur, OSError) else None
    return _MOTIFS_PORT.get(numero or 0, "ce port ne peut pas être ouvert")


# ---------------------------------------------------------------- runs


def run_broken(nom: str) -> str:
    """What the record of a run says of a failure nobody expected; `nom` is the error's own."""
    return "interrompu au clavier" if nom == "KeyboardInterrupt" else f"arrêt imprévu ({nom})"


# ---------------------------------------------------------------- reasons of the classifier

RAISON_PLAFOND = "indices d’un même mot seulement"
RAISON_MOT_SEUL = "un seul mot, au titre seulement"
RAISON_SOURCE = "territoire habituel de la source"
RAISON_TYPE_SOURCE = "type habituel de la source"
RAISON_TYPE_APPEL = "offre un montant, avec une échéance"
RAISON_TYPE_DATE = "annonce une activité à une date"


def reason_included(nom: str) -> str:
    """Why a MRC or the region is proposed: a place inside it was."""
    return f"comprend {nom}"


def reason_with_cue(mots: str, indice: str) -> str:
    """Why an ambiguous place name was believed."""
    return f"{mots}, avec « {indice} » dans le texte"


def reason_ambiguous(mots: str) -> str:
    """Why a place name was not believed, only shown."""
    return f"{mots} : nom ambigu, sans autre indice"


# ---------------------------------------------------------------- reasons of the grouping

RAPPROCHEMENT_ADRESSE = "même adresse"
RAPPROCHEMENT_COPIE = "texte identique"


def reason_same_title(ecart: int | None) -> str:
    """Two documents bear the same title; `ecart` in days, None when a date is missing."""
    if ecart is None:
        return "même titre"
    return "même titre, le même jour" if ecart == 0 else f"même titre à {plural(ecart, 'jour')} d’écart"


def reason_shared_text(part: float, *, reprise: bool) -> str:
    """`part` of the shorter text is in the other; `reprise`: another source tells it under another title."""
    commun = f"{round(part * 100)}{NBSP}% du texte en commun"
    return f"dépêche reprise{NBSP}: {commun}" if reprise else commun


def reason_same_facts(faits: list[str]) -> str:
    """Names, numbers and days found in both."""
    return f"mêmes faits{NBSP}: {', '.join(faits)}"


# ---------------------------------------------------------------- digests

RUBRIQUE_UNE = "À la une"
RUBRIQUE_AGIR = "À agir"
RUBRIQUE_PROCHE = "Près de chez vous"
RUBRIQUE_AUTRES = "Autres nouvelles"
RUBRIQUE_AGENDA = "Agenda"
RUBRIQUE_AILLEURS = "Vu ailleurs"

EN_ANGLAIS = "en anglais"
PDF = "PDF"
AUTEUR_INCONNU = "non indiqué"
DATE_LIMITE = "date limite"
ECHEANCE_PASSEE = "date passée"

MANQUE_TITRE = "titre à rédiger"
MANQUE_RESUME = "résumé à rédiger"
TITRE_REPRIS = "titre à reformuler (c’est celui du média)"
RESUME_REPRIS = "résumé à reformuler (c’est celui du média)"
CONSEIL_FRANCAIS = "un résumé en français serait utile (article en anglais)"

# Why a retained story is not in a digest, by code of `editor.Ecart`.
ECARTS: dict[str, str] = {
    "verdict": "n’est plus retenu",
    "deja": "déjà dans un bulletin de ce public",
    "reservee": "réservé à d’autres publics par l’équipe",
    "type": "type de document que ce public ne reçoit pas",
    "thematique": "hors des thèmes de ce public",
    "territoire": "hors du territoire de ce public",
    "section": "aucune des rubriques de ce public ne lui convient",
    "perime": "l’échéance de l’appel est passée",
    "ancien": "retenu il y a trop longtemps",
    "titre_de_presse": "ce média a déjà sa part du bulletin",
    "plafond": "le bulletin est plein",
}


REGLES_SEULES = "les règles seules"
COPIE = "passage repris mot pour mot du média"


def copied_run(passage: str) -> str:
    """A press summary repeats the newspaper's words."""
    return f"{COPIE}, à reformuler{NBSP}: «{NBSP}{passage}{NBSP}»"


# What someone did to a draft, as others are told of it when its story is not named.
GESTES: dict[str, str] = {
    "deplacer": "a déplacé une nouvelle",
    "retirer": "a retiré une nouvelle",
    "remettre": "a remis une nouvelle",
    "recrire": "a récrit une nouvelle",
    "ajouter": "a ajouté une nouvelle",
    "elargir": "a élargi le choix",
    "editorial": "a changé l’éditorial",
    "objet": "a changé l’objet du courriel",
    "annuler": "a annulé un geste",
}
RECOMPOSE = "a composé le brouillon de nouveau"
HISTOIRE = "a changé une de ses nouvelles"
DECISIONS_LUES: dict[str, str] = {
    "retenir": "a retenu une de ses nouvelles",
    "ecarter": "a écarté une de ses nouvelles",
    "rediger": "a récrit une de ses nouvelles",
    "etiqueter": "a changé les étiquettes d’une de ses nouvelles",
}


def draft_changed(dits: list[str]) -> str:
    """Why an approval is refused: the draft is no longer what was read."""
    return (
        f"Bulletin non approuvé{NBSP}: le brouillon n’est plus celui que vous avez lu. {f'{NBSP}; '.join(dits)}. "
        "Relisez-le, puis approuvez-le de nouveau."
    )


def taken_over(manchette: str) -> str:
    """A text says a newspaper's headline or lead as it stands, however short."""
    return f"titre ou chapeau repris du média, à reformuler{NBSP}: «{NBSP}{manchette}{NBSP}»"


def links_to_check(nombre: int) -> str:
    """Links of a draft that nobody has looked at lately."""
    return plural(nombre, "lien reste à vérifier", "liens restent à vérifier")


def mail_too_heavy(octets: int, maximum: int) -> str:
    """The mail services cut what is heavier."""
    ko, limite = format_number(-(-octets // 1000)), format_number(maximum // 1000)
    return (
        f"Le courriel pèse {ko}{NBSP}ko, et il doit en peser moins de {limite}{NBSP}ko{NBSP}: au-delà, il serait coupé."
    )


def published_on(jour: str) -> str:
    """The day a source gave."""
    return f"Publié le {jour}"


def seen_on(jour: str, *, douteuse: bool) -> str:
    """No day can be believed: say so, and when we saw it."""
    return f"{'date de publication incertaine' if douteuse else 'date non indiquée'}, vu le {jour}"


def days_left(jours: int) -> str:
    """« dans 8 jours », relative to the digest's date."""
    if jours < 0:
        return ECHEANCE_PASSEE
    return {0: "aujourd’hui", 1: "demain"}.get(jours, f"dans {plural(jours, 'jour')}")


def read_at(source: str, *, pdf: bool) -> str:
    """The text of the link to a source."""
    return f"Lire l’original{NBSP}: {source}{' (PDF)' if pdf else ''}"


def thin_week(nombre: int, minimum: int) -> str:
    """What an issue too short asks of someone."""
    return (
        f"Semaine mince{NBSP}: {plural(nombre, 'nouvelle')}, et ce public en attend {minimum} au moins. "
        "Choisissez d’élargir, de réunir avec le prochain numéro, de sauter ou de garder."
    )


def postponed(par: str) -> str:
    """An issue that someone put off to the next one, with a notice or without."""
    return f"{par} a choisi que ce numéro ne parte pas cette fois{NBSP}: il est réuni avec le prochain."


AVIS_OBJET = "pas de numéro cette fois"


def alert_title(public: str) -> str:
    """The title of an alert."""
    return f"Alerte de veille{NBSP}: {public}"


def notice_title(public: str) -> str:
    """The title of a notice that there is no issue."""
    return f"Pas de bulletin cette fois{NBSP}: {public}"


def notice(prochain: str) -> str:
    """What a notice says."""
    return (
        "Il y avait trop peu à vous dire cette fois : nous préférons sauter un numéro que le remplir. "
        f"Le prochain est prévu le {prochain}, et ce qui attendait y sera."
    )


def digest_title(audience: str) -> str:
    """The title of an audience's digest."""
    return f"Bulletin de veille{NBSP}: {audience}"


def digest_named(numero: int, identifiant: int) -> str:
    """How messages name a digest: readers know its number, commands (`--numero`) want its id."""
    return f"nº{NBSP}{numero} (ID{NBSP}{identifiant})"


def digest_holds(nombre: int, *, rappel: bool) -> str:
    """What a digest holds; the team's reminder holds nothing, it counts what is left to settle."""
    return plural(nombre, "nouvelle à trancher", "nouvelles à trancher") if rappel else plural(nombre, "nouvelle")


def article_of(source: str) -> str:
    """What stands for a title that may not be shown, or that is missing. Quoted: « de Le Riverain » is no French."""
    return f"Article tiré de «{NBSP}{source}{NBSP}»"


def reminder_title(jour: str) -> str:
    """The title of the team's reminder; `jour` is « lundi 23 novembre 2026 »."""
    return f"Revue de la veille du {jour}"


def reminder_subject(a_trancher: int, jour: str) -> str:
    """60 characters at most."""
    return f"Veille – {plural(a_trancher, 'nouvelle')} à trancher – {jour}"


_PARAIT = {
    "horaire": "chaque heure",
    "quotidien": "chaque jour",
    "hebdomadaire": "chaque semaine, le {jour}",
    "bimensuel": "une semaine sur deux, le {jour}",
    "mensuel": "chaque mois, le premier {jour}",
}


def appears(rythme: str, jour: str) -> str:
    """How often an audience's digest comes out, for its readers."""
    return f"Paraît {_PARAIT[rythme].format(jour=jour)}."


def theme_feed_title(theme: str) -> str:
    """The title of the feed of one theme, over all audiences."""
    return f"Nouvelles parues{NBSP}: {theme}"


def calendar_title(audience: str = "") -> str:
    """The title of a calendar of deadlines and events; without an audience, of all of them."""
    titre = "Échéances et événements de la veille"
    return f"{titre}{NBSP}: {audience}" if audience else titre


AGENDA_GENRES = {"echeance": "Date limite", "evenement": "Événement"}


def dated(genre: str, quoi: str) -> str:
    """« Date limite : mardi 1er décembre », « Date limite : Appel de projets »; an event is told by its own title."""
    return f"{AGENDA_GENRES[genre]}{NBSP}: {quoi}"


def told_in(titre: str, jour: str) -> str:
    """Which issue told of a date."""
    return f"Paru dans «{NBSP}{titre}{NBSP}», {jour}."


SANS_TITRE = "(sans titre)"
A_TRANCHER = "à trancher"
RETENUE = "retenue"

ETAT_EN_ECHEC = "en échec"
ETAT_SILENCIEUSE = "silencieuse"
ETAT_MUETTE = "n’a encore rien donné"
CAUSE_INCONNUE = Cause("La lecture a échoué.", "Ouvrez l’adresse de la source dans un navigateur.")
SUITE_SILENCE = (
    "Ouvrez le site. S’il publie encore, son flux a changé d’adresse (veille sources decouvrir) ; "
    "sinon, mettez la source à « inactive »."
)


def failing_since(sens: str, echecs: int, jour: str) -> str:
    """Why a source fails and since when; `jour` is its last good reading, or ""."""
    depuis = f"dernière lecture réussie le {jour}" if jour else "aucune lecture réussie à ce jour"
    return f"{sens} {plural(echecs, 'échec')} de suite, {depuis}."


def silent_since(jour: str) -> str:
    """A source that answers but gives nothing new; `jour` is its last item's, or ""."""
    return f"Elle répond, mais son dernier élément date du {jour}." if jour else "Elle répond, mais ne contient rien."


RAISON_AUTRES_MOTS = "tous les autres mots"
RAISON_AUTRES_THEMES = "les autres thèmes reconnus"
RAISON_SENS = "le sens général du texte"
RAISON_DEPART = "point de départ du thème"
ZONES = {"titre": "dans le titre", "resume": "dans le résumé", "corps": "dans le texte"}


# What replaces a story taken out of an issue: dated by whoever shows it, and neutral.
STORY_WITHDRAWN = "Une nouvelle a été retirée de ce numéro."
MENTION_WITHDRAWN = "Une mention d’une nouvelle retirée a été ôtée de ce numéro."
WITHDRAWAL_NOTE = "Retirée des bulletins parus, à la demande d’une personne concernée."
