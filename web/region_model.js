// The regions of a camera while they are edited: corners as shares of the picture's width and height, and undo.

const FINEST = 10_000;  // Parts of the picture's width or height that a corner's place is told in.
const MOST_UNDO = 100;
const RECTANGLE = [[0.3, 0.3], [0.7, 0.3], [0.7, 0.7], [0.3, 0.7]];

/// A place within the picture, rounded.
export const within = ([x, y]) =>
  [x, y].map((share) => Math.round(Math.min(1, Math.max(0, share)) * FINEST) / FINEST);

/// The point half-way between two.
export const middle = ([ax, ay], [bx, by]) => within([(ax + bx) / 2, (ay + by) / 2]);

export class RegionModel {
  /// `regions` as /api/cameras/{id}/config has them; what this does not edit is kept as it is.
  constructor(regions) {
    this.saved = JSON.stringify(regions);
    this.regions = JSON.parse(this.saved);
    this.past = [];
    this.selected = 0;
  }

  get changed() { return JSON.stringify(this.regions) !== this.saved; }
  get region() { return this.regions[this.selected]; }

  /// Marks a point to undo to: before each change, and once before the many of a drag.
  remember() {
    const now = JSON.stringify(this.regions);
    if (this.past.at(-1) === now) return;
    this.past.push(now);
    if (this.past.length > MOST_UNDO) this.past.shift();
  }

  undo() {
    let before = this.past.pop();
    if (before === JSON.stringify(this.regions)) before = this.past.pop();  // A drag that went nowhere.
    if (before === undefined) return;
    this.regions = JSON.parse(before);
    this.selected = Math.max(0, Math.min(this.selected, this.regions.length - 1));
  }

  /// A new region, selected; without corners a rectangle.
  add(polygon = RECTANGLE) {
    this.remember();
    const names = new Set(this.regions.map((region) => region.name));
    let number = this.regions.length + 1;
    while (names.has(`region ${number}`)) number += 1;
    this.regions.push({ name: `region ${number}`, mode: "include", polygon: polygon.map(within) });
    this.selected = this.regions.length - 1;
  }

  remove(at) {
    this.remember();
    this.regions.splice(at, 1);
    this.selected = Math.max(0, Math.min(this.selected, this.regions.length - 1));
  }

  set(at, key, value) {
    this.remember();
    this.regions[at][key] = value;
  }

  /// The corner `at` of the selected region goes to `point`; remember() first.
  movePoint(at, point) { this.region.polygon[at] = within(point); }

  /// The selected region as a whole, from where it was (`from`, a polygon), as far as the picture goes.
  moveAll(from, [dx, dy]) {
    const bounded = (axis, by) => {
      const places = from.map((point) => point[axis]);
      return Math.min(1 - Math.max(...places), Math.max(-Math.min(...places), by));
    };
    const by = [bounded(0, dx), bounded(1, dy)];
    this.region.polygon = from.map(([x, y]) => within([x + by[0], y + by[1]]));
  }

  /// A corner half-way between the corner `at` and the next.
  insertAfter(at) {
    this.remember();
    const { polygon } = this.region;
    polygon.splice(at + 1, 0, middle(polygon[at], polygon[(at + 1) % polygon.length]));
  }

  /// False for the last three: fewer are no region.
  removePoint(at) {
    if (this.region.polygon.length <= 3) return false;
    this.remember();
    this.region.polygon.splice(at, 1);
    return true;
  }

  /// As the configuration file has it. JSON's texts, numbers and lists are YAML's, too.
  get yaml() {
    if (!this.regions.length) return "regions: []\n";
    const value = (given) => (Array.isArray(given) ? `[${given.map(value).join(", ")}]` : JSON.stringify(given));
    return "regions:\n" + this.regions.map((region) => Object.entries(region)
      .map(([key, given], at) => `${at ? "    " : "  - "}${key}: ${value(given)}\n`)
      .join("")).join("");
  }
}
