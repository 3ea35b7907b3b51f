"""From what was typed, in a form or on a line of a file, to a row: or every fault, field by field. Pure."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from veille.francais import NBSP, clean, fold, format_day, one_line, shorten
from veille.model import FicheOrganisation, GenrePreuve, Ligne, Plan, Preuve
from veille.periodes import plan_period
from veille.registres.champs import PLUSIEURS, Champ, Description

# Between values: a comma may be in an organisation's name, a semicolon in an address or in what someone said.
_SEPARATEURS = {"organisations": re.compile(r"[|;\n]"), "preuves": re.compile(r"[|\n]"), "textes": re.compile(r"[|\n]")}
_SEPARATEUR = re.compile(r"[|;,\n]")
_MOIS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre")  # fmt: skip
_JOUR_DIT = re.compile(r"(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})")
_JOUR_CHIFFRE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
# A spreadsheet adds the hour.
_JOUR_ISO = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?:[ t]\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_ARTICLE = re.compile(r"^(?:mrc )?(?:(?:de |des |du |d'|le |la |les |l')*)")
# Bounded on both sides: a long word without « @ » costs no more than its length.
_COURRIEL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.\w[\w.-]{0,63}")
_TELEPHONE = re.compile(r"(?<!\d)(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?!\d)")
PERMIS_MAX = 12  # Beyond that many values, the nearest one is proposed instead of all.
NOM_MAX = 200  # Nothing longer is near any name.
_PREUVES: tuple[tuple[re.Pattern[str], GenrePreuve], ...] = (
    (re.compile(r"https?://\S+"), "lien"),
    (re.compile(r"(?:element|élément|item):\s*(\d{1,18})"), "item"),
    (re.compile(r"(?:bulletin|digest):\s*(\d{1,18})"), "digest"),
    (re.compile(r"/syntheses\?\S+"), "synthese"),
)


@dataclass(frozen=True)
class Reperes:
    """What a row may name: the plan, the MRC (slug → name), the organisations of the répertoire (code → sheet)."""

    plan: Plan
    mrc: Mapping[str, str]
    organisations: Mapping[str, FicheOrganisation] = field(default_factory=dict)

    @property
    def moyens(self) -> dict[str, str]:
        """Code → text of every moyen and sous-moyen."""
        return {m.id: m.texte for m in self.plan.moyens} | {s.id: s.texte for s in self.plan.sous_moyens}

    @property
    def indicateurs(self) -> dict[str, str]:
        """Code → text of every indicator."""
        return {i.id: i.texte for i in self.plan.indicateurs}


@dataclass(frozen=True)
class Saisie:
    """What came of it: the row, or what is wrong with each field. `avis`: what is not wrong, but looks like a slip."""

    ligne: Ligne | None
    fautes: dict[str, str]
    avis: dict[str, str] = field(default_factory=dict)


def read_row(description: Description, textes: Mapping[str, str], reperes: Reperes, numero: int = 0) -> Saisie:
    """The row that these texts make. A field that is absent is empty."""
    valeurs: dict[str, Any] = {"id": numero, "plan": reperes.plan.slug, "moyens": ()}
    fautes: dict[str, str] = {}
    avis: dict[str, str] = {}
    for champ in description.champs:
        texte = _printable(textes.get(champ.nom, ""))
        try:
            valeur = read_value(champ, texte, reperes)
        except ValueError as erreur:
            fautes[champ.nom] = str(erreur)
        else:
            if valeur is not None:
                valeurs[champ.nom] = valeur
            if champ.genre == "jour" and _two_ways(texte):
                avis[champ.nom] = f"{_quoted(texte)} est lu {format_day(valeur)}{NBSP}: le jour vient avant le mois."
    if not fautes:
        fautes = _between(description, valeurs)
        avis |= _outside(description, valeurs, reperes.plan)
    return Saisie(None if fautes else description.modele(**valeurs), fautes, avis)


def read_value(champ: Champ, texte: str, reperes: Reperes) -> Any:
    """What one field holds, None when it is empty; ValueError, in French, when it cannot be read."""
    if not texte:
        if champ.requis:
            raise ValueError("Ce champ ne peut pas être vide.")
        return None
    if champ.genre in PLUSIEURS:
        valeurs = [v.strip() for v in _SEPARATEURS.get(champ.genre, _SEPARATEUR).split(texte) if v.strip()]
        if len(valeurs) > champ.maximum:
            raise ValueError(f"{champ.maximum} valeurs au plus ; il y en a {len(valeurs)}.")
        lire = _LISTES[champ.genre]
        return tuple(dict.fromkeys(lire(v, reperes) for v in valeurs))
    return _SIMPLES[champ.genre](champ, texte, reperes)


def show_row(description: Description, ligne: Ligne) -> dict[str, str]:
    """The texts that make a row: what a form shows, what an export writes."""
    return {champ.nom: _shown(champ, getattr(ligne, champ.nom)) for champ in description.champs}


def read_day(texte: str) -> date:
    """« 2025-06-03 », « 3 juin 2025 », « 03/06/2025 » (the day first); ValueError, in French, otherwise."""
    plie = " ".join(fold(texte).split())
    try:
        if dit := _JOUR_DIT.fullmatch(plie):
            return _plausible(int(dit[3]), _month(dit[2]), int(dit[1]))
        if chiffre := _JOUR_CHIFFRE.fullmatch(plie):
            return _plausible(int(chiffre[3]), int(chiffre[2]), int(chiffre[1]))
        if iso := _JOUR_ISO.fullmatch(plie):
            return _plausible(*map(int, iso.groups()))
        raise ValueError(texte)
    except ValueError:
        raise ValueError(f"{_quoted(texte)} n’est pas une date : écrivez-la comme 2025-06-03 ou 3 juin 2025.") from None


def _between(description: Description, valeurs: Mapping[str, Any]) -> dict[str, str]:
    """What holds between fields, as the table's own checks say it."""
    debut, fin = valeurs.get(description.debut), valeurs.get(description.fin)
    if debut and fin and fin < debut:
        return {description.fin: "La fin précède le début."}
    if (valeurs.get("invites") is not None) and valeurs["invites"] < valeurs["repondants"]:
        return {"repondants": "Il y a plus de répondants que de personnes invitées."}
    if description.registre == "mesures_manuelles":
        if valeurs.get("valeur") is None and not valeurs.get("narratif"):
            return {"narratif": "Donnez une valeur, un narratif, ou les deux."}
        if not valeurs.get("indicateur") and not valeurs["moyens"]:
            return {"indicateur": "Dites de quel indicateur, ou de quels moyens, il s’agit."}
    return {}


