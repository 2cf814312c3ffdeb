"""Who does the work: processes of this machine, or a Dask cluster.

Both take jobs one by one and give results as they come, with a bounded number under way, so memory stays flat
however large the class is.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Job = TypeVar("Job")
_AHEAD = 3  # jobs under way for each process: enough that none waits for the next


class WorkersMissing(RuntimeError):
    """There is nobody to do the work; the message says what to do."""


@dataclass(frozen=True)
class Crashed:
    """Stands for the result of a job that took its process down each time."""

    reason: str


class Workers(Protocol):
    """Somebody who carries out jobs."""

    def results(self, work: Callable[[Any], Any], jobs: Iterable[Job]) -> Iterator[tuple[Job, Any]]:
        """Carry out ``work(job)`` for each job; give pairs of job and result in the order in which they end."""


class Here:
    """Jobs in processes of this machine.

    A job whose process dies (killed for memory, say) is tried again alone; the second time its result is
    :class:`Crashed`. The other jobs go on.
    """

    def __init__(self, processes: int) -> None:
        self.processes = processes

    def results(self, work: Callable[[Any], Any], jobs: Iterable[Job]) -> Iterator[tuple[Job, Any]]:
        """Carry out ``work(job)`` for each job; give pairs of job and result in the order in which they end."""
        waiting = iter(jobs)
        while True:
            broken: list[Job] = []
            yield from self._until_broken(work, waiting, broken)
            if not broken:
                return
            for job in broken:  # one of them took the process down; alone, each shows whether it was the one
                yield job, self._alone(work, job)

    def _until_broken(
        self, work: Callable[[Any], Any], waiting: Iterator[Job], broken: list[Job]
    ) -> Iterator[tuple[Job, Any]]:
        """Results until the jobs end or the pool breaks; then ``broken`` holds the jobs that were under way."""
        under_way: dict[Future, Job] = {}
        with _pool(self.processes) as pool:
            try:
                while not broken:
                    _fill(under_way, waiting, self.processes * _AHEAD, lambda job: pool.submit(work, job))
                    if not under_way:
                        return
                    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in done:
                        job = under_way.pop(future)
                        if isinstance(future.exception(), BrokenProcessPool):
                            broken.append(job)
                        else:
                            yield job, future.result()
                broken.extend(under_way.values())
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    @staticmethod
    def _alone(work: Callable[[Any], Any], job: Any) -> Any:
        try:
            with _pool(1) as pool:
                return pool.submit(work, job).result()
        except BrokenProcessPool:
            return Crashed("the process that graded it was killed twice; was there enough memory?")


def _fill(under_way: dict[Any, Job], waiting: Iterator[Job], most: int, submit: Callable[[Job], Any]) -> None:
    """Take jobs until ``most`` are under way."""
    while len(under_way) < most:
        for job in waiting:
            under_way[submit(job)] = job
            break
        else:
            return


def _pool(processes: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(processes, mp_context=context, initializer=_begin_worker)


def _begin_worker() -> None:
    """A worker leaves the stop key to its parent, and ends with it, even if that is killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Dask:
    """Jobs on a Dask cluster. Its workers need this package, at the same version, and the sandbox.

    Raises:
        WorkersMissing: Dask is not installed, nobody answers at the address, or the cluster has no worker.
    """

    def __init__(self, address: str) -> None:
        try:
            from distributed import Client
        except ModuleNotFoundError as error:
            raise WorkersMissing('--dask needs Dask: pip install "dlcourse[dask]".') from error
        try:
            self.client = Client(address, timeout="10s", set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            raise WorkersMissing(
                f"No Dask scheduler answers at {address!r} ({error}). Start one with `dask scheduler`, workers "
                "with `dask worker ADDRESS`, and give that address."
            ) from error
        self.processes = len(self.client.scheduler_info(n_workers=-1)["workers"])
        if not self.processes:
            self.client.close()
            raise WorkersMissing(
                f"The Dask cluster at {address} has no workers: start some with `dask worker {address}`."
            )

    def results(self, work: Callable[[Any], Any], jobs: Iterable[Job]) -> Iterator[tuple[Job, Any]]:
        """Carry out ``work(job)`` for each job; give pairs of job and result in the order in which they end.

        A job whose worker dies is given to another one; after several deaths its result is :class:`Crashed`.
        """
        from distributed import as_completed
        from distributed.scheduler import KilledWorker

        waiting = iter(jobs)
        under_way: dict[Any, Job] = {}
        ended = as_completed(loop=self.client.loop)

        def submit(job: Job) -> Any:
            future = self.client.submit(work, job, pure=False)
            ended.add(future)
            return future

        while True:
            _fill(under_way, waiting, self.processes * _AHEAD, submit)
            if not under_way:
                return
            future = next(ended)
            job = under_way.pop(future)
            try:
                yield job, future.result()
            except KilledWorker:
                yield job, Crashed("each Dask worker that graded it died; was there enough memory?")
            future.release()

    def close(self) -> None:
        """Let go of the cluster."""
        self.client.close()
