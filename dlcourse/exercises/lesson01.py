"""The exercises of lesson 01, "History".

Each exercise stands once: the reference that students see as the solution, the cases it is checked on,
its hints, and the wrong answers that students really write, each with the sentence that helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dlcourse.exercises.core import Case, Misshapen, exercise
from dlcourse.running.drivers import lesson01 as drivers

# --- mcculloch_pitts -----------------------------------------------------------------------------


def _spikes(rng: np.random.Generator, active: int, n: int) -> np.ndarray:
    """n inputs in random order, as many 1 as ``active`` says and the others 0."""
    return rng.permutation(np.arange(n) < active).astype(int)


def _unit_cases(rng: np.random.Generator) -> Iterator[Case]:
    silent = np.zeros(0, dtype=int)
    yield Case(_spikes(rng, 1, 2), silent, 1, part="excitation")
    yield Case(_spikes(rng, 1, 2), silent, 2, part="excitation")
    yield Case(_spikes(rng, 2, 3), silent, 2, part="excitation")
    yield Case(_spikes(rng, 2, 4), silent, 3, part="excitation")
    yield Case(_spikes(rng, 0, 3), silent, 0, part="excitation")
    yield Case(_spikes(rng, 3, 4), _spikes(rng, 0, 2), 2, part="inhibition")
    yield Case(_spikes(rng, 4, 5), _spikes(rng, 1, 2), 2, part="inhibition")
    yield Case(_spikes(rng, 2, 3), _spikes(rng, 1, 2), 2, part="inhibition")
    yield Case(_spikes(rng, 4, 4), _spikes(rng, 2, 2), 1, part="inhibition")
    for _ in range(3):
        inhibiting = _spikes(rng, int(rng.integers(0, 2)), 3)
        yield Case(_spikes(rng, int(rng.integers(2, 6)), 7), inhibiting, int(rng.integers(1, 6)), part="inhibition")


@exercise(
    lesson="01",
    points=1,
    cases=_unit_cases,
    hints=[
        "Two questions decide. Is any of the inhibitory inputs active? Are enough of the excitatory ones?",
        "The sum of an array of zeros and ones says how many are active. Where the inhibitory sum is not 0, "
        "the excitatory one does not matter any more.",
        "Write `enough = excitatory.sum() >= threshold` and `allowed = inhibitory.sum() == 0`, and turn "
        "`enough and allowed` into a number with `int(...)`.",
    ],
)
def mcculloch_pitts(excitatory, inhibitory, threshold):
    """Compute the answer of one unit of McCulloch and Pitts (1943).

    excitatory: the inputs that speak for firing, an array of zeros and ones, shape (n,)
    inhibitory: the inputs that forbid it, an array of zeros and ones, shape (m,); m may be 0
    threshold:  how many excitatory inputs must be active at least
    Returns 1 if the unit fires, else 0. A single active inhibitory input is enough to keep it silent.

    Example: excitatory [1, 1, 0], no inhibitory input and threshold 2 give 1. With inhibitory [0, 1] they give 0.
    """
    enough = excitatory.sum() >= threshold
    allowed = inhibitory.sum() == 0
    return int(enough and allowed)


@mcculloch_pitts.mistake(
    "Your unit wants more active inputs than the threshold says. It fires when the threshold is *reached*: >=, not >."
)
def strictly_above(excitatory, inhibitory, threshold):
    return int(excitatory.sum() > threshold and inhibitory.sum() == 0)


@mcculloch_pitts.mistake(
    "You subtract the inhibitory inputs from the excitatory ones. In 1943 inhibition was a veto: one active "
    "inhibitory input silences the unit, however many excitatory ones are active."
)
def inhibition_subtracted(excitatory, inhibitory, threshold):
    return int(excitatory.sum() - inhibitory.sum() >= threshold)


@mcculloch_pitts.mistake("The inhibitory inputs have no effect in your unit. A single active one must silence it.")
def inhibition_forgotten(excitatory, inhibitory, threshold):
    return int(excitatory.sum() >= threshold)


@mcculloch_pitts.mistake("Your unit is silenced only when *all* inhibitory inputs are active. One is enough.")
def all_must_inhibit(excitatory, inhibitory, threshold):
    vetoed = len(inhibitory) > 0 and inhibitory.all()
    return int(excitatory.sum() >= threshold and not vetoed)


@mcculloch_pitts.mistake(
    "Your unit fires as soon as any excitatory input is active. How many it takes, the threshold says."
)
def any_input_is_enough(excitatory, inhibitory, threshold):
    return int(excitatory.any() and not inhibitory.any())


@mcculloch_pitts.mistake(
    "You compare the *share* of active inputs with the threshold. The threshold counts inputs: use the sum."
)
def share_instead_of_count(excitatory, inhibitory, threshold):
    return int(excitatory.mean() >= threshold and inhibitory.sum() == 0)


@mcculloch_pitts.mistake(
    "Your unit answers with the number of active inputs. Its answer is all or nothing: 1 if it fires, else 0."
)
def count_returned(excitatory, inhibitory, threshold):
    fires = excitatory.sum() >= threshold and inhibitory.sum() == 0
    return int(excitatory.sum()) if fires else 0


@mcculloch_pitts.mistake(
    "One half of your condition is turned around: your unit *needs* an active inhibitory input in order to fire."
)
def inhibition_required(excitatory, inhibitory, threshold):
    return int(excitatory.sum() >= threshold and inhibitory.sum() > 0)


@mcculloch_pitts.mistake(
    "Your unit stays silent wherever it *has* inhibitory inputs. What matters is whether one of them is active."
)
def silenced_by_their_presence(excitatory, inhibitory, threshold):
    return int(excitatory.sum() >= threshold and len(inhibitory) == 0)


@mcculloch_pitts.mistake(
    "The decision is right, but a unit answers with a number: `int(...)` makes 1 of True and 0 of False."
)
def truth_value_returned(excitatory, inhibitory, threshold):
    return bool(excitatory.sum() >= threshold and inhibitory.sum() == 0)


# --- hebb_update ---------------------------------------------------------------------------------


def _hebb_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([[1.0, 0.0]]), np.array([1.0, 1.0]), np.array([1.0]), 0.5, part="one output")
    yield Case(rng.normal(size=(1, 3)).round(1), np.array([1.0, 0.0, 2.0]), np.array([1.0]), 0.1, part="one output")
    for outputs, inputs in ((2, 2), (2, 3), (4, 4), (3, 5)):
        W, x = rng.normal(size=(outputs, inputs)).round(1), rng.normal(size=inputs).round(1) + 0.03
        yield Case(
            W, x, rng.normal(size=outputs).round(1) + 0.04, float(rng.uniform(0.05, 0.3)), part="several outputs"
        )


@exercise(
    lesson="01",
    points=1,
    cases=_hebb_cases,
    hints=[
        "A connection grows by the product of what happens at its two ends. Which end is x[i], and which is y[j]?",
        "The weight W[j, i] leads from input i to output j and grows by rate * y[j] * x[i]. That is a table "
        "with a row for each output and a column for each input.",
        "`np.outer(y, x)` is that table. Return a new array: `W + rate * ...`.",
    ],
)
def hebb_update(W, x, y, rate):
    """Strengthen each connection by the product of the activities at its two ends (Hebb, 1949).

    W:    weights, shape (outputs, inputs): W[j, i] leads from input i to output j
    x:    activities of the inputs, shape (inputs,)
    y:    activities of the outputs, shape (outputs,)
    rate: how much the weights change, a number
    Returns the new weights, an array of W's shape. W itself stays as it is.

    Example: W = [[1, 0]], x = [1, 1], y = [1] and rate 0.5 give [[1.5, 0.5]].
    """
    return W + rate * np.outer(y, x)


@hebb_update.mistake(
    "The table is the wrong way round. A row of W belongs to an *output*, so y comes first: np.outer(y, x)."
)
def table_transposed(W, x, y, rate):
    return W + rate * np.outer(x, y)


@hebb_update.mistake("Your connections grow weaker with use. Hebb adds the product.")
def weakened_by_use(W, x, y, rate):
    return W - rate * np.outer(y, x)


@hebb_update.mistake("The rate is missing: each step changes the weights by the full product.")
def rate_forgotten(W, x, y, rate):
    return W + np.outer(y, x)


@hebb_update.mistake("You returned the change alone. The task asks for the new weights: the old ones plus the change.")
def change_alone(W, x, y, rate):
    return rate * np.outer(y, x)


@hebb_update.mistake(
    "Your weights grow by the input alone. What the *output* does must matter as well: where it is silent, nothing "
    "changes."
)
def output_ignored(W, x, y, rate):
    return W + rate * np.ones_like(y)[:, None] * x


@hebb_update.mistake(
    "Your weights grow by the output alone. A connection from a silent *input* took no part, and must stay as it is."
)
def input_ignored(W, x, y, rate):
    return W + rate * y[:, None] * np.ones_like(x)


@hebb_update.mistake(
    "You multiplied by what the weights would answer, W @ x. The task gives you y, what the outputs really did."
)
def own_answer_used(W, x, y, rate):
    return W + rate * np.outer(W @ x, x)


@hebb_update.mistake(
    "You added one number to every weight: the sum of all products. Each connection has a product of its own."
)
def one_number_for_all(W, x, y, rate):
    return W + rate * np.sum(np.outer(y, x))


@hebb_update.mistake(
    "`x * y` multiplies input 0 by output 0, input 1 by output 1, and so on. Every input is connected to *every* "
    "output: you need a table of products, with a row for each output."
)
def paired_by_place(W, x, y, rate):
    return W + rate * x * y


@hebb_update.mistake(
    "The numbers are right, but `W += ...` changes the caller's array. Make a new one: `return W + ...`."
)
def weights_changed_in_place(W, x, y, rate):
    W += rate * np.outer(y, x)
    return W


# --- perceptron_update ---------------------------------------------------------------------------


def _perceptron_cases(rng: np.random.Generator) -> Iterator[Case]:
    x = np.array([1.0, 2.0])
    yield Case(np.zeros(2), 0.0, x, 0, part="a mistake")
    yield Case(np.zeros(2), 0.0, x, 1, part="no mistake")
    for target in (0, 1):
        for answer in (0, 1):
            w, x, b = _scored(rng, (2 * answer - 1) * rng.uniform(0.2, 0.8))
            yield Case(w, b, x, target, part="no mistake" if target == answer else "a mistake")


def _scored(rng: np.random.Generator, score: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Weights, an input without zeros, and the bias that turns w·x, of the other sign, into ``score``."""
    n = int(rng.integers(2, 5))
    w, x = rng.normal(size=n).round(1), rng.normal(size=n).round(1) + 0.04
    w = w if (w @ x) * score < 0 else -w
    return w, x, float(score - w @ x)


