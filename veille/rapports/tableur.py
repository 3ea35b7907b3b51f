"""A report as a spreadsheet, and the rows of one that someone gives. openpyxl, an extra, is imported here only.

Texts stay texts, whatever they begin with: no cell is ever a formula.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
import zlib
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from veille.errors import DependanceError, RefusError
from veille.francais import typeset
from veille.rapports.formes import Cellule, Feuille, Graphique, Paragraphe, Rapport, Tableau, Titre, cell
from veille.rapports.html import address, chart_rows
from veille.rapports.textes import printable

_CELLULE_MAX = 32_000
_NOMBRE = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:,[0-9]{1,10})?")
_FEUILLE_MAX = 31
_POLICE = "Liberation Sans"
_LARGEUR_TOTALE = 240  # In characters: what the hundredths of a table's columns are of.
_INTERLIGNE, _HAUTEUR_MAX = 13.5, 409  # In points; no spreadsheet has a higher row.
OCTETS_MAX, DEPLIES_MAX, RANGEES_MAX, COLONNES_MAX = 5_000_000, 20_000_000, 20_000, 100
BALISES_MAX = 600_000  # What takes the time of reading: a cell is two to six tags, 100,000 of them at least.


def render(rapport: Rapport) -> bytes:
    """The workbook's bytes: a sheet for each `Feuille`, tables one under the other; DependanceError without openpyxl."""
    openpyxl = _library()
    classeur = openpyxl.Workbook()
    classeur.remove(classeur.active)
    classeur.properties.title, classeur.properties.creator = _said(rapport.titre), _said(rapport.auteur)
    classeur.properties.language = "fr-CA"
    page = _Page(classeur, rapport, "Présentation")
    page.heading(rapport.titre, 1)
    for paragraphe in rapport.entete:
        page.paragraph(paragraphe)
    for bloc in rapport.blocs:
        match bloc:
            case Feuille():
                page.close()
                page = _Page(classeur, rapport, bloc.nom)
            case Titre():
                page.heading(bloc.texte, bloc.niveau)
            case Paragraphe():
                page.paragraph(bloc)
            case Tableau():
                page.table(bloc)
            case Graphique():
                page.chart(bloc)
    page.close()
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def write_rows(nom: str, rangees: Sequence[Sequence[str]], nombres: Collection[int] = ()) -> bytes:
    """A workbook of plain rows of texts, its first row kept in sight: what `read_rows` reads back.

    `nombres`: the columns, from 0, whose cells are numbers, so that a person can add them up.
    """
    openpyxl = _library()
    from openpyxl.styles import Font

    classeur = openpyxl.Workbook()
    feuille = classeur.active
    feuille.title = _sheet_name(nom)
    for i, rangee in enumerate(rangees, start=1):
        for j, texte in enumerate(rangee, start=1):
            case = feuille.cell(i, j)
            case.value = _number(texte) if j - 1 in nombres else printable(texte)[:_CELLULE_MAX] or None
            if isinstance(case.value, str):
                case.data_type = "s"
            if i == 1:
                case.font = Font(name=_POLICE, bold=True)
    feuille.freeze_panes = "A2"
    sortie = io.BytesIO()
    classeur.save(sortie)
    return sortie.getvalue()


def read_rows(octets: bytes) -> list[list[str]]:
    """The first sheet's rows as texts, empty ones included: days as AAAA-MM-JJ, numbers without needless decimals.

    RefusError, in French, when it is no workbook or is too large.
    """
    openpyxl = _library()
    if len(octets) > OCTETS_MAX:
        raise RefusError(f"Le fichier est trop gros : {OCTETS_MAX // 1_000_000} Mo au plus.")
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            _weigh(archive)
        classeur = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=True, keep_links=False)
        return _rows(classeur)
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        LookupError,
        ValueError,
        TypeError,
        SyntaxError,
        EOFError,
        OSError,
    ) as erreur:
        raise RefusError(
            "Ce fichier n’est pas un classeur lisible : enregistrez-le en « .xlsx », ou en CSV."
        ) from erreur


def _weigh(archive: zipfile.ZipFile) -> None:
    """Refuse what would take too long to read, before anything parses it: a few kilobytes may unfold into millions of
    cells. The library reads a whole row before it looks at its width. An entity, which no workbook has, could hide them.
    """
    if sum(f.file_size for f in archive.infolist()) > DEPLIES_MAX:
        raise RefusError("Le fichier est trop gros une fois ouvert.")
    balises = 0
    for nom in archive.namelist():
        contenu = archive.read(nom)
        if b"<!DOCTYPE" in contenu.replace(b"\0", b""):  # Without the empty bytes of UTF-16.
            raise ValueError("entités")
        balises += contenu.count(b"<")
        if balises > BALISES_MAX:
            raise RefusError("Ce classeur a trop de cellules : importez-le par parties, ou enregistrez-le en CSV.")


