"""Batches, splits, one-hot targets, standardised columns and shifted images."""

from __future__ import annotations

import timeit

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse import data


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 40), st.integers(1, 50), st.booleans(), st.booleans())
def test_an_epoch_visits_every_example_once_with_its_label(n, size, shuffle, drop_last):
    x, y = np.arange(n)[:, None] * 1.0, np.arange(n)
    seen = list(data.batches(x, y, size, shuffle=shuffle, rng=0, drop_last=drop_last))
    assert all((xb[:, 0] == yb).all() for xb, yb in seen)
    labels = [int(label) for _, yb in seen for label in yb]
    assert len(set(labels)) == len(labels) == (n - n % size if drop_last else n)
    assert all(len(yb) == size for _, yb in seen[:-1])
    if not shuffle:
        assert labels == sorted(labels)


def test_the_order_follows_the_generator_or_numpys_global_one():
    x, y = np.arange(100), np.arange(100)

    def order(**kwargs):
        return np.concatenate([yb for _, yb in data.batches(x, y, 8, **kwargs)]).tolist()

    assert order(rng=1) == order(rng=np.random.default_rng(1)) != order(rng=2)
    np.random.seed(0)
    first = order()
    np.random.seed(0)
    assert order() == first != list(range(100))


def test_a_generator_gives_another_order_in_the_next_epoch():
    rng, x = np.random.default_rng(0), np.arange(50)
    first, second = (np.concatenate([b for b, _ in data.batches(x, x, 10, rng=rng)]) for _ in range(2))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    ("x", "y", "size", "words"),
    [
        (np.zeros((3, 2)), np.zeros(4), 2, r"\(3, 2\) and \(4,\)"),
        (np.zeros(3), np.zeros(3), 0, "batch_size"),
        (np.float32(1), np.zeros(3), 2, r"\(\)"),
    ],
)
def test_what_cannot_be_cut_into_batches_is_refused_at_once(x, y, size, words):
    with pytest.raises(ValueError, match=words):
        data.batches(x, y, size)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=2, max_size=60), st.floats(0.05, 0.95), st.booleans(), st.integers(0, 9))
def test_a_split_parts_the_examples_and_keeps_labels_with_their_rows(labels, share, stratify, seed):
    y = np.array(labels)
    x = np.stack([np.arange(len(y)), y], axis=1)
    expected = int(np.ceil(round(len(y) * share, 6)))
    if not 0 < expected < len(y):
        with pytest.raises(ValueError, match="leaves one part empty"):
            data.train_test_split(x, y, share)
        return
    x_train, x_test, y_train, y_test = data.train_test_split(x, y, share, stratify=stratify, seed=seed)
    assert len(x_test) == expected
    assert sorted(np.r_[x_train[:, 0], x_test[:, 0]]) == list(range(len(y)))
    np.testing.assert_array_equal(x_train[:, 1], y_train)
    np.testing.assert_array_equal(x_test[:, 1], y_test)
    if stratify:
        wanted = np.bincount(y, minlength=4) * expected / len(y)
        assert np.abs(np.bincount(y_test, minlength=4) - wanted).max() < 1


def test_a_split_takes_a_number_of_examples_and_class_names():
    y = np.array(["cat", "dog"] * 10)
    _, _, y_train, y_test = data.train_test_split(np.zeros((20, 1)), y, 4, stratify=True)
    assert sorted(y_test) == ["cat", "cat", "dog", "dog"]
    assert len(y_train) == 16


@pytest.mark.parametrize("test_size", [0, 10, 0.0, 1.0, -1, 1.5])
def test_a_split_that_leaves_a_part_empty_says_what_to_give(test_size):
    with pytest.raises(ValueError, match="a number from 1 to 9"):
        data.train_test_split(np.zeros((10, 1)), np.zeros(10), test_size)


def test_one_hot_puts_the_one_in_the_labels_column():
    np.testing.assert_array_equal(data.one_hot(np.array([2, 0])), [[0, 0, 1], [1, 0, 0]])
    assert data.one_hot([1], n_classes=4).tolist() == [[0, 1, 0, 0]]
    assert data.one_hot([1]).dtype == np.float32
    assert data.one_hot(np.array([3, 255], dtype=np.uint8)).shape == (2, 256)
    assert data.one_hot([], 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("labels", "k", "words"),
    [
        ([0, 3], 3, "between 0 and 2; found 0 to 3"),
        ([-1, 0], None, "found -1 to 0"),
        ([0.5], None, "must be integers"),
        ([[0], [1]], None, r"\(2, 1\)"),
    ],
)
def test_one_hot_refuses_what_is_no_label(labels, k, words):
    with pytest.raises(ValueError, match=words):
        data.one_hot(np.array(labels), k)


