"""Read a lesson's source: a Jupytext percent script with the lesson's facts in its front matter."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jupytext
import yaml  # type: ignore[import-untyped]  # comes with jupytext

from dlcourse.authoring.errors import Problem, SourceError

TAGS = ("claim", "mnist", "nbval-ignore-output", "raises-exception", "slow", "stderr-expected")

_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_NUMBER = re.compile(r"\d\d")
_CELL = re.compile(r"# %%")
_HEADER_KEYS = {"id", "tags", "exercise"}
_FROM_JUPYTEXT = {"lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker"}


@dataclass(frozen=True)
class SourceCell:
    """One cell of a source.

    ``kind`` is ``"markdown"``, ``"code"``, ``"exercise"`` or ``"claim"``. ``line`` is where its header stands
    in the file, ``first_line`` where its text begins. Exercises and claims get an ``id`` for messages.
    """

    kind: str
    id: str
    text: str
    tags: tuple[str, ...]
    line: int
    first_line: int
    exercise: str = ""

    @property
    def needs_mnist(self) -> bool:
        """Whether the cell belongs to a section that runs on MNIST."""
        return "mnist" in self.tags


@dataclass(frozen=True)
class Lesson:
    """A lesson as its author wrote it: the facts of its front matter and its cells."""

    path: Path
    number: str
    title: str
    reading_minutes: int
    prerequisites: tuple[str, ...]
    data: str
    gpu: bool
    cells: tuple[SourceCell, ...]

    @property
    def name(self) -> str:
        """The file's name without suffix, such as ``04_backprop``."""
        return self.path.stem

    @property
    def needs_mnist(self) -> bool:
        """Whether any cell runs on MNIST."""
        return any(cell.needs_mnist for cell in self.cells)

    def exercises(self) -> list[SourceCell]:
        """The exercise cells, in order."""
        return [cell for cell in self.cells if cell.kind == "exercise"]


def read_lesson(path: Path) -> Lesson:
    """Parse the source at ``path``.

    Raises:
        SourceError: the front matter or a cell's header breaks the rules; every breach is listed.
    """
    text = path.read_text(encoding="utf-8")
    notebook = _parse(path, text)
    facts, problems = _front_matter(path, notebook.metadata)
    lines = _cell_lines(path, text, len(notebook.cells))
    cells: list[SourceCell] = []
    for raw, (line, first_line) in zip(notebook.cells, lines, strict=True):
        cell, wrong = _cell(raw, line, first_line, cells)
        problems += [Problem(path, line, message) for message in wrong]
        cells.append(cell)
    problems += _repeated_ids(path, cells)
    if problems:
        raise SourceError(sorted(problems, key=lambda problem: problem.line))
    return Lesson(path=path, cells=tuple(cells), **facts)


def read_facts(path: Path) -> dict[str, Any]:
    """The facts in the front matter alone: number, title, prerequisites, ...

    Raises:
        SourceError: the front matter breaks the rules.
    """
    front = "".join(itertools.takewhile(lambda line: not _CELL.match(line), path.open(encoding="utf-8")))
    facts, problems = _front_matter(path, _parse(path, front).metadata)
    if problems:
        raise SourceError(problems)
    return facts


def _parse(path: Path, text: str) -> Any:
    try:
        return jupytext.reads(text, fmt="py:percent")
    except yaml.YAMLError as error:
        message = " ".join(str(error).split())
        raise SourceError([Problem(path, 1, f"the front matter is not valid YAML: {message}")]) from error


# --- The front matter ------------------------------------------------------------------------------------


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and _NUMBER.fullmatch(value) is not None


