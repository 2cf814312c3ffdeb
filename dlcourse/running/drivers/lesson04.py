"""What drives the answers to the exercises of lesson 04."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import numpy as np

TOO_DEEP = "RecursionError: too many calls inside each other"
LIMIT_RAISED = "stopped: the recursion limit was raised"
TOO_MUCH_WORK = "stopped: more than 300,000 lines of code were run"

USUAL_DEPTH = 1000  # calls inside each other that Python allows from the start


class LimitRaised(Exception):
    """The answer asked Python for a higher recursion limit."""


@contextmanager
def _usual_depth() -> Iterator[None]:
    """Python's own recursion limit inside the block; afterwards the limit that was there before.

    Raises:
        RecursionError: the block went too deep.
        LimitRaised: the block raised the limit, which only moves the wall.
    """
    before, depth = sys.getrecursionlimit(), 0
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        frame, depth = frame.f_back, depth + 1
    sys.setrecursionlimit(depth + USUAL_DEPTH)
    try:
        yield
        if sys.getrecursionlimit() > depth + USUAL_DEPTH:
            raise LimitRaised
    finally:
        sys.setrecursionlimit(before)


def walk(answer: Callable, graph: dict[str, list[str]], root: str) -> Any:
    """The order that an answer gives for a graph, as a list; or why there is none."""
    try:
        with _usual_depth():
            return list(answer(root, graph.__getitem__))
    except RecursionError:
        return TOO_DEEP
    except LimitRaised:
        return LIMIT_RAISED


def drive_value(value_class: type, expression: str, leaves: dict[str, float], ask: str, repeat: int = 1) -> Any:
    """Evaluate the case's expression on students' values; ``repeat`` feeds the result back in as x."""
    values = {name: value_class(number) for name, number in leaves.items()}
    names = dict(values)
    program = compile(expression, "<case>", "eval")
    for _ in range(repeat):
        names["x"] = result = eval(program, {"__builtins__": {}}, names)
    if isinstance(result, int | float | np.number):
        return "a number, not a Value"
    if not isinstance(result.slopes, tuple | list):
        return f"slopes is no tuple but a {type(result.slopes).__name__}"
    if ask == "local slopes":
        return {"data": float(result.data), "slopes": [float(slope) for slope in result.slopes]}
    return _after_backward(result, values, calls=2 if "twice" in ask else 1)


def _after_backward(result: Any, values: dict[str, Any], calls: int) -> Any:
    """The gradients after ``calls`` walks; after two, those of the values next to the result as well."""
    try:
        for _ in range(calls):
            with _usual_depth(), _work_limit():
                result.backward()
    except RecursionError:
        return TOO_DEEP
    except LimitRaised:
        return LIMIT_RAISED
    except TooMuchWork:
        return TOO_MUCH_WORK
    grads: dict[str, Any] = {f"{name}.grad": float(value.grad) for name, value in values.items()}
    if calls > 1:
        grads["grad of each parent of f"] = [float(parent.grad) for parent in result.parents]
    return {"data": float(result.data), **grads}


class TooMuchWork(BaseException):
    """Not an ``Exception``, so that ``except Exception`` in the answer lets it through."""


@contextmanager
def _work_limit(lines: int = 300_000) -> Iterator[None]:
    """Stop the block after so many lines of Python: the same on a slow machine and on a fast one."""
    run = 0

    def count(frame: FrameType, event: str, argument: Any) -> Callable:
        nonlocal run
        run += 1
        if run > lines:
            raise TooMuchWork
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        yield
    finally:
        sys.settrace(before)


FUNCTIONS: dict[str, Callable] = {
    "sum of cubes": lambda x: (x**3).sum(),
    "sum of squares": lambda x: (x**2).sum(),
    "sum of sines times the first": lambda x: np.sin(x).sum() * x.flat[0],
}


def drive_gradient_check(
    answer: Callable, name: str, x: np.ndarray, gradient: np.ndarray, h: float | None = None
) -> Any:
    """The error that an answer finds in a claimed gradient of the function called ``name``."""
    f = FUNCTIONS[name]
    error = answer(f, x, gradient) if h is None else answer(f, x, gradient, h)
    if isinstance(error, float) and abs(error) < 1e-6:
        return 0.0  # rounding: nobody is to hit 1.00009e-12
    return error
