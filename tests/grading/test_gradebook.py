"""The gradebook keeps what it was given, whole, and says what is wrong with a file that is none."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from dlcourse.grading.gradebook import NAME, ByHand, Entry, Gradebook, GradebookError
from dlcourse.grading.records import ExerciseGrade, Student
from tests.grading.conftest import ROOT
from tests.grading.made_up import ANN, BOB, FULL, graded, submitted, ungraded


def entries(book: Gradebook, counting: str = "latest") -> list[Entry]:
    return [entry for _, found in book.by_student(counting) for entry in found]


def test_what_is_recorded_comes_back(tmp_path: Path) -> None:
    grade = graded(
        1.5, parts={"b": False, "a": True}, sentence="Look.\ud800", mistake="m", facts=[("x", "1")], code="=1+1",
        notes=["note"],
    )  # fmt: skip
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(), grade, "grader", 0.9)
    with Gradebook.open(tmp_path / NAME) as book:
        ((student, (entry,)),) = book.by_student()
    assert student == ANN
    assert entry.grade == grade
    assert list(entry.grade.exercises[0].parts) == ["b", "a"]
    assert (entry.earned, entry.final) == (2.5, 2.25)


def test_text_that_is_no_text_goes_in_and_comes_out_readable(tmp_path: Path) -> None:
    odd = "a\ud800\x00\u202eb"
    student = Student("odd", odd, odd, {"sis": odd})
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(student, path=Path(odd.replace("\x00", ""))), graded(), "grader")
        book.record(submitted(student, 2), replace(ungraded(), problem=odd), "grader")
        book.set_by_hand([("odd", "02", "", ByHand(None, odd))])
        book.set_troubles([odd])
        assert book.students()[0].name == "a\ufffd\ufffd\ufffdb"
        assert book.troubles() == ["a\ufffd\ufffd\ufffdb"]
        assert entries(book)[0].grade == graded()


def test_the_same_attempt_replaces_what_was_noted_and_others_stay(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(), graded(0), "grader")
        book.record(submitted(attempt=2), graded(0), "grader")
        book.record(submitted(path=Path("elsewhere.ipynb")), graded(1), "grader")
        assert entries(book, "best")[0].attempt == 1
        assert entries(book, "best")[0].grade == graded(1)
        assert entries(book, "latest")[0].grade == graded(0)


def test_a_file_that_turns_out_to_be_somebody_elses_is_not_counted_twice(tmp_path: Path) -> None:
    stranger = Student("unmatched-lee", "lee", on_roster=False)
    where = Path("lee.ipynb")
    with Gradebook.open(tmp_path / NAME) as book:
        book.set_roster([BOB])
        book.record(submitted(stranger, path=where), graded(), "grader")
        book.drop_strangers()
        assert [student.key for student in book.students()] == ["bob", "unmatched-lee"]
        book.set_roster([ANN, BOB])
        book.record(submitted(ANN, path=where), graded(), "grader")
        book.drop_strangers()
        assert [(student.key, len(found)) for student, found in book.by_student()] == [("ann", 1), ("bob", 0)]


def test_who_is_no_longer_on_the_roster_is_told_apart(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.set_roster([ANN, BOB])
        book.record(submitted(ANN), graded(), "grader")
        book.set_roster([BOB])
        book.drop_strangers()
        assert {student.key: student.on_roster for student in book.students()} == {"ann": False, "bob": True}
        book.set_roster([])
        assert [student.on_roster for student in book.students()] == [False, True]


@pytest.mark.parametrize(("counting", "attempt"), [("latest", 2), ("best", 1)])
def test_the_latest_attempt_counts_or_the_best(counting: str, attempt: int, tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(attempt=1), graded(2), "grader")
        book.record(submitted(attempt=2), graded(0), "grader")
        assert [entry.attempt for entry in entries(book, counting)] == [attempt]


@pytest.mark.parametrize("counting", ["latest", "best"])
def test_the_best_counts_what_lateness_leaves_and_of_equals_the_latest(counting: str, tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(attempt=1), graded(1), "grader")
        book.record(submitted(attempt=2), graded(1), "grader")
        book.record(submitted(attempt=3), graded(2), "grader", 0.5)
        assert [entry.attempt for entry in entries(book, counting)] == [{"latest": 3, "best": 2}[counting]]


@pytest.mark.parametrize("counting", ["latest", "best"])
def test_an_attempt_that_cannot_be_graded_does_not_take_away_one_that_could(counting: str, tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(attempt=1), graded(0), "grader")
        book.record(submitted(attempt=2), ungraded(), "grader")
        (entry,) = entries(book, counting)
        assert entry.attempt == 1
        assert [later.grade.problem for later in entry.passed_over] == ["This is a web page."]
        book.record(submitted(attempt=1), ungraded(), "grader")
        assert [entry.attempt for entry in entries(book, counting)] == [2]


def test_only_the_same_file_graded_the_same_way_counts_as_graded(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(), graded(1), "grader")
        assert book.problem_before(submitted(), "d", "grader") == ""
        assert book.problem_before(submitted(), "other", "grader") is None
        assert book.problem_before(submitted(), "d", "other") is None
        assert book.problem_before(submitted(attempt=2), "d", "grader") is None
        assert book.problem_before(submitted(BOB), "d", "grader") is None


def test_a_file_that_could_not_be_read_gives_way_to_one_that_can(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(lesson=""), ungraded(""), "grader")
        book.record(submitted(lesson=""), graded(1), "grader")
        assert [entry.grade.problem for entry in entries(book)] == [""]


def test_a_file_that_cannot_be_graded_belongs_to_the_lesson_that_its_name_says(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(lesson="02"), ungraded(""), "grader")
        (entry,) = entries(book)
        assert (entry.grade.lesson, entry.grade.max_points, entry.final) == ("02", FULL, 0)
        assert book.full_points() == {"02": FULL}


def test_points_by_hand_count_in_place_of_the_automatic_ones(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(), graded(0), "grader", 0.5)
        book.set_by_hand([("ann", "02", "softmax", ByHand(2.0, "well")), ("ann", "02", "", ByHand(None, "all in all"))])
        (entry,) = entries(book)
    assert (entry.earned, entry.final) == (3, 1.5)
    assert entry.by_hand[""].comment == "all in all"


def test_points_by_hand_count_where_nothing_could_be_graded_or_was_handed_in(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.set_roster([ANN, BOB])
        book.record(submitted(ANN), ungraded(), "grader")
        book.set_by_hand([("ann", "02", "softmax", ByHand(2)), ("bob", "02", "accuracy", ByHand(1))])
        one, other = entries(book)
        assert (one.final, one.attempt) == (2, 1)
        assert (other.final, other.attempt) == (1, 0)
        assert one.grade.max_points == other.grade.max_points == FULL


def test_long_comments_stay_whole(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(), graded(), "grader")
        book.set_by_hand([("ann", "02", "", ByHand(None, "word " * 10_000))])
        assert entries(book)[0].by_hand[""].comment == "word " * 10_000


def test_a_changed_deadline_is_noted_without_grading(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(), graded(), "grader")
        book.set_lateness(submitted(late=90.0), "d", 0.5)
        assert (entries(book)[0].late, entries(book)[0].final) == (90.0, 1.5)


def test_the_order_in_which_results_came_leaves_no_trace(tmp_path: Path) -> None:
    found = []
    for name, order in (("one", (ANN, BOB)), ("two", (BOB, ANN))):
        with Gradebook.open(tmp_path / name / NAME) as book:
            for student in order:
                book.record(submitted(student), replace(graded(), seconds=len(found)), "grader")
            found.append(book.contents())
    assert found[0] == found[1]
    assert any("softmax" in row for row in found[0])


ENDLESS = """
import sys
from pathlib import Path
from dlcourse.grading.gradebook import Gradebook
from dlcourse.grading.records import ExerciseGrade, Grade
from tests.grading.made_up import submitted
number = 0
with Gradebook.open(Path(sys.argv[1])) as book:
    while True:
        number += 1
        rows = [ExerciseGrade(f"e{i}", number, 1e9, "right", code="x" * 2000) for i in range(20)]
        book.record(submitted(attempt=number % 5), Grade("99", str(number), rows), "grader")
        print(number, flush=True)
