"""Work on several cores gives what it gives on one, and leaves the threads as they were."""

import multiprocessing
import sys
import threading
import time
import weakref
from functools import partial
from itertools import chain

import numpy as np
import pytest
import threadpoolctl

import dlcourse
from dlcourse.nn import functional as F
from dlcourse.nn import machine
from dlcourse.nn.machine import add_scaled, in_shares, product


@pytest.fixture
def two_threads():
    with threadpoolctl.threadpool_limits(2, "blas"):
        yield


def blas_threads():
    return [library["num_threads"] for library in threadpoolctl.threadpool_info() if library["user_api"] == "blas"]


def squares(rows):
    return [i * i for i in rows]


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_the_shares_are_everything_once_and_in_order(two_threads, n):
    assert list(chain(*in_shares(squares, n))) == squares(range(n))


def test_two_threads_work_side_by_side(two_threads):
    meeting = threading.Barrier(2, timeout=20)  # breaks if one waits for the other to be done
    assert len(in_shares(lambda rows: meeting.wait(), 2)) == 2


def test_one_thread_makes_one_share():
    with threadpoolctl.threadpool_limits(1, "blas"):
        assert in_shares(squares, 4) == [squares(range(4))]


def test_each_share_has_a_core_and_the_threads_come_back(two_threads):
    before = blas_threads()
    during = in_shares(lambda rows: blas_threads(), 2)
    assert set(chain(*during)) == {1}
    assert blas_threads() == before


def test_few_numbers_are_one_share_which_may_use_all_threads(two_threads, monkeypatch):
    monkeypatch.setattr(machine, "_last_shared", -1.0)
    assert in_shares(lambda rows: (rows, set(blas_threads())), 4, machine.FEW - 1) == [(range(4), {2})]
    assert machine._last_shared == -1.0
    assert len(in_shares(squares, 4, machine.FEW)) == 2


def test_few_numbers_between_convolutions_leave_the_threads_asleep(two_threads):
    in_shares(squares, 2)
    assert in_shares(lambda rows: (rows, set(blas_threads())), 4, 10) == [(range(4), {1})]


@pytest.mark.parametrize("broken", [0, 1])
def test_an_error_in_a_share_is_raised_and_the_next_call_works(two_threads, broken):
    def work(rows):
        if broken in rows:
            raise ArithmeticError("broken")

    before = blas_threads()
    with pytest.raises(ArithmeticError, match="broken"):
        in_shares(work, 2)
    assert blas_threads() == before
    assert len(in_shares(squares, 2)) == 2


def test_an_error_of_this_thread_waits_for_the_others(two_threads):
    done = []

    def work(rows):
        if 0 in rows:
            raise KeyboardInterrupt
        time.sleep(0.2)
        done.append(rows)

    with pytest.raises(KeyboardInterrupt):
        in_shares(work, 2)
    assert done == [range(1, 2)]


def test_an_exit_in_another_thread_does_not_stop_it(two_threads):
    def work(rows):
        if 1 in rows:
            sys.exit(3)

    with pytest.raises(SystemExit):
        in_shares(work, 2)
    assert list(chain(*in_shares(squares, 2))) == squares(range(2))


def test_no_thread_keeps_the_arrays_of_its_last_share(two_threads):
    array = np.ones(3)
    gone = weakref.ref(array)
    in_shares(partial(lambda array, rows: array.sum(), array), 2)
    del array
    deadline = time.monotonic() + 20
    while gone() is not None and time.monotonic() < deadline:
        time.sleep(0.01)  # the other thread lets go after it has answered
    assert gone() is None


def test_a_call_within_a_share_is_done_by_that_thread_alone(two_threads):
    inner = in_shares(lambda rows: in_shares(squares, 3), 2)
    assert inner == [[squares(range(3))]] * 2


def in_child(queue):
    queue.put(list(chain(*in_shares(squares, 4))))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")
def test_a_forked_process_has_threads_of_its_own(two_threads):
    in_shares(squares, 4)
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=in_child, args=(queue,))
    child.start()
    assert queue.get(timeout=30) == squares(range(4))
    child.join(30)
    assert child.exitcode == 0


