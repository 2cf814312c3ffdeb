"""What check() says about right, wrong, unfinished and impossible answers."""

from __future__ import annotations

import random
import signal
import sys
import threading
import time

import numpy as np
import pytest

import dlcourse
from dlcourse.checks import check, judging
from dlcourse.exercises import Case, UnknownExercise, exercise
from dlcourse.running.limits import time_limit


def verdict(answer, *args, **kwargs) -> str:
    return check(answer, *args, **kwargs).message


def test_a_right_answer_gets_all_points_and_the_verdict_is_always_the_same(doubled, capsys):
    def doubled(x):
        return x + x

    results = [check(doubled) for _ in range(3)]
    assert all(result.passed and result for result in results)
    assert (results[0].points, results[0].max_points, results[0].status) == (2, 2, "right")
    assert results[0].exercise == "doubled"
    assert results[0].parts == {"rows": True, "matrices": True}
    assert {result.message for result in results} == {"✓ doubled: right · 2 of 2 points"}
    assert capsys.readouterr().out == 3 * "✓ doubled: right · 2 of 2 points\n"


def test_the_stub_is_not_started_without_any_red(doubled):
    for body in ("raise NotImplementedError", "return ..."):
        names: dict = {}
        exec(f"def doubled(x):\n    {body}", names)
        result = check(names["doubled"])
        assert (result.status, result.points, result.passed) == ("not started", 0, False)
        assert result.message == "○ doubled: not started · 0 of 2 points"
        assert not result


def test_a_known_mistake_is_told_with_its_sentence_and_the_first_failing_case(doubled):
    def doubled(x):
        return x * x

    result = check(doubled)
    assert result.mistake == "You squared, but *double* means twice as much."
    assert result.message.splitlines() == [
        "✗ doubled: not yet · 0 of 2 points",
        "  You squared, but *double* means twice as much.",
        "  The first case of the part *rows* that fails:",
        "    x         array([1., 3.])",
        "    expected  array([2., 6.])",
        "    got       array([1., 9.])",
        "  Every entry differs, most of all at index [1]: 6.0 expected, got 9.0.",
        "  `hint(doubled)` gives a hint.",
    ]


def test_a_mistake_that_agrees_on_every_case_is_preferred_to_one_that_agrees_where_it_is_wrong(doubled):
    def only_rows(x):
        return 2 * x if x.ndim == 2 else x**2

    @doubled.mistake("Rows are squared, matrices are right.")
    def squared_rows(x):
        return only_rows(x)

    assert check(only_rows, "doubled").mistake == "Rows are squared, matrices are right."
    doubled.mistakes.pop()
    assert check(only_rows, "doubled").mistake == "You squared, but *double* means twice as much."


def test_parts_are_paid_for_and_named(doubled):
    def doubled(x):
        if x.ndim == 2:
            raise NotImplementedError
        return 2 * x

    result = check(doubled)
    assert (result.status, result.points) == ("partly", 1)
    assert "Right: rows. Not yet: matrices." in result.message
    assert "not written yet" in result.message


def test_a_wrong_part_is_told_before_one_that_is_not_written(doubled):
    def doubled(x):
        if x.ndim == 1:
            raise NotImplementedError
        return x * 3

    assert "3 * " not in verdict(doubled)
    assert "The first case of the part *matrices* that fails" in verdict(doubled)


def test_points_of_thirds_are_rounded_to_two_decimals(monkeypatch):
    def cases(rng):
        for part in "abc":
            yield Case(part, part=part)

    @exercise(lesson="99", points=2, cases=cases, hints=["-"])
    def same(x):
        """Give it back."""
        return x

    assert check(lambda x: "a" if x == "a" else "?", exercise="same").points == 0.67


def test_an_answer_made_for_the_cases_that_were_shown_does_not_pass(doubled):
    shown = {trial.case.args[0].tobytes(): trial.expected for trial in judging.make_trials(doubled, 0)}

    def doubled(x):
        return shown.get(x.tobytes(), np.zeros_like(x))

    result = check(doubled)
    assert not result.passed
    assert "drawn afresh, is not" in result.message


def test_with_a_seed_only_its_cases_are_run(doubled):
    calls = []

    def doubled(x):
        calls.append(x.copy())
        return 2 * x

    check(doubled, seed=5)
    assert len(calls) == 3
    assert np.array_equal(calls[1], np.random.default_rng(5).normal(size=3))


