"""What plays the backend of the clip service: it publishes tasks and takes what comes of them, by pika. All waiting has an
end; a broker that goes away meanwhile is met again."""

import contextlib
import itertools
import json
import time
from dataclasses import dataclass, field

import pika
import pytest
from pika.exceptions import AMQPError

PERSISTENT = 2
NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Queues:
    tasks: str = "S2_PROCESSING_QUEUE"
    dead_letters: str = "S2_PROCESSING_DLQ"
    next: str = "M0_PRIORITY_QUEUE"

    @staticmethod
    def new():
        """Queues that no other test has."""
        number = next(NUMBERS)
        return Queues(f"tasks-{number}", f"dead-letters-{number}", f"next-{number}")

    def all(self):
        return {"tasks": self.tasks, "dead_letters": self.dead_letters, "next": self.next}


@dataclass
class Letter:
    """A message that came."""

    body: bytes
    properties: pika.BasicProperties
    redelivered: bool

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def headers(self):
        return self.properties.headers or {}

    @property
    def reason(self):
        """What a dead letter says of itself: reason, step, error."""
        return tuple(self.headers.get(f"x-kinesight-{name}") for name in ("reason", "step", "error"))


@dataclass
class Backend:
    """`messages` (for the next stage) and `dead_letters` are what came so far; they come while somebody waits."""

    broker: object
    queues: Queues
    messages: list = field(default_factory=list)
    dead_letters: list = field(default_factory=list)

    def __post_init__(self):
        self.connection = self.channel = None
        self.listens = False
        self.connect(60)
        for queue in self.queues.all().values():
            self.channel.queue_declare(queue, durable=True)

    def connect(self, seconds):
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.connection = pika.BlockingConnection(pika.URLParameters(self.broker.url))
                self.channel = self.connection.channel()
                self.channel.confirm_delivery()
                if self.listens:
                    self.listen()
                return
            except (AMQPError, OSError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def close(self):
        with contextlib.suppress(AMQPError, OSError):
            self.connection.close()

    def keep_queues(self):
        """From now on the queues survive a broker that is killed: RabbitMQ 3.10 keeps what was declared in its last seconds
        in memory only."""
        self.broker.ctl("eval", "mnesia:sync_log().")

    def publish(self, task, seconds=60, **properties):
        """A task (bytes, or what becomes JSON); returns when the broker has confirmed it."""
        body = task if isinstance(task, bytes) else json.dumps(task).encode()
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.channel.basic_publish("", self.queues.tasks, body, mandatory=True, properties=pika.BasicProperties(
                    content_type="application/json", delivery_mode=PERSISTENT, **properties))
                return
            except (AMQPError, OSError):
                self.connect(max(0, deadline - time.monotonic()))

    def listen(self):
        """Takes messages and dead letters from now on."""
        self.listens = True
        for queue, kept in ((self.queues.next, self.messages), (self.queues.dead_letters, self.dead_letters)):
            def take(channel, method, properties, body, kept=kept):
                kept.append(Letter(body, properties, method.redelivered))
                channel.basic_ack(method.delivery_tag)

            self.channel.basic_consume(queue, take)

    def wait(self, enough, seconds=60):
        """Takes what comes until `enough()`; fails when that takes longer than so many seconds."""
        deadline = time.monotonic() + seconds
        while not enough():
            if time.monotonic() > deadline:
                pytest.fail(f"not within {seconds} s; there are {len(self.messages)} messages and the dead letters "
                            f"{[letter.reason for letter in self.dead_letters]}")
            try:
                if not self.listens:
                    self.listen()
                self.connection.process_data_events(0.2)
            except (AMQPError, OSError):
                self.connect(max(0, deadline - time.monotonic()))

    def message(self, seconds=20):
        """The next message for the next stage that nobody had yet; no dead letter may come instead."""
        count = len(self.messages)
        self.wait(lambda: len(self.messages) > count or self.dead_letters, seconds)
        assert not self.dead_letters, [letter.reason for letter in self.dead_letters]
        return self.messages[count].json

    def dead_letter(self, seconds=60):
        """The next dead letter."""
        count = len(self.dead_letters)
        self.wait(lambda: len(self.dead_letters) > count, seconds)
        return self.dead_letters[count]

    def waiting(self, queue):
        """How many messages are ready in a queue."""
        return self.channel.queue_declare(queue, durable=True, passive=True).method.message_count

    def held_or_waiting(self, queue):
        """How many messages a queue has, those included that a consumer holds."""
        lines = self.broker.ctl("list_queues", "--no-table-headers", "name", "messages").splitlines()
        return int(dict(line.split("\t") for line in lines)[queue])
