"""A disk that takes its time, for measurements that come out the same way everywhere."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any


class SlowDisk:
    """A dataset whose every example takes ``seconds`` longer to read.

    A laptop with everything in its file cache never waits for a disk; training on a cluster's file
    server does, for each file. It is a class of the package so that DataLoader's processes can import it.

    Args:
        dataset: anything with ``len`` and indices, such as a torchvision dataset.
        seconds: how long each example is waited for, before it is read.

    Raises:
        ValueError: ``seconds`` is negative.
    """

    def __init__(self, dataset: Sequence[Any], seconds: float) -> None:
        if seconds < 0:
            raise ValueError(f"A disk cannot be {seconds} s slow: give 0 or more.")
        self.dataset, self.seconds = dataset, seconds

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> Any:
        time.sleep(self.seconds)
        return self.dataset[index]
