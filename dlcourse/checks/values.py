"""Plain values as text: few digits, and cut where they are long."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.checks.compare import short

_MAX_LINES = 12
_WIDTH = 76


def show_value(value: Any) -> str:
    """A plain value as code, on a few lines; arrays of two axes and more, and long ones, with their shape."""
    lines = _text(value).split("\n")
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 1], "..."]
    text = "\n".join(line if len(line) <= 2 * _WIDTH else f"{line[: 2 * _WIDTH - 4]} ..." for line in lines)
    if type(value) is np.ndarray and (value.ndim > 1 or value.size > 20):
        text += f"   shape {value.shape}"
    return text


def _text(value: Any) -> str:
    if type(value) is np.ndarray and value.ndim:
        return _array(value)
    if type(value) is dict:
        items = [f"{key!r}: {_text(item)}" for key, item in _few(list(value.items()))]
        return _container("{", items, "}", len(value))
    if type(value) is tuple and len(value) == 1:
        return f"({_text(value[0])},)"
    if type(value) in (list, tuple):
        left, right = "[]" if type(value) is list else "()"
        return _container(left, [_text(item) for item in _few(value)], right, len(value))
    return short(value)


def _array(value: np.ndarray) -> str:
    if value.dtype.kind == "f":
        value = value + 0.0  # -0.0 looks like an error where there is none
    # Not NumPy's repr: newer releases add the shape to it, and stored outputs should stay the same.
    numbers = np.array2string(
        value, _WIDTH, precision=4, suppress_small=True, separator=", ", prefix="array(", threshold=40, edgeitems=3
    )
    usual = value.dtype in (np.float64, np.int64) or value.dtype.kind in "bU"
    return f"array({numbers})" if usual else f"array({numbers}, dtype={value.dtype})"


def _few(items: Any) -> Any:
    return items[:12]


def _container(left: str, texts: list[str], right: str, length: int) -> str:
    """On one line where it fits, else an item a line."""
    if length > len(texts):
        texts = [*texts, f"... ({length} in all)"]
    one_line = f"{left}{', '.join(texts)}{right}"
    if len(one_line) <= _WIDTH and "\n" not in one_line:
        return one_line
    indented = [text.replace("\n", "\n ") for text in texts]
    return left + ",\n ".join(indented) + right
