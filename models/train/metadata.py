"""Adds metadata_props to an ONNX file. It takes ten lines, so the recipe does without the onnx package.

An ONNX file is a protobuf message ModelProto (onnx.proto). In protobuf, appending an encoded field to a message adds it:
metadata_props is the repeated field 14, of messages StringStringEntryProto {key = 1, value = 2}.
"""

METADATA_PROPS, KEY, VALUE = 14, 1, 2


def varint(number):
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def field(number, payload):
    """A length-delimited field."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def set_metadata(file, entries):
    """Appends `entries` (text to text) to the ONNX model in `file` (a pathlib.Path)."""
    encoded = b"".join(field(METADATA_PROPS, field(KEY, k.encode()) + field(VALUE, v.encode())) for k, v in entries.items())
    file.write_bytes(file.read_bytes() + encoded)
