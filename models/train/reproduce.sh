#!/bin/sh
# Renders the pictures of splits.json, trains, exports and scores: models/demo.onnx from nothing but this tree.
# Needs: the built kinesight binary (default build/release/kinesight) and the packages of the set `train` in
# scripts/packages.txt. Usage: models/train/reproduce.sh [work folder]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=${1:-$root/build/train}
kinesight=${KINESIGHT:-$root/build/release/kinesight}
mkdir -p "$work"

# name, seed, count, size and kind of each set, from splits.json.
/usr/bin/python3 - "$here/splits.json" <<'PY' | while read -r name seed count size flags; do
import json, sys
splits = json.load(open(sys.argv[1]))
for part in ("train", "held_out", "negatives"):
    for s in splits[part]:
        print(s["name"], s["seed"], s["count"], f"{s['width']}x{s['height']}", "" if s.get("labelled", True) else "--negative")
PY
  [ -e "$work/$name/classes.txt" ] || "$kinesight" sim dataset --seed "$seed" --count "$count" --size "$size" $flags --out "$work/$name"
done

cd "$work"
/usr/bin/python3 "$here/train.py" --data train-wide train-square --out weights.pt --seed 7
/usr/bin/python3 "$here/export.py" weights.pt "$root/models/demo.onnx"
/usr/bin/python3 "$here/evaluate.py" "$root/models/demo.onnx" --held-out test-wide test-square --negatives test-negative
for scene in hallway parking; do
  "$kinesight" sim render "$scene" --out "$scene.mp4" --truth "$scene.jsonl"
  /usr/bin/python3 "$here/demo_score.py" "$root/models/demo.onnx" "$scene.mp4" "$scene.jsonl"
done
