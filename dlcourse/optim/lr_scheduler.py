"""Learning rates that change as training goes on.

Each schedule is a formula for the rate after t steps. Call ``scheduler.step()`` after the optimiser's:
once an epoch, or, for ``OneCycleLR``, once a batch.
"""

import math
from collections.abc import Callable

from dlcourse.autograd.tensor import require
from dlcourse.optim.optimizer import Optimizer

Rate = Callable[[float, int], float]


class LRScheduler:
    """The base: ``rate(base, t)`` gives the learning rate after t steps of a group whose first one is ``base``.

    ``momentum(t)``, if given, is the momentum of all groups (Adam's first beta).

    Attributes:
        last_epoch: how many steps were taken.
        every_batch: whether ``fit`` is to step it after each batch instead of each epoch.
    """

    every_batch = False

    def __init__(self, optimizer: Optimizer, rate: Rate, momentum: Callable[[int], float] | None = None) -> None:
        self.optimizer, self.rate, self.momentum, self.last_epoch = optimizer, rate, momentum, -1
        self.base_lrs = [group.setdefault("initial_lr", group["lr"]) for group in optimizer.param_groups]
        self.step()

    def step(self) -> None:
        """Go on to the next learning rate."""
        self.last_epoch += 1
        for group, base in zip(self.optimizer.param_groups, self.base_lrs, strict=True):
            group["lr"] = self.rate(base, self.last_epoch)
            if self.momentum:
                now = self.momentum(self.last_epoch)
                group.update({"betas": (now, group["betas"][1])} if "betas" in group else {"momentum": now})

    def get_last_lr(self) -> list[float]:
        """The learning rate of each group."""
        return [group["lr"] for group in self.optimizer.param_groups]


class StepLR(LRScheduler):
    """Times ``gamma`` after every ``step_size`` steps."""

    def __init__(self, optimizer: Optimizer, step_size: int, gamma: float = 0.1) -> None:
        super().__init__(optimizer, lambda base, t: base * gamma ** (t // step_size))


class CosineAnnealingLR(LRScheduler):
    """Half a cosine from the first rate down to ``eta_min`` in ``T_max`` steps (Loshchilov & Hutter 2017)."""

    def __init__(self, optimizer: Optimizer, T_max: int, eta_min: float = 0.0) -> None:
        super().__init__(optimizer, lambda base, t: _cosine(base, eta_min, t / T_max))


class OneCycleLR(LRScheduler):
    """Up to ``max_lr`` and down to almost nothing, momentum the other way round (Smith 2018).

    Step it after every batch.

    Args:
        optimizer: its learning rate is taken over.
        max_lr: the highest rate.
        total_steps: the number of batches in all, or ``epochs`` and ``steps_per_epoch``.
        epochs, steps_per_epoch: instead of ``total_steps``.
        pct_start: the share of the steps on the way up, from 0 to 1.
        cycle_momentum: whether momentum (Adam's first beta) goes from 0.95 down to 0.85 and back.
        div_factor: the first rate is max_lr / div_factor.
        final_div_factor: the last rate is the first one / final_div_factor.
    """

    every_batch = True

    def __init__(
        self, optimizer: Optimizer, max_lr: float, total_steps: int = 0, epochs: int = 0, steps_per_epoch: int = 0,
        pct_start: float = 0.3, *, cycle_momentum: bool = True, div_factor: float = 25.0, final_div_factor: float = 1e4,
    ) -> None:  # fmt: skip
        total, has_momentum = total_steps or epochs * steps_per_epoch, optimizer.defaults.keys() & {"momentum", "betas"}
        require(total > 0, "OneCycleLR needs total_steps, or epochs and steps_per_epoch.", ValueError)
        require(has_momentum or not cycle_momentum, "no momentum to cycle: give cycle_momentum=False.", ValueError)
        turn, first = pct_start * total - 1, max_lr / div_factor  # the step of the highest rate; the rate at the start

        def along(t: int, start: float, middle: float, end: float) -> float:
            require(t <= total, f"step {t} of a OneCycleLR that was made for {total} steps.", ValueError)
            if t <= turn:
                return _cosine(start, middle, t / turn if turn else 1)
            return _cosine(middle, end, (t - turn) / (total - 1 - turn))

        momentum = (lambda t: along(t, 0.95, 0.85, 0.95)) if cycle_momentum else None
        super().__init__(optimizer, lambda _, t: along(t, first, max_lr, first / final_div_factor), momentum)


class ReduceLROnPlateau(LRScheduler):
    """Times ``factor`` when a measure has not got better, by a share of 0.0001, for over ``patience`` epochs.

    Give it the measure: ``scheduler.step(loss)``.

    Args:
        optimizer: its learning rates are lowered.
        mode: ``"min"`` if a small measure is good (a loss), ``"max"`` if a large one is (an accuracy).
        factor: what a rate is multiplied by.
        patience: how many epochs without improvement are let pass.
    """

    def __init__(self, optimizer: Optimizer, mode: str = "min", factor: float = 0.1, patience: int = 10) -> None:
        require(mode in ("min", "max"), f"mode is 'min' or 'max', not {mode!r}.", ValueError)
        self.optimizer, self.sign = optimizer, 1 if mode == "min" else -1
        self.factor, self.patience = factor, patience
        self.best, self.num_bad_epochs = self.sign * math.inf, 0

    def step(self, metrics: float) -> None:  # type: ignore[override]
        """Report the measure after an epoch."""
        self.num_bad_epochs += 1
        if self.sign * float(metrics) < self.sign * self.best * (1 - self.sign * 1e-4):
            self.best, self.num_bad_epochs = float(metrics), 0
        if self.num_bad_epochs > self.patience:
            self.num_bad_epochs = 0
            for group in self.optimizer.param_groups:
                group["lr"] *= self.factor


def _cosine(start: float, end: float, share: float) -> float:
    """Half a cosine from ``start`` (share 0) to ``end`` (share 1)."""
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2
