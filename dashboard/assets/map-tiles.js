/* gridmap.TileOverlay: vector tiles. A tile is fetched and parsed once; what changes (hideout) only repaints.
   props: url with {z}/{x}/{y}, layer (a name in map-styles.js), pane, minZoom, maxNativeZoom, hideout, touchable
   out:   clickData {id, properties, lon, lat}, n_clicks. Tiles are 512 px: a 4K screen would ask for 150 small ones. */
(function (gridmap) {
  "use strict";
  const { useEffect, useRef } = window.React;
  const SIZE = 512;
  const FINGER_PX = 16;
  const MOUSE_PX = 3;
  const SHARPEST = matchMedia("(pointer: coarse) and (max-width: 640px)").matches ? 1.5 : 2;
  const POLYGON = 3;
  const MARGIN_PX = 32;

  /* A tile beyond the last zoom fetched is a part of its ancestor, drawn larger: lines stay sharp. */
  function ancestor({ x, y, z }, last) {
    const up = Math.max(0, z - 1 - (last ?? 30));
    const many = 2 ** up;
    return { z: z - 1 - up, x: Math.floor(x / many), y: Math.floor(y / many), many, dx: x % many, dy: y % many };
  }

  function parse(buffer, layer, { many, dx, dy }) {
    if (!buffer.byteLength) return [];
    const tile = new gridmapVectorTile.VectorTile(new gridmapVectorTile.Pbf(new Uint8Array(buffer)));
    const source = tile.layers[layer] || Object.values(tile.layers)[0];
    if (!source) return [];
    const scale = (SIZE / source.extent) * many;
    return Array.from({ length: source.length }, (_unused, index) => {
      const feature = source.feature(index);
      const parts = feature.loadGeometry();
      const placed = parts.map((part) => part.map(({ x, y }) => [x * scale - dx * SIZE, y * scale - dy * SIZE]));
      return { type: feature.type, props: { ...feature.properties }, fid: feature.id, parts: placed };
    }).filter(near);
  }

  /* Whether any of a feature is on or near the tile; most of an ancestor's are not. */
  function near({ parts }) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (const part of parts) {
      for (const [x, y] of part) {
        left = Math.min(left, x);
        right = Math.max(right, x);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
      }
    }
    return right > -MARGIN_PX && left < SIZE + MARGIN_PX && bottom > -MARGIN_PX && top < SIZE + MARGIN_PX;
  }

  /* One request a URL while it is on the way: children of one ancestor share it. */
  const pending = new Map();
  function fetchTile(url) {
    if (!pending.has(url)) {
      const entry = { stop: new AbortController(), wanted: 0 };
      entry.answer = fetch(url, { signal: entry.stop.signal })
        .then((answer) => (answer.ok ? answer.arrayBuffer() : Promise.reject(new Error(`tile ${answer.status}`))))
        .finally(() => pending.get(url) === entry && pending.delete(url));
      pending.set(url, entry);
    }
    const entry = pending.get(url);
    entry.wanted += 1;
    const drop = () => {
      entry.wanted -= 1;
      if (entry.wanted > 0) return;
      pending.delete(url);  // who asks from now on, be it at once, asks anew and gets no answer that was called off
      entry.stop.abort();
    };
    return { answer: entry.answer, drop };
  }

  function trace(path, feature, style, group) {
    for (const part of feature.parts) {
      if (style.points) {
        for (const [x, y] of part) style.shape(path, x, y, group);
        continue;
      }
      part.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
      if (feature.type === POLYGON) path.closePath();
    }
  }

  const distance = (px, py, [ax, ay], [bx, by]) => {
    const [dx, dy] = [bx - ax, by - ay];
    const along = dx || dy ? Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy))) : 0;
    return Math.hypot(px - ax - along * dx, py - ay - along * dy);
  };

  /* How far a point lies from a feature, in pixels; 0 within. */
  function away(feature, x, y) {
    let inside = false;
    let least = Infinity;
    for (const part of feature.parts) {
      if (part.length === 1) least = Math.min(least, Math.hypot(part[0][0] - x, part[0][1] - y));
      for (let i = 1; i < part.length; i++) {
        const [a, b] = [part[i - 1], part[i]];
        if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside;
        least = Math.min(least, distance(x, y, a, b));
      }
    }
    return feature.type === POLYGON && inside ? 0 : least;
  }

  const VectorGrid = L.GridLayer.extend({
    initialize(props) {
      L.GridLayer.prototype.initialize.call(this, {
        tileSize: SIZE, pane: props.pane, minZoom: props.minZoom ?? 0, maxZoom: 22, keepBuffer: 1,
        updateWhenZooming: false, noWrap: true,
      });
      this.props = props;
      this.style = gridmap.styles[props.layer];
      this.on("tileunload", ({ tile }) => tile.gridmap?.drop());
      if (this.style.obstacle || this.style.named) this.on("load", () => this._map?.fire("gridmap:obstacles"));
    },

    onAdd(map) {
      L.GridLayer.prototype.onAdd.call(this, map);
      if (this.style.named) (map.gridmapNamed = map.gridmapNamed || new Set()).add(this);
    },

    onRemove(map) {
      map.gridmapNamed?.delete(this);
      L.GridLayer.prototype.onRemove.call(this, map);
    },

    /* Leaflet scales a level's container to a zoom between two levels, and a browser composes what is scaled in a sheet
       of its own. Once the map stands, the scale is in the tiles' own size and place, on whole pixels: no seams. */
    _setZoomTransform(level, center, zoom) {
      const scale = this._map.getZoomScale(zoom, level.zoom);
      const stands = !this._map._animatingZoom && !this.moving;
      if (stands ? level.baked !== scale : !level.baked) this.bake(level, stands ? scale : 1);
      const at = level.origin.multiplyBy(scale).subtract(this._map._getNewPixelOrigin(center, zoom)).round();
      L.DomUtil.setTransform(level.el, at, scale === level.baked ? null : scale / level.baked);
    },

    bake(level, scale) {
      level.baked = scale;
      for (const tile of Object.values(this._tiles)) if (tile.coords.z === level.zoom) this.lay(tile);
    },

    lay({ el, coords }) {
      const { baked } = this._levels[coords.z];
      const corner = this._getTilePos(coords);
      const from = corner.multiplyBy(baked).round();
      const size = corner.add([SIZE, SIZE]).multiplyBy(baked).round().subtract(from);
      L.DomUtil.setPosition(el, from);
      el.style.width = `${size.x}px`;
      el.style.height = `${size.y}px`;
    },

    _addTile(coords, container) {
      L.GridLayer.prototype._addTile.call(this, coords, container);
      this.lay(this._tiles[this._tileCoordsToKey(coords)]);
    },

    _resetView(event) {
      this.moving = Boolean(event?.pinch || event?.flyTo);
      L.GridLayer.prototype._resetView.call(this, event);
    },

    _onMoveEnd() {
      if (this._map && this.moving && !this._map._animatingZoom) {  // told late, the layer may be gone
        this.moving = false;
        this._setZoomTransforms(this._map.getCenter(), this._map.getZoom());
      }
      L.GridLayer.prototype._onMoveEnd.call(this);
    },

    identity(feature) {
      return String(feature.props[this.props.idKey || this.style.key] ?? feature.fid ?? "");
    },

    createTile(coords, done) {
      const ratio = Math.min(window.devicePixelRatio || 1, SHARPEST);
      const surface = gridmap.surface(SIZE, ratio, this.style.still);
      const { element } = surface;
      const where = ancestor(coords, this.props.maxNativeZoom);
      const { answer, drop } = fetchTile(L.Util.template(this.props.url, where));
      const own = (element.gridmap = { surface, coords, features: [], drop });
      answer.then((buffer) => {
        own.drop = () => {};
        if (!this._map) return;
        own.features = parse(buffer, this.props.layer, where);
        this.paint(element);
        done(null, element);
      }).catch((error) => {
        own.drop = () => {};
        if (error.name !== "AbortError") done(error, element);
      });
      return element;
    },

    paint({ gridmap: { surface, features, coords } }) {
      const hideout = this.props.hideout || {};
      const tokens = gridmap.tokens(this._map.getContainer(), this.style.tokens);
      const groups = new Map();
      const chosen = surface.path();
      for (const feature of features) {
        const id = this.identity(feature);
        const group = this.style.group(feature.props, hideout, id, feature.type);
        if (this.style.skip?.(group, coords.z)) continue;
        if (!groups.has(group)) groups.set(group, surface.path());
        trace(groups.get(group), feature, this.style, group);
        const marked = this.style.marks ? this.style.marks(hideout, id) : hideout.selected && id === String(hideout.selected);
        if (marked) trace(chosen, feature, this.style, group);
      }
      surface.draw((pen) => {
        for (const [group, path] of [...groups].sort()) this.style.paint(pen, path, group, tokens, coords.z);
        if (hideout.selected || this.style.marks) this.style.selected?.(pen, chosen, tokens);
      });
    },

    restyle(props) {
      this.props = props;
      for (const { el } of Object.values(this._tiles || {})) if (el.gridmap) this.paint(el);
    },

    /* Features within reach of a place of the screen, with how far each lies. */
    *around(point, reach) {
      const origin = this._map.getPixelOrigin();
      const world = this._map.containerPointToLayerPoint(point).add(origin);
      for (const { el, current, coords } of Object.values(this._tiles || {})) {
        if (!el.gridmap || !current || coords.z !== this._tileZoom) continue;
        const scale = this._map.getZoomScale(this._map.getZoom(), coords.z);
        const [x, y] = [world.x / scale - coords.x * SIZE, world.y / scale - coords.y * SIZE];
        if (x < -reach || y < -reach || x > SIZE + reach || y > SIZE + reach) continue;
        for (const feature of el.gridmap.features) {
          const far = away(feature, x, y);
          if (far <= reach) yield [feature, far];
        }
      }
    },

    /* The feature under a place of the screen, the nearest within a finger's width. */
    hit(point, reach) {
      let best = null;
      let least = reach;
      for (const [feature, far] of this.around(point, reach)) {
        if (far === 0) return feature;
        if (far <= least) [best, least] = [feature, far];
      }
      return best;
    },

    /* Features of the tiles in sight with their points in the map's own pixels; one on a tile's edge comes twice. */
    *outlined() {
      const origin = this._map.getPixelOrigin().add(this._map.containerPointToLayerPoint([0, 0]));
      for (const { el, current, coords } of Object.values(this._tiles || {})) {
        if (!el.gridmap || !current || coords.z !== this._tileZoom) continue;
        const scale = this._map.getZoomScale(this._map.getZoom(), coords.z);
        const place = ([x, y]) => [(x + coords.x * SIZE) * scale - origin.x, (y + coords.y * SIZE) * scale - origin.y];
        for (const feature of el.gridmap.features) yield [feature, feature.parts.flat().map(place)];
      }
    },

    /* Paint anew the tiles that hold any of some features. */
    repaint(ids) {
      for (const { el } of Object.values(this._tiles || {})) {
        if (el.gridmap?.features.some((feature) => ids.has(this.identity(feature)))) this.paint(el);
      }
    },
  });

  function listen(map, layer, latest) {
    const container = map.getContainer();
    const onClick = (event) => {
      if (event.target.closest(".leaflet-control, button, a") || map.dragging?.moved()) return;
      const coarse = event.pointerType === "touch" || event.pointerType === "pen";
      const point = map.mouseEventToContainerPoint(event);
      const found = layer._map && layer.hit(point, coarse ? FINGER_PX : MOUSE_PX);
      if (!found) return;
      event.stopPropagation();
      const { lat, lng } = map.containerPointToLatLng(point);
      const { setProps, n_clicks: clicks } = latest.current;
      setProps({ clickData: { id: layer.identity(found), properties: found.props, lon: lng, lat }, n_clicks: (clicks || 0) + 1 });
    };
    container.addEventListener("click", onClick, true);
    return () => container.removeEventListener("click", onClick, true);
  }

  gridmap.TileOverlay = function (props) {
    const mark = useRef(null);
    const layer = useRef(null);
    const latest = useRef(props);
    latest.current = props;
    useEffect(() => {
      const map = gridmap.mapOf(mark.current);
      if (!map || !props.url) return undefined;
      let stop = () => {};
      const start = () => {
        layer.current = new VectorGrid(latest.current).addTo(map);
        if (layer.current.style.obstacle) map.gridmapObstacle = layer.current;
        (map.gridmapTiles = map.gridmapTiles || {})[props.layer] = layer.current;
        map.fire("gridmap:tiles", { layer: props.layer });
        if (props.touchable) stop = listen(map, layer.current, latest);
      };
      gridmap.whenPlaced(map, start);
      return () => {
        map.off("gridmap:placed", start);
        stop();
        layer.current?.remove();
        if (map.gridmapTiles?.[props.layer] === layer.current) delete map.gridmapTiles[props.layer];
        layer.current = null;
      };
    }, [props.url, props.layer, props.pane, props.minZoom, props.maxNativeZoom, props.touchable]);
    useEffect(() => layer.current?.restyle(props), [props.hideout]);
    return window.React.createElement("div", { ref: mark, id: props.id, hidden: true });
  };
})(window.gridmap);
