"""Honest submissions get the points that the notebook's own check says, for every exercise of the course."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dlcourse import course, exercises
from dlcourse.checks.judging import evaluate, recognise
from dlcourse.exercises import Exercise, Mistake
from dlcourse.grading.judge import Settings, grade, trials_for
from dlcourse.grading.records import Grade, Limits
from dlcourse.grading.text import tidy
from tests.grading.conftest import SECRET, full_points, lesson_notebook, needs_bwrap, notebook_with, solved
from tests.grading.mistaken import answer_cell, module_cell

pytestmark = needs_bwrap
LESSONS = [stop.number for stop in course.LESSONS]
GENEROUS = Settings(SECRET, limits=Limits(seconds=30, memory=800))
every_lesson = pytest.mark.parametrize("lesson", LESSONS)


def by_name(found: Grade) -> dict:
    return {one.exercise: one for one in found.exercises}


@every_lesson
def test_a_solved_notebook_has_full_points(lesson: str) -> None:
    found = grade(solved(lesson), GENEROUS)
    assert {one.exercise: one.sentence for one in found.exercises if one.status != "right"} == {}
    assert found.points == found.max_points == full_points(lesson)
    assert (found.lesson, found.problem, found.notes) == (lesson, "", [])


@every_lesson
def test_an_untouched_notebook_has_none_and_nothing_is_run(lesson: str) -> None:
    found = grade(notebook_with(lesson, {}), GENEROUS)
    assert {one.status for one in found.exercises} == {"not started"}
    assert found.points == 0
    assert found.max_points == full_points(lesson)


def test_other_lessons_are_graded_where_torch_is_missing(tmp_path: Path) -> None:
    (tmp_path / "work.ipynb").write_bytes(solved("02"))
    code = (
        "import sys; sys.modules['torch'] = None; from pathlib import Path; from dlcourse.grading import judge; "
        f"found = judge.grade(Path({str(tmp_path / 'work.ipynb')!r}).read_bytes(), judge.Settings({SECRET!r})); "
        "print(found.points)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == (f"{full_points('02')}\n", "")


def nth_mistakes(lesson: str, n: int) -> dict[str, Mistake]:
    """The n-th recorded mistake of each exercise that has so many."""
    return {ex.name: ex.mistakes[n] for ex in exercises.for_lesson(lesson) if n < len(ex.mistakes)}


def checked(exercise: Exercise, mistake: Mistake) -> tuple[float, str, str]:
    """Points, and the recognised mistake, on the same cases here."""
    report = evaluate(exercise, mistake.function, trials_for(exercise, SECRET, 1))
    found = recognise(report)
    return report.points, found.name if found else "", report.failures[0].kind


@every_lesson
def test_each_recorded_mistake_has_the_points_that_its_check_says(lesson: str) -> None:
    module = module_cell(lesson)
    for n in range(max(len(ex.mistakes) for ex in exercises.for_lesson(lesson))):
        mistakes = nth_mistakes(lesson, n)
        cells = {name: answer_cell(exercises.get(name), mistake) for name, mistake in mistakes.items()}
        found = by_name(grade(notebook_with(lesson, cells, before=(module,)), GENEROUS))
        for name, mistake in mistakes.items():
            points, recognised, kind = checked(exercises.get(name), mistake)
            assert (name, mistake.name, found[name].points) == (name, mistake.name, points), found[name]
            if kind not in ("error", "slow"):  # a message may name other lines in another place
                assert (name, mistake.name, found[name].mistake) == (name, mistake.name, recognised)


RIGHT = {ex.name: ex.solution_source for ex in exercises.for_lesson("02")}
HANGS = {
    "a loop": "def softmax(scores):\n    while True:\n        pass\n",
    "a loop that nothing stops": (
        "def softmax(scores):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass\n"
    ),
    "a cell that does not end": "def softmax(scores):\n    return scores\nwhile True:\n    pass\n",
    "an exit": "import os\ndef softmax(scores):\n    os._exit(3)\n",
    "an exit from the cell": "import os\nos._exit(3)\ndef softmax(scores):\n    return scores\n",
}


@pytest.mark.parametrize("how", HANGS)
def test_an_answer_that_hangs_or_ends_costs_its_own_exercise_alone(how: str, settings: Settings) -> None:
    found = by_name(grade(notebook_with("02", RIGHT | {"softmax": HANGS[how]}), settings))
    assert found.pop("softmax").points == 0
    assert {name for name, one in found.items() if one.status != "right"} == set()


def test_the_feedback_has_the_sentence_the_case_and_the_code(settings: Settings) -> None:
    wrong = "def softmax(scores):\n    return np.exp(scores) / np.exp(scores).sum()\n"
    one = by_name(grade(notebook_with("02", {"softmax": wrong}), settings))["softmax"]
    assert one.sentence
    assert {"expected", "got"} <= {label for label, _ in one.facts}
    assert one.code == wrong.strip("\n")
    assert "solution" not in json.dumps(one.facts)


def test_another_attempt_gets_other_cases_and_all_students_the_same() -> None:
    exercise = exercises.get("softmax")
    first, again, second = (repr([t.case for t in trials_for(exercise, SECRET, n)]) for n in (1, 1, 2))
    assert first == again != second
    assert first != repr([t.case for t in trials_for(exercise, b"another secret, as good as it", 1)])


def test_a_helper_cell_of_ones_own_is_run_and_an_untouched_lecture_cell_is_not(settings: Settings) -> None:
    helper = "import math\ndef grown(row):\n    return [math.exp(v - max(row)) for v in row]\n"
    answer = (
        "def softmax(scores):\n"
        "    rows = [grown(row) for row in np.atleast_2d(scores).tolist()]\n"
        "    made = np.array([[v / sum(row) for v in row] for row in rows])\n"
        "    return made if scores.ndim > 1 else made[0]\n"
    )
    start = time.monotonic()
    found = grade(notebook_with("02", {"softmax": answer}, before=(helper,)), settings)
    assert by_name(found)["softmax"].status == "right"
    assert time.monotonic() - start < 20  # the lesson as a whole takes longer
    assert found.notes == []


def test_magics_shell_lines_and_missing_libraries_are_told_and_cost_nothing(settings: Settings) -> None:
    own = (
        "%matplotlib inline\n!pip install torch\n%magic\nx = 3",
        "import sklearn\nfrom scipy import stats",
        "%%bash\nls",
    )
    found = grade(notebook_with("02", RIGHT, before=own), settings)
    assert found.points == full_points("02")
    assert any("!pip install torch" in note for note in found.notes)
    assert any("%%bash" in note for note in found.notes)


def test_lecture_cells_lend_an_answer_what_it_needs(settings: Settings) -> None:
    answer = "def softmax(scores):\n    rows = np.atleast_2d(scores)\n"
    answer += "    return np.exp(rows - np.array([[log_sum_exp(row)] for row in rows])).reshape(scores.shape)\n"
    found = grade(notebook_with("02", {"softmax": answer}), settings)
    assert by_name(found)["softmax"].status == "right"
    assert by_name(found)["softmax"].notes == found.notes == []


def test_code_is_shown_without_tricks(settings: Settings) -> None:
    one = by_name(
        grade(notebook_with("02", {"softmax": "def softmax(scores):\n    return 1 # \u202e \x1b\n"}), settings)
    )
    assert one["softmax"].code.endswith("return 1 # \ufffd \ufffd")


def test_a_library_that_is_not_allowed_says_so(settings: Settings) -> None:
    answer = "import scipy.special\ndef softmax(scores):\n    return scipy.special.softmax(scores, axis=-1)\n"
    one = by_name(grade(notebook_with("02", {"softmax": answer}), settings))["softmax"]
    assert one.points == 0
    assert "scipy is not available to answers" in one.sentence


def test_a_later_use_of_the_name_does_not_replace_the_answer(settings: Settings) -> None:
    made = json.loads(notebook_with("02", RIGHT))
    made["cells"].append({"cell_type": "code", "metadata": {}, "source": "accuracy = 0.93", "outputs": []})
    assert by_name(grade(json.dumps(made).encode(), settings))["accuracy"].status == "right"


def test_memory_is_limited_for_each_answer(settings: Settings) -> None:
    hungry = "def softmax(scores):\n    return np.ones(300_000_000)[:3]\n"
    found = by_name(grade(notebook_with("02", RIGHT | {"softmax": hungry}), settings))
    assert "MemoryError" in found["softmax"].sentence
    assert found["accuracy"].status == "right"


def test_without_bubblewrap_the_same_points_are_given(settings: Settings) -> None:
    found = grade(notebook_with("02", RIGHT | {"softmax": "def softmax(scores):\n    return scores\n"}), settings)
    plain = grade(
        notebook_with("02", RIGHT | {"softmax": "def softmax(scores):\n    return scores\n"}),
        replace(settings, sandbox="none"),
    )
    assert {e.exercise: e.points for e in plain.exercises} == {e.exercise: e.points for e in found.exercises}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"), (b"PK\x03\x04", "archive"), (b"<html>", "web page"), (b"import numpy", "no notebook"),
        (b'{"nbformat": 4, "cells": [', "not uploaded whole"), (b"{}", "no notebook"), (b"[1]", "no notebook"),
        (b'{"nbformat": 4, "cells": []}', "No cell"), (b"[" * 100_000, "in a way"), (b"{\xff", "no text"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_notebook_is_named(content: bytes, says: str, settings: Settings) -> None:
    found = grade(content, settings)
    assert says in found.problem
    assert found.points == 0


def test_the_notebook_of_another_lesson_is_refused(settings: Settings) -> None:
    found = grade(solved("03"), replace(settings, lesson="02"))
    assert found.problem == "This is the notebook of lesson 03; lesson 02 was asked for."
    assert grade(solved("03"), settings).points == full_points("03")


def test_text_of_a_submission_is_shown_without_tricks() -> None:
    assert tidy("a\x1b[2J\u202eb\ud800c\nd") == "a\ufffd[2J\ufffdb\ufffdc\nd"
    assert len(tidy("x" * 10**6)) <= 2000


def test_the_lessons_notebooks_are_there() -> None:
    assert all(lesson_notebook(lesson)["cells"] for lesson in LESSONS)
