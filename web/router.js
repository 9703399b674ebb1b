// Which page is shown: the address after its "#", so that every page and filter can be linked to and gone back to.
//   #/?camera=gate&q=knife   #/events (the same, at the feed)   #/events/ID?…   #/charts   #/cameras/ID/regions

import { byId } from "./dom.js";

/// The address, taken apart; what is not well-formed is the overview.
export function place() {
  const [path, query = ""] = location.hash.slice(1).split("?", 2);
  const [first, id, last] = path.split("/").filter(Boolean).map(decoded);
  const page = first === "events" && id ? "event"
    : first === "cameras" && id && last === "regions" ? "regions"
    : first === "charts" ? "charts" : "overview";
  return { page, part: first, id, query };
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}

/// The address of a page: address(["events", id], "q=knife").
export const address = (parts, query = "") =>
  `#/${parts.map(encodeURIComponent).join("/")}${query ? `?${query}` : ""}`;

/// Shows the page of the address, now and whenever it changes. `pages`: by name, {show(place), hide()?}; each has the
/// element of its name.
export function route(pages) {
  let shown = null;
  const follow = () => {
    const here = place();
    const moved = shown !== here.page;
    if (moved && shown) pages[shown].hide?.();
    for (const name of Object.keys(pages)) byId(name).hidden = name !== here.page;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.dataset.page === here.page) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
    pages[here.page].show(here);
    // A screen reader goes on where the new page begins.
    if (moved && shown && here.part !== "events") scrollTo(0, 0);
    if (moved && shown) byId(here.page).querySelector("h2")?.focus({ preventScroll: true });
    shown = here.page;
  };
  addEventListener("hashchange", follow);
  follow();
}
