"""Learning rates that change as training goes on.

Each schedule is a formula for the rate after t steps. Call ``scheduler.step()`` after the optimiser's:
once an epoch, or, for ``OneCycleLR``, once a batch.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterable
from typing import Any

from dlcourse.optim.optimizer import Optimizer


class LRScheduler:
    """The base: ``rate(base, t)`` gives the learning rate of step t from the group's first one.

    Attributes:
        last_epoch: how many steps were taken.
        every_batch: whether ``fit`` is to step it after each batch instead of each epoch.
    """

    every_batch = False

    def __init__(self, optimizer: Optimizer) -> None:
        self.optimizer = optimizer
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = -1
        self.step()

    def rate(self, base: float, t: int) -> float:
        """The learning rate of step t, for a group that began with ``base``."""
        raise NotImplementedError

    def step(self) -> None:
        """Go on to the next learning rate."""
        self.last_epoch += 1
        for i, (group, base) in enumerate(zip(self.optimizer.param_groups, self.base_lrs, strict=True)):
            group["lr"] = self._rate_of_group(i, base)

    def _rate_of_group(self, _: int, base: float) -> float:
        return self.rate(base, self.last_epoch)

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimiser and functions."""
        return {k: v for k, v in vars(self).items() if k not in ("optimizer", "lr_lambdas")}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a ``state_dict()``."""
        vars(self).update(state)


class LambdaLR(LRScheduler):
    """The first rate times a function of t (or one function for each group)."""

    def __init__(self, optimizer: Optimizer, lr_lambda: Callable[[int], float] | list) -> None:
        groups = len(optimizer.param_groups)
        self.lr_lambdas = list(lr_lambda) if isinstance(lr_lambda, (list, tuple)) else [lr_lambda] * groups
        if len(self.lr_lambdas) != groups:
            raise ValueError(f"{len(self.lr_lambdas)} functions for {groups} groups of parameters.")
        super().__init__(optimizer)

    def _rate_of_group(self, i: int, base: float) -> float:
        return base * self.lr_lambdas[i](self.last_epoch)


class StepLR(LRScheduler):
    """Times ``gamma`` after every ``step_size`` steps."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · gamma^⌊t / step_size⌋."""
        return base * self.gamma ** (t // self.step_size)


class MultiStepLR(LRScheduler):
    """Times ``gamma`` at each of the milestones."""

    def __init__(self, optimizer: Optimizer, milestones: Iterable[int], gamma: float = 0.1) -> None:
        self.milestones, self.gamma = sorted(milestones), gamma
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · gamma^(number of milestones up to t)."""
        return base * self.gamma ** bisect_right(self.milestones, t)


class ExponentialLR(LRScheduler):
    """Times ``gamma`` at each step."""

    def __init__(self, optimizer: Optimizer, gamma: float) -> None:
        self.gamma = gamma
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """base · gamma^t."""
        return base * self.gamma**t


class CosineAnnealingLR(LRScheduler):
    """Half a cosine from the first rate down to ``eta_min`` in ``T_max`` steps (Loshchilov & Hutter 2017)."""

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def rate(self, base: float, t: int) -> float:
        """eta_min + (base − eta_min) · (1 + cos(πt / T_max)) / 2."""
        return self.eta_min + (base - self.eta_min) * (1 + math.cos(math.pi * t / self.T_max)) / 2


class OneCycleLR(LRScheduler):
    """Up to ``max_lr`` and down to almost nothing, momentum the other way round (Smith 2018).

    Step it after every batch.

    Args:
        optimizer: its learning rate is taken over.
        max_lr: the highest rate, one for all groups or one for each.
        total_steps: the number of batches in all, or ``epochs`` and ``steps_per_epoch``.
        epochs, steps_per_epoch: instead of ``total_steps``.
        pct_start: the share of the steps on the way up.
        anneal_strategy: ``"cos"`` or ``"linear"``.
        cycle_momentum: whether momentum (Adam's first beta) goes from ``max_momentum`` down to
            ``base_momentum`` and back.
        base_momentum, max_momentum: its limits.
        div_factor: the first rate is max_lr / div_factor.
        final_div_factor: the last rate is the first one / final_div_factor.
    """

    every_batch = True

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float = 0.85,
        max_momentum: float = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
    ) -> None:
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch.")
            total_steps = epochs * steps_per_epoch
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f"anneal_strategy is 'cos' or 'linear', not {anneal_strategy!r}.")
        groups = optimizer.param_groups
        peaks = list(max_lr) if isinstance(max_lr, (list, tuple)) else [max_lr] * len(groups)
        for group, peak in zip(groups, peaks, strict=True):
            group["initial_lr"] = peak / div_factor
        self.total_steps, self.anneal_strategy, self.cycle_momentum = (total_steps, anneal_strategy, cycle_momentum)
        self.momenta = base_momentum, max_momentum
        self.div_factor, self.final_div_factor = div_factor, final_div_factor
        self.turn = pct_start * total_steps - 1  # the step of the highest rate
        super().__init__(optimizer)

    def _between(self, a: float, b: float, share: float) -> float:
        if self.anneal_strategy == "linear":
            return a + (b - a) * share
        return b + (a - b) * (1 + math.cos(math.pi * share)) / 2

    def _along(self, start: float, middle: float, end: float) -> float:
        """The value at this step of something that starts, turns in the middle and ends."""
        t = self.last_epoch
        if t <= self.turn:
            return self._between(start, middle, t / self.turn if self.turn else 1)
        return self._between(middle, end, (t - self.turn) / (self.total_steps - 1 - self.turn))

    def rate(self, base: float, t: int) -> float:
        """The rate on the way up, or on the way down."""
        if t > self.total_steps:
            raise ValueError(f"step {t} of a OneCycleLR that was made for {self.total_steps} steps.")
        return self._along(base, base * self.div_factor, base / self.final_div_factor)

    def step(self) -> None:
        """Go on to the next rate and momentum."""
        super().step()
        low, high = self.momenta
        momentum = self._along(high, low, high)
        for group in self.optimizer.param_groups if self.cycle_momentum else ():
            if "betas" in group:
                group["betas"] = (momentum, group["betas"][1])
            else:
                group["momentum"] = momentum


class ReduceLROnPlateau(LRScheduler):
    """Times ``factor`` when a measure has not got better for over ``patience`` epochs: ``step(measure)``."""

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: float = 0.0,
        eps: float = 1e-8,
    ) -> None:
        if mode not in ("min", "max") or threshold_mode not in ("rel", "abs"):
            raise ValueError("mode is 'min' or 'max', and threshold_mode 'rel' or 'abs'.")
        self.optimizer = optimizer
        self.sign = 1 if mode == "min" else -1
        self.factor, self.patience, self.cooldown, self.min_lr, self.eps = (factor, patience, cooldown, min_lr, eps)
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.best, self.num_bad_epochs, self.cooldown_counter, self.last_epoch = math.inf, 0, 0, 0

    def step(self, metrics: float) -> None:  # type: ignore[override]
        """Report the measure after an epoch."""
        self.last_epoch += 1
        value = self.sign * float(metrics)
        margin = self.threshold * (abs(self.best) if self.threshold_mode == "rel" else 1)
        if self.best == math.inf or value < self.best - margin:
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
            for group in self.optimizer.param_groups:
                lower = max(group["lr"] * self.factor, self.min_lr)
                if group["lr"] - lower > self.eps:
                    group["lr"] = lower
