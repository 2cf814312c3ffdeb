"""Execute the steps of a notebook in a fresh kernel, in a working folder of its own, and measure."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from typing import Any

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from dlcourse.authoring.errors import AuthoringError
from dlcourse.authoring.notebook import KERNEL, Step
from dlcourse.authoring.outputs import complaints, end_of
from dlcourse.authoring.source import Lesson

TIMEOUT_CELL = 900  # seconds after which a cell is given up; its budget is far smaller
NOWHERE = "http://127.0.0.1:9"  # a proxy that nobody serves: with it, nothing outside can be reached

_PEAK = "print(__import__('dlcourse.authoring.memory', fromlist=['m']).peak_megabytes())"
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_LINE_IN_CELL = re.compile(r"Cell In\[\d+\], line (\d+)")


@dataclass
class Run:
    """What an execution gave beside the outputs, which are in the cells themselves."""

    seconds: dict[str, float] = field(default_factory=dict)
    megabytes: float = 0.0
    widgets: dict[str, Any] = field(default_factory=dict)
    folder: str = ""


def execute(
    lesson: Lesson, steps: list[Step], *, offline: bool = False, progress: Callable[[str], None] = lambda line: None
) -> Run:
    """Run the code of ``steps`` from top to bottom; outputs and execution counts are put into the cells.

    Args:
        lesson: whose cells these are, for messages.
        steps: the cells to run.
        offline: hide network, mirror and cached data from the kernel.
        progress: told about each cell that takes long.

    Raises:
        AuthoringError: a cell failed, wrote to stderr, or a claim printed; the message names cell and line.
    """
    with tempfile.TemporaryDirectory(prefix="dlcourse-build-") as folder:
        client = NotebookClient(
            new_notebook(metadata={"kernelspec": dict(KERNEL)}, cells=[step.cell for step in steps]),
            timeout=TIMEOUT_CELL,
            resources={"metadata": {"path": folder}},
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
        )
        run = Run(folder=folder)
        with client.setup_kernel(env=kernel_environment(Path(folder), offline)):
            _never_miss_a_reply(client)
            for index, step in enumerate(steps):
                if step.cell.cell_type == "code":
                    started = time.perf_counter()
                    _run_cell(client, lesson, step, index)
                    _note(run, step, time.perf_counter() - started, progress)
            run.megabytes = _peak(client)
            client.set_widgets_metadata()
        run.widgets = client.nb.metadata.get("widgets", {})
    return run


def kernel_environment(folder: Path, offline: bool = False) -> dict[str, str]:
    """The kernel's environment: nothing of the user's own settings may show in an output."""
    ours = {
        "DLCOURSE_ANSWERS": str(folder / "my_answers"),
        "DLCOURSE_SEED": "0",
        "IPYTHONDIR": str(folder / ".ipython"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": "0",
        "TQDM_DISABLE": "1",
        # One thread: the last digits do not depend on the number of cores, and a busy machine costs less.
        **dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    }
    mirror = os.environ.get("DLCOURSE_MIRROR", "")
    if mirror and Path(mirror).is_dir():  # the kernel works in another folder
        ours["DLCOURSE_MIRROR"] = str(Path(mirror).resolve())
    if offline:
        proxies = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
        ours |= {**dict.fromkeys(proxies, NOWHERE), "no_proxy": "", "NO_PROXY": ""}
        ours |= {"DLCOURSE_DATA": str(folder / "data"), "DLCOURSE_MIRROR": ""}
    return {**os.environ, **ours}


def _never_miss_a_reply(client: NotebookClient) -> None:
    """Let the client look for a cell's reply once a second, and not only when it is woken up.

    For an Output widget nbclient sends on the socket on which it waits for the reply, and then the reply may
    come without waking it: it would wait until the cell's time is over.
    """
    assert client.kc is not None  # the kernel was started
    channel = client.kc.shell_channel
    wait = channel.get_msg

    async def get_msg(timeout: float | None = None) -> dict[str, Any]:
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            try:
                return await wait(timeout=1)
            except Empty:
                if deadline is not None and time.monotonic() > deadline:
                    raise

    channel.get_msg = get_msg


def _run_cell(client: NotebookClient, lesson: Lesson, step: Step, index: int) -> None:
    try:
        client.execute_cell(step.cell, index, store_history=step.kept)
    except CellExecutionError as error:
        raise AuthoringError(_failure(lesson, step, error)) from error
    except CellTimeoutError as error:
        raise AuthoringError(f"{_where(lesson, step)} did not end within {TIMEOUT_CELL} s.") from error
    except DeadKernelError as error:
        message = f"{_where(lesson, step)}: the kernel died; was there enough memory?"
        raise AuthoringError(message) from error
    _inspect(lesson, step)


def _inspect(lesson: Lesson, step: Step) -> None:
    """A claim shows nothing; a lesson shows what it draws, and no warning except on purpose."""
    if not step.kept:
        if step.cell.outputs and step.origin is not None and step.origin.kind == "claim":
            message = "prints or draws something; students never see a claim"
            raise AuthoringError(f"{_where(lesson, step)} {message}.")
        return
    wrong = list(complaints(step.cell))
    if wrong:
        raise AuthoringError("\n".join(f"{_where(lesson, step)} {message}" for message in wrong))


def _note(run: Run, step: Step, seconds: float, progress: Callable[[str], None]) -> None:
    if step.kept:
        run.seconds[step.cell.id] = seconds
    if seconds > 5:
        progress(f"  {step.cell.id}: {seconds:.0f} s")


def _peak(client: NotebookClient) -> float:
    cell = new_code_cell(_PEAK)
    client.nb.cells.append(cell)
    client.execute_cell(cell, len(client.nb.cells) - 1, store_history=False)
    client.nb.cells.pop()
    return float(cell.outputs[0].text)


# --- Saying where it failed ------------------------------------------------------------------------------


def _where(lesson: Lesson, step: Step, line_in_cell: int = 0) -> str:
    if step.origin is None:
        return f"{lesson.name}: the set-up cell"
    line = step.origin.line
    if line_in_cell and step.origin.kind == "code":
        line = step.origin.first_line + line_in_cell - 1
    what = step.cell.id if step.kept else step.origin.kind
    if step.origin.kind == "claim":
        what = f"claim ({step.origin.id})"
    return f"{lesson.path}:{line}: cell {what}"


def _failure(lesson: Lesson, step: Step, error: CellExecutionError) -> str:
    text = _traceback(step.cell)
    match = _LINE_IN_CELL.findall(text)
    where = _where(lesson, step, int(match[0]) if match else 0)
    return f"{where} failed with {error.ename}: {_ANSI.sub('', error.evalue)}\n{end_of(text)}"


def _traceback(cell: NotebookNode) -> str:
    errors = [output for output in cell.outputs if output.output_type == "error"]
    return _ANSI.sub("", "\n".join(errors[-1].traceback)) if errors else ""
