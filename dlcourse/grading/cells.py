"""Read a submitted notebook, and decide which of its cells must run to grade it.

The file may be anything, and whoever wrote it may lie: ids and metadata are hints, what counts is what the code
defines. Nothing is executed here.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from dlcourse import exercises, lecture
from dlcourse.exercises import Exercise
from dlcourse.grading import bindings
from dlcourse.grading.magics import as_python

MOST_BYTES = 20 * 2**20
_MOST_CELLS = 2000
_LONGEST_CELL = 100_000  # characters
_MOST_CODE = 250_000  # characters in all cells; the lessons have 35,000
_MOST_MEMORY = 400 * 2**20  # that the parsed file may take, as far as its text can tell
_LONGEST_ANSWER = 200  # lines that a report shows
_ONLY_SHOWN = {"check", "hint", "solution", "progress"}
_SET_UP = {"np", "plt", "dlcourse", "check", "hint", "nn", "optim", "progress", "solution", "display", "get_ipython"}
_LESSON = re.compile(r"\d\d")


class NotANotebook(ValueError):
    """A file that cannot be graded; the message says why, in a sentence for its author."""


@dataclass(frozen=True)
class Cell:
    """A code cell as it was handed in.

    Attributes:
        number: its place in the notebook, text cells counted, from 1.
        source: its text.
    """

    number: int
    source: str


@dataclass(frozen=True)
class Notebook:
    """The code cells of a file, and the lesson that it says it belongs to, or ""."""

    cells: list[Cell]
    lesson: str = ""


@dataclass(frozen=True)
class PlannedCell:
    """A cell that must run.

    Attributes:
        id: unique in the plan.
        code: Python; magics and the like are turned into calls of ``get_ipython()``.
        number: its place in the student's notebook, from 1.
        defines: the names that it binds at its top level.
        answers: the exercises that are asked of what it defines, whatever later cells do to their names.
    """

    id: str
    code: str
    number: int
    defines: frozenset[str]
    answers: tuple[str, ...] = ()


@dataclass
class Plan:
    """What must run, in order, and which exercises it answers.

    Attributes:
        lesson: two digits.
        cells: the cells that must run.
        answers: name of an exercise -> the student's own text.
        untouched: exercises whose stub was left as it was.
        notes: sentences on the notebook as a whole.
        exercise_notes: name of an exercise -> sentences on its answer.
    """

    lesson: str
    cells: list[PlannedCell] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    untouched: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    exercise_notes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


# --- the file ------------------------------------------------------------------------------------


def read(content: bytes) -> Notebook:
    """The code cells of a submitted file.

    Raises:
        NotANotebook: it is too large, or no notebook.
    """
    data = _json(content)
    if not isinstance(data, dict) or not isinstance(data.get("nbformat"), int):
        raise NotANotebook("This is JSON, but no notebook: hand in the .ipynb file itself.")
    if data["nbformat"] not in (3, 4):
        raise NotANotebook(f"This notebook has the format {data['nbformat']}: open it in Jupyter and save it again.")
    raw = list(_raw_cells(data))
    if len(raw) > _MOST_CELLS:
        raise NotANotebook(f"This notebook has {len(raw):,} cells; at most {_MOST_CELLS:,} are graded.")
    found = [Cell(i, text) for i, cell in enumerate(raw, start=1) if (text := _source(cell)) is not None]
    long = [cell.number for cell in found if len(cell.source) > _LONGEST_CELL]
    if long:
        raise NotANotebook(f"Cell {long[0]} has more than {_LONGEST_CELL:,} characters: shorten it.")
    if sum(len(cell.source) for cell in found) > _MOST_CODE:
        raise NotANotebook(f"The code of this notebook has more than {_MOST_CODE:,} characters: shorten it.")
    return Notebook(found, _stated_lesson(data.get("metadata")))


def _json(content: bytes) -> Any:
    if len(content) > MOST_BYTES:
        raise NotANotebook(f"The file has more than {MOST_BYTES // 2**20} MB: clear the outputs and hand it in again.")
    _refuse_other_formats(content)
    # Small things, such as millions of empty lists, take far more memory than text.
    if 250 * content.count(b"{") + 60 * (content.count(b"[") + content.count(b",")) > _MOST_MEMORY:
        raise NotANotebook("The file holds far more than a notebook needs: clear the outputs and hand it in again.")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotANotebook("The file is no text in UTF-8, as a notebook is: hand in the .ipynb file itself.") from None
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) - len("\\u123") or "Unterminated" in error.msg:
            raise NotANotebook("The file ends in the middle: it was not uploaded whole. Hand it in again.") from None
        raise NotANotebook("The file cannot be read as a notebook: hand in the .ipynb file itself.") from None
    except (RecursionError, ValueError):
        raise NotANotebook("The file is built in a way that no notebook is.") from None


def _refuse_other_formats(content: bytes) -> None:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise NotANotebook("The file is empty.")
    if start.startswith(b"PK"):
        raise NotANotebook("This is an archive (zip): hand in the .ipynb file itself.")
    if start.startswith(b"%PDF"):
        raise NotANotebook("This is a PDF: hand in the .ipynb file itself.")
    if start.startswith(b"<"):
        raise NotANotebook("This is a web page, not the notebook: download the .ipynb file and hand that in.")
    if re.search(rb"^<{7} ", content, re.M) and re.search(rb"^>{7} ", content, re.M):
        raise NotANotebook("The file holds the marks of a git conflict (<<<<<<<): settle it and hand it in again.")
    if not start.startswith((b"{", b"[")):
        raise NotANotebook("This is no notebook: hand in the .ipynb file itself, not the code or a copy of the text.")


def _raw_cells(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    sheets = data.get("worksheets") if data["nbformat"] == 3 else [data]
    for sheet in sheets if isinstance(sheets, list) else []:
        raw = sheet.get("cells") if isinstance(sheet, dict) else None
        yield from (cell for cell in raw or [] if isinstance(cell, dict)) if isinstance(raw, list) else ()


def _source(cell: dict[str, Any]) -> str | None:
    """The text of a code cell; None for others."""
    if cell.get("cell_type") != "code":
        return None
    text = cell.get("source", cell.get("input", ""))
    if isinstance(text, list):
        text = "".join(line for line in text if isinstance(line, str))
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else ""


def _stated_lesson(metadata: Any) -> str:
    course = metadata.get("dlcourse") if isinstance(metadata, dict) else None
    lesson = course.get("lesson") if isinstance(course, dict) else None
    return lesson if isinstance(lesson, str) and _LESSON.fullmatch(lesson) else ""


# --- the plan ------------------------------------------------------------------------------------


def plan(notebook: Notebook, lesson: str = "") -> Plan:
    """Which cells must run: those that define an answer, and those that the student added or changed.

    Of a lecture cell that was left alone, what an answer needs of it runs: imports, functions, written numbers.

    Args:
        notebook: as :func:`read` gives it.
        lesson: two digits, or "" to find out.

    Raises:
        NotANotebook: it belongs to another lesson, or to none.
    """
    parsed = [_Parsed(cell) for cell in notebook.cells]
    found = Plan(_lesson_of(parsed, notebook.lesson, lesson))
    of_lesson = {exercise.name: exercise for exercise in exercises.for_lesson(found.lesson)}
    handed_out = lecture.known(found.lesson)
    where: dict[str, list[_Parsed]] = defaultdict(list)
    running, lectures = [], []
    for cell in parsed:
        if cell.untouched_stub in of_lesson:
            found.untouched.add(cell.untouched_stub)
        if cell.fingerprint in handed_out:
            lectures.append(cell)
            continue
        stubs = cell.stubs_of(of_lesson)
        found.untouched |= stubs
        if cell.is_empty or cell.only_shows or (stubs and stubs == cell.names):
            continue
        cell.leave_out(stubs)
        running.append(cell)
        for name in (cell.names & of_lesson.keys()) - stubs:
            where[name].append(cell)
    answering = {name: _answering(found, name, cells) for name, cells in where.items()}
    lent = _Lent(running, lectures, of_lesson.keys() | _SET_UP)
    for name, cell in answering.items():
        found.exercise_notes[name] += lent.to(cell)
    planned = [_planned(cell, answering) for cell in running] + lent.cells()
    found.cells = sorted(planned, key=lambda one: one.number)
    found.notes = [f"Cell {cell.number} is not Python: {cell.problem}" for cell in running if cell.problem]
    found.notes += _doubts(found, parsed)
    found.untouched -= where.keys()
    return found


def _planned(cell: _Parsed, answering: dict[str, _Parsed]) -> PlannedCell:
    answers = tuple(name for name, chosen in answering.items() if chosen is cell)
    return PlannedCell(f"cell-{cell.number}", cell.code, cell.number, cell.names, answers)


def _answering(found: Plan, name: str, cells: list[_Parsed]) -> _Parsed:
    """The cell whose definition counts: the last with ``def`` or ``class``, or the last that gives the name a value.

    A cell that is no Python counts where there is no other.
    """
    sound = [cell for cell in cells if cell.tree is not None] or cells
    defining = [cell for cell in sound if name in cell.definitions] or sound
    last = defining[-1]
    lines = last.source.strip("\n").split("\n")
    more = [f"... ({len(lines)} lines in all)"] if len(lines) > _LONGEST_ANSWER else []
    found.answers[name] = "\n".join([*lines[:_LONGEST_ANSWER], *more])
    if len(defining) > 1:
        numbers = ", ".join(str(cell.number) for cell in defining)
        found.exercise_notes[name].append(f"Cells {numbers} all define {name}: the last one counts.")
    return last


class _Lent:
    """What answers need of lecture cells that were left alone, and so do not run as a whole."""

    def __init__(self, running: list[_Parsed], lectures: list[_Parsed], known: Set[str]) -> None:
        self._known = known
        self._running: dict[str, list[_Parsed]] = defaultdict(list)
        for cell in running:
            for name in cell.names:
                self._running[name].append(cell)
        self._lectures = lectures
        self._taken: dict[int, set[ast.stmt]] = defaultdict(set)  # number of a cell -> statements

    def to(self, answer: _Parsed) -> list[str]:
        """Lend what an answer needs, and what that needs; gives sentences on what cannot be lent."""
        notes = []
        seen: set[str] = set()
        waiting = sorted(bindings.needed(answer.code))
        while waiting:
            name = waiting.pop()
            if name in seen or name in self._known:
                continue
            seen.add(name)
            if name in self._running:
                waiting += [more for cell in self._running[name] for more in bindings.needed(cell.code)]
            elif name in self._lecture_names:
                cell, statements = self._lecture_names[name]
                if all(map(bindings.lends, statements)):
                    self._taken[cell.number].update(statements)
                    waiting += bindings.needed("\n".join(map(ast.unparse, statements)))
                else:
                    notes.append(
                        f"It uses {name} of cell {cell.number}, which grading does not run: an answer gets all that it "
                        "needs as arguments."
                    )
        return sorted(notes)

    @cached_property
    def _lecture_names(self) -> dict[str, tuple[_Parsed, list[ast.stmt]]]:
        """Name -> the last lecture cell that binds it, and the statements that do."""
        found: dict[str, tuple[_Parsed, list[ast.stmt]]] = {}
        for cell in self._lectures:
            here: dict[str, list[ast.stmt]] = defaultdict(list)
            for statement in cell.tree.body if cell.tree else []:
                for name in bindings.bound([statement]):
                    here[name].append(statement)
            found |= {name: (cell, statements) for name, statements in here.items()}
        return found

    def cells(self) -> list[PlannedCell]:
        """What is lent, as cells."""
        by_number = {cell.number: cell for cell in self._lectures}
        return [by_number[number].part(statements) for number, statements in self._taken.items()]


def _lesson_of(parsed: list[_Parsed], stated: str, wanted: str) -> str:
    """The lesson that the cells belong to; what the notebook says of itself is believed if its code says nothing."""
    votes = _votes(parsed)
    likely = stated if votes[stated] or (not votes and stated in _lessons_by_name().values()) else ""
    likely = likely or (votes.most_common(1)[0][0] if votes else "")
    if wanted and (votes[wanted] or likely == wanted):
        return wanted
    if not likely:
        raise NotANotebook("No cell of this notebook defines an exercise of the course.")
    if wanted:
        raise NotANotebook(f"This is the notebook of lesson {likely}; lesson {wanted} was asked for.")
    return likely


def _votes(parsed: list[_Parsed]) -> Counter[str]:
    """Lesson -> how many of its exercises the cells define."""
    names = frozenset().union(*(cell.answers_to for cell in parsed))
    return Counter(_lessons_by_name()[name] for name in sorted(names & _lessons_by_name().keys()))


def _doubts(found: Plan, parsed: list[_Parsed]) -> list[str]:
    votes = _votes(parsed)
    most = max(votes, key=lambda lesson: votes[lesson], default=found.lesson)
    if votes[most] <= votes[found.lesson]:
        return []
    return [f"Most of this notebook belongs to lesson {most}; it was graded as lesson {found.lesson}."]


@cache
def _lessons_by_name() -> dict[str, str]:
    return {exercise.name: exercise.lesson for exercise in exercises.all()}


@cache
def _stubs_by_print() -> dict[str, str]:
    """Fingerprint of a stub as it is handed out -> the exercise's name."""
    return {lecture.fingerprint(exercise.stub): exercise.name for exercise in exercises.all()}


