"""Find out who handed in what: folders, loose files, and the bulk downloads of Moodle and Canvas.

Nothing is unpacked to disk, and no name that comes from outside is used as the path of a file to write.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import takewhile
from pathlib import Path, PurePosixPath

from dlcourse.grading import archives, cells, naming
from dlcourse.grading.archives import readable
from dlcourse.grading.lateness import LatePolicy
from dlcourse.grading.naming import Claim
from dlcourse.grading.records import Student, Submission
from dlcourse.grading.roster import Roster, as_key, short_hash

FORMS = ("auto", "folders", "moodle", "canvas")
_UNINTERESTING = re.compile(r"(^|/)(\.[^/.][^/]*|__MACOSX|Thumbs\.db|desktop\.ini)(/|$)", re.I)
_NAMED_ONE_BY_ONE = 3  # problems of a kind in a folder; more are counted
_COMPARED = 20  # unmatched names for which similar ones are looked for, which takes time
_WRAPPERS = ("submissions", "submitted")


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
        notes: sentences on what had to be assumed.
    """

    submissions: list[Submission] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    missing: list[Student] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    """A file or a member of an archive.

    Attributes:
        path, member: where it lies.
        place: its name below the folder of submissions, with archives in it as folders.
        time: when it was last changed, if anybody knows.
        claim: whose it says it is.
    """

    path: Path
    member: str
    place: str
    time: datetime | None
    claim: Claim = field(default_factory=lambda: Claim("folders", ""))


def find_submissions(
    path: Path, lesson: str = "", roster: Iterable[Student] = (), late: LatePolicy | None = None, form: str = "auto"
) -> Found:
    """Find the submissions in a folder or a zip.

    Args:
        path: the folder, an archive as it was downloaded, or a single notebook; archives in it are looked into.
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
    problems = _Problems()
    known = Roster(roster)
    files = _unwrapped([file for file in _files(path, known, problems) if _is_work(file, problems)], known)
    if not files:
        why = next(iter(problems.sentences()), "")
        raise SubmissionsError(f"There is no notebook in {path}{f' ({why})' if why else ''}.")
    claimed = _claimed(files, form)
    students = _Students(known, claimed, found)
    by_student: dict[str, list[_File]] = defaultdict(list)
    for file in claimed:
        by_student[students.of(file).key].append(file)
    for key, work in by_student.items():
        for of_one_lesson, first in _by_lesson(work, lesson, problems):
            found.submissions += _attempts(of_one_lesson, first, students.by_key[key], lesson, late)
    found.submissions.sort(key=lambda one: (one.student.key, one.lesson, one.place))
    found.missing = [student for student in known.students if student.key not in by_student]
    found.problems = problems.sentences()
    found.notes = _assumptions(claimed, found.submissions, late)
    return found


def read_bytes(submission: Submission) -> bytes:
    """The submitted file, or a little more than may be graded of one that is too large.

    Raises:
        OSError: it cannot be read any more.
    """
    return _content(submission.path, submission.member)


def _content(path: Path, member: str) -> bytes:
    most = cells.MOST_BYTES + 1
    if member:
        return archives.read(path, member, most)
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError("it is no file any more")
        return file.read(most)


# --- files ---------------------------------------------------------------------------------------


class _Problems:
    """Collects what was not taken; what there is much of in one folder is told in one sentence."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[str]] = defaultdict(list)

    def add(self, place: str, why: str) -> None:
        """Note why a file was not taken."""
        self._places[place.split("/")[0] if "/" in place else "", why].append(place)

    def sentences(self) -> list[str]:
        """All of it."""
        found = []
        for (_, why), places in self._places.items():
            if len(places) <= _NAMED_ONE_BY_ONE:
                found += [f"{readable(place)}: {why}." for place in places]
            else:
                found.append(f"{readable(places[0])} and {len(places) - 1:,} more files: {why}.")
        return found


