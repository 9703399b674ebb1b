"""What seed 004's Python producer makes of a record."""

import hashlib


def message_id(record):
    """As its KinesisProducer._generate_message_id() has it."""
    content = f"{record.get('city_id')}_{record.get('timestamp')}"
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def partition_key(record):
    """As its KinesisProducer._generate_partition_key() has it."""
    return record.get("city_id", "default")
