/* The places of a case on the map: outlines with the sign they have in the list; the camera goes where they are. */
(function () {
  "use strict";

  const token = (name) => window.gridmap.token(document.querySelector(".drill-review") || document.documentElement, name);
  const unit = () => parseFloat(token("--p")) || 1;

  function outline(colour) {
    return (feature) => {
      const area = feature.properties.kind === "grid";
      return {
        color: token(colour),
        weight: (area ? 4 : 3) * unit(),
        opacity: 1,
        dashArray: area ? `${8 * unit()} ${6 * unit()}` : null,
        fillColor: token("--accent-ground"),
        fillOpacity: area ? 0 : 1,
      };
    };
  }

  /* Signs of places on one spot (several rooms of a building) stand beside each other as one. */
  function sign(map, layer, text) {
    const spot = layer.getBounds ? layer.getBounds().getCenter() : layer.getLatLng();
    const same = (map.reviewSigns ||= []).find((one) => one.map && one.spot.distanceTo(spot) < 1 && one.live());
    if (same) {
      same.texts.push(text);
      same.layer.setTooltipContent(same.texts.join(" "));
      return;
    }
    const texts = [text];
    layer.bindTooltip(text, { permanent: true, direction: "center", className: "review-label-sign", opacity: 1, pane: "gm-labels" });
    map.reviewSigns.push({ map, spot, texts, layer, live: () => map.hasLayer(layer) });
  }

  let waiting = 0;
  function look(map) {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const bounds = window.L.latLngBounds([]);
      map.eachLayer((layer) => {
        if (layer.reviewPlace) bounds.extend(layer.getBounds ? layer.getBounds() : layer.getLatLng());
      });
      if (!bounds.isValid()) return;
      map.gridmapHome = bounds.pad(0.25);
      window.gridmap.show(map, map.gridmapHome, { animate: Boolean(map.gridmapPlaced), maxZoom: 17 });
      // The city's outlines come later than the first case: look again once they have placed the map.
      if (!map.gridmapPlaced) map.once("gridmap:placed", () => look(map));
    }, 0);
  }

  function each(feature, layer) {
    layer.reviewPlace = true;
    layer.on("add", () => {
      const map = layer._map;
      sign(map, layer, feature.properties.sign);
      look(map);
    });
    layer.on("tooltipopen", ({ tooltip }) => {
      // The list says the same to those who hear the page.
      tooltip.getElement().removeAttribute("role");
      tooltip.getElement().setAttribute("aria-hidden", "true");
    });
    layer.on("click", () => {
      document.querySelector(`.review-choice[data-choice="${CSS.escape(feature.properties.token)}"]`)?.focus();
    });
  }

  function point(_feature, position) {
    return window.L.circleMarker(position, { radius: 8, pane: "gm-buildings" });
  }

  window.reviewmap = { offered: outline("--select-core"), found: outline("--accent"), each, point };
})();
