import numpy as np
import pytest

from dlcourse import plots, tensor

X = np.linspace(0, 1, 5)


def test_curves_hold_the_given_numbers():
    ax = plots.plot_curves(X, {"a": X**2, "b": list(1 - X)}, "x in m", "y in m", title="two", logy=True)
    assert [line.get_label() for line in ax.lines] == ["a", "b"]
    assert np.array_equal(ax.lines[0].get_xydata(), np.stack([X, X**2], axis=1))
    assert np.array_equal(ax.lines[1].get_ydata(), 1 - X)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title()) == ("x in m", "y in m", "two")
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "log")


def test_curves_differ_in_colour_and_dashes():
    ax = plots.plot_curves(X, {str(k): X + k for k in range(5)}, "x", "y")
    assert len({line.get_color() for line in ax.lines}) == 5
    assert len({str(line._unscaled_dash_pattern) for line in ax.lines}) == 5


def test_one_curve_needs_no_legend():
    assert plots.plot_curves(X, {"a": X}, "x", "y").get_legend() is None


def test_tensors_are_welcome():
    ax = plots.plot_curves(X, {"a": tensor(X.copy())}, "x", "y")
    assert np.array_equal(ax.lines[0].get_ydata(), X)


def test_a_curve_of_another_length_is_named_with_both_shapes():
    with pytest.raises(ValueError, match=r"'short' has shape \(3,\), x has \(5,\)"):
        plots.plot_curves(X, {"short": X[:3]}, "x", "y")


def test_histories_begin_at_epoch_one(history):
    seven = history(7)
    ax = plots.plot_histories({"a": seven, "b": history(4)}, metric="train_loss")
    assert ax.lines[0].get_xdata().tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert ax.lines[0].get_ydata().tolist() == seven.train_loss
    assert ax.get_ylabel() == "training loss"


def test_a_metric_that_is_not_there_is_explained(history):
    with pytest.raises(ValueError, match=r"'a' holds no 'val_loss'.*fit\(validation="):
        plots.plot_histories({"a": history(val_loss=[])}, metric="val_loss")
    with pytest.raises(ValueError, match="no 'f1'"):
        plots.plot_histories({"a": history()}, metric="f1")


def test_bars_have_the_given_heights_and_the_chosen_one_stands_out():
    ax = plots.plot_bars(["a", "b", "c"], [1.0, -2.0, 0.5], highlight=1, xlabel="who", ylabel="score")
    assert [bar.get_height() for bar in ax.patches] == [1.0, -2.0, 0.5]
    assert [bar.get_hatch() for bar in ax.patches] == [None, "//", None]
    assert len({bar.get_facecolor() for bar in ax.patches}) == 2
    assert {"1", "−2", "0.5"} <= {text.get_text() for text in ax.texts}


def test_long_labels_give_lying_bars_in_order_from_the_top():
    labels = ["logistic regression on pixels", "one hidden layer of 225", "two hidden layers of 225"]
    ax = plots.plot_bars(labels, [7.5, 1.8, 1.6], highlight=[2], xlabel="model", ylabel="test error in %")
    assert [bar.get_width() for bar in ax.patches] == [7.5, 1.8, 1.6]
    assert ax.get_xlabel() == "test error in %"
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_bars_without_a_number_each_are_refused():
    with pytest.raises(ValueError, match=r"2 labels need values of shape \(2,\), but they have \(3,\)"):
        plots.plot_bars("ab", [1, 2, 3])


def test_the_surface_shows_the_paths_with_start_and_end():
    path = [(4.0, 2.0), (1.0, 1.0), (0.0, 0.0)]
    ax = plots.plot_surface(lambda x, y: x**2 + y**2, (-5, 5), (-3, 3), {"SGD": path})
    drawn = [line.get_xydata().tolist() for line in ax.lines]
    assert [list(p) for p in path] in drawn
    assert [[4.0, 2.0]] in drawn
    assert [[0.0, 0.0]] in drawn
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["SGD"]


def test_surfaces_and_paths_of_the_wrong_shape_are_refused():
    with pytest.raises(ValueError, match=r"returned \(161,\)"):
        plots.plot_surface(lambda x, y: x[0], (0, 1), (0, 1))
    with pytest.raises(ValueError, match=r"\(T, 2\), but has shape \(3,\)"):
        plots.plot_surface(lambda x, y: x, (0, 1), (0, 1), path=[1, 2, 3])
