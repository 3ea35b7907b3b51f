"""Documentation checks against live objects: links, commands, tables, dependencies. `--ecrire` renews what is generated."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click

RACINE = Path(__file__).resolve().parents[1]
COMMANDES = RACINE / "docs" / "commandes.md"


def main() -> int:
    """Print every fault found; 0 when there is none."""
    if "--ecrire" in sys.argv:
        COMMANDES.write_text(commands_page(), encoding="utf-8")
    fautes = [*broken_links(), *stale_commands(), *unknown_tables(), *unjustified_dependencies()]
    for faute in fautes:
        sys.stdout.write(f"{faute}\n")
    sys.stdout.write(f"documentation : {len(fautes)} faute(s)\n")
    return 1 if fautes else 0


def broken_links() -> Iterator[str]:
    """Relative links that lead nowhere."""
    for page in [*RACINE.glob("*.md"), *(RACINE / "docs").glob("*.md")]:
        for cible in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in cible and not (page.parent / cible).exists():
                yield f"{page.name} : le lien {cible} ne mène nulle part"


def stale_commands() -> Iterator[str]:
    """The page of commands must say what `--help` says."""
    if not COMMANDES.exists() or COMMANDES.read_text(encoding="utf-8") != commands_page():
        yield "docs/commandes.md n’est pas à jour : python docs/verifier.py --ecrire"


def commands_page() -> str:
    """Every command's help, in order."""
    from pipeline.cli import main as groupe

    parties = ["# Commandes\n\nPage produite par `python docs/verifier.py --ecrire`.\n"]
    for nom, commande in _walk("veille", groupe):
        contexte = click.Context(commande, info_name=nom, max_content_width=100, terminal_width=100)
        parties.append(f"## {nom}\n\n```\n{commande.get_help(contexte)}\n```\n")
    return "\n".join(parties)


def _walk(nom: str, commande: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield nom, commande
    if isinstance(commande, click.Group):
        for sous_nom in sorted(commande.commands):
            yield from _walk(f"{nom} {sous_nom}", commande.commands[sous_nom])


def unknown_tables() -> Iterator[str]:
    """Every table of veille.db has its sentence in the glossary."""
    from veille.store.connexion import connect
    from veille.store.schema import migrate

    glossaire = (RACINE / "docs" / "glossaire.md").read_text(encoding="utf-8")
    c = connect(":memory:")
    migrate(c)
    for (table,) in c.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT GLOB '*sqlite_*'"
    ):
        if f"`{table}`" not in glossaire:
            yield f"docs/glossaire.md : la table {table} n’a pas sa phrase"
    c.close()


def unjustified_dependencies() -> Iterator[str]:
    """Every dependency has its reason in docs/decisions.md."""
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    decisions = (RACINE / "docs" / "decisions.md").read_text(encoding="utf-8")
    for dependance in [*projet["dependencies"], *projet["optional-dependencies"]["dev"]]:
        nom = re.split(r"[<>=\[]", dependance)[0]
        if f"`{nom}`" not in decisions:
            yield f"docs/decisions.md : {nom} n’a pas sa raison"


if __name__ == "__main__":
    sys.exit(main())
