"""Each rule for sources finds its breach, on its line, and leaves good lessons alone."""

from __future__ import annotations

import pytest

from dlcourse.authoring.lints import MAX_LINES, RULES, lint

from .conftest import Exercise

BREACHES = {
    "address": ('# %% id="z"\nz = 1\nload("https://example.org/a.npz")', "an address in code"),
    "git address": ('# %% id="z"\nz = 1\nsource = "git+ssh"', "an address in code"),
    "claim with an address": ('# %% tags=["claim"]\nz = 1\nassert "http://a.b"', "an address in code"),
    "pip": ('# %% id="z"\nz = 1\n!pip install torch', "nothing is installed"),
    "pip as a command": ('# %% id="z"\nz = 1\nrun("pip install torch")', "nothing is installed"),
    "magic": ('# %% id="z"\nz = 1\n%timeit z', "plain Python, without '%timeit'"),
    "syntax": ('# %% id="z"\nz = 1\nif z:', "syntax error"),
    "absolute path": ('# %% id="z"\nz = 1\np = "/tmp/z"', "'/tmp/z' is not the same everywhere"),
    "relative path": ('# %% id="z"\nz = 1\np = "../data/z.csv"', "is not the same everywhere"),
    "working folder": ('# %% id="z"\nimport os\nos.getcwd()', "does not depend on the working folder"),
    "own file": ('# %% id="z"\nz = 1\n__file__', "no __file__"),
    "file beside the notebook": ('# %% id="z"\nz = 1\nnp.load("z.npz")', "'z.npz' lies in the working folder"),
    "silent claim": ('# %% tags=["claim"]\n\nz = 1', "asserts nothing"),
    "printing claim": ('# %% tags=["claim"]\nassert x\nprint(x)', "a claim shows nothing"),
    "plot without semicolon": ('# %% id="z"\nz = 1\nplt.plot(x)', "end the plot call with `;`"),
    "picture from elsewhere": ('# %% [markdown] id="z"\n# A\n# ![a](https://a.b/c.png)', "is not in the notebook"),
    "picture from a file": ('# %% [markdown] id="z"\n# A\n# <img src="c.png" alt="c">', "is not in the notebook"),
    "style": ('# %% [markdown] id="z"\n# A\n# <style>p {color: red}</style>', "plain Markdown"),
    "picture in silence": (
        '# %% [markdown] id="z"\n# A\n# ![ ](data:image/png;base64,AA)',
        "without a text alternative",
    ),
    "tag in silence": ('# %% [markdown] id="z"\n# A\n# <img src="data:,">', "without a text alternative"),
    "empty link": ('# %% [markdown] id="z"\n# A\n# see [here]()', "not a link"),
    "link without words": ('# %% [markdown] id="z"\n# A\n# see [](https://a.b)', "not a link"),
    "link to a file": ('# %% [markdown] id="z"\n# A\n# see [this](../README.md)', "not a link"),
    "link to no lesson": ('# %% [markdown] id="z"\n# A\n# see [six](06_cnn.ipynb)', "there is no lesson 06_cnn.ipynb"),
}


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_told_with_its_line(course, name: str) -> None:
    cell, message = BREACHES[name]
    last = len(course.source.read_text().splitlines()) + 1 + len(cell.splitlines())
    line = last if name != "silent claim" else last - 2
    course.add(cell)
    problems = lint(course.recipe())
    assert {problem.line for problem in problems} == {line}
    assert any(message in problem.message for problem in problems)


def test_every_rule_is_broken_once_above_or_below() -> None:
    """A new rule without a test would not be noticed otherwise: four rules have tests of their own."""
    assert len(RULES) == 13


def test_a_good_lesson_is_left_alone(course) -> None:
    course.add('# %% id="last"\nplt.plot(x); plt.title("a / b")\nhalf = f"{1}/10"')
    course.add(
        '# %% [markdown] id="prose"\n# $f[x](y)$ and `a[0](1)` and $$a[b](c)$$, [above](#What-it-is-about), '
        '[NumPy](https://numpy.org "NumPy"), [here](03_small.ipynb).'
    )
    assert lint(course.recipe()) == []


def test_a_long_cell_is_told(course) -> None:
    course.add('# %% id="z"\n' + "\n".join(f"z{n} = {n}" for n in range(MAX_LINES)))
    assert lint(course.recipe()) == []
    course.source.write_text(course.source.read_text() + "z = 1\n")
    assert [p.message for p in lint(course.recipe())] == [
        f"{MAX_LINES + 1} lines of code in a cell, more than {MAX_LINES}: split it, or use the package"
    ]


def test_an_unknown_exercise_is_told(course) -> None:
    course.add('# %% exercise="unknown"')
    assert "no exercise called 'unknown'" in lint(course.recipe())[0].message


def test_an_exercise_without_a_cell_is_told(course) -> None:
    course.exercises["forgotten"] = Exercise("forgotten")
    assert [p.message for p in lint(course.recipe())] == [
        "exercise 'forgotten' is registered for this lesson, but has no cell here"
    ]


def test_an_exercise_stands_after_those_it_builds_on(course) -> None:
    course.exercises["add_four"] = Exercise("add_four", requires=("add_two",))
    course.add('# %% exercise="add_four"')
    assert lint(course.recipe()) == []
    course.change('exercise="add_two"', 'exercise="add_four" ')
    course.source.write_text(
        course.source.read_text().removesuffix('# %% exercise="add_four"\n') + '# %% exercise="add_two"\n'
    )
    assert "builds on 'add_two', which must stand before it" in lint(course.recipe())[0].message


@pytest.mark.parametrize("taken", ["lesson-head", "lesson-setup"])
def test_ids_of_the_builder_are_not_taken(course, taken: str) -> None:
    course.change('id="first"', f'id="{taken}"')
    assert f"the id {taken!r} belongs to the builder" in lint(course.recipe())[0].message
