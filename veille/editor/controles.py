"""Gates: why an issue may not go out yet, each a plain sentence with the place to mend. Pure.

They look at what would be frozen: the content, and the renderings read back from their own bytes. What only deserves a
look is told too, and blocks nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from veille import textes
from veille.editor.droits import taken_over, words_with_places
from veille.editor.empreintes import known_run, run_among, run_hashes, split
from veille.editor.formes import Contenu, Element
from veille.editor.rendus import Rendu, letters, read_html, read_text
from veille.editor.retouches import EDITORIAL_MOTS, OBJET_MAX
from veille.francais import one_line
from veille.model import Organisation

COURRIEL_MAX = 102_000  # Beyond, the great mail services cut the message.
MARQUE_MAX = 300  # What a person's own link may add in the place of its mark.
MARQUES = ("@@desabonnement@@", "@@preferences@@")
NOMS_RENDUS = {"page": "la page", "courriel_html": "le courriel", "courriel_texte": "la version texte du courriel"}

EtatLien = Literal["bon", "mort", "incertain", "a_verifier"]


@dataclass(frozen=True)
class Controle:
    """One thing to mend before approval, or, when it does not block, to look at. `lieu`: an address of the staff site."""

    cle: str
    phrase: str
    lieu: str
    bloquant: bool = True


@dataclass(frozen=True)
class Piece:
    """What the gates must know of a story besides what is shown.

    `titre` names it to staff; `titre_de_la_source`: the one shown is a source's own, whose rights let it be; `presse`:
    texts of its press items, titles and summaries included; `manchettes`: those titles and summaries, each whole; `passages`: hashes of runs of words, of those whose text is
    purged too.
    """

    titre: str
    titre_de_la_source: bool = False
    a_la_une: bool = False
    presse: tuple[str, ...] = ()
    manchettes: tuple[str, ...] = ()
    passages: tuple[bytes, ...] = ()


@dataclass(frozen=True)
class Examen:
    """Everything the gates look at. `manques`: keys of organisation.toml still to fill in; `liens`: what is known of
    each address, and why; `rendus`: by name, the bytes that would be frozen; `mince`: what someone must still choose when
    there is too little to read; `parues`: items of stories that these readers have had already;
    `recents`: hashes of runs of words of this issue that any recent press text has, whatever story it tells.
    """

    digest_id: int
    contenu: Contenu
    organisation: Organisation
    rendus: Mapping[str, bytes]
    pieces: Mapping[int, Piece] = field(default_factory=dict)
    manques: tuple[str, ...] = ()
    liens: Mapping[str, tuple[EtatLien, str]] = field(default_factory=dict)
    mince: str = ""
    parues: frozenset[int] = frozenset()
    recents: bytes = b""

    def place(self, item_id: int) -> str:
        """Where a story stands in the editor."""
        return f"/bulletins/{self.digest_id}#n{item_id}"

    def named(self, e: Element) -> str:
        """« Titre » (Source), as staff know it."""
        piece = self.pieces.get(e.item_id)
        return f"« {piece.titre if piece else e.titre} » ({e.source.nom})"

    def passages(self, item_id: int) -> tuple[bytes, ...]:
        """Every hash known of the press texts of one story."""
        piece = self.pieces.get(item_id)
        return (*piece.passages, *(run_hashes(t) for t in piece.presse)) if piece else ()


def check(examen: Examen) -> tuple[Controle, ...]:
    """Everything to mend or to look at, what blocks first."""
    lus = {nom: _read(nom, octets) for nom, octets in examen.rendus.items()}
    trouves = [c for porte in PORTES for c in porte(examen)]
    trouves += [c for porte in PORTES_RENDUS for c in porte(examen, lus)]
    return tuple(sorted(dict.fromkeys(trouves), key=lambda c: not c.bloquant))


def blocking(controles: tuple[Controle, ...]) -> tuple[Controle, ...]:
    """Those that forbid approval."""
    return tuple(c for c in controles if c.bloquant)


def outcomes(controles: tuple[Controle, ...]) -> list[dict[str, Any]]:
    """As frozen at approval: every gate, with what it still advised."""
    conseils = {cle: [asdict(c) for c in controles if c.cle == cle] for cle in CLES}
    return [{"cle": cle, "conseils": conseils[cle]} for cle in CLES]


def said_again(texte: str, piece: Piece, propres: Iterable[str] = ()) -> str:
    """What a text written after the fact repeats of a newspaper, as a sentence; "" when it is staff's own.

    `propres`: an institution's own words.
    """
    if passage := known_run(texte, (*piece.passages, *(run_hashes(t) for t in piece.presse))):
        return f"{textes.copied_run(passage)}."
    manchette = next((m for ligne in texte.split("\n") if (m := taken_over(ligne, piece.manchettes, propres))), "")
    return f"{textes.taken_over(manchette)}." if manchette else ""


# ---------------------------------------------------------------- of the content


def _written(x: Examen) -> Iterator[Controle]:
    """Staff's own words where the law wants them."""
    for e in x.contenu.elements:
        if e.a_rediger:
            yield Controle("textes", f"{x.named(e)} : {' ; '.join(e.a_rediger)}.", x.place(e.item_id))


