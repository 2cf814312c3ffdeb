"""The comparison: what is equal, which difference is told first and how, and that nothing fools it."""

from __future__ import annotations

import collections
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlcourse.checks.compare import compare
from dlcourse.running.plain import MAX_DEPTH, NotPlain, plain


def told(expected, got) -> str:
    difference = compare(expected, got)
    assert difference is not None
    return f"{difference.kind}: {difference.sentence}"


# --- what is equal -------------------------------------------------------------------------------

EQUAL = [
    (1.5, 1.5),
    (1.5, np.float64(1.5)),
    (1.5, np.array(1.5)),
    (1.5, np.float32(1.5)),
    (3, np.int64(3)),
    (3, np.uint8(3)),
    (True, np.True_),
    (0.0, 0),
    (2.0, np.array(2)),
    (0.0, -0.0),
    (1.0, 1.0 + 1e-9),
    (float("nan"), np.nan),
    (np.inf, float("inf")),
    ("a", np.str_("a")),
    (None, None),
    ([1, 2], (1, 2)),
    ((1.0, [2.0]), [1.0, (2.0,)]),
    ({"a": 1}, collections.OrderedDict(a=1)),
    ({1: 2}, collections.Counter({1: 2})),
    ({1: 2}, {np.int64(1): np.int64(2)}),
    (np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, np.inf])),
    (np.ones(3), np.ones(3, dtype=">f8")),
    (np.ones(3), np.ones(3, dtype=np.float32)),
    (np.array([1.0, 0.1]), np.array([1.0, 0.1], dtype=np.float32)),
    (np.arange(3), np.arange(3, dtype=np.int32)),
    (np.ones((2, 3)), np.ones((3, 2)).T),
    (np.array(["a"]), np.array(["a"], dtype="<U5")),
    (10**400, 10**400),
    (np.zeros((0, 3)), np.zeros((0, 3))),
]


@pytest.mark.parametrize(("expected", "got"), EQUAL, ids=range(len(EQUAL)))
def test_these_are_equal(expected, got):
    assert compare(expected, got) is None


def test_a_tensor_is_compared_as_its_array():
    import dlcourse

    assert compare(np.array([1.0, 2.0]), dlcourse.tensor([1.0, 2.0])) is None


# --- what differs, in words ----------------------------------------------------------------------

DIFFERENT = [
    (1.5, None, "structure: A float expected, got None. Does your function return its result?"),
    (np.ones(3), None, "structure: An array of shape (3,) expected, got None. Does your function return"),
    (np.ones(3), [1.0, 1.0, 1.0], "structure: An array of shape (3,) expected, got a list of 3 elements."),
    ([1, 2], np.array([1, 2]), "structure: A list of 2 elements expected, got an array of shape (2,). list("),
    (np.ones(2), [np.ones(2)], "The right kind of answer stands inside"),
    ([1, 2], [1], "structure: 2 elements expected, got 1."),
    ({"a": 1}, {"b": 1}, "structure: The key 'a' is missing; yours are ['b']."),
    ({"a": 1}, {"a": 1, "b": 2}, "structure: The key 'b' is not expected; the keys should be ['a']."),
    ([1, [2, 3]], [1, [2]], "structure: In answer[1]: 2 elements expected, got 1."),
    ({"w": np.ones(2)}, {"w": np.ones((2, 1))}, "shape: In answer['w']: shape (2,) expected, got shape (2, 1)."),
    (np.ones(3), np.ones((3, 1)), "shape: Shape (3,) expected, got shape (3, 1)."),
    (np.ones(1), 1.0, "shape: Shape (1,) expected, got a single number."),
    (1.0, np.ones(1), "shape: A single number expected, got shape (1,)."),
    (3, 3.0, "dtype: An int expected, got a float: 3.0."),
    (1, True, "dtype: An int expected, got a bool: True."),
    (True, 1, "dtype: A bool expected, got an int: 1."),
    (np.ones(2), np.ones(2, dtype=int), "dtype: An array of floats expected, got ints (int64)."),
    (np.ones(2, dtype=int), np.ones(2, dtype=bool), "dtype: An array of ints expected, got bools (bool)."),
    (0.5, 0.25, "value: 0.5 expected, got 0.25."),
    (0.123456, 0.123457, "value: 0.123456 expected, got 0.123457."),
    (1.0, 2, "value: 1.0 expected, got 2."),
    ("relu", "tanh", "value: 'relu' expected, got 'tanh'."),
    ([1, 2], [1, 3], "value: In answer[1]: 2 expected, got 3."),
    (np.array([1.0]), np.array([2.0]), "value: At index [0]: 1.0 expected, got 2.0."),
    (np.array([1.0, 2.0]), np.array([1.0, 3.0]), "value: One entry differs, at index [1]: 2.0 expected, got 3.0."),
    (
        np.zeros((2, 2)),
        np.array([[0.0, 1.0], [5.0, 0.0]]),
        "value: 2 of 4 entries differ, most of all at index [1, 0]: 0.0 expected, got 5.0.",
    ),
    (np.ones(2), np.zeros(2), "value: Every entry differs, most of all at index [0]: 1.0 expected, got 0.0."),
    (np.ones(2), np.array([1.0, np.nan]), "value: Your answer contains nan: look for 0/0"),
    (np.ones(2), np.array([1.0, np.inf]), "value: Your answer contains inf: look for a division by 0"),
    (np.inf, -np.inf, "value: inf expected, got -inf."),
    (1.0, np.nan, "value: Your answer contains nan"),
    (float("inf"), 10**400, "value: inf expected, got an integer of about 400 digits."),
    (1.0, 10**5000, "value: 1.0 expected, got an integer of about 5000 digits."),
    (10**5000, 10**5000 + 1, "value: an integer of about 5000 digits expected"),
    ([1, "x" * 500], [1, "y"], "value: In answer[1]: 'xxx"),
]


