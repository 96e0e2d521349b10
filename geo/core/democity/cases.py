"""Two years of cases (事件/矛盾纠纷): where, when, through which channel, how long they took, how they were rated."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.core.democity import addresses, calendar, case_words, doubts, planted
from geo.core.democity.ground import City, degrees
from geo.core.democity.homes import Homes
from geo.crs import wgs84_to_gcj02
from geo.standards import LEDGERS

DAYS = 730
PER_HOUSEHOLD = 340_000 / 270_000
"""Cases in two years: about 466 a day for the city, 0.85 a grid; Dongsheng's district month of 5,356 in one county of
a third of the size is of the same order."""

SHARES: dict[str, tuple[float, str]] = {
    "damage": (5.54, "agency"),
    "contract": (3.19, "agency"),
    "neighbour": (2.64, "time_limited"),
    "family": (2.21, "time_limited"),
    "property": (2.10, "special"),
    "labour": (1.40, "agency"),
    "consumer": (1.30, "agency"),
    "traffic": (1.20, "agency"),
    "housing": (0.80, "special"),
    "environment": (0.62, "special"),
    "demolition": (0.45, "promised"),
    "medical": (0.30, "special"),
    "land": (0.25, "special"),
    "facility": (17.0, "promised"),
    "sanitation": (12.0, "immediate"),
    "enquiry": (12.0, "immediate"),
    "noise": (9.5, "immediate"),
    "parking": (9.0, "immediate"),
    "service": (8.0, "time_limited"),
    "safety": (6.5, "immediate"),
    "other": (4.0, "time_limited"),
}
"""Per cent of all cases and ledger by category. Disputes are 22 %; among them damage 25.18, contract 14.49, neighbour
11.99 and family 10.05 % as counted in Linhai in the first quarter of 2024; the rest is this project's own guess."""

CHANNELS = {
    "hotline": 0.36,
    "captain": 0.28,
    "app": 0.15,
    "counter": 0.11,
    "batch": 0.05,
    "letter": 0.02,
    "device": 0.03,
}
GCJ_SHARE, POINT_SHARE, NOWHERE_SHARE = 0.35, 0.92, 0.005
"""Of all points those given in GCJ-02; of all cases those with a point; those with neither point nor address."""
STALLED_SHARE, STALLED_DAYS = 0.004, 18.0
"""Of all cases those that get stuck, and the mean days they then wait longer (exponential): the overdue ones."""
RATED_SHARE = 0.55
TYPICAL, SPREAD = 0.36, 0.55
"""Median time to resolution as a share of the ledger's limit, and the spread of its logarithm."""
JITTER_M = 1.5


@dataclass
class Draft:
    """Cases before they are written; arrays of one length, times in local epoch seconds, -1 = not yet.

    Attributes
    ----------
    category, channel : codes.
    building : index of the building the case is about.
    dwelling : index of the dwelling, -1 where it is about the whole building or estate.
    counted : belongs to a planted month.
    """

    category: np.ndarray
    channel: np.ndarray
    building: np.ndarray
    dwelling: np.ndarray
    reported: np.ndarray
    accepted: np.ndarray
    resolved: np.ndarray
    closed: np.ndarray
    counted: np.ndarray

    def take(self, keep: np.ndarray) -> Draft:
        """Return the cases a mask or index names."""
        return Draft(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))


def happen(city: City, homes: Homes, until: dt.date, rng: np.random.Generator) -> Draft:
    """Draw the cases of the two years up to and including a day, planted months included."""
    count = round(city.layout.households * PER_HOUSEHOLD)
    share = np.array([s for s, _ in SHARES.values()])
    category = np.array([*SHARES], dtype=object)[rng.choice(len(SHARES), count, p=share / share.sum())]
    channel = np.array([*CHANNELS], dtype=object)[rng.choice(len(CHANNELS), count, p=[*CHANNELS.values()])]
    channel[(channel == "device") & (category != "safety")] = "captain"
    building, dwelling = places(city, homes, category, rng)
    start = until - dt.timedelta(days=DAYS - 1)
    reported = moments(category, channel, start, rng)
    order = np.lexsort((np.arange(count), reported))
    when = reported[order]
    draft = Draft(
        category[order], channel[order], building[order], dwelling[order], when, when, when, when, np.zeros(count, bool)
    )
    county = np.array([c[:9] for c in city.community], dtype=object)[draft.building]
    draft.accepted, draft.resolved, draft.closed = handled(draft, county, rng)
    draft = planted.plant(draft, city.community[draft.building], until, rng)
    return cut_off(draft, calendar.epoch(until) + 86_399)