def _outside(description: Description, valeurs: Mapping[str, Any], plan: Plan) -> dict[str, str]:
    """A slip in a year makes a row that counts nowhere: it is told, not refused, since a file may hold another plan's rows."""
    entier = plan_period(plan)
    if entier.meets(valeurs[description.debut], valeurs.get(description.fin)):
        return {}
    du, au = format_day(entier.debut), format_day(entier.fin)
    return {description.debut: f"Cette date est hors du plan, qui va du {du} au {au}{NBSP}: la ligne n’y comptera pas."}


# ---------------------------------------------------------------- one value


def _text(champ: Champ, texte: str, _: Reperes) -> str:
    if len(texte) > champ.maximum:
        raise ValueError(f"{champ.maximum} caractères au plus ; il y en a {len(texte)}.")
    return anonymous(texte if champ.genre == "texte" else one_line(texte))


def anonymous(texte: str) -> str:
    """The text, unless it holds what reaches a person."""
    if trouve := ("@" in texte and _COURRIEL.search(texte)) or _TELEPHONE.search(texte):
        raise ValueError(f"{_quoted(trouve[0])} : ni adresse de courriel ni numéro de téléphone ne se gardent ici.")
    return texte


def _day(_: Champ, texte: str, __: Reperes) -> date:
    return read_day(texte)