@pytest.mark.parametrize(
    ("returned", "sentence"),
    [
        ("None", "An array of shape (2,) expected, got None. Does your function return its result?"),
        ("(2 * x)[:, None]", "Shape (2,) expected, got shape (2, 1)."),
        ("(2 * x).astype(int)", "An array of floats expected, got ints (int64)."),
        ("list(2 * x)", "got a list of 2 elements. np.array(...) makes an array of it."),
        ("(v for v in x)", "Your answer is a generator."),
        ("np.log(-x)", "Your answer contains nan"),
        ("max", "Your answer is a function. Did you forget to call it"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_wrong_kind_of_answer_is_described(doubled, returned, sentence):
    answer = eval(f"lambda x: {returned}", {"np": np})
    assert sentence in " ".join(verdict(answer, exercise="doubled").split())


def test_an_async_function_is_told_apart_and_leaves_no_warning(doubled, recwarn):
    async def doubled(x):
        return 2 * x

    assert "Write `def`, not `async def`." in verdict(doubled)
    assert not [w for w in recwarn if "never awaited" in str(w.message)]


def test_of_a_long_answer_only_the_element_that_differs_is_shown():
    @exercise(lesson="99", points=1, cases=lambda rng: [Case(9.0)], hints=["-"])
    def names(x):
        """A dict of many."""
        return {f"name {i}": np.full((2, 2), x + i) for i in range(5)}

    def wrong(x):
        return {f"name {i}": np.full((2, 2), x + min(i, 3)) for i in range(5)}

    message = verdict(wrong, exercise="names")
    assert "    expected['name 4']  array([[13., 13.],\n" in message
    assert "    got['name 4']       array([[12., 12.],\n" in message
    assert "name 3" not in message


# --- exceptions, endless loops --------------------------------------------------------------------


def test_an_exception_is_told_with_the_students_own_line_and_none_of_ours(doubled):
    def helper(x):
        return np.concatenate([x, [x]])

    def doubled(x):
        return helper(x)

    message = verdict(doubled)
    assert "ValueError: all the input arrays must have" in message
    assert ", in helper:\n    return np.concatenate([x, [x]])" in message
    assert "test_check.py" in message
    assert "attempt.py" not in message
    assert "site-packages" not in message


def test_an_exception_outside_the_students_code_says_so():
    class Value:
        def __init__(self):
            self.data = 1.0

    message = " ".join(verdict(Value).split())
    assert "takes 1 positional argument but 2 were given" in message
    assert "It happened when the check went on with what your code gave." in message


def test_endless_recursion_is_explained(doubled):
    def doubled(x):
        return doubled(x)

    assert "calls itself again and again" in " ".join(verdict(doubled).split())


@pytest.mark.parametrize("leave", ["raise SystemExit", "import sys; sys.exit(0)", "exit()"])
def test_leaving_python_is_an_ordinary_failure(doubled, leave):
    names: dict = {}
    exec(f"def doubled(x):\n    {leave}", {"exit": sys.exit}, names)
    assert "Your code calls exit()" in verdict(names["doubled"])


def test_an_exception_whose_message_fails_is_still_told(doubled):
    class Broken(Exception):
        def __str__(self):
            raise ValueError

    def doubled(x):
        raise Broken

    assert "Broken: (its message cannot be shown)" in verdict(doubled)


def test_the_stop_button_stops_the_check(doubled):
    def doubled(x):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(doubled)


@pytest.mark.parametrize("swallow", ["", "Exception", "BaseException"])
def test_an_endless_loop_is_stopped_once_and_explained(doubled, swallow, monkeypatch):
    monkeypatch.setattr(judging.evaluate, "__defaults__", (0.1,))
    loop = "while True:\n        pass"
    if swallow == "Exception":  # the alarm is no Exception
        loop = "while True:\n        try:\n            x + 1\n        except Exception:\n            pass"
    if swallow == "BaseException":  # swallowed once; the alarm comes again
        loop = "try:\n        while True: pass\n    except BaseException:\n        while True: pass"
    names: dict = {}
    exec(f"def doubled(x):\n    {loop}", names)
    start = time.perf_counter()
    result = check(names["doubled"])
    assert "No answer after 0.1 seconds" in result.message
    assert result.points == 0
    assert time.perf_counter() - start < 3


def test_the_alarm_of_others_is_put_back():
    def ours(signum, frame):
        raise AssertionError

    before = signal.signal(signal.SIGALRM, ours)
    signal.setitimer(signal.ITIMER_REAL, 60)
    try:
        with time_limit(5):
            pass
        assert signal.getsignal(signal.SIGALRM) is ours
        assert 0 < signal.setitimer(signal.ITIMER_REAL, 0)[0] <= 60
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_outside_the_main_thread_a_check_works_without_a_limit(doubled):
    results = []
    thread = threading.Thread(target=lambda: results.append(check(lambda x: 2 * x, exercise="doubled")))
    thread.start()
    thread.join(20)
    assert results[0].passed


# --- what is left as it was -----------------------------------------------------------------------


def test_an_input_changed_in_place_is_a_mistake_and_is_named(doubled):
    def doubled(x):
        x *= 2
        return x

    result = check(doubled)
    assert result.failure.kind == "changed input"
    assert "Your code changes its input x" in result.message


def test_an_exercise_may_ask_for_a_change_in_place():
    def cases(rng):
        yield Case(np.array([1.0, 2.0]), 3)

    @exercise(lesson="99", points=1, cases=cases, hints=["-"])
    def grow(x, by):
        """Add `by` to x, in place."""
        x += by

    def in_place(x, by):
        x += by

    def on_a_copy(x, by):
        x = x + by

    assert check(in_place, exercise="grow").passed
    assert "x should be changed in place" in verdict(on_a_copy, exercise="grow")


def test_every_generator_and_numpys_settings_are_as_they_were(doubled):
    def doubled(x):
        np.random.rand(3), random.random(), dlcourse.randn(2)
        np.random.seed(1)
        dlcourse.manual_seed(1)
        np.seterr(all="raise")
        np.set_printoptions(precision=2)
        return 2 * x

    def draw():
        return np.random.rand(), random.random(), dlcourse.randn(1).item()

    np.random.seed(7), random.seed(7), dlcourse.manual_seed(7)
    expected, settings, printing = draw(), np.geterr(), np.get_printoptions()
    np.random.seed(7), random.seed(7), dlcourse.manual_seed(7)
    assert check(doubled).passed
    assert draw() == expected
    assert (np.geterr(), np.get_printoptions()) == (settings, printing)


def test_an_answer_that_draws_draws_what_the_reference_draws():
    def cases(rng):
        yield Case(3)
        yield Case(5)

    @exercise(lesson="99", points=1, cases=cases, hints=["-"])
    def noise(n):
        """Draw n numbers."""
        return np.random.normal(size=n)

    assert check(lambda n: np.random.normal(size=n), exercise="noise").passed
    assert not check(lambda n: np.random.uniform(size=n), exercise="noise").passed


def test_what_the_student_prints_is_left_alone(doubled, capsys):
    def doubled(x):
        print("looking at x")
        return 2 * x

    assert check(doubled).passed
    assert capsys.readouterr().out.count("looking at x") == 6


# --- the wrong object -----------------------------------------------------------------------------


def test_a_wrong_signature_is_named(doubled):
    def doubled(x, factor):
        return factor * x

    assert "Your doubled takes (x, factor), but the task gives it (x)." in verdict(doubled)
    assert "Your doubled takes no arguments" in verdict(lambda: 1, exercise="doubled")


def test_other_names_for_the_arguments_and_further_defaults_are_fine(doubled):
    assert check(lambda numbers, factor=2: factor * numbers, exercise="doubled").passed


def test_a_class_for_a_function_and_the_reverse_are_named(doubled, counter):
    assert "should be a function" in verdict(type("doubled", (), {}))
    assert "should be a class" in verdict(lambda: 1, exercise="Counter")


def test_the_answer_to_another_exercise_is_named(doubled, quadrupled):
    def doubled(x):
        return 2 * x

    assert "This is your doubled, but the exercise asked for is quadrupled." in verdict(doubled, "quadrupled")


def test_a_result_instead_of_the_function_is_named(doubled):
    assert "write check(doubled), not check(doubled(...))" in verdict(np.zeros(3), exercise="doubled")


@pytest.mark.parametrize(
    ("thing", "error", "sentence"),
    [
        ("doubled", TypeError, r"write check\(doubled\), without quotation marks"),
        (np.zeros(2), TypeError, r"write check\(f\), not check\(f\(...\)\). It was given an ndarray"),
        (lambda x: x, TypeError, "A lambda has no name"),
        (len, UnknownExercise, r"no exercise called 'len'.*check\(f, exercise="),
    ],
)
def test_what_belongs_to_no_exercise_is_an_error_with_advice(doubled, thing, error, sentence):
    with pytest.raises(error, match=sentence):
        check(thing)


def test_the_courses_own_exercise_is_not_taken_for_an_answer(doubled):
    with pytest.raises(TypeError, match="check your own function"):
        check(doubled)


def test_checking_the_reference_passes_and_keeps_nothing(doubled, fresh):
    assert check(doubled.reference).passed
    assert not fresh.exists()


def test_a_misspelt_exercise_is_answered_with_the_nearest_name(doubled):
    with pytest.raises(UnknownExercise, match="Did you mean doubled"):
        check(lambda x: x, exercise="dubled")


def test_any_callable_counts_as_a_function(doubled):
    from functools import lru_cache, partial

    assert check(partial(np.multiply, 2), exercise="doubled").passed
    assert check(np.square, exercise="doubled").mistake

    class Doubler:
        def __call__(self, x):
            return 2 * x

    assert check(Doubler(), exercise="doubled").passed
    assert "unhashable" in verdict(lru_cache(lambda x: 2 * x), exercise="doubled")


# --- a checker must not lie ------------------------------------------------------------------------


def test_no_case_at_all_is_an_error_and_never_a_pass():
    @exercise(lesson="99", points=1, cases=lambda rng: iter(()), hints=["-"])
    def empty(x):
        """Nothing is tried."""
        return x

    with pytest.raises(RuntimeError, match="no cases"):
        check(lambda x: x, exercise="empty")
    with pytest.raises(RuntimeError, match="nothing was checked"):
        judging.evaluate(empty, empty.reference, [])


def test_a_reference_that_fails_is_the_courses_error():
    @exercise(lesson="99", points=1, cases=lambda rng: [Case(0)], hints=["-"])
    def broken(x):
        """Divide."""
        return 1 / x

    with pytest.raises(RuntimeError, match="error of the course, not yours"):
        check(lambda x: x, exercise="broken")


def test_the_answer_is_called_and_not_the_reference(doubled, monkeypatch):
    calls = []
    monkeypatch.setattr(doubled, "reference", lambda x: pytest.fail("the reference was called"))
    trial = judging.Trial(Case(1), 0, 2, [[1], {}], [[1], {}])
    report = judging.evaluate(doubled, lambda x: calls.append(x) or 2, [trial])
    assert calls == [1]
    assert report.passed


def test_a_class_is_driven_through_its_exercise(counter):
    names: dict = {}
    exec(counter.solution_source, names)
    assert check(names["Counter"]).points == 2
    exec(counter.stub, names)
    assert check(names["Counter"]).status == "not started"
    exec(counter.solution_source.replace("+= 1", "+= 2"), names)
    message = verdict(names["Counter"])
    assert "times     2" in message
    assert "2 expected, got 4." in message


def test_an_unfinished_answer_that_this_one_uses_is_pointed_out(doubled, quadrupled):
    def doubled(x):
        raise NotImplementedError

    def quadrupled(x):
        return doubled(doubled(x))

    def alone(x):
        return x

    check(doubled)
    assert "uses your doubled" not in verdict(alone, "quadrupled")
    result = check(quadrupled)
    assert result.status == "wrong"
    assert "Your quadrupled calls your doubled, which is not written yet: do that one first." in result.message


def test_a_wrong_answer_that_this_one_uses_is_pointed_out(doubled, quadrupled, monkeypatch):
    def wrong(x):
        return x + 0.1

    monkeypatch.setitem(globals(), "doubled", wrong)
    check(wrong, exercise="doubled")
    assert "quadrupled uses your doubled, which is not right yet" in verdict(my_quadrupled, "quadrupled")


def my_quadrupled(x):
    return doubled(doubled(x))  # noqa: F821


def test_the_result_tells_itself_in_one_line(doubled):
    assert repr(check(lambda x: 2 * x, exercise="doubled")) == "<doubled: right, 2 of 2 points>"