"""


def test_a_kill_leaves_all_rows_of_a_submission_or_none(tmp_path: Path) -> None:
    path = tmp_path / NAME
    for moment in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", ENDLESS, str(path)], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.02 * moment)
        process.send_signal(signal.SIGKILL)
        told = process.communicate()[0].split()
        with Gradebook.open(path) as book:
            recorded = [sorted({one.points for one in entry.grade.exercises}) for entry in entries(book)]
            assert all(len(points) == 1 for points in recorded)
            assert entries(book)[0].grade.digest == str(entries(book)[0].grade.exercises[0].points)
            assert all(len(entry.grade.exercises) == 20 for entry in entries(book))
        assert told == sorted(told, key=int)


@contextmanager
def no_more_room(path: Path) -> Iterator[Gradebook]:
    """A gradebook whose file cannot grow."""
    with Gradebook.open(path) as book:
        pages = book._db.execute("PRAGMA page_count").fetchone()[0]
        book._db.execute(f"PRAGMA max_page_count = {pages}")
        yield book


def test_a_full_disk_is_told_and_what_was_recorded_stays(tmp_path: Path) -> None:
    path = tmp_path / NAME
    large = graded(code="x" * 100_000)
    with Gradebook.open(path) as book:
        book.record(submitted(ANN), graded(), "grader")
    with pytest.raises(GradebookError, match="Is the disk full"), no_more_room(path) as book:
        book.record(submitted(BOB), large, "grader")
    with Gradebook.open(path) as book:
        assert [entry.student.key for entry in entries(book)] == ["ann"]
        book.record(submitted(BOB), large, "grader")
        assert [entry.student.key for entry in entries(book)] == ["ann", "bob"]


def test_two_runs_cannot_mix_in_one_gradebook(tmp_path: Path) -> None:
    with (
        Gradebook.open(tmp_path / NAME),
        pytest.raises(GradebookError, match="Another grading"),
        Gradebook.open(tmp_path / NAME),
    ):
        pass


def test_another_program_may_look_at_the_gradebook_meanwhile(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(), graded(), "grader")
        with sqlite3.connect(f"file:{tmp_path / NAME}?mode=ro", uri=True) as reader:
            assert reader.execute("SELECT count(*) FROM submissions").fetchall() == [(1,)]
        reader.close()
        book.record(submitted(BOB), graded(), "grader")


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be read" * 100, b"SQLite format 3\x00" * 100]
)
def test_a_damaged_file_is_named_and_left_alone(content: bytes, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(GradebookError, match=r"cannot be used.*Move it away"), Gradebook.open(tmp_path / NAME):
        pass
    assert (tmp_path / NAME).read_bytes() == content


def test_a_gradebook_with_a_damaged_page_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with Gradebook.open(path) as book:
        for number in range(50):
            book.record(submitted(attempt=number), graded(code="x" * 1000), "grader")
    content = bytearray(path.read_bytes())
    content[20 * 4096 : 22 * 4096] = b"\xab" * 8192
    path.write_bytes(content)
    with pytest.raises(GradebookError, match=r"cannot be used.*Move it away"), Gradebook.open(path):
        pass


def test_a_gradebook_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(GradebookError, match="newer version"), Gradebook.open(tmp_path / NAME):
        pass


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(GradebookError, match="another program's"), Gradebook.open(tmp_path / NAME):
        pass


def test_memory_stays_flat_however_large_the_class_is(tmp_path: Path) -> None:
    peaks = []
    for number in (50, 500):
        with Gradebook.open(tmp_path / str(number) / NAME) as book:
            for i in range(number):
                one = ExerciseGrade("softmax", 1, 2, "wrong", code="x" * 20_000)
                book.record(submitted(Student(f"s{i}")), replace(graded(), exercises=[one]), "grader")
            tracemalloc.start()
            assert sum(len(found) for _, found in book.by_student()) == number
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000  # 500 answers of 20 kB would be 10 MB


def test_two_files_that_cannot_be_graded_do_not_stand_in_each_others_place(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(lesson="02"), ungraded(""), "grader")
        book.record(submitted(lesson="04"), ungraded(""), "grader")
        assert [entry.grade.lesson for entry in entries(book)] == ["02", "04"]
        assert book.problem_before(submitted(lesson="02"), "bad", "grader") is not None
