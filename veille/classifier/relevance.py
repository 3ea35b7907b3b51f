"""How likely staff are to keep an item: the stated formula of day one, and what their decisions teach on top of it.

Everything is a sum in log-odds, so that each reason has its own weight and the reasons add up to the score. Reading a
model and scoring need neither numpy nor scikit-learn; `train` alone imports them. A model is plain JSON.

The formula, in log-odds: −2.5, plus 3 × the probability of the best theme, plus 0.7 when the region or a place of it is
named, plus 0.6 for a deadline to come (−1.5 when it is over), plus 0.3 for each doubling of the sources that tell the
story (0.6 at most), minus 0.5 in another language than French. Without any theme or place it says 8 %.

What must not enter: which order a page shows, SQL, and silence. An item nobody decided on was not rejected.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Literal

from veille.francais import NBSP, plural
from veille.model import Raison, Suggestion

Portee = Literal["", "pays", "province", "region", "mrc", "locale"]
Echeance = Literal["", "a_venir", "passee"]

DEPART = -2.5
PAR_THEME = 3.0
REGION = 0.7
A_VENIR, PASSEE = 0.6, -1.5
PAR_DOUBLEMENT, DOUBLEMENTS_MAX = 0.3, 2.0
AUTRE_LANGUE = -0.5

# Decisions count for n / (n + K), the formula for the rest; L2 shrinks every source and theme to the mean until it has
# decisions of its own. Measured on simulated teams of 10 to 800 decisions: flat around these values.
K = 20.0
REGULARISATION = 0.5

_PORTEES: dict[str, Portee] = {
    "pays": "pays",
    "province": "province",
    "region": "region",
    "mrc": "mrc",
    "municipalite": "locale",
    "communaute": "locale",
    "tno": "locale",
}
_PRECISION: tuple[Portee, ...] = ("locale", "mrc", "region", "province", "pays", "")
_DE_LA_REGION = ("locale", "mrc", "region")

_PHRASES = {
    "portee:": "aucun lieu reconnu",
    "portee:locale": "une municipalité est nommée",
    "portee:mrc": "une MRC est nommée",
    "portee:region": "la région est nommée",
    "portee:province": "porte sur tout le Québec",
    "portee:pays": "porte sur tout le pays",
    "echeance:a_venir": "une date limite est à venir",
    "echeance:passee": "la date limite est passée",
    "langue:autre": "dans une autre langue que le français",
    "longueur:long": "le texte est long",
    "longueur:court": "le texte est court",
}


@dataclass(frozen=True)
class Cas:
    """What is known of one item when someone is about to decide.

    `themes`: slugs with their probabilities, uncertain ones included. `longueur`: characters of title, summary and text.
    `groupe`: items that tell the same story, this one included.
    """

    themes: tuple[tuple[str, float], ...] = ()
    portee: Portee = ""
    source: str = ""
    type: str = ""
    longueur: int = 0
    groupe: int = 1
    langue: str = ""
    echeance: Echeance = ""

    @property
    def meilleur(self) -> float:
        """Probability of the best theme; 0 without any."""
        return max((p for _, p in self.themes), default=0.0)


def describe(
    suggestions: Iterable[Suggestion],
    *,
    genres: Mapping[str, str],
    source: str,
    langue: str,
    longueur: int,
    groupe: int,
    jour: date,
) -> Cas:
    """The case made by these suggestions. `genres`: place slug → « mrc », « region »…; `jour`: when it is judged."""
    toutes = list(suggestions)
    retenues = [s for s in toutes if s.etat == "retenu"]
    portees = {_PORTEES.get(genres.get(s.valeur, ""), "") for s in retenues if s.genre == "territoire"}
    limite = next((s.valeur for s in retenues if s.genre == "date_limite"), "")
    return Cas(
        themes=tuple((s.valeur, s.probabilite) for s in toutes if s.genre == "thematique"),
        portee=next((p for p in _PRECISION if p in portees), ""),
        source=source,
        type=next((s.valeur for s in retenues if s.genre == "type"), ""),
        longueur=longueur,
        groupe=max(1, groupe),
        langue=langue,
        echeance="" if not limite else "a_venir" if limite[:10] >= jour.isoformat() else "passee",
    )


def formula(cas: Cas) -> tuple[float, tuple[Raison, ...]]:
    """Probability that the item is kept when no decision is known; reasons in log-odds, « depart » first."""
    points = {
        "themes:meilleur": PAR_THEME * cas.meilleur,
        f"portee:{cas.portee}": REGION if cas.portee in _DE_LA_REGION else 0.0,
        f"echeance:{cas.echeance}": {"a_venir": A_VENIR, "passee": PASSEE}.get(cas.echeance, 0.0),
        "sources:nombre": PAR_DOUBLEMENT * _doublings(cas.groupe),
        "langue:autre": AUTRE_LANGUE * _is_foreign(cas.langue),
    }
    raisons = [Raison("depart", "point de départ de la formule", DEPART)]
    raisons += [_reason(trait, p, cas) for trait, p in points.items() if p]
    return sigmoid(math.fsum(r.poids for r in raisons)), tuple(raisons)


@dataclass(frozen=True)
class Pertinence:
    """What decisions taught, as plain numbers. `formule`: share of the stated formula that is left in the score.

    `poids`: log-odds by trait (`source:slug`, `thematique:slug`, `type:slug`…). A trait never seen weighs nothing.
    """

    decisions: int = 0
    gardees: int = 0
    biais: float = 0.0
    formule: float = 1.0
    poids: Mapping[str, float] | None = None

    def score(self, cas: Cas) -> tuple[float, tuple[Raison, ...]]:
        """Probability that staff keep the item, and why; the weights add up to its log-odds.

        What the formula and decisions both look at is one reason, with the sum of both.
        Reasons of genre `source`, `thematique` and `type` bear a slug, for pages to show today's name.
        """
        depart, *reste = formula(cas)[1]
        if self.decisions:
            depart = Raison("depart_appris", f"point de départ, appris de {plural(self.decisions, 'décision')}")
        depart = replace(depart, poids=self.biais + self.formule * DEPART)
        poids = self.poids or {}
        appris = [_reason(nom, x * poids[nom], cas) for nom, x in _traits(cas).items() if poids.get(nom) and x]
        sommes: dict[tuple[str, str], float] = {}
        for raison in [*(replace(r, poids=r.poids * self.formule) for r in reste), *appris]:
            cle = raison.genre, raison.texte
            sommes[cle] = sommes.get(cle, 0.0) + raison.poids
        raisons = [depart, *(Raison(genre, texte, points) for (genre, texte), points in sommes.items() if points)]
        return sigmoid(math.fsum(r.poids for r in raisons)), tuple(raisons)

    @property
    def empreinte(self) -> str:
        """A short name, that changes with what was learnt."""
        return hashlib.blake2b(self.to_json().encode(), digest_size=4).hexdigest()

    def to_json(self) -> str:
        """The whole model as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, texte: str) -> Pertinence:
        """The model that `to_json` wrote; ValueError when it is not one."""
        try:
            lu = json.loads(texte)
            biais, formule = float(lu["biais"]), float(lu["formule"])
            poids = {str(nom): float(p) for nom, p in (lu["poids"] or {}).items()}
            modele = cls(int(lu["decisions"]), int(lu["gardees"]), biais, formule, poids or None)
        except (KeyError, TypeError, AttributeError) as erreur:
            raise ValueError(f"not a model of relevance: {erreur!r}") from erreur
        if not all(map(math.isfinite, [biais, formule, *poids.values()])):
            raise ValueError("not a model of relevance: a weight is not a number")
        return modele


