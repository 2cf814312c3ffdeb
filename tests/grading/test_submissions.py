"""Whoever handed in something is found, whoever cannot be matched is reported, and no archive does harm."""

from __future__ import annotations

import io
import stat
import struct
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.grading import example
from dlcourse.grading.lateness import LatePolicy, LatePolicyError
from dlcourse.grading.records import Student
from dlcourse.grading.roster import Roster, RosterError, as_key, read_roster
from dlcourse.grading.submissions import Found, SubmissionsError, find_submissions, read_bytes
from tests.grading.conftest import notebook_with

NOTEBOOK = b'{"nbformat": 4, "cells": []}'
CLASS = [
    Student("aadams", "Alice Adams", "aadams@uni.example", {"canvas": "4021", "moodle": "1234567", "login": "aadams"}),
    Student("jgarcia", "José María García López", "jgarcia@uni.example", {"canvas": "4022", "login": "jgarcia"}),
    Student("wli", "Li Wei", "wli@uni.example", {"canvas": "4023", "login": "wli"}),
]


def write(folder: Path, *places: str) -> Path:
    for place in places:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(NOTEBOOK)
    return folder


def keys(found: Found) -> list[str]:
    return [one.student.key for one in found.submissions]


# --- the forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        (["alice/04_backprop.ipynb", "bob/04_backprop.ipynb"], ["alice", "bob"]),
        (["alice.ipynb", "bob.ipynb"], ["alice", "bob"]),
        (["04_alice.ipynb", "bob_04_backprop.ipynb"], ["alice", "bob"]),
        (["hw4/alice/x.ipynb", "hw4/bob/deep/er/y.ipynb"], ["alice", "bob"]),
        (["Alice Adams/x.ipynb"], ["alice-adams"]),
    ],
)
def test_folders_and_loose_files_name_their_students(places, expected, tmp_path: Path) -> None:
    found = find_submissions(write(tmp_path, *places))
    assert keys(found) == expected
    assert (found.problems, found.unmatched) == ([], [])


MOODLE = "Alice Adams_1234567_assignsubmission_file_/work.ipynb"
GROUP = "Group B-José María García López_55_assignsubmission_file_/work.ipynb"


