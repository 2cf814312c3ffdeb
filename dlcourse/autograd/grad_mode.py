"""The switch that says whether operations are recorded for differentiation."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class _Mode(threading.local):  # each thread has its own switch, as in PyTorch
    enabled = True


mode = _Mode()


def is_grad_enabled() -> bool:
    """True where operations are recorded, so that backward() can be called on their result."""
    return mode.enabled


@contextmanager
def set_grad_enabled(enabled: bool) -> Iterator[None]:
    """Record operations, or not, inside a ``with`` block or in the decorated function."""
    previous, mode.enabled = mode.enabled, enabled
    try:
        yield
    finally:
        mode.enabled = previous


def no_grad(function: Callable | None = None) -> Any:
    """Record nothing: ``with no_grad(): ...``, or ``@no_grad()`` above a function."""
    return set_grad_enabled(False)(function) if function else set_grad_enabled(False)
