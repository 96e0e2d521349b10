"""One PostgreSQL server process: its programs, its data folder, its start and stop. `cluster.py` shares it.

PostgreSQL refuses to run as root, and the ordinary user it runs as may have no way into the folders above the data.
So a server started by root gets its data folder as an open file descriptor (`/proc/self/fd/N`): the folder is the
user's own, the way to it need not be.
"""

from __future__ import annotations

import logging
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from geo.errors import ConfigError, StoreError
from geo.i18n import _

logger = logging.getLogger(__name__)

OLDEST = 15
SUPERUSER = "postgres"
PORT = 5432
"""Only the socket file's name: the server listens on no network."""
LOCALES = ("C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8")
"""Character classes (LC_CTYPE) to take, the first the machine has; order is by code point (LC_COLLATE C) always."""
_SERVER_USERS = ("postgres", "nobody")
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class User:
    """Whom the server runs as."""

    name: str
    uid: int
    gid: int


def server_user() -> User:
    """Return this process's user, or for root the ordinary user its server runs as.

    Raises
    ------
    ConfigError   this process's user has no name, or it is root and the machine has none of the usual users.
    """
    candidates = _SERVER_USERS if os.geteuid() == 0 else (os.geteuid(),)
    for candidate in candidates:
        try:
            entry = pwd.getpwnam(candidate) if isinstance(candidate, str) else pwd.getpwuid(candidate)
        except KeyError:
            continue
        return User(entry.pw_name, entry.pw_uid, entry.pw_gid)
    if os.geteuid() != 0:
        raise ConfigError(
            _("PostgreSQL needs a name for the user it runs as; user {uid} has none.", uid=os.geteuid()),
            hint=_("Enter the user in /etc/passwd, or start GridMap as another one."),
        )
    raise ConfigError(
        _("PostgreSQL does not run as root, and there is no user postgres to run it as."),
        hint=_("Make one: useradd --system postgres. Or start GridMap as an ordinary user."),
    )


def programs(major: int | None = None) -> Path:
    """Find the folder of PostgreSQL's programs.

    Parameters
    ----------
    major : the version wanted; without it the newest that has PostGIS, on PATH (conda) or of the Debian packages.

    Raises
    ------
    ConfigError   none is installed, or not that version, or without PostGIS.
    """
    found = {version: folder for folder in _candidates() if (version := _major_of(folder))}
    wanted = str(major) if major else _("{oldest} or newer", oldest=OLDEST)
    fitting = [version for version in found if (version == major if major else version >= OLDEST)]
    if not fitting:
        raise ConfigError(
            _("PostgreSQL {wanted} is not installed.", wanted=wanted),
            hint=_("On Debian: apt-get install postgresql postgresql-15-postgis-3. With conda: conda env create."),
        )
    complete = [version for version in fitting if _has_postgis(found[version], version)]
    if not complete:
        raise ConfigError(
            _("PostgreSQL {wanted} is installed without PostGIS.", wanted=max(fitting)),
            hint=_("On Debian: apt-get install postgresql-{major}-postgis-3", major=max(fitting)),
        )
    return found[max(complete)]


def _has_postgis(folder: Path, major: int) -> bool:
    """Look where Debian and conda keep a server's extensions."""
    share = folder.parent / "share"
    places = (Path(f"/usr/share/postgresql/{major}"), share, share / "postgresql")
    return any((place / "extension" / "postgis.control").exists() for place in places)


