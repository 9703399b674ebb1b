"""The tables of a stream in DynamoDB (moto): made by `kinesight provision --of stream`, written as seed 004's writer does it, read
by `kinesight latest`."""

import json
import os
import time
import uuid
from decimal import Decimal

import pytest

from conftest import kinesight

ROWS = 12


class Tables:
    """The stream and the tables of a stream.yaml that nobody has used before."""

    def __init__(self, moto, folder):
        mark = uuid.uuid4().hex[:8]
        self.moto, self.dynamodb = moto, moto.client("dynamodb")
        self.names = {kind: f"{kind}-{mark}" for kind in ("realtime", "windows", "dead_letters", "shards")}
        self.stream = f"air-{mark}"
        self.config = folder / "stream.yaml"
        self.config.write_text(json.dumps({"kinesis": {"stream_name": self.stream}, "tables": self.names}))
        self.environment = {**os.environ, "AWS_ENDPOINT_URL": moto.url, "AWS_REGION": moto.region,
                            "AWS_ACCESS_KEY_ID": moto.access_key, "AWS_SECRET_ACCESS_KEY": moto.secret_key}

    def run(self, *arguments):
        return kinesight(*arguments, "--config", self.config, env=self.environment, check=False)

    def provision(self, *arguments):
        return self.run("provision", "--of", "stream", *arguments)

    def write_as_the_seed(self, measurement, timestamp, ttl):
        """DynamoDBSpeedLayerWriter.write_measurement(), at a time of the test's own."""
        self.dynamodb.put_item(TableName=self.names["realtime"], Item={
            "city_id": {"S": measurement["city_id"]},
            "timestamp": {"N": str(timestamp)},
            "city_name": {"S": measurement["city_name"]},
            "pm25_value": {"N": str(Decimal(str(measurement["pm25_value"])))},
            "pm10_value": {"N": str(Decimal(str(measurement["pm10_value"])))},
            "aqi_value": {"N": str(measurement["aqi_value"])},
            "aqi_category": {"S": measurement["aqi_category"]},
            "temperature_c": {"N": str(Decimal(str(measurement["temperature_c"])))},
            "ttl": {"N": str(ttl)}})


@pytest.fixture
def tables(moto, tmp_path):
    return Tables(moto, tmp_path)


def keys_of(dynamodb, table):
    found = dynamodb.describe_table(TableName=table)["Table"]
    types = {one["AttributeName"]: one["AttributeType"] for one in found["AttributeDefinitions"]}
    return [(one["AttributeName"], one["KeyType"], types[one["AttributeName"]]) for one in found["KeySchema"]]


def test_provision_makes_the_stream_and_its_tables_once(tables):
    dry = tables.provision("--dry-run")
    assert dry.returncode == 0 and dry.stdout.count("would create") == 5, dry.stderr
    assert not set(tables.names.values()) & set(tables.dynamodb.list_tables()["TableNames"])
    made = tables.provision()
    assert made.returncode == 0 and made.stdout.count("done") == 5, made.stderr
    assert keys_of(tables.dynamodb, tables.names["realtime"]) == [("city_id", "HASH", "S"), ("timestamp", "RANGE", "N")]
    assert keys_of(tables.dynamodb, tables.names["windows"]) == [("city_id", "HASH", "S"), ("window_start", "RANGE", "S")]
    assert keys_of(tables.dynamodb, tables.names["dead_letters"]) == [("error_id", "HASH", "S")]
    assert keys_of(tables.dynamodb, tables.names["shards"]) == [("shard", "HASH", "S"), ("part", "RANGE", "S")]
    for forgetting in ("realtime", "shards"):
        ttl = tables.dynamodb.describe_time_to_live(TableName=tables.names[forgetting])["TimeToLiveDescription"]
        assert (ttl["TimeToLiveStatus"], ttl["AttributeName"]) == ("ENABLED", "ttl")
    summary = tables.moto.client("kinesis").describe_stream_summary(StreamName=tables.stream)
    assert summary["StreamDescriptionSummary"]["OpenShardCount"] == 2
    again = tables.provision()
    assert again.returncode == 0 and again.stdout.count("exists  ") == 5, again.stdout


def test_provision_says_how_a_table_of_another_shape_differs(tables):
    tables.dynamodb.create_table(TableName=tables.names["windows"], BillingMode="PAY_PER_REQUEST",
                                 AttributeDefinitions=[{"AttributeName": "city", "AttributeType": "S"}],
                                 KeySchema=[{"AttributeName": "city", "KeyType": "HASH"}])
    ran = tables.provision("--dry-run")
    assert ran.returncode == 1
    assert (f"differs  DynamoDB table {tables.names['windows']}: keys: expected city_id (HASH, S), window_start (RANGE, S), "
            "found city (HASH, S)") in ran.stdout


def test_latest_reads_what_the_seeds_writer_wrote(tables):
    assert tables.provision().returncode == 0
    now = int(time.time())
    for i in range(ROWS):
        tables.write_as_the_seed({"city_id": "DEL", "city_name": "Delhi", "pm25_value": 161.5 + i, "pm10_value": 1e-05,
                                  "aqi_value": 212, "aqi_category": "Very Unhealthy", "temperature_c": -3.0},
                                 now - i, now + 3600 if i % 2 else now - 1)
    done = tables.run("latest", "DEL", "--limit", 3, "--json")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["timestamp"] for row in rows] == [now - 1, now - 3, now - 5], "newest first, without those that have expired"
    assert rows[0] == {"city_id": "DEL", "timestamp": now - 1, "city_name": "Delhi", "pm25_value": 162.5, "pm10_value": 1e-05,
                       "aqi_value": 212, "aqi_category": "Very Unhealthy", "temperature_c": -3.0, "ttl": now + 3600}
    assert '"temperature_c":-3.0,' in done.stdout, "the digits that are stored"
    assert len(tables.run("latest", "DEL", "--json").stdout.splitlines()) == ROWS // 2
    table = tables.run("latest", "DEL").stdout.splitlines()
    assert table[0].split() == ["timestamp", "city_name", "pm25_value", "pm10_value", "aqi_value", "aqi_category",
                                "temperature_c"]
    assert len(table) == 1 + ROWS // 2 and table[1].split()[1:4] == ["Delhi", "162.5", "0.00001"]
    assert tables.run("latest", "BER", "--json").stdout == ""


def test_latest_says_that_there_is_no_table(tables):
    ran = tables.run("latest", "DEL")
    assert ran.returncode == 1 and f"table {tables.names['realtime']}" in ran.stderr