def _rows(classeur: Any) -> list[list[str]]:
    feuille = classeur.worksheets[0]
    feuille.reset_dimensions()  # What a file says of its own size may be false.
    rangees = feuille.iter_rows(max_row=RANGEES_MAX + 1, max_col=COLONNES_MAX, values_only=True)
    lues = [_trimmed([_read(v) for v in rangee]) for rangee in rangees]
    if len(lues) > RANGEES_MAX:
        raise RefusError(f"Le fichier a trop de lignes : {RANGEES_MAX} au plus.")
    return lues[: next((n for n in range(len(lues), 0, -1) if lues[n - 1]), 0)]


def _trimmed(rangee: list[str]) -> list[str]:
    """Without the empty cells at its end: a sheet read as it streams says nothing of its width."""
    return rangee[: next((n for n in range(len(rangee), 0, -1) if rangee[n - 1]), 0)]


def _number(texte: str) -> float | str | None:
    """« 14 » or « 4,2 » as a number; what is none stays a text."""
    return float(texte.replace(",", ".")) if _NOMBRE.fullmatch(texte) else printable(texte) or None


def _read(valeur: Any) -> str:
    match valeur:
        case None:
            return ""
        case bool():
            return "oui" if valeur else "non"
        case datetime():
            return valeur.date().isoformat() if valeur.time() == datetime.min.time() else valeur.isoformat(" ")
        case date():
            return valeur.isoformat()
        case float() if valeur.is_integer() and abs(valeur) < 1e15:
            return str(int(valeur))
        case _:
            return str(valeur).strip()


