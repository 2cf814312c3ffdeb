"""The data of the course: bundled sets, sets on demand, toy sets, and what turns them into batches."""

from __future__ import annotations

from dlcourse.data.batches import batches, one_hot, random_shift, standardize, train_test_split
from dlcourse.data.bundled import load_digits, load_iris, load_wine
from dlcourse.data.dataset import Dataset
from dlcourse.data.downloads import DataUnavailable, SetStatus, cache_folder, fetch, status
from dlcourse.data.faces import load_faces, make_faces
from dlcourse.data.images import load_cifar10, load_fashion_mnist, load_mnist
from dlcourse.data.letters import load_letters
from dlcourse.data.slow import SlowDisk
from dlcourse.data.tables import Table, load_table, table_names
from dlcourse.data.toy import circles, moons, noisy_line, spiral, two_clouds, xor

__all__ = [
    "DataUnavailable",
    "Dataset",
    "SetStatus",
    "SlowDisk",
    "Table",
    "batches",
    "cache_folder",
    "circles",
    "fetch",
    "load_cifar10",
    "load_digits",
    "load_faces",
    "load_fashion_mnist",
    "load_iris",
    "load_letters",
    "load_mnist",
    "load_table",
    "load_wine",
    "make_faces",
    "moons",
    "noisy_line",
    "one_hot",
    "random_shift",
    "spiral",
    "standardize",
    "status",
    "table_names",
    "train_test_split",
    "two_clouds",
    "xor",
]
