"""The command line: the one file that knows the domain, the loaders and the dashboard.

Heavy imports stand inside the commands, so `--help` is quick.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from geo import command_line, i18n
from geo.errors import GridError
from geo.i18n import _
from geo.service.access import Role

if TYPE_CHECKING:
    import psycopg

    from dashboard.services import Services
    from geo.settings import Settings
    from geo.store.cluster import Urls

HELP = (
    "GridMap: people, households, dwellings, buildings and grids of a city on one map.\n\n"
    "Standard output is a command's result, standard error its progress. Exit status: 0 done, 1 a check failed or rows "
    "were rejected under `--strict`, 2 wrong usage or input."
)
app = command_line.App(pretty_exceptions_enable=False, help=HELP)
user_app = command_line.App(help="Accounts.")
app.add_typer(user_app, name="user")
progress_console = Console(stderr=True, highlight=False, markup=False)  # a file may be called 楼栋[1].csv
CITY_TIME = ZoneInfo("Asia/Shanghai")
LANGUAGE = os.environ.get("GRIDMAP_LANG", "zh")


class Size(StrEnum):
    """How much of the demo city to make."""

    CITY = "city"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"


class Counted(StrEnum):
    """What a grid's size is measured in."""

    HOUSEHOLDS = "households"
    PERSONS = "persons"


class Wish(StrEnum):
    """What is dearer where not all can be had."""

    BALANCED = "balanced"
    MIDDLE = "middle"
    COMPACT = "compact"


class Origin(StrEnum):
    """What a division starts from."""

    IN_FORCE = "in-force"
    NONE = "none"


@contextmanager
def city() -> Iterator[tuple[Settings, Urls]]:
    """Open the city's database, started and migrated, for one command."""
    from geo.service.city import use_metric_system
    from geo.settings import Settings
    from geo.store import audit, cluster, migrate

    settings = Settings()
    with cluster.running(settings) as urls:
        with owner(urls) as conn:
            migrate.migrate(conn)
            use_metric_system(conn, settings.metric_epsg)
            # Every command notes how far the audit log has come: a log cut off later is then found by `check`.
            settings.home.mkdir(parents=True, exist_ok=True)
            audit.note_head(conn, audit.heads_file(conn, settings.home))
        yield settings, urls


def say(line: str) -> None:
    """Tell what is being done, on standard error."""
    progress_console.print(line)


@contextmanager
def load_bar() -> Iterator[Callable[[str, float, int], None]]:
    """Show a load's progress on standard error: what, how much of it, rows read, seconds it took.

    One thing is done after the other: what was under way is complete once the next is told of, or all is done.
    """
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        "{task.percentage:>3.0f} %",
        "{task.fields[rows]:>11,}",
        "{task.fields[took]:>5.0f} s",
    )
    with Progress(*columns, console=progress_console) as bar:
        running: dict[str, TaskID] = {}
        begun = time.monotonic()

        def complete() -> None:
            for task in running.values():
                bar.update(task, completed=1.0)

        def tell(what: str, share: float, rows: int) -> None:
            nonlocal begun
            if what not in running:
                complete()
                running[what] = bar.add_task(what, total=1.0, rows=0, took=0.0)
                begun = last[0]
            last[0] = time.monotonic()
            bar.update(running[what], completed=share, rows=rows, took=last[0] - begun)

        last = [begun]
        yield tell
        complete()
        for task in [*running.values()][-1:]:
            bar.update(task, took=time.monotonic() - begun)


def announce(settings: Settings, password: str) -> None:
    """Print where the demo is and how to sign in."""
    from geo.service.accounts import DEMO_ACCOUNTS

    names = " ".join(role.value for role, _name in DEMO_ACCOUNTS)
    print(f"http://{settings.host}:{settings.port}")  # noqa: T201  (the command's result)
    print(_("Accounts: {names}", names=names))  # noqa: T201
    print(_("Password of all: {password}", password=password), flush=True)  # noqa: T201


