// The camera tiles. Only those that can be seen draw and load pictures, so that many cameras cost what a few do.

import { Tile } from "./tile.js";

/// Keeps one tile a camera in `container`, in the server's order.
export class CameraTiles {
  constructor(container) {
    this.container = container;
    this.tiles = new Map();
    this.byElement = new WeakMap();
    this.eye = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        this.byElement.get(entry.target)?.see(entry.isIntersecting, entry.boundingClientRect.width);
      }
    }, { rootMargin: "100px" });
  }

  /// The coverage of a camera that has a tile.
  showCoverage(camera, range) {
    this.tiles.get(camera.camera_id)?.showCoverage(camera, range);
  }

  show(cameras) {
    const added = document.createDocumentFragment();
    for (const camera of cameras) {
      if (!this.tiles.has(camera.id)) added.append(this.add(camera.id).root);
      this.tiles.get(camera.id).show(camera);
    }
    if (added.hasChildNodes()) this.container.append(added);
    const ids = new Set(cameras.map((camera) => camera.id));
    for (const [id, tile] of this.tiles) {
      if (ids.has(id)) continue;
      this.eye.unobserve(tile.root);
      tile.root.remove();
      this.tiles.delete(id);
    }
  }

  add(id) {
    const tile = new Tile(id);
    this.tiles.set(id, tile);
    this.byElement.set(tile.root, tile);
    this.eye.observe(tile.root);
    return tile;
  }
}
