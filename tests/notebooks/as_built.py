"""A pytest plugin: nbval executes a notebook as the builder did, and as Jupyter does.

nbval runs cells without history, and then IPython does not see the ``;`` that ends a plot call.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from nbval.kernel import RunningKernel

from dlcourse.authoring.execute import kernel_environment


def pytest_configure(config: pytest.Config) -> None:
    folder = tempfile.TemporaryDirectory(prefix="dlcourse-nbval-")
    config.add_cleanup(folder.cleanup)
    os.environ.update(kernel_environment(Path(folder.name)))
    RunningKernel.execute_cell_input = _execute_with_history


def _execute_with_history(kernel: RunningKernel, text: str, allow_stdin: bool | None = None) -> str:
    return kernel.kc.execute(text, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)