@exercise(
    lesson="01",
    points=2,
    cases=_perceptron_cases,
    hints=[
        "What did the perceptron answer? Compute that first, as a 0 or a 1, and only then compare it with the target.",
        "target - answer is 0 where it was right, +1 where it should have said 1, and -1 where it should have "
        "said 0. That is the factor you need.",
        "`answer = 1 if w @ x + b >= 0 else 0`, `error = target - answer`; then w changes by error * x, and b by "
        "error.",
    ],
)
def perceptron_update(w, b, x, target):
    """Learn from one example as a perceptron does (Rosenblatt, 1958).

    w:      weights, shape (n,)
    b:      bias, a number
    x:      the example, shape (n,)
    target: what the perceptron should answer, 0 or 1
    Returns the pair (w, b) after the example, as new objects. The perceptron answers 1 where w·x + b >= 0, and
    else 0. A right answer changes nothing. A wrong one adds x to w and 1 to b where the target is 1, and
    subtracts both where it is 0.

    Example: w = [0, 0], b = 0, x = [1, 2] and target 0: the answer is 1, which is wrong, so ([-1, -2], -1) comes out.
    """
    answer = 1 if w @ x + b >= 0 else 0
    error = target - answer
    return w + error * x, b + error


@perceptron_update.mistake(
    "Your perceptron changes its weights even where its answer was right. It learns from mistakes only."
)
def learns_from_every_example(w, b, x, target):
    step = 2 * target - 1
    return w + step * x, b + step


