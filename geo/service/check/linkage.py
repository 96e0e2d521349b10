"""Checks of 人-房-网格-图: everybody in one household, one dwelling, one building, one grid. Base tables only."""

from __future__ import annotations

from geo.i18n import N_
from geo.service.check.registry import Check, Context, Status, by_query, listed
from geo.store import audit
from geo.store.check import Breaches

_FAIL, _WARN = Status.FAIL, Status.WARN

PEOPLE: tuple[Check, ...] = (
    by_query(
        "resident_without_household",
        _FAIL,
        N_("Residents without a household"),
        N_("Load the household, or correct the resident's household_id and load the resident again."),
    ),
    by_query(
        "resident_twice",
        _FAIL,
        N_("Residents in two households"),
        N_("One resident_id stands for one person: give one of the rows another id, or remove it."),
    ),
    by_query(
        "household_without_dwelling",
        _FAIL,
        N_("Households without a dwelling"),
        N_("Load the dwelling, or correct the household's dwelling_id and load the household again."),
    ),
    by_query(
        "household_in_two_dwellings",
        _FAIL,
        N_("Households in two dwellings"),
        N_("One household_id stands for one household: give one of the rows another id, or remove it."),
    ),
    by_query(
        "household_empty",
        _WARN,
        N_("Households without a resident"),
        N_("Load their residents; a household that moved away is taken out of the households table."),
    ),
    by_query(
        "visit_without_household",
        _FAIL,
        N_("Visits to a household that does not exist"),
        N_("Load the household, or correct the visit's household_id and load the visit again."),
    ),
)

DWELLINGS: tuple[Check, ...] = (
    by_query(
        "dwelling_without_building",
        _FAIL,
        N_("Dwellings without a building"),
        N_("Load the building, or correct the dwelling's building_id and load the dwelling again."),
    ),
    by_query(
        "dwelling_twice",
        _FAIL,
        N_("Dwellings in two buildings"),
        N_("One dwelling_id stands for one door: give one of the rows another id, or remove it."),
    ),
    by_query(
        "dwelling_same_door",
        _WARN,
        N_("Dwellings with the same unit, floor and room in one building"),
        N_("Two ids for one door: keep one, or correct unit or room; an address can't tell them apart."),
    ),
    by_query(
        "dwelling_without_household",
        _WARN,
        N_("Homes stated as lived in, without a household"),
        N_("Register the household, or set the occupancy to vacant."),
    ),
    by_query(
        "copied_keys_differ",
        _FAIL,
        N_("Rows that carry another building or community than the row they belong to"),
        N_("Load the table named in the first column again: row security reads the copy."),
    ),
)

BUILDINGS: tuple[Check, ...] = (
    by_query(
        "building_twice",
        _FAIL,
        N_("Buildings in two counties"),
        N_("One building_id stands for one building: remove the row of the wrong county."),
    ),
    by_query(
        "building_unknown_community",
        _FAIL,
        N_("Buildings of a community that does not exist"),
        N_("Load the community with its polygon, or correct the building's community_code."),
    ),
    by_query(
        "building_without_grid",
        _FAIL,
        N_("Buildings in no grid"),
        N_("Extend the grid next to it, or correct the building's place, and load again."),
    ),
    by_query(
        "building_in_two_grids",
        _FAIL,
        N_("Buildings in two grids"),
        N_("Load the grids again: the linking assigns each building to one."),
    ),
    by_query(
        "building_copy_differs",
        _FAIL,
        N_("Buildings whose own grid is not the one the plan assigns"),
        N_("Load the grids again: the linking writes the plan's grid to each building."),
    ),
)

AREAS: tuple[Check, ...] = (
    by_query(
        "area_code_malformed",
        _FAIL,
        N_("Area codes that do not fit their level"),
        N_("City 4 digits, county 6, sub-district 9, community 12; text, never a number."),
    ),
    by_query(
        "area_hierarchy_broken",
        _FAIL,
        N_("Areas whose code does not begin with their parent's"),
        N_("Correct parent_code, or the code: each level adds its digits to the one above."),
    ),
    by_query(
        "area_without_parent",
        _WARN,
        N_("Areas without the area above them"),
        N_("Load the areas above, and name each one's parent_code: figures are summed along it."),
    ),
    by_query(
        "grid_code_malformed",
        _FAIL,
        N_("Grid codes that are not the community's code and three digits"),
        N_("Correct grid_code or community_code and load the grids again."),
    ),
    by_query(
        "grid_unknown_community",
        _FAIL,
        N_("Grids of a community that does not exist"),
        N_("Load the community, or correct the grid's community_code."),
    ),
)

