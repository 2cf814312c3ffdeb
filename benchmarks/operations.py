"""The main operations one by one, at sizes as in the course: forward alone, and forward with backward."""

from __future__ import annotations

import importlib
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import report
from benchmarks.harness import Bench, Call
from benchmarks.networks import Network, mlp, pair, random_images


class Operation(NamedTuple):
    """An operation that both libraries write alike.

    Attributes:
        name: its line in the table.
        function: takes the library, the inputs and the constants.
        inputs: the shapes of those that get a gradient.
        constants: labels, indices, targets, running statistics.
        is_random: its results can't be compared.
    """

    name: str
    function: Callable[..., Any]
    inputs: tuple[tuple[int, ...], ...]
    constants: tuple[np.ndarray, ...] = ()
    is_random: bool = False


ROWS, IMAGES = (128, 225), (128, 16, 14, 14)
_rng = np.random.default_rng(0)
LABELS, PERMUTATION = _rng.integers(0, 10, 128), _rng.permutation(128)
WORDS = _rng.integers(0, 20_000, (64, 100))
TARGET = _rng.normal(size=ROWS).astype(np.float32)


def _linear_relu(lib: Any, x: Any, weight: Any, bias: Any) -> Any:
    """As each library does it for ``Linear`` and ``ReLU`` in a ``Sequential``: ours is one operation."""
    linear = lib.nn.functional.linear
    return linear(x, weight, bias, relu=True) if lib.__name__ == "dlcourse" else linear(x, weight, bias).relu()


def _batch_norm(lib: Any, x: Any, weight: Any, bias: Any, mean: Any, var: Any) -> Any:
    return lib.nn.functional.batch_norm(x, mean, var, weight, bias, training=True)


def _statistics(channels: int) -> tuple[np.ndarray, np.ndarray]:
    """The running mean and variance that batch norm starts with."""
    return np.zeros(channels, np.float32), np.ones(channels, np.float32)


OPERATIONS = [
    Operation("add", lambda _, a, b: a + b, (ROWS, ROWS)),
    Operation("add, a row to each", lambda _, a, b: a + b, (ROWS, ROWS[1:])),
    Operation("mul", lambda _, a, b: a * b, (ROWS, ROWS)),
    Operation("mul, each row by a number", lambda _, a, b: a * b, (ROWS, (128, 1))),
    Operation("exp", lambda lib, x: lib.exp(x), (ROWS,)),
    Operation("tanh", lambda lib, x: lib.tanh(x), (ROWS,)),
    Operation("sigmoid", lambda lib, x: lib.sigmoid(x), (ROWS,)),
    Operation("relu", lambda lib, x: lib.relu(x), (ROWS,)),
    Operation("gelu", lambda lib, x: lib.nn.functional.gelu(x), (ROWS,)),
    Operation("sum", lambda _, x: x.sum(), (ROWS,)),
    Operation("mean of each column", lambda _, x: x.mean(0), (ROWS,)),
    Operation("max of each row", lambda lib, x: lib.amax(x, 1), (ROWS,)),
    Operation("getitem, a slice", lambda _, x: x[:, 10:100], (ROWS,)),
    Operation("getitem, rows in another order", lambda _, x, rows: x[rows], (ROWS,), (PERMUTATION,)),
    Operation("cat", lambda lib, a, b: lib.cat([a, b], 1), (ROWS, ROWS)),
    Operation("matmul, 128 × 784 by 784 × 225", lambda _, a, b: a @ b, ((128, 784), (784, 225))),
    Operation("linear, 784 to 225", lambda lib, *xwb: lib.nn.functional.linear(*xwb), ((128, 784), (225, 784), (225,))),
    Operation("linear, then relu", _linear_relu, ((128, 784), (225, 784), (225,))),
    Operation(
        "conv2d 3 × 3, 16 to 32 channels", lambda lib, *xwb: lib.nn.functional.conv2d(*xwb, padding=1),
        (IMAGES, (32, 16, 3, 3), (32,)),
    ),
    Operation(
        "conv2d 5 × 5, 16 to 32 channels", lambda lib, *xwb: lib.nn.functional.conv2d(*xwb, padding=2),
        (IMAGES, (32, 16, 5, 5), (32,)),
    ),
    Operation("max_pool2d 2 × 2", lambda lib, x: lib.nn.functional.max_pool2d(x, 2), (IMAGES,)),
    Operation("avg_pool2d 2 × 2", lambda lib, x: lib.nn.functional.avg_pool2d(x, 2), (IMAGES,)),
    Operation("batch_norm of images", _batch_norm, (IMAGES, (16,), (16,)), _statistics(16)),
    Operation("batch_norm of rows", _batch_norm, (ROWS, (225,), (225,)), _statistics(225)),
    Operation(
        "layer_norm", lambda lib, x, w, b: lib.nn.functional.layer_norm(x, (225,), w, b), (ROWS, (225,), (225,))
    ),
    Operation("dropout", lambda lib, x: lib.nn.functional.dropout(x, 0.5), (ROWS,), is_random=True),
    Operation(
        "embedding, 64 × 100 of 20,000 × 64", lambda lib, w, i: lib.nn.functional.embedding(i, w),
        ((20_000, 64),), (WORDS,),
    ),
    Operation(
        "cross_entropy of 10 classes", lambda lib, *xy: lib.nn.functional.cross_entropy(*xy), ((128, 10),), (LABELS,)
    ),
    Operation("mse_loss", lambda lib, x, y: lib.nn.functional.mse_loss(x, y), (ROWS,), (TARGET,)),
]  # fmt: skip


