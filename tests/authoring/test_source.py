"""A source is read cell by cell, and every breach of its form is told with file and line."""

from __future__ import annotations

import pytest

from dlcourse.authoring.errors import SourceError
from dlcourse.authoring.source import read_lesson


def complaints(course) -> list[tuple[int, str]]:
    with pytest.raises(SourceError) as caught:
        read_lesson(course.source)
    assert all(problem.path == course.source for problem in caught.value.problems)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_facts_of_the_front_matter_are_read(course) -> None:
    lesson = read_lesson(course.source)
    assert (lesson.number, lesson.name, lesson.title) == ("03", "03_small", "A small lesson")
    assert (lesson.reading_minutes, lesson.prerequisites, lesson.gpu) == (5, ("02",), False)


def test_cells_have_kind_id_tags_and_the_line_of_their_text(course) -> None:
    cells = {cell.id: cell for cell in read_lesson(course.source).cells}
    assert [cell.kind for cell in cells.values()] == [
        "markdown", "code", "claim", "code", "exercise", "code", "code", "code", "code", "claim",
    ]  # fmt: skip
    assert cells["first"].first_line == course.line_of("x = np.arange(3.0)")
    assert cells["promise"].first_line == course.line_of("# ## What it is about")
    assert cells["large-data"].needs_mnist
    assert not cells["first"].needs_mnist
    assert cells["add_two"].exercise == "add_two"
    assert {"claim-after-first", "claim-after-large-data"} <= set(cells)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('lesson: "03"', "lesson: 3", 'front matter: `lesson` must be two digits in quotes, such as "04", but is 3'),
        ('lesson: "03"', 'lesson: "04"', "front matter: lesson 04 must lie in a file 04_NAME.py"),
        ("title: A small lesson", "title: ''", "front matter: `title` must be a short phrase, but is ''"),
        ("reading_minutes: 5", "reading_minutes: soon", "such as 75, but is 'soon'"),
        ('prerequisites: ["02"]', "prerequisites: 02", 'a list of lessons, such as ["02", "03"]'),
        ("gpu: false", "gpu: maybe", "`gpu` must be true or false, but is 'maybe'"),
        ("gpu: false", "cpu: false", "`gpu` is missing"),
        ("gpu: false", "gpu: false\n#     author: me", "`author` is no fact of a lesson"),
        ("gpu: false", "gpu: [", "not valid YAML"),
        ("dlcourse:", "course:", "no section `dlcourse:`"),
    ],
)
def test_front_matter_is_checked(course, old: str, new: str, message: str) -> None:
    course.change(old, new)
    assert any(line == 1 and message in text for line, text in complaints(course))


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("# %%\nz = 1", "every cell needs an id"),
        ('# %% id="has space"\nz = 1', "every cell needs an id"),
        ('# %% id="z" colour="red"\nz = 1', "`colour` is no option of a cell"),
        ("# %% id=z\nz = 1", "is no option of a cell"),
        ('# %% id="z" tags=["clam"]\nz = 1', "unknown tag 'clam'"),
        ('# %% id="first"\nz = 1', "id 'first' is used already in line 19"),
        ('# %% exercise="add_two"', "exercise 'add_two' is used already"),
        ('# %% exercise="other"\nz = 1', "an exercise cell is empty"),
    ],
)
def test_headers_of_cells_are_checked(course, cell: str, message: str) -> None:
    line = len(course.source.read_text().splitlines()) + 2
    course.add(cell)
    assert [(line, True)] == [(line, message in text) for line, text in complaints(course)]


def test_all_breaches_are_told_at_once_in_the_order_of_the_file(course) -> None:
    course.change("gpu: false", "gpu: maybe")
    course.change(' id="first"', "")
    course.change('id="picture"', 'id="widget"')
    lines = [line for line, _ in complaints(course)]
    assert len(lines) == 3
    assert lines == sorted(lines)


def test_a_cell_mark_inside_a_string_is_refused(course) -> None:
    course.add('# %% id="z"\nz = """\n# %% not a cell\n"""')
    assert "inside a string" in complaints(course)[0][1]


def test_text_before_the_first_cell_is_refused(course) -> None:
    course.change('# %% [markdown] id="promise"', 'import os\n\n# %% [markdown] id="promise"')
    assert "text before the first cell" in complaints(course)[0][1]