@perceptron_update.mistake(
    "The correction goes the wrong way: after it, the wrong answer is even surer. Should it be target - answer, or "
    "answer - target?"
)
def wrong_way(w, b, x, target):
    error = (1 if w @ x + b >= 0 else 0) - target
    return w + error * x, b + error


@perceptron_update.mistake("The weights are right, but the bias has not learnt. It moves too: by +1 or by -1.")
def bias_forgotten(w, b, x, target):
    error = target - (1 if w @ x + b >= 0 else 0)
    return w + error * x, b


@perceptron_update.mistake(
    "You corrected by the difference between the target and the *sum* w·x + b. The perceptron compares its answer, "
    "0 or 1, with the target. (The difference to the sum is the idea of Widrow and Hoff, in the next section.)"
)
def error_of_the_sum(w, b, x, target):
    error = target - (w @ x + b)
    return w + error * x, b + error


@perceptron_update.mistake("What if the sum is exactly 0? The task says that the answer is 1 then: >=, not >.")
def zero_counts_as_no(w, b, x, target):
    error = target - (1 if w @ x + b > 0 else 0)
    return w + error * x, b + error


@perceptron_update.mistake("You forgot the bias in the sum: the answer depends on w·x + b, not on w·x alone.")
def bias_not_in_the_sum(w, b, x, target):
    error = target - (1 if w @ x >= 0 else 0)
    return w + error * x, b + error


@perceptron_update.mistake(
    "Your perceptron learns only where it should have said 1. A false 1 is a mistake too: then x is subtracted."
)
def never_subtracts(w, b, x, target):
    error = max(target - (1 if w @ x + b >= 0 else 0), 0)
    return w + error * x, b + error


@perceptron_update.mistake(
    "You counted the answers as -1 and +1, but the targets are 0 and 1. So a right 0 looks like an error of 1."
)
def answers_minus_one_and_one(w, b, x, target):
    error = target - (1 if w @ x + b >= 0 else -1)
    return w + error * x, b + error


@perceptron_update.mistake(
    "You added the error to every weight alike. An input's weight changes by error *times that input*."
)
def input_not_used(w, b, x, target):
    error = target - (1 if w @ x + b >= 0 else 0)
    return w + error, b + error


@perceptron_update.mistake(
    "The numbers are right, but `w += ...` changes the caller's array. Make a new one: `w = w + ...`."
)
def weights_moved_in_place(w, b, x, target):
    error = target - (1 if w @ x + b >= 0 else 0)
    w += error * x
    return w, b + error


# --- train_perceptron ----------------------------------------------------------------------------


def _training_cases(rng: np.random.Generator) -> Iterator[Case]:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    yield Case(corners, np.array([0, 0, 0, 1]), 20, part="separable")
    yield Case(corners, np.array([0, 1, 1, 1]), 20, part="separable")
    for _ in range(2):
        X = rng.normal(size=(12, 2))  # not rounded: no example lies on the line exactly
        yield Case(X, (X @ rng.normal(size=2) > rng.normal(0, 0.3)).astype(int), 60, part="separable")
    yield Case(corners, np.array([0, 1, 1, 0]), int(rng.integers(4, 9)), part="not separable")
    yield Case(rng.normal(size=(10, 2)), np.tile([0, 1], 5), 3, part="not separable")


