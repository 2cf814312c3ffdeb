"""Nobody gains a point without solving the exercise, nobody reaches anything, and nobody else pays for it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import dlcourse.exercises
from dlcourse import exercises
from dlcourse.exercises import source
from tests.grading.attacks import forging, harming, reaching, tampering
from tests.grading.conftest import entries_of, full_points, needs_bwrap, notebook_with, run_class, solved

pytestmark = needs_bwrap
LESSON = "02"
MISTAKEN = "accuracy"


def honest() -> dict[str, bytes]:
    """Two students whose points are known."""
    exercise = exercises.get(MISTAKEN)
    wrong = source.solution(exercise.mistakes[0].written).replace(exercise.mistakes[0].name, MISTAKEN, 1)
    code = {e.name: e.solution_source for e in exercises.for_lesson(LESSON)} | {MISTAKEN: wrong}
    return {"honest": solved(LESSON), "mistaken": notebook_with(LESSON, code)}


def attacking(code: str) -> bytes:
    """A notebook with the attack in the place of softmax, and one right answer beside it."""
    return notebook_with(LESSON, {"softmax": code, "entropy_bits": exercises.get("entropy_bits").solution_source})


def points(entry) -> dict[str, float]:
    return {one.exercise: one.points for one in entry.grade.exercises if one.points}


def assert_honest_students_have_theirs(out: Path) -> None:
    found = entries_of(out)
    assert found["honest"].final == full_points(LESSON)
    assert found["mistaken"].final == full_points(LESSON) - exercises.get(MISTAKEN).points
    (mistaken,) = (one for one in found["mistaken"].grade.exercises if one.exercise == MISTAKEN)
    assert mistaken.mistake == exercises.get(MISTAKEN).mistakes[0].name


FAMILIES = {"tampering": tampering.ATTACKS, "forging": forging.ATTACKS, "harming": harming.ATTACKS}


@pytest.mark.parametrize("family", FAMILIES)
def test_attackers_gain_nothing_and_honest_students_lose_nothing(family, folder_of, tmp_path: Path) -> None:
    attacks = FAMILIES[family]
    folder = folder_of({name: attacking(code) for name, code in attacks.items()} | honest())
    run_class(folder, tmp_path / "out")
    assert_honest_students_have_theirs(tmp_path / "out")
    found = entries_of(tmp_path / "out")
    gained = {name: points(found[name]) for name in attacks if points(found[name]).keys() - {"entropy_bits"}}
    assert gained == {}
    assert no_process_is_left()
    assert not Path("/tmp/unpickled").exists()
    reports = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.html"))
    for markup in ("<script>document", "<b>Full points", "\x1b"):
        assert markup not in reports


def no_process_is_left() -> bool:
    """No process of a user of a sandbox, and none that renamed itself."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            owner, name = folder.stat().st_uid, (folder / "comm").read_text()
        except OSError:  # it has ended since
            continue
        if 64_000 <= owner < 65_000 and not _has_living_parent(folder):
            return False
        if name.startswith("outlives-the-ru"):
            return False
    return True


def _has_living_parent(folder: Path) -> bool:
    """Whether a process belongs to a sandbox that runs now, for another test."""
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    return fields[0] == "Z" or int(fields[1]) > 1


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        yield server


def test_nothing_outside_is_reached(folder_of, tmp_path: Path, listener: socket.socket, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "CANARY")
    (tmp_path / "secret.txt").write_text("CANARY")
    facts = {
        "outside": tmp_path, "port": listener.getsockname()[1],
        "package": Path(dlcourse.exercises.__file__).parent / "lesson02.py",
    }  # fmt: skip
    attacks = {name: reaching.code(name, **facts) for name in reaching.ATTACKS}
    folder = folder_of({name: attacking(code) for name, code in attacks.items()} | honest())
    run_class(folder, tmp_path / "out")
    assert_honest_students_have_theirs(tmp_path / "out")
    found = entries_of(tmp_path / "out")
    told = {name: one.sentence for name in attacks for one in found[name].grade.exercises if one.exercise == "softmax"}
    assert {name: text for name, text in told.items() if "FOUND" in text or "ValueError: nothing" not in text} == {}
    with pytest.raises(TimeoutError):
        listener.accept()
    assert not (tmp_path / "written").exists()
    reports = "".join(path.read_text() for path in (tmp_path / "out").rglob("*.html"))
    assert "CANARY" not in reports
    assert (tmp_path / "out" / "secret-seed").read_text().strip() not in reports
    assert os.environ["SECRET_OF_THE_GRADER"] == "CANARY"


def test_the_suite_has_the_size_that_it_promises() -> None:
    assert sum(map(len, FAMILIES.values())) + len(reaching.ATTACKS) >= 60
