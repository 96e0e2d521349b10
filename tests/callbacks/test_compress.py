"""Answers are compressed, the same for everybody once, and never one viewer's for another."""

from __future__ import annotations

import gzip
import re

from dashboard.web.compress import Kept
from tests.fixtures.app import Site

GZIP = {"Accept-Encoding": "gzip"}


def test_a_script_is_compressed_and_the_same_as_without(standing_site: Site):
    client = standing_site.fresh_client()
    standing_site.sign_in("command", client=client)
    address = re.search(r"/_dash-component-suites/dash_leaflet/dash_leaflet[\w.]+js", client.get("/").text)
    assert address
    plain = client.get(address[0])
    for _time in range(2):
        packed = client.get(address[0], headers=GZIP)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]
        assert len(packed.data) < len(plain.data) / 2
        assert gzip.decompress(packed.data) == plain.data


def test_a_script_is_nobodys_without_a_session(standing_site: Site):
    signed_in = standing_site.fresh_client()
    standing_site.sign_in("command", client=signed_in)
    address = re.search(r"/_dash-component-suites/dash_leaflet/dash_leaflet[\w.]+js", signed_in.get("/").text)
    assert address
    assert signed_in.get(address[0], headers=GZIP).status_code == 200
    assert standing_site.fresh_client().get(address[0], headers=GZIP).status_code == 401


def test_what_depends_on_who_asks_is_not_kept(standing_site: Site):
    answers = {}
    for username in ("command", "captain"):
        client = standing_site.fresh_client()
        standing_site.sign_in(username, client=client)
        packed = client.get("/_dash-layout", headers=GZIP | {"Referer": "http://localhost/grid/640202001005003"})
        assert packed.headers["Content-Encoding"] == "gzip"
        answers[username] = gzip.decompress(packed.data).decode()
    assert "grid command" in answers["command"]
    assert "grid captain" in answers["captain"]


def test_an_address_that_may_not_be_kept_is_not():
    kept = Kept()
    kept.set("gzip;", b"somebody's")
    kept.set("gzip;/_dash-component-suites/a.js", b"everybody's")
    assert kept.get("gzip;") is None
    assert kept.get("gzip;/_dash-component-suites/a.js") == b"everybody's"