def _thin(x: Examen) -> Iterator[Controle]:
    """Too little to read: someone chose to send it all the same."""
    if x.mince:
        yield Controle("mince", x.mince, "/bulletins/choisir")


def _told(x: Examen) -> Iterator[Controle]:
    """A story told before is told again only because someone put it in: they may not know that it was."""
    for e in x.contenu.elements:
        if e.item_id in x.parues:
            phrase = f"{x.named(e)} est déjà parue pour ce public, dans un numéro ou une alerte. Retirez-la si c’est un oubli."
            yield Controle("deja", phrase, x.place(e.item_id), bloquant=False)


def _copies(x: Examen) -> Iterator[Controle]:
    """No run of twelve words of a newspaper, even of one whose text is no longer here."""
    connues = split((*(p for item_id in x.pieces for p in x.passages(item_id)), x.recents))
    for e in x.contenu.elements:
        if any(textes.COPIE in manque for manque in e.a_rediger):
            continue
        if passage := run_among(_own_words(x.pieces, e), connues):
            yield Controle("copies", f"{x.named(e)} : {textes.copied_run(passage)}.", x.place(e.item_id))
    for nom, texte, ancre in _of_the_issue(x.contenu):
        if passage := run_among(texte, connues):
            yield Controle("copies", f"{nom} : {textes.copied_run(passage)}.", f"/bulletins/{x.digest_id}#{ancre}")


def _headlines(x: Examen) -> Iterator[Controle]:
    """The subject line is no newspaper's headline either, short as it is. Those of stories are looked at with their words."""
    manchettes = [m for piece in x.pieces.values() for m in piece.manchettes]
    propres = [e.titre for e in x.contenu.elements if (p := x.pieces.get(e.item_id)) and p.titre_de_la_source]
    if manchette := taken_over(x.contenu.objet, manchettes, propres):
        yield Controle("copies", f"L’objet : {textes.taken_over(manchette)}.", f"/bulletins/{x.digest_id}#objet")


def written(contenu: Contenu, pieces: Mapping[int, Piece]) -> tuple[str, ...]:
    """Every text of an issue that is staff's, as copies are looked for in it."""
    return (
        *(_own_words(pieces, e) for e in contenu.elements),
        *(texte for _, texte, _ in _of_the_issue(contenu)),
    )


def _of_the_issue(contenu: Contenu) -> Iterator[tuple[str, str, str]]:
    yield "L’éditorial", contenu.editorial, "editorial"
    yield "L’objet", contenu.objet, "objet"
    for erratum in contenu.errata:
        yield "Un erratum", erratum.texte, "errata"


def _own_words(pieces: Mapping[int, Piece], e: Element) -> str:
    """Title, summary and why as one text. An institution's own words are left out: a newspaper may well repeat them."""
    piece = pieces.get(e.item_id)
    titre = "" if piece and piece.titre_de_la_source else e.titre
    return "\n".join((titre, "" if e.resume_de_la_source else e.resume, e.pourquoi, e.erratum))


def _sources(x: Examen) -> Iterator[Controle]:
    """Source, author (« non indiqué » explicit) and date."""
    for e in x.contenu.elements:
        vides = [
            nom for nom, valeur in (("source", e.source.nom), ("auteur", e.auteur), ("date", e.date)) if not valeur
        ]
        if vides:
            yield Controle("sources", f"{x.named(e)} : il manque {' et '.join(vides)}.", f"/revue/{e.item_id}")


def _headline(x: Examen) -> Iterator[Controle]:
    """« À la une » says why it matters here."""
    une = {e.item_id for r in x.contenu.rubriques if r.cle == "une" for e in r.elements}
    for e in x.contenu.elements:
        piece = x.pieces.get(e.item_id)
        if (e.item_id in une or (piece and piece.a_la_une)) and not e.pourquoi:
            phrase = f"{x.named(e)} est à la une : dites pourquoi c’est important ici."
            yield Controle("une", phrase, x.place(e.item_id))


