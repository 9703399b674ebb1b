// What an event says of itself, in words: its object, its track, the reading of a plate, the footage it was seen in, and
// whatever else its extras hold.

import { element, terms } from "./dom.js";
import { clockTime, percent } from "./event_text.js";

const SHOWN_ELSEWHERE = ["snapshot", "update", "objects", "track", "plate", "kvs", "update_of"];

const box = (bbox) => `${bbox[2]} × ${bbox[3]} pixels at ${bbox[0]}, ${bbox[1]}`;
const section = (title, ...contents) => element("section", {}, element("h3", {}, title), ...contents);

/// The sections of an event's page that are made of words.
export function facts({ event_id, camera_id, producer, payload }) {
  const { extras } = payload;
  const { track, plate, kvs, objects = [] } = extras;
  const rest = flat(Object.fromEntries(Object.entries(extras).filter(([name]) => !SHOWN_ELSEWHERE.includes(name))));
  return [
    section("Object", terms([
      ["Camera", camera_id], ["Time", clockTime(payload.ts_ms)], ["Type", payload.type], ["Label", payload.label],
      ["Confidence", percent(payload.conf)], ["Box", box(payload.bbox)],
      ...objects.map((object, at) => [`Also, no. ${at + 2}`, `${percent(object.conf)}, ${box(object.bbox)}`]),
      ["Event", element("code", {}, event_id)], ["Producer", producer],
    ])),
    ...(track ? [section("Track", terms([
      ["Number", String(track.id)], ["First seen", clockTime(track.first_seen_ms)], ["Last seen", clockTime(track.last_seen_ms)],
      ["For", `${((track.last_seen_ms - track.first_seen_ms) / 1000).toFixed(1)} s, in ${track.frames} frames`],
    ]))] : []),
    ...(plate ? [section("Plate", terms([
      ["Text", plate.text], ["Sure", percent(plate.score ?? 0)],
      ["Readings", (plate.candidates ?? []).map(({ text, score }) => `${text} (${percent(score)})`).join(", ")],
      ...flat(Object.fromEntries(Object.entries(plate).filter(([name]) => !["text", "score", "candidates"].includes(name)))),
    ]))] : []),
    ...(kvs ? [section("Seen in", terms([
      ["Stream", kvs.stream_name], ["Fragment", element("code", {}, kvs.fragment_number ?? "")],
      ["In it at", kvs.offset_ms === undefined ? "" : `${kvs.offset_ms} ms`],
      ["Producer's time", kvs.producer_time_ms === undefined ? "" : clockTime(kvs.producer_time_ms)],
      ["Server's time", kvs.server_time_ms === undefined ? "" : clockTime(kvs.server_time_ms)],
    ]))] : []),
    ...(rest.length ? [section("More", terms(rest))] : []),
  ];
}

/// Nested values as rows: [["vote readings", "5"], …].
function flat(value, name = "") {
  if (value === null || typeof value !== "object") return [[name, String(value)]];
  if (Array.isArray(value)) return [[name, JSON.stringify(value).replaceAll(",", ", ")]];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, [name, key.replaceAll("_", " ")].join(" ").trim()));
}
