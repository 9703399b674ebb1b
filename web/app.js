// The dashboard: asks for health and cameras once a second while it is looked at, and follows the events as they come.

import { CameraTiles } from "./cameras.js";
import { followCoverage } from "./coverage.js";
import { element, setText } from "./dom.js";
import { EventList } from "./events.js";
import { json } from "./server.js";

const LOOK_MS = 1000;
const ANNOUNCE_MS = 5000;
const HEALTH_TONES = { ok: "good", degraded: "warn", failed: "bad" };
const LOST = { status: "connection lost", reasons: ["The server does not answer. What is shown is old; trying again."] };

const byId = (id) => document.getElementById(id);
const tiles = new CameraTiles(byId("cameras"));
const events = new EventList(byId("events"), (count) => { byId("no-events").hidden = count > 0; });

function showHealth({ status, reasons = [] }) {
  setText(byId("health"), status);
  byId("health").className = `pill ${HEALTH_TONES[status] ?? "bad"}`;
  document.title = status === "ok" ? "kinesight" : `${status} · kinesight`;
  const banner = byId("reasons");
  banner.className = `banner ${HEALTH_TONES[status] ?? "bad"}`;
  banner.hidden = reasons.length === 0;
  // Only when they change: a screen reader would read them out each time.
  if (banner.dataset.shown === reasons.join("\n")) return;
  banner.dataset.shown = reasons.join("\n");
  banner.replaceChildren(...reasons.map((reason) => element("li", { title: reason }, reason)));
}

function showCameras(cameras) {
  tiles.show(cameras);
  byId("no-cameras").hidden = cameras.length > 0;
  const online = cameras.filter((camera) => camera.state === "online").length;
  const enabled = cameras.filter((camera) => camera.state !== "disabled").length;
  const fps = cameras.reduce((sum, camera) => sum + camera.fps, 0);
  setText(byId("summary"), `${online} of ${enabled} cameras online · ${fps.toFixed(1)} frames a second`);
}

async function look() {
  if (!document.hidden) {
    try {
      showHealth(await json("/healthz"));
      showCameras((await json("/api/cameras")).cameras);
      document.body.classList.remove("lost");
    } catch {
      showHealth(LOST);
      document.body.classList.add("lost");
    }
  }
  setTimeout(look, LOOK_MS);
}

/// The stream first, then the events there were before: none falls between the two, and the list knows those that
/// come both ways. The browser reconnects by itself and says where it was.
async function follow() {
  const stream = new EventSource("/api/events/stream");
  stream.onopen = () => { byId("live").className = "dot good"; };
  stream.onerror = () => {
    byId("live").className = "dot bad";
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 5000);  // Refused rather than cut off.
  };
  stream.onmessage = (message) => {
    const event = JSON.parse(message.data);
    if (events.add(event, true)) announce(event);
  };
  stream.addEventListener("skipped", recall);
  await recall();
}

async function recall() {
  const { events: newest = [] } = await json("/api/events?limit=50").catch(() => ({}));
  for (const event of newest) events.add(event, false);
}

/// Tells a screen reader of what came, without talking over itself when much does.
let untold = [];
function announce(event) {
  untold.push(event);
  if (untold.length > 1) return;
  setTimeout(() => {
    const { payload, camera_id } = untold.at(-1);
    const more = untold.length > 1 ? ` and ${untold.length - 1} more` : "";
    setText(byId("announce"), `${payload.label} at ${camera_id}${more}`);
    untold = [];
  }, ANNOUNCE_MS);
}

// Cameras once before the stream: where a token is needed, this asks for it, and the stream then has it.
json("/api/cameras").catch(() => {}).finally(async () => {
  follow();
  await look();  // Then there are tiles.
  followCoverage((camera, range) => tiles.showCoverage(camera, range));
});
