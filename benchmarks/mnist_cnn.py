"""MNIST with a small convolutional network on the course's engine: at least 99.3 % in three minutes on two cores.

    python -m benchmarks mnist_cnn [--seeds 0 1 2]

Three blocks of convolution, ReLU, maxima and batch norm. The norm comes after the maxima, where a quarter of
the numbers is left: it costs a quarter there, and the accuracy is the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.harness import Bench
from benchmarks.mnist import fit, outcomes
from dlcourse import data, nn


def build(nn: Any) -> Any:
    """8, 16 and 32 channels; 28 × 28 pixels become 14 × 14, 7 × 7 and 3 × 3."""
    channels = ((1, 8), (8, 16), (16, 32))
    blocks = [
        layer
        for i, o in channels
        for layer in (nn.Conv2d(i, o, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.BatchNorm2d(o))
    ]
    return nn.Sequential(*blocks, nn.Flatten(), nn.Linear(32 * 3 * 3, 10))


def train(mnist: data.Dataset, seed: int, epochs: int) -> nn.Module:
    """The network, trained on the training images (N, 1, 28, 28)."""
    return fit(build, mnist, seed, epochs)


def run(bench: Bench, folder: Path) -> str:
    """The table of all seeds."""
    return outcomes(bench, train, epochs=12, flat=False)
