"""Make up a class of submissions, to try grading with: nobody's real work, and every kind of trouble in it.

    python -m dlcourse.grading.example notebooks/02_score_and_loss.ipynb my_class --students 30 --form canvas

The folder gets ``roster.csv`` and ``submissions``: right and wrong answers, exercises not started, a loop without
end, a late one, a second attempt, somebody who is not on the roster, and a file that is no notebook.
"""

from __future__ import annotations

import argparse
import csv
import inspect
import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dlcourse import exercises
from dlcourse.checks.answers import free_names
from dlcourse.exercises import Exercise, source

_GIVEN = (
    "Amara", "Björn", "Chiara", "Dmitri", "Elif", "Fatima", "Gaël", "Hanna", "Ivo", "Jun", "Kateřina", "Léa", "Mehdi",
    "Noor", "Oskar", "Priya", "Quentin", "Rosa", "Søren", "Tala", "Umut", "Vera", "Wei", "Ximena", "Yusuf", "Zoë",
)  # fmt: skip
_FAMILY = (
    "Andersson", "Beaumont", "Castillo", "Dvořák", "Eze", "Fischer", "García López", "Huang", "Ivanova", "Jensen",
    "Kowalska", "Lindqvist", "Müller", "Nakamura", "O'Brien", "Petrov", "Rossi", "Singh", "Tanaka", "Yılmaz",
)  # fmt: skip

_HANGS = "    while True:\n        pass\n"
_CRASHES = "    return undefined_name\n"


@dataclass(frozen=True)
class Person:
    """A made-up student."""

    given: str
    family: str
    number: int
    login: str

    @property
    def email(self) -> str:
        """An address that cannot exist."""
        return f"{self.login}@students.example"


@dataclass(frozen=True)
class HandIn:
    """A file that somebody hands in."""

    person: Person
    content: bytes
    attempt: int = 1
    late: bool = False


def people(number: int, dice: random.Random) -> list[Person]:
    """So many students with different names."""
    names = [(given, family) for given in _GIVEN for family in _FAMILY]
    if number > len(names):
        raise ValueError(f"There are names for at most {len(names)} students, not for {number}.")
    chosen = dice.sample(names, number)
    return [Person(given, family, 4000 + i, f"s{4000 + i}") for i, (given, family) in enumerate(chosen)]


# --- the notebooks -------------------------------------------------------------------------------


def answered(notebook: dict[str, Any], answer_to: Callable[[Exercise], str]) -> bytes:
    """The notebook with other code in its answer cells.

    Args:
        notebook: a lesson's notebook as JSON data; it is not changed.
        answer_to: gives the code for an exercise, "" to leave the cell as it is.
    """
    filled = json.loads(json.dumps(notebook))
    for cell in filled["cells"]:
        role = cell["metadata"].get("dlcourse", {})
        if role.get("role") == "answer":
            cell["source"] = answer_to(exercises.get(role["exercise"])) or cell["source"]
    return json.dumps(filled).encode()


def written_mistakes(exercise: Exercise) -> list[str]:
    """The recorded mistakes as a student would have written them: those that need nothing else of their module."""
    found = []
    for mistake in exercise.mistakes:
        if exercise.needs or not inspect.isfunction(mistake.written):
            continue
        text = source.solution(mistake.written)
        if free_names(text) <= {"np"}:
            found.append(re.sub(rf"^def {mistake.name}\b", f"def {exercise.name}", text, count=1, flags=re.M))
    return found


def _body(exercise: Exercise, body: str) -> str:
    """The stub with another body; a class keeps its own."""
    return exercise.stub.replace("    raise NotImplementedError\n", body)


def _careful(exercise: Exercise) -> str:
    return exercise.solution_source


def _untouched(exercise: Exercise) -> str:
    return ""


def _mixed(dice: random.Random, right: float) -> Callable[[Exercise], str]:
    """Right answers to this share of the exercises, wrong or none to the others."""

    def answer(exercise: Exercise) -> str:
        if dice.random() < right:
            return exercise.solution_source
        return dice.choice([*written_mistakes(exercise), ""])

    return answer


def _one_spoilt(names: list[str], body: str, dice: random.Random) -> Callable[[Exercise], str]:
    spoilt = dice.choice(names)
    return lambda exercise: _body(exercise, body) if exercise.name == spoilt else exercise.solution_source


