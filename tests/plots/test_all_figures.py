"""What holds for every figure."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from dlcourse import plots
from dlcourse.autograd import Value
from dlcourse.data import load_digits, spiral


def neuron():
    x1, x2, w1, w2 = Value(2.0, "x1"), Value(0.0, "x2"), Value(-3.0, "w1"), Value(1.0, "w2")
    n = x1 * w1 + x2 * w2 + Value(6.8813735870195432, "b")
    n.label = "n"
    o = n.tanh()
    o.label = "o"
    o.backward()
    return o


def sigmoid(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


ACTIVATIONS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(float)),
    "step": (lambda z: (z >= 0).astype(float), np.zeros_like),
}


def normal(size):
    return np.random.default_rng(0).normal(size=size)


DIGITS = load_digits()
X, Y = spiral(120, 0)
T = np.linspace(0, 1, 30)
SCORES = normal((2, 3))

FIGURES = {
    "points": lambda: plots.plot_points(X, Y),
    "boundary": lambda: plots.plot_decision_boundary(lambda p: p @ SCORES, X, Y, resolution=60, title="linear"),
    "graph": lambda: plots.draw_graph(neuron()),
    "curves": lambda: plots.plot_curves(T, {"a": T, "b": T**2}, "time in s", "way in m"),
    "activation": lambda: plots.plot_activation("ReLU", *ACTIVATIONS["ReLU"]),
    "activations": lambda: plots.plot_activations(ACTIVATIONS),
    "images": lambda: plots.image_grid(DIGITS.x_test[:10], titles=DIGITS.y_test[:10], highlight=[3]),
    "confusion": lambda: plots.plot_confusion_matrix(np.diag(np.arange(30, 40)) + 1),
    "weights": lambda: plots.weight_pictures(normal((10, 64))),
    "histograms": lambda: plots.plot_layer_histograms([normal(500) / k for k in range(1, 6)]),
    "network": lambda: plots.plot_network([2, 3, 2], [normal((3, 2)), normal((2, 3))]),
    "bars": lambda: plots.plot_bars(range(10), np.arange(10) - 4.5, 3, xlabel="digit", ylabel="score"),
    "surface": lambda: plots.plot_surface(lambda x, y: x**2 + 5 * y**2, (-5, 5), (-3, 3), [(4, 2), (1, 1)]),
    "pixels": lambda: plots.plot_pixels(DIGITS.x_test[0].reshape(8, 8)),
    "sums": lambda: plots.plot_axis_sums(np.ones((2, 3))),
    "alignment": lambda: plots.plot_alignment((3, 4), (4,)),
    "broadcast": lambda: plots.plot_broadcast(np.ones((3, 4)), np.ones(4)),
    "pipeline": lambda: plots.plot_pipeline([[(0, 40), (40, 80)], [(0, 40)]], [(40, 55), (80, 95)]),
}

PICTURES = {"images", "weights", "graph", "network", "sums", "alignment", "broadcast"}  # these have no axes to name


def drawn(name):
    axes = FIGURES[name]()
    return list(np.atleast_1d(axes)), plt.gcf()


def as_png(figure):
    buffer = io.BytesIO()
    figure.savefig(buffer, bbox_inches="tight")
    return buffer.getvalue()


@pytest.mark.parametrize("name", FIGURES)
def test_draws_one_figure_and_returns_its_axes(name):
    axes, figure = drawn(name)
    assert plt.get_fignums() == [figure.number]
    assert all(isinstance(ax, Axes) and ax.figure is figure for ax in axes)


@pytest.mark.parametrize("name", FIGURES)
def test_same_input_gives_the_same_small_file(name):
    first = as_png(drawn(name)[1])
    plt.close("all")
    assert as_png(drawn(name)[1]) == first
    assert len(first) < 70_000


@pytest.mark.parametrize("name", sorted(set(FIGURES) - PICTURES))
def test_axes_are_named(name):
    axes, figure = drawn(name)
    shared = [text for text in (figure.get_supxlabel(), figure.get_supylabel()) if text]
    for ax in axes:
        assert ax.get_xlabel() or shared
    assert axes[0].get_ylabel() or name in {"activation", "activations", "histograms", "pipeline"}


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_cut_off_at_the_rim(name):
    figure = drawn(name)[1]
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    for text in figure.findobj(plt.Text):
        if text.get_visible() and text.get_text() and text.axes is not None and not text.get_clip_on():
            box = text.get_window_extent()
            assert -2 <= box.x0 <= box.x1 <= width + 2, text
            assert -2 <= box.y0 <= box.y1 <= height + 2, text
