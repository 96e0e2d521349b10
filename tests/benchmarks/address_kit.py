"""The published address bench kit (../shared/bench/addresses), where it is present: registers, queries and its judge.

Nothing of it is copied: it is imported from where it lies, and fed with the words of address_words.py or its own.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.core.geocode import Register
from tests.benchmarks import address_words

KIT = Path(__file__).parents[2].parent / "shared" / "bench" / "addresses"
PUBLIC = "public"


def part(name: str) -> ModuleType:
    """Import a module of the kit."""
    sys.dont_write_bytecode = True
    if str(KIT) not in sys.path:
        sys.path.append(str(KIT))
    return importlib.import_module(name)


@dataclass(frozen=True)
class City:
    """A city of the bench: its folder in the exchange format and its words."""

    name: str
    folder: Path
    vocabulary: Any

    @classmethod
    def make(cls, name: str, folder: Path, seed: int, dwellings: int) -> City:
        """Write a register; `public` speaks with the kit's own words, others with ours."""
        vocab = part("vocab")
        words = vocab.PUBLIC if name == PUBLIC else address_words.vocabulary(name, vocab.Vocabulary)
        county = "420102" if name == PUBLIC else address_words.COUNTY[name]
        part("make_register").write_register(folder, words, county, seed, dwellings)
        return cls(name, folder, words)

    def queries(self, which: str, per_class: int, seed: int) -> list[tuple[str, str, str, Any]]:
        """Return (id, text, class, truth) rows of the easy or the hard set."""
        register = part("register_io").Register(self.folder)
        return part("make_queries").make(register, which, per_class, seed, self.vocabulary)

    def register(self, threshold: float | None = None) -> Register:
        """Index the folder."""
        text: dict[str, Any] = {"dtype": str, "keep_default_na": False}
        frames = (
            gpd.read_file(self.folder / "areas.gpkg"),
            gpd.read_file(self.folder / "buildings.gpkg").fillna(""),
            pd.read_csv(self.folder / "dwellings.csv", **text),
            gpd.read_file(self.folder / "grids.gpkg"),
            pd.read_csv(self.folder / "aliases.csv", **text),
        )
        return Register.build(*frames) if threshold is None else Register.build(*frames, threshold=threshold)


def judged(
    rows: list[tuple[str, str, str, Any]], found: pd.DataFrame
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return truths and answers as the kit's judge wants them."""
    truths = [{"id": key, "class": name, **vars(truth)} for key, _text, name, truth in rows]
    columns = ["status", "level", "dwelling_id", "building_id", "grid_code", "lon", "lat", "candidates", "reason"]
    texts = found[columns].astype(object).where(found[columns].notna(), "").astype(str).to_dict("records")
    answers = [{"id": key, **answer} for (key, *_rest), answer in zip(rows, texts, strict=True)]
    return truths, answers
