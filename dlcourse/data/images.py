"""Image sets that are downloaded once: MNIST, Fashion-MNIST, CIFAR-10."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dlcourse.data import cifar, registry
from dlcourse.data.dataset import Dataset
from dlcourse.data.downloads import DataUnavailable, read
from dlcourse.data.idx import read_idx

DIGITS = tuple("0123456789")
CLOTHES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def load_mnist(flat: bool = False, *, required: bool = True, progress: bool = True) -> Dataset | None:
    """Load MNIST: 60,000 training and 10,000 test pictures of handwritten digits, 28 x 28, values 0 to 1.

    ``x`` is ``(N, 1, 28, 28)``, or ``(N, 784)`` with ``flat=True``. It is downloaded the first time (12 MB).
    Where it cannot be had, DataUnavailable says so in one sentence; with ``required=False`` that sentence
    is printed and None returned. Source: Y. LeCun, C. Cortes and C. J. C. Burges, 1998.
    """
    return _load_idx("mnist", DIGITS, flat, required, progress)


def load_fashion_mnist(flat: bool = False, *, required: bool = True, progress: bool = True) -> Dataset | None:
    """Load Fashion-MNIST: like :func:`load_mnist`, with pictures of clothes (31 MB).

    Source: H. Xiao, K. Rasul and R. Vollgraf, arXiv:1708.07747, 2017.
    """
    return _load_idx("fashion_mnist", CLOTHES, flat, required, progress)


def load_cifar10(flat: bool = False, *, required: bool = True, progress: bool = True) -> Dataset | None:
    """Load CIFAR-10: 50,000 training and 10,000 test colour pictures, 32 x 32, values 0 to 1.

    ``x`` is ``(N, 3, 32, 32)``, or ``(N, 3072)`` with ``flat=True``: 740 MB of memory. It is downloaded the
    first time (170 MB). ``required`` is as for :func:`load_mnist`. Source: A. Krizhevsky, 2009.
    """
    files = _files("cifar10", required, progress)
    if files is None:
        return None
    records = cifar.read_cifar10(files[registry.CIFAR_ARCHIVE], registry.CIFAR_ARCHIVE)
    train = np.concatenate([records[batch] for batch in cifar.TRAIN])
    test = records[cifar.TEST]
    return _images("cifar10", train[:, 1:], train[:, 0], test[:, 1:], test[:, 0], CIFAR10, (3, 32, 32), flat)


def _load_idx(name: str, classes: tuple[str, ...], flat: bool, required: bool, progress: bool) -> Dataset | None:
    files = _files(name, required, progress)
    if files is None:
        return None
    x_train, y_train = _pair(files, registry.TRAIN_IMAGES, registry.TRAIN_LABELS)
    x_test, y_test = _pair(files, registry.TEST_IMAGES, registry.TEST_LABELS)
    return _images(name, x_train, y_train, x_test, y_test, classes, (1, *x_train.shape[1:]), flat)


def _pair(files: Mapping[str, bytes], images: str, labels: str) -> tuple[np.ndarray, np.ndarray]:
    x, y = read_idx(files[images], images), read_idx(files[labels], labels)
    if x.ndim != 3 or y.ndim != 1 or len(x) != len(y):
        raise ValueError(f"{images} of shape {x.shape} and {labels} of shape {y.shape} do not belong together")
    return x, y


def _files(name: str, required: bool, progress: bool) -> dict[str, bytes] | None:
    try:
        return read(name, progress=progress)
    except DataUnavailable as error:
        if required:
            raise DataUnavailable(str(error)) from None  # the sentence says it all: no chain of causes
        print(error)
        return None


def _images(
    name: str, x_train: np.ndarray, y_train: np.ndarray, x_test: np.ndarray, y_test: np.ndarray,
    classes: tuple[str, ...], shape: tuple[int, int, int], flat: bool,
) -> Dataset:  # fmt: skip
    def scaled(pixels: np.ndarray) -> np.ndarray:
        x = np.divide(pixels, np.float32(255), dtype=np.float32)
        return x.reshape(len(x), -1) if flat else x.reshape(-1, *shape)

    y_train, y_test = y_train.astype(np.int64), y_test.astype(np.int64)
    return Dataset(name, scaled(x_train), y_train, scaled(x_test), y_test, classes, image_shape=shape)
