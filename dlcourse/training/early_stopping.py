"""Stop when nothing gets better."""

from __future__ import annotations

import math

import numpy as np

from dlcourse.nn import Module


class EarlyStopping:
    """End the training when the validation loss has not improved for ``patience`` epochs.

    Args:
        patience: after so many epochs in a row without improvement, training ends.
        min_delta: the loss has to fall by more than this to count as better.
        restore_best: give the network the parameters of its best epoch back at the end.
    """

    def __init__(self, patience: int, min_delta: float = 0.0, restore_best: bool = True) -> None:
        if patience < 1:
            raise ValueError(f"patience is at least 1 epoch, not {patience}.")
        self.patience, self.min_delta, self.restore_best = patience, min_delta, restore_best
        self.reset()

    def reset(self) -> None:
        """Forget what was seen; ``fit`` does so when it begins."""
        self.best, self.bad_epochs = math.inf, 0
        self._state: dict[str, np.ndarray] = {}

    def should_stop(self, loss: float, model: Module) -> bool:
        """Take the loss after an epoch; True if it is time to stop."""
        if loss < self.best - self.min_delta:
            self.best, self.bad_epochs = loss, 0
            if self.restore_best:
                self._state = {name: t.data.copy() for name, t in model.state_dict().items()}
        else:
            self.bad_epochs += 1
        return self.bad_epochs >= self.patience

    def restore(self, model: Module) -> None:
        """Give the best epoch's parameters back to the network."""
        if self._state:
            model.load_state_dict(self._state)
