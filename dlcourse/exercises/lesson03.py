"""The exercises of lesson 03, "Stochastic gradient descent".

Each exercise stands once: the reference that students see as the solution, the cases it is checked on,
its hints, and the wrong answers that students really write, each with the sentence that helps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlcourse.exercises.core import Case, exercise
from dlcourse.running.drivers import lesson03 as drivers


def _uniform(rng: np.random.Generator, low: float, high: float, decimals: int = 1) -> float:
    return round(float(rng.uniform(low, high)), decimals)


# --- central_difference --------------------------------------------------------------------------


def _central_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("x² − 6x + 5", 15.0, 0.1)
    yield Case("x³", 2.0, 0.5)
    yield Case("x³", _uniform(rng, 1, 3), 0.1)
    yield Case("sin x", _uniform(rng, -1, 1), 0.25)
    yield Case("sin x", _uniform(rng, -1, 1))


@exercise(
    lesson="03",
    points=1,
    cases=_central_cases,
    call=drivers.call_central,
    equivalent_mutants=("f, x, h=1e-05 -> f, x, h=-1e-05  # up and down change places",),
    hints=[
        "You need f at two places: a little above x and a little below. f at x itself is not needed.",
        "A slope is rise over run. The rise is the difference of the two values. How far apart are the two places?",
        "(f(x + h) - f(x - h)) divided by the whole of 2 * h: mind the brackets.",
    ],
)
def central_difference(f, x, h=1e-5):
    """Find the slope of f at x by a central difference: nudge up, nudge down, compare.

    f: a function that takes a number and returns a number
    x: where, a number
    h: the size of the nudge
    Returns the slope, a number.

    Example: for f(x) = x² the slope at 3 is 6, and central_difference(f, 3.0, 0.1) gives it.
    """
    return (f(x + h) - f(x - h)) / (2 * h)


@central_difference.mistake(
    "This is the forward difference: it nudges up only, and its error is in proportion to h. Nudge down as "
    "well, and compare f(x + h) with f(x - h)."
)
def forward_only(f, x, h=1e-5):
    return (f(x + h) - f(x)) / h


@central_difference.mistake(
    "You nudge down only, which is the backward difference. Compare f(x + h) with f(x - h), so that the two errors "
    "cancel."
)
def backward_only(f, x, h=1e-5):
    return (f(x) - f(x - h)) / h


@central_difference.mistake("Your slope is twice as steep as it is. From x - h to x + h is a distance of 2h, not h.")
def divided_by_h(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / h


@central_difference.mistake(
    "Brackets are missing: `a / 2 * h` divides by 2 and then *multiplies* by h. Write `a / (2 * h)`."
)
def without_brackets(f, x, h=1e-5):
    return (f(x + h) - f(x - h)) / 2 * h


@central_difference.mistake("The sign is the wrong way round: a slope is positive where f(x + h) is the larger value.")
def down_minus_up(f, x, h=1e-5):
    return (f(x - h) - f(x + h)) / (2 * h)


@central_difference.mistake(
    "You nudge by h/2 to each side. That's a good slope as well, but the task asks for a nudge of the whole h."
)
def half_nudges(f, x, h=1e-5):
    return (f(x + h / 2) - f(x - h / 2)) / h


@central_difference.mistake("This is the change of f, not yet its slope: divide it by the distance between the places.")
def not_divided(f, x, h=1e-5):
    return f(x + h) - f(x - h)


# --- gradient_descent ----------------------------------------------------------------------------


def _descent_cases(rng: np.random.Generator) -> Iterator[Case]:
    def rate() -> float:
        return float(rng.choice([0.05, 0.1, 0.15]))

    yield Case("2x − 6", 15, 0.01, 2, part="numbers")
    yield Case("2x − 6", _uniform(rng, 4, 9), rate(), 4, part="numbers")
    yield Case("4x³ − 8x", _uniform(rng, 0.2, 1), 0.05, 5, part="numbers")
    yield Case("(2x, 10y)", np.array([-4.0, 2.0]), 0.05, 2, part="arrays")
    yield Case("(2x, 10y)", rng.uniform(1, 3, size=2).round(1), rate(), 5, part="arrays")


@exercise(
    lesson="03",
    points=2,
    cases=_descent_cases,
    call=drivers.call_descent,
    hints=[
        "Start a list with the first place. In each round, make a new place from the last one, and append it.",
        "The new place is the old one minus lr times the gradient *there*.",
        "`x = x - lr * gradient(x)`, then `path.append(x)`. Not `x -= ...`: that would change the array that is "
        "already in your list. At the end, `np.array(path)`.",
    ],
)
def gradient_descent(gradient, x, lr, steps):
    """Walk downhill and keep every place on the way.

    gradient: a function that gives the slope at a place: a number for a number, an array for an array
    x:        the start, a number or an array; an array must not be changed
    lr:       the learning rate
    steps:    how many steps to take
    Returns an array with steps + 1 entries: the start, then the place after each step.

    Example: with gradient(x) = 2x - 6, start 15, lr 0.01 and 2 steps: array([15., 14.76, 14.5248]).
    """
    path = [x]
    for _ in range(steps):
        x = x - lr * gradient(x)
        path.append(x)
    return np.array(path)


@gradient_descent.mistake("You walk uphill. The gradient points to where the function grows, so it is subtracted.")
def uphill(gradient, x, lr, steps):
    return _places(lambda x: x + lr * gradient(x), x, steps)


@gradient_descent.mistake("The learning rate is missing: your step is the raw slope.")
def raw_slope(gradient, x, lr, steps):
    return _places(lambda x: x - gradient(x), x, steps)


@gradient_descent.mistake(
    "You computed the gradient once, at the start, and used it for all steps. The slope changes along the way: "
    "ask for it anew at each place."
)
def gradient_of_the_start(gradient, x, lr, steps):
    g = gradient(x)
    return _places(lambda x: x - lr * g, x, steps)


@gradient_descent.mistake("The start is missing. Put x into the list before the first step.")
def without_start(gradient, x, lr, steps):
    return _places(lambda x: x - lr * gradient(x), x, steps)[1:]


@gradient_descent.mistake("This is the last place alone. The task asks for all of them, the start included.")
def end_only(gradient, x, lr, steps):
    return _places(lambda x: x - lr * gradient(x), x, steps)[-1]


@gradient_descent.mistake("That is one step too many: with the start, there are steps + 1 places in all.")
def one_step_too_many(gradient, x, lr, steps):
    return _places(lambda x: x - lr * gradient(x), x, steps + 1)


@gradient_descent.mistake(
    "All places are the same: `x -= ...` changes the array itself, and your list holds that one array many "
    "times. Make a new array in each step: `x = x - ...`."
)
def same_array_again(gradient, x, lr, steps):
    path = [x]
    for _ in range(steps):
        x -= lr * gradient(x)
        path.append(x)
    return np.array(path)


@gradient_descent.mistake(
    "The decimals are cut off. Your array was made from a whole number, such as 15, so it can hold whole numbers "
    "only. Collect the places in a list, or make the array with dtype=float."
)
def whole_numbers(gradient, x, lr, steps):
    path = np.array([x] * (steps + 1))
    for k in range(steps):
        path[k + 1] = path[k] - lr * gradient(path[k])
    return path


@gradient_descent.mistake("The learning rate shrinks the place as well. It belongs to the gradient alone: x - lr * g.")
def place_times_rate(gradient, x, lr, steps):
    return _places(lambda x: lr * (x - gradient(x)), x, steps)


def _places(step: Callable[[Any], Any], x: Any, steps: int) -> np.ndarray:
    path = [x]
    for _ in range(steps):
        path.append(step(path[-1]))
    return np.array(path)


# --- numerical_gradient --------------------------------------------------------------------------


def _numerical_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case("sum of squares", np.array([1.0, -2.0]), 0.1, part="vectors")
    yield Case("sum of cubes", np.array([1.0, 2.0]), 0.5, part="vectors")
    yield Case("product of all", rng.uniform(1, 2, size=3).round(1), 0.1, part="vectors")
    yield Case("sum of cubes", rng.uniform(1, 2, size=3).round(1), part="vectors")
    yield Case("sum of cubes", rng.uniform(1, 2, size=(2, 3)).round(1), 0.1, part="other shapes")
    yield Case("sum of cubes", rng.integers(1, 5, size=4), 0.1, part="whole numbers")


@exercise(
    lesson="03",
    points=2,
    cases=_numerical_cases,
    call=drivers.call_numerical,
    equivalent_mutants=(
        "f, x, h=1e-05 -> f, x, h=-1e-05  # up and down change places",
        "np.zeros(x.shape) -> np.ones(x.shape)  # every entry is overwritten",
    ),
    hints=[
        "One entry at a time: nudge it alone and hold all the others still. That's a central difference for each "
        "entry.",
        "`for i in np.ndindex(x.shape):` runs over all entries of an array of any shape; `result[i]` is one of them.",
        "For each i: `nudge = np.zeros(x.shape)`, `nudge[i] = h`, then f at `x + nudge` and at `x - nudge`. "
        "So x itself never changes, and nothing is left behind for the next entry.",
    ],
)
def numerical_gradient(f, x, h=1e-5):
    """Find the gradient of f at x by central differences, one entry of x at a time.

    f: a function that takes an array like x and returns a number
    x: an array of any shape; it must not be changed
    h: the size of the nudge
    Returns the slopes in an array of the shape of x.

    Example: for f(x) = (x**2).sum() at [1, -2] it gives [2, -4].
    """
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[i] = h
        gradient[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return gradient


def _nudges(x: np.ndarray, h: float) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    for i in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[i] = h
        yield i, nudge


@numerical_gradient.mistake(
    "You nudge all entries at once, so each slope comes out as the sum of all of them. Nudge one entry, hold the "
    "others still."
)
def all_at_once(f, x, h=1e-5):
    return np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h))


@numerical_gradient.mistake(
    "Each nudge stays in place while you go on to the next entry. Begin every entry from the original x, with a fresh "
    "nudge."
)
def nudges_pile_up(f, x, h=1e-5):
    gradient, nudge = np.zeros(x.shape), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        nudge[i] = h
        gradient[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return gradient


@numerical_gradient.mistake(
    "You nudge upwards only. Nudge down as well and compare the two: most of the error cancels."
)
def forward_differences(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for i, nudge in _nudges(x, h):
        gradient[i] = (f(x + nudge) - f(x)) / h
    return gradient


@numerical_gradient.mistake("Your slopes are twice as steep as they are: from below to above is a distance of 2h.")
def each_divided_by_h(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for i, nudge in _nudges(x, h):
        gradient[i] = (f(x + nudge) - f(x - nudge)) / h
    return gradient


@numerical_gradient.mistake("The slopes are right, but a gradient has the shape of x. Yours is one long row.")
def one_long_row(f, x, h=1e-5):
    return np.array([(f(x + nudge) - f(x - nudge)) / (2 * h) for _, nudge in _nudges(x, h)])


@numerical_gradient.mistake(
    "The slopes are 0 where x holds whole numbers: a copy of such an array can't hold 1.1, it cuts the nudge off. "
    "Add an array of floats instead: x + nudge."
)
def nudge_is_cut_off(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i], down[i] = x[i] + h, x[i] - h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


@numerical_gradient.mistake("The sign is the wrong way round: a slope is positive where the nudge up gives more.")
def each_down_minus_up(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for i, nudge in _nudges(x, h):
        gradient[i] = (f(x - nudge) - f(x + nudge)) / (2 * h)
    return gradient


@numerical_gradient.mistake(
    "x[i] of a table is a whole row, so a whole row was nudged at once. Run over single entries, with "
    "`for i in np.ndindex(x.shape):`."
)
def row_by_row(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for i in range(len(x)):
        nudge = np.zeros(x.shape)
        nudge[i] = h
        gradient[i] = (f(x + nudge) - f(x - nudge)) / (2 * h)
    return gradient


@numerical_gradient.mistake(
    "Each entry stays nudged down while you go on to the next. Put it back, or begin every entry from the original x."
)
def left_nudged_down(f, x, h=1e-5):
    gradient, place = np.zeros(x.shape), x.astype(float)
    for i in np.ndindex(x.shape):
        place[i] += h
        up = f(place)
        place[i] -= 2 * h
        gradient[i] = (up - f(place)) / (2 * h)
    return gradient


# --- line_gradient -------------------------------------------------------------------------------


def _points(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    x = rng.uniform(-2, 3, size=n).round(1)
    return x, (2 * x + rng.normal(1, 0.5, size=n)).round(1)


def _line_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(1.0, 0.5, np.array([1.0, 2.0]), np.array([2.0, 4.0]))
    for n in (3, 5, 20):
        w, b = rng.uniform(0.5, 3, size=2).round(1).tolist()
        yield Case(w, b, *_points(rng, n))


@exercise(
    lesson="03",
    points=2,
    cases=_line_cases,
    hints=[
        "Take a single point first. Its squared error is (w x + b - y)². How does it change with b? With w, there is "
        "one "
        "factor more.",
        "With error e = w x + b - y: the slope of e² for b is 2 e, the one for w is 2 e x. Then the mean over all "
        "points.",
        "`error = w * x + b - y`, and the answer is the pair `2 * np.mean(error * x), 2 * np.mean(error)`.",
    ],
)
def line_gradient(w, b, x, y):
    """The gradient of the mean squared error of the line w x + b, for both of its parameters.

    w, b: slope and intercept of the line, numbers
    x, y: the points, arrays of shape (n,)
    Returns the pair (slope of the loss for w, slope of the loss for b).
    The loss is mean((w x + b - y)²).

    Example: for w = 1, b = 0.5 and the points (1, 2) and (2, 4) the errors are -0.5 and -1.5,
    so the answer is (-3.5, -2.0).
    """
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


@line_gradient.mistake("A factor of 2 is missing: the derivative of e² is 2 e.")
def without_the_two(w, b, x, y):
    error = w * x + b - y
    return np.mean(error * x), np.mean(error)


@line_gradient.mistake(
    "You added up where the loss takes the mean. With the sum, the slopes grow with the number of points, and the "
    "learning rate would have to shrink with it."
)
def sum_for_mean(w, b, x, y):
    error = w * x + b - y
    return 2 * np.sum(error * x), 2 * np.sum(error)


@line_gradient.mistake(
    "The signs are the wrong way round. If you write the error as y minus prediction, its own slope brings in a minus."
)
def error_turned_round(w, b, x, y):
    error = y - (w * x + b)
    return 2 * np.mean(error * x), 2 * np.mean(error)


@line_gradient.mistake(
    "The slope for w lacks the factor x. If w grows by a little, the prediction at x grows x times as much."
)
def x_forgotten(w, b, x, y):
    slope = 2 * np.mean(w * x + b - y)
    return slope, slope


@line_gradient.mistake("The prediction is w x + b: you left b out of the error.")
def b_forgotten(w, b, x, y):
    error = w * x - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


@line_gradient.mistake(
    "You multiplied the mean error by the mean x. Each error belongs to its own x: multiply first, then take the mean."
)
def product_of_means(w, b, x, y):
    error = w * x + b - y
    return 2 * np.mean(error) * np.mean(x), 2 * np.mean(error)


@line_gradient.mistake("Both slopes are right, in the wrong order: the one for w comes first.")
def b_before_w(w, b, x, y):
    error = w * x + b - y
    return 2 * np.mean(error), 2 * np.mean(error * x)


@line_gradient.mistake(
    "The slope for b has a factor x too many: b moves every prediction by the same amount, wherever x is."
)
def x_in_both(w, b, x, y):
    slope = 2 * np.mean((w * x + b - y) * x)
    return slope, slope


# --- sgd_linear_regression -----------------------------------------------------------------------


def _sgd_cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(n: int, epochs: int, batch_size: int, part: str) -> Case:
        return Case(*_points(rng, n), 0.1, epochs, batch_size, int(rng.integers(1_000_000)), part=part)

    yield case(4, 1, 2, "one epoch")
    yield case(12, 1, 1, "one epoch")
    yield case(12, 3, 4, "several epochs")
    yield case(20, 2, 5, "several epochs")
    yield case(11, 2, 4, "a rest")
    yield case(23, 2, 5, "a rest")


@exercise(
    lesson="03",
    points=3,
    cases=_sgd_cases,
    call=drivers.call_sgd,
    requires=["line_gradient"],
    hints=[
        "Two loops: one over the epochs, and in it one over the batches. Draw a new order at the start of every epoch.",
        "`order = rng.permutation(len(x))`; a batch is `order[start : start + batch_size]`, with start from "
        "`range(0, len(x), batch_size)`. Slicing past the end is fine: the last batch is then shorter.",
        "In the inner loop: `dw, db = line_gradient(w, b, x[batch], y[batch])`, then both w and b go down by lr "
        "times their slope. w and b are set to 0 once, before both loops.",
    ],
)
def sgd_linear_regression(x, y, lr, epochs, batch_size, rng):
    """Fit the line w x + b by mini-batch stochastic gradient descent, from w = b = 0.

    x, y:       the points, arrays of shape (n,)
    lr:         the learning rate
    epochs:     how many times to go through all points
    batch_size: points per step; the last batch of an epoch may be smaller
    rng:        draw the order of each epoch with rng.permutation(len(x)), once per epoch;
                x and y themselves keep their order
    Returns the pair (w, b).

    You may call your line_gradient(w, b, x, y).
    Example: 5 points with batch_size 2 make three steps in each epoch, with 2, 2 and 1 points.
    """
    w, b = 0.0, 0.0
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            dw, db = line_gradient(w, b, x[batch], y[batch])
            w, b = w - lr * dw, b - lr * db
    return w, b


def _split(order: np.ndarray, batch_size: int) -> list[np.ndarray]:
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _steps(
    w: float, b: float, x: np.ndarray, y: np.ndarray, lr: float, batches: list[np.ndarray]
) -> tuple[float, float]:
    for batch in batches:
        dw, db = line_gradient(w, b, x[batch], y[batch])
        w, b = w - lr * dw, b - lr * db
    return w, b


@sgd_linear_regression.mistake("The steps go uphill: the loss grows along its gradient, so subtract it.")
def steps_uphill(x, y, lr, epochs, batch_size, rng):
    return sgd_linear_regression(x, y, -lr, epochs, batch_size, rng)


@sgd_linear_regression.mistake(
    "The points came in their old order. Draw an order with rng.permutation(len(x)) and take the batches from it."
)
def not_shuffled(x, y, lr, epochs, batch_size, rng):
    return _steps(0.0, 0.0, x, y, lr, epochs * _split(np.arange(len(x)), batch_size))


@sgd_linear_regression.mistake(
    "x and y were shuffled separately, so points lost their partners. Draw one order and use it for both."
)
def shuffled_apart(x, y, lr, epochs, batch_size, rng):
    w, b = 0.0, 0.0
    for _ in range(epochs):
        x, y = x[rng.permutation(len(x))], y[rng.permutation(len(y))]
        w, b = _steps(w, b, x, y, lr, _split(np.arange(len(x)), batch_size))
    return w, b


@sgd_linear_regression.mistake(
    "All epochs ran in the same order. Draw a new one at the start of each epoch, inside the outer loop."
)
def shuffled_once(x, y, lr, epochs, batch_size, rng):
    return _steps(0.0, 0.0, x, y, lr, epochs * _split(rng.permutation(len(x)), batch_size))


@sgd_linear_regression.mistake(
    "Points were left out: where the batch size does not divide their number, a shorter batch remains at the end, "
    "and it counts too."
)
def rest_dropped(x, y, lr, epochs, batch_size, rng):
    w, b = 0.0, 0.0
    for _ in range(epochs):
        batches = _split(rng.permutation(len(x)), batch_size)
        w, b = _steps(w, b, x, y, lr, [batch for batch in batches if len(batch) == batch_size])
    return w, b


@sgd_linear_regression.mistake(
    "w and b were set back to 0 at the start of every epoch, so only the last one counts. Set them once, before the "
    "loops."
)
def begun_again(x, y, lr, epochs, batch_size, rng):
    w, b = 0.0, 0.0
    for _ in range(epochs):
        w, b = _steps(0.0, 0.0, x, y, lr, _split(rng.permutation(len(x)), batch_size))
    return w, b


@sgd_linear_regression.mistake(
    "You took one step per epoch, with all points at once. That's batch gradient descent: here, each batch makes a "
    "step of its own."
)
def whole_batch(x, y, lr, epochs, batch_size, rng):
    w, b = 0.0, 0.0
    for _ in range(epochs):
        w, b = _steps(w, b, x, y, lr, [rng.permutation(len(x))])
    return w, b


@sgd_linear_regression.mistake("Only w learns: b is still 0 at the end. Both parameters go down their slopes.")
def b_stays(x, y, lr, epochs, batch_size, rng):
    w = 0.0
    for _ in range(epochs):
        for batch in _split(rng.permutation(len(x)), batch_size):
            w, _ = _steps(w, 0.0, x, y, lr, [batch])
    return w, 0.0


@sgd_linear_regression.mistake(
    "b was moved with a slope taken at the new w. Ask for both slopes at the same place, then move both parameters."
)
def w_moved_first(x, y, lr, epochs, batch_size, rng):
    w, b = 0.0, 0.0
    for _ in range(epochs):
        for batch in _split(rng.permutation(len(x)), batch_size):
            w = w - lr * line_gradient(w, b, x[batch], y[batch])[0]
            b = b - lr * line_gradient(w, b, x[batch], y[batch])[1]
    return w, b


@sgd_linear_regression.mistake(
    "You shuffled points that were shuffled already, since x and y keep the order of the epoch before. It is good SGD, "
    "but the task counts each order from the x and y that were given: pick batches by x[batch], and leave x as it is."
)
def shuffled_again(x, y, lr, epochs, batch_size, rng):
    w, b = 0.0, 0.0
    for _ in range(epochs):
        order = rng.permutation(len(x))
        x, y = x[order], y[order]
        w, b = _steps(w, b, x, y, lr, _split(np.arange(len(x)), batch_size))
    return w, b


@sgd_linear_regression.mistake(
    "You drew a new order for every step, so an epoch meets some points twice and others never. Draw one order for "
    "the epoch, and cut it into batches."
)
def order_for_every_step(x, y, lr, epochs, batch_size, rng):
    steps = epochs * len(_split(np.arange(len(x)), batch_size))
    return _steps(0.0, 0.0, x, y, lr, [rng.permutation(len(x))[:batch_size] for _ in range(steps)])


# --- cosine_rate ---------------------------------------------------------------------------------


def _cosine_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(0, 10, 0.5, 0.1)
    yield Case(10, 10, 0.5, 0.1)
    for _ in range(3):
        steps = int(rng.integers(20, 60))
        first, last = _uniform(rng, 0.5, 2, 2), _uniform(rng, 0.1, 0.4, 2)
        yield Case(int(rng.integers(1, steps // 2)), steps, first, last)
    yield Case(3, 12, 1.0)


@exercise(
    lesson="03",
    points=1,
    cases=_cosine_cases,
    hints=[
        "Where does the cosine stand at angle 0, and where at π? The angle goes from 0 to π while t goes from 0 to "
        "steps.",
        "(1 + cos(angle)) / 2 falls from 1 to 0. That is the share of the way from last up to first.",
        "The rate is `last + (first - last) * share`, and the angle `np.pi * t / steps`.",
    ],
)
def cosine_rate(t, steps, first, last=0.0):
    """The learning rate at step t of half a cosine from first down to last.

    t:           the step, from 0 to steps
    steps:       how many steps there are
    first, last: the rates at t = 0 and at t = steps
    Returns the rate, a number.

    Example: half-way, the rate is half-way: cosine_rate(50, 100, 1.0, 0.2) is 0.6.
    """
    share = (1 + np.cos(np.pi * t / steps)) / 2
    return last + (first - last) * share


@cosine_rate.mistake("The rate falls to the wrong end: without `last +`, half a cosine ends at 0.")
def last_left_out(t, steps, first, last=0.0):
    return (first - last) * (1 + np.cos(np.pi * t / steps)) / 2


@cosine_rate.mistake(
    "The first rate comes out too high. The curve has only the way from last to first to cover: first - last."
)
def first_too_high(t, steps, first, last=0.0):
    return last + first * (1 + np.cos(np.pi * t / steps)) / 2


@cosine_rate.mistake("A straight line goes between the same ends, but here the rate follows half a cosine.")
def straight_line(t, steps, first, last=0.0):
    return first + (last - first) * t / steps


@cosine_rate.mistake("π is missing: the angle has to go from 0 to π, not from 0 to 1.")
def pi_forgotten(t, steps, first, last=0.0):
    return last + (first - last) * (1 + np.cos(t / steps)) / 2


@cosine_rate.mistake("This is a whole wave: the rate comes up again. Half a wave, angle π at the end, goes down once.")
def whole_wave(t, steps, first, last=0.0):
    return last + (first - last) * (1 + np.cos(2 * np.pi * t / steps)) / 2


@cosine_rate.mistake("1 + cos lies between 0 and 2. To get a share between 0 and 1, halve it.")
def not_halved(t, steps, first, last=0.0):
    return last + (first - last) * (1 + np.cos(np.pi * t / steps))


@cosine_rate.mistake("The rate climbs. It should be `first` at step 0 and `last` at the end.")
def upside_down(t, steps, first, last=0.0):
    return last + (first - last) * (1 - np.cos(np.pi * t / steps)) / 2


@cosine_rate.mistake(
    "You took a quarter of a wave, from its top to 0. Here it is half a wave, (1 + cos) / 2, and its angle ends at π."
)
def quarter_wave(t, steps, first, last=0.0):
    return last + (first - last) * np.cos(np.pi * t / (2 * steps))


@cosine_rate.mistake("The rate is at `last` one step too early: t goes up to steps, not up to steps - 1.")
def one_step_early(t, steps, first, last=0.0):
    return last + (first - last) * (1 + np.cos(np.pi * t / (steps - 1))) / 2


# --- momentum_step -------------------------------------------------------------------------------


def _vectors(rng: np.random.Generator, number: int, size: int) -> list[np.ndarray]:
    """Vectors whose entries are neither 0 nor ±1, so that no wrong product or power goes unseen."""
    return [(rng.uniform(1.2, 3, size=size) * rng.choice([-1, 1], size=size)).round(1) for _ in range(number)]


def _momentum_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([4.0, 2.0]), np.array([0.0, 0.0]), np.array([8.0, 20.0]), 0.1, 0.5)
    for size in (2, 3, 4):
        beta = _uniform(rng, 0.5, 0.95, 2)
        yield Case(*_vectors(rng, 3, size), float(rng.choice([0.05, 0.1, 0.2])), beta)
    yield Case(*_vectors(rng, 3, 2), 0.1)


@exercise(
    lesson="03",
    points=1,
    cases=_momentum_cases,
    hints=[
        "Two lines: first the new velocity, then the step that follows it.",
        "The velocity keeps the share beta of what it was, and the gradient is added in full.",
        "`v = beta * v + g`, then `x = x - lr * v`, with the *new* v. Return the pair x, v.",
    ],
)
def momentum_step(x, v, g, lr, beta=0.9):
    """One step of gradient descent with momentum.

    x:    the parameters
    v:    the velocity so far; all zeros before the first step
    g:    the gradient at x; all three are arrays of one shape, and none must be changed
    lr:   the learning rate
    beta: the share of the velocity that is kept
    Returns the pair (new x, new v).

    Example: x = [4], v = [10], g = [8] with lr = 0.1 and beta = 0.5 give v = [13] and x = [2.7].
    """
    v = beta * v + g
    return x - lr * v, v


@momentum_step.mistake(
    "The step was taken with the old velocity. Update v first: the new gradient has a say in this step already."
)
def old_velocity(x, v, g, lr, beta=0.9):
    return x - lr * v, beta * v + g


@momentum_step.mistake("You step uphill: the velocity adds up gradients, so it has to be subtracted.")
def momentum_uphill(x, v, g, lr, beta=0.9):
    v = beta * v + g
    return x + lr * v, v


@momentum_step.mistake(
    "The gradient came in with the factor 1 - beta: that's a running mean. Here, as in PyTorch, g is added in full."
)
def running_mean(x, v, g, lr, beta=0.9):
    v = beta * v + (1 - beta) * g
    return x - lr * v, v


@momentum_step.mistake(
    "This is momentum in its other, older form, in which the velocity holds the learning rate and the minus sign. "
    "Both are in "
    "use; here v = beta v + g, and lr comes in with the step."
)
def polyaks_form(x, v, g, lr, beta=0.9):
    v = beta * v - lr * g
    return x + v, v


@momentum_step.mistake("Your x does not use the velocity: this is a plain gradient step.")
def plain_step(x, v, g, lr, beta=0.9):
    return x - lr * g, beta * v + g


@momentum_step.mistake("The velocity never fades: the factor beta is missing.")
def without_beta(x, v, g, lr, beta=0.9):
    v = v + g
    return x - lr * v, v


@momentum_step.mistake("beta belongs to the old velocity, not to the gradient.")
def beta_on_the_gradient(x, v, g, lr, beta=0.9):
    v = v + beta * g
    return x - lr * v, v


@momentum_step.mistake("Only x came back. The next step needs the new velocity, too: return both.")
def velocity_lost(x, v, g, lr, beta=0.9):
    return x - lr * (beta * v + g)


@momentum_step.mistake("The pair is the wrong way round: first the parameters, then the velocity.")
def velocity_first(x, v, g, lr, beta=0.9):
    v = beta * v + g
    return v, x - lr * v


# --- nesterov_step -------------------------------------------------------------------------------


def _nesterov_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([4.0, 2.0]), np.array([10.0, 4.0]), "(2x, 10y)", 0.1, 0.5)
    for name in ("(2x, 10y)", "x³ for each", "x³ for each"):
        beta = _uniform(rng, 0.5, 0.95, 2)
        yield Case(*_vectors(rng, 2, 2), name, float(rng.choice([0.05, 0.1, 0.2])), beta)
    yield Case(*_vectors(rng, 2, 2), "(2x, 10y)", 0.1)


@exercise(
    lesson="03",
    points=2,
    cases=_nesterov_cases,
    call=drivers.call_nesterov,
    hints=[
        "Only one thing differs from momentum: *where* the gradient is asked for.",
        "Suppose there were no gradient this time: the velocity would be beta v, and it would carry x to x - lr beta "
        "v. Look at the slope there.",
        "`ahead = x - lr * beta * v`, then `v = beta * v + gradient(ahead)`, and the step starts from x as before: `x "
        "- lr * v`.",
    ],
)
def nesterov_step(x, v, gradient, lr, beta=0.9):
    """One step of Nesterov's momentum: look at the slope where the velocity is about to carry us.

    x:        the parameters
    v:        the velocity so far, of the same shape; neither must be changed
    gradient: a function that gives the gradient at any place
    lr:       the learning rate
    beta:     the share of the velocity that is kept
    Returns the pair (new x, new v).

    Example: for gradient(x) = 2x and x = [4], v = [10], lr = 0.1, beta = 0.5, the look-ahead place is
    [3.5], so v = [12] and x = [2.8].
    """
    ahead = x - lr * beta * v
    v = beta * v + gradient(ahead)
    return x - lr * v, v


@nesterov_step.mistake("The gradient was taken at x: that's plain momentum. Take it at the place ahead, x - lr beta v.")
def momentum_again(x, v, gradient, lr, beta=0.9):
    v = beta * v + gradient(x)
    return x - lr * v, v


@nesterov_step.mistake(
    "You looked back instead of ahead: the velocity is subtracted, so the place ahead is x - lr beta v."
)
def looked_back(x, v, gradient, lr, beta=0.9):
    v = beta * v + gradient(x + lr * beta * v)
    return x - lr * v, v


@nesterov_step.mistake("The place ahead lies too far away: the learning rate is missing there, x - lr beta v.")
def ahead_without_rate(x, v, gradient, lr, beta=0.9):
    v = beta * v + gradient(x - beta * v)
    return x - lr * v, v


@nesterov_step.mistake(
    "Only the share beta of the velocity survives into this step, so the place ahead is x - lr beta v."
)
def ahead_without_beta(x, v, gradient, lr, beta=0.9):
    v = beta * v + gradient(x - lr * v)
    return x - lr * v, v


@nesterov_step.mistake(
    "The step began at the place ahead, so the old velocity was used twice. Only look there; the step starts from x."
)
def from_the_place_ahead(x, v, gradient, lr, beta=0.9):
    ahead = x - lr * beta * v
    v = beta * v + gradient(ahead)
    return ahead - lr * v, v


@nesterov_step.mistake(
    "This is how PyTorch writes the method, with the place ahead as the parameters. It walks the same way, but here x "
    "is the "
    "place before the look ahead."
)
def pytorchs_form(x, v, gradient, lr, beta=0.9):
    g = gradient(x)
    v = beta * v + g
    return x - lr * (g + beta * v), v


@nesterov_step.mistake("The velocity is not in the step: you went down the gradient of the place ahead alone.")
def gradient_ahead_alone(x, v, gradient, lr, beta=0.9):
    g = gradient(x - lr * beta * v)
    return x - lr * g, beta * v + g


@nesterov_step.mistake("You step uphill: the velocity adds up gradients, so it has to be subtracted.")
def nesterov_uphill(x, v, gradient, lr, beta=0.9):
    v = beta * v + gradient(x - lr * beta * v)
    return x + lr * v, v


# --- rmsprop_step --------------------------------------------------------------------------------


def _rmsprop_cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(size: int, *settings: float) -> Case:
        x, g = _vectors(rng, 2, size)
        return Case(x, rng.uniform(1.5, 5, size=size).round(1), g, float(rng.choice([0.05, 0.1, 0.2])), *settings)

    yield Case(np.array([4.0, 2.0]), np.array([16.0, 100.0]), np.array([8.0, 20.0]), 0.1, 0.75, 0.5)
    yield case(2, _uniform(rng, 0.6, 0.9, 2), 0.1)
    yield case(3, _uniform(rng, 0.6, 0.9, 2), 0.5)
    yield case(3)
    yield Case(np.array([1.0, 2.0]), np.array([0.0, 0.0]), np.array([3.0, 0.0]), 0.1)


@exercise(
    lesson="03",
    points=2,
    cases=_rmsprop_cases,
    hints=[
        "First the running mean of the squared gradients, then the step, in which each slope is divided by its own "
        "size.",
        "A running mean keeps the share alpha of the old value and takes 1 - alpha of the new one: here, of g².",
        "`s = alpha * s + (1 - alpha) * g**2`, then `x - lr * g / (np.sqrt(s) + eps)`. Return the pair x, s.",
    ],
)
def rmsprop_step(x, s, g, lr, alpha=0.99, eps=1e-8):
    """One step of RMSprop: each slope is divided by its recent size.

    x:     the parameters
    s:     the running mean of the squared gradients; all zeros before the first step
    g:     the gradient at x; all three are arrays of one shape, and none must be changed
    lr:    the learning rate
    alpha: the share of the running mean that is kept
    eps:   added to the root, so that nothing is divided by zero
    Returns the pair (new x, new s).

    Example: x = [4], s = [16], g = [8] with lr = 0.1, alpha = 0.75 and eps = 0 give s = [28]
    and x = [4 - 0.8 / √28], which is about [3.85].
    """
    s = alpha * s + (1 - alpha) * g**2
    return x - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("The root is missing: divide by the *size* of the slopes, √s, not by their square.")
def without_root(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return x - lr * g / (s + eps), s


@rmsprop_step.mistake("This is Adagrad: s adds up all squares and never forgets. RMSprop keeps a running mean of them.")
def adds_up(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = s + g**2
    return x - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("The two shares are swapped: alpha is what is *kept* of the old mean.")
def shares_swapped(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = (1 - alpha) * s + alpha * g**2
    return x - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("You divided by the old mean. Update s first, then take the step with the new one.")
def old_mean(x, s, g, lr, alpha=0.99, eps=1e-8):
    return x - lr * g / (np.sqrt(s) + eps), alpha * s + (1 - alpha) * g**2


@rmsprop_step.mistake("The gradient has to be squared in the running mean, or slopes of different sign cancel.")
def not_squared(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * np.abs(g)
    return x - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("eps has slipped under the root. It is added to √s, outside.")
def eps_under_the_root(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return x - lr * g / np.sqrt(s + eps), s


@rmsprop_step.mistake("eps is missing: where a slope has always been 0, you divide 0 by 0.")
def without_eps(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return x - lr * g / np.sqrt(s), s


@rmsprop_step.mistake("You step uphill: subtract.")
def rmsprop_uphill(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return x + lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake(
    "One size for all: you averaged over the entries. Each parameter has a mean of its own, so no np.mean is needed."
)
def one_size_for_all(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * np.mean(g**2)
    return x - lr * g / (np.sqrt(s) + eps), s


@rmsprop_step.mistake("Brackets are missing: eps was added to the step. Divide by all of (np.sqrt(s) + eps).")
def eps_after_the_division(x, s, g, lr, alpha=0.99, eps=1e-8):
    s = alpha * s + (1 - alpha) * g**2
    return x - lr * g / np.sqrt(s) + eps, s


# --- adam_step -----------------------------------------------------------------------------------


def _adam_cases(rng: np.random.Generator) -> Iterator[Case]:
    def case(size: int, t: int, **settings: Any) -> Case:
        x, m, g = _vectors(rng, 3, size)
        return Case(x, m, rng.uniform(1.5, 5, size=size).round(1), g, t, 0.1, **settings)

    yield Case(np.array([4.0, 2.0]), np.zeros(2), np.zeros(2), np.array([8.0, 20.0]), 1, 0.1)
    yield case(2, 3, beta1=0.8, beta2=0.7, eps=0.2)
    yield case(3, int(rng.integers(4, 8)), beta1=0.6, beta2=0.9, eps=0.5)
    yield case(3, int(rng.integers(2, 6)))
    x, m, g = _vectors(rng, 3, 2)
    yield Case(x, m, np.array([2.0, 3.0]), g, 2)
    yield Case(np.ones(3), np.zeros(3), np.zeros(3), np.array([3.0, 0.0, 1e-8]), 1, 0.1)


@exercise(
    lesson="03",
    points=3,
    cases=_adam_cases,
    hints=[
        "Two running means: m of the gradients (momentum's idea), v of their squares (RMSprop's idea). Then both are "
        "corrected for their start at zero.",
        "`m = beta1 * m + (1 - beta1) * g`, and v likewise with beta2 and g². The corrected ones are `m / (1 - "
        "beta1**t)` and `v / (1 - beta2**t)`.",
        "The step is `x - lr * m_hat / (np.sqrt(v_hat) + eps)`. Return x and the *uncorrected* m and v: the next step "
        "goes on from those.",
    ],
)
def adam_step(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam: momentum for the direction, RMSprop's scale, both corrected for their start at 0.

    x:            the parameters
    m, v:         running means of the gradients and of their squares; zeros before the first step
    g:            the gradient at x; these four are arrays of one shape, and none must be changed
    t:            the number of this step, 1 for the first
    lr:           the learning rate
    beta1, beta2: the shares of m and of v that are kept
    eps:          added to the root, so that nothing is divided by zero
    Returns the triple (new x, new m, new v), m and v uncorrected.

    Example: in the first step, with m = v = 0, each parameter moves by lr against the sign of its slope:
    x = [4, 2], g = [8, 20], lr = 0.1 give x = [3.9, 1.9].
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return x - lr * m_hat / (np.sqrt(v_hat) + eps), m, v


def _means(m: Any, v: Any, g: Any, beta1: float, beta2: float) -> tuple[Any, Any]:
    return beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2


@adam_step.mistake(
    "The corrections are missing. Both means start at 0 and are too small at first, and not by the same factor."
)
def uncorrected(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    return x - lr * m / (np.sqrt(v) + eps), m, v


@adam_step.mistake("Only m was corrected. v starts at 0 as well: divide it by 1 - beta2**t.")
def v_uncorrected(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    return x - lr * m / (1 - beta1**t) / (np.sqrt(v) + eps), m, v


@adam_step.mistake("Only v was corrected. m starts at 0 as well: divide it by 1 - beta1**t.")
def m_uncorrected(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    return x - lr * m / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step.mistake("The correction takes the *power* beta**t, not the product beta * t.")
def product_for_power(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    return x - lr * m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps), m, v


@adam_step.mistake("The correction is one step ahead: t already counts this step, so it is beta**t, not beta**(t + 1).")
def one_step_ahead(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    return x - lr * m / (1 - beta1 ** (t + 1)) / (np.sqrt(v / (1 - beta2 ** (t + 1))) + eps), m, v


@adam_step.mistake(
    "x is right, but you gave back the corrected means. The next step has to go on from the uncorrected ones, or they "
    "are corrected twice."
)
def corrected_kept(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    m, v = m / (1 - beta1**t), v / (1 - beta2**t)
    return x - lr * m / (np.sqrt(v) + eps), m, v


@adam_step.mistake("The root is missing: divide by √v̂, the size of the slopes, not by its square.")
def adam_without_root(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    return x - lr * m / (1 - beta1**t) / (v / (1 - beta2**t) + eps), m, v


@adam_step.mistake("The step has to follow m̂, the mean of the gradients. You divided the last gradient alone.")
def last_gradient(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    return x - lr * g / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step.mistake("v is the running mean of g², not of m²: both means are fed with the gradient itself.")
def squares_of_the_mean(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    return x - lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps), m, v


@adam_step.mistake("The two betas are swapped: beta1 belongs to m, beta2 to v.")
def betas_swapped(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(x, m, v, g, t, lr, beta2, beta1, eps)


@adam_step.mistake("eps has slipped under the root. It is added outside, to √v̂.")
def adam_eps_under_the_root(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = _means(m, v, g, beta1, beta2)
    return x - lr * m / (1 - beta1**t) / np.sqrt(v / (1 - beta2**t) + eps), m, v


@adam_step.mistake("You step uphill: subtract.")
def adam_uphill(x, m, v, g, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    return adam_step(x, m, v, g, t, -lr, beta1, beta2, eps)
