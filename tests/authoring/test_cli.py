"""The command ``dlcourse``: exit status 0, 1 or 2, one clear message, no traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

import dlcourse
from dlcourse.authoring import build as building
from dlcourse.cli import main


@pytest.fixture
def here(built_course, monkeypatch: pytest.MonkeyPatch):
    """The small course as working folder; its exercises as if the package had them."""
    monkeypatch.chdir(built_course.root)
    monkeypatch.setattr(building, "_registered", lambda number: built_course.exercises)
    return built_course


def test_check_of_a_sound_course_succeeds(here, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--check"]) == 0
    assert capsys.readouterr().out == "1 lessons are what their sources make.\n"


def test_check_of_a_changed_course_fails_with_paths_from_its_root(here, capsys) -> None:
    here.change("Two and two.", "Three and three.")
    assert main(["build", "03", "--check"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("notebooks/03_small.ipynb: cell promise differs")
    assert told.endswith("dlcourse build: not as they should be: 03_small\n")


def test_a_build_says_what_it_writes(here, capsys) -> None:
    assert main(["build", "03", "--no-execute"]) == 0
    assert capsys.readouterr().out == "03_small ...\n  written: notebooks/03_small.ipynb\n"


def test_a_failed_build_is_told_without_a_traceback(here, capsys) -> None:
    here.change("x = np.arange(3.0)", "x = np.arange(4.0)")
    assert main(["build", "--no-execute"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("notebooks/source/03_small.py: code is new, changed or moved")
    assert "Traceback" not in told


def test_a_broken_source_is_told_with_file_and_line(here, capsys) -> None:
    here.change(' id="first"', "")
    assert main(["build"]) == 1
    assert capsys.readouterr().err.startswith("notebooks/source/03_small.py:19: every cell needs an id")


def test_a_fork_is_built_with_one_option(here) -> None:
    assert main(["build", "--no-execute", "--repository", "me/fork"]) == 0
    assert "github/me/fork/blob" in here.notebook.read_text()
    assert main(["build", "--check"]) == 1
    assert main(["build", "--check", "--repository", "me/fork"]) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["build", "99"], "no lesson '99'"),
        (["build", "--repository", "fork"], "OWNER/NAME"),
        (["data", "fetch", "imagenet"], "choose one of: mnist"),
    ],
)
def test_bad_usage_has_status_2(here, capsys, arguments: list[str], told: str) -> None:
    assert main(arguments) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["bild"], ["build", "--check", "--solutions"]])
def test_arguments_that_make_no_sense_have_status_2(capsys, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: dlcourse" in capsys.readouterr().err


def test_outside_of_a_checkout_a_build_fails(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["build"]) == 1
    assert "not inside a checkout of the course" in capsys.readouterr().err


def test_version(capsys) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == f"dlcourse {dlcourse.__version__}\n"


def test_data_lists_the_sets(here, capsys) -> None:
    assert main(["data"]) == 0
    told = capsys.readouterr().out
    assert "digits                   part of the course" in told
    assert "not here; dlcourse data fetch mnist" in told
    assert main(["data", "list"]) == 0
    assert capsys.readouterr().out == told


def test_data_that_cannot_be_fetched_is_told_in_one_sentence(here, capsys) -> None:
    assert main(["data", "fetch", "mnist"]) == 1
    told = capsys.readouterr().err
    assert told.startswith("MNIST (11.6 MB) is not on this machine")
    assert told.count("\n") == 1


def test_without_the_packages_for_authors_the_message_says_how_to_get_them() -> None:
    program = "import sys; sys.modules['jupytext'] = None; from dlcourse.cli import main; sys.exit(main(['build']))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        'dlcourse build needs the package jupytext, which authors install with: pip install "dlcourse[author]"\n'
    )


def test_the_package_can_be_run_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "dlcourse", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"dlcourse {dlcourse.__version__}\n"