@pytest.mark.parametrize(("expected", "got", "sentence"), DIFFERENT, ids=range(len(DIFFERENT)))
def test_the_first_difference_is_told(expected, got, sentence):
    assert sentence in told(expected, got)


def test_structure_comes_before_shape_before_dtype_before_values():
    expected = [1.0, np.ones(2), np.ones(3), [1, 2]]
    assert told(expected, [2.0, np.ones(2, dtype=int), np.ones(4), [1]]).startswith("structure: In answer[3]")
    assert told(expected, [2.0, np.ones(2, dtype=int), np.ones(4), [1, 2]]).startswith("shape: In answer[2]")
    assert told(expected, [2.0, np.ones(2, dtype=int), np.ones(3), [1, 2]]).startswith("dtype: In answer[1]")
    assert told(expected, [2.0, np.ones(2), np.ones(3), [1, 2]]).startswith("value: In answer[0]")


def test_the_worst_entry_is_named_with_its_index():
    got = np.zeros((3, 4))
    got[1, 2], got[2, 3] = 0.5, -3.0
    assert compare(np.zeros((3, 4)), got).index == (2, 3)
    got[0, 1] = np.nan
    assert compare(np.zeros((3, 4)), got).index == (0, 1)


def test_digits_are_added_until_the_numbers_look_different():
    assert told(0.3333, 0.33334) == "value: 0.3333 expected, got 0.33334."
    difference = compare(1 / 3, 1 / 3 + 1e-9, rtol=1e-12, atol=0)
    assert difference.sentence == "0.333333333 expected, got 0.333333334."


def test_the_tolerances_are_those_of_the_formula():
    assert compare(100.0, 100.9, rtol=0.01, atol=0) is None
    assert compare(100.0, 101.1, rtol=0.01, atol=0) is not None
    assert compare(0.0, 0.09, rtol=0.01, atol=0.1) is None


# --- nothing that is not plain passes -------------------------------------------------------------


class EqualsAll:
    def __eq__(self, other):
        return True

    def __hash__(self):
        return 0

    def __array__(self, dtype=None, copy=None):
        return np.ones(3)

    def __float__(self):
        return 1.0

    __lt__ = __gt__ = __le__ = __ge__ = __eq__


class LyingMeta(type):
    def __eq__(cls, other):
        return True

    def __hash__(cls):
        return hash(np.ndarray)

    def __instancecheck__(cls, instance):
        return True


class Liar(metaclass=LyingMeta):
    @property
    def __class__(self):
        return np.ndarray


