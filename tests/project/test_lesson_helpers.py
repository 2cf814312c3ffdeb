"""What a lesson's set-up cell and show_source promise."""

from __future__ import annotations

import numpy as np
import pytest

import dlcourse


def test_the_seed_is_zero_unless_the_environment_says_otherwise(monkeypatch):
    monkeypatch.delenv("DLCOURSE_SEED", raising=False)
    assert dlcourse.seed() == 0
    monkeypatch.setenv("DLCOURSE_SEED", "7")
    assert dlcourse.seed() == 7


@pytest.mark.parametrize("text", ["-1", "seven", "1.5", ""])
def test_a_bad_seed_is_named(monkeypatch, text):
    monkeypatch.setenv("DLCOURSE_SEED", text)
    with pytest.raises(ValueError, match="DLCOURSE_SEED must be an integer"):
        dlcourse.seed()


def test_starting_a_lesson_seeds_numpy_and_the_engine(monkeypatch):
    monkeypatch.setenv("DLCOURSE_SEED", "3")
    draws = []
    for _ in range(2):
        dlcourse.start_lesson("04")
        draws.append((np.random.rand(), dlcourse.randn(1).item()))
    assert draws[0] == draws[1]


def test_show_source_prints_the_function_dedented(capsys):
    dlcourse.show_source(dlcourse.Tensor.backward)
    assert capsys.readouterr().out.startswith("def backward(self, ")


def test_show_source_says_what_it_cannot_show():
    with pytest.raises(TypeError, match="no Python source to show"):
        dlcourse.show_source(len)
