"""Find out who handed in what: folders, loose files, and the bulk downloads of Moodle and Canvas.

Nothing is unpacked to disk, and no name that comes from outside is used as the path of a file to write.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from dlcourse import course
from dlcourse.grading.cells import MOST_BYTES
from dlcourse.grading.lateness import LatePolicy
from dlcourse.grading.records import Student, Submission
from dlcourse.grading.roster import Roster, as_key

FORMS = ("auto", "folders", "moodle", "canvas")
_MOST_MEMBERS = 100_000
_MOST_RATIO = 500  # of a member's size to its size in the archive
_UNINTERESTING = re.compile(
    r"(^|/)(\.(?!\./)[^/]+|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)|(^|/)\.ipynb_checkpoints(/|$)"
)
_STRANGE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\\]")

# "Given Family_1234567_assignsubmission_file_/work.ipynb", or without a folder for each student
# "Given Family_1234567_assignsubmission_file_work.ipynb" (Moodle, "Download all submissions").
_MOODLE = re.compile(
    r"(?:^|/)(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?P<kind>file|onlinetext)_?(?P<file>.*)$"
)
# "familygiven_LATE_4021_70021_work-1.ipynb": user and submission, and the number of the resubmission (Canvas,
# "Download Submissions").
_CANVAS = re.compile(r"(?:^|/)(?P<name>[^/_]+)_(?P<late>LATE_)?(?P<number>\d+)_(?P<submission>\d+)_(?P<file>[^/]+)$")
_AGAIN = re.compile(r"(?:-|\s?\(|_v)(?P<again>\d+)\)?$")


class SubmissionsError(ValueError):
    """There is nothing to grade; the message says why."""


@dataclass
class Found:
    """What lies in a folder of submissions.

    Attributes:
        submissions: by student, lesson and attempt.
        unmatched: sentences on those whose authors are not on the roster; they are graded all the same.
        missing: students of the roster who handed in nothing.
        problems: sentences on files that were not taken.
    """

    submissions: list[Submission] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    missing: list[Student] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    """A file or a member of an archive, with its place below the folder of submissions."""

    path: Path
    member: str
    place: str
    time: datetime


@dataclass(frozen=True)
class _Claim:
    """Whose a file says it is."""

    file: _File
    name: str
    numbers: tuple[str, ...] = ()
    late: bool = False
    again: int | None = None
    title: str = ""


def find_submissions(
    path: Path, lesson: str = "", roster: Iterable[Student] = (), late: LatePolicy | None = None, form: str = "auto"
) -> Found:
    """Find the submissions in a folder or a zip.

    Args:
        path: the folder, or an archive as it was downloaded; archives in the folder are looked into.
        lesson: two digits, or "" where the notebooks themselves tell.
        roster: the class; without one, each name that is found is a student.
        late: the deadline.
        form: how the files are called: ``"folders"`` (or loose files), ``"moodle"``, ``"canvas"``, or ``"auto"``.

    Raises:
        SubmissionsError: there is no such folder or archive, or no notebook in it.
    """
    if form not in FORMS:
        raise SubmissionsError(f"There is no form {form!r}: choose from {', '.join(FORMS)}.")
    if not path.exists():
        raise SubmissionsError(f"There is no {path}.")
    found = Found()
    files = list(_without_common_folder(list(_files(path, found))))
    claims = [claim for file in files if (claim := _claim(file, form, found)) is not None]
    if not claims:
        why = f" ({found.problems[0]})" if found.problems else ""
        raise SubmissionsError(f"There is no notebook in {path}{why}.")
    students = _Students(roster, found)
    by_work: dict[tuple[str, str], list[tuple[_Claim, Student]]] = defaultdict(list)
    for claim in claims:
        student = students.of(claim)
        by_work[student.key, _lesson_in(claim.title)].append((claim, student))
    for work in by_work.values():
        found.submissions += _attempts(work, lesson, late)
    found.submissions.sort(key=lambda one: (one.student.key, one.lesson, one.place))
    found.missing = students.without_work()
    return found


def read_bytes(submission: Submission) -> bytes:
    """The submitted file, or a little more than may be graded of one that is too large.

    Raises:
        OSError: it cannot be read any more.
    """
    if submission.member:
        try:
            with _archive(submission.path).open(submission.member) as file:
                return file.read(MOST_BYTES + 1)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
            raise OSError(f"{submission.place} is damaged: {error}") from error
    descriptor = os.open(submission.path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as opened:
        return opened.read(MOST_BYTES + 1)


# --- files ---------------------------------------------------------------------------------------


def _files(path: Path, found: Found) -> Iterator[_File]:
    """Every file below a folder or in an archive that could be somebody's work."""
    if path.is_file():
        yield from _members(path, "", found)
        return
    for folder, folders, names in os.walk(path):  # which does not follow links to folders
        folders.sort()
        for name in sorted([*names, *(f for f in folders if (Path(folder) / f).is_symlink())]):
            file = Path(folder) / name
            place = file.relative_to(path).as_posix()
            if _UNINTERESTING.search(place):
                continue
            if file.is_symlink() or not file.is_file():
                found.problems.append(f"{place}: a link or a device is not followed.")
            elif zipfile.is_zipfile(file) and file.suffix != ".ipynb":
                yield from _members(file, place.removesuffix(file.suffix), found)
            else:
                yield _File(file, "", place, datetime.fromtimestamp(file.stat().st_mtime).astimezone())


