/* gridmap.MiniMap: a proposal as a small map, each grid in one of the planner's colours.
   props: box (viewBox), grids [[colour 1-6, path], ...], label. Colours are the theme's own, so it turns with it. */
(function (gridmap) {
  "use strict";
  const create = (name, props, ...children) => window.React.createElement(name, props, ...children);

  gridmap.MiniMap = function ({ id, box, grids, label }) {
    const shapes = (grids || []).map(([colour, path], index) =>
      create("path", { key: index, d: path, className: `plan-fill-${colour}`, vectorEffect: "non-scaling-stroke" }));
    return create("svg", { id, className: "plan-mini", viewBox: box, role: "img", "aria-label": label }, ...shapes);
  };
})(window.gridmap);
