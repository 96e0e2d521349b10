"""The wall in a real Chromium on the whole demo city: paint, filters, frames, memory, each beside its target.

python -m tests.benchmarks.bench_page

`TEST_CITY_HOME` names a city that is there already. Every figure is a page's own clock; a moment counts once the frame
that shows it has been made (page_probe.js says what "whole" is). Nobody else's page shows this city, so there is no
peer: the targets are the design's.
"""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests.benchmarks.report import record
from tests.fixtures.browser import DESK, SLOWEST_MS, WALL, DemoServer, Watch, launch, running_demo, sign_in

ROUNDS = 5
DRAG_S, DRAG_PX, ZOOM_S = 2.0, 350, 1.2
BUILDING_PRESSES = 3
"""Presses of + from the first view until buildings are drawn."""
PROBE = Path(__file__).with_name("page_probe.js").read_text("utf-8")


@dataclass(frozen=True)
class Target:
    """What the design asks of a figure: at most, or at least; nothing where it asks nothing."""

    limit: float | None = None
    least: bool = False

    def words(self, unit: str) -> str:
        return "none set" if self.limit is None else f"{'>=' if self.least else '<='} {self.limit:,g} {unit}"

    def verdict(self, value: float) -> str:
        if self.limit is None:
            return ""
        return "met" if (value >= self.limit if self.least else value <= self.limit) else "**not met**"


@dataclass
class Figure:
    """One row: its runs and what it is held against; `worst` judges the worst run, not the median."""

    name: str
    unit: str
    target: Target
    runs: list[float] = field(default_factory=list)
    worst: bool = False

    def row(self) -> str:
        digits = 0 if max(self.runs) >= 20 else 1
        median, low, high = (f"{of(self.runs):,.{digits}f}" for of in (statistics.median, min, max))
        judged = max(self.runs) if self.worst else statistics.median(self.runs)
        words = self.target.words(self.unit) + (" (worst run)" if self.worst and self.target.limit else "")
        verdict = self.target.verdict(judged)
        return f"| {self.name} | {median} {self.unit} | {low} - {high} | {len(self.runs)} | {words} | {verdict} |"


@dataclass
class Bench:
    """A server and a browser; every page of it is watched for requests that leave this machine."""

    server: DemoServer
    browser: Browser
    watch: Watch

    @contextmanager
    def context(self, username: str, size: tuple[int, int] = DESK) -> Iterator[BrowserContext]:
        """Give somebody's browser with an empty cache."""
        view: ViewportSize = {"width": size[0], "height": size[1]}
        zone = "Asia/Shanghai"
        context = self.browser.new_context(base_url=self.server.url, viewport=view, locale="zh-CN", timezone_id=zone)
        context.set_default_timeout(SLOWEST_MS)
        context.add_init_script(PROBE)
        sign_in(context, self.server, username, "zh")
        yield context
        context.close()

    def open(self, context: BrowserContext, path: str = "/") -> tuple[Page, float]:
        """Open the wall; milliseconds from the start of the navigation until it was whole."""
        page = context.new_page()
        self.watch.follow(page)
        page.goto(path, wait_until="commit")
        return page, page.evaluate("bench.settled()")


def first_paint(bench: Bench, size: tuple[int, int]) -> tuple[list[float], list[float]]:
    """Open the wall with an empty and then with a filled cache, a new browser context a round."""
    cold, warm = [], []
    for _round in range(ROUNDS):
        with bench.context("wall", size) as context:
            page, took = bench.open(context)
            cold.append(took)
            page.close()
            warm.append(bench.open(context)[1])
    return cold, warm


def click_to_paint(bench: Bench, path: str, testid: str, parts: str, links: list[int]) -> list[float]:
    """Click links of a group, each from the same view, until the named parts show something else."""
    took = []
    with bench.context("command") as context:
        for index in links:
            page, _ready = bench.open(context, path)
            page.evaluate(f"() => {{ window.told = bench.changed({parts}); }}")
            page.get_by_test_id(testid).get_by_role("link").nth(index).click()
            took.append(page.evaluate("window.told"))
            page.close()
    return took


def frames_of(page: Page, act: Callable[[], None]) -> list[float]:
    """Milliseconds between the frames while something is done."""
    page.evaluate("bench.start()")
    act()
    return page.evaluate("bench.stop()")


def drag(page: Page) -> None:
    """Drag the map to and fro by the mouse, as fast as the page takes the moves."""
    box = page.get_by_test_id("map").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 3
    page.mouse.move(x, y)
    page.mouse.down()
    begun = time.monotonic()
    while (turn := (time.monotonic() - begun) / DRAG_S) < 1:
        page.mouse.move(x + DRAG_PX * math.sin(turn * 2 * math.pi), y + 80 * math.sin(turn * 4 * math.pi))
    page.mouse.up()


def zoom(page: Page, tool: str) -> None:
    """Press a zoom button and wait until it is over."""
    page.locator(f"[data-map-tool={tool}]").click()
    page.wait_for_timeout(ZOOM_S * 1000)


