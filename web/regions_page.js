// The region editor of a camera: a still to draw on, the regions by name, and their YAML.

import { button, copyButton, element, setText } from "./dom.js";
import { problemList, reloadText, tell } from "./notice.js";
import { showNewest } from "./pictures.js";
import { RegionCanvas } from "./region_canvas.js";
import { RegionModel } from "./region_model.js";
import { address, place } from "./router.js";
import { ask, post, reason } from "./server.js";

const STILL_WIDTH = 1280;
const STILL_AGAIN_MS = 1000;
const drafts = new Map();  // What was drawn and not saved, by camera: going back to the cameras does not lose it.

/// What cannot be done here, and why; empty where all can.
function limits(answer, writable) {
  if (!answer) return "The server does not answer.";
  if (answer.status === 404) {
    return "This server does not tell which regions the camera has: what is drawn can be copied into its configuration.";
  }
  if (answer.status !== 200) return reason(answer);
  return writable ? "" : "The configuration file cannot be written from here: what is drawn can be copied into it.";
}

export class RegionsPage {
  constructor(root) {
    this.root = root;
    this.stills = 0;  // How many stills were asked for: only the newest is waited for.
    this.canvas = new RegionCanvas(() => this.drawList());
    this.list = element("ol", { class: "regions" });
    this.yaml = element("pre", { tabindex: "0", "aria-label": "YAML" });
    this.status = element("p", { class: "quiet", role: "status" });
    this.save = button("Save and apply", () => this.send(), { class: "primary" });
    this.undoButton = button("Undo", () => this.undo());
    root.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "z" || event.target.closest("input")) return;
      event.preventDefault();
      this.undo();
    });
    addEventListener("beforeunload", (event) => {
      if ([...drafts.values()].some(({ model }) => model.changed)) event.preventDefault();
    });
  }

  async show({ id }) {
    this.id = id;
    this.root.replaceChildren(
      element("nav", { "aria-label": "Regions" }, element("a", { href: address([]) }, "← Cameras")),
      element("h2", { tabindex: "-1" }, `Regions of ${id}`), this.status,
      element("div", { class: "sheet" },
        element("div", {}, this.canvas.root, element("div", { class: "row" },
          button("Draw a region", () => this.canvas.startDrawing()),
          button("Add a rectangle", () => { this.model.add(); this.canvas.changed(); this.canvas.focus(0); }),
          this.undoButton, button("New picture", () => this.showStill()))),
        element("div", {}, this.list, element("h3", {}, "In the configuration"), this.yaml,
          element("div", { class: "row" }, this.save, copyButton(() => this.model.yaml, "Copy the YAML")))));
    this.canvas.still.hidden = true;  // Until this camera's is there.
    this.showStill();
    if (!drafts.get(id)?.model.changed) drafts.set(id, await this.load(id));
    if (place().id !== id) return;
    const { model, fixed, note, writable } = drafts.get(id);
    this.model = model;
    setText(this.status, note);
    this.save.hidden = !writable;
    this.canvas.edit(model, fixed);
    this.drawList();
  }

  async load(id) {
    const answer = await ask(`/api/cameras/${encodeURIComponent(id)}/config`).catch(() => null);
    const { regions = [], detectors = [], writable = false } = answer?.status === 200 ? answer.body : {};
    const fixed = detectors.flatMap((detector) => (detector.regions ?? []).map((region) => region.polygon));
    const dashed = fixed.length ? " Dashed: regions of single detectors, which are edited in the file." : "";
    return { model: new RegionModel(regions), fixed, note: limits(answer, writable) + dashed, writable };
  }

  /// A camera that has just been started has no picture yet: asks again as long as the page is open.
  async showStill() {
    const { id } = this;
    const mine = ++this.stills;
    const wanted = () => mine === this.stills && place().page === "regions" && place().id === id;
    while (wanted() && !(await showNewest(this.canvas.still, id, STILL_WIDTH))) {
      await new Promise((later) => setTimeout(later, STILL_AGAIN_MS));
    }
  }

  undo() {
    this.model.undo();
    this.canvas.changed();
  }

  drawList() {
    const { model } = this;
    setText(this.yaml, model.yaml);
    this.undoButton.disabled = model.past.length === 0;
    const shown = JSON.stringify([model.selected, model.regions.map(({ name, mode }) => [name, mode])]);
    if (this.list.dataset.shown === shown && this.list.isConnected) return;  // A drag changes no name.
    this.list.dataset.shown = shown;
    this.list.replaceChildren(...model.regions.map((region, at) => this.row(region, at)));
  }

  row({ name, mode = "include" }, at) {
    const { model } = this;
    const select = element("input", { type: "radio", name: "region", "aria-label": `edit ${name}` });
    select.checked = at === model.selected;
    select.addEventListener("change", () => { model.selected = at; this.canvas.changed(); });
    const title = element("input", { value: name, "aria-label": "name", maxlength: "100" });
    title.addEventListener("change", () => { model.set(at, "name", title.value); this.canvas.changed(); });
    const modes = element("select", { "aria-label": `what ${name} does` },
      new Option("only in it", "include"), new Option("not in it", "exclude"));
    modes.value = mode;
    modes.addEventListener("change", () => { model.set(at, "mode", modes.value); this.canvas.changed(); });
    return element("li", { class: mode }, select, title, modes,
      button("×", () => { model.remove(at); this.canvas.changed(); }, { "aria-label": `remove ${name}` }));
  }

  /// Writes the regions into the configuration; only what is then in force is no draft any more.
  async send() {
    const { id, model } = this;
    this.save.disabled = true;
    const answer = await post(`/api/cameras/${encodeURIComponent(id)}/regions`, { regions: model.regions }).catch(() => null);
    this.save.disabled = false;
    const yaml = () => element("pre", { tabindex: "0" }, answer.body.yaml ?? model.yaml);
    if (!answer) return tell("Not saved", "The server does not answer.");
    if (answer.status === 200) {
      model.saved = JSON.stringify(model.regions);
      return tell("Saved and applied", reloadText(answer.body), yaml());
    }
    if (answer.status === 409) return tell("Not saved", reason(answer), "Copy this into the camera's configuration:", yaml());
    tell("Nothing has been changed", reason(answer), problemList(answer.body.problems ?? []));
  }
}
