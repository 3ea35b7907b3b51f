"""From a frozen digest to what people open: web page, e-mail in HTML and text, `.eml`, feed entry.

Templates are ours or staff's, never collected text; every value is escaped on its way out. Nothing is chosen or reworded
here, no file is written, no clock is read: the same content always gives the same bytes. css_inline is imported here only.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    select_autoescape,
)

from veille.editor import Contenu, Rappel
from veille.editor.formes import Element, Erratum, Lien
from veille.errors import Faute, RefusError, SettingsError
from veille.francais import NBSP, one_line, plural, typeset
from veille.model import Organisation

LARGEUR = 72
FEUILLE = "bulletin.css"
COMMUN = "_commun"
GABARITS = (".html", ".txt", ".css")


# What stands in a mail for a person's own links until the mail is made for that person.
DESABONNEMENT, PREFERENCES = "@@desabonnement@@", "@@preferences@@"


@dataclass(frozen=True)
class Liens:
    """Addresses around a page; "" where there is none. Relative ones hold wherever the folder is served.

    `en_ligne` is the issue's own address, for ever. `avis` is where a reader says what a story was worth: the same for
    everyone, completed by `/<item>/<opinion>`. `themes` is completed by `<theme>/`.
    """

    feuille: str = f"../../statique/{FEUILLE}"
    accueil: str = ""
    archives: str = ""
    themes: str = ""
    flux: str = ""
    flux_json: str = ""
    calendrier: str = ""
    en_ligne: str = ""
    abonnement: str = ""
    confidentialite: str = ""
    desabonnement: str = ""
    preferences: str = ""
    avis: str = ""
    sondage: str = ""


@dataclass(frozen=True)
class Archive:
    """One line of an audience's list of digests."""

    numero: int
    date: str
    date_le: str
    adresse: str
    en_bref: tuple[str, ...]
    genre: str = "bulletin"
    pdf: str = ""


@dataclass(frozen=True)
class Theme:
    """A theme as its page names it."""

    slug: str
    nom: str
    definition: str = ""


@dataclass(frozen=True)
class NouvelleParue:
    """One story on a theme's page, and the issue that told it."""

    element: Element
    parution: Lien


@dataclass(frozen=True)
class PublicPublie:
    """One audience on the home page: its archive and its latest issues."""

    nom: str
    adresse: str
    numeros: tuple[Archive, ...]


@dataclass(frozen=True)
class Numero:
    """One issue in the summary of a month. `adresse` is "" when it has no public page; `errata`: what it said wrong."""

    titre: str
    numero: int
    date: str
    en_bref: tuple[str, ...] = ()
    titres: tuple[str, ...] = ()
    adresse: str = ""
    errata: tuple[Erratum, ...] = ()


class Gabarits:
    """The templates of one audience: its own first, then the folder's common ones, then those shipped."""

    def __init__(self, dossier: Path, livres: Path, audience: str) -> None:
        propre, commun = dossier / "digests" / audience, dossier / "digests" / COMMUN
        dossiers = [d.resolve() for d in (propre, commun, livres / "digests" / COMMUN) if _has_templates(d)]
        self._dossiers = tuple(dict.fromkeys(dossiers))
        self._env = _environment(self._dossiers)

    def page(self, contenu: Contenu | Rappel, organisation: Organisation, liens: Liens | None = None) -> str:
        """The web page, standing alone but for its style sheet (`liens.feuille`)."""
        return self._render(
            f"{_prefix(contenu)}page.html", contenu=contenu, organisation=organisation, liens=liens or Liens()
        )

    def courriel_html(self, contenu: Contenu | Rappel, organisation: Organisation, liens: Liens | None = None) -> str:
        """The HTML part of the e-mail, styles written on each element; nothing in it is fetched from anywhere."""
        return self._inlined(
            f"{_prefix(contenu)}courriel.html", contenu=contenu, organisation=organisation, liens=liens or Liens()
        )

    def courriel_texte(self, contenu: Contenu | Rappel, organisation: Organisation, liens: Liens | None = None) -> str:
        """The text part: as complete as the HTML one."""
        return self._tidy(
            f"{_prefix(contenu)}courriel.txt", contenu=contenu, organisation=organisation, liens=liens or Liens()
        )

    def service(self, genre: str, organisation: Organisation, **valeurs: object) -> tuple[str, str]:
        """Both parts, HTML then text, of a message that is no issue: « confirmation », « preferences », « recapitulatif »."""
        return (
            self._inlined(f"service-{genre}.html", organisation=organisation, **valeurs),
            self._tidy(f"service-{genre}.txt", organisation=organisation, **valeurs),
        )

    def fragment(self, contenu: Contenu, organisation: Organisation) -> str:
        """The digest inside a feed entry: plain HTML without style, heading or foot."""
        return self._render("fragment.html", contenu=contenu, organisation=organisation, liens=Liens())

    def fragment_of_story(self, element: Element, organisation: Organisation) -> str:
        """One story inside a theme's feed."""
        return self._render("fragment-nouvelle.html", element=element, organisation=organisation)

    def theme(self, theme: Theme, nouvelles: list[NouvelleParue], organisation: Organisation, liens: Liens) -> str:
        """A theme's published stories, newest first."""
        return self._render("theme.html", theme=theme, nouvelles=nouvelles, organisation=organisation, liens=liens)

    def home(self, publics: list[PublicPublie], themes: list[Theme], organisation: Organisation, liens: Liens) -> str:
        """The home page of the exported site."""
        return self._render("accueil.html", publics=publics, themes=themes, organisation=organisation, liens=liens)

    def not_found(self, organisation: Organisation, liens: Liens) -> str:
        """The page an exported site shows for an address that leads nowhere."""
        return self._render("introuvable.html", organisation=organisation, liens=liens)

    def archives(self, titre: str, numeros: list[Archive], organisation: Organisation, liens: Liens) -> str:
        """The list of an audience's digests, newest first."""
        return self._render("archives.html", titre=titre, numeros=numeros, organisation=organisation, liens=liens)

    def feuille(self) -> bytes:
        """The style sheet of pages, which a strict content security policy lets through as a file."""
        return next(f for d in self._dossiers if (f := d / FEUILLE).is_file()).read_bytes()

    def _inlined(self, nom: str, **valeurs: object) -> str:
        """HTML for a mail: many readers drop style sheets, so styles are written on each element."""
        from css_inline import CSSInliner

        return str(CSSInliner(load_remote_stylesheets=False).inline(self._render(nom, **valeurs)))

    def _tidy(self, nom: str, **valeurs: object) -> str:
        """Text for a mail: no space at the end of a line, one blank line at most."""
        texte = self._render(nom, **valeurs)
        return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", texte)).strip("\n") + "\n"

    def _render(self, nom: str, **valeurs: object) -> str:
        """Staff may have touched a template: a mistake in it is theirs to read, with its file and line."""
        try:
            return self._env.get_template(nom).render(**valeurs)
        except TemplateSyntaxError as erreur:
            lieu = f"ligne {erreur.lineno}"
            raise SettingsError(
                [Faute(f"digests/{erreur.name or nom}", lieu, "", f"gabarit illisible : {erreur}")]
            ) from erreur
        except TemplateError as erreur:
            raise SettingsError([Faute(f"digests/{nom}", "gabarit", "", f"le rendu a échoué : {erreur}")]) from erreur


