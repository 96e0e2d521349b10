/* gridmap.PlanEditor: a stroke becomes an edit of the draft. What it will do is said beside the finger while it is drawn
   and painted at its end; the server's answer (a new `plan`) confirms or takes it back.
   props: plan, picture {shapes, moves, whole}, inForce (URL of the outlines in force), words (sentences with places)
   out:   edits by gridmap.planner.send({kind, ...}) */
(function (gridmap) {
  "use strict";
  const { useEffect, useRef } = window.React;
  const BRUSH_PX = 12;
  const STEP_PX = 6;
  const FINGER_PX = 16;
  const counted = ([one, many], n) => fill(n === 1 ? one : many, { n: n.toLocaleString("en") });
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, key) => values[key] ?? "");

  class Editor {
    constructor(map, latest) {
      this.map = map;
      this.latest = latest;
      this.view = new gridmap.PlanView(map);
      this.strokes = new gridmap.Strokes(map, this);
      this.sheet = L.DomUtil.create("canvas", "plan-sheet", map.getContainer());
      this.chip = L.DomUtil.create("div", "plan-effect", map.getContainer());
      this.chip.setAttribute("aria-hidden", "true");
      this.ring = L.DomUtil.create("div", "plan-brush", map.getContainer());
      gridmap.planner.editor = this;
      gridmap.planner.take("select");
    }

    remove() {
      this.strokes.remove();
      this.view.remove();
      for (const part of [this.sheet, this.chip, this.ring]) part.remove();
      if (gridmap.planner.editor === this) gridmap.planner.editor = null;
    }

    get plan() {
      return this.view.plan;
    }

    get words() {
      return this.latest.current.words || {};
    }

    tool() {
      return this.plan?.editable ? gridmap.planner.tool() : "select";
    }

    turn() {
      this.strokes.turn(this.tool());
      for (const button of document.querySelectorAll("[data-plan-tool]:not([data-plan-tool=select])")) {
        button.setAttribute("aria-disabled", String(!this.plan?.editable));
      }
      this.ring.hidden = this.tool() !== "brush";
      this.map.getContainer().dataset.planTool = this.tool();
    }

    update(props) {
      if (!props.plan) return;
      const editable = this.plan?.editable;
      this.view.update(props.plan, props.picture);
      if (editable !== props.plan.editable) this.turn();
    }

    size() {
      return parseFloat(getComputedStyle(this.map.getContainer()).getPropertyValue("--p")) || 1;
    }

    /* --- a stroke as it grows --- */

    begin(points) {
      this.seen = 0;
      this.met = new Map();
      this.target = null;
      this.move(points);
    }

    move(points) {
      if (this.tool() === "brush") this.sweep(points);
      else if (this.tool() === "lasso") this.enclose(points);
      this.paint(points);
      this.say(points[points.length - 1]);
    }

    hover([x, y]) {
      if (this.ring.hidden) return;
      this.ring.style.transform = `translate(${x}px, ${y}px)`;
      this.ring.classList.add("seen");
    }

    /* Buildings under the brush, along the way since the last look. */
    sweep(points) {
      const reach = BRUSH_PX * this.size();
      for (; this.seen < points.length; this.seen++) {
        const to = points[this.seen];
        const from = points[Math.max(0, this.seen - 1)];
        const steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / STEP_PX));
        for (let step = 1; step <= steps; step++) {
          const share = step / steps;
          this.meet(L.point(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share), reach);
        }
      }
    }

    meet(point, reach) {
      const tiles = this.view.tiles;
      if (!tiles) return;
      this.target = this.target ?? this.plan.picked ?? this.startGrid(point);
      for (const [feature] of tiles.around(point, reach)) this.met.set(tiles.identity(feature), feature);
    }

    /* Without a grid chosen before, a stroke carries on the grid it begins in. */
    startGrid(point) {
      const feature = this.view.tiles?.hit(point, FINGER_PX);
      if (feature) return this.view.gridOf(feature, this.view.tiles.identity(feature));
      return this.view.gridAt(this.map.containerPointToLatLng(point));
    }

    /* Whole buildings in a lasso: those whose middle it holds. */
    enclose(points) {
      const tiles = this.view.tiles;
      this.target = this.target ?? this.plan.picked ?? this.startGrid(L.point(points[0]));
      this.met = new Map();
      if (!tiles || points.length < 3) return;
      const sums = new Map();
      for (const [feature, outline] of tiles.outlined()) {
        const id = tiles.identity(feature);
        const sum = sums.get(id) || [feature, 0, 0, 0];
        for (const [x, y] of outline) sum[1] += x, sum[2] += y, sum[3] += 1;
        sums.set(id, sum);
      }
      for (const [id, [feature, x, y, n]] of sums) {
        if (n && gridmap.oddRings([points], x / n, y / n)) this.met.set(id, feature);
      }
    }

    /* What the stroke would move: buildings of the target's community that are not its own and not locked. */
    moving() {
      const { locked, pinned } = this.plan;
      const community = String(this.target || "").slice(0, 12);
      const found = { ids: [], households: 0, changes: {}, locked: 0, far: 0 };
      for (const [id, feature] of this.met || []) {
        const grid = this.view.gridOf(feature, id);
        if (grid === this.target) continue;
        if (!community || !String(feature.props.grid_code || "").startsWith(community)) found.far += 1;
        else if (pinned.includes(id) || locked.includes(grid) || locked.includes(this.target)) found.locked += 1;
        else {
          const households = feature.props.households || 0;
          found.ids.push(id);
          found.households += households;
          found.changes[grid] = (found.changes[grid] || 0) - households;
        }
      }
      found.changes[this.target] = found.households;
      return found;
    }

    sentence() {
      const { ids, households, locked, far } = this.moving();
      const grid = this.plan.names[this.target] || this.target || "";
      if (ids.length) {
        const moved = { buildings: counted(this.words.buildings, ids.length), households: counted(this.words.households, households) };
        return fill(this.words.effect, { ...moved, grid });
      }
      if (locked) return this.words.locked;
      return far ? this.words.far : fill(this.words.same, { grid });
    }

    say([x, y]) {
      const tool = this.tool();
      const text = tool === "cut" ? this.words.cut : this.sentence();
      this.chip.textContent = text;
      this.chip.classList.add("seen");
      const { x: width } = this.map.getSize();
      const left = x + this.chip.offsetWidth + 40 > width ? x - this.chip.offsetWidth - 28 : x + 28;
      this.chip.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, y - 18)}px)`;
    }

    paint(points) {
      const size = this.map.getSize();
      if (this.sheet.width !== size.x || this.sheet.height !== size.y) [this.sheet.width, this.sheet.height] = [size.x, size.y];
      const pen = this.sheet.getContext("2d");
      pen.clearRect(0, 0, size.x, size.y);
      const tokens = gridmap.tokens(this.map.getContainer(), ["--accent", "--select-core", "--select-casing"]);
      const unit = this.size();
      const path = new Path2D();
      points.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
      pen.lineCap = pen.lineJoin = "round";
      if (this.tool() === "brush") {
        pen.globalAlpha = 0.45;
        pen.strokeStyle = tokens["--accent"];
        pen.lineWidth = 2 * BRUSH_PX * unit;
        path.lineTo(...points[points.length - 1]);
        pen.stroke(path);
      } else {
        if (this.tool() === "lasso") {
          path.closePath();
          pen.globalAlpha = 0.2;
          pen.fillStyle = tokens["--accent"];
          pen.fill(path);
        }
        pen.globalAlpha = 1;
        for (const [token, width] of [["--select-casing", 6], ["--select-core", 2.5]]) {
          pen.strokeStyle = tokens[token];
          pen.lineWidth = width * unit;
          pen.stroke(path);
        }
      }
      pen.globalAlpha = 1;
    }

    drop() {
      this.met = new Map();
      this.target = null;
      this.sheet.width = 0;
      this.chip.classList.remove("seen");
    }

    /* --- its end --- */

    end(points, tapped, kind) {
      if (!this.plan) return;
      const tool = this.tool();
      if (tool === "brush" || tool === "lasso") this.give(points, tapped, kind);
      else if (tool === "cut") this.cut(points, tapped);
      else this.tap(L.point(points[0]), tool);
      this.drop();
    }

    give(points, tapped, kind) {
      if (tapped) {
        this.met = new Map();
        this.target = this.plan.picked;
        const tiles = this.view.tiles;
        const coarse = kind !== "mouse";
        const hit = tiles?.hit(L.point(points[0]), coarse ? FINGER_PX : 4);
        if (!this.target) {
          if (hit) this.pick(this.view.gridOf(hit, tiles.identity(hit)));
          return;
        }
        if (hit) this.met.set(tiles.identity(hit), hit);
      }
      const { ids, changes } = this.moving();
      if (!ids.length) {
        if (this.met.size) gridmap.planner.say(this.sentence());
        return;
      }
      const number = gridmap.planner.send({ kind: "assign", buildings: ids, grid: this.target });
      this.view.foresee(number, ids, this.target, changes);
    }

    cut(points, tapped) {
      if (tapped) {
        gridmap.planner.say(this.words.cutTap);
        return;
      }
      const places = thinned(points).map((point) => this.map.containerPointToLatLng(point));
      const line = places.map(({ lat, lng }) => [lng, lat]);
      gridmap.planner.send({ kind: "cut", line, grid: this.plan.picked || this.under(points) });
    }

    /* The grid a line runs through for the longest. */
    under(points) {
      const counted = new Map();
      const thin = thinned(points);
      for (let i = 1; i < thin.length; i++) {
        for (let step = 0; step <= 8; step++) {
          const [x, y] = [0, 1].map((axis) => thin[i - 1][axis] + ((thin[i][axis] - thin[i - 1][axis]) * step) / 8);
          const grid = this.view.gridAt(this.map.containerPointToLatLng([x, y]));
          if (grid) counted.set(grid, (counted.get(grid) || 0) + Math.hypot(thin[i][0] - thin[i - 1][0], thin[i][1] - thin[i - 1][1]));
        }
      }
      return [...counted].sort((a, b) => b[1] - a[1])[0]?.[0] ?? null;
    }

    tap(point, tool) {
      const tiles = this.view.tiles;
      const hit = tiles?.hit(point, tool === "lock" ? 6 : FINGER_PX);
      const id = hit && tiles.identity(hit);
      const grid = hit ? this.view.gridOf(hit, id) : this.view.gridAt(this.map.containerPointToLatLng(point));
      if (!grid || !this.plan.scope.some((prefix) => grid.startsWith(prefix))) return;
      if (tool === "lock") {
        if (hit) gridmap.planner.send({ kind: "lock_building", building: id, on: !this.plan.pinned.includes(id) });
        else gridmap.planner.send({ kind: "lock", grid, on: !this.plan.locked.includes(grid) });
      } else if (gridmap.planner.finish(grid)) return;
      else if (this.areaOf(grid)) gridmap.planner.send({ kind: "go", value: this.areaOf(grid) });
      else if (tool === "merge") this.merge(grid);
      else this.pick(grid === this.plan.picked ? null : grid);
    }

    /* Over a wide area a touch leads into the area below. */
    areaOf(grid) {
      return Object.keys(this.plan.groups).find((area) => grid.startsWith(area));
    }

    merge(grid) {
      const sentence = fill(this.words.mergeWith, { grid: this.plan.names[grid] || grid });
      gridmap.planner.begin({ kind: "merge", grid }, sentence);
    }

    pick(grid) {
      this.plan.picked = grid;
      this.view.draw();
      gridmap.planner.send({ kind: "pick", grid: grid || "" });
    }
  }

  /* A hand's line has hundreds of points; two pixels off nobody sees. */
  function thinned(points) {
    return L.LineUtil.simplify(points.map(([x, y]) => L.point(x, y)), 2).map(({ x, y }) => [x, y]);
  }

  gridmap.PlanEditor = function (props) {
    const mark = useRef(null);
    const editor = useRef(null);
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      const map = gridmap.mapOf(mark.current);
      if (!map) return undefined;
      const own = (editor.current = new Editor(map, latest));
      let gone = false;
      const begin = (features) => {
        if (gone) return;
        own.view.inForce = features;
        own.placed = true;
        own.update(latest.current);
        gridmap.place(map);
      };
      gridmap.json(props.inForce).then((data) => begin(data.features)).catch(() => begin([]));
      return () => {
        gone = true;
        own.remove();
        editor.current = null;
      };
    }, [props.inForce]);
    // The camera goes to an outline once a plan: one that comes before the outlines waits for them.
    useEffect(() => editor.current?.placed && editor.current.update(props), [props.plan, props.picture]);
    return window.React.createElement("div", { ref: mark, id: props.id, hidden: true });
  };
})(window.gridmap);
