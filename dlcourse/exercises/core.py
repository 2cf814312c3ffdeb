"""What an exercise is: a reference answer, cases to try it on, hints, and the mistakes people make.

Each exercise stands once, as Python, in a module ``lessonNN.py`` of this package:

    def _cases(rng):
        yield Case(rng.normal(size=3).round(1))
        yield Case(rng.normal(size=(4, 5)), part="batch")

    @exercise(lesson="04", points=2, cases=_cases, hints=["...", "..."])
    def relu(x):
        '''The docstring that the student sees.'''
        return np.maximum(x, 0)

    @relu.mistake("Negative numbers become 0, they don't change their sign.")
    def absolute_value(x):
        return np.abs(x)

The student's stub and the solution that is shown are made from the reference's source.

Where an answer needs a library that is not always installed, ``needs`` names it. Then the reference and
each mistake stand inside a function of the same name, which is called with the library when it is first wanted:

    @exercise(lesson="07", needs="torch", ...)
    def Doubled(torch):
        class Doubled(torch.nn.Module):
            ...
        return Doubled
"""

from __future__ import annotations

import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from dlcourse.exercises import source
from dlcourse.running.attempt import Task, parameters_in_words

LIBRARIES = ("numpy", "matplotlib")  # what answers may use if their exercise says nothing else


class Case:
    """One call of the answer: ``Case(*args, part="", **kwargs)``.

    Args and kwargs are plain data: numbers, strings, bools, None, NumPy arrays, and lists, tuples and
    dicts of them. ``part`` names the share of the exercise's points that the case belongs to.
    """

    def __init__(self, *args: Any, part: str = "", **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs
        self.part = part

    def __repr__(self) -> str:
        words = [repr(a) for a in self.args] + [f"{k}={v!r}" for k, v in self.kwargs.items()]
        return f"Case({', '.join([*words, f'part={self.part!r}'])})"


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that students really write, and the sentence that helps.

    ``written`` and ``needs`` are those of :class:`Exercise`.
    """

    written: Callable[..., Any]
    sentence: str
    name: str
    needs: str = ""

    @cached_property
    def function(self) -> Callable[..., Any]:
        """The wrong answer itself, a function or a class."""
        return _made(self.written, self.needs)


def _made(written: Callable[..., Any], needs: str) -> Callable[..., Any]:
    """What was written, or what it makes of the library that it needs."""
    return written(importlib.import_module(needs)) if needs else written


class Misshapen(ValueError):
    """Raised by an exercise's ``view``: an answer has another form than the task asks for; the message says how."""


@dataclass(eq=False)
class Exercise:
    """An exercise, found by name through :func:`get`. Calling it calls the reference.

    Attributes:
        name: the reference's name, which the student's function or class has too.
        lesson: two digits, such as ``"04"``.
        points: what a full answer is worth, shared equally among the parts of the cases.
        written: the course's own answer, a function or a class, as it stands in the lesson's module; where
            the exercise needs a library, the function that makes the answer of it.
        cases: ``cases(rng)`` gives the random cases, the first ones small and readable.
        hints: each one says more than the one before.
        mistakes: the recorded wrong answers.
        call: ``call(answer, *args, **kwargs)`` drives an answer that is a class or takes functions, and
            gives plain data. None: the answer itself is called. A grader runs it beside the student's code,
            from :mod:`dlcourse.running.drivers`: so it gives what the answer did, and concludes nothing.
        view: ``view(raw, *args, **kwargs)`` turns what the answer or ``call`` gave into what is compared. It
            is out of the student's reach, and must stand any plain data. It raises :class:`Misshapen` where
            ``raw`` has another form than the task asks for. None: ``raw`` itself is compared.
        requires: names of earlier exercises of the same lesson that an answer may use.
        given: for a class, the methods that the stub keeps.
        libraries: what an answer may use besides Python's standard library; a grader takes everything else
            away, the course's own engine too.
        needs: the library that an answer imports first, such as ``"torch"``.
        rtol, atol: how close a number must come: ``|got - expected| <= atol + rtol * |expected|``.
        equivalent_mutants: changes of one token of the reference that change no answer, for the mutation
            test; each as ``"x > 0 -> x >= 0  # why the answers stay the same"``.
    """

    name: str
    lesson: str
    points: float
    written: Callable[..., Any]
    cases: Callable[[np.random.Generator], Iterable[Case]]
    hints: tuple[str, ...]
    call: Callable[..., Any] | None = None
    view: Callable[..., Any] | None = None
    requires: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    libraries: tuple[str, ...] = LIBRARIES
    needs: str = ""
    rtol: float = 1e-6
    atol: float = 1e-8
    equivalent_mutants: tuple[str, ...] = ()
    mistakes: list[Mistake] = field(default_factory=list)

    @cached_property
    def reference(self) -> Callable[..., Any]:
        """The course's own answer, a function or a class.

        Raises:
            ModuleNotFoundError: it needs a library that is not installed.
        """
        return _made(self.written, self.needs)

    @cached_property
    def stub(self) -> str:
        """What the student starts from: signature, docstring, ``raise NotImplementedError``."""
        return self._head + source.stub(self.written, self.given, inside=bool(self.needs))

    @cached_property
    def solution_source(self) -> str:
        """The reference as a student would have written it."""
        return self._head + source.solution(self.written, inside=bool(self.needs))

    @property
    def _head(self) -> str:
        return f"import {self.needs}\n\n\n" if self.needs else ""

    @property
    def is_class(self) -> bool:
        """Whether the answer is a class."""
        return isinstance(self.reference, type)

    def mistake(self, sentence: str) -> Callable[[Any], Any]:
        """Decorator that records a wrong function or class with the sentence that helps.

        Raises:
            ValueError: the exercise has a mistake of that name already.
        """

        def record(wrong: Any) -> Any:
            name = wrong.__name__
            if any(known.name == name for known in self.mistakes):
                raise ValueError(f"{self.name} has two mistakes called {name!r}: rename one.")
            self.mistakes.append(Mistake(wrong, sentence, name, self.needs))
            return wrong

        return record

    @cached_property
    def task(self) -> Task:
        """What one must know to run an answer, without the reference."""
        parameters = parameters_in_words(inspect.signature(self.reference))
        return Task(self.name, self.requires, self.call, parameters, self.is_class)

    # In a lesson's module the name of an exercise is bound to the Exercise. These three let later
    # references and mistakes use it as they would the function or class that was written there.

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """What the reference gives."""
        return self.reference(*args, **kwargs)

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, self.reference)  # type: ignore[arg-type]

    def __mro_entries__(self, bases: tuple) -> tuple:
        return (self.reference,)

    def __repr__(self) -> str:
        return f"<exercise {self.name} of lesson {self.lesson}>"


