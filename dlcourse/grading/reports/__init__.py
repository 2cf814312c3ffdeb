"""Pages for people: one with feedback for each student, and one with the whole class for the instructor."""

from __future__ import annotations

from dlcourse.grading.reports.pages import write_reports

__all__ = ["write_reports"]