@pytest.mark.parametrize("order", ["C", "F", None])
@pytest.mark.parametrize("shape", [(3, 4, 5), (5, 4, 3), (1, 6, 1), (4, 4, 4), (300, 300, 300)])
@pytest.mark.parametrize("after_a_convolution", [False, True])
def test_product_is_the_matrix_product(two_threads, monkeypatch, shape, order, after_a_convolution):
    n, k, m = shape
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(n, k)), rng.normal(size=(k, m))
    out = None if order is None else np.empty((n, m), order=order)
    monkeypatch.setattr(machine, "_last_shared", time.monotonic() if after_a_convolution else -1.0)
    y = product(a, b, out)
    assert out is None or y.base is out or y is out or np.shares_memory(y, out)
    np.testing.assert_allclose(y, a @ b, rtol=1e-12, atol=1e-12)


def test_a_convolution_gives_the_same_on_one_core_and_on_two(monkeypatch):
    monkeypatch.setattr(machine, "FEW", 0)
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape).astype(np.float32) for shape in ((5, 3, 12, 11), (4, 3, 3, 3), (4,))]

    def results(threads):
        x, weight, bias = (dlcourse.tensor(array, requires_grad=True) for array in arrays)
        with threadpoolctl.threadpool_limits(threads, "blas"):
            y = F.max_pool2d(F.conv2d(x, weight, bias, padding=1), 2, relu=True)
            (y * y).sum().backward()
        return [y.detach().numpy(), *(t.grad.numpy() for t in (x, weight, bias))]

    for one, two in zip(results(1), results(2), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-5, atol=1e-5)


def test_only_convolutions_keep_products_from_waking_the_threads(two_threads):
    in_shares(squares, 2)
    before = machine._last_shared
    a = np.ones((8, 8))
    product(a, a)
    assert machine._last_shared == before
    in_shares(squares, 2)
    assert machine._last_shared > before


def test_numpys_own_blas_has_the_call_for_add_scaled():
    assert {kind: machine._axpy(kind) is not None for kind in "fdl"} == {"f": True, "d": True, "l": False}


@pytest.fixture(params=["BLAS", "NumPy"])
def either_way(request, monkeypatch):
    if request.param == "NumPy":
        monkeypatch.setattr(machine, "_axpy", lambda kind: None)


@pytest.mark.parametrize(("of_y", "of_x"), [("f", "f"), ("d", "d"), ("f", "d"), ("d", "f")])
@pytest.mark.parametrize("n", [0, 1, 7, 100_000])
@pytest.mark.parametrize(("step_y", "step_x"), [(1, 1), (2, 1), (1, 3), (-1, 1)])
@pytest.mark.parametrize("after_a_convolution", [False, True])
def test_add_scaled(two_threads, either_way, of_y, of_x, n, step_y, step_x, after_a_convolution):
    rng = np.random.default_rng(0)
    start, x = rng.normal(size=n * 2).astype(of_y), rng.normal(size=n * 3).astype(of_x)[::step_x][:n]
    around = start.copy()
    y, expected = around[::step_y][:n], start[::step_y][:n] - 0.25 * x
    if after_a_convolution:
        in_shares(squares, 2)
    add_scaled(y, -0.25, x)
    np.testing.assert_allclose(y, expected, rtol=1e-6, atol=1e-6)
    around[::step_y][:n] = start[::step_y][:n]
    assert np.array_equal(around, start), "nothing else is written to"


def test_add_scaled_takes_numbers_that_may_not_be_written_to():
    y, x = np.ones(10_000), np.broadcast_to(2.0, 10_000)
    add_scaled(y, 0.5, x)
    x = np.full(10_000, 2.0)
    x.flags.writeable = False
    add_scaled(y, 0.5, x)
    assert np.array_equal(y, np.full(10_000, 3.0))


def test_add_scaled_leaves_the_threads_asleep_between_convolutions(two_threads, monkeypatch):
    seen = []
    monkeypatch.setattr(machine, "_axpy", lambda kind: lambda *arguments: seen.extend(blas_threads()))
    monkeypatch.setattr(machine, "_last_shared", -1.0)
    add_scaled(np.ones(10_000), 1.0, np.ones(10_000))
    in_shares(squares, 2)
    add_scaled(np.ones(10_000), 1.0, np.ones(10_000))
    first, second = seen[: len(seen) // 2], seen[len(seen) // 2 :]
    assert (set(first), set(second)) == ({2}, {1})
