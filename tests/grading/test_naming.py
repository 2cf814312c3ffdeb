"""Whose work a file is follows from its name, in the forms that Moodle, Canvas and people give it."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import time
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.grading import archives, naming
from dlcourse.grading.lateness import LatePolicy, LatePolicyError
from dlcourse.grading.naming import Claim, claim
from dlcourse.grading.records import Student
from dlcourse.grading.roster import Roster, RosterError, as_key, read_roster
from dlcourse.grading.submissions import Found, find_submissions, read_bytes
from tests.grading.conftest import notebook_with, solved

NOTEBOOK = b'{"nbformat": 4, "cells": []}'
BOTH = ("moodle", "canvas")


def tree(folder: Path, *places: str, content: bytes = NOTEBOOK) -> Path:
    for place in places:
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(content)
    return folder


def packed(*places: str, content: bytes = NOTEBOOK) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for place in places:
            archive.writestr(place, content)
    return buffer.getvalue()


def taken(found: Found) -> list[tuple[str, int]]:
    return [(one.student.key, one.attempt) for one in found.submissions]


# --- Moodle --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "name", "number"),
    [
        ("Ann Lee_1234567_assignsubmission_file_/work.ipynb", "Ann Lee", "1234567"),
        ("Ann Lee_1234567_assignsubmission_file/deep/er/work.ipynb", "Ann Lee", "1234567"),
        ("Ann Lee_1234567_assignsubmission_file_work.ipynb", "Ann Lee", "1234567"),
        ("Ann Lee_1234567_assignsubmission_file_my_2_work_3_x.ipynb", "Ann Lee", "1234567"),
        ("Homework 4/Ann Lee_7_assignsubmission_file_/work.ipynb", "Ann Lee", "7"),
        ("Participant_88_assignsubmission_file_/work.ipynb", "Participant", "88"),
        ("Default group_assignsubmission_file/work.ipynb", "Default group", ""),
        ("Team 3_12_assignsubmission_file/work.ipynb", "Team 3", "12"),
    ],
)
def test_moodles_names_are_understood(place: str, name: str, number: str) -> None:
    assert naming.is_moodle(place)
    assert claim(place, BOTH) == Claim("moodle", name, number)


def moodles_prefix(name: str, number: int) -> str:
    """As Moodle's get_student_prefix and clean_filename make it."""
    cleaned = re.sub(r"[\x00-\x1f\x7f&<>\"`|':\\/]", "", f"{name.replace('_', ' ')}_{number}")
    return re.sub(r"\.\.+", "", cleaned)


PEOPLE = st.text(
    st.characters(categories=("L", "M", "Nd", "Zs", "Pd", "Pc", "Po"), exclude_characters="\0"), min_size=1, max_size=20
)


@settings(deadline=None, max_examples=300)
@given(PEOPLE.filter(lambda name: name.strip(" _.")), st.integers(1, 10**7), st.booleans())
def test_any_students_name_survives_moodle(name: str, number: int, folders: bool) -> None:
    prefix = moodles_prefix(name, number)
    place = f"{prefix}_assignsubmission_file{'/' if folders else '_'}work.ipynb"
    found = claim(place, BOTH)
    if found.name == prefix.removesuffix(f"_{number}"):  # nothing but marks that Moodle drops: no name is left
        assert (found.form, found.number) == ("moodle", str(number))
    else:
        assert not prefix.removesuffix(f"_{number}")


def test_groups_in_front_of_a_name_are_looked_through_and_double_names_are_not(tmp_path: Path) -> None:
    roster = [Student("alee", "Ann Lee"), Student("mdupont", "Marie Dupont")]
    folder = tree(
        tmp_path, "Group 1-2-Ann Lee_5_assignsubmission_file_/w.ipynb",
        "Anne-Marie Dupont_6_assignsubmission_file_/w.ipynb",
    )  # fmt: skip
    found = find_submissions(folder, roster=roster)
    assert taken(found) == [("alee", 1), ("unmatched-anne-marie-dupont", 1)]
    assert "Is it Marie Dupont?" in found.unmatched[0]


