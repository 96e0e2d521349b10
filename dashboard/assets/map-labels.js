/* gridmap.Labels: names and values inside their polygons, on one canvas. A label is the largest variant that fits its
   polygon; none lies over another, the view's edge or a floating panel. Heaviest class first. */
(function (gridmap) {
  "use strict";
  const NAMES_FROM_ZOOM = 11;
  const PEOPLE_FROM_ZOOM = 15;
  const MARGIN = 3;
  const INKS = [1, 2, 3, 4, 5].map((number) => `--ramp-ink-${number}`);

  const inRing = (x, y, ring) => {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i];
      const [bx, by] = ring[j];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    }
    return inside;
  };
  const inside = (x, y, rings) => rings.reduce((odd, ring) => odd !== inRing(x, y, ring), false);

  /* The box lies inside when its outline's points do and no corner of the polygon is in it. */
  const holds = (rings, [left, top, right, bottom]) => {
    const middle = (left + right) / 2;
    for (const x of [left, middle, right]) {
      for (const y of [top, (top + bottom) / 2, bottom]) if (!inside(x, y, rings)) return false;
    }
    return !rings.some((ring) => ring.some(([x, y]) => x > left && x < right && y > top && y < bottom));
  };
  const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  function font(map, name) {
    const probe = document.createElement("span");
    probe.className = name;
    map.getContainer().append(probe);
    const style = getComputedStyle(probe);
    const found = { font: `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`, size: parseFloat(style.fontSize) };
    probe.remove();
    return found;
  }

  gridmap.Labels = class {
    constructor(map, features) {
      this.map = map;
      this.features = features;
      this.hideout = {};
      this.shapes = new Map();
      this.widths = new Map();
      this.canvas = L.DomUtil.create("canvas", "gm-label-canvas", map.getPane("gm-labels"));
      this.canvas.setAttribute("aria-hidden", "true");
      this.redraw = () => this.draw();
      this.hide = () => (this.canvas.style.opacity = "0");
      map.on("moveend resize viewreset gridmap:obstacles", this.redraw);
      map.on("zoomstart", this.hide);
      document.fonts?.ready.then(() => {
        this.widths.clear();
        this.draw();
      });
    }

    update(hideout) {
      this.hideout = hideout;
      this.draw();
    }

    remove() {
      this.map.off("moveend resize viewreset gridmap:obstacles", this.redraw);
      this.map.off("zoomstart", this.hide);
      cancelAnimationFrame(this.waiting);
      this.canvas.remove();
    }

    resize() {
      const size = this.map.getSize();
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      this.canvas.width = size.x * ratio;
      this.canvas.height = size.y * ratio;
      this.canvas.style.width = `${size.x}px`;
      this.canvas.style.height = `${size.y}px`;
      L.DomUtil.setPosition(this.canvas, this.map.containerPointToLayerPoint([0, 0]));
      const pen = this.canvas.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, size.x, size.y);
      return [pen, size];
    }

    /* Floating panels within the map's frame, in the map's own pixels. */
    obstacles() {
      const container = this.map.getContainer();
      const origin = container.getBoundingClientRect();
      const frame = container.closest(".map-box")?.parentElement;
      const floats = frame ? [...frame.querySelectorAll(".float, .map-tools, .leaflet-control-scale")] : [];
      return floats.filter((box) => box.offsetParent).map((box) => {
        const at = box.getBoundingClientRect();
        return [at.left - origin.left, at.top - origin.top, at.right - origin.left, at.bottom - origin.top];
      });
    }

    wet([left, top, right, bottom]) {
      const layer = this.map.gridmapObstacle;
      if (!layer?._map) return false;
      const points = [[left, top], [right, top], [left, bottom], [right, bottom], [(left + right) / 2, (top + bottom) / 2]];
      return points.some(([x, y]) => layer.hit(L.point(x, y), 2));
    }

    variants(feature, code) {
      const { name, households, captain, phone } = feature.properties;
      const value = this.hideout.text?.[code];
      const detail = this.hideout.detail;
      const both = [["name", name], ...(value ? [["value", value]] : [])].filter(([, text]) => text);
      const fuller = [];
      if (detail && this.map.getZoom() >= PEOPLE_FROM_ZOOM && households != null) {
        const facts = { households, captain: captain || "—", phone: phone || "", code };
        const lines = detail[households === 1 ? 0 : 1].replace(/\{(\w+)\}/g, (_all, key) => facts[key] ?? "").split("\n");
        for (let kept = lines.length; kept; kept--) {
          fuller.push([...both, ...lines.slice(0, kept).map((text) => ["name", text.trim()])]);
        }
      }
      return [...fuller, both, value ? [["value", value]] : []].filter((lines) => lines.length);
    }

    /* A move, the tiles it brings and a new colouring are told one by one and drawn once, in the frame that shows them. */
    draw() {
      this.waiting ??= requestAnimationFrame(() => {
        this.waiting = null;
        this.paint();
      });
    }

    paint() {
      if (!this.map._loaded) return;
      const [pen, size] = this.resize();
      this.canvas.style.opacity = "1";
      if (this.map.getZoom() < NAMES_FROM_ZOOM) return;
      this.fonts = { name: font(this.map, "gm-label-name"), value: font(this.map, "gm-label-value") };
      this.inks = gridmap.tokens(this.map.getContainer(), [...INKS, "--ink"]);
      const taken = this.obstacles();
      const view = this.map.getBounds();
      const classes = this.hideout.classes || {};
      const weight = (feature) => classes[gridmap.code(feature, this.hideout.key)] ?? -3;
      const seen = this.features.filter((feature) => {
        const { lon, lat } = feature.properties;
        return lon != null && view.contains([lat, lon]);
      });
      seen.sort((a, b) => weight(b) - weight(a));
      for (const feature of seen) this.place(pen, size, feature, weight(feature), taken);
      gridmap.lineNames(this.map, pen, size, this.fonts.name, taken);
    }

    /* A polygon in the pixels of the world at this zoom: panning moves the view, not the shape. */
    shape(feature) {
      const zoom = this.map.getZoom();
      let known = this.shapes.get(feature);
      if (known?.zoom !== zoom) {
        const pixels = (place) => this.map.project(place, zoom);
        const rings = gridmap.placed(feature.geometry).flat().map((ring) => ring.map((place) => {
          const { x, y } = pixels(place);
          return [x, y];
        }));
        const { lon, lat } = feature.properties;
        known = { zoom, rings, at: pixels([lat, lon]) };
        this.shapes.set(feature, known);
      }
      return known;
    }

    place(pen, size, feature, cls, taken) {
      const { rings, at: world } = this.shape(feature);
      const corner = this.map.getPixelOrigin().add(this.map.containerPointToLayerPoint([0, 0]));
      const at = world.subtract(corner);
      for (const lines of this.variants(feature, gridmap.code(feature, this.hideout.key))) {
        const box = this.box(pen, lines, at);
        const free = box[0] >= 0 && box[1] >= 0 && box[2] <= size.x && box[3] <= size.y;
        if (!free || taken.some((other) => overlap(box, other))) continue;
        const { x, y } = corner;
        if (!holds(rings, [box[0] + x, box[1] + y, box[2] + x, box[3] + y]) || this.wet(box)) continue;
        taken.push(box);
        const filled = cls >= 0 && this.map.getPane("gm-fill").style.opacity !== "0";
        this.write(pen, lines, at, box[1], filled ? this.inks[`--ramp-ink-${cls + 1}`] : this.inks["--ink"]);
        return;
      }
    }

    width(pen, kind, text) {
      const face = this.fonts[kind].font;
      const name = `${face} ${text}`;
      if (!this.widths.has(name)) {
        pen.font = face;
        this.widths.set(name, pen.measureText(text).width);
      }
      return this.widths.get(name);
    }

    box(pen, lines, at) {
      let [width, height] = [0, 0];
      for (const [kind, text] of lines) {
        width = Math.max(width, this.width(pen, kind, text));
        height += this.fonts[kind].size * 1.2;
      }
      const [halfWidth, halfHeight] = [width / 2 + MARGIN, height / 2 + MARGIN];
      return [at.x - halfWidth, at.y - halfHeight, at.x + halfWidth, at.y + halfHeight];
    }

    write(pen, lines, at, top, ink) {
      pen.fillStyle = ink;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      let y = top + MARGIN;
      for (const [kind, text] of lines) {
        const { font: face, size } = this.fonts[kind];
        pen.font = face;
        pen.fillText(text, at.x, y + size * 0.6);
        y += size * 1.2;
      }
    }
  };
})(window.gridmap);
