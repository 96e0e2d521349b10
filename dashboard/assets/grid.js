/* The three views a phone shows of a grid: chosen by the bottom bar, kept in the address, undone by Back. */
(function () {
  "use strict";
  const PLACE = "grid-place";
  const VIEWS = ["today", "map", "buildings"];

  function mark(view) {
    for (const button of document.querySelectorAll("[data-view-to]")) {
      if (button.dataset.viewTo === view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-view-to]");
    if (!button) return;
    const view = button.dataset.viewTo;
    window.dash_clientside.set_props(PLACE, { search: view === "today" ? "" : "?view=" + view });
  });

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    grid: {
      view(search) {
        const asked = new URLSearchParams(search).get("view");
        const view = VIEWS.includes(asked) ? asked : "today";
        mark(view);
        return view;
      },
    },
  });
})();
