"""`kinesight sim` as tests use it: started on a free port, asked with AWS's own client."""

import subprocess

import boto3
import requests
from botocore.config import Config

from conftest import KINESIGHT
from peers import ACCESS_KEY, REGION, SECRET_KEY


class Simulator:
    """A running `kinesight sim`."""

    def __init__(self, *arguments, **options):
        """`options` are those of Popen."""
        command = [KINESIGHT, "sim", "--listen", "127.0.0.1:0", "--key", f"{ACCESS_KEY}={SECRET_KEY}"]
        self.process = subprocess.Popen([*command, *map(str, arguments)], stdout=subprocess.PIPE, text=True, **options)
        line = self.process.stdout.readline()
        assert "listens: " in line, line
        self.url = line.split("listens: ", 1)[1].strip()

    def client(self, service, endpoint=None, **options):
        """A boto3 client that tries once; `options` replace what it would be made with."""
        made_with = {"region_name": REGION, "aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY,
                     "config": Config(retries={"total_max_attempts": 1})}
        return boto3.client(service, endpoint_url=endpoint or self.url, **{**made_with, **options})

    def fault(self, **what):
        requests.post(f"{self.url}/_sim/faults", json=what, timeout=5).raise_for_status()

    def clear_faults(self):
        requests.delete(f"{self.url}/_sim/faults", timeout=5).raise_for_status()

    def stop(self):
        """Asks it to end; it has to do so in good order."""
        self.process.terminate()
        try:
            assert self.process.wait(20) == 0
        finally:
            self.process.kill()
            self.process.stdout.close()
