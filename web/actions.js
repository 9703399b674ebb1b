// What an operator does to the running service: reload the configuration, pause a camera and let it go on.

import { tell, problemList, reloadText } from "./notice.js";
import { post, reason } from "./server.js";

const UNREACHABLE = "The server does not answer. Nothing is known of what it did.";

/// Reloads the configuration and shows what that changed, or what is wrong with it.
export async function reload() {
  try {
    const answer = await post("/api/reload");
    if (answer.status === 200) return tell("The configuration is applied", reloadText(answer.body));
    if (answer.status === 404) return tell("Not reloaded", "This server cannot reload its configuration.");
    const { problems = [] } = answer.body;
    tell("Nothing has been changed", reason(answer), problemList(problems));
  } catch {
    tell("Not reloaded", UNREACHABLE);
  }
}

/// Pauses a camera, or lets it go on; what it came to shows on its tile at the next look.
export async function setPaused(camera_id, paused) {
  const verb = paused ? "pause" : "resume";
  try {
    const answer = await post(`/api/cameras/${encodeURIComponent(camera_id)}/${verb}`);
    if (answer.status !== 200) tell(`Camera ${camera_id}`, reason(answer));
  } catch {
    tell(`Camera ${camera_id}`, UNREACHABLE);
  }
}
