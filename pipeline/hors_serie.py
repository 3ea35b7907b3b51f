"""Between issues and instead of one: an alert of one story, and the notice that there is no issue this time.

Both are drafts like any other: a person approves them, gates apply, they are published and sent the same way.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from pipeline import compose
from veille import brouillon, editor, textes
from veille.brouillon import Atelier
from veille.editor import Contenu
from veille.editor.alertes import REPOS
from veille.editor.selection import why_not
from veille.errors import RefusError
from veille.francais import format_day, format_instant, local_day
from veille.model import Audience, Dossier
from veille.store import arbitrages, digests, fiches, service, verifications
from veille.store.connexion import exclusive
from veille.store.digests import BilanDigest
from veille.store.lecture import Connexion


def compose_alert(
    c: Connexion, dossier: Dossier, audience_slug: str, groupe_id: int, par: str, now: datetime
) -> BilanDigest:
    """A draft of one story for this audience; refused within a week of the last, or when the story is not for it."""
    audience = digests.find_audience(dossier.audiences, audience_slug)
    with exclusive(dossier.chemin, compose.VERROU):
        digests.sync_audiences(c, dossier.audiences)
        derniere = arbitrages.last_alerts(c).get(audience.slug)
        if derniere is not None and derniere + REPOS > now:
            raise RefusError(
                f"Une alerte a déjà été composée pour « {audience.nom} » le {format_instant(derniere)} : "
                f"une par semaine, au plus. La prochaine pourra l’être le {format_instant(derniere + REPOS)}."
            )
        atelier = brouillon.workshop(dossier, audience)
        choisie = _choose(c, atelier, groupe_id, now)
        numero = digests.next_number(c, audience.slug, "alerte")
        compose_ = brouillon.drafted(c, atelier, numero, choisie, (), now)
        contenu = replace(
            compose_.contenu, genre="alerte", titre=textes.alert_title(audience.nom), errata=(), en_bref=()
        )
        places = brouillon.base_places(choisie, atelier.reperes)
        digest_id = digests.save_draft(
            c,
            audience.slug,
            numero,
            contenu.titre,
            local_day(now),
            editor.to_json(contenu),
            places,
            par,
            now,
            genre="alerte",
        )
        if verifications.stale(c, brouillon.addresses(contenu), now):
            service.ask(c, "verifier_liens", str(digest_id), par, now)
    return compose.report(digests.require(c, digest_id), "Alerte composée.")


def skip(c: Connexion, dossier: Dossier, audience_slug: str, par: str, now: datetime) -> BilanDigest:
    """A notice that there is no issue this time; the open draft and its stories wait for the next one."""
    audience = digests.find_audience(dossier.audiences, audience_slug)
    with exclusive(dossier.chemin, compose.VERROU):
        digests.sync_audiences(c, dossier.audiences)
        atelier = brouillon.workshop(dossier, audience)
        numero = digests.next_number(c, audience.slug, "avis")
        contenu = notice(atelier, numero, now)
        digest_id = digests.save_draft(
            c, audience.slug, numero, contenu.titre, local_day(now), editor.to_json(contenu), (), par, now, genre="avis"
        )
    return compose.report(digests.require(c, digest_id), "Avis composé.")


def notice(atelier: Atelier, numero: int, now: datetime) -> Contenu:
    """« Pas de bulletin cette fois », and when the next one is due."""
    contenu = editor.content(
        atelier.audience, numero, (), now, atelier.reperes, autorite=editor.authority(atelier.organisation)
    )
    prochain = format_day(editor.next_due_day(atelier.audience, local_day(now) + timedelta(days=1)))
    return replace(
        contenu,
        genre="avis",
        titre=textes.notice_title(atelier.audience.nom),
        objet=editor.subject(atelier.audience.nom, textes.AVIS_OBJET, local_day(now)),
        editorial=textes.notice(prochain),
    )


def _choose(c: Connexion, atelier: Atelier, groupe_id: int, now: datetime) -> tuple[editor.Choix, ...]:
    trouvees = fiches.load(c, [groupe_id])
    if not trouvees:
        raise RefusError(f"Aucune nouvelle ne porte le numéro {groupe_id}.")
    deja = digests.former_groups(c, atelier.audience.slug)
    motif = why_not(_without_limits(atelier.audience), trouvees[0], now, deja, atelier.reperes)
    if motif:
        raise RefusError(f"Cette nouvelle ne peut pas partir en alerte : {textes.ECARTS[motif]}.")
    return editor.arrange(atelier.audience, trouvees, now, atelier.reperes)


def _without_limits(audience: Audience) -> Audience:
    """The same audience, whatever headings its issues have: an alert has none."""
    return replace(audience, sections=("agir", "autres"))
