"""What is in the sandbox, what is not, and what it says where there is none."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlcourse.grading import processes, sandbox, seccomp
from dlcourse.grading.libraries import LibraryMissing, files_of
from dlcourse.grading.records import Limits
from dlcourse.grading.sandbox import Broken, Sandbox, SandboxMissing
from tests.grading.conftest import ROOT, needs_bwrap

LIBRARIES = ("numpy", "matplotlib")


def box(kind: str = "bwrap", **limits) -> Sandbox:
    return Sandbox("02", LIBRARIES, ("numpy",), ("scipy", "torch"), Limits(**{"seconds": 5.0, **limits}), kind)


@pytest.fixture
def inside() -> Iterator:
    """Runs code in a sandbox; gives what it raises as text."""
    with box() as made:

        def run(code: str, seconds: int = 5) -> str:
            message = {"do": "run", "code": f"{code}\nraise ValueError(told)", "keep": [], "seconds": seconds}
            return made.ask(message, 2 * seconds)["sentence"]

        yield run


@needs_bwrap
def test_the_file_system_holds_what_answers_need_and_nothing_else(inside) -> None:
    told = inside("import os\ntold = sorted(os.listdir('/')), sorted(os.listdir('/course/dlcourse'))")
    for name in ("work", "home", "var", "opt", "mnt", "sys"):
        assert f"'{name}'" not in told
    assert "['__init__.py', 'running']" in told
    drivers = inside("import os\ntold = sorted(os.listdir('/course/dlcourse/running/drivers'))")
    assert "lesson04" not in drivers
    libraries = inside("import os\ntold = ' '.join(sorted(os.listdir('/course/lib')))")
    assert "numpy" in libraries
    assert "scipy" not in libraries


@needs_bwrap
def test_other_libraries_cannot_be_found_anywhere(inside) -> None:
    code = (
        "import os\ntold = [os.path.join(f, n) for f, folders, _ in os.walk('/') if not f.startswith('/proc')"
        " for n in folders if n in ('scipy', 'sklearn', 'torch', 'exercises', 'grading')]"
    )
    assert "ValueError: []" in inside(code, seconds=60)  # all folders, from a disk that may be busy


@needs_bwrap
def test_matplotlib_is_there_when_it_is_used(inside) -> None:
    assert "(2.0, 1.0)" in inside(
        "fig, ax = plt.subplots(figsize=(2, 1))\ntold = tuple(fig.get_size_inches().tolist())"
    )


@needs_bwrap
def test_the_code_runs_as_nobody_and_without_rights(inside) -> None:
    told = inside(
        "told = [line for line in open('/proc/self/status') if line.startswith(('CapEff', 'CapBnd', 'NoNewPrivs'))]"
    )
    assert "CapEff:\\t0000000000000000" in told
    assert "NoNewPrivs:\\t1" in told
    assert "ValueError: False" in inside("import os\ntold = os.getuid() == 0")


@needs_bwrap
def test_when_it_is_closed_no_process_is_left() -> None:
    with box() as made:
        pid = made._process.pid
        code = (
            "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(1000)"
        )
        assert made.ask({"do": "run", "code": code, "keep": [], "seconds": 5}, 10)["ok"] is True
        family = processes.tree(pid)
        assert len(family) > 5
    for _ in range(50):  # what is killed needs a moment to end
        alive = [one for one in family if is_alive(one)]
        if not alive:
            break
        time.sleep(0.1)
    assert alive == []


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@needs_bwrap
def test_memory_of_all_processes_together_is_limited() -> None:
    code = (
        "import os, time\nfor _ in range(20):\n    if os.fork() == 0:\n        hoard = b'x' * 150_000_000\n"
        "        time.sleep(1000)\ntime.sleep(1000)"
    )
    with box(memory=200) as made, pytest.raises(Broken, match="more than 200 MB of memory"):
        made.ask({"do": "run", "code": code, "keep": [], "seconds": 60}, 60)


@needs_bwrap
def test_a_reply_that_does_not_come_is_slow() -> None:
    code = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    with box() as made, pytest.raises(Broken) as caught:
        made.ask({"do": "run", "code": code, "keep": [], "seconds": 1}, 2)
    assert caught.value.slow


@pytest.mark.parametrize("kind", ["docker", "", "Bwrap"])
def test_an_unknown_sandbox_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="choose from auto, bwrap, none"):
        sandbox.choose(kind)


def test_a_missing_bubblewrap_is_told_with_how_to_get_it(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxMissing, match="apt-get install bubblewrap"):
        sandbox.choose("auto")


def test_a_bubblewrap_that_does_not_work_is_told_with_its_own_words(monkeypatch, tmp_path: Path) -> None:
    for name, text in (
        ("bwrap", "#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n"),
        ("setpriv", ""),
    ):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    sandbox._why_bwrap_fails.cache_clear()
    with pytest.raises(SandboxMissing, match=r"No permissions to create new namespace.*sysctl"):
        sandbox.choose("auto")
    sandbox._why_bwrap_fails.cache_clear()


def test_a_library_that_is_not_installed_is_named() -> None:
    with pytest.raises(LibraryMissing, match="needs no-such-library here: pip install no-such-library"):
        files_of(("no-such-library",))


def test_the_libraries_come_with_what_they_require() -> None:
    names = {path.name for path in files_of(LIBRARIES)}
    assert {"numpy", "matplotlib", "PIL", "kiwisolver"} <= names
    assert not names & {"scipy", "sklearn", "dlcourse", "torch", "pytest"}


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_a_whole_program_that_jumps_inside_itself(machine: str) -> None:
    data = seccomp.program(machine)
    lines = [struct.unpack("HBBI", data[i : i + 8]) for i in range(0, len(data), 8)]
    assert len(data) % 8 == 0
    assert lines[-1][0] == 0x06  # it ends with a return
    assert all(i + 1 + max(yes, no) < len(lines) for i, (code, yes, no, _) in enumerate(lines) if code != 0x06)


def test_a_machine_without_a_known_filter_has_none() -> None:
    assert seccomp.program("riscv64") == b""


OTHER_PYTHON = Path("/usr/bin/python3")


@needs_bwrap
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("setpriv") is None, reason="only root can become somebody else")
@pytest.mark.skipif(not OTHER_PYTHON.exists(), reason="needs the system's own Python, which every user can read")
def test_an_ordinary_user_grades_just_as_well(tmp_path: Path) -> None:
    version = subprocess.run(
        [OTHER_PYTHON, "-c", "import sys; print(sys.version_info[:2])"], capture_output=True, text=True, check=True
    ).stdout
    if version.strip() != str(sys.version_info[:2]):
        pytest.skip("the system's Python is another version, for which the libraries here do not fit")
    code = (
        "import json, os\n"
        "from dlcourse import exercises\n"
        "from dlcourse.grading.example import answered\n"
        "from dlcourse.grading.judge import Settings, grade\n"
        f"notebook = json.load(open({str(ROOT / 'notebooks' / '02_score_and_loss.ipynb')!r}))\n"
        "found = grade(answered(notebook, lambda exercise: exercise.solution_source), Settings(b'x' * 32))\n"
        "print(os.getuid(), found.points == found.max_points, found.notes)\n"
    )
    packages = os.pathsep.join([str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))])
    done = subprocess.run(
        ["setpriv", "--reuid=1234", "--regid=1234", "--clear-groups", OTHER_PYTHON, "-c", code],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": packages, "PYTHONDONTWRITEBYTECODE": "1", "HOME": "/tmp"},
        capture_output=True, text=True, check=False, cwd="/",
    )  # fmt: skip
    if "Permission denied" in done.stderr or "PermissionError" in done.stderr or "No module named" in done.stderr:
        pytest.skip("this checkout cannot be read by other users")
    assert done.stdout.split() == ["1234", "True", "[]"], done.stderr