def test_a_number_of_one_system_says_nothing_about_another(tmp_path: Path) -> None:
    roster = [Student("alee", "Ann Lee", ids={"canvas": "4021", "sis": "4021"}), Student("bob", ids={"moodle": "4022"})]
    folder = tree(
        tmp_path, "Cleo_4021_assignsubmission_file_/w.ipynb", "Participant_4022_assignsubmission_file_/w.ipynb"
    )
    assert taken(find_submissions(folder, roster=roster)) == [("bob", 1), ("unmatched-cleo", 1)]


def test_two_students_of_one_name_stay_two_without_a_roster(tmp_path: Path) -> None:
    folder = tree(tmp_path, "Ann Lee_5_assignsubmission_file_/w.ipynb", "Ann Lee_6_assignsubmission_file_/w.ipynb")
    assert taken(find_submissions(folder)) == [("ann-lee-5", 1), ("ann-lee-6", 1)]


def test_a_name_that_two_students_of_the_roster_have_is_told(tmp_path: Path) -> None:
    roster = [Student("a1", "Ann Lee"), Student("a2", "Ann Lee"), Student("b", "Bo")]
    found = find_submissions(tree(tmp_path, "Ann Lee_5_assignsubmission_file_/w.ipynb"), roster=roster)
    assert taken(found) == [("unmatched-ann-lee", 1)]
    assert "Ann Lee can be a1 and a2 of the roster" in found.unmatched[0]


# --- Canvas --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("leeann_4021_70021_work.ipynb", Claim("canvas", "leeann", "4021", order=70021)),
        ("leeann_LATE_4021_70021_work-2.ipynb", Claim("canvas", "leeann", "4021", again=2, order=70021, late=True)),
        ("lee_smithann_4021_70021_a_1_2_b.ipynb", Claim("canvas", "lee_smithann", "4021", order=70021)),
        ("garcíalópezjosé_4_7_x.ipynb", Claim("canvas", "garcíalópezjosé", "4", order=7)),
        ("anon_aB3dE_70021_x.ipynb", Claim("canvas", "anon aB3dE", order=70021, anonymous=True)),
        ("LATE_anon_aB3dE_70021_x.ipynb", Claim("canvas", "anon aB3dE", order=70021, late=True, anonymous=True)),
        ("leeann_4021_70021_04_backprop-1.ipynb", Claim("canvas", "leeann", "4021", "04", 1, 70021)),
    ],
)
def test_canvas_names_are_understood(place: str, expected: Claim) -> None:
    assert naming.is_canvas(place)
    assert claim(place, BOTH) == expected


def canvas_name(sortable: str, late: bool, user: int, file: int, display: str) -> str:
    """As Canvas's add_submission, get_filename and their sanitizers make it."""
    name = re.sub(r"_(\d+)_", r"\1", sortable).lower()
    front = re.sub(r"[^\w]", "", "_".join([name, *(["LATE"] if late else []), str(user)]))
    return f"{front}_{file}_" + re.sub(r'[\x00/\\:*?"<>|]+', "_", display)


@settings(deadline=None, max_examples=300)
@given(
    st.text(st.characters(categories=("L", "Zs", "Pd"), exclude_characters="\0"), min_size=1, max_size=15),
    st.text(st.characters(categories=("L", "Zs"), exclude_characters="\0"), min_size=1, max_size=15),
    st.booleans(), st.integers(1, 10**9), st.integers(1, 10**9),
)  # fmt: skip
def test_any_students_name_survives_canvas(family: str, given_name: str, late: bool, user: int, file: int) -> None:
    place = canvas_name(f"{family}, {given_name}", late, user, file, "my: work/final.ipynb")
    found = claim(place, BOTH)
    if found.form == "folders":  # no letter of the name was left
        assert not re.search(r"\w", f"{family}{given_name}".lower())
        return
    assert (found.number, found.order, found.late) == (str(user), file, late)
    student = Student("me", f"{given_name.strip()} {family.strip()}".strip(), ids={"canvas": "1"})
    if " " not in family.strip() and " " not in given_name.strip() and student.name.isascii():
        assert Roster([student]).find(found.name) is student


