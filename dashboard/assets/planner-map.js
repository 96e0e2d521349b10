/* gridmap.PlanView: a draft on the map. Buildings are the vector tiles, coloured by the grid the draft puts them into;
   grids are the outlines of the area in hand; the plan in force is a dotted line; a breach a dashed one.
   plan: {area, scope: [code prefix], colours: {grid: 1-6}, moved: {building: grid}, locked: [grid], pinned: [building],
          names: {grid: name}, texts: {grid: printed}, groups: {area: [name, printed]} over a wide area,
          breaches: {grid: "act" | "watch"}, repair: [building], only: "overlay" | "swipe" | "draft" |
          "force", picked, look: {code, number}: where the camera goes, once a number} */
(function (gridmap) {
  "use strict";
  const COLOURS = [1, 2, 3, 4, 5, 6];
  const COMMUNITY = 12;
  const STILL_M = 5;
  const TINT = 0.16;
  /* Lines at full weight where a community fills the map; from afar they must not cover what they part. */
  const FULL_FROM_ZOOM = 15;
  const thinner = (map) => Math.max(0.25, 0.72 ** Math.max(0, FULL_FROM_ZOOM - map.getZoom()));

  gridmap.styles.plan = {
    key: "building_id",
    tokens: [...COLOURS.map((one) => `--plan-${one}`), "--ground", "--footprint", "--mark", "--select-core", "--select-casing"],
    group(props, hideout, id) {
      const home = String(props.grid_code || "");
      if (!hideout.scope?.some((prefix) => home.startsWith(prefix))) return "other";
      const grid = hideout.guess?.[id] ?? hideout.moved?.[id] ?? home;
      const colour = hideout.colours?.[grid];
      if (!colour) return "plain";
      return hideout.fixed?.has(id) || hideout.fixed?.has(grid) ? `plan${colour} locked` : `plan${colour}`;
    },
    paint(pen, path, group, tokens, zoom) {
      const bare = group === "plain" ? tokens["--mark"] : tokens["--footprint"];
      const colour = group.startsWith("plan") ? tokens[`--plan-${group[4]}`] : bare;
      pen.globalAlpha = group === "other" ? 0.55 : 1;
      pen.fillStyle = colour;
      pen.fill(path);
      pen.globalAlpha = 1;
      if (group.endsWith("locked")) {
        pen.fillStyle = stripes(pen, tokens["--ground"]);
        pen.fill(path);
      }
      if (group !== "other" && zoom >= 16) {
        pen.strokeStyle = tokens["--ground"];
        pen.lineWidth = 1;
        pen.stroke(path);
      }
    },
    selected(pen, path, tokens) {
      gridmap.styles.buildings.selected(pen, path, tokens);
    },
    marks: (hideout, id) => hideout.repair?.has(id),
  };

  /* A locked building is striped in the ground's colour, so its own stays what it is. */
  const sheets = new Map();
  function stripes(pen, ground) {
    if (!sheets.has(ground)) {
      const sheet = document.createElement("canvas");
      sheet.width = sheet.height = 8;
      const brush = sheet.getContext("2d");
      brush.strokeStyle = ground;
      brush.lineWidth = 1.6;
      for (const shift of [-8, 0, 8]) brush.moveTo(shift, 8), brush.lineTo(shift + 8, 0);
      brush.stroke();
      sheets.set(ground, pen.createPattern(sheet, "repeat"));
    }
    return sheets.get(ground);
  }

  gridmap.styles.force = { ...gridmap.styles.plan, marks: undefined, selected: undefined };

  function polygon(rings, pane, token, weight, more = {}) {
    const style = { pane, color: `var(${token})`, weight, fill: false, interactive: false, lineJoin: "round", ...more };
    return L.polygon(rings, style);
  }

  function tinted(rings, colour) {
    const fill = { fill: true, stroke: false, fillColor: `var(--plan-${colour})`, fillOpacity: TINT };
    return polygon(rings, "gm-fill", "--ink", 0, fill);
  }

  gridmap.PlanView = class {
    constructor(map) {
      this.map = map;
      this.plan = null;
      this.shapes = {};
      [this.own, this.moved] = [{}, {}];
      this.inForce = [];
      this.foreseen = new Map();
      this.drawn = [];
      this.labels = new gridmap.PlanLabels(map);
      this.counts = new gridmap.PlanCounts();
      this.swipe = new gridmap.Swipe(map);
      this.beside = () => this.callout();
      this.onTiles = ({ layer }) => ["plan", "force"].includes(layer) && this.colour();
      map.on("gridmap:tiles", this.onTiles);
      map.on("moveend resize", this.beside);
      this.size = new ResizeObserver(() => this.fit());
      this.size.observe(map.getContainer());
      this.onZoom = () => this.fade();
      map.on("zoomend", this.onZoom);
    }

    remove() {
      this.map.off("gridmap:tiles", this.onTiles);
      this.map.off("moveend resize", this.beside);
      this.map.off("zoomend", this.onZoom);
      this.size.disconnect();
      this.swipe.remove();
      for (const layer of this.drawn) layer.remove();
      this.labels.remove();
    }

    get tiles() {
      return this.map.gridmapTiles?.plan;
    }

    update(plan, picture) {
      const before = this.plan;
      this.take(picture);
      this.plan = { ...plan, moved: this.moved };
      this.counts.update(this.plan);
      this.shapes = this.whole();
      this.colour();
      this.draw();
      this.swipe.turn(plan.only === "swipe");
      this.labels.update(this.plan, this.shapes);
      requestAnimationFrame(this.beside);
      if (plan.look.number !== before?.look.number) this.focus(plan.look.code, before);
    }

    /* Shapes and moves come whole once and then only as far as a stroke changed them. */
    take(picture) {
      if (!picture || picture === this.taken) return;
      this.taken = picture;
      if (picture.whole) [this.own, this.moved] = [{}, {}];
      this.own = { ...this.own, ...picture.shapes };
      for (const [code, shape] of Object.entries(this.own)) if (!shape) delete this.own[code];
      this.moved = { ...this.moved, ...picture.moves };
    }

    /* The grids of the area in hand: the draft's own communities, and those in force where it changes nothing. */
    whole() {
      const drawn = new Set(Object.keys(this.own).map((code) => code.slice(0, COMMUNITY)));
      const rest = Object.entries(this.standing()).filter(([code]) => !drawn.has(code.slice(0, COMMUNITY)));
      return { ...Object.fromEntries(rest), ...this.own };
    }

    /* The grids in force of the area in hand. */
    standing() {
      const own = this.inForce.filter(({ properties }) => this.plan.scope.some((prefix) => properties.code.startsWith(prefix)));
      return Object.fromEntries(own.map(({ properties, geometry }) => [properties.code, geometry]));
    }

    /* What strokes will do whose answers are still to come. */
    get guess() {
      return Object.assign({}, ...this.foreseen.values());
    }

    /* Which grid a building of the tiles belongs to in the draft, what was just drawn included. */
    gridOf(feature, id) {
      return this.guess[id] ?? this.plan.moved[id] ?? String(feature.props.grid_code || "");
    }

    hideout() {
      const { scope, colours, moved, locked, pinned, repair } = this.plan;
      return { scope, colours, moved, guess: this.guess, fixed: new Set([...locked, ...pinned]), repair: new Set(repair) };
    }

    colour() {
      if (!this.plan) return;
      this.tiles?.restyle({ ...this.tiles.props, hideout: this.hideout() });
      const old = this.map.gridmapTiles?.force;
      old?.restyle({ ...old.props, hideout: { scope: this.plan.scope, colours: this.before(), moved: {} } });
    }

    /* Colours of the plan in force: a grid that goes on keeps its own, a closed one gets any of the six. */
    before() {
      const codes = Object.keys(this.standing());
      return Object.fromEntries(codes.map((code) => [code, this.plan.colours[code] ?? (Number(code) % COLOURS.length) + 1]));
    }

    callout() {
      const frame = this.map.getContainer().closest(".map-frame");
      const grid = frame?.querySelector(".plan-callout [data-plan-about]")?.dataset.planAbout;
      if (grid && this.shapes[grid]) gridmap.placeCallout(this.map, this.bounds([grid]));
    }

    /* Show a stroke's effect before the server has confirmed it; only the tiles it touched are painted anew. */
    foresee(number, ids, grid, changes) {
      this.counts.foresee(this.plan, number, changes);
      this.foreseen.set(number, Object.fromEntries(ids.map((id) => [id, grid])));
      this.repaint(ids);
    }

    /* The server has answered: what it says counts. */
    settle(number) {
      this.counts.settle(this, number);
      const ids = Object.keys(this.foreseen.get(number) || {});
      if (this.foreseen.delete(number)) this.repaint(ids);
    }

    repaint(ids) {
      if (!this.tiles || !this.plan) return;
      this.tiles.props = { ...this.tiles.props, hideout: this.hideout() };
      this.tiles.repaint(new Set(ids));
    }

    rings(codes) {
      return codes.flatMap((code) => (this.shapes[code] ? gridmap.rings(this.shapes[code]) : []));
    }

    draw() {
      for (const layer of this.drawn) layer.remove();
      const { colours, breaches, only, picked } = this.plan;
      const codes = Object.keys(this.shapes);
      const old = Object.values(this.standing()).flatMap((geometry) => gridmap.rings(geometry));
      const all = this.rings(codes);
      const layers = COLOURS.map((colour) => {
        const rings = this.rings(codes.filter((code) => colours[code] === colour));
        return rings.length ? tinted(rings, colour) : null;
      });
      if (only === "swipe" && old.length) {
        layers.push(polygon(old, "gm-force", "--edge-casing", 5), polygon(old, "gm-force", "--select-core", 2));
      } else if (only === "overlay" && old.length) {
        layers.push(polygon(old, "gm-edges", "--edge-casing", 5));
        layers.push(polygon(old, "gm-edges", "--select-core", 2, { dashArray: "2 6", lineCap: "round" }));
      }
      if (all.length) {
        layers.push(polygon(all, "gm-edges", "--edge-casing", 5), polygon(all, "gm-edges", "--select-core", 2));
      }
      const chosen = picked && this.rings([picked]);
      if (chosen?.length) layers.push(polygon(chosen, "gm-select", "--edge-casing", 9), polygon(chosen, "gm-select", "--accent", 4));
      for (const status of ["watch", "act"]) {
        const broken = this.rings(Object.keys(breaches).filter((code) => breaches[code] === status));
        if (!broken.length) continue;
        layers.push(polygon(broken, "gm-select", "--edge-casing", 8));
        layers.push(polygon(broken, "gm-select", `--${status}`, 5, { dashArray: "12 8", lineCap: "butt" }));
      }
      this.drawn = layers.filter(Boolean);
      for (const layer of this.drawn) layer.addTo(this.map);
      this.fade();
    }

    fade() {
      for (const layer of this.drawn) {
        layer.fullWeight = layer.fullWeight ?? layer.options.weight;
        layer.setStyle({ weight: layer.fullWeight * thinner(this.map) });
      }
    }

    bounds(codes) {
      return L.latLngBounds(this.rings(codes).flat(2));
    }

    focus(code, before) {
      const known = this.shapes[code] ? this.bounds([code]) : L.latLngBounds(this.under(code).flat(2));
      if (!known.isValid()) return;
      if (code === this.plan.area) this.map.gridmapHome = known;
      gridmap.show(this.map, known, { animate: Boolean(before), maxZoom: 19 });
      const keep = () => (this.filled = { view: this.view(), zoom: this.map.getZoom() });
      if (before && !gridmap.still()) this.map.once("moveend", keep);
      else keep();
    }

    /* Middle and corner of the view: whoever gives the map a new size keeps one of them. */
    view() {
      return [this.map.getCenter(), this.map.containerPointToLatLng([0, 0])];
    }

    /* The map's frame changed its size: an area that filled it before does so again. */
    fit() {
      const now = this.view();
      const still = this.filled?.view.some((place, one) => this.map.distance(place, now[one]) < STILL_M);
      const filled = still && this.map.getZoom() === this.filled.zoom;
      this.map.invalidateSize({ pan: false, debounceMoveend: false });
      if (filled && this.plan) this.focus(this.plan.look.code, null);
    }

    /* Rings of every grid of an area, the draft's or, where none is drawn, those in force. */
    under(code) {
      const own = Object.keys(this.shapes).filter((grid) => grid.startsWith(code));
      if (own.length) return this.rings(own);
      const force = this.inForce.filter(({ properties }) => properties.code.startsWith(code));
      return force.flatMap((feature) => gridmap.rings(feature.geometry));
    }

    /* The draft's grid at a place between buildings. */
    gridAt(latlng) {
      const codes = Object.keys(this.shapes).length ? Object.keys(this.shapes) : [];
      const within = (geometry) => gridmap.rings(geometry).some((rings) => odd(rings, latlng.lat, latlng.lng));
      const drawn = codes.find((code) => within(this.shapes[code]));
      if (drawn) return drawn;
      return this.inForce.find(({ geometry }) => within(geometry))?.properties.code ?? null;
    }
  };

  function odd(rings, y, x) {
    let inside = false;
    for (const ring of rings) {
      for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
        const [ay, ax] = ring[i];
        const [by, bx] = ring[j];
        if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
      }
    }
    return inside;
  }
  gridmap.oddRings = odd;
})(window.gridmap);
