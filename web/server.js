// The server as the page asks it. When it wants the token, everyone waits for one dialog.

const login = document.getElementById("login");
const PATIENCE_MS = 60_000;
let asking = null;

/// What the server answers: {status, body, retrySeconds}: the body parsed, {} where it is not JSON; when to ask again, null
/// where the server does not say. Throws when it cannot be reached.
export async function ask(path, options = {}) {
  const request = () => fetch(path, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
  let response = await request();
  while (response.status === 401) {
    asking ??= askForToken().finally(() => { asking = null; });
    await asking;
    response = await request();
  }
  const retrySeconds = Number(response.headers.get("Retry-After")) || null;
  return { status: response.status, body: await response.json().catch(() => ({})), retrySeconds };
}

/// The JSON at `path`. A service that is degraded or failed still answers with what is wrong.
export const json = async (path) => (await ask(path)).body;

/// POSTs `body` as JSON; without one, nothing.
export const post = (path, body) => ask(path, {
  method: "POST",
  headers: { "Content-Type": "application/json" },
  ...(body !== undefined && { body: JSON.stringify(body) }),
});

/// Why a request did not do what it should, in a sentence.
export const reason = ({ status, body }) => body.error ?? `The server answered ${status}.`;

/// Shows the dialog until the server has taken a token. It comes back as a cookie that no script can read.
async function askForToken() {
  const field = document.getElementById("token");
  const error = document.getElementById("login-error");
  for (;;) {
    field.value = "";
    login.showModal();
    await new Promise((closed) => login.addEventListener("close", closed, { once: true }));
    const headers = { Authorization: `Bearer ${field.value.trim()}` };
    const response = await fetch("/api/login", { method: "POST", headers });
    if (response.ok) return;
    error.textContent = "That is not this server's token.";
  }
}
