"""Themes in force: what judges is the latest wording accepted; a change is shown at work before it may be accepted.

A change comes from a page, or from the file edited by hand; both wait as proposals. The file is written only when it
still holds what was accepted: what someone wrote in it in the meantime is never lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from pipeline import train
from pipeline.context import Contexte
from veille.classifier.judge import Judge
from veille.classifier.themes.apercu import Ecart, Essai, compare_stories, compare_trials, trials
from veille.errors import OccupeError, RefusError, SettingsError
from veille.francais import NBSP, local_day, plural
from veille.model import Document, Taxonomie
from veille.settings import ecriture, fiches
from veille.settings.ecarts import judge_alike, tell_changes
from veille.settings.regles import THEMES
from veille.settings.themes import read_taxonomie
from veille.store import items, redactions, service
from veille.store.connexion import transaction
from veille.store.redactions import FICHIER, VEILLE, Redaction, fingerprint
from veille.store.service import Demande

JOURS = 30
HISTOIRES_MAX = 1000
SANS_EFFET = "Seuls des commentaires ou la mise en page du fichier changent."
ILLISIBLE = "La rédaction en vigueur ne se lisait plus avec cette version de veille : celle du fichier l’a remplacée."


def themes_in_force(ctx: Contexte) -> Taxonomie:
    """The themes that judge: the latest accepted. What the file says otherwise becomes a proposal."""
    c = ctx.store
    en_vigueur = redactions.accepted(c)
    texte = ecriture.read_text(ctx.dossier.chemin, THEMES)
    if en_vigueur is None:
        taxonomie = read_taxonomie(texte)
        with transaction(c):
            redactions.start(c, texte, ctx.now())
        return taxonomie
    try:
        acceptee = read_taxonomie(redactions.text_of(c, en_vigueur))
    except SettingsError:  # Written for another version of the program: the file, which was read, takes over.
        return _take_over(ctx, texte, en_vigueur)
    _follow_file(ctx, texte, en_vigueur, acceptee)
    return acceptee


def preview(ctx: Contexte, redaction_id: int) -> dict[str, Any]:
    """Judge the stories nobody settled with a proposal and with what is in force, and keep what differs."""
    actuelle = themes_in_force(ctx)
    redaction = _pending(ctx, redaction_id)
    proposee = read_taxonomie(redactions.text_of(ctx.store, redaction))
    # Both learnt anew from the same decisions: what differs comes from the change alone.
    juges = (train.candidate_judge(ctx, actuelle), train.candidate_judge(ctx, proposee))
    noms = {t.slug: t.nom for taxonomie in (actuelle, proposee) for t in taxonomie.thematiques}
    ecarts = list(_stories(ctx, juges))
    essais = [Essai(e.titre, e.attendu, *_themes(ctx, Document("", e.titre), juges)) for e in trials(proposee)]
    apercu = {
        "jours": JOURS,
        "complet": len(ecarts) < HISTOIRES_MAX,
        "noms": noms,
        **compare_stories(ecarts, noms),
        "essais": compare_trials(essais),
    }
    with transaction(ctx.store):
        redactions.set_preview(ctx.store, redaction.id, apercu, ctx.now())
    return apercu


def accept(ctx: Contexte, redaction_id: int, par: str) -> str:
    """Let a proposal judge from now on, and the file say it. Returns a French sentence; RefusError when it may not be."""
    themes_in_force(ctx)  # What was written in the file in the meantime is known first.
    c = ctx.store
    texte = redactions.text_of(c, _pending(ctx, redaction_id))
    # Written within the transaction: either both say the new wording, or none does.
    with transaction(c):
        redaction, en_vigueur = _pending(ctx, redaction_id), redactions.accepted(c)
        redactions.settle(c, redaction, "acceptee", par, ctx.now())
        _write(ctx, texte, en_vigueur)
    return f"Rédaction {redaction.id} acceptée{NBSP}: elle classe désormais, et thematiques.toml la contient."


def abandon(ctx: Contexte, redaction_id: int, par: str) -> str:
    """Give a proposal up. The accepted text goes back in the file only where the file still holds the proposal."""
    themes_in_force(ctx)
    c = ctx.store
    with transaction(c):
        redaction, en_vigueur = _pending(ctx, redaction_id), redactions.accepted(c)
        redactions.settle(c, redaction, "abandonnee", par, ctx.now())
        remis = en_vigueur is not None and _restore(ctx, redaction, redactions.text_of(c, en_vigueur))
    suite = (
        "thematiques.toml contient de nouveau la rédaction en vigueur."
        if remis
        else "thematiques.toml n’a pas été touché."
    )
    return f"Rédaction {redaction.id} abandonnée{NBSP}; {suite}"


def serve(ctx: Contexte, demande: Demande) -> str:
    """Do what a page asked of one proposal; returns a French sentence."""
    if not demande.argument.isdecimal() or len(demande.argument) > 18:
        raise RefusError(f"La rédaction demandée n’est pas un numéro{NBSP}: « {demande.argument} ».")
    numero = int(demande.argument)
    if demande.genre == "accepter_themes":
        return accept(ctx, numero, demande.par)
    if demande.genre == "abandonner_themes":
        return abandon(ctx, numero, demande.par)
    themes_in_force(ctx)  # A file changed again gives its former proposal up.
    return _tell_settled(ctx, numero) or tell_preview(preview(ctx, numero))


def tell_preview(apercu: dict[str, Any]) -> str:
    """A preview in one French sentence."""
    essais = len(apercu["essais"]["fautifs"])
    return (
        f"Aperçu fait{NBSP}: {plural(apercu['changees'], 'nouvelle changerait', 'nouvelles changeraient')} de thème sur"
        f" {plural(apercu['histoires'], 'nouvelle à trancher', 'nouvelles à trancher')}{NBSP};"
        f" {plural(essais, 'essai deviendrait faux', 'essais deviendraient faux')}."
    )


def _follow_file(ctx: Contexte, texte: str, en_vigueur: Redaction, acceptee: Taxonomie) -> None:
    """Make what is written by hand in the file a proposal; a former one that the file no longer holds is given up."""
    c, empreinte = ctx.store, fingerprint(texte)
    attente = redactions.pending(c)
    perimees = [r for r in attente if r.par == FICHIER and r.empreinte != empreinte]
    connue = empreinte == en_vigueur.empreinte or any(r.empreinte == empreinte for r in attente)
    if connue and not perimees:
        return
    try:
        changements = () if connue else tell_changes(acceptee, ecrite := read_taxonomie(texte))
    except SettingsError:  # Someone is in the middle of an edit: `settings.load` tells them.
        return
    with transaction(c):
        for redaction in perimees:
            redactions.settle(c, redaction, "abandonnee", FICHIER, ctx.now())
        if connue:
            return
        numero = redactions.propose(c, texte, en_vigueur.empreinte, FICHIER, changements or [SANS_EFFET], ctx.now())
        if numero is None:
            return
        if judge_alike(acceptee, ecrite):  # Nothing is tagged differently, hence nothing to show first.
            _accept_unseen(ctx, numero)
            _carry_proposals(ctx, en_vigueur, fiches.changes(acceptee, ecrite), texte)
        else:
            service.ask(c, "apercu_themes", str(numero), FICHIER, ctx.now())


def _carry_proposals(
    ctx: Contexte, ancienne: Redaction, changements: Mapping[str, Mapping[str, Any]], texte: str
) -> None:
    """Where only sheets of the plan de veille changed, proposals written from the former wording go on from this one.

    They say what they said, beside the new sheets, and their preview holds: sheets tag nothing. Where comments changed
    too, they stay as they are, since accepting one would undo those.
    """
    c = ctx.store
    if fiches.with_sheets(redactions.text_of(c, ancienne), changements) != texte:
        return
    for redaction in redactions.pending(c):
        if redaction.base == ancienne.empreinte:
            redactions.rebase(
                c, redaction, fiches.with_sheets(redactions.text_of(c, redaction), changements), fingerprint(texte)
            )


def _take_over(ctx: Contexte, texte: str, en_vigueur: Redaction) -> Taxonomie:
    taxonomie = read_taxonomie(texte)
    with transaction(ctx.store):
        numero = redactions.propose(ctx.store, texte, en_vigueur.empreinte, VEILLE, [ILLISIBLE], ctx.now())
        if numero is not None:
            _accept_unseen(ctx, numero)
    return taxonomie


def _accept_unseen(ctx: Contexte, numero: int) -> None:
    redactions.set_preview(ctx.store, numero, {}, ctx.now())
    if redaction := redactions.get(ctx.store, numero):
        redactions.settle(ctx.store, redaction, "acceptee", VEILLE, ctx.now())


def _tell_settled(ctx: Contexte, redaction_id: int) -> str:
    """Why a preview asked for is no longer needed, or "": what people did since is no failure of the one who serves it."""
    redaction = redactions.get(ctx.store, redaction_id)
    if redaction is None or redaction.issue is None:
        return ""
    suivantes = [*redactions.pending(ctx.store), *redactions.history(ctx.store)]
    remplacee = redaction.issue == "abandonnee" and redaction.tranchee_par == redaction.par
    if remplacee and any(r.par == redaction.par and r.id > redaction.id for r in suivantes):
        return f"Aperçu sans objet{NBSP}: la rédaction {redaction.id} a été remplacée par une rédaction plus récente."
    return f"Aperçu sans objet. {redactions.obstacle(redaction, None)}"


def _pending(ctx: Contexte, redaction_id: int) -> Redaction:
    redaction = redactions.get(ctx.store, redaction_id)
    if redaction is None:
        raise RefusError(f"La rédaction {redaction_id} n’existe pas.")
    if redaction.issue is not None:
        raise RefusError(redactions.obstacle(redaction, None))
    return redaction


def _write(ctx: Contexte, texte: str, en_vigueur: Redaction | None) -> None:
    def change(actuel: str) -> str:
        if en_vigueur is not None and fingerprint(actuel) not in (en_vigueur.empreinte, fingerprint(texte)):
            raise RefusError(
                "thematiques.toml a été modifié à la main entre-temps, et l’accepter effacerait ces modifications."
                " Acceptez ou abandonnez d’abord la proposition du fichier."
            )
        return texte

    ecriture.edit(ctx.dossier.chemin, THEMES, Taxonomie, change)


def _restore(ctx: Contexte, redaction: Redaction, accepte: str) -> bool:
    """Whether the accepted text was put back in the file: only where the proposal stood, to the letter."""
    remis = False

    def change(actuel: str) -> str:
        nonlocal remis
        remis = fingerprint(actuel) == redaction.empreinte
        return accepte if remis else actuel

    ecriture.edit(ctx.dossier.chemin, THEMES, Taxonomie, change)
    return remis


def _themes(ctx: Contexte, document: Document, juges: Sequence[Judge]) -> list[tuple[str, ...]]:
    if ctx.stop.is_set():
        raise OccupeError("L’aperçu a été interrompu : il reste à faire.")
    return [juge.judge(document, local_day(ctx.now())).valeurs("thematique") for juge in juges]


def _stories(ctx: Contexte, juges: Sequence[Judge]) -> Iterator[Ecart]:
    ids = redactions.undecided(ctx.store, ctx.now() - timedelta(days=JOURS), HISTOIRES_MAX)
    rangs = {str(item_id): rang for rang, item_id in enumerate(ids)}
    documents = sorted(items.documents(ctx.store, ids), key=lambda d: rangs[d.id])
    for fait, document in enumerate(documents, start=1):
        yield Ecart(int(document.id), document.titre, *_themes(ctx, document, juges))
        ctx.progress(fait, len(documents), "aperçu")
