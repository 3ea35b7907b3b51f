"""What an audience's rule would let in today: what goes, what does not and why, and what it already received. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from veille import textes
from veille.editor.formes import FicheLue
from veille.editor.reperes import Reperes
from veille.editor.selection import Motif, heading_title, select
from veille.model import Audience

TAIT: tuple[Motif, ...] = ("verdict",)  # Not retained: nothing to explain.


@dataclass(frozen=True)
class Numero:
    """An issue the audience had: how it is called, and its stories."""

    designation: str
    groupes: frozenset[int]


@dataclass(frozen=True)
class Ligne:
    """One story. `neuve`: the rule in force would not have let it in."""

    groupe_id: int
    item_id: int
    titre: str
    source: str
    neuve: bool = False


@dataclass(frozen=True)
class Lot:
    """Stories under one heading, or left out for one reason, or sent in one issue."""

    titre: str
    lignes: tuple[Ligne, ...]


@dataclass(frozen=True)
class Apercu:
    """What a rule would do. `sorties`: what the rule in force lets in and this one does not."""

    rubriques: tuple[Lot, ...]
    ecartes: tuple[Lot, ...]
    deja: tuple[Lot, ...]
    sorties: tuple[Ligne, ...]

    @property
    def nombre(self) -> int:
        """How many stories would go."""
        return sum(len(lot.lignes) for lot in self.rubriques)


def preview(
    voulue: Audience,
    en_vigueur: Audience,
    fiches: Sequence[FicheLue],
    now: datetime,
    deja: frozenset[int],
    derniers: Iterable[Numero],
    reperes: Reperes,
) -> Apercu:
    """What `voulue` would send today. `deja`: every story the audience already had; `derniers`: its last issues."""
    selection = select(voulue, fiches, now, deja, reperes)
    present = {c.fiche.groupe_id for c in select(en_vigueur, fiches, now, deja, reperes).choix}
    par_groupe = {f.groupe_id: f for f in fiches}

    def ligne(groupe_id: int) -> Ligne:
        fiche = par_groupe[groupe_id]
        tete = fiche.membres[0]
        return Ligne(groupe_id, tete.item_id, fiche.redaction.titre or tete.titre, tete.source_nom)

    choisies: dict[str, list[Ligne]] = {}
    for choix in selection.choix:
        trouvee = ligne(choix.fiche.groupe_id)
        neuve = Ligne(
            trouvee.groupe_id, trouvee.item_id, trouvee.titre, trouvee.source, trouvee.groupe_id not in present
        )
        choisies.setdefault(heading_title(choix.cle, reperes), []).append(neuve)
    laissees: dict[Motif, list[Ligne]] = {}
    for ecart in selection.ecartes:
        if ecart.motif not in TAIT:
            laissees.setdefault(ecart.motif, []).append(ligne(ecart.groupe_id))
    recues = tuple(
        Lot(numero.designation, tuple(ligne(g) for g in sorted(numero.groupes & par_groupe.keys())))
        for numero in derniers
    )
    gardes = {c.fiche.groupe_id for c in selection.choix}
    return Apercu(
        rubriques=tuple(Lot(titre, tuple(lignes)) for titre, lignes in choisies.items()),
        ecartes=tuple(
            Lot(textes.ECARTS[motif], tuple(lignes)) for motif, lignes in laissees.items() if motif != "deja"
        ),
        deja=tuple(lot for lot in recues if lot.lignes),
        sorties=tuple(ligne(g) for g in sorted(present - gardes)),
    )
