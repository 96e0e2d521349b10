"""Addresses that no register answers alone: what a clerk has to read in the review queue (待核实地址).

The kinds are those of the taxonomy of noisy addresses that leave a person something to decide: a nickname nobody has
taught yet, an estate without its phase or its building, a range of buildings, two places in one text, a landmark.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from geo.core.democity.ground import City

SHARE = 0.0016
"""Of all cases those nobody can place without a person; small beside the 0.5 % that say nothing at all."""
NICKNAMED = 14
"""Estates with a nickname that is in no table of aliases."""
KINDS = ("nickname", "stem", "estate", "range", "two", "landmark")
KIND_SHARE = (0.34, 0.14, 0.16, 0.12, 0.12, 0.12)
NICKNAMES = ("老锅炉房那边", "铁皮房大院", "红砖楼", "老粮站后院", "供销社家属楼", "三角花园", "水塔院子", "老电影院楼")
LANDMARKS = ("永辉超市对面", "中心公园南门旁边", "老汽车站路口", "体育馆后面", "河边步道旁", "三岔口红绿灯处")
_PHASE = re.compile(r"[一二三]期$|[东西]区$|[南北]苑$")


def chosen(count: int, sure: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose which cases are in doubt; never one of those that must be sure of their place."""
    return (rng.random(count) < SHARE) & ~sure


def rewrite(
    city: City, building: np.ndarray, rooms: pd.Series, address: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Write the addresses of doubtful cases.

    Parameters
    ----------
    building : index of each case's building.
    rooms : unit and room of each case's door, `2单元501室`, '' for none.
    address : what would have been written.
    """
    estates = city.names.estate[building].astype(str)
    named = np.unique(city.names.estate.astype(str))
    known = named[named != ""]
    told: list[str] = rng.permutation(known)[:NICKNAMED].tolist()
    nicknames: dict[str, str] = dict(zip(told, NICKNAMES * 2, strict=False))
    kinds = rng.choice(len(KINDS), len(building), p=KIND_SHARE)
    picks = rng.random(len(building))
    rows = zip(kinds.tolist(), picks.tolist(), building.tolist(), rooms.tolist(), address.tolist(), strict=True)
    return np.array(
        [
            _one(KINDS[kind], pick, estate, (int(city.names.number[at]), room), written, nicknames)
            for estate, (kind, pick, at, room, written) in zip(estates.tolist(), rows, strict=True)
        ],
        dtype=object,
    )


def _one(kind: str, pick: float, estate: str, door: tuple[int, str], written: str, nicknames: dict[str, str]) -> str:
    """Write one doubtful address."""
    number, room = door
    if kind == "nickname" or not estate:
        nickname = [*nicknames.values()][int(pick * len(nicknames))] if nicknames else LANDMARKS[0]
        return f"{nickname}{number or 1}号楼{room}"
    if kind == "stem":
        return f"{_PHASE.sub('', estate)}{number or 1}号楼"
    if kind == "estate":
        return estate
    if kind == "range":
        return f"{estate}{number or 1}、{(number or 1) + 1}号楼"
    if kind == "two":
        return f"{written}的住户反映{[*nicknames][int(pick * len(nicknames))]}门口" if nicknames else written
    return LANDMARKS[int(pick * len(LANDMARKS))]
