"""The PDF of an issue: tagged, in French, with a title and bookmarks, as another library reads it."""

from __future__ import annotations

import builtins
import io
from pathlib import Path
from typing import Any

import pytest

from pipeline import vitrine
from pipeline.imprimer import print_issue
from tests.diffusion import ORGANISATION, Atelier
from tests.numeros import SITE, come_out, full, workshop
from veille.errors import DependanceError, RefusError
from veille.pdf import write_pdf
from veille.store import digests

pikepdf = pytest.importorskip("pikepdf", reason="pikepdf n’est pas installé")
pytest.importorskip("weasyprint", reason="weasyprint n’est pas installé")


@pytest.fixture
def a(tmp_path: Path) -> Atelier:
    return workshop(tmp_path, "clds-joliette", "ca")


def tags(arbre: Any) -> set[str]:
    """Every structure type of the document."""
    vus: set[str] = set()
    a_voir = [arbre]
    while a_voir:
        noeud = a_voir.pop()
        if isinstance(noeud, pikepdf.Array):
            a_voir += list(noeud)
        elif isinstance(noeud, pikepdf.Dictionary):
            if "/S" in noeud:
                vus.add(str(noeud.S))
            if "/K" in noeud:
                a_voir.append(noeud.K)
    return vus


@pytest.mark.slow
def test_the_pdf_is_tagged_named_and_in_french(a: Atelier) -> None:
    digest_id = come_out(a, full(list(range(1, 13))))
    bilan = print_issue(a.c, a.dossier, digest_id)
    assert bilan.fichier == "publication/clds-joliette/2026-11-23/bulletin.pdf"
    corps = (a.chemin / bilan.fichier).read_bytes()
    with pikepdf.open(io.BytesIO(corps)) as pdf:
        assert pdf.Root.Lang == "fr-CA" and bool(pdf.Root.MarkInfo.Marked)
        assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
        assert "CLDS de Joliette, no 3" in str(pdf.docinfo.Title)
        assert {"/H1", "/H2", "/H3", "/P", "/L", "/LI", "/Link"} <= tags(pdf.Root.StructTreeRoot.K)
        with pdf.open_metadata() as meta:
            assert meta["pdfuaid:part"] == "1"
        with pdf.open_outline() as plan:
            titres = [x.title for racine in plan.root for x in racine.children]
        assert "À agir" in titres and "Agenda" in titres
        liens = {str(x.A.URI) for page in pdf.pages for x in page.get("/Annots", ()) if "/A" in x and "/URI" in x.A}
    assert "https://ville.exemple.org/1" in liens and f"{SITE}/bulletins/themes/habitation/" in liens
    assert not [x for x in liens if "invalid" in x or "/avis/" in x]
    assert print_issue(a.c, a.dossier, digest_id).octets == len(corps)
    assert (a.chemin / bilan.fichier).read_bytes() == corps
    liste = (a.chemin / "publication/clds-joliette/index.html").read_text(encoding="utf-8")
    assert 'href="2026-11-23/bulletin.pdf"' in liste


@pytest.mark.slow
def test_an_internal_issue_is_printed_for_its_owner_only(a: Atelier, tmp_path: Path) -> None:
    a.organisation = ORGANISATION
    digest_id = come_out(a, full(list(range(1, 13))), "ca")
    bilan = print_issue(a.c, a.dossier, digest_id)
    assert bilan.fichier == "interne/ca/2026-11-23/bulletin.pdf"
    assert (a.chemin / bilan.fichier).stat().st_mode & 0o077 == 0
    assert b"page.invalid" not in (a.chemin / bilan.fichier).read_bytes()
    assert print_issue(a.c, a.dossier, digest_id, tmp_path / "ailleurs.pdf").fichier == str(tmp_path / "ailleurs.pdf")
    assert (tmp_path / "ailleurs.pdf").read_bytes().startswith(b"%PDF-")


def test_a_page_that_would_fetch_something_is_refused() -> None:
    with pytest.raises(RefusError, match="rien chercher"):
        write_pdf('<html lang="fr-CA"><title>t</title><img alt="" src="https://traceur.invalid/pixel.gif">', b"")


def test_a_draft_is_not_printed_and_the_list_links_to_no_pdf_that_nobody_made(a: Atelier) -> None:
    digest_id = come_out(a, full(list(range(1, 13))))
    audience = a.audiences[0]
    numero = vitrine.Numero(a.c, a.dossier, audience, digests.require(a.c, digest_id))
    fichiers = vitrine.audience_files(a.dossier, audience, [numero])
    assert b".pdf" not in fichiers[Path("publication/clds-joliette/index.html")]
    a.c.execute("UPDATE digests SET approuve_a = NULL, publie_a = NULL WHERE id = ?", (digest_id,))
    with pytest.raises(RefusError, match="n’est pas approuvé"):
        print_issue(a.c, a.dossier, digest_id)


def test_without_the_extra_one_french_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    vrai = builtins.__import__

    def without(nom: str, *args: Any, **cles: Any) -> Any:
        if nom == "weasyprint":
            raise ImportError(nom)
        return vrai(nom, *args, **cles)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DependanceError, match=r"veille\[pdf\]"):
        write_pdf("<p>", b"")
