"""The command itself: what it prints about data sets, and how it ends."""

from __future__ import annotations

import subprocess
import sys

import pytest

from dlcourse import data
from dlcourse.cli import FAILED, OK, USAGE, main


def test_every_data_set_is_listed_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data"]) == OK
    lines = capsys.readouterr().out.splitlines()
    for status in data.status():
        assert any(line.startswith(status.name) and len(line.split()) > 2 for line in lines), status.name


def test_a_data_set_that_nobody_knows_is_a_wrong_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "fetch", "no-such-set"]) == USAGE
    assert "no-such-set" in capsys.readouterr().err


def test_a_reader_who_stops_reading_is_no_error_to_look_at() -> None:
    command = [sys.executable, "-m", "dlcourse", "data", "list"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()  # as "| true" does
    assert process.stderr.read() == b""
    assert process.wait() == FAILED
