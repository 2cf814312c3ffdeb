"""What the instructor's page says of the class: counted student by student, so that memory stays flat."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dlcourse.grading.gradebook import Entry, Gradebook
from dlcourse.grading.records import ExerciseGrade, Student, tidy_points

_MOST_MISTAKES = 20
_MOST_IN_NEED = 50
_NEEDS_HELP = 0.5  # below this share of the points
_BINS = 10


@dataclass
class Row:
    """A line of the table of students.

    Attributes:
        student: who.
        points, share: the points that count, and which part that is of all there are.
        earned: the share before lateness counts.
        by_lesson: lesson -> points.
        not_started: how many exercises.
        late: whether something came late.
        remark: what is not as it should be, or "".
    """

    student: Student
    points: float
    share: float
    earned: float
    by_lesson: dict[str, float]
    not_started: int
    late: bool
    remark: str

    @property
    def why(self) -> str:
        """Why the student may need help."""
        if self.remark:
            return self.remark
        open_ones = f", {self.not_started} exercises not started" if self.not_started > 1 else ""
        return f"{100 * self.earned:.0f} % of the points{open_ones}"


@dataclass
class Tally:
    """How a class did at an exercise."""

    lesson: str
    name: str
    most: float
    counts: Counter[str] = field(default_factory=Counter)
    points: float = 0.0

    @property
    def number(self) -> int:
        """Of how many students there is a notebook."""
        return self.counts.total()

    @property
    def mean(self) -> float:
        """The points of an average notebook."""
        return self.points / max(self.number, 1)

    @property
    def shares(self) -> dict[str, float]:
        """Kind -> which part of the notebooks, in percent."""
        kinds = {"right": ("right",), "partly": ("partly",), "wrong": ("wrong", "stopped")}
        kinds["none"] = ("not started", "missing")
        total = max(self.number, 1)
        return {kind: 100 * sum(self.counts[status] for status in of_kind) / total for kind, of_kind in kinds.items()}


class Overview:
    """Gathers what the page shows; :meth:`add` takes one student after the other."""

    def __init__(self, book: Gradebook) -> None:
        self.tallies = {(lesson, name): Tally(lesson, name, most) for lesson, name, most in book.exercises()}
        self.lessons = book.full_points()
        self.most = tidy_points(sum(self.lessons.values()))
        self.rows: list[Row] = []
        self.names: dict[str, str] = {}
        self.number_handed_in = 0
        self.number_ungraded = 0
        self._mistakes: Counter[tuple[str, str]] = Counter()

    def add(self, student: Student, entries: list[Entry]) -> None:
        """Count one student's attempts that count."""
        handed_in = [entry for entry in entries if entry.attempt]
        graded = [entry for entry in entries if entry.is_graded]
        for entry in graded:
            for one in entry.grade.exercises:
                self._count(entry, one)
        self.number_handed_in += bool(handed_in)
        self.number_ungraded += len(handed_in) > len(graded)
        self.names[student.key] = student.name or student.key
        statuses = Counter(one.status for entry in graded for one in entry.grade.exercises)
        self.rows.append(
            Row(
                student,
                points=tidy_points(sum(entry.final for entry in entries)),
                share=self._share(sum(entry.final for entry in entries)),
                earned=self._share(sum(entry.earned for entry in entries)),
                by_lesson={entry.grade.lesson: entry.final for entry in entries if entry.grade.lesson},
                not_started=statuses["not started"] + statuses["missing"],
                late=any(entry.late for entry in entries),
                remark=_remark(student, handed_in),
            )
        )

    def _count(self, entry: Entry, one: ExerciseGrade) -> None:
        key = (entry.grade.lesson, one.exercise)
        tally = self.tallies.setdefault(key, Tally(*key, one.max_points))
        tally.counts[one.status] += 1
        tally.points += entry.points_of(one)
        if one.mistake:
            self._mistakes[one.exercise, one.sentence] += 1

    def _share(self, points: float) -> float:
        return points / self.most if self.most else 0.0

    @property
    def mistakes(self) -> list[tuple[str, str, int]]:
        """The most common recorded mistakes: exercise, the sentence that helps, how many made it."""
        found = sorted(self._mistakes.items(), key=lambda one: (-one[1], one[0]))
        return [(name, sentence, number) for (name, sentence), number in found[:_MOST_MISTAKES]]

    @property
    def in_need(self) -> list[Row]:
        """Who handed in nothing, could not be graded, or has few points; those with least first."""
        rows = [row for row in self.rows if row.remark or row.earned < _NEEDS_HELP]
        return sorted(rows, key=lambda row: (row.earned, row.student.key))

    @property
    def in_need_shown(self) -> list[Row]:
        """The first of them."""
        return self.in_need[:_MOST_IN_NEED]

    @property
    def number_missing(self) -> int:
        """How many handed in nothing."""
        return len(self.rows) - self.number_handed_in

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


def _remark(student: Student, handed_in: list[Entry]) -> str:
    if not handed_in:
        return "nothing handed in"
    problems = [f"could not be graded: {entry.grade.problem}" for entry in handed_in if entry.grade.problem]
    if problems:
        return problems[0]
    return "" if student.on_roster else "not on the roster"
