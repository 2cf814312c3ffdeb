"""One epoch of the MLP 784-225-225-10 with momentum, `dlcourse` against PyTorch eager on the CPU.

    python benchmarks/mlp_epoch.py [--batch 128] [--repeats 5] [--samples 60000]

Both train in this one process, in turn, from the same weights over the same shuffled batches, with as many
threads each as the machine has cores. What is timed is the loop of an epoch: taking the batch out of the
array, forward, loss, backward, step. The ratio is the median of the ratios of neighbouring epochs, so that a
slow moment of the machine meets both. PyTorch gets the faster of its two implementations of SGD, the default
and `fused=True`, as measured here at the start.

Threads that have no work left spin for a while, NumPy's (OpenBLAS) and PyTorch's (OpenMP) alike; the other
library's threads would take a core away from the one being timed. Hence a pause of 0.3 s before each epoch,
after which the idle threads sleep, and a few steps to wake up those that are needed. On a busy machine two
threads that wait for each other measure the others' work: with OPENBLAS_NUM_THREADS=1 in the environment both
use one thread, and its CPU time is taken.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import torch

import dlcourse
from dlcourse import nn, optim

THREADS = int(os.environ.get("OPENBLAS_NUM_THREADS") or os.cpu_count() or 1)
clock = time.perf_counter if THREADS > 1 else time.process_time

SIZES = (784, 225, 225, 10)


def ours(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray, batch: int) -> Callable[[np.ndarray], float]:
    """A function that trains our network over the samples in the order given, and returns the last loss."""
    a, b, c, d = SIZES
    model = nn.Sequential(nn.Linear(a, b), nn.ReLU(), nn.Linear(b, c), nn.ReLU(), nn.Linear(c, d))
    with dlcourse.no_grad():
        for p, w in zip(model.parameters(), weights, strict=True):
            p.copy_(dlcourse.from_numpy(w))
    loss_fn = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def epoch(order: np.ndarray) -> float:
        for i in range(0, len(order), batch):
            rows = order[i : i + batch]
            loss = loss_fn(model(dlcourse.from_numpy(x[rows])), dlcourse.from_numpy(y[rows]))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.item()

    return epoch


def theirs(
    weights: list[np.ndarray], x: np.ndarray, y: np.ndarray, batch: int, fused: bool
) -> Callable[[np.ndarray], float]:
    """The same with PyTorch."""
    a, b, c, d = SIZES
    model = torch.nn.Sequential(
        torch.nn.Linear(a, b), torch.nn.ReLU(), torch.nn.Linear(b, c), torch.nn.ReLU(), torch.nn.Linear(c, d)
    )
    with torch.no_grad():
        for p, w in zip(model.parameters(), weights, strict=True):
            p.copy_(torch.from_numpy(w))
    loss_fn = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9, fused=fused)
    tx, ty = torch.from_numpy(x), torch.from_numpy(y)

    def epoch(order: np.ndarray) -> float:
        torch_order = torch.from_numpy(order)
        for i in range(0, len(order), batch):
            rows = torch_order[i : i + batch]
            loss = loss_fn(model(tx[rows]), ty[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return loss.item()

    return epoch


def timed(epoch: Callable[[np.ndarray], float], order: np.ndarray, batch: int) -> tuple[float, float]:
    """Seconds of an epoch on awake threads, and its last loss."""
    time.sleep(0.3)
    epoch(order[: 10 * batch])
    start = clock()
    loss = epoch(order)
    return clock() - start, loss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--samples", type=int, default=60_000)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    rng = np.random.default_rng(0)
    x = rng.random((options.samples, SIZES[0]), dtype=np.float32)
    y = rng.integers(0, SIZES[-1], options.samples)
    shapes = [s for a, b in pairwise(SIZES) for s in ((b, a), (b,))]
    weights = [rng.uniform(-0.05, 0.05, s).astype(np.float32) for s in shapes]
    data = (weights, x, y, options.batch)
    short = np.arange(min(options.samples, 40 * options.batch))
    fused = min((False, True), key=lambda f: min(timed(theirs(*data, f), short, options.batch)[0] for _ in range(3)))
    mine, torchs = ours(*data), theirs(*data, fused)
    times = []
    for _ in range(options.repeats):
        order = rng.permutation(options.samples)
        (a, our_loss), (b, their_loss) = (timed(mine, order, options.batch), timed(torchs, order, options.batch))
        times.append((a, b))
        print(f"dlcourse {a:.3f} s, PyTorch {b:.3f} s (losses {our_loss:.5f}, {their_loss:.5f})")
    a, b, ratio = (statistics.median(v) for v in zip(*((a, b, a / b) for a, b in times), strict=True))
    print(f"batch {options.batch}: dlcourse {a:.3f} s, PyTorch {b:.3f} s (fused={fused}); ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
