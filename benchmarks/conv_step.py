"""A training step of convolutional networks, `dlcourse` against PyTorch eager on the CPU.

    python benchmarks/conv_step.py [--net lenet|wide] [--batch 128] [--repeats 9] [--steps 10]

`lenet`: LeNet-5 on 28 × 28 images (6 and 16 channels, 5 × 5 windows, 400-120-84-10). `wide`: 32 and 64
channels, 3 × 3 windows, a hidden layer of 128. Both libraries train in this one process, in turn, blocks of
a few steps each, from the same weights on the same batch, with as many threads as the machine has cores. A
pause before each block lets the other library's idle threads, which spin for a while, go to sleep; the first
steps of a block are not counted. The figure of a block is its median step; the ratio is the median over the
pairs of blocks, so that a slow moment of the machine meets both. PyTorch's SGD is the fused one. On a busy
machine two threads that wait for each other measure the others' work: with OPENBLAS_NUM_THREADS=1 in the
environment both use one thread, and its CPU time is taken.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import dlcourse
from dlcourse import nn, optim

THREADS = int(os.environ.get("OPENBLAS_NUM_THREADS") or os.cpu_count() or 1)
clock = time.perf_counter if THREADS > 1 else time.process_time


def lenet(m: Any) -> Any:
    return m.Sequential(
        m.Conv2d(1, 6, 5, padding=2), m.ReLU(), m.MaxPool2d(2), m.Conv2d(6, 16, 5), m.ReLU(), m.MaxPool2d(2),
        m.Flatten(), m.Linear(400, 120), m.ReLU(), m.Linear(120, 84), m.ReLU(), m.Linear(84, 10),
    )  # fmt: skip


def wide(m: Any) -> Any:
    return m.Sequential(
        m.Conv2d(1, 32, 3, padding=1), m.ReLU(), m.MaxPool2d(2), m.Conv2d(32, 64, 3, padding=1), m.ReLU(),
        m.MaxPool2d(2), m.Flatten(), m.Linear(3136, 128), m.ReLU(), m.Linear(128, 10),
    )  # fmt: skip


def stepper(model: Any, loss_fn: Any, optimizer: Any, x: Any, y: Any) -> Callable[[], float]:
    """A function that takes one training step and returns the loss: the same code for both libraries."""

    def step() -> float:
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def block(step: Callable[[], float], steps: int) -> tuple[float, float]:
    """Milliseconds of the median step, and the last loss."""
    time.sleep(0.2)
    for _ in range(3):
        step()
    times = []
    for _ in range(steps):
        start = clock()
        loss = step()
        times.append(clock() - start)
    return 1000 * statistics.median(times), loss


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--net", choices=["lenet", "wide"], default="lenet")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--steps", type=int, default=10)
    options = parser.parse_args()
    torch.set_num_threads(THREADS)
    rng = np.random.default_rng(0)
    x = rng.random((options.batch, 1, 28, 28), dtype=np.float32)
    y = rng.integers(0, 10, options.batch)
    build = {"lenet": lenet, "wide": wide}[options.net]
    net, torch_net = build(nn), build(torch.nn)
    net.load_state_dict(torch_net.state_dict())
    ours = stepper(
        net, nn.CrossEntropyLoss(), optim.SGD(net.parameters(), lr=0.01, momentum=0.9),
        dlcourse.from_numpy(x), dlcourse.from_numpy(y),
    )  # fmt: skip
    theirs = stepper(
        torch_net, torch.nn.CrossEntropyLoss(),
        torch.optim.SGD(torch_net.parameters(), lr=0.01, momentum=0.9, fused=True),
        torch.from_numpy(x), torch.from_numpy(y),
    )  # fmt: skip
    pairs = []
    for _ in range(options.repeats):
        (a, our_loss), (b, their_loss) = block(ours, options.steps), block(theirs, options.steps)
        pairs.append((a, b))
        print(f"dlcourse {a:.2f} ms, PyTorch {b:.2f} ms (losses {our_loss:.5f}, {their_loss:.5f})")
    a, b, ratio = (statistics.median(v) for v in zip(*((a, b, a / b) for a, b in pairs), strict=True))
    print(f"{options.net}, batch {options.batch}: dlcourse {a:.2f} ms, PyTorch {b:.2f} ms; ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
