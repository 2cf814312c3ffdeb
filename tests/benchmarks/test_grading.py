"""The classes that both graders are timed on can be graded."""

from __future__ import annotations

import pytest

from benchmarks import grading
from dlcourse.grading import cells


@pytest.mark.parametrize("made", [grading._small_class(3), grading._lesson_class("04", 1)], ids=["small", "lesson 04"])
def test_every_submission_is_a_notebook_of_its_lesson(made):
    notebook, submissions = made
    assert list(grading._asked(notebook))
    for content in submissions.values():
        assert cells.read(content).lesson == notebook["metadata"]["dlcourse"]["lesson"]
