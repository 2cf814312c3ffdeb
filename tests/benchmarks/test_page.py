"""The page of results, and the figures on it."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks import report
from benchmarks.harness import Bench, Comparison

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["First", "Second", "Third"]


DURATIONS = [(12.34, "12.3 s"), (0.4421, "0.442 s"), (0.00857, "8.57 ms"), (1.23e-5, "12.3 µs"), (4800, "4,800 s")]


@pytest.mark.parametrize(("seconds", "text"), DURATIONS)
def test_a_duration_has_three_digits_and_a_unit(seconds, text):
    assert report.duration(seconds) == text


def test_the_ratio_is_of_neighbouring_blocks_and_a_slow_moment_leaves_it_alone():
    slow_moment = Comparison([1.0, 10.0, 1.0, 1.0], [2.0, 20.0, 2.0, 2.0])
    assert slow_moment.ratio == 0.5
    assert Comparison([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]).quartiles == [pytest.approx(2 / 3), 1.0, 2.0]
    assert Comparison([1.0, 2.0, 9.0], [4.0, 1.0, 9.0]).ratio_of_medians == 0.5


def test_both_sides_are_called_equally_often_in_turns():
    calls = []
    Bench(threads=1, quick=True).compare(lambda: calls.append("a"), lambda: calls.append("b"), number=2)
    assert "".join(calls) == "aaabbbbbbaaaaaabbb"  # blocks of one uncounted and two counted calls: A B, B A, A B


def test_a_new_section_takes_the_old_ones_place_and_leaves_the_others(tmp_path):
    page = tmp_path / "RESULTS.md"
    for title, body in (("Third", "c"), ("First", "old"), ("First", "a\n\n| table |")):
        report.update(page, title, body, ORDER, "# Head")
    assert page.read_text() == "# Head\n\n## First\n\na\n\n| table |\n\n## Third\n\nc\n"


def test_sections_from_another_machine_are_dropped(tmp_path):
    page = tmp_path / "RESULTS.md"
    report.update(page, "First", "fast", ORDER, "# Big machine")
    report.update(page, "Second", "slow", ORDER, "# Small machine")
    assert page.read_text() == "# Small machine\n\n## Second\n\nslow\n"


def test_the_machine_is_described():
    text = report.machine()
    assert all(word in text for word in ("cores", "NumPy", "kernel", "PyTorch"))


@pytest.mark.parametrize("part", command.PARTS)
def test_each_part_can_be_run(part):
    assert callable(importlib.import_module(f"benchmarks.{part}").run)


def test_an_unknown_part_is_refused_with_the_names_of_all():
    run = subprocess.run([sys.executable, "-m", "benchmarks", "nonsense"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 2
    assert all(part in run.stderr for part in command.PARTS)


def test_a_part_writes_its_section_and_its_figure(tmp_path):
    page = tmp_path / "RESULTS.md"
    options = ["scaling", "--quick", "--threads", "1", "--output", str(page)]
    subprocess.run([sys.executable, "-m", "benchmarks", *options], cwd=ROOT, check=True, capture_output=True)
    assert f"## {command.PARTS['scaling']}\n" in page.read_text()
    assert (tmp_path / "results.png").read_bytes().startswith(b"\x89PNG")
