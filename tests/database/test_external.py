"""A site's own database: found, checked, refused with the way out."""

from __future__ import annotations

import itertools
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from pydantic import SecretStr

from geo import i18n
from geo.errors import ConfigError, Unavailable
from geo.model import Scope
from geo.settings import Settings
from geo.store import external
from geo.store.cluster import Cluster, running
from geo.store.database import Database, connect, owner_connection
from geo.store.migrate import migrate
from geo.store.postgres import SUPERUSER

_numbers = itertools.count(1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are looked at in the language of their ids."""
    with i18n.using("en"):
        yield


@pytest.fixture
def site(cluster: Cluster) -> Iterator[psycopg.Connection]:
    """Give a superuser's connection to an empty UTF-8 database without PostGIS, as an administrator makes one."""
    name = f"site{next(_numbers)}"
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            with psycopg.connect(cluster.url(SUPERUSER, name), autocommit=True) as inside:
                yield inside
        finally:
            conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def login(cluster: Cluster, site: psycopg.Connection) -> Iterator[str]:
    """Give the address of a login without any right in that database."""
    site.execute("CREATE ROLE clerk LOGIN PASSWORD 'geheim'")
    yield (
        cluster.url(SUPERUSER, site.info.dbname)
        .replace(f"{SUPERUSER}:", "clerk:geheim@", 1)
        .replace(f"@{cluster._password(SUPERUSER)}@", "@")
    )
    site.execute("DROP OWNED BY clerk CASCADE")
    site.execute("DROP ROLE clerk")


def settings(url: str, home: Path, app_url: str | None = None) -> Settings:
    return Settings(home=home, database_url=SecretStr(url), app_database_url=SecretStr(app_url) if app_url else None)


def test_an_ordinary_login_with_the_rights_it_needs(
    site: psycopg.Connection, login: str, tmp_path: Path, cluster: Cluster
) -> None:
    with pytest.raises(ConfigError) as caught, running(settings(login, tmp_path)):
        raise AssertionError
    assert "CREATEROLE" in str(caught.value)
    if site.info.server_version >= 160_000:  # the test server's roles are its superuser's
        site.execute("GRANT gridmap_owner, gridmap_app TO clerk WITH ADMIN OPTION")
    database = site.info.dbname
    statements = [
        'ALTER ROLE "clerk" CREATEROLE;',
        f'GRANT CREATE ON DATABASE "{database}" TO "clerk";',
        "CREATE EXTENSION postgis;",
    ]
    for statement in statements:
        assert statement in caught.value.hint
        site.execute(statement)  # type: ignore[arg-type]
    with running(settings(login, tmp_path)) as urls:
        with connect(urls.owner_url) as conn:
            assert migrate(conn)[-1] == "functions"
        with owner_connection(urls.owner_url) as conn:
            assert conn.execute("SELECT current_user, session_user").fetchone() == ("gridmap_owner", "clerk")
            conn.execute("UPDATE city SET name = '东胜'")
        pool = Database(urls.app_url)
        with pool.transaction(Scope("scope_wall")) as conn:
            assert conn.execute("SELECT name, session_user FROM city").fetchone() == ("东胜", "gridmap_app")
        pool.close()
    kept = next((tmp_path / "secrets").iterdir())
    assert kept.stat().st_mode & 0o777 == 0o600
    # A second start uses the same password; one that somebody changed is set anew.
    with running(settings(login, tmp_path)) as again:
        assert again.app_url == urls.app_url
    site.execute("ALTER ROLE gridmap_app PASSWORD 'other'")
    with running(settings(login, tmp_path)) as anew:
        connect(anew.app_url).close()
        assert anew.app_url != urls.app_url
    restore = sql.SQL("ALTER ROLE gridmap_app PASSWORD {}").format(sql.Literal(cluster._password("gridmap_app")))
    site.execute(restore)
    site.execute("DROP SCHEMA gridmap CASCADE")
    site.execute("REVOKE gridmap_owner FROM clerk")


def test_a_superusers_login_owns_nothing(site: psycopg.Connection, cluster: Cluster, tmp_path: Path) -> None:
    url, app_url = cluster.url(SUPERUSER, site.info.dbname), cluster.url("gridmap_app", site.info.dbname)
    with running(settings(url, tmp_path, app_url)) as urls, connect(urls.owner_url) as conn:
        migrate(conn)
    owners = site.execute("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'gridmap'").fetchall()
    assert owners == [("gridmap_owner",)]


def test_an_application_login_with_too_many_rights_is_refused(
    site: psycopg.Connection, cluster: Cluster, tmp_path: Path
) -> None:
    url = cluster.url(SUPERUSER, site.info.dbname)
    for app_url in (url, cluster.url("gridmap_owner", site.info.dbname)):
        with pytest.raises(ConfigError, match="rights it must not have"), running(settings(url, tmp_path, app_url)):
            raise AssertionError


def test_an_application_login_that_does_not_sign_in(site: psycopg.Connection, cluster: Cluster, tmp_path: Path) -> None:
    url = cluster.url(SUPERUSER, site.info.dbname)
    wrong = re.sub(r"://[^@]*@", "://gridmap_app:wrong@", url)
    with pytest.raises(ConfigError) as caught, running(settings(url, tmp_path, wrong)):
        raise AssertionError
    assert "GRIDMAP_APP_DATABASE_URL" in caught.value.hint
    assert "wrong" not in str(caught.value)


def test_a_database_that_is_not_utf8(cluster: Cluster, tmp_path: Path) -> None:
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as conn:
        conn.execute("CREATE DATABASE old ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        try:
            with pytest.raises(ConfigError, match="LATIN1"), running(settings(cluster.url(SUPERUSER, "old"), tmp_path)):
                raise AssertionError
        finally:
            conn.execute("DROP DATABASE old WITH (FORCE)")


@pytest.mark.parametrize(("name", "value"), [("OLDEST_SERVER", 99), ("OLDEST_POSTGIS", (99, 0))])
def test_a_server_that_is_too_old(
    site: psycopg.Connection,
    cluster: Cluster,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: object,
) -> None:
    monkeypatch.setattr(external, name, value)
    with (
        pytest.raises(ConfigError, match="newer"),
        running(settings(cluster.url(SUPERUSER, site.info.dbname), tmp_path)),
    ):
        raise AssertionError


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        url = f"postgresql://x:geheim@127.0.0.1:{port}/x"
        with pytest.raises(Unavailable) as caught, running(settings(url, tmp_path)):
            raise AssertionError
    assert "geheim" not in str(caught.value) + caught.value.hint
