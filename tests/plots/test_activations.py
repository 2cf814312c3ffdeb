import numpy as np
import pytest

from dlcourse import plots
from dlcourse.plots.activations import _jumps

Z = np.linspace(-4, 4, 802)
SIGMOID = (lambda z: 0.5 + 0.5 * np.tanh(z / 2), lambda z: 0.25 / np.cosh(z / 2) ** 2)
RELU = (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0)


def line(ax, label):
    return next(found for found in ax.lines if found.get_label() == label)


def test_function_and_derivative_are_those_given():
    ax = plots.plot_activation("sigmoid", *SIGMOID)
    assert np.array_equal(line(ax, "$f(z)$").get_ydata(), SIGMOID[0](Z))
    assert np.array_equal(line(ax, "$f'(z)$").get_ydata(), SIGMOID[1](Z))
    assert ax.get_title() == "sigmoid"


def test_a_jump_is_a_gap_with_two_rings():
    ax = plots.plot_activation("ReLU", *RELU)
    y = line(ax, "$f'(z)$").get_ydata()
    assert np.isnan(y).sum() == 1
    assert set(y[~np.isnan(y)]) == {0.0, 1.0}
    rings = [found for found in ax.lines if found.get_marker() == "o" and len(found.get_xdata())]
    assert [ring.get_ydata().tolist() for ring in rings] == [[0.0, 1.0]]
    assert not np.isnan(line(ax, "$f(z)$").get_ydata()).any()


@pytest.mark.parametrize("f", [np.tanh, np.exp, np.sin, lambda z: np.abs(z), lambda z: z**3])
def test_continuous_curves_are_not_broken(f):
    assert len(_jumps(Z, f(Z))) == 0
    coarse = np.linspace(-4, 4, 60)
    assert len(_jumps(coarse, f(coarse))) == 0


def test_asymptotes_are_dotted_lines():
    def heights(name, f):
        ax = plots.plot_activation(name, f, np.zeros_like)
        return [found.get_ydata()[0] for found in ax.lines if found.get_linestyle() == ":"]

    assert heights("arctan", np.arctan) == pytest.approx([-np.pi / 2, np.pi / 2], abs=1e-3)
    assert heights("sigmoid", SIGMOID[0]) == [1.0]
    assert heights("relu", RELU[0]) == []


def test_all_of_them_share_axes_and_one_legend():
    axes = plots.plot_activations({"sigmoid": SIGMOID, "ReLU": RELU, "again": RELU}, columns=2)
    assert [ax.get_title() for ax in axes] == ["sigmoid", "ReLU", "again"]
    assert len({ax.get_ylim() for ax in axes}) == 1
    assert all(ax.get_legend() is None for ax in axes)
    assert len(axes[0].figure.legends) == 1


@pytest.mark.parametrize("first", ["step", "tanh"])
def test_all_of_them_are_seen_whole_whichever_comes_first(first):
    both = {"step": (lambda z: (z >= 0) * 1.0, np.zeros_like), "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2)}
    axes = plots.plot_activations({first: both[first]} | both)
    low, high = axes[0].get_ylim()
    assert low < -1 < 1 < high


def test_a_single_function_is_not_cut_off():
    low, high = plots.plot_activation("identity", lambda z: z, np.ones_like).get_ylim()
    assert low < -4 < 4 < high


def test_functions_that_change_the_shape_are_refused():
    with pytest.raises(ValueError, match=r"given shape \(802,\).*returned \(1,\)"):
        plots.plot_activation("bad", lambda z: z[:1], np.zeros_like)
    with pytest.raises(ValueError, match="nothing to draw"):
        plots.plot_activations({})


def test_histograms_count_every_number_over_one_axis():
    layers = [np.random.default_rng(k).normal(size=(50, 20)) / (k + 1) for k in range(4)]
    axes = plots.plot_layer_histograms(layers, names=["a", "b", "c", "d"])
    assert len({ax.get_xlim() for ax in axes}) == 1
    for ax, layer in zip(axes, layers, strict=True):
        assert sum(bar.get_height() for bar in ax.patches) >= 0.995 * layer.size
        assert f"std {layer.std():.3g}" in ax.get_title()


def test_zeros_of_a_relu_are_written_and_do_not_squeeze_the_rest():
    layer = np.maximum(np.random.default_rng(0).normal(size=2000), 0)
    (ax,) = plots.plot_layer_histograms([layer])
    assert [t.get_text() for t in ax.texts] == [f"{np.mean(layer == 0):.0%} zeros"]
    heights = sorted(bar.get_height() for bar in ax.patches)
    assert heights[-2] < ax.get_ylim()[1] < heights[-1]


def test_a_layer_of_one_value_and_broken_numbers_can_be_drawn():
    axes = plots.plot_layer_histograms([np.zeros(10), np.array([0.0, np.nan, np.inf])])
    assert len(axes) == 2


def test_layers_without_numbers_or_names_are_refused():
    with pytest.raises(ValueError, match=r"sizes are \[3, 0\]"):
        plots.plot_layer_histograms([np.ones(3), np.ones(0)])
    with pytest.raises(ValueError, match="1 layers, but 2 names"):
        plots.plot_layer_histograms([np.ones(3)], names="ab")
