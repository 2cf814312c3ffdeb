"""The gradebook keeps what it was given, whole, and says what is wrong with a file that is none."""

from __future__ import annotations

import csv
import io
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from dlcourse.grading.exports import write_exports
from dlcourse.grading.files import csv_text, write_if_changed
from dlcourse.grading.gradebook import NAME, ByHand, Gradebook, GradebookError
from dlcourse.grading.records import ExerciseGrade, Grade, Student, Submission

ANN = Student("ann", "Ann Lee", "ann@uni.example", {"canvas": "7", "login": "ann", "moodle": "12"})
EVIL = Student("eve", '=HYPERLINK("http://evil";"x")', "+1@uni.example", {"login": "@eve"})


def graded(points: float, lesson: str = "02", digest: str = "d") -> Grade:
    one = ExerciseGrade(
        "softmax", points, 2, "wrong", {"b": False, "a": True}, "Look.\ud800", "mistake", [("x", "1")], "=1+1", ["note"]
    )
    return Grade(lesson, digest, [one, ExerciseGrade("accuracy", 1, 1, "right")], ["a note"], "", 1.5)


def handed_in(student: Student = ANN, attempt: int = 1) -> Submission:
    return Submission(student, "02", attempt, Path("x.ipynb"), "", "2026-11-01T10:00:00+01:00", 0.0)


def test_what_is_recorded_comes_back(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(handed_in(), graded(1.5), "grader", 0.9)
    with Gradebook.open(tmp_path / NAME) as book:
        ((student, (entry,)),) = book.by_student()
    assert student == ANN
    assert entry.grade == graded(1.5)
    assert list(entry.grade.exercises[0].parts) == ["b", "a"]
    assert (entry.earned, entry.final) == (2.5, 2.25)


def test_the_same_attempt_replaces_what_was_noted_and_others_stay(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(handed_in(), graded(0), "grader")
        book.record(handed_in(attempt=2), graded(2), "grader")
        book.record(handed_in(), graded(1), "grader")
        assert [entry.grade.points for entry in book.attempts()] == [2, 3]


@pytest.mark.parametrize(("counting", "attempt"), [("latest", 2), ("best", 1)])
def test_the_latest_attempt_counts_or_the_best(counting: str, attempt: int, tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(handed_in(attempt=1), graded(2), "grader")
        book.record(handed_in(attempt=2), graded(0), "grader")
        ((_, (entry,)),) = book.by_student(counting)
        assert entry.attempt == attempt


def test_only_the_same_file_graded_the_same_way_counts_as_graded(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(handed_in(), graded(1), "grader")
        assert book.is_graded(handed_in(), "d", "grader")
        assert not book.is_graded(handed_in(), "other", "grader")
        assert not book.is_graded(handed_in(), "d", "other")
        assert not book.is_graded(handed_in(attempt=2), "d", "grader")
        assert not book.is_graded(handed_in(EVIL), "d", "grader")


def test_a_file_that_could_not_be_read_gives_way_to_one_that_can(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(handed_in(), Grade("", "bad", problem="This is a web page."), "grader")
        book.record(handed_in(), graded(1), "grader")
        assert [entry.grade.problem for entry in book.attempts()] == [""]


def test_points_by_hand_count_in_place_of_the_automatic_ones(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(handed_in(), graded(0), "grader", 0.5)
        book.set_by_hand([("ann", "02", "softmax", ByHand(2.0, "well")), ("ann", "02", "", ByHand(None, "all in all"))])
        ((_, (entry,)),) = book.by_student()
    assert (entry.earned, entry.final) == (3, 1.5)
    assert entry.by_hand[""].comment == "all in all"


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to be read" * 100, b"SQLite format 3\x00" * 100]
)
def test_a_damaged_file_is_named_and_left_alone(content: bytes, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(GradebookError, match="cannot be used"), Gradebook.open(tmp_path / NAME):
        pass
    assert (tmp_path / NAME).read_bytes() == content


def test_a_gradebook_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / NAME) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(GradebookError, match="newer version"), Gradebook.open(tmp_path / NAME):
        pass


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_exports_have_the_columns_that_the_systems_want(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.add_students([ANN, Student("bob", "Bob Ray", "", {"login": "bob"})])
        book.record(handed_in(), graded(1.5), "grader")
        book.record(handed_in(replace(EVIL, on_roster=False)), graded(0), "grader")
        write_exports(tmp_path, book, "latest")
    canvas = rows(tmp_path / "canvas.csv")
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lesson 02"]
    assert canvas[1] == ["    Points Possible", "", "", "", "", "3"]
    assert canvas[2:] == [["Lee, Ann", "7", "", "ann", "", "2.5"], ["Ray, Bob", "", "", "bob", "", ""]]
    moodle = rows(tmp_path / "moodle.csv")
    assert moodle[1] == ["Participant 12", "Ann Lee", "ann", "ann@uni.example", "2.5"]
    assert [row[0] for row in rows(tmp_path / "grades.csv")] == ["student", "ann", "bob", "eve"]


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(handed_in(EVIL), graded(0), "grader")
        write_exports(tmp_path, book, "latest")
    for name in ("grades.csv", "canvas.csv", "moodle.csv"):
        for row in rows(tmp_path / name):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a_text_that_is_a_formula_gets_an_apostrophe_and_a_number_stays_one() -> None:
    assert csv_text([["=1", "-2", " @x", -2, 0.5, "a-b"]]) == "'=1,'-2,' @x,-2,0.5,a-b\n"


def test_a_file_is_written_only_where_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "page.html"
    assert write_if_changed(path, "one\ud800")
    assert path.read_text() == "one?"
    assert not write_if_changed(path, "one\ud800")
    assert write_if_changed(path, "two")
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]
