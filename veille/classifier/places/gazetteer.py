"""territoires.toml compiled: every way a place, its false friends and its surroundings can be written.

Says which phrases exist and what each one is; whether an occurrence is believed is decided in `territories.py`.

A word written with a capital in the file must have one in the text (« les moulins » is not Les Moulins); an article may
lose it. St, Ste and N.-D. are read as Saint, Sainte and Notre-Dame; hyphens and dashes weigh nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from veille.classifier.matcher import Matcher, Mot
from veille.classifier.places.vocabulary import AILLEURS, ARTICLES, CONTRACTIONS, DESIGNATIONS, LOINTAINS
from veille.classifier.places.vocabulary_portee import ADJECTIFS, INSTANCES, PARTOUT, PORTEES
from veille.francais import fold
from veille.model import Ambiguite, Gazetier, Territoire

Role = Literal[
    "nom",  # A name as ambiguous as its place.
    "certain",  # A form that names the place by itself: gentilé, « Ville de X », « Saint-Paul-de-Joliette ».
    "faux_ami",  # Contains the name and means something else: « rue Saint-Paul ».
    "voisin",  # A false friend that makes the name doubtful in its sentence: « galette des rois ».
    "qualificatif",  # What tells a namesake: « Louisiane » for Terrebonne.
    "ailleurs",  # A place outside the region, near enough to be an apposition: « Montréal ».
    "lointain",  # A place far outside: doubtful anywhere in the sentence.
    "indice",  # Words that say the text is about our region.
    "portee",  # « toutes les MRC »: a scope, when what follows agrees.
    "partout",  # « partout au Québec »: a scope by itself.
    "instance",  # « Assemblée nationale », « québécoises »: of all Québec.
]


class Repere(NamedTuple):
    """What one phrase is. `slug` is the place concerned, "" for what concerns all of them."""

    role: Role
    slug: str
    ambiguite: Ambiguite = "faible"
    personne: bool = False  # The file warns that the name is also a family name.
    sainte: bool = False  # The file warns of the saint: « saint Ignace de Loyola ».


class Repertoire:
    """A compiled gazetteer. Build once, read many documents."""

    def __init__(self, gazetier: Gazetier) -> None:
        self.gazetier = gazetier
        self.par_slug: dict[str, Territoire] = {t.slug: t for t in gazetier.territoires}
        self.region = frozenset(
            t.slug for t in gazetier.territoires if self.par_slug[gazetier.ascendants(t.slug)[-1]].genre == "region"
        )
        self.matcher: Matcher[Repere] = Matcher(_all_phrases(gazetier), canon=spell)

    def parents(self, slug: str) -> tuple[str, ...]:
        """The places that contain this one, nearest first."""
        return self.gazetier.ascendants(slug)[1:]


def spell(mot: str) -> str:
    """One word as compared: folded, Saint and Sainte written out."""
    plie = fold(mot)
    return {"st": "saint", "ste": "sainte"}.get(plie, plie)


def words_of(nom: str) -> tuple[str, ...]:
    """The words of a name as compared."""
    return tuple(spell(mot) for mot in re.findall(r"[^\W_]+", nom))


def _all_phrases(gazetier: Gazetier) -> Iterator[tuple[tuple[Mot, ...], Repere]]:
    for territoire in gazetier.territoires:
        yield from _place_phrases(territoire)
        yield from _false_friend_phrases(territoire)
    for indice in gazetier.indices_de_contexte:
        yield _proper(indice), Repere("indice", "")
    for nom in AILLEURS:
        yield _proper(nom), Repere("ailleurs", "")
    for nom in LOINTAINS:
        yield _proper(nom), Repere("lointain", "")
    for province in [t.slug for t in gazetier.territoires if t.genre == "province"][:1]:
        for expression in PORTEES:
            yield _proper(expression), Repere("portee", province)
        for expression in PARTOUT:
            yield _proper(expression), Repere("partout", province)
        for instance in INSTANCES:
            yield _proper(instance), Repere("instance", province)
        for adjectif in ADJECTIFS:
            yield (Mot(adjectif, "mot"),), Repere("instance", province)


def _place_phrases(territoire: Territoire) -> Iterator[tuple[tuple[Mot, ...], Repere]]:
    personne = any(fold(f).startswith("patronyme ") for f in territoire.faux_amis)
    sainte = any(f.startswith(("saint ", "sainte ")) for f in territoire.faux_amis)
    nom = _without_parenthesis(territoire.nom)
    for forme in _variants(nom):
        yield forme, Repere("nom", territoire.slug, territoire.ambiguite, personne, sainte)
    for gentile in territoire.gentiles:
        yield tuple(Mot(mot, "pluriel") for mot in words_of(gentile)), Repere("certain", territoire.slug)
    for alias in territoire.alias:
        if "(" not in alias:  # « Saint-Gabriel-de-Brandon (ville) »: without its parenthesis it names another place.
            for forme in _variants(alias):
                yield forme, _alias(alias, nom, territoire, personne)


def _alias(alias: str, nom: str, territoire: Territoire, personne: bool) -> Repere:
    """An alias that says more than the name, or a gentilé, is certain; another spelling is as ambiguous as the name;
    a word of its own (« Berthier », « NDP ») or one that has a namesake (« Saint-Ambroise (Saguenay) ») needs context."""
    mots, mots_nom = words_of(alias), words_of(nom)
    plus_long = len(mots) > len(mots_nom) and _contains(mots, mots_nom)
    if plus_long or alias.islower() or mots[0] in DESIGNATIONS:
        return Repere("certain", territoire.slug)
    homonyme = any(words_of(_without_parenthesis(f)) == mots for f in territoire.faux_amis if "(" in f)
    douteux = homonyme or not set(mots) & (set(mots_nom) - ARTICLES)
    ambiguite: Ambiguite = "contexte" if douteux and territoire.ambiguite == "faible" else territoire.ambiguite
    return Repere("nom", territoire.slug, ambiguite, personne)


def _false_friend_phrases(territoire: Territoire) -> Iterator[tuple[tuple[Mot, ...], Repere]]:
    noms = [words_of(_without_parenthesis(n)) for n in (territoire.nom, *territoire.alias)]
    for faux_ami in territoire.faux_amis:
        if fold(faux_ami).startswith("patronyme "):
            continue
        qualificatif = re.search(r"\((.+)\)", faux_ami)
        if qualificatif:
            yield _proper(qualificatif[1]), Repere("qualificatif", territoire.slug)
        mots = words_of(_without_parenthesis(faux_ami))
        if mots in noms:
            continue  # « saint Thomas » and « Terrebonne (Louisiane) »: capitals and the qualifier tell them apart.
        role: Role = "faux_ami" if any(_contains(mots, nom) for nom in noms) else "voisin"
        yield tuple(Mot(mot, "pluriel") for mot in mots), Repere(role, territoire.slug)


def _variants(nom: str) -> Iterator[tuple[Mot, ...]]:
    forme = _proper(nom)
    yield forme
    for article in CONTRACTIONS.get(forme[0].forme, ()) if forme else ():
        yield (Mot(article, "mot"), *forme[1:])
    if [mot.forme for mot in forme[:2]] == ["notre", "dame"]:
        yield (Mot("n", "majuscule"), Mot("d", "majuscule"), *forme[2:])
        yield (Mot("ND", "exacte"), *forme[2:])
    if re.search(r"\b[LlDd]['’]", nom):
        yield _proper(re.sub(r"\b([LlDd])['’]", r"\1", nom))  # « Lassomption », « DAutray ».


def _proper(nom: str) -> tuple[Mot, ...]:
    """A proper name: words with a capital in the file need one in the text, articles excepted; the others take a plural."""
    mots: list[Mot] = []
    for brut in re.findall(r"[^\W_]+", nom):
        forme = spell(brut)
        if forme in ARTICLES:
            mots.append(Mot(forme, "mot"))
        elif brut.isupper() and len(brut) > 1:
            mots.append(Mot(brut, "exacte"))
        else:
            mots.append(Mot(forme, "majuscule" if brut[0].isupper() else "pluriel"))
    return tuple(mots)


def _without_parenthesis(nom: str) -> str:
    return re.sub(r"\s*\([^)]*\)", "", nom).strip()


def _contains(mots: tuple[str, ...], partie: tuple[str, ...]) -> bool:
    n = len(partie)
    return n > 0 and any(mots[i : i + n] == partie for i in range(len(mots) - n + 1))
