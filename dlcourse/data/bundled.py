"""Real sets that need no download: they travel inside scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlcourse.data.batches import train_test_split
from dlcourse.data.dataset import Dataset


def load_digits(flat: bool = True, *, test_size: float = 0.25, seed: int = 0) -> Dataset:
    """Load 1,797 handwritten digits of 8 x 8 pixels, values 0 to 1.

    ``x`` is ``(N, 64)``, or ``(N, 1, 8, 8)`` with ``flat=False``. The split is stratified and follows
    ``seed``. Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, UCI, 1998.
    """
    from sklearn.datasets import load_digits as from_sklearn

    raw = from_sklearn()
    x = raw.data / 16.0  # the grey levels are 0 to 16
    shape = (1, 8, 8)
    names = tuple(str(name) for name in raw.target_names)
    return _dataset(
        "digits", x if flat else x.reshape(-1, *shape), raw.target, names, test_size, seed, image_shape=shape
    )


def load_iris(*, test_size: float = 0.25, seed: int = 0) -> Dataset:
    """Load 150 iris flowers of three species, four lengths in centimetres each: ``x`` is ``(N, 4)``.

    The split is stratified and follows ``seed``. Source: R. A. Fisher, 1936.
    """
    from sklearn.datasets import load_iris as from_sklearn

    return _table("iris", from_sklearn(), test_size, seed)


def load_wine(*, test_size: float = 0.25, seed: int = 0) -> Dataset:
    """Load 178 wines of three grape varieties, thirteen chemical measurements each: ``x`` is ``(N, 13)``.

    The columns differ in scale by a factor of a thousand: see :func:`dlcourse.data.standardize`. The
    split is stratified and follows ``seed``. Source: S. Aeberhard and M. Forina, Wine, UCI, 1992.
    """
    from sklearn.datasets import load_wine as from_sklearn

    return _table("wine", from_sklearn(), test_size, seed)


def _table(name: str, raw: Any, test_size: float, seed: int) -> Dataset:
    classes = tuple(str(c).replace("_", " ") for c in raw.target_names)
    features = tuple(str(f).replace("_", " ") for f in raw.feature_names)
    return _dataset(name, raw.data, raw.target, classes, test_size, seed, feature_names=features)


def _dataset(
    name: str, x: np.ndarray, y: np.ndarray, classes: tuple[str, ...], test_size: float, seed: int, **more: Any
) -> Dataset:
    x_train, x_test, y_train, y_test = train_test_split(
        x.astype(np.float32), y.astype(np.int64), test_size, stratify=True, seed=seed
    )
    return Dataset(name, x_train, y_train, x_test, y_test, classes, **more)
