"""Workers carry out every job once, whatever happens to their processes, and hold few at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dlcourse.grading.workers import Crashed, Dask, Here, WorkersMissing

CRASHES = 13


def square(number: int) -> int:
    return number**2


def square_or_die(number: int) -> int:
    if number == CRASHES:
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def test_every_job_has_its_result() -> None:
    assert dict(Here(2).results(square, range(20))) == {n: n**2 for n in range(20)}


def test_no_jobs_give_no_results() -> None:
    assert list(Here(2).results(square, [])) == []


def test_a_job_that_kills_its_process_costs_no_other_job() -> None:
    found = dict(Here(2).results(square_or_die, range(20)))
    assert isinstance(found.pop(CRASHES), Crashed)
    assert found == {n: n**2 for n in range(20) if n != CRASHES}


def test_jobs_are_taken_as_they_are_needed() -> None:
    taken = []

    def jobs() -> Iterator[int]:
        for n in range(1000):
            taken.append(n)
            yield n

    results = Here(2).results(square, jobs())
    for _ in range(10):
        next(results)
    assert len(taken) < 30
    results.close()


def fail(number: int) -> int:
    raise ValueError(f"no square of {number}")


def test_an_error_of_the_course_itself_is_not_hidden() -> None:
    with pytest.raises(ValueError, match="no square of 3"):
        list(Here(1).results(fail, [3]))


def sleep_and_note(folder: str) -> None:
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    code = (
        "from tests.grading.test_workers import sleep_and_note\n"
        "from dlcourse.grading.workers import Here\n"
        "if __name__ == '__main__':\n"
        f"    list(Here(2).results(sleep_and_note, [{str(tmp_path)!r}] * 2))\n"
    )
    script = tmp_path / "run.py"
    script.write_text(code)
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, script], env={**os.environ, "PYTHONPATH": str(root)})
    try:
        workers = wait_for_workers(tmp_path, 2)
    finally:
        parent.kill()
        parent.wait()
    for _ in range(100):
        if not any(map(alive, workers)):
            break
        time.sleep(0.1)
    assert not any(map(alive, workers))


def wait_for_workers(folder: Path, number: int) -> list[int]:
    for _ in range(300):
        found = [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
        if len(found) == number:
            return found
        time.sleep(0.1)
    raise AssertionError("the workers did not start")


def alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_dask_scheduler_that_does_not_answer_is_named() -> None:
    with pytest.raises(WorkersMissing, match=r"tcp://127\.0\.0\.1:1.*dask scheduler"):
        Dask("tcp://127.0.0.1:1")


def square_slowly(number: int) -> int:
    time.sleep(0.05)
    return number**2


def test_a_dask_worker_killed_half_way_costs_no_job() -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        workers = Dask(cluster.scheduler_address)
        assert workers.processes == 2
        victim = next(iter(cluster.workers.values())).pid
        found = {}
        for job, result in workers.results(square_slowly, range(60)):
            found[job] = result
            if len(found) == 20:
                os.kill(victim, signal.SIGKILL)
        workers.close()
    assert found == {n: n**2 for n in range(60)}
