"""Engines of other kinds that one meets in courses: with single numbers, and sample by sample."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import report
from benchmarks.harness import Bench, Call
from benchmarks.networks import Network, mlp, pair, random_images

SIZES, SMALL = (784, 225, 225, 10), (24, 16, 16, 10)


def products(sizes: tuple[int, ...]) -> int:
    """Products of single numbers in a forward pass."""
    return sum(a * b for a, b in pairwise(sizes))


def scalar_step(value: Callable[[float], Any], sizes: tuple[int, ...]) -> Call:
    """A training step of a perceptron made of single numbers, for one sample and a squared error."""
    rng = np.random.default_rng(0)
    layers = [[[value(w) for w in rng.uniform(-0.3, 0.3, a).tolist()] for _ in range(b)] for a, b in pairwise(sizes)]
    x = [value(number) for number in rng.random(sizes[0]).tolist()]

    def step() -> float:
        signals = x
        for layer in layers:
            signals = [sum((w * s for w, s in zip(unit, signals, strict=True)), value(0.0)).relu() for unit in layer]
        loss = sum(((s - 1.0) ** 2 for s in signals), value(0.0))
        loss.backward()
        for w in (w for layer in layers for unit in layer for w in unit):
            w.data -= 0.01 * w.grad
            w.grad = 0.0
        return loss.data

    return step


def micrograd() -> Callable[[float], Any] | None:
    """micrograd's ``Value``, installed for this process alone; None where it can't be had."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, "micrograd"]
        if subprocess.run(command, capture_output=True).returncode:
            return None
        sys.path.insert(0, folder)
        try:
            return importlib.import_module("micrograd.engine").Value
        finally:
            sys.path.remove(folder)


def run(bench: Bench, folder: Path) -> str:
    """Seconds per sample of a training step of the MLP 784-225-225-10, and the ratio to ours at batch 128."""
    seconds: dict[str, float] = {}
    scalar = {"micrograd": micrograd(), "`dlcourse.autograd.Value`": importlib.import_module("dlcourse.autograd").Value}
    for name, value in scalar.items():
        if value is not None:
            seconds[f"{name}, single numbers (estimated)"] = (
                bench.time(scalar_step(value, SMALL)) * products(SIZES) / products(SMALL)
            )
    for batch in (1, 128):
        ours, theirs = pair(bench, Network("MLP", mlp, batch, random_images(10 * batch, (784,))))
        result = bench.compare(ours.step, theirs.step)
        for name, median in zip(("`dlcourse`", "PyTorch"), result.medians, strict=True):
            seconds[f"{name}, batch {batch}"] = median / batch
    fastest = seconds["`dlcourse`, batch 128"]
    rows = [[name, report.duration(s), f"{s / fastest:,.3g}"] for name, s in seconds.items()]
    note = (
        "A training step of the MLP 784-225-225-10, per sample. The engines with single numbers were timed on the\n"
        f"network {'-'.join(map(str, SMALL))}; their time grows with the number of products, here from\n"
        f"{products(SMALL):,} to {products(SIZES):,}."
    )
    return f"{note}\n\n{report.table(['engine', 'per sample', 'times ours'], rows)}"
