"""Lesson 00: the references agree with NumPy, SciPy, scikit-learn and the package's own functions."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np

from dlcourse import course, data, exercises
from dlcourse.authoring.project import find_project
from dlcourse.authoring.source import read_facts
from dlcourse.checks.judging import evaluate, make_trials


def reference(name: str):
    return exercises.get(name).reference


def test_the_broadcast_shape_is_numpys_for_all_small_shapes():
    shapes = [shape for n in range(4) for shape in itertools.product((1, 2, 3), repeat=n)]
    for a, b in itertools.product(shapes, repeat=2):
        try:
            expected = np.broadcast_shapes(a, b)
        except ValueError:
            expected = None
        assert reference("broadcast_shape")(a, b) == expected, (a, b)


def test_pairwise_distances_are_scipys():
    from scipy.spatial.distance import cdist

    a, b = np.random.default_rng(0).normal(size=(2, 9, 5))
    np.testing.assert_allclose(reference("pairwise_distances")(a, b), cdist(a, b), rtol=1e-12)


def test_the_nearest_neighbour_is_scikit_learns():
    from sklearn.neighbors import KNeighborsClassifier

    digits = data.load_digits()
    new = digits.x_test[:60]
    theirs = KNeighborsClassifier(1).fit(digits.x_train, digits.y_train).predict(new)
    np.testing.assert_array_equal(reference("nearest_neighbour")(digits.x_train, digits.y_train, new), theirs)


def test_standardize_is_scikit_learns_and_the_packages():
    from sklearn.preprocessing import StandardScaler

    wine = data.load_wine()
    ours = reference("standardize")(wine.x_test, wine.x_train)
    np.testing.assert_allclose(ours, StandardScaler().fit(wine.x_train).transform(wine.x_test), rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(ours, data.standardize(wine.x_train, wine.x_test)[1], rtol=1e-5)


def test_one_hot_is_the_packages():
    labels = np.array([3, 0, 0, 2])
    np.testing.assert_array_equal(reference("one_hot")(labels, 5), data.one_hot(labels, 5))


def test_batches_are_the_packages():
    x, y = np.arange(22.0).reshape(11, 2), np.arange(11)
    ours = reference("batches")(x, y, 4, np.random.default_rng(3))
    theirs = list(data.batches(x, y, 4, rng=np.random.default_rng(3)))
    assert len(ours) == len(theirs) == 3
    for (x_ours, y_ours), (x_theirs, y_theirs) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(x_ours, x_theirs)
        np.testing.assert_array_equal(y_ours, y_theirs)


def test_other_right_ways_to_the_distances_pass_their_check():
    def loops(a, b):
        return np.array([[np.sqrt(sum((x - y) ** 2)) for y in b] for x in a])

    def product(a, b):
        squares = (a**2).sum(1)[:, None] - 2 * a @ b.T + (b**2).sum(1)
        return np.sqrt(np.maximum(squares, 0))

    def norm(a, b):
        return np.linalg.norm(a[:, None] - b, axis=2)

    exercise = exercises.get("pairwise_distances")
    assert [way.__name__ for way in (loops, product, norm) if not passes(exercise, way)] == []


def test_other_right_ways_pass_their_checks():
    def eye(labels, n_classes):
        return np.eye(n_classes)[labels]

    def by_loop(x, labels, n_classes):
        return np.stack([x[labels == k].mean(axis=0) for k in range(n_classes)])

    def shuffled(x, y, batch_size, rng):
        order = np.arange(len(x))
        rng.shuffle(order)
        return [[x[part], y[part]] for part in np.split(order, range(batch_size, len(x), batch_size))]

    def one_by_one(known, labels, new):
        return np.array([labels[np.argmin(((known - row) ** 2).sum(axis=1))] for row in new])

    answers = {"one_hot": eye, "class_means": by_loop, "batches": shuffled, "nearest_neighbour": one_by_one}
    assert [name for name, answer in answers.items() if not passes(exercises.get(name), answer)] == []


def passes(exercise, answer) -> bool:
    return all(evaluate(exercise, answer, make_trials(exercise, seed)).passed for seed in range(5))


# --- the map -----------------------------------------------------------------------------------------


def test_the_map_says_what_the_lessons_say_of_themselves():
    project = find_project(Path(__file__).parent)
    on_the_map = {stop.name: stop for stop in course.LESSONS}
    for source in project.find_sources([]):
        facts, stop = read_facts(source), on_the_map[source.stem]
        stated = (facts["number"], facts["title"], facts["reading_minutes"], facts["prerequisites"])
        assert (stop.number, stop.title, stop.minutes, stop.before) == stated, (
            f"mend {source.stem} in dlcourse/course.py"
        )


def test_what_comes_before_a_lesson_stands_before_it():
    numbers = [stop.number for stop in course.LESSONS]
    assert numbers == sorted(set(numbers))
    for stop in course.LESSONS:
        assert all(number in numbers and number < stop.number for number in stop.before)


def test_an_arrow_that_another_way_implies_is_left_out():
    def stop(number, *before):
        return course.Stop(f"{number}_x", "x", 1, before, "x")

    lessons = [stop("00"), stop("01", "00"), stop("02", "00", "01"), stop("03", "00", "02"), stop("04", "01")]
    assert course.arrows(lessons) == [(0, 1), (1, 2), (2, 3), (1, 4)]


def test_the_table_links_every_lesson():
    table = course.markdown_table("notebooks/").splitlines()
    assert len(table) == 2 + len(course.LESSONS)
    assert table[2].startswith("| [00 Start here](notebooks/00_start.ipynb) | ")
    assert all(line.count("|") == 5 for line in table)