def message(contenu: Contenu | Rappel, organisation: Organisation, html: str, texte: str, envoye_a: datetime) -> bytes:
    """The e-mail as a file, without a recipient: multipart/alternative, CRLF, the same bytes each time it is made."""
    courriel = EmailMessage(policy=SMTP)
    expediteur = _sender(organisation)
    courriel["From"] = expediteur
    courriel["Subject"] = one_line(contenu.objet)  # One frozen before this was looked at may hold two.
    courriel["Date"] = format_datetime(envoye_a)
    empreinte = hashlib.sha256(f"{contenu.identifiant}\n{texte}".encode()).hexdigest()[:16]
    nom = f"{contenu.audience.slug}.{contenu.numero}"
    courriel["Message-ID"] = f"<{nom}.{empreinte}@{expediteur.domain}>"
    courriel["List-Id"] = f"<{contenu.audience.slug}.veille.{expediteur.domain}>"
    courriel["Precedence"] = "bulk"
    courriel.set_content(texte, cte="quoted-printable")
    courriel.add_alternative(html, subtype="html", cte="quoted-printable")
    courriel["Content-Language"] = "fr-CA"
    courriel.set_boundary(f"=_veille_{empreinte}")
    return courriel.as_bytes()


def wrap(texte: str, indentation: int = 0, premiere: int | None = None) -> str:
    """A paragraph in lines of 72 columns; addresses are never cut, no-break spaces hold."""
    marge = " " * indentation
    debut = marge if premiere is None else " " * premiere
    lignes = textwrap.wrap(
        typeset(texte),
        LARGEUR,
        initial_indent=debut,
        subsequent_indent=marge,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lignes)


def paragraphs(texte: str) -> list[str]:
    """What someone typed, cut at its blank lines."""
    return [" ".join(p.split()) for p in re.split(r"\n\s*\n", texte) if p.strip()]


@lru_cache(maxsize=32)
def _environment(dossiers: tuple[Path, ...]) -> Environment:
    """Audiences without templates of their own share one, and its compiled templates; a file changed is read again."""
    env = Environment(
        loader=FileSystemLoader(dossiers),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters.update(typo=typeset, bloc=wrap, nombre=plural, paragraphes=paragraphs)
    return env


def _has_templates(dossier: Path) -> bool:
    return dossier.is_dir() and any(f.suffix in GABARITS for f in dossier.iterdir())


def _prefix(contenu: Contenu | Rappel) -> str:
    return "rappel-" if isinstance(contenu, Rappel) else ""


def _sender(organisation: Organisation) -> Address:
    adresse = organisation.expediteur.courriel
    try:
        expediteur = Address(one_line(organisation.expediteur.nom), addr_spec=adresse)
    except (ValueError, MessageError, IndexError) as erreur:
        raise RefusError(
            f"organisation.toml, expediteur.courriel{NBSP}: «{NBSP}{adresse}{NBSP}» n’est pas une adresse de courriel."
        ) from erreur
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", expediteur.domain):
        raise RefusError(
            f"organisation.toml, expediteur.courriel{NBSP}: «{NBSP}{adresse}{NBSP}» n’a pas de domaine utilisable."
        )
    return expediteur
