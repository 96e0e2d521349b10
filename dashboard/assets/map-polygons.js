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

  /* dl.GeoJSON drops a hideout that comes while it is still fetching, so what is asked is the page's own state, once
     a turn of the event loop and layer. */
  const states = new Map();
  function state(context) {
    if (!states.has(context.id)) {
      states.set(context.id, window.dash_component_api?.getLayout(context.id)?.props?.hideout ?? context.hideout ?? {});
      queueMicrotask(() => states.delete(context.id));
    }
    return states.get(context.id);
  }

  function paint(feature, context) {
    const hideout = state(context);
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

  /* Whatever came and went, exactly one polygon is in the tab order. */
  function settle(keys) {
    keys.settling = 0;
    const elements = [...keys.layers].map((layer) => layer.getElement()).filter(Boolean);
    if (!elements.some((element) => element.tabIndex === 0)) elements[0]?.setAttribute("tabindex", "0");
  }

  function forget(state, layer) {
    state.layers.delete(layer);
  }

  /* One polygon is in the tab order, arrow keys go to its neighbours, Enter and space press it. dl.GeoJSON makes its
     layers anew whenever hideout changes, so who had the focus is remembered by code. */
  function reachable(feature, layer, context) {
    const hideout = state(context);
    const code = gridmap.code(feature, hideout.key);
    const map = context.map;
    const layers = (map.gridmapKeys = map.gridmapKeys || {});
    const keys = (layers[context.id] = layers[context.id] || { layers: new Set(), code: null, lostAt: -1 });
    layer.on("add", () => {
      const element = layer.getElement();
      keys.layers.add(layer);
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", spoken(feature, hideout));
      element.setAttribute("data-code", code);
      element.setAttribute("tabindex", keys.code === code ? "0" : "-1");
      element.addEventListener("keydown", (event) => press(event, layer, keys));
      element.addEventListener("focus", () => (keys.code = code));
      element.addEventListener("blur", () => (keys.lostAt = performance.now()));
      if (!keys.settling) keys.settling = setTimeout(settle, 0, keys);
      if (keys.code === code && lost(keys)) queueMicrotask(() => element.isConnected && focusOn(layer, keys));
    });
    layer.on("remove", () => forget(keys, layer));
  }

  gridmap.polygons = { paint, reachable };
})(window.gridmap);
