"""The production server: gunicorn with threads, embedded, so that one command starts and stops everything.

Services are built in each worker, after the fork, because connections and threads do not survive one.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from dash import Dash
from flask import g
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from dashboard.app import create_app
from dashboard.services import Services
from geo.errors import ConfigError, GridError
from geo.i18n import _
from geo.model import Level, Measure
from geo.service.access import Role, Viewer
from geo.service.health import sentence
from geo.settings import Settings

log = logging.getLogger(__name__)

THREADS = 8
"""Threads a worker: a wall page asks for its panels and tiles side by side."""
GRACE_S = 10
"""Seconds a request may still take after SIGTERM."""

BuildServices = Callable[[], Services]


def serve(build: BuildServices, settings: Settings, *, ready: Callable[[], None] | None = None) -> None:
    """Serve the dashboard until SIGTERM or SIGINT.

    Parameters
    ----------
    build : makes one worker's services; called once here for the check, then once in each worker.
    settings : host, port, workers.
    ready : called once in the first process when the server listens.

    Raises
    ------
    ConfigError   the database is broken or not ready for this version, or holds the demo's accounts without being the
        demo's. An empty city is only logged: it can be loaded while the server runs.
    """
    check(build)
    parent, status = os.getpid(), 1
    try:
        status = _run(_Server(build, settings, ready))
    finally:
        if os.getpid() != parent:
            # A worker's end must not unwind the first process's stack: what stands there (the cluster) is not its own.
            logging.shutdown()
            sys.stderr.flush()
            os._exit(status)
    if status in (Arbiter.WORKER_BOOT_ERROR, Arbiter.APP_LOAD_ERROR):
        raise ConfigError(_("The server's processes could not start; the lines above say why."))
    if status:
        raise ConfigError(
            _("The server could not start on {host}:{port}.", host=settings.host, port=settings.port),
            hint=_("Is the port taken? Choose another with GRIDMAP_PORT."),
        )


def _run(server: BaseApplication) -> int:
    """Run gunicorn to its end and return its exit status."""
    try:
        Arbiter(server).run()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except HaltServer as end:
        return end.exit_status
    return 0


def check(build: BuildServices) -> None:
    """Refuse to start on what could not be served, with a sentence.

    Raises
    ------
    ConfigError
    """
    services = build()
    try:
        faults = services.health.faults()
        if fatal := [fault for fault in faults if fault.fatal]:
            raise ConfigError(" ".join(sentence(fault) for fault in fatal))
        for fault in faults:
            log.warning("not ready", extra={"action": "serve.check", "check": fault.check})
        if services.accounts.demo_accounts() and not services.health.city().demo:
            raise ConfigError(
                _("This database has the demo's accounts but is not the demo's."),
                hint=_("Remove them with gridmap user before serving real data."),
            )
    finally:
        services.close()


class _Server(BaseApplication):
    """gunicorn, configured here instead of by its own command line and files."""

    def __init__(self, build: BuildServices, settings: Settings, ready: Callable[[], None] | None) -> None:
        self._build = build
        self._settings = settings
        self._ready = ready
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's options."""
        options: dict[str, Any] = {
            "bind": f"{self._settings.host}:{self._settings.port}",
            "workers": self._settings.workers,
            "worker_class": "gthread",
            "threads": THREADS,
            "graceful_timeout": GRACE_S,
            "timeout": 120,
            "keepalive": 30,
            "loglevel": "warning",
            "proc_name": "gridmap",
            "control_socket_disable": True,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)
        if self._ready is not None:
            ready = self._ready
            self.cfg.set("when_ready", lambda _server: ready())

    def load(self) -> Any:
        """Build one worker's application."""
        services = self._build()
        app = create_app(services, self._settings)
        warm_up(app)
        read_once(services)
        services.addresses.warm()
        return app.server


def warm_up(app: Dash) -> None:
    """Do Dash's lazy set-up before threads race for it (plotly/dash#3971): index, layout, component registry.

    The page is built outside the request cycle, so no path opens the guard.
    """
    nobody = Viewer("", "", Role.WALL, Level.CITY)
    with app.server.test_request_context("/"):
        g.viewer = nobody
        app._setup_server()
        app.index()
        app.serve_layout()


def read_once(services: Services) -> None:
    """Read the city and class one map, so that the first person does not wait for it (seconds of imports and rows)."""
    nobody = Viewer("", "", Role.COMMAND, Level.CITY)
    try:
        services.situation.measure(nobody, services.situation.default_filters(nobody), Measure.WORKLOAD)
    except GridError:
        log.warning("nothing to read yet", extra={"action": "serve.read_once"})
