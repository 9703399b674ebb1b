// One camera's tile: state, figures, what was watched of the day, and its newest annotated picture.

import { setPaused } from "./actions.js";
import { CoverageBar } from "./coverage.js";
import { age, ago, button, element, setText } from "./dom.js";
import { emptyPicture, showNewest } from "./pictures.js";
import { address } from "./router.js";

const TONES = { online: "good", degraded: "warn", offline: "bad", error: "bad" };
const NO_PICTURE = { disabled: "not in use", paused: "paused", ended: "it has ended" };
const STALE_SECONDS = 10;
const WIDTH_STEP = 160;  // Pictures are asked for in few widths: the server keeps them.

/// What a camera gives up under load, by the names of its overload ladder.
const STEPS = {
  fewer_frames: "half of the frames",
  keyframes: "all but keyframes",
  low_priority_off: "detectors of low priority",
};

/// What the gates spared, as shares of what there was: "60 % of packets, 85 % of frames"; empty without gates.
function spared(camera) {
  const share = (part, whole, what) => (part > 0 ? [`${Math.round((100 * part) / whole)} % of ${what}`] : []);
  return [
    ...share(camera.gated_packets, camera.packets, "packets"),
    ...share(camera.still_frames, camera.frames, "frames"),
  ].join(", ");
}

/// Its figures by name; an empty one is not shown.
const figures = (camera) => ({
  fps: `${camera.fps.toFixed(1)} of ${camera.fps_target}`,
  latency: Number.isFinite(camera.latency_ms) ? `${Math.round(camera.latency_ms)} ms` : "",
  "last frame": camera.last_frame_time === null ? "none" : ago(age(camera.last_frame_time)),
  restarts: camera.restarts ? String(camera.restarts) : "",
  "nothing moved": spared(camera),
  "given up (overload)": camera.overload.map((step) => STEPS[step] ?? step).join(", "),
  dropped: Object.entries(camera.drops).map(([why, count]) => `${count} ${why.replaceAll("_", " ")}`).join(", "),
});

export class Tile {
  constructor(id) {
    this.id = id;
    this.picture = emptyPicture(`newest picture of ${id}`);
    this.none = element("p", { class: "none" });
    this.state = element("span", { class: "badge" });
    this.figures = new Map();
    this.list = element("dl");
    this.coverage = new CoverageBar();
    this.error = element("p", { class: "error", hidden: "" });
    this.events = element("a", { href: address([], new URLSearchParams({ camera: id }).toString()) });
    this.pause = button("Pause", () => this.togglePause(), { hidden: "" });
    this.root = element("article", { class: "tile", "aria-label": `camera ${id}` },
      element("div", { class: "picture" }, this.picture, this.none),
      element("div", { class: "row" }, element("span", { class: "name", title: id }, id), this.state),
      this.list, this.coverage.root, this.error,
      element("div", { class: "actions" }, this.events,
        element("a", { href: address(["cameras", id, "regions"]) }, "Regions"), this.pause));
    this.shown = null;     // Capture time of the picture on the page.
    this.loading = false;
    this.visible = false;
    this.width = 0;        // As last seen: asking the page for it each time would make it lay itself out.
  }

  /// Whether it can be seen, and how wide it is: CSS pixels.
  see(visible, width) {
    this.visible = visible;
    this.width = width;
    if (visible && this.camera) this.draw();
    if (visible && this.covered) this.coverage.show(...this.covered);
  }

  show(camera) {
    this.camera = camera;
    if (this.visible) this.draw();
  }

  showCoverage(...covered) {
    this.covered = covered;
    if (this.visible) this.coverage.show(...covered);
  }

  draw() {
    const { camera } = this;
    const state = camera.paused ? "paused" : camera.state;
    setText(this.state, state);
    this.state.className = `badge ${TONES[state] ?? ""}`;
    const stale = camera.last_frame_time === null || age(camera.last_frame_time) > STALE_SECONDS;
    this.root.classList.toggle("stale", stale && state !== "ended");
    // What is wrong stands in place of the picture, or below it when there is one.
    this.none.hidden = this.shown !== null;
    setText(this.none, camera.error || (NO_PICTURE[state] ?? "waiting for the first picture"));
    setText(this.error, camera.error);
    this.error.hidden = !camera.error || this.shown === null;
    this.error.title = this.none.title = camera.error;
    setText(this.events, camera.events === 1 ? "1 event" : `${camera.events} events`);
    // One that is paused is disabled for as long; what the configuration disables, nothing here can start.
    this.pause.hidden = camera.paused === undefined || (camera.state === "disabled" && !camera.paused);
    setText(this.pause, camera.paused ? "Resume" : "Pause");
    this.drawFigures();
    this.refresh();
  }

  drawFigures() {
    for (const [name, value] of Object.entries(figures(this.camera))) {
      if (!this.figures.has(name)) {
        const shown = element("dd");
        this.figures.set(name, shown);
        this.list.append(element("div", {}, element("dt", {}, name), shown));
      }
      const shown = this.figures.get(name);
      shown.parentElement.hidden = value === "";
      setText(shown, value);
    }
  }

  /// Loads the newest picture; one at a time, however slow the line. The next look tries again what did not work; the
  /// tile shows how old its picture is meanwhile.
  async refresh() {
    const version = this.camera.last_frame_time;
    if (this.loading || version === null || version === this.shown) return;
    this.loading = true;
    const width = Math.ceil((this.width * window.devicePixelRatio) / WIDTH_STEP) * WIDTH_STEP;
    if (await showNewest(this.picture, this.id, width)) {
      this.none.hidden = true;
      this.shown = version;
    }
    this.loading = false;
  }

  async togglePause() {
    this.pause.disabled = true;
    await setPaused(this.id, !this.camera.paused);
    this.pause.disabled = false;
  }
}