def test_texts_typed_into_canvas_or_moodle_are_told_apart_from_other_files(tmp_path: Path) -> None:
    tree(tmp_path, "leeann_4021_70021_x.ipynb", "bob_4022_text.html", "cleo_LATE_4023_link.html", "dan_4024_7_x.pdf")
    found = find_submissions(tmp_path)
    assert sorted(sentence.partition(": ")[2] for sentence in found.problems) == [
        "a text that was typed in, not a notebook.", "a text that was typed in, not a notebook.",
        "not a notebook (.ipynb).",
    ]  # fmt: skip


def test_hidden_names_of_canvas_are_graded_and_told(tmp_path: Path) -> None:
    found = find_submissions(tree(tmp_path, "anon_aB3dE_7_x.ipynb"), roster=[Student("ann", "Ann")])
    assert taken(found) == [("unmatched-anon-ab3de", 1)]
    assert "Canvas hides the name" in found.unmatched[0]


def test_a_file_that_only_looks_like_canvas_is_its_folders(tmp_path: Path) -> None:
    assert taken(find_submissions(tree(tmp_path, "ann/run_1_2_test.ipynb"))) == [("ann", 1)]


def test_the_form_can_be_told(tmp_path: Path) -> None:
    folder = tree(tmp_path, "week_4_2026_ann.ipynb", "week_4_2026_bob.ipynb")
    assert taken(find_submissions(folder)) == [("week", 1), ("week", 2)]
    assert taken(find_submissions(folder, form="folders")) == [("week_4_2026_ann", 1), ("week_4_2026_bob", 1)]


# --- folders and loose files ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (["student-1.ipynb", "student-2.ipynb"], [("student-1", 1), ("student-2", 1)]),
        (["ann.ipynb", "ann-2.ipynb"], [("ann", 1), ("ann", 2)]),
        (["ann_04_backprop.ipynb", "ann_04_backprop (1).ipynb"], [("ann", 1), ("ann", 2)]),
        (["04_backprop/ann.ipynb", "05_mlp/ann.ipynb", "05_mlp/bo.ipynb"], [("ann", 1), ("ann", 1), ("bo", 1)]),
        (["Lesson 4/ann/x.ipynb", "Lesson 5/bo/x.ipynb"], [("ann", 1), ("bo", 1)]),
        (["ann/x.ipynb", "Ann/04_backprop.ipynb"], [("ann", 1), ("ann", 2)]),
        (["ann/nb/x.ipynb"], [("ann", 1)]),
        (["ann/04_backprop.ipynb", "ann/05_mlp.ipynb"], [("ann", 1), ("ann", 1)]),
        (["submitted/ann/ps1/x.ipynb"], [("ann", 1)]),
        (["class/ann.ipynb", "class/bo.ipynb"], [("ann", 1), ("bo", 1)]),
        (["class/2026/ann/x.ipynb", "class/2026/bo/x.ipynb"], [("ann", 1), ("bo", 1)]),
        (["04_ann.ipynb", "99_bo.ipynb"], [("99_bo", 1), ("ann", 1)]),
        (["ann/X.IPYNB"], [("ann", 1)]),
    ],
)
def test_folders_and_loose_files_in_many_forms(places: list[str], expected, tmp_path: Path) -> None:
    assert sorted(taken(find_submissions(tree(tmp_path, *places)))) == expected


def test_the_roster_tells_students_from_other_folders(tmp_path: Path) -> None:
    folder = tree(tmp_path, "all/ann lee/a.ipynb", "all/s4021 Someone/b.ipynb")
    roster = [Student("alee", "Lee, Ann"), Student("bo", "Bo Yi", ids={"login": "s4021"})]
    assert taken(find_submissions(folder, roster=roster)) == [("alee", 1), ("bo", 1)]


def test_a_login_that_is_another_students_name_is_not_taken_for_it(tmp_path: Path) -> None:
    roster = [Student("adams", "Bob Adams", ids={"login": "adams"})]
    assert taken(find_submissions(tree(tmp_path, "Ann Adams/x.ipynb"), roster=roster)) == [("unmatched-ann-adams", 1)]