def run_server(settings: Settings, urls: Urls, ready: Callable[[], None] | None = None) -> None:
    """Serve until told to stop; only the application's connection reaches the server."""
    from dashboard.web.serve import serve as serve_dashboard

    serve_dashboard(lambda: build_services(urls.app_url, settings), settings, ready=ready)


def build_services(app_url: str, settings: Settings) -> Services:
    """Put one worker's services together."""
    from dashboard.services import Services
    from geo.service.accounts import Accounts
    from geo.service.addresses import Addresses
    from geo.service.health import Health
    from geo.service.linkage import Linkage
    from geo.service.planning import Planning
    from geo.service.review import Review
    from geo.service.situation import Situation
    from geo.service.tiles import Tiles
    from geo.store.database import Database

    db = Database(app_url)
    addresses = Addresses(db, settings.match_threshold)

    def close() -> None:
        addresses.close()
        db.close()

    return Services(
        accounts=Accounts(db),
        health=Health(db, settings.home),
        situation=Situation(db),
        linkage=Linkage(db),
        addresses=addresses,
        review=Review(db, addresses),
        tiles=Tiles(db),
        planning=Planning(db),
        close=close,
    )


def owner(urls: Urls) -> AbstractContextManager[psycopg.Connection]:
    """Connect as the owner, who loads and checks; the server never does."""
    from geo.store.database import owner_connection

    return owner_connection(urls.owner_url)


def use_language(lang: str) -> str:
    """Speak Chinese or English from here on."""
    i18n.use(lang)
    return lang


@app.callback()
def choose_language(
    lang: Annotated[str, typer.Option(help="zh or en", is_eager=True, callback=use_language)] = LANGUAGE,
) -> None:
    """Speak Chinese or English."""


@app.command()
def demo(
    size: Annotated[Size, typer.Option(help="how much of the demo city")] = Size.CITY,
    write: Annotated[Path | None, typer.Option(help="only write the city's files to this folder")] = None,
) -> None:
    """Make the synthetic demo city, load it and serve it."""
    from loaders import demo as demo_city

    until = dt.datetime.now(CITY_TIME).date() - dt.timedelta(days=1)
    if write is not None:
        demo_city.write_files(size.value, write, until, say)
        return
    with city() as (settings, urls):
        given = settings.demo_password
        password = given.get_secret_value() if given else secrets.token_urlsafe(9)
        with load_bar() as tell:
            demo_city.prepare(size.value, settings.home, urls.owner_url, until, password, say, tell)
        run_server(settings, urls, ready=lambda: announce(settings, password))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="address to listen on; GRIDMAP_HOST")] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on; GRIDMAP_PORT")] = None,
    workers: Annotated[int | None, typer.Option(help="processes; GRIDMAP_WORKERS")] = None,
) -> None:
    """Serve the dashboard; refuses a broken database and says why."""
    given = {"host": host, "port": port, "workers": workers}
    with city() as (settings, urls):
        chosen = settings.model_copy(update={name: value for name, value in given.items() if value is not None})
        run_server(chosen, urls)


@app.command()
def load(
    paths: Annotated[list[Path], typer.Argument(help="a folder or files in the exchange format")],
    crs: Annotated[str | None, typer.Option(help="coordinate system of files that do not state theirs")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would happen, write nothing")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="exit with 1 where rows were rejected")] = False,
) -> None:
    """Load files; prints the balance of every table and writes rejected rows beside the input."""
    from loaders import pipeline

    with city() as (settings, urls), load_bar() as tell:
        report = pipeline.load(
            paths, urls.owner_url, crs=crs, dry_run=dry_run, threshold=settings.match_threshold, progress=tell
        )
    print(*report.lines(), sep="\n")  # noqa: T201
    if strict and report.rejected:
        raise typer.Exit(1)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="where to write")],
    area: Annotated[str | None, typer.Option(help="only this division's or grid's rows")] = None,
) -> None:
    """Write everything in the exchange format: load, then export, gives the input back."""
    from loaders.export import export as write_city

    with city() as (_settings, urls), progress_console.status("") as status:
        report = write_city(
            urls.owner_url, folder, area=area, progress=lambda table, rows: status.update(f"{table} {rows:,}")
        )
    for table, rows in report.rows.items():
        print(table, rows, sep="\t")  # noqa: T201


