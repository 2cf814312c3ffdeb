"""Build notebooks from sources: lint, execute, measure, write."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from dlcourse import lecture
from dlcourse.authoring import labels as labelling
from dlcourse.authoring.canonical import canonicalise, dump
from dlcourse.authoring.errors import AuthoringError, SourceError
from dlcourse.authoring.execute import Run, execute
from dlcourse.authoring.keep import all_unchanged, copy_outputs, steady_cells
from dlcourse.authoring.labels import Labels, Measurement
from dlcourse.authoring.lints import lint
from dlcourse.authoring.notebook import Exercises, Recipe, Step, assemble, plan, read_notebook, stored_labels
from dlcourse.authoring.project import Project
from dlcourse.authoring.source import read_facts, read_lesson

RUN, KEEP, HIDE = ("run", "keep", "hide")  # what to do with MNIST cells: run them, keep their outputs, hide MNIST
_NO_LABELS = Labels(labelling.SECONDS[0], 0, labelling.MEGABYTES[0])


@dataclass(frozen=True)
class Options:
    """How to build.

    ``solved``: the reference answers in place of the stubs, written below ``build/solutions``.
    ``execute``: run the cells; otherwise the outputs of the existing notebook are kept.
    ``fresh``: renew outputs too that differ from run to run, such as times, though nothing changed.
    ``without_mnist``: run the MNIST cells as on a machine that has no MNIST.
    ``ignore_budget``: say what took too long, but write the notebook all the same.
    ``say``: where progress goes, a line at a time.
    """

    solved: bool = False
    execute: bool = True
    fresh: bool = False
    without_mnist: bool = False
    ignore_budget: bool = False
    say: Callable[[str], None] = lambda line: None


def recipe_for(project: Project, source: Path, exercises: Exercises | None = None) -> Recipe:
    """What the notebook of the lesson in the file ``source`` is made from.

    Args:
        project: the checkout.
        source: the lesson's source.
        exercises: the lesson's exercises by name; by default those that the package has for it.

    Raises:
        SourceError: the source breaks the rules for sources.
    """
    lesson = read_lesson(source)
    own = _registered(lesson.number) if exercises is None else exercises
    return Recipe(lesson, own, project, lesson_titles(project))


def lesson_titles(project: Project) -> dict[str, tuple[str, str]]:
    """Number of each lesson that has a source -> its file's name and its title."""
    facts = {path: read_facts(path) for path in project.find_sources([])}
    return {fact["number"]: (path.stem, fact["title"]) for path, fact in facts.items()}


def _registered(number: str) -> Exercises:
    from dlcourse import exercises

    return {exercise.name: exercise for exercise in exercises.for_lesson(number)}


def build_lesson(recipe: Recipe, options: Options) -> Path:
    """Build one notebook and return its path; where anything fails, the old one stays as it was.

    Raises:
        SourceError: the source breaks a rule.
        AuthoringError: a cell or claim failed, a budget was passed, MNIST is needed and missing.
    """
    problems = lint(recipe)
    if problems:
        raise SourceError(problems)
    student = read_notebook(recipe.project.notebook(recipe.lesson.name))
    target = recipe.project.solution if options.solved else recipe.project.notebook
    path = target(recipe.lesson.name)
    old = read_notebook(path) if options.solved else student
    if options.execute:
        notebook = _executed(recipe, options, student, old)
    else:
        notebook = _refreshed(recipe, options, stored_labels(student) or _NO_LABELS, old)
    write(path, dump(notebook))
    if not options.solved:
        _note_lecture_cells(recipe, notebook)
    return path


def _note_lecture_cells(recipe: Recipe, notebook: NotebookNode) -> None:
    """The package knows the cells that are handed out, so that grading need not run them."""
    table = recipe.project.lecture_cells
    if table.parent.is_dir():
        number = recipe.lesson.number
        write(table, lecture.with_cells(table, number, (cell.source for cell in notebook.cells if _is_code(cell))))


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


# --- With execution --------------------------------------------------------------------------------------


