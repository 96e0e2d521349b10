/* gridmap.PlanLabels: each grid of the draft carries its name and what it holds, on a chip with the grid's colour.
   A chip stands where it fits; none over another or over a floating panel. */
(function (gridmap) {
  "use strict";
  const GAP = 4;
  const MOMENTS = "moveend resize zoomend gridmap:callout gridmap:swipe";
  const overlap = (a, b) => a.left < b.right + GAP && b.left < a.right + GAP && a.top < b.bottom + GAP && b.top < a.bottom + GAP;

  gridmap.PlanLabels = class {
    constructor(map) {
      this.map = map;
      this.chips = [];
      this.settle = () => this.declutter();
      map.on(MOMENTS, this.settle);
    }

    remove() {
      this.map.off(MOMENTS, this.settle);
      for (const { marker } of this.chips) marker.remove();
    }

    update(plan, shapes) {
      for (const { marker } of this.chips) marker.remove();
      const groups = Object.entries(plan.groups);
      this.chips = groups.length
        ? groups.map(([area, texts]) => this.area(texts, Object.entries(shapes).filter(([code]) => code.startsWith(area))))
        : Object.keys(shapes).filter((code) => plan.names[code]).map((code) => this.grid(plan, code, shapes[code]));
      this.chips = this.chips.filter(Boolean);
      requestAnimationFrame(this.settle);
    }

    grid(plan, code, geometry) {
      const names = `plan-chip plan-bar-${plan.colours[code] || 0}${plan.locked.includes(code) ? " locked" : ""}`;
      const rings = gridmap.rings(geometry);
      const marker = this.chip(names, plan.names[code], plan.texts[code] || "", middle(rings));
      if (plan.locked.includes(code)) marker.getElement().firstChild.append(badge());
      return { marker, bounds: L.latLngBounds(rings.flat(2)), worst: plan.breaches[code] === "act" };
    }

    /* An area stands at the middle of that grid of it which is nearest to the middle of them all. */
    area([name, text], grids) {
      if (!grids.length) return null;
      const outlines = grids.map(([, geometry]) => gridmap.rings(geometry));
      const bounds = L.latLngBounds(outlines.flat(3));
      const places = outlines.map(middle).map(([lat, lng]) => L.latLng(lat, lng));
      const centre = L.latLng(["lat", "lng"].map((axis) => places.reduce((sum, one) => sum + one[axis] / places.length, 0)));
      const at = places.reduce((best, one) => (one.distanceTo(centre) < best.distanceTo(centre) ? one : best));
      return { marker: this.chip("plan-chip", name, text, at), bounds, worst: false };
    }

    chip(names, name, text, at) {
      const holder = document.createElement("div");
      holder.className = names;
      const [title, value] = [document.createElement("span"), document.createElement("strong")];
      [title.textContent, value.textContent] = [name, text];
      holder.append(title, value);
      const icon = L.divIcon({ html: holder, className: "plan-label", iconSize: [0, 0] });
      const marker = L.marker(at, { icon, pane: "gm-chips", interactive: false, keyboard: false }).addTo(this.map);
      marker.getElement().setAttribute("aria-hidden", "true");
      return marker;
    }

    declutter() {
      const box = this.map.getContainer().closest(".map-frame");
      const taken = [...(box?.querySelectorAll(".float, .map-tools") || [])].filter((one) => one.offsetParent)
        .map((one) => one.getBoundingClientRect());
      const cut = this.map.getContainer().getBoundingClientRect().left + (this.map.gridmapSwipe ?? -Infinity);
      const order = [...this.chips].sort((a, b) => b.worst - a.worst);
      for (const { marker, bounds } of order) {
        const element = marker.getElement()?.firstChild;
        if (!element) continue;
        const at = element.getBoundingClientRect();
        const low = this.map.latLngToContainerPoint(bounds.getSouthWest());
        const high = this.map.latLngToContainerPoint(bounds.getNorthEast());
        const fits = at.width < (high.x - low.x) * 1.15 && at.height < low.y - high.y;
        const free = fits && at.left > cut && !taken.some((other) => overlap(at, other));
        element.style.visibility = free ? "visible" : "hidden";
        if (free) taken.push(at);
      }
    }
  };

  function badge() {
    const [disc, lock] = [document.createElement("span"), document.createElement("span")];
    [disc.className, lock.className] = ["lock-badge", "icon-lock"];
    disc.append(lock);
    return disc;
  }

  /* The middle of the widest stretch of the largest ring along three lines across it: a place inside. */
  function middle(polygons) {
    const rings = polygons.reduce((best, one) => (span(one[0]) > span(best[0]) ? one : best));
    const lats = rings[0].map(([lat]) => lat);
    const [south, north] = [Math.min(...lats), Math.max(...lats)];
    let found = rings[0][0];
    let widest = -1;
    for (const share of [0.5, 0.38, 0.62]) {
      const lat = south + (north - south) * share;
      const crossings = rings.flatMap((ring) => cut(ring, lat)).sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const width = crossings[i + 1] - crossings[i];
        if (width > widest) [widest, found] = [width, [lat, (crossings[i] + crossings[i + 1]) / 2]];
      }
    }
    return found;
  }

  const span = (ring) => L.latLngBounds(ring).toBBoxString().split(",").reduce((sum, part, i) => sum + (i < 2 ? -part : +part), 0);

  function cut(ring, lat) {
    const found = [];
    for (let i = 1; i < ring.length; i++) {
      const [[ay, ax], [by, bx]] = [ring[i - 1], ring[i]];
      if (ay > lat !== by > lat) found.push(ax + ((lat - ay) * (bx - ax)) / (by - ay));
    }
    return found;
  }
})(window.gridmap);
