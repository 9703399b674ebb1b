// Regions over a still: drawn corner by corner, moved, and reshaped by mouse, touch and keyboard.

import { button, element, setText, svg } from "./dom.js";
import { emptyPicture } from "./pictures.js";
import { middle } from "./region_model.js";

const STEP = 0.01, SMALL_STEP = 0.001;  // Of an arrow key, as a share of the picture.
const CLOSE_PIXELS = 14;                // So near to the first corner a click closes the region.
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const points = (polygon) => polygon.map(([x, y]) => `${x},${y}`).join(" ");

export class RegionCanvas {
  /// `onChange` is called after each change; `fixed`: polygons that are shown and not edited.
  constructor(onChange) {
    this.onChange = onChange;
    this.model = null;
    this.fixed = [];
    this.drawn = null;  // The corners so far of a region that is being drawn.
    this.still = emptyPicture("still of the camera");
    this.shapes = svg("svg", { viewBox: "0 0 1 1", preserveAspectRatio: "none", "aria-hidden": "true" });
    this.handles = element("div", { class: "handles" });
    this.hint = element("p", { class: "hint", role: "status" });
    this.root = element("div", { class: "canvas" }, this.still, this.shapes, this.handles, this.hint);
    this.root.addEventListener("pointerdown", (event) => this.press(event));
    this.root.addEventListener("keydown", (event) => this.key(event));
  }

  edit(model, fixed) {
    this.model = model;
    this.fixed = fixed;
    this.drawn = null;
    this.render();
  }

  startDrawing() {
    this.drawn = [];
    this.render();
    this.root.tabIndex = -1;
    this.root.focus();
  }

  place(event) {
    const { left, top, width, height } = this.shapes.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  press(event) {
    if (event.button !== 0) return;
    if (this.drawn) return this.addCorner(event);
    const handle = event.target.closest("button.corner");
    if (handle) return this.drag(event, (place) => this.model.movePoint(Number(handle.dataset.at), place));
    const shape = event.target.closest("polygon[data-at]");
    if (!shape) return;
    this.model.selected = Number(shape.dataset.at);
    const from = structuredClone(this.model.region.polygon);
    const [x, y] = this.place(event);
    this.drag(event, (place) => this.model.moveAll(from, [place[0] - x, place[1] - y]));
    this.changed();
  }

  drag(event, move) {
    this.model.remember();
    const { pointerId } = event;
    this.root.setPointerCapture(pointerId);
    const follow = (moved) => {
      if (moved.pointerId !== pointerId) return;
      move(this.place(moved));
      this.changed();
    };
    const end = () => {
      this.root.removeEventListener("pointermove", follow);
      this.root.removeEventListener("lostpointercapture", end);
    };
    this.root.addEventListener("pointermove", follow);
    this.root.addEventListener("lostpointercapture", end);
  }

  addCorner(event) {
    event.preventDefault();
    const { width, height } = this.shapes.getBoundingClientRect();
    const [x, y] = this.place(event);
    const near = ([cx, cy]) => Math.hypot((x - cx) * width, (y - cy) * height) < CLOSE_PIXELS;
    if (this.drawn.length >= 3 && near(this.drawn[0])) return this.finish();
    if (!this.drawn.length || !near(this.drawn.at(-1))) this.drawn.push([x, y]);
    this.render();
  }

  /// Ends the drawing: a region where there are corners enough.
  finish(keep = true) {
    const { drawn } = this;
    this.drawn = null;
    if (keep && drawn.length >= 3) this.model.add(drawn);
    this.changed();
    this.focus(0);
  }

  key(event) {
    if (this.drawn && (event.key === "Enter" || event.key === "Escape")) {
      event.preventDefault();
      return this.finish(event.key === "Enter");
    }
    const handle = event.target.closest?.("button.corner");
    if (!handle || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = Number(handle.dataset.at);
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? SMALL_STEP : STEP;
      const [x, y] = this.model.region.polygon[at];
      this.model.remember();
      this.model.movePoint(at, [x + arrow[0] * step, y + arrow[1] * step]);
      this.changed();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      if (this.model.removePoint(at)) this.changed();
      this.focus(Math.min(at, this.model.region.polygon.length - 1));
    } else if (event.key === "+" || event.key === "Insert") {
      this.insert(at);
    } else {
      return;
    }
    event.preventDefault();
  }

  insert(at) {
    this.model.insertAfter(at);
    this.changed();
    this.focus(at + 1);
  }

  focus(at) { this.handles.querySelector(`.corner[data-at="${at}"]`)?.focus(); }

  changed() {
    this.render();
    this.onChange();
  }

  render() {
    const { regions, selected } = this.model;
    const line = { "vector-effect": "non-scaling-stroke" };
    this.root.classList.toggle("drawing", this.drawn !== null);
    this.shapes.replaceChildren(
      ...this.fixed.map((polygon) => svg("polygon", { ...line, points: points(polygon), class: "fixed" })),
      ...regions.map(({ polygon, mode }, at) => svg("polygon", {
        ...line, points: points(polygon), "data-at": at, class: `${mode ?? "include"}${at === selected ? " selected" : ""}`,
      })),
      ...(this.drawn ? [svg("polyline", { ...line, points: points(this.drawn), class: "drawn" })] : []));
    setText(this.hint, !this.drawn ? ""
      : this.drawn.length < 3 ? `Corner ${this.drawn.length + 1}: click where it is. Esc gives up.`
      : "The first corner, or Enter, closes the region.");
    this.renderHandles(this.drawn ?? regions[selected]?.polygon ?? []);
  }

  /// Those that are there already only move, so that the focus and a drag stay with them.
  renderHandles(polygon) {
    const kind = this.drawn ? "drawn" : `region ${this.model.selected}`;
    const wanted = `${kind} ${polygon.length}`;
    if (this.handles.dataset.shown !== wanted) {
      this.handles.dataset.shown = wanted;
      const corner = (at) => {
        const made = button("", () => {}, {
          class: this.drawn ? "dot" : "corner", "aria-label": `corner ${at + 1} of ${polygon.length}`,
        });
        made.dataset.at = at;
        return made;
      };
      const between = (at) => button("", () => this.insert(at), { class: "between", "aria-label": `add a corner after ${at + 1}` });
      this.handles.replaceChildren(...polygon.map((_, at) => corner(at)),
        ...(this.drawn ? [] : polygon.map((_, at) => between(at))));
    }
    const places = [...polygon, ...polygon.map((point, at) => middle(point, polygon[(at + 1) % polygon.length]))];
    [...this.handles.children].forEach((handle, at) => {
      handle.style.left = `${100 * places[at][0]}%`;
      handle.style.top = `${100 * places[at][1]}%`;
    });
  }
}
