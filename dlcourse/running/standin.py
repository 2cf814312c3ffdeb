"""Stands for the package ``dlcourse`` in the sandbox, where an answer must do without the course's own engine.

What the set-up cell of a notebook takes from it is here and does nothing; everything else is not here, and says
so when it is used (see :mod:`dlcourse.running.world`). In the sandbox this file is ``dlcourse/__init__.py``.
"""

from __future__ import annotations

from typing import Any


def _nothing(*args: Any, **kwargs: Any) -> None:
    """Do nothing: grading asks the answers itself."""


check = hint = solution = progress = start_lesson = show_source = _nothing


def seed() -> int:
    """The seed of the lessons' random numbers, as in a notebook."""
    return 0
