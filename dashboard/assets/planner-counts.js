/* gridmap.PlanCounts: households and deviations in the table of the grids a stroke changes, before its answer is there.
   The buildings that move and their households are known on the page, so these figures are exact; the answer, which
   brings everything else, writes the same ones. A stroke that is refused takes them back.
   plan: {counts: {grid: households}, aim: households a grid shall have (null: persons count), scale: share at the end of
          a bar, n: the last edit answered} */
(function (gridmap) {
  "use strict";
  const REFUSED_AFTER_MS = 300;

  gridmap.PlanCounts = class {
    constructor() {
      [this.expected, this.told] = [new Map(), new Set()];
    }

    /* An edit is sent: what it will do to each grid, {grid: households}. */
    foresee(plan, number, changes) {
      this.expected.set(number, changes);
      this.write(plan);
    }

    /* A plan has come: what it counts already is expected no more. */
    update(plan) {
      for (const number of [...this.expected.keys()]) if (number <= plan.n) this.expected.delete(number);
      this.write(plan);
      if (!this.expected.size) this.told.clear();
    }

    /* An edit was answered. Its plan comes with the answer; without one the edit was refused. */
    settle(view, number) {
      setTimeout(() => this.expected.delete(number) && this.write(view.plan), REFUSED_AFTER_MS);
    }

    write(plan) {
      const more = {};
      for (const changes of this.expected.values()) {
        for (const [grid, change] of Object.entries(changes)) more[grid] = (more[grid] || 0) + change;
      }
      for (const grid of Object.keys(more)) this.told.add(grid);
      for (const grid of this.told) {
        if (grid in plan.counts) put(plan, grid, plan.counts[grid] + (more[grid] || 0));
      }
    }
  };

  /* As dashboard/pages/planner/table.py prints them; React keeps these nodes and writes over them where it differs. */
  function put(plan, grid, households) {
    const row = document.querySelector(`.plan-table tr[data-code="${CSS.escape(grid)}"]`);
    const count = row?.querySelector(".households strong");
    if (!count) return;
    say(count, households.toLocaleString("en"));
    if (!plan.aim) return;
    const off = (households - plan.aim) / plan.aim;
    say(row.querySelector(".dev-cell > span:last-child"), `${off < 0 ? "−" : "+"}${Math.abs(100 * off).toFixed(1)}%`);
    const shown = Math.max(-plan.scale, Math.min(plan.scale, off));
    const fill = row.querySelector(".dev-fill").style;
    fill.left = `${(50 + (50 * Math.min(0, shown)) / plan.scale).toFixed(1)}%`;
    fill.width = `${((50 * Math.abs(shown)) / plan.scale).toFixed(1)}%`;
  }

  function say(node, text) {
    if (node.firstChild.nodeValue !== text) node.firstChild.nodeValue = text;
  }
})(window.gridmap);
