"""Find out what is wrong with what an answer makes of the cases of an exercise.

Nothing here prints or keeps anything: :func:`evaluate` gives a report as data. A judge that runs answers
elsewhere, in another process, calls :func:`make_trials`, turns what comes back into an :class:`Outcome`
for each trial, has it :func:`viewed`, and goes on with :func:`assess` and :func:`recognise`.
"""

from __future__ import annotations

import copy
import inspect
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from dlcourse.checks.compare import compare
from dlcourse.exercises import Case, Exercise, Misshapen, Mistake
from dlcourse.running import attempt as running
from dlcourse.running.attempt import Outcome
from dlcourse.running.limits import SECONDS_PER_CASE, same_dice
from dlcourse.running.plain import NotPlain, identical, plain


@dataclass(frozen=True)
class Trial:
    """A case with what the reference makes of it: its answer, and its arguments as they are afterwards.

    ``expected`` and the arguments are plain data; ``seed`` is what the global generators are seeded
    with before each call.
    """

    case: Case
    seed: int
    expected: Any
    arguments_before: Any
    arguments_after: Any


@dataclass(frozen=True)
class Failure:
    """A case that an answer fails.

    Attributes:
        trial: the case and what was expected.
        outcome: what the answer did.
        kind: ``"structure"``, ``"shape"``, ``"dtype"``, ``"value"``, ``"changed input"``, or the
            outcome's ``stopped``.
        sentence: what is wrong, in words.
        path: the indices and keys that lead to the place in the answer.
    """

    trial: Trial
    outcome: Outcome
    kind: str
    sentence: str
    path: tuple[Any, ...] = ()


@dataclass
class Report:
    """How an answer did on all its cases."""

    exercise: Exercise
    trials: list[Trial]
    outcomes: list[Outcome]
    failures: list[Failure] = field(default_factory=list)
    parts: dict[str, bool] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every case was right, and there was at least one."""
        return bool(self.outcomes) and not self.failures

    @property
    def points(self) -> float:
        """The share of the points whose parts are right, to two decimals."""
        earned = self.exercise.points * sum(self.parts.values()) / len(self.parts)
        return int(earned) if float(earned).is_integer() else round(earned, 2)

    @property
    def not_started(self) -> bool:
        """Whether nothing was right and every failure is a NotImplementedError (or the ``...`` of a stub)."""
        return (
            bool(self.failures)
            and len(self.failures) == len(self.outcomes)
            and all(failure.kind == "not started" for failure in self.failures)
        )


def make_trials(exercise: Exercise, seed: int) -> list[Trial]:
    """The cases of one seed with the reference's answers.

    Raises:
        RuntimeError: the exercise has no cases, or its own reference fails: an error of the course.
    """
    made = [_trial(exercise, case, seed) for case in exercise.cases(np.random.default_rng(seed))]
    if not made:
        raise RuntimeError(f"The exercise {exercise.name!r} has no cases, so nothing can be checked.")
    return made


def _trial(exercise: Exercise, case: Case, seed: int) -> Trial:
    mine = copy.deepcopy(case)
    try:
        with same_dice(seed), np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            before = plain([mine.args, mine.kwargs])
            given = running.run(exercise.task, exercise.reference, mine.args, mine.kwargs)
            expected = plain(_view(exercise, plain(given), case))
        return Trial(case, seed, expected, before, plain([mine.args, mine.kwargs]))
    except Exception as error:
        raise RuntimeError(
            f"The course's own answer to {exercise.name!r} fails on {case!r}: {type(error).__name__}: "
            f"{error}. This is an error of the course, not yours."
        ) from error


def attempt(exercise: Exercise, answer: Any, trial: Trial, seconds: float = SECONDS_PER_CASE) -> Outcome:
    """Run an answer on a copy of a trial's case, and view what it gives."""
    case = trial.case
    return viewed(exercise, case, running.attempt(exercise.task, answer, case.args, case.kwargs, trial.seed, seconds))


def viewed(exercise: Exercise, case: Case, outcome: Outcome) -> Outcome:
    """The outcome with the value that is compared, where the exercise has a ``view`` of what an answer gives."""
    if exercise.view is None or not outcome.has_value:
        return outcome
    try:
        return replace(outcome, value=plain(_view(exercise, outcome.value, case)))
    except Exception as error:  # whatever an answer gave: it has another form than the task asks for
        return replace(outcome, value=None, has_value=False, stopped="not plain", sentence=_misfit(error))


def _view(exercise: Exercise, value: Any, case: Case) -> Any:
    if exercise.view is None:
        return value
    mine = copy.deepcopy(case)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return exercise.view(copy.deepcopy(value), *mine.args, **mine.kwargs)


def _misfit(error: Exception) -> str:
    if isinstance(error, Misshapen | NotPlain):
        return str(error)
    return "Your answer has not the form that the task asks for: compare it with the task's last lines."


# --- right or wrong ------------------------------------------------------------------------------


