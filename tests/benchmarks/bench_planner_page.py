"""The planner's page in a real Chromium on the whole demo city: stroke's end to paint, Cancel to the process gone.

python -m tests.benchmarks.bench_planner_page

`TEST_CITY_HOME` names a city that is there already. A stroke is a touch on the screen; its end is the browser's own
time stamp of the finger that lifts, and what is shown counts once the frame that shows it has been made: first the
buildings in their new colour, then the table with the server's answer. Every stroke must have moved buildings, which is
asserted, and is undone before the next. Nobody else's page shows this city: the targets are the design's.
"""

from __future__ import annotations

import math
import os
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.benchmarks.bench_page import Bench, Figure, Target
from tests.benchmarks.report import load_before, record
from tests.fixtures.browser import DESK, SLOWEST_MS, DemoServer, Watch, launch, running_demo, sign_in
from tests.fixtures.planner import Fingers, Point, buildings, drafted, households, pick, ready, settled

COMMUNITIES = ("640202001001", "640202001002", "640205002009", "640221104001")
STROKES = 6
"""Strokes a community."""
STILL_MS = 1500
"""The comparison that follows a stroke has come by then, and the map has the place it leaves."""
CANCELS = 5
BARE = """([x, y]) => [x - 8, x + 8].every((at) => document.elementFromPoint(at, y)?.closest(".leaflet-container"))"""
"""Script: whether nothing floats over a place of the map."""
PROBE = """() => {
  const shown = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = then;
    channel.port2.postMessage(0);
  });
  const { view } = gridmap.planner.editor;
  const places = () => JSON.stringify({ ...view.moved, ...view.guess });
  window.stroke = {};
  const before = places();
  const found = {};
  let lifted = null;
  const note = (name) => {
    found[name] ??= performance.now() - lifted;
    if (["painted", "counted", "answered"].every((one) => one in found)) window.stroke.found = found;
  };
  const changed = {};
  const once = (node, what, when, name) => new MutationObserver((_changes, observer) => {
    if (lifted === null || !when()) return;
    observer.disconnect();
    changed[name] = true;
    shown(() => note(name));
  }).observe(node, what);
  const page = document.querySelector(".planner");
  const table = document.querySelector("[data-testid=grid-table]");
  // At the window, in the capture phase: before the listener of the stroke itself.
  window.addEventListener("pointerup", ({ timeStamp }) => {
    lifted = timeStamp;
    // A stroke ends in a frame of its own: what changed in it is on the screen when that frame is.
    shown(() => {
      found.moved = places() !== before;
      note("painted");
      for (const name of Object.keys(changed)) note(name);
    });
  }, { once: true, capture: true });
  once(table, { childList: true, subtree: true, characterData: true }, () => true, "counted");
  once(page, { attributeFilter: ["class"] }, () => !page.classList.contains("is-busy"), "answered");
}"""
"""Script: wait for a finger to lift, and note when its stroke's colours, its counts and the answer were painted."""


def borders(page: Page) -> list[tuple[str, Point]]:
    """Return buildings of different grids' borders, each with the grid across: to which, and where it is."""
    known = [(one["grid"], (one["x"], one["y"])) for one in buildings(page).values() if one["households"]]
    pairs = [(math.dist(one[1], other[1]), other[0], one[1]) for one in known for other in known if one[0] != other[0]]
    found: dict[Point, str] = {}
    for _far, taker, here in sorted(pairs):
        if page.evaluate(BARE, [*here]):
            found.setdefault(here, taker)
        if len(found) == STROKES:
            break
    return [(taker, here) for here, taker in found.items()]


def one_stroke(page: Page, taker: str, here: Point) -> tuple[float, float, float]:
    """Brush a building over to the grid across; milliseconds to the paint of colours, counts and answer."""
    before = households(page)
    if page.locator(f"tr[data-code='{taker}'] [aria-pressed=true]").count() == 0:
        pick(page, taker)
    page.get_by_test_id("brush").click()
    page.evaluate(PROBE)
    Fingers(page).draw((here[0] - 8, here[1]), (here[0] + 8, here[1]))
    found = page.wait_for_function("() => stroke.found").json_value()
    after = households(settled(page))
    assert found["moved"]
    assert after[taker] > before[taker]
    assert sum(after.values()) == sum(before.values())
    page.keyboard.press("Control+z")
    assert households(settled(page)) == before
    return found["painted"], found["counted"], found["answered"]


