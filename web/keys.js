// The keyboard: to move between events without the mouse, and to find the search.

import { byId, element } from "./dom.js";
import { tell } from "./notice.js";

const HELP = [
  ["j, ↓", "next event (the older one)"],
  ["k, ↑", "previous event (the newer one)"],
  ["Enter", "open the event"],
  ["Esc", "back to the cameras"],
  ["/", "search events"],
  ["?", "this help"],
  ["In the region editor", "arrows move a corner (with Shift: in small steps), Delete removes it, + adds one, Ctrl Z undoes"],
];

export function showHelp() {
  tell("Keyboard", element("dl", { class: "keys" }, ...HELP.flatMap(([key, does]) =>
    [element("dt", {}, element("kbd", {}, key)), element("dd", {}, does)])));
}

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=radio]), select, textarea, video, [role=slider]");

/// Calls `move(1 | -1)`, `back()` and `search()` for their keys, unless the key is for what has the focus.
export function listenToKeys({ move, back, search }) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]")) return;
    if (typing(event.target)) {
      if (event.key === "Escape" && event.target.closest("#filter")) event.target.blur();
      return;
    }
    const arrows = !byId("event").hidden || event.target.closest?.("#events");
    const actions = {
      j: () => move(1),
      k: () => move(-1),
      ...(arrows && { ArrowDown: () => move(1), ArrowUp: () => move(-1), ArrowRight: () => move(1), ArrowLeft: () => move(-1) }),
      Escape: back,
      "/": search,
      "?": showHelp,
    };
    if (!actions[event.key]) return;
    event.preventDefault();
    actions[event.key]();
  });
}
