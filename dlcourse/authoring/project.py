"""Where the course's files lie, and the one setting that names its repository."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from dlcourse import lecture
from dlcourse.authoring.errors import AuthoringError, UsageError

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")


@dataclass(frozen=True)
class Project:
    """A checkout of the course: its root folder, and the repository that badges and set-up cells name."""

    root: Path
    repository: str
    branch: str = "main"

    @property
    def sources(self) -> Path:
        """The folder with one percent script per lesson."""
        return self.root / "notebooks" / "source"

    def notebook(self, name: str) -> Path:
        """Where the student's notebook of the lesson ``name`` (such as ``04_backprop``) lies."""
        return self.root / "notebooks" / f"{name}.ipynb"

    def solution(self, name: str) -> Path:
        """Where the solved notebook of the lesson ``name`` is written."""
        return self.root / "build" / "solutions" / f"{name}.ipynb"

    @property
    def lecture_cells(self) -> Path:
        """The table of the cells that are handed out."""
        return self.root / "dlcourse" / "datasets" / lecture.NAME

    def find_sources(self, lessons: list[str]) -> list[Path]:
        """The sources of ``lessons`` (``04``, ``04_backprop`` or a path), or of all where the list is empty.

        Raises:
            UsageError: a lesson has no source; the message lists those that have one.
        """
        available = {path.stem: path for path in sorted(self.sources.glob("[0-9][0-9]_*.py"))}
        if not available:
            raise AuthoringError(f"There is no lesson source (such as 04_backprop.py) in {self.sources}.")
        return [_one_source(lesson, available) for lesson in lessons] or list(available.values())


def _one_source(lesson: str, available: dict[str, Path]) -> Path:
    wanted = Path(lesson).stem
    for name, path in available.items():
        if wanted in (name, name[:2]):
            return path
    raise UsageError(f"There is no lesson {lesson!r}; choose from: {', '.join(available)}.")


def find_project(start: Path, repository: str | None = None) -> Project:
    """The project that ``start`` lies in: the nearest ``pyproject.toml`` upwards with ``[tool.dlcourse]``.

    Args:
        start: a folder inside the checkout.
        repository: ``OWNER/NAME``, for a fork; by default what ``[tool.dlcourse] repository`` says.

    Raises:
        AuthoringError: no such file, or no repository in it.
        UsageError: ``repository`` is not of the form ``OWNER/NAME``.
    """
    if repository is not None and not _REPOSITORY.fullmatch(repository):
        raise UsageError(f"--repository must look like OWNER/NAME, but is {repository!r}.")
    for folder in (start.resolve(), *start.resolve().parents):
        file = folder / "pyproject.toml"
        settings = _settings(file) if file.is_file() else None
        if settings is not None:
            chosen = repository or settings.get("repository", "")
            if not _REPOSITORY.fullmatch(chosen):
                raise AuthoringError(f"{file}: [tool.dlcourse] repository must look like OWNER/NAME.")
            return Project(folder, chosen, settings.get("branch", "main"))
    raise AuthoringError(
        f"{start.resolve()} is not inside a checkout of the course "
        "(no pyproject.toml with a [tool.dlcourse] section upwards from there)."
    )


def _settings(file: Path) -> dict[str, str] | None:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("dlcourse")
    except tomllib.TOMLDecodeError as error:
        raise AuthoringError(f"{file} is not valid TOML: {error}") from error
