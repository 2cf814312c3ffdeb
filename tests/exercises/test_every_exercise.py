"""What every exercise of the course promises. New exercises join these tests by themselves."""

from __future__ import annotations

import ast
import inspect

import numpy as np
import pytest

from dlcourse import exercises
from dlcourse.checks.judging import assess, evaluate, make_trials, recognise, run_mistake

ALL = exercises.all()
SEEDS = range(50)
every_exercise = pytest.mark.parametrize("exercise", ALL, ids=lambda exercise: exercise.name)


def solved_namespace(exercise) -> dict:
    """What an answer finds around it in the notebook: np, and the earlier answers that it may use."""
    names = {"np": np}
    for name in exercise.requires:
        earlier = exercises.get(name)
        names.update(solved_namespace(earlier))
        exec(earlier.solution_source, names)
    return names


def defined_by(source: str, exercise):
    names = solved_namespace(exercise)
    exec(compile(source, f"<{exercise.name}>", "exec"), names)
    return names[exercise.name]


def definition(source: str) -> ast.FunctionDef | ast.ClassDef:
    *imports, node = ast.parse(source).body
    assert all(isinstance(line, ast.Import) for line in imports)
    return node


def test_there_are_exercises_and_their_names_are_unique():
    names = [exercise.name for exercise in ALL]
    assert len(names) >= 18
    assert len(set(names)) == len(names)


@every_exercise
def test_it_has_what_a_student_needs(exercise):
    assert inspect.getdoc(exercise.reference)
    assert len(exercise.hints) >= 2
    assert len(exercise.mistakes) >= 3
    assert all(len(mistake.sentence) > 20 for mistake in exercise.mistakes)
    assert len({mistake.sentence for mistake in exercise.mistakes}) == len(exercise.mistakes)
    assert 4 <= len(make_trials(exercise, 0)) <= 16


@every_exercise
def test_what_it_requires_comes_earlier_in_the_same_lesson(exercise):
    names = [other.name for other in exercises.for_lesson(exercise.lesson)]
    for required in exercise.requires:
        assert names.index(required) < names.index(exercise.name)


@every_exercise
def test_the_reference_passes_and_every_mistake_is_told_apart_for_50_seeds(exercise):
    for seed in SEEDS:
        trials = make_trials(exercise, seed)
        assert evaluate(exercise, exercise.reference, trials).points == exercise.points
        outcomes = {m.name: run_mistake(exercise, m, trials) for m in exercise.mistakes}
        for mistake in exercise.mistakes:
            report = assess(exercise, trials, outcomes[mistake.name])
            assert not report.passed, f"{mistake.name} passes with seed {seed}"
            found = recognise(report, known=lambda m, made=outcomes: made[m.name])
            assert found is mistake, f"{mistake.name} is taken for {found and found.name} with seed {seed}"


@every_exercise
def test_the_stub_is_not_started_and_earns_nothing(exercise):
    report = evaluate(exercise, defined_by(exercise.stub, exercise), make_trials(exercise, 0))
    assert report.not_started
    assert report.points == 0


@every_exercise
def test_the_stub_keeps_signature_and_docstring_and_ends_in_not_implemented(exercise):
    stub, solution = definition(exercise.stub), definition(exercise.solution_source)
    assert ast.get_docstring(stub) == ast.get_docstring(solution) == inspect.getdoc(exercise.reference)
    assert not stub.decorator_list
    if not exercise.is_class:
        assert ast.dump(stub.args) == ast.dump(solution.args)
        assert ast.unparse(stub.body[-1]) == "raise NotImplementedError"
        return
    for mine, theirs in zip(stub.body, solution.body, strict=True):
        if isinstance(theirs, ast.FunctionDef):
            assert (mine.name, ast.dump(mine.args)) == (theirs.name, ast.dump(theirs.args))
            is_open = ast.unparse(mine.body[-1]) == "raise NotImplementedError"
            assert is_open == (theirs.name not in exercise.given)


@every_exercise
def test_the_solution_alone_with_np_and_what_it_requires_passes(exercise):
    answer = defined_by(exercise.solution_source, exercise)
    assert evaluate(exercise, answer, make_trials(exercise, 1)).passed


@every_exercise
def test_a_constant_the_identity_and_nothing_are_rejected(exercise):
    trials = make_trials(exercise, 0)
    constants = [None, 0, 1.0, True, "", [], np.zeros(3), trials[0].expected, trials[-1].expected]
    answers = [lambda *args, _value=value, **kwargs: _value for value in constants]
    answers += [lambda *args, **kwargs: args[0] if args else None, lambda *args, **kwargs: args[-1]]
    if exercise.is_class:
        answers = [type(exercise.name, (), {"__init__": lambda self, *args, **kwargs: None}), dict]
    for answer in answers:
        assert not evaluate(exercise, answer, trials).passed
