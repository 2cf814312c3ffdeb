"""How much memory training takes: the peak of a process of its own, above what it had when all was imported."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.harness import Bench
from benchmarks.networks import Network, Trainer, bag_of_words, cnn, lenet, mlp, random_images, random_words

NETWORKS = {
    "mlp": Network("MLP 784-225-225-10, batch 128", mlp, 128, random_images(128, (784,))),
    "mlp-512": Network("MLP 784-225-225-10, batch 512", mlp, 512, random_images(512, (784,))),
    "lenet": Network("LeNet, batch 128", lenet, 128, random_images(128)),
    "cnn": Network("CNN with 32 and 64 channels, batch 128", cnn, 128, random_images(128)),
    "words": Network("embedding 20,000 × 64 and mean, batch 64, Adam", bag_of_words, 64, random_words(64), "Adam"),
}
STATUS, PEAK_RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def resident(what: str) -> int:
    """Bytes of memory that this process has now (``VmRSS``), or had at most (``VmHWM``)."""
    found = re.search(rf"{what}:\s*(\d+) kB", STATUS.read_text())
    if found is None:
        raise RuntimeError(f"{STATUS} does not tell {what}.")
    return 1024 * int(found[1])


def peak(library: str, network: Network, steps: int = 10) -> int:
    """Bytes at the peak of some training steps, above those of the process before there was a network."""
    lib = importlib.import_module(library)
    Trainer(lib, Network("warm-up", _tiny, 1, random_images(1), network.optimizer)).step()
    before = resident("VmRSS")
    PEAK_RESET.write_text("5")  # the peak counts from here
    trainer = Trainer(lib, network)
    for _ in range(steps):
        trainer.step()
    return resident("VmHWM") - before


def _tiny(nn: Any) -> Any:
    """Makes a library load, and set up, what it does at the first use of a layer."""
    return nn.Sequential(
        nn.Conv2d(1, 1, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(169, 10), nn.ReLU(), nn.Linear(10, 10)
    )


def run(bench: Bench, folder: Path) -> str:
    """A process for each library and network; the smallest of some runs, as nothing makes a peak too low."""
    if not PEAK_RESET.exists():
        return "Not measured: it needs Linux's `/proc`."
    rows = []
    for name, network in NETWORKS.items():
        ours, theirs = (min(_in_processes(library, name, 1 if bench.quick else 3)) for library in ("dlcourse", "torch"))
        rows.append([network.name, f"{ours / 1e6:.0f} MB", f"{theirs / 1e6:.0f} MB", f"**{ours / theirs:.2f}**"])
    note = "Parameters, the optimiser's memory, one batch, and all that ten training steps make on their way."
    return f"{note}\n\n{report.table(['network', *report.RATIOS[:3]], rows)}"


def _in_processes(library: str, name: str, runs: int) -> list[int]:
    command = [sys.executable, "-m", "benchmarks.memory", library, name]
    return [int(subprocess.check_output(command, text=True)) for _ in range(runs)]


if __name__ == "__main__":
    print(peak(sys.argv[1], NETWORKS[sys.argv[2]]))
