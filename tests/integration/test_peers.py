"""The peers do what other tests count on: where one is lenient, a test that it passes shows nothing."""

import hashlib
import uuid

import pytest
import requests
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from conftest import wait_until

ALL_HASH_KEYS = 2**128


def refusal(call, **arguments):
    """The code of the error that the call ends with."""
    with pytest.raises(ClientError) as error:
        call(**arguments)
    return error.value.response["Error"]["Code"]


def new_name(kind):
    return f"{kind}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def bucket(minio):
    name = new_name("bucket")
    minio.client("s3").create_bucket(Bucket=name)
    return name


def signed_put(peer, path, body):
    """A PUT of `body`, signed with the digest of it in its headers."""
    request = AWSRequest("PUT", peer.url + path, data=body)
    S3SigV4Auth(Credentials(peer.access_key, peer.secret_key), "s3", peer.region).add_auth(request)
    return request.url, dict(request.headers)


def test_minio_keeps_what_it_is_given(minio, bucket):
    url, headers = signed_put(minio, f"/{bucket}/a/b.jpg", b"picture")
    assert requests.put(url, data=b"picture", headers=headers, timeout=10).status_code == 200
    assert minio.client("s3").get_object(Bucket=bucket, Key="a/b.jpg")["Body"].read() == b"picture"


def test_minio_refuses_a_wrong_key_and_a_wrong_signature(minio, bucket):
    wrong_secret = minio.client("s3", aws_secret_access_key="not-the-secret")
    assert refusal(wrong_secret.put_object, Bucket=bucket, Key="k", Body=b"x") == "SignatureDoesNotMatch"
    nobody = minio.client("s3", aws_access_key_id="nobody")
    assert refusal(nobody.put_object, Bucket=bucket, Key="k", Body=b"x") == "InvalidAccessKeyId"
    url, headers = signed_put(minio, f"/{bucket}/k", b"x")
    reply = requests.put(url + "2", data=b"x", headers=headers, timeout=10)
    assert reply.status_code == 403 and "SignatureDoesNotMatch" in reply.text


def test_minio_refuses_a_body_that_is_not_what_was_signed(minio, bucket):
    url, headers = signed_put(minio, f"/{bucket}/k", b"one")
    reply = requests.put(url, data=b"two", headers=headers, timeout=10)
    assert reply.status_code == 400 and "XAmzContentSHA256Mismatch" in reply.text
    assert refusal(minio.client("s3").get_object, Bucket=bucket, Key="k") == "NoSuchKey"


def test_minio_refuses_small_parts_and_what_is_already_there(minio, bucket):
    s3 = minio.client("s3")
    upload = {"Bucket": bucket, "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    parts = [{"PartNumber": n, "ETag": s3.upload_part(**upload, PartNumber=n, Body=b"small")["ETag"]} for n in (1, 2)]
    assert refusal(s3.complete_multipart_upload, **upload, MultipartUpload={"Parts": parts}) == "EntityTooSmall"
    s3.put_object(Bucket=bucket, Key="once", Body=b"x", IfNoneMatch="*")
    assert refusal(s3.put_object, Bucket=bucket, Key="once", Body=b"y", IfNoneMatch="*") == "PreconditionFailed"


def test_minio_opens_presigned_urls_and_no_others(minio, bucket):
    s3 = minio.client("s3")
    s3.put_object(Bucket=bucket, Key="k", Body=b"picture")
    url = s3.generate_presigned_url("get_object", {"Bucket": bucket, "Key": "k"}, ExpiresIn=60)
    assert requests.get(url, timeout=10).content == b"picture"
    assert requests.get(url.replace("/k?", "/other?"), timeout=10).status_code == 403
    assert requests.get(url.split("?")[0], timeout=10).status_code == 403


def puts(*numbers):
    return [{"PutRequest": {"Item": item(n)}} for n in numbers]


@pytest.fixture
def table(moto):
    """A table of events as `kinesight provision` makes it."""
    name = new_name("events")
    attributes = {"event_id": "S", "ts_ms": "N", "camera_id": "S"}
    moto.client("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": t} for a, t in attributes.items()],
        KeySchema=keys("event_id", "ts_ms"),
        GlobalSecondaryIndexes=[{"IndexName": "camera_id-ts_ms-index", "KeySchema": keys("camera_id", "ts_ms"),
                                 "Projection": {"ProjectionType": "ALL"}}])
    return name


def keys(*names):
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"))]


def item(n, **more):
    return {"event_id": {"S": f"e{n}"}, "ts_ms": {"N": str(1000 + n)}, "camera_id": {"S": "hall"}, **more}


def test_moto_keeps_types_and_every_digit(moto, table):
    dynamodb = moto.client("dynamodb")
    written = item(1, conf={"N": "0.8123456789012345"}, extras={"M": {"snapshot": {"S": "1"}, "none": {"NULL": True},
                                                                      "plate": {"M": {"sure": {"BOOL": False}}}}},
                   bbox={"L": [{"N": "1.5"}, {"N": "-2"}, {"N": "30"}, {"N": "1e-7"}]})
    dynamodb.put_item(TableName=table, Item=written)
    read = dynamodb.get_item(TableName=table, Key={"event_id": {"S": "e1"}, "ts_ms": {"N": "1001"}})["Item"]
    assert read == written


