// The feed: the newest events, pushed by the server, each with its snapshot.

import { age, ago, element, setText } from "./dom.js";

const MOST = 100;
const SNAPSHOT_TRIES = 4;

/// Keeps the newest events in `list`, the newest first.
export class EventList {
  constructor(list, onCount) {
    this.list = list;
    this.onCount = onCount;
    this.known = new Set();
    this.viewer = document.getElementById("viewer");
    setInterval(() => this.refreshAges(), 1000);
  }

  /// Adds an event that is not there yet; `fresh` when it has just arrived.
  add(event, fresh) {
    if (this.known.has(event.event_id)) return;
    this.known.add(event.event_id);
    this.list.prepend(this.row(event, fresh));
    while (this.list.children.length > MOST) this.forget(this.list.lastElementChild);
    this.onCount(this.list.children.length);
  }

  forget(row) {
    this.known.delete(row.dataset.id);
    row.remove();
  }

  row(event, fresh) {
    const { ts_ms, type, label, conf, extras } = event.payload;
    const others = extras.objects?.length ?? 0;
    const when = element("time", { datetime: new Date(ts_ms).toISOString(), title: new Date(ts_ms).toLocaleString() });
    when.dataset.at = ts_ms / 1000;
    const bar = element("i");
    bar.style.width = `${Math.round(conf * 100)}%`;
    const thumb = element("img", { class: "thumb", alt: "", loading: "lazy" });
    if (extras.snapshot) load(thumb, `/${extras.snapshot}`, SNAPSHOT_TRIES);
    const button = element("button", { class: fresh ? "event fresh" : "event", type: "button" }, thumb,
      element("span", {},
        element("b", {}, label + (others ? ` +${others}` : "")),
        element("span", { class: "facts" }, `${event.camera_id} · ${type} · ${Math.round(conf * 100)} % · `, when),
        element("div", { class: "conf" }, bar)));
    button.addEventListener("click", () => this.view(event));
    const row = element("li", {}, button);
    row.dataset.id = event.event_id;
    setText(when, ago(age(ts_ms / 1000)));
    return row;
  }

  view({ camera_id, payload }) {
    if (!payload.extras.snapshot) return;
    const image = this.viewer.querySelector("img");
    image.src = `/${payload.extras.snapshot}`;
    image.alt = `${payload.label} at ${camera_id}`;
    setText(this.viewer.querySelector("p"),
      `${payload.label}, ${camera_id}, ${new Date(payload.ts_ms).toLocaleString()}, box ${payload.bbox.join(", ")}`);
    this.viewer.showModal();
  }

  refreshAges() {
    for (const when of this.list.querySelectorAll("time")) setText(when, ago(age(Number(when.dataset.at))));
  }
}

/// Shows the picture at `path`. An event travels faster than its snapshot gets to the disk: a few more tries.
function load(image, path, tries) {
  image.onerror = () => {
    image.removeAttribute("src");
    if (tries > 1) setTimeout(() => load(image, path, tries - 1), 700);
  };
  image.src = path;
}
