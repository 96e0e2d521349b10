/* States of panels. A panel keeps its last good content whatever happens; its fault line (dashboard/view/states.py)
   says that reading failed, of when the content is, and asks again. Every answer of Dash passes by here: a panel that
   was asked for and is not in the answer has failed, alone or with the whole answer. */
(function () {
  "use strict";
  const UPDATE = "/_dash-update-component";
  const PAGE = "shell-page";
  const SLOW_MS = 1000;
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
  const lines = () => [...document.querySelectorAll("[data-faults]")];
  const panelsOf = (line) => line.dataset.faults.split(" ");

  const panels = new Map();
  let openedAt = Date.now(); // a page is sent with its panels in place
  function panel(id) {
    if (!panels.has(id)) panels.set(id, { asked: 0, failed: false, readAt: openedAt });
    return panels.get(id);
  }
  let waiting = 0;

  function asked(options) {
    if (typeof options?.body !== "string") return [];
    const { outputs = [] } = JSON.parse(options.body);
    return [...new Set([outputs].flat().map((output) => output.id))];
  }

  function say() {
    for (const line of lines()) {
      const failed = panelsOf(line).map(panel).filter((state) => state.failed);
      line.hidden = !failed.length;
      if (line.hidden) continue;
      const oldest = Math.min(...failed.map((state) => state.readAt));
      line.querySelector(".fault-time").textContent = `· ${line.dataset.time.replace("{time}", clock.format(oldest))}`;
    }
  }

  function slow(change) {
    waiting += change;
    for (const line of document.querySelectorAll("[data-reading]")) line.hidden = waiting === 0;
  }

  /* Only the last question of a panel counts: an older one that fails late says nothing of what is shown. */
  function settle(turns, arrived) {
    for (const [id, turn] of turns) {
      const state = panel(id);
      if (state.asked !== turn) continue;
      state.failed = !arrived.has(id);
      if (!state.failed) state.readAt = Date.now();
    }
    say();
  }

  async function follow(ids, answer) {
    const turns = ids.map((id) => [id, ++panel(id).asked]);
    let slowly = false;
    const timer = setTimeout(() => {
      slowly = true;
      slow(1);
    }, SLOW_MS);
    try {
      const response = await answer;
      const body = response.status === 200 ? await response.clone().json() : {};
      settle(turns, new Set(Object.keys(body.response || {})));
    } catch {
      settle(turns, new Set());
    } finally {
      clearTimeout(timer);
      if (slowly) slow(-1);
    }
  }

  function opened() {
    panels.clear();
    openedAt = Date.now();
  }

  const plainFetch = window.fetch;
  window.fetch = function (resource, options) {
    const answer = plainFetch.call(this, resource, options);
    if (String(resource.url || resource).includes(UPDATE)) {
      const known = new Set(lines().flatMap(panelsOf));
      const all = asked(options);
      if (all.includes(PAGE)) answer.then(opened, () => {});
      const ids = all.filter((id) => known.has(id));
      if (ids.length) follow(ids, answer);
    }
    return answer;
  };

  document.addEventListener("click", (event) => {
    const line = event.target.closest?.("[data-faults] button")?.closest("[data-faults]");
    if (line) window.dash_clientside.set_props(line.dataset.retry, { data: Date.now() });
  });
})();
