"""The Monday review reminder: what the team has before it this week. For staff only, so it may show a source's title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille import textes
from veille.editor import droits
from veille.editor.contenu import identifier, link, shown_date, shown_deadline
from veille.editor.formes import Affaire, Comptes, Ennui, FicheLue, Nom, Rappel, SanteLue
from veille.editor.reperes import Reperes
from veille.editor.selection import deadline
from veille.francais import clean, format_day, format_number, local_day
from veille.model import Audience

ECHEANCES_J = 14
SILENCE_J = 90
LISTE_MAX = 15
TITRE_MAX = 200


@dataclass(frozen=True)
class Faits:
    """What the reminder is made of, as read from the database."""

    nouveaux: int
    retenus: int
    ecartes: int
    a_trancher: Sequence[FicheLue]
    retenues: Sequence[FicheLue]
    sources: Sequence[SanteLue]


def reminder(
    audience: Audience, numero: int, faits: Faits, now: datetime, reperes: Reperes, *, autorite: str
) -> Rappel:
    """The team's week: counts, deadlines of the next 14 days, what to settle first, sources to mend."""
    jour = local_day(now)
    maximum = min(LISTE_MAX, audience.max_elements)
    triees = sorted(faits.a_trancher, key=lambda f: (-_score(f), -f.membres[0].vu_a.timestamp(), f.groupe_id))
    return Rappel(
        audience=Nom(audience.slug, audience.nom),
        numero=numero,
        titre=textes.reminder_title(format_day(jour, weekday=True)),
        date_le=jour.isoformat(),
        date=format_day(jour),
        objet=textes.reminder_subject(len(triees), format_day(jour)),
        identifiant=identifier(autorite, audience.slug, numero, jour),
        comptes=Comptes(faits.nouveaux, len(triees), faits.retenus, faits.ecartes),
        echeances=tuple(_affair(f, now, reperes) for f in _soon([*triees, *faits.retenues], now)),
        a_trancher=tuple(_affair(f, now, reperes) for f in triees[:maximum]),
        reste=max(0, len(triees) - maximum),
        ennuis=tuple(e for s in faits.sources if (e := trouble(s, now)) is not None),
    )


def trouble(source: SanteLue, now: datetime) -> Ennui | None:
    """What is wrong with a watched source, and what to do; None when all is well. Only active ones are watched."""
    if source.etat != "active":
        return None
    if source.issue == "echec":
        cause = textes.CAUSES.get(source.cause, textes.CAUSE_INCONNUE)
        depuis = format_day(local_day(source.reussite_a)) if source.reussite_a else ""
        sens = textes.failing_since(cause.sens, source.echecs_de_suite, depuis)
        return Ennui(source.slug, source.nom, textes.ETAT_EN_ECHEC, sens, cause.suite)
    if source.reussite_a is None:  # Never read yet: the next cycle will tell.
        return None
    if source.dernier_item_a is None:
        return Ennui(source.slug, source.nom, textes.ETAT_MUETTE, textes.silent_since(""), textes.SUITE_SILENCE)
    if now - source.dernier_item_a <= timedelta(days=SILENCE_J):
        return None
    depuis = format_day(local_day(source.dernier_item_a))
    return Ennui(source.slug, source.nom, textes.ETAT_SILENCIEUSE, textes.silent_since(depuis), textes.SUITE_SILENCE)


def _soon(fiches: Sequence[FicheLue], now: datetime) -> list[FicheLue]:
    """Deadlines of the next days, nearest first, each story once."""
    fin = now + timedelta(days=ECHEANCES_J)
    proches = {f.groupe_id: (d, f) for f in fiches if (d := deadline(f)) is not None and now <= d <= fin}
    return [f for _, f in sorted(proches.values(), key=lambda paire: (paire[0], paire[1].groupe_id))]


def _affair(fiche: FicheLue, now: datetime, reperes: Reperes) -> Affaire:
    source = fiche.membres[0]
    ecrit = clean(fiche.redaction.titre or "", TITRE_MAX)
    # A newspaper's headline does not leave by mail, even among ourselves: the link leads to it.
    repris = "" if source.droits == "presse" else clean(source.titre, TITRE_MAX)
    score = _score(fiche)
    return Affaire(
        item_id=source.item_id,
        titre=ecrit or repris or textes.article_of(source.source_nom),
        langue_titre="en" if repris and not ecrit and droits.is_english(source.langue) else "",
        source=source.source_nom,
        date=shown_date(source)[0],
        lien=link(source),
        thematiques=tuple(reperes.themes.get(t, t) for t in fiche.thematiques),
        limite=shown_deadline(fiche, now),
        etat=textes.RETENUE if fiche.verdict == "retenir" else textes.A_TRANCHER,
        score=format_number(score, 1) if score else "",
    )


def _score(fiche: FicheLue) -> float:
    """How much the classifier believes in the story, « incertain » included: what is likeliest comes first."""
    return max((s.score for s in fiche.suggestions if s.genre == "thematique"), default=0.0)