def _candidates() -> list[Path]:
    """List folders that hold `initdb` and `postgres`, the one on PATH last so that it wins over the same version."""
    folders = [*_DEBIAN.glob("*/bin")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return [folder for folder in folders if (folder / "postgres").exists() and (folder / "initdb").exists()]


def _major_of(folder: Path) -> int:
    """Ask the server program for its major version; 0 where it does not run."""
    try:
        text = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    match = re.search(r"\) (\d+)", text)
    return int(match[1]) if match else 0


def data_major(data: Path) -> int:
    """Return the major version that made a data folder."""
    return int((data / "PG_VERSION").read_text("ascii").strip().split(".")[0])


def private_folder(user: User) -> Path:
    """Make a folder with a short, unguessable path that only the server's user may enter: the socket's place."""
    base = tempfile.gettempdir() if len(tempfile.gettempdir()) < 40 else "/tmp"  # a socket's path holds 107 bytes
    folder = Path(tempfile.mkdtemp(prefix="gridmap-", dir=base))
    os.chown(folder, user.uid, user.gid)
    return folder


def initialise(data: Path, user: User, superuser_password: str) -> None:
    """Make a data folder: UTF-8, order by code point, passwords (SCRAM) for every login.

    Raises
    ------
    ConfigError   no usable UTF-8 locale, or initdb failed; its last line is the hint.
    """
    data.mkdir(mode=0o700)
    os.chown(data, user.uid, user.gid)
    secret = private_folder(user)
    try:
        password_file = secret / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(superuser_password)
        os.chown(password_file, user.uid, user.gid)
        _initdb(data, user, password_file)
    finally:
        shutil.rmtree(secret)


def _initdb(data: Path, user: User, password_file: Path) -> None:
    """Run initdb with the first UTF-8 locale the machine has."""
    fixed = f"-U {SUPERUSER} -A scram-sha-256 --encoding=UTF8 --locale=C --text-search-config=simple --data-checksums"
    said = ""
    for locale in LOCALES:
        with _Reachable(data) as reach:
            command = [str(programs() / "initdb"), "-D", reach.path, "--pwfile", str(password_file), *fixed.split()]
            done = _run_as(user, [*command, f"--lc-ctype={locale}"], reach.fds)
        if done.returncode == 0:
            return
        said = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else ""
        if "locale" not in done.stderr:
            break
    raise ConfigError(_("The database folder {folder} could not be made.", folder=data), hint=said)


def _run_as(user: User, command: list[str], fds: tuple[int, ...]) -> subprocess.CompletedProcess[str]:
    """Run a server program to its end as the server's user."""
    return subprocess.run(
        command,
        cwd="/",
        capture_output=True,
        text=True,
        pass_fds=fds,
        env=_environment(),
        user=user.uid if os.geteuid() == 0 else None,
        group=user.gid if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
        check=False,
    )


def _environment() -> dict[str, str]:
    """Return the environment a server program gets: no PG* or GRIDMAP_* of the caller, times in UTC in its log."""
    names = ("PATH", "LD_LIBRARY_PATH", "CONDA_PREFIX", "PROJ_DATA")
    return {name: os.environ[name] for name in names if name in os.environ} | {"LC_ALL": "C", "TZ": "UTC"}


class _Reachable:
    """A data folder by a path its server can use, open for as long as the child is being started."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self.path, self.fds = str(data), ()

    def __enter__(self) -> _Reachable:
        if os.geteuid() == 0:
            fd = os.open(self._data, os.O_RDONLY | os.O_DIRECTORY)
            if not Path(f"/proc/self/fd/{fd}").exists():
                os.close(fd)
                raise ConfigError(
                    _("A server started by root needs /proc."), hint=_("Mount it: mount -t proc proc /proc")
                )
            self.path, self.fds = f"/proc/self/fd/{fd}", (fd,)
        return self

    def __exit__(self, *_exception: object) -> None:
        for fd in self.fds:
            os.close(fd)


def start(
    data: Path, user: User, socket_folder: Path, log: Path, lock_fd: int, options: dict[str, str]
) -> subprocess.Popen[bytes]:
    """Start the server and return its process, without waiting until it answers.

    Parameters
    ----------
    lock_fd : an exclusively locked descriptor every server process inherits: it is free again only when the last of
        them is gone, whatever killed them.
    options : settings beside or over `tuning`.
    """
    settings = tuning() | options
    settings |= {"listen_addresses": "", "port": str(PORT), "unix_socket_directories": str(socket_folder)}
    with _Reachable(data) as reach, log.open("ab") as output:
        command = [str(programs(data_major(data)) / "postgres"), "-D", reach.path]
        command += [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return subprocess.Popen(
            command,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(),
            pass_fds=(*reach.fds, lock_fd),
            # An own session: Ctrl-C in the terminal is for the command, which then stops the server in order.
            start_new_session=True,
            user=user.uid if os.geteuid() == 0 else None,
            group=user.gid if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
        )


def tuning() -> dict[str, str]:
    """Return settings for a machine of two cores that both loads in bulk and serves; nothing gives up durability."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return {
        "shared_buffers": f"{min(max(memory_mb // 8, 128), 1024)}MB",
        "effective_cache_size": f"{max(memory_mb // 2, 256)}MB",
        "work_mem": "32MB",
        "maintenance_work_mem": "256MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "jit": "off",
        "max_connections": "64",
        # Parallel hash joins need more shared memory than a container's /dev/shm of 64 MB.
        "max_parallel_workers_per_gather": "1",
        "enable_parallel_hash": "off",
        # A failed statement is logged without its rows or text: they may hold a person.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "timezone": "Asia/Shanghai",
        "log_line_prefix": "%m [%p] ",
    }


def process_id(data: Path) -> int | None:
    """Return the process id a data folder's server left in `postmaster.pid`, running or not."""
    try:
        return int((data / "postmaster.pid").read_text("ascii").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def send(pid: int, number: signal.Signals) -> None:
    """Send a server a signal (SIGINT ends it in order, SIGQUIT at once), unless its number is another program's now."""
    try:
        if Path(f"/proc/{pid}/comm").read_text("utf-8").strip() == "postgres":
            os.kill(pid, number)
    except (FileNotFoundError, ProcessLookupError):
        logger.info("server was gone already", extra={"action": "store.stop"})


def last_words(log: Path) -> StoreError:
    """Make an error of a server that did not start, its log's last line as the hint."""
    lines = log.read_text("utf-8", "replace").strip().splitlines() if log.exists() else []
    return StoreError(_("The database server did not start; see {log}.", log=log), hint=lines[-1] if lines else "")
