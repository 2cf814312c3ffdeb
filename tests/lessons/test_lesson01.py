"""Lesson 01: the references do what history says of the machines that they rebuild."""

from __future__ import annotations

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from dlcourse import data, exercises, plots

CORNERS = np.array(list(itertools.product([0.0, 1.0], repeat=2)))
TABLES = np.array(list(itertools.product([0, 1], repeat=4)))
XOR, XNOR = 6, 9


def reference(name: str):
    return exercises.get(name).reference


def couplings(n: int, seed: int) -> np.ndarray:
    upper = np.triu(np.random.default_rng(seed).normal(size=(n, n)), 1)
    return upper + upper.T


# --- 1943 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("threshold", "gate"), [(1, any), (3, all), (2, lambda inputs: sum(inputs) > 1), (0, lambda inputs: True)]
)
def test_the_threshold_makes_or_majority_and_and_of_the_same_unit(threshold, gate):
    unit, nothing = reference("mcculloch_pitts"), np.zeros(0)
    for inputs in itertools.product([0, 1], repeat=3):
        assert unit(np.array(inputs), nothing, threshold) == int(gate(inputs))


def test_one_inhibitory_input_is_a_veto():
    unit = reference("mcculloch_pitts")
    assert unit(np.ones(50), np.array([0, 0, 0]), 1) == 1
    assert unit(np.ones(50), np.array([0, 1, 0]), 1) == 0


# --- 1949 ------------------------------------------------------------------------------------------------


def test_hebb_changes_only_connections_between_two_active_ends():
    W = np.zeros((3, 4))
    changed = reference("hebb_update")(W, np.array([1.0, 0, 0, 1]), np.array([0.0, 1, 0]), 0.5)
    assert np.argwhere(changed).tolist() == [[1, 0], [1, 3]]
    assert set(changed[changed != 0]) == {0.5}
    assert not W.any()


# --- 1958 and 1969 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", range(16))
def test_a_perceptron_learns_all_functions_of_two_inputs_but_xor_and_xnor(k):
    w, b, mistakes = reference("train_perceptron")(CORNERS, TABLES[k], 1000)
    assert (mistakes[-1] == 0) == (k not in (XOR, XNOR))
    assert (((CORNERS @ w + b) >= 0) == TABLES[k]).all() == (k not in (XOR, XNOR))


@pytest.mark.parametrize("k", [XOR, XNOR])
def test_no_line_computes_them_whatever_its_weights(k):
    side = np.linspace(-3, 3, 25)
    w1, w2, b = (grid.ravel() for grid in np.meshgrid(side, side, side))
    answers = (np.outer(w1, CORNERS[:, 0]) + np.outer(w2, CORNERS[:, 1]) + b[:, None]) >= 0
    assert not (answers == TABLES[k]).all(axis=1).any()
    assert len(np.unique(answers, axis=0)) == 14


@pytest.mark.parametrize(("bias", "share"), [(0.0, 1.0), (-1.0, 0.0)])
def test_the_panel_of_a_unit_without_weights_is_shaded_everywhere_or_nowhere(bias, share):
    (panel,) = plots.plot_boolean_functions([[share] * 4], ["constant"], [(np.zeros(2), bias)])
    figure = panel.figure
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    column, row = panel.transData.transform((0.5, 0.5)).astype(int)  # between the corners
    shaded = (pixels[pixels.shape[0] - row, column] != 255).any()
    plt.close(figure)
    assert shaded == bool(share)


def test_the_perceptron_makes_no_more_mistakes_than_novikoff_allows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(200, 3))
    best = np.array([1.0, -2.0, 0.5]) / np.sqrt(5.25)
    X = X[np.abs(X @ best) > 0.2]
    y = (X @ best > 0).astype(int)
    extended = np.column_stack([X, np.ones(len(X))])
    _, _, mistakes = reference("train_perceptron")(X, y, 1000)
    radius, margin = np.linalg.norm(extended, axis=1).max(), np.abs(X @ best).min()
    assert mistakes[-1] == 0
    assert sum(mistakes) <= (radius / margin) ** 2


def test_the_hidden_units_of_xor_leave_a_separable_problem():
    W1, thresholds, w2, threshold = (np.array(part) for part in reference("xor_network")())
    sums = CORNERS @ W1.T
    hidden = (sums >= thresholds).astype(float)
    assert ((hidden @ w2 >= threshold) == TABLES[XOR]).all()
    _, _, mistakes = reference("train_perceptron")(hidden, TABLES[XOR], 100)
    assert mistakes[-1] == 0


# --- 1960 ------------------------------------------------------------------------------------------------


def test_one_full_step_removes_the_error_where_all_lines_carry_plus_or_minus_one():
    rng = np.random.default_rng(0)
    for n in (1, 4, 16):
        w, x = rng.normal(size=n), rng.choice([-1.0, 1.0], n)
        assert reference("widrow_hoff_update")(w, x, 0.7) @ x == pytest.approx(0.7)


def test_small_steps_lead_to_the_least_squares_solution():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=(200, 2)), np.ones(200)])
    y = X @ [1.0, -2.0, 0.5] + rng.normal(0, 0.3, 200)
    w = np.zeros(3)
    for _ in range(100):
        for x, target in zip(X, y, strict=True):
            w = reference("widrow_hoff_update")(w, x, target, 0.01)
    np.testing.assert_allclose(w, np.linalg.lstsq(X, y)[0], atol=0.02)


# --- 1982 ------------------------------------------------------------------------------------------------


def test_the_energy_is_a_sum_over_pairs():
    W, s = couplings(6, seed=1), np.array([1, -1, 1, 1, -1, -1])
    pairs = -sum(W[i, j] * s[i] * s[j] for i, j in itertools.combinations(range(6), 2))
    assert reference("hopfield_energy")(W, s) == pytest.approx(pairs)


@pytest.mark.parametrize("seed", range(5))
def test_recall_ends_where_no_single_flip_lowers_the_energy(seed):
    W, energy = couplings(20, seed), reference("hopfield_energy")
    start = np.random.default_rng(seed).choice([-1, 1], 20)
    end = reference("hopfield_recall")(W, start)
    assert energy(W, end) <= energy(W, start)
    for k in range(20):
        flipped = end.copy()
        flipped[k] *= -1
        assert energy(W, flipped) >= energy(W, end)


@pytest.mark.parametrize("place", range(5))
def test_letters_nearly_always_come_back_from_a_quarter_of_wrong_pixels(place):
    letters = data.load_letters("JTXLF")
    W = reference("hopfield_weights")(letters)
    assert np.array_equal(W, W.T)
    assert not W.diagonal().any()
    throws = [np.where(np.random.default_rng(seed).permutation(100) < 25, -1, 1) for seed in range(20)]
    back = [np.array_equal(reference("hopfield_recall")(W, letters[place] * throw), letters[place]) for throw in throws]
    assert np.mean(back) >= 0.9
