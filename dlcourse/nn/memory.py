"""Where large arrays come from."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # the names of the two settings in glibc's malloc.h


def keep_freed_memory() -> None:
    """Ask the C library to keep freed memory for the next array instead of giving it back to the system.

    A training step makes and frees the same large arrays again and again. By default, glibc returns them to
    the system, which then hands out fresh pages one by one, filled with zeros: this took a third of the time
    of a convolutional network's step. Elsewhere than on Linux with glibc, nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 1 << 25)  # arrays up to 32 MB, the most that is allowed, come from the heap
        mallopt(_TRIM_THRESHOLD, 1 << 30)  # of which up to 1 GB may lie idle
