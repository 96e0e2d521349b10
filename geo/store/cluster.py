"""The embedded PostGIS under `GRIDMAP_HOME`, shared by the commands that run side by side.

The first command starts the server, the last one stops it. Who is there is told by file locks, which the kernel lets
go of however a process dies, so nothing has to be tidied up after a kill -9:

gate.lock    held for the moments in which a server is started or stopped;
users.lock   held shared by every command that uses the server;
server.lock  held by the server's own processes: free means that none is left.

With `GRIDMAP_DATABASE_URL` there is no embedded server; see `external.py`.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import secrets
import shutil
import signal
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from geo.errors import ConfigError, Unavailable
from geo.i18n import _
from geo.settings import Settings
from geo.store import external, postgres
from geo.store.database import APP_LOGIN, OWNER_ROLE, store_errors
from geo.store.migrate import make_roles
from geo.store.postgres import SUPERUSER

logger = logging.getLogger(__name__)

DATABASE = "gridmap"
START_SECONDS = 120
"""Longest wait for a server to answer: after a crash it first replays its log."""
STOP_SECONDS = 60
SOCKET_SECONDS = 3
"""A server whose starter was killed makes its socket within moments; one that runs without it has lost it."""
WATCH_SECONDS, RETRY_SECONDS = 0.5, 10.0
"""How often a command looks whether the server lives, and how long it waits after a start that failed."""


@dataclass(frozen=True, slots=True)
class Urls:
    """How to reach the database: as the owner (command line) and as the application (server)."""

    owner_url: str = field(repr=False)
    app_url: str = field(repr=False)


@contextmanager
def running(settings: Settings, options: dict[str, str] | None = None) -> Iterator[Urls]:
    """Make sure of a running database for the time of the block.

    Parameters
    ----------
    settings : `home` is where the embedded cluster lives; `database_url` names another server instead.
    options : PostgreSQL settings over the defaults, for the command that happens to start the server.

    Raises
    ------
    ConfigError   the data folder is another version's, PostgreSQL is missing, or an external server does not serve.
    StoreError    the server does not start.
    """
    if settings.database_url is not None:
        yield Urls(*external.logins(settings))
        return
    cluster = Cluster(settings.home, options or {})
    with cluster.shared():
        yield cluster.urls()


class Cluster:
    """The embedded server of one home folder.

    Parameters
    ----------
    home : `GRIDMAP_HOME`; made where it is missing. Its path may be long, and closed to the server's user.
    options : PostgreSQL settings over the defaults.
    """

    def __init__(self, home: Path, options: dict[str, str] | None = None) -> None:
        self.home = home.expanduser().absolute()
        self.folder = self.home / "cluster"
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        self._options = options or {}
        self._user = postgres.server_user()

    # Who is there ----------------------------------------------------------------------------------------------

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Use the server for the time of the block: start it where it does not run, stop it when last out."""
        self._make_folders()
        process = os.getpid()
        users = os.open(self.folder / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
        stopping = threading.Event()
        try:
            with self._gate():
                fcntl.flock(users, fcntl.LOCK_SH)
                try:
                    self._ensure()
                except BaseException:
                    self._leave(users)
                    raise
            watch = threading.Thread(target=self._watch, args=(stopping,), name="gridmap-cluster", daemon=True)
            watch.start()
            try:
                yield
            finally:
                # A forked worker unwinds through here too: the server is its parent's to stop.
                if os.getpid() == process:
                    stopping.set()
                    watch.join()
                    with self._gate():
                        self._leave(users)
        finally:
            os.close(users)

    def _leave(self, users: int) -> None:
        """Stop the server unless somebody else still uses it."""
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        self._stop()

    @contextmanager
    def _gate(self) -> Iterator[None]:
        """Keep every other command from starting or stopping the server meanwhile."""
        with (self.folder / "gate.lock").open("ab") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def _watch(self, stopping: threading.Event) -> None:
        """Start the server again when it has died under its users, or lost its socket to a cleaner of /tmp."""
        pause_s = WATCH_SECONDS
        while not stopping.wait(pause_s):
            pause_s = WATCH_SECONDS
            if self._alive() and self._socket().exists():
                continue
            with self._gate():
                if not stopping.is_set() and not (self._alive() and self._socket().exists()):
                    logger.warning("database server died and is started again", extra={"action": "store.restart"})
                    try:
                        self._ensure()
                    except Exception:
                        logger.exception("database server does not start", extra={"action": "store.restart"})
                        pause_s = RETRY_SECONDS

    def _alive(self) -> bool:
        """Tell whether any process of the server is left."""
        with (self.folder / "server.lock").open("ab") as lock:
            try:
                # Shared, so that two who ask at once do not take each other for the server.
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    # Start and stop --------------------------------------------------------------------------------------------

    def _make_folders(self) -> None:
        """Make the home folder and the cluster's own, the latter closed to other users."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)
        if self.folder.stat().st_uid != os.geteuid():
            raise ConfigError(
                _("{folder} belongs to another user.", folder=self.folder),
                hint=_("Run the command as that user, or set GRIDMAP_HOME to a folder of your own."),
            )

    def _ensure(self) -> None:
        """Start the server where it does not run; make it first where there is none. The gate is held."""
        if self._alive() and self._answers():
            return
        # What is left of a server that was killed, or has lost its socket: its processes end before a new one starts.
        self._end_server()
        self._check_version()
        if not self.data.exists():
            self._create()
        # No process of the server is left (its lock is free), so these are a dead one's, whatever its number is today.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for stale in self._make_socket_folder().iterdir():
            stale.unlink()
        self._shorten_log()
        with (self.folder / "server.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._start(lock.fileno())
        if not self._answers():
            raise postgres.last_words(self.log)
        self._bootstrap()

    def _start(self, lock_fd: int) -> None:
        child = postgres.start(self.data, self._user, self._make_socket_folder(), self.log, lock_fd, self._options)
        # The child is waited for, else a stopped server would stay as a zombie of a long-lived command.
        threading.Thread(target=child.wait, name="gridmap-reaper", daemon=True).start()

    def _check_version(self) -> None:
        """Refuse a data folder of a PostgreSQL that is not installed."""
        if not self.data.exists():
            return
        major = postgres.data_major(self.data)
        try:
            postgres.programs(major)
        except ConfigError as error:
            raise ConfigError(
                _(
                    "The data in {folder} was made by PostgreSQL {major}, which is not installed.",
                    folder=self.data,
                    major=major,
                ),
                hint=_(
                    "Install postgresql-{major} with its PostGIS; or move {folder} away and load the files again.",
                    major=major,
                    folder=self.folder,
                ),
            ) from error

    def _create(self) -> None:
        """Make the data folder; under its final name only when it is whole, so a broken run leaves nothing."""
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        (self.folder / "ready").unlink(missing_ok=True)
        logger.info("making the database", extra={"action": "store.create"})
        postgres.initialise(unfinished, self._user, self._password(SUPERUSER))
        unfinished.rename(self.data)

    def _stop(self) -> None:
        """Stop the server in order and take its socket's folder away. The gate is held."""
        self._end_server()
        note = self.folder / "socket.json"
        if note.exists():
            shutil.rmtree(self._socket_folder(), ignore_errors=True)
            note.unlink()

    def _end_server(self) -> None:
        """Stop the server's processes: in order, or when that takes too long at once, which loses nothing committed."""
        for send, patience_s in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, STOP_SECONDS)):
            pid = postgres.process_id(self.data)
            if not self._alive() or not pid:
                return
            postgres.send(pid, send)
            deadline = time.monotonic() + patience_s
            while self._alive() and time.monotonic() < deadline:
                time.sleep(0.02)

    def _answers(self) -> bool:
        """Wait until the server answers; False when it ends before, has no socket, or takes too long."""
        begun = time.monotonic()
        while self._alive() and time.monotonic() < begun + START_SECONDS:
            try:
                psycopg.connect(self.url(SUPERUSER, "postgres"), connect_timeout=5).close()
            except psycopg.OperationalError:
                if not self._socket().exists() and time.monotonic() > begun + SOCKET_SECONDS:
                    return False
                time.sleep(0.05)
            else:
                return True
        return False

    def _shorten_log(self) -> None:
        """Begin the server's log anew above 10 MB."""
        if self.log.exists() and self.log.stat().st_size > 10_000_000:
            self.log.unlink()

    # Addresses and secrets -------------------------------------------------------------------------------------

    def urls(self, database: str = DATABASE) -> Urls:
        """Return the connection strings of a database in this cluster."""
        return Urls(self.url(OWNER_ROLE, database), self.url(APP_LOGIN, database))

    def url(self, login: str, database: str = DATABASE) -> str:
        """Return a login's connection string."""
        host = quote(str(self._socket_folder()), safe="")
        return f"postgresql://{login}:{self._password(login)}@/{database}?host={host}&port={postgres.PORT}"

    def _socket_folder(self) -> Path:
        """Return the folder of the socket: short, private, the same from a start to the next stop in order.

        Raises
        ------
        Unavailable   the server is stopped.
        """
        note = self.folder / "socket.json"
        if not note.exists():
            raise Unavailable(_("The database is not running."))
        return Path(json.loads(note.read_text("utf-8"))["folder"])

    def _make_socket_folder(self) -> Path:
        """Make the socket's folder, or make it again under its name: connection strings in use still lead to it."""
        note = self.folder / "socket.json"
        if note.exists():
            folder = self._socket_folder()
            if not folder.exists():
                folder.mkdir(mode=0o700)
                os.chown(folder, self._user.uid, self._user.gid)
            if _is_private(folder, self._user.uid):
                return folder
        folder = postgres.private_folder(self._user)
        unfinished = self.folder / "socket.new"
        unfinished.write_text(json.dumps({"folder": str(folder)}), "utf-8")
        unfinished.rename(note)
        return folder

    def _socket(self) -> Path:
        return self._socket_folder() / f".s.PGSQL.{postgres.PORT}"

    def _password(self, login: str) -> str:
        """Return a login's password, made at first use and kept where only this user reads it."""
        path = self.folder / "secrets" / login
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not path.exists():
            unfinished = path.with_suffix(".new")
            unfinished.unlink(missing_ok=True)
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(24))
            unfinished.rename(path)
        return path.read_text("ascii")

    # First contents --------------------------------------------------------------------------------------------

    def _bootstrap(self) -> None:
        """Make the two logins and the database, once."""
        ready = self.folder / "ready"
        if ready.exists():
            return
        with store_errors(), psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as conn:
            self._make_login(conn, OWNER_ROLE, "CREATEROLE NOINHERIT")
            self._make_login(conn, APP_LOGIN, "NOINHERIT")
            # By the superuser: from PostgreSQL 16 on the owner could not set what is another's role.
            make_roles(conn)
            conn.execute("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
            self._check_locale(conn)
        self.create_database(DATABASE)
        ready.touch()

    def _check_locale(self, conn: psycopg.Connection) -> None:
        """Refuse a data folder in which Chinese letters would be bytes: no case, no class, no trigram of them."""
        row = conn.execute("SELECT current_setting('server_encoding'), '网格' ~ '^[[:alpha:]]+$'").fetchone()
        if row != ("UTF8", True):
            raise ConfigError(
                _("The database in {folder} was not made with a UTF-8 locale.", folder=self.data),
                hint=_("Move {folder} away and start again: a new one is made.", folder=self.folder),
            )

    def _make_login(self, conn: psycopg.Connection, name: str, attributes: str) -> None:
        login = sql.Identifier(name)
        if not conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %(name)s", {"name": name}).fetchone():
            conn.execute(sql.SQL("CREATE ROLE {}").format(login))
        statement = sql.SQL("ALTER ROLE {} LOGIN {} PASSWORD {}")
        conn.execute(statement.format(login, sql.SQL(attributes), sql.Literal(self._password(name))))  # type: ignore[arg-type]

    def create_database(self, name: str) -> None:
        """Make an empty database with PostGIS that the owner's role owns; nothing where it exists."""
        with ExitStack() as stack:
            stack.enter_context(store_errors())
            conn = stack.enter_context(psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True))
            if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %(name)s", {"name": name}).fetchone():
                statement = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
                conn.execute(statement.format(sql.Identifier(name), sql.Identifier(OWNER_ROLE)))
            inside = stack.enter_context(psycopg.connect(self.url(SUPERUSER, name), autocommit=True))
            inside.execute("CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public")
            # It compares two boxes, nothing of a row can come out of it; without the mark row-level security keeps a
            # county's tile of cases from the spatial index (16.8 ms instead of 3.8). Only a superuser can set it.
            inside.execute("ALTER FUNCTION public.geometry_overlaps(geometry, geometry) LEAKPROOF")


def _is_private(folder: Path, uid: int) -> bool:
    """Tell whether a folder is there, the server's user's own and closed to all others."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and not found.st_mode & 0o077
