"""What is read in a document to compare it with others: content words, pairs of them, names, numbers, days.

A `Profil` is bounded whatever the document's size. It decides nothing: `histoires.py` does. Hashes are the same on
every machine and in every run (Python's own `hash()` is salted), so that they can be kept in a database.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import islice, pairwise
from typing import NamedTuple

from veille.addresses import address_key
from veille.francais import NUMERO_MOIS, fold
from veille.model import Document

LEAD_WORDS = 200  # Comparing leads keeps a press review from swallowing every story it mentions.
LEAD_CHARS = 4_000
MAX_FACTS = 60
STEM = 6  # « adopte », « adopter » and « adoptée » are one word.

_MASK, _HALF = (1 << 64) - 1, 1 << 63

_EMPTY_WORDS = frozenset(
    fold(
        """au aux avec ce ces cet cette comme dans de des du elle elles en et eux il ils je la le les leur leurs lui ma
        mais me meme mes moi mon ne nos notre nous on ou par pas pour qu que qui sa se ses si son sont sur ta te tes toi
        ton tu un une vos votre vous est ete etre etait ont avait avoir a ont fait faire dont donc or ni car plus tres
        tout tous toute toutes aussi ainsi entre sans sous vers chez lors apres avant depuis pendant afin alors encore
        autre autres celui celle ceux celles cela ca y d l s c n j m t qu jusqu lorsqu puisqu sera seront selon"""
    ).split()
)
# Capitalised, and yet nobody's own name here: sharing one of them is not sharing a fact.
_COMMON_NAMES = frozenset(
    fold(
        """ville municipalite mrc cpe cisss clsc cegep obnl quebec canada lanaudiere gouvernement ministere ministre
        conseil etat region mairie maire mairesse province centre comite table service services monsieur madame mme
        noel paques action grace fete nationale journee travail patriotes saint-jean-baptiste covid internet facebook google youtube presse canadienne qmi afp cnw telbec cision agence pc
        radio-canada journal communique organisme organismes association federation fondation maison"""
    ).split()
)
# Words of titles that come back without ever being one story: « Séance ordinaire du conseil », « Offre d’emploi ».
_RECURRENT_WORDS = """
    avis public publique publics deces seance ordinaire extraordinaire conseil municipal municipale offre offres emploi
    emplois proces-verbal proces verbal ordre jour infolettre bulletin bulletins communique communiques revue presse
    chronique editorial lettre ouverte necrologie horoscope meteo agenda calendrier collecte horaire horaires semaine
    semaines mois numero edition nouvelle nouvelles actualite actualites evenement evenements activite activites appel
    projets candidatures benevoles recherche recherches rappel info infos region regionale municipalite ville mrc
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre lundi mardi mercredi jeudi
    vendredi samedi dimanche hiver printemps ete automne annuel annuelle assemblee generale aga fermeture bureaux
