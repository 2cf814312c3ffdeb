"""The table of networks with one thread each: what remains when no second core plays a part."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks import networks
from benchmarks.harness import Bench


def run(bench: Bench, folder: Path) -> str:
    """The table, by CPU time."""
    torch = importlib.import_module("torch")
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        with threadpool_limits(1):
            return networks.run(replace(bench, threads=1), folder)
    finally:
        torch.set_num_threads(threads)
