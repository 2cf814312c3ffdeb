"""The project is found from any folder inside it, and one setting names the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlcourse.authoring.errors import AuthoringError, UsageError
from dlcourse.authoring.project import find_project


def test_the_project_is_found_from_a_folder_inside_it(course) -> None:
    project = find_project(course.source.parent)
    assert (project.root, project.repository, project.branch) == (course.root, "someone/course", "main")


def test_an_option_names_a_fork(course) -> None:
    assert find_project(course.root, "me/fork.of-it").repository == "me/fork.of-it"
    with pytest.raises(UsageError, match="OWNER/NAME"):
        find_project(course.root, "https://example.org/me/fork")


def test_outside_of_a_checkout_the_message_says_so(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match="not inside a checkout"):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("settings", "message"),
    [("[tool.dlcourse]\nbranch = 'main'", "must look like OWNER/NAME"), ("[tool.dlcourse", "not valid TOML")],
)
def test_broken_settings_are_told(course, settings: str, message: str) -> None:
    (course.root / "pyproject.toml").write_text(settings)
    with pytest.raises(AuthoringError, match=message):
        find_project(course.root)


@pytest.mark.parametrize("wanted", ["03", "03_small", "notebooks/source/03_small.py", "notebooks/03_small.ipynb"])
def test_a_lesson_is_called_by_number_name_or_file(course, wanted: str) -> None:
    assert course.project.find_sources([wanted]) == [course.source]


def test_without_a_name_all_lessons_are_meant(course) -> None:
    (course.source.parent / "helper.py").write_text("")
    assert course.project.find_sources([]) == [course.source]


def test_an_unknown_lesson_is_told_with_those_that_exist(course) -> None:
    with pytest.raises(UsageError, match="no lesson '99'; choose from: 03_small"):
        course.project.find_sources(["99"])