@cache
def _all_handed_out() -> frozenset[str]:
    return frozenset().union(*(lecture.known(lesson) for lesson in set(_lessons_by_name().values())))


# --- a cell --------------------------------------------------------------------------------------


class _Parsed:
    """A cell's code as Python, and what it defines. Parsing waits until it is needed: most cells are known."""

    def __init__(self, cell: Cell) -> None:
        self.number = cell.number
        self.source = cell.source
        self.fingerprint = lecture.fingerprint(cell.source)
        self.untouched_stub = _stubs_by_print().get(self.fingerprint, "")

    @property
    def answers_to(self) -> frozenset[str]:
        """The names that tell the lesson."""
        if self.untouched_stub:
            return frozenset({self.untouched_stub})
        return frozenset() if self.fingerprint in _all_handed_out() else self.names

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that it binds at its top level."""
        return frozenset(bindings.bound(self.tree.body)) if self.tree else _said_to_define(self.source)

    @cached_property
    def definitions(self) -> frozenset[str]:
        """The names that stand behind ``def`` and ``class``."""
        if self.tree is None:
            return _said_to_define(self.source)
        return frozenset(name for name, defined in bindings.bound(self.tree.body).items() if defined)

    @cached_property
    def code(self) -> str:
        """The text as Python."""
        return self._parse()[0]

    @cached_property
    def tree(self) -> ast.Module | None:
        """The parsed code; None, and ``problem`` says why, where it does not parse."""
        return self._parse()[1]

    @cached_property
    def problem(self) -> str:
        """Why it does not parse, or ""."""
        return self._parse()[2]

    def _parse(self) -> tuple[str, ast.Module | None, str]:
        code = self.source
        tree, problem = _parsed(code)
        if tree is None:  # IPython's additions are no Python, so that nothing else needs to be looked through for them
            code = as_python(self.source)
            tree, problem = _parsed(code)
        vars(self).update(code=code, tree=tree, problem=problem)
        return code, tree, problem

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to run."""
        return self.tree is not None and not self.tree.body

    @property
    def only_shows(self) -> bool:
        """Whether the cell does no more than call ``check`` and its kin."""
        return self.tree is not None and all(_calls_only(statement, _ONLY_SHOWN) for statement in self.tree.body)

    def stubs_of(self, of_lesson: dict[str, Exercise]) -> set[str]:
        """The exercises that the cell defines, but does not answer yet."""
        return {name for name in self.names & of_lesson.keys() if self._is_stub(name)}

    def _is_stub(self, name: str) -> bool:
        mine = self._called(name)
        try:
            return bool(mine) and all(_same(node, _stub(name)) or _only_raises(node) for node in mine)
        except RecursionError:  # no stub is nested as deeply as that
            return False

    def _called(self, name: str) -> list[ast.stmt]:
        return [node for node in self.tree.body if getattr(node, "name", "") == name] if self.tree else []

    def leave_out(self, names: set[str]) -> None:
        """Take the definitions of these names out of the code: they would stand in the way of real ones."""
        if names and self.tree is not None:
            dropped = [node for name in sorted(names) for node in self._called(name)]
            kept = [node for node in self.tree.body if node not in dropped]
            self.code = bindings.without(self.code, dropped, kept)
            self.names -= names

    def part(self, statements: Set[ast.stmt]) -> PlannedCell:
        """A cell of some of the statements alone."""
        assert self.tree is not None  # where the statements are from
        others = [one for one in self.tree.body if one not in statements]
        code = bindings.without(self.code, others, list(statements))
        return PlannedCell(f"cell-{self.number}", code, self.number, frozenset(bindings.bound(statements)))


