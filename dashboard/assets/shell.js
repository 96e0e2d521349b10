/* The shell's own behaviour: toasts close, an ended session leads to the form, a failed answer says so, and a page that
   waits for one hears it as the event gridmap:unanswered, whose detail is the body that was asked. */
(function () {
  "use strict";
  const TOAST = "shell-toast";

  function show(children) {
    window.dash_clientside?.set_props?.(TOAST, { children });
  }

  function close() {
    if (document.getElementById(TOAST)?.childElementCount) show([]);
  }

  function say(sentence) {
    show([{ namespace: "dash_html_components", type: "P", props: { children: sentence, className: "toast-text" } }]);
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.gridmap_shell = {
    title(text) {
      if (text) document.title = text;
      return window.dash_clientside.no_update;
    },
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-close-toast]")) close();
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    close();
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  });
  document.addEventListener("animationend", (event) => {
    if (event.animationName === "toast-life") close();
  });

  const CALLBACK = "/_dash-update-component";
  const unanswered = (body) => document.dispatchEvent(new CustomEvent("gridmap:unanswered", { detail: body }));

  const plainFetch = window.fetch;
  window.fetch = async function (...args) {
    const begun = args[1]?.method === undefined || args[1].method === "GET" ? window.gridmapEarly?.(args[0]) : undefined;
    let response;
    try {
      response = await (begun || plainFetch.apply(this, args));
    } catch (fault) {
      if (String(args[0]).includes(CALLBACK)) unanswered(args[1]?.body);
      throw fault;
    }
    const url = new URL(response.url || location.href, location.href);
    if (url.origin !== location.origin || response.ok) return response;
    if (response.status === 401) {
      const here = location.pathname + location.search;
      location.assign("/login?next=" + encodeURIComponent(here));
    } else if (url.pathname === CALLBACK) {
      unanswered(args[1]?.body);
      response.clone().json().then((body) => body.error && say(body.error), () => {});
    }
    return response;
  };
})();
