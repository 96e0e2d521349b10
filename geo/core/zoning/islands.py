"""What parts a piece of land from the rest of its community (社区): the rivers and railways between them, by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from geo.core.zoning.layers import LINE_HALF_WIDTH_M, Shapes
from geo.core.zoning.units import Units
from geo.i18n import _, listed

BESIDE_M = 1.0
"""A piece lies on a barrier that is no farther from it: the two are drawn apart, by different hands."""


def severed(units: Units, water: Shapes, names: Sequence[str]) -> dict[int, tuple[str, ...]]:
    """Return what parts each piece from the rest of its community; without the largest piece, which is the rest.

    Parameters
    ----------
    water : rivers, lakes and railways near the communities, in the units' system.
    names : of each of them. A river in several parts is one barrier by its one name.

    Returns
    -------
    Names by piece; none where the community is drawn in parts and no barrier lies between them.
    """
    home = np.zeros(int(units.piece.max(initial=-1)) + 1, dtype=np.intp)
    home[units.piece] = units.community
    several = np.flatnonzero(np.bincount(home, minlength=1)[home] > 1)
    near: dict[int, set[str]] = {piece: set() for piece in several.tolist()}
    cells = np.flatnonzero(np.isin(units.piece, several))
    if len(cells) and len(water):
        reach = BESIDE_M + LINE_HALF_WIDTH_M
        at, barrier = shapely.STRtree(water).query(units.cell[cells], predicate="dwithin", distance=reach)
        for piece, one in zip(units.piece[cells[at]].tolist(), barrier.tolist(), strict=True):
            near[piece].add(names[int(one)])
    size = np.bincount(units.piece, units.households + 1e-9 * units.area, minlength=len(home))
    found: dict[int, tuple[str, ...]] = {}
    for piece in near:
        others = [other for other in near if other != piece and home[other] == home[piece]]
        if any((size[other], -other) > (size[piece], -piece) for other in others):
            beyond: set[str] = set().union(*(near[other] for other in others))
            found[piece] = tuple(sorted(near[piece] & beyond))
    return found


def barrier_name(name: str, kind: str) -> str:
    """Return a barrier's name, or what it is where it has none."""
    return name or {"river": _("a river"), "rail": _("a railway")}.get(kind, _("water"))


def cut_off(said: str, barriers: Sequence[str] | None) -> str:
    """Add to a piece's sentence what cuts it off; None where it is not cut off."""
    if barriers is None:
        return said
    if barriers:
        why = _("This part is cut off from the rest of the community by {barriers}.", barriers=listed(barriers))
    else:
        why = _("This part does not touch the rest of the community.")
    return _("{said} {following}", said=said, following=why)
