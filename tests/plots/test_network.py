import itertools

import numpy as np
import pytest
from matplotlib.patches import Circle

from dlcourse import plots

W = [np.array([[1.0, -2.0], [-1.0, 1.0]]), np.array([[2.0, -1.0], [-2.0, -1.0]])]
VALUES = [[1.0, -1.0], [0.98, 0.12], [0.86, 0.11]]


def texts(ax):
    return [t.get_text() for t in ax.texts]


def test_every_unit_and_every_weight_of_a_small_network_is_drawn():
    ax = plots.plot_network([2, 3, 1])
    assert sum(isinstance(p, Circle) for p in ax.patches) == 6
    assert len(ax.lines) == 2 * 3 + 3 * 1
    assert texts(ax) == ["input\n2", "hidden\n3", "output\n1"]


def test_weights_join_the_right_units():
    ax = plots.plot_network([2, 2], [np.array([[1.0, -2.0], [3.0, 4.0]])])
    ends = {t.get_text(): t.get_position()[1] for t in ax.texts}
    upper, lower = 0.5, -0.5
    assert ends["1"] == pytest.approx(upper)  # from the first input to the first output
    assert lower < ends["−2"] < upper  # from the second input up to the first output
    assert ends["−2"] < 0 < ends["3"]
    assert ends["4"] == pytest.approx(lower)


def test_sign_shows_in_colour_and_dashes_and_size_in_width():
    ax = plots.plot_network([2, 1], [np.array([[3.0, -1.0]])])
    positive, negative = ax.lines
    assert positive.get_linewidth() > negative.get_linewidth()
    assert positive.get_color() != negative.get_color()
    assert (positive.get_linestyle(), negative.get_linestyle()) == ("-", "--")


def test_values_stand_in_the_circles():
    ax = plots.plot_network([2, 2, 2], W, VALUES)
    assert {"0.98", "0.12", "0.86", "0.11"} <= set(texts(ax))


@pytest.mark.parametrize("sizes", [(2, 2, 2), (2, 3), (3, 2), (1, 6), (6, 1), (2, 1, 2)])
def test_no_number_covers_another(sizes):
    weights = [np.full((b, a), -0.25) for a, b in itertools.pairwise(sizes)]
    ax = plots.plot_network(sizes, weights, [np.full(size, -0.25) for size in sizes])
    ax.figure.canvas.draw()
    boxes = [t.get_window_extent() for t in ax.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[i + 1 :])


def test_large_layers_are_shortened():
    ax = plots.plot_network([784, 225, 10])
    assert len(ax.lines) < 100
    assert texts(ax).count("⋮") == 3
    assert "input\n784" in texts(ax)


def test_shapes_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match=r"shapes \[\(3, 2\)\], but have \[\(2, 3\)\]"):
        plots.plot_network([2, 3], [np.zeros((2, 3))])
    with pytest.raises(ValueError, match=r"values must have the shapes \[\(2,\), \(3,\)\]"):
        plots.plot_network([2, 3], values=[np.zeros(2), np.zeros(2)])
    with pytest.raises(ValueError, match="at least two layers"):
        plots.plot_network([3])
