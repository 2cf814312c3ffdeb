"""What happened while a network was trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class History:
    """One number per epoch in each list; lists that nothing was measured for stay empty.

    Attributes:
        train_loss: the mean loss over the epoch's batches, while the network was learning from them.
        val_loss: the loss on the validation data after the epoch.
        train_accuracy, val_accuracy: the share of right answers, from 0 to 1, where the targets are labels.
        seconds: how long the epoch took, without validation.
        lr: the learning rate of the first parameter group during the epoch's last batch.
    """

    train_loss: list[float] = field(default_factory=list)
    val_loss: list[float] = field(default_factory=list)
    train_accuracy: list[float] = field(default_factory=list)
    val_accuracy: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    lr: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        """The number of epochs."""
        return len(self.train_loss)

    def add(self, **numbers: float | None) -> None:
        """Put down an epoch; None is left out."""
        for name, value in numbers.items():
            if value is not None:
                getattr(self, name).append(value)

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses, and on an axis to the right the accuracies, over the epochs; returns the Axes."""
        from matplotlib import pyplot as plt
        from matplotlib.ticker import MaxNLocator

        ax = plt.subplots()[1] if ax is None else ax
        epochs = range(1, len(self) + 1)
        for name, style in (("train_loss", "-"), ("val_loss", "--")):
            values = getattr(self, name)
            if values:
                ax.plot(epochs[-len(values) :], values, style, color="C0", label=_LABELS[name])
        ax.set_xlabel("epoch")
        ax.set_ylabel("loss")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        lines = list(ax.get_lines())
        if self.train_accuracy or self.val_accuracy:
            right = ax.twinx()
            right.grid(False)
            right.set_ylabel("accuracy")
            for name, style in (("train_accuracy", "-"), ("val_accuracy", "--")):
                values = getattr(self, name)
                if values:
                    right.plot(epochs[-len(values) :], values, style, color="C1", label=_LABELS[name])
            lines += right.get_lines()
        ax.legend(handles=lines, loc="center right")
        return ax


_LABELS = {
    "train_loss": "loss, training",
    "val_loss": "loss, validation",
    "train_accuracy": "accuracy, training",
    "val_accuracy": "accuracy, validation",
}
