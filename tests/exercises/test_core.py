"""Exercises as objects: what is made of a reference's source, what is refused, how one is found."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import dlcourse
from dlcourse import exercises
from dlcourse.autograd import scalar
from dlcourse.exercises import Case, UnknownExercise, core, exercise, source


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    exercises.all()
    monkeypatch.setattr(core, "_registry", dict(core._registry))


def make(reference, **options):
    settings = {"lesson": "99", "points": 1, "cases": lambda rng: [Case(1)], "hints": ["-"]}
    return exercise(**(settings | options))(reference)


def sample(x: np.ndarray, n: int = 3) -> tuple[float, ...]:
    """Do something."""
    # a comment that gives the line away
    y = x + n  # and another
    return (y,)


# --- cases and mistakes ---------------------------------------------------------------------------


def test_a_case_holds_arguments_and_its_part():
    case = Case(1, [2], part="b", axis=0)
    assert (case.args, case.kwargs, case.part) == ((1, [2]), {"axis": 0}, "b")
    assert repr(case) == "Case(1, [2], axis=0, part='b')"
    assert Case().part == ""


def test_mistakes_are_recorded_with_name_and_sentence_and_stay_callable():
    made = make(sample)

    @made.mistake("Not so.")
    def wrong(x):
        return x

    assert wrong(3) == 3
    assert [(m.name, m.sentence, m.function) for m in made.mistakes] == [("wrong", "Not so.", wrong)]
    with pytest.raises(ValueError, match="two mistakes called 'wrong'"):
        made.mistake("Again.")(wrong)


# --- stub and solution ----------------------------------------------------------------------------


def test_the_stub_is_signature_docstring_and_not_implemented():
    assert make(sample).stub == (
        "def sample(x: np.ndarray, n: int = 3) -> tuple[float, ...]:\n"
        '    """Do something."""\n'
        "    raise NotImplementedError\n"
    )


def test_the_solution_keeps_comments_and_layout():
    assert make(sample).solution_source.splitlines()[2:] == [
        "    # a comment that gives the line away",
        "    y = x + n  # and another",
        "    return (y,)",
    ]


def test_decorators_of_the_course_go_and_others_stay():
    def twice(f):
        return f

    settings = {"lesson": "99", "points": 1, "cases": lambda rng: [Case(1)], "hints": ["-"]}

    @exercise(**settings)
    @twice
    def decorated(x):
        """Doc."""
        return x

    assert decorated.stub == '@twice\ndef decorated(x):\n    """Doc."""\n    raise NotImplementedError\n'


def test_annotations_that_a_notebook_cannot_evaluate_are_taken_away():
    def typed(
        ä: core.Case, b: int = 3, *rest: str, c: core.Case | None = None, **more: core.Case
    ) -> dict[str, core.Case]:
        """Dôc."""

        def inner(x: core.Case = 1) -> core.Case:
            return {"ö": lambda y: y, "->": x}

        return inner

    text = source.solution(typed)
    assert "def typed(\n    ä, b=3, *rest, c=None, **more\n):" in text
    assert 'def inner(x=1):\n        return {"ö": lambda y: y, "->": x}' in text


def test_of_a_class_given_methods_and_attributes_stay_and_methods_are_emptied():
    class Stack:
        """A pile."""

        limit = 3

        def __init__(self):
            self.items = []  # kept

        @staticmethod
        def name():
            return "stack"

        @property
        def top(self):
            """The last one."""
            return self.items[-1]  # gone

        def push(self, item): self.items.append(item)  # fmt: skip

        # a comment between
        def pop(self):
            """Take one."""
            return self.items.pop()

        push_twice = push

    assert source.stub(Stack, given=("__init__",)) == (
        'class Stack:\n    """A pile."""\n\n    limit = 3\n\n'
        "    def __init__(self):\n        self.items = []  # kept\n\n"
        "    @staticmethod\n    def name():\n        raise NotImplementedError\n\n"
        '    @property\n    def top(self):\n        """The last one."""\n'
        "        raise NotImplementedError\n\n"
        "    def push(self, item):\n        raise NotImplementedError\n\n"
        "    # a comment between\n"
        '    def pop(self):\n        """Take one."""\n        raise NotImplementedError\n\n'
        "    push_twice = push\n"
    )


def test_an_imported_class_may_be_the_reference():
    made = make(scalar.Value, call=lambda value, x: value(x).data, given=("__init__", "__repr__"), name="Scalar")
    assert made.reference is scalar.Value
    assert made.solution_source.startswith("class Value:\n")
    assert "-> Value" not in made.solution_source
    compile(made.solution_source, "<solution>", "exec")
    names: dict = {}
    exec(made.stub, names)
    with pytest.raises(NotImplementedError):
        names["Value"](1.0).relu()


# --- an exercise stands for its reference ---------------------------------------------------------


def test_an_exercise_is_called_subclassed_and_asked_like_its_reference():
    class Thing:
        """Doc."""

    def plus_one(x):
        """Doc."""
        return x + 1

    thing, function = make(Thing, call=lambda *args: None), make(plus_one)
    assert function(2) == 3
    assert isinstance(thing(), thing)
    assert not isinstance(3, thing)

    class Special(thing):
        pass

    assert issubclass(Special, Thing)
    assert repr(function) == "<exercise plus_one of lesson 99>"


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"lesson": "4"}, "two digits"),
        ({"points": 0}, "above 0"),
        ({"cases": [1]}, "a function of a random generator"),
        ({"hints": [""]}, "list of sentences"),
        ({"hints": "abc", "given": ("x",)}, "must be a class"),
    ],
)
def test_settings_that_make_no_sense_are_refused(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        make(sample, **options)


def test_a_reference_without_docstring_is_refused():
    with pytest.raises(ValueError, match="needs a docstring"):
        make(lambda x: x, name="nameless")


def test_a_class_needs_a_call_and_true_names_of_methods():
    class Thing:
        """Doc."""

    with pytest.raises(ValueError, match="needs call="):
        make(Thing)
    with pytest.raises(ValueError, match="does not define"):
        make(Thing, call=lambda *args: None, given=("fly",))


def test_a_name_that_is_taken_by_another_lesson_is_refused():
    def relu_backward(x):
        """Doc."""

    with pytest.raises(ValueError, match="Two exercises are called 'relu_backward'"):
        make(relu_backward)


# --- finding exercises ----------------------------------------------------------------------------


def test_exercises_are_found_by_name_and_by_lesson():
    made = make(sample)
    assert exercises.get("sample") is made
    assert exercises.for_lesson("99") == [made]
    assert exercises.all()[-1] is made
    assert exercises.for_lesson("98") == []
    assert {e.lesson for e in exercises.for_lesson("04")} == {"04"}


def test_an_unknown_name_is_answered_with_the_nearest_ones():
    with pytest.raises(UnknownExercise, match=r"^There is no exercise called 'unbroadcst'. Did you mean unb"):
        exercises.get("unbroadcst")
    with pytest.raises(KeyError):
        exercises.get("")
    with pytest.raises(TypeError, match="a string; got int"):
        exercises.get(3)


def test_importing_the_package_imports_no_lesson_and_nothing_heavy():
    program = (
        "import sys, dlcourse.checks\n"
        "print([n for n in sys.modules if n.startswith(('dlcourse.exercises.lesson', 'IPython', 'matplotlib',"
        " 'torch', 'sklearn'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_one_lesson_is_imported_when_one_of_its_exercises_is_asked_for():
    program = (
        "import sys; from dlcourse import exercises; exercises.get('relu_backward')\n"
        "print('dlcourse.exercises.lesson05' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert dlcourse.exercises is exercises