@exercise(
    lesson="01",
    points=2,
    cases=_training_cases,
    requires=["perceptron_update"],
    equivalent_mutants=("X.shape[1] -> X.shape[-1]  # X has two axes, so the last one is axis 1",),
    hints=[
        "Two loops, one inside the other: passes outside, examples inside. Before the first pass, all weights are 0.",
        "Did an example teach anything? Then `perceptron_update` has changed b: compare the new b with the old one "
        "and count.",
        "In each pass start with `wrong = 0`, and for `x, target in zip(X, y)` call perceptron_update. After the pass "
        "append `wrong` to the list, and `break` if it is 0.",
    ],
)
def train_perceptron(X, y, passes):
    """Show the examples again and again, until a whole pass goes by without a mistake.

    X:      examples, shape (N, n)
    y:      targets, N zeros and ones
    passes: how many passes through all examples at most
    Returns (w, b, mistakes): the weights, shape (n,), and the bias after the last pass, and a list with the number
    of mistakes in each pass. Start with w and b at zero; show the examples in the order in which they stand.
    Stop after the first pass without a mistake: the last number in the list is then 0.

    Use your perceptron_update.
    """
    w, b = np.zeros(X.shape[1]), 0.0
    mistakes = []
    for _ in range(passes):
        wrong = 0
        for x, target in zip(X, y, strict=True):
            old_b = b
            w, b = perceptron_update(w, b, x, target)
            wrong += int(b != old_b)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


@train_perceptron.mistake(
    "You looked at the examples once. One pass is rarely enough: go on until a pass brings no mistake."
)
def one_pass(X, y, passes):
    return train_perceptron(X, y, 1)


@train_perceptron.mistake(
    "Your loop goes on when there is nothing left to learn. Stop after the first pass without a mistake."
)
def never_stops_early(X, y, passes):
    w, b, mistakes = train_perceptron(X, y, passes)
    return w, b, mistakes + [0] * (passes - len(mistakes))


@train_perceptron.mistake(
    "The list ends too early: the pass without a mistake belongs to it, as a 0. Append first, then stop."
)
def last_pass_not_counted(X, y, passes):
    w, b, mistakes = train_perceptron(X, y, passes)
    return w, b, [wrong for wrong in mistakes if wrong]


@train_perceptron.mistake(
    "Your weights start from zero in every pass, so nothing is remembered. Set them to zero once, before the first "
    "pass."
)
def forgets_between_passes(X, y, passes):
    mistakes = []
    for _ in range(passes):
        w, b, (wrong,) = train_perceptron(X, y, 1)
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


@train_perceptron.mistake(
    "Your list holds the mistakes that are left *after* each pass, with its last weights. Count them as they happen."
)
def counted_afterwards(X, y, passes):
    w, b = np.zeros(X.shape[1]), 0.0
    mistakes = []
    for _ in range(passes):
        for x, target in zip(X, y, strict=True):
            w, b = perceptron_update(w, b, x, target)
        mistakes.append(int(np.sum((X @ w + b >= 0) != y)))
        if mistakes[-1] == 0:
            break
    return w, b, mistakes


@train_perceptron.mistake(
    "You stop at the first example that is answered rightly. Stop after a whole *pass* without a mistake."
)
def stops_at_the_first_success(X, y, passes):
    w, b = np.zeros(X.shape[1]), 0.0
    mistakes = []
    for _ in range(passes):
        wrong = 0
        for x, target in zip(X, y, strict=True):
            old_b = b
            w, b = perceptron_update(w, b, x, target)
            if b == old_b:
                break
            wrong += 1
        mistakes.append(wrong)
        if wrong == 0:
            break
    return w, b, mistakes


# --- widrow_hoff_update --------------------------------------------------------------------------


def _widrow_hoff_cases(rng: np.random.Generator) -> Iterator[Case]:
    def signs(n: int) -> np.ndarray:
        return np.append(rng.choice([-1.0, 1.0], n - 1), 1.0)

    yield Case(np.zeros(2), np.array([-1.0, 1.0]), 1.0, part="full step")
    yield Case(rng.normal(size=3).round(1), signs(3), -1.0, part="full step")
    yield Case(rng.normal(size=5).round(1), signs(5), 1.0, part="full step")
    for target in (-1.0, 1.0, 1.0):
        n, rate = int(rng.integers(3, 7)), float(rng.uniform(0.05, 0.5))
        yield Case(rng.normal(size=n).round(1), rng.normal(size=n).round(1) + 0.03, target, rate, part="with a rate")


@exercise(
    lesson="01",
    points=2,
    cases=_widrow_hoff_cases,
    hints=[
        "The error is what is missing from the sum to the target. No threshold, no 0 and 1: two numbers subtracted.",
        "Read the old sentence slowly. Pre-weight line value: the input itself, x[i]. Error divided by the number of "
        "inputs: one number, the same for all lines.",
        "`error = target - w @ x`; each weight changes by rate * x * error / len(x).",
    ],
)
def widrow_hoff_update(w, x, target, rate=1.0):
    """Learn from one example as Adaline does (Widrow and Hoff, 1960).

    w:      weights, shape (n,)
    x:      the values on the n lines *before* their weights; one of the lines may be a constant 1, the bias
    target: what the weighted sum should be, a number
    rate:   the share of the error that is corrected
    Returns the new weights. Each one changes by the value on its line, times the error divided by the number of
    lines, times the rate. The error is measured on the sum w·x, before any threshold.

    Example: w = [0, 0], x = [-1, 1] and target 1: the error is 1, and [-0.5, 0.5] comes out.
    """
    error = target - w @ x
    return w + rate * x * error / len(x)


