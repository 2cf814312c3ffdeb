"""Plain data between the grader and the sandbox, in frames: four bytes of length, then JSON.

What comes out of a sandbox was written by code that may be hostile. So :func:`decode` trusts nothing: it bounds
size and depth, knows every type by a name from a short list, and makes nothing but plain data. Nothing here can
name a class or a function, as a pickle could.

Lists, strings, bools, None, floats and ordinary ints are JSON's own. The rest is a dict with one key:
``{"tuple": [...]}``, ``{"dict": [[key, value], ...]}``, ``{"int": "0x..."}``, ``{"complex": [re, im]}``,
``{"array": [dtype, shape, base64]}``.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from typing import Any

import numpy as np

from dlcourse.running.plain import MAX_DEPTH, MAX_PLACES

_LENGTH = 4  # bytes in front of each frame
_EXACT = 2**53  # ints up to here are JSON's own
_MOST_DIGITS = 25_000  # of a large int, in hexadecimal
_KINDS = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8), "c": (8, 16)}
_LONGEST_STRING = 1000  # characters in an entry of an array of strings
_MOST_AXES = 32
_LAST_CHARACTER = 0x10FFFF


class WireError(ValueError):
    """Bytes that are no message; the text says why, for the grader's notes."""


# --- values --------------------------------------------------------------------------------------


def pack(value: Any) -> Any:
    """Plain data as data for JSON.

    Raises:
        TypeError: some part is not plain: an error of the course, since :func:`~dlcourse.running.plain.plain`
            comes first.
    """
    kind = type(value)
    if value is None or kind in (bool, float, str):
        return value
    if kind is int:
        return value if abs(value) <= _EXACT else {"int": hex(value)}
    if kind is complex:
        return {"complex": [value.real, value.imag]}
    if kind is list:
        return [pack(item) for item in value]
    if kind is tuple:
        return {"tuple": [pack(item) for item in value]}
    if kind is dict:
        return {"dict": [[pack(key), pack(item)] for key, item in value.items()]}
    if kind is np.ndarray:
        little = np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("<")).reshape(value.shape)
        return {"array": [little.dtype.str, list(value.shape), base64.b64encode(little.tobytes()).decode()]}
    raise TypeError(f"{kind.__name__} is not plain data.")


def unpack(data: Any) -> Any:
    """The inverse of :func:`pack`, for data from anywhere.

    Raises:
        WireError: the data are not what ``pack`` makes, or too many or too deep.
    """
    return _Unpacker().unpack(data, 0)


class _Unpacker:
    """Rebuilds one value and counts how much it holds."""

    def __init__(self) -> None:
        self.places = 0
        self.special = {
            "int": self._int, "complex": self._complex, "tuple": self._tuple, "dict": self._dict, "array": self._array
        }  # fmt: skip

    def unpack(self, data: Any, depth: int) -> Any:
        self.places += 1
        if self.places > MAX_PLACES or depth > MAX_DEPTH + 1:
            raise WireError("the value is too large or too deep")
        kind = type(data)
        if data is None or kind in (bool, int, float, str):
            return data
        if kind is list:
            return [self.unpack(item, depth + 1) for item in data]
        if kind is dict and len(data) == 1:
            (name, content) = next(iter(data.items()))
            if name in self.special:
                return self.special[name](content, depth)
        raise WireError("a value of unknown form")

    def _int(self, content: Any, depth: int) -> int:
        if type(content) is not str or len(content) > _MOST_DIGITS:
            raise WireError("a large int of unknown form")
        try:
            return int(content, 16)
        except ValueError as error:
            raise WireError("a large int of unknown form") from error

    def _complex(self, content: Any, depth: int) -> complex:
        if type(content) is not list or [type(part) for part in content] != [float, float]:
            raise WireError("a complex number of unknown form")
        return complex(*content)

    def _tuple(self, content: Any, depth: int) -> tuple:
        if type(content) is not list:
            raise WireError("a tuple of unknown form")
        return tuple(self.unpack(item, depth + 1) for item in content)

    def _dict(self, content: Any, depth: int) -> dict:
        if type(content) is not list:
            raise WireError("a dict of unknown form")
        made = {}
        for pair in content:
            if type(pair) is not list or len(pair) != 2:
                raise WireError("a dict of unknown form")
            key = self.unpack(pair[0], depth + 1)
            if type(key) not in (bool, int, float, str, complex, type(None)):
                raise WireError("a dict with a key that is no number or string")
            made[key] = self.unpack(pair[1], depth + 1)
        if len(made) != len(content):
            raise WireError("a dict with the same key twice")
        return made

    def _array(self, content: Any, depth: int) -> np.ndarray:
        if type(content) is not list or [type(part) for part in content] != [str, list, str]:
            raise WireError("an array of unknown form")
        dtype, shape = _dtype(content[0]), _shape(content[1])
        try:
            raw = base64.b64decode(content[2], validate=True)
        except (binascii.Error, ValueError) as error:
            raise WireError("an array whose numbers are not base64") from error
        if len(raw) != math.prod(shape) * dtype.itemsize:
            raise WireError("an array whose numbers do not fill its shape")
        array = np.frombuffer(raw, dtype=dtype).reshape(shape)
        _check_entries(array)
        return array.astype(dtype.newbyteorder("="))  # a copy of its own, which may be written to


