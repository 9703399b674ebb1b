// The cameras' newest pictures, a few at a time: a browser has six connections to a server, and the events need one.

import { element } from "./dom.js";

const AT_ONCE = 4;
const PATIENCE_MS = 15_000;

let loading = 0;
const waiting = [];

async function turn() {
  if (loading < AT_ONCE) loading += 1;
  else await new Promise((come) => waiting.push(come));
}

function done() {
  const next = waiting.shift();
  if (next) next();  // It has the place that was this one's.
  else loading -= 1;
}

/// What a camera's pictures are shown in: hidden until there is one.
export const emptyPicture = (name) => element("canvas", { role: "img", "aria-label": name, hidden: "" });

/// Shows the newest picture of a camera, at most `width` pixels wide, when it is here as a whole; false when it could not be
/// had. The browser asks whether the one that it has is still the newest.
export async function showNewest(picture, camera_id, width) {
  await turn();
  try {
    const url = `/api/cameras/${encodeURIComponent(camera_id)}/latest.jpg?width=${width}`;
    const response = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) return false;
    const bitmap = await createImageBitmap(await response.blob());
    picture.width = bitmap.width;
    picture.height = bitmap.height;
    picture.getContext("bitmaprenderer").transferFromImageBitmap(bitmap);
    picture.hidden = false;
    return true;
  } catch {
    return false;
  } finally {
    done();
  }
}
