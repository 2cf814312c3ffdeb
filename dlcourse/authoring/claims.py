"""Run a claim: it sees the notebook's names, asserts, and leaves everything as it was."""

from __future__ import annotations

import ast
import linecache
import pickle
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

_SAMPLE = 4096  # of a large array so many numbers, evenly spread, stand for all


class ClaimError(AssertionError):
    """The claim holds or not, but it changed the state of the lesson, which students would not see."""


def run(names: Mapping[str, Any], text: str, path: str, first_line: int) -> None:
    """Execute the claim ``text`` on a copy of ``names``.

    Args:
        names: the names of the notebook.
        text: the claim's code.
        path: the lesson's source, for the traceback.
        first_line: where the claim begins in that file.

    Raises:
        ClaimError: an array or parameter was changed in place, or a shared random generator was used.
        Exception: whatever the claim raises, an AssertionError above all.
    """
    linecache.checkcache(path)
    tree = ast.increment_lineno(ast.parse(text, filename=path), first_line - 1)
    before = dict(_state(names))
    exec(compile(tree, path, "exec"), dict(names))
    changed = [what for what, mark in _state(names) if before.get(what) != mark]
    if changed:
        raise ClaimError(
            f"The claim changed {', '.join(changed)}. It is not in the student's notebook, so it must leave "
            "everything as it was: let it work on a copy, and draw from a generator of its own."
        )


def _state(names: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """A mark for each thing that a claim might change."""
    from dlcourse.autograd import random

    yield "np.random's generator", zlib.crc32(pickle.dumps(np.random.get_state()))
    yield "dlcourse's generator", zlib.crc32(pickle.dumps(random.generator().bit_generator.state))
    for name, value in list(names.items()):
        if name.startswith("_"):
            continue
        marks = [_mark(array) for array in _arrays(value)]
        if isinstance(value, np.random.Generator):
            marks.append(zlib.crc32(pickle.dumps(value.bit_generator.state)))
        if marks:
            yield name, hash(tuple(marks))


def _arrays(value: Any, depth: int = 0) -> Iterator[np.ndarray]:
    """The arrays in a value: itself, a tensor's data and gradient, a model's parameters, a list's items."""
    if isinstance(value, type):
        return
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, list | tuple) and depth < 2 and len(value) <= 100:
        for item in value:
            yield from _arrays(item, depth + 1)
    elif callable(getattr(value, "parameters", None)):
        for parameter in value.parameters():
            yield from _arrays(parameter, depth + 1)
    elif isinstance(getattr(value, "data", None), np.ndarray):
        yield value.data
        yield from _arrays(getattr(value, "grad", None), depth + 1)


def _mark(array: np.ndarray) -> int:
    sample = array if array.size <= _SAMPLE else array.flat[:: array.size // _SAMPLE]
    if array.dtype.hasobject:
        return hash((array.shape, repr(sample)))
    return hash((array.shape, zlib.crc32(np.ascontiguousarray(sample).tobytes())))
