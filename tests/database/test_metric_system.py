"""The site's metric coordinate system: taken over, kept by later loads, refused where it is none."""

from __future__ import annotations

import psycopg
import pytest

from geo.errors import ConfigError
from geo.service.city import use_metric_system
from geo.store.ingest import settle_city


def metric(conn: psycopg.Connection) -> int | None:
    return conn.execute("SELECT metric_epsg FROM city").fetchone()[0]  # type: ignore[index]


def test_the_sites_choice_outlives_a_load(owner: psycopg.Connection) -> None:
    use_metric_system(owner, 4545)
    settle_city(owner, 4544)
    assert metric(owner) == 4545


def test_nothing_chosen_changes_nothing(owner: psycopg.Connection) -> None:
    settle_city(owner, 4544)
    use_metric_system(owner, None)
    assert metric(owner) == 4544


@pytest.mark.parametrize("epsg", [4326, 4490, 999999, 2263])
def test_what_is_not_in_metres_is_refused(owner: psycopg.Connection, epsg: int) -> None:
    with pytest.raises(ConfigError, match=str(epsg)):
        use_metric_system(owner, epsg)
    assert metric(owner) is None
