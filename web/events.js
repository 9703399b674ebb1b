// The list of events, the newest first, each with its snapshot and a link to its page.

import { age, ago, element, setText } from "./dom.js";
import { heading, percent, pictureTime, snapshotUrl, withTries } from "./event_text.js";
import { address } from "./router.js";

const MOST = 300;               // Rows at a time, so that a page that is open for days stays quick.
const SNAPSHOT_DELAY_MS = 400;  // An event travels faster than its snapshot gets to the disk.
const CLOSEST = 4;  // How many times a thumbnail is enlarged at most,
const AROUND = 2;   // to show so many times the box's size.

const timeOf = (row) => Number(row.dataset.at);

/// Keeps events in `list`; `onChange` is called when their number changes.
export class EventList {
  constructor(list, onChange) {
    this.list = list;
    this.onChange = onChange;
    this.known = new Map();
    this.query = "";      // Of the links to the events' pages: the filter that they are seen by.
    this.atNewest = true;  // False when older ones that were asked for have pushed the newest out.
    setInterval(() => this.refreshAges(), 1000);
  }

  clear(query) {
    this.known.clear();
    this.list.replaceChildren();
    this.query = query;
    this.atNewest = true;
    this.onChange();
  }

  /// Puts an event in its place by time. False when it was there already.
  add(event, how = {}) {
    if (this.known.has(event.event_id)) return false;
    this.known.set(event.event_id, event);
    this.list.insertBefore(this.row(event, how.fresh), this.after(event.payload.ts_ms));
    if (this.known.size > MOST) this.trim(how.older);
    this.onChange();
    return true;
  }

  /// The row before which an event of this time goes.
  after(at) {
    const last = this.list.lastElementChild;
    if (last && timeOf(last) > at) return null;  // Older ones come in order: no need to look through all.
    let next = this.list.firstElementChild;
    while (next && timeOf(next) > at) next = next.nextElementSibling;
    return next;
  }

  /// Lets go of the end that the reader is not looking at.
  trim(older) {
    const row = older ? this.list.firstElementChild : this.list.lastElementChild;
    if (older) this.atNewest = false;
    this.known.delete(row.dataset.id);
    row.remove();
  }

  get size() { return this.known.size; }
  get oldest() { return this.list.lastElementChild ? timeOf(this.list.lastElementChild) : null; }
  event(id) { return this.known.get(id); }

  /// The event after (1: older) or before (-1: newer) `event` in the list, whether that is in it or not; null at its end.
  neighbour(event, step) {
    const rows = [...this.list.children];
    const at = rows.findIndex((row) => row.dataset.id === event.event_id);
    const found = at >= 0 ? rows[at + step]
      : step > 0 ? rows.find((row) => timeOf(row) < event.payload.ts_ms)
      : rows.findLast((row) => timeOf(row) > event.payload.ts_ms);
    return found ? this.known.get(found.dataset.id) : null;
  }

  row(event, fresh) {
    const { ts_ms, type, conf, extras } = event.payload;
    const when = element("time", { datetime: new Date(ts_ms).toISOString(), title: new Date(ts_ms).toLocaleString() });
    when.dataset.at = ts_ms / 1000;
    const bar = element("i");
    bar.style.width = `${conf * 100}%`;
    const image = element("img", { alt: "", loading: "lazy", decoding: "async" });
    if (extras.snapshot) {
      image.onload = () => closeUp(image, pictureTime(event.payload) === ts_ms ? event.payload.bbox : null);
      setTimeout(() => withTries(image, snapshotUrl(event.payload)), fresh ? SNAPSHOT_DELAY_MS : 0);
    }
    const link = element("a", {
      class: `event type-${type}${fresh ? " fresh" : ""}`, href: address(["events", event.event_id], this.query),
    }, element("span", { class: "thumb" }, image),
    element("span", {},
      element("b", {}, heading(event.payload)),
      element("span", { class: "facts" }, `${event.camera_id} · ${type} · ${percent(conf)} · `, when),
      element("span", { class: "conf" }, bar)));
    const row = element("li", {}, link);
    row.dataset.id = event.event_id;
    row.dataset.at = ts_ms;
    setText(when, ago(age(ts_ms / 1000)));
    return row;
  }

  refreshAges() {
    if (this.list.offsetParent === null) return;  // Another page is shown.
    for (const when of this.list.querySelectorAll("time")) setText(when, ago(age(Number(when.dataset.at))));
  }
}

/// Enlarges the picture in its frame (16:9) so that the box and as much again around it fill it, four times at most;
/// without a box in it, it is shown whole.
function closeUp(image, box) {
  image.className = "there";
  const { naturalWidth: width, naturalHeight: height } = image;
  const [x, y, w, h] = box ?? [0, 0, width, height];
  const zoom = Math.min(CLOSEST, Math.max(1, 1 / Math.max((AROUND * w) / width, (AROUND * h) / height)));
  // Where the box's middle comes to lie at the frame's, but no edge of the picture comes inside.
  const shift = (middle, length) => Math.min(0, Math.max(1 - zoom, 0.5 - (zoom * middle) / length));
  image.style.width = image.style.height = `${zoom * 100}%`;
  image.style.left = `${shift(x + w / 2, width) * 100}%`;
  image.style.top = `${shift(y + h / 2, height) * 100}%`;
}