def _files(path: Path, known: Roster, problems: _Problems) -> Iterator[_File]:
    """Every file below a folder or in an archive."""
    if not path.is_dir():
        yield from _members(path, "", problems) if archives.is_archive(path) else [_file(path, path.parent)]
        return
    for file in _on_disk(path, problems):
        if not _may_be_archive(file, problems):
            yield file
            continue
        stem = PurePosixPath(file.place).stem
        inside = list(_members(file.path, file.place.removesuffix(PurePosixPath(file.place).suffix), problems))
        if "/" not in file.place and _is_of_many(stem, inside, known):
            yield from (replace(one, place=one.place.partition("/")[2]) for one in inside)
        else:
            yield from (replace(one, time=file.time) for one in inside)  # the inner times are the student's


def _on_disk(path: Path, problems: _Problems) -> Iterator[_File]:
    def unreadable(error: OSError) -> None:
        problems.add(os.path.relpath(error.filename, path), f"it cannot be read ({error.strerror})")

    for folder, folders, names in os.walk(path, onerror=unreadable):  # which does not follow links to folders
        folders.sort()
        for name in sorted([*names, *(f for f in folders if os.path.islink(os.path.join(folder, f)))]):
            file = Path(folder) / name
            place = file.relative_to(path).as_posix()
            if _UNINTERESTING.search(place):
                continue
            if file.is_symlink() or not file.is_file():
                problems.add(place, "a link or a device is not followed")
            else:
                yield _file(file, path)


def _file(path: Path, below: Path) -> _File:
    return _File(
        path, "", path.relative_to(below).as_posix(), datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    )


def _may_be_archive(file: _File, problems: _Problems) -> bool:
    if naming.is_notebook(file.place):
        return False
    try:
        return archives.is_archive(file.path)
    except OSError as error:
        problems.add(file.place, f"it cannot be read ({error.strerror})")
        return False


def _members(path: Path, below: str, problems: _Problems) -> Iterator[_File]:
    """The members of an archive; those that no honest archive holds are left out, and told."""
    try:
        for member in archives.members(path):
            place = f"{below}/{member.place}" if below else member.place
            if _UNINTERESTING.search(member.place):
                continue
            if member.problem:
                problems.add(f"{path.name}/{member.place}", member.problem)
            else:
                yield _File(path, member.name, place, member.time)
    except OSError as error:
        problems.add(path.name, str(error))


def _is_of_many(stem: str, inside: Sequence[_File], known: Roster) -> bool:
    """Whether an archive that lies among submissions holds a class, and not one student's work."""
    places = [file.place.partition("/")[2] for file in inside]
    if any(map(naming.is_moodle, places)) or sum(map(naming.is_canvas, places)) * 2 > len(places):
        return True
    if known.find(stem) is not None or not all("/" in place for place in places):
        return False
    folders = {place.partition("/")[0] for place in places}
    return len([folder for folder in folders if not naming.is_of_lesson(folder)]) > 1


def _is_work(file: _File, problems: _Problems) -> bool:
    if naming.is_notebook(file.place):
        return True
    typed = naming.is_typed(file.place)
    problems.add(file.place, "a text that was typed in, not a notebook" if typed else "not a notebook (.ipynb)")
    return False


def _unwrapped(files: list[_File], known: Roster) -> list[_File]:
    """Take away folders that hold everything, such as the name of the assignment."""
    parts = [file.place.split("/") for file in files]
    ends = min(parts, default=[]), max(parts, default=[])
    shared = [one for one, other in takewhile(lambda pair: pair[0] == pair[1], zip(*ends, strict=False))]
    shared = shared[: min(map(len, parts), default=1) - 1]  # folders alone
    for i, folder in enumerate(shared):
        # What the folders come down to in the end: students, or one student's files.
        deep = len(shared) if all(len(one) > len(shared) + 1 for one in parts) else i + 1
        if not _wraps(folder, {one[deep] for one in parts}, known):
            return [replace(file, place="/".join(one[i:])) for file, one in zip(files, parts, strict=True)]
    return [replace(file, place="/".join(one[len(shared) :])) for file, one in zip(files, parts, strict=True)]


