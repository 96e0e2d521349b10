/* The wall's own seconds: the clock, the age of what is shown, the day under a handle. Words arrive as attributes. */
(function () {
  "use strict";
  const STEPS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

  function setText(node, text) {
    if (node.firstChild && node.firstChild.nodeType === Node.TEXT_NODE) node.firstChild.nodeValue = text;
    else node.textContent = text;
  }

  function clock(node) {
    const options = { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: node.dataset.clock };
    setText(node, new Intl.DateTimeFormat("en-GB", options).format(new Date()));
  }

  /* tick up to a minute, diamond to five, triangle beyond: then what is shown dims and stays */
  function age(node) {
    const seconds = Math.max(0, Math.floor(Date.now() / 1000 - Number(node.dataset.readAt)));
    const [unit, size] = STEPS.find(([, size]) => seconds >= size) || STEPS[STEPS.length - 1];
    setText(node, node.dataset[unit].replace("{n}", Math.floor(seconds / size)));
    const status = seconds <= 60 ? "good" : seconds <= 300 ? "watch" : "act";
    const mark = node.parentElement.querySelector(".mark");
    mark.className = `mark status-${status} age-mark`;
    mark.querySelector(".shape").className = `shape shape-${status}`;
    document.documentElement.classList.toggle("is-old", status === "act");
  }

  function tick() {
    document.querySelectorAll("[data-clock]").forEach(clock);
    document.querySelectorAll("[data-read-at]").forEach(age);
  }
  setInterval(tick, 500);

  const functions = (window.dashMantineFunctions = window.dashMantineFunctions || {});
  functions.gridmapDay = function (value, { first, locale }) {
    const day = new Date(`${first}T00:00:00Z`);
    day.setUTCDate(day.getUTCDate() + value);
    const options = { day: "numeric", month: locale === "zh" ? "long" : "short", weekday: "short", timeZone: "UTC" };
    return new Intl.DateTimeFormat(locale === "zh" ? "zh-CN" : "en-GB", options).format(day);
  };
})();

/* What the map's fill depends on: the address, and the zoom only where cells are shown. */
window.dash_clientside = window.dash_clientside || {};
window.dash_clientside.gridmapWall = {
  view(search, zoom, known) {
    const cells = /[?&]layer=(density|count)(&|$)/.test(search || "");
    const next = { search: search || "", zoom: cells ? Math.round(zoom || 12) : null };
    const same = known && known.search === next.search && known.zoom === next.zoom;
    return same ? window.dash_clientside.no_update : next;
  },
};

/* A panel that is drawn anew must not throw a keyboard's place away: the same thing, else the panel's first, gets it. */
(function () {
  "use strict";
  const KEYS = ["code", "category", "ledger", "key"];
  let held = null;

  function remember(element) {
    const panel = element.closest(".wall [id^='wall-']");
    if (!panel || element.closest(".leaflet-container")) return null;
    const marked = element.closest(KEYS.map((key) => `[data-${key}]`).join(","));
    const key = marked && KEYS.find((name) => name in marked.dataset);
    const place = [...panel.querySelectorAll("a, button, input, [tabindex]")].indexOf(element);
    return { element, panel: panel.id, place, find: key ? `[data-${key}="${CSS.escape(marked.dataset[key])}"] a` : null };
  }

  function restore() {
    if (!held || held.element.isConnected || document.activeElement !== document.body) return;
    const panel = document.getElementById(held.panel);
    const all = panel ? [...panel.querySelectorAll("a, button, input, [tabindex]")] : [];
    const links = all.filter((one) => one.matches("a"));
    const next = (held.find ? panel?.querySelector(held.find) : all[held.place]) || links[0];
    next?.focus({ preventScroll: true });
  }

  document.addEventListener("focusin", (event) => (held = remember(event.target)));
  new MutationObserver(() => requestAnimationFrame(restore)).observe(document.documentElement, { childList: true, subtree: true });
})();
