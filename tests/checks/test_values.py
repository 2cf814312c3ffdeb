"""Values in a verdict: few digits, cut where they are long, the same on every machine."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse.checks.values import show_value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (1 / 3, "0.333333"),
        (-0.0, "0.0"),
        (3, "3"),
        (True, "True"),
        (None, "None"),
        ("relu", "'relu'"),
        (np.array([1.0, -2.5]), "array([ 1. , -2.5])"),
        (np.array([-0.0, 1.0]), "array([0., 1.])"),
        (np.array([1, 2]), "array([1, 2])"),
        (np.array([True]), "array([ True])"),
        (np.ones(2, dtype=np.float32), "array([1., 1.], dtype=float32)"),
        (np.ones((1, 2)), "array([[1., 1.]])   shape (1, 2)"),
        (np.zeros((0, 3)), "array([])   shape (0, 3)"),
        ([1, 2.5, "a"], "[1, 2.5, 'a']"),
        ((1.0,), "(1.0,)"),
        ({"a": 1, "b": [2]}, "{'a': 1, 'b': [2]}"),
        (list(range(100)), "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ... (100 in all)]"),
    ],
)
def test_values_are_shown_as_code(value, text):
    assert show_value(value) == text


def test_lists_of_matrices_stand_one_below_the_other():
    text = show_value([np.eye(2), np.ones(2)])
    assert text == "[array([[1., 0.],\n        [0., 1.]]),\n array([1., 1.])]"


@pytest.mark.parametrize(
    "value",
    [
        np.random.default_rng(0).normal(size=(300, 300)),
        np.zeros((3, 40, 40, 40)),
        {f"key {i}": list(range(50)) for i in range(1000)},
        ["x" * 10_000] * 1000,
        [[[np.ones((9, 9))] * 9] * 9] * 9,
    ],
    ids=range(5),
)
def test_long_values_are_cut(value):
    text = show_value(value)
    assert text.count("\n") < 12
    assert len(text) < 2500
    assert "..." in text
