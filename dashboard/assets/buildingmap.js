/* Drawing of one grid's buildings: colours from the tokens, names where they fit, a touch opens the building. */
(function () {
  "use strict";

  function token(name) {
    const page = document.querySelector(".drill") || document.documentElement;
    return window.gridmap.token(page, name);
  }

  /* The desk's pixel: 1, or 2 on the 4K wall. */
  const unit = () => parseFloat(token("--p")) || 1;

  function style(feature) {
    const { chosen, class: number } = feature.properties;
    return {
      fillColor: token(number ? `--ramp-${number}` : "--footprint"),
      fillOpacity: 1,
      color: token(chosen ? "--select-core" : "--edge-core"),
      weight: (chosen ? 4 : 1) * unit(),
      opacity: 1,
    };
  }

  function line(colour, weight) {
    return () => ({ color: token(colour), weight: weight * unit(), fill: false, opacity: 1 });
  }

  /* What a dcc.Link does on a click. Setting path and query of the shell's Location together loses the path. */
  function open(id) {
    history.pushState({}, "", "/building/" + encodeURIComponent(id));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  const RANKS = ["chosen", "marked"];
  const rank = (name) => 1 + RANKS.length - (RANKS.findIndex((one) => name.classList.contains(one)) + 1 || 1 + RANKS.length);

  /* A name stands where it fits into its building, a mark always, the chosen building's name too; none over another. */
  function declutter(map) {
    const kept = [];
    const entries = [];
    map.eachLayer((layer) => {
      const name = layer.buildingName && layer.getTooltip()?.getElement();
      if (name) entries.push({ layer, name });
    });
    entries.sort((one, other) => rank(other.name) - rank(one.name));
    for (const { layer, name } of entries) {
      name.classList.remove("only-mark");
      const fits = name.classList.contains("chosen") || within(name, layer.getElement?.());
      if (!fits && name.classList.contains("marked")) name.classList.add("only-mark");
      layer.getTooltip().update();
      const box = name.getBoundingClientRect();
      const shown = (fits || name.classList.contains("marked")) && kept.every((taken) => apart(box, taken));
      name.style.visibility = shown ? "visible" : "hidden";
      if (shown) kept.push(box);
    }
  }

  function within(name, shape) {
    if (!shape) return false;
    const [inner, outer] = [name.getBoundingClientRect(), shape.getBoundingClientRect()];
    return inner.width <= outer.width && inner.height <= outer.height;
  }

  const apart = (one, other) =>
    one.right < other.left || one.left > other.right || one.bottom < other.top || one.top > other.bottom;

  /* The chosen building lies over its neighbours, its name above it. */
  function raise(layer) {
    layer.bringToFront?.();
    const box = layer.getBounds?.();
    if (box) layer.getTooltip().setLatLng([box.getNorth(), box.getCenter().lng]);
  }

  function text({ name, label, mark }) {
    const holder = document.createElement("div");
    if (mark) {
      const shape = document.createElement("i");
      shape.className = `shape shape-${mark} status-${mark}`;
      holder.append(shape);
    }
    const words = document.createElement("span");
    words.textContent = name || label;
    holder.append(words);
    return holder;
  }

  function each(feature, layer) {
    const { mark, chosen, id, class: number } = feature.properties;
    const names = ["building-name", `on-${number}`, chosen && "chosen", mark && "marked"];
    const className = names.filter(Boolean).join(" ");
    layer.buildingName = true;
    const direction = chosen ? "top" : "center";
    layer.bindTooltip(text(feature.properties), { permanent: true, direction, className, opacity: 1, pane: "gm-labels" });
    layer.on("click", () => open(id));
    layer.on("tooltipopen", ({ tooltip }) => {
      // The table of buildings says the same to those who hear the page.
      tooltip.getElement().removeAttribute("role");
      tooltip.getElement().setAttribute("aria-hidden", "true");
    });
    layer.on("add", () => {
      const map = layer._map;
      if (chosen) raise(layer);
      if (map.buildingNames) return;
      map.buildingNames = true;
      map.on("zoomend resize moveend", () => declutter(map));
      setTimeout(() => declutter(map), 0);
    });
  }

  /* The first view, and what the whole-area button shows, is the grid. */
  function home(_feature, layer) {
    layer.on("add", () => {
      const map = layer._map;
      if (map.gridmapHome) return;
      map.gridmapHome = layer.getBounds();
      setTimeout(() => window.gridmap.show(map, map.gridmapHome, { animate: false, maxZoom: 19 }), 0);
    });
  }

  function point(_feature, position) {
    return window.L.circleMarker(position, { radius: 7, pane: "gm-buildings" });
  }

  window.buildingmap = {
    style,
    each,
    point,
    home,
    edge: line("--accent", 3),
    edgeCasing: line("--edge-casing", 7),
  };
})();
