"""What the processes of a sandbox use, as Linux tells it in ``/proc``."""

from __future__ import annotations

import os
import resource
from collections import defaultdict
from pathlib import Path

_PROC = Path("/proc")
_PAGE = resource.getpagesize()


def tree(root: int) -> list[int]:
    """A process and all that descend from it, as far as they are alive; empty where there is no ``/proc``."""
    return list(_family(root))


def usage(root: int) -> tuple[int, int]:
    """How many processes descend from one, itself included, and how many bytes they have in memory."""
    family = _family(root)
    return len(family), _PAGE * sum(family.values())


def _family(root: int) -> dict[int, int]:
    """The processes that descend from ``root`` -> pages in memory."""
    pages: dict[int, int] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for entry in _PROC.glob("[0-9]*/stat"):
        try:
            text = entry.read_text(encoding="latin-1")
        except OSError:  # it has ended since
            continue
        fields = text[text.rindex(")") + 2 :].split()  # the name in brackets may hold anything
        pid = int(entry.parent.name)
        children[int(fields[1])].append(pid)
        pages[pid] = int(fields[21])
    found: dict[int, int] = {}
    waiting = [root] if root in pages else []
    while waiting:
        pid = waiting.pop()
        found[pid] = pages[pid]
        waiting += children[pid]
    return found


def limit_for_user(processes: int) -> int:
    """What RLIMIT_NPROC must be for so many new processes: it counts all that the user has.

    Root becomes a user who has none. For others, it counts within the sandbox's user namespace on newer kernels,
    but everywhere on older ones.
    """
    return processes if os.geteuid() == 0 else processes + _tasks_of_user()


def _tasks_of_user() -> int:
    """Threads of all processes of this user."""
    tasks = 0
    for folder in _PROC.glob("[0-9]*"):
        try:
            if folder.stat().st_uid == os.geteuid():
                tasks += len(os.listdir(folder / "task"))
        except OSError:  # it has ended since
            continue
    return tasks