def test_a_single_notebook_is_a_submission(tmp_path: Path) -> None:
    (one,) = find_submissions(tree(tmp_path, "ann.ipynb") / "ann.ipynb").submissions
    assert (one.student.key, read_bytes(one)) == ("ann", NOTEBOOK)


def test_archives_of_students_and_of_classes_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "bo.zip").write_bytes(packed("04_backprop.ipynb"))
    (tmp_path / "cleo.zip").write_bytes(packed("repo/04_backprop.ipynb"))
    (tmp_path / "late ones.zip").write_bytes(packed("dan/x.ipynb", "eve/x.ipynb"))
    (tmp_path / "week4.zip").write_bytes(packed("Fay_1_assignsubmission_file_/x.ipynb"))
    tree(tmp_path, "ann/x.ipynb")
    (tmp_path / "ann" / "more.zip").write_bytes(packed("y.ipynb"))
    found = find_submissions(tmp_path)
    assert sorted(taken(found)) == [("ann", 1), ("ann", 2), ("bo", 1), ("cleo", 1), ("dan", 1), ("eve", 1), ("fay", 1)]
    assert all(read_bytes(one) == NOTEBOOK for one in found.submissions)


def test_archives_that_students_hand_in_are_looked_into(tmp_path: Path) -> None:
    inner = packed("me/04_backprop.ipynb", "me/data.csv", "me/.git/x", "__MACOSX/me/._x")
    outer = tmp_path / "all.zip"
    with zipfile.ZipFile(outer, "w") as archive:
        archive.writestr("Ann Lee_5_assignsubmission_file_/work.zip", inner)
        archive.writestr("Bo_6_assignsubmission_file_/x.ipynb", NOTEBOOK)
    found = find_submissions(outer)
    assert taken(found) == [("ann-lee", 1), ("bo", 1)]
    assert all(read_bytes(one) == NOTEBOOK for one in found.submissions)
    assert found.problems == ["Ann Lee_5_assignsubmission_file_/work/me/data.csv: not a notebook (.ipynb)."]


def test_much_of_a_kind_is_told_once(tmp_path: Path) -> None:
    tree(tmp_path, "ann/x.ipynb", *(f"ann/lib/{i}.py" for i in range(300)), "bo/x.ipynb", "bo/x.py")
    assert find_submissions(tmp_path).problems == [
        "ann/lib/0.py and 299 more files: not a notebook (.ipynb).", "bo/x.py: not a notebook (.ipynb)."
    ]  # fmt: skip


