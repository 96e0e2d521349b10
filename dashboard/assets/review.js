/* The review page by finger and by keyboard. The case on the screen and the one after it are stores; a decision puts the
   next one on the screen at once and tells the server, whose answer brings the one after. The address follows the case. */
(function () {
  "use strict";
  const [NOW, NEXT, ACT, ASK, SEARCH] = ["now", "next", "act", "ask", "search"].map((name) => "review-" + name);
  const LEAVES = new Set(["accept", "not_here", "skip"]);
  let now = null;
  let next = null;
  let acted = "";
  let taught = null;
  let filtered = "";

  const page = () => document.querySelector(".drill-review");
  const set = (id, props) => window.dash_clientside.set_props(id, props);
  const box = () => document.getElementById("review-case");
  const choices = () => [...document.querySelectorAll(".drill-review .review-choice")];
  const dialog = (name) => document.getElementById("review-" + name);
  const field = (id) => document.getElementById(id);

  /* One decision a case: a second touch while the first is under way does nothing. */
  function act(kind, more = {}) {
    if (!now || (LEAVES.has(kind) && (!now.key || acted === now.key))) return;
    const key = now.key;
    const shown = LEAVES.has(kind) && next ? next : null;
    if (LEAVES.has(kind)) acted = key;
    if (shown) {
      next = null;
      set(NOW, { data: shown });
      set(NEXT, { data: null });
    }
    set(ACT, { data: { kind, key, shown: shown ? shown.key : "", search: location.search, at: Date.now(), ...more } });
  }

  function accept(button) {
    if (button) act("accept", { choice: button.dataset.choice });
  }

  function clearSearch() {
    const input = field(SEARCH);
    if (input && input.value) set(SEARCH, { value: "" });
  }

  /* What an alias would stand for: the place in focus, else the first that was found or offered. */
  function target() {
    const focused = document.activeElement?.closest?.(".review-choice");
    return focused || document.querySelector("#review-found .review-choice") || choices()[0] || null;
  }

  function openTeach() {
    const place = target();
    taught = place ? { choice: place.dataset.teach, name: place.dataset.name } : null;
    const box = dialog("teach");
    box.querySelector("[data-teach-name]").textContent = taught ? taught.name : "—";
    box.querySelector("[data-teach-none]").hidden = Boolean(taught);
    set("review-alias", { value: now?.teachable || "" });
    box.showModal();
    ask(now?.teachable || "");
    field("review-alias").focus();
  }

  function ask(alias) {
    set(ASK, { data: { alias, choice: taught ? taught.choice : "" } });
  }

  function open(name) {
    if (!now?.key) return;
    if (name === "teach") openTeach();
    else dialog(name).showModal();
  }

  function filter(select) {
    const parts = new URLSearchParams();
    if (select !== "clear") {
      for (const one of document.querySelectorAll("select[data-filter]")) if (one.value) parts.set(one.name, one.value);
    }
    filtered = select === "clear" ? "" : select.name;
    act("filter", { filter: "?" + parts });
  }

  function run(name) {
    if (name === "not-here") open("reasons");
    else if (name === "teach") open("teach");
    else if (name === "skip") act("skip");
    else if (name === "undo" && !document.querySelector("[data-do=undo]")?.disabled) act("undo");
  }

  document.addEventListener("click", (event) => {
    if (!page()) return;
    const hit = (selector) => event.target.closest?.(selector);
    if (hit(".review-choice")) accept(hit(".review-choice"));
    else if (hit("[data-open]")) act("open", { open: hit("[data-open]").dataset.open });
    else if (hit("[data-do]")) run(hit("[data-do]").dataset.do);
    else if (hit("[data-forget]")) act("forget", { act: hit("[data-forget]").dataset.forget });
    else if (hit("button[data-filter]")) filter("clear");
    else if (hit("[data-close-dialog]")) hit("dialog").close();
    else if (hit("[data-reason]")) {
      dialog("reasons").close();
      act("not_here", { reason: hit("[data-reason]").dataset.reason });
    }
  });

  document.addEventListener("change", (event) => {
    if (event.target.matches?.(".drill-review select[data-filter]")) filter(event.target);
  });

  document.addEventListener("input", (event) => {
    if (event.target.id === "review-alias") ask(event.target.value);
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#review-teach")) return;
    event.preventDefault();
    const alias = field("review-alias").value;
    if (!taught || !document.querySelector("[data-testid=teach-now]")) return;
    dialog("teach").close();
    act("teach", { alias, choice: taught.choice });
  });

  /* Up and down go through the places, found ones behind the offered ones. */
  function move(step) {
    const all = choices();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const to = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
    (all[to] || (to < 0 ? field(SEARCH) : all[all.length - 1])).focus();
  }

  function inReasons(key) {
    const button = dialog("reasons").querySelectorAll("[data-reason]")[Number(key) - 1];
    if (button) button.click();
  }

  function inSearch(event) {
    if (event.key === "Escape") {
      clearSearch();
      box().focus();
    } else if (event.key === "ArrowDown") {
      (document.querySelector("#review-found .review-choice") || choices()[0])?.focus();
      event.preventDefault();
    } else if (event.key === "Enter") {
      accept(document.querySelector("#review-found .review-choice"));
      event.preventDefault();
    }
  }

  /* An answer draws queue and sentence anew: the focus goes to the new case, back to a filter, never to nowhere. */
  function refocus(changed) {
    const select = filtered && document.querySelector(`select[data-filter="${filtered}"]`);
    const lost = !document.activeElement || document.activeElement === document.body;
    if (select) select.focus({ preventScroll: true });
    else if (changed || lost) box()?.focus({ preventScroll: true });
    filtered = "";
  }

  const KEYS = { n: "not-here", t: "teach", s: "skip", u: "undo" };

  document.addEventListener("keydown", (event) => {
    if (!page() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (dialog("reasons").open) return inReasons(event.key);
    if (dialog("teach").open) return;
    if (event.target.id === SEARCH) return inSearch(event);
    if (event.target.matches?.("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (/^[1-5]$/.test(key)) accept(document.querySelectorAll("#review-case .review-choice")[Number(key) - 1]);
    else if (key === "/") field(SEARCH).focus();
    else if (KEYS[key]) run(KEYS[key]);
    else if (key === "arrowdown") move(1);
    else if (key === "arrowup") move(-1);
    else if (key === "arrowright") act("skip");
    else return;
    event.preventDefault();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    review: {
      show(data) {
        if (!data) return [window.dash_clientside.no_update, window.dash_clientside.no_update];
        const changed = now?.key !== data.key;
        const first = now === null || !document.contains(now.box);
        now = { ...data, box: box() };
        acted = "";
        if (page() && location.search !== data.search) {
          history.replaceState(history.state, "", location.pathname + data.search);
        }
        if (changed) {
          clearSearch();
          document.querySelector(".review-scroll")?.scrollTo(0, 0);
        }
        if (!first) requestAnimationFrame(() => refocus(changed));
        return [data.case, data.map];
      },
      ready(data) {
        next = data || null;
      },
    },
  });
})();
