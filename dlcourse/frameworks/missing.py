"""One sentence where a library that a lesson needs is not installed."""

from __future__ import annotations

import importlib
import importlib.util
from types import ModuleType


class LibraryMissing(ImportError):
    """A lesson needs a library that is not installed. In a notebook, the sentence alone is shown."""

    def _render_traceback_(self) -> list[str]:  # IPython asks for the lines to show
        return [str(self)]


def require(*names: str) -> ModuleType:
    """Look whether libraries are installed, and import the first.

    Raises:
        LibraryMissing: at least one is not installed; the message names all that are missing.
    """
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        are = "is" if len(missing) == 1 else "are"
        raise LibraryMissing(
            f"This lesson needs {' and '.join(missing)}, which {are} not installed here: "
            'install the course with its extra, `pip install "dlcourse[torch]"`, restart the kernel, and come back.'
        )
    return importlib.import_module(names[0])
