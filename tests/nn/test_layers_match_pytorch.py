"""Each layer gives PyTorch's values, gradients and buffers, for random shapes and settings."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dlcourse
from dlcourse import nn
from dlcourse.nn import functional as F

quick = settings(
    deadline=None, derandomize=True, max_examples=8, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
sizes = st.integers(1, 6)


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape)).normal(size=shape)


@quick
@given(inputs=sizes, outputs=sizes, samples=st.lists(st.integers(0, 6), max_size=3), bias=st.booleans())
def test_linear(same_layers, dtype, inputs, outputs, samples, bias):
    x = normal(*samples, inputs)
    same_layers(nn.Linear(inputs, outputs, bias), torch.nn.Linear(inputs, outputs, bias), [x], dtype)


@quick
@given(n=sizes, inputs=sizes, outputs=sizes, bias=st.booleans())
def test_linear_followed_by_relu_in_a_sequential(same_layers, dtype, n, inputs, outputs, bias):
    ours = nn.Sequential(nn.Linear(inputs, outputs, bias), nn.ReLU(), nn.Linear(outputs, 2))
    theirs = torch.nn.Sequential(torch.nn.Linear(inputs, outputs, bias), torch.nn.ReLU(), torch.nn.Linear(outputs, 2))
    same_layers(ours, theirs, [normal(n, inputs)], dtype)


@st.composite
def convolutions(draw):
    channels, filters = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    kernel = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    settings = {
        "stride": draw(st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 2), st.integers(1, 3)))),
        "padding": draw(st.one_of(st.integers(0, 2), st.tuples(st.integers(0, 2), st.integers(0, 1)))),
        "dilation": draw(st.one_of(st.integers(1, 2), st.tuples(st.integers(1, 2), st.integers(1, 2)))),
        "bias": draw(st.booleans()),
    }
    image = draw(st.tuples(st.integers(5, 9), st.integers(5, 9)))
    return channels, filters, kernel, settings, (draw(st.integers(1, 3)), channels, *image)


@settings(quick, max_examples=25)
@given(case=convolutions())
def test_conv2d(same_layers, dtype, case):
    channels, filters, kernel, options, shape = case
    ours = nn.Conv2d(channels, filters, kernel, **options)
    same_layers(ours, torch.nn.Conv2d(channels, filters, kernel, **options), [normal(*shape)], dtype)


def test_conv2d_in_many_pieces(same_layers, dtype, monkeypatch):
    monkeypatch.setattr("dlcourse.nn.convolution.BAND", 64)
    layers = (m.Conv2d(4, 6, 3, padding=1) for m in (nn, torch.nn))
    same_layers(*layers, [normal(3, 4, 8, 7)], dtype)


POOLS = [(nn.MaxPool2d, torch.nn.MaxPool2d), (nn.AvgPool2d, torch.nn.AvgPool2d)]


@pytest.mark.parametrize(("ours", "theirs"), POOLS)
@quick
@given(
    kernel=st.one_of(st.integers(1, 3), st.tuples(st.integers(1, 3), st.integers(1, 3))),
    stride=st.one_of(st.none(), st.integers(1, 3)),
    padding=st.integers(0, 1),
    ties=st.booleans(),
)
def test_pooling(same_layers, dtype, ours, theirs, kernel, stride, padding, ties):
    x = normal(2, 3, 8, 7)
    x = np.round(x) if ties else x
    padding = min(padding, int(np.min(kernel)) // 2)  # more is an error in PyTorch
    same_layers(ours(kernel, stride, padding), theirs(kernel, stride, padding), [x], dtype)


@quick
@given(n=st.integers(2, 5), c=sizes, momentum=st.sampled_from([0.1, 0.5]))
def test_batch_norm(same_layers, dtype, n, c, momentum):
    for ours, theirs, shape in [
        (nn.BatchNorm1d, torch.nn.BatchNorm1d, (n, c)),
        (nn.BatchNorm1d, torch.nn.BatchNorm1d, (n, c, 3)),
        (nn.BatchNorm2d, torch.nn.BatchNorm2d, (n, c, 3, 2)),
    ]:
        same_layers(ours(c, momentum=momentum), theirs(c, momentum=momentum), [normal(*shape)], dtype)


@quick
@given(shape=st.lists(st.integers(2, 4), min_size=1, max_size=2), outer=st.lists(sizes, min_size=1, max_size=2))
def test_layer_norm(same_layers, dtype, shape, outer):
    same_layers(nn.LayerNorm(shape), torch.nn.LayerNorm(shape), [normal(*outer, *shape)], dtype)


@quick
@given(rows=sizes, features=sizes, shape=st.lists(st.integers(0, 4), min_size=1, max_size=3))
def test_embedding(same_layers, dtype, rows, features, shape):
    indices = np.random.default_rng(0).integers(0, rows, size=shape)
    same_layers(nn.Embedding(rows, features), torch.nn.Embedding(rows, features), [indices], dtype)


def test_rows_of_a_weight_get_their_gradients_in_any_order_of_memory(dtype):
    for array in (normal(5, 3), normal(3, 5).T):
        weight = dlcourse.tensor(array.astype(dtype), requires_grad=True)
        for rows in (F.embedding(dlcourse.tensor([1, 4, 1]), weight), weight[[1, 4, 1]]):
            weight.grad = None
            (rows * dlcourse.tensor([[1.0], [2.0], [3.0]])).sum().backward()
            assert weight.grad.tolist() == [[0] * 3, [4] * 3, [0] * 3, [0] * 3, [2] * 3]


@quick
@given(shape=st.lists(st.integers(1, 3), min_size=2, max_size=4))
def test_flatten_and_identity(same_layers, dtype, shape):
    same_layers(nn.Flatten(), torch.nn.Flatten(), [normal(*shape)], dtype)
    same_layers(nn.Identity(), torch.nn.Identity(), [normal(*shape)], dtype)


def test_a_small_convolutional_network(same_layers, dtype):
    def build(m):
        return m.Sequential(
            m.Conv2d(1, 4, 5, padding=2), m.BatchNorm2d(4), m.ReLU(), m.MaxPool2d(2), m.Conv2d(4, 6, 3),
            m.ReLU(), m.AvgPool2d(2), m.Flatten(), m.Linear(24, 10), m.ReLU(), m.Linear(10, 3),
        )  # fmt: skip

    same_layers(build(nn), build(torch.nn), [normal(5, 1, 12, 12)], dtype)


def test_dropout_keeps_the_mean_and_zeroes_the_asked_share():
    dlcourse.manual_seed(0)
    x = dlcourse.ones(200, 200, requires_grad=True)
    layer = nn.Dropout(0.25)
    y = layer(x)
    assert abs((y.data == 0).mean() - 0.25) < 0.01
    assert np.allclose(y.data[y.data != 0], 4 / 3)
    y.sum().backward()
    assert np.array_equal(x.grad.data, y.data)
    assert layer.eval()(x) is x
    assert not F.dropout(x, p=1.0).data.any()


def test_a_shared_layer_adds_up_its_gradients(same_layers, dtype):
    class Twice:
        @staticmethod
        def build(m):
            class Net(m.Module):
                def __init__(self):
                    super().__init__()
                    self.layer = m.Linear(4, 4)

                def forward(self, x):
                    return self.layer(self.layer(x))

            return Net()

    same_layers(Twice.build(nn), Twice.build(torch.nn), [normal(3, 4)], dtype)


def test_no_gradient_is_computed_for_a_frozen_layer():
    layer = nn.Linear(3, 2).requires_grad_(False)
    x = dlcourse.ones(2, 3, requires_grad=True)
    layer(x).sum().backward()
    assert layer.weight.grad is None
    assert x.grad is not None
