// The server as the page asks it. When it wants the token, everyone waits for one dialog.

const login = document.getElementById("login");
let asking = null;

/// The JSON at `path`; throws when the server cannot be reached or refuses.
export async function json(path) {
  let response = await fetch(path, { cache: "no-store" });
  while (response.status === 401) {
    asking ??= askForToken().finally(() => { asking = null; });
    await asking;
    response = await fetch(path, { cache: "no-store" });
  }
  // A service that is degraded or failed still answers with what is wrong.
  return await response.json();
}

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