class _Page:
    """One sheet being written, from top to bottom."""

    def __init__(self, classeur: Any, rapport: Rapport, nom: str) -> None:
        self.feuille = classeur.create_sheet(_sheet_name(nom))
        self.rapport = rapport
        self.ligne = 1
        self.colonnes = 1
        self.entete = 0
        reglages = self.feuille.page_setup
        reglages.orientation = "landscape" if rapport.paysage else "portrait"
        reglages.paperSize = 1  # Letter.
        reglages.fitToWidth, reglages.fitToHeight = 1, 0
        self.feuille.sheet_properties.pageSetUpPr.fitToPage = True
        self.feuille.oddFooter.center.text = "&P / &N"

    def heading(self, texte: str, niveau: int) -> None:
        """A heading in the first column."""
        from openpyxl.styles import Font

        case = self._write(1, texte)
        case.font = Font(name=_POLICE, bold=True, size={1: 16, 2: 13}.get(niveau, 11), color="0B5568")
        self.ligne += 1

    def paragraph(self, paragraphe: Paragraphe) -> None:
        """A paragraph in the first column, its first link kept."""
        case = self._write(1, f"{'– ' if paragraphe.puce else ''}{paragraphe.texte}")
        self._link(case, paragraphe)
        self._across(case)
        self.ligne += 1

    def chart(self, graphique: Graphique) -> None:
        """Its figures, as numbers."""
        self.ligne += 1
        self._across(self._write(1, graphique.resume))
        self.ligne += 1
        rangees = tuple(
            (
                cell(textes[0], entete=True),
                *(cell(t, nombre=v[i]) for t, (_, v) in zip(textes[1:], graphique.series, strict=True)),
            )
            for i, textes in enumerate(chart_rows(graphique))
        )
        unite = f" ({graphique.unite})" if graphique.unite else ""
        self.table(Tableau(graphique.titre, ("", *(f"{nom}{unite}" for nom, _ in graphique.series)), rangees))

    def table(self, tableau: Tableau) -> None:
        """Its title, its header and its rows."""
        from openpyxl.styles import Border, Font, PatternFill, Side

        trait = Side(style="thin", color="C3CBD2")
        bord = Border(left=trait, right=trait, top=trait, bottom=trait)
        self._write(1, tableau.titre).font = Font(name=_POLICE, bold=True)
        self.ligne += 1
        for j, nom in enumerate(tableau.colonnes, start=1):
            case = self._write(j, nom)
            case.font, case.fill, case.border = (
                Font(name=_POLICE, bold=True),
                PatternFill("solid", fgColor="EAF1F2"),
                bord,
            )
        self.entete = self.entete or self.ligne
        self._widen(tableau)
        hauts = [_lines(nom, self._width(j)) for j, nom in enumerate(tableau.colonnes, start=1)]
        self.feuille.row_dimensions[self.ligne].height = _INTERLIGNE * max(hauts) + 3
        self.ligne += 1
        debut, prises = self.ligne, set[tuple[int, int]]()
        for rangee in tableau.rangees:
            j = 1
            for cellule in rangee:
                while (self.ligne, j) in prises:
                    j += 1
                self._cell(j, cellule, prises)
                j += 1
            self.ligne += 1
        for ligne in self.feuille.iter_rows(min_row=debut, max_row=self.ligne - 1, max_col=len(tableau.colonnes)):
            for case in ligne:
                case.border = bord
        self._heighten(debut, tableau)
        self.ligne += 1

    def close(self) -> None:
        """Header rows repeated in print."""
        if self.entete:
            self.feuille.print_title_rows = f"{self.entete}:{self.entete}"

    def _cell(self, j: int, cellule: Cellule, prises: set[tuple[int, int]]) -> None:
        from openpyxl.styles import Alignment, Font

        prises |= {(self.ligne + k, j) for k in range(cellule.hauteur)}
        if cellule.nombre is not None:
            case = self.feuille.cell(self.ligne, j, cellule.nombre)
            case.number_format = _written_as(cellule.nombre)
        else:
            case = self._write(j, "\n".join(f"{'– ' if p.puce else ''}{p.texte}" for p in cellule.paragraphes))
            if (
                len(cellule.paragraphes) == 1
            ):  # A cell has one link, and a long text with one is shown on a single line.
                self._link(case, cellule.paragraphes[0])
        case.alignment = Alignment(
            wrap_text=True, vertical="top", horizontal="right" if cellule.nombre is not None else None
        )
        if cellule.entete:
            case.font = Font(name=_POLICE, bold=True)
        if cellule.hauteur > 1:
            self.feuille.merge_cells(
                start_row=self.ligne, end_row=self.ligne + cellule.hauteur - 1, start_column=j, end_column=j
            )

    def _write(self, j: int, texte: str) -> Any:
        from openpyxl.styles import Alignment

        case = self.feuille.cell(self.ligne, j)
        case.value = _said(texte)[:_CELLULE_MAX] or None
        if case.value is not None:
            case.data_type = "s"  # Else a text that begins with « = » would be a formula.
        case.alignment = Alignment(wrap_text=j > 1, vertical="top")
        return case

    def _across(self, case: Any) -> None:
        """A text longer than a line goes over several columns, and its row is as high as it needs."""
        from openpyxl.styles import Alignment

        texte = str(case.value or "")
        if len(texte) <= _LARGEUR_TOTALE // 2:
            return
        colonnes = max(self.colonnes, 8)
        self.feuille.merge_cells(start_row=case.row, end_row=case.row, start_column=1, end_column=colonnes)
        case.alignment = Alignment(wrap_text=True, vertical="top")
        largeur = sum(self._width(j) for j in range(1, colonnes + 1))
        self.feuille.row_dimensions[case.row].height = _INTERLIGNE * _lines(texte, largeur)

    def _heighten(self, debut: int, tableau: Tableau) -> None:
        """Rows as high as their texts: a spreadsheet does not do it by itself for a cell that spans several."""
        hauteurs = dict.fromkeys(range(debut, debut + len(tableau.rangees)), 1)
        etendues: list[tuple[int, int, int]] = []
        prises: set[tuple[int, int]] = set()
        for i, rangee in enumerate(tableau.rangees, start=debut):
            j = 1
            for cellule in rangee:
                while (i, j) in prises:
                    j += 1
                prises |= {(i + k, j) for k in range(cellule.hauteur)}
                lignes = _lines(cellule.texte, self._width(j))
                if cellule.hauteur > 1:
                    etendues.append((i, cellule.hauteur, lignes))
                else:
                    hauteurs[i] = max(hauteurs[i], lignes)
                j += 1
        for i, hauteur, lignes in etendues:
            manque = lignes - sum(hauteurs[i + k] for k in range(hauteur))
            hauteurs[i + hauteur - 1] += max(manque, 0)
        for i, lignes in hauteurs.items():
            self.feuille.row_dimensions[i].height = min(_INTERLIGNE * lignes + 3, _HAUTEUR_MAX)

    def _width(self, j: int) -> float:
        from openpyxl.utils import get_column_letter

        return float(self.feuille.column_dimensions[get_column_letter(j)].width)

    def _link(self, case: Any, paragraphe: Paragraphe) -> None:
        adresses = [a for p in paragraphe.passages if (a := address(p, self.rapport.site))]
        if adresses and not case.hyperlink:
            case.hyperlink = printable(adresses[0])

    def _widen(self, tableau: Tableau) -> None:
        """The first table of a sheet decides how wide its columns are."""
        from openpyxl.utils import get_column_letter

        if self.colonnes > 1:
            return
        self.colonnes = len(tableau.colonnes)
        largeurs = tableau.largeurs or (100 // self.colonnes,) * self.colonnes
        for j, largeur in enumerate(largeurs, start=1):
            self.feuille.column_dimensions[get_column_letter(j)].width = max(10, _LARGEUR_TOTALE * largeur // 100)


def _sheet_name(nom: str) -> str:
    return "".join(" " if c in "[]:*?/\\" else c for c in _said(nom))[:_FEUILLE_MAX] or "Feuille"


def _lines(texte: str, largeur: float) -> int:
    """How many lines a text takes in a column of so many characters; words are not cut, hence the margin."""
    return sum(max(1, math.ceil(1.15 * len(ligne) / max(largeur, 1))) for ligne in texte.split("\n"))


def _written_as(nombre: float) -> str:
    """As many decimals as the number has, two at most: what the other formats write of it."""
    decimales = next((d for d in (0, 1) if round(nombre, d) == nombre), 2)
    return f"#,##0.{'0' * decimales}".rstrip(".")


def _said(texte: str) -> str:
    return printable(typeset(texte))


def _library() -> Any:
    try:
        import openpyxl
    except ImportError as erreur:
        raise DependanceError(
            "Le format xlsx demande un complément : installez veille avec l’extra « tableur » (pip install 'veille[tableur]')."
        ) from erreur
    return openpyxl