def test_standardize_uses_the_training_rows_alone():
    rng = np.random.default_rng(0)
    train = np.c_[rng.normal(5, 3, 200), np.full(200, 7), rng.normal(-1, 1e-3, 200)].astype(np.float32)
    test = train[:20] + np.float32([3, 0, 0])
    new_train, new_test = data.standardize(train, test)
    assert new_train.dtype == new_test.dtype == np.float32
    np.testing.assert_allclose(new_train.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(new_train.std(axis=0), [1, 0, 1], atol=1e-3)
    np.testing.assert_allclose(new_test[:, 0], new_train[:20, 0] + 3 / train[:, 0].std(), rtol=1e-4, atol=1e-5)


# --- Shifted images --------------------------------------------------------------------------------------


def shifted_by_loops(image, down, right, fill):
    out = np.full_like(image, fill)
    _, h, w = image.shape
    for i in range(h):
        for j in range(w):
            if 0 <= i - down < h and 0 <= j - right < w:
                out[:, i, j] = image[:, i - down, j - right]
    return out


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 4), st.integers(1, 3), st.integers(1, 6), st.integers(1, 6), st.integers(0, 3), st.integers(0, 99)
)
def test_each_image_is_moved_by_its_own_offset_within_bounds(n, c, h, w, pixels, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, c, h, w))
    before = x.copy()
    moved = data.random_shift(x, rng, pixels, fill=-9.0)
    np.testing.assert_array_equal(x, before)
    assert moved.shape == x.shape
    assert moved.dtype == x.dtype
    assert not np.shares_memory(moved, x)
    offsets = [(i, j) for i in range(-pixels, pixels + 1) for j in range(-pixels, pixels + 1)]
    for image, new in zip(x, moved, strict=True):
        assert any(np.array_equal(new, shifted_by_loops(image, i, j, -9.0)) for i, j in offsets)


def test_every_offset_occurs_and_the_middle_is_no_favourite():
    x = np.zeros((5000, 1, 7, 7), dtype=np.float32)
    x[:, :, 3, 3] = 1
    counts = data.random_shift(x, np.random.default_rng(0), 2).sum(axis=(0, 1))
    assert counts.sum() == 5000
    assert (counts[1:6, 1:6] > 140).all()  # 25 offsets, 200 expected of each
    assert (counts[1:6, 1:6] < 260).all()


def test_flat_images_are_shifted_as_the_squares_they_are():
    x = np.random.default_rng(0).random((6, 1, 5, 5))
    square = data.random_shift(x, np.random.default_rng(1), 1)
    flat = data.random_shift(x.reshape(6, 25), np.random.default_rng(1), 1)
    grey = data.random_shift(x[:, 0], np.random.default_rng(1), 1)
    np.testing.assert_array_equal(flat, square.reshape(6, 25))
    np.testing.assert_array_equal(grey, square[:, 0])


@pytest.mark.parametrize("shape", [(3, 4, 5), (12, 5)])
def test_flat_images_of_another_shape_are_shifted_when_it_is_given(shape):
    x = np.random.default_rng(0).random((6, 60))
    flat = data.random_shift(x, np.random.default_rng(1), 2, shape=shape)
    images = data.random_shift(x.reshape(6, *shape), np.random.default_rng(1), 2)
    np.testing.assert_array_equal(flat, images.reshape(6, 60))


@pytest.mark.parametrize(
    ("batch", "kwargs", "words"),
    [
        ((2, 60), {}, "do not have the shape"),
        ((2, 60), {"shape": (7, 7)}, "do not have the shape"),
        ((5,), {}, r"not \(5,\)"),
        ((2, 25), {"pixels": -1}, "negative"),
    ],
)
def test_what_is_no_batch_of_images_is_refused(batch, kwargs, words):
    with pytest.raises(ValueError, match=words):
        data.random_shift(np.zeros(batch), np.random.default_rng(0), **kwargs)


def test_shifting_a_batch_of_mnists_size_costs_well_under_a_third_of_a_millisecond():
    x, rng = np.random.default_rng(0).random((128, 784), dtype=np.float32), np.random.default_rng(0)
    seconds = min(timeit.repeat(lambda: data.random_shift(x, rng, 2), number=20, repeat=15)) / 20
    assert seconds < 0.3e-3
