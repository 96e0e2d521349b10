"""The embedded server: made, shared, killed, refused."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from geo import i18n
from geo.errors import ConfigError, StoreError, Unavailable
from geo.model import Scope
from geo.settings import Settings
from geo.store import postgres
from geo.store.cluster import Cluster, Urls, running
from geo.store.database import Database, connect, owner_connection
from geo.store.migrate import migrate
from tests.fixtures.processes import ANOTHER_USER, ROOT, command, give_to, wait_for

SMALL = {"fsync": "off", "shared_buffers": "16MB"}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are looked at in the language of their ids."""
    with i18n.using("en"):
        yield


LONG = "a folder with a name of more than ninety characters, such as one meets below deep home folders 网格"


@pytest.fixture
def new_home() -> Iterator[Path]:
    """Give a home of more than 100 characters, not made yet, below a folder that only its owner may enter."""
    top = Path(tempfile.mkdtemp(prefix="gm-"))
    try:
        yield top / LONG / "h"
    finally:
        shutil.rmtree(top)


@pytest.fixture(scope="module")
def stopped() -> Iterator[Path]:
    """Give a home whose server was made and stopped, to be copied: that takes a tenth of making one."""
    top = Path(tempfile.mkdtemp(prefix="gm-"))
    try:
        with Cluster(top / "h", SMALL).shared():
            pass
        yield top / "h"
    finally:
        shutil.rmtree(top)


@pytest.fixture
def home(new_home: Path, stopped: Path) -> Path:
    """Give a home with a server that was stopped in order."""
    new_home.parent.mkdir()
    subprocess.run(["cp", "-a", stopped, new_home], check=True)
    return new_home


def test_one_server_serves_commands_side_by_side(home: Path) -> None:
    server = Cluster(home, SMALL)
    with server.shared():
        with command(home) as (_process, url):
            assert url == server.urls().owner_url
        connect(url).close()
    with pytest.raises(Unavailable):
        connect(url)
    with pytest.raises(Unavailable):
        server.urls()
    assert not (server.data / "postmaster.pid").exists()


def test_the_home_is_closed_and_the_server_is_nobodys_network(new_home: Path) -> None:
    server = Cluster(new_home, SMALL)
    assert len(str(new_home)) > 100
    with server.shared(), connect(server.urls().owner_url) as conn:
        assert conn.execute("SHOW listen_addresses").fetchone() == ("",)
        assert conn.execute("SHOW synchronous_commit").fetchone() == ("on",)
        assert conn.execute("SHOW jit").fetchone() == ("off",)
        socket = Path(str(conn.info.host))
        assert socket.stat().st_mode & 0o777 == 0o700
        assert len(str(socket / ".s.PGSQL.5432")) <= 107
        owner = server.data.stat().st_uid
        assert owner != 0
        assert {path.stat().st_mode & 0o777 for path in (server.folder / "secrets").iterdir()} == {0o600}
        assert server.folder.stat().st_mode & 0o777 == 0o700
    assert not socket.exists()


def test_chinese_letters_are_letters(new_home: Path) -> None:
    server = Cluster(new_home, SMALL)
    with server.shared(), connect(server.urls().owner_url) as conn:
        row = conn.execute("""
            SELECT pg_encoding_to_char(encoding), datctype ILIKE '%utf%8', datcollate,
              '网格员' ~ '^[[:alpha:]]+$', '街道' > '网格', upper('ａ')
            FROM pg_database WHERE datname = current_database()
        """).fetchone()
    assert row == ("UTF8", True, "C", True, True, "Ａ")


def test_an_ordinary_user_has_a_server_too() -> None:
    """Beside root's way: no other user, the plain path."""
    open_to_it = Path(tempfile.mkdtemp(prefix="gm-"))
    try:
        # The tests may lie in a home that only root can enter; an ordinary user can read the product they start.
        shutil.copytree(ROOT / "geo", open_to_it / "geo", ignore=shutil.ignore_patterns("__pycache__"))
        give_to(open_to_it, ANOTHER_USER)
        with command(open_to_it, ANOTHER_USER, code=open_to_it) as (_process, _url):
            assert (open_to_it / "cluster" / "data").stat().st_uid == open_to_it.stat().st_uid
            assert open_to_it.stat().st_uid != 0
    finally:
        shutil.rmtree(open_to_it)


def test_a_killed_command_leaves_nothing_in_the_way(home: Path) -> None:
    server = Cluster(home, SMALL)
    with command(home) as (process, url):
        with owner_connection(url) as conn:
            conn.execute("CREATE SCHEMA kept")
        process.kill()
        process.wait()
    with server.shared(), connect(url) as conn:
        assert server.urls().owner_url == url
        assert conn.execute("SELECT to_regnamespace('kept') IS NOT NULL").fetchone() == (True,)
    with pytest.raises(Unavailable):
        connect(url)


