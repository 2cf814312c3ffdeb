"""The walk down a curve, its model and its view."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import widgets
from dlcourse.widgets.descent import VALLEYS


@pytest.mark.parametrize("name", VALLEYS)
def test_the_slope_is_the_derivative_of_the_curve(name):
    valley = VALLEYS[name]
    x, h = np.linspace(*valley.xlim, 50), 1e-5
    np.testing.assert_allclose((valley.f(x + h) - valley.f(x - h)) / (2 * h), valley.slope(x), atol=1e-5)


def test_the_walk_takes_the_steps_of_gradient_descent():
    assert widgets.Descent(lr=0.01, steps=2).path == pytest.approx([15, 14.76, 14.5248])
    assert widgets.Descent(lr=0.5, steps=1, start=-7).path == pytest.approx([-7, 3])


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"lr": 0.3}, "has arrived"),
        ({"lr": 0.01}, "still on its way"),
        ({"lr": 0.97}, "from side to side"),
        ({"lr": 1.05, "steps": 60}, "runs away"),
        ({"valley": "two valleys", "lr": 1.0, "steps": 60}, "runs away"),
        ({"valley": "ledge", "lr": 0.05, "steps": 60}, "still on its way"),
    ],
)
def test_the_verdict_fits_the_walk(choices, words):
    assert words in widgets.Descent(**choices).verdict


def test_the_start_decides_between_two_valleys():
    ends = [widgets.Descent("two valleys", lr=0.03, steps=200, start=start).path[-1] for start in (0.1, 0.2)]
    assert ends == pytest.approx([-1.473, 1.346], abs=1e-3)


@pytest.mark.parametrize(
    ("choice", "sentence"), [({"valley": "hill"}, "no valley 'hill'; there are parabola"), ({"lr": -1}, "negative")]
)
def test_choices_that_do_not_exist_are_named(choice, sentence):
    with pytest.raises(ValueError, match=sentence):
        widgets.Descent(**choice)


def test_every_control_moves_the_picture_and_leaves_no_figure_open():
    demo = widgets.descent()
    seen = {demo.picture.value}
    for control, value in ((demo.rate, 0.3), (demo.steps, 3), (demo.start, -8.0), (demo.valley, "ledge")):
        control.value = value
        seen.add(demo.picture.value)
    assert len(seen) == 5
    assert demo.model.valley == "ledge"
    assert plt.get_fignums() == []


def test_another_curve_begins_at_its_own_start():
    demo = widgets.descent()
    for name, valley in [*VALLEYS.items(), *VALLEYS.items()]:
        demo.valley.value = name
        assert (demo.start.min, demo.start.value, demo.start.max) == (valley.xlim[0], valley.start, valley.xlim[1])
        assert demo.model.path[0] == valley.start


def test_a_walk_that_runs_away_is_marked_and_the_demo_goes_on():
    demo = widgets.descent(lr=1.05, steps=60)
    assert "⚠" in demo.words.value
    demo.rate.value = 0.3
    assert "has arrived" in demo.words.value


def test_a_rate_that_is_not_on_the_slider_is_added():
    demo = widgets.descent(lr=0.123)
    assert demo.rate.value == 0.123
    assert demo.model.lr == 0.123
