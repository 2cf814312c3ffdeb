"""Each activation gives PyTorch's values and gradients; those that PyTorch lacks, their formula's."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dlcourse
from dlcourse import nn
from dlcourse.autograd import gradcheck
from dlcourse.nn import functional as F

quick = settings(
    deadline=None, derandomize=True, max_examples=8, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3)

LAYERS = {
    "Sigmoid": lambda m: m.Sigmoid(),
    "Tanh": lambda m: m.Tanh(),
    "ReLU": lambda m: m.ReLU(),
    "LeakyReLU": lambda m: m.LeakyReLU(),
    "LeakyReLU 0.3": lambda m: m.LeakyReLU(0.3),
    "PReLU": lambda m: m.PReLU(),
    "ELU": lambda m: m.ELU(),
    "ELU 0.5": lambda m: m.ELU(0.5),
    "Identity": lambda m: m.Identity(),
    "Softsign": lambda m: m.Softsign(),
    "Softplus": lambda m: m.Softplus(),
    "Softplus 2, 3": lambda m: m.Softplus(beta=2, threshold=3),
    "GELU": lambda m: m.GELU(),
    "GELU tanh": lambda m: m.GELU(approximate="tanh"),
    "SiLU": lambda m: m.SiLU(),
    "Softmax": lambda m: m.Softmax(dim=-1),
    "Softmax 0": lambda m: m.Softmax(dim=0),
    "LogSoftmax": lambda m: m.LogSoftmax(dim=-1),
    "LogSoftmax 0": lambda m: m.LogSoftmax(dim=0),
}

FUNCTIONS = {
    "arctan": (F.arctan, torch.atan),
    "centered_softplus": (F.centered_softplus, lambda x: torch.nn.functional.softplus(x) - math.log(2)),
    "binary_step": (F.binary_step, lambda x: torch.heaviside(x.detach(), torch.ones_like(x)) + 0 * x),
    "logistic": (F.logistic, torch.sigmoid),
    "rrelu in use": (F.rrelu, torch.nn.functional.rrelu),
    "VLReLU": (nn.VLReLU(), lambda x: torch.nn.functional.leaky_relu(x, 1 / 3)),
}


def numbers(shape: list[int], ties: bool) -> np.ndarray:
    x = np.random.default_rng(len(shape)).normal(size=shape) * 3
    return np.round(x) if ties else x


@pytest.mark.parametrize("name", LAYERS)
@quick
@given(shape=shapes, ties=st.booleans())
def test_layers(same_layers, dtype, name, shape, ties):
    same_layers(LAYERS[name](nn), LAYERS[name](torch.nn), [numbers(shape, ties)], dtype)


@pytest.mark.parametrize("name", FUNCTIONS)
@quick
@given(shape=shapes, ties=st.booleans())
def test_functions(same_functions, dtype, name, shape, ties):
    same_functions(*FUNCTIONS[name], [numbers(shape, ties)], dtype)


@quick
@given(n=st.integers(1, 4), channels=st.integers(2, 4), rest=st.lists(st.integers(1, 3), max_size=2))
def test_prelu_with_a_slope_for_each_channel(same_layers, dtype, n, channels, rest):
    x = numbers([n, channels, *rest], False)
    same_layers(nn.PReLU(channels), torch.nn.PReLU(channels), [x], dtype)


def test_rrelu_draws_slopes_between_its_bounds_while_training():
    dlcourse.manual_seed(1)
    x = dlcourse.tensor(-np.ones(1000))
    y = -nn.RReLU(0.1, 0.5)(x).data
    assert 0.1 <= y.min() < 0.12
    assert 0.48 < y.max() <= 0.5


def test_maxout_is_the_largest_of_its_linear_functions(same_functions, dtype):
    layer = nn.Maxout(3, 4, pieces=2)
    w, b = layer.weight.data.astype(dtype), layer.bias.data.astype(dtype)

    def formula(x, w, b):
        first, second = (x @ w[i::2].T + b[i::2] for i in (0, 1))
        return torch.maximum(first, second)

    x = np.random.default_rng(0).normal(size=(5, 3))
    same_functions(lambda x, w, b: F.maxout(F.linear(x, w, b), 2), formula, [x, w, b], dtype)


def test_apl_is_its_formula(same_functions, dtype):
    def formula(x, a, b):
        return x.clamp(min=0) + sum(a[s] * (b[s] - x).clamp(min=0) for s in range(len(a)))

    rng = np.random.default_rng(0)
    same_functions(F.apl, formula, [rng.normal(size=s) for s in ((6, 3), (2, 3), (2, 3))], dtype)


def test_maxout_and_apl_learn():
    for layer in (nn.Maxout(4, 3), nn.APL(4)):
        layer.double()
        x = dlcourse.tensor(np.random.default_rng(0).normal(size=(5, 4)), requires_grad=True)
        assert gradcheck(lambda x, *_, layer=layer: layer(x), (x, *layer.parameters()))


def test_large_numbers_do_not_overflow():
    x = dlcourse.tensor(np.array([-1e4, -100, 0, 100, 1e4]), requires_grad=True)
    with np.errstate(all="raise", under="ignore"):
        for f in (F.sigmoid, F.softplus, F.centered_softplus, F.silu, F.elu, F.softmax, F.log_softmax, F.gelu):
            y = f(x)
            y.sum().backward()
            assert np.isfinite(y.data).all(), f
            assert np.isfinite(x.grad.data).all(), f


def test_inplace_is_taken_and_changes_nothing():
    x = dlcourse.tensor([-1.0, 2.0])
    assert nn.ReLU(inplace=True)(x).data.tolist() == [0, 2]
    assert x.data.tolist() == [-1, 2]
