"""From a set to what one training step needs: splits, batches, one-hot targets, shifted images."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view


def batches(
    x: np.ndarray,
    y: np.ndarray,
    batch_size: int,
    shuffle: bool = True,
    rng: np.random.Generator | int | None = None,
    drop_last: bool = False,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Go once through ``(x, y)``, ``batch_size`` examples at a time.

    ``x`` and ``y`` have one example per row. The last batch may be smaller; ``drop_last`` leaves it out
    then. ``rng`` (a generator or a seed) shuffles; without it, NumPy's global generator does, so
    that ``np.random.seed`` repeats the order. Unshuffled batches are views.
    """
    x, y = np.asarray(x), np.asarray(y)
    _same_length(x, y)
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, not {batch_size}")
    stop = len(x) - len(x) % batch_size if drop_last else len(x)
    slices = (slice(start, start + batch_size) for start in range(0, stop, batch_size))
    if not shuffle:
        return ((x[s], y[s]) for s in slices)
    order = np.random.permutation(len(x)) if rng is None else np.random.default_rng(rng).permutation(len(x))
    return ((x[order[s]], y[order[s]]) for s in slices)


def train_test_split(
    x: np.ndarray,
    y: np.ndarray,
    test_size: float | int = 0.25,
    *,
    stratify: bool = False,
    seed: int | np.random.Generator = 0,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Split at random into ``x_train, x_test, y_train, y_test`` (scikit-learn's order).

    ``test_size`` is a share (float in (0, 1)) or a number of examples (int). ``stratify`` keeps the
    shares of the classes of ``y`` the same in both parts, to within one example.
    """
    x, y = np.asarray(x), np.asarray(y)
    _same_length(x, y)
    n_test = _test_count(len(x), test_size)
    order = np.random.default_rng(seed).permutation(len(x))
    chosen = _one_share_per_class(y[order], n_test) if stratify else np.arange(len(x)) < n_test
    test, train = order[chosen], order[~chosen]
    return x[train], x[test], y[train], y[test]


def _test_count(n: int, test_size: float | int) -> int:
    n_test = test_size if isinstance(test_size, (int, np.integer)) else math.ceil(round(n * test_size, 6))
    if not 0 < n_test < n:
        raise ValueError(
            f"test_size={test_size} of {n} examples leaves one part empty: "
            f"give a share between 0 and 1, or a number from 1 to {max(n - 1, 1)}"
        )
    return int(n_test)


def _one_share_per_class(y: np.ndarray, n_test: int) -> np.ndarray:
    """Mark ``n_test`` examples, each class's part of them by the method of largest remainders."""
    _, classes, counts = np.unique(y, return_inverse=True, return_counts=True)
    wanted = counts * n_test / len(y)
    take = np.floor(wanted).astype(int)
    for c in np.argsort(take - wanted, kind="stable")[: n_test - take.sum()]:
        take[c] += 1
    marked = np.zeros(len(y), dtype=bool)
    for c, k in enumerate(take):
        marked[np.flatnonzero(classes == c)[:k]] = True
    return marked


def one_hot(labels: np.ndarray, n_classes: int | None = None) -> np.ndarray:
    """Turn labels ``(N,)`` into float32 rows ``(N, n_classes)``: 1 in the label's column, 0 elsewhere.

    Without ``n_classes`` there are as many columns as the largest label needs.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or not (np.issubdtype(labels.dtype, np.integer) or labels.size == 0):
        raise ValueError(f"labels must be integers of shape (N,), not {labels.dtype} of shape {labels.shape}")
    labels = labels.astype(np.int64)
    largest = int(labels.max(initial=-1))
    k = largest + 1 if n_classes is None else n_classes
    if labels.min(initial=0) < 0 or largest >= k:
        raise ValueError(f"labels must lie between 0 and {k - 1}; found {labels.min()} to {largest}")
    out = np.zeros((len(labels), k), dtype=np.float32)
    out[np.arange(len(labels)), labels] = 1
    return out


def standardize(x_train: np.ndarray, *others: np.ndarray) -> tuple[np.ndarray, ...]:
    """Give each column mean 0 and deviation 1 over the training rows; transform ``others`` alike.

    The statistics come from ``x_train`` alone, so nothing of the test part leaks. A column that never
    changes becomes 0 in the training part. Returns as many arrays as were given.
    """
    x_train = np.asarray(x_train)
    mean, deviation = x_train.mean(axis=0), x_train.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1).astype(deviation.dtype)
    return tuple((np.asarray(x) - mean) / deviation for x in (x_train, *others))


def random_shift(
    x_batch: np.ndarray,
    rng: np.random.Generator,
    pixels: int = 2,
    *,
    shape: tuple[int, ...] | None = None,
    fill: float = 0.0,
) -> np.ndarray:
    """Shift every image by its own random offset, at most ``pixels`` up, down, left and right.

    ``x_batch`` is ``(N, C, H, W)``, ``(N, H, W)`` or flat ``(N, D)``. Flat images are taken as square
    and grey unless ``shape``, ``(H, W)`` or ``(C, H, W)``, says otherwise. What is uncovered becomes
    ``fill``. Returns a new array of the same shape and dtype.
    """
    x_batch = np.asarray(x_batch)
    channels, height, width = _image_shape(x_batch.shape, shape)
    if pixels < 0:
        raise ValueError(f"pixels must not be negative, got {pixels}")
    if pixels == 0:
        return x_batch.copy()
    n = len(x_batch)
    padded = np.full((n, channels, height + 2 * pixels, width + 2 * pixels), fill, dtype=x_batch.dtype)
    padded[:, :, pixels:-pixels, pixels:-pixels] = x_batch.reshape(n, channels, height, width)
    # Every window of the image's size is one possible shift; a window is a view, choosing one copies it.
    windows = sliding_window_view(padded, (height, width), axis=(2, 3))
    down, right = rng.integers(0, 2 * pixels + 1, size=(2, n))
    return windows[np.arange(n), :, down, right].reshape(x_batch.shape)


def _image_shape(batch: tuple[int, ...], shape: tuple[int, ...] | None) -> tuple[int, int, int]:
    if len(batch) in (3, 4):
        found: tuple[int, ...] = batch[1:]
    elif len(batch) == 2:
        found = shape if shape is not None else (math.isqrt(batch[1]),) * 2
    else:
        raise ValueError(f"a batch of images has shape (N, C, H, W), (N, H, W) or (N, D), not {batch}")
    if len(found) not in (2, 3) or math.prod(found) != math.prod(batch[1:]):
        raise ValueError(
            f"images of {math.prod(batch[1:])} numbers do not have the shape {found}: "
            "give shape=(H, W) or shape=(C, H, W)"
        )
    channels, height, width = found if len(found) == 3 else (1, *found)
    return channels, height, width


def _same_length(x: np.ndarray, y: np.ndarray) -> None:
    if x.ndim == 0 or y.ndim == 0 or len(x) != len(y):
        raise ValueError(f"x and y need one row per example each, but have the shapes {x.shape} and {y.shape}")
