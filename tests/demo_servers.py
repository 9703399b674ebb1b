"""The servers of peers.py as the demos of streams have them: each in a folder of its own, and nothing of the user's AWS set-up used."""

import os
from contextlib import contextmanager

import peers


def use_their_credentials():
    """In this process and what it starts."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(AWS_REGION=peers.REGION, AWS_ACCESS_KEY_ID=peers.ACCESS_KEY, AWS_SECRET_ACCESS_KEY=peers.SECRET_KEY,
                      AWS_EC2_METADATA_DISABLED="true")


@contextmanager
def server(serve, folder):
    """One of peers.py's: server(peers.serve_kinesis, folder) is its Peer, as long as it runs."""
    own = folder / serve.__name__
    own.mkdir()
    yield from serve(own)
