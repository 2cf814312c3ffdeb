"""What drives the answers to the exercises of lesson 01."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def call_xor_network(answer: Callable[..., Any], X: np.ndarray) -> Any:
    """The network's numbers, whatever its inputs ``X`` are."""
    return answer()
