// The feed: the newest events, pushed by the server, each with its snapshot.

import { age, ago, element, setText } from "./dom.js";

const MOST = 100;
const SNAPSHOT_TRIES = 4;
const SNAPSHOT_DELAY_MS = 400;  // An event travels faster than its snapshot gets to the disk.
const CLOSEST = 4;  // How many times a thumbnail is enlarged at most,
const AROUND = 2;   // to show so many times the box's size.

/// What an update says of an object that has had its event.
const UPDATES = { better: "seen better", still: "still there", ended: "gone" };

/// "knife", "knife +1" (two at once), "knife, gone".
function heading({ label, extras }) {
  const others = extras.objects?.length ?? 0;
  const update = extras.update ? `, ${UPDATES[extras.update] ?? extras.update}` : "";
  return label + (others ? ` +${others}` : "") + update;
}

/// Keeps the newest events in `list`, the newest first.
export class EventList {
  constructor(list, onCount) {
    this.list = list;
    this.onCount = onCount;
    this.known = new Set();
    this.viewer = document.getElementById("viewer");
    setInterval(() => this.refreshAges(), 1000);
  }

  /// Puts an event in its place by time; `fresh` when it has just arrived. False when it was there already.
  add(event, fresh) {
    if (this.known.has(event.event_id)) return false;
    this.known.add(event.event_id);
    const at = event.payload.ts_ms;
    const next = [...this.list.children].find((row) => Number(row.dataset.at) <= at) ?? null;
    this.list.insertBefore(this.row(event, fresh), next);
    while (this.list.children.length > MOST) this.forget(this.list.lastElementChild);
    this.onCount(this.list.children.length);
    return true;
  }

  forget(row) {
    this.known.delete(row.dataset.id);
    row.remove();
  }

  row(event, fresh) {
    const { ts_ms, type, conf, extras } = event.payload;
    const when = element("time", { datetime: new Date(ts_ms).toISOString(), title: new Date(ts_ms).toLocaleString() });
    when.dataset.at = ts_ms / 1000;
    const bar = element("i");
    bar.style.width = `${Math.round(conf * 100)}%`;
    const image = element("img", { alt: "", loading: "lazy" });
    if (extras.snapshot) setTimeout(() => load(image, event, SNAPSHOT_TRIES), fresh ? SNAPSHOT_DELAY_MS : 0);
    const button = element("button", { class: `event type-${type}${fresh ? " fresh" : ""}`, type: "button" },
      element("span", { class: "thumb" }, image),
      element("span", {},
        element("b", {}, heading(event.payload)),
        element("span", { class: "facts" }, `${event.camera_id} · ${type} · ${Math.round(conf * 100)} % · `, when),
        element("div", { class: "conf" }, bar)));
    button.addEventListener("click", () => this.view(event));
    const row = element("li", {}, button);
    row.dataset.id = event.event_id;
    row.dataset.at = ts_ms;
    setText(when, ago(age(ts_ms / 1000)));
    return row;
  }

  view({ camera_id, payload }) {
    if (!payload.extras.snapshot) return;
    const image = this.viewer.querySelector("img");
    image.src = snapshotUrl(payload);
    image.alt = `${payload.label} at ${camera_id}`;
    setText(this.viewer.querySelector("p"),
      `${heading(payload)}, ${camera_id}, ${new Date(payload.ts_ms).toLocaleString()}, box ${payload.bbox.join(", ")}`);
    this.viewer.showModal();
  }

  refreshAges() {
    for (const when of this.list.querySelectorAll("time")) setText(when, ago(age(Number(when.dataset.at))));
  }
}

/// Where this server has an event's snapshot: a bucket's keys may have another prefix, {camera}/{y}/{m}/{d}/{ts}.jpg stays.
function snapshotUrl({ extras }) {
  return `/snapshots/${extras.snapshot.split("/").slice(-5).join("/")}`;
}

/// Shows an event's snapshot, close up. Where the disk is slower than the event, a few more tries.
function load(image, event, tries) {
  image.onload = () => {
    image.className = "there";
    closeUp(image, event.payload.bbox);
  };
  image.onerror = () => {
    image.removeAttribute("src");
    if (tries > 1) setTimeout(() => load(image, event, tries - 1), 1000);
  };
  image.src = snapshotUrl(event.payload);
}

/// Enlarges the picture in its frame (16:9) so that the box and as much again around it fill it, four times at most.
function closeUp(image, [x, y, w, h]) {
  const { naturalWidth: width, naturalHeight: height } = image;
  const zoom = Math.min(CLOSEST, Math.max(1, 1 / Math.max((AROUND * w) / width, (AROUND * h) / height)));
  // Where the box's middle comes to lie at the frame's, but no edge of the picture comes inside.
  const shift = (middle, length) => Math.min(0, Math.max(1 - zoom, 0.5 - (zoom * middle) / length));
  image.style.width = image.style.height = `${zoom * 100}%`;
  image.style.left = `${shift(x + w / 2, width) * 100}%`;
  image.style.top = `${shift(y + h / 2, height) * 100}%`;
}
