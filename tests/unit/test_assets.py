"""Addresses of assets that browsers keep for good change with their content."""

from __future__ import annotations

import hashlib
import re

from dashboard.app import ASSETS, EARLY, FONTS


def test_a_kept_address_names_the_content_it_leads_to():
    sheet = (ASSETS / "tokens.css").read_text("utf-8")
    kept = re.findall(r"/assets/([\w/.-]+)\?m=(\w+)", "\n".join([sheet, EARLY, FONTS]))
    assert len(kept) == 5
    for path, named in kept:
        assert hashlib.sha256((ASSETS / path).read_bytes()).hexdigest().startswith(named), f"{path} is another now"


def test_a_font_is_fetched_once_for_its_preload_and_its_sheet():
    sheet = (ASSETS / "tokens.css").read_text("utf-8")
    assert set(re.findall(r"/assets/fonts/[\w.?=-]+", sheet)) == set(re.findall(r"/assets/fonts/[\w.?=-]+", FONTS))
