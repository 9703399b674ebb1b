"""boto3 takes the fake of AWS for AWS: it signs, asks, reads back, and sees the errors and faults by their names."""

import json
import subprocess

import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from conftest import ROOT
from peers import Peer

FAKE_AWS = ROOT / "build/release/bin/fake_aws"
NO_RETRIES = Config(retries={"total_max_attempts": 1}, signature_version="v4")
S3_CONFIG = Config(retries={"total_max_attempts": 1}, signature_version="s3v4", s3={"addressing_style": "path"})


@pytest.fixture
def fake(tmp_path):
    """A fake_aws program that knows a stream and a bucket, with one fault from its file."""
    faults = tmp_path / "faults.json"
    faults.write_text(json.dumps([{"kind": "throttle", "action": "ListStreams", "count": 1}]))
    process = subprocess.Popen(
        [FAKE_AWS, "--port", "0", "--seed", "7", "--faults", faults, "--stream", "events:2", "--bucket", "pictures"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    url = json.loads(process.stdout.readline())["url"]
    yield Peer("fake", url, tmp_path / "log", "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    process.stdin.close()
    assert process.wait(10) == 0


def code(call, **arguments):
    """The code of the error that the call ends with."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]


def ledger(fake):
    return requests.get(fake.url + "/_fake/ledger", timeout=10).json()


def deal(fake, **fault):
    assert requests.post(fake.url + "/_fake/faults", json=fault, timeout=10).status_code == 200


def test_kinesis_gives_back_what_was_put(fake):
    kinesis = fake.client("kinesis", config=NO_RETRIES)
    kinesis.create_stream(StreamName="busy", StreamModeDetails={"StreamMode": "ON_DEMAND"})
    kinesis.get_waiter("stream_exists").wait(StreamName="busy")
    put = {f"camera-{i}": bytes([i]) * 100 for i in range(40)}
    answer = kinesis.put_records(StreamName="events",
                                 Records=[{"PartitionKey": key, "Data": data} for key, data in put.items()])
    assert answer["FailedRecordCount"] == 0
    found = {}
    for shard in kinesis.list_shards(StreamName="events")["Shards"]:
        iterator = kinesis.get_shard_iterator(StreamName="events", ShardId=shard["ShardId"],
                                              ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        records = kinesis.get_records(ShardIterator=iterator)["Records"]
        low, high = (int(shard["HashKeyRange"][end]) for end in ("StartingHashKey", "EndingHashKey"))
        assert records and low < high
        found |= {record["PartitionKey"]: record["Data"] for record in records}
    assert found == put
    assert code(kinesis.describe_stream_summary, StreamName="none") == "ResourceNotFoundException"
    assert code(kinesis.list_streams) == "ProvisionedThroughputExceededException"  # The fault in its file.
    assert kinesis.list_streams()["StreamNames"] == ["busy", "events"]


def test_s3_takes_odd_keys_and_presigned_urls(fake):
    s3 = fake.client("s3", config=S3_CONFIG)
    keys = ["plain.jpg", "a b/ü~(1)+x&y=z.jpg", "a//b/../c", "%41"]
    for key in keys:
        s3.put_object(Bucket="pictures", Key=key, Body=key.encode(), Metadata={"camera": "gate"})
        got = s3.get_object(Bucket="pictures", Key=key)
        assert (got["Body"].read(), got["Metadata"]) == (key.encode(), {"camera": "gate"})
        if ".." in key:
            continue  # requests would take the step up itself, before it asks.
        url = s3.generate_presigned_url("get_object", Params={"Bucket": "pictures", "Key": key})
        assert requests.get(url, timeout=10).content == key.encode()
        assert requests.get(url + "0", timeout=10).status_code == 403
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="pictures")["Contents"]] == sorted(keys)
    assert code(s3.get_object, Bucket="pictures", Key="none") == "NoSuchKey"


def test_dynamodb_pages_through_an_index(fake):
    dynamodb = fake.client("dynamodb", config=NO_RETRIES)
    schema = [{"AttributeName": "id", "KeyType": "HASH"}]
    index = [{"AttributeName": "camera_id", "KeyType": "HASH"}, {"AttributeName": "ts_ms", "KeyType": "RANGE"}]
    dynamodb.create_table(
        TableName="t", KeySchema=schema, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": kind}
                              for name, kind in (("id", "S"), ("camera_id", "S"), ("ts_ms", "N"))],
        GlobalSecondaryIndexes=[{"IndexName": "by-camera", "KeySchema": index,
                                 "Projection": {"ProjectionType": "ALL"}}])
    dynamodb.get_waiter("table_exists").wait(TableName="t")
    items = [{"id": {"S": f"e{i}"}, "camera_id": {"S": "gate"}, "ts_ms": {"N": str(i)}} for i in range(10)]
    dynamodb.batch_write_item(RequestItems={"t": [{"PutRequest": {"Item": item}} for item in items]})
    pages = list(dynamodb.get_paginator("query").paginate(
        TableName="t", IndexName="by-camera", KeyConditionExpression="camera_id = :c AND ts_ms >= :t",
        ExpressionAttributeValues={":c": {"S": "gate"}, ":t": {"N": "4"}}, PaginationConfig={"PageSize": 2}))
    assert [item for page in pages for item in page["Items"]] == items[4:]
    assert len(pages) > 3


def test_sts_keys_open_the_fake_until_they_expire(fake):
    sts = fake.client("sts", config=NO_RETRIES)
    assert sts.get_caller_identity()["Arn"].endswith(":user/fake")
    given = sts.assume_role(RoleArn="arn:aws:iam::000000000000:role/watcher", RoleSessionName="night")["Credentials"]
    keys = {"aws_access_key_id": given["AccessKeyId"], "aws_secret_access_key": given["SecretAccessKey"]}
    kinesis = fake.client("kinesis", config=NO_RETRIES, aws_session_token=given["SessionToken"], **keys)
    kinesis.describe_stream_summary(StreamName="events")
    assert code(fake.client("kinesis", config=NO_RETRIES, **keys).list_shards,
                StreamName="events") == "UnrecognizedClientException"
    requests.post(fake.url + "/_fake/keys/expire", timeout=10)
    assert code(kinesis.describe_stream_summary, StreamName="events") == "ExpiredTokenException"


def test_faults_reach_boto3(fake):
    kinesis = fake.client("kinesis", config=NO_RETRIES)
    record = {"StreamName": "events", "PartitionKey": "k", "Data": b"x"}
    deal(fake, kind="internal_error", action="PutRecord", count=1)
    deal(fake, kind="reset_after", action="PutRecord", count=1)
    assert code(kinesis.put_record, **record) == "InternalFailure"
    with pytest.raises(ConnectionClosedError):
        kinesis.put_record(**record)
    kinesis.put_record(**record)
    counts = ledger(fake)["actions"]["kinesis:PutRecord"]
    assert (counts["seen"], counts["executed"], counts["answered"]) == (3, 2, 2)
    assert ledger(fake)["record_count"] == 2


def test_a_wrong_key_and_a_wrong_clock_are_refused(fake):
    wrong = fake.client("kinesis", config=NO_RETRIES, aws_secret_access_key="wrong")
    assert code(wrong.describe_stream_summary, StreamName="events") == "InvalidSignatureException"
    wrong_s3 = fake.client("s3", config=S3_CONFIG, aws_secret_access_key="wrong")
    assert code(wrong_s3.list_objects_v2, Bucket="pictures") == "SignatureDoesNotMatch"
    requests.post(fake.url + "/_fake/clock", json={"offset_seconds": 3600}, timeout=10)
    kinesis = fake.client("kinesis", config=NO_RETRIES)
    assert code(kinesis.list_shards, StreamName="events") == "InvalidSignatureException"
    assert code(fake.client("s3", config=S3_CONFIG).list_objects_v2, Bucket="pictures") == "RequestTimeTooSkewed"
