"""Weights start from PyTorch's distributions, and the course's seed repeats them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import dlcourse
from dlcourse import nn

FILLERS = {
    "uniform_": {"a": -1.0, "b": 3.0},
    "normal_": {"mean": 1.0, "std": 2.0},
    "constant_": {"val": 3.0},
    "zeros_": {},
    "ones_": {},
    "xavier_uniform_": {"gain": 1.5},
    "xavier_normal_": {},
    "kaiming_uniform_": {"a": 0.2},
    "kaiming_normal_": {"mode": "fan_out", "nonlinearity": "relu"},
}


def moments(a: np.ndarray) -> np.ndarray:
    return np.array([a.mean(), a.std(), a.min(), a.max()])


@pytest.mark.parametrize("name", FILLERS)
@pytest.mark.parametrize("shape", [(300, 200), (60, 40, 5, 4)])
def test_fillers_have_pytorchs_spread(name, shape):
    dlcourse.manual_seed(0)
    torch.manual_seed(0)
    ours = getattr(nn.init, name)(nn.Parameter(np.empty(shape, np.float32)), **FILLERS[name]).data
    theirs = getattr(torch.nn.init, name)(torch.empty(shape), **FILLERS[name]).numpy()
    assert ours.dtype == np.float32
    scale = np.abs(theirs).max() or 1
    np.testing.assert_allclose(moments(ours)[:2] / scale, moments(theirs)[:2] / scale, atol=0.01)
    if "normal" not in name:
        np.testing.assert_allclose(moments(ours) / scale, moments(theirs) / scale, atol=0.01)


@pytest.mark.parametrize(
    "make", [lambda m: m.Linear(200, 300), lambda m: m.Conv2d(8, 64, 5), lambda m: m.Embedding(300, 200)]
)
def test_layers_start_as_pytorchs(make):
    for ours, theirs in zip(make(nn).parameters(), make(torch.nn).parameters(), strict=True):
        a, b = ours.data, theirs.detach().numpy()
        scale = np.abs(b).max()
        np.testing.assert_allclose(moments(a)[:2] / scale, moments(b)[:2] / scale, atol=0.15 if a.ndim == 1 else 0.02)


@pytest.mark.parametrize("name", ["linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu", "conv2d"])
def test_gains(name):
    assert nn.init.calculate_gain(name) == pytest.approx(torch.nn.init.calculate_gain(name))


def test_the_seed_repeats_a_network():
    networks = []
    for _ in range(2):
        dlcourse.manual_seed(3)
        networks.append(nn.Sequential(nn.Linear(3, 4), nn.Conv2d(1, 2, 3), nn.Embedding(3, 2)))
    for a, b in zip(*(n.parameters() for n in networks), strict=True):
        assert np.array_equal(a.data, b.data)


def test_mistakes_are_explained():
    w = nn.Parameter(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="2 or more dimensions"):
        nn.init.xavier_uniform_(nn.Parameter(np.zeros(3)))
    with pytest.raises(ValueError, match="'fan'"):
        nn.init.kaiming_normal_(w, mode="fan")
    with pytest.raises(ValueError, match="'swish'"):
        nn.init.calculate_gain("swish")
