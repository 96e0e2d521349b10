/* gridmap.Outlines: edges in two tones, the selection and labels over polygons that another layer fills.
   props: url, pane, edge ("grid" | "community"), labels (bool), first (bool: the first view shows all of it),
          fillUntil (zoom from which the fill is hidden, for buildings to take over),
   hideout: {key, selected: code | null, focus: code | null, classes, text, detail: [for one household, for several]} */
(function (gridmap) {
  "use strict";
  const { useEffect, useRef } = window.React;
  const EDGES = {
    grid: { casing: ["--edge-casing", 4.6], core: ["--edge-core", 1.4] },
    community: { casing: ["--community-casing", 11], core: ["--community-core", 3] },
  };
  const SELECTION = { casing: ["--select-casing", 9], core: ["--select-core", 4] };

  /* Edges are drawn at full weight where a grid fills the hand; from afar they must not cover what they part. */
  const FULL_FROM_ZOOM = 15;
  const THINNER_A_ZOOM = 0.72;
  const weight = (full, zoom) => Math.max(0.5, full * THINNER_A_ZOOM ** Math.max(0, FULL_FROM_ZOOM - zoom));

  function line(latlngs, [token, weight], pane) {
    return L.polygon(latlngs, { pane, color: `var(${token})`, weight, fill: false, interactive: false, lineJoin: "round" });
  }

  class Outlines {
    constructor(map, props, features) {
      this.map = map;
      this.props = props;
      this.features = features;
      this.chosen = [];
      const all = features.flatMap((feature) => gridmap.placed(feature.geometry));
      const style = EDGES[props.edge] || EDGES.grid;
      this.bounds = L.latLngBounds(all.flat(2));
      this.edges = [line(all, style.casing, props.pane).addTo(map), line(all, style.core, props.pane).addTo(map)];
      this.labels = props.labels ? new gridmap.Labels(map, features) : null;
      this.weights = [style.casing[1], style.core[1]];
      this.onZoom = () => this.fade();
      map.on("zoomend", this.onZoom);
      if (props.first && this.bounds.isValid()) {
        map.gridmapHome = this.bounds;
        if (!props.hideout?.focus) gridmap.show(map, this.bounds, { animate: false });
      }
    }

    update(props) {
      const before = this.props.hideout || {};
      this.props = props;
      const hideout = props.hideout || {};
      this.select(hideout);
      this.labels?.update(hideout);
      this.fade();
      if (hideout.focus && (hideout.focus !== before.focus || !this.shown)) this.focus(hideout, Boolean(this.shown));
      // A grid or building touched on the map is picked where the viewer looks: the camera stays.
      else if (!hideout.focus && before.focus && props.first && !hideout.selected) gridmap.show(this.map, this.bounds);
      this.shown = true;
    }

    matching(code, key) {
      return code ? this.features.filter((feature) => gridmap.code(feature, key).startsWith(code)) : [];
    }

    select(hideout) {
      this.chosen.forEach((layer) => layer.remove());
      const found = this.matching(hideout.selected, hideout.key).flatMap((feature) => gridmap.placed(feature.geometry));
      (this.map.gridmapSelected = this.map.gridmapSelected || {})[this.props.pane] = found;
      this.chosen = found.length ? [SELECTION.casing, SELECTION.core].map((style) => line(found, style, "gm-select").addTo(this.map)) : [];
    }

    focus(hideout, animate) {
      const found = this.matching(hideout.focus, hideout.key).flatMap((feature) => gridmap.placed(feature.geometry));
      if (found.length) gridmap.show(this.map, L.latLngBounds(found.flat(2)), { animate });
    }

    fade() {
      const zoom = this.map.getZoom();
      this.edges.forEach((edge, index) => edge.setStyle({ weight: weight(this.weights[index], zoom) }));
      if (!this.props.fillUntil) return;
      const hidden = zoom >= this.props.fillUntil;
      for (const name of ["gm-fill", "gm-cells"]) this.map.getPane(name).style.opacity = hidden ? "0" : "1";
      // A grid that can't be seen is still the ground under its buildings; a cell that can't be seen is nothing.
      this.map.getPane("gm-cells").classList.toggle("hidden", hidden);
    }

    remove() {
      this.map.off("zoomend", this.onZoom);
      this.labels?.remove();
      for (const layer of [...this.edges, ...this.chosen]) layer.remove();
    }
  }

  gridmap.Outlines = function (props) {
    const mark = useRef(null);
    const drawn = useRef(null);
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      const map = gridmap.mapOf(mark.current);
      let gone = false;
      if (!map || !props.url) return undefined;
      gridmap.json(props.url).then((data) => {
        if (gone) return;
        drawn.current = new Outlines(map, latest.current, data.features);
        drawn.current.update(latest.current);
      }).finally(() => latest.current.first && gridmap.place(map)).catch(() => map.fire("gridmap:failed"));
      return () => {
        gone = true;
        drawn.current?.remove();
        drawn.current = null;
      };
    }, [props.url, props.pane, props.edge, props.labels]);
    useEffect(() => drawn.current?.update(props), [props.hideout, props.fillUntil]);
    return window.React.createElement("div", { ref: mark, id: props.id, hidden: true });
  };
})(window.gridmap);
