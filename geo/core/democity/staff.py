"""Grid workers (网格员), their visits (走访), devices, and aliases of estates."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import shapely

from geo.core.democity import calendar, words
from geo.core.democity.ground import City, degrees
from geo.core.democity.homes import Homes
from geo.core.democity.people import PHONE_PREFIX
from geo.standards import CARE_VISIT_DAYS, SWEEP_DAYS

WORKERS_PER_GRID = 1.28
"""Captains and workers. Source: Dongsheng, 797 grids and 1,017 grid workers."""
OVERDUE_SHARE = 0.07
"""Care households whose last visit is more than CARE_VISIT_DAYS ago."""
VISIT_DAYS = 90
CARE_ROUNDS = 3
"""Care visits kept per household: the last three rounds; older ones would double the table and change no figure."""
SWEPT_SHARE = 0.94
"""Households the current two-month sweep has reached; of the rest half were visited before it, half never."""
NOTES = (
    "",
    "",
    "",
    "身体状况良好",
    "已提醒用火用电安全",
    "协助代购生活用品",
    "家中无人,已电话联系",
    "宣传防诈骗知识",
    "协助申请助餐服务",
)
CARE_TOO = ("网格督导员", "网格警员", "网格消防员", "网格监督员")
"""The four assistants of Shizuishan's 1+4+X; here one of each kind serves a whole community."""


