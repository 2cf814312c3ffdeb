"""What an author did wrong, said with file and line instead of a traceback."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One thing to mend: where it is, and what is wrong with it.

    ``line`` counts from 1; 0 stands for the file as a whole.
    """

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.message}"


class AuthoringError(Exception):
    """A build or a check cannot succeed; the message says what to do, and needs no traceback."""


class SourceError(AuthoringError):
    """A lesson's source breaks the rules for sources; ``problems`` lists each breach."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


class UsageError(AuthoringError):
    """The command was called with something that does not exist, such as an unknown lesson."""
