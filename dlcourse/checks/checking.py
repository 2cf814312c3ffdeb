"""``check``: is the answer right, and if not, what is wrong with it?"""

from __future__ import annotations

import secrets
from typing import Any

from dlcourse import exercises
from dlcourse.checks import answers, own_code
from dlcourse.checks.judging import Report, evaluate, make_trials, recognise
from dlcourse.checks.session import find, session
from dlcourse.checks.verdict import CheckResult, from_report, misfit
from dlcourse.exercises import Exercise, Mistake, UnknownExercise
from dlcourse.running import attempt
from dlcourse.running.plain import with_article

# The cases that a student sees first. A second round is drawn afresh each time, so that an answer
# made for these cases alone does not pass.
_FIRST_SEED = 0


def check(answer: Any, exercise: str | Exercise | None = None, seed: int | None = None) -> CheckResult:
    """Check an answer to an exercise, show the verdict and return it.

    The answer runs on random cases beside the course's own; a first round is the same each time, a
    second one is drawn afresh. Its arguments are copies. Global random generators are put back. An
    answer that passes is kept in ``my_answers``, from where ``mine`` gives it to later lessons.

    Args:
        answer: the student's function or class itself, not what it returns.
        exercise: the exercise's name, where the answer has another one.
        seed: use the cases of this seed only.

    Raises:
        TypeError: the answer is a name, an Exercise, or something without a name.
        UnknownExercise: no exercise has that name.
        RuntimeError: the exercise has no case, or its reference fails: an error of the course.
    """
    found = _exercise_for(answer, exercise)
    problem = _misfit(found, answer)
    if problem:
        result = misfit(found, problem)
    else:
        seeds = [_FIRST_SEED, secrets.randbits(32)] if seed is None else [seed]
        trials = [trial for s in seeds for trial in make_trials(found, s)]
        report = evaluate(found, answer, trials)
        mistake = None if report.passed else recognise(report)
        result = from_report(report, mistake, _notes(found, answer, report, mistake))
    session.results[found.name] = result
    result.show()
    return result


def _exercise_for(answer: Any, exercise: str | Exercise | None) -> Exercise:
    if isinstance(answer, str):
        raise TypeError(
            f"check looks at your function, not at its name: write check({answer}), without quotation marks."
        )
    if isinstance(answer, Exercise):
        raise TypeError(f"This is the course's exercise {answer.name}; check your own function or class.")
    if exercise is not None:
        return find(exercise)
    name = getattr(answer, "__name__", None)
    if not isinstance(name, str):
        raise TypeError(
            "check takes the function or class itself: write check(f), not check(f(...)). "
            f"It was given {with_article(type(answer).__name__)}."
        )
    if name == "<lambda>":
        raise TypeError('A lambda has no name to find its exercise by: write check(f, exercise="...").')
    try:
        return exercises.get(name)
    except UnknownExercise as error:
        raise UnknownExercise(
            f"{error} If your function has another name than the exercise, say which exercise it is: "
            'check(f, exercise="...").'
        ) from None


def _misfit(exercise: Exercise, answer: Any) -> str:
    """A sentence if the object cannot be an answer to the exercise, whatever it does."""
    problem = attempt.misfit(exercise.task, answer)
    own = getattr(answer, "__name__", exercise.name)
    if (
        not problem
        and own != exercise.name
        and any(own == other.name for other in exercises.for_lesson(exercise.lesson))
    ):
        return f"This is your {own}, but the exercise asked for is {exercise.name}."
    return problem


def _notes(exercise: Exercise, answer: Any, report: Report, mistake: Mistake | None) -> list[str]:
    """What is said below the verdict: whether the answer is kept, or what may help."""
    if report.passed:
        own_code.forget()
        return [] if answer is exercise.reference else answers.keep(exercise, answer)
    if report.not_started:
        return []
    if report.failures[0].kind == "cannot run":
        return []
    notes = [] if mistake else _unfinished_helpers(exercise, answer)
    hints_left = len(exercise.hints) - session.hints_given.get(exercise.name, 0)
    return notes + ([f"`hint({exercise.name})` gives a hint."] if hints_left > 0 else [])


def _unfinished_helpers(exercise: Exercise, answer: Any) -> list[str]:
    """A sentence for each earlier answer that this one uses and that is not right."""
    used = set(exercise.requires) & session.results.keys() & answers.names_used(answer)
    return [
        f"{exercise.name} uses your {name}, which is not right yet: mend that one first."
        for name in sorted(used)
        if not session.results[name].passed
    ]