def strokes(bench: Bench) -> list[Figure]:
    """Draw in several communities."""
    painted = Figure("Stroke's end to its buildings in the new colour", "ms", Target(150), worst=True)
    counted = Figure("Stroke's end to the counts and bars of its grids", "ms", Target(150))
    answered = Figure("Stroke's end to everything of the answer: shapes, sums, breaches", "ms", Target(150))
    for community in COMMUNITIES:
        context = bench.browser.new_context(
            base_url=bench.server.url, viewport={"width": DESK[0], "height": DESK[1]}, has_touch=True, locale="zh-CN"
        )
        sign_in(context, bench.server, "planner", "zh")
        context.set_default_timeout(SLOWEST_MS)
        page = context.new_page()
        bench.watch.follow(page)
        page.goto(f"/planner?area={community}")
        drafted(page)
        for number in range(STROKES):
            page.wait_for_timeout(STILL_MS)

            times = one_stroke(page, *borders(page)[number])
            for figure, time_ms in zip((painted, counted, answered), times, strict=True):
                figure.runs.append(time_ms)
        context.close()
    return [painted, counted, answered]


def alive() -> set[int]:
    """Return the processes that work a proposal out; one that has ended and was not fetched yet is none."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command, state = (folder / "cmdline").read_bytes(), (folder / "stat").read_text().rsplit(") ", 1)[1][0]
        except OSError:
            continue
        if b"geo.service.planning_worker" in command and state != "Z":
            found.add(int(folder.name))
    return found


def cancels(bench: Bench) -> list[Figure]:
    """Propose for the whole city and cancel in the midst."""
    told = Figure("Cancel to the page saying so, whole city", "ms", Target())
    gone = Figure("Cancel to the process gone, whole city", "ms", Target(1000), worst=True)
    with bench.context("planner") as context:
        page = context.new_page()
        page.goto("/planner")
        expect(page.get_by_test_id("grid-table").locator("tbody tr").first).to_be_visible()
        for _round in range(CANCELS):
            others = alive()
            page.get_by_test_id("propose").click()
            expect(page.locator(".progress-words")).to_contain_text("社区")
            mine = alive() - others
            assert len(mine) == 1
            begun = time.perf_counter()
            page.get_by_test_id("cancel").click()
            while mine & alive():
                time.sleep(0.005)
            gone.runs.append(1000 * (time.perf_counter() - begun))
            expect(page.locator(".proposal-note")).to_contain_text("已取消")
            told.runs.append(1000 * (time.perf_counter() - begun))
    return [gone, told]


def report(server: DemoServer) -> None:
    """Measure a running server and write the section."""
    busy = load_before()
    with sync_playwright() as playwright:
        browser = launch(playwright)
        bench = Bench(server, browser, Watch(server.url))
        with bench.context("planner") as context:  # one page before, not counted, warms the server's workers
            page = context.new_page()
            page.goto(f"/planner?area={COMMUNITIES[0]}")
            ready(page)
        figures = [*strokes(bench), *cancels(bench)]
        version = browser.version
        browser.close()
    lines = [
        "| | median | range | runs | target | |\n|---|---|---|---|---|---|",
        *(figure.row() for figure in figures),
        "",
        f"Whole demo city, {DESK[0]}x{DESK[1]}, touch, two workers, headless Chromium {version} without a graphics "
        f"card, {os.cpu_count()} cores for browser, server and database together. {busy}.",
    ]
    assert bench.watch.faults == []
    record("Planner page", "python -m tests.benchmarks.bench_planner_page", "\n".join(lines))


def main() -> None:
    """Serve, measure, write the section."""
    with running_demo() as server:
        report(server)


if __name__ == "__main__":
    main()
