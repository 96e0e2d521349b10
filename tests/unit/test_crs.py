"""Coordinate systems: published pairs to their printed digits, round trips within 1 mm, what a person may state."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import crs
from geo.errors import CrsMismatch

METRE = 1 / 111_320.0
"""Degrees of latitude; a degree of longitude is shorter, so the bound is the stricter one."""

# Published with the libraries eviltransform (three cities) and coordtransform (Tiananmen): longitude, latitude.
GCJ02 = [
    ((121.5272106, 31.1774276), ("121.531541859215", "31.17530398364597")),
    ((113.912316, 22.543847), ("113.9171764808363", "22.540796131694766")),
    ((116.377817, 39.911954), ("116.38404722455657", "39.91334545536069")),
    ((116.404, 39.915), ("116.41024449916938", "39.91640428150164")),
]
BD09_OF_GCJ02 = ((116.404, 39.915), ("116.41036949371029", "39.92133699351021"))
OUTSIDE = [(-104.990300, 39.739200), (153.025100, -27.469800), (-43.172900, -22.906800), (24.94, 60.17)]


def assert_to_printed_digits(found: tuple[np.ndarray, np.ndarray], printed: tuple[str, str]) -> None:
    """Compare to the last printed digit; the last of seventeen is the rounding of the publisher's own machine."""
    for value, text in zip(found, printed, strict=True):
        digits = min(13, len(text.split(".")[1]))
        assert f"{float(value):.{digits}f}" == f"{float(text):.{digits}f}"


@pytest.mark.parametrize(("wgs84", "printed"), GCJ02)
def test_gcj02_equals_published_pairs(wgs84: tuple[float, float], printed: tuple[str, str]) -> None:
    assert_to_printed_digits(crs.wgs84_to_gcj02(*wgs84), printed)


def test_bd09_equals_the_published_pair() -> None:
    assert_to_printed_digits(crs.gcj02_to_bd09(*BD09_OF_GCJ02[0]), BD09_OF_GCJ02[1])


@pytest.mark.parametrize("point", OUTSIDE)
def test_outside_china_nothing_is_shifted(point: tuple[float, float]) -> None:
    assert tuple(map(float, crs.wgs84_to_gcj02(*point))) == point
    assert tuple(map(float, crs.gcj02_to_wgs84(*point))) == point


@given(st.lists(st.tuples(st.floats(74, 134), st.floats(18, 53)), min_size=1, max_size=50))
def test_round_trip_stays_within_a_millimetre(points: list[tuple[float, float]]) -> None:
    lon, lat = np.array(points).T
    for name in ("gcj02", "bd09", "EPSG:4490", "EPSG:4326"):
        system = crs.parse(name)
        back = crs.to_storage(system, *crs.from_storage(system, lon, lat))
        assert np.abs(back[0] - lon).max() < 1e-3 * METRE
        assert np.abs(back[1] - lat).max() < 1e-3 * METRE


@pytest.mark.parametrize("epsg", [*crs.ZONES, *crs.ZONES_WITH_NUMBER])
def test_zones_go_there_and_back_with_easting_first(epsg: int) -> None:
    number = epsg - (4534 if epsg in crs.ZONES else 4513)
    lon, lat = np.array([75.0 + 3 * number + 0.4]), np.array([38.5])
    system = crs.parse(str(epsg))
    x, y = crs.from_storage(system, lon, lat)
    expected = 500_000 + 1_000_000 * (25 + number) * (epsg in crs.ZONES_WITH_NUMBER) + 0.4 * 87_237
    assert abs(float(x[0]) - expected) < 60
    assert 4_250_000 < float(y[0]) < 4_270_000
    back = crs.to_storage(system, x, y)
    assert np.abs(back[0] - lon).max() < 1e-3 * METRE
    assert np.abs(back[1] - lat).max() < 1e-3 * METRE


@pytest.mark.parametrize(
    ("text", "definition"),
    [
        ("wgs84", "EPSG:4326"),
        ("WGS-84", "EPSG:4326"),
        ("CGCS2000", "EPSG:4490"),
        ("2000国家大地坐标系", "EPSG:4490"),
        ("4547", "EPSG:4547"),
        ("epsg:4545", "EPSG:4545"),
        ("urn:ogc:def:crs:EPSG::4490", "EPSG:4490"),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326"),
        ("http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:4326"),
        ("GCJ-02", ""),
        ("火星坐标", ""),
        ("BD09", ""),
        ("百度坐标", ""),
    ],
)
def test_what_a_person_states_is_read(text: str, definition: str) -> None:
    assert crs.parse(text).definition == definition


@pytest.mark.parametrize("text", ["", "nonsense", "beijing54", "999999", "12"])
def test_what_is_no_system_is_refused(text: str) -> None:
    with pytest.raises(CrsMismatch):
        crs.parse(text)


@pytest.mark.parametrize("epsg", [4490, 4545, 4524])
@pytest.mark.parametrize("form", ["WKT1_ESRI", "WKT1_GDAL", "WKT2_2019"])
def test_definitions_as_other_programs_write_them_are_read(epsg: int, form: str) -> None:
    from pyproj import CRS

    lon, lat = np.array([108.3]), np.array([39.0])
    x, y = crs.from_storage(crs.parse(str(epsg)), lon, lat)
    back = crs.to_storage(crs.from_definition(CRS(epsg).to_wkt(form)), x, y)
    assert np.abs(back[0] - lon).max() < 1e-3 * METRE
    assert np.abs(back[1] - lat).max() < 1e-3 * METRE


def test_one_metric_system_for_a_city_that_straddles_two_zones() -> None:
    assert crs.metric_epsg_for((105.97, 38.6, 106.97, 39.4)) == 4544
    assert crs.metric_epsg_for((109.15, 39.0, 110.39, 40.5)) == 4546
    assert crs.metric_epsg_for((24.9, 60.1, 25.0, 60.2)) == 32635
    assert crs.metric_epsg_for((14.3, 50.0, 14.5, 50.2)) == 32633