"""
_RECURRENT = frozenset(mot[:STEM] for mot in _RECURRENT_WORDS.split())
_COMPOUND = {"st": "saint", "ste": "sainte"}
_UNITS = ("", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf")
_TENS = {"vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60}
_SPELLED = {
    **dict(zip(("dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"), range(10, 17), strict=True)),
    **{f"dix-{unite}": 10 + n for n, unite in enumerate(_UNITS) if n > 6},
    **_TENS,
    **{f"{mot}-{unite}": n + k for mot, n in _TENS.items() for k, unite in enumerate(_UNITS) if k},
}

_TOKEN = re.compile(
    r"(?P<mot>[^\W\d_]+(?:[-‐‑][^\W\d_]+)*)"
    r"|(?P<telephone>\d{3}[ .-]\d{3}[ .-]\d{4}\b)"
    r"|(?P<iso>\d{4}-\d{2}-\d{2}\b)"
    r"|(?P<quantieme>\d{1,2})(?:er)?\s(?P<mois>(?i:janv(?:ier)?|f[ée]v(?:r(?:ier)?)?|mars|avr(?:il)?|mai|juin"
    r"|juil(?:let)?|ao[uû]t|sept(?:embre)?|oct(?:obre)?|nov(?:embre)?|d[ée]c(?:embre)?))\b"
    r"|(?P<heure>\d{1,2})\s?h(?:\s?(?P<minute>\d{2}))?\b"
    r"|(?P<nombre>\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?:,\d{1,4})?(?!\d)|\d{1,15}(?:[.,]\d{1,4})?)"
    r"(?:\s?(?P<unite>%|\$|[Mk]\$|[Mm]illi(?:on|ard)s?\b)|(?:ers?|res?|es?|èmes?)\b)?"
    r"|(?P<fin>[.!?…:«\n|])"
)
_ADDRESS = re.compile(r"[^\s@]{0,64}@\S+|(?:https?://|www\.)\S+")
# What WordPress adds under every summary, the title of the article included.
_SITE_FOOTER = re.compile(
    r"(?:L['’]article|The post)\s.{0,300}?\s(?:est apparu en premier sur|appeared first on)\s.{0,120}", re.DOTALL
)


class Trait(NamedTuple):
    """One word of the text that counts. `fait`: what it states, as « genre:value », or ""; `forme`: as it was written."""

    mot: str
    fait: str
    forme: str


@dataclass(frozen=True, slots=True)
class Profil:
    """A document, ready to be compared.

    `suites` are hashes of neighbouring content words, boilerplate taken out; `presents` all content words as they are,
    `mots` their stems; `titre_ancres` the words of the title that the body says too; `banal` a title of formulas only;
    `places` each name by the words on its two sides.
    """

    source: str
    jour: int | None
    adresse: str
    titre: str
    cle_titre: str
    banal: bool
    titre_mots: frozenset[str]
    titre_ancres: frozenset[str]
    titre_noms: frozenset[str]
    contenu: int
    mots: frozenset[str]
    suites: frozenset[int]
    presents: frozenset[str]
    faits: dict[str, str]
    nombres: frozenset[str]
    jours: frozenset[str]
    places: dict[tuple[str, str], str]

    @property
    def noms(self) -> frozenset[str]:
        """The names among the facts."""
        return frozenset(fait for fait in self.faits if fait.startswith("nom:"))


def read_profile(document: Document, communs: frozenset[int] = frozenset()) -> Profil:
    """All that can be compared. `communs`: word pairs which are boilerplate of the source and mean nothing."""
    titre, corps = read_headline(document.titre), read_body(document, communs)
    titre_mots = frozenset([trait.mot[:STEM] for trait in titre])
    corps_mots = frozenset([trait.mot[:STEM] for trait in corps])
    faits = read_facts(titre, corps)
    return Profil(
        source=document.source,
        jour=document.date.toordinal() if document.date else None,
        adresse=address_key(document.adresse),
        titre=" ".join([trait.mot for trait in titre]),
        cle_titre=_title_key(titre),
        banal=bool(titre) and not _own_words(titre),
        titre_mots=titre_mots,
        titre_ancres=titre_mots & corps_mots,
        titre_noms=frozenset([f"nom:{trait.mot}" for trait in titre]) & faits.keys(),
        contenu=word_hash(" ".join([trait.mot for trait in (*titre, *corps)])),
        mots=titre_mots | corps_mots,
        presents=frozenset([trait.mot for trait in (*titre, *corps)]),
        suites=read_pairs(titre, corps, communs),
        faits=faits,
        nombres=frozenset([fait for fait in faits if fait.startswith("nombre:")]),
        jours=frozenset([fait for fait in faits if fait.startswith("jour:")]),
        places=_places([*titre, *corps], faits),
    )


def _places(traits: list[Trait], faits: dict[str, str]) -> dict[tuple[str, str], str]:
    return {
        (gauche.mot[:STEM], droite.mot[:STEM]): milieu.mot
        for gauche, milieu, droite in zip(traits, traits[1:], traits[2:], strict=False)
        if f"nom:{milieu.mot}" in faits
    }


def read_body(document: Document, communs: frozenset[int] = frozenset()) -> list[Trait]:
    """The lead of the summary and text, without the words that are wholly inside boilerplate."""
    traits = read_traits(f"{document.resume}\n{document.texte}")
    if not communs or len(traits) < 2:
        return traits
    commun = [paire in communs for paire in pairs(traits)]
    dedans = [gauche and droite for gauche, droite in zip([True, *commun], [*commun, True], strict=True)]
    return [trait for trait, en_trop in zip(traits, dedans, strict=True) if not en_trop]


def read_pairs(titre: list[Trait], corps: list[Trait], communs: frozenset[int] = frozenset()) -> frozenset[int]:
    """The pairs of neighbouring words; a body too short to compare counts with its title."""
    return frozenset(pairs(corps if len(corps) >= 8 else titre + corps)) - communs


def read_facts(titre: list[Trait], corps: list[Trait]) -> dict[str, str]:
    """Names, numbers and days: « genre:value » to the form it was written in."""
    traits = titre + corps
    faits = {trait.fait: trait.forme for trait in traits if trait.fait}
    if not faits:
        return faits
    # « Montant » in a heading is no name if the text also says « montant ».
    ordinaires = {trait.mot for trait in traits if not trait.fait}
    surs = (
        (fait, forme)
        for fait, forme in faits.items()
        if not fait.startswith("douteux:") and not (fait.startswith("nom:") and fait[4:] in ordinaires)
    )
    return dict(islice(surs, MAX_FACTS))


def read_traits(texte: str) -> list[Trait]:
    """The content words of the lead, in order, each with the fact it states."""
    texte = unicodedata.normalize("NFC", texte[:LEAD_CHARS])
    if "@" in texte or "//" in texte or "www." in texte:
        texte = _ADDRESS.sub(" ", texte)
    return _scan(_SITE_FOOTER.sub("", texte))


def read_headline(titre: str) -> list[Trait]:
    """The same for a title, without the site's name that some add after a bar."""
    return max((read_traits(segment) for segment in titre[:600].split("|", 4)), key=len)


