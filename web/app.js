// The dashboard: asks for health and cameras once a second while it is looked at, and follows the events as they come.

import { CameraTiles } from "./cameras.js";
import { setText } from "./dom.js";
import { EventList } from "./events.js";
import { json } from "./server.js";

const LOOK_MS = 1000;
const HEALTH_TONES = { ok: "good", degraded: "warn", failed: "bad" };

const byId = (id) => document.getElementById(id);
const tiles = new CameraTiles(byId("cameras"));
const events = new EventList(byId("events"), (count) => { byId("no-events").hidden = count > 0; });

function showHealth({ status, reasons = [] }) {
  setText(byId("health"), status);
  byId("health").className = `pill ${HEALTH_TONES[status] ?? "bad"}`;
  setText(byId("reasons"), reasons.join("\n"));
  byId("reasons").hidden = reasons.length === 0;
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
    } catch {
      showHealth({ status: "connection lost", reasons: ["The server does not answer; trying again."] });
    }
  }
  setTimeout(look, LOOK_MS);
}

/// The events there are, then those that come. The browser reconnects by itself and says where it was.
async function follow() {
  const { events: newest = [] } = await json("/api/events?limit=50").catch(() => ({}));
  for (const event of newest.reverse()) events.add(event, false);
  const stream = new EventSource("/api/events/stream");
  stream.onopen = () => { byId("live").className = "dot good"; };
  stream.onerror = () => {
    byId("live").className = "dot bad";
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 5000);
  };
  stream.onmessage = (message) => {
    const event = JSON.parse(message.data);
    events.add(event, true);
    setText(byId("announce"), `${event.payload.label} at ${event.camera_id}`);
  };
}

look();
follow();
