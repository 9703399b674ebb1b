// An event's picture with what was found drawn over it, at whatever size it is shown.

import { element, svg } from "./dom.js";
import { clockTime, percent, pictureTime, snapshotUrl, withTries } from "./event_text.js";

const LINES = 45;  // Of text that would fit over each other in the picture.

/// The picture; `size`: {width, height} of the camera's pictures, whose pixels boxes are in, where it is known.
export function boxedPicture({ camera_id, payload }, size) {
  if (!payload.extras.snapshot) return element("p", { class: "quiet" }, "There is no picture of this event.");
  const other = pictureTime(payload) !== payload.ts_ms;  // Then the boxes say where things were later.
  const image = element("img", { alt: `${payload.label} at ${camera_id}` });
  const none = element("p", { class: "none", hidden: "" }, "The picture is not here: it may be in the bucket alone, or old.");
  const overlay = svg("svg", { class: "boxes", "aria-hidden": "true", preserveAspectRatio: "none" });
  image.addEventListener("load", () => {
    none.hidden = true;
    const width = size?.width || image.naturalWidth;
    const height = size?.height || image.naturalHeight;
    overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const objects = [payload, ...(payload.extras.objects ?? [])];
    overlay.replaceChildren(...objects.flatMap((object, at) =>
      box(object, `${payload.label} ${percent(object.conf)}`, height / LINES, at === 0 ? "first" : "further")));
    overlay.classList.toggle("other", other);
  });
  image.addEventListener("error", () => { none.hidden = false; });
  withTries(image, snapshotUrl(payload), 2);
  const toggle = element("input", { type: "checkbox", checked: "" });
  toggle.addEventListener("change", () => overlay.classList.toggle("off", !toggle.checked));
  return element("figure", { class: "shot" },
    element("div", { class: "frame" }, image, overlay, none),
    element("figcaption", {}, element("label", {}, toggle, " Boxes"),
      other ? element("span", {}, `The picture is of ${clockTime(pictureTime(payload))}; dashed: the place at the event`) : "",
      element("a", { href: snapshotUrl(payload), download: "" }, "Download")));
}

function box({ bbox: [x, y, width, height] }, text, size, kind) {
  const above = y > 1.4 * size;
  return [
    svg("rect", { x, y, width, height, class: kind, "vector-effect": "non-scaling-stroke" }),
    svg("text", { x: x + 0.2 * size, y: above ? y - 0.4 * size : y + height + 1.1 * size, "font-size": size }, text),
  ];
}
