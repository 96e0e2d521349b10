"""Units, floors, dwellings, buildings and areas as people call them."""

from __future__ import annotations

from geo.i18n import N_, _
from geo.service.drill import Building

LEVEL_NAMES = {
    "city": N_("City"),
    "county": N_("County"),
    "subdistrict": N_("Sub-district"),
    "community": N_("Community"),
    "grid": N_("Grid"),
    "building": N_("Building"),
    "household": N_("Household"),
}
"""What a step of the way down is called."""


def unit(label: str) -> str:
    """Name a unit (单元): 2单元 for a bare number, else as the register writes it.

    Examples
    --------
    >>> unit("2"), unit("东单元"), unit("")
    ('2单元', '东单元', '')
    """
    bare = label.removesuffix("单元")
    return _("Unit {unit}", unit=bare) if bare.isdigit() else label


def floor(number: int | None) -> str:
    """Name a floor: 11层; unknown ones are said to be."""
    return _("floor?") if number is None else _("F{floor}", floor=number)


def dwelling(unit_label: str | None, room: str | None) -> str:
    """Name a dwelling within its building: 2单元 501室; a house with one door has neither.

    Examples
    --------
    >>> dwelling("2", "501")
    '2单元 501室'
    """
    named = _("Room {room}", room=room) if room and room.isdigit() else room or ""
    return " ".join(part for part in (unit(unit_label or ""), named) if part) or _("one door")


def building(estate: str | None, name: str | None, fallback: str = "") -> str:
    """Name a building with its estate: 听涛苑 6栋; where it has neither, by its address or key."""
    return " ".join(part for part in (estate, name) if part) or fallback


def of(item: Building) -> str:
    """Name a building of a grid."""
    return building(item.estate, item.name, item.address or item.building_id)
