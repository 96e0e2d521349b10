/* The map's common ground: panes in the order of the design, tokens as the theme gives them, own zoom buttons.
   Every Leaflet map made on a page gets its panes here; own components find it by `gridmap.mapOf(element)`. */
window.gridmap = window.gridmap || {};
(function (gridmap) {
  "use strict";

  /* Bottom to top; numbers are CSS z-index within the map (Leaflet's own tiles are 200, popups 700). */
  const PANES = {
    "gm-base": 210, "gm-fill": 400, "gm-cells": 402, "gm-roads": 410, "gm-buildings": 415, "gm-force": 417, "gm-edges": 420,
    "gm-communities": 425, "gm-water": 430, "gm-labels": 440, "gm-dots": 450, "gm-select": 460, "gm-chips": 470,
  };
  const SILENT = new Set(["gm-labels", "gm-select", "gm-edges", "gm-communities", "gm-roads", "gm-water", "gm-dots", "gm-force", "gm-chips"]);
  const CAMERA_S = 0.25;

  const PATTERNS = `
    <pattern id="gridmap-hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="8" height="8" fill="var(--ground)"/><rect width="1.6" height="8" fill="var(--ink-3)"/></pattern>
    <pattern id="gridmap-dots" width="7" height="7" patternUnits="userSpaceOnUse">
      <rect width="7" height="7" fill="var(--ground)"/><circle cx="3.5" cy="3.5" r="1.1" fill="var(--ink-3)"/></pattern>`;

  function addPatterns(container) {
    if (container.querySelector(":scope > .gm-patterns")) return;
    const holder = document.createElement("div");
    holder.className = "gm-patterns";
    holder.innerHTML = `<svg width="0" height="0" aria-hidden="true"><defs>${PATTERNS}</defs></svg>`;
    container.append(holder);
  }

  function prepare() {
    const container = this.getContainer();
    container.gridmap = this;
    addPatterns(container);
    for (const [name, order] of Object.entries(PANES)) {
      const pane = this.createPane(name);
      pane.style.zIndex = order;
      if (SILENT.has(name)) pane.style.pointerEvents = "none";
    }
  }
  if (window.L) {
    // Plain transforms: with 3D ones every tile, outline and canvas is a layer of its own for the browser's compositor.
    L.Browser.ie3d = true;
    // A tile that fades in is painted at every frame of it, and all that shares its layer.
    L.Map.mergeOptions({ fadeAnimation: false });
    L.Map.addInitHook(prepare);
  }

  gridmap.mapOf = (element) => element?.closest(".leaflet-container")?.gridmap;

  /* A token's value where the element stands; canvases can't read var(). */
  gridmap.token = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();

  gridmap.tokens = (element, names) => {
    const style = getComputedStyle(element);
    return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name).trim()]));
  };

  gridmap.still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

  /* How much of the map's lower edge a legend lies over; one below the map, as on a phone, covers none. */
  function covered(container) {
    const legend = container.closest(".map-box")?.parentElement?.querySelector(".float.legend");
    const over = legend ? container.getBoundingClientRect().bottom - legend.getBoundingClientRect().top : 0;
    return Math.max(0, Math.min(over, container.clientHeight / 3));
  }

  /* Move the camera onto bounds, clear of the legend; a first view jumps. */
  gridmap.show = (map, bounds, { animate = true, maxZoom = 18 } = {}) => {
    if (!bounds.isValid()) return;
    const below = 24 + covered(map.getContainer());
    const options = { paddingTopLeft: [24, 24], paddingBottomRight: [24, below], maxZoom, duration: CAMERA_S };
    if (animate && !gridmap.still()) map.flyToBounds(bounds, options);
    else map.fitBounds(bounds, { ...options, animate: false });
  };

  /* A map whose outlines say where the city is fetches no tile before they have. */
  gridmap.place = (map) => {
    map.gridmapPlaced = true;
    map.fire("gridmap:placed");
  };
  gridmap.whenPlaced = (map, run) => {
    if (map.gridmapPlaced || !map.getContainer().closest(".map-waits")) run();
    else map.once("gridmap:placed", run);
  };

  /* One request a URL and page, whoever asks; a failed one is asked again next time. */
  const answers = new Map();
  gridmap.json = (url) => {
    if (!answers.has(url)) {
      const answer = fetch(url, { headers: { Accept: "application/json" } }).then((response) => {
        if (!response.ok) throw new Error(`${response.status} for an outline`);
        return response.json();
      });
      answer.catch(() => answers.delete(url));
      answers.set(url, answer);
    }
    return answers.get(url);
  };

  gridmap.code = (feature, key) => String(feature.properties[key || "code"] ?? feature.properties.code ?? feature.id ?? "");

  /* Rings of a polygon as Leaflet wants them: [ring, ...] of [lat, lon]. */
  gridmap.rings = (geometry) => {
    const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
    return polygons.map((polygon) => polygon.map((ring) => ring.map(([lon, lat]) => [lat, lon])));
  };

  /* The same in Leaflet's own places, made once: fill, edges and labels draw the same geometry. */
  const placed = new WeakMap();
  gridmap.placed = (geometry) => {
    if (!placed.has(geometry)) {
      const points = (ring) => ring.map(([lat, lon]) => L.latLng(lat, lon));
      placed.set(geometry, gridmap.rings(geometry).map((polygon) => polygon.map(points)));
    }
    return placed.get(geometry);
  };

  function tool(button) {
    const map = button.closest(".map-box")?.querySelector(".leaflet-container")?.gridmap;
    if (!map) return;
    const action = button.dataset.mapTool;
    if (action === "in") map.zoomIn(1);
    else if (action === "out") map.zoomOut(1);
    else if (action === "home" && map.gridmapHome) gridmap.show(map, map.gridmapHome);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-map-tool]");
    if (button) tool(button);
  });
})(window.gridmap);
