"""Is everything up? The versions, the processor and the linear algebra that a notebook really runs on."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from dlcourse import data

# a package's name -> the name under which it is imported
PACKAGES = {"numpy": "numpy", "matplotlib": "matplotlib", "scikit-learn": "sklearn", "ipywidgets": "ipywidgets"}

SLOW = 1.0  # GFLOP/s; a processor of 2010 with a real BLAS is well above it
SIDE = 700  # of the matrices that are multiplied


@dataclass(frozen=True)
class Finding:
    """One line of the report; ``advice`` says what to do, and is empty where all is well."""

    what: str
    found: str
    advice: str = ""


def findings() -> Iterator[Finding]:
    """Look at everything that the lessons need, one thing after another."""
    yield Finding("running in", place())
    yield Finding("Python", f"{platform.python_version()} on {platform.system()}, processor cores: {cores()}")
    for name, module in PACKAGES.items():
        yield _package(name, module)
    yield Finding("linear algebra", blas())
    yield _speed()
    yield _folder()
    yield Finding("MNIST", _mnist())
    yield Finding("PyTorch", _torch())


def show() -> None:
    """Print the report, and below it what should be mended."""
    found = list(findings())
    for finding in found:
        print(f"{'✗' if finding.advice else '✓'} {finding.what:<16}{finding.found}")
    advice = [finding.advice for finding in found if finding.advice]
    print("", *(advice or ["Everything is up."]), sep="\n")


def place() -> str:
    """Where the code runs: Colab, another Jupyter, or plain Python."""
    if "google.colab" in sys.modules:
        return "Google Colab"
    return "Jupyter" if "ipykernel" in sys.modules else "plain Python, outside a notebook"


def cores() -> int:
    """How many processor cores this process may use; a container often gives fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def blas() -> str:
    """The library that multiplies NumPy's matrices, with its threads where threadpoolctl can count them."""
    try:
        from threadpoolctl import threadpool_info
    except ModuleNotFoundError:
        built = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{built['name']} {built['version']}"
    loaded = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    loaded.sort(key=lambda pool: "numpy" not in pool["filepath"])  # SciPy brings a second one
    if not loaded:
        return "a library that threadpoolctl does not know"
    return f"{loaded[0]['internal_api']} {loaded[0]['version']}, threads: {loaded[0]['num_threads']}"


def gflops() -> float:
    """The speed of a product of two float32 matrices, in 10⁹ operations a second; the best of five."""
    a = np.full((SIDE, SIDE), 0.5, dtype=np.float32)
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        a @ a
        seconds.append(time.perf_counter() - start)
    return 2 * SIDE**3 / min(seconds) / 1e9


def _package(name: str, module: str) -> Finding:
    """A package's version; a kernel that loaded another one before an installation has to start again."""
    try:
        installed = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", f"{name} is not installed: run the set-up cell at the top again.")
    running = getattr(sys.modules.get(module), "__version__", installed)
    if running != installed:
        advice = f"Restart the kernel: it runs {name} {running}, but {installed} has been installed since."
        return Finding(name, running, advice)
    return Finding(name, installed)


def _speed() -> Finding:
    speed = gflops()
    advice = (
        ""
        if speed > SLOW
        else "Matrix products are very slow here; is the machine busy, or NumPy built without a BLAS?"
    )
    return Finding("matrix product", f"{speed:.3g} GFLOP/s", advice)


def _folder() -> Finding:
    """Whether right answers can be kept: ``my_answers`` is made in the working folder."""
    if os.access(Path.cwd(), os.W_OK):
        return Finding("this folder", "can be written: right answers are kept in my_answers")
    advice = "This folder is read-only, so right answers cannot be kept. Copy the course to a folder of your own."
    return Finding("this folder", "cannot be written", advice)


def _mnist() -> str:
    mnist = next(status for status in data.status() if status.name == "mnist")
    return (
        "is here" if mnist.cached else f"is not here yet; a lesson that uses it fetches it ({mnist.megabytes:.0f} MB)"
    )


def _torch() -> str:
    if importlib.util.find_spec("torch") is None:
        return "is not installed; lesson 07 alone needs it"
    return metadata.version("torch")
