/* gridmap.Polygons: the one filled layer, and how its polygons are reached by mouse, finger and keyboard. A polygon is
   drawn once; what an action changes (hideout) only gives it another colour and another name.
   props: url, pane, kept (bool: in the page, and touchable, without a colour too),
          hideout {key, classes: {code: 0..4 | -1 no data | -2 withheld}, text: {code: printed value},
          labels: {code: spoken}, name: what one is called that has no name, mark: an outline to draw (GeoJSON)}
   out:   clickData {type, properties} of the feature, n_clicks */
(function (gridmap) {
  "use strict";
  const { useEffect, useRef } = window.React;
  const NO_DATA = -1;
  const WITHHELD = -2;
  const NOTHING = -3;
  const CELL = "cell";
  const MARK = [["--select-casing", 9], ["--select-core", 4]];
  const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

  function fillOf(cls) {
    if (cls === NO_DATA) return "url(#gridmap-hatch)";
    if (cls === WITHHELD) return "url(#gridmap-dots)";
    return cls >= 0 ? `var(--ramp-${cls + 1})` : "transparent";
  }

  /* A seam in the polygon's own colour hides the ground between neighbours; the edge is drawn above it. */
  function style(cls, kept) {
    const fill = fillOf(cls);
    // What is neither coloured nor kept is not painted at all: a touch falls through it.
    const painted = kept || cls !== NOTHING;
    return { fill: painted, fillColor: fill, fillOpacity: 1, stroke: cls >= 0, color: fill, weight: 0.6, opacity: 1 };
  }

  function spoken({ properties }, code, hideout) {
    const name = properties.name || hideout.name || code;
    return hideout.labels?.[code] ?? (hideout.text?.[code] ? `${name} ${hideout.text[code]}` : name);
  }

  function centre(layer) {
    const box = layer.getElement().getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }

  function neighbour(layers, layer, [dx, dy]) {
    const [x, y] = centre(layer);
    let best = null;
    let least = Infinity;
    for (const other of layers) {
      if (other === layer) continue;
      const [ox, oy] = centre(other);
      const ahead = (ox - x) * dx + (oy - y) * dy;
      const aside = Math.abs((ox - x) * dy) + Math.abs((oy - y) * dx);
      if (ahead > 2 && ahead + 2 * aside < least) [best, least] = [other, ahead + 2 * aside];
    }
    return best;
  }

  class Polygons {
    constructor(map, props, features, touched) {
      this.map = map;
      this.touched = touched;
      this.kept = Boolean(props.kept);
      this.marks = [];
      this.drawn = features.map((feature) => this.make(feature, props.pane));
      this.group = L.layerGroup(this.drawn.map(({ layer }) => layer));
    }

    make(feature, pane) {
      const layer = L.polygon(gridmap.placed(feature.geometry), { pane, ...style(NOTHING, this.kept) });
      const one = { feature, layer, cls: NOTHING, said: null, code: null };
      layer.on("add", () => this.reachable(one));
      layer.on("click", () => this.touched({ type: "Feature", properties: feature.properties }));
      return one;
    }

    update(hideout) {
      const classes = hideout.classes || {};
      this.mark(hideout.mark);
      // Cells are thousands: they are in the page only while they are coloured.
      const wanted = this.kept || Object.keys(classes).length > 0;
      if (wanted !== this.map.hasLayer(this.group)) this.group[wanted ? "addTo" : "removeFrom"](this.map);
      if (!wanted) return;
      for (const one of this.drawn) {
        one.code = gridmap.code(one.feature, hideout.key);
        const cls = classes[one.code] ?? NOTHING;
        if (cls !== one.cls) one.layer.setStyle(style((one.cls = cls), this.kept));
        this.say(one, hideout);
      }
    }

    /* The outline of a picked polygon, which may be none of those drawn at this zoom. */
    mark(geometry) {
      this.marks.forEach((line) => line.remove());
      const look = ([token, weight]) => ({ color: `var(${token})`, weight, fill: false, interactive: false, lineJoin: "round" });
      const draw = (tone) => L.polygon(gridmap.placed(geometry), { pane: "gm-select", ...look(tone) }).addTo(this.map);
      this.marks = geometry ? MARK.map(draw) : [];
    }

    say(one, hideout) {
      const said = spoken(one.feature, one.code, hideout);
      const element = one.layer.getElement();
      if (said === one.said && element.dataset.said) return;
      one.said = said;
      element.dataset.said = "1";
      element.setAttribute("aria-label", said);
      element.setAttribute(hideout.key === CELL ? "data-cell" : "data-code", one.code);
    }

    /* One polygon is in the tab order, arrow keys go to its neighbours, Enter and space press it. */
    reachable({ layer }) {
      const element = layer.getElement();
      element.setAttribute("role", "button");
      element.setAttribute("tabindex", !this.current || this.current === layer ? "0" : "-1");
      this.current = this.current || layer;
      element.addEventListener("keydown", (event) => this.press(event, layer));
      element.addEventListener("focus", () => this.hold(layer));
    }

    hold(layer) {
      this.current.getElement()?.setAttribute("tabindex", "-1");
      layer.getElement().setAttribute("tabindex", "0");
      this.current = layer;
    }

    press(event, layer) {
      const step = STEPS[event.key];
      if (event.key === "Enter" || event.key === " ") {
        layer.fire("click", { latlng: layer.getBounds().getCenter(), originalEvent: event }, true);
      } else if (step) {
        const next = neighbour(this.drawn.map((one) => one.layer), layer, step);
        if (next) this.focus(next);
      } else return;
      event.preventDefault();
      event.stopPropagation();
    }

    focus(layer) {
      layer.getElement().focus({ preventScroll: true });
      const middle = layer.getBounds().getCenter();
      if (!this.map.getBounds().contains(middle)) this.map.panTo(middle, { animate: !gridmap.still() });
    }

    remove() {
      this.mark(null);
      this.group.remove();
    }
  }

  gridmap.Polygons = function (props) {
    const mark = useRef(null);
    const drawn = useRef(null);
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      const map = gridmap.mapOf(mark.current);
      let gone = false;
      if (!map || !props.url) return undefined;
      const touched = (clickData) => {
        const { setProps, n_clicks: clicks } = latest.current;
        setProps({ clickData, n_clicks: (clicks || 0) + 1 });
      };
      gridmap.json(props.url).then((data) => {
        if (gone) return;
        // The last ones stand until the next ones are here.
        drawn.current?.remove();
        drawn.current = new Polygons(map, latest.current, data.features, touched);
        drawn.current.update(latest.current.hideout || {});
      }).catch(() => map.fire("gridmap:failed"));
      return () => (gone = true);
    }, [props.url, props.pane, props.kept]);
    useEffect(() => drawn.current?.update(props.hideout || {}), [props.hideout]);
    useEffect(() => () => drawn.current?.remove(), []);
    return window.React.createElement("div", { ref: mark, id: props.id, hidden: true });
  };
})(window.gridmap);
