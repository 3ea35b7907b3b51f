"""A report as a text document: real headings, repeated header rows, a language, a description for each table.

A chart becomes its table, which everybody can read. Opened by LibreOffice and Word; written by python-docx, an extra.
"""

from __future__ import annotations

import io
from typing import Any

from veille.errors import DependanceError
from veille.francais import typeset
from veille.rapports.formes import Cellule, Feuille, Graphique, Paragraphe, Rapport, Tableau, Titre, cell
from veille.rapports.html import address, chart_rows
from veille.rapports.textes import printable

_COULEURS = {"doux": "4A5763", "manque": "4A5763", "alerte": "9C2128", "bien": "1A6339"}
_ACCENT, _BANDE = "0B5568", "EAF1F2"
_MARGE_CM = 1.5
_TAILLE_TABLEAU = 8.5


def render(rapport: Rapport) -> bytes:
    """The document's bytes; DependanceError when python-docx is not there."""
    try:
        import docx
    except ImportError as erreur:
        raise DependanceError(
            "Le format docx demande un complément : installez veille avec l’extra « docx » (pip install 'veille[docx]')."
        ) from erreur
    return _Ecriture(docx.Document(), rapport).write()


class _Ecriture:
    """One document being written, from top to bottom."""

    def __init__(self, document: Any, rapport: Rapport) -> None:
        self.document = document
        self.rapport = rapport
        self.dit = ""

    def write(self) -> bytes:
        """Everything, in order."""
        self._prepare()
        self.document.add_heading(_said(self.rapport.titre), 1)
        for paragraphe in self.rapport.entete:
            self._paragraph(self.document.add_paragraph(), paragraphe)
        for bloc in self.rapport.blocs:
            match bloc:
                case Titre():
                    self.dit = bloc.texte
                    self.document.add_heading(_said(bloc.texte), min(bloc.niveau, 9))
                case Paragraphe():
                    self._paragraph(self.document.add_paragraph(), bloc)
                case Tableau():
                    self._table(bloc)
                case Graphique():
                    self._chart(bloc)
                case Feuille():
                    pass
        sortie = io.BytesIO()
        self.document.save(sortie)
        return sortie.getvalue()

    def _prepare(self) -> None:
        from docx.enum.section import WD_ORIENT
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt, RGBColor

        section = self.document.sections[0]
        court, long = Cm(21.59), Cm(27.94)
        section.page_width, section.page_height = (long, court) if self.rapport.paysage else (court, long)
        section.orientation = WD_ORIENT.LANDSCAPE if self.rapport.paysage else WD_ORIENT.PORTRAIT
        section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(_MARGE_CM)
        proprietes = self.document.core_properties
        proprietes.title, proprietes.author = _said(self.rapport.titre), _said(self.rapport.auteur)
        proprietes.language, proprietes.comments = "fr-CA", ""
        styles = self.document.styles
        styles["Normal"].font.name, styles["Normal"].font.size = "Liberation Sans", Pt(9.5)
        styles["Normal"].paragraph_format.space_after = Pt(3)
        for langue in styles.element.iter(qn("w:lang")):
            langue.set(qn("w:val"), "fr-CA")
        for niveau, taille in ((1, 18), (2, 14), (3, 12), (4, 10.5)):
            titre = styles[f"Heading {niveau}"]
            titre.font.name, titre.font.size = "Liberation Sans", Pt(taille)
            titre.font.color.rgb = RGBColor.from_string(_ACCENT)
            titre.element.rPr.rFonts.set(qn("w:asciiTheme"), "")
            del titre.element.rPr.rFonts.attrib[qn("w:asciiTheme")]
        self._footer(section)

    def _footer(self, section: Any) -> None:
        paragraphe = section.footer.paragraphs[0]
        if self.rapport.pied:
            paragraphe.add_run(f"{_said(self.rapport.pied)} – ")
        paragraphe.add_run("page\u00a0")
        for genre, texte in (("begin", ""), ("", "PAGE"), ("end", "")):
            trait = paragraphe.add_run()._r
            if genre:
                trait.append(_element("w:fldChar", {"w:fldCharType": genre}))
            else:
                champ = _element("w:instrText", {"xml:space": "preserve"})
                champ.text = texte
                trait.append(champ)

    def _paragraph(self, cible: Any, paragraphe: Paragraphe) -> None:
        from docx.shared import RGBColor

        if paragraphe.puce:
            cible.style = self.document.styles["List Bullet" if paragraphe.puce == 1 else "List Bullet 2"]
        for passage in paragraphe.passages:
            adresse = address(passage, self.rapport.site)
            trait = self._link(cible, passage.texte, adresse) if adresse else cible.add_run(_said(passage.texte))
            trait.bold, trait.italic = passage.gras or None, passage.italique or paragraphe.ton == "manque" or None
            if not adresse and paragraphe.ton in _COULEURS:
                trait.font.color.rgb = RGBColor.from_string(_COULEURS[paragraphe.ton])

    def _link(self, cible: Any, texte: str, adresse: str) -> Any:
        from docx.opc.constants import RELATIONSHIP_TYPE
        from docx.shared import RGBColor
        from docx.text.run import Run

        relation = cible.part.relate_to(printable(adresse), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
        lien = _element("w:hyperlink", {"r:id": relation})
        trait = _element("w:r", {})
        lien.append(trait)
        cible._p.append(lien)
        ecrit = Run(trait, cible)
        ecrit.text = _said(texte)
        ecrit.font.underline, ecrit.font.color.rgb = True, RGBColor.from_string(_ACCENT)
        return ecrit

    def _chart(self, graphique: Graphique) -> None:
        self._caption(graphique.titre)
        self.document.add_paragraph(_said(graphique.resume)).paragraph_format.keep_with_next = True
        rangees = tuple(
            (cell(premiere, entete=True), *(cell(v) for v in valeurs)) for premiere, *valeurs in chart_rows(graphique)
        )
        colonnes = ("", *(nom for nom, _ in graphique.series))
        self._table(Tableau(graphique.titre, colonnes, rangees))

    def _caption(self, titre: str) -> None:
        self.document.add_paragraph(_said(titre), style="Caption").paragraph_format.keep_with_next = True
        self.dit = titre

    def _table(self, tableau: Tableau) -> None:
        from docx.shared import Pt

        largeurs = tableau.largeurs or (100 // len(tableau.colonnes),) * len(tableau.colonnes)
        if tableau.titre != self.dit:  # Else said already just above; a screen reader still has it of the table.
            self._caption(tableau.titre)
        self.dit = ""
        table = self.document.add_table(rows=1 + len(tableau.rangees), cols=len(tableau.colonnes), style="Table Grid")
        table.autofit = False
        _describe(table, _said(tableau.titre))
        utile = self.document.sections[0].page_width - 2 * self.document.sections[0].left_margin
        for colonne, largeur in zip(table.columns, largeurs, strict=True):
            colonne.width = int(utile * largeur / sum(largeurs))
        grille = [
            list(rangee.cells) for rangee in table.rows
        ]  # Asked once: python-docx reads the whole table each time.
        for case, texte in zip(grille[0], tableau.colonnes, strict=True):
            titre = case.paragraphs[0].add_run(_said(texte))
            titre.bold, titre.font.size = True, Pt(_TAILLE_TABLEAU)
            case._tc.get_or_add_tcPr().append(_element("w:shd", {"w:val": "clear", "w:fill": _BANDE}))
        table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", {}))
        self._fill(grille, tableau)
        for rangee, cases in zip(table.rows, grille, strict=True):
            rangee._tr.get_or_add_trPr().append(_element("w:cantSplit", {"w:val": "0"}))
            for case, largeur in zip(cases, largeurs, strict=True):
                case.width = int(utile * largeur / sum(largeurs))
        self.document.add_paragraph()

    def _fill(self, grille: list[list[Any]], tableau: Tableau) -> None:
        prises: set[tuple[int, int]] = set()
        for i, rangee in enumerate(tableau.rangees, start=1):
            j = 0
            for cellule in rangee:
                while (i, j) in prises:
                    j += 1
                case = grille[i][j]
                if cellule.hauteur > 1:
                    case = case.merge(grille[i + cellule.hauteur - 1][j])
                prises |= {(i + k, j) for k in range(cellule.hauteur)}
                self._cell(case, cellule)
                j += 1

    def _cell(self, case: Any, cellule: Cellule) -> None:
        from docx.shared import Pt

        for n, paragraphe in enumerate(cellule.paragraphes):
            self._paragraph(case.paragraphs[0] if n == 0 else case.add_paragraph(), paragraphe)
        for ecrit in case.paragraphs:
            for trait in ecrit.runs:
                trait.font.size = Pt(_TAILLE_TABLEAU)
                if cellule.entete:
                    trait.bold = True


def _describe(table: Any, texte: str) -> None:
    """What a screen reader says of the table."""
    proprietes = table._tbl.tblPr
    for nom in ("w:tblCaption", "w:tblDescription"):
        proprietes.append(_element(nom, {"w:val": texte}))


def _element(nom: str, attributs: dict[str, str]) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(nom)
    for cle, valeur in attributs.items():
        element.set("{http://www.w3.org/XML/1998/namespace}space" if cle == "xml:space" else qn(cle), valeur)
    return element


def _said(texte: str) -> str:
    return printable(typeset(texte))