class LyingArray(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)

    def __array_function__(self, func, types, args, kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return np.zeros(3)


class LyingFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__


class LyingList(list):
    def __eq__(self, other):
        return True

    __hash__ = None

    def __iter__(self):
        return iter([1, 2])


class FakeScalar(np.float64):
    __module__ = "numpy"

    def __eq__(self, other):
        return True

    __hash__ = np.float64.__hash__


LIARS = [
    EqualsAll(), EqualsAll, Liar(), Liar, np.zeros(3).view(LyingArray), LyingFloat(7), LyingList(),
    FakeScalar(7), [EqualsAll()] * 3, np.array([EqualsAll()] * 3), {"a": Liar()},
    np.ma.masked_all(3), NotImplemented,
]  # fmt: skip


@pytest.mark.parametrize("liar", LIARS, ids=range(len(LIARS)))
@pytest.mark.parametrize("expected", [1.0, 1, "a", None, [1, 2], np.ones(3), [1.0] * 3, {"a": 1}], ids=range(8))
def test_an_object_that_claims_to_equal_everything_equals_nothing(expected, liar):
    assert compare(expected, liar) is not None


@pytest.mark.parametrize(
    ("stranger", "sentence"),
    [
        ((i for i in range(3)), "a generator. Did you write `yield`"),
        (..., "the placeholder"),
        (len, "Did you forget to call it"),
        (lambda: 1, "Did you forget to call it"),
        (int, "a class"),
        (map(str, [1]), "Wrap it in list(...)"),
        ({}.keys(), "Wrap it in list(...)"),
        ({1, 2}, "Use a list"),
        (np.array([[1], [1, 2]], dtype=object), "Do its rows have different lengths?"),
        (np.array(["2020-01-01"], dtype="M8[D]"), "cannot be compared"),
        ({(1, 2): 3}, "A key of your dict is a tuple"),
        (EqualsAll(), "an EqualsAll object"),
    ],
)
def test_what_is_not_plain_is_named(stranger, sentence):
    assert sentence in told(1.0, stranger)


def test_too_deep_too_large_and_circular_answers_end_in_a_sentence():
    deep: list = []
    for _ in range(MAX_DEPTH + 2):
        deep = [deep]
    circle: list = []
    circle.append(circle)
    bomb: list = [1]
    for _ in range(30):
        bomb = [bomb, bomb]
    for value in (deep, circle, bomb, np.broadcast_to(1.0, (10**5, 10**5))):
        with pytest.raises(NotPlain):
            plain(value)


# --- properties ----------------------------------------------------------------------------------

scalars = st.one_of(
    st.booleans(), st.integers(), st.floats(allow_nan=True), st.text(max_size=5), st.none(),
    hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=3)),
)  # fmt: skip
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)


@settings(max_examples=150, deadline=None)
@given(values)
def test_every_plain_value_equals_itself_and_shares_nothing(value):
    rebuilt = plain(value)
    assert compare(value, rebuilt) is None
    if isinstance(value, np.ndarray) and value.ndim:
        assert not np.shares_memory(value, rebuilt)


@settings(max_examples=150, deadline=None)
@given(values, values)
def test_any_two_values_are_compared_without_an_exception_and_alike_both_ways(a, b):
    one, other = compare(a, b, rtol=0, atol=0), compare(b, a, rtol=0, atol=0)
    ints_for_floats = (one is None) != (other is None)
    assert not ints_for_floats or {kind for d in (one, other) if d for kind in [d.kind]} == {"dtype"}


def test_the_part_that_goes_into_the_sandbox_needs_nothing_but_numpy_and_the_standard_library():
    program = (
        "import sys, dlcourse.running.attempt\n"
        "ours = {n for n in sys.modules if n.startswith('dlcourse')}\n"
        "others = {n.partition('.')[0] for n in sys.modules} - set(sys.stdlib_module_names) - {'__main__'}\n"
        "print(sorted(n for n in ours if not n.startswith('dlcourse.running')), 'numpy' in others)\n"
        "print(sorted(others & {'scipy', 'IPython', 'matplotlib', 'sklearn', 'torch', 'requests'}))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['dlcourse'] True\n[]\n"
