"""What a site decides about its city as a whole: the one metric coordinate system lengths and areas are computed in."""

from __future__ import annotations

import psycopg
from pyproj import CRS
from pyproj.exceptions import CRSError

from geo.errors import ConfigError
from geo.i18n import _
from geo.store.city import set_metric_epsg


def use_metric_system(conn: psycopg.Connection, epsg: int | None) -> None:
    """Fix the city's metric system to the site's choice; None leaves what the first load chose.

    Parameters
    ----------
    conn : the owner's connection.
    epsg : code of a projected system in metres, for example 4544 (CGCS2000, 3-degree zone of 105 E).

    Raises
    ------
    ConfigError   the code is unknown, or its unit is not the metre.
    """
    if epsg is None:
        return
    try:
        system = CRS.from_epsg(epsg)
    except CRSError:
        system = None
    if system is None or not system.is_projected or system.axis_info[0].unit_name != "metre":
        raise ConfigError(
            _("GRIDMAP_METRIC_EPSG={epsg} is no projected coordinate system in metres.", epsg=epsg),
            hint=_("For CGCS2000 choose the 3-degree zone of the city: 4534 (75° E) to 4554 (135° E)."),
        )
    set_metric_epsg(conn, epsg)
