"""Answers that passed are kept, as source, so that later lessons can use them.

Each one is a small Python file in ``my_answers`` of the working folder (or the folder that the
environment variable ``DLCOURSE_ANSWERS`` names): the student's own code and what it needs from the
rest of the notebook, its imports and helper functions.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import linecache
import os
import symtable
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

from dlcourse import exercises
from dlcourse.exercises import Exercise


def folder() -> Path:
    """Where answers are kept."""
    return Path(os.environ.get("DLCOURSE_ANSWERS") or "my_answers")


def path_of(exercise: Exercise) -> Path:
    """The file that holds the answer to an exercise, if there is one."""
    return folder() / f"{exercise.name}.py"


def read(exercise: Exercise) -> str | None:
    """The source of the kept answer, or None if none is kept.

    Raises:
        OSError, UnicodeDecodeError: there is a file, but it cannot be read.
    """
    try:
        return path_of(exercise).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None


def keep(exercise: Exercise, answer: Any) -> list[str]:
    """Write a passing answer's source to its file; gives sentences about what did not work.

    Never raises: a check must not fail because of a folder.
    """
    source = source_of(answer)
    if source is None:
        return ["Your answer is not kept for later lessons: its source cannot be found."]
    try:
        _write(path_of(exercise), _file_text(exercise, answer, source))
    except (OSError, ValueError) as error:  # ValueError: characters that no file can hold
        reason = getattr(error, "strerror", None) or type(error).__name__
        return [f"Your answer is not kept for later lessons: {folder().name} cannot be written ({reason})."]
    return []


def _file_text(exercise: Exercise, answer: Any, source: str) -> str:
    name = getattr(answer, "__name__", exercise.name)
    alias = "" if name == exercise.name else f"\n\n{exercise.name} = {name}\n"
    head = (
        f"# Your answer to the exercise {exercise.name} of lesson {exercise.lesson}; it passed its check.\n"
        f"# Later lessons use it as mine.{exercise.name} (from dlcourse import mine).\n"
    )
    needed = "".join(f"{piece}\n" for piece in _needs(answer, source, {name, exercise.name, "np"}))
    return f"{head}\n{needed}\n{source}{alias}" if needed else f"{head}\n{source}{alias}"


def _write(path: Path, text: str) -> None:
    """Write a file so that there is never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-", suffix=".part")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


# --- the source of a function or class -----------------------------------------------------------


def source_of(answer: Any) -> str | None:
    """The source of a function or class as it was typed, or None.

    ``inspect.getsource`` does not find classes that were defined in a notebook. So the cell is looked
    up through the code of the function, or of one of the class's methods.
    """
    function = next(_functions(answer), None)
    if function is None:
        return None
    code = function.__code__
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    try:
        cell = ast.parse("".join(lines))
    except SyntaxError:
        return None
    kinds = (ast.ClassDef,) if isinstance(answer, type) else (ast.FunctionDef, ast.AsyncFunctionDef)
    found = [
        node
        for node in ast.walk(cell)
        if isinstance(node, kinds)
        and node.name == answer.__name__
        and _first_line(node) <= code.co_firstlineno <= (node.end_lineno or 0)
    ]
    if not found:
        return None
    node = max(found, key=_first_line)
    return textwrap.dedent("".join(lines[_first_line(node) - 1 : node.end_lineno])).rstrip() + "\n"


def _first_line(node: Any) -> int:
    return min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])


def _functions(answer: Any) -> Iterator[FunctionType]:
    """The function itself, or the methods of a class."""
    members = vars(answer).values() if isinstance(answer, type) else [inspect.unwrap(answer)]
    for member in members:
        function = getattr(member, "__func__", getattr(member, "fget", member))
        if inspect.isfunction(function):
            yield function


# --- what an answer needs from the rest of the notebook ------------------------------------------


def free_names(source: str) -> set[str]:
    """The names that a piece of source reads and that are neither its own nor Python's."""
    module = symtable.symtable(source, "<answer>", "exec")
    own = {symbol.get_name() for symbol in module.get_symbols() if symbol.is_assigned()}
    own |= {table.get_name() for table in module.get_children()}
    return {name for name in _global_names(module) - own if not hasattr(builtins, name)}


def names_used(answer: Any) -> set[str]:
    """The names of the notebook that an answer's own code reads; none where its source is not known."""
    source = source_of(answer)
    return free_names(source) if source else set()


def _global_names(table: symtable.SymbolTable) -> set[str]:
    here = {s.get_name() for s in table.get_symbols() if s.is_referenced() and s.is_global()}
    return here.union(*(_global_names(inner) for inner in table.get_children()))


def _needs(answer: Any, source: str, known: set[str]) -> list[str]:
    """The imports and helper functions that stand elsewhere in the notebook, as source.

    Other exercises are left out: ``mine`` gives them. ``known`` is what is there already; it grows.
    """
    pieces: list[str] = []
    surroundings = next((function.__globals__ for function in _functions(answer)), {})
    for name in sorted(free_names(source) - known):
        if name not in surroundings or name in _exercise_names():
            continue
        known.add(name)
        thing = surroundings[name]
        statement = _import_of(name, thing)
        if statement:
            pieces.append(statement)
            continue
        helper = source_of(thing) if isinstance(thing, type) or inspect.isfunction(thing) else None
        if helper and thing.__name__ == name:
            pieces += [*_needs(thing, helper, known), f"\n{helper}"]
        elif type(thing) in (int, float, bool, str):
            pieces.append(f"{name} = {thing!r}")
    return sorted(pieces, key=lambda piece: not piece.startswith(("import ", "from ")))


def _exercise_names() -> set[str]:
    return {exercise.name for exercise in exercises.all()}


def _import_of(name: str, thing: Any) -> str:
    """The import statement that makes ``name`` mean this thing, or ""."""
    if isinstance(thing, ModuleType):
        return f"import {name}" if thing.__name__ == name else f"import {thing.__name__} as {name}"
    home, original = getattr(thing, "__module__", None), getattr(thing, "__name__", None)
    if not (isinstance(home, str) and isinstance(original, str)) or home in ("__main__", "builtins"):
        return ""
    if getattr(sys.modules.get(home), original, None) is not thing:
        return ""
    return f"from {home} import {original}" + ("" if original == name else f" as {name}")