class Case:
    """An operation in one library, with its inputs."""

    def __init__(self, lib: Any, operation: Operation) -> None:
        rng = np.random.default_rng(1)
        self.lib, self.operation = lib, operation
        self.inputs = [lib.from_numpy(_normal(rng, shape)).requires_grad_() for shape in operation.inputs]
        self.constants = [lib.from_numpy(constant.copy()) for constant in operation.constants]
        self.gradient = lib.from_numpy(_normal(rng, tuple(self.forward().shape)))

    def forward(self) -> Any:
        """The result, without a graph."""
        with self.lib.no_grad():
            return self.operation.function(self.lib, *self.inputs, *self.constants)

    def both(self) -> None:
        """The result, then the gradients of all inputs."""
        for x in self.inputs:
            x.grad = None
        self.operation.function(self.lib, *self.inputs, *self.constants).backward(self.gradient)

    def numbers(self) -> list[np.ndarray]:
        """The result and the gradients, for a comparison."""
        self.both()
        return [np.asarray(x.detach()) for x in (self.forward(), *(x.grad for x in self.inputs))]


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    return np.asarray(rng.normal(size=shape), dtype=np.float32)


def cases(operation: Operation) -> tuple[Case, Case]:
    """The operation in both libraries, after both have given the same numbers.

    Raises:
        RuntimeError: they have not.
    """
    ours, theirs = (Case(importlib.import_module(name), operation) for name in ("dlcourse", "torch"))
    numbers = zip(ours.numbers(), theirs.numbers(), strict=True)
    if not operation.is_random and not all(_same(a, b) for a, b in numbers):
        raise RuntimeError(f"{operation.name}: results or gradients differ, so the times mean nothing.")
    return ours, theirs


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether they differ by rounding alone, which goes by the largest number that was added up."""
    return a.shape == b.shape and bool(np.abs(a - b).max() <= 1e-4 * np.abs(b).max())


def run(bench: Bench, folder: Path) -> str:
    """The table of all operations, and of the optimisers' steps."""
    rows: list[list[str]] = []
    forwards: list[float] = []
    boths: list[float] = []

    def compare(ours: Call, theirs: Call, into: list[float]) -> list[str]:
        result = bench.compare(ours, theirs, seconds=0.02)
        into.append(result.ratio)
        return [*map(report.duration, result.medians), f"**{result.ratio:.2f}**"]

    for operation in OPERATIONS:
        ours, theirs = cases(operation)
        forward = compare(ours.forward, theirs.forward, forwards)
        rows.append([operation.name, *forward, *compare(ours.both, theirs.both, boths)])
    for optimizer in ("SGD", "Adam"):
        trainers = pair(bench, Network(optimizer, mlp, 32, random_images(320, (784,)), optimizer))
        ours_step, their_step = (trainer.optimizer.step for trainer in trainers)
        rows.append([f"{optimizer} step of the MLP", *compare(ours_step, their_step, []), "", "", ""])
    header = ["operation", *["dlcourse", "PyTorch", "ratio"] * 2]
    note = (
        "The first three figures are of the forward pass under `no_grad()`, the others of forward and backward.\n"
        f"Operations on numbers, and reductions, work on {ROWS[0]} × {ROWS[1]} of them; convolutions and pooling\n"
        f"on images of shape {IMAGES}, which come from outside: inside a network they lie in the order that\n"
        "suits the library. "
        f"The median ratio is {statistics.median(forwards):.2f} forward, {statistics.median(boths):.2f} with backward."
    )
    return f"{note}\n\n{report.table(header, rows)}"
