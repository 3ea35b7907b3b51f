"""Several plans: the active one is `plan.toml`, the others wait in `plans/<slug>.toml`, with the same keys.

A plan is never written over: whatever the instant at which an activation is cut, each plan is whole in one of the two
places, and doing it again ends it. A file of `plans/` that bears the active plan's name is what a cut left, and is not read.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from veille.errors import Faute, RefusError, SettingsError
from veille.model import Plan
from veille.settings import controles, ecriture, lecture, phrases, validation
from veille.settings.regles import PLAN

DOSSIER = "plans"


def load_plans(dossier: Path) -> tuple[Plan, ...]:
    """Every plan of a project folder, the active one first, then from the latest; SettingsError with every fault."""
    actif, fautes = _active(dossier), list[Faute]()
    autres = []
    for chemin in sorted((dossier / DOSSIER).glob("*.toml")):
        if chemin.stem == actif.slug:
            continue
        try:
            autres.append(_read(chemin))
        except SettingsError as erreur:
            fautes += erreur.fautes
    if fautes:
        raise SettingsError(fautes)
    return actif, *sorted(autres, key=lambda p: (-p.debut, p.slug))


def plan_of(dossier: Path, slug: str) -> Plan:
    """One plan, active or not; RefusError when the folder has none of this name."""
    actif = _active(dossier)
    if slug == actif.slug:
        return actif
    chemin = dossier / DOSSIER / f"{slug}.toml"
    if not controles.is_slug(slug) or not chemin.is_file():
        permis = ", ".join(sorted({actif.slug, *(p.stem for p in (dossier / DOSSIER).glob("*.toml"))}))
        raise RefusError(f"Aucun plan « {slug} » dans ce dossier ; il y a : {permis}.")
    return _read(chemin)


def draft(dossier: Path, slug: str, texte: str) -> Path:
    """Write a new plan beside the others; refused when one has this name, or when it would not be valid."""
    chemin = dossier / DOSSIER / f"{slug}.toml"
    if not controles.is_slug(slug):
        raise RefusError(f"« {slug} » : un nom court s’écrit en minuscules sans accent, chiffres et traits d’union.")
    if chemin.exists() or slug == _active(dossier).slug:
        raise RefusError(f"Un plan « {slug} » existe déjà : choisissez un autre nom, rien n’a été écrit.")
    _judge(_name(chemin), slug, lecture.parse_toml(texte.encode(), _name(chemin)))
    ecriture.write_new(chemin, texte.encode())
    return chemin


def activate(dossier: Path, slug: str) -> tuple[Plan, Plan]:
    """Make another plan the active one; the one that was goes to `plans/`. Returns both, the former first.

    Refused when themes or audiences name elements that the plan does not have. Three steps, each whole or absent: the
    active plan is copied to `plans/`, the other one takes its place, then its own file is taken away.
    """
    actif = _active(dossier)
    nouveau = plan_of(dossier, slug)
    if nouveau.slug == actif.slug:
        _drop(dossier / DOSSIER / f"{slug}.toml", (dossier / PLAN).read_bytes())  # What a cut left.
        return actif, actif
    chemin = dossier / DOSSIER / f"{slug}.toml"
    octets, present = _bytes(chemin), _bytes(dossier / PLAN)
    _require_fit(dossier, octets)
    _keep(dossier / DOSSIER / f"{actif.slug}.toml", present)
    if _bytes(dossier / PLAN) != present:
        raise RefusError("plan.toml vient d’être enregistré par quelqu’un d’autre ; recommencez.")
    ecriture.put(dossier / PLAN, octets)
    _drop(chemin, octets)
    return actif, nouveau


def _active(dossier: Path) -> Plan:
    contenu = lecture.read_toml(dossier / PLAN, PLAN)
    return _judge(PLAN, "", contenu)


def _read(chemin: Path) -> Plan:
    return _judge(_name(chemin), chemin.stem, lecture.read_toml(chemin, _name(chemin)))


def _judge(nom: str, slug: str, contenu: dict[str, Any] | Faute) -> Plan:
    """A plan by itself, its faults under the name of its file."""
    if isinstance(contenu, Faute):
        raise SettingsError([contenu])
    lu = validation.build(Plan, contenu, nom)
    fautes = lu if isinstance(lu, list) else []
    fautes = [*fautes, *(replace(f, fichier=nom) for f in controles.check({PLAN: contenu}))]
    if slug and not fautes and contenu["slug"] != slug:
        fautes.append(Faute(nom, "clé slug", phrases.show(contenu["slug"]), f"attendu : le nom du fichier, « {slug} »"))
    if fautes or isinstance(lu, list):
        raise SettingsError(fautes)
    return lu


def _require_fit(dossier: Path, octets: bytes) -> None:
    autres = lecture.read_folder(dossier)[0]
    contenu = lecture.parse_toml(octets, PLAN)
    if isinstance(contenu, Faute):
        raise SettingsError([contenu])
    deja = set(controles.check(autres))
    if fautes := [f for f in controles.check({**autres, PLAN: contenu}) if f not in deja]:
        raise SettingsError(fautes)


def _keep(chemin: Path, octets: bytes) -> None:
    """Put a copy of the active plan there; what a former cut left, and that says something else, is kept under a number."""
    if chemin.exists() and chemin.read_bytes() != octets:
        rang = 1
        while (garde := chemin.with_name(f"{chemin.name}.{rang}")).exists():
            rang += 1
        ecriture.put(garde, chemin.read_bytes())
    ecriture.put(chemin, octets)


def _drop(chemin: Path, octets: bytes) -> None:
    """Take away a file whose very bytes are in plan.toml; any other stays."""
    if chemin.is_file() and chemin.read_bytes() == octets:
        chemin.unlink()


def _bytes(chemin: Path) -> bytes:
    octets = lecture.read_bytes(chemin, chemin.name)
    if isinstance(octets, Faute):
        raise SettingsError([octets])
    return octets


def _name(chemin: Path) -> str:
    return f"{DOSSIER}/{chemin.name}"
