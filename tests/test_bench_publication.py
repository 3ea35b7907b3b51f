"""The bench of the public database measures what it says: an honest archive, rebuilt whole, beside floors that hold the same rows."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from bench import publication as banc
from bench.publication_jeu import PAR_BULLETIN, build
from veille.store import publication
from veille.store.schema import open_store


def test_the_archive_is_rebuilt_whole_and_the_floor_pours_the_same_rows(tmp_path: Path) -> None:
    build(tmp_path, 240)
    with contextlib.closing(open_store(tmp_path)) as c:
        publication.rebuild(c, tmp_path)
        assert banc._honest(c, tmp_path) == ""
        c.execute("UPDATE digests SET publie_a = NULL WHERE id = 1")
        assert banc._honest(c, tmp_path) == "bulletins"
    lignes = banc._rows(tmp_path)
    assert len(lignes["digests"]) == 240 // PAR_BULLETIN and len(lignes["items"]) > 200
    for lot in (True, False):
        banc._pour(tmp_path / "plancher.db", lignes, lot=lot)
        with contextlib.closing(sqlite3.connect(tmp_path / "plancher.db")) as c:
            for table, attendues in lignes.items():
                assert c.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == len(attendues)
            assert c.execute("SELECT count(*) FROM items_fts WHERE items_fts MATCH 'logement'").fetchone()[0]
