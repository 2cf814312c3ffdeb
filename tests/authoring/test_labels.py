"""Labels are upper bounds from a ladder, and stay as they are while they are fair."""

from __future__ import annotations

import pytest

from dlcourse.authoring.labels import (
    SECONDS,
    Labels,
    Measurement,
    choose,
    memory,
    over_budget,
    running_time,
    step,
)  # fmt: skip


@pytest.mark.parametrize(("measured", "bound"), [(1, 30), (24, 30), (25, 60), (47, 60), (49, 120), (1e9, 2400)])
def test_a_new_label_is_the_next_step_with_headroom(measured: float, bound: int) -> None:
    assert step(measured, SECONDS) == bound


@pytest.mark.parametrize("measured", [24.1, 40, 59.9, 60])
def test_a_label_stays_while_the_measurement_is_within_it(measured: float) -> None:
    assert step(measured, SECONDS, previous=60) == 60


@pytest.mark.parametrize(("measured", "bound"), [(60.1, 120), (23.9, 30)])
def test_a_label_changes_when_the_measurement_is_above_or_far_below(measured: float, bound: int) -> None:
    assert step(measured, SECONDS, previous=60) == bound


def test_without_mnist_what_was_said_about_it_stays() -> None:
    measured = Measurement(seconds=20, seconds_without_mnist=20, megabytes=200, with_mnist=False)
    assert choose(measured, True, Labels(60, 180, 2000)) == Labels(30, 180, 2000)
    assert choose(measured, True, None) == Labels(30, 30, 300)


def test_a_lesson_without_mnist_has_no_second_time() -> None:
    measured = Measurement(20, 20, 200, with_mnist=True)
    assert choose(measured, False, Labels(60, 180, 300)) == Labels(30, 0, 300)
    assert choose(Measurement(100, 20, 200, True), True, None) == Labels(30, 180, 300)


def test_labels_read_as_sentences() -> None:
    assert running_time(Labels(30, 0, 300)) == "under 30 seconds"
    assert running_time(Labels(60, 180, 300)) == "under 1 minute; with MNIST under 3 minutes"
    assert running_time(Labels(60, 60, 300)) == "under 1 minute"
    assert [memory(Labels(1, 1, size)) for size in (500, 1500, 2000)] == ["under 500 MB", "under 1.5 GB", "under 2 GB"]


def test_labels_survive_the_metadata_and_anything_else_is_none() -> None:
    labels = Labels(60, 180, 500)
    assert Labels.from_metadata(labels.as_metadata()) == labels
    assert Labels.from_metadata(None) is None
    assert Labels.from_metadata({"seconds": 60}) is None


def test_budgets_are_told_with_the_slowest_cells() -> None:
    seconds = {"a": 25.0, "train": 40.0, "large": 70.0, "allowed": 50.0}
    measured = Measurement(185, 91, 100, with_mnist=True)
    sentences = over_budget(seconds, measured, frozenset({"allowed"}))
    assert len(sentences) == 4
    assert sentences[0].startswith("cell train ran 40 s")
    assert sentences[1].startswith("cell large ran 70 s")
    assert "91 s without MNIST; its budget is 90 s" in sentences[2]
    assert "185 s with MNIST; its budget is 180 s (slowest cells: large 70.0 s" in sentences[3]


def test_within_the_budget_nothing_is_told() -> None:
    assert over_budget({"a": 29.0}, Measurement(179, 89, 1e6, True), frozenset()) == []
    assert over_budget({"a": 29.0}, Measurement(300, 89, 1e6, False), frozenset()) == []