def _wraps(folder: str, below: Collection[str], known: Roster) -> bool:
    """Whether a folder holds the work of a class, and not of one student."""
    if known.find(folder) or naming.is_of_lesson(folder) or naming.is_moodle(folder) or naming.is_canvas(folder):
        return False
    people = {naming.claim(one, ()).name if naming.is_notebook(one) else one for one in below}
    people = {name for name in people if not naming.is_of_lesson(name)}
    return folder.casefold() in _WRAPPERS or len(people) > 1 or any(known.find(name) for name in people)


# --- whose is it? --------------------------------------------------------------------------------


def _claimed(files: list[_File], form: str) -> list[_File]:
    """The files with whose they say they are."""
    forms = {form}
    if form == "auto":
        canvas = sum(naming.is_canvas(file.place) for file in files)
        forms = {"moodle", "canvas"} if canvas * 2 > len(files) else {"moodle"}
    beside: dict[str, set[str]] = defaultdict(set)
    for file in files:
        folder, _, name = file.place.rpartition("/")
        beside[folder].add(name[: -len(naming.SUFFIX)])
    return [
        replace(file, claim=naming.claim(file.place, forms, beside[file.place.rpartition("/")[0]])) for file in files
    ]


class _Students:
    """Matches names to the roster; without one, each name makes a student."""

    def __init__(self, known: Roster, files: Sequence[_File], found: Found) -> None:
        self._known = known
        self._found = found
        self.by_key = {student.key: student for student in known.students}
        self._strangers: dict[str, Student] = {}
        # Two numbers under one name are two people; elsewhere, a name is the same person in all downloads.
        numbers = {(_one(file.claim.name), file.claim.number) for file in files}
        self._namesakes = Counter(name for name, _ in numbers)

    def of(self, file: _File) -> Student:
        """The student whose work a file is."""
        claim = file.claim
        return self._matched(claim) or self._stranger(file, claim)

    def _matched(self, claim: Claim) -> Student | None:
        student = self._known.find(claim.name, claim.form, claim.number)
        if student is None and claim.form == "moodle":
            for dash in re.finditer("-", claim.name):  # Moodle may put "Group A-" in front of the name
                if re.search(r"[\s\d]", claim.name[: dash.start()]):
                    student = student or self._known.find(claim.name[dash.end() :])
        return student

    def _stranger(self, file: _File, claim: Claim) -> Student:
        alone = self._namesakes[_one(claim.name)] == 1
        identity = _one(claim.name) if alone else f"{_one(claim.name)} {claim.number}"
        if identity not in self._strangers:
            student = self._strangers[identity] = self._made(identity, claim)
            self.by_key[student.key] = student
            if self._known.students:
                self._found.unmatched.append(self._why_not(file, student))
        return self._strangers[identity]

    def _made(self, identity: str, claim: Claim) -> Student:
        on_roster = not self._known.students
        key = f"{'' if on_roster else 'unmatched-'}{as_key(identity)}"
        if key in self.by_key:  # another name has the same plain letters
            key = f"{key}-{short_hash(identity)}"
        ids = {claim.form: claim.number} if claim.number else {}
        return Student(key, readable(claim.name), ids=ids, on_roster=on_roster)

    def _why_not(self, file: _File, student: Student) -> str:
        where, claim = readable(file.place), file.claim
        if claim.anonymous:
            return f"{where}: Canvas hides the name; graded as {student.key}."
        meant = self._known.namesakes(claim.name)
        if meant:
            keys = " and ".join(one.key for one in meant)
            return f"{where}: {student.name} can be {keys} of the roster; graded as {student.key}."
        near = self._known.nearest(claim.name) if len(self._found.unmatched) < _COMPARED else []
        like = f" Is it {' or '.join(near)}?" if near else ""
        return f"{where}: nobody on the roster is called {student.name}; graded as {student.key}.{like}"