def _integer(champ: Champ, texte: str, _: Reperes) -> int:
    nombre = _number(texte)
    if not nombre.is_integer():
        raise ValueError(f"{_quoted(texte)} n’est pas un nombre entier.")
    return int(_bounded(champ, nombre, texte))


def _decimal(champ: Champ, texte: str, _: Reperes) -> float:
    return _bounded(champ, _number(texte), texte)


def _number(texte: str) -> float:
    nombre = "".join(texte.split()).replace(NBSP, "").replace("\u202f", "").replace(",", ".")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{1,10})?", nombre, re.ASCII):
        raise ValueError(f"{_quoted(texte)} n’est pas un nombre.")
    return float(nombre)


def _bounded(champ: Champ, nombre: float, texte: str) -> float:
    bas, haut = champ.bornes
    if not bas <= nombre <= haut:
        raise ValueError(f"{_quoted(texte)} : attendu, un nombre de {bas:g} à {haut:g}.")
    return nombre


def _choice(champ: Champ, texte: str, _: Reperes) -> str:
    return named(texte, champ.choix, "valeur inconnue")


def _indicator(_: Champ, texte: str, reperes: Reperes) -> str:
    return named(texte, reperes.indicateurs, "indicateur inconnu du plan")


def _moyen(texte: str, reperes: Reperes) -> str:
    code = texte.split()[0].rstrip(".")  # « 1.1.3 Portraits » as well as « 1.1.3 ».
    if code in reperes.moyens:
        return code
    raise ValueError(f"{_quoted(texte)} : moyen inconnu du plan{_near(code, reperes.moyens)}")


def _mrc(texte: str, reperes: Reperes) -> str:
    return read_mrc(texte, reperes.mrc)


def read_mrc(texte: str, mrc: Mapping[str, str]) -> str:
    """« MRC des Moulins » is « Les Moulins »: articles and what leads to them apart."""
    nu = _bare(texte)
    trouvees = [slug for slug, nom in mrc.items() if nu and nu in (_bare(nom), _bare(slug))]
    return trouvees[0] if len(trouvees) == 1 else named(texte, mrc, "MRC inconnue")


def _bare(nom: str) -> str:
    plie = " ".join(fold(nom).replace("-", " ").split())
    return _ARTICLE.sub("", plie, count=1)


def _organisation(texte: str, reperes: Reperes) -> str:
    """By its code, its name or its sigle; a sigle or a name that several bear is told."""
    if texte in reperes.organisations:
        return texte
    plie = fold(texte)
    restantes = {o.code: o for o in reperes.organisations.values() if not o.retiree}  # Merged ones lead to one sheet.
    trouvees = [o.code for o in restantes.values() if plie in (fold(o.nom), fold(o.sigle), fold(o.code))]
    if len(trouvees) == 1:
        return trouvees[0]
    if trouvees:
        raise ValueError(
            f"{_quoted(texte)} : plusieurs organisations portent ce nom ; écrivez le code ({', '.join(trouvees)})."
        )
    noms = {o.code: o.nom for o in restantes.values()}
    raise ValueError(f"{_quoted(texte)} : organisation absente du répertoire{_near(texte, noms)}")


def _proof(texte: str, _: Reperes) -> Preuve:
    titre, _sep, ref = texte.rpartition(" :: ")
    ref = ref.strip()
    if len(ref) > 2000 or len(titre) > 300:
        raise ValueError("Une preuve tient en 2 000 caractères, son titre en 300.")
    for motif, genre in _PREUVES:
        if trouve := motif.fullmatch(ref):
            return Preuve(genre, trouve[1] if motif.groups else ref, anonymous(titre.strip()))
    return Preuve("fichier", anonymous(ref), anonymous(titre.strip()))


def _element(texte: str, _: Reperes) -> int:
    if not re.fullmatch(r"\d{1,18}", texte, re.ASCII):
        raise ValueError(f"{_quoted(texte)} n’est pas le numéro d’une nouvelle.")
    return int(texte)


