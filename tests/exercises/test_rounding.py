"""No case hangs on rounding: a right answer may add up its numbers in another order than the course's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from dlcourse import exercises
from dlcourse.checks import judging
from dlcourse.exercises import Case, Exercise

SEEDS = range(60)


def shaken(value: Any) -> Any:
    """Numbers with another last digit, equal ones with the same; those that are added up exactly stay as they are."""
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        exact = 1024 * value == np.rint(1024 * value)
        return np.where(exact, value, value * (1 + 1e-13 * np.sin(1e6 * value)))
    if isinstance(value, (list, tuple)):
        return type(value)(map(shaken, value))
    return value


def changes_nothing(exercise: Exercise, trial: judging.Trial) -> bool:
    """Whether the reference makes the same of the shaken case."""
    case = trial.case
    case = Case(*map(shaken, case.args), part=case.part, **{name: shaken(v) for name, v in case.kwargs.items()})
    outcome = judging.attempt(exercise, exercise.reference, replace(trial, case=case))
    failure = judging.judge(exercise, trial, outcome)
    return failure is None or failure.kind == "changed input"  # it was changed by the shaking


@pytest.mark.parametrize("exercise", exercises.all(), ids=lambda exercise: exercise.name)
def test_the_last_digits_of_a_case_do_not_decide(exercise: Exercise) -> None:
    seeds = SEEDS[:6] if exercise.needs else SEEDS  # PyTorch takes its time
    trials = [trial for seed in seeds for trial in judging.make_trials(exercise, seed)]
    assert all(changes_nothing(exercise, trial) for trial in trials)
