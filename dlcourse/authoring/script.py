"""Run a lesson's source without Jupyter: its claims under another seed, its exercises one by one.

    DLCOURSE_SEED=2 python -m dlcourse.authoring.script claims notebooks/source/04_backprop.py
    python -m dlcourse.authoring.script exercises notebooks/source/04_backprop.py

Exit status 0 where all is well; 1, and a line for each failure, otherwise.
"""

from __future__ import annotations

import linecache
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dlcourse.authoring import claims
from dlcourse.authoring.build import recipe_for
from dlcourse.authoring.head import setup
from dlcourse.authoring.notebook import Recipe
from dlcourse.authoring.project import find_project
from dlcourse.authoring.source import SourceCell

Names = dict[str, Any]


def failing_claims(recipe: Recipe) -> Iterator[str]:
    """Run the lecture from top to bottom, exercises and MNIST cells left out; say which claims fail.

    A lecture cell that fails ends the run; it is told like a claim.
    """
    lesson = recipe.lesson
    names = _after_setup(recipe)
    for cell in lesson.cells:
        if cell.needs_mnist or cell.kind not in ("code", "claim"):
            continue
        try:
            if cell.kind == "claim":
                claims.run(names, cell.text, str(lesson.path), cell.first_line)
            else:
                _run_lecture_cell(cell, names)
        except Exception as error:
            line = _line(error, str(lesson.path), cell)
            yield f"{lesson.name}:{line}: {cell.kind} {cell.id}: {_told(error)}"
            if cell.kind == "code":
                return


def failing_exercises(recipe: Recipe) -> Iterator[str]:
    """Solve each exercise after the set-up cell and the exercises that it requires; say which fail.

    The reference must get full points, and the stub none.
    """
    after_setup = _after_setup(recipe)
    for cell in recipe.lesson.exercises():
        exercise = recipe.exercises[cell.exercise]
        for text, wanted in ((exercise.stub, 0), (exercise.solution_source, exercise.points)):
            names = dict(after_setup)
            try:
                for needed in _required(recipe, exercise):
                    _execute(recipe.exercises[needed].solution_source, names, f"<{needed}>")
                _execute(text, names, f"<{exercise.name}>")
                result = names["check"](names[exercise.name])
            except Exception as error:
                yield f"{exercise.name}: {_told(error)}"
            else:
                if result.points != wanted:
                    yield f"{exercise.name}: {result.points} points instead of {wanted}: {result.message}"


def _required(recipe: Recipe, exercise: Any) -> list[str]:
    """The earlier exercises that an answer may use, and those that they may use."""
    found: list[str] = []
    for name in getattr(exercise, "requires", ()):
        found += [*_required(recipe, recipe.exercises[name]), name]
    return list(dict.fromkeys(found))


def _after_setup(recipe: Recipe) -> Names:
    from IPython.core.inputtransformer2 import TransformerManager

    text = TransformerManager().transform_cell(setup(recipe.lesson, recipe.project))
    names: Names = {"__name__": "__main__"}
    _execute(text, names, "<set-up>")
    return names


def _run_lecture_cell(cell: SourceCell, names: Names) -> None:
    import matplotlib.pyplot as plt

    try:
        _execute(cell.text, names, f"<{cell.id}>")
    except Exception:
        if "raises-exception" not in cell.tags:
            raise
    finally:
        plt.close("all")


def _execute(text: str, names: Names, file: str) -> None:
    """Execute a cell so that its functions have a source, as in a notebook."""
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), names)


def _line(error: Exception, path: str, cell: SourceCell) -> int:
    """The line of the source in which a cell failed."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if frame.filename == path:
            return frame.lineno or cell.line
        if frame.filename == f"<{cell.id}>":
            return cell.first_line + (frame.lineno or 1) - 1
    return cell.line


def _told(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"{text} (at `{frame.line}`)" if frame.line else text


def main(arguments: list[str]) -> int:
    """Run ``claims`` or ``exercises`` of a source and return the exit status."""
    runs: dict[str, Callable[[Recipe], Iterator[str]]] = {"claims": failing_claims, "exercises": failing_exercises}
    what, path = arguments
    source = Path(path).resolve()
    failures = list(runs[what](recipe_for(find_project(source.parent), source)))
    print("\n".join(failures), file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
