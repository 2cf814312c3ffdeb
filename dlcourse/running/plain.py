"""Turn an answer into plain data, known by exact types, before anything is decided about it.

Plain data are numbers, strings, bools, None, NumPy arrays, and lists, tuples and dicts of them. An
answer may be any object, also one whose class claims to be an array or to equal everything. So types
are compared by identity alone: ``==``, ``in``, ``isinstance`` and ``hash`` would ask the object or its
metaclass. This module imports nothing but NumPy and the standard library.
"""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

MAX_DEPTH = 32
MAX_PLACES = 300_000  # containers and what stands in them
MAX_NUMBERS = 20_000_000  # entries of arrays

Path = tuple[Any, ...]

KINDS = {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex", "U": "str"}
COARSE = ("float32", "float16", "complex64")  # an array without axes keeps these dtypes


def _ids(*kinds: type) -> frozenset[int]:
    return frozenset(map(id, kinds))


# Sets of the identities of types. `kind in {list, tuple}` would ask the kind's metaclass, which may lie.
_SIMPLE = _ids(bool, int, float, complex, str, type(None))
_DICTS = _ids(dict, collections.OrderedDict, collections.defaultdict, collections.Counter)
_NUMPY_SCALARS = _ids(*(kind for kind in np.sctypeDict.values() if kind is not np.object_))
_LISTS = _ids(list, tuple)
_WIDEST = {"f": np.dtype(np.float64), "c": np.dtype(np.complex128)}


class NotPlain(Exception):
    """A value that is not plain data; the message is a sentence for the student."""

    def __init__(self, sentence: str, path: Path = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.path = path


def plain(value: Any) -> Any:
    """Rebuild a value as plain data that shares nothing with it.

    NumPy's scalars and arrays without axes become Python's numbers (those of few digits stay arrays, so
    that the comparison knows); other arrays become exact ``np.ndarray`` of the machine's byte order; a
    tensor of the course or of PyTorch becomes its array.

    Raises:
        NotPlain: some part is of another type, nested too deeply, or the whole is too large.
    """
    return _Rebuilder().rebuild(value, ())


def is_list(value: Any) -> bool:
    """Whether a value is exactly a list or a tuple."""
    return id(type(value)) in _LISTS


def identical(a: Any, b: Any) -> bool:
    """Whether two *plain* values are the same to the last bit; a quick first look."""
    if type(a) is not type(b):
        return False
    if type(a) is np.ndarray:
        same_kind = a.dtype == b.dtype and a.shape == b.shape
        return same_kind and bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))
    if is_list(a):
        return len(a) == len(b) and all(map(identical, a, b))
    if type(a) is dict:
        return a.keys() == b.keys() and all(identical(item, b[key]) for key, item in a.items())
    return bool(a == b)


class _Rebuilder:
    """Rebuilds one value and counts how much it holds."""

    def __init__(self) -> None:
        self.places = 0
        self.numbers = 0

    def rebuild(self, value: Any, path: Path) -> Any:
        kind = type(value)
        self.places += 1
        if self.places > MAX_PLACES or len(path) > MAX_DEPTH:
            raise NotPlain("The answer is too large or nested too deeply to be compared. Does it hold itself?")
        if id(kind) in _SIMPLE:
            return value
        if kind is np.ndarray:
            return self.array(value, path)
        if id(kind) in _LISTS:
            return kind(self.rebuild(item, (*path, i)) for i, item in enumerate(value))
        if id(kind) in _DICTS:
            return self.dictionary(value, path)
        if id(kind) in _NUMPY_SCALARS:
            return self.array(np.asarray(value), path)
        if _is_tensor(kind):
            return self.tensor(value, path)
        raise NotPlain(_describe_stranger(kind), path)

    def dictionary(self, value: dict, path: Path) -> dict:
        rebuilt = {}
        for key, item in dict.items(value):
            if id(type(key)) in _NUMPY_SCALARS:
                key = key.item()
            if id(type(key)) not in _SIMPLE:
                name = with_article(_true_name(type(key)))
                raise NotPlain(f"A key of your dict is {name}: use numbers or strings.", path)
            rebuilt[key] = self.rebuild(item, (*path, key))
        return rebuilt

    def array(self, value: np.ndarray, path: Path) -> Any:
        kind = value.dtype.kind
        if kind == "O":
            raise NotPlain(
                "Your array holds Python objects (dtype=object) instead of numbers. "
                "Do its rows have different lengths?",
                path,
            )
        if kind not in KINDS:
            raise NotPlain(f"An array of dtype {value.dtype} cannot be compared.", path)
        self.numbers += value.size
        if self.numbers > MAX_NUMBERS:
            raise NotPlain(f"The answer holds more than {MAX_NUMBERS:,} numbers.", path)
        dtype = value.dtype.newbyteorder("=")
        if kind in _WIDEST and dtype.itemsize > _WIDEST[kind].itemsize:  # long double
            dtype = _WIDEST[kind]
        if value.ndim == 0 and str(dtype) not in COARSE:
            return value.astype(dtype).item()
        return np.array(value, dtype=dtype, order="C")

    def tensor(self, value: Any, path: Path) -> Any:
        from_torch = type(value).__module__.startswith("torch")
        array = value.detach().cpu().numpy() if from_torch else value.data
        if type(array) is not np.ndarray:
            raise NotPlain(_describe_stranger(type(value)), path)
        return self.array(array, path)


def _is_tensor(kind: type) -> bool:
    """Whether a class calls itself a tensor. It may lie: what it gives as its array is then looked at."""
    home = str(kind.__module__).split(".")[0]
    return home in ("dlcourse", "torch") and _true_name(kind) in ("Tensor", "Parameter")


# --- words for what is not plain -----------------------------------------------------------------

_NOT_CALLED = ". Did you forget to call it, with round brackets?"
_STRANGERS = {
    "generator": "a generator. Did you write `yield` where `return` was meant, or round brackets around a "
    "comprehension?",
    "coroutine": "a coroutine. Write `def`, not `async def`.",
    "ellipsis": "`...`, the placeholder.",
    "function": "a function" + _NOT_CALLED,
    "builtin_function_or_method": "a function" + _NOT_CALLED,
    "method": "a method" + _NOT_CALLED,
    "type": "a class" + _NOT_CALLED,
    "matrix": "an np.matrix. Use plain arrays: np.array(...).",
    "set": "a set, which has no order. Use a list.",
    "frozenset": "a frozenset, which has no order. Use a list.",
}
_LAZY = {"map", "filter", "zip", "range", "enumerate", "reversed", "dict_keys", "dict_values", "dict_items"}


def _describe_stranger(kind: type) -> str:
    name = _true_name(kind)
    if name in _LAZY:
        return f"Your answer is a `{name}` object. Wrap it in list(...)."
    other = f"{with_article(name)} object, which cannot be compared. Return numbers, arrays, or lists of them."
    return f"Your answer is {_STRANGERS.get(name, other)}"


def _true_name(kind: type) -> str:
    return str(type.__dict__["__name__"].__get__(kind))


def with_article(name: str) -> str:
    """``"int"`` -> ``"an int"``."""
    vowel = name[:1].lower() in "aeiou" or name.startswith("nd")  # "an ndarray"
    return f"{'an' if vowel else 'a'} {name}"
