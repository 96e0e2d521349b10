"""Footprints: outlines of building kinds, laid into rows that fit the blocks; all arrays, metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo.core.democity import steady


@dataclass
class Items:
    """Buildings in the rotated frame of their rows: face, box and template.

    Attributes
    ----------
    face : index of the face.
    x0, x1, y0, y1 : box, metres, in the frame turned by the face's row angle.
    kind : name of the outline, see OUTLINES.
    units : stair units (单元) side by side.
    floors : storeys above ground.
    homes : dwellings on one floor of one unit; 0 where nobody lives.
    """

    face: np.ndarray
    x0: np.ndarray
    x1: np.ndarray
    y0: np.ndarray
    y1: np.ndarray
    kind: np.ndarray
    units: np.ndarray
    floors: np.ndarray
    homes: np.ndarray

    def __len__(self) -> int:
        return len(self.face)

    @classmethod
    def join(cls, parts: list[Items]) -> Items:
        """Return all parts in one."""
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in cls.__dataclass_fields__))

    def take(self, keep: np.ndarray) -> Items:
        """Return the items an index or mask names."""
        return Items(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


def _bays(units: int) -> list[tuple[float, float]]:
    """Outline of a slab (板楼): stair bays set back on the north side, a shallow step in the south front."""
    top: list[tuple[float, float]] = []
    for i in range(units):
        left, right = (i + 0.40) / units, (i + 0.60) / units
        top += [(left, 1.0), (left, 0.90), (right, 0.90), (right, 1.0)]
    return [(0, 0.06), (0.08, 0.06), (0.08, 0), (0.92, 0), (0.92, 0.06), (1, 0.06), (1, 1), *top[::-1], (0, 1)]


OUTLINES: dict[str, list[tuple[float, float]]] = {
    "box": [(0, 0), (1, 0), (1, 1), (0, 1)],
    "butterfly": [(0, 0.12), (0.3, 0.12), (0.3, 0), (0.7, 0), (0.7, 0.12), (1, 0.12), (1, 0.72), (0.82, 0.72),
                  (0.82, 1), (0.60, 1), (0.60, 0.84), (0.40, 0.84), (0.40, 1), (0.18, 1), (0.18, 0.72), (0, 0.72)],
    "cross": [(0.28, 0), (0.72, 0), (0.72, 0.22), (1, 0.22), (1, 0.78), (0.72, 0.78), (0.72, 1), (0.28, 1),
              (0.28, 0.78), (0, 0.78), (0, 0.22), (0.28, 0.22)],
    "tee": [(0, 0.35), (0.33, 0.35), (0.33, 0), (0.67, 0), (0.67, 0.35), (1, 0.35), (1, 1), (0, 1)],
    "ell": [(0, 0), (0.42, 0), (0.42, 0.58), (1, 0.58), (1, 1), (0, 1)],
    "ell2": [(0, 0), (1, 0), (1, 1), (0.62, 1), (0.62, 0.45), (0, 0.45)],
    "you": [(0, 0), (0.28, 0), (0.28, 0.64), (0.72, 0.64), (0.72, 0), (1, 0), (1, 1), (0, 1)],
    "comb": [(0, 0), (0.2, 0), (0.2, 0.6), (0.4, 0.6), (0.4, 0.12), (0.6, 0.12), (0.6, 0.6), (0.8, 0.6), (0.8, 0),
             (1, 0), (1, 1), (0, 1)],
    "step": [(0, 0), (0.55, 0), (0.55, 0.18), (1, 0.18), (1, 1), (0.35, 1), (0.35, 0.84), (0, 0.84)],
    "notch": [(0, 0), (1, 0), (1, 1), (0.7, 1), (0.7, 0.88), (0.5, 0.88), (0.5, 1), (0, 1)],
    "porch": [(0, 0.15), (0.35, 0.15), (0.35, 0), (1, 0), (1, 1), (0, 1)],
    **{f"slab{n}": _bays(n) for n in range(1, 7)},
}  # fmt: skip
"""Outlines in the unit square, south side down, counter-clockwise."""


def turned(shapes: np.ndarray, angle: np.ndarray) -> np.ndarray:
    """Return each polygon turned by minus its own angle (radians) about the origin."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    c, s = (part[owner] for part in steady.cos_sin(angle))
    turned_xy = np.column_stack([xy[:, 0] * c + xy[:, 1] * s, -xy[:, 0] * s + xy[:, 1] * c])
    return shapely.set_coordinates(shapes.copy(), turned_xy)


