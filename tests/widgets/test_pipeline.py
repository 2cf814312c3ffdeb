"""Readers beside a training: who works when."""

from itertools import pairwise

import matplotlib.pyplot as plt
import pytest

from dlcourse import plots, widgets
from dlcourse.widgets.pipeline import BATCHES, PREFETCH


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    plt.close("all")


def test_without_workers_reading_and_steps_take_turns():
    schedule = widgets.Pipeline(load=40, step=15, workers=0).schedule
    assert schedule.milliseconds == BATCHES * (40 + 15)
    assert schedule.busy == pytest.approx(15 / 55)


def test_enough_workers_make_the_model_wait_for_the_first_batch_alone():
    assert widgets.Pipeline(load=40, step=15, workers=3).schedule.milliseconds == 40 + BATCHES * 15


def test_one_worker_that_is_slower_than_the_step_sets_the_pace():
    assert widgets.Pipeline(load=40, step=15, workers=1).schedule.milliseconds == BATCHES * 40 + 15


@pytest.mark.parametrize("workers", range(7))
@pytest.mark.parametrize(("load", "step"), [(1, 100), (40, 15), (30, 30)])
def test_nothing_happens_before_it_can(load, step, workers):
    schedule = widgets.Pipeline(load, step, workers).schedule
    read = sorted(span for spans in schedule.readers for span in spans)
    assert len(read) == len(schedule.model) == BATCHES
    for spans in (*schedule.readers, schedule.model):
        assert all(before[1] <= after[0] for before, after in pairwise(spans))
    for k, (start, _) in enumerate(schedule.model):
        reader = schedule.readers[k % len(schedule.readers)]
        assert start >= reader[k // len(schedule.readers)][1]
        ahead = sum(begin < start for begin, _ in read) - k
        assert ahead <= max(1, (PREFETCH + 1) * workers)


def test_the_sentence_and_the_demo_follow_the_sliders():
    demo = widgets.loading_pipeline()
    demo.sliders["workers"].value = 3
    assert "220 ms: the model works 82% of the time" in demo.model.sentence
    assert demo.model.sentence in demo.words.value


def test_the_figure_has_a_row_for_each_reader_and_the_model():
    schedule = widgets.Pipeline(40, 15, 2).schedule
    ax = plots.plot_pipeline(schedule.readers, schedule.model)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["model", "reader 1", "reader 2"]
    assert ax.get_xlabel() == "time, ms"
