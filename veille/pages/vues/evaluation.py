"""« Évaluation »: the watch in figures, level by level, each with its rows; its files; the minutes that people declare."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from datasette.utils.asgi import Response

from veille.appreciation import composition, periodes
from veille.appreciation.composition import Precedente
from veille.appreciation.fichiers import NOMS, TYPES_MIME, Format, render
from veille.appreciation.formes import Evaluation, to_json
from veille.appreciation.periodes import DUREES, Jours
from veille.errors import DependanceError, RefusError, SettingsError
from veille.francais import local_day, plural
from veille.pages.visite import AVERTISSEMENT, ERREUR, RefusFormulaire, Visite
from veille.periodes import quarter_of
from veille.settings import cles
from veille.store import appreciation, efforts, entonnoir, instantanes, tableaux
from veille.store.efforts import MINUTES_MAX, NOTE_MAX, TACHES, Declaration
from veille.store.lecture import Connexion

ICI = "/evaluation"
BULLETINS_OFFERTS = 40


@dataclass(frozen=True)
class Lue:
    """The évaluation of some days. `figee_a`: when its quarter was frozen; `avant`: the quarter before."""

    jours: Jours
    evaluation: Evaluation
    figee_a: datetime | None = None
    avant: Precedente | None = None


async def figures(visite: Visite) -> Any:
    """The figures of a period, level by level, and the minutes declared."""
    now = visite.now
    jours = _asked(visite)

    def lire(c: Connexion) -> dict[str, Any]:
        premier = entonnoir.first_day(c)
        return {
            "lue": _read(c, jours, now),
            "trimestres": periodes.quarters(premier, local_day(now)) if premier else [],
            "figes": instantanes.frozen(c),
            "declarations": efforts.between(c, jours.debut, jours.fin),
            "bulletins": {b.id: b for b in tableaux.digests(c, BULLETINS_OFFERTS) if not b.rappel},
        }

    contexte = await visite.read(lire)
    lue: Lue = contexte["lue"]
    return await visite.page(
        "evaluation.html",
        {
            **contexte,
            "jours": jours,
            "durees": DUREES,
            "code": periodes.code,
            "trimestre_de": lambda x: quarter_of(x.debut).nom,
            "x": lue.evaluation,
            "date_dite": composition.dated(lue.evaluation, lue.figee_a),
            "avant_dit": composition.dated(lue.avant.evaluation, lue.avant.figee_a) if lue.avant else "",
            "niveaux": composition.NIVEAUX,
            "sections": composition.sections(lue.evaluation, lue.avant),
            "formats": NOMS,
            "taches": TACHES,
            "moi": visite.nom,
            "minutes_max": MINUTES_MAX,
            "note_max": NOTE_MAX,
            "aujourdhui": local_day(now).isoformat(),
            "now": now,
        },
    )


async def download(visite: Visite) -> Any:
    """The same figures as a file. Its links lead to this very site."""
    jours, forme = _asked(visite), cast(Format, visite.var("format"))
    lue = await visite.read(lambda c: _read(c, jours, visite.now))
    site = f"{visite.request.scheme}://{visite.request.host}"
    try:
        octets = await asyncio.to_thread(_file, visite, lue, forme, site)
    except DependanceError as erreur:
        return visite.redirect(f"{ICI}?{jours.arguments}", str(erreur), ERREUR)
    nom = f"evaluation-{jours.trimestre or lue.evaluation.fin.isoformat()}.{forme}"
    return Response(
        octets, headers={"content-disposition": f'attachment; filename="{nom}"'}, content_type=TYPES_MIME[forme]
    )


async def declare(visite: Visite) -> Any:
    """Write minutes down."""
    formulaire = await visite.form()
    bulletin = formulaire.line("bulletin", 18)
    declaration = Declaration(
        0,
        _day(formulaire.line("jour", 10)),
        cast(Any, formulaire.line("tache", 20)),
        _number(formulaire.line("minutes", 6)),
        visite.nom,
        int(bulletin) if bulletin.isdecimal() else None,
        formulaire.line("note", NOTE_MAX),
    )
    try:
        await visite.write(lambda c: efforts.declare(c, declaration, visite.now))
    except RefusError as erreur:
        raise RefusFormulaire(f"{erreur} Revenez en arrière : ce que vous avez écrit y est encore.") from None
    dit = f"Noté : {plural(declaration.minutes, 'minute')}, {TACHES[declaration.tache].lower()}."
    return visite.redirect(f"{ICI}#efforts", dit)


async def undeclare(visite: Visite) -> Any:
    """Take minutes out of the counts; the row stays."""
    numero, nom, de_tous = int(visite.var("effort_id")), visite.nom, visite.peut("approuver")
    if not await visite.write(lambda c: efforts.withdraw(c, numero, nom, visite.now, de_tous=de_tous)):
        return visite.redirect(f"{ICI}#efforts", "Cette déclaration était déjà retirée.", AVERTISSEMENT)
    return visite.redirect(f"{ICI}#efforts", "Déclaration retirée : elle ne compte plus.")


def _asked(visite: Visite) -> Jours:
    return periodes.asked(visite.arg("jours"), visite.arg("trimestre"), visite.now)


def _read(c: Connexion, jours: Jours, now: datetime) -> Lue:
    """A frozen quarter as it was frozen; anything else as it is counted today."""
    if not jours.trimestre:
        return Lue(jours, appreciation.read(c, jours, now))
    trimestre = quarter_of(jours.debut)
    fige = instantanes.of_quarter(c, trimestre)
    avant = instantanes.of_quarter(c, periodes.before(trimestre))
    precedente = Precedente(avant.evaluation, avant.fige_a) if avant else None
    if fige is not None:
        return Lue(jours, fige.evaluation, fige.fige_a, precedente)
    return Lue(jours, appreciation.read(c, jours, now), None, precedente)


def _file(visite: Visite, lue: Lue, forme: Format, site: str) -> bytes:
    rapport = composition.compose(lue.evaluation, _organisation(visite), site, lue.figee_a, lue.avant)
    return render(rapport, to_json(lue.evaluation), forme)


def _organisation(visite: Visite) -> str:
    """Who we are, by organisation.toml; a file in the middle of an edit keeps no one from the figures."""
    try:
        return str(cles.read(visite.site.dossier, "organisation.toml").donnees.get("nom", ""))
    except SettingsError:
        return ""


def _day(texte: str) -> date:
    try:
        return date.fromisoformat(texte)
    except ValueError:
        raise RefusFormulaire("Donnez le jour sous la forme AAAA-MM-JJ.") from None


def _number(texte: str) -> int:
    chiffres = "".join(texte.split())
    if not (chiffres.isascii() and chiffres.isdecimal()):
        raise RefusFormulaire("Donnez les minutes en chiffres, sans virgule.")
    return int(chiffres)
