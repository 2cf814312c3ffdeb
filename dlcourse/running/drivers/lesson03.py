"""What drives the answers to the exercises of lesson 03."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

# What a case says by name, since a case holds plain data only.
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "x² − 6x + 5": lambda x: x**2 - 6 * x + 5,
    "x³": lambda x: x**3,
    "sin x": np.sin,
    "sum of squares": lambda x: (x**2).sum(),
    "sum of cubes": lambda x: (x**3).sum(),
    "product of all": np.prod,
}


GRADIENTS: dict[str, Callable[[Any], Any]] = {
    "2x − 6": lambda x: 2 * x - 6,
    "4x³ − 8x": lambda x: 4 * x**3 - 8 * x,
    "(2x, 10y)": lambda p: np.array([2.0, 10.0]) * p,
    "x³ for each": lambda p: p**3,
}


def call_central(answer: Callable, f: str, x: float, *h: float) -> Any:
    """Call an answer with the function called ``f``."""
    return answer(FUNCTIONS[f], x, *h)


def call_descent(answer: Callable, gradient: str, x: Any, lr: float, steps: int) -> Any:
    """Call an answer with the gradient of that name."""
    return answer(GRADIENTS[gradient], x, lr, steps)


def call_numerical(answer: Callable, f: str, x: np.ndarray, *h: float) -> Any:
    """Call an answer with the function called ``f``."""
    return answer(FUNCTIONS[f], x, *h)


def call_sgd(answer: Callable, x: np.ndarray, y: np.ndarray, lr: float, epochs: int, batch_size: int, seed: int) -> Any:
    """What an answer finds with a generator of this seed, and whether it drew from it."""
    rng = np.random.default_rng(seed)
    before = rng.bit_generator.state
    found = answer(x, y, lr, epochs, batch_size, rng)
    return {"the order comes from rng": rng.bit_generator.state != before, "w and b": found}


def call_nesterov(answer: Callable, x: np.ndarray, v: np.ndarray, gradient: str, lr: float, *beta: float) -> Any:
    """Call an answer with the gradient of that name."""
    return answer(x, v, GRADIENTS[gradient], lr, *beta)