@widrow_hoff_update.mistake(
    "You measured the error after a threshold, as the perceptron does. Adaline compares the *sum* w·x with the target: "
    "a sum that is nearly right is nearly left alone."
)
def error_after_threshold(w, x, target, rate=1.0):
    error = target - (1 if w @ x >= 0 else -1)
    return w + rate * x * error / len(x)


@widrow_hoff_update.mistake("The error has to be divided by the number of inputs: all lines together correct it.")
def not_divided(w, x, target, rate=1.0):
    return w + rate * x * (target - w @ x)


@widrow_hoff_update.mistake(
    "Every line gets the same correction in yours. The value on the line decides how much, and in which direction: "
    "multiply by x."
)
def same_for_all_lines(w, x, target, rate=1.0):
    return w + rate * (target - w @ x) / len(x)


@widrow_hoff_update.mistake(
    "The correction goes the wrong way. The error is target minus sum: what is missing is added."
)
def away_from_the_target(w, x, target, rate=1.0):
    return w + rate * x * (w @ x - target) / len(x)


@widrow_hoff_update.mistake("The rate has no effect in yours: multiply the correction by it.")
def full_step_always(w, x, target, rate=1.0):
    return w + x * (target - w @ x) / len(x)


@widrow_hoff_update.mistake(
    "You multiplied by the weighted value, w * x. It's the *pre-weight* value that counts: what is on the line before "
    "its weight."
)
def weighted_value_used(w, x, target, rate=1.0):
    return w + rate * w * x * (target - w @ x) / len(x)


@widrow_hoff_update.mistake(
    "You divided by the sum of the squares of x. That is a later variant, and the same wherever all lines carry +1 or "
    "-1. "
    "Here divide by the number of lines."
)
def divided_by_squares(w, x, target, rate=1.0):
    return w + rate * x * (target - w @ x) / (x @ x)


@widrow_hoff_update.mistake(
    "You returned the change alone. The task asks for the new weights: the old ones plus the change."
)
def step_alone(w, x, target, rate=1.0):
    return rate * x * (target - w @ x) / len(x)


@widrow_hoff_update.mistake(
    "The error uses the mean of the products w * x. The sum over all lines is what meets the target."
)
def mean_of_the_products(w, x, target, rate=1.0):
    return w + rate * x * (target - np.mean(w * x)) / len(x)


@widrow_hoff_update.mistake(
    "Each line has an error of its own in yours: target - w * x. There is only one error: target minus the *sum* of "
    "all products, w @ x."
)
def error_of_each_line(w, x, target, rate=1.0):
    return w + rate * x * (target - w * x) / len(x)


@widrow_hoff_update.mistake(
    "You divided the sum by the number of lines, but it is the *error* that is divided: brackets around target - w @ x."
)
def sum_divided(w, x, target, rate=1.0):
    return w + rate * x * (target - w @ x / len(x))


@widrow_hoff_update.mistake(
    "The numbers are right, but `w += ...` changes the caller's array. Make a new one: `return w + ...`."
)
def lines_changed_in_place(w, x, target, rate=1.0):
    w += rate * x * (target - w @ x) / len(x)
    return w


# --- xor_network ---------------------------------------------------------------------------------


def _xor_cases(rng: np.random.Generator) -> Iterator[Case]:
    corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    yield Case(corners, part="the four inputs")
    yield Case(rng.permutation(corners), part="the four inputs")
    for _ in range(3):
        yield Case(corners + rng.uniform(-0.1, 0.1, size=(4, 2)), part="nearly 0 and nearly 1")


def _answers_of_network(numbers: Any, X: np.ndarray) -> np.ndarray:
    """What the network with these numbers answers to each row of ``X``."""
    try:
        W1, thresholds, w2, threshold = numbers
        W1, thresholds, w2, threshold = (np.array(part, dtype=float) for part in (W1, thresholds, w2, threshold))
    except (TypeError, ValueError):
        raise Misshapen("Four things are expected, all made of numbers: return W1, thresholds, w2, threshold") from None
    if (W1.shape, thresholds.shape, w2.shape, threshold.size) != ((2, 2), (2,), (2,), 1):
        raise Misshapen(
            "W1, thresholds, w2 and threshold must have the shapes (2, 2), (2,), (2,) and be a number, but have "
            f"the shapes {W1.shape}, {thresholds.shape}, {w2.shape} and {threshold.shape}."
        )
    hidden = (thresholds <= X @ W1.T).astype(float)
    return (hidden @ w2 >= threshold).astype(int).ravel()