def _parsed(code: str) -> tuple[ast.Module | None, str]:
    """The code's tree, or None and what is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes and the like, which are the student's
            return ast.parse(code), ""
    except SyntaxError as error:
        return None, f"{error.msg} in line {error.lineno}."
    except (ValueError, RecursionError, MemoryError) as error:
        return None, f"it cannot be parsed ({type(error).__name__})."


def _said_to_define(code: str) -> frozenset[str]:
    """What a cell seems to define, as far as its text can tell."""
    return frozenset(re.findall(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", code, re.M))


def _calls_only(statement: ast.stmt, names: set[str]) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in names


@cache
def _stub(name: str) -> ast.stmt:
    """The stub of an exercise without the import in front of it."""
    return ast.parse(exercises.get(name).stub).body[-1]


def _same(one: ast.stmt, other: ast.stmt) -> bool:
    return ast.dump(_bare(one)) == ast.dump(_bare(other))


def _bare(node: ast.stmt) -> ast.stmt:
    """The definition without its docstrings, at each level."""
    copy = ast.parse(ast.unparse(node)).body[0]
    for inner in ast.walk(copy):
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner.body = [s for s in inner.body if not _is_text(s)] or [ast.Pass()]
    return copy


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and (isinstance(value.value, str) or value.value is Ellipsis)


def _only_raises(node: ast.stmt) -> bool:
    """Whether a function's body is no more than ``raise NotImplementedError``."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = [statement for statement in node.body if not _is_text(statement) and not isinstance(statement, ast.Pass)]
    if len(body) != 1 or not isinstance(body[0], ast.Raise) or body[0].exc is None:
        return not body
    raised = body[0].exc.func if isinstance(body[0].exc, ast.Call) else body[0].exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
