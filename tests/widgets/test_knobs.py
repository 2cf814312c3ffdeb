"""The line by hand, the polynomial and the temperature: their models, and their sliders without a browser."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import data, widgets
from dlcourse.widgets import LineByHand, PolynomialFit, Temperature

X = np.array([[-2.0, 0.0], [-1.0, 1.0], [1.0, 0.0], [2.0, -1.0]])
Y = np.array([0, 0, 1, 1])


@pytest.fixture(autouse=True)
def no_figure_is_left_open():
    yield
    assert plt.get_fignums() == []


# --- the line ----------------------------------------------------------------------------------------


def test_the_score_is_the_distance_from_the_line_times_the_steepness():
    line = LineByHand(X, Y)
    line.turn(angle=0, shift=0.5, steepness=3)
    np.testing.assert_allclose(line.scores(X), 3 * (X[:, 0] - 0.5))
    line.turn(angle=90, shift=0, steepness=1)
    np.testing.assert_allclose(line.scores(X), X[:, 1], atol=1e-12)


def test_losses_of_a_known_line():
    line = LineByHand(X, Y)
    line.turn(angle=0, shift=0, steepness=1)  # margins 2, 1, 1, 2
    losses = line.losses
    assert (losses["zero-one"], losses["hinge"], losses["squared"]) == (0, 0, 0.5)
    assert losses["logistic"] == pytest.approx(np.mean(np.log2(1 + np.exp([-2, -1, -1, -2]))))
    line.turn(angle=180)
    assert line.losses["zero-one"] == 1
    assert line.losses["hinge"] == 2.5


def test_without_steepness_all_losses_are_one():
    line = LineByHand(X, Y)
    line.turn(steepness=0)
    assert list(line.losses.values()) == pytest.approx([1, 1, 1, 1])


def test_the_best_of_each_loss_is_remembered():
    line = LineByHand(X, Y)
    line.turn(angle=0, steepness=1)
    good = line.losses
    line.turn(angle=120, steepness=4)
    assert line.losses["hinge"] > good["hinge"]
    assert line.best["hinge"] == good["hinge"]
    assert "hinge 0.000" in line.sentence


def test_other_classes_than_0_and_1_are_refused():
    with pytest.raises(ValueError, match=r"holds \[1, 2\]"):
        LineByHand(X, Y + 1)


def test_a_knob_that_does_not_exist_is_refused():
    with pytest.raises(AttributeError, match="slope"):
        LineByHand(X, Y).turn(slope=1)


# --- the polynomial ----------------------------------------------------------------------------------


def test_without_penalty_it_is_numpys_least_squares_fit():
    model = PolynomialFit(seed=1)
    model.turn(degree=4, points=30)
    (x, y), _ = model.sets()
    np.testing.assert_allclose(model.coefficients(), np.polynomial.polynomial.polyfit(x, y, 4), rtol=1e-8)


def test_the_penalty_gives_ridge_regression_with_a_free_constant():
    model = PolynomialFit()
    model.turn(degree=5, points=20, exponent=-1)
    (x, y), _ = model.sets()
    table = x[:, None] ** np.arange(6)
    free = np.diag([0.0, 1, 1, 1, 1, 1])
    expected = np.linalg.solve(table.T @ table / 20 + 0.1 * free, table.T @ y / 20)
    np.testing.assert_allclose(model.coefficients(), expected, rtol=1e-8)


def test_more_powers_fit_the_points_better_and_others_worse():
    model = PolynomialFit()
    model.turn(points=16)
    fitted, others = np.array([model.errors(degree) for degree in range(16)]).T
    assert (np.diff(fitted) < 1e-9).all()
    assert others[15] > 10 * others[3]
    assert others[3] < others[1]


def test_more_points_keep_the_first_ones():
    model = PolynomialFit()
    model.turn(points=5)
    few = model.sets()[0]
    model.turn(points=50)
    many = model.sets()[0]
    for a, b in zip(few, many, strict=True):
        np.testing.assert_array_equal(a, b[:5])


def test_the_lowest_exponent_means_no_penalty():
    model = PolynomialFit()
    assert model.strength == 0
    assert "no penalty" in model.sentence
    model.turn(exponent=-2)
    assert model.strength == 0.01
    assert "λ = 0.01" in model.sentence


# --- the temperature ---------------------------------------------------------------------------------


def test_cold_is_certain_and_hot_is_even():
    model = Temperature([2.0, 1.0, 0.0])
    model.turn(exponent=-2)
    assert model.probabilities.tolist() == pytest.approx([1, 0, 0], abs=1e-9)
    assert model.entropy == pytest.approx(0, abs=1e-9)
    model.turn(exponent=4)
    assert model.probabilities.tolist() == pytest.approx([1 / 3] * 3, abs=1e-3)
    assert model.entropy == pytest.approx(np.log2(3), abs=1e-3)


def test_at_temperature_one_it_is_softmax():
    model = Temperature([2.0, 1.0, 0.0], names="abc")
    e = np.exp([2.0, 1.0, 0.0])
    np.testing.assert_allclose(model.probabilities, e / e.sum())
    assert "66.5%, of a" in model.sentence


def test_a_table_of_scores_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        Temperature(np.zeros((2, 3)))


# --- the views ---------------------------------------------------------------------------------------

POINTS = data.two_clouds(40, 0)
DEMOS = {
    "line": (
        lambda: widgets.line_by_hand(*POINTS, class_names=("no", "yes")),
        {"angle": 45, "shift": 0.3, "steepness": 5},
    ),
    "polynomial": (widgets.polynomial_fit, {"degree": 9, "points": 60, "exponent": -3}),
    "temperature": (lambda: widgets.softmax_temperature([3, 1, 0], "abc", highlight=0), {"exponent": 1.0}),
}


@pytest.mark.parametrize("name", DEMOS)
def test_each_slider_turns_its_knob_and_the_picture_follows(name):
    make, values = DEMOS[name]
    demo = make()
    assert demo.picture.value == demo.still
    for knob, value in values.items():
        before, words = demo.picture.value, demo.words.value
        demo.sliders[knob].value = value
        assert getattr(demo.model, knob) == value
        assert demo.picture.value != before
        assert demo.words.value != words


@pytest.mark.parametrize("name", DEMOS)
def test_sliders_begin_where_the_model_begins(name):
    demo = DEMOS[name][0]()
    assert all(slider.value == getattr(demo.model, knob) for knob, slider in demo.sliders.items())
