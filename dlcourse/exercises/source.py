"""From a reference's source to the two texts that students see: the stub and the solution.

Both are cut out of the source as it stands, so its layout and comments survive. The decorator of the
exercise is taken away. Annotations stay where they need no name but Python's own and ``np``; otherwise
all of them go, since the student's notebook lacks the imports of the module.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable, Collection
from typing import Any

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_RAISE = "raise NotImplementedError"


def solution(written: Callable[..., Any], inside: bool = False) -> str:
    """The source of a function or class, dedented, without the exercise's decorator.

    ``inside``: what is written makes the answer of a library. The answer is the definition of the same name in it,
    which is read without that library.
    """
    text = _dedented(inspect.getsource(written))
    return _student_form(_inner(text) if inside else text)


def stub(written: Callable[..., Any], given: Collection[str] = (), inside: bool = False) -> str:
    """The source with ``raise NotImplementedError`` in place of each body; ``inside`` as in :func:`solution`.

    Of a class, the methods named in ``given`` stay whole, and so does everything that is not a method.

    Raises:
        ValueError: a function has no docstring.
    """
    text = solution(written, inside)
    definition = _definition(text)
    if isinstance(definition, ast.ClassDef):
        open_methods = [m for m in definition.body if isinstance(m, _Function) and m.name not in given]
        for method in reversed(open_methods):  # from the end, so that earlier positions stay true
            text = _emptied(text, method)
        return text
    if ast.get_docstring(definition) is None:
        raise ValueError(f"{definition.name} has no docstring: students would not know what to do.")
    return _emptied(text, definition)


def _dedented(text: str) -> str:
    return textwrap.dedent(text).strip("\n") + "\n"


def _inner(text: str) -> str:
    maker = _definition(text)
    answer = next(node for node in maker.body if getattr(node, "name", "") == maker.name)
    return _dedented(_segment(text, answer.lineno, answer.end_lineno))


def _definition(text: str) -> _Function | ast.ClassDef:
    node = ast.parse(text).body[0]
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        raise ValueError("An exercise's reference must be written with def or class.")
    return node


def _student_form(text: str) -> str:
    definition = _definition(text)
    own = [d for d in definition.decorator_list if not _is_exercise(d)]
    kept = [_segment(text, d.lineno, d.end_lineno or d.lineno) for d in own]
    text = "".join([*kept, _segment(text, definition.lineno)])
    annotations = _annotations(_definition(text))
    return text if _evaluable(annotations) else _without(text, annotations)


def _is_exercise(decorator: ast.expr) -> bool:
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in ("exercise", "mistake")


def _segment(text: str, first: int, last: int | None = None) -> str:
    return "".join(text.splitlines(keepends=True)[first - 1 : last])


def _emptied(text: str, function: _Function) -> str:
    """The text with the function's body reduced to its docstring and ``raise NotImplementedError``."""
    lines = text.splitlines(keepends=True)
    indent = " " * (function.col_offset + 4)
    last = function.end_lineno or function.lineno
    if ast.get_docstring(function) is None:
        bare = ast.parse(ast.unparse(function)).body[0]
        bare.body = [ast.Raise(ast.Name("NotImplementedError"))]  # type: ignore[attr-defined]
        head = textwrap.indent(ast.unparse(bare), " " * function.col_offset)
        first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
        return "".join([*lines[: first - 1], head + "\n", *lines[last:]])
    kept = function.body[0].end_lineno or 0
    return "".join([*lines[:kept], f"{indent}{_RAISE}\n", *lines[last:]])


# --- annotations ---------------------------------------------------------------------------------

# An annotation with the place where its text begins: after the argument's name, or after the brackets.
_Annotated = tuple[ast.expr, tuple[int, int] | None]


def _annotations(definition: _Function | ast.ClassDef) -> list[_Annotated]:
    """All annotations of arguments, results and class attributes that Python evaluates."""
    found: list[_Annotated] = []
    for node in ast.walk(definition):
        if isinstance(node, ast.arg) and node.annotation is not None:
            found.append((node.annotation, (node.lineno, node.col_offset + len(node.arg.encode()))))
        elif isinstance(node, _Function) and node.returns is not None:
            found.append((node.returns, None))
    return found


def _evaluable(annotations: list[_Annotated]) -> bool:
    names = {n.id for a, _ in annotations for n in ast.walk(a) if isinstance(n, ast.Name)}
    return all(name == "np" or hasattr(builtins, name) for name in names)


def _without(text: str, annotations: list[_Annotated]) -> str:
    lines = [line.encode() for line in text.splitlines(keepends=True)]  # ast counts bytes
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    data = b"".join(lines)
    cuts = []
    for node, begin in annotations:
        end = starts[(node.end_lineno or 1) - 1] + (node.end_col_offset or 0)
        first = starts[node.lineno - 1] + node.col_offset
        cuts.append((data.rindex(b"->", 0, first) if begin is None else starts[begin[0] - 1] + begin[1], end))
    for first, end in sorted(cuts, reverse=True):
        tail = data[end:]
        default = tail.lstrip(b" ")
        if default.startswith(b"=") and not default.startswith(b"=="):  # x: int = 3 becomes x=3
            tail = b"=" + default[1:].lstrip(b" ")
        data = data[:first].rstrip(b" ") + tail
    return data.decode()
