"""The exercises of lesson 02, "Score and loss".

Each exercise stands once: the reference that students see as the solution, the cases it is checked on,
its hints, and the wrong answers that students really write, each with the sentence that helps.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlcourse.exercises.core import Case, exercise

Rng = np.random.Generator
Cases = Iterator[Case]


# --- mean_squared_error --------------------------------------------------------------------------


def _pairs_of_arrays(rng: Rng) -> Cases:
    yield Case(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 5.0]), part="single numbers")
    for n in (2, 5):
        yield Case(rng.normal(size=n).round(1), rng.normal(size=n).round(1) + 3, part="single numbers")
    for shape in ((2, 3), (6, 4)):
        yield Case(rng.normal(size=shape).round(1), rng.normal(size=shape).round(1) + 3, part="several outputs")


@exercise(
    lesson="02",
    points=1,
    cases=_pairs_of_arrays,
    hints=[
        "The error of one example is its prediction minus its target. NumPy subtracts whole arrays at once.",
        "Square every error, and take the mean of all of them.",
        "`** 2` squares every number of an array; np.mean without an axis is the mean of all its numbers.",
    ],
)
def mean_squared_error(predictions, targets):
    """Say how far predictions are from their targets: the mean of the squared differences.

    predictions, targets: float arrays of the same shape, (examples,) or (examples, outputs)
    Returns a single number, the mean over everything.

    Example: mean_squared_error(np.array([1.0, 2.0]), np.array([1.0, 5.0])) is 4.5.
    """
    return np.mean((predictions - targets) ** 2)


@mean_squared_error.mistake(
    "The squares are added up. Take their mean: otherwise the loss grows with the number of examples, and "
    "two data sets cannot be compared."
)
def summed_squares(predictions, targets):
    return np.sum((predictions - targets) ** 2)


@mean_squared_error.mistake(
    "The errors are not squared, so those above and those below the target cancel each other. Square first, then "
    "average."
)
def signed_errors(predictions, targets):
    return np.mean(predictions - targets)


@mean_squared_error.mistake("You squared the mean. The order matters: first square every error, then take the mean.")
def square_of_the_mean(predictions, targets):
    return np.mean(predictions - targets) ** 2


@mean_squared_error.mistake(
    "This is the mean *absolute* error. It is a good loss, too; here the errors are to be squared."
)
def absolute_errors(predictions, targets):
    return np.mean(np.abs(predictions - targets))


@mean_squared_error.mistake("You took the root at the end. That is the RMSE; the mean squared error is left as it is.")
def root_taken(predictions, targets):
    return np.sqrt(np.mean((predictions - targets) ** 2))


@mean_squared_error.mistake(
    "There is a factor of 1/2 in it. Some books put it there for a tidier slope; here it isn't wanted."
)
def halved(predictions, targets):
    return np.mean((predictions - targets) ** 2) / 2


@mean_squared_error.mistake(
    "You averaged over the examples and added up the outputs. With several outputs to an example, divide by *all* "
    "the numbers there are."
)
def mean_over_the_examples_alone(predictions, targets):
    return np.sum((predictions - targets) ** 2) / len(predictions)


@mean_squared_error.mistake(
    "With several outputs you return one loss for each of them. A loss is a single number: leave out the axis."
)
def one_loss_for_each_output(predictions, targets):
    return np.mean((predictions - targets) ** 2, axis=0)


@mean_squared_error.mistake(
    "You divided by one less than there are numbers, as for the variance of a sample. The mean divides by their number."
)
def divided_by_one_less(predictions, targets):
    return np.sum((predictions - targets) ** 2) / (predictions.size - 1)


# --- linear_scores -------------------------------------------------------------------------------


def _linear_cases(rng: Rng) -> Cases:
    yield Case(np.array([[1.0, 2.0]]), np.array([[1.0, 0.0], [3.0, -1.0]]), np.array([0.5, 10.0]))
    for n, features, classes in ((2, 2, 2), (3, 3, 3), (5, 4, 3), (4, 6, 10)):
        x, weights, bias = (rng.normal(size=shape).round(1) for shape in ((n, features), (classes, features), classes))
        yield Case(x, weights, bias + 0.05)


@exercise(
    lesson="02",
    points=1,
    cases=_linear_cases,
    hints=[
        "Begin with one example and one class: multiply each number of the example by its weight, add up, add the "
        "bias.",
        "A matrix product does all of them at once. The rows of x and the rows of weights both run over the "
        "features, and in a matrix product *columns* of the second meet rows of the first.",
        "x @ weights.T has the shape (examples, classes). Adding the bias to it adds bias[c] in column c.",
    ],
)
def linear_scores(x, weights, bias):
    """Give every example one score for each class: weights times features, plus bias.

    x:       the examples, shape (examples, features)
    weights: a row of weights for each class, shape (classes, features)
    bias:    a number for each class, shape (classes,)
    Returns the scores, shape (examples, classes).

    Example: for x = [[1, 2]], weights = [[1, 0], [3, -1]] and bias = [0.5, 10] the scores are [[1.5, 11]].
    """
    return x @ weights.T + bias


@linear_scores.mistake(
    "The weights are the wrong way round. They have a *row* for each class, so they must be transposed before "
    "the examples can meet them along the features."
)
def weights_not_transposed(x, weights, bias):
    return x @ weights + bias


@linear_scores.mistake(
    "The weights come first in your product. That is right for a single example that stands upright; here every "
    "example is a *row*, so x comes first and the weights are transposed."
)
def weights_first(x, weights, bias):
    return weights @ x + bias


@linear_scores.mistake("The bias is missing. Without it every score of the input 0 would be 0.")
def bias_forgotten(x, weights, bias):
    return x @ weights.T


@linear_scores.mistake("The scores lie on their side: a row for each class. We want a row for each *example*.")
def a_row_for_each_class(x, weights, bias):
    return weights @ x.T + bias[:, None]


@linear_scores.mistake(
    "Each *example* got a bias. The bias belongs to the classes, to the columns: without [:, None] NumPy adds it so."
)
def bias_for_each_example(x, weights, bias):
    return x @ weights.T + bias[:, None]


@linear_scores.mistake("The bias came too early: it is added to the sum, not to the features.")
def bias_among_the_features(x, weights, bias):
    return (x + bias) @ weights.T


@linear_scores.mistake("The bias is subtracted. The score is weights times features *plus* bias.")
def bias_subtracted(x, weights, bias):
    return x @ weights.T - bias


@linear_scores.mistake("These are the scores of the first example alone. There is one row for every example.")
def first_example_alone(x, weights, bias):
    return weights @ x[0] + bias


# --- accuracy ------------------------------------------------------------------------------------


def _scores_and_labels(rng: Rng, n: int, classes: int, right: float) -> tuple[np.ndarray, np.ndarray]:
    """Random scores, and labels that agree with the highest one in about a share ``right`` of the rows."""
    scores = rng.normal(size=(n, classes))  # not rounded: no two classes share the first place
    labels = np.where(rng.random(n) < right, scores.argmax(axis=1), rng.integers(classes, size=n))
    return scores, labels


def _accuracy_cases(rng: Rng) -> Cases:
    yield Case(np.array([[9.0, 1.0], [0.0, 3.0], [2.0, 0.0]]), np.array([0, 1, 1]))
    yield Case(np.array([[2.0, 1.0, 0.0], [0.5, 0.0, 0.2], [1.0, 3.0, 2.0]]), np.array([0, 2, 1]))
    for n, classes in ((5, 5), (200, 3), (300, 4), (400, 5)):
        yield Case(*_scores_and_labels(rng, n, classes, 0.6))


@exercise(
    lesson="02",
    points=1,
    cases=_accuracy_cases,
    hints=[
        "The classifier's answer to an example is the class with the highest score. Which NumPy function gives the "
        "*position* of the largest number?",
        "np.argmax(scores, axis=1) is one answer for each row. Compare the answers with the labels.",
        "The mean of an array of True and False is the share of True.",
    ],
)
def accuracy(scores, labels):
    """Give the share of examples whose highest score stands at the true class.

    scores: shape (examples, classes)
    labels: the true classes, counted from 0, integers of shape (examples,)
    Returns a number between 0 and 1.

    Example: with scores [[2, 1], [0, 3], [2, 0]] and labels [0, 1, 1] two of three are right: 0.667.
    """
    return np.mean(np.argmax(scores, axis=1) == labels)


@accuracy.mistake("This is how *many* are right. Divide by the number of examples to get the share.")
def number_of_hits(scores, labels):
    return np.sum(np.argmax(scores, axis=1) == labels)


@accuracy.mistake("These are per cent. The share of all is 1, not 100.")
def in_per_cent(scores, labels):
    return 100 * np.mean(np.argmax(scores, axis=1) == labels)


@accuracy.mistake("This is the share of *errors*. The accuracy is what is left: the share that is right.")
def share_of_errors(scores, labels):
    return np.mean(np.argmax(scores, axis=1) != labels)


@accuracy.mistake(
    "You looked for the largest score down the columns: for each class, the example that it likes best. We want the "
    "best class of each example, along the rows: axis 1."
)
def best_example_of_each_class(scores, labels):
    return np.mean(np.argmax(scores, axis=0) == labels)


@accuracy.mistake("You took the class with the *lowest* score. A high score means: this one fits.")
def lowest_score_wins(scores, labels):
    return np.mean(np.argmin(scores, axis=1) == labels)


@accuracy.mistake("The classes are counted from 0, in the labels too. Yours begin at 1.")
def counts_from_one(scores, labels):
    return np.mean(np.argmax(scores, axis=1) + 1 == labels)


@accuracy.mistake(
    "Without an axis, np.argmax counts through the whole table and gives a single position. One answer for each "
    "example is wanted."
)
def one_position_for_all(scores, labels):
    return np.mean(np.argmax(scores) == labels)


@accuracy.mistake(
    "You compared the highest *score* with the label. The label is a class: ask at which place the score stands."
)
def score_compared_with_label(scores, labels):
    return np.mean(np.max(scores, axis=1) == labels)


@accuracy.mistake("This says for each example whether it is right. The share of all is the *mean* of these yes and no.")
def hits_of_each_example(scores, labels):
    return np.argmax(scores, axis=1) == labels


# --- quadratic_features --------------------------------------------------------------------------


def _point_cases(rng: Rng) -> Cases:
    yield Case(np.array([[2.0, 3.0]]))
    for n in (2, 3, 5, 8):
        yield Case(rng.normal(size=(n, 2), scale=2).round(1) + 0.05)


@exercise(
    lesson="02",
    points=1,
    cases=_point_cases,
    equivalent_mutants=("(:, 1) -> (:, -1)  # of two columns, the second is the last",),
    hints=[
        "x[:, 0] is the column of all first coordinates. Make five columns from two.",
        "The third, fourth and fifth column are x[:, 0] ** 2, x[:, 0] * x[:, 1] and x[:, 1] ** 2.",
        "np.column_stack([a, b, c]) puts arrays of shape (N,) side by side, as the columns of one array.",
    ],
)
def quadratic_features(x):
    """Map points of the plane to five features: x1, x2, x1², x1·x2, x2², in this order.

    x: points, shape (N, 2)
    Returns the features, shape (N, 5).

    Example: the point [2, 3] becomes [2, 3, 4, 6, 9].
    """
    x1, x2 = x[:, 0], x[:, 1]
    return np.column_stack([x1, x2, x1**2, x1 * x2, x2**2])


@quadratic_features.mistake(
    "The product x1·x2 is missing. It is the one that solves XOR: its sign says whether the two coordinates agree."
)
def product_left_out(x):
    return np.column_stack([x, x**2])


@quadratic_features.mistake(
    "All five features are there, but not in the order asked for: x1, x2, x1², x1·x2, x2². The product stands in the "
    "middle."
)
def product_at_the_end(x):
    return np.column_stack([x, x**2, x[:, 0] * x[:, 1]])


@quadratic_features.mistake(
    "You doubled the product, as in (x1 + x2)². A classifier could live with it, since it chooses the weight; the "
    "task asks for x1·x2."
)
def product_doubled(x):
    return np.column_stack([x, x[:, 0] ** 2, 2 * x[:, 0] * x[:, 1], x[:, 1] ** 2])


@quadratic_features.mistake(
    "The fourth feature is the sum of the coordinates. A sum is nothing new to a linear classifier: multiply."
)
def sum_for_product(x):
    return np.column_stack([x, x[:, 0] ** 2, x[:, 0] + x[:, 1], x[:, 1] ** 2])


@quadratic_features.mistake("The coordinates themselves got lost. They stay, as the first two features.")
def coordinates_dropped(x):
    return np.column_stack([x[:, 0] ** 2, x[:, 0] * x[:, 1], x[:, 1] ** 2])


@quadratic_features.mistake(
    "The features lie on their side, a row for each feature. np.column_stack makes *columns* of them; np.stack needs "
    "axis=1."
)
def features_as_rows(x):
    return np.stack([x[:, 0], x[:, 1], x[:, 0] ** 2, x[:, 0] * x[:, 1], x[:, 1] ** 2])


@quadratic_features.mistake("You doubled the coordinates where they are to be squared: x * 2 is not x ** 2.")
def doubled_not_squared(x):
    return np.column_stack([x, 2 * x[:, 0], x[:, 0] * x[:, 1], 2 * x[:, 1]])


# --- margin_losses -------------------------------------------------------------------------------


def _margin_cases(rng: Rng) -> Cases:
    yield Case(np.array([-1.0, 0.0, 0.5, 1.0, 2.0]), part="ordinary margins")
    for n in (4, 8):
        yield Case(rng.normal(size=n, scale=2).round(1) + 0.05, part="ordinary margins")
    yield Case(np.array([-1000.0, 1000.0, -5000.0]), part="large margins")
    yield Case(rng.choice([-1.0, 1.0], size=5) * rng.uniform(800, 3000, size=5).round(), part="large margins")


@exercise(
    lesson="02",
    points=2,
    cases=_margin_cases,
    hints=[
        "Four of the five are one line of NumPy each. np.maximum(a, 0) takes the larger of two numbers, everywhere "
        "in an array.",
        "(margins <= 0) is an array of True and False; .astype(float) makes ones and zeros of it.",
        "log2(1 + e^-m) overflows for m = -1000. np.logaddexp(0, -m) computes ln(e^0 + e^-m) safely; divide by "
        "np.log(2) for bits.",
    ],
)
def margin_losses(margins):
    """Give the losses of five kinds for the same margins.

    margins: float array of any shape; a margin is positive where the classifier is right, and may be as
             large as 5000 or as small as -5000
    Returns a dictionary of five float arrays of that shape:
    "zero_one" (1 where the margin is 0 or less, else 0), "squared" ((1 - m)²), "absolute" (|1 - m|),
    "hinge" (max(0, 1 - m)) and "logistic" (log2(1 + e^-m)). No inf and no nan.

    Example: at m = 0 all five are 1.
    """
    gap = 1 - margins
    return {
        "zero_one": (margins <= 0).astype(float),
        "squared": gap**2,
        "absolute": np.abs(gap),
        "hinge": np.maximum(gap, 0),
        "logistic": np.logaddexp(0, -margins) / np.log(2),
    }


@margin_losses.mistake(
    "The logistic loss overflows: e^1000 does not fit into a float. For a margin of -1000 the loss is about 1443 "
    "bits: rewrite "
    "it so that no large exponential is ever computed."
)
def overflowing_logistic(margins):
    with np.errstate(over="ignore"):
        return {**margin_losses(margins), "logistic": np.log2(1 + np.exp(-margins))}


@margin_losses.mistake(
    "The logistic loss is in nats, with the natural logarithm. Here it is wanted in bits: divide by ln 2."
)
def logistic_in_nats(margins):
    return {**margin_losses(margins), "logistic": np.logaddexp(0, -margins)}


@margin_losses.mistake(
    "The logistic loss is in nats, and it overflows. Use log2, and rewrite it so that no large exponential is ever "
    "computed: np.logaddexp helps with that."
)
def nats_and_overflow(margins):
    with np.errstate(over="ignore"):
        return {**margin_losses(margins), "logistic": np.log(1 + np.exp(-margins))}


@margin_losses.mistake(
    "The logistic loss grows with the margin in your version: check the sign in the exponent. A large margin is good."
)
def logistic_turned_round(margins):
    return {**margin_losses(margins), "logistic": np.logaddexp(0, margins) / np.log(2)}


@margin_losses.mistake(
    "The zero-one loss is turned round: it is 1 where the classifier is *wrong*, that is for margins of 0 or less."
)
def zero_one_turned_round(margins):
    return {**margin_losses(margins), "zero_one": (margins > 0).astype(float)}


@margin_losses.mistake("A margin of exactly 0 counts as an error: the classifier has not decided for the true class.")
def zero_is_forgiven(margins):
    return {**margin_losses(margins), "zero_one": (margins < 0).astype(float)}


@margin_losses.mistake(
    "Your hinge is negative beyond 1. It is cut off at 0: once the margin is 1, there is nothing left to gain."
)
def hinge_without_a_floor(margins):
    return {**margin_losses(margins), "hinge": 1 - margins}


@margin_losses.mistake(
    "Your hinge is content with being right. It should ask for more, a margin of 1: max(0, 1 - m), not max(0, -m)."
)
def hinge_without_a_margin(margins):
    return {**margin_losses(margins), "hinge": np.maximum(0, -margins)}


@margin_losses.mistake("You squared the margin itself. The target is 1 (or -1), so the error is 1 - m.")
def margin_squared(margins):
    return {**margin_losses(margins), "squared": margins**2}


@margin_losses.mistake("The absolute loss measures the distance to 1, not to 0: |1 - m|.")
def distance_to_zero(margins):
    return {**margin_losses(margins), "absolute": np.abs(margins)}


# --- hinge_loss ----------------------------------------------------------------------------------


def _hinge_cases(rng: Rng) -> Cases:
    yield Case(np.array([[3.0, 2.5, 0.0]]), np.array([0]))
    yield Case(np.array([[0.0, 1.0, 5.0], [4.0, 0.0, 1.0]]), np.array([1, 0]))
    for n, classes in ((3, 4), (5, 3), (8, 6)):
        yield Case(rng.normal(0, 1.5, (n, classes)).round(2), rng.integers(0, classes, n))


@exercise(
    lesson="02",
    points=2,
    cases=_hinge_cases,
    hints=[
        "Take one example. For each wrong class: by how much does its score come too close to the true one's? "
        "The true score should lead by 1.",
        "scores[np.arange(N), labels] picks the true score of every row; [:, None] makes a column of it, to be "
        "subtracted from all scores of the row.",
        "With excess = scores - true + 1: set the true class's own entry to 0 after np.maximum(excess, 0), add up "
        "each row, take the mean.",
    ],
)
def hinge_loss(scores, labels):
    """Give the mean multi-class hinge loss.

    An example's loss is the sum, over all wrong classes j, of max(0, score[j] - score[true] + 1).

    scores: shape (examples, classes)
    labels: the true classes, integers of shape (examples,)
    Returns a single number, the mean over the examples.

    Example: scores [[3, 2.5, 0]] with label 0 cost 0.5: the second class trails by 0.5 only, the third by 3.
    """
    rows = np.arange(len(labels))
    excess = scores - scores[rows, labels][:, None] + 1
    losses = np.maximum(excess, 0)
    losses[rows, labels] = 0
    return losses.sum(axis=1).mean()


def _excess(scores: np.ndarray, labels: np.ndarray, margin: float = 1.0) -> np.ndarray:
    """By how much each wrong class comes too close to the true one, which gets minus infinity."""
    rows = np.arange(len(labels))
    excess = scores - scores[rows, labels][:, None] + margin
    excess[rows, labels] = -np.inf
    return excess


@hinge_loss.mistake(
    "Every example pays 1 too much: you counted the true class as well. Its difference to itself is 0, so it "
    "contributes "
    "max(0, 0 + 1). Only *wrong* classes count."
)
def true_class_counted_too(scores, labels):
    return np.maximum(_excess(scores, labels), 0).sum(axis=1).mean() + 1


@hinge_loss.mistake(
    "The margin is missing. The true class must lead by 1, not merely be ahead: add 1 to the difference."
)
def content_with_a_tie(scores, labels):
    return np.maximum(_excess(scores, labels, margin=0), 0).sum(axis=1).mean()


@hinge_loss.mistake("The losses of the examples are added up. Take the mean over the examples.")
def sum_over_the_examples(scores, labels):
    return np.maximum(_excess(scores, labels), 0).sum()


@hinge_loss.mistake("You took the mean over the classes as well. Within an example, the wrong classes are added up.")
def mean_over_the_classes(scores, labels):
    return np.maximum(_excess(scores, labels), 0).mean()


@hinge_loss.mistake(
    "The difference is turned round. What costs is a *wrong* class that is high: its score minus the true one's, "
    "plus 1."
)
def difference_turned_round(scores, labels):
    excess = 2 - _excess(scores, labels)
    return np.where(np.isinf(excess), 0, np.maximum(excess, 0)).sum(axis=1).mean()


@hinge_loss.mistake(
    "Only the strongest rival pays in your version. That is a hinge loss, too (Crammer and Singer's); here all the "
    "wrong "
    "classes that come too close are added up."
)
def strongest_rival_alone(scores, labels):
    return np.maximum(_excess(scores, labels), 0).max(axis=1).mean()


@hinge_loss.mistake("Negative terms slipped in. A class that trails by more than 1 costs nothing: cut off at 0.")
def no_floor(scores, labels):
    excess = _excess(scores, labels)
    return np.where(np.isinf(excess), 0, excess).sum(axis=1).mean()


@hinge_loss.mistake("You squared the terms. That is the squared hinge; the plain one grows in a straight line.")
def squared_hinge(scores, labels):
    return (np.maximum(_excess(scores, labels), 0) ** 2).sum(axis=1).mean()


# --- softmax -------------------------------------------------------------------------------------


def _softmax_cases(rng: Rng) -> Cases:
    ordinary, large = "scores of ordinary size", "large scores"
    yield Case(np.array([[2.0, 1.0, 0.0]]), part=ordinary)
    yield Case(np.array([[0.0, 0.0], [1.0, -1.0]]), part=ordinary)
    for shape in ((3, 3), (2, 4), (5, 10)):
        yield Case(rng.normal(0, 2, shape).round(1), part=ordinary)
    yield Case(np.array([[1000.0, 1001.0, 999.0], [-1000.0, -1000.0, -1002.0], [3000.0, 0.0, 0.0]]), part=large)
    yield Case(rng.normal(0, 1000, (4, 3)).round(), part=large)


@exercise(
    lesson="02",
    points=2,
    cases=_softmax_cases,
    hints=[
        "np.exp of the scores, divided by a sum. Which sum? Each *row* must add up to 1.",
        "Subtract every row's largest score before np.exp. It changes nothing in the result, and no exponent is "
        "above 0.",
        "scores.max(axis=1, keepdims=True) has the shape (N, 1), so that it can be subtracted from every column. The "
        "sum needs the same.",
    ],
)
def softmax(scores):
    """Turn every row of scores into probabilities: positive numbers with the sum 1.

    scores: shape (examples, classes); the numbers may be in the thousands
    Returns the probabilities, shape (examples, classes). No nan, whatever the scores.

    Example: softmax of [[0, 0]] is [[0.5, 0.5]].
    """
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "Right for small scores, nan for large ones: e^1000 does not fit into a float. Subtract the largest score of "
    "each row first."
)
def overflows_when_large(scores):
    with np.errstate(all="ignore"):
        e = np.exp(scores)
        return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("The *columns* add up to 1. Each row is one example, so the sum runs along axis 1.")
def columns_add_up(scores):
    e = np.exp(scores - scores.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@softmax.mistake("All numbers together add up to 1. Every *row* should: give the sum an axis, and keepdims=True.")
def everything_adds_up(scores):
    e = np.exp(scores - scores.max())
    return e / e.sum()


@softmax.mistake(
    "Two things. All numbers together add up to 1, but every *row* should: give the sum axis=1 and keepdims=True. And "
    "e^1000 overflows: subtract the largest score of each row first."
)
def everything_adds_up_and_overflows(scores):
    with np.errstate(all="ignore"):
        return np.exp(scores) / np.exp(scores).sum()


@softmax.mistake(
    "Two things. The *columns* add up to 1, but each row is one example: the sum runs along axis 1. And e^1000 "
    "overflows: subtract the largest score of each row first."
)
def columns_add_up_and_overflow(scores):
    with np.errstate(all="ignore"):
        return np.exp(scores) / np.exp(scores).sum(axis=0)


@softmax.mistake(
    "The sums have lost their axis. Without keepdims=True they have the shape (N,), and NumPy divides the *columns* "
    "by them, "
    "or fails. Keep the axis."
)
def sums_without_keepdims(scores):
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1)


@softmax.mistake(
    "You subtracted the largest score of *all* rows. A row that is far below it becomes 0/0, nan. Each row needs its "
    "own maximum."
)
def one_maximum_for_all(scores):
    with np.errstate(all="ignore"):
        e = np.exp(scores - scores.max())
        return e / e.sum(axis=1, keepdims=True)


@softmax.mistake("There is no exponential in it. Scores may be negative; e to the power of a score never is.")
def without_exponential(scores):
    with np.errstate(all="ignore"):
        return scores / scores.sum(axis=1, keepdims=True)


@softmax.mistake(
    "The order is turned round: the highest score got the smallest probability. Look at the sign in the exponent."
)
def lowest_score_likeliest(scores):
    e = np.exp(scores.min(axis=1, keepdims=True) - scores)
    return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "You divided by the largest number, so the winner gets 1. Divide by the *sum*: then all of them together make 1."
)
def divided_by_the_largest(scores):
    return np.exp(scores - scores.max(axis=1, keepdims=True))


@softmax.mistake(
    "This is a sigmoid for each score. Every number lies between 0 and 1, but nothing makes a row add up to 1."
)
def sigmoid_of_each(scores):
    return (1 + np.tanh(scores / 2)) / 2


@softmax.mistake(
    "You *divided* the scores by the largest one. That changes the result; to subtract the largest from all of them "
    "does not."
)
def scores_divided(scores):
    with np.errstate(all="ignore"):
        e = np.exp(scores / scores.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "You subtracted the mean of each row. The result stays the same, but a score far above the mean still overflows: "
    "subtract the *largest* one."
)
def mean_subtracted(scores):
    with np.errstate(all="ignore"):
        e = np.exp(scores - scores.mean(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)


@softmax.mistake(
    "You put 0 where nan came out. The nan is gone, but the rows don't add up to 1 any more: keep it from arising, by "
    "subtracting each row's largest score first."
)
def nan_swept_away(scores):
    return np.nan_to_num(overflows_when_large(scores))


# --- entropy_bits --------------------------------------------------------------------------------


def _distribution(rng: Rng, n: int, zeros: int = 0) -> np.ndarray:
    """A random distribution over n outcomes, some of which never happen."""
    p = rng.uniform(0.2, 1, n)
    p[rng.permutation(n)[:zeros]] = 0
    return p / p.sum()


def _distribution_cases(rng: Rng) -> Cases:
    possible, impossible = "everything can happen", "something never happens"
    yield Case(np.array([0.5, 0.25, 0.25]), part=possible)
    for n in (2, 4, 7):
        yield Case(_distribution(rng, n), part=possible)
    yield Case(np.array([0.5, 0.0, 0.5]), part=impossible)
    yield Case(_distribution(rng, 5, zeros=2), part=impossible)


@exercise(
    lesson="02",
    points=1,
    cases=_distribution_cases,
    hints=[
        "The surprise of an outcome with probability p is log2(1 / p) bits. Which outcome's surprise should count "
        "how much?",
        "Each surprise is weighted with the probability that it happens: add up p * log2(1 / p).",
        "An outcome of probability 0 contributes nothing, but log2(1 / 0) is inf and 0 * inf is nan: keep p[p > 0] "
        "only.",
    ],
)
def entropy_bits(p):
    """Give the entropy of a distribution in bits: the surprise that is to be expected.

    p: the probabilities of all outcomes, shape (outcomes,), with the sum 1; some may be 0
    Returns a single number. An outcome that never happens adds nothing.

    Example: a fair coin, [0.5, 0.5], has an entropy of 1 bit.
    """
    p = p[p > 0]
    return np.sum(p * np.log2(1 / p))


@entropy_bits.mistake("This is in nats: you used the natural logarithm. Bits need np.log2.")
def entropy_in_nats(p):
    p = p[p > 0]
    return -np.sum(p * np.log(p))


@entropy_bits.mistake(
    "The sign is wrong. The logarithm of a probability is negative, a surprise is positive: there is a minus in front."
)
def negative_entropy(p):
    p = p[p > 0]
    return np.sum(p * np.log2(p))


@entropy_bits.mistake(
    "An impossible outcome turns your sum into nan: 0 times log2(0). What never happens surprises nobody; leave it out."
)
def zeros_become_nan(p):
    with np.errstate(all="ignore"):
        return -np.sum(p * np.log2(p))


@entropy_bits.mistake(
    "Two things. Bits need np.log2, not the natural logarithm. And an impossible outcome makes 0 times log(0), which "
    "is nan: leave out the outcomes with p = 0."
)
def nats_and_nan(p):
    with np.errstate(all="ignore"):
        return -np.sum(p * np.log(p))


@entropy_bits.mistake(
    "Two things. There is a minus in front: the logarithm of a probability is negative. And an impossible outcome "
    "makes 0 times log2(0), which is nan: leave it out."
)
def negative_and_nan(p):
    with np.errstate(all="ignore"):
        return np.sum(p * np.log2(p))


@entropy_bits.mistake("You took the mean of the terms. The weights p already make an average of them: add up.")
def mean_of_the_terms(p):
    p = p[p > 0]
    return -np.mean(p * np.log2(p))


@entropy_bits.mistake(
    "All surprises count the same in your sum. A surprise that is rare should count rarely: weight it with p."
)
def surprises_not_weighted(p):
    p = p[p > 0]
    return -np.sum(np.log2(p))


@entropy_bits.mistake(
    "This is the entropy of the *evenest* distribution with so many outcomes. It is the largest there can be; yours "
    "depends on p."
)
def as_if_even(p):
    return np.log2(len(p))


@entropy_bits.mistake("You used the logarithm to the base 10. A bit is one yes or no: np.log2.")
def entropy_in_decimal_digits(p):
    p = p[p > 0]
    return -np.sum(p * np.log10(p))


# --- kl_bits -------------------------------------------------------------------------------------


def _two_distributions(rng: Rng) -> Cases:
    yield Case(np.array([0.5, 0.5]), np.array([0.25, 0.75]))
    for n in (3, 4, 6):
        yield Case(_distribution(rng, n), _distribution(rng, n))
    yield Case(np.array([1.0, 0.0]), np.array([0.25, 0.75]))
    yield Case(_distribution(rng, 5, zeros=2), _distribution(rng, 5))


@exercise(
    lesson="02",
    points=1,
    cases=_two_distributions,
    hints=[
        "Who believes q is surprised by log2(1 / q). Who knows the truth p is surprised by log2(1 / p). What is the "
        "difference for one outcome?",
        "The difference is log2(p / q). It happens with the true probability p, so that is its weight.",
        "Outcomes with p = 0 add nothing: keep = p > 0, and then use p[keep] and q[keep].",
    ],
)
def kl_bits(p, q):
    """Give the Kullback-Leibler divergence in bits: what it costs on average to believe q where p is true.

    p: the true probabilities, shape (outcomes,); some may be 0
    q: the believed probabilities, shape (outcomes,), all above 0
    Returns a single number, 0 if q equals p and positive otherwise.

    Example: for a fair coin that is believed to fall heads with probability 1/4, the divergence is 0.2075 bits.
    """
    keep = p > 0
    return np.sum(p[keep] * np.log2(p[keep] / q[keep]))


@kl_bits.mistake(
    "Truth and belief are exchanged. The divergence isn't symmetric: the weights are the *true* probabilities p."
)
def truth_and_belief_exchanged(p, q):
    with np.errstate(all="ignore"):
        return np.sum(q * np.log2(q / p))


@kl_bits.mistake("This is the cross-entropy. The divergence is what comes on top of the entropy of p: subtract it.")
def cross_entropy_instead(p, q):
    return -np.sum(p * np.log2(q))


@kl_bits.mistake(
    "The sign is wrong: inside the logarithm p stands above q. A wrong belief costs, so the result is never negative."
)
def quotient_upside_down(p, q):
    keep = p > 0
    return np.sum(p[keep] * np.log2(q[keep] / p[keep]))


@kl_bits.mistake("This is in nats: you used the natural logarithm. Bits need np.log2.")
def divergence_in_nats(p, q):
    keep = p > 0
    return np.sum(p[keep] * np.log(p[keep] / q[keep]))


@kl_bits.mistake(
    "An outcome that never happens turns your sum into nan: 0 times log2(0). Leave out the outcomes with p = 0."
)
def never_happens_becomes_nan(p, q):
    with np.errstate(all="ignore"):
        return np.sum(p * np.log2(p / q))


@kl_bits.mistake(
    "Two things. Bits need np.log2, not the natural logarithm. And an outcome that never happens makes 0 times log(0), "
    "which is nan: leave out the outcomes with p = 0."
)
def divergence_in_nats_and_nan(p, q):
    with np.errstate(all="ignore"):
        return np.sum(p * np.log(p / q))


@kl_bits.mistake(
    "This is the difference of the two entropies. Each is measured by its own ruler there; the surprises at q must "
    "be weighted with p."
)
def difference_of_entropies(p, q):
    return entropy_bits(q) - entropy_bits(p)


@kl_bits.mistake("The logarithms are not weighted. Each outcome counts as often as it happens: multiply by p.")
def quotients_not_weighted(p, q):
    keep = p > 0
    return np.sum(np.log2(p[keep] / q[keep]))


@kl_bits.mistake(
    "The quotient is right, but weighted with the belief q. What happens, happens as often as the *truth* p says."
)
def weighted_with_the_belief(p, q):
    keep = p > 0
    return np.sum(q[keep] * np.log2(p[keep] / q[keep]))


@kl_bits.mistake(
    "You made every term positive. Single terms may be negative, where the belief is too high; only their sum never is."
)
def every_term_positive(p, q):
    keep = p > 0
    return np.sum(np.abs(p[keep] * np.log2(p[keep] / q[keep])))


# --- cross_entropy -------------------------------------------------------------------------------


def _cross_entropy_cases(rng: Rng) -> Cases:
    ordinary, large = "scores of ordinary size", "large scores"
    yield Case(np.array([[2.0, 1.0, 0.0]]), np.array([0]), part=ordinary)
    for n, classes in ((2, 2), (3, 3), (4, 6), (7, 3)):
        yield Case(rng.normal(0, 2, (n, classes)).round(1), rng.integers(0, classes, n), part=ordinary)
    yield Case(np.array([[1000.0, 999.0, 0.0]]), np.array([0]), part=large)
    yield Case(np.array([[-3000.0, 0.0], [1000.0, 0.0]]), np.array([0, 1]), part=large)


@exercise(
    lesson="02",
    points=2,
    cases=_cross_entropy_cases,
    hints=[
        "Minus the logarithm of a softmax is a difference: log(sum of all e^score) minus the score of the true class.",
        "Subtract each row's largest score first, from everything. Then the sum lies between 1 and the number of "
        "classes, and its logarithm is harmless.",
        "shifted[np.arange(N), labels] picks the shifted score of the true class in every row. The rest is "
        "np.log(np.exp(shifted).sum(axis=1)).",
    ],
)
def cross_entropy(scores, labels):
    """Give the mean cross-entropy of the softmax of scores: minus the log of the true class's probability.

    scores: shape (examples, classes); the numbers may be in the thousands
    labels: the true classes, integers of shape (examples,)
    Returns a single number in nats (natural logarithm), the mean over the examples. Never inf or nan.

    Example: two equal scores leave the true class a probability of 1/2, and ln 2 = 0.693.
    """
    shifted = scores - scores.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(shifted).sum(axis=1))
    return np.mean(log_sums - shifted[np.arange(len(labels)), labels])


def _log_probabilities(scores: np.ndarray, axis: int = 1) -> np.ndarray:
    shifted = scores - scores.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _of_the_truth(table: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return table[np.arange(len(labels)), labels]


@cross_entropy.mistake(
    "Right for small scores, nan or inf for large ones: e^1000 does not fit into a float. Subtract each row's "
    "largest score first."
)
def exponential_overflows(scores, labels):
    with np.errstate(all="ignore"):
        e = np.exp(scores)
        return -np.mean(np.log(_of_the_truth(e / e.sum(axis=1, keepdims=True), labels)))


@cross_entropy.mistake(
    "Your softmax is safe, but the true class may have a probability so small that it is rounded to 0, and log(0) is "
    "-inf. Don't "
    "take the log of the softmax: write the log of the quotient as a difference."
)
def logarithm_of_zero(scores, labels):
    with np.errstate(all="ignore"):
        return -np.mean(np.log(_of_the_truth(softmax(scores), labels)))


@cross_entropy.mistake("The losses of the examples are added up. Take their mean.")
def losses_added_up(scores, labels):
    return -np.sum(_of_the_truth(_log_probabilities(scores), labels))


@cross_entropy.mistake(
    "The minus is missing: the logarithm of a probability is negative, and a loss should be positive."
)
def minus_forgotten(scores, labels):
    return np.mean(_of_the_truth(_log_probabilities(scores), labels))


@cross_entropy.mistake("This is in bits. The task asks for nats, the natural logarithm np.log.")
def loss_in_bits(scores, labels):
    return -np.mean(_of_the_truth(_log_probabilities(scores), labels)) / np.log(2)


@cross_entropy.mistake("You took the mean over *all* classes. Only the true class's probability counts.")
def mean_over_all_classes(scores, labels):
    return -np.mean(_log_probabilities(scores))


@cross_entropy.mistake(
    "[:, labels] picks whole columns: every example meets the labels of all examples. One entry for each row is "
    "wanted: "
    "[np.arange(N), labels]."
)
def whole_columns_picked(scores, labels):
    return -np.mean(_log_probabilities(scores)[:, labels])


@cross_entropy.mistake("Your softmax runs down the columns. The probabilities of one example stand in a row: axis 1.")
def softmax_of_the_columns(scores, labels):
    return -np.mean(_of_the_truth(_log_probabilities(scores, axis=0), labels))


@cross_entropy.mistake("The logarithm is missing: this is one minus the probability of the true class.")
def one_minus_probability(scores, labels):
    return np.mean(1 - _of_the_truth(softmax(scores), labels))


@cross_entropy.mistake("You return a loss for each example. Take the mean: a loss is a single number.")
def loss_of_each_example(scores, labels):
    return -_of_the_truth(_log_probabilities(scores), labels)


@cross_entropy.mistake(
    "You added a tiny number before the logarithm. The inf is gone, but no loss can be larger than some 28 then, and a "
    "model that is badly wrong looks no worse than one that is wrong. Write the log of the quotient as a difference."
)
def tiny_number_added(scores, labels):
    return -np.mean(np.log(_of_the_truth(softmax(scores), labels) + 1e-12))


@cross_entropy.mistake(
    "You subtracted the largest score of *all* rows. In a row far below it every exponential becomes 0, and log(0) is "
    "-inf. Each row needs its own maximum."
)
def one_shift_for_all(scores, labels):
    shifted = scores - scores.max()
    with np.errstate(all="ignore"):
        return np.mean(np.log(np.exp(shifted).sum(axis=1)) - _of_the_truth(shifted, labels))


@cross_entropy.mistake(
    "The largest score is subtracted inside the logarithm, but not from the true class's score. Take both from the "
    "shifted scores, or add c again behind the logarithm."
)
def shifted_on_one_side(scores, labels):
    log_sums = np.log(np.exp(scores - scores.max(axis=1, keepdims=True)).sum(axis=1))
    return np.mean(log_sums - _of_the_truth(scores, labels))


@cross_entropy.mistake(
    "This is the surprise at the model's own favourite. The loss is the surprise at the *truth*: labels says which "
    "class that is."
)
def surprise_at_the_favourite(scores, labels):
    return -np.mean(_log_probabilities(scores).max(axis=1))


# --- fit_linear_regression -----------------------------------------------------------------------


def _regression_data(rng: Rng, n: int, features: int) -> tuple[np.ndarray, np.ndarray]:
    """Features that go together a little and are not centred, and noisy targets."""
    x = rng.normal(size=(n, features)) @ (np.eye(features) + 0.4) + rng.uniform(1, 2, features)
    y = x @ rng.uniform(0.5, 2, features) + rng.uniform(1, 3) + rng.normal(0, 0.5, n)
    return x.round(1), y.round(1)


def _regression_cases(rng: Rng) -> Cases:
    yield Case(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]), part="one feature")
    yield Case(*_regression_data(rng, 6, 1), part="one feature")
    for n, features in ((8, 2), (15, 3), (30, 5)):
        yield Case(*_regression_data(rng, n, features), part="several features")


@exercise(
    lesson="02",
    points=2,
    cases=_regression_cases,
    hints=[
        "Make the bias a weight like the others: give every example one more feature, which is always 1.",
        "np.column_stack([x, np.ones(len(x))]) is the table A. The weights v that solve AᵀA v = Aᵀy have the "
        "smallest squared error.",
        "np.linalg.solve(A.T @ A, A.T @ y) gives the weights of x first and the bias last: split it.",
    ],
)
def fit_linear_regression(x, y):
    """Find the weights and the bias with the smallest mean squared error, in closed form.

    x: shape (examples, features), more examples than features
    y: the targets, shape (examples,)
    Returns the pair (w, b): w of shape (features,) and a number b, so that x @ w + b is as near to y as it can be.

    Example: x = [[0], [1], [2]] and y = [1, 3, 5] lie on the line 2x + 1: the answer is (array([2.]), 1.0).
    """
    A = np.column_stack([x, np.ones(len(x))])
    v = np.linalg.solve(A.T @ A, A.T @ y)
    return v[:-1], v[-1]


def _least_squares(A: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(A, y, rcond=None)[0]


@fit_linear_regression.mistake(
    "Your line is forced through the origin: there is no bias in the fit. Add a column of ones to x, and its weight "
    "is the bias."
)
def through_the_origin(x, y):
    return _least_squares(x, y), 0.0


@fit_linear_regression.mistake(
    "The weights are right, the bias is not: the mean of y would be right if the mean of x were 0. Subtract the part "
    "that w takes on, x̄ · w."
)
def mean_of_y_as_bias(x, y):
    return fit_linear_regression(x, y)[0], y.mean()


@fit_linear_regression.mistake(
    "Weights and bias are mixed up: the weight of the column of ones stands where you put the column, first or last."
)
def bias_taken_from_the_wrong_end(x, y):
    v = _least_squares(np.column_stack([x, np.ones(len(x))]), y)
    return v[1:], v[0]


@fit_linear_regression.mistake(
    "The bias is still among the weights. Return two things: the weights of the features, and the bias."
)
def everything_in_one_array(x, y):
    return _least_squares(np.column_stack([x, np.ones(len(x))]), y)


@fit_linear_regression.mistake(
    "You fitted a line for each feature on its own. With features that go together, the same effect is counted "
    "twice: solve for all "
    "weights at once."
)
def one_feature_at_a_time(x, y):
    centred = x - x.mean(axis=0)
    w = centred.T @ (y - y.mean()) / (centred**2).sum(axis=0)
    return w, y.mean() - x.mean(axis=0) @ w


@fit_linear_regression.mistake(
    "You divided by the number of examples on one side only. Do it on both sides of AᵀA v = Aᵀy, or on none."
)
def divided_on_one_side(x, y):
    w, b = fit_linear_regression(x, y)
    return w / len(x), b / len(x)


@fit_linear_regression.mistake(
    "Aᵀy is not the answer yet. The features are neither of length 1 nor at right angles: AᵀA has to be taken out, "
    "by np.linalg.solve."
)
def without_solving(x, y):
    v = np.column_stack([x, np.ones(len(x))]).T @ y
    return v[:-1], v[-1]


@fit_linear_regression.mistake("Both are right, but in the wrong order: the weights come first, then the bias.")
def bias_before_the_weights(x, y):
    w, b = fit_linear_regression(x, y)
    return b, w


# --- fit_ridge -----------------------------------------------------------------------------------


def _ridge_cases(rng: Rng) -> Cases:
    yield Case(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]), 1.0, part="one feature")
    yield Case(*_regression_data(rng, 6, 1), 0.5, part="one feature")
    for n, features, strength in ((8, 2, 0.3), (15, 3, 2.0), (5, 7, 0.1)):
        yield Case(*_regression_data(rng, n, features), strength, part="several features")


@exercise(
    lesson="02",
    points=2,
    cases=_ridge_cases,
    hints=[
        "If every feature has the mean 0, the best bias is the mean of y, whatever the weights. So subtract the "
        "means of x first.",
        "With the centred table C, the slopes of (1/N)|Cw - y|² + strength·|w|² vanish where (CᵀC/N + strength·I) w "
        "= Cᵀy/N.",
        "np.eye(D) is the matrix I. Solve for w; then b = y.mean() - x.mean(axis=0) @ w undoes the centring.",
    ],
)
def fit_ridge(x, y, strength):
    """Find the weights with the smallest mean squared error plus strength times the sum of the squared weights.

    The bias is free: it is not part of the penalty.

    x:        shape (examples, features); there may be more features than examples
    y:        the targets, shape (examples,)
    strength: the factor of the penalty, a number above 0
    Returns the pair (w, b), w of shape (features,) and b a number.

    Example: x = [[0], [1], [2]], y = [1, 3, 5] and strength 1 give (array([0.8]), 2.2), a flatter line than 2x + 1
    through the same middle.
    """
    means = x.mean(axis=0)
    centred = x - means
    A = centred.T @ centred / len(x) + strength * np.eye(len(means))
    w = np.linalg.solve(A, centred.T @ y / len(x))
    return w, y.mean() - means @ w


def _ridge(x: np.ndarray, y: np.ndarray, penalty: np.ndarray) -> tuple[np.ndarray, float]:
    """Ridge regression with any matrix as the penalty."""
    centred = x - x.mean(axis=0)
    w = np.linalg.solve(centred.T @ centred / len(x) + penalty, centred.T @ y / len(x))
    return w, y.mean() - x.mean(axis=0) @ w


@fit_ridge.mistake(
    "Your penalty is too weak, by a factor of N: the squared error is a *mean*, so either divide CᵀC and Cᵀy by N, "
    "or multiply the strength by N."
)
def sum_of_squares_penalised(x, y, strength):
    return _ridge(x, y, strength * np.eye(x.shape[1]) / len(x))


@fit_ridge.mistake(
    "You penalised the bias as well, so the fit is pulled towards 0 as a whole. Centre the features, and the bias "
    "stays out of it."
)
def bias_penalised(x, y, strength):
    A = np.column_stack([x, np.ones(len(x))])
    v = np.linalg.solve(A.T @ A / len(x) + strength * np.eye(A.shape[1]), A.T @ y / len(x))
    return v[:-1], v[-1]


@fit_ridge.mistake("The sign of the penalty is wrong: it rewards large weights. Add the strength to the diagonal.")
def penalty_subtracted(x, y, strength):
    return _ridge(x, y, -strength * np.eye(x.shape[1]))


@fit_ridge.mistake(
    "You added the strength to *every* entry of the matrix. It belongs on the diagonal: strength * np.eye(D). (With "
    "one feature that is the same.)"
)
def added_to_every_entry(x, y, strength):
    return _ridge(x, y, np.full((x.shape[1], x.shape[1]), strength))


@fit_ridge.mistake("Half of the penalty got lost. Both terms have a factor of 2 in their slope, so it cancels in both.")
def half_of_the_penalty(x, y, strength):
    return _ridge(x, y, strength / 2 * np.eye(x.shape[1]))


@fit_ridge.mistake(
    "The weights are right, but the bias belongs to the centred features. Subtract the mean of x times w."
)
def bias_of_the_centred_fit(x, y, strength):
    return _ridge(x, y, strength * np.eye(x.shape[1]))[0], y.mean()


@fit_ridge.mistake("There is no bias in your fit: without centring, the weights must bend to reach the targets' mean.")
def neither_centred_nor_biased(x, y, strength):
    w = np.linalg.solve(x.T @ x / len(x) + strength * np.eye(x.shape[1]), x.T @ y / len(x))
    return w, 0.0


@fit_ridge.mistake(
    "You divided CᵀC by N, but not Cᵀy. The mean squared error has its 1/N on both sides of the equation."
)
def right_side_not_divided(x, y, strength):
    w = len(x) * fit_ridge(x, y, strength)[0]
    return w, y.mean() - x.mean(axis=0) @ w


@fit_ridge.mistake(
    "On the right side stand the features as they are. There, too, belongs the table with the means taken out, Cᵀy."
)
def right_side_not_centred(x, y, strength):
    centred = x - x.mean(axis=0)
    w = np.linalg.solve(centred.T @ centred / len(x) + strength * np.eye(x.shape[1]), x.T @ y / len(x))
    return w, y.mean() - x.mean(axis=0) @ w
