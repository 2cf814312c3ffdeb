"""Each optimiser takes PyTorch's steps, for random shapes and settings, gradients missing or not."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dlcourse
from dlcourse import nn, optim

quick = settings(
    deadline=None, derandomize=True, max_examples=8, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
TOLERANCE = {"float64": 1e-9, "float32": 1e-4}

OPTIMISERS = {
    "SGD": lambda m, p: m.SGD(p, lr=0.1),
    "SGD default": lambda m, p: m.SGD(p),
    "SGD momentum": lambda m, p: m.SGD(p, lr=0.1, momentum=0.9),
    "SGD Nesterov": lambda m, p: m.SGD(p, lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.1),
    "SGD weight decay": lambda m, p: m.SGD(p, lr=0.1, momentum=0.5, weight_decay=0.2),
    "Adagrad": lambda m, p: m.Adagrad(p),
    "Adagrad all": lambda m, p: m.Adagrad(p, lr=0.1, weight_decay=0.1, eps=1e-3),
    "RMSprop": lambda m, p: m.RMSprop(p),
    "RMSprop all": lambda m, p: m.RMSprop(p, lr=0.02, alpha=0.9, eps=1e-4, weight_decay=0.1),
    "Adam": lambda m, p: m.Adam(p),
    "Adam all": lambda m, p: m.Adam(p, lr=0.05, betas=(0.8, 0.95), eps=1e-4, weight_decay=0.1),
    "AdamW": lambda m, p: m.AdamW(p),
    "AdamW all": lambda m, p: m.AdamW(p, lr=0.05, betas=(0.8, 0.95), weight_decay=0.3),
}


def pairs(shapes: list, dtype: str) -> list[tuple[dlcourse.Tensor, torch.Tensor]]:
    rng = np.random.default_rng(7)
    starts = [np.asarray(rng.normal(size=shape), dtype=dtype) for shape in shapes]
    return [(nn.Parameter(a.copy()), torch.nn.Parameter(torch.tensor(a))) for a in starts]


def set_gradients(parameters: list, rng: np.random.Generator, missing: float = 0.0) -> None:
    """The same random gradients on both sides; some parameters get none."""
    for ours, theirs in parameters:
        ours.grad = theirs.grad = None
        if rng.random() >= missing:
            g = np.asarray(rng.normal(size=ours.shape), dtype=ours.dtype)
            (ours * dlcourse.tensor(g)).sum().backward()
            theirs.grad = torch.tensor(g)


def assert_same(parameters: list, dtype: str) -> None:
    for ours, theirs in parameters:
        np.testing.assert_allclose(ours.data, theirs.detach().numpy(), rtol=0, atol=TOLERANCE[dtype])
        assert str(ours.dtype) == dtype


@pytest.fixture(params=["float64", "float32"])
def dtype(request) -> str:
    return request.param


@pytest.mark.parametrize("name", OPTIMISERS)
@quick
@given(
    shapes=st.lists(st.lists(st.integers(1, 4), max_size=3), min_size=1, max_size=4),
    missing=st.sampled_from([0.0, 0.4]),
)
def test_steps(dtype, name, shapes, missing):
    parameters = pairs(shapes, dtype)
    ours = OPTIMISERS[name](optim, [a for a, _ in parameters])
    theirs = OPTIMISERS[name](torch.optim, [b for _, b in parameters])
    rng = np.random.default_rng(1)
    for _ in range(6):
        set_gradients(parameters, rng, missing)
        ours.step()
        theirs.step()
    assert_same(parameters, dtype)


@pytest.mark.parametrize("name", ["SGD momentum", "Adam", "RMSprop all", "Adagrad"])
def test_groups_and_settings_changed_on_the_way(dtype, name):
    parameters = pairs([(3, 2), (4,), (2, 2)], dtype)

    def make(m, side):
        p = [pair[side] for pair in parameters]
        optimiser = OPTIMISERS[name](m, [{"params": p[:1], "lr": 0.5}, {"params": p[1:2]}])
        optimiser.add_param_group({"params": p[2:], "weight_decay": 0.1})
        return optimiser

    ours, theirs = make(optim, 0), make(torch.optim, 1)
    rng = np.random.default_rng(1)
    for step in range(6):
        if step == 3:
            for optimiser in (ours, theirs):
                optimiser.param_groups[1]["lr"] = 0.2
        set_gradients(parameters, rng)
        ours.step()
        theirs.step()
    assert_same(parameters, dtype)


def test_two_types_of_numbers_in_one_optimiser():
    a, b = nn.Parameter(np.ones(2, np.float32)), nn.Parameter(np.ones(3, np.float64))
    optimiser = optim.SGD([a, b], lr=0.5, momentum=0.9)
    (a.sum() + b.sum()).backward()
    optimiser.step()
    assert a.dtype == np.float32
    assert b.dtype == np.float64
    assert a.data.tolist() == [0.5] * 2
    assert b.data.tolist() == pytest.approx([0.5] * 3, rel=1e-15)


@pytest.mark.parametrize("name", OPTIMISERS)
def test_a_hundred_steps(dtype, name):
    parameters = pairs([(3, 5), (2,), (4, 4)], dtype)
    ours = OPTIMISERS[name](optim, [a for a, _ in parameters])
    theirs = OPTIMISERS[name](torch.optim, [b for _, b in parameters])
    rng = np.random.default_rng(1)
    for step in range(100):
        set_gradients(parameters, rng, missing=0.2 if step > 60 else 0.0)
        ours.step()
        theirs.step()
    assert_same(parameters, dtype)


def test_momentum_may_change_and_be_nothing_for_a_while(dtype):
    parameters = pairs([(3, 5), (2,)], dtype)
    ours = optim.SGD([a for a, _ in parameters], lr=0.1, momentum=0.9)
    theirs = torch.optim.SGD([b for _, b in parameters], lr=0.1, momentum=0.9)
    rng = np.random.default_rng(1)
    for momentum in [0.9] * 5 + [0.5] * 20 + [0.0] * 3 + [1e-30, 0.95, 0.95, 0.01, 0.99] + [1.0] * 3:
        ours.param_groups[0]["momentum"] = theirs.param_groups[0]["momentum"] = momentum
        set_gradients(parameters, rng)
        ours.step()
        theirs.step()
    assert_same(parameters, dtype)


@pytest.mark.parametrize("name", ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW"])
def test_signatures_show_settings_in_pytorchs_order_with_its_defaults(name):
    ours = inspect.signature(getattr(optim, name)).parameters
    theirs = inspect.signature(getattr(torch.optim, name)).parameters
    assert list(ours) == [setting for setting in theirs if setting in ours]
    assert {n: p.default for n, p in ours.items()} == {n: theirs[n].default for n in ours}
    by_position = [n for n, p in ours.items() if p.kind is not inspect.Parameter.KEYWORD_ONLY]
    assert by_position == list(theirs)[: len(by_position)]


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: optim.SGD([], lr=1), ValueError, "empty"),
        (lambda: optim.SGD(nn.Parameter([1.0]), lr=1), TypeError, r"\[w\]"),
        (lambda: optim.SGD([np.ones(2)], lr=1), TypeError, "ndarray"),
        (lambda: optim.SGD([nn.Parameter([1.0])], lr=-1), ValueError, "lr can't be negative"),
        (lambda: optim.SGD([nn.Parameter([1.0])], lr=1, nesterov=True), ValueError, "momentum > 0"),
        (lambda: optim.SGD([nn.Parameter([1.0]) * 2], lr=1), ValueError, "leaves"),
        (lambda: optim.Adam([nn.Parameter([1.0])], betas=(1.0, 0.9)), ValueError, "betas"),
        (lambda: optim.SGD([nn.Parameter([1.0])], dampening=0.1), TypeError, "dampening"),
        (lambda: optim.SGD([{"params": [nn.Parameter([1.0])], "rate": 1}]), TypeError, "rate"),
    ],
)
def test_bad_arguments_are_explained(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_a_parameter_in_two_groups_is_refused():
    w = nn.Parameter([1.0])
    with pytest.raises(ValueError, match="two groups"):
        optim.SGD([{"params": [w]}, {"params": [w]}])
