"""Where clips are kept, as tests look at it: with others' clients, none of ours. Each store has
  `storage`          what clips.yaml says of it
  `address(key)`     as messages name an object
  `keys()`           of all objects
  `read(key)`        an object's bytes
  `status(key)`      its content type and metadata
"""

import json

import pytest
import requests

from peers import REGION


class S3Bucket:
    def __init__(self, minio, name, endpoint=None):
        self.client, self.name = minio.client("s3"), name
        self.client.create_bucket(Bucket=name)
        self.storage = {"type": "s3", "container": name, "region": REGION, "endpoint_url": endpoint or minio.url}

    def address(self, key):
        return f"s3://{self.name}/{key}"

    def keys(self):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return [one["Key"] for page in pages for one in page.get("Contents", [])]

    def read(self, key):
        return self.client.get_object(Bucket=self.name, Key=key)["Body"].read()

    def status(self, key):
        found = self.client.head_object(Bucket=self.name, Key=key)
        return found["ContentType"], found["Metadata"]


class AzureContainer:
    def __init__(self, azurite, name):
        blob = pytest.importorskip("azure.storage.blob")
        key = {"account_name": azurite.access_key, "account_key": azurite.secret_key}
        self.container, self.url = blob.BlobServiceClient(azurite.url, key).create_container(name), f"{azurite.url}/{name}"
        self.storage = {"type": "azure_blob", "container": name, "account_name": azurite.access_key,
                        "account_key": azurite.secret_key, "endpoint_url": azurite.url}

    def address(self, key):
        return f"{self.url}/{key}"

    def keys(self):
        return [one.name for one in self.container.list_blobs()]

    def read(self, key):
        return self.container.download_blob(key).readall()

    def status(self, key):
        found = self.container.get_blob_client(key).get_blob_properties()
        return found.content_settings.content_type, found.metadata


class Folder:
    def __init__(self, path, name):
        self.path = path / name
        self.storage = {"type": "directory", "path": str(path), "container": name}

    def address(self, key):
        return f"file://{self.path}/{key}"

    def keys(self):
        files = [str(one.relative_to(self.path)) for one in self.path.rglob("*") if one.is_file()]
        return [one for one in files if not one.endswith(".json")]  # The attributes of the file beside.

    def read(self, key):
        return (self.path / key).read_bytes()

    def status(self, key):
        said = json.loads((self.path / f"{key}.json").read_text())
        return said["content_type"], said["metadata"]


def open_store(kind, request, folder, name):
    """A new store of a kind, with the server that it needs."""
    if kind == "s3":
        return S3Bucket(request.getfixturevalue("minio"), name)
    if kind == "azure_blob":
        return AzureContainer(request.getfixturevalue("azurite"), name)
    return Folder(folder / "stores", name)


def download(url):
    """The bytes that a link of a message leads to, fetched without credentials."""
    if url.startswith("file://"):
        with open(url.removeprefix("file://"), "rb") as file:
            return file.read()
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 200, (answer.status_code, answer.text[:500])
    return answer.content
