"""How the tests of this folder compare a layer, function or loss with PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

import dlcourse

TOLERANCE = {"float64": 1e-9, "float32": 1e-4}


def assert_close(ours: np.ndarray, theirs: torch.Tensor, dtype: str, what: str) -> None:
    expected = theirs.detach().numpy()
    assert ours.shape == expected.shape, what
    assert ours.dtype == expected.dtype, what
    scale = max(1.0, float(np.abs(expected).max(initial=0)))
    np.testing.assert_allclose(ours, expected, rtol=0, atol=TOLERANCE[dtype] * scale, err_msg=what)


def compare_functions(ours: Callable, theirs: Callable, inputs: list[np.ndarray], dtype: str) -> None:
    """Values, and gradients with respect to all float inputs, for a random gradient of the result."""
    inputs = [a.astype(dtype) if a.dtype.kind == "f" else a for a in inputs]
    mine = [dlcourse.tensor(a.copy()) for a in inputs]
    others = [torch.tensor(a) for a in inputs]
    for a, b in zip(mine, others, strict=True):
        if a.dtype.kind == "f":
            a.requires_grad_()
            b.requires_grad_()
    y, expected = ours(*mine), theirs(*others)
    assert_close(y.data, expected, dtype, "value")
    if not expected.requires_grad:
        return
    g = np.asarray(np.random.default_rng(1).normal(size=expected.shape), dtype=dtype)
    y.backward(dlcourse.tensor(g))
    expected.backward(torch.tensor(g))
    for number, (a, b) in enumerate(zip(mine, others, strict=True)):
        if b.grad is not None:
            assert a.grad is not None, f"no gradient of input {number}"
            assert_close(a.grad.data, b.grad, dtype, f"gradient of input {number}")


def compare_layers(ours: Any, theirs: torch.nn.Module, inputs: list[np.ndarray], dtype: str) -> None:
    """The same for modules with the same parameters: twice while training, once in evaluation mode."""
    ours.to(np.dtype(dtype))
    theirs.to(getattr(torch, dtype))
    ours.load_state_dict({name: t.numpy() for name, t in theirs.state_dict().items()})
    for training in (True, True, False):
        ours.train(training)
        theirs.train(training)
        ours.zero_grad()
        theirs.zero_grad()
        compare_functions(ours, theirs, inputs, dtype)
        grads = {name: p.grad for name, p in ours.named_parameters()}
        for name, p in theirs.named_parameters():
            assert_close(grads[name].data, p.grad, dtype, f"gradient of {name}")
    state = ours.state_dict()
    for name, t in theirs.state_dict().items():
        assert_close(state[name].data, t, dtype, name)


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def same_functions() -> Callable:
    return compare_functions


@pytest.fixture(scope="session")
def same_layers() -> Callable:
    return compare_layers


@pytest.fixture(params=["float64", "float32"])
def dtype(request) -> str:
    return request.param
