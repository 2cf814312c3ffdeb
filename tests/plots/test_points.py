import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import plots, tensor

X = np.array([[0.0, 0.0], [1.0, 0.5], [2.0, 2.0], [3.0, 1.0]])
Y = np.array([0, 0, 1, 2])


def ground(ax):
    return ax.images[0].get_array()


def test_points_are_drawn_where_they_are_by_class():
    ax = plots.plot_points(X, Y, class_names=["ants", "bees", "cats"])
    assert [c.get_offsets().tolist() for c in ax.collections] == [X[k == Y].tolist() for k in range(3)]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["ants", "bees", "cats"]


def test_classes_get_their_own_markers():
    ax = plots.plot_points(X, Y)
    shapes = [c.get_paths()[0].vertices.shape for c in ax.collections]
    assert len(set(shapes)) == 3


def test_a_class_keeps_its_colour_when_others_are_missing():
    everyone = plots.plot_points(X, Y).collections[2].get_facecolor()
    alone = plots.plot_points(X[Y == 2], Y[Y == 2]).collections[0].get_facecolor()
    assert np.array_equal(everyone, alone)


@pytest.mark.parametrize("labels", [np.array([-1, -1, 1, 1]), np.array(["a", "a", "b", "b"]), np.array([0.0, 0, 1, 1])])
def test_classes_may_have_other_names_than_0_1_2(labels):
    ax = plots.plot_points(X, labels)
    assert len(ax.collections) == 2


def test_points_of_the_wrong_shape_are_refused_with_both_shapes():
    with pytest.raises(ValueError, match=r"\(N, 2\), but has shape \(4, 3\)"):
        plots.plot_points(np.zeros((4, 3)), Y)
    with pytest.raises(ValueError, match=r"\(4,\), but has shape \(3,\)"):
        plots.plot_points(X, Y[:3])


KINDS = {
    "labels": lambda p: (p[:, 0] > 1.5).astype(int),
    "probability": lambda p: 1 / (1 + np.exp(1.5 - p[:, 0])),
    "score": lambda p: p[:, 0] - 1.5,
    "column": lambda p: (p[:, 0] - 1.5)[:, None],
    "two scores": lambda p: np.stack([1.5 - p[:, 0], p[:, 0] - 1.5], axis=1),
    "booleans": lambda p: p[:, 0] > 1.5,
    "tensor": lambda p: tensor(np.stack([1.5 - p[:, 0], p[:, 0] - 1.5], axis=1)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_boundary_lies_where_the_classifier_changes_its_mind(kind):
    ax = plots.plot_decision_boundary(KINDS[kind], X, (X[:, 0] > 1.5).astype(int), resolution=101)
    left, right = ground(ax)[50, 0], ground(ax)[50, -1]
    assert left[2] > left[0]  # blue, class 0
    assert right[0] > right[2]  # vermillion, class 1
    across = np.linspace(*ax.get_xlim(), 101)
    bluish = ground(ax)[50, :, 2] > ground(ax)[50, :, 0]
    assert across[bluish][-1] == pytest.approx(1.5, abs=0.05)


def test_the_line_is_drawn_at_the_boundary():
    ax = plots.plot_decision_boundary(KINDS["score"], X, (X[:, 0] > 1.5).astype(int))
    lines = [p.vertices for c in ax.collections for p in c.get_paths() if len(c.get_facecolor()) == 0]
    assert lines
    assert np.allclose(np.concatenate(lines)[:, 0], 1.5, atol=1e-6)


def test_the_surer_the_deeper():
    ax = plots.plot_decision_boundary(KINDS["probability"], X, (X[:, 0] > 1.5).astype(int), resolution=50)
    depth = 1 - ground(ax)[25].min(axis=-1)
    assert depth[0] > depth[22] < depth[-1]


def test_predict_gets_the_points_own_dtype_and_a_grid_over_all_points():
    asked = []

    def predict(p):
        asked.append(p)
        return p[:, 0]

    plots.plot_decision_boundary(predict, X.astype(np.float32), Y, resolution=20)
    (grid,) = asked
    assert grid.shape == (400, 2)
    assert grid.dtype == np.float32
    assert (grid.min(axis=0) < X.min(axis=0)).all()
    assert (grid.max(axis=0) > X.max(axis=0)).all()


def test_labels_minus_one_and_one_work():
    y = np.array([-1, -1, 1, 1])
    ax = plots.plot_decision_boundary(lambda p: np.where(p[:, 0] > 1.5, 1, -1), X, y, resolution=30)
    assert ground(ax)[15, 0][2] > ground(ax)[15, 0][0]


def test_a_classifier_of_one_opinion_draws_without_a_line():
    ax = plots.plot_decision_boundary(lambda p: np.zeros(len(p), int), X, Y, resolution=10)
    assert len(np.unique(ground(ax).reshape(-1, 3), axis=0)) == 1


def test_a_predict_of_the_wrong_shape_is_named():
    with pytest.raises(ValueError, match=r"shape \(100,\) or \(100, K\), but returned shape \(2, 100\)"):
        plots.plot_decision_boundary(lambda p: p.T, X, Y, resolution=10)


def test_it_draws_into_given_axes():
    figure, (left, right) = plt.subplots(1, 2)
    assert plots.plot_points(X, Y, ax=left) is left
    assert plots.plot_decision_boundary(KINDS["score"], X, Y, ax=right, title="here") is right
    assert right.get_title() == "here"
    assert len(figure.axes) == 2
