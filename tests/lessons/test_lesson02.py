"""Lesson 02: the references agree with PyTorch, SciPy and scikit-learn, and the lesson's theorems hold."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from dlcourse import exercises
from dlcourse.checks.judging import evaluate, make_trials, recognise


def reference(name: str):
    return exercises.get(name).reference


def scores_and_labels(n: int = 9, classes: int = 5, scale: float = 2.0):
    rng = np.random.default_rng(0)
    return rng.normal(0, scale, (n, classes)), rng.integers(0, classes, n)


# --- against other libraries -------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_softmax_and_cross_entropy_are_pytorchs(scale):
    scores, labels = scores_and_labels(scale=scale)
    theirs = torch.tensor(scores)
    np.testing.assert_allclose(reference("softmax")(scores), F.softmax(theirs, dim=1), rtol=1e-12, atol=1e-300)
    expected = F.cross_entropy(theirs, torch.tensor(labels)).item()
    assert reference("cross_entropy")(scores, labels) == pytest.approx(expected)


def test_the_hinge_is_pytorchs_multi_margin_loss_without_its_division_by_the_classes():
    scores, labels = scores_and_labels()
    expected = 5 * F.multi_margin_loss(torch.tensor(scores), torch.tensor(labels)).item()
    assert reference("hinge_loss")(scores, labels) == pytest.approx(expected)


def test_the_hinge_and_its_gradient_of_lesson_04_belong_together():
    scores, labels = scores_and_labels()
    slopes = np.zeros_like(scores)
    for place in np.ndindex(scores.shape):
        nudge = np.zeros_like(scores)
        nudge[place] = 1e-6
        up, down = (reference("hinge_loss")(scores + sign * nudge, labels) for sign in (1, -1))
        slopes[place] = (up - down) / 2e-6
    np.testing.assert_allclose(reference("hinge_backward")(scores, labels), slopes, atol=1e-8)


def test_linear_scores_and_the_squared_error_are_pytorchs():
    rng = np.random.default_rng(0)
    x, weights, bias, y = (rng.normal(size=shape) for shape in ((6, 4), (3, 4), 3, (6, 3)))
    scores = reference("linear_scores")(x, weights, bias)
    np.testing.assert_allclose(scores, F.linear(*map(torch.tensor, (x, weights, bias))), rtol=1e-12)
    expected = F.mse_loss(torch.tensor(scores), torch.tensor(y)).item()
    assert reference("mean_squared_error")(scores, y) == pytest.approx(expected)


def test_entropy_and_divergence_are_scipys():
    from scipy.stats import entropy

    rng = np.random.default_rng(0)
    for _ in range(5):
        p, q = rng.dirichlet(np.ones(6), size=2)
        p[2] = 0
        p /= p.sum()
        assert reference("entropy_bits")(p) == pytest.approx(entropy(p, base=2))
        assert reference("kl_bits")(p, q) == pytest.approx(entropy(p, q, base=2))


def test_linear_and_ridge_regression_are_scikit_learns():
    from sklearn.linear_model import LinearRegression, Ridge

    rng = np.random.default_rng(0)
    x, y = rng.normal(1, 1, (20, 4)), rng.normal(size=20)
    for (w, b), model in (
        (reference("fit_linear_regression")(x, y), LinearRegression()),
        (reference("fit_ridge")(x, y, 0.3), Ridge(alpha=20 * 0.3)),  # theirs adds up the squares: N times ours
    ):
        model.fit(x, y)
        np.testing.assert_allclose(w, model.coef_, rtol=1e-9)
        assert b == pytest.approx(model.intercept_)


def test_accuracy_is_scikit_learns():
    from sklearn.metrics import accuracy_score

    scores, labels = scores_and_labels(60)
    assert reference("accuracy")(scores, labels) == accuracy_score(labels, scores.argmax(axis=1))


def test_quadratic_features_give_the_quadratic_kernel():
    p, q = np.random.default_rng(0).normal(size=(2, 7, 2))
    scale = np.sqrt([2, 2, 1, 2, 1])
    features = [reference("quadratic_features")(points) * scale for points in (p, q)]
    np.testing.assert_allclose(1 + features[0] @ features[1].T, (1 + p @ q.T) ** 2, rtol=1e-12)


# --- what the lesson says ----------------------------------------------------------------------------


def test_all_losses_but_the_stair_lie_above_it_and_pass_through_one():
    m = np.linspace(-5, 5, 201)
    losses = reference("margin_losses")(m)
    for name, values in losses.items():
        assert values[100] == pytest.approx(1), name
        assert (values >= losses["zero_one"] - 1e-12).all(), name


def test_the_logistic_loss_is_the_cross_entropy_of_two_classes_in_bits():
    m = np.linspace(-30, 30, 25)
    by_scores = [reference("cross_entropy")(np.array([[s, 0.0]]), np.array([0])) / np.log(2) for s in m]
    np.testing.assert_allclose(reference("margin_losses")(m)["logistic"], by_scores, rtol=1e-9, atol=1e-12)


def test_cross_entropy_is_entropy_plus_divergence():
    p, q = np.random.default_rng(0).dirichlet(np.ones(5), size=2)
    cross = np.sum(p * np.log2(1 / q))
    assert reference("entropy_bits")(p) + reference("kl_bits")(p, q) == pytest.approx(cross)


@pytest.mark.parametrize("seed", range(3))
def test_no_free_lunch_for_a_learner_that_answers_anything(seed):
    """Whatever a learner makes of what it saw, over all functions it is right on half of the rest."""
    functions = np.array(list(itertools.product([0, 1], repeat=8)))
    rng = np.random.default_rng(seed)
    seen = rng.permutation(8)[:5]
    rest = np.setdiff1d(np.arange(8), seen)
    whims = rng.integers(0, 2, size=(2,) * 5 + (3,))  # any answers to any five labels
    right = [whims[tuple(f[seen])] == f[rest] for f in functions]
    assert np.mean(right) == 0.5


# --- answers that only seem right --------------------------------------------------------------------


def judged(name: str, answer):
    exercise = exercises.get(name)
    report = evaluate(exercise, answer, make_trials(exercise, 0))
    found = recognise(report)
    return report.points, found and found.name


def test_an_odd_but_right_softmax_passes():
    def by_logarithms(scores):
        top = scores.max(axis=1, keepdims=True)
        return np.exp(scores - top - np.log(np.exp(scores - top).sum(axis=1))[:, None])

    assert judged("softmax", by_logarithms) == (2, None)


def test_a_softmax_without_the_shift_earns_the_ordinary_half_and_is_named():
    def naive(scores):
        return np.array([[np.exp(s) / sum(np.exp(t) for t in row) for s in row] for row in scores])

    with np.errstate(all="ignore"):
        assert judged("softmax", naive) == (1, "overflows_when_large")


def test_a_hinge_written_with_loops_passes():
    def loops(scores, labels):
        total = 0.0
        for row, y in zip(scores, labels, strict=True):
            total += sum(max(0, s - row[y] + 1) for j, s in enumerate(row) if j != y)
        return total / len(labels)

    assert judged("hinge_loss", loops) == (2, None)


def test_a_regression_by_the_pseudo_inverse_passes():
    def by_pinv(x, y):
        *w, b = np.linalg.pinv(np.c_[x, np.ones(len(x))]) @ y
        return np.array(w), b

    assert judged("fit_linear_regression", by_pinv) == (2, None)
