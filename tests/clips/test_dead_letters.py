"""`kinesight dead-letters --of clips` against a real RabbitMQ; pika is the backend that looks at its queues."""

import json
import subprocess
import uuid

import pika
import pytest
import yaml

from conftest import KINESIGHT, kinesight, wait_until

FAILED_AT = "2026-02-26T14:32:00.000Z"


@pytest.fixture
def channel(rabbitmq):
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq.url))
    yield connection.channel()
    connection.close()


class Desk:
    """A clips.yaml with queues of its own, and what is in them."""

    def __init__(self, folder, rabbitmq, channel, arguments=None):
        self.channel, self.config = channel, folder / "clips.yaml"
        self.tasks, self.dead = f"tasks-{uuid.uuid4().hex[:8]}", f"dead-{uuid.uuid4().hex[:8]}"
        self.config.write_text(yaml.safe_dump({
            "rabbitmq": {"url": rabbitmq.url}, "queues": {"tasks": self.tasks, "dead_letters": self.dead},
            "storage": {"type": "directory", "path": str(folder / "clips")}}))
        channel.queue_declare(self.tasks, durable=True)
        channel.queue_declare(self.dead, durable=True, arguments=arguments)
        channel.confirm_delivery()

    def bury(self, process_id, message_id=None, error="no media in that time"):
        headers = {"x-kinesight-reason": "not_found", "x-kinesight-step": "clip", "x-kinesight-error": error,
                   "x-kinesight-failed-at": FAILED_AT, "x-kinesight-deliveries": "1", "backend": "kept"}
        body = json.dumps({"camera_id": "front", "process_id": process_id})
        self.channel.basic_publish("", self.dead, body, pika.BasicProperties(headers=headers, message_id=message_id,
                                                                             delivery_mode=2))

    def run(self, verb, *arguments, check=True):
        return kinesight("dead-letters", verb, "--of", "clips", "--config", self.config, *arguments, check=check)

    def listed(self, *arguments):
        return [json.loads(line) for line in self.run("list", "--json", *arguments).stdout.splitlines()]

    def take_all(self, queue):
        """(process id, properties, redelivered) of what is in the queue, which is empty then."""
        found = []
        while True:
            method, properties, body = self.channel.basic_get(queue, auto_ack=True)
            if method is None:
                return found
            found.append((json.loads(body)["process_id"], properties, method.redelivered))


@pytest.fixture
def desk(tmp_path, rabbitmq, channel):
    return Desk(tmp_path, rabbitmq, channel)


@pytest.mark.parametrize("kind", ["classic", "quorum"])
def test_a_list_leaves_them_where_they_are(tmp_path, rabbitmq, channel, kind):
    desk = Desk(tmp_path, rabbitmq, channel, {"x-queue-type": kind})
    for process_id in (501, 502, 503):
        desk.bury(process_id, f"m-{process_id}" if process_id == 501 else None)
    first, second, third = desk.listed()
    assert first == {"id": "m-501", "camera_id": "front", "process_id": 501, "reason": "not_found", "step": "clip",
                     "error": "no media in that time", "failed_at": FAILED_AT, "deliveries": 1, "bytes": first["bytes"]}
    assert first["bytes"] == len('{"camera_id": "front", "process_id": 501}')
    assert second["process_id"] == 502 and len(second["id"]) == 12
    assert third["process_id"] == 503 and "payload" not in first
    assert desk.listed() == [first, second, third]
    assert desk.listed("--payload")[1] == second | {"payload": '{"camera_id": "front", "process_id": 502}'}
    left = desk.take_all(desk.dead)
    assert [process_id for process_id, _, _ in left] == [501, 502, 503]
    assert left[0][1].headers["x-kinesight-step"] == "clip" and left[0][2], "as it was, and marked as redelivered"


def test_a_limit_is_kept(desk):
    for process_id in (501, 502, 503):
        desk.bury(process_id)
    assert [one["process_id"] for one in desk.listed("--limit", 2)] == [501, 502]
    assert [one["process_id"] for one in desk.listed("--limit", 2)] == [501, 502], "each is in its old place again"
    assert [process_id for process_id, _, _ in desk.take_all(desk.dead)] == [501, 502, 503]


def test_the_table_shows_no_control_characters(desk):
    desk.bury(501, error="evil \x1b[2J\nnext" + 70 * "." + " the end")
    heading, line = desk.run("list").stdout.splitlines()
    assert heading.split()[:4] == ["ID", "CAMERA", "PROCESS", "SINCE"]
    assert "front" in line and FAILED_AT in line and "evil" in line and "the end" in line and "\x1b" not in line


