"""Run benchmarks, each in a process of its own, and write what they measured into ``benchmarks/RESULTS.md``.

python -m benchmarks                      all of them (`make bench`)
python -m benchmarks networks operations  some of them
python -m benchmarks mnist_cnn --seeds 0 1 2
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parent / "RESULTS.md"
PARTS = {  # module -> title of its section, in the page's order
    "networks": "Networks: a training step, and inference",
    "one_core": "The same on one core",
    "bounds": "What bounds the rest",
    "by_hand": "What NumPy could do: a step written by hand",
    "operations": "Operation by operation",
    "scaling": "Cost against batch size and width",
    "memory": "Memory",
    "tricks": "What each trick brings",
    "engines": "Other engines",
    "mnist_mlp": "MNIST with lesson 05's multilayer perceptron",
    "mnist_cnn": "MNIST with a small convolutional network",
    "grading": "Grading, beside nbgrader",
}
HEAD = """# Benchmarks

Made by `make bench`; each section can be made again by `python -m benchmarks` and the name that stands below its title.

{machine}

**How.** Both libraries do the same work in one process, in blocks that take turns, from the same weights on the same
batches, with the same number of threads; nothing is timed before both have computed the same numbers. **ratio** is
`dlcourse`'s time divided by PyTorch's, the median over the pairs of neighbouring blocks: below 1, `dlcourse` is
faster. Beside it stand the quartiles of these ratios, and the quotient of the two median times. PyTorch is eager,
with the faster of its default and fused optimisers. With one thread, its CPU time is taken instead of the clock's."""


def main() -> None:
    """One part is run here; several, each in a process with its own threads and memory."""
    options = _options()
    if len(options.names) == 1:
        _run(options.names[0], options)
        return
    for name in options.names:
        subprocess.run([sys.executable, "-m", "benchmarks", name, *_passed_on(options)], check=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m benchmarks", description=f"Parts: {', '.join(PARTS)}.")
    parser.add_argument("names", nargs="*", metavar="PART", help="what to run; everything if left out")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of NumPy and PyTorch (default: the cores)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="of the trainings on MNIST")
    parser.add_argument("--quick", action="store_true", help="few and short repeats, to see that it runs")
    parser.add_argument("--output", type=Path, default=PAGE, help="the page to write (default: %(default)s)")
    options = parser.parse_args()
    options.names = options.names or list(PARTS)
    for name in options.names:
        if name not in PARTS:
            parser.error(f"there is no part {name!r}; choose from {', '.join(PARTS)}.")
    return options


def _passed_on(options: argparse.Namespace) -> list[str]:
    seeds = map(str, options.seeds)
    quick = ["--quick"] if options.quick else []
    return ["--threads", str(options.threads), "--output", str(options.output), *quick, "--seeds", *seeds]


def _run(name: str, options: argparse.Namespace) -> None:
    """Set the threads before NumPy and PyTorch are loaded, measure, print, and write the section."""
    for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[variable] = str(options.threads)
    from benchmarks import report
    from benchmarks.harness import Bench

    bench = Bench(options.threads, options.quick, tuple(options.seeds))
    result = importlib.import_module(f"benchmarks.{name}").run(bench, options.output.parent)
    body = f"`{name}`: {report.conditions(bench)}\n\n{result}"
    print(f"## {PARTS[name]}\n\n{body}\n", flush=True)
    report.update(options.output, PARTS[name], body, list(PARTS.values()), HEAD.format(machine=report.machine()))


if __name__ == "__main__":
    main()
