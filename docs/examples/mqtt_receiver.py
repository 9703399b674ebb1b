#!/usr/bin/env python3
"""An example receiver of kinesight's MQTT events: takes an event once, however often it comes, and none is lost while it is away.

  mqtt_receiver.py HOST PORT DATABASE [TOPIC]        the topic is kinesight/# where none is said

Each event is a row of DATABASE (SQLite) before the broker is told that it was taken. Needs paho-mqtt (Debian: python3-paho-mqtt).
"""

import json
import sqlite3
import sys
from contextlib import closing

import paho.mqtt.client as mqtt


def take(database, event):
    """Keeps the event; whether it is new. One that comes again has the same id."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE IF NOT EXISTS events (event_id TEXT PRIMARY KEY, event TEXT)")
        row = (event["event_id"], json.dumps(event))
        return connection.execute("INSERT OR IGNORE INTO events VALUES (?, ?)", row).rowcount == 1


def main():
    host, port, database = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    topic = sys.argv[4] if len(sys.argv) > 4 else "kinesight/#"

    def on_connect(client, *_):
        client.subscribe(topic, qos=1)
        print(f"listening for {topic}", flush=True)

    def on_message(_client, _data, message):  # The broker is told when this returns.
        event = json.loads(message.payload)
        if take(database, event):
            payload = event["payload"]
            print(f'{event["camera_id"]}: {payload["type"]} {payload["label"]} {payload["conf"]:.2f}', flush=True)

    # A name of its own and a session that is kept: the broker holds what comes while this is away.
    client = mqtt.Client(client_id="kinesight-example-receiver", clean_session=False)
    client.on_connect, client.on_message = on_connect, on_message
    client.connect(host, port)
    client.loop_forever()


if __name__ == "__main__":
    main()
