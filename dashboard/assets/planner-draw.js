/* gridmap.Strokes: what a finger, a pen, a mouse or the keyboard draws on the map, as strokes in the map's own pixels.
   One finger draws and two move the map; a second finger or a cancelled touch leaves nothing of the stroke begun.
   asked of the owner: tool() -> "select" | "brush" | "lasso" | "cut" | "merge" | "lock"; begin(points), move(points),
   end(points, tapped), drop(). */
(function (gridmap) {
  "use strict";
  const TAP_PX = 8;
  /* How far an arrow moves the map: a finger's width, so that any building comes under the cross; Shift goes thrice. */
  const ARROW_PX = 20;
  const DRAWN = new Set(["brush", "lasso", "cut"]);
  const CONTROLS = ".leaflet-control, button, a, input, .plan-callout";

  gridmap.Strokes = class {
    constructor(map, owner) {
      this.map = map;
      this.owner = owner;
      this.fingers = new Map();
      this.points = null;
      this.corners = [];
      this.blocked = false;
      this.container = map.getContainer();
      map.keyboard?._setPanDelta(ARROW_PX);
      this.listeners = [
        [this.container, "pointerdown", (event) => this.down(event)],
        [document, "pointermove", (event) => this.move(event)],
        [document, "pointerup", (event) => this.up(event)],
        [document, "pointercancel", (event) => this.cancel(event)],
        [window, "blur", (event) => event.target === window && this.forget()],
        [this.container, "keydown", (event) => this.key(event)],
      ];
      for (const [target, name, run] of this.listeners) target.addEventListener(name, run, true);
    }

    remove() {
      for (const [target, name, run] of this.listeners) target.removeEventListener(name, run, true);
      this.turn("select");
    }

    /* With a drawing tool in hand one finger or the mouse's button draws, so it no longer drags the map. */
    turn(tool) {
      this.forget();
      const drawing = DRAWN.has(tool);
      for (const handler of ["dragging", "doubleClickZoom", "boxZoom"]) {
        if (drawing) this.map[handler]?.disable();
        else this.map[handler]?.enable();
      }
      this.container.classList.toggle("plan-drawing", drawing);
    }

    at(event) {
      const { x, y } = this.map.mouseEventToContainerPoint(event);
      return [x, y];
    }

    down(event) {
      if (event.target.closest?.(CONTROLS)) return;
      this.fingers.set(event.pointerId, this.at(event));
      if (this.fingers.size > 1) {
        this.drop();
        this.blocked = true;
        return;
      }
      if (this.blocked || event.button !== 0) return;
      this.points = [this.at(event)];
      this.moved = false;
      if (DRAWN.has(this.owner.tool())) this.owner.begin(this.points);
    }

    move(event) {
      if (event.pointerType !== "touch" && this.container.contains(event.target)) this.owner.hover(this.at(event));
      if (!this.fingers.has(event.pointerId)) return;
      this.fingers.set(event.pointerId, this.at(event));
      if (!this.points || this.blocked) return;
      const steps = event.getCoalescedEvents?.() ?? [];
      for (const step of steps.length ? steps : [event]) this.points.push(this.at(step));
      const [[x0, y0]] = this.points;
      const [x, y] = this.points[this.points.length - 1];
      this.moved = this.moved || Math.hypot(x - x0, y - y0) > TAP_PX;
      if (DRAWN.has(this.owner.tool())) this.owner.move(this.points);
    }

    up(event) {
      if (!this.fingers.delete(event.pointerId)) return;
      const points = this.points;
      this.points = null;
      if (this.fingers.size) return;
      const blocked = this.blocked;
      this.blocked = false;
      if (blocked || !points) return;
      if (this.moved && !DRAWN.has(this.owner.tool())) return;
      this.owner.end(points, !this.moved, event.pointerType);
    }

    cancel(event) {
      if (!this.fingers.delete(event.pointerId)) return;
      this.drop();
      this.blocked = this.fingers.size > 0;
    }

    /* Take back what is being drawn. */
    drop() {
      if (this.points || this.corners.length) this.owner.drop();
      this.points = null;
      this.corners = [];
    }

    forget() {
      this.drop();
      this.fingers.clear();
      this.blocked = false;
    }

    /* By the keyboard: arrows move the map under the cross in its middle, Enter is a touch there. A line or a lasso
       gets a corner at each Enter and ends with a second one at the same place; Escape takes it back. */
    key(event) {
      if (event.target !== this.container) return;
      if (event.key === "Escape" && this.corners.length) this.drop();
      else if (event.key === "Enter" || event.key === " ") this.press();
      else return;
      event.preventDefault();
      event.stopPropagation();
    }

    press() {
      const { x, y } = this.map.getSize().divideBy(2);
      const tool = this.owner.tool();
      if (tool !== "cut" && tool !== "lasso") {
        this.owner.end([[x, y]], true, "keyboard");
        return;
      }
      const here = this.map.containerPointToLatLng([x, y]);
      const last = this.corners[this.corners.length - 1];
      if (last && this.map.latLngToContainerPoint(last).distanceTo([x, y]) <= TAP_PX) {
        const points = this.placed();
        this.corners = [];
        this.owner.end(points, points.length < 2, "keyboard");
        return;
      }
      this.corners.push(here);
      if (this.corners.length === 1) this.owner.begin(this.placed());
      else this.owner.move(this.placed());
    }

    placed() {
      return this.corners.map((corner) => {
        const { x, y } = this.map.latLngToContainerPoint(corner);
        return [x, y];
      });
    }
  };
})(window.gridmap);
