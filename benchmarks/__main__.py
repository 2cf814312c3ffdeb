"""Run every benchmark in a process of its own and write what they print to ``benchmarks/RESULTS.md``.

python -m benchmarks            (`make bench`; some five minutes on a quiet machine with two cores)
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from pathlib import Path

FOLDER = Path(__file__).parent
RUNS = [
    ("One epoch of lesson 05's MLP, batch 128", ["mlp_epoch.py", "--batch", "128"]),
    ("The same, batch 32", ["mlp_epoch.py", "--batch", "32"]),
    ("The same, batch 512", ["mlp_epoch.py", "--batch", "512"]),
    ("A training step of LeNet", ["conv_step.py", "--net", "lenet"]),
    ("A training step of a CNN with 32 and 64 channels", ["conv_step.py", "--net", "wide"]),
    ("MNIST with lesson 05's MLP and recipe", ["mnist_mlp.py"]),
]


def machine() -> str:
    """The processor, its cores, and the versions that matter, in one line."""
    cpuinfo = Path("/proc/cpuinfo")
    names = [x for x in cpuinfo.read_text().splitlines() if "model name" in x] if cpuinfo.exists() else []
    processor = names[0].partition(":")[2].strip() if names else platform.processor() or platform.machine()
    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "torch"))
    return f"{processor}, {os.cpu_count()} cores, Python {platform.python_version()}, {packages}"


def report(title: str, command: list[str]) -> str:
    """One section: the command, and what it printed."""
    print(f"{title} ...", flush=True)
    run = subprocess.run([sys.executable, str(FOLDER / command[0]), *command[1:]], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{command[0]} failed:\n{run.stderr}")
    print(run.stdout, flush=True)
    return f"## {title}\n\n```\n$ python benchmarks/{' '.join(command)}\n{run.stdout.strip()}\n```\n"


def main() -> None:
    """Run all, then write the page, so that an interrupted run leaves the old one."""
    sections = [report(title, command) for title, command in RUNS]
    head = (
        f"# Benchmarks\n\nMade by `make bench` on {date.today()}: {machine()}.\n"
        "Both libraries train in one process, in turn, from the same weights on the same batches; a ratio\n"
        "below 1 means that `dlcourse` was faster. Medians.\n"
    )
    (FOLDER / "RESULTS.md").write_text("\n".join([head, *sections]), encoding="utf-8")


if __name__ == "__main__":
    main()
