// The dashboard: asks for health and cameras once a second while it is looked at, follows the events as they come, and
// shows the page that the address names.

import { reload } from "./actions.js";
import { CameraTiles } from "./cameras.js";
import { ChartsPage } from "./charts_page.js";
import { followCoverage } from "./coverage.js";
import { byId, element, setText } from "./dom.js";
import { EventPage } from "./event_page.js";
import { Feed } from "./feed.js";
import { listenToKeys, showHelp } from "./keys.js";
import { RegionsPage } from "./regions_page.js";
import { address, place, route } from "./router.js";
import { json } from "./server.js";

const LOOK_MS = 1000;
const HEALTH_TONES = { ok: "good", degraded: "warn", failed: "bad" };
const LOST = { status: "connection lost", reasons: ["The server does not answer. What is shown is old; trying again."] };

const tiles = new CameraTiles(byId("cameras"));
const feed = new Feed();
const eventPage = new EventPage(byId("event"), feed);
const pages = {
  overview: { show: showOverview },
  charts: new ChartsPage(byId("charts")),
  event: eventPage,
  regions: new RegionsPage(byId("regions")),
};

function showOverview({ part, query }) {
  feed.show(query);
  if (part === "events") byId("feed").scrollIntoView();
}

function showHealth({ status, reasons = [] }) {
  setText(byId("health"), status);
  byId("health").className = `pill ${HEALTH_TONES[status] ?? "bad"}`;
  const page = byId(place().page).dataset.title;
  document.title = [...(status === "ok" ? [] : [status]), ...(page ? [page] : []), "kinesight"].join(" · ");
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
  feed.offerCameras(cameras.map((camera) => camera.id));
  eventPage.cameras = new Map(cameras.map((camera) => [camera.id, camera]));
  byId("no-cameras").hidden = cameras.length > 0;
  const online = cameras.filter((camera) => camera.state === "online" || camera.state === "degraded").length;
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

/// To the next event: on an event's page to its page, else to its row.
function move(step) {
  if (place().page === "event") return eventPage.move(step);
  if (place().page !== "overview") return;
  const rows = [...byId("events").querySelectorAll("a")];
  const next = rows[rows.indexOf(document.activeElement) + step] ?? (rows.includes(document.activeElement) ? null : rows[0]);
  next?.focus();
}

const overview = () => { location.hash = address([], feed.filter.query); };

byId("reload").addEventListener("click", async (click) => {
  click.target.disabled = true;
  await reload();
  click.target.disabled = false;
});
byId("help").addEventListener("click", showHelp);
listenToKeys({
  move,
  back: () => { if (place().page !== "overview") overview(); },
  search: () => {
    if (place().page !== "overview") overview();
    byId("overview").hidden = false;  // The page follows the address a moment later; what is hidden takes no focus.
    byId("filter").elements.q.focus();
  },
});

// Cameras once before the stream: where a token is needed, this asks for it, and the stream then has it.
json("/api/cameras").then(({ cameras }) => showCameras(cameras)).catch(() => {}).finally(() => {
  feed.follow();
  route(pages);
  look();
  followCoverage((camera, range) => tiles.showCoverage(camera, range));
});