def _deadlines(x: Examen) -> Iterator[Controle]:
    """Nobody is told of a deadline that has passed."""
    for e in x.contenu.elements:
        if e.limite and e.limite.passee:
            suite = "Recomposez le brouillon, retirez la nouvelle, ou corrigez sa date limite."
            phrase = f"L’échéance est passée : {x.named(e)}, {e.limite.texte}. {suite}"
            yield Controle("echeances", phrase, x.place(e.item_id))


def _links(x: Examen) -> Iterator[Controle]:
    """Dead links block; a doubtful one, or one that nobody has looked at lately, is told."""
    a_verifier = 0
    for e in x.contenu.elements:
        if e.lien is None:
            phrase = f"{x.named(e)} n’a pas de lien vers l’original."
            yield Controle("liens", phrase, f"/revue/{e.item_id}", bloquant=False)
        for lien in (*([e.lien] if e.lien else []), *e.aussi):
            etat, cause = x.liens.get(lien.adresse, ("a_verifier", ""))
            a_verifier += etat == "a_verifier"
            if etat == "mort":
                phrase = f"{x.named(e)} : le lien est mort ({cause}) : {lien.adresse}"
                yield Controle("liens", phrase, x.place(e.item_id))
            elif etat == "incertain":
                phrase = f"{x.named(e)} : le lien n’a pas pu être vérifié ({cause}) ; ouvrez-le : {lien.adresse}"
                yield Controle("liens", phrase, x.place(e.item_id), bloquant=False)
    if a_verifier:
        phrase = f"{textes.links_to_check(a_verifier)} : pressez « Vérifier les liens »."
        yield Controle("liens", phrase, f"/bulletins/{x.digest_id}#liens", bloquant=False)


def _lengths(x: Examen) -> Iterator[Controle]:
    """What is written for the issue itself keeps to its length."""
    mots = len(words_with_places(x.contenu.editorial))
    if mots > EDITORIAL_MOTS * 1.2:  # Counted as copies are: « l’été » is two words there, one for people.
        phrase = f"L’éditorial est trop long : {EDITORIAL_MOTS} mots au plus."
        yield Controle("longueurs", phrase, f"/bulletins/{x.digest_id}#editorial")
    if len(x.contenu.objet) > OBJET_MAX:
        phrase = f"L’objet du courriel compte {len(x.contenu.objet)} caractères : {OBJET_MAX} au plus."
        yield Controle("longueurs", phrase, f"/bulletins/{x.digest_id}#objet")


def _subject(x: Examen) -> Iterator[Controle]:
    """A mail's subject is one line: a second would break the heading, once nothing can be mended."""
    if x.contenu.objet != one_line(x.contenu.objet):
        phrase = "L’objet du courriel doit tenir sur une seule ligne : écrivez-le de nouveau, sans le coller."
        yield Controle("objet", phrase, f"/bulletins/{x.digest_id}#objet")


# ---------------------------------------------------------------- of the renderings


def _shown(x: Examen, lus: Mapping[str, Rendu]) -> Iterator[Controle]:
    """Each rendering names the source, the author and the date of every story, as many times as there are."""
    for nom, lieu in NOMS_RENDUS.items():
        if nom not in lus:
            continue
        for quoi in ("source", "auteur", "date"):
            attendus = Counter(letters(_said(e, quoi)) for e in x.contenu.elements)
            absent = next((e for e in x.contenu.elements if _rarer(lus[nom], attendus, letters(_said(e, quoi)))), None)
            if absent is not None:
                phrase = f"{x.named(absent)} : {lieu} ne montre pas sa {quoi}." if quoi != "auteur" else ""
                phrase = phrase or f"{x.named(absent)} : {lieu} ne montre pas son auteur."
                yield Controle("sources", f"{phrase} Le gabarit est à corriger.", _preview(x, nom))


