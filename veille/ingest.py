"""Entries of one source → items, and which are new, corrected or already known. Decides; writes nothing.

The key of an item, stable within its source:
1. its address (scheme, « www. », trackers, final slash apart), when no other entry of the feed has the same;
2. else its guid, when no other entry of the feed has the same;
3. else its title and address together; and if even those repeat, its content.
The keys not used are kept beside it (`autres_cles`), so that an entry alone today and beside a twin tomorrow is one item.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from unicodedata import normalize

from veille.addresses import address_key, canonical_address, is_article_key
from veille.editor.droits import is_press
from veille.editor.empreintes import run_hashes
from veille.francais import fold, shorten
from veille.model import Entree, Item, Lecture, Source
from veille.textes import COURRIEL_RETIRE

EXTRAIT_PRESSE = 300
_DOUTES_SANS_DATE = ("future", "ancienne")
_RECLES_MIN = 3  # so many known texts under new keys at once: the site was moved or renumbers its entries
_DISTINCTIF = 40  # characters below which a text may well be another entry's too

_NOM = r"(?<![\w.+-])[\w.+-]{1,200}"
_ETIQUETTE = r"[^\W_](?:[\w-]{0,62})"
_COURRIEL = re.compile(rf"(?:mailto:\s?)?{_NOM}@{_ETIQUETTE}(?:\.{_ETIQUETTE}){{1,5}}", re.I)
_COURRIEL_COUPE = re.compile(rf"{_NOM}@[\w.-]{{0,200}}\s?…$")  # the cut of a long text fell inside an address
_INDICE_MASQUE = re.compile(r"arr?obase|[\[({<]\s?(?:at|[àa@])\s?[\])}>]|\s@\s", re.I)
_AROBASE = r"(?:\s?[\[({<]\s?(?:arr?obase|at|[àa@])\s?[\])}>]\s?|\s(?:arr?obase|@)\s)"
_POINT = r"(?:\.|\s?[\[(]\s?(?:point|dot|\.)\s?[\])]\s?|\s(?:point|dot)\s)"
_FIN = r"(?:ca|com|org|net|fr|info|quebec|qc|coop|edu|eu|io|biz)\b"
_COURRIEL_MASQUE = re.compile(rf"{_NOM}{_AROBASE}{_ETIQUETTE}(?:{_POINT}{_ETIQUETTE}){{0,4}}{_POINT}{_FIN}", re.I)
_BRUIT = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Intentions:
    """What to write: items never seen, new versions of known ones; and how many need nothing."""

    nouveaux: tuple[Item, ...] = ()
    versions: tuple[Item, ...] = ()
    inchanges: int = 0


def to_items(lecture: Lecture, source: Source) -> list[Item]:
    """Items of a reading, in its order, exact repeats once, each with its own key."""
    brouillons = _without_repeats(_to_item(entree, source) for entree in lecture.entrees)
    communes = Counter(cle for item in brouillons for cle in item.autres_cles)
    items: dict[str, Item] = {}
    for item in brouillons:
        cle = next((cle for cle in item.autres_cles if communes[cle] == 1), item.autres_cles[-1])
        autres = tuple(autre for autre in item.autres_cles if autre != cle)
        items.setdefault(cle, replace(item, cle=cle, autres_cles=autres))
    return list(items.values())


def decide(connus: Mapping[str, bytes], items: list[Item]) -> Intentions:
    """Compare items with what the source already gave: `connus` maps each known key to its fingerprint."""
    nouveaux, versions, inchanges = [], [], 0
    communes = Counter(cle for item in items for cle in (item.cle, *item.autres_cles))
    pris = {item.cle for item in items if item.cle in connus}
    for item in items:
        cle = item.cle if item.cle in connus else _other_key(item, connus, pris, communes)
        if not cle:
            nouveaux.append(item)
        elif connus[cle] == item.empreinte:
            inchanges += 1
        else:
            versions.append(replace(item, cle=cle))
        pris.add(cle)
    vraiment = _without_moved(nouveaux, items, connus, pris)
    return Intentions(tuple(vraiment), tuple(versions), inchanges + len(nouveaux) - len(vraiment))


def remove_emails(texte: str) -> str:
    """The text without e-mail addresses, plain or thinly disguised (« nom (arobase) exemple.org »)."""
    if "@" in texte:
        texte = _COURRIEL_COUPE.sub(COURRIEL_RETIRE, _COURRIEL.sub(COURRIEL_RETIRE, texte))
    return _COURRIEL_MASQUE.sub(COURRIEL_RETIRE, texte) if _INDICE_MASQUE.search(texte) else texte


def fingerprint(titre: str, resume: str, texte: str) -> bytes:
    """16 bytes that change with the words, not with spaces, case, dashes, quotes or the way accents are encoded."""
    resume = "" if texte.startswith(resume.rstrip(" \u00a0…")) else resume
    mots = (_BRUIT.sub(" ", normalize("NFKC", partie).lower()).strip() for partie in (titre, resume, texte))
    return _hash("\n".join(mots))


def _to_item(entree: Entree, source: Source) -> Item:
    titre, resume, texte = (remove_emails(partie) for partie in (entree.titre, entree.resume, entree.texte))
    passages = b""
    if is_press(source.droits):
        passages = run_hashes("\n".join((titre, resume, texte)))
        resume, texte = shorten(resume or texte, EXTRAIT_PRESSE), ""
    adresse = canonical_address(entree.adresse)
    empreinte = fingerprint(titre, resume, texte)
    return Item(
        cle="",
        titre=titre,
        adresse=adresse,
        adresse_origine=entree.adresse,
        auteur=_author(entree.auteur),
        publie_a=None if entree.doute in _DOUTES_SANS_DATE else entree.publie_a,
        publie_texte=entree.publie_texte,
        doute=entree.doute,
        langue=entree.langue or source.langue,
        resume=resume,
        texte=texte,
        empreinte=empreinte,
        autres_cles=tuple(_possible_keys(entree, adresse, titre, empreinte)),
        passages=passages,
    )


def _possible_keys(entree: Entree, adresse: str, titre: str, empreinte: bytes) -> Iterable[str]:
    """Best first. A site's front page tells nothing apart; a guid is hashed, for some hold an e-mail address."""
    cle = address_key(adresse) if adresse else ""
    if cle and is_article_key(cle):
        yield f"adresse:{cle}" if len(cle) <= 400 else f"adresse:{_hash(cle).hex()}"
    if entree.guid:
        yield f"guid:{_hash(entree.guid).hex()}"
    yield f"titre:{_hash(fold(titre) + chr(0) + cle).hex()}"
    yield f"contenu:{_hash(cle + chr(0) + entree.guid + chr(0) + empreinte.hex() + entree.publie_texte).hex()}"


