// The footage around an event: played when asked for, and the request that fetches it from anywhere.

import { button, copyButton, element, setText } from "./dom.js";
import { ask, reason } from "./server.js";

const ROLL_SECONDS = 5;
const MOST_SECONDS = 60;
const MOST_TRIES = 5;

/// The AWS CLI's command for a GetClip request; names and times come in single quotes, which they cannot hold.
export function cliCommand(clip) {
  const stream = `--stream-name ${quoted(clip.StreamName)}`;
  return "aws kinesis-video-archived-media get-clip \\\n" +
    `  --endpoint-url "$(aws kinesisvideo get-data-endpoint ${stream} \\\n` +
    "    --api-name GET_CLIP --query DataEndpoint --output text)\" \\\n" +
    `  ${stream} \\\n  --clip-fragment-selector ${quoted(JSON.stringify(clip.ClipFragmentSelector))} \\\n  clip.mp4`;
}

const quoted = (text) => `'${String(text).replaceAll("'", `'\\''`)}'`;

/// The section of an event's page; null for an event that is of no Kinesis video stream.
export function footage({ event_id, payload }) {
  const { kvs } = payload.extras;
  if (!kvs) return null;
  return element("section", { class: "footage" }, element("h3", {}, "Footage"), player(event_id), ...request(kvs.clip));
}

/// Plays when asked to. Footage that is not recorded to its end yet is asked for again when the server says.
function player(event_id) {
  const before = rollField("before");
  const after = rollField("after");
  const status = element("p", { class: "quiet", role: "status" });
  const video = element("video", { controls: "", playsinline: "", hidden: "" });
  video.muted = true;
  let url = "";
  let tries = 0;
  const load = () => {
    tries -= 1;
    video.hidden = false;
    video.src = url;
    video.play().catch(() => {});  // The error event tells why.
  };
  const play = button("Play the footage", () => {
    url = `/api/events/${encodeURIComponent(event_id)}/footage.mp4?` +
      new URLSearchParams({ before_seconds: before.value, after_seconds: after.value });
    tries = MOST_TRIES;
    play.disabled = true;
    setText(status, "Fetching it");
    load();
  });
  video.addEventListener("loadeddata", () => {
    play.disabled = false;
    setText(status, "");
  });
  video.addEventListener("error", async () => {
    video.hidden = true;
    const answer = await ask(url).catch(() => null);  // A player does not say what the server answered.
    setText(status, !answer ? "The server does not answer."
      : answer.status === 200 ? "The browser cannot play this footage." : reason(answer));
    const again = answer?.retrySeconds && tries > 0 && video.isConnected;
    play.disabled = Boolean(again);
    if (again) setTimeout(() => { if (video.isConnected) load(); }, answer.retrySeconds * 1000);
  });
  return element("div", {},
    element("div", { class: "row" }, play, element("label", {}, before, " s before, "), element("label", {}, after, " s after")),
    status, video);
}

function rollField(name) {
  return element("input", {
    type: "number", min: "0", max: String(MOST_SECONDS), value: String(ROLL_SECONDS), "aria-label": `seconds ${name}`,
  });
}

function request(clip) {
  if (!clip) return [];
  const shown = (title, text) => element("details", {}, element("summary", {}, title),
    element("pre", { tabindex: "0" }, text), copyButton(() => text));
  return [shown("AWS CLI", cliCommand(clip)), shown("GetClip request", JSON.stringify(clip, null, 2))];
}