def _one(name: str) -> str:
    """The same for all spellings of a name that differ in capitals alone."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


# --- which attempt is it? ------------------------------------------------------------------------


def _by_lesson(work: list[_File], lesson: str, problems: _Problems) -> Iterator[tuple[list[_File], int]]:
    """One student's files, sorted into lessons, with the number of the first attempt in each.

    With a lesson asked for, the others are left out.
    """
    if len(work) > 1 and not all(file.claim.lesson for file in work):
        work = [replace(file, claim=replace(file.claim, lesson=_lesson_inside(file))) for file in work]
    lessons: dict[str, list[_File]] = defaultdict(list)
    for file in work:
        lessons[file.claim.lesson].append(file)
    unknown = lessons.pop("", [])
    if not lesson:
        yield from ((files, 1) for files in lessons.values())
        # They are no attempts at the lessons that are known, and must not stand in their places.
        yield unknown, 1 + max(map(len, lessons.values()), default=0)
        return
    if lesson not in lessons and (unknown or all(file.claim.form != "folders" for file in work)):
        yield unknown or work, 1  # a download is of one assignment: the wrong lesson was handed in
        return
    for file in work:
        if file.claim.lesson != lesson:
            which = f"lesson {file.claim.lesson}" if file.claim.lesson else "no lesson"
            problems.add(file.place, f"it is of {which}, and lesson {lesson} was asked for")
    yield lessons.get(lesson, []), 1


def _lesson_inside(file: _File) -> str:
    """The lesson of a notebook whose name does not tell, or "" if it has none."""
    if file.claim.lesson:
        return file.claim.lesson
    try:
        return cells.plan(cells.read(_content(file.path, file.member))).lesson
    except (OSError, cells.NotANotebook):
        return ""


def _attempts(
    work: list[_File], first: int, student: Student, lesson: str, policy: LatePolicy | None
) -> Iterator[Submission]:
    """One student's files for one lesson, in the order in which they were handed in."""
    never = datetime.min.replace(tzinfo=UTC)
    timed = [replace(file, time=_handed_in(file, student)) for file in work]
    timed.sort(key=lambda one: (one.claim.again, one.time or never, one.claim.order, one.place))
    attempt = first - 1
    for file in timed:
        attempt = max(attempt + 1, file.claim.again + 1)
        late = policy.late_by(file.time) if policy and file.time else 0.0
        if file.claim.late and not late:
            late = policy.least_late if policy else 1.0
        when = file.time.isoformat(timespec="seconds") if file.time else ""
        yield Submission(student, lesson or file.claim.lesson, attempt, file.path, file.member, when, late)


def _handed_in(file: _File, student: Student) -> datetime | None:
    """When a file was handed in. The times in the downloads of Moodle and Canvas are those of the download."""
    if file.claim.form == "folders":
        return file.time
    told = student.handed_in if file.claim.form == "moodle" else ""
    return datetime.fromisoformat(told) if told else None


def _assumptions(files: Sequence[_File], submissions: Sequence[Submission], policy: LatePolicy | None) -> list[str]:
    notes = []
    marked = sum(file.claim.late for file in files)
    if marked:
        as_what = "as late by the shortest time that costs something" if policy and policy.cost else "as late"
        notes.append(f"Canvas marks {marked} of the files as late, and does not say by how much: they count {as_what}.")
    untimed = sum(1 for one in submissions if not one.handed_in)
    if policy and any(file.claim.form == "moodle" for file in files) and untimed:
        notes.append(
            f"Moodle's download does not say when work was handed in: submissions count as in time ({untimed} of "
            f"{len(submissions)}). Its grading worksheet does say it: give that as the roster."
        )
    return notes
