"""Ids of the grid's page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids; assets/grid.js knows PLACE and ROOT by these names."""

    PLACE = "grid-place"
    ROOT = "grid-root"
    MAP = "grid-map"
