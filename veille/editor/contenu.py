"""A digest as it is shown: every string a reader will see, composed once, then frozen. Nothing is chosen here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from urllib.parse import urlsplit

from veille import textes
from veille.editor import droits
from veille.editor.formes import Contenu, Element, Evenement, FicheLue, Lien, Limite, MembreLu, Nom, Rubrique
from veille.editor.reperes import Reperes
from veille.editor.selection import Choix, deadline, heading_title
from veille.francais import (
    FUSEAU,
    MOIS_ABREGES,
    NBSP,
    clean,
    format_day,
    format_number,
    local_day,
    shorten,
)
from veille.model import Audience, Organisation

MOTS_PAR_MINUTE = 200
EN_BREF = 3
OBJET_MAX, PUBLIC_MAX = 60, 24
AUSSI_MAX = 5
MOTS_DE_LIAISON = frozenset(("à", "au", "aux", "de", "du", "des", "en", "et", "la", "le", "les", "ou", "pour"))


def content(
    audience: Audience,
    numero: int,
    choix: Sequence[Choix],
    now: datetime,
    reperes: Reperes,
    *,
    autorite: str,
    extraits: dict[int, tuple[str, ...]] | None = None,
) -> Contenu:
    """The digest as it is shown, dated today. `extraits`: by group, stored press texts to compare staff's words with."""
    jour = local_day(now)
    connus = extraits or {}
    elements = [(c.cle, _element(c.fiche, now, reperes, connus.get(c.fiche.groupe_id, ()))) for c in choix]
    cles = list(dict.fromkeys(cle for cle, _ in elements))
    rubriques = tuple(
        Rubrique(cle, heading_title(cle, reperes), tuple(e for k, e in elements if k == cle)) for cle in cles
    )
    montres = [e for r in rubriques for e in r.elements]
    return Contenu(
        audience=Nom(audience.slug, audience.nom),
        numero=numero,
        titre=textes.digest_title(audience.nom),
        date_le=jour.isoformat(),
        date=format_day(jour),
        objet=subject(audience.nom, _highlight(montres), jour),
        identifiant=identifier(autorite, audience.slug, numero, jour),
        minutes=max(1, round(sum(_word_count(e) for e in montres) / MOTS_PAR_MINUTE)),
        en_bref=_in_short(rubriques),
        rubriques=rubriques,
        publique=audience.visibilite == "publique",
    )


def authority(organisation: Organisation) -> str:
    """The domain in whose name lasting identifiers are given."""
    for adresse in (organisation.adresse_publique, organisation.site):
        if hote := urlsplit(adresse).hostname:
            return hote
    domaine = organisation.expediteur.courriel.rpartition("@")[2]
    return domaine if re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domaine) else "veille.invalid"


def identifier(autorite: str, audience: str, numero: int, jour: date) -> str:
    """A tag: URI (RFC 4151), frozen with the content, so that moving the site changes no identifier."""
    return f"tag:{autorite},{jour.isoformat()}:veille/{audience}/{numero}"


def subject(public: str, saillant: str, jour: date) -> str:
    """« Veille [public] – [fait saillant] – [date] », 60 characters at most."""
    fin = f" – {'1er' if jour.day == 1 else jour.day}{NBSP}{MOIS_ABREGES[jour.month - 1]}"
    debut = f"Veille {_short_name(public)}"
    place = OBJET_MAX - len(debut) - len(fin) - len(" – ")
    milieu = f" – {shorten(saillant, place)}" if saillant else ""
    return debut + milieu + fin


def _short_name(public: str) -> str:
    """« Table des préfets, MRC et municipalités » → « Table des préfets, MRC »: whole words, no dangling « du »."""
    mots = clean(public, 200).partition(" (")[0].split()
    while len(mots) > 1 and (len(" ".join(mots)) > PUBLIC_MAX or mots[-1].lower() in MOTS_DE_LIAISON):
        mots.pop()
    return shorten(" ".join(mots).rstrip(","), PUBLIC_MAX)


def _highlight(elements: Sequence[Element]) -> str:
    """The first story staff explained, else the first one."""
    ecrits = [e for e in elements if e.titre]
    return next((e.titre for e in ecrits if e.pourquoi), ecrits[0].titre if ecrits else "")


def _in_short(rubriques: Sequence[Rubrique]) -> tuple[str, ...]:
    """Three lines that are understood without a click: the first story of each of the first headings."""
    if sum(len(r.elements) for r in rubriques) <= EN_BREF:
        return ()
    premiers = [e for r in rubriques for e in r.elements[:1] if e.titre]
    suivants = [e for r in rubriques for e in r.elements[1:] if e.titre]
    return tuple(
        f"{e.titre} – {textes.DATE_LIMITE}{NBSP}: {e.limite.texte}" if e.limite and not e.limite.passee else e.titre
        for e in (premiers + suivants)[:EN_BREF]
    )


