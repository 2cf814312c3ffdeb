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
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from IPython.core.inputtransformer2 import TransformerManager

from dlcourse import exercises, lecture
from dlcourse.exercises import Exercise

MOST_BYTES = 20 * 2**20
_MOST_CELLS = 2000
_LONGEST_CELL = 100_000  # characters
_LONGEST_ANSWER = 200  # lines that a report shows
_ONLY_SHOWN = {"check", "hint", "solution", "progress"}
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
    return Notebook(found, _stated_lesson(data.get("metadata")))


def _json(content: bytes) -> Any:
    if len(content) > MOST_BYTES:
        raise NotANotebook(
            f"The file has {len(content) / 2**20:.0f} MB; at most {MOST_BYTES // 2**20} are graded. Clear the "
            "outputs and hand it in again."
        )
    _refuse_other_formats(content)
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotANotebook("The file is no text in UTF-8, as a notebook is: hand in the .ipynb file itself.") from None
    except json.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) - 1 or "Unterminated" in error.msg:
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
    return text if isinstance(text, str) else ""


def _stated_lesson(metadata: Any) -> str:
    course = metadata.get("dlcourse") if isinstance(metadata, dict) else None
    lesson = course.get("lesson") if isinstance(course, dict) else None
    return lesson if isinstance(lesson, str) and _LESSON.fullmatch(lesson) else ""


# --- the plan ------------------------------------------------------------------------------------


def plan(notebook: Notebook, lesson: str = "") -> Plan:
    """Which cells must run: those that define an answer, and those that the student added or changed.

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
    running = []
    for cell in parsed:
        if cell.untouched_stub in of_lesson:
            found.untouched.add(cell.untouched_stub)
        if cell.fingerprint in handed_out:
            continue
        named = cell.names & of_lesson.keys()
        stubs = {name for name in named if cell.is_stub_of(of_lesson[name])}
        found.untouched |= stubs
        if cell.is_empty or cell.only_shows or (stubs and stubs == cell.names):
            continue
        running.append(cell)
        for name in named - stubs:
            where[name].append(cell)
    answering = {name: _answering(found, name, cells) for name, cells in where.items()}
    found.cells = [_planned(cell, answering) for cell in running]
    found.notes = [f"Cell {cell.number} is not Python: {cell.problem}" for cell in running if cell.problem]
    found.untouched -= where.keys()
    return found


def _planned(cell: _Parsed, answering: dict[str, _Parsed]) -> PlannedCell:
    answers = tuple(name for name, chosen in answering.items() if chosen is cell)
    return PlannedCell(f"cell-{cell.number}", cell.code, cell.number, cell.names, answers)


def _answering(found: Plan, name: str, cells: list[_Parsed]) -> _Parsed:
    """The cell whose definition counts: the last with ``def`` or ``class``, or the last that gives the name a value."""
    defining = [cell for cell in cells if name in cell.definitions] or cells
    last = defining[-1]
    lines = last.source.strip("\n").split("\n")
    more = [f"... ({len(lines)} lines in all)"] if len(lines) > _LONGEST_ANSWER else []
    found.answers[name] = "\n".join([*lines[:_LONGEST_ANSWER], *more])
    if len(defining) > 1:
        numbers = ", ".join(str(cell.number) for cell in defining)
        found.exercise_notes[name].append(f"Cells {numbers} all define {name}: the last one counts.")
    return last


def _lesson_of(parsed: list[_Parsed], stated: str, wanted: str) -> str:
    """The lesson that the cells belong to; what the notebook says of itself is believed if its code says nothing."""
    votes: Counter[str] = Counter()
    for cell in parsed:
        votes.update(_lessons_by_name()[name] for name in cell.answers_to & _lessons_by_name().keys())
    likely = stated if votes[stated] or (not votes and stated in _lessons_by_name().values()) else ""
    likely = likely or (votes.most_common(1)[0][0] if votes else "")
    if wanted and (votes[wanted] or likely == wanted):
        return wanted
    if not likely:
        raise NotANotebook("No cell of this notebook defines an exercise of the course.")
    if wanted:
        raise NotANotebook(f"This is the notebook of lesson {likely}; lesson {wanted} was asked for.")
    return likely


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
        self.problem = ""

    @property
    def answers_to(self) -> frozenset[str]:
        """The names that tell the lesson."""
        if self.untouched_stub:
            return frozenset({self.untouched_stub})
        return frozenset() if self.fingerprint in _all_handed_out() else self.names

    @cached_property
    def code(self) -> str:
        """The text as Python."""
        return _as_python(self.source)

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that it binds at its top level."""
        return frozenset(_bound(self.tree.body)) if self.tree else _said_to_define(self.code)

    @cached_property
    def definitions(self) -> frozenset[str]:
        """The names that stand behind ``def`` and ``class``."""
        return _said_to_define(self.code)

    @cached_property
    def tree(self) -> ast.Module | None:
        """The parsed code; None, and ``problem`` says why, where it does not parse."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of odd escapes and the like, which are the student's
                return ast.parse(self.code)
        except SyntaxError as error:
            self.problem = f"{error.msg} in line {error.lineno}."
        except (ValueError, RecursionError, MemoryError) as error:
            self.problem = f"it cannot be parsed ({type(error).__name__})."
        return None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to run."""
        return self.tree is not None and not self.tree.body

    @property
    def only_shows(self) -> bool:
        """Whether the cell does no more than call ``check`` and its kin."""
        return self.tree is not None and all(_calls_only(statement, _ONLY_SHOWN) for statement in self.tree.body)

    def is_stub_of(self, exercise: Exercise) -> bool:
        """Whether what the cell defines as the exercise is still to be written."""
        if self.tree is None:
            return False
        mine = [node for node in self.tree.body if getattr(node, "name", "") == exercise.name]
        return bool(mine) and all(_same(node, _stub(exercise.name)) or _only_raises(node) for node in mine)


def _as_python(source: str) -> str:
    """The cell with IPython's magics and shell escapes turned into calls; as it is where that fails."""
    if not re.search(r"^\s*[%!?]|[?]\s*$|=\s*[%!]", source, re.M):
        return source
    try:
        return str(TransformerManager().transform_cell(source))
    except (SyntaxError, ValueError, RecursionError, IndexError):  # the parser will say what is wrong
        return source


def _bound(statements: list[ast.stmt]) -> Iterator[str]:
    """The names that statements bind, those inside of ifs, loops and the like included."""
    for node in statements:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Import | ast.ImportFrom):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        else:
            targets = (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
            yield from (target.id for target in targets)
            for part in ("body", "orelse", "finalbody"):
                yield from _bound([one for one in getattr(node, part, []) if isinstance(one, ast.stmt)])
            for handler in getattr(node, "handlers", []):
                yield from _bound(handler.body)


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
