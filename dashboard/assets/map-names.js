/* gridmap.lineNames: names of streets, rivers and railways along their lines in wide letters, on the labels' canvas and
   clear of everything already written there. What is named comes from the vector tiles that draw it. */
(function (gridmap) {
  "use strict";
  /* From which zoom a name helps where letters are DESK_PX high (larger ones need a closer view to leave room), and how
     wide its letters stand (in ems between them). */
  const DESK_PX = 15;
  const KINDS = {
    area: { from: 12.5, gap: 1.6, ink: "--ink-3", rank: 0 },
    stream: { from: 13, gap: 1.2, ink: "--ink-3", rank: 0 },
    rail: { from: 14, gap: 1, ink: "--ink-3", rank: 1 },
    arterial: { from: 14, gap: 0.7, ink: "--ink-2", rank: 2 },
    street: { from: 15.75, gap: 0.5, ink: "--ink-2", rank: 3 },
  };
  const SAME_NAME_PX = 480;
  const SCAN_PX = 16;
  const STEEP = 0.9; // radians: from here on letters stand upright one below the other
  const BEND = 0.45; // radians between two letters
  const HAN = /[\u3400-\u9fff]/;

  /* The middle of a river's banks: across its longer side, the middle of the widest water, step by step. */
  function midline(rings, least) {
    const points = rings.flat();
    const span = (axis) => [Math.min(...points.map((p) => p[axis])), Math.max(...points.map((p) => p[axis]))];
    const [xs, ys] = [span(0), span(1)];
    const along = xs[1] - xs[0] >= ys[1] - ys[0] ? 0 : 1;
    const [low, high] = along ? ys : xs;
    const runs = [[]];
    for (let at = low + SCAN_PX / 2; at < high; at += SCAN_PX) {
      const cuts = [];
      for (const ring of rings) {
        for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
          const [a, b] = [ring[j], ring[i]];
          if (a[along] > at === b[along] > at) continue;
          cuts.push(a[1 - along] + ((at - a[along]) / (b[along] - a[along])) * (b[1 - along] - a[1 - along]));
        }
      }
      cuts.sort((a, b) => a - b);
      let best = [0, 0];
      for (let i = 1; i < cuts.length; i += 2) if (cuts[i] - cuts[i - 1] > best[1] - best[0]) best = [cuts[i - 1], cuts[i]];
      const last = runs[runs.length - 1];
      const middle = (best[0] + best[1]) / 2;
      if (best[1] - best[0] >= least) last.push(along ? [middle, at] : [at, middle]);
      else if (last.length) runs.push([]);
    }
    return runs.filter((run) => run.length > 2).map(smooth);
  }

  const smooth = (line) => line.map((point, index) => {
    const near = line.slice(Math.max(0, index - 3), index + 4);
    return [0, 1].map((axis) => near.reduce((sum, one) => sum + one[axis], 0) / near.length);
  });

  /* The named lines in sight, in the map's own pixels. */
  function lines(map, letter) {
    const found = [];
    const zoom = map.getZoom();
    const later = Math.log2(letter / DESK_PX);
    for (const layer of map.gridmapNamed || []) {
      for (const { el, current, coords } of Object.values(layer._tiles || {})) {
        if (!el.gridmap || !current || coords.z !== layer._tileZoom) continue;
        const scale = map.getZoomScale(zoom, coords.z);
        const corner = map.getPixelOrigin().add(map.containerPointToLayerPoint([0, 0]));
        const place = ([x, y]) => [(coords.x * 512 + x) * scale - corner.x, (coords.y * 512 + y) * scale - corner.y];
        for (const { props, parts, type } of el.gridmap.features) {
          const kind = KINDS[layer.style.group(props, {}, "", type)];
          if (!props.name || !kind || zoom < kind.from + later) continue;
          const placed = parts.map((part) => part.map(place));
          const each = type === 3 ? midline(placed, 1.3 * letter) : placed;
          for (const line of each) found.push({ name: props.name, kind, line, length: measure(line).at(-1) });
        }
      }
    }
    return found.sort((a, b) => a.kind.rank - b.kind.rank || b.length - a.length);
  }

  function measure(line) {
    const sums = [0];
    for (let i = 1; i < line.length; i++) {
      sums.push(sums[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
    }
    return sums;
  }

  function at(line, sums, way) {
    let i = 1;
    while (i < sums.length - 1 && sums[i] < way) i++;
    const [a, b] = [line[i - 1], line[i]];
    const share = (way - sums[i - 1]) / (sums[i] - sums[i - 1] || 1);
    return { x: a[0] + share * (b[0] - a[0]), y: a[1] + share * (b[1] - a[1]) };
  }

  /* A name is read from left to right, on a steep line from top to bottom. */
  function readable(line) {
    const [a, b] = [line[0], line[line.length - 1]];
    const steep = Math.abs(b[1] - a[1]) > Math.abs(b[0] - a[0]) * Math.tan(STEEP);
    return (steep ? b[1] < a[1] : b[0] < a[0]) ? [...line].reverse() : line;
  }

  const turned = (a, b) => Math.abs(Math.atan2(Math.sin(a - b), Math.cos(a - b)));

  /* Where every letter stands, null where the line is too short or bends too much. */
  function letters(name, line, widths, gap, size) {
    const sums = measure(line);
    const advance = widths.map((width) => width + gap);
    const total = advance.reduce((sum, step) => sum + step, -gap);
    if (sums.at(-1) < total + size) return null;
    let way = (sums.at(-1) - total) / 2;
    const placed = [...name].map((letter, index) => {
      const middle = way + widths[index] / 2;
      way += advance[index];
      // A letter leans as the line does over its neighbourhood: banks and street corners are rough.
      const [a, b] = [at(line, sums, Math.max(0, middle - size)), at(line, sums, Math.min(sums.at(-1), middle + size))];
      return { letter, ...at(line, sums, middle), turn: Math.atan2(b.y - a.y, b.x - a.x) };
    });
    const bent = placed.some((one, index) => index && turned(one.turn, placed[index - 1].turn) > BEND);
    return bent ? null : placed;
  }

  const overlap = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

  /* What is selected is outlined above everything: a name under that line could not be read. */
  function outlines(map) {
    const rings = Object.values(map.gridmapSelected || {}).flat(2);
    return rings.map((ring) => ring.map((place) => {
      const { x, y } = map.latLngToContainerPoint(place);
      return [x, y];
    }));
  }

  const crossed = (rings, { x, y }, reach) => rings.some((ring) => ring.some(([bx, by], i) => {
    const [ax, ay] = ring[(i || ring.length) - 1];
    const [dx, dy] = [bx - ax, by - ay];
    const share = Math.max(0, Math.min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(ax + share * dx - x, ay + share * dy - y) < reach;
  }));

  function draw(pen, placed, ink, ground) {
    const upright = HAN.test(placed[0].letter) && placed.every(({ turn }) => Math.abs(Math.abs(turn) - Math.PI / 2) < Math.PI / 2 - STEEP);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    pen.lineWidth = 3;
    for (const { letter, x, y, turn } of placed) {
      pen.save();
      pen.translate(x, y);
      if (!upright) pen.rotate(turn);
      pen.strokeStyle = ground;
      pen.strokeText(letter, 0, 0);
      pen.fillStyle = ink;
      pen.fillText(letter, 0, 0);
      pen.restore();
    }
  }

  /* Write the names that have room. `taken` are the boxes written so far; those of the names are added to it. */
  gridmap.lineNames = (map, pen, size, face, taken) => {
    const tokens = gridmap.tokens(map.getContainer(), ["--ink-2", "--ink-3", "--street"]);
    const written = (map.gridmapLineNames = []);
    const selected = outlines(map);
    pen.font = face.font;
    for (const { name, kind, line } of lines(map, face.size)) {
      const widths = [...name].map((letter) => pen.measureText(letter).width);
      const placed = letters(name, readable(line), widths, kind.gap * face.size, face.size);
      if (!placed) continue;
      const half = face.size * 0.65;
      const boxes = placed.map(({ x, y }) => [x - half, y - half, x + half, y + half]);
      const inView = boxes.every((box) => box[0] >= 0 && box[1] >= 0 && box[2] <= size.x && box[3] <= size.y);
      const again = written.some((one) => one.name === name && Math.hypot(one.x - placed[0].x, one.y - placed[0].y) < SAME_NAME_PX);
      if (!inView || again || placed.some((one) => crossed(selected, one, half))) continue;
      if (boxes.some((box) => taken.some((other) => overlap(box, other)))) continue;
      taken.push(...boxes);
      written.push({ name, boxes, x: placed[0].x, y: placed[0].y });
      draw(pen, placed, tokens[kind.ink], tokens["--street"]);
    }
  };
})(window.gridmap);