def test_a_large_notebook_is_taken_so_that_its_author_learns_of_it(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(packed("ann/x.ipynb", content=os.urandom(21 * 2**20)))
    (one,) = find_submissions(tmp_path / "all.zip").submissions
    assert len(read_bytes(one)) == 20 * 2**20 + 1


def test_names_that_are_no_text_are_graded_and_can_be_shown(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\xff\xfe"
    os.mkdir(folder)
    with open(folder + b"/x.ipynb", "wb") as file:
        file.write(NOTEBOOK)
    (one,) = find_submissions(tmp_path, roster=[Student("ann", "Ann")]).submissions
    assert read_bytes(one) == NOTEBOOK
    f"{one.place} {one.student.name} {one.student.key}".encode()


def test_an_archive_that_forgot_to_say_that_its_names_are_utf_8_is_read(tmp_path: Path) -> None:
    (tmp_path / "all.zip").write_bytes(packed("Bjxxrn/x.ipynb", "x/x.ipynb").replace(b"Bjxxrn", "Björn".encode()))
    assert taken(find_submissions(tmp_path / "all.zip")) == [("bjorn", 1), ("x", 1)]


def test_of_members_with_one_name_the_first_is_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("ann/x.ipynb", NOTEBOOK)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("ann/x.ipynb", b"another")
    found = find_submissions(tmp_path / "all.zip")
    assert [read_bytes(one) for one in found.submissions] == [NOTEBOOK]
    assert found.problems == ["all.zip/ann/x.ipynb: another file has the same name."]


@settings(deadline=None, max_examples=200)
@given(noise=st.binary(max_size=300), where=st.integers(0, 400), byte=st.integers(0, 255))
def test_damage_is_told_and_never_more_than_told(noise: bytes, where: int, byte: int, tmp_path_factory) -> None:
    whole = bytearray(packed("ann/x.ipynb", content=NOTEBOOK * 5) if len(noise) % 2 else packed("b.zip", content=noise))
    whole[where % len(whole)] = byte
    path = tmp_path_factory.mktemp("damaged") / "all.zip"
    path.write_bytes(bytes(whole))
    with contextlib.suppress(OSError):
        for member in archives.members(path):
            assert len(archives.read(path, member.name, 1000)) <= 1000


def test_a_compressed_stream_that_breaks_is_told(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ann/x.ipynb", NOTEBOOK * 50)
    data = bytearray(buffer.getvalue())
    data[60:64] = b"\xff" * 4
    (tmp_path / "all.zip").write_bytes(bytes(data))
    (one,) = find_submissions(tmp_path / "all.zip").submissions
    with pytest.raises(OSError, match="damaged"):
        read_bytes(one)


# --- lessons -------------------------------------------------------------------------------------


def test_of_a_semesters_folders_the_lesson_asked_for_is_taken(tmp_path: Path) -> None:
    tree(tmp_path, "ann/02_score_and_loss.ipynb", "ann/04_backprop.ipynb", "bo/02_score_and_loss.ipynb")
    found = find_submissions(tmp_path, "04", [Student("ann", "Ann"), Student("bo", "Bo")])
    assert taken(found) == [("ann", 1)]
    assert "it is of lesson 02, and lesson 04 was asked for" in found.problems[0]


def test_files_whose_names_do_not_tell_are_told_apart_by_what_is_in_them(tmp_path: Path) -> None:
    tree(tmp_path, "ann/homework.ipynb", content=solved("02"))
    tree(tmp_path, "ann/old.ipynb", content=notebook_with("03", {}))
    tree(tmp_path, "ann/notes.ipynb", "bo/broken.ipynb", content=b"")
    found = find_submissions(tmp_path, "02")
    assert [(one.student.key, one.path.name) for one in found.submissions] == [
        ("ann", "homework.ipynb"), ("bo", "broken.ipynb")
    ]  # fmt: skip
    assert len(found.problems) == 2
    every = find_submissions(tmp_path)
    assert sorted(taken(every)) == [("ann", 1), ("ann", 1), ("ann", 2), ("bo", 1)]


def test_the_wrong_lesson_in_a_download_is_graded_so_that_its_author_learns_of_it(tmp_path: Path) -> None:
    folder = tree(tmp_path, "Ann_5_assignsubmission_file_/02_score_and_loss.ipynb")
    assert taken(find_submissions(folder, "04")) == [("ann", 1)]


# --- times ---------------------------------------------------------------------------------------

POLICY = LatePolicy.parse("2026-11-01T12:00+00:00, 10%/day, grace 15m")


def at(path: Path, moment: datetime) -> None:
    os.utime(path, (moment.timestamp(),) * 2)


def test_files_in_folders_are_late_by_their_times(tmp_path: Path) -> None:
    tree(tmp_path, "ann/x.ipynb", "bo/x.ipynb")
    at(tmp_path / "ann/x.ipynb", datetime(2026, 11, 1, 11, tzinfo=UTC))
    at(tmp_path / "bo/x.ipynb", datetime(2026, 11, 1, 13, tzinfo=UTC))
    assert [one.late for one in find_submissions(tmp_path, late=POLICY).submissions] == [0, 3600]


def test_the_times_in_downloads_are_not_taken_for_those_of_handing_in(tmp_path: Path) -> None:
    tree(tmp_path, "leeann_4021_7_x.ipynb", "bob_LATE_4022_8_x.ipynb")
    ann, bob = sorted(find_submissions(tmp_path, late=POLICY).submissions, key=lambda one: one.late)
    assert (ann.late, ann.handed_in, bob.handed_in) == (0, "", "")
    assert POLICY.factor(bob.late) == 0.9
    assert "does not say by how much" in find_submissions(tmp_path, late=POLICY).notes[0]


WORKSHEET = """Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (submission)
Participant 5,Ann Lee,ann@uni.example,Submitted for grading,,10.00,"Sunday, 1 November 2026, 12:30 PM"
Participant 6,Bo Yi,bo@uni.example,Submitted for grading,,10.00,"Sunday, 1 November 2026, 11:59 AM"
Participant 7,Cy,cy@uni.example,No submission,,10.00,-
"""


def test_moodles_grading_worksheet_tells_when_work_was_handed_in(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(WORKSHEET)
    roster = read_roster(tmp_path / "roster.csv")
    folder = tree(
        tmp_path / "in", "Ann Lee_5_assignsubmission_file_/x.ipynb", "Participant_6_assignsubmission_file_/x.ipynb"
    )
    policy = LatePolicy.parse("2026-11-01T12:00, 10%/day")
    found = find_submissions(folder, roster=roster, late=policy)
    assert [(one.student.key, one.late) for one in found.submissions] == [("ann", 1800), ("bo", 0)]
    assert (found.notes, [student.key for student in found.missing]) == ([], ["cy"])
    without = find_submissions(folder, late=policy)
    assert [one.late for one in without.submissions] == [0, 0]
    assert "Moodle's download does not say when" in without.notes[0]


def test_an_archive_packed_by_hand_tells_its_times(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr(zipfile.ZipInfo("ann/x.ipynb", (2026, 11, 3, 10, 0, 0)), NOTEBOOK)
        utc = zipfile.ZipInfo("bo/x.ipynb", (2026, 11, 3, 10, 0, 0))
        utc.extra = b"UT\x05\x00\x01" + int(datetime(2026, 11, 1, 12, 0, 30, tzinfo=UTC).timestamp()).to_bytes(
            4, "little"
        )
        archive.writestr(utc, NOTEBOOK)
        archive.writestr(zipfile.ZipInfo("cy/x.ipynb", (2107, 15, 31, 31, 63, 62)), NOTEBOOK)
    ann, bo, cy = find_submissions(tmp_path / "all.zip", late=POLICY).submissions
    assert ann.handed_in.startswith("2026-11-03T10:00:00")
    assert bo.late == 30
    assert (cy.handed_in, cy.late) == ("", 0)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-11-01", "2026-11-02T00:00"),
        ("2026-11-01T23:59, max 50%", "2026-11-01T23:59, at most 50 %"),
        ("2026-11-01T23:59,10%/day", "2026-11-01 23:59 , 10 % / day"),
    ],
)
def test_policies_that_mean_the_same(text: str, same: str) -> None:
    assert LatePolicy.parse(text) == LatePolicy.parse(same)


@pytest.mark.parametrize(
    "text", ["2026-11-01, grace 1h, grace 2h", "9999-12-31, 1%/day", "2026-13-01", "2026-11-01, 1%/day,"]
)
def test_policies_that_cannot_be_meant_are_refused(text: str) -> None:
    with pytest.raises(LatePolicyError, match="write a time"):
        LatePolicy.parse(text)


# --- the roster ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\nName;Username\nBjörn Ås;bas\n".encode("utf-8-sig"),
        "Name\tUsername\nBjörn Ås\tbas\n".encode("utf-16"),
        "\r\nName,Username\r\n\r\n\"Ås, Björn\",bas\r\n,\r\n".encode("cp1252"),
        "First name / Last name,  user  name\nBjörn Ås,bas\n".encode(),
    ],
)  # fmt: skip
def test_tables_of_many_programs_are_read(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(content)
    (student,) = read_roster(tmp_path / "roster.csv")
    assert (student.key, student.name) == ("bas", "Björn Ås")


def test_rows_of_canvas_that_are_no_students_are_left_out(tmp_path: Path) -> None:
    rows = 'Student,ID,SIS Login ID\n"    Points Possible",,\n"Student, Test",99,abc\n"Lee, Ann",1,ann\n'
    (tmp_path / "roster.csv").write_text(rows)
    assert [student.key for student in read_roster(tmp_path / "roster.csv")] == ["ann"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Vorname,Nachname\nA,B\n", "Its columns are 'Vorname', 'Nachname'"),
        (b"Name\nAnn Lee\nAnn Lee\n", "a column with their logins must tell them apart"),
    ],
)
def test_rosters_that_cannot_be_used_say_what_is_missing(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(content)
    with pytest.raises(RosterError, match=says):
        read_roster(tmp_path / "roster.csv")


def test_a_roster_that_is_no_table_is_told(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(b"Name\n" + b"x" * 2000)
    before = csv.field_size_limit(1000)
    try:
        with pytest.raises(RosterError, match=r"line 2: this is no table in CSV"):
            read_roster(tmp_path / "roster.csv")
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Søren Jürgen Łuß", "soren jurgen luss"), ("Jürgen Müller", "mueller juergen"), ("Zoë", "ZOE"),
        ("Ann O'Brien-Smith", "OBrienSmith, Ann"), ("李 伟", "李伟"), ("Анна Иванова", "Иванова, АННА"),
    ],
)  # fmt: skip
def test_spellings_of_a_name_are_the_same(name: str, other: str) -> None:
    student = Student("x", name)
    assert Roster([student, Student("y", "Somebody Else")]).find(other) is student


NAMES = st.lists(st.text(st.characters(categories=("L",)), min_size=1, max_size=8), min_size=1, max_size=4)


@settings(deadline=None, max_examples=300)
@given(NAMES, st.integers(0, 4))
def test_a_name_is_found_in_any_order_capitals_or_squashed(words: list[str], cut: int) -> None:
    student = Student("x", " ".join(words))
    turned = [*words[cut % len(words) :], *words[: cut % len(words)]]
    roster = Roster([student])
    if any(character.isalnum() for word in words for character in word):
        for spelling in (" ".join(turned), "".join(turned), " ".join(turned).title()):
            assert roster.find(spelling) is student or not spelling.isascii()


@settings(deadline=None, max_examples=500)
@given(st.text(max_size=200))
def test_keys_are_safe_for_files_and_stay_what_they_are(text: str) -> None:
    key = as_key(text)
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]*", key)
    assert len(key) <= 73
    assert as_key(key) == key
    assert key.partition(".")[0] not in ("con", "nul", "aux", "prn", "com1")


