// The bar below a camera's picture: which parts of the last 24 hours were watched, and which were not and why.

import { element, setText } from "./dom.js";
import { json } from "./server.js";

const HOURS = 24;
const REFRESH_MS = 30_000;
const FINEST = 0.15;  // Per cent of the bar: what is shorter is drawn so wide, so that no gap goes unseen.

/// Asks for the coverage of all cameras, now and every 30 s while the page is looked at, and hands it to
/// `show(camera, range)`.
export async function followCoverage(show) {
  if (!document.hidden) {
    try {
      const { cameras = [], since_ms, until_ms } = await json(`/api/coverage?since=${HOURS}h`);
      for (const camera of cameras) show(camera, { since_ms, until_ms });
    } catch {
      // The next look tries again; what is shown meanwhile says of itself up to when it is known.
    }
  }
  setTimeout(() => followCoverage(show), REFRESH_MS);
}

/// "12 s", "3 min", "5 h".
function length(seconds) {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/// Rounded down, so that 100.00 % is all.
const percent = (share) => `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;

const clock = (ms) => new Date(ms).toLocaleTimeString();

/// One camera's bar. A picture to the eye, one sentence to a screen reader.
export class CoverageBar {
  constructor() {
    this.bar = element("div", { class: "coverage", role: "img" });
    this.caption = element("p", { class: "coverage-caption" });
    this.root = element("div", { hidden: "" }, this.bar, this.caption);
  }

  show(camera, { since_ms, until_ms }) {
    const known = camera.end_ms > camera.begin_ms;
    this.root.hidden = !known;
    if (!known) return;
    const place = (ms) => (100 * (ms - since_ms)) / (until_ms - since_ms);
    const part = (kind, begin, end, title) => {
      const made = element("i", { class: kind, title });
      made.style.left = `${place(begin)}%`;
      made.style.width = `${Math.max(FINEST, place(end) - place(begin))}%`;
      return made;
    };
    const sentence = this.sentence(camera);
    this.bar.setAttribute("aria-label", sentence);
    this.bar.replaceChildren(part("watched", camera.begin_ms, camera.end_ms, sentence),
      ...camera.unwatched.map(({ begin_ms, end_ms, reason, backfilled }) =>
        part(backfilled ? "backfilled" : `missed ${reason}`, begin_ms, end_ms,
          `${backfilled ? `${reason}, watched later` : reason}: ${clock(begin_ms)} to ${clock(end_ms)}, ` +
          length((end_ms - begin_ms) / 1000))));
    // What is known of the day is said where it is not nearly all of it.
    const knownSeconds = (camera.end_ms - camera.begin_ms) / 1000;
    const span = knownSeconds < HOURS * 3600 * 0.95 ? `${length(knownSeconds)} on record` : `${HOURS} h`;
    setText(this.caption, `${percent(camera.share)} watched, last ${span}`);
    this.caption.title = sentence;
  }

  /// "99.12 % watched of the last 24 h, as far as they are known; missed: 3 min offline, 12 s lost; 20 s watched later".
  sentence({ share, missed_seconds, backfilled_seconds, begin_ms, end_ms }) {
    const missed = Object.entries(missed_seconds).map(([reason, seconds]) => `${length(seconds)} ${reason}`);
    return `${percent(share)} watched of the ${length((end_ms - begin_ms) / 1000)} known of the last ${HOURS} h` +
      (missed.length ? `; missed: ${missed.join(", ")}` : "") +
      (backfilled_seconds ? `; ${length(backfilled_seconds)} watched later` : "");
  }
}