def places(city: City, homes: Homes, category: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Choose building and dwelling of each case: some estates and some buildings have far more than others."""
    b = city.buildings
    parcel = city.fabric.parcel[b.face]
    count = len(city.fabric.parcels)
    heat = rng.lognormal(0, 0.5, count) * np.where(rng.random(count) < 0.03, 4.0, 1.0)
    lived = np.bincount(homes.building[homes.lived], minlength=len(b.shape))
    weight = (lived + 0.9 * (b.homes == 0)) * heat[parcel] * rng.lognormal(0, 0.35, len(b.shape))
    building = np.searchsorted(np.cumsum(weight) / weight.sum(), rng.random(len(category))).clip(0, len(weight) - 1)
    first = np.searchsorted(homes.building, np.arange(len(b.shape)))
    size = np.bincount(homes.building, minlength=len(b.shape))
    door = first[building] + (rng.random(len(category)) * size[building]).astype(int)
    private = ~np.isin(category, ["parking", "sanitation"]) | (rng.random(len(category)) < 0.15)
    own = private & (size[building] > 0) & (rng.random(len(category)) < 0.74)
    return building, np.where(own, door, -1)


def moments(category: np.ndarray, channel: np.ndarray, start: dt.date, rng: np.random.Generator) -> np.ndarray:
    """Draw when each case was reported, local epoch seconds."""
    noise = rng.lognormal(0, 0.07, DAYS)
    day = np.zeros(len(category), np.int64)
    for name in SHARES:
        at = np.flatnonzero(category == name)
        weight = calendar.day_weights(start, DAYS, name, noise)
        day[at] = rng.choice(DAYS, len(at), p=weight / weight.sum())
    weekday = (day + start.weekday()) % 7
    shut = np.isin(channel, ["counter", "letter", "batch"]) & (weekday >= 5)
    day[shut] = np.maximum(day[shut] - (weekday[shut] - 4), 0)
    return calendar.epoch(start) + day * 86_400 + calendar.seconds_of_day(channel, rng)


def handled(draft: Draft, street: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw acceptance, resolution and closing; sub-districts differ in pace, the sensor's cases are taken at once."""
    count = len(draft.category)
    quick = np.isin(draft.channel, ["device", "captain"])
    wait = rng.lognormal(np.log(np.where(quick, 240, 2_000)), 0.9).clip(20, 20 * 3600)
    accepted = draft.reported + wait.astype(np.int64)
    hours = {name: LEDGERS[ledger] for name, (_, ledger) in SHARES.items()}
    limit = pd.Series(draft.category).map(hours).to_numpy(float)
    names, at = np.unique(street.astype(str), return_inverse=True)
    pace = rng.lognormal(0, 0.16, len(names))[at]
    took = limit * 3600 * TYPICAL * pace * rng.lognormal(0, SPREAD, count)
    resolved = accepted + took.astype(np.int64) + 60
    stalled = rng.random(count) < STALLED_SHARE
    resolved += np.where(stalled, rng.exponential(STALLED_DAYS, count) * 86_400, 0).astype(np.int64)
    closed = resolved + (rng.gamma(1.2, 7.0, count) * 3600 * np.minimum(limit / 168, 1.0)).astype(np.int64) + 60
    return accepted, resolved, closed


def cut_off(draft: Draft, end: int) -> Draft:
    """Drop what lies after the end: later steps are not known yet."""
    draft = draft.take(draft.reported <= end)
    for name in ("accepted", "resolved", "closed"):
        value = getattr(draft, name)
        setattr(draft, name, np.where(value > end, -1, value))
    return draft


def satisfaction(draft: Draft, limit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return 1-5 as text for closed cases somebody was called back about; late ones are rated lower."""
    rated = (draft.closed >= 0) & (rng.random(len(limit)) < RATED_SHARE)
    late = (draft.resolved - draft.accepted) > limit
    good = rng.choice(5, len(limit), p=[0.004, 0.008, 0.05, 0.27, 0.668]) + 1
    poor = rng.choice(5, len(limit), p=[0.14, 0.18, 0.30, 0.24, 0.14]) + 1
    return np.where(rated, np.where(late, poor, good).astype(str), "").astype(object)


def points(city: City, draft: Draft, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return lon, lat (degrees, NaN for none) and crs: on the building, some shifted as phone maps give them."""
    count = len(draft.building)
    spot = shapely.point_on_surface(city.buildings.shape)
    lonlat = shapely.get_coordinates(degrees(spot))[draft.building]
    lonlat = lonlat + rng.uniform(-1, 1, (count, 2)) * JITTER_M / np.array([86_000.0, 111_000.0])
    has = rng.random(count) < POINT_SHARE
    shifted = has & (rng.random(count) < GCJ_SHARE)
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    lon[shifted], lat[shifted] = wgs84_to_gcj02(lon[shifted], lat[shifted])
    crs = np.where(has, np.where(shifted, "gcj02", "wgs84"), "").astype(object)
    return np.where(has, lon.round(7), np.nan), np.where(has, lat.round(7), np.nan), crs


def numbers(draft: Draft) -> np.ndarray:
    """Return case numbers: day and serial within channel and day."""
    day = draft.reported // 86_400
    channels, code = np.unique(draft.channel.astype(str), return_inverse=True)
    key = day * len(channels) + code
    order = np.argsort(key, kind="stable")
    ranked = key[order]
    first = np.r_[True, ranked[1:] != ranked[:-1]]
    serial = np.empty(len(key), int)
    serial[order] = np.arange(len(key)) - np.maximum.accumulate(np.where(first, np.arange(len(key)), 0)) + 1
    days, at = np.unique(day, return_inverse=True)
    text = [str(d).replace("-", "") for d in (days * 86_400).astype("datetime64[s]").astype("datetime64[D]")]
    return np.array([f"{text[d]}{s:04d}" for d, s in zip(at.tolist(), serial.tolist(), strict=True)], dtype=object)


def _doubt(
    city: City, dwellings: pd.DataFrame, draft: Draft, address: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Put doubtful addresses in the place of some; return which."""
    doubtful = doubts.chosen(len(address), planted.in_a_planted_month(draft), rng) & (address != "")
    door = np.where(draft.dwelling[doubtful] >= 0, draft.dwelling[doubtful], 0)
    unit, room = dwellings["unit"].to_numpy()[door], dwellings["room"].to_numpy()[door]
    said = [f"{u}单元{r}室" if u and r else r for u, r in zip(unit.tolist(), room.tolist(), strict=True)]
    rooms = pd.Series(said, dtype=object).where(draft.dwelling[doubtful] >= 0, "")
    address[doubtful] = doubts.rewrite(city, draft.building[doubtful], rooms, address[doubtful], rng)
    return doubtful


def table(city: City, dwellings: pd.DataFrame, draft: Draft, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table cases."""
    lon, lat, crs = points(city, draft, rng)
    nowhere = rng.random(len(lon)) < NOWHERE_SHARE
    nowhere &= ~draft.counted
    lon[nowhere], lat[nowhere], crs[nowhere] = np.nan, np.nan, ""
    address = addresses.written(city, dwellings, draft, needs_register=np.isnan(lon), rng=rng)
    address[nowhere] = ""
    doubtful = _doubt(city, dwellings, draft, address, rng.spawn(1)[0])
    lon[doubtful], lat[doubtful], crs[doubtful] = np.nan, np.nan, ""
    place = np.where(city.names.estate != "", city.names.estate, city.names.building)[draft.building]
    title, body = case_words.sentences(draft.category, np.where(nowhere | doubtful, "", place), rng)
    hours = {name: LEDGERS[ledger] * 3600 for name, (_, ledger) in SHARES.items()}
    limit = pd.Series(draft.category).map(hours).to_numpy()
    return pd.DataFrame(
        {
            "case_no": numbers(draft),
            "channel": draft.channel,
            "category": draft.category,
            "title": title,
            "description": body,
            "address": address,
            "lon": lon,
            "lat": lat,
            "crs": crs,
            "reported_at": calendar.iso(draft.reported),
            "accepted_at": calendar.iso(draft.accepted),
            "resolved_at": calendar.iso(draft.resolved),
            "closed_at": calendar.iso(draft.closed),
            "satisfaction": satisfaction(draft, limit, rng),
        }
    )
