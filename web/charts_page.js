// The charts of the last hour.

import { Chart } from "./chart.js";
import { byId, element, setText } from "./dom.js";
import { ask, reason } from "./server.js";

const LOOK_MS = 15_000;

const short = (value) => String(value >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
const bytes = (value) => {
  for (const [unit, size] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) if (value >= size) return `${short(value / size)} ${unit}`;
  return `${Math.round(value)} B`;
};

/// What is drawn: the series of /api/history; `sum`: whether lines that are too many may be shown as their sum.
const CHARTS = [
  { series: "frames_per_second", title: "Frames a second, by camera", format: short, sum: true },
  { series: "events_per_minute", title: "Events a minute, by camera", format: short, sum: true },
  { series: "latency_ms", title: "Latency of the detectors, all cameras", format: (value) => `${short(value)} ms` },
  { series: "dropped_per_second", title: "Frames dropped a second, by reason", format: short, sum: true },
  { series: "outbox_bytes", title: "Waiting in the outbox, by sink", format: bytes, sum: true },
  { series: "outbox_oldest_seconds", title: "Age of the oldest in the outbox, by sink", format: (value) => `${short(value)} s` },
];

export class ChartsPage {
  constructor(root) {
    this.status = element("p", { class: "quiet", role: "status" });
    this.charts = CHARTS.map((chart) => new Chart(chart));
    root.append(element("h2", { tabindex: "-1" }, "The last hour"), this.status,
      element("div", { class: "charts" }, ...this.charts.map((chart) => chart.root)));
  }

  show() {
    clearInterval(this.timer);
    this.timer = setInterval(() => { if (!document.hidden) this.refresh(); }, LOOK_MS);
    this.refresh();
  }

  hide() { clearInterval(this.timer); }

  async refresh() {
    const answer = await ask("/api/history?minutes=60").catch(() => null);
    if (byId("charts").hidden) return;
    if (answer?.status !== 200) {
      const why = answer?.status === 404 ? "This server keeps no history." : answer && reason(answer);
      return setText(this.status, why ?? "The server does not answer.");
    }
    const { times, series, step_seconds } = answer.body;
    setText(this.status, times.length < 2 ? `The charts begin ${2 * step_seconds} s after the service.` : "");
    CHARTS.forEach((chart, at) => this.charts[at].show(times, series[chart.series] ?? {}));
  }
}
