"""What ``dlcourse build`` does: pick the lessons, build or check each, and sum up."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from dlcourse.authoring.build import Options, build_lesson, recipe_for
from dlcourse.authoring.check import check_lesson
from dlcourse.authoring.errors import AuthoringError, SourceError, UsageError
from dlcourse.authoring.project import Project, find_project

OK, FAILED, USAGE = 0, 1, 2


def run(options: argparse.Namespace, folder: Path) -> int:
    """Carry out ``dlcourse build`` in ``folder`` and return the exit status; what went wrong is on stderr."""
    try:
        project = find_project(folder, options.repository)
        sources = project.find_sources(options.lessons)
    except UsageError as error:
        print(f"dlcourse build: {error}", file=sys.stderr)
        return USAGE
    except AuthoringError as error:
        print(f"dlcourse build: {error}", file=sys.stderr)
        return FAILED
    one = _check if options.check else _build
    failed = [source.stem for source in sources if not one(project, source, options)]
    if failed:
        verb = "not as they should be" if options.check else "not built"
        print(f"dlcourse build: {verb}: {', '.join(failed)}", file=sys.stderr)
        return FAILED
    if options.check:
        print(f"{len(sources)} lessons are what their sources make.")
    return OK


def _check(project: Project, source: Path, options: argparse.Namespace) -> bool:
    try:
        problems = check_lesson(recipe_for(project, source))
    except SourceError as error:
        problems = error.problems
    for problem in problems:
        _fail(str(problem), project)
    return not problems


def _build(project: Project, source: Path, options: argparse.Namespace) -> bool:
    how = Options(
        solved=options.solutions,
        execute=not options.no_execute,
        fresh=options.fresh,
        without_mnist=options.without_mnist,
        ignore_budget=options.ignore_budget,
        say=lambda line: print(line, flush=True),
    )
    print(f"{source.stem} ...", flush=True)
    try:
        path = build_lesson(recipe_for(project, source), how)
    except AuthoringError as error:
        _fail(str(error), project)
        return False
    print(f"  written: {path.relative_to(project.root)}")
    return True


def _fail(message: str, project: Project) -> None:
    """Print to stderr, with paths relative to the checkout."""
    print(message.replace(f"{project.root}{os.sep}", ""), file=sys.stderr)
