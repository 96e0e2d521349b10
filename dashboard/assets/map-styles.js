/* How each layer of vector tiles looks. A style gives each feature a group; a group is painted in one stroke of the pen
   (map-pen.js says on what: `still` is for tiles that are seldom painted anew).
   paint(context, tokens, zoom) settings come from tokens.css; hideout carries what changes:
   buildings: {classes: {id: 0..4 | -1 | -2}, grids: {grid_code: class} where a building has none of its own, selected: id, scope: code prefix the viewer's own buildings begin with} */
(function (gridmap) {
  "use strict";
  const RAMP = [1, 2, 3, 4, 5].map((number) => `--ramp-${number}`);
  const TEXTURES = { "-1": "url(#gridmap-hatch)", "-2": "url(#gridmap-dots)" };
  const MARKS = { act: "--act", watch: "--watch", good: "--good", open: "--open", none: "--ink-3" };

  const buildings = {
    key: "building_id",
    still: true,
    tokens: [...RAMP, "--footprint", "--edge-core", "--select-core", "--select-casing"],
    group(props, hideout, id) {
      const own = !hideout.scope || String(props.grid_code || "").startsWith(hideout.scope);
      if (!own) return "other";
      const cls = hideout.classes?.[id] ?? hideout.grids?.[props.grid_code];
      return cls === undefined ? "plain" : `class${cls}`;
    },
    paint(pen, path, group, tokens, zoom) {
      const cls = group.startsWith("class") ? Number(group.slice(5)) : null;
      if (cls in TEXTURES) pen.fillStyle = TEXTURES[cls];
      else pen.fillStyle = cls === null ? tokens["--footprint"] : tokens[`--ramp-${cls + 1}`];
      pen.globalAlpha = group === "other" ? 0.55 : 1;
      pen.fill(path);
      if (group !== "other" && zoom >= 16) {
        pen.strokeStyle = tokens["--edge-core"];
        pen.lineWidth = 1;
        pen.stroke(path);
      }
      pen.globalAlpha = 1;
    },
    selected(pen, path, tokens) {
      for (const [token, width] of [["--select-casing", 7], ["--select-core", 3]]) {
        pen.strokeStyle = tokens[token];
        pen.lineWidth = width;
        pen.stroke(path);
      }
    },
  };

  /* Streets are cut out of the fill in the ground's colour, so they take nothing from the data's colours. */
  const WIDTHS = { arterial: [4.5, 0.7], street: [3, 0.42], path: [1.6, 0.3] };
  const roads = {
    key: "id",
    still: true,
    lines: true,
    named: true, // along their lines, see map-names.js
    tokens: ["--street"],
    group: (props) => props.class || "path",
    skip: (group, zoom) => (group === "path" && zoom < 15) || (group === "street" && zoom < 13),
    paint(pen, path, group, tokens, zoom) {
      const [width, alpha] = WIDTHS[group] || WIDTHS.path;
      pen.strokeStyle = tokens["--street"];
      pen.globalAlpha = alpha;
      pen.lineWidth = width * Math.min(2, Math.max(0.6, 1 + (zoom - 14) * 0.25));
      pen.lineCap = "round";
      pen.stroke(path);
      pen.globalAlpha = 1;
    },
  };

  const water = {
    key: "id",
    still: true,
    obstacle: true, // labels keep off it
    named: true,
    tokens: ["--water", "--bank", "--ground", "--edge-core"],
    group: (props, _hideout, _id, type) => (props.kind === "rail" ? "rail" : type === 2 ? "stream" : "area"),
    paint(pen, path, group, tokens) {
      if (group === "area") {
        pen.fillStyle = tokens["--water"];
        pen.fill(path, "evenodd");
        pen.strokeStyle = tokens["--bank"];
        pen.lineWidth = 1.4;
        pen.stroke(path);
        return;
      }
      const rail = group === "rail";
      pen.strokeStyle = rail ? tokens["--ground"] : tokens["--bank"];
      pen.lineWidth = 4;
      pen.stroke(path);
      pen.strokeStyle = rail ? tokens["--edge-core"] : tokens["--water"];
      pen.lineWidth = 2;
      if (rail) pen.setLineDash([10, 7]);
      pen.stroke(path);
      pen.setLineDash([]);
    },
  };

  /* Open cases: shape and colour by how urgent they are, each with a casing so that it stands out of any fill. */
  const cases = {
    key: "id",
    still: true,
    points: true,
    tokens: [...Object.values(MARKS), "--ground"],
    group: (props) => (props.mark in MARKS ? props.mark : "open"),
    paint(pen, path, group, tokens) {
      pen.lineWidth = 5;
      pen.strokeStyle = tokens["--ground"];
      pen.stroke(path);
      pen.lineWidth = 2.5;
      pen.fillStyle = pen.strokeStyle = tokens[MARKS[group]];
      if (group === "open") pen.stroke(path);
      else pen.fill(path);
    },
    shape(path, x, y, group) {
      const r = 7;
      if (group === "act") path.moveTo(x, y - r), path.lineTo(x + r, y + r), path.lineTo(x - r, y + r), path.closePath();
      else if (group === "watch") path.moveTo(x, y - r), path.lineTo(x + r, y), path.lineTo(x, y + r), path.lineTo(x - r, y), path.closePath();
      else path.moveTo(x + r, y), path.arc(x, y, r, 0, 2 * Math.PI);
    },
  };

  gridmap.styles = { buildings, roads, water, cases };
})(window.gridmap);
