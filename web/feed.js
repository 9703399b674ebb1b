// The feed: stored events and those that happen now, through one filter that is in the address.

import { byId, setText } from "./dom.js";
import { EventList } from "./events.js";
import { Filter } from "./filter.js";
import { address } from "./router.js";
import { ask, reason } from "./server.js";

const PAGE = 50;
const TYPING_MS = 300;
const REFUSED_MS = 5000;
const ANNOUNCE_MS = 5000;
const TYPES = ["object", "weapon", "fire", "smoke", "alpr"];

export class Feed {
  constructor() {
    this.filter = new Filter();
    this.list = new EventList(byId("events"), () => this.changed());
    this.form = byId("filter");
    this.missed = 0;     // Live events while the newest are not in the list.
    this.more = false;   // Whether there are older ones than those shown.
    this.asked = 0;      // Answers to older questions are not shown.
    this.recalled = Promise.resolve();  // When the newest stored events are in the list.
    this.untold = [];
    for (const type of TYPES) this.form.elements.type.add(new Option(type));
    this.listenToForm();
    byId("older").addEventListener("click", () => this.older());
    byId("newest").addEventListener("click", () => this.apply(this.filter));
  }

  /// Shows the events of an address' query.
  show(query) {
    const filter = new Filter(query);
    if (filter.query !== this.filter.query) this.apply(filter);
  }

  apply(filter) {
    this.filter = filter;
    filter.fill(this.form);
    byId("clear").hidden = !filter.active;
    if (Object.keys(filter.values).some((name) => name !== "q")) this.form.querySelector("details").open = true;
    this.missed = 0;
    this.list.clear(filter.query);
    this.recalled = this.recall();
  }

  /// The form's filter goes into the address, and comes back from there: the first letter of a search as a place of its
  /// own to go back to, the others in its stead.
  listenToForm() {
    let typing = null;
    let placed = false;
    const go = (replace) => {
      clearTimeout(typing);
      const here = address([], Filter.of(this.form).query);
      if (here === (location.hash || "#/")) return;
      if (replace) location.replace(here);
      else location.hash = here;
    };
    this.form.elements.q.addEventListener("input", () => {
      clearTimeout(typing);
      typing = setTimeout(() => { go(placed); placed = true; }, TYPING_MS);
    });
    this.form.elements.q.addEventListener("blur", () => { placed = false; });
    this.form.addEventListener("change", (event) => go(event.target.name === "q" && placed));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); go(placed); });
    byId("clear").addEventListener("click", () => { location.hash = address([]); });
  }

  /// Offers a camera in the form.
  offerCameras(ids) {
    const { camera } = this.form.elements;
    const offered = new Set([...camera.options].map((option) => option.value));
    for (const id of ids) if (!offered.has(id)) camera.add(new Option(id));
  }

  /// The stream first, then the events there were before: none falls between the two, and the list knows those that
  /// come both ways. The browser reconnects by itself and says where it was.
  follow() {
    const stream = new EventSource("/api/events/stream");
    stream.onopen = () => { byId("live").className = "dot good"; };
    stream.onerror = () => {
      byId("live").className = "dot bad";
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => this.follow(), REFUSED_MS);  // Rather than cut off.
    };
    stream.onmessage = (message) => this.arrive(JSON.parse(message.data));
    stream.addEventListener("skipped", () => this.recall());
    this.recalled = this.recall();
  }

  arrive(event) {
    if (!this.filter.matches(event)) return;
    // Of what was missed and watched later: it is among the older ones.
    if (this.more && event.payload.ts_ms < this.list.oldest) return;
    const before = this.list.size;
    if (!this.list.atNewest) {
      this.missed += 1;
      this.changed();
    } else if (this.list.add(event, { fresh: true })) {
      this.more ||= this.list.size === before;  // Another one had to go.
      this.announce(event);
    }
  }

  /// The newest stored events.
  async recall() {
    const { events, current } = await this.stored("");
    if (!current) return;
    this.more = events.length === PAGE;
    for (const event of events) this.list.add(event);
    this.changed();
  }

  /// The stored events before the oldest one shown; those of its very millisecond are asked for again and known.
  async older() {
    if (this.list.oldest === null) return;
    const { events, current } = await this.stored(new Date(this.list.oldest + 1).toISOString());
    if (!current) return;
    this.more = events.length === PAGE;
    for (const event of events) this.list.add(event, { older: true });
    this.changed();
  }

  /// A page of stored events; `current` unless something else has been asked for meanwhile, or it did not work.
  async stored(until) {
    const mine = ++this.asked;
    const query = new URLSearchParams({ ...this.filter.values, ...(until && { until }), limit: PAGE });
    const answer = await ask(`/api/events?${query}`).catch(() => null);
    if (mine !== this.asked) return { current: false };
    setText(byId("feed-error"), answer && answer.status !== 200 ? reason(answer) : "");
    return { events: answer?.body.events ?? [], current: answer?.status === 200 };
  }

  changed() {
    byId("no-events").hidden = this.list.size > 0;
    setText(byId("no-events"), this.filter.active ? "No event is like that." : "Nothing has been seen yet.");
    byId("older").hidden = !this.more || this.list.size === 0;
    byId("newest").hidden = this.list.atNewest;
    setText(byId("newest"), this.missed ? `Back to the newest: ${this.missed} more` : "Back to the newest");
  }

  /// Tells a screen reader of what came, without talking over itself when much does.
  announce(event) {
    this.untold.push(event);
    if (this.untold.length > 1) return;
    setTimeout(() => {
      const { payload, camera_id } = this.untold.at(-1);
      const more = this.untold.length > 1 ? ` and ${this.untold.length - 1} more` : "";
      setText(byId("announce"), `${payload.label} at ${camera_id}${more}`);
      this.untold = [];
    }, ANNOUNCE_MS);
  }
}
