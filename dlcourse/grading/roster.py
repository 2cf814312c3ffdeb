"""Who is in the class, and whose work a file is."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from dlcourse.grading.records import Student

# What the columns are called by Canvas's gradebook, Moodle's exports, and by people who write their own list.
_COLUMNS = {
    "name": ("student", "name", "full name", "fullname", "student name", "first name / last name", "display name"),
    "first": ("first name", "firstname", "given name", "first"),
    "last": ("last name", "lastname", "surname", "family name", "last"),
    "email": ("email", "email address", "e-mail", "mail"),
    "login": ("sis login id", "login", "username", "user name", "login id", "user"),
    "sis": ("sis user id", "sis id", "student id", "student number", "matriculation number", "id number"),
    "canvas": ("id", "canvas id", "canvas user id"),
    "moodle": ("identifier", "moodle id"),
    "section": ("section", "group", "groups"),
    "handed in": ("last modified (submission)",),
}
_NOBODY = ("points possible", "student, test", "test student")  # rows of Canvas's export that are no students
# As Moodle writes times in English, with the clock of 12 or of 24 hours.
_TIMES = ("%A, %d %B %Y, %I:%M %p", "%A, %d %B %Y, %H:%M", "%d/%m/%Y, %H:%M", "%d %B %Y, %I:%M %p")
_CLOSE = 0.6  # how alike a name must be to be suggested


class RosterError(ValueError):
    """A roster that cannot be read; the message says what is missing."""


def read_roster(path: Path) -> list[Student]:
    """The students that a CSV file lists.

    The first line names the columns; there must be names (in one column or two), logins or numbers. Comma, semicolon
    and tab separate; UTF-8, UTF-16 and Latin-1 are understood.

    Raises:
        RosterError: the file is no such table, or lists the same login twice.
        OSError: it cannot be read.
    """
    head, rows = _rows(path)
    columns = _found_columns(head)
    if not columns.keys() & {"name", "last", "login", "moodle"}:
        there = f" Its columns are {', '.join(map(repr, head[:12]))}." if any(head) else ""
        raise RosterError(
            f"{path}: the first line must name the columns, with a column for the name (such as Student, or First "
            f"name and Last name) or for the login (such as Username).{there}"
        )
    students: dict[str, Student] = {}
    for number, row in rows:
        student = _student(row, columns)
        if student is None:
            continue
        if student.key in students:
            raise RosterError(
                f"{path}, line {number}: {student.name or student.key} stands there twice. Where two students have one "
                "name, a column with their logins must tell them apart."
            )
        students[student.key] = student
    if not students:
        raise RosterError(f"{path} lists no students.")
    return list(students.values())


def _rows(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The names of the columns, and the rows with the numbers of their lines."""
    text = _decoded(path.read_bytes())
    told = re.match(r"sep=(.)\r?\n", text)  # as Excel does
    text = text[told.end() :] if told else text
    head = text.lstrip("\r\n").partition("\n")[0]
    separator = told[1] if told else max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        rows = [(reader.line_num + bool(told), row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise RosterError(f"{path}, line {reader.line_num}: this is no table in CSV ({error}).") from error
    return (rows[0][1], rows[1:]) if rows else ([], [])


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _found_columns(head: list[str]) -> dict[str, int]:
    known = {label: what for what, labels in _COLUMNS.items() for label in labels}
    found: dict[str, int] = {}
    for place, label in enumerate(head):
        what = known.get(" ".join(label.split()).casefold())
        if what and what not in found:
            found[what] = place
    return found


def _student(row: list[str], columns: dict[str, int]) -> Student | None:
    values = {what: row[place].strip() if place < len(row) else "" for what, place in columns.items()}
    name = values.get("name", "")
    if values.get("last"):
        name = f"{values.get('first', '')} {values['last']}".strip()
    key = values.get("login") or values.get("email", "").partition("@")[0] or values.get("sis") or values.get("canvas")
    key = key or name or values.get("moodle", "")
    if name.casefold() in _NOBODY or not key:
        return None
    ids = {what: values[what] for what in ("canvas", "moodle", "sis", "login", "section") if values.get(what)}
    if "moodle" in ids:
        ids["moodle"] = ids["moodle"].removeprefix("Participant ")
    return Student(
        as_key(key), _in_order(name), values.get("email", ""), ids, handed_in=_moment(values.get("handed in", ""))
    )


def _moment(text: str) -> str:
    """A time as Moodle's grading worksheet tells it, as ISO 8601 on this machine's clock; "" if it is none."""
    text = " ".join(text.split())
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).astimezone().isoformat(timespec="seconds")
        except ValueError:
            continue
    return ""


def _in_order(name: str) -> str:
    """``"Family, Given"`` as ``"Given Family"``."""
    family, comma, given = name.partition(",")
    return f"{given.strip()} {family.strip()}" if comma else name


def as_key(text: str) -> str:
    """Letters, digits, ``.``, ``_`` and ``-`` alone, fit for the name of a file everywhere."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", _folded(text)).strip("-._")
    if len(plain) > _LONGEST_KEY:
        plain = f"{plain[: _LONGEST_KEY - 9].rstrip('-._')}-{short_hash(text)}"
    # Names in other scripts have nothing left: their characters' numbers then tell them apart.
    key = plain or "-".join(f"{ord(character):x}" for character in text[:8]) or "nobody"
    return f"{key}-" if key.partition(".")[0] in _DEVICES else key


_LONGEST_KEY = 60
_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}  # of Windows


def short_hash(text: str) -> str:
    """Eight digits that tell a text from others."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


class Roster:
    """Finds students by number or name."""

    def __init__(self, students: Iterable[Student]) -> None:
        self.students = list(students)
        self._by_number: dict[tuple[str, str], Student] = {}
        self._by_any: dict[str, set[str]] = {}
        self._by_name: dict[str, set[str]] = {}
        self._by_key = {student.key: student for student in self.students}
        for student in self.students:
            numbers = {what: number for what, number in student.ids.items() if what != "section"}
            for what, number in numbers.items():
                self._by_number.setdefault((what, number.casefold()), student)
            for number in {student.key, student.email, *numbers.values()} - {""}:
                self._by_any.setdefault(number.casefold(), set()).add(student.key)
            for form in _forms(student.name):
                self._by_name.setdefault(form, set()).add(student.key)

    def find(self, name: str, system: str = "", number: str = "") -> Student | None:
        """The student whom a system calls by this number, or who has this name or number alone; None otherwise.

        Args:
            name: a name in any order, a login, an email address or a number.
            system: ``"canvas"`` or ``"moodle"``: a number of the one says nothing about the other.
            number: what it calls the student, or "".
        """
        if (system, number.casefold()) in self._by_number:
            return self._by_number[system, number.casefold()]
        found = self.namesakes(name)
        return found[0] if len(found) == 1 else None

    def namesakes(self, name: str) -> list[Student]:
        """All students who can be meant by a name; if nobody has it as a whole, those whose number is a part of it."""
        keys = self._by_any.get(name.strip().casefold()) or self._named(name)
        if not keys:
            # Numbers and logins such as s4021 alone: one without digits can be another student's name.
            parts = [part.casefold() for part in re.split(r"[\s_,()]+", name) if _NUMBER.search(part)]
            keys = set().union(*(self._by_any.get(part, set()) for part in parts))
        return [self._by_key[key] for key in sorted(keys)]

    def _named(self, name: str) -> set[str]:
        return set().union(*(self._by_name.get(form, set()) for form in _forms(name)))

    def nearest(self, name: str) -> list[str]:
        """Names of the roster that look most like this one."""
        close = difflib.get_close_matches(_squashed(name), self._by_name, n=3, cutoff=_CLOSE)
        found = [self._by_key[key].name for form in close for key in sorted(self._by_name[form])]
        return list(dict.fromkeys(found))


_NUMBER = re.compile(r"\d.*\d.*\d")
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})


def _folded(text: str) -> str:
    """Without capitals and accents, as far as letters have a plain form."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)


def _squashed(name: str) -> str:
    """Letters and digits alone, without accents and capitals."""
    return "".join(character for character in _folded(name) if character.isalnum())


def _forms(name: str) -> Iterator[str]:
    """A name squashed, in the orders that people and Canvas (``familygiven``) write it, and with ä as ae."""
    spelt = re.sub("[äöüÄÖÜ]", lambda umlaut: f"{_folded(umlaut[0])}e", unicodedata.normalize("NFC", name))
    for one in {name, spelt}:
        words = one.replace(",", " ").split()
        for cut in range(max(len(words), 1)):
            form = _squashed(" ".join([*words[cut:], *words[:cut]]))
            if form:
                yield form