def _executed(recipe: Recipe, options: Options, student: NotebookNode | None, old: NotebookNode | None) -> NotebookNode:
    """Run the cells. ``student`` is the student's notebook that is there, ``old`` the one to be replaced."""
    previous = stored_labels(student)
    steps = plan(recipe, previous or _NO_LABELS, options.solved)
    how = _how_to_treat_mnist(recipe, options, steps, student)
    left_out = [step for step in steps if _is_left_out(step, how)]
    done = [step for step in steps if step not in left_out]
    run = execute(recipe.lesson, done, offline=how == HIDE, progress=options.say)
    measured = _measure(run, steps, with_mnist=how == RUN)
    _enforce_budget(recipe, run, measured, steps, options)
    if options.solved and previous is not None:
        chosen = previous
    else:
        chosen = labelling.choose(measured, recipe.lesson.needs_mnist, previous)
    head = plan(recipe, chosen, options.solved)[0]
    notebook = assemble(recipe, [head, *steps[1:]], chosen, mnist=how != HIDE)
    if run.widgets:
        notebook.metadata["widgets"] = run.widgets
    if how == KEEP and student is not None:
        copy_outputs({step.cell.id for step in left_out}, student, notebook)
    if old is not None and not options.fresh:
        copy_outputs(steady_cells(steps, notebook, old, run.folder), old, notebook)
    canonicalise(notebook, run.folder)
    return notebook


def _is_left_out(step: Step, how: str) -> bool:
    """Whether the step is not executed: MNIST cells whose outputs are kept, MNIST claims without the data."""
    return step.needs_mnist and (how == KEEP or (how == HIDE and not step.kept))


def _how_to_treat_mnist(recipe: Recipe, options: Options, steps: list[Step], student: NotebookNode | None) -> str:
    """``RUN``, ``KEEP`` or ``HIDE``.

    Raises:
        AuthoringError: MNIST is missing, and there are no outputs that could be kept.
    """
    if not recipe.lesson.needs_mnist:
        return RUN
    if options.without_mnist:
        return HIDE
    missing = mnist_is_missing()
    if not missing:
        return RUN
    wanted = [step.cell for step in steps if step.needs_mnist and step.kept]
    if all_unchanged(wanted, student):
        options.say("  MNIST is missing: the outputs of its cells stay as they are.")
        return KEEP
    raise AuthoringError(
        f"{recipe.lesson.path}: the MNIST cells are new or changed, and cannot be run here. {missing} "
        "Or build with --without-mnist for a preview (which `dlcourse build --check` does not accept)."
    )


def mnist_is_missing() -> str:
    """Fetch MNIST where it is not cached yet; what is missing in one sentence, or an empty string."""
    from dlcourse import data

    try:
        data.fetch("mnist", progress=False)
    except data.DataUnavailable as error:
        here = {status.name: status.cached for status in data.status()}
        return "" if here["mnist"] else str(error)
    return ""


def _measure(run: Run, steps: list[Step], with_mnist: bool) -> Measurement:
    mnist = {step.cell.id for step in steps if step.needs_mnist}
    without = sum(seconds for key, seconds in run.seconds.items() if key not in mnist)
    return Measurement(sum(run.seconds.values()), without, run.megabytes, with_mnist)


def _enforce_budget(recipe: Recipe, run: Run, measured: Measurement, steps: list[Step], options: Options) -> None:
    lesson = recipe.lesson
    options.say(
        f"  {lesson.name} ran {measured.seconds:.1f} s, {measured.seconds_without_mnist:.1f} s of it "
        f"without MNIST, {measured.megabytes:.0f} MB"
    )
    slow = frozenset(step.cell.id for step in steps if step.origin is not None and "slow" in step.origin.tags)
    over = labelling.over_budget(run.seconds, measured, slow)
    if over and options.ignore_budget:
        for sentence in over:
            options.say(f"  over budget: {sentence}")
    elif over:
        raise AuthoringError("\n".join(f"{lesson.path}: {sentence}" for sentence in over))


# --- Without execution -----------------------------------------------------------------------------------


def _refreshed(recipe: Recipe, options: Options, labels: Labels, old: NotebookNode | None) -> NotebookNode:
    """New texts around the outputs that are there.

    Raises:
        AuthoringError: code changed, so that the outputs would no longer be its own.
    """
    steps = plan(recipe, labels, options.solved)
    code = [step.cell for step in steps if step.kept and step.cell.cell_type == "code" and step.origin]
    before = [cell.get("id") for cell in old.cells if cell.cell_type == "code"] if old is not None else []
    if old is None or not all_unchanged(code, old) or before[1:] != [cell.id for cell in code]:
        raise AuthoringError(
            f"{recipe.lesson.path}: code is new, changed or moved, so its outputs must be made: "
            "build without --no-execute."
        )
    notebook = assemble(recipe, steps, labels)
    copy_outputs({cell.id for cell in notebook.cells}, old, notebook)
    canonicalise(notebook)
    return notebook


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_text(text, encoding="utf-8", newline="\n")
        os.replace(partial, path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise AuthoringError(f"{path} cannot be written: {error.strerror}") from error
