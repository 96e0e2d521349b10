/* gridmap.surface: what a vector tile is drawn on. Styles (map-styles.js) use one pen for both kinds.
   A tile that stands still is SVG: the browser keeps it in the map's one layer and a drag moves that layer alone.
   A tile that is repainted at every stroke of a planner is a canvas, which is a layer of its own and the dearest to move. */
(function (gridmap) {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const tenth = (number) => Math.round(number * 10) / 10;

  /* The part of Path2D that styles use; an arc is a whole circle. */
  class Trail {
    constructor() {
      this.steps = [];
    }

    moveTo(x, y) {
      this.steps.push(`M${tenth(x)} ${tenth(y)}`);
    }

    lineTo(x, y) {
      this.steps.push(`L${tenth(x)} ${tenth(y)}`);
    }

    arc(x, y, r) {
      this.steps.push(`M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`);
    }

    closePath() {
      this.steps.push("Z");
    }
  }

  /* The part of a canvas' pen that styles use, leaving a path behind at every stroke. */
  class Pen {
    constructor() {
      Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineCap: "butt", globalAlpha: 1, dash: [] });
      this.drawn = [];
    }

    setLineDash(parts) {
      this.dash = parts;
    }

    fill(trail, rule = "nonzero") {
      this.leave(trail, { fill: this.fillStyle, "fill-rule": rule, "fill-opacity": this.globalAlpha });
    }

    stroke(trail) {
      const line = { stroke: this.strokeStyle, "stroke-width": this.lineWidth, "stroke-linecap": this.lineCap, "stroke-opacity": this.globalAlpha };
      this.leave(trail, { fill: "none", ...line, ...(this.dash.length ? { "stroke-dasharray": this.dash.join(" ") } : {}) });
    }

    leave(trail, look) {
      if (!trail.steps.length) return;
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", trail.steps.join(""));
      for (const [name, value] of Object.entries(look)) path.setAttribute(name, value);
      this.drawn.push(path);
    }
  }

  class Still {
    constructor(size) {
      this.element = document.createElementNS(SVG, "svg");
      this.element.setAttribute("viewBox", `0 0 ${size} ${size}`);
      this.element.setAttribute("preserveAspectRatio", "none");
    }

    path() {
      return new Trail();
    }

    draw(paint) {
      const pen = new Pen();
      paint(pen);
      this.element.replaceChildren(...pen.drawn);
    }
  }

  class Quick {
    constructor(size, ratio) {
      this.element = document.createElement("canvas");
      this.element.width = this.element.height = size * ratio;
      Object.assign(this, { size, ratio });
    }

    path() {
      return new Path2D();
    }

    draw(paint) {
      const pen = this.element.getContext("2d");
      pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
      pen.clearRect(0, 0, this.size, this.size);
      paint(pen);
    }
  }

  /* A tile's surface, `size` pixels wide; `still` as its style says. */
  gridmap.surface = (size, ratio, still) => {
    const surface = still ? new Still(size) : new Quick(size, ratio);
    surface.element.classList.add("gm-tile");
    return surface;
  };
})(window.gridmap);