def title_key(titre: str) -> str:
    """The title without case, accents and empty words; "" when such a title comes back for different stories."""
    return _title_key(read_headline(titre))


def _title_key(titre: list[Trait]) -> str:
    return " ".join([trait.mot for trait in titre]) if len(_own_words(titre)) >= 2 and len(titre) >= 3 else ""


def _own_words(titre: list[Trait]) -> set[str]:
    """The words of a title that other stories' titles do not bear every week."""
    return {mot for mot, _, _ in titre if mot[:STEM] not in _RECURRENT and not mot[0].isdigit()}


def pairs(traits: list[Trait]) -> list[int]:
    """A signed 64-bit hash of each two neighbouring content words."""
    hashes = [word_hash(trait.mot[:STEM]) for trait in traits]
    return [
        ((gauche * 0x9E3779B97F4A7C15 + droite * 0xC2B2AE3D27D4EB4F) & _MASK) - _HALF
        for gauche, droite in pairwise(hashes)
    ]


@lru_cache(maxsize=1 << 16)
def word_hash(mot: str) -> int:
    """A signed 64-bit hash, the same everywhere and always."""
    return int.from_bytes(blake2b(mot.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def _scan(texte: str) -> list[Trait]:
    traits: list[Trait] = []
    debut, crie, precedent = True, texte.isupper(), ""
    for m in islice(_TOKEN.finditer(texte), 2 * LEAD_WORDS):
        genre, brut = m.lastgroup, m.group()
        if genre == "mot":
            if (trait := _word(brut, debut, crie)) is not None:
                traits.append(trait)
            debut, precedent = False, brut
        elif genre == "fin":
            # « M. Roy », « St. Paul »: the dot of a short capitalised word ends no sentence.
            debut = debut or brut != "." or len(precedent) > 3 or not precedent[:1].isupper()
        elif genre != "telephone":
            traits.append(_number(m))
            debut, precedent = False, ""
    return traits


@lru_cache(maxsize=1 << 15)
def _word(brut: str, debut: bool, crie: bool) -> Trait | None:
    """None for an empty word. « douteux »: the first word of a sentence is capitalised, name or not."""
    mot = "-".join([_COMPOUND.get(part, part) for part in fold(brut[:48]).split("-")])
    if not mot or mot in _EMPTY_WORDS:
        return None
    if mot in _SPELLED:
        return Trait(str(_SPELLED[mot]), f"nombre:{_SPELLED[mot]}", brut)
    if not brut[0].isupper() or crie or brut.isupper() or len(mot) < 3 or mot in _COMMON_NAMES:
        return Trait(mot, "", brut)
    sur = not debut or any(part[:1].isupper() for part in re.split("[-‐‑]", brut)[1:])
    return Trait(mot, f"nom:{mot}" if sur else f"douteux:{mot}", brut)


def _number(m: re.Match[str]) -> Trait:
    brut = m.group().strip()
    if m["quantieme"]:
        return _day(int(m["quantieme"]), NUMERO_MOIS.get(fold(m["mois"]), 0), brut)
    if m["iso"]:
        return _day(int(brut[8:]), int(brut[5:7]), brut)
    if m["heure"]:
        instant = f"{int(m['heure'])}h{m['minute'] or '00'}"
        return Trait(instant, f"nombre:{instant}", brut)
    return _quantity(m["nombre"], m["unite"] or "", brut)


def _day(quantieme: int, mois: int, brut: str) -> Trait:
    return Trait(f"{quantieme}/{mois}", f"jour:{mois:02d}-{quantieme:02d}", brut)


def _quantity(nombre: str, unite: str, brut: str) -> Trait:
    """« 2,3 millions », « 2,3 M$ » and « 2 300 000 » are one number: the scale is told in too many ways to be kept."""
    valeur = float(re.sub(r"\s", "", nombre).replace(",", "."))
    for echelle in (1e9, 1e6):
        if valeur >= echelle and valeur % (echelle / 10) == 0:
            valeur /= echelle
            break
    mot = f"{valeur:.10g}"
    nu = not unite and nombre.isdigit()
    sans_portee = nu and (valeur < 10 or 1900 <= valeur <= 2100)
    return Trait(mot, "" if sans_portee else f"nombre:{mot}", brut)
