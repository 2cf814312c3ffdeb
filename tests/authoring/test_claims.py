"""A claim sees the lesson's names and leaves no trace."""

from __future__ import annotations

import traceback

import numpy as np
import pytest

import dlcourse
from dlcourse import autograd
from dlcourse.authoring.claims import ClaimError, run


@pytest.fixture
def names() -> dict:
    weights = autograd.tensor([1.0, 2.0])
    return {
        "np": np,
        "dlcourse": dlcourse,
        "x": np.arange(5.0),
        "w": weights,
        "layers": [(weights, np.ones(3))],
        "rng": np.random.default_rng(0),
        "large": np.zeros(100_000),
    }


def test_its_own_names_vanish(names: dict) -> None:
    before = dict(names)
    run(names, "x = x + 1\ny = [v for v in x]\nassert sum(y) == 15", "lesson.py", 1)
    assert names == before


def test_a_failure_shows_the_line_of_the_source(names: dict, tmp_path) -> None:
    source = tmp_path / "03_small.py"
    source.write_text("# one\n# two\ny = 1\nassert y == x.size\n")
    with pytest.raises(AssertionError) as caught:
        run(names, "y = 1\nassert y == x.size", str(source), 3)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno, last.line) == (str(source), 4, "assert y == x.size")


@pytest.mark.parametrize(
    ("claim", "what"),
    [
        ("x += 1", "changed x."),
        ("w.data[0] = 5", "changed w, layers."),
        ("layers[0][1][2] = 0", "changed layers."),
        ("large *= 1; large += 1", "changed large."),
        ("rng.normal()", "changed rng."),
        ("np.random.rand()", "changed np.random's generator."),
        ("dlcourse.randn(2)", "changed dlcourse's generator."),
    ],
)
def test_what_it_changes_in_place_is_told(names: dict, claim: str, what: str) -> None:
    with pytest.raises(ClaimError, match=what):
        run(names, f"{claim}\nassert True", "lesson.py", 1)


def test_a_generator_of_its_own_is_free(names: dict) -> None:
    run(names, "assert np.random.default_rng(1).normal(size=9).std() > 0", "lesson.py", 1)