def _pictures(x: Examen, lus: Mapping[str, Rendu]) -> Iterator[Controle]:
    """Every picture says what it shows; none is fetched from elsewhere, none is there to watch the reader."""
    for nom, lu in lus.items():
        lieu = NOMS_RENDUS.get(nom, nom)
        if any(image.texte is None for image in lu.images):
            phrase = f"Une image {_of(lieu)} n’a pas de texte de remplacement (alt)."
            yield Controle("images", phrase, _preview(x, nom))
        if any(image.minuscule for image in lu.images):
            phrase = f"{_capital(lieu)} contient une image d’un pixel, qui sert à surveiller la lecture : retirez-la."
            yield Controle("pistage", phrase, _preview(x, nom))
        if lu.chargements:
            phrase = f"{_capital(lieu)} irait chercher une image ou un fichier ailleurs ({lu.chargements[0][:80]})."
            yield Controle("pistage", phrase, _preview(x, nom))


def _same_for_all(x: Examen, lus: Mapping[str, Rendu]) -> Iterator[Controle]:
    """A story's link is the source's own, the same for everyone: only unsubscribing and preferences are personal."""
    for nom, lu in lus.items():
        personnels = [lien for lien in lu.liens if "@@" in lien and lien.strip("<>().,;") not in MARQUES]
        if personnels:
            phrase = f"{_capital(NOMS_RENDUS.get(nom, nom))} contient un lien propre à chaque personne : {personnels[0][:80]}"
            yield Controle("pistage", phrase, _preview(x, nom))
    for e in x.contenu.elements:
        for nom in ("courriel_html", "page"):
            if nom in lus and e.lien and e.lien.adresse not in lus[nom].liens:
                phrase = f"{x.named(e)} : {NOMS_RENDUS[nom]} ne mène pas à l’adresse exacte de la source."
                yield Controle("pistage", phrase, _preview(x, nom))


def _weight(x: Examen) -> Iterator[Controle]:
    """Under what mail services show whole."""
    html = x.rendus.get("courriel_html", b"")
    poids = len(html) + MARQUE_MAX * sum(html.count(marque.encode()) for marque in MARQUES)
    if poids >= COURRIEL_MAX:
        phrase = f"{textes.mail_too_heavy(poids, COURRIEL_MAX)} Retirez une nouvelle ou raccourcissez des textes."
        yield Controle("poids", phrase, f"/bulletins/{x.digest_id}#nouvelles")


def _identity(x: Examen, lus: Mapping[str, Rendu]) -> Iterator[Controle]:
    """Who sends, and from where: filled in, and really in both parts of the mail."""
    if x.manques:
        phrase = f"Dans organisation.toml, il reste à remplir : {', '.join(x.manques)}. La loi demande ces mentions."
        yield Controle("identite", phrase, "/organisme")
        return
    for nom in ("courriel_html", "courriel_texte"):
        for quoi, valeur in (("le nom", x.organisation.nom), ("l’adresse postale", x.organisation.adresse_postale)):
            if nom in lus and letters(valeur) not in lus[nom].mots:
                phrase = (
                    f"{_capital(NOMS_RENDUS[nom])} ne porte pas {quoi} de l’organisation. Le gabarit est à corriger."
                )
                yield Controle("identite", phrase, _preview(x, nom))


PORTES: tuple[Callable[[Examen], Iterator[Controle]], ...] = (
    _written,
    _thin,
    _told,
    _copies,
    _headlines,
    _sources,
    _headline,
    _deadlines,
    _links,
    _lengths,
    _subject,
    _weight,
)
PORTES_RENDUS: tuple[Callable[[Examen, Mapping[str, Rendu]], Iterator[Controle]], ...] = (
    _shown,
    _pictures,
    _same_for_all,
    _identity,
)
CLES = (
    "textes",
    "mince",
    "deja",
    "copies",
    "sources",
    "une",
    "echeances",
    "liens",
    "longueurs",
    "objet",
    "images",
    "pistage",
    "poids",
    "identite",
)


def _read(nom: str, octets: bytes) -> Rendu:
    return read_text(octets) if nom == "courriel_texte" else read_html(octets)


def _said(e: Element, quoi: str) -> str:
    return {"source": e.source.nom, "auteur": e.auteur, "date": e.date}[quoi]


def _rarer(lu: Rendu, attendus: Mapping[str, int], dit: str) -> bool:
    return bool(dit) and lu.mots.count(dit) < attendus[dit]


def _preview(x: Examen, nom: str) -> str:
    vue = {"courriel_html": "courriel", "courriel_texte": "texte"}.get(nom, "page")
    return f"/bulletins/{x.digest_id}/apercu/{vue}"


def _of(lieu: str) -> str:
    return f"du {lieu.removeprefix('le ')}" if lieu.startswith("le ") else f"de {lieu}"


def _capital(lieu: str) -> str:
    return lieu[:1].upper() + lieu[1:]
