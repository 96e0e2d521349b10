/* The unit-by-floor chart by finger and by keyboard, the reason dialog, and Back that closes an opened household.
   What is picked stands in the address (?unit=&room=); that a household is open stands nowhere. */
(function () {
  "use strict";
  const PLACE = "building-place";
  const OPENING = "building-opening";
  const HOUSEHOLD = "building-household";
  let opener = null;

  const cells = () => [...document.querySelectorAll("td[data-cell]")];

  function query(cell) {
    const parts = new URLSearchParams();
    parts.set("unit", cell.dataset.unit);
    parts.set("room", cell.dataset.room);
    if (cell.dataset.twin !== "0") parts.set("twin", cell.dataset.twin);
    return "?" + parts;
  }

  function pick(cell) {
    focusCell(cell);
    window.dash_clientside.set_props(PLACE, { search: query(cell) });
  }

  /* One cell is in the tab order at a time. */
  function focusCell(cell) {
    for (const other of cells()) other.tabIndex = other === cell ? 0 : -1;
    cell.focus();
  }

  /* Arrow keys go by what lies next on the screen, so gaps and units need no case of their own. */
  function neighbour(cell, key) {
    const row = cell.parentElement;
    const inRow = (line) => [...line.querySelectorAll("td[data-cell]")];
    const own = inRow(row);
    const at = own.indexOf(cell);
    if (key === "ArrowLeft") return own[at - 1];
    if (key === "ArrowRight") return own[at + 1];
    if (key === "Home") return own[0];
    if (key === "End") return own[own.length - 1];
    const step = key === "ArrowUp" ? "previousElementSibling" : key === "ArrowDown" ? "nextElementSibling" : null;
    for (let line = step && row[step]; line; line = line[step]) {
      const near = inRow(line);
      if (near.length) return near.reduce((best, other) => (gap(other, cell) < gap(best, cell) ? other : best));
    }
    return null;
  }

  function gap(one, other) {
    return Math.abs(one.getBoundingClientRect().left - other.getBoundingClientRect().left);
  }

  function mark(search) {
    const parts = new URLSearchParams(search);
    const same = (cell) =>
      cell.dataset.unit === (parts.get("unit") ?? "") &&
      cell.dataset.room === (parts.get("room") ?? "") &&
      cell.dataset.twin === (parts.get("twin") ?? "0");
    const named = parts.has("unit") || parts.has("room");
    for (const cell of cells()) {
      const chosen = named && same(cell);
      cell.setAttribute("aria-selected", String(chosen));
      if (chosen) cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }

  const dialog = () => document.getElementById("building-reason");

  function submit(form) {
    const data = new FormData(form);
    window.dash_clientside.set_props(OPENING, {
      data: { kind: data.get("kind"), words: data.get("words"), at: Date.now() },
    });
    dialog().close();
    form.reset();
  }

  function household() {
    return document.querySelector(`#${HOUSEHOLD} .household`);
  }

  function hide() {
    window.dash_clientside.set_props(HOUSEHOLD, { children: null });
    window.dash_clientside.set_props(OPENING, { data: null });
    opener?.focus?.();
  }

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    const cell = hit("td[data-cell]");
    if (cell) pick(cell);
    else if (hit("[data-open-reason]")) {
      opener = hit("[data-open-reason]");
      dialog().showModal();
    } else if (hit("[data-close-reason]")) dialog().close();
    else if (hit("[data-close-household]")) history.back();
  });

  document.addEventListener("keydown", (event) => {
    const cell = event.target.closest?.("td[data-cell]");
    if (cell) {
      const next = neighbour(cell, event.key);
      if (next) focusCell(next);
      else if (event.key === "Enter" || event.key === " ") pick(cell);
      if (next || ["Enter", " ", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"].includes(event.key)) event.preventDefault();
    } else if (event.isComposing) {
      return; // Enter and Escape are the input method's while pinyin becomes words
    } else if (event.key === "Enter" && event.target.matches?.("#building-reason textarea")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    } else if (event.key === "Escape" && household()) history.back();
  });

  document.addEventListener("submit", (event) => {
    if (!event.target.closest("#building-reason")) return;
    event.preventDefault();
    submit(event.target);
  });

  window.addEventListener("popstate", () => {
    if (household()) hide();
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    drill: {
      picked(search) {
        mark(search);
      },
      /* An open household gets an entry of its own in the history, with the same address: Back closes it. */
      opened(children) {
        if (!children) return;
        history.pushState(history.state, "", location.href);
        requestAnimationFrame(() => document.getElementById("building-household-title")?.focus());
      },
    },
  });
})();
