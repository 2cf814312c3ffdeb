"""The command ``dlcourse``: one subcommand per task, each with a function that returns the exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import dlcourse

OK, FAILED, USAGE = 0, 1, 2
GRADING_PACKAGES = ("jinja2", "markupsafe", "packaging")
AUTHOR_PACKAGES = ("jupytext", "nbclient", "nbformat", "ipykernel", "jupyter_client")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0 done, 1 failed, 2 called wrongly."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        status = command(options)
        sys.stdout.flush()  # so that a reader who has gone is noticed here
        return status
    except KeyboardInterrupt:
        print("dlcourse: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:  # our reader wanted no more, as in "dlcourse grade ... | head": the work itself is done
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dlcourse", description="The course's own command.")
    parser.add_argument("--version", action="version", version=f"dlcourse {dlcourse.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for add in (_add_grade, _add_build, _add_data):
        add(commands)
    return parser


# --- dlcourse grade --------------------------------------------------------------------------------------


def _add_grade(commands: argparse._SubParsersAction) -> None:
    from dlcourse.grading.options import add_options

    text = "Grade a class: each submission in a sandbox, judged from outside. What was graded is not graded again."
    parser = commands.add_parser("grade", help="grade a class of submissions", description=text)
    add_options(parser)
    parser.set_defaults(command=_grade)


def _grade(options: argparse.Namespace) -> int:
    try:
        from dlcourse.grading.command import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in GRADING_PACKAGES:
            raise
        print(
            f"dlcourse grade needs the package {error.name}, which instructors install with: "
            'pip install "dlcourse[grading]"',
            file=sys.stderr,
        )
        return FAILED
    return run(options)


# --- dlcourse build --------------------------------------------------------------------------------------


def _add_build(commands: argparse._SubParsersAction) -> None:
    text = "Make the notebooks from their sources: lint, execute, measure, write."
    parser = commands.add_parser("build", help="make the notebooks from their sources", description=text)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="such as 04; by default every lesson")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--check", action="store_true", help="execute nothing; fail where a notebook is not what its source makes"
    )
    what.add_argument(
        "--solutions", action="store_true", help="write the solved notebooks, below build/solutions, instead"
    )
    what.add_argument(
        "--no-execute",
        action="store_true",
        help="new texts around the outputs that are there; refused where code changed",
    )
    parser.add_argument("--fresh", action="store_true", help="renew outputs that differ from run to run, such as times")
    parser.add_argument(
        "--without-mnist", action="store_true", help="build as on a machine without MNIST, for a preview"
    )
    parser.add_argument("--ignore-budget", action="store_true", help="write a notebook even if it ran too long")
    parser.add_argument(
        "--repository", metavar="OWNER/NAME", help="for a fork: the repository that badges and set-up cells name"
    )
    parser.set_defaults(command=_build)


def _build(options: argparse.Namespace) -> int:
    try:
        from dlcourse.authoring.command import run
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in AUTHOR_PACKAGES:
            raise
        print(
            f"dlcourse build needs the package {error.name}, which authors install with: "
            'pip install "dlcourse[author]"',
            file=sys.stderr,
        )
        return FAILED
    return run(options, Path.cwd())


# --- dlcourse data ---------------------------------------------------------------------------------------


def _add_data(commands: argparse._SubParsersAction) -> None:
    text = "List the data sets of the course, or download one."
    parser = commands.add_parser("data", help="list or fetch data sets", description=text)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    actions.add_parser("list", help="what there is, and where (the default)").set_defaults(command=_list_data)
    fetch = actions.add_parser("fetch", help="download a set into the cache, verified")
    fetch.add_argument("names", nargs="+", metavar="NAME", help="such as mnist")
    fetch.set_defaults(command=_fetch_data)
    parser.set_defaults(command=_list_data)


def _list_data(options: argparse.Namespace) -> int:
    from dlcourse import data

    places = {"bundled": "part of the course", "cache": "in the cache", "mirror": "in the mirror folder"}
    for status in data.status():
        size = f"{status.megabytes:.0f} MB" if status.megabytes else ""
        place = places.get(status.place) or f"not here; dlcourse data fetch {status.name}"
        print(f"{status.name:<15}{size:>8}  {place}")
    print(f"\nThe cache is {data.cache_folder()}; DLCOURSE_DATA moves it.")
    return OK


def _fetch_data(options: argparse.Namespace) -> int:
    from dlcourse import data

    for name in options.names:
        try:
            print(f"{name}: {data.fetch(name)}")
        except ValueError as error:
            print(f"dlcourse data fetch: {error}", file=sys.stderr)
            return USAGE
        except data.DataUnavailable as error:
            print(error, file=sys.stderr)
            return FAILED
    return OK
