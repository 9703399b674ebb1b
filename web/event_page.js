// The page of one event: its picture, what is known of it, the other events of the same object, and its footage.

import { boxedPicture } from "./boxes.js";
import { button, element } from "./dom.js";
import { facts } from "./event_facts.js";
import { clockTime, heading } from "./event_text.js";
import { footage } from "./footage.js";
import { address, place } from "./router.js";
import { ask, reason } from "./server.js";

const RELATED_MS = 3600_000;  // How long after an event others of its object are looked for.
const MOST_RELATED = 500;

export class EventPage {
  constructor(root, feed) {
    this.root = root;
    this.feed = feed;
    this.cameras = new Map();
    this.event = null;
  }

  async show({ id, query }) {
    this.feed.show(query);  // Its list says which event is the next.
    const found = await this.find(id);
    if (place().page !== "event" || place().id !== id) return;  // The reader has gone on.
    this.event = found.event ?? null;
    const back = element("a", { href: address([], query) }, "← All events");
    if (!found.event) {
      const title = element("h2", { tabindex: "-1" }, "No such event");
      return this.root.replaceChildren(element("nav", {}, back), title, element("p", {}, found.why));
    }
    this.draw(found.event, back);
    this.showRelated(found.event, query);
  }

  hide() {
    this.event = null;
    this.root.replaceChildren();  // No footage goes on playing.
  }

  /// To the next older (1) or newer (-1) event of the feed, from the one in the address: it may not be shown yet.
  move(step) {
    const { id } = place();
    const here = this.event?.event_id === id ? this.event : this.feed.list.event(id);
    const next = here && this.feed.list.neighbour(here, step);
    if (next) location.hash = address(["events", next.event_id], place().query);
  }

  /// {event} or {why} there is none. A server that is asked for one event and does not know the question has perhaps
  /// told of it in the feed.
  async find(id) {
    const answer = await ask(`/api/events/${encodeURIComponent(id)}`).catch(() => null);
    if (answer?.status === 200) return { event: answer.body };
    await this.feed.recalled;
    const known = this.feed.list.event(id);
    if (known) return { event: known };
    if (!answer) return { why: "The server does not answer." };
    return { why: answer.status === 404 ? "It is not stored here, or not any more." : reason(answer) };
  }

  draw(event, back) {
    const title = element("h2", { tabindex: "-1" }, `${heading(event.payload)}, ${event.camera_id}`);
    this.related = element("section", { hidden: "" });
    this.root.replaceChildren(
      element("nav", { "aria-label": "Events" }, back,
        button("Newer (k)", () => this.move(-1)), button("Older (j)", () => this.move(1))),
      title, element("p", { class: "quiet" }, clockTime(event.payload.ts_ms)),
      element("div", { class: "sheet" },
        element("div", {}, boxedPicture(event, this.cameras.get(event.camera_id)), footage(event) ?? ""),
        element("div", {}, this.related, ...facts(event))));
  }

  /// The events of the same object: the first one and its updates, in order of time.
  async showRelated({ event_id, camera_id, payload }, query) {
    const first = payload.extras.update_of ?? event_id;
    const begin = payload.extras.track?.first_seen_ms ?? payload.ts_ms;
    const asked = new URLSearchParams({
      camera: camera_id, type: payload.type, order: "oldest", limit: MOST_RELATED,
      since: String(begin - 60_000), until: String(payload.ts_ms + RELATED_MS),
    });
    const { related } = this;
    const { events = [] } = await ask(`/api/events?${asked}`).then(({ body }) => body, () => ({}));
    const same = events.filter((event) => event.event_id === first || event.payload.extras.update_of === first);
    if (same.length < 2) return;
    related.hidden = false;
    related.append(element("h3", {}, "The same object"), element("ol", { class: "related" }, ...same.map((event) =>
      element("li", {}, element("a", {
        href: address(["events", event.event_id], query),
        ...(event.event_id === event_id && { "aria-current": "true" }),
      }, `${heading(event.payload)}, ${clockTime(event.payload.ts_ms)}`)))));
  }
}
