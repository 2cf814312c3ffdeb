"""The two problems that every framework is given: a small graph, and a network to train.

Both come from the talks, with their sizes and, for the graph, NumPy's legacy generator and seed, so that
the talk's own number comes out. They are the same in every run: stored results must fit them.
"""

from __future__ import annotations

import numpy as np

RATE, STEPS = 1e-6, 500
N, INPUTS, HIDDEN, OUTPUTS = 50, 100, 500, 10


def graph_inputs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """t1, t2 and t3, each float64 of shape (4, 5); the sum of (t1 + t2) · t3 is 8.80812307798."""
    rng = np.random.RandomState(0)
    return rng.rand(4, 5), rng.rand(4, 5), rng.rand(4, 5)


def training_problem() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x (50, 100), y (50, 10) and the first weights w1 (100, 500), w2 (500, 10): float32, standard normal."""
    rng = np.random.RandomState(0)
    shapes = ((N, INPUTS), (N, OUTPUTS), (INPUTS, HIDDEN), (HIDDEN, OUTPUTS))
    x, y, w1, w2 = (rng.randn(*shape).astype(np.float32) for shape in shapes)
    return x, y, w1, w2