def _word_count(element: Element) -> int:
    return len(f"{element.titre} {element.resume} {element.pourquoi}".split())


def _element(fiche: FicheLue, now: datetime, reperes: Reperes, extraits: Sequence[str]) -> Element:
    source, texte = fiche.membres[0], droits.shown_text(fiche)
    date_affichee, publie_le = shown_date(source)
    anglais, pdf = droits.is_english(source.langue), _is_pdf(source.adresse)
    return Element(
        item_id=source.item_id,
        titre=texte.titre,
        langue_titre=texte.langue_titre,
        resume=texte.resume,
        resume_de_la_source=texte.resume_de_la_source,
        pourquoi=texte.pourquoi,
        source=Nom(source.source, source.source_nom),
        cote=source.cote,
        auteur=clean(source.auteur, 80) or textes.AUTEUR_INCONNU,
        date=date_affichee,
        publie_le=publie_le,
        vu_le=local_day(source.vu_a).isoformat(),
        langue=source.langue,
        type=Nom(fiche.type, reperes.types.get(fiche.type, fiche.type)),
        thematiques=tuple(Nom(t, reperes.themes.get(t, t)) for t in fiche.thematiques),
        territoires=tuple(Nom(t, reperes.place_name(t)) for t in reperes.precise(fiche.territoires)),
        etiquettes=(*([textes.EN_ANGLAIS] if anglais else []), *([textes.PDF] if pdf else [])),
        lien=link(source),
        aussi=_elsewhere(fiche),
        limite=shown_deadline(fiche, now),
        montant=f"{format_number(int(fiche.montant))}{NBSP}$" if fiche.montant.isdecimal() else "",
        a_rediger=droits.faults(fiche, extraits),
        conseils=droits.advice(fiche),
        evenement=shown_event(fiche.date_evenement),
    )


def shown_date(membre: MembreLu) -> tuple[str, str]:
    """The date as shown, and the ISO day of publication where one can be believed."""
    if membre.publie_a and not membre.date_douteuse:
        jour = local_day(membre.publie_a)
        return textes.published_on(format_day(jour)), jour.isoformat()
    douteuse = membre.date_douteuse not in ("", "absente")
    return textes.seen_on(format_day(local_day(membre.vu_a)), douteuse=douteuse), ""


def shown_deadline(fiche: FicheLue, now: datetime) -> Limite | None:
    """The deadline with its weekday, its hour when it has one, and the days left."""
    limite = deadline(fiche)
    if limite is None:
        return None
    locale = limite.astimezone(FUSEAU)
    heure = "" if locale.second else _hour(locale)
    passee = limite < now
    reste = textes.ECHEANCE_PASSEE if passee else textes.days_left((locale.date() - local_day(now)).days)
    jour = format_day(locale.date(), weekday=True)
    return Limite(locale.date().isoformat(), jour + heure, reste, passee, locale.isoformat() if heure else "")


def shown_event(valeur: str) -> Evenement | None:
    """« jeudi 3 décembre 2026 à 19 h », « du jeudi 3 au samedi 5 décembre 2026 »; None when no day is known."""
    debut, _, fin = valeur.partition("/")
    try:
        if "T" in debut:
            instant = datetime.fromisoformat(debut)
            locale = (instant if instant.tzinfo else instant.replace(tzinfo=FUSEAU)).astimezone(FUSEAU)
            return Evenement(locale.isoformat(), format_day(locale.date(), weekday=True) + _hour(locale))
        premier = date.fromisoformat(debut)
        dernier = date.fromisoformat(fin[:10]) if fin else premier
    except ValueError:  # A date someone typed and that is none; "" when there is no date at all.
        return None
    if dernier <= premier:
        return Evenement(premier.isoformat(), format_day(premier, weekday=True))
    texte = f"du {format_day(premier, weekday=True)} au {format_day(dernier, weekday=True)}"
    return Evenement(premier.isoformat(), texte, dernier.isoformat())


def _hour(locale: datetime) -> str:
    return f" à {locale.hour}{NBSP}h" + (f"{NBSP}{locale.minute:02d}" if locale.minute else "")


def link(membre: MembreLu) -> Lien | None:
    """A link to the original, if its address is one a reader may safely follow."""
    if not membre.adresse.lower().startswith(("http://", "https://")):
        return None
    return Lien(membre.adresse, textes.read_at(membre.source_nom, pdf=_is_pdf(membre.adresse)))


def _elsewhere(fiche: FicheLue) -> tuple[Lien, ...]:
    """Other sources that tell the same story: their names and addresses, never their words."""
    autres: dict[str, Lien] = {}
    for membre in fiche.membres[1:]:
        if membre.source != fiche.membres[0].source and (lien := link(membre)):
            autres.setdefault(membre.source, Lien(lien.adresse, membre.source_nom))
    return tuple(autres.values())[:AUSSI_MAX]


def _is_pdf(adresse: str) -> bool:
    return adresse.partition("#")[0].partition("?")[0].lower().endswith(".pdf")
