// Small helpers for making and filling elements. Texts go in as texts: nothing that a camera or a model says is markup.

export const byId = (id) => document.getElementById(id);

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/// An element: element("p", {class: "quiet"}, "text", child…).
export const element = (name, attributes = {}, ...children) =>
  filled(document.createElement(name), attributes, children);

/// The same of a drawing.
export const svg = (name, attributes = {}, ...children) =>
  filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

/// A button that calls `act`.
export function button(text, act, attributes = {}) {
  const made = element("button", { type: "button", ...attributes }, text);
  made.addEventListener("click", act);
  return made;
}

/// Sets the text only when it differs, so that a reader's selection stays.
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

/// A list of terms: [["confidence", "87 %"], …]; a value may be an element. Terms without a value are left out.
export function terms(rows) {
  return element("dl", { class: "terms" }, ...rows.filter(([, value]) => value !== undefined && value !== "")
    .map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

/// A button that copies what `text()` says.
export function copyButton(text, name = "Copy") {
  const made = button(name, async () => {
    let told = "Copied";
    try {
      await navigator.clipboard.writeText(text());
    } catch {
      told = "Select it and copy";  // Browsers give the clipboard to pages of https and of this machine alone.
    }
    made.textContent = told;
    setTimeout(() => { made.textContent = name; }, 2000);
  });
  return made;
}

/// "just now", "12 s ago", "3 min ago", "2 h ago", "5 d ago".
export function ago(seconds) {
  if (seconds < 1.5) return "just now";
  for (const [unit, length] of [["d", 86400], ["h", 3600], ["min", 60]]) {
    if (seconds >= length) return `${Math.floor(seconds / length)} ${unit} ago`;
  }
  return `${Math.floor(seconds)} s ago`;
}

/// Seconds since the Unix time `then`; never negative, clocks differ.
export const age = (then) => Math.max(0, Date.now() / 1000 - then);
