"""The demo city: a seeded, synthetic city with the names and the size of Shizuishan (石嘴山).

``make`` is pure but for the two small tables of words and figures it reads from data/demo. Everything about
people, buildings and cases is invented; see data/demo/README.md.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from geo.core.democity import cases, ground, homes, people, staff
from geo.core.democity.recipe import LAYOUTS

SEED = 23
UNTIL = dt.date(2026, 9, 30)
"""The seed of the city `make demo` shows, and the last day it has cases of where none is said."""

__all__ = ["LAYOUTS", "SEED", "UNTIL", "make"]


def make(size: str = "city", seed: int = SEED, until: dt.date = UNTIL) -> dict[str, pd.DataFrame]:
    """Make the demo city.

    Parameters
    ----------
    size : community, subdistrict or city.
    seed : the same seed, size and day give the same tables.
    until : last day of the cases and visits, Asia/Shanghai.

    Returns
    -------
    Tables by exchange name with exchange headers; codes are text, geometry is EPSG:4326.

    Raises
    ------
    ValueError
        For a size that is not known.
    """
    if size not in LAYOUTS:
        raise ValueError(f"size must be one of {', '.join(LAYOUTS)}, not {size!r}")
    city = ground.found_city(LAYOUTS[size], seed)
    rng = np.random.default_rng([seed, 1])
    settled = homes.settle(city, rng)
    dwelling_id, household_id = homes.dwelling_ids(city, settled), homes.household_ids(settled)
    doors = homes.dwellings(city, settled, dwelling_id)
    persons = people.populate(len(household_id), rng)
    residents = people.residents(persons, household_id, until.year, rng)
    plan = ground.grids(city)
    workers = staff.workers(plan["grid_code"].to_numpy(), until, rng)
    cared_for = people.by_household(persons, residents["care"].to_numpy() != "")
    alone = people.by_household(persons, residents["care"].str.contains("elder_alone").to_numpy())
    draft = cases.happen(city, settled, until, np.random.default_rng([seed, 2]))
    return {
        "areas": ground.areas(city),
        "roads": ground.roads(city),
        "water": ground.water(city),
        "buildings": ground.buildings(city),
        "grids": plan,
        "dwellings": doors,
        "households": homes.households(settled, dwelling_id, household_id),
        "residents": residents,
        "workers": workers,
        "cases": cases.table(city, doors, draft, np.random.default_rng([seed, 3])),
        "visits": staff.visits(city, settled, household_id, cared_for, workers, until, rng),
        "devices": staff.devices(city, settled, dwelling_id, alone, rng),
        "aliases": staff.aliases(city, rng),
    }
