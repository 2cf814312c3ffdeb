"""The course's networks, trained and used by both libraries: time, ratio, and share of the matrix products.

The same lines build and train in both, since ``dlcourse`` has PyTorch's names: ``lib`` is one or the other.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks import report
from benchmarks.harness import Bench, Call

IMAGE = (1, 28, 28)
VOCABULARY, SEQUENCE = 20_000, 100


def mlp(nn: Any, width: int = 225) -> Any:
    """Lesson 05's network."""
    return nn.Sequential(nn.Linear(784, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 10))


def lenet(nn: Any) -> Any:
    """LeNet-5 with ReLU and maxima (after LeCun et al. 1998)."""
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )  # fmt: skip


def cnn(nn: Any) -> Any:
    """The network of the original course: 32 and 64 channels, a hidden layer of 128."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(3136, 128), nn.ReLU(), nn.Linear(128, 10),
    )  # fmt: skip


def bag_of_words(nn: Any) -> Any:
    """The mean of the words' vectors, then one linear layer."""

    class Mean(nn.Module):
        def forward(self, x: Any) -> Any:
            return x.mean(1)

    return nn.Sequential(nn.Embedding(VOCABULARY, 64), Mean(), nn.Linear(64, 2))


class Data(NamedTuple):
    """Inputs (N, ...), and labels (N,)."""

    x: np.ndarray
    y: np.ndarray


def random_images(samples: int, shape: tuple[int, ...] = IMAGE) -> Data:
    """Noise in the shape of MNIST's images."""
    rng = np.random.default_rng(0)
    return Data(rng.random((samples, *shape), dtype=np.float32), rng.integers(0, 10, samples))


def random_words(samples: int) -> Data:
    """Sequences of numbers of words, of two classes."""
    rng = np.random.default_rng(0)
    return Data(rng.integers(0, VOCABULARY, (samples, SEQUENCE)), rng.integers(0, 2, samples))


class Network(NamedTuple):
    """What is trained, on what, and by which optimiser."""

    name: str
    build: Callable[[Any], Any]
    batch: int
    data: Data
    optimizer: str = "SGD"

    def settings(self) -> dict[str, float]:
        """The optimiser's."""
        return {"lr": 0.01, "momentum": 0.9} if self.optimizer == "SGD" else {"lr": 0.001}


class Trainer:
    """One library's network, optimiser and batches; each call of ``step`` or ``infer`` takes the next batch."""

    def __init__(self, lib: Any, network: Network, weights: Any = None, **settings: Any) -> None:
        self.lib = lib
        self.model = network.build(lib.nn)
        if weights is not None:
            self.model.load_state_dict(weights)
        self.loss = lib.nn.CrossEntropyLoss()
        optimizer = getattr(lib.optim, network.optimizer)
        self.optimizer = optimizer(self.model.parameters(), **network.settings(), **settings)
        self.batch = network.batch
        self.feed(network.data)

    def feed(self, data: Data) -> None:
        """Take batches out of these data from now on."""
        self.x, self.y = (self.lib.from_numpy(part) for part in data)
        order = np.random.default_rng(1).permutation(len(data.y))
        whole = range(0, len(order) - self.batch + 1, self.batch)
        batches = [self.lib.from_numpy(order[i : i + self.batch]) for i in whole]
        self.steps_per_epoch = len(batches)
        self.batches: Iterator[Any] = cycle(batches)

    def step(self) -> float:
        """Take the batch out of the data, forward, backward, update; returns the loss."""
        rows = next(self.batches)
        loss = self.loss(self.model(self.x[rows]), self.y[rows])
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def infer(self) -> Any:
        """The scores of a batch."""
        with self.lib.no_grad():
            return self.model(self.x[next(self.batches)])


def pair(bench: Bench, network: Network) -> tuple[Trainer, Trainer]:
    """Our trainer and PyTorch's, from the same weights, after both have computed the same losses.

    Raises:
        RuntimeError: they have not.
    """
    dlcourse, torch = map(importlib.import_module, ("dlcourse", "torch"))
    first = Trainer(torch, network)
    weights = {name: values.clone() for name, values in first.model.state_dict().items()}
    candidates = {fused: Trainer(torch, network, weights, fused=fused) for fused in (False, True)}
    fused = min(candidates, key=lambda fused: bench.time(candidates[fused].step, 0.02))
    ours, theirs = Trainer(dlcourse, network, weights), Trainer(torch, network, weights, fused=fused)
    require_same_losses(network.name, ours, theirs)
    return ours, theirs


def require_same_losses(what: str, *trainers: Trainer, steps: int = 10) -> None:
    """Train a little and compare: a relative difference of 1e-4 is rounding, more is a mistake."""
    first, *others = ([trainer.step() for _ in range(steps)] for trainer in trainers)
    for losses in others:
        if not np.allclose(first, losses, rtol=1e-4, atol=0):
            raise RuntimeError(f"{what}: the losses differ, so the times mean nothing: {first}, {losses}")


