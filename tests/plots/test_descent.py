import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import plots

WAY = np.array([[4.0, 2.0], [1.0, 1.0], [0.5, 0.0]])


def bowl(x, y):
    return x**2 + y**2


def race(**more):
    return plots.plot_race(
        bowl, (-5, 5), (-3, 3), {"a": WAY, "b": WAY[::-1]}, {"a": [20, 2, 0], "b": [0, 2, 20]}, **more
    )


def test_a_descent_shows_every_place_on_its_curve():
    ax = plots.plot_descent(lambda x: x**2, [3.0, 1.0, 0.0], (-4, 4), title="down")
    drawn = [line.get_xydata().tolist() for line in ax.lines]
    assert [[3, 9], [1, 1], [0, 0]] in drawn
    assert [[3, 9]] in drawn
    assert [[0, 0]] in drawn
    assert (ax.get_title(), ax.get_xlim()) == ("down", (-4, 4))


def test_a_descent_that_runs_away_keeps_the_picture():
    low, high = plots.plot_descent(lambda x: x**2, [3.0, 1e200, np.inf, np.nan], (-4, 4)).get_ylim()
    assert -2 < low < high < 20


def test_a_path_on_a_curve_is_one_row_of_places():
    with pytest.raises(ValueError, match=r"shape \(T,\), but this one has shape \(3, 2\)"):
        plots.plot_descent(lambda x: x**2, WAY, (-4, 4))


def test_arrows_point_downhill_and_angles_are_true():
    ax = plots.plot_slopes(bowl, lambda x, y: (2 * x, 2 * y), (-2, 2), (-2, 2), title="bowl")
    (arrows,) = (c for c in ax.collections if hasattr(c, "U"))
    assert np.allclose(arrows.U, -2 * arrows.X)
    assert np.allclose(arrows.V, -2 * arrows.Y)
    assert ax.get_aspect() == 1


def test_a_race_shows_ways_heights_and_minima():
    left, right = race(minima=[(0.0, 0.0)], title="race")
    ways = [line.get_xydata().tolist() for line in left.lines]
    assert WAY.tolist() in ways
    assert [[0.0, 0.0]] in ways
    assert [line.get_ydata().tolist() for line in right.lines] == [[20, 2, 1e-12], [1e-12, 2, 20]]
    assert [text.get_text() for text in right.get_legend().get_texts()] == ["a", "b"]
    assert right.get_yscale() == "log"


def test_racers_differ_in_colour_and_marker():
    _, right = race()
    assert len({line.get_color() for line in right.lines}) == len({line.get_marker() for line in right.lines}) == 2


def test_a_race_draws_into_given_axes():
    axes = plt.subplots(1, 2)[1]
    assert list(race(axes=axes)) == list(axes)
    assert len(plt.get_fignums()) == 1


def test_a_race_without_a_height_for_each_place_is_refused():
    with pytest.raises(ValueError, match=r"'a' has 2 heights and places of shape \(3, 2\)"):
        plots.plot_race(bowl, (-5, 5), (-3, 3), {"a": WAY}, {"a": [20, 2]})
