"""The tables have the form that other systems read, and do no harm in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlcourse.grading.exports import write_exports
from dlcourse.grading.files import guarded, large_file, table, unguarded, write_if_changed
from dlcourse.grading.gradebook import NAME, ByHand, Gradebook
from dlcourse.grading.records import ExerciseGrade, Student
from tests.grading.made_up import ANN, BOB, graded, submitted, ungraded

EVIL = Student(
    "eve", '=HYPERLINK("http://evil";"x")', "+1@uni.example", {"login": "@eve", "canvas": "x\n=1", "sis": "a;-2"}
)
BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with Gradebook.open(tmp_path / NAME) as book:
        book.set_roster([ANN, BOB])
        book.record(submitted(ANN), graded(1.5), "grader")
        book.record(submitted(ANN, lesson="03"), ungraded("03"), "grader")
        book.record(submitted(replace(EVIL, on_roster=False)), graded(0), "grader", 0.5)
        book.set_by_hand([("ann", "02", "", ByHand(None, "Well done."))])
        book.set_troubles(["a file that was not taken"])
        write_exports(tmp_path, book, "latest")
    return tmp_path


def test_canvas_gets_its_columns_and_the_row_of_points_possible(out: Path) -> None:
    canvas = rows(out / "canvas.csv")
    assert canvas[0][:6] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Lesson 02"]
    assert canvas[1][:6] == ["    Points Possible", "", "", "", "", "3"]
    assert canvas[2][:6] == ["Ann Lee", "7", "", "ann", "", "2.5"]
    assert canvas[3] == ["Bob Ray", "", "", "bob", "", "", ""]
    assert len(canvas) == 4  # strangers would become new students there


def test_moodle_gets_what_tells_students_apart_and_a_column_a_lesson(out: Path) -> None:
    moodle = rows(out / "moodle.csv")
    assert moodle[0] == ["Full name", "Username", "ID number", "Email address", "Lesson 02", "Lesson 03"]
    assert moodle[1] == ["Ann Lee", "ann", "", "ann@uni.example", "2.5", "0"]
    assert len(moodle) == 3


def test_a_grading_worksheet_of_moodle_goes_back_in_its_own_form(out: Path) -> None:
    head, *body = rows(out / "moodle-02.csv")
    assert {"Identifier", "Grade", "Last modified (grade)", "Feedback comments"} <= set(head)
    (ann,) = (
        dict(zip(head, row, strict=True)) for row in body
    )  # Bob has no identifier: the worksheet has no row of his
    assert (ann["Identifier"], ann["Grade"], ann["Maximum grade"]) == ("Participant 12", "2.5", "3")
    assert ann["Feedback comments"] == "Well done."
    assert rows(out / "moodle-03.csv")[1][5] == "0"


def test_without_such_a_worksheet_there_is_none(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        book.record(submitted(BOB), graded(), "grader")
        write_exports(tmp_path, book, "latest")
    assert not list(tmp_path.glob("moodle-*.csv"))


def test_grades_has_a_row_for_everybody_with_points_lateness_and_problems(out: Path) -> None:
    text = (out / "grades.csv").read_text(encoding="utf-8")
    assert text.startswith("\ufeff"), "without it, Excel does not take the file for UTF-8"
    found = {row["student"]: row for row in csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))}
    assert list(found) == ["ann", "bob", "eve"]
    assert (found["ann"]["total"], found["ann"]["lesson 02"], found["ann"]["02 softmax"]) == ("2.5", "2.5", "1.5")
    assert "web page" in found["ann"]["note"]
    assert (found["bob"]["total"], found["bob"]["lesson 02"], found["bob"]["note"]) == ("0", "", "nothing handed in")
    assert (found["eve"]["lesson 02"], found["eve"]["lesson 02 kept after lateness"]) == ("0.5", "0.5")


def test_the_files_for_other_systems_begin_without_a_mark(out: Path) -> None:
    for name in ("canvas.csv", "moodle.csv", "moodle-02.csv", "grades.json"):
        assert not (out / name).read_bytes().startswith(b"\xef\xbb\xbf")


def test_grades_json_has_everything_in_the_order_of_keys(out: Path) -> None:
    data = json.loads((out / "grades.json").read_text(encoding="utf-8"))
    assert [student["key"] for student in data["students"]] == ["ann", "bob", "eve"]
    lesson = data["students"][0]["lessons"][0]
    assert (lesson["final"], lesson["exercises"][0]["exercise"]) == (2.5, "softmax")
    assert lesson["by_hand"] == {"": {"points": None, "comment": "Well done."}}
    assert data["problems"] == ["a file that was not taken"]


def test_an_empty_class_gives_tables_without_rows(tmp_path: Path) -> None:
    with Gradebook.open(tmp_path / NAME) as book:
        write_exports(tmp_path, book, "latest")
    assert json.loads((tmp_path / "grades.json").read_text()) == {"students": [], "problems": []}
    assert len(rows(tmp_path / "grades.csv")) == 1


def test_no_cell_of_a_table_is_a_formula(out: Path) -> None:
    with Gradebook.open(out / NAME) as book:
        book.set_roster([ANN, EVIL])
        write_exports(out, book, "latest")
    tables = sorted(out.glob("*.csv"))
    assert len(tables) == 5
    for path in tables:
        text = path.read_text(encoding="utf-8-sig")
        for separator in ",;\t":
            for row in csv.reader(io.StringIO(text), delimiter=separator):
                assert not [cell for cell in row if cell.lstrip(' "').startswith(BEGINNINGS)]


def test_a_text_that_is_a_formula_gets_an_apostrophe_and_a_number_stays_one(tmp_path: Path) -> None:
    with table(tmp_path / "t.csv") as add_row:
        add_row(["=1", "-2", " @x", -2, 0.5, "a-b", "＝1", "x;=1", "tab\r\x00"])
    assert (tmp_path / "t.csv").read_text() == "'=1,'-2,' @x,-2,0.5,a-b,'＝1,x;'=1,\"tab\n \"\n"


@given(st.text(alphabet='=+-@＝ "a;,\n\t1', max_size=12))
def test_guarding_can_be_undone_and_changes_nothing_the_second_time(text: str) -> None:
    safe = guarded(text)
    assert unguarded(safe) == text
    assert guarded(safe) == safe


def test_a_file_is_written_only_where_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "page.html"
    assert write_if_changed(path, "one\ud800")
    assert path.read_text() == "one?"
    assert not write_if_changed(path, "one\ud800")
    assert write_if_changed(path, "two")
    before = path.stat().st_mtime_ns
    with large_file(path) as write:
        write("t")
        write("wo")
    assert path.stat().st_mtime_ns == before
    assert [file.name for file in path.parent.iterdir()] == ["page.html"]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), large_file(path) as write:
        write(str(1 / 0))
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["grades.csv"]


def test_memory_stays_flat_however_large_the_class_is(tmp_path: Path) -> None:
    peaks = []
    for number in (20, 200):
        with Gradebook.open(tmp_path / str(number) / NAME) as book:
            for i in range(number):
                one = ExerciseGrade("softmax", 1, 2, "wrong", code="x" * 50_000)
                book.record(submitted(Student(f"s{i}")), replace(graded(), exercises=[one]), "grader")
            tracemalloc.start()
            write_exports(tmp_path / str(number), book, "latest")
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert peaks[1] < peaks[0] + 500_000  # 200 answers of 50 kB would be 10 MB
