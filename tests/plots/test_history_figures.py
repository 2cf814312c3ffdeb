"""The figures of the history: running scores, Boolean functions, growth, lifetimes, timeline, nerve cell."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import plots

TABLES = np.array(list(itertools.product([0, 1], repeat=4)))
LINES = [None if k in (6, 9) else ([1.0, 1.0], -1.5) for k in range(16)]
NAMES = [f"no. {k}" for k in range(16)]

FIGURES = {
    "score": lambda: plots.plot_running_score(np.arange(60) % 4 > 0, title="a run"),
    "boolean": lambda: plots.plot_boolean_functions(TABLES, NAMES, LINES),
    "years": lambda: plots.plot_by_year([1960, 1990, 2017], [1, 1e3, 1e9], "neurons", [1, 2, 3], {"octopus": 5e8}),
    "lifetimes": lambda: plots.plot_lifetimes(
        ["a", "b", "c"], [2002, 2007, 2015], [np.nan, 2017, np.nan], [False, False, True], 2025
    ),
    "timeline": lambda: plots.draw_timeline(
        [1943, 1944, 1990, 2020],
        ["idea", "idea", "result", "idea"],
        ["idea", "result"],
        chosen=3,
        caption="now",
        spans={"winter": (1969, 1982)},
    ),
    "neuron": plots.draw_neuron,
}


def drawn(name):
    FIGURES[name]()
    figure = plt.gcf()
    figure.canvas.draw()
    return figure


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_cut_off_at_the_rim(name):
    figure = drawn(name)
    width, height = figure.canvas.get_width_height()
    for text in figure.findobj(plt.Text):
        if text.get_visible() and text.get_text() and not text.get_clip_on():
            box = text.get_window_extent()
            assert -2 <= box.x0 <= box.x1 <= width + 2, text
            assert -2 <= box.y0 <= box.y1 <= height + 2, text


@pytest.mark.parametrize("name", sorted(set(FIGURES) - {"neuron", "timeline"}))
def test_axes_are_named(name):
    figure = drawn(name)
    assert figure.get_supxlabel() or figure.axes[0].get_xlabel()
    assert figure.get_supylabel() or figure.axes[0].get_ylabel() or name == "lifetimes"


def test_the_score_is_the_mean_of_the_last_trials_and_marks_the_mistakes():
    ax = plots.plot_running_score([True, False, True, True, True, True], window=3)
    guessing, score, wrong = ax.get_lines()
    assert set(guessing.get_ydata()) == {0.5}
    np.testing.assert_allclose(score.get_ydata(), [1, 1 / 2, 2 / 3, 2 / 3, 1, 1])
    assert wrong.get_xdata().tolist() == [2]


def test_functions_without_a_line_stand_out():
    panels = plots.plot_boolean_functions(TABLES, NAMES, LINES)
    marked = [k for k, ax in enumerate(panels) if ax.get_title().startswith("✗")]
    assert marked == [6, 9]


def test_filled_corners_are_the_ones():
    panels = plots.plot_boolean_functions(TABLES[1:3], NAMES[1:3], [None, None])
    for panel, table in zip(panels, TABLES[1:3], strict=True):
        filled = (panel.collections[0].get_facecolors()[:, :3] < 1).any(axis=1)
        assert filled.astype(int).tolist() == table.tolist()


def test_years_without_a_value_are_left_out():
    ax = plots.plot_by_year([1990, 2000], [np.nan, 10.0], "things", labels=[1, 2])
    assert [text.get_text() for text in ax.texts] == ["2"]
    assert ax.get_yscale() == "log"


def test_a_lifetime_ends_where_it_ended_or_in_an_arrow():
    ax = FIGURES["lifetimes"]()
    ended, _ = (bars.get_segments() for bars in ax.collections)
    assert ended[0][:, 0].tolist() == [2007, 2017]
    arrow = next(line for line in ax.get_lines() if line.get_marker() == ">")
    assert arrow.get_xdata().tolist() == [2025]


def test_events_that_are_near_in_time_do_not_cover_each_other():
    ax = FIGURES["timeline"]()
    places = {(line.get_xdata()[0], line.get_ydata()[0]) for line in ax.get_lines() if line.get_marker() != "None"}
    assert len(places) == 4
    assert len({height for year, height in places if year < 1945}) == 2


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.plot_running_score([]), "one boolean per trial"),
        (lambda: plots.plot_running_score([True], window=0), "at least 1, not 0"),
        (lambda: plots.plot_boolean_functions(TABLES, NAMES[:3], LINES), "not 3 and 16"),
        (lambda: plots.plot_by_year([1, 2], [1.0], "y"), "2 years, 1 values"),
        (lambda: plots.plot_lifetimes(["a"], [1, 2], [1], [True], 3), "1 names, 2 beginnings"),
        (lambda: plots.draw_timeline([1], [], ["idea"]), "1 years, but 0 kinds"),
    ],
)
def test_lists_of_unequal_length_are_refused(draw, message):
    with pytest.raises(ValueError, match=message):
        draw()