@pytest.mark.parametrize("as_zip", [False, True])
def test_moodles_download_is_matched_to_the_roster(as_zip: bool, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", MOODLE, GROUP, "Somebody Else_9_assignsubmission_file_/work.ipynb")
    (folder / "Li Wei_7_assignsubmission_onlinetext_").mkdir()
    (folder / "Li Wei_7_assignsubmission_onlinetext_" / "onlinetext.html").write_text("<p>see my file</p>")
    found = find_submissions(zipped(folder, tmp_path / "all.zip") if as_zip else folder, roster=CLASS)
    assert keys(found) == ["aadams", "jgarcia", "unmatched-somebody-else"]
    assert [student.key for student in found.missing] == ["wli"]
    assert "nobody on the roster is called Somebody Else" in found.unmatched[0]
    assert "typed in, not a notebook" in found.problems[0]


def test_moodles_download_without_folders_is_understood(tmp_path: Path) -> None:
    found = find_submissions(write(tmp_path, "Alice Adams_1234567_assignsubmission_file_work.ipynb"), roster=CLASS)
    assert keys(found) == ["aadams"]


def zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
    return target


@pytest.mark.parametrize("as_zip", [False, True])
def test_canvas_download_with_resubmissions_and_lateness(as_zip: bool, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "in", "adamsalice_4021_70021_04_backprop.ipynb",
        "garcialopezjosemaria_LATE_4022_70022_04_backprop-2.ipynb", "liwei_4023_70023_my work_final-1.ipynb",
    )  # fmt: skip
    found = find_submissions(zipped(folder, tmp_path / "all.zip") if as_zip else folder, roster=CLASS)
    assert {one.student.key: (one.attempt, bool(one.late)) for one in found.submissions} == {
        "aadams": (1, False), "jgarcia": (3, True), "wli": (2, False)
    }  # fmt: skip


def test_several_attempts_and_lessons_of_a_student_are_told_apart(tmp_path: Path) -> None:
    folder = write(tmp_path, "ann/04_backprop.ipynb", "ann/04_backprop-2.ipynb", "ann/05_mlp.ipynb")
    found = find_submissions(folder)
    assert [(one.path.name, one.attempt) for one in found.submissions] == [
        ("04_backprop-2.ipynb", 2), ("04_backprop.ipynb", 1), ("05_mlp.ipynb", 1)
    ]  # fmt: skip


def test_checkpoints_and_systems_files_are_passed_over_and_others_reported(tmp_path: Path) -> None:
    write(tmp_path, "ann/x.ipynb", "ann/.ipynb_checkpoints/x-checkpoint.ipynb", "__MACOSX/ann/._x.ipynb", ".DS_Store")
    (tmp_path / "bob").mkdir()
    (tmp_path / "bob" / "work.pdf").write_bytes(b"%PDF")
    found = find_submissions(tmp_path)
    assert keys(found) == ["ann"]
    assert found.problems == ["bob/work.pdf: not a notebook (.ipynb)."]


@pytest.mark.parametrize(("make", "says"), [(False, "There is no"), (True, "There is no notebook in")])
def test_nothing_to_grade_is_said(make: bool, says: str, tmp_path: Path) -> None:
    if make:
        (tmp_path / "in").mkdir()
    with pytest.raises(SubmissionsError, match=says):
        find_submissions(tmp_path / "in")


@pytest.mark.parametrize("form", ["canvas", "moodle", "folders"])
def test_the_made_up_class_is_found_whole(form: str, tmp_path: Path) -> None:
    slim = tmp_path / "02_score_and_loss.ipynb"
    slim.write_bytes(notebook_with("02", {}))
    example.make_class(slim, tmp_path, 12, form)
    roster = read_roster(tmp_path / "roster.csv")
    found = find_submissions(tmp_path / "submissions", "02", roster)
    assert len({one.student.key for one in found.submissions} & {student.key for student in roster}) == 11
    assert (len(found.unmatched), len(found.missing)) == (1, 1)


def test_ten_thousand_files_are_found_quickly(tmp_path: Path) -> None:
    target = tmp_path / "all.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for i in range(10_000):
            archive.writestr(f"Student Number {i}_{i}_assignsubmission_file_/work.ipynb", NOTEBOOK)
    start = time.perf_counter()
    found = find_submissions(target)
    assert len(found.submissions) == len(set(keys(found))) == 10_000
    assert all(read_bytes(one) == NOTEBOOK for one in found.submissions[::500])
    assert time.perf_counter() - start < 20  # some 2 s on a quiet machine


# --- hostile archives and folders ----------------------------------------------------------------


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def archive_with(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    return zip_of(("honest/x.ipynb", NOTEBOOK), *members)


def special(name: str, kind: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    return member


def link(name: str) -> zipfile.ZipInfo:
    return special(name, stat.S_IFLNK)


def overlapping() -> bytes:
    """An archive whose directory names the same bytes ten times."""
    data = zip_of(("x.ipynb", NOTEBOOK * 50))
    start, end = data.index(b"PK\x01\x02"), data.index(b"PK\x05\x06")
    entry = data[start:end]
    entries = b"".join(entry.replace(b"x.ipynb", b"%d.ipynb" % i) for i in range(10))
    return data[:start] + entries + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 10, 10, len(entries), start, 0)


HOSTILE = {
    "a path that climbs out": [("../../out.ipynb", NOTEBOOK)],
    "an absolute path": [("/etc/out.ipynb", NOTEBOOK)],
    "a path of Windows": [("C:/out.ipynb", NOTEBOOK)],
    "backslashes": [("a\\..\\..\\out.ipynb", NOTEBOOK)],
    "a link": [(link("evil/x.ipynb"), b"/etc/passwd")],
    "control characters": [("e\x1bvil/x.ipynb", NOTEBOOK)],
    "writing that turns": [("evil/\u202ebnypi.x.ipynb", NOTEBOOK)],
    "a bomb": [("evil/x.ipynb", b"0" * 15_000_000)],
    "too long a name": [("evil/" + "x" * 300 + ".ipynb", NOTEBOOK)],
    "twins": [("HONEST/X.ipynb", b"{}")],
    "an archive in an archive in an archive": [("evil/x.zip", zip_of(("y.zip", zip_of(("x.ipynb", NOTEBOOK)))))],
    "a damaged archive inside": [("evil/x.zip", zip_of(("x.ipynb", NOTEBOOK))[:-30])],
    "an archive of many files inside": [("evil/x.zip", zip_of(*((f"{i}.ipynb", b"") for i in range(3000))))],
    "a device": [(special("evil/x.ipynb", stat.S_IFCHR), b"")],
    "a member that is made to be shared": [("evil/x.zip", overlapping())],
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_members_are_left_out_and_reported_and_the_honest_one_is_read(what: str, tmp_path: Path) -> None:
    target = tmp_path / "in" / "all.zip"
    target.parent.mkdir()
    target.write_bytes(archive_with(*HOSTILE[what]))
    before = sorted(tmp_path.rglob("*"))
    found = find_submissions(target)
    assert keys(found) == ["honest"]
    assert [read_bytes(one) for one in found.submissions] == [NOTEBOOK]
    assert len(found.problems) == 1
    assert sorted(tmp_path.rglob("*")) == before


def test_encrypted_and_damaged_archives_are_reported(tmp_path: Path) -> None:
    (tmp_path / "bad.zip").write_bytes(archive_with()[:-30])
    (tmp_path / "encrypted.zip").write_bytes(encrypted(archive_with(("evil/x.ipynb", NOTEBOOK))))
    (tmp_path / "good.zip").write_bytes(archive_with(("other/x.ipynb", NOTEBOOK)))
    found = find_submissions(tmp_path)
    assert keys(found) == ["honest", "other"]
    assert len(found.problems) == 3  # both members of the encrypted one


def encrypted(data: bytes) -> bytes:
    """An archive whose members claim to be encrypted."""
    return data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", "secret.ipynb")
    folder = write(tmp_path / "in", "ann/x.ipynb")
    (folder / "eve").mkdir()
    (folder / "eve" / "x.ipynb").symlink_to(outside / "secret.ipynb")
    (folder / "bob").symlink_to(outside)
    found = find_submissions(folder)
    assert keys(found) == ["ann"]
    assert len(found.problems) == 2
    assert all("link" in problem for problem in found.problems)


@settings(deadline=None, max_examples=100)
@given(
    names=st.lists(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=30), max_size=5
    )
)
def test_any_names_of_members_give_keys_that_are_safe_and_different(names: list[str], tmp_path_factory) -> None:
    target = tmp_path_factory.mktemp("any") / "all.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("honest/x.ipynb", NOTEBOOK)
        for name in dict.fromkeys(names):
            archive.writestr(f"{name}/x.ipynb", NOTEBOOK)
    found = find_submissions(target)
    assert all(as_key(one.student.key) == one.student.key for one in found.submissions)
    assert len({(one.student.key, one.attempt) for one in found.submissions}) == len(found.submissions)


# --- roster --------------------------------------------------------------------------------------

CANVAS_EXPORT = """Student,ID,SIS User ID,SIS Login ID,Section,Lesson 02 (99)
    Points Possible,,,,,18
"Adams, Alice",4021,u1,aadams,A,
"García López, José María",4022,u2,jgarcia,A,
"""
MOODLE_EXPORT = """First name;Last name;ID number;Email address
Alice;Adams;u1;aadams@uni.example
José María;García López;u2;jgarcia@uni.example
"""


@pytest.mark.parametrize("text", [CANVAS_EXPORT, MOODLE_EXPORT])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_exports_of_canvas_and_moodle_are_rosters(text: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_bytes(text.encode(encoding))
    students = read_roster(tmp_path / "roster.csv")
    assert [student.name for student in students] == ["Alice Adams", "José María García López"]
    assert [student.key for student in students] == ["aadams", "jgarcia"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "first line must name the columns"),
        ("a,b\n1,2\n", "first line must name the columns"),
        ("Name\n", "lists no students"),
        ("Username\nann\nann\n", "line 3: ann stands there twice"),
    ],
)
def test_a_roster_that_is_none_is_told(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(RosterError, match=says):
        read_roster(tmp_path / "roster.csv")


FORMS_OF_A_NAME = (
    "Jose Maria Garcia Lopez", "García López, José María", "garcialopezjosemaria", "JOSÉ MARÍA GARCÍA LÓPEZ"
)  # fmt: skip


@pytest.mark.parametrize("name", [*FORMS_OF_A_NAME, "jgarcia", "4022"])
def test_a_name_is_known_in_every_form(name: str) -> None:
    found = Roster(CLASS).find(name)
    assert found is not None
    assert found.key == "jgarcia"


def test_a_name_that_two_students_have_is_nobodys() -> None:
    twins = [Student("a1", "Ann Lee"), Student("a2", "Ann Lee")]
    assert Roster(twins).find("Ann Lee") is None
    assert Roster(twins).find("a2") is twins[1]
    assert Roster(twins).namesakes("Lee, Ann") == twins
    assert Roster(twins).nearest("Ann Le") == ["Ann Lee"]


# --- lateness ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "late", "factor"),
    [
        ("2026-11-01T23:59+01:00", 10**6, 1.0),
        ("2026-11-01T23:59+01:00, 10%/day", 1, 0.9),
        ("2026-11-01T23:59+01:00, 10%/day", 86_401, 0.8),
        ("2026-11-01T23:59+01:00, 10%/day", 86_400 * 30, 0.0),
        ("2026-11-01T23:59+01:00, 10%/day, at most 50%", 86_400 * 30, 0.5),
        ("2026-11-01T23:59+01:00, 5%/hour, grace 15m", 900, 1.0),
        ("2026-11-01T23:59+01:00, 5%/hour, grace 15m", 901, 0.95),
        ("2026-11-01, 100%/week", 1, 0.0),
    ],
)
def test_what_lateness_costs(text: str, late: float, factor: float) -> None:
    assert LatePolicy.parse(text).factor(late) == factor


@pytest.mark.parametrize("text", ["", "soon", "2026-11-01, 10%", "2026-11-01, 10%/month", "2026-11-01, 200%/day"])
def test_a_policy_that_is_not_understood_is_refused_with_the_form(text: str) -> None:
    with pytest.raises(LatePolicyError, match="write a time, and what lateness costs"):
        LatePolicy.parse(text)
