"""Zoning: communities (社区) divided into contiguous grids (网格) of about 500 households, whole buildings each.

Pure: layers in, codes and polygons out; no files, no clock, no database. Lengths are metres, areas square metres, all
geometry in one metric system (`Layers.crs`). What a caller does, in order:

1. `from_frames(areas, buildings, roads, water, crs=...)` brings exchange tables to `Layers`.
2. `build(layers)` cuts every community into `Units`: one cell of land a building, an exact coverage along streets and
   water, with neighbours, lengths of common borders, and connected pieces. One community alone gives the units it has
   in the whole city. Keep the result: everything below is quick with it, this takes some 30 ms a community.
3. `feasibility(units, options)` says what every piece allows before anything is divided; `sentence` puts it in words.
4. `divide(units, options, previous=..., communities=...)` gives a `Division`: a grid code a unit, and through
   `of_buildings` a code a building. With `previous` (made from a stored assignment by `units_from_buildings`) it
   re-divides: grids that go on keep their codes, moved households cost `Options.stability`.
5. `measure(units, codes)` gives `Quality`: counts, deviation, shape, connected parts and streets of every grid. It
   takes milliseconds for a whole city, so it is simply called after every edit; `outlines(units, codes, only=...)`
   draws the grids that changed.
6. `changes(old, new, households)` lists what became of every grid; `number_anew(units, label)` renumbers a plan.

A plan is always a code a unit (`units.unit_of` leads from buildings to units); an edit sets the code of some units.
Numbers, rules and their sources: options.py, possible.py, solve.py. Peers and figures: tests/benchmarks/RESULTS.md.
"""

from geo.core.zoning.codes import CHANGES, Change, changes, continued, number_anew, reading_order
from geo.core.zoning.divide import Division, divide, units_from_buildings
from geo.core.zoning.islands import barrier_name, cut_off, severed
from geo.core.zoning.layers import Layers, from_frames
from geo.core.zoning.options import BAND, PROFILES, STRICT, Options
from geo.core.zoning.possible import Feasibility, feasibility, sentence
from geo.core.zoning.quality import Quality, labels, measure, outlines
from geo.core.zoning.units import Cancelled, Units, build

__all__ = [
    "BAND",
    "CHANGES",
    "PROFILES",
    "STRICT",
    "Cancelled",
    "Change",
    "Division",
    "Feasibility",
    "Layers",
    "Options",
    "Quality",
    "Units",
    "barrier_name",
    "build",
    "changes",
    "continued",
    "cut_off",
    "divide",
    "feasibility",
    "from_frames",
    "labels",
    "measure",
    "number_anew",
    "outlines",
    "reading_order",
    "sentence",
    "severed",
    "units_from_buildings",
]