def hand_ins(notebook: dict[str, Any], members: list[Person], dice: random.Random) -> Iterator[HandIn]:
    """What the members hand in; the last of them hands in nothing."""
    names = [e.name for e in exercises.for_lesson(notebook["metadata"]["dlcourse"]["lesson"]) if not e.is_class]
    special: dict[int, HandIn] = {
        1: HandIn(members[1], answered(notebook, _one_spoilt(names, _HANGS, dice))),
        2: HandIn(members[2], answered(notebook, _one_spoilt(names, _CRASHES, dice))),
        3: HandIn(members[3], answered(notebook, _untouched)),
        4: HandIn(members[4], answered(notebook, _careful), late=True),
        5: HandIn(members[5], b"<html>the page that shows the notebook, saved by mistake</html>"),
    }
    for i, person in enumerate(members[:-1]):
        yield special.get(i) or HandIn(person, answered(notebook, _mixed(dice, dice.choice((0.5, 0.7, 0.9, 1.0)))))
    yield HandIn(members[3], answered(notebook, _mixed(dice, 0.8)), attempt=2)
    stranger = Person("Someone", "Else", 9999, "s9999")
    yield HandIn(stranger, answered(notebook, _careful))


# --- the folder ----------------------------------------------------------------------------------


def _canvas(hand_in: HandIn, lesson_file: str) -> str:
    person = hand_in.person
    squashed = re.sub(r"[\W_]", "", f"{person.family}{person.given}".lower())
    late = "_LATE" if hand_in.late else ""
    again = f"-{hand_in.attempt - 1}" if hand_in.attempt > 1 else ""
    return f"{squashed}{late}_{person.number}_{70000 + person.number}_{lesson_file}{again}.ipynb"


def _moodle(hand_in: HandIn, lesson_file: str) -> str:
    person = hand_in.person
    return f"{person.given} {person.family}_{person.number}_assignsubmission_file_/{lesson_file}.ipynb"


def _folders(hand_in: HandIn, lesson_file: str) -> str:
    again = f"-{hand_in.attempt}" if hand_in.attempt > 1 else ""
    return f"{hand_in.person.login}/{lesson_file}{again}.ipynb"


FORMS: dict[str, Callable[[HandIn, str], str]] = {"canvas": _canvas, "moodle": _moodle, "folders": _folders}


def make_class(notebook: Path, folder: Path, students: int = 30, form: str = "canvas", seed: int = 0) -> None:
    """Write ``roster.csv`` and ``submissions`` into a folder.

    Args:
        notebook: a lesson's notebook, as the course ships it.
        folder: where to write; it must not hold submissions yet.
        students: how many are on the roster, at least 8.
        form: how the files are called: ``"canvas"``, ``"moodle"`` or ``"folders"``.
        seed: another seed makes up another class.

    Raises:
        ValueError: too few or too many students, or an unknown form.
        FileExistsError: the folder holds submissions already.
    """
    if students < 8:
        raise ValueError(f"A class needs at least 8 students to have every kind of trouble in it, not {students}.")
    if form not in FORMS:
        raise ValueError(f"There is no form {form!r}: choose from {', '.join(FORMS)}.")
    data = json.loads(notebook.read_text(encoding="utf-8"))
    dice = random.Random(seed)
    members = people(students, dice)
    (folder / "submissions").mkdir(parents=True)
    for hand_in in hand_ins(data, members, dice):
        path = folder / "submissions" / FORMS[form](hand_in, notebook.stem)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(hand_in.content)
    _write_roster(folder / "roster.csv", members)


def _write_roster(path: Path, members: list[Person]) -> None:
    """In the columns of Canvas's gradebook, which other systems' exports resemble."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Student", "ID", "SIS Login ID", "Email"])
        for person in members:
            writer.writerow([f"{person.family}, {person.given}", person.number, person.login, person.email])


def main(arguments: list[str] | None = None) -> int:
    """Make up the class that the command line asks for and return the exit status."""
    parser = argparse.ArgumentParser("python -m dlcourse.grading.example", description="Make up a class.")
    parser.add_argument("notebook", type=Path, help="a lesson's notebook, such as notebooks/02_score_and_loss.ipynb")
    parser.add_argument("folder", type=Path, help="where to write roster.csv and submissions")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--form", choices=FORMS, default="canvas")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    try:
        make_class(options.notebook, options.folder, options.students, options.form, options.seed)
    except (OSError, ValueError) as error:
        print(f"dlcourse.grading.example: {error}", file=sys.stderr)
        return 1
    print(f"{options.students} students: {options.folder / 'submissions'}, {options.folder / 'roster.csv'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
