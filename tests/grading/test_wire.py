"""Plain data come through unchanged, and nothing else comes through at all."""

from __future__ import annotations

import contextlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_np

from dlcourse.running import wire
from dlcourse.running.plain import MAX_DEPTH, identical

dtypes = st.one_of(
    st_np.boolean_dtypes(),
    st_np.integer_dtypes(endianness="="),
    st_np.unsigned_integer_dtypes(endianness="="),
    st_np.floating_dtypes(endianness="=", sizes=(16, 32, 64)),
    st_np.complex_number_dtypes(endianness="=", sizes=(64, 128)),
    st_np.unicode_string_dtypes(endianness="=", min_len=1, max_len=5),
)
arrays = dtypes.flatmap(lambda dtype: st_np.arrays(dtype, st_np.array_shapes(min_dims=0, min_side=0, max_side=4)))
numbers = st.one_of(st.integers(), st.floats(), st.complex_numbers(), st.booleans(), st.none())
keys = st.one_of(st.integers(), st.booleans(), st.none(), st.text())
plain_data = st.recursive(
    st.one_of(numbers, st.text(st.characters()), arrays),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple), st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=20,
)


def through(value):
    """There and back again, as bytes."""
    data = wire.frame({"value": wire.pack(value)})
    body = data[4:]
    assert wire.length_of(data[:4], 10**9) == len(body)
    return wire.unpack(wire.parse(body)["value"])


def same(a, b) -> bool:
    """Equal to the last bit, where NaN equals itself."""
    if isinstance(a, float | complex) and type(a) is type(b):
        return repr(a) == repr(b)
    if isinstance(a, list | tuple) and type(a) is type(b):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict) and type(b) is dict:
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    return identical(a, b)


@settings(deadline=None, max_examples=300)
@given(plain_data)
def test_plain_data_come_through_unchanged(value):
    assert same(value, through(value))


def test_what_comes_through_can_be_written_to():
    array = through(np.zeros(3))
    array[0] = 1
    assert array.flags.owndata


@pytest.mark.parametrize("value", [object(), {1, 2}, np.float64(1.0), range(3), print])
def test_what_is_not_plain_is_not_sent(value):
    with pytest.raises(TypeError, match="not plain"):
        wire.pack(value)


json_data = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(st.sampled_from(["array", "tuple", "dict", "int", "complex", "x"]), inner, max_size=2),
    ),
    max_leaves=30,
)


@settings(deadline=None, max_examples=500)
@given(json_data)
def test_any_data_give_a_value_or_a_wire_error(data):
    with contextlib.suppress(wire.WireError):
        wire.pack(wire.unpack(data))


@settings(deadline=None, max_examples=500)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_message_or_a_wire_error(body):
    with contextlib.suppress(wire.WireError):
        assert type(wire.parse(body)) is dict


HOSTILE = {
    "objects": {"array": ["|O8", [1], "AAAAAAAAAAA="]},
    "a structure": {"array": ["<V8", [1], "AAAAAAAAAAA="]},
    "a date": {"array": ["<M8", [1], "AAAAAAAAAAA="]},
    "a false shape": {"array": ["<f8", [2], "AAAAAAAAAAA="]},
    "a negative length": {"array": ["<f8", [-1], "AAAAAAAAAAA="]},
    "a length that is true": {"array": ["<f8", [True], "AAAAAAAAAAA="]},
    "too many axes": {"array": ["<f8", [1] * 40, "AAAAAAAAAAA="]},
    "no base64": {"array": ["<f8", [1], "AAAA!AAAAAA="]},
    "bools that are none": {"array": ["|b1", [1], "Ag=="]},
    "impossible characters": {"array": ["<U1", [1], "////fw=="]},
    "strings without length": {"array": ["<U0", [1], ""]},
    "strings of great length": {"array": ["<U9999", [0], ""]},
    "an int in words": {"int": "seven"},
    "an int without end": {"int": "0x" + "f" * 100_000},
    "a complex number of ints": {"complex": [1, 2]},
    "a dict with twins": {"dict": [["a", 1], ["a", 2]]},
    "a dict with a list as key": {"dict": [[[1], 2]]},
    "a pair of three": {"dict": [[1, 2, 3]]},
    "an unknown kind": {"class": "os.system"},
    "two kinds": {"tuple": [], "int": "0x1"},
    "too many places": [0] * 400_000,
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_values_are_refused(what):
    with pytest.raises(wire.WireError):
        wire.unpack(json.loads(json.dumps(HOSTILE[what])))


def test_too_deep_a_value_is_refused():
    deep = []
    for _ in range(MAX_DEPTH + 5):
        deep = [deep]
    with pytest.raises(wire.WireError):
        wire.unpack(deep)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"3", b"{", b"\xff\xfe", b'{"a": 1, "a": 2}', b'{"a": ' + b"9" * 30 + b"}",
        b"[" * 100_000, b'{"a":' * 50_000, b'{"a": 1} {"b": 2}',
    ],
)  # fmt: skip
def test_hostile_messages_are_refused(body):
    with pytest.raises(wire.WireError):
        wire.parse(body)


def test_too_long_a_message_is_refused_before_it_is_read():
    with pytest.raises(wire.WireError, match="4,294,967,295 bytes"):
        wire.length_of(b"\xff\xff\xff\xff", 10**6)
