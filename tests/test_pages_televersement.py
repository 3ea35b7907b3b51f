"""A form that carries a file: bounded, refused without its page's token, read on its own routes only."""

from __future__ import annotations

import contextlib
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from veille.pages import televersement

IMPORTER = "/registres/activites/importer"
CSV = "Date;Titre;Type;Moyens;MRC;Présences;Référence\n{};Rencontre (exemple fictif);clds;1.1.2;Joliette;14;A-1\n"


def upload(visiteur: Any, octets: bytes, adresse: str = IMPORTER, jeton: str | None = None, **entetes: str) -> Any:
    """Send a file with the form of the page that asks for it."""
    if jeton is None:
        trouve = re.search(r'name="csrftoken" value="([^"]+)"', visiteur.get(IMPORTER).text)
        assert trouve
        jeton = trouve[1]
    fichiers = {"fichier": ("activites.csv", octets, "text/csv")}
    return visiteur.post(adresse, data={"csrftoken": jeton}, files=fichiers, headers=entetes)


def test_a_file_is_read_without_being_written_then_confirmed(equipe: Any, base: Any) -> None:
    page = upload(equipe, CSV.format("03/06/2025").encode("cp1252"))
    assert page.status_code == 200
    assert "1\u00a0ligne à ajouter" in page.text
    assert "est lu 3\u00a0juin\u00a02025" in page.text
    assert base.execute("SELECT count(*) FROM activites").fetchone()[0] == 0
    texte = re.search(r'<textarea name="texte"[^>]*>\n(.*?)</textarea>', page.text, re.S)
    assert texte
    jeton = re.search(r'name="csrftoken" value="([^"]+)"', page.text)
    assert jeton
    # As a browser sends it: in parts, without a file.
    parties = {"csrftoken": (None, jeton[1]), "texte": (None, texte[1])}
    assert equipe.post(f"{IMPORTER}/confirmer", files=parties).status_code == 303
    (ecrite,) = base.execute("SELECT titre, par FROM activites")
    assert tuple(ecrite) == ("Rencontre (exemple fictif)", "Camille Exemple")


def test_a_broken_file_shows_every_problem_and_cannot_be_confirmed(equipe: Any, base: Any) -> None:
    octets = (CSV.format("hier") + "2025-06-03;;fête;9.9;;;\n").encode()
    page = upload(equipe, octets)
    assert page.status_code == 400
    for dit in ("Ligne 2, colonne", "Ligne 3, colonne", "Date", "Titre", "Type", "Moyens"):
        assert dit in page.text
    assert "Importer ces lignes" not in page.text
    forcee = equipe.send_form(f"{IMPORTER}/confirmer", page, texte=octets.decode())
    assert forcee.status_code == 409 or "Rien n’est écrit" in forcee.text
    assert base.execute("SELECT count(*) FROM activites").fetchone()[0] == 0


def test_a_file_without_the_token_of_its_page_or_from_elsewhere_is_refused(equipe: Any, base: Any) -> None:
    octets = CSV.format("2025-06-03").encode()
    assert upload(equipe, octets, jeton="").status_code == 403
    assert upload(equipe, octets, jeton="faux").status_code == 403
    assert upload(equipe, octets, **{"sec-fetch-site": "cross-site"}).status_code == 403
    assert upload(equipe, octets, "/registres/activites/ajouter").status_code == 415
    assert upload(equipe, b"x" * (televersement.CORPS_MAX + 1)).status_code == 413
    casse = equipe.post(IMPORTER, content=b"--x\r\n", headers={"content-type": "multipart/form-data"})
    assert casse.status_code in (400, 403)


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"multipart/form-data; boundary=x", b"multipart/form-data", b"multipart/form-data; boundary="]),
)
def test_whatever_is_sent_is_read_or_refused(corps: bytes, genre: bytes) -> None:
    for octets in (
        corps,
        b"--x\r\n" + corps,
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + corps + b"\r\n--x--\r\n",
    ):
        with contextlib.suppress(ValueError):
            assert isinstance(televersement.parse(genre, octets).champs, dict)