def _members(path: Path, below: str, found: Found) -> Iterator[_File]:
    """The members of an archive; those that no honest archive holds are left out, and told."""
    try:
        members = _archive(path).infolist()
    except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        found.problems.append(f"{path.name}: not a readable zip archive ({error}).")
        return
    if len(members) > _MOST_MEMBERS:
        found.problems.append(f"{path.name}: it holds {len(members):,} files; at most {_MOST_MEMBERS:,} are read.")
        return
    seen: set[str] = set()
    for member in members:
        if member.is_dir() or _UNINTERESTING.search(member.filename):
            continue
        problem = _why_not(member, seen)
        if problem:
            found.problems.append(f"{path.name}, {member.filename[:200]!r}: {problem}.")
            continue
        seen.add(member.filename.casefold())
        place = f"{below}/{member.filename}".lstrip("/") if below and "_assignsubmission_" in below else member.filename
        yield _File(path, member.filename, place, _time_of(member))


def _why_not(member: zipfile.ZipInfo, seen: set[str]) -> str:
    name = member.filename
    if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name) or _STRANGE.search(name):
        return "its name points out of the archive, or hides something"
    if len(name) > 1000 or any(len(part.encode("utf-8", "replace")) > 255 for part in name.split("/")):
        return "its name is too long"
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link or a device"
    if member.flag_bits & 1:
        return "it is encrypted"
    if name.casefold() in seen:
        return "another file has the same name"
    if member.file_size > MOST_BYTES:
        return f"it has more than {MOST_BYTES // 2**20} MB"
    if member.file_size > _MOST_RATIO * max(member.compress_size, 1000):
        return "it is packed more densely than a notebook can be"
    return ""


