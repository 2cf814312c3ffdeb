"""Small helpers on the gradients of many parameters."""

import math
from collections.abc import Iterable

import numpy as np

from dlcourse.autograd import Tensor


def clip_grad_norm_(parameters: Tensor | Iterable[Tensor], max_norm: float) -> float:
    """Scale all gradients down together so that their common length is at most ``max_norm``.

    Returns:
        The length before.
    """
    parameters = [parameters] if isinstance(parameters, Tensor) else parameters
    grads = [p.grad.data for p in parameters if p.grad is not None]
    norm = math.sqrt(sum(float(np.vdot(g, g)) for g in grads))
    if norm + 1e-6 > max_norm:
        for g in grads:
            g *= max_norm / (norm + 1e-6)
    return norm