def exercise(
    *,
    lesson: str,
    points: float,
    cases: Callable[[np.random.Generator], Iterable[Case]],
    hints: Sequence[str],
    call: Callable[..., Any] | None = None,
    view: Callable[..., Any] | None = None,
    requires: Sequence[str] = (),
    given: Sequence[str] = (),
    libraries: Sequence[str] = LIBRARIES,
    needs: str = "",
    rtol: float = 1e-6,
    atol: float = 1e-8,
    equivalent_mutants: Sequence[str] = (),
    name: str | None = None,
) -> Callable[[Any], Exercise]:
    """Decorator that makes an :class:`Exercise` of its reference answer and registers it.

    It may also be applied to an object from elsewhere: ``exercise(lesson="04", ...)(Value)``.
    The arguments are described at :class:`Exercise`.

    Raises:
        ValueError: an argument makes no sense, the reference has no docstring, or the name is taken.
    """

    def make(reference: Any) -> Exercise:
        made = Exercise(
            name or reference.__name__, lesson, points, reference, cases, tuple(hints), call,
            view, tuple(requires), tuple(given), tuple(libraries), needs, rtol, atol, tuple(equivalent_mutants),
        )  # fmt: skip
        if not needs:
            _validate(made)
        return _register(made)

    return make


def _validate(ex: Exercise) -> None:
    problems = {
        "lesson must be two digits, such as '04'": not (len(ex.lesson) == 2 and ex.lesson.isdigit()),
        "points must be above 0": not ex.points > 0,
        "the reference needs a docstring: students see it": not inspect.getdoc(ex.reference),
        "cases must be a function of a random generator": not callable(ex.cases),
        "hints must be a list of sentences": not all(isinstance(h, str) and h for h in ex.hints),
        "given names methods, so the reference must be a class": bool(ex.given) and not ex.is_class,
        "a class needs call=, which drives it and gives plain data": ex.is_class and ex.call is None,
    }
    for problem, present in problems.items():
        if present:
            raise ValueError(f"Exercise {ex.name!r}: {problem}.")
    missing = [method for method in ex.given if method not in vars(ex.reference)]
    if missing:
        raise ValueError(f"Exercise {ex.name!r}: given names {missing}, which the class does not define.")


# --- finding exercises ---------------------------------------------------------------------------

_registry: dict[str, Exercise] = {}


def _register(new: Exercise) -> Exercise:
    old = _registry.get(new.name)
    if old is not None and old.written.__module__ != new.written.__module__:
        raise ValueError(
            f"Two exercises are called {new.name!r}, in {old.written.__module__} and in "
            f"{new.written.__module__}: the name must be unique in the course."
        )
    _registry[new.name] = new
    return new


def _lesson_modules() -> Iterator[str]:
    """The full names of the modules ``lessonNN`` of this package, in order."""
    package = importlib.import_module("dlcourse.exercises")
    names = sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.name.startswith("lesson"))
    return (f"dlcourse.exercises.{name}" for name in names)


def get(name: str) -> Exercise:
    """The exercise of that name; lessons are imported as they are needed.

    Raises:
        KeyError: there is none; the message names the ones that are spelt most like it.
    """
    if not isinstance(name, str):
        raise TypeError(f"An exercise is found by its name, a string; got {type(name).__name__}.")
    for module in _lesson_modules():
        if name in _registry:
            break
        importlib.import_module(module)
    if name in _registry:
        return _registry[name]
    close = difflib.get_close_matches(name, _registry, n=3, cutoff=0.5)
    advice = f" Did you mean {' or '.join(close)}?" if close else ""
    raise UnknownExercise(f"There is no exercise called {name!r}.{advice}")


class UnknownExercise(KeyError):
    """No exercise has that name."""

    def __str__(self) -> str:  # KeyError would put the sentence in quotation marks
        return str(self.args[0])


def all_exercises() -> list[Exercise]:
    """Every exercise of the course, lesson by lesson, in the order in which they were written."""
    for module in _lesson_modules():
        importlib.import_module(module)
    return sorted(_registry.values(), key=lambda ex: ex.lesson)


def for_lesson(lesson: str) -> list[Exercise]:
    """The exercises of one lesson, such as ``"04"``, in the order in which they were written."""
    own = f"dlcourse.exercises.lesson{lesson}"
    if own in _lesson_modules():
        importlib.import_module(own)
    return [ex for ex in _registry.values() if ex.lesson == lesson]
