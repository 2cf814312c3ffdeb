"""Run an answer on one case, and say what came of it as plain data."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dlcourse.running import traces
from dlcourse.running.limits import SECONDS_PER_CASE, TooSlow, same_dice, time_limit
from dlcourse.running.plain import NotPlain, plain


@dataclass(frozen=True)
class Task:
    """What one must know of an exercise to run an answer to it, and no more.

    Attributes:
        name: the exercise's name.
        requires: names of earlier exercises that the answer may call.
        call: ``call(answer, *args, **kwargs)`` drives the answer; None: the answer itself is called.
        parameters: the arguments in words, such as ``"(x, y)"``.
        is_class: whether the answer is a class.
    """

    name: str
    requires: tuple[str, ...] = ()
    call: Callable[..., Any] | None = None
    parameters: str = ""
    is_class: bool = False


@dataclass(frozen=True)
class Outcome:
    """What an answer made of a case.

    Attributes:
        value: what it gave, as plain data; None if it gave none.
        has_value: whether ``value`` means anything.
        stopped: why there is no value: ``"not started"``, ``"cannot run"``, ``"error"``,
            ``"slow"``, ``"not plain"`` or "".
        sentence: that reason in words, for the student.
        error: the exception's type, or "".
        arguments_after: the arguments as the answer left them, ``[args, kwargs]``.
    """

    value: Any = None
    has_value: bool = False
    stopped: str = ""
    sentence: str = ""
    error: str = ""
    arguments_after: Any = None


def attempt(
    task: Task, answer: Any, args: tuple, kwargs: dict[str, Any], seed: int, seconds: float = SECONDS_PER_CASE
) -> Outcome:
    """Run an answer on copies of the arguments. Only the stop button (KeyboardInterrupt) gets out of here.

    Args:
        task: what the answer is an answer to.
        answer: a function or class.
        args, kwargs: plain data, for the answer or for the function that drives it.
        seed: for the global random generators.
        seconds: after which the answer is stopped.
    """
    args, kwargs = copy.deepcopy((args, kwargs))
    wrong_call = _wrong_call(task, answer, args, kwargs)
    if wrong_call:
        return Outcome(stopped="cannot run", sentence=wrong_call)
    try:
        with same_dice(seed), time_limit(seconds):
            given = run(task, answer, args, kwargs)
        if given is Ellipsis:
            raise NotImplementedError
        return Outcome(plain(_closed(given)), True, arguments_after=_plain_or_none([args, kwargs]))
    except NotImplementedError as error:
        return _not_written(task, error)
    except NotPlain as error:
        return Outcome(stopped="not plain", sentence=error.sentence)
    except TooSlow:
        return Outcome(stopped="slow", sentence=too_slow(seconds))
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Outcome(stopped="error", sentence=traces.explain(error), error=type(error).__name__)


def run(task: Task, answer: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """Call an answer, or let the task's driver call it; the arguments may change."""
    if task.call is None:
        return answer(*args, **kwargs)
    return task.call(answer, *args, **kwargs)


def _not_written(task: Task, error: NotImplementedError) -> Outcome:
    """Not started, unless it is an earlier answer that is missing and this one only calls it."""
    missing = traces.raised_by(error)
    if missing in task.requires:
        sentence = f"Your {task.name} calls your {missing}, which is not written yet: do that one first."
        return Outcome(stopped="cannot run", sentence=sentence)
    return Outcome(stopped="not started", sentence="This part is not written yet.")


def _closed(given: Any) -> Any:
    """A coroutine that nobody awaits would warn much later, in another cell: close it."""
    if inspect.iscoroutine(given):
        given.close()
    return given


def _plain_or_none(arguments: Any) -> Any:
    try:
        return plain(arguments)
    except NotPlain:
        return None


def too_slow(seconds: float) -> str:
    """The sentence for an answer that was stopped after so many seconds."""
    return (
        f"No answer after {seconds:g} seconds, so the check stopped your code. Is there a loop that never "
        "ends? Look at what changes from one round to the next, and at the condition that ends it."
    )


def _wrong_call(task: Task, answer: Any, args: tuple, kwargs: dict[str, Any]) -> str:
    """A sentence if the answer cannot be called with the arguments at all."""
    if task.call is not None:
        return ""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # built-in functions have none to look at
        return ""
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return f"Your {task.name} takes {parameters_in_words(signature)}, but the task gives it {task.parameters}."
    return ""


def parameters_in_words(signature: inspect.Signature) -> str:
    """``"(x, y)"``, or ``"no arguments"``."""
    return f"({', '.join(signature.parameters)})" if signature.parameters else "no arguments"


def misfit(task: Task, answer: Any) -> str:
    """A sentence if the object cannot be an answer to the task, whatever it does."""
    name = task.name
    if not callable(answer):
        return f"check takes the function itself: write check({name}), not check({name}(...))."
    if task.is_class and not isinstance(answer, type):
        return f"{name} should be a class (`class {name}:`), but this is a {type(answer).__name__}."
    if not task.is_class and isinstance(answer, type):
        return f"{name} should be a function (`def {name}(...):`), but this is a class."
    return ""