def pan(page: Page, where: str, least: float) -> list[Figure]:
    """Drag as many rounds as there are."""
    rate = Figure(f"Pan, frames a second, {where}", "fps", Target(least, least=True))
    late = Figure(f"Pan, 95th percentile of a frame, {where}", "ms", Target())
    longest = Figure(f"Pan, longest frame, {where}", "ms", Target())
    for _round in range(ROUNDS):
        frames = frames_of(page, lambda: drag(page))
        rate.runs.append(1000 * len(frames) / sum(frames))
        late.runs.append(sorted(frames)[math.ceil(0.95 * len(frames)) - 1])
        longest.runs.append(max(frames))
        page.wait_for_timeout(500)
    return [rate, late, longest]


def zooming(page: Page, where: str, tools: tuple[str, str]) -> Figure:
    """Zoom there and back, the longest frame of each."""
    figure = Figure(f"Zoom, longest frame, {where}", "ms", Target(200), worst=True)
    for _round in range(ROUNDS):
        for tool in tools:
            figure.runs.append(max(frames_of(page, lambda tool=tool: zoom(page, tool))))
    return figure


def heap(page: Page) -> tuple[float, float]:
    """Megabytes of JavaScript in use, as it stands and after a collection."""
    session = page.context.new_cdp_session(page)
    before = session.send("Runtime.getHeapUsage")["usedSize"]
    session.send("HeapProfiler.collectGarbage")
    return before / 1e6, session.send("Runtime.getHeapUsage")["usedSize"] / 1e6


def by_hand(bench: Bench, size: tuple[int, int], least: float) -> list[Figure]:
    """Drag and zoom on the first view and among buildings; what the page holds then."""
    at = f"{size[0]}x{size[1]}"
    with bench.context("wall", size) as context:
        page, _ready = bench.open(context)
        figures = [*pan(page, f"grids, {at}", least), zooming(page, f"grids, {at}", ("in", "out"))]
        for _press in range(BUILDING_PRESSES):
            zoom(page, "in")
        page.wait_for_load_state("networkidle")
        where = f"grids and buildings, {at}"
        figures += [*pan(page, where, least), zooming(page, where, ("in", "out"))]
        standing, collected = heap(page)
        figures.append(Figure(f"JS heap after all that, {at}", "MB", Target(200), [standing]))
        figures.append(Figure(f"JS heap after a collection, {at}", "MB", Target(200), [collected]))
    return figures


def measure(bench: Bench) -> list[Figure]:
    """Measure everything; one whole round before, not counted, warms the server's workers."""
    for _worker in range(3):
        with bench.context("wall") as context:
            bench.open(context)
    figures = []
    for size, limit in ((DESK, 1500), (WALL, 2000)):
        cold, warm = first_paint(bench, size)
        at = f"{size[0]}x{size[1]}"
        figures.append(Figure(f"First full paint, empty cache, {at}", "ms", Target(limit), cold))
        figures.append(Figure(f"First full paint, filled cache, {at}", "ms", Target(limit), warm))
    clicks = {
        "Category to paint": ("/", "filter-category", "'map', 'keys'", list(range(1, ROUNDS + 1))),
        "Period to paint": ("/?measure=dispute_density", "filter-time", "'map', 'keys'", [0, 2, 3, 0, 2]),
        "Measure to paint": ("/", "measure", "'map', 'legend'", [0, 1, 2, 0, 1]),
    }
    for name, asked in clicks.items():
        figures.append(Figure(name, "ms", Target(150), click_to_paint(bench, *asked)))
    return [*figures, *by_hand(bench, DESK, 50), *by_hand(bench, WALL, 40)]


def report(server: DemoServer) -> None:
    """Measure a running server and write the section."""
    busy = os.getloadavg()[1]
    with sync_playwright() as playwright:
        browser = launch(playwright)
        bench = Bench(server, browser, Watch(server.url))
        figures = measure(bench)
        with bench.context("wall") as context:
            grids = bench.open(context)[0].locator("path[data-code]").count()
        version = browser.version
        browser.close()
    outside = len(bench.watch.faults)
    lines = [
        "| | median | range | runs | target | |\n|---|---|---|---|---|---|",
        *(figure.row() for figure in figures),
        f"| Requests to another host, errors in the console | {outside} | | | 0 | {Target(0).verdict(outside)} |",
        "",
        f"{grids} grids (the targets were set with 800), two workers, headless Chromium {version} without a graphics "
        f"card, {os.cpu_count()} cores for browser, server and database together; load of the machine before the "
        f"first run {busy:.1f} (0 is an idle machine). Whole: every grid coloured, all panels filled, fonts and ground "
        "tiles there, and so for 0.7 s more; a click's figure ends when all of that shows its answer, its target is "
        "the design's for recolouring alone. No peer shows this page: the targets stand alone.",
    ]
    record("Wall page", "python -m tests.benchmarks.bench_page", "\n".join(lines))


def main() -> None:
    """Serve, measure, write the section."""
    with running_demo() as server:
        report(server)


if __name__ == "__main__":
    main()
