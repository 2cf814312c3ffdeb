"""No check accepts the reference with one sign, comparison, axis, constant or operator changed."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

import numpy as np

from dlcourse import exercises
from dlcourse.checks.judging import attempt, judge, make_trials

# What each token is exchanged for.
SWAPS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.MatMult: ast.Mult,
    ast.Pow: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
OPPOSITES = {
    "maximum": "minimum", "minimum": "maximum", "max": "min", "min": "max", "argmax": "argmin",
    "argmin": "argmax", "sum": "mean", "mean": "sum", "zeros": "ones", "zeros_like": "ones_like",
    "sqrt": "square", "exp": "log1p",
}  # fmt: skip


REVERSED = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE}


def edits_of(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Each way to change the node by one token: the field and its new value."""
    if isinstance(node, ast.BinOp | ast.AugAssign | ast.BoolOp) and type(node.op) in SWAPS:
        yield "op", SWAPS[type(node.op)]()
    if isinstance(node, ast.Compare):
        for table in (SWAPS, REVERSED):
            if type(node.ops[0]) in table:
                yield "ops", [table[type(node.ops[0])](), *node.ops[1:]]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield "op", ast.UAdd()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "operand", ast.UnaryOp(ast.Not(), node.operand)
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield "value", not node.value
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield "value", node.value + 1
        if node.value:
            yield "value", -node.value
    if isinstance(node, ast.keyword) and node.arg == "axis" and ast.unparse(node.value) in ("0", "1"):
        yield "value", ast.Constant(1 - node.value.value)
    if isinstance(node, ast.Attribute) and node.attr in OPPOSITES:
        yield "attr", OPPOSITES[node.attr]
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "attr", "real"  # of an array of floats: the array itself


def mutants(exercise) -> Iterator[tuple[str, str]]:
    """Pairs: the change in a few words, such as ``"x > 0 -> x >= 0"``, and the whole changed source.

    A change that occurs at several places is numbered from the second on: ``"x > 0 -> x >= 0 (2)"``.
    """
    source = exercise.solution_source
    seen: dict[str, int] = {}
    for position, node in enumerate(in_reading_order(ast.parse(source))):
        for number, _ in enumerate(edits_of(node)):
            tree = ast.parse(source)
            target = in_reading_order(tree)[position]
            parents = {child: parent for parent in ast.walk(tree) for child in ast.iter_child_nodes(parent)}
            if is_given(exercise, tree, target) or is_swapped_elsewhere(parents[target]):
                continue
            piece = target
            while isinstance(piece, ast.Constant | ast.keyword | ast.Attribute | ast.UnaryOp):
                piece = parents[piece]  # a bare number or name would not say where it stands
            before = ast.unparse(piece)
            setattr(target, *list(edits_of(target))[number])
            change = f"{before} -> {ast.unparse(piece)}"
            seen[change] = seen.get(change, 0) + 1
            label = change if seen[change] == 1 else f"{change} ({seen[change]})"
            yield label, ast.unparse(ast.fix_missing_locations(tree))


def in_reading_order(tree: ast.Module) -> list[ast.AST]:
    return sorted(ast.walk(tree), key=lambda n: (getattr(n, "lineno", 0), getattr(n, "col_offset", 0)))


def is_swapped_elsewhere(parent: ast.AST) -> bool:
    """Axes are swapped as a whole, and ``strict`` of zip only guards against wrong calls."""
    return isinstance(parent, ast.keyword) and parent.arg in ("axis", "strict")


def smallest_readable(parents: dict[ast.AST, ast.AST], target: ast.AST) -> ast.AST:
    """The smallest piece around a node that a reader recognises: not a bare number, nor a bare name."""
    piece = target if isinstance(target, ast.BinOp | ast.Compare | ast.BoolOp | ast.AugAssign) else parents[target]
    while isinstance(piece, ast.Constant | ast.keyword | ast.Attribute | ast.UnaryOp):
        piece = parents[piece]
    # A changed BinOp or Compare is a new node: show it through its parent's field, by changing in place.
    return piece


def is_given(exercise, tree: ast.Module, target: ast.AST) -> bool:
    """Whether the change lies in a method that the stub gives, so that no student writes it."""
    methods = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name in exercise.given]
    return any(m.lineno <= getattr(target, "lineno", 0) <= (m.end_lineno or 0) for m in methods)


def survives(exercise, source: str, trials) -> bool:
    names = {"np": np}
    for other in exercises.for_lesson(exercise.lesson):
        if other.name in exercise.requires:
            names[other.name] = other.reference
    exec(compile(source, "<mutant>", "exec"), names)
    answer = names[exercise.name]
    return all(judge(exercise, trial, attempt(exercise, answer, trial, seconds=0.5)) is None for trial in trials)


def survivors_of(exercise) -> tuple[int, list[str]]:
    """How many mutants count, and which of them pass all cases."""
    trials = [trial for seed in (0, 1) for trial in make_trials(exercise, seed)]
    trials.sort(key=lambda trial: len(repr(trial.case)))  # the quick ones first
    equivalent = {entry.partition("  # ")[0] for entry in exercise.equivalent_mutants}
    counted = [(change, source) for change, source in mutants(exercise) if change not in equivalent]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return len(counted), [change for change, source in counted if survives(exercise, source, trials)]


def test_at_least_95_percent_of_all_mutants_are_rejected():
    total, passed = 0, []
    for exercise in exercises.all():
        number, survivors = survivors_of(exercise)
        assert number or exercise.is_class, f"no mutant was made of {exercise.name}"
        total += number
        passed += [f"{exercise.name}: {line}" for line in survivors]
    assert total > 100
    assert len(passed) <= 0.05 * total, f"{len(passed)} of {total} mutants pass:\n" + "\n".join(passed)


def test_the_noted_equivalent_mutants_exist_say_why_and_do_pass():
    for exercise in exercises.all():
        trials = make_trials(exercise, 0)
        made = dict(mutants(exercise)) if exercise.equivalent_mutants else {}
        for entry in exercise.equivalent_mutants:
            change, _, reason = entry.partition("  # ")
            assert reason, f"{exercise.name}: why is {change!r} equivalent?"
            assert change in made, f"{exercise.name}: there is no mutant {change!r}"
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                assert survives(exercise, made[change], trials), f"{exercise.name}: {change!r} is rejected"