@exercise(
    lesson="01",
    points=2,
    cases=_xor_cases,
    call=drivers.call_xor_network,
    view=_answers_of_network,
    equivalent_mutants=(
        "[1, 1] -> [2, 1]  # 'at least one' stays what it is with a stronger line",
        "[1, 1] -> [1, 2]  # 'at least one' stays what it is with a stronger line",
        "[1, -1] -> [1, -2]  # the veto is stronger than it needs to be",
    ),
    hints=[
        "Say in words when exactly one of two is on: at least one of them is, but not both.",
        "Let the first hidden unit be 'at least one', and the second 'both'. With weights 1 and 1, what are "
        "their thresholds? The output then wants the first and forbids the second.",
        "'At least one' has the threshold 0.5, 'both' 1.5. The output has weights 1 and -1. Which of the values 0, 1, "
        "0 that its sum can take must reach its threshold?",
    ],
)
def xor_network():
    """Choose the numbers of a network with two hidden units that computes exclusive-or.

    Returns (W1, thresholds, w2, threshold):
    W1:         the hidden units' weights, shape (2, 2), a row for each unit
    thresholds: the hidden units' thresholds, shape (2,)
    w2:         the output unit's weights, shape (2,)
    threshold:  the output unit's threshold, a number
    A unit answers 1 where its weighted sum reaches its threshold (>=), and else 0. The network must answer
    1 where exactly one of its two inputs is 1, also if the inputs are off by up to 0.1.
    """
    W1 = [[1, 1], [1, 1]]
    thresholds = [0.5, 1.5]
    w2 = [1, -1]
    threshold = 0.5
    return W1, thresholds, w2, threshold


@xor_network.mistake(
    "This is OR: it also answers 1 where both inputs are 1. The unit 'both' must forbid that, with a negative weight."
)
def at_least_one():
    return [[1, 1], [1, 1]], [0.5, 1.5], [1, 0], 0.5


@xor_network.mistake(
    "This is AND: it answers 1 only where both inputs are 1. Both hidden units speak *for* firing in yours; the "
    "second one "
    "has to speak against it."
)
def both_units_wanted():
    return [[1, 1], [1, 1]], [0.5, 1.5], [1, 1], 1.5


@xor_network.mistake(
    "This is exactly the opposite, XNOR: 1 where the inputs are equal. Turn the signs of the output unit around, and "
    "move its threshold."
)
def opposite_answers():
    return [[1, 1], [1, 1]], [0.5, 1.5], [-1, 1], -0.5


@xor_network.mistake(
    "Your network sees one of the two cases only: input 1 on and input 2 off. The other way round has to count too."
)
def first_without_second():
    return [[1, -1], [1, 1]], [0.5, 1.5], [1, -1], 0.5


@xor_network.mistake(
    "Your network sees one of the two cases only: input 2 on and input 1 off. The other way round has to count too."
)
def second_without_first():
    return [[-1, 1], [1, 1]], [0.5, 1.5], [1, -1], 0.5


@xor_network.mistake("Your network never answers 1. Is one of the thresholds higher than its sum can ever be?")
def never_fires():
    return [[1, 1], [1, 1]], [0.5, 1.5], [1, -1], 1.5


@xor_network.mistake(
    "Your network always answers 1. A threshold of 0 or less is reached where nothing is active, too: the output's "
    "must be above 0."
)
def always_fires():
    return [[1, 1], [1, 1]], [0.5, 1.5], [1, -1], 0


@xor_network.mistake(
    "This is NAND: it answers 1 unless both inputs are on, so also where none is. It lacks the unit 'at least one'."
)
def unless_both():
    return [[1, 1], [1, 1]], [0.5, 1.5], [0, -1], -0.5


@xor_network.mistake(
    "With exact zeros and ones this works, but your threshold is exactly 1, and an input of 0.95 does not reach it. "
    "Put each "
    "threshold half-way between the sums that it has to tell apart."
)
def threshold_on_the_edge():
    return [[1, 1], [1, 1]], [1, 2], [1, -1], 1


# --- hopfield_weights ----------------------------------------------------------------------------


def _pattern_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([[1, -1]]), part="one pattern")
    yield Case(rng.choice([-1, 1], size=(1, 4)), part="one pattern")
    for patterns, units in ((2, 3), (3, 3), (2, 6), (4, 9)):
        yield Case(rng.choice([-1, 1], size=(patterns, units)), part="several patterns")


@exercise(
    lesson="01",
    points=1,
    cases=_pattern_cases,
    equivalent_mutants=("patterns.shape[1] -> patterns.shape[-1]  # patterns has two axes, so the last one is axis 1",),
    hints=[
        "For one pattern s this is Hebb's product once more, with both ends in the same layer: s[i] * s[j]. Which "
        "entries does the task forbid?",
        "`patterns.T @ patterns` adds the products up over all patterns, for all pairs of units at once.",
        "`W = patterns.T @ patterns / patterns.shape[1]`, then `np.fill_diagonal(W, 0)`, which works in place.",
    ],
)
def hopfield_weights(patterns):
    """Store patterns in the connections between N units, by Hebb's rule (Hopfield, 1982).

    patterns: the memories, shape (number of patterns, N), each entry -1 or +1
    Returns W, shape (N, N): W[i, j] is the sum of s[i] * s[j] over all patterns s, divided by N, the number of units.
    No unit is connected to itself: the diagonal is 0.

    Example: the single pattern [[1, -1]] gives [[0, -0.5], [-0.5, 0]].
    """
    W = patterns.T @ patterns / patterns.shape[1]
    np.fill_diagonal(W, 0)
    return W


