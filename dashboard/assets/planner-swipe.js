/* The call-out that stands beside its breach and never over the grid it speaks of, and the swipe between the plan in
   force (left of the handle) and the draft (right of it). */
(function (gridmap) {
  "use strict";
  const GAP = 16;
  const LEFT = ["gm-force"];
  const RIGHT = ["gm-fill", "gm-buildings", "gm-edges", "gm-chips", "gm-select"];
  const STEP = 0.02;

  const covered = (box, other) =>
    Math.max(0, Math.min(box.right, other.right) - Math.max(box.left, other.left)) *
    Math.max(0, Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top));

  /* Try right, left, below and above the grid, then the corners; the place that covers least of the grid wins. */
  gridmap.placeCallout = (map, bounds) => {
    const frame = map.getContainer().closest(".map-frame");
    const callout = frame?.querySelector(".plan-callout");
    if (!callout || !bounds?.isValid() || !callout.childElementCount) return;
    if (getComputedStyle(callout).position !== "absolute") return;
    const size = map.getSize();
    const [low, high] = [map.latLngToContainerPoint(bounds.getSouthWest()), map.latLngToContainerPoint(bounds.getNorthEast())];
    const grid = { left: low.x, right: high.x, top: high.y, bottom: low.y };
    const [width, height] = [callout.offsetWidth, callout.offsetHeight];
    const middle = [(grid.left + grid.right - width) / 2, (grid.top + grid.bottom - height) / 2];
    const tools = frame.querySelector(".map-tools")?.offsetWidth ?? 0;
    const [most, lowest] = [size.x - width - GAP - tools - GAP, size.y - height - GAP];
    const wanted = [
      [grid.right + GAP, middle[1]], [grid.left - width - GAP, middle[1]],
      [middle[0], grid.bottom + GAP], [middle[0], grid.top - height - GAP],
      [GAP, GAP], [most, GAP], [GAP, lowest], [most, lowest],
    ];
    const places = wanted.map(([x, y]) => {
      const [left, top] = [Math.max(GAP, Math.min(x, most)), Math.max(GAP, Math.min(y, lowest))];
      return { left, top, right: left + width, bottom: top + height };
    });
    const legend = frame.querySelector(".plan-legend");
    const key = legend && { left: legend.offsetLeft, top: legend.offsetTop, right: legend.offsetLeft + legend.offsetWidth, bottom: legend.offsetTop + legend.offsetHeight };
    const cost = (place) => covered(place, grid) + (key ? 4 * covered(place, key) : 0);
    const best = places.reduce((kept, one) => (cost(one) < cost(kept) ? one : kept));
    callout.style.left = `${best.left}px`;
    callout.style.top = `${best.top}px`;
    map.fire("gridmap:callout");
  };

  gridmap.Swipe = class {
    constructor(map) {
      this.map = map;
      this.share = 0.5;
      this.handle = map.getContainer().closest(".map-frame")?.querySelector(".plan-swipe");
      this.cut = () => this.clip();
      this.listeners = [
        ["pointerdown", (event) => this.handle.setPointerCapture(event.pointerId)],
        ["pointermove", (event) => this.handle.hasPointerCapture(event.pointerId) && this.drag(event)],
        ["keydown", (event) => this.key(event)],
      ];
      for (const [name, run] of this.handle ? this.listeners : []) this.handle.addEventListener(name, run);
      map.on("move zoomend resize viewreset", this.cut);
    }

    remove() {
      this.turn(false);
      this.map.off("move zoomend resize viewreset", this.cut);
      for (const [name, run] of this.handle ? this.listeners : []) this.handle.removeEventListener(name, run);
    }

    turn(on) {
      this.on = on && Boolean(this.handle);
      if (this.handle) this.handle.hidden = !this.on;
      this.clip();
    }

    drag(event) {
      const box = this.map.getContainer().getBoundingClientRect();
      this.to((event.clientX - box.left) / box.width);
    }

    key(event) {
      const step = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -1, End: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      this.to(this.share + step);
    }

    to(share) {
      this.share = Math.max(0, Math.min(1, share));
      this.clip();
    }

    clip() {
      const { x: width, y: height } = this.map.getSize();
      const [left, top] = [this.map.containerPointToLayerPoint([0, 0]), this.map.containerPointToLayerPoint([width, height])];
      const at = left.x + width * this.share;
      const shape = (from, to) => `polygon(${from}px ${left.y}px, ${to}px ${left.y}px, ${to}px ${top.y}px, ${from}px ${top.y}px)`;
      const put = (names, text) => names.forEach((name) => this.map.getPane(name) && (this.map.getPane(name).style.clipPath = text));
      put(LEFT, this.on ? shape(left.x, at) : "polygon(0 0)");
      put(RIGHT, this.on ? shape(at, top.x) : "");
      // A label the handle would cut through says half a name: the labels look anew where they stand.
      this.map.gridmapSwipe = this.on ? width * this.share : null;
      this.map.fire("gridmap:swipe");
      if (!this.handle) return;
      this.handle.style.left = `${100 * this.share}%`;
      this.handle.setAttribute("aria-valuenow", String(Math.round(100 * this.share)));
    }
  };
})(window.gridmap);
