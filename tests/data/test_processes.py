"""Several processes and threads that fetch at once, and processes that are killed while they fetch."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict

import pytest

from dlcourse import data
from dlcourse.data import downloads

pytestmark = pytest.mark.usefixtures("only_good_files")

FETCH = """
import json, sys
from dlcourse import data
from dlcourse.data.registry import SETS, RemoteFile, RemoteSet
spec = json.loads(sys.argv[1])
files = tuple(RemoteFile(**file) for file in spec["files"])
SETS["mnist"] = RemoteSet(spec["name"], spec["title"], files, tuple(spec["mirrors"]))
data.fetch("mnist", progress=False)
"""


def fetching(spec) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", FETCH, json.dumps(asdict(spec))], stderr=subprocess.PIPE, text=True)


def test_processes_that_fetch_at_the_same_time_all_succeed(register, server, cache):
    spec = register("unhurried")
    children = [fetching(spec) for _ in range(3)]
    for child in children:
        _, errors = child.communicate(timeout=30)
        assert child.returncode == 0, errors
    assert {p.name: p.read_bytes() for p in (cache / "mnist").iterdir()} == server.files


def test_threads_that_load_at_the_same_time_share_one_download(register, server):
    register("unhurried")
    results = []
    threads = [
        threading.Thread(target=lambda: results.append(downloads.read("mnist", progress=False))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == [server.files] * 4
    assert sorted(server.asked) == sorted(f"/unhurried/{name}" for name in server.files)


def test_a_process_killed_in_mid_download_leaves_no_bad_file(register, server, cache):
    child = fetching(register("pausing"))
    assert server.started.wait(20)
    arrived = wait_for(lambda: [p for p in cache.rglob("*") if p.is_file() and p.stat().st_size > 0])
    os.kill(child.pid, signal.SIGKILL)
    child.communicate(timeout=10)
    assert all(".partial-" in str(path.parent) for path in arrived)
    assert not [p for p in (cache / "mnist").iterdir() if p.is_file()]

    register("good")
    data.fetch("mnist", progress=False)  # the next one succeeds ...
    assert downloads.read("mnist", progress=False) == server.files
    leftover = next((cache / "mnist").glob(".partial-*"))
    long_ago = time.time() - 2 * downloads.STALE_SECONDS
    for path in (*leftover.iterdir(), leftover):
        os.utime(path, (long_ago, long_ago))
    next(iter((cache / "mnist").glob("*.gz"))).unlink()
    data.fetch("mnist", progress=False)  # ... and clears up what is old enough to be nobody's
    assert not leftover.exists()


def test_the_partial_files_of_a_living_process_are_left_alone(register, server, cache):
    child = fetching(register("pausing"))
    assert server.started.wait(20)
    arrived = wait_for(lambda: [p for p in cache.rglob("*") if p.is_file() and p.stat().st_size > 0])
    register("good")
    data.fetch("mnist", progress=False)
    assert all(path.exists() for path in arrived)
    server.released.set()
    _, errors = child.communicate(timeout=20)
    assert child.returncode == 0, errors


def wait_for(condition):
    deadline = time.monotonic() + 10
    while not (result := condition()):
        assert time.monotonic() < deadline, "nothing arrived"
        time.sleep(0.01)
    return result


def test_importing_the_package_loads_numpy_and_the_standard_library_only():
    code = "import sys, dlcourse.data; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"sklearn", "pooch", "tqdm", "requests", "urllib3", "torch", "matplotlib", "IPython", "scipy", "pandas"}
    assert not heavy & {name.partition(".")[0] for name in modules}