def polygons(items: Items, angle: np.ndarray) -> np.ndarray:
    """Return the footprints in city coordinates; angle is the row angle of each face, radians."""
    out = np.empty(len(items), dtype=object)
    phi = angle[items.face]
    for kind in np.unique(items.kind):
        at = np.flatnonzero(items.kind == kind)
        shape = np.array(OUTLINES[str(kind)])
        x = items.x0[at, None] + (items.x1 - items.x0)[at, None] * shape[:, 0]
        y = items.y0[at, None] + (items.y1 - items.y0)[at, None] * shape[:, 1]
        c, s = (part[:, None] for part in steady.cos_sin(phi[at]))
        out[at] = shapely.polygons(np.stack([x * c - y * s, x * s + y * c], axis=-1))
    return out


def row_spans(
    inset: np.ndarray, depth: np.ndarray, pitch: np.ndarray, start: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Lay horizontal rows through polygons and tell where each fits.

    Parameters
    ----------
    inset : polygons in the rotated frame, metres; empty ones get no row.
    depth, pitch : depth of a row and distance from one row to the next, metres, one a polygon.
    start : share of the pitch (0-1) left free below the first row.

    Returns
    -------
    face, y0, low, high, order : polygon index, row's lower side, span of x that fits, and the row's number.
    """
    box = shapely.bounds(inset)
    tall = np.nan_to_num(box[:, 3] - box[:, 1], nan=-1.0)
    count = np.maximum(0, np.floor((tall - depth - start * (pitch - depth)) / pitch) + 1).astype(int)
    face = np.repeat(np.arange(len(inset)), count)
    if not len(face):
        none = np.empty(0)
        return face, none, none, none, face
    order = np.arange(len(face)) - np.repeat(np.cumsum(count) - count, count)
    y0 = box[face, 1] + start[face] * (pitch - depth)[face] * 0.999 + order * pitch[face] + 0.05
    low, high = np.full(len(face), -np.inf), np.full(len(face), np.inf)
    for share in (0.0, 0.5, 1.0):
        y = y0 + share * depth[face]
        ends = np.stack([np.column_stack([box[face, 0] - 1, y]), np.column_stack([box[face, 2] + 1, y])], axis=1)
        cut = shapely.intersection(shapely.linestrings(ends), inset[face])
        parts, owner = shapely.get_parts(cut, return_index=True)
        size = shapely.length(parts)
        longest = np.lexsort((-size, owner))
        first = longest[np.r_[True, owner[longest][1:] != owner[longest][:-1]]] if len(longest) else longest
        span = np.full((len(face), 2), np.nan)
        span[owner[first]] = shapely.bounds(parts[first])[:, [0, 2]]
        low, high = np.maximum(low, span[:, 0]), np.minimum(high, span[:, 1])
    fits = np.nan_to_num(high - low, nan=-1.0) > 5
    return face[fits], y0[fits], low[fits], high[fits], order[fits]


def fill_rows(
    low: np.ndarray, high: np.ndarray, length: np.ndarray, gap: np.ndarray, least: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Fill spans with items of a length and a gap; a shorter one takes what is left where it is long enough.

    Returns
    -------
    row, x0, x1 : row index and the items' ends, metres.
    """
    room = high - low
    count = np.maximum(0, np.floor((room + gap) / (length + gap))).astype(int)
    rest = room - count * (length + gap)
    short = np.where(rest >= least, rest, 0.0)
    spare = np.where(short > 0, 0.0, room - count * length - np.maximum(count - 1, 0) * gap)
    shift = np.where(count > 1, spare / np.maximum(count - 1, 1), 0.0)
    begin = low + np.where(count == 1, spare / 2, 0.0)
    row = np.repeat(np.arange(len(low)), count)
    k = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    x0 = begin[row] + k * (length + gap + shift)[row]
    tail = np.flatnonzero(short > 0)
    tail0 = low[tail] + count[tail] * (length + gap)[tail]
    return (
        np.concatenate([row, tail]),
        np.concatenate([x0, tail0]),
        np.concatenate([x0 + length[row], tail0 + short[tail]]),
    )