def test_long_names_that_begin_alike_have_different_keys() -> None:
    assert as_key("a" * 100 + "b") != as_key("a" * 100 + "c")


@settings(deadline=None, max_examples=100)
@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0/"), min_size=1, max_size=12),
        max_size=8,
    )
)
def test_unmatched_students_have_keys_of_their_own(names: Iterable[str], tmp_path_factory) -> None:
    path = tmp_path_factory.mktemp("any") / "all.zip"
    path.write_bytes(packed("Ann/x.ipynb", *(f"{name}/x.ipynb" for name in dict.fromkeys(names))))
    found = find_submissions(path, roster=[Student("ann", "Ann"), Student("unmatched-a", "Zed")])
    pairs = [(one.student.key, one.attempt) for one in found.submissions]
    assert len(set(pairs)) == len(pairs)
    for sentence in [*found.problems, *found.unmatched]:
        assert re.search(r"[\x00-\x1f\u202a-\u202e]", sentence) is None


def test_a_large_class_is_found_quickly_on_disk_with_a_roster(tmp_path: Path) -> None:
    tree(tmp_path, *(f"Given{i} Family{i}/04_backprop.ipynb" for i in range(2000)))
    roster = [Student(f"s{i}", f"Family{i}, Given{i}") for i in range(0, 4000, 2)]
    start = time.perf_counter()
    found = find_submissions(tmp_path, roster=roster)
    assert (len(found.submissions), len(found.unmatched), len(found.missing)) == (2000, 1000, 1000)
    assert time.perf_counter() - start < 20  # some 2 s on a quiet machine
