// Small helpers for making and filling elements. Texts go in as texts: nothing that a camera or a model says is markup.

/// An element: element("p", {class: "quiet"}, "text", child…).
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/// Sets the text only when it differs, so that a reader's selection stays.
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text;
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
