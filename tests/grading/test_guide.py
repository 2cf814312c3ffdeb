"""The instructor's guide is true: every command on its page runs, and prints what the page shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.grading.conftest import ROOT, needs_bwrap

GUIDE = ROOT / "docs" / "grading.md"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.M | re.S)


def blocks() -> list[tuple[str, str]]:
    return [(match[1], match[2]) for match in BLOCK.finditer(GUIDE.read_text(encoding="utf-8"))]


def pattern(line: str) -> str:
    """A line of the page, in which "…" stands for anything."""
    return ".*".join(re.escape(part) for part in line.rstrip().split("…"))


@needs_bwrap
def test_every_command_of_the_guide_runs_and_prints_what_the_page_shows(tmp_path: Path) -> None:
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    printed = ""
    for kind, text in blocks():
        if kind == "sh":
            done = subprocess.run(
                ["bash", "-e", "-c", text], cwd=tmp_path, env=os.environ | {"PATH": path, "PYTHONPATH": str(ROOT)},
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
            printed = done.stdout
        else:
            for line in text.splitlines():
                assert re.search(pattern(line), printed), f"{line!r} is not in:\n{printed}"


def test_the_guide_shows_commands_and_what_they_print() -> None:
    kinds = [kind for kind, _ in blocks()]
    assert kinds.count("sh") >= 4
    assert kinds.count("text") >= 3


def test_every_option_that_the_guide_names_exists() -> None:
    help_text = subprocess.run(
        [sys.executable, "-m", "dlcourse", "grade", "--help"], capture_output=True, text=True, check=True
    ).stdout
    named = set(re.findall(r"(--[a-z][a-z-]*)", GUIDE.read_text(encoding="utf-8"))) - {"--students"}
    assert {option for option in named if option not in help_text} == set()
