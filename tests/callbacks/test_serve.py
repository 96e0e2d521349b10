"""The server refuses what it could not serve, starts on what it can, and stops whole."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dashboard.web.serve import check
from geo.errors import ConfigError
from geo.store.cluster import Urls
from tests.fixtures.app import Site
from tests.fixtures.browser import ROOT, clean_environment, free_port
from tests.fixtures.processes import wait_for

OWNER = "-c role=gridmap_owner -c search_path=gridmap,public"


def test_an_empty_demo_is_no_reason_to_refuse(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    check(lambda: site.services)
    assert [getattr(record, "check", "") for record in caplog.records] == ["city"]


def test_the_demos_accounts_on_real_data_are_refused(site: Site, database: Urls) -> None:
    with psycopg.connect(database.owner_url, options=OWNER) as owner:
        owner.execute("UPDATE city SET demo = false")
    with pytest.raises(ConfigError, match="演示账号") as refused:
        check(lambda: site.services)
    assert "gridmap user" in refused.value.hint


def test_another_versions_schema_is_refused(site: Site, database: Urls) -> None:
    with psycopg.connect(database.owner_url, options=OWNER) as owner:
        owner.execute("DELETE FROM migration WHERE name = '0005_accounts.sql'")
    with pytest.raises(ConfigError, match="数据库结构与本版本不符"):
        check(lambda: site.services)


def test_no_database_is_refused(site: Site) -> None:
    site.services.health._db.close()
    with pytest.raises(ConfigError, match="数据库连接不上"):
        check(lambda: site.services)


@pytest.fixture
def home() -> Iterator[Path]:
    """Give a short path: a Unix socket stands in it."""
    with tempfile.TemporaryDirectory(prefix="gm-") as folder:
        yield Path(folder)


def status(url: str) -> int:
    """Return an address's status, 0 where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as refused:
        refused.close()
        return refused.code
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return 0


def test_it_serves_until_told_to_stop_and_stops_its_cluster(home: Path) -> None:
    port = free_port()
    command = [sys.executable, str(ROOT / "gridmap.py"), "serve", "--port", str(port), "--workers", "2"]
    environment = clean_environment(home=str(home))
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        wait_for(lambda: status(f"http://127.0.0.1:{port}/healthz") == 200 or server.poll() is not None, "the server")
        assert server.poll() is None, (home / "log").read_text()
        assert status(f"http://127.0.0.1:{port}/readyz") == 503
        assert list(home.rglob("postmaster.pid"))
        second = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert second.returncode == 2
        assert f"127.0.0.1:{port}" in second.stderr
        assert "Traceback" not in second.stderr
        assert status(f"http://127.0.0.1:{port}/healthz") == 200
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=60) == 0
    assert not list(home.rglob("postmaster.pid"))
