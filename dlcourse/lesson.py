"""What the set-up cell of every lesson calls: one look for all figures, one seed for all randomness."""

from __future__ import annotations

import os

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
