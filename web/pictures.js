// The cameras' newest pictures, a few at a time: a browser has six connections to a server, and the events need one.

const AT_ONCE = 4;

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

/// Loads the picture at `url` aside and puts it into `image` whole; false when it could not be had.
export async function loadPicture(image, url) {
  await turn();
  const next = new Image();
  next.src = url;
  try {
    await next.decode();
    image.src = next.src;
    return true;
  } catch {
    return false;
  } finally {
    done();
  }
}

/// The address of a camera's newest picture; `version` changes with it.
export const pictureUrl = (camera_id, width, version) =>
  `/api/cameras/${encodeURIComponent(camera_id)}/latest.jpg?width=${width}&t=${version}`;