PLANS: tuple[Check, ...] = (
    by_query(
        "plan_missing",
        _FAIL,
        N_("Buildings without a plan in force"),
        N_("Load the grids, or load the areas again: each community then gets one provisional grid."),
    ),
    by_query(
        "plan_several",
        _FAIL,
        N_("Plans in force beside another one"),
        N_("End all but one: set valid_to of the others."),
    ),
    by_query(
        "plan_provisional",
        _WARN,
        N_("Communities with one provisional grid"),
        N_("No grids were loaded for them: load the grids table, or divide the community."),
    ),
    by_query(
        "worker_unknown_grid",
        _FAIL,
        N_("Grid workers of a grid that is not in force"),
        N_("Correct the worker's grid_code, or end the duty by its date."),
    ),
    by_query(
        "grid_without_captain",
        _WARN,
        N_("Grids without a captain"),
        N_("Name one in the workers table (role captain)."),
    ),
    by_query(
        "worker_several_grids",
        _WARN,
        N_("Grid workers on more than one grid"),
        N_("Allowed as a stand-in; else correct grid_code or end one of the duties."),
    ),
    by_query(
        "device_without_place",
        _WARN,
        N_("Devices without a place"),
        N_("Give a dwelling_id or a building_id of the register, or a point."),
    ),
    by_query(
        "alias_names_nothing",
        _WARN,
        N_("Aliases of nothing in the register"),
        N_("Correct the estate's name or the building_id, as it stands in the buildings table."),
    ),
)

CASES: tuple[Check, ...] = (
    by_query(
        "case_unplaced",
        _WARN,
        N_("Cases without a grid"),
        N_(
            "Narrow the address, add an alias, or give a point, and load the case again; they stay counted as unplaced."
        ),
    ),
    by_query(
        "case_unknown_grid",
        _FAIL,
        N_("Cases in a grid that no plan has"),
        N_("Load the cases again: they are placed anew."),
    ),
    by_query(
        "case_old_grid",
        _FAIL,
        N_("Open cases in a grid that is no longer in force"),
        N_("Load the grids again: open cases move to the plan in force."),
    ),
    by_query(
        "case_other_grid",
        _FAIL,
        N_("Open cases in another grid than their building"),
        N_("Load the grids again: open cases follow their building."),
    ),
    by_query(
        "case_unknown_door",
        _FAIL,
        N_("Cases of a dwelling or building that does not exist"),
        N_("Load the building or the dwelling, then the case again."),
    ),
    by_query(
        "case_area_differs",
        _FAIL,
        N_("Cases whose community or county is not their grid's"),
        N_("Load the cases again: they are placed anew."),
    ),
    by_query(
        "case_twice",
        _FAIL,
        N_("Cases that are there twice"),
        N_("Channel and case_no are one case: remove the row of the wrong county."),
    ),
    by_query(
        "case_no_ledger",
        _FAIL,
        N_("Cases in no ledger"),
        N_("Each case is in exactly one of the five ledgers: load it again with its ledger."),
    ),
    by_query(
        "case_time_order",
        _FAIL,
        N_("Cases whose steps are out of order"),
        N_("Correct the times: reported, accepted, resolved, closed; a closed case has its time."),
    ),
    by_query(
        "rate_above_100",
        _WARN,
        N_("Communities with more cases resolved than accepted"),
        N_("A rate above 100 % is a data fault: cases were resolved whose acceptance is missing."),
    ),
)


def _audit_breaches(context: Context) -> Breaches:
    """Compare the audit chain with itself and with the heads noted outside the database: a cut-off end shows there."""
    found = audit.breaches(context.conn, audit.heads_file(context.conn, context.settings.home))
    return listed(("audit_id", "breach"), [(str(breach.audit_id), breach.breach) for breach in found])


FIGURES: tuple[Check, ...] = (
    by_query(
        "counts_differ",
        _FAIL,
        N_("Daily counts that are not the sums of the cases"),
        N_("Run `gridmap recount`, and find out who wrote the table past its triggers."),
    ),
    by_query(
        "grid_figures_differ",
        _FAIL,
        N_("Grid figures that are not the counts of the tables"),
        N_("Run `gridmap recount`: it makes the figures anew."),
    ),
    by_query(
        "population_differs",
        _FAIL,
        N_("Age structures that are not the counts of residents"),
        N_("Run `gridmap recount`: it makes the figures anew."),
    ),
    by_query(
        "visit_days_differ",
        _FAIL,
        N_("Visit clocks that do not hold every household once"),
        N_("Run `gridmap recount`: it makes the figures anew."),
    ),
    Check(
        "audit_chain_broken",
        _FAIL,
        N_("Audit rows changed, removed or reordered"),
        N_("Keep the database as it is and tell the person responsible for security."),
        _audit_breaches,
    ),
)
