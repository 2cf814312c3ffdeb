"""Feedback inside the notebook: check, hint, solution, progress, and the student's own answers."""

from __future__ import annotations

from dlcourse.checks.checking import check
from dlcourse.checks.helping import hint, solution
from dlcourse.checks.overview import progress
from dlcourse.checks.own_code import mine
from dlcourse.checks.session import set_lesson
from dlcourse.checks.verdict import CheckResult

__all__ = ["CheckResult", "check", "hint", "mine", "progress", "set_lesson", "solution"]