def test_a_killed_server_comes_back_under_its_users(home: Path) -> None:
    server = Cluster(home, SMALL)
    with server.shared():
        with connect(server.urls().owner_url) as conn:
            migrate(conn)
        with owner_connection(server.urls().owner_url) as conn:
            conn.execute("UPDATE city SET name = '石嘴山'")
        pool = Database(server.urls().app_url)
        with pool.transaction(Scope("scope_wall")) as conn:
            assert conn.execute("SELECT name FROM city").fetchone() == ("石嘴山",)
        pid = postgres.process_id(server.data)
        assert pid
        os.kill(pid, signal.SIGKILL)

        def answers() -> bool:
            try:
                with pool.transaction(Scope("scope_wall")) as conn:
                    return conn.execute("SELECT name FROM city").fetchone() == ("石嘴山",)
            except StoreError:
                return False

        wait_for(lambda: postgres.process_id(server.data) != pid, "a new server")
        wait_for(answers, "the same pool answering again")
        pool.close()


def test_a_server_without_its_socket_is_started_again(home: Path) -> None:
    server = Cluster(home, SMALL)
    with server.shared():
        url = server.urls().owner_url
        with connect(url) as conn:
            shutil.rmtree(str(conn.info.host))

        def answers() -> bool:
            try:
                connect(url).close()
            except Unavailable:
                return False
            return True

        wait_for(answers, "the same address answering again")


def test_server_and_command_killed_at_once(home: Path) -> None:
    server = Cluster(home, SMALL)
    with command(home) as (process, _url):
        process.kill()
        pid = postgres.process_id(server.data)
        assert pid
        os.kill(pid, signal.SIGKILL)
        process.wait()
    # The stale file names a process that is alive and the server user's own, as after a restart of the machine.
    with server.shared():
        pass
    bystander = subprocess.Popen(["sleep", "1000"], user=server.data.stat().st_uid if os.geteuid() == 0 else None)
    try:
        (server.data / "postmaster.pid").write_text(f"{bystander.pid}\n{server.data}\n0\n5432\n\n\n\n\n")
        with server.shared(), connect(server.urls().owner_url) as conn:
            assert conn.execute("SELECT 1").fetchone() == (1,)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_broken_first_run_leaves_nothing(new_home: Path) -> None:
    server = Cluster(new_home, SMALL)
    server.home.mkdir(parents=True)
    server.folder.mkdir(mode=0o700)
    (server.folder / "data.new").mkdir()
    (server.folder / "data.new" / "PG_VERSION").write_text("15")
    with server.shared(), connect(server.urls().owner_url) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
    assert not (server.folder / "data.new").exists()


def test_data_of_another_version_is_refused_and_left_alone(home: Path) -> None:
    server = Cluster(home, SMALL)
    with server.shared():
        pass
    version = server.data / "PG_VERSION"
    kept = version.read_text()
    version.write_text("9\n")
    with pytest.raises(ConfigError, match="9") as caught, server.shared():
        raise AssertionError
    assert "postgresql-9" in caught.value.hint
    assert str(server.folder) in caught.value.hint
    version.write_text(kept)
    with server.shared():
        pass


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with pytest.raises(StoreError) as caught, Cluster(home, SMALL | {"shared_buffers": "many"}).shared():
        raise AssertionError
    assert "shared_buffers" in caught.value.hint


def test_a_command_that_fails_still_stops_the_server(home: Path) -> None:
    server = Cluster(home, SMALL)
    with pytest.raises(ZeroDivisionError), server.shared():
        raise ZeroDivisionError
    assert not (server.data / "postmaster.pid").exists()


def test_running_gives_both_addresses_and_hides_them(home: Path) -> None:
    with running(Settings(home=home), SMALL) as urls:
        assert "secret" not in repr(urls)
        assert repr(urls) == "Urls()"
        with connect(urls.app_url) as conn:
            assert conn.execute("SELECT current_user").fetchone() == ("gridmap_app",)


def test_postgresql_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, new_home: Path) -> None:
    monkeypatch.setattr(postgres, "_DEBIAN", new_home / "none")
    monkeypatch.setenv("PATH", str(new_home))
    with pytest.raises(ConfigError, match="PostgreSQL") as caught, Cluster(new_home, SMALL).shared():
        raise AssertionError
    assert "apt-get install postgresql" in caught.value.hint


def test_programs_on_the_path_serve_where_no_package_does(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """As in a conda environment."""
    found = postgres.programs()
    monkeypatch.setattr(postgres, "_DEBIAN", home / "none")
    monkeypatch.setenv("PATH", f"{found}:{os.environ['PATH']}")
    assert postgres.programs() == found.resolve()


def test_postgresql_without_postgis_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_has_postgis", lambda folder, major: False)
    with pytest.raises(ConfigError, match="without PostGIS") as caught:
        postgres.programs()
    assert "-postgis-3" in caught.value.hint


def test_logins_do_not_trust_the_socket(cluster: Cluster, database: Urls) -> None:
    for login in ("gridmap_owner", "postgres"):
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(database.app_url.replace("gridmap_app:", f"{login}:"))
