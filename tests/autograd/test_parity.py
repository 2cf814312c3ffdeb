"""Every operation gives PyTorch's values and gradients, in PyTorch's type."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, mutually_broadcastable_shapes

import dlcourse
from dlcourse.autograd import gradcheck, shapes

quick = settings(deadline=None, derandomize=True, max_examples=6, database=None)
TOLERANCE = {np.float64: 1e-9, np.float32: 1e-4}
TYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])

FLOATS = {  # how the numbers for an operation are drawn
    "any": lambda rng, shape: rng.normal(size=shape) * 2,
    "positive": lambda rng, shape: rng.uniform(0.2, 3, size=shape),
    "ties": lambda rng, shape: rng.integers(-2, 3, size=shape).astype(float),
    "apart": lambda rng, shape: rng.permutation(int(np.prod(shape))).reshape(shape) * 0.7 - 3.3,
}

UNARY: dict[str, tuple[str, Callable]] = {
    "exp": ("any", lambda m, x: x.exp()),
    "log": ("positive", lambda m, x: m.log(x)),
    "log1p": ("positive", lambda m, x: m.log1p(x)),
    "expm1": ("any", lambda m, x: m.expm1(x)),
    "sqrt": ("positive", lambda m, x: x.sqrt()),
    "sin": ("any", lambda m, x: x.sin()),
    "cos": ("any", lambda m, x: m.cos(x)),
    "atan": ("any", lambda m, x: x.atan()),
    "tanh": ("any", lambda m, x: m.tanh(x)),
    "sigmoid": ("any", lambda m, x: x.sigmoid()),
    "relu": ("ties", lambda m, x: m.relu(x)),
    "softplus": ("any", lambda m, x: (m.nn.functional.softplus if m is torch else m.softplus)(x)),
    "erf": ("any", lambda m, x: m.erf(x)),
    "sign": ("ties", lambda m, x: m.sign(x) * x),
    "floor": ("any", lambda m, x: m.floor(x) * x),
    "round": ("any", lambda m, x: m.round(x) * x),
    "abs": ("ties", lambda m, x: abs(x) + m.abs(x)),
    "neg": ("any", lambda m, x: -x),
    "square": ("ties", lambda m, x: x**2),
    "cube": ("ties", lambda m, x: m.pow(x, 3)),
    "power 0": ("ties", lambda m, x: x**0),
    "power 1.5": ("positive", lambda m, x: x**1.5),
    "power -1": ("positive", lambda m, x: x**-1),
    "power of a number": ("any", lambda m, x: 2.5**x),
    "clamp": ("ties", lambda m, x: x.clamp(-1, 1)),
    "clamp below": ("ties", lambda m, x: m.clamp(x, min=0.5)),
    "clip": ("any", lambda m, x: m.clip(x, max=0.5)),
    "numbers left": ("positive", lambda m, x: 2 - 3 / x + 1.5 * x),
    "numbers right": ("any", lambda m, x: (x - 1) / 3 * 2 + 0.5),
    "maximum with 0": ("ties", lambda m, x: m.maximum(x, m.zeros_like(x))),
    "clone": ("any", lambda m, x: x.clone() * x),
    "a name used three times": ("any", lambda m, x: x * x + x / (x * x + 1)),
}

BINARY: dict[str, tuple[str, Callable]] = {
    "add": ("any", lambda m, a, b: a + b),
    "sub": ("any", lambda m, a, b: a - b),
    "mul": ("any", lambda m, a, b: m.mul(a, b)),
    "div": ("positive", lambda m, a, b: a / b),
    "pow": ("positive", lambda m, a, b: a**b),
    "maximum": ("ties", lambda m, a, b: m.maximum(a, b)),
    "minimum": ("ties", lambda m, a, b: m.minimum(a, b)),
    "where": ("ties", lambda m, a, b: m.where(a > b, a, b * 2)),
    "where with a number": ("ties", lambda m, a, b: m.where(a > b, a * b, 1.5)),
}

REDUCTIONS: dict[str, tuple[str, Callable]] = {
    "sum": ("any", lambda m, x, **k: x.sum(**k)),
    "mean": ("any", lambda m, x, **k: m.mean(x, **k)),
    "var": ("any", lambda m, x, **k: x.var(**k, correction=0)),
    "std": ("apart", lambda m, x, **k: x.std(**k, correction=0) if x.shape else x * 1),
    "amax": ("ties", lambda m, x, **k: x.amax(**k)),
    "amin": ("ties", lambda m, x, **k: m.amin(x, **k)),
}


def seed(name: str, shape: tuple) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(f"{name}{shape}".encode()))


def compare(f: Callable, arrays: list[np.ndarray], dtype: type) -> None:
    """f(module, *tensors) gives the same numbers and the same gradients with dlcourse and with torch."""
    arrays = [np.asarray(a, dtype) for a in arrays]
    ours = [dlcourse.tensor(a, requires_grad=True) for a in arrays]
    theirs = [torch.tensor(a, requires_grad=True) for a in arrays]
    y, z = f(dlcourse, *ours), f(torch, *theirs)
    close(y.detach().numpy(), z.detach().numpy(), dtype)
    assert y.dtype == dtype
    g = np.random.default_rng(1).normal(size=y.shape).astype(dtype)
    parts = y._backward(g)
    assert all(part is None or part.dtype == dtype for part in parts), "a gradient of another type"
    y.backward(dlcourse.tensor(g))
    z.backward(torch.tensor(g))
    for x, t in zip(ours, theirs, strict=True):
        close(x.grad.numpy(), t.grad.numpy(), dtype)
        assert x.grad.dtype == dtype


def close(a: np.ndarray, b: np.ndarray, dtype: type) -> None:
    assert a.shape == b.shape
    np.testing.assert_allclose(a, b, rtol=TOLERANCE[dtype], atol=TOLERANCE[dtype])


@TYPES
@pytest.mark.parametrize("name", UNARY)
@quick
@given(shape=array_shapes(min_dims=0, max_dims=3, max_side=4))
def test_functions_of_one_tensor(name, dtype, shape):
    kind, f = UNARY[name]
    compare(f, [FLOATS[kind](seed(name, shape), shape)], dtype)


@TYPES
@pytest.mark.parametrize("name", BINARY)
@quick
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=4))
def test_functions_of_two_tensors_broadcast(name, dtype, shapes):
    kind, f = BINARY[name]
    rng = seed(name, shapes.input_shapes)
    compare(f, [FLOATS[kind](rng, shape) for shape in shapes.input_shapes], dtype)


@TYPES
@pytest.mark.parametrize("name", REDUCTIONS)
@settings(quick, max_examples=10)
@given(data=st.data(), shape=array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4))
def test_reductions_over_any_dimensions(name, dtype, shape, data):
    kind, f = REDUCTIONS[name]
    dims = st.lists(st.integers(0, len(shape) - 1), min_size=1, max_size=2, unique=True)
    dim = data.draw(st.one_of(st.integers(-len(shape), len(shape) - 1), dims.map(tuple)))
    keepdim = data.draw(st.booleans())
    compare(lambda m, x: f(m, x, dim=dim, keepdim=keepdim), [FLOATS[kind](seed(name, shape), shape)], dtype)


@TYPES
@pytest.mark.parametrize("name", ["sum", "mean", "var", "max", "min"])
@quick
@given(shape=array_shapes(min_dims=0, max_dims=3, min_side=2, max_side=4))
def test_reductions_of_everything(name, dtype, shape):
    if name == "var" and not shape:
        shape = (3,)
    x = FLOATS["ties"](seed(name, shape), shape)
    compare(lambda m, x: getattr(x, name)(), [x], dtype)
    compare(lambda m, x: getattr(m, name)(x) * x, [x], dtype)


@TYPES
@pytest.mark.parametrize("name", ["max", "min"])
@quick
@given(data=st.data(), shape=array_shapes(min_dims=1, max_dims=3, max_side=4), keepdim=st.booleans())
def test_max_and_min_along_a_dimension_give_values_and_indices(name, dtype, shape, data, keepdim):
    dim = data.draw(st.integers(-len(shape), len(shape) - 1))
    x = FLOATS["apart"](seed(name, shape), shape)
    compare(lambda m, x: getattr(x, name)(dim, keepdim=keepdim).values * 2, [x], dtype)
    ours, theirs = (getattr(dlcourse.tensor(x), name)(dim, keepdim), getattr(torch.tensor(x), name)(dim, keepdim))
    assert ours.indices.tolist() == theirs.indices.tolist()
    assert ours.indices.dtype == dlcourse.int64


MATRIX_SHAPES = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 4)), ((2, 3), (3, 4)), ((5, 2, 3), (3,)), ((3,), (5, 3, 4)),
    ((5, 2, 3), (3, 4)), ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((6, 1, 2, 3), (5, 3, 4)),
    ((1, 2, 3), (5, 3, 1)), ((0, 3), (3, 2)), ((1, 1), (1, 1)),
]  # fmt: skip


@TYPES
@pytest.mark.parametrize("shapes", MATRIX_SHAPES, ids=str)
def test_matrix_products_of_all_ranks(shapes, dtype):
    rng = np.random.default_rng(0)
    compare(lambda m, a, b: a @ b, [rng.normal(size=shape) for shape in shapes], dtype)
    compare(lambda m, a, b: m.matmul(a, b) * 2, [rng.normal(size=shape) for shape in shapes], dtype)


INDICES = [
    0, -1, slice(1, 3), (1, 2), (slice(None), 0), (..., 1), None, (slice(None), None),
    (0, slice(None, None, 2)),
    [0, 2, 2], ([0, 1, 1], [2, 2, 2]), (slice(None), [1, 1, 3]), np.array([[0, 1], [2, 2]]),
    np.array([True, False, True]), np.arange(12).reshape(3, 4) % 5 == 0, (np.array(1), slice(None)),
]  # fmt: skip


@TYPES
@pytest.mark.parametrize("index", INDICES, ids=str)
def test_indexing_adds_up_the_gradients_of_repeated_entries(index, dtype):
    compare(lambda m, x: x[index] * 2, [np.random.default_rng(0).normal(size=(3, 4))], dtype)


@TYPES
def test_indexing_with_tensors(dtype):
    x = np.random.default_rng(0).normal(size=(3, 4))
    compare(lambda m, x: x[m.arange(3), m.tensor([0, 3, 3])] * 2, [x], dtype)
    compare(lambda m, x: x[x > 0] * 2, [x], dtype)
    compare(lambda m, x: x[m.argmax(x[:, 0])] * 2, [x], dtype)


@pytest.mark.parametrize(
    "index",
    [np.array([2, 0, -1]), np.array([[0], [2]], np.uint8), np.array([], np.int64), np.array(1), np.array([1], "u8")],
    ids=repr,
)
def test_rows_of_a_large_array(monkeypatch, index):
    monkeypatch.setattr(shapes, "LARGER_THAN_CACHES", 0)
    x = np.arange(1500.0).reshape(3, 500)
    np.testing.assert_array_equal(dlcourse.tensor(x)[index].numpy(), x[index])
    np.testing.assert_array_equal(dlcourse.tensor(x.T)[index].numpy(), x.T[index])
    with pytest.raises(IndexError, match="index 7 is out of bounds for axis 0 with size 3"):
        dlcourse.tensor(x)[np.array([0, 7])]


SHAPES: dict[str, Callable] = {
    "reshape": lambda m, x: x.reshape(4, -1),
    "reshape of a tuple": lambda m, x: m.reshape(x, (6, 4)),
    "view": lambda m, x: x.view(-1),
    "flatten": lambda m, x: x.flatten(),
    "flatten from 1": lambda m, x: m.flatten(x, 1),
    "flatten up to 1": lambda m, x: x.flatten(0, 1),
    "unsqueeze": lambda m, x: x.unsqueeze(1) + m.unsqueeze(x, -1).sum(),
    "squeeze": lambda m, x: x[:1].squeeze() + x[:1].squeeze(0) + x[:1].squeeze(1).squeeze(-1),
    "transpose": lambda m, x: x.transpose(0, -1),
    "permute": lambda m, x: x.permute(2, 0, 1) + m.permute(x, (2, 0, 1)),
    "T": lambda m, x: x[0].T @ x[1] + x[0].t() @ x[1],
    "broadcast_to": lambda m, x: m.broadcast_to(x[:, :1], (5, 2, 3, 4)),
    "cat": lambda m, x: m.cat([x, x * 2, x[:, :1]], dim=1),
    "concatenate": lambda m, x: m.concatenate((x, x), -1),
    "stack": lambda m, x: m.stack([x, x * x], dim=1) + m.stack((x, x), -3),
    "to and back": lambda m, x: x.double().float().to(x.dtype) * 2,
    "iteration": lambda m, x: sum(row * i for i, row in enumerate(x)),
    "var, PyTorch's default": lambda m, x: x.var() + x.var(0) + x.var(dim=1, unbiased=False).sum(),
    "std, PyTorch's default": lambda m, x: x.std() + x.std(0) + x.std(dim=(1, 2), keepdim=True).sum(),
    "norm": lambda m, x: x.norm() + x.norm(dim=1, keepdim=True) * 2,
    "norm at 0": lambda m, x: (x * 0).norm() * 2 + x,
    "std at 0": lambda m, x: (x * 0).std(0) + x,
    "+= on a result": lambda m, x: add_in_place(m, x),
}


def add_in_place(m, x):
    y = x * 2
    y += x
    y *= x
    y -= 1
    y /= 3
    total = m.zeros(1, dtype=x.dtype)
    total += y.sum()
    return y + total


@TYPES
@pytest.mark.parametrize("name", SHAPES)
def test_changes_of_shape(name, dtype):
    if name == "to and back" and dtype is np.float64:
        dtype = np.float32
    compare(SHAPES[name], [np.random.default_rng(0).normal(size=(2, 3, 4))], dtype)


@pytest.mark.parametrize("name", [*UNARY, *BINARY])
def test_gradcheck_agrees(name):
    kind, f = (UNARY | BINARY)[name]
    kind = {"ties": "apart"}.get(kind, kind)
    rng = np.random.default_rng(0)
    shapes = [(2, 3)] if name in UNARY else [(2, 3), (3,)]
    inputs = [dlcourse.tensor(FLOATS[kind](rng, s) + 0.01 * i, requires_grad=True) for i, s in enumerate(shapes)]
    assert gradcheck(lambda *x: f(dlcourse, *x), inputs)


@pytest.mark.parametrize("name", [*REDUCTIONS, *SHAPES])
def test_gradcheck_agrees_on_reductions_and_shapes(name):
    if name in ("std at 0", "norm at 0", "to and back"):
        name = "sum"  # no derivative there by finite differences, or none in float64
    x = dlcourse.tensor(np.random.default_rng(0).normal(size=(2, 3, 4)), requires_grad=True)
    f = REDUCTIONS[name][1] if name in REDUCTIONS else SHAPES[name]
    assert gradcheck(lambda x: f(dlcourse, x), x)


def test_extreme_inputs_neither_overflow_nor_lose_precision():
    x = np.array([-1000.0, -100, -40, -1e-9, 0, 1e-9, 40, 100, 1000])
    with np.errstate(over="raise", invalid="raise"):
        for name in ("sigmoid", "tanh", "erf", "relu"):
            compare(lambda m, x, name=name: getattr(m, name)(x), [x], np.float64)
        compare(UNARY["softplus"][1], [x], np.float64)
        compare(lambda m, x: m.log(m.sigmoid(x[1:])), [x], np.float64)


def test_erf_is_accurate_to_1e_12_and_keeps_nan():
    x = np.linspace(-7, 7, 20001)
    ours = dlcourse.erf(dlcourse.tensor(x)).numpy()
    assert np.abs(ours - torch.erf(torch.tensor(x)).numpy()).max() < 1e-12
    assert np.isnan(dlcourse.erf(dlcourse.tensor([np.nan])).numpy()).all()


OPERANDS = {
    "float32 array": lambda m: m.ones(2, dtype=m.float32),
    "float64 array": lambda m: m.ones(2, dtype=m.float64),
    "float64 number": lambda m: m.tensor(1.0, dtype=m.float64),
    "int64 array": lambda m: m.ones(2, dtype=m.int64),
    "int64 number": lambda m: m.tensor(1),
    "bool array": lambda m: m.ones(2, dtype=m.bool),
    "float": lambda m: 1.5,
    "int": lambda m: 2,
    "numpy float64": lambda m: np.float64(1.5),
}


@pytest.mark.parametrize("right", OPERANDS)
@pytest.mark.parametrize("left", list(OPERANDS)[:6])
def test_types_combine_as_in_pytorch(left, right):
    for operation in (lambda a, b: a * b, lambda a, b: a / b, lambda a, b: b + a):
        ours = operation(OPERANDS[left](dlcourse), OPERANDS[right](dlcourse))
        theirs = operation(OPERANDS[left](torch), OPERANDS[right](torch))
        assert str(theirs.dtype) == f"torch.{ours.dtype}"


def test_comparisons_and_logic_give_plain_bools():
    a, b = np.array([[1.0, 2], [3, 4]]), np.array([2.0, 2])
    for f in (
        lambda m, a, b: a < b, lambda m, a, b: a <= 2, lambda m, a, b: a == b, lambda m, a, b: a != b,
        lambda m, a, b: ~(a > b) | (a >= 4), lambda m, a, b: (a > 1) & (b == 2),
        lambda m, a, b: (a > b).any(),
        lambda m, a, b: (a > 0).all(), lambda m, a, b: (a > b).sum(), lambda m, a, b: a.argmax(1),
        lambda m, a, b: a.argmin(), lambda m, a, b: m.isnan(a * float('nan')), lambda m, a, b: m.isfinite(a),
        lambda m, a, b: a.long() % 2, lambda m, a, b: a.long() // 2, lambda m, a, b: (a == b).float().mean(),
    ):  # fmt: skip
        ours = f(dlcourse, dlcourse.tensor(a, requires_grad=True), dlcourse.tensor(b))
        theirs = f(torch, torch.tensor(a, requires_grad=True), torch.tensor(b))
        assert ours.tolist() == theirs.tolist()
        assert f"torch.{ours.dtype}" == str(theirs.dtype)
        assert not ours.requires_grad


def test_a_talks_number():
    np.random.seed(0)
    t1, t2, t3 = (dlcourse.tensor(np.random.rand(4, 5)) for _ in range(3))
    a = t1 + t2
    b = a * t3
    c = b.sum()
    assert c.item() == pytest.approx(8.80812307798, abs=1e-11)
