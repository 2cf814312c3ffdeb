"""What a loader gives back: training part, test part, and the names of the classes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A classification set, split into a training and a test part.

    ``x_train`` and ``x_test`` are float32 with one example per row: ``(N, D)``, or ``(N, C, H, W)``
    for images that were not asked for flat. ``y_train`` and ``y_test`` are int64 of shape ``(N,)``
    and index ``class_names``. ``image_shape`` is ``(C, H, W)`` for images, flat or not, and None
    otherwise; ``feature_names`` holds the columns' names where they have any.
    """

    name: str
    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    class_names: tuple[str, ...]
    image_shape: tuple[int, int, int] | None = None
    feature_names: tuple[str, ...] = ()

    @property
    def n_classes(self) -> int:
        """How many classes there are."""
        return len(self.class_names)

    @property
    def n_features(self) -> int:
        """How many numbers describe one example (pixels times channels for images)."""
        return math.prod(self.x_train.shape[1:])

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        names = ", ".join(self.class_names[:3]) + (", ..." if self.n_classes > 3 else "")
        size = 1 if self.x_train.ndim == 1 else self.x_train.shape[1:]
        low, high = (f"{v:.3g}" for v in (self.x_train.min(), self.x_train.max())) if self.x_train.size else "--"
        return (
            f"Dataset {self.name}: {len(self.x_train):,} training and {len(self.x_test):,} test examples\n"
            f"  x: {self.x_train.dtype}, each of shape {size}, values from {low} to {high}\n"
            f"  y: {self.y_train.dtype}, {self.n_classes} classes ({names})"
        )