@lru_cache(maxsize=8)
def _archive(path: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(path)


def _time_of(member: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*member.date_time).astimezone()
    except ValueError:  # a month 13 and the like
        return datetime(1980, 1, 1).astimezone()


def _without_common_folder(files: list[_File]) -> Iterator[_File]:
    """Take away a folder that holds everything, such as the name of the assignment."""
    parts = [file.place.split("/") for file in files]
    while parts and all(len(p) > 2 and p[0] == parts[0][0] for p in parts) and not _MOODLE.search(parts[0][0]):
        parts = [p[1:] for p in parts]
    yield from (replace(file, place="/".join(p)) for file, p in zip(files, parts, strict=True))


# --- whose is it? --------------------------------------------------------------------------------


def _claim(file: _File, form: str, found: Found) -> _Claim | None:
    """Whose a file says it is; None, and a sentence, if it is no notebook."""
    moodle = _MOODLE.search(file.place) if form in ("auto", "moodle") else None
    if moodle and moodle["kind"] == "onlinetext":
        found.problems.append(f"{file.place}: a text that was typed in, not a notebook.")
        return None
    if not file.place.lower().endswith(".ipynb"):
        found.problems.append(f"{file.place}: not a notebook (.ipynb).")
        return None
    if moodle:
        # A folder "Group A-Given Family_..." has the group in front.
        name = moodle["name"]
        title, again = _title(file.place.rpartition("/")[2] if "/" in moodle["file"] else moodle["file"])
        return _Claim(file, name, (moodle["number"],), again=again, title=title)
    canvas = _CANVAS.search(file.place) if form in ("auto", "canvas") else None
    if canvas:
        title, again = _title(canvas["file"])
        return _Claim(file, canvas["name"], (canvas["number"],), bool(canvas["late"]), again, title)
    folder, _, name = file.place.rpartition("/")
    title, again = _title(name)
    if folder:
        return _Claim(file, folder.split("/")[0], again=again, title=title)
    return _Claim(file, _without_lesson(title) or title, again=again, title=title)


def _title(name: str) -> tuple[str, int | None]:
    """A file's name without suffix and without the number of a resubmission, and that number."""
    stem = name[: -len(".ipynb")]
    found = _AGAIN.search(stem)
    return (stem[: found.start()], int(found["again"])) if found and found.start() else (stem, None)


_LESSON_NAMES = {stop.name: stop.name[:2] for stop in course.LESSONS}


def _lesson_in(title: str) -> str:
    """The lesson whose file name stands in a title, or ""."""
    return next((number for name, number in _LESSON_NAMES.items() if name in title), "")


def _without_lesson(title: str) -> str:
    """``"alice_04_backprop"`` and ``"04_alice"`` are alice's."""
    for name in _LESSON_NAMES:
        title = title.replace(name, "")
    return re.sub(r"^\d\d[_ -]+", "", title).strip("_- ")


class _Students:
    """Matches names to the roster; without one, each name makes a student."""

    def __init__(self, roster: Iterable[Student], found: Found) -> None:
        self._roster = Roster(roster)
        self._found = found
        self._strangers: dict[str, Student] = {}
        self._taken = {student.key for student in self._roster.students}
        self._with_work: set[str] = set()

    def of(self, claim: _Claim) -> Student:
        """The student whose work a file is."""
        student = self._roster.find(claim.name, *claim.numbers) or self._after_the_group(claim)
        if student is None:
            identity = "_".join([claim.name, *claim.numbers])
            student = self._strangers.get(identity) or self._stranger(identity, claim)
        self._with_work.add(student.key)
        return student

    def _after_the_group(self, claim: _Claim) -> Student | None:
        """Moodle puts ``Group A-`` in front of the name."""
        _, dash, name = claim.name.partition("-")
        return self._roster.find(name, *claim.numbers) if dash else None

    def _stranger(self, identity: str, claim: _Claim) -> Student:
        has_roster = bool(self._roster.students)
        key = base = ("unmatched-" if has_roster else "") + as_key(claim.name)
        for number in range(2, len(self._taken) + 3):
            if key not in self._taken:
                break
            key = f"{base}-{number}"
        self._taken.add(key)
        student = self._strangers[identity] = Student(key, claim.name, on_roster=not has_roster)
        if has_roster:
            near = self._roster.nearest(claim.name)
            like = f" Is it {' or '.join(near)}?" if near else ""
            self._found.unmatched.append(
                f"{claim.file.place}: nobody on the roster is called {claim.name}; graded as {key}.{like}"
            )
        return student

    def without_work(self) -> list[Student]:
        """Students of the roster of whom nothing was found."""
        return [student for student in self._roster.students if student.key not in self._with_work]


def _attempts(work: list[tuple[_Claim, Student]], lesson: str, policy: LatePolicy | None) -> Iterator[Submission]:
    """One student's files for one lesson, in the order in which they were handed in."""
    work.sort(key=lambda one: (one[0].again or 0, one[0].file.time, one[0].file.place))
    for number, (claim, student) in enumerate(work, start=1):
        late = policy.late_by(claim.file.time) if policy else 0.0
        if claim.late:  # Canvas knows; how late, the file's time may not tell
            late = max(late, 1.0)
        yield Submission(
            student, lesson, max(number, (claim.again or 0) + 1) if len(work) == 1 else number, claim.file.path,
            claim.file.member, claim.file.time.isoformat(timespec="seconds"), late,
        )  # fmt: skip
