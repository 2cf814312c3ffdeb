"""Which names a piece of code binds and needs. The code is anybody's: nothing here goes as deep as it is nested."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Collection, Iterable

from dlcourse.checks.answers import free_names

Statement = ast.stmt
_OWN_SCOPE = ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def bound(statements: Iterable[Statement]) -> dict[str, bool]:
    """The names that statements bind at the top level, in ``if``, ``try`` and loops too; True for def and class."""
    found: dict[str, bool] = {}
    waiting: list[ast.AST] = list(statements)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = True
        elif isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                found.setdefault((alias.asname or alias.name).partition(".")[0], False)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.setdefault(node.id, False)
        elif not isinstance(node, _OWN_SCOPE):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def needed(code: str) -> set[str]:
    """The names that code reads and does not bind itself; none where it does not compile."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return free_names(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()


def without(code: str, dropped: Collection[Statement], kept: Collection[Statement]) -> str:
    """The code with empty lines in place of some statements; those that share a line with a kept one stay."""
    taken = {line for one in kept for line in _lines(one)}
    lines = code.split("\n")
    for one in dropped:
        if taken.isdisjoint(_lines(one)):
            for number in _lines(one):
                lines[number - 1] = ""
    return "\n".join(lines)


def lends(statement: Statement) -> bool:
    """Whether a statement costs next to nothing and depends on nothing that was computed."""
    if isinstance(statement, ast.Assign):
        return all(isinstance(node, _LITERAL) for node in ast.walk(statement.value))
    return isinstance(statement, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


_LITERAL = ast.Constant | ast.Tuple | ast.List | ast.Dict | ast.Set | ast.UnaryOp | ast.unaryop | ast.expr_context


def _lines(statement: Statement) -> range:
    above = [one.lineno for one in getattr(statement, "decorator_list", [])]
    return range(min([statement.lineno, *above]), (statement.end_lineno or statement.lineno) + 1)
