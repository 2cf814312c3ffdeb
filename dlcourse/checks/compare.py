"""Compare an answer with what was expected, and say the first difference in words.

This module decides right or wrong, so it is written to be hard to fool. It works only on data that
``plain`` has rebuilt: numbers, strings, bools, None, NumPy arrays, lists, tuples and dicts, each
known by its exact type, never by ``==``, ``isinstance`` or a method of the answer. An object that
claims to equal everything is not plain, and so it is wrong. It imports nothing but NumPy and the
standard library, and works as well outside the process that ran the answer.

What counts as equal:

* NaN equals NaN in the same place; infinities must have the same sign.
* A NumPy scalar, an array without axes and a Python number are the same thing.
* An int is accepted where a float of that value is expected (0 for 0.0), as long as it is a single
  number. An array of ints is not accepted for an array of floats, and no float for an int.
* True and 1 are different; so are arrays of bools and arrays of numbers.
* A list and a tuple with the same elements are the same.
* float32 is accepted for float64, with a tolerance of float32's own size.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlcourse.running.plain import KINDS, NotPlain, Path, identical, is_list, plain

_ARTICLES = {"int": "an int", "bool": "a bool", "float": "a float", "complex": "a complex number", "str": "a string"}
_PLURALS = {"int": "ints", "bool": "bools", "float": "floats", "complex": "complex numbers", "str": "strings"}
# What a comparison in fewer digits than float64 can promise: (rtol, atol).
_COARSE = {"float32": (1e-4, 1e-5), "complex64": (1e-4, 1e-5), "float16": (1e-2, 1e-3)}


@dataclass(frozen=True)
class Difference:
    """Where an answer first differs from what was expected.

    Attributes:
        kind: ``"structure"``, ``"shape"``, ``"dtype"`` or ``"value"``.
        sentence: the difference in words, for the student.
        path: the indices and keys that lead to the place inside the answer, such as ``(1, "b")``.
        index: for arrays and kind ``"value"``, the index of the worst entry.
    """

    kind: str
    sentence: str
    path: Path = ()
    index: tuple[int, ...] | None = None


# --- the comparison ------------------------------------------------------------------------------


def compare(expected: Any, got: Any, rtol: float = 1e-6, atol: float = 1e-8) -> Difference | None:
    """The first difference between two values, or None where they agree.

    Structure is compared first, all through, then shapes, then the kinds of dtypes, then values with
    ``|got - expected| <= atol + rtol * |expected|``.

    Raises:
        NotPlain: ``expected`` is not plain data, which is an error in the exercise.
    """
    expected = plain(expected)
    try:
        got = plain(got)
    except NotPlain as error:
        return Difference("structure", _at(error.path, error.sentence), error.path)
    if identical(expected, got):
        return None
    for compare_one in (_structure, _shape, _dtype, lambda p, e, g: _value(p, e, g, rtol, atol)):
        for path, e, g in _pairs(expected, got):
            found = compare_one(path, e, g)
            if found is not None:
                return found
    return None


def _pairs(expected: Any, got: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """All places of the answer with what stands there and what should, containers before contents.

    Contents are reached only where the containers fit, and the structure is compared before all else.
    """
    yield path, expected, got
    if _family(expected) != _family(got):
        return
    if type(expected) is dict:
        for key in expected:
            if key in got:
                yield from _pairs(expected[key], got[key], (*path, key))
    elif is_list(expected):
        for i, (e, g) in enumerate(zip(expected, got, strict=False)):
            yield from _pairs(e, g, (*path, i))


def _family(value: Any) -> str:
    """list (or tuple), dict, None, str, array, or number (bool, int, float, complex)."""
    kind = type(value)
    if kind is np.ndarray:
        return "array" if value.ndim else "number"
    if is_list(value):
        return "list"
    if kind is dict or kind is str:
        return kind.__name__
    return "None" if value is None else "number"


def _structure(path: Path, expected: Any, got: Any) -> Difference | None:
    def differs(sentence: str) -> Difference:
        return Difference("structure", _at(path, sentence), path)

    family = _family(expected)
    if _family(got) != family:
        if {family, _family(got)} == {"array", "number"}:
            return None  # a matter of shape
        return differs(_wrong_family(expected, got))
    if family == "list" and len(expected) != len(got):
        return differs(f"{_count(len(expected), 'element')} expected, got {len(got)}.")
    if family == "dict":
        missing = [key for key in expected if key not in got]
        if missing:
            return differs(f"The key {missing[0]!r} is missing; yours are {_short(list(got))}.")
        extra = [key for key in got if key not in expected]
        if extra:
            return differs(f"The key {extra[0]!r} is not expected; the keys should be {_short(list(expected))}.")
    return None


def _wrong_family(expected: Any, got: Any) -> str:
    wanted, mine = describe(expected), describe(got)
    advice = ""
    if got is None:
        advice = " Does your function return its result?"
    elif _family(got) == "list" and len(got) == 1 and _family(got[0]) == _family(expected):
        advice = " The right kind of answer stands inside: take it out."
    elif _family(expected) == "array" and _family(got) == "list":
        advice = " np.array(...) makes an array of it."
    elif _family(expected) == "list" and _family(got) == "array":
        advice = f" {type(expected).__name__}(...) makes a {type(expected).__name__} of it."
    return f"{wanted[0].upper()}{wanted[1:]} expected, got {mine}.{advice}"


def _shape(path: Path, expected: Any, got: Any) -> Difference | None:
    if "array" not in (_family(expected), _family(got)) or np.shape(expected) == np.shape(got):
        return None
    wanted, mine = (_shape_in_words(v) for v in (expected, got))
    return Difference("shape", _at(path, f"{wanted[0].upper()}{wanted[1:]} expected, got {mine}."), path)


def _shape_in_words(value: Any) -> str:
    return f"shape {value.shape}" if _family(value) == "array" else "a single number"


def _kind(value: Any) -> str:
    return KINDS[value.dtype.kind] if type(value) is np.ndarray else type(value).__name__


def _dtype(path: Path, expected: Any, got: Any) -> Difference | None:
    if _family(expected) not in ("array", "number"):
        return None
    wanted, mine = _kind(expected), _kind(got)
    if wanted == mine or (_family(expected) == "number" and wanted == "float" and mine == "int"):
        return None
    if _family(expected) == "number":
        sentence = f"{_ARTICLES[wanted].capitalize()} expected, got {_ARTICLES[mine]}: {short(got)}."
    else:
        sentence = f"An array of {_PLURALS[wanted]} expected, got {_PLURALS[mine]} ({got.dtype})."
    return Difference("dtype", _at(path, sentence), path)


def _value(path: Path, expected: Any, got: Any, rtol: float, atol: float) -> Difference | None:
    family = _family(expected)
    if family == "str" or (family == "number" and _is_exact(expected, got)):
        if expected == got:
            return None
        return Difference("value", _at(path, _expected_and_got(expected, got)), path)
    if family in ("array", "number"):
        return _numbers(path, np.asarray(expected), np.asarray(got), rtol, atol)
    return None


def _is_exact(expected: Any, got: Any) -> bool:
    """Whether two single numbers are compared exactly: bools, ints, and ints too large for a float."""
    if type(got) is int and abs(got) > 2**1000:
        return True
    return _kind(expected) in ("bool", "int") and _kind(got) in ("bool", "int")


def _numbers(path: Path, expected: np.ndarray, got: np.ndarray, rtol: float, atol: float) -> Difference | None:
    if expected.dtype.kind not in "fc":
        wrong = expected != got
    else:
        for coarse in {str(expected.dtype), str(got.dtype)} & _COARSE.keys():
            rtol, atol = max(rtol, _COARSE[coarse][0]), max(atol, _COARSE[coarse][1])
        wide = np.complex128 if "c" in expected.dtype.kind + got.dtype.kind else np.float64
        with np.errstate(all="ignore"):
            near = np.isclose(got.astype(wide), expected.astype(wide), rtol=rtol, atol=atol, equal_nan=True)
        wrong = ~near
    if not wrong.any():
        return None
    with np.errstate(all="ignore"):
        index = _worst(expected, got, wrong)
    return Difference("value", _at(path, _value_sentence(expected, got, wrong, index)), path, index)


def _worst(expected: np.ndarray, got: np.ndarray, wrong: np.ndarray) -> tuple[int, ...]:
    """The entry that is furthest off; NaN and infinity where only one side has them come first."""
    if expected.dtype.kind not in "iufc":
        return tuple(int(i) for i in np.argwhere(wrong)[0])
    error = np.abs(got.astype(complex) - expected.astype(complex))
    error = np.where(wrong, np.where(np.isnan(error), np.inf, error), -1.0)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(error)), error.shape))


def _value_sentence(expected: np.ndarray, got: np.ndarray, wrong: np.ndarray, index: tuple[int, ...]) -> str:
    pair = _expected_and_got(expected[index].item(), got[index].item())
    if expected.ndim:
        place = ", ".join(str(i) for i in index)
        pair = f"At index [{place}]: {pair}" if wrong.size == 1 else f"at index [{place}]: {pair}"
    if wrong.size > 1:
        share = "Every entry differs" if wrong.all() else f"{wrong.sum()} of {wrong.size} entries differ"
        pair = f"{share}, most of all {pair}" if wrong.sum() > 1 else f"One entry differs, {pair}"
    return f"{_special(expected, got)} {pair}".strip()


def _expected_and_got(expected: Any, got: Any) -> str:
    """Both values with as many digits as it takes to tell them apart."""
    for digits in (4, 6, 9, 12, 17):
        texts = short(expected, digits), short(got, digits)
        if texts[0] != texts[1]:
            break
    return f"{texts[0]} expected, got {texts[1]}."


def _special(expected: np.ndarray, got: np.ndarray) -> str:
    """A sentence where the answer holds NaN or infinities that should not be there."""
    if got.dtype.kind not in "fc":
        return ""
    numbers = expected.astype(got.dtype)
    if (np.isnan(got) & ~np.isnan(numbers)).any():
        return "Your answer contains nan: look for 0/0, inf - inf, or the log of a negative number."
    if (np.isinf(got) & ~np.isinf(numbers)).any():
        return "Your answer contains inf: look for a division by 0, the log of 0, or the exp of a large number."
    return ""


# --- words ---------------------------------------------------------------------------------------


def _at(path: Path, sentence: str) -> str:
    if not path:
        return sentence
    place = "".join(f"[{step!r}]" for step in path)
    begin = sentence[0] if sentence.startswith(("None", "True", "False")) else sentence[0].lower()
    return f"In answer{place}: {begin}{sentence[1:]}"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def describe(value: Any) -> str:
    """A plain value's kind in a few words, such as ``an array of shape (3,)``."""
    if value is None:
        return "None"
    family = _family(value)
    if family == "array":
        return f"an array of shape {value.shape}"
    if family == "list":
        return f"a {type(value).__name__} of {_count(len(value), 'element')}"
    if family == "dict":
        return f"a dict with {_count(len(value), 'key')}"
    return _ARTICLES[_kind(value)]


def short(value: Any, digits: int = 6) -> str:
    """A single plain value in at most some 60 characters; floats with so many digits."""
    if type(value) is np.ndarray and not value.ndim:
        value = value.item()
    if type(value) is int and abs(value) >= 10**40:
        return f"an integer of about {int(value.bit_length() * math.log10(2))} digits"
    if type(value) is float:
        value += 0.0  # -0.0 looks like an error where there is none
        return f"{value:.1f}" if value.is_integer() and abs(value) < 1e6 else f"{value:.{digits}g}"
    return _short(value)


def _short(value: Any) -> str:
    try:
        text = repr(value)
    except ValueError:  # an int inside has more digits than Python likes to print
        text = f"{describe(value)} with an integer of very many digits"
    return text if len(text) <= 60 else f"{text[:56]} ..."
