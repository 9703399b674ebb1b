#!/usr/bin/env python3
"""An example receiver of kinesight's webhook: takes an event once, however often it comes, and only from who knows the secret.

  webhook_receiver.py PORT DATABASE        the secret is in the environment, KINESIGHT_WEBHOOK_SECRET

Each event is a row of DATABASE (SQLite) before the answer says that it was taken. Python 3.9, nothing beside it.
The signature is that of Standard Webhooks (github.com/standard-webhooks/standard-webhooks).
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["KINESIGHT_WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE_SECONDS = 300  # Older requests may be somebody's recording of them.
MOST_BYTES = 1024 * 1024


def is_signed(headers, body):
    """Whether somebody who knows the secret sent this, just now."""
    try:
        if abs(time.time() - int(headers["webhook-timestamp"])) > TOLERANCE_SECONDS:
            return False
        text = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.'.encode() + body
        expected = hmac.new(SECRET, text, hashlib.sha256).digest()
        given = [part.partition(",") for part in headers["webhook-signature"].split()]
        return any(version == "v1" and hmac.compare_digest(base64.b64decode(signature), expected)
                   for version, _, signature in given)
    except (AttributeError, TypeError, ValueError, binascii.Error):  # A header that is absent, or broken.
        return False


def take(database, event):
    """Keeps the event; whether it is new. One that comes again has the same id."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS events (event_id TEXT PRIMARY KEY, event TEXT)")
        row = (event["event_id"], json.dumps(event))
        return connection.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", row).rowcount == 1


class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    database = None

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        if length > MOST_BYTES:
            self.close_connection = True
            return self.answer(413)
        body = self.rfile.read(length)
        if not is_signed(self.headers, body):
            return self.answer(401)
        event = json.loads(body)
        if take(self.database, event):
            payload = event["payload"]
            print(f'{event["camera_id"]}: {payload["type"]} {payload["label"]} {payload["conf"]:.2f}', flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    Receiver.database = sys.argv[2]
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver)
    print(f"listening on port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
