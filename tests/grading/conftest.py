"""Submissions made of the course's own notebooks, and a way to grade them as the command does."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from dlcourse import exercises
from dlcourse.grading import sandbox
from dlcourse.grading.example import answered
from dlcourse.grading.gradebook import NAME, Entry, Gradebook
from dlcourse.grading.judge import Settings
from dlcourse.grading.records import Limits
from dlcourse.grading.run import Order, Summary, grade_class
from dlcourse.grading.workers import Here

ROOT = Path(__file__).parents[2]
SECRET = b"nobody knows this, nobody at all"


def _missing() -> str:
    try:
        sandbox.choose("bwrap")
    except sandbox.SandboxMissing as error:
        return str(error)
    return ""


needs_bwrap = pytest.mark.skipif(bool(_missing()), reason=_missing())


@cache
def lesson_notebook(lesson: str) -> dict:
    (path,) = (ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:  # pictures decide nothing, and are most of the file
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    return notebook


def notebook_with(lesson: str, code: dict[str, str], before: tuple[str, ...] = ()) -> bytes:
    """A lesson's notebook with other code in some answer cells, and with cells of the student's own in front."""
    made = json.loads(answered(lesson_notebook(lesson), lambda exercise: code.get(exercise.name, "")))
    own = [
        {"cell_type": "code", "id": f"own-{i}", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
        for i, text in enumerate(before)
    ]
    made["cells"] = made["cells"][:2] + own + made["cells"][2:]
    return json.dumps(made).encode()


def solved(lesson: str) -> bytes:
    return answered(lesson_notebook(lesson), lambda exercise: exercise.solution_source)


def full_points(lesson: str) -> float:
    return sum(exercise.points for exercise in exercises.for_lesson(lesson))


@pytest.fixture
def settings() -> Settings:
    return Settings(SECRET, limits=Limits(seconds=3, memory=400))


def nothing(total: int) -> Callable[[], None]:
    """No progress bar."""
    return lambda: None


def run_class(folder: Path, out: Path, jobs: int = 2, **options) -> Summary:
    order = Order(folder, out, **{"limits": Limits(seconds=2, memory=300), "lesson": "02", **options})
    return grade_class(order, Here(jobs), nothing)


def entries_of(out: Path) -> dict[str, Entry]:
    """The attempt that counts of each student with one, by key."""
    with Gradebook.open(out / NAME) as book:
        return {student.key: found[0] for student, found in book.by_student() if found}


@pytest.fixture
def folder_of(tmp_path: Path) -> Callable[[dict[str, bytes]], Path]:
    """Makes a folder of submissions, one file for each student."""

    def make(submissions: dict[str, bytes]) -> Path:
        folder = tmp_path / "submissions"
        for student, content in submissions.items():
            (folder / student).mkdir(parents=True)
            (folder / student / "work.ipynb").write_bytes(content)
        return folder

    return make
