"""Many stored events without having to wait for them, for tests and benches of what reads them."""

import hashlib
import json
import sqlite3
import time

TYPES = [("object", "person"), ("object", "car"), ("weapon", "knife"), ("fire", "fire"), ("alpr", "KS4821")]


def store_events(state_directory, cameras, count, newest_ms, step_ms=1000, snapshot=None):
    """Puts `count` events into the database of a running service, as soon as that has made it. The newest is of
    `newest_ms`, each a step older than the one before; all name `snapshot`, a key, if there is one."""

    def row(number):
        ts_ms, camera = newest_ms - number * step_ms, cameras[number % len(cameras)]
        kind, label = TYPES[number % len(TYPES)]
        event_id = hashlib.sha1(f"{camera}:{kind}:{label}:{ts_ms // 1000}".encode()).hexdigest()
        extras = {"track": {"id": number, "first_seen_ms": ts_ms - 400, "last_seen_ms": ts_ms, "frames": 3},
                  **({"snapshot": snapshot} if snapshot else {})}
        envelope = {"event_id": event_id, "camera_id": camera, "producer": "kvs-infer/1.0",
                    "payload": {"ts_ms": ts_ms, "type": kind, "label": label, "conf": 0.87, "bbox": [20, 30, 60, 40],
                                "extras": extras}}
        return event_id, ts_ms, camera, kind, label, snapshot, json.dumps(envelope, separators=(",", ":"))

    with _made(state_directory / "events.db") as database:
        database.executemany("INSERT INTO events(event_id, ts_ms, camera_id, type, label, snapshot, envelope) "
                             "VALUES (?, ?, ?, ?, ?, ?, ?)", map(row, range(count)))
    database.close()


def _made(path, patience_seconds=60):
    """A connection to the database at `path`, once its table is there."""
    end = time.monotonic() + patience_seconds
    while time.monotonic() < end:
        if path.exists():
            database = sqlite3.connect(path, timeout=30)
            if database.execute("SELECT 1 FROM sqlite_master WHERE name = 'events'").fetchone():
                return database
            database.close()
        time.sleep(0.05)
    raise TimeoutError(f"expected a service to make {path} within {patience_seconds} s")
