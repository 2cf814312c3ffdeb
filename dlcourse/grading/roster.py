"""Who is in the class, and whose work a file is."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from dlcourse.grading.records import Student

# What the columns are called by Canvas's gradebook, Moodle's exports, and by people who write their own list.
_COLUMNS = {
    "name": ("student", "name", "full name", "fullname", "student name"),
    "first": ("first name", "firstname", "given name", "first"),
    "last": ("last name", "lastname", "surname", "family name", "last"),
    "email": ("email", "email address", "e-mail", "mail"),
    "login": ("sis login id", "login", "username", "user name", "login id", "user"),
    "sis": ("sis user id", "student id", "student number", "matriculation number", "id number"),
    "canvas": ("id", "canvas id"),
    "moodle": ("identifier", "moodle id"),
    "section": ("section", "group", "groups"),
}
_CLOSE = 0.6  # how alike a name must be to be suggested


class RosterError(ValueError):
    """A roster that cannot be read; the message says what is missing."""


def read_roster(path: Path) -> list[Student]:
    """The students that a CSV file lists.

    The first line names the columns; there must be names (in one column or two) or logins. Comma, semicolon and
    tab separate; UTF-8 and Latin-1 are understood.

    Raises:
        RosterError: the file is no such table, or lists the same login twice.
        OSError: it cannot be read.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    columns = _found_columns(rows[0] if rows else [])
    if not columns.keys() & {"name", "last", "login"}:
        raise RosterError(
            f"{path}: the first line must name the columns, with a column for the name (such as Student, or First "
            "name and Last name) or for the login (such as Username)."
        )
    students: dict[str, Student] = {}
    for number, row in enumerate(rows[1:], start=2):
        student = _student(row, columns)
        if student is None:
            continue
        if student.key in students:
            raise RosterError(f"{path}, line {number}: {student.name or student.key} stands there twice.")
        students[student.key] = student
    if not students:
        raise RosterError(f"{path} lists no students.")
    return list(students.values())


def _found_columns(head: list[str]) -> dict[str, int]:
    known = {label: what for what, labels in _COLUMNS.items() for label in labels}
    found: dict[str, int] = {}
    for place, label in enumerate(head):
        what = known.get(label.strip().casefold())
        if what and what not in found:
            found[what] = place
    return found


def _student(row: list[str], columns: dict[str, int]) -> Student | None:
    values = {what: row[place].strip() if place < len(row) else "" for what, place in columns.items()}
    name = values.get("name", "")
    if values.get("last"):
        name = f"{values.get('first', '')} {values['last']}".strip()
    if name.casefold() == "points possible" or not (name or values.get("login")):
        return None  # Canvas's second line, and empty ones
    email, login = values.get("email", ""), values.get("login", "")
    ids = {what: values[what] for what in ("canvas", "moodle", "sis", "login", "section") if values.get(what)}
    if "moodle" in ids:
        ids["moodle"] = ids["moodle"].removeprefix("Participant ")
    key = login or email.partition("@")[0] or values.get("sis") or values.get("canvas") or name
    return Student(as_key(key), _in_order(name), email, ids)


def _in_order(name: str) -> str:
    """``"Family, Given"`` as ``"Given Family"``."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name


def as_key(text: str) -> str:
    """Letters, digits, ``.``, ``_`` and ``-`` alone, fit for the name of a file everywhere."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9._-]+", "-", plain).strip("-._")[:60]
    # Names in other scripts have nothing left: their characters' numbers then tell them apart.
    return key or "-".join(f"{ord(character):x}" for character in text[:12]) or "nobody"


class Roster:
    """Finds students by number or name."""

    def __init__(self, students: Iterable[Student]) -> None:
        self.students = list(students)
        self._by_id: dict[str, Student] = {}
        self._by_name: dict[str, list[Student]] = {}
        for student in self.students:
            identifiers = {student.key, *(v for what, v in student.ids.items() if what != "section"), student.email}
            for identifier in identifiers - {""}:
                self._by_id.setdefault(identifier.casefold(), student)
            for form in _forms(student.name):
                self._by_name.setdefault(form, []).append(student)

    def find(self, name: str, *numbers: str) -> Student | None:
        """The student with one of the numbers, or else with this name if there is only one; None otherwise."""
        for number in (*numbers, name):
            if number.casefold() in self._by_id:
                return self._by_id[number.casefold()]
        found = {student.key: student for form in _forms(name) for student in self._by_name.get(form, [])}
        return next(iter(found.values())) if len(found) == 1 else None

    def nearest(self, name: str) -> list[str]:
        """Names of the roster that look most like this one."""
        close = difflib.get_close_matches(_squashed(name), self._by_name, n=3, cutoff=_CLOSE)
        return list(dict.fromkeys(student.name for form in close for student in self._by_name[form]))


def _squashed(name: str) -> str:
    """Letters and digits alone, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())


def _forms(name: str) -> Iterator[str]:
    """A name squashed, in the orders that people and Canvas (``familygiven``) write it."""
    words = name.replace(",", " ").split()
    yield _squashed(name)
    for cut in range(1, len(words)):
        yield _squashed(" ".join([*words[cut:], *words[:cut]]))