@app.command()
def divide(
    areas: Annotated[list[str] | None, typer.Argument(help="codes of divisions of any level; none for all")] = None,
    folder: Annotated[Path | None, typer.Option(help="an exchange folder instead of the stored city")] = None,
    target: Annotated[float | None, typer.Option(help="households (or persons) a grid shall have; 500 (1000)")] = None,
    tolerance: Annotated[float, typer.Option(help="share of the target a good grid may miss it by")] = 0.1,
    outer: Annotated[float, typer.Option(help="share of the target no grid shall miss it by")] = 0.2,
    band: Annotated[
        tuple[float, float] | None, typer.Option(help="least and most instead of target, tolerance and outer")
    ] = None,
    unit: Annotated[Counted, typer.Option(help="what is counted")] = Counted.HOUSEHOLDS,
    profile: Annotated[Wish, typer.Option(help="count first, shape first, or between")] = Wish.BALANCED,
    from_plan: Annotated[Origin | None, typer.Option(help="start from the plan in force, or from nothing")] = None,
    stability: Annotated[float, typer.Option(help="what a moved household costs; 0 = nothing")] = 1.0,
    workload: Annotated[float, typer.Option(help="weight of equal work beside equal counts; 0 = nothing")] = 0.0,
    lock: Annotated[list[str] | None, typer.Option(help="code of a grid that stays as it is")] = None,
    lock_building: Annotated[list[str] | None, typer.Option(help="id of a building that stays in its grid")] = None,
    renumber: Annotated[bool, typer.Option("--renumber", help="number all grids anew, from the north")] = False,
    crs: Annotated[str | None, typer.Option(help="coordinate system of files that do not state theirs")] = None,
    out: Annotated[Path, typer.Option(help="GeoPackage to write")] = Path("grids.gpkg"),
) -> None:
    """Divide communities into grids to the 500-household standard; writes grids, assignment, feasibility, changes."""
    from loaders import divide as zoning

    options = zoning.options(
        target=target,
        tolerance=tolerance,
        outer=outer,
        band=band,
        unit=unit.value,
        profile=profile.value,
        stability=stability,
        workload=workload,
        locked_grids=lock or (),
        locked_buildings=lock_building or (),
        renumber=renumber,
    )
    start = None if from_plan is None else from_plan is Origin.IN_FORCE
    with load_bar() as tell:
        if folder is not None:
            found = zoning.divide_folder(
                folder, areas or [], options, out, from_plan=start, crs=crs, say=say, tell=tell
            )
        else:
            with city() as (_settings, urls):
                found = zoning.divide_stored(
                    urls.owner_url, areas or [], options, out, from_plan=start, say=say, tell=tell
                )
    print(zoning.summary(found))  # noqa: T201
    if found.broken:
        raise typer.Exit(1)


@app.command()
def geocode(
    source: Annotated[Path, typer.Argument(help="CSV of id,text or of id,lon,lat[,crs]")],
    target: Annotated[Path, typer.Argument(help="CSV to write: one row out for each row in")],
    area: Annotated[str | None, typer.Option(help="only look within this division")] = None,
) -> None:
    """Find dwelling, building and grid of addresses or points."""
    from loaders.geocode import geocode_file

    with city() as (settings, urls):
        say(geocode_file(source, target, urls.owner_url, area, settings.match_threshold))


