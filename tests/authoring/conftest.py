"""A small course of one lesson, in a temporary folder, with everything that a lesson may hold."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlcourse.authoring import head
from dlcourse.authoring.build import Options, build_lesson, recipe_for
from dlcourse.authoring.notebook import Recipe
from dlcourse.authoring.project import Project

HERE = Path(__file__).parent
SETUP = """\
import numpy as np
import matplotlib.pyplot as plt

# Lesson {number} of {repository}, {branch}: these tests need no more of the course than a check.
def check(answer):
    try:
        passed = answer(2) == 4
    except NotImplementedError:
        passed = False
    print("passed" if passed else "not started")
    return type("Result", (), {{"passed": passed, "_ipython_display_": lambda self: None}})()"""


@dataclass
class Exercise:
    """What the builder needs of an exercise."""

    name: str
    points: float = 1
    requires: tuple[str, ...] = ()
    body: str = "return x + 2"

    @property
    def solution_source(self) -> str:
        return f'def {self.name}(x):\n    """Add two to x."""\n    {self.body}\n'

    @property
    def stub(self) -> str:
        return self.solution_source.replace(self.body, "raise NotImplementedError")


class Course:
    """A checkout with the lesson ``03_small``, whose source a test may change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.source = root / "notebooks" / "source" / "03_small.py"
        self.notebook = root / "notebooks" / "03_small.ipynb"
        self.source.parent.mkdir(parents=True)
        (root / "pyproject.toml").write_text('[tool.dlcourse]\nrepository = "someone/course"\nbranch = "main"\n')
        shutil.copy(HERE / "small_lesson.txt", self.source)
        self.exercises = {"add_two": Exercise("add_two")}

    @property
    def project(self) -> Project:
        return Project(self.root, "someone/course")

    def recipe(self) -> Recipe:
        return recipe_for(self.project, self.source, self.exercises)

    def build(self, **options: object) -> Path:
        return build_lesson(self.recipe(), Options(**options))  # type: ignore[arg-type]

    def change(self, old: str, new: str) -> None:
        """Edit the source; ``old`` must be there once."""
        text = self.source.read_text()
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in the source"
        self.source.write_text(text.replace(old, new))

    def add(self, cell: str) -> None:
        """Put a cell at the end of the source."""
        self.source.write_text(f"{self.source.read_text()}\n{cell}\n")

    def line_of(self, text: str) -> int:
        lines = self.source.read_text().splitlines()
        return next(number for number, line in enumerate(lines, start=1) if text in line)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A fresh course, not built yet; with the real set-up cell, fine for what executes nothing."""
    return Course(tmp_path / "course")


@pytest.fixture
def light_course(course: Course, monkeypatch: pytest.MonkeyPatch) -> Course:
    """The same with a set-up cell that loads little, for what starts a kernel; MNIST cannot be had."""
    monkeypatch.setattr(head, "_SETUP", SETUP)
    monkeypatch.setenv("DLCOURSE_DATA", str(course.root / "data"))
    monkeypatch.setenv("DLCOURSE_MIRROR", "")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "")
    return course


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course built once, to be copied: executing takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(head, "_SETUP", SETUP)
        patch.setattr("dlcourse.authoring.build.mnist_is_missing", lambda: "")
        built_course = Course(tmp_path_factory.mktemp("built") / "course")
        built_course.build()
    return built_course.root


@pytest.fixture
def built_course(light_course: Course, built: Path) -> Course:
    """A course with its notebook, a copy of its own."""
    shutil.copy(built / "notebooks" / "03_small.ipynb", light_course.notebook)
    return light_course


@pytest.fixture
def with_mnist(monkeypatch: pytest.MonkeyPatch) -> None:
    """The builder finds MNIST: the small lesson's MNIST cells need no data."""
    monkeypatch.setattr("dlcourse.authoring.build.mnist_is_missing", lambda: "")