def workers(grid_codes: np.ndarray, until: dt.date, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table workers: a captain a grid, 0.28 workers, four assistants a community, some volunteers."""
    rows: list[tuple[str, str]] = [("captain", g) for g in grid_codes]
    extra = round((WORKERS_PER_GRID - 1) * len(grid_codes))
    rows += [("worker", g) for g in rng.permutation(grid_codes)[:extra]]
    volunteers = np.repeat(grid_codes, rng.integers(0, 4, len(grid_codes)))
    rows += [("volunteer", g) for g in volunteers]
    people = [(f"W{i:05d}", role, g) for i, (role, g) in enumerate(rows, 1)]
    serial = len(people)
    for community in sorted({g[:12] for g in grid_codes}):
        for _ in CARE_TOO:
            serial += 1
            people += [(f"W{serial:05d}", "assistant", g) for g in grid_codes if g[:12] == community]
    ids = [w for w, _, _ in people]
    name = dict(zip(dict.fromkeys(ids), _names(serial, rng), strict=True))
    phone = {w: f"{PHONE_PREFIX}9{int(w[1:]):07d}" for w in name}
    since = {w: until - dt.timedelta(days=int(k)) for w, k in zip(name, rng.integers(120, 2400, serial), strict=True)}
    return pd.DataFrame(
        {
            "worker_id": ids,
            "name": [name[w] for w in ids],
            "phone": [phone[w] for w in ids],
            "role": [role for _, role, _ in people],
            "grid_code": [g for _, _, g in people],
            "from": [since[w].isoformat() for w in ids],
            "to": "",
        }
    )


def _names(count: int, rng: np.random.Generator) -> list[str]:
    """Invent so many names."""
    given = words.GIVEN_F + words.GIVEN_M
    surname = rng.integers(0, len(words.SURNAMES), count)
    first, second = rng.integers(0, len(given), count), rng.integers(0, len(given), count)
    return [words.SURNAMES[s] + given[a] + given[b] for s, a, b in zip(surname, first, second, strict=True)]


def visits(
    city: City, homes: Homes, household_id: np.ndarray, care: np.ndarray, staff: pd.DataFrame, until: dt.date,
    rng: np.random.Generator,
) -> pd.DataFrame:  # fmt: skip
    """Return the table visits of the last VISIT_DAYS days.

    Parameters
    ----------
    care : which households have a care flag: visited about every twelve days, a few overdue.
    """
    at, ago = _care_rounds(np.flatnonzero(care), rng)
    swept, swept_ago = _sweep(homes.building[homes.lived], rng)
    household = np.concatenate([at, swept])
    day = np.concatenate([ago, swept_ago])
    kind = np.repeat(np.array(["care", "sweep"], dtype=object), [len(at), len(swept)])
    hour = rng.integers(8 * 3600 + 1800, 18 * 3600, len(day))
    seconds = calendar.epoch(until) - day * 86_400 + hour
    order = np.argsort(seconds, kind="stable")
    household, kind, seconds = household[order], kind[order], seconds[order]
    grid = city.grid[homes.building[homes.lived]][household]
    captain = staff[staff["role"] == "captain"].set_index("grid_code")["worker_id"]
    codes, which = np.unique(grid.astype(str), return_inverse=True)
    return pd.DataFrame(
        {
            "visit_id": np.array([f"V{i:07d}" for i in range(1, len(household) + 1)], dtype=object),
            "household_id": household_id[household],
            "worker_id": captain.loc[codes].to_numpy(dtype=object)[which],
            "visited_at": calendar.iso(seconds),
            "kind": kind,
            "note": np.array(NOTES, dtype=object)[rng.integers(0, len(NOTES), len(household))],
        }
    )


def _sweep(building: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw each household's last sweep visit: a captain walks building by building, so neighbours are alike.

    Parameters
    ----------
    building : index of each household's building.

    Returns
    -------
    Index of the households visited, and how many days ago.
    """
    haste = rng.uniform(1.5, 6.0, building.max(initial=0) + 1)[building]
    ago = (SWEEP_DAYS * rng.beta(1.2, haste)).astype(int)
    luck = rng.random(len(building))
    ago = np.where(luck > SWEPT_SHARE, rng.integers(SWEEP_DAYS + 1, VISIT_DAYS, len(building)), ago)
    visited = np.flatnonzero(luck < (1 + SWEPT_SHARE) / 2)
    return visited, ago[visited]


def _care_rounds(care: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw the visits of care households: the last one's age in days, then one about every twelve days before."""
    last = rng.integers(0, CARE_VISIT_DAYS + 1, len(care))
    late = rng.random(len(care)) < OVERDUE_SHARE
    last = np.where(late, rng.integers(CARE_VISIT_DAYS + 1, 30, len(care)), last)
    rounds = np.arange(CARE_ROUNDS)
    ago = last[:, None] + (rounds * 12)[None] + np.where(rounds > 0, rng.integers(-1, 2, (len(care), CARE_ROUNDS)), 0)
    at = np.repeat(care, CARE_ROUNDS).reshape(-1, CARE_ROUNDS)
    keep = ago < VISIT_DAYS
    return at[keep], ago[keep]


def devices(
    city: City, homes: Homes, dwelling_id: np.ndarray, elder_alone: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the table devices: smoke alarms and call buttons of old people who live alone, alarms in row houses.

    Parameters
    ----------
    elder_alone : which households are one old person's.
    """
    lived = np.flatnonzero(homes.lived)
    alone = lived[elder_alone]
    smoke = alone[rng.random(len(alone)) < 0.55]
    button = alone[rng.random(len(alone)) < 0.35]
    rows = np.flatnonzero((city.buildings.pattern == "old") & (rng.random(len(city.building_id)) < 0.25))
    building = np.concatenate([homes.building[smoke], homes.building[button], rows])
    dwelling = np.concatenate([dwelling_id[smoke], dwelling_id[button], np.full(len(rows), "", dtype=object)])
    kind = np.repeat(
        np.array(["smoke_alarm", "call_button", "smoke_alarm"], dtype=object), [len(smoke), len(button), len(rows)]
    )
    lonlat = shapely.get_coordinates(degrees(shapely.point_on_surface(city.buildings.shape)))[building]
    states = np.array(["online", "offline", "low_battery"], dtype=object)
    return pd.DataFrame(
        {
            "device_id": [f"D{i:06d}" for i in range(1, len(kind) + 1)],
            "kind": kind,
            "dwelling_id": dwelling,
            "building_id": np.where(dwelling == "", city.building_id[building], ""),
            "lon": lonlat[:, 0],
            "lat": lonlat[:, 1],
            "crs": "wgs84",
            "status": states[rng.choice(3, len(kind), p=[0.93, 0.04, 0.03])],
        }
    )


def aliases(city: City, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table aliases: what people call an estate, only where no other place is called so."""
    estates = sorted(set(city.names.estate) - {""})
    taken = {*estates}
    rows = []
    for estate, draw in zip(estates, rng.random(len(estates)), strict=True):
        stem = estate[:2]
        if estate.startswith("新") or estate[-2:] in words.PHASES or draw > 0.34:
            continue
        alias, note = (stem + "老院", "俗称") if draw < 0.12 else (stem + "那片楼", "俗称")
        if draw > 0.24:
            alias, note = f"{words.chinese_number(int(draw * 1000) % 80 + 10)}号院", "旧称"
        if alias not in taken:
            taken.add(alias)
            rows.append((alias, estate, "", note))
    return pd.DataFrame(rows, columns=["alias", "estate", "building_id", "note"])
