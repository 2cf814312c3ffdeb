"""The page of results: one section a benchmark, each replaced when its benchmark runs again."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.harness import Bench, Comparison

RATIOS = ["dlcourse", "PyTorch", "ratio", "quartiles", "of medians"]  # the header of what ratios() gives


def duration(seconds: float) -> str:
    """Three digits and a unit: ``0.442 s``, ``8.57 ms``, ``12.3 µs``."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 0.1 or unit == "µs":
            break
    return f"{seconds * factor:.3g} {unit}" if seconds * factor < 1000 else f"{seconds * factor:,.0f} {unit}"


def ratios(result: Comparison) -> list[str]:
    """The cells of a comparison: both times, the paired ratio with its quartiles, the ratio of the medians."""
    low, ratio, high = result.quartiles
    spread = f"{low:.2f}–{high:.2f}"
    return [*map(duration, result.medians), f"**{ratio:.2f}**", spread, f"{result.ratio_of_medians:.2f}"]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table: text to the left in the first column, figures to the right in the others."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def conditions(bench: Bench) -> str:
    """When a section was measured, of which state of the source, and how."""
    threads = "1 thread" if bench.threads == 1 else f"{bench.threads} threads"
    quick = "; **quick, to see that it runs: the figures mean little**" if bench.quick else ""
    return f"{date.today()}, source {_source()}, {threads}{quick}."


def _source() -> str:
    """The commit of the engine that was measured, and whether files differ from it."""
    commit, changes = _git("rev-parse", "--short", "HEAD"), _git("status", "--porcelain", "dlcourse")
    return f"{commit or 'unknown'}{' with changes' if changes else ''}"


def _git(*command: str) -> str:
    """What git prints; nothing outside a clone."""
    folder = Path(__file__).resolve().parent.parent
    return subprocess.run(["git", *command], cwd=folder, capture_output=True, text=True).stdout.strip()


# ---------------------------------------------------------------------------------------- the machine


def machine() -> str:
    """The processor, its caches, and the versions and libraries that do the arithmetic, as a list."""
    import torch
    from threadpoolctl import threadpool_info  # type: ignore[import-untyped]

    blas: dict = next((library for library in threadpool_info() if library["user_api"] == "blas"), {})
    kernel = f"{blas.get('internal_api', 'unknown')} {blas.get('version', '')}, kernel {blas.get('architecture', '?')}"
    torch_libraries = r"Math Kernel Library Version [\d.]+|OpenBLAS|MKL-DNN v[\d.]+|CPU capability usage: \w+"
    backends = re.findall(torch_libraries, torch.__config__.show())
    return "\n".join(
        [
            f"- processor: {_processor()}, {os.cpu_count()} cores; caches: {_caches()}",
            f"- {platform.system()}, Python {platform.python_version()}",
            f"- NumPy {version('numpy')} with {kernel}",
            f"- PyTorch {torch.__version__} with {', '.join(dict.fromkeys(backends))}",
        ]
    )


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    names = re.findall(r"model name\s*: (.*)", cpuinfo.read_text()) if cpuinfo.exists() else []
    return names[0] if names else platform.processor() or platform.machine()


def _caches() -> str:
    """Level and size of the caches that the first core uses, as Linux tells them."""
    folders = sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*"))
    levels = [[(f / name).read_text().strip() for name in ("level", "type", "size")] for f in folders]
    return ", ".join(f"L{level} {size}" for level, kind, size in levels if kind != "Instruction") or "unknown"


# ------------------------------------------------------------------------------------------- the page


def update(path: Path, title: str, body: str, order: Sequence[str], head: str) -> None:
    """Put a section in the place of the one with its title; all stand in the ``order`` of their titles.

    Sections below another ``head`` come from another machine, or from other versions: they are dropped.
    """
    old_head, *old = re.split(r"^## ", path.read_text(encoding="utf-8"), flags=re.M) if path.exists() else [""]
    kept = [part.partition("\n") for part in old if old_head.strip() == head.strip()]
    sections = {name: text.strip() for name, _, text in kept} | {title: body.strip()}
    parts = [head.strip(), *(f"## {name}\n\n{sections[name]}" for name in order if name in sections)]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
