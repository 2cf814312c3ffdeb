"""Where the time of a training step goes: forward and backward of each operation, the optimiser, the rest."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.harness import Bench, no_collection
from benchmarks.networks import Network, Trainer, cnn, lenet, matrix_products, mlp, random_images


class Laps:
    """A stopwatch: each lap's seconds, since the end of the last one, go to a name."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.seconds: dict[str, float] = defaultdict(float)
        self.start()

    def start(self) -> None:
        """Begin a lap."""
        self.last = self.clock()

    def end(self, name: str) -> None:
        """End a lap and begin the next one."""
        now = self.clock()
        self.seconds[name] += now - self.last
        self.last = now


@contextmanager
def observed(laps: Laps) -> Iterator[None]:
    """Every operation that is recorded ends a lap, every call of its backward function is one.

    What lies before an operation's record is its forward pass; what lies between two backward functions is
    the walk through the graph.
    """
    tensor = importlib.import_module("dlcourse").Tensor
    record = tensor.from_op

    def from_op(data: Any, parents: Any, backward: Any, op: str) -> Any:
        def timed(g: Any) -> Any:
            laps.end("walk through the graph")
            grads = backward(g)
            laps.end(f"{op}, backward")
            return grads

        out = record(data, parents, timed, op)
        if out.requires_grad:
            laps.end(f"{op}, forward")
        return out

    tensor.from_op = staticmethod(from_op)
    try:
        yield
    finally:
        tensor.from_op = staticmethod(record)


def profile(trainer: Trainer, steps: int, clock: Callable[[], float]) -> dict[str, float]:
    """Seconds per step by what they were spent on: ``Trainer.step`` with the laps in between."""
    laps = Laps(clock)
    with observed(laps), no_collection():
        for step in range(-3, steps):
            if step == 0:
                laps.seconds.clear()
            laps.start()
            rows = next(trainer.batches)
            x, y = trainer.x[rows], trainer.y[rows]
            laps.end("taking the batch")
            loss = trainer.loss(trainer.model(x), y)
            laps.end("the rest")
            trainer.optimizer.zero_grad()
            laps.end("optimiser, zero_grad")
            loss.backward()
            laps.end("walk through the graph")
            trainer.optimizer.step()
            laps.end("optimiser, step")
    return {name: seconds / steps for name, seconds in laps.seconds.items()}


def run(bench: Bench, folder: Path) -> str:
    """A table for each network: the largest first."""
    lib = importlib.import_module("dlcourse")
    parts = []
    for name, build, shape in (("MLP 784-225-225-10", mlp, (784,)), ("LeNet", lenet, ()), ("CNN 32, 64", cnn, ())):
        trainer = Trainer(lib, Network(name, build, 128, random_images(1280, shape or (1, 28, 28))))
        spent = profile(trainer, 5 if bench.quick else 50, bench.clock)
        total = sum(spent.values())
        floor = bench.time(matrix_products(trainer.model, trainer.x[next(trainer.batches)], training=True))
        largest = sorted(spent.items(), key=lambda item: -item[1])
        rows = [[what, report.duration(s), f"{s / total:.0%}"] for what, s in largest if s / total > 0.005]
        title = f"**{name}, batch 128**: {report.duration(total)} a step, of which the matrix products alone need"
        parts.append(f"{title} {report.duration(floor)}.\n\n{report.table(['where', 'time', 'share'], rows)}")
    return "\n\n".join(parts)
