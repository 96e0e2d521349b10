"""Ids of the building's page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids; assets/drill.js knows PLACE, OPENING and HOUSEHOLD by these names."""

    PLACE = "building-place"
    OPENING = "building-opening"
    PICKED = "building-picked"
    HOUSEHOLD = "building-household"
    MAP = "building-map"
