"""The letters are drawn as they should be."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse import data


def test_letters_are_rows_of_plus_and_minus_one():
    letters = data.load_letters("JTXLFOHNZ")
    assert letters.shape == (9, 100)
    assert set(np.unique(letters)) == {-1, 1}
    assert len(np.unique(letters, axis=0)) == 9


def test_a_letter_looks_like_itself():
    rows = data.load_letters("L").reshape(10, 10)
    assert (rows[:, :2] == 1).all()
    assert (rows[-2:] == 1).all()
    assert (rows[:-2, 2:] == -1).all()
    h = data.load_letters("H").reshape(10, 10)
    np.testing.assert_array_equal(h, h[:, ::-1])


def test_a_letter_that_was_not_drawn_is_refused():
    with pytest.raises(ValueError, match=r"no drawing of 'Q'.*J, "):
        data.load_letters("JQ")
