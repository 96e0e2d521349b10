"""The demo city, from recipe to database: written as exchange files, then loaded as any city is.

The files stay under `GRIDMAP_HOME/demo`, so a second start finds them, and a load that was killed goes on where it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

from geo.core import democity
from geo.errors import ConfigError
from geo.i18n import _
from geo.service import demo as service
from loaders import pipeline, write
from loaders.pipeline import Progress

SEED = 23
Step = Callable[[str], None]


def write_files(size: str, folder: Path, until: dt.date, step: Step) -> None:
    """Make the city and write its exchange files to a folder.

    Parameters
    ----------
    size : city, subdistrict or community.
    until : the last day that has cases.
    step : told what is being done.

    Raises
    ------
    InputError   the folder holds something, or can't be written.
    """
    with write.fresh_folder(folder) as part:
        step(_("Drawing the demo city: streets, buildings, people, cases ..."))
        tables = democity.make(size, seed=SEED, until=until)
        step(_("Writing its files to {folder} ...", folder=folder))
        write.write_folder(tables, part)


def prepare(size: str, home: Path, owner_url: str, until: dt.date, password: str, step: Step, tell: Progress) -> bool:
    """Make sure that the database holds the demo city of this size, with its accounts.

    Returns
    -------
    False where it was already there.

    Raises
    ------
    ConfigError   the database holds a city that is not the demo.
    """
    held = service.held(owner_url)
    if held.foreign:
        raise ConfigError(
            _("This database holds a city of yours, and the demo would overwrite it."),
            hint=_("Give the demo a place of its own: GRIDMAP_HOME=.gridmap-demo make demo"),
        )
    if held.size == size:
        service.renew_accounts(owner_url, password)
        return False
    if held.started not in ("", size):
        step(_("Removing the demo city of another size ..."))
        service.wipe(owner_url, home)
    service.begin(owner_url, size)
    folder = home / "demo" / size
    if not (folder / COMPLETE).exists():
        write_files(size, folder, until, step)
        (folder / COMPLETE).write_text(until.isoformat(), encoding="utf-8")
    pipeline.load([folder], owner_url, progress=tell)
    service.finish(owner_url, size, dt.date.fromisoformat((folder / COMPLETE).read_text(encoding="utf-8")))
    service.renew_accounts(owner_url, password)
    return True


COMPLETE = ".complete"
"""Written last into the folder of files; holds the last day that has cases."""
