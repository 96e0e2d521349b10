/* The planner's page: the tool in hand, edits sent one after the other, the call-out beside its breach, keys.
   An edit is a touch on [data-plan-act] or a stroke; it goes to the page's store and the next one waits for its answer,
   so quick strokes keep their order and none is lost. */
window.gridmap = window.gridmap || {};
(function (gridmap) {
  "use strict";
  const [ACTION, SHOWN, TOAST, SURVEY_STEP] = ["planner-action", "planner-shown", "shell-toast", "planner-survey-step"];
  const TOOLS = ["select", "brush", "lasso", "cut", "merge", "lock"];
  const PATIENCE_MS = 20000;
  const state = { tool: "select", waiting: [], sent: null, number: Date.now() };

  function next() {
    if (state.sent || !state.waiting.length) return;
    state.sent = state.waiting.shift();
    state.sent.at = performance.now();
    busy();
    window.dash_clientside.set_props(ACTION, { data: state.sent.edit });
    state.sent.timer = setTimeout(() => confirmed(state.sent?.edit.n), PATIENCE_MS);
  }

  function busy() {
    document.querySelector(".planner")?.classList.toggle("is-busy", Boolean(state.sent || state.waiting.length));
  }

  /* The server answered an edit, whatever it made of it. */
  function confirmed(number) {
    if (!state.sent || state.sent.edit.n !== number) return;
    clearTimeout(state.sent.timer);
    state.sent = null;
    gridmap.planner.editor?.view.settle(number);
    busy();
    next();
  }

  /* The edit under way met a fault instead of an answer: the picture goes back, and the queue goes on. */
  function failed(body) {
    if (!state.sent || !JSON.parse(body || "{}").changedPropIds?.includes(`${ACTION}.data`)) return;
    say(gridmap.planner.editor?.words.failed);
    confirmed(state.sent.edit.n);
  }

  function send(edit) {
    state.number += 1;
    state.waiting.push({ edit: { ...edit, n: state.number } });
    next();
    return state.number;
  }

  function say(sentence) {
    if (!sentence) return;
    const text = { namespace: "dash_html_components", type: "P", props: { children: sentence, className: "toast-text" } };
    window.dash_clientside.set_props(TOAST, { children: [text] });
  }

  function take(tool) {
    if (!TOOLS.includes(tool)) return;
    state.tool = tool;
    state.then = null;
    for (const button of document.querySelectorAll("[data-plan-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.planTool === tool));
    }
    gridmap.planner.editor?.turn();
  }

  /* An edit that needs a second grid waits for it: the next touch on the map or in the table names it. */
  function begin(edit, sentence) {
    state.then = edit;
    say(sentence);
  }

  function finish(grid) {
    const edit = state.then;
    state.then = null;
    if (!edit || !grid || edit.grid === grid) return false;
    send({ ...edit, other: grid });
    return true;
  }

  gridmap.planner = { editor: null, send, say, take, begin, finish, confirmed, tool: () => state.tool };

  function act(button) {
    if (button.getAttribute("aria-disabled") === "true") {
      say(button.title);
      return;
    }
    const { planAct: kind, planValue: value, planGrid: grid, planOther: other, planThen: sentence } = button.dataset;
    if (sentence) {
      begin({ kind, grid }, sentence);
      return;
    }
    if (kind === "pick" && finish(button.closest("[data-code]")?.dataset.code)) return;
    const form = button.closest("form");
    const fields = form ? Object.fromEntries(new FormData(form)) : {};
    send({ kind, value, grid, other, ...fields });
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.planner = {
    /* The slower panels are asked for behind the frame that shows the answer, so that they do not keep it waiting. */
    answered(answer) {
      confirmed(answer?.n);
      const follow = () => document.querySelector(".planner") && window.dash_clientside.set_props(SHOWN, { data: answer });
      if (answer) requestAnimationFrame(() => setTimeout(follow));
      return window.dash_clientside.no_update;
    },
    surveyed(survey) {
      if (survey && survey.done < survey.count) window.dash_clientside.set_props(SURVEY_STEP, { data: Date.now() });
      return window.dash_clientside.no_update;
    },
  };

  document.addEventListener("click", (event) => {
    const tool = event.target.closest?.("[data-plan-tool]");
    if (tool?.getAttribute("aria-disabled") === "true") say(gridmap.planner.editor?.words.start);
    else if (tool) take(tool.dataset.planTool);
    const button = event.target.closest?.("[data-plan-act]");
    if (button) {
      event.preventDefault();
      act(button);
    }
  });

  document.addEventListener("gridmap:unanswered", (event) => failed(event.detail));

  document.addEventListener("keydown", (event) => {
    if (!document.querySelector(".planner") || event.target.closest?.("input, textarea, select")) return;
    if (!(event.ctrlKey || event.metaKey) || !["z", "y"].includes(event.key.toLowerCase())) return;
    const redo = event.key.toLowerCase() === "y" || event.shiftKey;
    event.preventDefault();
    document.querySelector(`[data-testid=${redo ? "redo" : "undo"}]`)?.click();
  });
})(window.gridmap);