def test_moto_queries_the_index_in_order_and_in_pages(moto, table):
    dynamodb = moto.client("dynamodb")
    for n in (3, 1, 2, 4):
        dynamodb.put_item(TableName=table, Item=item(n))
    query = {"TableName": table, "IndexName": "camera_id-ts_ms-index", "Limit": 2,
             "KeyConditionExpression": "camera_id = :c AND ts_ms >= :t",
             "ExpressionAttributeValues": {":c": {"S": "hall"}, ":t": {"N": "1002"}}}
    first = dynamodb.query(**query)
    second = dynamodb.query(**query, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert [i["ts_ms"]["N"] for i in first["Items"] + second["Items"]] == ["1002", "1003", "1004"]


def test_moto_refuses_one_key_twice_in_a_batch_and_items_over_400_kb(moto, table):
    dynamodb = moto.client("dynamodb")
    assert refusal(dynamodb.batch_write_item, RequestItems={table: puts(1, 2, 1)}) == "ValidationException"
    assert refusal(dynamodb.put_item, TableName=table, Item=item(1, text={"S": "x" * 410_000})) == "ValidationException"


def test_moto_lends_a_role(moto):
    lent = moto.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/camera", RoleSessionName="test")
    assert lent["Credentials"]["SessionToken"] and lent["AssumedRoleUser"]["Arn"].endswith("camera/test")


@pytest.fixture
def stream(kinesis_local):
    """stream(shards) -> the name of a new, active stream."""
    kinesis = kinesis_local.client("kinesis")

    def create(shards):
        name = new_name("stream")
        kinesis.create_stream(StreamName=name, ShardCount=shards)
        wait_until(lambda: status(kinesis, name) == "ACTIVE")
        return name

    return create


def status(kinesis, name):
    return kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"]


def hash_range(shard):
    return tuple(int(shard["HashKeyRange"][end]) for end in ("StartingHashKey", "EndingHashKey"))


def read(kinesis, name, shard):
    """What the shard holds from its beginning, and the iterator that goes on (None: closed and read to its end)."""
    iterator = kinesis.get_shard_iterator(StreamName=name, ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    answer = kinesis.get_records(ShardIterator=iterator["ShardIterator"])
    return answer["Records"], answer.get("NextShardIterator")


def test_kinesis_local_routes_by_hash_and_keeps_order(kinesis_local, stream):
    kinesis, name = kinesis_local.client("kinesis"), stream(4)
    shards = kinesis.list_shards(StreamName=name)["Shards"]
    ranges = sorted(map(hash_range, shards))
    assert ranges[0][0] == 0 and ranges[-1][1] == ALL_HASH_KEYS - 1
    assert all(before[1] + 1 == after[0] for before, after in zip(ranges, ranges[1:]))

    sent = [(f"camera-{n % 16}", f"{n:04d}".encode()) for n in range(400)]
    answer = kinesis.put_records(StreamName=name, Records=[{"PartitionKey": k, "Data": d} for k, d in sent])
    assert answer["FailedRecordCount"] == 0
    for shard in shards:
        low, high = hash_range(shard)
        here = [n for n, (key, _) in enumerate(sent) if low <= int(hashlib.md5(key.encode()).hexdigest(), 16) <= high]
        assert here and all(answer["Records"][n]["ShardId"] == shard["ShardId"] for n in here)
        records, _ = read(kinesis, name, shard["ShardId"])
        assert [(r["PartitionKey"], r["Data"]) for r in records] == [sent[n] for n in here]
        assert [r["SequenceNumber"] for r in records] == [answer["Records"][n]["SequenceNumber"] for n in here]


def test_kinesis_local_splits_shards_as_kinesis_does(kinesis_local, stream):
    kinesis, name = kinesis_local.client("kinesis"), stream(1)
    kinesis.put_record(StreamName=name, PartitionKey="k", Data=b"before")
    parent = kinesis.list_shards(StreamName=name)["Shards"][0]["ShardId"]
    kinesis.split_shard(StreamName=name, ShardToSplit=parent, NewStartingHashKey=str(ALL_HASH_KEYS // 2))
    wait_until(lambda: status(kinesis, name) == "ACTIVE")
    children = [s for s in kinesis.list_shards(StreamName=name)["Shards"] if s.get("ParentShardId") == parent]
    assert sorted(map(hash_range, children)) == [(0, ALL_HASH_KEYS // 2 - 1), (ALL_HASH_KEYS // 2, ALL_HASH_KEYS - 1)]
    records, following = read(kinesis, name, parent)
    assert [r["Data"] for r in records] == [b"before"] and following is None
    answer = kinesis.put_record(StreamName=name, PartitionKey="k", Data=b"after")
    assert answer["ShardId"] in {child["ShardId"] for child in children}


def test_kinesis_local_refuses_records_over_1_mib_and_streams_it_has_not(kinesis_local, stream):
    kinesis, name = kinesis_local.client("kinesis"), stream(1)
    records = [{"PartitionKey": "k", "Data": b"x" * size} for size in (2**20, 2**20 + 1)]
    answer = kinesis.put_records(StreamName=name, Records=records)
    assert [r.get("ErrorCode") for r in answer["Records"]] == [None, "InvalidArgumentException"]
    assert refusal(kinesis.put_records, StreamName="none", Records=records[:1]) == "ResourceNotFoundException"


def test_what_moto_and_kinesis_local_do_not_check(moto, kinesis_local, table, stream):
    """Signatures (MinIO checks them) and counts (the fault-injecting fake of tests/support counts)."""
    careless = {"aws_secret_access_key": "not-the-secret"}
    moto.client("dynamodb", **careless).batch_write_item(RequestItems={table: puts(*range(26))})
    records = [{"PartitionKey": "k", "Data": b"x"}] * 501
    kinesis_local.client("kinesis", **careless).put_records(StreamName=stream(1), Records=records)
