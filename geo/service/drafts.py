"""Checked rows on their way in: what a loader hands to `geo.service.ingest`, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

Reject = tuple[int, str, str, str]
"""Line, column, value, code."""
Recall = Callable[[Mapping[str, pa.Array]], dict[str, list[object]]]
"""Tells what is stored in the columns a file may leave out, by the rows' keys: a value a row, None where none is."""
VALUE_CHARS = 500
"""Longest value a reject repeats."""


@dataclass(slots=True)
class Draft:
    """A chunk: typed columns of the rows that hold so far, and the rejects.

    Attributes
    ----------
    number : position of the chunk in its file, from 0.
    read : rows read, rejected ones included.
    lines : line of each row in the file.
    columns : by the exchange format's English names; text is never null, other kinds are null where empty.
    geometry : shapely geometries, None for tables without.
    notes : counts of what was mended or seen, by code.
    done : share of the file read so far.
    """

    number: int
    read: int
    lines: np.ndarray
    columns: dict[str, pa.Array]
    geometry: np.ndarray | None
    rejects: list[Reject] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    done: float = 0.0

    def __len__(self) -> int:
        return len(self.lines)

    def drop(self, bad: np.ndarray, column: str, code: str, values: Any = None) -> None:
        """Reject rows: take them out, and keep what is needed to say why.

        Parameters
        ----------
        bad : one truth value a row.
        values : texts to repeat in place of the column's own values: an arrow array or a list.
        """
        if not bad.any():
            return
        where = np.flatnonzero(bad)
        shown = self.columns.get(column, pa.array([""] * len(self), pa.string())) if values is None else values
        texts = pa.array(shown).take(pa.array(where)).to_pylist()
        self.rejects += [
            (int(line), column, "" if text is None else str(text)[:VALUE_CHARS], code)
            for line, text in zip(self.lines[where], texts, strict=True)
        ]
        self.take(np.flatnonzero(~bad))

    def take(self, rows: np.ndarray) -> None:
        """Keep the rows at the given positions."""
        index = pa.array(rows)
        self.lines = self.lines[rows]
        self.columns = {name: column.take(index) for name, column in self.columns.items()}
        if self.geometry is not None:
            self.geometry = self.geometry[rows]

    def note(self, code: str, count: int) -> None:
        """Count something worth saying."""
        if count:
            self.notes[code] = self.notes.get(code, 0) + int(count)

    def texts(self, name: str) -> np.ndarray:
        """Return a text column as an object array, empty where it is null."""
        return self.columns[name].fill_null("").to_numpy(zero_copy_only=False)

    def numbers(self, name: str) -> np.ndarray:
        """Return a number column as floats, NaN where it is null."""
        column = self.columns[name].cast(pa.float64())
        return column.to_numpy(zero_copy_only=False).astype(float)

    def times(self, name: str) -> pd.Series:
        """Return a time column, NaT where it is null."""
        return self.columns[name].to_pandas()
