"""Toy sets: a few hundred points in the plane, drawn afresh from a seed.

Every generator gives ``(x, y)`` in random order: ``x`` float32 of shape ``(n, 2)``, ``y`` int64 of
shape ``(n,)``, the classes equally large to within one point. ``seed`` is an integer, or a NumPy
generator that is drawn from.
"""

from __future__ import annotations

import numpy as np

Seed = int | np.random.Generator
Points = tuple[np.ndarray, np.ndarray]


def two_clouds(n: int = 200, seed: Seed = 0, *, distance: float = 3.0, spread: float = 0.8) -> Points:
    """Give two round Gaussian clouds, ``distance`` apart along the diagonal, of deviation ``spread``."""
    rng, y = _start(n, seed, classes=2)
    side = (2 * y - 1)[:, None]
    return _shuffled(side * distance / np.sqrt(8) + rng.normal(0, spread, (n, 2)), y, rng)


def moons(n: int = 200, seed: Seed = 0, *, noise: float = 0.1) -> Points:
    """Give two half circles of radius 1, interleaved, with Gaussian ``noise``; centred at the origin."""
    rng, y = _start(n, seed, classes=2)
    angle = rng.uniform(0, np.pi, n)
    upper = np.stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25], axis=1)
    return _shuffled(np.where(y[:, None] == 0, upper, -upper) + rng.normal(0, noise, (n, 2)), y, rng)


def circles(n: int = 200, seed: Seed = 0, *, noise: float = 0.08, ratio: float = 0.5) -> Points:
    """Give an outer circle of radius 1 (class 0) around an inner one of radius ``ratio`` (class 1)."""
    rng, y = _start(n, seed, classes=2)
    angle = rng.uniform(0, 2 * np.pi, n)
    radius = np.where(y == 0, 1.0, ratio)[:, None]
    x = radius * np.stack([np.cos(angle), np.sin(angle)], axis=1) + rng.normal(0, noise, (n, 2))
    return _shuffled(x, y, rng)


def spiral(n: int = 300, seed: Seed = 0, *, classes: int = 3, turns: float = 0.65, noise: float = 0.03) -> Points:
    """Give ``classes`` arms that wind ``turns`` times around the origin while their radius grows to 1.

    ``noise`` is the deviation of each coordinate.
    """
    rng, y = _start(n, seed, classes=classes)
    along = rng.uniform(0.05, 1, n)
    angle = 2 * np.pi * (turns * along + y / classes)
    x = along[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1) + rng.normal(0, noise, (n, 2))
    return _shuffled(x, y, rng)


def xor(n: int = 200, seed: Seed = 0, *, noise: float = 0.3) -> Points:
    """Give clouds around the corners (±1, ±1): class 1 where the two signs differ, class 0 elsewhere.

    With ``noise=0`` and ``n=4`` these are the four corners themselves.
    """
    rng, corner = _start(n, seed, classes=4)
    signs = np.stack([corner >> 1, corner & 1], axis=1)
    x = 2.0 * signs - 1 + rng.normal(0, noise, (n, 2))
    return _shuffled(x, signs[:, 0] ^ signs[:, 1], rng)


def noisy_line(
    n: int = 100, seed: Seed = 0, *, slope: float = 2.0, intercept: float = 0.0, noise: float = 0.2
) -> Points:
    """Give points near the line y = ``slope`` · x + ``intercept``, with x uniform in [-1, 1].

    Both ``x`` and ``y`` are float32 columns of shape ``(n, 1)``: what ``nn.Linear(1, 1)`` takes and gives.
    """
    rng, _ = _start(n, seed, classes=1)
    x = rng.uniform(-1, 1, (n, 1))
    y = slope * x + intercept + rng.normal(0, noise, (n, 1))
    return x.astype(np.float32), y.astype(np.float32)


def _start(n: int, seed: Seed, classes: int) -> tuple[np.random.Generator, np.ndarray]:
    if n < 1:
        raise ValueError(f"n is the number of points and must be at least 1, not {n}")
    if classes < 1:
        raise ValueError(f"classes must be at least 1, not {classes}")
    return np.random.default_rng(seed), np.arange(n, dtype=np.int64) % classes


def _shuffled(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> Points:
    order = rng.permutation(len(x))
    return x[order].astype(np.float32), y[order].astype(np.int64)