def train(cas: Sequence[Cas], gardes: Sequence[bool], poids: Sequence[float] | None = None) -> Pertinence:
    """Learn from decided cases, one per story. Without any, the formula; with one answer only, its frequency too."""
    n, gardees = len(cas), sum(map(bool, gardes))
    if len(gardes) != n or (poids is not None and len(poids) != n):
        raise ValueError("cases, answers and weights differ in number")
    if n == 0:
        return Pertinence()
    part = n / (n + K)
    if gardees in (0, n):
        return Pertinence(n, gardees, part * logit((gardees + 1) / (n + 2)), 1 - part)
    biais, appris = _fit([_traits(c) | {"formule:": _formula_points(c)} for c in cas], gardes, poids)
    formule = part * appris.pop("formule:") + 1 - part
    return Pertinence(n, gardees, part * biais, formule, {nom: part * p for nom, p in appris.items()})


def sigmoid(points: float) -> float:
    """Log-odds as a probability."""
    return 1 / (1 + math.exp(-points)) if points >= 0 else 1 - 1 / (1 + math.exp(points))


def logit(probabilite: float) -> float:
    """A probability as log-odds; 0 and 1 are taken for one in a million and all but one."""
    p = min(max(probabilite, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


def _fit(
    traits: Sequence[Mapping[str, float]], gardes: Sequence[bool], poids: Sequence[float] | None
) -> tuple[float, dict[str, float]]:
    """Intercept and weights of a ridge logistic regression."""
    from sklearn.feature_extraction import DictVectorizer  # Seconds to import: only when training.
    from sklearn.linear_model import LogisticRegression

    vecteurs = DictVectorizer()
    regression = LogisticRegression(C=REGULARISATION, max_iter=2000)
    regression.fit(vecteurs.fit_transform(traits), [bool(g) for g in gardes], sample_weight=poids)
    noms = map(str, vecteurs.get_feature_names_out())
    return float(regression.intercept_[0]), dict(zip(noms, map(float, regression.coef_[0]), strict=True))


def _traits(cas: Cas) -> dict[str, float]:
    """What the learner sees, each trait around 1 so that all are shrunk alike."""
    longueur = (math.log1p(max(cas.longueur, 0)) - 7.0) / 2.0  # About 1,100 characters: a short article.
    traits = {f"thematique:{slug}": p for slug, p in cas.themes}
    traits |= {f"portee:{cas.portee}": 1.0, "themes:meilleur": cas.meilleur}
    traits |= {"longueur:long": max(longueur, 0.0), "longueur:court": max(-longueur, 0.0)}
    traits |= {"sources:nombre": _doublings(cas.groupe), "langue:autre": float(_is_foreign(cas.langue))}
    if cas.source:
        traits[f"source:{cas.source}"] = 1.0
    if cas.type:
        traits[f"type:{cas.type}"] = 1.0
    if cas.echeance:
        traits[f"echeance:{cas.echeance}"] = 1.0
    return traits


def _reason(trait: str, points: float, cas: Cas) -> Raison:
    genre, _, valeur = trait.partition(":")
    if trait == "themes:meilleur":
        return Raison(genre, f"thème le plus probable{NBSP}: {round(100 * cas.meilleur)}{NBSP}%", points)
    if trait == "sources:nombre":
        return Raison(genre, f"{plural(cas.groupe, 'élément')} racontent la même histoire", points)
    return Raison(genre, _PHRASES.get(trait, valeur), points)


def _formula_points(cas: Cas) -> float:
    return math.fsum(r.poids for r in formula(cas)[1])


def _doublings(groupe: int) -> float:
    return min(math.log2(max(groupe, 1)), DOUBLEMENTS_MAX)


def _is_foreign(langue: str) -> bool:
    return langue.lower().partition("-")[0] not in ("", "fr")
