"""The exercises of lesson 00, "Start here".

Each exercise stands once: the reference that students see as the solution, the cases it is checked on,
its hints, and the wrong answers that students really write, each with the sentence that helps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from dlcourse.exercises.core import Case, exercise
from dlcourse.running.drivers import lesson00 as drivers

# --- invert --------------------------------------------------------------------------------------


def _invert_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([[0.0, 0.25], [1.0, 0.5]]))
    yield Case(np.array([[1.0, 0.0, 0.75], [0.125, 0.5, 1.0]]))
    yield Case(rng.random((4, 4)).round(2))
    yield Case(rng.random((8, 8)).round(2))
    yield Case(rng.random((3, 5, 5)).round(2))


@exercise(
    lesson="00",
    points=1,
    cases=_invert_cases,
    hints=[
        "Take a single pixel first. 0 must become 1, 1 must become 0, and 0.25 must become 0.75. What do you "
        "calculate in your head?",
        "`1 - 0.25` is 0.75. NumPy does the same with a whole array: `1 - picture`. No loop is needed.",
        "The body is one line: `return 1 - picture`.",
    ],
)
def invert(picture):
    """Turn light into dark and dark into light, as in a photographic negative.

    picture: float array of any shape; 0 is black, 1 is white
    Returns a new float array of the same shape. The picture itself stays as it is.

    Example: [[0.0, 0.25]] becomes [[1.0, 0.75]].
    """
    return 1 - picture


@invert.mistake(
    "The subtraction is the wrong way round: your numbers are below zero, darker than black. Start from "
    "white, which is 1, and take the picture away from it."
)
def wrong_way_round(picture):
    return picture - 1


@invert.mistake("A minus sign alone makes 0.25 into -0.25, and there is no grey below 0. White, 1, must become 0.")
def minus_sign_alone(picture):
    return -picture


@invert.mistake(
    "You turned the picture upside down. The rows should stay where they are; what changes is the number in each pixel."
)
def upside_down(picture):
    return picture[::-1]


@invert.mistake(
    "You mirrored the picture: left and right are exchanged. The pixels should stay where they are; what "
    "changes is the number in each of them."
)
def mirrored(picture):
    return picture[..., ::-1]


@invert.mistake("White is 255 in many picture files, but here the numbers go from 0 to 1. White is 1.")
def white_is_255(picture):
    return 255 - picture


@invert.mistake(
    "The picture came back as it was. In a loop, `pixel = 1 - pixel` changes the name `pixel` alone, not the "
    "array. Calculate with the whole array at once, and return the result."
)
def unchanged(picture):
    return picture.copy()


@invert.mistake(
    "The numbers are right, but your code changed the picture that it was given. Whoever called it may "
    "still need that picture. Make a new array, with a line such as `new = 1 - picture`."
)
def changed_in_place(picture):
    picture *= -1
    picture += 1
    return picture


# --- broadcast_shape -----------------------------------------------------------------------------


def _broadcast_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case((3, 4), (3, 4), part="shapes that fit")
    yield Case((3, 4), (1, 4), part="shapes that fit")
    yield Case((3, 4), (4,), part="shapes that fit")
    yield Case((4,), (2, 3, 1), part="shapes that fit")
    full = [int(n) for n in rng.integers(2, 7, size=4)]
    for _ in range(3):
        stretched = (1 if rng.random() < 0.5 else n for n in full)
        yield Case(tuple(full), tuple(stretched)[int(rng.integers(3)) :], part="shapes that fit")
    yield Case((3, 4), (3,), part="shapes that do not fit")
    yield Case((2, 4), (2, 2), part="shapes that do not fit")
    wrong = list(full)
    wrong[int(rng.integers(4))] += 1
    yield Case(tuple(full), tuple(wrong), part="shapes that do not fit")


@exercise(
    lesson="00",
    points=2,
    cases=_broadcast_cases,
    hints=[
        "Bring both shapes to the same length first: a shorter one gets ones on its *left*. `(1,) * k` is a "
        "tuple of k ones, and `+` joins two tuples.",
        "Then walk through the pairs with `for i, j in zip(a, b)`. They fit if i equals j, or if one of them is 1.",
        "If `i != j and 1 not in (i, j)`, return None. Otherwise this axis of the result has `max(i, j)`. At "
        "the end, return `tuple(result)`.",
    ],
)
def broadcast_shape(a, b):
    """Say which shape `x + y` has, if x has the shape a and y has the shape b.

    a, b: tuples of ints, each at least 1; they may differ in length
    Returns the shape of the result as a tuple, or None if the two shapes do not fit.

    Example: (3, 4) and (4,) make (3, 4). (3, 4) and (3,) make None.
    """
    length = max(len(a), len(b))
    a = (1,) * (length - len(a)) + a
    b = (1,) * (length - len(b)) + b
    result = []
    for i, j in zip(a, b, strict=True):
        if i != j and 1 not in (i, j):
            return None
        result.append(max(i, j))
    return tuple(result)


def _padded(a: tuple[int, ...], b: tuple[int, ...], left: bool = True) -> list[tuple[int, int]]:
    """The pairs of sizes that meet; the shorter shape is filled up with ones."""
    length = max(len(a), len(b))
    ones = [(1,) * (length - len(shape)) for shape in (a, b)]
    full = [(one + shape) if left else (shape + one) for one, shape in zip(ones, (a, b), strict=True)]
    return list(zip(*full, strict=True))


def _fit(i: int, j: int) -> bool:
    return i == j or 1 in (i, j)


@broadcast_shape.mistake(
    "You compared the shapes from the left. NumPy lines them up at the right end, so the missing ones "
    "belong on the left of the shorter shape."
)
def lined_up_on_the_left(a, b):
    pairs = _padded(a, b, left=False)
    return tuple(max(pair) for pair in pairs) if all(_fit(i, j) for i, j in pairs) else None


@broadcast_shape.mistake(
    "You compared the shapes from the left, and zip stopped at the end of the shorter one. NumPy lines them up "
    "at the right end: put ones on the left of the shorter shape first, until both are equally long."
)
def zipped_from_the_left(a, b):
    pairs = list(zip(a, b, strict=False))
    return tuple(max(pair) for pair in pairs) if all(_fit(i, j) for i, j in pairs) else None


@broadcast_shape.mistake(
    "You only let equal sizes through. A size of 1 fits everything: that axis is repeated as often as needed."
)
def ones_do_not_stretch(a, b):
    pairs = _padded(a, b)
    missing = abs(len(a) - len(b))
    return tuple(max(pair) for pair in pairs) if all(i == j for i, j in pairs[missing:]) else None


@broadcast_shape.mistake(
    "You answered with a shape where the two do not fit. Unequal sizes are allowed only if one of them is 1; "
    "otherwise the answer is None."
)
def everything_fits(a, b):
    return tuple(max(pair) for pair in _padded(a, b))


@broadcast_shape.mistake(
    "You let 2 stretch to 4, because 4 is a multiple of 2. NumPy does not: the only size that stretches is 1."
)
def multiples_stretch(a, b):
    pairs = _padded(a, b)
    fit = all(max(pair) % min(pair) == 0 for pair in pairs)
    return tuple(max(pair) for pair in pairs) if fit else None


@broadcast_shape.mistake(
    "Axes were lost. Where one shape is longer, its extra axes on the left stay in the result. (zip stops "
    "at the end of the shorter one.)"
)
def extra_axes_lost(a, b):
    pairs = _padded(a, b)[abs(len(a) - len(b)) :]
    return tuple(max(pair) for pair in pairs) if all(_fit(i, j) for i, j in pairs) else None


@broadcast_shape.mistake("Where 1 meets a larger size, the 1 is stretched. So the result has the larger of the two.")
def smaller_size_wins(a, b):
    pairs = _padded(a, b)
    return tuple(min(pair) for pair in pairs) if all(_fit(i, j) for i, j in pairs) else None


@broadcast_shape.mistake("Nothing came back for shapes that fit. Is there a `return` behind the loop?")
def nothing_returned(a, b):
    return None


@broadcast_shape.mistake(
    "You demanded two shapes of the same length. A shorter one is allowed: it gets ones on its left until "
    "both are equally long."
)
def same_length_demanded(a, b):
    return broadcast_shape(a, b) if len(a) == len(b) else None


# --- standardize ---------------------------------------------------------------------------------


def _standardize_cases(rng: np.random.Generator) -> Iterator[Case]:
    table = np.array([[1.0, 100.0], [3.0, 300.0], [8.0, 500.0]])
    yield Case(table, table, part="columns that vary")
    yield Case(
        np.array([[2.0, 5.0], [4.0, 9.0]]), np.array([[0.0, 3.0], [6.0, 5.0], [6.0, 13.0]]), part="columns that vary"
    )
    scales = 10.0 ** rng.integers(-2, 4, size=5)
    for n, m in ((4, 9), (6, 6)):
        x, known = (rng.normal(1, 1, size=(rows, 5)) * scales for rows in (n, m))
        yield Case(x, known, part="columns that vary")
    known = rng.normal(2, 3, size=(6, 3)).round(1)
    known[:, int(rng.integers(3))] = 4.0
    yield Case(known, known, part="a column that never changes")
    yield Case(rng.normal(2, 3, size=(4, 3)).round(1), known, part="a column that never changes")


@exercise(
    lesson="00",
    points=3,
    cases=_standardize_cases,
    hints=[
        "Two numbers are needed for each column: its mean and its standard deviation. `known.mean(axis=0)` "
        "walks down the columns. What is the shape of the result?",
        "Write `(x - mean) / deviation`, with the mean and the deviation of `known`. Broadcasting takes care "
        "of the rows. Run the check now, and see which part is right.",
        "A column that never changes has the deviation 0. Put a 1 in its place before you divide: "
        "`np.where(deviation > 0, deviation, 1)`.",
    ],
)
def standardize(x, known):
    """Bring every column to the same scale: mean 0 and standard deviation 1, as measured on `known`.

    x:     float array, one example in each row, shape (examples, columns)
    known: float array with the same columns; means and deviations are taken from it
    Returns a new float array of x's shape. A column that never changes in `known` has no scale: only
    its mean is subtracted.

    Example: the column [1, 3] has mean 2 and deviation 1. With known = [[1], [3]], the rows
    x = [[1], [2], [5]] become [[-1], [0], [3]].
    """
    mean = known.mean(axis=0)
    deviation = known.std(axis=0)
    return (x - mean) / np.where(deviation > 0, deviation, 1)


def _safe(deviation: Any) -> Any:
    return np.where(deviation > 0, deviation, 1)


@standardize.mistake(
    "A column that never changes has the deviation 0, and you divide by it: out come nan and inf. Put 1 "
    "in the place of a deviation that is 0."
)
def divided_by_zero(x, known):
    with np.errstate(all="ignore"):
        return (x - known.mean(axis=0)) / known.std(axis=0)


@standardize.mistake(
    "You took one mean and one deviation of the whole table. Every column should get its own: tell `mean` "
    "and `std` along which axis to go."
)
def one_scale_for_all(x, known):
    return (x - known.mean()) / known.std()


@standardize.mistake(
    "Each column now has its own mean at 0, but you measured it on x. The task says: as measured on "
    "`known`. New examples have to be put on the scale of those that are known already."
)
def own_scale(x, known):
    return (x - x.mean(axis=0)) / _safe(x.std(axis=0))


@standardize.mistake(
    "The means are those of `known`, but the deviations are those of x. Both belong to the scale: measure both "
    "on `known`."
)
def deviation_of_x(x, known):
    return (x - known.mean(axis=0)) / _safe(x.std(axis=0))


@standardize.mistake(
    "A column that never changes in `known` came out as 0. Only its mean is to be subtracted: a new example may "
    "differ from that mean, and the difference should be seen."
)
def unchanging_column_to_zero(x, known):
    return np.where(known.std(axis=0) > 0, standardize(x, known), 0)


@standardize.mistake(
    "A tiny number added to the deviation does avoid the division by 0, but it makes a difference in a column "
    "that never changes a hundred million times as large. Put 1 in the place of a deviation that is 0."
)
def tiny_number_added(x, known):
    return (x - known.mean(axis=0)) / (known.std(axis=0) + 1e-8)


@standardize.mistake(
    "You standardised the rows. Axis 1 runs along a row, from column to column. To get one mean for each "
    "column, go down the rows: axis 0."
)
def along_the_rows(x, known):
    return (x - x.mean(axis=1, keepdims=True)) / _safe(x.std(axis=1, keepdims=True))


@standardize.mistake(
    "The means are at 0, and the columns still have their old scales. Divide by the standard deviation as well."
)
def means_alone(x, known):
    return x - known.mean(axis=0)


@standardize.mistake(
    "You divided by the variance. The standard deviation is its square root, and `std` gives that directly."
)
def by_the_variance(x, known):
    return (x - known.mean(axis=0)) / _safe(known.var(axis=0))


@standardize.mistake("You divided, but the means are not at 0: subtract them first.")
def mean_not_subtracted(x, known):
    return x / _safe(known.std(axis=0))


@standardize.mistake(
    "`/` goes before `-`, as in school: you subtracted mean / deviation. Put brackets around the difference: "
    "`(x - mean) / deviation`."
)
def brackets_missing(x, known):
    return x - known.mean(axis=0) / _safe(known.std(axis=0))


@standardize.mistake(
    "You used the standard deviation that divides by n - 1 (ddof=1). NumPy's own, and the course's, divides by n."
)
def other_deviation(x, known):
    return (x - known.mean(axis=0)) / _safe(known.std(axis=0, ddof=1))


@standardize.mistake(
    "You stretched each column to the range from 0 to 1, by its smallest and largest number. That is another "
    "scale; here we want the mean at 0 and the standard deviation at 1."
)
def zero_to_one(x, known):
    return (x - known.min(axis=0)) / _safe(np.ptp(known, axis=0))


# --- pairwise_distances --------------------------------------------------------------------------


def _distance_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([[0.0, 0.0], [3.0, 4.0]]), np.array([[0.0, 0.0]]))
    yield Case(np.array([[0.0, 0.0], [1.0, 2.0]]), np.array([[3.0, 4.0], [0.0, 0.0], [1.0, 1.0]]))
    for n, m, columns in ((2, 5, 3), (4, 4, 4), (7, 3, 10)):
        yield Case(rng.normal(size=(n, columns)).round(1), rng.normal(size=(m, columns)).round(1))
    crowd = rng.normal(size=(40, 7))
    yield Case(crowd, crowd)


@exercise(
    lesson="00",
    points=3,
    cases=_distance_cases,
    atol=1e-6,  # the matrix product loses digits where two rows are equal, and so does its root
    hints=[
        "One row of a against one row of b: subtract, square, add up, take the root. Two loops over the rows "
        "are a right answer. Write that first, if you like, and then get rid of the loops.",
        "You need the shape (n, m, d), every row of a against every row of b. `a[:, None, :]` has the shape "
        "(n, 1, d) and `b[None, :, :]` the shape (1, m, d). What does their difference have?",
        "`difference = a[:, None, :] - b[None, :, :]`, then `np.sqrt((difference**2).sum(axis=2))`.",
    ],
)
def pairwise_distances(a, b):
    """Measure the distance from every row of a to every row of b.

    a: float array, shape (n, d)
    b: float array, shape (m, d)
    Returns a float array of shape (n, m). Row i, column j: the root of the sum of the squared
    differences between a[i] and b[j].

    Example: the row [3, 4] has the distance 5 from the row [0, 0].
    """
    difference = a[:, None, :] - b[None, :, :]
    return np.sqrt((difference**2).sum(axis=2))


def _differences(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a[:, None, :] - b[None, :, :]


@pairwise_distances.mistake("These are the squared distances: 25 instead of 5. The root is missing.")
def root_missing(a, b):
    return (_differences(a, b) ** 2).sum(axis=2)


@pairwise_distances.mistake(
    "Rows and columns are exchanged: row i should belong to a[i], column j to b[j]. Which of the two gets "
    "its new axis in the middle?"
)
def transposed(a, b):
    return pairwise_distances(b, a)


@pairwise_distances.mistake(
    "You added up the differences themselves, without their squares. (The root of a square is the number "
    "itself, without its sign: add up first, and take the root of the sum.)"
)
def sum_of_absolute_differences(a, b):
    return np.abs(_differences(a, b)).sum(axis=2)


@pairwise_distances.mistake(
    "You added up the differences first, and squared the sum. Then differences of opposite sign cancel. Square "
    "each difference, add up the squares, and take the root last."
)
def square_of_the_sum(a, b):
    return np.sqrt(_differences(a, b).sum(axis=2) ** 2)


@pairwise_distances.mistake(
    "This is the difference between the lengths of the two rows. Two rows can be equally long and far apart: "
    "subtract the rows first, and take the length of the difference."
)
def difference_of_lengths(a, b):
    return np.abs(np.linalg.norm(a, axis=1)[:, None] - np.linalg.norm(b, axis=1))


@pairwise_distances.mistake(
    "You took the mean of the squared differences. A distance adds them up, however many columns there are."
)
def mean_instead_of_sum(a, b):
    return np.sqrt((_differences(a, b) ** 2).mean(axis=2))


@pairwise_distances.mistake(
    "You added up along the wrong axis. In the shape (n, m, d), the columns of a row are the last axis, "
    "number 2: that one has to go."
)
def wrong_axis(a, b):
    return np.sqrt((_differences(a, b) ** 2).sum(axis=1))


@pairwise_distances.mistake(
    "`a - b` subtracts row i from row i, and that works only if both have the same number of rows (or one "
    "of them has a single row). We want every row of a against every row of b: one of the two needs a new axis."
)
def row_by_row(a, b):
    return np.sqrt(((a - b) ** 2).sum(axis=1))


@pairwise_distances.mistake(
    "The idea with the matrix product is right, but where two rows are equal, rounding leaves a tiny negative "
    "number, and its root is nan. Bring it up to 0 first: np.maximum(..., 0)."
)
def root_of_a_negative(a, b):
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)
    with np.errstate(invalid="ignore"):
        return np.sqrt(squares - 2 * a @ b.T)


@pairwise_distances.mistake(
    "The product has the wrong sign: (a - b)² is a² - 2ab + b². You computed the length of a + b."
)
def sign_of_the_product(a, b):
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)
    return np.sqrt(np.maximum(squares + 2 * a @ b.T, 0))


@pairwise_distances.mistake("The factor 2 is missing: (a - b)² is a² - 2ab + b².")
def factor_two_missing(a, b):
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)
    return np.sqrt(np.maximum(squares - a @ b.T, 0))


# --- nearest_neighbour ---------------------------------------------------------------------------


def _neighbour_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([[0.0, 0.0], [10.0, 10.0]]), np.array([7, 3]), np.array([[1.0, 2.0], [9.0, 8.0], [0.0, 1.0]]))
    yield Case(np.array([[1.0], [4.0], [9.0]]), np.array([5, 0, 5]), np.array([[5.0], [0.0]]))
    for n, m, columns in ((5, 3, 2), (12, 8, 4), (30, 20, 6)):
        known, new = rng.normal(size=(n, columns)), rng.normal(size=(m, columns))  # rounded, two may be as near
        yield Case(known, rng.integers(10, 100, size=n), new)


@exercise(
    lesson="00",
    points=2,
    cases=_neighbour_cases,
    requires=("pairwise_distances",),
    hints=[
        "Measure first: `pairwise_distances(new, known)` has a row for each new example. What do you look for in "
        "that row?",
        "`argmin(axis=1)` gives for each row the *position* of its smallest number. That is the position of "
        "the nearest known example. And what is its label?",
        "An array of positions can be an index: `labels[positions]` gives the label at each of them.",
    ],
)
def nearest_neighbour(known, labels, new):
    """Say of every new example what the most similar known example is.

    known:  float array, shape (n, d), the examples whose labels we know
    labels: int array, shape (n,)
    new:    float array, shape (m, d)
    Returns an int array of shape (m,): for each new example the label of its nearest known one.

    Example: known [[0.0], [10.0]] with the labels [7, 3], and new [[1.0], [8.0]], give [7, 3].
    """
    distances = pairwise_distances(new, known)
    return labels[distances.argmin(axis=1)]


@nearest_neighbour.mistake("These are the positions of the nearest examples. We want the labels that stand there.")
def positions(known, labels, new):
    return pairwise_distances(new, known).argmin(axis=1)


@nearest_neighbour.mistake("You found the example that is furthest away. The nearest one has the *smallest* distance.")
def furthest(known, labels, new):
    return labels[pairwise_distances(new, known).argmax(axis=1)]


@nearest_neighbour.mistake(
    "You looked down the columns: for each known example, which new one is nearest? We want an answer for "
    "each new example, a row of the distances."
)
def down_the_columns(known, labels, new):
    return labels[pairwise_distances(new, known).argmin(axis=0)]


@nearest_neighbour.mistake(
    "These are the smallest distances themselves. Ask for the position of the smallest one (argmin), and "
    "then for the label there."
)
def distance_instead_of_label(known, labels, new):
    return pairwise_distances(new, known).min(axis=1)


@nearest_neighbour.mistake(
    "You searched the whole table of distances and found a single example. Each row needs its own nearest "
    "one: give argmin an axis."
)
def one_for_all(known, labels, new):
    return labels[pairwise_distances(new, known).argmin()]


# --- one_hot -------------------------------------------------------------------------------------


def _one_hot_cases(rng: np.random.Generator) -> Iterator[Case]:
    yield Case(np.array([0, 2, 1]), 3)
    yield Case(np.array([1, 1, 0, 1]), 3)  # nobody belongs to class 2
    for n, classes in ((4, 2), (6, 5), (12, 10)):
        yield Case(rng.integers(classes, size=n), classes)
    yield Case(np.array([3, 3]), 6)


@exercise(
    lesson="00",
    points=2,
    cases=_one_hot_cases,
    hints=[
        "Begin with a table of zeros of the right shape: `np.zeros((len(labels), n_classes))`.",
        "Row 0 gets a 1 in the column labels[0], row 1 in the column labels[1], and so on. A loop over the rows "
        "does it.",
        "Without a loop: `rows[np.arange(len(labels)), labels] = 1`. Two lists of positions make pairs: row 0 "
        "with labels[0], row 1 with labels[1], ...",
    ],
)
def one_hot(labels, n_classes):
    """Turn each label into a row with a single 1.

    labels:    int array, shape (n,), with numbers from 0 to n_classes - 1
    n_classes: the number of classes
    Returns a float array of shape (n, n_classes): in row i, a 1 in the column labels[i], and 0 elsewhere.

    Example: the labels [0, 2] of three classes become [[1, 0, 0], [0, 0, 1]].
    """
    rows = np.zeros((len(labels), n_classes))
    rows[np.arange(len(labels)), labels] = 1
    return rows


@one_hot.mistake(
    "Your rows hold several ones. `rows[:, labels] = 1` means: in *every* row, all of these columns. You want "
    "pairs of a row and its column: put np.arange(len(labels)) in the place of the colon."
)
def every_row(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[:, labels] = 1
    return rows


@one_hot.mistake(
    "You counted the rows with n_classes. There is a row for each *label*: their positions are np.arange(len(labels))."
)
def as_many_rows_as_classes(labels, n_classes):
    rows = np.zeros((len(labels), n_classes))
    rows[np.arange(n_classes), labels] = 1
    return rows


@one_hot.mistake("Rows and columns are exchanged. Each label should become a row.")
def one_column_each(labels, n_classes):
    return one_hot(labels, n_classes).T


@one_hot.mistake("The ones stand a column too far to the left. The classes are counted from 0, like the columns.")
def counted_from_one(labels, n_classes):
    return one_hot(labels - 1, n_classes)


@one_hot.mistake(
    "The table has only as many columns as the labels happen to need. A class that does not occur keeps its "
    "column: there are n_classes of them."
)
def columns_from_the_data(labels, n_classes):
    return one_hot(labels, int(labels.max()) + 1)


@one_hot.mistake("Zeros and ones are exchanged: the 1 belongs in the column of the label, the zeros everywhere else.")
def all_but_one_hot(labels, n_classes):
    return 1 - one_hot(labels, n_classes)


@one_hot.mistake(
    "The numbers are right, but they are ints. We will compute with them, so make floats: np.zeros does, if "
    "you don't ask for another dtype."
)
def ints(labels, n_classes):
    return one_hot(labels, n_classes).astype(int)


@one_hot.mistake(
    "These are truth values, from a comparison. `.astype(float)` makes the numbers 0 and 1 of False and True."
)
def truth_values(labels, n_classes):
    return one_hot(labels, n_classes) > 0


@one_hot.mistake("The label itself stands in its column. Put a 1 there, whatever the label is.")
def label_in_its_column(labels, n_classes):
    return one_hot(labels, n_classes) * labels[:, None]


# --- class_means ---------------------------------------------------------------------------------


def _mean_cases(rng: np.random.Generator) -> Iterator[Case]:
    x = np.array([[0.0, 2.0, 4.0], [2.0, 4.0, 6.0], [10.0, 20.0, 30.0]])
    yield Case(x, np.array([0, 0, 1]), 2)
    yield Case(np.array([[1.0, 5.0], [3.0, 7.0], [2.0, 2.0], [5.0, 3.0]]), np.array([1, 1, 0, 1]), 2)
    for n, columns, classes in ((7, 2, 3), (12, 4, 4), (30, 6, 5)):
        members = np.concatenate([np.arange(classes), rng.integers(classes, size=n - classes - 1), [0]])
        yield Case(rng.normal(size=(n, columns)).round(1), rng.permutation(members), classes)


@exercise(
    lesson="00",
    points=2,
    cases=_mean_cases,
    requires=("one_hot",),
    hints=[
        "A loop over the classes is a right answer: for class k, `x[labels == k].mean(axis=0)`; np.stack makes "
        "one array of the rows. Then try it without a loop.",
        "`member = one_hot(labels, n_classes)` has the shape (n, n_classes). `member.T @ x` adds up, for each "
        "class, the rows that belong to it. How many are there of each?",
        "`member.sum(axis=0)` counts them, shape (n_classes,). To divide the *rows* of the sums by it, give it "
        "a second axis: `member.sum(axis=0)[:, None]`.",
    ],
)
def class_means(x, labels, n_classes):
    """Average the examples of each class.

    x:         float array, shape (n, d)
    labels:    int array, shape (n,); each number from 0 to n_classes - 1 occurs at least once
    n_classes: the number of classes
    Returns a float array of shape (n_classes, d): in row k the mean of all examples of class k.

    Example: x [[0], [2], [9]] with the labels [0, 0, 1] gives [[1], [9]].
    """
    member = one_hot(labels, n_classes)
    return member.T @ x / member.sum(axis=0)[:, None]


@class_means.mistake("These are sums. For the mean of a class, divide its row by the number of its members.")
def sums(x, labels, n_classes):
    return one_hot(labels, n_classes).T @ x


@class_means.mistake(
    "You divided every class by the number of *all* examples. Each class has to be divided by the number of "
    "its own members."
)
def divided_by_all(x, labels, n_classes):
    return one_hot(labels, n_classes).T @ x / len(x)


@class_means.mistake(
    "The numbers of members have the shape (n_classes,), and broadcasting lines that up with the *columns*. "
    "Give it a second axis, `[:, None]`, and it divides the rows."
)
def counts_across_the_columns(x, labels, n_classes):
    member = one_hot(labels, n_classes)
    return member.T @ x / member.sum(axis=0)


@class_means.mistake(
    "You got one number for each class, the mean of everything in it. Every column should be averaged on its "
    "own: mean(axis=0)."
)
def one_number_each(x, labels, n_classes):
    return np.array([x[labels == k].mean() for k in range(n_classes)])


@class_means.mistake(
    "The mean ran along the rows, from column to column. Go down the rows instead, over the members of the "
    "class: axis 0."
)
def along_the_columns(x, labels, n_classes):
    return np.stack([x[labels == k].mean(axis=1) for k in range(n_classes)])


@class_means.mistake("Class 0 is missing: the classes are counted from 0. range(n_classes) counts like that.")
def without_class_0(x, labels, n_classes):
    return class_means(x, labels, n_classes)[1:]


@class_means.mistake(
    "This is one mean over all examples, the same for every class. Pick the rows of a class before you average."
)
def mean_of_all(x, labels, n_classes):
    return np.tile(x.mean(axis=0), (n_classes, 1))


# --- batches -------------------------------------------------------------------------------------


def _batch_cases(rng: np.random.Generator) -> Iterator[Case]:
    for n, size in ((6, 2), (7, 3), (8, 3), (9, 4), (23, 5)):
        x = np.arange(2.0 * n).reshape(n, 2)
        yield Case(x, np.arange(n) + 100, size, int(rng.integers(10**6)))


@exercise(
    lesson="00",
    points=3,
    cases=_batch_cases,
    call=drivers.call_batches,
    hints=[
        "Don't shuffle x and y themselves. Shuffle the *positions*: `order = rng.permutation(len(x))`. Then "
        "x[order[...]] and y[order[...]] stay together.",
        "`range(0, len(x), batch_size)` gives the places where a batch starts. From there, take "
        "`order[start : start + batch_size]`. Slicing past the end is fine in Python: the last batch is shorter then.",
        "Begin with an empty list `pairs`. In the loop: `batch = order[start : start + batch_size]`, then "
        "`pairs.append((x[batch], y[batch]))`.",
    ],
)
def batches(x, y, batch_size, rng):
    """Shuffle the examples and deal them out in batches.

    x, y:       arrays with one row (or one number) for each example
    batch_size: how many examples a batch holds; the last one may be smaller
    rng:        a generator; draw the order with rng.permutation(len(x)), once
    Returns a list of pairs (x of the batch, y of the batch) in which every example stands once.

    Example: 5 examples with batch_size 2 make three batches, with 2, 2 and 1 examples.
    """
    order = rng.permutation(len(x))
    pairs = []
    for start in range(0, len(x), batch_size):
        batch = order[start : start + batch_size]
        pairs.append((x[batch], y[batch]))
    return pairs


def _dealt(x: np.ndarray, y: np.ndarray, batch_size: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """The batches in the order in which the examples stand."""
    starts = range(0, len(x), batch_size)
    return [(x[start : start + batch_size], y[start : start + batch_size]) for start in starts]


@batches.mistake(
    "The examples come in their old order. Draw an order with rng.permutation(len(x)), and take the batches from it."
)
def not_shuffled(x, y, batch_size, rng):
    return _dealt(x, y, batch_size)


@batches.mistake(
    "x and y were shuffled separately, so an example now carries another one's label. Draw one order and use "
    "it for both."
)
def shuffled_apart(x, y, batch_size, rng):
    return _dealt(x[rng.permutation(len(x))], y[rng.permutation(len(y))], batch_size)


@batches.mistake(
    "x was put into a new order, and y stayed in the old one, so every example now carries another one's "
    "label. Use the same order for both."
)
def only_x_shuffled(x, y, batch_size, rng):
    return _dealt(x[rng.permutation(len(x))], y, batch_size)


@batches.mistake(
    "Examples were left out: when the batch size does not divide their number, a shorter batch remains at "
    "the end, and it counts too."
)
def rest_dropped(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [pair for pair in _dealt(x[order], y[order], batch_size) if len(pair[0]) == batch_size]


@batches.mistake(
    "You made batch_size batches. batch_size says how many examples stand *in* a batch; the number of batches follows."
)
def so_many_batches(x, y, batch_size, rng):
    return [(x[part], y[part]) for part in np.array_split(rng.permutation(len(x)), batch_size)]


@batches.mistake(
    "Your batches overlap: each one starts a single example after the one before. The starts should be "
    "batch_size apart: range(0, len(x), batch_size)."
)
def overlapping(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    parts = [order[start : start + batch_size] for start in range(len(x))]
    return [(x[part], y[part]) for part in parts]


@batches.mistake(
    "You returned two lists, one of x and one of y. We want one list of pairs: `pairs.append((x[batch], y[batch]))`."
)
def two_lists(x, y, batch_size, rng):
    return [list(part) for part in zip(*batches(x, y, batch_size, rng), strict=True)]


@batches.mistake(
    "You made a generator of your own. Draw from the `rng` that you were given: whoever calls `batches` decides "
    "about the seed."
)
def generator_of_its_own(x, y, batch_size, rng):
    return batches(x, y, batch_size, np.random.default_rng(0))


@batches.mistake(
    "Only the first batch came back. Go on until every example has been dealt out. (Is the return inside the loop?)"
)
def first_batch_only(x, y, batch_size, rng):
    return batches(x, y, batch_size, rng)[:1]


@batches.mistake(
    "You drew a new order for every batch, so some examples come twice and others never. Draw the order once, "
    "before the loop."
)
def new_order_each_time(x, y, batch_size, rng):
    parts = [rng.permutation(len(x))[start : start + batch_size] for start in range(0, len(x), batch_size)]
    return [(x[part], y[part]) for part in parts]


@batches.mistake("These are the positions. Use them as an index, and give the rows of x and of y that stand there.")
def positions_only(x, y, batch_size, rng):
    order = rng.permutation(len(x))
    return [(part, part) for part, _ in _dealt(order, order, batch_size)]
