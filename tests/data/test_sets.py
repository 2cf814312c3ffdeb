"""The sets that are always there: toy sets drawn from a seed, and scikit-learn's real ones."""

from __future__ import annotations

import numpy as np
import pytest

from dlcourse import data

PLANE = [data.two_clouds, data.moons, data.circles, data.spiral, data.xor]
BUNDLED = [data.load_digits, data.load_iris, data.load_wine]


@pytest.mark.parametrize("make", PLANE)
@pytest.mark.parametrize("n", [1, 7, 200])
def test_toy_sets_have_n_points_in_the_plane_and_integer_classes(make, n):
    x, y = make(n)
    assert x.shape == (n, 2)
    assert y.shape == (n,)
    assert (x.dtype, y.dtype) == (np.float32, np.int64)
    assert np.isfinite(x).all()


@pytest.mark.parametrize("make", [*PLANE, data.noisy_line])
def test_toy_sets_follow_their_seed_and_leave_the_global_generator_alone(make):
    np.random.seed(3)
    first, again, other = make(50, 1), make(50, 1), make(50, 2)
    after = np.random.random()
    np.random.seed(3)
    assert after == np.random.random()
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0], other[0])
    rng = np.random.default_rng(1)
    np.testing.assert_array_equal(make(50, rng)[0], first[0])
    assert not np.array_equal(make(50, rng)[0], first[0])  # a generator moves on


@pytest.mark.parametrize("make", PLANE)
def test_toy_classes_are_equally_large_and_in_random_order(make):
    _, y = make(300)
    counts = np.bincount(y)
    assert counts.max() - counts.min() <= 1
    half = np.bincount(y[:150], minlength=len(counts))
    assert (half > 0.3 * counts).all()


@pytest.mark.parametrize("make", [*PLANE, data.noisy_line])
def test_an_empty_toy_set_is_refused(make):
    with pytest.raises(ValueError, match="at least 1"):
        make(0)


def test_two_clouds_are_as_far_apart_as_asked():
    x, y = data.two_clouds(4000, distance=5, spread=0.5)
    centres = np.stack([x[y == c].mean(axis=0) for c in (0, 1)])
    assert np.linalg.norm(centres[1] - centres[0]) == pytest.approx(5, abs=0.05)
    assert x[y == 0].std(axis=0) == pytest.approx([0.5, 0.5], abs=0.03)


def test_moons_interleave_and_no_straight_line_parts_them():
    x, y = data.moons(400, noise=0)
    upper, lower = x[y == 0] + [0.5, 0.25], x[y == 1] - [0.5, 0.25]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(lower, axis=1), 1, atol=1e-5)
    assert x[y == 1][:, 1].max() > x[y == 0][:, 1].min()
    assert best_line(x, y) < 0.95


def test_circles_have_their_radii():
    x, y = data.circles(100, noise=0, ratio=0.3)
    np.testing.assert_allclose(np.linalg.norm(x, axis=1), np.where(y == 0, 1, 0.3), atol=1e-6)
    assert best_line(x, y) < 0.75


def test_spiral_arms_wind_and_stay_apart():
    for classes in (2, 3, 5):
        x, y = data.spiral(600, classes=classes, noise=0.01)
        assert set(y) == set(range(classes))
        distances = np.linalg.norm(x[:, None] - x[None], axis=2) + 9 * np.eye(len(x))
        assert (y[distances.argmin(axis=1)] == y).mean() > 0.97
    straight, y = data.spiral(300, turns=0, noise=0)
    angle = np.arctan2(straight[:, 1], straight[:, 0]) % (2 * np.pi)
    np.testing.assert_allclose(angle, 2 * np.pi / 3 * y, atol=1e-5)


def test_xor_without_noise_is_the_truth_table():
    x, y = data.xor(4, noise=0)
    assert {(*map(float, point), int(c)) for point, c in zip(x, y, strict=True)} == {
        (-1, -1, 0),
        (-1, 1, 1),
        (1, -1, 1),
        (1, 1, 0),
    }