@hopfield_weights.mistake("A unit must not hold on to itself: set the diagonal of W to 0.")
def diagonal_kept(patterns):
    return patterns.T @ patterns / patterns.shape[1]


@hopfield_weights.mistake("You divided by the number of patterns. The task divides by N, the number of units.")
def divided_by_patterns(patterns):
    return hopfield_weights(patterns) * patterns.shape[1] / len(patterns)


@hopfield_weights.mistake("The sum still has to be divided by N, the number of units.")
def not_divided_by_units(patterns):
    return hopfield_weights(patterns) * patterns.shape[1]


@hopfield_weights.mistake(
    "W has a row for each *pattern*: you compared patterns with each other. It's the units that are connected, so W "
    "has the shape (N, N): transpose the first factor, not the second."
)
def pattern_against_pattern(patterns):
    W = patterns @ patterns.T / patterns.shape[1]
    np.fill_diagonal(W, 0)
    return W


@hopfield_weights.mistake(
    "You subtracted 1 on the diagonal. What stands there is the number of patterns divided by N: overwrite it with 0, "
    "as np.fill_diagonal(W, 0) does."
)
def one_taken_from_the_diagonal(patterns):
    return patterns.T @ patterns / patterns.shape[1] - np.eye(patterns.shape[1])


@hopfield_weights.mistake("The signs are turned around: units that agree in a pattern should support each other.")
def signs_turned(patterns):
    return -hopfield_weights(patterns)


@hopfield_weights.mistake("Only the last pattern is left in your W. Each further pattern is added to the ones before.")
def last_pattern_only(patterns):
    return hopfield_weights(patterns[-1:])


# --- hopfield_energy -----------------------------------------------------------------------------


def _couplings(rng: np.random.Generator, n: int) -> np.ndarray:
    """Random symmetric weights without a diagonal: odd numbers, of which an odd number never add up to 0."""
    upper = np.triu(2.0 * rng.integers(-5, 5, size=(n, n)) + 1, 1)
    return upper + upper.T


def _energy_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([1, -1]))
    for n in (2, 3, 5, 8):
        yield Case(_couplings(rng, n), rng.choice([-1, 1], size=n))


@exercise(
    lesson="01",
    points=1,
    cases=_energy_cases,
    equivalent_mutants=("-0.5 * s -> -0.5 / s  # every entry of s is -1 or 1, which is its own inverse",),
    hints=[
        "`W @ s` is what each unit hears from the others. Multiply it by what the unit itself says, and add up.",
        "`s @ W @ s` counts every pair twice, once from each end. And what should be *low* when neighbours agree?",
        "Minus one half of `s @ W @ s`.",
    ],
)
def hopfield_energy(W, s):
    """Compute the energy of a state: low where the units agree with their connections (Hopfield, 1982).

    W: weights, shape (N, N), symmetric, with 0 on the diagonal
    s: the state, shape (N,), each entry -1 or +1
    Returns a number: minus the sum of W[i, j] * s[i] * s[j] over all pairs of units, each pair counted once.

    Example: W = [[0, 1], [1, 0]] and s = [1, -1] give 1.0: two units that should agree do not.
    """
    return float(-0.5 * s @ W @ s)


@hopfield_energy.mistake("Each pair is counted twice in yours, once from each end: take half of it.")
def pairs_counted_twice(W, s):
    return float(-s @ W @ s)


@hopfield_energy.mistake("The sign is missing. Units that agree with their connections should make the energy *lower*.")
def sign_missing(W, s):
    return float(0.5 * s @ W @ s)


@hopfield_energy.mistake("The state comes in twice, from both ends of each connection. You multiplied by it once.")
def state_once(W, s):
    return float(-0.5 * np.sum(W @ s))


@hopfield_energy.mistake(
    "`W * s * s` uses s[j] twice, and s[j] * s[j] is always 1. One factor belongs to the row, the other to the column, "
    "as in `s @ W @ s`."
)
def same_end_twice(W, s):
    return float(-0.5 * np.sum(W * s * s))


@hopfield_energy.mistake("You took the mean over the units. The energy adds the pairs up.")
def mean_over_units(W, s):
    return float(-0.5 * np.mean(s * (W @ s)))


@hopfield_energy.mistake("This is a list of each unit's share. The energy is one number: add the shares up.")
def shares_not_added(W, s):
    return -0.5 * s * (W @ s)


# --- hopfield_recall -----------------------------------------------------------------------------


