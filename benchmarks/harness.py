"""Time two ways of doing the same thing, so that nothing but the difference between them is measured.

Both run in one process, in blocks that take turns: A B, B A, A B, ... A slow moment of the machine then meets
both. Threads that have no work left spin for a while, NumPy's (OpenBLAS) and PyTorch's (OpenMP) alike, and would
take a core from the other library: hence a pause before each block, and a few calls that are not counted, which
wake the threads that are needed. With a single thread, its CPU time is taken, which a busy machine does not change.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

Call = Callable[[], Any]


class Comparison(NamedTuple):
    """Seconds per call of both sides: the blocks in their order, so that equal places are neighbours in time."""

    ours: list[float]
    theirs: list[float]

    @property
    def medians(self) -> tuple[float, float]:
        """The median time of each side."""
        return statistics.median(self.ours), statistics.median(self.theirs)

    @property
    def ratio_of_medians(self) -> float:
        """The quotient of the two median times."""
        ours, theirs = self.medians
        return ours / theirs

    def times(self, number: int) -> Comparison:
        """The same for so many calls."""
        return Comparison([number * t for t in self.ours], [number * t for t in self.theirs])

    @property
    def quartiles(self) -> list[float]:
        """Lower quartile, median and upper quartile of the ratios of neighbouring blocks."""
        ratios = [a / b for a, b in zip(self.ours, self.theirs, strict=True)]
        return statistics.quantiles(ratios, n=4, method="inclusive")

    @property
    def ratio(self) -> float:
        """The median of the paired ratios."""
        return self.quartiles[1]


@dataclass(frozen=True)
class Bench:
    """How to measure.

    Attributes:
        threads: how many threads NumPy's BLAS and PyTorch have each (the command sets both).
        quick: few and short repeats, to see that everything runs; the figures mean little.
        seeds: of the trainings on MNIST.
    """

    threads: int
    quick: bool = False
    seeds: tuple[int, ...] = (0,)

    @property
    def repeats(self) -> int:
        """Blocks of each side."""
        return 3 if self.quick else 9

    def clock(self) -> float:
        """Seconds: of CPU time with one thread, by the wall with several."""
        return time.perf_counter() if self.threads > 1 else time.process_time()

    def block(self, call: Call, number: int) -> float:
        """Seconds per call of ``number`` calls, on awake threads."""
        time.sleep(0.01 if self.quick else 0.05)
        for _ in range(1 + number // 10):
            call()
        start = self.clock()
        for _ in range(number):
            call()
        return (self.clock() - start) / number

    def calls_in(self, seconds: float, *calls: Call) -> int:
        """How many calls, of the slowest, fill a block of so many seconds."""
        with no_collection():
            slowest = max(self.block(call, number) for number in (1, 3) for call in calls)
        return max(1, math.ceil(seconds * (0.1 if self.quick else 1) / slowest))

    def time(self, call: Call, seconds: float = 0.1) -> float:
        """The median seconds per call."""
        number = self.calls_in(seconds, call)
        with no_collection():
            return statistics.median(self.block(call, number) for _ in range(self.repeats))

    def compare(
        self, ours: Call, theirs: Call, seconds: float = 0.2, number: int | None = None, repeats: int | None = None
    ) -> Comparison:
        """Time both in turns: blocks of ``number`` calls, or of as many as fill ``seconds``; ``repeats`` of each."""
        number = number or self.calls_in(seconds, ours, theirs)
        times: dict[Call, list[float]] = {ours: [], theirs: []}
        with no_collection():
            for i in range(repeats or self.repeats):
                for call in (ours, theirs) if i % 2 == 0 else (theirs, ours):
                    times[call].append(self.block(call, number))
        return Comparison(times[ours], times[theirs])


@contextmanager
def no_collection() -> Iterator[None]:
    """Python's search for reference cycles comes at times of its own choice: not now."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
