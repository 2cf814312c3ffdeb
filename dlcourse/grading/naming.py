"""Whose work a file is, as its name says: the naming rules of Moodle and Canvas, folders, and loose files.

Moodle (``mod/assign/classes/downloader.php``, before 4.1 ``locallib.php``): ``NAME_NUMBER_assignsubmission_file``, then
the student's path, or ``_`` and the file where folders were switched off. NAME is the full name without underscores, or
"Participant" where names are hidden; older versions put ``GROUP-`` in front, newer ones give a group's work under
``GROUP_NUMBER``, or under the words for "default group" without a number.

Canvas (``lib/content_zipper.rb``): ``NAME[_LATE]_USER_FILE_WORK``, all in one folder. NAME is the family name and the
given names in lower case, letters and digits alone; USER and FILE are numbers. Where names are hidden, it is
``[LATE_]anon_CODE_FILE_WORK``. Typed texts end in ``_text.html``, links in ``_link.html``. What is handed in again
under the same name has ``-1``, ``-2`` behind it.

Neither puts the time at which work was handed in into the archive.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dlcourse import course

_MOODLE = re.compile(
    r"(?:^|/)(?P<name>[^/]+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<kind>[a-z]+)_?(?P<work>[^/]*)(?P<below>/.*)?$"
)
_CANVAS = re.compile(r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<number>\d+)_(?P<file>\d+)_(?P<work>.+)")
_CANVAS_ANONYMOUS = re.compile(r"(?P<late>LATE_)?anon_(?P<code>[A-Za-z0-9]+)_(?P<file>\d+)_(?P<work>.+)")
_CANVAS_TYPED = re.compile(r"\w+_(?:text|link)\.html")
_AGAIN = re.compile(r"(?:-| ?\()(?P<again>[1-9]\d?)\)?$")
_LESSON_FOLDER = re.compile(r"(?:lesson|week|unit|homework|hw|assignment|exercises?|ps)[ _-]*\d{1,2}", re.I)
_NAMES = {stop.name.casefold(): stop.number for stop in course.LESSONS}
SUFFIX = ".ipynb"


@dataclass(frozen=True)
class Claim:
    """Whose a file says it is.

    Attributes:
        form: ``"folders"``, ``"moodle"`` or ``"canvas"``.
        name: of the student, in whatever order and spelling.
        number: what the system calls the student; "" if it does not say.
        lesson: two digits where the name holds a lesson's own, else "".
        again: how often the same name had been handed in before.
        order: the later of two files has the larger number, as far as the system tells.
        late: whether the system says so.
        anonymous: whether the system hides the name.
    """

    form: str
    name: str
    number: str = ""
    lesson: str = ""
    again: int = 0
    order: int = 0
    late: bool = False
    anonymous: bool = False


def is_notebook(place: str) -> bool:
    """Whether a file is called like a notebook."""
    return place.lower().endswith(SUFFIX)


def is_moodle(place: str) -> bool:
    """Whether a name can only be Moodle's."""
    return _MOODLE.search(place) is not None


def is_canvas(place: str) -> bool:
    """Whether a name can be Canvas's, which gives no folders; others' can look like it."""
    top = next((part for part in place.split("/") if not is_of_lesson(part)), "")
    return _CANVAS.fullmatch(top) is not None or _CANVAS_ANONYMOUS.fullmatch(top) is not None


def is_typed(place: str) -> bool:
    """Whether it is a text or a link that was typed into Moodle or Canvas."""
    found = _MOODLE.search(place)
    return found["kind"] != "file" if found else _CANVAS_TYPED.fullmatch(place.rpartition("/")[2]) is not None


def is_of_lesson(folder: str) -> bool:
    """Whether a folder is called like a lesson, and so not like a student."""
    return folder.casefold() in _NAMES or _LESSON_FOLDER.fullmatch(folder) is not None


def claim(place: str, forms: Collection[str], called: Collection[str] = ()) -> Claim:
    """Whose a file is.

    Args:
        place: its name with folders.
        forms: those of ``"moodle"`` and ``"canvas"`` that its name may have.
        called: the names (without suffix) of all files beside it, to tell ``work-2`` from ``student-2``.
    """
    work = place.rpartition("/")[2]
    lesson = lesson_of(place)
    moodle = _MOODLE.search(place) if "moodle" in forms else None
    if moodle:
        file = work if moodle["below"] else moodle["work"]
        again = _counted_from_two(_without_number(_stem(file))[1]) if lesson_of(file) else 0
        return Claim("moodle", moodle["name"], moodle["number"] or "", lesson, again)
    for part in place.split("/") if "canvas" in forms else ():
        anonymous, canvas = _CANVAS_ANONYMOUS.fullmatch(part), _CANVAS.fullmatch(part)
        found = anonymous or canvas
        if found:
            name = f"anon {found['code']}" if anonymous else found["name"]
            number = "" if anonymous else found["number"]
            again = _without_number(_stem(found["work"]))[1]
            late = bool(found["late"])
            return Claim("canvas", name, number, lesson, again, int(found["file"]), late, anonymous is not None)
    return _by_folder(place.split("/"), lesson, called)


def lesson_of(place: str) -> str:
    """The lesson whose own name stands in a file's, or else in a folder's; "" if none does."""
    for part in reversed(place.casefold().split("/")):
        found = [number for name, number in _NAMES.items() if name in part]
        if found:
            return found[0]
    return ""


def _by_folder(parts: Sequence[str], lesson: str, called: Collection[str]) -> Claim:
    """``alice/04_backprop.ipynb``, ``alice.ipynb``, ``04_alice.ipynb``, ``04_backprop/alice.ipynb``."""
    folders = [part for part in parts[:-1] if not is_of_lesson(part)]
    stem = _stem(parts[-1])
    base, again = _without_number(stem)
    if not (lesson_of(base) or base in called):
        base, again = stem, 0  # the number may tell students apart, as in student-1, student-2
    again = _counted_from_two(again)
    if folders:
        return Claim("folders", folders[0], lesson=lesson, again=again)
    return Claim("folders", _without_lesson(base) or base, lesson=lesson, again=again)


def _without_lesson(stem: str) -> str:
    """``alice_04_backprop`` and ``04_alice`` are alice's."""
    for name in _NAMES:
        stem = re.sub(re.escape(name), "", stem, flags=re.I)
    front = re.match(r"(\d\d)[_ -]+", stem)
    return stem[front.end() if front and front[1] in _NAMES.values() else 0 :].strip("_- ")


def _without_number(stem: str) -> tuple[str, int]:
    """``work-2`` and ``work (2)`` as ``work`` and 2."""
    found = _AGAIN.search(stem)
    return (stem[: found.start()], int(found["again"])) if found and found.start() else (stem, 0)


def _counted_from_two(number: int) -> int:
    """People call the second one 2, Canvas 1."""
    return max(number - 1, 1) if number else 0


def _stem(name: str) -> str:
    return name[: -len(SUFFIX)] if is_notebook(name) else name
