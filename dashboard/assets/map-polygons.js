/* How dl.GeoJSON draws the one filled layer, and how its polygons are reached by the keyboard.
   hideout: {key, classes: {code: 0..4 | -1 no data | -2 withheld}, text: {code: printed value}, labels: {code: spoken}} */
(function (gridmap) {
  "use strict";
  const NO_DATA = -1;
  const WITHHELD = -2;
  const REMADE_MS = 200;
  const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  function fillOf(cls) {
    if (cls === NO_DATA) return "url(#gridmap-hatch)";
    if (cls === WITHHELD) return "url(#gridmap-dots)";
    return cls >= 0 ? `var(--ramp-${cls + 1})` : "transparent";
  }

  function paint(feature, context) {
    const hideout = context.hideout || {};
    const cls = hideout.classes?.[gridmap.code(feature, hideout.key)];
    const fill = fillOf(cls ?? -3);
    // A seam in the polygon's own colour hides the ground between neighbours; the edge is drawn above it.
    const seam = cls >= 0;
    return { pane: "gm-fill", fillColor: fill, fillOpacity: 1, stroke: seam, color: fill, weight: 0.6, opacity: 1 };
  }

  function spoken(feature, hideout) {
    const code = gridmap.code(feature, hideout.key);
    const name = feature.properties.name || code;
    return hideout.labels?.[code] ?? (hideout.text?.[code] ? `${name} ${hideout.text[code]}` : name);
  }

  function centre(layer) {
    const box = layer.getElement().getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }

  function neighbour(group, layer, [dx, dy]) {
    const [x, y] = centre(layer);
    let best = null;
    let least = Infinity;
    for (const other of group) {
      if (other === layer || !other.getElement()) continue;
      const [ox, oy] = centre(other);
      const ahead = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      if (ahead > 2 && ahead + 2 * aside < least) [best, least] = [other, ahead + 2 * aside];
    }
    return best;
  }

  function press(event, layer, state) {
    const step = STEPS[event.key];
    if (event.key === "Enter" || event.key === " ") {
      layer.fire("click", { latlng: layer.getBounds().getCenter(), originalEvent: event }, true);
    } else if (step) {
      const next = neighbour(state.layers, layer, step);
      if (next) focusOn(next, state);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function focusOn(layer, state) {
    for (const other of state.layers) other.getElement()?.setAttribute("tabindex", "-1");
    layer.getElement().setAttribute("tabindex", "0");
    layer.getElement().focus({ preventScroll: true });
    const map = layer._map;
    if (map && !map.getBounds().contains(layer.getBounds().getCenter())) {
      map.panTo(layer.getBounds().getCenter(), { animate: !gridmap.still() });
    }
  }

  /* The focus went because its polygon was taken out of the page just now, not because somebody moved on. */
  function lost(state) {
    return document.activeElement === document.body && performance.now() - state.lostAt < REMADE_MS;
  }

  function forget(state, layer) {
    state.layers.delete(layer);
  }

  /* One polygon is in the tab order, arrow keys go to its neighbours, Enter and space press it. dl.GeoJSON makes its
     layers anew whenever hideout changes, so who had the focus is remembered by code. */
  function reachable(feature, layer, context) {
    const hideout = context.hideout || {};
    const code = gridmap.code(feature, hideout.key);
    const map = context.map;
    const states = (map.gridmapKeys = map.gridmapKeys || {});
    const state = (states[context.id || "polygons"] = states[context.id || "polygons"] || { layers: new Set(), code: null, lostAt: -1 });
    layer.on("add", () => {
      const element = layer.getElement();
      const first = ![...state.layers].some((other) => other.getElement()?.getAttribute("tabindex") === "0");
      state.layers.add(layer);
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", spoken(feature, hideout));
      element.setAttribute("data-code", code);
      element.setAttribute("tabindex", first && (!state.code || state.code === code) ? "0" : "-1");
      element.addEventListener("keydown", (event) => press(event, layer, state));
      element.addEventListener("focus", () => (state.code = code));
      element.addEventListener("blur", () => (state.lostAt = performance.now()));
      if (state.code === code && lost(state)) queueMicrotask(() => element.isConnected && focusOn(layer, state));
    });
    layer.on("remove", () => forget(state, layer));
  }

  gridmap.polygons = { paint, reachable };
})(window.gridmap);
