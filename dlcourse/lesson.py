"""What the set-up cell of every lesson calls: one look for all figures, one seed for all randomness."""

from __future__ import annotations

import inspect
import os
import sys
import textwrap
from typing import Any

import numpy as np


def seed() -> int:
    """The seed of this run: 0, or the integer in the environment variable ``DLCOURSE_SEED``.

    Raises:
        ValueError: ``DLCOURSE_SEED`` is set, but is not an integer of at least 0.
    """
    text = os.environ.get("DLCOURSE_SEED", "0")
    if not text.isdecimal():
        raise ValueError(f"DLCOURSE_SEED must be an integer of at least 0, but is {text!r}.")
    return int(text)


def start_lesson(lesson: str) -> None:
    """Prepare a notebook: the course's figure style, all generators seeded, the lesson's number noted.

    Args:
        lesson: the two digits in the notebook's name, such as ``"04"``; ``progress()`` reports on it.
    """
    from dlcourse import autograd, checks, plots

    np.random.seed(seed())
    autograd.manual_seed(seed())
    plots.use_style()
    checks.set_lesson(lesson)


def show_source(*objects: Any) -> None:
    """Show the source of functions, classes or modules of the package, as it runs here.

    In a notebook the code is highlighted by the notebook itself, so it follows the reader's theme.

    Raises:
        TypeError: an object has no Python source (a number, a built-in function, ...).
    """
    text = "\n\n".join(textwrap.dedent(_source(obj)).rstrip() for obj in objects)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        from IPython.display import Markdown, display

        display(Markdown(f"```python\n{text}\n```"))
    else:
        print(text)


def _source(obj: Any) -> str:
    try:
        return inspect.getsource(obj)
    except (OSError, TypeError) as error:
        raise TypeError(
            f"{obj!r} has no Python source to show. Give a function, a class or a module written in Python."
        ) from error