def _dtype(text: str) -> np.dtype:
    """The dtype that a short text such as ``"<f8"`` names; only kinds of numbers, bools and strings."""
    order, kind, size = text[:1], text[1:2], text[2:]
    if order in ("<", "|") and size.isascii() and size.isdigit() and len(size) <= 4:
        number = int(size)
        if number in _KINDS.get(kind, ()) or (kind == "U" and 1 <= number <= _LONGEST_STRING):
            return np.dtype(text)
    raise WireError("an array of a dtype that is not allowed")


def _shape(lengths: list[Any]) -> tuple[int, ...]:
    if len(lengths) > _MOST_AXES or not all(type(n) is int and 0 <= n < 2**40 for n in lengths):
        raise WireError("an array of an impossible shape")
    return tuple(lengths)


def _check_entries(array: np.ndarray) -> None:
    """Bytes that are no bool and no character would be believed by NumPy, and break it later."""
    if array.dtype.kind == "b" and array.size and array.view(np.uint8).max() > 1:
        raise WireError("an array of bools that are neither true nor false")
    if array.dtype.kind == "U" and array.size and array.dtype.itemsize:
        characters = np.frombuffer(array.tobytes(), dtype="<u4")
        if characters.max() > _LAST_CHARACTER:
            raise WireError("an array of strings with impossible characters")


# --- messages ------------------------------------------------------------------------------------


def frame(message: dict[str, Any]) -> bytes:
    """A message, whose values are data for JSON, as bytes with their length in front."""
    body = json.dumps(message, separators=(",", ":")).encode()
    return len(body).to_bytes(_LENGTH, "big") + body


def length_of(head: bytes, most: int) -> int:
    """How many bytes follow a frame's first four.

    Raises:
        WireError: more than ``most``.
    """
    length = int.from_bytes(head, "big")
    if length > most:
        raise WireError(f"a message of {length:,} bytes, where {most:,} are allowed")
    return length


def parse(body: bytes) -> dict[str, Any]:
    """The message in a frame's bytes.

    Raises:
        WireError: the bytes are no JSON object, hold a key twice, or are nested too deeply.
    """
    try:
        message = json.loads(body.decode(), object_pairs_hook=_without_twins, parse_int=_short_int)
    except (ValueError, RecursionError) as error:
        raise WireError(f"a message that cannot be read ({type(error).__name__})") from error
    if type(message) is not dict:
        raise WireError("a message of unknown form")
    return message


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise WireError("a message with the same key twice")
    return made


def _short_int(digits: str) -> int:
    if len(digits) > 20:
        raise WireError("a message with a number that is too long")
    return int(digits)
