"""Lesson 05: the talks' numbers come out, and what students are compared with agrees with PyTorch."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch

from dlcourse import exercises

WORKED_EXAMPLE = [([[1, -2], [-1, 1]], [1, 0]), ([[2, -1], [-2, -1]], [0, 0]), ([[3, -1], [-1, 4]], [-2, 2])]


def reference(name: str):
    return exercises.get(name).reference


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# --- the talks' numbers ------------------------------------------------------------------------------


@pytest.mark.parametrize(("x", "expected"), [((1, -1), (0.62, 0.83)), ((0, 0), (0.51, 0.85))])
def test_the_worked_network_gives_the_talks_numbers(x, expected):
    layers = [(np.array(W), np.array(b), sigmoid) for W, b in WORKED_EXAMPLE]
    outputs = reference("forward")(layers, np.array([x], dtype=float))
    assert len(outputs) == 4
    assert outputs[-1][0].round(2).tolist() == list(expected)


def test_the_classic_mnist_network_has_229735_parameters():
    assert reference("count_parameters")([784, 225, 225, 10]) == 229_735


def test_layers_without_a_bend_collapse_into_one():
    rng = np.random.default_rng(0)
    sizes = (5, 7, 3, 4)
    layers = [(rng.normal(size=(n, m)), rng.normal(size=n)) for m, n in pairwise(sizes)]
    x = rng.normal(size=(6, 5))
    deep = x
    for W, b in layers:
        deep = deep @ W.T + b
    W, b = reference("collapse")(layers)
    np.testing.assert_allclose(x @ W.T + b, deep, rtol=1e-12)


# --- the references against PyTorch --------------------------------------------------------------------

TORCH = {
    "identity": lambda z: z,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky_relu": lambda z: torch.nn.functional.leaky_relu(z, 0.01),
    "softplus": torch.nn.functional.softplus,
}


@pytest.mark.parametrize("name", TORCH)
def test_activations_and_derivatives_agree_with_pytorch(name):
    z = np.concatenate([np.random.default_rng(0).normal(0, 3, 50), [-1000.0, -30.0, 30.0, 1000.0]])
    tensor = torch.tensor(z, requires_grad=True)
    out = TORCH[name](tensor)
    out.sum().backward()
    np.testing.assert_allclose(reference("activations")(z)[name], out.detach().numpy(), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(reference("activation_derivatives")(z)[name], tensor.grad.numpy(), rtol=1e-7, atol=1e-12)


def test_he_init_has_the_spread_of_pytorchs_kaiming_normal():
    W, b = reference("he_init")(200, 400, np.random.default_rng(0))
    theirs = torch.nn.init.kaiming_normal_(torch.empty(400, 200), nonlinearity="relu")
    assert W.shape == tuple(theirs.shape)
    assert not b.any()
    assert W.std() == pytest.approx(0.1, rel=0.01)
    assert W.std() == pytest.approx(float(theirs.std()), rel=0.02)


def test_train_epoch_takes_the_steps_of_pytorchs_sgd():
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=(11, 3)), rng.normal(size=11), rng.normal(size=3)

    def gradient(parameters, x, y):
        return [2 * x.T @ (x @ parameters[0] - y) / len(x)]

    (ours,) = reference("train_epoch")([w], gradient, x, y, 0.1, 4, np.random.default_rng(5))
    theirs = torch.tensor(w, requires_grad=True)
    optimizer = torch.optim.SGD([theirs], lr=0.1)
    for batch in np.split(np.random.default_rng(5).permutation(11), [4, 8]):
        optimizer.zero_grad()
        ((torch.tensor(x[batch]) @ theirs - torch.tensor(y[batch])) ** 2).mean().backward()
        optimizer.step()
    np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-12)


def test_the_confusion_matrix_agrees_with_scikit_learn():
    from sklearn.metrics import confusion_matrix

    rng = np.random.default_rng(0)
    truth, predicted = rng.integers(6, size=(2, 300))
    np.testing.assert_array_equal(
        reference("confusion_matrix")(truth, predicted, 6), confusion_matrix(truth, predicted)
    )


# --- constructions -------------------------------------------------------------------------------------


def test_a_bump_is_high_inside_and_flat_outside():
    x = np.array([-5.0, 0.5, 5.0])
    np.testing.assert_allclose(reference("bump")(x, 0.0, 1.0, 3.0, 50.0), [0, 3, 0], atol=1e-9)


@pytest.mark.parametrize("depth", range(1, 8))
def test_each_fold_doubles_the_pieces_of_the_sawtooth(depth):
    y = reference("sawtooth")(np.linspace(0, 1, 1025), depth)
    assert 1 + np.count_nonzero(np.abs(np.diff(y, 2)) > 1e-9) == 2**depth
    assert math.isclose(y.max(), 1)
    assert math.isclose(y.min(), 0)
