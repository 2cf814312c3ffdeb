"""What the instructor enters by hand is read strictly, and never lost."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from dlcourse.grading.gradebook import NAME, ByHand, Gradebook
from dlcourse.grading.manual import HEAD, SheetError, read_sheet, write_sheet
from dlcourse.grading.records import Student
from tests.grading.made_up import ANN, BOB, graded, submitted, ungraded

KEYS = {"ann", "bob", "00017", "00018", "18"}


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "manual.csv"


def entered(sheet: Path, *lines: str, head: str = ",".join(HEAD)) -> list:
    sheet.write_text("\n".join([head, *lines]), encoding="utf-8")
    return read_sheet(sheet, KEYS) or []


def test_no_sheet_is_no_error(sheet: Path) -> None:
    assert read_sheet(sheet, KEYS) is None


def test_the_written_sheet_has_the_automatic_points_and_reads_back_as_nothing_entered(sheet: Path) -> None:
    with Gradebook.open(sheet.parent / NAME) as book:
        book.record(submitted(), graded(1.5), "grader")
        write_sheet(sheet, book, "latest")
    text = sheet.read_text(encoding="utf-8")
    assert text.startswith("\ufeff"), "without it, Excel does not take the file for UTF-8"
    found = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["exercise"], row["automatic"], row["maximum"]) for row in found] == [
        ("", "", ""), ("softmax", "1.5", "2"), ("accuracy", "1", "1")
    ]  # fmt: skip
    assert read_sheet(sheet, KEYS) == []


@pytest.mark.parametrize(
    "comment",
    [
        "plain", "=1+1", "- one\n- two", "'tis good", 'a "word", and; more', "Zoë 李伟 ✓", "x" * 200_000,
        "a;-1", "two\n\nparagraphs",
    ],
)  # fmt: skip
def test_what_was_entered_comes_back_however_often_it_is_written(comment: str, sheet: Path) -> None:
    rows = [("ann", "02", "", ByHand(None, comment)), ("ann", "02", "softmax", ByHand(1 / 3, comment))]
    with Gradebook.open(sheet.parent / NAME) as book:
        book.record(submitted(), graded(), "grader")
        book.set_by_hand(rows)
        for _ in range(3):
            write_sheet(sheet, book, "latest")
            found = read_sheet(sheet, KEYS)
            assert found == rows
            book.set_by_hand(found)


def test_what_was_entered_stays_when_the_answer_is_gone(sheet: Path) -> None:
    rows = [("ann", "02", "softmax", ByHand(1, "well")), ("bob", "03", "", ByHand(None, "Come and see me."))]
    with Gradebook.open(sheet.parent / NAME) as book:
        book.set_roster([ANN, BOB])
        book.record(submitted(), graded(), "grader")
        book.set_by_hand(rows)
        book.record(submitted(), ungraded(), "grader")
        write_sheet(sheet, book, "latest")
    assert read_sheet(sheet, KEYS) == rows


def test_a_file_that_belongs_to_no_lesson_can_have_a_comment(sheet: Path) -> None:
    with Gradebook.open(sheet.parent / NAME) as book:
        book.record(submitted(lesson=""), ungraded(""), "grader")
        write_sheet(sheet, book, "latest")
        sheet.write_text(sheet.read_text().rstrip("\n") + "Send the notebook.\n")
        assert read_sheet(sheet, KEYS) == [("ann", "", "", ByHand(None, "Send the notebook."))]


def test_rows_can_be_added_for_who_handed_in_nothing(sheet: Path) -> None:
    assert entered(sheet, "bob,,02,softmax,,,2,told me") == [("bob", "02", "softmax", ByHand(2, "told me"))]


def test_what_spreadsheets_do_to_a_table_is_understood(sheet: Path) -> None:
    head = ";".join(HEAD)
    assert entered(sheet, "ann;;2;softmax;;;1,5;gut", head=head) == [("ann", "02", "softmax", ByHand(1.5, "gut"))]
    assert entered(sheet, "17,,2,softmax,,,1,") == [("00017", "02", "softmax", ByHand(1))]
    assert entered(sheet, "18,,2,softmax,,,1,") == [("18", "02", "softmax", ByHand(1))]
    assert entered(sheet, ",,,,,,,", "", "ann,,02,softmax,,,1,") == [("ann", "02", "softmax", ByHand(1))]
    sheet.write_bytes(f"\ufeff{','.join(HEAD)}\r\nann,,02,softmax,,,1,\r\n".encode())
    assert read_sheet(sheet, KEYS) == [("ann", "02", "softmax", ByHand(1))]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("ann,,02,softmax,,,2.5,", "2.5 points, where softmax has from 0 to 2"),
        ("ann,,02,softmax,,,-1,", "-1 points"),
        ("ann,,02,softmax,,,nan,", "nan points"),
        ("ann,,02,softmax,,,many,", "'many' is no number of points"),
        ("ann,,02,no_such,,,1,", "lesson 02 has no exercise 'no_such'"),
        ("ann,,2x,softmax,,,1,", "there is no lesson '2x'"),
        ("ann,,,softmax,,,1,", "has no exercise 'softmax'"),
        ("zed,,02,softmax,,,1,", "there is no student 'zed'"),
        (",,02,softmax,,,1,", "there is no student ''"),
        ("0018,,02,softmax,,,1,", "there is no student '0018'"),
        ("ann,,02,,,,1,", "takes a comment, not points"),
        ("ann,,02,accuracy,,,,again", "ann 02 accuracy stands in line 2 already"),
        ("ann,,02,softmax,,,1,first, second", "more cells than the first line"),
        ('ann,,02,softmax,,,1,"a "word" more"', "cannot be read as CSV"),
    ],
)
def test_an_error_is_told_with_its_line(line: str, says: str, sheet: Path) -> None:
    with pytest.raises(SheetError, match="line 5") as raised:
        entered(sheet, 'ann,,02,accuracy,,,,"two', 'lines"', "bob,,02,accuracy,,,,", line)
    assert says in str(raised.value)


def test_a_sheet_without_its_columns_or_in_another_encoding_is_refused(sheet: Path) -> None:
    with pytest.raises(SheetError, match="line 1: the column points is missing"):
        entered(sheet, head="student,lesson,exercise,comment")
    sheet.write_bytes(f"{','.join(HEAD)}\nann,,02,softmax,,,1,schön".encode("latin-1"))
    with pytest.raises(SheetError, match="not in UTF-8"):
        read_sheet(sheet, KEYS)


def test_reading_a_sheet_leaves_the_csv_module_as_it_was(sheet: Path) -> None:
    before = csv.field_size_limit()
    with pytest.raises(SheetError):
        entered(sheet, 'ann,,02,softmax,,,1,"a "word" more"')
    assert csv.field_size_limit() == before


def test_an_empty_file_is_no_sheet(sheet: Path) -> None:
    with pytest.raises(SheetError, match="line 1: the column student is missing"):
        entered(sheet, head="")


def test_a_name_that_is_a_formula_does_no_harm_in_the_sheet(sheet: Path) -> None:
    with Gradebook.open(sheet.parent / NAME) as book:
        book.record(submitted(Student("eve", "=cmd|' /C calc'!A0")), graded(), "grader")
        write_sheet(sheet, book, "latest")
    assert ",'=cmd" in sheet.read_text()
