"""``mine``: the student's own answers where they are right, the course's otherwise."""

from __future__ import annotations

import secrets
import warnings
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import numpy as np

from dlcourse import exercises
from dlcourse.checks import answers
from dlcourse.checks.judging import evaluate, make_trials
from dlcourse.exercises import Exercise, UnknownExercise
from dlcourse.running import traces
from dlcourse.running.limits import SECONDS_PER_CASE, TooSlow, time_limit


@dataclass(frozen=True)
class Loaded:
    """What is kept for an exercise.

    Attributes:
        answer: the student's function or class if it passes its check, else None.
        reason: why there is no answer, in a few words.
        missing: nothing is kept.
        points: what it earns.
    """

    answer: Any
    reason: str
    missing: bool = False
    points: float = 0


@dataclass
class _Memory:
    """Answers loaded so far, by name, with the text they were made from."""

    loaded: dict[str, tuple[str | None, Loaded]] = field(default_factory=dict)
    being_loaded: set[str] = field(default_factory=set)
    announced: dict[str, str] = field(default_factory=dict)


_memory = _Memory()


def load(exercise: Exercise) -> Loaded:
    """The kept answer to an exercise, run on fresh cases before it is used."""
    try:
        text = answers.read(exercise)
    except (OSError, UnicodeDecodeError) as error:
        return Loaded(None, f"yours cannot be read: {type(error).__name__}")
    known = _memory.loaded.get(exercise.name)
    if known is None or known[0] != text:
        made = Loaded(None, "none of yours is kept yet", missing=True) if text is None else _make(exercise, text)
        known = _memory.loaded[exercise.name] = (text, made)
    return known[1]


def forget() -> None:
    """Load and check all kept answers again at their next use: one of them has changed."""
    _memory.loaded.clear()


def _make(exercise: Exercise, text: str) -> Loaded:
    _memory.being_loaded.add(exercise.name)
    try:
        names = _namespace(exercise, text)
        with time_limit(SECONDS_PER_CASE):
            exec(compile(text, str(answers.path_of(exercise)), "exec"), names)
    except SyntaxError as error:
        return Loaded(None, f"yours does not parse: {error.msg} in line {error.lineno}")
    except TooSlow:
        return Loaded(None, "yours takes too long to load")
    except (Exception, SystemExit) as error:
        return Loaded(None, f"yours cannot be loaded: {_first_line(traces.explain(error))}")
    finally:
        _memory.being_loaded.discard(exercise.name)
    if exercise.name not in names:
        return Loaded(None, f"its file does not define {exercise.name}")
    answer = names[exercise.name]
    trials = make_trials(exercise, secrets.randbits(32))
    with redirect_stdout(StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it prints and warns of was seen at its check
        report = evaluate(exercise, answer, trials)
    if report.passed:
        return Loaded(answer, "", points=report.points)
    return Loaded(None, f"yours fails its check: {_first_line(report.failures[0].sentence)}")


def _namespace(exercise: Exercise, text: str) -> dict[str, Any]:
    """What a kept answer finds around it: ``np``, and the other exercises that it names."""
    names: dict[str, Any] = {"np": np, "__name__": f"my_answers.{exercise.name}"}
    asked = answers.free_names(text) | set(exercise.requires)
    for other in exercises.all():
        if other.name in asked and other is not exercise:
            waits = other.name in _memory.being_loaded  # each asks for the other: the course's helps out
            names[other.name] = other.reference if waits else getattr(mine, other.name)
    return names


def _first_line(sentence: str) -> str:
    return sentence.partition("\n")[0]


class Mine:
    """``mine.softmax`` is your answer to the exercise softmax if it is right, else the course's.

    An answer counts as yours if it passed ``check`` once and passes it again now. The first time
    that a name is used, a line says whose it is.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            exercise = exercises.get(name)
        except UnknownExercise as error:
            raise AttributeError(str(error)) from None
        loaded = load(exercise)
        self._announce(name, "yours" if loaded.answer is not None else f"the course's ({loaded.reason})")
        return exercise.reference if loaded.answer is None else loaded.answer

    def _announce(self, name: str, whose: str) -> None:
        if _memory.announced.get(name) != whose:
            _memory.announced[name] = whose
            print(f"{name}: {whose}")

    def __dir__(self) -> list[str]:
        return [exercise.name for exercise in exercises.all()]

    def __repr__(self) -> str:
        return f"<mine: your answers in {answers.folder().name}, and the course's for the rest>"


mine = Mine()