# ------------------------------------------------------------------------------- the matrix products alone


_PIECE = 1 << 18  # numbers: the patches of a convolution in pieces of 1 MB, which stay in the second-level cache


def matrix_products(model: Any, x: Any, training: bool) -> Call:
    """A function that computes the matrix products of a step in NumPy, and nothing else.

    They are those of the linear layers and of the convolutions as products of filters and patches. The
    operands lie ready, and are used again and again: no arrangement of these products can be faster.

    Args:
        model: a ``Sequential`` of ``dlcourse``.
        x: a batch.
        training: with both products of the backward pass (the first layer has no gradient to pass on).
    """
    products: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for layer in model:
        x = layer(x)
        weight = getattr(layer, "weight", None)
        if weight is None or hasattr(layer, "num_embeddings"):
            continue
        outs, ins = len(weight.data), weight.data[0].size
        columns = x.data.size // outs
        pieces = max(1, columns * ins // _PIECE) if weight.ndim == 4 else 1
        w, p, g = (_numbers(*shape) for shape in ((outs, ins), (ins, columns // pieces), (outs, columns // pieces)))
        pairs = [(w, p), (g, p.T), (w.T, g)] if weight.ndim == 4 else _in_rows(w, p, g)
        wanted = pairs[: 1 if not training else 3 if products else 2]
        products += [(a, b, np.empty((len(a), b.shape[1]), np.float32)) for a, b in wanted] * pieces
    return lambda: [np.matmul(a, b, out=out) for a, b, out in products]


def _in_rows(w: np.ndarray, p: np.ndarray, g: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """The products of a linear layer, whose inputs and outputs lie in memory sample by sample."""
    x, g = np.ascontiguousarray(p.T), np.ascontiguousarray(g.T)
    return [(x, w.T), (g.T, x), (g, w)]


def _numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).random(shape, dtype=np.float32)


# --------------------------------------------------------------------------------------------- the table


def networks(quick: bool) -> tuple[list[Network], str]:
    """What the table compares; and where the images of the perceptron come from."""
    images, origin = _mnist(1_280 if quick else 60_000)
    few, words = random_images(10 * 128), random_words(10 * 64)
    perceptrons = [Network(f"MLP 784-225-225-10, batch {n}, an epoch", mlp, n, images) for n in (32, 128, 512)]
    others = [
        Network("LeNet, batch 128", lenet, 128, few),
        Network("CNN with 32 and 64 channels, batch 128", cnn, 128, few),
        Network(f"embedding {VOCABULARY:,} × 64 and mean, batch 64, Adam", bag_of_words, 64, words, "Adam"),
    ]
    return perceptrons + others, origin


def _mnist(samples: int) -> tuple[Data, str]:
    from dlcourse import data

    mnist = data.load_mnist(flat=True, required=False, progress=False)
    if mnist is None:
        return random_images(samples, (784,)), f"{samples:,} images of noise, as MNIST was not here"
    return Data(mnist.x_train[:samples], mnist.y_train[:samples]), f"{samples:,} images of MNIST, shuffled"


def measure(bench: Bench, network: Network) -> Iterator[list[str]]:
    """Its two lines: training and inference."""
    ours, theirs = pair(bench, network)
    epoch = ours.steps_per_epoch if network.build is mlp else None  # so many steps make a block
    for training in (True, False):
        for trainer in (ours, theirs):
            trainer.model.train(training)
        our_call, their_call = (ours.step, theirs.step) if training else (ours.infer, theirs.infer)
        repeats = 3 * bench.repeats if training else bench.repeats  # the neighbours of a shared machine come and go
        result = bench.compare(our_call, their_call, number=epoch, repeats=repeats)
        floor = bench.time(matrix_products(ours.model, ours.x[next(ours.batches)], training)) / result.medians[0]
        what = "training" if training else "inference"
        yield [network.name, what, *report.ratios(result.times(epoch or 1)), f"{floor:.0%}"]


def run(bench: Bench, folder: Path) -> str:
    """The table of all networks."""
    chosen, origin = networks(bench.quick)
    rows = [row for network in chosen for row in measure(bench, network)]
    note = (
        "Times are of a step, or of an epoch where it says so: taking the batch out of the data, forward, loss,\n"
        "backward and the optimiser (SGD with momentum if not named); or the forward pass alone under `no_grad()`.\n"
        f"The perceptron's data: {origin}; the others' are random. **products**: the share of `dlcourse`'s time that\n"
        "the network's matrix products alone take in NumPy, with operands that lie ready in the cache."
    )
    return f"{note}\n\n{report.table(['network', 'pass', *report.RATIOS, 'products'], rows)}"
