"""The sets that are downloaded on demand: their files, sizes, checksums and mirrors.

A file counts only if its SHA-256 is the one pinned here, wherever it came from. MNIST's checksums were
computed from the canonical files (those whose MD5 torchvision pins); Fashion-MNIST's and CIFAR-10's are
the ones that TensorFlow Datasets publishes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RemoteFile:
    """One file of a set: its name, its length in bytes and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class RemoteSet:
    """A set on demand: its files, and the addresses of folders that carry all of them, best first."""

    name: str
    title: str
    files: tuple[RemoteFile, ...]
    mirrors: tuple[str, ...]

    @property
    def size(self) -> int:
        """The length of all files together, in bytes."""
        return sum(file.size for file in self.files)


TRAIN_IMAGES, TRAIN_LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
TEST_IMAGES, TEST_LABELS = "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"
CIFAR_ARCHIVE = "cifar-10-binary.tar.gz"

SETS: dict[str, RemoteSet] = {
    "mnist": RemoteSet(
        "mnist",
        "MNIST",
        (
            RemoteFile(TRAIN_IMAGES, 9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            RemoteFile(TRAIN_LABELS, 28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            RemoteFile(TEST_IMAGES, 1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            RemoteFile(TEST_LABELS, 4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
        ),
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist",
            "https://storage.googleapis.com/cvdf-datasets/mnist",
            "http://yann.lecun.com/exdb/mnist",
        ),
    ),
    "fashion_mnist": RemoteSet(
        "fashion_mnist",
        "Fashion-MNIST",
        (
            RemoteFile(TRAIN_IMAGES, 26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            RemoteFile(TRAIN_LABELS, 29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            RemoteFile(TEST_IMAGES, 4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            RemoteFile(TEST_LABELS, 5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
        ),
        (
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets",
        ),
    ),
    "cifar10": RemoteSet(
        "cifar10",
        "CIFAR-10",
        # The binary version: the one for Python is made of pickles, and loading a pickle runs code.
        (RemoteFile(CIFAR_ARCHIVE, 170_052_171, "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"),),
        (
            "https://www.cs.toronto.edu/~kriz",
            "https://cave.cs.toronto.edu/kriz",
            "https://mindspore-website.obs.cn-north-4.myhuaweicloud.com/notebook/datasets",
        ),
    ),
}
