// What an action came to, in a dialog that is closed when it has been read.

import { byId, element } from "./dom.js";

/// Shows `title` and, below it, texts and elements.
export function tell(title, ...contents) {
  const dialog = byId("notice");
  byId("notice-title").textContent = title;
  dialog.querySelector("div").replaceChildren(
    ...contents.map((content) => (typeof content === "string" ? element("p", {}, content) : content)));
  if (!dialog.open) dialog.showModal();
}

/// The problems of a configuration: "line 12: …".
export const problemList = (problems) => element("ul", { class: "problems" }, ...problems.map(({ line, message }) =>
  element("li", {}, line > 0 ? element("b", {}, `line ${line}: `) : "", message)));

/// What a reload did: "1 camera added: gate; 2 untouched".
export function reloadText(body) {
  const say = ([key, did]) => (body[key]?.length ? [`${did}: ${body[key].join(", ")}`] : []);
  const changes = [["added", "added"], ["removed", "removed"], ["restarted", "started anew"]].flatMap(say);
  const rest = `${body.unchanged?.length ?? 0} untouched`;
  return changes.length ? `${changes.join("; ")}; ${rest}` : `Nothing has changed; ${rest}.`;
}
