// The camera tiles: state, figures and the newest annotated picture of each camera.

import { CoverageBar } from "./coverage.js";
import { age, ago, element, setText } from "./dom.js";

const TONES = { online: "good", starting: "", ended: "", disabled: "", offline: "bad", error: "bad" };
const STALE_SECONDS = 10;

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

/// Keeps one tile a camera in `container`, in the server's order.
export class CameraTiles {
  constructor(container) {
    this.container = container;
    this.tiles = new Map();
  }

  /// The coverage of a camera that has a tile.
  showCoverage(camera, range) {
    this.tiles.get(camera.camera_id)?.coverage.show(camera, range);
  }

  show(cameras) {
    for (const camera of cameras) {
      if (!this.tiles.has(camera.id)) this.tiles.set(camera.id, new Tile(camera.id));
      const tile = this.tiles.get(camera.id);
      if (!tile.root.isConnected) this.container.append(tile.root);
      tile.show(camera);
    }
    for (const [id, tile] of this.tiles) {
      if (cameras.some((camera) => camera.id === id)) continue;
      tile.root.remove();
      this.tiles.delete(id);
    }
  }
}

class Tile {
  constructor(id) {
    this.id = id;
    this.image = element("img", { alt: `newest picture of ${id}`, hidden: "" });
    this.none = element("p", { class: "none" });
    this.state = element("span", { class: "badge" });
    this.figures = element("dl");
    this.coverage = new CoverageBar();
    this.error = element("p", { class: "error", hidden: "" });
    this.root = element("article", { class: "tile", "aria-label": `camera ${id}` },
      element("div", { class: "picture" }, this.image, this.none),
      element("div", { class: "row" }, element("span", { class: "name", title: id }, id), this.state),
      this.figures, this.coverage.root, this.error);
    this.shown = null;    // Capture time of the picture on the page.
    this.loading = false;
  }

  show(camera) {
    setText(this.state, camera.state);
    this.state.className = `badge ${TONES[camera.state] ?? ""}`;
    const stale = camera.last_frame_time === null || age(camera.last_frame_time) > STALE_SECONDS;
    this.root.classList.toggle("stale", stale && camera.state !== "ended");
    // What is wrong stands in place of the picture, or below it when there is one.
    this.none.hidden = this.shown !== null;
    setText(this.none, camera.error || (camera.state === "disabled" ? "not in use" : "waiting for the first picture"));
    setText(this.error, camera.error);
    this.error.hidden = !camera.error || this.shown === null;
    this.error.title = this.none.title = camera.error;
    this.showFigures(camera);
    this.refresh(camera);
  }

  showFigures(camera) {
    const drops = Object.entries(camera.drops).map(([reason, count]) => `${count} ${reason}`).join(", ");
    const givenUp = camera.overload.map((step) => STEPS[step] ?? step).join(", ");
    const still = spared(camera);
    const figures = {
      fps: `${camera.fps.toFixed(1)} of ${camera.fps_target}`,
      events: String(camera.events),
      "last frame": camera.last_frame_time === null ? "none" : ago(age(camera.last_frame_time)),
      ...(still && { "nothing moved": still }),
      ...(givenUp && { "given up (overload)": givenUp }),
      ...(drops && { dropped: drops }),
    };
    const rows = Object.entries(figures).map(([name, value]) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, value)));
    this.figures.replaceChildren(...rows);
  }

  /// Loads the newest picture aside and shows it whole; one at a time, however slow the line.
  async refresh(camera) {
    if (this.loading || camera.last_frame_time === null || camera.last_frame_time === this.shown) return;
    this.loading = true;
    const width = Math.ceil(this.root.clientWidth * window.devicePixelRatio);
    const next = new Image();
    next.src = `/api/cameras/${encodeURIComponent(this.id)}/latest.jpg?width=${width}&t=${camera.last_frame_time}`;
    try {
      await next.decode();
      this.image.src = next.src;
      this.image.hidden = false;
      this.none.hidden = true;
      this.shown = camera.last_frame_time;
    } catch {
      // The next look tries again; the tile shows how old its picture is meanwhile.
    } finally {
      this.loading = false;
    }
  }
}
