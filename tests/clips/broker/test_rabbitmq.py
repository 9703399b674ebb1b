"""Holds what we say to RabbitMQ against a real one, and against pika, which many services speak to it with."""

import json
import os
import subprocess

import pika
import pytest

from conftest import KINESIGHT

PROGRAMS = KINESIGHT.parent / "bin"


@pytest.mark.parametrize("suite", ["PublisherContract", "ConsumerContract", "QueuesContract", "TroubleContract"])
def test_the_contract(rabbitmq, tmp_path, suite):
    report = tmp_path / "report.json"
    with rabbitmq.keeper() as port:
        environment = os.environ | {"KINESIGHT_CONTRACT_RABBITMQ": rabbitmq.url, "KINESIGHT_CONTRACT_RABBITMQ_TLS": rabbitmq.tls_url,
                                    "KINESIGHT_CONTRACT_RABBITMQ_CA": str(rabbitmq.certificate),
                                    "KINESIGHT_CONTRACT_RABBITMQ_CONTROL": str(port)}
        ended = subprocess.run([PROGRAMS / "test_contract_rabbitmq", f"--gtest_filter={suite}.*", f"--gtest_output=json:{report}"],
                               env=environment, capture_output=True, text=True, timeout=290)
    assert ended.returncode == 0, f"{ended.stdout[-8000:]}{ended.stderr[-4000:]}"
    results = [case["result"] for group in json.loads(report.read_text())["testsuites"] for case in group["testsuite"]]
    assert results.count("COMPLETED") == len(results) > 0, f"not all of {suite} ran:\n{ended.stdout}"


@pytest.fixture
def channel(rabbitmq):
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq.url))
    yield connection.channel()
    connection.close()


def drive(*arguments, **options):
    return subprocess.run([PROGRAMS / "drive_rabbitmq", *map(str, arguments)], check=True, capture_output=True, text=True,
                          timeout=60, **options).stdout


def test_we_read_what_pika_sends(rabbitmq, channel):
    channel.queue_declare("from-pika", durable=True)
    headers = {"text": "ä", "number": 7, "big": 2**40, "negative": -3, "true": True, "none": None, "list": [1], "table": {"a": 1}}
    channel.basic_publish("", "from-pika", b'{"camera_id": "front"}', pika.BasicProperties(headers=headers, message_id="m-1"))
    channel.basic_publish("", "from-pika", b"")
    first, second = [json.loads(line) for line in drive("take", rabbitmq.url, "from-pika", 2).splitlines()]
    texts = {"text": "ä", "number": "7", "big": str(2**40), "negative": "-3", "true": "true"}
    assert first == {"body": '{"camera_id": "front"}', "headers": texts, "id": "m-1"}
    assert second == {"body": "", "headers": {}, "id": ""}
    assert channel.queue_declare("from-pika", passive=True).method.message_count == 0


def test_pika_reads_what_we_send(rabbitmq, channel):
    channel.queue_declare("to-pika", durable=True)
    sent = [{"body": "ä" * 200_000, "headers": {"reason": "zu lang: ä", "empty": ""}, "id": "501"},
            {"body": "", "headers": {}, "id": ""}]
    drive("publish", rabbitmq.url, "to-pika", input="".join(json.dumps(one) + "\n" for one in sent))
    for one in sent:
        _, properties, body = channel.basic_get("to-pika", auto_ack=True)
        assert body.decode() == one["body"]
        assert (properties.headers or {}) == one["headers"]
        assert (properties.message_id or "") == one["id"]
        assert properties.delivery_mode == 2
        assert properties.content_type == "application/json"
