"""MNIST with a small convolutional network on the course's engine: at least 99.3 % in three minutes on two cores.

    python -m benchmarks mnist_cnn [--seeds 0 1 2]

Two blocks of convolution, ReLU, maxima and batch norm, then a hidden layer. The norm comes after the maxima,
where a quarter of the numbers is left: it costs a quarter there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.harness import Bench
from benchmarks.mnist import fit, outcomes
from dlcourse import data, nn


def build(nn: Any) -> Any:
    """8 and 24 channels, while 28 × 28 pixels become 14 × 14 and 7 × 7; 81,202 parameters."""
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(8),
        nn.Conv2d(8, 24, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(24),
        nn.Flatten(), nn.Linear(24 * 7 * 7, 64), nn.ReLU(), nn.BatchNorm1d(64), nn.Linear(64, 10),
    )  # fmt: skip


def train(mnist: data.Dataset, seed: int, epochs: int) -> nn.Module:
    """The network, trained on the training images (N, 1, 28, 28)."""
    return fit(build, mnist, seed, epochs)


def run(bench: Bench, folder: Path) -> str:
    """The table of all seeds."""
    return outcomes(bench, train, epochs=10, flat=False)
