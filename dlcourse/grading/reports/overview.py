"""What the instructor's page says of the class: counted student by student, so that memory stays flat."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dlcourse import exercises
from dlcourse.grading.gradebook import Entry, Gradebook
from dlcourse.grading.records import Student

_MOST_MISTAKES = 20
_NEEDS_HELP = 0.5  # below this share of the points
_BINS = 10


@dataclass
class Row:
    """A line of the table of students."""

    student: Student
    points: float
    share: float
    by_lesson: dict[str, float]
    not_started: int
    late: bool
    remark: str


@dataclass
class Tally:
    """How a class did at an exercise."""

    lesson: str
    name: str
    most: float
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        """Of how many students there is a notebook."""
        return self.counts.total()

    def share(self, *statuses: str) -> float:
        """Which part of them has one of these statuses, in percent."""
        return 100 * sum(self.counts[status] for status in statuses) / max(self.number, 1)


class Overview:
    """Gathers what the page shows; :meth:`add` takes one student after the other."""

    def __init__(self, book: Gradebook) -> None:
        self.tallies = {
            (lesson, name): Tally(lesson, name, most) for lesson, name, most in book.exercises()
        }  # fmt: skip
        self.lessons: dict[str, float] = {}
        for tally in self.tallies.values():
            self.lessons[tally.lesson] = self.lessons.get(tally.lesson, 0) + tally.most
        self.most = sum(self.lessons.values())
        self.rows: list[Row] = []
        self.names: dict[str, str] = {}
        self._mistakes: Counter[tuple[str, str]] = Counter()

    def add(self, student: Student, entries: list[Entry]) -> None:
        """Count one student's attempts that count."""
        total = sum(entry.final for entry in entries)
        not_started = 0
        for entry in entries:
            for one in entry.grade.exercises:
                self.tallies[entry.grade.lesson, one.exercise].counts[one.status] += 1
                not_started += one.status in ("not started", "missing")
                if one.mistake:
                    self._mistakes[one.exercise, one.mistake] += 1
        by_lesson = {entry.grade.lesson: entry.final for entry in entries if entry.grade.exercises}
        share = total / self.most if self.most else 0.0
        late = any(entry.late for entry in entries)
        remark = _remark(student, entries)
        self.names[student.key] = student.name or student.key
        self.rows.append(Row(student, total, share, by_lesson, not_started, late, remark))

    @property
    def mistakes(self) -> list[tuple[str, str, int]]:
        """The most common recorded mistakes: exercise, the sentence that helps, how many made it."""
        found = []
        for (name, mistake), number in self._mistakes.most_common(_MOST_MISTAKES):
            sentences = {one.name: one.sentence for one in exercises.get(name).mistakes}
            found.append((name, sentences.get(mistake, mistake), number))
        return found

    @property
    def in_need(self) -> list[Row]:
        """Who handed in nothing, could not be graded, or has few points; those with least first."""
        rows = [row for row in self.rows if row.remark or row.share < _NEEDS_HELP]
        return sorted(rows, key=lambda row: (row.share, row.student.key))

    @property
    def bins(self) -> list[int]:
        """How many students have 0 to 10 % of the points, 10 to 20 %, and so on."""
        counts = Counter(min(int(row.share * _BINS), _BINS - 1) for row in self.rows)
        return [counts[i] for i in range(_BINS)]

    @property
    def median(self) -> float:
        """The middle share of the points, in percent."""
        shares = sorted(row.share for row in self.rows)
        half = len(shares) // 2
        return 100 * (shares[half] + shares[~half]) / 2 if shares else 0.0


def _remark(student: Student, entries: list[Entry]) -> str:
    if not entries:
        return "nothing handed in"
    problems = [entry.grade.problem for entry in entries if entry.grade.problem]
    if problems:
        return problems[0]
    return "" if student.on_roster else "not on the roster"