def _chain(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Units in a row that each follow the next one: it takes n - 1 sweeps until the last one's word is everywhere."""
    strength = np.arange(1.0, n)
    W = np.diag(strength, 1) + np.diag(strength, -1)
    return W, np.append(-np.ones(n - 1, dtype=int), 1)


def _undecided() -> tuple[np.ndarray, np.ndarray]:
    """The first unit hears one voice for it and one against; the other two hold each other."""
    return np.array([[0.0, 1.0, -1.0], [1.0, 0.0, 3.0], [-1.0, 3.0, 0.0]]), np.array([1, 1, 1])


def _recall_cases(rng: np.random.Generator) -> Iterator[Case]:
    def turned(W: np.ndarray, s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same network with some units' signs exchanged."""
        signs = rng.choice([-1, 1], size=len(s))
        return W * np.outer(signs, signs), s * signs

    yield Case(np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]), np.array([-1, 1, 1]), part="one sweep")
    W, s = _undecided()
    yield Case(W, s, part="one sweep")
    yield Case(W, -s, part="one sweep")
    yield Case(*turned(*_chain(4)), part="several sweeps")
    yield Case(*turned(*_chain(6)), part="several sweeps")
    patterns = rng.choice([-1, 1], size=(2, 30))
    W = patterns.T @ patterns / 32  # and not 30: computers divide by 32 without rounding, so 0 is 0 in any order
    np.fill_diagonal(W, 0)
    damaged = patterns[0] * np.where(rng.permutation(30) < 6, -1, 1)
    yield Case(W, damaged, part="several sweeps")
    yield Case(_couplings(rng, 12), rng.choice([-1, 1], size=12), part="several sweeps")


@exercise(
    lesson="01",
    points=2,
    cases=_recall_cases,
    hints=[
        "Unit i hears `W[i] @ s`. If that has the other sign than s[i], the unit changes its mind. Do it one unit at a "
        "time: the next one must hear the change.",
        "Keep going round until a whole round has changed nothing. A variable `changed`, False at the start of each "
        "round, can remember that.",
        "`if s[i] * (W[i] @ s) < 0: s[i] = -s[i]` inside `for i in range(len(s))`, inside `while changed`. Start with "
        "`s = s.copy()`.",
    ],
)
def hopfield_recall(W, s):
    """Let the units change their minds, one after the other, until nobody wants to any more (Hopfield, 1982).

    W: weights, shape (N, N), symmetric, with 0 on the diagonal
    s: the state to start from, shape (N,), each entry -1 or +1; it must stay as it is
    Returns the state in which it ends, shape (N,).
    Go through the units 0, 1, ..., N - 1 in this order, round after round. Unit i hears the sum of W[i, j] * s[j],
    with s as it is *now*, and takes over the sign of that sum. Where the sum is 0, it stays as it is. Stop after
    the first round in which no unit has changed.

    Example: three units, all connected by 1, that start as [-1, 1, 1] end as [1, 1, 1].
    """
    s = s.copy()
    changed = True
    while changed:
        changed = False
        for i in range(len(s)):
            if s[i] * (W[i] @ s) < 0:
                s[i] = -s[i]
                changed = True
    return s


@hopfield_recall.mistake(
    "You stopped after one round. A unit that changed may have changed another one's mind: go on until a round "
    "changes nothing."
)
def one_round(W, s):
    s = s.copy()
    for i in range(len(s)):
        if s[i] * (W[i] @ s) < 0:
            s[i] = -s[i]
    return s


@hopfield_recall.mistake(
    "Your units all decide at the same moment. Then two of them can change places for ever. One at a time, please: "
    "the next "
    "unit must hear what the one before has decided."
)
def all_at_once(W, s):
    for _ in range(3 * len(s)):
        heard = W @ s
        s = np.where(heard == 0, s, np.sign(heard)).astype(int)
    return s


@hopfield_recall.mistake(
    "A unit that hears exactly 0 has no reason to change. Your >= decides for it: it becomes 1 there, whatever it was."
)
def ties_become_one(W, s):
    s = s.copy()
    for _ in range(len(s)):
        for i in range(len(s)):
            s[i] = 1 if W[i] @ s >= 0 else -1
    return s


@hopfield_recall.mistake(
    "A unit that hears exactly 0 has no reason to change. Your > decides for it: it becomes -1 there, whatever it was."
)
def ties_become_minus_one(W, s):
    s = s.copy()
    for _ in range(len(s)):
        for i in range(len(s)):
            s[i] = 1 if W[i] @ s > 0 else -1
    return s


@hopfield_recall.mistake(
    "Where a unit hears 0 you wrote 0, since np.sign(0) is 0. Every unit is -1 or +1: let it stay as it is."
)
def ties_become_zero(W, s):
    s = s.copy()
    for _ in range(len(s)):
        for i in range(len(s)):
            s[i] = np.sign(W[i] @ s)
    return s


@hopfield_recall.mistake(
    "Your units take the *opposite* of what they hear, so the energy rises. A unit flips where its own sign disagrees "
    "with the sum."
)
def uphill(W, s):
    s = s.copy()
    for _ in range(len(s)):
        for i in range(len(s)):
            if s[i] * (W[i] @ s) > 0:
                s[i] = -s[i]
    return s


@hopfield_recall.mistake(
    "The result is right, but you changed the state that was given to you. Begin with a copy: `s = s.copy()`."
)
def start_overwritten(W, s):
    s[:] = hopfield_recall(W, s)
    return s


@hopfield_recall.mistake(
    "Your units come in another order, such as from the last to the first. The task goes from 0 upwards: another order "
    "may end in another memory."
)
def last_unit_first(W, s):
    return hopfield_recall(W[::-1, ::-1], s[::-1])[::-1]
