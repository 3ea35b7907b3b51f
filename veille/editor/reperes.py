"""Names and places of the staff files, as the editor asks them: which place contains which, and how each is called."""

from __future__ import annotations

from collections.abc import Sequence

from veille.model import Gazetier, Taxonomie, Territoire

VASTES = ("province", "pays")


class Reperes:
    """Names and places of the staff files, ready to be asked many times."""

    def __init__(self, taxonomie: Taxonomie, gazetier: Gazetier) -> None:
        self.themes = {t.slug: t.nom for t in taxonomie.thematiques}
        self.types = {t.slug: t.nom for t in taxonomie.types}
        self.lieux: dict[str, Territoire] = {t.slug: t for t in gazetier.territoires}
        self._ascendants = {slug: frozenset(gazetier.ascendants(slug)) for slug in self.lieux}

    def wide(self, slug: str) -> bool:
        """Québec, Canada: places that contain the whole region."""
        return slug in self.lieux and self.lieux[slug].genre in VASTES

    def contains(self, grand: str, petit: str) -> bool:
        """Whether the first place is the second or contains it."""
        if grand == petit or grand in self._ascendants.get(petit, ()):
            return True
        if not self.wide(grand) or petit not in self.lieux:
            return False
        return not self.wide(petit) or (self.lieux[grand].genre, self.lieux[petit].genre) == ("pays", "province")

    def precise(self, slugs: Sequence[str]) -> tuple[str, ...]:
        """Only the most precise of these places: « mun-joliette » without its MRC, its region and Québec."""
        return tuple(s for s in slugs if not any(autre != s and self.contains(s, autre) for autre in slugs))

    def place_name(self, slug: str) -> str:
        """« MRC de Joliette » is not the city."""
        lieu = self.lieux.get(slug)
        if lieu is None:
            return slug
        return next((a for a in lieu.alias if a.startswith("MRC d")), lieu.nom) if lieu.genre == "mrc" else lieu.nom