def _author(auteur: str) -> str:
    return remove_emails(auteur).replace(COURRIEL_RETIRE, "").strip(" ()<>,;")


def _without_repeats(items: Iterable[Item]) -> list[Item]:
    """Each entry once: same address (or same guid), same words, same date is a repeat, whatever its guid says."""
    uniques: dict[tuple[str, bytes, str], Item] = {}
    for item in items:
        uniques.setdefault((item.autres_cles[0], item.empreinte, item.publie_texte), item)
    return list(uniques.values())


def _other_key(item: Item, connus: Mapping[str, bytes], pris: set[str], communes: Counter[str]) -> str:
    """A known key the entry could have had: one on the same text, else one that no other entry of the feed claims."""
    possibles = [cle for cle in item.autres_cles if cle in connus and cle not in pris]
    meme_texte = (cle for cle in possibles if connus[cle] == item.empreinte)
    return next(meme_texte, next((cle for cle in possibles if communes[cle] == 1), ""))


def _without_moved(nouveaux: list[Item], items: list[Item], connus: Mapping[str, bytes], pris: set[str]) -> list[Item]:
    """New keys on old texts, many at once: the site renumbered its entries, nothing is new.

    Only a text long enough, unique among the known and here, whose old key is gone from the feed, is recognised;
    a single one stays new (a notice published again each year is an event), and grouping will tie it to the old one.
    """
    absents = Counter(empreinte for cle, empreinte in connus.items() if cle not in pris)
    combien_connus, ici = Counter(connus.values()), Counter(item.empreinte for item in items)
    deplaces = {
        item.cle
        for item in nouveaux
        if absents[item.empreinte] == combien_connus[item.empreinte] == ici[item.empreinte] == 1
        and len(item.titre) + len(item.resume) + len(item.texte) >= _DISTINCTIF
    }
    if len(deplaces) < _RECLES_MIN or 2 * len(deplaces) < len(nouveaux):
        return nouveaux
    return [item for item in nouveaux if item.cle not in deplaces]


def _hash(texte: str) -> bytes:
    return blake2b(texte.encode("utf-8", "replace"), digest_size=16).digest()
