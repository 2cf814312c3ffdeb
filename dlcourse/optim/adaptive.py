"""Optimisers that give each parameter a step size of its own."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dlcourse.optim.flat import Run
from dlcourse.optim.optimizer import Optimizer, Parameters
from dlcourse.optim.sgd import decayed_gradient, descend


def _towards(mean: np.ndarray, keep: float, values: np.ndarray, scratch: np.ndarray) -> np.ndarray:
    """Move a running mean: keep · mean + (1 − keep) · values, in place; ``values`` may be ``scratch``."""
    mean *= keep
    mean += np.multiply(values, 1 - keep, out=scratch)
    return mean


class Adagrad(Optimizer):
    """s ← s + g²,  p ← p − lr · g / (√s + eps) (Duchi et al. 2011)."""

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        lr_decay: float = 0.0,
        weight_decay: float = 0.0,
        initial_accumulator_value: float = 0.0,
        eps: float = 1e-10,
    ) -> None:
        start = {"initial_accumulator_value": initial_accumulator_value}
        super().__init__(params, {"lr": lr, "lr_decay": lr_decay, "weight_decay": weight_decay, **start, "eps": eps})

    def _update(self, run: Run, group: dict[str, Any]) -> None:
        g = decayed_gradient(run, group["weight_decay"])
        total = run.state("sum", group["initial_accumulator_value"])
        total += np.square(g, out=run.scratch())
        size = np.sqrt(total, out=run.scratch())
        size += group["eps"]
        rate = group["lr"] / (1 + (run.step - 1) * group["lr_decay"])
        descend(run, np.divide(g, size, out=run.scratch()), rate)


class RMSprop(Optimizer):
    """s ← alpha · s + (1 − alpha) · g²,  p ← p − lr · g / (√s + eps) (Hinton's lecture 6e, 2012).

    Args:
        params: tensors, or groups of them.
        lr: the learning rate.
        alpha: how much of the running mean is kept.
        eps: keeps the division away from zero.
        weight_decay: the factor of the L2 term.
        momentum: the factor of a velocity of the scaled steps.
        centered: take off the squared mean gradient, so that s is a variance.
    """

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        momentum: float = 0.0,
        centered: bool = False,
    ) -> None:
        settings = {"weight_decay": weight_decay, "momentum": momentum, "centered": centered}
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps, **settings})

    def _update(self, run: Run, group: dict[str, Any]) -> None:
        g, scratch, alpha = decayed_gradient(run, group["weight_decay"]), run.scratch(), group["alpha"]
        square = _towards(run.state("square_avg"), alpha, np.square(g, out=scratch), scratch)
        if group["centered"]:
            mean = _towards(run.state("grad_avg"), alpha, g, scratch)
            square = square - mean * mean
        size = np.sqrt(square, out=scratch)
        size += group["eps"]
        direction = np.divide(g, size, out=scratch)
        if group["momentum"]:
            v = run.state("momentum_buffer")
            v *= group["momentum"]
            v += direction
            direction = v
        descend(run, direction, float(group["lr"]))


class Adam(Optimizer):
    """p ← p − lr · m̂ / (√v̂ + eps), with running means m of g and v of g² (Kingma & Ba 2015).

    m̂ and v̂ are corrected for the start at 0: m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ).
    """

    decoupled = False  # weight decay goes into the gradient

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        if not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"betas lie between 0 and 1, but are {betas}.")
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    def _update(self, run: Run, group: dict[str, Any]) -> None:
        lr, (beta1, beta2), decay = float(group["lr"]), group["betas"], group["weight_decay"]
        scratch = run.scratch()
        if self.decoupled and decay:
            np.multiply(run.p, 1 - lr * decay, out=run.p)
        g = decayed_gradient(run, 0.0 if self.decoupled else decay)
        m = _towards(run.state("exp_avg"), beta1, g, scratch)
        v = _towards(run.state("exp_avg_sq"), beta2, np.square(g, out=scratch), scratch)
        size = np.sqrt(v, out=scratch)
        size /= math.sqrt(1 - beta2**run.step)
        size += group["eps"]
        descend(run, np.divide(m, size, out=scratch), lr / (1 - beta1**run.step))


class AdamW(Adam):
    """Adam with weight decay on the parameters: p ← (1 − lr · decay) · p first (Loshchilov & Hutter 2019)."""

    decoupled = True

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(params, lr, betas, eps, weight_decay)