def _quote(texte: str, _: Reperes) -> str:
    if len(texte) > 1000:
        raise ValueError("Un verbatim tient en 1 000 caractères.")
    return anonymous(" ".join(texte.split()))


_SIMPLES: dict[str, Callable[[Champ, str, Reperes], Any]] = {
    "ligne": _text, "texte": _text, "jour": _day, "entier": _integer, "decimal": _decimal, "choix": _choice, "indicateur": _indicator,
}  # fmt: skip
_LISTES: dict[str, Callable[[str, Reperes], Any]] = {
    "moyens": _moyen, "mrc": _mrc, "organisations": _organisation, "preuves": _proof, "elements": _element, "textes": _quote,
}  # fmt: skip


def _shown(champ: Champ, valeur: Any) -> str:
    match valeur:
        case None:
            return ""
        case date():
            return valeur.isoformat()
        case float():
            return _decimal_text(valeur)
        case tuple():
            return (" | " if champ.genre in ("moyens", "mrc", "organisations", "elements") else "\n").join(
                _proof_text(v) if isinstance(v, Preuve) else str(v) for v in valeur
            )
        case _:
            return str(valeur)


def _decimal_text(valeur: float) -> str:
    """All of its digits, and no power of ten: what is shown is what will be read."""
    texte = format(Decimal(repr(valeur)), "f")
    return (texte.rstrip("0").rstrip(".") if "." in texte else texte).replace(".", ",")


def _proof_text(preuve: Preuve) -> str:
    ref = {"item": f"element:{preuve.ref}", "digest": f"bulletin:{preuve.ref}"}.get(preuve.genre, preuve.ref)
    return f"{preuve.titre} :: {ref}" if preuve.titre else ref


def named(texte: str, noms: Mapping[str, str], quoi: str) -> str:
    """A code, given as such or by its name, accents and case apart."""
    plie = fold(texte.strip())
    for code, nom in noms.items():
        if plie in (fold(code), fold(nom)):
            return code
    raise ValueError(f"{_quoted(texte)} : {quoi}{_near(texte, noms) if len(noms) > PERMIS_MAX else _allowed(noms)}")


def _near(texte: str, noms: Mapping[str, str]) -> str:
    return _nearest(texte[:NOM_MAX], tuple(noms.items()))


@functools.lru_cache(maxsize=1024)
def _nearest(texte: str, noms: tuple[tuple[str, str], ...]) -> str:
    """Sought once for a value that a file repeats on each of its lines."""
    connus = {fold(x): x for paire in noms for x in paire}
    proches = difflib.get_close_matches(fold(texte), connus, 1, 0.6)
    return f" ; vouliez-vous dire «{NBSP}{shorten(connus[proches[0]], 60)}{NBSP}» ?" if proches else "."


def _allowed(noms: Mapping[str, str]) -> str:
    return f" ; permis{NBSP}: {', '.join(noms.values())}."


def _month(mot: str) -> int:
    """A month by its name or its beginning; 0 when that is none, or two (« jui »)."""
    trouves = [n for n, nom in enumerate(_MOIS, start=1) if len(mot) >= 3 and nom.startswith(mot)]
    return trouves[0] if len(trouves) == 1 else 0


def _plausible(annee: int, mois: int, jour: int) -> date:
    if not 2000 <= annee <= 2100:
        raise ValueError(annee)
    return date(annee, mois, jour)


def _two_ways(texte: str) -> bool:
    """« 03/06/2025 »: elsewhere, the month comes first."""
    chiffre = _JOUR_CHIFFRE.fullmatch(" ".join(texte.split()))
    return chiffre is not None and int(chiffre[1]) <= 12 and int(chiffre[1]) != int(chiffre[2])


def _printable(texte: str) -> str:
    """What was typed without what nobody sees, line by line."""
    return "\n".join(clean(ligne, 4 * len(ligne) + 1) for ligne in texte.split("\n")).strip()


def _quoted(texte: str) -> str:
    return f"«{NBSP}{shorten(texte, 60)}{NBSP}»"
