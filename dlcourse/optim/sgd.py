"""Stochastic gradient descent, with momentum and Nesterov's variant."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.optim.flat import Run
from dlcourse.optim.optimizer import Optimizer, Parameters


def decayed_gradient(run: Run, weight_decay: float) -> np.ndarray:
    """g + weight_decay · p: the gradient of the loss with the L2 term. It may lie in scratch array 1."""
    if not weight_decay:
        return run.g
    g = np.multiply(run.p, weight_decay, out=run.scratch(1))
    g += run.g
    return g


def descend(run: Run, direction: np.ndarray, rate: float) -> None:
    """p −= rate · direction, without a new array."""
    p = run.p
    p -= np.multiply(direction, rate, out=run.scratch())


class SGD(Optimizer):
    """v ← momentum · v + (1 − dampening) · g,  p ← p − lr · v; the first v is g itself, as in PyTorch.

    Args:
        params: tensors, or groups of them.
        lr: the learning rate.
        momentum: how much of the last velocity is kept.
        dampening: takes this share off the new gradient.
        weight_decay: the factor of the L2 term; weight_decay · p is added to the gradient.
        nesterov: go by g + momentum · v instead of v.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov's momentum needs momentum > 0 and dampening = 0.")
        settings = {"momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, {"lr": lr, **settings, "nesterov": nesterov})

    def _update(self, run: Run, group: dict[str, Any]) -> None:
        lr, momentum = float(group["lr"]), group["momentum"]
        g = decayed_gradient(run, group["weight_decay"])
        if momentum:
            v = run.state("momentum_buffer")
            if run.step == 1:
                v[...] = g
            else:
                v *= momentum
                v += g if not group["dampening"] else (1 - group["dampening"]) * g
            g = g + momentum * v if group["nesterov"] else v
        descend(run, g, lr)
