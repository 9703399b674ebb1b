// The footage around an event: played when asked for, and the request that fetches it from anywhere.

import { button, copyButton, element, setText } from "./dom.js";
import { ask, reason } from "./server.js";

const ROLL_SECONDS = 5;
const MOST_SECONDS = 60;

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

function player(event_id) {
  const before = rollField("before");
  const after = rollField("after");
  const status = element("p", { class: "wrong", role: "alert" });
  const video = element("video", { controls: "", playsinline: "", muted: "", hidden: "" });
  video.muted = true;
  let url = "";
  const play = button("Play the footage", () => {
    url = `/api/events/${encodeURIComponent(event_id)}/footage.mp4?` +
      new URLSearchParams({ before_seconds: before.value, after_seconds: after.value });
    setText(status, "");
    play.disabled = true;
    video.hidden = false;
    video.src = url;
    video.play().catch(() => {});  // The error event tells why.
  });
  video.addEventListener("loadeddata", () => { play.disabled = false; });
  video.addEventListener("error", async () => {
    play.disabled = false;
    video.hidden = true;
    const answer = await ask(url).catch(() => null);  // A player does not say what the server answered.
    setText(status, !answer ? "The server does not answer."
      : answer.status === 200 ? "The browser cannot play this footage." : reason(answer));
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
