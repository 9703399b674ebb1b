// A line chart: a drawing to the eye, a table to whoever wants figures, and the values at a time under the pointer.

import { element, setText, svg } from "./dom.js";

const WIDTH = 600, HEIGHT = 160;
const MOST_LINES = 8;

const clock = (unix) => new Date(unix * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
const last = (values) => values.findLast((value) => value !== null) ?? null;
const highest = (lines) => Math.max(0, ...lines.flatMap(([, values]) => values.filter((value) => value !== null)));

/// The least of 1, 2, 5, 10, 20, … that is not below `value`.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= value);
}

/// The lines to draw, by name; of too many those that are highest now, and the sum of the others.
export function chosen(series, sum) {
  const lines = Object.entries(series).sort(([a], [b]) => a.localeCompare(b));
  if (lines.length <= MOST_LINES) return lines;
  const ranked = lines.toSorted(([, a], [, b]) => (last(b) ?? 0) - (last(a) ?? 0));
  const kept = ranked.slice(0, MOST_LINES - 1);
  const others = ranked.slice(MOST_LINES - 1);
  const total = others[0][1].map((_, at) => others.reduce((all, [, values]) => all + (values[at] ?? 0), 0));
  return sum ? [...kept, [`${others.length} others`, total]] : kept;
}

export class Chart {
  constructor({ title, format, sum }) {
    this.format = format;
    this.sum = sum;
    this.drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.cross = element("i", { class: "cross", hidden: "" });
    this.top = element("span", { class: "top" });
    this.plot = element("div", { class: "plot", tabindex: "0", role: "img", "aria-label": title },
      this.drawing, this.cross, this.top);
    this.begin = element("span");
    this.moment = element("span", { class: "moment" });
    this.end = element("span");
    this.legend = element("ul", { class: "legend" });
    this.table = element("details", {}, element("summary", {}, "Table"));
    this.table.addEventListener("toggle", () => this.fillTable());
    this.title = title;
    this.root = element("figure", { class: "chart" }, element("figcaption", {}, title), this.plot,
      element("div", { class: "times" }, this.begin, this.moment, this.end), this.legend, this.table);
    this.plot.addEventListener("pointermove", (event) => this.point(event.offsetX / this.plot.clientWidth));
    this.plot.addEventListener("pointerleave", () => this.read(null));
    this.plot.addEventListener("blur", () => this.read(null));
    this.plot.addEventListener("keydown", (event) => this.step(event));
  }

  show(times, series) {
    this.times = times;
    this.lines = chosen(series, this.sum);
    this.max = ceiling(highest(this.lines));
    const [first, final] = [times[0], times.at(-1)];
    this.x = (at) => (times.length < 2 ? 0 : (times[at] - first) / (final - first));
    this.drawing.replaceChildren(...this.lines.map(([, values], at) =>
      svg("path", { d: this.path(values), class: `line line-${at}`, "vector-effect": "non-scaling-stroke" })));
    setText(this.top, this.lines.length ? this.format(this.max) : times.length ? "nothing in this hour" : "");
    setText(this.begin, times.length ? clock(first) : "");
    setText(this.end, times.length ? clock(final) : "");
    this.values = this.lines.map(() => element("b"));
    this.legend.replaceChildren(...this.lines.map(([name], at) =>
      element("li", {}, element("i", { class: `line-${at}` }), `${name} `, this.values[at])));
    this.read(null);
    this.plot.setAttribute("aria-label", `${this.title}: ` + (this.lines.length ? this.lines.map(([name, values]) =>
      `${name} ${this.said(last(values))}`).join(", ") : "nothing in this hour"));
    this.fillTable();
  }

  said(value) { return value === null ? "–" : this.format(value); }

  /// What is unknown is a gap in the line.
  path(values) {
    let open = false;
    return values.map((value, at) => {
      const step = value === null ? "" : `${open ? "L" : "M"}${(this.x(at) * WIDTH).toFixed(1)} ` +
        `${(HEIGHT * (1 - value / this.max)).toFixed(1)}${open ? "" : "h0"}`;
      open = value !== null;
      return step;
    }).join("");
  }

  /// Shows the values of the moment `at`, an index; null: the newest.
  read(at) {
    this.at = at;
    this.cross.hidden = at === null;
    if (at !== null) this.cross.style.left = `${100 * this.x(at)}%`;
    setText(this.moment, at === null ? "" : new Date(this.times[at] * 1000).toLocaleTimeString());
    this.lines.forEach(([, values], line) =>
      setText(this.values[line], this.said(at === null ? last(values) : values[at])));
  }

  point(share) {
    if (!this.times?.length) return;
    const wanted = this.times[0] + share * (this.times.at(-1) - this.times[0]);
    const next = this.times.findIndex((time) => time >= wanted);
    const at = next < 0 ? this.times.length - 1 : next;
    this.read(at > 0 && wanted - this.times[at - 1] < this.times[at] - wanted ? at - 1 : at);
  }

  step(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || !this.times?.length) return;
    event.preventDefault();
    const newest = this.times.length - 1;
    this.read(Math.min(newest, Math.max(0, (this.at ?? newest) + by)));
  }

  fillTable() {
    this.table.querySelector("div")?.remove();
    if (!this.table.open) return;
    const row = (cell, cells) => element("tr", {}, ...cells.map((text) => element(cell, {}, text)));
    this.table.append(element("div", {}, element("table", {},
      element("thead", {}, row("th", ["Time", ...this.lines.map(([name]) => name)])),
      element("tbody", {}, ...this.times.map((time, at) => row("td",
        [new Date(time * 1000).toLocaleTimeString(), ...this.lines.map(([, values]) => this.said(values[at]))])).reverse()))));
  }
}
