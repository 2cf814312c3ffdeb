"""The one source of randomness: initial weights, dropout, shuffling and ``randn`` draw from it."""

import numpy as np

_generator = np.random.default_rng(0)


def manual_seed(seed: int) -> np.random.Generator:
    """Start the course's generator afresh: the same seed gives the same numbers again."""
    global _generator
    _generator = np.random.default_rng(seed)
    return _generator


def generator() -> np.random.Generator:
    """The generator in force. Ask for it at each use: ``manual_seed`` replaces it."""
    return _generator
