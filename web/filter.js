// Which events are wanted: one object for the address, the form, the server's query and the live stream.

const TEXTS = ["q", "camera", "type", "label"];
const TIMES = ["since", "until"];

/// Every text in an event's extras, however deep.
function* texts(value) {
  if (typeof value === "string") yield value;
  else if (value && typeof value === "object") for (const inner of Object.values(value)) yield* texts(inner);
}

export class Filter {
  /// From an address' query; what it does not know, or cannot read, it leaves out.
  constructor(query = "") {
    const given = new URLSearchParams(query);
    const kept = [...TEXTS, ...TIMES.filter((name) => !Number.isNaN(Date.parse(given.get(name))))];
    this.values = Object.fromEntries(kept.flatMap((name) => {
      const value = given.get(name)?.trim();
      return value ? [[name, value]] : [];
    }));
  }

  /// From a form whose times are the reader's own: "2026-01-31T12:00".
  static of(form) {
    const values = new URLSearchParams(new FormData(form));
    for (const name of TIMES) {
      const at = Date.parse(values.get(name));
      values.set(name, Number.isNaN(at) ? "" : new Date(at).toISOString());
    }
    return new Filter(values.toString());
  }

  /// Puts it into the form.
  fill(form) {
    for (const name of TEXTS) {
      const field = form.elements[name];
      const value = this.values[name] ?? "";
      if (field.options && ![...field.options].some((option) => option.value === value)) field.add(new Option(value));
      if (field.value.trim() !== value) field.value = value;  // Whoever types goes on after a space.
    }
    for (const name of TIMES) {
      const at = new Date(this.values[name] ?? NaN);
      const local = new Date(at - at.getTimezoneOffset() * 60_000);
      form.elements[name].value = Number.isNaN(at.getTime()) ? "" : local.toISOString().slice(0, 16);
    }
  }

  /// For an address, and for /api/events.
  get query() { return new URLSearchParams(this.values).toString(); }
  get active() { return Object.keys(this.values).length > 0; }

  /// Whether an event is wanted, by the server's rules.
  matches({ camera_id, payload }) {
    const { q, camera, type, label, since, until } = this.values;
    const has = (text) => text.toLowerCase().includes(q.toLowerCase());
    return (!camera || camera === camera_id) && (!type || type === payload.type) && (!label || label === payload.label) &&
      (!since || payload.ts_ms >= Date.parse(since)) && (!until || payload.ts_ms < Date.parse(until)) &&
      (!q || [payload.label, payload.type, camera_id, ...texts(payload.extras)].some(has));
  }
}