def _is_phrase(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != "" and not set(value) & set("|\n")


# key -> (test, what it must be)
_FACTS = {
    "lesson": (_is_number, 'two digits in quotes, such as "04"'),
    "title": (_is_phrase, "a short phrase"),
    "reading_minutes": (
        lambda value: isinstance(value, int) and not isinstance(value, bool) and value > 0,
        "a number of minutes, such as 75",
    ),
    "prerequisites": (
        lambda value: isinstance(value, list) and all(map(_is_number, value)),
        'a list of lessons, such as ["02", "03"]',
    ),
    "data": (_is_phrase, 'a short phrase, such as "none"'),
    "gpu": (lambda value: isinstance(value, bool), "true or false"),
}


def _front_matter(path: Path, metadata: Any) -> tuple[dict[str, Any], list[Problem]]:
    given = metadata.get("dlcourse")
    if not isinstance(given, dict):
        message = "the front matter has no section `dlcourse:` below `jupyter:`"
        raise SourceError([Problem(path, 1, message)])
    wrong = [f"`{key}` is no fact of a lesson" for key in given if key not in _FACTS]
    for key, (fits, wanted) in _FACTS.items():
        if key not in given:
            wrong.append(f"`{key}` is missing: {wanted}")
        elif not fits(given[key]):
            wrong.append(f"`{key}` must be {wanted}, but is {given[key]!r}")
    if _is_number(given.get("lesson")) and path.stem[:3] != f"{given['lesson']}_":
        wrong.append(f"lesson {given['lesson']} must lie in a file {given['lesson']}_NAME.py")
    facts = {"number" if key == "lesson" else key: given.get(key) for key in _FACTS}
    if not wrong:
        facts["prerequisites"] = tuple(given["prerequisites"])
    return facts, [Problem(path, 1, f"front matter: {message}") for message in wrong]


# --- The cells -------------------------------------------------------------------------------------------


def _cell_lines(path: Path, text: str, count: int) -> list[tuple[int, int]]:
    """For each cell the line of its header and the line on which its text begins."""
    lines = text.splitlines()
    headers = [number for number, line in enumerate(lines, start=1) if _CELL.match(line)]
    if len(headers) != count:
        message = (
            f"found {len(headers)} lines that start with `# %%`, but {count} cells: "
            "is there text before the first cell, or such a line inside a string?"
        )
        raise SourceError([Problem(path, headers[0] if headers else 1, message)])
    starts = []
    for header in headers:
        rest = (n for n in range(header + 1, len(lines) + 1) if lines[n - 1].strip())
        starts.append(next(rest, header))
    return list(zip(headers, starts, strict=True))


def _cell(raw: Any, line: int, first_line: int, before: list[SourceCell]) -> tuple[SourceCell, list[str]]:
    metadata = {key: value for key, value in raw.metadata.items() if key not in _FROM_JUPYTEXT}
    tags = tuple(metadata.get("tags", ()))
    exercise = metadata.get("exercise", "")
    kind = _kind(raw.cell_type, tags, exercise)
    wrong = [f"`{key}` is no option of a cell: use id, tags, exercise" for key in metadata if key not in _HEADER_KEYS]
    wrong += [f"unknown tag {tag!r}; known are: {', '.join(TAGS)}" for tag in tags if tag not in TAGS]
    cell_id = metadata.get("id", "")
    if kind in ("markdown", "code") and not wrong and not _ID.fullmatch(str(cell_id)):
        wrong.append(f'every cell needs an id of letters, digits and `-` (`# %% id="..."`), this one has {cell_id!r}')
    if kind == "exercise" and (raw.source.strip() or tags or cell_id):
        wrong.append("an exercise cell is empty and has no id or tags: its text comes from dlcourse/exercises")
    if not cell_id:
        cell_id = exercise or _derived_id(kind, before)
    return SourceCell(kind, str(cell_id), raw.source, tags, line, first_line, exercise), wrong


def _kind(cell_type: str, tags: tuple[str, ...], exercise: str) -> str:
    if exercise:
        return "exercise"
    if cell_type == "code" and "claim" in tags:
        return "claim"
    return "code" if cell_type == "code" else "markdown"


def _derived_id(kind: str, before: list[SourceCell]) -> str:
    """A name for messages: a claim is called after the cell that it follows."""
    after = next((cell.id for cell in reversed(before) if cell.kind != "claim"), "start")
    number = sum(cell.id.startswith(f"{kind}-after-{after}") for cell in before)
    return f"{kind}-after-{after}" + (f"-{number + 1}" if number else "")


def _repeated_ids(path: Path, cells: list[SourceCell]) -> list[Problem]:
    problems, seen = [], dict[str, int]()
    for cell in cells:
        key = cell.exercise or cell.id
        if key in seen:
            what = "exercise" if cell.exercise else "id"
            problems.append(Problem(path, cell.line, f"{what} {key!r} is used already in line {seen[key]}"))
        seen.setdefault(key, cell.line)
    return problems
