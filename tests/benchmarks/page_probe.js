/* What a page tells the benchmark: when it was whole, when it had changed, how long its frames were.
   A moment counts once the frame that shows it has been made: the task after that frame's own callbacks. */
window.bench = (function () {
  "use strict";
  const QUIET_MS = 700;
  const GIVE_UP_MS = 30000;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const coloured = (path) => /^(var\(--ramp|url\(#gridmap)/.test(path.getAttribute("fill"));
  const filled = (name) => Boolean(document.querySelector(name));
  const PARTS = [
    "[data-testid=grid-table] tbody tr", "[data-testid=ledgers] a", "[data-testid=filter-category] a",
    "[data-testid=legend] li", "[data-testid=filter-time] a", ".trend-columns", ".gm-label-canvas",
  ];

  function whole() {
    const grids = all("path[data-code]");
    const tiles = all(".gm-tile");
    return (
      all("[data-key] .key-value").length === 6 && !filled(".waiting") && PARTS.every(filled) &&
      grids.length > 0 && grids.every(coloured) && document.fonts.status === "loaded" &&
      tiles.length > 0 && tiles.every((tile) => tile.classList.contains("leaflet-tile-loaded"))
    );
  }

  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));

  /* The moment since which nothing has been missing, told after QUIET_MS of it. */
  function settled() {
    return new Promise((done, fail) => {
      setTimeout(() => fail(new Error("the page never became whole")), GIVE_UP_MS);
      let since = null;
      (function look() {
        if (!whole()) since = null;
        else if (!since) {
          since = { at: null };
          const own = since;
          painted().then((at) => (own.at = at));
        } else if (since.at !== null && performance.now() - since.at > QUIET_MS) return done(since.at);
        requestAnimationFrame(look);
      })();
    });
  }

  const mapText = () => all("path[data-code]").map((path) => path.getAttribute("aria-label")).join("|");
  const keyText = () => all("[data-key] .key-value").map((value) => value.innerText).join("|");
  const legendText = () => document.querySelector("[data-testid=legend]").innerText;

  /* From the next click until all of the parts named show something else. */
  function changed(...names) {
    const read = { map: mapText, keys: keyText, legend: legendText };
    const before = names.map((name) => read[name]());
    let clicked = null;
    document.addEventListener("click", (event) => (clicked = event.timeStamp), { capture: true, once: true });
    return new Promise((done, fail) => {
      setTimeout(() => fail(new Error(`no change of ${names}`)), GIVE_UP_MS);
      (function look() {
        const other = names.every((name, index) => read[name]() && read[name]() !== before[index]);
        if (clicked !== null && other && whole()) painted().then((at) => done(at - clicked));
        else requestAnimationFrame(look);
      })();
    });
  }

  let times = null;
  return {
    settled, changed, painted,
    start() {
      const own = (times = []);
      (function frame(at) {
        if (own !== times) return;
        own.push(at);
        requestAnimationFrame(frame);
      })(performance.now());
    },
    stop() {
      const own = times.slice(1);
      times = null;
      return own.slice(1).map((at, index) => at - own[index]);
    },
  };
})();
