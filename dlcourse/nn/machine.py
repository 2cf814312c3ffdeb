"""The machine under the arrays: all its cores, and memory that is kept."""

from __future__ import annotations

import ctypes
import math
import os
import sys
import time
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any

import numpy as np

_turn = Lock()  # only one computation at a time has all cores
_last_shared = -1.0  # when that was, by time.monotonic()

FEW = 200_000  # fewer numbers are not worth sharing


def in_shares(work: Callable[[range], Any], n: int, numbers: float = math.inf) -> list[Any]:
    """Call ``work`` with shares of range(n), one on each core; returns the results in the order of the shares.

    NumPy copies, adds and compares on one core, and only its matrix products use all. But it lets other threads of
    Python run meanwhile, so the shares run side by side, and each thread's products on its own core. How many there
    are is the BLAS library's number of threads (``OPENBLAS_NUM_THREADS``, threadpoolctl).

    With few ``numbers`` to work on, there is a single share: threads lose more time on waiting for each other, and for
    Python's lock, than they win.
    """
    global _last_shared
    if numbers < FEW:
        return _unshared(work, n)
    try:
        return _divided(work, n)
    finally:
        _last_shared = time.monotonic()


def _divided(work: Callable[[range], Any], n: int, alone: bool = False) -> list[Any]:
    """What ``in_shares`` does; or, ``alone``, a single share on one core."""
    counts = [library.num_threads for library in _blas()]
    threads = min(n, max(counts, default=1))
    if threads <= 1 or not _turn.acquire(blocking=False):
        return [work(range(n))]
    shares = 1 if alone else threads
    ends = [n - n * (shares - i) // shares for i in range(shares + 1)]  # this thread, the first to begin, has most
    try:
        for library in _blas():
            library.set_num_threads(1)
        return _side_by_side(work, [range(start, end) for start, end in pairwise(ends)])
    finally:
        for library, count in zip(_blas(), counts, strict=True):
            library.set_num_threads(count)
        _turn.release()


def _unshared(work: Callable[[range], Any], n: int) -> list[Any]:
    """All in a single share, whose products may use all cores, but not between convolutions."""
    return _divided(work, n, alone=True) if _between_convolutions() else [work(range(n))]


def _side_by_side(work: Callable[[range], Any], shares: list[range]) -> list[Any]:
    """The results of all shares; the first is done by this thread.

    A ThreadPoolExecutor does as much, but takes a quarter more time to hand a share over and to be told of its end.
    """
    answers: list[SimpleQueue] = [SimpleQueue() for _ in shares[1:]]
    for share, answer in zip(shares[1:], answers, strict=True):
        _others().put((work, share, answer))
    results = [_attempt(work, shares[0]), *(answer.get() for answer in answers)]
    for _, error in results:
        if error is not None:
            raise error
    return [result for result, _ in results]


def _attempt(work: Callable[[range], Any], share: range) -> tuple[Any, BaseException | None]:
    """The result, or what was raised: it has to wait for the other shares, which work on the same arrays."""
    try:
        return work(share), None
    except BaseException as error:
        return None, error


@cache
def _others() -> SimpleQueue:
    """Where the other threads, which wait there, find shares."""
    todo: SimpleQueue = SimpleQueue()
    for _ in range(max((os.cpu_count() or 1) - 1, 1)):
        Thread(target=_work_off, args=(todo,), name="dlcourse", daemon=True).start()
    return todo


def _work_off(todo: SimpleQueue) -> None:
    """What each of the other threads does, for ever."""
    while True:
        work, share, answer = todo.get()
        answer.put(_attempt(work, share))
        del work, answer  # they hold arrays


def product(a: np.ndarray, b: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """a @ b for large matrices, in memory with its longer side first, or in ``out``.

    If a result has more rows than columns, OpenBLAS gives each thread rows of its own: this took 0.7 of the time.
    Otherwise the threads wait for each other all the time.
    """
    turned = out is None and len(a) < b.shape[1]
    if turned:
        a, b = b.T, a.T
    if _between_convolutions():
        y = _product_between_convolutions(a, b, out)
    elif len(a) == b.shape[1] > 150:
        y = _square_product(a, b, out)
    else:
        y = np.matmul(a, b, out=out)
    return y.T if turned else y


def _square_product(a: np.ndarray, b: np.ndarray, out: np.ndarray | None) -> np.ndarray:
    """a @ b, the last column apart: the others are fewer than rows. Most products took 0.4 to 0.95 of their time."""
    y = _result(a, b) if out is None else out
    np.matmul(a, b[:, :-1], out=y[:, :-1])
    np.matmul(a, b[:, -1], out=y[:, -1])
    return y


def _result(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """An array for a @ b."""
    return np.empty((len(a), b.shape[1]), np.result_type(a, b))


def _between_convolutions() -> bool:
    """Whether the BLAS library's own threads are to be left asleep.

    Once woken they look out for more work for some 25 ms, each on a core, where they would be in the way of
    ``in_shares``: it needed twice the time.
    """
    return time.monotonic() - _last_shared < 0.1


def _product_between_convolutions(a: np.ndarray, b: np.ndarray, out: np.ndarray | None) -> np.ndarray:
    """a @ b in shares, or on one core if it is small."""
    y = _result(a, b) if out is None else out

    def of_rows(rows: range) -> None:
        part = slice(rows.start, rows.stop)
        np.matmul(a[part], b, out=y[part])

    _divided(of_rows, len(a), alone=y.size * len(b) < 1 << 24)
    return y


def add_scaled(y: np.ndarray, a: float, x: np.ndarray) -> None:
    """y += a · x for long rows of numbers, in one pass over memory and on all cores: BLAS's axpy.

    NumPy offers no such call, but can be asked for the BLAS library that it has loaded. Where it is not found, NumPy
    writes a · x to memory before it adds. So it does with short rows, where that is as quick, and rounds alike on all
    processors.
    """
    axpy = _axpy(y.dtype.char) if y.size > 5000 else None
    if not (axpy and x.dtype == y.dtype and x.flags.carray and y.flags.carray):
        y += a * x
        return
    _unshared(lambda _: axpy(y.size, a, _address(x), 1, _address(y), 1), y.size)


def _address(x: Any) -> Any:
    """Where an array lies, for ctypes; in a third of the time that ``x.ctypes.data`` takes."""
    return ctypes.byref(ctypes.c_char.from_buffer(x))


@cache
def _axpy(kind: str) -> Callable | None:
    """The call for ``"f"``, float32, or ``"d"``, float64; the library's name for it says how long its integers are."""
    if kind not in "fd":
        return None
    letter, number = ("s", ctypes.c_float) if kind == "f" else ("d", ctypes.c_double)
    # Asked for a name, NumPy's own file passes the question on to its BLAS library, except on Windows.
    paths = [np._core._multiarray_umath.__file__, *(library.filepath for library in _blas())]  # type: ignore[attr-defined]
    for library in map(ctypes.CDLL, paths):
        for name, integer in ((f"scipy_cblas_{letter}axpy64_", ctypes.c_int64), (f"cblas_{letter}axpy", ctypes.c_int)):
            if axpy := getattr(library, name, None):
                vector = ctypes.c_void_p, integer  # where it lies, and how many numbers further the next one does
                axpy.restype, axpy.argtypes = None, (integer, number, *vector, *vector)
                return axpy
    return None


@cache
def _blas() -> list[Any]:
    from threadpoolctl import ThreadpoolController  # here, since looking for libraries takes milliseconds

    return [library for library in ThreadpoolController().lib_controllers if library.user_api == "blas"]


if hasattr(os, "register_at_fork"):  # threads don't live on in a forked process
    os.register_at_fork(after_in_child=_others.cache_clear)


_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # the names of the two settings in glibc's malloc.h


def keep_freed_memory() -> None:
    """Ask the C library to keep freed memory for the next array instead of giving it back to the system.

    A training step makes and frees the same large arrays again and again. By default, glibc returns them to
    the system, which then hands out fresh pages one by one, filled with zeros: this took a third of the time
    of a convolutional network's step. Elsewhere than on Linux with glibc, nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform.startswith("linux") else None
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, 1 << 25)  # arrays up to 32 MB, the most that is allowed, come from the heap
        mallopt(_TRIM_THRESHOLD, 1 << 30)  # of which up to 1 GB may lie idle
