"""The peak memory of a process, asked from inside it."""

from __future__ import annotations

import re
import sys
from pathlib import Path


def peak_megabytes() -> float:
    """The largest resident memory that this process has had, in megabytes (1e6 bytes).

    On Linux the kernel's own count of this program is read: the one of ``getrusage`` is inherited from the
    parent process, which may have been larger.
    """
    status = Path("/proc/self/status")
    if status.exists():
        match = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if match:
            return int(match[1]) * 1024 / 1e6
    if sys.platform == "win32":
        import psutil  # comes with ipykernel

        return psutil.Process().memory_info().peak_wset / 1e6
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