def test_the_noisy_line_is_y_equals_2x_plus_noise_in_columns():
    x, y = data.noisy_line(5000, noise=0.3)
    assert x.shape == y.shape == (5000, 1)
    assert x.dtype == y.dtype == np.float32
    slope, intercept = np.polyfit(x[:, 0], y[:, 0], 1)
    assert slope == pytest.approx(2, abs=0.03)
    assert intercept == pytest.approx(0, abs=0.02)
    assert (y - 2 * x).std() == pytest.approx(0.3, abs=0.01)
    exact_x, exact_y = data.noisy_line(10, slope=-1, intercept=3, noise=0)
    np.testing.assert_allclose(exact_y, 3 - exact_x, rtol=1e-6)


def best_line(x: np.ndarray, y: np.ndarray) -> float:
    """Give the share that the best of many straight lines gets right."""
    angles = np.linspace(0, np.pi, 90)
    along = x @ np.stack([np.cos(angles), np.sin(angles)])
    right = [(along > t) == (y[:, None] == 1) for t in np.linspace(-1.5, 1.5, 61)]
    share = np.mean(right, axis=1)
    return float(np.maximum(share, 1 - share).max())


@pytest.mark.parametrize(
    ("load", "n", "columns", "classes"),
    [(data.load_digits, 1797, 64, 10), (data.load_iris, 150, 4, 3), (data.load_wine, 178, 13, 3)],
)
def test_bundled_sets_are_whole_and_split_three_to_one(load, n, columns, classes):
    loaded = load()
    assert len(loaded.x_train) + len(loaded.x_test) == n
    assert len(loaded.x_test) == -(-n // 4)
    assert loaded.x_train.shape[1:] == loaded.x_test.shape[1:] == (columns,)
    assert loaded.x_train.dtype == np.float32
    assert loaded.y_train.dtype == loaded.y_test.dtype == np.int64
    assert loaded.n_classes == classes
    assert loaded.n_features == columns


@pytest.mark.parametrize("load", BUNDLED)
def test_bundled_splits_are_stratified_and_follow_their_seed(load):
    loaded, again, other, half = load(), load(), load(seed=1), load(test_size=0.5)
    np.testing.assert_array_equal(loaded.x_test, again.x_test)
    assert not np.array_equal(loaded.x_test, other.x_test)
    counts, tests = np.bincount(np.r_[loaded.y_train, loaded.y_test]), np.bincount(loaded.y_test)
    assert np.abs(tests - counts / 4).max() <= 1
    assert abs(len(half.x_test) - len(half.x_train)) <= 1


def test_digits_come_flat_or_as_images_from_zero_to_one():
    flat, images = data.load_digits(), data.load_digits(flat=False)
    assert images.x_train.shape[1:] == (1, 8, 8)
    np.testing.assert_array_equal(flat.x_train, images.x_train.reshape(-1, 64))
    assert (flat.x_train.min(), flat.x_train.max()) == (0, 1)
    assert flat.image_shape == images.image_shape == (1, 8, 8)
    assert flat.class_names == tuple("0123456789")


def test_tables_name_their_columns():
    assert data.load_iris().feature_names[0] == "sepal length (cm)"
    assert data.load_iris().class_names == ("setosa", "versicolor", "virginica")
    assert len(data.load_wine().feature_names) == 13
    assert data.load_iris().image_shape is None


def test_a_dataset_is_true_frozen_and_says_what_it_holds():
    iris = data.load_iris()
    assert iris
    assert repr(iris).splitlines() == [
        "Dataset iris: 112 training and 38 test examples",
        "  x: float32, each of shape (4,), values from 0.1 to 7.9",
        "  y: int64, 3 classes (setosa, versicolor, virginica)",
    ]
    with pytest.raises(AttributeError):
        iris.name = "roses"
