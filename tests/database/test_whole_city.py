"""Areas that begin below the city, as a county's own folder does: the way down still begins with the whole."""

from __future__ import annotations

from geo.model import Level
from geo.service.access import Role, Viewer
from geo.service.situation import Situation
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from tests.fixtures import city


def test_the_way_down_begins_with_a_nameless_whole(database: Urls, app_db: Database) -> None:
    with owner_connection(database.owner_url) as conn:
        city.put_whole_city(conn)
        conn.execute("DELETE FROM area WHERE level = 'city'")
    way = Situation(app_db).path(Viewer("command", "", Role.COMMAND, Level.CITY), "640202")
    assert [(place.code, place.level) for place in way] == [("", Level.CITY), ("640202", Level.COUNTY)]
