"""The perceptron's training step in bare NumPy: no graph, no layers, no checks, every array in its best layout.

It computes what the engine computes, by the same products. What it needs is what any engine needs that calls NumPy.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import report
from benchmarks.harness import Bench
from benchmarks.networks import Network, Trainer, _mnist, mlp, pair, require_same_losses


class ByHand:
    """Three layers with ReLU in between, cross-entropy, and SGD with momentum over flat arrays.

    Features lie outermost in all arrays but the batch, so that a layer is W @ x.T, and its sums run over long rows.
    """

    def __init__(self, network: Network, weights: Mapping[str, Any], batches: Callable[[], np.ndarray]) -> None:
        self.x, self.y, self.batches, self.settings = *network.data, batches, network.settings()
        arrays = [np.asarray(w) for w in weights.values()]
        self.p = np.concatenate([a.ravel() for a in arrays])
        self.g, self.v, self.scratch = np.empty_like(self.p), np.zeros_like(self.p), np.empty_like(self.p)
        cuts = np.cumsum([a.size for a in arrays])[:-1]
        self.weights, self.grads = (
            [part.reshape(a.shape) for part, a in zip(np.split(flat, cuts), arrays, strict=True)]
            for flat in (self.p, self.g)
        )

    def step(self) -> float:
        """One step; returns the loss."""
        rows = self.batches()
        x, labels = self.x.take(rows, 0), self.y.take(rows)
        signals = self._forward(x)
        loss = self._backward(x, labels, *signals)
        np.multiply(self.v, self.settings["momentum"], out=self.v)
        np.add(self.v, self.g, out=self.v)
        np.multiply(self.v, self.settings["lr"], out=self.scratch)
        np.subtract(self.p, self.scratch, out=self.p)
        return loss

    def _forward(self, x: np.ndarray) -> list[np.ndarray]:
        w1, b1, w2, b2, w3, b3 = self.weights
        h1 = w1 @ x.T
        h1 += b1[:, None]
        h1.clip(0, np.inf, out=h1)
        h2 = w2 @ h1
        h2 += b2[:, None]
        h2.clip(0, np.inf, out=h2)
        scores = w3 @ h2
        scores += b3[:, None]
        return [h1, h2, scores]

    def _backward(self, x: np.ndarray, labels: np.ndarray, h1: np.ndarray, h2: np.ndarray, d3: np.ndarray) -> float:
        (_, _, w2, _, w3, _), (gw1, gb1, gw2, gb2, gw3, gb3) = self.weights, self.grads
        n, samples = len(labels), np.arange(len(labels))
        d3 -= d3.max(0)
        at_label = d3[labels, samples]
        total = np.exp(d3, out=d3).sum(0)
        d3 /= total
        d3[labels, samples] -= 1
        d3 *= 1 / n
        np.matmul(d3, h2.T, out=gw3)
        d3.sum(1, out=gb3)
        d2 = w3.T @ d3
        d2 *= h2 > 0
        np.matmul(d2, h1.T, out=gw2)
        d2.sum(1, out=gb2)
        d1 = w2.T @ d2
        d1 *= h1 > 0
        np.matmul(d1, x, out=gw1)
        d1.sum(1, out=gb1)
        return float((np.log(total) - at_label).sum() / n)


def run(bench: Bench, folder: Path) -> str:
    """Engine, step by hand and PyTorch at three batch sizes."""
    images, _ = _mnist(1_280 if bench.quick else 60_000)
    rows = []
    for batch in (32, 128, 512):
        network = Network(f"batch {batch}", mlp, batch, images)
        ours, theirs = pair(bench, network)
        start = {name: w.detach().numpy().copy() for name, w in ours.model.state_dict().items()}
        twin = Trainer(importlib.import_module("dlcourse"), network, start)
        source = Trainer(importlib.import_module("dlcourse"), network, start)
        hand = ByHand(network, start, lambda source=source: next(source.batches).data)  # type: ignore[misc]
        require_same_losses("the step by hand", twin, hand)  # type: ignore[arg-type]
        for names, calls in (
            (("`dlcourse`", "by hand"), (ours.step, hand.step)),
            (("by hand", "PyTorch"), (hand.step, theirs.step)),
        ):
            first, second, ratio, quartiles, _ = report.ratios(bench.compare(*calls, seconds=0.4))
            rows.append([network.name, *names, first, second, ratio, quartiles])
    return report.table(["MLP 784-225-225-10", "A", "B", "time of A", "time of B", "A / B", "quartiles"], rows)
