"""Small helpers on the gradients of many parameters."""

from collections.abc import Iterable

import numpy as np

from dlcourse.autograd import Tensor


def clip_grad_norm_(parameters: Iterable[Tensor], max_norm: float) -> float:
    """Scale all gradients down together so that their common length is at most ``max_norm``.

    Returns:
        The length before.
    """
    grads = [p.grad.data for p in parameters if p.grad is not None]
    norm = sum(float(np.vdot(g, g)) for g in grads) ** 0.5
    for g in grads:
        g *= min(1.0, max_norm / (norm + 1e-6))
    return norm
