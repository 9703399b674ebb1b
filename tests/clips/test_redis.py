"""Holds what we say to Redis against a real one, which is killed, frozen and asked with the wrong password."""

import json
import os
import subprocess

from conftest import KINESIGHT

PROGRAM = KINESIGHT.parent / "bin/test_contract_redis"


def test_the_contract(redis, tmp_path):
    report = tmp_path / "report.json"
    with redis.keeper() as port:
        environment = os.environ | {"KINESIGHT_CONTRACT_REDIS": f"{redis.host}:{redis.port}",
                                    "KINESIGHT_CONTRACT_REDIS_PASSWORD": redis.password,
                                    "KINESIGHT_CONTRACT_REDIS_CONTROL": str(port)}
        ended = subprocess.run([PROGRAM, f"--gtest_output=json:{report}"], env=environment, capture_output=True, text=True,
                               timeout=240)
    assert ended.returncode == 0, f"{ended.stdout[-8000:]}{ended.stderr[-4000:]}"
    results = [case["result"] for group in json.loads(report.read_text())["testsuites"] for case in group["testsuite"]]
    assert results.count("COMPLETED") == len(results) > 0, f"not all ran:\n{ended.stdout}"