def test_retry_puts_a_task_back(desk):
    for process_id in (501, 502, 503):
        desk.bury(process_id, "m-501" if process_id == 501 else None)
    ids = {one["process_id"]: one["id"] for one in desk.listed()}
    said = desk.run("retry", "--id", ids[502], "--id", "m-501").stdout
    assert said == f"2 dead letters put back into {desk.tasks}\n"
    (one, properties, redelivered), (other, _, _) = desk.take_all(desk.tasks)
    assert (one, other, redelivered) == (501, 502, False)
    assert properties.headers == {"backend": "kept"} and properties.message_id == "m-501" and properties.delivery_mode == 2
    assert [process_id for process_id, _, _ in desk.take_all(desk.dead)] == [503]


def test_retry_of_many_keeps_their_order(desk):
    for process_id in range(350):
        desk.bury(process_id)
    assert desk.run("retry", "--all").stdout == f"350 dead letters put back into {desk.tasks}\n"
    assert [process_id for process_id, _, _ in desk.take_all(desk.tasks)] == list(range(350))
    assert desk.take_all(desk.dead) == []


def test_a_retry_that_is_killed_loses_nothing(desk, channel):
    for process_id in range(2000):
        desk.bury(process_id)

    def count(queue):
        return channel.queue_declare(queue, passive=True).method.message_count

    for _ in range(4):
        before = count(desk.tasks)
        retry = subprocess.Popen([KINESIGHT, "dead-letters", "retry", "--of", "clips", "--config", desk.config, "--all"],
                                 stdout=subprocess.DEVNULL)
        wait_until(lambda: count(desk.tasks) > before)
        retry.kill()
        retry.wait()
    wait_until(lambda: count(desk.tasks) + count(desk.dead) >= 2000)  # The broker has back what the dead held.
    assert count(desk.dead) > 0, "all were killed on the way"
    desk.run("retry", "--all")
    sent = [process_id for process_id, _, _ in desk.take_all(desk.tasks)]
    assert set(sent) == set(range(2000)) and desk.take_all(desk.dead) == []
    print(f"{len(sent) - 2000} tasks twice")


def test_what_cannot_be_put_back_stays(desk, channel):
    desk.bury(501)
    channel.queue_delete(desk.tasks)
    done = desk.run("retry", "--all", check=False)
    assert done.returncode != 0 and desk.tasks in done.stderr
    assert [process_id for process_id, _, _ in desk.take_all(desk.dead)] == [501]


def test_drop_removes_what_was_asked_for(desk):
    for process_id in (501, 502, 503):
        desk.bury(process_id, f"m-{process_id}")
    assert desk.run("drop", "--id", "m-502").stdout == "1 dead letter deleted\n"
    assert [one["process_id"] for one in desk.listed()] == [501, 503]
    nobody = desk.run("drop", "--id", "m-502", check=False)
    assert (nobody.returncode, nobody.stdout) == (1, "0 dead letters deleted\n")
    assert desk.run("drop", "--all").stdout == "2 dead letters deleted\n"
    assert desk.listed() == [] and desk.take_all(desk.tasks) == []
    assert desk.run("drop", "--all").stdout == "0 dead letters deleted\n"


def test_ids_are_looked_for_among_so_many(desk, channel):
    quick = channel.connection.channel()
    for process_id in range(10_001):
        quick.basic_publish("", desk.dead, b"{}", pika.BasicProperties(message_id=str(process_id)))
    quick.close()
    assert desk.run("drop", "--id", 9_999).stdout == "1 dead letter deleted\n"
    wait_until(lambda: channel.queue_declare(desk.dead, passive=True).method.message_count == 10_000)
    quick = channel.connection.channel()
    quick.basic_publish("", desk.dead, b"{}", pika.BasicProperties(message_id="last"))
    quick.close()
    wait_until(lambda: channel.queue_declare(desk.dead, passive=True).method.message_count == 10_001)
    late = desk.run("drop", "--id", "last", check=False)
    assert late.returncode == 1 and "only the first 10000 of 10001 dead letters were looked at" in late.stderr
    wait_until(lambda: channel.queue_declare(desk.dead, passive=True).method.message_count == 10_001)
    assert desk.run("drop", "--all").stdout == "10001 dead letters deleted\n"


@pytest.mark.parametrize("verb, arguments, said", [
    ("list", ("--sink", "kds"), "--sink: expected with --of infer only, found 'kds'"),
    ("list", ("--directory", "d"), "--directory: expected with --of infer only, found 'd'"),
    ("retry", (), "expected either --id ID (may be repeated) or --all, found neither"),
    ("drop", ("--all", "--id", "x"), "found both"),
])
def test_what_does_not_go_together(desk, verb, arguments, said):
    desk.bury(501)
    done = desk.run(verb, *arguments, check=False)
    assert done.returncode == 2 and said in done.stderr
    assert [process_id for process_id, _, _ in desk.take_all(desk.dead)] == [501]


def test_a_configuration_is_needed_and_a_queue(desk, channel):
    done = kinesight("dead-letters", "list", "--of", "clips", check=False)
    assert done.returncode == 2 and "--of clips: expected --config FILE" in done.stderr
    channel.queue_delete(desk.dead)
    done = desk.run("list", check=False)
    assert done.returncode == 1 and f"there is no queue named {desk.dead}" in done.stderr