@app.command()
def regeocode(
    apply: Annotated[bool, typer.Option("--apply", help="write what differs; without it only say what would")] = False,
) -> None:
    """Read the places of cases anew: show what would change, write it with --apply; goes on where it was broken off."""
    from geo.service.regeocode import regeocode as read_anew

    with city() as (settings, urls), owner(urls) as conn, load_bar() as tell:
        what = _("Places of cases")

        def progress(done: int, total: int) -> None:
            tell(what, done / max(total, 1), done)

        changes = read_anew(conn, apply=apply, threshold=settings.match_threshold, progress=progress)
    print("cases", changes.cases, sep="\t")  # noqa: T201
    for kind, count in sorted(changes.kinds.items()):
        print(kind, count, sep="\t")  # noqa: T201


@app.command()
def recount() -> None:
    """Make every stored figure anew from the tables, where `check` finds that they differ."""
    from geo.service.recount import recount as count_anew

    with city() as (_settings, urls), owner(urls) as conn:
        count_anew(conn)
    say(_("Every figure was counted anew."))


@app.command(name="parse-address")
def parse_address(
    source: Annotated[Path, typer.Argument(help="CSV of id,text")],
    target: Annotated[Path, typer.Argument(help="CSV of id,estate,building,unit,floor,room")],
) -> None:
    """Split addresses into their parts, without a register."""
    from loaders.geocode import parse_file

    say(parse_file(source, target))


@app.command()
def check() -> None:
    """List every breach of the linkage from people to grids, and what else is wrong, with a hint each."""
    from geo.service.check import render, run_checks

    with city() as (settings, urls), owner(urls) as conn:
        results = run_checks(conn, settings)
    render(results)
    if any(result.status == "FAIL" for result in results):
        raise typer.Exit(1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(
    context: typer.Context,
    role: Annotated[str | None, typer.Option(help="act as this scope role")] = None,
) -> None:
    """Open psql on the city's database, as the owner or under a scope role."""
    with city() as (_settings, urls):
        options = "-c search_path=gridmap,public -c timezone=Asia/Shanghai" + (f" -c role={role}" if role else "")
        environment = os.environ | {"PGOPTIONS": options}
        status = subprocess.run(["psql", urls.owner_url, *context.args], env=environment, check=False).returncode
    raise typer.Exit(status)


@user_app.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="account name")],
    role: Annotated[Role, typer.Option(help="its duty")],
    area: Annotated[str | None, typer.Option(help="division or grid code; without it the whole city")] = None,
    display_name: Annotated[str, typer.Option(help="name on the screen")] = "",
) -> None:
    """Make an account, or renew it; asks for the password (or reads it from standard input)."""
    from geo.service import account_admin

    if sys.stdin.isatty():
        password = typer.prompt(_("Password"), hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    with city() as (_settings, urls), owner(urls) as conn:
        account_admin.save(conn, name, role, area, display_name, password)


@user_app.command("list")
def user_list() -> None:
    """List accounts: name, role, level, codes, whether closed."""
    from geo.service import account_admin

    with city() as (_settings, urls), owner(urls) as conn:
        for name, role, level, codes, disabled in account_admin.listed(conn):
            print(name, role, level, codes, "disabled" if disabled else "", sep="\t")  # noqa: T201


@user_app.command("disable")
def user_disable(name: Annotated[str, typer.Argument(help="account name")]) -> None:
    """Close an account and end its sessions."""
    from geo.service import account_admin

    with city() as (_settings, urls), owner(urls) as conn:
        account_admin.disable(conn, name)


def main() -> None:
    """Run the command; an error of ours is one sentence and its hint, not a stack trace."""
    # SIGTERM unwinds as Ctrl-C does, so that the last command out stops the embedded server.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    i18n.use(LANGUAGE)
    try:
        sys.exit(app(standalone_mode=False))
    except GridError as error:
        refuse(str(error), error.hint)
    except command_line.Unreadable as error:
        refuse(*command_line.refusal(error))
    except typer.Abort:
        sys.exit(130)


def refuse(sentence: str, hint: str) -> NoReturn:
    """Say what is wrong and how to mend it, on standard error, and end."""
    for line, style in ((sentence, "bold"), (hint, None)):
        if line:
            progress_console.print(line, style=style)
    sys.exit(2)


if __name__ == "__main__":
    main()
