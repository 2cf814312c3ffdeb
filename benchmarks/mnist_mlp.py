"""MNIST with the MLP 784-225-225-10 on the course's engine: lesson 05's recipe.

    python -m benchmarks mnist_mlp [--seeds 0 1 2 3 4 5]

The data come from the cache, the folder or address in DLCOURSE_MIRROR, or the network.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.harness import Bench
from benchmarks.mnist import fit, outcomes
from benchmarks.networks import mlp
from dlcourse import data, nn


def train(mnist: data.Dataset, seed: int, epochs: int) -> nn.Module:
    """The network, trained on the training images (flat)."""
    return fit(mlp, mnist, seed, epochs)


def run(bench: Bench, folder: Path) -> str:
    """The table of all seeds."""
    return outcomes(bench, train, epochs=20, flat=True)
