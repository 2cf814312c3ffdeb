"""A small exercise, a folder for answers, and a kernel that remembers nothing, for each test."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse import exercises
from dlcourse.checks import own_code
from dlcourse.checks import session as session_module
from dlcourse.exercises import Case, core, exercise


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    """Nothing is remembered from other tests, and answers are kept in a folder of this one."""
    exercises.all()  # the lessons register once, when they are imported: not in a copy that is thrown away
    monkeypatch.setenv("DLCOURSE_ANSWERS", str(tmp_path / "my_answers"))
    monkeypatch.setattr(core, "_registry", dict(core._registry))
    session_module.session.__init__()
    own_code._memory.__init__()
    return tmp_path / "my_answers"


def _cases(rng):
    yield Case(np.array([1.0, 3.0]), part="rows")
    yield Case(rng.normal(size=3), part="rows")
    yield Case(rng.normal(size=(2, 3)), part="matrices")


@pytest.fixture
def doubled():
    """The exercise that most tests use: two points in two parts, two known mistakes."""

    @exercise(lesson="99", points=2, cases=_cases, hints=["Twice as much.", "Use `*`."])
    def doubled(x):
        """Double every number of an array."""
        return 2 * x

    @doubled.mistake("You squared, but *double* means twice as much.")
    def squared(x):
        return x**2

    @doubled.mistake("You add 2, where every number should become twice as large.")
    def two_more(x):
        return x + 2

    return doubled


@pytest.fixture
def quadrupled(doubled):
    """An exercise whose answer may use the one of ``doubled``."""

    @exercise(lesson="99", points=1, cases=_cases, hints=["Twice twice."], requires=("doubled",))
    def quadrupled(x):
        """Multiply every number by four."""
        return doubled(doubled(x))

    return quadrupled


@pytest.fixture
def counter():
    """An exercise whose answer is a class."""

    def steps(rng):
        yield Case(2, part="count")
        yield Case(int(rng.integers(3, 9)), part="count")
        yield Case(3, "reset", part="reset")

    def drive(counter_class, times, then=""):
        made = counter_class()
        for _ in range(times):
            made.step()
        if then:
            made.reset()
        return made.count

    @exercise(lesson="99", points=2, cases=steps, hints=["Add 1."], call=drive, given=("__init__",))
    class Counter:
        """Count."""

        def __init__(self):
            self.count = 0

        def step(self):
            """One more."""
            self.count += 1

        def reset(self):
            self.count = 0

    return Counter
