"""ONNX files that tests make themselves, as small as can be; tests/vision/tiny_models.h in Python.

An ONNX file is a protocol buffer (onnx.proto); these functions write the few fields that a tiny model has.
"""

import struct

FLOAT, INT64 = 1, 7  # TensorProto.DataType
INPUT = (1, 3, 64, 64)


def _varint(value):
    data = b""
    while value >= 0x80:
        data += bytes([value & 0x7F | 0x80])
        value >>= 7
    return data + bytes([value])


def _number(field, value):
    return _varint(field << 3) + _varint(value)


def _bytes(field, value):
    value = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _value_info(name, shape):
    dimensions = b"".join(_bytes(1, _number(1, size)) for size in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, FLOAT) + _bytes(2, dimensions)))


def _initializer(name, shape, values, kind=FLOAT):
    raw = struct.pack(f"<{len(values)}{'f' if kind == FLOAT else 'q'}", *values)
    return _bytes(5, b"".join(_number(1, size) for size in shape) + _number(2, kind) + _bytes(8, name) + _bytes(9, raw))


def _node(operation, inputs, output, **attributes):
    """One node; its attributes are whole numbers, or lists of them."""
    text = b"".join(_bytes(1, name) for name in inputs) + _bytes(2, output) + _bytes(4, operation)
    for name, value in attributes.items():
        numbers = _number(3, value) + _number(20, 2) if isinstance(value, int) else (
            b"".join(_number(8, one) for one in value) + _number(20, 7))
        text += _bytes(5, _bytes(1, name) + numbers)
    return _bytes(1, text)


def _save(file, graph, output_shape, names, input_shape=INPUT):
    graph += _bytes(2, "tiny") + _bytes(11, _value_info("images", input_shape)) + _bytes(12, _value_info("output0", output_shape))
    properties = _bytes(14, _bytes(1, "names") + _bytes(2, repr(list(names)))) if names else b""
    file.write_bytes(_number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13)) + properties)


def save_constant_model(file, shape, values=(), names=()):
    """A model whose output of `shape` is `values`, then zeros, whatever the picture; its file names the classes."""
    size = 1
    for length in shape:
        size *= length
    _save(file,
          _node("ReduceMean", ["images"], "mean", keepdims=0) + _node("Mul", ["mean", "zero"], "nothing") +
          _node("Add", ["values", "nothing"], "output0") + _initializer("zero", [], [0]) +
          _initializer("values", shape, [*values, *[0] * (size - len(values))]), shape, names)


def save_failing_model(file, limit, names=("thing",)):
    """A detector that finds nothing, until a picture's mean is above `limit` (0 to 1): then the runtime throws.

    Two rows are reshaped into two rows, or into more where the picture is too bright: there are not as many.
    """
    _save(file,
          _node("ReduceMean", ["images"], "mean", keepdims=0) + _node("Sub", ["mean", "limit"], "above") +
          _node("Relu", ["above"], "excess") + _node("Mul", ["excess", "thousand"], "scaled") +
          _node("Add", ["scaled", "two"], "rows") + _node("Cast", ["rows"], "whole", to=INT64) +
          _node("Reshape", ["whole", "one"], "count") + _node("Concat", ["count", "six"], "shape", axis=0) +
          _node("Reshape", ["twelve", "shape"], "reshaped") + _node("ReduceMean", ["reshaped"], "nothing", keepdims=0) +
          _node("Add", ["none", "nothing"], "output0") + _initializer("limit", [], [limit]) +
          _initializer("thousand", [], [1000]) + _initializer("two", [], [2]) + _initializer("one", [1], [1], INT64) +
          _initializer("six", [1], [6], INT64) + _initializer("twelve", [2, 6], [0] * 12) +
          _initializer("none", [1, 1, 6], [0] * 6), [1, 1, 6], names)


def save_slow_model(file, layers=12, channels=64, size=256):
    """A detector that finds nothing and takes long for it, half a second or so: a chain of large convolutions."""
    def convolution(source, weights, output):
        return _node("Conv", [source, weights], output, kernel_shape=[3, 3], pads=[1, 1, 1, 1])

    graph = convolution("images", "first", "layer0")
    for layer in range(layers):
        graph += convolution(f"layer{layer}", "more", f"layer{layer + 1}")
    graph += (_node("ReduceMean", [f"layer{layers}"], "mean", keepdims=0) + _node("Mul", ["mean", "zero"], "nothing") +
              _node("Add", ["none", "nothing"], "output0") + _initializer("zero", [], [0]) +
              _initializer("first", [channels, 3, 3, 3], [1e-3] * (channels * 27)) +
              _initializer("more", [channels, channels, 3, 3], [1e-3] * (channels * channels * 9)) +
              _initializer("none", [1, 1, 6], [0] * 6))
    _save(file, graph, [1, 1, 6], ["thing"], (1, 3, size, size))
