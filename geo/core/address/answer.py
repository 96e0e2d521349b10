"""An answer of the matcher, and the reasons it gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.i18n import N_

MATCHED, REVIEW, UNMATCHED = "matched", "review", "unmatched"
MOST_CANDIDATES = 5

BY_KEY = N_("found by its key in the register")
BY_POINT = N_("placed by its point")
BY_POINT_OUTSIDE = N_("its point lies outside every grid")
UNKNOWN_KEY = N_("its key is not in the register")
NOTHING_SAID = N_("neither a key nor an address nor a point was given")
WHOLE = N_("the whole address was found")
UNIT_FOUND = N_("no unit was given, but only one has this room")
CORRECTED = N_("found after correcting the name")
READ_ALOUD = N_("found by its reading in Latin letters")
MISREAD = N_("found after mending characters that look alike")
NO_ROOM_SAID = N_("the building was found, no room was given")
ROOM_UNKNOWN = N_("the building was found, the room is not in the register")
ROOM_SEVERAL = N_("the building was found, the room exists in several units")
FLOOR_ONLY = N_("the building was found, only a floor was given")
NEARBY = N_("the text names a place beside it")
ESTATE_ONLY = N_("the estate was found, no building was given")
ESTATE_SPLIT = N_("the estate was found, it spans several grids; no building was given")
BUILDING_UNKNOWN = N_("the estate was found, the building is not in the register")
BUILDING_RANGE = N_("the text names several buildings")
BUILDING_SEVERAL = N_("several buildings answer to this address")
BUILDING_MISSING = N_("the estate has this room in several buildings, and none was given")
ROAD_ONLY = N_("the house number was found, it has several buildings")
NUMBER_UNKNOWN = N_("the road was found, its house number is not in the register")
ROAD_NO_NUMBER = N_("only a road was found, no house number was given")
NAME_DIFFERS = N_("the house number was found, but the name beside it is not the register's")
HOMONYM = N_("several places bear this name, and nothing in the text tells them apart")
SEVERAL_PLACES = N_("the text names several places")
INSIDE_NAME = N_("the name stands inside a longer one")
NEAR_NAME = N_("no such name, but one or more are close to it")
OTHER_CITY = N_("the text names another city")
COMMUNITY_ONLY = N_("only the community was found")
ESTATE_UNKNOWN = N_("the community was found, the place named in it is not in the register")
OUTSIDE = N_("the place lies outside your area")
NO_PLACE = N_("the text names no place of the register")


@dataclass(slots=True)
class Answer:
    """One answer, as positions in the register (-1 = none).

    Attributes
    ----------
    evidence : what the answer rests on; a row of data/address/scores.csv.
    score : probability that the answer is right, from that row.
    candidates : ids of dwellings or buildings, best first.
    """

    status: str = UNMATCHED
    level: str = "none"
    dwelling: int = -1
    building: int = -1
    estate: str = ""
    community: str = ""
    grid: str = ""
    lon: float = np.nan
    lat: float = np.nan
    score: float = 0.0
    reason: str = NO_PLACE
    corrected: str = ""
    candidates: tuple[str, ...] = ()
    evidence: str = ""