def judge(exercise: Exercise, trial: Trial, outcome: Outcome) -> Failure | None:
    """What is wrong with an outcome, or None if it is right."""
    if outcome.stopped:
        kind = "structure" if outcome.stopped == "not plain" else outcome.stopped
        return Failure(trial, outcome, kind, outcome.sentence)
    changed = _changed_argument(exercise, trial, outcome)
    found = compare(trial.expected, outcome.value, exercise.rtol, exercise.atol)
    if found is not None:
        sentence = f"{found.sentence} {changed}" if changed else found.sentence
        return Failure(trial, outcome, found.kind, sentence, found.path)
    if changed:
        return Failure(trial, outcome, "changed input", changed)
    return None


def _changed_argument(exercise: Exercise, trial: Trial, outcome: Outcome) -> str:
    """A sentence if the answer left an argument otherwise than the reference did."""
    if identical(trial.arguments_after, outcome.arguments_after):
        return ""
    names = argument_names(exercise, trial.case)
    after = outcome.arguments_after or [(), {}]
    values = zip(names, _flat(trial.arguments_before), _flat(trial.arguments_after), _flat(after), strict=False)
    for name, old, wanted, now in values:
        if not identical(wanted, now):
            if not identical(old, wanted):
                return f"{name} should be changed in place, as the task says, and yours ends up otherwise."
            return (
                f"Your code changes its input {name}: whoever called it still needs that. Work on a copy, or "
                "write `a = a + b` instead of `a += b`."
            )
    return ""


def _flat(arguments: Any) -> list[Any]:
    args, kwargs = arguments
    return [*args, *kwargs.values()]


def argument_names(exercise: Exercise, case: Case) -> list[str]:
    """What the arguments of a case are called: as the reference, or the function that drives it, says."""
    function, given = (exercise.reference, ()) if exercise.call is None else (exercise.call, (None,))
    try:
        bound = inspect.signature(function).bind(*given, *case.args)
    except TypeError:
        return [f"argument {i + 1}" for i in range(len(case.args))] + list(case.kwargs)
    names = list(bound.signature.parameters)[len(given) :]
    positional = names[: len(case.args)] + [names[-1]] * (len(case.args) - len(names))
    return positional + list(case.kwargs)


def evaluate(exercise: Exercise, answer: Any, trials: Sequence[Trial], seconds: float = SECONDS_PER_CASE) -> Report:
    """Run an answer on trials and report on it.

    An answer that does not end in time is not run again: its remaining cases count as failed.

    Raises:
        RuntimeError: not a single case was executed.
    """
    outcomes: list[Outcome] = []
    for trial in trials:
        too_slow = bool(outcomes) and outcomes[-1].stopped == "slow"
        outcomes.append(outcomes[-1] if too_slow else attempt(exercise, answer, trial, seconds))
    return assess(exercise, trials, outcomes)


def assess(exercise: Exercise, trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> Report:
    """Judge what an answer made of the trials.

    Raises:
        RuntimeError: there is no outcome to judge.
    """
    if not outcomes:
        raise RuntimeError(f"No case of {exercise.name!r} was executed, so nothing was checked.")
    report = Report(exercise, list(trials), list(outcomes))
    for trial, outcome in zip(trials, outcomes, strict=True):
        failure = judge(exercise, trial, outcome)
        part = trial.case.part
        report.parts[part] = report.parts.get(part, True) and failure is None
        if failure:
            report.failures.append(failure)
    return report


# --- which mistake was it? -----------------------------------------------------------------------


def recognise(report: Report, known: Callable[[Mistake], list[Outcome]] | None = None) -> Mistake | None:
    """The known mistake whose answers equal these, or None.

    A mistake that gives the same on every case is preferred to one that agrees where the answer is wrong.
    ``known`` gives a mistake's outcomes on the report's trials; by default the mistake is run.
    """
    # A part that is not written yet says nothing about the parts that are.
    wrong = {id(failure.outcome) for failure in report.failures if failure.kind != "not started"}
    if not wrong or any(failure.kind == "slow" for failure in report.failures):
        return None
    loosely = None
    for mistake in report.exercise.mistakes:
        theirs = known(mistake) if known else run_mistake(report.exercise, mistake, report.trials)
        pairs = zip(report.outcomes, theirs, strict=True)
        alike = [(id(mine) in wrong, _alike(report.exercise, mine, other)) for mine, other in pairs]
        if all(same for _, same in alike):
            return mistake
        if not loosely and all(same for is_wrong, same in alike if is_wrong):
            loosely = mistake
    return loosely


def run_mistake(exercise: Exercise, mistake: Mistake, trials: Iterable[Trial]) -> list[Outcome]:
    """What a recorded mistake makes of trials, without its warnings."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [attempt(exercise, mistake.function, trial) for trial in trials]


def _alike(exercise: Exercise, mine: Outcome, other: Outcome) -> bool:
    if mine.stopped or other.stopped:
        return mine.stopped == other.stopped and mine.error == other.error
    pairs = ((other.value, mine.value), (other.arguments_after, mine.arguments_after))
    return all(identical(a, b) or not compare(a, b, exercise.rtol, exercise.atol) for a, b in pairs)
